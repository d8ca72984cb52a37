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
# Readers know only how many changes they could see: as many of the newest are new to them as there are more now.
NEWS = f"""
SELECT {INTERVIEW.sql}, {EVENT.sql}, {TURN.sql}, {SPEAKER.sql}, {GUEST.sql},
    EXISTS (SELECT FROM interviews_photo WHERE turn_id = turn.id)
FROM interviews_interview interview
    LEFT JOIN LATERAL (
        SELECT * FROM interviews_event WHERE interview_id = interview.id AND {{are_told}}
        ORDER BY seq DESC LIMIT CASE WHEN {{new}} BETWEEN 0 AND %(most)s THEN {{new}} ELSE 0 END
    ) event ON true
    LEFT JOIN interviews_turn turn ON turn.id = event.turn_id
    LEFT JOIN interviews_speaker speaker ON speaker.id = turn.speaker_id
    LEFT JOIN interviews_guest guest ON guest.id = speaker.guest_id
WHERE interview.id = %(pk)s
ORDER BY event.seq
"""
NEWS_FOR_THE_DESK = NEWS.format(are_told="true", new="interview.seq - %(after)s")
NEWS_FOR_READERS = NEWS.format(are_told="is_public", new="interview.seq - interview.unseen - %(after)s")


def since(pk: int, after: int, most: int, *, for_readers: bool = False) -> tuple[Interview, list[Event]]:
    """Return an interview and its events after seq `after`, with their turns and speakers, all as of one moment.

    For readers, `after` is a public_seq, and there is nothing but what they see.
    There are no events if there would be more than `most`. Raise Interview.DoesNotExist if there is no such interview.
    """
    with connection.cursor() as cursor:
        news = NEWS_FOR_READERS if for_readers else NEWS_FOR_THE_DESK
        cursor.execute(news, {"pk": pk, "after": after, "most": most})
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
