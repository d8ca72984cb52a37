"""Real Chromium, Debian's. Without it these tests are skipped, unless NEEDS_CHROMIUM says that they may not be."""

import os
import re
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from interviews.models import Interview
from tests.conftest import NOON

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",  # Chromium's own refuses to run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CRASHED = "Target page, context or browser has been closed"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
LONG = "The river was black when we began, and nobody swam in it. " * 6


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in str(item.path):
            item.fixturenames.insert(0, "chromium")
            # Once, and in a new browser: Chromium itself falls over now and then, once in some thousand windows
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=[CRASHED]))


@pytest.fixture(scope="package")
def playwright():
    """Ends with these tests: the loop it keeps on this thread would be in the way of others."""
    if not CHROMIUM:
        if os.environ.get("NEEDS_CHROMIUM"):
            pytest.fail("Chromium is not installed.")
        pytest.skip("Chromium is not installed.")
    with sync_playwright() as playwright:
        # Playwright keeps an event loop on this thread, which Django takes for a coroutine's
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        yield playwright
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def browsers(playwright):
    """Those that this file of tests has needed so far, the last of them in use."""
    browsers = []
    yield browsers
    for browser in browsers:
        browser.close()


@pytest.fixture
def chromium(playwright, browsers):
    """One browser for a file of tests, and another after it has crashed."""
    if not browsers or not browsers[-1].is_connected():
        browsers.append(playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS))
    return browsers[-1]


@pytest.fixture
def window(chromium):
    """Opens a browser window of its own, with cookies of its own; nothing in it may go wrong unseen."""
    expect.set_options(timeout=10_000)
    contexts, wrong = [], []

    def open_window(url="about:blank", *, locale="zh-CN", viewport=DESKTOP, **options):
        context = chromium.new_context(locale=locale, viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error} {error.stack}"))
        page.on("console", lambda message: message.type == "error" and wrong.append(f"{page.url}: {message.text}"))
        page.goto(url)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not [line for line in wrong if not re.search(EXPECTED, line)]


EXPECTED = (  # a lost network and a refusal are what some tests are about
    r"ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_FAILED|ERR_INTERNET_DISCONNECTED"
    r"|WebSocket connection to .* failed|with a status of 4(00|01|03|05|09) "
)


def give_password(place, user, password=None):
    """To the form for signing in that is in that page or element."""
    place.locator("[name=username]").fill(user.username)
    place.locator("[name=password]").fill(password or ("keeps-the-keys" if user.is_superuser else "typing-all-day"))
    place.locator("[name=password]").press("Enter")


def come_in(window, url, user, **options):
    """A window at that address, where the user has been asked to sign in on the way."""
    page = window(url, **options)
    give_password(page, user)
    page.wait_for_url(url)
    return page


@pytest.fixture
def sign_in(window):
    """A window in which that user is at the desk of that interview, having come in by the sign-in page."""

    def sign_in(site, user, interview, **options):
        return come_in(window, f"{site.here}/desk/{interview.slug}/", user, **options)

    return sign_in


@pytest.fixture
def talk(interview):
    """In English, so that what the page says doesn't hang on a translation."""
    Interview.objects.filter(pk=interview.pk).update(language="en")
    interview.refresh_from_db()
    return interview


@pytest.fixture
def thirty(talk, host, guest):
    """Its turns, by turns: a minute apart, several windows long."""
    return [talk.say((host, guest)[n % 2], f"Turn {n}. {LONG}", spoken_at=NOON.replace(minute=n)) for n in range(30)]
