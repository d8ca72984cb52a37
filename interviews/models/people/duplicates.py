"""Find people who may be in the address book twice.

Each person gets some keys, and people with a key in common are a group; two names are compared only where they share
one of likeness.keys(). This takes 1.2 seconds of 20,000 people. So it is done again only when somebody has
changed, which PostgreSQL tells at once.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .likeness import are_near, keys, plain, similar
from .person import Guest, Host

PHONE_NUMBER = re.compile(r"[\d\s()（）+.\-–]{7,}")
STATE = """
SELECT md5(string_agg(concat_ws(E'\n', id, name, email, phone), E'\n' ORDER BY id)) FROM {table}
WHERE merged_into_id IS NULL
"""
DIGITS_COMPARED = 9  # the last ones, which are the same with and without the country code


class Reason(TextChoices):
    NAME = "name", _("same name")
    SIMILAR = "similar", _("similar name")
    EMAIL = "email", _("same e-mail")
    PHONE = "phone", _("same phone")


class Group(NamedTuple):
    people: tuple[int, ...]
    reasons: list[Reason]


def duplicates(model: type[Guest] | type[Host]) -> list[Group]:
    with connection.cursor() as cursor:
        cursor.execute(STATE.format(table=model._meta.db_table))
        (state,) = cursor.fetchone()
    return _found(model, state)


@lru_cache(maxsize=2)  # guests and hosts, as they were when somebody last asked
def _found(model: type[Guest] | type[Host], _state: str) -> list[Group]:
    people = model.objects.unmerged().order_by("name", "pk").values_list("pk", "name", "email", "phone")
    sharing = defaultdict(list)
    for pk, *about in people:
        for key in dict.fromkeys(_keys(*about)):
            sharing[key].append(pk)
    reasons: dict[tuple[int, ...], list[Reason]] = defaultdict(list)
    for (reason, _key), pks in sharing.items():
        if len(pks) > 1:
            reasons[tuple(pks)].append(reason)
    for both in _near({pk: similar(name) for pk, name, _email, _phone in people}):
        reasons[both].append(Reason.SIMILAR)
    return list(_without_subsets(reasons))


def _near(names: dict[int, str]) -> Iterator[tuple[int, ...]]:
    """Yield for each two names that are near, and not the same, everybody who has one of them."""
    having, sharing = defaultdict(list), defaultdict(list)
    for pk, name in names.items():
        having[name].append(pk)
    for name in having:
        for key in set(keys(name)):
            sharing[key].append(name)
    place = {pk: n for n, pk in enumerate(names)}
    pairs = (pair for some in sharing.values() for pair in combinations(some, 2) if are_near(*pair))
    for one, other in dict.fromkeys(pairs):
        yield tuple(sorted(having[one] + having[other], key=place.__getitem__))


def _keys(name: str, email: str, phone: str) -> Iterator[tuple[Reason, str]]:
    yield Reason.NAME, plain(name)
    yield Reason.SIMILAR, similar(name)
    if email:
        yield Reason.EMAIL, email.casefold()
    for number in PHONE_NUMBER.findall(phone):
        digits = re.sub(r"\D", "", number)
        if len(digits) >= 7:
            yield Reason.PHONE, digits[-DIGITS_COMPARED:]


def _without_subsets(reasons: dict[tuple[int, ...], list[Reason]]) -> Iterator[Group]:
    groups_of = defaultdict(list)
    for people in reasons:
        for pk in people:
            groups_of[pk].append(set(people))
    for people, why in reasons.items():
        if not any(set(people) < other for other in groups_of[people[0]]):
            yield Group(people, [it for it in why if it != Reason.SIMILAR or Reason.NAME not in why])
