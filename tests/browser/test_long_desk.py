"""The desk of an interview of two thousand turns: it has the newest hundred, and the others when they are asked for."""

import random
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from interviews.models import Interview
from interviews.rendering.stretches import STRETCH_TURNS
from tests.conftest import NOON
from tests.newsroom import address, at_desk

from .desks import composer, open_correction, open_verb, publish
from .long_interviews import say_many
from .readers import FRAMES
from .test_finding import FEW_PIXELS, settled, turns
from .test_live import connected

MANY = 2_000
MAX_KB_SENT = 300
COMMON = [chr(code) for code in range(0x4E00, 0x5600)]  # what is typed compresses less than one sentence over and over
GAPS = "[data-turns=transcript] > turn-gap"


@pytest.fixture(scope="module")
def made(for_the_module, django_db_setup):
    interview, chance = django_db_setup["interview"].copy()["interview"], random.Random(1)
    say_many(interview, MANY, lambda n: f"第{n}句，{''.join(chance.choices(COMMON, k=60))}。")
    return interview.pk


@pytest.fixture
def long(made, db):
    return Interview.objects.get(pk=made)


@pytest.fixture
def host(long):
    return long.speakers.get(label="主持人")


@pytest.fixture
def desk(served, sign_in, zhou, long):
    return connected(sign_in(served, zhou, long))


def numbers(page):
    """Which turns the page has, in its order, by the numbers in their texts."""
    texts = page.locator("[data-turns=transcript] .said").all_text_contents()
    return [int(text.strip()[1:].split("句")[0]) for text in texts]


def numbered(interview, n):
    return interview.turns.get(text__startswith=f"第{n}句")


def in_page(page, turn):
    return page.locator(f"#turn-{turn.pk}")


def go_to(page, turn):
    page.evaluate("pk => { location.hash = `turn-${pk}` }", turn.pk)
    expect(in_page(page, turn)).to_be_in_viewport()
    settled(page)


def newest(many):
    return list(range(MANY - many, MANY))


# What is sent


