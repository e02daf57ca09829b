"""What the parties' stakes are in a phase, and whether they accept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from holdfast.accept import Acceptance, AcceptQuery, accept
from holdfast.endure import PartyAttack
from holdfast.evaluate.barred import barred_by
from holdfast.evaluate.field import Field
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.question import Question
from holdfast.stakes import StakesQuery, StakesResult, StrengthQuery, host_strength, stakes
from holdfast.vocabulary.arrangement import Phase, Support
from holdfast.vocabulary.party import Party, Term

Array = NDArray[np.float64]

AS_AT_THE_HALT = Support(military_eur_per_year=None, extra_trained_persons_per_year=0.0, intelligence=True)


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds an attack, per future: partners beside the host, warning, response, provocation.

    ``price`` is the expected price of the response to the opponent, as a share of that of a whole one;
    ``provoked`` is what support and presence add to its value of attacking; ``trained`` the persons
    trained in a year beyond those at the halt. ``of_the_settlement`` says whether what the settlement
    itself brings (cap, forfeits) is there.
    """

    partners: Array
    warning: Array
    price: Array
    provoked: Array
    trained: Array
    support: Support
    of_the_settlement: bool


def settings_of(question: Question, phase: Phase, field: Field) -> tuple[Setting, Setting, Setting]:
    """Return the settings with the mission, after it has gone, and with nothing added at all."""
    quality = question.draw("stakes.mission.quality")
    supported = question.draw("stakes.support.provocation") * np.log2(support_ratio(question, phase.support))
    extra = question.constant(phase.support.extra_trained_persons_per_year)
    present = Setting(
        field.combat + field.ladder.in_time_persons * quality,
        field.coverage.warning,
        field.ladder.price,
        supported + question.draw("stakes.presence.provocation") * field.presence,
        extra + field.trained,
        phase.support,
        of_the_settlement=True,
    )
    gone = Setting(
        field.bare_ladder.in_time_persons * quality,
        field.bare_coverage.warning,
        field.bare_ladder.price,
        supported,
        extra,
        phase.support,
        of_the_settlement=True,
    )
    nothing = question.constant(0.0)
    warning = field.bare_coverage.warning
    bare = Setting(nothing, warning, nothing, nothing, nothing, AS_AT_THE_HALT, of_the_settlement=False)
    return present, gone, bare


def support_ratio(question: Question, support: Support) -> Array:
    """Return military support over that at the halt, kept away from nought."""
    given = support.military_eur_per_year
    if given is None:
        return question.constant(1.0)
    return np.maximum(given / question.draw(question.case.about.support_now), 0.01)


def values(
    question: Question, party: Party, setting: Setting, presence: Array, memory: Memory
) -> StakesResult:
    """Return the values of one party in one setting (stage stakes)."""
    host, opponent = question.case.parties
    strength = memory.ask(host_strength, _strength(question, setting))
    now = question.draw(opponent.forces.now)
    theirs = (now, now * question.draw(opponent.forces.rebuilt), now)
    own, other = (strength, theirs) if party is host else (theirs, strength)
    none = question.constant(0.0)
    query = StakesQuery(
        own_now=own[0],
        own_rebuilt=own[1],
        own_war=own[2],
        other_now=other[0],
        other_rebuilt=other[1],
        other_war=other[2],
        other_partners=none if party is host else setting.partners,
        decisiveness=question.draw("stakes.contest.decisiveness"),
        defender_advantage=question.draw("stakes.contest.defender-advantage"),
        surprise=question.draw("stakes.contest.surprise"),
        warning=setting.warning,
        belief_bias=question.draw(party.stakes.belief_bias),
        offensive_cost=question.draw(party.stakes.offensive_cost),
        war_cost=question.draw(party.stakes.war_cost),
        response_cost=question.draw(party.stakes.response_cost),
        response_chance=_price_of_a_breach(question, party, setting),
        forfeit=_forfeit(question, party) if setting.of_the_settlement else none,
        future_weight=question.draw(party.stakes.future_weight),
        terms=terms_value(question, party),
        foreign_troops=question.draw(party.stakes.foreign_troops) * presence,
        provocation=none if party is host else setting.provoked,
    )
    return memory.ask(stakes, query)


