"""Connections that nobody is at any more."""

import asyncio
import os
import signal
import socket
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager
from select import select

import pytest

from live import sending
from live.connections import AT_A_TIME, Server
from live.consumers import NOT_ASKED
from live.open_pages import PING
from live.sending import send_to_all

from .sites import PATIENCE, Site, free_port
from .test_staff import eventually

PONG, WITH_A_WORD = b"\x8a\x80abcd", b"\x8a\x82abcdab"
CLOSED = b"\x88\x02" + NOT_ASKED.to_bytes(2)

EAGER = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "live.settings")
from live import connections, open_pages
open_pages.PING_EVERY = open_pages.PINGS = 1
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""


def served_by(script):
    port = free_port()
    return Site(port=port, command=[sys.executable, "-c", script, "serve", "--port", str(port)])


@pytest.fixture(scope="module")
def started(django_db_setup, django_db_blocker, collected_static):
    """Starts a server once for all tests of this file, by the script that makes it what it is."""
    sites = {}

    def start(script):
        if script not in sites:
            with django_db_blocker.unblock():
                sites[script] = served_by(script)
        return sites[script]

    yield start
    for site in sites.values():
        site.stop()


@pytest.fixture
def eager(transactional_db, started):
    """A site that pings each page every second, one after the other."""
    return started(EAGER)


@pytest.fixture
def hasty(transactional_db, started):
    """The same, ten times a second."""
    return started(EAGER.replace("PINGS = 1", "PINGS = 1; connections.ROUND = 0.1"))


@contextmanager
def silence(site, page):
    """A page that answers nothing, as on a phone without a network."""
    asking = f"GET {page.socket}?{page.cursor} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nUpgrade: websocket\r\n"
    asking += "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    with socket.create_connection(("127.0.0.1", site.port), PATIENCE) as connection:
        connection.sendall(asking.encode())
        yield connection


@pytest.fixture
def silent(eager, interview):
    with silence(eager, eager.open(interview)) as connection:
        yield connection


def await_ping(connection):
    heard = connection.recv(4096)
    while heard and PING not in heard:
        heard = connection.recv(4096)
    assert heard, "cut off"


def heard_to_the_end(connection):
    heard = b""
    try:
        while some := connection.recv(4096):
            heard += some
    except ConnectionResetError:
        pass
    return heard


def test_a_page_that_answers_no_ping_is_cut_off_and_the_others_read_on(eager, interview, host, silent):
    with eager.follow(eager.open(interview)) as reader:
        assert heard_to_the_end(silent).count(PING) == 1
        interview.say(host, "还在吗？")
        assert "还在吗？" in str(reader.next())


def test_however_many_there_are_each_is_pinged(eager, interview, silent):
    with silence(eager, eager.open(interview)) as second, silence(eager, eager.open(interview)) as third:
        pinged = Counter()
        while len(pinged) < 3 and pinged.total() < 12:
            for connection in select([silent, second, third], [], [], PATIENCE)[0]:
                if PING in connection.recv(4096):
                    pinged[connection] += 1
                    connection.sendall(PONG)
        assert set(pinged) == {silent, second, third}


def test_a_page_that_answers_stays_for_many_pings(eager, interview, host, silent):
    with eager.follow(eager.open(interview)) as reader:
        for pong in (PONG, PONG + PONG, WITH_A_WORD, PONG):
            await_ping(silent)
            silent.sendall(pong)
        await_ping(silent)
        interview.say(host, "还在吗？")
        assert "还在吗？" in str(reader.next())
        while "还在吗？".encode() not in silent.recv(4096):
            pass


def test_one_that_goes_before_it_has_answered_takes_no_ping_from_the_others(eager, interview, silent):
    with silence(eager, eager.open(interview)) as going:
        await_ping(going)
    for _ in range(3):
        await_ping(silent)
        silent.sendall(PONG)


def test_nothing_follows_the_word_that_a_socket_is_closed(hasty, interview):
    """It is said to a page that has spoken, which would be pinged several times before its line is dropped."""
    with silence(hasty, hasty.open(interview)) as page:
        await_ping(page)
        page.sendall(b"\x81\x80abcd")
        assert heard_to_the_end(page).endswith(CLOSED)


def test_a_crowd_that_comes_while_the_server_is_busy_is_let_in_to_the_last(site, interview):
    page = site.open(interview)
    with ExitStack() as crowd:
        os.kill(site.process.pid, signal.SIGSTOP)
        try:
            connections = [crowd.enter_context(silence(site, page)) for _ in range(5 * AT_A_TIME)]
        finally:
            os.kill(site.process.pid, signal.SIGCONT)
        for connection in connections:
            assert connection.recv(4096).startswith(b"HTTP/1.1 101")


class Connection:
    """Stands for a connection, which Daphne calls a protocol."""

    failed = None

    def handle_exception(self, exception):
        self.failed = str(exception)


