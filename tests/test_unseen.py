"""What readers may not see makes no sound: while the newsroom does it, every public page stays the same to the byte."""

import random
import re
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from interviews.exports import FORMATS
from interviews.models import Event, Guest, Interview, NotNow, Photo, Report, Turn
from interviews.models.archive.merging import merge
from interviews.models.desk.report import report
from interviews.models.transcript.seen import ALWAYS_SEEN, NEVER_SEEN, ON_NO_PAGE
from interviews.urls import at_the_desk, reading

from .conftest import NOON
from .newsroom import JSON, address, ask, at_desk, correction, say
from .pages import Page
from .test_photos import encoded, picture
from .test_plan import opened, planned

pytestmark = pytest.mark.usefixtures("media")
Kind = Event.Kind


@pytest.fixture
def talk(interview, host, guest, sun):
    """Under review and under way: turns in every state, and a typist's suggestion."""
    interview.revise(reviewed=True, summary="")
    first = interview.say(host, "您好 & 欢迎", spoken_at=NOON, heading="开场")
    first.pin()
    second = interview.say(guest, "大家好\n河水清了", spoken_at=NOON.replace(second=5))
    second.suggest(version=1, text="大家好\n河水很清", speaker=guest, by=sun)
    interview.say(guest, "说漏了嘴", spoken_at=NOON.replace(second=12)).retract()
    interview.say(guest, "先压着", held=True, spoken_at=NOON.replace(second=20))
    interview.say(guest, "不会发的", held=True, spoken_at=NOON.replace(second=22)).decline()
    interview.prepare(host, "第一问")
    interview.prepare(host, "第二问")
    report(second, text="不是清的。", version=second.shown_version)
    return interview


@pytest.fixture
def planned_one(draft, chen_an):
    """A draft that an editor can submit, with a guest whom nobody knows."""
    draft.revise(starts_at=NOON, lede="还没有公布的导语")
    draft.seat(Guest.objects.create(name="神秘人"))
    return draft


@pytest.fixture
def newsroom(talk, planned_one, zhou, sun, gao, settings):
    settings.APPROVAL_REQUIRED = True
    return Newsroom(talk, planned_one, zhou, sun, gao)


# What readers can ask


def addresses(talk, draft):
    """Every public address, by the name of its pattern, also of what isn't there for readers."""
    slugs = [[talk.slug], [draft.slug]]
    turns = [[talk.slug, turn.pk] for turn in talk.turns.all()]
    photo = Photo.objects.filter(interview=talk).first()
    search = [f"?q={words}" for words in ("河水", "先压着", "第一问", "不会发的", "陈安", "神秘人", "公布")]
    return {
        "front-page": [[]],
        "robots": [[]],
        "sitemap": [[], *[[f"?section={name}"] for name in ("pages", "interviews", "guests", "hosts")]],
        "site-feed": [[]],
        "search": [[words] for words in search],
        "interviews": [[], ["?year=2026"]],
        "interview": [*slugs, [talk.slug, "?order=newest"]],
        "changes": [[talk.slug, f"?epoch={talk.epoch}&after={n}"] for n in (0, 3, talk.public_seq, talk.seq, 999)],
        "turn": turns,
        "feed": slugs,
        "calendar": slugs,
        "export": [[*slug, name] for slug in slugs for name in FORMATS],
        "guests": [[]],
        "guest": [[person.slug] for person in Guest.objects.order_by("pk")[:3]],
        "hosts": [[]],
        "host": [[speaker.host.slug] for speaker in talk.speakers.exclude(host=None)],
        "portrait": [["face.webp"]],
        "photo": [[f"{photo.name.hex}-{photo.widths[0]}.webp"]] if photo else [],
    }


def listen(where):
    """Return all that readers can be answered: status, headers and body of each address."""
    paths = ["/healthz", "/favicon.ico"]
    for pattern in reading:
        for given in where.get(pattern.name, []):
            query = given[-1] if given and str(given[-1]).startswith("?") else ""
            paths.append(reverse(pattern.name, args=given[:-1] if query else given) + query)
    return {path: answered(path) for path in paths}


def answered(path):
    answer = Client().get(path)
    headers = {name: value for name, value in answer.headers.items() if name != "Expires"}  # of refusals: now
    return answer.status_code, headers, answer.content


def differing(before, after):
    assert before.keys() == after.keys()
    return [path for path in before if before[path] != after[path]]


