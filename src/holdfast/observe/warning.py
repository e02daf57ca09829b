"""Warning: a build-up seen against the time it takes (OB10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def seen_by(rate_per_day: Array, days: Array) -> Array:
    """Return the chance that a build-up is noticed within so many days, at a steady rate of notice."""
    return np.asarray(-np.expm1(-rate_per_day * np.maximum(days, 0.0)), dtype=np.float64)


def lead_days(rate_per_day: Array, build_up_days: Array) -> Array:
    """Return the mean days between notice and attack; no notice counts as none.

    The build-up takes B days and is noticed at the rate h: the mean of max(B - T, 0) for an
    exponential T is B - (1 - exp(-h B)) / h.
    """
    rate, days = np.broadcast_arrays(np.asarray(rate_per_day, float), np.asarray(build_up_days, float))
    product = rate * days
    # B (1 - (1 - e^-x) / x) with x = h B; its series keeps the digits where x is small
    ratio = np.divide(-np.expm1(-product), product, out=1.0 - product / 2.0, where=product > 1e-6)
    return np.asarray(days * (1.0 - ratio), dtype=np.float64)


def in_time(rate_per_day: Array, build_up_days: Array, needed_days: Array, believed: Array) -> Array:
    """Return the chance that a build-up is noticed, and believed, with as many days left as are needed."""
    return believed * seen_by(rate_per_day, build_up_days - needed_days)
