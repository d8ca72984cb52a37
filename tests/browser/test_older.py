"""Browsers that lack what came later: the desk posts, and the reader's page follows, without it.

What is taken away is what Safari 15.4, Firefox ESR 115 or some Chromium from 86 on lacks. The first two themselves are
not to be had for tests.
"""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.conftest import NOON

from .conftest import give_password
from .desks import composer, expect_state, open_correction, open_verb, publish, queue
from .readers import bar
from .test_finding import opened, shown, words
from .test_live import connected, turns

TAKE_AWAY = """
    const refusing = name => ({ prototype }) => {
        const { [name]: whole } = prototype
        prototype[name] = function (selector) {
            if (/:has\\(|:popover-open/.test(selector)) throw new SyntaxError(`'${selector}' is not a valid selector`)
            return whole.call(this, selector)
        }
    }
    const Whole = FormData
    globalThis.FormData = class FormData extends Whole { constructor(form) { form ? super(form) : super() } }
    for (const name of ["at", "findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with"]) {
        delete Array.prototype[name]
    }
    for (const name of ["timeout", "any"]) delete AbortSignal[name]
    delete AbortSignal.prototype.throwIfAborted
    delete HTMLFormElement.prototype.requestSubmit
    for (const name of ["popover", "showPopover", "hidePopover", "togglePopover"]) delete HTMLElement.prototype[name]
    for (const name of ["matches", "closest", "querySelector", "querySelectorAll"]) refusing(name)(Element)
    for (const name of ["querySelector", "querySelectorAll"]) {
        refusing(name)(Document)
        refusing(name)(DocumentFragment)
    }
    for (const part of [Element, Document, DocumentFragment]) delete part.prototype.moveBefore
    for (const name of ["BroadcastChannel", "structuredClone", "Highlight"]) delete globalThis[name]
    delete CSS.highlights
    delete Intl.Segmenter
    delete Crypto.prototype.randomUUID
    delete Navigator.prototype.locks
    delete Promise.withResolvers
    for (const name of ["inert", "checkVisibility"]) delete HTMLElement.prototype[name]
"""


def without_what_came_later(page):
    """Let the page have neither these APIs nor :has(), in any window from now on."""
    page.add_init_script(TAKE_AWAY)
    page.route("**/static/css/**", without_has)
    return page


def without_has(route):
    """The style sheet as such a browser reads it: by a name that no browser knows."""
    css = route.fetch().text()
    route.fulfill(body=css.replace(":has(", ":came-later("), content_type="text/css")


@pytest.fixture
def older(sign_in):
    """A desk in such a browser."""

    def older(site, user, interview):
        desk = sign_in(site, user, interview)
        without_what_came_later(desk).reload()
        return connected(desk)

    return older


def texts(interview):
    return [turn.text for turn in interview.turns.spoken()]


def test_an_old_browser_says_nothing_of_itself_and_posts(served, older, zhou, interview):
    desk = older(served, zhou, interview)
    publish(desk, "主持人", "河水怎么变清的？")
    expect_state(desk, "saved")
    expect(turns(desk)).to_contain_text(["河水怎么变清的？"])
    expect(desk.locator(".too-old")).to_have_count(0)
    expect(desk.locator(".not-kept")).to_be_hidden()


@pytest.mark.parametrize(("button", "then"), [("before", ["新", "一", "二"]), ("after", ["一", "新", "二"])])
def test_a_turn_is_inserted_where_the_button_says(served, older, zhou, interview, host, button, then):
    for n, text in enumerate(("一", "二")):
        interview.say(host, text, spoken_at=NOON.replace(minute=n))
    desk = older(served, zhou, interview)
    form = open_verb(desk, turns(desk).first, "insert")
    form.locator("textarea").fill("新")
    form.locator(f"[name={button}]").click()
    expect(turns(desk)).to_contain_text(then)
    assert texts(interview) == then


def test_what_is_prepared_is_moved_as_the_button_says(served, older, zhou, interview, host):
    for text in ("一", "二", "三"):
        interview.prepare(host, text)
    desk = older(served, zhou, interview)
    queue(desk).first.locator("[value=down]").click()
    expect(queue(desk)).to_contain_text(["二", "一", "三"])
    queue(desk).last.locator("[value=up]").click()
    expect(queue(desk)).to_contain_text(["二", "三", "一"])


def test_what_was_seen_is_approved(served, older, gao, draft, settings):
    settings.APPROVAL_REQUIRED = True
    draft.submit()
    desk = older(served, gao, draft)
    desk.locator(".approvers[name=seen]").click()
    expect(desk.locator(".approval .badge")).to_be_visible()
    draft.refresh_from_db()
    assert draft.approved_at


def test_a_turn_is_corrected_by_the_keys(served, older, zhou, interview, host):
    turn = interview.say(host, "河水清了")
    desk = older(served, zhou, interview)
    open_correction(desk, "河水清了。").press("Control+Enter")
    expect(turns(desk)).to_contain_text(["河水清了。"])
    turn.refresh_from_db()
    assert turn.version == 2


