"""Results as comma-separated values that open safely in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from holdfast.files.writing import csv_safe


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows as CSV with a header; text that a spreadsheet would run as a formula is quoted."""
    lines = [_line(columns)]
    lines += [_line([csv_safe(cell) if isinstance(cell, str) else cell for cell in row]) for row in rows]
    return "".join(lines)


def _line(cells: Sequence[Any]) -> str:
    """Return one line; a cell with any kind of line break in it is quoted."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue().removesuffix("\r\n") + "\n"
