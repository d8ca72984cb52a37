"""Server processes of their own, on the tests' database and a port of their own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from django.conf import settings
from django.db import connection
from websockets.sync.client import connect

from .pages import Page

ROOT = Path(__file__).parent.parent
PATIENCE = 15  # seconds; how long a test waits for what must come


def database_url():
    at = connection.settings_dict
    return f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def transactions():
    """Under way in other connections to the tests' database."""
    return connections("AND state <> 'idle'")


def connections(which=""):
    """Of others to the tests' database; PostgreSQL's own cleaning is none, and may take its time."""
    others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {others} {which}")
        return cursor.fetchone()[0]


def wait_until_all_are_gone():
    """PostgreSQL notices a moment later that a server has ended; meanwhile its database can't be dropped."""
    deadline = time.monotonic() + PATIENCE
    while connections():
        assert time.monotonic() < deadline, "somebody is still connected to the tests' database"
        time.sleep(0.01)
    connection.close()  # after the browser's tests it is another than the one that drops the database


def let_postgres_in(folder):
    """The user that it runs as for root has to get there."""
    for step in (folder, *folder.parents):
        if step.parent.name.startswith(("pytest-", "popen-")) or step.name.startswith("pytest-of-"):
            step.chmod(0o755)


class Site:
    def __init__(self, *options, port=None, command=None, page_cache=False, database_connections=20):
        """Without a page cache a test sees what it has just done."""
        self.port = port or free_port()
        self.here = f"http://127.0.0.1:{self.port}"
        self._command = command or [sys.executable, "manage.py", "serve", "--port", str(self.port), *options]
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
            self.process.stdout.readline()
        else:
            self._wait_for_the_port()

    @property
    def is_alive(self):
        return self.process.poll() is None

    def rest(self):
        """Stand still, and not in the middle of a transaction."""
        self.process.send_signal(signal.SIGSTOP)
        while transactions():
            self.process.send_signal(signal.SIGCONT)
            time.sleep(0.01)
            self.process.send_signal(signal.SIGSTOP)

    def wake(self):
        self.process.send_signal(signal.SIGCONT)

    def _wait_for_the_port(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", self.port)).close()
            time.sleep(0.05)
        raise TimeoutError(f"{self._command} doesn't answer")

    def kill(self):
        self.process.kill()
        self._reap()

    def stop(self):
        """As Ctrl-C does; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self._reap()

    def _reap(self):
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code

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

    def next(self, timeout=PATIENCE):
        """The next message; TimeoutError if none comes, ConnectionClosed at the end."""
        return json.loads(self._socket.recv(timeout))

    def send(self, text):
        self._socket.send(text)

    def bring(self, page, seq):
        """Apply what comes until the page stands at seq; the messages it took."""
        took = []
        while page.seq < seq and not page.needs_reload:
            took.append(self.next())
            page.apply(took[-1])
        return took
