"""The plan as staffs write it, as a part of the composition document (rules GP12 to GP17)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from holdfast.case import Case
from holdfast.evaluate import (
    COMPONENTS,
    Composition,
    Formation,
    Part,
    Staff,
    by_state,
    mission_in,
    staff_of,
)
from holdfast.futures import Futures
from holdfast.runs.conditions import worded_condition

TITLES: Final = {
    "formations": "Formations",
    "force_troops": "Troops of the whole force: air defence and long-range fires",
    "monitoring": "Unarmed monitors on the line, teams mixed",
    "observation": "Observers, liaison, police and drones",
    "support": "Support",
    "headquarters": "Headquarters",
    "training": "Training",
    "air": "Air",
    "sea": "Sea",
}
"""Components, in words."""
JOINS: Final = "joins"
"""What those lack whom the design does not ask."""
A_BRIGADE: Final = 3.0
"""Battalions from which troops behind the line are called a brigade: the least that one has (GP13)."""
CAUTION: Final = (
    "Which of its troops a state turns into headquarters, signals or infantry is the plan's choice within "
    "what that state offers, and no statement of its own; other plans are as good."
)


def staff_block(case: Case, futures: Futures, composition: Composition) -> dict[str, Any]:
    """Return lead nation, formations, headquarters, rotation, regions and breadth of a plan."""
    found = staff_of(case, futures, composition)
    return {
        "tours": [_tour(composition, tour) for tour in range(composition.posed.query.periods)],
        "tour": _tour(composition, found.organisation.tour),
        "persons": found.organisation.persons,
        "lead": _lead(case, composition, found),
        "formations": _formations(case, found),
        "hubs": _hubs(found),
        "components": _components(case, found),
        "headquarters": _headquarters(case, found),
        "rotation": _rotation(case, composition, found),
        "regions": _regions(case, found),
        "breadth": _breadth(case, found),
        "caution": CAUTION,
    }


def _tour(composition: Composition, tour: int) -> dict[str, int] | None:
    """Return the months of a tour; null where nothing is planned."""
    if tour >= composition.posed.query.periods:
        return None
    first, last = composition.posed.months[tour]
    return {"from_month": first, "to_month": last}


def _named(case: Case, state: str) -> dict[str, str]:
    return {"state": state, "name": case.name_of(state)}


def _sent_by(case: Case, persons: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return states with their persons, the largest first."""
    order = sorted(persons, key=lambda state: (-persons[state], state))
    return [{**_named(case, state), "persons": persons[state]} for state in order]


# --- Lead ----------------------------------------------------------------------------------------------


def _lead(case: Case, composition: Composition, found: Staff) -> dict[str, Any]:
    """Return what the design says of who leads, and who the plan points to (GP12)."""
    mission = mission_in(composition, found.organisation.tour)
    lead = found.lead
    return {
        "design": None if mission is None else mission.lead,
        "state": lead.state or None,
        "name": case.name_of(lead.state) if lead.state else None,
        "why": _why(case, composition, found),
        "reason": lead.reason,
        "land_persons": lead.persons,
        "headquarters_persons": lead.headquarters,
        "signals_persons": lead.signals,
        "tours": [_tour(composition, tour) for tour in lead.tours],
    }


def _why(case: Case, composition: Composition, found: Staff) -> str:
    """Return in words why the plan points to a state, or to nobody."""
    lead = found.lead
    most = case.name_of(lead.most) if lead.most else ""
    authority = case.bodies.get(composition.arrangement.authority or "")
    words = {
        "no_mission": "there is no mission to lead",
        "no_troops": "nobody sends troops on land",
        "body": "monitors serve under the body that sends them"
        + ("" if authority is None else f" ({authority.name})")
        + ", and no nation leads",
        "no_headquarters": f"no state of the plan sends a headquarters; {most} sends most on land",
        "too_few": f"those who send a headquarters send less than a tenth of all on land; {most} sends most",
        "both": "of those who send headquarters and signals, and a tenth of all on land, it sends most there",
        "headquarters": "of those who send headquarters, and a tenth of all on land, it sends most there; "
        "none of them sends signals too",
    }
    said = words[lead.reason]
    if lead.state and lead.most != lead.state:
        said += f" ({most} sends more, and no headquarters)" if _no_staff(found, lead.most) else ""
    if lead.state and len(lead.tours) < composition.posed.query.periods:
        said += "; it is not there in every tour, and who leads in the others is open"
    return said


def _no_staff(found: Staff, state: str) -> bool:
    """Return whether a state sends nobody for headquarters in any tour."""
    return not any(turn.state == state and turn.capability == "headquarters" for turn in found.turns)


# --- Formations ------------------------------------------------------------------------------------------


def _formations(case: Case, found: Staff) -> dict[str, Any]:
    """Return the sectors or brigades, each with who leads and who joins (GP13)."""
    units, companies = found.organisation.formations, found.spans.companies
    kind = _kind(found)
    return {
        "kind": kind,
        "number": len(units),
        "km_each": units[0].km if units else None,
        "battalions_each": found.spans.battalions,
        "companies_in_battalion": companies,
        "frontage_of_battalion": found.frontage if units and units[0].km is not None else None,
        "list": [
            {
                "name": f"{kind} {place}" if len(units) > 1 else kind,
                "lead": _named(case, unit.lead),
                "persons": unit.persons,
                "battalions": unit.companies / companies,
                "km": unit.km,
                "km_per_battalion": None if unit.km is None else unit.km * companies / unit.companies,
                "states": _members(case, unit),
            }
            for place, unit in enumerate(units, start=1)
        ],
    }


