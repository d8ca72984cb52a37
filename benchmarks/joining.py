"""Ten thousand readers who come at once, as at the start of a talk or after a restart, while two editors post."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from statistics import median

from crowd import Crowd
from editor import Editor
from servers import Fangtan, said

READERS = 10_000
PAUSE = 0.1  # seconds between an editor's posts
BEHIND = {"the start": 0, "a restart, five turns behind": 5}
EDITORS = {"on an open line": True, "on a line of its own": False}  # for each post

Result = dict[str, float]


def once(behind: int) -> Result:
    server = Fangtan("")
    path = server.path
    for n in range(behind):
        server.publish(n + 1)
    with server:
        editors = {name: Editor(server, keeps_line) for name, keeps_line in EDITORS.items()}
        for editor in editors.values():
            editor.say(said(0))
        crowd = Crowd(server.port, READERS, path, at_once=0)
        with ThreadPoolExecutor(len(editors) + 1) as threads:
            joined = threads.submit(lambda: crowd.joined)
            posts = {name: threads.submit(slowest, editor, joined) for name, editor in editors.items()}
        found = {name: post.result() for name, post in posts.items()}
        found |= {"all in": joined.result().seconds, "retried": joined.result().retried}
        found["KB"] = server.memory() / READERS / 1024
        crowd.leave()
    return found


def slowest(editor: Editor, joined: Future) -> float:
    """Return the seconds that the slowest post took while readers were coming in."""
    waits = []
    while not joined.done():
        waits.append(editor.say(said(0)))
        time.sleep(PAUSE)
    return max(waits)


def measure(rounds: int) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {name: [] for name in BEHIND}
    for _ in range(rounds):
        for name, behind in BEHIND.items():
            found[name].append(once(behind))
            print(f"  joining at {name}: {found[name][-1]}", flush=True)
    return found


def table(found: dict[str, list[Result]]) -> str:
    figures = {"all in": "all in, s", "retried": "refused or cut off", "KB": "KB a reader"}
    slowest_of = {name: f"slowest post {name}, ms" for name in EDITORS}
    lines = [f"| {READERS:,} readers at once, at | " + " | ".join([*figures.values(), *slowest_of.values()]) + " |"]
    lines.append("|---|" + "---:|" * (len(figures) + len(slowest_of)))
    for name, runs in found.items():
        cells = [f"{median(run[figure] for run in runs):.3g}" for figure in figures]
        cells += [f"{median(run[editor] for run in runs) * 1e3:.0f}" for editor in slowest_of]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
