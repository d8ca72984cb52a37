"""What the head of a page tells search engines and whoever shows a link to it."""

import json
import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews.models import Event, Host, Interview, Photo, Publisher, Section
from interviews.models.values.text import opening

from .conftest import NOON
from .newsroom import address, at_desk
from .schema_org import wrong

LINE_SEPARATOR = "\u2028"
EVIL = f'</script><!--<script>"\\&{LINE_SEPARATOR}'


def head_of(client, address, **headers):
    return client.get(address, headers=headers).content.decode().split("</head>")[0]


def blog_of(client, interview, query=""):
    scripts = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', head_of(client, interview.get_absolute_url() + query)
    )
    assert len(scripts) == 1
    return json.loads(scripts[0])


def meta_of(html):
    """The page's meta elements, by name or property."""
    tags = re.findall(r'<meta (?:name|property)="([^"]*)" content="([^"]*)">', html)
    return {name: unescape(content) for name, content in tags}


@pytest.fixture
def whole(interview, host, guest, chen_an):
    """An interview that has everything, and has ended."""
    outer = Section.objects.create(name="嘉宾访谈")
    interview.section = Section.objects.create(name="访谈直播", parent=outer)
    interview.save()
    interview.publishers.add(Publisher.objects.create(name="东河网", url="https://river.example/"))
    chen_an.photo = "people/chen-an.png"
    chen_an.save()
    interview.say(host, "各位好，今天谈东河。", spoken_at=NOON)
    interview.say(guest, "大家好。\n我是陈安。", spoken_at=NOON + timedelta(seconds=7), heading="河从哪里来")
    interview.end(at=NOON + timedelta(hours=1))
    return interview


# JSON-LD


def test_the_page_is_a_live_blog_as_schema_org_defines_it(client, whole):
    blog = blog_of(client, whole)

    assert blog["@context"] == "https://schema.org"
    assert blog["@type"] == "LiveBlogPosting"
    assert wrong(blog) == []


def test_it_has_every_property_that_search_engines_asked_for(client, whole):
    page = f"http://testserver/interviews/{whole.slug}/"
    blog = blog_of(client, whole)
    announced, ended = (whole.events.get(kind=kind).at.astimezone(whole.tz) for kind in ("announced", "ended"))

    updates, host, about = blog.pop("liveBlogUpdate"), blog.pop("author"), blog.pop("about")
    assert blog == {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "@id": page,
        "url": page,
        "mainEntityOfPage": {"@type": "WebPage", "@id": page},
        "headline": "河水怎样变清",
        "description": "两位嘉宾谈东河。",
        "inLanguage": "zh-Hans",
        "datePublished": min(announced, NOON.astimezone(whole.tz)).isoformat(timespec="seconds"),
        "dateModified": ended.isoformat(timespec="seconds"),
        "coverageStartTime": "2026-05-04T12:00:00+08:00",
        "coverageEndTime": "2026-05-04T13:00:00+08:00",
        "image": ["http://testserver/media/people/chen-an.png"],
        "publisher": {"@type": "Organization", "name": "东河网", "url": "https://river.example/"},
    }
    assert host == {"@type": "Person", "name": "林悦", "url": "http://testserver/hosts/lin-yue/"}
    assert about == {
        "@type": "Event",
        "name": "河水怎样变清",
        "startDate": "2026-05-04T12:00:00+08:00",
        "endDate": "2026-05-04T13:00:00+08:00",
        "location": {"@type": "VirtualLocation", "url": page},
    }
    assert [update["author"]["name"] for update in updates] == ["林悦", "陈安"]


def test_a_turn_is_a_posting_of_its_speaker_with_an_address_and_times_of_its_own(client, whole):
    turn = whole.turns.get(heading="河从哪里来")
    here = f"http://testserver/interviews/{whole.slug}/#turn-{turn.pk}"

    assert blog_of(client, whole)["liveBlogUpdate"][1] == {
        "@type": "BlogPosting",
        "@id": here,
        "url": here,
        "headline": "河从哪里来",
        "articleBody": "大家好。\n我是陈安。",
        "datePublished": "2026-05-04T12:00:07+08:00",
        "dateModified": "2026-05-04T12:00:07+08:00",
        "author": {"@type": "Person", "name": "陈安", "url": "http://testserver/guests/chen-an/"},
    }


def test_a_corrected_turn_was_modified_then_and_published_as_before(client, interview, guest):
    turn = interview.say(guest, "说错了", spoken_at=NOON)
    turn.correct(version=1, text="说对了")

    [update] = blog_of(client, interview)["liveBlogUpdate"]

    assert update["datePublished"] == "2026-05-04T12:00:00+08:00"
    assert update["dateModified"] == turn.corrected_at.astimezone(interview.tz).isoformat(timespec="seconds")


