"""Transcripts of two thousand turns, on a phone whose processor is four times slower than this machine's."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from interviews.models import Turn
from tests.conftest import NOON

from .conftest import PHONE
from .readers import has_all

MANY = 2_000
SLOWER = 4  # times
FOUND_MS, ORDERED_MS = 100, 200
TRIES = 5
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
PAINTED = """() => {
    window.painted = done => requestAnimationFrame(() => setTimeout(done))
    return new Promise(painted)
}"""


@pytest.fixture
def long(interview, host, guest):
    """Two thousand turns of 40 to 800 characters."""
    words = "东河的水是怎样变清的，沿河两岸的人都看在眼里，修河的人走了三年才走到头。"
    Turn.objects.bulk_create(
        Turn(
            interview=interview,
            speaker=(host, guest)[n % 2],
            text="\n".join([f"第{n}句，{words * (1 + n % 5)}"] * (1 + n % 4)),
            heading=f"要点{n}" if n % 200 == 150 else "",
            spoken_at=NOON + timedelta(seconds=5 * n),
        )
        for n in range(MANY)
    )
    return interview


@pytest.fixture
def phone(served, window, long):
    page = window(served.here + long.get_absolute_url(), viewport=PHONE, has_touch=True)
    expect(page.locator("live-transcript")).to_have_attribute("state", "live")
    page.locator(".finder > summary").click()
    expect(page.locator("#find")).to_be_visible()
    return page


@pytest.fixture
def spent(phone):
    """The least milliseconds, of some rounds, that each step keeps the page busy until it is on the screen.

    By the page's own processor time, as the machine may be busy with something else. Chromium's own throttle would
    count that in.
    """
    devtools = phone.context.new_cdp_session(phone)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    phone.evaluate(PAINTED)

    def busy():
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        spent = {metric["name"]: metric["value"] for metric in metrics}
        asking = spent["DevToolsCommandDuration"]  # the test's own
        return 1_000 * SLOWER * (spent["TaskDuration"] - asking)

    def once(script, *about):
        before = busy()
        phone.evaluate(script, *about)
        return busy() - before

    def least(script, *steps):
        rounds = [[once(script, *step) for step in steps] for _ in range(TRIES)]
        return [round(min(of_one_step)) for of_one_step in zip(*rounds, strict=True)]

    return least


def order(page):
    return page.locator("[data-turns] .turn").evaluate_all("turns => turns.map(turn => Number(turn.dataset.at))")


def test_the_finder_answers_each_key_at_once(spent):
    queries = ["第", "第1", "第19", "第199", "第1999", "", "河", "没有说过", "三年 看在眼里", ""]
    took = spent(FIND, *([query] for query in queries))
    assert max(took) <= FOUND_MS, took


def test_the_order_changes_at_once(spent):
    took = spent(TURN_ROUND, [], [])
    assert max(took) <= ORDERED_MS, took


def test_what_comes_is_put_in_its_place_among_two_thousand_in_both_orders(phone, long, host):
    for name, is_newest_first in (("newest", True), ("oldest", False)):
        phone.locator(f"a[data-order={name}]").click()
        long.say(host, "在中间。", spoken_at=NOON + timedelta(seconds=5_002))
        for n in range(15):
            long.say(host, f"还有第{n}句。", spoken_at=NOON + timedelta(seconds=20_000 + n))
        long.say(host, "在最前面。", spoken_at=NOON - timedelta(seconds=9))
        has_all(phone, long)

        assert order(phone) == sorted(order(phone), reverse=is_newest_first)
    assert len(order(phone)) == MANY + 2 * 17
    fullest = phone.evaluate("Math.max(...[...document.querySelectorAll('.stretch')].map(s => s.children.length))")
    assert fullest <= 35


def test_a_turn_that_is_found_far_away_and_all_that_are_shown_again_leave_no_gap(phone):
    phone.locator("#find").fill("第1999句")
    expect(phone.locator("[data-turns] .turn:visible")).to_have_count(1)
    expect(phone.locator(".stretch:visible")).to_have_count(1)
    assert phone.locator("[data-turns]").evaluate("turns => turns.offsetHeight") < 2_000
    phone.locator("#find").fill("")
    expect(phone.locator("[data-turns] .turn:not([hidden])")).to_have_count(MANY)
    expect(phone.locator(".stretch[hidden]")).to_have_count(0)
