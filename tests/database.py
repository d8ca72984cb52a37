"""The tests' database: copied from one that has been migrated, emptied under servers that run on, and dropped."""

import hashlib
import os
import zlib
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection

ALONE = 300  # seconds that a worker waits for another that must be alone with something
LET_GO = 5  # times half a second until a transaction that keeps the tables from being emptied is ended


@contextmanager
def administrator():
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as administrator:
        yield administrator


def names(administrator, pattern):
    return [name for (name,) in administrator.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [pattern])]


def drop(administrator, name):
    """Drop the database, even if somebody is still connected to it."""
    administrator.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


# The template


def make():
    """A migrated database of this process's own; its name."""
    name = f"tests_{os.getpid()}"
    with administrator() as at:
        for left in names(at, r"^tests_\d+$"):
            if not is_running(int(left.removeprefix("tests_"))):
                drop(at, left)
        drop(at, name)
        at.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template(at)}"')
    return name


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def template(administrator):
    """The name of a database that stands where today's migrations lead, made by the first who asks for it."""
    ours = settings.BASE_DIR / "interviews"
    deciding = [
        *ours.rglob("migrations/*.py"),
        *ours.rglob("*.sql"),
        ours / "apps.py",
        ours.parent / "requirements.txt",
    ]
    name = f"migrated_{fingerprint(deciding)}"
    with alone(administrator, "the template that is migrated"):
        if name not in names(administrator, "^migrated_"):
            for old in names(administrator, "^migrated_"):
                drop(administrator, old)
            drop(administrator, "migrating")
            administrator.execute("CREATE DATABASE migrating")
            migrate("migrating")
            administrator.execute(f'ALTER DATABASE migrating RENAME TO "{name}"')
    return name


@contextmanager
def alone(administrator, what):
    """Run the block in one worker at a time."""
    number = zlib.crc32(what.encode())
    administrator.execute(f"SET lock_timeout = '{ALONE}s'")
    try:
        administrator.execute("SELECT pg_advisory_lock(%s)", [number])
    except psycopg.errors.LockNotAvailable as error:
        raise TimeoutError(f"another worker has kept {what} for {ALONE} s") from error
    try:
        yield
    finally:
        administrator.execute("SELECT pg_advisory_unlock(%s)", [number])


def fingerprint(paths):
    """Another when one of these files is another."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def migrate(name):
    use(name)
    call_command("migrate", verbosity=0)
    connection.close()


def use(name):
    connection.close()
    connection.settings_dict["NAME"] = name


# Emptying

OTHERS = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
END_LISTENERS = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OTHERS} AND query LIKE 'LISTEN %'"
BUSY = f"FROM pg_stat_activity WHERE {OTHERS} AND state <> 'idle'"


def tables():
    """List the tables that migrations leave empty: those of roles, permissions and content types aren't emptied."""
    with connection.cursor() as cursor:
        every = connection.introspection.django_table_names(only_existing=True, include_views=False)
        cursor.execute("SELECT " + ", ".join(f'EXISTS (SELECT FROM "{table}")' for table in every))
        return [table for table, has_rows in zip(every, cursor.fetchone(), strict=True) if not has_rows]


def empty(tables):
    """While servers use them: their transactions may end by themselves, and are ended if they last too long.

    Rows are deleted, and nobody looks what refers to them: truncating so many tables takes ten times as long.
    """
    steps = ["SET LOCAL lock_timeout = '500ms'", "SET LOCAL session_replication_role = replica"]
    steps += [f"LOCK TABLE {', '.join(tables)}", *(f"DELETE FROM {table}" for table in tables)]
    for attempt in range(2 * LET_GO):
        try:
            with connection.cursor() as cursor:
                cursor.execute("; ".join(steps))
            return
        except OperationalError:  # not had in time, or a deadlock
            if attempt >= LET_GO:
                end_transactions()
    raise TimeoutError(f"the tables can't be emptied, since these are not done with them: {transactions()}")


def transactions():
    """List the transactions that others have open."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pid, application_name, state, query {BUSY}")
        return cursor.fetchall()


def end_transactions():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) {BUSY}")


def connections(which=""):
    """How many others have to the tests' database."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {OTHERS} {which}")
        return cursor.fetchone()[0]
