"""What the page is before, at and after the interview, and that its head does no harm."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from interviews.models import Interview

from .conftest import DESKTOP, PHONE
from .test_live import connected

SHIFTS = """new PerformanceObserver(list => {
    window.shifts = (window.shifts ?? []).concat(list.getEntries().map(entry => entry.value))
}).observe({ type: "layout-shift", buffered: true })"""


def announced(seat, language="en", **left):
    """An interview that starts in a while, by the browser's own clock as well."""
    interview = Interview.objects.create(
        headline="A river runs clear",
        lede="How it was done, and by whom.",
        language=language,
        starts_at=timezone.now().replace(microsecond=0) + timedelta(**left),
    )
    interview.seat(seat)
    interview.announce()
    return interview


def by_its_own_clock(page, now):
    """A page whose clock the test moves on; from the server it would hear the true time."""
    page.clock.install(time=now)
    page.route("**/changes/*", lambda route: route.abort())
    return page


def countdown(page):
    return page.locator("start-countdown")


def test_a_countdown_tells_how_long_it_is_until_the_start(served, window, chen_an):
    interview = announced(chen_an, minutes=12, seconds=30)

    page = window(served.here + interview.get_absolute_url())

    expect(countdown(page)).to_have_text("Begins in 12 minutes")
    expect(page.get_by_role("timer")).to_have_text("Begins in 12 minutes")


def test_it_counts_in_the_pages_language(served, window, chen_an):
    page = window(
        served.here + announced(chen_an, "zh-hans", days=2, hours=3, minutes=1).get_absolute_url(), locale="en"
    )

    expect(countdown(page)).to_contain_text("2天3小时")


def test_it_goes_on_by_the_minute_in_the_end_by_the_second_and_stops(served, window, chen_an):
    interview = announced(chen_an, minutes=10)
    page = by_its_own_clock(window(), interview.starts_at - timedelta(minutes=10))
    page.goto(served.here + interview.get_absolute_url())
    page.clock.pause_at(interview.starts_at - timedelta(minutes=2, seconds=20))
    expect(countdown(page)).to_have_text("Begins in 2 minutes")

    for seconds, words in ((21, "1 minute"), (60, "59 seconds"), (9, "50 seconds"), (49, "1 second")):
        page.clock.run_for(seconds * 1_000)
        expect(countdown(page)).to_have_text(f"Begins in {words}")
    page.clock.run_for(2_000)
    expect(countdown(page)).to_have_text("About to begin")


@pytest.mark.parametrize("wrong", [-3, 7, 24 * 60])
def test_it_counts_by_the_servers_clock_where_the_readers_is_wrong(served, window, chen_an, wrong):
    interview = announced(chen_an, minutes=12, seconds=30)
    page = window()
    page.clock.install(time=timezone.now() + timedelta(minutes=wrong))
    page.goto(served.here + interview.get_absolute_url())
    expect(countdown(page)).to_have_text("Begins in 12 minutes")


def test_it_stands_still_while_the_reader_has_paused_the_page(served, window, chen_an):
    interview = announced(chen_an, minutes=10)
    page = by_its_own_clock(window(), interview.starts_at - timedelta(minutes=5, seconds=30))
    page.goto(served.here + interview.get_absolute_url())
    expect(countdown(page)).to_have_text("Begins in 5 minutes")

    page.evaluate("document.querySelector('live-transcript').pause()")
    page.clock.run_for(120_000)
    expect(countdown(page)).to_have_text("Begins in 5 minutes")

    page.evaluate("document.querySelector('live-transcript').resume()")
    page.clock.run_for(60_000)
    expect(countdown(page)).to_have_text("Begins in 2 minutes")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nothing_moves_when_the_countdown_comes(served, window, chen_an, viewport):
    interview = announced(chen_an, days=2, hours=3, minutes=1)
    page = window(viewport=viewport)
    page.add_init_script(SHIFTS)
    page.goto(served.here + interview.get_absolute_url())
    connected(page)
    expect(countdown(page)).to_contain_text("Begins")

    below = page.locator(".byline").bounding_box()
    countdown(page).evaluate("element => element.textContent = ''")

    assert page.locator(".byline").bounding_box() == below
    assert sum(page.evaluate("window.shifts ?? []")) == 0


