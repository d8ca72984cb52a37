"""From an empty database to the first turn that a reader sees, by the desk alone."""

import re

import pytest
from playwright.sync_api import expect

from interviews.models import Guest, Interview

from .axe import violations
from .conftest import DESKTOP, PHONE, come_in, give_password
from .desks import queue, send_at_once
from .test_live import connected, say, turns

TEN = [f"第{n}个问题：河水怎样变清？" for n in "一二三四五六七八九十"]


@pytest.mark.parametrize(
    "screen", [{"viewport": DESKTOP}, {"viewport": PHONE, "has_touch": True}], ids=["desktop", "phone"]
)
def test_a_stranger_plans_the_first_interview_and_a_reader_reads_its_first_turn(site, window, gao, screen):
    desk = window(f"{site.here}/desk/", **screen)
    give_password(desk, gao)
    desk.locator(".first-step a").click()
    desk.locator("[name=headline]").fill("河水怎样变清")
    desk.locator("[name=starts_at]").fill("2026-12-04T12:00")
    desk.locator("[name=hosts-0-name]").fill("林悦")
    desk.locator("[name=guests-0-name]").fill("陈安")
    desk.locator("[name=guests-0-title]").fill("河道工程师")
    desk.locator("[name=announce]").click()
    desk.wait_for_url("**/desk/he-shui-zen-yang-bian-qing/")

    reader = window(f"{site.here}/", **screen)
    reader.get_by_role("link", name="河水怎样变清").click()
    expect(reader.locator(".status-scheduled")).to_be_visible()
    connected(desk).locator(".confirm > summary").first.click()
    desk.locator("[formaction$='/go-live/']").click()
    expect(reader.locator(".status-live")).to_be_visible()
    expect(desk.locator("[data-status=live]")).to_be_visible()
    say(desk, "主持人", "各位网友大家好。")

    expect(turns(reader)).to_contain_text(["各位网友大家好。"])


def test_more_guests_than_rows_are_planned(served, window, gao):
    desk = come_in(window, f"{served.here}/desk/", gao)
    desk.goto(f"{served.here}/desk/new/")
    names = ["陈安", "乔梅", "苏木", "何田", "江川"]
    for _ in range(2):
        desk.locator("seat-rows > button").last.click()
    for n, name in enumerate(names):
        desk.locator(f"[name=guests-{n}-name]").fill(name)
    desk.locator("[name=headline]").fill("五位嘉宾")
    desk.locator("[name=headline]").press("Enter")
    desk.wait_for_url("**/desk/wu-wei-jia-bin/")

    interview = Interview.objects.get()
    assert [speaker.label for speaker in interview.speakers.all()] == names
    assert interview.status == "draft"


def test_the_plan_works_without_scripts(served, window, gao):
    desk = come_in(window, f"{served.here}/desk/", gao, java_script_enabled=False)
    desk.locator(".first-step a").click()
    expect(desk.locator("seat-rows > button").first).to_be_hidden()
    desk.locator("[name=headline]").fill("没有脚本也行")
    for n, name in enumerate(["陈安", "乔梅", "苏木"]):
        desk.locator(f"[name=guests-{n}-name]").fill(name)
    desk.locator("[name=announce]").click()
    expect(desk.locator("#id_starts_at_error")).to_be_visible()
    expect(desk.locator("[name=guests-2-name]")).to_have_value("苏木")
    desk.locator(".plan .bar button").first.click()
    desk.wait_for_url("**/desk/mei-you-jiao-ben-ye-xing/")
    assert Guest.objects.count() == 3


