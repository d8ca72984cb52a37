"""Open an invitation's link and choose a password. Opening it uses nothing up, since messengers fetch links too."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from interviews.models import Invitation
from interviews.views.answers import wants_json

from .two_factor_steps import let_in

View = Callable[..., HttpResponse]


def unnamed(view: View) -> View:
    # Requests that the page makes don't carry its address, which is a secret. no-referrer would leave out Origin
    # with the form, and Django refuses that.
    @wraps(view)
    def silent(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    return silent


@unnamed
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    # The secret is in the query, which Django writes into no log.
    try:
        link = Invitation.objects.of(request.GET.get("token", ""))
    except Invitation.DoesNotExist:
        return void(request, _("There is no such link: part of it may be missing."))
    if link.why_void:
        return void(request, link.why_void)
    form = SetPasswordForm(link.user, request.POST or None)
    if not form.is_valid():
        return render(request, "account/invitation.html", {"form": form, "link": link})
    try:
        link.accept(form.cleaned_data["new_password1"])
    except ValidationError as error:
        return void(request, error.messages[0])
    return let_in(request, link.user)


def void(request: HttpRequest, words: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"errors": {"__all__": [words]}}, status=410)
    return render(request, "account/void.html", {"words": words}, status=410)
