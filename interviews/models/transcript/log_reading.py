"""Read what the log has after a seq, by SQL that is composed once.

Every server process asks for it after every turn, and Django takes ten times as long to compose the query as
PostgreSQL takes to answer it.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import prefetch_related_objects

from interviews.models.people.person import Guest

from .columns import columns_of
from .event import Event
from .interview import Interview
from .speaker import Speaker
from .turn import Turn

INTERVIEW, EVENT, TURN, SPEAKER, GUEST = map(columns_of, (Interview, Event, Turn, Speaker, Guest))
INTERVIEW_COLUMNS = len(Interview._meta.concrete_fields)
SELECT_NEWS = f"""
SELECT {INTERVIEW.sql}, {EVENT.sql}, {TURN.sql}, {SPEAKER.sql}, {GUEST.sql},
    EXISTS (SELECT FROM interviews_photo WHERE turn_id = turn.id)
FROM interviews_interview interview
    LEFT JOIN interviews_event event ON event.interview_id = interview.id
        AND event.seq > %s AND interview.seq <= %s
    LEFT JOIN interviews_turn turn ON turn.id = event.turn_id
    LEFT JOIN interviews_speaker speaker ON speaker.id = turn.speaker_id
    LEFT JOIN interviews_guest guest ON guest.id = speaker.guest_id
WHERE interview.id = %s
ORDER BY event.seq
"""


def since(pk: int, after: int, most: int) -> tuple[Interview, list[Event]]:
    """Return an interview and its events after seq `after`, with their turns and speakers, all as of one moment.

    There are no events if there would be more than `most`. Raise Interview.DoesNotExist if there is no such interview.
    """
    with connection.cursor() as cursor:
        cursor.execute(SELECT_NEWS, [after, after + most, pk])
        rows = cursor.fetchall()
    if not rows:
        raise Interview.DoesNotExist
    # if nothing is new, there is one row without an event
    told = [row for row in rows if row[INTERVIEW_COLUMNS] is not None]
    events = [_event(iter(row[INTERVIEW_COLUMNS:])) for row in told]
    with_photos = [event.turn for event, row in zip(events, told, strict=True) if event.turn and row[-1]]
    prefetch_related_objects(with_photos, "photos")
    return INTERVIEW.take(iter(rows[0])), events


def _event(row: Iterator[Any]) -> Event:
    event, turn, speaker, guest = (columns.take(row) for columns in (EVENT, TURN, SPEAKER, GUEST))
    event.turn = turn
    if turn:
        turn.speaker, speaker.guest = speaker, guest
        if not next(row):
            turn.pictures = []
    return event  # type: ignore[no-any-return]
