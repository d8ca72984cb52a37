"""What changes in the record reaches every open page, once, whole and in order."""

import asyncio
import json
import socket
import sys
import time
import urllib.request
import uuid
from urllib.parse import urlencode

import pytest
from django.test import Client
from websockets.exceptions import ConnectionClosed

from interviews.models import Event, Interview, Turn, User
from interviews.models.desk.note import tell_the_staff
from interviews.rendering.frames import CHANGES_BEFORE_RELOAD
from live.consumers import SocketReader
from live.hub import Hub
from live.room import BURST_SECONDS, HEARTBEAT_SECONDS, Room

from .conftest import NOON
from .crowd import together
from .pages import Page
from .sites import PATIENCE, Socket, free_port

Kind = Event.Kind


def first_turn(interview):
    return interview.turns.published().first()


def ended(interview):
    interview.end(waiting="keep")
    return interview


def paused(interview):
    interview.pause("十分钟后回来")
    return interview


def suggested(interview):
    turn, (sun, _) = first_turn(interview), User.objects.get_or_create(username="sun")
    return turn.suggest(version=turn.version, text="建议这样改", speaker=turn.speaker, by=sun)


EVENTS = {
    Kind.STARTED: None,  # what makes each of these happen; None: below, from another beginning
    Kind.SUBMITTED: None,
    Kind.APPROVED: None,
    Kind.SENT_BACK: None,
    Kind.ANNOUNCED: None,
    Kind.SAID: lambda i: i.say(i.speakers.last(), "新的一句，见 https://example.org/河 。"),
    Kind.HELD: lambda i: i.say(i.speakers.last(), "先不发", held=True),
    Kind.RELEASED: lambda i: i.turns.held().first().release(),
    Kind.CORRECTED: lambda i: first_turn(i).correct(
        version=first_turn(i).version, text="改过的", spoken_at=NOON.replace(hour=9)
    ),
    Kind.GREW: lambda i: first_turn(i).grow("还有一段"),
    Kind.PREPARED: lambda i: i.prepare(i.speakers.first(), "备好的一问"),
    Kind.MOVED: lambda i: i.prepare(i.speakers.first(), "先问这一句").move(),
    Kind.DECLINED: lambda i: i.turns.held().first().decline(reason="重复"),
    Kind.SUGGESTED: suggested,
    Kind.DISMISSED: lambda i: suggested(i).dismiss(),
    Kind.PAUSED: paused,
    Kind.RESUMED: lambda i: paused(i).resume(),
    Kind.REOPENED: lambda i: ended(i).reopen(),
    Kind.MARKED: lambda i: first_turn(i).mark("关键时刻"),
    Kind.RETRACTED: lambda i: first_turn(i).retract(reason="说错"),
    Kind.RESTORED: lambda i: i.turns.filter(state=Turn.State.RETRACTED).first().restore(),
    Kind.PINNED: lambda i: i.turns.published().last().pin(),
    Kind.UNPINNED: lambda i: i.turns.get(pk=i.pinned_id).unpin(),
    Kind.REVISED: lambda i: i.revise(headline="换了<标题>", lede="换了导语"),
    Kind.RECAST: lambda i: i.revise(timezone="Europe/London"),
    Kind.ENDED: ended,
}


@pytest.fixture
def talk(interview, host, guest):
    """Under way: three turns, the first pinned, one held, one retracted."""
    first = interview.say(host, "您好 & 欢迎", spoken_at=NOON)
    interview.say(guest, "大家好\n很高兴来", spoken_at=NOON.replace(second=5))
    interview.say(host, "请讲", spoken_at=NOON.replace(second=9))
    interview.say(guest, "说漏了嘴", spoken_at=NOON.replace(second=12)).retract()
    interview.say(guest, "等一等再发", held=True, spoken_at=NOON.replace(second=20))
    first.pin()
    return interview


def opened(client, interview):
    return Page(client.get(interview.get_absolute_url()).content.decode())


def test_every_kind_of_event_has_a_case():
    assert EVENTS.keys() == set(Kind)


