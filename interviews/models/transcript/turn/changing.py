"""How each verb changes a turn: under the interview's lock, with one event."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interviews.models.accounts.user import User
from interviews.models.transcript.errors import NotNow
from interviews.models.transcript.event import Event
from interviews.models.transcript.event_values import as_json
from interviews.models.transcript.photo import Photo

from .fields import TELLS_READERS, TurnFields

CHANGED_BY_VERBS = ["speaker", "spoken_at", "text", "heading", "state", "version", "corrected_at", "retracted_at"]


class Conflict(Exception):
    """Somebody changed the turn since the version that was edited; `turn` is how it stands now."""

    def __init__(self, turn: TurnFields) -> None:
        super().__init__(f"turn {turn.pk} is at version {turn.version}")
        self.turn = turn


class Changing(TurnFields):
    class Meta:
        abstract = True

    def begin(self, kind: Event.Kind, photos: Iterable[Photo], by: User | None) -> None:
        # only the interview's verbs call this
        self.check_text()
        self.beginning = self.interview.log(kind, turn=self, by=by, key=self.key)
        if photos := list(photos):
            self._attach(photos)

    @contextmanager
    def _locked(self, version: int | None = None) -> Iterator[None]:
        with self.interview.locked():
            self.refresh_from_db(fields=CHANGED_BY_VERBS)
            if version is not None and version != self.version:
                raise Conflict(self)
            yield

    def _require(self, *states: TurnFields.State) -> None:
        if self.state not in states:
            words = {"state": self.get_state_display()}
            raise NotNow(_("This can't be done to a turn that is %(state)s."), params=words)

    def _set(
        self, kind: Event.Kind, new: dict[str, Any], by: User | None, key: uuid.UUID | None = None
    ) -> Event | None:
        if self.interview.reviews(by):
            self._require(self.State.PREPARED, self.State.HELD)
        photos = new.pop("photos", None)
        touched = [name for name, value in new.items() if value is not None and self._differs(name, value)]
        old = {name: getattr(self, name) for name in touched}
        for name in old:
            setattr(self, name, new[name])
        if old:
            self.check_text(old)
        before = {name: as_json(value) for name, value in old.items() if value != getattr(self, name)}
        if photos is not None and (replaced := self._attach(photos)) is not None:
            before["photos"] = replaced
        if kind == Event.Kind.CORRECTED and self.state == self.State.PUBLISHED and TELLS_READERS & before.keys():
            self.corrected_at = timezone.now()
        return self._save(kind, by, before, key=key) if before else None

    def _differs(self, name: str, value: Any) -> bool:
        # not by what can't be seen, as old texts may still have it
        old, field = getattr(self, name), cast(Any, self._meta.get_field(name))
        return bool(field.to_python(old) != field.to_python(value) if isinstance(value, str) else old != value)

    def _attach(self, photos: Iterable[Photo]) -> list[str] | None:
        old, new = list(self.photos.all()), list(photos)
        if [(photo.pk, photo.alt) for photo in old] == [(photo.pk, photo.alt) for photo in new]:
            return None
        self.photos.exclude(pk__in=[photo.pk for photo in new]).update(turn=None)
        for order, photo in enumerate(new, 1):
            photo.turn, photo.order = self, order  # type: ignore[assignment]
            photo.save(update_fields=["turn", "order", "alt"])
        return [str(photo) for photo in old]

    def _move_to(self, state: TurnFields.State, kind: Event.Kind, by: User | None, note: str = "") -> Event:
        before, self.state = self.state, state
        if state == self.State.PUBLISHED:
            self.spoken_at = self.interview.not_to_come(self.spoken_at)  # it was said while the clock was ahead
        return self._save(kind, by, before={"state": before}, note=note)

    def _save(
        self, kind: Event.Kind, by: User | None, before: dict[str, Any], note: str = "", key: uuid.UUID | None = None
    ) -> Event:
        self.version += 1
        self.save()
        return self.interview.log(kind, turn=self, by=by, before=before, note=note, key=key)
