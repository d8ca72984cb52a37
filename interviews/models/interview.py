import uuid
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from interviews.slugs import slug_for

from .event import Event
from .people import Guest, Host, Person, User
from .section import Publisher, Section
from .speaker import Speaker

if TYPE_CHECKING:
    from .turn import Turn

AFTERTHOUGHTS = timedelta(days=1)  # how long after the end corrections are still likely
CHANNEL = "interviews"  # PostgreSQL's NOTIFY: "<interview's id>:<seq>"


class NotNow(ValidationError):
    """The interview is not in the state that this verb needs."""


class InterviewQuerySet(models.QuerySet["Interview"]):
    def announced(self) -> "InterviewQuerySet":
        return self.exclude(status=Interview.Status.DRAFT)

    def run_by(self, user: Any) -> "InterviewQuerySet":
        """The interviews whose desk the user may use."""
        return self if user.has_perm("interviews.change_interview") else self.none()


def validate_timezone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone. Try Asia/Shanghai"), params={"name": name})


def validate_year(at: datetime) -> None:
    if not 1900 <= at.year <= 2200:  # PostgreSQL keeps years that Python can't read back
        raise ValidationError(_("The year has to be between 1900 and 2200."))


class Interview(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SCHEDULED = "scheduled", _("scheduled")
        LIVE = "live", _("live")
        ENDED = "ended", _("ended")

    headline = models.CharField(_("headline"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=80, unique=True, blank=True)
    lede = models.TextField(_("lede"), blank=True)
    summary = models.TextField(_("summary"), blank=True)
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="interviews", verbose_name=_("section")
    )
    publishers = models.ManyToManyField(Publisher, blank=True, related_name="interviews", verbose_name=_("publishers"))
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
    pinned = models.ForeignKey("Turn", models.PROTECT, null=True, editable=False, related_name="+")
    seq = models.PositiveBigIntegerField(_("seq"), default=0, editable=False)
    epoch = models.UUIDField(_("epoch"), default=uuid.uuid4, editable=False)
    old_id = models.CharField(_("old id"), max_length=100, unique=True, null=True, blank=True)

    objects = InterviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("interview")
        verbose_name_plural = _("interviews")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(starts_at__isnull=False), name="interview_announced_with_a_date"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["live", "ended"]) | Q(started_at__isnull=False), name="interview_live_started"
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False, ended_at__gte=models.F("started_at"))
                | (~Q(status="ended") & Q(ended_at__isnull=True)),
                name="interview_ended_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "scheduled", "live", "ended"]), name="interview_known_status"
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or slug_for(Interview, self.headline)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("interview", args=[self.slug])

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def date(self) -> datetime | None:
        """When it took or takes place, in its own zone."""
        at = self.started_at or self.starts_at
        return at and at.astimezone(self.tz)

    @property
    def is_followed(self) -> bool:
        """Whether its page may still change, so that readers' pages keep listening."""
        return not self.ended_at or timezone.now() - self.ended_at < AFTERTHOUGHTS

    def seat(self, person: Person, label: str = "", title: str = "") -> Speaker:
        """Give a host or guest a seat."""
        return Speaker.objects.create(
            interview=self,
            host=person if isinstance(person, Host) else None,
            guest=person if isinstance(person, Guest) else None,
            label=label or self.label_for(person),
            title=title or person.title,
            order=self.speakers.count() + 1,
        )

    def label_for(self, person: Person) -> str:
        """A single host is shown by role, everybody else by name."""
        if not isinstance(person, Host) or (self.pk and self.speakers.exclude(host=None).exclude(host=person).exists()):
            return person.name
        with translation.override(self.language):
            return gettext("Host")

    def announce(self, *, by: User | None = None) -> None:
        with self.locked():
            self._require(self.Status.DRAFT)
            if not self.starts_at:
                raise ValidationError(_("Set when it starts before it is announced."))
            self.status = self.Status.SCHEDULED
            self.record(Event.Kind.ANNOUNCED, by=by)

    def go_live(self, *, at: datetime | None = None, by: User | None = None) -> None:
        with self.locked():
            self._require(self.Status.DRAFT, self.Status.SCHEDULED)
            self.status = self.Status.LIVE
            self.started_at = at or timezone.now()
            self.starts_at = self.starts_at or self.started_at
            self.record(Event.Kind.STARTED, by=by)

    def end(self, *, at: datetime | None = None, by: User | None = None) -> None:
        with self.locked():
            self._require(self.Status.LIVE)
            self.status = self.Status.ENDED
            self.ended_at = at or timezone.now()
            self.record(Event.Kind.ENDED, by=by)

    def say(
        self,
        speaker: Speaker,
        text: str,
        *,
        key: uuid.UUID | None = None,
        spoken_at: datetime | None = None,
        heading: str = "",
        held: bool = False,
        by: User | None = None,
    ) -> "Turn":
        """Append a turn; the same key again gives the turn that it made the first time."""
        from .turn import Turn  # which stands on this module

        with self.locked():
            if key and (turn := self.turns.filter(key=key).first()):
                return turn
            if not held:
                self.require_begun()
            turn = Turn(interview=self, speaker=speaker, text=text, heading=heading, key=key or uuid.uuid4())
            turn.spoken_at = spoken_at or timezone.now()
            turn.state = Turn.State.HELD if held else Turn.State.PUBLISHED
            turn.check_text()
            turn.save(force_insert=True)
            self.record(Event.Kind.HELD if held else Event.Kind.SAID, turn=turn, by=by)
        return turn

    def revise(self, *, by: User | None = None, **fields: Any) -> None:
        """Change what stands around the turns: headline, lede, summary, dates, section, language, zone."""
        with self.locked():
            before = {name: getattr(self, name) for name, value in fields.items() if getattr(self, name) != value}
            if not before:
                return
            for name in before:
                setattr(self, name, fields[name])
            self.full_clean()
            every_turn = {"language", "timezone"} & before.keys()
            self.record(
                Event.Kind.RECAST if every_turn else Event.Kind.REVISED,
                by=by,
                before={name: None if value is None else str(value) for name, value in before.items()},
            )

    def recast(self, *, by: User | None = None) -> None:
        """Tell the readers that the speakers were changed: labels stand on every turn."""
        with self.locked():
            self.record(Event.Kind.RECAST, by=by)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One change at a time: the row's lock is what keeps seq free of gaps."""
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Interview.objects.select_for_update(no_key=True))
            yield

    def record(
        self,
        kind: Event.Kind,
        *,
        turn: "Turn | None" = None,
        by: User | None = None,
        before: dict[str, Any] | None = None,
        note: str = "",
    ) -> Event:
        """Take the next seq, write the event and ring the bell. Only the verbs call this, inside locked()."""
        self.seq += 1
        self.save()
        event = Event.objects.create(
            interview=self, seq=self.seq, kind=kind, turn=turn, user=by, before=before or {}, note=note
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{self.pk}:{self.seq}"])
        return event

    def require_begun(self) -> None:
        """Before the start nothing is published."""
        self._require(self.Status.LIVE, self.Status.ENDED)

    def _require(self, *statuses: Status) -> None:
        if self.status not in statuses:
            words = {"status": self.get_status_display()}
            raise NotNow(_("This can't be done while the interview is %(status)s."), params=words)
