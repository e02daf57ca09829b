"""The plan that is put to the optimiser: needs by tour, standing offers, and the rules, all at the centre."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from holdfast.evaluate.memory import Memory
from holdfast.evaluate.question import Question, start_of
from holdfast.evaluate.staffing import (
    conditions_met,
    conditions_of,
    generation_of,
    pledged,
    requirement_of,
)
from holdfast.generate import (
    STATE_JOINS,
    Arrivals,
    Ceiling,
    Held,
    Need,
    PlanQuery,
    Rules,
    StandingOffer,
    arriving,
)
from holdfast.require import require
from holdfast.vocabulary.arrangement import Mission, Phase
from holdfast.vocabulary.state import Offer

MONTHS_IN_A_PERIOD: Final = 6
"""A tour: contingents are relieved twice a year."""
PERIODS: Final = 4
TURNS: Final = 2
"""Where one phase lasts throughout, two tours are planned, which then alternate."""
SURGE: Final = 2.0
"""Where phases differ a state may send for one tour twice what it can sustain, if it sends that much less
later (evidence: one unit in two is an emergency ratio that nobody keeps up)."""
LIKELY: Final = 0.5
"""A condition that is met with less than this chance counts as unmet in the plan."""
NO_TROOPS: Final = frozenset({"monitors"})
"""Domains whose persons are seconded one by one: no least contingent, no units that relieve one another."""
SCENARIOS: Final = 32
"""Futures in which a robust plan is tried."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user changes about who takes part.

    Attributes
    ----------
    without, with_states : frozenset of str
        States that stay away whatever they said; states that are asked whether or not the design asks them.
    waived : frozenset of str
        Conditions that count as met.
    breadth : int or None
    largest_share : float or None
        In place of the design's.
    """

    without: frozenset[str] = frozenset()
    with_states: frozenset[str] = frozenset()
    waived: frozenset[str] = frozenset()
    breadth: int | None = None
    largest_share: float | None = None

    def asked(self, mission: Mission) -> Mission:
        """Return the mission with these states asked, or not."""
        words = mission.contributors
        states = tuple(dict.fromkeys((*words.states, *sorted(self.with_states))))
        excluded = tuple(
            dict.fromkeys(
                (*(one for one in words.excluded if one not in self.with_states), *sorted(self.without))
            )
        )
        return mission.model_copy(
            update={"contributors": words.model_copy(update={"states": states, "excluded": excluded})}
        )


NOTHING: Final = Wishes()


@dataclass(frozen=True, slots=True, eq=False)
class Posed:
    """A plan as it is put to the optimiser.

    ``months`` are the months of each period, ``phases`` the names of the phases in force; ``assumed`` are
    conditions that the plan takes as met though they may not be, by state.
    """

    query: PlanQuery
    months: tuple[tuple[int, int], ...]
    phases: tuple[str, ...]
    assumed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def fullest(self) -> tuple[int, ...]:
        """The tours in which most is needed, at most two: where what binds is looked for."""
        totals = [sum(need.persons[k] for need in self.query.needs) for k in range(self.query.periods)]
        most = max(totals, default=0.0)
        return tuple(k for k, total in enumerate(totals) if total == most)[:TURNS]


def posed(question: Question, wishes: Wishes, memory: Memory) -> Posed:
    """Return the plan of an arrangement over two years (EV18).

    A phase that waits for a signal is taken to begin one tour after the one before. A condition counts as
    met if it is met in at least half of futures; whoever asks for another is counted out and named.
    """
    phases = _in_force(question)
    if len({phase.name for phase in phases}) == 1:
        phases = phases[:TURNS]
    needs = _needs(question, phases, memory)
    offers, assumed = _offers(question, phases, wishes, needs)
    states = {offer.state for offer in offers}
    query = PlanQuery(
        needs=needs,
        offers=tuple(offers),
        held=_held(question, needs, states),
        ceilings=_ceilings(question, states),
        rules=_rules(question, phases, wishes, needs),
    )
    months = tuple((k * MONTHS_IN_A_PERIOD, (k + 1) * MONTHS_IN_A_PERIOD) for k in range(len(phases)))
    return Posed(query, months, tuple(phase.name for phase in phases), assumed)


def starts_of(question: Question) -> tuple[float, ...]:
    """Return the month in which each phase begins; one that waits for a signal, a tour after the last."""
    starts: list[float] = []
    for phase in question.arrangement.phases:
        start = start_of(phase)
        before = starts[-1] if starts else 0.0
        starts.append(before + MONTHS_IN_A_PERIOD if math.isinf(start) else start)
    return tuple(starts)


def _in_force(question: Question) -> tuple[Phase, ...]:
    """Return the phase that is in force in each period."""
    starts = starts_of(question)
    return tuple(
        next(
            phase
            for phase, start in reversed(list(zip(question.arrangement.phases, starts, strict=True)))
            if start <= period * MONTHS_IN_A_PERIOD or phase is question.arrangement.phases[0]
        )
        for period in range(PERIODS)
    )


def _needs(question: Question, phases: tuple[Phase, ...], memory: Memory) -> tuple[Need, ...]:
    """Return what is planned of each capability in each period, at the median over futures."""
    planned: dict[str, np.ndarray] = {}
    for period, phase in enumerate(phases):
        if phase.mission is None:
            continue
        found = memory.ask(require, requirement_of(question, phase.mission)).of_capability()
        for capability, (_, persons, _) in found.items():
            planned.setdefault(capability, np.zeros(len(phases)))[period] = round(
                float(np.median(persons)), 3
            )
    catalogue = question.case.capabilities
    return tuple(
        Need(
            name,
            catalogue[name].domains,
            catalogue[name].persons.mode,
            tuple(float(one) for one in planned[name]),
            catalogue[name].scarce,
            0.0 if (lift := catalogue[name].lift) is None else lift.mode,
        )
        for name in catalogue
        if name in planned
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who is asked in one phase, who may not come, and which conditions are met with what chance."""

    asked: frozenset[str]
    out: frozenset[str]
    met: Mapping[str, float]


