"""Results as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from holdfast.evaluate import Assessment
from holdfast.runs.document import INCIDENTS

UNITS = {
    "persons": "persons",
    "response_days": "days",
    "eur_per_year": "eur_per_year",
    "incidents_per_week": "per_week",
    "heavy_incidents_per_week": "per_week",
    "recorded_incidents_per_week": "per_week",
    "deaths_per_year": "persons_per_year",
    "mission_deaths_per_year": "persons_per_year",
    "ground_km2_if_attacked": "km2",
    "losses_if_it_fails": "persons",
}
"""Units of outcomes; the rest are shares."""
AUTHORITY = {
    "adopt": "share",
    "adopt_if_agreed": "share",
    "days": "days",
    "filled": "share",
    "eur_per_year": "eur_per_year",
    "mission_eur_per_year": "eur_per_year",
    "support_eur_per_year": "eur_per_year",
}
"""Outcomes of a route to authority, and their units."""
YEARLY = ("hold_if_deployed", "hold_overall")


def tidy_table(document: dict[str, Any]) -> pl.DataFrame:
    """Return a comparison document as a table: a row for each arrangement, outcome and year."""
    return pl.DataFrame(
        list(_rows(document)),
        schema={
            "arrangement": pl.String,
            "outcome": pl.String,
            "year": pl.Int64,
            "unit": pl.String,
            "mean": pl.Float64,
            "low": pl.Float64,
            "high": pl.Float64,
            "computing_error": pl.Float64,
        },
        orient="row",
    )


def _rows(document: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the tidy table."""
    for one in document["arrangements"]:
        for outcome in ("accepted", "authorised", "filled", "persons", "attributed", "response_days"):
            yield (one["name"], outcome, None, UNITS.get(outcome, "share"), *_numbers(one[outcome]))
        for outcome in YEARLY:
            for year, numbers in one[outcome].items():
                yield (one["name"], outcome, int(year), "share", *_numbers(numbers))
        for cause, numbers in one["causes"].items():
            yield (one["name"], f"cause_{cause}", document["years"], "share", *_numbers(numbers))
        yield (one["name"], "eur_per_year", None, UNITS["eur_per_year"], *_numbers(one["eur_per_year"]))
        within = {INCIDENTS[key]: numbers for key, numbers in one["incidents"].items()}
        for outcome, numbers in {**within, **one["if_it_fails"]}.items():
            yield (
                one["name"],
                outcome,
                document["years"],
                UNITS.get(outcome, "share"),
                *_numbers(numbers),
            )


def authority_table(document: dict[str, Any]) -> pl.DataFrame:
    """Return who must agree as a table: a row for each party or body and outcome."""
    parties = [
        (code, "accepted", None, "share", *_numbers(numbers))
        for code, numbers in document["accepted"].items()
    ]
    bodies = [
        row
        for body in document["bodies"]
        for row in (
            *((body["body"], name, None, unit, *_numbers(body[name])) for name, unit in AUTHORITY.items()),
            *((body["body"], "renew", one["date"], "share", *_numbers(one)) for one in body["renewals"]),
        )
    ]
    names = ("who", "outcome", "date", "unit", "mean", "low", "high", "computing_error")
    kinds = (*[pl.String] * 4, *[pl.Float64] * 4)
    return pl.DataFrame(parties + bodies, schema=dict(zip(names, kinds, strict=True)), orient="row")


def _numbers(quantity: dict[str, Any]) -> tuple[float | None, ...]:
    return tuple(quantity[key] for key in ("mean", "low", "high", "computing_error"))


def outcome_table(assessments: Sequence[Assessment]) -> pl.DataFrame:
    """Return outcomes by arrangement and future; null where an outcome has no meaning."""
    parts = []
    for assessment in assessments:
        columns = {name: pl.Series(values).fill_nan(None) for name, values in assessment.outcomes.items()}
        size = len(next(iter(assessment.outcomes.values())))
        parts.append(
            pl.DataFrame(
                {
                    "arrangement": pl.Series([assessment.arrangement.name] * size, dtype=pl.String),
                    "future": pl.Series(np.arange(size)),
                    **columns,
                }
            )
        )
    return pl.concat(parts)
