"""Photos on their way from the desk to the readers."""

import re
import struct
import threading
import time
import uuid
import zlib
from io import BytesIO

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import ExifTags, Image, ImageCms

from interviews import photos
from interviews.models import Interview, Photo

JSON = {"Accept": "application/json"}


pytestmark = [pytest.mark.usefixtures("media"), pytest.mark.slow]


@pytest.fixture
def at_desk(client, sun):
    """Sun's browser, who only types."""
    client.force_login(sun)
    return client


def picture(size=(64, 48), mode="RGB", colour=None):
    return Image.new(mode, size, colour or 0)


def encoded(image, format="JPEG", **options):
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def upload(client, interview, content, key=None, name="photo.jpg"):
    fields = {"key": key or uuid.uuid4(), "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("desk:photo", args=[interview.slug]), fields, headers=JSON)


def uploaded(client, interview, content=None, key=None):
    answer = upload(client, interview, content or encoded(picture()), key)
    assert answer.status_code == 201, answer.content
    return interview.photos.get(key=answer.json()["photo"])


def files(media):
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def shown(photo):
    """The widest of the photo's files, as a reader's browser gets it."""
    with default_storage.open(photo.path(photo.width)) as file:
        image = Image.open(BytesIO(file.read()))
    image.load()
    return image


def is_near(one, other, most=8):
    return all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


def say(client, speaker, *photos, alts=(), key=None):
    what = {"speaker": speaker.pk, "text": "请看照片。", "key": key or uuid.uuid4()}
    what |= {"photo": [photo.key for photo in photos], "alt": alts}
    return client.post(reverse("desk:say", args=[speaker.interview.slug]), what, headers=JSON)


# What comes in


def test_a_photo_is_kept_as_webp_in_the_widths_that_pages_need_and_the_answer_tells_where(at_desk, interview, media):
    key = uuid.uuid4()
    answer = upload(at_desk, interview, encoded(picture((2000, 1000))), key)

    photo = interview.photos.get()
    names = [f"{photo.name.hex}-{width}.webp" for width in (1600, 480, 960)]
    assert (answer.status_code, files(media)) == (201, names)
    assert answer.json() == {
        "photo": str(key),
        "url": f"/media/turns/{names[0]}",
        "srcset": f"/media/turns/{names[1]} 480w, /media/turns/{names[2]} 960w, /media/turns/{names[0]} 1600w",
        "width": 1600,
        "height": 800,
    }
    assert (shown(photo).format, shown(photo).size) == ("WEBP", (1600, 800))


@pytest.mark.parametrize(
    ("size", "widths", "largest"),
    [
        ((1600, 900), [480, 960, 1600], (1600, 900)),
        ((700, 300), [480, 700], (700, 300)),
        ((480, 300), [480], (480, 300)),
        ((3, 2), [3], (3, 2)),
        ((1080, 20_000), [480, 885], (885, 16_383)),
        ((20_000, 2), [480, 960, 1600], (1600, 1)),
    ],
)
def test_no_width_is_wider_than_the_original_and_no_shape_is_too_odd(at_desk, interview, size, widths, largest):
    photo = uploaded(at_desk, interview, encoded(picture(size), "PNG"))
    assert (photo.widths, (photo.width, photo.height), shown(photo).size) == (widths, largest, largest)


def test_where_a_photo_was_taken_and_by_what_is_forgotten_and_it_stands_upright(at_desk, interview):
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Orientation] = "Fengjing", 6
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (31.0, 12.0, 3.5)
    lying = picture((400, 200), colour=(0, 0, 255))
    lying.paste((255, 0, 0), (0, 0, 200, 200))  # what is left here is at the top when it stands

    photo = uploaded(at_desk, interview, encoded(lying, exif=exif, comment="秘密", xmp=b"<x>secret</x>"))

    image = shown(photo)
    assert not image.getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & image.info.keys()
    assert (image.size, (photo.width, photo.height)) == ((200, 400), (200, 400))
    assert is_near(image.getpixel((100, 50)), (255, 0, 0))
    assert is_near(image.getpixel((100, 350)), (0, 0, 255))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_however_the_camera_was_held_the_photo_stands_as_it_was_seen(at_desk, interview, orientation):
    lying = picture((80, 60), colour=(0, 128, 0))
    lying.paste((255, 0, 0), (0, 0, 40, 30))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    width, height = (80, 60) if orientation < 5 else (60, 80)
    corner = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}[orientation]

    image = shown(uploaded(at_desk, interview, encoded(lying, exif=exif, quality=95)))

    assert image.size == (width, height)
    assert is_near(image.getpixel((10 + corner[0] * (width - 20), 10 + corner[1] * (height - 20))), (255, 0, 0), 12)


