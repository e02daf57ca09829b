"""The best placement, proved: straight lines over what is seen, put to an open solver.

At one point the chance that all of some sensors miss is the exponential of a sum with a term for each. What
is seen there is a concave function of that sum, and the sum takes few values, for sensors come whole and in
few kinds. A line through what is seen at neighbouring values lies nowhere below it, and meets it at both:
with lines enough, a mixed-integer program says what is seen. They are added where a solution stands, first
among parts of sensors, then among whole ones, until what the program promises is what its sites see (Duran
and Grossmann 1986). Points that the same sites see are one point.

References
----------
Duran, M. A., Grossmann, I. E. (1986), An outer-approximation algorithm for a class of mixed-integer nonlinear
programs, Mathematical Programming 36, 307-339. Church, R., ReVelle, C. (1974), The maximal covering location
problem, Papers of the Regional Science Association 32, 101-118: the case where what is seen is seen surely.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from holdfast.observe.placement.field import Field
from holdfast.observe.placement.query import Array, Whole
from holdfast.program import Columns, Program

GAP: Final = 1e-6
"""How far below its bound the share of an answer that counts as the best may lie."""
ROUNDS: Final = 60
"""Rounds of lines added among parts of sensors, and then among whole ones."""
VALUES: Final = 2_000
"""Up to so many values of its sum a point's lines join neighbours; beyond, they touch the curve instead."""
SURE: Final = 1.0 - 1e-9
"""Sensors that see all enter each line by themselves: the exponential knows no end of their sum."""
_SAME: Final = 8
"""Values of a sum that agree to so many decimals are one."""
_ABOVE: Final = 1e-9


def exact(field: Field, run: Whole, bound: float) -> tuple[Whole, float]:
    """Return the best sites, and the share that is proved to bound every choice.

    Parameters
    ----------
    field : Field
        Tens of sites and hundreds of points; larger ones may end with a gap between share and bound.
    run : array of int
        A choice to begin with; it is kept where none is better.
    bound : float
        A share that is known to bound every choice.

    Returns
    -------
    sites : array of int
        ``run`` itself, or the sites of a better choice, sorted.
    bound : float
    """
    best, share = run, field.share(field.missed_by(run))
    if bound - share <= GAP:
        return run, max(bound, share)
    model = _Model(field)
    model.add_lines(model.parts_of(run))
    for _ in range(ROUNDS):
        if not model.add_lines(model.solve(relaxed=True)[0]):
            break
    for _ in range(ROUNDS):
        parts, upper = model.solve(relaxed=False)
        bound = min(bound, upper)
        found = model.sites[parts > 0.5]
        reached = field.share(field.missed_by(found))
        if reached > share:
            best, share = found, reached
        if bound - share <= GAP or not model.add_lines(parts):
            break  # the program knows what these sites see: what is open is the solver's own gap
    return best, max(bound, share)


class _Model:
    """The relaxation: a column for each site of use, and one for what is seen at each point."""

    def __init__(self, field: Field) -> None:
        """Write the limits."""
        self.field = field
        self.sites: Whole = np.flatnonzero(field.gains(field.missed) > 0.0)
        near = np.zeros((len(field.missed), len(self.sites)), dtype=np.bool_)
        for column, site in enumerate(self.sites):
            near[field.near(int(site)), column] = True
        self.near, which = np.unique(near, axis=0, return_inverse=True)
        weight = np.bincount(which.ravel(), field.missed, minlength=len(self.near))
        chance = field.posts.chance[self.sites]
        self.sure = chance >= SURE
        self.slope = np.where(self.sure, 0.0, -np.log1p(-np.where(self.sure, 0.0, chance)))
        self.program = Program()
        self.x: Columns = self.program.columns(len(self.sites), upper=1.0, integer=True)
        self.z: Columns = self.program.columns(len(self.near), upper=1.0)
        self.cost = np.zeros(self.program.size)
        self.cost[self.z] = -weight / field.total
        self.rest = 1.0 - field.share(field.missed)
        self._limit()
        self.seen = np.ones(len(self.near))
        self.values = [self._values_of(point) for point in range(len(self.near))]

    def _limit(self) -> None:
        """Keep to the limits."""
        field, kind = self.field, self.field.kind[self.sites]
        self.program.row(("number",), self.x, 1.0, high=float(field.number))
        if not math.isinf(field.budget):
            self.program.row(("budget",), self.x, field.price[self.sites], high=field.budget)
        for one, most in enumerate(field.room):
            self.program.row(("kind", str(one)), self.x[kind == one], 1.0, high=float(most))

    def _values_of(self, point: int) -> Array:
        """Return all values that the sum at a point can take, rising; none if they are too many."""
        values = np.zeros(1)
        for slope, number in zip(*np.unique(self.slope[self.near[point]], return_counts=True), strict=True):
            values = np.unique((values[:, None] + slope * np.arange(number + 1)).round(_SAME))
            if len(values) > VALUES:
                return np.zeros(0)
        return values

    def parts_of(self, run: Whole) -> Array:
        """Return which of the columns are sites of a run: array (sites of use,)."""
        return np.isin(self.sites, run).astype(np.float64)

    def solve(self, *, relaxed: bool) -> tuple[Array, float]:
        """Return how much of each site is best, and the bound on the share; keep what is seen."""
        found = self.program.minimise(self.cost, relaxed=relaxed, gap=GAP / 4.0)
        self.seen = found.values[self.z]
        return np.clip(found.values[self.x], 0.0, 1.0), 1.0 - self.rest - found.bound

    def add_lines(self, parts: Array) -> bool:
        """Add a line at each point of which the program promises more than these parts see.

        Returns
        -------
        bool
            Whether it promises too much by more than the gap, all points together.
        """
        sums, sure = self.near @ (self.slope * parts), self.near @ (self.sure * parts)
        above = np.zeros(len(self.near))
        for point in range(len(self.near)):
            height, slope = self._line_at(point, float(sums[point]))
            above[point] = self.seen[point] - min(1.0, height + slope * sums[point] + sure[point])
            if above[point] > _ABOVE:
                self._hold(point, height, slope)
        return float(-self.cost[self.z] @ np.maximum(above, 0.0)) > GAP / 4.0

    def _line_at(self, point: int, where: float) -> tuple[float, float]:
        """Return the line over a value of a point's sum: its height at 0, and its slope."""
        values = self.values[point]
        if len(values) == 0:
            missed = math.exp(-where)
            return 1.0 - missed - missed * where, missed
        if len(values) == 1:
            return 0.0, 0.0
        right = int(np.clip(np.searchsorted(values, where, side="right"), 1, len(values) - 1))
        left, end = float(values[right - 1]), float(values[right])
        low, high = -math.expm1(-left), -math.expm1(-end)
        slope = (high - low) / (end - left)
        return low - slope * left, slope

    def _hold(self, point: int, height: float, slope: float) -> None:
        """Keep what is seen at a point at or below a line."""
        row = np.zeros(self.program.size)
        row[self.x] = np.where(self.near[point], -np.where(self.sure, 1.0, slope * self.slope), 0.0)
        row[self.z[point]] = 1.0
        self.program.hold(("seen", str(point)), row, height)
