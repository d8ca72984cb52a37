"""What somebody is shown who is refused: what happened, and a way on.

Nothing here asks the database, a session or a context processor: any of them may be what has failed.
"""

import re
import sys
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import REASON_NO_CSRF_COOKIE, get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from interviews.models.accounts.hashing import BUSY_SECONDS

from .account.sign_in import again, out_of_date
from .answers import wants_json

STAFF_PATHS = ("/desk/", "/admin/", "/account/", "/sign-in/", "/sign-out/")
TOKEN_FIELD = "csrfmiddlewaretoken"
SECRETS = re.compile("password|secret|token|code$|^state$", re.I)  # names of fields whose form no page repeats
ONE_WORD = re.compile(r"[!-~]*")  # a number, a key, a choice: nothing that somebody would miss
REASONS_OF_THE_TOKEN = ("CSRF token", REASON_NO_CSRF_COOKIE)  # the others are about where a form came from
MAX_FIELDS_REPEATED = 200
RETRY_SECONDS = 5  # after which the database may be back
RENEWED_SECONDS = 1  # after which a browser has its session's new key


class Face(NamedTuple):
    title: Any
    words: Any


FACES = {
    400: Face(
        _("This can’t be answered"),
        _("The address asks for something that can’t be, or what was sent was damaged on its way. Nothing was done."),
    ),
    403: Face(_("You may not do this"), _("Your account has no right to it. If it should have one, ask an admin.")),
    404: Face(_("Page not found"), _("The address may have a mistake in it, or the page was never published.")),
    405: Face(_("This address is not a page"), _("It only takes what a form sends. Nothing was done.")),
    413: Face(
        _("This is too much at once"),
        _("Nothing was kept. Go back, where what you typed still stands, and send less, or in several parts."),
    ),
    429: Face(
        _("Please wait a few seconds"),
        _("Too many are signing in just now: your password was not looked at. Please try again in a few seconds."),
    ),
    500: Face(_("Something broke on our side"), _("The page could not be loaded. Please try again in a minute.")),
    503: Face(_("The site can’t answer just now"), _("Please try again in a minute.")),
}
OUT_OF_DATE = Face(
    _("This page was too old"),
    _("Nothing was done yet: since it was opened somebody has signed in or out, or the browser refuses cookies."),
)
RENEWED = Face(
    _("Please load this page again"),
    _("Nothing was done: what you may do, or how you sign in, has changed in this very moment."),
)
FROM_ANOTHER_SITE = Face(_("This came from another site"), _("Nothing was done."))


def refused(
    request: HttpRequest, status: int, face: Face | None = None, offers: bool = False, back: str = ""
) -> HttpResponse:
    """Answer in the visitor's language, with a link `back`, or to where the visitor came from.

    With `offers` the page gives back what a form had, to be sent again.
    """
    with translation.override(translation.get_language_from_request(request)):
        title, words = face or FACES[status]
        if wants_json(request):
            response: HttpResponse = JsonResponse({"errors": {"__all__": [words]}}, status=status)
        else:
            typed, chosen = _typed(request) if offers else ([], [])
            context = {"title": title, "words": words, "typed": typed, "chosen": chosen, **_around(request, status)}
            context["back"] = back or _back(request)
            response = HttpResponse(render_to_string("refusal.html", context), status=status)
        response["Content-Language"] = translation.get_language()
    response["Referrer-Policy"] = "strict-origin"  # the address may be a secret, as an invitation's
    patch_vary_headers(response, ["Accept", "Accept-Language"])
    add_never_cache_headers(response)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    is_too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return refused(request, 413 if is_too_much else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return refused(request, 500, offers=True)
    response = refused(request, 503, offers=True)  # the database is away, or too busy
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def busy(request: HttpRequest) -> HttpResponse:
    """Answer whose password would have to wait too long to be hashed; the page to sign in by asks for it again."""
    if request.path == reverse("sign-in") and not wants_json(request):
        response = again(request, str(FACES[429].words))
        response.status_code = 429
    else:
        response = refused(request, 429, back=request.get_full_path())
    response["Retry-After"] = str(BUSY_SECONDS)
    return response


def asks_to_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 401 or response.get("Location", "").startswith(f"{reverse('sign-in')}?")


def ask_again(request: HttpRequest) -> HttpResponse:
    """Answer what came with the key that its session had a moment ago: a browser that has the new one tries that."""
    response = refused(request, 503, RENEWED, offers=True)
    response["Retry-After"] = str(RENEWED_SECONDS)
    if request.method == "GET":
        response["Refresh"] = str(RENEWED_SECONDS)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page's token is void once somebody has signed in in another tab."""
    if is_from_another_site(request, reason):
        return refused(request, 403, FROM_ANOTHER_SITE)
    if request.path == reverse("sign-in") and not wants_json(request):
        return out_of_date(request, str(OUT_OF_DATE.words))
    return refused(request, 403, OUT_OF_DATE, offers=True)


def is_from_another_site(request: HttpRequest, reason: str) -> bool:
    # A page that would send its form by one click must not be made by another site.
    comes_from = request.headers.get("Sec-Fetch-Site")
    return comes_from in ("cross-site", "same-site") or not reason.startswith(REASONS_OF_THE_TOKEN)


def _around(request: HttpRequest, status: int) -> dict[str, Any]:
    may_be_anothers = status == 403 and request.method == "GET"
    return {
        "language": translation.get_language(),
        "here": request.get_full_path(),
        "is_of_staff": request.path.startswith(STAFF_PATHS),
        "sign_in": f"{reverse('sign-in')}?{urlencode({'next': request.path})}" if may_be_anothers else "",
        "token": get_token(request),
    }


def _back(request: HttpRequest) -> str:
    """The page of this site that led here, if it has told its address; from the front page any refusal has a link."""
    came_from = request.headers.get("Referer", "")
    with suppress(SuspiciousOperation):  # of the Host header
        is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
        if is_ours and urlsplit(came_from).path != "/" and came_from != request.build_absolute_uri():
            return came_from
    return ""


def _typed(request: HttpRequest) -> tuple[list[tuple[str, str, bool]], list[tuple[str, str]]]:
    """Return of each field its name, its value, and whether somebody has written it (a text, no number, no choice).

    And of each file, which a page can't give back, its field's name and its own.
    """
    try:
        fields = [(name, one) for name, many in request.POST.lists() if name != TOKEN_FIELD for one in many]
        chosen = [(name, str(file)) for name, file in request.FILES.items()]
    except (BadRequest, SuspiciousOperation, MultiPartParserError, OSError):
        return [], []
    if len(fields) > MAX_FIELDS_REPEATED or any(SECRETS.search(name) for name, _ in fields):
        return [], []
    return [(name, value, not ONE_WORD.fullmatch(value)) for name, value in fields], chosen
