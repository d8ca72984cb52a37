"""Undoing what one did last: by a change of its own, that everybody sees in the log."""

import pytest

from interviews.models import Interview, NotNow, Turn

from .conftest import NOON
from .newsroom import ask, say


@pytest.fixture
def turn(interview, guest):
    return interview.say(guest, "河水先是黑的。", spoken_at=NOON)


def now(turn):
    return Turn.objects.get(pk=turn.pk)


def undo(user, event):
    return ask(user, "undo", event)


def stands(turn):
    """Everything about it but the version, which only grows."""
    interview = Interview.objects.get(pk=turn.interview_id)
    turn = now(turn)
    is_pinned = interview.pinned_id == turn.pk
    return turn.text, turn.speaker_id, turn.spoken_at, turn.heading, turn.state, is_pinned


CHANGES = {
    "corrected": lambda turn, host, by: turn.correct(
        version=turn.version, text="黄的。", speaker=host, spoken_at=NOON.replace(hour=3), by=by
    ),
    "grew": lambda turn, host, by: turn.grow("后来黄了。", by=by),
    "marked": lambda turn, host, by: turn.mark("黑水", by=by),
    "pinned": lambda turn, host, by: turn.pin(by=by),
    "unpinned": lambda turn, host, by: (turn.pin(), turn.unpin(by=by)),
    "retracted": lambda turn, host, by: turn.retract(reason="说错了", by=by),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_an_editor_did_to_a_turn_is_undone(turn, host, zhou, kind):
    if kind == "unpinned":
        turn.pin()
    before = stands(turn)
    CHANGES[kind](turn, host, zhou)
    event = turn.events.last()
    assert event.kind == kind
    assert stands(turn) != before

    answer = undo(zhou, event)

    assert (answer.status_code, answer.json()["turn"], answer.json()["version"]) == (200, turn.pk, now(turn).version)
    assert stands(turn) == before
    assert turn.events.last().user == zhou


def test_a_turn_that_was_said_by_mistake_is_retracted(interview, host, sun):
    answer = say(sun, interview, host, "误发")
    assert undo(sun, interview.events.get(seq=answer.json()["event"])).status_code == 200
    assert interview.turns.get().state == Turn.State.RETRACTED


def test_a_turn_that_was_held_or_prepared_by_mistake_is_declined(interview, host, sun):
    interview.revise(reviewed=True)
    for turn in (interview.say(host, "误写", by=sun), interview.prepare(host, "误备", by=sun)):
        assert undo(sun, turn.events.get()).status_code == 200
        assert now(turn).state == Turn.State.DECLINED


def test_a_release_is_undone_by_a_retraction_since_it_was_read_already(interview, guest, zhou):
    held = interview.say(guest, "等一等", held=True)
    assert undo(zhou, held.release(by=zhou)).status_code == 200
    assert now(held).state == Turn.State.RETRACTED


def test_what_was_declined_or_restored_is_undone(interview, guest, zhou):
    held = interview.say(guest, "等一等", held=True)
    undo(zhou, held.decline(by=zhou))
    assert now(held).state == Turn.State.HELD
    held.decline()
    undo(zhou, held.restore(by=zhou))
    assert now(held).state == Turn.State.DECLINED


def test_a_step_in_the_queue_is_undone(scheduled, sun):
    host = scheduled.speakers.first()
    first, second = scheduled.prepare(host, "甲"), scheduled.prepare(host, "乙")
    assert undo(sun, second.move(first, by=sun)).status_code == 200
    assert list(scheduled.turns.prepared()) == [first, second]


def test_an_undone_change_can_be_done_again(turn, zhou):
    first = turn.correct(version=1, text="河水先是黄的。", by=zhou)
    second = turn.undo(first, by=zhou)
    assert undo(zhou, second).status_code == 200
    assert now(turn).text == "河水先是黄的。"


# When it is refused


def test_what_has_changed_since_is_not_undone(turn, zhou):
    event = turn.correct(version=1, text="河水先是黄的。", by=zhou)
    turn.mark("黑水")
    answer = undo(zhou, event)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["__all__"])
    assert now(turn).text == "河水先是黄的。"


def test_a_change_is_undone_once(turn, zhou):
    event = turn.correct(version=1, text="河水先是黄的。", by=zhou)
    assert [undo(zhou, event).status_code for _ in "12"] == [200, 400]
    assert now(turn).text == "河水先是黑的。"


def test_what_somebody_else_did_is_not_undone(turn, sun, zhou):
    event = turn.correct(version=1, text="河水先是黄的。", by=zhou)
    assert undo(sun, event).status_code == 404
    assert now(turn).text == "河水先是黄的。"


def test_what_did_not_happen_to_a_turn_is_not_undone_so(interview, zhou):
    interview.pause("等等", by=zhou)
    assert undo(zhou, interview.events.last()).status_code == 404


def test_a_suggestion_is_not_undone_and_least_of_all_by_taking_the_turn_away(turn, guest, sun, zhou):
    before, suggestion = stands(turn), turn.suggest(version=1, text="河水先是黄的。", speaker=guest, by=sun)
    assert undo(sun, turn.events.last()).status_code == 400
    assert undo(zhou, suggestion.dismiss(by=zhou)).status_code == 400
    assert stands(turn) == before


def test_a_pin_that_was_taken_off_does_not_take_anothers_place(interview, turn, host, zhou):
    turn.pin()
    event, other = turn.unpin(by=zhou), interview.say(host, "请继续。")
    other.pin()
    assert undo(zhou, event).status_code == 400
    assert Interview.objects.get().pinned == other


def test_what_a_typist_changed_before_review_was_asked_for_is_the_editors_now(turn, sun):
    event = turn.correct(version=1, text="河水先是黄的。", by=sun)
    turn.interview.revise(reviewed=True)
    assert undo(sun, event).status_code == 400
    assert now(turn).text == "河水先是黄的。"


def test_what_an_editor_took_from_a_typist_is_undone_by_the_editor(turn, guest, sun, zhou):
    suggestion = turn.suggest(version=1, text="河水先是黄的。", speaker=guest, by=sun)
    assert undo(zhou, suggestion.take(version=1, by=zhou)).status_code == 200
    assert now(turn).text == "河水先是黑的。"


def test_under_review_a_typist_takes_back_nothing_that_readers_have_seen(interview, guest, sun, zhou):
    turn = interview.say(guest, "河水先是黑的。", by=sun)
    interview.revise(reviewed=True)
    turn.refresh_from_db()
    with pytest.raises(NotNow):
        turn.undo(turn.events.last(), by=sun)
    turn.undo(turn.events.last(), by=zhou)
    assert turn.state == Turn.State.RETRACTED
    with pytest.raises(NotNow):
        turn.undo(turn.events.last(), by=sun)
