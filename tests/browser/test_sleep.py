"""What the page says of its connection, and how it comes back: after a laptop's sleep within five seconds."""

import pytest
from playwright.sync_api import expect

from .readers import follow, status

# A laptop that slept: its timers stood still, the time of day went on, and no event tells of it.
SLEEP = "() => { const now = Date.now; Date.now = () => now() + 600_000 }"
LOOK = "document.dispatchEvent(new Event('visibilitychange'))"
STATES = """() => {
    const transcript = document.querySelector("live-transcript")
    window.states = []
    const observer = new MutationObserver(() => states.push(transcript.getAttribute("state")))
    observer.observe(transcript, { attributeFilter: ["state"] })
}"""
FIVE_SECONDS = 5_000


class Cable:
    """The line from a page to the site: open sockets may go dead silently, new ones and requests be refused or hang."""

    def __init__(self, page):
        self.sockets = self.requests = "pass"
        self.refused, self._hanging, self._age = 0, [], 0
        page.route_web_socket("**/ws/**", self._connect)
        page.route("**/changes/*", self._ask)

    def goes_dead(self):
        self._age += 1

    def _connect(self, socket):
        if self.sockets == "refuse":
            self.refused += 1
            return socket.close(code=3000)
        server, born = socket.connect_to_server(), self._age
        server.on_message(lambda message: socket.send(message) if born == self._age else None)

    def _ask(self, route):
        if self.requests.startswith("hang"):
            self._hanging.append(route)
            self.requests = {"hang once": "pass"}.get(self.requests, "hang")
        elif self.requests == "refuse":
            self.refused += 1
            route.abort()
        else:
            route.continue_()


@pytest.fixture
def asleep(site, window, talk, host):
    """A page whose laptop sleeps, its cable, and a turn that it missed."""
    reader = window()
    cable = Cable(reader)
    reader.goto(site.here + talk.get_absolute_url())
    expect(reader.locator("live-transcript")).to_have_attribute("state", "live")
    expect_turns(reader, talk.say(host, "Before."), timeout=FIVE_SECONDS)
    cable.goes_dead()
    reader.evaluate(STATES)
    missed = talk.say(host, "Meanwhile.")
    neighbour = follow(window, site, talk)
    expect_turns(neighbour, missed)
    expect(reader.locator(f"#turn-{missed.pk}")).to_have_count(0)
    return reader, cable, missed


def expect_turns(page, *turns, timeout=10_000):
    for turn in turns:
        expect(page.locator(f"#turn-{turn.pk}")).to_have_count(1, timeout=timeout)


@pytest.mark.parametrize("and_then", ["() => {}", LOOK], ids=["nobody tells", "the tab is looked at"])
def test_after_a_sleep_the_page_is_whole_within_five_seconds(asleep, talk, host, and_then):
    reader, _, missed = asleep
    reader.evaluate(SLEEP)
    reader.evaluate(and_then)

    expect_turns(reader, missed, timeout=FIVE_SECONDS)
    expect(reader.locator("live-transcript")).to_have_attribute("state", "live")
    assert "catching-up" in reader.evaluate("states")
    expect_turns(reader, talk.say(host, "Afterwards."), timeout=1_000)


def test_a_network_that_comes_up_later_than_the_laptop_is_tried_again_soon(asleep, talk, host):
    reader, cable, missed = asleep
    cable.sockets = cable.requests = "refuse"
    reader.evaluate(SLEEP)
    expect(reader.locator("live-transcript")).to_have_attribute("state", "offline")
    while cable.refused < 5:
        reader.wait_for_timeout(50)

    cable.requests = "pass"
    expect_turns(reader, missed, timeout=2_500)

    cable.sockets = "pass"
    expect_turns(reader, talk.say(host, "Afterwards."), timeout=FIVE_SECONDS)
    expect(reader.locator("live-transcript")).to_have_attribute("state", "live")


def test_a_question_that_nobody_answers_is_asked_again_soon(asleep):
    reader, cable, missed = asleep
    cable.sockets, cable.requests = "refuse", "hang once"
    reader.evaluate(SLEEP)
    expect_turns(reader, missed, timeout=FIVE_SECONDS)
    assert cable.requests == "pass"


def test_a_hidden_tab_whose_timers_are_slow_does_not_take_that_for_a_sleep(asleep):
    reader, _, _ = asleep
    reader.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    reader.evaluate("() => { const now = Date.now; Date.now = () => now() + 60_000 }")
    reader.wait_for_timeout(1_500)  # the clock is looked at every second
    assert reader.evaluate("states") == []


def test_the_page_says_in_words_how_it_is_connected(site, window, talk, host):
    reader = window()
    cable = Cable(reader)
    reader.goto(site.here + talk.get_absolute_url())
    state = reader.locator("live-transcript")
    height = reader.locator(".transcript-bar").evaluate("bar => bar.offsetHeight")

    def expect_words(name, words):
        expect(state).to_have_attribute("state", name)
        assert status(reader) == words
        assert reader.locator(".transcript-bar").evaluate("bar => bar.offsetHeight") == height

    expect_words("live", "Connected: follows live.")
    cable.sockets = cable.requests = "refuse"
    reader.evaluate("dispatchEvent(new Event('offline'))")
    expect_words("offline", "No connection. Trying again…")
    cable.requests = "pass"
    expect_words("polling", "Not live: new turns come every few seconds.")
    cable.requests = "hang"
    reader.evaluate("dispatchEvent(new Event('online'))")
    expect_words("catching-up", "Catching up…")
    cable.sockets = cable.requests = "pass"
    expect_words("live", "Connected: follows live.")
