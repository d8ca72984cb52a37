"""Server processes of their own, on the tests' database and a port of their own."""

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from django.conf import settings
from django.db import connection
from websockets.sync.client import connect

from live import postgres

from .pages import Page

ROOT = Path(__file__).parent.parent
PATIENCE = 30  # seconds; how long a test waits for what must come
STARTING = 180  # seconds until a server must have said that it serves, on a machine that does much else
STOPPING = 30  # seconds until a server that was told to end must be gone
AS_A_BACKGROUND_JOB = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]  # before a command: with SIGINT ignored


def database_url():
    at = connection.settings_dict
    return f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}"


def free_port():
    """Below those that the system gives to whoever connects, which would be free only until somebody does."""
    while True:
        port = random.randrange(10_000, 30_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextlib.contextmanager
def folder_for_postgres():
    """A folder that is deleted afterwards. As root, PostgreSQL runs as a user who may not enter pytest's folders."""
    with tempfile.TemporaryDirectory(dir=postgres.VAR) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


class Site:
    def __init__(self, *options, port=None, command=None, before=(), page_cache=False, database_connections=20):
        """By default there is no page cache, so that a test sees at once what it has done."""
        self.port = port or free_port()
        self.here = f"http://127.0.0.1:{self.port}"
        serve = [sys.executable, "manage.py", "serve", "--port", str(self.port), "--master", str(os.getpid())]
        self._command = command or [*before, *serve, *options]
        self._page_cache, self._database_connections = str(page_cache), str(database_connections)
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": database_url(),
                "SECRET_KEY": settings.SECRET_KEY,
                "DATABASE_CONNECTIONS": self._database_connections,
                "PAGE_CACHE": self._page_cache,
                "PYTHONWARNINGS": "default",
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        if "serve" in self._command or "demo" in self._command:
            self.next_line()
        else:
            self._wait_for_the_port()

    @property
    def is_alive(self):
        return self.process.poll() is None

    def next_line(self):
        """Return the next line that the server writes; kill it if it stays silent."""
        killer = threading.Timer(STARTING, self.process.kill)
        killer.start()
        line = self.process.stdout.readline()
        killer.cancel()
        if not line:
            self._reap()
            raise TimeoutError(f"{self._command} ended, or said nothing for {STARTING} s: it is killed")
        return line

    def _wait_for_the_port(self):
        deadline = time.monotonic() + STARTING
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", self.port)).close()
            time.sleep(0.05)
        raise TimeoutError(f"{self._command} doesn't answer")

    def kill(self):
        self.process.kill()
        self._reap()

    def stop(self, signum=signal.SIGTERM):
        """The exit code."""
        self.process.send_signal(signum)
        return self._reap()

    def _reap(self):
        try:
            return self.process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise TimeoutError(f"{self._command} was told to end {STOPPING} s ago and didn't: it is killed") from None
        finally:
            self.process.stdout.close()

    def get(self, path):
        with urllib.request.urlopen(self.here + path, timeout=PATIENCE) as response:
            return response.read().decode()

    def open(self, interview):
        return Page(self.get(interview.get_absolute_url()))

    def catch_up(self, page):
        return json.loads(self.get(f"{page.changes}?{page.cursor}"))

    def follow(self, page):
        return Socket(f"ws://127.0.0.1:{self.port}{page.socket}?{page.cursor}")


class Socket:
    def __init__(self, url):
        self._connecting = connect(url, open_timeout=PATIENCE, proxy=None)

    def __enter__(self):
        self._socket = self._connecting.__enter__()
        return self

    def __exit__(self, *exception):
        self._connecting.__exit__(*exception)

    def next(self, timeout=PATIENCE, *, also_quiet=False):
        """The next message, of those that say that nothing is new only if asked for.

        TimeoutError if none comes, ConnectionClosed at the end.
        """
        deadline = time.monotonic() + timeout
        while True:
            message = json.loads(self._socket.recv(deadline - time.monotonic()))
            is_quiet = message.get("frames") == [] and message["from"] == message["seq"]
            if also_quiet or not is_quiet:
                return message

    def send(self, text):
        self._socket.send(text)

    def bring(self, page, seq):
        """Apply what comes until the page stands at seq; the messages it took."""
        took = []
        while page.seq < seq and not page.needs_reload:
            took.append(self.next())
            page.apply(took[-1])
        return took
