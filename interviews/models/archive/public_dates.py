from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from interviews.models.transcript.event import Event
from interviews.models.transcript.interview import Interview
from interviews.models.transcript.seen import NEVER_SEEN
from interviews.models.transcript.turn import SHOWN_STATES


def with_public_dates(interviews: QuerySet[Interview]) -> Any:
    """Add `announced_at`, when readers first saw each, and `changed_at`, when something last changed for them."""
    events = Event.objects.filter(interview=OuterRef("pk"))
    first = events.filter(kind__in=[Event.Kind.ANNOUNCED, Event.Kind.STARTED]).order_by("seq")
    # events older than migration 0017 are all marked as public
    seen = Q(turn=None) | Q(turn__state__in=SHOWN_STATES)
    last = events.filter(seen, is_public=True).exclude(kind__in=NEVER_SEEN).order_by("-seq")
    return interviews.annotate(  # type: ignore[no-redef]
        announced_at=Subquery(first.values("at")[:1]), changed_at=Subquery(last.values("at")[:1])
    )


def published_at(announced_at: datetime | None, started_at: datetime | None) -> datetime | None:
    # an imported page is as old as its interview
    return min(filter(None, [announced_at, started_at]), default=None)
