"""Acceptance of a settlement with an arrangement by the two parties (rules AC1 to AC4 and AC6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]

PARTS: Final = ("terms", "foreign_troops", "attacking_later", "being_attacked", "war")
"""What the margin is made of, in the order in which it adds up: the settlement's terms; the price of the
other side's partners; what the party's own option of attacking later is worth; what it expects to lose to
an attack by the other; and war, less which all of it counts."""


@dataclass(frozen=True, slots=True)
class AcceptQuery:
    """Values that the parties compare, per future.

    Attributes
    ----------
    parties : tuple of str
        Names, in the order of the arrays' first axis.
    terms : array (parties, futures), stake
        Value of the settlement's terms.
    foreign_troops : array (parties, futures), stake
        Price of the other side's partners in the theatre; negative if a gain.
    option : array (parties, futures), stake
        Value of the party's own option of attacking later, not yet weighed.
    exposure : array (parties, futures), stake
        What is expected to be lost to an attack by the other party, not yet weighed.
    war : array (parties, futures), stake
        Value of fighting on.
    future_weight : array (parties, futures), share
    noise : array (futures,), stake
        Spread of what the model leaves out of a decision.
    ceasefire : bool
        Whether the settlement is one at all.
    barred_by : tuple of str
        Clauses that rule the arrangement out.
    """

    parties: tuple[str, ...]
    terms: Array
    foreign_troops: Array
    option: Array
    exposure: Array
    war: Array
    future_weight: Array
    noise: Array
    ceasefire: bool
    barred_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Chance that each party accepts, and that both do, per future.

    Attributes
    ----------
    parties : tuple of str
    margin : array (parties, futures), stake
        Value of the settlement less that of war.
    by_party : array (parties, futures), share
    both : array (futures,), share
    barred_by : tuple of str
    parts : mapping of each of :data:`PARTS` to array (parties, futures), stake
        What the margin is made of; it is their sum. A negative part speaks for refusing.
    """

    parties: tuple[str, ...]
    margin: Array
    by_party: Array
    both: Array
    barred_by: tuple[str, ...]
    parts: Mapping[str, Array]


def accept(query: AcceptQuery) -> Acceptance:
    """Return the chances of acceptance.

    AC1: margin = terms - foreign troops + weight x own option of attacking later - weight x what is
    expected to be lost to an attack by the other - value of war.
    AC2: a party accepts with chance logistic(margin / noise); in the limit of no noise it accepts
    when the settlement is worth more than war.
    AC3: given a future the parties decide apart, so both accept with the product of the chances.
    AC4: no ceasefire, or a clause that bars the arrangement: nobody accepts, and the clause is named.
    """
    values = (
        query.terms,
        -query.foreign_troops,
        query.future_weight * query.option,
        -query.future_weight * query.exposure,
        -query.war,
    )
    margin = np.asarray(sum(values), dtype=np.float64)
    chance = np.asarray(expit(margin / query.noise), dtype=np.float64)
    if not query.ceasefire or query.barred_by:
        chance = np.zeros_like(chance)
    parts = dict(zip(PARTS, values, strict=True))
    return Acceptance(query.parties, margin, chance, np.prod(chance, axis=0), query.barred_by, parts)


def accept_both(arrangement: Acceptance, fallback: Acceptance) -> Array:
    """Return the chance that both parties accept an arrangement and would stay with its fallback (AC6).

    What the model leaves out of a party's decision is the same in both decisions: a party that accepts
    in one draw of it accepts whatever it values more. So each does both with the smaller of its two
    chances, and the parties decide apart.

    Parameters
    ----------
    arrangement, fallback : Acceptance
        Of the same parties in the same order and the same futures.

    Returns
    -------
    array (futures,), share
        Never above either's chance that both parties accept.
    """
    if arrangement.parties != fallback.parties:
        msg = f"acceptances of different parties: {arrangement.parties} and {fallback.parties}"
        raise ValueError(msg)
    return np.asarray(np.prod(np.minimum(arrangement.by_party, fallback.by_party), axis=0), dtype=np.float64)
