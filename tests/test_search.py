"""Finding words, Chinese and English, in what is public and in nothing else."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews.models import Guest, Interview, Turn
from interviews.models.archive import search as finding
from interviews.models.archive.search_words import Words
from interviews.models.values.folding import fold
from interviews.models.values.grams import grams_in
from interviews.templatetags.found import beginning, excerpt, marked
from interviews.templatetags.names import lang, language_of
from interviews.views.reader import archive
from interviews.views.reader import search as view

from .conftest import NOON
from .test_reader import EVIL, words_of

MINUTE = timedelta(minutes=1)


@pytest.fixture(params=[True, False], ids=["among the newest", "by the index"])
def either_way(request, monkeypatch):
    """The newest are read without the index; here all of them, or only those of the last instant."""
    if not request.param:
        monkeypatch.setattr(finding, "NEWEST_TURNS", 0)
        monkeypatch.setattr(finding, "NEWEST_INTERVIEWS", 0)


def search(client, q, status=200, language="en", **query):
    response = client.get("/search/", {"q": q, **query}, headers={"Accept-Language": language})
    assert response.status_code == status
    return response.content.decode()


def turns(html):
    """The excerpts, with their marks as [ ]."""
    quoted = re.findall(r'<article class="quote">\s*<p class="said"[^>]*><b[^>]*>[^<]*</b>(.*?)</p>', html, re.DOTALL)
    return [words_of(quote.replace("<mark>", "[").replace("</mark>", "]")) for quote in quoted]


def interviews(html):
    return [plain(headline) for headline in re.findall(r"<h3 lang=[^>]*><a [^>]*>(.*?)</a>", html)]


def people(html):
    found = re.search(r'<ul class="people">.*?</ul>', html, re.DOTALL)
    return [plain(name) for name in re.findall(r"<a [^>]*>(.*?)</a>", found[0])] if found else []


def plain(html):
    return re.sub("</?mark>", "", html)


@pytest.fixture
def say(interview, guest):
    """Say texts a minute apart, so that what was said last is found first."""

    def say(*texts, speaker=guest, **how):
        said = interview.turns.count()
        return [
            interview.say(speaker, text, spoken_at=NOON + (said + n) * MINUTE, **how) for n, text in enumerate(texts)
        ]

    return say


# Which turns are found


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("水", True),  # one character
        ("清", True),  # the last before a stop
        ("河水", True),  # two
        ("东河水务", True),  # more
        ("河水变清", True),
        ("变清，岸", True),  # over a stop that stands there
        ("水河", False),  # the other way round
        ("东河变清", False),  # each pair is there, but not the phrase
        ("河水务变", False),
        ("Severn", True),
        ("severn", True),
        ("SEV", True),  # how a word begins
        ("evern", False),  # not how it goes on
        ("covid-19", True),
        ("19", True),
        ("2020年", True),
        ("020年", False),
        ("A股", True),
        ("在Severn", True),
        ("café", True),
        ("Ω", True),
        ("𠀀", True),
        ("𠀀好", True),
        ("100%", True),
        ("10%", False),
        ("C++", True),
        ("a_b", True),
        ("a%b", False),
        (r"back\slash", True),
        ("O'Neil", True),
        ("水 severn", True),  # both are there
        ("水 thames", False),
        ("水 火", False),
        ("  水　岸  ", True),  # with a Chinese space
        ("水 。", True),  # punctuation alone asks for nothing
    ],
)
def test_a_turn_is_found_by_its_words(client, say, either_way, q, found):
    say(
        "东河水务说：河水变清，岸也绿了。2020年的A股，在Severn河；covid-19 时 café 关了。Ω 𠀀好",
        r"100% C++ a_b back\slash O'Neil 水 severn 岸 。".replace("水 severn 岸", "河道"),
        "别的话",
    )
    assert bool(turns(search(client, q))) == found


def test_a_common_pair_does_not_stand_for_a_phrase(client, say, either_way):
    say("河水 水变 变清", "河水变清")
    assert turns(search(client, "河水变清")) == ["[河水变清]"]


def test_the_newest_come_first(client, say, either_way):
    say("水一", "水二", "水三", "别的")
    assert turns(search(client, "水")) == ["[水]三", "[水]二", "[水]一"]


@pytest.mark.parametrize("at", [1, 2, 3, 7])
def test_older_ones_follow_without_a_gap(client, say, interview, either_way, monkeypatch, at):
    say(*(f"水{n}" for n in range(7)))
    interview.turns.filter(text__in=["水2", "水3", "水4"]).update(spoken_at=NOON)  # of one instant
    monkeypatch.setattr(archive, "ROWS_A_PAGE", at)
    monkeypatch.setattr(view, "ROWS_A_PAGE", at)

    seen, query = [], {}
    while query is not None:
        html = search(client, "水", **query)
        seen += turns(html)
        older = re.search(r'rel="next" href="\?q=%E6%B0%B4&amp;kind=turns&amp;before=(\d+)"', html)
        query = {"kind": "turns", "before": older[1]} if older else None

    assert seen == [f"[水]{n}" for n in (6, 5, 1, 4, 3, 2, 0)]


def test_a_hit_tells_who_said_it_when_and_where_and_leads_to_it(client, say, interview):
    (turn,) = say("水是这样变清的。")

    html = search(client, "变清")

    assert f'<a href="/interviews/{interview.slug}/#turn-{turn.pk}"><time datetime="2026-05-04T12:00:00+08:00">' in html
    words = words_of(html[html.index('class="quote"') :])
    for expected in ("陈安", "2026-05-04 12:00:00", "河水怎样变清"):
        assert expected in words


def test_what_one_person_said_is_found_alone(client, say, interview, host, guest, chen_an, lin_yue, either_way):
    say("水务", speaker=host)
    say("水质")

    assert turns(search(client, "水", guest=chen_an.slug)) == ["[水]质"]
    assert turns(search(client, "水", host=lin_yue.slug)) == ["[水]务"]
    assert people(search(client, "陈安", guest=chen_an.slug)) == []
    html = search(client, "水", guest=chen_an.slug)
    assert 'href="?q=%E6%B0%B4"' in html
    assert '<input type="hidden" name="guest" value="chen-an">' in html
    assert client.get("/search/?q=a&guest=chen-an&host=lin-yue").status_code == 404


# Which interviews and people


def test_an_interview_is_found_by_headline_lede_and_summary(client, interview, either_way):
    interview.revise(lede="两位嘉宾谈东河。", summary="治河先治岸。")
    interview.end()

    for q in ("变清", "嘉宾", "治岸", "河水 先治"):
        assert interviews(search(client, q)) == ["河水怎样变清"]
    assert "<mark>治岸</mark>" in search(client, "治岸")
    assert interviews(search(client, "变清两位")) == []


def test_a_summary_is_not_found_before_it_is_shown(client, interview, either_way):
    interview.revise(summary="治河先治岸。")

    html = search(client, "治岸")
    assert interviews(html) == []
    assert "治河先" not in html
    assert "治河先" not in search(client, "变清")


def test_more_interviews_than_fit_have_a_page_of_their_own(client, db, monkeypatch, either_way):
    for n in range(5):
        Interview.objects.create(headline=f"谈水{n}", starts_at=NOON - n * MINUTE).announce()
    monkeypatch.setattr(view, "INTERVIEWS_ABOVE_TURNS", 2)
    for module in (view, archive):
        monkeypatch.setattr(module, "ROWS_A_PAGE", 3)

    first = search(client, "谈水")
    assert interviews(first) == ["谈水0", "谈水1"]
    assert 'href="?q=%E8%B0%88%E6%B0%B4&amp;kind=interviews"' in first
    all_of_them = search(client, "谈水", kind="interviews")
    assert interviews(all_of_them) == ["谈水0", "谈水1", "谈水2"]
    older = re.search(r'rel="next" href="[^"]*kind=interviews&amp;before=(\d+)"', all_of_them)[1]
    last = search(client, "谈水", kind="interviews", before=older)
    assert interviews(last) == ["谈水3", "谈水4"]
    assert 'rel="next"' not in last


def test_people_are_found_by_name_title_and_organisation(client, interview):
    for q, name in {"陈": "陈安", "工程师": "陈安", "东河水务": "陈安", "林悦": "林悦", "教师 乔": "乔梅"}.items():
        assert people(search(client, q)) == [name]


def test_whose_name_it_is_comes_first(client, interview):
    interview.seat(Guest.objects.create(name="安陈氏", title="研究陈安的人"))
    assert people(search(client, "陈安")) == ["陈安", "安陈氏"]


def test_who_is_in_no_announced_interview_is_not_found(client, draft):
    draft.seat(Guest.objects.create(name="还没公布的客人"))
    assert people(search(client, "客人")) == []
    assert people(search(client, "林悦")) == []


# What nobody finds


def test_only_what_is_public_is_found(client, say, interview, guest, either_way):
    say("水，公开的")
    say("水，压着的", held=True)
    say("水，不用的", held=True)[0].decline()
    say("水，撤回的")[0].retract()
    interview.prepare(guest, "水，备好的")

    html = search(client, "水")
    assert turns(html) == ["[水]，公开的"]
    for secret in ("压着的", "不用的", "撤回的", "备好的"):
        assert secret not in html


def test_a_retracted_turn_is_found_again_when_it_is_restored(client, say, either_way):
    (turn,) = say("水变清了")
    turn.retract()
    assert turns(search(client, "变清")) == []
    turn.restore()
    assert turns(search(client, "变清")) == ["水[变清]了"]


def test_a_corrected_turn_is_found_by_what_it_says_now(client, say, either_way):
    (turn,) = say("水变混了")
    turn.correct(version=1, text="水变清了")
    assert turns(search(client, "变混")) == []
    assert turns(search(client, "变清")) == ["水[变清]了"]


def test_a_draft_and_what_is_in_it_are_not_found(client, draft, either_way):
    draft.lede = "草稿的导语"
    draft.starts_at = NOON
    draft.save()
    Turn.objects.create(interview=draft, speaker=draft.speakers.get(), text="草稿里的话", spoken_at=NOON)

    for q in ("草稿", "公布"):
        html = search(client, q)
        assert turns(html) == interviews(html) == []
        assert "Nothing found" in html


# What is asked


def test_without_words_it_says_what_it_can_do(client, db):
    html = client.get("/search/", headers={"Accept-Language": "en"}).content.decode()
    assert "Several words: all of them must be there." in words_of(html)
    assert 'role="alert"' not in html


@pytest.mark.parametrize(
    ("q", "said"),
    [
        ("。！？", "There is no word in this"),
        ("%", "There is no word in this"),
        ("水" * 101, "at most 100 characters"),
        (" ".join("abcdefghi"), "at most eight"),
    ],
)
def test_what_cannot_be_searched_for_is_said_in_words(client, db, q, said):
    html = search(client, q, status=400)
    assert said in words_of(html)
    assert 'role="alert"' in html
    assert 'aria-invalid="true"' in html


@pytest.mark.parametrize("q", ["", " ", "\x00"])
def test_an_empty_question_is_asked_for_a_word(client, db, q):
    response = client.get("/search/", {"q": q}, headers={"Accept-Language": "en"})
    assert response.status_code in (200, 400)
    assert "Type a word to search for." in response.content.decode()


ODD = [
    "水\x00河",
    "水\x07",
    "水\u2028",
    "水\ufffd",
    "'水'",
    "水:*",
    "水 & !河 |",
    "(水",
    "水<->河",
    "\\",
    "[水",
    "水{2}",
    "(?i)水",
]


@pytest.mark.parametrize("q", [*ODD, "'x'", "x:*", "x\\", "(?=x", "x{9999}", "$1", "%s", "%(x)s"])
def test_no_character_does_any_harm(client, say, either_way, q):
    say("水")
    response = client.get("/search/", {"q": q})
    assert response.status_code in (200, 400)


@pytest.mark.parametrize(
    "query",
    [
        "before=0",
        "before=x",
        "before=999999999",
        "before=99999999999999999999",
        "kind=photos",
        "guest=nobody",
        "host=%00",
        "kind=interviews&before=999999",
    ],
)
def test_an_address_that_was_never_linked_is_not_found(client, db, query):
    assert client.get(f"/search/?q=a&{query}").status_code == 404


def test_nothing_found_is_said(client, interview):
    html = search(client, "没有这个词")
    assert 'class="empty" role="status"' in html
    assert 'value="没有这个词"' in html


def test_what_takes_too_long_is_given_up_with_words(client, say, monkeypatch):
    say("水")
    monkeypatch.setattr(view, "STATEMENT_TIMEOUT", "1ms")
    monkeypatch.setattr(view, "find_turns", lambda *_: connection.cursor().execute("SELECT pg_sleep(1)"))

    assert "This takes too long" in search(client, "水", status=503)


def test_it_takes_no_more_queries_with_more_found(client, say, interview, either_way):
    say("水")
    with CaptureQueriesContext(connection) as few:
        search(client, "水")
    say(*(f"水{n}" for n in range(15)))
    for n in range(4):
        Interview.objects.create(headline=f"谈水{n}", starts_at=NOON).announce()
        interview.seat(Guest.objects.create(name=f"水工{n}"))

    with CaptureQueriesContext(connection) as many:
        search(client, "水")
    assert len(many) <= len(few) + 3  # people and interviews have been found, with their speakers


def test_it_may_be_kept_by_anybody_and_is_the_same_for_an_editor(client, say, zhou):
    say("水")
    response = client.get("/search/", {"q": "水"})
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    client.force_login(zhou)
    assert client.get("/search/", {"q": "水"}).content == response.content


def test_what_was_typed_is_text_and_never_markup(client, say, interview, chen_an):
    chen_an.name = f"名{EVIL}"
    chen_an.save()
    interview.revise(headline=f"题{EVIL}", lede=f"导{EVIL}")
    say(f"话{EVIL}")

    html = "".join(search(client, q) for q in ("alert", f"话{EVIL}", "script 1"))

    assert not re.search(r"<script(?! type=\"module\" src=)", html)
    assert '"><mark>' not in html
    assert 'value="话&quot;&gt;&lt;script&gt;' in html


# The index knows what the words are


@pytest.mark.parametrize(
    "text",
    ["河水变清", "在A股开户 covid-19", "１２３年", "あア가힣々〇豈𠀀", "x" * 3000, "水\n河"] + ["ⴰⵎⴰⵣⵉⵖ ꯃꯤꯇꯩ 𞤀𞤣𞤤𞤢𞤥"],
)
def test_whatever_is_in_a_text_its_index_has(say, text):
    say(text)
    assert Turn.objects.filter(Words.of(text).may_stand_in(finding.F("searched__grams"))).exists()


def test_the_index_has_pairs_single_characters_and_words():
    assert grams_in(fold("河水，清 River-bank É：電")) == {"河水", "水", "清", "river", "bank", "e", "电"}


def test_the_index_is_used(db):
    """The planner knows the expressions for those of the migration."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        for name, found in {
            "turnsearched_grams": Turn.objects.filter(Words.of("河水").may_stand_in(finding.F("searched__grams"))),
            "interview_own_clock": Interview.objects.announced().of_year(2026),
        }.items():
            assert name in found.explain()


