"""Keep public pages as Django answered them, for as long as their Cache-Control says, so that of a crowd Django hears
one request a second. Views say what may be kept (interviews/views/reader/caching.py). Signed-in users always ask
Django, and so see at once what the desk has done."""

import asyncio
import gzip
import re
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.http import parse_etags

MAX_SECONDS_KEPT = 10
STALE_SECONDS = 10  # that a page is shown beyond its time, and only while it is made anew
MAX_BYTES_KEPT = 64 * 2**20  # for the bodies of all pages
MIN_BYTES_ZIPPED = 1000  # a body below that is not worth compressing
ENCODINGS_REMEMBERED = 256  # headers Accept-Encoding; nearly all visitors send one of a few
ZLIB_LEVEL = 5  # half the time of the usual one, for two per cent more bytes

FILE_PATHS = (settings.STATIC_URL, settings.MEDIA_URL)  # go out in pieces, and by validators of their own
OUR_COOKIES = (settings.SESSION_COOKIE_NAME.encode(), settings.CSRF_COOKIE_NAME.encode())
# What matters to every page of a request's headers; its language only where Vary says so
ADDRESS_HEADERS = (b"host", b"x-forwarded-proto")
PUBLIC_MAX_AGE = re.compile(rb"^(?=.*\bpublic\b).*\bmax-age=(\d+)")
CONDITION_HEADERS = (b"if-none-match", b"if-modified-since")

Headers = dict[bytes, bytes]
Messages = list[dict[str, Any]]
Address = tuple[Any, ...]
Application = Callable[[Any, Any, Any], Awaitable[None]]


class Page:
    def __init__(self, headers: Headers, body: bytes, seconds: int, varies: bool) -> None:
        self.until = time.monotonic() + seconds
        self.varies = varies  # with the visitor's language
        self.size = len(body)
        self._body, self._zipped = body, b""
        self._etag = headers[b"etag"].removeprefix(b"W/")
        vary = b", ".join(filter(None, [headers.get(b"vary"), b"Accept-Encoding"]))
        weak = b"W/" + self._etag  # it stands for the compressed body too
        self._headers = headers | {b"etag": weak, b"vary": vary, b"content-length": b"%d" % self.size}

    async def answer(self, asked: Headers, send: Any) -> None:
        status, headers, body = 200, self._headers, self._body
        if self._is_known(asked.get(b"if-none-match", b"")):
            status, headers, body = 304, _without(headers, b"content-length", b"content-type"), b""
        elif _zips(asked.get(b"accept-encoding", b""), self.size):
            body = await self._compressed()
            headers = headers | {b"content-encoding": b"gzip", b"content-length": b"%d" % len(body)}
        await send({"type": "http.response.start", "status": status, "headers": list(headers.items())})
        await send({"type": "http.response.body", "body": body})

    def _is_known(self, tags: bytes) -> bool:
        if not tags or tags == self._headers[b"etag"]:
            return bool(tags)
        known = [tag.removeprefix("W/") for tag in parse_etags(tags.decode("latin-1"))]
        return "*" in known or self._etag.decode("latin-1") in known

    async def _compressed(self) -> bytes:
        if not self._zipped:  # in a thread: a long transcript takes 50 ms
            self._zipped = await asyncio.to_thread(gzip.compress, self._body, ZLIB_LEVEL, mtime=0)
        return self._zipped


