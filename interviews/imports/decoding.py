"""Find out in which encoding a file was written.

A mark at its start and valid UTF-8 are certain. Anything else chardetng guesses, as browsers do for pages that don't
say. It is asked as well what it would take the file for in other countries: where that makes sense too and the file is
too short to tell, a person has to choose.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from chardetng_py import EncodingDetector
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
}
WRITTEN_IN = {  # what a list of encodings adds to their names
    "GB18030": gettext_lazy("simplified Chinese, also GBK"),
    "Big5": gettext_lazy("traditional Chinese"),
    "Shift_JIS": gettext_lazy("Japanese"),
    "EUC-JP": gettext_lazy("Japanese"),
    "EUC-KR": gettext_lazy("Korean"),
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
MARKS = {  # those of UTF-32 first: that of UTF-16 LE begins like one of them
    codecs.BOM_UTF32_LE: "UTF-32 LE",
    codecs.BOM_UTF32_BE: "UTF-32 BE",
    codecs.BOM_UTF8: "UTF-8",
    codecs.BOM_UTF16_LE: "UTF-16 LE",
    codecs.BOM_UTF16_BE: "UTF-16 BE",
    "\ufeff".encode("gb18030"): "GB18030",
}
OTHER_PROGRAMS = {
    b"PK\x03\x04": gettext_lazy("This is a workbook or another packed file, no text: save it as CSV or plain text."),
    b"\xd0\xcf\x11\xe0": gettext_lazy("This is an old Office file, no text: save it as CSV or plain text."),
    b"%PDF": gettext_lazy("This is a PDF, no text: save it as CSV or plain text."),
}
LATER_THAN = {  # what Windows has made of a standard: nearly all that is said to be in the latter is in the former
    "ISO-8859-2": "Windows-1250",
    "ISO-8859-5": "Windows-1251",
    "ISO-8859-6": "Windows-1256",
    "ISO-8859-7": "Windows-1253",
}
GUESSED = {"windows-874": "Windows-874", "cp874": "Windows-874", "koi8-u": "KOI8-R"} | {
    name.lower(): name for name in ENCODINGS
}
ALIASES = {"gbk": "GB18030", "gb2312": "GB18030", "big5-hkscs": "Big5", "cp936": "GB18030", "cp950": "Big5"}
COUNTRIES = [b"cn", b"tw", b"jp", b"kr", b"ru", b"gr", b"il", b"sa", b"th", b"pl", b"tr", b"de"]  # as web addresses end
LONG_ENOUGH_BYTES = 12  # beyond ASCII: with more, nearly every guess is right
A_WORD_BYTES = 8  # the same in an alphabet that isn't Latin, of which nearly every byte tells
MAX_RARE_SHARE = 0.34  # of the letters beyond ASCII
SAMPLE_CHARACTERS = 60
COMMON = {  # where each set has its punctuation and the characters that were thought common when it was made
    "GB18030": ("gb2312", {0xA1, 0xA3, *range(0xB0, 0xD8)}),
    "Big5": ("big5", {0xA1, 0xA2, *range(0xA4, 0xC7)}),
    "Shift_JIS": ("euc_jp", {0xA1, 0xA3, 0xA4, 0xA5, *range(0xB0, 0xD0)}),
    "EUC-JP": ("euc_jp", {0xA1, 0xA3, 0xA4, 0xA5, *range(0xB0, 0xD0)}),
    "EUC-KR": ("euc_kr", {0xA1, 0xA3, *range(0xB0, 0xC9)}),
}
BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff\ue000-\uf8ff]")
WORD = re.compile(r"[^\s,;.:：，。、]+")
# In a short file these may be another language's letters: ñ, û and è are ń, ű and č in the encoding of central Europe.
DOUBTFUL = {
    "Windows-1252": re.compile("[ÞþÐðÝýêæûõñèãøå¹]"),
    "Windows-1250": re.compile("[ńőăđţęćűčřĺł]"),
    "Windows-1257": re.compile("[^\x00-\x7f]"),
}
OPENING = "“‘„•†‡‰"  # which no letter goes before
CASELESS = ("Windows-1255", "Windows-1256", "ISO-8859-6", "Windows-874")
LATIN = ("Windows-1252", "Windows-1250", "Windows-1254", "Windows-1257", "Windows-1258", "ISO-8859-2", "Mac Roman")
NOT_ADJACENT = re.compile(
    r"(?!ươ|ƯƠ)[\u0180-\u036f\u0460-\u058f]{2}"
)  # of no language; of Chinese that happens to be UTF-8


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
    try:
        if not NOT_ADJACENT.search(text := data.decode()):
            return _cleared(Reading("UTF-8", text))
    except UnicodeDecodeError as error:
        if _is_nearly_utf8(data):
            raise NotDecoded(_broken(data, "UTF-8", error)) from error
    return _guessed(data)


def named(encoding: str) -> str:
    """Return the name in ENCODINGS for one that a person has typed. Raise NotDecoded if it isn't known."""
    known = {plain(name): name for name in ENCODINGS} | {plain(alias): name for alias, name in ALIASES.items()}
    known |= {plain(codec): name for name, own in ENCODINGS.items() for codec in own}
    try:
        return known.get(plain(encoding)) or known[plain(codecs.lookup(encoding).name)]
    except LookupError as error:
        words = {"name": encoding, "known": ", ".join(ENCODINGS)}
        raise NotDecoded(_("“%(name)s” is no encoding that is known here. Known are: %(known)s.") % words) from error


def plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def choices() -> list[tuple[str, str]]:
    """Return the encodings with what is written in them, for a list to choose from."""
    return [(name, described(name)) for name in ENCODINGS]


def described(encoding: str) -> str:
    return f"{encoding} ({WRITTEN_IN[encoding]})" if encoding in WRITTEN_IN else encoding


def _certain(data: bytes, name: str) -> Reading:
    try:
        return _cleared(_read_in(data, name))
    except UnicodeDecodeError as error:
        raise NotDecoded(_broken(data, name, error), _readings(data)) from error


def _read_in(data: bytes, name: str) -> Reading:
    first, *others = ENCODINGS[name]
    for codec in others[::-1]:
        try:
            return Reading(name, data.decode(first))
        except UnicodeDecodeError:
            return Reading(name, data.decode(codec))
    return Reading(name, data.decode(first))


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


def _is_nearly_utf8(data: bytes) -> bool:
    text = data.decode(errors="replace")
    whole = sum(not char.isascii() for char in text) - text.count("\ufffd")
    is_only_cut_off = whole > 0 and text.find("\ufffd") == len(text) - 1
    return is_only_cut_off or whole >= 4 * text.count("\ufffd")


def _of_wide_characters(data: bytes) -> Reading:
    """UTF-16 or UTF-32 without a mark: read the wrong way round, its spaces and line ends are no characters."""
    names = ["UTF-32 LE", "UTF-32 BE", "UTF-16 LE", "UTF-16 BE"]
    found = [one for name in names if (one := _tried(data, name)) and _has_lines(one.text)]
    if found:
        return max(found, key=lambda reading: _familiar(reading.text))
    for name in names[2:]:
        if (cut := _tried(data[:-1], name)) and _has_lines(cut.text):
            words = {"encoding": name}
            raise NotDecoded(
                _("This is %(encoding)s that ends in the middle of a character: the file was cut off.") % words
            )
    raise NotDecoded(_("This is no text in any encoding that is known here: save it as UTF-8."))


def _has_lines(text: str) -> bool:
    return not NO_TEXT.search(text) and not text.isspace() and any(char in text for char in "\n\r,;:")


def _familiar(text: str) -> float:
    return sum(char.isascii() or "\u3000" <= char <= "\u9fff" for char in text) / len(text)


def _guessed(data: bytes) -> Reading:
    readings = _readings(data)
    if not readings:
        raise NotDecoded(_("This is no text in any encoding that is known here: save it as UTF-8."))
    if not _is_sure(readings, data):
        readings.sort(key=lambda reading: (not _makes_sense(reading), reading.encoding not in ("GB18030", "Big5")))
        raise NotDecoded(_("It isn't certain in which encoding this was written: choose one."), readings)
    return _cleared(readings[0])


