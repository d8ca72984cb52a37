"""Atom, the sitemap and robots.txt."""

import re
import xml.etree.ElementTree as xml
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews.models import Guest, Interview, Publisher, Turn
from interviews.syndication import sitemaps

from .conftest import NOON

ATOM, TOMBSTONE, MAP, XML = (
    "{http://www.w3.org/2005/Atom}",
    "{http://purl.org/atompub/tombstones/1.0}",
    "{http://www.sitemaps.org/schemas/sitemap/0.9}",
    "{http://www.w3.org/XML/1998/namespace}",
)
URI = re.compile(r"urn:uuid:[0-9a-f-]{36}|http://[^\s]+")


def feed_of(client, interview=None, **headers):
    address = f"/interviews/{interview.slug}/feed.atom" if interview else "/feed.atom"
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = xml.fromstring(response.content)
    assert wrong(feed) == []
    return feed


def wrong(feed):
    """List what RFC 4287 requires of every feed and entry and this one lacks."""
    mistakes = [] if feed.tag == f"{ATOM}feed" else ["no feed"]
    for one in [feed, *feed.findall(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            if len(one.findall(ATOM + name)) != 1:
                mistakes.append(f"{one.tag} has not one {name}")
        if not URI.fullmatch(one.findtext(f"{ATOM}id")):
            mistakes.append(f"{one.findtext(f'{ATOM}id')} is no address")
        mistakes += [f"{date} has no zone" for date in dates_of(one) if date.tzinfo is None]
        if not one.findtext(f"{ATOM}author/{ATOM}name"):
            mistakes.append(f"{one.tag} has no author")
        if "alternate" not in links_of(one):
            mistakes.append(f"{one.tag} leads nowhere")
    if "self" not in links_of(feed):
        mistakes.append("the feed doesn't say where it is")
    if len({one.text for one in feed.iter(f"{ATOM}id")}) != len(list(feed.iter(f"{ATOM}id"))):
        mistakes.append("an id is there twice")
    return mistakes


def dates_of(element):
    texts = [element.findtext(ATOM + name) for name in ("updated", "published")]
    return [datetime.fromisoformat(text) for text in texts if text]


def links_of(element):
    return {link.get("rel", "alternate"): link.get("href") for link in element.findall(f"{ATOM}link")}


def entries_of(feed, name="title"):
    return [entry.findtext(ATOM + name) for entry in feed.findall(f"{ATOM}entry")]


def tombstones_of(feed):
    return [(stone.get("ref"), stone.get("when")) for stone in feed.findall(f"{TOMBSTONE}deleted-entry")]


# An interview's


def test_every_published_turn_is_an_entry_the_newest_first(client, interview, host, guest):
    interview.say(host, "您好。", spoken_at=NOON)
    turn = interview.say(
        guest, "第一段。\n<b>第二段</b>。", spoken_at=NOON + timedelta(seconds=7), heading="河从哪里来"
    )

    feed = feed_of(client, interview)
    first, second = feed.findall(f"{ATOM}entry")

    assert second.findtext(f"{ATOM}title") == "您好。"
    assert first.findtext(f"{ATOM}title") == "河从哪里来"
    assert first.find(f"{ATOM}content").get("type") == "html"
    assert first.findtext(f"{ATOM}content") == "<p>第一段。</p><p>&lt;b&gt;第二段&lt;/b&gt;。</p>"
    assert first.findtext(f"{ATOM}author/{ATOM}name") == "陈安"
    assert first.findtext(f"{ATOM}author/{ATOM}uri") == "http://testserver/guests/chen-an/"
    assert first.findtext(f"{ATOM}published") == "2026-05-04T12:00:07+08:00"
    assert links_of(first)["alternate"] == f"http://testserver/interviews/{interview.slug}/#turn-{turn.pk}"
    assert links_of(feed) == {
        "alternate": f"http://testserver/interviews/{interview.slug}/",
        "self": f"http://testserver/interviews/{interview.slug}/feed.atom",
    }
    assert feed.get(f"{XML}lang") == "zh-Hans"
    assert feed.findtext(f"{ATOM}subtitle") == "两位嘉宾谈东河。"


def test_an_interview_that_has_not_begun_has_a_feed_already(client, scheduled):
    scheduled.publishers.add(Publisher.objects.create(name="东河网"))

    feed = feed_of(client, scheduled)

    assert entries_of(feed) == []
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "东河网"


def test_a_hundred_turns_are_enough(client, interview, host):
    for n in range(101):
        interview.say(host, f"第{n}句", spoken_at=NOON + timedelta(minutes=n))

    titles = entries_of(feed_of(client, interview))

    assert (len(titles), titles[0], titles[-1]) == (100, "第100句", "第1句")


def test_what_is_not_published_is_no_entry(client, interview, host):
    interview.say(host, "先压一压", held=True)
    interview.prepare(host, "备好的")

    assert entries_of(feed_of(client, interview)) == []


def test_ids_stay_when_host_slug_and_epoch_change(client, interview, host, settings):
    settings.ALLOWED_HOSTS = ["testserver", "talks.example.org"]
    interview.say(host, "您好。")
    before = [one.text for one in feed_of(client, interview).iter(f"{ATOM}id")]

    interview.slug, interview.epoch = "renamed", "0f5b0f6e-5c2d-4b43-8d0f-3f1f0a4d2c99"
    interview.save()

    feed = feed_of(client, interview, Host="talks.example.org")
    assert [one.text for one in feed.iter(f"{ATOM}id")] == before
    assert links_of(feed)["self"] == "http://talks.example.org/interviews/renamed/feed.atom"


@pytest.mark.parametrize("change", ["correct", "grow", "mark"])
def test_a_turn_that_changed_is_updated_and_keeps_its_id(client, interview, host, change):
    turn = interview.say(host, "一", spoken_at=NOON)
    [before] = feed_of(client, interview).findall(f"{ATOM}entry")
    assert before.findtext(f"{ATOM}updated") == "2026-05-04T12:00:00+08:00"

    {
        "correct": lambda: turn.correct(version=1, text="二"),
        "grow": lambda: turn.grow("二"),
        "mark": lambda: turn.mark("二"),
    }[change]()
    [after] = feed_of(client, interview).findall(f"{ATOM}entry")

    at = turn.events.last().at.replace(microsecond=0)
    assert datetime.fromisoformat(after.findtext(f"{ATOM}updated")) == at
    assert [after.findtext(ATOM + name) for name in ("id", "published")] == [
        before.findtext(ATOM + name) for name in ("id", "published")
    ]


def test_a_retracted_turn_leaves_a_tombstone_and_none_of_its_words(client, interview, host):
    turn = interview.say(host, "说错了的话")
    [entry] = entries_of(feed_of(client, interview), "id")
    turn.retract()

    feed = feed_of(client, interview)

    at = turn.retracted_at.astimezone(interview.tz).isoformat(timespec="seconds")
    assert tombstones_of(feed) == [(entry, at)]
    assert entries_of(feed) == []
    assert "说错了的话" not in xml.tostring(feed, "unicode")


def test_a_restored_turn_rises_from_its_tombstone(client, interview, host):
    turn = interview.say(host, "还是对的", spoken_at=NOON)
    turn.retract()
    retracted_at = turn.retracted_at
    turn.restore()

    feed = feed_of(client, interview)

    assert tombstones_of(feed) == []
    [updated] = entries_of(feed, "updated")
    assert datetime.fromisoformat(updated) >= retracted_at.replace(microsecond=0)


def test_what_was_never_published_leaves_no_tombstone(client, interview, host):
    interview.say(host, "不要的话", held=True).decline()

    assert tombstones_of(feed_of(client, interview)) == []


def test_a_feed_stays_the_same_until_something_changes_for_readers(client, interview, host):
    address = f"/interviews/{interview.slug}/feed.atom"
    interview.say(host, "您好。")
    first = client.get(address)
    interview.say(host, "先压一压", held=True).mark("还不是要点")
    interview.prepare(host, "先想好的问题").correct(version=1, text="改过的问题")

    assert client.get(address).content == first.content
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304

    interview.say(host, "还有一句。")
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_no_character_breaks_the_xml(client, interview, host, lin_yue):
    turn = interview.say(host, "好")
    broken = "a\x08\x0b\x1b\ufffe]]>&"
    Turn.objects.filter(pk=turn.pk).update(text=broken, heading=broken)
    Interview.objects.update(headline=broken, lede=broken)
    lin_yue.name = broken
    lin_yue.save()
    interview.publishers.add(Publisher.objects.create(name=broken))

    [entry] = feed_of(client, interview).findall(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}title") == "a]]>&"
    assert entry.findtext(f"{ATOM}content") == '<p lang="und-Latn">a]]&gt;&amp;</p>'
    assert entries_of(feed_of(client)) == ["a]]>&"]


