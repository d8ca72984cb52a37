"""What the log says since a seq, by SQL that is worded once.

It is asked by every server process after every turn, and Django takes ten times as long to word these two queries as
PostgreSQL takes to answer them.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import prefetch_related_objects

from .columns import columns_of
from .event import Event
from .interview import Interview
from .people import Guest
from .speaker import Speaker
from .turn import Turn

INTERVIEW, EVENT, TURN, SPEAKER, GUEST = map(columns_of, (Interview, Event, Turn, Speaker, Guest))
ANNOUNCED = f"SELECT {INTERVIEW.sql} FROM interviews_interview interview WHERE id = %s AND status <> 'draft'"
SINCE = f"""
SELECT {EVENT.sql}, {TURN.sql}, {SPEAKER.sql}, {GUEST.sql},
    EXISTS (SELECT FROM interviews_photo WHERE turn_id = turn.id)
FROM interviews_event event
    LEFT JOIN interviews_turn turn ON turn.id = event.turn_id
    LEFT JOIN interviews_speaker speaker ON speaker.id = turn.speaker_id
    LEFT JOIN interviews_guest guest ON guest.id = speaker.guest_id
WHERE event.interview_id = %s AND event.seq > %s AND event.seq <= %s
ORDER BY event.seq
"""


def announced(pk: int) -> Interview:
    """Interview.DoesNotExist if readers may not know of it."""
    with connection.cursor() as cursor:
        cursor.execute(ANNOUNCED, [pk])
        row = cursor.fetchone()
    if row is None:
        raise Interview.DoesNotExist
    return INTERVIEW.take(iter(row))  # type: ignore[no-any-return]


def since(interview: Interview, after: int) -> list[Event]:
    """Until the interview's seq, each with its turn, and that turn's speaker, as they stand now."""
    with connection.cursor() as cursor:
        cursor.execute(SINCE, [interview.pk, after, interview.seq])
        rows = cursor.fetchall()
    events = [_event(iter(row)) for row in rows]
    with_photos = [event.turn for event, row in zip(events, rows, strict=True) if event.turn and row[-1]]
    prefetch_related_objects(with_photos, "photos")
    return events


def _event(row: Iterator[Any]) -> Event:
    event, turn, speaker, guest = (columns.take(row) for columns in (EVENT, TURN, SPEAKER, GUEST))
    event.turn = turn
    if turn:
        turn.speaker, speaker.guest = speaker, guest
        if not next(row):
            turn.pictures = []
    return event  # type: ignore[no-any-return]