def test_the_coverage_has_no_end_before_the_end(client, scheduled):
    assert "coverageEndTime" not in blog_of(client, scheduled)
    assert blog_of(client, scheduled)["coverageStartTime"] == "2026-05-04T12:00:00+08:00"
    scheduled.go_live(at=NOON + timedelta(minutes=2))

    blog = blog_of(client, scheduled)

    assert not {"coverageEndTime", "endDate"} & {*blog, *blog["about"]}
    assert blog["coverageStartTime"] == "2026-05-04T12:02:00+08:00"
    assert wrong(blog) == []


def test_what_happens_only_at_the_desk_is_no_modification(client, interview, host):
    before = blog_of(client, interview)["dateModified"]
    Event.objects.update(at=NOON)
    interview.prepare(host, "备好的")
    interview.say(host, "先压一压", held=True)
    assert before != (modified := blog_of(client, interview)["dateModified"])
    assert modified == "2026-05-04T12:00:00+08:00"


def test_several_hosts_and_publishers_are_each_a_thing(client, whole):
    whole.seat(Host.objects.create(name="周行"))
    whole.publishers.add(Publisher.objects.create(name="西山网", logo="https://xishan.example/logo.png"))

    blog = blog_of(client, whole)

    assert [author["name"] for author in blog["author"]] == ["林悦", "周行"]
    assert [publisher["name"] for publisher in blog["publisher"]] == ["东河网", "西山网"]
    assert [publisher.get("logo") for publisher in blog["publisher"]] == [None, "https://xishan.example/logo.png"]
    assert wrong(blog) == []


def test_what_is_not_there_is_left_out_and_the_site_itself_publishes(client, db):
    interview = Interview.objects.create(headline="Tea", language="en", timezone="Europe/London", starts_at=NOON)
    interview.announce()

    blog = blog_of(client, interview)

    assert not {"description", "author", "liveBlogUpdate"} & blog.keys()
    assert blog["inLanguage"] == "en"
    assert blog["coverageStartTime"] == "2026-05-04T05:00:00+01:00"
    assert blog["publisher"]["name"] == "访谈 Fangtan"
    assert blog["publisher"]["logo"] == "http://testserver/static/logo.png"
    assert blog["image"] == ["http://testserver/static/logo.png"]  # a search engine wants one
    assert wrong(blog) == []


def test_a_turns_photo_is_its_image_and_the_interviews_if_no_guest_has_one(client, interview, guest):
    photo = Photo.objects.create(interview=interview, key=uuid.uuid4(), widths=[640], width=640, height=480)
    interview.say(guest, "请看这张。", photos=[photo])

    blog = blog_of(client, interview)

    assert blog["image"] == blog["liveBlogUpdate"][0]["image"] == [f"http://testserver{photo.url}"]
    assert wrong(blog) == []


@pytest.mark.parametrize("query", ["", "?order=newest"])
def test_of_a_long_interview_only_the_newest_turns_are_said_twice(client, interview, host, query):
    for n in range(101):
        interview.say(host, f"第{n}句", spoken_at=NOON + timedelta(minutes=n))

    updates = blog_of(client, interview, query)["liveBlogUpdate"]

    assert [update["articleBody"] for update in updates] == [f"第{n}句" for n in range(1, 101)]


def test_what_readers_may_not_read_robots_may_not_either(client, interview, host):
    interview.say(host, "先压一压", held=True)
    interview.prepare(host, "备好的")
    interview.say(host, "说错了的话").retract()
    interview.say(host, "不要的话", held=True).decline()

    assert "liveBlogUpdate" not in blog_of(client, interview)


def test_whatever_is_typed_ends_no_script(client, interview, guest):
    turn = interview.say(guest, "好")
    Interview.objects.filter(pk=interview.pk).update(headline=f"标题{EVIL}", lede=f"导语{EVIL}")
    interview.turns.filter(pk=turn.pk).update(text=f"说{EVIL}", heading=f"节{EVIL}")

    blog = blog_of(client, interview)

    assert blog["headline"] == f"标题{EVIL}"
    assert blog["liveBlogUpdate"][0]["articleBody"] == f"说{EVIL}"
    assert LINE_SEPARATOR not in head_of(client, interview.get_absolute_url()).split("ld+json")[1]


def test_it_costs_one_question_to_the_database(client, interview, host):
    interview.say(host, "一")
    with CaptureQueriesContext(connection) as captured:
        blog_of(client, interview)
    assert len([query for query in captured if "interviews_event" in query["sql"]]) == 1
    assert len([query for query in captured if 'FROM "interviews_turn"' in query["sql"]]) <= 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("短", "短"),
        ("一二三四五六七八九十" * 4, "一二三四五六七八九十" * 3 + "…"),
        ("one two three four five six seven eight nine ten", "one two three four five six seven eight nine ten"),
        (
            "one two three four five six seven eight nine ten eleven",
            "one two three four five six seven eight nine ten…",
        ),
        ("x" * 300, "x" * 100 + "…"),
    ],
)
def test_a_turn_without_a_heading_is_called_by_its_first_words(text, expected):
    assert opening(text) == expected