@pytest.mark.parametrize("kind", [kind for kind, cause in EVENTS.items() if cause])
def test_an_old_page_and_the_changes_are_a_fresh_page(client, talk, kind):
    page = opened(client, talk)
    EVENTS[kind](talk)
    assert talk.events.last().kind == kind

    message = client.get(f"{page.changes}?{page.cursor}").json()
    page.apply(message)

    fresh = opened(client, talk)
    if page.needs_reload:
        assert kind in (Kind.RECAST, Kind.REOPENED)
    else:
        assert page.shown == fresh.shown
        assert page.seq == fresh.seq == talk.public_seq
        page.seq = message["from"]
        page.apply(message)
        assert page.shown == fresh.shown, "the same frames twice change something"


def test_an_announced_page_becomes_a_live_one(client, scheduled):
    page = opened(client, scheduled)
    scheduled.go_live()

    page.apply(client.get(f"{page.changes}?{page.cursor}").json())

    assert page.shown == opened(client, scheduled).shown


def test_many_changes_at_once_are_a_fresh_page_too(client, talk):
    page = opened(client, talk)
    for kind in (Kind.SAID, Kind.CORRECTED, Kind.RELEASED, Kind.RESTORED, Kind.PINNED, Kind.RETRACTED, Kind.ENDED):
        EVENTS[kind](talk)

    message = client.get(f"{page.changes}?{page.cursor}").json()
    page.apply(message)

    assert page.shown == opened(client, talk).shown
    touched = [frame["turn"] for frame in message["frames"] if "turn" in frame]
    assert len(touched) == len(set(touched))


def test_every_kind_of_event_comes_by_socket_too(site, client, talk):
    page = site.open(talk)
    with site.follow(page) as socket:
        for kind, cause in EVENTS.items():
            if cause is None or kind in (Kind.RECAST, Kind.REOPENED):
                continue
            cause(talk)
            messages = socket.bring(page, talk.public_seq)
            assert page.shown == opened(client, talk).shown, kind
            for message in messages:
                page.seq = message["from"]
                page.apply(message)
            assert page.shown == opened(client, talk).shown, f"{kind} twice"
        EVENTS[Kind.RECAST](talk)
        socket.bring(page, talk.public_seq)
        assert page.needs_reload


def test_a_reader_who_was_away_gets_what_it_missed_once_and_in_order(site, client, talk, host):
    page, neighbour = site.open(talk), site.open(talk)
    with site.follow(page) as socket:
        talk.say(host, "还在")
        socket.bring(page, talk.public_seq)
    with site.follow(neighbour) as next_to_it:
        missed = [talk.say(host, f"错过的第{n}句") for n in range(5)]
        missed[1].correct(version=1, text="错过的第1句，改过")
        missed[2].retract()
        next_to_it.bring(neighbour, talk.public_seq)

    with site.follow(page) as socket:
        first = socket.next()
        page.apply(first)
        talk.say(host, "又在了")
        then = socket.next()
        page.apply(then)

    assert first["seq"] == then["from"] == talk.public_seq - 1
    assert sorted(frame["turn"] for frame in first["frames"]) == [turn.pk for turn in missed]
    assert page.shown == opened(client, talk).shown


def test_a_socket_says_at_once_that_nothing_is_new(sites, talk):
    """By which a page knows that it leads to the server; also under a server without our write."""
    port = free_port()
    plain = [sys.executable, "-m", "daphne", "-p", str(port), "live.asgi:application"]
    for site in (sites(), sites(port=port, command=plain)):
        page = site.open(talk)
        with site.follow(page) as socket:
            said = socket.next(timeout=HEARTBEAT_SECONDS / 5, also_quiet=True)
        assert said == {"epoch": page.epoch, "from": page.seq, "seq": page.seq, "frames": []}


def test_who_missed_something_hears_that_first_and_nothing_besides(site, talk, host):
    page = site.open(talk)
    turn = talk.say(host, "错过的")
    with site.follow(page) as socket:
        missed = socket.next(also_quiet=True)
        talk.say(host, "又说的")
        then = socket.next(also_quiet=True)
    assert [frame["turn"] for frame in missed["frames"]] == [turn.pk]
    assert then["from"] == missed["seq"]


