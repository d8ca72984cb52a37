"""What the tests of a reader who follows an interview have in common."""

from playwright.sync_api import expect

from .test_live import connected

WATCH = """id => {
    const top = () => document.getElementById(id).getBoundingClientRect().top
    const tops = window.tops = []
    const look = () => { tops.push(top()); if (tops === window.tops) requestAnimationFrame(look) }
    look()
}"""
SHIFTS = """() => {
    window.shifts = []
    const list = entries => entries.map(entry => ({ value: entry.value, sources: entry.sources.map(describe) }))
    const describe = source => [source.node?.id || source.node?.className, source.previousRect.y, source.currentRect.y]
    window.shiftObserver = new PerformanceObserver(records => shifts.push(...list(records.getEntries())))
    shiftObserver.observe({ type: "layout-shift" })
    window.takeShifts = () => [...shifts, ...list(shiftObserver.takeRecords())]
}"""
TO_THE_END = """async () => {
    const end = document.querySelector("#latest")
    const frame = () => new Promise(requestAnimationFrame)
    for (let still = 0, before = null; still < 5; before = scrollY) {
        end.scrollIntoView({ block: "end", behavior: "instant" })
        await frame()
        still = scrollY === before ? still + 1 : 0
    }
}"""
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


def follow(window, site, interview, path="", **options):
    page = connected(window(site.here + interview.get_absolute_url() + path, **options))
    settle(page)
    return page


def settle(page):
    """Wait until what was asked for is on the screen."""
    page.evaluate(FRAMES)
    page.evaluate(FRAMES)


def has_all(page, interview):
    """Returns when the page stands where the interview does."""
    expect(page.locator("live-transcript")).to_have_attribute("data-seq", str(interview.public_seq))
    settle(page)


def bar(page):
    """The lower edge of the bar that stays at the top, in pixels from the window's top."""
    return page.locator(".transcript-bar").evaluate("bar => bar.getBoundingClientRect().bottom")


def top(page, turn):
    return page.locator(f"#turn-{turn.pk}").evaluate("turn => turn.getBoundingClientRect().top")


def scroll_to(page, turn, at=200):
    """Scroll until the turn begins `at` pixels below the window's top."""
    for _ in range(3):  # what comes into view may be higher than it was thought to be
        page.evaluate(f"scrollBy({{ top: {top(page, turn)} - {at}, behavior: 'instant' }})")
        settle(page)


def scroll_to_the_end(page):
    """Scroll to the end again and again, since what is laid out on the way pushes it away."""
    page.evaluate(TO_THE_END)
    settle(page)


def watch(page, turn):
    """Looks where the turn is, at every frame that is drawn, until `moved` asks."""
    page.evaluate(WATCH, turn if isinstance(turn, str) else f"turn-{turn.pk}")


def moved(page):
    """The most pixels that the watched turn was away from its first place."""
    return page.evaluate("Math.max(...tops.map(top => Math.abs(top - tops[0])))")


def watch_shifts(page):
    page.evaluate(SHIFTS)


def shifts(page):
    settle(page)
    return page.evaluate("takeShifts()")


def button(page):
    return page.locator("new-turns button")


def status(page):
    """The words that the page shows about its connection."""
    return page.locator(".connection").evaluate(
        """line => [...line.children].filter(words => getComputedStyle(words).visibility === "visible")
            .map(words => words.textContent).join(" / ")"""
    )
