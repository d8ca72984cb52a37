"""Whether the database has every migration that this process knows. Unknown ones, of a newer release, do no harm."""

import logging
import time
from threading import RLock
from typing import Any

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from interviews.views.refusals import RETRY_SECONDS, Face, refused

from .consumers import TRY_AGAIN

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1  # between two looks at the database while it lacks some
BEING_RENEWED = Face(_("The site is being renewed"), _("It will be back in a moment. Nothing is lost."))


class Schema:
    def __init__(self) -> None:
        self._needed: set[tuple[str, str]] = set()  # known once all of them were there
        self._missing: list[str] = []
        self._looked_at = -float("inf")
        self._looking = RLock()

    def missing(self) -> list[str]:
        """Return which migrations were missing when it was last looked; nobody looks again once all are there."""
        if not self.is_current:
            with self._looking:
                if time.monotonic() - self._looked_at > LOOK_SECONDS:
                    self.look()
        return self._missing

    @property
    def is_current(self) -> bool:
        return bool(self._needed) and not self._missing

    def look(self) -> list[str]:
        """Ask the database, which may also have become an older one, by a backup that was restored."""
        with self._looking:
            if not self.is_current or not self._needed <= MigrationRecorder(connection).applied_migrations().keys():
                self._compare()
            self._looked_at = time.monotonic()
            return self._missing

    def _compare(self) -> None:
        loader = MigrationLoader(connection)  # which knows that a squashed migration stands for several
        known = loader.graph.nodes.keys()
        missing = [f"{app}.{name}" for app, name in sorted(known - loader.applied_migrations.keys())]
        if missing and missing != self._missing:
            logger.warning("Not serving until manage.py migrate has applied %s.", ", ".join(missing))
        if self._missing and not missing:
            logger.info("All migrations are applied: serving.")
        self._missing = missing
        if not missing:
            self._needed = set(known)


schema = Schema()


def not_yet(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to every page while migrations are missing. The database's failures are the page's own."""
    try:
        if request.path == "/healthz" or not schema.missing():
            return None
    except DatabaseError:
        return None
    response = refused(request, 503, BEING_RENEWED)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def once_migrated(sockets: Any) -> Any:
    """Take sockets only when no migration is missing; ask the others to come back."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if schema.is_current or await sync_to_async(_is_current)():
            await sockets(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": TRY_AGAIN})

    return application


def _is_current() -> bool:
    try:
        return not schema.missing()
    except DatabaseError:
        return False
    finally:
        close_old_connections()
