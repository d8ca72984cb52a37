"""Running an interview: pausing, going on, ending with turns that wait, and beginning again."""

import pytest

from interviews.models import Event, Interview, Turn

from .conftest import NOON
from .newsroom import ask, say


def page_of(client, interview):
    return client.get(interview.get_absolute_url()).text


def now():
    return Interview.objects.get()


# Pausing


def test_readers_are_told_why_nothing_comes_until_it_goes_on(client, interview, zhou):
    assert ask(zhou, "pause", interview, notice="嘉宾接一个电话，\n十分钟后回来。").status_code == 200
    assert now().notice == "嘉宾接一个电话， 十分钟后回来。"
    assert "嘉宾接一个电话， 十分钟后回来。" in page_of(client, interview)

    assert ask(zhou, "resume", interview).status_code == 200
    assert now().notice == ""
    assert "嘉宾接一个电话" not in page_of(client, interview)
    assert [event.kind for event in interview.events.filter(user=zhou)] == ["paused", "resumed"]


def test_a_pause_is_told_anew_while_it_lasts(interview, zhou):
    for notice in ("十分钟后回来。", "还要十分钟。"):
        ask(zhou, "pause", interview, notice=notice)
    assert now().notice == "还要十分钟。"
    assert interview.events.last().before == {"notice": "十分钟后回来。"}


@pytest.mark.parametrize("notice", ["", " \n ", "\x01", "长" * 201])
def test_a_pause_without_a_word_or_with_too_many_is_refused(interview, zhou, notice):
    answer = ask(zhou, "pause", interview, notice=notice)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["notice"])
    assert now().notice == ""


def test_only_what_is_live_is_paused(scheduled, zhou):
    assert ask(zhou, "pause", scheduled, notice="等等").status_code == 400
    scheduled.go_live(at=NOON)
    scheduled.end()
    assert ask(zhou, "pause", scheduled, notice="等等").status_code == 400


def test_going_on_without_a_pause_changes_nothing(interview, zhou):
    assert ask(zhou, "resume", interview).status_code == 200
    assert now().seq == interview.seq


def test_in_a_pause_turns_are_still_said(interview, host, sun):
    interview.pause("十分钟后回来。")
    assert say(sun, interview, host).status_code == 201


def test_the_end_takes_the_notice_off(client, interview, zhou):
    interview.pause("十分钟后回来。")
    ask(zhou, "end", interview)
    assert now().notice == ""
    assert "十分钟后回来" not in page_of(client, interview)


# Ending with turns that wait


@pytest.fixture
def waiting(interview, guest, sun):
    interview.revise(reviewed=True)
    return [interview.say(guest, text, by=sun) for text in ("等一", "等二")]


@pytest.mark.parametrize("what", [{}, {"waiting": ""}, {"waiting": "publish"}])
def test_an_interview_with_turns_that_wait_does_not_end_before_it_is_said_what_becomes_of_them(
    interview, waiting, zhou, what
):
    answer = ask(zhou, "end", interview, **what)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["waiting"])
    assert (now().status, interview.turns.held().count()) == ("live", 2)


@pytest.mark.parametrize(
    ("what", "state"),
    [("keep", Turn.State.HELD), ("release", Turn.State.PUBLISHED), ("decline", Turn.State.DECLINED)],
)
def test_turns_that_wait_at_the_end_are_kept_published_or_declined(interview, waiting, zhou, what, state):
    assert ask(zhou, "end", interview, waiting=what).status_code == 200
    assert now().status == "ended"
    assert set(interview.turns.values_list("state", flat=True)) == {state}
    assert interview.events.last().kind == Event.Kind.ENDED
    assert {event.user for event in interview.events.filter(turn__in=waiting).exclude(kind="held")} <= {zhou}


def test_what_was_kept_waiting_is_still_published_after_the_end(interview, waiting, zhou):
    interview.end(waiting="keep")
    assert ask(zhou, "release", waiting[0]).status_code == 200
    assert interview.turns.published().get() == waiting[0]


def test_the_queue_does_not_keep_an_interview_from_ending_and_is_left_as_it_is(interview, host, zhou):
    interview.prepare(host, "没来得及问")
    assert ask(zhou, "end", interview).status_code == 200
    assert interview.turns.prepared().count() == 1


# Beginning again


def test_an_interview_that_ended_by_mistake_is_live_again(client, interview, host, zhou):
    interview.end()
    ended_at = now().ended_at
    assert ask(zhou, "reopen", interview).status_code == 200
    assert (now().status, now().started_at, now().ended_at) == ("live", NOON, None)
    event = interview.events.last()
    assert (event.kind, event.user, event.before) == (Event.Kind.REOPENED, zhou, {"ended_at": ended_at.isoformat()})
    assert say(zhou, interview, host).status_code == 201
    assert ask(zhou, "end", interview).status_code == 200
    assert now().ended_at > ended_at


@pytest.mark.parametrize("status", ["draft", "scheduled", "interview"])
def test_only_what_has_ended_is_reopened(request, zhou, status):
    interview = request.getfixturevalue(status)
    assert ask(zhou, "reopen", interview).status_code == 400
    assert not interview.events.filter(kind="reopened").exists()
