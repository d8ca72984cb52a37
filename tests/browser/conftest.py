"""Real Chromium, Debian's.

Most tests ask for `served`: the test's own process answers the browser (served.py). Those that ask for `site` go from
the browser by a server to the database and back: pushes, lost networks, restarts, sleep, two desks, sessions that end.
They are marked end_to_end.
"""

import asyncio
import os
from contextvars import copy_context

import pytest
from playwright.sync_api import expect, sync_playwright

from interviews.models import Interview
from tests.conftest import NOON
from tests.newsroom import at_desk

from .served import Served
from .windows import Windows, chromium

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
LONG = "The river was black when we began, and nobody swam in it. " * 6


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in str(item.path):
            if {"site", "sites"} & set(item.fixturenames):
                item.add_marker("end_to_end")
            item.fixturenames.insert(0, "playwright")  # before the database: its loop has connections of its own


@pytest.fixture(scope="package")
def playwright():
    """Ends with these tests: the loop it keeps on this thread would be in the way of others."""
    chromium()
    with sync_playwright() as playwright:
        # Playwright keeps an event loop on this thread, which Django takes for a coroutine's
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        asyncio.get_running_loop().set_debug(False)  # as -X dev has it, each step remembers where it was made
        expect.set_options(timeout=10_000)
        yield playwright
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def server(playwright):
    server = Served()
    yield server
    server.close()


@pytest.fixture(scope="package")
def windows(playwright, server):
    windows = Windows(playwright, server.parking)
    yield windows
    windows.close()


@pytest.fixture
def served(server, db):
    """The site as it answers from within the test's own transaction."""
    with server.within(copy_context()):
        yield server


@pytest.fixture
def window(windows):
    """Opens a browser window with cookies of its own; nothing in it may go wrong unseen."""

    def open_window(url="", *, locale="zh-CN", viewport=DESKTOP, **options):
        page = windows.take(locale=locale, viewport=viewport, **options)
        if url:
            page.goto(url)
        return page

    yield open_window
    assert windows.take_back() == []


def give_password(place, user, password=None):
    """Fill in and send the form for signing in that is in this page or element."""
    place.locator("[name=username]").fill(user.username)
    place.locator("[name=password]").fill(password or ("keeps-the-keys" if user.is_superuser else "typing-all-day"))
    place.locator("[name=password]").press("Enter")


def come_in(window, url, user, **options):
    """A window at that address, where the user is signed in already."""
    page = window(**options)
    session = at_desk(user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "domain": "127.0.0.1", "path": "/"}])
    page.goto(url)
    return page


@pytest.fixture
def sign_in(window):
    """A window, in the interview's language, in which that user is at the desk of that interview."""

    def sign_in(site, user, interview, **options):
        options.setdefault("locale", "en-GB" if interview.language == "en" else "zh-CN")
        return come_in(window, f"{site.here}/desk/{interview.slug}/", user, **options)

    return sign_in


@pytest.fixture
def talk(interview):
    """The interview in English, so that what the page says doesn't depend on a translation."""
    Interview.objects.filter(pk=interview.pk).update(language="en")
    interview.refresh_from_db()
    return interview


@pytest.fixture
def thirty(talk, host, guest):
    """Its turns, by turns: a minute apart, several windows long."""
    return [talk.say((host, guest)[n % 2], f"Turn {n}. {LONG}", spoken_at=NOON.replace(minute=n)) for n in range(30)]
