"""A new interview is planned like another: the page is filled in, and nothing is kept before it is saved."""

import re

import pytest

from interviews.models import Assignment, Interview, Publisher, Section

from .newsroom import address, at_desk
from .test_plan import planned

NEW = "/desk/new/"


@pytest.fixture
def show(interview, sun):
    """In a section, in English, with review, a publisher and staff of its own."""
    section = Section.objects.create(name="访谈", slug="talks")
    Interview.objects.filter(pk=interview.pk).update(
        section=section, language="en", reviewed=True, timezone="Europe/London"
    )
    interview.refresh_from_db()
    interview.publishers.add(Publisher.objects.create(name="东河水务"))
    Assignment.objects.create(interview=interview, user=sun, role="typist")
    return interview


def filled_in(user, show):
    """The fields of the page, by name."""
    html = at_desk(user).get(NEW, {"like": show.slug}, headers={"Accept-Language": "en"}).text
    fields = {}
    for tag in re.findall(r"<input[^>]*>", html):
        about = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if about.get("type") != "checkbox" or " checked" in tag:
            fields[about.get("name")] = about.get("value", "on" if about.get("type") == "checkbox" else "")
    chosen = re.findall(r'<select name="(\w+)".*?<option value="([^"]*)" selected>', html, re.S)
    return fields | dict(chosen)


def save(user, show, **more):
    fields = {name: value for name, value in (filled_in(user, show) | more).items() if name}
    answer = at_desk(user).post(f"{NEW}?like={show.slug}", fields)
    assert answer.status_code == 303, answer.text
    return Interview.objects.exclude(pk=show.pk).get()


def test_the_page_is_filled_in_and_nothing_is_kept(show, zhou):
    fields = filled_in(zhou, show)
    names = [fields[f"{rows}-{n}-name"] for rows, n in (("hosts", 0), ("hosts", 1), ("guests", 0), ("guests", 1))]
    assert names == ["林悦", "", "陈安", "乔梅"]
    assert (fields["headline"], fields["section"], fields["language"]) == (show.headline, "访谈", "en")
    assert "Europe/London" in fields["timezone"]
    assert "reviewed" in fields
    assert fields["starts_at"] == ""
    assert Interview.objects.get() == show


def test_it_becomes_a_draft_with_the_same_people_who_are_the_same_persons(show, zhou):
    new = save(zhou, show, headline="下一期", **{"guests-1-name": ""})
    assert (new.status, new.headline, new.starts_at, new.started_at) == ("draft", "下一期", None, None)
    assert (new.language, new.timezone, new.reviewed, new.section) == ("en", "Europe/London", True, show.section)
    assert [seat.label for seat in new.speakers.all()] == ["Host", "陈安"]
    assert {seat.person for seat in new.speakers.all()} < {seat.person for seat in show.speakers.all()}
    assert new.slug != show.slug
    assert list(new.publishers.all()) == list(show.publishers.all())
    assert new.turns.count() == 0


def test_its_staff_come_along_where_who_plans_may_give_roles(show, zhou, gao):
    assert not save(zhou, show).assignments.exists()
    Interview.objects.exclude(pk=show.pk).delete()
    assert [(given.user.username, given.role) for given in save(gao, show).assignments.all()] == [("sun", "typist")]


def test_only_who_plans_and_runs_the_other_one_may(show, zhou, sun, hao, pan):
    assert [at_desk(user).get(NEW, {"like": show.slug}).status_code for user in (sun, hao, pan)] == [403] * 3
    assert at_desk(zhou).get(NEW, {"like": "nothing-of-the-kind"}).status_code == 404
    assert at_desk(zhou).post(f"{NEW}?like=nothing-of-the-kind", planned()).status_code == 404
    assert Interview.objects.get() == show


def test_the_desk_leads_there(show, zhou, sun):
    for user, may in ((zhou, True), (sun, False)):
        page = at_desk(user).get(address("interview", show)).text
        assert f'<a class="planners" href="{NEW}?like={show.slug}">' in page
        assert (" data-plans" in page) is may
