"""The order of the stages, and what comes out.

For each phase: require, generate, observe, respond, cost. Then, over the phases: stakes, accept,
authorise, endure. The parties price troops on the host's soil as planned; all else is as delivered.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.accept import Acceptance, accept_both
from holdfast.case import Case
from holdfast.endure import (
    CAUSES,
    DEGRADED,
    RENEWALS,
    THERE,
    WEEKS_PER_YEAR,
    CourseQuery,
    Survival,
    course,
    endure,
)
from holdfast.evaluate.assessment import Assessment, PhasePlan
from holdfast.evaluate.clock import course_query
from holdfast.evaluate.effects import body_of
from holdfast.evaluate.field import Field, field_of
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.parties import acceptance_of, stakes_of
from holdfast.evaluate.principles import bearing
from holdfast.evaluate.question import Question, start_of
from holdfast.evaluate.routes import approvals_of, renewals_of
from holdfast.evaluate.votes import Adoption, adoption_of
from holdfast.evaluate.watching import OFFENSIVE, warning_of
from holdfast.futures import Futures
from holdfast.vocabulary.arrangement import Arrangement
from holdfast.vocabulary.settlement import Settlement

Array = NDArray[np.float64]

HORIZON_YEARS: Final = 10
"""The clock runs so long; nothing is said beyond."""
MISSION_IS_THERE: Final = (THERE, DEGRADED)
"""States of a mission, as counted along a history, in which it is there."""
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
    """
    memory = Memory() if memory is None else memory
    question = Question(case, settlement, arrangement, futures)
    fields = tuple(field_of(question, phase, memory) for phase in arrangement.phases)
    weighed = stakes_of(question, arrangement.phases[0], fields[0], memory)
    acceptance = acceptance_of(question, weighed, memory)
    adoption = _authorised(question, acceptance, fields, memory)
    renewals = _renewals(question, acceptance, fields, memory)
    fallback = _fallback(question, years, memory)
    survival = _survival(question, fields, renewals, memory)
    outcomes = _outcomes(question, fields, acceptance, adoption, survival, fallback, years)
    used = frozenset(question.used) | (frozenset() if fallback is None else fallback.used)
    return Assessment(
        arrangement=arrangement,
        settlement=settlement,
        outcomes=outcomes,
        stakes=weighed,
        acceptance=acceptance,
        authorisation=None if adoption is None else adoption.as_it_is,
        phases=tuple(
            _plan(phase.name, start_of(phase), field)
            for phase, field in zip(arrangement.phases, fields, strict=True)
        ),
        survival=survival,
        notes=_notes(question, acceptance),
        bearings=bearing(question),
        used=used,
    )


def _authorised(
    question: Question, acceptance: Acceptance, fields: tuple[Field, ...], memory: Memory
) -> Adoption | None:
    """Return what the body would decide; None where nothing has to be authorised."""
    body = body_of(question)
    if body is None:
        return None
    day = question.case.about.voting_day
    return adoption_of(question, body, day, acceptance, approvals_of(fields), memory)


def _renewals(question: Question, acceptance: Acceptance, fields: tuple[Field, ...], memory: Memory) -> Array:
    """Return the chances that the mandate goes on at each renewal, array (futures, RENEWALS)."""
    body = body_of(question)
    if body is None:
        return np.ones((question.size, RENEWALS))
    day = question.case.about.voting_day
    votes = renewals_of(question, body, day, RENEWALS, acceptance, approvals_of(fields), memory)
    return np.stack([one.chance for one in votes], axis=1) if votes else np.ones((question.size, RENEWALS))


def _survival(question: Question, fields: tuple[Field, ...], renewals: Array, memory: Memory) -> Survival:
    """Return survival given that the arrangement is in force; a refused renewal brings its fallback."""
    fallback = None
    if question.arrangement.fallback is not None:
        other = Question(
            question.case,
            question.settlement,
            question.case.arrangements[question.arrangement.fallback],
            question.futures,
            question.used,
        )
        fallback = other, tuple(field_of(other, phase, memory) for phase in other.arrangement.phases)
    return memory.ask(_run, course_query(question, fields, renewals, fallback, HORIZON_YEARS, memory))


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
    adoption: Adoption | None,
    survival: Survival,
    fallback: Assessment | None,
    years: int,
) -> Mapping[str, Array]:
    """Return the columns of the outcome table.

    EV1: holds overall = accepted x authorised once accepted x holds if deployed + accepted, and the
    fallback too (AC6), x refused x holds under the fallback; a settlement that nobody accepts means that
    the war goes on.
    """
    unknown = question.constant(math.nan)
    mission = any(phase.mission is not None for phase in question.arrangement.phases)
    last = fields[-1]
    columns: dict[str, Array] = {
        "accepted": acceptance.both,
        "authorised": unknown if adoption is None else adoption.as_it_is.chance,
        "filled": unknown if last.contributions is None else last.contributions.filled,
        "persons": question.constant(0.0) if last.contributions is None else _persons(last),
        "seen": last.coverage.seen,
        "located": last.coverage.located,
        "attributed": last.coverage.attributed,
        "warning": warning_of(question, last.coverage, OFFENSIVE),
        "warning_days": last.coverage.warning(OFFENSIVE).lead_days,
        "response_days": unknown if last.ladder.days is None else last.ladder.days,
        "eur_per_year": _mean_bill(question, fields, survival, fallback, years),
    }
    for party, chance in zip(acceptance.parties, acceptance.by_party, strict=True):
        columns[f"accepted_by_{party}"] = chance
    ceasefire = question.settlement.terms.ceasefire
    for year in SHOWN_YEARS:
        holds = survival.column("holds")[:, survival.after(year)]
        columns[f"hold_if_deployed_{year}"] = holds if ceasefire else unknown
        columns[f"hold_overall_{year}"] = _overall(acceptance, adoption, holds, fallback, year)
    for name, values in {**_incidents(question, survival, years), **_war(survival, years)}.items():
        columns[name] = values if ceasefire else unknown
    for cause in CAUSES:
        gone, here = np.moveaxis(survival.failed(cause)[:, survival.after(years)], -1, 0)
        columns[f"cause_{cause}"] = here + gone if ceasefire else unknown
        columns[f"cause_{cause}_mission_present"] = (
            (here if mission else here * 0.0) if ceasefire else unknown
        )
    return columns


