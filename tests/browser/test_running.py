"""Running the show: pause, review, end, reopen."""

from playwright.sync_api import expect

from .desks import composer, open_verb, publish
from .test_live import connected, say, turns


def start(desk, name):
    """Opens one of the head's verbs."""
    details = desk.locator(".masthead-steps > details").filter(
        has=desk.locator(f"[action$='/{name}/'], [formaction$='/{name}/']")
    )
    details.locator("summary").click()
    return details


def test_readers_are_told_of_a_pause_and_that_it_goes_on(served, sign_in, window, zhou, interview):
    reader = connected(window(served.here + interview.get_absolute_url()))
    desk = connected(sign_in(served, zhou, interview))

    pause = start(desk, "pause")
    pause.locator("[name=notice]").fill("十分钟后回来")
    pause.locator("[name=notice]").press("Enter")
    expect(reader.locator(".pause")).to_contain_text("十分钟后回来")
    expect(desk.locator(".masthead-steps .notice")).to_contain_text("十分钟后回来")
    late = window(served.here + interview.get_absolute_url())
    expect(late.locator(".pause")).to_contain_text("十分钟后回来")

    desk.locator("[formaction$='/resume/']").click()
    expect(reader.locator(".pause")).to_have_count(0)


def test_an_interview_that_ended_too_early_is_reopened(served, sign_in, window, zhou, interview):
    reader = connected(window(served.here + interview.get_absolute_url()))
    desk = connected(sign_in(served, zhou, interview))
    start(desk, "end").locator("button.primary").click()
    expect(reader.locator(".status-ended")).to_be_visible()

    start(desk, "reopen").locator("button.primary").click()

    expect(reader.locator(".status-live")).to_be_visible()
    say(desk, "主持人", "还没完。")
    expect(turns(reader)).to_have_count(1)


def test_what_a_typist_writes_waits_for_an_editor_and_no_reader_sees_it(site, sign_in, window, zhou, sun, interview):
    interview.revise(reviewed=True)
    reader = connected(window(site.here + interview.get_absolute_url()))
    typist, editor = connected(sign_in(site, sun, interview)), connected(sign_in(site, zhou, interview))

    publish(typist, "主持人", "待审的第一句")
    publish(typist, "陈安", "待审的第二句")
    expect(turns(editor)).to_have_count(2)
    expect(turns(typist).first).to_have_attribute("data-state", "held")
    expect(typist.locator("[data-turns] .editors:visible")).to_have_count(0)
    say(editor, "乔梅", "编辑发的")
    expect(turns(reader)).to_contain_text(["编辑发的"])
    expect(turns(reader)).to_have_count(1)

    turns(editor).first.locator("[formaction$='/release/']").click()
    expect(turns(reader)).to_contain_text(["待审的第一句", "编辑发的"])
    decline = open_verb(editor, turns(editor).nth(1), "decline")
    decline.locator("[name=reason]").fill("没有听清")
    decline.locator("[name=reason]").press("Control+Enter")

    expect(turns(typist).nth(1)).to_have_attribute("data-state", "declined")
    expect(turns(typist).nth(1)).to_contain_text("没有听清")
    assert interview.turns.get(state="declined").text == "待审的第二句"
    expect(turns(reader)).to_have_count(2)


def test_a_typists_correction_of_a_published_turn_is_a_suggestion(served, sign_in, window, zhou, sun, interview, host):
    interview.revise(reviewed=True)
    interview.say(host, "一共九百棵树")
    reader = connected(window(served.here + interview.get_absolute_url()))
    typist, editor = connected(sign_in(served, sun, interview)), connected(sign_in(served, zhou, interview))

    box = open_verb(typist, turns(typist).first, "correct").locator("textarea")
    box.fill("一共八百棵树")
    box.press("Control+Enter")
    suggestion = turns(editor).first.locator(".suggestion")
    expect(suggestion).to_contain_text("八")
    expect(turns(reader)).to_contain_text(["一共九百棵树"])
    suggestion.locator("[action$='/take/'] .primary, form .primary").first.click()

    expect(turns(reader)).to_contain_text(["一共八百棵树"])
    expect(turns(typist).first.locator(".suggestion")).to_have_count(0)


def test_ending_asks_what_becomes_of_held_turns_and_deletes_nothing(site, sign_in, window, zhou, sun, interview):
    interview.revise(reviewed=True)
    typist, editor = connected(sign_in(site, sun, interview)), connected(sign_in(site, zhou, interview))
    publish(typist, "陈安", "还没有审")
    expect(turns(editor)).to_have_count(1)

    end = start(editor, "end")
    end.locator("button.primary").click()
    expect(end.locator("output")).to_have_attribute("data-state", "refused")
    end.locator("[value=keep]").check()
    end.locator("button.primary").click()

    expect(editor.locator("[data-status=ended]")).to_be_visible()
    expect(turns(editor).first).to_have_attribute("data-state", "held")
    turns(editor).first.locator("[formaction$='/release/']").click()
    reader = window(site.here + interview.get_absolute_url())
    expect(turns(reader)).to_contain_text(["还没有审"])


def test_the_desk_of_a_draft_is_live_too(served, sign_in, zhou, draft):
    one, other = (connected(sign_in(served, zhou, draft)) for _ in range(2))
    composer(one).fill("草稿里也能准备")
    composer(one).press("Control+Enter")
    expect(other.locator("[data-turns=queue] > .turn")).to_contain_text(["草稿里也能准备"])
