"""The question put to the stages, and what of the words several stages need."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.futures import Futures
from holdfast.vocabulary.arrangement import Arrangement, Contributors, Mission, Phase
from holdfast.vocabulary.ballot import Vote
from holdfast.vocabulary.settlement import Settlement
from holdfast.vocabulary.state import State
from holdfast.vocabulary.theatre import Site

Array = NDArray[np.float64]

FORCE_STEPS = {"none": 0, "self_defence": 1, "defend_mandate": 2, "fight_with_host": 3}
"""Use of force, as steps from none."""
TROOPS = frozenset({"land", "air", "sea"})
BOMBARDED = frozenset({"city", "port", "nuclear_plant", "energy", "airfield", "depot_area"})
"""Kinds of site that are defended from the air; crossings and islands are held or lost on the ground."""
INSIDE = frozenset({"line", "rear"})
ON_THE_GROUND = frozenset({"land", "training"})
"""Capabilities whose persons are partners' troops on the host's soil; ships and aircraft come and go."""


@dataclass(frozen=True)
class Question:
    """One arrangement under one settlement of a case, in joint draws of every estimate.

    ``used`` collects the names of the estimates read through :meth:`draw`. ``assumed`` are votes that the
    user takes as given, by state; they stand in for what the model would say of that state's vote, a
    party's acceptance, and the backing of the state that others ask for.
    """

    case: Case
    settlement: Settlement
    arrangement: Arrangement
    futures: Futures
    used: set[str] = field(default_factory=set, compare=False)
    assumed: Mapping[str, Vote] = field(default_factory=dict)

    def draw(self, name: str) -> Array:
        """Return the draws of an estimate, array (futures,), and note that it was read."""
        self.used.add(name)
        return self.futures[name]

    def central(self, name: str) -> float:
        """Return the median of an estimate where one number is needed, and note that it was read."""
        self.used.add(name)
        return self.futures.central(name)

    @property
    def size(self) -> int:
        """Number of futures."""
        return self.futures.n

    def constant(self, value: float) -> Array:
        """Return the same number for every future."""
        return np.full(self.size, float(value))

    def contributors(self) -> tuple[str, ...]:
        """Return the codes of all who are asked in any phase, in a fixed order.

        Contributors of missions; where no phase has a mission, the guarantors.
        """
        asked: dict[str, None] = {}
        for phase in self.arrangement.phases:
            if phase.mission is not None:
                asked.update(dict.fromkeys(state.code for state in self.pool(phase.mission.contributors)))
        if not asked:
            for phase in self.arrangement.phases:
                for guarantee in phase.promised_by_others:
                    asked.update(dict.fromkeys(guarantee.guarantors))
        return tuple(sorted(asked))

    def pool(self, contributors: Contributors) -> Iterator[State]:
        """Yield the states asked, in the order of the case's file."""
        for state in self.case.states.values():
            named = state.code in contributors.states or bool(set(state.groups) & set(contributors.groups))
            if named and state.code not in contributors.excluded:
                yield state

    def alignment(self) -> float:
        """Return the share of those asked who belong to the group of the host's partners."""
        asked = self.contributors()
        group = self.case.about.partners
        partners = [
            code for code in asked if code in self.case.states and group in self.case.states[code].groups
        ]
        return len(partners) / len(asked) if asked else 0.0

    def planned_inside(self, mission: Mission) -> Array:
        """Return the troops that the design plans on the host's soil, per future."""
        if mission.mandate.area not in INSIDE:
            return self.constant(0.0)
        total = self.constant(0.0)
        for component in mission.components:
            task = self.case.tasks[component.task]
            if task.domain in ON_THE_GROUND:
                total = total + (
                    self.draw(task.ratio) * self.quantity(task.per)
                    if component.planned_persons is None
                    else self.constant(component.planned_persons)
                )
        return total

    @property
    def defended_sites(self) -> tuple[Site, ...]:
        """Return the sites that could be defended from the air beside the host: those that it holds."""
        host = self.case.host.state
        return tuple(
            site for site in self.case.theatre.sites if site.held_by == host and site.kind in BOMBARDED
        )

    def quantity(self, per: str) -> Array:
        """Return what a planning ratio multiplies: km of line, sites, thousands near the line, or 1."""
        if per == "line_km":
            return self.draw(self.case.theatre.line_km)
        if per == "site":
            return self.constant(len(self.defended_sites))
        if per == "thousand_people":
            return self.draw(self.case.theatre.near_line_population) / 1_000.0
        return self.constant(1.0)


def start_of(phase: Phase) -> float:
    """Return when a phase starts, months after the halt."""
    months = phase.starts.after_months
    return math.inf if months is None else months
