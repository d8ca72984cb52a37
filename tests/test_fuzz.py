"""Whatever is sent to an address, by whatever method: it is answered, and never by a 5xx.

Hypothesis makes up what is sent, the same at each run: two requests for each line of docs/rights.md, or FUZZ=100.
"""

import json
import os
import re
import uuid
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test.client import encode_multipart
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st

from .test_admin import Fields
from .test_rights import ROWS, World, every_address

EXAMPLES = int(os.environ.get("FUZZ", "2"))
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
PARAMETER = r"<(?:\w+:)?\w+>"

# What is sent: values, names, bodies, headers

NUMBERS = ["0", "-1", "1", "7.5", "1e999", "NaN", "99999999999", str(2**31), str(2**63), "9" * 5000, "１２", "١٢", "²"]
TIMES = [
    *("0001-01-01", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59", "2026-02-30"),
    *("2026-03-29T02:30:00", "24:61", "Europe/London", "localtime"),
]
TEXTS = [
    *(
        "",
        " ",
        "\0",
        "a\0b",
        "\ud83d",
        "\udfff",
        "\ufeff",
        "\u200b",
        "\x1b[0m",
        "a\r\nX-Evil: 1",
        "é" * 300,
        "长" * 30_000,
    ),
    *("true", "null", "on", "[]", "{}", "../../etc/passwd", "//evil.example/", "http://[", "%", "%s", "%(a)s", "{0}"),
    *("'", '"', "\\", "(", "a,b", "1.2.3", "-1.-2", ":", ";", "*", "?", "=", "&", "_5F", "_00", "a" * 200),
    *(str(uuid.UUID(int=0)), "zh-hans", "first-name", "interviews", "speaker", "guest"),
]
OF_READERS = "epoch after before order page year section guest host kind q p token next website state code".split()
OF_THE_DESK = """speaker text key version spoken_at photo alt photos turn window gone before after heading reason notice
    waiting step script timezone table year headline slug username password""".split()
OF_THE_ADMIN = """o p e q all _popup _to_field _changelist_filters _facets term app_label model_name field_name
    starts_at__year starts_at__month starts_at__day starts_at__gte at__year at__month status__exact section__id__exact
    slug headline__regex id__exact id__in pk user interview action action__exact _selected_action select_across index
    post seen file text who _save timezone""".split()
NASTY_BYTES = [b"", b"\xff", b"\xed\xa0\xbd", b"\0", b"[" * 100_000, b"--x\r\n", b"{", b"a=1&" * 2000]
BROKEN_PARTS = [
    b"",
    b"--x",
    b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhalf',
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="\0.png"\r\n\r\n\xff\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="../a"\r\n\r\n\x89PNG\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="text"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n',
    b"--x\r\nContent-Disposition: form-data; name*=utf-9''%FF\r\n\r\na\r\n--x--\r\n",
]
KINDS = [
    "application/json",
    "text/plain",
    "multipart/form-data",
    PARTS,
    FORM,
    f"{FORM}; charset=gbk",
    "a/b; charset=none",
]
HEADERS = {
    "Accept": ["", "*/*", "application/json", "text/html;q=0", "application/json;q=x", ";"],
    "Accept-Language": ["", "zh-CN,zh;q=0.9", "en", "xx-YY;q=2", "zh" * 1000, "\xff"],
    "Cookie": [
        "sessionid=",
        'sessionid="' + "\\000" * 9 + '"',
        "sessionid=\xff" + "a" * 3000,
        'csrftoken="\\000"',
        "=;=;",
    ],
    "Host": ["evil.example", "a b", "[::1", "testserver:99999", ""],
    "If-None-Match": ["", "*", '"a', "W/", "\xff"],
    "If-Modified-Since": ["", "yesterday", "Mon, 01 Jan 0000 00:00:00 GMT", "Mon, 01 Jan 99999 00:00:00 GMT"],
    "Origin": ["null", "http://[", "\xff"],
    "Range": ["bytes=-1", "bytes=9-1"],
    "Referer": ["", "http://[", "http://testserver/desk/", "\xff"],
    "Sec-Fetch-Site": ["cross-site", "\xff"],
    "X-CSRFToken": ["", "\xff", "a" * 64],
    "X-User": ["", "0", "\xff"],
}


def escaped(text):
    return quote(text, safe="", errors="surrogatepass")


def replaced(text):
    return text.encode("utf-8", "replace")  # parts of a form can't have half a character


def query_of(pairs):
    return "&".join(f"{escaped(name)}={escaped(value)}" for name, value in pairs)


def one_of(choices):
    return st.sampled_from(sorted(choices)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(choices[name]))
    )


values = st.sampled_from(NUMBERS) | st.sampled_from(TIMES) | st.sampled_from(TEXTS) | st.text(max_size=20)
leaves = values | st.integers() | st.booleans() | st.none() | st.floats() | st.just(10**30)
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(values, inner, max_size=3))
headers = st.just({}) | st.lists(one_of(HEADERS), max_size=2).map(dict)


