from select import POLLIN, poll
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """Checks a connection from the pool itself: Django's CONN_HEALTH_CHECKS asks PostgreSQL each time."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        # The pool drops each connection that has ended when it gets it back, and gives another.
        connection = super().get_new_connection(conn_params)
        while self.pool and has_ended(connection):
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection


def has_ended(kept: Connection[Any]) -> bool:
    """Ask PostgreSQL only if it has sent word, as it does to a connection that it ends while nobody uses it.

    To ask each time would make every request, and the hub after every turn, wait for one more answer.
    """
    line = poll()
    try:
        line.register(kept.fileno(), POLLIN)
        if line.poll(0):
            ConnectionPool.check_connection(kept)
    except OperationalError:
        return True
    return False
