"""An interview's page, asked for by sixteen browsers as fast as it comes: how many a second one core answers."""

import json
import re
import subprocess
import sys
import urllib.request
from statistics import median

from machine import LOAD, pinned
from servers import HERE, WORK, Fangtan, Server, live_interview, said

TURNS, MANY_TURNS = 100, 2000
BROWSERS, SECONDS = 16, 3
GZIP = ("Accept-Encoding", "gzip")

OF_THE_SERVER = ("Server", "Connection")

Result = dict[str, float]
Headers = list[tuple[str, str]]


class Kept(Fangtan):
    name = "Fangtan"
    path = ""
    keeps = "true"
    workers = 1

    def __init__(self, interview):
        Server.__init__(self, "")
        self.path = interview.get_absolute_url()

    def environment(self) -> dict[str, str]:
        return {"PAGE_CACHE": self.keeps}


class Plain(Kept):
    name = "the same view, not kept"
    keeps = "false"


KINDS = (Kept, Plain)


class BareDaphne(Server):
    name = "Daphne, the same bytes and headers"
    path = "/page.html"
    folder = HERE / "peers"

    def __init__(self, headers: Headers, page: bytes):
        super().__init__("")
        self.headers = headers
        self.page = WORK / "page.html"
        self.page.write_bytes(page)

    def command(self) -> list[str]:
        endpoint = f"tcp:port={self.port}:interface=127.0.0.1"
        return [sys.executable, "-m", "daphne", "-v", "0", "-e", endpoint, "bare:application"]

    def environment(self) -> dict[str, str]:
        return {"PAGE": str(self.page), "HEADERS": json.dumps(self.headers)}


class Nginx(BareDaphne):
    name = "nginx, a file of them"
    folder = WORK

    def command(self) -> list[str]:
        configuration = (HERE / "peers" / "file.conf").read_text().replace("PORT", str(self.port))
        (WORK / "file.conf").write_text(configuration)
        return ["nginx", "-p", str(WORK), "-c", "file.conf", "-e", "stderr"]


def asked(server: Server, *headers: tuple[str, str], browsers: int = BROWSERS, seconds: int = SECONDS) -> float:
    """Answers a second."""
    named = [word for header in headers for word in ("-H", ": ".join(header))]
    command = ["wrk", "-t1", f"-c{browsers}", f"-d{seconds}", *named, address(server)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=pinned(LOAD)).stdout
    assert "Non-2xx" not in told, told
    assert "Socket errors" not in told, told
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])


def address(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}{server.path}"


def fetched(server: Server) -> tuple[Headers, bytes]:
    with urllib.request.urlopen(address(server)) as answer:
        ours = [(name, value) for name, value in answer.headers.items() if name not in OF_THE_SERVER]
        return ours, answer.read()


def told(turns: int):
    """A live interview in which that many were said."""
    interview, speaker = live_interview()
    for n in range(turns):
        interview.say(speaker, said(n))
    return interview


def once(interview, headers: Headers, page: bytes) -> dict[str, Result]:
    found: dict[str, Result] = {}
    for server in (Kept(interview), BareDaphne(headers, page), Nginx(headers, page), Plain(interview)):
        with server:
            fetched(server)  # warms up
            found[server.name] = {"pages": asked(server)}
            if type(server) is Kept:
                found[server.name] |= {"gzip": asked(server, GZIP)}
                found[server.name] |= {"304": asked(server, ("If-None-Match", dict(fetched(server)[0])["ETag"]))}
    return found


def measure(rounds: int) -> dict:
    """Measure how many pages each answers a second, and what a byte of a long page costs beside a short one's."""
    interview, long = told(TURNS), told(MANY_TURNS)
    with Plain(interview) as server:
        headers, page = fetched(server)
    runs, longer = [], []
    for _ in range(rounds):
        runs.append(once(interview, headers, page))
        longer.append({kind.name: bytes_per_second(kind, interview) / bytes_per_second(kind, long) for kind in KINDS})
        print(f"  pages: {runs[-1]}, of {MANY_TURNS} turns per byte: {longer[-1]}", flush=True)
    return {"bytes": len(page), "runs": runs, "per byte": longer}


def bytes_per_second(kind: type[Kept], interview) -> float:
    """Measure with one browser: a page of many turns takes long enough to be measured so."""
    with kind(interview) as server:
        return len(fetched(server)[1]) * asked(server, browsers=1, seconds=2 * SECONDS)


def table(found: dict) -> str:
    runs = found["runs"]
    lines = [
        f"| {found['bytes'] / 1000:.0f} KB, {TURNS} turns | answers a second | Fangtan's ratio |",
        "|---|---:|---:|",
    ]
    for name in runs[0]:
        for figure in runs[0][name]:
            rate = median(run[name][figure] for run in runs)
            ratio = median(run[Kept.name]["pages"] / run[name][figure] for run in runs)
            lines.append(f"| {name}{'' if figure == 'pages' else f', {figure}'} | {rate:,.0f} | {ratio:.2f} |")
    ratios = [f"{name}: {median(one[name] for one in found['per byte']):.2f}" for name in (Kept.name, Plain.name)]
    lines += ["", f"A byte of a page of {MANY_TURNS:,} turns costs, in terms of one of {TURNS}: {'; '.join(ratios)}."]
    return "\n".join(lines)
