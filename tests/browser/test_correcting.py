"""Changing what was said: in place, seen by the readers, undone by one key."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from interviews.models import Interview
from tests.conftest import NOON

from .desks import composer, expect_state, open_all, open_correction, open_verb, publish, type_in
from .test_live import connected, say, turns


@pytest.fixture
def talk(interview, host, guest):
    """Four turns, a minute apart."""
    for n, speaker in enumerate((host, guest, host, guest)):
        interview.say(speaker, f"第{n}句", spoken_at=NOON + timedelta(minutes=n))
    return interview


@pytest.fixture
def reader(served, window, talk):
    return connected(window(served.here + talk.get_absolute_url()))


@pytest.fixture
def desk(served, sign_in, zhou, talk):
    return connected(sign_in(served, zhou, talk))


def test_a_turn_whose_time_is_corrected_moves_to_its_place(desk, reader):
    details = open_verb(desk, turns(desk).nth(3), "correct")
    details.locator("[name=spoken_at]").fill("2026-05-04T12:00:30")
    details.locator("[name=spoken_at]").press("Control+Enter")

    expect(turns(desk)).to_contain_text(["第0句", "第3句", "第1句", "第2句"])
    expect(turns(reader)).to_contain_text(["第0句", "第3句", "第1句", "第2句"])


def test_the_speaker_is_changed_with_the_text(desk, reader):
    details = open_verb(desk, turns(desk).nth(1), "correct")
    details.locator("[name=speaker]").select_option(label="乔梅")
    details.locator("[name=speaker]").press("Control+Enter")

    expect(turns(reader).nth(1)).to_contain_text("乔梅")
    expect(turns(reader).nth(1).locator(".said")).to_have_text("第1句")


def test_what_was_forgotten_is_inserted_before_or_after_a_turn(desk, reader):
    after = open_verb(desk, turns(desk).nth(1), "insert")
    after.locator("textarea").fill("漏了的回答")
    after.locator("[name=speaker]").select_option(label="乔梅")
    after.locator("[name=after]").click()
    expect(turns(reader)).to_contain_text(["第0句", "第1句", "漏了的回答", "第2句", "第3句"])

    before = open_verb(desk, turns(desk).nth(0), "insert")
    before.locator("textarea").fill("开场")
    before.locator("[name=before]").click()
    expect(turns(reader)).to_contain_text(["开场", "第0句", "第1句", "漏了的回答", "第2句", "第3句"])
    expect(turns(reader).nth(2 + 1)).to_contain_text("乔梅")


def test_up_in_the_empty_field_corrects_the_last_turn_and_comes_back(desk, reader):
    composer(desk).press("ArrowUp")
    box = turns(desk).last.locator("[data-verb=correct] textarea")
    expect(box).to_be_focused()
    expect(turns(desk).last.get_by_role("button", name="保存")).to_be_in_viewport(ratio=1)
    box.press_sequentially("，改过")
    box.press("Control+Enter")

    expect(turns(reader).last).to_contain_text("第3句，改过")
    expect(composer(desk)).to_be_focused()


def test_ctrl_z_takes_back_what_was_done_last_one_thing_after_the_other(desk, reader, talk):
    say(desk, "乔梅", "不该发的")
    expect(turns(desk)).to_have_count(5)
    open_correction(desk, "不该发的，还改了")
    with desk.expect_response(re.compile("/correct/")):
        turns(desk).last.locator("[data-verb=correct] textarea").press("Control+Enter")
    open_all(turns(desk).nth(1)).get_by_role("button", name="置顶").click()
    expect(reader.locator(".pinned")).to_be_visible()

    composer(desk).press("Control+z")
    expect(reader.locator(".pinned")).to_have_count(0)
    composer(desk).press("Control+z")
    expect(turns(reader).last.locator(".said")).to_have_text("不该发的")

    assert [event.kind for event in talk.events.order_by("-seq")[:2]] == ["corrected", "unpinned"]


def test_undo_is_offered_where_it_can_be_clicked(desk, reader):
    retract = open_verb(desk, turns(desk).nth(2), "retract")
    retract.locator("[name=reason]").fill("说错了")
    retract.locator("[name=reason]").press("Control+Enter")
    expect(turns(reader).nth(2).locator(".retracted")).to_be_visible()
    expect(turns(desk).nth(2)).to_contain_text("说错了")

    expect(desk.locator("desk-undo output")).to_contain_text("撤回")
    desk.locator("desk-undo button").click()

    expect(turns(reader)).to_contain_text(["第0句", "第1句", "第2句", "第3句"])


def test_ctrl_z_in_a_text_undoes_typing_and_nothing_else(desk, talk):
    say(desk, "主持人", "这句要留着")
    composer(desk).press_sequentially("打错")
    composer(desk).press("Control+z")
    expect(composer(desk)).not_to_have_value("打错")

    publish(desk, "主持人", "后一句")
    expect_state(desk, "saved")
    assert not talk.events.filter(kind="retracted").exists()


def test_what_somebody_else_has_changed_since_is_not_undone(desk, talk):
    say(desk, "主持人", "我说的")
    talk.turns.last().correct(version=1, text="别人改过的")

    composer(desk).press("Control+z")

    expect(desk.locator("desk-undo output")).to_have_attribute("data-state", "refused")
    assert talk.turns.last().text == "别人改过的"


def test_a_correction_is_saved_when_the_network_is_back(desk, reader):
    box = open_correction(desk, "断网时改的")
    desk.context.set_offline(True)
    box.press("Control+Enter")
    expect(turns(desk).last.locator("turn-verbs > output")).to_have_attribute("data-state", "trying")
    expect(box).to_have_value("断网时改的")
    desk.context.set_offline(False)

    expect(turns(reader).last.locator(".said")).to_have_text("断网时改的")
    expect(turns(desk).last.locator("turn-verbs")).to_have_count(0)


def test_a_correction_that_was_not_saved_survives_a_reload(desk):
    open_correction(desk, "改到一半")
    desk.reload()
    expect(turns(desk).last.locator("[data-verb=correct] textarea")).to_have_value("改到一半")


def test_two_insertions_beside_one_turn_are_two_turns_and_one_by_keyboard_has_its_place(desk, reader):
    for text in ("先补的", "后补的"):
        insert = open_verb(desk, turns(desk).filter(has_text="第1句"), "insert")
        insert.locator("textarea").fill(text)
        insert.locator("textarea").press("Control+Enter")
        expect(turns(reader).filter(has_text=text)).to_have_count(1)

    expect(turns(reader)).to_contain_text(["第0句", "第1句", "后补的", "先补的", "第2句", "第3句"])


def test_ctrl_z_after_emptying_the_field_retracts_nothing(desk, talk):
    say(desk, "主持人", "这句要留着")
    composer(desk).press_sequentially("下一句")
    composer(desk).press("Control+a")
    composer(desk).press("Delete")
    composer(desk).press("Control+z")

    expect(composer(desk)).to_have_value("下一句")
    assert not talk.events.filter(kind="retracted").exists()


def test_a_key_that_is_held_down_does_it_once(desk, talk, host):
    for text in ("第一问", "第二问"):
        talk.prepare(host, text)
    expect(desk.locator("[data-turns=queue] > .turn")).to_have_count(2)
    composer(desk).focus()
    desk.keyboard.down("Alt")
    for _ in range(3):
        desk.keyboard.down("Enter")
    desk.keyboard.up("Enter")
    desk.keyboard.up("Alt")

    expect(desk.locator("[data-turns=transcript] > .turn")).to_have_count(5)
    say(desk, "主持人", "然后")
    assert talk.turns.prepared().count() == 1


def test_enter_in_the_time_field_sends_nothing(desk, talk):
    composer(desk).fill("还没打完")
    desk.locator("spoken-time input").press("Enter")

    expect(composer(desk)).to_have_value("还没打完")
    assert talk.turns.count() == 4


# The hour in which clocks are put back


@pytest.fixture
def london(served, sign_in, zhou, talk):
    """Turns, read at the desk by London's clock; the first is of the hour that comes twice."""
    Interview.objects.filter(pk=talk.pk).update(started_at=datetime(2025, 10, 26, tzinfo=UTC))
    talk.refresh_from_db()
    talk.revise(timezone="Europe/London", language="en")
    talk.say(talk.speakers.first(), "第4句", spoken_at=datetime(2025, 10, 26, 1, 30, 7, 89, tzinfo=UTC))
    return connected(sign_in(served, zhou, talk))


