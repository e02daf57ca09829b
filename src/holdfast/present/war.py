"""The war that goes on if a settlement is refused, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from holdfast.present.layout import table, wrapped
from holdfast.present.numbers import count, number_range, ratio, signed_range

MOST_YEARS: Final = 5
"""Later years are in the document alone: the path says little there."""


def war_goes_on(war: Mapping[str, Any]) -> str:
    """Return what stands if the settlement is refused: the war, year by year, as ranges."""
    shown = [one for one in war["by_year"] if one["year"] <= MOST_YEARS]
    host, opponent = shown[0]["casualties"]
    rows = [
        (
            f"{one['year']} y",
            number_range(one["strength_ratio"], ratio),
            signed_range(one["ground_km2"]),
            *(number_range(numbers, count) for numbers in one["casualties"].values()),
        )
        for one in shown
    ]
    titles = (
        "after",
        f"strength of {host}\nover {opponent}",
        f"km2 gained by {opponent}\n(minus: lost)",
        *(f"killed, wounded\n{code}" for code in (host, opponent)),
    )
    return "\n".join(
        [
            "If it is refused the war goes on, if nobody stops it",
            table(titles, rows),
            "Stocks of both sides by then",
            _stocks(shown),
            wrapped(f"{war['caution']} Materiel: 1 is that of the day of the line.", indent="  "),
            _support(war["support"]),
        ]
    )


def _stocks(shown: Sequence[Mapping[str, Any]]) -> str:
    """Return persons and materiel of both sides after some years, as ranges."""
    rows = [
        (
            f"{one['year']} y",
            *(number_range(numbers, count) for numbers in one["persons"].values()),
            *(number_range(numbers, ratio) for numbers in one["materiel"].values()),
        )
        for one in shown
    ]
    codes = list(shown[0]["persons"])
    return table(
        ("after", *(f"persons\n{code}" for code in codes), *(f"materiel\n{code}" for code in codes)), rows
    )


def _support(compared: Sequence[Mapping[str, Any]]) -> str:
    """Return what the arrangement's support does to the ratio of strengths, in war and in peace."""
    last = compared[-1]
    same = all(
        last[f"in_{time}_with_it"]["mean"] == last[f"in_{time}_without"]["mean"] for time in ("war", "peace")
    )
    if same:
        return wrapped("Support is as at the halt, in war as in peace.", indent="  ")
    told = "; ".join(
        f"in {time} {number_range(last[f'in_{time}_with_it'], ratio)} against "
        f"{number_range(last[f'in_{time}_without'], ratio)} with support as at the halt"
        for time in ("war", "peace")
    )
    return wrapped(
        f"Its support, after {last['year']:g} years, as the ratio of strengths: {told}.", indent="  "
    )
