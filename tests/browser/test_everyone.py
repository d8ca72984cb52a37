"""Pages that everybody can use: as axe sees them, at 320 pixels, with the text larger, without scripts, on paper."""

from unittest.mock import patch

import pytest
from playwright.sync_api import expect

from interviews import demo
from interviews.models import Interview
from interviews.models.desk.report import report

from .axe import violations
from .conftest import DESKTOP, PHONE
from .test_live import connected

SCRIPTS = demo.scripts()
TURNS = 10
SMALL = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %


@pytest.fixture(scope="module")
def slugs(for_the_module):
    with patch.object(demo, "scripts", lambda: [brief(script) for script in SCRIPTS]):
        demo.load()
    both = two_eventful()
    for interview in both:
        for state in ("announced", "live", "paused", "ended"):
            in_state(interview, state)
    return [interview.slug for interview in both]


def brief(script):
    """The demo's script with few turns: what is seen in ten of them is seen in fifty."""
    return {**script, "turns": script.get("turns", [])[:TURNS]}


@pytest.fixture
def eventful(slugs, db):
    return [Interview.objects.get(slug=slug) for slug in slugs]


def two_eventful():
    """An interview in each language with everything that can happen to one; the Chinese one is paused."""
    both = [Interview.objects.filter(language=language, status="ended").first() for language in ("zh-hans", "en")]
    for interview in both:
        one, other, third, *_ = interview.turns.all()
        one.mark("从哪里说起" if interview.language != "en" else "Where it began")
        other.correct(version=other.version, text=f"{other.text}\n1998")
        other.pin()
        third.retract()
        report(one, text="1998?", version=1)
    both[0].reopen()
    both[0].pause("十分钟后回来")
    return both


def in_state(model, state):
    """Make an interview in this state, with the people and the language of `model`."""
    about = {name: getattr(model, name) for name in ("language", "timezone", "starts_at", "section", "lede")}
    interview = Interview.objects.create(headline=f"{model.headline} ({state})", **about)
    speakers = [interview.seat(speaker.person) for speaker in model.speakers.all()]
    interview.announce()
    if state != "announced":
        interview.go_live()
        interview.say(speakers[-1], model.turns.published().first().text)
    if state == "paused":
        interview.pause(model.lede[:40])
    if state == "ended":
        interview.end()


def addresses(interviews):
    yield from of_the_site(interviews)
    for language in ("zh-hans", "en"):
        yield from of_interviews(interviews, language)


def of_the_site(interviews):
    """Pages in the visitor's language."""
    yield from ("/", "/interviews/", "/guests/", "/hosts/", "/search/", "/search/?q=1998", "/search/?q=zzzz")
    for interview in interviews:
        speaker = interview.speakers.exclude(guest=None).first()
        yield f"/interviews/?guest={speaker.guest.slug}"
        yield speaker.guest.get_absolute_url()
        yield interview.speakers.exclude(host=None).first().host.get_absolute_url()


def of_interviews(interviews, language):
    """Pages in the interview's language, the same for each visitor."""
    for interview in interviews:
        if interview.language == language:
            yield f"{interview.get_absolute_url()}?order=newest"
            for turn in interview.turns.shown()[:3]:
                yield turn.card_url
    for interview in Interview.objects.announced().filter(language=language):
        yield interview.get_absolute_url()


def visit(page, address):
    page.goto(address)
    if page.locator("live-transcript[data-socket]").count():
        connected(page)


@pytest.mark.parametrize(
    ("language", "locale", "looks"),
    [
        ("zh-hans", "zh-CN", [(DESKTOP, "light"), (PHONE, "dark")]),
        ("en", "en-GB", [(DESKTOP, "dark"), (PHONE, "light")]),
    ],
    ids=["zh-CN", "en-GB"],
)
def test_axe_finds_nothing_on_any_page(served, window, eventful, language, locale, looks):
    """Each template is seen in all four looks, since both languages have it."""
    page = window(locale=locale)
    found = []
    for address in [*of_the_site(eventful), *of_interviews(eventful, language)]:
        visit(page, served.here + address)
        found += violations(page, looks)
    assert found == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_axe_finds_nothing_in_what_shows_itself_later(served, window, eventful, language, viewport):
    live = Interview.objects.get(language=language, status="live", headline__endswith="(live)")
    speaker = live.speakers.last()
    for n in range(12):
        live.say(speaker, f"1998\n{live.lede}\n{n}")
    page = connected(window(served.here + live.get_absolute_url(), viewport=viewport))
    page.evaluate("scrollTo(0, 0)")
    live.say(speaker, "1999")
    expect(page.locator("new-turns button")).to_be_visible()
    found = violations(page)
    page.locator(".finder summary").click()
    page.locator("#find").fill("1998")
    expect(page.locator("[data-output]")).not_to_be_empty()
    found += violations(page)
    page.context.set_offline(True)
    expect(page.locator("live-transcript")).to_have_attribute("state", "offline")
    assert found + violations(page) == []


@pytest.mark.parametrize("index", [0, 1])
def test_axe_finds_nothing_where_an_error_is_reported(served, window, eventful, index):
    turn = eventful[index].turns.published().first()
    page = window(served.here + turn.card_url, viewport=PHONE)
    form = page.locator(".report-error form")
    page.locator(".report-error summary").click()
    found = violations(page)
    form.evaluate("form => { form.noValidate = true }")
    form.locator("button").click()
    expect(page.locator("[aria-invalid]")).to_be_visible()
    found += violations(page)
    form.locator("textarea").fill("1999")
    form.locator("button").click()
    expect(form).to_have_count(0)
    assert found + violations(page) == []


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_axe_finds_nothing_on_the_page_that_says_there_is_none(served, windows, locale):
    with windows.browser.new_page(locale=locale) as page:
        assert page.goto(f"{served.here}/nothing/").status == 404
        assert violations(page) == []


