"""A page says what it knows of its connection: a socket that opens and says nothing is none."""

import json

import pytest
from playwright.sync_api import expect

from .conftest import come_in
from .test_live import connected, turns

SAID = {  # what the page shows of a socket that is silent, and of a network that answers nothing
    "reader": ("Not live: new turns come every few seconds.", "No connection. Trying again…"),
    "desk": (
        "No live connection: looking for what others do every few seconds.",
        "No connection: what others do can't be seen now.",
    ),
}

NAVIGATION = "performance.getEntriesByType = () => [{ responseStart: 0 }]"  # a clock that is set has none
WORDS = """line => [...line.children].filter(words => words.checkVisibility({ visibilityProperty: true }))
    .map(words => words.textContent).join(" / ")"""


class Line:
    """The way of a page's sockets to the server; a socket opens always, and says only what the line lets through."""

    def __init__(self, page):
        self.lets = None  # all, or what this says of each message by its number
        self.opened = 0
        page.route_web_socket("**/ws/**", self._open)

    def _open(self, socket):
        self.opened += 1
        server, heard = socket.connect_to_server(), [0]

        def hear(message):
            heard[0] += 1
            if not self.lets or self.lets(heard[0]):
                socket.send(message)

        server.on_message(hear)


@pytest.fixture(params=["reader", "desk"])
def page(request, served, window, zhou, talk):
    """A reader's or an editor's, whose clock goes by itself and can be put forward."""
    page = window(locale="en")
    page.line, page.words = Line(page), SAID[request.param]
    page.clock.install()
    page.add_init_script(NAVIGATION)

    def open_page():
        if request.param == "reader":
            page.goto(served.here + talk.get_absolute_url())
        else:
            come_in(lambda: page, f"{served.here}/desk/{talk.slug}/", zhou)
        return page.locator("live-transcript")

    page.open = open_page
    return page


def nothing(number):
    return False


def states(page):
    page.evaluate(
        """() => {
            const transcript = document.querySelector("live-transcript")
            const note = () => (window.states ??= []).push(transcript.getAttribute("state"))
            note()
            new MutationObserver(note).observe(transcript, { attributeFilter: ["state"] })
        }"""
    )
    return lambda: page.evaluate("states")


def test_a_socket_that_opens_and_stays_silent_is_no_connection_and_the_page_asks_meanwhile(page, talk, host):
    page.line.lets = nothing
    transcript = page.open()
    seen = states(page)
    page.clock.run_for(4_000)
    expect(transcript).not_to_have_attribute("state", "live")
    page.clock.run_for(2_000)
    expect(transcript).to_have_attribute("state", "polling")
    assert page.locator(".connection").evaluate(WORDS) == page.words[0]

    talk.say(host, "It comes all the same.")
    page.clock.run_for(6_000)
    expect(turns(page)).to_contain_text(["It comes all the same."])
    page.clock.run_for(180_000)
    assert "live" not in seen()
    assert page.line.opened > 2


def test_a_socket_that_falls_silent_is_given_up_after_half_a_minute_and_a_bit(page, talk, host):
    transcript = page.open()
    connected(page)
    page.line.lets = nothing
    page.clock.run_for(30_000)
    expect(transcript).to_have_attribute("state", "live")

    page.clock.run_for(12_000)
    expect(transcript).to_have_attribute("state", "polling")
    page.line.lets = None
    page.clock.run_for(60_000)
    connected(page)


def test_a_page_is_live_again_as_soon_as_the_socket_speaks(page):
    """As from an older server, which says nothing before there is something to say, or 25 seconds have gone."""
    page.line.lets = lambda number: number > 1
    transcript = page.open()
    page.clock.run_for(6_000)
    expect(transcript).to_have_attribute("state", "polling")
    page.line.lets = None
    page.clock.run_for(60_000)
    connected(page)


@pytest.mark.parametrize(
    "answer",
    [
        {"body": "<!doctype html><title>Sign in to the hotel's network</title>", "content_type": "text/html"},
        {"body": '{"epoch": "', "content_type": "application/json"},
        {"body": "{}", "content_type": "application/json"},
        None,
    ],
    ids=["a page of the network's", "cut in the middle", "something else", "no answer"],
)
def test_what_something_on_the_way_answers_is_no_connection(page, answer):
    """A browser says that it is online whenever there is a network, wherever that leads."""
    page.line.lets = nothing
    page.route("**/changes/*", lambda route: route.fulfill(**answer) if answer else None)
    transcript = page.open()
    page.evaluate("void (window.isStillTheSame = true)")
    page.clock.run_for(6_000)
    page.clock.run_for(16_000)

    expect(transcript).to_have_attribute("state", "offline")
    assert page.locator(".connection").evaluate(WORDS) == page.words[1]
    assert page.evaluate("isStillTheSame")
    page.unroute_all()
    page.clock.run_for(21_000)
    expect(transcript).to_have_attribute("state", "polling")


def test_a_desk_whose_bell_rings_while_no_question_is_answered_says_so(served, sign_in, zhou, talk, host):
    desk = connected(sign_in(served, zhou, talk, locale="en"))
    desk.clock.install()
    desk.route("**/changes/*", lambda route: None)
    talk.say(host, "Nobody sees it.")
    desk.wait_for_timeout(200)

    desk.clock.run_for(16_000)

    expect(desk.locator("live-transcript")).to_have_attribute("state", "offline")
    desk.unroute_all()
    desk.clock.run_for(6_000)
    connected(desk)
    expect(turns(desk)).to_contain_text(["Nobody sees it."])


def test_the_frame_at_the_opening_does_nothing_to_a_page(served, window, talk, host):
    """Also to one that was opened before there was such a frame: it is the one that says that nothing is new."""
    talk.say(host, "Good morning.")
    heard = []
    page = window()
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(json.loads(frame))))
    page.goto(served.here + talk.get_absolute_url())
    connected(page)

    assert heard == [{"epoch": str(talk.epoch), "from": talk.public_seq, "seq": talk.public_seq, "frames": []}]
    expect(turns(page)).to_have_count(1)