def served(application):
    """A server, and a way to connect to it."""
    server = Server(application, endpoints=["tcp:0"])

    def connect():
        connection = Connection()
        server.protocol_connected(connection)
        return connection, server.create_application(connection, {"type": "http"})

    return server, connect


async def listens(scope, receive, send):
    if await receive() != "well":
        raise ValueError("not well")


async def in_a_moment():
    for _ in range(3):
        await asyncio.sleep(0)


def test_a_connection_is_forgotten_when_both_its_ends_have_ended():
    async def run():
        server, connect = served(listens)
        (gone, queue), (half_gone, _), (here, _) = (connect() for _ in range(3))
        queue.put_nowait("well")
        await in_a_moment()
        server.application_checker()
        assert set(server.connections) == {gone, half_gone, here}
        server.protocol_disconnected(gone)
        server.protocol_disconnected(half_gone)
        server.application_checker()
        assert set(server.connections) == {half_gone, here}
        server.application_close_timeout = -1
        server.application_checker()
        await in_a_moment()
        server.application_checker()
        assert set(server.connections) == {here}
        server.connections[here]["application_instance"].cancel()

    asyncio.run(run())


def test_an_application_that_fails_is_told_to_its_connection(caplog):
    async def run():
        server, connect = served(listens)
        connection, queue = connect()
        queue.put_nowait("ill")
        await in_a_moment()
        server.application_checker()
        assert connection.failed == "not well"

    asyncio.run(run())
    assert "Exception inside application: not well" in caplog.text


TIDY = """
import gc, os, signal, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "live.settings")
from live.connections import Socket
from twisted.web.http import HTTPChannel
from django.core.management import execute_from_command_line

def tell(*_):
    print(sum(type(one) in (Socket, HTTPChannel) for one in gc.get_objects()), flush=True)

signal.signal(signal.SIGUSR1, tell)
gc.disable()
execute_from_command_line(sys.argv)
"""


@pytest.fixture
def tidy(transactional_db, started):
    """A site that never looks for garbage, and counts at a signal what it keeps of connections."""
    return started(TIDY)


def kept(site):
    site.process.send_signal(signal.SIGUSR1)
    return int(site.next_line())


def test_an_open_page_keeps_nothing_of_http_and_a_closed_one_nothing_at_all(tidy, interview):
    """A look at every object would find what leads back to itself, and halt all readers of the process meanwhile."""
    page = tidy.open(interview)
    with tidy.follow(page), tidy.follow(page), tidy.follow(page):
        eventually(lambda: kept(tidy) == 3, PATIENCE)
    eventually(lambda: kept(tidy) == 0, PATIENCE)


# A frame to many


@pytest.fixture
def lines():
    """Three, each with both its ends."""
    pairs = [socket.socketpair() for _ in range(3)]
    for ours, theirs in pairs:
        ours.setblocking(False)
        theirs.settimeout(PATIENCE)
    yield pairs
    for end in (end for pair in pairs for end in pair):
        end.close()


def told(lines, frame, numbers=None):
    """Send the frame to all; return which couldn't take all of it, and how much each took."""
    everybody = [ours.fileno() for ours, _ in lines]
    return list(send_to_all(everybody if numbers is None else numbers, everybody, frame))


def test_everybody_gets_the_frame_and_none_of_it_is_left(lines):
    assert told(lines, b"turn") == []
    assert [theirs.recv(9) for _, theirs in lines] == [b"turn"] * 3


def test_one_who_has_left_since_gets_nothing(lines):
    """The number may be another's by now, or a file's."""
    (first, at_first), (left, at_left), (last, at_last) = lines
    assert told(lines, b"turn", {first.fileno(), last.fileno()}) == []
    assert (at_first.recv(9), at_last.recv(9)) == (b"turn", b"turn")
    assert not select([at_left], [], [], 0)[0]


def test_nothing_overtakes_what_still_waits(lines, monkeypatch):
    slow, at_slow = lines[1]
    monkeypatch.setattr(sending.reactor, "getWriters", lambda: [slow])
    assert told(lines, b"turn") == [(slow.fileno(), 0)]
    assert not select([at_slow], [], [], 0)[0]


def test_of_one_whose_line_is_full_it_is_told_how_much_it_took(lines):
    full, _ = lines[1]
    frame = b"x" * 2**20
    assert [number for number, _ in told(lines, frame)] == [ours.fileno() for ours, _ in lines]
    assert [at.recv(2**21, socket.MSG_DONTWAIT) != b"" for _, at in (lines[0], lines[2])] == [True, True]
    assert dict(told(lines, frame))[full.fileno()] == 0


def test_one_who_is_gone_does_not_keep_the_others_from_it(lines):
    lines[1][1].close()
    assert told(lines, b"turn") == []
    assert (lines[0][1].recv(9), lines[2][1].recv(9)) == (b"turn", b"turn")