def test_it_is_sent_in_few_bytes(zhou, long):
    answer = at_desk(zhou).get(address("interview", long), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert (
        len(answer.content) <= MAX_KB_SENT * 1_000 / 4
    )  # a quarter of it: two thousand turns take no more than a hundred


def test_two_thousand_turns_are_no_more_elements_than_two_hundred(served, sign_in, zhou, desk, long):
    elements = "document.querySelectorAll('*').length"
    assert numbers(desk) == newest(STRETCH_TURNS)
    many = desk.evaluate(elements)

    long.turns.exclude(pk__in=long.turns.reverse()[:200]).delete()
    desk.reload()

    assert desk.evaluate(elements) == many
    assert (
        desk.evaluate("document.querySelectorAll('.transcript :is(form, input, textarea, select, details)').length")
        == 0
    )


# Older turns


def test_who_scrolls_up_gets_them_and_nothing_jumps(desk, long):
    first = in_page(desk, numbered(long, MANY - STRETCH_TURNS))
    first.evaluate("turn => turn.scrollIntoView()")
    before = first.bounding_box()["y"]
    expect(turns(desk)).to_have_count(2 * STRETCH_TURNS)
    settled(desk)
    assert numbers(desk) == newest(2 * STRETCH_TURNS)
    assert abs(first.bounding_box()["y"] - before) <= FEW_PIXELS


def test_who_is_at_the_very_top_gets_a_hundred_at_a_time(desk):
    desk.evaluate("scrollTo(0, 0)")
    expect(turns(desk)).to_have_count(2 * STRETCH_TURNS)
    expect(desk.locator("h1")).to_be_in_viewport()
    settled(desk)
    expect(turns(desk)).to_have_count(2 * STRETCH_TURNS)
    desk.mouse.move(400, 400)
    desk.mouse.wheel(0, -100)
    expect(turns(desk)).to_have_count(3 * STRETCH_TURNS)


def test_the_first_turn_has_nothing_before_it(desk, long):
    long.turns.exclude(pk__in=long.turns.reverse()[: STRETCH_TURNS + 5]).delete()
    desk.reload()
    desk.evaluate("scrollTo(0, 0)")
    expect(turns(desk)).to_have_count(STRETCH_TURNS + 5)
    expect(desk.locator(GAPS)).to_have_count(0)
    assert numbers(desk) == newest(STRETCH_TURNS + 5)


def test_a_link_leads_to_a_turn_in_the_midst(served, sign_in, zhou, long):
    turn = numbered(long, 700)
    desk = sign_in(served, zhou, long)
    desk.goto("about:blank")
    desk.goto(f"{served.here}/desk/{long.slug}/#turn-{turn.pk}")
    expect(in_page(desk, turn)).to_be_in_viewport()
    assert desk.evaluate("document.querySelector('.turn:target').id") == f"turn-{turn.pk}"
    expect(desk.locator(GAPS)).to_have_count(2)
    loaded = numbers(desk)
    assert loaded == sorted(loaded)
    assert {650, 700, 749, MANY - 1} <= set(loaded)


def test_gaps_close_from_both_sides(desk, long):
    go_to(desk, numbered(long, MANY - 230))
    for _ in range(4):
        if desk.locator(GAPS).count() > 1:
            desk.locator(GAPS).last.locator("a").last.click()
            settled(desk)
    expect(desk.locator(GAPS)).to_have_count(1)
    loaded = numbers(desk)
    assert loaded == newest(len(loaded))


def test_without_scripts_the_link_leads_to_a_page_of_them(served, sign_in, zhou, long):
    desk = sign_in(served, zhou, long, java_script_enabled=False)
    for _ in range(2):
        desk.get_by_role("link", name="更早的发言").click()
    assert desk.locator(".said").count() == STRETCH_TURNS
    expect(desk.locator(".said").first).to_contain_text(f"第{MANY - 3 * STRETCH_TURNS}句")
    desk.get_by_role("link", name="之后的发言").click()
    expect(desk.locator(".said").first).to_contain_text(f"第{MANY - 2 * STRETCH_TURNS}句")


def test_who_loads_the_page_again_is_where_they_were(desk, long):
    turn = numbered(long, 700)
    go_to(desk, turn)
    desk.evaluate("history.replaceState(null, '', location.pathname)")
    before = in_page(desk, turn).bounding_box()["y"]

    desk.reload()

    expect(in_page(desk, turn)).to_be_in_viewport()
    settled(desk)
    assert abs(in_page(desk, turn).bounding_box()["y"] - before) <= FEW_PIXELS


# What happens meanwhile


def test_what_changes_in_a_gap_is_seen_with_what_is_loaded_there(served, desk, long, host):
    turn = numbered(long, 700)
    turn.correct(version=1, text="第700句，改过的。")
    late = long.say(host, "第7005句，补的。", spoken_at=turn.spoken_at + timedelta(seconds=1))
    long.say(host, f"第{MANY}句，最新的。", spoken_at=NOON + timedelta(seconds=5 * MANY))
    expect(turns(desk).last).to_contain_text("最新的")
    expect(turns(desk)).to_have_count(STRETCH_TURNS + 1)

    go_to(desk, turn)

    expect(in_page(desk, turn)).to_contain_text("改过的")
    assert in_page(desk, late).evaluate("late => late.previousElementSibling.id") == f"turn-{turn.pk}"


def test_turns_that_were_on_their_way_while_one_of_them_was_changed_are_asked_for_again(desk, long):
    turn, held = numbered(long, 700), []
    desk.route("**/transcript/?*", lambda route: held.append(route), times=1)
    desk.evaluate("pk => { location.hash = `turn-${pk}` }", turn.pk)
    while not held:
        desk.evaluate(FRAMES)
    answer = held[0].fetch()
    turn.correct(version=1, text="第700句，改过的。")
    long.say(turn.speaker, "改过了。", spoken_at=NOON + timedelta(seconds=5 * MANY))
    expect(turns(desk).last).to_contain_text("改过了。")

    held[0].fulfill(response=answer)

    expect(in_page(desk, turn)).to_contain_text("改过的")


def test_without_an_answer_it_says_so_and_asks_again(desk):
    desk.route("**/transcript/?*", lambda route: route.abort())
    desk.evaluate("scrollTo(0, 0)")
    expect(desk.locator(GAPS).get_by_role("alert")).to_have_text("没有收到回应，请重试。")

    desk.unroute("**/transcript/?*")
    desk.locator(GAPS).locator("a").click()

    expect(turns(desk)).to_have_count(2 * STRETCH_TURNS)
    expect(desk.locator(GAPS).get_by_role("alert")).to_be_hidden()


def test_a_gap_stays_though_a_turn_beyond_it_is_known(desk, long, zhou):
    """It was moved there while somebody typed in it here, so that the page shows it still where it was."""
    moved = numbered(long, MANY - 50)
    in_page(desk, moved).locator("[data-opens=correct]").click()
    in_page(desk, moved).locator("[data-verb=correct] textarea").fill("改到一半")
    moved.correct(version=1, spoken_at=numbered(long, MANY - 130).spoken_at + timedelta(seconds=1), by=zhou)
    expect(in_page(desk, moved)).to_contain_text("他人")

    desk.locator(GAPS).locator("a").click()
    expect(turns(desk)).to_have_count(2 * STRETCH_TURNS - 1)
    expect(desk.locator(GAPS)).to_have_count(1)
    desk.locator(GAPS).locator("a").click()
    expect(in_page(desk, numbered(long, MANY - 250))).to_have_count(1)


def test_a_link_that_failed_is_followed_again(desk, long):
    turn = numbered(long, 700)
    desk.route("**/transcript/?*", lambda route: route.abort())
    desk.evaluate("pk => { location.hash = `turn-${pk}` }", turn.pk)
    expect(desk.locator(GAPS).get_by_role("alert")).to_be_visible()
    desk.unroute("**/transcript/?*")
    desk.evaluate(
        """pk => {
            const link = Object.assign(document.createElement("a"), { href: `#turn-${pk}` })
            document.querySelector("h1").append(link)
            link.click()
        }""",
        turn.pk,
    )
    expect(in_page(desk, turn)).to_be_in_viewport()


def test_who_followed_a_link_and_types_at_the_end_is_still_there_after_a_reload(desk, long):
    go_to(desk, numbered(long, 700))
    desk.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    settled(desk)
    composer(desk).fill("打到一半")
    desk.reload()
    expect(composer(desk)).to_be_focused()
    expect(composer(desk)).to_have_value("打到一半")
    expect(in_page(desk, numbered(long, MANY - 1))).to_be_in_viewport()


# What is done with them


def test_what_was_being_typed_in_an_old_turn_comes_back_with_it(desk, long):
    turn = numbered(long, 700)
    go_to(desk, turn)
    in_page(desk, turn).locator("[data-opens=correct]").click()
    in_page(desk, turn).locator("[data-verb=correct] textarea").fill("第700句，改到一半")

    desk.goto(desk.url.split("#")[0])

    expect(in_page(desk, turn).locator("[data-verb=correct] textarea")).to_have_value("第700句，改到一半")
    in_page(desk, turn).locator("[data-verb=correct] textarea").press("Control+Enter")
    expect(in_page(desk, turn).locator(".said")).to_contain_text("改到一半")
    turn.refresh_from_db()
    assert turn.text == "第700句，改到一半"


def test_a_draft_in_another_interview_is_left_alone(served, desk, host):
    other = Interview.objects.create(headline="另一场")
    other.seat(host.host)
    open_correction(desk, "别处改到一半")
    asked = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.goto(f"{served.here}/desk/{other.slug}/")
    connected(desk)
    assert not [url for url in asked if "/transcript/" in url]


def test_a_turn_is_posted_while_one_looks_at_old_ones(desk, long):
    go_to(desk, numbered(long, 700))
    publish(desk, "主持人", "第二千句。")
    expect(turns(desk).last).to_contain_text("第二千句。")


def test_an_old_turn_is_retracted_and_taken_back(desk, long):
    turn = numbered(long, 700)
    go_to(desk, turn)
    form = open_verb(desk, in_page(desk, turn), "retract")
    form.locator("button.primary").click()
    expect(in_page(desk, turn)).to_have_attribute("data-state", "retracted")
    in_page(desk, turn).get_by_role("button", name="恢复").click()
    expect(in_page(desk, turn)).to_have_attribute("data-state", "published")


# What is seen at once

WHOLE = """() => {
    const top = document.querySelector("desk-bar").getBoundingClientRect().bottom
    const bottom = document.querySelector("desk-composer").getBoundingClientRect().top
    const isWhole = ({ top: from, bottom: to }) => from >= top - 1 && to <= bottom + 1
    return [...document.querySelectorAll(".said")].filter(said => isWhole(said.parentElement.getBoundingClientRect()))
        .map(said => said.getClientRects()[0].height)
}"""


def test_twelve_turns_of_two_lines_are_seen_at_once(served, sign_in, zhou, long):
    long.turns.update(text="东河的水是怎样变清的？先治岸，后治水，沿河走了三年，种了九百棵树，才知道原来是这样。")
    desk = connected(sign_in(served, zhou, long, viewport={"width": 1280, "height": 800}))
    settled(desk)
    heights = desk.evaluate(WHOLE)
    assert min(heights) > 40, "two lines"
    assert len(heights) >= 12


def test_host_and_guest_are_told_apart_without_reading(desk):
    rules = [
        desk.locator(f".turn{name} > .said").last.evaluate("said => getComputedStyle(said).borderInlineStartWidth")
        for name in (".turn-host", ":not(.turn-host)")
    ]
    assert rules == ["1px", "3px"]
