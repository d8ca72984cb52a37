"""Of a crowd that asks for a public page Django hears one, and nobody is shown what was meant for another."""

import asyncio
import gzip
import json
import re
import urllib.error
import urllib.request

import pytest
from django.conf import settings

from live import page_cache
from live.page_cache import PageCache

PUBLIC = {"Cache-Control": "public, max-age=1"}
SESSION = settings.SESSION_COOKIE_NAME


class Django:
    """Answers each request with how many it has heard, once it is let."""

    def __init__(self, status=200, body="", **headers):
        self.heard = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self._status, self._body, self._headers = status, body, {"ETag": '"{n}"', **PUBLIC, **headers}

    async def __call__(self, scope, receive, send):
        self.heard.append(scope)
        n = len(self.heard)
        await receive()
        await self.may_answer.wait()
        headers = [(name.encode(), value.format(n=n).encode()) for name, value in self._headers.items() if value]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": f"{n} ".encode(), "more_body": True})
        await send({"type": "http.response.body", "body": self._body.encode()})


class Answer:
    def __init__(self, messages):
        self.status = messages[0]["status"]
        self.headers = {name.decode().lower(): value.decode() for name, value in messages[0]["headers"]}
        self.body = b"".join(message["body"] for message in messages[1:])


async def ask(cache, path="/", method="GET", more=(), **headers):
    messages = []

    async def send(message):
        messages.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"scheme": "http", "root_path": "", "query_string": b"", "method": method, "path": path}
    await cache(scope | {"headers": [(b"host", b"here"), *named], **dict(more)}, receive, send)
    return Answer(messages)


@pytest.fixture
def clock(monkeypatch):
    """Stands still until it is told otherwise."""

    class Clock:
        now = 0.0

        def monotonic(self):
            return self.now

    monkeypatch.setattr(page_cache, "time", clock := Clock())
    return clock


def run(scenario):
    asyncio.run(asyncio.wait_for(scenario(), 5))  # what waits for an answer that never comes has failed


def bodies(answers):
    return [answer.body for answer in answers]


def test_of_a_crowd_that_asks_at_once_django_hears_one(clock):
    async def scenario():
        django = Django()
        cache = PageCache(django)
        assert bodies(await asyncio.gather(*(ask(cache) for _ in range(100)))) == [b"1 "] * 100
        assert (await ask(cache)).body == b"1 "
        assert len(django.heard) == 1

    run(scenario)


def test_whoever_asked_first_may_leave_and_the_others_are_answered(clock):
    async def scenario():
        django = Django()
        cache = PageCache(django)
        django.may_answer.clear()
        first, second = asyncio.create_task(ask(cache)), asyncio.create_task(ask(cache))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        django.may_answer.set()
        assert (await second).body == b"1 "

    run(scenario)


def test_a_page_is_made_anew_after_its_time_and_shown_meanwhile_but_not_for_ever(clock):
    async def scenario():
        django = Django()
        cache = PageCache(django)
        await ask(cache)
        clock.now = 1.5
        django.may_answer.clear()
        first = asyncio.create_task(ask(cache))
        await asyncio.sleep(0)
        assert (await ask(cache)).body == b"1 "
        clock.now = 1 + page_cache.STALE_SECONDS
        late = asyncio.create_task(ask(cache))
        await asyncio.sleep(0)
        django.may_answer.set()
        assert bodies([await first, await late]) == [b"2 ", b"2 "]

    run(scenario)


def test_a_page_that_nobody_has_asked_for_since_is_not_shown_again(clock):
    async def scenario():
        cache = PageCache(Django())
        await ask(cache)
        clock.now = 1
        assert (await ask(cache)).body == b"2 "

    run(scenario)


def test_even_what_may_be_kept_for_long_is_soon_made_anew(clock):
    async def scenario():
        cache = PageCache(Django(**{"Cache-Control": "public, max-age=3600"}))
        await ask(cache)
        clock.now = page_cache.MAX_SECONDS_KEPT
        assert (await ask(cache)).body == b"2 "

    run(scenario)


