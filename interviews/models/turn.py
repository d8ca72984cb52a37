import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from .before import as_it_was, kept
from .event import Event
from .interview import Interview
from .log import NotNow
from .people import User
from .speaker import Speaker
from .text import LONGEST_TEXT, one_line, opening, tidy, validate_year
from .turns import SHOWN, TurnQuerySet

if TYPE_CHECKING:
    from .photo import Photo
    from .suggestion import Suggestion

FRESH = ["speaker", "spoken_at", "text", "heading", "state", "version", "corrected_at", "retracted_at"]
SAID = {"text", "speaker", "spoken_at", "photos"}  # whoever has read it is told that it was corrected


class Conflict(Exception):
    """Somebody changed the turn since the version that was edited; `turn` is how it stands now."""

    def __init__(self, turn: "Turn") -> None:
        super().__init__(f"turn {turn.pk} is at version {turn.version}")
        self.turn = turn


class Turn(models.Model):
    class State(models.TextChoices):
        PREPARED = "prepared", _("prepared")
        HELD = "held", _("held")
        PUBLISHED = "published", _("published")
        RETRACTED = "retracted", _("retracted")
        DECLINED = "declined", _("declined")

    interview = models.ForeignKey(Interview, models.PROTECT, related_name="turns", verbose_name=_("interview"))
    speaker = models.ForeignKey(Speaker, models.PROTECT, related_name="turns", verbose_name=_("speaker"))
    spoken_at = models.DateTimeField(_("spoken at"), validators=[validate_year])
    text = models.TextField(
        _("text"), validators=[MaxLengthValidator(LONGEST_TEXT)], help_text=_("Each line is a paragraph.")
    )
    heading = models.CharField(_("key moment"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PUBLISHED, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    corrected_at = models.DateTimeField(_("corrected at"), null=True, editable=False)  # what readers had seen
    retracted_at = models.DateTimeField(_("retracted at"), null=True, editable=False)
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
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "held", "published", "retracted", "declined"]),
                name="turn_known_state",
            ),
            models.CheckConstraint(condition=Q(version__gt=0), name="turn_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.speaker.label}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        return f"{self.interview.get_absolute_url()}#turn-{self.pk}"

    @property
    def card_url(self) -> str:
        """Of the turn alone, for those to whom it is shown by somebody."""
        return f"{self.interview.get_absolute_url()}turns/{self.pk}/"

    @cached_property
    def beginning(self) -> Event:
        """The event that it came with."""
        event = self.events.first()
        assert event
        return event

    @cached_property
    def pictures(self) -> "list[Photo]":
        """Its photos, asked for once."""
        return list(self.photos.all())

    @property
    def is_shown(self) -> bool:
        return self.state in SHOWN

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n")

    @property
    def headline(self) -> str:
        """Its heading as a key moment, or how it begins."""
        return self.heading or opening(self.paragraphs[0])

    @property
    def sort_key(self) -> int:
        """`spoken_at` in microseconds since 1970; turns of one instant follow their ids."""
        return round(self.spoken_at.timestamp() * 1_000_000)

    def clean(self) -> None:
        self.text = tidy(self.text)
        self.heading = one_line(self.heading)
        if not self.text:
            raise ValidationError({"text": _("A turn needs some text.")})
        if self.speaker.interview_id != self.interview_id:
            raise ValidationError({"speaker": _("This speaker has no seat in this interview.")})

    def check_text(self) -> None:
        """Every rule for what a person typed; the database holds the rest."""
        self.full_clean(exclude=["interview", "speaker", "key"], validate_unique=False, validate_constraints=False)

    def begin(self, kind: Event.Kind, photos: "Iterable[Photo]", by: User | None) -> None:
        """Only the interview's verbs call this."""
        self.check_text()
        self.beginning = self.interview.record(kind, turn=self, by=by, key=self.key)
        if photos := list(photos):
            self._show(photos)

    def grow(self, text: str, *, key: uuid.UUID | None = None, by: User | None = None) -> "Turn":
        """Add paragraphs while it is still being spoken; the same key again adds nothing.

        What waits for review can't join what is published, and nothing what was taken away meanwhile: then it
        becomes a turn of its own, which is returned.
        """
        with self._locked():
            if turn := self.interview.heard(key):
                return turn
            public = [] if self.interview.holds(by) else [self.State.PUBLISHED]
            if self.state not in (self.State.PREPARED, self.State.HELD, *public):
                return self.interview.say(self.speaker, text, key=key, by=by)
            self._set(Event.Kind.GREW, {"text": f"{self.text}\n{text}"}, by, key)
        return self

    def correct(
        self,
        *,
        version: int,
        text: str | None = None,
        speaker: Speaker | None = None,
        spoken_at: datetime | None = None,
        photos: "Iterable[Photo] | None" = None,
        by: User | None = None,
    ) -> Event | None:
        """Replace what is given; Conflict if the turn is no longer at this version, None if nothing differed."""
        with self._locked(version):
            new = {"text": text, "speaker": speaker, "spoken_at": spoken_at, "photos": photos}
            return self._set(Event.Kind.CORRECTED, new, by)

    def suggest(self, *, version: int, text: str, speaker: Speaker, by: User) -> "Suggestion | None":
        """A correction that an editor takes or dismisses; the same again is one, None if nothing differs."""
        from .suggestion import Suggestion  # which stands on this module

        with self._locked(version):
            self._require(self.State.PUBLISHED)
            suggested: dict[str, Any] = {"text": tidy(text), "speaker": speaker}
            if suggested == {"text": self.text, "speaker": self.speaker}:
                return None
            if same := self.suggestions.open().filter(version=version, user=by, **suggested).first():
                return same
            suggestion = Suggestion(turn=self, version=version, user=by, **suggested)
            suggestion.full_clean(exclude=["decided_at"])
            suggestion.save()
            self.interview.record(Event.Kind.SUGGESTED, turn=self, by=by)
        return suggestion

    def mark(self, heading: str, *, by: User | None = None) -> Event | None:
        """Make this a key moment, or with an empty heading none."""
        with self._locked():
            return self._set(Event.Kind.MARKED, {"heading": heading}, by)

    def move(self, before: "Turn | None" = None, *, by: User | None = None) -> Event:
        """Within the queue: right before that turn, or else to its end. No correction, so the version stays."""
        with self._locked():
            self._require(self.State.PREPARED)
            others = self.interview.turns.prepared().exclude(pk=self.pk)
            follower = others.filter(pk=before.pk).first() if before else None
            if follower and not others.room_before(follower):
                follower._queue_at(others.moment_after(follower), by)
            last = others.last() or self
            return self._queue_at(others.moment_before(follower) if follower else others.moment_after(last), by)

    def _queue_at(self, moment: datetime, by: User | None) -> Event:
        before, self.spoken_at = self.spoken_at, moment
        self.save()
        return self.interview.record(Event.Kind.MOVED, turn=self, by=by, before={"spoken_at": before.isoformat()})

    def release(self, *, by: User | None = None) -> Event:
        """Publish what was prepared, as spoken now, or what was held, as spoken then."""
        with self._locked():
            self._require(self.State.PREPARED, self.State.HELD)
            self.interview.require_begun()
            if self.state == self.State.PREPARED:
                self.spoken_at = timezone.now()
            if self.interview.holds(by):
                self._require(self.State.PREPARED)
                return self._move_to(self.State.HELD, Event.Kind.HELD, by)
            return self._move_to(self.State.PUBLISHED, Event.Kind.RELEASED, by)

    def decline(self, *, reason: str = "", by: User | None = None) -> Event:
        """Keep it from being published; nothing of it is lost."""
        with self._locked():
            self._require(self.State.PREPARED, self.State.HELD)
            return self._move_to(self.State.DECLINED, Event.Kind.DECLINED, by, reason)

    def retract(self, *, version: int | None = None, reason: str = "", by: User | None = None) -> Event:
        with self._locked(version):
            self._require(self.State.PUBLISHED)
            self._take_the_pin_off(by)
            self.retracted_at = timezone.now()
            return self._move_to(self.State.RETRACTED, Event.Kind.RETRACTED, by, reason)

    def restore(self, *, by: User | None = None) -> Event:
        with self._locked():
            self._require(self.State.RETRACTED, self.State.DECLINED)
            farewell = self.events.filter(kind__in=[Event.Kind.RETRACTED, Event.Kind.DECLINED]).last()
            assert farewell
            self.retracted_at = None
            return self._move_to(self.State(farewell.before["state"]), Event.Kind.RESTORED, by)

    def pin(self, *, by: User | None = None) -> Event | None:
        with self._locked():
            self._require(self.State.PUBLISHED)
            if self.interview.pinned_id == self.pk:
                return None
            if self.interview.pinned:
                self.interview.record(Event.Kind.UNPINNED, turn=self.interview.pinned, by=by)
            self.interview.pinned = self
            return self.interview.record(Event.Kind.PINNED, turn=self, by=by)

    def unpin(self, *, by: User | None = None) -> Event | None:
        """Nothing, if another turn was pinned meanwhile."""
        with self._locked():
            return self._take_the_pin_off(by)

    def undo(self, event: Event, *, by: User | None = None) -> Event:
        """Take back what this event did to the turn, by a change of its own; NotNow if it isn't the last that did."""
        with self._locked():
            if self.events.last() != event:
                raise NotNow(_("Something has happened to this turn since."))
            if self.interview.holds(by) and self.state in (self.State.PUBLISHED, self.State.RETRACTED):
                raise NotNow(_("What readers have seen is for an editor to change, since there is review."))
            if not (undone := self._undo(event, by)):
                raise NotNow(_("This can't be undone."))
            return undone

    def _undo(self, event: Event, by: User | None) -> Event | None:
        match event.kind:
            case Event.Kind.CORRECTED | Event.Kind.GREW | Event.Kind.MARKED | Event.Kind.MOVED:
                return self._set(Event.Kind.CORRECTED, as_it_was(event.before, self.interview), by)
            case Event.Kind.RETRACTED | Event.Kind.DECLINED:
                return self.restore(by=by)
            case Event.Kind.PINNED:
                return self.unpin(by=by)
            case Event.Kind.UNPINNED:
                return None if self.interview.pinned_id else self.pin(by=by)
            case Event.Kind.SUGGESTED | Event.Kind.DISMISSED:
                return None
        return self.retract(by=by) if self.state == self.State.PUBLISHED else self.decline(by=by)

    def _take_the_pin_off(self, by: User | None) -> Event | None:
        if self.interview.pinned_id != self.pk:
            return None
        self.interview.pinned = None
        return self.interview.record(Event.Kind.UNPINNED, turn=self, by=by)

    @contextmanager
    def _locked(self, version: int | None = None) -> Iterator[None]:
        with self.interview.locked():
            self.refresh_from_db(fields=FRESH)
            if version is not None and version != self.version:
                raise Conflict(self)
            yield

    def _set(
        self, kind: Event.Kind, new: dict[str, Any], by: User | None, key: uuid.UUID | None = None
    ) -> Event | None:
        if self.interview.holds(by):
            self._require(self.State.PREPARED, self.State.HELD)
        photos = new.pop("photos", None)
        old = {name: getattr(self, name) for name, value in new.items() if value is not None}
        for name in old:
            setattr(self, name, new[name])
        self.check_text()
        before = {name: kept(value) for name, value in old.items() if value != getattr(self, name)}
        if photos is not None and (shown := self._show(photos)) is not None:
            before["photos"] = shown
        if kind == Event.Kind.CORRECTED and self.state == self.State.PUBLISHED and SAID & before.keys():
            self.corrected_at = timezone.now()
        return self._save(kind, by, before, key=key) if before else None

    def _show(self, photos: "Iterable[Photo]") -> list[str] | None:
        """Make these the turn's photos; the names and descriptions of those it had, None if they are the same."""
        old, new = list(self.photos.all()), list(photos)
        if [(photo.pk, photo.alt) for photo in old] == [(photo.pk, photo.alt) for photo in new]:
            return None
        self.photos.exclude(pk__in=[photo.pk for photo in new]).update(turn=None)
        for order, photo in enumerate(new, 1):
            photo.turn, photo.order = self, order
            photo.save(update_fields=["turn", "order", "alt"])
        return [str(photo) for photo in old]

    def _move_to(self, state: State, kind: Event.Kind, by: User | None, note: str = "") -> Event:
        before, self.state = self.state, state
        return self._save(kind, by, before={"state": before}, note=note)

    def _save(
        self,
        kind: Event.Kind,
        by: User | None,
        before: dict[str, Any],
        note: str = "",
        key: uuid.UUID | None = None,
    ) -> Event:
        self.version += 1
        self.save()
        return self.interview.record(kind, turn=self, by=by, before=before, note=note, key=key)

    def _require(self, *states: State) -> None:
        if self.state not in states:
            words = {"state": self.get_state_display()}
            raise NotNow(_("This can't be done to a turn that is %(state)s."), params=words)
