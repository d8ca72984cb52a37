"""The admin crops a portrait in a real browser, by mouse, touch, keys and numbers; pages show what the preview did."""

import shutil
from base64 import b64decode
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.files.base import ContentFile
from PIL import ExifTags, Image, ImageChops, ImageStat
from playwright.sync_api import expect

from tests.test_portraits import BLUE, GREEN, RED, WHITE, encoded, quarters, shows, stored

from .axe import RULES
from .conftest import DESKTOP, PHONE, come_in
from .test_photos import arrived, as_file


@pytest.fixture(autouse=True)
def _no_files_stay():
    yield
    for folder in ("people", "originals"):
        shutil.rmtree(settings.MEDIA_ROOT / folder, ignore_errors=True)


@pytest.fixture
def form(window, served, gao, chen_an):
    """Opens the form of Chen An for Gao."""

    def open_form(**options):
        url = f"{served.here}/admin/interviews/guest/{chen_an.pk}/change/"
        return come_in(window, url, gao, locale="en-GB", **options)

    return open_form


def choose(page, image, format="PNG", **options):
    kind = {"name": "face", "type": f"image/{format.lower()}"}
    page.locator("[name=photo]").set_input_files(as_file(encoded(image, format, **options), **kind))
    expect(square(page)).to_be_visible()


def square(page):
    return page.locator("photo-crop .square")


def numbers(page):
    return page.locator("[name=crop]")


def crop(page):
    return [int(number) for number in numbers(page).input_value().split()]


def scale(page):
    """Pixels of the photo in one of the screen."""
    return page.locator("photo-crop .picture img").evaluate("image => image.naturalWidth / image.clientWidth")


def drag(page, place, right, down):
    """Drag the place by so many pixels of the photo."""
    place.scroll_into_view_if_needed()
    box, pixels = place.bounding_box(), scale(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / pixels / 2, y + down / pixels / 2)
    page.mouse.move(x + right / pixels, y + down / pixels)
    page.mouse.up()


def preview(page):
    """The preview as it is shown, as an image."""
    png = page.locator("photo-crop canvas").first.evaluate("one => one.toDataURL().split(',')[1]")
    return Image.open(BytesIO(b64decode(png))).convert("RGB")


def save(page, person):
    page.locator("[name=_continue]").click()
    page.wait_for_load_state()
    expect(page.locator(".messagelist .success")).to_be_visible()
    person.refresh_from_db()
    return stored(person.photo)


def difference(one, other):
    """The difference of two pictures, as an average over all pixels and colours."""
    both = ImageChops.difference(one, other.convert("RGB").resize(one.size, Image.Resampling.LANCZOS))
    return sum(ImageStat.Stat(both).mean) / 3


def is_close(found, wanted, most=4):
    return all(abs(a - b) <= most for a, b in zip(found, wanted, strict=True))


def test_by_mouse_the_square_is_moved_resized_and_put_where_one_clicks(form, chen_an):
    page = form(viewport=DESKTOP)
    choose(page, quarters((800, 600)))
    assert crop(page) == [100, 0, 600]

    drag(page, square(page).locator("[data-corner='1 1']"), -300, -300)
    assert is_close(crop(page), [100, 0, 300])
    drag(page, square(page), 250, 100)
    assert is_close(crop(page), [350, 100, 300])
    drag(page, square(page), 2000, 2000)
    assert is_close(crop(page), [500, 300, 300])
    drag(page, square(page).locator("[data-corner='0 0']"), -2000, -2000)
    assert is_close(crop(page), [200, 0, 600])
    drag(page, square(page).locator("[data-corner='0 1']"), 400, -400)
    assert is_close(crop(page), [600, 0, 200])
    pixels = scale(page)
    page.locator("photo-crop .picture").click(position={"x": 200 / pixels, "y": 450 / pixels})
    assert is_close(crop(page), [100, 350, 200])
    page.get_by_role("button", name="Larger").click()
    assert crop(page)[2] == 230

    assert shows(save(page, chen_an), *[BLUE] * 4)


