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
