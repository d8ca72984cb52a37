"""Where a turn stands: inserting what was forgotten, and correcting when something was said."""

from datetime import timedelta

import pytest
from django.utils import timezone

from interviews.models import Turn

from .conftest import NOON
from .newsroom import ask, correction, say


@pytest.fixture
def turns(interview, host, guest):
    """Three, ten seconds apart."""
    return [
        interview.say(speaker, text, spoken_at=NOON + timedelta(seconds=10 * n))
        for n, (speaker, text) in enumerate([(host, "甲"), (guest, "乙"), (host, "丙")])
    ]


def order(interview):
    return "".join(interview.turns.values_list("text", flat=True))


# Inserting


@pytest.mark.parametrize(
    ("which", "where", "then"),
    [
        (0, "before", "新甲乙丙"),
        (0, "after", "甲新乙丙"),
        (1, "before", "甲新乙丙"),
        (1, "after", "甲乙新丙"),
        (2, "after", "甲乙丙新"),
    ],
)
def test_what_was_forgotten_is_put_right_beside_a_turn(interview, turns, guest, sun, which, where, then):
    answer = say(sun, interview, guest, "新", **{where: turns[which].pk})
    assert (answer.status_code, order(interview)) == (201, then)
    inserted = interview.turns.get(text="新")
    assert abs(inserted.spoken_at - turns[which].spoken_at) == timedelta(seconds=1)


def test_ten_turns_find_room_in_one_second(interview, host, guest, sun):
    first = interview.say(host, "甲", spoken_at=NOON)
    interview.say(host, "乙", spoken_at=NOON + timedelta(seconds=1))
    for n in range(10):
        assert say(sun, interview, guest, str(n), after=first.pk).status_code == 201
    assert order(interview) == "甲9876543210乙"


@pytest.mark.parametrize("where", ["after", "before"])
@pytest.mark.parametrize("apart", [0, 1])
def test_between_turns_of_one_instant_nothing_is_put_and_the_reason_is_given(interview, host, sun, where, apart):
    first = interview.say(host, "甲", spoken_at=NOON)
    second = interview.say(host, "乙", spoken_at=NOON + timedelta(microseconds=apart))
    answer = say(sun, interview, host, "新", **{where: (first if where == "after" else second).pk})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["__all__"])
    assert order(interview) == "甲乙"


def test_beside_what_was_retracted_is_a_place_too(interview, turns, guest, sun):
    turns[1].retract()
    say(sun, interview, guest, "新", after=turns[1].pk)
    assert order(interview) == "甲乙新丙"


def test_the_queue_and_other_interviews_are_no_places_in_the_transcript(interview, turns, draft, host, sun):
    prepared = interview.prepare(host, "备")
    for elsewhere in (prepared.pk, draft.prepare(draft.speakers.get(), "别处").pk, 10**30, "x"):
        answer = say(sun, interview, host, "新", after=elsewhere)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["after"])


def test_what_a_typist_inserts_waits_for_review_in_its_place(interview, turns, guest, sun):
    interview.revise(reviewed=True)
    say(sun, interview, guest, "新", after=turns[0].pk)
    assert interview.turns.held().get().text == "新"
    assert order(interview) == "甲新乙丙"


def test_an_insertion_that_does_not_say_beside_which_turn_is_refused(interview, turns, guest, sun):
    count = interview.turns.count()
    assert say(sun, interview, guest, "新", beside="").status_code == 400
    assert interview.turns.count() == count


def test_the_same_insertion_twice_is_one_turn(interview, turns, guest, sun):
    key = "6f8f0c7e-52c6-4f0e-9a3c-0f6e2b8f4d11"
    first, second = (say(sun, interview, guest, "新", after=turns[0].pk, key=key) for _ in "12")
    assert first.json() == second.json()
    assert order(interview) == "甲新乙丙"


# Correcting the time


def test_a_turn_goes_where_its_corrected_time_belongs(interview, turns, zhou):
    answer = ask(zhou, "correct", turns[2], **correction(turns[2], spoken_at="2026-05-04T12:00:05"))
    assert (answer.status_code, order(interview)) == (200, "甲丙乙")
    assert Turn.objects.get(pk=turns[2].pk).spoken_at == NOON + timedelta(seconds=5)
    assert interview.events.last().before == {"spoken_at": (NOON + timedelta(seconds=20)).isoformat()}


def test_a_time_is_read_on_the_interviews_own_clock(interview, turns, zhou):
    interview.revise(timezone="Europe/London")
    ask(zhou, "correct", turns[2], **correction(turns[2], spoken_at="2026-05-04T05:00:05"))
    assert Turn.objects.get(pk=turns[2].pk).spoken_at == NOON + timedelta(seconds=5)


def test_a_time_that_was_left_as_it_is_shown_stays_to_the_microsecond(interview, host, zhou):
    exact = NOON.replace(microsecond=123_456)
    turn = interview.say(host, "甲", spoken_at=exact)
    ask(zhou, "correct", turn, **correction(turn, text="改过"))
    turn.refresh_from_db()
    assert (turn.text, turn.spoken_at) == ("改过", exact)
    assert interview.events.last().before == {"text": "甲"}


def test_nobody_has_spoken_in_the_future(interview, turns, zhou):
    answer = ask(zhou, "correct", turns[0], **correction(turns[0], spoken_at="2199-01-01T00:00:00"))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["spoken_at"])


def test_a_clock_that_is_a_little_ahead_counts_as_now(interview, host, sun):
    """Or what others say in these minutes would stand before it."""
    ahead = timezone.now() + timedelta(minutes=4)
    assert say(sun, interview, host, "甲", spoken_at=ahead.isoformat()).status_code == 201
    assert interview.turns.get().spoken_at <= timezone.now()
    say(sun, interview, host, "乙")
    assert order(interview) == "甲乙"


def test_the_same_correction_of_a_time_twice_is_no_conflict(turns, zhou):
    what = correction(turns[2], spoken_at="2026-05-04T12:00:05")
    assert [ask(zhou, "correct", turns[2], **what).status_code for _ in "12"] == [200, 200]
    assert turns[2].events.filter(kind="corrected").count() == 1
