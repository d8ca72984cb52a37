from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interviews.models.accounts.user import User
from interviews.models.transcript.errors import NotNow
from interviews.models.transcript.interview import Interview
from interviews.models.transcript.turn import Turn
from interviews.models.values.recent import around
from interviews.models.values.text import one_line
from interviews.models.values.text_fields import LineField

MAX_OPEN_REPORTS = 200  # in one interview, so that a flood can't bury the newsroom
MINUTE = timedelta(minutes=1)
MAX_REPORTS_A_MINUTE = 20


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> "ReportQuerySet":
        return self.filter(settled_at=None)


class Report(models.Model):
    """A mistake that a reader found in a turn. Nothing about the reader is stored."""

    turn = models.ForeignKey(Turn, models.PROTECT, related_name="reports")
    version = models.PositiveIntegerField()  # of the turn, or the one before it if the reader saw another text
    text = LineField(_("What is wrong?"), max_length=500)
    at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text

    def settle(self, *, by: User | None = None) -> None:
        interview = self.turn.interview
        with interview.locked():
            self.refresh_from_db(fields=["settled_at"])
            if self.settled_at:
                raise NotNow(_("Somebody has settled this report already."))
            self.settled_at, self.settled_by = timezone.now(), by
            self.save(update_fields=["settled_at", "settled_by"])
            interview.ring_the_desk()


def open_reports(interview: Interview) -> ReportQuerySet:
    return Report.objects.open().filter(turn__interview=interview).select_related("turn__speaker")


def report(turn: Turn, *, text: str, version: int) -> Report:
    """Report a mistake in the turn of this shown_version. The same report again, while it is open, is only one.

    Raise NotNow if there are too many. This is checked before the lock, too, so that a flood can't hold up typists.
    """
    interview, text = turn.interview, one_line(text)
    if known := _known_or_room(turn, text):
        return known
    with interview.locked():
        if known := _known_or_room(turn, text):
            return known
        is_as_it_stands = version == turn.shown_version
        new = Report(turn=turn, text=text, version=turn.version if is_as_it_stands else turn.version - 1)
        new.full_clean(exclude=["settled_by", "settled_at"])
        new.save()
        interview.ring_the_desk()
    return new


def _known_or_room(turn: Turn, text: str) -> Report | None:
    reports = Report.objects.filter(turn__interview=turn.interview)
    if known := reports.open().filter(turn=turn, text=text).first():
        return known
    fresh = reports.filter(at__range=around(MINUTE))
    if reports.open().count() >= MAX_OPEN_REPORTS:
        raise NotNow(_("The newsroom has more reports to look at than it can. Try again tomorrow."))
    if fresh.count() >= MAX_REPORTS_A_MINUTE:
        raise NotNow(_("Too many reports are coming in just now. Try again in a few minutes."))
    return None
