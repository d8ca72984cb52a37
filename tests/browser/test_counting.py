"""What is new is counted on the page and in the tab, said to a screen reader, and none of it while paused."""

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import NOON

from .conftest import LONG
from .readers import button, follow, has_all, scroll_to, scroll_to_the_end, settle, status

HIDE = """isHidden => {
    Object.defineProperty(document, "hidden", { value: isHidden, configurable: true })
    document.dispatchEvent(new Event("visibilitychange"))
}"""


@pytest.fixture
def reader(served, window, talk, thirty):
    """A page that is scrolled to the middle of the transcript."""
    page = follow(window, served, talk)
    scroll_to(page, thirty[10])
    return page


def expect_count(page, count):
    words = {0: None, 1: "1 new turn"}.get(count, f"{count} new turns")
    if words:
        expect(button(page)).to_have_text(words)
        expect(page).to_have_title(re.compile(rf"^\({count}\) 河水怎样变清"))
    else:
        expect(button(page)).to_be_hidden()
        expect(page).to_have_title(re.compile("^河水怎样变清"))


def test_new_turns_are_counted_until_they_are_seen(reader, talk, host, guest):
    expect_count(reader, 0)
    first = talk.say(host, f"First. {LONG}")
    expect_count(reader, 1)
    for n in range(8):
        talk.say(guest, f"More {n}. {LONG}")
    expect_count(reader, 9)

    button(reader).click()

    expect(reader.locator(f"#turn-{first.pk}")).to_be_in_viewport()
    expect(reader.locator(f"#turn-{first.pk}")).to_be_focused()
    expect(button(reader)).not_to_have_text("9 new turns")
    scroll_to_the_end(reader)
    expect(button(reader)).not_to_have_text("9 new turns")
    for turn in talk.turns.all()[30:]:
        scroll_to(reader, turn)
    expect_count(reader, 0)


def test_a_turn_that_grows_is_new_once_and_a_correction_is_not(reader, talk, guest, thirty):
    turn = talk.say(guest, "It was black.")
    expect_count(reader, 1)
    turn.grow("Then yellow.")
    turn.grow("Then clear.")
    turn.refresh_from_db()
    turn.correct(version=turn.version, text="It was black, then yellow, then clear.")
    thirty[2].correct(version=1, text="Corrected.")
    thirty[3].retract()
    has_all(reader, talk)
    expect_count(reader, 1)

    turn.retract()
    expect_count(reader, 0)


def test_a_turn_put_in_above_is_new_too(reader, talk, guest):
    turn = talk.say(guest, f"Late. {LONG}", spoken_at=NOON.replace(minute=2, second=30))
    expect_count(reader, 1)

    button(reader).click()

    expect(reader.locator(f"#turn-{turn.pk} .time")).to_be_in_viewport(ratio=1)
    expect_count(reader, 0)


def test_what_a_filter_hides_is_not_counted(reader, talk, host, guest):
    reader.evaluate(
        """host => document.addEventListener("transcript:change", () => {
            for (const turn of document.querySelectorAll(".turn")) turn.hidden = turn.dataset.speaker !== host
        }, true)""",
        str(host.pk),
    )
    for speaker in (host, guest, host, guest):
        talk.say(speaker, LONG)
    has_all(reader, talk)
    expect_count(reader, 2)


def test_a_hidden_tab_counts_and_stays_where_it_was_until_it_is_looked_at(served, window, talk, guest, thirty):
    reader = follow(window, served, talk, "#latest")
    reader.evaluate(HIDE, True)
    before = reader.evaluate("scrollY")
    for n in range(2):
        talk.say(guest, f"Short {n}.")
    expect_count(reader, 2)
    assert reader.evaluate("scrollY") == before

    reader.evaluate(HIDE, False)
    reader.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect_count(reader, 0)


def test_a_reader_who_pauses_reads_in_peace_and_misses_nothing(served, window, talk, host, thirty):
    reader = follow(window, served, talk, "#latest")
    neighbour = follow(window, served, talk)
    expect(reader.get_by_role("button", name="Resume")).to_be_hidden()
    reader.get_by_role("button", name="Pause").click()
    before = reader.locator("live-transcript").get_attribute("data-seq")

    talk.say(host, "Said meanwhile.")
    has_all(neighbour, talk)
    assert reader.locator("live-transcript").get_attribute("data-seq") == before
    expect_count(reader, 0)
    expect(reader.locator("[data-announced]")).to_be_empty()
    assert status(reader) == "Paused: the page stays as it is."

    reader.get_by_role("button", name="Resume").click()
    expect(reader.locator(".turn").last).to_contain_text("Said meanwhile.")
    expect(reader.locator(".turn").last).to_be_in_viewport()
    assert status(reader) == "Connected: follows live."


def test_the_pause_is_in_reach_wherever_one_reads(reader):
    for y in (0, 2_000, 100_000):
        reader.evaluate("y => scrollTo(0, y)", y)
        expect(reader.get_by_role("button", name="Pause")).to_be_in_viewport(ratio=1)


def test_whoever_tabs_along_the_line_on_top_is_not_moved(reader):
    before = reader.evaluate("scrollY")
    reader.get_by_role("button", name="Pause").evaluate("button => button.focus({ preventScroll: true })")
    reader.keyboard.press("Tab")
    expect(reader.get_by_role("link", name="Jump to latest")).to_be_focused()
    settle(reader)
    assert reader.evaluate("scrollY") == before


def test_a_screen_reader_hears_who_spoke_not_what_and_not_too_often(served, window, talk, host, guest):
    reader = window()
    reader.clock.install()
    reader.goto(served.here + talk.get_absolute_url())
    heard = reader.locator("[data-announced]")
    expect(reader.locator("live-transcript")).to_have_attribute("state", "live")
    expect(heard).to_be_empty()
    expect(reader.locator("[data-turns]")).to_have_attribute("aria-live", "off")
    reader.clock.pause_at(reader.evaluate("Date.now() + 1000"))

    talk.say(guest, LONG)
    expect(heard).to_have_text("New: 陈安")
    for speaker in (guest, guest, host):
        talk.say(speaker, LONG)
    expect(reader.locator(".turn")).to_have_count(4)
    reader.clock.run_for(4_900)
    expect(heard).to_have_text("New: 陈安")
    reader.clock.run_for(200)
    expect(heard).to_have_text("3 new turns, the last by 主持人")
    reader.clock.run_for(5_000)
    expect(heard).to_be_empty()

    talk.say(guest, LONG)
    expect(heard).to_have_text("New: 陈安")
    talk.say(host, LONG)
    expect(reader.locator(".turn")).to_have_count(6)
    reader.get_by_role("button", name="Pause").click()
    reader.clock.run_for(5_000)
    expect(heard).to_be_empty()
