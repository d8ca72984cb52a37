"""The open pages of a process: pinged in turns, and heard.

All that a page has to say is that it is still there. It is looked for in a poll of their own and by their sockets'
numbers: by asyncio, Twisted and Autobahn, whose objects for ten thousand pages lie far apart in memory, it costs
several times as much.
"""

import os
from collections import deque
from contextlib import suppress
from random import choice
from select import EPOLLIN, epoll
from typing import Any

from daphne.server import reactor

from .sending import send_to_all

PING_EVERY = 25  # rounds, and as many has a page for its answer
PINGS = 25  # at a time: an editor's post waits for them
BETWEEN_PINGS = 0.005  # seconds; as much again for others
PING, PONG = b"\x89\x00", b"\x8a\x80"  # no payload; a page masks the nothing it answers
PONG_SIZE = len(PONG) + 4
HEARD = 100  # at a time, for the same reason


class OpenPages:
    def __init__(self) -> None:
        self._pages: dict[int, Any] = {}  # by their sockets' numbers
        self._groups: deque[set[int]] = deque(set() for _ in range(PING_EVERY))  # the first are pinged next
        self._unheard: set[int] = set()  # since they were pinged
        self._poll = epoll()

    def fileno(self) -> int:
        """Readable when a page has said something."""
        return self._poll.fileno()

    def add(self, page: Any) -> None:
        self._pages[page.number] = page
        choice(self._groups).add(page.number)
        page.transport.stopReading()
        self._poll.register(page.number, EPOLLIN)

    def forget(self, number: int) -> None:
        """A page that is closing: its number may soon be another's."""
        if number in self._pages:
            self._leave_to_twisted(number)
            del self._pages[number]
            self._unheard.discard(number)
            for group in self._groups:
                group.discard(number)

    def ping_some(self) -> None:
        """Its pong is what tells a quiet reader from one whose line is dead."""
        now = self._groups[0]
        for number in self._unheard & now:
            self._pages[number].cut_off()
        self._unheard |= now
        self._groups.rotate()
        self._ping(list(now))

    def _ping(self, numbers: list[int]) -> None:
        for number, sent in send_to_all(self._pages, numbers[:PINGS], PING):
            self._pages[number].write_rest(PING, sent)
        if rest := numbers[PINGS:]:
            reactor.callLater(BETWEEN_PINGS, self._ping, rest)

    def hear(self) -> None:
        for number, _ in self._poll.poll(0, HEARD):
            said = _read(number)
            self.heard(number)
            if not (len(said) == PONG_SIZE and said.startswith(PONG)):
                self._pass_on(number, said)

    def heard(self, number: int) -> None:
        self._unheard.discard(number)

    def _pass_on(self, number: int, said: bytes) -> None:
        """Whoever says anything else is read by Twisted from now on; so is the end."""
        page = self._pages[number]
        self._leave_to_twisted(number)
        if said:
            page.dataReceived(said)

    def _leave_to_twisted(self, number: int) -> None:
        transport = self._pages[number].transport
        with suppress(OSError):  # of one that has been left to it before, or whose file is closed
            self._poll.unregister(number)
        if transport.connected:
            transport.startReading()


def _read(number: int) -> bytes:
    """Nothing, at the end or of a line that is broken: Twisted reads it once more and finds out which."""
    try:
        return os.read(number, PONG_SIZE)
    except OSError:
        return b""
