"""Starts the tests' own PostgreSQL before Django reads its settings; loaded by `-p` in pyproject.toml.

The workers of a run share it, and have a database each.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import psycopg

os.environ.setdefault("VAR_DIR", str(Path(__file__).parent.parent / "var" / "test"))
os.environ["DATABASE_CONNECTIONS"] = "0"  # none kept open here: the tests' database could not be dropped

from live import postgres

# What a crash of the machine would cost is one more run. Of these PostgreSQL asks for no restart.
CARELESS = "fsync = off", "synchronous_commit = off", "full_page_writes = off"

running = ExitStack()
if not os.environ.get("DATABASE_URL"):  # nor a worker, which has it from the process that started it
    running.enter_context(postgres.database())
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        for setting in CARELESS:
            database.execute(f"ALTER SYSTEM SET {setting}")
        database.execute("SELECT pg_reload_conf()")
(postgres.VAR / "static").mkdir(exist_ok=True)  # the middleware for static files warns without it


def pytest_unconfigure():
    running.close()
