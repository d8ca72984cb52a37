"""Who is heard of the open pages, and by whom."""

import socket
from select import select

import pytest

from live import open_pages
from live.open_pages import PING, OpenPages

from .sites import PATIENCE

PONG = b"\x8a\x80abcd"
NO_PONG = {
    "a word": b"\x81\x80abcd",
    "a part": b"\x8a\x80ab",
    "one with a payload": b"\x8a\x82abcdab",
    "two and a half": PONG + PONG + b"\x8a\x80",
}


class Page:
    """As connections.Socket is one; as its own transport it notes whether Twisted reads it."""

    connected = is_read_by_twisted = True
    is_cut_off = False

    def __init__(self):
        ours, self.theirs = socket.socketpair()
        ours.setblocking(False)
        self.theirs.settimeout(PATIENCE)
        self.ours, self.number, self.transport, self.received = ours, ours.fileno(), self, b""

    def stopReading(self):
        self.is_read_by_twisted = False

    def startReading(self):
        self.is_read_by_twisted = True

    def dataReceived(self, data):
        self.received += data

    def cut_off(self):
        self.is_cut_off = True

    def close(self):
        self.ours.close()
        self.theirs.close()

    def is_pinged(self):
        return bool(select([self.theirs], [], [], 0)[0]) and self.theirs.recv(9) == PING


@pytest.fixture
def page():
    page = Page()
    yield page
    page.close()


@pytest.fixture
def pages(page, monkeypatch):
    """That one is open; it is pinged each time."""
    monkeypatch.setattr(open_pages, "PING_EVERY", 1)
    pages = OpenPages()
    pages.add(page)
    return pages


def says(page, pages, what):
    page.theirs.sendall(what)
    while select([pages], [], [], 0)[0]:
        pages.hear()


def test_who_answers_is_pinged_again_and_who_does_not_is_cut_off(page, pages):
    for _ in range(3):
        pages.ping_some()
        assert page.is_pinged()
        says(page, pages, PONG)
    pages.ping_some()
    assert not page.is_cut_off
    pages.ping_some()
    assert page.is_cut_off


def test_who_has_just_come_is_not_cut_off_for_one_who_had_its_number_and_left_without_an_answer(page, pages):
    pages.ping_some()
    pages.forget(page.number)
    pages.add(page)
    pages.ping_some()
    assert not page.is_cut_off


def test_who_has_left_is_pinged_no_more(page, pages):
    pages.forget(page.number)
    pages.ping_some()
    assert not page.is_pinged()


def test_pongs_are_nobodys_business_however_many_come_at_once(page, pages):
    says(page, pages, PONG * 3)
    assert not page.is_read_by_twisted
    assert page.received == b""


@pytest.mark.parametrize("said", NO_PONG.values(), ids=NO_PONG)
def test_whoever_says_anything_else_is_read_by_twisted_from_there_on_and_nothing_is_lost(page, pages, said):
    says(page, pages, said)
    assert page.is_read_by_twisted
    rest = page.ours.recv(99) if select([page.ours], [], [], 0)[0] else b""
    assert page.received + rest == said.removeprefix(PONG + PONG)


def test_whoever_is_read_by_twisted_is_pinged_as_before_and_heard_by_its_word(page, pages):
    says(page, pages, NO_PONG["one with a payload"])
    for _ in range(2):
        pages.ping_some()
        assert page.is_pinged()
        pages.heard(page.number)
    pages.ping_some()
    assert not page.is_cut_off


def test_the_end_is_left_to_twisted(page, pages):
    page.theirs.shutdown(socket.SHUT_WR)
    pages.hear()
    assert page.is_read_by_twisted
    assert page.received == b""
    assert not select([pages], [], [], 0)[0]


def test_a_page_that_is_closing_is_read_by_twisted_to_its_end(page, pages):
    pages.forget(page.number)
    says(page, pages, PONG)
    assert page.is_read_by_twisted
    assert page.ours.recv(9) == PONG


def test_one_whose_line_is_gone_already_can_be_forgotten(page, pages):
    page.connected = page.is_read_by_twisted = False
    page.ours.close()
    pages.forget(page.number)
    assert not page.is_read_by_twisted
