"""The desk's socket.

It says that something is new, never what: the page then asks by HTTP, where every right is checked.
"""

import asyncio
from contextlib import suppress
from typing import Any

from autobahn.exception import Disconnected
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError

from interviews.backend import user_of
from interviews.models import Interview
from interviews.models.accounts.roles import SEES
from interviews.sessions import SessionStore

from .consumers import NOT_ASKED, TRY_AGAIN, hub
from .hub import Bell
from .room import BURST_SECONDS, NO_INTERVIEW

NOT_ALLOWED = 4403  # close code: from another site, signed out, or without the right
CHECK_SECONDS = 25  # then the page hears something too, so that it can tell a quiet socket from a dead one
BELL = {"type": "websocket.send", "text": "{}"}


class Close(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


async def desk(scope: Any, receive: Any, send: Any) -> None:
    """/ws/desk/<slug>/, see docs/protocol.md."""
    await receive()
    await send({"type": "websocket.accept"})  # before any refusal: a browser hears the code of an open socket only
    try:
        async with asyncio.TaskGroup() as tasks:
            ringing = tasks.create_task(_keep_ringing(scope, send))
            if (await receive())["type"] == "websocket.receive":
                raise Close(NOT_ASKED)
            ringing.cancel()
    except* Disconnected:
        pass  # the window was closed while the bell rang
    except* Close as closes:
        await send({"type": "websocket.close", "code": closes.exceptions[0].code})  # type: ignore[union-attr]


async def _keep_ringing(scope: Any, send: Any) -> None:
    with hub.bell(await _interview_of(scope)) as bell:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_SECONDS):
                    await _pass_on(bell, send)
            await _interview_of(scope)
            bell.set()


async def _pass_on(bell: Bell, send: Any) -> None:
    """Ring the page until its right to hear has to be checked again."""
    while True:
        await bell.wait()
        bell.clear()
        if bell.in_doubt:
            bell.in_doubt = False
            return
        await send(BELL)
        await asyncio.sleep(BURST_SECONDS)


async def _interview_of(scope: Any) -> int:
    """The interview's id; Close if the page may not hear.

    Looked up each time, since sessions end and rights are taken away.
    """
    if not _is_from_here(scope):
        raise Close(NOT_ALLOWED)
    session = SessionStore(scope["cookies"].get(settings.SESSION_COOKIE_NAME))
    try:
        pk: int = await database_sync_to_async(_seen_by)(session, scope["url_route"]["kwargs"]["slug"])
    except DatabaseError as error:
        raise Close(TRY_AGAIN) from error
    return pk


def _is_from_here(scope: Any) -> bool:
    # Another site's page could open the socket with this site's cookies; the browser names the page in Origin.
    headers = {name: value.decode("latin1") for name, value in scope["headers"]}
    here = [f"{scheme}://{headers.get(b'host')}" for scheme in ("http", "https")]  # TLS may end at a proxy
    return headers.get(b"origin") in [*here, *settings.CSRF_TRUSTED_ORIGINS]


def _seen_by(session: SessionStore, slug: str) -> int:
    user = user_of(session)
    if not user or not user.is_at_the_desk:
        raise Close(TRY_AGAIN if session.was_replaced else NOT_ALLOWED)
    try:
        return Interview.objects.open_to(user, SEES).get(slug=slug).pk
    except Interview.DoesNotExist as error:
        raise Close(NO_INTERVIEW) from error
