"""Each sees at the desk what they may do, and no more."""

import pytest
from playwright.sync_api import expect

from interviews.models import Assignment, Role
from interviews.models.desk.report import report

from .desks import open_all
from .test_live import turns


@pytest.fixture
def reported(interview, guest):
    turn = interview.say(guest, "河水先是黑的。")
    return report(turn, text="应为黄的。", version=1)


def buttons(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_a_moderator_settles_what_readers_report_and_finds_nothing_else_to_do(
    served, sign_in, hao, interview, reported
):
    desk = sign_in(served, hao, interview)
    expect(desk.locator("desk-composer")).to_be_hidden()
    expect(desk.locator(".verbs > :visible")).to_have_text(["⋯"])
    expect(open_all(turns(desk).first).locator(":scope > :visible")).to_have_text(["修改记录"])
    expect(desk.locator(".masthead-steps > :visible")).to_have_count(0)
    expect(desk.locator("[data-panel=queue] form")).to_have_count(2)
    expect(desk.locator("[data-panel=queue] form:visible")).to_have_count(0)
    buttons(desk, "已处理").click()
    expect(desk.locator(".report")).to_have_count(0)
    reported.refresh_from_db()
    assert reported.settled_by == hao


def test_a_moderator_writes_to_the_others_at_the_desk(served, sign_in, hao, interview):
    desk = sign_in(served, hao, interview)
    desk.locator("desk-notes [name=text]").fill("第三条有读者纠错。")
    desk.locator("desk-notes [name=text]").press("Enter")
    expect(desk.locator(".notes")).to_contain_text("第三条有读者纠错。")


@pytest.mark.parametrize(("role", "settles"), [(Role.TYPIST, False), (Role.EDITOR, True)])
def test_a_role_for_this_interview_shows_what_belongs_to_it(served, sign_in, pan, interview, reported, role, settles):
    pan.set_password("typing-all-day")
    pan.save()
    Assignment.objects.create(user=pan, interview=interview, role=role)
    desk = sign_in(served, pan, interview)
    expect(desk.locator("desk-composer")).to_be_visible()
    expect(buttons(desk, "已处理")).to_be_visible(visible=settles)
    expect(desk.locator(".masthead-steps > details").first).to_be_visible(visible=settles)


@pytest.mark.parametrize("who", ["zhou", "gao"])
def test_only_who_approves_is_offered_to_approve(served, sign_in, request, who, draft):
    user = request.getfixturevalue(who)
    draft.submit()
    desk = sign_in(served, user, draft)
    expect(desk.get_by_text("退回……")).to_be_visible(visible=who == "gao")
