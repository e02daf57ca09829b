"""Clauses of a settlement that rule an arrangement out (rule EV3)."""

from __future__ import annotations

from holdfast.evaluate.question import INSIDE, TROOPS, Question
from holdfast.vocabulary.arrangement import Mission


def barred_by(question: Question) -> tuple[str, ...]:
    """Return the clauses that the arrangement breaks, each in words; none if it may go ahead.

    A ban on foreign troops bars armed components inside the host; a ban on troops of an alliance
    bars them where any state that is asked belongs to it.
    """
    ban = question.settlement.terms.foreign_troops
    if ban in {None, "open"}:
        return ()
    alliance = question.case.about.alliance
    reasons = []
    for phase in question.arrangement.phases:
        if phase.mission is None or not _armed_inside(question, phase.mission):
            continue
        if ban == "none":
            reasons.append(
                f"foreign_troops: no foreign troops; phase '{phase.name}' puts some inside the host"
            )
        allied = [s.code for s in question.pool(phase.mission.contributors) if alliance in s.groups]
        if ban == "no_alliance_troops" and allied:
            reasons.append(
                f"foreign_troops: no troops of the alliance; phase '{phase.name}' asks "
                f"{len(allied)} of its members for some inside the host"
            )
    return tuple(reasons)


def _armed_inside(question: Question, mission: Mission) -> bool:
    """Return whether a mission has armed components inside the host."""
    return mission.mandate.area in INSIDE and any(
        question.case.tasks[component.task].capability in TROOPS for component in mission.components
    )
