"""What a phase does to incidents, attacks and advances, with its mission there and after it has gone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluate.field import Field
from holdfast.evaluate.question import Question
from holdfast.vocabulary.arrangement import Mission, Phase
from holdfast.vocabulary.body import Body

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effects:
    """What a phase does; arrays (futures,).

    ``calm`` is the log of the long-run level of incidents over that of a truce with nothing added;
    ``attack_log`` the log ratio on planned attack besides what stakes say; ``answered`` the share of
    advances that are answered; ``seen`` the share of incidents that are seen; ``drawn_in`` the chance
    that partners fight if the host is attacked.
    """

    calm: Array
    attack_log: Array
    answered: Array
    seen: Array
    drawn_in: Array


def no_effects(question: Question, field: Field) -> Effects:
    """Return the effects of nothing: what states see by themselves is there all the same."""
    none = question.constant(0.0)
    return Effects(none, none, none, field.bare_coverage.seen, none)


def effects_of(question: Question, phase: Phase, field: Field, *, there: bool) -> Effects:
    """Return the effects of a phase with the whole of its mission, or without it (EF1 to EF8)."""
    mission = phase.mission
    lasting = _lasting_log(question, field)
    if mission is None or not there:
        coverage, ladder = field.bare_coverage, field.bare_ladder
        return Effects(
            calm=lasting,
            attack_log=question.constant(0.0),
            answered=coverage.attributed * ladder.chance,
            seen=coverage.seen,
            drawn_in=ladder.fighting,
        )
    coverage, ladder = field.coverage, field.ladder
    return Effects(
        calm=lasting + _mission_log(question, mission, field),
        attack_log=np.log(question.draw("endure.peacekeepers.attack")) * _separating(question, field),
        answered=coverage.attributed * ladder.chance,
        seen=coverage.seen,
        drawn_in=1.0 - (1.0 - ladder.fighting) * (1.0 - field.fights),
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


def _mission_log(question: Question, mission: Mission, field: Field) -> Array:
    """Return the log ratio of a full mission on the level of incidents (EF1 to EF4)."""
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
    """Return the log ratio on incidents of what stays when the mission goes (EF5 to EF8)."""
    terms = question.settlement.terms
    total = (
        np.log(question.draw("endure.restraint")) * field.bare_coverage.attributed * field.bare_ladder.chance
    )
    if terms.buffer_km:
        width = np.minimum(1.0, terms.buffer_km / question.draw("endure.buffer.full-km"))
        total = total + np.log(question.draw("endure.buffer")) * width
    if terms.belt_km:
        depth = np.minimum(1.0, terms.belt_km / question.draw("endure.belts.full-km"))
        total = total + np.log(question.draw("endure.belts")) * depth
    if terms.joint_commission:
        total = total + np.log(question.draw("endure.joint-commission"))
    return total


def body_of(question: Question) -> Body | None:
    """Return the body that authorises, or None where there is nothing to authorise."""
    authority = question.arrangement.authority
    return None if authority is None else question.case.bodies[authority]
