"""Which characters count as Chinese: three sets, since three questions are asked."""

import re

# Chinese and Japanese letters of every block, Bopomofo among them, without punctuation
HAN_AND_KANA = "\u2e80-\u2fff\u3005-\u3007\u3041-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HANGUL = "\uac00-\ud7af"
_PUNCTUATION = "\u3000-\u3004\u3008-\u3040"
_FULL_WIDTH = "\uff00-\uffef"

# Each set stands between the brackets of a regular expression, Python's or PostgreSQL's.
# Tell Chinese text from other text: characters of everyday use, no kana, none that only old books have.
IDEOGRAPHS = "\u3400-\u9fff"
# Searched and counted one by one, as the function interviews_is_han() of migration 0004 does it in the index
SEARCHED_SINGLY = HAN_AND_KANA + _HANGUL
# Compared one by one: Korean has words between spaces, and punctuation and full-width letters stand for themselves
COMPARED_SINGLY = HAN_AND_KANA + _PUNCTUATION + _FULL_WIDTH

_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")


def is_chinese(text: str) -> bool:
    return bool(_IDEOGRAPH.search(text))


def ideographs_in(text: str) -> int:
    return len(_IDEOGRAPH.findall(text))
