"""Where a limited set of sensors should stand: exactly where small, greedily with a proved bound where large.

All functions take a :class:`~holdfast.observe.siting.PlacementQuery` and return a
:class:`~holdfast.observe.siting.Placement`. Every answer carries a bound that no choice can exceed, so that
it says what part of the best possible it is at least.

What greedy choice promises of the best gain, by what limits it:

- a number: 1 - (1 - 1/k)^k, which is above 1 - 1/e (Nemhauser, Wolsey and Fisher 1978);
- a number and caps on kinds: 1/2 (Fisher, Nemhauser and Wolsey 1978);
- a cost: (1 - 1/e) / 2, for the best of greedy by gain per cost and the best single site (Khuller, Moss and
  Naor 1999; Leskovec et al. 2007), and so as well with greedy by gain beside them;
- a cost and caps on kinds: nothing is promised, the bound alone speaks.

The bound is the least of three: that promise; from sets S along the run, what S reaches and what the
affordable set of largest gains beyond S adds up to (Nemhauser, Wolsey and Fisher 1978; Leskovec et al. 2007);
and the most that parts of sensors could reach (Frank and Wolfe 1956).

References
----------
Nemhauser, G. L., Wolsey, L. A., Fisher, M. L. (1978), An analysis of approximations for maximizing submodular
set functions I, Mathematical Programming 14, 265-294. Fisher, M. L., Nemhauser, G. L., Wolsey, L. A. (1978),
the same II, Mathematical Programming Study 8, 73-87. Minoux, M. (1978), Accelerated greedy algorithms for
maximizing submodular set functions, in Optimization Techniques, 234-243. Khuller, S., Moss, A., Naor, J.
(1999), The budgeted maximum coverage problem, Information Processing Letters 70, 39-45. Leskovec, J. et al.
(2007), Cost-effective outbreak detection in networks, KDD, 420-429. Frank, M., Wolfe, P. (1956), An algorithm
for quadratic programming, Naval Research Logistics Quarterly 3, 95-110. Dantzig, G. B. (1957),
Discrete-variable extremum problems, Operations Research 5, 266-288.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from holdfast.observe import gains as compiled
from holdfast.observe.siting import Array, Curve, Placement, PlacementQuery, Reach, Whole

__all__ = [
    "Curve",
    "Placement",
    "PlacementQuery",
    "Reach",
    "at_random",
    "curve",
    "evenly",
    "greedy",
    "place",
    "plain_greedy",
    "steps",
]

SMALL_SITES: Final = 40
SMALL_POINTS: Final = 100
"""Up to so many open sites and points :func:`place` proves its answer the best."""
MARKS: Final = 24
"""From how many sets along a curve its bounds are taken."""
LOOKS: Final = 9
"""And from how many along the run to a single placement."""
PASSES: Final = 60
"""How often the bound by parts of sensors passes over the table."""
CLOSE: Final = 1e-6
"""It stops where it can fall by no more than this share."""
SURE: Final = 1.0 - 1e-9
HALVINGS: Final = 30


def place(query: PlacementQuery) -> Placement:
    """Return the best placement where the instance is small or greedy choice is proved best, else greedy's.

    Parameters
    ----------
    query : PlacementQuery

    Returns
    -------
    Placement
        By :func:`holdfast.observe.proof.exact` up to 40 open sites and 100 points, else by :func:`greedy`.
    """
    if np.count_nonzero(query.open) <= SMALL_SITES and query.reach.size <= SMALL_POINTS:
        from holdfast.observe.proof import exact

        return exact(query)
    return greedy(query)


def greedy(query: PlacementQuery) -> Placement:
    """Return the lazy greedy placement, with the bound that its run proves.

    Ties go to the site that is listed first. The answer is that of :func:`plain_greedy` to the last bit.
    Sites that would add nothing are not chosen, so there may be fewer than the budget allows.
    """
    return _choose(query, plain=False)


def plain_greedy(query: PlacementQuery) -> Placement:
    """Return the greedy placement by looking at every site in every step: for tests and comparison."""
    return _choose(query, plain=True)


def curve(query: PlacementQuery) -> Curve:
    """Return the share against the number of sensors, up to the budget, from one greedy run.

    With costs the run is by gain per cost, and ``bounds`` are those for the money spent so far.

    Notes
    -----
    The bounds at all numbers come from the gains beyond up to 24 sets along the run, each a whole pass over
    the table, and from what greedy choice promises.
    """
    sites, added, _ = _run(query, query.prices, plain=False)
    spent = np.concatenate([[0.0], np.cumsum(query.prices[sites])])
    start = float(np.sum(query.left()))
    shares = 1.0 - (start - np.concatenate([[0.0], np.cumsum(added)])) / query.total
    bounds = np.minimum(_bounds_along(query, sites, spent, MARKS), _promised_along(query, shares))
    return Curve(sites, spent, shares, np.maximum.accumulate(np.maximum(bounds, shares)))


def evenly(query: PlacementQuery) -> Placement:
    """Return sites at even distances along the line: the yardstick of those who spread what they have.

    The open sites nearest to the middles of equal parts of the span of open sites, each kind within its
    cap. With costs there are as many parts as sites of mean cost can be paid, and what no longer fits is
    left out.
    """
    places = np.arange(query.reach.sites) if query.positions is None else np.asarray(query.positions)
    free, spare, room = query.open, query.budget, query.room.copy()
    prices, kind = query.prices, query.kind
    sites = np.flatnonzero(free)
    chosen: list[int] = []
    if len(sites):
        number = min(int(query.budget / prices[sites].mean()), len(sites), int(room.sum()))
        low, high = places[sites].min(), places[sites].max()
        for part in range(number):
            fits = np.flatnonzero(free & (prices <= spare) & (room[kind] > 0))
            if not len(fits):
                break
            target = low + (high - low) * (part + 0.5) / number
            site = int(fits[np.argmin(np.abs(places[fits] - target))])
            chosen.append(site)
            free[site] = False
            spare -= prices[site]
            room[kind[site]] -= 1
    return _judged(query, np.array(chosen, dtype=np.int64), "even spacing")


def at_random(query: PlacementQuery, *, draw: int = 0) -> Placement:
    """Return open sites in random order, each taken if it fits: the same for the same draw."""
    shuffled = np.random.Generator(np.random.Philox(key=draw)).permutation(np.flatnonzero(query.open))
    spare, room, chosen = query.budget, query.room.copy(), []
    prices, kind = query.prices, query.kind
    least = prices.min() if len(prices) else math.inf
    for site in shuffled:
        if spare < least:
            break
        if prices[site] <= spare and room[kind[site]] > 0:
            chosen.append(int(site))
            spare -= prices[site]
            room[kind[site]] -= 1
    return _judged(query, np.array(chosen, dtype=np.int64), "random")


def steps(query: PlacementQuery, *, plain: bool = False) -> tuple[Whole, Array, int]:
    """Return the run of greedy choice alone, without its bounds.

    Returns
    -------
    sites : array (k,) of int
        In order of choice, by gain, or by gain per cost.
    added : array (k,)
        What each added, in the unit of the weights.
    looks : int
        How many gains were computed after the first of each site.
    """
    return _run(query, query.prices, plain=plain)


def bound(query: PlacementQuery, chosen: Whole) -> float:
    """Return a share that no choice within the budget exceeds, by the gains beyond a chosen set."""
    return float(_bounds_beyond(query, query.left(chosen), np.array([query.budget]))[0])


def promise(query: PlacementQuery) -> float:
    """Return what part of the best gain greedy choice is proved to reach on every such instance."""
    if query.costs is not None:
        return 0.0 if query.caps is not None else (1.0 - math.exp(-1.0)) / 2.0
    number = min(int(query.budget), int(np.count_nonzero(query.open)))
    if number <= 1:
        return 1.0
    return 0.5 if query.caps is not None else 1.0 - (1.0 - 1.0 / number) ** number


def _choose(query: PlacementQuery, *, plain: bool) -> Placement:
    """Return the best of the greedy runs that the limits call for."""
    standing = query.share()
    runs = [_run(query, query.prices, plain=plain)[0]]
    if query.costs is not None:
        runs += [_run(query, np.ones(query.reach.sites), plain=plain)[0], _single(query)]
    shares = [query.share(run) for run in runs]
    best = int(np.argmax(shares))
    sites, share, promised = runs[best], shares[best], promise(query)
    # A bound from few chosen is the tighter one where reaches hardly overlap, from many where they do.
    tried = runs if best else runs[:1]
    bounds = [float(_bounds_along(query, run, np.array([query.budget]), LOOKS)[0]) for run in tried]
    bounds.append(_ceiling(query, sites))
    if promised:
        bounds.append(standing + (share - standing) / promised)
    return Placement(sites, share, max(share, min(bounds)), standing, promised, "greedy")


def _run(query: PlacementQuery, by: Array, *, plain: bool) -> tuple[Whole, Array, int]:
    """Return sites in greedy order by gain per price, what each adds, and how many looks it took."""
    reach, left, open_ = query.reach, query.left(), query.open
    table = (reach.starts, reach.points, reach.chances)
    costs = np.where(open_, query.prices, np.inf)
    rest = (by, costs, float(query.budget), query.kind, query.room.copy())
    if plain:
        found = compiled.plainly(*table, left, *rest)
    else:
        found = compiled.lazily(*table, left, compiled.gains(*table, left, open_), *rest)
    sites, added, looks = found
    return sites, added, int(looks)


def _single(query: PlacementQuery) -> Whole:
    """Return the one site that adds most."""
    reach, open_ = query.reach, query.open & (query.room[query.kind] > 0)
    found = compiled.gains(reach.starts, reach.points, reach.chances, query.left(), open_)
    return np.array([np.argmax(found)] if found.size and found.max() > 0.0 else [], dtype=np.int64)


def _judged(query: PlacementQuery, sites: Whole, method: str) -> Placement:
    """Return a placement with the bound that it proves itself."""
    share = query.share(sites)
    proved = min(bound(query, sites), bound(query, sites[:0]))
    return Placement(sites, share, max(share, proved), query.share(), 0.0, method)


def _bounds_beyond(query: PlacementQuery, left: Array, budgets: Array) -> Array:
    """Return bounds on the best share at several budgets by the gains beyond one set.

    Parameters
    ----------
    query : PlacementQuery
    left : array (points,)
        The weight that the set leaves unattributed.
    budgets : array (n,)

    Returns
    -------
    array (n,)
        Shares. The gains of the best set are relaxed to the largest ones within each cap, and, with costs,
        to parts of sites by gain per cost (Dantzig 1957).
    """
    reach, kind, room = query.reach, query.kind, query.room
    found = compiled.gains(reach.starts, reach.points, reach.chances, left, query.open)
    order = np.argsort(-found, kind="stable")
    order = order[found[order] > 0.0]
    if query.caps is not None:
        capped = order[_ranks(kind[order]) < room[kind[order]]]
    else:
        capped = order
    if query.costs is None:
        sums = np.concatenate([[0.0], np.cumsum(found[capped])])
        most = sums[np.minimum(np.floor(budgets), len(capped)).astype(np.int64)]
    else:
        ratio = found[order] / query.prices[order]
        order = order[np.argsort(-ratio, kind="stable")]
        paid = np.concatenate([[0.0], np.cumsum(query.prices[order])])
        sums = np.concatenate([[0.0], np.cumsum(found[order])])
        most = np.minimum(np.interp(budgets, paid, sums), found[capped].sum())
    return np.minimum(1.0, 1.0 - (np.sum(left) - most) / query.total)


def _ceiling(query: PlacementQuery, chosen: Whole) -> float:
    """Return a share that no choice within the budget exceeds, by parts of sensors.

    Let x be parts of sensors between 0 and 1 and the share at a point 1 - prod (1 - p)^x. This is concave
    in x, and where every x is 0 or 1 it is the share itself: its largest value within the limits is a bound.
    A concave function lies below each of its tangents, so the largest value of any tangent is a bound as
    well, and that is a sum of the largest slopes. The point of the tangent walks from the chosen set towards
    the best (Frank and Wolfe 1956); wherever it stops, what it has proved is proved.
    """
    reach, left, open_ = query.reach, query.left(), query.open
    base = query.total - float(left.sum())
    slopes = -np.log1p(-np.minimum(reach.chances, SURE))
    table = (reach.starts, reach.points, slopes)
    stand = _reached(query, slopes, chosen, np.ones(len(chosen)))
    least = query.total
    for _ in range(PASSES):
        rest = left * np.exp(-stand)
        found = compiled.gains(*table, rest, open_)
        sites, parts = _largest(query, found)
        rise = float(found[sites] @ parts) - float(rest @ stand)
        # A chance of 1 counts as SURE, which may miss so little of all weights.
        least = min(least, base + float((left - rest).sum()) + rise + (1.0 - SURE) * query.total)
        if rise <= CLOSE * query.total:
            break
        ahead = _reached(query, slopes, sites, parts) - stand
        stand = np.maximum(stand + _stride(left, stand, ahead) * ahead, 0.0)
    return least / query.total


def _largest(query: PlacementQuery, found: Array) -> tuple[Whole, Array]:
    """Return the sites, and what part of each, that add up to the most within the limits.

    Caps are let go where there are costs: what is left is solved by gain per cost (Dantzig 1957).
    """
    order = np.argsort(-found / query.prices, kind="stable")
    order = order[found[order] > 0.0]
    if query.costs is None:
        if query.caps is not None:
            order = order[_ranks(query.kind[order]) < query.room[query.kind[order]]]
        order = order[: int(query.budget)]
        return order, np.ones(len(order))
    prices = query.prices[order]
    spare = query.budget - (np.cumsum(prices) - prices)
    parts = np.clip(spare / prices, 0.0, 1.0)
    return order[parts > 0.0], parts[parts > 0.0]


def _ranks(kinds: Whole) -> Whole:
    """Return for each entry how many before it are of its kind."""
    ranks = np.empty(len(kinds), dtype=np.int64)
    for one in np.unique(kinds):
        mine = kinds == one
        ranks[mine] = np.arange(np.count_nonzero(mine))
    return ranks


def _reached(query: PlacementQuery, slopes: Array, sites: Whole, parts: Array) -> Array:
    """Return the sum of slopes times parts at each point: array (points,)."""
    reach = query.reach
    found: Array = compiled.reached(reach.starts, reach.points, slopes, reach.size, sites, parts)
    return found


def _stride(left: Array, stand: Array, ahead: Array) -> float:
    """Return how far between 0 and 1 to walk: where the slope along the way is 0, by halving."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        if float((left * np.exp(-(stand + middle * ahead))) @ ahead) > 0.0:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def _bounds_along(query: PlacementQuery, sites: Whole, budgets: Array, marks: int) -> Array:
    """Return bounds on the best share at several budgets, each the least from several sets along a run."""
    marked = np.unique(np.round(np.linspace(0.0, 1.0, marks) ** 2 * len(sites)).astype(np.int64))
    left, reach, done = query.left(), query.reach, 0
    least = np.ones(len(budgets))
    for mark in marked:
        for site in sites[done:mark]:
            compiled.use(int(site), reach.starts, reach.points, reach.chances, left)
        done = int(mark)
        least = np.minimum(least, _bounds_beyond(query, left, budgets))
    return least


def _promised_along(query: PlacementQuery, shares: Array) -> Array:
    """Return the bounds that greedy choice of each number promises by itself: array (sites + 1,)."""
    bounds = np.ones(len(shares))
    if query.costs is not None:
        return bounds  # a run by gain per cost alone promises nothing
    for number in range(len(shares)):
        part = 0.5 if query.caps is not None else 1.0 - (1.0 - 1.0 / max(number, 1)) ** number
        bounds[number] = shares[0] + (shares[number] - shares[0]) / part if number else shares[0]
    return np.minimum(bounds, 1.0)
