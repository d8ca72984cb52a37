"""The history of a turn opens over the desk and leaves what is being typed alone."""

import pytest
from playwright.sync_api import expect

from .desks import open_all


@pytest.fixture
def turn(interview, guest, zhou):
    turn = interview.say(guest, "一共种了九百棵树，都在东河的东岸。", by=zhou)
    turn.correct(version=1, text="一共种了八百棵树，都在东河的东岸。", by=zhou)
    turn.mark("八百棵树", by=zhou)
    return turn


def test_the_history_opens_over_the_desk_and_closes_again(served, sign_in, turn, zhou):
    desk = sign_in(served, zhou, turn.interview)
    desk.locator("desk-composer textarea").fill("正写到一半")
    link = open_all(desk.locator(f"#turn-{turn.pk}")).locator("a.history")
    link.click()
    dialog = desk.locator("dialog:has(.turn-history)")
    expect(dialog.locator("li")).to_have_count(3)
    expect(dialog.locator("del").first).to_contain_text("九")
    expect(dialog.locator("ins").first).to_contain_text("八")
    desk.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()
    link.click()
    dialog.locator("button").click()
    expect(dialog).to_have_count(0)
    expect(desk.locator("desk-composer textarea")).to_have_value("正写到一半")


def test_without_an_answer_the_link_is_followed(served, sign_in, turn, zhou):
    desk = sign_in(served, zhou, turn.interview)
    desk.route(
        "**/history/", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_()
    )
    open_all(desk.locator(f"#turn-{turn.pk}")).locator("a.history").click()
    desk.wait_for_url("**/history/")
    expect(desk.locator(".turn-history li")).to_have_count(3)


def test_a_suggestion_is_taken_and_another_dismissed_with_a_reason(served, sign_in, turn, guest, sun, zhou):
    for text in ("一共种了八百棵柳树，都在东河的东岸。", "一共种了八百棵树。"):
        turn.suggest(version=turn.version, text=text, speaker=guest, by=sun)
    desk = sign_in(served, zhou, turn.interview)
    suggestions = desk.locator(f"#turn-{turn.pk} .suggestion")
    suggestions.first.locator("form[action*=take] button").click()
    expect(suggestions).to_have_count(1)
    expect(desk.locator(f"#turn-{turn.pk} .said")).to_contain_text("柳树")
    expect(suggestions.locator("[data-outdated]")).to_be_visible()
    suggestions.locator("summary").click()
    desk.locator("[name=reason]:focus").fill("都要写")
    desk.keyboard.press("Enter")
    expect(suggestions).to_have_count(0)
    turn.refresh_from_db()
    assert turn.text == "一共种了八百棵柳树，都在东河的东岸。"
    assert turn.events.last().note == "都要写"


def test_a_reason_is_kept_while_the_turn_is_changed(served, sign_in, turn, guest, sun, zhou):
    turn.suggest(version=turn.version, text="一共种了八百棵柳树。", speaker=guest, by=sun)
    desk = sign_in(served, zhou, turn.interview)
    desk.locator(".suggestion summary").click()
    reason = desk.locator(".suggestion [name=reason]")
    reason.fill("还要再")

    turn.correct(version=turn.version, text="一共种了七百棵树，都在东河的东岸。", by=zhou)

    expect(desk.locator(f"#turn-{turn.pk} .said")).to_contain_text("七百")
    expect(reason).to_be_focused()
    expect(reason).to_have_value("还要再")
    reason.press("Escape")
    expect(reason).to_be_hidden()
    expect(reason).to_have_value("")


def test_a_typist_sees_that_a_suggestion_waits_and_decides_nothing(served, sign_in, turn, guest, sun):
    turn.suggest(version=turn.version, text="一共种了八百棵柳树。", speaker=guest, by=sun)
    desk = sign_in(served, sun, turn.interview)
    suggestion = desk.locator(f"#turn-{turn.pk} .suggestion")
    expect(suggestion.locator(".badge")).to_be_visible()
    expect(suggestion.locator("button, summary").first).to_be_hidden()
