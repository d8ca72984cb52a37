from contextlib import suppress
from math import ceil
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from interviews.models.accounts.hashing import Busy, is_full
from interviews.views.answers import wants_json

from .forms import SignInForm
from .two_factor_steps import HalfWay, Lapsed, ask_for_code, begin, let_in, place_of


@method_decorator(sensitive_post_parameters(), name="dispatch")
class SignIn(LoginView):
    template_name = "account/sign_in.html"
    authentication_form = SignInForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "state" in request.POST:
            return with_code(request)
        if is_full():  # known before anything is asked of the database
            raise Busy
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        return let_in(self.request, form.get_user(), self.get_redirect_url())


def with_code(request: HttpRequest) -> HttpResponse:
    """Check the code, the second step. A wrong code counts as a wrong password does."""
    try:
        half = HalfWay.unsealed(request.POST["state"])
    except Lapsed:
        return again(request, _("That took too long. Please begin again."))
    who = {"username": half.user.get_username()}
    if not AxesProxyHandler.is_allowed(request, who):
        return locked_out(request, credentials=who)
    try:
        codes = half.take(request.POST.get("code", "")[:100])
    except ValidationError as error:
        user_login_failed.send(__name__, credentials=who, request=request)
        return ask_for_code(request, half, error.messages)
    begin(request, half.user)
    then = half.then or place_of(half.user)
    return render(request, "account/codes.html", {"codes": codes, "then": then}) if codes else redirect(then)


def out_of_date(request: HttpRequest, words: str) -> HttpResponse:
    """Answer a form that a sign-in in another tab has made void: who is in by that goes on, others are asked again."""
    name, then = _asked_for(request)
    if request.user.is_authenticated and request.user.get_username() == name:
        return redirect(then or place_of(request.user))
    answer = again(request, words)
    answer.status_code = 403
    return answer


def _asked_for(request: HttpRequest) -> tuple[str, str]:
    """As whom, and for which page, the form of either step asks."""
    if "state" in request.POST:
        with suppress(Lapsed):
            half = HalfWay.unsealed(request.POST["state"])
            return half.user.get_username(), half.then
    view = SignIn()
    view.setup(request)
    return str(UsernameField().to_python(request.POST.get("username", ""))), view.get_redirect_url()


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """Refuse after too many failures. django-axes calls this too, under ASGI with its arguments mixed up."""
    who = request.axes_credentials or credentials  # type: ignore[attr-defined]
    seconds = ceil(AxesProxyHandler.get_implementation().wait(request, who).total_seconds())
    minutes = ceil(seconds / 60)
    words = ngettext(
        "Too many failed attempts to sign in from where you are. Try again in a minute, or ask an admin.",
        "Too many failed attempts to sign in from where you are. Try again in %(minutes)d minutes, or ask an admin.",
        minutes,
    ) % {"minutes": minutes}
    answer = JsonResponse({"errors": {"__all__": [words]}}) if wants_json(request) else again(request, words)
    answer.status_code, answer.headers["Retry-After"] = 429, str(seconds)
    return answer


def again(request: HttpRequest, words: str) -> HttpResponse:
    form = AuthenticationForm(request, initial={"username": request.POST.get("username", "")})
    context = {"form": form, "words": words, "next": request.POST.get("next", "")}
    response = render(request, "account/sign_in.html", context)
    add_never_cache_headers(response)
    return response
