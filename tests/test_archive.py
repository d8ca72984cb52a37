"""The front page, the archive and people's pages: what is on them, in which order, and what narrows them."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews.models import Guest, Host, Interview, Section, Turn
from interviews.views.reader import archive

from .conftest import NOON
from .test_reader import EVIL, words_of

DAY = timedelta(days=1)
YEAR = timedelta(days=365)


def page_of(client, address, language="en", **query):
    response = client.get(address, query, headers={"Accept-Language": language})
    assert response.status_code == 200
    return response.content.decode()


def headlines(html):
    return re.findall(r"<h3 lang=[^>]*><a [^>]*>([^<]*)", html)


def main_of(html):
    return html[html.index("<main") : html.index("</main>")]


def tree_of(html):
    return re.search(r'<ul class="tree">.*?</ul>\s*(?=<h2|</nav)', html, re.DOTALL)[0]


def announced(headline, at=NOON, *people, **fields):
    interview = Interview.objects.create(headline=headline, starts_at=at, **fields)
    for person in people:
        interview.seat(person)
    interview.announce()
    return interview


def held(headline, at, *people, **fields):
    """An interview that is over, in which everybody said two things."""
    interview = announced(headline, at, *people, **fields)
    interview.go_live(at=at)
    for n, speaker in enumerate(interview.speakers.all()):
        for m in range(2):
            minutes = timedelta(minutes=2 * n + m)
            interview.say(speaker, f"{headline}，{speaker.person.name}说{m}", spoken_at=at + minutes)
    interview.end(at=at + timedelta(hours=1))
    return interview


@pytest.fixture
def sections(db):
    outer = Section.objects.create(name="访谈", slug="talks")
    inner = Section.objects.create(name="河流", slug="rivers", parent=outer)
    return {"outer": outer, "inner": inner, "other": Section.objects.create(name="其他", slug="other")}


@pytest.fixture
def full(sections, lin_yue, chen_an, qiao_mei):
    """Four interviews in three years."""
    held("甲", NOON, lin_yue, chen_an, section=sections["inner"])
    held("乙", NOON - DAY, lin_yue, qiao_mei, section=sections["outer"])
    held("丙", NOON - YEAR, chen_an, section=sections["inner"])
    held("丁", NOON - 2 * YEAR, lin_yue, qiao_mei, section=sections["other"])


# The front page


def test_the_front_page_has_live_coming_and_recent_interviews_in_this_order(client, interview, lin_yue):
    held("谈完了", NOON - DAY, lin_yue)
    announced("明天再谈", NOON + DAY)

    assert headlines(page_of(client, "/")) == ["河水怎样变清", "明天再谈", "谈完了"]


def test_what_is_on_now_shows_its_guests_and_what_was_said_last(client, interview, host, guest):
    interview.say(guest, "先说的。", spoken_at=NOON)
    last = interview.say(host, "最后说的。", spoken_at=NOON + timedelta(minutes=3))
    interview.say(guest, "还压着。", spoken_at=NOON + timedelta(minutes=4), held=True)

    html = page_of(client, "/")

    assert "最后说的。" in html
    assert f'href="{last.get_absolute_url()}"' in html
    assert ">12:03</time>" in html
    assert "先说的。" not in html
    assert "还压着。" not in html
    for expected in ("陈安", "河道工程师", "乔梅", "Live since 12:00"):
        assert expected in words_of(html)


def test_what_is_coming_has_its_date_its_time_and_its_zone(client, scheduled):
    assert "Monday 4 May 2026 12:00 Beijing time (UTC+08:00)" in words_of(page_of(client, "/"))


def test_the_front_page_takes_no_more_queries_with_more_on_it(client, interview, guest, lin_yue, chen_an):
    interview.say(guest, "您好。")
    held("完了", NOON - DAY, lin_yue)
    announced("要谈", NOON + DAY, lin_yue)
    with CaptureQueriesContext(connection) as few:
        page_of(client, "/")
    for n in range(3):
        other = announced(f"在谈{n}", NOON, chen_an)
        other.go_live(at=NOON)
        other.say(other.speakers.get(), "您好。")
        held(f"完了{n}", NOON - n * DAY, lin_yue)
        announced(f"要谈{n}", NOON + n * DAY, lin_yue)

    with CaptureQueriesContext(connection) as many:
        page_of(client, "/")
    assert len(many) == len(few)


@pytest.mark.parametrize("address", ["/", "/search/"])
def test_one_can_search_from_it(client, db, address):
    html = page_of(client, address)
    assert '<form class="search-form" action="/search/" role="search">' in html
    assert re.search(r'<label for="q">.*?<input id="q" name="q"', html, re.DOTALL)


def test_an_empty_site_says_so(client, db):
    for address in ("/", "/interviews/"):
        assert 'class="empty"' in page_of(client, address)


# The archive


def test_the_archive_is_newest_first_and_by_year(client, full):
    html = page_of(client, "/interviews/")

    assert headlines(html) == ["甲", "乙", "丙", "丁"]
    assert re.findall(r'<h2 id="year-(\d+)">', html) == ["2026", "2025", "2024"]


@pytest.mark.parametrize(("year", "found"), [(2025, []), (2026, ["新年夜谈"])])
def test_a_years_border_is_the_interviews_own_midnight(client, db, year, found):
    new_year = NOON.replace(year=2025, month=12, day=31, hour=17)  # one o'clock on 1 January in Shanghai
    announced("新年夜谈", new_year)

    html = page_of(client, "/interviews/", year=year, language="zh-Hans")

    assert headlines(html) == found
    assert ("2026-01-01" in html) == bool(found)


def test_the_year_is_that_in_which_it_began_not_that_for_which_it_was_announced(client, lin_yue):
    interview = announced("迟到", NOON.replace(year=2025, month=12, day=31, hour=15))
    interview.go_live(at=NOON.replace(year=2026, month=1, day=1))

    assert headlines(page_of(client, "/interviews/", year=2026)) == ["迟到"]
    assert headlines(page_of(client, "/interviews/", year=2025)) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"year": "2026"}, ["甲", "乙"]),
        ({"section": "talks"}, ["甲", "乙", "丙"]),
        ({"section": "rivers"}, ["甲", "丙"]),
        ({"section": "rivers", "year": "2025"}, ["丙"]),
        ({"section": "other", "year": "2025"}, []),
        ({"guest": "chen-an"}, ["甲", "丙"]),
        ({"host": "lin-yue"}, ["甲", "乙", "丁"]),
        ({"host": "lin-yue", "guest": "qiao-mei"}, ["乙", "丁"]),
        ({"host": "lin-yue", "guest": "qiao-mei", "section": "talks", "year": "2026"}, ["乙"]),
        ({"year": "", "section": "", "guest": "", "host": "", "page": ""}, ["甲", "乙", "丙", "丁"]),
    ],
)
def test_filters_combine(client, full, query, found):
    html = page_of(client, "/interviews/", **query)

    assert headlines(html) == found
    assert ("No interview fits all of this" in html) == (not found)
    assert words_of(main_of(html)).startswith("Front page All interviews")


def test_each_filter_that_is_on_can_be_taken_off(client, full):
    chosen = {"host": "lin-yue", "guest": "qiao-mei", "section": "talks", "year": "2026"}

    html = page_of(client, "/interviews/", **chosen)

    shown = html[html.index('<ul class="chosen"') :]
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*)"', shown[: shown.index("</ul>")])]
    without = [{k: v for k, v in chosen.items() if k != off} for off in ("section", "year", "guest", "host")]
    assert links == [f"?{urlencode(query)}" for query in without]
    for expected in ("访谈", "2026", "乔梅", "林悦"):
        assert f">{expected}</b>" in shown


def test_a_section_is_the_heading_below_the_path_to_it(client, full):
    html = main_of(page_of(client, "/interviews/", section="rivers"))

    path = re.findall(r'<a href="([^"]*)"( aria-current="page")?>', html[: html.index("</nav>")])
    assert path == [
        ("/", ""),
        ("/interviews/", ""),
        ("/interviews/?section=talks", ""),
        ("/interviews/?section=rivers", ' aria-current="page"'),
    ]
    assert '<h1 class="page-title"><span lang="zh" dir="auto">河流</span></h1>' in html


def test_sections_are_a_tree_and_count_what_is_inside_them(client, full):
    tree = words_of(tree_of(page_of(client, "/interviews/")))
    assert tree == "其他 1 访谈 3 河流 2"

    tree = words_of(tree_of(page_of(client, "/interviews/", section="talks", year=2026)))
    assert tree == "河流 1"


def test_years_are_links_with_how_many_there_are_of_what_is_chosen(client, full):
    html = page_of(client, "/interviews/", section="talks", year=2026, page=1)

    years = re.search(r'<ul class="years">.*?</ul>', html, re.DOTALL)[0]
    assert words_of(years) == "2026 2 2025 1"
    assert 'href="?section=talks&amp;year=2025"' in years
    assert years.count('aria-current="true"') == 1


@pytest.fixture
def pages(db, monkeypatch):
    monkeypatch.setattr(archive, "ROWS_A_PAGE", 2)
    return [announced(f"第{n}次", NOON - n * DAY) for n in range(5)]


def test_pages_follow_each_other_without_a_gap(client, pages):
    seen = [headlines(page_of(client, "/interviews/", page=n)) for n in (1, 2, 3)]
    assert seen == [["第0次", "第1次"], ["第2次", "第3次"], ["第4次"]]


def test_what_took_place_at_one_instant_has_an_order_too(client, pages):
    Interview.objects.update(starts_at=NOON)
    seen = [headline for n in (1, 2, 3) for headline in headlines(page_of(client, "/interviews/", page=n))]
    assert seen == ["第4次", "第3次", "第2次", "第1次", "第0次"]


def test_pages_are_linked(client, pages):
    html = page_of(client, "/interviews/", year=2026, page=2)

    assert '<link rel="prev" href="?year=2026&amp;page=1">' in html
    assert '<link rel="next" href="?year=2026&amp;page=3">' in html
    nav = html[html.index('<nav class="pages"') :]
    assert '<a rel="prev" href="?year=2026&amp;page=1">' in nav
    assert '<a rel="next" href="?year=2026&amp;page=3">' in nav
    assert re.search(r'<a href="\?year=2026&amp;page=2" aria-current="page" aria-label="Page 2">2</a>', nav)


@pytest.mark.parametrize(
    "query",
    [
        *[f"year={year}" for year in ("last", "1", "99999", "-5", "20.5", "2026%00")],
        *[f"{name}={slug}" for name in ("section", "guest", "host") for slug in ("nobody", "../etc", "%00", "%27")],
        *[f"page={page}" for page in ("0", "-1", "two", "4", "99999999999999999999")],
        f"section={'x' * 5000}",
    ],
)
def test_what_cannot_be_asked_for_is_not_found(client, pages, query):
    assert client.get(f"/interviews/?{query}").status_code == 404


def test_the_archive_takes_no_more_queries_with_more_in_it(client, full, sections, lin_yue, chen_an):
    with CaptureQueriesContext(connection) as few:
        page_of(client, "/interviews/", section="talks", host="lin-yue")
    for n in range(9):
        inner = Section.objects.create(name=f"栏{n}", parent=sections["inner"])
        held(f"又谈{n}", NOON - n * YEAR, lin_yue, chen_an, section=inner)

    with CaptureQueriesContext(connection) as many:
        page_of(client, "/interviews/", section="talks", host="lin-yue")
    assert len(many) == len(few)


# People's pages


def test_a_persons_page_tells_who_it_is_and_lists_the_interviews(client, interview, chen_an, lin_yue):
    for person in (chen_an, lin_yue):
        html = page_of(client, person.get_absolute_url())

        assert f'href="/interviews/{interview.slug}/"' in html
        for expected in (person.name, person.title, person.bio):
            assert expected in html


def test_each_appearance_has_the_title_of_that_day(client, full, chen_an):
    chen_an.title = "总工程师"
    chen_an.save()
    held("戊", NOON + DAY, chen_an)

    html = page_of(client, chen_an.get_absolute_url())

    post = r'<p class="post"><span lang="zh" dir="auto">(\w+)</span> '
    appearances = re.findall(r"<h3 lang=[^>]*><a [^>]*>(.)</a></h3>\s*" + post, html)
    assert appearances == [("戊", "总工程师"), ("甲", "河道工程师"), ("丙", "河道工程师")]


def test_more_appearances_than_fit_are_in_the_archive(client, full, chen_an, lin_yue, monkeypatch):
    monkeypatch.setattr(archive, "INTERVIEWS_ON_PERSON_PAGE", 2)

    html = page_of(client, lin_yue.get_absolute_url())
    assert headlines(html) == ["甲", "乙"]
    assert 'href="/interviews/?host=lin-yue"' in html
    assert "?guest=" not in page_of(client, chen_an.get_absolute_url())


def quotes(html):
    return re.findall(r'<article class="quote">\s*<p class="said"[^>]*>([^<]*)</p>', html)


def test_what_a_person_said_is_newest_first_and_linked(client, full, chen_an):
    html = page_of(client, chen_an.get_absolute_url())

    assert quotes(html) == ["甲，陈安说1", "甲，陈安说0", "丙，陈安说1", "丙，陈安说0"]
    for turn in Turn.objects.filter(speaker__guest=chen_an):
        assert f'<a href="{turn.get_absolute_url()}"><time datetime="' in html


@pytest.mark.parametrize("many", [1, 2, 3, 5])
def test_older_ones_follow_without_a_gap(client, full, lin_yue, monkeypatch, many):
    Interview.objects.filter(headline="乙").update(started_at=NOON, ended_at=NOON + DAY)  # two at one instant
    Turn.objects.filter(interview__headline="甲").update(spoken_at=NOON)
    whole = quotes(page_of(client, lin_yue.get_absolute_url()))
    assert len(whole) == 6
    monkeypatch.setattr(archive, "ROWS_A_PAGE", many)

    seen, query = [], {}
    while query is not None:
        html = page_of(client, lin_yue.get_absolute_url(), **query)
        seen += quotes(html)
        older = re.search(r'rel="next" href="\?before=(\d+)#words"', html)
        query = {"before": older[1]} if older else None

    assert seen == whole


def test_a_long_turn_is_only_begun(client, interview, guest, chen_an):
    interview.say(guest, "水" * 10_000)
    (quote,) = quotes(page_of(client, chen_an.get_absolute_url()))
    assert len(quote) < 300


def test_only_what_is_public_is_quoted(client, interview, guest, chen_an):
    interview.say(guest, "公开的")
    interview.say(guest, "压着的", held=True)
    interview.say(guest, "不用的", held=True).decline()
    interview.say(guest, "撤回的").retract()
    interview.prepare(guest, "备好的")

    html = page_of(client, chen_an.get_absolute_url())
    assert quotes(html) == ["公开的"]
    for secret in ("压着的", "不用的", "撤回的", "备好的"):
        assert secret not in html


def test_a_draft_and_what_is_in_it_are_not_on_a_persons_page(client, interview, draft, lin_yue):
    Turn.objects.create(interview=draft, speaker=draft.speakers.get(), text="还没公布", spoken_at=NOON)

    html = page_of(client, lin_yue.get_absolute_url())
    assert draft.headline not in html
    assert "还没公布" not in html


@pytest.mark.parametrize("before", ["0", "x", "-1", "999999999", "99999999999999999999", "%00"])
def test_a_place_to_go_on_that_is_none_is_not_found(client, full, lin_yue, before):
    assert client.get(f"{lin_yue.get_absolute_url()}?before={before}").status_code == 404


def test_one_cannot_go_on_from_what_somebody_else_said(client, full, lin_yue, chen_an):
    others = Turn.objects.filter(speaker__guest=chen_an).first()
    assert client.get(lin_yue.get_absolute_url(), {"before": others.pk}).status_code == 404


@pytest.mark.parametrize("model", [Guest, Host])
def test_a_persons_page_takes_no_more_queries_with_more_on_it(client, db, model):
    person = model.objects.create(name="林悦")
    held("一", NOON, person)
    with CaptureQueriesContext(connection) as few:
        page_of(client, person.get_absolute_url())
    for n in range(5):
        held(f"又{n}", NOON - n * DAY, person)

    with CaptureQueriesContext(connection) as many:
        page_of(client, person.get_absolute_url())
    assert len(many) == len(few)


# For all of them


def test_names_are_in_their_own_language_on_every_page(client, full, chen_an):
    for address in ("/interviews/?section=rivers", chen_an.get_absolute_url()):
        html = page_of(client, address, language="en")
        assert '<html lang="en">' in html
        assert re.search(r'lang="zh" dir="auto">(河流|陈安)<', html)


def test_what_was_typed_is_text_and_never_markup(client, db):
    person = Guest.objects.create(name=f"名{EVIL}", slug="evil", title=f"职{EVIL}")
    section = Section.objects.create(name=f"栏{EVIL}", slug="evil")
    interview = announced(f"题{EVIL}", NOON, person, section=section, lede=f"导{EVIL}")
    interview.go_live(at=NOON)
    interview.say(interview.speakers.get(), f"话{EVIL}")

    shown = "".join(
        page_of(client, address) for address in ("/", "/interviews/?section=evil&guest=evil", "/guests/evil/")
    )
    assert not re.search(r"<script(?! type=\"module\" src=)", shown)
    for expected in "名职栏题导话":
        assert f"{expected}&quot;&gt;&lt;script&gt;" in shown


# By guest and host


def test_the_archive_leads_to_the_interviews_of_each_guest_and_host(client, interview):
    page = client.get("/interviews/").content.decode()
    for speaker in interview.speakers.all():
        role = "host" if speaker.is_host else "guest"
        assert f'href="?{role}={speaker.person.slug}"' in page


def test_what_is_chosen_is_the_pages_headline(client, interview):
    host = interview.speakers.exclude(host=None).first().host
    page = client.get(f"/interviews/?host={host.slug}&year={interview.date.year}").content.decode()
    assert f"<title>{host.name} · {interview.date.year} – " in page


def test_all_guests_and_all_hosts_are_listed_with_how_often_they_took_part(client, interview):
    for speaker in interview.speakers.all():
        page = client.get("/hosts/" if speaker.is_host else "/guests/")
        listed = {person: person.appearances for person in page.context["people"]}
        assert listed[speaker.person] == 1
        assert f'href="{speaker.person.get_absolute_url()}"' in page.content.decode()


@pytest.mark.parametrize(
    ("query", "guests", "hosts"),
    [
        ({}, {"乔梅": 2, "陈安": 2}, {"林悦": 3}),
        ({"year": 2026}, {"乔梅": 1, "陈安": 1}, {"林悦": 2}),
        ({"section": "rivers"}, {"陈安": 2}, {"林悦": 1}),
        ({"guest": "Chen"}, {"乔梅": 2, "陈安": 2}, {"林悦": 1}),
        ({"guest": "Qiao", "section": "other"}, {"乔梅": 1}, {"林悦": 1}),
        ({"host": "Lin"}, {"乔梅": 2, "陈安": 1}, {"林悦": 3}),
        ({"host": "Lin", "year": 2025}, {}, {}),
        ({"host": "Lin", "guest": "Qiao", "year": 2024}, {"乔梅": 1}, {"林悦": 1}),
    ],
)
def test_the_archive_names_who_took_part_in_what_fits_the_most_often_first(
    client, full, lin_yue, chen_an, qiao_mei, query, guests, hosts
):
    slugs = {"Lin": lin_yue.slug, "Chen": chen_an.slug, "Qiao": qiao_mei.slug}
    found = client.get("/interviews/", {name: slugs.get(what, what) for name, what in query.items()}).context["archive"]
    assert [(one.name, one.appearances) for one in found.guests] == list(guests.items())
    assert [(one.name, one.appearances) for one in found.hosts] == list(hosts.items())


def test_all_guests_are_by_how_often_and_then_by_name_a_page_at_a_time(client, full, monkeypatch):
    held("戊", NOON, *(Guest.objects.create(name=name) for name in "甲丙乙"))
    monkeypatch.setattr(archive, "PEOPLE_A_PAGE", 2)
    pages = [client.get(f"/guests/?page={number}").context["page"] for number in (1, 2, 3)]
    assert [[one.name for one in page] for page in pages] == [["乔梅", "陈安"], ["丙", "乙"], ["甲"]]
    assert not pages[-1].has_next()


def test_who_is_hidden_or_only_in_a_draft_is_not_listed(client, interview):
    speaker = interview.speakers.exclude(host=None).first()
    type(speaker.host).objects.filter(pk=speaker.host_id).update(hidden=True)
    assert speaker.host not in client.get("/hosts/").context["people"]
    type(interview).objects.filter(pk=interview.pk).update(status="draft")
    assert [*client.get("/guests/").context["people"], *client.get("/interviews/").context["archive"].guests] == []


def test_a_page_of_guests_that_is_not_there_is_not_found(client, interview):
    assert client.get("/guests/?page=2").status_code == client.get("/hosts/?page=x").status_code == 404
