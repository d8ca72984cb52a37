"""Of every script and style sheet a page gets one version, and gets it once."""

import json
import re
import urllib.request

import pytest
from django.conf import settings

IMPORTED = re.compile(r"""\b(?:import|from)[\s(]*["'](\.[^"']+)["']""")
HASHED = re.compile(r"[\w-]+\.[0-9a-f]{12}\.js")
DEFINED = re.compile(r"""customElements\.define\("([\w-]+)",""")
MODULES = sorted((settings.BASE_DIR / "static" / "js").rglob("*.js"))


@pytest.fixture
def scripts(collected_static):
    names = json.loads((settings.STATIC_ROOT / "staticfiles.json").read_text())["paths"]
    return [settings.STATIC_ROOT / name for plain, name in names.items() if plain.startswith("js/")]


def test_a_module_imports_others_by_the_names_that_pages_load_them_by(scripts):
    imported = {script.parent / name for script in scripts for name in IMPORTED.findall(script.read_text())}
    assert imported
    assert [name for name in imported if not HASHED.fullmatch(name.name)] == []
    assert {name.resolve() for name in imported} <= {script.resolve() for script in scripts}


def test_an_element_has_a_file_of_its_name_and_a_lib_has_none():
    defined = {module: DEFINED.findall(module.read_text()) for module in MODULES}
    assert {m: d for m, d in defined.items() if d != ([] if m.parent.name == "lib" else [m.stem])} == {}


def test_a_static_file_is_what_it_says_and_may_be_kept_for_good(site):
    sheet = re.search(r'href="(/static/css/shared/base\.[0-9a-f]{12}\.css)"', site.get("/"))[1]
    with urllib.request.urlopen(site.here + sheet) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in answer.headers["Cache-Control"]
