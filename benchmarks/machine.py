"""The machine that is measured on, and the cores of it."""

import os
import platform
import re
import time
from functools import partial
from pathlib import Path

import psutil

from live import postgres

SERVER, LOAD = 0, 1  # cores: what is measured has one for itself, load, driver and PostgreSQL the other


def pinned(*cores: int):
    """Return a function for Popen's preexec_fn that keeps the process on these cores."""
    return partial(os.sched_setaffinity, 0, cores)


def described() -> str:
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores of {processor[1] if processor else platform.machine()}, {memory:.0f} GiB, "
        f"Linux {platform.release().split('-')[0]}, Python {platform.python_version()}, load on the same machine"
    )


def family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and those it started, so far."""
    return sum(map(_cpu_clock, family(pid)))


def each_cpu_seconds(pid: int) -> list[float]:
    """Return the CPU seconds of each process that this one started, or of itself if it started none."""
    return [_cpu_clock(process) for process in family(pid)[1:] or family(pid)]


def database_cpu_seconds() -> float:
    """Return what the embedded PostgreSQL has used so far, without autovacuum, which runs when it likes."""
    running = family(int((postgres.VAR / "postgres" / "postmaster.pid").read_text().split()[0]))
    return sum(_cpu_clock(one) for one in running if "autovacuum" not in " ".join(one.cmdline()))


def _cpu_clock(process: psutil.Process) -> float:
    """Exact, where the system's tables go in steps of 10 ms: the clock that clock_getcpuclockid(3) names."""
    return time.clock_gettime(~process.pid << 3 | 2)


def resident(pid: int) -> int:
    """Bytes of memory of a process and those it started."""
    return sum(process.memory_info().rss for process in family(pid))
