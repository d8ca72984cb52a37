"""Whom of an address book a row without a slug may be about: by e-mail, by name with title, by a name that is close."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from interviews.models.people.duplicates import Reason
from interviews.models.people.likeness import are_near, keys, plain, similar
from interviews.models.people.person import MAX_PEOPLE_CLOSE
from interviews.models.values.folding import fold


class Match(NamedTuple):
    """Says who a row may be about and why; whoever is certain is the only one."""

    people: dict[int, list[Reason]]
    is_certain: bool


class Book:
    """Everybody of one kind as rows name them. Who was merged into somebody keeps a slug, and is no match."""

    def __init__(self, model: Any) -> None:
        everybody = model.objects.order_by("pk").values_list("pk", "slug", "name", "title", "email", "merged_into")
        self.slugs: set[str] = set()
        self.slug_of_name: dict[str, str] = {}
        self._name: dict[int, str] = {}
        self._title: dict[int, str] = {}
        self._named: dict[str, list[int]] = defaultdict(list)
        self._reached: dict[str, list[int]] = defaultdict(list)
        for pk, slug, name, title, email, merged in everybody:
            self.slugs.add(slug)
            if not merged:
                self._add(pk, slug, name, title, email)

    def match(self, name: str, title: str, email: str) -> Match:
        """Be certain of the one for whom all speaks. An address may be an office's: another name is asked about."""
        reached = self._reached.get(email.casefold(), []) if email else []
        named = self._named.get(plain(name), [])
        titled = [pk for pk in named if self._title[pk] == fold(title)] if title or len(named) == 1 else []
        near = [*named, *self._near(name)]
        certain = set.intersection(*map(set, filter(None, (reached, titled)))) if reached or titled else set()
        is_certain = len(certain) == 1 and (not name or certain <= set(near))
        people = list(certain) if is_certain else list(dict.fromkeys([*titled, *named, *reached, *near]))
        why = {pk: list(self._reasons(pk, named, reached, near)) for pk in people[:MAX_PEOPLE_CLOSE]}
        return Match(why, is_certain)

    def _add(self, pk: int, slug: str, name: str, title: str, email: str) -> None:
        self.slug_of_name[plain(name)] = slug
        self._name[pk], self._title[pk] = name, fold(title)
        self._named[plain(name)].append(pk)
        if email:
            self._reached[email.casefold()].append(pk)

    def _near(self, name: str) -> Iterator[int]:
        one = similar(name)
        sharing = {other for key in keys(one) for other in self._sharing.get(key, ())} if one else set()
        for other in sorted(sharing):
            if are_near(one, other):
                yield from self._having[other]

    @cached_property
    def _having(self) -> dict[str, list[int]]:
        having = defaultdict(list)
        for pk, name in self._name.items():
            having[similar(name)].append(pk)
        return having

    @cached_property
    def _sharing(self) -> dict[str, list[str]]:
        sharing = defaultdict(list)
        for name in self._having:
            for key in set(keys(name)):
                sharing[key].append(name)
        return sharing

    @staticmethod
    def _reasons(pk: int, named: list[int], reached: list[int], near: list[int]) -> Iterator[Reason]:
        if pk in near:
            yield Reason.NAME if pk in named else Reason.SIMILAR
        if pk in reached:
            yield Reason.EMAIL
