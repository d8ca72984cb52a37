"""Clean and check what people type."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 20_000  # characters; about an hour of one person's speech
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
CHINESE = re.compile(r"[\u3400-\u9fff]")


def tidy(text: str) -> str:
    """Return the paragraphs, one a line, without empty lines, spaces around them and control characters."""
    lines = (CONTROL.sub("", line.replace("\t", " ")).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def is_chinese(text: str) -> bool:
    return bool(CHINESE.search(text))


def one_line(text: str) -> str:
    return " ".join(CONTROL.sub(" ", text).split())


def opening(text: str) -> str:
    """Return the first ten words, or thirty characters of Chinese, which has no spaces between words."""
    words = " ".join(text.split())
    start = " ".join(words.split(" ")[:10])[: 30 if is_chinese(words) else 100]
    return start if start == words else f"{start}…"


def validate_year(at: datetime) -> None:
    if not 1900 <= at.year <= 2200:  # PostgreSQL keeps years that Python can't read back
        raise ValidationError(_("The year has to be between 1900 and 2200."))
