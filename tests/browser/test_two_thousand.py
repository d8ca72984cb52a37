"""An interview of two thousand turns: one finds one's place in it, and it costs no more than what is seen of it."""

import pytest
from playwright.sync_api import expect

from interviews.models import Interview

from .conftest import DESKTOP, PHONE
from .long_interviews import key_moment, say_many
from .test_finding import FEW_PIXELS, GAP, connected, focused, opened, settled, shown, top_of, turns, words

MANY = 2_000


@pytest.fixture(scope="module")
def made(for_the_module, django_db_setup):
    """The key of an interview of two thousand turns, from one line to some paragraphs, and its page as it was sent."""
    interview = django_db_setup["interview"].copy()["interview"]
    say_many(
        interview,
        MANY,
        lambda n: "\n".join([f"第{n}句，东河的水是怎样变清的。" * (1 + n % 7)] * (1 + n % 4)),
        key_moment,
    )
    return interview.pk, {}


@pytest.fixture
def long(made, served):
    pk, sent = made
    long = Interview.objects.get(pk=pk)
    served.send_again(long.get_absolute_url(), sent)
    return long


@pytest.fixture
def guest(long):
    return long.speakers.get(label="陈安")


def test_who_finds_a_turn_and_clears_stays_at_it(served, window, long):
    turn = long.turns.all()[1234]
    page = opened(window(f"{served.here}{long.get_absolute_url()}"))

    words(page).fill("第1234句")
    expect(shown(page)).to_have_count(1)
    expect(page.locator(f"#turn-{turn.pk}")).to_be_in_viewport()
    settled(page)
    before = page.locator(f"#turn-{turn.pk}").bounding_box()["y"]
    page.locator(".finder button[type=reset]").click()
    expect(shown(page)).to_have_count(MANY)
    settled(page)

    assert abs(page.locator(f"#turn-{turn.pk}").bounding_box()["y"] - before) <= FEW_PIXELS


def test_the_first_hit_is_shown_from_its_beginning(served, window, long):
    hit = long.turns.all()[1002]
    page = window(f"{served.here}{long.get_absolute_url()}#turn-{hit.pk}", viewport=PHONE)
    settled(page)
    page.mouse.wheel(0, 40)
    settled(page)
    assert top_of(page, hit) < 0

    words(opened(page)).fill("第1002句")
    expect(shown(page)).to_have_count(1)
    settled(page)

    assert 0 <= top_of(page, hit) <= GAP


# Links


@pytest.mark.parametrize(("n", "viewport"), [(3, DESKTOP), (1000, PHONE), (MANY - 30, DESKTOP)])
def test_a_linked_turn_of_two_thousand_is_right_below_the_bar_and_stays(served, window, long, guest, n, viewport):
    turn = long.turns.all()[n]

    page = connected(window(f"{served.here}{long.get_absolute_url()}#turn-{turn.pk}", viewport=viewport))

    settled(page)
    assert 0 <= top_of(page, turn) <= GAP
    long.say(guest, "还有一句。")
    long.turns.first().correct(version=1, text="改长了。\n" * 9)
    expect(turns(page)).to_have_count(MANY + 1)
    expect(turns(page).first).to_contain_text("改长了")
    settled(page)
    assert 0 <= top_of(page, turn) <= GAP


def test_a_key_moment_leads_to_its_turn(served, window, long):
    page = connected(window(served.here + long.get_absolute_url(), viewport=PHONE))

    for n in (1750, 150, 950):
        turn = long.turns.get(heading=f"要点{n}")
        page.evaluate("scrollTo(0, 0)")
        page.locator(f".moments a[href='#turn-{turn.pk}']").click()
        settled(page)
        assert 0 <= top_of(page, turn) <= GAP
    assert page.evaluate("document.querySelector('.turn:target .moment').textContent") == "要点950"


def test_who_scrolls_through_two_thousand_turns_sees_no_gap(served, window, long):
    page = window(served.here + long.get_absolute_url(), viewport=PHONE)
    page.evaluate("scrollTo(0, 50_000)")

    for _ in range(6):
        page.mouse.wheel(0, 5_000)
        settled(page)
        blank = page.evaluate(
            """() => [...document.querySelectorAll("[data-turns] .turn")].filter(turn => {
                const { top, bottom } = turn.getBoundingClientRect()
                const isSeen = turn.querySelector(".said").checkVisibility({ contentVisibilityAuto: true })
                return bottom > 0 && top < innerHeight && !isSeen
            }).length"""
        )
        assert blank == 0


def test_what_is_far_away_costs_no_layout(served, window, long):
    page = window(served.here + long.get_absolute_url())
    laid_out = """() => [...document.querySelectorAll(".said")].filter(said =>
        said.checkVisibility({ contentVisibilityAuto: true })).length"""
    assert page.evaluate(laid_out) < 100


def test_all_of_it_is_printed(served, window, long):
    page = window(served.here + long.get_absolute_url())
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.turn')).contentVisibility") == "visible"


# Keys


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_j_and_k_go_from_turn_to_turn_below_the_bar(served, window, long, viewport):
    page = window(served.here + long.get_absolute_url(), viewport=viewport)
    first, second, third = long.turns.all()[:3]

    for key, turn in (("j", first), ("j", second), ("j", third), ("k", second)):
        page.keyboard.press(key)
        settled(page)
        assert focused(page) == f"turn-{turn.pk}"
        assert 0 <= top_of(page, turn) <= GAP

    far = long.turns.all()[1000]
    page.evaluate("pk => { location.hash = `turn-${pk}` }", far.pk)
    settled(page)
    page.keyboard.press("j")
    settled(page)
    assert focused(page) == f"turn-{long.turns.all()[1001].pk}"
    assert 0 <= top_of(page, long.turns.all()[1001]) <= GAP
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert focused(page) == f"turn-{long.turns.all()[999].pk}"