def _asked_in(question: Question, phase: Phase, mission: Mission, wishes: Wishes) -> _Asked:
    words = mission.contributors
    met = conditions_met(question, phase, mission)
    return _Asked(
        frozenset({state.code for state in question.pool(words)} | wishes.with_states),
        frozenset(wishes.without | set(words.excluded)) - wishes.with_states,
        {name: float(np.mean(chance)) for name, chance in met.items()},
    )


def _offers(
    question: Question, phases: tuple[Phase, ...], wishes: Wishes, needs: tuple[Need, ...]
) -> tuple[tuple[StandingOffer, ...], dict[str, tuple[str, ...]]]:
    """Return all offers that could serve, with what each lacks in which tour, and what is taken as met."""
    tours = [
        None if phase.mission is None else _asked_in(question, phase, phase.mission, wishes)
        for phase in phases
    ]
    domains = {domain for need in needs for domain in need.domains}
    barred = _belligerents(question) - wishes.with_states
    offers: list[StandingOffer] = []
    assumed: dict[str, set[str]] = {}
    for state in question.case.states.values():
        known = [one for one in tours if one is not None and state.code not in one.out]
        if state.code in barred or not known:
            continue
        for offer in state.offers:
            if offer.domain not in domains:
                continue
            conditions = [str(one) for one in conditions_of(state, offer) if one not in wishes.waived]
            lacking = [None if one is None else _lacks(state.code, conditions, one) for one in tours]
            taken = {name for name in conditions for one in known if LIKELY <= one.met[name] < 1.0}
            assumed.setdefault(state.code, set()).update(taken)
            offers.append(_standing(question, state.code, offer, lacking))
    return tuple(offers), {state: tuple(sorted(names)) for state, names in assumed.items() if names}


def _lacks(state: str, conditions: list[str], tour: _Asked) -> tuple[str, ...]:
    """Return what an offer lacks in one tour; who is kept out of it lacks being asked."""
    unmet = tuple(one for one in conditions if tour.met[one] < LIKELY)
    there = state in tour.asked and state not in tour.out
    return unmet if there else (*unmet, f"{STATE_JOINS} {state}")


