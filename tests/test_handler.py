"""A request goes to a thread and leaves nothing there."""

from concurrent.futures import ThreadPoolExecutor
from time import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.urls import reverse
from django.utils.http import parse_http_date

from live.handler import MAX_PAGES_AT_ONCE

from .newsroom import cookie_of
from .sites import PATIENCE
from .test_changes import ask_site


@pytest.mark.django_db(transaction=True)
def test_an_answer_keeps_no_connection_to_the_database_nor_does_one_that_is_streamed(sites, gao, interview, host):
    site, cookie = sites(database_connections=1), cookie_of(gao)
    for address in ("desk:interviews", "admin:interviews_record_csv", "admin:interviews_record_csv", "desk:interviews"):
        assert ask_site(site, reverse(address), cookie).read()
    with site.follow(site.open(interview)) as reader:
        interview.say(host, "还有人听着吗？")
        assert "还有人听着吗？" in str(reader.next())


@pytest.mark.django_db(transaction=True)
def test_more_requests_at_once_than_threads_are_all_answered(site, gao, interview):
    cookie, many = cookie_of(gao), 3 * MAX_PAGES_AT_ONCE
    with ThreadPoolExecutor(many) as askers:
        answers = [askers.submit(ask_site, site, reverse("desk:interviews"), cookie) for _ in range(many)]
        assert all(interview.headline in answer.result().read().decode() for answer in answers)


def test_a_visitor_cannot_get_another_page_under_an_address(site, interview):
    """By a header of Daphne's own, which no cache between us and the next visitor knows of."""
    here = interview.get_absolute_url()
    request = Request(site.here + here, headers={"Daphne-Root-Path": here.rstrip("/")})
    with urlopen(request, timeout=PATIENCE) as response:
        assert str(interview.epoch) in response.read().decode()


@pytest.mark.django_db(transaction=True)
def test_each_answer_says_when_it_was_made_once(site, interview):
    """The pages set their clock by it; a page that is kept says the time of each answer."""
    for path in (interview.get_absolute_url(), interview.get_absolute_url(), "/desk/", "/static/favicon.svg", "/none/"):
        try:
            answer = urlopen(site.here + path, timeout=PATIENCE)
        except HTTPError as refusal:
            answer = refusal
        with answer:
            [date] = answer.headers.get_all("Date")
        assert abs(parse_http_date(date) - time()) < PATIENCE
