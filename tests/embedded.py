"""Starts the tests' own PostgreSQL before Django reads its settings; loaded by `-p` in pyproject.toml."""

import os
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("VAR_DIR", str(Path(__file__).parent.parent / "var" / "test"))

from live import postgres

running = ExitStack()
running.enter_context(postgres.database())
(postgres.VAR / "static").mkdir(exist_ok=True)  # the middleware for static files warns without it


def pytest_unconfigure():
    running.close()
