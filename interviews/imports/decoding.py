"""Find out in which encoding a file was written.

A mark at its start and valid UTF-8 are certain. A file with zeros is UTF-16 or UTF-32, in the order of bytes that gives
it lines. Anything else is guessed.
"""

import codecs
import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .encodings import NotDecoded, Reading, named, read_in, tried
from .guessing import damaged_in, guessed, is_hardly_damaged, makes_sense, readings

MARKS = {  # those of UTF-32 first: that of UTF-16 LE begins like one of them
    codecs.BOM_UTF32_LE: "UTF-32 LE",
    codecs.BOM_UTF32_BE: "UTF-32 BE",
    codecs.BOM_UTF8: "UTF-8",
    codecs.BOM_UTF16_LE: "UTF-16 LE",
    codecs.BOM_UTF16_BE: "UTF-16 BE",
    "\ufeff".encode("gb18030"): "GB18030",
}
SWITCHES = {  # how a file of seven bits a byte goes over to another set than ASCII
    "ISO-2022-JP": re.compile(rb"\x1b\$[@AB]|\x1b\$\(D|\x1b\(J"),
    "ISO-2022-KR": re.compile(rb"\x1b\$\)C"),
    "HZ": re.compile(rb"~\{(?:[!-w][!-~])+~\}"),
}
OTHER_PROGRAMS = {
    b"PK\x03\x04": gettext_lazy("This is a workbook or another packed file, no text: save it as CSV or plain text."),
    b"\xd0\xcf\x11\xe0": gettext_lazy("This is an old Office file, no text: save it as CSV or plain text."),
    b"%PDF": gettext_lazy("This is a PDF, no text: save it as CSV or plain text."),
}
# Two such letters side by side are of no language: they are Chinese that happens to be UTF-8.
NOT_ADJACENT = re.compile(r"(?!ươ|ƯƠ)[\u0180-\u036f\u0460-\u058f]{2}")


def read(data: bytes, encoding: str = "") -> Reading:
    """Read a file in the encoding that somebody has chosen, or else in the one that it seems to be in.

    Raise NotDecoded if it isn't in that encoding, may be in several, or is no text.
    """
    for start, message in OTHER_PROGRAMS.items():
        if data.startswith(start):
            raise NotDecoded(str(message))
    if encoding:
        return _certain(data, named(encoding))
    for mark, name in MARKS.items():
        if data.startswith(mark):
            return _certain(data, name)
    if b"\0" in data:
        return _of_wide_characters(data)
    for name, switch in SWITCHES.items():
        if data.isascii() and switch.search(data) and (found := tried(data, name)):
            return found
    try:
        if not NOT_ADJACENT.search(text := data.decode()):
            return _cleared(Reading("UTF-8", text))
    except UnicodeDecodeError as error:
        if is_hardly_damaged(data.decode(errors="replace")):
            raise NotDecoded(_broken(data, "UTF-8", error)) from error
    possible = readings(data)
    damaged = None if any(map(makes_sense, possible)) else damaged_in(data)
    return _certain(data, damaged) if damaged else _cleared(guessed(data, possible))


def _certain(data: bytes, name: str) -> Reading:
    try:
        return _cleared(read_in(data, name))
    except UnicodeDecodeError as error:
        raise NotDecoded(_broken(data, name, error), readings(data)) from error


def _cleared(reading: Reading) -> Reading:
    """Take the mark away, which some programs write twice."""
    text = reading.text.lstrip("\ufeff")
    if "\0" in text:
        words = {"encoding": reading.encoding, "line": text[: text.index("\0")].count("\n") + 1}
        raise NotDecoded(_("This is no text: as %(encoding)s it has a zero in line %(line)d.") % words)
    return Reading(reading.encoding, text)


def _broken(data: bytes, name: str, error: UnicodeDecodeError) -> str:
    words = {"encoding": name, "line": data[: error.start].decode(error.encoding, "replace").count("\n") + 1}
    if error.end >= len(data):
        return _cut_off(name)
    return _("Line %(line)d isn't %(encoding)s: something in it was written in another encoding.") % words


def _cut_off(name: str) -> str:
    words = {"encoding": name}
    return _("This is %(encoding)s that ends in the middle of a character: the file was cut off.") % words


def _of_wide_characters(data: bytes) -> Reading:
    """UTF-16 or UTF-32 without a mark: read the wrong way round, its spaces and line ends are no characters."""
    names = ["UTF-32 LE", "UTF-32 BE", "UTF-16 LE", "UTF-16 BE"]
    found = [one for name in names if (one := tried(data, name)) and _has_lines(one.text)]
    if found:
        return max(found, key=lambda reading: _familiar(reading.text))
    for name in names[2:]:
        if (cut := tried(data[:-1], name)) and _has_lines(cut.text):
            raise NotDecoded(_cut_off(name))
    raise NotDecoded(_("This is no text in any encoding that is known here: save it as UTF-8."))


def _has_lines(text: str) -> bool:
    return not text.isspace() and any(char in text for char in "\n\r,;:")


def _familiar(text: str) -> float:
    return sum(char.isascii() or "\u3000" <= char <= "\u9fff" for char in text) / len(text)