def test_all_who_come_while_the_log_stands_still_are_told_by_the_same_bytes(transactional_db, talk):
    heard = []

    async def scenario():
        room = Room(talk, None)
        for _ in range(3):
            reader = SocketReader(None)
            reader.write = heard.append
            await room.enter(reader, str(talk.epoch), talk.public_seq)

    asyncio.run(scenario())
    assert len(heard) == 3
    assert len({id(message) for message in heard}) == 1


def test_turns_that_come_in_a_burst_share_messages(site, talk, host):
    page = site.open(talk)
    with site.follow(page) as socket:
        begun = time.monotonic()
        for n in range(50):
            talk.say(host, f"第{n}句")
        messages = socket.bring(page, talk.public_seq)
        took = time.monotonic() - begun
    assert len(messages) <= took / BURST_SECONDS + 2
    assert len({frame["turn"] for message in messages for frame in message["frames"]}) == 50


def test_too_far_behind_the_answer_is_reload(client, talk, host):
    page = opened(client, talk)
    for n in range(CHANGES_BEFORE_RELOAD + 1):
        talk.say(host, f"第{n}句")

    assert client.get(f"{page.changes}?{page.cursor}").json() == {
        "epoch": page.epoch,
        "seq": talk.public_seq,
        "reload": True,
    }


@pytest.mark.parametrize("ahead", [1, 1000])
def test_a_page_ahead_of_the_log_reloads(site, talk, ahead):
    page = site.open(talk)
    page.seq += ahead
    assert site.catch_up(page)["reload"]
    with site.follow(page) as socket:
        assert socket.next()["reload"]


def test_after_a_restored_backup_every_reader_reloads(site, talk):
    from django.core.management import call_command

    page = site.open(talk)
    with site.follow(page) as socket:
        call_command("new_epoch")
        assert site.catch_up(page)["reload"]
        assert socket.next()["reload"]


def test_a_turn_posted_on_one_server_is_read_on_another(sites, client, zhou, talk, guest):
    posting, reading = sites(), sites("--workers", "2")
    page = reading.open(talk)
    with reading.follow(page) as socket:
        say_over(posting, zhou, talk, guest, "从另一台服务器说的")
        talk.refresh_from_db()
        socket.bring(page, talk.public_seq)
    assert page.shown == opened(client, talk).shown
    assert "从另一台服务器说的" in page.shown[0][-1][1]


