"""What the tests themselves stand on."""

import threading

import psycopg
import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from interviews.models import Interview, Role

from . import database
from .sites import database_url


@pytest.fixture
def halfway(transactional_db, interview):
    """Another's transaction that has changed the interview and doesn't go on."""
    with psycopg.connect(database_url()) as other:
        other.execute("UPDATE interviews_interview SET notice = 'halfway'")
        yield other
        other.close()


def test_who_is_in_the_middle_of_a_transaction_cannot_keep_the_tables_from_being_emptied(halfway):
    call_command("flush", interactive=False)

    assert not Interview.objects.exists()
    with pytest.raises(psycopg.OperationalError):
        halfway.execute("SELECT")


def test_who_is_soon_done_may_go_on(halfway):
    threading.Timer(0.7, halfway.commit).start()

    call_command("flush", interactive=False)

    assert halfway.execute("SELECT 1").fetchone() == (1,)


def test_what_the_migrations_made_stays(transactional_db):
    call_command("flush", interactive=False)
    assert {group.name for group in Group.objects.all()} == set(Role.values)
    assert Permission.objects.exists()


def test_a_template_is_made_anew_when_a_migration_has_changed(tmp_path):
    migration = tmp_path / "0001.py"
    migration.write_text("operations = []")
    before = database.fingerprint([migration])
    migration.write_text("operations = [1]")
    assert database.fingerprint([migration]) != before
