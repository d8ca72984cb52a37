"""Who may import whom: shelves stand one above the other (docs/architecture.md, *Rooms of the house*)."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHELVES = [  # each may import from those before it
    *(f"interviews/models/{shelf}" for shelf in ("values", "accounts", "people", "transcript")),
    *(f"interviews/models/{shelf}" for shelf in ("archive", "desk", "figures", "changes")),
    "interviews/models",
    *(f"interviews/{shelf}" for shelf in ("photos", "rendering", "syndication", "imports", "exports")),
    *(
        f"interviews/{shelf}"
        for shelf in ("templatetags", "time_fields", "forms", "planning", "demo", "admin", "views")
    ),
    "interviews",
    "live",
]
NOT_IN_THE_DOMAIN = {"live", "channels", "daphne", "asyncio", "twisted", "autobahn"}
MODULES = sorted(
    path.relative_to(ROOT)
    for folder in ("interviews", "live")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)


def imported(path):
    """The full names of the modules that a file imports, wherever in it."""
    package = path.parent.parts
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join((*base, *filter(None, [node.module])))
            whole = [f"{name}.{alias.name}" for alias in node.names]
            yield from (one if file_of(one) else name for one in whole)


def file_of(name):
    """The project's file that a module's name stands for, if it is one."""
    path = Path(*name.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((candidate for candidate in candidates if candidate in MODULES), None)


def shelf_of(path):
    """The place in SHELVES of the innermost shelf that a file stands on."""
    return max((n for n, shelf in enumerate(SHELVES) if path.with_suffix("").is_relative_to(shelf)), key=depth)


def depth(n):
    return len(Path(SHELVES[n]).parts)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_imports_from_its_own_shelf_or_those_below_it(path):
    for name in imported(path):
        if target := file_of(name):
            assert shelf_of(target) <= shelf_of(path), f"{path} imports {name}"
        first = name.split(".")[0]
        assert path.parts[0] == "live" or first not in NOT_IN_THE_DOMAIN, f"{path} imports {name}"


def test_no_module_imports_itself_by_way_of_others():
    """A package that only gathers names (interviews.models) stands for none of its modules here."""
    modules = [path for path in MODULES if path.name != "__init__.py"]
    graph = {path: {file_of(name) for name in imported(path)} & set(modules) - {path} for path in modules}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(map(str, error.args[1]))}")
