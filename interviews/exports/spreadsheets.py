"""Tables as files that spreadsheet programs open."""

import csv
import io
from collections.abc import Iterable
from typing import Any

BOM = "\ufeff"  # without it Excel doesn't take Chinese for UTF-8
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(*rows: Iterable[Any]) -> str:
    """Write numbers as numbers, and put an apostrophe before text that a spreadsheet would run as a formula."""
    file = io.StringIO()
    csv.writer(file).writerows([_safe(cell) for cell in row] for row in rows)
    return BOM + file.getvalue()


def _safe(cell: Any) -> Any:
    if cell is None or isinstance(cell, int):
        return cell
    return f"'{cell}" if str(cell).startswith(FORMULA_STARTS) else str(cell)
