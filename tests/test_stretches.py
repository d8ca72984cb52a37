"""The turns beside one, a stretch at a time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews.models import Turn
from interviews.rendering import stretches

from .conftest import NOON
from .newsroom import address, at_desk


@pytest.fixture(autouse=True)
def _by_fours(monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH_TURNS", 4)


@pytest.fixture
def ten(interview, host, zhou):
    """Of which the middle ones were said in one moment, one is retracted and one is held."""
    for n in range(10):
        moment = NOON.replace(minute=5 if n in (4, 5, 6) else n)
        interview.say(host, str(n), spoken_at=moment, held=n == 7)
    interview.turns.get(text="3").retract(by=zhou)
    interview.prepare(host, "later")
    return list(interview.turns.spoken())


def of(stretch):
    return "".join(turn.text for turn in stretch.turns), stretch.has_earlier, stretch.has_later


def test_the_newest_come_first(interview, ten):
    assert of(stretches.newest(interview)) == ("6789", True, False)


@pytest.mark.parametrize(
    ("n", "found"), [(6, ("2345", True, True)), (4, ("0123", False, True)), (0, ("", False, True))]
)
def test_before_a_turn(ten, n, found):
    assert of(stretches.before(ten[n])) == found


@pytest.mark.parametrize(
    ("n", "found"), [(4, ("5678", True, True)), (5, ("6789", True, False)), (9, ("", True, False))]
)
def test_after_a_turn(ten, n, found):
    assert of(stretches.after(ten[n])) == found


@pytest.mark.parametrize(
    ("n", "found"), [(5, ("3456", True, True)), (0, ("01", False, True)), (9, ("789", True, False))]
)
def test_around_a_turn(ten, n, found):
    assert of(stretches.around(ten[n])) == found


def test_few_turns_are_one_stretch(interview, host):
    for n in range(4):
        interview.say(host, str(n), spoken_at=NOON.replace(minute=n))
    assert of(stretches.newest(interview)) == ("0123", False, False)


def test_no_turns_are_none(interview):
    assert of(stretches.newest(interview)) == ("", False, False)


@pytest.mark.parametrize("asked", ["before=x", "after=99999999999999999999", "around=", "around=-1", "before=%00"])
def test_beside_what_is_no_turn_there_is_nothing(interview, ten, zhou, asked):
    assert at_desk(zhou).get(f"{address('transcript', interview)}?{asked}").status_code == 404


def test_nor_beside_a_turn_of_another_interview_or_one_that_waits(interview, ten, zhou, draft, gao):
    waiting = interview.turns.prepared().get()
    assert at_desk(gao).get(f"{address('transcript', draft)}?around={ten[0].pk}").status_code == 404
    assert at_desk(zhou).get(f"{address('transcript', interview)}?around={waiting.pk}").status_code == 404


def test_a_longer_interview_takes_no_more_queries(interview, ten, host, zhou):
    desk, page = at_desk(zhou), f"{address('transcript', interview)}?around={ten[5].pk}"
    asked = queries(desk, page)
    Turn.objects.bulk_create(Turn(interview=interview, speaker=host, text="more", spoken_at=NOON) for _ in range(20))
    assert queries(desk, page) == asked


def queries(desk, page):
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(page).status_code == 200
    return len(captured)
