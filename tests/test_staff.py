"""The live staff side of the desk: its bell, who is there and types what, what they tell each other, how many read."""

import asyncio
import sys
import time
import uuid
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import psycopg
import pytest
from asgiref.sync import async_to_sync
from autobahn.exception import Disconnected
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from interviews.models import Interview, Note, Presence, Readership, User
from interviews.models.desk.note import NOTES_SHOWN, latest_notes, tell_the_staff
from interviews.models.desk.presence import PRESENCE_VALID, at_the_desk, be_present, leave
from interviews.models.figures.readership import COUNTS_VALID, count_readers, reading_now
from interviews.models.transcript.log import CHANGES_CHANNEL
from interviews.rendering import frames
from live import desk
from live.consumers import SocketReader
from live.hub import Hub
from live.room import BURST_SECONDS

from .database import END_LISTENERS, connections
from .newsroom import JSON, cookie_of
from .sites import PATIENCE, Socket, database_url, free_port

SILENCE = 0.6  # seconds without a bell; a bell that is on its way takes a tenth of it
HURRY = """
import sys, django
django.setup()
import live.desk, live.hub
live.desk.CHECK_SECONDS, live.hub.COUNT_SECONDS, live.hub.RECONNECT_SECONDS = {check}, 0.1, 0.1
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""


@pytest.fixture
def hurried(sites):
    """Starts servers that count readers, and ask whether somebody may still be there, more often than others."""

    def start(check=25):
        port = free_port()
        command = [sys.executable, "-c", HURRY.format(check=check), "serve", "--port", str(port)]
        return sites(port=port, command=command)

    return start


class DeskSocket(Socket):
    """The desk's socket as a page of this site opens it, unless an origin is given."""

    def __init__(self, site, slug, user=None, **how):
        cookie = {"Cookie": cookie_of(user)} if user else {}
        how = {"origin": site.here, "additional_headers": cookie, "open_timeout": PATIENCE, "proxy": None, **how}
        self._connecting = connect(f"ws://127.0.0.1:{site.port}/ws/desk/{slug}/", **how)

    def is_silent(self):
        """Whether no bell comes for a while."""
        try:
            self.next(SILENCE)
        except TimeoutError:
            return True
        return False

    def settle(self):
        """Past the bells of the beginning."""
        while not self.is_silent():
            pass
        return self

    def code(self):
        """How it is closed."""
        deadline = time.monotonic() + PATIENCE
        with pytest.raises(ConnectionClosed) as closed:
            while time.monotonic() < deadline:
                self.next()
        return closed.value.rcvd.code


def close_code(*args, **how):
    with DeskSocket(*args, **how) as socket:
        return socket.code()


SOON = COUNTS_VALID.total_seconds() / 2  # long before what was counted is forgotten by itself


def eventually(what, patience=SOON):
    deadline = time.monotonic() + patience
    while not what():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.05)


# Who may open the socket


@pytest.mark.parametrize("who", ["zhou", "sun"])
@pytest.mark.parametrize("which", ["interview", "draft"])
def test_whoever_edits_or_types_hears_the_desks_bell(site, request, who, which):
    interview = request.getfixturevalue(which)
    with DeskSocket(site, interview.slug, request.getfixturevalue(who)) as socket:
        assert socket.next() == {}


def test_nobody_else_does(site, pan, interview):
    assert close_code(site, interview.slug, pan) == 4403
    assert close_code(site, interview.slug) == 4403
    assert close_code(site, interview.slug, additional_headers={"Cookie": "sessionid=made-up"}) == 4403


def test_where_no_interview_is_the_socket_says_so_to_the_newsroom_alone(site, zhou, pan):
    assert close_code(site, "nothing-here", zhou) == 4404
    assert close_code(site, "nothing-here", pan) == 4403


def test_a_desk_that_speaks_is_sent_away(site, zhou, interview):
    with DeskSocket(site, interview.slug, zhou) as socket:
        socket.send("hello")
        assert socket.code() == 4405


ELSEWHERE = [
    None,
    "null",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "http://localhost:{port}",
    "http://evil.example",
    "http://127.0.0.1.evil.example:{port}",
    "http://127.0.0.1:{port}@evil.example",
    "http://evil.example/127.0.0.1:{port}",
    "http://evil-127.0.0.1:{port}",
    "https://desk.example.evil.example",
]


def test_another_sites_page_is_refused(sites, monkeypatch, zhou, interview):
    monkeypatch.setenv("TRUSTED_ORIGINS", "https://desk.example")
    site = sites()
    for origin in ELSEWHERE:
        told = origin and origin.format(port=site.port)
        assert close_code(site, interview.slug, zhou, origin=told) == 4403, origin


