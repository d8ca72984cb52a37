"""A table in a text file, such as spreadsheets save. Row 1 has the columns' names, by which its separator is known."""

import csv
import io
import re
import unicodedata
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interviews.models.values.text import one_line

SEPARATORS = (",", ";", "\t", "，", "、", "；", "|")
SAYS_ITS_SEPARATOR = re.compile(r"sep=(.)\s*(?:\r\n|\r|\n)", re.I)  # Excel's, above the table


def rows_of(text: str, columns: Collection[str], max_rows: int) -> list[dict[str, str]]:
    """Return the rows' cells by column, an empty row among them so that the others keep their numbers.

    ValidationError says what is wrong with the table as a whole.
    """
    names, *rows = _cells(text, columns)
    while rows and not any(rows[-1]):
        rows.pop()
    _require_known(names, columns)
    if not rows or len(rows) > max_rows:
        raise ValidationError(_("There have to be from 1 to %(most)d rows.") % {"most": max_rows})
    for number, row in enumerate(rows, 2):
        if any(row[len(names) :]):
            raise ValidationError(_("Row %(row)d has more cells than there are columns.") % {"row": number})
    return [dict(zip(names, row + [""] * (len(names) - len(row)), strict=False)) for row in rows]


def _cells(text: str, columns: Collection[str]) -> list[list[str]]:
    if said := SAYS_ITS_SEPARATOR.match(text):
        separator, text = said[1], text[said.end() :]
    else:
        separator = max(SEPARATORS, key=lambda one: len(set(columns) & set(_names(text, one))))
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        words = {"row": len(rows) + 1, "error": error}
        raise ValidationError(_("This is no table: row %(row)d can’t be read (%(error)s).") % words) from error
    names = [_plain(name) for name in rows[0]] if rows else []
    while names and not names[-1]:  # a spreadsheet's columns that somebody has emptied
        names.pop()
    return [names, *rows[1:]]


def _names(text: str, separator: str) -> list[str]:
    first = text.lstrip("\r\n").splitlines()[:1]
    return [_plain(name.strip().strip('"')) for name in first[0].split(separator)] if first else []


def _plain(name: str) -> str:
    return one_line(unicodedata.normalize("NFKC", name)).lower()


def _require_known(names: list[str], columns: Collection[str]) -> None:
    unknown = [name or "“”" for name in names if name not in columns]
    twice = [name for name in columns if names.count(name) > 1]
    words = {"names": ", ".join(unknown or twice), "known": ", ".join(columns)}
    if unknown:
        message = _("Row 1 has to have the columns’ names. Not known: %(names)s. Known: %(known)s.")
    elif twice:
        message = _("Columns that are there twice: %(names)s.")
    elif not {"name", "slug"} & set(names):
        message = _("There has to be a column “name” or “slug”.")
    else:
        return
    raise ValidationError(message % words)
