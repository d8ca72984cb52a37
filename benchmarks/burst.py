"""Fifty turns in five seconds to ten thousand readers: when the last of them has all."""

import time
from statistics import median

from crowd import Crowd
from servers import Fangtan, Nchan, Server, message

READERS, TURNS, SECONDS = 10_000, 50, 5

Result = dict[str, float]


def once(server: Server) -> Result:
    with server:
        crowd = Crowd(server.port, READERS, server.path)
        assert crowd.joined
        server.publish(1)
        begun, cpu = crowd.wait_for(1), server.cpu()
        for n in range(TURNS):
            time.sleep(max(0, begun + n * SECONDS / TURNS - time.monotonic()))
            published = server.publish(n + 2)
        whole = crowd.wait_for(TURNS + 1) - published
        used = server.cpu() - cpu
        crowd.leave()
    return {"last": whole, "cpu": used}


def measure(rounds: int) -> dict[str, list[Result]]:
    text, found = message(), {}
    for _ in range(rounds):
        for kind in (Fangtan, Nchan):
            found.setdefault(kind.name, []).append(once(kind(text)))
            print(f"  burst, {kind.name}: {found[kind.name][-1]}", flush=True)
    return found


def table(found: dict[str, list[Result]]) -> str:
    lines = [
        f"| {TURNS} turns in {SECONDS} s, {READERS:,} readers | last reader has all, ms after the last turn | CPU, s |"
    ]
    lines.append("|---|---:|---:|")
    for name, runs in found.items():
        last, cpu = (median(run[figure] for run in runs) for figure in ("last", "cpu"))
        lines.append(f"| {name} | {last * 1e3:.0f} | {cpu:.2f} |")
    return "\n".join(lines)
