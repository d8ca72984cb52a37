"""Check JSON-LD against schema.org's own definition. msgspec-schemaorg has the definition as classes, each property
with what it may be; they are read here, since a decoder made of them would pass over what they don't know."""

import re
from datetime import date, datetime
from functools import cache
from importlib import import_module

ADDRESS = re.compile(r"https?://[^\s/]+/\S*|https?://[^\s/]+")
NO_KINDS = {"Union", "List", "Optional", "None"}


def wrong(thing, at="$"):
    """Every mistake, by where it stands."""
    if not isinstance(thing, dict) or not (kind := class_of(thing)):
        return [f"{at}: has no @type that schema.org knows"]
    mistakes = []
    for name, value in thing.items():
        if name.startswith("@"):
            continue
        for one in value if isinstance(value, list) else [value]:
            mistakes += wrong_value(one, properties(kind).get(name), f"{at}.{name}")
        if value in ("", [], None):
            mistakes.append(f"{at}.{name}: is empty")
    return mistakes


def wrong_value(value, kinds, at):
    if kinds is None:
        return [f"{at}: is no property of it"]
    if isinstance(value, dict):
        kind = class_of(value)
        may_be = kind and any(issubclass(kind, other) for other in map(named, kinds) if other)
        return wrong(value, at) if may_be or not kind else [f"{at}: may not be a {value['@type']}"]
    return [] if any(is_a(value, kind) for kind in kinds) else [f"{at}: {value!r} is none of {sorted(kinds)}"]


def is_a(value, kind):
    match kind:
        case "str":
            return isinstance(value, str)
        case "URL":
            return isinstance(value, str) and bool(ADDRESS.fullmatch(value))
        case "datetime":
            return parsed(value, datetime) is not None and parsed(value, datetime).tzinfo is not None
        case "date":
            return parsed(value, date) is not None
        case "int" | "float":
            return isinstance(value, int | float)
    return False


def parsed(value, kind):
    try:
        return kind.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def class_of(thing):
    return named(str(thing.get("@type")))


def named(name):
    """The class of this name. All are loaded when the first is asked for: who only collects the tests needs none."""
    return getattr(import_module("msgspec_schemaorg.models"), name, None)


@cache
def properties(kind):
    """Its own and those of what it is a kind of: `author` may be {"Organization", "Person"}."""
    known = {}
    for one in kind.__mro__:
        for name, words in vars(one).get("__annotations__", {}).items():
            known.setdefault(name, set(re.findall(r"\w+", str(words))) - NO_KINDS)
    return known
