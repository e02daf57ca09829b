"""The normal distribution, from tables."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from holdfast.authorise.kernel.asked import Array, copied

_PER_UNIT: Final = 64
_FAR: Final = 8.5
"""Beyond this the distribution function is 0 or 1 but for 1e-17."""
_TABLED: Final = np.arange(int(2 * _FAR * _PER_UNIT) + 1) / _PER_UNIT - _FAR
_DISTRIBUTION: Final = np.array([0.5 * math.erfc(-x / math.sqrt(2.0)) for x in _TABLED])
_DENSITY: Final = np.exp(-0.5 * _TABLED**2) / math.sqrt(2.0 * math.pi)


@copied
def normal(x: float) -> float:
    """Return the standard normal distribution function, within 1e-12; beyond 8.5 as at 8.5.

    Taylor's series from the nearest of the tabled numbers, which lie 1/64 apart: what is left out is below
    (1/128)^5 / 120 times 1.2, the greatest value of the derivative.
    """
    x = min(max(x, -_FAR), _FAR)
    i = int((x + _FAR) * _PER_UNIT + 0.5)
    t = i * (1.0 / _PER_UNIT) - _FAR
    d = x - t
    t2 = t * t
    series = 1.0 + d * (-0.5 * t + d * ((t2 - 1.0) * (1 / 6) + d * (t * (3.0 - t2) * (1 / 24))))
    found: float = _DISTRIBUTION[i] + _DENSITY[i] * d * series
    return found


@copied
def density(x: float) -> float:
    """Return the standard normal density, to a share of 1e-8 of itself; beyond 8.5 as at 8.5."""
    x = min(max(x, -_FAR), _FAR)
    i = int((x + _FAR) * _PER_UNIT + 0.5)
    t = i * (1.0 / _PER_UNIT) - _FAR
    d = x - t
    t2 = t * t
    series = t * (3.0 - t2) * (1 / 6) + d * ((t2 * (t2 - 6.0) + 3.0) * (1 / 24))
    found: float = _DENSITY[i] * (1.0 + d * (-t + d * ((t2 - 1.0) * 0.5 + d * series)))
    return found


@copied
def weigh(at: float, step: float, count: int, weight: Array) -> None:
    """Fill in normal weights, at even steps, that add up to 1."""
    total = 0.0
    for row in range(count):
        weight[row] = density(at + step * row)
        total += weight[row]
    for row in range(count):
        weight[row] /= total
