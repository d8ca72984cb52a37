"""From one turn to every reader: what a delivery costs the server, and when the last reader has it."""

import time
from statistics import median

from crowd import Crowd
from servers import Fangtan, Nchan, NodeWs, OnRedis, Server, Tutorial, message

PAUSE = 0.3  # seconds between turns: each goes out by itself, and the processor comes to rest
SIZES = ((2000, 12, 3), (10000, 20, 1))  # readers, turns, runs in a round: short ones, as a machine's pace changes
WARM = 4  # turns
FEW = (2000, 3)  # for Channels as documented, which takes a second and more for each turn
FIGURES = {"µs": "CPU µs per delivery", "last": "last reader has it, ms", "joined": "all in, s", "KB": "KB a reader"}

Result = dict[str, float]


def once(server: Server, readers: int, turns: int) -> Result:
    """Medians over the turns of one run; the first turns warm up and aren't counted."""
    with server:
        crowd = Crowd(server.port, readers, server.path)
        joined = crowd.joined.seconds
        memory = server.memory() / readers / 1024
        for n in range(WARM):
            deliver(server, crowd, n + 1)
        before = server.cpu()
        waits = [deliver(server, crowd, n + 1) for n in range(WARM, WARM + turns)]
        cost = (server.cpu() - before) / readers / turns
        crowd.leave()
    return {"µs": cost * 1e6, "last": median(waits) * 1e3, "joined": joined, "KB": memory}


def deliver(server: Server, crowd: Crowd, n: int) -> float:
    published = server.publish(n)
    took = crowd.wait_for(n) - published
    time.sleep(PAUSE)
    return took


def in_turns(kinds: list, text: str, readers: int, turns: int, rounds: int) -> dict[str, list[Result]]:
    """Run them one after the other, A B A B …, so that a machine that grows slower slows all of them down."""
    results: dict[str, list[Result]] = {}
    for _ in range(rounds):
        for kind in kinds:
            server = kind(text)
            results.setdefault(server.name, []).append(once(server, readers, turns))
            print(f"  {server.name}, {readers} readers: {results[server.name][-1]}", flush=True)
    return results


def measure(rounds: int) -> dict[str, dict[str, list[Result]]]:
    """{readers: {server: [result of each round]}}"""
    text = message()
    found = {
        str(readers): in_turns([Fangtan, Nchan, NodeWs], text, readers, turns, rounds * runs)
        for readers, turns, runs in SIZES
    }
    as_documented = [Tutorial, OnRedis] if OnRedis.is_there() else [Tutorial]
    found[str(FEW[0])] |= in_turns(as_documented, text, *FEW, 1)
    return found


def table(found: dict[str, dict[str, list[Result]]]) -> str:
    often = " and ".join(f"{runs} with {readers:,} readers" for readers, _, runs in SIZES)
    lines = [f"A turn every {PAUSE} s, when the last reader has the one before; each reader is pinged every 25 s."]
    lines += [f"Runs in a round: {often}; of Channels' tutorial, which takes a second for each turn, one in all.\n"]
    lines += ["| readers | server | " + " | ".join(FIGURES.values()) + " | CPU, ratio | last, ratio |"]
    lines.append("|---:|---|" + "---:|" * (len(FIGURES) + 2))
    for readers, servers in found.items():
        for name, runs in servers.items():
            medians = [middle(runs, figure) for figure in FIGURES]
            cells = [f"{value:,.0f}" if value > 100 else f"{value:.3g}" for value in medians]
            cells += [f"{against(runs, servers[Nchan.name], figure):.2f}" for figure in ("µs", "last")]
            lines.append(f"| {int(readers):,} | {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def against(ours: list[Result], theirs: list[Result], figure: str) -> float:
    """Median of the ratios of two runs that came one after the other, or the medians' where there are no such pairs."""
    if len(ours) < len(theirs):
        return middle(ours, figure) / middle(theirs, figure)
    return median(one[figure] / other[figure] for one, other in zip(ours, theirs, strict=True))


def middle(runs: list[Result], figure: str) -> float:
    return median(run[figure] for run in runs)
