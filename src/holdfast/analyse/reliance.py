"""What a headline rests on: which estimates its spread follows, and how much of that is judgement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from holdfast.futures import Futures

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reliance:
    """What the spread of an outcome follows.

    Attributes
    ----------
    leading : tuple of (name, rank correlation)
        The estimates that it follows most, strongest first.
    judgement_of_spread : float or None
        Share of judgement in the squared rank correlations of all estimates read; a rough share of the
        spread, without interactions.
    judgement_of_count : float
        Share of judgement among the estimates read.
    estimates : int
        Estimates read.
    """

    leading: tuple[tuple[str, float], ...]
    judgement_of_spread: float | None
    judgement_of_count: float
    estimates: int


def reliance(values: Array, used: Iterable[str], futures: Futures, *, most: int = 6) -> Reliance:
    """Return what an outcome's spread follows.

    Squared Spearman correlations, less what chance alone would give (1 / (futures - 1)), floored
    at nought. A first look: it misses interactions and effects that rise and fall.

    Parameters
    ----------
    values : array (futures,)
    used : iterable of str
        Names of the estimates that were read.
    futures : Futures
    most : int
        How many to name.
    """
    names = sorted(used)
    ledger = futures.ledger
    count = ledger.judgement_share(names)
    if np.isnan(values).any() or np.ptp(values) == 0.0:
        return Reliance((), None, count, len(names))
    ranks = rankdata(values)
    found = [(name, _correlation(ranks, rankdata(futures[name]))) for name in names]
    weight = {name: max(r * r - 1.0 / (futures.n - 1), 0.0) for name, r in found}
    total = sum(weight.values())
    judged = sum(share for name, share in weight.items() if ledger[name].status == "judgement")
    leading = sorted(found, key=lambda pair: (-abs(pair[1]), pair[0]))[:most]
    return Reliance(tuple(leading), judged / total if total > 0.0 else None, count, len(names))


def _correlation(first: Array, second: Array) -> float:
    """Return the correlation of two rankings; nought where one does not vary."""
    a, b = first - first.mean(), second - second.mean()
    size = float(np.sqrt(np.sum(a * a) * np.sum(b * b)))
    return float(np.sum(a * b)) / size if size > 0.0 else 0.0