def test_in_the_hour_put_back_the_words_alone_are_corrected(london, talk):
    details = open_verb(london, turns(london).first, "correct")
    details.locator("textarea").fill("第4句，改过")
    details.locator("textarea").press("Control+Enter")
    expect(turns(london).first).to_contain_text("改过")
    assert talk.turns.first().spoken_at == datetime(2025, 10, 26, 1, 30, 7, 89, tzinfo=UTC)


def test_a_time_that_comes_twice_is_asked_about_before_it_is_sent(london, talk):
    details = open_verb(london, turns(london).nth(4), "correct")
    time = details.locator("[name=spoken_at]")
    time.fill("2025-10-26T01:15:00")
    which = details.locator("[name=spoken_at_fold]")
    expect(which.locator("option")).to_have_text(
        [
            "Which of the two?",
            "the first: British Summer Time (UTC+01:00)",
            "the second: Greenwich Mean Time (UTC+00:00)",
        ]
    )
    time.press("Control+Enter")
    assert which.evaluate("select => select.validity.valueMissing")
    which.select_option("1")
    time.press("Control+Enter")
    expect(details).to_have_count(0)
    assert talk.turns.get(text="第3句").spoken_at == datetime(2025, 10, 26, 1, 15, tzinfo=UTC)


def test_a_time_that_is_left_out_is_not_sent_and_cancelling_forgets_it(london):
    details = open_verb(london, turns(london).nth(4), "correct")
    time = details.locator("[name=spoken_at]")
    time.fill("2025-03-30T01:30:00")
    assert "never comes" in time.evaluate("input => input.validationMessage")
    details.locator("[type=reset]").click()
    open_verb(london, turns(london).nth(4), "correct")
    expect(time).to_have_js_property("validationMessage", "")


