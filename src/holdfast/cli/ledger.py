"""The command ``ledger``."""

from __future__ import annotations

import datetime as dt
import fnmatch
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.case import Case
from holdfast.cli.common import Output
from holdfast.ledger import stale
from holdfast.vocabulary.estimate import Estimate

COLUMNS = (
    "name",
    "meaning",
    "unit",
    "p05",
    "median",
    "p95",
    "status",
    "confidence",
    "sources",
    "as_of",
    "stale",
    "of",
    "note",
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows to print; None lets all pass."""

    name: str | None
    status: str | None
    confidence: str | None
    source: str | None
    unit: str | None
    stale: bool

    def takes(self, estimate: Estimate, *, is_stale: bool) -> bool:
        """Return whether a row passes."""
        return (
            (self.name is None or fnmatch.fnmatchcase(estimate.name, self.name))
            and self.status in {None, estimate.status}
            and self.confidence in {None, estimate.confidence}
            and (self.source is None or self.source in {basis.source for basis in estimate.sources})
            and self.unit in {None, estimate.unit}
            and (not self.stale or is_stale)
        )


def today() -> dt.date:
    """Return the day by the machine's clock."""
    return dt.datetime.now(tz=dt.UTC).date()


def stale_names(case: Case, day: dt.date) -> list[str]:
    """Return the estimates that should be looked at again by a day."""
    return [name for name, estimate in case.ledger.items() if stale(estimate, day)]


def write_ledger(case: Case, wanted: Filter, output: Output, day: dt.date) -> None:
    """Write the rows of a case's ledger that pass the filter."""
    rows = [
        _row(case, name, day)
        for name, one in case.ledger.items()
        if wanted.takes(one, is_stale=stale(one, day))
    ]
    document = {
        "holdfast": "ledger-listing/1",
        "case": case.about.name,
        "hashes": dict(case.hashes),
        "estimates": rows,
        "sources": _sources(case, rows),
    }
    output.write(
        document,
        lambda: _text(case, rows, len(case.ledger)),
        lambda: (COLUMNS, [[_cell(row[column]) for column in COLUMNS] for row in rows]),
    )


def _row(case: Case, name: str, day: dt.date) -> dict[str, Any]:
    """Return one estimate as a row."""
    estimate = case.ledger[name]
    low, middle, high = (float(value) for value in case.ledger.shape(name).quantile([0.05, 0.5, 0.95]))
    return {
        "name": name,
        "meaning": estimate.meaning,
        "unit": estimate.unit,
        "p05": low,
        "median": middle,
        "p95": high,
        "status": estimate.status,
        "confidence": estimate.confidence,
        "sources": [
            basis.source + (f"/{basis.statement}" if basis.statement else "") for basis in estimate.sources
        ],
        "as_of": str(estimate.as_of),
        "stale": stale(estimate, day),
        "of": "model" if name in case.model_names else "case",
        "note": estimate.note,
    }


def _cell(value: Any) -> Any:  # noqa: ANN401 - any cell
    return "; ".join(value) if isinstance(value, list) else value


def _sources(case: Case, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the sources that the rows rest on."""
    keys = sorted({one.partition("/")[0] for row in rows for one in row["sources"]})
    return [
        {
            "key": key,
            **case.sources[key].model_dump(
                mode="json", include={"title", "author", "published", "address", "kind", "seen"}
            ),
        }
        for key in keys
    ]


def _text(case: Case, rows: Sequence[dict[str, Any]], total: int) -> str:
    """Return the rows as text."""
    from holdfast.present.layout import table

    if not rows:
        return f"No estimate of {case.about.name} passes this filter; it has {total}.\n"
    judged = sum(row["status"] == "judgement" for row in rows)
    cells = [
        (
            "\n".join(textwrap.wrap(row["name"], 30, break_on_hyphens=True)),
            textwrap.fill(row["meaning"], 34),
            "\n".join((f"{row['median']:.3g}", f"{row['p05']:.3g} to {row['p95']:.3g}", row["unit"])),
            f"{row['confidence']}{' *' if row['status'] == 'judgement' else ''}\n{row['as_of']}"
            + ("\nSTALE" if row["stale"] else ""),
        )
        for row in rows
    ]
    return (
        table(("estimate", "meaning", "median, 5 to 95 %", "mark, date"), cells)
        + f"\n\n{len(rows)} of {total} estimates of {case.about.name}; {judged} are judgements (*).\n"
        "Marks: A seen in a primary source, B second-hand, C computed, K general knowledge, k the same but\n"
        "verify, J judgement.\n"
        "Sources: --json.\n"
    )
