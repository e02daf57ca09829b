"""What a placement is asked: where incidents are to be expected, where sensors could stand, what limits them.

Places are planar, in km: who has longitudes and latitudes projects them first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from holdfast.errors import UsageProblem

Array: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]

FAR_KM: Final = 100_000.0
"""Further off lies nothing on Earth: whoever gives more has likely given metres."""
MOST_WEIGHT: Final = 1e100
"""So that sums stay finite."""


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """The points at which incidents are to be expected.

    Attributes
    ----------
    x_km, y_km : array (points,)
    weight : array (points,)
        Incidents to be expected at each, in any unit, from 0 on and not all 0; hot spots weigh more.
    covered : array (points,), share
        What other means see there already, or locate or attribute, whichever is asked for.

    Raises
    ------
    UsageProblem
        If the arrays do not fit together or hold a number out of range; it names the field.
    """

    x_km: Array
    y_km: Array
    weight: Array
    covered: Array

    def __post_init__(self) -> None:
        """Check every field."""
        points = np.shape(self.x_km)
        for name in ("x_km", "y_km"):
            _numbers(f"demand.{name}", getattr(self, name), points, low=-FAR_KM, high=FAR_KM)
        _numbers("demand.weight", self.weight, points, low=0.0, high=MOST_WEIGHT)
        _numbers("demand.covered", self.covered, points, low=0.0, high=1.0)
        if not np.any(np.asarray(self.weight) > 0.0):
            raise UsageProblem(
                "demand.weight", "nothing has a weight", "give at least one point a weight above 0"
            )


@dataclass(frozen=True, slots=True)
class SensorKind:
    """A kind of sensor that sees all alike up to its reach, and nothing beyond (definite range).

    Attributes
    ----------
    name : str
    reach_km : float
    works : float, share
        Of the time.
    counted : float, share
        Of what it sees: 1 where seeing counts, what it locates or attributes where that is asked for.
    most : int, optional
        How many there are; without it there is no limit to this kind.
    price : float
        What one takes from the budget, in the budget's unit (crew, or euro a year), above 0.

    Raises
    ------
    UsageProblem
        If a number is out of range; it names the kind and the field.

    References
    ----------
    Koopman, B. O. (1956), The theory of search II: target detection, Operations Research 4, 503-531.
    """

    name: str
    reach_km: float
    works: float
    counted: float = 1.0
    most: int | None = None
    price: float = 1.0

    def __post_init__(self) -> None:
        """Check every field."""
        where = f"kinds[{self.name}]"
        _numbers(f"{where}.reach_km", self.reach_km, (), low=0.0, high=FAR_KM)
        _numbers(f"{where}.works", self.works, (), low=0.0, high=1.0)
        _numbers(f"{where}.counted", self.counted, (), low=0.0, high=1.0)
        _numbers(f"{where}.price", self.price, (), low=0.0)
        if self.price == 0.0:
            raise UsageProblem(f"{where}.price", "is 0", "give a price above 0, or ask without a budget")
        if self.most is not None:
            _count(f"{where}.most", self.most)

    @property
    def chance(self) -> float:
        """The chance that an incident within reach counts."""
        return self.works * self.counted


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Where sensors could stand, each with the kind it would be.

    A place that could have one of several kinds is listed once for each; it may then get more than one.

    Attributes
    ----------
    x_km, y_km : array (sites,)
    kind : array (sites,) of int
        The place of the kind in ``PlacementQuery.kinds``.

    Raises
    ------
    UsageProblem
        If the arrays do not fit together or hold a number that is not finite; it names the field.
    """

    x_km: Array
    y_km: Array
    kind: Whole

    def __post_init__(self) -> None:
        """Check every field."""
        sites = np.shape(self.x_km)
        _numbers("sites.x_km", self.x_km, sites, low=-FAR_KM, high=FAR_KM)
        _numbers("sites.y_km", self.y_km, sites, low=-FAR_KM, high=FAR_KM)
        _numbers("sites.kind", self.kind, sites, low=0.0)
        if np.asarray(self.kind).dtype.kind not in "iu":
            raise UsageProblem("sites.kind", "are no whole numbers", "give the place of each site's kind")

    @staticmethod
    def of_every_kind(x_km: ArrayLike, y_km: ArrayLike, kinds: int) -> Sites:
        """Return each place with each kind in turn: site i is kind i mod kinds at place i // kinds."""
        return Sites(
            np.repeat(np.asarray(x_km, dtype=np.float64), kinds),
            np.repeat(np.asarray(y_km, dtype=np.float64), kinds),
            np.tile(np.arange(kinds), np.size(x_km)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class PlacementQuery:
    """Which sensors may stand where, for what, and how many; all limits that are given hold together.

    Attributes
    ----------
    demand : Demand
    sites : Sites
    kinds : tuple of SensorKind
        Each may limit its own number.
    number : int, optional
        How many sensors in all.
    budget : float, optional
        What they may take together by their prices; without it prices do not matter.

    Raises
    ------
    UsageProblem
        If a field is out of range or does not fit the others; it names the field.
    """

    demand: Demand
    sites: Sites
    kinds: tuple[SensorKind, ...]
    number: int | None = None
    budget: float | None = None

    def __post_init__(self) -> None:
        """Check what the fields are to each other."""
        names = [kind.name for kind in self.kinds]
        if len(set(names)) < len(names):
            raise UsageProblem("kinds", "two have the same name", "give each a name of its own")
        if np.any(np.asarray(self.sites.kind) >= len(self.kinds)):
            mend = f"number them from 0, below the number of kinds, {len(self.kinds)}"
            raise UsageProblem("sites.kind", "a site is of a kind that is not there", mend)
        if self.number is not None:
            _count("number", self.number)
        if self.budget is not None:
            _numbers("budget", self.budget, (), low=0.0)


def _count(name: str, value: object) -> None:
    """Check that a value is a whole number from 0 on."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
        raise UsageProblem(name, f"{value!r} is no count", "give a whole number from 0 on")


def _numbers(
    name: str, values: ArrayLike, shape: tuple[int, ...], *, low: float = -np.inf, high: float = np.inf
) -> None:
    """Check that values are finite numbers in a range, as many as there should be."""
    given = np.asarray(values)
    if given.dtype.kind not in "iuf" or given.ndim > 1:
        raise UsageProblem(name, "are no numbers in a row", "give one number for each")
    if given.shape != shape:
        raise UsageProblem(name, f"has the shape {given.shape}, not {shape}", "give one number for each")
    wrong = np.flatnonzero(~np.isfinite(given) | (given < low) | (given > high))
    if len(wrong):
        span = "finite numbers" + (f" from {low:g}" if low > -np.inf else "")
        span += f" to {high:g}" if high < np.inf else " on" if low > -np.inf else ""
        first = np.atleast_1d(given)[wrong[0]]
        where = f"{name}[{wrong[0]}]" if given.ndim else name
        raise UsageProblem(where, f"{first} is out of range", f"give {span}")
