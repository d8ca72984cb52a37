"""Compare two texts word by word, Chinese ones character by character."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from interviews.models.values.chinese import COMPARED_SINGLY

Pair = tuple[str, str]  # old and new; the same twice is what stayed

PARAGRAPH = re.compile(r"[^\n]*\n|[^\n]+")
CLAUSE = re.compile(r"[^，。！？；,.!?;\n]*[，。！？；,.!?;\n]+|[^，。！？；,.!?;\n]+")
WORD = re.compile(rf"[^\W{COMPARED_SINGLY}]+(?:['’][^\W{COMPARED_SINGLY}]+)*|\n|[^\S\n]+|.")
MAX_STEPS = 30_000  # of one comparison
MAX_STEPS_OF_A_TEXT = 1_500_000  # of all comparisons; what would take more is shown as replaced
MIN_SHARE_IN_COMMON = 0.4  # with less in common it is another text, not a changed one
CONTEXT_CHARACTERS = 40  # of unchanged text, shown beside a change


def differences(old: str, new: str) -> list[Pair]:
    return _without_islands(_merged((gone == new, (gone, new)) for gone, new in Comparison().of(old, new)))


def shortened(pairs: Sequence[Pair]) -> Iterator[Pair]:
    for n, (gone, new) in enumerate(pairs):
        before = new[:CONTEXT_CHARACTERS] if n else ""
        after = new[-CONTEXT_CHARACTERS:] if n < len(pairs) - 1 else ""
        short = f"{before} … {after}"
        is_long = len(new) > len(short) + CONTEXT_CHARACTERS
        yield (short, short) if gone == new and is_long else (gone, new)


class Comparison:
    """Compare paragraphs, then the clauses of those that differ, then the words of those; within a limit of steps."""

    def __init__(self) -> None:
        self._left = MAX_STEPS_OF_A_TEXT

    def of(self, old: str, new: str, splits: Sequence[re.Pattern[str]] = (PARAGRAPH, CLAUSE, WORD)) -> list[Pair]:
        if old == new or not splits:
            return [(old, new)]
        halves = self._matched(splits[0].findall(old), splits[0].findall(new))
        pairs = [pair for one, other in halves for pair in self.of(one, other, splits[1:])]
        stayed = sum(len(gone) for gone, new in pairs if gone == new)
        is_another = splits[0] is WORD and stayed < MIN_SHARE_IN_COMMON * min(len(old), len(new))
        return [(old, new)] if is_another else pairs

    def _matched(self, a: list[str], b: list[str]) -> list[Pair]:
        there = Counter(b)
        steps = sum(there[token] for token in a)
        if steps > min(MAX_STEPS, self._left):
            return [("".join(a), "".join(b))]
        codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
        self._left -= steps * len(codes)
        return [pair for _, i, k, j, m in codes for pair in _beside(a[i:k], b[j:m])]


def _beside(a: list[str], b: list[str]) -> list[Pair]:
    return list(zip(a, b, strict=True)) if len(a) == len(b) else [("".join(a), "".join(b))]


def _without_islands(pairs: Sequence[Pair]) -> list[Pair]:
    """Count a single character or a space that stayed between two changes as changed."""
    last = len(pairs) - 1
    marked = []
    for n, (gone, new) in enumerate(pairs):
        is_island = 0 < n < last and len(new.strip()) < 2 and "\n" not in new
        marked.append((gone == new and not is_island, (gone, new)))
    return _merged(marked)


def _merged(marked: Iterable[tuple[bool, Pair]]) -> list[Pair]:
    runs = [[pair for _, pair in run] for _, run in groupby(marked, lambda it: it[0])]
    return [("".join(gone for gone, _ in run), "".join(new for _, new in run)) for run in runs]
