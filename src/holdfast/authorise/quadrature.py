r"""Averages over normal factors by the trapezoidal rule, with an error that is proved.

A vote's chance is a normal density integrated over an interval; the chance that members vote so and so, and
with it every sum of such chances, is one integrated over boxes. Moving a factor by :math:`iy` moves the
means of that density by :math:`iy` times the weights :math:`\ell`, which multiplies its modulus by
:math:`\exp(\tfrac12 \kappa y^2)` and no more, :math:`\kappa = \ell' V^{-1} \ell`, V being the variance of
the members' positions given the factor. So for a chance :math:`f` as a function of the factor
:math:`|f(x + iy)| \le e^{\kappa y^2 / 2} f(x)`, and the trapezoidal rule with step h on all nodes is off by
at most the share

.. math:: \frac{2}{e^{2\pi y/h} - 1} e^{(1 + \kappa) y^2 / 2} \approx 2 e^{-2 \pi^2 / (h^2 (1 + \kappa))}

of the average itself, at :math:`y = 2\pi / (h (1 + \kappa))` (Trefethen and Weideman, SIAM Review 56, 2014,
theorem 5.1). That holds wherever the nodes lie. Weights are normal densities, divided by their sum.

Within a bloc V is diagonal and :math:`\kappa` the sum of ``(bloc / own noise) ** 2`` over its members; for
the common factor it is ``common ** 2`` times the sum over blocs of 1' V^-1 1.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from holdfast.authorise.proposal import Floats

REACH: Final = 6.0
"""Nodes lie within so many standard deviations; 2e-9 of the probability lies beyond."""
OFF: Final = 5e-9
"""By so much of itself, at most, may an average be off for its step."""
FLAT: Final = 1e-8
"""Between two nodes whose chances differ by no more than this, chances are taken from them."""
_BEYOND: Final = math.erfc(REACH / math.sqrt(2.0))
_COARSE: Final = 16  # with more nodes than this on each side, every fourth comes first
MOVED: Final = 1e-7
"""Kinks have settled when halving the step moved the average by no more than this."""
FINEST: Final = 6
"""The step is halved for kinks so often at most."""


def step(kappa: npt.ArrayLike) -> Floats:
    """Return the step that keeps an average within :data:`OFF` of itself.

    Parameters
    ----------
    kappa : array of float
        How steep the averaged function may be; see above.

    Returns
    -------
    ndarray of float64
        In standard deviations.
    """
    fineness = math.pi * math.sqrt(2.0 / math.log(2.0 * (1.0 + 1e-6) / OFF))
    return fineness / np.sqrt(1.0 + np.asarray(kappa, dtype=np.float64))


def proved(blocs: npt.ArrayLike, kappa: npt.ArrayLike, votes: int = 1) -> Floats:
    """Return a bound on the error of a chance of adoption.

    Parameters
    ----------
    blocs : array of int
        Blocs whose factor is averaged over, in all votes.
    kappa : array of float
        That of the common factor; where it is 0 there is nothing to average over.
    votes : int
        How many chances are averaged at once.

    Returns
    -------
    ndarray of float64
        What the step and the reach of each factor's nodes may do, and what is taken from neighbouring nodes.
    """
    common = np.asarray(kappa) > 0.0
    return (np.asarray(blocs) + common) * (OFF + _BEYOND) + common * votes * FLAT


def halves(kappa: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return how many nodes the common factor needs on each side of nought.

    Where they are many their number is divisible by four, so that the kernel can begin with every fourth.
    """
    steep = np.asarray(kappa, dtype=np.float64)
    each = np.ceil(REACH / step(steep)).astype(np.int64)
    each = np.where(each > _COARSE, -(-each // 4) * 4, each)
    return np.asarray(np.where(steep > 0.0, each, 0), dtype=np.int64)


def rows(common: Floats, bloc: Floats, step: Floats, half: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how many rows the table of what blocs add needs.

    Rows at even steps serve every node of the common factor; where the blocs' factors weigh so little that
    such rows would be too many, each node has rows of its own.

    Parameters
    ----------
    common, bloc : ndarray of float64, shape (futures,)
        Weights of the factors.
    step : ndarray of float64, shape (futures,)
        Of the blocs' factors; 0 where there are none.
    half : ndarray of int64, shape (futures,)
        Nodes of the common factor on each side of nought.

    Returns
    -------
    ndarray of int64, shape (futures,)
        0 where there are no blocs; below 0, with the number of all, where each node has its own.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        shared = 2.0 * np.ceil(REACH * (1.0 + np.abs(common) / bloc) / step) + 3.0
        own = (2.0 * half + 1.0) * (2.0 * np.ceil(REACH / step) + 1.0)
    found = np.where(step > 0.0, np.where(shared <= own, shared, -own), 0.0)
    return np.asarray(found, dtype=np.int64)


# --- Kinks ------------------------------------------------------------------------------------------

_AROUND: Final = np.arange(-3, 5)
"""Nodes around a kink, counted from the last before it."""
_TO_POWERS: Final = np.linalg.inv(np.vander(_AROUND.astype(np.float64), increasing=True))
_BERNOULLI: Final = (
    (1 / 6, -1.0, 1.0),
    (0.0, 1 / 2, -3 / 2, 1.0),
    (-1 / 30, 0.0, 1.0, -2.0, 1.0),
    (0.0, -1 / 6, 0.0, 5 / 3, -5 / 2, 1.0),
    (1 / 42, 0.0, -1 / 2, 0.0, 5 / 2, -3.0, 1.0),
    (0.0, 1 / 6, 0.0, -7 / 6, 0.0, 7 / 2, -7 / 2, 1.0),
)
"""Bernoulli's polynomials from the second on, by ascending powers."""


def kinks(best: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the nodes after which another caller is the most likely, but for the outermost."""
    changes = np.flatnonzero(best[1:] != best[:-1])
    inner = (changes >= -_AROUND[0]) & (changes < len(best) - _AROUND[-1])
    return np.asarray(changes[inner])


def mended(difference: Floats, weighed: Floats, at: npt.NDArray[np.intp]) -> float:
    r"""Return what the trapezoidal rule misses where two callers change places.

    The larger of two chances has a kink where they cross, and there the rule is off by
    :math:`-\sum_k h^k B_k(a) G^{(k-1)} / k!` (Euler and Maclaurin), ``G`` being what the one is ahead of the
    other times all that it is multiplied with, ``a`` the way from the kink to the next node where it is
    ahead, in steps. Derivatives are those of the polynomial through eight nodes.

    Parameters
    ----------
    difference : ndarray of float64, shape (kinks, nodes)
        How far the caller that is ahead after each kink is ahead of the one before it, at all nodes.
    weighed : ndarray of float64, shape (nodes,)
        What that is multiplied with: the weight of each node, and the chance of adoption there.
    at : ndarray of int, shape (kinks,)
        The node before each kink.

    Returns
    -------
    float
        To be added to the average.
    """
    total = 0.0
    for ahead, node in zip(difference, at, strict=True):
        near = node + _AROUND
        powers = _TO_POWERS @ ahead[near]
        where = _root(powers)
        whole = _derivatives(_TO_POWERS @ (ahead[near] * weighed[near]), where)
        for k, bernoulli in enumerate(_BERNOULLI, start=2):
            polynomial = np.polynomial.polynomial.polyval(1.0 - where, bernoulli)
            total += float(polynomial) / math.factorial(k) * whole[k - 1]
    return total


def _root(powers: Floats) -> float:
    """Return where, from 0 to 1, a polynomial that changes its sign there is nought."""
    low, high = 0.0, 1.0
    value = np.polynomial.polynomial.polyval
    falls = value(high, powers) < value(low, powers)
    for _ in range(60):
        middle = 0.5 * (low + high)
        if (value(middle, powers) < 0.0) != falls:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _derivatives(powers: Floats, where: float) -> list[float]:
    """Return a polynomial's value and derivatives at a place."""
    found = []
    for _ in range(len(powers)):
        found.append(float(np.polynomial.polynomial.polyval(where, powers)))
        powers = np.asarray(np.polynomial.polynomial.polyder(powers), dtype=np.float64)
    return found
