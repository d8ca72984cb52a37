"""The desk's pages that only show."""

import time
import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from interviews.forms import AfterForm
from interviews.models import Interview, Role, Turn
from interviews.models.accounts.roles import RUNS, SEES, TYPES
from interviews.models.transcript.history import history_of
from interviews.rendering import frames

from .newsroom import APPROVE_PERMISSION, DeskRequest, newsroom


@require_safe
@newsroom
def interview(request: DeskRequest, slug: str) -> HttpResponse:
    interview = get_object_or_404(_mine(request), slug=slug)
    with timezone.override(interview.tz):
        turns = list(frames.turns_of(interview, "desk"))
        context: dict[str, Any] = {
            "interview": interview,
            "queue": [turn for turn in turns if turn.state == turn.State.PREPARED],
            "turns": [turn for turn in turns if turn.state != turn.State.PREPARED],
            "role": role_of(request, interview),
            "approves": request.user.has_perm(APPROVE_PERMISSION),
            "key": uuid.uuid4(),
            "now_ms": round(time.time() * 1000),
            **frames.of_the_staff(interview),
        }
        return render(request, "desk/interview.html", context)


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
    turns = Turn.objects.select_related("interview", "speaker")
    turn = get_object_or_404(turns, interview__in=_mine(request).filter(slug=slug), pk=pk)
    with timezone.override(turn.interview.tz):
        context = {"interview": turn.interview, "turn": turn, "changes": history_of(turn)}
        return render(request, "desk/history.html", context)


def role_of(request: DeskRequest, interview: Interview) -> Role:
    if interview.is_open_to(request.user, RUNS):
        return Role.EDITOR
    return Role.TYPIST if interview.is_open_to(request.user, TYPES) else Role.MODERATOR


def _mine(request: DeskRequest) -> QuerySet[Interview]:
    return Interview.objects.open_to(request.user, SEES)
