"""Who would make up a mission, as a JSON-ready document: plan, contributors, what binds, what closes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.evaluate import (
    Change,
    Closer,
    Composition,
    Contingent,
    Contribution,
    Contributions,
    Plan,
    Posed,
    Reserve,
)
from holdfast.futures import Futures
from holdfast.runs.conditions import CONDITIONS, worded_condition
from holdfast.runs.document import WORDING, settlement_of
from holdfast.runs.quantities import quantity_of
from holdfast.runs.staff import staff_block

Array = NDArray[np.float64]

LEAST_FUTURES: Final = 16


def composition_document(
    case: Case, futures: Futures, composition: Composition, manifest: dict[str, Any]
) -> dict[str, Any]:
    """Return who would make up the missions of an arrangement, as one document."""
    words = composition.arrangement
    return {
        "holdfast": "composition/1",
        "wording": WORDING,
        "case": manifest["case"],
        "title": case.about.title,
        "as_of": {key: str(day) for key, day in case.about.as_of.model_dump().items()},
        "settlement": settlement_of(composition.settlement),
        "manifest": manifest,
        "futures": futures.n,
        "arrangement": {
            "name": words.name,
            "title": words.title,
            "summary": words.summary,
            "authority": words.authority,
            "lead": next((phase.mission.lead for phase in words.phases if phase.mission is not None), None),
        },
        "asked": {
            "without": sorted(composition.wishes.without),
            "with": sorted(composition.wishes.with_states),
            "waived": sorted(composition.wishes.waived),
            "breadth": composition.wishes.breadth,
            "largest_share": composition.wishes.largest_share,
        },
        "generate": generate_block(case, composition),
        "staff": staff_block(case, futures, composition),
        "limits": case.about.limits,
    }


def generate_block(case: Case, composition: Composition) -> dict[str, Any]:
    """Return what is told of force generation in every document."""
    arrived, plan = composition.arrived, composition.plan
    return {
        "persons": None if arrived is None else quantity_of(_whole(arrived)),
        "shortfall": None if arrived is None else quantity_of(1.0 - arrived.filled),
        "presence": _presence(composition),
        "plan": _plan(case, composition.posed, plan),
        "contributors": _contributors(case, composition),
        "binding": [_change(case, one, composition.posed) for one in composition.explanation.binding],
        "closers": [_closer(case, one) for one in composition.explanation.closers],
        "dependence": [
            {"state": state, "name": case.name_of(state), "more_short": more}
            for state, more in composition.dependence
        ],
        "robust": None if composition.reserve is None else _reserve(case, composition.reserve),
    }


def _whole(arrived: Contributions) -> Array:
    """Return all who arrive, per future."""
    return np.asarray(np.sum(list(arrived.delivered.values()), axis=0), dtype=np.float64)


def _presence(composition: Composition) -> list[dict[str, Any]] | None:
    """Return who of those who arrive is there in which week; None without a mission."""
    found = composition.presence
    if found is None:
        return None
    middle = found.quantiles()[0][1]
    return [
        {
            "week": week,
            "persons": quantity_of(found.persons[place]),
            "median": float(middle[place]),
            "by_role": {role: float(np.mean(there[place])) for role, there in found.by_role.items()},
        }
        for place, week in enumerate(found.weeks)
    ]


def _plan(case: Case, posed: Posed, plan: Plan) -> dict[str, Any]:
    """Return the plan on paper: what everybody who is asked would give if all came."""
    sent = _by_capability(plan.contingents)
    periods = posed.query.periods
    return {
        "periods": [
            {"from_month": first, "to_month": last, "phase": phase}
            for (first, last), phase in zip(posed.months, posed.phases, strict=True)
        ],
        "persons_needed": [sum(one[k] for one in plan.needed.values()) for k in range(periods)],
        "persons_sent": [sum(one[k] for one in sent.values()) for k in range(periods)],
        "shortfall": plan.shortfall,
        "gap": plan.gap,
        "effort_gap": plan.effort_gap,
        "provisional": plan.provisional,
        "effort": plan.effort,
        "states": len({one.state for one in plan.contingents}),
        "missing_states": plan.missing_states,
        "largest": None
        if not plan.largest[0]
        else {
            "state": plan.largest[0],
            "name": case.name_of(plan.largest[0]),
            "share": plan.largest[1],
        },
        "rules": {
            "minimum_contingent": posed.query.rules.minimum,
            "fixed_effort": posed.query.rules.fixed_effort,
            "rotation": posed.query.rules.rotation,
            "surge": posed.query.rules.surge,
            "alternates": posed.query.rules.alternates,
            "breadth": posed.query.rules.breadth,
            "largest_share": posed.query.rules.largest_share,
            "airlift_loads": posed.query.rules.first_loads,
        },
        "capabilities": [
            {
                "capability": name,
                "title": case.capabilities[name].title,
                "place": case.capabilities[name].place,
                "role": case.capabilities[name].role,
                "scarce": case.capabilities[name].scarce,
                "element": case.capabilities[name].element,
                "persons_in_element": case.capabilities[name].persons.mode,
                "needed": list(needed),
                "sent": list(sent.get(name, (0.0,) * periods)),
                "short": list(plan.short[name]),
            }
            for name, needed in plan.needed.items()
        ],
    }


def _by_capability(contingents: Sequence[Contingent]) -> dict[str, tuple[float, ...]]:
    """Return persons sent by capability and period."""
    sent: dict[str, tuple[float, ...]] = {}
    for one in contingents:
        before = sent.get(one.capability, (0.0,) * len(one.persons))
        sent[one.capability] = tuple(a + b for a, b in zip(before, one.persons, strict=True))
    return sent


def _contributors(case: Case, composition: Composition) -> list[dict[str, Any]]:
    """Return who is in the plan or would arrive, those with most in the plan first."""
    planned: dict[str, list[Contingent]] = {}
    for one in composition.plan.contingents:
        planned.setdefault(one.state, []).append(one)
    given: dict[str, list[Contribution]] = {}
    if composition.arrived is not None:
        for part in composition.arrived.contributions:
            if float(np.max(part.persons)) > 0.0:
                given.setdefault(part.state, []).append(part)
    rows = [
        _contributor(case, composition, state, planned.get(state, []), given.get(state, []))
        for state in sorted({*planned, *given})
    ]
    return sorted(rows, key=lambda row: (-row["persons"], -row["arrives"]["mean"], row["state"]))


def _contributor(
    case: Case,
    composition: Composition,
    state: str,
    planned: Sequence[Contingent],
    given: Sequence[Contribution],
) -> dict[str, Any]:
    """Return what one state is asked for, and what of it arrives."""
    position = case.states[state].position
    totals = [sum(one.persons[k] for one in planned) for k in range(composition.posed.query.periods)]
    arrived = composition.arrived
    nobody = np.zeros(LEAST_FUTURES if arrived is None else len(arrived.filled))
    arrives = np.sum([nobody, *(one.persons for one in given)], axis=0)
    return {
        "state": state,
        "name": case.name_of(state),
        "persons": max(totals, default=0.0),
        "by_period": totals,
        "arrives": quantity_of(arrives),
        "chance": 0.0 if arrived is None else float(np.mean(arrived.approves.get(state, nobody))),
        "capabilities": {
            one.capability: {"elements": list(one.elements), "persons": list(one.persons)} for one in planned
        },
        "assumes": [worded_condition(case, name) for name in composition.posed.assumed.get(state, ())],
        "groups": list(case.states[state].groups),
        "stance": position.stance,
        "position": position.text,
        "stated_on": str(position.stated_on or "not dated"),
        "may_be_stale": position.may_be_stale,
        "approval": case.states[state].approval,
    }


def _change(case: Case, change: Change, posed: Posed) -> dict[str, Any]:
    """Return a single change with what it is worth, persons at a time."""
    persons = change.persons / max(len(posed.fullest), 1)
    return {"change": change.name, "words": worded(case, change.name), "persons": persons}


def _closer(case: Case, closer: Closer) -> dict[str, Any]:
    """Return a set of changes and what stays short once they are made."""
    return {
        "changes": [{"change": name, "words": worded(case, name)} for name in closer.changes],
        "shortfall": closer.plan.shortfall,
        "closes": closer.closes,
        "gap": closer.plan.gap,
    }


def worded(case: Case, change: str) -> str:
    """Return a change in words."""
    kind, _, rest = change.partition(" ")
    if change in CONDITIONS:
        return f"those who ask that {worded_condition(case, change)} come without it, or it is met"
    if kind == "joins":
        return f"{case.named(rest)} joins"
    if kind == "pledge":
        return f"{case.named(rest)} frees what it has pledged to other plans"
    if kind == "enabler":
        return f"somebody brings what lacks of {case.capabilities[rest].title.lower()}"
    return _OTHERS[change]


_OTHERS: Final = {
    "rotation": "all keep one unit fewer at home for each in the field",
    "largest share": "one state may provide more than its share",
    "airlift": "more heavy airlift is found for the first tour",
}


def _reserve(case: Case, reserve: Reserve) -> dict[str, Any]:
    """Return the robust plan beside the nominal."""
    sent: dict[str, float] = {}
    for one in reserve.plan.contingents:
        sent[one.state] = sent.get(one.state, 0.0) + max(one.persons)
    return {
        "shortfall_in_worst_tenth": reserve.worst,
        "nominal_shortfall_in_worst_tenth": reserve.nominal_worst,
        "persons_asked": sum(sent.values()),
        "gap": reserve.plan.gap,
        "contributors": [
            {"state": state, "name": case.name_of(state), "persons": persons}
            for state, persons in sorted(sent.items(), key=lambda one: (-one[1], one[0]))
        ],
    }


def composition_rows(document: Mapping[str, Any]) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
    """Return the contingents of a document as a table: a row for each state, capability and tour."""
    header = ("state", "name", "capability", "from_month", "to_month", "elements", "persons")
    periods = document["generate"]["plan"]["periods"]
    return header, [
        (one["state"], one["name"], name, tour["from_month"], tour["to_month"], elements, persons)
        for one in document["generate"]["contributors"]
        for name, sent in one["capabilities"].items()
        for tour, elements, persons in zip(periods, sent["elements"], sent["persons"], strict=True)
        if elements
    ]
