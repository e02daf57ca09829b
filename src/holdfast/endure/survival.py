"""What the clock says: survival, incidence by cause, incidents, and what a resumption would bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.endure.course import WEEKS_PER_YEAR

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

EXPECTED: Final = (
    "holds",
    "holds_with_mission",
    "attack_gone",
    "attack_present",
    "spiral_gone",
    "spiral_present",
    "creep_gone",
    "creep_present",
    "attack_by_host",
    "attack_by_opponent",
    "limited_war",
    "major_war",
    "repelled",
    "ground_km2",
    "losses",
    "drawn_in",
)
"""Columns that are integrated along the path: chances and expected amounts up to a week."""
COUNTED: Final = ("incidents", "recorded", "recommitments", "mission_deaths", "phase", "mission")
"""Columns that are counted along the path while the ceasefire holds, and the states in force.

``incidents`` are true ones, ``recorded`` those of them that the mission saw. ``phase`` is a row of the
course; ``mission`` is one of NO_MISSION, THERE, DEGRADED, LOST, AWAITED.
"""

NO_MISSION: Final = 0
THERE: Final = 1
DEGRADED: Final = 2
LOST: Final = 3
AWAITED: Final = 4
"""States of the mission: none; there (forming until all of it has arrived, then full); degraded; lost;
awaited, while its body has not decided yet."""


@dataclass(frozen=True, slots=True)
class Survival:
    """Results per future, at the halt and after each week that is kept.

    Attributes
    ----------
    weeks : array (records,)
        Weeks after the halt; the first is 0.
    expected : array (futures, records, len(EXPECTED))
        Chances (shares) and expected amounts (km2, persons), cumulative but for the first two.
    counted : array (futures, records, len(COUNTED)) of int64
    """

    weeks: Whole
    expected: Array
    counted: Whole

    @property
    def months(self) -> Whole:
        """Return the weeks that are kept in whole months after the halt, array (records,)."""
        return np.asarray(np.rint(self.weeks * 12 / WEEKS_PER_YEAR), dtype=np.int64)

    def column(self, name: str) -> Array:
        """Return a column of :data:`EXPECTED`, array (futures, records)."""
        return self.expected[:, :, EXPECTED.index(name)]

    def count(self, name: str) -> Whole:
        """Return a column of :data:`COUNTED`, array (futures, records)."""
        return self.counted[:, :, COUNTED.index(name)]

    def failed(self, cause: str) -> Array:
        """Return the incidence of a cause, array (futures, records, 2): mission gone, mission present."""
        return np.stack([self.column(f"{cause}_gone"), self.column(f"{cause}_present")], axis=2)

    def after(self, years: float) -> int:
        """Return the place, among those kept, of so many years after the halt.

        Raises
        ------
        IndexError
            If that week was not kept.
        """
        week = round(years * WEEKS_PER_YEAR)
        place = int(np.searchsorted(self.weeks, week))
        if place == self.weeks.size or self.weeks[place] != week:
            raise IndexError(f"{years} years (week {week}) were not kept")
        return place
