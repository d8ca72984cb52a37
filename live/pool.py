"""Connections to PostgreSQL that a process keeps open: to open one costs as much as to post a turn."""

from select import POLLIN, poll
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

ask = ConnectionPool.check_connection


def options(most: int) -> dict[str, Any]:
    """For Django's `pool`: who waits longer than `timeout` seconds for one of these is refused.

    After `reconnect_timeout` the pool gives up, and the next who asks makes it try anew.
    """
    return {"min_size": 0, "max_size": most, "timeout": 5, "max_idle": 60, "reconnect_timeout": 1}


def check(kept: Connection[Any]) -> None:
    """psycopg.OperationalError if it has ended, of which PostgreSQL sends word to a connection that is not in use.

    Who hears nothing need not ask: each request, and the hub after each turn, would wait once more for an answer.
    """
    line = poll()
    line.register(kept.fileno(), POLLIN)
    if line.poll(0):
        ask(kept)


ConnectionPool.check_connection = staticmethod(check)  # type: ignore[assignment, method-assign]  # Django takes this one by its name