def test_an_odd_exif_does_not_stop_a_photo(at_desk, interview):
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x01\x0f\0\x05\0\0\0\x01\0\0\0\x02\0\0\0\0"
    assert uploaded(at_desk, interview, encoded(picture((80, 60)), exif=exif)).width == 60


@pytest.mark.parametrize(
    ("content", "colour"),
    [
        (encoded(picture(mode="RGBA", colour=(255, 0, 0, 0)), "PNG"), (255, 255, 255)),
        (encoded(picture(mode="RGBA", colour=(0, 0, 0, 128)), "PNG"), (127, 127, 127)),
        (encoded(picture(mode="LA", colour=(0, 0)), "PNG"), (255, 255, 255)),
        (encoded(picture(colour=(200, 0, 0)).quantize(2), "PNG", transparency=0), (255, 255, 255)),
        (encoded(picture(colour=(9, 9, 9)), "PNG", transparency=(9, 9, 9)), (255, 255, 255)),
        (encoded(picture(mode="RGBA", colour=(255, 0, 0, 0)), "WEBP", lossless=True), (255, 255, 255)),
        (encoded(picture(mode="1", colour=1), "PNG"), (255, 255, 255)),
        (encoded(picture(mode="L", colour=100), "JPEG"), (100, 100, 100)),
        (encoded(picture(mode="I;16", colour=100 * 257), "PNG"), (100, 100, 100)),
        (encoded(picture(mode="CMYK", colour=(0, 255, 255, 0)), "JPEG"), (255, 0, 0)),
        (encoded(picture(colour=(200, 100, 50)), "JPEG", icc_profile=b"broken"), (200, 100, 50)),
    ],
    ids="clear half-clear grey-clear palette key webp bits grey sixteen-bits cmyk broken-profile".split(),
)
def test_every_kind_of_colour_is_shown_as_it_was_meant_on_white_paper(at_desk, interview, content, colour):
    image = shown(uploaded(at_desk, interview, content))
    assert is_near(image.convert("RGB").getpixel((20, 20)), colour)
    assert (image.mode, image.info.get("icc_profile")) == ("RGB", None)


def test_colours_of_another_profile_become_those_of_the_web(at_desk, interview):
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"TEMP").replace(b"bXYZ", b"rXYZ").replace(b"TEMP", b"bXYZ")

    image = shown(uploaded(at_desk, interview, encoded(picture(colour=(255, 0, 0)), "PNG", icc_profile=swapped)))

    assert is_near(image.getpixel((20, 20)), (0, 0, 255))
    assert "icc_profile" not in image.info


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_kept(at_desk, interview, format):
    red, blue = picture(colour=(255, 0, 0)), picture(colour=(0, 0, 255))
    image = shown(uploaded(at_desk, interview, encoded(red, format, save_all=True, append_images=[blue])))
    assert is_near(image.getpixel((20, 20)), (255, 0, 0))
    assert not getattr(image, "is_animated", False)


def test_a_phones_photo_with_a_second_one_inside_is_a_photo(at_desk, interview):
    inside = encoded(picture((300, 200)), "MPO", save_all=True, append_images=[picture((30, 20))])
    assert uploaded(at_desk, interview, inside).width == 300


def test_what_hides_behind_a_photo_is_not_kept(at_desk, interview, media):
    hidden = b"<script>alert(1)</script>"
    uploaded(at_desk, interview, encoded(picture(), comment=hidden) + b"PK\x03\x04" + hidden)
    assert not any(hidden in path.read_bytes() for path in media.rglob("*.webp"))


def test_what_a_photo_is_called_does_not_count(at_desk, interview):
    for name in ("photo.gif", "../../etc/passwd", "照片", "x.svg"):
        assert upload(at_desk, interview, encoded(picture(), "PNG"), name=name).status_code == 201


# What is refused


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_says(width, height):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def webp_that_says(width, height):
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


