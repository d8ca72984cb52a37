"""The PostgreSQL that comes along: what it says when it can't be, and who stops it."""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from live import postgres

from .sites import ROOT, folder_for_postgres

pytestmark = pytest.mark.slow  # each starts a program or more


@pytest.fixture
def var():
    with folder_for_postgres() as folder:
        yield folder / "var"


@pytest.fixture(autouse=True)
def _no_database_of_our_own(monkeypatch):
    monkeypatch.delenv("DATABASE_URL")


def test_from_nothing_there_is_a_database_and_afterwards_no_server(var):
    with postgres.database(var), psycopg.connect(os.environ["DATABASE_URL"]) as database:
        assert database.execute("SELECT upper('é')").fetchone() == ("É",)
        assert postgres._answers(var / "postgres")
    assert "DATABASE_URL" not in os.environ
    assert not postgres._answers(var / "postgres")


def test_what_was_written_is_there_the_next_time(var):
    with postgres.database(var), psycopg.connect(os.environ["DATABASE_URL"]) as database:
        database.execute("CREATE TABLE kept AS SELECT 1 AS one")
    with postgres.database(var), psycopg.connect(os.environ["DATABASE_URL"]) as database:
        assert database.execute("SELECT one FROM kept").fetchone() == (1,)


def use(var, started, leave):
    os.environ.pop("DATABASE_URL", None)
    with postgres.database(var):
        started.set()
        leave.wait(30)


def test_the_last_to_leave_stops_it(var):
    spawn = multiprocessing.get_context("spawn")
    started, leave = spawn.Event(), spawn.Event()
    other = spawn.Process(target=use, args=(var, started, leave))
    with postgres.database(var):
        other.start()
        assert started.wait(30)
    assert postgres._answers(var / "postgres"), "it was stopped under the other process"
    leave.set()
    other.join(30)
    assert not postgres._answers(var / "postgres")


def test_a_site_with_its_own_database_keeps_it(var, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql:///its-own")
    with postgres.database(var):
        assert os.environ["DATABASE_URL"] == "postgresql:///its-own"
    assert not var.exists()


def test_a_path_too_long_for_a_socket_is_no_obstacle(var):
    deep = var / ("long" * 30)
    with postgres.database(deep), psycopg.connect(os.environ["DATABASE_URL"]) as database:
        assert database.execute("SELECT 1").fetchone()


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda var: var.write_text("a file"), "can't be written"),
        (lambda var: fill(var / "postgres" / "other", "something else"), "holds something, but no database"),
        (lambda var: fill(var / "postgres" / "PG_VERSION", "9\n"), "was made by PostgreSQL 9"),
        (lambda var: fill(var / "postgres" / "PG_VERSION", "18\n"), "it doesn't start"),
    ],
)
def test_a_broken_var_is_one_clear_sentence(var, break_it, said):
    break_it(var)
    command = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(var)},
        capture_output=True,
        text=True,
    )
    assert command.returncode == 1
    assert said in command.stderr
    assert len(command.stderr.strip().splitlines()) == 1


def fill(path: Path, text: str):
    path.parent.mkdir(parents=True)
    path.write_text(text)


def test_an_old_python_is_told_in_one_sentence(tmp_path):
    old = tmp_path / "python"
    pretends = "import sys; sys.version_info = (3, 9); sys.version = '3.9.1 x'"
    old.write_text(f'#!/bin/sh\nshift\nexec {sys.executable} -c "{pretends}; $1"\n')
    old.chmod(0o755)
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    (tmp_path / "requirements.txt").touch()

    make = subprocess.run(["make", "run", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True)

    assert make.returncode != 0
    assert "Fangtan needs Python 3.11 or newer" in make.stderr
    assert "3.9.1" in make.stderr
    assert not (tmp_path / ".venv").exists()
