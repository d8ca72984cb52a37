"""Two thousand turns on a phone: what keeps them quick, by counts. benchmarks/slow_phone.py has the times."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from interviews.models import Interview
from tests.conftest import NOON

from .conftest import PHONE
from .long_interviews import key_moment, say_many
from .readers import has_all

MANY = 2_000
STRETCHES = 80
NEAR = 100  # turns: those of the stretches in and around the window
PASSES = 8  # as many as the page has parts that look at it, and not as many as turns
COUNT = """() => {
    window.counted = { read: 0, moved: 0, changed: 0 }
    const count = (kind, name, what, counts = () => true) => {
        const usual = kind[name]
        kind[name] = function (...about) {
            if (counts(this)) counted[what] += 1
            return usual.apply(this, about)
        }
    }
    count(String.prototype, "normalize", "read", text => text.length > 30)
    count(Element.prototype, "moveBefore", "moved")
    count(Node.prototype, "insertBefore", "moved")
    count(Element.prototype, "prepend", "moved")
    const turns = document.querySelector("[data-turns]")
    const observer = new MutationObserver(records => (counted.changed += records.length))
    observer.observe(turns, { subtree: true, childList: true, characterData: true, attributeFilter: ["hidden"] })
}"""
FIND = """query => {
    const box = document.querySelector("#find")
    box.value = query
    box.dispatchEvent(new InputEvent("input", { bubbles: true }))
    return new Promise(done => document.addEventListener("transcript:filtered", done, { once: true }))
}"""
TURN_ROUND = """() => {
    document.querySelector("reading-order a:not([aria-current])").click()
    return new Promise(done => requestAnimationFrame(() => setTimeout(done)))
}"""
LAID_OUT = "turns => turns.filter(turn => turn.checkVisibility({ contentVisibilityAuto: true })).length"


@pytest.fixture(scope="module")
def made(for_the_module, django_db_setup):
    """The key of an interview of two thousand turns of 40 to 800 characters, and its page as it was sent."""
    interview = django_db_setup["interview"].copy()["interview"]
    words = "东河的水是怎样变清的，沿河两岸的人都看在眼里，修河的人走了三年才走到头。"
    say_many(interview, MANY, lambda n: "\n".join([f"第{n}句，{words * (1 + n % 5)}"] * (1 + n % 4)), key_moment)
    return interview.pk, {}


@pytest.fixture
def long(made, served):
    pk, sent = made
    long = Interview.objects.get(pk=pk)
    served.send_again(long.get_absolute_url(), sent)
    return long


@pytest.fixture
def host(long):
    return long.speakers.get(label="主持人")


@pytest.fixture
def phone(served, window, long):
    page = window(served.here + long.get_absolute_url(), viewport=PHONE, has_touch=True)
    expect(page.locator("live-transcript")).to_have_attribute("state", "live")
    page.locator(".finder > summary").click()
    expect(page.locator("#find")).to_be_visible()
    return page


@pytest.fixture
def spent(phone):
    """What a step takes: passes of style and layout, long texts folded, moves, and changes of turns."""
    devtools = phone.context.new_cdp_session(phone)
    devtools.send("Performance.enable")
    phone.evaluate(COUNT)

    def passes():
        metrics = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
        return {"styled": metrics["RecalcStyleCount"], "laid out": metrics["LayoutCount"]}

    def spent(script, *about):
        before = passes()
        phone.evaluate("Object.keys(counted).forEach(name => (counted[name] = 0))")
        phone.evaluate(script, *about)
        return phone.evaluate("counted") | {name: passes()[name] - count for name, count in before.items()}

    return spent


def order(page):
    return page.locator("[data-turns] .turn").evaluate_all("turns => turns.map(turn => Number(turn.dataset.at))")


def laid_out(page):
    return page.locator("[data-turns] .turn").evaluate_all(LAID_OUT)


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


def test_a_key_in_the_finder_reads_no_turn_anew_and_touches_only_what_differs(phone, spent):
    spent(FIND, "第")
    for query in ("第1", "第19", "第1999", "", "河", "没有说过", "三年 看在眼里", ""):
        took = spent(FIND, query)
        assert took["moved"] == 0, query
        assert took["read"] <= NEAR, query  # lines in which the words are marked
        assert took["changed"] <= MANY + STRETCHES, query
        assert max(took["styled"], took["laid out"]) <= PASSES, query
        assert laid_out(phone) <= NEAR, query
        assert spent(FIND, query)["changed"] == 0, query


def test_words_that_are_everywhere_are_marked_near_the_window_only(phone, spent):
    spent(FIND, "河")
    expect(phone.locator("[data-turns] .turn:not([hidden])")).to_have_count(MANY)
    assert 0 < phone.evaluate("CSS.highlights.get('found').size") <= 5 * NEAR


def test_another_order_moves_each_turn_once_and_lays_out_what_is_near(phone, spent):
    for _ in range(2):
        took = spent(TURN_ROUND)
        assert took["moved"] <= MANY + STRETCHES + 1  # the end that follows the newest turn
        assert max(took["styled"], took["laid out"]) <= PASSES
        assert laid_out(phone) <= NEAR


def test_another_order_leaves_marked_the_turn_that_the_address_names(phone):
    for name in ("newest", "oldest"):
        phone.evaluate(f"location.hash = document.querySelectorAll('[data-turns] .turn')[{MANY // 3}].id")
        expect(phone.locator(".turn:target")).to_have_count(1)
        phone.locator(f"a[data-order={name}]").click()
        expect(phone.locator(".turn:target")).to_have_count(1)
        assert order(phone) == sorted(order(phone), reverse=name == "newest")
