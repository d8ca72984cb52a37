"""Who loads the page again, or comes back to it, finds what they were looking at where it was, to the pixel."""

from time import monotonic

import pytest
from playwright.sync_api import expect

from interviews.templatetags import transcript
from tests.conftest import NOON

from .conftest import DESKTOP, LONG, PHONE
from .readers import FRAMES, bar, follow, has_all, moved, scroll_to, settle, top, watch
from .test_live import connected

both_orders = pytest.mark.parametrize("order", ["", "?order=newest"], ids=["oldest first", "newest first"])
both_sizes = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
LONGEST_RETRY = 30_000  # ms, after which a page without a socket has tried another
SIDEWAYS = {"width": 844, "height": 390}
NO_STORAGE = """Object.defineProperty(window, "sessionStorage", {
    get() { throw new DOMException("denied", "SecurityError") },
})"""


@pytest.fixture
def reader_at(served, window, talk, thirty):
    """A page on which somebody reads that turn: it begins 40 px above the bar's lower edge."""

    def reader_at(turn, path="", **options):
        page = follow(window, served, talk, path, **options)
        for other in range(0, thirty.index(turn), 3):  # whoever reads on to there has seen the turns before
            scroll_to(page, thirty[other])
        scroll_to(page, turn, bar(page) - 40)
        return page

    return reader_at


@pytest.fixture(autouse=True)
def _in_stretches(monkeypatch):
    monkeypatch.setattr(transcript, "MIN_TURNS_IN_STRETCHES", 10)


def load_again(page):
    page.reload()
    connected(page)
    for _ in range(5):
        page.evaluate(FRAMES)


def wait_until_nobody_follows(served, page):
    give_up_at = monotonic() + 3  # long before a page takes a silent socket for a dead one
    while served._followers and monotonic() < give_up_at:
        page.wait_for_timeout(50)
    assert not served._followers


def come_back(page):
    page.go_back()
    connected(page)
    for _ in range(5):
        page.evaluate(FRAMES)


def read_in(page):
    """The id of the turn right below the bar."""
    return page.evaluate(f"document.elementFromPoint(innerWidth / 3, {bar(page)} + 2).closest('.turn')?.id")


@both_orders
@both_sizes
def test_loaded_again_the_page_stands_where_it_was_read(reader_at, thirty, order, viewport):
    reader = reader_at(thirty[18], order, viewport=viewport)
    before = top(reader, thirty[18])
    load_again(reader)
    assert abs(top(reader, thirty[18]) - before) <= 1
    watch(reader, thirty[18])
    settle(reader)
    assert moved(reader) < 1


@both_sizes
def test_who_comes_back_from_another_page_reads_on(served, reader_at, thirty, viewport):
    reader = reader_at(thirty[18], viewport=viewport)
    before = top(reader, thirty[18])
    reader.goto(f"{served.here}/interviews/")
    come_back(reader)
    assert abs(top(reader, thirty[18]) - before) <= 1


