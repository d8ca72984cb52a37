"""The front page, the archive, people's own pages."""

from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from interviews.forms import ArchiveForm, OlderForm
from interviews.models import Guest, Host, Interview, Section, Turn
from interviews.models.archive.appearances import MostSeen, seats_of, turns_of
from interviews.models.archive.listing import Archive

from .caching import public

INTERVIEWS_ON_FRONT_PAGE = 12  # of the coming, and of the recent
ROWS_A_PAGE = 20
PEOPLE_A_PAGE = 100
INTERVIEWS_ON_PERSON_PAGE = 8  # the archive has them all


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    announced = Interview.objects.announced().prefetch_related("speakers")
    live = announced.filter(status=Interview.Status.LIVE).prefetch_related("speakers__host", "speakers__guest")
    coming = announced.filter(status=Interview.Status.SCHEDULED).order_by("starts_at", "pk")
    context = {
        "live": live.newest_first().with_latest_turn(),
        "coming": coming[:INTERVIEWS_ON_FRONT_PAGE],
        "recent": announced.filter(status=Interview.Status.ENDED).newest_first()[:INTERVIEWS_ON_FRONT_PAGE],
    }
    return public(render(request, "reader/front_page.html", context), seconds=5)


@require_safe
def interviews(request: HttpRequest) -> HttpResponse:
    asked = asked_for(ArchiveForm(request.GET))
    page = asked.pop("page") or 1
    known: dict[str, Any] = {
        "section": Section.objects,
        "guest": Guest.objects.with_page(),
        "host": Host.objects.with_page(),
    }
    for name, those in known.items():
        asked[name] = get_object_or_404(those, slug=asked[name]) if asked[name] else None
    archive = Archive(**{name: chosen or None for name, chosen in asked.items()})
    context = {"archive": archive, **_page(archive, page)}
    return public(render(request, "reader/interviews.html", context), seconds=5)


def _page(archive: Archive, number: int) -> dict[str, Any]:
    pages = Paginator(archive.interviews.values_list("pk", flat=True), ROWS_A_PAGE)
    pages.count = archive.count  # which the years have counted already
    try:
        page = pages.page(number)
    except EmptyPage as error:
        raise Http404 from error
    shown = Interview.objects.filter(pk__in=list(page)).newest_first().prefetch_related("speakers")
    numbers = pages.get_elided_page_range(number, on_each_side=2, on_ends=1)
    return {"page": page, "interviews": shown, "numbers": numbers}


@require_safe
def guests(request: HttpRequest) -> HttpResponse:
    return _people(request, Guest)


@require_safe
def hosts(request: HttpRequest) -> HttpResponse:
    return _people(request, Host)


def _people(request: HttpRequest, model: type[Guest] | type[Host]) -> HttpResponse:
    number = asked_for(ArchiveForm(request.GET))["page"] or 1
    people: Any = MostSeen(model, Archive().seats)
    pages = Paginator(people, PEOPLE_A_PAGE)
    try:
        page = pages.page(number)
    except EmptyPage as error:
        raise Http404 from error
    numbers = pages.get_elided_page_range(number, on_each_side=2, on_ends=1)
    context = {"role": model._meta.model_name, "page": page, "people": page.object_list, "numbers": numbers}
    return public(render(request, "reader/people.html", context), seconds=5)


@require_safe
def guest(request: HttpRequest, slug: str) -> HttpResponse:
    return _person(request, get_object_or_404(Guest, slug=slug))


@require_safe
def host(request: HttpRequest, slug: str) -> HttpResponse:
    return _person(request, get_object_or_404(Host, slug=slug))


def _person(request: HttpRequest, person: Guest | Host) -> HttpResponse:
    now = person.stands_for
    if not now.has_page or not seats_of(now).exists():
        raise Http404  # that somebody is invited is not known before the interview is announced
    if now != person:
        return public(redirect(now, permanent=True), seconds=5)
    before = asked_for(OlderForm(request.GET))["before"]
    theirs = Turn.objects.shown().filter(speaker__in=person.seats.all())
    cursor = get_object_or_404(theirs, pk=before) if before else None
    seats = [] if before else list(seats_of(person).select_related("interview")[: INTERVIEWS_ON_PERSON_PAGE + 1])
    context = {
        "person": person,
        "role": person._meta.model_name,
        "seats": seats[:INTERVIEWS_ON_PERSON_PAGE],
        "more_seats": len(seats) > INTERVIEWS_ON_PERSON_PAGE,
        "is_older": before,
        **page_and_older("turns", turns_of(person, ROWS_A_PAGE + 1, cursor)),
    }
    return public(render(request, "reader/person.html", context), seconds=5)


def asked_for(form: Any) -> dict[str, Any]:
    """The form's data; Http404 if the address asks for something that can't be."""
    if not form.is_valid():
        raise Http404
    return dict(form.cleaned_data)


def page_and_older(name: str, found: list[Any]) -> dict[str, Any]:
    # The one that is too many only shows that there are older ones.
    more = len(found) > ROWS_A_PAGE
    return {name: found[:ROWS_A_PAGE], f"older_{name}": found[ROWS_A_PAGE - 1].pk if more else None}
