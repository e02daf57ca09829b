"""Contradictions between a settlement and an arrangement, which rule the arrangement out (rule EV3).

A clause bars only what it excludes. Silence, ``null`` and ``open`` bar nothing, and neither does a
clause that says who leads, what is guaranteed or how large the host's army may be: others may watch
beside the one who leads, and other states may promise what the settlement does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from holdfast.evaluate.question import INSIDE, TROOPS, Question
from holdfast.vocabulary.arrangement import Mission
from holdfast.vocabulary.body import sitting
from holdfast.vocabulary.settlement import CODES

WATCHED_BY: Final = {
    "none": "lets nobody watch",
    "parties": "has the parties alone watch",
}
"""What is said on who leads the monitoring where that shuts out everybody else."""

WATCHED_WITH: Final = {
    "none": "lets nobody watch by any means",
    "remote": "has the line watched from afar alone",
}
"""What is said on the means of monitoring where that shuts out persons at the line."""


def barred_by(question: Question) -> tuple[str, ...]:
    """Return what of the settlement and the arrangement contradicts each other; nothing if it may go ahead.

    Each sentence begins with the clause, and names the settlement, the arrangement, the phase and the
    field that goes against it.
    """
    reasons: list[str] = []
    for phase in question.arrangement.phases:
        if phase.mission is not None:
            reasons += _no_troops(question, phase.name, phase.mission)
            reasons += _no_alliance_troops(question, phase.name, phase.mission)
            reasons += _no_watch(question, phase.name, phase.mission)
    return tuple(reasons)


def _contradiction(question: Question, variable: str, says: str, field: str, does: str) -> str:
    """Return the sentence on a clause of the settlement and a field of the arrangement."""
    return (
        f"{CODES[variable]}: the settlement '{question.settlement.name}' {says}; the arrangement "
        f"'{question.arrangement.name}', {field}, {does}"
    )


def _no_troops(question: Question, phase: str, mission: Mission) -> Iterator[str]:
    """Yield the contradiction with a ban on foreign troops: armed components inside the host."""
    if question.settlement.terms.foreign_troops == "none" and _armed_inside(question, mission):
        yield _contradiction(
            question,
            "foreign_troops",
            "lets in no foreign troops",
            f"phases[{phase}].mission.mandate.area",
            "puts some inside the host",
        )


def _no_alliance_troops(question: Question, phase: str, mission: Mission) -> Iterator[str]:
    """Yield the contradictions with a ban on an alliance's troops.

    Armed components inside the host are barred where a member is asked for them, and where the body
    that authorises them is the alliance's own: all who sit in it are members.
    """
    if question.settlement.terms.foreign_troops != "no_alliance_troops" or not _armed_inside(
        question, mission
    ):
        return
    says = "lets in no troops of the alliance"
    alliance = question.case.about.alliance
    members = {code for code, state in question.case.states.items() if alliance in state.groups}
    allied = sum(state.code in members for state in question.pool(mission.contributors))
    if allied:
        does = f"asks {allied} of its members for some inside the host"
        yield _contradiction(question, "foreign_troops", says, f"phases[{phase}].mission.contributors", does)
    body = question.case.bodies.get(question.arrangement.authority or "")
    seats = () if body is None else sitting(body, question.case.about.voting_day)
    if body is not None and seats and all(seat.state in members for seat in seats):
        does = f"puts troops of phases[{phase}] inside the host under the alliance's body '{body.key}'"
        yield _contradiction(question, "foreign_troops", says, "authority", does)


def _no_watch(question: Question, phase: str, mission: Mission) -> Iterator[str]:
    """Yield the contradictions with clauses on monitoring: a mission that watches the line from both sides.

    Whom the host lets watch from its own side alone is no matter of these clauses.
    """
    if mission.mandate.area != "line" or mission.access != "both_sides":
        return
    terms = question.settlement.terms
    persons = _persons_who_observe(question, phase, mission)
    sensors = _sensors(phase, mission)
    lead, means = terms.monitoring_lead or "", terms.monitoring_means or ""
    for variable, says, watching in (
        ("monitoring_lead", WATCHED_BY.get(lead), persons or sensors),
        ("monitoring_means", WATCHED_WITH.get(means), persons if means == "remote" else persons or sensors),
    ):
        if says is not None and watching is not None:
            yield _contradiction(question, variable, says, *watching)


def _persons_who_observe(question: Question, phase: str, mission: Mission) -> tuple[str, str] | None:
    """Return the field that puts persons who observe at the line, and what it does; None if there is none."""
    for part in mission.components:
        if question.case.tasks[part.task].observes and part.planned_persons != 0.0:
            field = f"phases[{phase}].mission.components[{part.task}]"
            return field, "puts persons who observe at the line, with access to both sides"
    return None


def _sensors(phase: str, mission: Mission) -> tuple[str, str] | None:
    """Return the field that watches the line with sensors, and what it does; None if there is none."""
    if not mission.sensors:
        return None
    return f"phases[{phase}].mission.sensors", "watches the line with some, with access to both sides"


def _armed_inside(question: Question, mission: Mission) -> bool:
    """Return whether a mission has armed components inside the host."""
    return mission.mandate.area in INSIDE and any(
        question.case.tasks[component.task].domain in TROOPS for component in mission.components
    )
