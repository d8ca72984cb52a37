"""Two at one desk: each sees what the other is about to do, before it is done."""

import uuid
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from interviews.models.desk.note import tell_the_staff

from .desks import composer, open_verb, publish, send_at_once, type_in
from .test_live import connected, turns

A_SECOND_OR_SO = 2_000  # ms


@pytest.fixture
def desks(served, sign_in, interview, zhou, sun):
    """Zhou's and Sun's, side by side."""
    return side_by_side(served, sign_in, interview, zhou, sun)


@pytest.fixture
def desks_of_site(site, sign_in, interview, zhou, sun):
    return side_by_side(site, sign_in, interview, zhou, sun)


def side_by_side(site, sign_in, interview, *users):
    desks = [connected(sign_in(site, user, interview)) for user in users]
    for desk in desks:
        expect(people(desk)).to_have_count(len(users))
    return desks


def people(desk):
    return desk.locator("[data-window]")


def line(desk, name):
    return desk.locator(f"[data-window][data-who={name}]")


def typing_now(desk):
    return desk.locator("[data-typing-now]")


def notes(desk):
    return desk.locator("desk-notes [role=log] > p")


def tell(desk, words):
    desk.locator("desk-notes [name=text]").fill(words)
    desk.locator("desk-notes [name=text]").press("Enter")


def unread(desk):
    return desk.locator("desk-bar [data-unread]")


def look_at_notes(desk):
    desk.locator("desk-notes form").scroll_into_view_if_needed()


def fold(desk):
    """The staff's panel, by its title."""
    desk.locator("[data-panel=staff] > summary").click()


def test_each_window_knows_itself_among_those_at_the_desk(desks):
    zhou_s, sun_s = desks
    expect(line(zhou_s, "周").locator("[data-you]")).to_be_visible()
    expect(line(zhou_s, "孙").locator("[data-you]")).to_be_hidden()
    expect(line(sun_s, "孙").locator("[data-you]")).to_be_visible()


def test_while_one_types_for_a_speaker_the_other_sees_it_until_it_is_published_or_emptied(desks_of_site):
    zhou_s, sun_s = desks_of_site
    type_in(zhou_s, "陈安", "河水先是")
    expect(line(sun_s, "周")).to_contain_text("陈安", timeout=A_SECOND_OR_SO)
    expect(typing_now(sun_s)).to_contain_text("周")
    expect(typing_now(sun_s)).to_contain_text("陈安")
    expect(typing_now(zhou_s)).to_be_empty()

    composer(zhou_s).fill("")
    expect(typing_now(sun_s)).to_be_empty(timeout=A_SECOND_OR_SO)
    expect(line(sun_s, "周")).not_to_contain_text("陈安")

    type_in(zhou_s, "乔梅", "后来")
    expect(typing_now(sun_s)).to_contain_text("乔梅", timeout=A_SECOND_OR_SO)
    publish(zhou_s, "乔梅", "后来就清了")
    expect(typing_now(sun_s)).to_be_empty(timeout=A_SECOND_OR_SO)


def test_a_text_that_only_lies_there_is_not_being_typed(desks):
    zhou_s, sun_s = desks
    type_in(zhou_s, "陈安", "打到一半")
    expect(typing_now(sun_s)).to_contain_text("陈安")

    zhou_s.evaluate("performance.now = (now => () => now.call(performance) + 21_000)(performance.now)")

    expect(typing_now(sun_s)).to_be_empty(timeout=A_SECOND_OR_SO)
    expect(composer(zhou_s)).to_have_value("打到一半")


def test_who_wants_to_correct_a_turn_is_told_before_that_another_does(site, desks_of_site, interview, guest):
    zhou_s, sun_s = desks_of_site
    for said in ("河水先是黑的", "后来就清了"):
        interview.say(guest, said)
    for desk in desks_of_site:
        expect(turns(desk)).to_have_count(2)
    busy = turns(sun_s).last.locator("[data-busy]")
    expect(busy).to_be_empty()

    open_verb(zhou_s, turns(zhou_s).last, "correct")
    expect(busy).to_contain_text("周", timeout=A_SECOND_OR_SO)
    expect(line(sun_s, "周")).to_contain_text("陈安")
    expect(turns(sun_s).first.locator("[data-busy]")).to_be_empty()
    expect(turns(zhou_s).last.locator("[data-busy]")).to_be_empty()

    interview.turns.last().mark("要点")  # which replaces the turn's element
    expect(turns(sun_s).last.locator("h2")).to_have_text("要点")
    expect(busy).to_contain_text("周")

    turns(zhou_s).last.locator("[data-verb=correct] textarea").press("Escape")
    expect(busy).to_be_empty(timeout=A_SECOND_OR_SO)


