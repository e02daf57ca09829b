"""What the parties weigh in a phase, and whether they accept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from holdfast.accept import Acceptance, AcceptQuery, Answered, Recorded, RecordQuery, accept, recorded
from holdfast.evaluate.barred import barred_by
from holdfast.evaluate.field import Field, field_of
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.question import Question
from holdfast.evaluate.terms import forfeit, received, terms_value
from holdfast.evaluate.watching import GRAB, OFFENSIVE, warning_of
from holdfast.stakes import (
    Forces,
    ForcesQuery,
    Options,
    OptionsQuery,
    StakesQuery,
    StakesResult,
    forces,
    options,
    stakes,
)
from holdfast.vocabulary.arrangement import Phase, Support
from holdfast.vocabulary.party import Party

Array = NDArray[np.float64]

MOST_DOUBLINGS = 2.0
"""Support provokes, or deters, as so many doublings or halvings of it at most: nobody knows beyond."""
AS_AT_THE_HALT = Support(military_eur_per_year=None, extra_trained_persons_per_year=0.0, intelligence=True)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What surrounds a decision to attack; arrays (futures,).

    ``partners`` are persons beside the host, of a party's quality, ``at_once`` those who come in time to
    where they are needed; ``price`` is the expected price of the response to the opponent, as a share
    of that of a whole one; ``provoked`` what support and presence add to its value of attacking;
    ``warning`` and ``grab_warning`` are the chances that an offensive and a grab are seen coming in time;
    ``trained`` the persons of the host trained in a year beyond those at the halt.
    ``of_the_settlement`` says whether what the settlement itself brings (cap, forfeits, what it gives)
    is there.
    """

    partners: Array
    at_once: Array
    warning: Array
    grab_warning: Array
    price: Array
    provoked: Array
    trained: Array
    support: Support
    of_the_settlement: bool


def with_the_mission(question: Question, phase: Phase, field: Field) -> Surroundings:
    """Return what surrounds a decision while the whole mission of a phase is there."""
    quality = question.draw("stakes.mission.quality")
    presence = question.draw("stakes.presence.provocation") * field.presence
    return Surroundings(
        partners=field.combat,
        at_once=field.ladder.in_time_persons * quality,
        warning=warning_of(question, field.coverage, OFFENSIVE),
        grab_warning=warning_of(question, field.coverage, GRAB),
        price=field.ladder.price,
        provoked=_provoked_by_support(question, phase) + presence,
        trained=question.constant(phase.support.extra_trained_persons_per_year) + field.trained,
        support=phase.support,
        of_the_settlement=True,
    )


def without_the_mission(question: Question, phase: Phase, field: Field) -> Surroundings:
    """Return what is left when the mission has gone, or never was: promises, support, the settlement."""
    return Surroundings(
        partners=question.constant(0.0),
        at_once=field.bare_ladder.in_time_persons * question.draw("stakes.mission.quality"),
        warning=warning_of(question, field.bare_coverage, OFFENSIVE),
        grab_warning=warning_of(question, field.bare_coverage, GRAB),
        price=field.bare_ladder.price,
        provoked=_provoked_by_support(question, phase),
        trained=question.constant(phase.support.extra_trained_persons_per_year),
        support=phase.support,
        of_the_settlement=True,
    )


def with_nothing(question: Question, field: Field) -> Surroundings:
    """Return what surrounds a decision in a truce with nothing added (rule EN9)."""
    none = question.constant(0.0)
    return Surroundings(
        partners=none,
        at_once=none,
        warning=field.bare_coverage.warning(OFFENSIVE).in_time,
        grab_warning=field.bare_coverage.warning(GRAB).in_time,
        price=none,
        provoked=none,
        trained=none,
        support=AS_AT_THE_HALT,
        of_the_settlement=False,
    )


def while_war_goes_on(question: Question, support: Support) -> Surroundings:
    """Return what surrounds the parties in a war that goes on: support, and nothing that waits for a halt."""
    none = question.constant(0.0)
    return Surroundings(
        partners=none,
        at_once=none,
        warning=none,
        grab_warning=none,
        price=none,
        provoked=none,
        trained=question.constant(support.extra_trained_persons_per_year),
        support=support,
        of_the_settlement=False,
    )


