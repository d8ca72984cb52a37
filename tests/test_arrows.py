"""Who may import whom (docs/architecture.md)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "models": {"slugs"},
    "slugs": set(),
    "differences": set(),
    "charts": set(),
    "spreadsheets": set(),
    "rendering": {"models"},
    "photos": {"models"},
    "backend": {"models"},
    "identity": {"models"},
    "structured": {"models"},
    "calendars": {"models", "identity"},
    "feeds": {"models", "rendering", "identity", "structured"},
    "sitemaps": {"models"},
    "exports": {"models", "rendering", "imports", "structured", "templatetags"},
    "forms": {"models", "photos"},
    "speeches": {"models", "forms"},
    "imports": {"models"},
    "planning": {"models", "imports"},
    "templatetags": {"models", "differences", "structured", "exports"},
    "demo": {"models"},
    "admin": {"models", "forms", "rendering", "imports", "photos", "spreadsheets"},
    "views": {
        *("models", "forms", "rendering", "imports", "photos", "planning"),
        *("calendars", "charts", "exports", "feeds", "sitemaps", "speeches", "spreadsheets"),
    },
    "management": {"models", "forms", "rendering", "imports", "exports"},
    "urls": {"views"},
    "apps": {"models"},
    "middleware": {"models"},
}
NOT_IN_THE_DOMAIN = {"live", "channels", "daphne", "asyncio", "twisted", "autobahn"}


def imported(path):
    """The modules that a file imports, wherever in it, by their full names."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join((*base, *filter(None, [node.module])))
            yield from ([name] if node.module else [f"{name}.{alias.name}" for alias in node.names])


DOMAIN = sorted(path for path in (ROOT / "interviews").rglob("*.py") if "migrations" not in path.parts)


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_it_may(path):
    room = path.relative_to(ROOT / "interviews").parts[0].removesuffix(".py")
    for name in imported(path):
        first, *rest = name.split(".")
        assert first not in NOT_IN_THE_DOMAIN, f"{path} imports {name}"
        if first == "interviews" and rest and room != "__init__" and rest[0] != room:
            assert rest[0] in MAY_IMPORT[room], f"{path} imports {name}"
