"""The list of interviews at the desk: in groups by state, or one of them by pages, narrowed by what is looked for."""

from typing import Any

from django import forms
from django.core.paginator import EmptyPage, Paginator
from django.db.models import Count, F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from interviews.forms import WordsInput
from interviews.models import Interview, Report, Section, User
from interviews.models.accounts.roles import SEES
from interviews.models.archive.at_the_desk import sought, years_of_all
from interviews.models.desk.waiting import how_many_wait
from interviews.models.transcript.interview import InterviewQuerySet
from interviews.planning.details_form import path_of

from .newsroom import DeskRequest, newsroom

ROWS_SHOWN = 20  # of each group; the list of one group has as many on a page
Status = Interview.Status
WAITING = Q(status=Status.DRAFT, submitted_at__isnull=False, approved_at=None)
GROUPS: dict[
    str, tuple[Any, Q, Any]
] = {  # what it is called, what belongs to it, and in which order; None is newest first
    "reports": (_("Readers’ reports"), Q(pk__in=Report.objects.open().values("turn__interview")), None),
    "live": (_("Live now"), Q(status=Status.LIVE), None),
    "scheduled": (_("Scheduled"), Q(status=Status.SCHEDULED), F("starts_at").asc()),
    "approval": (_("Waiting for approval"), WAITING, F("submitted_at").asc()),
    "drafts": (_("Drafts"), Q(status=Status.DRAFT) & ~WAITING, F("id").desc()),
    "ended": (_("Ended"), Q(status=Status.ENDED), None),
}


class SoughtForm(forms.Form):
    """What is looked for (`q`, `section`, `year`, `mine`), and which group is shown alone, at which page."""

    q = WordsInput(label=_("Headline or people"), required=False)
    section = forms.ModelChoiceField(
        Section.objects.select_related("parent__parent"), label=_("Section"), required=False, to_field_name="slug"
    )
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1900, max_value=2200)
    mine = forms.BooleanField(label=_("Mine only"), required=False)
    group = forms.ChoiceField(required=False, choices=[(name, name) for name in GROUPS])
    page = forms.IntegerField(required=False, min_value=1, max_value=2**31)

    def interviews(self, user: User) -> InterviewQuerySet:
        asked = self.cleaned_data
        whose = user if asked["mine"] else None
        among = Interview.objects.open_to(user, SEES)
        return sought(among, words=asked.get("q"), section=asked["section"], year=asked["year"], whose=whose)

    @property
    def narrows(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("q", "section", "year", "mine"))


class Group:
    """A page of the interviews of one state that are looked for. Raise EmptyPage if there is no such page."""

    def __init__(self, name: str, found: InterviewQuerySet, count: int, number: int) -> None:
        title, belongs, order = GROUPS[name]
        among = found.filter(belongs)
        ordered = among.order_by(order, "pk") if order else among.newest_first()
        pages = Paginator(ordered.values_list("pk", flat=True), ROWS_SHOWN)
        pages.count = count  # one statement has counted them all
        self.name, self.title, self.page = name, title, pages.page(number)
        self.numbers = pages.get_elided_page_range(number, on_each_side=2, on_ends=1)

    @property
    def rows(self) -> list[Interview]:
        known = Interview.objects.select_related("section").prefetch_related("speakers")
        by_pk = known.in_bulk(shown := list(self.page))
        waiting = how_many_wait(shown)
        for interview in by_pk.values():
            interview.waiting = waiting[interview.pk]  # type: ignore[attr-defined]
        return [by_pk[pk] for pk in shown if pk in by_pk]


@require_safe
@newsroom
def interviews(request: DeskRequest) -> HttpResponse:
    form = SoughtForm(request.GET)
    form.is_valid()
    if form.errors.keys() - {"q"}:
        raise Http404
    context = {
        "form": form,
        "groups": [] if form.errors else _groups(form, request.user),
        "sections": sorted((path_of(section), section.slug) for section in form.fields["section"].queryset),  # type: ignore[attr-defined]
        "years": years_of_all(),
    }
    return render(request, "desk/interviews.html", context, status=400 if form.errors else 200)


def _groups(form: SoughtForm, user: User) -> list[Group]:
    found, chosen = form.interviews(user), form.cleaned_data["group"]
    names = [chosen] if chosen else GROUPS
    counts = found.aggregate(**{name: Count("pk", filter=GROUPS[name][1]) for name in names})
    number = chosen and form.cleaned_data["page"] or 1
    try:
        return [Group(name, found, n, number) for name, n in counts.items() if n or chosen]
    except EmptyPage as error:
        raise Http404 from error