def _standing(
    question: Question, state: str, offer: Offer, lacking: list[tuple[str, ...] | None]
) -> StandingOffer:
    """Return an offer with what it lacks throughout, and besides in each tour with a mission."""
    known = [one for one in lacking if one is not None]
    throughout = tuple(name for name in known[0] if all(name in one for one in known))
    besides = tuple(tuple(name for name in one or () if name not in throughout) for one in lacking)
    return StandingOffer(
        state,
        offer.domain,
        question.central(offer.persons),
        throughout,
        offer.only_with,
        rotates=offer.domain not in NO_TROOPS,
        lacks_at=besides if any(besides) else (),
    )


def _belligerents(question: Question) -> set[str]:
    return {party.state for party in question.case.parties} | set(question.case.about.follows)


def _held(question: Question, needs: tuple[Need, ...], states: Collection[str]) -> tuple[Held, ...]:
    scarce = {need.capability for need in needs if need.scarce}
    return tuple(
        Held(state, held.capability, held.elements.mode)
        for state in sorted(states)
        for held in question.case.states[state].has
        if held.capability in scarce
    )


def _ceilings(question: Question, states: Collection[str]) -> tuple[Ceiling, ...]:
    found = []
    for code in sorted(states):
        state = question.case.states[code]
        if state.army_personnel is not None:
            whole = question.central("generate.sustained-share") * state.army_personnel
            net = max(whole - pledged(question, state), 0.0)
            found.append(Ceiling(code, round(net, 3), round(whole - net, 3)))
    return tuple(found)


def _rules(question: Question, phases: tuple[Phase, ...], wishes: Wishes, needs: tuple[Need, ...]) -> Rules:
    """Return the rules; monitors are seconded one by one, so they know no least contingent.

    Of phases that ask for different breadth or shares the strictest counts throughout.
    """
    troops = any(need.domains[0] not in NO_TROOPS for need in needs)
    wanted = [phase.mission.contributors for phase in phases if phase.mission is not None]
    shares = [one.largest_share for one in wanted if one.largest_share is not None]
    share = wishes.largest_share or min(shares, default=1.0)
    breadth = wishes.breadth or max((one.at_least or 0 for one in wanted), default=0)
    alike = len({phase.name for phase in phases}) == 1
    least = question.central("generate.minimum-contingent") if troops else 0.0
    armed = [
        any(need.persons[tour] and need.domains[0] not in NO_TROOPS for need in needs)
        for tour in range(len(phases))
    ]
    return Rules(
        surge=1.0 if alike else SURGE,
        alternates=alike,
        rotation=question.central("generate.rotation"),
        rotation_of=tuple(
            (state.code, state.rotation.units_per_unit)
            for state in question.case.states.values()
            if state.rotation is not None and state.rotation.units_per_unit > 1.0
        ),
        minimum=least,
        minimum_at=() if all(armed) or not troops else tuple(least * one for one in armed),
        fixed_effort=question.central("generate.fixed-effort") if troops else 0.0,
        breadth=breadth,
        largest_share=share,
        first_loads=question.central("generate.airlift") * MONTHS_IN_A_PERIOD,
    )


def arrivals_of(
    question: Question, wishes: Wishes, asked: Posed, phase: Phase, memory: Memory, most: int = SCENARIOS
) -> Arrivals:
    """Return what comes of each offer of a plan in the first futures, one that lacks something never."""
    mission = phase.mission
    share: Mapping[tuple[str, str], np.ndarray] = {}
    if mission is not None:
        wider = wishes.asked(mission)
        requirement = memory.ask(require, requirement_of(question, wider))
        share = arriving(generation_of(question, phase, wider, requirement, wishes.waived))
    nobody = np.zeros(question.size)
    return Arrivals(
        {
            (offer.state, offer.domain): (
                nobody if offer.lacks else share.get((offer.state, offer.domain), nobody)
            )[:most]
            for offer in asked.query.offers
        }
    )
