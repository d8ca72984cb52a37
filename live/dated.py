"""Write on each answer when it was made, as HTTP asks (RFC 9110, 6.6.1): Daphne doesn't, and open pages set their clock
by it."""

from typing import Any

from django.utils.http import http_date

from .page_cache import Application


class Dated:
    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def dated(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = message | {"headers": [*message.get("headers", ()), (b"date", http_date().encode())]}
            await send(message)

        await self._application(scope, receive, dated)
