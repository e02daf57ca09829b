"""The query as arrays, and what lies within reach of each site: found anew each time, never kept.

A table of all pairs of site and point would grow with the reach. So points lie sorted in the cells of a grid,
and what a sensor sees is looked up in the cells around it: memory grows with sites and points alone.

Each site's sum runs over the points in one fixed order, so threads change no byte.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from holdfast.fixed import KEEPS_COMPILED
from holdfast.observe.placement.query import Array, Demand, PlacementQuery, Whole

Flags: TypeAlias = NDArray[np.bool_]

ROUNDING_KM: Final = 1e-9
"""A point counts as within reach up to a micrometre beyond it, so that moving everything changes nothing."""
ROUNDING_BUDGET: Final = 1e-9
"""And a sum of prices as within the budget up to this share of it."""
CELLS: Final = 250_000
"""About so many cells at most."""

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _compiled(function: _Function) -> _Function:
    """Compile a function and keep its types."""
    return cast("_Function", numba.njit(cache=KEEPS_COMPILED, error_model="numpy")(function))


def _in_threads(function: _Function) -> _Function:
    """Compile a function whose ``prange`` runs in threads, and keep its types."""
    return cast("_Function", numba.njit(cache=KEEPS_COMPILED, error_model="numpy", parallel=True)(function))


class Ground(NamedTuple):
    """Points by the cells of a grid: those of cell c are ``starts[c]`` to ``starts[c + 1]``."""

    x: Array
    y: Array
    starts: Whole
    columns: int
    rows: int
    west: float
    south: float
    side: float


class Posts(NamedTuple):
    """Where each site is, how far its sensor reaches, and with what chance what it sees counts."""

    x: Array
    y: Array
    reach: Array
    chance: Array


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A query made ready.

    Attributes
    ----------
    ground, posts
    missed : array (points,)
        The weight at each point, in the order of ``ground``, that other means leave.
    total : float
        All weights together.
    kind, price : arrays (sites,)
        Prices are all 1 where there is no budget.
    room : array (kinds,) of int
        How many of each kind may be chosen.
    number : int
    budget : float
        ``inf`` where there is none.
    open : array (sites,) of bool
        Which sites the limits allow at all.
    """

    ground: Ground
    posts: Posts
    missed: Array
    total: float
    kind: Whole
    price: Array
    room: Whole
    number: int
    budget: float
    open: Flags

    @property
    def size(self) -> int:
        """Number of sites."""
        return len(self.kind)

    def share(self, missed: Array) -> float:
        """Return the share of all weights that is not missed."""
        return 1.0 - math.fsum(missed) / self.total

    def missed_by(self, sites: Whole | Sequence[int]) -> Array:
        """Return the weight at each point that sensors at these sites miss: array (points,)."""
        missed = self.missed.copy()
        _see(self.ground, self.posts, np.asarray(sites, dtype=np.int64), missed)
        return missed

    def gains(self, missed: Array) -> Array:
        """Return what a sensor at each site would add, 0 where none may stand: array (sites,)."""
        return self.posts.chance * self.sums(missed)

    def sums(self, values: Array) -> Array:
        """Return the sum of values within reach of each open site, 0 at others: array (sites,)."""
        return _sums(self.ground, self.posts, self.open, values)

    def near(self, site: int) -> Whole:
        """Return the points within reach of a site: array of int."""
        return _near(self.ground, self.posts, site)

    def spread(self, sites: Whole, amounts: Array) -> Array:
        """Return what each point is given by all sites that reach it: array (points,)."""
        return _spread(self.ground, self.posts, sites, amounts)

    def choose(self, by: Array) -> tuple[Whole, Array]:
        """Return the sites that lazy greedy choice takes by gain over ``by``, and what each adds."""
        missed = self.missed.copy()
        limits = self.number, self.budget, self.room.copy()
        chosen, added = _choose(
            self.ground, self.posts, missed, self.gains(missed), by, self.price, self.kind, *limits
        )
        return chosen, added


def field_of(query: PlacementQuery) -> Field:
    """Return a query made ready."""
    kinds, sites = query.kinds, query.sites
    kind = np.asarray(sites.kind, dtype=np.int64)
    reach = np.array([one.reach_km for one in kinds]) + ROUNDING_KM
    chance = np.array([one.chance for one in kinds])
    prices = np.array([1.0 if query.budget is None else one.price for one in kinds])
    most = np.array([len(kind) if one.most is None else one.most for one in kinds], dtype=np.int64)
    room = np.minimum(most, np.bincount(kind, minlength=len(kinds)))
    budget = math.inf if query.budget is None else float(query.budget) * (1.0 + ROUNDING_BUDGET)
    number = len(kind) if query.number is None else min(int(query.number), len(kind))
    ground, order = _ground_of(query.demand, reach)
    weight = np.asarray(query.demand.weight, dtype=np.float64)
    missed = (weight * (1.0 - np.asarray(query.demand.covered)))[order]
    posts = Posts(_real(sites.x_km), _real(sites.y_km), reach[kind], chance[kind])
    price = prices[kind]
    usable = (price <= budget) & (room[kind] > 0) & (number > 0)
    return Field(ground, posts, missed, math.fsum(weight), kind, price, room, number, budget, usable)


def _real(values: Array) -> Array:
    """Return numbers as compiled code takes them."""
    return np.ascontiguousarray(values, dtype=np.float64)


