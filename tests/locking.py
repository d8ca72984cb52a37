"""What is asked of the database while an interview is locked, and nobody can post in it."""

import time
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

PATIENCE = 10  # seconds
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def until_another_waits_for_us():
    """Returns when another connection waits for what this one has locked."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("no other connection waits for a lock of ours")


@contextmanager
def under_the_lock():
    """Collects the statements from the first that locks an interview to the end of the block."""
    asked = []
    with CaptureQueriesContext(connection) as queries:
        yield asked
    statements = [query["sql"] for query in queries]
    locks = (n for n, sql in enumerate(statements) if "interviews_interview" in sql and "FOR NO KEY UPDATE" in sql)
    asked.extend(statements[next(locks) :])
