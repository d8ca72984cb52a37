"""Browser windows that one test after the other uses: a new one costs Chromium more than most tests do in it."""

import os
import re
import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",  # Chromium's own refuses to run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KEPT = 8  # windows for the next test; each holds a process of Chromium
# A lost network and a refusal are what some tests are about, and a 503 tells a desk whose session has just got another
# key to ask again
EXPECTED = (
    r"ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_FAILED|ERR_INTERNET_DISCONNECTED"
    r"|WebSocket connection to .* failed|with a status of (4(00|01|03|05|09)|503) "
)


class Windows:
    """One browser, its windows that are in use, and those that the next test may use."""

    def __init__(self, playwright, parking):
        self._playwright, self._parking = playwright, parking
        self._browser, self._used, self._free = None, [], []

    @property
    def browser(self):
        """Another after it has crashed, as Chromium does once in some thousand windows."""
        if not self._browser or not self._browser.is_connected():
            self._free.clear()
            self._browser = self._playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        return self._browser

    def take(self, **options):
        browser = self.browser
        window = next((window for window in self._free if window.options == options), None)
        if window:
            self._free.remove(window)
        else:
            window = Window(browser.new_context(**options), options, self._parking)
        self._used.append(window)
        return window.page

    def take_back(self):
        """Take back all windows that a test has used, and return what went wrong in them."""
        used, self._used = self._used, []
        for window in used:
            if window.is_as_new():
                self._free.append(window)
            else:
                window.context.close()
        while len(self._free) > KEPT:
            self._free.pop(0).context.close()
        return [line for window in used for line in window.went_wrong()]

    def close(self):
        if self._browser:
            self._browser.close()


class Window:
    """A window with cookies of its own, and what it needs to be as good as new for the next test."""

    def __init__(self, context, options, parking):
        self.context, self.options = context, options
        self._parking, self._wrong, self._origins = parking, [], set()
        context.on("console", self._note)
        context.on("weberror", self._note_error)
        self.page = context.new_page()
        self.page.on("framenavigated", lambda frame: self._origins.add(origin(frame.url)))
        self._devtools = context.new_cdp_session(self.page)
        self.page.goto(parking)
        self._is_spoilt = False
        for at, name in (
            (self.page, "add_init_script"),
            (self.page, "emulate_media"),
            (self.page, "route_web_socket"),
            (self.page.clock, "install"),
            (context, "add_init_script"),
            (context, "new_cdp_session"),
        ):
            setattr(at, name, self._spoiling(getattr(at, name)))

    def _spoiling(self, method):
        """Wrap a method that changes the window for good: no other test gets that window."""

        def spoil(*args, **options):
            self._is_spoilt = True
            return method(*args, **options)

        return spoil

    def _note(self, message):
        if message.type == "error" and not re.search(EXPECTED, message.text):
            self._wrong.append(f"{message.page and message.page.url}: {message.text}")

    def _note_error(self, error):
        if "too old for the desk" not in str(error.error):  # what a test has taken away is missed
            self._wrong.append(f"{error.page.url}: {error.error}")

    def went_wrong(self):
        wrong, self._wrong[:] = list(self._wrong), []
        return wrong

    def is_as_new(self):
        """After all that the test has left in it was taken away; not if that can't be done."""
        try:
            for page in self.context.pages:
                if page != self.page:
                    page.close()
            if self._is_spoilt or self.page.is_closed():
                return False
            self._clean()
        except Error:
            return False
        return True

    def _clean(self):
        self.context.set_offline(False)
        self.context.unroute_all()
        self.page.unroute_all()
        self.page.mouse.move(-1, -1)
        self.page.goto(self._parking)
        self.page.evaluate("sessionStorage.clear()")
        self.context.clear_permissions()
        self.context.clear_cookies()
        for one in self._origins:
            self._devtools.send("Storage.clearDataForOrigin", {"origin": one, "storageTypes": "all"})
        if self._origins - {origin(self._parking)}:
            self._devtools.send("Network.clearBrowserCache")
        self._origins.clear()


def origin(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def chromium():
    """Debian's. Without it these tests are skipped, unless NEEDS_CHROMIUM says that they may not be."""
    if not CHROMIUM:
        if os.environ.get("NEEDS_CHROMIUM"):
            pytest.fail("Chromium is not installed.")
        pytest.skip("Chromium is not installed.")
    return CHROMIUM
