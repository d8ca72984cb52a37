"""What only the newsroom sees of itself: who is at the desk and doing what, what they tell each other, who reads."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import connection, models
from django.db.models import Q, Sum
from django.utils import timezone

from .audience import keep_peaks
from .interview import Interview
from .people import User
from .speaker import Speaker
from .turn import Turn

AT_THE_DESK = timedelta(seconds=50)  # a window tells every 20 s that it is there
NOTES_SHOWN = 100
COUNTED = timedelta(seconds=15)  # a server process tells every 5 s how many read

# By hand, as each process asks it every 5 s; each answers in which interviews something is other than it was.
COUNT = """
WITH counted AS (SELECT * FROM unnest(%(interviews)s::bigint[], %(readers)s::integer[]) AS _(interview_id, readers)),
    before AS (SELECT interview_id, readers FROM interviews_readership WHERE process = %(process)s),
    kept AS (
        INSERT INTO interviews_readership (interview_id, process, readers, at)
        SELECT interview_id, %(process)s, readers, %(now)s FROM counted
        ON CONFLICT (interview_id, process) DO UPDATE SET readers = EXCLUDED.readers, at = EXCLUDED.at
    )
SELECT interview_id FROM counted FULL JOIN before USING (interview_id)
WHERE counted.readers IS DISTINCT FROM before.readers
"""
# Those of rooms that the process has closed, and of processes that are no more.
FORGET = """
DELETE FROM interviews_readership
WHERE process = %(process)s AND interview_id <> ALL(%(interviews)s::bigint[]) OR at < %(forgotten)s
RETURNING interview_id
"""


class Presence(models.Model):
    """One open window of the desk, and what is being typed in it: for a speaker, or in a turn's correction."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="presences")
    window = models.UUIDField()
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    speaker = models.ForeignKey(Speaker, models.CASCADE, null=True, related_name="+")
    turn = models.ForeignKey(Turn, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["user__username", "id"]
        constraints = [models.UniqueConstraint(fields=["interview", "window"], name="presence_once")]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_typing(self) -> bool:
        return bool(self.speaker_id or self.turn_id)


class Note(models.Model):
    """A line of the back-channel."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="notes")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.CharField(max_length=1000)
    key = models.UUIDField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["interview", "key"], name="note_key_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.text[:60]}"


class Readership(models.Model):
    """How many pages of an interview one server process keeps current."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="readerships")
    process = models.UUIDField()
    readers = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "process"], name="readership_once")]

    def __str__(self) -> str:
        return f"{self.interview}: {self.readers}"


def be_present(
    interview: Interview, window: uuid.UUID, user: User, *, speaker: Speaker | None = None, turn: Turn | None = None
) -> None:
    """The others are told when something differs, not that somebody is still there."""
    doing = {"user": user, "speaker": speaker, "turn": turn}
    same = interview.presences.filter(window=window, at__gt=timezone.now() - AT_THE_DESK, **doing)
    is_news = not same.exists()
    Presence.objects.update_or_create(interview=interview, window=window, defaults=doing)
    if is_news:
        interview.ring_the_desk()


def leave(interview: Interview, window: uuid.UUID, user: User) -> None:
    interview.presences.filter(Q(window=window, user=user) | Q(at__lt=timezone.now() - AT_THE_DESK)).delete()
    interview.ring_the_desk()


def at_the_desk(interview: Interview) -> list[Presence]:
    """First each window in which something is typed, then everybody else, once."""
    windows = interview.presences.filter(at__gt=timezone.now() - AT_THE_DESK)
    windows = windows.select_related("user", "speaker", "turn__speaker")
    typing = [window for window in windows if window.is_typing]
    idle = {window.user_id: window for window in windows if not window.is_typing}
    typists = {window.user_id for window in typing}
    return [*typing, *(window for user, window in idle.items() if user not in typists)]


def tell_the_staff(interview: Interview, text: str, key: uuid.UUID, by: User) -> Note:
    """The same key again is the same note."""
    note, is_new = Note.objects.get_or_create(interview=interview, key=key, defaults={"text": text, "user": by})
    if is_new:
        interview.ring_the_desk()
    return note


def latest_notes(interview: Interview) -> list[Note]:
    return list(interview.notes.select_related("user").order_by("-id")[:NOTES_SHOWN])[::-1]


def reading_now(interview: Interview) -> int:
    fresh = interview.readerships.filter(at__gt=timezone.now() - COUNTED)
    return fresh.aggregate(readers=Sum("readers"))["readers"] or 0


def count_readers(process: uuid.UUID, readers: dict[int, int]) -> None:
    """What one server process has counted, by the interviews' ids; the desks hear of it where it differs."""
    now = timezone.now()
    about: dict[str, Any] = {"process": process, "now": now, "forgotten": now - COUNTED}
    about |= {"interviews": list(readers), "readers": list(readers.values())}
    with connection.cursor() as cursor:
        changed = {pk for sql in (COUNT, FORGET) for (pk,) in cursor.execute(sql, about)}
    keep_peaks(readers)
    for interview in Interview.objects.filter(pk__in=changed):
        interview.ring_the_desk()
