"""From an editor's post to its 201: how long with ten thousand readers there, and how many a second by a script."""

import time
from statistics import median

from crowd import Crowd
from editor import Editor
from servers import Fangtan, said

READERS, POSTS, EVERY = 10_000, 300, 0.5  # seconds from one post to the next: faster than anybody types
SCRIPTED, TOGETHER = 5_000, 100  # turns of a script, and how many it posts at a time


def watched() -> dict[str, list[float]]:
    """Seconds that each post took, with every reader there and getting each turn, and each commit of PostgreSQL's."""
    server = Fangtan("")
    found: dict[str, list[float]] = {"posts": [], "commits": []}
    with server:
        crowd = Crowd(server.port, READERS, server.path)
        assert crowd.joined
        editor = Editor(server)
        for n in range(POSTS):
            begun = time.monotonic()
            found["posts"].append(editor.say(said(n + 1)))
            crowd.wait_for(n + 1)
            time.sleep(EVERY / 2)  # readers and disk have come to rest
            found["commits"].append(committed(server.interview))
            time.sleep(max(0, EVERY - (time.monotonic() - begun)))
        crowd.leave()
    return {name: sorted(waits) for name, waits in found.items()}


def committed(interview) -> float:
    """Seconds that PostgreSQL, asked by nobody else, takes to change one row and to have it on the disk."""
    begun = time.monotonic()
    type(interview).objects.filter(pk=interview.pk).update(notice=f"{begun}")
    return time.monotonic() - begun


def by_a_script(together: int) -> float:
    """Turns a second."""
    turns = SCRIPTED if together > 1 else SCRIPTED // 10
    with (server := Fangtan("")):
        editor = Editor(server)
        begun = time.monotonic()
        for n in range(0, turns, together):
            if together > 1:
                editor.say_all([said(n + k) for k in range(together)])
            else:
                editor.say(said(n))
        seconds = time.monotonic() - begun
    assert server.interview.turns.count() == turns
    return turns / seconds


def measure(rounds: int) -> dict:
    scripted = {str(many): [by_a_script(many) for _ in range(rounds)] for many in (1, TOGETHER)}
    print(f"  by a script: {scripted}", flush=True)
    return {"watched": [watched() for _ in range(rounds)], "scripted": scripted}


def table(found: dict) -> str:
    posts, commits = (percentiles([run[name] for run in found["watched"]]) for name in ("posts", "commits"))
    lines = [
        f"With {READERS:,} readers there, of {POSTS} posts, one every {EVERY} s: {posts} from the post to its 201. "
        f"PostgreSQL alone, one row changed and on the disk, meanwhile: {commits}.\n",
        "| turns in a post of a script | turns a second |\n|---:|---:|",
    ]
    lines += [f"| {many} | {median(rates):,.0f} |" for many, rates in found["scripted"].items()]
    return "\n".join(lines)


def percentiles(rounds: list[list[float]]) -> str:
    """Return p50 and p99, each as the median of the rounds' values."""
    p50, p99 = (median(waits[int(len(waits) * share)] for waits in rounds) * 1e3 for share in (0.5, 0.99))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"
