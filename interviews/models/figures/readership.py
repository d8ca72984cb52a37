"""How many people read an interview now, as each server process counts its readers."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import connection, models
from django.db.models import Sum
from django.utils import timezone

from interviews.models.transcript.interview import Interview
from interviews.models.values.recent import around

from .audience import keep_peaks

COUNTS_VALID = timedelta(seconds=15)  # each server process counts every 5 s

# Written as SQL, since each process asks for it every 5 s. Both return the interviews whose counts have changed.
SAVE_COUNTS = """
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
# Of rooms that the process has closed, and of processes that have ended.
FORGET_COUNTS = """
DELETE FROM interviews_readership
WHERE process = %(process)s AND interview_id <> ALL(%(interviews)s::bigint[]) OR at < %(forgotten)s
RETURNING interview_id
"""


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


def reading_now(interview: Interview) -> int:
    fresh = interview.readerships.filter(at__range=around(COUNTS_VALID))
    return fresh.aggregate(readers=Sum("readers"))["readers"] or 0


def count_readers(process: uuid.UUID, readers: dict[int, int]) -> None:
    """Store the counts of one server process, by the interviews' ids, and tell the desks of those that changed."""
    now = timezone.now()
    about: dict[str, Any] = {"process": process, "now": now, "forgotten": now - COUNTS_VALID}
    about |= {"interviews": list(readers), "readers": list(readers.values())}
    with connection.cursor() as cursor:
        changed = {pk for sql in (SAVE_COUNTS, FORGET_COUNTS) for (pk,) in cursor.execute(sql, about)}
    keep_peaks(readers)
    for interview in Interview.objects.filter(pk__in=changed):
        interview.ring_the_desk()
