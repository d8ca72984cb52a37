"""The oldest browsers that the pages are made for: what they lack stands in no module without something in its place.

The reader's page works from Chromium 86, Safari 15.4 and Firefox ESR 115 on, the desk from Chromium 92.
"""

import re

import pytest

from .sites import ROOT

LACKING = {  # what some browser above the floor lacks or ignores, and the modules that do without it there
    r"new FormData\([^()]*,": (),  # takes no button below Chromium 112: say fieldsOf
    r"AbortSignal\.": (),  # Chromium 103, 116: say abortAfter
    r"\.throwIfAborted\b": (),  # Chromium 100
    r"\.requestSubmit\b": (),  # Safari 16: click the button
    r":has\(|:popover-open": ("turn-tools.js", "quote-text.js"),  # unknown, it throws: Chromium 105, Firefox 121
    r"\.(show|hide|toggle)Popover\b": ("turn-tools.js", "quote-text.js"),  # Chromium 114, Firefox 125, Safari 17
    r"\.findLast(Index)?\(": (),  # Chromium 97: say findLast(…)
    r"\.at\((-|\(|[^()]*[-+%])": (),  # Chromium 92
    r"\.to(Sorted|Reversed|Spliced)\(|\.with\(": (),  # Chromium 110
    r"\b(Object|Map)\.groupBy|\bArray\.fromAsync|\bPromise\.withResolvers|\bPromise\.try": (),  # Chromium 117 …
    r"\bObject\.hasOwn\b|\bstructuredClone\b": (),  # Chromium 93, 98
    r"\brandomUUID\b": ("uuid.js",),  # Chromium 92, by https alone
    r"\bBroadcastChannel\b|\bnavigator\.locks\b": ("between-windows.js",),  # Safari 15.4, by https alone
    r"\bIntl\.(Segmenter|DurationFormat)\b": (),  # Firefox 125
    r"\.(isSubsetOf|isSupersetOf|isDisjointFrom|union|intersection|difference)\(": (),  # sets: Chromium 122
    r"\bmoveBefore\b": ("turn-list.js",),  # Chromium 133
    r"\bCSS\.highlights\b|\bnew Highlight\b": ("found-marks.js",),  # Chromium 105, Firefox 140
    r"\bcheckVisibility\b|\bscrollend\b|\bURL\.canParse\b|\buserActivation\b": (),  # Chromium 105 … 120
    r"\(\?<[=!]": (),  # Safari 16.4: a syntax error, no module that has one runs
    r"^\s*static \{": (),  # Chromium 94, Safari 16.4
    r"^(const|let) .*= await |^await ": (),  # Chromium 89, but Safari's was broken until 16.4
}
MODULES = sorted((ROOT / "static" / "js").rglob("*.js"))


def said_in(module):
    """The module's lines without comments."""
    return [re.sub(r"(^|\s)//.*", "", line) for line in module.read_text().splitlines()]


@pytest.mark.parametrize("pattern", LACKING)
def test_no_module_says_what_a_browser_in_use_lacks(pattern):
    found = [module for module in MODULES if any(re.search(pattern, line) for line in said_in(module))]
    assert [str(module) for module in found if module.name not in LACKING[pattern]] == []
    assert {module.name for module in found} == set(LACKING[pattern]), "an exception that isn't needed any more"


SHEETS = sorted((ROOT / "static" / "css").rglob("*.css"))
LACKING_EVERYWHERE = {  # in sheets: what a browser above the floor drops, with all that stands in it
    "a layer": r"@layer\b",  # Chromium 99
    "a range": r"@media[^{]*\((width|height) *[<>]",  # Chromium 104, Safari 16.4
    "a transform of its own": r"^\s*(translate|rotate|scale):",  # Chromium 104
    "nesting": r"^\s+&",  # Chromium 112
    "a colour": r"light-dark\(|oklch\(|oklab\(|color\(",  # Chromium 111, 123
}
LACKING_FOR_READERS = {
    "a list in :is()": r":is\(",  # Chromium 88
    "a list in :not()": r":not\([^()]*,",  # Chromium 88
    "a shorthand for start and end": r"^\s*(padding|margin|border)-(block|inline): ",  # Chromium 87
    "an inset": r"^\s*inset(-\w+)*: (?!auto)",  # Chromium 87
}
FOR_READERS = [sheet for sheet in SHEETS if sheet.parent.name in ("shared", "reader", "account")]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: f"{sheet.parent.name}/{sheet.stem}")
def test_no_sheet_says_what_drops_its_rules_in_a_browser_in_use(sheet):
    rules = LACKING_EVERYWHERE | (LACKING_FOR_READERS if sheet in FOR_READERS else {})
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    assert [name for name, pattern in rules.items() if re.search(pattern, css, re.MULTILINE)] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: f"{sheet.parent.name}/{sheet.stem}")
def test_what_a_browser_may_not_know_takes_no_other_selector_with_it(sheet):
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    unknown = re.compile(r":has\(|:dir\(|::highlight|::details-content|:popover-open")
    heads = [head.strip() for head in re.findall(r"(?:^|[{};])([^{};@]+)\{", css)]
    lists = [re.split(r",\s*\n\s*", head) for head in heads]
    assert [one for one in lists if len({bool(unknown.search(part)) for part in one}) > 1] == []


@pytest.mark.parametrize(
    "new", [r"color-mix\(", r"\d[dsl]v[hw]\b"], ids=["a mixed colour", "a window without its bars"]
)
def test_a_new_value_has_an_old_one_before_it(new):
    for sheet in SHEETS:
        for before, name in re.findall(rf"([^;{{]*[;{{])\s*([\w-]+): [^;]*{new}", sheet.read_text()):
            assert before.strip().startswith(f"{name}:"), f"{sheet.name}: {name}"
