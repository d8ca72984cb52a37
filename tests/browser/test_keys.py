"""A key that types something types it: no shortcut takes it, on a Mac, on Windows or on Linux."""

import pytest
from playwright.sync_api import expect

from .desks import composer, expect_state
from .test_live import connected, turns

MAC, WINDOWS, LINUX = "MacIntel", "Win32", "Linux x86_64"
ALT, CTRL, META, SHIFT = 1, 2, 4, 8  # as the protocol of Chromium's tools counts them
ENTER = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}


class Keyboard:
    """Presses keys as the system reports them, with the character that they type."""

    def __init__(self, page):
        self._tools = page.context.new_cdp_session(page)

    def is_of(self, platform):
        agent = {MAC: "Macintosh; Intel Mac OS X 10_15_7", WINDOWS: "Windows NT 10.0"}.get(
            platform, "X11; Linux x86_64"
        )
        self._tools.send(
            "Emulation.setUserAgentOverride", {"userAgent": f"Mozilla/5.0 ({agent})", "platform": platform}
        )

    def press(self, modifiers, *, types="", **key):
        about = {"modifiers": modifiers, **({"text": types} if types else {}), **key}
        self._tools.send("Input.dispatchKeyEvent", {"type": "keyDown" if types else "rawKeyDown", **about})
        self._tools.send("Input.dispatchKeyEvent", {"type": "keyUp", "modifiers": modifiers, **key})

    def types(self, modifiers, character, code):
        number = ord(code[-1])
        self.press(modifiers, types=character, key=character, code=code, windowsVirtualKeyCode=number)

    def digit(self, modifiers, digit, key=None):
        self.press(modifiers, key=key or str(digit), code=f"Digit{digit}", windowsVirtualKeyCode=ord(str(digit)))


@pytest.fixture
def desk_on(served, sign_in, zhou, interview):
    def desk_on(platform):
        desk = sign_in(served, zhou, interview)
        keyboard = Keyboard(desk)
        keyboard.is_of(platform)
        desk.reload()
        return connected(desk), keyboard

    return desk_on


TYPED = [
    (MAC, ALT, "#", "Digit3"),
    (MAC, ALT, "€", "Digit2"),
    (MAC, ALT | SHIFT, "°", "Digit1"),
    (WINDOWS, CTRL | ALT, "²", "Digit2"),
    (WINDOWS, CTRL | ALT, "@", "Digit3"),
    (LINUX, ALT, "#", "Digit3"),
    (LINUX, ALT, "é", "Digit2"),
]


@pytest.mark.parametrize(("platform", "modifiers", "character", "code"), TYPED)
def test_what_is_typed_with_a_digits_key_is_typed_and_the_words_go_out_under_their_own_name(
    desk_on, interview, platform, modifiers, character, code
):
    desk, keyboard = desk_on(platform)
    desk.get_by_role("radio", name="主持人").check(force=True)
    composer(desk).press_sequentially("第")

    keyboard.types(modifiers, character, code)

    expect(desk.get_by_role("radio", name="主持人")).to_be_checked()
    if not (modifiers & CTRL):  # a Chromium on Linux types nothing with Ctrl, whatever it is told
        expect(composer(desk)).to_have_value(f"第{character}")
    composer(desk).press("Control+Enter")
    expect(turns(desk)).to_have_count(1)
    assert interview.turns.get().speaker.label == "主持人"


CHOSEN = [(MAC, CTRL, None), (MAC, CTRL, "é"), (WINDOWS, ALT, None), (LINUX, ALT, None)]


@pytest.mark.parametrize(("platform", "modifier", "key"), CHOSEN)
def test_one_key_chooses_the_speaker_on_every_machine(desk_on, platform, modifier, key):
    desk, keyboard = desk_on(platform)
    composer(desk).fill("您好")

    keyboard.digit(modifier, 2, key)

    expect(desk.get_by_role("radio", name="陈安")).to_be_checked()
    expect(composer(desk)).to_have_value("您好")


def test_a_key_of_a_place_where_nobody_sits_does_not_leave_the_page(desk_on):
    desk, keyboard = desk_on(LINUX)
    desk.evaluate("addEventListener('keydown', event => (window.isOurs = event.defaultPrevented))")
    desk.get_by_role("radio", name="陈安").check(force=True)
    composer(desk).focus()

    keyboard.digit(ALT, 9)

    assert desk.evaluate("isOurs")
    expect(desk.get_by_role("radio", name="陈安")).to_be_checked()


def test_an_option_and_enter_types_a_line_on_a_mac_and_publishes_nothing(desk_on, interview, host):
    prepared = interview.prepare(host, "备好的一问")
    desk, keyboard = desk_on(MAC)
    composer(desk).fill("第一段")

    desk.evaluate("addEventListener('keydown', event => (window.isOurs = event.defaultPrevented))")

    keyboard.press(ALT, types="\r", **ENTER)

    assert desk.evaluate("isOurs") is False  # Chromium types the line on a Mac alone
    prepared.refresh_from_db()
    assert prepared.state == "prepared"
    keyboard.press(ALT | META, **ENTER)
    expect(turns(desk).and_(desk.locator(f"#turn-{prepared.pk}[data-state=published]"))).to_have_count(1)
    keyboard.press(META, **ENTER)
    expect_state(desk, "saved")
    expect(turns(desk).filter(has_text="第一段")).to_have_count(1)


SHOWN = [
    (MAC, ["⌃1", "⌃9", "⌥↑", "⌥↓", "⌘↩", "⇧⌘↩", "⌥⌘↩", "↑", "esc", "⌘Z", "?"], "Meta+Enter", "Control+2", "⌃2"),
    (
        WINDOWS,
        ["Alt+1", "Alt+9", "Alt+↑", "Alt+↓", "Ctrl+Enter", "Ctrl+Shift+Enter", "Alt+Enter", "↑", "Esc", "Ctrl+Z", "?"],
        "Control+Enter",
        "Alt+2",
        "Alt+2",
    ),
]


@pytest.mark.parametrize(("platform", "help_", "publish", "second", "tooltip"), SHOWN, ids=["mac", "pc"])
def test_the_keys_are_named_as_they_are_on_the_machine(desk_on, platform, help_, publish, second, tooltip):
    desk, _ = desk_on(platform)

    assert desk.locator(".key-list kbd").all_text_contents() == help_
    assert desk.locator("desk-undo kbd").text_content() in help_
    expect(desk.locator("desk-composer [name=publish]")).to_have_attribute("aria-keyshortcuts", publish)
    expect(desk.get_by_role("radio", name="陈安")).to_have_attribute("aria-keyshortcuts", second)
    expect(desk.locator(".speakers label", has_text="陈安")).to_have_attribute("title", tooltip)


@pytest.mark.parametrize(("modifiers", "character", "moves"), [(0, "j", True), (0, "о", True), (ALT, "∆", False)])
def test_a_reader_goes_to_the_next_turn_by_the_key_j_whatever_its_letter(
    served, window, interview, host, modifiers, character, moves
):
    turn = interview.say(host, "您好")
    page = connected(window(served.here + interview.get_absolute_url()))
    keyboard = Keyboard(page)

    keyboard.types(modifiers, character, "KeyJ")

    focused = page.locator(f"#turn-{turn.pk}:focus")
    expect(focused).to_have_count(1 if moves else 0)
