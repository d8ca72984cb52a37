"""Quoting a turn and telling the newsroom what is wrong in it: in the page, without leaving it."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from interviews.models import Interview, Report
from interviews.models.desk.report import report
from tests.conftest import NOON

from .axe import violations
from .conftest import PHONE
from .test_live import A_SECOND, connected


@pytest.fixture
def english(chen_an):
    interview = Interview.objects.create(headline="A river runs clear", language="en", starts_at=NOON)
    interview.seat(chen_an)
    interview.go_live(at=NOON)
    return interview


@pytest.fixture
def turn(english):
    """The first of many."""
    guest = english.speakers.get()
    turn = english.say(guest, "We planted nine hundred trees.\nAll of them willows.", spoken_at=NOON)
    for n in range(1, 20):
        english.say(guest, f"And then the {n}th thing. " * 8, spoken_at=NOON.replace(minute=n))
    return turn


@pytest.fixture
def page(served, window, turn):
    return open_page(served, window, turn.interview)


def open_page(served, window, interview, **options):
    page = connected(window(served.here + interview.get_absolute_url(), **options))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page


def tools(page):
    return page.locator("turn-tools")


def of(page, turn):
    return page.locator(f"#turn-{turn.pk}")


def in_the_middle(page, turn):
    """The turn's link, with room for the tools below it."""
    link = of(page, turn).locator(".time a")
    link.evaluate("link => link.scrollIntoView({ block: 'center' })")
    link.hover()
    return link


def open_tools(page, turn):
    of(page, turn).locator(".time a").click()
    expect(tools(page)).to_be_visible()
    return tools(page)


def do(page, name):
    tools(page).locator(f"[data-do={name}]").click()


def said(page, what):
    return tools(page).locator(f"[data-said={what}]")


def copied(page):
    return page.evaluate("navigator.clipboard.readText()")


def quote_of(served, turn, words):
    return f"“{words}” — 陈安, A river runs clear, {served.here}{turn.card_url}"


# The tools


def test_a_click_on_the_time_opens_the_tools_there_and_names_the_turn_in_the_address(page, turn):
    link = in_the_middle(page, turn)
    before = page.evaluate("[history.length, scrollY]")
    open_tools(page, turn)

    assert urlsplit(page.url).fragment == f"turn-{turn.pk}"
    assert page.evaluate("[history.length, scrollY]") == before
    expect(page.locator(":target")).to_have_id(f"turn-{turn.pk}")
    below, tool = link.bounding_box(), tools(page).bounding_box()
    assert 0 < tool["y"] - below["y"] - below["height"] < 20
    expect(page.get_by_role("dialog", name="陈安")).to_be_visible()


def test_a_turn_in_the_middle_stays_where_it_is(page, turn):
    middle = turn.interview.turns.all()[9]
    in_the_middle(page, middle)
    before = of(page, middle).bounding_box()
    open_tools(page, middle)
    assert of(page, middle).bounding_box() == before


def test_a_click_with_a_key_is_the_browsers(page, turn):
    link = of(page, turn).locator(".time a")
    with page.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    expect(opened.value).to_have_url(re.compile(f"{turn.card_url}$"))
    expect(tools(page)).to_be_hidden()


def test_without_scripts_the_time_leads_to_the_turns_own_page(served, window, turn):
    page = window(served.here + turn.interview.get_absolute_url(), java_script_enabled=False)
    expect(tools(page)).to_be_hidden()
    of(page, turn).locator(".time a").click()
    assert urlsplit(page.url).path == turn.card_url


@pytest.mark.parametrize("by", ["Escape", "a click beside it", "its button"])
def test_the_tools_close_and_the_focus_goes_back(page, turn, by):
    open_tools(page, turn)
    expect(tools(page).locator("[data-do=link]")).to_be_focused()
    if by == "Escape":
        page.keyboard.press("Escape")
    elif by == "its button":
        do(page, "close")
    else:
        page.mouse.click(5, 500)
    expect(tools(page)).to_be_hidden()
    expect(of(page, turn).locator(".time a")).to_be_focused()


