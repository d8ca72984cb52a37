"""Clean and check what people type."""

from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .characters import without_invisible
from .chinese import is_chinese

MAX_TEXT_CHARACTERS = 20_000  # about an hour of one person's speech


def tidy(text: str) -> str:
    """Return the paragraphs, one a line, without empty lines and without what can't be seen (characters.py)."""
    return "\n".join(line for line in _lines(text) if line)


def with_gaps(text: str) -> str:
    """Return the lines without what can't be seen, and between them the empty ones."""
    return "\n".join(_lines(text)).strip("\n")


def one_line(text: str) -> str:
    return " ".join(tidy(text).split())


def _lines(text: str) -> Iterator[str]:
    return (without_invisible(line.replace("\t", " ")) for line in text.splitlines())


def opening(text: str) -> str:
    words = " ".join(text.split())
    # ten words, or thirty characters of Chinese, which has no spaces between words
    start = " ".join(words.split(" ")[:10])[: 30 if is_chinese(words) else 100]
    return start if start == words else f"{start}…"


def validate_year(at: datetime) -> None:
    if not 1900 <= at.year <= 2200:  # PostgreSQL keeps years that Python can't read back
        raise ValidationError(_("The year has to be between 1900 and 2200."))
