"""What a further sensor adds, compiled: marginal gains over a sparse table, and lazy greedy choice.

The table has a row per site: entries ``starts[i]`` to ``starts[i + 1]`` of ``points`` and ``chances``. What
is left at a demand point is its weight times the chance that every chosen sensor misses an incident there.

Each site's gain is summed by itself, in the order of its row, so threads change no byte. What is left only
falls, and rounded sums of falling terms in one order only fall too: a gain computed earlier is never below
the gain now, to the last bit. So lazy choice picks exactly what plain choice picks.
"""

from __future__ import annotations

import functools
from typing import Final, TypeAlias

import numba
import numpy as np
from numpy.typing import NDArray

from holdfast.fixed import KEEPS_COMPILED

Array: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]
Places: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]

_compiled = functools.partial(numba.njit, cache=KEEPS_COMPILED, fastmath=False, error_model="numpy")
_NOTHING: Final = -1
THREADS_FROM: Final = 200_000
"""Entries from which on a table is passed over in threads."""


@_compiled
def gain_of(site: int, starts: Whole, points: Places, chances: Array, left: Array) -> float:
    """Return what one site would add."""
    total = 0.0
    for entry in range(starts[site], starts[site + 1]):
        total += chances[entry] * left[points[entry]]
    return total


def gains(starts: Whole, points: Places, chances: Array, left: Array, open_: Flags) -> Array:
    """Return what each site would add, 0 where it is not open: array (sites,).

    In threads where the table is large: starting them takes longer than a small one.
    """
    run = _gains_in_threads if len(points) > THREADS_FROM else _gains
    found: Array = run(starts, points, chances, left, open_)
    return found


@_compiled
def _gains(starts: Whole, points: Places, chances: Array, left: Array, open_: Flags) -> Array:
    """Return what each site would add."""
    found = np.zeros(len(starts) - 1)
    for site in range(len(starts) - 1):
        if open_[site]:
            found[site] = gain_of(site, starts, points, chances, left)
    return found


@_compiled(parallel=True)
def _gains_in_threads(starts: Whole, points: Places, chances: Array, left: Array, open_: Flags) -> Array:
    """Return what each site would add."""
    found = np.zeros(len(starts) - 1)
    for site in numba.prange(len(starts) - 1):
        if open_[site]:
            found[site] = gain_of(site, starts, points, chances, left)
    return found


@_compiled
def use(site: int, starts: Whole, points: Places, chances: Array, left: Array) -> None:
    """Take from what is left what a sensor at the site does not miss. Changes ``left``."""
    for entry in range(starts[site], starts[site + 1]):
        left[points[entry]] *= 1.0 - chances[entry]


@_compiled
def reached(starts: Whole, points: Places, slopes: Array, size: int, sites: Whole, parts: Array) -> Array:
    """Return the sum of slopes times parts of sites at each point: array (size,)."""
    total = np.zeros(size)
    for place in range(len(sites)):
        for entry in range(starts[sites[place]], starts[sites[place] + 1]):
            total[points[entry]] += parts[place] * slopes[entry]
    return total


@_compiled
def _comes_before(one: int, other: int, keys: Array) -> bool:
    """Return whether a site is chosen before another: by its key, then by its place in the list."""
    return keys[one] > keys[other] or (keys[one] == keys[other] and one < other)


@_compiled
def _sink(heap: Whole, size: int, place: int, keys: Array) -> None:
    """Let an entry of the heap sink to where it belongs."""
    site = heap[place]
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and _comes_before(heap[child + 1], heap[child], keys):
            child += 1
        if not _comes_before(heap[child], site, keys):
            break
        heap[place] = heap[child]
        place = child
    heap[place] = site


