"""Where the browser keeps nothing, or never answers, posting goes on and the desk says what it knows."""

import pytest
from playwright.sync_api import expect

from interviews.models import Turn

from .desks import composer, expect_state, publish, state, type_in
from .test_live import connected, turns

NOT_KEPT = "浏览器未能留存，请勿关闭本页。"
NO_ANSWER = "({ transaction: { abort() {} } })"
BROKEN = {
    "an open that never answers": f"indexedDB.open = () => {NO_ANSWER}",
    "an open that is blocked": (
        "indexedDB.open = () => { const request = {}; setTimeout(() => request.onblocked?.()); return request }"
    ),
    "an open that is refused": "indexedDB.open = () => { throw new DOMException('private', 'SecurityError') }",
    "no store at all": "Object.defineProperty(window, 'indexedDB', { value: undefined })",
    "a transaction that never ends": (
        f"IDBDatabase.prototype.transaction = () => ({{ objectStore: () => new Proxy({NO_ANSWER}, "
        f"{{ get: (target, name) => target[name] ?? (() => ({{}})) }}) }})"
    ),
    "a full disk": "IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError') }",
}
ELSEWHERE = {
    "a question that is never answered": "IDBObjectStore.prototype.getAll = () => ({})",
    "a deletion that is never made": "IDBObjectStore.prototype.delete = () => { throw new TypeError() }",
    "a lock that is never granted": "navigator.locks.request = () => new Promise(() => {})",
    "no way to other windows": "window.BroadcastChannel = class { constructor() { throw new Error('none') } }",
}


@pytest.fixture
def broken_desk(served, sign_in, zhou, interview):
    def broken_desk(how):
        desk = sign_in(served, zhou, interview)
        desk.add_init_script(f"void (() => {{ {how} }})()")
        desk.add_init_script(
            """addEventListener("DOMContentLoaded", () => {
                const output = document.querySelector("desk-outbox output")
                window.said = []
                const note = () => said.push(output.dataset.state)
                if (output) new MutationObserver(note).observe(output, { childList: true })
            })"""
        )
        desk.reload()
        return connected(desk)

    return broken_desk


@pytest.mark.parametrize("how", [*BROKEN.values(), *ELSEWHERE.values()], ids=[*BROKEN, *ELSEWHERE])
def test_posting_goes_on_and_each_turn_is_said_once_in_its_order(broken_desk, interview, how):
    desk = broken_desk(how)
    for text in ("第一句", "第二句", "第三句"):
        publish(desk, "主持人", text)

    expect(turns(desk)).to_contain_text(["第一句", "第二句", "第三句"])
    expect_state(desk, "saved")
    assert list(interview.turns.values_list("text", flat=True)) == ["第一句", "第二句", "第三句"]
    expect(desk.locator(".not-kept")).to_be_hidden()


@pytest.mark.parametrize("how", BROKEN.values(), ids=BROKEN)
def test_what_is_neither_sent_nor_kept_is_said_until_it_is_sent(broken_desk, how):
    desk = broken_desk(how)
    desk.route("**/turns/", lambda route: route.abort())
    expect_state(desk, "saved")
    desk.evaluate("void said.splice(0)")

    publish(desk, "主持人", "没有地方留存")

    expect_state(desk, "waiting")
    assert "saved" not in desk.evaluate("said")
    expect(state(desk)).to_have_text("网络已断开，连上后自动发送：1 条")
    expect(desk.locator(".not-kept")).to_have_text(NOT_KEPT)
    with desk.expect_event("dialog") as asked:
        desk.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    desk.unroute("**/turns/")
    expect_state(desk, "saved")
    expect(desk.locator(".not-kept")).to_be_hidden()
    assert Turn.objects.count() == 1


def test_it_is_not_called_saved_before_the_server_has_answered(broken_desk):
    desk = broken_desk(BROKEN["an open that never answers"])
    asked = []
    desk.route("**/turns/", lambda route: asked.append(route))
    expect_state(desk, "saved")
    desk.evaluate("void said.splice(0)")

    publish(desk, "主持人", "还没有回应")
    expect_state(desk, "saving")
    while not asked:
        desk.wait_for_timeout(50)
    expect(desk.locator(".not-kept")).to_have_text(NOT_KEPT)
    assert set(desk.evaluate("said")) == {"saving"}
    asked[0].continue_()
    expect_state(desk, "saved")


def test_what_is_typed_where_no_draft_is_kept_is_asked_about_before_the_page_is_closed(broken_desk):
    desk = broken_desk("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }")
    type_in(desk, "主持人", "草稿")
    composer(desk).press("End")

    with desk.expect_event("dialog") as asked:
        desk.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.accept()
