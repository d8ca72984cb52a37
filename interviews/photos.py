"""What cameras and clipboards give becomes what pages show: WebP in a few widths, and nothing else in it."""

import uuid
from contextlib import suppress
from io import BytesIO
from threading import Lock
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageCms

from interviews.models import Interview, Photo, User

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 40_000_000
FORMATS = ["JPEG", "PNG", "WEBP"]
WIDTHS = [480, 960, 1600]
TALLEST = 16_383  # WebP has no more rows
ORIENTATION = 0x0112  # in EXIF
UPRIGHT = {  # Pillow's own exif_transpose also writes the EXIF anew, and fails where that is odd
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = (5, 6, 7, 8)
SRGB = ImageCms.createProfile("sRGB")

one_at_a_time = Lock()  # decoding a big one takes up to 600 MB


def opened(file: Any, most_bytes: int = MOST_BYTES) -> Image.Image:
    """By its size and its header, before anything is decoded; what the file is called doesn't count."""
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
    if image.width * image.height > MOST_PIXELS:
        raise ValidationError(too_many)
    return image


def keep(interview: Interview, key: uuid.UUID, file: Image.Image, by: User) -> Photo:
    """The same key twice at once is one photo."""
    with one_at_a_time:
        image = shown(file)
        files = {width: webp(image, width) for width in [*[most for most in WIDTHS if most < image.width], image.width]}
    photo = Photo(interview=interview, key=key, width=image.width, height=image.height, widths=list(files), user=by)
    try:
        photo.keep(files)
    except IntegrityError:
        return interview.photos.get(key=key)
    return photo


def shown(image: Image.Image) -> Image.Image:
    """No wider than pages need it, upright, in sRGB, on white paper where it is transparent; of several the first."""
    try:
        orientation = image.getexif().get(ORIENTATION)
        size = fitting(image.size, (TALLEST, WIDTHS[-1]) if orientation in LYING else (WIDTHS[-1], TALLEST))
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
    """In colours between which there are others."""
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
        with suppress(ImageCms.PyCMSError):  # of a broken profile nothing can be known
            image = ImageCms.profileToProfile(image, BytesIO(profile), SRGB, outputMode="RGB") or image
    return image.convert("RGB")


def webp(image: Image.Image, width: int) -> bytes:
    file = BytesIO()
    size = fitting(image.size, (width, TALLEST))
    image.resize(size, Image.Resampling.LANCZOS).save(file, "WEBP", quality=80)
    return file.getvalue()