def test_a_person_is_picked_by_keys_and_a_new_one_is_said_aloud(served, window, gao):
    Guest.objects.create(name="陈安平", title="演员")
    chen_an = Guest.objects.create(name="陈安", title="河道工程师")
    desk = come_in(window, f"{served.here}/desk/", gao)
    desk.goto(f"{served.here}/desk/new/")
    first, second = (desk.locator(f"[name=guests-{n}-name]") for n in range(2))
    first.press_sequentially("陈")
    options = desk.locator("person-picker [role=option]:visible")
    expect(options).to_have_text(["陈安 河道工程师", "陈安平 演员", "新增人员：陈"])
    expect(first).to_have_attribute("aria-expanded", "true")
    first.press("ArrowDown")
    assert violations(desk) == []
    expect(first).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    first.press("Enter")
    expect(first).to_have_value("陈安")
    expect(options).to_have_count(0)
    expect(desk.locator("[name=guests-0-who]")).to_have_value(str(chen_an.pk))

    second.press_sequentially("苏木")
    expect(desk.locator("person-picker [role=status]:visible").last).to_have_text("新增人员：苏木")
    second.press("Escape")
    desk.locator("[name=headline]").fill("河水")
    desk.locator("[name=headline]").press("Enter")
    desk.wait_for_url("**/desk/he-shui/")
    assert [speaker.label for speaker in Interview.objects.get().speakers.all()] == ["陈安", "苏木"]
    assert Interview.objects.get().speakers.first().guest == chen_an


def test_typing_on_after_a_choice_takes_it_back(served, window, gao):
    chen_an = Guest.objects.create(name="陈安", title="河道工程师")
    desk = come_in(window, f"{served.here}/desk/", gao)
    desk.goto(f"{served.here}/desk/new/")
    name = desk.locator("[name=guests-0-name]")
    name.press_sequentially("陈安")
    desk.locator("person-picker [role=option]").first.click()
    expect(desk.locator("[name=guests-0-who]")).to_have_value(str(chen_an.pk))
    name.press_sequentially("平")
    expect(desk.locator("[name=guests-0-who]")).to_have_count(0)


def test_leaving_a_plan_that_was_begun_asks_first(served, window, gao):
    desk = come_in(window, f"{served.here}/desk/", gao)
    desk.goto(f"{served.here}/desk/new/")
    desk.locator("[name=headline]").press_sequentially("打到一半")
    with desk.expect_event("dialog") as dialog:
        desk.close(run_before_unload=True)
    assert dialog.value.type == "beforeunload"
    dialog.value.dismiss()


def test_ten_questions_that_are_pasted_stand_in_the_queue_in_their_order(served, sign_in, zhou, scheduled):
    desk = connected(sign_in(served, zhou, scheduled))
    other = connected(sign_in(served, zhou, scheduled))
    desk.locator(".several > summary").click()
    desk.locator("[name=script]").fill("\n\n".join(TEN))
    with desk.expect_response(re.compile("/script/")) as answer:
        desk.locator("[name=script]").press("Control+Enter")
    assert answer.value.status == 201

    for page in (desk, other):
        expect(queue(page)).to_contain_text(TEN)
        expect(page.locator("[data-queued]")).to_have_text("10")
    expect(desk.locator("[name=script]")).to_have_value("")
    desk.locator("[name=script]").fill("主持人：再来一句")
    desk.locator("[name=script]").press("Control+Enter")
    expect(queue(desk)).to_have_count(11)


def test_a_script_that_has_no_place_stays_in_the_field_with_the_reason(served, sign_in, zhou, scheduled):
    desk = connected(sign_in(served, zhou, scheduled))
    desk.locator(".several > summary").click()
    desk.locator("[name=script]").fill("主持人：各位好。\n\n王五：大家好。")
    with desk.expect_response(re.compile("/script/")):
        desk.locator("[name=script]").press("Control+Enter")
    expect(desk.locator(".several output")).to_contain_text("王五")
    expect(desk.locator("[name=script]")).to_have_value("主持人：各位好。\n\n王五：大家好。")

    desk.reload()
    expect(desk.locator("[name=script]")).to_have_value("主持人：各位好。\n\n王五：大家好。")