def _incidents(question: Question, survival: Survival, years: int) -> dict[str, Array]:
    """Return incidents in a week, and deaths in a year, while the ceasefire holds, over so many years.

    True incidents and those that the mission records are two columns; heavy ones and deaths are shares
    of the true ones (IN7, IN9).
    """
    place, weeks = survival.after(years), years * WEEKS_PER_YEAR
    true = survival.count("incidents")[:, place] / weeks
    return {
        "incidents_per_week": true,
        "heavy_incidents_per_week": true * question.draw("endure.incidents.heavy"),
        "recorded_incidents_per_week": survival.count("recorded")[:, place] / weeks,
        "deaths_per_year": true * WEEKS_PER_YEAR * question.draw("endure.incidents.deaths"),
        "mission_deaths_per_year": survival.count("mission_deaths")[:, place] / years,
    }


def _war(survival: Survival, years: int) -> dict[str, Array]:
    """Return what a failure within so many years brings: chances, and amounts given that it fails."""
    place = survival.after(years)
    failed = 1.0 - survival.column("holds")[:, place]
    given = np.where(failed > 0.0, failed, np.nan)
    names = ("attack_by_host", "attack_by_opponent", "limited_war", "major_war", "drawn_in")
    attacked = survival.column("attack_by_opponent")[:, place]
    attacked = np.where(attacked > 0.0, attacked, np.nan)
    return {
        **{name: survival.column(name)[:, place] for name in names},
        "repelled_if_attacked": survival.column("repelled")[:, place] / attacked,
        "ground_km2_if_attacked": survival.column("ground_km2")[:, place] / attacked,
        "losses_if_it_fails": survival.column("losses")[:, place] / given,
    }


def _overall(
    acceptance: Acceptance, adoption: Adoption | None, holds: Array, fallback: Assessment | None, year: int
) -> Array:
    """Return the chance that a ceasefire is agreed and holds for so many years (EV1)."""
    if adoption is None:
        return acceptance.both * holds
    overall = acceptance.both * adoption.if_agreed * holds
    if fallback is None:
        return overall
    stays = accept_both(acceptance, fallback.acceptance)
    after = fallback.survival.column("holds")[:, fallback.survival.after(year)]
    return overall + stays * (1.0 - adoption.if_agreed) * after


def _persons(field: Field) -> Array:
    """Return the persons delivered in a phase."""
    delivered = [] if field.contributions is None else list(field.contributions.delivered.values())
    return np.asarray(np.sum(delivered, axis=0), dtype=np.float64)


def _mean_bill(
    question: Question,
    fields: tuple[Field, ...],
    survival: Survival,
    fallback: Assessment | None,
    years: int,
) -> Array:
    """Return the yearly cost, averaged over the phases within the horizon.

    Where a phase waits for a signal its share of the time is that of its future's history, read at the
    half-years, as is that of the fallback after a refused renewal.
    """
    phases = question.arrangement.phases
    bills = [field.bill.total for field in fields]
    if all(phase.starts.signal is None for phase in phases):
        starts = [min(start_of(phase), years * 12.0) for phase in phases] + [years * 12.0]
        shares = [question.constant((end - begin) / (years * 12.0)) for begin, end in pairwise(starts)]
    else:
        rows = len(phases) + (0 if fallback is None else len(fallback.phases))
        history = survival.count("phase")[:, 1 : survival.after(years) + 1] % rows
        shares = [(history == row).mean(axis=1) for row in range(len(phases))]
        if fallback is not None:
            bills.append(fallback.outcomes["eur_per_year"])
            shares.append(1.0 - np.sum(shares, axis=0))
    total = question.constant(0.0)
    for bill, share in zip(bills, shares, strict=True):
        total = total + bill * share
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
