"""The plan as staffs write it: lead nation, formations, headquarters, components (rules GP12 to GP14)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from holdfast.generate.plan import Contingent, Plan
from holdfast.vocabulary.capability import Capability

Component = Literal[
    "formations",
    "force_troops",
    "monitoring",
    "observation",
    "support",
    "headquarters",
    "training",
    "air",
    "sea",
]
COMPONENTS: Final[tuple[Component, ...]] = (
    *("formations", "force_troops", "monitoring", "observation", "support"),
    *("headquarters", "training", "air", "sea"),
)
"""Where a contingent stands in the mission, in the order in which staffs list them."""
ON_THE_GROUND: Final[frozenset[Component]] = frozenset(COMPONENTS) - {"air", "sea", "monitoring"}
_OF_ROLE: Final[dict[str, Component]] = {
    "combat": "formations",
    "observe": "observation",
    "support": "support",
    "command": "headquarters",
    "train": "training",
}
CIVILIANS: Final = ("monitors",)
"""The domains of a capability that no army provides."""
SIGNALS: Final = "signals"
LEAST_SHARE_OF_A_LEAD: Final = 0.1
"""A state that sends less of those on land does not lead them, whatever its headquarters (judgement)."""

Reason = Literal["both", "headquarters", "too_few", "no_headquarters", "no_troops", "body", "no_mission"]


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of control, sizes of headquarters and frontages.

    Attributes
    ----------
    companies : float
        Companies in a battalion.
    battalions : float
        Battalions in a brigade or sector.
    brigades : float
        Brigades in a division.
    staff : mapping of level to float, persons
        In the headquarters of a brigade, a division and a corps.
    hub : float, persons
        Unarmed monitors in one hub.
    """

    companies: float
    battalions: float
    brigades: float
    staff: Mapping[str, float]
    hub: float


@dataclass(frozen=True, slots=True)
class Lead:
    """Who the plan points to as framework nation, and why; ``state`` is empty where nobody qualifies.

    ``persons`` are those on land, ``headquarters`` and ``signals`` persons of these two, all at a time, the
    mean of the tours; ``tours`` are those in which it is there. ``most`` is who sends most on land.
    """

    state: str
    reason: Reason
    persons: float = 0.0
    headquarters: float = 0.0
    signals: float = 0.0
    tours: tuple[int, ...] = ()
    most: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one state has of one capability in one place."""

    state: str
    capability: str
    elements: float
    persons: float


@dataclass(frozen=True, slots=True)
class Formation:
    """A brigade, sector or battalion group: who leads it and who joins, and how much of the line it has."""

    lead: str
    parts: tuple[Part, ...]
    km: float | None

    @property
    def persons(self) -> float:
        """Persons in it."""
        return math.fsum(part.persons for part in self.parts)

    @property
    def companies(self) -> float:
        """Companies, squadrons and batteries in it."""
        return math.fsum(part.elements for part in self.parts)

    def states(self) -> list[tuple[str, float]]:
        """Return who is in it with how many persons, the lead first, then the largest."""
        return sorted(by_state(self.parts).items(), key=lambda one: (one[0] != self.lead, -one[1], one[0]))


@dataclass(frozen=True, slots=True)
class Hubs:
    """Bases of unarmed monitors, in which states are mixed."""

    number: int
    persons: float
    km: float


@dataclass(frozen=True, slots=True)
class Level:
    """Headquarters of one level."""

    name: str
    number: int
    persons: float


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who stands where in the tour in which most are there.

    Attributes
    ----------
    tour : int
    formations : tuple of Formation
    hubs : Hubs or None
    components : mapping of component to tuple of Part
        All others, in the order of :data:`COMPONENTS`, those that are empty left out.
    levels : tuple of Level
        Headquarters that so many formations ask for, from the top.
    """

    tour: int
    formations: tuple[Formation, ...]
    hubs: Hubs | None
    components: Mapping[Component, tuple[Part, ...]]
    levels: tuple[Level, ...]

    @property
    def persons(self) -> float:
        """All who are there: those of the plan in that tour."""
        every = [*(part for one in self.formations for part in one.parts)]
        every += [part for parts in self.components.values() for part in parts]
        return math.fsum(part.persons for part in every)


def component_of(one: Capability) -> Component:
    """Return where contingents of a capability stand in a mission (GP13).

    What is scarce and fights is held for the whole force; unarmed monitors on the line are a component of
    their own, because their teams are mixed.
    """
    if one.place == "sea":
        return "sea"
    if one.place == "air" or one.domains[0] == "air":
        return "air"
    if one.role == "combat" and one.scarce:
        return "force_troops"
    if one.role == "observe" and one.place == "line" and one.domains == CIVILIANS:
        return "monitoring"
    return _OF_ROLE[one.role]


