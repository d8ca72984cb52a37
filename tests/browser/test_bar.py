"""The bar that stays on top of the desk: how it stands, and what waits for somebody to decide."""

import re
import uuid
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from interviews.models.desk.note import tell_the_staff
from interviews.models.desk.report import report
from tests.conftest import NOON

from .conftest import PHONE
from .desks import composer, publish
from .test_finding import turns
from .test_live import connected

NO_SIGHT = "Object.defineProperty(document, 'hidden', { get: () => true })"
TONES = """window.tones = 0
globalThis.AudioContext = class {
    currentTime = 0
    createOscillator() {
        return { frequency: {}, connect: () => ({ connect() {} }), start: () => window.tones++, stop() {} }
    }
    createGain() { return { gain: {}, connect() {} } }
}"""
NOTIFICATIONS = """window.shown = []
globalThis.Notification = class extends EventTarget {
    static permission = "PERMISSION"
    static requestPermission() { return Promise.resolve(this.permission) }
    constructor(title) { super(); window.shown.push(title) }
}"""


@pytest.fixture
def waiting(interview, host, guest, sun):
    """A turn to review, a suggestion and a report, the turn far above what the desk shows."""
    interview.revise(reviewed=True)
    held = interview.say(guest, "先压着的一句。", held=True, by=sun, spoken_at=NOON)
    for n in range(110):
        interview.say(host, f"第{n}句。", spoken_at=NOON + timedelta(minutes=1, seconds=n))
    said = interview.turns.last()
    said.suggest(version=1, text="第一〇九句。", speaker=host, by=sun)
    report(said, text="数错了。", version=said.shown_version)
    return held


def waits(desk):
    return desk.locator(".waits")


def wait_for(desk, name):
    return waits(desk).get_by_role("link", name=name)


def test_it_counts_what_waits_and_leads_to_it(served, sign_in, zhou, interview, waiting):
    desk = connected(sign_in(served, zhou, interview))
    for told in ("待审核 1", "更正建议 1", "读者纠错 1"):
        expect(waits(desk)).to_contain_text(told)
    expect(desk).to_have_title(re.compile(r"^\(3\) "))

    wait_for(desk, "待审核").click()
    turn = desk.locator(f"#turn-{waiting.pk}")
    expect(turn).to_be_in_viewport()
    turn.get_by_role("button", name="发布").click()

    expect(waits(desk)).not_to_contain_text("待审核")
    expect(desk).to_have_title(re.compile(r"^\(2\) "))


def test_a_report_is_led_to_where_its_panel_is_folded(served, sign_in, zhou, interview, waiting):
    desk = connected(sign_in(served, zhou, interview, viewport=PHONE))
    expect(desk.locator(".report")).to_be_hidden()
    wait_for(desk, "读者纠错").click()
    expect(desk.locator(".report")).to_be_in_viewport()
    expect(turns(desk)).to_have_count(111)  # the gap below the panels was in sight
    expect(desk.locator(".report")).to_be_in_viewport()


def test_the_title_counts_only_what_one_decides(served, sign_in, sun, hao, interview, waiting):
    expect(connected(sign_in(served, hao, interview))).to_have_title(re.compile(r"^\(1\) "))
    expect(connected(sign_in(served, sun, interview))).to_have_title(re.compile(r"^河水"))


def test_it_stays_on_top_and_covers_nothing_that_is_gone_to(served, sign_in, zhou, interview, waiting):
    desk = connected(sign_in(served, zhou, interview))
    wait_for(desk, "待审核").click()
    expect(desk.locator(f"#turn-{waiting.pk}")).to_be_in_viewport()
    bar = desk.locator("desk-bar").bounding_box()
    assert bar["y"] >= 0
    assert desk.locator(f"#turn-{waiting.pk}").bounding_box()["y"] >= bar["y"] + bar["height"] - 1


def test_what_is_typed_for_a_pause_stays_while_the_counts_change(served, sign_in, zhou, interview, waiting, guest, sun):
    desk = connected(sign_in(served, zhou, interview))
    desk.locator(".confirm > summary", has_text="暂停").click()
    desk.locator(".confirm [name=notice]").fill("茶歇")
    interview.say(guest, "又一句。", held=True, by=sun)
    expect(waits(desk)).to_contain_text("待审核 2")
    expect(desk.locator(".confirm [name=notice]")).to_have_value("茶歇")
    expect(desk.locator(".confirm [name=notice]")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.locator(".confirm [name=notice]")).to_be_hidden()
    expect(desk.locator(".confirm > summary", has_text="暂停")).to_be_focused()


