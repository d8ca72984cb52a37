"""A page that says how far a long job is, and then shows what came of it. It needs no script."""

import time
from collections.abc import Generator, Iterator
from contextvars import copy_context
from typing import Any, NamedTuple

from asgiref.sync import sync_to_async
from django.contrib.messages import get_messages
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string

QUIET_SECONDS = 1  # a job that takes less is answered as any other request
HERE = "<!-- progress -->"  # in both pages, above what differs between them


class Step(NamedTuple):
    """Says how far the job is, in words, and how many of its parts are done; None if that isn't known."""

    words: str
    done: int | None = None
    total: int | None = None


Job = Generator[Step, None, HttpResponse]


class Streamed(StreamingHttpResponse):
    """Sends its parts one by one under ASGI too, where Django would gather them all first.

    Each is made as the view would make it: in the visitor's language and time zone, and in the user's name.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._context = copy_context()

    async def __aiter__(self) -> Any:
        parts = iter(self)
        while part := await sync_to_async(self._next, thread_sensitive=False)(parts):
            yield part

    def _next(self, parts: Iterator[bytes]) -> bytes:
        try:
            return self._context.run(next, parts, b"")
        finally:
            close_old_connections()  # the next part may be made by another thread


def answered(request: HttpRequest, job: Job, waiting: HttpResponse) -> HttpResponse | StreamingHttpResponse:
    """Answer with what the job returns, or after a second with the page `waiting`, which grows until then."""
    until = time.monotonic() + QUIET_SECONDS
    try:
        while time.monotonic() < until:
            next(job)
    except StopIteration as done:
        response: HttpResponse = done.value
        return response
    return Streamed(_growing(request, job, waiting), headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"})


def _growing(request: HttpRequest, job: Job, waiting: HttpResponse) -> Iterator[str]:
    yield _rendered(waiting).partition(HERE)[0]
    try:
        while True:
            yield render_to_string("admin/interviews/progress/_step.html", {"step": next(job)})
    except StopIteration as done:
        yield _end(request, done.value)


def _end(request: HttpRequest, response: HttpResponse) -> str:
    if not response.has_header("Location"):
        return _rendered(response).partition(HERE)[2]
    # what the next page would say: it is too late to lead there
    context = {"messages": get_messages(request), "next": response["Location"]}
    return render_to_string("admin/interviews/progress/done.html", context, request)


def _rendered(response: Any) -> str:
    return str(response.render().content.decode())