def test_by_keys_the_square_is_moved_and_resized_and_said(form, chen_an):
    page = form(viewport=DESKTOP)
    choose(page, quarters((800, 800)))
    square(page).focus()
    for keys, wanted in [
        ("-", [20, 20, 760]),
        ("Shift+ArrowLeft", [40, 40, 720]),
        ("ArrowRight", [60, 40, 720]),
        ("ArrowDown", [60, 60, 720]),
        ("ArrowLeft", [40, 60, 720]),
        ("ArrowUp", [40, 40, 720]),
        ("+", [20, 20, 760]),
        ("Shift+ArrowUp", [0, 0, 800]),
        ("+", [0, 0, 800]),
    ]:
        page.keyboard.press(keys)
        assert crop(page) == wanted, keys
    for _ in range(10):
        page.keyboard.press("-")
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    assert crop(page) == [400, 200, 400]
    expect(square(page)).to_have_attribute("aria-valuetext", "400 from the left, 200 from the top, 400 wide")
    expect(square(page)).to_have_attribute("aria-valuenow", "400")
    expect(square(page)).to_be_focused()

    assert shows(save(page, chen_an), GREEN, GREEN, WHITE, WHITE)


def test_by_touch_the_square_is_dragged_and_put_where_one_taps(form, chen_an):
    page = form(viewport=PHONE, has_touch=True)
    choose(page, quarters((800, 800)))
    numbers(page).fill("0 0 300")
    page.locator("photo-crop .picture").scroll_into_view_if_needed()
    box, pixels = page.locator("photo-crop .picture img").bounding_box(), scale(page)

    page.touchscreen.tap(box["x"] + 600 / pixels, box["y"] + 150 / pixels)
    assert is_close(crop(page), [450, 0, 300], most=8)

    touch = page.context.new_cdp_session(page)
    at = [box["x"] + 600 / pixels, box["y"] + 150 / pixels]
    for kind, down in [("Start", 0), ("Move", 100), ("Move", 250), ("End", None)]:
        points = [] if down is None else [{"x": at[0], "y": at[1] + down / pixels}]
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    assert is_close(crop(page), [450, 250, 300], most=8)


@pytest.mark.parametrize(("size", "orientation"), [((800, 600), 1), ((600, 900), 6), ((2600, 2400), 3)])
def test_the_preview_shows_what_the_server_cuts(form, chen_an, size, orientation):
    page = form(viewport=DESKTOP)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    turned = {1: None, 6: Image.Transpose.ROTATE_90, 3: Image.Transpose.ROTATE_180}[orientation]
    upright = quarters(size)
    lying = upright.transpose(turned) if turned is not None else upright
    choose(page, lying, "JPEG", exif=exif, quality=95)
    square(page).focus()
    for key in ["-"] * 8 + ["ArrowRight"] * 3 + ["ArrowDown"] * 5:
        page.keyboard.press(key)
    seen, wanted = preview(page), crop(page)

    cut = save(page, chen_an)

    assert difference(seen, cut) < 2
    left, top, side = wanted
    assert difference(seen, upright.crop((left, top, left + side, top + side))) < 2
    expect(square(page)).to_be_visible()
    assert difference(preview(page), cut) < 2  # of what is stored now


def test_what_is_stored_is_shown_with_its_crop_and_cropped_anew(form, chen_an):
    page = form(viewport=DESKTOP)
    choose(page, quarters((800, 800)))
    numbers(page).fill("400 0 400")
    assert shows(preview(page), *[GREEN] * 4)
    assert shows(save(page, chen_an), *[GREEN] * 4)

    expect(square(page)).to_have_attribute("aria-valuetext", "400 from the left, 0 from the top, 400 wide")
    assert shows(preview(page), *[GREEN] * 4)
    drag(page, square(page), -400, 0)
    assert shows(preview(page), *[RED] * 4)

    assert shows(save(page, chen_an), *[RED] * 4)


def test_a_form_that_was_only_looked_at_sends_no_crop(form, chen_an):
    chen_an.photo.save("older.png", ContentFile(encoded(quarters((300, 200)), "PNG")))
    page = form(viewport=DESKTOP)
    expect(square(page)).to_be_visible()
    expect(numbers(page)).to_have_value("")
    before = chen_an.photo.name

    save(page, chen_an)

    assert (chen_an.photo.name, chen_an.crop) == (before, "")