@both_orders
def test_what_came_meanwhile_moves_nothing_and_who_followed_goes_on_following(
    served, window, reader_at, talk, guest, thirty, order
):
    reader = reader_at(thirty[18], order)
    follower = follow(window, served, talk, order + "#latest", viewport=PHONE)
    below = thirty[17 if order else 19]
    before = top(reader, below)
    reader.goto(f"{served.here}/interviews/")
    follower.evaluate("document.querySelector('live-transcript').pause()")
    for n in range(6):
        new = talk.say(guest, f"News {n}. {LONG}")
    talk.say(guest, LONG, spoken_at=NOON.replace(minute=10, second=30))
    thirty[18].retract()
    thirty[3].pin()
    come_back(reader)
    load_again(follower)

    has_all(reader, talk)
    assert abs(top(reader, below) - before) <= 1
    expect(follower.locator(f"#turn-{new.pk}")).to_be_in_viewport()
    newest = talk.say(guest, "The newest.")
    has_all(follower, talk)
    expect(follower.locator(f"#turn-{newest.pk} .time")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("fragment", ["#latest", "#turn-{}"])
def test_the_place_is_kept_also_where_the_address_names_another(reader_at, thirty, fragment):
    reader = reader_at(thirty[18], fragment.format(thirty[2].pk))
    before = top(reader, thirty[18])
    load_again(reader)
    assert abs(top(reader, thirty[18]) - before) <= 1


def test_turned_sideways_meanwhile_it_shows_the_same_turn(served, reader_at, thirty):
    reader = reader_at(thirty[18], viewport=PHONE)
    reader.goto(f"{served.here}/interviews/")
    reader.set_viewport_size(SIDEWAYS)
    come_back(reader)
    assert read_in(reader) == f"turn-{thirty[18].pk}"
    reader.goto(f"{served.here}/interviews/")
    reader.set_viewport_size(PHONE)
    come_back(reader)
    assert read_in(reader) == f"turn-{thirty[18].pk}"


def test_opened_anew_it_begins_at_its_beginning_and_a_link_leads_to_its_turn(served, reader_at, talk, thirty):
    reader = reader_at(thirty[18])
    here = served.here + talk.get_absolute_url()
    reader.goto(f"{served.here}/interviews/")
    connected(reader.goto(here) and reader)
    settle(reader)
    assert reader.evaluate("scrollY") == 0
    reader.goto(f"{served.here}/interviews/")
    reader.goto(f"{here}#turn-{thirty[5].pk}")
    settle(connected(reader))
    assert abs(top(reader, thirty[5]) - bar(reader)) < 20


def test_an_ended_page_is_kept_and_its_beginning_too(served, window, talk, thirty):
    talk.end()
    reader = window(served.here + talk.get_absolute_url(), viewport=PHONE)
    for at in (0, 1):
        if at:
            scroll_to(reader, thirty[18])
        before = top(reader, thirty[18])
        reader.reload()
        for _ in range(5):
            reader.evaluate(FRAMES)
        assert abs(top(reader, thirty[18]) - before) <= 1


def test_who_scrolls_while_the_page_comes_is_not_brought_back(reader_at, thirty):
    reader = reader_at(thirty[18])
    reader.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
            dispatchEvent(new WheelEvent("wheel"))
            scrollTo({ top: 100, behavior: "instant" })
        })"""
    )
    load_again(reader)
    assert reader.evaluate("scrollY") == 100
    assert reader.evaluate("history.scrollRestoration") == "auto"


def test_where_nothing_may_be_stored_the_browser_does_what_it_can(reader_at, thirty):
    reader = reader_at(thirty[18])
    reader.add_init_script(NO_STORAGE)
    load_again(reader)
    assert reader.evaluate("scrollY") > 0
    load_again(reader)
    assert reader.evaluate("scrollY") > 0


def test_a_page_that_is_left_closes_its_socket_and_catches_up_when_it_is_come_back_to(served, window, talk, host):
    reader = follow(window, served, talk)
    sockets = []
    reader.on("websocket", lambda socket: sockets.append(socket))
    hide = "type => dispatchEvent(new PageTransitionEvent(type, { persisted: true }))"
    assert len(served._followers) == 1
    reader.evaluate(hide, "pagehide")
    wait_until_nobody_follows(served, reader)
    missed = talk.say(host, "Meanwhile.")
    settle(reader)
    expect(reader.locator(f"#turn-{missed.pk}")).to_have_count(0)
    assert sockets == []

    reader.evaluate(hide, "pageshow")
    expect(reader.locator(f"#turn-{missed.pk}")).to_have_count(1)
    connected(reader)
    expect(reader.locator(f"#turn-{talk.say(host, 'Afterwards.').pk}")).to_have_count(1)
    assert len(sockets) == 1


def test_a_transcript_that_is_taken_out_of_its_page_opens_no_other_socket(served, window, talk):
    reader = follow(window, served, talk)
    sockets = []
    reader.on("websocket", lambda socket: sockets.append(socket))
    reader.clock.install()
    reader.evaluate("document.querySelector('live-transcript').remove()")
    wait_until_nobody_follows(served, reader)
    settle(reader)
    reader.clock.run_for(LONGEST_RETRY)
    assert sockets == []


@both_sizes
def test_the_desk_stays_where_somebody_worked_and_at_its_end_goes_on_following(
    served, sign_in, zhou, talk, guest, thirty, viewport
):
    desk = connected(sign_in(served, zhou, talk, viewport=viewport))
    settle(desk)
    expect(desk.locator(f"#turn-{thirty[29].pk}")).to_be_in_viewport()
    newest = talk.say(guest, f"The newest. {LONG}")
    load_again(desk)
    expect(desk.locator(f"#turn-{newest.pk}")).to_be_in_viewport()

    scroll_to(desk, thirty[12], -20)
    before = top(desk, thirty[12])
    load_again(desk)
    assert abs(top(desk, thirty[12]) - before) <= 1
    talk.say(guest, "Another.")
    has_all(desk, talk)
    assert abs(top(desk, thirty[12]) - before) <= 1
