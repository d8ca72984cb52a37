"""What is done at the desk in these tests, and where things stand there."""

from playwright.sync_api import expect

from .test_live import turns


def composer(desk):
    return desk.locator("desk-composer textarea")


def state(desk):
    """The element that shows the outbox's state: saved, saving, waiting, signed-out …"""
    return desk.locator("desk-outbox output")


def expect_state(desk, name, **options):
    expect(state(desk)).to_have_attribute("data-state", name, **options)


def waiting(desk):
    return desk.locator("desk-outbox li")


def type_in(desk, speaker, text):
    desk.get_by_role("radio", name=speaker).check(force=True)
    composer(desk).fill(text)


def publish(desk, speaker, text):
    """Type a turn and publish it, without waiting for the server."""
    type_in(desk, speaker, text)
    composer(desk).press("Control+Enter")
    expect(composer(desk)).to_have_value("")


def open_verb(desk, turn, verb):
    """The form that opens, as by a click on the verb's name."""
    details = turn.locator(f"[data-verb={verb}]")
    if verb == "correct":
        turn.locator("[data-opens=correct]").click()
    else:
        open_all(turn)
        details.locator("summary").click()
    return details


def open_all(turn):
    """All that can be done with the turn, as by a click on ⋯."""
    turn.locator("[data-opens='']").click()
    return turn.locator("turn-verbs")


def open_correction(desk, text):
    box = open_verb(desk, turns(desk).last, "correct").locator("textarea")
    box.fill(text)
    return box


def queue(desk):
    return desk.locator("[data-turns=queue] > .turn")


def send_at_once(form, *texts):
    """Faster than the browser keeps any of them."""
    form.evaluate(
        """async (form, texts) => {
            for (const text of texts) {
                form.elements.text.value = text
                form.requestSubmit()
                await null // the form's own work goes on, the disk's does not
                await null
            }
        }""",
        texts,
    )
