from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase
from servestatic.middleware import ServeStaticMiddleware


class Pages(ASGIHandler):
    """Django with all middleware and the view of a request in one thread, static files before it.

    Its own handler takes every middleware and the view to a thread and back, by the event loop: a fifth of what a post
    cost, and while the loop writes to ten thousand readers each of those ways waits for it anew.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)
        self._answer = ServeStaticMiddleware(sync_to_async(self.get_response))

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await self._answer(request)  # type: ignore[no-any-return]
