"""What the variables of a settlement mean to the stages: its terms, what they are worth, its guarantee."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluate.question import Question
from holdfast.vocabulary.party import Party, Term

Array = NDArray[np.float64]

DONE_ONCE: Final = frozenset[Term]({"elections", "prisoners"})
"""Terms that are carried out once and cannot be undone: a vote that was held, prisoners who are home."""

WAYS_OUT: Final[dict[str | None, tuple[str, ...]]] = {
    None: (),
    "never": (),
    "host_attacks": ("respond.void.host-attacks",),
    "host_fires": ("respond.void.host-attacks", "respond.void.host-fires"),
}
"""Estimates of the chance that a guarantor finds its guarantee void, by what voids it."""


def terms_in_force(question: Question) -> tuple[Term, ...]:
    """Return the terms that the settlement contains, in a fixed order (rule EV2)."""
    terms = question.settlement.terms
    present: dict[Term, bool] = {
        "recognition_de_facto": terms.recognition == "de_facto",
        "recognition_de_jure": terms.recognition == "de_jure",
        "land_to_opponent": terms.land == "to_opponent",
        "land_to_host": terms.land == "to_host",
        "sanctions_staged_relief": terms.sanctions == "staged_relief",
        "sanctions_lifted": terms.sanctions == "lifted",
        "snap_back": bool(terms.snap_back),
        "army_cap": terms.army_cap_persons is not None,
        "alliance_renounced": terms.alliance == "renounced",
        "alliance_troops_barred": terms.foreign_troops in {"no_alliance_troops", "none"},
        "political_guarantee": terms.guarantee == "political",
        "treaty_guarantee": terms.guarantee == "treaty",
        "belts": bool(terms.belt_km),
        "monitors_on_site": terms.monitoring_means == "on_site",
        "assets_to_host": terms.assets == "to_host",
        "assets_shared": terms.assets == "shared",
        "assets_returned": terms.assets == "returned",
        "elections": bool(terms.elections),
        "minorities": bool(terms.minorities),
        "prisoners": bool(terms.prisoners),
        "plant_shared": terms.plant == "shared",
        "plant_to_host": terms.plant == "to_host",
        "plant_to_opponent": terms.plant == "to_opponent",
        "plant_international": terms.plant == "international",
        "union_promised": terms.union_accession == "promised",
        "union_dated": terms.union_accession == "dated",
    }
    return tuple(term for term, there in present.items() if there)


def terms_value(question: Question, party: Party) -> Array:
    """Return what the settlement's terms are worth to a party, in stakes (EV2)."""
    total = question.constant(0.0)
    for term in _listed(question, party):
        total = total + question.draw(party.stakes.terms[term])
    return total


def received(question: Question, party: Party) -> Array:
    """Return what the settlement's terms give a party, their losses apart, in stakes."""
    return _gains(question, party, _listed(question, party))


def forfeit(question: Question, party: Party) -> Array:
    """Return what a breach takes back from a party under a snap-back clause, in stakes (EV10).

    That is what each term is worth to it, where that is a gain; what is done once stays done.
    """
    if not question.settlement.terms.snap_back:
        return question.constant(0.0)
    return _gains(question, party, [term for term in _listed(question, party) if term not in DONE_ONCE])


def _listed(question: Question, party: Party) -> list[Term]:
    """Return the terms in force that a party values."""
    return [term for term in terms_in_force(question) if term in party.stakes.terms]


def _gains(question: Question, party: Party, terms: Sequence[Term]) -> Array:
    """Return what of some terms is a gain to a party."""
    total = question.constant(0.0)
    for term in terms:
        total = total + np.maximum(question.draw(party.stakes.terms[term]), 0.0)
    return total


def still_bound(question: Question) -> Array:
    """Return the chance that the guarantor of the settlement does not find its guarantee void.

    A clause that voids the guarantee on fire voids it on attack as well, so it gives two ways out,
    independent of each other.
    """
    bound = question.constant(1.0)
    for way_out in WAYS_OUT[question.settlement.terms.guarantee_void]:
        bound = bound * (1.0 - question.draw(way_out))
    return bound


def time_to_decide(question: Question) -> Array:
    """Return the days that the guarantor of the settlement takes to decide on a response.

    Agreed steps with time limits let it decide as fast as a headquarters with a plan and authority.
    """
    agreed = question.settlement.terms.breach_procedure
    return question.draw(f"respond.decide.{'delegated' if agreed else 'capitals'}")
