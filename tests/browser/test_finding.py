"""Finding one's place: search and speakers, the keys, one's own clock."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.conftest import NOON

from .conftest import PHONE

FEW_PIXELS = 3
MARKED = """() => [...CSS.highlights.get("found") ?? []].map(found => {
    const range = document.createRange()
    range.setStart(found.startContainer, found.startOffset)
    range.setEnd(found.endContainer, found.endOffset)
    return range.toString()
})"""
GAP = 8 + FEW_PIXELS  # between the bar and the turn that is gone to


def turns(page):
    return page.locator("[data-turns] .turn")


def shown(page):
    return page.locator("[data-turns] .turn:not([hidden])")


def words(page):
    return page.locator("#find")


def opened(page):
    """Open the finder, and return the page."""
    page.locator(".finder > summary").click()
    expect(words(page)).to_be_visible()
    return page


def connected(page):
    expect(page.locator("live-transcript")).to_have_attribute("state", "live")
    return page


def marked(page):
    """The text of everything that is marked as found."""
    return page.evaluate(MARKED)


def top_of(page, turn):
    """How far below the bar the turn begins, in pixels."""
    return page.evaluate(
        """pk => {
            const panel = document.querySelector(".finder[open] .finder-panel")
            const bar = panel ?? document.querySelector(".transcript-bar")
            const [turn, above] = [document.getElementById(`turn-${pk}`), bar].map(e => e.getBoundingClientRect())
            return turn.top - above.bottom
        }""",
        turn.pk,
    )


def settled(page):
    """When the window has stood still for some frames."""
    page.evaluate(
        """() => new Promise(resolve => {
            let last = null, still = 0
            const look = () => {
                still = scrollY === last ? still + 1 : 0
                last = scrollY
                still > 10 ? resolve() : requestAnimationFrame(look)
            }
            look()
        })"""
    )


@pytest.fixture
def talk(interview, host, guest):
    """Four turns, three speakers."""
    qiao = interview.speakers.get(label="乔梅")
    interview.say(host, "东河的水怎样变清？", spoken_at=NOON, heading="怎样变清")
    answer = "先治岸，后治水……见https://example.com/river。\nＡＢＣ三步。"
    interview.say(guest, answer, spoken_at=NOON + timedelta(minutes=1))
    interview.say(qiao, "学生沿河走了三年。", spoken_at=NOON + timedelta(minutes=2))
    interview.say(guest, "谢谢。", spoken_at=NOON + timedelta(minutes=3))
    return interview


def test_words_narrow_the_transcript_and_are_marked(served, window, talk):
    page = opened(window(served.here + talk.get_absolute_url()))

    words(page).fill("治水")
    expect(shown(page)).to_contain_text(["先治岸"])
    expect(shown(page)).to_have_count(1)
    assert marked(page) == ["治水"]
    expect(page.locator(".finder output")).to_contain_text("1")
    expect(page.locator(".finder output")).to_contain_text("4")

    words(page).fill("水 清")
    expect(shown(page)).to_contain_text(["东河的水"])
    assert sorted(marked(page)) == ["水", "清", "清"]  # the heading's too

    words(page).fill("没有说过")
    expect(shown(page)).to_have_count(0)
    expect(page.locator(".finder output")).not_to_be_empty()


def test_neither_capitals_nor_width_matters(served, window, talk):
    page = opened(window(served.here + talk.get_absolute_url()))

    words(page).fill(" Abc　")

    expect(shown(page)).to_have_count(1)
    assert marked(page) == ["ＡＢＣ"]


def test_what_is_marked_is_right_behind_dots_and_across_a_link(served, window, talk):
    page = opened(window(served.here + talk.get_absolute_url()))

    words(page).fill("见https://example.com")

    expect(shown(page)).to_have_count(1)
    assert marked(page) == ["见https://example.com"]


def test_words_are_found_and_marked_however_they_were_written(served, window, interview, guest):
    interview.say(guest, "他坐電梯去Café，⽣活⽤⽔也好。", spoken_at=NOON)
    interview.say(guest, "Sigurðardóttir didn’t know.", spoken_at=NOON)
    page = opened(window(served.here + interview.get_absolute_url()))

    for query, found in {
        "电梯、cafe": ["電梯", "Café"],
        "生活用水": ["⽣活⽤⽔"],
        "sigurdardottir": ["Sigurðardóttir"],
        "didn't": ["didn’t"],
        '"didn\'t know"': ["didn’t know"],
    }.items():
        words(page).fill(query)
        expect(shown(page)).to_have_count(1)
        page.wait_for_function(f"found => ({MARKED})().sort().join() === found", arg=",".join(sorted(found)))


def test_speakers_narrow_it_too_and_together_with_words(served, window, talk, guest):
    page = opened(window(served.here + talk.get_absolute_url()))

    page.get_by_role("checkbox", name="陈安").check()
    expect(shown(page)).to_have_count(2)
    page.get_by_role("checkbox", name="乔梅").check()
    expect(shown(page)).to_have_count(3)
    words(page).fill("三年")
    expect(shown(page)).to_have_count(1)


@pytest.mark.parametrize("way", ["button", "Escape"])
def test_one_action_brings_all_turns_back(served, window, talk, way):
    page = opened(window(served.here + talk.get_absolute_url()))
    page.get_by_role("checkbox", name="陈安").check()
    words(page).fill("治水")
    expect(shown(page)).to_have_count(1)
    assert marked(page)

    if way == "button":
        page.locator(".finder button[type=reset]").click()
    else:
        words(page).press("Escape")

    expect(shown(page)).to_have_count(4)
    expect(words(page)).to_have_value("")
    expect(page.get_by_role("checkbox", name="陈安")).not_to_be_checked()
    expect(page.locator(".finder button[type=reset]")).to_be_hidden()
    expect(page.locator("[data-found]")).to_be_hidden()
    assert not marked(page)


def test_escape_with_nothing_to_clear_closes_the_finder(served, window, talk):
    page = opened(window(served.here + talk.get_absolute_url()))
    words(page).press("Escape")
    expect(words(page)).to_be_hidden()
    expect(page.locator(".finder > summary")).to_be_focused()


def test_what_arrives_while_something_is_filtered_is_filtered_too(served, window, talk, host, guest):
    page = opened(connected(window(served.here + talk.get_absolute_url())))
    words(page).fill("岸")
    expect(shown(page)).to_have_count(1)
    page.evaluate(
        """document.querySelector("live-transcript").addEventListener("transcript:change", () =>
            window.seen = document.querySelectorAll("[data-turns] .turn:not([hidden])").length)"""
    )

    talk.say(host, "没有那个字的。")
    expect(turns(page)).to_have_count(5)
    expect(shown(page)).to_have_count(1)
    assert page.evaluate("seen") == 1  # others look at the page after the finder did

    talk.say(host, "岸上的人。")
    expect(shown(page)).to_have_count(2)
    assert marked(page) == ["岸", "岸"]

    hit, other = talk.turns.get(text__startswith="先治岸"), talk.turns.get(text="谢谢。")
    hit.correct(version=hit.version, text="先治河。")
    expect(shown(page)).to_contain_text(["岸上的人"])
    other.correct(version=other.version, text="谢谢两岸。")
    expect(shown(page)).to_contain_text(["谢谢两岸", "岸上的人"])


def test_a_link_to_a_turn_that_is_filtered_out_brings_it_back(served, window, talk):
    first = talk.turns.first()
    page = opened(window(served.here + talk.get_absolute_url()))
    words(page).fill("谢谢")
    expect(shown(page)).to_have_count(1)

    page.locator(f".moments a[href='#turn-{first.pk}']").click()
    expect(shown(page)).to_have_count(4)
    assert page.url.endswith(f"#turn-{first.pk}")
    expect(page.locator(f"#turn-{first.pk}")).to_be_in_viewport()

    words(page).fill("谢谢")
    expect(shown(page)).to_have_count(1)
    page.evaluate("pk => location.hash = `turn-${pk}`", talk.turns.all()[2].pk)  # as going back and forth does
    expect(shown(page)).to_have_count(4)


def test_a_word_that_is_still_being_composed_is_not_looked_for(served, window, talk):
    page = opened(window(served.here + talk.get_absolute_url()))
    page.evaluate(
        """() => {
            const box = document.querySelector("#find")
            box.value = "zhi'an"
            box.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }))
        }"""
    )
    page.wait_for_timeout(300)  # longer than the finder waits for the next letter
    expect(shown(page)).to_have_count(4)

    page.evaluate(
        """() => {
            const box = document.querySelector("#find")
            box.value = "治岸"
            box.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }))
        }"""
    )
    expect(shown(page)).to_have_count(1)


# Keys


def focused(page):
    return page.evaluate("document.activeElement.id")


def test_a_key_pressed_before_the_first_frame_goes_below_the_bar_as_well(served, window, talk):
    page = window(viewport=PHONE)
    page.add_init_script("ResizeObserver.prototype.observe = () => {}")  # which speaks with the first frame
    page.goto(served.here + talk.get_absolute_url())

    page.keyboard.press("j")
    settled(page)
    assert 0 <= top_of(page, talk.turns.first()) <= GAP


def test_the_last_turns_are_reached_by_key_though_they_cannot_come_to_the_top(served, window, talk):
    page = window(served.here + talk.get_absolute_url())
    pks = [turn.pk for turn in talk.turns.all()]

    for pk in [*pks, pks[-1]]:
        page.keyboard.press("j")
        assert focused(page) == f"turn-{pk}"
    for pk in reversed(pks[:-1]):
        page.keyboard.press("k")
        assert focused(page) == f"turn-{pk}"


def test_the_keys_skip_what_is_filtered_out(served, window, talk, guest):
    page = opened(window(served.here + talk.get_absolute_url()))
    page.get_by_role("checkbox", name="陈安").check()
    expect(shown(page)).to_have_count(2)
    page.locator("main").focus()

    for turn in talk.turns.filter(speaker=guest):
        page.keyboard.press("j")
        assert focused(page) == f"turn-{turn.pk}"


def test_the_keys_do_nothing_in_a_field_or_with_another_key(served, window, talk):
    page = opened(window(served.here + talk.get_absolute_url()))

    words(page).press_sequentially("jk")
    expect(words(page)).to_have_value("jk")
    words(page).press("Escape")
    page.locator("main").focus()
    for key in ("Control+k", "Alt+j", "Shift+J", "Meta+j"):
        page.keyboard.press(key)
        assert focused(page) == "main"


def test_the_keys_can_be_turned_off_for_good(served, window, talk):
    page = opened(window(served.here + talk.get_absolute_url()))
    page.locator("turn-keys input").uncheck()
    page.locator("main").focus()
    page.keyboard.press("j")
    assert focused(page) == "main"

    page.reload()
    page.keyboard.press("j")
    assert not focused(page).startswith("turn-")

    opened(page)
    expect(page.locator("turn-keys input")).not_to_be_checked()
    page.locator("turn-keys input").check()
    page.reload()
    page.keyboard.press("j")
    assert focused(page).startswith("turn-")


# Clocks


@pytest.fixture
def london(window):
    def open_window(url, **options):
        return window(url, timezone_id="Europe/London", **options)

    return open_window


def test_a_reader_elsewhere_is_told_their_own_time_in_the_pages_language(served, london, talk, host):
    page = connected(london(served.here + talk.get_absolute_url(), locale="en-GB"))
    link = turns(page).nth(1).locator(".time a")
    assert not link.get_attribute("title")

    link.locator("time").hover()
    expect(link).to_have_attribute("title", "英国夏令时间 05:01:00")

    talk.say(host, "后来说的。", spoken_at=NOON + timedelta(hours=2))
    expect(turns(page)).to_have_count(5)
    late = turns(page).last.locator(".time a")
    late.focus()
    expect(late).to_have_attribute("title", "英国夏令时间 07:00:00")


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Your time: Monday, May 4 at 05:00 British Summer Time"), ("zh-hans", "您的当地时间：")],
)
def test_an_announcement_says_in_words_when_it_begins_for_the_reader(served, london, scheduled, language, told):
    scheduled.revise(language=language)
    page = london(served.here + scheduled.get_absolute_url())
    expect(page.locator(".masthead own-time")).to_contain_text(told)
    expect(page.locator(".masthead own-time")).to_contain_text("05:00")
    page.goto(served.here)
    expect(page.locator(".entry own-time")).to_contain_text("05:00")


def test_an_announcement_tells_a_reader_of_the_same_clock_nothing_more(served, window, scheduled):
    page = window(served.here + scheduled.get_absolute_url(), timezone_id="Asia/Singapore")
    expect(page.locator(".masthead own-time")).to_have_text("")


def test_a_reader_whose_clock_says_the_same_is_told_nothing(served, window, talk):
    page = window(served.here + talk.get_absolute_url(), timezone_id="Asia/Singapore")
    link = turns(page).first.locator(".time a")
    link.hover()
    link.focus()
    assert not link.get_attribute("title")


@pytest.mark.parametrize(
    ("path", "time"), [("/", ".latest time"), ("/interviews/", ".entry time"), ("/search/?q=柳树", ".quote time")]
)
def test_every_page_names_the_zone_and_tells_ones_own_time(served, window, interview, host, path, time):
    interview.say(host, "河边种了九百棵柳树。")
    page = window(served.here + path, locale="en-GB", timezone_id="America/New_York")
    expect(page.locator(".zone").first).to_contain_text("UTC+08:00")
    page.locator(time).first.hover()
    expect(page.locator("main [title]").first).to_have_attribute("title", re.compile("Eastern"))
