"""How close two names are: the one measure for who may be in the address book twice and for whom a typed name may mean.

plain(name) is the same whatever its case, width and interpuncts, similar(name) whatever its post and the order of its
words. are_close(one, other) is true of these, and where one letter differs, an initial stands for a word, or words are
written together. Two names that are close have one of keys(name) in common, so that many can be compared in one pass.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import permutations

from pypinyin import Style, lazy_pinyin

from interviews.models.values.chinese import is_chinese
from interviews.models.values.folding import fold

BETWEEN_PARTS = re.compile(r"[\s·]+")
BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
HONORIFICS = set("dr doctor prof professor mr mrs ms miss mx sir dame lord lady rev phd md mbe obe cbe esq".split())
POSTS = (
    "工程师 建筑师 设计师 教授 讲师 老师 教师 博士 硕士 院士 先生 女士 小姐 同志 主任 院长 局长 部长 处长 科长 "
    "厅长 司长 校长 所长 馆长 站长 市长 县长 区长 镇长 村长 队长 会长 社长 秘书长 书记 主席 委员 代表 理事 经理 "
    "总裁 董事长 主编 编辑 记者 主持人 医生 医师 护士长 护士 律师 研究员 馆员 专家 顾问 师傅"
).split()
POST = f"(?:副|总|高级|首席|名誉|特级)*(?:{'|'.join(sorted(POSTS, key=len, reverse=True))})"
WITHOUT_POST = re.compile(f"(?:{POST})?(.{{2,}}?)(?:{POST})?")
# Shorter names that differ by a letter are too often two people: Chen An and Chen Ann, Zhang Wei and Zheng Wei
MIN_LETTERS_WITH_A_SLIP = 9
MIN_LETTERS_OF_THE_WORD = 4
# 王伟 and 王维 are two people; 陈晓明 for 陈小明 is what somebody hears and types; longer names spell a foreign one
MIN_CHARACTERS_WITH_A_SOUND = 3
MIN_CHARACTERS_WITH_A_SLIP = 5
MAX_PARTS = 3  # of a word that somebody writes apart


@lru_cache(maxsize=50_000)
def plain(name: str) -> str:
    return BETWEEN_PARTS.sub("", fold(name))


@lru_cache(maxsize=50_000)
def similar(name: str) -> str:
    """Return what spellings of one person's name have in common.

    A Chinese name loses the post before or behind it. Any other loses honorifics and apostrophes, and its words are
    sorted: “Dr Ken Brackley” is “Brackley, Ken”.
    """
    bare = BRACKETS.sub("", name) or name
    if is_chinese(bare):
        found = WITHOUT_POST.fullmatch(plain(bare))
        return found[1] if found else plain(bare)
    words = re.findall(r"[^\W_]+", fold(bare).replace("'", ""))
    return " ".join(sorted(word for word in words if word not in HONORIFICS) or words)


def are_close(name: str, other: str) -> bool:
    return plain(name) == plain(other) or are_near(similar(name), similar(other))


def are_near(one: str, other: str) -> bool:
    """Compare what similar() made of two names."""
    if one == other:
        return bool(one)
    if is_chinese(one) or is_chinese(other):
        return _are_near_in_chinese(one, other)
    words, others = one.split(), other.split()
    left = [word for word in words if word not in others]
    if len(left) == len(words) > 1 < len(others):
        return False  # quick, for nearly all
    right = [word for word in others if word not in words]
    return _mean_the_same(left, right, len(words), _letters(one, other))


def keys(one: str) -> Iterator[str]:
    """Yield for what similar() made of a name what it has in common with one that is near."""
    if is_chinese(one):
        yield " ".join(map(_sound, one))
        yield from _with_a_letter_less(one) if len(one) >= MIN_CHARACTERS_WITH_A_SLIP else ()
        return
    words = one.split()
    yield "".join(sorted("".join(words)))
    yield " ".join(word for word in words if len(word) > 1)
    for n, word in enumerate(words):
        rest = " ".join(words[:n] + words[n + 1 :]) + "|"
        if rest != "|":
            yield rest + word[0]
        if len(word) >= MIN_LETTERS_OF_THE_WORD - 1 and _letters(one) >= MIN_LETTERS_WITH_A_SLIP - 1:
            yield from (rest + less for less in _with_a_letter_less(word))


def _with_a_letter_less(word: str) -> Iterator[str]:
    yield word
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))


def _letters(*names: str) -> int:
    return max(len(name.replace(" ", "")) for name in names)


def _mean_the_same(left: list[str], right: list[str], words: int, letters: int) -> bool:
    """Say whether the words that only one name has may stand for those that only the other has."""
    if not left or not right:
        return words - len(left) > 1 and {len(word) for word in left + right} == {1}
    if len(left) > 1 or len(right) > 1:
        return _is_parted(left, right)
    (word,), (other,) = left, right
    if 1 in (len(word), len(other)):
        return words > 1 and word[0] == other[0]
    is_long = letters >= MIN_LETTERS_WITH_A_SLIP and max(len(word), len(other)) >= MIN_LETTERS_OF_THE_WORD
    return is_long and _differ_by_a_slip(word, other)


def _is_parted(left: list[str], right: list[str]) -> bool:
    whole, parts = sorted((left, right), key=len)
    if len(whole) > 1 or len(parts) > MAX_PARTS:
        return False
    return whole[0] in {"".join(some) for some in permutations(parts)}


def _are_near_in_chinese(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    if shorter >= MIN_CHARACTERS_WITH_A_SLIP:
        return _differ_by_a_slip(one, other)
    if len(one) != len(other) or shorter < MIN_CHARACTERS_WITH_A_SOUND:
        return False
    differing = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return len(differing) == 1 and _sound(differing[0][0]) == _sound(differing[0][1])


def _differ_by_a_slip(one: str, other: str) -> bool:
    """Say whether one slip makes one word the other: a letter more, less or other, or two that changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    swapped = one[1:2] + one[:1] + one[2:]
    return one[1:] == other or one == other[1:] or one[1:] == other[1:] or swapped == other


@lru_cache(maxsize=10_000)
def _sound(character: str) -> str:
    return lazy_pinyin(character, style=Style.TONE3)[0]
