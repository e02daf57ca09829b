"""The order of the stages, and what comes out.

For each phase: require, generate, observe, respond, cost. Then, over the phases: stakes, accept,
authorise, endure. The parties price troops on the host's soil as planned; all else is as delivered.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.accept import Acceptance
from holdfast.authorise import Authorisation, authorise
from holdfast.case import Case
from holdfast.endure import CAUSES, CourseQuery, Survival, course, endure
from holdfast.errors import UsageProblem
from holdfast.evaluate.assessment import Assessment, PhasePlan
from holdfast.evaluate.effects import body_of, course_query
from holdfast.evaluate.field import Field, field_of
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.parties import acceptance_of
from holdfast.evaluate.question import Question, start_of
from holdfast.evaluate.votes import proposal_of
from holdfast.futures import Futures
from holdfast.vocabulary.arrangement import Arrangement
from holdfast.vocabulary.method import Principle
from holdfast.vocabulary.settlement import Settlement

Array = NDArray[np.float64]

HORIZON_YEARS: Final = 10
"""The clock runs so long; nothing is said beyond."""
SHOWN_YEARS: Final = (1, 5, 10)
"""Years after the halt for which durability is reported."""


def evaluate(
    case: Case,
    settlement: Settlement,
    arrangement: Arrangement,
    futures: Futures,
    *,
    years: int = 5,
    memory: Memory | None = None,
) -> Assessment:
    """Assess one arrangement under one settlement.

    Parameters
    ----------
    case : Case
    settlement : Settlement
    arrangement : Arrangement
    futures : Futures
        Joint draws of the case's ledger.
    years : int
        Horizon for the causes of failure and for the yearly cost, 1 to 10.
    memory : Memory, optional
        Answers to remember between calls.

    Returns
    -------
    Assessment
        The outcomes' bytes depend on the words, the ledger, seed, number of futures and horizon alone.

    Raises
    ------
    UsageProblem
        If a phase waits for a signal, which this version does not evaluate.
    """
    memory = Memory() if memory is None else memory
    _refuse_signals(arrangement)
    question = Question(case, settlement, arrangement, futures)
    fields = tuple(field_of(question, phase, memory) for phase in arrangement.phases)
    acceptance = acceptance_of(question, arrangement.phases[0], fields[0], memory)
    authorisation, given_accepted = _authorised(question, acceptance)
    renewal = question.constant(1.0) if authorisation is None else authorisation.chance
    survival = _survival(question, fields, renewal, memory)
    fallback = _fallback(question, years, memory)
    outcomes = _outcomes(
        question, fields, acceptance, authorisation, given_accepted, survival, fallback, years
    )
    used = frozenset(question.used) | (frozenset() if fallback is None else fallback.used)
    return Assessment(
        arrangement=arrangement,
        settlement=settlement,
        outcomes=outcomes,
        acceptance=acceptance,
        authorisation=authorisation,
        phases=tuple(
            _plan(phase.name, start_of(phase), field)
            for phase, field in zip(arrangement.phases, fields, strict=True)
        ),
        survival=survival,
        notes=_notes(question, acceptance),
        principles=_bearing(question),
        used=used,
    )


def _refuse_signals(arrangement: Arrangement) -> None:
    """Raise if a phase waits for a signal."""
    for phase in arrangement.phases:
        if phase.starts.signal is not None:
            raise UsageProblem(
                f"{arrangement.name}: phases[{phase.name}].starts",
                "this version cannot wait for a signal",
                "give after_months, or assess the phases as arrangements of their own",
            )


def _authorised(question: Question, acceptance: Acceptance) -> tuple[Authorisation | None, Array | None]:
    """Return the vote as it would go, and the chance of adoption once both parties have accepted."""
    body = body_of(question)
    if body is None:
        return None, None
    as_it_is = authorise(proposal_of(question, body, acceptance, accepted=False))
    agreed = authorise(proposal_of(question, body, acceptance, accepted=True), with_blockers=False)
    question.draw(body.decision_days)
    return as_it_is, agreed.chance


def _survival(question: Question, fields: tuple[Field, ...], renewal: Array, memory: Memory) -> Survival:
    """Return survival given that the arrangement is in force."""
    months = HORIZON_YEARS * 12
    query = course_query(question, fields, months, renewal, memory)
    return memory.ask(_run, query)


def _run(query: CourseQuery) -> Survival:
    """Turn a course query into survival: course, then the clock."""
    return endure(course(query))


def _fallback(question: Question, years: int, memory: Memory) -> Assessment | None:
    """Return the assessment of what stands if authority is refused; None if that is nothing else."""
    name = question.arrangement.fallback
    if name is None:
        return None
    return evaluate(
        question.case,
        question.settlement,
        question.case.arrangements[name],
        question.futures,
        years=years,
        memory=memory,
    )


def _outcomes(
    question: Question,
    fields: tuple[Field, ...],
    acceptance: Acceptance,
    authorisation: Authorisation | None,
    given_accepted: Array | None,
    survival: Survival,
    fallback: Assessment | None,
    years: int,
) -> Mapping[str, Array]:
    """Return the columns of the outcome table.

    EV1: holds overall = accepted x (authorised once accepted x holds if deployed + refused x holds
    under the fallback); a settlement that nobody accepts means that the war goes on.
    """
    unknown = question.constant(math.nan)
    mission = any(phase.mission is not None for phase in question.arrangement.phases)
    last = fields[-1]
    columns: dict[str, Array] = {
        "accepted": acceptance.both,
        "authorised": unknown if authorisation is None else authorisation.chance,
        "filled": unknown if last.contributions is None else last.contributions.filled,
        "persons": question.constant(0.0) if last.contributions is None else _persons(last),
        "seen": last.coverage.seen,
        "attributed": last.coverage.attributed,
        "warning": last.coverage.warning,
        "response_days": unknown if last.ladder.days is None else last.ladder.days,
        "eur_per_year": _mean_bill(question, fields, years),
    }
    for party, chance in zip(acceptance.parties, acceptance.by_party, strict=True):
        columns[f"accepted_by_{party}"] = chance
    ceasefire = question.settlement.terms.ceasefire
    for year in SHOWN_YEARS:
        holds = survival.at(year)
        columns[f"hold_if_deployed_{year}"] = holds if ceasefire else unknown
        columns[f"hold_overall_{year}"] = _overall(acceptance, given_accepted, holds, fallback, year)
    failed = survival.failed_by(years)
    for place, cause in enumerate(CAUSES):
        here, gone = failed[:, place, 0], failed[:, place, 1]
        columns[f"cause_{cause}"] = here + gone if ceasefire else unknown
        columns[f"cause_{cause}_mission_present"] = (
            (here if mission else here * 0.0) if ceasefire else unknown
        )
    return columns


def _overall(
    acceptance: Acceptance, given_accepted: Array | None, holds: Array, fallback: Assessment | None, year: int
) -> Array:
    """Return the chance that a ceasefire is agreed and holds for so many years (EV1)."""
    if given_accepted is None:
        return acceptance.both * holds
    refused = np.zeros_like(holds) if fallback is None else fallback.survival.at(year)
    return acceptance.both * (given_accepted * holds + (1.0 - given_accepted) * refused)


def _persons(field: Field) -> Array:
    """Return the persons delivered in a phase."""
    delivered = [] if field.contributions is None else list(field.contributions.delivered.values())
    return np.asarray(np.sum(delivered, axis=0), dtype=np.float64)


def _mean_bill(question: Question, fields: tuple[Field, ...], years: int) -> Array:
    """Return the yearly cost, averaged over the phases within the horizon."""
    starts = [min(start_of(phase), years * 12.0) for phase in question.arrangement.phases] + [years * 12.0]
    total = question.constant(0.0)
    for place, field in enumerate(fields):
        total = total + field.bill.total * ((starts[place + 1] - starts[place]) / (years * 12.0))
    return total


def _plan(name: str, starts: float, field: Field) -> PhasePlan:
    """Return what an assessment keeps of a phase."""
    return PhasePlan(
        name, starts, field.requirement, field.contributions, field.coverage, field.ladder, field.bill
    )


def _notes(question: Question, acceptance: Acceptance) -> tuple[str, ...]:
    """Return what a reader must know besides the numbers."""
    notes = [f"Barred by the settlement, clause {reason}." for reason in acceptance.barred_by]
    if not question.settlement.terms.ceasefire:
        notes.append("The settlement is none: there is no ceasefire to hold, and the war goes on.")
    if not any(phase.guarantees for phase in question.arrangement.phases):
        bound = question.settlement.terms.guarantee in {"political", "treaty"}
        notes.append(
            "The arrangement adds no promise to respond; the settlement's own stands."
            if bound
            else "Nobody is bound to respond to a breach."
        )
    if question.arrangement.authority is None:
        notes.append("There is nothing to authorise.")
    return tuple(notes)


def _bearing(question: Question) -> tuple[Principle, ...]:
    """Return the principles that bear on the arrangement (rule EV7)."""
    missions = [phase.mission for phase in question.arrangement.phases if phase.mission is not None]
    areas = {mission.mandate.area for mission in missions}
    force = {mission.mandate.use_of_force for mission in missions}
    found = []
    for principle in question.case.principles:
        applies = principle.applies
        pairs = (
            (applies.formats, {question.arrangement.format}),
            (applies.areas, areas),
            (applies.use_of_force, force),
            (applies.bodies, {question.arrangement.authority}),
        )
        if all(not wanted or set(wanted) & set(has) for wanted, has in pairs):
            found.append(principle)
    return tuple(found)
