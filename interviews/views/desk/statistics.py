"""Figures of what was held, said and read: of one interview for its editors, of all for editors of all."""

from collections.abc import Iterable
from datetime import timedelta
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from interviews.exports.spreadsheets import as_csv
from interviews.models import Interview, Report, Speaker
from interviews.models.accounts.roles import RUNS
from interviews.models.figures.readership_curve import MINUTE, ReadershipCurve, Span
from interviews.models.figures.statistics import Figures, Statistics, years_with_interviews

from . import charts
from .newsroom import DeskRequest, View, interview_for, newsroom

READERS_PANEL, TURNS_PANEL = (26, 116, 4), (178, 46, 2)  # top, height and ticks of the parts of an interview's chart


class StatisticsForm(forms.Form):
    year = forms.IntegerField(required=False, min_value=1900, max_value=2200)
    table = forms.ChoiceField(choices=[(name, name) for name in ("months", "interviews", "report")], required=False)


def of_all(view: View) -> View:
    @require_safe
    @newsroom
    @wraps(view)
    def guarded(request: DeskRequest) -> HttpResponse:
        if not request.user.has_any_role(RUNS):
            raise PermissionDenied
        form = StatisticsForm(request.GET)
        if not form.is_valid():
            raise Http404
        return view(request, **form.cleaned_data)

    return guarded


@of_all
def statistics(request: DeskRequest, year: int | None, table: str) -> HttpResponse:
    counted = _of(year)
    figures: dict[Any, Figures] = {**(counted.months if year else counted.years)}
    names = [date_format(key, "M") if year else str(key) for key in figures]
    context = {
        "year": year,
        "years": years_with_interviews(),
        "statistics": counted,
        "figures": figures.items(),
        "interviews": charts.Bars(list(zip(names, (row.interviews for row in figures.values()), strict=True))),
        "turns": charts.Bars(list(zip(names, (row.turns for row in figures.values()), strict=True))),
        "now": timezone.now(),
    }
    return render(request, "desk/statistics/statistics.html", context)


@of_all
def tables(request: DeskRequest, year: int | None, table: str) -> HttpResponse:
    counted = _of(year)
    if not year:
        heads = [_("Year"), *_heads(words=False)]
        return _csv("years", [heads, *([key, *_cells(row, words=False)] for key, row in counted.years.items())])
    if table == "report":
        return _csv(f"{year}-annual-report", [counted.annual_report.keys(), counted.annual_report.values()])
    if table == "interviews":
        return _csv(f"{year}-interviews", _of_each(counted))
    heads = [_("Month"), *_heads()]
    return _csv(f"{year}-months", [heads, *([f"{month:%Y-%m}", *_cells(row)] for month, row in counted.months.items())])


@require_safe
@newsroom
def interview(request: DeskRequest, slug: str) -> HttpResponse:
    interview = interview_for(request, slug, RUNS)
    with timezone.override(interview.tz):
        context: dict[str, Any] = {"interview": interview, "now": timezone.now(), **_of_one(interview)}
        return render(request, "desk/statistics/interview.html", context)


@require_safe
@newsroom
def minutes(request: DeskRequest, slug: str) -> HttpResponse:
    interview = interview_for(request, slug, RUNS)
    with timezone.override(interview.tz):
        spans = ReadershipCurve(interview).minutes
        rows = ([f"{timezone.localtime(span.begins):%Y-%m-%d %H:%M}", span.readers, span.turns] for span in spans)
        return _csv(slug, [[_("Minute"), _("Readers"), _("Turns")], *rows])


def _of(year: int | None) -> Statistics:
    return Statistics.of_year(year) if year else Statistics()


def _of_one(interview: Interview) -> dict[str, Any]:
    counted = Statistics(Interview.objects.filter(pk=interview.pk))
    if not counted.interviews:
        return {}
    speakers = interview.speakers.select_related("host", "guest").in_bulk()
    curve = ReadershipCurve(interview)
    return {
        "total": counted.total,
        "lasted": ((interview.ended_at or timezone.now()) - curve.begins) // MINUTE,
        "seats": [(speakers[seat.speaker], seat) for seat in counted.interviews[0].seats],
        "retracted": interview.turns.filter(state="retracted").count(),
        "reports": Report.objects.filter(turn__interview=interview).count(),
        "curve": curve,
        "minutes": curve.step // MINUTE,
        "spans": list(zip(_clocks(curve.spans), curve.spans, strict=True)),
        **_drawn(curve),
    }


def _drawn(curve: ReadershipCurve) -> dict[str, Any]:
    return {
        "readers": charts.Panel([span.readers or 0 for span in curve.spans], *READERS_PANEL) if curve.peak else None,
        "turns": charts.Panel([span.turns for span in curve.spans], *TURNS_PANEL),
        "times": charts.times(_clocks(curve.spans)),
    }


def _clocks(spans: list[Span]) -> list[str]:
    begins = [timezone.localtime(span.begins) for span in spans]
    form = "%H:%M" if begins[-1] - begins[0] < timedelta(days=1) else "%m-%d %H:%M"
    return [begin.strftime(form) for begin in begins]


def _heads(*, words: bool = True) -> list[str]:
    counted = [_("Interviews"), _("Guests"), _("Guests’ appearances"), _("Turns")]
    return [*counted, *([_("Words")] if words else []), _("Corrections"), _("Readers at peak")]


def _cells(row: Figures, *, words: bool = True) -> list[int | None]:
    said = [row.turns, row.words] if words else [row.turns]
    return [row.interviews, row.guests, row.appearances, *said, row.corrections, row.peak]


def _of_each(counted: Statistics) -> Iterable[Iterable[Any]]:
    about = [_("Started"), _("Time zone"), _("Headline"), _("Address"), _("Section"), _("Hosts"), _("Guests")]
    yield [*about, *_heads()[3:]]
    interviews = Interview.objects.select_related("section").in_bulk([one.pk for one in counted.interviews])
    seats = [seat.speaker for one in counted.interviews for seat in one.seats]
    speakers = Speaker.objects.select_related("host", "guest").in_bulk(seats)
    for one in counted.interviews:
        held, there = interviews[one.pk], [speakers[seat.speaker] for seat in one.seats]
        hosts, guests = (
            ", ".join(seat.person.name for seat in there if seat.is_host is role) for role in (True, False)
        )
        known = [held.headline, held.get_absolute_url(), held.section, hosts, guests]
        yield [f"{one.began:%Y-%m-%d %H:%M}", held.timezone, *known, *_cells(Figures.of([one]))[3:]]


def _csv(name: str, rows: Iterable[Iterable[Any]]) -> HttpResponse:
    response = HttpResponse(as_csv(*rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="statistics-{name}.csv"'
    return response
