"""One test after the other in each engine: `make engines`."""

import os
import re

import pytest

from interviews.models import Interview

from .browsers import NAMES, browser

MARKS = {"passed": "✓", "failed": "✗", "error": "✗", "skipped": "–"}


@pytest.fixture(scope="package", params=NAMES)
def engine(request):
    """Each in turn. `make test` says by name which it leaves out."""
    if not os.environ.get("ENGINES"):
        pytest.skip(f"{request.param} is for `make engines`")
    with browser(request.param) as started:
        yield started


@pytest.fixture
def window(engine, request):
    """Opens windows, each with cookies of its own; nothing in them may go wrong unseen."""
    request.node.user_properties.append(("version", engine.version))
    opened = []

    def open_window(url="", **how):
        opened.append(engine.window(**how))
        if url:
            opened[-1].open(url)
        return opened[-1]

    yield open_window
    wrong = [error for one in opened for error in one.went_wrong()]
    for one in opened:
        one.close()
    assert wrong == []


@pytest.fixture
def in_english(interview):
    """The interview's page, and the desk with it, speak English."""
    Interview.objects.filter(pk=interview.pk).update(language="en")
    interview.refresh_from_db()
    interview.recast()


def pytest_terminal_summary(terminalreporter):
    """Write what passed in which engine as the table that docs/browsers.md has."""
    found, versions = {}, {}
    for outcome, mark in MARKS.items():
        for report in terminalreporter.stats.get(outcome, []):
            if match := re.search(r"(reader|desk)\.py::test_(\w+)\[(.+)\]$", getattr(report, "nodeid", "")):
                page, test, name = match.groups()
                found.setdefault((page, test.replace("_", " ")), {})[name] = mark
                versions.update((name, version) for _, version in report.user_properties)
    names = [name for name in NAMES if name in versions]
    if names:
        terminalreporter.write_line(row("", "", *(versions[name] for name in names)))
        terminalreporter.write_line(row(*["---"] * (len(names) + 2)))
    for (page, test), marks in sorted(found.items(), reverse=True):
        terminalreporter.write_line(row(page, test, *(marks.get(name, "") for name in names)))


def row(*cells):
    return f"| {' | '.join(cells)} |"