def with_nothing_over_it(desk):
    """Axe takes a link for too small that happens to lie half under the bar now."""
    desk.evaluate(
        "for (const one of document.querySelectorAll('desk-bar, desk-composer')) one.style.position = 'static'"
    )
    return desk


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_axe_finds_nothing_at_the_desk(served, sign_in, window, eventful, zhou, locale):
    live, ended = eventful
    page = sign_in(served, zhou, live, locale=locale)
    found = violations(with_nothing_over_it(connected(page)))
    for address in ("/desk/", f"/desk/{ended.slug}/", f"/desk/{ended.slug}/edit/", "/desk/new/"):
        page.goto(served.here + address)
        found += violations(with_nothing_over_it(page))
    assert found == []


def test_nothing_is_cut_off_at_400_percent_or_with_larger_text_and_wider_spacing(served, window, eventful):
    """WCAG 1.4.10, and 1.4.4 with 1.4.12."""
    page = window(viewport=SMALL, bypass_csp=True)
    for address in addresses(eventful):
        page.set_viewport_size(SMALL)
        visit(page, served.here + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"], address
        page.set_viewport_size(PHONE)
        page.add_style_tag(
            content="""html { font-size: 200% } * { line-height: 1.5 !important; letter-spacing: .12em !important;
                       word-spacing: .16em !important } p { margin-bottom: 2em !important }"""
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address


def test_at_400_percent_the_bar_does_not_fill_the_window(served, window, eventful):
    page = window(viewport=SMALL)
    visit(page, served.here + eventful[0].get_absolute_url())
    page.evaluate("document.querySelector('.turn:last-of-type').scrollIntoView()")
    covered = page.evaluate("Math.max(0, document.querySelector('.transcript-bar').getBoundingClientRect().bottom)")
    assert covered < SMALL["height"] / 3


def test_without_scripts_every_page_is_whole(served, window, eventful):
    live, _ = eventful
    page = window(served.here + live.get_absolute_url(), java_script_enabled=False)
    expect(page.locator(".turn")).to_have_count(live.turns.shown().count())
    for words in (live.headline, "十分钟后回来", "从哪里说起"):
        expect(page.get_by_text(words).first).to_be_visible()
    page.locator(".finder summary").click()
    page.locator(".finder [data-order=newest]").click()
    expect(page.locator(".turn").first).to_have_attribute("id", f"turn-{live.turns.shown().last().pk}")


def test_every_word_stands_in_its_own_language(served, window, eventful):
    """A Chinese visitor's lists name English interviews in English, and the other way round."""
    for locale in ("zh-CN", "en-GB"):
        page = window(served.here + "/", locale=locale)
        for interview in Interview.objects.announced():
            title = page.get_by_text(interview.headline, exact=True).first
            if title.count():
                assert title.evaluate("e => e.closest('[lang]').lang") == interview.language


def test_chinese_is_never_slanted(served, window, eventful):
    page = window(served.here + eventful[0].get_absolute_url(), locale="zh-CN")
    slanted = page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter(e =>
            e.matches(":lang(zh)") && getComputedStyle(e).fontStyle !== "normal").map(e => e.outerHTML)"""
    )
    assert slanted == []


def test_on_paper_there_is_a_transcript_and_nothing_to_click(served, window, eventful):
    page = window(served.here + eventful[1].get_absolute_url(), locale="en-GB")
    page.emulate_media(media="print")
    for unseen in (
        ".transcript-bar",
        ".breadcrumb",
        ".site-footer",
        "nav:not(.moments)",
        "button",
        ".pinned",
        ".exports",
        "new-turns",
    ):
        for element in page.locator(unseen).all():
            expect(element).to_be_hidden()
    expect(page.locator(".source")).to_have_text(served.here + eventful[1].get_absolute_url())
    for seen in (".source", "h1", ".byline", ".turn .time", ".turn .speaker", ".turn .said"):
        expect(page.locator(seen).first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgba(0, 0, 0, 0)",
        "rgb(255, 255, 255)",
    )


def test_the_links_at_the_foot_are_easy_to_hit(served, window, eventful):
    page = window(served.here + "/", viewport=PHONE)
    links = page.locator(".site-footer a").all()
    assert links
    assert all(link.bounding_box()["height"] >= 24 for link in links)


def test_a_card_without_a_photo_keeps_no_room_for_one(served, window, eventful):
    speaker = eventful[1].speakers.exclude(guest=None).first()
    type(speaker.guest).objects.filter(pk=speaker.guest_id).update(photo="")
    page = window(served.here + eventful[1].get_absolute_url())
    card = page.locator(".card", has_text=speaker.guest.name)
    assert card.locator("h3").bounding_box()["x"] == card.bounding_box()["x"]


def test_a_name_in_another_language_says_so(served, window, eventful):
    chinese = eventful[0]
    speaker = chinese.speakers.exclude(guest=None).first()
    type(speaker.guest).objects.filter(pk=speaker.guest_id).update(name="Ada Brook")
    page = window(served.here + chinese.get_absolute_url())
    for name in page.locator(".byline, .cards").get_by_text("Ada Brook", exact=True).all():
        assert name.evaluate("e => e.closest('[lang]').lang") == "und-Latn"
