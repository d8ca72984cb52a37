"""Everybody reads a desk in their own language, whatever the interview speaks, and the interview's words in its own."""

import pytest
from django.urls import reverse

from interviews.models import Interview
from interviews.models.desk.report import report

from .newsroom import JSON, address, at_desk, correction
from .sites import ROOT

BADGE = {"en": ">pinned<", "zh-CN": ">已置顶<"}
PAGE = {"en": '<html lang="en">', "zh-CN": '<html lang="zh-hans">'}
OTHERS = {"en": "zh-CN", "zh-CN": "en"}


@pytest.fixture
def english(interview, host):
    """Speaks English, in London; a turn of it is pinned."""
    Interview.objects.filter(pk=interview.pk).update(language="en", timezone="Europe/London", headline="Two years on")
    interview.refresh_from_db()
    interview.say(host, "Black at first").pin()
    return interview


def seen(user, path, language, method="get", **what):
    answer = getattr(at_desk(user), method)(path, what, headers={"Accept-Language": language})
    return answer.text


def frames(user, interview, language):
    """What a page that stands at the log's beginning is brought, as one text."""
    path = f"{address('changes', interview)}?epoch={interview.epoch}&after=0"
    answer = at_desk(user).get(path, headers=JSON | {"Accept-Language": language})
    return "".join(frame["html"] for frame in answer.json()["frames"])


@pytest.mark.parametrize("language", OTHERS)
def test_a_desk_and_what_comes_to_it_speak_the_language_of_whoever_looks(english, zhou, sun, language):
    page = seen(zhou, address("interview", english), language)
    assert PAGE[language] in page
    for shown in (page, frames(zhou, english, language)):
        assert BADGE[language] in shown
        assert BADGE[OTHERS[language]] not in shown
    assert BADGE[OTHERS[language]] in frames(sun, english, OTHERS[language])


@pytest.mark.parametrize("language", OTHERS)
def test_every_page_about_an_interview_speaks_the_users_language(english, zhou, language):
    turn = english.turns.get()
    for page in ("interview", "edit", "interview-statistics"):
        assert PAGE[language] in seen(zhou, address(page, english), language), page
    assert PAGE[language] in seen(zhou, address("history", turn), language)
    stale = correction(turn, text="Black", version=0)
    assert PAGE[language] in seen(zhou, address("correct", turn), language, "post", **stale)
    assert PAGE[language] in seen(zhou, address("pause", english), language, "post", notice="")


def test_what_the_interview_says_is_marked_as_its_language_on_a_page_in_another(english, zhou):
    report(english.turns.get(), text="It was brown", version=1)
    words = 'lang="en" dir="auto">'
    shown = {
        "interview": [f"<h1 {words}Two years on", f"<p {words}Black at first", f"<bdi {words}Black at first"],
        "interview-statistics": [f"<h1 {words}Two years on"],
    }
    for page, expected in shown.items():
        html = seen(zhou, address(page, english), "zh-CN")
        assert [text for text in expected if text not in html] == [], page
    for field in ('id="said"', 'name="text" rows="2"', 'name="script"', 'name="notice"'):
        tag = next(tag for tag in seen(zhou, address("interview", english), "zh-CN").split("<") if field in tag)
        assert 'lang="en" dir="auto"' in tag


def test_what_was_removed_and_added_is_told_in_the_users_language_within_the_interviews_words(english, zhou):
    turn = english.turns.get()
    turn.correct(version=turn.version, text="Brown at first")
    history = seen(zhou, address("history", turn), "zh-CN")
    assert '<p class="difference" lang="en" dir="auto"><del><span class="visually-hidden" lang="zh-hans">' in history


def test_times_are_those_of_the_interviews_clock_in_every_language(english, zhou, host):
    english.events.filter(kind="started").update(at=english.started_at)
    for language, zone in (("en", "British Summer Time"), ("zh-CN", "英国夏令时间")):
        page = seen(zhou, address("interview", english), language)
        assert zone in page
        assert "05:00" in page


def test_readers_and_the_preview_keep_the_interviews_language(english, zhou):
    page = '<html lang="en">'
    assert page in seen(zhou, english.get_absolute_url(), "zh-CN")
    assert page in seen(zhou, address("preview", english), "zh-CN")
    path = f"{reverse('changes', args=[english.slug])}?epoch={english.epoch}&after=0"
    assert "Live since" in seen(zhou, path, "zh-CN")


def test_no_view_of_the_desk_renders_as_the_interview_speaks():
    views = (ROOT / "interviews" / "views" / "desk").glob("*.py")
    assert [path.name for path in views if "as_the_interview_speaks" in path.read_text()] == []
