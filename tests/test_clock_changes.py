"""Times that a clock shows twice, where it is put back, and times that it leaves out."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import translation

from interviews.models import Interview, Turn
from interviews.models.values.local_times import moments, nearest

from .newsroom import ask, at_desk, correction, say
from .test_admin import fields, page_of
from .test_plan import NEW, errors, opened, planned
from .test_plan import address as plan_of

# a zone, a time there that comes twice, and its two offsets
TWICE = [
    ("Europe/London", "2025-10-26T01:30:00", "+01:00", "+00:00"),
    ("America/New_York", "2025-11-02T01:59:59", "-04:00", "-05:00"),
    ("Australia/Lord_Howe", "2025-04-06T01:45:00", "+11:00", "+10:30"),
    ("America/Santiago", "2025-04-05T23:10:00", "-03:00", "-04:00"),
    ("Asia/Tehran", "2021-09-21T23:30:00", "+04:30", "+03:30"),
    ("Africa/Casablanca", "2025-02-23T02:30:00", "+01:00", "+00:00"),
]
# a zone, a time that it leaves out, the last second before and the first after
NEVER = [
    ("Europe/London", "2025-03-30T01:30:00", "2025-03-30 00:59:59", "2025-03-30 02:00:00"),
    ("America/New_York", "2025-03-09T02:00:00", "2025-03-09 01:59:59", "2025-03-09 03:00:00"),
    ("Australia/Lord_Howe", "2025-10-05T02:29:59", "2025-10-05 01:59:59", "2025-10-05 02:30:00"),
    ("America/Santiago", "2025-09-07T00:10:00", "2025-09-06 23:59:59", "2025-09-07 01:00:00"),
    ("Asia/Tehran", "2022-03-22T00:30:00", "2022-03-21 23:59:59", "2022-03-22 01:00:00"),
    ("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-29 23:59:59", "2011-12-31 00:00:00"),
]
twice = pytest.mark.parametrize(("zone", "shown", "first", "second"), TWICE, ids=[zone for zone, *_ in TWICE])
never = pytest.mark.parametrize(("zone", "shown", "before", "after"), NEVER, ids=[zone for zone, *_ in NEVER])


def there(shown, offset):
    return datetime.fromisoformat(shown + offset)


def spoken_in(interview, zone, at):
    interview.revise(timezone=zone)
    return interview.say(interview.speakers.first(), "甲", spoken_at=at)


def now(turn):
    return Turn.objects.get(pk=turn.pk).spoken_at


# What a clock shows


@twice
def test_a_time_that_comes_twice_is_two_moments(zone, shown, first, second):
    both = moments(datetime.fromisoformat(shown), ZoneInfo(zone))
    assert [at.isoformat() for at in both] == [shown + first, shown + second]


@never
def test_a_time_that_is_left_out_is_none_and_has_neighbours(zone, shown, before, after):
    shown = datetime.fromisoformat(shown)
    assert moments(shown, ZoneInfo(zone)) == []
    assert [f"{at:%Y-%m-%d %H:%M:%S}" for at in nearest(shown, ZoneInfo(zone))] == [before, after]


def test_any_other_time_is_one_moment():
    assert len(moments(datetime.fromisoformat("2025-10-26T02:00"), ZoneInfo("Europe/London"))) == 1
    assert len(moments(datetime.fromisoformat("2025-03-30T02:00"), ZoneInfo("Europe/London"))) == 1


# Correcting a turn


@twice
@pytest.mark.parametrize("which", [0, 1])
def test_the_words_of_a_turn_of_that_hour_are_corrected_and_its_time_stays(
    interview, zhou, zone, shown, first, second, which
):
    exact = there(shown, (first, second)[which]) + timedelta(microseconds=123_456)
    turn = spoken_in(interview, zone, exact)
    answer = ask(zhou, "correct", turn, **correction(turn, text="改过"))
    assert answer.status_code == 200
    assert (now(turn), interview.events.last().before) == (exact, {"text": "甲"})


@twice
def test_a_time_corrected_to_one_that_comes_twice_is_asked_about(interview, zhou, zone, shown, first, second):
    turn = spoken_in(interview, zone, there(shown, first) - timedelta(hours=5))
    interview.revise(language="en")
    answer = ask(zhou, "correct", turn, **correction(turn, spoken_at=shown))
    assert answer.status_code == 400
    [told] = answer.json()["errors"]["spoken_at"]
    assert f"UTC{first}" in told
    assert f"UTC{second}" in told
    for fold, offset in enumerate([first, second]):
        turn = Turn.objects.get(pk=turn.pk)
        answer = ask(zhou, "correct", turn, **correction(turn, spoken_at=shown, spoken_at_fold=fold))
        assert (answer.status_code, now(turn)) == (200, there(shown, offset))


@never
def test_a_time_corrected_to_one_that_is_left_out_is_told_with_the_nearest(interview, zhou, zone, shown, before, after):
    turn = spoken_in(interview, zone, datetime(2011, 6, 1, tzinfo=UTC))
    answer = ask(zhou, "correct", turn, **correction(turn, spoken_at=shown))
    assert answer.status_code == 400
    [told] = answer.json()["errors"]["spoken_at"]
    assert before in told
    assert after in told
    assert now(turn) == datetime(2011, 6, 1, tzinfo=UTC)


def test_a_page_without_javascript_asks_which_and_keeps_what_was_typed(interview, zhou):
    turn = spoken_in(interview, "Europe/London", datetime(2025, 10, 25, 12, tzinfo=UTC))
    url = reverse("desk:correct", args=[interview.slug, turn.pk])
    typed = correction(turn, text="改过", spoken_at="2025-10-26T01:30:00")
    page = at_desk(zhou).post(url, typed, headers={"Accept-Language": "en"})
    assert page.status_code == 400
    assert "改过" in page.text
    choices = re.findall(r'<option value="(.?)"(?: selected)?>(.*?)</option>', page.text)
    assert choices == [
        ("", "Which of the two?"),
        ("0", "the first: British Summer Time (UTC+01:00)"),
        ("1", "the second: Greenwich Mean Time (UTC+00:00)"),
    ]
    sent = dict(re.findall(r'<input [^>]*name="([^"]+)" value="([^"]*)"', page.text)) | {"text": "改过"}
    answer = at_desk(zhou).post(url, {**sent, "spoken_at": "2025-10-26T01:30:00", "spoken_at_fold": "1"})
    assert (answer.status_code, now(turn)) == (303, datetime(2025, 10, 26, 1, 30, tzinfo=UTC))


def test_the_desk_shows_which_of_the_two_a_turn_was_said_at(interview, zhou):
    turn = spoken_in(interview, "Europe/London", datetime(2025, 10, 26, 1, 30, tzinfo=UTC))
    page = at_desk(zhou).get(reverse("desk:history", args=[interview.slug, turn.pk])).text
    assert '<option value="1" selected>第二次：格林尼治标准时间 (UTC+00:00)</option>' in page
    assert 'name="initial-spoken_at" value="2025-10-26T01:30:00+00:00"' in page


def test_the_other_of_the_two_is_a_change(interview, zhou):
    turn = spoken_in(interview, "Europe/London", datetime(2025, 10, 26, 1, 30, tzinfo=UTC))
    ask(zhou, "correct", turn, **correction(turn, spoken_at_fold="0"))
    assert now(turn) == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)


def test_a_time_that_nobody_touched_stays_when_it_was_changed_elsewhere_meanwhile(interview, zhou):
    """Another zone for the whole interview changes what every field shows, and no turn's version."""
    turn = spoken_in(interview, "Europe/London", datetime(2026, 5, 4, 4, tzinfo=UTC))
    seen = correction(turn, **{"text": "改过", "initial-spoken_at": "2026-05-04T05:00:00+01:00"})
    interview.revise(timezone="Asia/Shanghai")
    assert ask(zhou, "correct", turn, **seen).status_code == 200
    assert now(turn) == datetime(2026, 5, 4, 4, tzinfo=UTC)


