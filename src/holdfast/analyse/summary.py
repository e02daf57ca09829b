"""Summaries of an outcome over futures, and of paired differences between two arrangements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.futures import computing_error

Array = NDArray[np.float64]

LOW: Final = 0.05
HIGH: Final = 0.95
SETTLED: Final = 3.0
"""A mean difference of so many computing errors is called settled."""
TIE: Final = 1e-9
"""Outcomes closer than this are the same."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An outcome over futures.

    ``mean``, ``low`` and ``high`` (5th and 95th percentile) show what the assumptions leave open;
    ``computing_error`` is the standard error that sampling leaves in the mean and nothing else. All
    are None where the outcome has no meaning.
    """

    mean: float | None
    low: float | None
    high: float | None
    computing_error: float | None


NO_QUANTITY: Final = Quantity(None, None, None, None)


def quantity(values: Array) -> Quantity:
    """Return the summary of an outcome, array (futures,); NaN throughout means no meaning."""
    if np.isnan(values).any():
        return NO_QUANTITY
    low, high = np.quantile(values, [LOW, HIGH])
    return Quantity(float(np.mean(values)), float(low), float(high), float(computing_error(values)))


@dataclass(frozen=True, slots=True)
class Difference:
    """An arrangement against another in the same futures.

    Two questions kept apart: ``settled`` says whether the sampling has settled the sign of the mean
    difference (computing error only); ``share_higher`` and ``share_lower`` say in what share of
    futures the outcome is higher or lower (what the assumptions leave open).
    """

    mean: float | None
    low: float | None
    high: float | None
    computing_error: float | None
    settled: bool | None
    share_higher: float | None
    share_lower: float | None


def difference(values: Array, other: Array) -> Difference:
    """Return the paired difference ``values - other``, arrays (futures,) drawn in the same futures."""
    change = values - other
    if np.isnan(change).any():
        return Difference(None, None, None, None, None, None, None)
    summary = quantity(change)
    assert summary.mean is not None and summary.computing_error is not None  # noqa: S101, PT018 - no NaN here
    return Difference(
        summary.mean,
        summary.low,
        summary.high,
        summary.computing_error,
        abs(summary.mean) > SETTLED * summary.computing_error,
        float(np.mean(change > TIE)),
        float(np.mean(change < -TIE)),
    )