def test_who_closes_the_window_has_left(desks_of_site):
    zhou_s, sun_s = desks_of_site
    sun_s.goto("about:blank")
    expect(people(zhou_s)).to_have_count(1, timeout=A_SECOND_OR_SO)


def test_loaded_again_it_is_the_same_window_and_its_duplicate_is_another(desks):
    desk, _ = desks
    window = named(desk, desk.reload)
    assert named(desk, desk.reload) == window
    assert named(desk, lambda: desk.evaluate("void open(location.href)")) != window


def named(desk, load):
    """Load the desk, and return the id by which its window reports that it is there."""

    def is_there(request):
        return request.url.endswith("/presence/") and "gone" not in request.post_data

    with desk.context.expect_event("request", is_there) as told:
        load()
    return parse_qs(told.value.post_data)["window"]


def test_a_note_is_at_the_other_desk_at_once_and_the_next_can_be_typed(desks_of_site):
    zhou_s, sun_s = desks_of_site
    tell(zhou_s, "第三条的数字再核一下")
    expect(notes(sun_s)).to_contain_text(["第三条的数字再核一下"], timeout=A_SECOND_OR_SO)
    expect(notes(sun_s).last).to_contain_text("周")
    field = zhou_s.locator("desk-notes [name=text]")
    expect(field).to_have_value("")
    expect(field).to_be_focused()

    tell(zhou_s, "https://example.org/河")
    expect(notes(sun_s)).to_have_count(2, timeout=A_SECOND_OR_SO)
    expect(notes(sun_s).last.get_by_role("link")).to_have_attribute("href", "https://example.org/")
    expect(notes(zhou_s)).to_have_count(2)


def test_a_note_half_typed_survives_a_reload(desks):
    field = desks[0].locator("desk-notes [name=text]")
    field.fill("打到一半")
    desks[0].reload()
    expect(field).to_have_value("打到一半")
    field.press("Enter")
    expect(notes(desks[1])).to_contain_text(["打到一半"])
    desks[0].reload()
    expect(field).to_have_value("")


def test_a_note_that_is_sent_while_the_last_one_is_being_kept_is_the_next(desks, interview):
    zhou_s, sun_s = desks
    send_at_once(zhou_s.locator("desk-notes form"), "第一条", "第二条")

    expect(notes(sun_s)).to_contain_text(["第一条", "第二条"])
    expect(zhou_s.locator("desk-notes [name=text]")).to_have_value("")


def test_notes_of_others_are_counted_until_they_were_seen(desks, interview, sun):
    zhou_s, sun_s = desks
    look_at_notes(sun_s)
    tell(zhou_s, "一来就看到了")
    expect(notes(sun_s)).to_have_count(1)
    expect(unread(sun_s)).to_be_hidden()
    fold(sun_s)
    for words in ("第一条", "第二条"):
        tell(zhou_s, words)
    expect(unread(sun_s)).to_contain_text("2")
    fold(sun_s)
    look_at_notes(sun_s)
    expect(unread(sun_s)).to_be_hidden()
    fold(sun_s)
    expect(unread(sun_s)).to_be_hidden()
    tell_the_staff(interview, "自己的不算", uuid.uuid4(), sun)
    tell(zhou_s, "第三条")
    expect(notes(sun_s)).to_have_count(5)
    expect(unread(sun_s)).to_contain_text("1")
    expect(unread(zhou_s)).to_be_hidden()


def test_the_desk_sees_how_many_read(site, window, desks_of_site, interview):
    readers = desks_of_site[0].locator("[data-readers]")
    expect(readers).to_have_attribute("data-readers", "0")
    page = connected(window(site.here + interview.get_absolute_url()))
    expect(readers).to_have_attribute("data-readers", "1")
    page.close()
    expect(readers).to_have_attribute("data-readers", "0")


def test_two_at_one_desk_are_each_brought_what_happens_in_their_own_language(site, sign_in, interview, zhou, sun, host):
    chinese = connected(sign_in(site, zhou, interview))
    english = connected(sign_in(site, sun, interview, locale="en-GB"))
    turn = interview.say(host, "河水先是黑的。", by=zhou)
    turn.pin(by=zhou)
    for desk, badge, readers in ((chinese, "已置顶", "位读者"), (english, "pinned", "reader")):
        expect(turns(desk).locator(".badge")).to_have_text(badge)
        expect(desk.locator(".waits")).to_contain_text(readers)
        assert turns(desk).locator(".said p").get_attribute("lang") == "zh-hans"
