"""Answer a browser with a page, and a script with JSON."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def errors_of(error: ValidationError) -> dict[str, Any]:
    return error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}


def signed_out(request: HttpRequest, then: str) -> HttpResponse:
    """Ask a browser to sign in, after which it goes to `then`."""
    if wants_json(request):
        return JsonResponse({"errors": {"__all__": [_("You are signed out.")]}}, status=401)
    return redirect_to_login(then)