def _is_sure(readings: list[Reading], data: bytes) -> bool:
    first, *others = readings
    rivals = [other for other in others if _makes_sense(other)]
    many = len(BEYOND_ASCII.findall(data))
    if not _makes_sense(first) or (others and first.encoding not in _likely(_guess(data))):
        return False
    if first.encoding in COMMON:
        is_alone = not any(rival.encoding in COMMON for rival in rivals)
        return not rivals or many >= (A_WORD_BYTES if is_alone else LONG_ENOUGH_BYTES)
    if first.encoding in LATIN:
        is_doubtful = first.encoding in DOUBTFUL and DOUBTFUL[first.encoding].search(first.text)
        return many >= LONG_ENOUGH_BYTES or not (is_doubtful and {other.encoding for other in rivals} & set(LATIN))
    is_shouted = first.text.upper() == first.text and first.encoding not in CASELESS
    return many >= (LONG_ENOUGH_BYTES if is_shouted else A_WORD_BYTES)


def _readings(data: bytes) -> list[Reading]:
    """What the file may say: first what makes sense, and of that the likeliest; of those that say the same, one."""
    guesses = dict.fromkeys(_guess(data, country) for country in [None, *COUNTRIES])
    names = dict.fromkeys(name for guess in guesses for name in _likely(guess))
    tried = [one for name in names if (one := _tried(data, name)) and not NO_TEXT.search(one.text)]
    tried.sort(key=lambda reading: not _makes_sense(reading))
    sensible = {one.encoding for one in tried if _makes_sense(one)}
    tried = [one for one in tried if LATER_THAN.get(one.encoding) not in sensible]
    return list({one.text: one for one in reversed(tried)}.values())[::-1]


def _likely(guess: str | None) -> list[str]:
    return [name for name in (LATER_THAN.get(guess or ""), guess) if name]


def _guess(data: bytes, country: bytes | None = None) -> str | None:
    detector = EncodingDetector()
    detector.feed(data, last=True)
    return GUESSED.get(detector.guess(tld=country, allow_utf8=False).lower())


def _tried(data: bytes, name: str) -> Reading | None:
    try:
        return _read_in(data, name)
    except UnicodeDecodeError:
        return None


def _makes_sense(reading: Reading) -> bool:
    words = [word for word in WORD.findall(reading.text) if not word.isascii()]
    rare = sum(map(_rare_of(reading.encoding), words))
    return rare <= MAX_RARE_SHARE * sum(not char.isascii() for word in words for char in word)


def _rare_of(encoding: str) -> Callable[[str], int]:
    """Return a function that counts in a word what is rarely written in that encoding."""
    if encoding not in COMMON:
        return _unlikely_letters
    codec, rows = COMMON[encoding]

    def is_rare(char: str) -> bool:
        return not char.isascii() and (char.encode(codec, "ignore") or b"\0")[0] not in rows

    return lambda word: sum(map(is_rare, word))


def _unlikely_letters(word: str) -> int:
    pairs = list(pairwise(word))
    alphabets = {unicodedata.name(char, "?").split()[0] for char in word if char.isalpha()}
    is_unlikely = (
        len(alphabets) > 1
        or any(one.islower() and other.isupper() and not (one + other).isascii() for one, other in pairs)
        or any(
            _is_sign(one) and other.isalpha() or one.isalpha() and (_is_sign(other) or other in OPENING)
            for one, other in pairs
        )
        or unicodedata.category(word[0]) == "Mn"
        or (alphabets == {"LATIN"} and 2 * sum(char.isascii() for char in word) < len(word))
    )
    return sum(not char.isascii() for char in word) if is_unlikely else 0


def _is_sign(char: str) -> bool:
    return not char.isalpha() and unicodedata.category(char) in ("Sc", "Sm", "So", "Sk", "No")