def test_a_file_that_is_no_photo_is_told_at_once_and_another_choice_shows_again_what_is_stored(form, chen_an):
    page = form(viewport=DESKTOP)
    choose(page, quarters((800, 800)))
    numbers(page).fill("400 0 400")
    save(page, chen_an)
    told = page.locator("photo-crop .told")

    svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    page.locator("[name=photo]").set_input_files(as_file(svg, "face.svg", "image/svg+xml"))
    expect(told).to_have_text("The photo must be a JPEG, PNG or WebP image.")
    expect(square(page)).to_be_hidden()
    page.locator("[name=photo]").set_input_files(as_file(b"no picture at all", "face.png", "image/png"))
    expect(told).to_have_text("This photo can’t be shown here.")
    page.locator("[name=photo]").set_input_files([])
    expect(told).to_be_empty()
    expect(square(page)).to_be_visible()
    expect(numbers(page)).to_have_value("400 0 400")


def test_a_photo_that_comes_late_does_not_replace_the_one_chosen_after_it(form, chen_an):
    page = form(viewport=DESKTOP)
    page.evaluate(
        """() => {
            const decode = createImageBitmap
            let first = true
            window.createImageBitmap = async blob => {
                if (first) { first = false; await new Promise(done => (window.comeLate = done)) }
                return decode(blob)
            }
        }"""
    )
    for size in ((900, 900), (400, 400)):
        file = as_file(encoded(quarters(size), "PNG"), "face.png", "image/png")
        page.locator("[name=photo]").set_input_files(file)
    expect(numbers(page)).to_have_value("0 0 400")
    page.evaluate("comeLate()")
    page.evaluate("new Promise(done => setTimeout(done, 100))")
    expect(numbers(page)).to_have_value("0 0 400")


def test_without_scripts_the_middle_is_taken_or_what_is_typed(form, chen_an):
    page = form(viewport=DESKTOP, java_script_enabled=False)
    file = as_file(encoded(quarters((800, 600)), "PNG"), "face.png", "image/png")
    page.locator("[name=photo]").set_input_files(file)
    assert shows(save(page, chen_an), RED, GREEN, BLUE, WHITE)
    expect(numbers(page)).to_have_value("100 0 600")
    assert arrived(page.locator(".portrait-now img"))

    numbers(page).fill("0, 0, 300")
    assert shows(save(page, chen_an), *[RED] * 4)

    page.locator("[name=photo-clear]").check()
    page.locator("[name=_continue]").click()
    expect(page.locator(".portrait-now img")).to_have_count(0)
    expect(numbers(page)).to_have_value("")


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_axe_finds_nothing_and_every_target_is_big_enough(form, chen_an, viewport, scheme):
    page = form(viewport=viewport, color_scheme=scheme, bypass_csp=True)  # axe reads imported style sheets by its own
    choose(page, quarters((800, 600)))
    found = Axe().run(page, context="photo-crop", options=RULES).response["violations"]
    assert [(one["id"], node["html"]) for one in found for node in one["nodes"]] == []
    for target in page.locator("photo-crop :is(button, i, label, [type=file])").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 24, target
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_readers_see_the_square_at_its_sizes(form, window, served, chen_an, interview, guest):
    page = form(viewport=DESKTOP)
    choose(page, quarters((800, 600)))
    numbers(page).fill("100 0 600")
    save(page, chen_an)
    interview.say(guest, "大家好。")

    reader = window(served.here + interview.get_absolute_url(), viewport=DESKTOP)
    for image, side in [(".card img", 80), (".turn .speaker img", 36)]:
        assert arrived(reader.locator(image))
        assert reader.locator(image).bounding_box() | {"x": 0, "y": 0} == {
            "x": 0,
            "y": 0,
            "width": side,
            "height": side,
        }
        assert reader.locator(image).evaluate("image => image.naturalWidth / image.naturalHeight") == 1
