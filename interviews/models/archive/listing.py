"""All interviews, by year, section, guest and host."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Func, IntegerField, QuerySet

from interviews.models.people.person import Guest, Host
from interviews.models.transcript.interview import Interview, InterviewQuerySet, own_clock
from interviews.models.transcript.speaker import Speaker

from .appearances import MostSeen
from .section import Section

PEOPLE_OFFERED = 12  # the most seen; the others are in the lists of all guests and hosts


class Branch(NamedTuple):
    """A section, the number of interviews in it and below it, and the sections inside it."""

    section: Section
    interviews: int
    branches: list["Branch"]


@dataclass(frozen=True)
class Archive:
    """The announced interviews that match every filter that is set."""

    year: int | None = None
    section: Section | None = None
    guest: Guest | None = None
    host: Host | None = None

    @cached_property
    def interviews(self) -> InterviewQuerySet:
        found = Interview.objects.announced().newest_first()
        if self.year:
            found = found.of_year(self.year)
        if self.section:
            found = found.filter(section__in=self.chosen_sections)
        if self.guest:
            found = found.filter(guests=self.guest)
        return found.filter(hosts=self.host) if self.host else found

    @cached_property
    def _counts(self) -> list[tuple[int, int | None, int]]:
        """Return year, section and the number of interviews in both, for the chosen guest and host."""
        year = Func(own_clock(), template="date_part('year', %(expressions)s)::integer", output_field=IntegerField())
        fitting = replace(self, year=None, section=None).interviews.order_by()
        return list(fitting.values_list(year, "section").annotate(Count("pk")))

    @cached_property
    def years(self) -> dict[int, int]:
        years: Counter[int] = Counter()
        for year, section, n in self._counts:
            if not self.section or section in self.chosen_sections:
                years[year] += n
        return dict(sorted(years.items(), reverse=True))

    @property
    def count(self) -> int:
        return self.years.get(self.year, 0) if self.year else sum(self.years.values())

    @cached_property
    def tree(self) -> list[Branch]:
        counts: Counter[int | None] = Counter()
        for year, section, n in self._counts:
            if self.year in (None, year):
                counts[section] += n
        return list(self._branches(self.section.pk if self.section else None, counts))

    @cached_property
    def guests(self) -> list[Guest]:
        return MostSeen(Guest, replace(self, guest=None).seats)[:PEOPLE_OFFERED]

    @cached_property
    def hosts(self) -> list[Host]:
        return MostSeen(Host, replace(self, host=None).seats)[:PEOPLE_OFFERED]

    @property
    def seats(self) -> QuerySet[Speaker]:
        # there are few drafts to leave out, and many announced interviews to look for
        seats = Speaker.objects.exclude(interview__in=Interview.objects.drafts())
        if self.year or self.section:
            seats = seats.filter(interview__in=replace(self, guest=None, host=None).interviews.order_by())
        if self.guest:
            seats = seats.filter(interview__in=self.guest.seats.values("interview"))
        return seats.filter(interview__in=self.host.seats.values("interview")) if self.host else seats

    @property
    def chosen(self) -> list[str]:
        chosen = [one.name for one in (self.section, self.guest, self.host) if one]
        return [*chosen, str(self.year)] if self.year else chosen

    @cached_property
    def path(self) -> list[Section]:
        path: list[Section] = []
        section = self.section
        while section:
            path.insert(0, section)
            section = self._sections.get(section.parent_id or 0)
        return path

    @cached_property
    def _sections(self) -> dict[int, Section]:
        return {section.pk: section for section in Section.objects.all()}

    def _children(self, parent: int | None) -> list[Section]:
        return [section for section in self._sections.values() if section.parent_id == parent]

    @cached_property
    def chosen_sections(self) -> set[int]:
        assert self.section
        return {self.section.pk, *self._inside(self.section.pk)}

    def _inside(self, parent: int) -> Iterator[int]:
        for child in self._children(parent):
            yield child.pk
            yield from self._inside(child.pk)

    def _branches(self, parent: int | None, counts: Counter[int | None]) -> Iterator[Branch]:
        for section in self._children(parent):
            inside = list(self._branches(section.pk, counts))
            if n := counts[section.pk] + sum(branch.interviews for branch in inside):
                yield Branch(section, n, inside)
