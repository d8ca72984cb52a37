"""Whom a name that is being typed into a plan may mean."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from interviews.models import Guest, Host
from interviews.models.accounts.roles import RUNS
from interviews.models.values.text import one_line

from .newsroom import DeskRequest, newsroom

MAX_NAME_CHARACTERS = Guest._meta.get_field("name").max_length
PEOPLE_SHOWN = 8


@require_safe
@newsroom
def people(request: DeskRequest) -> HttpResponse:
    """Answer with the options of a list: who is known by it, then somebody new."""
    if not (request.user.has_any_role(RUNS) or request.user.assignments.filter(role__in=RUNS).exists()):
        raise PermissionDenied
    model: type[Host] | type[Guest] = Host if request.GET.get("kind") == "host" else Guest
    typed = one_line(request.GET.get("q", ""))[:MAX_NAME_CHARACTERS]
    known = list(model.objects.begun(typed)[:PEOPLE_SHOWN]) if typed else []
    close = [] if known else [person for person in model.objects.called(typed) if not person.hidden]
    has_namesake = any(person.name == typed for person in known)
    context = {"people": known or close, "typed": typed, "has_namesake": has_namesake, "answers": close or has_namesake}
    return render(request, "desk/plan/_people.html", context)
