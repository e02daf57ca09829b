"""Write the baseline of the current model version anew: only with a line in CHANGELOG on how results move."""

from __future__ import annotations

import json
from pathlib import Path

from holdfast import MODEL_VERSION
from holdfast.cases import load_case
from holdfast.runs import compare

FUTURES = 256
FOLDER = Path(__file__).parent


def path() -> Path:
    """Return the file of the current model version."""
    return FOLDER / f"ukraine-{MODEL_VERSION}.json"


def results() -> dict[str, dict[str, list[float | None]]]:
    """Return mean, low and high of every outcome, by settlement, arrangement, outcome and year."""
    found = {}
    for settlement in sorted(load_case("ukraine").settlements):
        table = compare("ukraine", settlement=settlement, futures=FUTURES).table
        found[settlement] = {
            "/".join(
                str(part) for part in (row["arrangement"], row["outcome"], row["year"]) if part is not None
            ): [
                row["mean"],
                row["low"],
                row["high"],
            ]
            for row in table.iter_rows(named=True)
        }
    return found


if __name__ == "__main__":
    path().write_text(json.dumps(results(), indent=1) + "\n", encoding="utf-8")
