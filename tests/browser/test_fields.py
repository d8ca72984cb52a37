"""Fields to type in: on a phone none makes iOS zoom in, and what is typed is seen in every browser."""

import pytest
from playwright.sync_api import expect

from .conftest import PHONE
from .desks import composer
from .test_live import connected, say

NO_FIELD_SIZING = """const supports = CSS.supports
CSS.supports = (...asked) => !String(asked).startsWith("field-sizing") && supports.apply(CSS, asked)
addEventListener("DOMContentLoaded", () => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync("textarea { field-sizing: fixed !important }")
    document.adoptedStyleSheets = [sheet]
})"""

SMALL = """() => [...document.querySelectorAll("input, select, textarea")]
    .filter(field => !/hidden|checkbox|radio|submit|button|file|image|range/.test(field.type))
    .filter(field => parseFloat(getComputedStyle(field).fontSize) < 16)
    .map(field => `${location.pathname} ${field.localName}[name=${field.name}] ${getComputedStyle(field).fontSize}`)"""


def test_no_field_on_a_phone_is_smaller_than_16_px(served, sign_in, gao, interview, host, guest):
    interview.say(guest, "一共种了九百棵树。", by=gao).correct(version=1, text="一共种了八百棵树。", by=gao)
    turn = interview.turns.get()
    phone = sign_in(served, gao, interview, viewport=PHONE)
    here = interview.get_absolute_url()
    small = []
    for path in (
        here,
        f"{here}turns/{turn.pk}/",
        "/",
        "/interviews/",
        "/search/",
        "/desk/",
        f"/desk/{interview.slug}/",
        f"/desk/{interview.slug}/edit/",
        "/desk/new/",
        "/desk/statistics/",
        "/account/",
        "/admin/interviews/guest/add/",
        "/admin/interviews/user/add/",
        "/admin/interviews/guest/",
    ):
        answer = phone.goto(served.here + path)
        small += phone.evaluate(SMALL) if answer.status == 200 else [f"{path}: {answer.status}"]
    phone.context.clear_cookies()
    phone.goto(f"{served.here}/desk/")
    small += phone.evaluate(SMALL)
    assert small == [], "\n".join(small)


@pytest.mark.parametrize("how", ["", NO_FIELD_SIZING], ids=["by style", "by script"])
def test_the_composer_grows_with_its_text_and_is_small_again_afterwards(served, sign_in, zhou, interview, how):
    desk = sign_in(served, zhou, interview)
    if how:
        desk.add_init_script(how)
    desk.reload()
    connected(desk)
    box = composer(desk)
    box.fill("一行")
    small = box.evaluate("box => box.offsetHeight")
    box.fill("一行\n" * 9)
    tall = box.evaluate("box => box.offsetHeight")
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight + 1")
    assert tall > small + 100

    desk.reload()
    connected(desk)
    expect(box).to_have_value("一行\n" * 9)
    assert abs(box.evaluate("box => box.offsetHeight") - tall) <= 1
    say(desk, "主持人", "说完了。")
    assert box.evaluate("box => box.offsetHeight") <= small
