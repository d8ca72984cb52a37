"""Run an interview: one view for each of its verbs."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404

from interviews.forms import ApproveForm, EndForm, GrowForm, PauseForm, PrepareForm, ReasonForm, SayForm, cleaned
from interviews.models import Interview

from .many_turns import posted_turns
from .newsroom import DeskRequest, approvers_verb, done, editors_verb, typists_verb


@editors_verb
def submit(request: DeskRequest, interview: Interview) -> HttpResponse:
    interview.submit(by=request.user)
    return done(request, interview)


@approvers_verb
def approve(request: DeskRequest, interview: Interview) -> HttpResponse:
    interview.approve(**cleaned(ApproveForm(request.POST)), by=request.user)
    return done(request, interview)


@approvers_verb
def send_back(request: DeskRequest, interview: Interview) -> HttpResponse:
    interview.send_back(**cleaned(ReasonForm(request.POST)), by=request.user)
    return done(request, interview)


@editors_verb
def announce(request: DeskRequest, interview: Interview) -> HttpResponse:
    interview.announce(by=request.user)
    return done(request, interview)


@editors_verb
def go_live(request: DeskRequest, interview: Interview) -> HttpResponse:
    interview.go_live(by=request.user)
    return done(request, interview)


@editors_verb
def pause(request: DeskRequest, interview: Interview) -> HttpResponse:
    interview.pause(**cleaned(PauseForm(request.POST)), by=request.user)
    return done(request, interview)


@editors_verb
def resume(request: DeskRequest, interview: Interview) -> HttpResponse:
    interview.resume(by=request.user)
    return done(request, interview)


@editors_verb
def end(request: DeskRequest, interview: Interview) -> HttpResponse:
    interview.end(**cleaned(EndForm(request.POST)), by=request.user)
    return done(request, interview)


@editors_verb
def reopen(request: DeskRequest, interview: Interview) -> HttpResponse:
    interview.reopen(by=request.user)
    return done(request, interview)


@typists_verb
def say(request: DeskRequest, interview: Interview) -> HttpResponse:
    turn = interview.say(**cleaned(SayForm(request.POST, interview)), by=request.user)
    return done(request, interview, turn, status=201, event=turn.beginning)


@typists_verb
def say_all(request: DeskRequest, interview: Interview) -> HttpResponse:
    turns = interview.say_all(posted_turns(request, interview), by=request.user)
    return JsonResponse({"turns": [turn.pk for turn in turns]}, status=201)


@typists_verb
def grow(request: DeskRequest, interview: Interview) -> HttpResponse:
    wanted = cleaned(GrowForm(request.POST))
    turn = get_object_or_404(interview.turns, key=wanted.pop("turn"))
    turn = turn.grow(**wanted, by=request.user)
    return done(request, interview, turn, event=turn.events.filter(key=wanted["key"]).first())


@typists_verb
def prepare(request: DeskRequest, interview: Interview) -> HttpResponse:
    turn = interview.prepare(**cleaned(PrepareForm(request.POST, interview)), by=request.user)
    return done(request, interview, turn, status=201, event=turn.beginning)


@typists_verb
def undo(request: DeskRequest, interview: Interview, seq: int) -> HttpResponse:
    """Undo one's own change, while nothing else has happened to the turn."""
    event = get_object_or_404(interview.events.filter(user=request.user).exclude(turn=None), seq=seq)
    assert event.turn
    event.turn.undo(event, by=request.user)
    return done(request, interview, event.turn)
