"""The tables of the folding, from OpenCC's data and from Python's module: `make folding` writes them anew."""

import os
import re
from pathlib import Path

import django
from opencc import OpenCC

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / "interviews/models/values/simplified.py"
JAVASCRIPT = ROOT / "static/js/reader/lib/folding-table.js"
IDEOGRAPHS = [*range(0x3400, 0xA000), *range(0x20000, 0x32000)]
WIDTH = 70  # characters a line


def simplified() -> dict[str, str]:
    """Each traditional character with the first simplified one of OpenCC's table."""
    # a line each, so that none is taken for a part of a phrase
    written = "\n".join(map(chr, IDEOGRAPHS))
    convert = OpenCC("t2s").convert
    pairs = zip(written.split("\n"), convert(convert(written)).split("\n"), strict=True)  # 薴 by way of 苧 to 苎
    return {one: other for one, other in pairs if one != other}


def python() -> str:
    pairs = simplified()
    return (
        '"""Each traditional character with its simplified one by OpenCC. `make folding` writes it."""\n\n'
        f"TRADITIONAL = (\n{_lines(pairs)}\n)\nSIMPLIFIED = (\n{_lines(pairs.values())}\n)\n"
    )


def javascript() -> str:
    from interviews.models.values.characters import DROPPED, IGNORABLE
    from interviews.models.values.folding import ACCENTS, REPLACED
    from interviews.models.values.simplified import SIMPLIFIED, TRADITIONAL

    return (
        "// What folding.js folds by, made of models/values/folding.py. `make folding` writes it.\n\n"
        f"export const REPLACED =\n  {_quoted(' '.join(f'{a}{b}' for a, b in REPLACED.items()))};\n"
        f"export const TRADITIONAL =\n  {_quoted(TRADITIONAL)};\nexport const SIMPLIFIED =\n  {_quoted(SIMPLIFIED)};\n"
        f"export const ACCENTS =\n  {_quoted(_escaped(ACCENTS + IGNORABLE))};\n"
        f"export const DROPPED =\n  {_quoted(_escaped(DROPPED.pattern[1:-2]))};\n"
    )


def _lines(characters) -> str:
    text = "".join(characters)
    return "\n".join(f'    "{text[n : n + WIDTH]}"' for n in range(0, len(text), WIDTH))


def _escaped(characters: str) -> str:
    return re.sub(r"[^ -~]", lambda found: f"\\u{{{ord(found[0]):x}}}", characters)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', r"\"") + '"'


if __name__ == "__main__":
    PYTHON.write_text(python())
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "live.settings",
        "DATABASE_URL": "postgresql:///none",
        "SECRET_KEY": "none",
    }
    django.setup()
    JAVASCRIPT.write_text(javascript())
