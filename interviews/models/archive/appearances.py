"""Where a person took part, and what the person said there."""

from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from interviews.models.people.person import Guest, Host
from interviews.models.transcript.interview import Interview, own_clock
from interviews.models.transcript.speaker import Speaker
from interviews.models.transcript.turn import Turn, earlier


class MostSeen:
    """People who have a page and one of these seats, those with the most seats (`appearances`) first.

    To be sliced or given to a Paginator. Seats are counted before people are looked up: the other way round, which is
    Django's, takes three times as long among a million turns.
    """

    def __init__(self, people: Any, seats: QuerySet[Speaker]):
        self._people = people
        role = people._meta.model_name
        counted = seats.exclude(**{role: None}).order_by().values_list(role).annotate(Count("pk"))
        ours, own = people.objects.with_page().order_by().query.sql_with_params()
        theirs, given = counted.query.sql_with_params()
        self._from = f"FROM ({ours}) person JOIN ({theirs}) seats (person, appearances) ON seats.person = person.id"
        self._given = (*own, *given)

    def __getitem__(self, some: slice) -> list[Any]:
        order = "ORDER BY appearances DESC, name, id OFFSET %s LIMIT %s"
        given = (*self._given, some.start or 0, some.stop - (some.start or 0))
        return list(self._people.objects.raw(f"SELECT person.*, appearances {self._from} {order}", given))

    def __len__(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) {self._from}", self._given)
            return int(cursor.fetchone()[0])


def seats_of(person: Guest | Host) -> QuerySet[Speaker]:
    seats = person.seats.exclude(interview__status="draft").alias(own_clock=own_clock("interview__"))
    return seats.order_by("-own_clock", "-interview_id")


def turns_of(person: Guest | Host, many: int, before: Turn | None = None) -> list[Turn]:
    """Return the person's published turns after turn `before`: by interview, newest first, and in it the latest first.

    Ordering by interview and not by time alone means that few seats have to be looked at, however many there are.
    """
    seats = seats_of(person).filter(Exists(Turn.objects.published().filter(speaker=OuterRef("pk"))))
    still_to_come = Q()
    if before:
        clock = Subquery(Interview.objects.filter(pk=before.interview_id).values(clock=own_clock()))
        older = Q(own_clock__lt=clock) | Q(own_clock=clock, interview__lte=before.interview_id)
        seats = seats.filter(Q(own_clock__lte=clock), older)
        still_to_come = ~Q(speaker=before.speaker_id) | earlier(before)
    # Each seat has a turn, so `many` seats are enough; one more, since all turns of the first may have been shown.
    enough = list(seats.values_list("pk", flat=True)[: many + 1])
    turns = Turn.objects.published().filter(still_to_come, speaker__in=enough).select_related("interview", "speaker")
    order = (own_clock("interview__").desc(), F("interview").desc(), "-spoken_at", "-pk")
    return list(turns.order_by(*order)[:many])
