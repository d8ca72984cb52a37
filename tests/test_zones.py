"""Time zones by their names in the page's language: shown, and chosen."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from interviews.models import Interview
from interviews.models.values.time_zones import ZONES
from interviews.rendering.clocks import zone, zones
from interviews.rendering.zone_names import zone_name

from .conftest import NOON
from .test_admin import fields, page_of
from .test_plan import NEW, address, errors, opened, planned


@pytest.mark.parametrize(
    ("name", "day", "english", "chinese"),
    [
        ("Asia/Shanghai", "2026-05-04", "Beijing time", "北京时间"),
        ("Europe/London", "2026-07-01", "British Summer Time", "英国夏令时间"),
        ("Europe/London", "2026-01-01", "Greenwich Mean Time", "格林尼治标准时间"),
        ("America/New_York", "2026-07-01", "Eastern Daylight Time", "北美东部夏令时间"),
        ("Australia/Lord_Howe", "2026-01-01", "Lord Howe Daylight Time", "豪勋爵岛夏令时间"),
        ("Asia/Tehran", "2026-07-01", "Iran Standard Time", "伊朗标准时间"),
        # by law winter is the exception there; the name is that of the offset
        ("Europe/Dublin", "2026-07-01", "Irish Standard Time", "爱尔兰标准时间"),
        ("Europe/Dublin", "2026-01-01", "Greenwich Mean Time", "格林尼治标准时间"),
        ("Africa/Casablanca", "2026-03-01", "Western European Standard Time", "西欧标准时间"),
        ("Africa/Casablanca", "2026-07-01", "Western European Summer Time", "西欧夏令时间"),
        # what has no name is called by its id
        ("EST5EDT", "2026-07-01", "EST5EDT", "EST5EDT"),
        ("Antarctica/Troll", "2026-07-01", "Antarctica/Troll", "Antarctica/Troll"),
    ],
)
def test_a_zone_is_called_by_its_name_at_that_time(name, day, english, chinese):
    at = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(name))
    for language, expected in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            assert zone_name(at) == expected


def test_each_zone_has_a_name():
    with translation.override("en"):
        assert all(zone_name(datetime(2026, 1, 1, tzinfo=ZoneInfo(name))) for name in ZONES)


def test_an_interview_through_the_change_is_headed_by_both(client, interview, host):
    interview.revise(timezone="Europe/London", language="en")
    begun, over = (datetime.fromisoformat(at) for at in ("2025-10-26T00:30+00:00", "2025-10-26T01:30+00:00"))
    Interview.objects.update(started_at=begun, ended_at=over, status="ended")
    interview.refresh_from_db()
    with translation.override("en"):
        both = "British Summer Time (UTC+01:00) → Greenwich Mean Time (UTC+00:00)"
        assert zones(begun.astimezone(interview.tz), interview) == both
        assert zone(over.astimezone(interview.tz), interview) == "Greenwich Mean Time (UTC+00:00)"
        Interview.objects.update(ended_at=begun + timedelta(minutes=5))
        interview.refresh_from_db()
        assert zones(begun.astimezone(interview.tz), interview) == "British Summer Time (UTC+01:00)"


# Choosing one


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_list_has_names_in_the_pages_language_and_usual_ones_first(client, zhou, draft, language):
    for n in range(3):
        Interview.objects.create(headline=f"{n}", timezone="America/Santiago" if n else "Europe/London")
    client.force_login(zhou)
    page = client.get(NEW, headers={"Accept-Language": language}).text
    offered = re.findall('<option value="([^"]*)">', page[page.index('<datalist id="zones">') :])
    names = {
        "en": ["Shanghai · Beijing time", "Santiago · Chile Time", "London · British Time"],
        "zh-hans": ["上海 · 北京时间", "圣地亚哥 · 智利时间", "伦敦 · 英国时间"],
    }[language]
    ids = ["Asia/Shanghai", "America/Santiago", "Europe/London"]
    assert offered[:3] == [f"{name} ({zone})" for name, zone in zip(names, ids, strict=True)]
    assert len(offered) == len(set(offered)) > 400


@pytest.mark.parametrize(
    "chosen", ["London · British Time (Europe/London)", "伦敦 · 英国时间 (Europe/London)", " Europe/London "]
)
def test_a_zone_is_taken_as_the_list_has_it_or_by_its_id(client, zhou, chosen):
    client.force_login(zhou)
    assert client.post(NEW, planned(timezone=chosen, starts_at="2026-07-01T20:00")).status_code == 303
    interview = Interview.objects.get()
    assert (interview.timezone, interview.starts_at.isoformat()) == ("Europe/London", "2026-07-01T19:00:00+00:00")


@pytest.mark.parametrize("chosen", ["London", "British Time (Europe/Atlantis)", "(localtime)", "()", ""])
def test_what_is_no_zone_is_refused(client, zhou, chosen):
    client.force_login(zhou)
    assert errors(client.post(NEW, planned(timezone=chosen))) == ["timezone"]


def test_a_zone_that_nobody_touched_stays(client, zhou, scheduled):
    client.force_login(zhou)
    scheduled.revise(timezone="US/Eastern")
    seq = scheduled.seq
    assert client.post(address("edit", scheduled), opened(client, scheduled)).status_code == 303
    scheduled.refresh_from_db()
    assert (scheduled.timezone, scheduled.seq, scheduled.starts_at) == ("US/Eastern", seq, NOON)


def test_the_admin_chooses_by_the_same_list(keeper, interview):
    page = keeper.get(page_of(interview)).text
    assert 'value="Shanghai · Beijing time (Asia/Shanghai)"' in page
    assert '<datalist id="zones">' in page
    sent = fields(keeper, page_of(interview)) | {"timezone": "London · British Time (Europe/London)"}
    assert keeper.post(page_of(interview), sent).status_code == 302
    interview.refresh_from_db()
    assert interview.timezone == "Europe/London"
