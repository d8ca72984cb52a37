"""The readers' socket. It ignores cookies, carries only what is published and accepts no message."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import DatabaseError
from django.http import QueryDict

from interviews.forms import AfterForm, cleaned
from interviews.models import Interview

from .hub import Hub
from .room import NO_INTERVIEW, Encoded, Reader, Room

BAD_CURSOR = 4400  # close code: epoch or after is missing or wrong
TOO_SLOW = 4408  # close code: come back and catch up
NOT_ASKED = 4405  # close code: readers only listen
TRY_AGAIN = 4503  # close code: the log can't be read just now
CURSORS_REMEMBERED = 256  # of a crowd that comes at once nearly all have the same
MAX_WAITING_MESSAGES = 64  # messages that a reader may lag behind where the server has no fast write to count bytes by

hub = Hub()


async def reader(scope: Any, receive: Any, send: Any) -> None:
    """/ws/interviews/<slug>/?epoch=…&after=…, see docs/protocol.md."""
    await receive()
    await send({"type": "websocket.accept"})  # before any refusal: a browser hears the code of an open socket only
    reader = FastReader(scope, send) if "fangtan.write" in scope.get("extensions", {}) else QueuedReader(send)
    try:
        await _follow(reader, scope, receive)
    finally:
        reader.end()


async def nowhere(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": NO_INTERVIEW})


async def _follow(reader: "SocketReader", scope: Any, receive: Any) -> None:
    try:
        room = await hub.enter(scope["url_route"]["kwargs"]["slug"], reader, *_cursor(scope["query_string"]))
    except (ValidationError, SuspiciousOperation):
        return reader.close(BAD_CURSOR)
    except Interview.DoesNotExist:
        return reader.close(NO_INTERVIEW)
    except DatabaseError:
        return reader.close(TRY_AGAIN)
    try:
        if (await receive())["type"] == "websocket.receive":
            reader.close(NOT_ASKED)
    finally:
        room.leave(reader)
    return None


@lru_cache(CURSORS_REMEMBERED)
def _cursor(query: bytes) -> tuple[str, int]:
    """Epoch and after; ValidationError or SuspiciousOperation if the query has none."""
    cursor = cleaned(AfterForm(QueryDict(query)))
    return cursor["epoch"], cursor["after"]


class SocketReader(Reader):
    def __init__(self, send: Any) -> None:
        self._send = send
        self._closing: asyncio.Task[None] | None = None
        self.key = id(self)
        self.room: Room | None = None

    def is_open(self) -> bool:
        return not self._closing

    def close(self, code: int) -> None:
        if not self._closing:
            self._closing = asyncio.ensure_future(self._send({"type": "websocket.close", "code": code}))

    def end(self) -> None:
        if self.room:
            self.room.leave(self)

    def write_to_all(self, readers: Mapping[int, Reader], keys: Sequence[int], message: Encoded) -> None:
        for key in keys:
            if reader := readers.get(key):
                reader.write(message)


class FastReader(SocketReader):
    """Under `manage.py serve`: the bytes go straight to the socket (live/connections.py)."""

    def __init__(self, scope: Any, send: Any) -> None:
        super().__init__(send)
        server = scope["extensions"]["fangtan.write"]
        self.socket, self._send_to_all = server["socket"], server["send_to_all"]
        self.key = self.socket.number
        self.socket.when_closing = self.end  # at once: the next connection may get this one's number

    def is_open(self) -> bool:
        return bool(self.socket.may_write)

    def write(self, message: Encoded) -> None:
        self.socket.write(message.wire)

    def write_to_all(self, readers: Mapping[int, Any], keys: Sequence[int], message: Encoded) -> None:
        for key, sent in self._send_to_all(readers, keys, message.wire):
            readers[key].socket.write_rest(message.wire, sent)


class QueuedReader(SocketReader):
    """A reader under any other ASGI server, whose `send` may wait for a slow reader: the hub must not."""

    def __init__(self, send: Any) -> None:
        super().__init__(send)
        self._queue: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING_MESSAGES)
        self._task = asyncio.ensure_future(self._pump())

    def write(self, message: Encoded) -> None:
        try:
            self._queue.put_nowait(message.text)
        except asyncio.QueueFull:
            self._task.cancel()  # it waits for the reader, and the close would wait behind it
            self.close(TOO_SLOW)

    def end(self) -> None:
        super().end()
        self._task.cancel()

    async def _pump(self) -> None:
        while True:
            await self._send({"type": "websocket.send", "text": await self._queue.get()})
