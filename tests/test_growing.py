"""A turn that is still being spoken: its paragraphs are published one by one."""

import uuid

import pytest

from interviews.models import Conflict, Event, Interview, Turn
from interviews.models.values.text import MAX_TEXT_CHARACTERS

from .crowd import together
from .newsroom import ask


@pytest.fixture
def turn(interview, guest, sun):
    return interview.say(guest, "河水先是黑的。", by=sun)


@pytest.fixture
def reviewed(interview):
    interview.revise(reviewed=True)
    return interview


def grow(user, turn, text="后来黄了。", key=None):
    return ask(user, "grow", turn.interview, turn=turn.key, text=text, key=key or uuid.uuid4())


def test_a_paragraph_is_added_and_the_answer_names_the_turn_and_the_event(turn, sun):
    answer = grow(sun, turn, "后来黄了。\r\n\r\n再后来清了。")
    turn.refresh_from_db()
    assert turn.paragraphs == ["河水先是黑的。", "后来黄了。", "再后来清了。"]
    event = turn.events.last()
    assert (answer.status_code, event.kind, event.user) == (200, Event.Kind.GREW, sun)
    assert answer.json() == {"turn": turn.pk, "version": 2, "event": event.seq}


def test_the_same_paragraph_twice_is_there_once_and_has_the_same_answer(turn, sun):
    key = uuid.uuid4()
    first, second = grow(sun, turn, key=key), grow(sun, turn, key=key)
    assert (second.status_code, second.json()) == (200, first.json())
    turn.refresh_from_db()
    assert turn.paragraphs == ["河水先是黑的。", "后来黄了。"]


@pytest.mark.django_db(transaction=True)
def test_the_same_paragraph_eight_times_at_once_is_there_once(turn):
    key = uuid.uuid4()
    together(8, lambda _: Turn.objects.get(pk=turn.pk).grow("后来黄了。", key=key))
    turn.refresh_from_db()
    assert turn.paragraphs == ["河水先是黑的。", "后来黄了。"]


@pytest.mark.django_db(transaction=True)
def test_of_paragraphs_that_come_at_once_none_is_lost(turn):
    together(8, lambda n: Turn.objects.get(pk=turn.pk).grow(f"第{n}段", key=uuid.uuid4()))
    turn.refresh_from_db()
    assert sorted(turn.paragraphs[1:]) == [f"第{n}段" for n in range(8)]


def test_a_paragraph_comes_after_what_somebody_corrected_meanwhile(turn, sun):
    turn.correct(version=1, text="河水先是灰的。")
    grow(sun, turn)
    turn.refresh_from_db()
    assert turn.paragraphs == ["河水先是灰的。", "后来黄了。"]


def test_who_corrects_a_turn_that_grew_meanwhile_is_told_so(turn, sun):
    grow(sun, turn)
    with pytest.raises(Conflict):
        Turn.objects.get(pk=turn.pk).correct(version=1, text="河水先是灰的。")


def test_a_turn_that_would_be_too_long_is_left_as_it_was(turn, sun):
    answer = grow(sun, turn, "长" * (MAX_TEXT_CHARACTERS - 3))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["text"])
    turn.refresh_from_db()
    assert (turn.text, turn.version) == ("河水先是黑的。", 1)


@pytest.mark.parametrize(("field", "value"), [("text", ""), ("text", " \n "), ("key", ""), ("turn", "x")])
def test_what_cannot_be_added_is_refused_by_field(turn, sun, field, value):
    what = {"turn": turn.key, "text": "后来黄了。", "key": uuid.uuid4()} | {field: value}
    answer = ask(sun, "grow", turn.interview, **what)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_a_turn_that_was_not_said_does_not_grow(interview, sun):
    what = {"turn": uuid.uuid4(), "text": "后来黄了。", "key": uuid.uuid4()}
    assert ask(sun, "grow", interview, **what).status_code == 404


def test_what_belongs_to_a_retracted_turn_is_said_as_a_turn_of_its_own(turn, sun):
    turn.retract()
    key = uuid.uuid4()
    first, second = grow(sun, turn, key=key), grow(sun, turn, key=key)
    own = turn.interview.turns.published().get()
    assert (own.text, own.speaker) == ("后来黄了。", turn.speaker)
    assert first.json() == second.json()
    assert first.json()["turn"] == own.pk


# Where review is asked for


def test_a_held_turn_grows_and_stays_held(reviewed, guest, sun):
    held = reviewed.say(guest, "河水先是黑的。", by=sun)
    grow(sun, held)
    held.refresh_from_db()
    assert (held.state, len(held.paragraphs)) == (Turn.State.HELD, 2)


def test_what_comes_after_the_turn_was_published_is_held_as_a_turn_of_its_own(reviewed, guest, sun):
    turn = reviewed.say(guest, "河水先是黑的。", by=sun)
    turn.release()
    key = uuid.uuid4()

    first, second = grow(sun, turn, key=key), grow(sun, turn, key=key)

    held = reviewed.turns.held().get()
    assert (held.text, held.speaker) == ("后来黄了。", guest)
    assert reviewed.turns.published().get().text == "河水先是黑的。"
    assert first.json() == second.json() == {"turn": held.pk, "version": 1, "event": held.events.get().seq}


def test_a_paragraph_that_was_added_before_the_release_is_not_said_again_after_it(reviewed, guest, sun):
    turn = reviewed.say(guest, "河水先是黑的。", by=sun)
    key = uuid.uuid4()
    grow(sun, turn, key=key)
    turn.release()

    grow(sun, turn, key=key)

    assert not reviewed.turns.held().exists()
    assert reviewed.turns.published().get().paragraphs == ["河水先是黑的。", "后来黄了。"]


def test_an_editors_paragraph_joins_what_is_published(reviewed, guest, zhou):
    turn = reviewed.say(guest, "河水先是黑的。", by=zhou)
    grow(zhou, turn)
    assert Interview.objects.get().turns.published().get().paragraphs == ["河水先是黑的。", "后来黄了。"]
