"""The main job, end to end: typed at the desk in one window, read in another."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from interviews.models import Section
from tests.conftest import NOON

from .conftest import give_password

A_SECOND = 1_000  # ms from the server's answer to the reader's page


def turns(page):
    return page.locator("[data-turns] > .turn")


def say(desk, speaker, text):
    """As a typist does; returns when the server has said 2xx."""
    desk.get_by_role("radio", name=speaker).check(force=True)
    box = desk.locator("desk-composer textarea")
    box.fill(text)
    with desk.expect_response(lambda response: response.url.endswith("/turns/")) as answer:
        box.press("Control+Enter")
    assert answer.value.status == 201
    expect(box).to_have_value("")
    expect(box).to_be_focused()


def connected(page):
    expect(page.locator("live-transcript")).to_have_attribute("state", "live")
    return page


def test_what_the_desk_posts_corrects_and_retracts_a_reader_sees_within_a_second(site, window, zhou, interview):
    reader = connected(window(site.here + interview.get_absolute_url()))
    desk = window(f"{site.here}/desk/{interview.slug}/")
    give_password(desk, zhou)
    connected(desk)

    say(desk, "主持人", "各位网友大家好。")
    expect(turns(reader)).to_contain_text(["各位网友大家好。"], timeout=A_SECOND)

    say(desk, "陈安", "大家好，我是陈安。\n很高兴来。")
    expect(turns(reader)).to_contain_text(["主持人", "陈安"], timeout=A_SECOND)
    expect(turns(desk)).to_have_count(2)

    last = turns(desk).last
    last.locator("[data-opens=correct]").click()
    last.locator("[data-verb=correct] textarea").fill("大家好，我是陈安，修河的。")
    with desk.expect_response(re.compile("/correct/")):
        last.locator("[data-verb=correct] textarea").press("Control+Enter")
    expect(turns(reader).last).to_contain_text("修河的", timeout=A_SECOND)

    last.locator("[data-opens='']").click()
    last.get_by_text("撤回", exact=True).first.click()
    with desk.expect_response(re.compile("/retract/")):
        last.locator("[data-verb=retract] button").first.click()
    expect(turns(reader).last.locator(".retracted")).to_be_visible(timeout=A_SECOND)
    expect(turns(reader).last).not_to_contain_text("修河的")
    expect(turns(desk)).to_have_count(2)


def test_what_a_reader_sees_is_what_a_fresh_page_shows(site, window, interview, host, guest):
    for n in range(4):
        interview.say(host, f"早先的第{n}句", spoken_at=NOON.replace(minute=n))
    reader = connected(window(site.here + interview.get_absolute_url()))

    first = interview.turns.first()
    between = interview.say(guest, "补在中间", spoken_at=NOON.replace(minute=1, second=30))
    first.correct(version=1, text="挪到后面", spoken_at=NOON.replace(minute=9))
    between.mark("要点")
    first.pin()
    interview.turns.get(text="早先的第2句").retract()
    interview.end()

    expect(reader.locator("live-transcript")).to_have_attribute("data-seq", str(interview.public_seq))
    fresh = window(site.here + interview.get_absolute_url())
    expect(turns(fresh)).to_contain_text(["早先的第1句", "补在中间", "早先的第3句", "挪到后面"])
    assert content(reader) == content(fresh)


def content(page):
    return page.evaluate(
        """() => [...document.querySelectorAll("[data-turns] > *, [data-part]")]
            .map(element => element.outerHTML.replace(/ style="[^"]*"/, ""))
            .map(html => html.replace(/\\s+/g, " ").replace(/ ?([<>]) ?/g, "$1"))"""
    )


def test_a_message_applied_twice_changes_nothing(served, window, interview, host):
    reader = connected(window(served.here + interview.get_absolute_url()))
    before = interview.public_seq
    for n in range(3):
        interview.say(host, f"第{n}句")
    expect(turns(reader)).to_have_count(3)
    shown = content(reader)

    reader.evaluate(
        """async seq => {
            const transcript = document.querySelector("live-transcript")
            const response = await fetch(`${transcript.dataset.changes}?epoch=${transcript.epoch}&after=${seq}`)
            const message = await response.json()
            transcript.dataset.seq = seq
            transcript.apply(message)
            transcript.apply(message)
        }""",
        before,
    )

    assert content(reader) == shown


def test_a_page_that_missed_something_catches_up_instead_of_skipping_it(served, window, interview, host):
    reader = connected(window(served.here + interview.get_absolute_url()))
    reader.evaluate("document.querySelector('live-transcript').pause()")
    interview.say(host, "差点错过")
    interview.say(host, "也差点错过")

    reader.evaluate(
        """seq => {
            const transcript = document.querySelector("live-transcript")
            transcript.removeAttribute("paused")
            transcript.apply({ epoch: transcript.epoch, from: seq - 1, seq, frames: [] })
        }""",
        interview.public_seq,
    )

    expect(turns(reader)).to_contain_text(["差点错过", "也差点错过"])


def test_the_server_is_killed_and_started_again_and_the_page_heals_itself(site, window, interview, host):
    reader = connected(window(site.here + interview.get_absolute_url()))
    reader.evaluate("window.isStillTheSame = true")
    interview.say(host, "之前")
    expect(turns(reader)).to_have_count(1)

    site.kill()
    expect(reader.locator("live-transcript")).to_have_attribute("state", "offline")
    interview.say(host, "趁它不在")
    site.start()

    expect(turns(reader)).to_have_count(2)
    connected(reader)
    interview.say(host, "之后")
    expect(turns(reader)).to_have_count(3, timeout=A_SECOND)
    assert reader.evaluate("window.isStillTheSame")


def test_where_sockets_are_refused_the_page_polls(site, window, interview, host):
    reader = window()
    reader.add_init_script(
        """window.WebSocket = class { constructor() { setTimeout(() => this.onclose({ code: 1006 })) } close() {} }
           window.WebSocket.OPEN = 1"""
    )
    reader.goto(site.here + interview.get_absolute_url())
    expect(reader.locator("live-transcript")).to_have_attribute("state", "polling")

    interview.say(host, "也能看到")

    expect(turns(reader)).to_contain_text(["也能看到"])


def test_after_a_restored_backup_the_open_page_begins_again(site, window, interview, host):
    interview.say(host, "备份里有")
    lost = interview.say(host, "备份里没有")
    reader = connected(window(site.here + interview.get_absolute_url()))
    expect(turns(reader)).to_have_count(2)

    interview.events.filter(turn=lost).delete()
    lost.delete()
    interview.epoch, interview.seq = uuid4(), interview.seq - 1
    interview.save()

    expect(turns(reader)).to_have_count(1, timeout=20_000)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_page_is_whole_from_the_server(served, window, interview, host, guest, scripts):
    interview.say(host, "第一段\n第二段")
    interview.say(guest, "<script>document.title = 'hacked'</script>")

    reader = window(served.here + interview.get_absolute_url(), java_script_enabled=scripts)

    expect(turns(reader)).to_have_count(2)
    expect(turns(reader).first.locator(".said p")).to_have_text(["第一段", "第二段"])
    expect(reader.get_by_role("heading", level=1)).to_have_text("河水怎样变清")
    expect(turns(reader).last).to_contain_text("<script>")
    assert reader.title().startswith("河水怎样变清")


def test_a_socket_and_a_request_that_never_answer_hold_nothing_up(served, window, interview, host):
    reader = window()
    reader.clock.install()
    reader.add_init_script("window.WebSocket = class { close() {} }; window.WebSocket.OPEN = 1")
    hanging = []
    reader.route("**/changes/*", lambda route: hanging.append(route) if not hanging else route.continue_())
    reader.goto(served.here + interview.get_absolute_url())
    interview.say(host, "总会看到")

    for _ in range(12):
        reader.clock.run_for(10_000)

    expect(turns(reader)).to_contain_text(["总会看到"])
    assert hanging


def test_a_linked_turn_that_is_corrected_stays_marked_and_the_focus_stays_in_it(served, window, interview, host):
    turn = interview.say(host, "河边种了九百棵柳树。")
    page = connected(window(f"{served.here}{interview.get_absolute_url()}#turn-{turn.pk}"))
    linked = page.locator(f"#turn-{turn.pk}:target")
    linked.locator(".time a").focus()
    turn.correct(version=turn.version, text="河边种了八百棵柳树。")
    expect(linked.locator(".said")).to_have_text("河边种了八百棵柳树。")
    expect(linked.locator(".time a")).to_be_focused()
    turn.retract()
    expect(linked.locator(".retracted")).to_be_visible()
    expect(linked.locator(".said, .corrected")).to_have_count(0)


def test_a_new_headline_and_section_reach_the_open_page(served, window, interview):
    page = connected(window(served.here + interview.get_absolute_url()))
    interview.revise(headline="柳树种了五年", section=Section.objects.create(name="水利"))
    expect(page).to_have_title(re.compile("^柳树种了五年 – "))
    expect(page.locator(".breadcrumb")).to_contain_text("水利")
