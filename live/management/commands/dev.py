import os
from socket import socket
from subprocess import TimeoutExpired
from threading import Event

from django.conf import settings
from watchfiles import watch

from interviews.models import Interview
from live import server

from . import demo

SOURCES = ["interviews", "live", "templates"]  # and not static, which is read anew for each request
MAX_END_SECONDS = 5  # for a server


class Command(demo.Command):
    help = "Serve the demo's interviews from the source; a change of it starts the server anew. PORT, DEMO_PASSWORD."
    interview_is = "interview"

    def serve(self, listener: socket, interview: Interview, welcome: str) -> None:
        """Serve without the broadcast, which would begin by taking back what was said.

        The socket stays open while one server ends and the next one starts, so a page that is asked for waits.
        """
        os.environ.setdefault("DEBUG", "true")
        stopped = Event()
        server.on_end_signals(lambda *_: stopped.set())
        worker = server.start_worker(listener)
        try:
            self.say(welcome)
            for changes in watch(*(settings.BASE_DIR / source for source in SOURCES), stop_event=stopped):
                end(worker)
                worker = server.start_worker(listener)
                self.say("Started anew for " + ", ".join(sorted(os.path.relpath(path) for _, path in changes)))
        finally:
            end(worker)


def end(worker: server.Worker) -> None:
    worker.terminate()
    try:
        worker.wait(MAX_END_SECONDS)
    except TimeoutExpired:
        worker.kill()
        worker.wait()
