"""What a newcomer finds, and may do to it."""

import uuid

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from interviews import demo
from interviews.models import Guest, Host, Interview, NotNow, Photo, Turn
from interviews.models.archive.merging import merge
from interviews.models.desk.note import tell_the_staff
from interviews.models.desk.presence import be_present
from interviews.models.desk.report import open_reports, report


def test_the_demo_is_one_live_to_be_one_scheduled_and_two_ended_interviews(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    live = demo.load()
    demo.load()

    statuses = sorted(Interview.objects.exclude(pk=live.pk).values_list("status", "language"))
    assert statuses == [("ended", "en"), ("ended", "zh-hans"), ("scheduled", "en")]
    assert all(speaker.person.photo for interview in Interview.objects.all() for speaker in interview.speakers.all())


LINES = [
    {"speaker": "主持人", "pause": 0, "text": "您好", "heading": "开场"},
    {"speaker": "陈安", "pause": 0, "text": "一共九百棵", "corrected": "一共八百棵"},
    {"speaker": "陈安", "pause": 0, "text": "说错的", "retracted": "说错了"},
]


@pytest.fixture
def broadcast(interview, zhou, monkeypatch):
    script = {"slug": interview.slug, "turns": LINES}
    monkeypatch.setattr(demo, "scripts", lambda: [script])
    monkeypatch.setattr(demo, "SECOND_THOUGHT_SECONDS", 0)
    return demo.Broadcast(interview, zhou)


def test_a_visitor_who_is_quicker_does_not_end_the_broadcast(broadcast, interview):
    interview.end()

    assert broadcast._do(interview.end) is None

    with pytest.raises(NotNow):
        interview.end()


def test_the_broadcast_corrects_over_nobodys_correction(broadcast, interview, host):
    turn = interview.say(host, "一共九百棵")
    Turn.objects.get(pk=turn.pk).correct(version=1, text="来访者改的")

    broadcast._do(lambda: turn.correct(version=1, text="一共八百棵"))

    assert interview.turns.get().text == "来访者改的"


def test_a_rewound_interview_begins_again_under_another_epoch(interview, host):
    before = interview.epoch
    interview.say(host, "上一轮").pin()

    demo.rewind(interview)
    interview.go_live()

    assert interview.epoch != before
    assert (interview.seq, interview.turns.count(), interview.pinned) == (1, 0, None)


# Whatever visitors do


def told(interview):
    return [(turn.text, turn.state) for turn in Turn.objects.filter(interview=interview)]


WHOLE = [("您好", "published"), ("一共八百棵", "published"), ("说错的", "retracted")]


def reported(interview, **cast):
    for turn in interview.turns.published():
        report(turn, text="八百棵还是九百棵？", version=1)
    open_reports(interview).first().settle(by=cast["hao"])


def suggested(interview, sun, **cast):
    turn = interview.turns.published().last()
    turn.suggest(version=turn.version, text="一共七百棵", speaker=turn.speaker, by=sun)


def annotated(interview, sun, host, **cast):
    tell_the_staff(interview, "看一下第二条", uuid.uuid4(), sun)
    be_present(interview, uuid.uuid4(), sun, turn=interview.turns.first())
    about = {"widths": [640], "width": 640, "height": 480}
    Photo.objects.create(interview=interview, turn=interview.turns.first(), key=uuid.uuid4(), **about)


def pinned_and_retracted(interview, **cast):
    first, second = interview.turns.published()
    first.pin()
    second.retract()


def begun_by_others(interview, zhou, **cast):
    interview.reopen(by=zhou)
    interview.pause("休息", by=zhou)


def renamed(interview, **cast):
    Interview.objects.filter(pk=interview.pk).update(slug="elsewhere", headline="别的")


def renamed_and_replaced(interview, **cast):
    renamed(interview)
    Interview.objects.create(slug="he-shui-zen-yang-bian-qing", headline="又一场")


def put_under_review_by_a_typist(interview, zhou, **cast):
    interview.revise(reviewed=True)
    zhou.groups.set(Group.objects.filter(name="typist"))


def disabled(interview, zhou, **cast):
    zhou.is_active = False
    zhou.save()


def without_a_date(interview, **cast):
    Interview.objects.filter(pk=interview.pk).update(status="draft", starts_at=None, started_at=None, ended_at=None)


def flooded(interview, host, **cast):
    turns = [Turn(interview=interview, speaker=host, text=str(n), spoken_at=timezone.now()) for n in range(2000)]
    interview.say_all(turns)


DEEDS = [
    reported,
    suggested,
    annotated,
    pinned_and_retracted,
    begun_by_others,
    renamed,
    renamed_and_replaced,
    put_under_review_by_a_typist,
    disabled,
    without_a_date,
    flooded,
]


@pytest.mark.parametrize("deed", DEEDS)
def test_the_next_round_is_told_as_ever(broadcast, interview, host, zhou, sun, hao, deed):
    broadcast.once()
    interview.refresh_from_db()
    assert told(interview) == WHOLE
    before = interview.epoch
    deed(interview, host=host, zhou=zhou, sun=sun, hao=hao)
    broadcast.once()
    interview.refresh_from_db()
    assert (told(interview), interview.status) == (WHOLE, "ended")
    assert interview.epoch != before  # or it would be the last round that is told
    connection.check_constraints()


@pytest.mark.parametrize("deed", [reported, suggested, annotated, pinned_and_retracted, put_under_review_by_a_typist])
def test_nothing_of_it_stops_a_round_that_has_begun(broadcast, interview, host, zhou, sun, hao, deed, monkeypatch):
    type_in = broadcast._type

    def disturbed(line):
        type_in(line)
        if line is LINES[1]:
            interview.refresh_from_db()
            deed(interview, host=host, zhou=zhou, sun=sun, hao=hao)

    monkeypatch.setattr(broadcast, "_type", disturbed)
    broadcast.once()
    assert told(interview)[-1] == WHOLE[-1]


def test_a_speaker_who_was_removed_is_left_out_and_the_failure_logged(
    transactional_db, broadcast, interview, guest, caplog
):
    broadcast._begin()
    guest.delete()
    for line in LINES:
        broadcast._type(line)
    assert told(interview) == WHOLE[:1]
    assert "A step of the broadcast failed" in caplog.text


@pytest.fixture
def housing(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return demo.load()


def spoken_by_all(broadcast, interview):
    first = {line["speaker"]: line for line in broadcast._script["turns"]}
    assert broadcast._begin()
    for line in first.values():
        broadcast._type({**line, "pause": 0})
    return interview.turns.count() == len(first)


def emptied(interview, gao):
    interview.speakers.all().delete()


def renamed_people(interview, gao):
    for person in (*Guest.objects.all(), *Host.objects.all()):
        person.name, person.slug = f"{person.name}二", f"{person.slug}-2"
        person.save()
    interview.speakers.all().delete()


def merged(interview, gao):
    one, other = Guest.objects.filter(interviews=interview)
    merge(one, [other], by=gao)


def deleted(interview, gao):
    interview.delete()


@pytest.mark.parametrize("deed", [emptied, renamed_people, merged, deleted])
def test_who_speaks_is_seated_anew(housing, zhou, gao, monkeypatch, deed):
    monkeypatch.setattr(demo, "SECOND_THOUGHT_SECONDS", 0)
    broadcast = demo.Broadcast(housing, zhou)
    deed(housing, gao)
    if deed is deleted:
        assert broadcast._begin()
    assert spoken_by_all(broadcast, Interview.objects.get(slug="old-blocks-new-lifts"))


def test_the_broadcast_goes_on_after_a_round_that_could_not_begin(broadcast, interview, caplog, monkeypatch):
    monkeypatch.setattr(demo, "rewind", None)
    broadcast.once()
    assert "A step of the broadcast failed" in caplog.text
    monkeypatch.undo()
