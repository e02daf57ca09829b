"""A mixed-integer program with named rows, put to an open solver the same way every time.

The solver is HiGHS (Huangfu and Hall, Mathematical Programming Computation 10, 2018) on one thread with a
fixed seed and no clock: it stops at a proved gap, or after so many nodes, never after so many seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Columns = NDArray[np.int64]
Row = tuple[str, ...]
"""What a row is about: its kind, then whom or what."""

INFINITE: Final = float(highspy.kHighsInf)
NODES: Final = 20_000
"""Nodes of the search tree after which the solver stops with what it has; the gap says what it may miss."""
FEASIBLE: Final = 1e-7
_FEASIBLE_POINT: Final = 2
"""What HiGHS calls a solution that satisfies all rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """What the solver found.

    Attributes
    ----------
    values : array (columns,)
    objective : float
    bound : float
        No solution is better than this: proved.
    """

    values: Array
    objective: float
    bound: float


class Infeasible(Exception):
    """No values satisfy all rows."""


class Program:
    """Columns and rows, gathered one after another and then solved under several objectives in turn."""

    def __init__(self) -> None:
        """Begin without a column."""
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._integer: list[bool] = []
        self._rows: list[tuple[Columns, Array, float, float]] = []
        self.names: list[Row] = []
        self._solver: highspy.Highs | None = None

    @property
    def size(self) -> int:
        """Number of columns."""
        return len(self._lower)

    def columns(self, count: int, *, upper: float | Array = INFINITE, integer: bool = False) -> Columns:
        """Add columns from 0 to ``upper`` and return their places."""
        first = self.size
        self._lower += [0.0] * count
        self._upper += [float(one) for one in np.broadcast_to(upper, count)]
        self._integer += [integer] * count
        return np.arange(first, first + count)

    def row(
        self,
        name: Row,
        columns: Columns,
        factors: float | Array,
        *,
        low: float = -INFINITE,
        high: float = INFINITE,
    ) -> None:
        """Add a row: low <= sum of factors x columns <= high. Columns may stand in it more than once."""
        places, where = np.unique(columns, return_inverse=True)
        summed = np.bincount(where, np.broadcast_to(factors, len(columns)), minlength=len(places))
        self.names.append(name)
        self._rows.append((places, np.asarray(summed, dtype=np.float64), low, high))

    def bounds(self, columns: Columns, lower: float, upper: float) -> None:
        """Change between what values columns may lie."""
        for place in columns:
            self._lower[place], self._upper[place] = lower, upper
        if self._solver is not None:
            size = len(columns)
            self._solver.changeColsBounds(
                size, columns.astype(np.int32), np.full(size, lower), np.full(size, upper)
            )

    def minimise(
        self,
        cost: Array,
        *,
        relaxed: bool,
        gap: float = 0.0,
        whole: Columns | None = None,
        begin: Array | None = None,
        nodes: int = NODES,
    ) -> Solution:
        """Return the least cost.

        Parameters
        ----------
        cost : array (columns,)
        relaxed : bool
            Whether to take whole numbers for real ones.
        gap : float
            By how much the cost may lie above the least, in its own unit.
        whole : array of int, optional
            Columns that stay whole where all others are relaxed.
        begin : array (columns,), optional
            Values that satisfy all rows, from which a search in whole numbers begins.
        nodes : int
            Nodes of the search tree after which it stops with what it has.

        Raises
        ------
        Infeasible
            If no values satisfy all rows.
        """
        solver = self._ready()
        kept = np.zeros(0, dtype=np.int64) if whole is None else whole
        integers = np.flatnonzero(self._integer).astype(np.int32)
        free = relaxed & ~np.isin(integers, kept)
        kinds = np.array([_KINDS[not one] for one in free], dtype=object)
        solver.changeColsIntegrality(len(integers), integers, kinds)
        places = np.arange(self.size, dtype=np.int32)
        solver.changeColsCost(self.size, places, np.asarray(cost, dtype=np.float64))
        solver.setOptionValue("mip_abs_gap", max(gap, FEASIBLE))
        solver.setOptionValue("mip_max_nodes", nodes)
        if begin is not None and not relaxed:
            known = highspy.HighsSolution()
            known.col_value = list(begin)
            solver.setSolution(known)
        solver.run()
        status = solver.getModelStatus()
        done = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit)
        found = solver.getInfo().primal_solution_status == _FEASIBLE_POINT
        if status not in done and not found:
            raise Infeasible(str(status))
        values = np.asarray(solver.getSolution().col_value)
        values[integers[~free]] = np.round(values[integers[~free]])
        objective = float(cost @ values)
        bound = objective if free.all() else min(float(solver.getInfo().mip_dual_bound), objective)
        return Solution(values, objective, bound)

    def slopes(self, cost: Array) -> tuple[Solution, Array]:
        """Return the relaxed solution, and by how much its cost changes per unit of each column."""
        found = self.minimise(cost, relaxed=True)
        return found, np.asarray(self._ready().getSolution().col_dual)

    def hold(self, name: Row, cost: Array, most: float) -> None:
        """Keep a cost at or below a value from now on."""
        places = np.flatnonzero(cost)
        self.row(name, places, cost[places], high=most)
        if self._solver is not None:
            _, factors, low, high = self._rows[-1]
            self._solver.addRow(low, high, len(places), places.astype(np.int32), factors)

    def limit(self, name: Row, high: float) -> None:
        """Change the most that a row may come to."""
        place = self.names.index(name)
        columns, factors, low, _ = self._rows[place]
        self._rows[place] = columns, factors, low, high
        if self._solver is not None:
            self._solver.changeRowBounds(place, low, high)

    def _ready(self) -> highspy.Highs:
        """Return the solver with all columns and rows in it."""
        if self._solver is None:
            solver = highspy.Highs()  # type: ignore[no-untyped-call]
            for option, value in _OPTIONS.items():
                solver.setOptionValue(option, value)
            solver.passModel(self._model())
            self._solver = solver
        return self._solver

    def _model(self) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.size, len(self._rows)
        model.col_cost_ = np.zeros(self.size)
        model.col_lower_, model.col_upper_ = np.array(self._lower), np.array(self._upper)
        model.row_lower_ = np.array([low for _, _, low, _ in self._rows])
        model.row_upper_ = np.array([high for _, _, _, high in self._rows])
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = np.cumsum([0, *(len(places) for places, _, _, _ in self._rows)])
        matrix.index_ = np.concatenate([np.zeros(0, np.int64), *(row[0] for row in self._rows)])
        matrix.value_ = np.concatenate([np.zeros(0), *(row[1] for row in self._rows)])
        model.integrality_ = [_KINDS[one] for one in self._integer]
        return model


_KINDS: Final = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
_OPTIONS: Final[dict[str, bool | int | float | str]] = {
    "output_flag": False,
    "log_to_console": False,
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_heuristic_run_feasibility_jump": False,  # plans are easily found and hard to prove
}