# How it is shown


@pytest.mark.parametrize(
    ("text", "q", "shown"),
    [
        ("河水变清", "水", "河<mark>水</mark>变清"),
        ("水水", "水", "<mark>水</mark><mark>水</mark>"),
        ("River, rivers, driver", "river", "<mark>River</mark>, <mark>river</mark>s, driver"),
        ("治河治河岸", "治河 治河岸", "<mark>治河</mark><mark>治河岸</mark>"),
        ("a<b>水", "水", "a&lt;b&gt;<mark>水</mark>"),
        ("没有", "水", "没有"),
        ("C++", "c++", "<mark>C++</mark>"),
    ],
)
def test_the_words_are_marked(text, q, shown):
    assert marked(text, Words.of(q)) == shown


def test_an_excerpt_is_what_stands_around_the_words():
    text = "开头。" * 50 + "这里，河水变清了。" + "结尾。" * 200

    shown = excerpt(text, Words.of("变清"))

    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "河水<mark>变清</mark>了" in shown
    assert len(shown) < 250


def test_an_excerpt_shows_each_of_the_words():
    shown = excerpt("甲" * 20 + "河" + "乙" * 500 + "岸" + "丙" * 500, Words.of("河 岸"))
    assert "<mark>河</mark>" in shown
    assert "<mark>岸</mark>" in shown
    assert " … " in shown


def test_a_short_text_is_shown_whole():
    assert excerpt("河水。\n变清。", Words.of("变清")) == "河水。 <mark>变清</mark>。"


def test_a_name_is_chinese_if_it_has_a_chinese_character():
    assert [language_of(name) for name in ("陈安", "A股", "Daniel", "")] == ["zh", "zh", "und-Latn", ""]


def test_a_name_says_its_language_where_that_is_another_than_around_it():
    assert [lang(name, "zh-hans") for name in ("陈安", "Daniel")] == [' dir="auto"', ' lang="und-Latn" dir="auto"']
    assert lang("陈安") == ' lang="zh" dir="auto"'


def test_the_address_of_a_search_can_be_kept(client, say):
    say("水 & 岸")
    assert turns(client.get(f"/search/?{urlencode({'q': '水 & 岸'})}").content.decode()) == ["[水] &amp; [岸]"]


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("short", "short"),
        ("of rivers and", "of …"),
        ("of, rivers", "of, …"),
        ("水" * 9, "水" * 8 + " …"),
        ("x" * 9, "x" * 8 + " …"),
        ("a\nb", "a b"),
    ],
)
def test_the_beginning_of_a_text_ends_with_a_word(text, begun):
    assert beginning(text, 8) == begun
