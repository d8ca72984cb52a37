"""What the newsroom can rely on in every engine from the desk's floor up."""

import pytest
from django.contrib.sessions.models import Session
from PIL import Image

from interviews.models import Interview, Turn
from tests.conftest import NOON

BOX = "desk-composer [name=text]"
PASTE = """((target, type) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 })
    return new Promise(done => canvas.toBlob(blob => {
        const clipboardData = new DataTransfer()
        clipboardData.items.add(new File([blob], "image.png", { type }))
        const paste = new Event("paste", { bubbles: true, cancelable: true })
        done(target.dispatchEvent(Object.assign(paste, { clipboardData }))) // Firefox lets no ClipboardEvent carry it
    }, type))
})(document.querySelector("desk-composer [name=text]"), "image/png")"""


@pytest.fixture(autouse=True)
def _old_enough(engine):
    """The desk asks for more than the reader's page."""
    if engine.name == "Chromium-86":
        pytest.skip("the desk is from Chromium 92 on")


def fill_in(page, user, within=""):
    page.fill(f"{within} [name=username]".strip(), user.username)
    page.fill(f"{within} [name=password]".strip(), "typing-all-day" if not user.is_superuser else "keeps-the-keys")
    page.press("Enter")


@pytest.fixture
def at_desk(window, site):
    """A window in which that user has signed in at the desk of that interview."""

    def at_desk(user, interview, **how):
        page = window(f"{site.here}/desk/{interview.slug}/", **how)
        fill_in(page, user)
        page.see("live-transcript[state=live]")
        return page

    return at_desk


def publish(page, text, speaker="主持人"):
    page.click("desk-composer .speakers label", speaker)
    page.fill(BOX, text)
    page.press("Control+Enter")
    page.until(f"document.querySelector('{BOX}').value === ''", "the text field to be empty")


def is_saved(page, what="saved", **how):
    page.see(f"desk-outbox output[data-state={what}]", **how)


def open_verb(page, turn, verb):
    """Open that form of the turn; where it stands."""
    form = f"#turn-{turn.pk} [data-verb={verb}]"
    if verb == "correct":
        page.click(f"#turn-{turn.pk} [data-opens=correct]")
    else:
        page.click(f"#turn-{turn.pk} [data-opens='']")
        page.click(f"{form} summary")
    page.see(f"{form} form")
    return form


def texts(interview):
    """In the order in which readers read them."""
    return [turn.text for turn in interview.turns.order_by("spoken_at", "pk")]


def test_a_turn_is_published(at_desk, zhou, interview):
    page = at_desk(zhou, interview)
    publish(page, "各位网友大家好。")
    page.see("[data-turns=transcript] .turn", "各位网友大家好。")
    is_saved(page)
    assert texts(interview) == ["各位网友大家好。"]


def test_the_desk_speaks_english(at_desk, zhou, interview, in_english):
    page = at_desk(zhou, interview, language="en")
    page.see("desk-composer [name=publish]", "Publish")
    publish(page, "Good day to all.", "陈安")
    page.see("[data-turns=transcript] .turn", "Good day to all.")


def test_a_turn_is_inserted_where_it_was_said(at_desk, zhou, interview, host, guest):
    turn = interview.say(guest, "后说的")
    page = at_desk(zhou, interview)
    form = open_verb(page, turn, "insert")
    page.fill(f"{form} textarea", "先说的")
    page.click(f"{form} button[name=before]")
    page.see("[data-turns=transcript] .turn", "先说的")
    assert texts(interview) == ["先说的", "后说的"]


def test_a_turn_is_corrected(at_desk, zhou, interview, host):
    turn = interview.say(host, "说错的")
    page = at_desk(zhou, interview)
    form = open_verb(page, turn, "correct")
    page.fill(f"{form} textarea", "说对的")
    page.press("Control+Enter")
    page.see("[data-turns=transcript] .said", "说对的")
    assert texts(interview) == ["说对的"]


def test_a_turn_is_retracted_and_that_is_undone(at_desk, zhou, interview, host):
    turn = interview.say(host, "收回又放出")
    page = at_desk(zhou, interview)
    form = open_verb(page, turn, "retract")
    page.click(f"{form} button.primary")
    page.see(f"#turn-{turn.pk}[data-state=retracted]")
    assert Turn.objects.get().state == "retracted"
    page.click("desk-undo button")
    page.see(f"#turn-{turn.pk}[data-state=published]")


