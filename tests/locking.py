"""What is asked of the database while an interview is locked, and nobody can post in it."""

from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def under_the_lock():
    """Collects the statements from the first that locks an interview to the end of the block."""
    asked = []
    with CaptureQueriesContext(connection) as queries:
        yield asked
    statements = [query["sql"] for query in queries]
    locks = (n for n, sql in enumerate(statements) if "interviews_interview" in sql and "FOR NO KEY UPDATE" in sql)
    asked.extend(statements[next(locks) :])
