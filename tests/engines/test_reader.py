"""What a reader can rely on in every engine from the floor up."""

from PIL import Image

from tests.conftest import NOON

WORDS = "河水是黑的，没有人下去游泳，我们沿着河走了三年，记下每一处排口。" * 6
NO_SOCKET = """(() => {
    window.WebSocket = class {
        constructor() { setTimeout(() => this.onclose({ code: 1006 })) }
        close() {}
    }
    dispatchEvent(new Event("offline"))
})()"""

FIGURES = "20168"
FIGURES_AMONG_HAN = f"全县有{FIGURES}户"
PLACE_OF_FIGURES = """(() => {
    const text = document.querySelector(".turn .said p").firstChild
    const range = document.createRange()
    range.setStart(text, text.data.search(/[0-9]/))
    range.setEnd(text, text.data.search(/户/))
    const { left, top, right, bottom } = range.getBoundingClientRect()
    return [left, top, right, bottom]
})()"""
INK = 160  # of 255; darker is drawn


def talk(interview, *speakers, turns=20):
    return [
        interview.say(speakers[n % len(speakers)], f"第{n}句。{WORDS}", spoken_at=NOON.replace(minute=n))
        for n in range(turns)
    ]


def top(page, selector):
    return page.evaluate(f"document.querySelector('{selector}').getBoundingClientRect().top")


def is_below_the_bar(page, turn):
    """Wait until the turn begins right below the line that stays at the window's top."""
    page.until(
        f"(below => below > -2 && below < 60)(document.querySelector('#turn-{turn.pk}').getBoundingClientRect().top"
        " - document.querySelector('.transcript-bar').getBoundingClientRect().bottom)",
        f"turn {turn.pk} to be below the bar",
    )


def test_the_page_is_readable(window, site, interview, host):
    interview.say(host, WORDS)
    page = window(site.here + interview.get_absolute_url())

    assert page.text("h1") == interview.headline
    page.see(".turn .said p")
    page.until("document.querySelector('.turn .said').offsetWidth < 720", "lines as short as the style sheet asks for")
    page.resize(390, 844)
    page.until("document.documentElement.scrollWidth <= 390", "the page to be no wider than a phone")


def test_the_page_is_readable_in_english(window, site, interview, host, in_english):
    interview.say(host, "How did the river become clean?")
    page = window(site.here + interview.get_absolute_url(), language="en")

    page.see(".turn", "How did the river become clean?")
    page.see(".connection [data-when=live]", "Connected")


def test_figures_among_han_are_not_drawn_over_each_other(window, site, interview, host, tmp_path):
    interview.say(host, FIGURES_AMONG_HAN)
    page = window(site.here + interview.get_absolute_url())
    page.see(".turn .said p")
    page.picture(tmp_path / "page.png")
    assert drawn_apart(tmp_path / "page.png", page.evaluate(PLACE_OF_FIGURES)) == len(FIGURES)


def drawn_apart(picture, place):
    """How many signs stand there with white between them."""
    drawn = Image.open(picture).convert("L").crop([round(edge) for edge in place])
    lines = [[drawn.getpixel((x, y)) < INK for y in range(drawn.height)] for x in range(drawn.width)]
    inked = [False, *(any(line) for line in lines)]
    return sum(now and not before for before, now in zip(inked, inked[1:], strict=False))


def test_it_grows_by_its_socket(window, site, interview, host):
    page = window(site.here + interview.get_absolute_url())
    page.see("live-transcript[state=live]")
    interview.say(host, "刚刚说的")
    page.see(".turn", "刚刚说的")


def test_it_grows_by_polling_where_no_socket_is_to_be_had(window, site, interview, host):
    page = window(site.here + interview.get_absolute_url())
    page.see("live-transcript[state=live]")
    page.evaluate(NO_SOCKET)
    page.see("live-transcript[state=polling]")
    interview.say(host, "没有长连接也看得到")
    page.see(".turn", "没有长连接也看得到")


def test_the_order_is_turned_round(window, site, interview, host, guest):
    first, *_, last = talk(interview, host, guest)
    page = window(site.here + interview.get_absolute_url())
    page.click(".finder summary")
    page.click("reading-order [data-order=newest]")
    page.until(f"document.querySelector('[data-turns] .turn').id === 'turn-{last.pk}'", "the last turn to come first")
    page.click("reading-order [data-order=oldest]")
    page.until(f"document.querySelector('[data-turns] .turn').id === 'turn-{first.pk}'", "the first turn to come first")


def test_words_and_speakers_are_found(window, site, interview, host, guest):
    talk(interview, host, guest)
    interview.say(guest, "只有这里提到了水獭。")
    page = window(site.here + interview.get_absolute_url())
    shown = "[...document.querySelectorAll('[data-turns] .turn')].filter(turn => turn.offsetHeight).length"

    page.click(".finder summary")
    page.fill("#find", "水獭")
    page.until(f"{shown} === 1", "one turn to be left")
    page.click(".finding [type=reset]")
    page.until(f"{shown} === 21", "all turns to be back")
    page.click(f"transcript-finder [name=speaker][value='{guest.pk}']")
    page.until(f"{shown} === 11", "the turns of one speaker")


def test_a_link_to_a_turn_ends_below_the_bar(window, site, interview, host, guest):
    turns = talk(interview, host, guest)
    page = window(f"{site.here}{interview.get_absolute_url()}#turn-{turns[12].pk}")
    is_below_the_bar(page, turns[12])


def test_a_key_moment_leads_to_its_turn(window, site, interview, host, guest):
    turns = talk(interview, host, guest)
    for turn in turns[::2]:
        turn.mark("河水怎样变清")
    page = window(site.here + interview.get_absolute_url())

    page.until(
        "[...document.querySelectorAll('.moments li')].filter(one => one.offsetHeight)"
        ".every((one, n, all) => one.offsetHeight > 20 && (!n || one.offsetTop >= all[n - 1].offsetTop))",
        "key moments that are drawn as lines",
    )
    assert page.evaluate("document.querySelector('.moments li').offsetHeight") < 100
    page.click(".moments a")
    is_below_the_bar(page, turns[0])


def test_a_jump_leads_to_the_latest_turn_while_it_is_live_only(window, site, interview, host, guest):
    turns = talk(interview, host, guest)
    page = window(site.here + interview.get_absolute_url())
    page.click(".transcript-bar > a[href='#latest']")
    page.until(f"document.querySelector('#turn-{turns[-1].pk}').getBoundingClientRect().top < innerHeight", "the last")
    interview.end()
    page.gone(".transcript-bar > a[href='#latest']")
    page.gone(".connection")


def test_more_about_a_turn_is_to_be_had(window, site, interview, host):
    interview.say(host, "请看这一句。")
    page = window(site.here + interview.get_absolute_url())
    page.gone("turn-tools")
    if page.evaluate("'showPopover' in HTMLElement.prototype"):
        page.click(".turn .time button")
        page.see("turn-tools [data-do=link]")
        page.press("Escape")
        page.gone("turn-tools")
    else:
        page.click(".turn .time a")
        page.see(".report-error")


def test_it_is_dark_where_the_reader_wants_that(window, site, interview, host):
    interview.say(host, "夜里读的。")
    page = window(site.here + interview.get_absolute_url(), dark=True)
    darkness = "getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).every(part => part < 60)"
    page.until(darkness, "a dark page")
