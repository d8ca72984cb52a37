import uuid
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from interviews.models.accounts.user import User
from interviews.models.values.text_fields import LineField

FOLDER = "turns"


class Photo(models.Model):
    """A picture of the interview, as WebP in several widths.

    The client makes `key`, so that an upload sent again is no second photo.
    """

    interview = models.ForeignKey("Interview", models.PROTECT, related_name="photos")
    turn = models.ForeignKey("Turn", models.PROTECT, null=True, related_name="photos")
    order = models.PositiveSmallIntegerField(default=1)
    alt = LineField(_("description"), max_length=300, blank=True)
    key = models.UUIDField()
    name = models.UUIDField(default=uuid.uuid4, unique=True)  # of the files; nobody can guess an unpublished one
    widths = models.JSONField()  # of the files, in pixels, ascending
    width = models.PositiveIntegerField()  # of the widest file, in pixels
    height = models.PositiveIntegerField()
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["interview", "key"], name="photo_key_once")]

    def __str__(self) -> str:
        return self.alt or str(self.name)

    @property
    def url(self) -> str:
        return self._url(self.widths[-1])

    @property
    def srcset(self) -> str:
        return ", ".join(f"{self._url(width)} {width}w" for width in self.widths)

    def keep(self, files: dict[int, bytes]) -> None:
        try:  # the files first: a row without them would be shown
            for width, file in files.items():
                default_storage.save(self.path(width), ContentFile(file))
            with transaction.atomic():
                self.save(force_insert=True)
        except BaseException:
            for width in files:
                default_storage.delete(self.path(width))
            raise

    def path(self, width: int) -> str:
        return str(PurePath(FOLDER, f"{self.name.hex}-{width}.webp"))

    def _url(self, width: int) -> str:
        return default_storage.url(self.path(width))
