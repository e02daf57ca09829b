"""What no choice within the limits can exceed, proved on the instance itself.

Each bound is a line: for every set of sites, what it reaches is at most a constant and the sum of a slope
for each of its sites. The sites whose slopes add up to the most within the limits then bound every choice,
at all numbers and budgets at once. There are two families of lines.

- *From a set*: what it reaches, and what each other site would add to it (Nemhauser, Wolsey and Fisher 1978;
  Leskovec et al. 2007, who call it the online bound). Tight where little is seen twice.
- *From parts of sensors*: with a part x between 0 and 1 of each sensor, a point is seen with the chance
  1 - prod (1 - p)^x. This is concave in x, and what is seen itself where every x is 0 or 1. The slopes of
  its tangents make lines, each as low as whole sensors at a point let it lie; their point of contact walks
  towards the best x (Frank and Wolfe 1956), and wherever it stops, what it has proved is proved. Mostly by
  far the tighter ones.

References
----------
Nemhauser, G. L., Wolsey, L. A., Fisher, M. L. (1978), An analysis of approximations for maximizing submodular
set functions I, Mathematical Programming 14, 265-294. Leskovec, J. et al. (2007), Cost-effective outbreak
detection in networks, KDD, 420-429. Frank, M., Wolfe, P. (1956), An algorithm for quadratic programming,
Naval Research Logistics Quarterly 3, 95-110. Dantzig, G. B. (1957), Discrete-variable extremum problems,
Operations Research 5, 266-288.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import numpy as np

from holdfast.fixed import exp
from holdfast.observe.placement.field import Field
from holdfast.observe.placement.query import Array, Whole

SETS: Final = 12
"""How many sets along a run give a line."""
PASSES: Final = 40
"""How many tangents are tried for a bound at one limit."""
MARKS: Final = 6
MARK_PASSES: Final = 15
"""At how many limits along a curve tangents are sought, and how many at each."""
CLOSE: Final = 1e-6
"""They end where the bound can fall by no more than this share."""
SURE: Final = 0.9
"""Chances above this have its slope: theirs would grow without end."""
COARSE: Final = 0.3
"""Sensors with chances from here on are taken whole where a line is laid over what they see at a point."""
COUNTED: Final = 500
"""As long as they come to no more than so many combinations."""
ALL: Final = 1e-4
"""Combinations that miss less than this count as if they missed nothing."""
HALVINGS: Final = 20

Line: TypeAlias = tuple[float, Array]
"""A constant, and a slope for each site."""


def bound(field: Field, run: Whole) -> float:
    """Return a share that no choice within the limits exceeds, by lines sought along a run of choice."""
    lines = itertools.chain(
        _lines_from_sets(field, run), _lines_from_parts(field, run, field.number, field.budget, PASSES)
    )
    return float(_least(field, lines, np.array([field.number]), np.array([field.budget]))[0])


def bounds_along(field: Field, run: Whole) -> Array:
    """Return bounds for each length of a run, from none on, and for the limits: array (k + 2,).

    Without a budget no choice of as many sites exceeds the bound, with one no choice that is paid by as much.
    The last entry is the bound of every choice within the limits, which a run need not use up.
    """
    lengths = np.arange(len(run) + 1)
    numbers, budgets = np.full(len(run) + 2, field.number), np.full(len(run) + 2, field.budget)
    if math.isinf(field.budget):
        numbers[:-1] = lengths
    else:
        budgets[:-1] = spent_along(field, run)
    marks = np.unique((np.linspace(0.0, 1.0, MARKS + 1)[1:] ** 2 * len(run)).round().astype(np.int64))
    lines = itertools.chain(
        _lines_from_sets(field, run),
        *(
            _lines_from_parts(field, run[:mark], int(numbers[mark]), float(budgets[mark]), MARK_PASSES)
            for mark in marks
        ),
    )
    least = _least(field, lines, numbers, budgets)
    found: Array = np.minimum.accumulate(least[::-1])[::-1]  # what bounds more, bounds less
    return found


def spent_along(field: Field, run: Whole) -> Array:
    """Return what the first sites of a run take together, from none on: array (k + 1,)."""
    return np.concatenate([[0.0], np.cumsum(field.price[run])])


def _least(field: Field, lines: Iterable[Line], numbers: Whole, budgets: Array) -> Array:
    """Return the least share that any of the lines bounds each pair of limits by: array (n,)."""
    before = field.total - math.fsum(field.missed)
    least = np.full(len(numbers), field.total)
    for constant, slopes in lines:
        least = np.minimum(least, before + constant + _most(field, slopes, numbers, budgets))
    return least / field.total


def _lines_from_sets(field: Field, run: Whole) -> Iterator[Line]:
    """Yield the lines from sets along a run, closer to each other at its beginning."""
    for length in np.unique((np.linspace(0.0, 1.0, SETS) ** 2 * len(run)).round().astype(np.int64)):
        chosen = run[:length]
        missed = field.missed_by(chosen)
        slopes = field.gains(missed)
        slopes[chosen] = 0.0
        yield math.fsum(field.missed) - math.fsum(missed), slopes


def _lines_from_parts(field: Field, run: Whole, number: int, budget: float, passes: int) -> Iterator[Line]:
    """Yield tangents on the way from a run to the best parts within limits."""
    slope = _slope(field.posts.chance)
    laid = _Laid(field.posts.chance[field.open])
    stand = field.spread(run, slope[run])
    for _ in range(passes):
        missed = field.missed * exp(-stand)
        slopes = slope * field.sums(missed)
        yield math.fsum(field.missed * laid.heights(stand)), slopes
        there = math.fsum(missed * stand)
        sites, parts = _best_parts(field, slopes, number, budget)
        if math.fsum(slopes[sites] * parts) - there <= CLOSE * field.total:
            return
        ahead = field.spread(sites, slope[sites] * parts) - stand
        stand = np.maximum(stand + _stride(field.missed, stand, ahead) * ahead, 0.0)


def _slope(chance: Array) -> Array:
    """Return by how much a sensor moves the point of contact: array like chance."""
    found: Array = -np.log1p(-np.minimum(chance, SURE))
    return found


class _Laid:
    """How high a line of a given slope must begin to lie over all that whole sensors can see at one point.

    The surer kinds are combined whole: each combination has its sum of slopes and the chance that it misses.
    The others are taken in parts, for many of them come to nearly that.
    """

    def __init__(self, chances: Array) -> None:
        """Combine the kinds that have these chances, the surest first."""
        combined = {0.0: 1.0}
        kinds = np.unique(chances[chances > 0.0])[::-1]
        whole = 0
        for chance, slope in zip(kinds, _slope(kinds), strict=True):
            further = _combined(combined, float(chance), float(slope)) if chance >= COARSE else {}
            if chance <= SURE and not 0 < len(further) <= COUNTED:
                break
            combined, whole = further, whole + 1
        self.combined = combined
        self.parts = whole < len(kinds)

    def heights(self, stand: Array) -> Array:
        """Return where lines with the slopes exp(-stand) must begin, as chances: array (points,)."""
        slope = exp(-stand)
        heights = np.zeros(len(stand))
        for total, missed in self.combined.items():
            above = 1.0 - missed - slope * total
            if self.parts and missed > 0.0:
                # so much of the other kinds that a further part adds no more than the slope
                more = np.maximum(stand + math.log(missed), 0.0)
                above = 1.0 - np.minimum(missed, slope) - slope * (total + more)
            heights = np.maximum(heights, above)
        return heights


def _combined(combined: dict[float, float], chance: float, slope: float) -> dict[float, float]:
    """Return combinations with any number of one more kind: the chance to miss, by the sum of slopes."""
    found: dict[float, float] = {}
    for total, missed in combined.items():
        place, left = total, missed
        while left >= ALL:
            found[place] = min(left, found.get(place, 1.0))
            place, left = place + slope, left * (1.0 - chance)
        found[place] = 0.0
    least = min(total for total, missed in found.items() if missed == 0.0)
    return {total: missed for total, missed in found.items() if total <= least}


def _stride(missed: Array, stand: Array, ahead: Array) -> float:
    """Return how far between 0 and 1 to walk: where it rises no more, by halving."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        if float(np.sum(missed * exp(-(stand + middle * ahead)) * ahead)) > 0.0:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def _most(field: Field, slopes: Array, numbers: Whole, budgets: Array) -> Array:
    """Return the most that slopes can add up to within each pair of limits, or a little more: array (n,).

    The less of what the number allows whatever the price, and of what the budget allows whatever the number,
    where the last sensor may be bought in part (Dantzig 1957); both within the numbers of each kind.
    """
    order = _within_kinds(field, slopes)
    sums = np.concatenate([[0.0], np.cumsum(slopes[order])])
    most = sums[np.minimum(numbers, len(order))]
    if math.isinf(field.budget):
        return most
    order = _by_price(field, slopes, order)
    sums = np.concatenate([[0.0], np.cumsum(slopes[order])])
    found: Array = np.minimum(most, np.interp(budgets, spent_along(field, order), sums))
    return found


