"""Who is asked for what: tasks as capabilities, offers with their conditions, and what states hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluate.question import INSIDE, Question
from holdfast.generate import Contributions, GenerateQuery, HeldTerm, OfferTerm, Wanted
from holdfast.require import CapabilityNeed, Requirement, RequireQuery, TaskNeed, parts_of, reaction_of
from holdfast.vocabulary.arrangement import Mission, Phase
from holdfast.vocabulary.state import Condition, Offer, State

Array = NDArray[np.float64]

SUPPORT = frozenset({"support", "command"})
"""Roles of capabilities that serve the others."""


def requirement_of(question: Question, mission: Mission) -> RequireQuery:
    """Return the tasks of a mission with their ratios and mixes."""
    needs = []
    for component in mission.components:
        task = question.case.tasks[component.task]
        needs.append(
            TaskNeed(
                task=task.key,
                domain=task.domain,
                ratio=question.draw(task.ratio),
                quantity=question.quantity(task.per),
                support=question.constant(0.0) if task.support is None else question.draw(task.support),
                planned=component.planned_persons,
                mix=parts_of(task, question.case.capabilities),
                reaction_hours=reaction_of(task),
            )
        )
    return RequireQuery(tuple(needs))


def generation_of(
    question: Question,
    phase: Phase,
    mission: Mission,
    requirement: Requirement,
    waived: Collection[str] = (),
) -> GenerateQuery:
    """Return what is asked of whom, and the chance that each condition is met; one that is waived is."""
    case = question.case
    needs = _needs(question, requirement)
    domains = {domain for need in needs for domain in need.domains}
    scarce = {need.capability for need in needs if need.scarce}
    pool = tuple(question.pool(mission.contributors))
    return GenerateQuery(
        needs=needs,
        offers=tuple(
            OfferTerm(
                state.code,
                offer.domain,
                question.draw(offer.persons),
                _stance(question, state, offer),
                conditions_of(state, offer),
                offer.only_with,
            )
            for state in pool
            for offer in state.offers
            if offer.domain in domains
        ),
        held=tuple(
            HeldTerm(
                state.code,
                held.capability,
                held.elements.mode * case.capabilities[held.capability].persons.mode,
            )
            for state in pool
            for held in state.has
            if held.capability in scarce
        ),
        ceilings={
            state.code: ceiling for state in pool if (ceiling := ceiling_of(question, state)) is not None
        },
        met={
            name: question.constant(1.0) if name in waived else chance
            for name, chance in conditions_met(question, phase, mission).items()
        },
        reliability=question.draw("generate.reliability"),
        spread=question.draw("generate.reliability.spread"),
        common=question.draw("generate.common"),
        seed=question.futures.seed,
        futures=np.arange(question.size, dtype=np.int64),
    )


def _needs(question: Question, requirement: Requirement) -> tuple[Wanted, ...]:
    """Return what is planned of each capability, tasks added up, in the order of the catalogue."""
    planned = requirement.of_capability()
    catalogue = question.case.capabilities
    return tuple(
        Wanted(name, catalogue[name].domains, catalogue[name].scarce, planned[name][1])
        for name in catalogue
        if name in planned
    )


def delivered_to(requirement: Requirement, contributions: Contributions) -> dict[str, Array]:
    """Return the persons who arrive for each task: those of each capability, split as planned."""
    come = _filled(requirement, contributions)
    return {
        task.task: _total([part.planned * come[part.capability] for part in task.capabilities], task.planned)
        for task in requirement.tasks
    }


def usable(question: Question, requirement: Requirement, contributions: Contributions) -> dict[str, Array]:
    """Return the persons on each task that can work, counted with their support, array (futures,) each.

    GE8: those who do the task work as far as they are supported; the host and contractors make up for part of
    the support that has not come. Of a task without support of its own all who come can work.
    """
    come = _filled(requirement, contributions)
    by_host = question.draw("generate.support.by-host")
    result = {}
    for task in requirement.tasks:
        serving = [part for part in task.capabilities if part.role in SUPPORT]
        doing = [part for part in task.capabilities if part.role not in SUPPORT] or serving
        done = _come(doing, come, task.planned)
        served = _come(serving, come, task.planned) if serving else question.constant(1.0)
        result[task.task] = task.planned * np.minimum(done, served + by_host)
    return result


def _filled(requirement: Requirement, contributions: Contributions) -> dict[str, Array]:
    """Return the share of each capability that arrives."""
    return {
        name: contributions.delivered[name] / np.maximum(planned, 1e-9)
        for name, (_, planned, _) in requirement.of_capability().items()
    }


def _come(parts: Sequence[CapabilityNeed], come: Mapping[str, Array], like: Array) -> Array:
    """Return the share of some parts of a task that arrives."""
    arrives = _total([part.planned * come[part.capability] for part in parts], like)
    return np.asarray(arrives / np.maximum(_total([part.planned for part in parts], like), 1e-9))


def _total(values: Sequence[Array], like: Array) -> Array:
    return np.asarray(sum(values, np.zeros_like(like)), dtype=np.float64)


def ceiling_of(question: Question, state: State) -> Array | None:
    """Return the most persons on land that a state's army can keep in the field (EV17).

    A share of its army, less what other plans bind; None where its army is not known.
    """
    if state.army_personnel is None:
        return None
    army = question.draw("generate.sustained-share") * state.army_personnel
    return np.maximum(army - pledged(question, state), 0.0)


def pledged(question: Question, state: State) -> float:
    """Return the persons on land that other plans bind when the mission begins."""
    return sum(
        pledge.persons.mode
        for pledge in state.pledges
        if pledge.domain == "land"
        and (pledge.until is None or pledge.until >= question.case.about.voting_day)
    )


def _stance(question: Question, state: State, offer: Offer) -> Array:
    """Return the chance that a state makes an offer good once its conditions are met (EV8).

    Positions are about troops, so civilian monitors have a chance of their own. A state that refuses
    troops inside the host may still offer what its file lists (ships, air patrols): as an open one.
    """
    if offer.domain == "monitors":
        return question.draw("generate.stance.monitors")
    if state.position.stance == "offers":
        return question.constant(1.0)
    return question.draw(f"generate.stance.{'unstated' if state.position.stance == 'unstated' else 'open'}")


def conditions_of(state: State, offer: Offer) -> tuple[Condition, ...]:
    """Return the conditions of an offer: those of the state's position, and its own.

    Ships and aircraft come from outside, so conditions on where troops stand do not touch them.
    """
    conditions = dict.fromkeys((*state.position.conditions, *offer.conditions))
    if offer.domain in {"air", "sea"}:
        conditions.pop("not_inside", None)
        conditions.pop("behind_line", None)
    return tuple(conditions)


def conditions_met(question: Question, phase: Phase, mission: Mission) -> dict[str, Array]:
    """Return the chance that each condition is met by this design and settlement."""
    body = question.case.bodies.get(question.arrangement.authority or "")
    area = mission.mandate.area
    backstop = question.case.about.backstop
    backed = any(backstop in guarantee.guarantors for guarantee in phase.guarantees)
    if backstop in question.assumed:
        backed = question.assumed[backstop] == "yes"
    return {
        "ceasefire": question.constant(float(question.settlement.terms.ceasefire)),
        "backstop": question.draw(f"generate.condition.backstop-{'holds' if backed else 'absent'}"),
        "un_mandate": question.constant(float(body is not None and body.gives_un_mandate)),
        "behind_line": question.constant(float(area != "line")),
        "not_inside": question.constant(float(area not in INSIDE)),
        "parliament": question.draw("generate.condition.parliament"),
    }
