"""A person's portrait, from the file that the admin chooses to the square that pages show; bios in both languages."""

import json
import re
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.urls import reverse
from PIL import ExifTags, Image

from interviews import photos
from interviews.imports import bring_in, parse
from interviews.models import Guest, Host, Interview, Speaker

from .newsroom import address, at_desk
from .test_admin import fields, page_of, refused, saved
from .test_exports import exported
from .test_photos import encoded, files, is_near
from .test_plan import NEW, opened, planned

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 60), (30, 60, 200), (250, 250, 250)


pytestmark = [pytest.mark.usefixtures("media"), pytest.mark.slow]


def quarters(size, left_top=RED, right_top=GREEN, left_low=BLUE, right_low=WHITE):
    """A picture whose quarters are told apart by colour."""
    (width, height), image = size, Image.new("RGB", size, left_top)
    image.paste(right_top, (width // 2, 0, width, height // 2))
    image.paste(left_low, (0, height // 2, width // 2, height))
    image.paste(right_low, (width // 2, height // 2, width, height))
    return image


def chosen(image, format="PNG", name="face.png", **options):
    return SimpleUploadedFile(name, encoded(image, format, **options))


def stored(field):
    with default_storage.open(field.name) as file:
        image = Image.open(BytesIO(file.read()))
    image.load()
    return image


def corners(image):
    """The colours of the four quarters."""
    width, height = image.size
    places = [(x, y) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
    return [image.convert("RGB").getpixel(place) for place in places]


def shows(image, *colours):
    return all(is_near(seen, colour) for seen, colour in zip(corners(image), colours, strict=True))


def portrayed(client, person, image=None, **changes):
    saved(client, page_of(person), photo=chosen(image or quarters((800, 600))), **changes)
    person.refresh_from_db()
    return person


# What becomes of a photo


def test_pages_get_the_square_that_was_chosen(keeper, chen_an):
    portrayed(keeper, chen_an, quarters((1000, 800)), crop="250 150 500")

    square = stored(chen_an.photo)
    assert (square.format, square.size) == ("JPEG", (480, 480))
    assert shows(square, RED, GREEN, BLUE, WHITE)
    assert chen_an.crop == "250 150 500"


@pytest.mark.parametrize(
    ("crop", "colours"),
    [("0 0 300", [RED] * 4), ("500 0 300", [GREEN] * 4), ("0 500 300", [BLUE] * 4), ("500 500 300", [WHITE] * 4)],
)
def test_each_corner_of_the_photo_can_be_the_portrait(keeper, chen_an, crop, colours):
    portrayed(keeper, chen_an, quarters((800, 800)), crop=crop)

    assert stored(chen_an.photo).size == (300, 300)
    assert shows(stored(chen_an.photo), *colours)


@pytest.mark.parametrize(
    ("size", "crop"), [((900, 600), "150 0 600"), ((600, 900), "0 100 600"), ((600, 600), "0 0 600")]
)
def test_without_a_crop_it_is_the_middle_or_a_little_above(keeper, chen_an, size, crop):
    portrayed(keeper, chen_an, quarters(size))

    assert chen_an.crop == crop


def test_a_crop_of_a_big_photo_is_that_of_the_smaller_one_that_is_kept(keeper, chen_an):
    portrayed(keeper, chen_an, quarters((4000, 3000)), crop="2000 1500 1500")

    assert stored(chen_an.original).size == (2000, 1500)
    assert chen_an.crop == "1000 750 750"
    assert shows(stored(chen_an.photo), *[WHITE] * 4)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_camera_that_was_held_otherwise_makes_the_same_portrait(keeper, chen_an, orientation):
    upright = quarters((600, 400))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "a camera"
    inverse = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    turn = inverse.get(orientation, photos.UPRIGHT.get(orientation))
    lying = upright.transpose(turn) if turn is not None else upright

    saved(keeper, page_of(chen_an), photo=chosen(lying, "JPEG", exif=exif), crop="300 0 300")
    chen_an.refresh_from_db()

    assert shows(stored(chen_an.original), RED, GREEN, BLUE, WHITE)
    assert shows(stored(chen_an.photo), GREEN, GREEN, WHITE, WHITE)
    assert not stored(chen_an.original).getexif()
    assert not stored(chen_an.photo).getexif()
    assert chen_an.crop == "300 0 300"


def test_a_transparent_photo_stands_on_white(keeper, chen_an):
    portrayed(keeper, chen_an, Image.new("RGBA", (64, 64), (0, 0, 0, 0)))

    assert shows(stored(chen_an.photo), *[(255, 255, 255)] * 4)


# Changing it


def test_another_crop_cuts_the_same_photo_anew_under_another_name(
    keeper, chen_an, media, django_capture_on_commit_callbacks
):
    portrayed(keeper, chen_an, quarters((800, 800)), crop="0 0 400")
    square, original = chen_an.photo.name, chen_an.original.name

    with django_capture_on_commit_callbacks(execute=True):
        saved(keeper, page_of(chen_an), crop="400 400 400")
    chen_an.refresh_from_db()

    assert shows(stored(chen_an.photo), *[WHITE] * 4)
    assert chen_an.original.name == original
    assert chen_an.photo.name != square
    assert files(media) == sorted(name.split("/")[1] for name in (chen_an.photo.name, original))


def test_another_photo_is_not_cut_by_the_crop_of_the_one_before(keeper, chen_an):
    portrayed(keeper, chen_an, quarters((800, 800)), crop="500 500 300")
    portrayed(keeper, chen_an, quarters((300, 200)))

    assert chen_an.crop == "50 0 200"
    assert stored(chen_an.original).size == (300, 200)


def test_who_saves_something_else_leaves_the_portrait_alone(keeper, chen_an, media):
    portrayed(keeper, chen_an, crop="0 0 400")
    before = files(media), chen_an.photo.name

    saved(keeper, page_of(chen_an), notes="来电再约")
    chen_an.refresh_from_db()

    assert (files(media), chen_an.photo.name, chen_an.crop) == (*before, "0 0 400")


def test_an_older_portrait_without_its_photo_can_be_cropped(keeper, chen_an, media, django_capture_on_commit_callbacks):
    chen_an.photo.save("chen-an.png", ContentFile(encoded(quarters((400, 600)), "PNG")))
    assert chen_an.photo.url in keeper.get(page_of(chen_an)).content.decode().split("data-picture=")[1][:100]

    with django_capture_on_commit_callbacks(execute=True):
        saved(keeper, page_of(chen_an), crop="200 300 200")
    chen_an.refresh_from_db()

    assert shows(stored(chen_an.photo), *[WHITE] * 4)
    assert stored(chen_an.original).size == (400, 600)
    assert len(files(media)) == 2


def test_taken_away_the_photo_its_square_and_its_crop_are_gone(
    keeper, chen_an, media, django_capture_on_commit_callbacks
):
    portrayed(keeper, chen_an, crop="0 0 400")

    with django_capture_on_commit_callbacks(execute=True):
        saved(keeper, page_of(chen_an), **{"photo-clear": "on"})
    chen_an.refresh_from_db()

    assert (chen_an.photo, chen_an.original, chen_an.crop) == ("", "", "")
    assert files(media) == []


def test_a_photo_that_somebody_else_has_as_well_stays(
    keeper, chen_an, qiao_mei, media, django_capture_on_commit_callbacks
):
    portrayed(keeper, chen_an)
    Guest.objects.filter(pk=qiao_mei.pk).update(photo=chen_an.photo.name, original=chen_an.original.name)

    with django_capture_on_commit_callbacks(execute=True):
        saved(keeper, page_of(chen_an), **{"photo-clear": "on"})

    assert len(files(media)) == 2


def test_with_the_person_the_photo_is_deleted(keeper, media, django_capture_on_commit_callbacks):
    portrayed(keeper, person := Guest.objects.create(name="乔梅"))

    with django_capture_on_commit_callbacks(execute=True):
        keeper.post(page_of(person, "delete"), {"post": "yes"})

    assert not Guest.objects.exists()
    assert files(media) == []


def test_a_save_that_fails_leaves_the_row_and_its_portrait_as_they_were(keeper, chen_an, monkeypatch):
    portrayed(keeper, chen_an, crop="0 0 400")
    before = (chen_an.photo.name, chen_an.original.name, chen_an.crop)

    def refuse(execute, sql, params, many, context):
        if sql.startswith('UPDATE "interviews_guest"'):
            raise DatabaseError("no room")
        return execute(sql, params, many, context)

    sent = fields(keeper, page_of(chen_an))
    with connection.execute_wrapper(refuse), pytest.raises(DatabaseError):
        keeper.post(page_of(chen_an), {**sent, "photo": chosen(quarters((300, 200)))})
    chen_an.refresh_from_db()

    assert (chen_an.photo.name, chen_an.original.name, chen_an.crop) == before
    assert stored(chen_an.photo).size == (400, 400)


# What is refused


@pytest.mark.parametrize(
    ("crop", "told"),
    [
        ("0 0 601", "The crop 0 0 601 reaches beyond the photo, which is 800 by 600 pixels."),
        ("701 0 100", "reaches beyond the photo"),
        ("0 501 100", "reaches beyond the photo"),
        ("0 0 15", "The crop’s side is 15 pixels: it has to be at least 16."),
        ("-1 0 100", "is not three whole numbers"),
        ("1 2", "is not three whole numbers"),
        ("1 2 3 4", "is not three whole numbers"),
        ("0 0 10.5", "is not three whole numbers"),
        ("0 0 ١٠٠", "is not three whole numbers"),
        ("999999 0 100", "is not three whole numbers"),
        ("middle", "The crop “middle” is not three whole numbers: left, top and side, in pixels."),
    ],
)
def test_a_crop_that_does_not_fit_is_refused_with_words_and_changes_nothing(keeper, chen_an, media, crop, told):
    assert told in refused(keeper, page_of(chen_an), photo=chosen(quarters((800, 600))), crop=crop)
    chen_an.refresh_from_db()
    assert not chen_an.photo
    assert files(media) == []

    portrayed(keeper, chen_an)
    before = chen_an.photo.name
    assert told in refused(keeper, page_of(chen_an), crop=crop)
    chen_an.refresh_from_db()
    assert chen_an.photo.name == before


def test_without_a_photo_there_is_nothing_to_crop(keeper, chen_an):
    assert "There is no photo to be cropped." in refused(keeper, page_of(chen_an), crop="0 0 100")


def test_a_drawing_is_shown_and_not_cropped(keeper, chen_an):
    chen_an.photo.save("chen-an.svg", ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    assert 'data-picture=""' in keeper.get(page_of(chen_an)).content.decode()
    assert "must be a JPEG, PNG or WebP" in refused(keeper, page_of(chen_an), crop="0 0 100")


def test_a_photo_whose_file_is_gone_is_missed_with_words(keeper, chen_an):
    portrayed(keeper, chen_an)
    default_storage.delete(chen_an.original.name)

    assert keeper.get(reverse("admin:interviews_guest_original", args=[chen_an.pk])).status_code == 404
    assert "file is missing: choose it again" in refused(keeper, page_of(chen_an), crop="0 0 100")


def test_a_photo_that_was_not_copied_whole_is_refused_with_words(keeper, chen_an):
    whole = encoded(Image.effect_noise((400, 400), 60).convert("RGB"), "PNG")
    assert "damaged" in refused(
        keeper, page_of(chen_an), photo=SimpleUploadedFile("face.png", whole[: len(whole) // 2])
    )


def test_when_something_else_is_wrong_the_form_asks_for_the_photo_again(keeper, chen_an):
    portrayed(keeper, chen_an, crop="0 0 400")

    page = refused(keeper, page_of(chen_an), photo=chosen(quarters((100, 100))), crop="0 0 50", name="")

    assert "Choose the photo again" in page
    assert re.search(r'name="crop" value="0 0 400"', page)  # of the one that stands
    assert reverse("admin:interviews_guest_original", args=[chen_an.pk]) in page


def test_a_photo_of_twenty_megabytes_is_taken_and_one_byte_more_is_not(keeper, chen_an, monkeypatch):
    content = encoded(quarters((64, 64)), "PNG")
    monkeypatch.setattr(photos.opened, "__defaults__", (len(content),))
    saved(keeper, page_of(chen_an), photo=SimpleUploadedFile("face.png", content))
    assert "is bigger than" in refused(keeper, page_of(chen_an), photo=SimpleUploadedFile("face.png", content + b"0"))
    assert photos.MAX_PHOTO_BYTES == 20 * 1024 * 1024


# Who sees it


def original_of(person):
    return reverse(f"admin:interviews_{person._meta.model_name}_original", args=[person.pk])


def test_the_photo_as_it_came_is_shown_to_whoever_may_see_the_person(keeper, chen_an, lin_yue):
    for person in (chen_an, lin_yue):
        portrayed(keeper, person)
        answer = keeper.get(original_of(person))
        assert answer["Content-Type"] == "image/webp"
        assert Image.open(BytesIO(answer.content)).size == (800, 600)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "private" in answer["Cache-Control"]
        assert "no-store" in answer["Cache-Control"]


def test_the_photo_as_it_came_is_private(keeper, client, chen_an, pan, zhou):
    portrayed(keeper, chen_an)
    client.logout()
    assert client.get(original_of(chen_an)).status_code == 302
    assert client.get(f"/media/{chen_an.original.name}").status_code == 404
    assert client.get(f"/media/people/../{chen_an.original.name}").status_code == 404
    for user in (pan, zhou):
        user.is_staff = True
        user.save()
        user.groups.clear()
        client.force_login(user)
        assert client.get(original_of(chen_an)).status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_photo_as_it_came_is_only_read(keeper, chen_an, method):
    portrayed(keeper, chen_an)
    assert getattr(keeper, method)(original_of(chen_an)).status_code == 405


def test_of_nobody_and_of_who_has_none_there_is_no_photo(keeper, chen_an):
    assert keeper.get(original_of(chen_an)).status_code == 404
    chen_an.pk = 999
    assert keeper.get(original_of(chen_an)).status_code == 404


def test_readers_get_the_square(keeper, client, chen_an, interview, guest):
    portrayed(keeper, chen_an)
    client.logout()
    interview.say(guest, "大家好。")

    page = client.get(interview.get_absolute_url()).content.decode()

    assert page.count(f'<img src="{chen_an.photo.url}" width="96" height="96"') == 1
    assert f'<img src="{chen_an.photo.url}" width="36" height="36"' in page
    assert f'<meta property="og:image" content="http://testserver{chen_an.photo.url}">' in page
    assert re.fullmatch(r"/media/people/[0-9a-f]{32}\.jpg", chen_an.photo.url)
    answer = client.get(chen_an.photo.url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert chen_an.original.name not in page


# Bios


@pytest.fixture
def bilingual(chen_an):
    Guest.objects.filter(pk=chen_an.pk).update(bio_zh="修了二十年河。", bio_en="Twenty years of rivers.")
    return chen_an


ZH = '<div class="bio" lang="zh" dir="auto"><p dir="auto">修了二十年河。</p></div>'
EN = '<div class="bio" lang="und-Latn" dir="auto"><p dir="auto">Twenty years of rivers.</p></div>'


def test_a_persons_page_has_the_bio_in_the_visitors_language(client, bilingual, interview):
    def page(language):
        return client.get(bilingual.get_absolute_url(), headers={"accept-language": language})

    assert ZH in page("zh-CN").content.decode()
    assert EN not in page("zh-CN").content.decode()
    assert EN in page("en-GB").content.decode()
    assert page("zh-CN")["ETag"] != page("en-GB")["ETag"]
    assert "Accept-Language" in page("en-GB")["Vary"]


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_a_bio_in_one_language_is_shown_in_it_to_everybody(client, chen_an, interview, language):
    page = client.get(chen_an.get_absolute_url(), headers={"accept-language": language}).content.decode()
    assert ZH in page


@pytest.mark.parametrize(("spoken", "bio"), [("zh-hans", "修了二十年河。"), ("en", "Twenty years of rivers.")])
def test_an_interviews_page_has_the_bio_in_the_interviews_language(client, bilingual, interview, spoken, bio):
    interview.revise(language=spoken)

    def page(language):
        return client.get(interview.get_absolute_url(), headers={"accept-language": language})

    assert f'<div class="bio" dir="auto"><p dir="auto">{bio}</p></div>' in page("en-GB").content.decode()
    assert page("zh-CN").content == page("en-GB").content
    assert "Accept-Language" not in page("zh-CN").get("Vary", "")


def test_a_bio_in_another_language_than_the_pages_says_so(client, chen_an, interview):
    interview.revise(language="en")
    assert ZH in client.get(interview.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("spoken", "bio"), [("zh-hans", "修了二十年河。"), ("en", "Twenty years of rivers.")])
def test_in_text_the_bio_is_in_the_interviews_language_and_in_json_in_both(bilingual, interview, spoken, bio):
    interview.revise(language=spoken)
    assert bio in exported(interview.slug)
    data = json.loads(exported(interview.slug, "--format", "json"))
    assert data["speakers"][1]["bio"] == {"zh-Hans": "修了二十年河。", "en": "Twenty years of rivers."}


# The organisation of that day


@pytest.fixture
def moved_on(chen_an, interview, guest):
    """Chen An has another post since."""
    interview.say(guest, "大家好。")
    Guest.objects.filter(pk=chen_an.pk).update(title="院士", organisation="水利学院", bio_zh="河的一生。")
    return chen_an


def test_an_interview_keeps_the_title_and_organisation_of_its_day(client, moved_on, interview):
    page = client.get(interview.get_absolute_url()).content.decode()
    assert '<span dir="auto">河道工程师</span> <span dir="auto">东河水务</span>' in page
    assert "水利学院" not in page
    assert "院士" not in page


@pytest.mark.parametrize("format", ["txt", "md", "json", "html"])
def test_every_export_has_the_organisation_of_the_day(moved_on, interview, format):
    text = exported(interview.slug, "--format", format)
    assert "东河水务" in text
    assert "水利学院" not in text
    assert "院士" not in text


def test_a_persons_page_has_todays_post_above_and_that_days_at_the_appearance(client, moved_on, interview):
    page = client.get(moved_on.get_absolute_url()).content.decode()
    head, appearances = page.split('id="appearances"')
    assert "水利学院" in head
    assert "东河水务" not in head
    assert '<span lang="zh" dir="auto">河道工程师</span> <span lang="zh" dir="auto">东河水务</span></p>' in appearances


def test_at_the_desk_the_organisation_of_the_day_is_planned(zhou, chen_an):
    known = {"name": "陈安", "organisation": "东河水务（筹）"}
    new = {"name": "苏木", "title": "站长", "organisation": "水文站"}
    answer = at_desk(zhou).post(NEW, planned(guests=[known, new, "乔梅"]))
    assert answer.status_code == 303

    seats = Speaker.objects.filter(interview=Interview.objects.get())
    assert list(seats.values_list("label", "title", "organisation")) == [
        ("陈安", "河道工程师", "东河水务（筹）"),
        ("苏木", "站长", "水文站"),
        ("乔梅", "", ""),
    ]
    chen_an.refresh_from_db()
    assert chen_an.organisation == "东河水务"
    assert Guest.objects.get(name="苏木").organisation == "水文站"


def test_at_the_desk_the_organisation_of_the_day_is_corrected(zhou, interview, guest, chen_an):
    desk, seq = at_desk(zhou), interview.seq
    sent = opened(desk, interview)
    assert sent[f"seat-{guest.pk}-organisation"] == "东河水务"
    assert desk.post(address("edit", interview), sent | {f"seat-{guest.pk}-organisation": "水文站"}).status_code == 303

    guest.refresh_from_db()
    assert guest.organisation == "水文站"
    assert interview.events.get(seq__gt=seq).kind == "recast"
    chen_an.refresh_from_db()
    assert chen_an.organisation == "东河水务"


def test_a_name_with_another_organisation_may_be_somebody_else_and_is_asked_for(zhou, chen_an):
    answer = at_desk(zhou).post(NEW, planned(guests=[{"name": "陈安", "organisation": "第一中学"}]))
    assert answer.status_code == 400
    assert "guests-0-who" in answer.text


def test_in_the_admin_a_new_seat_has_todays_organisation_and_an_old_one_keeps_its_own(
    keeper, interview, guest, chen_an
):
    Guest.objects.filter(pk=chen_an.pk).update(organisation="水利学院")
    other = Guest.objects.create(name="苏木", organisation="水文站")
    row = {"speakers-TOTAL_FORMS": 4, "speakers-3-guest": other.pk, "speakers-3-order": 4}

    saved(keeper, page_of(interview), **row)

    assert interview.speakers.get(guest=other).organisation == "水文站"
    guest.refresh_from_db()
    assert guest.organisation == "东河水务"


def test_an_imported_guest_has_the_organisation_that_the_card_names(db, chen_an):
    page = "河水\n日期:2016-05-04 主持人:林悦\n【12:00:00】\n陈安\n大家好。\n陈安\n陈安\n{}\n"
    named = bring_in(parse(page.format("东河水务总工程师。")))
    assert named.speakers.get(guest=chen_an).organisation == "东河水务"


def test_an_imported_host_has_not_todays_organisation(db, lin_yue):
    Host.objects.update(organisation="今日新闻网")
    page = "河水\n日期:2016-05-04 主持人:林悦\n【12:00:00】\n主持人\n大家好。\n"
    assert bring_in(parse(page)).speakers.get(host=lin_yue).organisation == ""
