"""Oldest or newest first: the reader's choice, in place, remembered, and without scripts the server's."""

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import NOON

from .conftest import LONG
from .readers import follow, has_all, moved, scroll_to, settle, watch

NEWEST = "?order=newest"


@pytest.fixture
def five(talk, host, guest):
    return [talk.say((host, guest)[n % 2], f"Turn {n}.", spoken_at=NOON.replace(minute=n)) for n in range(5)]


def order(page):
    return [int(id.removeprefix("turn-")) for id in page.locator("[data-turns] > .turn").evaluate_all(IDS)]


IDS = "turns => turns.map(turn => turn.id)"


def choose(page, name):
    panel = page.locator(".finder")
    if not panel.evaluate("panel => panel.open"):
        panel.locator("summary").click()
    page.get_by_role("link", name=name).click()


def keys(turns):
    return [turn.pk for turn in turns]


def test_the_choice_turns_the_page_round_and_back_in_place(served, window, talk, host, five):
    reader = follow(window, served, talk)
    reader.evaluate("window.isStillTheSame = true")
    turns, here = reader.locator("[data-turns]"), reader.url

    choose(reader, "Newest first")
    assert order(reader) == keys(reversed(five))
    expect(turns).to_have_attribute("role", "feed")
    expect(reader.locator("reading-order [aria-current]")).to_have_text("Newest first")
    expect(reader.locator("#latest + [data-turns]")).to_have_count(1)
    assert reader.url == here + NEWEST

    choose(reader, "Oldest first")
    assert order(reader) == keys(five)
    expect(turns).to_have_attribute("role", "log")
    expect(reader.locator("[data-turns] ~ #latest")).to_have_count(1)
    assert reader.url == here
    assert reader.evaluate("window.isStillTheSame")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_address_alone_says_the_order(served, window, talk, five, scripts):
    reader = window(served.here + talk.get_absolute_url() + NEWEST, java_script_enabled=scripts)
    assert order(reader) == keys(reversed(five))
    expect(reader.locator("[data-turns]")).to_have_attribute("role", "feed")
    if not scripts:
        choose(reader, "Oldest first")
        assert order(reader) == keys(five)


def test_the_choice_is_remembered_for_every_interview(served, window, talk, five):
    reader = follow(window, served, talk)
    choose(reader, "Newest first")

    reader.goto(served.here + talk.get_absolute_url())
    expect(reader.locator("[data-turns]")).to_have_attribute("data-order", "newest")
    assert order(reader) == keys(reversed(five))
    assert reader.url.endswith(NEWEST)

    choose(reader, "Oldest first")
    reader.goto(served.here + talk.get_absolute_url())
    expect(reader.locator("live-transcript")).to_have_attribute("state", "live")
    assert order(reader) == keys(five)


def test_a_link_to_a_turn_leads_there_whatever_the_order(served, window, talk, thirty):
    reader = follow(window, served, talk)
    choose(reader, "Newest first")

    reader.goto("about:blank")
    reader.goto(served.here + talk.get_absolute_url() + f"#turn-{thirty[12].pk}")

    expect(reader.locator("[data-turns]")).to_have_attribute("data-order", "newest")
    expect(reader.locator(f"#turn-{thirty[12].pk} .time")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("path", ["", NEWEST], ids=["oldest first", "newest first"])
def test_what_comes_is_put_where_it_belongs_in_that_order(served, window, talk, host, five, path):
    reader = follow(window, served, talk, path)

    last = talk.say(host, "Last.")
    first = talk.say(host, "First of all.", spoken_at=NOON.replace(hour=3))
    between = talk.say(host, "Between.", spoken_at=NOON.replace(minute=2, second=30))
    five[1].correct(version=1, spoken_at=NOON.replace(minute=3, second=30))
    has_all(reader, talk)

    right = keys([first, five[0], five[2], between, five[3], five[1], five[4], last])
    assert order(reader) == (right[::-1] if path else right)


FIRST_IN_VIEW = """() => {
    const end = document.querySelector(".finder-panel").getBoundingClientRect().bottom
    return [...document.querySelectorAll(".turn")].find(turn => turn.getBoundingClientRect().top >= end).id
}"""


def test_who_changes_the_order_still_sees_what_was_read_where_it_was(served, window, talk, thirty):
    reader = follow(window, served, talk)
    scroll_to(reader, thirty[12])
    reader.locator(".finder summary").click()

    for name in ("Newest first", "Oldest first"):
        first = reader.evaluate(FIRST_IN_VIEW)
        watch(reader, first)
        choose(reader, name)
        settle(reader)
        assert moved(reader) < 1


def test_a_feed_says_where_each_of_its_articles_stands(served, window, talk, guest, five):
    reader = follow(window, served, talk, NEWEST)
    new = talk.say(guest, LONG)
    has_all(reader, talk)

    newest = reader.locator(f"#turn-{new.pk}")
    for name, value in {"aria-posinset": "1", "aria-setsize": "6", "tabindex": "-1"}.items():
        expect(newest).to_have_attribute(name, value)
    expect(reader.locator(".turn").last).to_have_attribute("aria-posinset", "6")
    expect(reader.locator("[data-turns]")).not_to_have_attribute("aria-busy", "true")

    choose(reader, "Oldest first")
    expect(reader.locator("[aria-posinset], [aria-setsize]")).to_have_count(0)


def test_a_click_for_a_new_tab_stays_the_browsers(served, window, talk, five):
    reader = follow(window, served, talk)
    reader.locator(".finder summary").click()
    with reader.context.expect_page() as opened:
        reader.get_by_role("link", name="Newest first").click(modifiers=["ControlOrMeta"])
    expect(opened.value).to_have_url(re.compile(re.escape(NEWEST) + "$"))
    assert order(reader) == keys(five)