def test_a_keyboard_is_enough(served, page, turn):
    of(page, turn).locator(".time a").focus()
    page.keyboard.press("Enter")
    expect(tools(page).locator("[data-do=link]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(said(page, "copied")).to_be_visible()
    assert copied(page) == served.here + turn.card_url


def test_link_and_quote_are_copied_with_the_address_of_the_turns_page(served, page, turn):
    open_tools(page, turn)
    do(page, "link")
    expect(said(page, "copied")).to_be_visible()
    assert copied(page) == served.here + turn.card_url
    do(page, "quote")
    expect(said(page, "copied")).to_be_visible()
    words = "We planted nine hundred trees.\nAll of them willows."
    assert copied(page) == quote_of(served, turn, words)
    assert page.context.request.get(served.here + turn.card_url).ok


def test_where_copying_is_refused_the_words_stand_there_to_be_copied(served, page, turn):
    page.evaluate("navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false; 0")
    open_tools(page, turn)
    do(page, "link")
    expect(said(page, "by-hand")).to_be_visible()
    field = tools(page).locator("[data-by-hand]")
    expect(field).to_have_value(served.here + turn.card_url)
    assert field.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)").startswith("http")


def test_a_page_without_a_clipboard_copies_the_old_way(served, page, turn):
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject())")
    open_tools(page, turn)
    do(page, "link")
    expect(said(page, "copied")).to_be_visible()
    assert copied(page) == served.here + turn.card_url


def test_a_clipboard_that_never_answers_is_not_waited_for(served, page, turn):
    page.evaluate("void (navigator.clipboard.writeText = () => new Promise(() => {}))")
    open_tools(page, turn)
    do(page, "link")
    expect(said(page, "copied")).to_be_visible(timeout=5_000)
    assert copied(page) == served.here + turn.card_url


def test_the_share_sheet_is_offered_where_the_browser_has_one(served, page, turn):
    open_tools(page, turn)
    expect(tools(page).locator("[data-do=share]")).to_be_hidden()

    page.add_init_script("navigator.share = what => { window.shared = what; return Promise.reject(new Error()) }")
    page.reload()
    open_tools(page, turn)
    do(page, "share")
    assert page.evaluate("window.shared") == {
        "title": "A river runs clear",
        "text": "We planted nine hundred trees.\nAll of them willows.",
        "url": served.here + turn.card_url,
    }


def test_of_a_retracted_turn_only_the_link_is_offered(page, turn):
    open_tools(page, turn)
    expect(tools(page).locator("[data-do=quote]")).to_be_visible()
    turn.retract()
    expect(of(page, turn).locator(".retracted")).to_be_visible()
    for name, is_offered in (("link", True), ("quote", False), ("report", False)):
        expect(tools(page).locator(f"[data-do={name}]")).to_be_visible(visible=is_offered)


def test_the_sign_that_there_is_more_moves_nothing(page, turn):
    link, sign = of(page, turn).locator(".time a"), of(page, turn).locator(".time button")
    before = link.bounding_box()
    expect(sign).to_have_css("opacity", "0")
    link.hover()
    expect(sign).to_have_css("opacity", "1")
    assert link.bounding_box() == before


