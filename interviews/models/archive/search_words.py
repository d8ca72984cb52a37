"""What somebody looks for, as PostgreSQL and Python are asked for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from django.db.models import BooleanField, Func, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.lookups import Contains, IContains, IRegex

# What the function interviews_grams() takes for a Chinese (Japanese, Korean) character and for a part of a word
HAN = "\u2e80-\u2fff\u3005-\u3007\u3041-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
LETTER = "0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
RUN = re.compile(f"[{HAN}]+|[{LETTER}]+")
BEGINS_WITH_A_LETTER = re.compile(f"[{LETTER}]")
MOST_WORDS = 8
LONGEST_WORD = 60  # characters; longer ones are cut in the index


class Lines(Func):
    """Some fields in one text, as the index has them."""

    template = "(%(expressions)s)"
    arg_joiner = " || E'\\n' || "
    output_field = TextField()


class HasGrams(Func):
    """Whether a text (first) has what a tsquery (second) asks for, which the index knows."""

    template = "interviews_grams(%(expressions)s)::tsquery"
    arg_joiner = ") @@ lower("
    output_field = BooleanField()


@dataclass(frozen=True)
class Words:
    """What somebody looks for: each of them has to be there, English ones as the beginning of a word."""

    terms: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        return cls(tuple(dict.fromkeys(term for term in text.split() if RUN.search(term))))

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def pattern(self) -> re.Pattern[str]:
        """Each place where one of them stands; the longer first, since one may begin another."""
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
        """By the index alone; it may take 河水 … 水变 for 河水变."""
        return HasGrams(text, Value(self.query))

    @property
    def query(self) -> str:
        """What begins with a single character is nearly everything: that is asked for only if there is nothing else."""
        grams = [gram for term in self.terms for gram in _grams(term)]
        telling = [gram for gram in grams if not re.fullmatch(f"'([{HAN}]|[{LETTER}]{{1,2}})':\\*", gram)]
        return " & ".join(dict.fromkeys(telling or grams))


def _pattern(term: str) -> str:
    """Of Python's and of PostgreSQL's regular expressions."""
    literal = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", term)
    return f"(?<![{LETTER}]){literal}" if BEGINS_WITH_A_LETTER.match(term) else literal


def _grams(term: str) -> Iterator[str]:
    """Each two neighbouring Chinese characters; a single one and a word as what something begins with."""
    for run in RUN.findall(term):
        if re.match(f"[{HAN}]{{2}}", run):
            yield from (f"'{run[i : i + 2]}'" for i in range(len(run) - 1))
        else:
            yield f"'{run[:LONGEST_WORD]}':*"
