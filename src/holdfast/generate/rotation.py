"""The rotation chart: who is in the field in which tour, what that binds, who relieves whom (rule GP15)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Final

from holdfast.generate.organisation import CIVILIANS
from holdfast.generate.plan import Plan
from holdfast.generate.query import PlanQuery

SURGES, PAUSES, STEADY = "surges", "pauses", ""
"""What a state does in a tour: sends more than it can sustain, sends nobody, or neither."""
_SLACK: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Turn:
    """A contingent over the tours: elements in the field, and those that it binds in all.

    ``ratio`` is how many units it takes to keep one in the field; None for civilians, who are relieved one
    by one and have no units at home.
    """

    state: str
    capability: str
    elements: tuple[float, ...]
    persons: tuple[float, ...]
    ratio: float | None

    @property
    def bound(self) -> int | None:
        """Elements bound in all: those in the field, at the mean of the tours, times the ratio."""
        if self.ratio is None:
            return None
        mean = math.fsum(self.elements) / len(self.elements)
        return math.ceil(max(mean * self.ratio, *self.elements) - _SLACK)

    @property
    def persons_bound(self) -> float:
        """Persons bound in all, as :attr:`bound` but unrounded; nought for civilians."""
        return 0.0 if self.ratio is None else math.fsum(self.persons) / len(self.persons) * self.ratio


@dataclass(frozen=True, slots=True)
class Roster:
    """A state over the tours.

    Attributes
    ----------
    state : str
    persons : tuple of float
        In each tour.
    sustains : float
        Persons that it can keep in the field at a time: its offers that count.
    marks : tuple of str
        Of each tour :data:`SURGES`, :data:`PAUSES` or :data:`STEADY`.
    ratio : float or None
    bound : float or None
        Persons that it binds in all: troops in the field at the mean of the tours, times the ratio; None if
        it sends no troops.
    """

    state: str
    persons: tuple[float, ...]
    sustains: float
    marks: tuple[str, ...]
    ratio: float | None
    bound: float | None


@dataclass(frozen=True, slots=True)
class Relief:
    """What changes in one capability as a tour begins: who goes and who comes, in elements.

    ``persons`` are those who go and come.
    """

    tour: int
    capability: str
    persons: float
    goes: Mapping[str, float]
    comes: Mapping[str, float]


def turns_of(plan: Plan, query: PlanQuery, ratios: Mapping[str, float]) -> tuple[Turn, ...]:
    """Return every contingent with what it binds; ``ratios`` are those of states whose practice is known."""
    civil = {need.capability for need in query.needs if need.domains == CIVILIANS}
    found = []
    for one in plan.contingents:
        ratio = None if one.capability in civil else ratios.get(one.state, query.rules.rotation)
        found.append(Turn(one.state, one.capability, one.elements, one.persons, ratio))
    return tuple(found)


def rosters_of(plan: Plan, query: PlanQuery, ratios: Mapping[str, float]) -> tuple[Roster, ...]:
    """Return the states of a plan over the tours, those with most persons first."""
    domains = {need.capability: frozenset(need.domains) for need in query.needs}
    offered: dict[str, dict[str, float]] = defaultdict(dict)
    for offer in query.offers:
        if any(set(offer.lacking(tour)) <= set(plan.changes) for tour in range(query.periods)):
            offered[offer.state][offer.domain] = offer.persons
    sent: dict[str, list[Turn]] = defaultdict(list)
    for turn in turns_of(plan, query, ratios):
        sent[turn.state].append(turn)
    found = []
    for state, turns in sent.items():
        offers = offered[state]
        useful = {domain for domain in offers if any(domain in domains[one.capability] for one in turns)}
        persons = tuple(math.fsum(column) for column in zip(*(one.persons for one in turns), strict=True))
        troops = [one for one in turns if one.ratio is not None]
        found.append(
            Roster(
                state,
                persons,
                math.fsum(offers[domain] for domain in sorted(useful)),
                tuple(
                    _mark(offers, [(domains[one.capability], one.persons[tour]) for one in turns])
                    for tour in range(len(persons))
                ),
                troops[0].ratio if troops else None,
                math.fsum(one.persons_bound for one in troops) if troops else None,
            )
        )
    return tuple(sorted(found, key=lambda one: (-max(one.persons), -math.fsum(one.persons), one.state)))


def _mark(offers: Mapping[str, float], sent: list[tuple[frozenset[str], float]]) -> str:
    """Return what a state does in a tour.

    It surges if what it sends cannot be spread over its offers, each at what it sustains: if for some set of
    domains more is sent that can come from no other than the offers in them (Hall's theorem).
    """
    if not any(persons for _, persons in sent):
        return PAUSES
    for some in _subsets(sorted(offers)):
        needs_these = math.fsum(persons for could, persons in sent if could & set(offers) <= some)
        if needs_these > math.fsum(offers[domain] for domain in sorted(some)) + _SLACK:
            return SURGES
    return STEADY


def _subsets(names: list[str]) -> Iterator[frozenset[str]]:
    return map(frozenset, chain.from_iterable(combinations(names, size + 1) for size in range(len(names))))


def reliefs_of(plan: Plan) -> tuple[Relief, ...]:
    """Return who goes and who comes as each tour but the first begins, the largest changes first."""
    periods = len(next(iter(plan.needed.values()), ()))
    found = []
    for tour in range(1, periods):
        for capability in sorted(plan.needed):
            own = [one for one in plan.contingents if one.capability == capability]
            moved = {one.state: one.elements[tour] - one.elements[tour - 1] for one in own}
            goes = {state: -by for state, by in moved.items() if by < 0.0}
            comes = {state: by for state, by in moved.items() if by > 0.0}
            persons = math.fsum(abs(one.persons[tour] - one.persons[tour - 1]) for one in own)
            if goes or comes:
                found.append(Relief(tour, capability, persons, _largest(goes), _largest(comes)))
    return tuple(sorted(found, key=lambda one: (one.tour, -one.persons, one.capability)))


def _largest(by: Mapping[str, float]) -> dict[str, float]:
    return {state: by[state] for state in sorted(by, key=lambda state: (-by[state], state))}