@pytest.mark.parametrize(
    "django",
    [
        {"Cache-Control": "private, max-age=60"},
        {"Cache-Control": "public"},
        {"Cache-Control": ""},
        {"Set-Cookie": "a=b"},
        {"Vary": "Cookie"},
        {"Vary": "Accept-Language, Cookie"},
        {"status": 404},
        {"status": 302, "Location": "/"},
    ],
    ids=str,
)
def test_what_may_not_be_kept_is_for_the_one_who_asked(django, clock):
    async def scenario():
        cache = PageCache(Django(**django))
        answers = await asyncio.gather(*(ask(cache) for _ in range(3)))
        assert sorted(bodies(answers)) == [b"1 ", b"2 ", b"3 "]
        assert {answer.status for answer in answers} == {django.get("status", 200)}

    run(scenario)


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/other/"},
        {"host": "there"},
        {"x_forwarded_proto": "https"},
        {"more": {"query_string": b"order=newest"}},
        {"more": {"root_path": "/elsewhere"}},
        {"more": {"scheme": "https"}},
    ],
    ids=str,
)
def test_another_request_has_another_page(other, clock):
    async def scenario():
        cache = PageCache(Django())
        await ask(cache)
        assert (await ask(cache, **other)).body == b"2 "

    run(scenario)


def test_a_page_that_varies_with_the_language_is_kept_for_each(clock):
    async def scenario():
        cache = PageCache(Django(Vary="Accept-Language"))
        asked = [await ask(cache, accept_language=language) for language in ("zh", "en", "zh")]
        assert bodies(asked) == [b"1 ", b"2 ", b"1 "]
        assert asked[0].headers["vary"] == "Accept-Language, Accept-Encoding"

    run(scenario)


def test_a_page_that_does_not_is_kept_for_all(clock):
    async def scenario():
        cache = PageCache(Django())
        asked = [await ask(cache, accept_language=language) for language in ("zh", "en")]
        assert bodies(asked) == [b"1 ", b"1 "]

    run(scenario)


@pytest.mark.parametrize(
    "how",
    [
        {"cookie": f"a=b; {SESSION}=x"},
        {"cookie": f"{settings.CSRF_COOKIE_NAME}=x"},
        {"method": "HEAD"},
        {"method": "POST"},
        {"path": settings.STATIC_URL + "a.js"},
        {"path": settings.MEDIA_URL + "turns/a.webp"},
        {"more": {"headers": [(b"host", b"there"), (b"host", b"here")]}},
    ],
    ids=str,
)
def test_these_ask_django_themselves(how, clock):
    async def scenario():
        cache = PageCache(Django())
        await ask(cache, how.get("path", "/"))
        assert (await ask(cache, **how)).body == b"2 "

    run(scenario)


def test_who_knows_the_page_is_told_so_and_the_next_one_gets_it_whole(clock):
    async def scenario():
        django = Django()
        cache = PageCache(django)
        for known in ('"1"', 'W/"1"', '"0", W/"1"', "*"):
            answer = await ask(cache, if_none_match=known)
            assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", 'W/"1"')
        for unknown in ('"2"', "1", ""):
            answer = await ask(cache, if_none_match=unknown)
            assert (answer.status, answer.body) == (200, b"1 ")
        assert len(django.heard) == 1

    run(scenario)


def test_what_the_first_one_knows_is_not_told_to_django_who_would_have_nothing_for_the_others(clock):
    async def scenario():
        django = Django()
        await ask(
            PageCache(django), if_none_match='"1"', if_modified_since="Tue, 24 Nov 2026 00:00:00 GMT", accept="*/*"
        )
        assert [dict(scope["headers"]) for scope in django.heard] == [{b"host": b"here", b"accept": b"*/*"}]

    run(scenario)


def test_a_long_page_is_compressed_for_those_who_can_read_it(clock):
    async def scenario():
        cache = PageCache(Django(body="柳" * 400))
        small, plain = await ask(cache, accept_encoding="br, gzip"), await ask(cache)
        assert small.headers["content-encoding"] == "gzip"
        assert gzip.decompress(small.body) == plain.body == b"1 " + "柳".encode() * 400
        assert [int(answer.headers["content-length"]) for answer in (small, plain)] == [len(small.body), 1202]
        assert "content-encoding" not in plain.headers
        short = await ask(PageCache(Django()), accept_encoding="gzip")
        assert "content-encoding" not in short.headers

    run(scenario)


LONG_PAGE, SHORT_PAGE = "柳" * 400, ""