def test_the_announced_page_has_the_date_its_zone_a_calendar_the_lede_and_the_guests(served, window, chen_an):
    interview = announced(chen_an, days=2)
    page = window(served.here + interview.get_absolute_url(), java_script_enabled=False)
    at = interview.starts_at.astimezone(interview.tz)

    masthead = page.locator(".masthead")
    expect(masthead.locator("time")).to_have_text(f"{at:%A} {at.day} {at:%B %Y %H:%M}")
    expect(masthead).to_contain_text("Beijing time (UTC+08:00)")
    expect(masthead).to_contain_text("How it was done, and by whom.")
    expect(masthead.get_by_role("link", name="陈安")).to_be_visible()
    expect(countdown(page)).to_be_hidden()
    link = masthead.get_by_role("link", name="Add to calendar")
    assert link.bounding_box()["height"] >= 24
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == f"{at:%Y-%m-%d} A river runs clear.ics"


def test_the_page_turns_live_by_itself_and_ends_by_itself(site, window, chen_an):
    interview = announced(chen_an, minutes=1)
    page = connected(window(site.here + interview.get_absolute_url()))
    expect(countdown(page)).to_contain_text("Begins in")
    page.evaluate("window.isStillTheSame = true")

    interview.go_live()
    expect(countdown(page)).to_have_count(0)
    expect(page.locator(".masthead .status-live")).to_be_visible()
    expect(page.get_by_role("link", name="Add to calendar")).to_have_count(0)

    interview.say(interview.speakers.get(), "Good morning.")
    interview.revise(summary="It took twenty years.")
    interview.end()
    expect(page.locator(".summary")).to_contain_text("It took twenty years.")
    expect(page.locator(".exports a")).to_have_count(4)
    assert page.evaluate("window.isStillTheSame")


def test_after_the_end_the_transcript_can_be_kept_and_there_is_more_to_read(served, window, chen_an):
    other = announced(chen_an, days=1)
    interview = announced(chen_an, days=-1)
    interview.go_live()
    interview.say(interview.speakers.get(), "Good morning.")
    interview.end()

    page = window(served.here + interview.get_absolute_url())

    with page.expect_download() as download:
        page.locator(".exports a").first.click()
    assert download.value.suggested_filename.endswith(" A river runs clear.txt")
    assert "Good morning." in download.value.path().read_text()
    assert all(link.bounding_box()["height"] >= 24 for link in page.locator(".exports a").all())
    related = page.locator("section[aria-labelledby=related]")
    expect(related.get_by_role("link", name="A river runs clear")).to_have_attribute("href", other.get_absolute_url())


def test_the_data_in_the_head_is_whole_and_breaks_no_rule_of_the_page(served, window, interview, host):
    """A violation of the content security policy would be an error in the console, which `window` forbids."""
    interview.say(host, "</script><script>document.title = 'hacked'</script>")
    page = window()
    page.add_init_script(
        """window.violations = []
        document.addEventListener("securitypolicyviolation", event => violations.push(event.violatedDirective))"""
    )

    response = page.goto(served.here + interview.get_absolute_url())
    connected(page)

    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert page.evaluate("window.violations") == []
    data = json.loads(page.locator("script[type='application/ld+json']").text_content())
    assert data["liveBlogUpdate"][0]["articleBody"] == "</script><script>document.title = 'hacked'</script>"
    assert page.title().startswith("河水怎样变清")


def test_an_exported_page_opens_from_the_disk_and_runs_nothing(served, window, interview, host, tmp_path):
    interview.say(host, "您好。\n<script>document.title = 'hacked'</script>")
    file = tmp_path / "transcript.html"
    page = window()
    file.write_bytes(page.request.get(f"{served.here}{interview.get_absolute_url()}transcript.html").body())

    page.goto(file.as_uri())

    expect(page.get_by_role("heading", level=1)).to_have_text("河水怎样变清")
    expect(page.locator("article")).to_contain_text("<script>")
    assert page.title() == "河水怎样变清"
