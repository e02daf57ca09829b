"""Acceptance of a settlement with an arrangement by the two parties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AcceptQuery:
    """Values that the parties compare, per future.

    Attributes
    ----------
    parties : tuple of str
        Names, in the order of the arrays' first axis.
    settlement : array (parties, futures), stake
        Value of the settlement before the risk of being attacked.
    war : array (parties, futures), stake
    exposure : array (parties, futures), share
        Chance that the other party would attack later and succeed.
    future_weight : array (parties, futures), share
    noise : array (futures,), stake
        Spread of what the model leaves out of a decision.
    ceasefire : bool
        Whether the settlement is one at all.
    barred_by : tuple of str
        Clauses that rule the arrangement out.
    """

    parties: tuple[str, ...]
    settlement: Array
    war: Array
    exposure: Array
    future_weight: Array
    noise: Array
    ceasefire: bool
    barred_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Chance that each party accepts, and that both do, per future.

    ``margin`` is the value of the settlement less that of war (stake), per party and future.
    """

    parties: tuple[str, ...]
    margin: Array
    by_party: Array
    both: Array
    barred_by: tuple[str, ...]


def accept(query: AcceptQuery) -> Acceptance:
    """Return the chances of acceptance.

    AC1: margin = settlement - weight x exposure to a later attack - value of war.
    AC2: a party accepts with chance logistic(margin / noise); in the limit of no noise it accepts
    when the settlement is worth more than war.
    AC3: given a future the parties decide apart, so both accept with the product of the chances.
    AC4: no ceasefire, or a clause that bars the arrangement: nobody accepts, and the clause is named.
    """
    margin = query.settlement - query.future_weight * query.exposure - query.war
    chance = np.asarray(expit(margin / query.noise), dtype=np.float64)
    if not query.ceasefire or query.barred_by:
        chance = np.zeros_like(chance)
    return Acceptance(query.parties, margin, chance, np.prod(chance, axis=0), query.barred_by)
