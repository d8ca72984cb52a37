"""The desk's pages that only show."""

import time
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from interviews.forms import AfterForm
from interviews.models import Interview, Role
from interviews.models.accounts.roles import RUNS, SEES, TYPES
from interviews.models.transcript.history import history_of
from interviews.rendering import frames, stretches

from .newsroom import APPROVE_PERMISSION, DeskRequest, newsroom

BESIDE = {"before": stretches.before, "after": stretches.after, "around": stretches.around}


@require_safe
@newsroom
def interview(request: DeskRequest, slug: str) -> HttpResponse:
    interview = get_object_or_404(_mine(request).prefetch_related("speakers"), slug=slug)
    with timezone.override(interview.tz):
        context: dict[str, Any] = {
            "interview": interview,
            "queue": frames.desk_turns(interview).prepared(),
            "stretch": stretches.newest(interview),
            "role": role_of(request, interview),
            "approves": request.user.has_perm(APPROVE_PERMISSION),
            "key": uuid.uuid4(),
            "now_ms": round(time.time() * 1000),
            **frames.of_the_staff(interview),
        }
        return render(request, "desk/interview.html", context)


@require_safe
@newsroom
def transcript(request: DeskRequest, slug: str) -> HttpResponse:
    """Show the turns beside one; the desk's page takes those that it has not yet out of this one."""
    interview = get_object_or_404(_mine(request), slug=slug)
    with timezone.override(interview.tz):
        context = {
            "interview": interview,
            "stretch": _stretch(interview, request.GET),
            "role": role_of(request, interview),
        }
        return render(request, "desk/transcript/transcript.html", context)


def _stretch(interview: Interview, asked: QueryDict) -> stretches.Stretch:
    for name in BESIDE.keys() & asked.keys():
        try:
            turn = ModelChoiceField(interview.turns.spoken()).clean(asked[name])
        except ValidationError as error:
            raise Http404 from error
        turn.interview = interview
        return BESIDE[name](turn)
    return stretches.newest(interview)


@require_safe
@newsroom
def changes(request: DeskRequest, slug: str) -> HttpResponse:
    form = AfterForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    interview = get_object_or_404(_mine(request).only("pk"), slug=slug)
    return JsonResponse(frames.changes(interview.pk, place="desk", **form.cleaned_data))


@require_safe
@newsroom
def history(request: DeskRequest, slug: str, pk: int) -> HttpResponse:
    interview = get_object_or_404(_mine(request).prefetch_related("speakers"), slug=slug)
    turn = get_object_or_404(frames.desk_turns(interview), pk=pk)
    turn.interview = interview
    with timezone.override(interview.tz):
        role = role_of(request, interview)
        context = {"interview": interview, "turn": turn, "changes": history_of(turn), "role": role}
        return render(request, "desk/history.html", context)


def role_of(request: DeskRequest, interview: Interview) -> Role:
    if interview.is_open_to(request.user, RUNS):
        return Role.EDITOR
    return Role.TYPIST if interview.is_open_to(request.user, TYPES) else Role.MODERATOR


def _mine(request: DeskRequest) -> QuerySet[Interview]:
    return Interview.objects.open_to(request.user, SEES)