@_compiled
def lazily(  # noqa: PLR0913, PLR0917 - compiled code takes no objects
    starts: Whole,
    points: Places,
    chances: Array,
    left: Array,
    first: Array,
    prices: Array,
    costs: Array,
    budget: float,
    kinds: Whole,
    room: Whole,
) -> tuple[Whole, Array, int]:
    """Choose sites one after another by gain per price, looking again only at those that may be next.

    Parameters
    ----------
    starts, points, chances : arrays
        The table.
    left : array (points,)
        What is left at each point. Changed.
    first : array (sites,)
        What each site would add now.
    prices : array (sites,)
        What gains are divided by: all 1, or the costs.
    costs : array (sites,)
        What a site takes from the budget; ``inf`` if it may not be chosen.
    budget : float
    kinds : array (sites,) of int
    room : array (kinds,) of int
        How many more of each kind may be chosen. Changed.

    Returns
    -------
    chosen : array (k,) of int
        In order of choice.
    added : array (k,)
        What each added.
    looks : int
        How many gains were computed again.
    """
    sites = len(first)
    keys = first / prices
    asked = np.zeros(sites, dtype=np.int64)
    heap = np.empty(sites, dtype=np.int64)
    size = 0
    for site in range(sites):
        if costs[site] <= budget and first[site] > 0.0:
            heap[size] = site
            size += 1
    for place in range(size // 2 - 1, -1, -1):
        _sink(heap, size, place, keys)
    chosen = np.empty(size, dtype=np.int64)
    added = np.empty(size)
    count, looks, spare = 0, 0, budget
    while size > 0:
        site = heap[0]
        out = costs[site] > spare or room[kinds[site]] <= 0
        if not out and asked[site] != count:
            keys[site] = gain_of(site, starts, points, chances, left) / prices[site]
            asked[site] = count
            looks += 1
            out = keys[site] <= 0.0
        elif not out:
            chosen[count] = site
            added[count] = gain_of(site, starts, points, chances, left)
            count += 1
            spare -= costs[site]
            room[kinds[site]] -= 1
            use(site, starts, points, chances, left)
            out = True
        if out:
            size -= 1
            heap[0] = heap[size]
        if size > 0:
            _sink(heap, size, 0, keys)
    return chosen[:count].copy(), added[:count].copy(), looks


@_compiled
def plainly(  # noqa: PLR0913, PLR0917 - compiled code takes no objects
    starts: Whole,
    points: Places,
    chances: Array,
    left: Array,
    prices: Array,
    costs: Array,
    budget: float,
    kinds: Whole,
    room: Whole,
) -> tuple[Whole, Array, int]:
    """Choose as :func:`lazily` does, looking at every site every time: its slow definition."""
    sites = len(costs)
    open_ = costs <= budget
    chosen = np.empty(sites, dtype=np.int64)
    added = np.empty(sites)
    count, looks, spare = 0, 0, budget
    while True:
        best, most, adds = _NOTHING, 0.0, 0.0
        for site in range(sites):
            if not open_[site] or costs[site] > spare or room[kinds[site]] <= 0:
                continue
            gain = gain_of(site, starts, points, chances, left)
            looks += 1
            if gain / prices[site] > most:
                best, most, adds = site, gain / prices[site], gain
        if best == _NOTHING:
            break
        chosen[count], added[count] = best, adds
        count += 1
        spare -= costs[best]
        room[kinds[best]] -= 1
        open_[best] = False
        use(best, starts, points, chances, left)
    return chosen[:count].copy(), added[:count].copy(), looks


@_compiled(parallel=True)
def entries_within(  # noqa: PLR0913, PLR0917 - compiled code takes no objects
    x: Array, y: Array, ranges: Array, order: Whole, east: Array, north: Array, low: Whole, high: Whole
) -> Whole:
    """Return how many points lie within range of each site: array (sites,).

    ``order`` are the points by their x, ``low`` to ``high`` the part of it that may be near enough.
    """
    counts = np.zeros(len(x), dtype=np.int64)
    for site in numba.prange(len(x)):
        for rank in range(low[site], high[site]):
            point = order[rank]
            away = np.sqrt((east[point] - x[site]) ** 2 + (north[point] - y[site]) ** 2)
            if away <= ranges[site]:
                counts[site] += 1
    return counts


@_compiled(parallel=True)
def fill_within(  # noqa: PLR0913, PLR0917 - compiled code takes no objects
    x: Array,
    y: Array,
    ranges: Array,
    order: Whole,
    east: Array,
    north: Array,
    low: Whole,
    high: Whole,
    near: Array,
    far: Array,
    starts: Whole,
    points: Places,
    chances: Array,
) -> None:
    """Write the points within range of each site, and their chances, into the table."""
    for site in numba.prange(len(x)):
        entry = starts[site]
        for rank in range(low[site], high[site]):
            point = order[rank]
            away = np.sqrt((east[point] - x[site]) ** 2 + (north[point] - y[site]) ** 2)
            if away <= ranges[site]:
                fade = away / ranges[site] if ranges[site] > 0.0 else 0.0
                points[entry] = point
                chances[entry] = near[site] + (far[site] - near[site]) * fade
                entry += 1
