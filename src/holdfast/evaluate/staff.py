"""The plan as staffs write it, for an arrangement of a case (rules GP12 to GP17)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from holdfast.case import Case
from holdfast.evaluate.composition import Composition
from holdfast.evaluate.question import Question
from holdfast.futures import Futures
from holdfast.generate import (
    Headquarters,
    Lead,
    Organisation,
    Relief,
    Roster,
    Spans,
    Spread,
    Turn,
    Untapped,
    Variant,
    fullest_tour,
    headquarters_of,
    lead_of,
    organised,
    reliefs_of,
    rosters_of,
    spread_of,
    turns_of,
    untapped,
    variants,
)
from holdfast.vocabulary.arrangement import Mission

LEVELS = ("brigade", "division", "corps")
_BOUND_TO = 1_000
"""A state that cannot serve without another is bound to it more than by any number of groups."""


@dataclass(frozen=True, slots=True, eq=False)
class Staff:
    """The plan as staffs write it.

    Attributes
    ----------
    lead : Lead
    organisation : Organisation
        Formations, components and headquarters in the fullest tour.
    headquarters : Headquarters
        Persons for them in that tour.
    turns : tuple of Turn
    rosters : tuple of Roster
    reliefs : tuple of Relief
    spread : Spread
    variants : tuple of Variant
        The plan made again with more breadth, and with less.
    untapped : tuple of Untapped
    frontage, hub_frontage : float, km
        What a battalion between the sides, and a hub of monitors, has watched.
    spans : Spans
    """

    lead: Lead
    organisation: Organisation
    headquarters: Headquarters
    turns: tuple[Turn, ...]
    rosters: tuple[Roster, ...]
    reliefs: tuple[Relief, ...]
    spread: Spread
    variants: tuple[Variant, ...]
    untapped: tuple[Untapped, ...]
    frontage: float
    hub_frontage: float
    spans: Spans


def staff_of(case: Case, futures: Futures, composition: Composition) -> Staff:
    """Return the plan of a composition as staffs write it, all estimates at the centre."""
    question = Question(case, composition.settlement, composition.arrangement, futures)
    plan, query = composition.plan, composition.posed.query
    catalogue = case.capabilities
    spans = Spans(
        companies=question.central("generate.span.companies"),
        battalions=question.central("generate.span.battalions"),
        brigades=question.central("generate.span.brigades"),
        staff={level: question.central(f"generate.staff.{level}") for level in LEVELS},
        hub=question.central("generate.hub.persons"),
    )
    known = {code: state.rotation for code, state in case.states.items() if state.rotation is not None}
    ratios = {code: rotation.units_per_unit for code, rotation in known.items()}
    mission = mission_in(composition, fullest_tour(plan))
    found = organised(
        plan,
        catalogue,
        spans,
        question.central(case.theatre.line_km),
        on_the_line=mission is not None and mission.mandate.area == "line",
        bonds=_bonds(case, composition),
    )
    return Staff(
        lead=lead_of(plan, catalogue),
        organisation=found,
        headquarters=headquarters_of(plan, catalogue, found.tour),
        turns=turns_of(plan, query, ratios),
        rosters=rosters_of(plan, query, ratios),
        reliefs=reliefs_of(plan),
        spread=spread_of(plan, case.regions),
        variants=variants(query.only(composition.posed.fullest), plan, case.regions),
        untapped=untapped(query),
        frontage=question.central("generate.frontage"),
        hub_frontage=question.central("generate.hub.frontage"),
        spans=spans,
    )


def mission_in(composition: Composition, tour: int) -> Mission | None:
    """Return the mission in force in a tour."""
    phases = {phase.name: phase.mission for phase in composition.arrangement.phases}
    names = composition.posed.phases
    return phases[names[tour]] if tour < len(names) else None


def _bonds(case: Case, composition: Composition) -> Callable[[str, str], int]:
    """Return how much binds a state to serve with another: that it cannot without it, then shared groups.

    Groups that all of the plan are in bind nobody to anybody more than to others.
    """
    states = {one.state for one in composition.plan.contingents}
    groups = {code: frozenset(case.states[code].groups) for code in states}
    shared = frozenset.intersection(*groups.values()) if groups else frozenset()
    needs = {(offer.state, offer.only_with) for offer in composition.posed.query.offers}

    def bonds(state: str, lead: str) -> int:
        common = len((groups[state] & groups[lead]) - shared)
        return _BOUND_TO + common if (state, lead) in needs else common

    return bonds
