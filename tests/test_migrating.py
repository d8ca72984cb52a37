"""A site goes on while it is migrated: who waits for whom, and what a process does before and after."""

import threading
import time
import urllib.error
from contextlib import contextmanager

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import RequestFactory
from websockets.exceptions import ConnectionClosed

from live import schema as schemas
from live.consumers import TRY_AGAIN
from live.management.commands.migrate import LOCK_MS, ONE_AT_A_TIME
from live.schema import LOOK_SECONDS, Schema, not_yet

from .sites import Socket, database_url

PATIENCE = 20  # seconds
ADD = 'ALTER TABLE "interviews_event" ADD "later" text NOT NULL DEFAULT \'\''
DROP = 'ALTER TABLE "interviews_event" DROP "later"'
LATER = ("interviews", "9999_later")


@pytest.fixture
def later(monkeypatch, transactional_db):
    """A migration of a next release, which isn't applied yet; it is taken back afterwards."""
    load_disk = MigrationLoader.load_disk
    last = max(name for app, name in MigrationLoader(None).graph.nodes if app == "interviews")

    class Migration(migrations.Migration):
        dependencies = [("interviews", last)]
        operations = [migrations.RunSQL(ADD, DROP)]

    def load_with_later(loader):
        load_disk(loader)
        loader.disk_migrations[LATER] = Migration(LATER[1], LATER[0])

    monkeypatch.setattr(MigrationLoader, "load_disk", load_with_later)
    yield Migration
    call_command("migrate", "interviews", last, verbosity=0)


@contextmanager
def another(sql, **about):
    """Somebody else's open transaction that has just done this."""
    with psycopg.connect(database_url(), **about) as other:
        other.execute(sql)
        yield other
        other.rollback()


def a_backup():
    return another("SELECT count(*) FROM interviews_event", application_name="pg_dump")


@contextmanager
def migrating(**options):
    failures = []

    def run():
        try:
            call_command("migrate", verbosity=0, **options)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield thread
    thread.join(PATIENCE)
    assert not thread.is_alive(), "migrate has not come to its end"
    assert not failures


def columns(table="interviews_event"):
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def test_posts_wait_a_moment_at_most_while_a_migration_waits_behind_a_backup(later, interview, host):
    waits = []
    with a_backup() as backup, migrating() as thread:
        until = time.monotonic() + 5
        while time.monotonic() < until:
            begun = time.monotonic()
            interview.say(host, "河水先是黑的。")
            waits.append(time.monotonic() - begun)
            time.sleep(0.01)
        assert thread.is_alive()
        backup.rollback()
    assert max(waits) < LOCK_MS / 1000 + 0.5
    assert "later" in columns()


def test_who_is_in_the_way_is_named_when_there_is_no_time_left(later, capsys):
    with a_backup(), pytest.raises(CommandError, match=r"(?s)no time left.*pg_dump \(process \d+, idle in transaction"):
        call_command("migrate", wait=4)
    assert "trying again in 1 s" in capsys.readouterr().out
    assert "later" not in columns()


def test_it_begins_again_where_it_was_and_leaves_no_limit_behind(later):
    with a_backup() as backup, migrating():
        time.sleep(1.5)
        backup.rollback()
    assert "later" in columns()
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        assert cursor.execute("SHOW lock_timeout").fetchone() == ("0",)


def test_what_is_built_beside_the_sites_work_has_all_the_time_it_needs(later):
    later.atomic = False
    later.operations = [
        migrations.RunSQL(
            'CREATE INDEX CONCURRENTLY "later" ON "interviews_event" ("note")', 'DROP INDEX CONCURRENTLY "later"'
        )
    ]
    with a_backup() as backup, migrating():
        time.sleep(1.5)
        backup.rollback()
    with connection.cursor() as cursor:
        valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'later'::regclass"
        assert cursor.execute(valid).fetchone() == (True,)


def test_of_two_at_once_one_waits_for_the_other(later):
    at_work = another(f"SELECT pg_advisory_lock({ONE_AT_A_TIME})")
    with at_work, pytest.raises(CommandError, match="Another migrate is at work"):
        call_command("migrate", wait=1.5)
    with migrating(), migrating():
        pass
    assert "later" in columns()


