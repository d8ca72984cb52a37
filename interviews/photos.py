"""Turn pictures from cameras and clipboards into what pages show: small enough, without their metadata."""

import re
import uuid
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from threading import Lock
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageCms

from interviews.models import Guest, Host, Interview, Photo, User

MAX_PHOTO_BYTES = 20 * 1024 * 1024
MAX_PHOTO_PIXELS = 40_000_000
FORMATS = ["JPEG", "PNG", "WEBP"]
WIDTHS = [480, 960, 1600]
MAX_WEBP_HEIGHT = 16_383  # pixels
MAX_PORTRAIT_SIZE = (2000, 2000)  # pixels; the square is cut from it
SQUARE_PIXELS = 480
MIN_CROP_PIXELS = 16  # of its side
ORIENTATION_TAG = 0x0112  # in EXIF
UPRIGHT = {  # Pillow's exif_transpose also rewrites the EXIF, and fails if that is odd
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING_ORIENTATIONS = (5, 6, 7, 8)
SRGB = ImageCms.createProfile("sRGB")

one_at_a_time = Lock()  # decoding a big one takes up to 600 MB


def opened(file: Any, most_bytes: int = MAX_PHOTO_BYTES) -> Image.Image:
    """Open a picture after a check of its size and header, before anything is decoded; its name doesn't count.

    Raise ValidationError if it is too big, or no JPEG, PNG or WebP.
    """
    if file.size > most_bytes:
        most = filesizeformat(most_bytes)
        raise ValidationError(_("The photo is bigger than %(most)s: make it smaller.") % {"most": most})
    too_many = _("The photo has more than 40 million pixels: make it smaller.")
    try:
        image = Image.open(file, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(too_many) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise ValidationError(_("The photo must be a JPEG, PNG or WebP image.")) from error
    if image.width * image.height > MAX_PHOTO_PIXELS:
        raise ValidationError(too_many)
    return image


def keep(interview: Interview, key: uuid.UUID, file: Image.Image, by: User) -> Photo:
    with one_at_a_time:
        image = shown(file)
        files = {width: webp(image, width) for width in [*[most for most in WIDTHS if most < image.width], image.width]}
    photo = Photo(interview=interview, key=key, width=image.width, height=image.height, widths=list(files), user=by)
    try:
        photo.keep(files)
    except IntegrityError:  # the same key came twice at once
        return interview.photos.get(key=key)
    return photo


def shown(image: Image.Image, box: tuple[int, int] = (WIDTHS[-1], MAX_WEBP_HEIGHT)) -> Image.Image:
    """Return it upright, in sRGB, on white where it is transparent, within the box; of several pictures the first.

    Raise ValidationError if the file is damaged.
    """
    try:
        orientation = image.getexif().get(ORIENTATION_TAG)
        size = fitting(image.size, box[::-1] if orientation in LYING_ORIENTATIONS else box)
        image.draft(None, size)
        image.load()
    except Exception as error:  # whatever a broken file makes Pillow raise
        raise ValidationError({"file": _("The photo is damaged, or was not copied whole.")}) from error
    small = shrinkable(image).resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
    if orientation in UPRIGHT:
        small = small.transpose(UPRIGHT[orientation])
    return in_srgb(on_paper(small), image.info.get("icc_profile"))


def fitting(size: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    shrink = min(1, box[0] / size[0], box[1] / size[1])
    return max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))


def shrinkable(image: Image.Image) -> Image.Image:
    # into a mode that has colours between two others, which resizing needs
    if image.mode == "I;16":
        return image.point(lambda level: level / 257).convert("L")
    return image.convert("RGBA") if image.mode in ("1", "P") or "transparency" in image.info else image


def on_paper(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    return paper.convert("RGB")


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        with suppress(ImageCms.PyCMSError):  # a broken profile is ignored
            image = ImageCms.profileToProfile(image, BytesIO(profile), SRGB, outputMode="RGB") or image
    return image.convert("RGB")


def webp(image: Image.Image, width: int, quality: int = 80) -> bytes:
    file = BytesIO()
    size = fitting(image.size, (width, MAX_WEBP_HEIGHT))
    image.resize(size, Image.Resampling.LANCZOS).save(file, "WEBP", quality=quality)
    return file.getvalue()


class Crop(NamedTuple):
    """A square, in pixels of the upright photo."""

    left: int
    top: int
    side: int

    def __str__(self) -> str:
        return " ".join(map(str, self))


class Portrait(NamedTuple):
    original: bytes  # WebP; the crop is in its pixels
    square: bytes  # JPEG, since link previews of many sites show no WebP
    crop: str


def portrait(image: Image.Image, typed: str) -> Portrait:
    """Cut the square; `typed` is the crop from the form. Raise ValidationError about `file` or `crop`."""
    with one_at_a_time:
        size = image.size  # of the file: shown() may load it smaller
        upright = shown(image, MAX_PORTRAIT_SIZE)
        crop = crop_in(typed, size[::-1] if image.getexif().get(ORIENTATION_TAG) in LYING_ORIENTATIONS else size)
        crop = scaled(crop, max(upright.size) / max(size), upright.size)
        return Portrait(webp(upright, upright.width, quality=90), cut(upright, crop), str(crop))


def crop_in(typed: str, size: tuple[int, int]) -> Crop:
    width, height = size
    if not typed.strip():
        side = min(size)
        return Crop((width - side) // 2, (height - side) // 3, side)  # above the middle, where faces are
    numbers = re.fullmatch(r"([0-9]{1,5})[\s,]+([0-9]{1,5})[\s,]+([0-9]{1,5})", typed.strip())
    if not numbers:
        message = _("The crop “%(typed)s” is not three whole numbers: left, top and side, in pixels.")
        raise ValidationError({"crop": message % {"typed": typed}})
    crop = Crop(*map(int, numbers.groups()))
    least = min(MIN_CROP_PIXELS, *size)
    if crop.side < least:
        message = _("The crop’s side is %(side)d pixels: it has to be at least %(least)d.")
        raise ValidationError({"crop": message % {"side": crop.side, "least": least}})
    if crop.left + crop.side > width or crop.top + crop.side > height:
        message = _("The crop %(crop)s reaches beyond the photo, which is %(width)d by %(height)d pixels.")
        raise ValidationError({"crop": message % {"crop": crop, "width": width, "height": height}})
    return crop


def scaled(crop: Crop, scale: float, size: tuple[int, int]) -> Crop:
    side = min(max(1, round(crop.side * scale)), *size)
    left, top = (min(round(at * scale), most - side) for at, most in zip(crop[:2], size, strict=True))
    return Crop(left, top, side)


def cut(image: Image.Image, crop: Crop) -> bytes:
    file = BytesIO()
    square = image.crop((crop.left, crop.top, crop.left + crop.side, crop.top + crop.side))
    square.thumbnail((SQUARE_PIXELS, SQUARE_PIXELS), Image.Resampling.LANCZOS)
    square.save(file, "JPEG", quality=85, optimize=True, progressive=True)
    return file.getvalue()


def forget(names: Iterable[str]) -> None:
    for name in filter(None, names):
        has_it = Q(photo=name) | Q(original=name)
        if not any(people.objects.filter(has_it).exists() for people in (Guest, Host)):
            default_storage.delete(name)
