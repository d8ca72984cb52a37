"""The finder loads what it finds by when it opens: nothing that is typed meanwhile is lost, whatever the line does."""

import re

import pytest
from playwright.sync_api import expect

from .test_finding import marked, opened, shown, talk, words

__all__ = ["talk"]
FOUND_BY = re.compile(r"/reader/lib/(finding|found-\w+|folding[\w-]*)\b.*\.js")


class Line:
    """Holds back what the finder loads, until it goes on, or loses it."""

    def __init__(self, page):
        self._held, self._answer = [], self._held_back
        page.route(FOUND_BY, lambda route: self._answer(route))

    def _held_back(self, route):
        self._held.append(route)

    def goes_on(self):
        self._answer = lambda route: route.continue_()
        while self._held:
            self._held.pop().continue_()

    def is_lost(self):
        self._answer = lambda route: route.abort()


@pytest.fixture
def reader(served, window, talk):
    page = window(served.here + talk.get_absolute_url())
    return page, Line(page)


def told(page):
    return page.locator("transcript-finder output")


def test_a_page_whose_finder_stays_closed_loads_nothing_to_find_by(served, window, talk):
    page = window()
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(served.here + talk.get_absolute_url(), wait_until="networkidle")
    assert any("transcript-finder" in url for url in loaded)
    assert [url for url in loaded if FOUND_BY.search(url)] == []


def test_words_that_are_typed_while_it_loads_are_looked_for_then(reader):
    page, line = reader
    words(opened(page)).press_sequentially("治水")
    expect(told(page)).to_have_text("正在载入……")
    page.get_by_role("checkbox", name="乔梅").check()
    expect(shown(page)).to_have_count(4)

    line.goes_on()

    expect(told(page)).to_have_text("没有找到相符的发言。")
    page.get_by_role("checkbox", name="乔梅").uncheck()
    expect(shown(page)).to_have_count(1)
    assert marked(page) == ["治水"]


def test_enter_loads_no_other_page_and_escape_clears_while_it_loads(reader):
    page, line = reader
    address = page.url
    words(opened(page)).fill("治水")
    words(page).press("Enter")
    assert page.url == address
    expect(words(page)).to_have_value("治水")
    words(page).press("Escape")
    expect(words(page)).to_have_value("")
    words(page).press("Escape")
    expect(words(page)).to_be_hidden()

    line.goes_on()
    words(opened(page)).fill("治水")
    expect(shown(page)).to_have_count(1)


def test_a_word_that_is_being_composed_when_it_comes_is_not_looked_for_yet(reader):
    page, line = reader
    opened(page)
    type_ = """([event, value, isComposing]) => {
        const box = document.querySelector("#find")
        box.value = value
        box.dispatchEvent(new window[event](isComposing ? "input" : "compositionend", { bubbles: true, isComposing }))
    }"""
    page.evaluate(type_, ["InputEvent", "zhi'an", True])
    line.goes_on()
    page.wait_for_function("performance.getEntriesByType('resource').some(r => r.name.includes('/finding'))")
    page.evaluate("() => import(performance.getEntriesByType('resource').find(r => r.name.includes('/finding')).name)")
    expect(shown(page)).to_have_count(4)

    page.evaluate(type_, ["CompositionEvent", "治岸", False])
    expect(shown(page)).to_have_count(1)


def test_without_a_connection_it_says_so_keeps_the_words_and_finds_them_afterwards(reader):
    page, line = reader
    line.is_lost()
    words(opened(page)).fill("治水")
    expect(told(page)).to_contain_text("没有载入成功")
    expect(words(page)).to_have_value("治水")

    line.goes_on()
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(shown(page)).to_have_count(1)
    expect(told(page)).to_contain_text("1")


def test_who_types_on_has_it_tried_again(reader):
    page, line = reader
    line.is_lost()
    words(opened(page)).fill("治")
    expect(told(page)).to_contain_text("没有载入成功")

    line.goes_on()
    words(page).press_sequentially("水")

    expect(shown(page)).to_have_count(1)