def test_every_public_address_is_listened_to(newsroom):
    named = {pattern.name for pattern in reading if pattern.name}
    assert named - addresses(newsroom.talk, newsroom.draft).keys() == {"report"}, "which answers no GET"
    heard = listen(addresses(newsroom.talk, newsroom.draft))
    assert sum(status == 200 for status, _, _ in heard.values()) > 30
    assert differing(heard, listen(addresses(newsroom.talk, newsroom.draft))) == []


# What the newsroom does in silence, at the desk's addresses


class Newsroom:
    def __init__(self, talk, draft, zhou, sun, gao):
        self.talk, self.draft, self.zhou, self.sun, self.gao = talk, draft, zhou, sun, gao
        self.host, self.guest, *_ = talk.speakers.all()

    def turn(self, state):
        return self.talk.turns.filter(state=state).first() or self.fresh(state)

    def fresh(self, state):
        if state == "prepared":
            return self.talk.prepare(self.host, "还有一问")
        turn = self.talk.say(self.guest, "再等等", held=True)
        if state == "declined":
            turn.decline()
        return turn

    def spoken(self, text="悄悄的"):
        return {"speaker": self.guest.pk, "text": text, "key": uuid.uuid4()}

    def does(self, name):
        """Do everything silent that this address of the desk is for; at least one of it must be done."""
        for deed in getattr(self, name.replace("-", "_"))():
            assert deed.status_code in (200, 201, 204, 302, 303), (name, deed.status_code, deed.content)

    def new(self):
        desk = at_desk(self.zhou)
        yield desk.post("/desk/new/", planned(hosts=["新主持"], guests=["新来宾"], headline="另一场还没有公布的"))

    def edit(self):
        desk = at_desk(self.zhou)
        for interview, changed in ((self.draft, {"headline": "换了题"}), (self.talk, {"summary": "结束才看见"})):
            yield desk.post(address("edit", interview), opened(desk, interview) | {"reviewed": "on"} | changed)
        fields = opened(desk, self.talk)
        fields.pop("reviewed", None)
        yield desk.post(address("edit", self.talk), fields)
        self.talk.refresh_from_db()
        assert (self.talk.reviewed, self.talk.summary) == (False, "结束才看见")

    def script(self):
        yield at_desk(self.zhou).post(
            address("script", self.talk), {"script": "第三问", "speaker": self.host.pk, "key": uuid.uuid4()}
        )

    def submit(self):
        yield ask(self.zhou, "submit", self.draft)

    def approve(self):
        self.draft.submit(by=self.zhou)
        yield ask(self.gao, "approve", self.draft, seen=self.draft.submitted_at.isoformat())

    def send_back(self):
        self.draft.submit(by=self.zhou)
        yield ask(self.gao, "send-back", self.draft, reason="再改改")

    def say(self):
        yield say(self.sun, self.talk, self.guest, "等人看过再发")

    def say_all(self):
        turns = [{"speaker": self.guest.pk, "text": f"第{n}句", "key": str(uuid.uuid4())} for n in range(3)]
        yield at_desk(self.sun).post(
            address("say-all", self.talk), {"turns": turns}, content_type="application/json", headers=JSON
        )

    def grow(self):
        for state in ("held", "prepared"):
            more = {"turn": self.turn(state).key, "text": "还有", "key": uuid.uuid4()}
            yield ask(self.sun, "grow", self.talk, **more)

    def photo(self):
        file = SimpleUploadedFile("photo.jpg", encoded(picture()))
        yield at_desk(self.sun).post(address("photo", self.talk), {"key": uuid.uuid4(), "file": file}, headers=JSON)
        photo = Photo.objects.get()
        fields = correction(self.turn("held")) | {"photos": "", "photo": photo.key, "alt": "河边"}
        yield ask(self.sun, "correct", self.turn("held"), **fields)

    def prepare(self):
        yield ask(self.zhou, "prepare", self.talk, **self.spoken())

    def undo(self):
        yield ask(self.zhou, "mark", self.turn("held"), heading="先不说")
        yield ask(self.zhou, "undo", self.talk.events.last())
        yield ask(self.zhou, "prepare", self.talk, **self.spoken())
        yield ask(self.zhou, "undo", self.talk.events.last())

    def note(self):
        yield ask(self.sun, "note", self.talk, text="他来了吗？", key=uuid.uuid4())

    def presence(self):
        window = uuid.uuid4()
        yield ask(self.sun, "presence", self.talk, window=window, speaker=self.guest.pk)
        yield ask(self.sun, "presence", self.talk, window=window, gone="on")

    def correct(self):
        for state in ("held", "prepared", "declined", "retracted"):
            turn = self.turn(state)
            yield ask(self.zhou, "correct", turn, **correction(turn, text="改了\nكلام عربي"))
        turn = self.talk.turns.published().first()
        yield ask(self.sun, "correct", turn, **correction(turn, text="建议这么改"))
        assert turn.suggestions.exists()

    def move(self):
        yield ask(self.zhou, "move", self.fresh("prepared"), step="up")

    def release(self):
        yield ask(self.sun, "release", self.turn("prepared"))

    def decline(self):
        for state in ("held", "prepared"):
            yield ask(self.zhou, "decline", self.turn(state), reason="重复")

    def mark(self):
        for state in ("held", "prepared", "retracted"):
            yield ask(self.zhou, "mark", self.turn(state), heading="先不说")

    def restore(self):
        yield ask(self.zhou, "restore", self.turn("declined"))

    def settle(self):
        yield at_desk(self.zhou).post(
            reverse("desk:settle", args=[self.talk.slug, Report.objects.get().pk]), headers=JSON
        )

    def dismiss(self):
        yield ask(self.zhou, "dismiss", self.talk.turns.published().last().suggestions.get())


