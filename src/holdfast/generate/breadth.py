"""Breadth: from which regions, how many in effect, what more of it buys and costs (rules GP16 and GP17)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from holdfast.generate.plan import EFFORT_GAP, Model, Plan
from holdfast.generate.query import PlanQuery
from holdfast.program import FEASIBLE, Infeasible

MORE_STATES: Final = (3, 5, 10)
"""Floors that are tried: so many states more than take part."""
FEWER_STATES: Final = (3, 5)
"""The same with so many of the largest contributors alone."""
CAP: Final = 0.25
"""The largest share of the need that one state may have in the plan that spreads it."""
_ROOM: Final = 0.001


@dataclass(frozen=True, slots=True)
class Region:
    """What comes from one region: states, persons at a time (the mean of the tours), and their share."""

    name: str
    states: tuple[str, ...]
    persons: float
    share: float


@dataclass(frozen=True, slots=True)
class Spread:
    """How a plan is spread over states and regions.

    Attributes
    ----------
    regions : tuple of Region
        The one with most persons first.
    effective : float
        How many contributors of equal size would be as little concentrated: one over the sum of the squares
        of their shares; 0 where nobody is there.
    largest : tuple of (str, float)
        The state that sends most, and its share.
    """

    regions: tuple[Region, ...]
    effective: float
    largest: tuple[str, float]


@dataclass(frozen=True, slots=True)
class Variant:
    """The plan made again under one rule of breadth.

    Attributes
    ----------
    rule : str
        ``as it is``, ``largest N``, ``at least N`` or ``at most S``.
    number : float
        That N or S; 0 for the plan as it is.
    states, regions : int
    missing : int
        States that the floor lacks.
    shortfall : float, share of the need
    effort : float, persons at a time
    largest : tuple of (str, float)
    without_largest : float, share of the need
        What is short if the largest contributor stays away and nobody makes up for it.
    """

    rule: str
    number: float
    states: int
    regions: int
    missing: int
    shortfall: float
    effort: float
    largest: tuple[str, float]
    without_largest: float


@dataclass(frozen=True, slots=True)
class Untapped:
    """Who makes an offer that does not count, by what it lacks.

    ``alone`` are states that lack this and nothing else, ``also`` those that lack more besides.
    """

    lack: str
    alone: tuple[str, ...]
    also: tuple[str, ...]


def persons_of(plan: Plan) -> dict[str, float]:
    """Return persons by state, at a time, the mean of the tours."""
    found: dict[str, list[float]] = defaultdict(list)
    for one in plan.contingents:
        found[one.state].append(math.fsum(one.persons) / len(one.persons))
    return {state: math.fsum(parts) for state, parts in found.items()}


def spread_of(plan: Plan, regions: Mapping[str, str]) -> Spread:
    """Return how a plan is spread over states and regions (GP16).

    Raises
    ------
    ValueError
        If a state of the plan lies in no region.
    """
    sent = persons_of(plan)
    lost = sorted(set(sent) - set(regions))
    if lost:
        raise ValueError(f"no region is known of {', '.join(lost)}")
    whole = math.fsum(sent.values())
    members: dict[str, list[str]] = defaultdict(list)
    for state in sorted(sent, key=lambda one: (-sent[one], one)):
        members[regions[state]].append(state)
    found = [
        Region(name, tuple(states), persons, persons / whole)
        for name, states in members.items()
        if (persons := math.fsum(sent[state] for state in states)) > 0.0
    ]
    squares = math.fsum((one / whole) ** 2 for one in sent.values()) if whole else 0.0
    return Spread(
        tuple(sorted(found, key=lambda one: (-one.persons, one.name))),
        1.0 / squares if squares else 0.0,
        plan.largest,
    )


def untapped(query: PlanQuery) -> tuple[Untapped, ...]:
    """Return who could add to the breadth if something changed, by what is lacking; the most states first.

    Those with an offer that counts are left out, and so are single states that are not asked: they are
    ``joins`` together.
    """
    lacks: dict[str, list[frozenset[str]]] = defaultdict(list)
    for offer in query.offers:
        lacks[offer.state].append(frozenset(lack.partition(" ")[0] for lack in offer.lacks))
    fewest = {state: min(found, key=lambda one: (len(one), sorted(one))) for state, found in lacks.items()}
    names = sorted({lack for found in fewest.values() for lack in found})
    rows = [
        Untapped(
            name,
            tuple(sorted(state for state, found in fewest.items() if found == {name})),
            tuple(sorted(state for state, found in fewest.items() if name in found and len(found) > 1)),
        )
        for name in names
    ]
    return tuple(sorted(rows, key=lambda one: (-len(one.alone), -len(one.also), one.lack)))


def variants(query: PlanQuery, found: Plan, regions: Mapping[str, str]) -> tuple[Variant, ...]:
    """Return what breadth buys and costs: the plan made again with fewer states, more, and spread (GP17).

    All rows are made the same quick way: who takes part is whole, elements are split. They are to be
    compared with each other and not with a plan in whole elements. A floor that cannot be met ends the
    floors: a higher one would give the same plan.
    """
    sent = persons_of(found)
    if not sent or not query.needed:
        return ()
    order = sorted(sent, key=lambda state: (-sent[state], state))
    as_it_is = _variant("as it is", 0, query, regions)
    rows = []
    for number in FEWER_STATES:
        if number < as_it_is.states:
            some = tuple(offer for offer in query.offers if offer.state in order[:number])
            fewer = replace(query, offers=some, rules=replace(query.rules, breadth=0))
            rows.append(_variant("largest", number, fewer, regions))
    rows.append(as_it_is)
    for more in MORE_STATES:
        floor = max(as_it_is.states, query.rules.breadth) + more
        broad = replace(query, rules=replace(query.rules, breadth=floor))
        rows.append(_variant("at least", floor, broad, regions))
        if rows[-1].missing:
            break
    if query.rules.largest_share > CAP:
        spread = replace(query, rules=replace(query.rules, largest_share=CAP))
        rows.append(_variant("at most", CAP, spread, regions))
    return tuple(rows)


def _variant(rule: str, number: float, query: PlanQuery, regions: Mapping[str, str]) -> Variant:
    made = quick_plan(query)
    states = {one.state for one in made.contingents}
    return Variant(
        rule=rule,
        number=number,
        states=len(states),
        regions=len(Counter(regions[state] for state in states)),
        missing=round(made.missing_states),
        shortfall=made.shortfall,
        effort=made.effort / query.periods,
        largest=made.largest,
        without_largest=short_without(made, made.largest[0]),
    )


def short_without(plan: Plan, state: str) -> float:
    """Return the share of the need that is short if one state stays away and nobody makes up for it."""
    if not plan.total_needed:
        return 0.0
    given: dict[str, list[float]] = {name: [0.0] * len(needed) for name, needed in plan.needed.items()}
    for one in plan.contingents:
        if one.state != state:
            for tour, persons in enumerate(one.persons):
                given[one.capability][tour] += persons
    short = (
        max(persons - there, 0.0)
        for name, needed in plan.needed.items()
        for persons, there in zip(needed, given[name], strict=True)
    )
    return math.fsum(short) / plan.total_needed


def quick_plan(query: PlanQuery) -> Plan:
    """Return a plan in which states take part or do not, and elements may be split (GP17).

    The linear plan would satisfy a floor by fractions: three states that take part by a third each count as
    one there. Here a state that counts sends its least contingent at least.
    """
    model = Model(query)
    if not query.needed or not model.sent:
        return model.plan(provisional=True)
    program, needed, fillable = model.program, query.needed, model.fillable()
    who = np.concatenate([*model.there.values(), *model.part.values()])
    first = best = program.minimise(model.shortfall(), relaxed=True, whole=who, gap=query.gap * fillable)
    goals = (model.shortfall(), model.effort())
    for goal, after in zip(goals, (goals[1], model.concentration()), strict=True):
        least_effort = best.bound if goal is goals[-1] else 0.0
        program.hold(("held",), goal, float(goal @ best.values) + _ROOM * fillable + FEASIBLE * needed)
        try:
            best = program.minimise(after, relaxed=True, whole=who, gap=EFFORT_GAP * fillable)
        except Infeasible:
            break  # rounding left no room: what was found stands
    short, effort = (float(goal @ best.values) for goal in (model.shortfall(), model.effort()))
    gaps = (short - first.bound) / needed, (effort - least_effort) / needed
    return model.written(best, provisional=True, gaps=gaps)