def test_this_sites_pages_are_let_in_also_behind_a_proxy(sites, monkeypatch, zhou, interview):
    monkeypatch.setenv("TRUSTED_ORIGINS", "https://desk.example")
    site = sites()
    for origin in (site.here, site.here.replace("http", "https"), "https://desk.example"):
        with DeskSocket(site, interview.slug, zhou, origin=origin) as socket:
            assert socket.next() == {}


@pytest.mark.parametrize(
    "lose",
    [
        lambda user: Session.objects.all().delete(),
        lambda user: user.groups.clear(),
        lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user: (user.set_password("another-one"), user.save()),
    ],
    ids=["session", "rights", "account", "password"],
)
def test_who_may_no_longer_be_there_is_sent_away_within_two_seconds(site, sun, interview, lose):
    with DeskSocket(site, interview.slug, sun) as socket:
        socket.settle()
        lose(sun)
        began = time.monotonic()
        assert socket.code() == 4403
        assert time.monotonic() - began < 2


def test_thirty_desks_keep_no_connections_to_the_database(sites, zhou, interview):
    before = connections() + 1  # LISTEN, and what a test before this one may not have let go
    site = sites(database_connections=0)  # a pool would keep some, of whatever came before
    with ExitStack() as desks:
        for _ in range(30):
            desks.enter_context(DeskSocket(site, interview.slug, zhou)).next()
        eventually(lambda: connections() <= before, PATIENCE)


# What it tells


NEWS = {
    "log": lambda i, user: i.say(i.speakers.first(), "新的一句"),
    "presence": lambda i, user: be_present(i, uuid.uuid4(), user),
    "note": lambda i, user: tell_the_staff(i, "看一下", uuid.uuid4(), user),
    "readers": lambda i, user: count_readers(uuid.uuid4(), {i.pk: 3}),
}


def test_the_bell_rings_for_all_that_is_new_at_this_desk_and_carries_none_of_it(site, zhou, interview, draft):
    with DeskSocket(site, interview.slug, zhou) as socket:
        socket.settle()
        for happen in NEWS.values():
            happen(interview, zhou)
            assert socket.next() == {}
            assert socket.is_silent()


def test_the_bell_is_silent_about_other_interviews(site, zhou, interview, draft):
    with DeskSocket(site, draft.slug, zhou) as socket:
        socket.settle()
        for happen in NEWS.values():
            happen(interview, zhou)
        assert socket.is_silent()


def test_bells_that_come_in_a_burst_are_joined(site, zhou, interview):
    with DeskSocket(site, interview.slug, zhou) as socket:
        socket.settle()
        begun = time.monotonic()
        for n in range(50):
            tell_the_staff(interview, f"第{n}条", uuid.uuid4(), zhou)
        took = time.monotonic() - begun
        bells = 0
        while not socket.is_silent():
            bells += 1
    assert 1 <= bells <= took / BURST_SECONDS + 2


def test_a_quiet_desk_hears_that_the_socket_lives(hurried, zhou, interview):
    with DeskSocket(hurried(check=1), interview.slug, zhou) as socket:
        socket.settle()
        assert socket.next(2) == {}


def test_whoever_listens_again_rings_every_desk(site, zhou, interview):
    with DeskSocket(site, interview.slug, zhou) as socket, connection.cursor() as cursor:
        socket.settle()
        cursor.execute(END_LISTENERS)
        assert socket.next() == {}


def test_readers_hear_nothing_of_the_staff(site, zhou, interview, host):
    page = site.open(interview)
    with site.follow(page) as reader, DeskSocket(site, interview.slug, zhou) as socket:
        socket.settle()
        for name in ("presence", "note", "readers"):
            NEWS[name](interview, zhou)
        socket.next()
        interview.say(host, "给读者的")
        messages = reader.bring(page, interview.public_seq)
    assert [list(frame) for message in messages for frame in message["frames"]] == [["turn", "html"]]


def test_news_of_the_staff_makes_no_room_read_the_log(transactional_db, monkeypatch, zhou, interview):
    looks, look = [], frames.changes
    monkeypatch.setattr(frames, "changes", lambda *args: looks.append(args) or look(*args))

    class Nobody(SocketReader):
        def write(self, message): ...
        def close(self, code): ...

    async def scenario():
        hub = Hub()
        await hub.enter(interview.slug, Nobody(None), str(interview.epoch), interview.public_seq)
        with hub.bell(interview.pk) as bell:
            for happen in ("log", "presence", "note", "readers", "log"):  # until the first it may only begin to listen
                await asyncio.sleep(BURST_SECONDS * 3)
                bell.clear()
                looks.clear()
                await asyncio.to_thread(closing(NEWS[happen]), interview, zhou)
                await asyncio.wait_for(bell.wait(), PATIENCE)
                await asyncio.sleep(BURST_SECONDS * 3)
                assert bool(looks) == (happen == "log"), happen

    asyncio.run(scenario())