@dataclass
class Asked:
    path: str
    query: str
    body: tuple[bytes, str]
    headers: dict[str, str]

    def __repr__(self):
        return " ".join(repr(one)[:500] for one in (self.path, self.query, *self.body, self.headers))


class Target:
    """One line of the table, in somebody's hands."""

    def __init__(self, world, row):
        self._row = row
        with transaction.atomic():
            self._path, _, self._query = world.url(row).partition("?")
            self._shown = list(pairs_of(self._fields(world))) if row.method == "POST" else []
            transaction.set_rollback(True)
        place = [OF_THE_ADMIN] if "/admin/" in row.address else [OF_READERS, OF_THE_DESK]
        self._names = st.sampled_from(sum(place, [])) | st.sampled_from(["", "\0", "\ud83d"])

    def _fields(self, world):
        """Fields with which the address does what it is for."""
        page = world.client.get(f"{self._path}?{self._query}")
        if page.status_code == 200 and ("<form enctype" in page.text or '<form method="post"' in page.text):
            return Fields(page.text).sent
        known = {"key": uuid.UUID(int=9), "window": uuid.UUID(int=8), "version": 1, "text": "话", "notice": "稍等"}
        turn = world.turn.key if "grow" in self._path else world.turn.pk
        return known | {"speaker": world.turn.speaker_id, "turn": turn, "script": "主持人：你好。"}

    def asked(self):
        more = st.lists(st.tuples(self._names, values), max_size=3).map(query_of)
        query = more.map(lambda query: "&".join(filter(None, [self._query, query]))) | more
        body = self._bodies() if self._row.method == "POST" else st.just((b"", ""))
        return st.builds(Asked, self._paths(), query, body, headers)

    def _paths(self):
        """The address itself; or with something else in place of what it names, but for an interview's own name."""
        kinds = re.findall(PARAMETER, self._row.address)
        new = {"<path:object_id>": values, "<name>": values, "<url>": values, "<app_label>": values}
        parts = [st.just("") if ":slug" in kind else new.get(kind, st.sampled_from(NUMBERS)) for kind in kinds]
        others = st.tuples(*parts).map(lambda chosen: self._path_with(iter(chosen)))
        return st.just(self._path) | others if any(":slug" not in kind for kind in kinds) else st.just(self._path)

    def _path_with(self, chosen):
        pattern = re.escape(re.sub(PARAMETER, "\0", self._row.address)).replace("\0", "(.+)").replace("\\(.+)", "(.+)")
        stands = iter(re.fullmatch(pattern, self._path).groups())
        return re.sub(PARAMETER, lambda _: [old := next(stands), escaped(next(chosen)) or old][1], self._row.address)

    @st.composite
    @staticmethod
    def _made(draw, shown, names):
        changed = draw(st.dictionaries(st.integers(0, max(len(shown) - 1, 0)), values, max_size=3))
        fields = [(name, changed.get(n, value)) for n, (name, value) in enumerate(shown)]
        fields += draw(st.lists(st.tuples(names, values), max_size=3))
        match draw(st.sampled_from(["form", "form", "form", "parts", "broken", "raw"])):
            case "form":
                return query_of(fields).encode(), FORM
            case "parts":
                return encode_multipart(
                    "x", {replaced(name).decode(): replaced(value) for name, value in fields}
                ), PARTS
            case "broken":
                return draw(st.sampled_from(BROKEN_PARTS)), PARTS
        return draw(st.sampled_from(NASTY_BYTES) | st.binary(max_size=20)), draw(st.sampled_from(KINDS))

    def _bodies(self):
        made = Target._made(self._shown, self._names)
        if not self._row.address.endswith("/turns/all/"):
            return made
        turn = {"speaker": int(dict(self._shown)["speaker"]), "text": "话", "key": str(uuid.UUID(int=7))}
        changed = st.dictionaries(st.sampled_from([*turn, "spoken_at"]), anything, max_size=2)
        posts = changed.map(lambda more: {"turns": [turn | more]}) | anything
        return made | posts.map(lambda post: (json.dumps(post).encode(), "application/json"))


def pairs_of(fields):
    for name, found in fields.items():
        yield from ((name, str(one)) for one in (found if isinstance(found, list) else [found]))


# What is answered


@pytest.fixture
def world(interview, other, draft, request, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return World(interview, other, draft, request.param)


def try_out(world, row):
    target = Target(world, row)

    @how(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(target.asked())
    def it_is_answered(asked):
        world.client.cookies = world.cookies.copy()
        with transaction.atomic():
            url, (body, kind) = f"{asked.path}?{asked.query}", asked.body
            answer = world.client.generic(row.method, url, body, kind, headers=asked.headers)
            transaction.set_rollback(True)
        assert answer.status_code < 500

    it_is_answered()


@pytest.mark.slow
@pytest.mark.parametrize("world", ["superuser", "nobody"], indirect=True)
def test_whatever_is_sent_it_is_answered(world):
    for row in ROWS:
        try_out(world, row)


def test_no_address_is_left_out():
    assert {row.address for row in ROWS} >= set(every_address())
