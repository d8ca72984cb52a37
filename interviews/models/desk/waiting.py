"""List what somebody at an interview's desk has to decide."""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from interviews.models.transcript.interview import Interview
from interviews.models.transcript.suggestion import Suggestion, SuggestionQuerySet
from interviews.models.transcript.turn import Turn

from .report import Report, open_reports


class Waiting(NamedTuple):
    """The keys of turns held for review, of turns with a suggestion and of reports, in the order of the transcript."""

    held: list[int]
    suggested: list[int]
    reported: list[int]


def waiting_at(interview: Interview) -> Waiting:
    suggestions = _decidable().filter(turn__interview=interview).order_by("turn__spoken_at", "turn", "pk")
    return Waiting(
        held=list(interview.turns.held().values_list("pk", flat=True)),
        suggested=list(suggestions.values_list("turn", flat=True)),
        reported=list(open_reports(interview).order_by("turn__spoken_at", "turn", "pk").values_list("pk", flat=True)),
    )


def how_many_wait(interviews: Collection[int]) -> Counter[int]:
    """Return how many turns, suggestions and reports wait in each of the interviews, by its key."""
    held = Turn.objects.filter(state=Turn.State.HELD, interview__in=interviews).values_list("interview", flat=True)
    decided_by_turn = (_decidable(), Report.objects.open())
    others = [
        waits.filter(turn__interview__in=interviews).values_list("turn__interview", flat=True)
        for waits in decided_by_turn
    ]
    return Counter(pk for waits in (held, *others) for pk in waits)


def _decidable() -> SuggestionQuerySet:
    return Suggestion.objects.open().filter(turn__state=Turn.State.PUBLISHED)