def test_on_a_phone_the_sign_is_always_there_and_the_tools_fit(served, window, turn):
    page = open_page(served, window, turn.interview, viewport=PHONE, has_touch=True, is_mobile=True)
    expect(of(page, turn).locator(".time button")).to_have_css("opacity", "1")
    in_the_middle(page, turn).tap()
    do(page, "report")
    box = tools(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    for button in tools(page).locator("button:visible").all():
        assert button.bounding_box()["height"] >= 44


# While things change


def expect_tools_at(page, turn):
    page.wait_for_function(
        """pk => {
            const link = document.querySelector(`#turn-${pk} .time a`).getBoundingClientRect()
            const gap = document.querySelector("turn-tools").getBoundingClientRect().top - link.bottom
            return gap > 0 && gap < 20
        }""",
        arg=turn.pk,
    )


def test_the_tools_stay_at_their_turn_while_turns_come_and_change(page, turn):
    middle = turn.interview.turns.all()[9]
    open_tools(page, middle)
    do(page, "report")
    tools(page).locator("textarea").first.press_sequentially("It was eight")

    middle.correct(version=1, text="And then the ninth thing. " * 8)
    expect(of(page, middle)).to_contain_text("the ninth thing")
    turn.correct(version=1, text="We planted many trees. " * 60)
    expect(of(page, turn)).to_contain_text("many trees")

    expect(tools(page).locator("textarea").first).to_be_focused()
    tools(page).locator("textarea").first.press_sequentially(" hundred")
    expect(tools(page).locator("textarea").first).to_have_value("It was eight hundred")
    expect_tools_at(page, middle)
    before = middle.interview.turns.all()[8]
    middle.correct(version=2, spoken_at=before.spoken_at.replace(second=0) - timedelta(seconds=1))
    expect(page.locator(f"#turn-{middle.pk} + #turn-{before.pk}")).to_be_visible()
    expect_tools_at(page, middle)
    of(page, turn).evaluate("turn => (turn.style.paddingTop = '300px')")  # as a photo does that arrives
    expect_tools_at(page, middle)
    do(page, "close")
    expect(of(page, middle).locator(".time a")).to_be_focused()


def test_what_was_typed_about_a_turn_is_there_again_and_not_at_another(page, turn):
    other = turn.interview.turns.all()[1]
    field = tools(page).locator("textarea").first
    open_tools(page, turn)
    do(page, "report")
    field.fill("Eight hundred")
    page.keyboard.press("Escape")
    open_tools(page, other)
    do(page, "report")
    expect(field).to_have_value("")
    page.keyboard.press("Escape")
    open_tools(page, turn)
    expect(field).to_have_value("Eight hundred")


# What was corrected


def test_the_history_of_a_corrected_turn_is_shown_in_place(page, turn):
    turn.correct(version=1, text="We planted eight hundred trees.\nAll of them willows.")
    of(page, turn).locator(".corrected a").click()
    expect(tools(page).locator("#history del")).to_contain_text("nine")
    expect(tools(page).locator("#history ins")).to_contain_text("eight")
    assert urlsplit(page.url).path == turn.interview.get_absolute_url()

    page.keyboard.press("Escape")
    expect(of(page, turn).locator(".corrected a")).to_be_focused()
    open_tools(page, turn)
    expect(tools(page).locator("#history")).to_have_count(0)


def test_without_an_answer_the_link_is_followed(page, turn):
    turn.correct(version=1, text="We planted eight hundred trees.")
    expect(of(page, turn).locator(".corrected a")).to_be_visible()
    asked = []
    page.route(f"**{turn.card_url}", lambda route: route.continue_() if asked else asked.append(1) or route.abort())
    of(page, turn).locator(".corrected a").click()
    page.wait_for_url(f"**{turn.card_url}#history")
    expect(page.locator("#history del").first).to_contain_text("nine")


# Selected words

QUOTE = "quote-text button"


def select(page, start, end):
    """Select from the beginning of one element's text to the end of another's."""
    page.evaluate(
        """([start, end]) => {
            const [first, last] = [start, end].map(selector => document.querySelector(selector))
            getSelection().setBaseAndExtent(first, 0, last, last.childNodes.length)
        }""",
        [start, end],
    )


def test_words_that_are_selected_in_a_turn_are_copied_as_a_quote(served, page, turn):
    words = of(page, turn).locator(".said p").first
    box = words.bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + box["height"] / 2, steps=5)
    page.evaluate("customElements.whenDefined('quote-text')")  # it is loaded when words are selected
    expect(page.locator(QUOTE)).to_be_hidden()
    page.mouse.up()
    chosen = page.evaluate("getSelection().toString()").strip()
    assert chosen
    assert chosen in turn.text

    page.locator(QUOTE).click()
    expect(page.locator("quote-text [data-said=copied]")).to_be_visible()
    assert copied(page) == quote_of(served, turn, chosen)
    assert page.evaluate("getSelection().toString()").strip() == chosen


def test_a_paragraph_by_three_clicks_and_several_paragraphs_are_quotes_too(served, page, turn):
    of(page, turn).locator(".said p").last.click(click_count=3)
    page.locator(QUOTE).click()
    expect(page.locator("quote-text [data-said=copied]")).to_be_visible()
    assert copied(page) == quote_of(served, turn, "All of them willows.")

    select(page, f"#turn-{turn.pk} .said p:first-child", f"#turn-{turn.pk} .said p:last-child")
    expect(page.locator("quote-text [data-said=copied]")).to_be_hidden()
    page.locator(QUOTE).click()
    expect(page.locator("quote-text [data-said=copied]")).to_be_visible()
    assert copied(page) == quote_of(served, turn, "We planted nine hundred trees.\nAll of them willows.")


