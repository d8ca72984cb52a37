"""An admin takes a right and gives it back while somebody types: who is at the desk is told, and loses nothing."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from interviews.models import Assignment, Role

from .conftest import give_password
from .desks import composer, expect_state, publish, state, type_in, waiting
from .test_live import connected, turns

NO_RIGHT = "您的账号没有相应权限。"
POLL_MS = 5_000


def of_the_newsroom(sun, interview, draft):
    sun.groups.set([Group.objects.get(name="typist")])
    return sun.groups.clear


def here(sun, interview, draft):
    """And at another interview's desk all the time."""
    sun.groups.clear()
    Assignment.objects.get_or_create(user=sun, interview=draft, role=Role.TYPIST)
    return Assignment.objects.create(user=sun, interview=interview, role=Role.TYPIST).delete


@pytest.mark.parametrize("give", [of_the_newsroom, here])
def test_who_loses_a_role_is_told_keeps_every_word_and_goes_on_when_it_is_given_back(
    site, windows, sign_in, sun, interview, draft, give
):
    take = give(sun, interview, draft)
    one = sign_in(site, sun, interview)
    other = one.context.new_page()
    other.goto(one.url)
    one.clock.install()
    for desk in (connected(one), connected(other)):
        type_in(desk, "主持人", "还在打的")

    take()
    for desk in (one, other):
        expect(desk.locator("live-transcript")).to_have_attribute("state", "forbidden")
        expect(desk.locator("[data-when=forbidden]")).to_contain_text(NO_RIGHT)
        expect(desk.locator("desk-sign-in")).to_be_hidden()
        expect(composer(desk)).to_have_value("还在打的")
    publish(one, "主持人", "没有权限时的问题")
    publish(other, "陈安", "没有权限时的回答")
    for desk in (one, other):
        expect(waiting(desk)).to_have_count(2)
        expect(waiting(desk)).to_contain_text(["没有权限时的问题", "没有权限时的回答"])
        expect(waiting(desk).locator("[data-refused]").last).not_to_be_empty()
        expect_state(desk, "not-all")
    assert not interview.turns.exists()

    give(sun, interview, draft)
    for desk in (one, other):
        desk.clock.fast_forward(POLL_MS)
        connected(desk)
    for left in (1, 0):
        waiting(one).first.locator("[name=send-again]").click()
        expect(waiting(one)).to_have_count(left)

    for desk in (one, other):
        expect_state(desk, "saved")
        expect(turns(desk)).to_contain_text(["没有权限时的问题", "没有权限时的回答"])
    assert [(turn.speaker.label, turn.text) for turn in interview.turns.all()] == [
        ("主持人", "没有权限时的问题"),
        ("陈安", "没有权限时的回答"),
    ]
    assert all("404" in line for line in windows.take_back()), "who may not know of an interview finds none"


def test_ten_changes_of_rights_during_posts_lose_and_double_nothing(site, sign_in, sun, interview):
    one = connected(sign_in(site, sun, interview))
    other = one.context.new_page()
    other.goto(one.url)
    connected(other)
    typed = [f"第{n}句" for n in range(20)]

    for n in range(10):
        sun.groups.set(Group.objects.filter(name=["editor", "typist"][n % 2]))
        publish(one, "主持人", typed[2 * n])
        publish(other, "主持人", typed[2 * n + 1])

    for desk in (one, other):
        expect_state(desk, "saved", timeout=20_000)
        expect(waiting(desk)).to_have_count(0)
        expect(turns(desk)).to_have_count(20)
        expect(desk.locator("desk-sign-in")).to_be_hidden()
    assert sorted(interview.turns.values_list("text", flat=True)) == sorted(typed)


def test_a_desk_that_asks_for_a_password_goes_on_once_its_user_has_signed_in_beside_it(site, sign_in, zhou, interview):
    desk = connected(sign_in(site, zhou, interview))
    Session.objects.all().delete()
    publish(desk, "主持人", "登录过期时发的")
    expect(desk.locator("desk-sign-in form")).to_be_visible()
    beside = desk.context.new_page()
    beside.goto(f"{site.here}/sign-in/")
    give_password(beside, zhou)
    beside.wait_for_url("**/desk/")

    expect(desk.locator("desk-sign-in")).to_be_hidden()
    expect_state(desk, "saved")
    expect(state(connected(desk))).to_be_visible()
    expect(turns(desk)).to_contain_text(["登录过期时发的"])


def test_a_desk_becomes_the_page_of_who_signs_in_beside_it_though_nothing_is_typed(site, sign_in, zhou, sun, interview):
    desk = connected(sign_in(site, zhou, interview))
    beside = desk.context.new_page()
    beside.goto(f"{site.here}/sign-in/")
    give_password(beside, sun)
    beside.wait_for_url("**/desk/")

    expect(desk.locator("body")).to_have_attribute("data-user", str(sun.pk))
