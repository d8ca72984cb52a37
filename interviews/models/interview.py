import uuid
import zoneinfo
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from interviews.slugs import slug_for, validate_free

from .approval import Approvable, missing
from .event import Event
from .interviews import InterviewQuerySet
from .log import NotNow
from .people import Guest, Host, Person, User
from .rights import RUNS, Role
from .section import Publisher, Section
from .speaker import Speaker
from .text import one_line, validate_year
from .zone import validate_timezone

if TYPE_CHECKING:
    from .photo import Photo
    from .turn import Turn
    from .turns import TurnQuerySet

# Asked before each turn is taken, and answered no: Django would take longer to word it than to get the answer.
HEARD = """
SELECT turn.* FROM interviews_event event JOIN interviews_turn turn ON turn.id = event.turn_id
WHERE event.interview_id = %s AND event.key = %s
"""
AFTERTHOUGHTS = timedelta(days=1)  # how long after the end corrections are still likely


class Interview(Approvable):
    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SCHEDULED = "scheduled", _("scheduled")
        LIVE = "live", _("live")
        ENDED = "ended", _("ended")

    headline = models.CharField(_("headline"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=80, unique=True, blank=True, validators=[validate_free])
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
    reviewed = models.BooleanField(
        _("review"), default=False, help_text=_("What typists write waits until an editor publishes it.")
    )
    notice = models.CharField(_("notice of a pause"), max_length=200, blank=True, editable=False)
    pinned = models.ForeignKey("Turn", models.PROTECT, null=True, editable=False, related_name="+")
    old_id = models.CharField(_("old id"), max_length=100, unique=True, null=True, blank=True)

    announced_at: datetime | None  # of those that are dated()
    changed_at: datetime | None

    objects = InterviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("interview")
        verbose_name_plural = _("interviews")
        ordering = ["-starts_at", "-id"]
        permissions = [("approve_interview", "Can approve interview")]
        indexes = [models.Index(fields=["id"], name="interview_draft", condition=Q(status="draft"))]  # few, of many
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
        return _address_of(self.slug)

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def date(self) -> datetime | None:
        """When it took or takes place, in its own zone."""
        at = self.started_at or self.starts_at
        return at and at.astimezone(self.tz)

    @property
    def missing(self) -> list[str]:
        return missing(self)

    @property
    def moments(self) -> "TurnQuerySet":
        """The published turns that have a heading."""
        return self.turns.published().exclude(heading="")

    @property
    def related(self) -> InterviewQuerySet:
        return Interview.objects.announced().related_to(self).prefetch_related("speakers")

    @property
    def is_followed(self) -> bool:
        """Whether its page may still change, so that readers' pages keep listening."""
        is_over = self.ended_at and timezone.now() - self.ended_at > AFTERTHOUGHTS
        return not is_over and self.status != self.Status.DRAFT

    def seat(self, person: Person, label: str = "", title: str = "", organisation: str | None = None) -> Speaker:
        """Give a host or guest a seat. What isn't told is as it is today; an organisation of "" is told."""
        return Speaker.objects.create(
            interview=self,
            host=person if isinstance(person, Host) else None,
            guest=person if isinstance(person, Guest) else None,
            label=label or self.label_for(person),
            title=title or person.title,
            organisation=person.organisation if organisation is None else organisation,
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
            self._require_approval()
            if not self.starts_at:
                raise ValidationError(_("Set when it starts before it is announced."))
            self.status = self.Status.SCHEDULED
            self.record(Event.Kind.ANNOUNCED, by=by)

    def go_live(self, *, at: datetime | None = None, by: User | None = None) -> None:
        with self.locked():
            self._require(self.Status.DRAFT, self.Status.SCHEDULED)
            self._require_approval()
            self.status = self.Status.LIVE
            self.started_at = at or timezone.now()
            self.starts_at = self.starts_at or self.started_at
            self.record(Event.Kind.STARTED, by=by)

    def pause(self, notice: str, *, by: User | None = None) -> None:
        """Tell the readers why nothing comes; while it is paused, change what they are told."""
        with self.locked():
            self._require(self.Status.LIVE)
            before, self.notice = self.notice, one_line(notice)
            if not self.notice:
                raise ValidationError({"notice": _("Say in a few words why there is a pause.")})
            self.full_clean()
            self.record(Event.Kind.PAUSED, by=by, before={"notice": before}, note=self.notice)

    def resume(self, *, by: User | None = None) -> None:
        with self.locked():
            self._take_the_notice_off(by)

    def end(self, *, at: datetime | None = None, waiting: str = "", by: User | None = None) -> None:
        """`waiting` says what becomes of turns that wait for review: "keep", "release" or "decline" them."""
        with self.locked():
            self._require(self.Status.LIVE)
            self._settle(waiting, by)
            self._take_the_notice_off(by)
            self.status = self.Status.ENDED
            self.ended_at = at or timezone.now()
            self.record(Event.Kind.ENDED, by=by)

    def reopen(self, *, by: User | None = None) -> None:
        with self.locked():
            self._require(self.Status.ENDED)
            before = self.ended_at
            self.status, self.ended_at = self.Status.LIVE, None
            self.record(Event.Kind.REOPENED, by=by, before={"ended_at": before.isoformat() if before else None})

    def holds(self, user: User | None) -> bool:
        """Whether what this user writes waits for review."""
        return self.reviewed and user is not None and not self.is_open_to(user, RUNS)

    def is_open_to(self, user: User, roles: Collection[Role]) -> bool:
        return user.holds(roles) or Interview.objects.open_to(user, roles).filter(pk=self.pk).exists()

    def heard(self, key: uuid.UUID | None) -> "Turn | None":
        """The turn that what came with this key has become, or has become part of."""
        found = self.turns.model.objects.raw(HEARD, [self.pk, key]) if key else []
        return next(iter(found), None)

    def say(
        self,
        speaker: Speaker,
        text: str,
        *,
        key: uuid.UUID | None = None,
        spoken_at: datetime | None = None,
        heading: str = "",
        held: bool = False,
        photos: "Iterable[Photo]" = (),
        by: User | None = None,
    ) -> "Turn":
        """Append a turn; the same key again gives the turn that it made the first time."""
        from .turn import Turn  # which stands on this module

        with self.locked():
            if turn := self.heard(key):
                return turn
            self.require_begun()
            held = held or self.holds(by)
            turn = Turn(interview=self, speaker=speaker, text=text, heading=heading, key=key or uuid.uuid4())
            turn.spoken_at = spoken_at or timezone.now()
            turn.state = Turn.State.HELD if held else Turn.State.PUBLISHED
            turn.begin(Event.Kind.HELD if held else Event.Kind.SAID, photos, by)
        return turn

    def say_all(self, turns: "Sequence[Turn]", *, by: User | None = None) -> "list[Turn]":
        """Append turns that are new and checked, as `say` does each, all or none; one whose key was heard is known."""
        with self.locked():
            self.require_begun()
            known = self.events.filter(key__in=[turn.key for turn in turns]).select_related("turn")
            heard = {event.key: event.turn for event in known if event.turn}
            new = [turn for turn in turns if heard.setdefault(turn.key, turn) is turn]
            kind = Event.Kind.HELD if self.holds(by) else Event.Kind.SAID
            self.turns.append(new, "held" if kind == Event.Kind.HELD else "published")
            self.record_all(kind, new, by)
        return [heard[turn.key] for turn in turns]

    def prepare(self, speaker: Speaker, text: str, *, key: uuid.UUID | None = None, by: User | None = None) -> "Turn":
        """Put a turn at the end of the queue, to be released when its time comes."""
        from .turn import Turn

        with self.locked():
            if turn := self.heard(key):
                return turn
            turn = Turn(interview=self, speaker=speaker, text=text, key=key or uuid.uuid4())
            turn.state = Turn.State.PREPARED
            queue = self.turns.prepared()
            turn.spoken_at = queue.moment_after(last) if (last := queue.last()) else timezone.now()
            turn.begin(Event.Kind.PREPARED, (), by)
        return turn

    def revise(self, *, by: User | None = None, **fields: Any) -> None:
        """Change what stands around the turns: headline, lede, summary, dates, section, language, zone."""
        with self.locked():
            before = {name: getattr(self, name) for name, value in fields.items() if getattr(self, name) != value}
            if not before:
                return
            for name in before:
                setattr(self, name, fields[name])
            before |= self._withdraw_approval()
            self.full_clean()
            every_turn = {"language", "timezone"} & before.keys()
            self.record(
                Event.Kind.RECAST if every_turn else Event.Kind.REVISED,
                by=by,
                before={name: None if value is None else str(value) for name, value in before.items()},
            )

    def recast(self, *, by: User | None = None) -> None:
        """Tell the readers that the speakers were changed: labels stand on every turn. Of a draft nobody is told."""
        with self.locked():
            before = self._withdraw_approval()
            if before or self.status != self.Status.DRAFT:
                self.record(Event.Kind.RECAST, by=by, before=before)

    def require_begun(self) -> None:
        """Before the start nothing is published."""
        self._require(self.Status.LIVE, self.Status.ENDED)

    def _settle(self, waiting: str, by: User | None) -> None:
        held = list(self.turns.held())
        if held and waiting not in ("keep", "release", "decline"):
            message = _("Turns wait for review: publish them, decline them, or keep them waiting.")
            raise ValidationError({"waiting": message})
        for turn in held if waiting != "keep" else []:
            turn.interview = self
            getattr(turn, waiting)(by=by)

    def _take_the_notice_off(self, by: User | None) -> None:
        if self.notice:
            before, self.notice = self.notice, ""
            self.record(Event.Kind.RESUMED, by=by, before={"notice": before})

    def _require(self, *statuses: Status) -> None:
        if self.status not in statuses:
            words = {"status": self.get_status_display()}
            raise NotNow(_("This can't be done while the interview is %(status)s."), params=words)


@lru_cache(1000)
def _address_of(slug: str) -> str:
    """Each turn of a page asks for it, and Django takes as long to find it as to write half a turn."""
    return reverse("interview", args=[slug])
