"""What is left to do when an interview is over."""

from typing import NamedTuple

from interviews.models.transcript.interview import Interview
from interviews.models.transcript.suggestion import Suggestion
from interviews.models.transcript.turn import Turn


class Left(NamedTuple):
    """Whether there is no summary, the guests without a photo, and the ids of the turns that wait, in their order."""

    summary: bool
    photos: list[str]
    held: list[int]
    prepared: list[int]
    suggested: list[int]


def left_of(interview: Interview) -> Left | None:
    """Return what is left, or None if the interview isn't over."""
    if interview.status != Interview.Status.ENDED:
        return None
    guests = interview.speakers.filter(guest__photo="").order_by("order", "pk")
    waiting = interview.turns.filter(state__in=[Turn.State.HELD, Turn.State.PREPARED]).values_list("state", "pk")
    suggested = Suggestion.objects.open().filter(turn__interview=interview, turn__state=Turn.State.PUBLISHED)
    return Left(
        summary=not interview.summary,
        photos=list(guests.values_list("guest__name", flat=True)),
        held=[pk for state, pk in waiting if state == Turn.State.HELD],
        prepared=[pk for state, pk in waiting if state == Turn.State.PREPARED],
        suggested=list(suggested.order_by("turn__spoken_at", "turn", "pk").values_list("turn", flat=True)),
    )
