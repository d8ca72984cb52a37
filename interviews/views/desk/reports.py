"""Settle readers' reports of errors."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from interviews.models import Interview, Report

from .newsroom import DeskRequest, done, moderators_verb


@moderators_verb
def settle(request: DeskRequest, interview: Interview, pk: int) -> HttpResponse:
    report = get_object_or_404(Report.objects.select_related("turn"), turn__interview=interview, pk=pk)
    report.settle(by=request.user)
    return done(request, interview, report.turn)
