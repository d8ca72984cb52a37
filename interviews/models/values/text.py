"""Clean and check what people type."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .chinese import is_chinese

MAX_TEXT_CHARACTERS = 20_000  # about an hour of one person's speech
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def tidy(text: str) -> str:
    """Return the paragraphs, one a line, without empty lines, spaces around them and control characters."""
    lines = (CONTROL.sub("", line.replace("\t", " ")).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    return " ".join(CONTROL.sub(" ", text).split())


def decoded(data: bytes, gb18030_has: str = "") -> str:
    """Return text that is in UTF-8, with or without a mark, or in GB18030, as programs in China write it.

    GB18030 makes some text of nearly any bytes: `gb18030_has` is what its text must have.
    Raises UnicodeDecodeError if the bytes are neither.
    """
    try:
        return str(data, "utf-8-sig")
    except UnicodeDecodeError:
        text = str(data, "gb18030")
        if gb18030_has not in text:
            raise
        return text


def opening(text: str) -> str:
    words = " ".join(text.split())
    # ten words, or thirty characters of Chinese, which has no spaces between words
    start = " ".join(words.split(" ")[:10])[: 30 if is_chinese(words) else 100]
    return start if start == words else f"{start}…"


def validate_year(at: datetime) -> None:
    if not 1900 <= at.year <= 2200:  # PostgreSQL keeps years that Python can't read back
        raise ValidationError(_("The year has to be between 1900 and 2200."))