POSTS = {pattern.name for pattern in at_the_desk}
ONLY_SHOW = {  # addresses that change nothing
    *("interviews", "interview", "statistics", "statistics-csv", "interview-statistics", "interview-statistics-csv"),
    *("preview", "changes", "history", "script-file"),
}
FOR_READERS = {  # whatever is done there, readers see
    *("announce", "go-live", "pause", "resume", "end", "reopen", "pin", "unpin", "retract", "take"),
}
SILENT = sorted(POSTS - ONLY_SHOW - FOR_READERS)


@pytest.fixture
def heard_by_readers(newsroom):
    """Listens before the test and after it."""
    where = addresses(newsroom.talk, newsroom.draft)
    before, stood = listen(where), newsroom.talk.public_seq
    yield
    newsroom.talk.refresh_from_db()
    assert differing(before, listen(where)) == []
    assert newsroom.talk.public_seq == stood


@pytest.mark.parametrize("name", SILENT)
def test_what_an_address_of_the_desk_does_in_silence_changes_no_byte(newsroom, heard_by_readers, name):
    newsroom.does(name)


def test_the_desk_does_in_silence_all_kinds_of_events_that_need_not_be_seen(newsroom):
    begun, silent = Event.objects.latest("pk").pk, set()
    for name in SILENT:
        with transaction.atomic():
            newsroom.does(name)
            seen = {*Event.objects.filter(pk__gt=begun).values_list("kind", "is_public")}
            assert all(not is_public for _, is_public in seen), name
            silent |= {kind for kind, _ in seen}
            transaction.set_rollback(True)
    assert set(Kind) - ALWAYS_SEEN <= silent


# What it does elsewhere


def test_a_merge_that_changes_nothing_on_pages_is_not_heard(newsroom, heard_by_readers, chen_an, gao):
    merge(chen_an, [Guest.objects.create(name="陈安", phone="139 0000 1234", notes="晚上回电话")], by=gao)


def test_two_seats_that_become_one_in_a_draft_are_not_heard(newsroom, heard_by_readers, qiao_mei, gao):
    other = Guest.objects.create(name="神秘人二号")
    newsroom.draft.seat(other)
    merge(Guest.objects.get(name="神秘人"), [other], by=gao)
    stood = Interview.objects.get(pk=newsroom.draft.pk)
    assert (stood.public_seq, stood.seq) == (0, stood.events.count())


def test_a_draft_is_announced_under_its_first_number(newsroom, settings):
    settings.APPROVAL_REQUIRED = False
    assert newsroom.draft.seq
    newsroom.draft.announce()
    assert newsroom.draft.public_seq == 1


# The rule, against what the pages show

