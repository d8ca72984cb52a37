"""The words that somebody searches for, as conditions for PostgreSQL and a pattern for Python."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from django.db.models import BooleanField, Func, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.lookups import Contains, IContains, IRegex

from interviews.models.values.chinese import SEARCHED_SINGLY

# What the function interviews_grams() takes for a part of a word
LETTERS = "0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
RUN = re.compile(f"[{SEARCHED_SINGLY}]+|[{LETTERS}]+")
BEGINS_WITH_A_LETTER = re.compile(f"[{LETTERS}]")
MAX_WORDS = 8
MAX_WORD_CHARACTERS = 60  # longer ones are cut in the index


class Lines(Func):
    """Several fields joined to one text, as in the index."""

    template = "(%(expressions)s)"
    arg_joiner = " || E'\\n' || "
    output_field = TextField()


class HasGrams(Func):
    """Whether a text (first) matches a tsquery (second), by the index."""

    template = "interviews_grams(%(expressions)s)::tsquery"
    arg_joiner = ") @@ lower("
    output_field = BooleanField()


@dataclass(frozen=True)
class Words:
    """Search terms. A text has to contain all of them; one that begins with a letter has to begin a word."""

    terms: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        return cls(tuple(dict.fromkeys(term for term in text.split() if RUN.search(term))))

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def pattern(self) -> re.Pattern[str]:
        # one term may begin another, which is then tried first
        longest_first = sorted(self.terms, key=len, reverse=True)
        return re.compile("|".join(map(_pattern, longest_first)) or r"(?!)", re.IGNORECASE)

    def stand_in(self, text: Combinable) -> Q:
        found = Q()
        for term in self.terms:
            has_case = term.lower() != term.upper()
            found &= Q(IContains(text, term) if has_case else Contains(text, term))
            if BEGINS_WITH_A_LETTER.match(term):
                found &= Q(IRegex(text, _pattern(term)))
        return found

    def may_stand_in(self, text: Combinable) -> HasGrams:
        """Match by the index alone, which may take 河水 … 水变 for 河水变."""
        return HasGrams(text, Value(self.query))

    @property
    def query(self) -> str:
        grams = [gram for term in self.terms for gram in _grams(term)]
        # a single character finds nearly everything: ask for it only if there is nothing else
        telling = [gram for gram in grams if not re.fullmatch(f"'([{SEARCHED_SINGLY}]|[{LETTERS}]{{1,2}})':\\*", gram)]
        return " & ".join(dict.fromkeys(telling or grams))


def _pattern(term: str) -> str:
    # a regular expression that Python and PostgreSQL read alike
    literal = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", term)
    return f"(?<![{LETTERS}]){literal}" if BEGINS_WITH_A_LETTER.match(term) else literal


def _grams(term: str) -> Iterator[str]:
    for run in RUN.findall(term):
        if re.match(f"[{SEARCHED_SINGLY}]{{2}}", run):
            yield from (f"'{run[i : i + 2]}'" for i in range(len(run) - 1))
        else:
            yield f"'{run[:MAX_WORD_CHARACTERS]}':*"