def test_an_error_of_a_migration_itself_is_not_tried_again(later):
    later.operations = [migrations.RunSQL("SELECT 1 / 0", migrations.RunSQL.noop)]
    with pytest.raises(Exception, match="division by zero"):
        call_command("migrate", verbosity=0)


def test_who_stops_it_in_the_middle_is_told_of_no_other_trouble_and_it_begins_again(later):
    def stop(apps, editor):
        connection.connection.close()  # as psycopg does when Ctrl-C comes while PostgreSQL is at work
        raise KeyboardInterrupt

    done = later.operations
    later.operations = [*done, migrations.RunPython(stop)]
    with pytest.raises(KeyboardInterrupt):
        call_command("migrate", verbosity=0)
    assert "later" not in columns()
    later.operations = done
    call_command("migrate", verbosity=0, wait=0)
    assert "later" in columns()


# What a process does


@pytest.fixture
def schema(monkeypatch, db):
    """What a process that has just started knows."""
    schema = Schema()
    monkeypatch.setattr(schemas, "schema", schema)
    monkeypatch.setattr(schemas, "LOOK_SECONDS", 0)
    monkeypatch.setattr("live.health.schema", schema)
    return schema


def page(path="/", **headers):
    return not_yet(RequestFactory().get(path, headers=headers))


def test_before_it_is_migrated_each_page_says_that_the_site_will_be_back(later, schema):
    answer = page(accept_language="en")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "no-store" in answer["Cache-Control"]
    assert "The site is being renewed" in answer.text
    assert "<header" in answer.text
    assert b'"errors"' in page("/desk/", accept="application/json").content
    call_command("migrate", verbosity=0)
    assert page() is None


def test_health_names_what_is_missing(later, schema, client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (
        503,
        "The database lacks interviews.9999_later: run manage.py migrate.\n",
    )
    call_command("migrate", verbosity=0)
    assert client.get("/healthz").status_code == 200


def test_a_backup_of_before_that_is_restored_under_a_running_process_is_noticed(schema, client):
    assert client.get("/healthz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0014_folded_search'")
    assert client.get("/healthz").status_code == 503
    assert page().status_code == 503
    MigrationRecorder(connection).record_applied("interviews", "0014_folded_search")
    assert client.get("/healthz").status_code == 200, "migrated again, it serves again"
    assert page() is None


def test_nobody_asks_the_database_once_all_is_there(schema, django_assert_num_queries):
    assert page() is None
    with django_assert_num_queries(0):
        assert page() is None


def test_an_older_process_goes_on_after_a_newer_one_has_migrated(interview, host, sun, schema, client):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('interviews', '9999_later', now())")
        connection.check_constraints()
        for table in ("interviews_event", "interviews_turn", "interviews_interview"):
            cursor.execute(f'ALTER TABLE "{table}" ADD "later" text NOT NULL DEFAULT \'\'')
    assert page() is None
    assert client.get("/healthz").status_code == 200
    turn = interview.say(host, "河水先是黑的。", by=sun)
    turn.correct(version=1, text="河水后来清了。", by=sun)
    assert "河水后来清了。" in client.get(interview.get_absolute_url()).text


def test_a_server_that_comes_first_waits_and_then_serves(sites, interview):
    with connection.cursor() as cursor:
        gone = cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'axes' RETURNING app, name, applied"
        ).fetchall()
    try:
        site = sites()
        for path in ("/", "/healthz", "/desk/", interview.get_absolute_url()):
            with pytest.raises(urllib.error.HTTPError, match="503"):
                site.get(path)
        address = f"ws://127.0.0.1:{site.port}/ws/interviews/{interview.slug}/?epoch={interview.epoch}&after=0"
        with pytest.raises(ConnectionClosed) as closed, Socket(address) as socket:
            socket.next()
        assert closed.value.rcvd.code == TRY_AGAIN
    finally:
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", gone)
    time.sleep(LOOK_SECONDS)
    assert interview.headline in site.get(interview.get_absolute_url())
    assert site.get("/healthz") == "ok\n"