def by_state(parts: Iterable[Part]) -> dict[str, float]:
    """Return persons by state."""
    found: dict[str, float] = defaultdict(float)
    for part in parts:
        found[part.state] += part.persons
    return dict(found)


def fullest_tour(plan: Plan) -> int:
    """Return the tour in which most are there, the first of several; without anybody, that of most need."""
    sent = _totals(one.persons for one in plan.contingents)
    totals = sent if any(sent) else _totals(plan.needed.values())
    return totals.index(max(totals)) if totals else 0


def _totals(rows: Iterable[Sequence[float]]) -> list[float]:
    return [math.fsum(column) for column in zip(*rows, strict=True)]


@dataclass(frozen=True, slots=True)
class Headquarters:
    """Persons in headquarters in one tour: needed, sent, short, and by whom."""

    needed: float
    sent: float
    short: float
    states: Mapping[str, float]


def headquarters_of(plan: Plan, catalogue: Mapping[str, Capability], tour: int) -> Headquarters:
    """Return who mans the headquarters in one tour, and what of them is missing (GP14)."""
    names = [name for name in plan.needed if component_of(catalogue[name]) == "headquarters"]
    parts = [_part(one, tour) for one in plan.contingents if one.capability in names and one.persons[tour]]
    return Headquarters(
        math.fsum(plan.needed[name][tour] for name in names),
        math.fsum(part.persons for part in parts),
        math.fsum(plan.short[name][tour] for name in names),
        by_state(parts),
    )


def lead_of(plan: Plan, catalogue: Mapping[str, Capability]) -> Lead:
    """Return who the plan points to as framework nation (GP12).

    Of those who send a tenth of all on land and more: who sends a headquarters and signals, else who sends a
    headquarters; of several the one with most on land.
    """
    if not plan.needed:
        return Lead("", "no_mission")
    if not any(component_of(catalogue[name]) in {"formations", "headquarters"} for name in plan.needed):
        return Lead("", "body")
    land: dict[str, float] = defaultdict(float)
    staff: dict[str, float] = defaultdict(float)
    signals: dict[str, float] = defaultdict(float)
    tours: dict[str, set[int]] = defaultdict(set)
    for one in plan.contingents:
        component = component_of(catalogue[one.capability])
        persons = math.fsum(one.persons) / len(one.persons)
        if component not in ON_THE_GROUND or catalogue[one.capability].domains == CIVILIANS:
            continue
        land[one.state] += persons
        tours[one.state] |= {tour for tour, there in enumerate(one.persons) if there > 0.0}
        staff[one.state] += persons if component == "headquarters" else 0.0
        signals[one.state] += persons if one.capability == SIGNALS else 0.0
    if not land:
        return Lead("", "no_troops")

    def most(states: Iterable[str]) -> str:
        return min(states, key=lambda state: (-land[state], -staff[state], -signals[state], state))

    largest = most(land)
    able = [state for state in land if staff[state] > 0.0]
    if not able:
        return Lead("", "no_headquarters", most=largest)
    whole = math.fsum(land.values())
    large = [state for state in able if land[state] >= LEAST_SHARE_OF_A_LEAD * whole]
    if not large:
        return Lead("", "too_few", most=largest)
    both = [state for state in large if signals[state] > 0.0]
    state = most(both or large)
    return Lead(
        state,
        "both" if both else "headquarters",
        land[state],
        staff[state],
        signals[state],
        tuple(sorted(tours[state])),
        largest,
    )


def organised(
    plan: Plan,
    catalogue: Mapping[str, Capability],
    spans: Spans,
    line_km: float,
    *,
    on_the_line: bool,
    bonds: Callable[[str, str], int] = lambda _state, _lead: 0,
) -> Organisation:
    """Return who stands where in the fullest tour (GP13, GP14).

    Parameters
    ----------
    plan : Plan
    catalogue : mapping of key to Capability
    spans : Spans
    line_km : float
        Length of the line.
    on_the_line : bool
        Whether the troops stand on it; unarmed monitors always do.
    bonds : callable of two states
        How much binds the first to serve with the second; nought where nothing is known.
    """
    tour = fullest_tour(plan)
    placed: dict[Component, list[Part]] = {component: [] for component in COMPONENTS}
    for one in plan.contingents:
        if one.persons[tour] > 0.0:
            placed[component_of(catalogue[one.capability])].append(_part(one, tour))
    troops = placed.pop("formations")
    formations = _formations(troops, spans, bonds)
    km = line_km / len(formations) if on_the_line and formations else None
    return Organisation(
        tour=tour,
        formations=tuple(Formation(lead, parts, km) for lead, parts in formations),
        hubs=_hubs(placed["monitoring"], spans, line_km),
        components={name: tuple(parts) for name, parts in placed.items() if parts},
        levels=levels_of(len(formations), spans),
    )