def _kind(found: Staff) -> str:
    """Return what formations are called: sectors on the line, brigades behind it, or less than one."""
    units = found.organisation.formations
    if not units:
        return "none"
    if units[0].km is not None:
        return "sector"
    battalions = min(unit.companies for unit in units) / found.spans.companies
    return "brigade" if len(units) > 1 or battalions >= A_BRIGADE else "battalion group"


def _members(case: Case, unit: Formation) -> list[dict[str, Any]]:
    """Return who is in a formation, the lead first."""
    return [_holder(case, state, persons, unit.parts) for state, persons in unit.states()]


def _holders(case: Case, parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Return who is in a component, the largest first."""
    persons = by_state(parts)
    order = sorted(persons, key=lambda state: (-persons[state], state))
    return [_holder(case, state, persons[state], parts) for state in order]


def _holder(case: Case, state: str, persons: float, parts: Sequence[Part]) -> dict[str, Any]:
    """Return a state with its persons, and with what of which capability."""
    return {
        **_named(case, state),
        "persons": persons,
        "capabilities": {
            part.capability: {"elements": part.elements, "persons": part.persons}
            for part in parts
            if part.state == state
        },
    }


def _hubs(found: Staff) -> dict[str, Any] | None:
    """Return the bases of unarmed monitors; null without any."""
    hubs = found.organisation.hubs
    if hubs is None:
        return None
    return {
        "number": hubs.number,
        "persons_each": hubs.persons,
        "km_each": hubs.km,
        "frontage_of_hub": found.hub_frontage,
    }


def _components(case: Case, found: Staff) -> list[dict[str, Any]]:
    """Return what is in no formation, by component."""
    components = found.organisation.components
    return [
        {
            "component": name,
            "title": TITLES[name],
            "persons": sum(part.persons for part in parts),
            "states": _holders(case, parts),
            "capabilities": _capabilities(parts),
        }
        for name in COMPONENTS
        if (parts := components.get(name, ()))
    ]


def _capabilities(parts: Iterable[Part]) -> dict[str, float]:
    """Return persons by capability, the largest first."""
    found: dict[str, float] = {}
    for part in parts:
        found[part.capability] = found.get(part.capability, 0.0) + part.persons
    return {name: found[name] for name in sorted(found, key=lambda one: (-found[one], one))}


# --- Headquarters and rotation ---------------------------------------------------------------------------


def _headquarters(case: Case, found: Staff) -> dict[str, Any]:
    """Return who mans the headquarters, what so many formations ask for, and what is missing (GP14)."""
    staff, levels = found.headquarters, found.organisation.levels
    asked = sum(level.number * level.persons for level in levels)
    return {
        "needed": staff.needed,
        "sent": staff.sent,
        "short": staff.short,
        "states": _sent_by(case, staff.states),
        "levels": [
            {"level": level.name, "number": level.number, "persons_each": level.persons} for level in levels
        ],
        "formations_ask": asked,
        "formations_lack": max(asked - staff.sent, 0.0),
    }


def _rotation(case: Case, composition: Composition, found: Staff) -> dict[str, Any]:
    """Return who is in the field in which tour, what it binds, and who relieves whom (GP15)."""
    return {
        "states": [
            {
                **_named(case, one.state),
                "persons": list(one.persons),
                "sustains": one.sustains,
                "marks": list(one.marks),
                "units_per_unit": one.ratio,
                "persons_bound": one.bound,
            }
            for one in found.rosters
        ],
        "contingents": [
            {
                **_named(case, one.state),
                "capability": one.capability,
                "elements": list(one.elements),
                "persons": list(one.persons),
                "units_per_unit": one.ratio,
                "elements_bound": one.bound,
            }
            for one in found.turns
        ],
        "reliefs": [
            {
                "month": composition.posed.months[one.tour][0],
                "capability": one.capability,
                "persons": one.persons,
                "goes": _moved(case, one.goes),
                "comes": _moved(case, one.comes),
            }
            for one in found.reliefs
        ],
        "tours_alternate": len(set(composition.posed.phases)) == 1 and composition.posed.query.periods > 1,
    }


def _moved(case: Case, elements: Mapping[str, float]) -> list[dict[str, Any]]:
    return [{**_named(case, state), "elements": number} for state, number in elements.items()]


# --- Breadth -----------------------------------------------------------------------------------------------


def _regions(case: Case, found: Staff) -> dict[str, Any]:
    """Return from which regions the plan comes, and how concentrated it is (GP16)."""
    spread = found.spread
    state, share = spread.largest
    return {
        "list": [
            {
                "region": one.name,
                "states": [_named(case, code) for code in one.states],
                "persons": one.persons,
                "share": one.share,
            }
            for one in spread.regions
        ],
        "effective_contributors": spread.effective,
        "largest": {**_named(case, state), "share": share} if state else None,
        "standard": "M49",
    }


def _breadth(case: Case, found: Staff) -> dict[str, Any]:
    """Return what breadth buys and costs, and who could add to it (GP17)."""
    return {
        "rows": [
            {
                "rule": one.rule,
                "number": one.number,
                "states": one.states,
                "missing_states": one.missing,
                "regions": one.regions,
                "shortfall": one.shortfall,
                "effort": one.effort,
                "largest": {**_named(case, one.largest[0]), "share": one.largest[1]}
                if one.largest[0]
                else None,
                "short_without_largest": one.without_largest,
            }
            for one in found.variants
        ],
        "untapped": [
            {
                "lack": one.lack,
                "words": _lacking(case, one.lack),
                "states": [_named(case, code) for code in one.alone],
                "with_more_lacking": [_named(case, code) for code in one.also],
            }
            for one in found.untapped
        ],
    }


def _lacking(case: Case, lack: str) -> str:
    """Return in words what keeps an offer from counting."""
    return "they are asked" if lack == JOINS else worded_condition(case, lack)
