"""One test after the other in each engine: `make engines`."""

import os

import pytest

from .browsers import NAMES, browser


@pytest.fixture(scope="package", params=NAMES)
def engine(request):
    """Each in turn. `make test` says by name which it leaves out."""
    if not os.environ.get("ENGINES"):
        pytest.skip(f"{request.param} is for `make engines`")
    with browser(request.param) as started:
        yield started


@pytest.fixture
def window(engine):
    """Opens windows, each with cookies of its own; nothing in them may go wrong unseen."""
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