def say_over(site, user, interview, speaker, text, key=None):
    """Post through a real server, with a real session and its CSRF token."""
    signed_in = Client()
    signed_in.force_login(user)
    cookies = f"sessionid={signed_in.cookies['sessionid'].value}; csrftoken={'a' * 32}"
    form = {"speaker": speaker.pk, "text": text, "key": key or uuid.uuid4(), "csrfmiddlewaretoken": "a" * 32}
    request = urllib.request.Request(
        f"{site.here}/desk/{interview.slug}/turns/",
        urlencode(form).encode(),
        {"Cookie": cookies, "Accept": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        assert response.status == 201
        return json.load(response)


def test_one_post_sent_twenty_times_at_once_gets_twenty_equal_answers(site, zhou, talk, guest):
    key = uuid.uuid4()
    before = talk.turns.count()
    answers = together(20, lambda _: say_over(site, zhou, talk, guest, "只发一次", key))
    assert all(answer == answers[0] for answer in answers)
    assert talk.turns.count() == before + 1


def test_under_a_server_without_our_write_readers_get_the_same(sites, client, talk, host):
    port = free_port()
    plain = sites(port=port, command=[sys.executable, "-m", "daphne", "-p", str(port), "live.asgi:application"])
    page = plain.open(talk)
    talk.say(host, "补上的")
    with plain.follow(page) as socket:
        socket.bring(page, talk.public_seq)
        talk.say(host, "推送的")
        socket.bring(page, talk.public_seq)
        assert page.shown == opened(client, talk).shown
        socket.send("hello")
        with pytest.raises(ConnectionClosed) as closed:
            socket.next()
    assert closed.value.rcvd.code == 4405


# what must not get out


def test_what_is_not_published_reaches_no_reader_by_any_way(site, talk, guest, sun):
    page = site.open(talk)
    with site.follow(page) as socket:
        secret = talk.say(guest, "绝密", held=True)
        secret.correct(version=1, text="绝密，改过")
        secret.mark("绝密标题")
        secret.decline(reason="绝密")
        secret.restore()
        secret.decline()
        prepared = talk.prepare(guest, "绝密提纲")
        prepared.grow("绝密的第二段")
        prepared.move()
        public = talk.say(guest, "公开")
        public.suggest(version=1, text="绝密建议", speaker=guest, by=sun)
        public.suggest(version=1, text="另一条绝密建议", speaker=guest, by=sun).dismiss(reason="绝密")
        public.correct(version=1, text="公开了")
        tell_the_staff(talk, "绝密，别说出去", uuid.uuid4(), sun)
        messages = socket.bring(page, talk.public_seq)
    everything = json.dumps([messages, site.catch_up(site.open(talk))], ensure_ascii=False) + site.get(
        talk.get_absolute_url()
    )
    assert "公开了" in everything
    assert "绝密" not in everything
    unheard_of = {secret.pk, prepared.pk}
    assert not any(frame.get("turn") in unheard_of for message in messages for frame in message["frames"])


def test_a_draft_opens_no_socket_and_answers_no_changes(site, client, draft):
    page = Page(
        f'<live-transcript data-epoch="{draft.epoch}" data-seq="0" data-socket="/ws/interviews/{draft.slug}/"'
        f' data-changes="/interviews/{draft.slug}/changes/">'
    )
    assert client.get(f"{page.changes}?{page.cursor}").status_code == 404
    with site.follow(page) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.next()
    assert closed.value.rcvd.code == 4404


@pytest.mark.parametrize(
    "cursor", ["", "after=1", "epoch=none&after=1", "epoch={epoch}&after=-1", "epoch={epoch}&after=x"]
)
def test_a_socket_with_a_cursor_that_is_none_is_closed_with_4400(site, talk, cursor):

    page = site.open(talk)
    url = f"ws://127.0.0.1:{site.port}{page.socket}?{cursor.format(epoch=page.epoch)}"
    with Socket(url) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.next()
    assert closed.value.rcvd.code == 4400


def test_a_reader_who_speaks_is_sent_away(site, talk):
    with site.follow(site.open(talk)) as socket:
        socket.send("hello")
        with pytest.raises(ConnectionClosed) as closed:
            socket.next()
    assert closed.value.rcvd.code == 4405


# readers who are slow


LONG = "长" * 15_000  # 45 KB in UTF-8: more than the buffers on its way


def shake_hands(site, page, receive_buffer):
    """A WebSocket from below, on a connection that takes in only so much."""
    plug = socket.socket()
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    plug.settimeout(PATIENCE)
    plug.connect(("127.0.0.1", site.port))
    plug.sendall(
        f"GET {page.socket}?{page.cursor} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    while not plug.recv(1, socket.MSG_PEEK):
        pass
    return plug


def frames_of(plug):
    """The text messages that come, read a little at a time."""
    read = plug.makefile("rb", buffering=1024)
    while read.readline().strip():
        pass
    while head := read.read(2):
        size = head[1] & 0x7F
        size = int.from_bytes(read.read({126: 2, 127: 8}[size])) if size > 125 else size
        payload = read.read(size)
        if head[0] == 0x81:
            yield json.loads(payload)


def test_long_turns_come_whole_and_in_order_through_a_narrow_line(site, client, talk, host):
    page, neighbour = site.open(talk), site.open(talk)
    with shake_hands(site, page, receive_buffer=4096) as plug, site.follow(neighbour) as next_to_it:
        for n in range(4):
            talk.say(host, f"第{n}句{LONG}")
            next_to_it.bring(neighbour, talk.public_seq)
        for message in frames_of(plug):
            page.apply(message)
            if page.seq == talk.public_seq:
                break
    assert page.shown == opened(client, talk).shown


def test_a_reader_who_never_reads_is_cut_off_and_the_others_read_on(site, client, talk, host):
    page, neighbour = site.open(talk), site.open(talk)
    with shake_hands(site, page, receive_buffer=4096) as plug, site.follow(neighbour) as next_to_it:
        for n in range(20):
            talk.say(host, f"第{n}句{LONG}")
            next_to_it.bring(neighbour, talk.public_seq)
        with pytest.raises(ConnectionResetError):
            while plug.recv(65536):
                pass
    assert neighbour.shown == opened(client, talk).shown


class Doorway:
    """A room whose interview may turn out to be gone while a reader stands in the door."""

    def __init__(self):
        self.readers, self.is_known = [], {}

    async def enter(self, reader, epoch, after):
        if reader in self.is_known:
            await self.is_known[reader].wait()
            raise Interview.DoesNotExist
        self.readers.append(reader)

    def close(self):
        pass


def test_readers_who_find_an_interview_gone_one_after_the_other_meet_in_the_next_room(monkeypatch):
    """Another has its slug by now; who was left in a room of their own would hear nothing any more."""

    async def run():
        hub, gone = Hub(), Doorway()
        hub._rooms["rivers"] = gone
        gone.is_known = {"one": asyncio.Event(), "other": asyncio.Event()}

        async def look_up(slug):
            hub._rooms[slug] = Doorway()
            return hub._rooms[slug]

        monkeypatch.setattr(hub, "_begin", lambda: None)
        monkeypatch.setattr(hub, "_look_up", look_up)
        entering = {reader: asyncio.create_task(hub.enter("rivers", reader, "", 0)) for reader in gone.is_known}
        for reader, is_known in gone.is_known.items():
            await asyncio.sleep(0)
            is_known.set()
            await entering[reader]
        return hub._rooms["rivers"].readers

    assert asyncio.run(run()) == ["one", "other"]


@pytest.mark.django_db
def test_a_room_that_was_closed_lets_nobody_in(talk):
    async def run():
        room = Room(talk, None)
        room.close()
        with pytest.raises(Interview.DoesNotExist):
            await room.enter(SocketReader(None), str(talk.epoch), talk.public_seq)

    asyncio.run(run())


def test_who_leaves_late_does_not_take_along_whoever_has_its_number_by_then(transactional_db, talk):
    """A connection gets the file number of one that has gone, whose task may still be ending."""
    gone, come = SocketReader(None), SocketReader(None)
    come.key = gone.key
    gone.write = come.write = lambda message: None

    async def scenario():
        room = Room(talk, None)
        await room.enter(gone, str(talk.epoch), talk.public_seq)
        await room.enter(come, str(talk.epoch), talk.public_seq)
        gone.end()
        assert room.readers == 1
        come.end()
        assert room.is_empty()

    asyncio.run(scenario())


def test_more_text_than_a_slow_reader_may_owe_is_left_to_a_reload(client, talk, host):
    page = opened(client, talk)
    for _ in range(11):
        talk.say(host, LONG)
    assert client.get(f"{page.changes}?{page.cursor}").json()["reload"]


def test_a_log_that_is_behind_the_room_starts_everybody_again_and_stops_nothing(site, talk, host):
    """A backup restored under a running site, before new_epoch is run."""
    neighbour = site.open(talk)
    with site.follow(neighbour) as next_to_it:
        for n in range(6):
            talk.say(host, f"第{n}句")
            next_to_it.bring(neighbour, talk.public_seq)
        talk.events.filter(seq__gt=talk.seq - 5).delete()
        Interview.objects.filter(pk=talk.pk).update(seq=talk.seq - 5)
        page = site.open(talk)
        with site.follow(page) as socket:
            assert socket.next(also_quiet=True)["seq"] == page.seq
            assert next_to_it.next()["reload"]
            assert site.get("/healthz") == "ok\n"


def test_an_address_where_nothing_is_closes_with_4404(site):
    with Socket(f"ws://127.0.0.1:{site.port}/ws/elsewhere/") as socket, pytest.raises(ConnectionClosed) as closed:
        socket.next()
    assert closed.value.rcvd.code == 4404


def test_a_query_of_a_thousand_parameters_closes_with_4400(site, talk):
    page = site.open(talk)
    url = f"ws://127.0.0.1:{site.port}{page.socket}?" + "a=1&" * 1_100
    with Socket(url) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.next()
    assert closed.value.rcvd.code == 4400
