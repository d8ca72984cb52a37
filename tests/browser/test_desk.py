"""The desk in a real browser: nothing typed is lost, nothing is overwritten unseen."""

import re

from playwright.sync_api import expect

from interviews.models import Turn

from .desks import composer, open_correction, open_verb
from .test_live import connected, say, turns


def test_what_is_being_typed_survives_a_reload(served, sign_in, zhou, interview):
    desk = sign_in(served, zhou, interview)
    composer(desk).fill("打到一半")

    desk.reload()

    expect(composer(desk)).to_have_value("打到一半")
    assert not interview.turns.exists()


def test_two_editors_of_one_turn_both_see_both_texts(site, sign_in, zhou, interview, host):
    interview.say(host, "原来的话")
    mine, theirs = sign_in(site, zhou, interview), sign_in(site, zhou, interview)
    box = open_correction(mine, "我改的话")

    with theirs.expect_response(re.compile("/correct/")):
        open_correction(theirs, "对方改的话").press("Control+Enter")
    expect(turns(mine).last.locator("turn-verbs > output")).to_contain_text("已被他人改动")
    expect(box).to_have_value("我改的话")

    with mine.expect_response(re.compile("/correct/")) as answer:
        box.press("Control+Enter")
    assert answer.value.status == 409
    expect(turns(mine).last.locator(".theirs")).to_contain_text("对方改的话")
    assert Turn.objects.get().text == "对方改的话"

    with mine.expect_response(re.compile("/correct/")) as answer:
        box.press("Control+Enter")
    assert answer.value.status == 200
    expect(turns(theirs).last.locator(".said")).to_contain_text("我改的话")
    assert [event.before.get("text") for event in interview.events.filter(kind="corrected")] == [
        "原来的话",
        "对方改的话",
    ]


def test_an_interview_is_run_from_start_to_end_on_a_phone(site, sign_in, window, zhou, scheduled):
    desk = sign_in(site, zhou, scheduled, viewport={"width": 390, "height": 844}, has_touch=True)
    reader = connected(window(site.here + scheduled.get_absolute_url()))

    desk.get_by_text("开始直播……").click()
    desk.get_by_role("button", name="开始直播").click()
    expect(reader.locator(".status-live")).to_be_visible()
    expect(desk.locator("[data-status=live]")).to_be_visible()
    say(desk, "主持人", "开始了。")
    desk.get_by_text("结束访谈……").click()
    desk.get_by_role("button", name="结束访谈").click()

    expect(reader.locator(".status-ended")).to_be_visible()
    expect(turns(reader)).to_contain_text(["开始了。"])


def test_the_whole_desk_works_without_scripts(served, sign_in, zhou, interview):
    desk = sign_in(served, zhou, interview, java_script_enabled=False)
    desk.get_by_role("radio", name="主持人").check(force=True)
    composer(desk).fill("没有脚本也行")
    desk.get_by_role("button", name="发布").click()

    expect(turns(desk)).to_contain_text(["没有脚本也行"])
    turns(desk).last.get_by_role("link", name="更正").click()
    desk.locator("[data-verb=correct] textarea").fill("改了也行")
    desk.get_by_role("button", name="保存").first.click()
    expect(turns(desk)).to_contain_text(["改了也行"])


def test_a_heading_that_is_being_typed_outlives_a_change_of_the_speakers(served, sign_in, zhou, interview, host):
    interview.say(host, "要点在此")
    desk = connected(sign_in(served, zhou, interview))
    open_verb(desk, turns(desk).last, "mark")
    heading = turns(desk).last.locator("[name=heading]")
    heading.press_sequentially("打到一半")
    before = interview.seq

    interview.recast()
    interview.say(host, "后面的话")
    expect(desk.locator("live-transcript")).to_have_attribute("data-seq", str(before))
    expect(heading).to_have_value("打到一半")
    heading.press("Control+Enter")

    expect(turns(desk).last).to_contain_text("后面的话")
    assert interview.turns.first().heading == "打到一半"


def test_a_speaker_is_picked_by_one_key_and_named_on_the_button(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    composer(desk).press("Alt+2")
    expect(desk.get_by_role("radio", name="陈安")).to_be_checked()
    expect(desk.get_by_role("button", name="发布 陈安")).to_be_visible()

    composer(desk).press("Alt+ArrowDown")
    expect(desk.get_by_role("button", name="发布 乔梅")).to_be_visible()
    composer(desk).press("Alt+ArrowDown")
    expect(desk.get_by_role("button", name="发布 主持人")).to_be_visible()
    composer(desk).press("Alt+9")
    expect(desk.get_by_role("button", name="发布 主持人")).to_be_visible()

    composer(desk).press("Alt+2")
    composer(desk).press_sequentially("我来说")
    composer(desk).press("Control+Enter")
    expect(turns(desk)).to_contain_text(["我来说"])
    assert interview.turns.get().speaker.label == "陈安"