def support_ratio(question: Question, support: Support) -> Array:
    """Return military support over that at the halt, kept away from nought."""
    given = support.military_eur_per_year
    if given is None:
        return question.constant(1.0)
    return np.maximum(given / question.draw(question.case.about.support_now), 0.01)


def _provoked_by_support(question: Question, phase: Phase) -> Array:
    """Return what support adds to the opponent's value of attacking, of either sign."""
    doublings = np.clip(np.log2(support_ratio(question, phase.support)), -MOST_DOUBLINGS, MOST_DOUBLINGS)
    return np.asarray(question.draw("stakes.support.provocation") * doublings, dtype=np.float64)


def forces_of(question: Question, party: Party, around: Surroundings, memory: Memory) -> Forces:
    """Return a party's stocks and strengths (ST1 to ST3)."""
    return memory.ask(forces, forces_query(question, party, around))


def forces_query(question: Question, party: Party, around: Surroundings) -> ForcesQuery:
    """Return a party's stocks and flows; support, training and a cap are the host's."""
    own = party.forces
    host = party is question.case.host
    one, none = question.constant(1.0), question.constant(0.0)
    terms = question.settlement.terms
    return ForcesQuery(
        persons=question.draw(own.now),
        rebuilt=question.draw(own.rebuilt),
        persons_years=question.draw(own.reconstitution),
        materiel_peace=one if own.materiel_peace is None else question.draw(own.materiel_peace),
        materiel_years=one if own.materiel_turnover is None else question.draw(own.materiel_turnover),
        support_share=none if own.support_share is None else question.draw(own.support_share),
        support_ratio=support_ratio(question, around.support) if host else one,
        intake=none if own.intake is None else question.draw(own.intake),
        losses=none if own.losses is None else question.draw(own.losses),
        elasticity=question.draw("stakes.materiel.elasticity"),
        extra_trained=around.trained if host else none,
        training_gain=question.draw("stakes.support.training"),
        intelligence_gain=question.draw("stakes.support.intelligence"),
        intelligence=around.support.intelligence or not host,
        cap_persons=terms.army_cap_persons if host and around.of_the_settlement else None,
        lookahead_years=question.draw("stakes.lookahead"),
    )


def options_of(
    question: Question, party: Party, around: Surroundings, memory: Memory, *, provoked: bool = True
) -> Options:
    """Return what probe, grab and major offensive are worth to a party (ST4 to ST9).

    Promises to the host price the opponent's breach; the host's own is priced by partners who would
    leave it, under any settlement (EV9).
    """
    host = party is question.case.host
    none = question.constant(0.0)
    own = party.stakes
    query = OptionsQuery(
        received=received(question, party) if around.of_the_settlement else none,
        satisfaction=question.draw("stakes.satisfaction"),
        indivisible=none if own.indivisible is None else question.draw(own.indivisible),
        probe_prize=question.draw("stakes.probe.prize"),
        grab_prize=question.draw("stakes.grab.prize"),
        probe_cost=question.draw("stakes.probe.cost"),
        grab_cost=question.draw("stakes.grab.cost"),
        probe_response=question.draw("stakes.probe.response"),
        grab_response=question.draw("stakes.grab.response"),
        offensive_cost=question.draw(own.offensive_cost),
        response_cost=question.draw(own.response_cost),
        response_chance=question.draw("respond.credibility.against-host") if host else around.price,
        forfeit=forfeit(question, party) if around.of_the_settlement else none,
        provocation=none if host or not provoked else around.provoked,
        warning=around.warning,
        grab_warning=around.grab_warning,
        surprise=question.draw("stakes.contest.surprise"),
        defender_advantage=question.draw("stakes.contest.defender-advantage"),
        partners=none if host else around.partners,
        partners_at_once=none if host else around.at_once,
        guard=question.draw("stakes.grab.defend-share"),
    )
    return memory.ask(options, query)


