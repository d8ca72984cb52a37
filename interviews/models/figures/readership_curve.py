"""How many people read an interview and how much was said in it, span by span."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil
from typing import Any, NamedTuple

from django.db.models import Count, DateTimeField, Func, Max, QuerySet, Value
from django.utils import timezone

from interviews.models.transcript.interview import Interview

from .audience import Audience

MINUTE = timedelta(minutes=1)
STEP_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)
DAY_MINUTES = 1440
MAX_SPANS = 60  # more are hard to tell apart in the chart
SHOWN_AFTER_END = timedelta(hours=1)  # at most, or the talk would be lost in the chart; `minutes` has all


class Span(NamedTuple):
    begins: datetime
    readers: int | None  # the most at once; None: nobody has counted
    turns: int


@dataclass(frozen=True)
class ReadershipCurve:
    """How an interview that has begun was followed: spans of time with their readers and turns."""

    interview: Interview

    @cached_property
    def peak(self) -> Audience | None:
        return self.interview.audiences.order_by("-readers", "minute").first()

    @cached_property
    def step(self) -> timedelta:
        minutes = (self._ends - self.begins) / MINUTE
        fitting = (step for step in STEP_MINUTES if minutes <= step * MAX_SPANS)
        return next(fitting, DAY_MINUTES * ceil(minutes / DAY_MINUTES / MAX_SPANS)) * MINUTE

    @cached_property
    def spans(self) -> list[Span]:
        readers = dict(self._in_spans(self.interview.audiences.all(), "minute", Max("readers")))
        turns = dict(self._in_spans(self.interview.turns.published(), "spoken_at", Count("pk")))
        uncounted = 0 if self.peak else None
        begins = [self.begins + n * self.step for n in range((self._ends - self.begins) // self.step + 1)]
        return [Span(begin, readers.get(begin, uncounted), turns.get(begin, 0)) for begin in begins]

    @cached_property
    def minutes(self) -> list[Span]:
        readers = dict(self.interview.audiences.values_list("minute", "readers"))
        spoken = self.interview.turns.published().values_list("spoken_at", flat=True)
        turns = Counter(at.replace(second=0, microsecond=0) for at in spoken)
        uncounted = 0 if readers else None
        return [Span(at, readers.get(at, uncounted), turns[at]) for at in sorted({*readers, *turns})]

    @property
    def begins(self) -> datetime:
        assert self.interview.started_at
        return self.interview.started_at.replace(second=0, microsecond=0)

    @cached_property
    def _ends(self) -> datetime:
        over = max(self.interview.ended_at or timezone.now(), self.begins)
        last = self.interview.audiences.filter(minute__lte=over + SHOWN_AFTER_END).order_by("minute").last()
        return max(over, last.minute) if last else over

    def _in_spans(self, counted: QuerySet[Any], at: str, how: Any) -> Any:
        span = Func(Value(self.step), at, Value(self.begins), function="date_bin", output_field=DateTimeField())
        within = counted.filter(**{f"{at}__gte": self.begins, f"{at}__lt": self._ends + self.step})
        return within.order_by().values_list(span).annotate(how)
