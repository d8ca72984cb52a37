"""A script that listens to a talk posts many turns at a time."""

import uuid

import pytest

from interviews.models import Turn
from interviews.views.desk.many_turns import MAX_TURNS_A_POST

from .newsroom import JSON, address, at_desk


def speech(speaker, text, **more):
    return {"speaker": speaker.pk, "text": text, "key": str(uuid.uuid4())} | more


def post(user, interview, *turns):
    return send(user, interview, {"turns": turns})


def send(user, interview, what):
    return at_desk(user).post(address("say-all", interview), what, "application/json", headers=JSON)


def test_many_turns_are_said_in_their_order_each_with_an_event(interview, host, guest, sun):
    before = interview.seq
    answer = post(
        sun, interview, speech(host, "河水怎样变清？"), speech(guest, "先截污。\n再清淤。"), speech(host, "然后呢？")
    )

    assert answer.status_code == 201
    turns = list(interview.turns.published())
    assert [turn.pk for turn in turns] == answer.json()["turns"]
    assert [turn.text for turn in turns] == ["河水怎样变清？", "先截污。\n再清淤。", "然后呢？"]
    events = interview.events.filter(seq__gt=before)
    assert [(event.seq, event.kind, event.turn, event.user) for event in events] == [
        (before + n, "said", turn, sun) for n, turn in enumerate(turns, 1)
    ]
    interview.refresh_from_db()
    assert interview.seq == before + 3


def test_the_same_post_again_says_nothing_twice_and_answers_the_same(interview, host, sun):
    turns = [speech(host, "一"), speech(host, "二")]
    first = post(sun, interview, *turns)
    again = post(sun, interview, *turns, speech(host, "三"))

    assert again.json()["turns"][:2] == first.json()["turns"]
    assert [turn.text for turn in interview.turns.all()] == ["一", "二", "三"]
    assert interview.events.count() == interview.events.last().seq


def test_one_key_twice_in_a_post_is_one_turn(interview, host, sun):
    one = speech(host, "一")
    answer = post(sun, interview, one, one)
    assert answer.json()["turns"] == [interview.turns.get().pk] * 2


def test_what_is_said_is_tidied_as_ever(interview, host, sun):
    post(sun, interview, speech(host, " 先截污。\n\n \x01再清淤。 "))
    assert interview.turns.get().text == "先截污。\n再清淤。"


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"text": " \n"}, "turns.1.text"),
        ({"text": "长" * 20_001}, "turns.1.text"),
        ({"key": "none"}, "turns.1.key"),
        ({"speaker": 0}, "turns.1.speaker"),
        ({"speaker": "主持人"}, "turns.1.speaker"),
        ({"spoken_at": "yesterday"}, "turns.1.spoken_at"),
        ({"spoken_at": "2999-01-01T00:00:00Z"}, "turns.1.spoken_at"),
        ({"spoken_at": "0001-01-01T00:00:00Z"}, "turns.1.spoken_at"),
        ({"speaker": None}, "turns.1.speaker"),
    ],
)
def test_what_is_wrong_is_named_by_its_place_and_nothing_is_said(interview, host, sun, wrong, place):
    answer = post(sun, interview, speech(host, "一"), speech(host, "二") | wrong, speech(host, "三"))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [place])
    assert not Turn.objects.exists()


@pytest.mark.parametrize(
    "what",
    ["", "[]", "{}", "no", {"turns": 3}, {"turns": []}, {"turns": ["一"]}, {"turns": [{}] * (MAX_TURNS_A_POST + 1)}],
)
def test_what_is_no_list_of_turns_is_refused(interview, sun, what):
    answer = send(sun, interview, what)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["turns"])


def test_somebody_elses_speaker_has_no_seat_here(interview, other, sun):
    answer = post(sun, interview, speech(other.speakers.get(), "一"))
    assert list(answer.json()["errors"]) == ["turns.0.speaker"]


def test_where_there_is_review_a_typists_turns_are_held_and_reach_no_reader(client, interview, host, sun):
    interview.revise(reviewed=True)
    assert post(sun, interview, speech(host, "等人看过。")).status_code == 201
    assert interview.turns.get().state == Turn.State.HELD
    assert "等人看过。" not in client.get(interview.get_absolute_url()).text


def test_before_the_start_nothing_is_said(scheduled, sun):
    answer = post(sun, scheduled, speech(scheduled.speakers.first(), "一"))
    assert answer.status_code == 400
    assert not Turn.objects.exists()


def test_readers_get_all_of_a_post(site, interview, host, sun):
    page = site.open(interview)
    with site.follow(page) as socket:
        post(sun, interview, *(speech(host, f"第{n}句") for n in range(50)))
        interview.refresh_from_db()
        socket.bring(page, interview.seq)
    assert page.turns == site.open(interview).turns
    assert len(page.turns) == 50