WRONG_KIND = "须为 JPEG、PNG 或 WebP"
TOO_MANY_PIXELS = "超过 4000 万像素"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xd8\xff" + b"\0" * photos.MAX_PHOTO_BYTES, "20.0"),
        (png_that_says(50_000, 50_000), TOO_MANY_PIXELS),
        (png_that_says(10_000, 10_000), TOO_MANY_PIXELS),
        (png_that_says(8000, 5001), TOO_MANY_PIXELS),
        (webp_that_says(16_383, 16_383), ""),
        (encoded(picture(), "GIF"), WRONG_KIND),
        (b"GIF89a" + encoded(picture()), WRONG_KIND),
        (encoded(picture(), "TIFF"), WRONG_KIND),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', WRONG_KIND),
        (b"%PDF-1.7 and so on", WRONG_KIND),
        (b"\xff\xd8\xff\xe0", WRONG_KIND),
        (encoded(Image.effect_noise((300, 300), 50))[:20_000], ""),
        (encoded(Image.effect_noise((300, 300), 50), "PNG")[:20_000], ""),
        (encoded(Image.effect_noise((300, 300), 50), "WEBP")[:20_000], ""),
        (png_that_says(100, 100), ""),
        (b"", "空"),
    ],
    ids="big 50000² 10000² 8000×5001 webp gif polyglot tiff svg pdf stub jpeg… png… webp… bits… empty".split(),
)
def test_what_is_no_photo_or_too_much_is_refused_at_once_and_nothing_stays(at_desk, interview, media, content, told):
    begun = time.perf_counter()
    answer = upload(at_desk, interview, content)
    assert time.perf_counter() - begun < 3
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])
    assert told in answer.json()["errors"]["file"][0]
    assert not interview.photos.exists()
    assert files(media) == []


@pytest.mark.parametrize("fields", [{}, {"key": uuid.uuid4()}, {"key": "one", "file": "words"}])
def test_an_upload_without_its_key_or_file_is_refused(at_desk, interview, fields):
    assert at_desk.post(reverse("desk:photo", args=[interview.slug]), fields, headers=JSON).status_code == 400


# Once, or not at all


def test_the_same_key_again_is_the_same_photo_and_the_same_answer(at_desk, interview, media):
    key = uuid.uuid4()
    first = upload(at_desk, interview, encoded(picture()), key)
    second = upload(at_desk, interview, encoded(picture((10, 10))), key)
    assert (second.status_code, second.json()) == (201, first.json())
    assert len(files(media)) == interview.photos.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_key_twice_at_once_is_one_photo_and_leaves_no_files(interview, sun, media, monkeypatch):
    both_have_looked = threading.Barrier(2)
    look = photos.keep

    def keep(*args, **kwargs):
        both_have_looked.wait(10)
        return look(*args, **kwargs)

    monkeypatch.setattr(photos, "keep", keep)
    key, answers = uuid.uuid4(), []

    def send():
        client = Client()
        client.force_login(sun)
        answers.append(upload(client, interview, encoded(picture()), key))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(files(media)) == interview.photos.count() == 1


def test_a_photo_that_can_not_be_kept_leaves_neither_a_row_nor_files(at_desk, interview, media, monkeypatch):
    save, saved = FileSystemStorage.save, []

    def full(storage, name, content):
        if saved:
            raise OSError("No space left on device")
        saved.append(save(storage, name, content))

    monkeypatch.setattr(FileSystemStorage, "save", full)
    with pytest.raises(OSError, match="No space"):
        upload(at_desk, interview, encoded(picture((1000, 500))))
    assert saved
    assert files(media) == []
    assert not Photo.objects.exists()


def test_a_photo_without_its_row_leaves_no_files(at_desk, interview, media, monkeypatch):
    def unsaved(*args, **kwargs):
        assert files(media)
        raise RuntimeError("no database")

    monkeypatch.setattr(Photo, "save", unsaved)
    with pytest.raises(RuntimeError, match="no database"):
        upload(at_desk, interview, encoded(picture()))
    assert files(media) == []


# Who may, and what is shown where


@pytest.mark.parametrize("status", ["draft", "scheduled", "live", "ended"])
def test_photos_may_be_prepared_before_and_added_after_the_talk(at_desk, interview, draft, scheduled, status):
    if status == "ended":
        interview.end()
    assert upload(at_desk, draft if status == "draft" else scheduled, encoded(picture())).status_code == 201


def test_who_has_no_rights_keeps_no_photo(client, interview, pan):
    assert upload(client, interview, encoded(picture())).status_code == 401
    client.force_login(pan)
    assert upload(client, interview, encoded(picture())).status_code == 403
    assert not Photo.objects.exists()


def test_a_turns_photos_are_shown_in_their_order_with_their_descriptions(at_desk, client, interview, host):
    one, two = uploaded(at_desk, interview, encoded(picture((2000, 1000)))), uploaded(at_desk, interview)
    assert say(at_desk, host, two, one, alts=["  清的\n河水 ", ""]).status_code == 201

    page = client.get(interview.get_absolute_url()).text

    images = re.findall(r"<img [^>]*>", page)
    assert f'src="{two.url}"' in images[0]
    assert 'alt="清的 河水"' in images[0]
    assert f'src="{one.url}" srcset="{one.srcset}" sizes="' in images[1]
    assert 'width="1600" height="800"' in images[1]
    assert f'<a href="{one.url}">' in page
    desk = at_desk.get(reverse("desk:interview", args=[interview.slug])).text
    assert desk.count("<figcaption>") == 1


