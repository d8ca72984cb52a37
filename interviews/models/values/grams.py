"""What the search's index holds of a folded text: each Chinese character with its follower, and each other word."""

import re
from collections.abc import Iterator

from .chinese import SEARCHED_SINGLY

# What belongs to a word, of every script that has spaces between words; PostgreSQL reads it, too
LETTERS = (
    "0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\u2dff\ua000-\uabff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
    "\U00010000-\U0001cfff\U0001e000-\U0001efff"
)
# Arabic writes the article and some short words on to a noun. The index has it without them, too: والحكايات and
# بالحكايات are found by الحكايات, and all three by حكايات.
_BEFORE_THE_ARTICLE, _THE_ARTICLE = "[وف]?[بك]?(?=ال)", "[وف]?(?:[بك]?ال|لل)"
ARABIC_PREFIX = f"(?:{_BEFORE_THE_ARTICLE}|{_THE_ARTICLE})"
ARABIC = "\u0620-\u064a"
RUN = re.compile(f"[{SEARCHED_SINGLY}]+|[{LETTERS}]+")
MAX_WORD_CHARACTERS = 60  # longer ones are cut in the index
_PREFIXES = [re.compile(f"^{prefix}(?=[{ARABIC}]{{2}})") for prefix in (_BEFORE_THE_ARTICLE, _THE_ARTICLE)]
_IS_SINGLE = re.compile(f"[{SEARCHED_SINGLY}]")


def grams_in(folded: str) -> set[str]:
    grams: set[str] = set()
    for run in RUN.findall(folded):
        if _IS_SINGLE.match(run):
            grams.update(map("".join, zip(run, run[1:], strict=False)), run[-1])
        else:
            words = [run, *(prefix.sub("", run) for prefix in _PREFIXES if run[0] in "وفبكال")]
            grams.update(word[:MAX_WORD_CHARACTERS] for word in words)
    return grams


def grams_asked(term: str) -> Iterator[str]:
    """Yield what a text with this term has in the index, as tsquery reads it."""
    for run in RUN.findall(term):
        if len(run) > 1 and _IS_SINGLE.match(run):
            yield from (f"'{run[i : i + 2]}'" for i in range(len(run) - 1))
        else:
            yield f"'{run[:MAX_WORD_CHARACTERS]}':*"
