"""What a script makes of the page's template for a turn asks for the same as the turn's own page by the server."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from interviews.models import Photo
from tests.conftest import NOON
from tests.newsroom import address
from tests.test_photos import encoded, picture

from .desks import open_all
from .test_live import connected, turns

# By verb and button: what would be sent, and where to
ASKED = """place => {
    const verbs = place.querySelector("turn-verbs")
    const sent = form => [...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "key"].includes(name))
    const called = details => details.querySelector("summary").innerText
    const of = details => [details.dataset.verb, called(details), sent(details.querySelector("form"))]
    const buttons = [...place.querySelectorAll(".verbs button, turn-verbs button:not([type=reset])")]
    const leadsTo = button => button.getAttribute("formaction") ?? button.form.getAttribute("action")
    const choices = [...verbs.querySelectorAll("option:not([value=''])")]
    return {
        verbs: [...verbs.querySelectorAll("details")].map(of),
        buttons: buttons.map(button => [button.textContent, button.name, button.value, leadsTo(button)]),
        choices: choices.map(({ text, value, selected }) => [text, value, selected]),
    }
}"""
ODD = {
    "lines and spaces": "一\n\n二   三\n四",
    "right to left": "مرحبا <b>بكم</b> &amp;\nשלום",
    "a link and quotes": 'See https://example.com/?a=1&b="2"#c, it’s «there».',
    "emoji": "👩‍👩‍👧 می‌خواهم 🇨🇳",
}
TWICE_PUT_BACK = datetime(2025, 10, 26, 1, 30, 0, 999_999, UTC)  # 01:30 for the second time in London


@pytest.fixture
def asked(served, sign_in, zhou, interview):
    """What the desk's turn asks for, and what its own page does."""

    def asked(turn, user=zhou):
        desk = connected(sign_in(served, user, interview))
        shown = desk.locator(f"#turn-{turn.pk}")
        open_all(shown)
        by_script = shown.evaluate(ASKED)
        desk.goto(served.here + address("history", turn))
        return by_script, desk.locator(".one-turn").evaluate(ASKED)

    return asked


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_a_text_is_asked_for_as_it_is(asked, interview, host, text):
    turn = interview.say(host, text, spoken_at=NOON)
    by_script, by_server = asked(turn)
    assert by_script == by_server
    [_, _, fields], *_ = by_script["verbs"]
    assert dict(fields)["text"] == turn.text


@pytest.mark.parametrize("state", ["published", "held", "prepared", "pinned"])
def test_each_state_has_its_verbs(asked, interview, guest, state):
    if state == "prepared":
        turn = interview.prepare(guest, "待会儿问。")
    else:
        turn = interview.say(guest, "河水清了。", held=state == "held", heading="清了")
    if state == "pinned":
        turn.pin()
    by_script, by_server = asked(turn)
    assert by_script == by_server
    assert by_script["verbs"]


def test_who_types_under_review_suggests_text_and_speaker(asked, interview, host, sun):
    interview.revise(reviewed=True)
    by_script, _ = asked(interview.say(host, "河水清了。", spoken_at=NOON), user=sun)
    [_, _, fields], *_ = by_script["verbs"]
    assert [name for name, _ in fields] == ["version", "speaker", "text"]


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("Asia/Shanghai", NOON + timedelta(microseconds=7)),
        ("Europe/London", datetime(2025, 10, 26, 0, 30, 0, 500_000, UTC)),
        ("Europe/London", TWICE_PUT_BACK),
        ("Asia/Kathmandu", datetime(2026, 1, 1, 0, 0, tzinfo=UTC)),
        ("America/St_Johns", datetime(2026, 7, 1, 3, 0, 0, 1, UTC)),
    ],
)
def test_a_time_is_asked_for_to_the_microsecond(asked, interview, host, zone, at):
    interview.revise(timezone=zone)
    by_script, by_server = asked(interview.say(host, "河水清了", spoken_at=at))
    assert by_script == by_server
    [_, _, fields], *_ = by_script["verbs"]
    assert datetime.fromisoformat(dict(fields)["initial-spoken_at"]) == at


def test_a_correction_of_the_text_leaves_the_time(served, sign_in, zhou, interview, host):
    interview.revise(timezone="Europe/London")
    turn = interview.say(host, "河水清了", spoken_at=TWICE_PUT_BACK)
    desk = connected(sign_in(served, zhou, interview))
    turns(desk).first.locator("[data-opens=correct]").click()
    box = turns(desk).first.locator("[data-verb=correct] textarea")
    box.fill("河水清了。")
    box.press("Control+Enter")
    expect(turns(desk).first).to_contain_text("河水清了。")
    turn.refresh_from_db()
    assert (turn.version, turn.spoken_at) == (2, TWICE_PUT_BACK)


def test_photos_are_asked_for_with_their_descriptions(asked, media, interview, host):
    descriptions = ["东岸的柳树", "", '"<西岸>"']
    sizes = {"widths": [8], "width": 8, "height": 6}
    photos = [Photo(interview=interview, key=uuid.uuid4(), alt=alt, **sizes) for alt in descriptions]
    for photo in photos:
        photo.keep({8: encoded(picture((8, 6)))})
    by_script, by_server = asked(interview.say(host, "这是河边。", photos=photos, spoken_at=NOON))
    assert by_script == by_server
    [_, _, fields], *_ = by_script["verbs"]
    assert [value for name, value in fields if name == "alt"] == descriptions


def test_without_scripts_a_turn_is_corrected_on_its_own_page(served, sign_in, zhou, interview, host):
    turn = interview.say(host, "河水清了", spoken_at=NOON)
    desk = sign_in(served, zhou, interview, java_script_enabled=False)
    turns(desk).first.get_by_role("link", name="更正").click()
    desk.locator("[data-verb=correct] textarea").fill("河水清了。")
    desk.locator("[data-verb=correct] button.primary").click()
    expect(turns(desk).first).to_contain_text("河水清了。")
    turn.refresh_from_db()
    assert turn.text == "河水清了。"
