"""One view for each verb of a turn, and of a suggestion."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from interviews.forms import CorrectForm, MarkForm, MoveForm, ReasonForm, VersionForm, cleaned
from interviews.models import Conflict, Interview, Photo, Suggestion, Turn
from interviews.views.answers import wants_json

from .newsroom import Answer, DeskRequest, done, editors_turn_verb, editors_verb, turn_verb


@turn_verb
def correct(request: DeskRequest, turn: Turn) -> Answer:
    """Correct the turn, or suggest the correction where a typist's words are reviewed."""
    wanted = cleaned(CorrectForm(request.POST, turn))
    try:
        if turn.state == Turn.State.PUBLISHED and turn.interview.reviews(request.user):
            suggest(request, turn, **wanted)
            return None
        return turn.correct(**wanted, by=request.user)
    except Conflict:
        return conflict(request, turn, wanted)


def suggest(request: DeskRequest, turn: Turn, spoken_at: Any, photos: Any, **wanted: Any) -> None:
    if spoken_at or shows_others(turn, photos):
        raise ValidationError(_("Only the text and the speaker can be suggested."))
    turn.suggest(**wanted, by=request.user)


def shows_others(turn: Turn, photos: list[Photo] | None) -> bool:
    shown = [(photo.pk, photo.alt) for photo in turn.photos.all()]
    return photos is not None and [(photo.pk, photo.alt) for photo in photos] != shown


@turn_verb
def move(request: DeskRequest, turn: Turn) -> Answer:
    return turn.move(**cleaned(MoveForm(request.POST, turn)), by=request.user)


@turn_verb
def release(request: DeskRequest, turn: Turn) -> Answer:
    return turn.release(by=request.user)


@editors_turn_verb
def decline(request: DeskRequest, turn: Turn) -> Answer:
    return turn.decline(**cleaned(ReasonForm(request.POST)), by=request.user)


@editors_turn_verb
def mark(request: DeskRequest, turn: Turn) -> Answer:
    return turn.mark(**cleaned(MarkForm(request.POST)), by=request.user)


@editors_turn_verb
def pin(request: DeskRequest, turn: Turn) -> Answer:
    return turn.pin(by=request.user)


@editors_turn_verb
def unpin(request: DeskRequest, turn: Turn) -> Answer:
    return turn.unpin(by=request.user)


@editors_turn_verb
def retract(request: DeskRequest, turn: Turn) -> Answer:
    return turn.retract(**cleaned(ReasonForm(request.POST)), by=request.user)


@editors_turn_verb
def restore(request: DeskRequest, turn: Turn) -> Answer:
    return turn.restore(by=request.user)


@editors_verb
def take(request: DeskRequest, interview: Interview, pk: int) -> HttpResponse:
    suggestion = _suggestion(interview, pk)
    try:
        event = suggestion.take(**cleaned(VersionForm(request.POST)), by=request.user)
    except Conflict:
        wanted = {"text": suggestion.text, "speaker": suggestion.speaker, "spoken_at": None, "photos": None}
        return conflict(request, suggestion.turn, wanted)
    return done(request, interview, suggestion.turn, event=event)


@editors_verb
def dismiss(request: DeskRequest, interview: Interview, pk: int) -> HttpResponse:
    suggestion = _suggestion(interview, pk)
    suggestion.dismiss(**cleaned(ReasonForm(request.POST)), by=request.user)
    return done(request, interview, suggestion.turn)


def _suggestion(interview: Interview, pk: int) -> Suggestion:
    return get_object_or_404(Suggestion.objects.select_related("turn"), turn__interview=interview, pk=pk)


def conflict(request: HttpRequest, turn: Turn, wanted: dict[str, Any]) -> HttpResponse:
    theirs = {"text": turn.text, "speaker": turn.speaker_id}
    yours = {"text": wanted["text"], "speaker": wanted["speaker"].pk}
    is_all_there = wanted["spoken_at"] in (None, turn.spoken_at) and not shows_others(turn, wanted["photos"])
    if theirs == yours and is_all_there:
        return done(request, turn.interview, turn)  # sent twice, since our first answer was lost on its way
    if wants_json(request):
        answer = {"turn": turn.pk, "version": turn.version, "theirs": theirs, "yours": yours}
        return JsonResponse(answer, status=409)
    context = {"interview": turn.interview, "turn": turn, "yours": yours | {"spoken_at": wanted["spoken_at"]}}
    return render(request, "desk/conflict.html", context, status=409)
