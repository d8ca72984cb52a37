"""Debian's Firefox, by WebDriver BiDi, which it speaks without a driver beside it."""

import base64
from pathlib import Path

from .process import Browser, Process, profile
from .window import KEY_CODES, Window
from .wire import Wire

PREFERENCES = {
    "browser.shell.checkDefaultBrowser": "false",
    "datareporting.policy.dataSubmissionEnabled": "false",
    "app.normandy.enabled": "false",
    "services.settings.server": '"data:,"',  # what it would ask for of its maker
    "network.captive-portal-service.enabled": "false",
    "network.connectivity-service.enabled": "false",
    "browser.safebrowsing.update.enabled": "false",
}


class Firefox(Browser):
    is_dark = False

    def start(self):
        self._windows = {}
        folder = profile(self.until)
        scheme = {"layout.css.prefers-color-scheme.content-override": 0 if self.is_dark else 1}
        lines = [f'user_pref("{name}", {value});' for name, value in {**PREFERENCES, **scheme}.items()]
        (folder / "user.js").write_text("\n".join(lines))
        command = [self._path, "--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port=0"]
        process = self.until.enter_context(Process(command, r"BiDi listening on (ws://\S+)"))
        self.wire = self.until.enter_context(Wire(f"{process.said}/session", self._hear))
        about = self.wire.ask("session.new", {"capabilities": {}})["capabilities"]
        self.version = f"Firefox/{about['browserVersion']}"
        self.wire.ask("session.subscribe", {"events": ["log.entryAdded"]})

    def _hear(self, event):
        if event["method"] == "log.entryAdded" and event["params"]["level"] == "error":
            window = self._windows.get(event["params"]["source"].get("context"))
            if window:
                window.errors.append(event["params"]["text"])

    def window(self, language="zh-CN", dark=False):
        """A window with cookies of its own; a dark one is of another browser, since the scheme holds for all of one."""
        if dark and not self.is_dark:
            return self.until.enter_context(DarkFirefox(self.name, self._path)).window(language)
        window = FirefoxWindow(self, language)
        self._windows[window.context] = window
        return window


class DarkFirefox(Firefox):
    is_dark = True


class FirefoxWindow(Window):
    def __init__(self, browser, language):
        self.name, self.errors = browser.name, []
        self._wire = browser.wire
        self._user = self._wire.ask("browser.createUserContext", {})["userContext"]
        made = self._wire.ask("browsingContext.create", {"type": "window", "userContext": self._user})
        self.context = made["context"]
        self._wire.ask("emulation.setLocaleOverride", {"locale": language, "contexts": [self.context]})
        self.resize(1280, 900)

    def _ask(self, method, **params):
        return self._wire.ask(method, {"context": self.context, **params})

    def go(self, url):
        self._ask("browsingContext.navigate", url=url, wait="complete")

    def run(self, script):
        target = {"context": self.context}
        answer = self._wire.ask("script.evaluate", {"expression": script, "awaitPromise": True, "target": target})
        if answer["type"] == "exception":
            raise RuntimeError(f"{self.name}: {answer['exceptionDetails']['text']}\n{script}")
        return answer["result"]["value"]

    def mouse(self, x, y):
        actions = [
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": actions})

    def insert(self, text):
        self._keys(*text)

    def key(self, key, control=False, shift=False):
        held = [KEY_CODES["Control"]] * control + [KEY_CODES["Shift"]] * shift
        self._keys(KEY_CODES.get(key, key), held=held)

    def _keys(self, *keys, held=()):
        down = [{"type": "keyDown", "value": key} for key in held]
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        up = [{"type": "keyUp", "value": key} for key in held]
        self._act({"type": "key", "id": "keyboard", "actions": [*down, *strokes, *up]})

    def _act(self, actions):
        self._ask("input.performActions", actions=[actions])

    def choose_files(self, selector, *paths):
        found = self._ask("browsingContext.locateNodes", locator={"type": "css", "value": selector})["nodes"][0]
        self._ask("input.setFiles", element={"sharedId": found["sharedId"]}, files=[str(path) for path in paths])

    def resize(self, width, height):
        self._ask("browsingContext.setViewport", viewport={"width": width, "height": height})

    def picture(self, path):
        Path(path).write_bytes(base64.b64decode(self._ask("browsingContext.captureScreenshot")["data"]))

    def close(self):
        self._wire.ask("browser.removeUserContext", {"userContext": self._user})
