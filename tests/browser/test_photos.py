"""Photos at the desk in a real browser: chosen, pasted, dropped, described, published; none is lost on the way."""

import base64
import re
import shutil
from io import BytesIO

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from PIL import Image
from playwright.sync_api import expect

from interviews.photos import MAX_PHOTO_BYTES

from .desks import composer, open_verb
from .test_live import connected, say, turns

SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 3_000_000}  # bytes a second

NO_BLOB = """const put = IDBObjectStore.prototype.put
IDBObjectStore.prototype.put = function (value) {
    if (Object.values(value).some(part => part instanceof Blob))
        throw new DOMException("Error preparing Blob/File data to be stored in object store", "UnknownError")
    return put.call(this, value)
}"""


@pytest.fixture(autouse=True)
def _no_files_stay():
    yield
    shutil.rmtree(settings.MEDIA_ROOT / "turns", ignore_errors=True)


def jpeg(width=640, height=480):
    file = BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(file, "JPEG", quality=80)
    return file.getvalue()


def as_file(content, name="photo.jpg", type="image/jpeg"):
    return {"name": name, "mimeType": type, "buffer": content}


def photos(place):
    return place.locator("desk-photos desk-photo")


def choose(form, *files):
    """Files as they are, or their paths."""
    form.locator("desk-photos [type=file]").set_input_files(list(files))


def arrived(image):
    """Whether it is an image that can be seen; waits for it."""
    image.scroll_into_view_if_needed()
    return image.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")


def expect_kept(place, count=1):
    expect(place.locator("desk-photo[data-state=kept]")).to_have_count(count)
    expect(place.locator("desk-photos[busy]")).to_have_count(0)


def is_ready(desk):
    """Whether the server has all photos of the composer, after what was kept by the browser has come back."""
    return desk.locator("desk-composer desk-photos").evaluate("photos => photos.ready()")


def bring(target, how, content, type="image/jpeg", **texts):
    """Paste or drop the content as a browser does; return whether the page took it."""
    return target.evaluate(
        """(target, [how, content, type, texts]) => {
            const carried = new DataTransfer()
            const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0))
            if (bytes.length) carried.items.add(new File([bytes], "image", { type }))
            for (const [type, text] of Object.entries(texts)) carried.setData("text/" + type, text)
            const about = { bubbles: true, cancelable: true }
            const event = how === "paste"
                ? new ClipboardEvent("paste", { ...about, clipboardData: carried })
                : new DragEvent(how, { ...about, dataTransfer: carried })
            return !target.dispatchEvent(event)
        }""",
        [how, base64.b64encode(content).decode(), type, texts],
    )


def test_a_big_photo_is_uploaded_while_its_turn_is_typed_and_the_readers_see_it(site, window, sign_in, zhou, interview):
    reader = connected(window(site.here + interview.get_absolute_url()))
    desk = connected(sign_in(site, zhou, interview))
    desk.context.new_cdp_session(desk).send("Network.emulateNetworkConditions", SLOW)

    choose(desk.locator("desk-composer"), as_file(jpeg(4000, 3000)))
    expect(photos(desk).locator("progress")).to_be_visible()
    expect(photos(desk).locator("progress")).to_have_attribute("value", re.compile(r"^0\.\d*[1-9]"))
    expect(desk.locator("desk-photos[busy]")).to_have_count(1)
    photos(desk).locator("[name=alt]").fill("清水河的上游")
    say(desk, "陈安", "请看照片。")

    expect(photos(desk.locator("desk-composer"))).to_have_count(0)
    image = turns(reader).last.locator("img[srcset]")
    expect(image).to_have_attribute("alt", "清水河的上游")
    expect(image).to_have_attribute("srcset", re.compile("-480.webp 480w, .*-960.webp 960w, .*-1600.webp 1600w"))
    assert arrived(image)
    expect(turns(desk).last.locator(".said img")).to_have_attribute("alt", "清水河的上游")
    desk.reload()
    assert is_ready(desk)
    expect(photos(desk.locator("desk-composer"))).to_have_count(0)


