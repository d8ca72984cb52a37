import socket
from collections import deque
from typing import Any

LOOKED_AT = 500  # of a crowd at a time: to see what one of them asks for takes 0.01 ms
READERS = b"GET /ws/interviews/"


class Door(socket.socket):
    """A listening socket at which readers' sockets queue, and nobody else behind them.

    Ten thousand of them who come at once take seconds to be let in, and an editor whose post needs a new connection,
    or whoever asks for a page, would stand behind them all.
    """

    def __init__(self, listener: socket.socket):
        super().__init__(fileno=listener.detach())
        self.setblocking(False)
        self._readers: deque[tuple[socket.socket, Any]] = deque()
        self._others: deque[tuple[socket.socket, Any]] = deque()
        self._was_a_reader = False

    @property
    def is_waited_at(self) -> bool:
        return bool(self._readers or self._others)

    def look(self) -> None:
        """Who has come? OSError, as of too many open files, only when nobody is waiting."""
        for _ in range(LOOKED_AT):
            try:
                one, address = super().accept()
            except OSError:
                if self.is_waited_at:
                    return
                raise
            (self._readers if _asks_to_read(one) else self._others).append((one, address))

    def accept(self) -> tuple[socket.socket, Any]:
        """In turns, so that neither keeps the other out. BlockingIOError if nobody is there."""
        if not self.is_waited_at:
            self.look()
        self._was_a_reader = bool(self._readers) and not (self._others and self._was_a_reader)
        return (self._readers if self._was_a_reader else self._others).popleft()


def _asks_to_read(one: socket.socket) -> bool:
    """By what has come in so far: with a browser, and a proxy, the whole request."""
    try:
        return one.recv(len(READERS), socket.MSG_PEEK | socket.MSG_DONTWAIT) == READERS
    except OSError:
        return False
