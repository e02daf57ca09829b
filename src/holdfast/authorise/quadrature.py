r"""Averages over the common factor, a standard normal variable.

The chance of adoption as a function of the factor is smooth, but steep where many members share the
factor: nearly a step for an assembly of 193. Gauss-Hermite nodes lie too far apart for that (200 of them
leave gaps of 0.22 in the middle, and most lie where the normal density is nothing). The trapezoidal rule on
equal steps converges for such functions faster than any power of the step (Trefethen and Weideman,
SIAM Review 56, 2014): for a step as steep as :math:`\Phi(a z)` the error is about
:math:`\exp(-2 \pi^2 / (h^2 (1 + a^2)))`, so each halving of h raises the number of right digits fourfold. Its
nodes are nested, and each future is refined on its own until it has settled, whatever futures stand
beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from holdfast.authorise.proposal import Floats

REACH = 5.5
"""Nodes lie within so many standard deviations; 4e-8 of the probability lies beyond."""
FINEST = 7
"""Steps are 1, 1/2, ... to 2 to the power of minus this: at most 1409 nodes.

Most of the finest are taken from their neighbours, not evaluated."""
SETTLED = 1e-5
"""A future has settled when halving the step moved its average by less than this..."""
STEEPEST = 0.4
"""...and no two neighbouring nodes differ by more than this, lest two coarse grids agree by accident."""
FLAT = 1e-8
"""Between two nodes that differ by no more than this, a monotone function is taken from them."""
_NEGLIGIBLE = 1e-8  # a jump between two nodes counts only if step times density times jump exceeds this


def nodes(level: int) -> Floats:
    """Return the nodes of a level in ascending order, in standard deviations.

    Parameters
    ----------
    level : int
        The step is 2 to the power of minus ``level``.

    Returns
    -------
    ndarray of float64
    """
    each_side = int(REACH * 2**level)
    steps: Floats = np.arange(-each_side, each_side + 1, dtype=np.float64)
    return steps / float(2**level)


def average(values: Floats, level: int) -> Floats:
    """Return averages over the factor.

    Departures from the value in the middle are what is added up, so the average of a constant is that
    constant to the last bit.

    Parameters
    ----------
    values : ndarray of float64, shape (rows, nodes)
        At :func:`nodes` of the level.
    level : int

    Returns
    -------
    ndarray of float64, shape (rows,)
    """
    density = np.array([_density(z) for z in nodes(level)])
    weights = density / density.sum()
    middle = values[:, values.shape[1] // 2]
    total = np.zeros(len(values))
    for j, weight in enumerate(weights):  # one after the other: the order of the sum is fixed
        total += weight * (values[:, j] - middle)
    return middle + total


def _density(z: float) -> float:
    return float(np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi))


def _steep(values: Floats, level: int) -> npt.NDArray[np.bool_]:
    """Return which rows change too fast between neighbouring nodes to be trusted."""
    z = nodes(level)
    weight = np.array([_density(0.5 * (a + b)) for a, b in pairwise(z)]) / 2**level
    jump = np.abs(np.diff(values, axis=1))
    steep: npt.NDArray[np.bool_] = ((jump > STEEPEST) & (jump * weight > _NEGLIGIBLE)).any(axis=1)
    return steep


def mean_over_factor(
    evaluate: Callable[[npt.NDArray[np.intp], Floats], Floats], futures: int
) -> tuple[Floats, Floats]:
    """Average a function of future and factor over the factor (AU5); it must be monotone in the factor.

    Monotone functions need no evaluation between two nodes where they hardly differ: the value there lies
    between the two. That leaves the few nodes where a steep function climbs.

    Parameters
    ----------
    evaluate : callable
        Takes indices of futures and values of the factor, both of shape (lanes,); returns values, shape
        (lanes,).
    futures : int
        How many futures there are.

    Returns
    -------
    mean : ndarray of float64, shape (futures,)
    moved : ndarray of float64, shape (futures,)
        How far the last halving of the step moved each; the error is far smaller, but where :data:`FINEST`
        was reached.
    """
    unsettled = np.arange(futures)
    z = nodes(0)
    values = evaluate(np.repeat(unsettled, len(z)), np.tile(z, futures)).reshape(futures, len(z))
    mean = average(values, 0)
    moved = np.zeros(futures)
    for level in range(1, FINEST + 1):
        finer = _refine(evaluate, unsettled, values, level)
        better = average(finer, level)
        moved[unsettled] = np.abs(better - mean[unsettled])
        mean[unsettled] = better
        still = (moved[unsettled] >= SETTLED) | _steep(finer, level)
        unsettled, values = unsettled[still], finer[still]
        if not len(unsettled):
            break
    return mean, moved


def _refine(
    evaluate: Callable[[npt.NDArray[np.intp], Floats], Floats],
    which: npt.NDArray[np.intp],
    values: Floats,
    level: int,
) -> Floats:
    """Return values at the nodes of a level from those of the level before, shape (rows, nodes)."""
    z = nodes(level)
    old = np.isin(z, nodes(level - 1))
    finer = np.full((len(which), len(z)), np.nan)
    finer[:, old] = values
    inner = np.flatnonzero(~old)
    inner = inner[(inner > 0) & (inner < len(z) - 1)]
    left, right = finer[:, inner - 1], finer[:, inner + 1]
    finer[:, inner] = np.where(np.abs(right - left) <= FLAT, 0.5 * (left + right), np.nan)
    row, column = np.nonzero(np.isnan(finer))
    finer[row, column] = evaluate(which[row], z[column])
    return finer
