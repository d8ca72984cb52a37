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

MAX_REQUESTS_AT_ONCE = 16  # with the hub's four threads, as many as DATABASE_CONNECTIONS has by default


class PageHandler(ASGIHandler):
    """Django, where a request goes to a thread once and comes back as a whole answer; static files need no thread.

    Its own handler takes each request to a new thread three times, with a new connection object, by the event loop: a
    third of what a post cost, and while the loop writes to ten thousand readers each of those ways waits for it anew.
    """

    _threads = ThreadPoolExecutor(MAX_REQUESTS_AT_ONCE, thread_name_prefix="pages")

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
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _whole_answer(self, request: Any) -> HttpResponseBase:
        request_started.send(sender=type(self), scope=request.scope)
        response = not_yet(request) or self.get_response(request)
        if response.streaming:  # what it streams is asked for by other threads
            close_old_connections()
        else:
            response.close()
        return response