def test_what_is_not_words_of_one_turn_is_offered_no_quote_and_it_goes_with_the_selection(page, turn):
    other = turn.interview.turns.all()[1]
    for start, end in (
        (f"#turn-{turn.pk} .said", f"#turn-{other.pk} .said"),
        (f"#turn-{turn.pk} .speaker", f"#turn-{turn.pk} .said"),
        ("h1", "h1"),
    ):
        select(page, f"#turn-{turn.pk} .said p", f"#turn-{turn.pk} .said p")
        expect(page.locator(QUOTE)).to_be_visible()
        select(page, start, end)
        expect(page.locator(QUOTE)).to_be_hidden()
    select(page, f"#turn-{turn.pk} .said p", f"#turn-{turn.pk} .said p")
    expect(page.locator(QUOTE)).to_be_visible()
    page.evaluate("getSelection().removeAllRanges()")
    expect(page.locator(QUOTE)).to_be_hidden()


@pytest.mark.parametrize("where", ["top", "bottom"])
def test_the_button_never_covers_the_selection(page, turn, where):
    middle = turn.interview.turns.all()[9]
    of(page, middle).locator(".said p").evaluate(
        "(said, where) => said.scrollIntoView({ block: where === 'top' ? 'start' : 'end' })", where
    )
    select(page, f"#turn-{middle.pk} .said p", f"#turn-{middle.pk} .said p")
    expect(page.locator(QUOTE)).to_be_visible()
    expect(page.locator(QUOTE)).to_be_in_viewport()
    button = page.locator("quote-text").bounding_box()
    words = page.evaluate("(({ top, bottom }) => [top, bottom])(getSelection().getRangeAt(0).getBoundingClientRect())")
    assert button["y"] >= words[1] or button["y"] + button["height"] <= words[0]


def test_without_a_mouse_the_next_tab_leads_to_the_quote_and_escape_sends_it_away(served, page, turn):
    select(page, f"#turn-{turn.pk} .said p", f"#turn-{turn.pk} .said p")
    expect(page.locator(QUOTE)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(QUOTE)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("quote-text [data-said=copied]")).to_be_visible()
    assert copied(page) == quote_of(served, turn, "We planted nine hundred trees.")
    page.keyboard.press("Escape")
    expect(page.locator(QUOTE)).to_be_hidden()


def test_an_ordinary_copy_stays_what_it_is(page, turn):
    select(page, f"#turn-{turn.pk} .said p", f"#turn-{turn.pk} .said p")
    expect(page.locator(QUOTE)).to_be_visible()
    page.keyboard.press("Control+c")
    assert copied(page).strip() == "We planted nine hundred trees."


def test_by_touch_the_words_are_quoted_though_the_tap_takes_the_selection_away(served, window, turn):
    page = open_page(served, window, turn.interview, viewport=PHONE, has_touch=True, is_mobile=True)
    select(page, f"#turn-{turn.pk} .said p", f"#turn-{turn.pk} .said p")
    expect(page.locator(QUOTE)).to_be_visible()
    page.evaluate("addEventListener('pointerdown', () => getSelection().removeAllRanges())")
    page.locator(QUOTE).tap()
    expect(page.locator("quote-text [data-said=copied]")).to_be_visible()
    assert copied(page) == quote_of(served, turn, "We planted nine hundred trees.")


# Reports


def test_a_reader_reports_an_error_the_desk_sees_it_at_once_and_an_editor_settles_it(
    site, window, sign_in, zhou, sun, turn
):
    page = open_page(site, window, turn.interview)
    desk = connected(sign_in(site, zhou, turn.interview))
    typists = connected(sign_in(site, sun, turn.interview))
    expect(desk.locator("[data-open-reports]")).to_be_hidden()

    open_tools(page, turn)
    do(page, "report")
    tools(page).locator("textarea").first.fill("It was eight hundred.")
    tools(page).locator("form button").click()
    expect(said(page, "thanks")).to_be_visible()
    expect(tools(page).locator("form")).to_be_hidden()

    for one in (desk, typists):
        listed = one.locator(".report")
        expect(listed).to_have_count(1, timeout=A_SECOND)
        expect(listed).to_contain_text("It was eight hundred.")
        expect(one.locator("[data-open-reports]")).to_contain_text("1")
        expect(listed.locator("a")).to_have_attribute("href", f"#turn-{turn.pk}")
    expect(typists.locator(".report button")).to_be_hidden()

    desk.locator(".report button").click()
    for one in (desk, typists):
        expect(one.locator(".report")).to_have_count(0, timeout=A_SECOND)
        expect(one.locator("[data-open-reports]")).to_be_hidden()
    assert Report.objects.get().settled_by == zhou


