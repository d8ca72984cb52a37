"""Chromium of any age, by the DevTools protocol as Chromium 86 spoke it already."""

import base64
from pathlib import Path

from .process import Browser, Process, profile
from .window import Window
from .wire import Wire

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
KEYS = {  # the code that an old Chromium wants to know besides the name
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    "Backspace": (8, ""),
    "Tab": (9, ""),
    "End": (35, ""),
    "Home": (36, ""),
    "ArrowUp": (38, ""),
    "ArrowDown": (40, ""),
}


class Chromium(Browser):
    def start(self):
        self._windows = {}
        command = [self._path, *FLAGS, "--remote-debugging-port=0", f"--user-data-dir={profile(self.until)}"]
        process = self.until.enter_context(Process(command, r"DevTools listening on (ws://\S+)"))
        self.wire = self.until.enter_context(Wire(process.said, self._hear))
        self.version = self.wire.ask("Browser.getVersion", {})["product"]

    def _hear(self, event):
        if window := self._windows.get(event.get("sessionId")):
            window.hear(event["method"], event["params"])

    def window(self, language="zh-CN", dark=False):
        """A window with cookies of its own."""
        window = ChromiumWindow(self, language, dark)
        self._windows[window.session] = window
        return window.begin()


class ChromiumWindow(Window):
    def __init__(self, browser, language, dark):
        self.name, self.errors = browser.name, []
        self._wire, self._language, self._dark = browser.wire, language, dark
        self._context = self._wire.ask("Target.createBrowserContext", {})["browserContextId"]
        about = {"url": "about:blank", "browserContextId": self._context}
        self._target = self._wire.ask("Target.createTarget", about)["targetId"]
        how = {"targetId": self._target, "flatten": True}
        self.session = self._wire.ask("Target.attachToTarget", how)["sessionId"]

    def begin(self):
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._ask(f"{domain}.enable")
        agent = self._ask("Runtime.evaluate", expression="navigator.userAgent")["result"]["value"]
        self._ask("Network.setUserAgentOverride", userAgent=agent, acceptLanguage=self._language)
        self._ask("Network.setExtraHTTPHeaders", headers={"Accept-Language": self._language})
        scheme = {"name": "prefers-color-scheme", "value": "dark" if self._dark else "light"}
        self._ask("Emulation.setEmulatedMedia", features=[scheme])
        self.resize(1280, 900)
        return self

    def _ask(self, method, **params):
        return self._wire.ask(method, params, sessionId=self.session)

    def hear(self, method, params):
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        elif method == "Runtime.consoleAPICalled" and params["type"] == "error":
            self.errors.append(" ".join(str(one.get("value")) for one in params["args"]))

    def go(self, url):
        self._ask("Page.navigate", url=url)

    def run(self, script):
        answer = self._ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{self.name}: {answer['exceptionDetails']}\n{script}")
        return answer["result"]["value"]

    def mouse(self, x, y):
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self._ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def insert(self, text):
        self._ask("Input.insertText", text=text)

    def key(self, key, control=False, shift=False):
        code, text = KEYS.get(key) or (ord(key.upper()), key)
        about = {
            "key": key,
            "code": f"Key{key.upper()}" if len(key) == 1 else key,
            "windowsVirtualKeyCode": code,
            "modifiers": 2 * control + 8 * shift,
        }
        typed = {"type": "keyDown", "text": text} if text and not control else {"type": "rawKeyDown"}
        self._ask("Input.dispatchKeyEvent", **about, **typed)
        self._ask("Input.dispatchKeyEvent", **about, type="keyUp")

    def choose_files(self, selector, *paths):
        root = self._ask("DOM.getDocument")["root"]["nodeId"]
        node = self._ask("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self._ask("DOM.setFileInputFiles", nodeId=node, files=[str(path) for path in paths])

    def resize(self, width, height):
        self._ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    def picture(self, path):
        Path(path).write_bytes(base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"]))

    def close(self):
        self._wire.ask("Target.disposeBrowserContext", {"browserContextId": self._context})
