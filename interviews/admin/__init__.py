"""Django's admin.

What readers can see is changed by the models' verbs alone, as at the desk, so that open pages follow.
"""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from . import changes, interview, locks, people, turn, users

__all__ = ["changes", "interview", "locks", "people", "turn", "users"]


def one_login(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """The desk's; who is in already lacks the right."""
    if admin.site.has_permission(request):
        return redirect("admin:index")
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"), settings.LOGIN_URL)


def own_password(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    return redirect("account-password")


admin.site.login, admin.site.logout = one_login, LogoutView.as_view()  # type: ignore[assignment,method-assign]
admin.site.password_change = own_password  # type: ignore[assignment,method-assign]

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.site_url = "/desk/"