def test_the_history_tells_the_two_apart(client, interview, zhou):
    turn = spoken_in(interview, "Europe/London", datetime(2025, 10, 26, 1, 30, tzinfo=UTC))
    ask(zhou, "correct", turn, **correction(turn, spoken_at_fold="0"))
    for page in (at_desk(zhou).get(reverse("desk:history", args=[interview.slug, turn.pk])), client.get(turn.card_url)):
        told = re.sub("<[^>]*>", "", page.text)
        assert "2025-10-26 01:30:00 (UTC+01:00)" in told
        assert "2025-10-26 01:30:00 (UTC+00:00)" in told


@pytest.mark.parametrize(
    ("stamp", "shown"),
    [
        ("9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00"),
        ("0001-01-01T00:00:00+23:59", "2026-05-04T12:00:00"),
    ],
)
def test_a_page_that_has_shown_a_time_of_no_calendar_is_not_believed(interview, zhou, stamp, shown):
    turn = spoken_in(interview, "Asia/Shanghai", datetime(2026, 5, 4, 4, 0, 1, tzinfo=UTC))
    sent = {"initial-spoken_at": stamp, "spoken_at": shown}
    status = 200 if shown.startswith("2026") else 400
    assert ask(zhou, "correct", turn, **correction(turn, **sent)).status_code == status
    plan = {**opened(at_desk(zhou), interview), "starts_at": shown, "initial-starts_at": stamp}
    assert at_desk(zhou).post(plan_of("edit", interview), plan).status_code in (303, 400)


