"""Classes and colours: which colour a sector has, and what the legend says of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from holdfast.present.map.picture import Belt, Picture, SectorMark

MOST_CLASSES: Final = 5
RAMP: Final = ("#f7d13d", "#ed6925", "#bc3754", "#781c6d", "#1b0c41")
"""From light to dark at even steps of lightness, so that it reads without colour too: samples of the map
"inferno" by S. van der Walt and N. Smith (CC0), safe for the colour-blind."""
SORTS: Final = ("#0072b2", "#e69f00", "#cc79a7", "#009e73", "#56b4e9", "#d55e00", "#f0e442", "#000000")
"""Colours of sorts without order, safe for the colour-blind (Okabe and Ito, 2008)."""
NO_VALUE: Final = "#9a9a9a"
DASHES: Final = (None, "7 4", "2 3")
"""How lines are broken when there are more sorts than colours."""

_STEPS: Final = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5))


@dataclass(frozen=True)
class Class:
    """One row of the legend: what it says, its colour and dashes, and the keys of its sectors."""

    text: str
    colour: str
    dashes: str | None
    keys: tuple[str, ...]


def classes_of(picture: Picture) -> tuple[Class, ...]:
    """Return the classes of a picture's sectors, each sector in one: by value, or by sort without values."""
    return _by_value(picture.sectors) if picture.has_values else _by_sort(picture.sectors)


def bounds(values: Sequence[float]) -> tuple[Fraction, ...]:
    """Return round numbers, evenly spaced, that part values into at most five classes.

    The first is at most the least value and the last at least the largest. A class holds its lower bound
    and not its upper one; the last holds both. Values that are all the same have one class of no width.
    """
    least, most = _tidy(min(values)), _tidy(max(values))
    if least == most:
        return (least, least)
    power = math.floor(math.log10(float(most - least))) - 2
    while True:
        for step in (size * Fraction(10) ** power for size in _STEPS):
            first, last = math.floor(least / step), math.ceil(most / step)
            if last - first <= MOST_CLASSES:
                return tuple(step * number for number in range(first, last + 1))
        power += 1


def _by_value(sectors: Sequence[SectorMark]) -> tuple[Class, ...]:
    values = {sector.key: sector.value for sector in sectors if sector.value is not None}
    edges = bounds(list(values.values()))
    colours = _spread(len(edges) - 1)
    rows = []
    for place, (low, high) in enumerate(pairwise(edges)):
        last = place == len(edges) - 2
        keys = tuple(
            key for key, value in values.items() if _tidy(value) >= low and (_tidy(value) < high or last)
        )
        text = f"{_written(low, edges)} to {_written(high, edges)}" if low < high else f"{float(low):g}"
        rows.append(Class(text, colours[place], None, keys))
    missing = tuple(sector.key for sector in sectors if sector.value is None)
    return (*rows, Class("no value", NO_VALUE, None, missing)) if missing else tuple(rows)


def _by_sort(sectors: Sequence[SectorMark]) -> tuple[Class, ...]:
    sorts: dict[str, list[str]] = {}
    for sector in sectors:
        sorts.setdefault(sector.sector_class, []).append(sector.key)
    return tuple(
        Class(
            sort.replace("_", " "),
            SORTS[place % len(SORTS)],
            DASHES[place // len(SORTS) % len(DASHES)],
            tuple(keys),
        )
        for place, (sort, keys) in enumerate(sorts.items())
    )


def colour_by_key(classes: Sequence[Class]) -> Mapping[str, Class]:
    """Return each sector's class."""
    return {key: one for one in classes for key in one.keys}


def _tidy(value: float) -> Fraction:
    """Return a number without the error of its binary form: 0.6 is six tenths."""
    return Fraction(repr(float(value)))


def _written(bound: Fraction, edges: Sequence[Fraction]) -> str:
    """Return a bound with as many decimals as the bounds need."""
    step = edges[1] - edges[0]
    decimals = next((n for n in range(16) if (step * 10**n).denominator == 1), 16)
    return f"{float(bound):,.{decimals}f}"


def _spread(number: int) -> list[str]:
    """Return so many colours of the ramp, as far apart as it allows."""
    if number == 1:
        return [RAMP[2]]
    return [RAMP[round(place * (len(RAMP) - 1) / (number - 1))] for place in range(number)]


@dataclass(frozen=True)
class BeltLook:
    """How a side's belts are drawn: the colour of fill and edge, and the dashes of the edge."""

    colour: str
    dashes: str | None


def belt_looks(belts: Sequence[Belt]) -> Mapping[str, BeltLook]:
    """Return the look of each side's belts, in the order in which the sides first stand."""
    sides = dict.fromkeys(belt.side for belt in belts)
    return {
        side: BeltLook(SORTS[place % len(SORTS)], DASHES[place % len(DASHES)])
        for place, side in enumerate(sides)
    }
