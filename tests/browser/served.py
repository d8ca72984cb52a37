"""The site without a server: the test's own process answers, from within the test's own transaction.

Playwright keeps an event loop on the test's thread and runs it while the test waits for the browser, and only then.
On this loop listens a small HTTP server that hands requests to Django, and tells the open sockets what the log tells.
So nothing happens beside the test's own lines, and the browser sees what no other process does: what isn't committed.
"""

import asyncio
import base64
import contextlib
import hashlib
import mimetypes
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import TestCase
from django.test.client import ClientHandler
from django.utils.cache import patch_cache_control
from django.utils.http import http_date

from interviews.models import Interview
from interviews.rendering import frames
from live.room import NO_INTERVIEW, Encoded, websocket_frame
from tests.sites import free_port

ACCEPTS = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 4.2.2
AXE = Axe().axe_script.encode()  # from an address, since the browser keeps what it has compiled of a script with one
KEPT = ("Cache-Control", "max-age=3600")
BELL = websocket_frame(b"{}")
NO_ICON = b'<link rel="icon" href="data:,">'  # which Chromium would ask for when nobody answers any more


class Served:
    """Answers for one test after the other, at one address, so that the browser keeps what is the same for all."""

    def __init__(self):
        self.port = free_port()
        self.here = f"http://127.0.0.1:{self.port}"
        self.parking = f"{self.here}/parking"  # where a window stands between two tests
        self._handler = ClientHandler(enforce_csrf_checks=True)
        self._loop = asyncio.get_running_loop()
        self._context = None
        self._followers = set()
        self._is_rung = False
        self._server = self._loop.create_task(asyncio.start_server(self._talk, "127.0.0.1", self.port))

    def close(self):
        self._server.result().close()

    @contextlib.contextmanager
    def within(self, context):
        """What this context sees of the database is what the browser sees."""
        self._context, self._failures, self._sent = context, [], {}
        with connection.execute_wrapper(self._overhear):
            yield self
        self._context = None
        for follower in self._followers:
            follower.writer.transport.abort()
        self._followers.clear()
        assert self._failures == []

    def send_again(self, path, sent):
        """Answer at this path with what is in `sent`, where the first answer goes: a long page takes long to render."""
        self._sent[path] = sent

    def _overhear(self, execute, sql, *how):
        answer = execute(sql, *how)
        if "pg_notify" in str(sql) and not self._is_rung:
            self._is_rung = True
            self._loop.call_soon(self._ring)
        return answer

    def _ring(self):
        self._is_rung = False
        for follower in list(self._followers):
            self._tell(follower)

    def _tell(self, follower):
        try:
            self._in_the_test(follower.hear)
        except Exception as failure:  # which else only the log would tell
            self._failures.append(failure)

    def _in_the_test(self, work, *args):
        return self._context.copy().run(work, *args)

    async def _talk(self, reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError), contextlib.closing(writer):
            while True:
                request = await Request.read(reader)
                if request.path != "/parking" and not self._context:
                    await reader.read(
                        1
                    )  # asked when its test was over: the browser gives it up when it leaves the page
                    return
                if "upgrade" in request.headers:
                    await self._follow(request, reader, writer)
                    return
                writer.write(self._answer(request))
                await writer.drain()

    def _answer(self, request):
        if request.path == "/parking":
            return answer("200 OK", [("Content-Type", "text/html")], b"<!doctype html><title>Parking</title>" + NO_ICON)
        if request.path == "/axe.js":
            return answer("200 OK", [("Content-Type", "text/javascript"), KEPT], AXE)
        if request.path.startswith("/static/"):
            return static(request)
        sent = self._sent.get(request.target, {})
        if request.method not in sent:
            sent[request.method] = self._in_the_test(self._ask_django, request)
        return sent[request.method]

    def _ask_django(self, request):
        with TestCase.captureOnCommitCallbacks(execute=True):
            response = self._handler(request.environ(self.port))
            body = b"".join(response)
        cookies = [("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values()]
        if "Cache-Control" in response:
            patch_cache_control(response, max_age=0)  # the next test has another page at the same address
        return answer(f"{response.status_code} {response.reason_phrase}", [*response.items(), *cookies], body)

    async def _follow(self, request, reader, writer):
        accept = base64.b64encode(hashlib.sha1(request.headers["sec-websocket-key"].encode() + ACCEPTS).digest())
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        follower = (Desk if request.path.startswith("/ws/desk/") else Page)(request, writer)
        self._followers.add(follower)
        try:
            self._tell(follower)
            await reader.read(1)  # a page says nothing but that it closes
        finally:
            self._followers.discard(follower)


class Request:
    @classmethod
    async def read(cls, reader):
        self = cls()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *lines = head[:-4].split("\r\n")
        self.method, self.target, _ = line.split(" ")
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        self.path, self.query = urlsplit(self.target).path, urlsplit(self.target).query
        self.body = await reader.readexactly(int(self.headers.get("content-length", 0)))
        return self

    def environ(self, port):
        named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
        return named | {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(self.path, "latin-1"),
            "QUERY_STRING": self.query,
            "CONTENT_TYPE": self.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(self.body)),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(self.body),
        }


def static(request):
    found = finders.find(unquote(request.path.removeprefix("/static/")))
    if not found:
        return answer("404 Not Found", [], b"")
    kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
    return answer("200 OK", [("Content-Type", kind), KEPT], Path(found).read_bytes())


def answer(status, headers, body):
    length = [] if any(name == "Content-Length" for name, _ in headers) else [("Content-Length", str(len(body)))]
    dated = [*headers, *length, ("Date", http_date())]
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in dated)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


class Page:
    """An open page of a reader, and where it stands."""

    def __init__(self, request, writer):
        self.writer = writer
        self.slug = request.path.split("/")[-2]
        query = parse_qs(request.query)
        self.epoch, self.seq = query["epoch"][0], int(query["after"][0])
        self._has_heard = False

    def hear(self):
        interview = Interview.objects.announced().filter(slug=self.slug).only("epoch", "seq").first()
        if not interview:
            self.writer.write(b"\x88\x02" + NO_INTERVIEW.to_bytes(2))
            return
        if (str(interview.epoch), interview.public_seq) != (self.epoch, self.seq):
            message = Encoded.of(frames.changes(interview.pk, self.epoch, self.seq))
            self.epoch, self.seq = message.epoch, message.seq
            self.writer.write(message.wire)
        elif not self._has_heard:
            self.writer.write(Encoded.nothing_new(self.epoch, self.seq).wire)
        self._has_heard = True


class Desk:
    def __init__(self, request, writer):
        self.writer = writer

    def hear(self):
        self.writer.write(BELL)