# Saying one


@twice
def test_a_turn_typed_with_such_a_time_is_asked_about(interview, host, sun, zone, shown, first, second):
    interview.revise(timezone=zone)
    assert list(say(sun, interview, host, spoken_at=shown).json()["errors"]) == ["spoken_at"]
    assert say(sun, interview, host, "一", spoken_at=shown, spoken_at_fold="1").status_code == 201
    assert say(sun, interview, host, "二", spoken_at=shown + first).status_code == 201
    assert [turn.spoken_at for turn in interview.turns.all()] == [there(shown, first), there(shown, second)]


# Planning


@twice
def test_a_start_in_that_hour_is_asked_about_and_taken(client, zhou, zone, shown, first, second):
    client.force_login(zhou)
    wanted = planned(hosts=["林悦"], timezone=zone, starts_at=shown)
    asked = client.post(NEW, wanted)
    assert errors(asked) == ["starts_at"]
    assert f"UTC{second}" in asked.text
    assert '<select name="starts_at_fold"' in asked.text
    assert client.post(NEW, wanted | {"starts_at_fold": "1"}).status_code == 303
    assert Interview.objects.get().starts_at == there(shown, second)


@never
def test_a_start_that_is_left_out_is_told_with_the_nearest(client, zhou, zone, shown, before, after):
    client.force_login(zhou)
    told = client.post(NEW, planned(hosts=["林悦"], timezone=zone, starts_at=shown))
    assert errors(told) == ["starts_at"]
    assert before in told.text
    assert after in told.text


@twice
@pytest.mark.parametrize("which", [0, 1])
def test_a_plan_with_such_a_start_is_saved_as_it_stands(client, zhou, scheduled, zone, shown, first, second, which):
    exact = there(shown, (first, second)[which]) + timedelta(seconds=7, microseconds=890)
    scheduled.revise(timezone=zone, starts_at=exact)
    client.force_login(zhou)
    sent = opened(client, scheduled) | {"headline": "另一个题目"}
    assert client.post(plan_of("edit", scheduled), sent).status_code == 303
    scheduled.refresh_from_db()
    assert (scheduled.starts_at, scheduled.headline) == (exact, "另一个题目")


# The admin


@twice
@pytest.mark.parametrize("which", [0, 1])
def test_the_admin_saves_a_turn_and_an_interview_of_that_hour(keeper, interview, zone, shown, first, second, which):
    exact = there(shown, (first, second)[which]) + timedelta(microseconds=5)
    turn = spoken_in(interview, zone, exact)
    interview.revise(starts_at=exact)
    for thing, change in ((turn, {"text": "改过"}), (interview, {"headline": "改过"})):
        answer = keeper.post(page_of(thing), fields(keeper, page_of(thing)) | change)
        assert answer.status_code == 302, re.findall("errorlist.*", answer.text)
    interview.refresh_from_db()
    assert (now(turn), interview.starts_at, interview.headline) == (exact, exact, "改过")


def test_the_admin_asks_which_of_the_two(keeper, interview):
    turn = spoken_in(interview, "Europe/London", datetime(2025, 10, 25, tzinfo=UTC))
    sent = fields(keeper, page_of(turn)) | {"spoken_at": "2025-10-26T01:30:00"}
    asked = keeper.post(page_of(turn), sent)
    assert "comes twice" in asked.text
    assert '<select name="spoken_at_fold"' in asked.text
    assert keeper.post(page_of(turn), sent | {"spoken_at_fold": "1"}).status_code == 302
    assert now(turn) == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)


def test_the_admin_says_where_a_time_is_left_out(keeper, interview):
    turn = spoken_in(interview, "Europe/London", datetime(2025, 3, 29, tzinfo=UTC))
    told = keeper.post(page_of(turn), fields(keeper, page_of(turn)) | {"spoken_at": "2025-03-30T01:30"})
    with translation.override("en"):
        assert "from 2025-03-30 00:59:59 to 2025-03-30 02:00:00" in unescape(told.text)
