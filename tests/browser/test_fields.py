"""Fields to type in: on a phone none makes iOS zoom in, and what is typed is seen in every browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.test_rights import MAY, ROWS, World

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
    .map(field => `${field.localName}[name=${field.name}] ${getComputedStyle(field).fontSize}`)"""


@pytest.fixture
def world(interview, other, draft, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return World(interview, other, draft, "superuser")


def test_no_field_on_a_phone_is_smaller_than_16_px(served, window, world):
    phone = window(served.here, viewport=PHONE, java_script_enabled=False)  # whose styles and addresses all pages share
    left = [row for row in ROWS if row.method == "GET" and MAY in row.cells.values()]
    small = []
    for role in ("superuser", "nobody"):
        if role == "nobody":
            world.client.logout()
        for row in [row for row in left if row.cells[role] == MAY]:
            answer = world.client.get(world.url(row))
            if has_fields(answer):
                left.remove(row)
                phone.set_content(answer.text)
                small += [f"{row.address} {field}" for field in phone.evaluate(SMALL)]
    assert small == [], "\n".join(small)
    assert not {"/sign-in/", "/desk/", "/interviews/<slug:slug>/"} & {row.address for row in left}


def has_fields(answer):
    """Whether somebody can type or choose something on the page that is answered."""
    is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    return is_page and re.search("<(input|select|textarea)", answer.text)


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
