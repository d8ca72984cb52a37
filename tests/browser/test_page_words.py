"""Words and pictures of the reader's page: who is quoted, what lies over what, paper, low windows, scripts."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from interviews.models import Guest
from tests.conftest import NOON

from .conftest import DESKTOP, PHONE
from .readers import button, follow, has_all, scroll_to, settle
from .test_counting import expect_count

MORE = "More about the turn of {}, {}"
LOW = [
    {"width": 640, "height": 320},
    {"width": 1280, "height": 400},
    {"width": 320, "height": 256},
]
ALONE = re.compile(r"(主持人|陈安)?\s*(12:\d\d:\d\d)?")  # a speaker or a time without words
OVERLAPS = """([one, others]) => {
    const box = element => element.getBoundingClientRect()
    const mine = box(document.querySelector(one))
    return [...document.querySelectorAll(others)].filter(other => {
        const { left, right, top, bottom, width } = box(other)
        return width && left < mine.right && right > mine.left && top < mine.bottom && bottom > mine.top
    }).map(other => other.outerHTML.slice(0, 80))
}"""
IS_COVERED = """element => {
    const { left, top, width, height } = element.getBoundingClientRect()
    const over = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 10))
    return !(element.contains(over) || over?.contains(element))
}"""


@pytest.fixture
def eventful(talk, host, guest):
    """Thirty turns, of which every second is a key moment."""
    for n in range(30):
        words = f"Turn {n}. " + "The river was black when we began, and nobody swam in it. " * (1 + n % 5)
        heading = f"Moment {n} of the river" if n % 2 else ""
        talk.say((host, guest)[n % 2], words, spoken_at=NOON.replace(minute=n), heading=heading)
    return talk


# Who is quoted


def test_a_copied_quote_names_the_host(served, window, talk, host):
    turn = talk.say(host, "How did it begin?", spoken_at=NOON)
    page = follow(window, served, talk)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(f"#turn-{turn.pk} .time button").click()
    page.locator("turn-tools [data-do=quote]").click()
    expect(page.locator("turn-tools [data-said=copied]")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "林悦" in copied
    assert "主持人" not in copied
    expect(page.locator(f"#turn-{turn.pk} .speaker b")).to_have_text("主持人")


# The count of new turns


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, *LOW], ids=str)
def test_the_count_lies_over_nothing(served, window, eventful, guest, viewport):
    page = follow(window, served, eventful, viewport=viewport)
    scroll_to(page, eventful.turns.all()[9])
    before = page.locator(".transcript-bar").bounding_box()
    for n in range(12):
        eventful.say(guest, f"More {n}.")
    has_all(page, eventful)
    expect_count(page, 12)
    expect(button(page)).to_be_in_viewport(ratio=1)
    within = page.locator(".transcript-bar").bounding_box()
    assert before == within
    assert page.evaluate(OVERLAPS, ["new-turns button", ".transcript-bar :is(a, summary, pause-updates button)"]) == []
    pill = button(page).bounding_box()
    assert within["y"] <= pill["y"]
    assert pill["y"] + pill["height"] <= within["y"] + within["height"] + 1


def test_whoever_jumps_to_the_latest_has_nothing_left_to_count(served, window, eventful, guest):
    page = follow(window, served, eventful)
    scroll_to(page, eventful.turns.all()[3])
    for n in range(20):
        eventful.say(guest, f"More {n}. " + "It was long ago, and we were young. " * 20)
    expect_count(page, 20)
    page.get_by_role("link", name="Jump to latest").click()
    expect_count(page, 0)
    settle(page)
    expect_count(page, 0)
    scroll_to(page, eventful.turns.all()[3])
    eventful.say(guest, "One more.")
    expect_count(page, 1)


# The menu of a turn


def test_the_menu_shows_on_hover_and_focus_and_says_whose_it_is(served, window, eventful):
    page = follow(window, served, eventful)
    turn = page.locator(".turn").nth(1)
    menu = turn.get_by_role("button", name=MORE.format("陈安", "12:01:00"))
    expect(menu).to_have_css("opacity", "0")
    turn.locator(".said").hover()
    expect(menu).to_have_css("opacity", "1")
    page.locator("h1").hover()
    expect(menu).to_have_css("opacity", "0")
    turn.locator(".time a").focus()
    expect(menu).to_have_css("opacity", "1")

    page.keyboard.press("Shift+Tab")
    expect(menu).to_be_focused()
    expect(menu).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(page.locator("turn-tools")).to_be_visible()
    expect(menu).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(menu).to_have_attribute("aria-expanded", "false")
    expect(menu).to_be_focused()


def test_the_menu_is_always_shown_on_touch_and_speaks_chinese(served, window, interview, host):
    interview.say(host, "水怎样变清？", spoken_at=NOON)
    page = follow(window, served, interview, viewport=PHONE, has_touch=True, is_mobile=True)
    menu = page.get_by_role("button", name="主持人 12:00:00 的发言：更多操作")
    expect(menu).to_have_css("opacity", "1")
    assert min(menu.bounding_box()[side] for side in ("width", "height")) >= 44
    menu.tap()
    expect(page.locator("turn-tools")).to_be_visible()


def test_an_open_menu_stays_marked_when_its_turn_is_corrected(served, window, talk, guest):
    turn = talk.say(guest, "It was black.")
    page = follow(window, served, talk)
    menu = page.locator(f"#turn-{turn.pk} .time button")
    menu.click()
    turn.correct(version=1, text="It was dark.")
    has_all(page, talk)
    expect(menu).to_have_attribute("aria-expanded", "true")


# Key moments


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, *LOW], ids=str)
def test_every_key_moment_is_reached_by_keyboard_scrolling_and_one_press(served, window, eventful, guest, viewport):
    page = follow(window, served, eventful, viewport=viewport)
    links = page.locator(".moments a")
    expect(page.locator(".moments .count")).to_have_text("15")
    links.last.focus()
    expect(links.last).to_be_in_viewport(ratio=0.9)
    page.evaluate("document.querySelector('.moments ol').scrollTop = 0")
    page.locator(".moments summary").click()
    assert page.evaluate("(list => list.scrollHeight - list.clientHeight)(document.querySelector('.moments ol'))") <= 1
    eventful.say(guest, "Late.", heading="The last moment")
    has_all(page, eventful)
    expect(links).to_have_count(16)
    assert page.locator(".moments details").evaluate("details => details.open")


def test_a_short_list_of_key_moments_has_nothing_to_open(served, window, talk, guest):
    talk.say(guest, "One.", heading="The only moment")
    page = follow(window, served, talk)
    expect(page.locator(".moments a")).to_be_visible()
    expect(page.locator(".moments details")).to_have_count(0)


# Low windows


@pytest.mark.parametrize("viewport", LOW, ids=str)
def test_in_a_low_window_the_bar_is_in_reach_and_the_focus_never_under_it(served, window, eventful, viewport):
    page = follow(window, served, eventful, viewport=viewport)
    turns = eventful.turns.all()
    scroll_to(page, turns[20], at=viewport["height"] // 2)
    for name in ("Pause", "Jump to latest"):
        expect(page.locator(".transcript-bar").get_by_text(name, exact=True)).to_be_in_viewport(ratio=1)
    expect(page.locator(".finder summary")).to_be_in_viewport(ratio=1)
    assert page.locator(".transcript-bar").bounding_box()["height"] <= viewport["height"] * 0.34

    for n in (19, 18, 17, 16, 12):
        link = page.locator(f"#turn-{turns[n].pk} .time a")
        link.focus()
        settle(page)
        assert not link.evaluate(IS_COVERED)
    for _ in range(6):
        page.keyboard.press("Shift+Tab")
        settle(page)
        assert not page.evaluate(f"({IS_COVERED})(document.activeElement)")


# Paper


def test_on_paper_a_speaker_stays_with_the_words_and_the_key_moments_are_there(
    served, window, eventful, tmp_path: Path
):
    page = follow(window, served, eventful)
    page.emulate_media(media="print")
    for moment in page.locator(".moments a").all():
        expect(moment).to_be_visible()
    expect(page.locator(".moments summary")).to_be_hidden()
    assert page.locator(".moments ol").evaluate("list => getComputedStyle(list).maxHeight") == "none"
    speaker = page.locator(".turn .speaker").first.evaluate(
        "one => [getComputedStyle(one).display, getComputedStyle(one).breakAfter]"
    )
    assert speaker == ["block", "avoid"]
    assert page.locator(".said").first.evaluate("said => getComputedStyle(said).paddingBlockStart") == "0px"

    if not shutil.which("pdftotext"):
        return
    for height in range(200, 320, 7):  # pages that end at different lines
        pages = printed(page, tmp_path / "paper.pdf", height)
        assert "Moment 29 of the river" in "".join(pages)
        ends = [[line.strip() for line in text.split("\n") if line.strip()][-2:] for text in pages[:-1]]
        assert [line for end in ends for line in end if ALONE.fullmatch(line)] == []


def printed(page, file, height):
    """The text of each page."""
    page.pdf(path=file, width="150mm", height=f"{height}mm", margin=dict.fromkeys(("top", "bottom", "left"), "15mm"))
    text = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True, timeout=60)
    return text.stdout.split("\f")


# Scripts

NAMES = {
    "ئالىم ئوسمان": "سۇ ئالدى بىلەن قىرغاقتىن سۈزۈلىدۇ، ئاندىن دەريادا بېلىق كۆرۈنىدۇ.\n水从岸上开始清。",
    "سامي الحداد": "رأينا الأسماك تعود إلى النهر في عام 2026.",
    "נועה ברק": "הנהר נקי היום.",
    "Вера Лунина": "Мы видели, как вернулась рыба.",
    "\u202eKim Ode": "We saw the fish and the birds.",
}


@pytest.fixture
def river(interview, host):
    interview.say(host, "东河的水是怎样变清的？", spoken_at=NOON.replace(hour=3))
    for n, (name, text) in enumerate(NAMES.items()):
        speaker = interview.seat(Guest.objects.create(name=name, title=text[:12]))
        interview.say(speaker, text, spoken_at=NOON.replace(minute=n), heading=text.split("\n")[0][:20])
    return interview


SIDES = """turn => {
    const [said, rule, name] = [".said p", null, ".speaker"].map(at => at && turn.querySelector(at))
    const box = turn.getBoundingClientRect()
    const before = getComputedStyle(turn, "::before")
    const range = document.createRange()
    range.selectNodeContents(said)
    const words = range.getBoundingClientRect()
    return {
        paragraph: getComputedStyle(said).direction,
        rule: before.left === "0px" ? "left" : before.right === "0px" ? "right" : "nowhere",
        isWhole: words.left >= box.left - 1 && words.right <= box.right + 1,
    }
}"""


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_turn_from_right_to_left_has_its_rule_at_the_right(served, window, river, viewport):
    page = follow(window, served, river, viewport=viewport)
    found = [turn.evaluate(SIDES) for turn in page.locator(".turn").all()]
    assert [one["rule"] for one in found] == ["left", "right", "right", "right", "left", "left"]
    assert [one["paragraph"] for one in found] == ["ltr", "rtl", "rtl", "rtl", "ltr", "ltr"]
    assert all(one["isWhole"] for one in found)
    assert (
        page.locator(".turn").nth(1).locator(".said p").nth(1).evaluate("p => getComputedStyle(p).direction") == "ltr"
    )
    for found_name in page.locator(".byline a, .byline span, .speaker b, .moments a span").all():
        assert found_name.evaluate("name => getComputedStyle(name).unicodeBidi") == "isolate"


@pytest.mark.parametrize("selector", ["#find", "turn-tools textarea"])
def test_what_is_typed_begins_at_its_own_side(served, window, river, selector):
    page = follow(window, served, river)
    field = page.locator(selector).first
    field.evaluate("(field, words) => { field.value = words }", "سۇ")
    assert field.evaluate("field => getComputedStyle(field).direction") == "rtl"


def test_at_the_desk_turns_names_and_fields_have_their_own_direction(served, sign_in, zhou, river):
    desk = sign_in(served, zhou, river)
    turns = desk.locator("[data-turns=transcript] .turn")
    expect(turns).to_have_count(6)
    directions = turns.locator(".said p:first-of-type").evaluate_all(
        "all => all.map(p => getComputedStyle(p).direction)"
    )
    assert directions == ["ltr", "rtl", "rtl", "rtl", "ltr", "ltr"]
    assert desk.locator("#said").get_attribute("dir") == "auto"
    desk.locator("#said").fill("الماء")
    assert desk.locator("#said").evaluate("field => getComputedStyle(field).direction") == "rtl"
