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

GUARANTEES: Final = frozenset[Term]({"political_guarantee", "treaty_guarantee"})
LEAST_REFERENCE_CUT: Final = 0.05
"""The reference cap counts as forbidding so much of the host's forces at least."""
LEAST_WEIGHT: Final = 1e-9
"""A weight of the future counts as this much at least."""

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


def size_of(question: Question, party: Party, term: Term) -> Array:
    """Return how large a term is against the one that a party's estimate of it is about (EV2).

    A cap: the share of the host's forces that it forbids, of what they would rebuild to, against the
    share that the reference cap would forbid if they stayed as at the halt. A guarantee: the share of
    the future that it covers, weighed as the party weighs it, against one that never runs out. A belt:
    its depth, against that of full effect and at most that. Any other term, and one whose size nobody
    knows, has the size one.
    """
    terms = question.settlement.terms
    if term == "army_cap":
        return _size_of_cap(question)
    if term in GUARANTEES and terms.guarantee_years is not None:
        return _share_of_the_future(question, party, terms.guarantee_years)
    if term == "belts" and terms.belt_km is not None:
        return np.minimum(terms.belt_km / question.draw("endure.belts.full-km"), 1.0)
    return question.constant(1.0)


def _size_of_cap(question: Question) -> Array:
    """Return the size of a cap on the host's forces: none where it does not bind."""
    cap = question.settlement.terms.army_cap_persons
    forces = question.case.host.forces
    reference = forces.cap_reference_persons
    if cap is None or reference is None:
        return question.constant(1.0)
    at_halt = question.draw(forces.now)
    forbidden = np.maximum(1.0 - cap / (at_halt * question.draw(forces.rebuilt)), 0.0)
    return np.asarray(
        forbidden / np.maximum(1.0 - reference / at_halt, LEAST_REFERENCE_CUT), dtype=np.float64
    )


def _share_of_the_future(question: Question, party: Party, years: float) -> Array:
    """Return the share of the future that so many years cover.

    What comes at the end of the look ahead counts as the party's weight of the future says, and so on
    from there, so that a weight of nought leaves the present alone.
    """
    weight = np.maximum(question.draw(party.stakes.future_weight), LEAST_WEIGHT)
    return np.asarray(1.0 - weight ** (years / question.draw("stakes.lookahead")), dtype=np.float64)


def terms_value(question: Question, party: Party) -> Array:
    """Return what the settlement's terms are worth to a party, in stakes (EV2)."""
    return _sum(question, [_worth(question, party, term) for term in _listed(question, party)])


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


def _worth(question: Question, party: Party, term: Term) -> Array:
    """Return what a term is worth to a party, in proportion to its size, in stakes."""
    return question.draw(party.stakes.terms[term]) * size_of(question, party, term)


def _gains(question: Question, party: Party, terms: Sequence[Term]) -> Array:
    """Return what of some terms is a gain to a party."""
    return _sum(question, [np.maximum(_worth(question, party, term), 0.0) for term in terms])


def _sum(question: Question, values: Sequence[Array]) -> Array:
    """Return the sum of some values; nought where there are none."""
    total = question.constant(0.0)
    for one in values:
        total = total + one
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
