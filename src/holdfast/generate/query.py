"""What is planned: needs by capability and period, who offers what on which conditions, and the rules."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

STATE_JOINS: Final = "joins"
"""First part of the name of a change by which a state that was not asked comes in."""


@dataclass(frozen=True, slots=True)
class Need:
    """What is needed of one capability.

    Attributes
    ----------
    capability : str
    domains : tuple of str
        Kinds of offer that it may be taken from.
    element : float
        Persons in one element, the least unit that a state sends.
    persons : tuple of float
        Needed in each period.
    scarce : bool
        Whether only states that hold it can send it.
    loads : float
        Loads of a heavy transport aircraft that one element takes.
    """

    capability: str
    domains: tuple[str, ...]
    element: float
    persons: tuple[float, ...]
    scarce: bool = False
    loads: float = 0.0


@dataclass(frozen=True, slots=True)
class StandingOffer:
    """Persons in one domain that a state could keep in the field.

    Attributes
    ----------
    state, domain : str
    persons : float
        At a time, sustained.
    lacks : tuple of str
        Conditions that are not met, or what else would have to change, before it counts at all.
    lacks_at : tuple of tuple of str
        What it lacks besides in each period; empty if that is the same throughout.
    only_with : str or None
        A state without which it does not count.
    rotates : bool
        Whether units relieve one another; persons who are seconded one by one do not.
    """

    state: str
    domain: str
    persons: float
    lacks: tuple[str, ...] = ()
    only_with: str | None = None
    rotates: bool = True
    lacks_at: tuple[tuple[str, ...], ...] = ()

    def lacking(self, period: int) -> tuple[str, ...]:
        """Return what it lacks in a period."""
        return (*self.lacks, *(self.lacks_at[period] if self.lacks_at else ()))

    @property
    def all_lacks(self) -> tuple[str, ...]:
        """All that it lacks in some period."""
        return tuple(dict.fromkeys((*self.lacks, *(one for at in self.lacks_at for one in at))))


@dataclass(frozen=True, slots=True)
class Held:
    """Elements of a scarce capability that a state could keep in the field."""

    state: str
    capability: str
    elements: float


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most persons on land that a state can keep in the field, net of what it has pledged elsewhere.

    ``freed`` is how many more it could if it took back what it has pledged.
    """

    state: str
    persons: float
    freed: float = 0.0


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of a plan.

    Attributes
    ----------
    surge : float, at least 1
        How far above what it can sustain a state may go in one period, if it falls as far below later.
    alternates : bool
        Whether it may go above that by one element, if it falls as far below in others.
    rotation : float, above 1
        Units that it takes to keep one in the field.
    rotation_of : tuple of (str, float)
        The same for states whose practice is known.
    minimum : float, persons
        The smallest contingent that is worth sending.
    minimum_at : tuple of float, persons
        The same in each period; empty if it does not change.
    fixed_effort : float, persons
        What each contingent costs beside its persons: liaison, supply lines, a national headquarters.
    breadth : int
        The fewest states that must take part.
    largest_share : float
        The most of the whole need that one state may provide.
    first_loads : float
        Loads of heavy transport aircraft in the first period.
    """

    surge: float = 1.0
    alternates: bool = False
    rotation: float = 4.0
    rotation_of: tuple[tuple[str, float], ...] = ()
    minimum: float = 0.0
    minimum_at: tuple[float, ...] = ()
    fixed_effort: float = 0.0
    breadth: int = 0
    largest_share: float = 1.0
    first_loads: float = math.inf

    def least(self, period: int) -> float:
        """Return the smallest contingent that is worth sending in a period."""
        return self.minimum_at[period] if self.minimum_at else self.minimum

    def stretch(self, state: str) -> float:
        """Return by what share more a state keeps in the field with one unit fewer at home for each there."""
        units = dict(self.rotation_of).get(state, self.rotation)
        return units / max(units - 1.0, 1.0) - 1.0


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """A plan to be made.

    Attributes
    ----------
    needs : tuple of Need
        All with the same number of periods.
    offers : tuple of StandingOffer
    held : tuple of Held
    ceilings : tuple of Ceiling
    rules : Rules
    gap : float, share of what can be filled
        How far from the least shortfall the plan may be; nought asks for proof.

    Raises
    ------
    ValueError
        If something is named twice, a number is absurd, or periods do not agree.
    """

    needs: tuple[Need, ...]
    offers: tuple[StandingOffer, ...]
    held: tuple[Held, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    rules: Rules = Rules()
    gap: float = 0.005

    def __post_init__(self) -> None:
        """Check names and numbers."""
        _once("capability", [need.capability for need in self.needs])
        _once("offer", [(offer.state, offer.domain) for offer in self.offers])
        _once("holding", [(one.state, one.capability) for one in self.held])
        _once("ceiling", [one.state for one in self.ceilings])
        if len({len(need.persons) for need in self.needs}) > 1:
            raise ValueError("needs differ in the number of periods")
        for need in self.needs:
            _at_least(f"{need.capability}: persons in an element", need.element, 1e-6)
            _at_least(f"{need.capability}: loads", need.loads, 0.0)
            for persons in need.persons:
                _at_least(f"{need.capability}: persons needed", persons, 0.0)
        for offer in self.offers:
            _at_least(f"{offer.state}: persons offered", offer.persons, 0.0)
            if len(offer.lacks_at) not in {0, self.periods}:
                raise ValueError(f"{offer.state}: what it lacks differs in the number of periods")
        for one in self.held:
            _at_least(f"{one.state}: elements of {one.capability}", one.elements, 0.0)
        for ceiling in self.ceilings:
            _at_least(f"{ceiling.state}: ceiling", ceiling.persons, 0.0)
            _at_least(f"{ceiling.state}: persons freed", ceiling.freed, 0.0)
        _check_rules(self.rules)
        if len(self.rules.minimum_at) not in {0, self.periods}:
            raise ValueError("minimum_at differs in the number of periods")
        if not 0.0 <= self.gap < 1.0:
            raise ValueError("the gap must be a share from 0 to below 1")

    @property
    def periods(self) -> int:
        """Number of periods."""
        return len(self.needs[0].persons) if self.needs else 0

    def only(self, periods: tuple[int, ...]) -> PlanQuery:
        """Return the same plan for some periods."""
        needs = tuple(
            replace(need, persons=tuple(need.persons[period] for period in periods)) for need in self.needs
        )
        offers = tuple(
            replace(offer, lacks_at=tuple(offer.lacks_at[period] for period in periods if offer.lacks_at))
            for offer in self.offers
        )
        least = tuple(self.rules.minimum_at[period] for period in periods if self.rules.minimum_at)
        rules = replace(self.rules, minimum_at=least)
        rules = rules if 0 in periods else replace(rules, first_loads=math.inf)
        return replace(self, needs=needs, offers=offers, rules=rules)

    @property
    def needed(self) -> float:
        """Persons needed, summed over capabilities and periods."""
        return math.fsum(persons for need in self.needs for persons in need.persons)


def _check_rules(rules: Rules) -> None:
    _once("rotation", [state for state, _ in rules.rotation_of])
    _at_least("surge", rules.surge, 1.0)
    for units in (rules.rotation, *dict(rules.rotation_of).values()):
        if not 1.0 < units < math.inf:
            raise ValueError("rotation: it takes more than one unit to keep one in the field")
    for least in (rules.minimum, *rules.minimum_at):
        _at_least("minimum", least, 0.0)
    _at_least("fixed_effort", rules.fixed_effort, 0.0)
    _at_least("breadth", rules.breadth, 0)
    if not 0.0 < rules.largest_share <= 1.0:
        raise ValueError("largest_share must be above 0 and at most 1")
    if math.isnan(rules.first_loads) or rules.first_loads < 0.0:
        raise ValueError("first_loads must not be below 0")


def _at_least(what: str, value: float, least: float) -> None:
    if not least <= value < math.inf:
        raise ValueError(f"{what} must be finite and at least {least:g}")


def _once(what: str, names: list[object] | list[str] | list[tuple[str, str]]) -> None:
    if len(set(names)) < len(names):
        raise ValueError(f"a {what} is named twice")
