"""Review: what typists write waits for an editor, and so does what they would change in what is published."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviews.models import Event, Interview, NotNow, Suggestion, Turn

from .conftest import NOON
from .crowd import together
from .locking import under_the_lock
from .newsroom import address, ask, at_desk, correction, say


@pytest.fixture
def reviewed(interview):
    interview.revise(reviewed=True)
    return interview


@pytest.fixture
def turn(reviewed, guest, zhou):
    """Published."""
    return reviewed.say(guest, "一共种了九百棵树。", by=zhou)


@pytest.fixture
def suggestion(turn, sun):
    return turn.suggest(version=1, text="一共种了八百棵树。", speaker=turn.speaker, by=sun)


def now(thing):
    return type(thing).objects.get(pk=thing.pk)


# What typists say


def test_what_a_typist_says_waits_and_what_an_editor_says_is_published(reviewed, host, sun, zhou):
    assert say(sun, reviewed, host, "孙写的").status_code == 201
    assert say(zhou, reviewed, host, "周写的").status_code == 201
    assert reviewed.turns.held().get().text == "孙写的"
    assert reviewed.turns.published().get().text == "周写的"


def test_without_review_what_a_typist_says_is_published(interview, host, sun):
    say(sun, interview, host)
    assert interview.turns.published().count() == 1


def test_an_editor_publishes_what_waits_as_spoken_then(reviewed, guest, sun, zhou):
    held = reviewed.say(guest, "等一等", spoken_at=NOON, by=sun)
    answer = ask(zhou, "release", held)
    assert (answer.status_code, now(held).state, now(held).spoken_at) == (200, Turn.State.PUBLISHED, NOON)
    assert held.events.last().user == zhou


@pytest.mark.parametrize(("waiting", "state"), [("release", "published"), ("decline", "declined")])
def test_at_the_end_any_number_that_waits_is_settled_by_the_same_few_statements(
    reviewed, guest, sun, zhou, waiting, state
):
    counted = []
    for many in (2, 30):
        held = [reviewed.say(guest, f"第{n}句", by=sun) for n in range(many)]
        with under_the_lock() as asked:
            reviewed.end(waiting=waiting, by=zhou)
        counted.append(len(asked))
        assert [(now(turn).state, now(turn).version) for turn in held] == [(state, 2)] * many
        reviewed.reopen()
    assert counted[0] == counted[1]
    last = held[-1].events.last()
    assert (last.kind, last.user, last.before) == (
        "released" if waiting == "release" else "declined",
        zhou,
        {"state": "held"},
    )
    assert now(held[-1]).undo(last, by=zhou)


def test_a_typist_does_not_publish_what_waits(reviewed, guest, sun):
    held = reviewed.say(guest, "等一等", by=sun)
    assert ask(sun, "release", held).status_code == 400
    assert now(held).state == Turn.State.HELD


def test_a_prepared_turn_that_a_typist_releases_waits_for_review_as_spoken_now(reviewed, host, sun):
    prepared = reviewed.prepare(host, "请问", by=sun)
    assert ask(sun, "release", prepared).status_code == 200
    assert now(prepared).state == Turn.State.HELD
    assert now(prepared).spoken_at > prepared.spoken_at
    assert reviewed.events.last().kind == Event.Kind.HELD


def test_what_was_declined_is_kept_with_the_reason_and_waits_again_when_restored(reviewed, guest, sun, zhou):
    held = reviewed.say(guest, "等一等", by=sun)
    assert ask(zhou, "decline", held, reason="不核实不发").status_code == 200
    assert now(held).state == Turn.State.DECLINED
    assert "不核实不发" in at_desk(sun).get(address("interview", reviewed)).text
    ask(zhou, "restore", held)
    assert now(held).state == Turn.State.HELD


def test_a_typist_corrects_what_waits_without_asking(reviewed, guest, sun):
    held = reviewed.say(guest, "等一等", by=sun)
    assert ask(sun, "correct", held, **correction(held, text="等一会儿")).status_code == 200
    assert now(held).text == "等一会儿"


# What typists would change


@pytest.mark.parametrize("changed", ["text", "speaker"])
def test_a_typists_correction_of_a_published_turn_is_a_suggestion_and_changes_nothing(turn, host, sun, changed):
    what = {"text": "一共种了八百棵树。", "speaker": host.pk}
    answer = ask(sun, "correct", turn, **correction(turn, **{changed: what[changed]}))
    assert (answer.status_code, answer.json()) == (200, {"turn": turn.pk, "version": 1})
    assert (now(turn).text, now(turn).version) == (turn.text, 1)
    suggestion = turn.suggestions.open().get()
    assert (suggestion.user, suggestion.version) == (sun, 1)
    assert (suggestion.text, suggestion.speaker) != (turn.text, turn.speaker)
    assert turn.events.last().kind == Event.Kind.SUGGESTED


def test_the_same_suggestion_twice_is_one(turn, sun):
    for _ in "12":
        ask(sun, "correct", turn, **correction(turn, text="一共种了八百棵树。"))
    assert turn.suggestions.count() == turn.events.filter(kind="suggested").count() == 1


def test_what_differs_in_nothing_is_no_suggestion(turn, sun):
    assert ask(sun, "correct", turn, **correction(turn)).status_code == 200
    assert not turn.suggestions.exists()


def test_a_suggestion_for_an_older_version_is_a_conflict(turn, sun):
    what = correction(turn, text="一共种了八百棵树。")
    turn.correct(version=1, text="一共种了七百棵树。")
    answer = ask(sun, "correct", turn, **what)
    assert (answer.status_code, answer.json()["theirs"]["text"]) == (409, "一共种了七百棵树。")
    assert not turn.suggestions.exists()


def test_what_was_held_when_the_typist_began_to_correct_it_and_is_published_by_now_is_not_changed(
    reviewed, guest, sun, zhou
):
    held = reviewed.say(guest, "等一等", by=sun)
    what = correction(held, text="等一会儿")
    now(held).release(by=zhou)
    assert ask(sun, "correct", held, **what).status_code == 409
    assert now(held).text == "等一等"


@pytest.mark.parametrize("state", ["published", "retracted", "declined"])
def test_no_verb_lets_a_typist_change_what_an_editor_has_decided_about(turn, sun, state):
    Turn.objects.filter(pk=turn.pk).update(state=state)
    with pytest.raises(NotNow):
        turn.correct(version=1, text="一共种了八百棵树。", by=sun)
    with pytest.raises(NotNow):
        turn.mark("要点", by=sun)
    assert (now(turn).text, now(turn).heading) == (turn.text, "")


# Deciding about suggestions


def test_an_editor_takes_a_suggestion_and_the_log_names_both(suggestion, turn, zhou):
    answer = ask(zhou, "take", suggestion, version=1)
    event = turn.events.last()
    assert (answer.status_code, answer.json()) == (200, {"turn": turn.pk, "version": 2, "event": event.seq})
    assert now(turn).text == "一共种了八百棵树。"
    assert (event.kind, event.user) == (Event.Kind.CORRECTED, zhou)
    assert event.before == {"text": "一共种了九百棵树。", "suggested_by": "孙"}
    assert now(suggestion).is_taken


def test_an_editor_dismisses_a_suggestion_with_a_reason(suggestion, turn, zhou):
    answer = ask(zhou, "dismiss", suggestion, reason="录音里是九百")
    assert (answer.status_code, answer.json()) == (200, {"turn": turn.pk, "version": 1})
    event = turn.events.last()
    assert (event.kind, event.note) == (Event.Kind.DISMISSED, "录音里是九百")
    assert event.before == {"suggestion": "一共种了八百棵树。", "suggested_by": "孙"}
    assert now(turn).text == turn.text
    assert not Suggestion.objects.open().exists()


def test_a_suggestion_is_not_taken_over_what_the_editor_has_not_seen(suggestion, turn, zhou):
    turn.correct(version=1, text="一共种了七百棵树。")
    answer = ask(zhou, "take", suggestion, version=1)
    assert answer.status_code == 409
    assert answer.json()["theirs"]["text"] == "一共种了七百棵树。"
    assert now(turn).text == "一共种了七百棵树。"
    assert not now(suggestion).decided_at

    assert ask(zhou, "take", suggestion, version=2).status_code == 200
    assert now(turn).text == "一共种了八百棵树。"


@pytest.mark.parametrize("first", ["take", "dismiss"])
@pytest.mark.parametrize("then", ["take", "dismiss"])
def test_a_suggestion_is_decided_about_once(suggestion, turn, zhou, first, then):
    ask(zhou, first, suggestion, version=1)
    seq = Interview.objects.get().seq
    assert ask(zhou, then, suggestion, version=now(turn).version).status_code == 400
    assert Interview.objects.get().seq == seq


@pytest.mark.django_db(transaction=True)
def test_a_suggestion_that_eight_decide_about_at_once_is_decided_about_once(suggestion, turn):
    def decide(n):
        try:
            mine = now(suggestion)
            return mine.take(version=1) if n % 2 else mine.dismiss()
        except NotNow:
            return None

    assert len([event for event in together(8, decide) if event]) == 1
    assert turn.events.filter(kind__in=["corrected", "dismissed"]).count() == 1


def test_a_suggestion_of_another_interview_is_not_found(suggestion, draft, zhou):
    for verb in ("take", "dismiss"):
        elsewhere = reverse(f"desk:{verb}", args=[draft.slug, suggestion.pk])
        assert at_desk(zhou).post(elsewhere, {"version": 1}).status_code == 404


# What the desk shows of them


def shown(user, interview):
    page = at_desk(user).get(address("interview", interview)).text
    return re.search(r'<div class="suggestion">.*?</article>', page, re.DOTALL)[0]


def test_a_suggestion_shows_who_and_what_would_differ(suggestion, turn, zhou):
    html = shown(zhou, turn.interview)
    assert "孙" in html
    assert re.findall(r"<(del|ins)><span[^>]*>[^<]*</span>(.*?)</\1>", html) == [("del", "九"), ("ins", "八")]
    assert address("take", suggestion) in html
    assert address("dismiss", suggestion) in html
    assert "data-outdated" not in html


def test_a_suggestion_of_another_speaker_shows_both(turn, host, sun, zhou):
    turn.suggest(version=1, text=turn.text, speaker=host, by=sun)
    html = shown(zhou, turn.interview)
    assert re.findall(r"<(del|ins)><span[^>]*>[^<]*</span>(.*?)</\1>", html) == [("del", "陈安"), ("ins", "主持人")]


def test_a_suggestion_from_before_the_last_change_says_so_and_shows_how_it_differs_from_now(suggestion, turn, zhou):
    turn.correct(version=1, text="一共种了七百棵树。")
    html = shown(zhou, turn.interview)
    assert "data-outdated" in html
    assert re.findall(r"<(del|ins)><span[^>]*>[^<]*</span>(.*?)</\1>", html) == [("del", "七"), ("ins", "八")]
    assert 'name="version" value="2"' in html


def test_a_suggestion_is_escaped(turn, sun, zhou):
    turn.suggest(version=1, text="一共<script>种了", speaker=turn.speaker, by=sun)
    assert "<script>" not in shown(zhou, turn.interview)


def test_what_was_decided_about_is_not_shown_any_more(suggestion, turn, zhou):
    suggestion.dismiss()
    assert 'class="suggestion"' not in at_desk(zhou).get(address("interview", turn.interview)).text


def test_the_page_costs_as_many_queries_with_many_suggestions_as_with_one(suggestion, turn, sun, zhou):
    client = at_desk(zhou)
    with CaptureQueriesContext(connection) as with_one:
        client.get(address("interview", turn.interview))
    for n in range(5):
        turn.suggest(version=1, text=f"一共种了{n}棵树。", speaker=turn.speaker, by=sun)
    with CaptureQueriesContext(connection) as with_many:
        client.get(address("interview", turn.interview))
    assert len(with_many) == len(with_one)
