"""The queue: turns that were prepared, put in order, and are published when their time comes."""

import uuid

import pytest
from django.utils import timezone

from interviews.models import Event, Interview, NotNow, Turn

from .crowd import together
from .newsroom import ask, correction


@pytest.fixture
def queue(scheduled):
    """Four questions, by their texts; none of them is asked yet."""
    host = scheduled.speakers.get(label="主持人")
    return [scheduled.prepare(host, text) for text in "甲乙丙丁"]


def order(interview):
    return "".join(interview.turns.prepared().values_list("text", flat=True))


def prepared(user, interview, text="请问河水怎样变清？", key=None):
    speaker = interview.speakers.first()
    return ask(user, "prepare", interview, speaker=speaker.pk, text=text, key=key or uuid.uuid4())


# Preparing


@pytest.mark.parametrize("status", ["draft", "scheduled", "interview"])
def test_a_typist_prepares_turns_before_and_during_the_show(request, sun, status):
    interview = request.getfixturevalue(status)
    answer = prepared(sun, interview)
    turn = interview.turns.get()
    assert (answer.status_code, turn.state) == (201, Turn.State.PREPARED)
    event = turn.events.get()
    assert answer.json() == {"turn": turn.pk, "version": 1, "event": event.seq}
    assert (event.kind, event.user) == (Event.Kind.PREPARED, sun)


def test_what_is_prepared_goes_to_the_end_of_the_queue(scheduled, queue, sun):
    prepared(sun, scheduled, "戊")
    assert order(scheduled) == "甲乙丙丁戊"


def test_the_same_preparation_twice_is_one_turn_and_the_same_answer(scheduled, sun):
    key = uuid.uuid4()
    first, second = prepared(sun, scheduled, key=key), prepared(sun, scheduled, key=key)
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert scheduled.turns.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_preparation_eight_times_at_once_is_one_turn(scheduled):
    host, key = scheduled.speakers.first(), uuid.uuid4()
    together(8, lambda _: Interview.objects.get(pk=scheduled.pk).prepare(host, "只备一次", key=key))
    assert scheduled.turns.count() == scheduled.events.filter(kind="prepared").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_prepared_at_once_stands_one_after_the_other(scheduled):
    host = scheduled.speakers.first()
    together(8, lambda n: Interview.objects.get(pk=scheduled.pk).prepare(host, f"第{n}问"))
    times = list(scheduled.turns.prepared().values_list("spoken_at", flat=True))
    assert len(set(times)) == 8


def test_a_prepared_turn_is_corrected_grows_and_keeps_its_place(scheduled, queue, sun):
    what = correction(queue[1], text="乙改")
    del what["spoken_at"]  # the queue shows no times
    assert ask(sun, "correct", queue[1], **what).status_code == 200
    ask(sun, "grow", scheduled, turn=queue[1].key, text="又一段", key=uuid.uuid4())
    assert [turn.text for turn in scheduled.turns.prepared()] == ["甲", "乙改\n又一段", "丙", "丁"]


# Its order


@pytest.mark.parametrize(
    ("which", "step", "then"),
    [
        (0, "up", "甲乙丙丁"),
        (1, "up", "乙甲丙丁"),
        (3, "up", "甲乙丁丙"),
        (0, "down", "乙甲丙丁"),
        (2, "down", "甲乙丁丙"),
        (3, "down", "甲乙丙丁"),
    ],
)
def test_a_turn_goes_one_step_and_at_the_end_none(scheduled, queue, sun, which, step, then):
    answer = ask(sun, "move", queue[which], step=step)
    assert (answer.status_code, order(scheduled)) == (200, then)


@pytest.mark.parametrize(
    ("which", "before", "then"), [(3, 0, "丁甲乙丙"), (0, 3, "乙丙甲丁"), (1, 2, "甲乙丙丁"), (0, None, "乙丙丁甲")]
)
def test_a_turn_is_put_before_another_or_to_the_end(scheduled, queue, sun, which, before, then):
    what = {"before": "" if before is None else queue[before].pk}
    assert ask(sun, "move", queue[which], **what).status_code == 200
    assert order(scheduled) == then


def test_the_only_turn_may_be_moved_and_stays_the_only_one(scheduled, sun):
    turn = scheduled.prepare(scheduled.speakers.first(), "独问")
    for what in ({"step": "up"}, {"step": "down"}, {"before": ""}):
        assert ask(sun, "move", turn, **what).status_code == 200
    assert order(scheduled) == "独问"


def test_a_move_that_does_not_say_where_to_is_refused(scheduled, queue, sun):
    assert ask(sun, "move", queue[0]).status_code == 400
    assert order(scheduled) == "甲乙丙丁"


def test_two_turns_change_places_as_often_as_one_likes(scheduled, queue, sun):
    for n in range(60):
        assert ask(sun, "move", queue[2 - n % 2], step="up").status_code == 200
        assert order(scheduled) == ("甲乙丙丁" if n % 2 else "甲丙乙丁")


def test_a_move_is_no_correction_so_that_whoever_corrects_the_turn_meanwhile_may_save(scheduled, queue, sun):
    ask(sun, "move", queue[1], step="up")
    what = correction(queue[1], text="乙改")
    assert ask(sun, "correct", queue[1], **{name: what[name] for name in ("version", "speaker", "text")}).json()["turn"]
    assert order(scheduled) == "乙改甲丙丁"


def test_a_turn_is_put_before_where_the_other_stands_now(queue):
    stale = Turn.objects.get(pk=queue[0].pk)
    queue[0].move()

    queue[3].move(stale)

    assert order(queue[0].interview) == "乙丙丁甲"


def test_before_a_turn_that_left_the_queue_meanwhile_is_the_end(queue):
    queue[1].decline()
    queue[0].move(queue[1])
    assert order(queue[0].interview) == "丙丁甲"


def test_only_the_queue_is_put_in_order(interview, queue, host, sun):
    said = interview.say(host, "说过了")
    assert ask(sun, "move", said, step="up").status_code == 400
    assert ask(sun, "move", queue[0], before=said.pk).status_code == 400
    assert order(interview) == "甲乙丙丁"


# Publishing


def test_a_prepared_turn_is_published_as_spoken_now(interview, sun):
    turn = interview.prepare(interview.speakers.first(), "请问")
    before = timezone.now()
    answer = ask(sun, "release", turn)
    turn.refresh_from_db()
    assert answer.status_code == 200
    assert turn.state == Turn.State.PUBLISHED
    assert before <= turn.spoken_at <= timezone.now()


@pytest.mark.django_db(transaction=True)
def test_a_prepared_turn_is_published_once_however_many_press_at_once(interview):
    turn = interview.prepare(interview.speakers.first(), "请问")

    def released(_):
        try:
            return Turn.objects.get(pk=turn.pk).release()
        except NotNow:
            return None

    assert len([event for event in together(8, released) if event]) == 1
    assert turn.events.filter(kind="released").count() == 1


def test_before_the_start_nothing_of_the_queue_is_published(scheduled, queue, zhou):
    answer = ask(zhou, "release", queue[0])
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["__all__"])
    assert order(scheduled) == "甲乙丙丁"


def test_what_was_dropped_leaves_the_queue_and_comes_back_to_its_place(scheduled, queue, zhou):
    assert ask(zhou, "decline", queue[1], reason="问过了").status_code == 200
    assert order(scheduled) == "甲丙丁"
    assert ask(zhou, "restore", queue[1]).status_code == 200
    assert order(scheduled) == "甲乙丙丁"
