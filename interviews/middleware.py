import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject

from .models.accounts.account import SEEN_AT
from .models.changes.registered import in_the_name_of
from .views.refusals import FACES, refused

KEPT_EVERY = 600  # seconds; then work prolongs a session to its full length


class VisitorsLanguage(LocaleMiddleware):
    """Show site pages in the visitor's language. A page with a language of its own is the same for everybody."""

    def process_request(self, request: HttpRequest) -> None:
        # by the browser's header alone: the answer may be kept for others who send the same one
        request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if response.has_header("Content-Language") else super().process_response(request, response)


class Faces(MiddlewareMixin):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Give a page to a refusal that has none, as Django's of a method that an address doesn't take."""
        if response.status_code not in FACES or response.streaming or response.content:
            return response
        page = refused(request, response.status_code)
        page.cookies = response.cookies
        if allowed := response.get("Allow"):
            page["Allow"] = allowed
        return page


@sync_and_async_middleware
def recorded(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Record changes in the name of the user who sent the request.

    django-auditlog's own middleware reads the session at once, even for a page that is the same for everybody, and
    holds a thread for each request: a server that is told to stop meanwhile never does.
    """

    async def on_the_loop(request: HttpRequest) -> HttpResponseBase:
        with in_the_name_of(lambda: request.user):
            return await get_response(request)  # type: ignore[no-any-return]

    def in_a_thread(request: HttpRequest) -> HttpResponseBase:
        with in_the_name_of(lambda: request.user):
            return get_response(request)  # type: ignore[no-any-return]

    return on_the_loop if iscoroutinefunction(get_response) else in_a_thread


class Sessions(SessionMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Keep the cookie of a session that has ended elsewhere: by now it may be that of a new one.

        Signing in, in a second tab, ends the first tab's session. The desk in the first tab asks at once how it
        stands, and the answer to that would take away the cookie that the second tab has just been given.
        """
        if not request.session.is_empty() or request.session.modified:
            return super().process_response(request, response)
        if request.session.accessed:
            patch_vary_headers(response, ("Cookie",))
        return response


class LetIn(AuthenticationMiddleware):
    """Treat users who haven't shown a required second factor as not signed in, and keep those at work signed in."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(_let_in, request, request.user))  # type: ignore[assignment]
        del request.auser  # the asynchronous way to the user, which nobody uses


def _let_in(request: HttpRequest, whose: Any) -> Any:
    if not whose.is_authenticated:
        return whose
    if not whose.may_use(request.session):
        return AnonymousUser()
    if time.time() - request.session.get(SEEN_AT, math.inf) > KEPT_EVERY:
        request.session[SEEN_AT] = time.time()
    return whose
