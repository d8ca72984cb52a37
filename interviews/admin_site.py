"""The site of Django's admin. It isn't in admin/, whose modules need it while they are imported."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

MAX_REASON_CHARACTERS = 200  # that are logged

View = Callable[..., Any]


class AdminSite(admin.AdminSite):
    """Django's site, but people sign in, sign out and choose a password as at the desk."""

    site_header = site_title = settings.SITE_NAME
    site_url = "/desk/"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        if view == self.logout:  # Django leads whoever may not open the admin, any more or just now, to its front page
            return view
        return super().admin_view(_asked_for_what_can_be(view), cacheable)

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """Lead to the desk's sign-in; refuse users who are signed in already, since they lack the right."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), settings.LOGIN_URL)

    def logout(self, request: HttpRequest, extra_context: object = None) -> Any:
        return LogoutView.as_view()(request)

    def password_change(self, request: HttpRequest, extra_context: object = None) -> Any:
        return redirect("account-password")


def _asked_for_what_can_be(view: View) -> View:
    """Answer 400 where a query asks for the year 99999999999, or an action the row “x”: Django doesn’t."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.GET and ACTION_CHECKBOX_NAME not in request.POST:
            return view(request, *args, **kwargs)
        try:
            with transaction.atomic() if request.method in ("GET", "HEAD") else nullcontext():
                response = view(request, *args, **kwargs)
                return response.render() if isinstance(response, TemplateResponse) else response
        except (DataError, OverflowError, ValueError) as error:
            raise BadRequest(f"{error}"[:MAX_REASON_CHARACTERS]) from error

    return answered