def values(
    question: Question, party: Party, around: Surroundings, presence: Array, memory: Memory
) -> StakesResult:
    """Return what attack, war and the settlement are worth to a party (ST10 to ST12).

    In a war that goes on the same support is there, and nothing of the mission.
    """
    host, opponent = question.case.parties
    other = opponent if party is host else host
    own, theirs = (forces_of(question, one, around, memory) for one in (party, other))
    fighting = while_war_goes_on(question, around.support)
    own_war, other_war = (forces_of(question, one, fighting, memory).war for one in (party, other))
    query = StakesQuery(
        own_now=own.now,
        own_ahead=own.ahead,
        own_war=own_war,
        other_now=theirs.now,
        other_ahead=theirs.ahead,
        other_war=other_war,
        weighed=options_of(question, party, around, memory),
        unprovoked=options_of(question, party, around, memory, provoked=False),
        mass=question.draw("stakes.grab.attack-share"),
        guard=question.draw("stakes.grab.defend-share"),
        grab_prize=question.draw("stakes.grab.prize"),
        decisiveness=question.draw("stakes.contest.decisiveness"),
        defender_advantage=question.draw("stakes.contest.defender-advantage"),
        bias=question.draw(party.stakes.belief_bias),
        war_cost=question.draw(party.stakes.war_cost),
        future_weight=question.draw(party.stakes.future_weight),
        terms=terms_value(question, party),
        foreign_troops=question.draw(party.stakes.foreign_troops) * presence,
    )
    return memory.ask(stakes, query)


def stakes_of(question: Question, phase: Phase, field: Field, memory: Memory) -> dict[str, StakesResult]:
    """Return what each party weighs before it accepts, by state, host first (stage stakes).

    Judged on one phase, with the mission as planned in what its troops cost, and as delivered in all else.
    """
    around = with_the_mission(question, phase, field)
    return {
        party.state: values(question, party, around, field.planned_presence, memory)
        for party in question.case.parties
    }


def acceptance_of(question: Question, weighed: Mapping[str, StakesResult], memory: Memory) -> Acceptance:
    """Return whether the parties accept (stage accept)."""
    parties = question.case.parties
    host, opponent = (weighed[party.state] for party in parties)
    results = (host, opponent)
    noise = question.draw("accept.noise")
    query = AcceptQuery(
        parties=tuple(party.state for party in parties),
        terms=np.stack([result.terms for result in results]),
        foreign_troops=np.stack([result.foreign_troops for result in results]),
        option=np.stack([result.option for result in results]),
        exposure=np.stack([_exposure(enemy, noise) for enemy in (opponent, host)]),
        war=np.stack([result.war for result in results]),
        future_weight=np.stack([question.draw(party.stakes.future_weight) for party in parties]),
        noise=noise,
        ceasefire=question.settlement.terms.ceasefire,
        barred_by=barred_by(question),
    )
    return memory.ask(accept, query)


def _exposure(enemy: StakesResult, noise: Array) -> Array:
    """Return what a party expects to lose to its enemy's best attack, in stakes (EV11).

    The enemy attacks, if at all, in the way and at the moment that it values most, with the chance that
    this value, blurred as any decision is, is above nought. If it succeeds, the share of the stake that
    goes with such an attack is lost: all of it to a major offensive, as in war (ST10).
    """
    chance = expit(enemy.best_value / noise)
    return np.asarray(chance * enemy.best_success * enemy.best_share, dtype=np.float64)


def acceptance_record(question: Question, memory: Memory) -> Recorded:
    """Return how well each future reproduces what the parties answered to the case's settlements (AC5).

    Each settlement with an answer on record is judged with the case's baseline arrangement, in the
    question's futures. Only an answer that accepts counts as accepting the settlement as it stands.
    """
    case = question.case
    answers = []
    for settlement in case.settlements.values():
        if not settlement.responses:
            continue
        asked = replace(question, settlement=settlement, arrangement=case.arrangements[case.about.baseline])
        phase = asked.arrangement.phases[0]
        weighed = stakes_of(asked, phase, field_of(asked, phase, memory), memory)
        found = acceptance_of(asked, weighed, memory)
        answers += [
            Answered(
                party=response.party,
                settlement=settlement.name,
                accepts=response.answer == "accepts",
                chance=found.by_party[found.parties.index(response.party)],
            )
            for response in settlement.responses
        ]
    return memory.ask(recorded, RecordQuery(tuple(answers), question.size))
