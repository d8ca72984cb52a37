"""The fields of a turn, without its verbs."""

import uuid
import zlib
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from interviews.models.transcript.event import Event
from interviews.models.transcript.photo import Photo
from interviews.models.transcript.speaker import Speaker
from interviews.models.values.searched import Searchable
from interviews.models.values.text import MAX_TEXT_CHARACTERS, opening, validate_year
from interviews.models.values.text_fields import LineField, ParagraphsField

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

SHOWN_STATES = ("published", "retracted")  # readers see the text, or a note that it was retracted
MAX_SHOWN_VERSION = 2**31 - 1
TELLS_READERS = {"text", "speaker", "spoken_at", "photos"}  # readers are shown that these were corrected


class TurnFields(Searchable):
    SEARCHED = ("text",)

    class State(models.TextChoices):
        PREPARED = "prepared", _("prepared")
        HELD = "held", _("held")
        PUBLISHED = "published", _("published")
        RETRACTED = "retracted", _("retracted")
        DECLINED = "declined", _("declined")

    interview = models.ForeignKey(
        "interviews.Interview", models.PROTECT, related_name="turns", verbose_name=_("interview")
    )
    speaker = models.ForeignKey(Speaker, models.PROTECT, related_name="turns", verbose_name=_("speaker"))
    spoken_at = models.DateTimeField(_("spoken at"), validators=[validate_year])
    text = ParagraphsField(
        _("text"),
        validators=[MaxLengthValidator(MAX_TEXT_CHARACTERS)],
        help_text=_("Each line is a paragraph."),
        error_messages={"blank": _("A turn needs some text.")},
    )
    heading = LineField(_("key moment"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PUBLISHED, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    corrected_at = models.DateTimeField(_("corrected at"), null=True, editable=False)  # after readers had seen it
    retracted_at = models.DateTimeField(_("retracted at"), null=True, editable=False)
    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)

    events: "RelatedManager[Event]"
    photos: "RelatedManager[Photo]"
    suggestions: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.speaker.label}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        return f"{self.interview.get_absolute_url()}#turn-{self.pk}"

    @property
    def card_url(self) -> str:
        return f"{self.interview.get_absolute_url()}turns/{self.pk}/"

    @cached_property
    def beginning(self) -> Event:
        """Return the event that made the turn."""
        event = self.events.first()
        assert event
        return event

    @cached_property
    def pictures(self) -> list[Photo]:
        return list(self.photos.all())

    @property
    def is_shown(self) -> bool:
        return self.state in SHOWN_STATES

    @property
    def shown_version(self) -> int:
        """Return a number for what readers are shown now. Unlike `version` it doesn't count what they never saw."""
        shown: list[Any] = [str(self.state), self.speaker_id, self.sort_key]
        if self.state == self.State.PUBLISHED:
            shown += [self.heading, self.text, *((photo.pk, photo.alt) for photo in self.pictures)]
        return zlib.crc32(repr(shown).encode()) % MAX_SHOWN_VERSION + 1

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n")

    @property
    def headline(self) -> str:
        return self.heading or opening(self.paragraphs[0])

    @property
    def sort_key(self) -> int:
        """Return `spoken_at` in microseconds since 1970. Turns with the same one are sorted by id."""
        return round(self.spoken_at.timestamp() * 1_000_000)

    def clean(self) -> None:
        if self.speaker.interview_id != self.interview_id:
            raise ValidationError({"speaker": _("This speaker has no seat in this interview.")})

    def check_text(self, touched: Collection[str] = ()) -> None:
        """Check what a person typed, or only these fields: what nobody touched may be as old rules allowed it."""
        untouched = {field.name for field in self._meta.fields} - set(touched) if touched else set()
        exclude = {"interview", "speaker", "key", *untouched}
        self.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
