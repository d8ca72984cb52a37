"""Every word of the pages is there in Chinese and in English (which the source is written in)."""

import ast
import re
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "interviews" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "npgettext"}
STRING = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""


def strings_of_python(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            yield texts[1] if "pgettext" in node.func.id else texts[0]


def strings_of_template(path):
    for line in re.finditer(rf"(\w+)\(u?({STRING})(?:,\s*u?({STRING}))?", templatize(path.read_text())):
        if line[1] in MARKS:
            yield ast.literal_eval(line[3] if "pgettext" in line[1] else line[2])


def used():
    for path in [*(ROOT / "interviews").rglob("*.py"), *(ROOT / "live").rglob("*.py")]:
        yield from strings_of_python(path)
    for path in (ROOT / "templates").rglob("*.html"):
        yield from strings_of_template(path)


def test_every_string_is_in_the_catalogue():
    known = {entry.msgid for entry in polib.pofile(CATALOGUE) if not entry.obsolete}
    assert sorted(set(used()) - known) == [], "make messages"


def test_every_string_is_translated_and_none_is_a_guess():
    catalogue = polib.pofile(CATALOGUE)
    assert [entry.msgid for entry in catalogue.untranslated_entries() + catalogue.fuzzy_entries()] == []


def test_placeholders_are_kept():
    for entry in polib.pofile(CATALOGUE):
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                wanted = re.findall(r"%\(\w+\)[sd]", entry.msgid_plural or entry.msgid)
                assert sorted(re.findall(r"%\(\w+\)[sd]", text)) == sorted(wanted), entry.msgid


def test_the_compiled_catalogue_is_of_this_source():
    source = {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in polib.pofile(CATALOGUE) if not e.obsolete}
    compiled = {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in polib.mofile(CATALOGUE.with_suffix(".mo"))}
    assert compiled == source, "make messages"
