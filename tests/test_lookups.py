"""Lists of the admin under an address that somebody has typed, or that a program has made up."""

from unittest.mock import patch
from urllib.parse import quote

import pytest
from django.urls import reverse

from interviews.models import Interview

from .test_admin import fields

HUGE, LONG = "99999999999", "9" * 5000
LISTS = ["interview", "turn", "guest", "host", "section", "publisher", "user", "lock", "record"]


def ask(keeper, model, query):
    keeper.raise_request_exception = False
    app = "auth" if model == "group" else "interviews"
    return keeper.get(reverse(f"admin:{app}_{model}_changelist") + f"?{query}")


@pytest.mark.parametrize(
    "query",
    [
        *(f"starts_at__year={value}" for value in (HUGE, LONG, "0", "-1", "x", "%00", "1e9")),
        *(f"starts_at__year=2026&starts_at__month={value}" for value in (HUGE, LONG, "0", "13", "x", "%00")),
        *(f"starts_at__year=2026&starts_at__month=2&starts_at__day={value}" for value in (HUGE, LONG, "0", "31", "x")),
        "starts_at__gte=x",
        "starts_at__gte=9999-12-31T23:59:59-14:00",
        "starts_at__gte=0001-01-01",
        "starts_at=%00",
        "status__exact=%00",
        "section__id__exact=" + HUGE,
        "section__id__exact=" + LONG,
        "section__id__exact=x",
        "section__id__exact=9999999999999999999999",
        "section__isnull=x",
        "id__in=1,x",
        "id__in=" + LONG,
        "id=%00",
        "slug=%00",
        "headline__regex=(",
        "headline__regex=%00",
        "speakers__host__name=%00",
        "no_such=1",
        "headline__nothing=1",
    ],
    ids=lambda query: query[:50],
)
def test_what_no_list_can_be_filtered_by_is_answered(keeper, interview, query):
    answer = ask(keeper, "interview", query)
    assert answer.status_code in (200, 302, 400)
    if answer.status_code == 302:  # Django leads to the list without filters
        assert answer["Location"].endswith("?e=1")


@pytest.mark.parametrize(
    ("model", "query"),
    [("interview", "starts_at__year=99999999999"), ("record", "at__year=99999999999"), ("interview", "slug=%00")],
)
def test_what_cannot_be_is_a_refusal_with_a_face(keeper, interview, model, query):
    answer = ask(keeper, model, query)
    assert answer.status_code == 400
    assert "<h1>This can’t be answered</h1>" in answer.text


@pytest.mark.parametrize("model", ["guest", "interview", "section", "user"])
@pytest.mark.parametrize("row", ["\0", "x", "1.5", LONG])
def test_no_action_breaks_on_a_row_that_cannot_be(keeper, interview, model, row):
    keeper.raise_request_exception = False
    chosen = {"action": "delete_selected", "_selected_action": ["1", row], "index": "0"}
    assert keeper.post(reverse(f"admin:interviews_{model}_changelist"), chosen).status_code in (200, 302, 400)


def test_a_fault_of_ours_is_not_taken_for_the_askers(keeper, interview):
    with patch("interviews.admin.interview.InterviewAdmin.begins", side_effect=ValueError):
        assert ask(keeper, "interview", "").status_code == 500


@pytest.mark.slow
@pytest.mark.parametrize("model", [*LISTS, "group"])
@pytest.mark.parametrize(
    "name", ["o", "p", "e", "q", "all", "_popup", "_to_field", "_facets", "id__exact", "pk__in", "at__year"]
)
def test_nor_does_any_list_break(keeper, interview, model, name):
    for value in (
        "",
        "x",
        "0",
        "-1",
        HUGE,
        LONG,
        "%00",
        "a%00b",
        "1.2.3",
        "-99.99",
        "%ED%A0%BD",
        "%FF",
        quote("²"),
        quote("１２"),
    ):
        answer = ask(keeper, model, f"{name}={value}")
        assert answer.status_code < 500, (name, value[:20], answer.status_code)


@pytest.mark.parametrize("field", ["section", "publishers", "speakers-0-host", "assignments-0-user"])
def test_what_nobody_can_choose_is_refused_where_a_form_looks_it_up(keeper, interview, field):
    url = reverse("admin:interviews_interview_change", args=[interview.pk])
    before = list(Interview.objects.values())
    sent = fields(keeper, url) | {"assignments-TOTAL_FORMS": "1"}
    for rubbish in ("x", "\U000d8419]", LONG, "9999999999999999999999", "1.5", "-1", " "):
        assert keeper.post(url, sent | {field: rubbish}).status_code == 200, rubbish[:50]
        assert list(Interview.objects.values()) == before, rubbish[:50]
