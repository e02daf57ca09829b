"""Contributors that drop out of a mission or cut their contingents over the years (rule GE9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from holdfast.noise import Process, uniform

Array = NDArray[np.float64]

ALIKE: Final = 1e-6
"""A variance below this is none: all missions are alike."""


@dataclass(frozen=True, slots=True)
class LeavingQuery:
    """How contributors leave and are made up for; arrays (futures,).

    Attributes
    ----------
    leaves, halves : array, per_year
        Rates at which a contributor leaves, and at which it cuts its contingent to a half.
    replaced : array, share
        Share of those who go that others make up for.
    common : array, ratio
        Variance of a factor with mean one on both rates, the same for all contributors of a mission.
    seed : int
    futures : array (futures,) of int
    """

    leaves: Array
    halves: Array
    replaced: Array
    common: Array
    seed: int
    futures: NDArray[np.int64]


def erosion(query: LeavingQuery) -> Array:
    """Return the rate per year at which those who have arrived dwindle, array (futures,).

    GE9: erosion = factor x (leaves + halves / 2) x (1 - replaced). The factor is a gamma number with mean
    one, drawn once in each future: what befalls the mission as a whole (Vaupel, Manton and Stallard 1979). It
    lasts as long as the mission. A large contingent that goes at once is spread evenly over the years: who
    it is, and in which week, is not followed.
    """
    whole = query.leaves + query.halves / 2.0
    return np.asarray(frailty(query) * whole * (1.0 - query.replaced), dtype=np.float64)


def frailty(query: LeavingQuery) -> Array:
    """Return the factor that all contributors of a mission share, array (futures,): mean one, gamma."""
    drawn = uniform(query.seed, query.futures, Process.LEAVING, 0, 0)
    variance = np.maximum(query.common, ALIKE)
    factor = variance * gammaincinv(1.0 / variance, drawn)
    return np.where(query.common < ALIKE, 1.0, factor)
