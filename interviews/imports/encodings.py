"""The encodings that a file may be in: their names, and how a file reads in one of them."""

import codecs
import re
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ENCODINGS = {  # Python's codecs, in the order in which they are tried under this name
    "UTF-8": ("utf-8",),
    "GB18030": ("gb18030",),
    "Big5": ("cp950", "big5hkscs"),
    "Shift_JIS": ("cp932", "shift_jis_2004"),
    "EUC-JP": ("euc_jp",),
    "EUC-KR": ("cp949",),
    "UTF-16 LE": ("utf-16-le",),
    "UTF-16 BE": ("utf-16-be",),
    "UTF-32 LE": ("utf-32-le",),
    "UTF-32 BE": ("utf-32-be",),
    "Windows-1252": ("cp1252",),
    "Windows-1250": ("cp1250",),
    "Windows-1251": ("cp1251",),
    "Windows-1253": ("cp1253",),
    "Windows-1254": ("cp1254",),
    "Windows-1255": ("cp1255",),
    "Windows-1256": ("cp1256",),
    "Windows-1257": ("cp1257",),
    "Windows-1258": ("cp1258",),
    "Windows-874": ("cp874",),
    "ISO-8859-2": ("iso8859-2",),
    "ISO-8859-5": ("iso8859-5",),
    "ISO-8859-6": ("iso8859-6",),
    "ISO-8859-7": ("iso8859-7",),
    "KOI8-R": ("koi8_u",),
    "IBM866": ("cp866",),
    "Mac Roman": ("mac_roman",),
    "ISO-2022-JP": ("iso2022_jp_2",),
    "ISO-2022-KR": ("iso2022_kr",),
    "HZ": ("hz",),
}
WRITTEN_IN = {  # what a list of encodings adds to their names
    "GB18030": gettext_lazy("simplified Chinese, also GBK"),
    "Big5": gettext_lazy("traditional Chinese"),
    "Shift_JIS": gettext_lazy("Japanese"),
    "EUC-JP": gettext_lazy("Japanese"),
    "EUC-KR": gettext_lazy("Korean"),
    "ISO-2022-JP": gettext_lazy("Japanese"),
    "ISO-2022-KR": gettext_lazy("Korean"),
    "HZ": gettext_lazy("simplified Chinese"),
    "Windows-1252": gettext_lazy("western Europe"),
    "Windows-1250": gettext_lazy("central Europe"),
    "Windows-1251": gettext_lazy("Cyrillic"),
    "Windows-1253": gettext_lazy("Greek"),
    "Windows-1254": gettext_lazy("Turkish"),
    "Windows-1255": gettext_lazy("Hebrew"),
    "Windows-1256": gettext_lazy("Arabic"),
    "Windows-1257": gettext_lazy("Baltic"),
    "Windows-1258": gettext_lazy("Vietnamese"),
    "Windows-874": gettext_lazy("Thai"),
}
ALIASES = {"gbk": "GB18030", "gb2312": "GB18030", "big5-hkscs": "Big5", "cp936": "GB18030", "cp950": "Big5"}
SAMPLE_CHARACTERS = 60
NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff\ue000-\uf8ff]")


class Reading(NamedTuple):
    """A text, and the encoding that it was read in: one of ENCODINGS."""

    encoding: str
    text: str

    @property
    def sample(self) -> str:
        """The first line that reads otherwise in another encoding."""
        line = next((line for line in self.text.splitlines() if not line.isascii()), self.text.strip())
        return line if len(line) <= SAMPLE_CHARACTERS else f"{line[:SAMPLE_CHARACTERS]}…"


class NotDecoded(Exception):
    """`readings` are the encodings that a person may choose from; none if it is no text."""

    def __init__(self, message: str, readings: list[Reading] | None = None) -> None:
        super().__init__(message)
        self.readings = readings or []


def read_in(data: bytes, name: str) -> Reading:
    first, *others = ENCODINGS[name]
    for codec in others[::-1]:
        try:
            return Reading(name, data.decode(first))
        except UnicodeDecodeError:
            return Reading(name, data.decode(codec))
    return Reading(name, data.decode(first))


def tried(data: bytes, name: str) -> Reading | None:
    """Return nothing if it isn't in that encoding, or has characters that are in no text."""
    try:
        reading = read_in(data, name)
    except UnicodeDecodeError:
        return None
    return None if NO_TEXT.search(reading.text) else reading


def named(encoding: str) -> str:
    """Return the name in ENCODINGS for one that a person has typed. Raise NotDecoded if it isn't known."""
    known = {without_marks(name): name for name in ENCODINGS}
    known |= {without_marks(alias): name for alias, name in ALIASES.items()}
    known |= {without_marks(codec): name for name, own in ENCODINGS.items() for codec in own}
    try:
        return known.get(without_marks(encoding)) or known[without_marks(codecs.lookup(encoding).name)]
    except LookupError as error:
        words = {"name": encoding, "known": ", ".join(ENCODINGS)}
        raise NotDecoded(_("“%(name)s” is no encoding that is known here. Known are: %(known)s.") % words) from error


def without_marks(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def choices() -> list[tuple[str, str]]:
    """Return the encodings with what is written in them, for a list to choose from."""
    return [(name, described(name)) for name in ENCODINGS]


def described(encoding: str) -> str:
    return f"{encoding} ({WRITTEN_IN[encoding]})" if encoding in WRITTEN_IN else encoding
