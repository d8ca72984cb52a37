"""Which characters a text keeps: what can be seen, and of what can't only what changes how its neighbours look.

Default-ignorable characters are those of Unicode's property Default_Ignorable_Code_Point.
"""

import re
import unicodedata

# controls of C0 and C1, surrogates, annotations, the place of an object that didn't come along, noncharacters
_NEVER = "\x00-\x1f\x7f-\x9f\ud800-\udfff\ufff9-\ufffc\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_BLANK = re.compile("(?<![\u2801-\u28ff])\u2800|\u2800(?![\u2801-\u28ff])|[\u3164\uffa0]")  # wide, and empty
DROPPED = re.compile(f"[{_NEVER}]+")
_RUN = re.compile(f"[{IGNORABLE}]+")
_SUSPECT = re.compile(f"[{_NEVER}{IGNORABLE}\u2800]")

_ACCENTS = ("Mn", "Me")
MAX_ROUNDS = 10  # more only for a line that was made to take long

_MARKS_OF_DIRECTION = re.compile("[\u200e\u200f\u061c]")
_CLOSED_BY = dict.fromkeys("\u2066\u2067\u2068", "\u2069") | dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c")
_OVERRIDES = "\u202d\u202e"
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")

_VARIANTS = re.compile("[\ufe00-\ufe0d\U000e0100-\U000e01ef]")
_MONGOLIAN_VARIANTS = re.compile("[\u180b-\u180f]")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")  # of a region, as England
_KEYS, _KEYCAP = "0123456789#*", "\u20e3"


def without_invisible(line: str) -> str:
    """Return one line in NFC, without what can't be seen and changes nothing; empty if nothing can be seen."""
    line = _from_a_letter_on(line)
    if _SUSPECT.search(line):
        line, before, rounds = DROPPED.sub("", _BLANK.sub(" ", line)), "", 0
        while line != before and rounds < MAX_ROUNDS:  # what is left out may leave something else at an edge
            line, before, rounds = _without_loose_ends(_without_ignorable(_from_a_letter_on(line))), line, rounds + 1
        line = line if any(map(_is_seen, line)) else ""
    return unicodedata.normalize("NFC", line)


def _from_a_letter_on(line: str) -> str:
    line = line.strip()
    while line and unicodedata.category(line[0]) in _ACCENTS:  # above nothing
        line = line[1:].lstrip()
    return line


def _without_ignorable(line: str) -> str:
    is_mixed = _has_both_directions(line)
    pieces, at = [], 0
    for run in _RUN.finditer(line):
        pieces.append(line[at : run.start()])
        before, after = line[max(run.start() - 1, 0) : run.start()], line[run.end() : run.end() + 1]
        pieces.append(_kept(run[0], before, after, is_mixed))
        at = run.end()
    return "".join([*pieces, line[at:]]).strip()


def _kept(run: str, before: str, after: str, is_mixed: bool) -> str:
    flag = _FLAG.match(before + run)
    kept = flag[0][1:] if flag else ""
    for character in run[len(kept) :]:
        if character not in kept and _means_something(character, (before + kept)[-1:], after, is_mixed):
            kept += character
    return kept


def _means_something(character: str, before: str, after: str, is_mixed: bool) -> bool:
    is_within = bool(before and after) and _are_letters(before, after)
    match character:
        case "\ufe0e" | "\ufe0f":
            return _is_symbol(before) or (before in _KEYS and after == _KEYCAP)
        case "\u115f" | "\u1160":
            return _is_jamo(before) or _is_jamo(after)
        case "\u034f":
            return is_within and unicodedata.combining(after) > 0
        case "\u200b" | "\u00ad" | "\u2060":  # where a line may break, or may not
            return is_within
        case "\u200c":
            return is_within
        case "\u200d":
            is_emoji = _is_symbol(after) and (_is_symbol(before) or before == "\ufe0f")
            return is_within or is_emoji or _ends_a_form(before)
        case "\u200e" | "\u200f" | "\u061c":
            return is_mixed and bool(before and after)
    if _MONGOLIAN_VARIANTS.match(character):
        return "\u1820" <= before <= "\u18aa"
    if _VARIANTS.match(character):
        return before >= "\u1000" and unicodedata.category(before) in ("Lo", "So", "Sm", "Po")
    return bool(_DIRECTIONS.match(character))  # _without_loose_ends() judges them


def _is_symbol(character: str) -> bool:
    # ‼ and its like count among punctuation and letters, and become emoji by a variation selector
    return character > "\x7f" and (unicodedata.category(character) in ("So", "Sm", "Sk") or character in "‼⁉〰〽ℹ")


def _ends_a_form(before: str) -> bool:
    # a letter's form at the end of a word: Malayalam's chillu after a virama, heh for the Hijri year
    return bool(before) and (unicodedata.combining(before) == 9 or before == "\u0647")


def _are_letters(*characters: str) -> bool:
    return all(unicodedata.category(character)[0] in "LMN" for character in characters)


def _is_jamo(character: str) -> bool:
    return "\u1100" <= character <= "\u11ff" and character not in "\u115f\u1160"


def _has_both_directions(line: str) -> bool:
    if not _MARKS_OF_DIRECTION.search(line):
        return False
    directions = set(map(unicodedata.bidirectional, _MARKS_OF_DIRECTION.sub("", line)))
    return bool({"R", "AL"} & directions and {"L", "EN", "AN"} & directions)


def _without_loose_ends(line: str) -> str:
    """Keep directions that begin and end within the line, around a part of it. Overrides of direction are never kept.

    A name with a loose one would turn whatever stands behind it.
    """
    if not _DIRECTIONS.search(line):
        return line
    ends = _ends_of_directions(line)
    first, last = 0, len(line) - 1
    while ends.get(first) == last:  # around the whole line
        del ends[first]
        first, last = first + 1, last - 1
    kept = {*ends, *ends.values()}
    return "".join(c for at, c in enumerate(line) if at in kept or not _DIRECTIONS.match(c)).strip()


def _ends_of_directions(line: str) -> dict[int, int]:
    opened: list[tuple[int, int]] = []
    ends: dict[int, int] = {}
    seen = 0
    for at, character in enumerate(line):
        if character in _CLOSED_BY:
            opened.append((at, seen))
        elif opened and _CLOSED_BY[line[opened[-1][0]]] == character:
            begin, seen_before = opened.pop()
            if seen > seen_before and line[begin] not in _OVERRIDES:
                ends[begin] = at
        elif not character.isspace():
            seen += not _DIRECTIONS.match(character)
    return ends


def _is_seen(character: str) -> bool:
    return not (character.isspace() or _RUN.match(character) or unicodedata.category(character) in _ACCENTS)
