"""A second pair of eyes before readers hear of an interview, where the site asks for it; and what is still missing."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from interviews.imports import bring_in, parse
from interviews.models import Event, Interview, NotNow

from .conftest import NOON
from .test_imports import TRANSCRIPTS

JSON = {"Accept": "application/json"}


@pytest.fixture
def planned(lin_yue, chen_an):
    """Whole, and not announced."""
    interview = Interview.objects.create(headline="河水怎样变清", lede="嘉宾谈东河。", starts_at=NOON)
    for person in (lin_yue, chen_an):
        interview.seat(person)
    return interview


@pytest.fixture
def _required(settings):
    settings.APPROVAL_REQUIRED = True


def at(client, name, interview, **what):
    return client.post(reverse(f"desk:{name}", args=[interview.slug]), what, headers=JSON).status_code


def status_of(interview):
    return Interview.objects.get(pk=interview.pk).status


def test_where_no_approval_is_asked_for_a_draft_is_announced_at_once(planned):
    planned.announce()
    assert planned.status == "scheduled"


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize("verb", ["announce", "go_live"])
def test_without_approval_readers_hear_nothing_of_it(planned, verb):
    with pytest.raises(ValidationError):
        getattr(planned, verb)()
    planned.submit()
    with pytest.raises(ValidationError):
        getattr(planned, verb)()
    assert status_of(planned) == "draft"


@pytest.mark.usefixtures("_required")
def test_an_editor_submits_an_admin_approves_and_then_the_editor_announces(client, planned, zhou, gao):
    client.force_login(zhou)
    assert at(client, "announce", planned) == 400
    assert at(client, "submit", planned) == 200
    assert at(client, "approve", planned) == 403
    client.force_login(gao)
    assert "等待批准" in client.get(reverse("desk:interviews"), headers={"Accept-Language": "zh"}).text
    assert at(client, "approve", planned) == 400, "what was seen isn't said"
    planned.refresh_from_db()
    assert at(client, "approve", planned, seen=planned.submitted_at.isoformat()) == 200
    client.force_login(zhou)
    assert at(client, "announce", planned) == 200
    log = [(event.kind, event.user) for event in planned.events.all()]
    assert log == [("submitted", zhou), ("approved", gao), ("announced", zhou)]


@pytest.mark.usefixtures("_required")
def test_what_is_sent_back_says_why_until_it_is_submitted_again(client, planned, zhou, gao):
    planned.submit(by=zhou)
    client.force_login(gao)
    assert at(client, "send-back", planned, reason=" ") == 400
    assert at(client, "send-back", planned, reason="导语太长") == 200
    client.force_login(zhou)
    page = reverse("desk:interview", args=[planned.slug])
    assert "导语太长" in client.get(page).text
    at(client, "submit", planned)
    assert "导语太长" not in client.get(page).text


@pytest.mark.usefixtures("_required")
def test_only_who_approves_may_send_back(client, planned, zhou):
    planned.submit(by=zhou)
    client.force_login(zhou)
    assert at(client, "send-back", planned, reason="不") == 403
    assert Interview.objects.get().submitted_at


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize("change", ["words", "seats"])
def test_what_is_changed_after_its_approval_has_to_be_approved_again(planned, qiao_mei, gao, change):
    planned.submit()
    planned.approve(by=gao)
    if change == "words":
        planned.revise(lede="另一段导语。")
    else:
        planned.seat(qiao_mei)
        planned.recast()
    with pytest.raises(ValidationError):
        planned.announce()
    assert "approved_at" in planned.events.last().before
    planned.submit()
    planned.approve(by=gao)
    planned.announce()
    assert status_of(planned) == "scheduled"


def test_a_seat_that_is_changed_in_a_draft_nobody_approved_is_no_event(planned, qiao_mei):
    planned.seat(qiao_mei)
    planned.recast()
    assert not planned.events.exists()


def test_what_readers_have_seen_is_neither_submitted_nor_approved_nor_sent_back(scheduled):
    for verb in (scheduled.submit, scheduled.approve, lambda: scheduled.send_back("为什么")):
        with pytest.raises(NotNow):
            verb()
    assert [event.kind for event in scheduled.events.all()] == [Event.Kind.ANNOUNCED]


def test_an_approved_interview_that_was_announced_keeps_its_approval_when_it_is_revised(planned, settings, gao):
    settings.APPROVAL_REQUIRED = True
    planned.submit()
    planned.approve(by=gao)
    planned.announce()
    planned.revise(lede="改过的导语。")
    planned.go_live()
    assert Interview.objects.get().approved_at


def test_a_draft_lists_what_readers_would_miss(planned, chen_an, draft):
    assert draft.missing == ["日期", "导语", "嘉宾"]
    assert planned.missing == ["陈安的照片"]
    chen_an.photo, chen_an.bio_zh = "people/chen.webp", ""
    chen_an.save()
    planned.speakers.filter(guest=None).delete()
    assert planned.missing == ["主持人", "陈安的简介"]


def test_the_desk_shows_what_is_missing_and_no_more_once_it_is_there(client, zhou, planned, chen_an):
    client.force_login(zhou)
    page = reverse("desk:interview", args=[planned.slug])
    assert "陈安的照片" in client.get(page).text
    chen_an.photo = "people/chen.webp"
    chen_an.save()
    assert 'class="missing"' not in client.get(page).text


@pytest.mark.usefixtures("_required")
def test_the_page_of_a_plan_offers_to_submit_and_refuses_to_announce(client, zhou, planned):
    client.force_login(zhou)
    edit = reverse("desk:edit", args=[planned.slug])
    page = client.get(edit).text
    assert 'name="submit"' in page
    assert 'name="announce"' not in page
    about = {
        "headline": planned.headline,
        "starts_at": "2026-05-04T12:00:00",
        "lede": planned.lede,
        "language": "zh-hans",
        "timezone": "Asia/Shanghai",
        "slug": planned.slug,
        **{
            f"{kind}-{what}": n
            for kind in ("hosts", "guests")
            for what, n in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))
        },
        **{f"seat-{seat.pk}-label": seat.label for seat in planned.speakers.all()},
    }
    assert client.post(edit, about | {"announce": ""}).status_code == 400
    assert client.post(edit, about | {"submit": ""}).status_code == 303
    assert Interview.objects.get().submitted_at
    assert status_of(planned) == "draft"


@pytest.mark.usefixtures("_required")
def test_what_comes_from_an_archive_was_published_before_and_is_taken_in(db):
    interview = bring_in(parse((TRANSCRIPTS / "river.txt").read_text()))
    assert interview.status == "ended"
    assert interview.approved_at


@pytest.mark.usefixtures("_required")
def test_what_the_approver_has_not_seen_is_not_approved(client, planned, gao):
    planned.submit()
    seen = planned.submitted_at
    client.force_login(gao)
    planned.revise(lede="另一段导语。")
    assert at(client, "approve", planned) == 400
    assert at(client, "send-back", planned, reason="不") == 400
    planned.submit()
    assert at(client, "approve", planned, seen=seen.isoformat()) == 400
    assert not Interview.objects.get().approved_at
    assert at(client, "approve", planned, seen=planned.submitted_at.isoformat()) == 200
