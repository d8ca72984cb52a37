"""What the log says since a seq, by SQL that is worded once.

It is asked by every server process after every turn, and Django takes ten times as long to word these two queries as
PostgreSQL takes to answer them.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import connection, models
from django.db.models import prefetch_related_objects

from .event import Event
from .interview import Interview
from .people import Guest
from .speaker import Speaker
from .turn import Turn


class Columns:
    """All of a model, in a query whose row has them one after the other."""

    def __init__(self, model: type[models.Model]):
        fields = model._meta.concrete_fields
        self._model = model
        self._names = [field.attname for field in fields]
        self._readings = [getattr(field, "from_db_value", None) for field in fields]
        self.sql = ", ".join(f'{model._meta.model_name}."{field.column}"' for field in fields)

    def take(self, row: Iterator[Any]) -> Any:
        """None where nothing was joined."""
        values = list(islice(row, len(self._names)))
        if values[0] is None:
            return None
        for n, read in enumerate(self._readings):
            values[n] = read(values[n], None, connection) if read else values[n]
        return self._model.from_db(connection.alias, self._names, values)


INTERVIEW, EVENT, TURN, SPEAKER, GUEST = map(Columns, (Interview, Event, Turn, Speaker, Guest))
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
