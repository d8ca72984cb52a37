from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from interviews.models.transcript.event import Event
from interviews.models.transcript.interview import Interview

UNSEEN = [  # by readers
    Event.Kind.PREPARED,
    Event.Kind.MOVED,
    Event.Kind.HELD,
    Event.Kind.DECLINED,
    Event.Kind.SUGGESTED,
    Event.Kind.DISMISSED,
]


def dated(interviews: QuerySet[Interview]) -> Any:
    """Add `announced_at`, when readers first saw each, and `changed_at`, when something last changed for them."""
    events = Event.objects.filter(interview=OuterRef("pk"))
    first = events.filter(kind__in=[Event.Kind.ANNOUNCED, Event.Kind.STARTED]).order_by("seq")
    seen = Q(turn=None) | Q(turn__state__in=["published", "retracted"])
    last = events.filter(seen).exclude(kind__in=UNSEEN).order_by("-seq")
    return interviews.annotate(  # type: ignore[no-redef]
        announced_at=Subquery(first.values("at")[:1]), changed_at=Subquery(last.values("at")[:1])
    )
