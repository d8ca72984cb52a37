"""What a test does in a window, whichever engine draws it.

An engine brings eight things: go, run, mouse, insert, key, choose_files, resize and picture. All else is made of
them here.
"""

import json
import time

KEY_CODES = {  # WebDriver's
    "Control": "\ue009",
    "Shift": "\ue008",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "Backspace": "\ue003",
    "Tab": "\ue004",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowUp": "\ue013",
    "ArrowDown": "\ue015",
}
ON_TRIAL = "you must enable Experimental Web Platform Features"
WAITING = 30  # seconds for what must come to be on a page

IS_DRAWN = """(one => {
    if (!one || !one.getClientRects().length || getComputedStyle(one).visibility !== "visible") return false
    return !one.checkVisibility || one.checkVisibility()
})(%s)"""
POINT = """(() => {
    const one = %s
    if (!one) return null
    const { left, top, width, height } = one.getClientRects()[0] || one.getBoundingClientRect()
    const [x, y] = [left + width / 2, top + height / 2]
    const hit = document.elementFromPoint(x, y)
    const isHit = width && hit && (one.contains(hit) || hit.contains(one) || hit.closest("label")?.control === one)
    if (isHit) return [x, y]
    one.scrollIntoView({ block: "center", behavior: "instant" }) // and look again
    return null
})()"""

NEXT_FRAME = """new Promise(done => {
    requestAnimationFrame(() => requestAnimationFrame(done))
    setTimeout(done, 300) // a window behind another may draw nothing
})"""


class Window:
    """An open page. A place in it is a CSS selector; with `text`, the first such element that contains it."""

    def open(self, url):
        self.go(url)
        self.until("document.readyState === 'complete'", f"{url} to be loaded")

    def evaluate(self, expression):
        """Its value; that of a promise is waited for. What JSON can't say becomes None."""
        answer = self.run(f"(async () => JSON.stringify(await ({expression}) ?? null))()")
        return json.loads(answer)

    def until(self, condition, what="", within=WAITING):
        """Wait for a JavaScript condition to hold; its value."""
        deadline = time.monotonic() + within
        while not (value := self._now(condition)):
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.name} waited {within} s for {what or condition}\n{self.errors}")
            time.sleep(0.03)
        return value

    def _now(self, condition):
        try:
            return self.evaluate(condition)
        except RuntimeError:  # the page is just being replaced by the next
            return None

    def see(self, selector, text="", **how):
        """Wait until it is there and drawn."""
        self.until(IS_DRAWN % one(selector, text), f"{selector} {text}", **how)

    def gone(self, selector, text=""):
        self.until(f"!{IS_DRAWN % one(selector, text)}", f"{selector} {text} to go")

    def text(self, selector):
        return self.evaluate(f"{one(selector)}.innerText")

    def attribute(self, selector, name):
        return self.evaluate(f"{one(selector)}.getAttribute({json.dumps(name)})")

    def click(self, selector, text=""):
        """Click in its middle, once it is there and nothing covers it."""
        place, last = POINT % one(selector, text), None
        while last != (point := self.until(place, f"{selector} {text} to be clickable")):
            last = point
            self.evaluate(NEXT_FRAME)  # until it stands still
        self.mouse(*point)

    def fill(self, selector, text):
        """Put the text instead of what the field holds."""
        self.see(selector)
        self.evaluate(f"{one(selector)}.focus()")
        self.evaluate(f"{one(selector)}.select()")
        if text:
            self.insert(text)
        else:
            self.press("Backspace")

    def press(self, key):
        """A key by its name in KeyboardEvent.key, as `Enter`, `Escape`, `a`; with Control+ before it."""
        *held, key = key.split("+")
        self.key(key, control="Control" in held, shift="Shift" in held)

    def went_wrong(self):
        """The errors so far, but for those that say only which of its novelties a browser of that age has on trial."""
        self.evaluate("null")  # what was said before the answer is heard by then
        return [error for error in self.errors if ON_TRIAL not in error]


def one(selector, text=""):
    """An expression for the first such element, or null."""
    if not text:
        return f"document.querySelector({json.dumps(selector)})"
    return (
        f"([...document.querySelectorAll({json.dumps(selector)})]"
        f".filter(one => one.textContent.includes({json.dumps(text)}))[0] || null)"
    )
