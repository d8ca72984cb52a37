"""An announced interview in the reader's own calendar."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from interviews.models import Interview

from .conftest import NOON


def answer(client, interview, **headers):
    response = client.get(f"/interviews/{interview.slug}/calendar.ics", headers=headers)
    assert response.status_code == 200
    return response


def entry(client, interview, **headers):
    calendar = Calendar.from_ical(answer(client, interview, **headers).content)
    [event] = calendar.walk("VEVENT")
    return event


def test_it_tells_when_what_and_where_to_read_it(client, scheduled):
    event = entry(client, scheduled)

    assert event["SUMMARY"] == "河水怎样变清"
    assert event["DESCRIPTION"] == "两位嘉宾谈东河。"
    assert event["URL"] == f"http://testserver/interviews/{scheduled.slug}/"
    assert event.start == NOON
    assert event.end == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("headline", "language", "told"),
    [
        ("河水怎样变清", "zh-hans", "zh-Hans"),
        ("كيف أصبح النهر صافيا؟", "zh-hans", "ar"),
        ("دەريا قانداق سۈزۈلدى؟", "zh-hans", "ug"),
        ("How the river cleared", "en", "en"),
    ],
)
def test_its_words_name_their_language(client, scheduled, headline, language, told):
    scheduled.revise(headline=headline, lede="东河", language=language)
    event = entry(client, scheduled)
    assert (event["SUMMARY"], event["SUMMARY"].params["LANGUAGE"]) == (headline, told)
    assert event["DESCRIPTION"].params["LANGUAGE"].startswith("zh")


def test_its_times_are_in_utc_so_that_no_calendar_needs_to_know_the_zone(client, scheduled):
    lines = answer(client, scheduled).content.decode().split("\r\n")

    assert {"DTSTART:20260504T040000Z", "DTEND:20260504T050000Z", "VERSION:2.0", "METHOD:PUBLISH"} <= set(lines)


def test_it_is_stamped_with_the_last_change_that_readers_saw(client, scheduled, lin_yue):
    scheduled.events.update(at=NOON)
    scheduled.prepare(scheduled.speakers.get(host=lin_yue), "备好的")

    lines = answer(client, scheduled).content.decode().split("\r\n")

    assert {"DTSTAMP:20260504T040000Z", "LAST-MODIFIED:20260504T040000Z"} <= set(lines)


def test_it_is_a_file_named_as_the_interview(client, scheduled):
    response = answer(client, scheduled)

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    name = "2026-05-04%20%E6%B2%B3%E6%B0%B4%E6%80%8E%E6%A0%B7%E5%8F%98%E6%B8%85.ics"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"


def test_it_is_the_same_for_everybody_and_later(client, scheduled, zhou):
    first = answer(client, scheduled).content
    client.force_login(zhou)

    assert answer(client, scheduled, **{"Accept-Language": "en"}).content == first


def test_a_new_date_replaces_the_old_one_in_the_calendar(client, scheduled, settings):
    settings.ALLOWED_HOSTS = ["testserver", "talks.example.org"]
    before = entry(client, scheduled)
    scheduled.revise(starts_at=NOON + timedelta(days=1))
    scheduled.slug = "renamed"
    scheduled.save()

    after = entry(client, scheduled, Host="talks.example.org")

    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after.start == NOON + timedelta(days=1)


def test_what_is_said_is_no_new_entry(client, scheduled):
    before = answer(client, scheduled).content
    scheduled.prepare(scheduled.speakers.first(), "先想好的问题")

    assert answer(client, scheduled).content == before


def test_two_interviews_are_two_entries(client, scheduled):
    other = Interview.objects.create(headline="明天再谈", starts_at=NOON)
    other.announce()

    assert entry(client, scheduled)["UID"] != entry(client, other)["UID"]


def test_whatever_is_typed_begins_no_line_of_its_own(client, scheduled):
    evil = "河,水;\\\r\nATTENDEE:x\x08" + "长" * 100
    scheduled.revise(lede=evil)
    Interview.objects.update(headline="标题\r\nATTENDEE:x\x08")

    content = answer(client, scheduled).content
    event = entry(client, scheduled)

    assert "ATTENDEE" not in event
    assert event["SUMMARY"] == "标题 ATTENDEE:x"
    assert event["DESCRIPTION"] == "河,水;\\\nATTENDEE:x" + "长" * 100
    assert b"\x08" not in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


@pytest.mark.parametrize("verb", ["go_live", "end"])
def test_only_before_the_start_the_page_offers_it(client, scheduled, verb):
    link = f'href="/interviews/{scheduled.slug}/calendar.ics"'
    assert link in client.get(scheduled.get_absolute_url()).content.decode()

    scheduled.go_live(at=NOON)
    if verb == "end":
        scheduled.end()

    assert link not in client.get(scheduled.get_absolute_url()).content.decode()
    assert answer(client, scheduled)  # who has the address may still ask
