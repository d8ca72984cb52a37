"""The words that somebody searches for, as conditions for PostgreSQL and a pattern for Python.

All of it is about folded text (models/values/folding.py): of the words, and of what they are looked for in.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from django.db.models import BooleanField, Func, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.lookups import Contains, Regex

from interviews.models.values.chinese import SEARCHED_SINGLY
from interviews.models.values.folding import fold, origins
from interviews.models.values.grams import ARABIC, ARABIC_PREFIX, LETTERS, RUN, grams_asked

BEGINS_WITH_A_LETTER = re.compile(f"[{LETTERS}]")
BEGINS_WITH_ARABIC = re.compile(f"[{ARABIC}]")
MAX_WORDS = 8
QUOTED = re.compile(r'(?<!\w)"([^"]+)"|“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|「([^「」]+)」|『([^『』]+)』')
# Words stand apart by these; those of ASCII part no digits (10,000, 12:30) and no address
BETWEEN_WORDS = re.compile(r"[、，；：。！？…／·•‧∙⋅・･،؛（）【】《》〈〉“”„«»「」『』]+|(?<!\d)[,;:/]+|[,;:/]+(?!\d)")


class HasGrams(Func):
    """Whether the grams of a text (first) match a tsquery (second), by the index."""

    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "
    output_field = BooleanField()


@dataclass(frozen=True)
class Words:
    """Search terms, folded. A text has to contain all of them; one that begins with a letter has to begin a word.

    What stands in quotation marks is one term. `typed` are the terms as they were typed.
    """

    terms: tuple[str, ...]
    typed: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, text: str) -> Self:
        typed = [term for term in _terms(text) if RUN.search(fold(term))]
        return cls(tuple(dict.fromkeys(map(_folded, typed))), tuple(typed))

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def each(self) -> list["Words"]:
        return [Words((_folded(term),), (term,)) for term in self.typed]

    def places(self, text: str) -> list[tuple[int, int]]:
        """Return where the words stand in a text as it was written: begin and end, without overlaps."""
        found = [match.span() for match in self._pattern.finditer(fold(text))]
        if not found:
            return []
        made_of = [*origins(text), len(text)]
        return [(made_of[begin], _end(made_of, end)) for begin, end in found]

    @property
    def _pattern(self) -> re.Pattern[str]:
        # one term may begin another, which is then tried first
        longest_first = sorted(self.terms, key=len, reverse=True)
        return re.compile("|".join(map(pattern, longest_first)) or r"(?!)")

    def stand_in(self, folded: Combinable) -> Q:
        found = Q()
        for term in self.terms:
            longest = max(term.split(" "), key=len)  # words of a phrase may stand apart by several spaces
            found &= Q(Contains(folded, longest))
            if " " in term or BEGINS_WITH_A_LETTER.match(term):
                found &= Q(Regex(folded, pattern(term)))
        return found

    def may_stand_in(self, grams: Combinable) -> HasGrams:
        """Match by the index alone, which may take 河水 … 水变 for 河水变."""
        return HasGrams(grams, Value(tsquery(self.terms)))


def tsquery(terms: Iterable[str]) -> str:
    asked = [gram for term in terms for gram in grams_asked(term)]
    # a single character finds nearly everything: ask for it only if there is nothing else
    telling = [gram for gram in asked if not re.fullmatch(f"'([{SEARCHED_SINGLY}]|[{LETTERS}]{{1,2}})':\\*", gram)]
    return " & ".join(dict.fromkeys(telling or asked))


def pattern(term: str) -> str:
    # a regular expression that Python and PostgreSQL read alike
    literal = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", term).replace(" ", " +")
    prefix = f"{ARABIC_PREFIX}?" if BEGINS_WITH_ARABIC.match(term) else ""
    return f"(?<![{LETTERS}]){prefix}{literal}" if BEGINS_WITH_A_LETTER.match(term) else literal


def _terms(text: str) -> Iterator[str]:
    at = 0
    for quoted in QUOTED.finditer(text):
        yield from _parted(text[at : quoted.start()])
        yield quoted[quoted.lastindex or 0]
        at = quoted.end()
    yield from _parted(text[at:])


def _parted(text: str) -> Iterator[str]:
    for piece in text.split():
        yield from [piece] if "://" in piece else BETWEEN_WORDS.split(piece)


def _folded(term: str) -> str:
    return " ".join(fold(term).split())


def _end(made_of: list[int], end: int) -> int:
    # what one character was made into is marked whole
    return next(place for place in made_of[end:] if place > made_of[end - 1]) if end else 0
