"""An announced interview as an entry for the reader's calendar (RFC 5545)."""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from interviews.models import Event as Change
from interviews.models import Interview
from interviews.models.values.scripts import language_of
from interviews.models.values.text import one_line, tidy

from .identity import identity
from .structured_data import language_tag

KINDS_TOLD = [Change.Kind.ANNOUNCED, Change.Kind.REVISED, Change.Kind.RECAST]  # changes that a calendar shows
ASSUMED_LENGTH = timedelta(hours=1)  # without an end a calendar shows only a line


def calendar_of(interview: Interview, page: str) -> bytes:
    """Return the calendar of an interview from with_public_dates(). It stays the same until the interview changes."""
    assert interview.starts_at
    changes = interview.events.filter(kind__in=KINDS_TOLD, is_public=True).order_by("seq")
    last = changes.last()
    changed_at = in_utc(last.at if last else interview.starts_at)
    event = Event.new(
        uid=str(identity(interview)),
        sequence=changes.count(),
        stamp=changed_at,
        last_modified=changed_at,
        start=in_utc(interview.starts_at),
        end=in_utc(interview.starts_at) + ASSUMED_LENGTH,
        summary=one_line(interview.headline),
        description=tidy(interview.lede) or None,
        url=page,
    )
    for name in ("SUMMARY", "DESCRIPTION"):
        if name in event:
            event[name].params["LANGUAGE"] = language_tag(
                language_of(str(event[name]), interview.language) or interview.language
            )
    calendar = Calendar.new(
        uid=str(identity(interview, "calendar")),
        prodid="-//Fangtan//Live interviews//EN",
        method="PUBLISH",
        subcomponents=[event],
    )
    return bytes(calendar.to_ical())


def in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
