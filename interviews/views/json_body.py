"""Read a JSON body strictly: what a program got wrong is named by its place and kind, and nothing of it is used."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple, NoReturn

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MAX_MISTAKES_NAMED = 100
MAX_KEY_CHARACTERS = 50  # that are repeated of a name that a program made up
MAX_INTEGER = 2**63 - 1  # PostgreSQL's bigint
MAX_DIGITS = 21  # that are read of a whole number, with its sign; one with more is too large anyway
HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
KINDS = {
    dict: _("an object"),
    list: _("a list"),
    str: pgettext_lazy("JSON", "text"),
    int: _("a whole number"),
    float: _("a number with a fraction"),
    bool: _("true or false"),
    type(None): _("null"),
}


class ListOf(NamedTuple):
    shape: Any
    max_items: int


Shape = Any
"""A type of KINDS, a ListOf, or a dict of fields and their shapes, where `name?` may be missing or null."""

Mistakes = Iterator[tuple[str, Any]]


def read(request: HttpRequest, shape: Shape) -> Any:
    """ValidationError names each mistake by its place, from 0: `turns.3.text`; `__all__` is the body as a whole."""
    body = _parsed(request)
    mistakes: dict[str, list[Any]] = {}
    for place, words in islice(_mistakes(body, shape, ""), MAX_MISTAKES_NAMED):
        mistakes.setdefault(place or "__all__", []).append(words)
    if mistakes:
        raise ValidationError(mistakes)
    return body


def _parsed(request: HttpRequest) -> Any:
    if request.content_type != "application/json":
        raise ValidationError(_("Send JSON, with Content-Type: application/json."))
    try:
        hooks: Any = {"parse_constant": _no_number, "parse_int": _integer, "object_pairs_hook": _each_name_once}
        return json.loads(str(request.body, "utf-8-sig"), **hooks)
    except UnicodeDecodeError as error:
        raise ValidationError(_("This is not UTF-8.")) from error
    except RecursionError as error:
        raise ValidationError(_("This is nested too deeply.")) from error
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise ValidationError(_("This is not JSON: line %(line)d, column %(column)d.") % where) from error


def _no_number(word: str) -> NoReturn:
    raise ValidationError(_("JSON has no %(word)s.") % {"word": word})


def _integer(digits: str) -> int:
    return int(digits[:MAX_DIGITS])


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValidationError(_("An object has “%(name)s” twice.") % {"name": _shown(name)})
        found[name] = value
    return found


def _shown(name: str) -> str:
    return HALF_A_CHARACTER.sub("\ufffd", name[:MAX_KEY_CHARACTERS])  # or no page could show it


def _mistakes(value: Any, shape: Shape, place: str) -> Mistakes:
    wanted = shape if isinstance(shape, type) else list if isinstance(shape, ListOf) else dict
    found = type(value)  # and not isinstance: true and false are no numbers
    if found is not wanted:
        yield place, _("Must be %(wanted)s, is %(found)s.") % {"wanted": KINDS[wanted], "found": KINDS[found]}
    elif wanted is dict:
        yield from _mistakes_of_object(value, shape, f"{place}." if place else "")
    elif wanted is list:
        yield from _mistakes_of_list(value, shape, place)
    elif wanted is str and HALF_A_CHARACTER.search(value):
        yield place, _("This has half a character: an unpaired surrogate.")
    elif wanted is int and abs(value) > MAX_INTEGER:
        yield place, _("This number is too large.")


def _mistakes_of_object(value: dict[str, Any], shape: dict[str, Shape], before: str) -> Mistakes:
    required, optional = ({name for name in shape if name.endswith("?") is ends} for ends in (False, True))
    for name in sorted(required - value.keys()):
        yield before + name, _("This is missing.")
    for name, found in value.items():
        if name in required:
            yield from _mistakes(found, shape[name], before + name)
        elif f"{name}?" not in optional:
            yield before + _shown(name), _("There is no field of this name.")
        elif found is not None:
            yield from _mistakes(found, shape[f"{name}?"], before + name)


def _mistakes_of_list(value: list[Any], shape: ListOf, place: str) -> Mistakes:
    if not 0 < len(value) <= shape.max_items:
        yield place, _("Must have 1 to %(most)d items, has %(many)d.") % {"most": shape.max_items, "many": len(value)}
        return
    for n, one in enumerate(value):
        yield from _mistakes(one, shape.shape, f"{place}.{n}")
