"""Search, archive and statistics among a million turns, by search.py and figures.py in a database of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
REPORTS = {"search": ["search.py", "--rebuild"], "statistics": ["figures.py"]}  # so that indexes are timed each time


def measure(rounds: int) -> dict[str, str]:
    return {name: printed(*program) for name, program in REPORTS.items()}


def printed(program: str, *options: str) -> str:
    """Run a program, and return what it prints."""
    environment = {**os.environ, "VAR_DIR": str(HERE.parent / "var" / "bench")}
    del environment["DATABASE_URL"]  # of this run's own PostgreSQL
    print(f"  {program} (ten minutes, five more the first time) …", flush=True)
    command = [sys.executable, str(HERE / program), *options]
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def table(found: dict[str, str]) -> str:
    return re.sub("^#+ ", "### ", "\n\n".join(found.values()).strip(), flags=re.MULTILINE)