class PageCache:
    def __init__(self, application: Application) -> None:
        self._application = application
        self._pages: dict[Address, Page] = {}  # the longest kept first
        self._size = 0
        self._asking: dict[Address, asyncio.Task[tuple[Messages, Page | None]]] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        asked = dict(scope["headers"])
        if not _may_be_kept(scope, asked):
            return await self._application(scope, receive, send)
        address = _address(scope, asked)
        spoken = (address, asked.get(b"accept-language"))
        key = address if address in self._pages else spoken
        if page := self._shown(key):
            return await page.answer(asked, send)
        is_first = key not in self._asking
        if is_first:
            self._asking[key] = asyncio.create_task(self._ask(key, spoken, scope))
        messages, page = await asyncio.shield(self._asking[key])  # who asked first may leave, the others wait on
        if page:
            return await page.answer(asked, send)
        if not is_first:  # what may not be kept was for the first alone
            return await self._application(scope, receive, send)
        for message in messages:
            await send(message)
        return None

    def _shown(self, key: Address) -> Page | None:
        page = self._pages.get(key)
        more = STALE_SECONDS if key in self._asking else 0
        return page if page and time.monotonic() < page.until + more else None

    async def _ask(self, key: Address, spoken: Address, scope: Any) -> tuple[Messages, Page | None]:
        try:
            messages = await _answered(self._application, scope)
            page = _page_to_keep(messages)
            self._drop(key)
            if page:
                self._keep(spoken if page.varies else spoken[0], page)
            return messages, page
        finally:
            del self._asking[key]

    def _keep(self, key: Address, page: Page) -> None:
        self._drop(key)
        self._pages[key] = page
        self._size += page.size
        while self._size > MAX_BYTES_KEPT:
            self._drop(next(iter(self._pages)))

    def _drop(self, key: Address) -> None:
        if page := self._pages.pop(key, None):
            self._size -= page.size


def _may_be_kept(scope: Any, asked: Headers) -> bool:
    is_plain = scope["method"] == "GET" and len(asked) == len(scope["headers"])  # no header twice
    cookies = asked.get(b"cookie", b"")
    return is_plain and not scope["path"].startswith(FILE_PATHS) and not any(name in cookies for name in OUR_COOKIES)


def _address(scope: Any, asked: Headers) -> Address:
    where = (scope["scheme"], scope["root_path"], scope["path"], scope["query_string"])
    return (*where, *map(asked.get, ADDRESS_HEADERS))


async def _answered(application: Application, scope: Any) -> Messages:
    messages: Messages = []
    request = asyncio.Queue[dict[str, Any]]()
    request.put_nowait({"type": "http.request", "body": b"", "more_body": False})

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    headers = [header for header in scope["headers"] if header[0] not in CONDITION_HEADERS]
    await application(scope | {"headers": headers}, request.get, send)
    return messages


def _page_to_keep(messages: Messages) -> Page | None:
    start, *pieces = messages
    headers = {name.lower(): value for name, value in start["headers"]}
    public = PUBLIC_MAX_AGE.search(headers.get(b"cache-control", b""))
    varies = headers.get(b"vary", b"").lower()
    if start["status"] != 200 or not public or varies not in (b"", b"accept-language") or b"set-cookie" in headers:
        return None
    return Page(
        headers, b"".join(piece["body"] for piece in pieces), min(int(public[1]), MAX_SECONDS_KEPT), bool(varies)
    )


@lru_cache(ENCODINGS_REMEMBERED)
def _weights(accepted: bytes) -> dict[str, float]:
    """How much a visitor wants each encoding, from 0 for not at all to 1 (RFC 9110, 12.5.3)."""
    parts = (part.partition(";") for part in accepted.decode("latin-1").lower().split(","))
    return {name.strip(): _weight(quality) for name, _, quality in parts if name.strip()}


def _weight(quality: str) -> float:
    name, _, value = quality.partition("=")
    try:
        weight = float(value) if quality.strip() else 1.0
    except ValueError:
        return 0.0
    return weight if name.strip() in ("", "q") and 0 <= weight <= 1 else 0.0


def _zips(accepted: bytes, size: int) -> bool:
    """Whether gzip is what the visitor prefers, and worth it unless nothing else will do."""
    weights = _weights(accepted)
    others = weights.get("*", 0.0)
    zipped = weights.get("gzip", weights.get("x-gzip", others))
    plain = weights.get("identity", others if "*" in weights else zipped)
    return zipped > 0 and zipped >= plain and (size > MIN_BYTES_ZIPPED or not plain)


def _without(headers: Headers, *names: bytes) -> Headers:
    return {name: value for name, value in headers.items() if name not in names}
