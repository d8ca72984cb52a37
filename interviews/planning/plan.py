from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import connection
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from interviews.models import Guest, Host, Interview, Person, Section, Speaker, User
from interviews.models.values.slugs import slug_from

from .details_form import DetailsForm, path_of
from .seats import SeatForm, TakenSeatForm

if TYPE_CHECKING:
    BaseFormSet = forms.BaseFormSet[Any]
else:
    from django.forms import BaseFormSet

PEOPLE_OFFERED = 500  # latest people of a kind; any other is found by name as well
PLANNING_LOCK = 0x706C616E  # PostgreSQL's advisory lock


class Rows(BaseFormSet):
    """New seats. Rows that are filled from another interview can be emptied like any other."""

    def initial_form_count(self) -> int:
        return 0


Hosts = forms.formset_factory(SeatForm, formset=Rows, extra=1)
Guests = forms.formset_factory(SeatForm, formset=Rows, extra=3)


class Plan:
    """All forms of the page, for an existing interview, a new one, or one that is set up like another."""

    def __init__(self, interview: Interview, data: QueryDict | None = None, like: Interview | None = None) -> None:
        self.interview, self._data, self.like = interview, data, like
        self._look_at_the_interview()
        self.hosts = Hosts(data, prefix="hosts", form_kwargs={"people": Host})
        self.guests = Guests(data, prefix="guests", form_kwargs={"people": Guest})
        if self.taken:
            self.guests.extra = 1
        if like and data is None:
            seats = like.speakers.select_related("host", "guest")
            self._fill_in(self.hosts, [seat.host for seat in seats if seat.host])
            self._fill_in(self.guests, [seat.guest for seat in seats if seat.guest])

    def _fill_in(self, rows: Any, people: Iterable[Any]) -> None:
        # by name alone: title and organisation are those of today, and of whoever takes the place
        rows.initial = [{"name": person.stands_for.name} for person in people]
        rows.extra = len(rows.initial) + 1

    def _look_at_the_interview(self) -> None:
        self.details = DetailsForm(self._data, instance=self.interview)
        seats = Speaker.objects.filter(interview=self.interview.pk).select_related("interview", "host", "guest")
        self.taken = [TakenSeatForm(self._data, instance=seat, prefix=f"seat-{seat.pk}") for seat in seats]

    def is_valid(self) -> bool:
        seats = [form.is_valid() for form in self.taken] + [rows.is_valid() for rows in (self.hosts, self.guests)]
        return self.details.is_valid() and all(seats) and self._is_one_seat_each()

    def save(self, by: User) -> bool:
        """Save in the caller's transaction, which has to be rolled back if the answer is no: somebody else has just
        changed what this relied on, and the forms say so."""
        if not self.interview.pk:
            return self._save_new(by)
        self.details.changes()  # makes a new section
        self._make_people()
        with self.interview.locked():  # from here on nobody posts there, so new rows, which may wait, come before
            self._look_at_the_interview()
            if not self.is_valid():
                return False
            self.interview.revise(by=by, **self.details.changes())
            self._take_effect(by)
        return True

    def _save_new(self, by: User) -> bool:
        if made := self._made_before():
            self.interview = made
            return True
        self.interview = Interview.objects.create(epoch=self.details.cleaned_data["key"], **self.details.changes())
        if self.like:
            self._take_what_the_page_does_not_show(self.like, by)
        self._make_people()
        self._take_effect(by)
        return True

    def _take_what_the_page_does_not_show(self, like: Interview, by: User) -> None:
        self.interview.publishers.set(like.publishers.all())
        if by.has_perm("interviews.add_assignment"):
            for given in like.assignments.all():
                self.interview.assignments.create(user=given.user, role=given.role)

    def _make_people(self) -> None:
        new = [person for _row, person in self._given if not person.pk]
        for person in sorted(new, key=slugs_in_order):
            person.save()

    def _take_effect(self, by: User) -> None:
        if self._seat():
            self.interview.recast(by=by)
        if self.details.announces:
            self.interview.announce(by=by)
        if self.details.submits:
            self.interview.submit(by=by)

    def _made_before(self) -> Interview | None:
        # The form's key is the interview's first epoch, so that a form sent twice makes one interview.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PLANNING_LOCK])
        made: Interview | None = Interview.objects.filter(epoch=self.details.cleaned_data["key"]).first()
        return made

    def _seat(self) -> bool:
        given = [(person, self._label(person), row.cleaned_data) for row, person in self._given]
        changed = [form.take_effect() for form in self.taken]
        for person, label, typed in given:
            self.interview.seat(person, label, typed["title"], typed["organisation"] or None)
        return bool(given) or any(changed)

    @property
    def _kept(self) -> list[TakenSeatForm]:
        return [form for form in self.taken if not form.cleaned_data["remove"]]

    @property
    def _given(self) -> list[tuple[SeatForm, Person]]:
        return [(row, row.person) for row in (*self.hosts, *self.guests) if row.person]

    def _label(self, person: Person) -> str:
        # Label a single host by role as this page has it, not as it was saved before.
        people = [*(form.instance.person for form in self._kept), *(person for _row, person in self._given)]
        if sum(isinstance(other, Host) for other in people) > 1:
            return person.name
        return Interview(language=self.interview.language).label_for(person)

    def _is_one_seat_each(self) -> bool:
        """Whether nobody and no label comes twice; a label that this page gives up still counts as taken."""
        owners = {what: form for form in self._kept for what in (form.initial["label"], identity(form.instance.person))}
        wanted: list[tuple[Any, str, Any]] = [(form, "label", form.shown_as) for form in self._kept]
        for row, person in self._given:
            wanted += [(row, "name", self._label(person)), (row, "name", identity(person))]
        clashes = {(form, field) for form, field, what in wanted if owners.setdefault(what, form) is not form}
        for form, field in clashes:
            form.add_error(field, _("This name has a seat already."))
        return not clashes


def slugs_in_order(person: Person) -> tuple[bool, str]:
    """Sort people whose slugs are taken in one transaction: two that take the same ones can't wait for each other."""
    return isinstance(person, Guest), slug_from(type(person), person.name)


def identity(person: Person) -> tuple[type[Person], int | str]:
    return type(person), person.pk or person.name


def offers() -> dict[str, Any]:
    return {
        "known_hosts": Host.objects.with_page().order_by("-pk")[:PEOPLE_OFFERED],
        "known_guests": Guest.objects.with_page().order_by("-pk")[:PEOPLE_OFFERED],
        "sections": sorted(map(path_of, Section.objects.select_related("parent"))),
    }
