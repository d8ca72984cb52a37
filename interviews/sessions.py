"""Django's sessions in the database, but read by SQL that is composed once."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

VALID = "SELECT * FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Each request of a signed-in user reads one; Django takes longer to compose it than PostgreSQL takes to answer."""

    def __init__(self, session_key: str | None = None) -> None:
        # A cookie may hold anything, also the NUL that PostgreSQL takes in no text.
        super().__init__(session_key if session_key and session_key.isalnum() else None)

    def load(self) -> dict[str, Any]:
        # if it is over or there never was one, Django looks again and forgets its key
        found = next(iter(self.model.objects.raw(VALID, [self.session_key, timezone.now()])), None)
        return self.decode(found.session_data) if found else super().load()
