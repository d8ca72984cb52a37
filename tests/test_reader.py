"""What a reader is shown, in which words, and what nobody is shown."""

import json
import re
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews.models import Interview, Publisher, Section
from interviews.rendering.frames import render

from .conftest import NOON

EVIL = '"><script>alert(1)</script>'


def address_of_changes(interview, after=0):
    return f"/interviews/{interview.slug}/changes/?{urlencode({'epoch': interview.epoch, 'after': after})}"


def page_of(client, interview):
    response = client.get(f"/interviews/{interview.slug}/")
    assert response.status_code == 200
    return response.content.decode()


def words_of(html):
    """The page's text without tags, as a person copies it."""
    return " ".join(re.sub(r"<script.*?</script>|<[^>]*>", " ", html).split())


@pytest.fixture
def english(chen_an):
    interview = Interview.objects.create(
        headline="A river runs clear", language="en", timezone="Europe/London", starts_at=NOON
    )
    guest = interview.seat(chen_an)
    interview.go_live(at=NOON)
    interview.say(guest, "Good morning.", spoken_at=NOON)
    return interview


# The interview's page


def test_the_page_says_where_it_stands_when_it_was_and_who_hosts(client, interview):
    outer = Section.objects.create(name="嘉宾访谈")
    interview.section = Section.objects.create(name="访谈直播", parent=outer)
    interview.save()
    interview.publishers.set([Publisher.objects.create(name="东河网"), Publisher.objects.create(name="西山网")])

    words = words_of(page_of(client, interview))

    crumbs, headline = words.index("嘉宾访谈"), words.index("河水怎样变清", words.index("嘉宾访谈"))
    assert crumbs < words.index("访谈直播", crumbs) < headline
    for expected in ("2026-05-04 星期一", "林悦", "陈安", "乔梅", "东河网", "西山网", "两位嘉宾谈东河。", "UTC+08:00"):
        assert expected in words[headline:]


def test_a_turn_is_its_time_its_speaker_and_its_paragraphs(client, interview, host, guest):
    interview.say(host, "您好。", spoken_at=NOON)
    interview.say(guest, "第一段。\n第二段。", spoken_at=NOON + timedelta(seconds=7))

    html = page_of(client, interview)

    assert "【12:00:00】 主持人 您好。 【12:00:07】 陈安 第一段。 第二段。" in words_of(html)
    assert '<p dir="auto">第一段。</p><p dir="auto">第二段。</p>' in html


def test_the_time_links_to_the_turn_and_says_its_zone(client, interview, host):
    turn = interview.say(host, "您好。", spoken_at=NOON + timedelta(microseconds=1))

    html = page_of(client, interview)

    assert f'<a href="{turn.card_url}"><time datetime="2026-05-04T12:00:00+08:00">【12:00:00】</time></a>' in html
    assert html.count(f'id="turn-{turn.pk}"') == 1


def test_hosts_and_guests_are_told_apart_by_more_than_their_names(client, interview, host, guest):
    interview.say(host, "您好。")
    interview.say(guest, "您好。")

    html = page_of(client, interview)

    assert html.count('class="turn turn-host"') == 1
    assert html.count('class="turn turn-guest"') == 1


def test_a_guests_portrait_stands_at_the_turns_and_on_the_card(client, interview, guest, chen_an):
    chen_an.photo = "people/chen-an.svg"
    chen_an.save()
    interview.say(guest, "您好。")

    html = page_of(client, interview)

    assert html.count('<img src="/media/people/chen-an.svg" width="36" height="36"') == 1
    assert html.count('<img src="/media/people/chen-an.svg" width="96" height="96"') == 1


def test_a_key_moment_has_its_heading(client, interview, host):
    interview.say(host, "您好。", heading="河从哪里来")

    assert '<h2 class="moment" dir="auto">河从哪里来</h2>' in page_of(client, interview)


def test_the_cards_tell_who_everybody_was_that_day(client, interview, chen_an):
    chen_an.title = "退休"
    chen_an.save()

    html = page_of(client, interview)
    cards = words_of(html[html.index('data-part="cards"') :])

    for expected in ("林悦", "陈安", "河道工程师", "东河水务", "修了二十年河。", "乔梅", "教师"):
        assert expected in cards
    assert "退休" not in cards
    assert f'href="/guests/{chen_an.slug}/"' in html


def test_the_pinned_turn_is_a_copy_without_its_id(client, interview, guest):
    turn = interview.say(guest, "水是从上游变清的。")
    turn.pin()

    html = page_of(client, interview).split("<body")[1]

    assert html.count("水是从上游变清的。") == 2
    assert html.count(f'id="turn-{turn.pk}"') == 1
    assert html.count(f'href="#turn-{turn.pk}"') == 1


