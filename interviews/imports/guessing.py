"""Guess in which encoding a file was written that neither is UTF-8 nor has a mark.

chardetng guesses as browsers do for pages that don't say. It is asked as well what it would take the file for in other
countries: where that makes sense too and the file is too short to tell, a person has to choose.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

from chardetng_py import EncodingDetector
from django.utils.translation import gettext as _

from .encodings import ENCODINGS, NotDecoded, Reading, tried

LATER_THAN = {  # what Windows has made of a standard: nearly all that is said to be in the latter is in the former
    "ISO-8859-2": "Windows-1250",
    "ISO-8859-5": "Windows-1251",
    "ISO-8859-6": "Windows-1256",
    "ISO-8859-7": "Windows-1253",
}
GUESSED = {"windows-874": "Windows-874", "cp874": "Windows-874", "koi8-u": "KOI8-R"} | {
    name.lower(): name for name in ENCODINGS
}
COUNTRIES = [b"cn", b"tw", b"jp", b"kr", b"ru", b"gr", b"il", b"sa", b"th", b"pl", b"tr", b"de"]  # as web addresses end
LONG_ENOUGH_BYTES = 12  # beyond ASCII: with more, nearly every guess is right
A_WORD_BYTES = 8  # the same in an alphabet that isn't Latin, of which nearly every byte tells
MAX_BYTES_JUDGED = 64 * 1024  # from the first one beyond ASCII on: of more, each guess takes longer and is no better
MAX_CHARACTERS_JUDGED = 16 * 1024
MAX_CHARACTERS_BEFORE = 60  # of the word in which the first letter beyond ASCII stands
MAX_RARE_SHARE = 0.34  # of the letters beyond ASCII
COMMON = {  # where each set has its punctuation and the characters that were thought common when it was made
    "GB18030": ("gb2312", {0xA1, 0xA3, *range(0xB0, 0xD8)}),
    "Big5": ("big5", {0xA1, 0xA2, *range(0xA4, 0xC7)}),
    "Shift_JIS": ("euc_jp", {0xA1, 0xA3, 0xA4, 0xA5, *range(0xB0, 0xD0)}),
    "EUC-JP": ("euc_jp", {0xA1, 0xA3, 0xA4, 0xA5, *range(0xB0, 0xD0)}),
    "EUC-KR": ("euc_kr", {0xA1, 0xA3, *range(0xB0, 0xC9)}),
}
BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
WORD = re.compile(r"[^\s,;.:：，。、]+")
# A short file with these may be in another encoding: what is ñ, û and è in one is ń, ű and č in central Europe's.
DOUBTFUL = {
    "Windows-1252": re.compile("[ÞþÐðÝýêæûõñèãøå¹]"),
    "Windows-1250": re.compile("[ńőăđţęćűčřĺł]"),
    "Windows-1257": re.compile("[^\x00-\x7f]"),
}
OPENING = "“‘„•†‡‰"  # which no letter goes before
CASELESS = ("Windows-1255", "Windows-1256", "ISO-8859-6", "Windows-874")
LATIN = ("Windows-1252", "Windows-1250", "Windows-1254", "Windows-1257", "Windows-1258", "ISO-8859-2", "Mac Roman")


def guessed(data: bytes, found: list[Reading]) -> Reading:
    """Choose among its readings. Raise NotDecoded if it may be in several encodings, or is no text."""
    if not found:
        raise NotDecoded(_("This is no text in any encoding that is known here: save it as UTF-8."))
    if not _is_sure(found, data):
        found += [one for one in [tried(data, "Mac Roman")] if one and makes_sense(one)]  # which is never guessed
        found.sort(key=lambda reading: (not makes_sense(reading), reading.encoding not in ("GB18030", "Big5")))
        raise NotDecoded(_("It isn't certain in which encoding this was written: choose one."), found)
    return found[0]


def damaged_in(data: bytes) -> str | None:
    """Return in which encoding it is Chinese, Japanese or Korean with something broken in it; nothing if it isn't."""
    texts = [Reading(name, data.decode(ENCODINGS[name][0], "replace")) for name in COMMON]
    likely = [one for one in texts if is_hardly_damaged(one.text) and makes_sense(one)]
    return min(likely, key=lambda one: one.text.count("\ufffd")).encoding if likely else None


def is_hardly_damaged(text: str) -> bool:
    broken = text.count("\ufffd")
    whole = sum(not char.isascii() for char in text) - broken
    is_only_cut_off = whole > 0 and text.find("\ufffd") == len(text) - 1
    return broken > 0 and (is_only_cut_off or whole >= 4 * broken)


def readings(data: bytes) -> list[Reading]:
    """What the file may say: first what makes sense, and of that the likeliest; of those that say the same, one."""
    guesses = dict.fromkeys(_guess(data, country) for country in [None, *COUNTRIES])
    names = dict.fromkeys(name for guess in guesses for name in _likely(guess))
    found = [one for name in names if (one := tried(data, name))]
    found.sort(key=lambda reading: not makes_sense(reading))
    sensible = {one.encoding for one in found if makes_sense(one)}
    found = [one for one in found if LATER_THAN.get(one.encoding) not in sensible]
    return list({one.text: one for one in reversed(found)}.values())[::-1]


def _is_sure(readings: list[Reading], data: bytes) -> bool:
    first, *others = readings
    rivals = [other for other in others if makes_sense(other)]
    many = len(BEYOND_ASCII.findall(_telling(data)))
    if not makes_sense(first) or (others and first.encoding not in _likely(_guess(data))):
        return False
    if first.encoding in COMMON:
        is_alone = not any(rival.encoding in COMMON for rival in rivals)
        return not rivals or many >= (A_WORD_BYTES if is_alone else LONG_ENOUGH_BYTES)
    if first.encoding in LATIN:
        is_doubtful = first.encoding in DOUBTFUL and DOUBTFUL[first.encoding].search(first.text)
        return many >= LONG_ENOUGH_BYTES or not (is_doubtful and {other.encoding for other in rivals} & set(LATIN))
    is_shouted = first.text.upper() == first.text and first.encoding not in CASELESS
    return many >= (LONG_ENOUGH_BYTES if is_shouted else A_WORD_BYTES)


def _likely(guess: str | None) -> list[str]:
    return [name for name in (LATER_THAN.get(guess or ""), guess) if name]


def _guess(data: bytes, country: bytes | None = None) -> str | None:
    detector = EncodingDetector()
    telling = _telling(data)
    detector.feed(telling, last=data.endswith(telling))
    return GUESSED.get(detector.guess(tld=country, allow_utf8=False).lower())


def _telling(data: bytes) -> bytes:
    """Return what an encoding is known by: from the first byte beyond ASCII on, whole lines if there are any."""
    first = BEYOND_ASCII.search(data)
    if not first:
        return data
    start = max(data.rfind(b"\n", 0, first.start()) + 1, first.start() - MAX_CHARACTERS_BEFORE)
    end = start + MAX_BYTES_JUDGED
    return data[start:] if end >= len(data) else data[start : data.rfind(b"\n", first.end(), end) + 1 or end]


def makes_sense(reading: Reading) -> bool:
    first = re.search(r"[^\x00-\x7f]", reading.text)
    start = max(first.start() - MAX_CHARACTERS_BEFORE, 0) if first else 0
    judged = reading.text[start : start + MAX_CHARACTERS_JUDGED]
    words = [word for word in WORD.findall(judged) if not word.isascii()]
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
