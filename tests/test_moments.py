"""Key moments, what a turn says became of it, and what in it becomes a link."""

import re
from datetime import timedelta

import pytest
from django.utils.html import Urlizer

from interviews.models import Interview
from interviews.models.transcript import log_reading
from interviews.rendering import frames
from interviews.templatetags.transcript import linked, paragraphs

from .conftest import NOON


def page_of(client, interview):
    return client.get(interview.get_absolute_url()).content.decode()


def parts_since(interview, seq):
    """The parts that readers' pages are sent for what has happened since that seq, with their HTML."""
    sent = frames.part_frames(*log_reading.since(interview.pk, seq, frames.CHANGES_BEFORE_RELOAD), "reader")
    return {frame["part"]: frame["html"] for frame in sent}


# Key moments


def test_key_moments_are_links_in_the_order_of_the_talk(client, interview, host, guest):
    later = interview.say(guest, "先治岸。", heading="治岸", spoken_at=NOON + timedelta(minutes=5))
    first = interview.say(host, "从哪里来？", heading="河从哪里来", spoken_at=NOON)
    interview.say(guest, "没有标题的。", spoken_at=NOON + timedelta(minutes=1))

    html = page_of(client, interview)
    links = re.findall(r'<li><a href="#turn-(\d+)"><time [^>]*>(\S+)</time> <span[^>]*>(\S+)</span></a></li>', html)

    assert links == [(str(first.pk), "12:00", "河从哪里来"), (str(later.pk), "12:05", "治岸")]


def test_without_any_there_is_no_list(client, interview, guest):
    interview.say(guest, "没有标题的。")
    assert 'class="moments"' not in page_of(client, interview)


def test_an_ordinary_turn_sends_no_list(interview, guest):
    interview.say(guest, "一", heading="要点")
    before = interview.seq

    turn = interview.say(guest, "二")
    turn.correct(version=1, text="三")
    turn.retract()
    turn.restore()

    assert parts_since(interview, before) == {}


@pytest.mark.parametrize(
    ("change", "is_listed"),
    [
        (lambda turn: turn.mark("另一个要点"), True),
        (lambda turn: turn.mark(""), False),
        (lambda turn: turn.correct(version=turn.version, spoken_at=NOON + timedelta(minutes=1)), True),
        (lambda turn: turn.retract(), False),
        (lambda turn: (turn.retract(), turn.restore()), True),
    ],
    ids=["marked", "no longer marked", "corrected", "retracted", "restored"],
)
def test_whatever_becomes_of_a_key_moment_sends_the_list(interview, guest, change, is_listed):
    turn = interview.say(guest, "先治岸。", heading="要点", spoken_at=NOON)
    before = interview.seq

    change(turn)
    parts = parts_since(interview, before)

    assert list(parts) == ["moments"]
    assert (f'href="#turn-{turn.pk}"' in parts["moments"]) == is_listed
    assert ("12:01" in parts["moments"]) == (turn.spoken_at > NOON)


def test_a_turn_that_is_marked_when_it_is_said_sends_the_list(interview, guest):
    before = interview.seq
    interview.say(guest, "先治岸。", heading="要点")
    assert list(parts_since(interview, before)) == ["moments"]


# What a turn says of itself


def test_a_corrected_turn_says_when_and_leads_to_what_it_was(client, interview, guest):
    turn = interview.say(guest, "先治水。", spoken_at=NOON)
    turn.correct(version=1, text="先治岸。")
    turn.interview.turns.update(corrected_at=NOON + timedelta(minutes=52))

    html = page_of(client, interview)

    assert f'<p class="corrected"><a href="{turn.card_url}#history">' in html
    assert '<time datetime="2026-05-04T12:52:00+08:00">12:52</time>' in html


def test_a_retracted_turn_says_when_and_nothing_of_what_it_said(client, interview, guest):
    turn = interview.say(guest, "说错了的话", spoken_at=NOON, heading="错的标题")
    turn.correct(version=1, text="又说错了")
    turn.retract()
    interview.turns.update(retracted_at=NOON + timedelta(days=1))

    html = page_of(client, interview)

    assert '<p class="retracted">' in html
    assert '<time datetime="2026-05-05T12:00:00+08:00">2026-05-05 12:00</time>' in html
    for gone in ("说错了", "错的标题", 'class="said"', 'class="corrected"'):
        assert gone not in html


def test_no_number_in_a_turns_markup_is_written_for_people(client, interview, guest, settings):
    settings.USE_THOUSAND_SEPARATOR = True
    Interview.objects.update(language="en")  # Chinese has none
    turn = interview.say(guest, "您好。", spoken_at=NOON)

    assert f'data-at="{turn.sort_key}"' in page_of(client, interview)


def test_the_finder_names_the_speakers(client, interview, host, guest):
    html = page_of(client, interview)
    for speaker in interview.speakers.all():
        assert re.search(rf'name="speaker" value="{speaker.pk}"> <span dir="auto">{speaker.label}</span>', html)


# Links


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("没有地址。", "没有地址。"),
        ("3.14 与 16:36", "3.14 与 16:36"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("看https://a.example/x。", '看<a href="https://a.example/x" rel="nofollow">https://a.example/x</a>。'),
        ("HTTP://A.EXAMPLE", '<a href="http://A.EXAMPLE" rel="nofollow">HTTP://A.EXAMPLE</a>'),
        ("见www.a.example，", '见<a href="http://www.a.example" rel="nofollow">www.a.example</a>，'),
        ("见river.org，", '见<a href="http://river.org" rel="nofollow">river.org</a>，'),
        ("写信给lin@a.example。", '写信给<a href="mailto:lin@a.example">lin@a.example</a>。'),
    ],
)
def test_addresses_become_links_and_nothing_else_does(text, expected):
    assert linked(text) == expected


WORDS = (
    "https://a.example HTTPS://A.EXAMPLE/?a=1&b=2 www.a.example ab.com AB.ORG ab.net/x a.example lin@a.example"
    " mailto:lin@a.example ftp://a.example 3.14 16:36 e.g. x.community <b> &"
).split()


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("around", ["{}", "看{}。", "({})", "see {}, please", "“{}”"])
def test_what_is_not_looked_at_would_not_have_become_a_link(monkeypatch, word, around):
    text = around.format(word)
    shown = linked(text)
    monkeypatch.setattr("interviews.templatetags.transcript.MAY_HAVE_LINK", re.compile(""))

    assert linked(text) == shown


def test_most_turns_are_not_looked_at_for_links(monkeypatch):
    monkeypatch.setattr(Urlizer, "__call__", None)
    assert paragraphs("一。\n二 & 三", "zh-hans") == '<p dir="auto">一。</p><p dir="auto">二 &amp; 三</p>'
