"""Whom a name that is being typed into a plan may mean, and a name put right."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import modelform_factory
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from interviews.forms import ChangesForm
from interviews.models import Guest, Host
from interviews.models.accounts.roles import RUNS
from interviews.models.archive.mending import MENDED, before_the_last_change, mend
from interviews.models.values.text import one_line

from .newsroom import DeskRequest, SeeOther, interview_for, newsroom

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


@require_http_methods(["GET", "HEAD", "POST"])
@newsroom
def person(request: DeskRequest, slug: str, pk: int) -> HttpResponse:
    """Mend the name or title of whoever has this seat."""
    interview = interview_for(request, slug, RUNS)
    seat = get_object_or_404(interview.speakers.select_related("host", "guest"), pk=pk)
    whose = seat.person
    if not request.user.has_perm(f"interviews.change_{whose.role}"):
        raise PermissionDenied
    before, shown = before_the_last_change(whose), {field: getattr(whose, field) for field in MENDED}
    form_class: Any = modelform_factory(type(whose), form=ChangesForm, fields=MENDED)
    form = form_class(request.POST if request.method == "POST" else None, instance=whose)
    if form.is_valid():
        try:
            mend(whose, form.changed(*MENDED), by=request.user)
            return SeeOther(request.path)
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "interview": interview,
        "form": form,
        "before": [(name, old, shown[name]) for name, old in before.items()],
    }
    return render(request, "desk/plan/person.html", context, status=400 if form.is_bound else 200)
