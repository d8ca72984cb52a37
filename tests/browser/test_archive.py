"""From the front page to the very turn: searching, narrowing the archive, a person's words."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from interviews.models import Interview, Section
from interviews.views.reader import archive
from tests.conftest import NOON

from .axe import ALL_RULES, violations
from .conftest import DESKTOP, PHONE

LEAST_TARGET = 24  # pixels (WCAG 2.5.8)
SEVERAL = timedelta(minutes=5)


@pytest.fixture
def full(interview, guest, host, chen_an):
    """A long interview under way, and one a year before."""
    outer = Section.objects.create(name="River talks", slug="rivers")
    interview.revise(section=Section.objects.create(name="Upper reaches", slug="upper", parent=outer))
    for n in range(40):
        text = "治岸在先，治水在后。" if n == 20 else f"东河的第{n}件事。" * 8
        interview.say(guest if n % 2 else host, text, spoken_at=NOON + n * SEVERAL)
    last_year = NOON - timedelta(days=365)
    other = Interview.objects.create(headline="Upstream of everything", language="en", starts_at=last_year)
    seat = other.seat(chen_an)
    other.go_live(at=last_year)
    other.say(seat, "River first, banks later.", spoken_at=last_year)
    other.end(at=last_year + SEVERAL)
    return interview


def headlines(page):
    return page.locator(".entry h3")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_word_typed_on_the_front_page_leads_to_the_turn_in_which_it_was_said(site, window, full, scripts):
    page = window(site.here, locale="en-GB", java_script_enabled=scripts)

    page.get_by_role("searchbox").fill("治岸 治水")
    page.get_by_role("searchbox").press("Enter")
    hits = page.locator(".quote")
    expect(hits).to_have_count(1)
    expect(hits.locator("mark")).to_have_text(["治岸", "治水"])
    expect(page.get_by_role("searchbox")).to_have_value("治岸 治水")

    hits.get_by_role("link").click()
    turn = full.turns.get(text__startswith="治岸")
    page.wait_for_url(f"**{full.get_absolute_url()}#turn-{turn.pk}")
    expect(page.locator(f"#turn-{turn.pk}")).to_be_in_viewport()


def test_a_reader_narrows_the_archive_and_takes_it_off_again(served, window, full):
    page = window(f"{served.here}/interviews/", locale="en-GB")
    expect(headlines(page)).to_have_text([full.headline, "Upstream of everything"])

    page.get_by_role("link", name="River talks 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("River talks")
    page.get_by_role("link", name="Upper reaches 1").click()
    expect(headlines(page)).to_have_text([full.headline])

    page.get_by_role("link", name="Section: Upper reaches").click()
    page.get_by_role("link", name="2025 1").click()
    expect(headlines(page)).to_have_text(["Upstream of everything"])
    page.get_by_role("link", name="Year: 2025").click()
    expect(headlines(page)).to_have_count(2)


def test_on_a_phone_what_narrows_it_is_folded_away(served, window, full):
    page = window(f"{served.here}/interviews/", locale="en-GB", viewport=PHONE)
    year = page.get_by_role("link", name="2025 1")

    expect(year).to_be_hidden()
    page.locator(".narrowing > summary").click()
    expect(year).to_be_visible()


def test_what_a_guest_said_can_be_searched_and_read_on(served, window, full, chen_an):
    page = window(served.here + chen_an.get_absolute_url(), locale="en-GB")
    quotes = page.locator(".quote .said")
    expect(quotes).to_have_count(archive.ROWS_A_PAGE)

    page.get_by_role("link", name="Older").click()
    expect(quotes).to_have_text(["River first, banks later."])

    page.get_by_role("searchbox").fill("banks")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("mark")).to_have_text(["banks"])
    expect(page.get_by_role("heading", name="People")).to_have_count(0)


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")])
def test_axe_finds_nothing_and_nothing_is_too_small_to_be_hit(
    served, window, full, chen_an, viewport, scheme, monkeypatch
):
    page = window(locale="en-GB", viewport=viewport, color_scheme=scheme)
    queries = (
        "/search/?q=治",
        "/search/?q=陈",
        "/search/?q=。",
        "/interviews/?section=upper&year=2026",
        "/interviews/?year=2001",
    )
    for address in ("/", chen_an.get_absolute_url(), *queries):
        page.goto(served.here + address)
        page.evaluate("document.querySelector('.narrowing')?.setAttribute('open', '')")
        assert violations(page, rules=ALL_RULES) == [], address
        for target in page.locator("main :is(a, button, summary, input:not([type=hidden]))").all():
            box = target.bounding_box()
            assert box is None or box["height"] >= LEAST_TARGET, (address, target.inner_text(), box)
