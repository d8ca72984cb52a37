"""Time how long a phone takes, four times slower than this machine, to search 2,000 turns and to reverse them."""

from datetime import timedelta
from statistics import median

from django.utils import timezone
from machine import LOAD
from servers import CHROMIUM, Fangtan

TURNS = 2000
SLOWER = 4  # times
PHONE = {"width": 390, "height": 844}
WORDS = "东河的水是怎样变清的，沿河两岸的人都看在眼里，修河的人走了三年才走到头。"

PAINTED = """() => {
    window.painted = done => requestAnimationFrame(() => setTimeout(done))
    return new Promise(painted)
}"""
FIND = """query => {
    const box = document.querySelector("#find")
    box.value = query
    box.dispatchEvent(new InputEvent("input", { bubbles: true }))
    return new Promise(done => document.addEventListener("transcript:filtered", () => painted(done), { once: true }))
}"""
TURN_ROUND = """() => {
    document.querySelector("reading-order a:not([aria-current])").click()
    return new Promise(done => painted(done))
}"""
STEPS = {
    "a key in the finder, nearly all turns found": (FIND, "第"),
    "one of 2,000 found": (FIND, "第1999"),
    "nothing found": (FIND, "没有说过"),
    "two words": (FIND, "三年 看在眼里"),
    "all turns back": (FIND, ""),
    "newest first": (TURN_ROUND, None),
    "oldest first": (TURN_ROUND, None),
}

Result = dict[str, float]


class Read(Fangtan):
    """Serves an interview of 2,000 turns of 40 to 800 characters."""

    cores = (LOAD,)  # the page has the other

    def __init__(self):
        super().__init__("")
        from interviews.models import Turn

        began = timezone.now() - timedelta(hours=5)
        Turn.objects.bulk_create(
            Turn(
                interview=self.interview,
                speaker=self.speaker,
                text="\n".join([f"第{n}句，{WORDS * (1 + n % 5)}"] * (1 + n % 4)),
                spoken_at=began + timedelta(seconds=5 * n),
            )
            for n in range(TURNS)
        )


def measure(rounds: int) -> list[Result]:
    from playwright.sync_api import sync_playwright

    with Read() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=PHONE, has_touch=True, locale="zh-CN")
        page.goto(f"http://127.0.0.1:{server.port}{server.interview.get_absolute_url()}")
        page.locator("live-transcript[state=live]").wait_for()
        page.locator(".finder > summary").click()
        page.evaluate(PAINTED)
        busy = busy_clock(page)
        found = [once(page, busy) for _ in range(rounds + 1)][1:]  # the first finds the texts unread
    for run in found:
        print(f"  a slow phone: {run}", flush=True)
    return found


def once(page, busy) -> Result:
    """Return the milliseconds that each step keeps the page busy until it is on the screen."""
    took = {}
    for name, (script, about) in STEPS.items():
        before = busy()
        page.evaluate(script, about)
        took[name] = busy() - before
    return took


def busy_clock(page):
    """Return a clock of the page's own processor time, in ms of the phone.

    Chromium's own throttle would count what else the machine does.
    """
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def clock() -> float:
        spent = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
        return 1_000 * SLOWER * (spent["TaskDuration"] - spent["DevToolsCommandDuration"])

    return clock


def table(found: list[Result]) -> str:
    lines = [
        f"| {TURNS:,} turns, a processor {SLOWER} times slower than this one | ms, median | most |",
        "|---|---:|---:|",
    ]
    for step in found[0]:
        took = [run[step] for run in found]
        lines.append(f"| {step} | {median(took):.0f} | {max(took):.0f} |")
    return "\n".join(lines)