def test_a_script_is_taken_from_a_file_whatever_wrote_it(served, sign_in, zhou, scheduled):
    desk = connected(sign_in(served, zhou, scheduled))
    desk.locator(".several > summary").click()
    text = "主持人：河水怎样变清？"
    file = {"name": "问题.txt", "mimeType": "text/plain", "buffer": text.encode("gb18030")}
    desk.locator(".several [type=file]").set_input_files(file)
    expect(desk.locator("[name=script]")).to_have_value(text)
    expect(desk.locator(".several [name=encoding]")).to_have_value("GB18030")


def test_whoever_sees_that_a_script_was_read_wrongly_chooses_another_encoding(served, sign_in, zhou, scheduled):
    desk = connected(sign_in(served, zhou, scheduled))
    desk.locator(".several > summary").click()
    file = {"name": "问题.txt", "mimeType": "text/plain", "buffer": "陈安".encode("gb18030")}
    desk.locator(".several [type=file]").set_input_files(file)
    expect(desk.locator(".several output")).not_to_be_empty()  # too short to tell
    expect(desk.locator("[name=script]")).to_have_value("")
    desk.locator(".several [name=encoding]").select_option("GB18030")
    expect(desk.locator("[name=script]")).to_have_value("陈安")
    expect(desk.locator(".several output")).to_be_empty()


def test_one_turn_is_prepared_and_the_next_may_be_typed_at_once(served, sign_in, zhou, scheduled):
    desk = connected(sign_in(served, zhou, scheduled))
    form = desk.locator("desk-prepare form[data-outbox]")
    form.locator("select").select_option("陈安")
    for text in ("第一句", "第二句"):
        form.locator("textarea").fill(text)
        form.locator("textarea").press("Control+Enter")
        expect(form.locator("textarea")).to_have_value("")
    expect(queue(desk)).to_contain_text(["第一句", "第二句"])
    assert [turn.speaker.label for turn in scheduled.turns.prepared()] == ["陈安", "陈安"]


def test_what_is_prepared_while_the_last_turn_is_being_kept_stays_in_the_field(served, sign_in, zhou, scheduled):
    desk = sign_in(served, zhou, scheduled)
    form = desk.locator("desk-prepare form[data-outbox]")
    form.locator("[name=speaker]").select_option(index=1)
    send_at_once(form, "第一问", "第二问")

    expect(queue(desk)).to_contain_text(["第一问"])
    expect(form.locator("[name=text]")).to_have_value("第二问")


def test_the_readers_page_stands_beside_the_transcript_and_grows_there(served, sign_in, zhou, interview, host):
    desk = connected(sign_in(served, zhou, interview))
    desk.context.route("**/turn-keys*.js", lambda route: None)  # so slow that the frame has not loaded yet
    frame = desk.locator("[data-panel=view] iframe")
    assert not frame.get_attribute("src")
    desk.locator("[data-panel=view] > summary").click()
    page = frame.content_frame
    expect(page.locator("live-transcript")).to_have_attribute("state", "live")

    interview.say(host, "各位网友大家好。")
    expect(page.locator("[data-turns] > .turn")).to_contain_text(["各位网友大家好。"])
    with desk.context.expect_page() as opened:
        page.locator(".path a").first.click()
    expect(opened.value).to_have_url(f"{served.here}/")
    expect(page.locator("h1")).to_be_visible()


def test_which_panels_are_open_is_remembered_and_on_a_phone_none_is_at_first(served, sign_in, zhou, scheduled):
    desk = sign_in(served, zhou, scheduled)
    expect(desk.locator("[data-panel=queue]")).to_have_attribute("open", "")
    desk.locator("[data-panel=queue] > summary").click()
    desk.locator("[data-panel=view] > summary").click()
    desk.reload()
    expect(desk.locator("[data-panel=view]")).to_have_attribute("open", "")
    expect(desk.locator("[data-panel=queue]")).not_to_have_attribute("open", "")

    phone = sign_in(served, zhou, scheduled, viewport=PHONE)
    expect(phone.locator("[data-panel][open]")).to_have_count(0)