def test_a_longer_feed_asks_the_database_no_more(client, interview, guest, django_assert_num_queries):
    interview.say(guest, "一")
    with CaptureQueriesContext(connection) as short:
        feed_of(client, interview)
    for n in range(20):
        interview.say(guest, f"{n}").retract()
        interview.say(guest, f"{n}")

    with django_assert_num_queries(len(short)):
        feed_of(client, interview)


# The site's


@pytest.fixture
def tomorrow(db):
    interview = Interview.objects.create(headline="Tea", language="en", starts_at=NOON + timedelta(days=1))
    interview.announce()
    return interview


def test_the_sites_feed_has_every_announced_interview_the_newest_first(client, interview, draft, tomorrow):
    feed = feed_of(client)

    assert entries_of(feed) == ["Tea", "河水怎样变清"]
    first, second = feed.findall(f"{ATOM}entry")
    assert first.get(f"{XML}lang") == "en"
    assert second.findtext(f"{ATOM}content") == "<p>两位嘉宾谈东河。</p>"
    assert links_of(first)["alternate"] == "http://testserver/interviews/tea/"
    assert links_of(feed) == {"alternate": "http://testserver/", "self": "http://testserver/feed.atom"}


def test_an_interviews_entry_is_updated_when_the_interview_is(client, interview, host):
    interview.say(host, "您好。")
    at = interview.events.last().at.replace(microsecond=0)
    interview.prepare(host, "备好的")

    [updated] = entries_of(feed_of(client), "updated")

    assert datetime.fromisoformat(updated) == at


