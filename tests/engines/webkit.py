"""WebKitGTK in its MiniBrowser, by the WebDriver that comes with it, on a screen that nobody sees."""

import base64
import contextlib
import json
import os
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.sites import free_port

from .process import STARTING, Browser, Process, profile
from .window import KEY_CODES, Window
from .wire import ANSWERING

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver's name for the reference to an element
LANGUAGES = {"zh-CN": "C.UTF-8", "en": "C"}  # the first is none to it, and then the site speaks Chinese
NARROW = "toolbar, toolbar *, box > button, entry { min-width: 0; padding: 0; margin: 0; border: 0 }"  # as a phone
LISTEN = """(async () => {
    window.wentWrong = []
    addEventListener("error", event => wentWrong.push(event.message))
    addEventListener("unhandledrejection", event => wentWrong.push(String(event.reason)))
    for (const { src } of document.querySelectorAll("script[type=module][src]"))
        await import(src).catch(error => wentWrong.push(`${src}: ${error}`))  // again, as it went the first time
})()"""


class WebKit(Browser):
    def start(self):
        screen = ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x1200x24", "-nolisten", "tcp"]
        self._screen = self.until.enter_context(Process(screen, r"^(\d+)$")).said
        self._folder = profile(self.until)
        (self._folder / "gtk-3.0").mkdir()
        (self._folder / "gtk-3.0" / "gtk.css").write_text(NARROW)
        with contextlib.closing(self.window()) as window:
            self.version = f"WebKitGTK/{window.version}"

    def window(self, language="zh-CN", dark=False):
        """A window of a browser of its own: two of one browser would share their cookies."""
        environment = {
            **os.environ,
            "DISPLAY": f":{self._screen}",
            "GDK_BACKEND": "x11",
            "GTK_THEME": "Adwaita:dark" if dark else "Adwaita",
            "LC_ALL": LANGUAGES[language],
            "XDG_CONFIG_HOME": str(self._folder),
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # which needs more rights than a container has
        }
        port = free_port()
        driver = self.until.enter_context(Process(["WebKitWebDriver", f"--port={port}"], env=environment))
        return WebKitWindow(self.name, self._path, driver, port)


class WebKitWindow(Window):
    def __init__(self, name, binary, driver, port):
        self.name, self._errors, self._driver = name, [], driver
        self._here = f"http://127.0.0.1:{port}/session"
        wait_for(port)
        options = {"webkitgtk:browserOptions": {"binary": binary, "args": ["--automation"]}}
        session = self._send("POST", "", {"capabilities": {"alwaysMatch": options}})
        self._here += "/" + session["sessionId"]
        self.version = session["capabilities"]["browserVersion"]
        self.resize(1280, 900)

    @property
    def errors(self):
        """What went wrong on the pages that were opened: the driver doesn't tell, so the page is asked."""
        return [*self._errors, *self.evaluate("window.wentWrong || []")]

    def _send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._here + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=ANSWERING) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refusal:
            said = json.load(refusal)["value"]
            raise RuntimeError(f"{self.name}: {said['error']}: {said['message']} ({path} {body})") from None

    def go(self, url):
        self._errors = self.errors
        self._send("POST", "/url", {"url": url})
        self.evaluate(LISTEN)

    def run(self, script):
        script = f"const done = arguments[0]; {script}.then(done, error => done({{ error: String(error) }}))"
        answer = self._send("POST", "/execute/async", {"script": script, "args": []})
        if isinstance(answer, dict):
            raise RuntimeError(f"{self.name}: {answer['error']}\n{script}")
        return answer

    def mouse(self, x, y):
        actions = [
            {"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": actions})

    def insert(self, text):
        focused = self._send("GET", "/element/active")[ELEMENT]
        self._send("POST", f"/element/{focused}/value", {"text": text})

    def key(self, key, control=False, shift=False):
        held = [KEY_CODES["Control"]] * control + [KEY_CODES["Shift"]] * shift
        down = [{"type": "keyDown", "value": one} for one in [*held, KEY_CODES.get(key, key)]]
        up = [{"type": "keyUp", "value": one["value"]} for one in reversed(down)]
        self._act({"type": "key", "id": "keyboard", "actions": [*down, *up]})

    def _act(self, actions):
        self._send("POST", "/actions", {"actions": [actions]})

    def choose_files(self, selector, *paths):
        found = self._send("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]
        self._send("POST", f"/element/{found}/value", {"text": "\n".join(map(str, paths))})

    def resize(self, width, height):
        """Make the page that large; the window has a bar besides."""
        self._send("POST", "/window/rect", {"width": width, "height": height})
        inner = self.evaluate("[innerWidth, innerHeight]")
        if inner != [width, height]:
            more = {"width": 2 * width - inner[0], "height": 2 * height - inner[1]}
            self._send("POST", "/window/rect", more)

    def picture(self, path):
        Path(path).write_bytes(base64.b64decode(self._send("GET", "/screenshot")))

    def close(self):
        with contextlib.suppress(RuntimeError, OSError):
            self._send("DELETE", "")
        self._driver.end()


def wait_for(port):
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            return socket.create_connection(("127.0.0.1", port)).close()
        time.sleep(0.02)
    raise TimeoutError("WebKitWebDriver doesn't answer")
