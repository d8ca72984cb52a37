"""What a page costs a reader with a slow line."""

import re

import pytest

from interviews import demo

from .test_everyone import two_eventful, visit

LIGHT_AND_HEAVY = 45 * 1024  # bytes that the example may weigh, compressed


@pytest.mark.parametrize("index", [0, 1])
def test_an_interview_weighs_little_on_the_wire_and_asks_nobody_else(sites, window, index):
    demo.load()
    interview = two_eventful()[index]
    site = sites(page_cache=True)
    requests = []
    page = window()
    page.on("requestfinished", lambda request: requests.append(request))
    visit(page, site.here + interview.get_absolute_url())
    page.wait_for_load_state("networkidle")
    ours = [request for request in requests if re.search(r"\.(css|js)$|/interviews/[^/]+/$", request.url)]
    assert len(ours) > 5
    assert [request.url for request in ours if re.search("/(finding|found-|folding)", request.url)] == []
    assert sum(request.sizes()["responseBodySize"] for request in ours) <= LIGHT_AND_HEAVY
    assert {re.match(r"\w+://([^/]+)", request.url)[1] for request in requests} == {site.here.removeprefix("http://")}
