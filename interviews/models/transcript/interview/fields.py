"""The fields of an interview, without its verbs."""

import zoneinfo
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interviews.models.accounts.roles import RUNS, Role
from interviews.models.accounts.user import User
from interviews.models.people.person import Guest, Host
from interviews.models.transcript.errors import NotNow
from interviews.models.transcript.log import Logged
from interviews.models.values.searched import Searchable
from interviews.models.values.slugs import save_with_slug, validate_free
from interviews.models.values.text import validate_year
from interviews.models.values.text_fields import LineField, ProseField
from interviews.models.values.time_zones import validate_timezone

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from interviews.models.transcript.speaker import Speaker

CORRECTIONS_EXPECTED = timedelta(days=1)  # how long after the end corrections are still likely


class InterviewFields(Searchable, Logged):
    SEARCHED, SEARCHED_LATER = ("headline", "lede"), ("summary",)

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SCHEDULED = "scheduled", _("scheduled")
        LIVE = "live", _("live")
        ENDED = "ended", _("ended")

    headline = LineField(_("headline"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=80, unique=True, blank=True, validators=[validate_free])
    lede = ProseField(_("lede"), blank=True)
    summary = ProseField(_("summary"), blank=True)
    section = models.ForeignKey(
        "interviews.Section",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="interviews",
        verbose_name=_("section"),
    )
    publishers = models.ManyToManyField(
        "interviews.Publisher", blank=True, related_name="interviews", verbose_name=_("publishers")
    )
    hosts = models.ManyToManyField(Host, through="Speaker", related_name="interviews", verbose_name=_("hosts"))
    guests = models.ManyToManyField(Guest, through="Speaker", related_name="interviews", verbose_name=_("guests"))
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    timezone = models.CharField(
        _("time zone"), max_length=50, default=settings.TIME_ZONE, validators=[validate_timezone]
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    starts_at = models.DateTimeField(
        _("starts at"), null=True, blank=True, validators=[validate_year], help_text=_("In the time zone above.")
    )
    started_at = models.DateTimeField(_("started at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    reviewed = models.BooleanField(
        _("review"), default=False, help_text=_("What typists write waits until an editor publishes it.")
    )
    notice = LineField(_("notice of a pause"), max_length=200, blank=True, editable=False)
    pinned = models.ForeignKey("interviews.Turn", models.PROTECT, null=True, editable=False, related_name="+")
    old_id = models.CharField(_("old id"), max_length=100, unique=True, null=True, blank=True)

    speakers: "RelatedManager[Speaker]"
    turns: Any
    events: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.headline

    def save(self, *args: Any, **kwargs: Any) -> None:
        save_with_slug(self, self.headline, partial(super().save, *args, **kwargs))

    def get_absolute_url(self) -> str:
        return _address_of(self.slug)

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def date(self) -> datetime | None:
        at = self.started_at or self.starts_at
        return at and at.astimezone(self.tz)

    @property
    def is_followed(self) -> bool:
        # readers' pages listen as long as the interview's may still change
        is_over = self.ended_at and timezone.now() - self.ended_at > CORRECTIONS_EXPECTED
        return not is_over and self.status != self.Status.DRAFT

    def set_up(self) -> Self:
        """Return a new interview, not saved, with what stays the same from one to the next of a series."""
        same = ("headline", "section", "language", "timezone", "reviewed")
        return type(self)(**{name: getattr(self, name) for name in same})

    def is_open_to(self, user: User, roles: Collection[Role]) -> bool:
        interviews: Any = type(self)._default_manager
        return user.has_any_role(roles) or interviews.open_to(user, roles).filter(pk=self.pk).exists()

    def reviews(self, user: User | None) -> bool:
        """Whether what this user writes waits for review."""
        return self.reviewed and user is not None and not self.is_open_to(user, RUNS)

    def require_begun(self) -> None:
        self._require(self.Status.LIVE, self.Status.ENDED)

    def _require(self, *statuses: Status) -> None:
        if self.status not in statuses:
            words = {"status": self.get_status_display()}
            raise NotNow(_("This can't be done while the interview is %(status)s."), params=words)


@lru_cache(1000)  # each turn of a page asks for it, and reverse() takes half as long as rendering a turn
def _address_of(slug: str) -> str:
    return reverse("interview", args=[slug])
