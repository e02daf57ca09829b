"""The yearly bill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


SUPPORT = "support to the host"
"""The line of the bill that is no item's."""


@dataclass(frozen=True, slots=True)
class Item:
    """A number of things at a price, per future: persons or sensors, and euro a year for each."""

    name: str
    quantity: Array
    eur_per_year_each: Array


@dataclass(frozen=True, slots=True)
class CostQuery:
    """What one phase pays for: items, and military support to the host in euro a year."""

    items: tuple[Item, ...]
    support_eur_per_year: Array


@dataclass(frozen=True, slots=True)
class Bill:
    """Euro a year per future: in all, for the mission alone, and line by line."""

    total: Array
    mission: Array
    lines: Mapping[str, Array]


def bill(query: CostQuery) -> Bill:
    """Return the yearly bill.

    CO1: an item costs quantity x price.
    CO2: the total is the sum of the items and the support.
    """
    lines: dict[str, Array] = {}
    for item in query.items:
        amount = item.quantity * item.eur_per_year_each
        lines[item.name] = lines[item.name] + amount if item.name in lines else amount
    mission = np.sum(list(lines.values()), axis=0) if lines else np.zeros_like(query.support_eur_per_year)
    lines[SUPPORT] = lines.get(SUPPORT, np.zeros_like(mission)) + query.support_eur_per_year
    return Bill(mission + query.support_eur_per_year, mission, lines)
