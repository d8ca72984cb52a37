"""At the newest end the page follows; elsewhere nothing moves, to the pixel, and the new turns are counted."""

import pytest
from playwright.sync_api import expect

from interviews.templatetags import transcript
from tests.conftest import NOON

from .conftest import DESKTOP, LONG, PHONE
from .readers import (
    bar,
    follow,
    has_all,
    moved,
    scroll_to,
    shifts,
    top,
    watch,
    watch_shifts,
)

both_orders = pytest.mark.parametrize("order", ["", "?order=newest"], ids=["oldest first", "newest first"])
both_sizes = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
without_anchoring = "document.documentElement.style.overflowAnchor = 'none'"


@both_orders
@both_sizes
@pytest.mark.parametrize("anchoring", [True, False], ids=["", "no anchoring by the browser"])
def test_what_a_reader_looks_at_stays_while_all_around_it_changes(
    served, window, talk, host, guest, thirty, order, viewport, anchoring
):
    reader = follow(window, served, talk, order, viewport=viewport)
    if not anchoring:
        reader.evaluate(without_anchoring)
    scroll_to(reader, thirty[15])
    watch(reader, thirty[15])
    watch_shifts(reader)

    for n in range(10):
        talk.say(guest, f"News {n}. {LONG}")
        has_all(reader, talk)
    thirty[3].correct(version=1, text=thirty[3].text * 4)
    thirty[25].correct(version=1, text="Short.")
    has_all(reader, talk)
    talk.say(host, f"Between. {LONG}", spoken_at=NOON.replace(minute=10, second=30))
    talk.say(host, f"Between. {LONG}", spoken_at=NOON.replace(minute=20, second=30))
    thirty[4].retract()
    thirty[24].retract()
    has_all(reader, talk)
    thirty[2].pin()
    has_all(reader, talk)
    assert shifts(reader) == []

    thirty[1].mark("A moment")
    talk.pause("Back in five minutes.")
    has_all(reader, talk)
    assert moved(reader) < 1


@both_orders
@both_sizes
def test_it_stays_in_a_long_transcript_too_which_stands_in_stretches(
    served, window, talk, host, guest, thirty, order, viewport, monkeypatch
):
    monkeypatch.setattr(transcript, "MIN_TURNS_IN_STRETCHES", len(thirty))
    reader = follow(window, served, talk, order, viewport=viewport)
    expect(reader.locator("[data-turns] > .stretch")).to_have_count(2)
    scroll_to(reader, thirty[15])
    watch(reader, thirty[15])

    for n in range(10):
        talk.say(guest, f"News {n}. {LONG}")
    thirty[3].correct(version=1, text=thirty[3].text * 4)
    thirty[25].correct(version=1, text="Short.")
    talk.say(host, f"Between. {LONG}", spoken_at=NOON.replace(minute=10, second=30))
    thirty[4].retract()
    has_all(reader, talk)
    assert moved(reader) < 1


@both_orders
@both_sizes
def test_at_its_newest_end_the_page_follows_and_nothing_shifts(served, window, talk, guest, thirty, order, viewport):
    reader = follow(window, served, talk, order + "#latest", viewport=viewport)
    watch_shifts(reader)

    for n in range(10):
        turn = talk.say(guest, f"News {n}. {LONG}")
        has_all(reader, talk)
        expect(reader.locator(f"#turn-{turn.pk} .time")).to_be_in_viewport(ratio=1)
    turn.grow(LONG)
    thirty[28].correct(version=1, text=thirty[28].text * 2)
    has_all(reader, talk)

    expect(reader.locator(f"#turn-{turn.pk}")).to_be_in_viewport()
    expect(reader.locator("new-turns button")).to_be_hidden()
    assert shifts(reader) == []


@both_orders
@both_sizes
def test_from_the_first_turn_on_nothing_shifts(served, window, talk, host, guest, order, viewport):
    reader = follow(window, served, talk, order, viewport=viewport)
    watch_shifts(reader)

    for n in range(8):
        turn = talk.say(guest if n % 2 else host, f"News {n}. {LONG}")
        has_all(reader, talk)
        expect(reader.locator(f"#turn-{turn.pk} .time")).to_be_in_viewport(ratio=1)

    assert shifts(reader) == []


def test_who_reads_a_turn_longer_than_the_window_is_led_to_its_beginning(served, window, talk, guest, thirty):
    reader = follow(window, served, talk, "#latest")

    turn = talk.say(guest, "\n".join([LONG] * 12))
    has_all(reader, talk)

    expect(reader.locator(f"#turn-{turn.pk} .time")).to_be_in_viewport(ratio=1)
    assert abs(top(reader, turn) - bar(reader)) < 2


def test_a_link_leads_to_the_newest_turn_on_a_phone_too(served, window, talk, thirty):
    reader = follow(window, served, talk, viewport=PHONE)

    reader.get_by_role("link", name="Jump to latest").click()

    expect(reader.locator(f"#turn-{thirty[-1].pk}")).to_be_in_viewport(ratio=0.9)
    expect(reader.locator(".site-footer")).not_to_be_in_viewport()
