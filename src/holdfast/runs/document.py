"""Assessments as JSON-ready documents: every number with its range and computing error."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from holdfast.analyse import difference, reliance
from holdfast.case import Case
from holdfast.evaluate import (
    MISSION_IS_THERE,
    SHOWN_YEARS,
    Assessment,
    Bearing,
    Contribution,
    PhasePlan,
    if_refused,
)
from holdfast.futures import Futures
from holdfast.runs.fighting import war_goes_on
from holdfast.runs.quantities import quantity_of
from holdfast.vocabulary.arrangement import Trigger
from holdfast.vocabulary.settlement import Settlement

Array = NDArray[np.float64]

WORDING = (
    "Consequences of stated assumptions, not a forecast. mean, low and high (5th and 95th percentile) are "
    "over futures, joint draws of every uncertain quantity; computing_error is the error of the computation "
    "alone."
)
MOST_BLOCKERS = 5
INCIDENTS: Final = {
    "true_per_week": "incidents_per_week",
    "heavy_per_week": "heavy_incidents_per_week",
    "recorded_per_week": "recorded_incidents_per_week",
    "deaths_per_year": "deaths_per_year",
    "mission_deaths_per_year": "mission_deaths_per_year",
}
"""Keys under ``incidents`` and the outcomes that they hold."""
IF_IT_FAILS: Final = (
    "attack_by_host",
    "attack_by_opponent",
    "limited_war",
    "major_war",
    "drawn_in",
    "repelled_if_attacked",
    "ground_km2_if_attacked",
    "losses_if_it_fails",
)
"""Outcomes under ``if_it_fails``."""
ORDERED: Final = ("major_war", "drawn_in")
"""Outcomes by which arrangements are put in order, least first."""
SAME_PLACE: Final = 9
"""Means that agree to so many decimals stand in the order of the names."""


def comparison_document(
    case: Case, futures: Futures, assessments: Sequence[Assessment], manifest: dict[str, Any]
) -> dict[str, Any]:
    """Return a comparison as one document.

    What is said of one arrangement does not depend on which others are compared, nor on their order;
    what compares two stands apart under ``differences``.
    """
    years = manifest["years"]
    return {
        "holdfast": "comparison/1",
        "wording": WORDING,
        "case": manifest["case"],
        "title": case.about.title,
        "as_of": {key: str(day) for key, day in case.about.as_of.model_dump().items()},
        "settlement": settlement_of(assessments[0].settlement),
        "manifest": manifest,
        "futures": futures.n,
        "years": years,
        "arrangements": [_arrangement(case, futures, one, years) for one in assessments],
        "differences": _differences(case, assessments),
        "orderings": {outcome: _ordering(assessments, outcome) for outcome in ORDERED},
        "limits": case.about.limits,
    }


def assessment_document(
    case: Case, futures: Futures, assessment: Assessment, manifest: dict[str, Any]
) -> dict[str, Any]:
    """Return one assessment in full as a document."""
    years, parties = manifest["years"], assessment.acceptance.parties
    war = if_refused(case, assessment.settlement, assessment.arrangement, futures)
    return {
        "holdfast": "assessment/1",
        "wording": WORDING,
        "case": manifest["case"],
        "title": case.about.title,
        "as_of": {key: str(day) for key, day in case.about.as_of.model_dump().items()},
        "settlement": settlement_of(assessment.settlement),
        "manifest": manifest,
        "futures": futures.n,
        "years": years,
        "arrangement": {
            **_arrangement(case, futures, assessment, years),
            "summary": assessment.arrangement.summary,
            "accepted_by": [
                {
                    "state": code,
                    "name": case.name_of(code),
                    "role": role_of(case, code),
                    **quantity_of(assessment.outcomes[f"accepted_by_{code}"]),
                }
                for code in parties
            ],
            "stakes": _stakes(case, assessment),
            "legal_basis": _legal_basis(case, assessment),
            "seen": quantity_of(assessment.outcomes["seen"]),
            "warning": quantity_of(assessment.outcomes["warning"]),
        },
        "war_goes_on": war_goes_on(parties, *war),
        "plan": _plan(case, assessment, years),
        "curves": _curves(assessment),
        "limits": case.about.limits,
    }


def settlement_of(settlement: Settlement) -> dict[str, Any]:
    """Return which settlement was asked about."""
    return {"name": settlement.name, "title": settlement.title}


def _arrangement(case: Case, futures: Futures, assessment: Assessment, years: int) -> dict[str, Any]:
    """Return what is said of one arrangement."""
    outcomes, words = assessment.outcomes, assessment.arrangement
    rests = reliance(outcomes[f"hold_overall_{_nearest_shown(years)}"], assessment.used, futures)
    return {
        "name": words.name,
        "title": words.title,
        "format": words.format,
        "authority": None if words.authority is None else case.bodies[words.authority].name,
        "accepted": {**quantity_of(outcomes["accepted"]), "barred_by": list(assessment.acceptance.barred_by)},
        "authorised": {**quantity_of(outcomes["authorised"]), "blockers": _blockers(case, assessment)},
        "filled": quantity_of(outcomes["filled"]),
        "persons": quantity_of(outcomes["persons"]),
        "attributed": quantity_of(outcomes["attributed"]),
        "response_days": quantity_of(outcomes["response_days"]),
        "hold_if_deployed": {
            str(year): quantity_of(outcomes[f"hold_if_deployed_{year}"]) for year in SHOWN_YEARS
        },
        "hold_overall": {str(year): quantity_of(outcomes[f"hold_overall_{year}"]) for year in SHOWN_YEARS},
        "causes": {cause: _cause(outcomes, cause) for cause in ("attack", "spiral", "creep")},
        "incidents": {key: quantity_of(outcomes[name]) for key, name in INCIDENTS.items()},
        "if_it_fails": {name: quantity_of(outcomes[name]) for name in IF_IT_FAILS},
        "eur_per_year": quantity_of(outcomes["eur_per_year"]),
        "principles": [bearing_of(one) for one in assessment.bearings],
        "notes": list(assessment.notes),
        "rests_on": {
            "estimates": rests.estimates,
            "judgement_of_count": rests.judgement_of_count,
            "judgement_of_spread": rests.judgement_of_spread,
            "leading": [
                {
                    "estimate": name,
                    "meaning": case.ledger[name].meaning,
                    "status": case.ledger[name].status,
                    "confidence": case.ledger[name].confidence,
                    "rank_correlation": correlation,
                }
                for name, correlation in rests.leading
            ],
        },
    }


def bearing_of(bearing: Bearing) -> dict[str, Any]:
    """Return a legal or moral question with the facts and figures that bear on it."""
    principle = bearing.principle
    return {
        "key": principle.key,
        "question": principle.question,
        "facts": principle.facts,
        "sources": list(principle.sources),
        "figures": [
            {
                "kind": fact.kind,
                "text": fact.text,
                "sources": list(fact.sources),
                "read_from": list(fact.read_from),
                "numbers": dict(fact.numbers),
                "states": list(fact.states),
            }
            for fact in bearing.facts
        ],
    }


def _nearest_shown(years: int) -> int:
    """Return the reported year nearest to the horizon asked for."""
    return min(SHOWN_YEARS, key=lambda year: (abs(year - years), year))


def _cause(outcomes: Any, cause: str) -> dict[str, Any]:  # noqa: ANN401 - a mapping of arrays
    """Return the chance of failing from a cause, and the part of it while a mission is there."""
    return {
        **quantity_of(outcomes[f"cause_{cause}"]),
        "mission_present": quantity_of(outcomes[f"cause_{cause}_mission_present"]),
    }


def _blockers(case: Case, assessment: Assessment) -> list[dict[str, Any]]:
    """Return whose change of mind alone would raise the chance of adoption most, in that order."""
    if assessment.authorisation is None:
        return []
    return [
        {"state": one.state, "name": case.name_of(one.state), "rise": one.rise, "change": one.change}
        for one in assessment.authorisation.blockers[:MOST_BLOCKERS]
    ]


def _legal_basis(case: Case, assessment: Assessment) -> dict[str, Any] | None:
    """Return the rule and legal basis of the authority."""
    if assessment.arrangement.authority is None:
        return None
    body = case.bodies[assessment.arrangement.authority]
    return {
        "body": body.name,
        "rule": body.rule.kind,
        "effect": body.effect,
        "legal_basis": body.legal_basis,
        "renewal_months": body.renewal_months,
        "sources": list(body.sources),
    }


def _differences(case: Case, assessments: Sequence[Assessment]) -> list[dict[str, Any]]:
    """Return each arrangement against the baseline, in the same futures."""
    by_name = {one.arrangement.name: one for one in assessments}
    base = by_name.get(case.about.baseline, assessments[0])
    outcomes = ("accepted", *_hold_columns(), "eur_per_year")
    return [
        {
            "arrangement": one.arrangement.name,
            "against": base.arrangement.name,
            "outcome": outcome,
            **dataclasses.asdict(difference(one.outcomes[outcome], base.outcomes[outcome])),
        }
        for one in assessments
        if one is not base
        for outcome in outcomes
    ]


def _ordering(assessments: Sequence[Assessment], outcome: str) -> list[dict[str, Any]]:
    """Return the arrangements by the mean of an outcome, least first, each against the one before it.

    Those under which it has no meaning are left out. ``share_higher`` and ``share_lower`` are shares of
    futures; null for the first.
    """
    told = [one for one in assessments if not np.isnan(one.outcomes[outcome]).any()]
    told.sort(
        key=lambda one: (round(float(np.mean(one.outcomes[outcome])), SAME_PLACE), one.arrangement.name)
    )
    found: list[dict[str, Any]] = []
    for place, one in enumerate(told):
        step = difference(one.outcomes[outcome], told[place - 1].outcomes[outcome]) if place else None
        found.append(
            {
                "arrangement": one.arrangement.name,
                "share_higher": None if step is None else step.share_higher,
                "share_lower": None if step is None else step.share_lower,
                "settled": None if step is None else step.settled,
            }
        )
    return found


def _stakes(case: Case, assessment: Assessment) -> list[dict[str, Any]]:
    """Return what each party weighs before it accepts, in stakes: 1 is the aims of the war."""
    return [
        {
            "state": code,
            "name": case.name_of(code),
            "role": role_of(case, code),
            "settlement": quantity_of(weighed.settlement_before_risk),
            "war": quantity_of(weighed.war),
            "attack_now": quantity_of(weighed.attack_now),
            "attack_ahead": quantity_of(weighed.attack_ahead),
        }
        for code, weighed in assessment.stakes.items()
    ]


def role_of(case: Case, code: str) -> str:
    """Return the role of a party: host or opponent."""
    return next(party.role for party in case.parties if party.state == code)


def _hold_columns() -> tuple[str, ...]:
    """Return the columns that say how long it holds."""
    return tuple(f"hold_{kind}_{year}" for kind in ("if_deployed", "overall") for year in SHOWN_YEARS)


def _plan(case: Case, assessment: Assessment, years: int) -> list[dict[str, Any]]:
    """Return the plan, phase by phase, with what each waits for and in how many futures it begins."""
    words = assessment.arrangement.phases
    return [
        {
            "name": phase.name,
            **_start(phase.starts),
            "begun_in_futures": _begun(case, assessment, place, years),
            **_phase(case, plan),
        }
        for place, (phase, plan) in enumerate(zip(words, assessment.phases, strict=True))
    ]


def _start(starts: Trigger) -> dict[str, Any]:
    """Return when a phase starts: so many months after the halt, or on a signal; the other is null."""
    signal = None
    if starts.signal is not None:
        signal = {"signal": starts.signal, "threshold": starts.threshold, "when": starts.when}
    return {"starts_months": starts.after_months, "starts_on": signal}


def _begun(case: Case, assessment: Assessment, place: int, years: int) -> float | None:
    """Return the share of futures in which a phase has begun within so many years, while it holds.

    Read off the rows of the course at the half-years that are kept: the arrangement's own phases, then
    those of its fallback, then all of them once more if a guarantee runs out.
    """
    if not assessment.settlement.terms.ceasefire:
        return None
    words, survival = assessment.arrangement, assessment.survival
    own = len(words.phases)
    rows = own + (0 if words.fallback is None else len(case.arrangements[words.fallback].phases))
    phase = survival.count("phase")[:, : survival.after(years) + 1] % rows
    return float(np.mean(np.any((phase >= place) & (phase < own), axis=1)))


def _phase(case: Case, phase: PhasePlan) -> dict[str, Any]:
    """Return what the stages say of one phase."""
    return {
        "tasks": []
        if phase.requirement is None
        else [
            {
                "task": task.task,
                "title": case.tasks[task.task].title,
                "domain": task.domain,
                "needed": quantity_of(task.needed),
                "planned": quantity_of(task.planned),
            }
            for task in phase.requirement.tasks
        ],
        "contributions": _contributions(case, phase),
        "shortfall": {}
        if phase.contributions is None
        else {name: quantity_of(short) for name, short in phase.contributions.shortfall.items()},
        "observation": {
            "seen": quantity_of(phase.coverage.seen),
            "located": quantity_of(phase.coverage.located),
            "attributed": quantity_of(phase.coverage.attributed),
            "warning": quantity_of(phase.coverage.warning("offensive").in_time),
            "warning_days": quantity_of(phase.coverage.warning("offensive").lead_days),
        },
        "ladder": {
            "notice_days": quantity_of(phase.ladder.notice_days),
            "attribute_days": quantity_of(phase.ladder.attribute_days),
            "response_days": quantity_of(_or_unknown(phase.ladder.days, phase.ladder.chance)),
            "chance_of_a_response": quantity_of(phase.ladder.chance),
        },
        "cost": {name: quantity_of(amount) for name, amount in phase.bill.lines.items()},
        "eur_per_year": {
            "in_all": quantity_of(phase.bill.total),
            "mission": quantity_of(phase.bill.mission),
            "support": quantity_of(phase.bill.total - phase.bill.mission),
        },
    }


def _or_unknown(values: Array | None, like: Array) -> Array:
    return np.full_like(like, np.nan) if values is None else values


def _contributions(case: Case, phase: PhasePlan) -> list[dict[str, Any]]:
    """Return who provides what, most first."""
    if phase.contributions is None:
        return []
    by_state: dict[str, list[Contribution]] = {}
    for one in phase.contributions.contributions:
        if float(np.max(one.persons)) > 0.0:
            by_state.setdefault(one.state, []).append(one)
    rows = [_contributor(case, state, given) for state, given in by_state.items()]
    return sorted(rows, key=lambda one: (-one["persons"]["mean"], one["state"]))


def _contributor(case: Case, state: str, given: Sequence[Contribution]) -> dict[str, Any]:
    """Return what one state provides."""
    position = case.states[state].position
    return {
        "state": state,
        "name": case.name_of(state),
        "persons": quantity_of(np.sum([one.persons for one in given], axis=0)),
        "capabilities": {one.capability: float(np.mean(one.persons)) for one in given},
        "position": position.text,
        "stated_on": str(position.stated_on or "not dated"),
        "may_be_stale": position.may_be_stale,
    }


def _curves(assessment: Assessment) -> list[dict[str, Any]]:
    """Return survival given that the arrangement is in force, every six months."""
    if not assessment.settlement.terms.ceasefire:
        return []
    survival = assessment.survival
    holds, with_mission = survival.column("holds"), survival.column("holds_with_mission")
    there = np.isin(survival.count("mission"), MISSION_IS_THERE)
    return [
        {
            "month": int(month),
            "holds": quantity_of(holds[:, place]),
            "mission_present": quantity_of(with_mission[:, place]),
            "mission_there_in_futures": float(np.mean(there[:, place])),
        }
        for place, month in enumerate(survival.months)
    ]
