"""Daphne with a write of our own: of its 54 µs a message and reader, 40 are Twisted's deferred write path.

The hub gets `scope["extensions"]["fangtan.write"]["write"]`, which puts one encoded WebSocket frame
on the socket at once while nothing waits there, and behind what waits otherwise.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Never

import daphne.server
from autobahn.websocket.protocol import WebSocketProtocol
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
            scope.setdefault("extensions", {})["fangtan.write"] = {"write": partial(write, protocol)}
        return super().create_application(protocol, scope)


def write(protocol: Any, frame: bytes) -> None:
    """Write a whole frame, in order with all that was written before. Never waits."""
    if protocol.state != WebSocketProtocol.STATE_OPEN:
        return
    transport = protocol.transport
    unsent = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
    if unsent:
        return _write_behind(transport, frame, unsent)
    try:
        sent = transport.socket.send(frame)
    except BlockingIOError:
        sent = 0
    except OSError:
        return  # the reader has gone; the reactor finds that out by itself
    if sent < len(frame):
        transport.write(frame[sent:])


def _write_behind(transport: Any, frame: bytes, unsent: int) -> None:
    if unsent + len(frame) > UNSENT:
        transport.abortConnection()
    else:
        transport.write(frame)


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
