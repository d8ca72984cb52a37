"""A connection that was kept is as good as a new one."""

import pytest
from django.db import connection
from django.db.utils import ConnectionHandler
from psycopg_pool import ConnectionPool

from live import db as engine


@pytest.fixture
def kept(db):
    """A pool of one connection, made as the site's is, which somebody has used before."""
    options = {**connection.settings_dict["OPTIONS"], "pool": engine.pool_options(1), "application_name": "kept"}
    kept = ConnectionHandler({"default": {}, "kept": {**connection.settings_dict, "OPTIONS": options}})["kept"]
    process_of(kept)
    yield kept
    kept.close_pool()


def process_of(kept):
    """PostgreSQL's for the connection that somebody gets, who can use it."""
    return asked(kept, "SELECT pg_backend_pid()")[0][0]


def asked(kept, sql):
    with kept.cursor() as cursor:
        cursor.execute(sql)
        rows = list(cursor) if cursor.description else []
    kept.close()
    return rows


def tell(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_the_next_gets_the_same(kept):
    assert process_of(kept) == process_of(kept)


def test_nobody_gets_one_that_postgresql_has_ended(kept):
    ended = process_of(kept)
    tell("SELECT pg_terminate_backend(%s, 5000)", ended)
    assert process_of(kept) != ended


def test_postgresql_is_not_asked_about_a_connection_to_which_it_has_sent_no_word(kept, monkeypatch):
    monkeypatch.setattr(ConnectionPool, "check_connection", lambda kept: pytest.fail("asked"))
    process_of(kept)


@pytest.mark.django_db(transaction=True)
def test_a_word_that_ends_nothing_does_no_harm(kept):
    asked(kept, "LISTEN everybody")
    before = process_of(kept)
    tell("NOTIFY everybody")
    assert process_of(kept) == before
