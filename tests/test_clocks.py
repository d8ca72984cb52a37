"""The server's clock is put back or forward while people post."""

import uuid
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from interviews.models import Turn
from interviews.models.accounts.lock import Lock
from interviews.models.desk.presence import Presence, at_the_desk, be_present
from interviews.models.desk.report import MAX_REPORTS_A_MINUTE, Report, report
from interviews.models.figures.readership import Readership, count_readers, reading_now

from .conftest import NOON
from .newsroom import ask, correction, say
from .test_say_all import post, speech


class Clock:
    def __init__(self):
        self.at = NOON + timedelta(hours=1)

    def step(self, **by):
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def clock(monkeypatch):
    """The server's clock, which runs a second whenever somebody looks at it, and is put where a test wants it."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.step(seconds=1))
    return clock


def order(interview):
    return " ".join(interview.turns.spoken().values_list("text", flat=True))


STEPS = [{"minutes": -5}, {"hours": -1}, {"days": -1}, {"seconds": -30}]


@pytest.mark.parametrize("step", STEPS)
def test_what_is_said_after_the_clock_was_put_back_stands_after_what_was_said(interview, host, sun, clock, step):
    for text in "1234":
        say(sun, interview, host, text)
    clock.step(**step)
    say(sun, interview, host, "5")
    say(sun, interview, host, "6", began_at=clock.at.isoformat())
    interview.say(host, "7")
    assert order(interview) == "1 2 3 4 5 6 7"


def test_after_a_day_ahead_the_next_turns_do_not_wait_until_tomorrow(interview, host, sun, clock):
    say(sun, interview, host, "1")
    clock.step(days=1)
    say(sun, interview, host, "2")
    clock.step(days=-1)
    for text in "345":
        say(sun, interview, host, text, began_at=(clock.at - timedelta(seconds=5)).isoformat())
    assert order(interview) == "1 2 3 4 5"


def test_when_typing_began_before_the_step_it_is_never_refused(interview, host, sun, clock):
    say(sun, interview, host, "1")
    began = clock.at
    clock.step(days=-1)
    assert say(sun, interview, host, "2", began_at=began.isoformat()).status_code == 201
    assert order(interview) == "1 2"
    assert interview.turns.last().spoken_at <= began


def test_what_was_begun_first_stands_first(interview, host, guest, sun, zhou, clock):
    say(sun, interview, host, "1")
    began = clock.at
    say(zhou, interview, guest, "3")
    say(sun, interview, host, "2", began_at=(began + timedelta(milliseconds=1)).isoformat())
    assert order(interview) == "1 2 3"


def test_a_prepared_turn_is_released_to_the_end(interview, host, zhou, clock):
    prepared = interview.prepare(host, "2")
    interview.say(host, "1")
    clock.step(minutes=-5)
    ask(zhou, "release", prepared)
    assert order(interview) == "1 2"


def test_what_waits_for_review_keeps_its_place(interview, host, sun, zhou, clock):
    interview.revise(reviewed=True)
    say(sun, interview, host, "1")
    clock.step(minutes=-5)
    say(zhou, interview, host, "2")
    ask(zhou, "release", interview.turns.held().get())
    assert order(interview) == "1 2"


def test_a_paragraph_that_becomes_a_turn_of_its_own_stands_last(interview, host, clock):
    turn = interview.say(host, "1")
    interview.say(host, "2")
    turn.retract()
    clock.step(minutes=-5)
    Turn.objects.get(pk=turn.pk).grow("3")
    assert order(interview) == "1 2 3"


def test_what_a_program_posts_stands_after_what_was_said_in_the_order_of_the_post(interview, host, sun, clock):
    interview.say(host, "1")
    clock.step(minutes=-5)
    assert post(sun, interview, *(speech(host, text) for text in "234")).status_code == 201
    assert order(interview) == "1 2 3 4"


def test_neither_the_queue_nor_what_was_rejected_counts_as_said(interview, host, clock):
    interview.prepare(host, "备")
    interview.say(host, "不", held=True).decline()
    clock.step(minutes=-5)
    turn = interview.say(host, "1")
    assert turn.spoken_at <= clock.at


def test_what_was_held_or_retracted_while_the_clock_was_ahead_is_published_as_of_now(interview, host, clock):
    interview.say(host, "1")
    clock.step(days=1)
    retracted = interview.say(host, "2")
    retracted.retract()
    held = interview.say(host, "3", held=True)
    clock.step(days=-1)
    retracted.restore()
    held.release()
    interview.say(host, "4")
    assert order(interview) == "1 2 3 4"
    assert interview.turns.last().spoken_at <= clock.at


def test_what_is_restored_between_turns_to_come_keeps_its_place(interview, host, clock):
    clock.step(days=1)
    interview.say(host, "1")
    turn = interview.say(host, "2")
    turn.retract()
    interview.say(host, "3")
    clock.step(days=-1)
    turn.restore()
    assert order(interview) == "1 2 3"


# What was set by hand


def test_a_time_set_by_hand_is_kept_also_before_others(interview, host, sun, clock):
    say(sun, interview, host, "2")
    say(sun, interview, host, "1", spoken_at=NOON.isoformat())
    assert order(interview) == "1 2"


def test_a_time_set_by_hand_before_the_step_may_be_that_of_the_last_turn(interview, host, sun, zhou, clock):
    first, last = interview.say(host, "1"), interview.say(host, "3")
    between = (last.spoken_at - timedelta(milliseconds=10)).isoformat()
    clock.step(days=-1)
    assert say(sun, interview, host, "2", spoken_at=between).status_code == 201
    assert order(interview) == "1 2 3"
    assert ask(zhou, "correct", first, **correction(first, spoken_at=between)).status_code == 200


def test_a_time_to_come_is_asked_about_by_the_sites_clock(interview, host, sun, clock):
    interview.revise(language="en")
    ahead = (clock.at + timedelta(hours=1)).isoformat()
    answer = say(sun, interview, host, "1", spoken_at=ahead)
    [told] = answer.json()["errors"]["spoken_at"]
    assert "2026-05-04 13:00:" in told
    assert say(sun, interview, host, "1", key=uuid.uuid4()).status_code == 201


def test_an_interview_ends_also_when_the_clock_was_put_back_before_its_beginning(draft, clock):
    draft.go_live()
    clock.step(days=-1)
    draft.end()
    assert draft.ended_at >= draft.started_at


# What counts for a while


def test_failed_sign_ins_of_a_clock_that_was_ahead_lock_nobody_until_that_day(zhou):
    client = Client()
    tried = [client.post("/sign-in/", {"username": "zhou", "password": "wrong"}).status_code for _ in range(5)]
    assert tried[-1] == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() + timedelta(days=1))
    assert client.post("/sign-in/", {"username": "zhou", "password": "typing-all-day"}).status_code == 302
    assert not Lock.objects.fresh().exists()


def test_what_was_counted_while_the_clock_was_ahead_does_not_count_until_that_day(interview, host, sun):
    turn = interview.say(host, "河水先是黑的。")
    for n in range(MAX_REPORTS_A_MINUTE):
        report(turn, text=str(n), version=1)
    be_present(interview, uuid.uuid4(), sun)
    count_readers(uuid.uuid4(), {interview.pk: 3})
    for model in (Report, Presence, Readership):
        model.objects.update(at=timezone.now() + timedelta(days=1))
    assert report(turn, text="一", version=1)
    assert not at_the_desk(interview)
    assert reading_now(interview) == 0
