"""What the log tells the hub of a turn is that turn, as Django's own queries find it."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews.models import Event, Guest, Interview, Photo
from interviews.models.transcript import log_reading
from interviews.rendering import frames

from .conftest import fields_of

MOST = frames.CHANGES_BEFORE_RELOAD


@pytest.fixture
def photographed(interview, guest):
    """A turn with two photos, by a guest with a portrait."""
    Guest.objects.filter(pk=guest.guest_id).update(photo="people/chen.jpg")
    return with_photos(interview, guest, "这是河边。", "下游", "上游")


def with_photos(interview, speaker, text, *names):
    photos = [
        Photo.objects.create(interview=interview, key=uuid.uuid4(), alt=name, widths=[640], width=640, height=480)
        for name in names
    ]
    return interview.say(speaker, text, photos=photos)


def test_what_it_finds_is_what_django_finds(interview, host, photographed):
    photographed.correct(version=1, text="这是河边的路。")
    interview.say(host, "真好看。", heading="河边")
    interview.pause("休息")
    now = Interview.objects.get(pk=interview.pk)

    read, found = log_reading.since(interview.pk, 0, MOST)

    assert fields_of(read) == fields_of(now)
    for event, known in zip(found, Event.objects.order_by("seq"), strict=True):
        assert fields_of(event) == fields_of(known)
        assert (event.turn and fields_of(event.turn)) == (known.turn and fields_of(known.turn))
        if known.turn:
            speaker = known.turn.speaker
            assert fields_of(event.turn.speaker) == fields_of(speaker)
            assert (event.turn.speaker.guest, event.turn.pictures) == (speaker.guest, list(known.turn.photos.all()))


def test_a_turns_frame_is_the_turn_of_the_page(interview, host, photographed):
    interview.say(host, "真好看。")
    sent = frames.changes(interview.pk, str(interview.epoch), 0)["frames"]
    page = [frames.render(interview, "turn", turn=turn) for turn in frames.turns_of(interview)]
    assert [frame["html"] for frame in sent if "turn" in frame] == page
    assert [html.count("<img") for html in page] == [3, 0]


@pytest.mark.parametrize("behind", [0, 1, 2, 3, 4])
def test_of_a_page_that_is_too_far_behind_it_finds_where_the_interview_stands_and_no_event(interview, host, behind):
    for text in "一二三四":
        interview.say(host, text)
    read, found = log_reading.since(interview.pk, interview.seq - behind, 3)
    assert read.seq == interview.seq
    assert len(found) == (behind if behind <= 3 else 0)


def test_however_many_turns_there_are_it_takes_two_queries(interview, guest, photographed):
    with_photos(interview, guest, "这也是。", "桥")
    interview.say(guest, "这里没有照片。")
    with CaptureQueriesContext(connection) as queries:
        _, found = log_reading.since(interview.pk, 1, MOST)
        assert [len(event.turn.pictures) for event in found if event.turn] == [2, 1, 0]
    assert len(queries) == 2


def test_a_turn_without_a_photo_takes_one_query(interview, guest, django_assert_num_queries):
    interview.say(guest, "这里没有照片。")
    with django_assert_num_queries(1):
        frames.changes(interview.pk, str(interview.epoch), interview.public_seq - 1)


@pytest.mark.parametrize("pk", [0, "a draft"])
def test_to_readers_a_draft_is_as_good_as_not_there(draft, pk):
    with pytest.raises(Interview.DoesNotExist):
        frames.changes(draft.pk if pk else 0, str(draft.epoch), 0)


def test_the_desk_is_told_of_a_draft(draft):
    assert frames.changes(draft.pk, str(draft.epoch), draft.seq, "desk")["seq"] == draft.seq
