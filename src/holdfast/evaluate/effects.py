"""What a phase does to the hazards of failure, and how a mission may be lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holdfast.endure import CourseQuery, PhaseEffects
from holdfast.evaluate.field import Field
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.parties import attacks_of
from holdfast.evaluate.question import Question, start_of
from holdfast.generate import arrived
from holdfast.vocabulary.arrangement import Mission, Phase
from holdfast.vocabulary.body import Body

Array = NDArray[np.float64]

HALF_TIMES = {"monitoring": "generate.half-time.civilian"}
"""Estimate of the time to deploy, by format; else by whether the authority gives a UN mandate."""


def course_query(
    question: Question, fields: tuple[Field, ...], months: int, renewal_chance: Array, memory: Memory
) -> CourseQuery:
    """Return the base rates and the effects of every phase (rules EN1 to EN7)."""
    return CourseQuery(
        months=months,
        base_first_year=question.draw("endure.base.first-year"),
        base_years_2_5=question.draw("endure.base.years-2-5"),
        base_later=question.draw("endure.base.later"),
        attack_share=question.draw("endure.base.attack-share"),
        spiral_share_of_rest=question.draw("endure.base.spiral-share-of-rest"),
        case_factor=question.draw("endure.case-factor"),
        imposed_factor=_imposed_factor(question),
        sensitivity=question.draw("endure.attack.sensitivity"),
        phases=tuple(
            _effects(question, phase, field, months, renewal_chance, memory)
            for phase, field in zip(question.arrangement.phases, fields, strict=True)
        ),
    )


def _imposed_factor(question: Question) -> Array:
    """Return the factor on every hazard of a halt that outsiders forced (EN3); drawn where that is open."""
    imposed = question.settlement.terms.imposed
    if imposed is False:
        return question.constant(1.0)
    factor = question.draw("endure.imposed")
    return factor if imposed else np.asarray(factor ** question.draw("endure.imposed.open"), dtype=np.float64)


def _effects(
    question: Question, phase: Phase, field: Field, months: int, renewal_chance: Array, memory: Memory
) -> PhaseEffects:
    """Return the effects of one phase."""
    mission = phase.mission
    none = question.constant(0.0)
    lasting = _lasting_log(question, field)
    return PhaseEffects(
        starts_months=start_of(phase),
        parties=attacks_of(question, phase, field, memory),
        attack_log=none if mission is None else _attack_log(question, field),
        incident_log=none if mission is None else _incident_log(question, mission, field),
        lasting_incident_log=lasting,
        arrived=_arrival(question, phase, months),
        loss_per_year=none if mission is None else _loss(question, mission, renewal_chance),
        mission=mission is not None,
    )


def _separating(question: Question, field: Field) -> Array:
    """Return how adequate the tasks are that stand between the sides, the best of them."""
    return _best(
        question, [share for task, share in field.adequacy.items() if question.case.tasks[task].separates]
    )


def _watching(question: Question, field: Field) -> Array:
    """Return how adequate the tasks are that only observe, the best of them."""
    tasks = question.case.tasks
    return _best(
        question,
        [
            share
            for task, share in field.adequacy.items()
            if tasks[task].observes and not tasks[task].separates
        ],
    )


def _best(question: Question, shares: list[Array]) -> Array:
    return np.max(shares, axis=0) if shares else question.constant(0.0)


def _attack_log(question: Question, field: Field) -> Array:
    """Return the log ratio of a full mission on planned attack, besides what it adds to the defence."""
    return np.log(question.draw("endure.peacekeepers.attack")) * _separating(question, field)


def _incident_log(question: Question, mission: Mission, field: Field) -> Array:
    """Return the log ratio of a full mission on spiral and creep (EF1 to EF4)."""
    total = np.log(question.draw("endure.peacekeepers.incidents")) * _separating(question, field)
    total = total + np.log(question.draw("endure.observers.incidents")) * _watching(question, field)
    if mission.mandate.area == "rear":
        partners = np.minimum(field.presence, 1.0)
        total = total + np.log(question.draw("endure.partner-troops.incidents")) * partners
    restraint = np.log(question.draw("endure.restraint"))
    added = field.coverage.attributed * field.ladder.chance
    added = added - field.bare_coverage.attributed * field.bare_ladder.chance
    published = (field.coverage.attributed - field.bare_coverage.attributed) * (1.0 - field.ladder.chance)
    return total + restraint * added + np.log(question.draw("endure.publicity")) * published


def _lasting_log(question: Question, field: Field) -> Array:
    """Return the log ratio on spiral and creep of what stays when the mission goes (EF5, EF6)."""
    terms = question.settlement.terms
    total = (
        np.log(question.draw("endure.restraint")) * field.bare_coverage.attributed * field.bare_ladder.chance
    )
    if terms.buffer_km:
        width = np.minimum(1.0, terms.buffer_km / question.draw("endure.buffer.full-km"))
        total = total + np.log(question.draw("endure.buffer")) * width
    if terms.joint_commission:
        total = total + np.log(question.draw("endure.joint-commission"))
    return total


def body_of(question: Question) -> Body | None:
    """Return the body that authorises, or None where there is nothing to authorise."""
    authority = question.arrangement.authority
    return None if authority is None else question.case.bodies[authority]


def _arrival(question: Question, phase: Phase, months: int) -> Array:
    """Return the share of the mission that has arrived by the middle of each month (GE6)."""
    if phase.mission is None:
        return np.zeros((question.size, months))
    body = body_of(question)
    name = HALF_TIMES.get(question.arrangement.format)
    if name is None:
        name = f"generate.half-time.{'un' if body is not None and body.gives_un_mandate else 'coalition'}"
    since = (np.arange(months, dtype=np.float64) + 0.5 - _sent(question, phase)) / 12.0
    delay = question.constant(0.0) if body is None else question.draw(body.decision_days)
    return arrived(since, delay, question.draw(name))


def _sent(question: Question, phase: Phase) -> float:
    """Return the month in which the mission of a phase began.

    That is the start of the first phase of an unbroken run in which each mission takes on a task of the
    one before.
    """
    began, tasks = start_of(phase), _tasks(phase)
    for earlier in reversed(question.arrangement.phases[: question.arrangement.phases.index(phase)]):
        if not tasks & _tasks(earlier):
            break
        began, tasks = start_of(earlier), _tasks(earlier)
    return began


def _tasks(phase: Phase) -> frozenset[str]:
    """Return the tasks of a phase's mission; none without a mission."""
    return frozenset() if phase.mission is None else frozenset(one.task for one in phase.mission.components)


def _loss(question: Question, mission: Mission, renewal_chance: Array) -> Array:
    """Return the hazard that the mission is lost, per year (EF7).

    Host or opponent end their consent, contributors leave, or a renewal fails: at each renewal the
    mandate passes unexamined with some chance, and else by the vote as it would go, in which the parties
    weigh their stakes again.
    """
    hazard = question.draw("endure.loss.host") + question.draw("endure.loss.contributors")
    if mission.mandate.renewal_months is None:
        return hazard
    persists = question.draw("endure.loss.renewal-persistence")
    renewed = np.clip(persists + (1.0 - persists) * renewal_chance, 1e-6, 1.0)
    return hazard - np.log(renewed) * 12.0 / mission.mandate.renewal_months
