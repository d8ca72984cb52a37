"""A turn's own page: the turn, what stands beside it, and what was corrected of what readers had seen."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews.models import Interview, Turn
from interviews.models.transcript.history import public_history_of

from .conftest import NOON
from .test_reader import EVIL, words_of


@pytest.fixture
def turn(interview, host, guest):
    """Between two others."""
    interview.say(host, "河从哪里来？", spoken_at=NOON)
    turn = interview.say(guest, "一共种了九百棵树。", spoken_at=NOON + timedelta(minutes=1))
    interview.say(host, "后来呢？", spoken_at=NOON + timedelta(minutes=2))
    return turn


def page_of(client, turn, **query):
    response = client.get(turn.card_url, query)
    assert response.status_code == 200
    return response.content.decode()


def told(turn):
    """What each correction changed, from and to."""
    return [
        {name: (one.before[name], one.after[name]) for name in one.before}
        for one in public_history_of(Turn.objects.get(pk=turn.pk))
    ]


def marked(html):
    return re.findall(r"<(del|ins)><span[^>]*>[^<]*</span>(.*?)</\1>", html)


# The page


def test_the_turn_stands_between_its_neighbours_and_leads_back_into_the_interview(client, turn):
    html = page_of(client, turn)
    words = words_of(html)

    places = [words.index(text) for text in ("河从哪里来？", "一共种了九百棵树。", "后来呢？")]
    assert places == sorted(places)
    assert html.count('<article aria-label="陈安" class="turn') == 1
    place = turn.interview.get_absolute_url()
    first, _, last = turn.interview.turns.all()
    for address in (place, f"{place}#turn-{turn.pk}", f"{place}#turn-{first.pk}", f"{place}#turn-{last.pk}"):
        assert f'href="{address}"' in html


def test_it_names_the_interview_the_day_and_once_the_zone(client, turn):
    html = page_of(client, turn)

    assert re.search(r"<title>陈安 12:01:00 – 河水怎样变清 ", html)
    assert "2026-05-04 星期一" in words_of(html)
    assert html.count("UTC+08:00") == 1


def test_the_first_and_the_last_turn_have_one_neighbour(client, turn):
    first, _, last = turn.interview.turns.all()
    assert [page_of(client, one).count('class="neighbour"') for one in (first, turn, last)] == [1, 2, 1]


def test_a_long_neighbour_is_shortened_and_the_turn_is_not(client, interview, host, guest):
    interview.say(host, "问" * 500, spoken_at=NOON)
    turn = interview.say(guest, "答" * 500, spoken_at=NOON + timedelta(minutes=1))
    html = page_of(client, turn)
    assert ("问" * 100 in html, "问" * 201 in html, "答" * 500 in html) == (True, False, True)


def test_turns_of_one_instant_are_neighbours_by_their_order(client, interview, host):
    one, two, three = (interview.say(host, text, spoken_at=NOON) for text in "甲乙丙")
    html = page_of(client, two)
    assert re.findall(rf"{interview.get_absolute_url()}#turn-(\d+)", html) == [
        str(pk) for pk in (one.pk, three.pk, two.pk)
    ]


def test_neighbours_that_readers_may_not_see_are_passed_over(client, turn, host):
    for text, seconds in (("押后的话", 30), ("不要的话", 90)):
        held = turn.interview.say(host, text, spoken_at=NOON + timedelta(seconds=seconds), held=True)
    held.decline()
    html = page_of(client, turn)
    assert "河从哪里来？" in html
    assert "押后的话" not in html
    assert "不要的话" not in html


def test_it_speaks_the_interviews_language_whatever_the_visitors_is(client, turn):
    turn.interview.revise(language="en")
    response = client.get(turn.card_url, headers={"Accept-Language": "zh-CN"})
    assert response["Content-Language"] == "en"
    assert '<html lang="en">' in response.text


def test_it_is_the_same_for_everybody_may_be_kept_and_sets_no_cookie(client, zhou, turn):
    response = client.get(turn.card_url)
    client.force_login(zhou)
    assert client.get(turn.card_url).content == response.content
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in response.text
    assert "Cookie" not in response.get("Vary", "")


def test_what_was_typed_is_text_and_never_markup(client, turn):
    turn.correct(version=1, text=f"改{EVIL}")
    turn.correct(version=2, text=f"又改{EVIL}")
    turn.interview.turns.first().correct(version=1, text=f"邻{EVIL}")
    html = page_of(client, turn)
    assert not re.search(r"<script(?! type=\"module\" src=)(?! type=\"application/ld)", html)
    for expected in ("改", "邻"):
        assert f"{expected}&quot;&gt;&lt;script&gt;" in html


def test_a_longer_interview_and_history_take_no_more_queries(client, turn, host):
    turn.correct(version=1, text="一")
    with CaptureQueriesContext(connection) as short:
        page_of(client, turn)
    for n in range(10):
        turn.correct(version=turn.version, text=f"{n}{n}")
        turn.interview.say(host, "又一句")
    with CaptureQueriesContext(connection) as long:
        page_of(client, turn)
    assert len(long) == len(short)


@pytest.mark.parametrize("state", ["held", "prepared", "declined"])
def test_a_turn_that_readers_may_not_see_is_not_found(client, interview, host, state):
    turn = interview.prepare(host, "没说的") if state == "prepared" else interview.say(host, "押后", held=True)
    if state == "declined":
        turn.decline()
    assert turn.state == state
    assert client.get(turn.card_url).status_code == 404
    assert client.post(f"{turn.card_url}report/", {"version": 1, "text": "错"}).status_code == 404


def test_a_turn_is_found_in_its_interview_alone_and_not_in_a_draft(client, turn, draft):
    assert client.get(turn.card_url.replace(turn.interview.slug, draft.slug)).status_code == 404
    Interview.objects.filter(pk=turn.interview.pk).update(status="draft", started_at=None)
    assert client.get(turn.card_url).status_code == 404
    assert client.get(f"/interviews/{turn.interview.slug}/turns/{10**30}/").status_code == 404


def test_the_page_of_a_retracted_turn_is_its_note_and_no_word_of_it(client, turn, host):
    turn.correct(version=1, text="一共种了八百棵树。")
    turn.mark("八百棵")
    turn.retract(reason="数错了")
    html = page_of(client, turn)
    assert 'class="retracted"' in html
    for word in ("八百", "九百", "数错了", 'id="history"', "<textarea"):
        assert word not in html

    neighbour = page_of(client, turn.interview.turns.first())
    assert "八百" not in neighbour
    assert words_of(neighbour).count("12:01:00") == 1


# What was corrected


def test_each_correction_is_told_with_what_it_changed(client, turn, host, zhou):
    turn.correct(version=1, text="一共种了八百棵树。", by=zhou)
    turn.correct(version=2, speaker=host, spoken_at=NOON.replace(minute=1, second=5), by=zhou)

    assert told(turn) == [
        {"text": ("一共种了九百棵树。", "一共种了八百棵树。")},
        {"speaker": ("陈安", "主持人"), "spoken_at": (NOON.replace(minute=1), NOON.replace(minute=1, second=5))},
    ]
    html = page_of(client, turn)
    assert marked(html[html.index('id="history"') :]) == [
        ("del", "九"),
        ("ins", "八"),
        ("del", "陈安"),
        ("ins", "主持人"),
        ("del", "2026-05-04 12:01:00"),
        ("ins", "2026-05-04 12:01:05"),
    ]
    assert 'href="#history"' in html or f'href="{turn.card_url}#history"' in html


def test_what_is_no_correction_of_what_was_read_is_not_told(client, turn, sun, zhou):
    turn.grow("都在东岸。")
    turn.mark("种树")
    turn.mark("")
    turn.undo(turn.mark("种树"))
    turn.pin()
    turn.suggest(version=turn.version, text="一共种了七百棵树。", speaker=turn.speaker, by=sun)
    assert told(turn) == []
    assert 'id="history"' not in page_of(client, turn)

    turn.correct(version=turn.version, text="一共种了八百棵树。")
    assert [set(change) for change in told(turn)] == [{"text"}]


def test_nobodys_name_no_reason_and_no_suggestion_is_told(client, turn, sun, zhou):
    turn.suggest(version=1, text="一共种了七百棵树。", speaker=turn.speaker, by=sun).dismiss(reason="不对", by=zhou)
    turn.suggest(version=1, text="一共种了八百棵树。", speaker=turn.speaker, by=sun).take(version=1, by=zhou)
    html = page_of(client, turn)
    assert marked(html[html.index('id="history"') :]) == [("del", "九"), ("ins", "八")]
    for word in ("七百", "不对", "孙", "周", "zhou", "sun"):
        assert word not in html


def test_changed_photos_are_told_without_their_descriptions(client, interview, turn):
    photo = interview.photos.create(key=uuid.uuid4(), alt="东岸的柳树", widths=[640], width=640, height=480)
    turn.correct(version=1, photos=[photo])
    turn.correct(version=2, photos=[])
    html = page_of(client, turn)
    assert html.count("<li>", html.index('id="history"')) == 2
    assert "东岸的柳树" not in html


def test_an_undone_growth_is_a_correction_since_it_was_read(turn):
    turn.grow("都在东岸。")
    turn.undo(turn.events.last())
    assert told(turn) == [{"text": ("一共种了九百棵树。\n都在东岸。", "一共种了九百棵树。")}]


# What nobody is told


def test_what_stood_there_before_it_was_published_is_told_to_nobody(client, interview, host, guest):
    held = interview.say(guest, "机密一", held=True)
    prepared = interview.prepare(host, "机密一")
    for turn in (held, prepared):
        turn.correct(version=1, text="机密二", speaker=host)
        turn.correct(version=2, text="可以说的", speaker=guest)
        turn.release()
        turn.correct(version=turn.version, text="可以这样说的")
        assert told(turn) == [{"text": ("可以说的", "可以这样说的")}]
        assert "机密" not in page_of(client, turn)


def test_what_was_corrected_while_it_was_declined_or_held_again_is_told_to_nobody(client, interview, guest):
    turn = interview.say(guest, "机密一", held=True)
    turn.decline()
    turn.correct(version=2, text="机密二")
    turn.restore()
    turn.correct(version=4, text="可以说的")
    turn.release()
    assert told(turn) == []
    assert "机密" not in page_of(client, turn)


def before_the_retraction(turn):
    turn.correct(version=1, text="丑闻，改了字")
    turn.retract()
    turn.restore()


def while_it_was_retracted(turn):
    turn.retract()
    turn.correct(version=2, text="丑闻，改了字")
    turn.correct(version=3, text="别的")
    turn.restore()


def right_after_it_came_back(turn):
    turn.retract()
    turn.restore()
    turn.correct(version=3, text="别的")


def in_small_steps_after_it_came_back(turn):
    turn.retract()
    turn.restore()
    turn.grow("还有")
    turn.correct(version=4, text="丑闻，改了字\n还有")
    turn.correct(version=5, text="别的")


def undone(turn):
    turn.undo(turn.correct(version=1, text="丑闻，改了字"))
    turn.undo(turn.retract())


@pytest.mark.parametrize(
    "changed",
    [
        before_the_retraction,
        while_it_was_retracted,
        right_after_it_came_back,
        in_small_steps_after_it_came_back,
        undone,
    ],
)
def test_of_a_turn_that_was_retracted_no_earlier_word_is_told_when_it_comes_back(client, interview, guest, changed):
    turn = interview.say(guest, "丑闻")
    changed(turn)
    turn.correct(version=turn.version, text="现在的话")

    html = page_of(client, turn)
    assert "现在的话" in html
    assert "丑闻" not in html
    assert "改了字" not in html
    assert not marked(html)
    times = html.count("<li>", html.index('id="history"'))
    assert times == len([one for one in public_history_of(turn) if one.hides_text])
    assert times > 0, "that it was corrected is told"


def test_of_a_turn_that_was_retracted_another_speaker_or_time_is_told_still(turn, host):
    turn.retract()
    turn.restore()
    turn.correct(version=3, text="一共种了八百棵树。", speaker=host)
    turn.correct(version=4, text="一共种了七百棵树。")
    assert told(turn) == [{"speaker": ("陈安", "主持人")}, {}]


def test_a_name_that_nobody_bears_any_more_is_not_told(client, turn, guest, host):
    turn.correct(version=1, speaker=host)
    assert "陈安" in client.get(turn.card_url).content.decode().split('id="history"')[1]
    guest.label = "一位居民"
    guest.save()
    turn.interview.recast()

    assert "陈安" not in client.get(turn.card_url).content.decode()
