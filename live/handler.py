import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import copy_context
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase
from django.urls import set_script_prefix
from servestatic.middleware import ServeStaticMiddleware

from .schema import not_yet

# With the hub's four threads, as many as DATABASE_CONNECTIONS has by default. Forms that ask for a password have their
# own, or a flood of them would stand before posts; all but one may wait for a hash (models/accounts/hashing.py).
MAX_PAGES_AT_ONCE, MAX_PASSWORDS_AT_ONCE = 9, 7
PASSWORD_PATHS = ("/sign-in/", "/invitation/", "/account/")


class PageHandler(ASGIHandler):
    """Django, where a request goes to a thread once and comes back as a whole answer; static files need no thread.

    Its own handler takes each request to a new thread three times, with a new connection object, by the event loop: a
    third of what a post cost, and while the loop writes to ten thousand readers each of those ways waits for it anew.
    """

    _pages = ThreadPoolExecutor(MAX_PAGES_AT_ONCE, thread_name_prefix="pages")
    _passwords = ThreadPoolExecutor(MAX_PASSWORDS_AT_ONCE, thread_name_prefix="passwords")

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)
        self._answer = ServeStaticMiddleware(self._in_a_thread)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with closing(body):
            set_script_prefix(get_script_prefix(scope))
            request, refusal = self.create_request(scope, body)
            response: Any = await self.run_get_response(request) if request else refusal
            await self.send_response(response, send)
            if not response.closed:
                await sync_to_async(response.close)()

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await self._answer(request)  # type: ignore[no-any-return]

    async def _in_a_thread(self, request: Any) -> HttpResponseBase:
        work = partial(copy_context().run, self._whole_answer, request)
        asks_for_a_password = request.method == "POST" and request.path_info.startswith(PASSWORD_PATHS)
        threads = self._passwords if asks_for_a_password else self._pages
        return await asyncio.get_running_loop().run_in_executor(threads, work)

    def _whole_answer(self, request: Any) -> HttpResponseBase:
        request_started.send(sender=type(self), scope=request.scope)
        response = not_yet(request) or self.get_response(request)
        if response.streaming:  # what it streams is asked for by other threads
            close_old_connections()
        else:
            response.close()
        return response
