"""The desk by keyboard alone, and by the names that things have."""

import re

from playwright.sync_api import expect

from .desks import composer
from .test_live import connected, turns

CONTROLS = {"button", "textbox", "combobox", "radio", "checkbox", "link", "DisclosureTriangle", "searchbox", "Iframe"}


FORMS = [("correct", "textarea", "，改过"), ("mark", "[name=heading]", "要点"), ("retract", "[name=reason]", "误发")]


def tab_to(page, element, key="Tab"):
    """The steps that it takes a keyboard to get there."""
    for step in range(200):
        if element.evaluate("element => element === document.activeElement"):
            return step
        page.keyboard.press(key)
    raise AssertionError("the keyboard doesn't get there")


def nameless(page):
    """Controls without a name, as an assistive technology finds them."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        (node["role"]["value"], [about["name"] for about in node.get("properties", [])])
        for node in tree
        if not node["ignored"] and node["role"]["value"] in CONTROLS and not node.get("name", {}).get("value")
    ]


def test_an_interview_is_run_by_keyboard_alone(site, sign_in, window, zhou, scheduled):
    reader = connected(window(site.here + scheduled.get_absolute_url()))
    desk = connected(sign_in(site, zhou, scheduled))
    expect(composer(desk)).to_be_focused()

    tab_to(desk, desk.locator(".masthead-steps summary"), "Shift+Tab")
    desk.keyboard.press("Enter")
    tab_to(desk, desk.locator("[formaction$='/go-live/']"))
    desk.keyboard.press("Enter")
    expect(reader.locator(".status-live")).to_be_visible()
    expect(desk.locator("[data-status=live]")).to_be_visible()
    tab_to(desk, composer(desk))
    desk.keyboard.press("Alt+2")
    desk.keyboard.type("用键盘说的话")
    desk.keyboard.press("Control+Enter")
    expect(turns(desk)).to_have_count(1)
    for verb, field, words in FORMS:
        details = turns(desk).first.locator(f"[data-verb={verb}]")
        opener = "correct" if verb == "correct" else ""
        tab_to(desk, turns(desk).first.locator(f"[data-opens='{opener}']"), "Shift+Tab")
        desk.keyboard.press("Enter")
        if not opener:
            tab_to(desk, details.locator("summary"))
            desk.keyboard.press("Enter")
        expect(details.locator(field)).to_be_focused()
        desk.keyboard.press("End")
        desk.keyboard.type(words)
        with desk.expect_response(re.compile(f"/{verb}/")):
            desk.keyboard.press("Control+Enter")
        expect(details.and_(desk.locator("[open]"))).to_have_count(0)  # what was retracted has no such form any more
    expect(turns(reader).locator(".retracted")).to_be_visible()
    tab_to(desk, turns(desk).first.locator("[formaction$='/restore/']"), "Shift+Tab")
    desk.keyboard.press("Enter")
    expect(turns(reader)).to_contain_text(["用键盘说的话，改过"])
    tab_to(desk, desk.locator(".masthead-steps summary").last, "Shift+Tab")
    desk.keyboard.press("Enter")
    tab_to(desk, desk.locator("[action$='/end/'] button"))
    desk.keyboard.press("Enter")

    expect(reader.locator(".status-ended")).to_be_visible()


def test_every_control_has_a_name(served, sign_in, zhou, interview, host, guest):
    said = interview.say(host, "您好", heading="开场")
    said.pin()
    interview.say(guest, "等一等", held=True)
    interview.say(guest, "说错了").retract()
    interview.prepare(host, "第一问")
    interview.pause("马上回来")
    desk = connected(sign_in(served, zhou, interview))
    desk.evaluate(
        "for (const details of document.querySelectorAll('details')) { details.name = ''; details.open = true }"
    )
    desk.get_by_role("button", name="键盘帮助").click()
    assert nameless(desk) == []
    desk.keyboard.press("Escape")
    assert nameless(desk) == []
    desk.goto(f"{served.here}/desk/new/")
    assert nameless(desk) == []


def test_a_page_that_must_be_loaded_again_waits_for_a_pause_in_typing(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    desk.evaluate("void (window.isTheSame = true)")
    composer(desk).press_sequentially("先打")

    interview.recast()
    expect(desk.locator("live-transcript")).to_have_attribute("stale", "")
    with desk.expect_event("load"):
        composer(desk).press_sequentially("几个字")
        assert desk.evaluate("window.isTheSame")

    expect(composer(desk)).to_have_value("先打几个字")
    expect(composer(desk)).to_be_focused()
    desk.keyboard.type("，接着打")
    desk.keyboard.press("Control+Enter")
    expect(turns(desk)).to_contain_text(["先打几个字，接着打"])
