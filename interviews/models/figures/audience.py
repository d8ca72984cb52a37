"""How many people read an interview, minute by minute: numbers only, nothing about a person."""

from collections.abc import Collection
from datetime import timedelta

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interviews.models.transcript.interview import CORRECTIONS_EXPECTED, Interview

# Each process counts every 5 s. An older count may be from a process that has ended, whose readers another has
# counted since: a count left out is made good by the next, readers counted twice would stay the peak.
JUST_COUNTED = timedelta(seconds=7)
# Rows are locked in one order, or two processes could wait for each other.
SAVE_AUDIENCES = """
INSERT INTO interviews_audience AS kept (interview_id, minute, readers)
SELECT interview.id, date_trunc('minute', %(now)s), sum(readership.readers)
FROM interviews_readership readership JOIN interviews_interview interview ON interview.id = readership.interview_id
WHERE interview.id = ANY(%(interviews)s) AND readership.at > %(just_counted)s
    AND interview.started_at IS NOT NULL AND (interview.ended_at IS NULL OR interview.ended_at > %(still_read)s)
GROUP BY interview.id HAVING sum(readership.readers) > 0 ORDER BY interview.id
ON CONFLICT (interview_id, minute) DO UPDATE SET readers = EXCLUDED.readers WHERE kept.readers < EXCLUDED.readers
"""


class Audience(models.Model):
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="audiences", verbose_name=_("interview"))
    minute = models.DateTimeField(_("minute"))
    readers = models.PositiveIntegerField(_("readers"), help_text=_("The most at once in that minute."))

    class Meta:
        ordering = ["interview", "minute"]
        constraints = [models.UniqueConstraint(fields=["interview", "minute"], name="audience_minute_once")]

    def __str__(self) -> str:
        return f"{self.interview}, {self.minute:%Y-%m-%d %H:%M}: {self.readers}"


def keep_peaks(interviews: Collection[int]) -> None:
    """Store how many people read these interviews now, if it is more than before in this minute.

    This ends a day after an interview's end, when pages are no longer told of changes: an old page that somebody has
    left open would add a row a minute for ever.
    """
    now = timezone.now()
    if interviews:
        with connection.cursor() as cursor:
            times = {"now": now, "just_counted": now - JUST_COUNTED, "still_read": now - CORRECTIONS_EXPECTED}
            cursor.execute(SAVE_AUDIENCES, {"interviews": list(interviews), **times})
