"""A phase in the field: what it needs, who provides it, what it sees, how fast anyone responds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.cost import Bill, CostQuery, Item, bill
from holdfast.evaluate.answering import GRAB, answering, ladder_query, of_partners, promises_of
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.question import INSIDE, ON_THE_GROUND, Question
from holdfast.evaluate.staffing import delivered_to, generation_of, requirement_of, usable
from holdfast.evaluate.watching import observation_of, patrol_of, patrols
from holdfast.generate import Contributions, generate
from holdfast.observe import Coverage, observe
from holdfast.require import Requirement, require
from holdfast.respond import Ladder, respond
from holdfast.vocabulary.arrangement import Mission, Phase

Array = NDArray[np.float64]

FIGHTS = {
    "none": None,
    "self_defence": "stakes.mission.fights.self-defence",
    "defend_mandate": "stakes.mission.fights.defend-mandate",
    "fight_with_host": "stakes.mission.fights.with-host",
}
"""Estimate of the chance that troops fight beside the host, by use of force."""


@dataclass(frozen=True, slots=True)
class Field:
    """One phase as the stages see it; arrays of shape (futures,).

    Attributes
    ----------
    requirement, contributions : None without a mission
    coverage, bare_coverage : Coverage
        With the mission fully there, and by national means alone.
    ladder, bare_ladder : Ladder
        The breach ladder with that coverage.
    adequacy : mapping of task to array, share
        Persons delivered over persons needed, at most 1.
    fights : array, share
        Chance that troops of the mission fight beside the host, times the share of them that came.
    combat : array, persons of a party's quality
        Persons of the mission that would fight beside the host.
    patrols : array
        Patrols that the mission keeps out on a day.
    trained : array, persons
        Persons of the host that the mission trains in a year.
    presence : array, ratio
        Partners' troops inside the host over the reference force, as delivered.
    planned_presence : array, ratio
        The same as planned.
    bill : Bill
    """

    requirement: Requirement | None
    contributions: Contributions | None
    coverage: Coverage
    bare_coverage: Coverage
    ladder: Ladder
    bare_ladder: Ladder
    adequacy: Mapping[str, Array]
    fights: Array
    combat: Array
    patrols: Array
    trained: Array
    presence: Array
    planned_presence: Array
    bill: Bill


def field_of(question: Question, phase: Phase, memory: Memory) -> Field:
    """Return what the stages from require to respond, and cost, say of a phase."""
    mission = phase.mission
    requirement = None if mission is None else memory.ask(require, requirement_of(question, mission))
    contributions = None
    if mission is not None and requirement is not None:
        contributions = memory.ask(generate, generation_of(question, phase, mission, requirement))
    there: dict[str, Array] = {}
    working: dict[str, Array] = {}
    if requirement is not None and contributions is not None:
        there = delivered_to(requirement, contributions)
        working = usable(question, requirement, contributions)
    coverage = memory.ask(observe, observation_of(question, mission, working))
    bare_coverage = memory.ask(observe, observation_of(question, None, {}))
    presence = _presence(question, mission, there)
    promises = answering(of_partners(promises_of(question, phase, presence)), GRAB)
    bare_promises = answering(of_partners(promises_of(question, phase, question.constant(0.0))), GRAB)
    return Field(
        requirement=requirement,
        contributions=contributions,
        coverage=coverage,
        bare_coverage=bare_coverage,
        ladder=memory.ask(respond, ladder_query(question, coverage, promises, GRAB)),
        bare_ladder=memory.ask(respond, ladder_query(question, bare_coverage, bare_promises, GRAB)),
        adequacy=_adequacy(requirement, working),
        fights=_fights(question, mission) * _armed_share(question, requirement, working),
        combat=_combat(question, mission, working),
        patrols=patrols(question, working),
        trained=_trained(question, working),
        presence=presence,
        planned_presence=_planned_presence(question, mission),
        bill=memory.ask(bill, _costs(question, phase, there)),
    )


def _adequacy(requirement: Requirement | None, delivered: Mapping[str, Array]) -> dict[str, Array]:
    """Return, by task, persons delivered over persons needed, at most 1."""
    if requirement is None:
        return {}
    return {
        task.task: np.minimum(1.0, delivered[task.task] / np.maximum(task.needed, 1e-9))
        for task in requirement.tasks
    }


def _combat(question: Question, mission: Mission | None, delivered: Mapping[str, Array]) -> Array:
    """Return the persons of the mission, at a party's quality, that would fight beside the host."""
    total = question.constant(0.0)
    for task, persons in delivered.items():
        if question.case.tasks[task].fights or question.case.tasks[task].separates:
            total = total + persons
    return total * _fights(question, mission) * question.draw("stakes.mission.quality")


def _fights(question: Question, mission: Mission | None) -> Array:
    """Return the chance that a mission's troops fight beside the host; 0 where none may or can."""
    estimate = None if mission is None else FIGHTS[mission.mandate.use_of_force]
    if mission is None or estimate is None:
        return question.constant(0.0)
    tasks = [question.case.tasks[component.task] for component in mission.components]
    armed = any(task.fights or task.separates for task in tasks)
    return question.draw(estimate) if armed else question.constant(0.0)


def _armed_share(
    question: Question, requirement: Requirement | None, delivered: Mapping[str, Array]
) -> Array:
    """Return how much of the troops that may fight has been delivered of those planned, at most 1."""
    came, planned = question.constant(0.0), question.constant(0.0)
    for need in () if requirement is None else requirement.tasks:
        task = question.case.tasks[need.task]
        if task.fights or task.separates:
            came, planned = came + delivered[need.task], planned + need.planned
    return np.minimum(1.0, came / np.maximum(planned, 1e-9))


def _trained(question: Question, delivered: Mapping[str, Array]) -> Array:
    """Return the persons of the host that the mission's trainers train in a year (EV13)."""
    trainers = question.constant(0.0)
    for task, persons in delivered.items():
        if question.case.tasks[task].domain == "training":
            trainers = trainers + persons
    return trainers * question.draw("stakes.support.trainees-per-trainer")


def _presence(question: Question, mission: Mission | None, delivered: Mapping[str, Array]) -> Array:
    """Return partners' troops on the host's soil over the reference force, as delivered."""
    total = question.constant(0.0)
    if mission is None or mission.mandate.area not in INSIDE:
        return total
    for task, persons in delivered.items():
        if question.case.tasks[task].domain in ON_THE_GROUND:
            total = total + persons
    return total * question.alignment() / question.draw("stakes.presence.reference")


def _planned_presence(question: Question, mission: Mission | None) -> Array:
    """Return partners' troops inside the host over the reference force, as planned."""
    if mission is None:
        return question.constant(0.0)
    return (
        question.planned_inside(mission) * question.alignment() / question.draw("stakes.presence.reference")
    )


def _costs(question: Question, phase: Phase, delivered: Mapping[str, Array]) -> CostQuery:
    """Return what a phase pays for."""
    items = []
    for key, persons in delivered.items():
        task = question.case.tasks[key]
        items.append(Item(task.title, persons, question.draw(task.unit_cost)))
    if phase.mission is not None:
        for plan in phase.mission.sensors:
            sensor = question.case.sensors[plan.sensor]
            items.append(Item(sensor.title, question.constant(plan.count), question.draw(sensor.unit_cost)))
        sensor = question.case.sensors[patrol_of(phase.mission)]
        items.append(Item(sensor.title, patrols(question, delivered), question.draw(sensor.unit_cost)))
    given = phase.support.military_eur_per_year
    support = question.draw(question.case.about.support_now) if given is None else question.constant(given)
    return CostQuery(tuple(items), support)
