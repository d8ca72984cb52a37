"""What readers may not see makes no sound: while the newsroom does it, every public page stays the same to the byte."""

import random
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from interviews.exports import FORMATS
from interviews.models import Event, Guest, Interview, NotNow, Photo, User
from interviews.models.archive.merging import merge
from interviews.models.transcript.seen import ALWAYS_SEEN, NEVER_SEEN, ON_NO_PAGE
from interviews.urls import reading

from .conftest import account, drafted
from .silence import SILENT, Newsroom, made_ready, under_way

pytestmark = pytest.mark.usefixtures("media")
Kind = Event.Kind


@pytest.fixture(scope="module")
def made(for_the_module, django_db_setup):
    """The live interview and the draft by their keys, and what readers were answered before anything was done."""
    cast = django_db_setup["interview"].copy()
    return under_way(cast["interview"], account("sun", "typist")).pk, made_ready(drafted(cast["lin_yue"])).pk, {}


@pytest.fixture
def sun(made, db):
    return User.objects.get(username="sun")


@pytest.fixture
def talk(made, db):
    return Interview.objects.get(pk=made[0])


@pytest.fixture
def newsroom(made, talk, zhou, sun, gao, settings):
    settings.APPROVAL_REQUIRED = True
    return Newsroom(talk, Interview.objects.get(pk=made[1]), zhou, sun, gao)


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


@pytest.fixture
def heard_by_readers(made, newsroom):
    """Listens after the test, and once before all of them, since each takes back what it has done."""
    *_, before = made
    where = addresses(newsroom.talk, newsroom.draft)
    if not before:
        before |= listen(where)
    stood = newsroom.talk.public_seq
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


def test_a_merge_that_changes_nothing_on_pages_is_not_heard(newsroom, heard_by_readers, gao):
    chen_an = Guest.objects.get(name="陈安")
    merge(chen_an, [Guest.objects.create(name="陈安", phone="139 0000 1234", notes="晚上回电话")], by=gao)


def test_two_seats_that_become_one_in_a_draft_are_not_heard(newsroom, heard_by_readers, gao):
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
