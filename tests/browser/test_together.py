"""What the scripts of the reader's page owe to each other, and to a reader who is in the middle of something."""

from playwright.sync_api import expect

from .conftest import LONG
from .readers import button, follow, has_all, scroll_to, scroll_to_the_end, settle, top
from .test_counting import expect_count

LOW = {"width": 667, "height": 375}  # a phone held sideways


def at_the_end(page, turn):
    scroll_to_the_end(page)
    expect(page.locator(f"#turn-{turn.pk}")).to_be_in_viewport()


def write_report(page, turn, text="1998, not 1989"):
    page.locator(f"#turn-{turn.pk} .time a").click()
    page.locator("turn-tools [data-do=report]").click()
    page.locator("turn-tools [name=text]").fill(text)


def test_who_writes_at_the_newest_end_is_not_carried_away_from_there(served, window, talk, thirty, host):
    page = follow(window, served, talk)
    at_the_end(page, thirty[-1])
    write_report(page, thirty[-1])
    before = top(page, thirty[-1])

    for n in range(3):
        talk.say(host, f"New {n}. {LONG}")
    has_all(page, talk)

    assert abs(top(page, thirty[-1]) - before) < 1
    expect(button(page)).to_be_visible()


def test_who_has_selected_words_at_the_newest_end_keeps_them_in_view(served, window, talk, thirty, host):
    page = follow(window, served, talk)
    at_the_end(page, thirty[-1])
    page.evaluate(
        "id => getSelection().selectAllChildren(document.querySelector(`#${id} .said p`))", f"turn-{thirty[-1].pk}"
    )
    before = top(page, thirty[-1])

    talk.say(host, f"New. {LONG}")
    has_all(page, talk)

    assert abs(top(page, thirty[-1]) - before) < 1


def test_a_page_is_not_loaded_again_under_a_half_written_report(served, window, talk, thirty, guest):
    page = follow(window, served, talk)
    write_report(page, thirty[2], "Half a")
    page.evaluate("window.isStillTheSame = true")
    talk.recast()
    expect(page.locator("live-transcript")).to_have_attribute("stale", "")
    assert page.evaluate("window.isStillTheSame")
    expect(page.locator("turn-tools [name=text]")).to_have_value("Half a")

    with page.expect_navigation():
        page.locator("turn-tools [name=text]").fill("")
        page.keyboard.press("Escape")

    expect(page.locator("turn-tools [name=text]")).to_have_value("")


def test_turns_that_a_filter_hid_are_counted_when_it_is_cleared(served, window, talk, thirty, host):
    page = follow(window, served, talk)
    scroll_to(page, thirty[10])
    page.locator(".finder summary").click()
    page.locator("transcript-finder [type=search]").fill("Turn 11.")
    expect(page.locator(".turn:not([hidden])")).to_have_count(1)
    talk.say(host, f"New. {LONG}")
    has_all(page, talk)
    expect(button(page)).to_be_hidden()

    page.keyboard.press("Escape")

    expect_count(page, 1)


def test_a_filter_renumbers_a_feed(served, window, talk, thirty):
    page = follow(window, served, talk, "?order=newest")
    page.locator(".finder summary").click()
    page.locator("transcript-finder [type=search]").fill("Turn 11.")

    shown = page.locator(".turn:not([hidden])")
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("aria-setsize", "1")


def test_who_has_come_by_a_link_and_gone_on_is_not_taken_back_to_it(served, window, talk, thirty, host):
    page = follow(window, served, talk, f"#turn-{thirty[5].pk}", viewport=LOW)
    talk.say(host, "What comes later.")
    has_all(page, talk)
    scroll_to(page, thirty[25])
    before = top(page, thirty[25])

    page.locator(".transcript-bar").evaluate("bar => { bar.style.minHeight = '200px' }")
    settle(page)

    assert abs(top(page, thirty[25]) - before) < 1


def test_in_a_low_window_the_line_stays_within_reach_and_its_panel_leaves_the_transcript_a_third(
    served, window, talk, thirty
):
    page = follow(window, served, talk, viewport=LOW)
    page.locator(".finder summary").click()
    scroll_to(page, thirty[5], at=0)

    bottom = "element => element.getBoundingClientRect().bottom"
    assert 0 < page.locator(".transcript-bar").evaluate(bottom) <= LOW["height"] * 0.34
    assert page.locator(".finder-panel").evaluate(bottom) <= LOW["height"] * 0.7


def test_a_part_that_the_page_does_not_have_keeps_nothing_else_from_it(served, window, talk, thirty, host):
    page = follow(window, served, talk)
    page.locator("[data-part=moments]").evaluate("part => part.remove()")
    thirty[3].mark("Where it began")
    turn = talk.say(host, "After it.")

    has_all(page, talk)
    expect(page.locator(f"#turn-{turn.pk}")).to_have_count(1)
