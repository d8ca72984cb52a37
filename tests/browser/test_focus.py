"""Where the focus is at the desk after something was done, or came from another: never on what does something else."""

import pytest
from playwright.sync_api import expect

from interviews.models.desk.report import report
from tests.conftest import NOON

from .desks import composer, open_all, open_verb, publish, queue
from .test_live import connected, turns


@pytest.fixture
def desk(served, sign_in, zhou, interview, host):
    for n in range(3):
        interview.say(host, f"第{n}句。", spoken_at=NOON.replace(minute=n))
        interview.prepare(host, f"第{n}问？")
    return connected(sign_in(served, zhou, interview))


def focused(desk):
    return desk.locator(":focus")


def test_who_moves_a_prepared_turn_by_keys_moves_it_on_and_publishes_nothing(desk, interview):
    queue(desk).first.locator("[value=down]").focus()
    for then in (["1", "0", "2"], ["1", "2", "0"]):
        desk.keyboard.press("Enter")
        expect(queue(desk)).to_contain_text([f"第{n}问？" for n in then])
        expect(focused(desk)).to_have_attribute("value", "down")
    assert interview.turns.prepared().count() == 3


def test_who_is_about_to_move_a_turn_that_another_corrects_publishes_nothing(desk, interview, zhou):
    first = interview.turns.prepared()[0]
    queue(desk).first.locator("[value=up]").focus()
    first.correct(version=1, text="改过的第0问？", by=zhou)
    expect(queue(desk).first).to_contain_text("改过的")
    expect(focused(desk)).to_have_attribute("value", "up")


def test_who_restores_a_declined_turn_doesnt_stand_on_what_publishes_it(desk, interview, guest, zhou):
    turn = interview.say(guest, "不会发的", held=True)
    turn.decline(by=zhou)
    desk.locator(f"#turn-{turn.pk} .verbs > button").press("Enter")
    expect(desk.locator(f"#turn-{turn.pk}")).to_have_attribute("data-state", "held")
    expect(focused(desk)).to_have_text("⋯")


def test_who_is_about_to_cancel_still_is_when_another_changes_the_turn(desk, interview, zhou):
    form = open_verb(desk, turns(desk).first, "retract")
    form.get_by_role("button", name="取消").focus()
    interview.turns.first().mark("要点", by=zhou)
    expect(turns(desk).first.locator("h2")).to_have_text("要点")
    expect(focused(desk)).to_have_text("取消")

    desk.keyboard.press("Enter")

    expect(turns(desk).first.locator("turn-verbs")).to_have_count(0)
    assert interview.turns.first().state == "published"


def test_among_all_verbs_the_one_that_has_the_focus_keeps_it(desk, interview, zhou):
    open_all(turns(desk).first).locator("[data-verb=retract] summary").focus()
    interview.turns.first().mark("要点", by=zhou)
    expect(turns(desk).first.locator("h2")).to_have_text("要点")
    expect(focused(desk)).to_have_text("撤回")


@pytest.mark.parametrize(("verb", "opener"), [("correct", "correct"), ("mark", ""), ("insert", ""), (None, "")])
def test_esc_goes_back_to_what_was_pressed(desk, verb, opener):
    if verb:
        open_verb(desk, turns(desk).first, verb)
    else:
        open_all(turns(desk).first)
    desk.keyboard.press("Escape")
    expect(turns(desk).first.locator("turn-verbs")).to_have_count(0)
    expect(focused(desk)).to_have_attribute("data-opens", opener)


def test_a_number_in_the_bar_changes_without_taking_the_focus(desk, interview, guest, sun):
    interview.say(guest, "一", held=True, by=sun)
    desk.locator(".waits a").focus()
    interview.say(guest, "二", held=True, by=sun)
    expect(desk.locator(".waits a")).to_contain_text("2")
    expect(focused(desk)).to_have_text("待审核 2")


def test_a_form_that_is_on_its_way_stays_while_another_is_opened(desk, interview):
    held = []
    desk.route("**/retract/", lambda route: held.append(route))
    open_verb(desk, turns(desk).first, "retract").locator("button.primary").click()
    turns(desk).nth(1).locator("[data-opens=correct]").click()
    expect(turns(desk).first.locator("[data-verb=retract]")).to_be_visible()
    held[0].fulfill(status=400, json={"errors": {"__all__": ["已经撤回了。"]}})
    expect(turns(desk).first.locator("turn-verbs .state, turn-verbs output").first).to_contain_text("已经撤回了。")


# Ctrl+Z


@pytest.mark.parametrize("field", ["[data-verb=correct] textarea", "desk-notes [name=text]"])
def test_ctrl_z_in_a_field_that_was_emptied_brings_its_text_back_and_retracts_nothing(desk, interview, field):
    publish(desk, "主持人", "发出去的。")
    expect(desk.locator("[data-turns=transcript]")).to_contain_text("发出去的。")
    turns(desk).first.locator("[data-opens=correct]").click()
    box = desk.locator(field).first
    box.press_sequentially("打上的")
    box.press("Control+a")
    box.press("Delete")
    box.press("Control+z")
    expect(box).not_to_have_value("")
    assert interview.turns.get(text="发出去的。").state == "published"


# Others


def test_a_reason_is_sent_by_the_same_keys_as_everything(desk, interview, host, sun):
    said = interview.turns.published().first()
    said.suggest(version=1, text="第零句。", speaker=host, by=sun)
    desk.locator(".suggestion summary").click()
    desk.locator(".suggestion [name=reason]").fill("不改")
    desk.locator(".suggestion [name=reason]").press("Control+Enter")
    expect(desk.locator(".suggestion")).to_have_count(0)
    assert said.suggestions.get().decided_at


def test_a_moderator_leaves_all_verbs_by_esc(served, sign_in, hao, interview, host):
    said = interview.say(host, "河水清了。")
    report(said, text="没清。", version=said.shown_version)
    desk = connected(sign_in(served, hao, interview))
    desk.locator("[data-opens='']").press("Enter")
    expect(focused(desk)).to_have_text("修改记录")
    desk.keyboard.press("Escape")
    expect(desk.locator(".turn turn-verbs")).to_have_count(0)


def test_what_is_typed_for_a_pause_survives_anothers_pause(desk, interview, zhou):
    desk.locator(".confirm > summary", has_text="暂停").click()
    desk.locator(".confirm [name=notice]").fill("茶歇一刻")
    interview.pause("十分钟后回来", by=zhou)
    expect(desk.locator("desk-bar")).to_contain_text("十分钟后回来")
    expect(desk.locator(".confirm [name=notice]")).to_be_visible()
    expect(desk.locator(".confirm [name=notice]")).to_have_value("茶歇一刻")


def test_in_a_low_window_nothing_stays_in_the_way(served, sign_in, zhou, interview, host):
    for n in range(30):
        interview.say(host, f"第{n}句。", spoken_at=NOON.replace(minute=n))
    desk = connected(sign_in(served, zhou, interview, viewport={"width": 320, "height": 256}))
    turns(desk).nth(10).scroll_into_view_if_needed()
    expect(desk.locator("desk-bar")).not_to_be_in_viewport()
    expect(composer(desk)).not_to_be_in_viewport()
