"""The site of Django's admin. It isn't in admin/, whose modules need it while they are imported."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class AdminSite(admin.AdminSite):
    """Django's site, but people sign in, sign out and choose a password as at the desk."""

    site_header = site_title = settings.SITE_NAME
    site_url = "/desk/"

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
