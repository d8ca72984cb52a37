"""Daphne with a write of our own: most of what its own costs is Twisted's deferred write path.

The hub gets `scope["extensions"]["fangtan.write"]`: the reader's Socket, and a way to many. Both put one encoded
WebSocket frame on the socket at once while nothing waits there, and behind what waits otherwise.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any, Never

import daphne.server
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import reactor

logger = logging.getLogger(__name__)

BACKLOG = 4096  # connections not yet accepted; with Twisted's 50 a crowd waits for TCP's retries
SEND_BUFFER = 64 * 1024  # bytes the kernel keeps for a reader
UNSENT = 512 * 1024  # bytes we keep for a reader beyond that; then it is cut off, comes back and catches up
INBOUND = 4096  # bytes of one message from a reader, who has nothing to say
PING_EVERY = 25  # seconds; longer than the time-out, or a late pong can't stop the timer of the ping before
PING_TIMEOUT = 20  # seconds
ANSWER_TIMEOUT = 60  # seconds, from the whole request to the end of its answer

Worker = subprocess.Popen[bytes]


class Server(daphne.server.Server):  # type: ignore[misc]
    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] == "websocket":
            scope.setdefault("extensions", {})["fangtan.write"] = {"socket": protocol, "send_to_all": send_to_all}
        return super().create_application(protocol, scope)


class Socket(WebSocketProtocol):  # type: ignore[misc]
    """A reader's connection, as the hub sees it."""

    when_closing: Callable[[], None] | None = None

    @property
    def may_write(self) -> bool:
        return bool(self.state == self.STATE_OPEN)

    @property
    def number(self) -> int:
        return int(self.transport.fileno())

    def write(self, frame: bytes) -> None:
        """A whole frame, in order with all that was written before. Never waits."""
        if self.may_write:
            self.write_rest(frame, 0 if self._unsent() else _send(self.number, frame))

    def write_rest(self, frame: bytes, sent: int) -> None:
        """What the kernel had no room for; who lags too far behind is cut off."""
        if not self.may_write:
            return  # nothing may follow a close frame
        if self._unsent() + len(frame) - sent > UNSENT:
            self._close_now()
            self.transport.abortConnection()
        elif sent < len(frame):
            self.transport.write(frame[sent:])

    def _unsent(self) -> int:
        transport = self.transport
        return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)

    def onClose(self, *arguments: Any) -> None:
        self._close_now()
        super().onClose(*arguments)

    def _close_now(self) -> None:
        if self.when_closing:
            self.when_closing()


WebSocketFactory.protocol = Socket  # Daphne makes its factory where nobody else can reach it


def send_to_all(numbers: Container[int], some: Iterable[int], frame: bytes) -> Iterator[tuple[int, int]]:
    """A whole frame to some sockets, if still among the numbers; yields who couldn't take all, and how much it took.

    Only file numbers are looked at, no object of a socket: ten thousand of them lie far apart in memory,
    and to look at each costs as much as a third of the sending.
    """
    waiting = {transport.fileno() for transport in reactor.getWriters()}  # something stands before the frame there
    size = len(frame)
    for number in some:
        if number in numbers:
            sent = 0 if number in waiting else _send(number, frame)
            if sent != size:
                yield number, sent


def _send(number: int, frame: bytes) -> int:
    """How many bytes the kernel took."""
    try:
        return os.write(number, frame)
    except BlockingIOError:
        return 0
    except OSError:
        return len(frame)  # the reader has gone; the reactor finds that out by itself


def listen(host: str, port: int) -> socket.socket:
    """OSError if the port is taken or the host is not ours."""
    listener = socket.create_server((host, port), backlog=BACKLOG)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)  # inherited by what it accepts
    return listener


def serve(listener: socket.socket, ready: Callable[[], None] | None = None, master: int | None = None) -> None:
    """Until SIGINT or SIGTERM, or the process `master` is gone; calls `ready` when it is about to answer."""
    from .asgi import application

    def stop(*_: object) -> None:
        reactor.callFromThread(reactor.stop)

    for signum in (signal.SIGINT, signal.SIGTERM):  # Twisted's own handlers end the process by the signal
        signal.signal(signum, stop)
    if master:
        _end_with(master, stop)
    Server(
        application,
        endpoints=[f"fd:fileno={listener.detach()}"],
        signal_handlers=False,
        ready_callable=ready,
        server_name="fangtan",
        http_timeout=ANSWER_TIMEOUT,
        ping_interval=PING_EVERY,
        ping_timeout=PING_TIMEOUT,
        websocket_max_message_size=INBOUND,
        websocket_max_frame_size=INBOUND,
    ).run()


def _end_with(master: int, stop: Callable[[], None]) -> None:
    """A worker whose master was killed would keep the port and never be replaced."""
    if os.getppid() != master:
        return stop()
    reactor.callLater(1, _end_with, master, stop)


def serve_many(listener: socket.socket, workers: int) -> None:
    """The same by several processes on one listening socket; one that dies is replaced."""
    with listener:
        # Told, not asked by the worker: the master may be gone before the worker is up, and its parent another then.
        whose = ["--fd", str(listener.fileno()), "--master", str(os.getpid())]
        command = [sys.executable, os.path.abspath(sys.argv[0]), "serve", *whose]

        def start() -> Worker:
            return subprocess.Popen(command, pass_fds=[listener.fileno()])

        crew = [start() for _ in range(workers)]
        try:
            _replace_the_dead(crew, start)
        finally:
            for worker in crew:
                worker.terminate()
            for worker in crew:
                worker.wait()


def _replace_the_dead(crew: list[Worker], start: Callable[[], Worker]) -> Never:
    while True:
        time.sleep(1)
        for place, worker in enumerate(crew):
            if worker.poll() is not None:
                logger.error("Worker %s ended with %s; starting another.", worker.pid, worker.returncode)
                crew[place] = start()