def test_the_same_post_twice_is_one_turn_though_its_photos_are_in_a_turn_by_then(at_desk, interview, host):
    photo, key = uploaded(at_desk, interview), uuid.uuid4()
    first, second = (say(at_desk, host, photo, alts=["河"], key=key) for _ in range(2))
    assert (second.status_code, second.json()) == (201, first.json())
    assert interview.turns.count() == 1


def test_a_photo_of_another_interview_or_turn_or_of_nowhere_is_refused(at_desk, interview, draft, host):
    taken = uploaded(at_desk, interview)
    assert say(at_desk, host, taken).status_code == 201
    for photo in (uploaded(at_desk, draft), taken, Photo(key=uuid.uuid4())):
        answer = say(at_desk, host, photo)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["__all__"])
    assert interview.turns.count() == 1


def correct(client, turn, *shown, alts=(), **more):
    what = {"version": turn.version, "text": turn.text, "speaker": turn.speaker_id, **more}
    what |= {"photo": [photo.key for photo in shown], "alt": alts}
    return client.post(reverse("desk:correct", args=[turn.interview.slug, turn.pk]), what, headers=JSON)


def test_a_correction_adds_takes_away_and_describes_photos_if_its_form_had_them(at_desk, interview, host):
    one, two = uploaded(at_desk, interview), uploaded(at_desk, interview)
    say(at_desk, host, one, alts=["一"])
    turn = interview.turns.get()

    assert correct(at_desk, turn, text="改了字。").status_code == 200
    turn.refresh_from_db()
    assert list(turn.photos.all()) == [one]

    assert correct(at_desk, turn, two, alts=["二"], photos=1).status_code == 200
    assert [str(photo) for photo in turn.photos.all()] == ["二"]
    assert interview.events.last().before == {"photos": ["一"]}


def test_a_held_turns_photo_is_shown_to_no_reader(at_desk, client, interview, host):
    photo = uploaded(at_desk, interview)
    Interview.objects.update(reviewed=True)
    say(at_desk, host, photo, alts=["没有发布"])
    assert interview.turns.get().state == "held"
    reader = Client()
    changes = reverse("changes", args=[interview.slug])
    addresses = ["/", interview.get_absolute_url(), f"{changes}?epoch={interview.epoch}&after=0"]
    shown = "".join(reader.get(address).text for address in addresses)
    assert photo.name.hex not in shown
    assert "没有发布" not in shown


def test_a_description_is_text_and_never_markup(at_desk, client, interview, host):
    say(at_desk, host, uploaded(at_desk, interview), alts=['"><script>alert(1)</script>'])
    for address in (interview.get_absolute_url(), reverse("desk:interview", args=[interview.slug])):
        assert "<script>alert" not in at_desk.get(address).text


def test_more_turns_with_photos_ask_the_database_no_more(
    at_desk, client, interview, host, django_assert_max_num_queries
):
    for _ in range(5):
        say(at_desk, host, uploaded(at_desk, interview), uploaded(at_desk, interview))
    with django_assert_max_num_queries(10):
        assert client.get(interview.get_absolute_url()).text.count('<figure class="photo">') == 10


def test_a_readers_browser_may_keep_a_photo_forever_and_run_nothing_of_it(at_desk, client, interview):
    answer = client.get(uploaded(at_desk, interview).url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert set(answer["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Image.open(BytesIO(answer.content)).size == (64, 48)


@pytest.mark.parametrize(
    "name", ["..", "../secret_key", "x.webp", "7d444840-9dc0-11d1-b245-5ffdce74fad2-480.webp", f"{'a' * 32}-480.webp"]
)
def test_only_a_photos_own_name_finds_it(client, db, media, name):
    (media / "turns").mkdir()
    (media / "turns" / "x.webp").write_bytes(b"x")
    assert client.get(f"/media/turns/{name}").status_code == 404


def test_the_desk_knows_what_is_too_big_before_it_is_sent(at_desk, interview):
    page = at_desk.get(reverse("desk:interview", args=[interview.slug])).text
    assert (
        f'data-url="{reverse("desk:photo", args=[interview.slug])}" data-most-bytes="{photos.MAX_PHOTO_BYTES}"' in page
    )
