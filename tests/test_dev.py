"""What somebody sees who changes the source while it is served."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from queue import Empty, Queue
from threading import Thread

import pytest
from websockets.exceptions import ConnectionClosed

from . import database
from .pages import Page
from .sites import ROOT, Socket, free_port

SOURCE = ["interviews", "live", "static", "templates"]
PATIENCE = 60  # seconds; the first start makes the tables


class Dev:
    """`manage.py dev` on a copy of the source. It starts like a shell's background job, by which SIGINT is ignored."""

    def __init__(self, source):
        self.source, self.port = source, free_port()
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "dev"],
            cwd=source,
            env={**os.environ, "PORT": str(self.port), "DEMO_PASSWORD": "for-the-demo"},
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        )
        self._lines = Queue()
        self._listener = Thread(target=self._listen)
        self._listener.start()

    def _listen(self):
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def told(self, words):
        """The line with these words, as soon as it is printed."""
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except Empty:
                raise TimeoutError(f"manage.py dev hasn't said {words!r}") from None
            assert line, f"manage.py dev has ended, and never said {words!r}"
            if words in line:
                return line

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
            return answer.read().decode()

    def follow(self):
        page = Page(self.get(self.interview))
        return Socket(f"ws://127.0.0.1:{self.port}{page.socket}?{page.cursor}")

    def change(self, name, before, after):
        file = self.source / name
        text = file.read_text()
        assert before in text
        file.write_text(text.replace(before, after, 1))

    def end(self, signum):
        self._process.send_signal(signum)
        code = self._process.wait(PATIENCE)
        self._listener.join(PATIENCE)
        self._process.stdout.close()
        return code


@pytest.fixture
def dev(tmp_path, monkeypatch):
    for folder in SOURCE:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for file in ("manage.py", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path)
    with database.administrator() as administrator, database.alone(administrator, "the demo's database"):
        monkeypatch.delenv("DATABASE_URL")  # the tests' PostgreSQL all the same, but the demo's database in it
        dev = Dev(tmp_path)
        try:
            dev.interview = dev.told("/interviews/").split(f":{dev.port}")[1].strip()
            dev.told("admin / for-the-demo")
            yield dev
        finally:
            dev.end(signal.SIGTERM)


def test_what_changes_in_the_source_is_served_at_once(dev):
    dev.change("static/css/shared/base.css", "body {", "body { --changed: 1;")
    assert "--changed: 1" in dev.get("/static/css/shared/base.css")

    dev.change("templates/base.html", "<body", '<body data-changed="1"')
    dev.told("Started anew for templates/base.html")
    assert 'data-changed="1"' in dev.get("/")

    dev.change("live/urls.py", "import", "an import, mistyped;")
    dev.told("Started anew for live/urls.py")
    dev.change("live/urls.py", "an import, mistyped;", "import")
    dev.told("Started anew for live/urls.py")
    with dev.follow() as reader:
        reader.send("a word of the reader's")
        with pytest.raises(ConnectionClosed, match="4405"):
            reader.next()
    assert dev.end(signal.SIGTERM) == 0


def test_it_ends_by_sigint_with_all_that_it_started(dev):
    assert dev.end(signal.SIGINT) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", dev.port))
