"""The process that serves: its listening socket, Daphne on it, and several processes for several cores."""

import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Never

from daphne.server import reactor

from .connections import Server

logger = logging.getLogger(__name__)

BACKLOG = 4096  # connections not yet accepted; with Twisted's 50 a crowd waits for TCP's retries
SEND_BUFFER_BYTES = 64 * 1024  # that the kernel keeps for a reader
MAX_MESSAGE_BYTES = 4096  # of one message from a reader, who has nothing to say
ENDING_SECONDS = 10  # until a worker that was told to end is killed
ANSWER_SECONDS = 60  # from the whole request to the end of its answer
# Python's own thresholds, but for the last: to look at everything that ten thousand readers consist of halts the server
# for half a second, and finds nothing, since connections leave no cycles (connections.py).
GC_THRESHOLDS = (700, 10, 300)

Worker = subprocess.Popen[bytes]


def listen(host: str, port: int) -> socket.socket:
    """OSError if the port is taken or the host is not ours."""
    listener = socket.create_server((host, port), backlog=BACKLOG)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)  # inherited by what it accepts
    return listener


def on_end_signals(handler: Callable[[int, FrameType | None], object]) -> None:
    """Call the handler by SIGINT and SIGTERM from now on: a shell ignores SIGINT in its background jobs."""
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, handler)


def end(signum: int, _: FrameType | None) -> None:
    sys.exit(128 + signum)


def serve(listener: socket.socket, ready: Callable[[], None] | None = None, master: int | None = None) -> None:
    """Serve until SIGINT or SIGTERM, or until the process `master` is gone; call `ready` when it is about to answer."""
    from .asgi import application

    def stop(*_: object) -> None:
        reactor.callFromThread(reactor.stop)

    on_end_signals(stop)  # Twisted's own handlers end the process by the signal
    if master:
        _end_with(master, stop)
    gc.freeze()  # what is loaded by now is there to stay
    gc.set_threshold(*GC_THRESHOLDS)
    Server(
        application,
        endpoints=[f"fd:fileno={listener.detach()}"],
        signal_handlers=False,
        ready_callable=ready,
        server_name="fangtan",
        http_timeout=ANSWER_SECONDS,
        websocket_max_message_size=MAX_MESSAGE_BYTES,
        websocket_max_frame_size=MAX_MESSAGE_BYTES,
    ).run()


def _end_with(master: int, stop: Callable[[], None]) -> None:
    # A worker whose master was killed would keep the port and never be replaced.
    if os.getppid() != master:
        return stop()
    reactor.callLater(1, _end_with, master, stop)


def serve_many(listener: socket.socket, workers: int) -> None:
    """Serve by several processes on one listening socket, and replace one that dies."""
    with listener:
        crew = [start_worker(listener) for _ in range(workers)]
        try:
            _replace_the_dead(crew, listener)
        finally:
            for worker in crew:
                worker.terminate()
            for worker in crew:
                _see_it_end(worker)


def _see_it_end(worker: Worker) -> None:
    try:
        worker.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        logger.error("Worker %s does not end within %s s; it is killed.", worker.pid, ENDING_SECONDS)
        worker.kill()
        worker.wait()


def start_worker(listener: socket.socket) -> Worker:
    # Tell the worker its master's id: asked later, its parent may be another process, if the master is gone by then.
    whose = ["--fd", str(listener.fileno()), "--master", str(os.getpid())]
    command = [sys.executable, os.path.abspath(sys.argv[0]), "serve", *whose]
    return subprocess.Popen(command, pass_fds=[listener.fileno()])


def _replace_the_dead(crew: list[Worker], listener: socket.socket) -> Never:
    while True:
        time.sleep(1)
        for place, worker in enumerate(crew):
            if worker.poll() is not None:
                logger.error("Worker %s ended with %s; starting another.", worker.pid, worker.returncode)
                crew[place] = start_worker(listener)
