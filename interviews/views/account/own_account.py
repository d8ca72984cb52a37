"""What users change in their own account."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as note_device

from interviews.models import User

from .forms import AboutForm, PasswordAgain
from .two_factor_steps import SET_UP, HalfWay, Lapsed, go_on

View = Callable[..., HttpResponse]


class OwnRequest(HttpRequest):
    user: User


def own(view: View) -> View:
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @sensitive_post_parameters()
    @login_required
    @wraps(view)
    def guarded(request: OwnRequest) -> HttpResponse:
        return view(request)

    return guarded


@own
def account(request: OwnRequest) -> HttpResponse:
    form = AboutForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if form.is_valid():
        form.save()
        return done(request, _("Saved."))
    return render(request, "account/account.html", {"form": form})


@own
def password(request: OwnRequest) -> HttpResponse:
    again, new = PasswordAgain(request), SetPasswordForm(request.user, request.POST or None)
    if all([again.is_valid(), new.is_valid()]):
        new.save(commit=False)  # which takes its time to hash it, and locks nothing meanwhile
        _change(request)
        return done(request, _("The password is changed. Everywhere else you are signed out."))
    return render(request, "account/password.html", {"again": again, "new": new})


@transaction.atomic
def _change(request: OwnRequest) -> None:
    request.user.save(update_fields=["password"])
    request.user.withdraw_invitations()
    go_on(request, request.user)


@own
def second_factor(request: OwnRequest) -> HttpResponse:
    if request.user.second_factor:
        return redirect("account")
    half, again, errors = _half_way(request), PasswordAgain(request), []
    if again.is_valid():
        try:
            return show_codes(request, _set_up(request, half))
        except ValidationError as error:
            errors = error.messages
    return render(request, "account/second_factor.html", {"half": half, "again": again, "errors": errors})


def _half_way(request: OwnRequest) -> HalfWay:
    # Keep the key that was shown before while it is good: it may be in the phone's app already.
    try:
        half = HalfWay.unsealed(request.POST.get("state", ""), SET_UP)
    except Lapsed:
        return HalfWay.to_set_up(request.user, good_for=SET_UP)
    return half if half.user == request.user else HalfWay.to_set_up(request.user, good_for=SET_UP)


@transaction.atomic
def _set_up(request: OwnRequest, half: HalfWay) -> list[str]:
    codes = half.take(request.POST.get("code", "")[:100])
    note_device(request, half.user.second_factor)
    go_on(request, half.user)
    return codes


@own
def recovery_codes(request: OwnRequest) -> HttpResponse:
    if not request.user.second_factor:
        raise PermissionDenied
    again = PasswordAgain(request)
    if again.is_valid():
        request.session.cycle_key()
        return show_codes(request, request.user.make_recovery_codes())
    return render(request, "account/recovery_codes.html", {"again": again})


@own
def without_second_factor(request: OwnRequest) -> HttpResponse:
    if request.user.needs_second_factor:
        raise PermissionDenied
    again = PasswordAgain(request)
    if again.is_valid():
        _turn_off(request)
        return done(request, _("From now on your password alone lets you in."))
    return render(request, "account/without_second_factor.html", {"again": again})


@transaction.atomic
def _turn_off(request: OwnRequest) -> None:
    request.user.forget_second_factor()
    go_on(request, request.user)


@require_POST
@own
def sign_out_everywhere(request: OwnRequest) -> HttpResponse:
    request.user.sign_out_everywhere()
    logout(request)
    return redirect("sign-in")


def show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return render(request, "account/codes.html", {"codes": codes, "then": reverse("account")})


def done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("account")