def test_a_page_does_not_move_when_its_photos_arrive(served, window, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    choose(desk.locator("desk-composer"), as_file(jpeg(900, 600)), as_file(jpeg(300, 400)))
    say(desk, "陈安", "两张照片。")
    reader = window()
    reader.route("**/media/turns/*", lambda route: None)
    with reader.expect_request("**/media/turns/*"):
        reader.goto(served.here + interview.get_absolute_url())
    images = reader.locator(".photo img").all()

    before = [image.bounding_box() for image in images]
    reader.unroute("**/media/turns/*")  # which lets them go

    assert all(arrived(image) for image in images)
    assert [image.bounding_box() for image in images] == before
    assert [round(box["width"] / box["height"], 2) for box in before] == [1.5, 0.75]


def test_an_image_that_is_pasted_is_a_photo_and_text_stays_text(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    box = composer(desk)

    assert not bring(box, "paste", b"", plain="只是文字")
    assert not bring(box, "paste", jpeg(), plain="一段文字", html="<p>一段文字</p>")
    expect(photos(desk)).to_have_count(0)

    assert bring(box, "paste", jpeg())
    assert bring(photos(desk).locator("[name=alt]"), "paste", jpeg(), html="<img src='x'>")
    expect_kept(desk, 2)
    assert interview.photos.count() == 2


def test_a_photo_is_dropped_anywhere_on_the_form_which_shows_that_it_takes_it(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    assert not bring(composer(desk), "dragover", b"", plain="文字")
    assert bring(composer(desk), "dragover", jpeg())
    expect(desk.locator("desk-photos[data-over]")).to_have_count(1)
    assert bring(composer(desk), "drop", jpeg())
    expect(desk.locator("desk-photos[data-over]")).to_have_count(0)
    expect_kept(desk)


@pytest.mark.parametrize("how", ["", NO_BLOB], ids=["", "in a private window of WebKit"])
def test_photos_of_a_turn_not_yet_published_are_there_after_a_reload(served, sign_in, zhou, interview, how):
    desk = connected(sign_in(served, zhou, interview))
    if how:
        desk.add_init_script(how)
        connected(desk.reload() and desk)
    choose(desk.locator("desk-composer"), as_file(jpeg(), "1.jpg"), as_file(jpeg(), "2.jpg"))
    expect_kept(desk, 2)
    photos(desk).last.locator("[name=alt]").fill("写了一半")

    uploads = []
    desk.on("request", lambda request: request.url.endswith("/photos/") and uploads.append(request))
    desk.reload()

    expect_kept(desk, 2)
    expect(photos(desk).last.locator("[name=alt]")).to_have_value("写了一半")
    expect(photos(desk).first.locator("[name=alt]")).to_have_value("")
    assert arrived(photos(desk).last.locator("img"))
    assert not uploads
    photos(desk).first.locator("[data-do=remove]").click()
    say(desk, "主持人", "一张就够了。")
    assert [photo.alt for photo in interview.turns.get().photos.all()] == ["写了一半"]


def test_a_photo_whose_tab_was_closed_before_it_got_through_comes_back_and_goes_on(site, sign_in, zhou, interview):
    desk = connected(sign_in(site, zhou, interview))
    desk.route("**/photos/", lambda route: route.abort("internetdisconnected"))
    choose(desk.locator("desk-composer"), as_file(jpeg()))
    expect(desk.locator("desk-photo[data-state=trying]")).to_have_count(1)
    key = photos(desk).locator("[name=photo]").input_value()
    desk.close()

    desk = desk.context.new_page()
    desk.goto(f"{site.here}/desk/{interview.slug}/")

    expect_kept(desk)
    assert str(interview.photos.get().key) == key


def test_a_photo_that_did_not_get_through_is_sent_again_by_itself_and_its_turn_waits(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    attempts = []

    def fail_twice(route):
        attempts.append(route)
        if len(attempts) == 1:
            route.abort("internetdisconnected")
        elif len(attempts) == 2:
            route.fulfill(status=201, json={"status": "ok"})  # a network that wants one to sign in
        else:
            route.continue_()

    desk.route("**/photos/", fail_twice)
    choose(desk.locator("desk-composer"), as_file(jpeg()))
    expect(photos(desk).locator("[data-do=again]")).to_be_visible()
    say(desk, "主持人", "照片先到。")

    assert len(attempts) == 3
    assert interview.turns.get().photos.count() == 1


def test_a_photo_is_sent_again_when_whoever_was_signed_out_is_signed_in_again(site, sign_in, zhou, interview):
    desk = connected(sign_in(site, zhou, interview))
    sessions, cookies = list(Session.objects.all()), desk.context.cookies()
    Session.objects.all().delete()
    desk.evaluate("document.addEventListener('desk:signed-out', () => document.body.dataset.told = 'yes')")

    choose(desk.locator("desk-composer"), as_file(jpeg()))
    expect(desk.locator("desk-photo[data-state=signed-out]")).to_have_count(1)
    expect(desk.locator("body")).to_have_attribute("data-told", "yes")
    Session.objects.bulk_create(sessions)
    desk.context.add_cookies(cookies)
    state = "document.dispatchEvent(new Event('desk:signed-in')), document.querySelector('desk-photo').dataset.state"
    assert desk.evaluate(state) in ("sending", "kept")

    expect_kept(desk)


def test_what_is_no_photo_is_refused_with_the_reason_and_the_others_go_on(served, sign_in, zhou, interview, tmp_path):
    desk = connected(sign_in(served, zhou, interview))
    with open(tmp_path / "big.jpg", "wb") as too_big:
        too_big.truncate(MAX_PHOTO_BYTES + 1)
    choose(desk.locator("desk-composer"), tmp_path / "big.jpg")
    choose(desk.locator("desk-composer"), as_file(b"GIF89a", "x.gif", "image/gif"), as_file(jpeg()))

    expect_kept(desk)
    refused = desk.locator("desk-photo[data-state=refused]")
    expect(refused.locator("[data-when=refused]")).to_contain_text("须为 JPEG、PNG 或 WebP 图片")
    expect(refused.locator("[data-do=again]")).to_be_hidden()
    expect(desk.locator("desk-photo[data-state=too-big] [data-when=too-big]")).to_be_visible()
    assert not is_ready(desk)
    refused.locator("[data-do=remove]").click()
    desk.locator("desk-photo[data-state=too-big] [data-do=remove]").click()
    assert is_ready(desk)


def test_enter_in_a_description_publishes_nothing_yet(served, sign_in, zhou, interview):
    desk = connected(sign_in(served, zhou, interview))
    composer(desk).fill("还没写完")
    choose(desk.locator("desk-composer"), as_file(jpeg()))
    expect_kept(desk)
    photos(desk).locator("[name=alt]").press("Enter")
    expect(composer(desk)).to_have_value("还没写完")
    with desk.expect_response(re.compile("/turns/")) as answer:
        photos(desk).locator("[name=alt]").press("Control+Enter")
    assert answer.value.status == 201
    assert interview.turns.count() == 1


def test_a_correction_describes_adds_and_takes_away_photos(served, sign_in, zhou, interview, host):
    desk = connected(sign_in(served, zhou, interview))
    choose(desk.locator("desk-composer"), as_file(jpeg()), as_file(jpeg()))
    say(desk, "主持人", "两张照片。")
    turn = turns(desk).last
    expect(turn.locator(".said figcaption")).to_have_count(2)
    correction = open_verb(desk, turn, "correct")
    rows = photos(correction)

    rows.first.locator("[data-do=remove]").click()
    choose(correction, as_file(jpeg(320, 240)))
    expect(rows).to_have_count(2)
    correction.locator("[type=reset]").first.click()
    open_verb(desk, turn, "correct")
    expect(rows).to_have_count(2)

    rows.first.locator("[data-do=remove]").click()
    rows.first.locator("[name=alt]").fill("留下的")
    choose(correction, as_file(jpeg(320, 240)))
    expect(correction.locator("desk-photos[busy]")).to_have_count(0)
    rows.last.locator("[name=alt]").fill("新加的")
    with desk.expect_response(re.compile("/correct/")) as answer:
        rows.last.locator("[name=alt]").press("Control+Enter")

    assert answer.value.status == 200
    expect(turns(desk).last.locator(".said figcaption")).to_have_count(0)
    assert [(photo.alt, photo.width) for photo in interview.turns.get().photos.all()] == [
        ("留下的", 640),
        ("新加的", 320),
    ]
    assert default_storage.exists(interview.photos.last().path(320))
