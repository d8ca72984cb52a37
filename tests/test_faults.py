"""What is acknowledged is kept, and readers are whole again, whatever is taken away."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from http.cookiejar import CookieJar
from urllib.parse import urlencode

import pytest
from django.db import connection
from websockets.exceptions import ConnectionClosed

from live import postgres
from live.hub import RECONNECT_SECONDS

from .database import END_LISTENERS
from .pages import Page
from .sites import AS_A_BACKGROUND_JOB, PATIENCE, ROOT, Site, folder_for_postgres, free_port
from .test_staff import eventually

WHOLE_AGAIN = 8  # seconds after the database is back; the rooms are compared with the log every ten


class Typist(threading.Thread):
    """Posts over HTTP, one turn after the other, each until it is acknowledged; remembers what was."""

    def __init__(self, site, slug, password):
        super().__init__()
        self.acknowledged, self.longest = [], 0.0
        self._stopped = threading.Event()
        self._site, self._desk = site, f"/desk/{slug}/"
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        self._open("/sign-in/")
        self._open("/sign-in/", {"username": "editor", "password": password, "next": self._desk})
        self._speaker = self._open(self._desk).split('name="speaker" value="')[1].split('"')[0]

    def run(self):
        n = 0
        while not self._stopped.is_set():
            n += 1
            self._say(f"打字员的第{n}句", uuid.uuid4())
            time.sleep(0.02)

    def stop(self):
        self._stopped.set()
        self.join()

    def _say(self, text, key):
        begun = time.monotonic()
        while True:
            try:
                answer = self._open(self._desk + "turns/", {"speaker": self._speaker, "text": text, "key": key})
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
            else:
                self.longest = max(self.longest, time.monotonic() - begun)
                self.acknowledged.append(json.loads(answer)["turn"])
                return

    def _open(self, path, form=None):
        headers = {"Accept": "application/json"} if path.endswith("/turns/") else {}
        if form:
            token = next(cookie.value for cookie in self._jar if cookie.name == "csrftoken")
            form = urlencode({**form, "csrfmiddlewaretoken": token}).encode()
        request = urllib.request.Request(self._site.here + path, form, headers)
        with self._opener.open(request, timeout=10) as response:
            return response.read().decode()


@pytest.fixture(scope="module")
def demo():
    """The demo, started as a script does, on a PostgreSQL that may be taken away. The last test here ends it."""
    with folder_for_postgres() as var, pytest.MonkeyPatch.context() as patch:
        port = free_port()
        patch.setenv("VAR_DIR", str(var))
        patch.setenv("DEMO_PASSWORD", "for-the-demo")
        patch.setenv("PORT", str(port))
        patch.setattr("tests.sites.database_url", lambda: "")
        site = Site(port=port, command=[*AS_A_BACKGROUND_JOB, sys.executable, "manage.py", "demo"])
        site.var = var
        while "admin" not in (line := site.next_line()):
            if "live now" in line:
                site.live = line.split(site.here)[1].strip()
        patch.undo()
        yield site
        if site.is_alive:
            site.stop()


def crash(data):
    """PostgreSQL is gone without a word to anybody, and started again; for how many seconds it was away."""
    postgres._pg_ctl(data, "stop", "--mode=immediate")
    gone = time.monotonic()
    postgres._start(data)
    return time.monotonic() - gone


def test_postgresql_is_restarted_under_a_live_broadcast(demo):
    page = Page(demo.get(demo.live))
    typist = Typist(demo, demo.live.strip("/").split("/")[-1], "for-the-demo")
    typist.start()
    with demo.follow(page) as socket:
        while len(typist.acknowledged) < 20:
            page.apply(socket.next())
        away = crash(demo.var / "postgres")
        back = time.monotonic()
        before = len(typist.acknowledged)
        while len(typist.acknowledged) < before + 20 and time.monotonic() < back + 30:
            page.apply(socket.next())
        typist.stop()
        last = typist.acknowledged[-1]
        while last not in page.turns:
            page.apply(socket.next())
        took = time.monotonic() - back

    assert typist.longest > away / 2, "the restart was not felt, so it showed nothing"
    assert not page.needs_reload
    fresh = Page(demo.get(demo.live))
    assert set(typist.acknowledged) <= set(fresh.turns)
    assert len(typist.acknowledged) == len(set(typist.acknowledged))
    texts = [html.split("<p>")[-1].split("</p>")[0] for html in fresh.turns.values() if "打字员" in html]
    assert len(texts) == len(set(texts)), "a turn was doubled"
    with demo.follow(page) as socket:
        socket.bring(page, fresh.seq)
    assert {pk: page.turns[pk] for pk in typist.acknowledged}.keys() <= fresh.turns.keys()
    assert took < WHOLE_AGAIN


def test_the_server_is_killed_while_a_typist_posts(sites, zhou, interview):
    site = sites()
    zhou.username = "editor"
    zhou.set_password("typing-all-day")
    zhou.save()
    typist = Typist(site, interview.slug, "typing-all-day")
    typist.start()
    for _ in range(3):
        posted = len(typist.acknowledged)
        while len(typist.acknowledged) < posted + 5:
            time.sleep(0.01)
        site.kill()
        site.start()
    typist.stop()

    kept = list(interview.turns.values_list("pk", "text"))
    assert set(typist.acknowledged) <= {pk for pk, _ in kept}
    assert len(kept) == len({text for _, text in kept}), "a turn was doubled"
    assert list(interview.events.values_list("seq", flat=True)) == list(range(1, interview.events.count() + 1))


def test_a_listener_that_is_cut_off_hears_what_was_said_meanwhile(site, interview, host):
    page = site.open(interview)
    with site.follow(page) as socket:
        begun = time.monotonic()
        while time.monotonic() < begun + 2 * RECONNECT_SECONDS:  # past the first looks at the log, into the long pause
            interview.say(host, "听得见")
            socket.bring(page, interview.public_seq)
        with connection.cursor() as cursor:
            cursor.execute(END_LISTENERS)
            assert cursor.rowcount == 1
        interview.say(host, "没人在听")
        cut = time.monotonic()
        socket.bring(page, interview.public_seq)
    assert time.monotonic() - cut < WHOLE_AGAIN


def test_a_socket_outlives_the_database(demo):
    """Readers keep their sockets while the database is away; nobody is thrown out to come back all at once."""
    page = Page(demo.get(demo.live))
    with demo.follow(page) as socket:
        page.apply(socket.next())
        crash(demo.var / "postgres")
        try:
            page.apply(socket.next(timeout=20))
        except ConnectionClosed:
            pytest.fail("the reader was thrown out")


def test_a_taken_port_is_told_in_one_sentence(site):
    second = subprocess.run(
        [sys.executable, "manage.py", "serve", "--port", str(site.port)], cwd=ROOT, capture_output=True, text=True
    )
    assert second.returncode == 1
    assert len(second.stderr.strip().splitlines()) == 1
    assert f"Port {site.port} of 127.0.0.1 is taken" in second.stderr


def test_workers_whose_master_is_killed_end_and_give_the_port_back(sites):
    site = sites("--workers", "2")
    assert site.get("/healthz")
    site.kill()
    eventually(lambda: is_free(site.port), PATIENCE)


def is_free(port):
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_workers_end_with_their_master_though_a_shell_has_sigint_ignored(sites, signum):
    site = sites("--workers", "2", before=AS_A_BACKGROUND_JOB)
    assert site.get("/healthz")

    assert site.stop(signum) == 128 + signum

    assert is_free(site.port)


def test_ctrl_c_stops_the_server_and_its_database(demo):
    assert postgres._answers(demo.var / "postgres")

    assert demo.stop(signal.SIGINT) == 0

    assert not postgres._answers(demo.var / "postgres")