def test_who_ends_is_asked_about_what_waits_also_where_it_is_not_loaded(served, sign_in, zhou, interview, waiting):
    desk = connected(sign_in(served, zhou, interview))
    expect(desk.locator(f"#turn-{waiting.pk}")).to_have_count(0)
    desk.locator(".confirm > summary", has_text="结束").click()
    expect(desk.locator("fieldset.waiting")).to_be_visible()
    waiting.release()
    expect(desk.locator("fieldset.waiting")).to_be_hidden()


def test_it_tells_for_how_long_it_is_on_the_air(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    expect(desk.get_by_role("timer")).to_have_text(re.compile(r"^\d+:\d\d:\d\d$"))


# The composer


def test_in_a_pause_the_composer_says_so(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    expect(desk.locator(".paused")).to_be_hidden()
    interview.pause("十分钟后回来")
    expect(desk.locator(".paused")).to_be_visible()
    expect(desk.locator("desk-bar")).to_contain_text("暂停中")
    interview.resume()
    expect(desk.locator(".paused")).to_be_hidden()


def test_under_review_a_typist_sends_and_an_editor_publishes(served, sign_in, sun, zhou, interview):
    interview.revise(reviewed=True)
    desk = connected(sign_in(served, sun, interview))
    expect(desk.get_by_role("button", name="提交审核")).to_be_visible()
    expect(desk.get_by_role("button", name="发布")).to_have_count(0)
    publish(desk, "陈安", "等人看过再发")
    expect(turns(desk).last).to_have_attribute("data-state", "held")

    interview.revise(reviewed=False)
    expect(desk.get_by_role("button", name="提交审核")).to_have_count(0)
    expect(desk.locator("[name=publish]")).to_contain_text("发布")

    interview.revise(reviewed=True)
    editors = connected(sign_in(served, zhou, interview))
    expect(editors.locator("[name=publish]")).to_contain_text("发布")


# Alerts


def test_a_sound_is_heard_when_something_more_waits_by_choice(served, sign_in, zhou, interview, guest, sun):
    desk = sign_in(served, zhou, interview)
    desk.add_init_script(TONES)
    desk.reload()
    connected(desk)
    interview.say(guest, "一", held=True, by=sun)
    expect(waits(desk)).to_contain_text("待审核 1")
    assert desk.evaluate("window.tones") == 0

    desk.get_by_label("提示音").check()
    assert desk.evaluate("window.tones") == 1, "so that one knows it"
    interview.say(guest, "二", held=True, by=sun)
    expect(waits(desk)).to_contain_text("待审核 2")
    assert desk.evaluate("window.tones") == 2
    interview.turns.held().first().release()
    expect(waits(desk)).to_contain_text("待审核 1")
    assert desk.evaluate("window.tones") == 2, "what waits no longer is no news"

    desk.reload()
    expect(desk.get_by_label("提示音")).to_be_checked()


def test_the_browser_tells_it_while_the_page_is_out_of_sight(served, sign_in, zhou, interview, guest, sun):
    desk = sign_in(served, zhou, interview)
    desk.add_init_script(NOTIFICATIONS.replace("PERMISSION", "granted"))
    desk.reload()
    connected(desk).get_by_label("发通知").check()
    interview.say(guest, "一", held=True, by=sun)
    expect(waits(desk)).to_contain_text("待审核 1")
    assert desk.evaluate("window.shown") == []

    desk.evaluate(NO_SIGHT)
    interview.say(guest, "二", held=True, by=sun)
    expect(waits(desk)).to_contain_text("待审核 2")
    [told] = desk.evaluate("window.shown")
    assert told.startswith("(2) ")


def test_a_browser_that_refuses_notifications_is_named(served, sign_in, zhou, interview):
    desk = sign_in(served, zhou, interview)
    desk.add_init_script(NOTIFICATIONS.replace("PERMISSION", "denied"))
    desk.reload()
    connected(desk).get_by_label("发通知").click()
    expect(desk.locator("desk-alerts [data-refused]")).to_be_visible()
    expect(desk.get_by_label("发通知")).not_to_be_checked()


# Notes


def test_a_note_counts_until_it_was_seen_on_the_screen(served, sign_in, zhou, sun, interview):
    desk = connected(sign_in(served, zhou, interview, viewport=PHONE))
    for n in range(3):
        tell_the_staff(interview, f"第{n}条", uuid.uuid4(), sun)
    unread = desk.locator("desk-bar [data-unread]")
    expect(unread).to_contain_text("3")
    expect(desk).to_have_title(re.compile(r"^\(3\) "))
    composer(desk).focus()

    unread.click()

    expect(unread).to_be_hidden()
    expect(desk).to_have_title(re.compile(r"^河水"))
