"""Starts the tests' own PostgreSQL before Django reads its settings; loaded by `-p` in pyproject.toml."""

import os
from contextlib import ExitStack
from pathlib import Path

os.environ["VAR_DIR"] = str(Path(__file__).parent.parent / "var" / "test")

from live import postgres  # noqa: E402  (it reads VAR_DIR)

running = ExitStack()
running.enter_context(postgres.database())


def pytest_unconfigure():
    running.close()
