"""Nothing typed is ever lost: the network goes, the server restarts, the tab is closed, the session ends."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from interviews.models import Turn

from .conftest import give_password
from .desks import composer, expect_state, publish, state, type_in, waiting
from .test_live import connected, say, turns

TEN = [f"断网时说的第{n}句" for n in range(10)]


def texts(interview):
    return list(interview.turns.values_list("text", flat=True))


def test_ten_posts_of_a_minute_without_network_are_ten_turns_in_their_order(site, sign_in, window, zhou, interview):
    desk = sign_in(site, zhou, interview)
    desk.clock.install()
    connected(desk)
    reader = connected(window(site.here + interview.get_absolute_url()))
    desk.context.set_offline(True)

    for text in TEN:
        publish(desk, "主持人", text)
        desk.clock.fast_forward(6_000)
    expect_state(desk, "waiting")
    expect(state(desk)).to_contain_text("10")
    expect(waiting(desk)).to_have_count(10)
    assert not interview.turns.exists()
    desk.context.set_offline(False)

    expect_state(desk, "saved")
    expect(turns(reader)).to_contain_text(TEN)
    assert texts(interview) == TEN
    assert [event.turn.text for event in interview.events.filter(kind="said")] == TEN
    expect(waiting(desk)).to_have_count(0)


def test_a_turn_typed_while_the_server_is_away_is_posted_once_when_it_is_back(site, sign_in, zhou, interview):
    desk = connected(sign_in(site, zhou, interview))
    site.kill()

    publish(desk, "陈安", "这句话不能丢")
    expect_state(desk, "waiting")
    expect(waiting(desk)).to_contain_text(["这句话不能丢"])
    site.start()

    expect_state(desk, "saved", timeout=15_000)
    assert texts(interview) == ["这句话不能丢"]


def test_a_turn_whose_answer_was_lost_is_sent_again_and_is_one(site, sign_in, zhou, interview):
    desk = connected(sign_in(site, zhou, interview))
    lost = []

    def lose_the_answer(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    desk.route("**/turns/", lose_the_answer)

    publish(desk, "主持人", "只说一次")

    expect_state(desk, "waiting")
    expect_state(desk, "saved")
    assert lost == [201]
    assert texts(interview) == ["只说一次"]


def test_a_closed_tab_keeps_what_was_typed_and_what_was_published(site, sign_in, zhou, interview):
    desk = connected(sign_in(site, zhou, interview))
    desk.context.set_offline(True)
    publish(desk, "主持人", "已经按了发布")
    expect_state(desk, "waiting")
    type_in(desk, "乔梅", "还没打完的")
    desk.close(run_before_unload=False)
    context = desk.context
    context.set_offline(False)

    again = context.new_page()
    again.goto(f"{site.here}/desk/{interview.slug}/")

    expect(turns(again)).to_contain_text(["已经按了发布"])
    expect(composer(again)).to_have_value("还没打完的")
    expect(again.get_by_role("radio", name="乔梅")).to_be_checked()
    assert texts(interview) == ["已经按了发布"]


def test_what_waits_is_sent_from_any_page_of_the_desk(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    desk.route("**/turns/", lambda route: route.abort())
    publish(desk, "主持人", "从列表页也会发出")
    expect_state(desk, "waiting")
    desk.goto("about:blank")
    desk.unroute("**/turns/")

    with desk.expect_response(lambda response: response.url.endswith("/turns/")):
        desk.goto(f"{served.here}/desk/")

    assert texts(interview) == ["从列表页也会发出"]


def test_who_is_signed_out_in_mid_post_signs_in_beside_it_and_the_post_is_sent(site, sign_in, zhou, interview):
    desk = connected(sign_in(site, zhou, interview))
    Session.objects.all().delete()

    publish(desk, "主持人", "登录过期时发的")
    expect_state(desk, "signed-out")
    expect(composer(desk)).to_be_focused()
    dialog = desk.locator("desk-sign-in")
    give_password(dialog, zhou, "wrong")
    expect(dialog.get_by_role("alert")).to_be_visible()
    assert not interview.turns.exists()
    give_password(dialog, zhou)

    expect(dialog).to_be_hidden()
    expect_state(desk, "saved")
    expect(turns(desk)).to_contain_text(["登录过期时发的"])
    assert texts(interview) == ["登录过期时发的"]
    say(desk, "主持人", "接着说")


def test_a_desk_whose_session_has_ended_says_so_without_being_used(site, sign_in, zhou, interview, host):
    desk = connected(sign_in(site, zhou, interview))
    Session.objects.all().delete()

    interview.say(host, "没有人看得到")

    expect(desk.locator("desk-sign-in")).to_be_visible()
    expect(desk.locator("live-transcript")).to_have_attribute("state", "signed-out")


def test_what_the_server_refuses_comes_back_with_its_words_and_what_follows_goes_on(
    served, sign_in, zhou, interview, host
):
    desk = connected(sign_in(served, zhou, interview))
    publish(desk, "主持人", "长" * 20_001)
    publish(desk, "主持人", "后一句")

    expect(waiting(desk)).to_have_count(1)
    expect(waiting(desk).locator("[data-refused]")).to_contain_text("20000")
    expect(turns(desk)).to_contain_text(["后一句"])
    waiting(desk).locator("[name=take-back]").click()

    expect(composer(desk)).to_have_value("长" * 20_001)
    expect(waiting(desk)).to_have_count(0)


def test_another_user_of_the_same_machine_sends_nothing_of_the_first(site, sign_in, zhou, gao, interview):
    desk = connected(sign_in(site, zhou, interview))
    desk.context.set_offline(True)
    publish(desk, "主持人", "周发的")
    expect_state(desk, "waiting")
    type_in(desk, "主持人", "周打的字")
    desk.route("**/turns/", lambda route: route.abort())
    desk.context.set_offline(False)
    desk.get_by_role("button", name="退出").click()

    desk.unroute("**/turns/")
    desk.goto(f"{site.here}/desk/{interview.slug}/")
    give_password(desk, gao)
    expect_state(connected(desk), "saved")

    expect(composer(desk)).to_have_value("")
    expect(waiting(desk)).to_have_count(0)
    assert not interview.turns.exists()


def test_two_windows_of_one_user_send_each_post_once(site, sign_in, zhou, interview):
    one = connected(sign_in(site, zhou, interview))
    other = one.context.new_page()
    other.goto(one.url)
    connected(other)
    one.context.set_offline(True)
    for n in range(3):
        publish(one, "主持人", f"甲{n}")
        publish(other, "主持人", f"乙{n}")

    one.context.set_offline(False)

    for desk in (one, other):
        expect_state(desk, "saved")
        expect(waiting(desk)).to_have_count(0)
    assert sorted(texts(interview)) == ["乙0", "乙1", "乙2", "甲0", "甲1", "甲2"]


NOWHERE_TO_KEEP = {
    "storage": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }",
    "disk": "IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError') }",
}


@pytest.mark.parametrize("broken", NOWHERE_TO_KEEP)
def test_where_nothing_may_be_stored_typing_and_posting_go_on(served, sign_in, zhou, interview, broken):
    desk = sign_in(served, zhou, interview)
    desk.add_init_script(f"void ({NOWHERE_TO_KEEP[broken]})")
    desk.reload()
    say(connected(desk), "主持人", "存不下也能发")
    assert Turn.objects.count() == 1


def test_a_database_that_the_browser_has_closed_is_opened_again(served, sign_in, zhou, interview):
    desk = sign_in(served, zhou, interview)
    desk.add_init_script(
        """const open = indexedDB.open.bind(indexedDB)
        indexedDB.open = (...args) => {
            const request = open(...args)
            request.addEventListener("success", () => (window.databases ??= []).push(request.result))
            return request
        }"""
    )
    desk.reload()
    expect_state(connected(desk), "saved")
    desk.evaluate("window.databases.forEach(database => database.close())")

    publish(desk, "主持人", "还是发出去了")
    publish(desk, "主持人", "这句也是")

    expect(turns(desk)).to_contain_text(["还是发出去了", "这句也是"])
    assert interview.turns.count() == 2


def test_what_one_user_typed_is_never_sent_in_the_name_of_another(site, sign_in, zhou, sun, interview):
    desk = connected(sign_in(site, zhou, interview))
    desk.context.route("**/turns/", lambda route: route.abort())
    publish(desk, "主持人", "周说的")
    expect_state(desk, "waiting")
    other = desk.context.new_page()
    other.goto(f"{site.here}/sign-in/")
    give_password(other, sun)
    other.wait_for_url("**/desk/")
    desk.context.unroute("**/turns/")

    expect(desk.locator("body")).to_have_attribute("data-user", str(sun.pk))
    expect_state(connected(desk), "saved")
    assert not interview.turns.exists()
    desk.get_by_role("button", name="退出").click()
    desk.goto(f"{site.here}/desk/{interview.slug}/")
    give_password(desk, zhou)
    expect(turns(desk)).to_contain_text(["周说的"])
    assert [event.user for event in interview.events.filter(kind="said")] == [zhou]


def test_a_desk_that_asks_for_a_password_becomes_the_page_of_who_signs_in_beside_it(
    site, sign_in, zhou, sun, interview
):
    desk = connected(sign_in(site, zhou, interview))
    Session.objects.all().delete()
    publish(desk, "主持人", "周说的")
    expect(desk.locator("desk-sign-in form")).to_be_visible()
    other = desk.context.new_page()
    other.goto(f"{site.here}/sign-in/")
    token = [cookie for cookie in desk.context.cookies() if cookie["name"] == "csrftoken"]
    give_password(other, sun)
    other.wait_for_url("**/desk/")
    desk.context.add_cookies(token)  # as an answer that comes late does

    expect(desk.locator("body")).to_have_attribute("data-user", str(sun.pk))
    expect(waiting(desk)).to_have_count(0)
    assert not interview.turns.exists()


def test_the_same_draft_published_from_two_windows_is_one_turn_and_other_words_are_another(
    served, sign_in, zhou, interview
):
    one = connected(sign_in(served, zhou, interview))
    type_in(one, "主持人", "两个窗口里的同一句")
    windows = [one.context.new_page() for _ in range(2)]
    for window in windows:
        window.goto(one.url)
        expect(composer(window)).to_have_value("两个窗口里的同一句")
    composer(windows[1]).press_sequentially("，改过")

    for window in (one, *windows):
        composer(window).press("Control+Enter")
        expect_state(window, "saved")

    expect(turns(one)).to_have_count(2)
    assert sorted(texts(interview)) == ["两个窗口里的同一句", "两个窗口里的同一句，改过"]