def _ground_of(demand: Demand, reach: Array) -> tuple[Ground, Whole]:
    """Return points sorted by cells about as wide as the shortest reach, and their order."""
    x, y = _real(demand.x_km), _real(demand.y_km)
    west, south = float(x.min()), float(y.min())
    wide, high = float(x.max()) - west, float(y.max()) - south
    shortest = float(reach.min()) if len(reach) else 0.0
    side = max(shortest, math.sqrt(wide * high / CELLS), wide / CELLS, high / CELLS, ROUNDING_KM)
    columns, rows = int(wide / side) + 1, int(high / side) + 1
    cell = ((y - south) / side).astype(np.int64) * columns + ((x - west) / side).astype(np.int64)
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(columns * rows + 1))
    return Ground(x[order], y[order], starts, columns, rows, west, south, side), order


@_compiled
def _window(ground: Ground, posts: Posts, site: int) -> tuple[int, int, int, int]:
    """Return the first and last columns and rows that a site's reach touches; none if it lies far off."""
    reach, side = posts.reach[site], ground.side
    left = max(math.floor((posts.x[site] - reach - ground.west) / side), 0)
    right = min(math.floor((posts.x[site] + reach - ground.west) / side), ground.columns - 1)
    low = max(math.floor((posts.y[site] - reach - ground.south) / side), 0)
    high = min(math.floor((posts.y[site] + reach - ground.south) / side), ground.rows - 1)
    if right < left:
        high = low - 1
    return left, right, low, high


@_compiled
def _is_near(ground: Ground, posts: Posts, site: int, point: int) -> bool:
    """Return whether a point lies within a site's reach."""
    east, north = ground.x[point] - posts.x[site], ground.y[point] - posts.y[site]
    return bool(east * east + north * north <= posts.reach[site] * posts.reach[site])


@_compiled
def _sum(ground: Ground, posts: Posts, site: int, values: Array) -> float:
    """Return the sum of values within reach of a site."""
    left, right, low, high = _window(ground, posts, site)
    total = 0.0
    for row in range(low, high + 1):
        first = row * ground.columns
        for point in range(ground.starts[first + left], ground.starts[first + right + 1]):
            if _is_near(ground, posts, site, point):
                total += values[point]
    return total


@_in_threads
def _sums(ground: Ground, posts: Posts, usable: Flags, values: Array) -> Array:
    """Return the sum of values within reach of each site, 0 where it is not usable."""
    found = np.zeros(len(usable))
    for site in numba.prange(len(usable)):
        if usable[site]:
            found[site] = _sum(ground, posts, site, values)
    return found


@_compiled
def _near(ground: Ground, posts: Posts, site: int) -> Whole:
    """Return the points within reach of a site, in the order in which they are summed."""
    left, right, low, high = _window(ground, posts, site)
    found = []
    for row in range(low, high + 1):
        first = row * ground.columns
        for point in range(ground.starts[first + left], ground.starts[first + right + 1]):
            if _is_near(ground, posts, site, point):
                found.append(point)  # noqa: PERF401 - slower as one expression where compiled
    return np.array(found, dtype=np.int64)


@_compiled
def _see(ground: Ground, posts: Posts, sites: Whole, missed: Array) -> None:
    """Take from what is missed what sensors at these sites see. Changes ``missed``."""
    for site in sites:
        for point in _near(ground, posts, site):
            missed[point] *= 1.0 - posts.chance[site]


@_compiled
def _spread(ground: Ground, posts: Posts, sites: Whole, amounts: Array) -> Array:
    """Return the sum at each point of the amounts of all sites that reach it."""
    found = np.zeros(len(ground.x))
    for place in range(len(sites)):
        for point in _near(ground, posts, sites[place]):
            found[point] += amounts[place]
    return found


@_compiled
def _choose(  # noqa: PLR0913, PLR0917 - compiled code takes no objects
    ground: Ground,
    posts: Posts,
    missed: Array,
    gains: Array,
    by: Array,
    price: Array,
    kind: Whole,
    number: int,
    budget: float,
    room: Whole,
) -> tuple[Whole, Array]:
    """Choose sites one after another by gain over ``by``, looking again only at those that may be next.

    What is missed only falls, and rounded sums of falling terms in one order only fall too: a gain found
    earlier is never below the gain now, to the last bit. So this picks what looking at every site every
    time would pick; of equal sites the one listed first. Changes ``missed`` and ``room``.

    References
    ----------
    Minoux, M. (1978), Accelerated greedy algorithms for maximizing submodular set functions, in Optimization
    Techniques, 234-243.
    """
    heap = [(-gains[site] / by[site], site) for site in range(len(gains)) if gains[site] > 0.0]
    heapq.heapify(heap)
    looked = np.zeros(len(gains), dtype=np.int64)
    chosen = np.empty(number, dtype=np.int64)
    added = np.empty(number)
    count = 0
    while len(heap) > 0 and count < number:
        site = heap[0][1]
        fits = price[site] <= budget and room[kind[site]] > 0
        if fits and looked[site] < count:
            gains[site] = posts.chance[site] * _sum(ground, posts, site, missed)
            looked[site] = count
            if gains[site] > 0.0:
                heapq.heapreplace(heap, (-gains[site] / by[site], site))
                continue
            fits = False
        heapq.heappop(heap)
        if fits:
            chosen[count], added[count] = site, gains[site]
            count += 1
            budget -= price[site]
            room[kind[site]] -= 1
            _see(ground, posts, chosen[count - 1 : count], missed)
    return chosen[:count].copy(), added[:count].copy()