@pytest.mark.parametrize("lost", ["**/report/", "**/lib/reporting*.js"], ids=["report", "script"])
def test_what_could_not_be_sent_is_not_lost(page, turn, lost):
    open_tools(page, turn)
    do(page, "report")
    field = tools(page).locator("textarea").first
    field.fill("It was eight hundred.")
    page.route(lost, lambda route: route.abort())
    tools(page).locator("form button").click()
    expect(said(page, "failed")).to_be_visible()
    expect(field).to_have_value("It was eight hundred.")

    page.unroute(lost)
    tools(page).locator("form button").click()
    expect(said(page, "thanks")).to_be_visible()
    assert Report.objects.get().text == "It was eight hundred."


def test_a_refusal_is_told_in_words_and_what_was_typed_stays(page, turn):
    open_tools(page, turn)
    do(page, "report")
    field = tools(page).locator("textarea").first
    field.evaluate("field => (field.required = false)")
    tools(page).locator("form button").click()
    expect(said(page, "refused")).to_have_text("This field is required.")
    expect(field).to_be_visible()


def test_the_report_is_about_the_version_that_was_read(page, turn):
    open_tools(page, turn)
    do(page, "report")
    tools(page).locator("textarea").first.fill("It was eight hundred.")
    turn.correct(version=1, text="We planted many trees.")
    expect(of(page, turn)).to_contain_text("many")
    tools(page).locator("form button").click()
    expect(said(page, "thanks")).to_be_visible()
    assert Report.objects.get().version == 1


def test_without_scripts_an_error_is_reported_from_the_turns_own_page(served, window, turn):
    page = window(served.here + turn.card_url, java_script_enabled=False)
    page.locator(".report-error summary").click()
    page.locator("textarea").fill("It was eight hundred.")
    expect(page.locator("[name=website]")).to_be_hidden()
    page.locator("form.report-form button").click()
    expect(page.get_by_role("link", name=re.compile("."))).not_to_have_count(0)
    expect(page.locator(f'a[href="{turn.get_absolute_url()}"]')).to_be_visible()
    assert Report.objects.get().text == "It was eight hundred."


def test_at_the_desk_a_report_that_comes_takes_no_focus_away(served, sign_in, zhou, turn):
    told = report(turn, text="First", version=1)
    desk = connected(sign_in(served, zhou, turn.interview))
    button = desk.locator(f"#report-{told.pk} button")
    button.focus()
    report(turn, text="Second", version=1)
    expect(desk.locator(".report")).to_have_count(2)
    expect(button).to_be_focused()
    turn.correct(version=1, text="We planted eight hundred trees.")
    expect(desk.locator(".report [data-outdated]")).to_have_count(2)
    button.press("Enter")
    expect(desk.locator(".report")).to_have_count(1)
    expect(desk.locator("[data-panel=reports] > summary")).to_be_focused()
    expect(desk.locator("[data-open-reports]")).to_contain_text("1")


# Everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_tools_and_at_the_quote(served, window, turn, scheme):
    turn.correct(version=1, text="We planted eight hundred trees.")
    page = open_page(served, window, turn.interview, color_scheme=scheme)
    of(page, turn).locator(".corrected a").click()
    expect(tools(page).locator("#history")).to_be_visible()
    do(page, "report")
    tools(page).locator("form textarea").fill("It was nine hundred.")
    page.route("**/report/", lambda route: route.abort())
    tools(page).locator("form button").click()
    expect(said(page, "failed")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    select(page, f"#turn-{turn.pk} .said p", f"#turn-{turn.pk} .said p")
    expect(page.locator(QUOTE)).to_be_visible()
    assert violations(page) == []