def _price_of_a_breach(question: Question, party: Party, setting: Setting) -> Array:
    """Return the expected price of a breach by a party, as a share of the whole response to one (EV9).

    Promises to the host price the opponent's breach; the host's own is priced by partners who would
    leave it, under any settlement.
    """
    if party is question.case.opponent:
        return setting.price
    return question.draw("respond.credibility.against-host")


def _forfeit(question: Question, party: Party) -> Array:
    """Return what a breach takes back from a party under a snap-back clause: what terms give it (EV10)."""
    total = question.constant(0.0)
    if question.settlement.terms.snap_back:
        for term in terms_in_force(question):
            if term in party.stakes.terms:
                total = total + np.maximum(question.draw(party.stakes.terms[term]), 0.0)
    return total


def _strength(question: Question, setting: Setting) -> StrengthQuery:
    """Return the host's forces with what it is given."""
    forces = question.case.host.forces
    support = setting.support
    return StrengthQuery(
        now=question.draw(forces.now),
        rebuilt=question.draw(forces.rebuilt),
        support_ratio=support_ratio(question, support),
        elasticity=question.draw("stakes.support.elasticity"),
        extra_trained=setting.trained,
        training_gain=question.draw("stakes.support.training"),
        intelligence=support.intelligence,
        intelligence_gain=question.draw("stakes.support.intelligence"),
        cap_persons=question.settlement.terms.army_cap_persons if setting.of_the_settlement else None,
    )


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
    }
    return tuple(term for term, there in present.items() if there)


def terms_value(question: Question, party: Party) -> Array:
    """Return what the settlement's terms are worth to a party, in stakes."""
    total = question.constant(0.0)
    for term in terms_in_force(question):
        if term in party.stakes.terms:
            total = total + question.draw(party.stakes.terms[term])
    return total


def acceptance_of(question: Question, phase: Phase, field: Field, memory: Memory) -> Acceptance:
    """Return whether the parties accept, judged on the first phase as planned (stage accept)."""
    present, _, _ = settings_of(question, phase, field)
    host, opponent = question.case.parties
    results = [values(question, party, present, field.planned_presence, memory) for party in (host, opponent)]
    noise = question.draw("accept.noise")
    weights = [question.draw(party.stakes.future_weight) for party in (host, opponent)]
    query = AcceptQuery(
        parties=(host.state, opponent.state),
        settlement=np.stack([result.settlement_before_risk for result in results]),
        war=np.stack([result.war for result in results]),
        exposure=np.stack([_exposure(results[1], noise), _exposure(results[0], noise)]),
        future_weight=np.stack(weights),
        noise=noise,
        ceasefire=question.settlement.terms.ceasefire,
        barred_by=barred_by(question),
    )
    return memory.ask(accept, query)


def _exposure(enemy: StakesResult, noise: Array) -> Array:
    """Return the chance that the enemy attacks and succeeds, now or when rebuilt, whichever is more (EV11).

    It attacks with the chance that its value of doing so, blurred as any decision is, is above nought.
    """
    now = enemy.success_now * expit(enemy.attack_now / noise)
    later = enemy.success_rebuilt * expit(enemy.attack_rebuilt / noise)
    return np.asarray(np.maximum(now, later), dtype=np.float64)


def attacks_of(question: Question, phase: Phase, field: Field, memory: Memory) -> tuple[PartyAttack, ...]:
    """Return each party's value of attacking in a phase, with the mission, after it and with nothing."""
    settings = settings_of(question, phase, field)
    shares = [question.draw(party.attack_share) for party in question.case.parties]
    attacks = []
    for party, share in zip(question.case.parties, shares, strict=True):
        present, gone, bare = (
            values(question, party, setting, field.presence, memory) for setting in settings
        )
        attacks.append(
            PartyAttack(
                weight=share / np.sum(shares, axis=0),
                rebuild_years=question.draw(party.forces.reconstitution),
                present_now=present.attack_now,
                present_rebuilt=present.attack_rebuilt,
                gone_now=gone.attack_now,
                gone_rebuilt=gone.attack_rebuilt,
                bare_now=bare.attack_now,
                bare_rebuilt=bare.attack_rebuilt,
            )
        )
    return tuple(attacks)
