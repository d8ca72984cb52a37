"""Answer a browser with a page, and a script with JSON."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def errors_of(error: ValidationError) -> dict[str, Any]:
    return error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
