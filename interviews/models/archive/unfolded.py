"""The search of versions up to 0.1, by the indexes of migration 0004: used until `index_search` has folded every text.

To be deleted, with the database's functions interviews_grams and interviews_is_han, two versions later.
"""

import re

from django.db import connection
from django.db.models import BooleanField, Func, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.lookups import Contains, IContains, IRegex

from .search_words import BEGINS_WITH_A_LETTER, Words, pattern, tsquery

INDEXES = ("turn_grams", "interview_grams", "guest_grams", "host_grams")
_dropped: list[str] = []  # by the last step of `index_search`; asked for until then, since they don't come back


class Lines(Func):
    """Several fields joined to one text, as in the index."""

    template = "(%(expressions)s)"
    arg_joiner = " || E'\\n' || "
    output_field = TextField()


class HasGrams(Func):
    template = "interviews_grams(%(expressions)s)::tsquery"
    arg_joiner = ") @@ lower("
    output_field = BooleanField()


def is_in_use() -> bool:
    if not _dropped:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s)", [INDEXES[0]])
            _dropped.extend(INDEXES if cursor.fetchone()[0] is None else ())
    return not _dropped


def stand_in(words: Words, text: Combinable) -> Q:
    found = Q()
    for term in words.typed:
        has_case = term.lower() != term.upper()
        found &= Q(IContains(text, term) if has_case else Contains(text, term))
        if BEGINS_WITH_A_LETTER.match(term):
            found &= Q(IRegex(text, re.sub(" [+]", " ", pattern(term))))
    return found


def may_stand_in(words: Words, text: Combinable) -> HasGrams:
    return HasGrams(text, Value(tsquery(words.typed)))