def test_an_interview_has_one_id_wherever_it_stands(client, interview):
    [entry] = entries_of(feed_of(client), "id")
    interview.end()
    interview.reopen()

    assert entries_of(feed_of(client), "id") == [entry]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_sites_feed_speaks_the_sites_language_to_everybody(client, interview, settings, language):
    settings.LANGUAGE_CODE = "en"

    response = client.get("/feed.atom", headers={"Accept-Language": language})

    assert "<title>Live interviews</title>" in response.content.decode()
    assert "Accept-Language" not in response.get("Vary", "")


def test_an_empty_site_has_a_feed_that_stays_the_same(client, db):
    assert entries_of(feed_of(client)) == []
    assert client.get("/feed.atom").content == client.get("/feed.atom").content


# The sitemap and robots.txt


def pages_of(client, address="/sitemap.xml"):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    urls = xml.fromstring(response.content)
    assert urls.tag == f"{MAP}urlset"
    return {url.findtext(f"{MAP}loc"): url.findtext(f"{MAP}lastmod") for url in urls}


def test_the_sitemap_has_every_public_page(client, interview, host, draft):
    interview.say(host, "您好。")
    Guest.objects.create(name="没来过")

    assert sorted(pages_of(client)) == [
        "http://testserver/",
        "http://testserver/guests/",
        "http://testserver/guests/chen-an/",
        "http://testserver/guests/qiao-mei/",
        "http://testserver/hosts/",
        "http://testserver/hosts/lin-yue/",
        "http://testserver/interviews/",
        f"http://testserver/interviews/{interview.slug}/",
    ]


