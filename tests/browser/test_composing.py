"""Composing at the speed of talk."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.conftest import NOON

from .desks import composer, expect_state, publish, queue, type_in
from .test_live import connected, say, turns


def spoken(desk):
    return desk.locator("spoken-time input")


def times(interview):
    return list(interview.turns.values_list("spoken_at", flat=True))


WRONG_CLOCK = """
    const ahead = 3 * 24 * 60 * 60 * 1000, { timeOrigin } = performance, now = Date.now
    Date.now = () => now() + ahead
    Object.defineProperty(performance, "timeOrigin", { value: timeOrigin + ahead })
"""


def test_a_turn_was_spoken_when_its_typing_began_by_the_servers_clock(served, sign_in, zhou, interview):
    desk = sign_in(served, zhou, interview, timezone_id="America/New_York")
    desk.add_init_script(WRONG_CLOCK)
    desk.reload()
    connected(desk)
    expect(spoken(desk)).to_be_hidden()

    before = datetime.now(UTC)
    composer(desk).press_sequentially("开始打字", delay=300)
    expect(spoken(desk)).to_have_value(re.compile(f"{before + timedelta(hours=8):%Y-%m-%dT}"))
    composer(desk).press("Control+Enter")

    expect(turns(desk)).to_have_count(1)
    assert abs(times(interview)[0] - before) < timedelta(seconds=1)


@pytest.mark.parametrize("step", [600_000, -180_000, 86_400_000])
def test_a_clock_that_is_set_while_the_desk_is_open_moves_no_turn(served, sign_in, zhou, interview, host, step):
    desk = connected(sign_in(served, zhou, interview))
    interview.say(host, "早些", spoken_at=datetime.now(UTC) - timedelta(seconds=60))
    shift = f"{{ const now = Date.now; Date.now = () => now() + {step} }}"
    desk.evaluate(shift)
    publish(desk, "陈安", "一")
    expect(turns(desk)).to_contain_text(["早些", "一"])
    desk.add_init_script(shift)
    desk.reload()
    connected(desk)
    publish(desk, "陈安", "二")
    expect(turns(desk)).to_contain_text(["早些", "一", "二"])
    assert all(abs(at - datetime.now(UTC)) < timedelta(seconds=30) for at in times(interview)[1:])


def test_what_is_typed_after_a_turn_stands_behind_it_wherever_the_servers_clock_was_put(
    served, sign_in, zhou, interview, host
):
    interview.say(host, "早些", spoken_at=datetime.now(UTC) + timedelta(seconds=4))  # as before a step back
    desk = connected(sign_in(served, zhou, interview))
    type_in(desk, "陈安", "一")
    composer(desk).press_sequentially("，二，三，四，五，六", delay=500)
    assert times(interview)[0] < datetime.now(UTC)
    composer(desk).press("Control+Enter")
    expect(turns(desk)).to_contain_text(["早些", "一，二"])


def test_a_clock_that_stood_still_in_a_sleep_is_measured_by_the_next_answer(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    desk.evaluate("{ const now = performance.now.bind(performance); performance.now = () => now() - 3_600_000 }")
    desk.evaluate("document.querySelector('live-transcript').catchUp()")
    desk.wait_for_function(
        "import('/static/js/shared/lib/server-clock.js').then(m => m.serverClock.now > Date.now() - 5_000)"
    )
    publish(desk, "陈安", "一")
    expect(turns(desk)).to_contain_text(["一"])
    assert abs(times(interview)[0] - datetime.now(UTC)) < timedelta(seconds=30)


def test_the_time_can_be_corrected_while_typing_and_is_read_on_the_interviews_clock(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview, timezone_id="America/New_York"))
    type_in(desk, "陈安", "早些时候说的")
    spoken(desk).fill("2026-05-04T12:03:07")
    composer(desk).press("Control+Enter")

    expect(turns(desk)).to_contain_text(["12:03:07"])
    assert times(interview) == [NOON.replace(minute=3, second=7)]
    expect(spoken(desk)).to_be_hidden()


def test_two_turns_typed_within_a_second_stand_as_they_were_typed(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    for n in range(5):
        publish(desk, "主持人", f"第{n}句")
    expect(turns(desk)).to_contain_text([f"第{n}句" for n in range(5)])


def test_what_was_typed_ahead_of_the_start_was_not_spoken_before_it(served, sign_in, zhou, scheduled):
    desk = connected(sign_in(served, zhou, scheduled))
    composer(desk).fill("各位网友大家好。")
    desk.get_by_text("开始直播……").click()
    desk.get_by_role("button", name="开始直播").click()
    expect(desk.locator("[data-status=live]")).to_be_visible()
    composer(desk).press("Control+Enter")

    expect(turns(desk)).to_have_count(1)
    scheduled.refresh_from_db()
    assert times(scheduled)[0] >= scheduled.started_at


def test_what_is_added_after_the_end_stands_at_the_end(served, sign_in, zhou, interview):
    end = NOON + timedelta(minutes=30)
    interview.end(at=end)
    desk = connected(sign_in(served, zhou, interview))
    for text in ("漏了一句", "又漏一句"):
        publish(desk, "陈安", text)

    expect(turns(desk)).to_contain_text(["漏了一句", "又漏一句"])
    assert times(interview) == [end, end]


def test_a_long_answer_grows_on_the_readers_page_while_it_is_still_typed(site, sign_in, window, zhou, interview):
    reader = connected(window(site.here + interview.get_absolute_url()))
    desk = connected(sign_in(site, zhou, interview))

    type_in(desk, "陈安", "先说第一点。")
    composer(desk).press("Control+Shift+Enter")
    expect(turns(reader)).to_have_count(1)
    expect(composer(desk)).to_have_value("")
    expect(desk.get_by_role("radio", name="陈安")).to_be_checked()
    composer(desk).fill("再说第二点。")
    composer(desk).press("Control+Shift+Enter")
    expect(turns(reader).locator(".said p")).to_have_text(["先说第一点。", "再说第二点。"])
    composer(desk).fill("最后一点。")
    composer(desk).press("Control+Enter")
    expect(turns(reader).locator(".said p")).to_have_text(["先说第一点。", "再说第二点。", "最后一点。"])

    say(desk, "主持人", "谢谢。")
    expect(turns(reader)).to_have_count(2)
    assert [turn.text.count("\n") for turn in interview.turns.all()] == [2, 0]


def test_a_growing_answer_goes_on_after_a_reload_and_without_network(site, sign_in, zhou, interview):
    desk = connected(sign_in(site, zhou, interview))
    type_in(desk, "陈安", "第一段")
    composer(desk).press("Control+Shift+Enter")
    expect(turns(desk)).to_have_count(1)
    desk.reload()
    connected(desk)
    desk.context.set_offline(True)
    for text in ("第二段", "第三段"):
        composer(desk).fill(text)
        composer(desk).press("Control+Shift+Enter")
        expect(composer(desk)).to_have_value("")
    desk.context.set_offline(False)

    expect_state(desk, "saved")
    assert [turn.text for turn in interview.turns.all()] == ["第一段\n第二段\n第三段"]


def test_another_speaker_ends_the_growing_answer(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    type_in(desk, "陈安", "没说完")
    composer(desk).press("Control+Shift+Enter")
    composer(desk).press("Alt+3")
    composer(desk).fill("我插一句")
    composer(desk).press("Control+Enter")

    expect(turns(desk)).to_contain_text(["没说完", "我插一句"])
    assert [turn.speaker.label for turn in interview.turns.all()] == ["陈安", "乔梅"]


def test_ctrl_enter_in_the_empty_field_ends_the_growing_answer_and_posts_nothing(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    type_in(desk, "陈安", "就这些")
    composer(desk).press("Control+Shift+Enter")
    expect(desk.locator("desk-composer")).to_have_attribute("growing", "")
    composer(desk).press("Control+Enter")
    expect(desk.locator("desk-composer")).not_to_have_attribute("growing", "")

    publish(desk, "陈安", "另外一段话")
    expect(turns(desk)).to_have_count(2)


def test_after_the_host_comes_the_guest_who_spoke_last(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    desk.context.set_offline(True)  # what is still on its way counts too
    publish(desk, "乔梅", "我是乔梅。")
    publish(desk, "主持人", "请问？")

    expect(desk.get_by_role("radio", name="乔梅")).to_be_checked()


def test_a_paste_of_five_thousand_characters_is_one_turn_with_its_paragraphs(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    paragraph = "东河的水是一年一年清起来的。" * 36
    pasted = "\r\n\r\n".join([paragraph] * 10)
    composer(desk).evaluate(
        """(box, text) => {
            box.focus()
            const data = new DataTransfer()
            data.setData("text/plain", text)
            const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
            if (box.dispatchEvent(paste)) document.execCommand("insertText", false, text)
        }""",
        pasted,
    )
    composer(desk).press("Control+Enter")

    expect(turns(desk).locator(".said p")).to_have_count(10)
    assert interview.turns.get().text == "\n".join([paragraph] * 10)
    assert len(pasted) > 5_000


def test_an_enter_that_ends_a_chinese_composition_posts_nothing(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    composer(desk).fill("拼音")
    composer(desk).evaluate(
        """box => {
            box.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }))
            const key = { key: "Enter", ctrlKey: true, isComposing: true, bubbles: true, cancelable: true }
            box.dispatchEvent(new KeyboardEvent("keydown", key))
            box.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }))
        }"""
    )
    expect(composer(desk)).to_have_value("拼音")

    say(desk, "主持人", "拼音")

    assert interview.turns.count() == 1


def test_the_next_prepared_turn_is_published_by_one_key_with_the_time_of_its_release(
    served, sign_in, window, zhou, interview, host
):
    for text in ("第一问", "第二问"):
        interview.prepare(host, text)
    reader = connected(window(served.here + interview.get_absolute_url()))
    desk = connected(sign_in(served, zhou, interview))
    expect(queue(desk)).to_have_count(2)
    type_in(desk, "陈安", "正在打的")
    before = datetime.now(UTC)

    composer(desk).press("Alt+Enter")

    expect(turns(reader)).to_contain_text(["第一问"])
    expect(queue(desk)).to_contain_text(["第二问"])
    expect(turns(desk).filter(has_text="第一问")).to_have_count(1)
    expect(composer(desk)).to_have_value("正在打的")
    assert before <= interview.turns.published().get().spoken_at <= datetime.now(UTC)


def test_before_the_start_ctrl_enter_prepares(served, sign_in, zhou, scheduled):
    desk = connected(sign_in(served, zhou, scheduled))
    expect(desk.locator("[name=publish]")).to_be_hidden()
    type_in(desk, "主持人", "开场的问题")
    composer(desk).press("Control+Enter")

    expect(queue(desk)).to_contain_text(["开场的问题"])
    expect(queue(desk).locator("[data-release]")).to_be_hidden()
    expect(desk.get_by_role("radio", name="主持人")).to_be_checked()
    assert scheduled.turns.prepared().count() == 1


def test_two_order_the_queue_and_see_each_others_order(site, sign_in, zhou, interview, host):
    for text in ("一", "二", "三"):
        interview.prepare(host, f"第{text}问")
    one, other = (connected(sign_in(site, zhou, interview)) for _ in range(2))

    with one.expect_response(re.compile("/move/")):
        queue(one).filter(has_text="第三问").locator("[value=up]").click()
    expect(queue(other)).to_contain_text(["第一问", "第三问", "第二问"])
    with other.expect_response(re.compile("/move/")):
        queue(other).filter(has_text="第一问").locator("[value=down]").click()

    expect(queue(one)).to_contain_text(["第三问", "第一问", "第二问"])


def test_the_help_names_the_keys_and_opens_by_one(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    desk.locator("desk-composer [name=help]").click()
    dialog = desk.locator("desk-keys dialog")
    expect(dialog).to_be_visible()
    desk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    composer(desk).press("?")
    expect(dialog).to_be_hidden()
    desk.locator("body").click(position={"x": 5, "y": 5})
    desk.keyboard.press("?")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Ctrl+Shift+Enter")