def test_with_nothing_pinned_the_part_is_empty(interview):
    assert render(interview, "pinned") == ""


def test_the_summary_waits_for_the_end(client, interview):
    interview.revise(summary="治河先治岸。")
    assert "治河先治岸。" not in page_of(client, interview)

    interview.end()
    assert "治河先治岸。" in page_of(client, interview)


def test_an_interview_that_has_ended_shows_no_connection(client, interview):
    assert "<pause-updates" in page_of(client, interview)

    interview.end(at=NOON + timedelta(hours=1))
    html = page_of(client, interview)

    assert "<pause-updates" not in html
    assert "12:00–13:00" in words_of(html)


def test_what_stands_in_the_page_is_what_is_pushed(client, interview, host, guest):
    interview.say(host, "您好。", heading="开场")
    interview.say(guest, "看https://example.com/。").pin()
    page = " ".join(page_of(client, interview).split())

    message = client.get(address_of_changes(interview)).json()

    shown = {frame.get("part", "turn") for frame in message["frames"]}
    assert shown == {"turn", "breadcrumb", "masthead", "pinned", "moments", "notice", "ending", "cards"}
    for frame in message["frames"]:
        assert " ".join(frame["html"].split()) in page


def test_a_longer_transcript_takes_no_more_queries(client, interview, guest, django_assert_num_queries):
    interview.say(guest, "一")
    with CaptureQueriesContext(connection) as short:
        page_of(client, interview)
    for n in range(20):
        interview.say(guest, f"{n}")

    with django_assert_num_queries(len(short)):
        page_of(client, interview)


# What nobody is shown


def test_a_draft_is_not_found(client, draft):
    assert client.get(f"/interviews/{draft.slug}/").status_code == 404
    assert client.get(address_of_changes(draft)).status_code == 404


def test_a_draft_is_listed_nowhere(client, draft, lin_yue):
    for address in ("/", "/interviews/"):
        response = client.get(address)

        assert response.status_code == 200
        assert draft.headline not in response.content.decode()


def test_that_somebody_is_invited_is_not_known_before_it_is_announced(client, draft, lin_yue):
    assert client.get(lin_yue.get_absolute_url()).status_code == 404
    draft.go_live()
    assert client.get(lin_yue.get_absolute_url()).status_code == 200


def test_a_held_turn_is_nowhere(client, interview, host):
    interview.say(host, "先压一压", held=True)

    assert "先压一压" not in page_of(client, interview)
    assert "先压一压" not in json.dumps(client.get(address_of_changes(interview)).json(), ensure_ascii=False)


def test_a_retracted_turn_leaves_the_page_and_its_pinned_copy(client, interview, host):
    turn = interview.say(host, "说错了的话")
    turn.pin()
    turn.retract()

    assert "说错了的话" not in page_of(client, interview)
    assert "说错了的话" not in json.dumps(client.get(address_of_changes(interview)).json(), ensure_ascii=False)


def test_what_anybody_typed_is_text_and_never_markup(client, lin_yue, chen_an):
    interview = Interview.objects.create(
        headline=f"标题{EVIL}",
        slug="evil",
        lede=f"导语{EVIL}",
        summary=f"小结{EVIL}",
        section=Section.objects.create(name=f"栏目{EVIL}"),
        starts_at=NOON,
    )
    interview.publishers.add(Publisher.objects.create(name=f"媒体{EVIL}", url=f"https://example.com/{EVIL}"))
    for person in (lin_yue, chen_an):
        person.name, person.title, person.organisation, person.bio = (f"{n}{EVIL}" for n in "名职单介")
        person.photo = f"people/{EVIL}.svg"
        person.save()
    host, guest = interview.seat(lin_yue, label=f"主持{EVIL}"), interview.seat(chen_an, label=f"嘉宾{EVIL}")
    interview.go_live(at=NOON)
    interview.say(host, f"问{EVIL}", heading=f"节{EVIL}")
    interview.say(guest, f"https://example.com/{EVIL}").pin()
    interview.end()

    addresses = ["/", "/interviews/", "/interviews/evil/", lin_yue.get_absolute_url(), chen_an.get_absolute_url()]
    pages = [client.get(address).content.decode() for address in addresses]
    pages += [frame["html"] for frame in client.get(address_of_changes(interview)).json()["frames"]]

    shown = "".join(pages)
    assert not re.search(r"<script(?! type=\"(?:module\" (?:async )?src=|application/ld\+json\">))", shown)
    for expected in ("标题", "导语", "小结", "栏目", "媒体", "主持", "嘉宾", "名", "职", "单", "介", "问", "节"):
        assert f"{expected}&quot;&gt;&lt;script&gt;" in shown


# Caches, languages, mistakes