# The check itself


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"headLine": "x"}, "$.headLine"),
        ({"@type": "LiveBlog"}, "$"),
        ({"@type": None}, "$"),
        ({"author": "林悦"}, "$.author"),
        ({"author": {"name": "林悦"}}, "$.author"),
        ({"author": {"@type": "Event", "name": "林悦"}}, "$.author"),
        ({"coverageStartTime": "2026-05-04T12:00:00"}, "$.coverageStartTime"),
        ({"coverageStartTime": "noon"}, "$.coverageStartTime"),
        ({"image": "/media/people/a.png"}, "$.image"),
        ({"description": ""}, "$.description"),
        (
            {"liveBlogUpdate": [{"@type": "BlogPosting", "articleBody": {"@type": "Text"}}]},
            "$.liveBlogUpdate.articleBody",
        ),
        ({"liveBlogUpdate": [{"@type": "Person", "name": "x"}]}, "$.liveBlogUpdate"),
    ],
)
def test_the_check_finds_what_schema_org_does_not_allow(client, whole, change, where):
    mistakes = wrong(blog_of(client, whole) | change)

    assert [mistake.split(":")[0] for mistake in mistakes] == [where]


# Previews of links


def test_a_link_to_the_interview_is_shown_with_what_it_is(client, whole):
    html = head_of(client, whole.get_absolute_url() + "?order=newest")
    page, meta = f"http://testserver/interviews/{whole.slug}/", meta_of(html)
    blog = blog_of(client, whole)

    assert re.findall(r'<link rel="canonical" href="([^"]*)">', html) == [page]
    assert meta["og:url"] == page
    assert meta["og:type"] == "article"
    assert meta["og:title"] == "河水怎样变清"
    assert meta["description"] == meta["og:description"] == "两位嘉宾谈东河。"
    assert meta["og:locale"] == "zh_CN"
    assert meta["og:image"] == "http://testserver/media/people/chen-an.png"
    assert meta["twitter:card"] == "summary"
    assert meta["article:published_time"] == blog["datePublished"]
    assert meta["article:modified_time"] == blog["dateModified"]
    assert meta["article:section"] == "访谈直播"
    assert "robots" not in meta
    assert f'type="application/atom+xml" href="/interviews/{whole.slug}/feed.atom"' in html


def test_a_link_to_a_turn_is_shown_with_what_was_said(client, whole, chen_an):
    turn = whole.turns.get(heading="河从哪里来")
    html = head_of(client, turn.card_url)
    meta = meta_of(html)

    assert re.findall(r'<link rel="canonical" href="([^"]*)">', html) == [f"http://testserver/interviews/{whole.slug}/"]
    assert meta["robots"] == "noindex,follow"
    assert meta["og:url"] == f"http://testserver{turn.card_url}"
    assert meta["og:title"] == "陈安 – 河水怎样变清"
    assert meta["og:description"] == "大家好。 我是陈安。"
    assert meta["og:image"] == "http://testserver/media/people/chen-an.png"
    assert meta["article:published_time"] == "2026-05-04T12:00:07+08:00"


def test_of_a_retracted_turn_nothing_is_shown_but_who_spoke(client, interview, guest):
    turn = interview.say(guest, "说错了的话", heading="错的要点")
    turn.retract()

    html = head_of(client, turn.card_url)

    assert not re.search("说错了的话|错的要点", html)
    assert "og:description" not in meta_of(html)


def test_of_a_long_text_a_preview_has_the_beginning(client, interview, guest):
    turn = interview.say(guest, "清" * 500)

    assert meta_of(head_of(client, turn.card_url))["og:description"] == "清" * 199 + "…"


def test_a_drafts_preview_tells_nobody_anything(client, draft, zhou):
    html = at_desk(zhou).get(address("preview", draft)).content.decode().split("</head>")[0]

    assert meta_of(html)["robots"] == "noindex"
    assert not re.search(f"ld\\+json|og:|canonical|{draft.slug}", html)


def test_the_head_stays_small(client, whole):
    assert len(head_of(client, whole.get_absolute_url())) < 8_000


def test_the_front_page_the_archive_and_a_persons_page_have_a_preview(client, interview):
    guest = interview.speakers.exclude(guest=None).first().guest
    for path in ("/", "/interviews/", guest.get_absolute_url()):
        page = client.get(path).content.decode()
        for name in ('rel="canonical" href', 'property="og:url" content'):
            assert f'{name}="http://testserver{path}"' in page
        assert '<meta property="og:title" content="' in page
