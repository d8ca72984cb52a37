"""Figures of what was held, said and read. docs/statistics.md says what each of them counts."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from interviews.models.archive.section import Section
from interviews.models.people.person import Guest
from interviews.models.transcript.event import Event
from interviews.models.transcript.interview import Interview, InterviewQuerySet, own_clock
from interviews.models.transcript.speaker import Speaker
from interviews.models.transcript.turn import TELLS_READERS, Turn
from interviews.models.values.chinese import SEARCHED_SINGLY
from interviews.models.values.grams import LETTERS

from .audience import Audience

TOOK_PLACE = [Interview.Status.LIVE, Interview.Status.ENDED]
KINDS_OF_STATE = ["said", "prepared", "held", "released", "declined", "retracted", "restored"]  # of a turn
TOP_ENTRIES = 10
ANNUAL_REPORT_LINES = ("访谈期数（期）", "网民留言数量（条）", "答复网民提问数量（条）")

Key = TypeVar("Key", bound=Hashable)


class WordCount(Func):
    """Number of Chinese characters and of other words, which may contain marks: it’s, so-called, 3.5."""

    template = (
        f"length(regexp_replace(%(expressions)s, '[^{SEARCHED_SINGLY}]+', '', 'g')) + "
        f"regexp_count(%(expressions)s, '[{LETTERS}]+(?:[''’.,-][{LETTERS}]+)*')"
    )
    output_field = IntegerField()


class Seat(NamedTuple):
    """Who spoke in an interview, and how much of it is published."""

    speaker: int
    interview: int
    guest: int | None  # after merges
    turns: int = 0
    words: int = 0


@dataclass
class Counted:
    """One interview, and what was counted of it."""

    pk: int
    section: int | None
    began: datetime  # on its own clock
    seats: list[Seat]
    corrections: int
    peak: int | None  # None: nobody has counted

    @property
    def month(self) -> date:
        return self.began.date().replace(day=1)


class Figures(NamedTuple):
    interviews: int
    guests: int
    appearances: int
    turns: int
    words: int
    corrections: int
    peak: int | None

    @classmethod
    def of(cls, interviews: Iterable[Counted]) -> "Figures":
        interviews = list(interviews)
        seats = [seat for interview in interviews for seat in interview.seats]
        appearances = {(seat.interview, seat.guest) for seat in seats if seat.guest}
        return cls(
            interviews=len(interviews),
            guests=len({guest for _, guest in appearances}),
            appearances=len(appearances),
            turns=sum(seat.turns for seat in seats),
            words=sum(seat.words for seat in seats),
            corrections=sum(interview.corrections for interview in interviews),
            peak=max((interview.peak for interview in interviews if interview.peak is not None), default=None),
        )


@dataclass(frozen=True)
class Statistics:
    """Figures of those among the interviews that have begun.

    For all that there are (None) words aren't counted and are 0: every text would have to be read.
    """

    among: InterviewQuerySet | None = None

    @classmethod
    def of_year(cls, year: int) -> "Statistics":
        return cls(Interview.objects.of_year(year))

    @property
    def total(self) -> Figures:
        return Figures.of(self.interviews)

    @property
    def years(self) -> dict[int, Figures]:
        return _grouped(self.interviews, lambda interview: interview.began.year)

    @property
    def months(self) -> dict[date, Figures]:
        found = _grouped(self.interviews, lambda interview: interview.month)
        every = [date(year, month, 1) for year in sorted({day.year for day in found}) for month in range(1, 13)]
        return {month: found.get(month, Figures.of([])) for month in every}

    @property
    def sections(self) -> dict[Section | None, Figures]:
        known = Section.objects.select_related("parent").in_bulk()
        found = _grouped(self.interviews, lambda interview: interview.section)
        ordered = sorted(found.items(), key=lambda entry: (entry[0] is None, -entry[1].interviews, entry[0]))
        return {known.get(pk or 0): figures for pk, figures in ordered}

    @cached_property
    def guests(self) -> list[tuple[Guest, int, int]]:
        came: dict[int, list[Seat]] = defaultdict(list)
        for seat in (seat for interview in self.interviews for seat in interview.seats):
            if seat.guest:
                came[seat.guest].append(seat)
        all_told = [
            (guest, len({seat.interview for seat in seats}), sum(seat.turns for seat in seats))
            for guest, seats in came.items()
        ]
        top = sorted(all_told, key=lambda entry: (-entry[1], -entry[2], entry[0]))[:TOP_ENTRIES]
        people = Guest.objects.in_bulk([guest for guest, _, _ in top])
        return [(people[guest], interviews, turns) for guest, interviews, turns in top]

    @cached_property
    def most_read(self) -> list[tuple[Interview, int]]:
        peaks = [(counted.pk, counted.peak) for counted in self.interviews if counted.peak]
        top = sorted(peaks, key=lambda entry: entry[1], reverse=True)[:TOP_ENTRIES]
        interviews = Interview.objects.in_bulk([pk for pk, _ in top])
        return [(interviews[pk], peak) for pk, peak in top]

    @property
    def annual_report(self) -> dict[str, int | None]:
        """Return the row 在线访谈 of the form for government sites. None is what isn't counted: readers' questions."""
        return dict(zip(ANNUAL_REPORT_LINES, (len(self.interviews), None, None), strict=True))

    @cached_property
    def interviews(self) -> list[Counted]:
        interviews = (Interview.objects.all() if self.among is None else self.among).filter(status__in=TOOK_PLACE)
        seats, corrections, peaks = self._seats(), dict(self._corrections()), dict(self._peaks())
        return [
            Counted(*about, seats[about[0]], corrections.get(about[0], 0), peaks.get(about[0]))
            for about in interviews.annotate(began=own_clock())
            .order_by("began", "pk")
            .values_list("pk", "section", "began")
        ]

    def _seats(self) -> dict[int, list[Seat]]:
        words = Value(0) if self.among is None else Sum(WordCount("text"))
        turns = self._theirs(Turn.objects.published()).values_list("speaker").annotate(Count("pk"), words=words)
        said = {pk: said for pk, *said in turns}
        person = Coalesce("guest__merged_into", "guest")
        seats: dict[int, list[Seat]] = defaultdict(list)
        for seat in self._theirs(Speaker.objects.all()).order_by("order", "pk").values_list("pk", "interview", person):
            seats[seat[1]].append(Seat(*seat, *said.get(seat[0], ())))
        return seats

    def _corrections(self) -> Any:
        # corrections of what readers had seen: the last change of state before had published the turn
        published = Q(kind__in=["said", "released"]) | Q(kind="restored", before__state="retracted")
        before = Event.objects.filter(turn=OuterRef("turn"), seq__lt=OuterRef("seq"), kind__in=KINDS_OF_STATE)
        seen = before.order_by("-seq").values(seen=ExpressionWrapper(published, BooleanField()))[:1]
        corrections = Event.objects.filter(Subquery(seen), kind="corrected", before__has_any_keys=sorted(TELLS_READERS))
        return self._theirs(corrections).values_list("interview").annotate(Count("pk"))

    def _peaks(self) -> Any:
        return self._theirs(Audience.objects.all()).values_list("interview").annotate(Max("readers"))

    def _theirs(self, things: Any) -> Any:
        return (things if self.among is None else things.filter(interview__in=self.among.values("pk"))).order_by()


def years_with_interviews() -> list[int]:
    year = Func(own_clock(), template="date_part('year', %(expressions)s)::integer", output_field=IntegerField())
    interviews = Interview.objects.filter(status__in=TOOK_PLACE).order_by()
    return sorted(interviews.values_list(year, flat=True).distinct(), reverse=True)


def _grouped(interviews: Iterable[Counted], by: Callable[[Counted], Key]) -> dict[Key, Figures]:
    groups: dict[Key, list[Counted]] = defaultdict(list)
    for interview in interviews:
        groups[by(interview)].append(interview)
    return {key: Figures.of(group) for key, group in groups.items()}
