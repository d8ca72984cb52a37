import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .event import Event
from .interview import Interview, NotNow, validate_year
from .people import User
from .speaker import Speaker

LONGEST_TEXT = 20_000  # characters; an hour of one person's speech is about that
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Conflict(Exception):
    """Somebody changed the turn since the version that was edited; `turn` is how it stands now."""

    def __init__(self, turn: "Turn") -> None:
        super().__init__(f"turn {turn.pk} is at version {turn.version}")
        self.turn = turn


class TurnQuerySet(models.QuerySet["Turn"]):
    def published(self) -> "TurnQuerySet":
        return self.filter(state=Turn.State.PUBLISHED)


class Turn(models.Model):
    class State(models.TextChoices):
        HELD = "held", _("held")
        PUBLISHED = "published", _("published")
        RETRACTED = "retracted", _("retracted")

    interview = models.ForeignKey(Interview, models.PROTECT, related_name="turns", verbose_name=_("interview"))
    speaker = models.ForeignKey(Speaker, models.PROTECT, related_name="turns", verbose_name=_("speaker"))
    spoken_at = models.DateTimeField(_("spoken at"), validators=[validate_year])
    text = models.TextField(
        _("text"), validators=[MaxLengthValidator(LONGEST_TEXT)], help_text=_("Each line is a paragraph.")
    )
    heading = models.CharField(_("key moment"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PUBLISHED, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["spoken_at", "id"]
        indexes = [models.Index(fields=["interview", "spoken_at", "id"], name="turn_order")]
        constraints = [
            models.UniqueConstraint(fields=["interview", "key"], name="turn_key_once"),
            models.CheckConstraint(condition=~Q(text=""), name="turn_says_something"),
            models.CheckConstraint(condition=Q(state__in=["held", "published", "retracted"]), name="turn_known_state"),
            models.CheckConstraint(condition=Q(version__gt=0), name="turn_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.speaker.label}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        return f"{self.interview.get_absolute_url()}#turn-{self.pk}"

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n")

    @property
    def sort_key(self) -> int:
        """`spoken_at` in microseconds since 1970; turns of one instant follow their ids."""
        return round(self.spoken_at.timestamp() * 1_000_000)

    def clean(self) -> None:
        self.text = tidy(self.text)
        self.heading = " ".join(CONTROL.sub(" ", self.heading).split())
        if not self.text:
            raise ValidationError({"text": _("A turn needs some text.")})
        if self.speaker.interview_id != self.interview_id:
            raise ValidationError({"speaker": _("This speaker has no seat in this interview.")})

    def check_text(self) -> None:
        """Every rule for what a person typed; the database holds the rest."""
        self.full_clean(exclude=["interview", "key"], validate_unique=False, validate_constraints=False)

    def correct(
        self,
        *,
        version: int,
        text: str | None = None,
        speaker: Speaker | None = None,
        spoken_at: datetime | None = None,
        by: User | None = None,
    ) -> None:
        """Replace what is given; Conflict if the turn is no longer at this version."""
        with self._locked(version):
            self._set(Event.Kind.CORRECTED, {"text": text, "speaker": speaker, "spoken_at": spoken_at}, by)

    def mark(self, heading: str, *, by: User | None = None) -> None:
        """Make this a key moment, or with an empty heading none."""
        with self._locked():
            self._set(Event.Kind.MARKED, {"heading": heading}, by)

    def release(self, *, by: User | None = None) -> None:
        with self._locked():
            self._require(self.State.HELD)
            self.interview.require_begun()
            self.spoken_at = timezone.now()
            self._move(self.State.PUBLISHED, Event.Kind.RELEASED, by)

    def retract(self, *, version: int | None = None, reason: str = "", by: User | None = None) -> None:
        with self._locked(version):
            self._require(self.State.PUBLISHED, self.State.HELD)
            self._take_the_pin_off(by)
            self._move(self.State.RETRACTED, Event.Kind.RETRACTED, by, reason)

    def restore(self, *, by: User | None = None) -> None:
        with self._locked():
            self._require(self.State.RETRACTED)
            retraction = self.events.filter(kind=Event.Kind.RETRACTED).last()
            assert retraction
            self._move(self.State(retraction.before["state"]), Event.Kind.RESTORED, by)

    def pin(self, *, by: User | None = None) -> None:
        with self._locked():
            self._require(self.State.PUBLISHED)
            if self.interview.pinned_id != self.pk:
                self.interview.pinned = self
                self.interview.record(Event.Kind.PINNED, turn=self, by=by)

    def unpin(self, *, by: User | None = None) -> None:
        """Nothing, if another turn was pinned meanwhile."""
        with self._locked():
            self._take_the_pin_off(by)

    def _take_the_pin_off(self, by: User | None) -> None:
        if self.interview.pinned_id == self.pk:
            self.interview.pinned = None
            self.interview.record(Event.Kind.UNPINNED, turn=self, by=by)

    @contextmanager
    def _locked(self, version: int | None = None) -> Iterator[None]:
        with self.interview.locked():
            self.refresh_from_db(fields=["speaker", "spoken_at", "text", "heading", "state", "version"])
            if version is not None and version != self.version:
                raise Conflict(self)
            yield

    def _set(self, kind: Event.Kind, new: dict[str, Any], by: User | None) -> None:
        old = {name: getattr(self, name) for name, value in new.items() if value is not None}
        for name in old:
            setattr(self, name, new[name])
        self.check_text()
        before = {name: value for name, value in old.items() if value != getattr(self, name)}
        if before:
            self._save(kind, by, before={name: _plain(value) for name, value in before.items()})

    def _move(self, state: State, kind: Event.Kind, by: User | None, note: str = "") -> None:
        before, self.state = self.state, state
        self._save(kind, by, before={"state": before}, note=note)

    def _save(self, kind: Event.Kind, by: User | None, before: dict[str, Any], note: str = "") -> None:
        self.version += 1
        self.save()
        self.interview.record(kind, turn=self, by=by, before=before, note=note)

    def _require(self, *states: State) -> None:
        if self.state not in states:
            words = {"state": self.get_state_display()}
            raise NotNow(_("This can't be done to a turn that is %(state)s."), params=words)


def tidy(text: str) -> str:
    """The text as paragraphs, one a line: no empty lines, no spaces around, nothing that can't be seen."""
    lines = (CONTROL.sub("", line.replace("\t", " ")).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _plain(value: Any) -> Any:
    """As JSON keeps it in an event."""
    if isinstance(value, Speaker):
        return value.label
    return value.isoformat() if isinstance(value, datetime) else value
