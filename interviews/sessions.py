"""Django's sessions in the database: read by SQL that is composed once, and never written back once they have ended."""

from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

VALID = "SELECT * FROM django_session WHERE session_key = %s AND expire_date > %s"
REPLACED = "was-"  # before a key that was replaced, as a row's key: 40 characters at most; no cookie's key has a hyphen
REPLACED_VALID = timedelta(seconds=30)
SUCCESSOR = "successor"


class SessionStore(db.SessionStore):
    """Each request of a signed-in user reads one; Django takes longer to compose it than PostgreSQL takes to answer.

    A key that was replaced is dead. For a moment a note tells that from a session that has ended, so that what the same
    browser sent at the same time can be asked for again instead of asking its user to sign in.
    """

    has_outgrown_its_key = False  # the user's rights are others than when it was given out

    def __init__(self, session_key: str | None = None) -> None:
        # A cookie may hold anything, also the NUL that PostgreSQL takes in no text.
        self._asked_for = session_key if session_key and session_key.isalnum() else None
        super().__init__(self._asked_for)

    def load(self) -> dict[str, Any]:
        # if it is over or there never was one, Django looks again and forgets its key
        found = next(iter(self.model.objects.raw(VALID, [self.session_key, timezone.now()])), None)
        return self.decode(found.session_data) if found else super().load()

    def save(self, must_create: bool = False) -> None:
        """Write what changed. UpdateError if the session has ended or has another key since it was read."""
        if must_create or not self.session_key:
            return super().save(must_create)
        row = self.create_model_instance(dict(self.items()))
        kept = _alive(self.model, self.session_key)
        if not kept.update(session_data=row.session_data, expire_date=row.expire_date):
            raise UpdateError
        return None

    def cycle_key(self) -> None:
        """Go on under another key. UpdateError if the session has ended or has another key since it was read."""
        old, data = self.session_key, dict(self.items())
        with transaction.atomic():
            if old and not self._end(old):
                raise UpdateError
            self.create()
            if old:
                self._note(old, {SUCCESSOR: self.session_key})
            self.update(data)
            self.save()
        self.has_outgrown_its_key = False

    def supersede(self) -> None:
        """End it for the session that the same browser is about to get."""
        with transaction.atomic():
            if (key := self.session_key) and self._end(key):
                self._note(key, {})
            self.flush()

    def flush(self) -> None:
        """End it, under whatever key it goes on: another request of this browser may just have replaced that."""
        asked_for, self._asked_for = self._asked_for, None  # or its answer would be to ask again
        super().flush()
        self.has_outgrown_its_key = False  # or the answer would begin another
        while asked_for and (note := _alive(self.model, REPLACED + asked_for).first()):
            asked_for = self.decode(note.session_data).get(SUCCESSOR)
            if asked_for:
                self._end(asked_for)

    @property
    def was_replaced(self) -> bool:
        """Whether the browser has been given another key a moment ago."""
        return bool(self._asked_for) and _alive(self.model, f"{REPLACED}{self._asked_for}").exists()

    def _end(self, key: str) -> int:
        return int(_alive(self.model, key).delete()[0])

    def _note(self, key: str, data: dict[str, Any]) -> None:
        until = timezone.now() + REPLACED_VALID
        self.model.objects.create(session_key=REPLACED + key, session_data=self.encode(data), expire_date=until)


def _alive(model: Any, key: str) -> "QuerySet[Any]":
    rows: QuerySet[Any] = model.objects.filter(session_key=key, expire_date__gt=timezone.now())
    return rows