def test_the_composer_asks_which_of_the_two_and_publishes_at_that(london, talk):
    type_in(london, "陈安", "补上")
    london.locator("spoken-time input").fill("2025-10-26T01:00:01")
    london.locator("spoken-time select").select_option("1")
    composer(london).press("Control+Enter")
    expect(turns(london).first).to_contain_text("补上")
    assert talk.turns.get(text="补上").spoken_at == datetime(2025, 10, 26, 1, 0, 1, tzinfo=UTC)


def test_what_is_typed_in_that_hour_is_published_without_a_question(london, talk):
    talk.turns.update(spoken_at=datetime(2025, 10, 26, 1, tzinfo=UTC))  # since nobody begins before what was said
    london.reload()
    connected(london).evaluate(
        """import('/static/js/shared/lib/server-clock.js').then(({ serverClock }) => {
            serverClock.heard = () => {} // an answer that is on its way would set it to the true time again
            serverClock.set(Date.parse("2025-10-26T01:30:00Z"), performance.now())
        })"""
    )
    type_in(london, "陈安", "现在说的")
    expect(london.locator("spoken-time select")).to_have_value("1")
    composer(london).press("Control+Enter")
    expect(turns(london).filter(has_text="现在说的")).to_have_count(1)
    at = talk.turns.get(text="现在说的").spoken_at
    assert abs(at - datetime(2025, 10, 26, 1, 30, tzinfo=UTC)) < timedelta(minutes=1)