def _hubs(parts: Iterable[Part], spans: Spans, line_km: float) -> Hubs | None:
    """Return the bases of unarmed monitors: as many as bring each nearest to its usual size, one at least."""
    persons = math.fsum(part.persons for part in parts)
    if not persons:
        return None
    number = max(_nearest(persons / spans.hub), 1)
    return Hubs(number, persons / number, line_km / number)


def _part(one: Contingent, tour: int) -> Part:
    return Part(one.state, one.capability, one.elements[tour], one.persons[tour])


def _nearest(value: float) -> int:
    """Return the nearest whole number, halves up."""
    return math.floor(value + 0.5)


def levels_of(formations: int, spans: Spans) -> tuple[Level, ...]:
    """Return the headquarters that so many formations ask for, from the top (GP14)."""
    if not formations:
        return ()
    divisions = max(_nearest(formations / spans.brigades), 1) if formations > 1 else 0
    found = [("corps", 1 if divisions > 1 else 0), ("division", divisions), ("brigade", formations)]
    return tuple(Level(name, number, spans.staff[name]) for name, number in found if number)


# --- Formations ------------------------------------------------------------------------------------


def _formations(
    troops: Sequence[Part], spans: Spans, bonds: Callable[[str, str], int]
) -> list[tuple[str, tuple[Part, ...]]]:
    """Return lead and parts of each formation, the largest lead first.

    Formations go to leads by highest averages, so that the smallest lead's own share is as large as it can
    be. The others join one after another, the largest first, where there is most room; who has less than a
    battalion joins a lead that it is bound to, if there is room.
    """
    companies = math.fsum(part.elements for part in troops)
    if not companies:
        return []
    number = max(_nearest(companies / spans.companies / spans.battalions), 1)
    of_state: dict[str, list[Part]] = defaultdict(list)
    for part in troops:
        of_state[part.state].append(part)
    order = sorted(of_state, key=lambda state: _rank(of_state[state]))
    led = _led(number, {state: math.fsum(part.persons for part in of_state[state]) for state in order})
    blocks = [(state, block) for state in order for block in _split(of_state[state], led.get(state, 1))]
    heads = sorted((one for one in blocks if one[0] in led), key=lambda one: _rank(one[1]))
    formations = [(state, list(block)) for state, block in heads]
    full = math.fsum(part.persons for part in troops) / number
    for state, block in blocks:
        if state not in led:
            small = math.fsum(part.elements for part in block) < spans.companies
            _joined(formations, state, block, full, bonds if small else None)
    return [(lead, _merged(parts)) for lead, parts in formations]


def _rank(parts: Sequence[Part]) -> tuple[float, float, list[tuple[str, float]], str]:
    """Return what puts the largest first; only those alike in all that counts go by their codes."""
    return (
        -math.fsum(part.persons for part in parts),
        -math.fsum(part.elements for part in parts),
        sorted((part.capability, -part.persons) for part in parts),
        min(part.state for part in parts),
    )


def _led(number: int, persons: Mapping[str, float]) -> dict[str, int]:
    """Return how many formations each state leads, by highest averages; ``persons`` the largest first."""
    led: dict[str, int] = {}
    for _ in range(number):
        best = max(
            persons, key=lambda state: persons[state] / (led.get(state, 0) + 1)
        )  # the first of several
        led[best] = led.get(best, 0) + 1
    return led


def _split(parts: Sequence[Part], number: int) -> list[list[Part]]:
    """Return the parts of a state in so many blocks of whole elements, as even as they can be."""
    if number == 1:
        return [list(parts)]
    blocks: list[list[Part]] = [[] for _ in range(number)]
    weights = [0.0] * number
    for part in sorted(parts, key=lambda one: (-one.persons / one.elements, one.capability)):
        left, each = part.elements, part.persons / part.elements
        while left > 0.0:
            some = min(1.0, left)
            at = weights.index(min(weights))
            blocks[at].append(Part(part.state, part.capability, some, some * each))
            weights[at] += some * each
            left -= some
    return [list(_merged(block)) for block in blocks if block]


def _merged(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return the parts with those of one state and capability added up, in a fixed order."""
    found: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in parts:
        found[part.state, part.capability].append(part)
    return tuple(
        Part(*key, math.fsum(one.elements for one in same), math.fsum(one.persons for one in same))
        for key, same in sorted(found.items())
    )


def _joined(
    formations: Sequence[tuple[str, list[Part]]],
    state: str,
    block: Sequence[Part],
    full: float,
    bonds: Callable[[str, str], int] | None,
) -> None:
    """Put a block into one of the formations."""
    persons = math.fsum(part.persons for part in block)
    room = [full - math.fsum(part.persons for part in parts) for _, parts in formations]

    def wanted(at: int) -> tuple[float, float, int]:
        bound = 0 if bonds is None or room[at] < persons else bonds(state, formations[at][0])
        return -bound, -room[at], at

    formations[min(range(len(formations)), key=wanted)][1].extend(block)
