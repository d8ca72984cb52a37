"""The wave of readers who come back when a server process has ended: simulated, with the page's own patience.

A process is away for some seconds; who tries meanwhile is refused. Then it lets in one reader after the other, as many
a second as were measured. Whoever waits too long for the handshake gives up, and has cost the server its time.
"""

import heapq
import random
import re
from pathlib import Path
from statistics import median
from typing import NamedTuple

from crowd import Crowd
from servers import Fangtan

from live.server import BACKLOG  # beyond it the kernel drops, and TCP tries again

PAGE = (Path(__file__).parent.parent / "static" / "js" / "shared" / "live-transcript.js").read_text()
AWAY = (3, 30)  # seconds
READERS = (2000, 10_000, 19_000, 40_000)  # of one process; 40,000 are more than it should have
MEASURED = 10_000
ENDLESS = 600  # seconds
TCP_AGAIN = (1, 2, 4)  # seconds after the first try and each next


def of_the_page(name: str) -> float:
    """Read one of the page's times from its script, in seconds."""
    return int(re.search(rf"const {name} = ([\d_]+)", PAGE)[1].replace("_", "")) / 1000


FIRST, LAST, HANDSHAKE = (of_the_page(name) for name in ("FIRST_RETRY", "LAST_RETRY", "HANDSHAKE_TIMEOUT"))


class Wave(NamedTuple):
    half_in: float | None  # seconds after the process was back; None if they never are
    all_in: float | None
    most_tries: int  # in one second, once it was back
    given_up: int  # handshakes that nobody waited for any more


def wave(readers: int, per_second: float, away: float, jitter: bool = True, seed: int = 1) -> Wave:
    """Simulate how readers come back. Without jitter each waits for the whole delay, and not a random part of it."""
    chance = random.Random(seed)
    joined: list[float] = []
    tries: list[float] = []
    given_up, free_at = 0, away

    def delay(failures: int) -> float:
        longest = min(LAST, FIRST * 2 ** min(failures, 20))
        return chance.uniform(0, longest) if jitter else longest

    coming = [(delay(1), 1, 0) for _ in range(readers)]  # when, after how many failures, TCP's tries of this one
    heapq.heapify(coming)
    while coming and coming[0][0] < away + ENDLESS:
        at, failures, tried = heapq.heappop(coming)
        if at < away:
            heapq.heappush(coming, (at + delay(failures + 1), failures + 1, 0))
            continue
        tries.append(at)
        free_at = max(free_at, at)
        if (free_at - at) * per_second > BACKLOG and tried < len(TCP_AGAIN):
            heapq.heappush(coming, (at + TCP_AGAIN[tried], failures, tried + 1))
            continue
        free_at += 1 / per_second
        if free_at - at > HANDSHAKE:
            given_up += 1
            heapq.heappush(coming, (at + HANDSHAKE + delay(failures + 1), failures + 1, 0))
        else:
            joined.append(free_at - away)
    seconds = [int(at - away) for at in tries]
    most = max(map(seconds.count, set(seconds)))
    return Wave(*(joined[n] if n < len(joined) else None for n in (readers // 2, readers - 1)), most, given_up)


def let_in_a_second() -> float:
    with (server := Fangtan("")):
        crowd = Crowd(server.port, MEASURED, server.path, at_once=0)
        seconds = crowd.joined.seconds
        crowd.leave()
    return MEASURED / seconds


def measure(rounds: int) -> dict:
    a_second = median(let_in_a_second() for _ in range(rounds))
    waves = [
        {"readers": readers, "away": away, "jitter": jitter} | wave(readers, a_second, away, jitter)._asdict()
        for readers in READERS
        for away in AWAY
        for jitter in (True, False)
    ]
    return {"a second": a_second, "waves": waves}


def table(found: dict) -> str:
    heads = "readers of a process", "away, s", "delays", "half in, s", "all in, s", "most tries in a second", "in vain"
    lines = [
        f"A process lets in {found['a second']:,.0f} readers a second. Delays as the page has them, or fixed.",
        f"\n| {' | '.join(heads)} |",
        "|---:|---:|---|---:|---:|---:|---:|",
    ]
    for one in found["waves"]:
        cells = [f"{one[when]:.1f}" if one[when] else "never" for when in ("half_in", "all_in")]
        cells += [f"{one['most_tries']:,}", f"{one['given_up']:,}"]
        delays = "at random" if one["jitter"] else "all the same"
        lines.append(f"| {one['readers']:,} | {one['away']} | {delays} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
