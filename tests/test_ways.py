"""From a page about something at the desk, in the admin or for readers, links lead to the same thing in the others."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from .newsroom import address, at_desk


@pytest.fixture
def turn(interview, guest):
    return interview.say(guest, "河水先是黑的。")


def links(user, path):
    answer = at_desk(user).get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, path
    return re.findall(r'<a [^>]*?href="([^"]*)"', answer.text)


def admin_of(thing):
    return reverse(f"admin:interviews_{thing._meta.model_name}_change", args=[thing.pk])


def test_an_interviews_pages_lead_to_each_other(interview, gao):
    desk, admin, readers = address("interview", interview), admin_of(interview), interview.get_absolute_url()
    at_the_desk = [address(page, interview) for page in ("edit", "interview-statistics")]
    for page in (desk, *at_the_desk):
        assert {admin, readers, desk} - {page} <= set(links(gao, page)), page
    assert {desk, readers} <= set(links(gao, admin))
    assert desk in links(gao, readers)


def test_a_turns_pages_lead_to_each_other(turn, gao):
    desk = f"{address('interview', turn.interview)}#turn-{turn.pk}"
    assert {desk, admin_of(turn), turn.card_url} <= set(links(gao, address("history", turn)))
    assert {desk, turn.get_absolute_url()} <= set(links(gao, admin_of(turn)))
    assert desk in links(gao, turn.card_url)


def test_a_persons_pages_lead_to_each_other_by_way_of_their_interviews(interview, chen_an, lin_yue, gao):
    for person in (chen_an, lin_yue):
        found = (
            reverse("desk:interviews")
            + "?q="
            + {"陈安": "%E9%99%88%E5%AE%89", "林悦": "%E6%9E%97%E6%82%A6"}[person.name]
        )
        assert {found, person.get_absolute_url()} <= set(links(gao, admin_of(person)))
        assert found in links(gao, person.get_absolute_url())
        assert address("interview", interview) in links(gao, found)
        assert admin_of(person) in links(gao, address("edit", interview))


def test_what_readers_do_not_see_has_no_link_there(draft, interview, guest, gao):
    prepared = interview.prepare(guest, "还没有说")
    assert interview.get_absolute_url() not in {link.split("#")[0] for link in links(gao, admin_of(prepared))}
    assert prepared.card_url not in links(gao, address("history", prepared))
    for page in (address("interview", draft), address("edit", draft), admin_of(draft)):
        assert draft.get_absolute_url() not in links(gao, page)


def test_who_may_not_open_the_admin_is_not_led_there(interview, turn, zhou, sun):
    for user, pages in ((zhou, ("interview", "edit", "interview-statistics")), (sun, ("interview",))):
        for page in pages:
            assert [link for link in links(user, address(page, interview)) if link.startswith("/admin/")] == []
    assert [link for link in links(sun, address("history", turn)) if link.startswith("/admin/")] == []


def test_who_may_open_the_admin_but_no_interview_there_is_led_to_its_front(interview, sun):
    sun.is_staff = True
    sun.save()
    Permission.objects.filter(codename="view_interview").get().group_set.clear()
    shown = [link for link in links(sun, address("interview", interview)) if link.startswith("/admin/")]
    assert shown == [reverse("admin:index")]
