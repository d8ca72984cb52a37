"""A connection that was kept is as good as a new one."""

import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from live import pool

from .sites import PATIENCE, connections, database_url
from .test_staff import eventually


@pytest.fixture
def kept(db):
    """As Django makes it: a pool of one connection, which somebody has used before."""
    options = pool.options(1) | {"check": ConnectionPool.check_connection}
    with ConnectionPool(database_url(), kwargs={"autocommit": True, "application_name": "kept"}, **options) as kept:
        process_of(kept)
        yield kept
    eventually(lambda: not connections("AND application_name = 'kept'"), PATIENCE)  # or the database can't be dropped


def process_of(kept):
    """PostgreSQL's for the connection that somebody gets, who can use it."""
    with kept.connection() as given:
        return given.execute("SELECT pg_backend_pid()").fetchone()[0]


def tell(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_the_next_gets_the_same(kept):
    assert process_of(kept) == process_of(kept)


def test_nobody_gets_one_that_postgresql_has_ended(kept):
    ended = process_of(kept)
    tell("SELECT pg_terminate_backend(%s, 5000)", ended)
    assert process_of(kept) != ended


@pytest.mark.django_db(transaction=True)
def test_a_word_that_ends_nothing_does_no_harm(kept):
    with kept.connection() as given:
        given.execute("LISTEN everybody")
    before = process_of(kept)
    tell("NOTIFY everybody")
    assert process_of(kept) == before
