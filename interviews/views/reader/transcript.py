"""The public pages: the same for every visitor, so nothing here looks at a cookie or a session."""

import mimetypes

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from interviews import rendering
from interviews.forms import AfterForm
from interviews.models import Guest, Host, Interview

ON_THE_FRONT_PAGE = 12  # recent interviews


def public(response: HttpResponse, seconds: int) -> HttpResponse:
    """May be kept that long by anybody on the way."""
    patch_cache_control(response, public=True, max_age=seconds)
    return response


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    announced = Interview.objects.announced().prefetch_related("speakers")
    context = {
        "live": announced.filter(status=Interview.Status.LIVE),
        "scheduled": announced.filter(status=Interview.Status.SCHEDULED).order_by("starts_at"),
        "recent": announced.filter(status=Interview.Status.ENDED)[:ON_THE_FRONT_PAGE],
    }
    return public(render(request, "reader/front_page.html", context), seconds=5)


@require_safe
def interviews(request: HttpRequest) -> HttpResponse:
    context = {"interviews": Interview.objects.announced().prefetch_related("speakers")}
    return public(render(request, "reader/interviews.html", context), seconds=5)


@require_safe
def interview(request: HttpRequest, slug: str) -> HttpResponse:
    return public(page_of(request, Interview.objects.announced(), slug), seconds=1)


def page_of(request: HttpRequest, among: QuerySet[Interview], slug: str) -> HttpResponse:
    interview = get_object_or_404(among.prefetch_related("speakers__host", "speakers__guest", "publishers"), slug=slug)
    with rendering.as_the_interview_speaks(interview):
        context = {"interview": interview, "turns": rendering.turns_of(interview)}
        response = render(request, "reader/interview.html", context)
    response["Content-Language"] = interview.language  # whatever the visitor's is
    return response


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    form = AfterForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    interview = get_object_or_404(Interview.objects.announced(), slug=slug)
    return public(JsonResponse(rendering.changes(interview, **form.cleaned_data)), seconds=1)


@require_safe
def guest(request: HttpRequest, slug: str) -> HttpResponse:
    return _person(request, get_object_or_404(Guest, slug=slug))


@require_safe
def host(request: HttpRequest, slug: str) -> HttpResponse:
    return _person(request, get_object_or_404(Host, slug=slug))


def _person(request: HttpRequest, person: Guest | Host) -> HttpResponse:
    context = {"person": person, "interviews": person.interviews.announced().prefetch_related("speakers")}
    return public(render(request, "reader/person.html", context), seconds=60)


@require_safe
def portrait(request: HttpRequest, name: str) -> HttpResponse:
    return public(_image(f"people/{name}"), seconds=86_400)


@require_safe
def photo(request: HttpRequest, name: str) -> HttpResponse:
    """Of a turn: its name never comes again for another."""
    response = _image(f"turns/{name}")
    patch_cache_control(response, immutable=True)
    return public(response, seconds=31_536_000)


def _image(path: str) -> HttpResponse:
    """For a site without a web server in front; whole, since it is small."""
    if not default_storage.exists(path):
        raise Http404
    with default_storage.open(path) as file:
        kind = mimetypes.guess_type(path, strict=False)[0] or "application/octet-stream"
        response = HttpResponse(file.read(), content_type=kind)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
