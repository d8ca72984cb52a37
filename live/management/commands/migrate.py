import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import DatabaseError, OperationalError, connections
from psycopg.errors import DeadlockDetected, LockNotAvailable

LOCK_MS = 400  # that a migration waits for a lock: for so long posts and pages queue behind it
LOOK_SECONDS = 0.1  # between two looks at who keeps it waiting
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1, 15  # between two attempts
MAX_WAITING_SECONDS = 600
ONE_AT_A_TIME = 0x6D696772617465  # PostgreSQL's advisory lock
BLOCKERS = """
SELECT format('%%s (process %%s, %%s since %%s): %%s', coalesce(nullif(application_name, ''), backend_type), pid,
    coalesce(state, 'busy'), to_char(coalesce(xact_start, backend_start), 'HH24:MI:SS'), left(query, 100))
FROM pg_stat_activity WHERE pid = ANY(pg_blocking_pids(%s)) ORDER BY xact_start
"""


class Command(migrate.Command):
    """Migrate a site that goes on: give up a lock that isn't had at once, let others pass, and try again."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--wait",
            type=float,
            default=MAX_WAITING_SECONDS,
            help=f"seconds to try for the locks that a migration needs ({MAX_WAITING_SECONDS})",
        )

    def handle(self, *args: Any, wait: float = MAX_WAITING_SECONDS, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        self._database, self._gives_up = options["database"], time.monotonic() + wait
        self._verbosity = options["verbosity"]
        with self._alone(), self._lock_timeout():
            self._try_again(*args, **options)

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        # what builds an index CONCURRENTLY is no transaction: nobody waits behind it, and it can't be tried again
        if migration:
            self._set_lock_timeout(0 if action.endswith("_start") and not migration.atomic else LOCK_MS)
        super().migration_progress_callback(action, migration, fake)

    def _try_again(self, *args: Any, **options: Any) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                with blockers_of(self._database) as blockers:
                    super().handle(*args, **options)
                return
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                    raise
                self._pause(pause, "A lock isn't to be had", blockers)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait until no other `migrate` is at work: what it has applied is then there."""
        with connections[self._database].cursor() as cursor:
            while not cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME]).fetchone()[0]:
                self._pause(FIRST_PAUSE_SECONDS, "Another migrate is at work", [])
            try:
                yield
            finally:
                with suppress(DatabaseError):  # a connection that is closed, as Ctrl-C does, has given it back
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])

    @contextmanager
    def _lock_timeout(self) -> Iterator[None]:
        self._set_lock_timeout(LOCK_MS)
        try:
            yield
        finally:
            with connections[self._database].cursor() as cursor:
                cursor.execute("RESET lock_timeout")  # `demo` goes on with this connection

    def _set_lock_timeout(self, ms: int) -> None:
        with connections[self._database].cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {ms}")

    def _pause(self, seconds: float, why: str, blockers: list[str]) -> None:
        whom = "".join(f"\n    {blocker}" for blocker in blockers)
        if time.monotonic() + seconds > self._gives_up:
            raise CommandError(f"{why}, and there is no time left to try. What was applied stays.{whom}")
        if self._verbosity:
            self.stdout.write(f"\n  {why}; trying again in {seconds} s.{whom}")
            self.stdout.flush()
        time.sleep(seconds)


@contextmanager
def blockers_of(database: str) -> Iterator[list[str]]:
    """Give a list of those who keep this connection waiting, or did so last."""
    with connections[database].cursor() as cursor:
        pid = cursor.execute("SELECT pg_backend_pid()").fetchone()[0]
    found: list[str] = []
    is_over = Event()

    def watch() -> None:
        while not is_over.wait(LOOK_SECONDS):
            with connections[database].cursor() as cursor:
                found[:] = [blocker for (blocker,) in cursor.execute(BLOCKERS, [pid])] or found
        connections[database].close()

    watcher = Thread(target=watch, name="blockers", daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        is_over.set()
        watcher.join()