def test_a_speaker_is_chosen_by_the_keys_and_what_is_prepared_is_kept(served, older, zhou, interview):
    desk = older(served, zhou, interview)
    chosen = desk.locator("[name=speaker]:checked")
    first = chosen.get_attribute("value")
    composer(desk).press("Alt+ArrowUp")
    expect(chosen).not_to_have_value(first)
    desk.locator("desk-prepare [name=text]").fill("下一题")
    desk.locator("desk-prepare [name=text]").press("Control+Enter")
    expect(queue(desk)).to_contain_text(["下一题"])


def test_an_open_form_has_the_room_of_its_turn(served, older, zhou, interview, host):
    interview.say(host, "河水清了")
    desk = older(served, zhou, interview)
    form = open_verb(desk, turns(desk).first, "correct")
    expect(turns(desk).first.locator(".said")).to_be_hidden()
    expect(turns(desk).first.locator("[data-verb=insert] summary")).to_be_hidden()
    assert form.locator("textarea").bounding_box()["width"] > 500


def test_before_the_start_turns_are_prepared_and_not_published(served, older, zhou, scheduled):
    desk = older(served, zhou, scheduled)
    publishes = desk.locator("desk-composer [name=publish]")
    expect(publishes).to_be_hidden()
    expect(desk.locator(".panel-empty").first).to_be_visible()
    scheduled.prepare(scheduled.speakers.first(), "第一问")
    expect(queue(desk)).to_have_count(1)
    expect(desk.locator(".panel-empty").first).to_be_hidden()
    scheduled.go_live()
    expect(publishes).to_be_visible()


def test_whose_session_has_ended_signs_in_again(site, older, zhou, interview):
    desk = older(site, zhou, interview)
    Session.objects.all().delete()
    publish(desk, "主持人", "登录过期时发的")
    expect_state(desk, "signed-out")
    give_password(desk.locator("desk-sign-in"), zhou)
    expect_state(desk, "saved")
    expect(turns(desk)).to_contain_text(["登录过期时发的"])
    expect(desk.locator("desk-sign-in")).to_be_hidden()


def test_a_desk_without_what_it_needs_says_so_and_its_forms_go_as_they_are(served, sign_in, zhou, interview):
    desk = sign_in(served, zhou, interview)
    desk.add_init_script("delete SubmitEvent.prototype.submitter")
    desk.reload()
    expect(desk.locator(".too-old")).to_be_visible(timeout=2_000)
    desk.get_by_role("radio", name="主持人").check(force=True)
    composer(desk).fill("按表单发的")
    desk.locator("desk-composer [name=publish]").click()
    expect(turns(desk)).to_contain_text(["按表单发的"])


def test_a_desk_whose_scripts_do_not_run_says_so(served, sign_in, zhou, interview):
    desk = sign_in(served, zhou, interview, java_script_enabled=False)
    expect(desk.locator(".too-old")).to_be_visible(timeout=15_000)


@pytest.mark.parametrize("order", ["", "?order=newest"])
def test_a_reader_follows(served, window, talk, host, guest, order):
    talk.say(host, "The first.", spoken_at=NOON)
    reader = without_what_came_later(window())
    reader.goto(served.here + talk.get_absolute_url() + order)
    connected(reader)
    talk.say(guest, "The third.")
    talk.say(host, "The second.", spoken_at=NOON.replace(minute=1))
    then = ["The first.", "The second.", "The third."]
    expect(turns(reader)).to_contain_text(then[::-1] if order else then)


def test_a_reader_finds_and_goes_from_turn_to_turn(served, window, talk, host, thirty):
    reader = without_what_came_later(window())
    reader.goto(served.here + talk.get_absolute_url())
    connected(reader)
    for key in "jjk":
        reader.keyboard.press(key)
    expect(reader.locator(":focus")).to_have_id(f"turn-{thirty[0].pk}")
    words(opened(reader)).fill('"Turn 7"')
    expect(shown(reader)).to_have_count(1)


def test_a_link_leads_below_the_bar_to_a_turn_whose_heading_stands_above_it(served, window, talk, thirty):
    thirty[20].mark("A heading")
    reader = without_what_came_later(window())
    reader.goto(f"{served.here}{talk.get_absolute_url()}#turn-{thirty[20].pk}")
    connected(reader)
    linked = reader.locator(":target")
    expect(linked).to_be_in_viewport()
    assert linked.bounding_box()["y"] >= bar(reader)
    heading, name, said = (linked.locator(part).bounding_box() for part in (".moment", ".speaker", ".said"))
    assert heading["y"] + heading["height"] <= name["y"]
    assert name["y"] + name["height"] <= said["y"]
    assert heading["width"] > said["width"] - 1
    expect(reader.locator(".empty")).to_be_hidden()


def test_an_ended_page_offers_neither_the_latest_nor_a_pause(served, window, talk, thirty):
    reader = without_what_came_later(window())
    reader.goto(served.here + talk.get_absolute_url())
    connected(reader)
    latest = reader.get_by_role("link", name="Jump to latest")
    expect(latest).to_be_visible()
    talk.end()
    expect(latest).to_be_hidden()
    expect(reader.locator("pause-updates")).to_be_hidden()
