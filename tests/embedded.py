"""Starts the tests' own PostgreSQL before Django reads its settings; loaded by `-p` in pyproject.toml.

Several workers have one each, and static files of their own, so that none is in another's way.
"""

import os
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("VAR_DIR", str(Path(__file__).parent.parent / "var" / "test"))
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["VAR_DIR"] += f"/{worker}"
    os.environ.pop(os.environ.get("OF_THE_TESTS", ""), None)

os.environ["DATABASE_CONNECTIONS"] = "0"  # none kept open here: the tests' database could not be dropped

from live import postgres

running = ExitStack()
if not os.environ.get("DATABASE_URL"):
    running.enter_context(postgres.database())
    os.environ["OF_THE_TESTS"] = "DATABASE_URL"  # and not the one that whoever runs them has set
(postgres.VAR / "static").mkdir(exist_ok=True)  # the middleware for static files warns without it


def pytest_unconfigure():
    running.close()
