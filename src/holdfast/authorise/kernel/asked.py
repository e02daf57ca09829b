"""What the kernel is asked: bodies, positions, nodes; and how its functions are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from holdfast.fixed import KEEPS_COMPILED

Array: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]
Record: TypeAlias = Any
Records: TypeAlias = Any
"""An array of records."""

NO, ABSTAIN, YES = 0, 1, 2
FIXED, FREE, JOINT = 0, 1, 2
"""A member's position in a future: given; moved by z alone; moved by z and by the factor of its bloc."""
LANES: Final = 32
"""Values of a factor that are worked on together."""
FEW: Final = 8
"""The same where every stage must be kept."""
CONSTANTS: Final = 2
"""Rows 0 and 1 of every layer of a diagram: never adopted, adopted whatever follows."""

_Function = TypeVar("_Function", bound=Callable[..., Any])
_WITHIN: Final[dict[str, Any]] = {
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
"""For functions that only compiled ones call."""


def copied(function: _Function) -> _Function:
    """Compile a function into each that calls it."""
    return cast("_Function", numba.njit(**_WITHIN, forceinline=True)(function))


def called(function: _Function) -> _Function:
    """Compile a function that compiled ones call."""
    return cast("_Function", numba.njit(**_WITHIN)(function))


def entry(function: _Function) -> _Function:
    """Compile a function that several threads may run at once, and keep it."""
    return cast("_Function", numba.njit(cache=KEEPS_COMPILED, error_model="numpy", nogil=True)(function))


MEMBER: Final = np.dtype(
    [("place", np.int64), ("bloc", np.int64), ("worth", np.int64, (3,)), ("most", np.int64)]
)
"""A member whose vote counts: its position in the proposal; its bloc, -1 if it is in none; what each vote
adds, shifted so that the least is 0, and -1 if nothing is adopted after it; the most that it can add."""


class Body(NamedTuple):
    """A rule with its members, in the order of :func:`holdfast.authorise.diagram.reading`.

    Attributes
    ----------
    members : records of :data:`MEMBER`, shape (heard,)
    begin : ndarray of int64, shape (blocs + 1,)
        Where in this order each bloc begins, and where the last ends.
    needed : int
        Sum that is enough, shifted as what votes add; never below 0.
    first : ndarray of int64, shape (heard + 1,)
        Where the nodes of each layer of the diagram begin; empty where sums will do.
    to : ndarray of int64, shape (nodes, 3)
        Rows of the diagram's next layer after each vote.
    root : int
        Row of the diagram where reading starts.
    height : int
        Rows that a chance may stand in: sums up to ``needed`` and one that is nought, or rows of a layer.
    width : int
        Columns that the table of blocs may have.
    """

    members: Records
    begin: Whole
    needed: int
    first: Whole
    to: Whole
    root: int
    height: int
    width: int


class Stand(NamedTuple):
    """Where members stand: the arrays of a proposal; ``fixed`` is empty where nobody is fixed."""

    latent: Array
    spread: Array
    common: Array
    bloc: Array
    threshold_no: Array
    threshold_yes: Array
    fixed: Array


class Grid(NamedTuple):
    """Nodes of the factors in each future asked for.

    Attributes
    ----------
    which : ndarray of int64, shape (asked,)
        The futures.
    merge : bool
        Whether the factor of a bloc in which all sit may be added to the common one.
    reach : float
        Nodes lie within so many standard deviations.
    flat : float
        Between two nodes whose chances differ by no more than this, chances are taken from them; below 0
        every node is worked out.
    half : ndarray of int64, shape (asked,)
        Nodes of the common factor on each side of nought; its step is ``reach / half``.
    offset : ndarray of int64, shape (asked + 1,)
        Where the chances of each future begin.
    step : ndarray of float64, shape (asked,)
        Step of the blocs' factors, in standard deviations; 0 where there are none.
    rows : ndarray of int64, shape (asked,)
        Rows of the table of pulls; below 0 where each z has rows of its own.
    """

    which: Whole
    merge: bool
    reach: float
    flat: float
    half: Whole
    offset: Whole
    step: Array
    rows: Whole


class Future(NamedTuple):
    """What a future has of the grid, and its weights of the common factor and of the blocs'."""

    reach: float
    flat: float
    half: int
    middle: int
    step: float
    rows: int
    common: float
    bloc: float


@copied
def node(future: Future, j: int) -> float:
    """Return a node of the common factor, counted from the middle one."""
    return future.reach * j / future.half if future.half > 0 else 0.0
