"""What placement is asked and what it answers: sites, demand points, chances, budgets; with their checks.

A sensor at a site attributes an incident at a demand point with a chance of its own, independent of other
sensors. The share of incidents that a set of sites attributes is the weighted mean over points of the chance
that not all of them miss. It never falls with a further site, and a further site adds less the more there
are: it is monotone and submodular, which is what every bound here rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from holdfast.errors import UsageProblem
from holdfast.observe import gains as compiled

Array: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]
Places: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]

_WINDOW = 1e-9
"""By how much the strip that is searched for near points is widened, so that rounding loses none."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """The chance that a sensor at a site attributes an incident at a demand point; no entry is 0.

    Attributes
    ----------
    starts : array (sites + 1,) of int
        Entries ``starts[i]`` to ``starts[i + 1]`` belong to site i.
    points : array (entries,) of int
        The demand point of each entry; a site has each at most once.
    chances : array (entries,)
        Between 0 and 1.
    size : int
        Number of demand points.

    Raises
    ------
    UsageProblem
        If the arrays do not fit together or a chance lies outside 0 to 1.
    """

    starts: Whole
    points: Places
    chances: Array
    size: int

    def __post_init__(self) -> None:
        """Check the table."""
        starts, points = self.starts, self.points
        if len(starts) == 0 or starts[0] != 0 or starts[-1] != len(points) or np.any(np.diff(starts) < 0):
            raise UsageProblem(
                "starts", "do not cut the entries into rows", "begin at 0, never fall, end at their number"
            )
        if len(self.chances) != len(points):
            raise UsageProblem("chances", f"{len(self.chances)} for {len(points)} entries", "give one each")
        if len(points) and not (points.min() >= 0 and points.max() < self.size):
            raise UsageProblem("points", "an entry names no point", f"number them 0 to {self.size - 1}")
        _between("chances", self.chances, 0.0, 1.0)
        self._each_once()

    def _each_once(self) -> None:
        """Check that no site has a point twice."""
        rising = np.diff(self.points) > 0
        inside = np.ones(max(len(self.points) - 1, 0), dtype=np.bool_)
        cuts = self.starts[1:-1]
        inside[cuts[(cuts > 0) & (cuts < len(self.points))] - 1] = False
        if np.all(rising | ~inside):
            return
        rows = np.repeat(np.arange(self.sites), np.diff(self.starts))
        if len(np.unique(rows * self.size + self.points)) < len(self.points):
            raise UsageProblem("points", "a site has a point twice", "join the entries into one chance")

    @property
    def sites(self) -> int:
        """Number of sites."""
        return len(self.starts) - 1

    @staticmethod
    def of(matrix: ArrayLike) -> Reach:
        """Return the table of a full matrix of chances (sites, points)."""
        full = np.asarray(matrix, dtype=np.float64)
        if full.ndim != 2:
            raise UsageProblem("chances", f"have {full.ndim} axes", "give a matrix of sites by points")
        _between("chances", full, 0.0, 1.0)
        rows, points = np.nonzero(full)
        starts = np.searchsorted(rows, np.arange(len(full) + 1))
        return Reach(
            starts.astype(np.int64), points.astype(np.int32), full[rows, points].copy(), full.shape[1]
        )

    @staticmethod
    def within(
        sites: ArrayLike,
        points: ArrayLike,
        ranges: ArrayLike,
        near: ArrayLike = 1.0,
        far: ArrayLike | None = None,
    ) -> Reach:
        """Return the table of sensors that attribute within a range.

        Parameters
        ----------
        sites, points : array (n,) or (n, 2)
            Places in km: along the line, or east and north on a plane.
        ranges : float or array (sites,)
            In km.
        near, far : float or array (sites,)
            The chance at the sensor, and at the end of its range; between them it changes evenly with
            distance. Without ``far`` it is the same throughout: the definite range of search theory.

        Raises
        ------
        UsageProblem
            If a number is not finite, a range below 0 or a chance outside 0 to 1.

        References
        ----------
        Koopman, B. O. (1956), The theory of search II: target detection, Operations Research 4, 503-531.
        """
        here, there = _plane("sites", sites), _plane("points", points)
        count = len(here)
        reach = _each("ranges", ranges, count)
        close = _each("near", near, count)
        distant = close if far is None else _each("far", far, count)
        _between("ranges", reach, 0.0, np.inf)
        _between("near", close, 0.0, 1.0)
        _between("far", distant, 0.0, 1.0)
        order = np.argsort(there[:, 0], kind="stable")
        sorted_east = there[order, 0]
        wide = reach * (1.0 + _WINDOW) + _WINDOW * np.abs(here[:, 0])
        low = np.searchsorted(sorted_east, here[:, 0] - wide, side="left")
        high = np.searchsorted(sorted_east, here[:, 0] + wide, side="right")
        x, y = here[:, 0].copy(), here[:, 1].copy()
        east, north = there[:, 0].copy(), there[:, 1].copy()
        counts = compiled.entries_within(x, y, reach, order, east, north, low, high)
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        entries, chances = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1])
        compiled.fill_within(
            x, y, reach, order, east, north, low, high, close, distant, starts, entries, chances
        )
        return Reach(starts, entries, chances, len(there))


@dataclass(frozen=True, slots=True, eq=False)
class PlacementQuery:
    """Which sites are to be chosen from, for what, and how many.

    Attributes
    ----------
    reach : Reach
        Chances by site and demand point.
    weights : array (points,)
        Incidents to be expected at each demand point, in any unit; hot spots weigh more.
    budget : float
        How many sensors may be added, or what they may cost where ``costs`` are given. Sensors that
        stand already take nothing from it.
    costs : array (sites,), optional
        Cost of a sensor at each site, in the unit of the budget, above 0.
    kinds : array (sites,) of int, optional
        The kind of sensor each site would have: a place that could have either of two kinds is two sites.
    caps : sequence of int, optional
        How many may be added of each kind.
    standing : array of int
        Sites that have their sensor already.
    excluded : array of int
        Sites that must not be chosen.
    positions : array (sites,), optional
        Km along the line, for even spacing; without it the order of the sites.

    Raises
    ------
    UsageProblem
        If a field is not finite, below 0 or does not fit the others; it names the field.
    """

    reach: Reach
    weights: Array
    budget: float
    costs: Array | None = None
    kinds: Whole | None = None
    caps: Sequence[int] | None = None
    standing: Sequence[int] | Whole = ()
    excluded: Sequence[int] | Whole = ()
    positions: Array | None = None

    def __post_init__(self) -> None:
        """Check every field."""
        sites = self.reach.sites
        _long("weights", self.weights, self.reach.size)
        _between("weights", np.asarray(self.weights), 0.0, np.inf)
        if not np.sum(self.weights) > 0.0:
            raise UsageProblem("weights", "are all 0", "give at least one point a weight above 0")
        if not (np.isfinite(self.budget) and self.budget >= 0.0):
            raise UsageProblem("budget", f"{self.budget} is no budget", "give a finite number from 0 on")
        if self.costs is not None:
            _long("costs", self.costs, sites)
            _between("costs", np.asarray(self.costs), 0.0, np.inf)
            if np.any(np.asarray(self.costs) == 0.0):
                raise UsageProblem("costs", "a site costs nothing", "name it in standing, or give its cost")
        for name in ("standing", "excluded"):
            named = np.asarray(getattr(self, name), dtype=np.int64)
            if len(named) and not (named.min() >= 0 and named.max() < sites):
                raise UsageProblem(name, "names a site that is not there", f"number them 0 to {sites - 1}")
        if np.intersect1d(self.standing, self.excluded).size:
            raise UsageProblem("excluded", "names a site that stands already", "leave it out of one of them")
        if self.positions is not None:
            _long("positions", self.positions, sites)
            _between("positions", np.asarray(self.positions), -np.inf, np.inf)
        self._check_kinds(sites)

    def _check_kinds(self, sites: int) -> None:
        """Check kinds and their caps."""
        if (self.kinds is None) != (self.caps is None):
            raise UsageProblem("caps", "kinds and caps go together", "give both or neither")
        if self.kinds is None or self.caps is None:
            return
        _long("kinds", self.kinds, sites)
        if any(cap < 0 for cap in self.caps):
            raise UsageProblem("caps", "a cap lies below 0", "give 0 for a kind that may not be chosen")
        kinds = np.asarray(self.kinds)
        if len(kinds) and not (kinds.min() >= 0 and kinds.max() < len(self.caps)):
            raise UsageProblem("kinds", "a site's kind has no cap", f"number them 0 to {len(self.caps) - 1}")

    @property
    def total(self) -> float:
        """All weights together."""
        return float(np.sum(self.weights))

    @property
    def prices(self) -> Array:
        """What each site takes from the budget: its cost, or 1."""
        if self.costs is None:
            return np.ones(self.reach.sites)
        return np.asarray(self.costs, dtype=np.float64)

    @property
    def open(self) -> Flags:
        """Which sites may be chosen at all: array (sites,)."""
        found = self.prices <= self.budget
        found[np.asarray(self.standing, dtype=np.int64)] = False
        found[np.asarray(self.excluded, dtype=np.int64)] = False
        return found

    @property
    def kind(self) -> Whole:
        """The kind of each site, 0 where there is one kind: array (sites,) of int."""
        if self.kinds is None:
            return np.zeros(self.reach.sites, dtype=np.int64)
        return np.asarray(self.kinds, dtype=np.int64)

    @property
    def room(self) -> Whole:
        """How many of each kind may be added: array (kinds,) of int."""
        if self.caps is None:
            return np.array([self.reach.sites], dtype=np.int64)
        return np.asarray(self.caps, dtype=np.int64)

    def left(self, chosen: Sequence[int] | Whole = ()) -> Array:
        """Return the weight that nothing attributes, at each point, with what stands and what is chosen."""
        left = np.array(self.weights, dtype=np.float64)
        reach = self.reach
        for site in (*np.unique(np.asarray(self.standing, dtype=np.int64)), *chosen):
            compiled.use(int(site), reach.starts, reach.points, reach.chances, left)
        return left

    def share(self, chosen: Sequence[int] | Whole = ()) -> float:
        """Return the share of incidents that is attributed with what stands and what is chosen."""
        return 1.0 - float(np.sum(self.left(chosen))) / self.total

    def allows(self, chosen: Sequence[int] | Whole) -> bool:
        """Return whether a set of sites keeps to budget, caps and exclusions."""
        sites = np.asarray(chosen, dtype=np.int64)
        used = np.bincount(self.kind[sites], minlength=len(self.room))
        return bool(
            len(np.unique(sites)) == len(sites)
            and np.all(self.open[sites])
            and np.sum(self.prices[sites]) <= self.budget * (1.0 + 1e-12)
            and np.all(used <= self.room)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where sensors go, what share of incidents they attribute, and how near that is to the best.

    Attributes
    ----------
    sites : array (k,) of int
        Sites that are added, in order of choice.
    share : float
        Share of incidents that is attributed, with what stands already.
    bound : float
        No choice within the budget attributes more: proved.
    standing : float
        The share with what stands already and nothing added.
    promised : float
        What part of the best gain over ``standing`` the method is proved to reach on every instance; 0
        where it promises nothing.
    method : str
    """

    sites: Whole
    share: float
    bound: float
    standing: float
    promised: float
    method: str

    @property
    def at_least(self) -> float:
        """The share is at least this part of the best possible."""
        return 1.0 if self.bound <= 0.0 else min(1.0, self.share / self.bound)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The share against the number of sensors: those of one greedy run, and what no choice can exceed.

    Attributes
    ----------
    sites : array (k,) of int
        In order of choice: the first n are the choice of n.
    spent : array (k + 1,)
        Of the budget, after each.
    shares : array (k + 1,)
        Attributed, from none added on.
    bounds : array (k + 1,)
        No choice that takes as much of the budget attributes more.
    """

    sites: Whole
    spent: Array
    shares: Array
    bounds: Array

    def needed(self, share: float) -> tuple[int | None, int | None]:
        """Return how many sensors a share takes: fewer than the first cannot do it, the second do it.

        With costs the first is the place on the curve whose ``spent`` cannot be undercut. None: more than
        the curve has.
        """
        if not 0.0 <= share <= 1.0:
            raise UsageProblem("share", f"{share} is no share", "give a number from 0 to 1")
        could, does = np.flatnonzero(self.bounds >= share), np.flatnonzero(self.shares >= share)
        return (int(could[0]) if len(could) else None), (int(does[0]) if len(does) else None)


def _between(name: str, values: Array, low: float, high: float) -> None:
    """Check that all values are finite numbers and lie in a range."""
    if values.size == 0:
        return
    least, most = float(np.min(values)), float(np.max(values))
    if not (np.isfinite(least) and np.isfinite(most)):
        raise UsageProblem(name, "hold a number that is not finite", "give a finite number everywhere")
    if least < low or most > high:
        worst = least if least < low else most
        span = f"from {low:g} on" if high == np.inf else f"from {low:g} to {high:g}"
        raise UsageProblem(name, f"{worst:g} is out of range", f"give numbers {span}")


def _long(name: str, values: ArrayLike, size: int) -> None:
    """Check that there are as many values as there should be."""
    if np.shape(values) != (size,):
        raise UsageProblem(name, f"have the shape {np.shape(values)}", f"give {size} numbers in a row")


def _each(name: str, values: ArrayLike, size: int) -> Array:
    """Return one number per site."""
    given = np.asarray(values, dtype=np.float64)
    if given.ndim:
        _long(name, given, size)
    return np.broadcast_to(given, size).copy()


def _plane(name: str, places: ArrayLike) -> Array:
    """Return places on a plane, those along a line with 0 as second coordinate: array (n, 2)."""
    given = np.asarray(places, dtype=np.float64)
    if given.ndim == 1:
        given = np.column_stack([given, np.zeros(len(given))])
    if given.ndim != 2 or given.shape[1] != 2:
        raise UsageProblem(name, f"have the shape {given.shape}", "give km along the line, or east and north")
    _between(name, given, -np.inf, np.inf)
    return given
