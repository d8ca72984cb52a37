"""Plan an interview, prepare its turns, and see it as readers will."""

from zoneinfo import ZoneInfo

from csp.constants import SELF
from csp.decorators import csp_replace
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from interviews.forms import cleaned
from interviews.imports.decoding import read
from interviews.imports.encodings import NotDecoded, Reading, choices, described
from interviews.models import Interview
from interviews.models.accounts.roles import RUNS, SEES
from interviews.models.values.time_zones import ZONES
from interviews.planning import Plan, PreparedTurnsForm, ScriptFileForm, offers
from interviews.rendering.zone_names import zone_chosen
from interviews.views.reader import transcript

from .newsroom import DeskRequest, SeeOther, desk_of, done, interview_for, newsroom, typists_verb


@require_http_methods(["GET", "HEAD", "POST"])
@newsroom
def new(request: DeskRequest) -> HttpResponse:
    if not request.user.has_perm("interviews.add_interview"):
        raise PermissionDenied
    slug = request.GET.get("like")
    return _planned(request, Interview(), interview_for(request, slug, RUNS) if slug else None)


@require_http_methods(["GET", "HEAD", "POST"])
@newsroom
def edit(request: DeskRequest, slug: str) -> HttpResponse:
    return _planned(request, interview_for(request, slug, RUNS))


def _planned(request: DeskRequest, interview: Interview, like: Interview | None = None) -> HttpResponse:
    with timezone.override(_clock(request, interview)):
        if request.method != "POST":
            return _page(request, Plan(like.set_up() if like else interview, like=like))
        plan = Plan(interview, request.POST, like)
        with transaction.atomic():
            if plan.is_valid() and plan.save(by=request.user):
                return SeeOther(desk_of(plan.interview.slug))
            transaction.set_rollback(True)
        return _page(request, plan, status=400)


def _clock(request: HttpRequest, interview: Interview) -> ZoneInfo:
    chosen = zone_chosen(request.POST.get("timezone", ""))
    return ZoneInfo(chosen) if chosen in ZONES else interview.tz


def _page(request: DeskRequest, plan: Plan, status: int = 200) -> HttpResponse:
    may_open = request.user.is_staff and request.user.has_perm("interviews.view_guest")
    return render(request, "desk/plan/plan.html", {"plan": plan, "keeps_people": may_open, **offers()}, status=status)


@typists_verb
def script(request: DeskRequest, interview: Interview) -> HttpResponse:
    interview.prepare_all(cleaned(PreparedTurnsForm(request.POST, interview))["turns"], by=request.user)
    return done(request, interview, status=201)


@typists_verb
def script_file(request: DeskRequest, interview: Interview) -> HttpResponse:
    """Read a text file; if its encoding isn't certain, `text` is null and `encodings` begin with what it may say."""
    about = cleaned(ScriptFileForm(request.POST))
    try:
        reading = read(about["content"], about["encoding"])
    except NotDecoded as error:
        if not error.readings:
            raise ValidationError({"script": str(error)}) from error
        return JsonResponse({"text": None, "told": str(error), "encodings": encodings(error.readings)})
    return JsonResponse({"text": reading.text, "encoding": reading.encoding, "encodings": encodings([])})


def encodings(readings: list[Reading]) -> list[dict[str, str]]:
    likely = [{"value": one.encoding, "name": f"{described(one.encoding)}: {one.sample}"} for one in readings]
    known = {one.encoding for one in readings}
    return likely + [{"value": value, "name": name} for value, name in choices() if value not in known]


@require_safe
@newsroom
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[untyped-decorator]
def preview(request: DeskRequest, slug: str) -> HttpResponse:
    """Show the readers' page, also of a draft, in a frame on the desk."""
    return transcript.transcript_page(request, Interview.objects.open_to(request.user, SEES), slug)