def closing(work):
    def done(*args):
        try:
            work(*args)
        finally:
            connection.close()

    return done


# How many read


def test_the_readers_of_all_processes_are_counted_while_they_read(hurried, interview):
    one, other = hurried(), hurried()
    assert reading_now(interview) == 0
    with one.follow(one.open(interview)):
        with one.follow(one.open(interview)), other.follow(other.open(interview)):
            eventually(lambda: reading_now(interview) == 3)
        eventually(lambda: reading_now(interview) == 1)
    eventually(lambda: reading_now(interview) == 0)
    eventually(lambda: not Readership.objects.exists())


def test_a_desk_is_told_when_the_number_of_readers_changes_and_only_then(hurried, zhou, interview, draft):
    site = hurried()
    with DeskSocket(site, interview.slug, zhou) as socket, DeskSocket(site, draft.slug, zhou) as other:
        socket.settle()
        other.settle()
        assert reading_now(interview) == 0, "a desk is no reader"
        with site.follow(site.open(interview)):
            assert socket.next() == {}
            assert reading_now(interview) == 1
            assert socket.is_silent()
        assert socket.next() == {}
        assert reading_now(interview) == 0
        assert other.is_silent()


def test_what_a_killed_process_has_counted_is_forgotten(hurried, zhou, interview):
    dying, living = hurried(), hurried()
    with living.follow(living.open(interview)), DeskSocket(living, interview.slug, zhou) as socket:
        with dying.follow(dying.open(interview)):
            eventually(lambda: reading_now(interview) == 2)
            dying.kill()
        socket.settle()
        assert reading_now(interview) == 2
        Readership.objects.update(at=timezone.now() - COUNTS_VALID)
        eventually(lambda: reading_now(interview) == 1)
        assert socket.next() == {}
    assert Readership.objects.count() == 1


def test_a_count_that_nobody_repeats_is_worth_nothing(interview):
    count_readers(uuid.uuid4(), {interview.pk: 3})
    assert reading_now(interview) == 3
    Readership.objects.update(at=timezone.now() - COUNTS_VALID)
    assert reading_now(interview) == 0


# Who is there


@contextmanager
def listening():
    """The notices that PostgreSQL sends meanwhile."""
    heard = []
    with psycopg.connect(database_url(), autocommit=True) as bell:
        bell.execute(f"LISTEN {CHANGES_CHANNEL}")
        yield heard
        heard += [notice.payload for notice in bell.notifies(timeout=SILENCE)]


def be(client, interview, window, **doing):
    return client.post(reverse("desk:presence", args=[interview.slug]), {"window": window, **doing}, headers=JSON)


def shown(interview):
    """The lines about who is at the desk, as the others read them."""
    return [
        (str(line), line.speaker and line.speaker.label, line.turn and line.turn.text)
        for line in at_the_desk(interview)
    ]


def test_who_types_for_whom_is_seen(client, sun, interview, guest):
    client.force_login(sun)
    assert be(client, interview, uuid.uuid4(), speaker=guest.pk).status_code == 204
    assert shown(interview) == [("孙", "陈安", None)]


def test_windows_of_one_user_are_one_line_unless_something_is_typed_in_them(zhou, sun, interview, host, guest):
    turn = interview.say(guest, "河水清了")
    be_present(interview, uuid.uuid4(), zhou)
    be_present(interview, uuid.uuid4(), zhou)
    assert shown(interview) == [("周", None, None)]

    be_present(interview, uuid.uuid4(), sun)
    be_present(interview, uuid.uuid4(), zhou, speaker=host)
    be_present(interview, uuid.uuid4(), zhou, turn=turn)
    assert shown(interview) == [("周", "主持人", None), ("周", None, "河水清了"), ("孙", None, None)]


def test_who_leaves_is_gone_and_who_is_silent_too_long_as_well(client, zhou, sun, interview, guest):
    window = uuid.uuid4()
    client.force_login(zhou)
    be(client, interview, window, speaker=guest.pk)
    be_present(interview, uuid.uuid4(), sun)
    be(client, interview, window, gone=1)
    assert shown(interview) == [("孙", None, None)]

    Presence.objects.update(at=timezone.now() - PRESENCE_VALID)
    assert shown(interview) == []
    leave(interview, window, zhou)
    assert not Presence.objects.exists()


