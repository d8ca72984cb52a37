"""One interview's public pages. They are the same for every visitor, so nothing here reads a cookie or a session."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from interviews.forms import AfterForm, ReportForm, cleaned
from interviews.models import Interview, NotNow, Turn
from interviews.models.desk.report import MINUTE
from interviews.models.desk.report import report as tell_the_newsroom
from interviews.models.transcript.history import public_history_of
from interviews.rendering import frames
from interviews.views.answers import errors_of, wants_json

from .caching import public


@require_safe
def interview(request: HttpRequest, slug: str) -> HttpResponse:
    return public(transcript_page(request, Interview.objects.announced(), slug), seconds=1)


def transcript_page(request: HttpRequest, among: QuerySet[Interview], slug: str) -> HttpResponse:
    interview = get_object_or_404(among.prefetch_related("speakers__host", "speakers__guest", "publishers"), slug=slug)
    with frames.as_the_interview_speaks(interview):
        context = {"interview": interview, **turns_in_order(request, interview)}
        response = render(request, "reader/interview.html", context)
    response["Content-Language"] = interview.language  # whatever the visitor's is
    return response


def turns_in_order(request: HttpRequest, interview: Interview) -> dict[str, Any]:
    is_newest_first = request.GET.get("order") == "newest"
    turns = frames.turns_of(interview)
    return {"turns": turns.reverse() if is_newest_first else turns, "is_newest_first": is_newest_first}


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    form = AfterForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    try:
        interview = Interview.objects.announced().only("pk").get(slug=slug)
        return public(JsonResponse(frames.changes(interview.pk, **form.cleaned_data)), seconds=1)
    except Interview.DoesNotExist as nothing:
        raise Http404 from nothing


@require_safe
def turn(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return public(_about(request, _turn(slug, pk), "reader/turn.html"), seconds=5)


def _about(request: HttpRequest, turn: Turn, template: str, status: int = 200, **more: Any) -> HttpResponse:
    with frames.as_the_interview_speaks(turn.interview):
        context = {"interview": turn.interview, "turn": turn, "corrections": public_history_of(turn)}
        response = render(request, template, context | frames.around(turn) | more, status=status)
    response["Content-Language"] = turn.interview.language
    return response


@csrf_exempt  # there is no session whose rights a foreign page could use
@require_POST
def report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a reader's report of an error in a turn.

    A plain form gets a page. A script that asks for JSON gets 201 {"turn": …}, or {"errors": {field: [words]}} with
    400, or with 429 where too many reports come in.
    """
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise PermissionDenied
    turn = _turn(slug, pk)
    with frames.as_the_interview_speaks(turn.interview):
        try:
            tell_the_newsroom(turn, **cleaned(ReportForm(request.POST)))
        except ValidationError as error:
            return _not_reported(request, turn, error)
        if wants_json(request):
            return JsonResponse({"turn": turn.pk}, status=201)
        return _about(request, turn, "reader/reported.html", status=201)


def _not_reported(request: HttpRequest, turn: Turn, error: ValidationError) -> HttpResponse:
    """Show the turn's page again with what was typed."""
    status = 429 if isinstance(error, NotNow) else 400
    errors = errors_of(error)
    if wants_json(request):
        response: HttpResponse = JsonResponse({"errors": errors}, status=status)
    else:
        more = {"errors": errors, "typed": request.POST.get("text", "")}
        response = _about(request, turn, "reader/turn.html", status, **more)
    if status == 429:
        response["Retry-After"] = str(MINUTE.seconds)
    return response


def _turn(slug: str, pk: int) -> Turn:
    shown = Turn.objects.shown().filter(interview__in=Interview.objects.announced())
    among = shown.select_related("interview", "speaker__host", "speaker__guest").prefetch_related("photos")
    return get_object_or_404(among, interview__slug=slug, pk=pk)
