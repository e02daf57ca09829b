"""Futures weighed by how well they reproduce what the parties answered (rule AC5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast import fixed

Array = NDArray[np.float64]

LOW: Final = 0.05
HIGH: Final = 0.95
"""Ends of the range that is told of conditioned values."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a party answered to a settlement, and what the model says of it.

    Attributes
    ----------
    party, settlement : str
    accepts : bool
        Whether it accepted the settlement as it stands.
    chance : array (futures,), share
        Chance by the model that it accepts.
    """

    party: str
    settlement: str
    accepts: bool
    chance: Array

    @property
    def agreement(self) -> Array:
        """Chance by the model of what was answered, array (futures,)."""
        return self.chance if self.accepts else 1.0 - self.chance


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Answers on record, and the number of futures, which counts where there are none."""

    answers: tuple[Answered, ...]
    futures: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """How much each future counts once the answers on record are taken into account.

    Attributes
    ----------
    answers : tuple of Answered
    by_party : mapping of party to array (futures,), share
        Geometric mean of the chances of what that party answered.
    weights : array (futures,), share
        They add up to 1.
    effective : float
        How many futures of equal weight would tell as much: few where the record and the stakes disagree.
    """

    answers: tuple[Answered, ...]
    by_party: Mapping[str, Array]
    weights: Array
    effective: float

    def told_of(self, values: Array) -> Conditioned:
        """Return mean and range of values, array (futures,), in futures weighed by the record."""
        return conditioned(values, self.weights)


@dataclass(frozen=True, slots=True)
class Conditioned:
    """Mean and 5th and 95th percentile of values in weighed futures; NaN where there are none."""

    mean: float
    low: float
    high: float


def recorded(query: RecordQuery) -> Recorded:
    """Return how well each future reproduces the answers on record.

    AC5: weight of a future = product over the parties of the geometric mean of the chances of what the
    party answered. A government that refuses several drafts for the same reasons is one observation and
    not several, so a party counts once however often it answered.

    References
    ----------
    Weights as in importance sampling; effective number: Kish, L. (1965), Survey Sampling.
    """
    logs: dict[str, list[Array]] = {}
    for one in query.answers:
        logs.setdefault(one.party, []).append(fixed.log(one.agreement))
    means = {party: np.mean(found, axis=0) for party, found in logs.items()}
    total = np.sum([np.zeros(query.futures), *means.values()], axis=0)
    weights = fixed.exp(total - total.max())
    weights = weights / weights.sum()
    return Recorded(
        answers=query.answers,
        by_party={party: fixed.exp(mean) for party, mean in means.items()},
        weights=np.asarray(weights, dtype=np.float64),
        effective=float(1.0 / np.sum(weights**2)),
    )


def conditioned(values: Array, weights: Array) -> Conditioned:
    """Return mean and range of values in weighed futures.

    Parameters
    ----------
    values : array (futures,)
        NaN where a future has none: such futures are left out.
    weights : array (futures,)
        Not below 0.

    Returns
    -------
    Conditioned
        The q-th quantile is the least value that, with all below it, holds a share q of the weight.
    """
    known = np.isfinite(values) & (weights > 0.0)
    if not known.any():
        return Conditioned(np.nan, np.nan, np.nan)
    order = np.argsort(values[known], kind="stable")
    found, shares = values[known][order], weights[known][order]
    shares = shares / shares.sum()
    sums = np.cumsum(shares)
    low, high = (
        float(found[min(int(np.searchsorted(sums, share - 1e-12)), found.size - 1)]) for share in (LOW, HIGH)
    )
    return Conditioned(float(found @ shares), low, high)
