"""One folding for all that is compared: what a text is found by, whatever its letters' case, width, accents and form.

static/js/reader/lib/folding.js does the same in the browser, by a table made of this module (`make folding`).
docs/decisions/032-one-folding-for-search.md says what is folded and what isn't.
"""

import re
import unicodedata
from collections.abc import Iterator

from .characters import DROPPED, IGNORABLE
from .simplified import SIMPLIFIED, TRADITIONAL

# Marks without which a word is still the same to whoever types it: accents, Hebrew points, Arabic vowels, the tatweel.
# Not among them: what makes another letter in Indic scripts, Thai and kana.
ACCENTS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0730-\u074a\u08d3-\u08e1\u08e3-\u08ff\u1ab0-\u1ace\u1dc0-\u1dff"
    "\u20d0-\u20f0\ufe20-\ufe2f"
)
CYRILLIC = "\u0400-\u052f"  # й is not и: only ё, ѐ and ѝ lose their accents, below
_RADICALS = (  # each with the ideograph that it is: Unicode's Equivalent_Unified_Ideograph
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬"
    "⺧牛⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷"
    "⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯"
    "⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
REPLACED = {
    **dict.fromkeys("‘’‚‛′´`ʹʻʼʽˈ՚׳‹›ꞌ", "'"),
    **dict.fromkeys("“”„‟«»″〝〞〟״", '"'),
    **dict.fromkeys("‐‑‒–—―−⁃⸺⸻֊־", "-"),
    **dict.fromkeys("•‧∙⋅・･", "·"),
    **dict.fromkeys("⁄∕", "/"),
    "〜": "~",
    **dict(zip("đðøłħıßςŀþæœ", ["d", "d", "o", "l", "h", "i", "ss", "σ", "l", "th", "ae", "oe"], strict=True)),
    **dict(zip("ёѐѝ", "ееи", strict=True)),
    **dict(zip("ٱىیکةۀہۂ", "اييكهههه", strict=True)),  # letters of Arabic, Persian and Urdu keyboards
    **dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True)),
}
_SIMPLE = dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))
_ACCENT = re.compile(f"[{ACCENTS}{IGNORABLE}]+")
_PUNCTUATION_AMONG_LETTERS = ("\u0370", "\u1fff")
_SPACE = re.compile("[\t\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_VOICED_AT_HALF_WIDTH = re.compile("[\uff66-\uff9d][\uff9e\uff9f]")
# all that joins the last character, and more
_MAY_JOIN = re.compile(
    "[\u0300-\u036f\u0483-\u1dff\u20d0-\u20f0\u2cef-\u2cf1\u2d7f-\u2dff\u302a-\u302f\u3099\u309a\ua66f-\uabff\ufb1e\ufe00-\ufe2f"
    "\uff9e\uff9f\U00010000-\U0010ffff]"
)
_JOINS_THE_LAST = re.compile("[\u1160-\u11ff\uff9e\uff9f]")  # besides marks


class _Folds(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


def fold(text: str) -> str:
    """Return the text as it is compared: letter for letter, so that origins() can tell where each came from."""
    text = unicodedata.normalize("NFC", text)
    return _VOICED_AT_HALF_WIDTH.sub(_whole, text).translate(_FOLDS)


def origins(text: str) -> list[int]:
    """Return for each character of fold(text) the index of the one in the text that it was made of."""
    places: list[int] = []
    if not _MAY_JOIN.search(text):  # several times as fast
        for at, character in enumerate(text):
            places += [at] * len(_FOLDS[ord(character)])
        return places
    start = 0
    for cluster in _clusters(text):
        places += [start] * len(fold(cluster))
        start += len(cluster)
    return places


def _fold(character: str) -> str:
    if character == "\n":
        return character
    if _SPACE.match(character):
        return " "
    if DROPPED.match(character):
        return ""
    small = character.lower()
    if small in REPLACED:
        return "".join(_SIMPLE.get(one, one) for one in REPLACED[small])
    parts = small if re.match(f"[{CYRILLIC}]", small) else unicodedata.normalize("NFKD", small)
    letters = unicodedata.normalize("NFC", _ACCENT.sub("", parts).lower())
    return "".join(map(_plain, letters))


def _plain(letter: str) -> str:
    first, last = _PUNCTUATION_AMONG_LETTERS
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.decimal(letter))
    letter = REPLACED.get(letter, letter)
    if first <= letter <= last and unicodedata.category(letter)[0] == "P":
        return "."
    return _SIMPLE.get(letter, letter)


def _whole(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def _clusters(text: str) -> Iterator[str]:
    start = 0
    for at, character in enumerate(text):
        if at > start and not (character > "\u02ff" and _joins(character)):
            yield text[start:at]
            start = at
    yield text[start:]


def _joins(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or bool(_JOINS_THE_LAST.match(character))


_FOLDS = _Folds()
