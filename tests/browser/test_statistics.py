"""The figures as they are looked at: on a screen of any size, light and dark, and on paper."""

import pytest
from playwright.sync_api import expect

from interviews.models import Audience, Interview
from tests.test_statistics import MINUTE

from .axe import violations
from .conftest import DESKTOP, PHONE
from .test_everyone import SMALL


@pytest.fixture
def talked(talk, thirty):
    """Ended, corrected and read by many."""
    thirty[0].correct(version=1, text="Corrected.")
    for n in range(40):
        readers = 1000 + 10 * n if n < 20 else 100
        Audience.objects.create(interview=talk, minute=talk.started_at + n * MINUTE, readers=readers)
    talk.end(at=talk.started_at + 30 * MINUTE)
    return talk


def addresses(served, interview):
    paths = ("/desk/statistics/", "/desk/statistics/?year=2026", "/desk/statistics/?year=2031")
    return [f"{served.here}{path}" for path in (*paths, f"/desk/{interview.slug}/statistics/")]


@pytest.mark.parametrize(
    ("locale", "looks"),
    [("zh-CN", [(DESKTOP, "light"), (PHONE, "dark")]), ("en-GB", [(DESKTOP, "dark"), (PHONE, "light")])],
    ids=["zh-CN", "en-GB"],
)
def test_axe_finds_nothing_in_the_figures(served, sign_in, zhou, talked, locale, looks):
    page = sign_in(served, zhou, talked, locale=locale)
    found = []
    for address in addresses(served, talked):
        page.goto(address)
        found += violations(page, looks)
    assert found == []


def test_at_400_percent_only_the_tables_move_sideways(served, sign_in, zhou, talked):
    page = sign_in(served, zhou, talked, viewport=SMALL)
    for address in addresses(served, talked):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"], address


def test_from_the_desk_of_an_interview_one_comes_to_its_figures_and_back(served, sign_in, zhou, talked):
    page = sign_in(served, zhou, talked, locale="en-GB")
    page.locator('[data-part="headline"] a[href$="/statistics/"]').click()
    expect(page.get_by_role("img")).to_have_accessible_name("How many read and how much was said")
    expect(page.locator(".chart-most")).to_have_text("1,190")
    page.locator(".ways a").first.click()
    expect(page).to_have_url(f"{served.here}/desk/{talked.slug}/")


def test_a_chart_can_be_read_without_colours(served, sign_in, zhou, talked):
    """Each bar has its value as words beside it, in the ink of the text, and those of another kind are hatched."""
    page = sign_in(served, zhou, talked, locale="en-GB")
    page.goto(f"{served.here}/desk/statistics/?year=2026")
    one, other = page.get_by_role("img").all()
    for chart, may in ((one, "1"), (other, "30")):
        expect(chart.locator(".chart-value").nth(4)).to_have_text(may)
        ink, text = (
            chart.locator(".chart-value")
            .nth(4)
            .evaluate("e => [getComputedStyle(e).fill, getComputedStyle(document.body).color]")
        )
        assert ink == text
    expect(other.locator("rect.chart-bar-hatched").nth(4)).to_have_attribute("fill", "url(#turns-hatch)")
    assert one.locator("pattern").count() == 0


def test_on_paper_there_are_charts_and_tables_and_nothing_to_click(served, sign_in, zhou, talked):
    page = sign_in(served, zhou, talked, locale="en-GB")
    for address in addresses(served, talked):
        page.goto(address)
        page.emulate_media(media="print")
        for unseen in page.locator(".site-header, .statistics-years, .files, .back, nav, button").all():
            expect(unseen).to_be_hidden()
        expect(page.locator("h1")).to_be_visible()
    box = page.locator(".curve .figures")
    assert box.evaluate("e => e.scrollHeight <= e.clientHeight"), "all of the table is on the paper"


def test_without_scripts_the_figures_are_whole(served, sign_in, zhou, talked):
    Interview.objects.update(language="en")
    page = sign_in(served, zhou, talked, java_script_enabled=False, locale="en-GB")
    page.goto(f"{served.here}/desk/statistics/?year=2026")
    expect(page.get_by_role("row", name="May 2026")).to_contain_text("1,190")
