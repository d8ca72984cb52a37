"""Time the desk of a long interview: what its page weighs, when one can type in it, and how long each key takes."""

import random
import time
from datetime import timedelta
from statistics import median

from django.utils import timezone
from editor import session
from machine import LOAD
from servers import CHROMIUM, Fangtan

SIZES = (13, 200, 400, 2_000, 10_000)  # turns
CHARACTERS = [chr(code) for code in range(0x4E00, 0x5600)]  # one text over and over would be sent in nothing
CHARACTERS_IN_A_TURN = 150
KEYS = "and then the river ran clear again, from the weir down to the harbour"
SPEAKERS = 4
TOO_LONG = 60_000  # ms
BETWEEN_KEYS = 30  # ms

# Keeps the longest task, and how long each key took until the page was painted again.
WATCH = """() => {
    window.longest = 0
    window.keys = []
    new PerformanceObserver(list => {
        for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration)
    }).observe({ type: "longtask", buffered: true })
    addEventListener("keydown", ({ timeStamp }) => {
        requestAnimationFrame(() => setTimeout(() => window.keys.push(performance.now() - timeStamp)))
    }, { capture: true })
}"""
USABLE = """() => new Promise(done => {
    const look = () => {
        const isThere = customElements.get("desk-composer") && document.activeElement?.name === "text"
        if (isThere) requestAnimationFrame(() => setTimeout(() => done(performance.now())))
        else setTimeout(look)
    }
    look()
})"""
SEEN = """text => new Promise(done => {
    const began = performance.now()
    const look = () => {
        const last = document.querySelector("[data-turns=transcript] > .turn:last-child")
        const isIn = last?.textContent.includes(text)
        if (isIn) requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)))
        else requestAnimationFrame(look)
    }
    look()
})"""

Result = dict[str, float]


class Desk(Fangtan):
    """Serves an interview of that many turns of 450 bytes by a host and guests."""

    cores = (LOAD,)  # the page has the other

    def __init__(self, turns: int):
        super().__init__("")
        from interviews.models import Guest, Turn

        guests = [Guest.objects.create(name=f"Guest {n} of {self.interview}") for n in range(1, SPEAKERS)]
        seats = [self.speaker, *map(self.interview.seat, guests)]
        self.session = session()
        chance = random.Random(turns)
        began = timezone.now() - timedelta(seconds=turns + 1)
        Turn.objects.bulk_create(
            Turn(
                interview=self.interview,
                speaker=seats[n % SPEAKERS],
                text="".join(chance.choices(CHARACTERS, k=CHARACTERS_IN_A_TURN)),
                spoken_at=began + timedelta(seconds=n),
            )
            for n in range(turns)
        )


def measure(rounds: int) -> dict[str, list[Result]]:
    from playwright.sync_api import sync_playwright

    found: dict[str, list[Result]] = {}
    desks = {turns: Desk(turns) for turns in SIZES}  # first: Playwright leaves no room for Django's queries
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for turns, desk in desks.items():
            with desk as server:
                found[f"{turns:,}"] = [once(browser, server) for _ in range(rounds)]
            print(f"  the desk at {turns:,} turns: {found[f'{turns:,}'][-1]}", flush=True)
    return found


def once(browser, server) -> Result:
    here = f"http://127.0.0.1:{server.port}"
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(TOO_LONG)
    context.add_cookies([{"name": "sessionid", "value": server.session, "url": here}])
    page = context.new_page()
    page.add_init_script(f"({WATCH})()")
    sent = page.goto(f"{here}/desk/{server.interview.slug}/", wait_until="commit")
    result = {"usable": page.evaluate(USABLE), "longest task": page.evaluate("window.longest")}
    sent.finished()
    timing = sent.request.timing
    result |= {
        "made": timing["responseStart"] - timing["requestStart"],
        "KB": sent.request.sizes()["responseBodySize"] / 1_000,
    }
    page.locator("live-transcript[state=live]").wait_for()
    result |= typed(page) | published(page)
    context.close()
    return result


def typed(page) -> Result:
    page.evaluate("window.keys = []")
    page.keyboard.type(KEYS, delay=BETWEEN_KEYS)
    keys = page.evaluate("window.keys")
    return {"key": median(keys), "slowest key": max(keys)}


def published(page) -> Result:
    """Return the ms from the press that publishes until the turn stands in the transcript."""
    text = f"seen {time.monotonic()}"
    page.locator("desk-composer [name=text]").fill(text)
    seen = page.evaluate_handle(f"text => ({{ seen: ({SEEN})(text) }})", text)
    page.keyboard.press("Control+Enter")
    return {"published": seen.evaluate("({ seen }) => seen")}


def table(found: dict[str, list[Result]]) -> str:
    """Medians; the times as multiples of those of the shortest interview stand beside them."""
    lines = [
        "| turns | KB sent | made | usable after | longest task | a key, median | most | published turn seen after |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for turns, runs in found.items():
        m = {name: median(run[name] for run in runs) for name in runs[0]}
        lines.append(
            f"| {turns} | {m['KB']:.0f} | {m['made']:.0f} ms | {m['usable']:.0f} ms | {m['longest task']:.0f} ms "
            f"| {m['key']:.0f} ms | {max(run['slowest key'] for run in runs):.0f} ms | {m['published']:.0f} ms |"
        )
    return "\n".join(lines)
