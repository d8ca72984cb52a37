"""A script that listens to a talk posts many turns at a time."""

import json
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
    headers = JSON | {"Accept-Language": "en"}
    return at_desk(user).post(address("say-all", interview), what, "application/json", headers=headers)


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
    ("what", "place"),
    [
        ({}, "turns"),
        ({"turns": 3}, "turns"),
        ({"turns": None}, "turns"),
        ({"turns": []}, "turns"),
        ({"turns": [{}] * (MAX_TURNS_A_POST + 1)}, "turns"),
        ({"turns": ["一"]}, "turns.0"),
        ({"turns": [[]]}, "turns.0"),
        ("", "__all__"),
        ("[]", "__all__"),
        ("null", "__all__"),
        ("no", "__all__"),
        ('{"turns": [', "__all__"),
        ('{"turns": [], "turns": []}', "__all__"),
        ('{"\\ud800": 1, "\\ud800": 2}', "__all__"),
        ('{"turns": NaN}', "__all__"),
        ("[" * 100_000, "__all__"),
        ('{"turns":' * 100_000, "__all__"),
        (b'{"turns": "\xff"}', "__all__"),
        ('{"turns": []}'.encode("utf-16"), "__all__"),
    ],
    ids=lambda what: repr(what)[:30],
)
@pytest.mark.parametrize("headers", [JSON, {}], ids=["a script", "a page"])
def test_what_is_no_list_of_turns_is_refused(interview, sun, what, place, headers):
    client = at_desk(sun)
    answer = client.post(address("say-all", interview), what, "application/json", headers=headers)
    assert answer.status_code == 400
    assert not headers or list(answer.json()["errors"]) == [place]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": ["a"]}, "Must be text, is a list."),
        ({"text": {"a": "b"}}, "Must be text, is an object."),
        ({"text": 7}, "Must be text, is a whole number."),
        ({"text": None}, "Must be text, is null."),
        ({"text": "half \ud83d emoji"}, "This has half a character: an unpaired surrogate."),
        ({"text": "the other half \ude00"}, "This has half a character: an unpaired surrogate."),
        ({"key": "\udfff"}, "This has half a character: an unpaired surrogate."),
        ({"key": 7}, "Must be text, is a whole number."),
        ({"speaker": True}, "Must be a whole number, is true or false."),
        ({"speaker": "7"}, "Must be a whole number, is text."),
        ({"speaker": 7.0}, "Must be a whole number, is a number with a fraction."),
        ({"speaker": 2**63}, "This number is too large."),
        ({"speaker": -(10**30)}, "This number is too large."),
        ({"speaker": 10**4000}, "This number is too large."),
        ({"spoken_at": 1764000000}, "Must be text, is a whole number."),
        ({"spoken_at": {}}, "Must be text, is an object."),
        ({"spoken_at": False}, "Must be text, is true or false."),
        ({"spokenAt": "2026-05-04T12:00:05Z"}, "There is no field of this name."),
        ({"state": "published"}, "There is no field of this name."),
    ],
    ids=lambda one: repr(one)[:40],
)
def test_a_programs_mistake_is_told_by_its_place_and_kind(interview, host, sun, wrong, words):
    [name] = wrong
    answer = post(sun, interview, speech(host, "一"), speech(host, "二") | wrong)
    assert (answer.status_code, answer.json()) == (400, {"errors": {f"turns.1.{name}": [words]}})
    assert not Turn.objects.exists()


def test_a_number_with_more_digits_than_python_reads_is_told_too(interview, sun):
    body = '{{"turns": [{{"speaker": {}, "text": "一", "key": "{}"}}]}}'.format("9" * 5000, uuid.uuid4())
    assert list(send(sun, interview, body).json()["errors"]) == ["turns.0.speaker"]


def test_each_of_several_mistakes_is_told_but_not_without_end(interview, host, sun):
    answer = post(sun, interview, {"text": 1, "speaker": 2}, speech(host, "二"), {})
    assert list(answer.json()["errors"]) == [
        *("turns.0.key", "turns.0.text"),
        *("turns.2.key", "turns.2.speaker", "turns.2.text"),
    ]
    assert len(post(sun, interview, *[{f"field {n}": n for n in range(500)}]).json()["errors"]) == 100
    answer = post(sun, interview, speech(host, "一") | {"key": "none"}, speech(host, " "))
    assert list(answer.json()["errors"]) == ["turns.0.key", "turns.1.text"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_of_another_kind_is_not_taken_for_json(interview, host, sun, kind):
    body = json.dumps({"turns": [speech(host, "一")]})
    answer = at_desk(sun).generic("POST", address("say-all", interview), body, kind, headers=JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["__all__"])


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_is_known_by_its_kind_with_or_without_a_mark_before_it(interview, host, sun, kind):
    body = b"\xef\xbb\xbf" + json.dumps({"turns": [speech(host, "一") | {"spoken_at": None}]}).encode()
    answer = at_desk(sun).generic("POST", address("say-all", interview), body, kind, headers=JSON)
    assert (answer.status_code, interview.turns.get().text) == (201, "一")


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
        socket.bring(page, interview.public_seq)
    assert page.turns == site.open(interview).turns
    assert len(page.turns) == 50
