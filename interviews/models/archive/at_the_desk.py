"""Interviews as the staff look for them, in any state: by words, section and year, and their own."""

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Max, Min, Q
from django.db.models.functions import Cast

from interviews.models.accounts.user import User
from interviews.models.transcript.event import Event
from interviews.models.transcript.interview import Interview, InterviewQuerySet, own_clock

from .listing import Archive
from .search import about
from .search_words import Words
from .section import Section


def sought(
    among: InterviewQuerySet,
    *,
    words: Words | None = None,
    section: Section | None = None,
    year: int | None = None,
    whose: User | None = None,
) -> InterviewQuerySet:
    """Return those that fit everything that is given."""
    if words:
        among = among.filter(about(words))
    if section:
        among = among.filter(section__in=Archive(section=section).chosen_sections)
    if year:
        among = among.of_year(year)
    return among.filter(_is_work_of(whose)) if whose else among


def years_of_all() -> list[int]:
    """Return the years from the latest to the first with an announced interview."""
    ends = Interview.objects.announced().aggregate(first=Min(own_clock()), last=Max(own_clock()))
    return list(range(ends["last"].year, ends["first"].year - 1, -1)) if ends["last"] else []


def _is_work_of(user: User) -> Q:
    made = LogEntry.objects.filter(
        actor=user, action=LogEntry.Action.CREATE, content_type=ContentType.objects.get_for_model(Interview)
    )
    return (
        Q(pk__in=user.assignments.values("interview"))
        | Q(pk__in=Event.objects.filter(user=user).order_by().values("interview"))
        | Q(pk__in=made.values(pk_made=Cast("object_id", BigIntegerField())))
    )
