"""The cast, the same in every test.

Lin Yue hosts, Chen An and Qiao Mei are her guests; Zhou edits at the desk, Sun types there: what she writes
is published by an editor where review is asked for. Hao moderates. Gao is the admin, Pan has an account and no rights.
"""

import fcntl
import gc
import subprocess
import sys
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import Group
from django.core.management.commands import flush
from django.db import transaction
from django.test import override_settings

from interviews.models import Guest, Host, Interview, User
from live import postgres

from . import database
from .copies import Copies
from .newsroom import Browser
from .sites import ROOT, Site

COLLECTING = 180  # seconds at most for the static files
NOON = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)  # twelve o'clock in Shanghai


class OneRound(PBKDF2PasswordHasher):
    """Django's hash with one round: quick, and a server process can check it."""

    iterations = 1


@pytest.fixture(autouse=True, scope="session")
def _quick(django_test_environment):
    """Passwords are hashed cheaply, and pages name static files that nobody has collected."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = {**settings.STORAGES, "staticfiles": plain}
    with override_settings(PASSWORD_HASHERS=["tests.conftest.OneRound"], STORAGES=storages):
        yield


PEOPLE = {
    "lin_yue": lambda: Host.objects.create(name="林悦", title="主持人", bio="《会客厅》主持人。"),
    "chen_an": lambda: Guest.objects.create(
        name="陈安", title="河道工程师", organisation="东河水务", bio="修了二十年河。"
    ),
    "qiao_mei": lambda: Guest.objects.create(name="乔梅", title="教师", bio="带学生沿河走了三年。"),
}


def announced(*people):
    interview = Interview.objects.create(headline="河水怎样变清", lede="两位嘉宾谈东河。", starts_at=NOON)
    for person in people:
        interview.seat(person)
    interview.announce()
    return interview


def announced_interview():
    """The interview that is announced, and its people, by name."""
    people = {name: make() for name, make in PEOPLE.items()}
    return people | {"scheduled": announced(*people.values())}


def live_interview():
    """The live interview and its people by name."""
    made = announced_interview()
    made["interview"] = made.pop("scheduled")
    made["interview"].go_live(at=NOON)
    return made


@pytest.fixture
def cast(request, db, django_db_setup):
    """What a test that names the live interview, or the announced one, has been given a copy of."""
    named = [name for name in ("interview", "scheduled") if name in request.fixturenames]
    return django_db_setup[named[0]].copy() if named else {}


@pytest.fixture
def lin_yue(cast):
    return cast.get("lin_yue") or PEOPLE["lin_yue"]()


@pytest.fixture
def chen_an(cast):
    return cast.get("chen_an") or PEOPLE["chen_an"]()


@pytest.fixture
def qiao_mei(cast):
    return cast.get("qiao_mei") or PEOPLE["qiao_mei"]()


@pytest.fixture
def scheduled(cast, lin_yue, chen_an, qiao_mei):
    """Announced, not begun; in a test that names the live interview, that one."""
    return cast.get("interview") or cast.get("scheduled") or announced(lin_yue, chen_an, qiao_mei)


@pytest.fixture
def interview(cast, request):
    """Live since noon, nothing said yet."""
    if "interview" in cast:
        return cast["interview"]
    scheduled = request.getfixturevalue("scheduled")  # since the test has named the interview only as it ran
    scheduled.go_live(at=NOON)
    return scheduled


def drafted(host):
    interview = Interview.objects.create(headline="还没有公布的访谈")
    interview.seat(host)
    return interview


@pytest.fixture
def draft(lin_yue):
    return drafted(lin_yue)


@pytest.fixture
def other(lin_yue):
    """Live, too, and none of the users is assigned to it."""
    interview = Interview.objects.create(headline="另一场访谈")
    interview.seat(lin_yue)
    interview.go_live()
    return interview


@pytest.fixture
def host(interview):
    return interview.speakers.get(label="主持人")


@pytest.fixture
def guest(interview):
    return interview.speakers.get(label="陈安")


def fields_of(one):
    """Its columns with what they hold: two that are equal to Django may still differ in these."""
    return {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}


def account(name, role, **about):
    user = User.objects.create_user(name, password="typing-all-day", **about)
    user.groups.add(Group.objects.get(name=role))
    return user


USERS = {
    "zhou": lambda: account("zhou", "editor", first_name="周"),
    "sun": lambda: account("sun", "typist", first_name="孙"),
    "hao": lambda: account("hao", "moderator", first_name="郝"),
    "gao": lambda: User.objects.create_superuser("gao", password="keeps-the-keys"),
    "pan": lambda: User.objects.create_user("pan", password="only-visiting"),
}


@pytest.fixture
def copied(db, django_db_setup):
    """Gives a copy of one of them."""
    return lambda name: django_db_setup[name].copy()[name]


@pytest.fixture
def zhou(copied):
    return copied("zhou")


@pytest.fixture
def sun(copied):
    return copied("sun")


@pytest.fixture
def hao(copied):
    return copied("hao")


@pytest.fixture
def gao(copied):
    return copied("gao")


@pytest.fixture
def pan(copied):
    return copied("pan")


@pytest.fixture
def client():
    return Browser()


@pytest.fixture
def media(settings, tmp_path):
    """A folder of the test's own for what is uploaded."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def keeper(client, gao, media):
    """The admin's browser, in English."""
    client.force_login(gao)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """Instead of pytest-django's, whose databases are migrated one by one and may be in use when they are dropped."""
    with django_db_blocker.unblock():
        database.use(name := database.make())
        emptied = database.tables()
        users = {name: lambda name=name, make=make: {name: make()} for name, make in USERS.items()}
        making = {"interview": live_interview, "scheduled": announced_interview, **users}
        copies = {name: Copies(make, emptied) for name, make in making.items()}
        with patch.object(flush.Command, "handle", lambda *_, **__: database.empty(emptied)):
            yield copies
        database.use("")
        with database.administrator() as administrator:
            database.drop(administrator, name)


