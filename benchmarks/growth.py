"""How cost grows with readers, turns, interviews and workers; each curve with the name of its shape."""

import math
import time
from statistics import correlation, linear_regression, median
from typing import NamedTuple

from crowd import Crowd
from machine import database_cpu_seconds, each_cpu_seconds
from servers import Fangtan, live_interview, said

READERS = (500, 1000, 2000, 5000, 10_000, 15_000, 19_000)  # a process of ours may open 20,000 files here
INTERVIEWS = (1, 10, 100, 500)
WORKERS = (1, 2, 4)
CROWD = 10_000  # readers, where something else grows
TURNS, PART = 10_000, 1000
TOLD = 10  # turns of each run
PAUSE = 0.3
REST, QUIET = 3, 10  # seconds: until what belongs to coming in is done, and of nothing but pings and counting
FLAT = 1.5  # the largest in terms of the smallest
LINEAR = 0.95  # r²


class Curve(NamedTuple):
    of: str
    unit: str
    points: list[tuple[float, float]]

    @property
    def shape(self) -> str:
        x, y = (list(axis) for axis in zip(*self.points, strict=True))
        if max(y) <= FLAT * min(y):
            return "flat"
        line = linear_regression(x, y)
        if line.slope < 0:
            return "falling"
        r2 = correlation(x, y) ** 2
        fit = f"{round(line.intercept, 6):.3g} + {line.slope:.2g} for each"
        return f"linear: {fit}" if r2 >= LINEAR else f"not quite linear ({fit}, r² {r2:.2f})"


def tell(server: Fangtan, crowd: Crowd, interviews: list) -> dict[str, float]:
    """CPU of a turn in each of the interviews at once, and when the last reader has it."""
    waits, cpu, database = [], 0.0, 0.0
    for n in range(1, TOLD + 2):
        before, before_there = server.cpu(), database_cpu_seconds()
        for interview, speaker in interviews:
            interview.say(speaker, said(n))
        said_at = time.monotonic()
        waits.append(crowd.wait_for(n) - said_at)
        time.sleep(PAUSE)
        if n > 1:
            cpu, database = cpu + server.cpu() - before, database + database_cpu_seconds() - before_there
    memory = server.memory() / crowd.size / 1024
    return {"cpu": cpu / TOLD, "database": database / TOLD, "last": median(waits[1:]), "KB": memory}


def with_readers(readers: int, interviews: int = 1, workers: int = 1) -> dict[str, float]:
    server = Fangtan("", workers)
    talks = [(server.interview, server.speaker), *(live_interview() for _ in range(interviews - 1))]
    with server:
        crowd = Crowd(server.port, readers, *map(Fangtan.path_of, (talk for talk, _ in talks)))
        joined = crowd.joined.seconds
        time.sleep(REST)
        idle = server.cpu()
        time.sleep(QUIET)
        found = {"joined": joined, "idle": (server.cpu() - idle) / QUIET} | tell(server, crowd, talks)
        found["largest share"] = max(shares := each_cpu_seconds(server.pid)) / sum(shares)
        crowd.leave()
    print(f"  {readers} readers, {interviews} interviews, {workers} workers: {found}", flush=True)
    return found


def with_turns() -> list[float]:
    """Seconds of a say() in an interview that grows, the median of each part of it."""
    interview, speaker = live_interview()
    parts = []
    for start in range(0, TURNS, PART):
        waits = []
        for n in range(start, start + PART):
            begun = time.perf_counter()
            interview.say(speaker, said(n))
            waits.append(time.perf_counter() - begun)
        parts.append(median(waits))
    print(f"  {TURNS} turns: {parts}", flush=True)
    return parts


def measure(rounds: int) -> dict:
    """Once, however many rounds: what tells is the shape of the curve."""
    return {
        "readers": {n: with_readers(n) for n in READERS},
        "interviews": {n: with_readers(CROWD, interviews=n) for n in INTERVIEWS},
        "workers": {n: with_readers(CROWD, workers=n) for n in WORKERS},
        "turns": with_turns(),
    }


def curves(found: dict) -> list[Curve]:
    def of(what: str, value) -> list[tuple[float, float]]:
        return [(float(n), value(float(n), one)) for n, one in found[what].items()]

    turns = [(float((n + 1) * PART), seconds * 1e3) for n, seconds in enumerate(found["turns"])]
    return [
        Curve("readers", "CPU of a turn, ms", of("readers", lambda n, one: one["cpu"] * 1e3)),
        Curve("readers", "last reader has it, ms", of("readers", lambda n, one: one["last"] * 1e3)),
        Curve("readers", "all in, s", of("readers", lambda n, one: one["joined"])),
        Curve("readers", "memory, MB", of("readers", lambda n, one: one["KB"] * n / 1024)),
        Curve("readers", "idle, % of a core", of("readers", lambda n, one: one["idle"] * 100)),
        Curve("turns", "ms to say one more", turns),
        Curve(
            "interviews",
            f"CPU of a turn in each, {CROWD:,} readers in all, ms",
            of("interviews", lambda n, one: one["cpu"] * 1e3),
        ),
        Curve("workers", f"CPU of a turn to {CROWD:,} readers, ms", of("workers", lambda n, one: one["cpu"] * 1e3)),
        Curve("workers", "CPU of PostgreSQL for a turn, ms", of("workers", lambda n, one: one["database"] * 1e3)),
        Curve("workers", "largest worker's share of the work", of("workers", lambda n, one: one["largest share"])),
    ]


def table(found: dict) -> str:
    lines = ["| grows | what it costs | | shape |", "|---|---|---|---|"]
    for curve in curves(found):
        points = ", ".join(f"{x:,.0f}: {y:.3g}" for x, y in curve.points)
        lines.append(f"| {curve.of} | {curve.unit} | {points} | {curve.shape} |")
    return "\n".join(lines)


def draw(found: dict, path) -> None:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    drawn = curves(found)
    columns = 3
    figure, axes = pyplot.subplots(math.ceil(len(drawn) / columns), columns, figsize=(11, 10))
    for place in axes.flat[len(drawn) :]:
        place.set_visible(False)
    for curve, place in zip(drawn, axes.flat, strict=False):
        x, y = zip(*curve.points, strict=True)
        place.plot(x, y, "o-", color="#9a1f1f", markersize=4)
        limits = {"xlim": (0, 1.05 * max(x)), "ylim": (0, 1.1 * max(y))}  # its own would cut a flat curve in two
        place.set(xlabel=curve.of, title=f"{curve.unit}\n{curve.shape}", **limits)
        place.title.set_size(8)
        place.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
