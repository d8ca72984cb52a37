"""Readers by the thousand (readers.c), who check that nothing is lost and nothing comes out of order."""

import subprocess
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from machine import LOAD, pinned

HERE = Path(__file__).parent
PATIENCE = 600  # seconds that a crowd stays at most


class Wrong(Exception):
    """A reader saw what must never be seen."""


class Joined(NamedTuple):
    seconds: float
    retried: int


class Crowd:
    """`size` WebSockets to a path of 127.0.0.1, or to several, `at_once` on their way in at a time (0: all)."""

    def __init__(self, port: int, size: int, *paths: str, at_once: int = 200):
        self.size = size
        command = ["timeout", str(PATIENCE), program(), str(port), str(size), str(at_once), *paths]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=pinned(LOAD)
        )

    @cached_property
    def joined(self) -> Joined:
        """Waits until all are in."""
        _, began, ended, retried = self._line("joined", besides="got")
        return Joined(float(ended) - float(began), int(retried))

    def wait_for(self, mark: int) -> float:
        """When the last reader had [[mark]], by time.monotonic()."""
        while True:
            got, _first, last = self._line("got")
            if int(got) == mark:
                return float(last)

    def leave(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _line(self, what: str, besides: str = "") -> list[str]:
        line = self._process.stdout.readline().split()
        while line and line[0] == besides:
            line = self._process.stdout.readline().split()
        if not line or line[0] != what:
            raise Wrong(" ".join(line) or f"no word of '{what}' within {PATIENCE} s")
        return line[1:]


def program() -> str:
    """Compiled when it is older than its source."""
    source, compiled = HERE / "readers.c", HERE.parent / "var" / "speed" / "readers"
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        compiled.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["gcc", "-O2", "-o", compiled, source], check=True)
    return str(compiled)