def _best_parts(field: Field, slopes: Array, number: int, budget: float) -> tuple[Whole, Array]:
    """Return the sites, and how much of each, that add up to the most as :func:`_most` has it."""
    order = _within_kinds(field, slopes)
    numbered, priced = order[:number], _by_price(field, slopes, order)
    price = field.price[priced]
    parts = np.clip((budget - (np.cumsum(price) - price)) / price, 0.0, 1.0)
    priced, parts = priced[parts > 0.0], parts[parts > 0.0]
    if math.fsum(slopes[numbered]) <= math.fsum(slopes[priced] * parts):
        return numbered, np.ones(len(numbered))
    return priced, parts


def _within_kinds(field: Field, slopes: Array) -> Whole:
    """Return the sites with a slope, the steepest first, as many of each kind as there may be.

    Those of one kind have one price, so that the others would add less wherever these fit.
    """
    order = np.argsort(-slopes, kind="stable")
    order = order[slopes[order] > 0.0]
    kept = np.zeros(len(order), dtype=np.bool_)
    for kind, most in enumerate(field.room):
        kept[np.flatnonzero(field.kind[order] == kind)[:most]] = True
    return order[kept]


def _by_price(field: Field, slopes: Array, sites: Whole) -> Whole:
    """Return sites in another order: those that give most for their price first."""
    return sites[np.argsort(-slopes[sites] / field.price[sites], kind="stable")]