@pytest.fixture
def addresses(interview, guest, chen_an, lin_yue):
    interview.say(guest, "您好。")
    return [
        "/",
        "/interviews/",
        f"/interviews/{interview.slug}/",
        address_of_changes(interview),
        chen_an.get_absolute_url(),
        lin_yue.get_absolute_url(),
    ]


def test_every_page_may_be_kept_by_anybody_and_sets_no_cookie(client, addresses):
    for address in addresses:
        response = client.get(address)

        assert response.status_code == 200
        assert re.fullmatch(r"(?=.*\bpublic\b)(?=.*\bmax-age=\d+).*", response["Cache-Control"])
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")


def test_a_signed_in_editor_is_sent_the_same_bytes(client, zhou, addresses):
    before = [client.get(address).content for address in addresses]
    client.force_login(zhou)

    assert [client.get(address).content for address in addresses] == before


def test_a_page_that_has_not_changed_is_not_sent_again(client, addresses, interview, guest):
    for address in addresses:
        etag = client.get(address)["ETag"]
        again = client.get(address, headers={"If-None-Match": etag})

        assert again.status_code == 304
        assert not again.content

    etag = client.get(f"/interviews/{interview.slug}/")["ETag"]
    interview.say(guest, "还有一句。")
    assert client.get(f"/interviews/{interview.slug}/", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("visitor", ["en", "zh-Hans", "fr", ""])
def test_an_interview_speaks_its_own_language_to_every_visitor(client, interview, host, english, visitor):
    interview.say(host, "您好。", spoken_at=NOON)

    for one, language, expected in ((interview, "zh-hans", "【12:00:00】"), (english, "en", "05:00:00")):
        response = client.get(f"/interviews/{one.slug}/", headers={"Accept-Language": visitor})
        html = response.content.decode()

        assert f'<html lang="{language}">' in html
        assert response["Content-Language"] == language
        assert f">{expected}</time>" in html
    assert "Guest: 陈安" in words_of(html)
    assert "Monday 4 May 2026" in html
    assert "British Summer Time (UTC+01:00)" in html


@pytest.mark.parametrize(
    ("visitor", "language", "date"), [("en", "en", "Monday 4 May 2026"), ("zh-CN", "zh-hans", "2026-05-04 星期一")]
)
def test_site_pages_speak_the_visitors_language(client, interview, visitor, language, date):
    for address in ("/", "/interviews/"):
        html = client.get(address, headers={"Accept-Language": visitor}).content.decode()

        assert f'<html lang="{language}">' in html
        assert date in html
        assert '<h3 lang="zh-hans" dir="auto">' in html


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"after": "-1"}, "after"),
        ({"after": "many"}, "after"),
        ({"after": ""}, "after"),
        ({"after": "99999999999999999999"}, "after"),
        ({"epoch": "yesterday"}, "epoch"),
        ({"epoch": ""}, "epoch"),
    ],
)
def test_a_cursor_that_cannot_be_read_is_refused_by_its_name(client, interview, query, field):
    query = {"epoch": uuid.uuid4(), "after": 0, **query}

    response = client.get(f"/interviews/{interview.slug}/changes/", query)

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]


@pytest.mark.parametrize("address", ["/nothing/", "/interviews/nothing/", "/guests/nobody/", "/hosts/nobody/"])
def test_what_is_not_there_is_not_found(client, db, address):
    response = client.get(address)

    assert response.status_code == 404
    assert b"<main" in response.content


def test_an_interview_page_is_one_and_the_same_for_every_language_a_cache_is_asked_in(client, interview):
    page = client.get(interview.get_absolute_url(), headers={"Accept-Language": "en"})
    assert "Accept-Language" not in page.get("Vary", "")
    assert page["Content-Language"] == "zh-hans"
    assert "Accept-Language" in client.get("/")["Vary"]


def test_a_page_listens_until_a_day_after_the_end(client, interview):
    interview.end()
    assert "data-socket" in page_of(client, interview)
    interview.ended_at -= timedelta(days=1)
    interview.started_at -= timedelta(days=1)
    interview.save()
    assert "data-socket" not in page_of(client, interview)


@pytest.mark.parametrize("name", ["..", ".", ".hidden", "a/b", "nobody.png"])
def test_a_photo_that_is_none_is_not_found(client, db, name):
    assert client.get(f"/media/people/{name}").status_code == 404


def test_a_language_cookie_is_not_looked_at_since_a_cache_does_not_either(client, db):
    client.cookies["django_language"] = "en"
    assert client.get("/", headers={"Accept-Language": "zh-CN"})["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("headers", [{}, {"Host": "10.0.0.7"}])
def test_a_balancer_may_ask_for_health_by_address_and_without_tls(client, db, settings, headers):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["talks.example.org"]
    assert client.get("/healthz", headers=headers).content == b"ok\n"