def test_nobody_sends_another_away(client, zhou, sun, interview):
    window = uuid.uuid4()
    be_present(interview, window, zhou)
    client.force_login(sun)
    be(client, interview, window, gone=1)
    assert shown(interview) == [("周", None, None)]


def test_the_others_are_told_what_differs_not_that_somebody_is_still_there(transactional_db, zhou, interview, guest):
    window = uuid.uuid4()
    with listening() as heard:
        for speaker in (None, None, guest, guest, None):
            be_present(interview, window, zhou, speaker=speaker)
        Presence.objects.update(at=timezone.now() - PRESENCE_VALID - timedelta(seconds=1))
        be_present(interview, window, zhou)
    assert heard == [f"{interview.pk}:desk"] * 4


def test_who_may_not_type_is_not_at_the_desk(client, pan, zhou, interview, draft, guest):
    assert be(client, interview, uuid.uuid4()).status_code == 401
    client.force_login(pan)
    assert be(client, interview, uuid.uuid4()).status_code == 403
    client.force_login(zhou)
    assert be(client, draft, uuid.uuid4(), speaker=guest.pk).status_code == 400, "a speaker of another interview"
    assert not Presence.objects.exists()


# What they tell each other


def tell(client, interview, text="看一下第三条", key=None, headers=JSON):
    what = {"text": text, "key": key or uuid.uuid4()}
    return client.post(reverse("desk:note", args=[interview.slug]), what, headers=headers)


def test_one_note_with_one_key_is_one_note_and_rings_once(transactional_db, client, sun, interview):
    client.force_login(sun)
    key = uuid.uuid4()
    with listening() as heard:
        assert [tell(client, interview, key=key).status_code for _ in range(2)] == [201, 201]
    assert [(note.text, note.user) for note in latest_notes(interview)] == [("看一下第三条", sun)]
    assert heard == [f"{interview.pk}:desk"]


def test_who_may_not_type_leaves_no_note(client, pan, interview):
    assert tell(client, interview).status_code == 401
    client.force_login(pan)
    assert tell(client, interview).status_code == 403
    assert not Note.objects.exists()


@pytest.mark.parametrize("text", ["", "  ", "长" * 1001])
def test_a_note_says_something_and_is_no_essay(client, zhou, interview, text):
    client.force_login(zhou)
    assert tell(client, interview, text).status_code == 400


def test_without_scripts_a_note_brings_its_writer_back(client, zhou, interview):
    client.force_login(zhou)
    answer = tell(client, interview, headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/{interview.slug}/")


def test_the_last_notes_are_shown_the_newest_at_the_end(zhou, interview):
    for n in range(NOTES_SHOWN + 5):
        tell_the_staff(interview, f"第{n}条", uuid.uuid4(), zhou)
    notes = latest_notes(interview)
    assert [notes[0].text, notes[-1].text] == ["第5条", f"第{NOTES_SHOWN + 4}条"]


def test_a_desk_reads_the_staff_and_a_reader_does_not(client, zhou, interview, guest):
    be_present(interview, uuid.uuid4(), zhou, speaker=guest)
    tell_the_staff(interview, "<b>见</b> https://example.org/河", uuid.uuid4(), zhou)
    count_readers(uuid.uuid4(), {interview.pk: 7})
    cursor = {"epoch": str(interview.epoch), "after": interview.seq}
    client.force_login(zhou)
    answer = client.get(reverse("desk:changes", args=[interview.slug]), cursor).json()
    parts = {frame["part"]: frame["html"] for frame in answer["frames"]}

    assert 'data-who="周" data-for="陈安"' in parts["staff"]
    assert 'data-readers="7"' in parts["waiting"]
    assert '&lt;b&gt;见&lt;/b&gt; <a href="https://example.org/"' in parts["notes"]
    assert client.get(reverse("changes", args=[interview.slug]), cursor).json()["frames"] == []
    assert Interview.objects.get().seq == interview.seq, "nothing of this is in the log"


def test_a_window_that_is_closed_while_the_bell_rings_is_no_error(monkeypatch):
    async def ring(scope, send):
        raise Disconnected

    async def receive():
        return {"type": "websocket.connect"} if not sent else await asyncio.Event().wait()

    async def send(message):
        sent.append(message["type"])

    sent = []
    monkeypatch.setattr(desk, "_keep_ringing", ring)
    async_to_sync(desk.desk)({}, receive, send)
    assert sent == ["websocket.accept"]
