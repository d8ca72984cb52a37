"""Where a person took part, and what the person said there."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from .interview import Interview
from .interviews import InterviewQuerySet, own_clock
from .people import Guest, Host
from .speaker import Speaker
from .turn import Turn
from .turns import earlier


def most_seen(people: Any, interviews: InterviewQuerySet) -> Any:
    """Who took part in these, and in how many (`appearances`); who did most often first."""
    seen = people.with_page().filter(seats__interview__in=interviews.order_by())
    return seen.annotate(appearances=Count("seats")).order_by("-appearances", "name", "pk")


def seats_of(person: Guest | Host) -> QuerySet[Speaker]:
    """In announced interviews, the newest first."""
    seats = person.seats.exclude(interview__status="draft").alias(own_clock=own_clock("interview__"))
    return seats.order_by("-own_clock", "-interview_id")


def turns_of(person: Guest | Host, many: int, before: Turn | None = None) -> list[Turn]:
    """What readers may read of it: the newest interview's first, and in it the latest; `before` is where to go on.

    By interview and not by time alone, so that few seats have to be looked at, however many there are.
    """
    seats = seats_of(person).filter(Exists(Turn.objects.published().filter(speaker=OuterRef("pk"))))
    still_to_come = Q()
    if before:
        clock = Subquery(Interview.objects.filter(pk=before.interview_id).values(clock=own_clock()))
        older = Q(own_clock__lt=clock) | Q(own_clock=clock, interview__lte=before.interview_id)
        seats = seats.filter(Q(own_clock__lte=clock), older)
        still_to_come = ~Q(speaker=before.speaker_id) | earlier(before)
    # Each has a turn, so many are enough; and one more, for of the first maybe none is left.
    enough = list(seats.values_list("pk", flat=True)[: many + 1])
    turns = Turn.objects.published().filter(still_to_come, speaker__in=enough).select_related("interview", "speaker")
    order = (own_clock("interview__").desc(), F("interview").desc(), "-spoken_at", "-pk")
    return list(turns.order_by(*order)[:many])
