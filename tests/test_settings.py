"""Settings come from the environment; a wrong one stops the start and says which."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from .sites import ROOT

pytestmark = pytest.mark.slow  # each starts a program or more


def check(**environment):
    return subprocess.run(
        [sys.executable, "-c", "import manage; manage.run(['manage.py', 'check'])"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "live.settings", "SECRET_KEY": "x", **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DEBUG": "maybe"}, "DEBUG='maybe': use true or false."),
        ({"HTTPS": "yes please"}, "HTTPS='yes please': use true or false."),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        ({"DATABASE_CONNECTIONS": "many"}, "DATABASE_CONNECTIONS='many': use a whole number."),
        ({"DATABASE_URL": "mysql://there"}, "DATABASE_URL can't be read"),
        ({"DATABASE_URL": "postgresql:///its-own", "SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"TIME_ZONE": "Mars/Olympus"}, "TIME_ZONE='Mars/Olympus' is none of Africa/Abidjan"),
        ({"REQUIRE_SECOND_FACTOR": "perhaps"}, "REQUIRE_SECOND_FACTOR='perhaps': use true or false."),
        ({"CLIENT_ADDRESS_HEADER": "X-Real IP:"}, "CLIENT_ADDRESS_HEADER='X-Real IP:' is no name of a header"),
        ({"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES='0': use a whole number from 1."),
        ({"SITE_LANGUAGE": "fr"}, "SITE_LANGUAGE='fr' is none of en, zh-hans"),
    ],
)
def test_a_wrong_setting_is_named(environment, said):
    start = check(**environment)
    assert start.returncode != 0
    assert said in start.stderr
    assert len(start.stderr.strip().splitlines()) == 1


def test_a_right_environment_starts():
    assert (
        check(DATABASE_URL="postgresql://me:secret@db.example/fangtan?sslmode=require", SECRET_KEY="x").returncode == 0
    )


def test_a_production_site_passes_the_deployment_check():
    start = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**os.environ, "HTTPS": "true", "SECRET_KEY": "a-long-and-random-key-" * 4, "ALLOWED_HOSTS": "example.org"},
        capture_output=True,
        text=True,
    )
    assert start.returncode == 0, start.stderr


def test_the_demo_keeps_its_hands_off_a_database_of_the_sites_own():
    environment = {"DATABASE_URL": "postgresql:///its-own", "SECRET_KEY": "x"}
    demo = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert demo.returncode == 1
    assert "not for a database of your own" in demo.stderr


def test_no_middleware_sends_a_request_back_to_the_event_loop():
    """One that knows nothing else makes the thread wait for the loop, and a server in such a wait never stops."""
    assert [name for name in settings.MIDDLEWARE if not import_string(name).sync_capable] == []
