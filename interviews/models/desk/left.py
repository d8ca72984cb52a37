"""List what an interview lacks when it is over, besides what waits at its desk."""

from typing import NamedTuple

from interviews.models.transcript.interview import Interview


class Left(NamedTuple):
    """Says whether the summary is missing, names the guests without a photo, and has the keys of prepared turns."""

    summary: bool
    photos: list[str]
    prepared: list[int]


def left_of(interview: Interview) -> Left | None:
    """Return what is left, or None if the interview isn't over."""
    if interview.status != Interview.Status.ENDED:
        return None
    guests = interview.speakers.filter(guest__photo="").order_by("order", "pk")
    return Left(
        summary=not interview.summary,
        photos=list(guests.values_list("guest__name", flat=True)),
        prepared=list(interview.turns.prepared().values_list("pk", flat=True)),
    )
