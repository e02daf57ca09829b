"""The best placement, proved: outer approximation of each point's share, put to an open solver.

At one demand point the chance that a set of sites misses is the exponential of a sum, so the share attributed
is a concave function of that sum. Tangents lie above a concave function: a linear program in sites and
points with some tangents is a relaxation, and its best value a bound. Tangents are added where the relaxation
stands until the bound meets a placement (Duran and Grossmann 1986). Where a point is attributed surely by
some sites this is maximum coverage. A second family of cuts, exact at the set where it is made, ends the
search after finitely many rounds (Nemhauser and Wolsey 1981).

References
----------
Duran, M. A., Grossmann, I. E. (1986), An outer-approximation algorithm for a class of mixed-integer nonlinear
programs, Mathematical Programming 36, 307-339. Nemhauser, G. L., Wolsey, L. A. (1981), Maximizing submodular
set functions: formulations and analysis of algorithms, Annals of Discrete Mathematics 11, 279-301.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from holdfast.observe.placement import greedy
from holdfast.observe.siting import Array, Placement, PlacementQuery, Whole
from holdfast.program import Columns, Program

GAP: Final = 1e-6
"""How far below its bound the share of an answer that counts as exact may lie."""
ROUNDS: Final = 100
"""Rounds of relaxations, and then of searches in whole numbers, after which the bound says what is open."""
SURE: Final = 1.0 - 1e-9
"""Chances from here on count as sure in tangents, whose slopes would else grow without end."""
_VIOLATED: Final = 1e-8


def exact(query: PlacementQuery, *, gap: float = GAP) -> Placement:
    """Return the placement with the largest share, proved to a gap.

    Parameters
    ----------
    query : PlacementQuery
        Tens of open sites and hundreds of points; larger ones may end with a gap left open.
    gap : float
        By how much its share may lie below the best.

    Returns
    -------
    Placement
        Where the search ends early, ``bound`` says what the best may be, and ``promised`` is greedy's.
        Among placements that are equally good, greedy's if it is one of them.
    """
    best = greedy(query)
    if best.bound - best.share <= gap:
        return Placement(best.sites, best.share, best.bound, best.standing, 1.0, "exact")
    model = _Model(query)
    model.tighten(gap)
    sites, share, proved = best.sites, best.share, best.bound
    model.cut(np.isin(model.sites, sites).astype(np.float64))
    last: Whole | None = None
    for _ in range(ROUNDS):
        values, upper = model.solve(gap / 4.0)
        proved = min(proved, upper)
        found = model.sites[values > 0.5]
        reached = query.share(found)
        if reached > share + gap / 4.0:
            sites, share = found, reached
        again = last is not None and np.array_equal(found, last)
        if proved - share <= gap or again:
            break  # the same set again: what is open is the solver's own gap
        model.cut(values)
        last = found
    proved = max(proved, share)
    promised = 1.0 if proved - share <= gap else best.promised
    return Placement(sites, share, proved, best.standing, promised, "exact")


class _Model:
    """The relaxation: a column per open site, one per demand point that something may attribute."""

    def __init__(self, query: PlacementQuery) -> None:
        """Write the first relaxation: a point is attributed at most by the sum of its chances."""
        left = query.left()
        reach, open_ = query.reach, query.open
        rows = np.repeat(np.arange(reach.sites), np.diff(reach.starts))
        of_use = open_[rows] & (left[reach.points] > 0.0) & (reach.chances > 0.0)
        self.sites: Whole = np.unique(rows[of_use])
        needed = np.unique(reach.points[of_use])
        self.chances = np.zeros((len(needed), len(self.sites)))
        at = np.searchsorted(needed, reach.points[of_use]), np.searchsorted(self.sites, rows[of_use])
        self.chances[at] = reach.chances[of_use]
        self.base = 1.0 - float(left.sum()) / query.total
        self.program = Program()
        self.x: Columns = self.program.columns(len(self.sites), upper=1.0, integer=True)
        most = 1.0 - np.prod(1.0 - self.chances, axis=1)
        self.z: Columns = self.program.columns(len(needed), upper=most)
        self.cost = np.zeros(self.program.size)
        self.cost[self.z] = -left[needed] / query.total
        self._limits(query)
        for point, chances in enumerate(self.chances):
            self._row(point, chances, 0.0)

    def _limits(self, query: PlacementQuery) -> None:
        """Keep to the budget and the caps."""
        budget = query.budget if query.costs is not None else float(np.floor(query.budget))
        self.program.row(("budget",), self.x, query.prices[self.sites], high=budget)
        for kind, most in enumerate(query.room):
            mine = self.x[query.kind[self.sites] == kind]
            if len(mine) > most:
                self.program.row(("cap", str(kind)), mine, 1.0, high=float(most))

    def tighten(self, gap: float) -> None:
        """Add tangents where the relaxed solution stands, until it moves by less than the gap."""
        for _ in range(ROUNDS):
            found = self.program.minimise(self.cost, relaxed=True)
            if not self._tangents(found.values, gap):
                return

    def solve(self, gap: float) -> tuple[Array, float]:
        """Return which sites the relaxation chooses, in whole numbers, and the bound on the share."""
        found = self.program.minimise(self.cost, relaxed=False, gap=gap)
        return found.values[self.x], self.base - found.bound

    def cut(self, x: Array) -> None:
        """Add cuts that are exact at a set of sites, and tangents there."""
        chosen = np.where(x > 0.5, 1.0, 0.0)
        missed = np.prod(1.0 - self.chances * chosen, axis=1)
        for point, left in enumerate(missed):
            self._row(point, left * self.chances[point] * (1.0 - chosen), 1.0 - left)
        values = np.zeros(self.program.size)
        values[self.x], values[self.z] = chosen, self._most(chosen)
        self._tangents(values, _VIOLATED)

    def _most(self, chosen: Array) -> Array:
        """Return for each point the most that the first cuts would let a set of sites attribute."""
        return np.minimum(1.0, self.chances @ chosen)

    def _tangents(self, values: Array, gap: float) -> bool:
        """Add a tangent at each point whose share lies above the curve; return whether it matters."""
        x, z = np.clip(values[self.x], 0.0, 1.0), values[self.z]
        sure = self.chances >= SURE
        slopes = np.where(sure, 0.0, -np.log1p(-np.where(sure, 0.0, self.chances)))
        away = slopes @ x
        left = np.exp(-away)
        above = z - np.minimum(1.0, 1.0 - left + sure @ x)
        for point in np.flatnonzero(above > _VIOLATED):
            factors = np.where(sure[point], 1.0, left[point] * slopes[point])
            self._row(int(point), factors, 1.0 - left[point] - left[point] * away[point])
        return float(-self.cost[self.z] @ np.maximum(above, 0.0)) > gap

    def _row(self, point: int, factors: Array, constant: float) -> None:
        """Keep a point's share at or below a linear function of the sites."""
        row = np.zeros(self.program.size)
        row[self.x] = -factors
        row[self.z[point]] = 1.0
        self.program.hold(("share", str(point)), row, constant)
