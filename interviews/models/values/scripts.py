"""Tell the language and the direction of a text by its characters, since neither is stored."""

import re
import unicodedata

from .chinese import HAN_AND_KANA

UNKNOWN_LATIN = "und-Latn"
IDEOGRAPH_LETTERS = 3  # a Chinese character counts as so many: a Latin word has more letters than a Chinese one

_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9d"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
_ARABIC = (
    "\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdff\ufe70-\ufefc"
)
_LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02b8\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a"

# Which languages write a script, the more certain first: (what only they write, the language)
_BY_LETTERS = {
    _ARABIC: (
        ("[\u0674-\u0678]", "kk-Arab"),
        ("[ۅۉ]", "ky-Arab"),
        ("[ڄڃڌڏٽٺٻڀڳڱڻ]", "sd"),
        ("[ټډړښڼۍګ]", "ps"),
        ("[ڕڵێ]", "ckb"),
        ("[ۈۋڭۇې]", "ug"),
        ("[ٹڈڑںےہ]", "ur"),
        ("[ۆە].*[کی]|[کی].*[ۆە]", "ckb"),
        (r"[ۆە]|ى\B[^\W\d_]|\bئ[اوى]", "ug"),
        ("[پچژگکی]", "fa"),
        ("", "ar"),
    ),
    "\u0400-\u052f\u1c80-\u1c8f": (
        ("[ўЎ]", "be"),
        ("[їєґЇЄҐ]", "uk"),
        ("[әғқұһӘҒҚҰҺ]", "kk"),
        ("[ӣӯҷҳӢӮҶҲ]", "tg"),
        ("[ңҢ]", "ky"),
        ("[өүӨҮ]", "mn"),
        ("[ѓќѕЃЌЅ]", "mk"),
        ("[ђћџљњјЂЋЏЉЊЈ]", "sr"),
        ("[ыэёЫЭЁ]", "ru"),
        ("[іІ]", "uk"),
        ("[ъЪ](?![еёюяЕЁЮЯ])", "bg"),
        ("", "ru"),
    ),
    "\u0590-\u05ff\ufb1d-\ufb4f": (("[\u05f0-\u05f2\ufb1d\ufb1f\ufb2e\ufb2f]|\u05d0[\u05b7\u05b8]", "yi"), ("", "he")),
    "\u0980-\u09ff": (("[ৰৱ]", "as"), ("", "bn")),
    "\u0900-\u097f": (("", "hi"),),
    "\u0f00-\u0fff": (("", "bo"),),
    "\u1820-\u18aa": (("", "mn-Mong"),),
    "\u0370-\u03ff\u1f00-\u1fff": (("", "el"),),
    "\u0530-\u058f": (("", "hy"),),
    "\u10a0-\u10ff\u1c90-\u1cbf": (("", "ka"),),
    "\u0700-\u074f": (("", "syr"),),
    "\u0780-\u07bf": (("", "dv"),),
    "\u07c0-\u07ff": (("", "nqo"),),
    "\u0a00-\u0a7f": (("", "pa"),),
    "\u0a80-\u0aff": (("", "gu"),),
    "\u0b00-\u0b7f": (("", "or"),),
    "\u0b80-\u0bff": (("", "ta"),),
    "\u0c00-\u0c7f": (("", "te"),),
    "\u0c80-\u0cff": (("", "kn"),),
    "\u0d00-\u0d7f": (("", "ml"),),
    "\u0d80-\u0dff": (("", "si"),),
    "\u0e00-\u0e7f": (("", "th"),),
    "\u0e80-\u0eff": (("", "lo"),),
    "\u1000-\u109f": (("", "my"),),
    "\u1200-\u137f": (("", "am"),),
    "\u1780-\u17ff": (("", "km"),),
    "\ua000-\ua48f": (("", "ii"),),
    _HANGUL: (("", "ko"),),
}
_SCRIPTS = [
    (re.compile(f"[{letters}]+"), [(re.compile(only, re.DOTALL), language) for only, language in languages])
    for letters, languages in _BY_LETTERS.items()
]
_OTHER = re.compile(f"[{''.join(_BY_LETTERS)}]")
_IDEOGRAPHS_OR_KANA = re.compile(f"[{HAN_AND_KANA}]+")
_KANA_LETTERS = re.compile(f"[{_KANA}]+")
_LATIN_LETTERS = re.compile(f"[{_LATIN}]+")
_ENGLISH = re.compile(r"\b(the|and)\b", re.IGNORECASE)  # no other language's common words

_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_OPENS_ISOLATE, _CLOSES_ISOLATE = ("LRI", "RLI", "FSI"), "PDI"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def language_of(text: str, around: str = "") -> str:
    """Return the language tag of what most of the text is written in.

    Empty where the language around it may stay: there are no letters, or they are of its script. Chinese is `zh`, as
    nothing tells of a short text in which characters it is; Latin letters whose language is unknown are `und-Latn`.
    """
    by_script = [_count(letters, text) for letters, _ in _SCRIPTS] if _OTHER.search(text) else [0]
    other, chinese, latin = max(by_script), _count(_IDEOGRAPHS_OR_KANA, text), _count(_LATIN_LETTERS, text)
    if other and other >= chinese * IDEOGRAPH_LETTERS and other >= latin / 2:
        languages = _SCRIPTS[by_script.index(other)][1]
        language = next(language for only, language in languages if only.search(text))
    elif chinese and chinese * IDEOGRAPH_LETTERS >= latin / 2:
        language = "ja" if _count(_KANA_LETTERS, text) > chinese / 5 else "zh"
    else:
        return _language_of_latin(text, around)
    return "" if _main(language) == _main(around) else language


def direction_of(text: str) -> str:
    """Return rtl or ltr, as the first letter says that has a direction and is in no isolate (UAX 9, P2 and P3)."""
    if not _RIGHT_TO_LEFT.search(text):
        return "ltr"
    depth = 0
    for kind in map(unicodedata.bidirectional, text):
        if kind in _OPENS_ISOLATE:
            depth += 1
        elif kind == _CLOSES_ISOLATE:
            depth = max(depth - 1, 0)
        elif kind in _STRONG and not depth:
            return _STRONG[kind]
    return "ltr"


def _count(letters: re.Pattern[str], text: str) -> int:
    return sum(map(len, letters.findall(text)))


def _language_of_latin(text: str, around: str) -> str:
    if not _LATIN_LETTERS.search(text) or _main(around) == "en":
        return ""
    return "en" if _ENGLISH.search(text) else UNKNOWN_LATIN


def _main(language: str) -> str:
    return language.lower().partition("-")[0]