def test_a_prepared_turn_is_moved_and_published(at_desk, zhou, interview, host, guest):
    first, second = interview.prepare(host, "第一问"), interview.prepare(guest, "第二问")
    page = at_desk(zhou, interview)
    page.click(f"#turn-{second.pk} [name=step][value=up]")
    page.until(
        f"document.querySelector('[data-turns=queue] .turn').id === 'turn-{second.pk}'", "the second to come first"
    )
    page.click(f"#turn-{second.pk} [data-release]")
    page.see("[data-turns=transcript] .turn", "第二问")
    first.refresh_from_db()
    assert first.state == "prepared"


def test_what_is_held_for_review_is_published_or_declined(at_desk, zhou, sun, interview, host):
    interview.revise(reviewed=True)
    good, bad = interview.say(host, "可以发", by=sun, held=True), interview.say(host, "不能发", by=sun, held=True)
    page = at_desk(zhou, interview)
    page.click(f"#turn-{good.pk} .verbs > button.primary")
    page.see(f"#turn-{good.pk}[data-state=published]")
    form = open_verb(page, bad, "decline")
    page.fill(f"{form} [name=reason]", "没有出处")
    page.click(f"{form} button.primary")
    page.see(f"#turn-{bad.pk}[data-state=declined]")
    assert bad.events.last().note == "没有出处"


def test_a_draft_is_approved(at_desk, gao, draft):
    draft.revise(starts_at=NOON)
    draft.submit()
    page = at_desk(gao, draft)
    page.click("button[name=seen]")
    page.gone("button[name=seen]")
    assert Interview.objects.get(pk=draft.pk).approved_at


def test_photos_are_chosen_and_pasted(at_desk, zhou, interview, tmp_path):
    Image.effect_noise((640, 480), 60).convert("RGB").save(tmp_path / "river.jpg")
    page = at_desk(zhou, interview)
    page.choose_files("desk-composer [type=file]", tmp_path / "river.jpg")
    page.see("desk-composer desk-photo[data-state=kept]")
    page.evaluate(PASTE)
    page.until(
        "document.querySelectorAll('desk-composer desk-photo[data-state=kept]').length === 2", "both to be uploaded"
    )
    publish(page, "请看两张照片。")
    page.see("[data-turns=transcript] .turn .photos")
    assert interview.turns.get().photos.count() == 2


def test_what_is_typed_without_a_connection_is_sent_when_there_is_one(at_desk, site, zhou, interview):
    page = at_desk(zhou, interview)
    site.kill()
    publish(page, "断网时说的")
    is_saved(page, "waiting")
    page.see("desk-outbox li", "断网时说的")
    site.start()
    is_saved(page, within=40)
    assert texts(interview) == ["断网时说的"]
    page.errors.clear()  # what the browser says of a server that doesn't answer


def test_who_is_signed_out_signs_in_beside_what_is_typed(at_desk, zhou, interview):
    page = at_desk(zhou, interview)
    page.fill(BOX, "正写到一半")
    Session.objects.all().delete()
    page.press("Control+Enter")
    page.see("desk-sign-in [name=username]")
    fill_in(page, zhou, "desk-sign-in")
    page.gone("desk-sign-in")
    page.errors.clear()  # that a request was refused
    is_saved(page)


def test_a_note_reaches_the_others_at_the_desk(at_desk, zhou, sun, interview):
    writes, reads = at_desk(zhou, interview), at_desk(sun, interview)
    writes.fill("desk-notes form [name=text]", "下一位嘉宾到了")
    writes.press("Enter")
    reads.see(".notes", "下一位嘉宾到了")


def test_the_interview_is_ended(at_desk, zhou, interview):
    page = at_desk(zhou, interview)
    page.click(".masthead-steps summary", "结束访谈")
    page.click(".masthead-steps form[action$='/end/'] button.primary")
    page.see("[data-status=ended]")
    assert Interview.objects.get(pk=interview.pk).status == "ended"