def test_a_page_changed_when_the_interviews_last_public_event_happened(client, interview, host, tomorrow):
    interview.events.update(at=datetime(2026, 5, 4, 5, 0, tzinfo=UTC))
    tomorrow.events.update(at=datetime(2026, 5, 3, 5, 0, tzinfo=UTC))
    interview.say(host, "先压一压", held=True)

    pages = pages_of(client)

    assert pages[f"http://testserver/interviews/{interview.slug}/"] == "2026-05-04T13:00:00+08:00"
    assert pages["http://testserver/interviews/tea/"] == "2026-05-03T13:00:00+08:00"
    assert pages["http://testserver/"] == pages["http://testserver/interviews/"] == "2026-05-04T13:00:00+08:00"
    assert pages["http://testserver/hosts/lin-yue/"] == "2026-05-04T13:00:00+08:00"


def test_who_is_only_in_a_draft_is_not_told(client, draft, lin_yue):
    assert pages_of(client) == {f"http://testserver/{page}": None for page in ("", "interviews/", "guests/", "hosts/")}


def test_a_large_site_has_a_list_of_sitemaps(client, interview, tomorrow, monkeypatch):
    monkeypatch.setattr(sitemaps.Interviews, "limit", 1)

    index = xml.fromstring(client.get("/sitemap.xml").content)
    files = [one.text for one in index.iter(f"{MAP}loc")]

    assert index.tag == f"{MAP}sitemapindex"
    assert len(files) == 5
    pages = [page for file in files for page in pages_of(client, file.removeprefix("http://testserver"))]
    assert len(pages) == len(set(pages)) == 4 + 2 + 2 + 1


def test_a_longer_sitemap_asks_the_database_no_more(client, interview, django_assert_num_queries):
    with CaptureQueriesContext(connection) as short:
        pages_of(client)
    for n in range(5):
        Interview.objects.create(headline=f"第{n}场", starts_at=NOON).announce()

    with django_assert_num_queries(len(short)):
        assert len(pages_of(client)) == 13


@pytest.mark.parametrize("query", ["section=nothing", "section=interviews&p=9", "p=9", "p=x"])
def test_a_sitemap_that_is_none_is_not_found(client, db, query):
    assert client.get(f"/sitemap.xml?{query}").status_code == 404


def test_robots_may_read_all_that_is_for_readers(client, db):
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /desk/",
        "Disallow: /admin/",
        "Disallow: /search/",
        "Disallow: /interviews/*/changes/",
        "",
        "Sitemap: http://testserver/sitemap.xml",
    ]


# All of them


@pytest.mark.parametrize("address", ["feed.atom", "calendar.ics", "transcript.txt"])
def test_of_a_draft_there_is_nothing(client, draft, zhou, address):
    client.force_login(zhou)

    assert client.get(f"/interviews/{draft.slug}/{address}").status_code == 404


def test_all_may_be_kept_by_anybody_and_set_no_cookie(client, interview, host):
    interview.say(host, "您好。")
    files = [f"/interviews/{interview.slug}/{name}" for name in ("feed.atom", "calendar.ics", "transcript.json")]
    for address in [*files, "/feed.atom", "/sitemap.xml", "/robots.txt"]:
        response = client.get(address)

        assert response.status_code == 200
        assert re.fullmatch(r"(?=.*\bpublic\b)(?=.*\bmax-age=[1-9]).*", response["Cache-Control"])
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
        assert client.post(address).status_code == 405


def test_an_interview_that_is_older_than_its_page_was_published_when_it_took_place(client, interview):
    type(interview).objects.filter(pk=interview.pk).update(started_at=datetime(2019, 3, 2, 7, 0, tzinfo=UTC))
    entry = feed_of(client).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}published") == "2019-03-02T15:00:00+08:00"