@pytest.fixture(scope="module")
def for_the_module(django_db_setup, django_db_blocker):
    """What a fixture makes within it is there for all tests of a module, none of which may ask for `site` or `sites`.

    Each has its own transaction within this one.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


SERVED = {"transactional_db", "collected_static", "demo", "dev"}


def pytest_collection_finish():
    """What is loaded by now is there to stay: to look for garbage in it took a twelfth of the time."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.hookimpl(tryfirst=True)  # before pytest looks at the marks
def pytest_collection_modifyitems(items):
    """Mark what `make quick` leaves out, and empty the tables when every window that looks at them is closed."""
    for item in items:
        if SERVED & set(item.fixturenames) or is_transactional(item) or "/browser/" in item.nodeid:
            item.add_marker("served")
        if "transactional_db" in item.fixturenames:
            item.fixturenames.remove("transactional_db")
            item.fixturenames.insert(0, "transactional_db")


def is_transactional(item):
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture
def sites(transactional_db, collected_static):
    """Starts servers: `sites("--workers", "2")`; they end with the test."""
    started = []

    def start(*options, **how):
        started.append(Site(*options, **how))
        return started[-1]

    yield start
    for site in started:
        if site.is_alive:
            site.stop()


@pytest.fixture
def site(transactional_db, shared):
    """The server that the tests share. It runs on while the tables are emptied."""
    if not (shared and shared[0].is_alive):
        shared[:] = [Site()]
    return shared[0]


@pytest.fixture(scope="session")
def shared(django_db_setup, django_db_blocker, collected_static):
    started = []
    yield started
    for site in started:
        if site.is_alive:
            site.stop()


@pytest.fixture(scope="session")
def collected_static():
    """Collect the files that the servers serve, in another process, since the tests' settings differ."""
    static = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    deciding = [*static, ROOT / "live" / "storage.py", ROOT / "live" / "settings.py", ROOT / "requirements.txt"]
    now = database.fingerprint(deciding)
    with (postgres.VAR / "static.collected").open("a+") as collected:
        fcntl.flock(collected, fcntl.LOCK_EX)  # by the first worker that needs them
        collected.seek(0)
        if collected.read() != now:
            collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--clear", "-v0"]
            subprocess.run(collect, check=True, cwd=ROOT, timeout=COLLECTING)
            collected.truncate(0)
            collected.write(now)