VERBS = {
    "say": lambda i, t: i.say(i.speakers.last(), "又一句"),
    "hold": lambda i, t: i.say(i.speakers.last(), "等等再发", held=True),
    "prepare": lambda i, t: i.prepare(i.speakers.first(), "下一问"),
    "grow": lambda i, t: t.grow("再加一段"),
    "correct": lambda i, t: t.correct(version=t.version, text=f"改{random.random()}"),
    "speaker": lambda i, t: t.correct(version=t.version, speaker=i.speakers.exclude(pk=t.speaker_id).first()),
    "mark": lambda i, t: t.mark("" if t.heading else "要点"),
    "retract": lambda i, t: t.retract(),
    "restore": lambda i, t: t.restore(),
    "release": lambda i, t: t.release(),
    "decline": lambda i, t: t.decline(),
    "move": lambda i, t: t.move(),
    "pin": lambda i, t: t.pin(),
    "unpin": lambda i, t: t.unpin(),
    "undo": lambda i, t: t.undo(t.events.last()),
    "pause": lambda i, t: i.pause(f"休息{random.random()}"),
    "resume": lambda i, t: i.resume(),
    "end": lambda i, t: i.end(waiting="keep"),
    "reopen": lambda i, t: i.reopen(),
    "review": lambda i, t: i.revise(reviewed=not i.reviewed),
    "summary": lambda i, t: i.revise(summary=f"小结{random.random()}"),
    "headline": lambda i, t: i.revise(headline=f"题{random.random()}"),
}
DATED = re.compile(r'data-seq="\d+"|"dateModified":"[^"]+"|article:modified_time" content="[^"]+"')


def page_of(talk):
    return Client().get(talk.get_absolute_url()).text


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_change_counts_for_readers_if_and_only_if_their_page_is_another(talk, seed):
    chance = random.Random(seed)
    for _ in range(50):
        talk.refresh_from_db()
        turn, verb = chance.choice(list(talk.turns.all())), chance.choice(sorted(VERBS))
        page, stood = page_of(talk), talk.public_seq
        try:
            VERBS[verb](talk, turn)
        except (NotNow, ValidationError):
            continue
        talk.refresh_from_db()
        then, is_heard = page_of(talk), talk.public_seq != stood
        assert (then != page) == is_heard, (verb, turn.state)
        assert (DATED.sub("", then) != DATED.sub("", page)) == is_heard, (verb, turn.state)
        assert talk.public_seq == talk.events.filter(is_public=True).count()


def test_every_kind_of_event_and_every_field_of_an_interview_has_its_rule():
    assert NEVER_SEEN | ALWAYS_SEEN | {Kind.REVISED, Kind.RESTORED, Kind.GREW, Kind.CORRECTED, Kind.MARKED} == set(Kind)
    on_pages = {"headline", "lede", "summary", "section", "starts_at", "slug", "language", "timezone", "old_id"}
    by_other_verbs = {"status", "started_at", "ended_at", "notice", "pinned", "submitted_at", "approved_at"}
    of_the_log = {"id", "seq", "unseen", "epoch"}
    fields = {field.name for field in Interview._meta.concrete_fields}
    assert fields == on_pages | by_other_verbs | of_the_log | ON_NO_PAGE


# By socket


def test_a_socket_hears_nothing_until_something_is_public(site, client, newsroom):
    page = site.open(newsroom.talk)
    with site.follow(page) as socket:
        assert socket.next(also_quiet=True)["frames"] == []
        for name in SILENT:
            newsroom.does(name)
            newsroom.talk.revise(reviewed=True)  # which the form took away
        turn = newsroom.talk.say(newsroom.guest, "大家都听得到")
        heard = socket.next(also_quiet=True)
    assert (heard["from"], heard["seq"]) == (page.seq, page.seq + 1)
    assert [frame.get("turn") for frame in heard["frames"]] == [turn.pk]


# Beside a worker of the version before, which names no column that it doesn't know

SAID_BEFORE = """
WITH told AS (UPDATE interviews_interview SET seq = seq + 1 WHERE id = %s RETURNING id, seq)
INSERT INTO interviews_event (interview_id, seq, kind, turn_id, at, before, note)
SELECT id, seq, 'said', %s, now(), '{}', '' FROM told
"""


def say_as_before(interview, speaker, text):
    turn = Turn.objects.create(interview=interview, speaker=speaker, text=text, spoken_at=NOON.replace(hour=5))
    with connection.cursor() as cursor:
        cursor.execute(SAID_BEFORE, [interview.pk, turn.pk])
    return turn


def test_an_open_page_misses_nothing_that_a_worker_of_the_version_before_wrote(client, interview, guest, host):
    Interview.objects.update(unseen=0)  # as migrated
    page = Page(client.get(interview.get_absolute_url()).text)
    interview.say(guest, "先压着", held=True)
    said = [
        say_as_before(interview, guest, "旧的"),
        interview.say(host, "新的"),
        say_as_before(interview, guest, "又旧的"),
    ]
    interview.prepare(host, "备着")

    message = client.get(f"{page.changes}?{page.cursor}").json()

    assert {frame["turn"] for frame in message["frames"] if "turn" in frame} == {turn.pk for turn in said}
    assert message["seq"] == page.seq + 3
    page.apply(message)
    assert page.shown == Page(client.get(interview.get_absolute_url()).text).shown
