"""The turns of a long transcript that the desk shows at once: the newest, and those beside one that is looked for."""

from typing import Any, NamedTuple

from interviews.models import Interview, Turn
from interviews.models.transcript.turn import TurnQuerySet, earlier, later
from interviews.rendering.frames import desk_turns

STRETCH_TURNS = 100


class Stretch(NamedTuple):
    turns: list[Turn]
    has_earlier: bool = False
    has_later: bool = False


def newest(interview: Interview) -> Stretch:
    return Stretch(*_last(_spoken(interview), STRETCH_TURNS))


def before(turn: Turn) -> Stretch:
    turns, has_earlier = _last(_spoken(turn.interview).filter(earlier(turn)), STRETCH_TURNS)
    return Stretch(turns, has_earlier, True)


def after(turn: Turn) -> Stretch:
    turns, has_later = _first(_spoken(turn.interview).filter(later(turn)), STRETCH_TURNS)
    return Stretch(turns, True, has_later)


def around(turn: Turn) -> Stretch:
    spoken, half = _spoken(turn.interview), STRETCH_TURNS // 2
    head, has_earlier = _last(spoken.filter(earlier(turn)), half)
    tail, has_later = _first(spoken.exclude(earlier(turn)), half)
    return Stretch(head + tail, has_earlier, has_later)


def _spoken(interview: Interview) -> TurnQuerySet:
    return desk_turns(interview).spoken()


def _first(turns: TurnQuerySet, most: int) -> Any:
    found = list(turns[: most + 1])
    return found[:most], len(found) > most


def _last(turns: TurnQuerySet, most: int) -> Any:
    found, more = _first(turns.reverse(), most)
    return found[::-1], more
