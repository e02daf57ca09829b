"""From offers with conditions to persons delivered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OfferTerm:
    """An offer of one state.

    Attributes
    ----------
    state, capability : str
    persons : array (futures,)
    stance : array (futures,), share
        Chance that a state of this stance takes part when its conditions are met.
    conditions : tuple of str
        Conditions that must all be met.
    """

    state: str
    capability: str
    persons: Array
    stance: Array
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GenerateQuery:
    """Offers against a plan.

    Attributes
    ----------
    planned : mapping of capability to array (futures,) of persons
    offers : tuple of OfferTerm
    met : mapping of condition to array (futures,), share
        Chance that each condition is met.
    reliability : array (futures,), share
        Share of what is offered that is delivered; one factor for all states of a future.
    """

    planned: Mapping[str, Array]
    offers: tuple[OfferTerm, ...]
    met: Mapping[str, Array]
    reliability: Array


@dataclass(frozen=True, slots=True)
class Contribution:
    """Persons of one capability expected from one state, per future."""

    state: str
    capability: str
    persons: Array


@dataclass(frozen=True, slots=True)
class Contributions:
    """Who provides what, per future.

    Attributes
    ----------
    contributions : tuple of Contribution
    delivered : mapping of capability to array (futures,) of persons
    filled : array (futures,), share
        Persons delivered over persons planned, all capabilities together.
    shortfall : mapping of capability to array (futures,) of persons
    approves : mapping of state to array (futures,), share
        Chance that a state takes part with anything: that of its likeliest offer, because what moves
        one offer moves the others.
    """

    contributions: tuple[Contribution, ...]
    delivered: Mapping[str, Array]
    filled: Array
    shortfall: Mapping[str, Array]
    approves: Mapping[str, Array]


def generate(query: GenerateQuery) -> Contributions:
    """Return what the offers deliver against the plan.

    GE1: chance that a state takes part = stance x the product of its conditions' chances.
    GE2: expected persons = offer x chance x reliability.
    GE3: where offers of a capability exceed the plan, all are cut in proportion.
    GE4: an offer fills its own capability only.
    GE5: filled = delivered / planned; a plan of nobody is filled.
    """
    chances = [(offer, _chance(offer, query)) for offer in query.offers]
    expected = [(offer, offer.persons * chance * query.reliability) for offer, chance in chances]
    delivered: dict[str, Array] = {}
    scale: dict[str, Array] = {}
    for capability, planned in query.planned.items():
        total = sum(
            (persons for offer, persons in expected if offer.capability == capability), np.zeros_like(planned)
        )
        enough = total > planned
        scale[capability] = np.where(enough, planned / np.where(enough, total, 1.0), 1.0)
        delivered[capability] = np.minimum(total, planned)
    contributions = tuple(
        Contribution(offer.state, offer.capability, persons * scale[offer.capability])
        for offer, persons in expected
        if offer.capability in scale
    )
    all_planned = sum(query.planned.values(), np.zeros_like(query.reliability))
    all_delivered = sum(delivered.values(), np.zeros_like(query.reliability))
    nobody = all_planned <= 0.0
    filled = np.where(nobody, 1.0, np.minimum(all_delivered / np.where(nobody, 1.0, all_planned), 1.0))
    shortfall = {name: planned - delivered[name] for name, planned in query.planned.items()}
    return Contributions(contributions, delivered, filled, shortfall, _approvals(chances))


def _approvals(chances: list[tuple[OfferTerm, Array]]) -> dict[str, Array]:
    """Return the chance that each state takes part with any of its offers."""
    approves: dict[str, Array] = {}
    for offer, chance in chances:
        approves[offer.state] = np.maximum(approves.get(offer.state, 0.0), chance)
    return approves


def _chance(offer: OfferTerm, query: GenerateQuery) -> Array:
    """Return the chance that the offer is made good in each future (GE1)."""
    chance = offer.stance
    for condition in offer.conditions:
        chance = chance * query.met[condition]
    return chance
