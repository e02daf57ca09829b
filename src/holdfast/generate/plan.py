"""The plan: whom to ask for what, so that as little as possible is short (rules GP1 to GP9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.generate.query import PlanQuery, StandingOffer
from holdfast.program import FEASIBLE, Columns, Infeasible, Program, Row, Solution

Array = NDArray[np.float64]

ON_LAND: Final = frozenset({"land", "training", "logistics"})
"""Domains whose persons count against what a state's army can keep in the field."""
CHANGES: Final[Row] = ("changes",)
"""The row that counts the changes made."""
PARTS: Final = 4
"""A shortfall is balanced in so many parts of each need: the first is the cheapest to bear."""
EFFORT_GAP: Final = 0.01
"""How far later goals may be from the least, as a share of what can be filled."""
LATER_NODES: Final = 200
"""Nodes after which the search for the balance, the effort and the concentration stops with what it has: far
from the least shortfall's tree, whose proof matters most."""
_ROOM: Final = 0.001
"""What a goal may lose to those after it, as a share of what can be filled: too little to change a plan's
sense."""


@dataclass(frozen=True, slots=True)
class Contingent:
    """What one state sends of one capability: elements and persons in each period."""

    state: str
    capability: str
    elements: tuple[float, ...]
    persons: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Who sends what.

    Attributes
    ----------
    contingents : tuple of Contingent
        In the order of states, then of capabilities.
    needed, short : mapping of capability to tuple of float, persons in each period
    missing_states : float
        How many states the breadth that is asked for lacks.
    effort : float, persons
        Persons in all periods and what each contingent costs beside them.
    largest : tuple of (str, float)
        The state with the most persons, and its share of all that are sent.
    gap : float, share of the need
        At most so far from the least shortfall: proved.
    effort_gap : float, share of the need
        At most so far from the least effort of a plan as little short and as balanced: proved.
    provisional : bool
        Whether it is the linear plan, in which elements may be split.
    changes : tuple of str
        Changes that were taken as made.
    """

    contingents: tuple[Contingent, ...]
    needed: Mapping[str, tuple[float, ...]]
    short: Mapping[str, tuple[float, ...]]
    missing_states: float
    effort: float
    largest: tuple[str, float]
    gap: float
    effort_gap: float
    provisional: bool
    changes: tuple[str, ...] = ()

    @property
    def total_short(self) -> float:
        """Persons short, summed over capabilities and periods."""
        return float(sum(sum(short) for short in self.short.values()))

    @property
    def total_needed(self) -> float:
        """Persons needed, summed over capabilities and periods."""
        return float(sum(sum(needed) for needed in self.needed.values()))

    @property
    def shortfall(self) -> float:
        """Share of the need that is short; 0 where nothing is needed."""
        return self.total_short / self.total_needed if self.total_needed else 0.0


def plan(query: PlanQuery, changes: Iterable[str] = (), *, provisional: bool = False) -> Plan:
    """Return who sends what, so that as little as possible is short.

    GP1: shortfall first, then its balance over capabilities, then effort, then, among those who take part,
    how much hangs on the largest.
    GP2: an offer is spent on any capability of its domain; a scarce one only by those who hold it.
    GP3: persons come in whole elements.
    GP4: what a state sends is at most its offer at a time, or more for a while if it sends less later.
    GP5: on land a state sends at most what its army sustains, less what it has pledged elsewhere.
    GP6: a contingent is sent at its least size, an element at least, or not at all.
    GP7: an offer whose conditions are not met, or whose enabling state stays away, does not count.
    GP8: breadth is a floor, and what one state provides is capped.
    GP9: heavy airlift bounds what comes in the first period.

    Parameters
    ----------
    query : PlanQuery
    changes : iterable of str
        Changes taken as made, of those that :func:`changes_of` names.
    provisional : bool
        Whether elements may be split: at once, and never more short than the plan in whole elements.

    Raises
    ------
    ValueError
        If a change is none that the query knows.
    """
    made = tuple(sorted(set(changes)))
    model = Model(query)
    for name in made:
        if name not in model.switches:
            raise ValueError(f"'{name}' is no change of this plan")
        model.switch(name, made=True)
    return model.plan(provisional=provisional, changes=made)


def missed(query: PlanQuery, states: Iterable[str]) -> dict[str, float]:
    """Return by how many persons the linear plan is shorter without each state, over all periods.

    The others make up for it as far as they can.
    """
    return Model(query).less_without(states)


def changes_of(query: PlanQuery) -> tuple[str, ...]:
    """Return the names of single changes that might close a shortfall, in a fixed order."""
    return tuple(Model(query).switches)


class Model:
    """The program of a plan, its columns by what they stand for."""

    def __init__(self, query: PlanQuery) -> None:
        """Write down columns and rows, in an order that does not hang on that of the query."""
        self.query = query
        self.needs = sorted(query.needs, key=lambda need: need.capability)
        self.offers = sorted(query.offers, key=lambda offer: (offer.state, offer.domain))
        self.states = sorted({offer.state for offer in self.offers})
        self.program = Program()
        self.switches: dict[str, Columns] = {}
        self.sent: dict[tuple[str, str, str], Columns] = {}
        self.by_state: dict[str, list[tuple[str, float, Columns]]] = {}
        self._columns()
        self._switches()
        for rows in (self._needs, self._at_a_time, self._conditions, self._holdings, self._ceilings):
            rows()
        for rows in (self._contingents, self._shares, self._lift):
            rows()
        self.row(CHANGES, [(columns, 1.0) for columns in self.switches.values()])

    # --- Columns -------------------------------------------------------------------------------------

    def _columns(self) -> None:
        periods, held = self.query.periods, {(one.state, one.capability) for one in self.query.held}
        for offer in self.offers:
            for need in self.needs:
                can = offer.domain in need.domains
                if can and (not need.scarce or (offer.state, need.capability) in held):
                    most = np.ceil(self._most(offer) / need.element)
                    key = (offer.state, offer.domain, need.capability)
                    self.sent[key] = self.program.columns(periods, upper=most, integer=True)
                    found = (offer.domain, need.element, self.sent[key])
                    self.by_state.setdefault(offer.state, []).append(found)
        self.short = {
            need.capability: self.program.columns(periods, upper=np.array(need.persons))
            for need in self.needs
        }
        self.parts = {
            need.capability: [
                self.program.columns(periods, upper=np.array(need.persons) / PARTS) for _ in range(PARTS)
            ]
            for need in self.needs
        }
        self.there = {state: self.program.columns(periods, upper=1.0, integer=True) for state in self.states}
        self.part = {state: self.program.columns(1, upper=1.0, integer=True) for state in self.states}
        self.missing = self.program.columns(1, upper=float(self.query.rules.breadth))
        self.largest = self.program.columns(1)

    def _most(self, offer: StandingOffer) -> float:
        """Return the most persons of an offer at a time, whatever changes."""
        return offer.persons * self.query.rules.surge * (1.0 + self._stretch(offer)) + self._spare(offer)

    def _spare(self, offer: StandingOffer) -> float:
        """Return the persons of one element by which an offer may be exceeded in turns."""
        could = (need.element for need in self.needs if offer.domain in need.domains)
        return max(could, default=0.0) if self.query.rules.alternates else 0.0

    def _stretch(self, offer: StandingOffer) -> float:
        """Return by what share more of an offer can be kept in the field if rotations stretch."""
        return self.query.rules.stretch(offer.state) if offer.rotates else 0.0

    def _switches(self) -> None:
        rules = self.query.rules
        names = sorted({lack for offer in self.offers for lack in offer.all_lacks})
        names += [f"pledge {one.state}" for one in sorted(self.query.ceilings, key=_by_state) if one.freed]
        names += [f"enabler {need.capability}" for need in self.needs if need.scarce]
        names += ["rotation"] if self.offers else []
        names += ["largest share"] if rules.largest_share < 1.0 else []
        names += ["airlift"] if np.isfinite(rules.first_loads) else []
        for name in names:
            self.switches[name] = self.program.columns(1, upper=0.0, integer=True)
        self.extra = {
            need.capability: self.program.columns(
                self.query.periods, upper=np.array(need.persons) * float(need.scarce)
            )
            for need in self.needs
        }

    def switch(self, name: str, *, made: bool) -> None:
        """Take a change as made, or not."""
        self.program.bounds(self.switches[name], float(made), float(made))

    def free(self, name: str) -> None:
        """Leave open whether a change is made."""
        self.program.bounds(self.switches[name], 0.0, 1.0)

    def forbid(self, changes: tuple[str, ...]) -> None:
        """Rule out that all of some changes are made together."""
        cost = np.zeros(self.program.size)
        cost[[self.switches[name][0] for name in changes]] = 1.0
        self.program.hold(("not", *changes), cost, len(changes) - 1.0)

    # --- Rows ----------------------------------------------------------------------------------------

    def row(self, name: Row, terms: Iterable[tuple[Columns, float]], **limits: float) -> None:
        """Add a row of columns, each with one factor."""
        parts = [(columns, np.full(len(columns), factor)) for columns, factor in terms]
        if parts:
            columns, factors = (np.concatenate(one) for one in zip(*parts, strict=True))
            self.program.row(name, columns, factors, **limits)

    def _of(
        self, state: str, period: int | None = None, domains: frozenset[str] | None = None
    ) -> list[tuple[Columns, float]]:
        """Return the columns of what a state sends, in persons."""
        return [
            (columns if period is None else columns[period : period + 1], element)
            for domain, element, columns in self.by_state.get(state, ())
            if domains is None or domain in domains
        ]

    @property
    def _element(self) -> dict[str, float]:
        return {need.capability: need.element for need in self.needs}

    def _needs(self) -> None:
        for need in self.needs:
            name = need.capability
            for period in range(self.query.periods):
                at = slice(period, period + 1)
                split = [(part[at], -1.0) for part in self.parts[name]]
                self.row(("parts", name, str(period)), [(self.short[name][at], 1.0), *split], high=0.0)
            if need.scarce:
                appears = self._off(f"enabler {name}", sum(need.persons))
                self.row(("enabler", name), [(self.extra[name], 1.0), appears], high=0.0)
            for period, persons in enumerate(need.persons):
                at = slice(period, period + 1)
                terms = [
                    (columns[at], need.element) for (_, _, what), columns in self.sent.items() if what == name
                ]
                terms += [(self.short[name][at], 1.0), (self.extra[name][at], 1.0)]
                self.row(("need", name, str(period)), terms, low=persons)

    def _off(self, switch: str, most: float) -> tuple[Columns, float]:
        """Return the term that lets a row rise by ``most`` if a change is made."""
        return self.switches[switch], -most

    def _at_a_time(self) -> None:
        rules, periods = self.query.rules, self.query.periods
        for offer in self.offers:
            most, spare = offer.persons * rules.surge, self._spare(offer)
            for period in range(periods):
                terms = self._spent(offer, period)
                if terms:
                    name = ("offer", offer.state, offer.domain, str(period))
                    self.row(name, [*terms, *self._stretched(offer, most)], high=most + spare)
            exceeded = rules.surge > 1.0 or rules.alternates
            # what is sent above an offer is paid back later; tours that alternate pay it back in turns
            for since in range(1 if rules.alternates else periods) if exceeded else ():
                terms = [(columns[since:], each) for columns, each in self._spent(offer)]
                total = offer.persons * (periods - since)
                whole = ("sustained", offer.state, offer.domain, str(since))
                self.row(whole, [*terms, *self._stretched(offer, total)], high=total)

    def _stretched(self, offer: StandingOffer, persons: float) -> list[tuple[Columns, float]]:
        """Return the term by which more of an offer may be spent if rotations stretch."""
        return [self._off("rotation", persons * self._stretch(offer))] if offer.rotates else []

    def _spent(self, offer: StandingOffer, period: int | None = None) -> list[tuple[Columns, float]]:
        """Return the columns of an offer, in persons."""
        return self._of(offer.state, period, frozenset({offer.domain}))

    def _conditions(self) -> None:
        for offer in self.offers:
            for period in range(self.query.periods):
                terms = self._spent(offer, period)
                for lack in offer.lacking(period) if terms else ():
                    name = ("condition", lack, offer.state, offer.domain, str(period))
                    self.row(name, [*terms, self._off(lack, self._most(offer))], high=0.0)
                if terms and offer.only_with is not None:
                    with_it = self.there.get(offer.only_with)
                    leader = [] if with_it is None else [(with_it[period : period + 1], -self._most(offer))]
                    self.row(("only with", offer.state, offer.only_with), [*terms, *leader], high=0.0)

    def _holdings(self) -> None:
        for one in sorted(self.query.held, key=lambda held: (held.state, held.capability)):
            columns = [
                sent
                for (state, _, capability), sent in self.sent.items()
                if (state, capability) == (one.state, one.capability)
            ]
            for period in range(self.query.periods if columns else 0):
                terms = [(sent[period : period + 1], 1.0) for sent in columns]
                stretched = self._off("rotation", one.elements * self.query.rules.stretch(one.state))
                self.row(("held", one.state, one.capability), [*terms, stretched], high=one.elements)

    def _ceilings(self) -> None:
        for one in sorted(self.query.ceilings, key=_by_state):
            for period in range(self.query.periods):
                terms = self._of(one.state, period, ON_LAND)
                if terms:
                    terms.append(self._off("rotation", one.persons * self.query.rules.stretch(one.state)))
                    if one.freed:
                        terms.append(self._off(f"pledge {one.state}", one.freed))
                    self.row(("ceiling", one.state, str(period)), terms, high=one.persons)

    def _contingents(self) -> None:
        smallest = min((need.element for need in self.needs), default=0.0)
        most = {
            state: sum(self._most(offer) for offer in self.offers if offer.state == state)
            for state in self.states
        }
        for state in self.states:
            for period in range(self.query.periods):
                there = self.there[state][period : period + 1]
                terms = self._of(state, period)
                least = max(self.query.rules.least(period), smallest)  # who sends nobody is not there
                self.row(("least", state, str(period)), [*terms, (there, -least)], low=0.0)
                self.row(("there", state, str(period)), [*terms, (there, -most[state])], high=0.0)
                self.row(("part", state, str(period)), [(there, 1.0), (self.part[state], -1.0)], high=0.0)
            self.row(("part", state), [(self.there[state], -1.0), (self.part[state], 1.0)], high=0.0)
        parts = [(self.part[state], 1.0) for state in self.states]
        if self.query.rules.breadth:
            self.row(("breadth",), [*parts, (self.missing, 1.0)], low=float(self.query.rules.breadth))

    def _shares(self) -> None:
        needed, share = self.query.needed, self.query.rules.largest_share
        for state in self.states:
            terms = self._of(state)
            if not terms:
                continue
            self.row(("largest", state), [*terms, (self.largest, -1.0)], high=0.0)
            if share < 1.0:
                most = sum(self._most(offer) for offer in self.offers if offer.state == state)
                freed = self._off("largest share", most * self.query.periods)
                self.row(("share", state), [*terms, freed], high=share * needed)

    def _lift(self) -> None:
        loads = self.query.rules.first_loads
        if not np.isfinite(loads) or not self.query.periods:
            return
        each = {need.capability: need.loads for need in self.needs if need.loads}
        terms = [
            (columns[:1], each[capability])
            for (_, _, capability), columns in self.sent.items()
            if capability in each
        ]
        if terms:
            whole = sum(
                each[capability] * np.ceil(self._most(offer) / self._element[capability])
                for offer in self.offers
                for (state, domain, capability) in self.sent
                if (state, domain) == (offer.state, offer.domain) and capability in each
            )
            self.row(("airlift",), [*terms, self._off("airlift", float(whole))], high=loads)

    def less_without(self, states: Iterable[str]) -> dict[str, float]:
        """Return by how many persons the least linear shortfall rises if one of these states stays away."""
        least = self.persons_short(self.least_short(relaxed=True))
        found = {}
        for state in states:
            there = np.concatenate([self.there[state], self.part[state]])
            self.program.bounds(there, 0.0, 0.0)
            found[state] = max(self.persons_short(self.least_short(relaxed=True)) - least, 0.0)
            self.program.bounds(there, 0.0, 1.0)
        return found

    # --- Costs ---------------------------------------------------------------------------------------

    def shortfall(self) -> Array:
        """Return the cost of what is short; a state missing from the breadth weighs as much as the need."""
        cost = np.zeros(self.program.size)
        for columns in self.short.values():
            cost[columns] = 1.0
        cost[self.missing] = max(self.query.needed, 1.0)
        return cost

    def balance(self) -> Array:
        """Return the cost of a shortfall that falls on few capabilities: each further part costs more."""
        cost = np.zeros(self.program.size)
        for parts in self.parts.values():
            for place, columns in enumerate(parts, start=1):
                cost[columns] = float(place)
        return cost

    def effort(self) -> Array:
        """Return the cost of persons sent and of contingents kept."""
        cost = np.zeros(self.program.size)
        for (_, _, capability), columns in self.sent.items():
            cost[columns] = self._element[capability]
        for columns in self.there.values():
            cost[columns] = self.query.rules.fixed_effort
        return cost

    def concentration(self) -> Array:
        """Return the cost of hanging on one state."""
        cost = np.zeros(self.program.size)
        cost[self.largest] = 1.0
        return cost

    # --- Plans ---------------------------------------------------------------------------------------

    def least_short(self, *, relaxed: bool) -> Solution:
        """Return a plan with the least shortfall, whatever its effort."""
        if relaxed:
            return self.program.minimise(self.shortfall(), relaxed=True)
        allowed = self.query.gap * self.fillable()
        return self.program.minimise(self.shortfall(), relaxed=False, gap=allowed)

    def fillable(self) -> float:
        """Return the persons, over all periods, that the linear plan finds: what there is to plan."""
        return max(self.query.needed - self.persons_short(self.least_short(relaxed=True)), 0.0)

    def plan(self, *, provisional: bool, changes: tuple[str, ...] = ()) -> Plan:
        """Return the plan: the least short, of these the least effort, of these the least concentrated."""
        if not self.query.needed:
            return self.written(None, provisional=provisional, changes=changes)
        needed, fillable = self.query.needed, self.fillable()
        first = best = self.least_short(relaxed=provisional)
        room = 0.0 if self.query.gap == 0.0 else _ROOM * fillable
        goals = (self.shortfall(), self.balance(), self.effort())
        least_effort = 0.0
        for goal, after in zip(goals, (*goals[1:], self.concentration()), strict=True):
            self.program.hold(("held",), goal, float(goal @ best.values) + room + FEASIBLE * needed)
            if goal is goals[-1]:
                least_effort = best.bound
                if not provisional:
                    self._settle_who(best)
            try:
                best = self.program.minimise(
                    after,
                    relaxed=provisional,
                    gap=EFFORT_GAP * fillable,
                    begin=best.values,
                    nodes=LATER_NODES,
                )
            except Infeasible:
                break  # rounding left no room: what was found stands
        short, effort = (float(goal @ best.values) for goal in (goals[0], goals[-1]))
        gaps = (short - first.bound) / needed, (effort - least_effort) / needed
        return self.written(best, provisional=provisional, gaps=gaps, changes=changes)

    def _settle_who(self, found: Solution) -> None:
        """Keep those who take part, so that what is left to choose is how much hangs on whom."""
        for columns in self.there.values():
            for place in columns:
                value = float(found.values[place])
                self.program.bounds(np.array([place]), value, value)

    def persons_short(self, found: Solution) -> float:
        """Return the persons that a solution leaves short."""
        return float(sum(found.values[columns].sum() for columns in self.short.values()))

    def worth_of(self) -> dict[str, float]:
        """Return by how many persons at most each change alone could lower the least linear shortfall.

        The least shortfall is convex in a change, so its slope at none bounds what the whole of it can do.
        """
        _, slopes = self.program.slopes(self.shortfall())
        return {name: max(-float(slopes[columns[0]]), 0.0) for name, columns in self.switches.items()}

    def written(
        self,
        found: Solution | None,
        *,
        provisional: bool,
        gaps: tuple[float, float] = (0.0, 0.0),
        changes: tuple[str, ...] = (),
    ) -> Plan:
        """Return what a solution says, in contingents and what they leave short.

        ``gaps`` are those of shortfall and effort.
        """
        values = np.zeros(self.program.size) if found is None else found.values
        elements: dict[tuple[str, str], Array] = defaultdict(lambda: np.zeros(self.query.periods))
        for (state, _, capability), columns in self.sent.items():
            elements[state, capability] = elements[state, capability] + values[columns]
        contingents = tuple(
            Contingent(state, what, _numbers(number), _numbers(number * self._element[what]))
            for (state, what), number in sorted(elements.items())
            if (number > _ROOM).any()
        )
        given = self._given(contingents)
        sent: dict[str, float] = defaultdict(float)
        for one in contingents:
            sent[one.state] += sum(one.persons)
        whole = sum(sent.values())
        top = min(sent, key=lambda state: (-sent[state], state)) if sent else ""
        return Plan(
            contingents=contingents,
            needed={need.capability: need.persons for need in self.needs},
            short={
                need.capability: _numbers(
                    np.maximum(
                        np.array(need.persons) - given[need.capability] - values[self.extra[need.capability]],
                        0.0,
                    )
                )
                for need in self.needs
            },
            missing_states=max(self.query.rules.breadth - len(sent), 0),
            effort=float(self.effort() @ values),
            largest=(top, sent[top] / whole if whole else 0.0),
            gap=max(gaps[0], 0.0),
            effort_gap=max(gaps[1], 0.0),
            provisional=provisional,
            changes=changes,
        )

    def _given(self, contingents: tuple[Contingent, ...]) -> dict[str, Array]:
        given = {need.capability: np.zeros(self.query.periods) for need in self.needs}
        for one in contingents:
            given[one.capability] = given[one.capability] + np.array(one.persons)
        return given


def _by_state(one: object) -> str:
    return str(getattr(one, "state", ""))


def _numbers(values: Array) -> tuple[float, ...]:
    return tuple(float(one) for one in np.round(values, 6) + 0.0)
