import math
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject

from .backend import user_of
from .models import User
from .models.accounts.account import RIGHTS, SEEN_AT
from .models.accounts.hashing import Busy
from .models.changes.registered import in_the_name_of
from .views.answers import signed_out
from .views.refusals import FACES, ask_again, asks_to_sign_in, busy, refused

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

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return busy(request) if isinstance(exception, Busy) else None


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
        """Give the session another key when its user's rights have changed.

        Keep the cookie of a session that has ended elsewhere: by now it may be that of a new one. Signing in, in a
        second tab, ends the first tab's session. The desk in the first tab asks at once how it stands, and the answer
        to that would take away the cookie that the second tab has just been given.
        """
        session: Any = request.session
        if asks_to_sign_in(response) and session.was_replaced:
            response = ask_again(request)
        with suppress(UpdateError, SessionInterrupted):  # what was answered holds: it was begun before that ended
            if session.has_outgrown_its_key and response.status_code < 500:
                session.cycle_key()
            if not session.is_empty() or session.modified:
                return super().process_response(request, response)
        if session.accessed:
            patch_vary_headers(response, ("Cookie",))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Ask to sign in when a view finds that the session has just been ended; what it was about is not done."""
        if not isinstance(exception, UpdateError):
            return None
        request.user = AnonymousUser()
        return signed_out(request, request.path)


class LetIn(AuthenticationMiddleware):
    """Treat users who haven't shown a required second factor as not signed in, and keep those at work signed in."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(partial(_let_in, request.session))  # type: ignore[assignment]


def _let_in(session: Any) -> User | AnonymousUser:
    user: Any = user_of(session)
    if not user:
        return AnonymousUser()
    if session.get(RIGHTS, user.rights) != user.rights:
        session[RIGHTS] = user.rights
        session.has_outgrown_its_key = True
    if session[HASH_SESSION_KEY] != user.get_session_auth_hash():  # the password's hash or SECRET_KEY is a new one
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if time.time() - session.get(SEEN_AT, math.inf) > KEPT_EVERY:
        session[SEEN_AT] = time.time()
        session[RIGHTS] = user.rights  # which a session from before release 0.2 lacks
    return user  # type: ignore[no-any-return]