@pytest.mark.parametrize(
    ("accepted", "body", "encoding"),
    [
        *(
            (accepted, LONG_PAGE, "gzip")
            for accepted in ("gzip", "GZIP", "br;q=1, gzip;q=0.001", "x-gzip", "*", "*;q=0.1")
        ),
        *((accepted, LONG_PAGE, "gzip") for accepted in ("gzip ; q=1.0 , br", "identity;q=0.5,gzip", "gzip;q=1,*;q=0")),
        *((accepted, LONG_PAGE, None) for accepted in ("", "gzip;q=0", "gzip; q=0.0", "gzip;q=0,*", "br;q=0,gzip;q=0")),
        *((accepted, LONG_PAGE, None) for accepted in ("*;q=0", "identity", "br", "deflate, agzip", "gzipped", ",;=,")),
        *((accepted, LONG_PAGE, None) for accepted in ("gzip;q=x", "gzip;q=2", "gzip;q=nan", "gzip;q=-1", "gzip;v=1")),
        *(
            (accepted, LONG_PAGE, None)
            for accepted in ("gzip;q=0.5, identity", "identity;q=0", "identity;q=0, gzip;q=0")
        ),
        *((accepted, SHORT_PAGE, "gzip") for accepted in ("gzip, identity;q=0", "gzip, *;q=0")),
        *((accepted, SHORT_PAGE, None) for accepted in ("gzip", "*", "gzip;q=0, identity;q=0")),
    ],
)
def test_an_encoding_that_is_refused_is_not_sent(clock, accepted, body, encoding):
    async def scenario():
        cache = PageCache(Django(body=body))
        plain = await ask(cache)
        answer = await ask(cache, accept_encoding=accepted)
        assert answer.headers.get("content-encoding") == encoding
        assert (gzip.decompress(answer.body) if encoding else answer.body) == plain.body
        assert answer.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"

    run(scenario)


def test_of_many_pages_the_longest_kept_make_room(clock, monkeypatch):
    monkeypatch.setattr(page_cache, "MAX_BYTES_KEPT", 2500)

    async def scenario():
        cache = PageCache(Django(body="x" * 998))
        for path in ("/a/", "/b/", "/a/", "/c/"):
            await ask(cache, path)
        assert (await ask(cache, "/b/")).body.startswith(b"2 ")
        assert (await ask(cache, "/a/")).body.startswith(b"4 ")

    run(scenario)


@pytest.fixture
def site(sites):
    return sites(page_cache=True)


def get(site, path, **headers):
    request = urllib.request.Request(site.here + path, headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, dict(response.headers), response.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def older_than_the_log(site, interview, host):
    """A page that was kept; on a slow machine its second may be over before it is asked for again."""
    for n in range(10):
        site.open(interview)
        interview.say(host, f"留下来的页面里还没有的第{n}句。")
        page = site.open(interview)
        if page.seq < interview.public_seq:
            return page
    raise AssertionError("no page was kept")


def test_a_kept_page_is_brought_up_to_date_by_its_socket(site, interview, host):
    page = older_than_the_log(site, interview, host)
    with site.follow(page) as socket:
        socket.bring(page, interview.public_seq)


def test_on_the_wire_pages_changes_and_feeds_are_compressed(site, interview, host):
    for _ in range(5):
        interview.say(host, "河边种了九百棵柳树，第二年活下来的有八百多棵。" * 5)
    path = interview.get_absolute_url()
    for public in ("/", "/interviews/", path, f"{path}changes/?epoch={interview.epoch}&after=0", f"{path}feed.atom"):
        status, headers, body = get(site, public, **{"Accept-Encoding": "gzip"})
        assert (status, headers["Content-Encoding"]) == (200, "gzip"), public
        assert len(gzip.decompress(body)) > len(body)
    assert json.loads(get(site, f"{path}changes/?epoch={interview.epoch}&after=0")[2])["seq"] == interview.public_seq


def test_on_the_wire_a_refused_encoding_is_not_sent_be_it_a_page_a_file_or_a_transcript(site, interview, host):
    for _ in range(5):
        interview.say(host, "河边种了九百棵柳树，第二年活下来的有八百多棵。" * 5)
    sheet = re.search(r'href="(/static/css/shared/base\.[0-9a-f]{12}\.css)"', site.get("/"))[1]
    path = interview.get_absolute_url()
    for public in (path, f"{path}transcript.md", f"{path}feed.atom", sheet):
        for accepted in ("gzip;q=0", "br;q=0, gzip;q=0", "*;q=0", "identity"):
            status, headers, _ = get(site, public, **{"Accept-Encoding": accepted})
            assert (status, headers.get("Content-Encoding")) == (200, None), (public, accepted)
            assert "Accept-Encoding" in headers["Vary"]
        assert get(site, public, **{"Accept-Encoding": "gzip, br;q=0"})[1]["Content-Encoding"] == "gzip"


def test_a_browser_that_has_the_page_is_told_so(site, interview):
    path = interview.get_absolute_url()
    _, headers, _ = get(site, path)
    status, _, body = get(site, path, **{"If-None-Match": headers["ETag"]})
    assert (status, body) == (304, b"")


def test_what_is_signed_in_sees_what_has_just_been_done(site, interview, host):
    path = interview.get_absolute_url()
    get(site, path)
    interview.say(host, "刚刚说的一句。")
    assert "刚刚说的一句。".encode() in get(site, path, Cookie=f"{SESSION}=anything")[2]
