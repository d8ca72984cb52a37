"""The desk, one view per verb: a plain form is sent back to the page, a script that asks for JSON gets it."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from interviews import rendering
from interviews.forms import AfterForm, CorrectForm, MarkForm, RetractForm, SayForm, cleaned
from interviews.models import Conflict, Interview, Turn, User

ON_THE_LIST = 50  # ended interviews

View = Callable[..., HttpResponse]


class EditorsRequest(HttpRequest):
    user: User


class SeeOther(HttpResponseRedirect):
    status_code = 303


def newsroom(view: View) -> View:
    """For the signed-in who run interviews; nothing of it is kept on the way."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, slug: str = "", **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return signed_out(request, slug)
        if not request.user.has_perm("interviews.change_interview"):
            raise PermissionDenied
        return view(request, **({"slug": slug} if slug else {}), **kwargs)

    return guarded


def signed_out(request: HttpRequest, slug: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"errors": {"__all__": [_("You are signed out.")]}}, status=401)
    return redirect_to_login(desk_of(slug) if slug else reverse("desk:interviews"))


def verb(view: View) -> View:
    """By POST; what the models refuse is told to the editor, in the interview's language."""

    @require_POST
    @newsroom
    @wraps(view)
    def refusable(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        interview = get_object_or_404(Interview.objects.run_by(request.user), slug=slug)
        with rendering.as_the_interview_speaks(interview):
            try:
                return view(request, interview, **kwargs)
            except ValidationError as error:
                return refused(request, interview, error)

    return refusable


def turn_verb(view: Callable[..., HttpResponse | None]) -> View:
    """For one turn of the interview; the answer is how it stands then, unless the view has one of its own."""

    @verb
    @wraps(view)
    def of_turn(request: EditorsRequest, interview: Interview, pk: int) -> HttpResponse:
        turn = get_object_or_404(interview.turns, pk=pk)
        return view(request, turn) or done(request, interview, turn)

    return of_turn


@require_safe
@newsroom
def interviews(request: HttpRequest) -> HttpResponse:
    mine, status = Interview.objects.run_by(request.user), Interview.Status
    groups = [
        (_("Live now"), mine.filter(status=status.LIVE)),
        (_("Scheduled"), mine.filter(status=status.SCHEDULED).order_by("starts_at")),
        (_("Drafts"), mine.filter(status=status.DRAFT).order_by("-id")),
        (_("Ended"), mine.filter(status=status.ENDED)[:ON_THE_LIST]),
    ]
    return render(request, "desk/interviews.html", {"groups": groups})


@require_safe
@newsroom
def interview(request: HttpRequest, slug: str) -> HttpResponse:
    interview = get_object_or_404(Interview.objects.run_by(request.user).prefetch_related("speakers"), slug=slug)
    with rendering.as_the_interview_speaks(interview):
        context = {"interview": interview, "turns": rendering.turns_of(interview, "desk"), "key": uuid.uuid4()}
        return render(request, "desk/interview.html", context)


@require_safe
@newsroom
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    form = AfterForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    interview = get_object_or_404(Interview.objects.run_by(request.user).prefetch_related("speakers"), slug=slug)
    return JsonResponse(rendering.changes(interview, place="desk", **form.cleaned_data))


@verb
def announce(request: EditorsRequest, interview: Interview) -> HttpResponse:
    interview.announce(by=request.user)
    return done(request, interview)


@verb
def go_live(request: EditorsRequest, interview: Interview) -> HttpResponse:
    interview.go_live(by=request.user)
    return done(request, interview)


@verb
def end(request: EditorsRequest, interview: Interview) -> HttpResponse:
    interview.end(by=request.user)
    return done(request, interview)


@verb
def say(request: EditorsRequest, interview: Interview) -> HttpResponse:
    turn = interview.say(**cleaned(SayForm(request.POST, interview)), by=request.user)
    return done(request, interview, turn, status=201)


@turn_verb
def correct(request: EditorsRequest, turn: Turn) -> HttpResponse | None:
    wanted = cleaned(CorrectForm(request.POST, turn.interview))
    try:
        turn.correct(**wanted, by=request.user)
    except Conflict:
        return conflict(request, turn, wanted)
    return None


@turn_verb
def mark(request: EditorsRequest, turn: Turn) -> None:
    turn.mark(**cleaned(MarkForm(request.POST)), by=request.user)


@turn_verb
def pin(request: EditorsRequest, turn: Turn) -> None:
    turn.pin(by=request.user)


@turn_verb
def unpin(request: EditorsRequest, turn: Turn) -> None:
    turn.unpin(by=request.user)


@turn_verb
def release(request: EditorsRequest, turn: Turn) -> None:
    turn.release(by=request.user)


@turn_verb
def retract(request: EditorsRequest, turn: Turn) -> None:
    turn.retract(**cleaned(RetractForm(request.POST)), by=request.user)


@turn_verb
def restore(request: EditorsRequest, turn: Turn) -> None:
    turn.restore(by=request.user)


def done(request: HttpRequest, interview: Interview, turn: Turn | None = None, status: int = 200) -> HttpResponse:
    if wants_json(request):
        about = {"turn": turn.pk, "version": turn.version} if turn else {"status": interview.status}
        return JsonResponse(about, status=status)
    return SeeOther(desk_of(interview.slug) + (f"#turn-{turn.pk}" if turn else ""))


def refused(request: HttpRequest, interview: Interview, error: ValidationError) -> HttpResponse:
    errors = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
    if wants_json(request):
        return JsonResponse({"errors": errors}, status=400)
    context = {"interview": interview, "errors": errors, "typed": request.POST.dict()}
    return render(request, "desk/refused.html", context, status=400)


def conflict(request: HttpRequest, turn: Turn, wanted: dict[str, Any]) -> HttpResponse:
    theirs = {"text": turn.text, "speaker": turn.speaker_id}
    yours = {"text": wanted["text"], "speaker": wanted["speaker"].pk}
    if theirs == yours:  # sent twice, since our first answer was lost on its way
        return done(request, turn.interview, turn)
    if wants_json(request):
        answer = {"turn": turn.pk, "version": turn.version, "theirs": theirs, "yours": yours}
        return JsonResponse(answer, status=409)
    context = {"interview": turn.interview, "turn": turn, "yours": yours}
    return render(request, "desk/conflict.html", context, status=409)


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def desk_of(slug: str) -> str:
    return reverse("desk:interview", args=[slug])
