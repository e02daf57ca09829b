"""Plans and contributions once more, slowly: by trying everything, person by person and future by future.

Nothing here knows how the package finds a plan. Rules GP2 to GP9 are read as sentences: every state lists all
that it may send in whole elements, and all lists are put together in every way.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from holdfast.generate import Ceiling, Held, Need, Plan, PlanQuery, Rules, StandingOffer

Item = TypeVar("Item")
NEAR = 1e-6
STATES = ("AAA", "BBB", "CCC")
ARMY = ("land", "training", "logistics")
MOST = 150_000
"""No more ways than this are tried for one query."""


# --- Changes ----------------------------------------------------------------------------------------------


def made(query: PlanQuery, changes: Iterable[str]) -> tuple[PlanQuery, frozenset[str]]:
    """The query as it stands once changes are made, and the capabilities that somebody new brings."""
    brought = set()
    # rotation before pledges: what is freed from elsewhere is not kept in the field for longer
    for change in sorted(changes, key=lambda one: one != "rotation"):
        kind, _, whom = change.partition(" ")
        if change == "largest share":
            query = replace(query, rules=replace(query.rules, largest_share=1.0))
        elif change == "airlift":
            query = replace(query, rules=replace(query.rules, first_loads=math.inf))
        elif change == "rotation":
            query = _longer(query)
        elif kind == "enabler":
            brought.add(whom)
        elif kind == "pledge":
            query = replace(query, ceilings=tuple(_freed(one, whom) for one in query.ceilings))
        else:
            query = replace(query, offers=tuple(_granted(offer, change) for offer in query.offers))
    return query, frozenset(brought)


def _granted(offer: StandingOffer, condition: str) -> StandingOffer:
    return replace(
        offer,
        lacks=tuple(one for one in offer.lacks if one != condition),
        lacks_at=tuple(tuple(one for one in at if one != condition) for at in offer.lacks_at),
    )


def _freed(one: Ceiling, state: str) -> Ceiling:
    return replace(one, persons=one.persons + one.freed, freed=0.0) if one.state == state else one


def _longer(query: PlanQuery) -> PlanQuery:
    """With one unit fewer at home for each in the field, as many units keep more of them there."""

    def times(state: str) -> float:
        units = dict(query.rules.rotation_of).get(state, query.rules.rotation)
        return units / (units - 1.0)

    return replace(
        query,
        offers=tuple(
            replace(one, persons=one.persons * times(one.state)) if one.rotates else one
            for one in query.offers
        ),
        held=tuple(replace(one, elements=one.elements * times(one.state)) for one in query.held),
        ceilings=tuple(replace(one, persons=one.persons * times(one.state)) for one in query.ceilings),
    )


# --- Everything that can be sent --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """All that one state sends: elements by capability in each period, and with whom it stands or falls."""

    elements: tuple[tuple[int, ...], ...]
    leaders: frozenset[tuple[str, int]]


def ways(query: PlanQuery, state: str) -> list[Way]:
    """All ways in which one state can take part that its own rules allow."""
    offers = [one for one in query.offers if one.state == state]
    slots = [(offer, need) for offer in offers for need in query.needs if _serves(query, offer, need)]
    turns = list(_turns(query, state, slots))
    found = {}
    for course in itertools.product(turns, repeat=query.periods):
        if not _sustained(query, offers, slots, course) or not _fair(query, slots, course):
            continue
        if not _free(slots, course) or not _large_enough(query, slots, course):
            continue
        elements = tuple(
            tuple(
                sum(number for number, (_, one) in zip(turn, slots, strict=True) if one is need)
                for need in query.needs
            )
            for turn in course
        )
        leaders = frozenset(
            (offer.only_with, period)
            for period, turn in enumerate(course)
            for number, (offer, _) in zip(turn, slots, strict=True)
            if number and offer.only_with is not None
        )
        found[elements, leaders] = Way(elements, leaders)
    return list(found.values())


def _serves(query: PlanQuery, offer: StandingOffer, need: Need) -> bool:
    holds = any((one.state, one.capability) == (offer.state, need.capability) for one in query.held)
    return offer.domain in need.domains and not offer.lacks and (holds or not need.scarce)


def _turns(
    query: PlanQuery, state: str, slots: list[tuple[StandingOffer, Need]]
) -> Iterator[tuple[int, ...]]:
    """What a state can send in one period."""
    surge = query.rules.surge
    spare = {
        offer.domain: max(need.element for need in query.needs if offer.domain in need.domains)
        * query.rules.alternates
        for offer, _ in slots
    }
    ranges = [
        range(int((offer.persons * surge + spare[offer.domain] + NEAR) // need.element) + 1)
        for offer, need in slots
    ]
    for turn in itertools.product(*ranges):
        sent = [number * need.element for number, (_, need) in zip(turn, slots, strict=True)]
        by_offer: dict[str, float] = {}
        for persons, (offer, _) in zip(sent, slots, strict=True):
            by_offer[offer.domain] = by_offer.get(offer.domain, 0.0) + persons
        offered = {offer.domain: offer.persons * surge + spare[offer.domain] for offer, _ in slots}
        if any(persons > offered[domain] + NEAR for domain, persons in by_offer.items()):
            continue
        if any(
            sum(n for n, (_, need) in zip(turn, slots, strict=True) if need.capability == one.capability)
            > one.elements + NEAR
            for one in query.held
            if one.state == state
        ):
            continue
        on_land = sum(by_offer.get(domain, 0.0) for domain in ARMY)
        if any(on_land > one.persons + NEAR for one in query.ceilings if one.state == state):
            continue
        yield turn


def _sustained(
    query: PlanQuery,
    offers: list[StandingOffer],
    slots: list[tuple[StandingOffer, Need]],
    course: tuple[tuple[int, ...], ...],
) -> bool:
    """Whether no more is sent of any offer than can be sustained, from each period on to the last.

    Where periods alternate for good, over all of them is enough.
    """
    for offer, since in itertools.product(offers, range(1 if query.rules.alternates else query.periods)):
        spent = sum(
            number * need.element
            for turn in course[since:]
            for number, (one, need) in zip(turn, slots, strict=True)
            if one is offer
        )
        if spent > offer.persons * (query.periods - since) + NEAR:
            return False
    return True


def _free(slots: list[tuple[StandingOffer, Need]], course: tuple[tuple[int, ...], ...]) -> bool:
    """Whether nothing is sent of an offer in a period in which it lacks something."""
    return not any(
        number and offer.lacks_at and offer.lacks_at[period]
        for period, turn in enumerate(course)
        for number, (offer, _) in zip(turn, slots, strict=True)
    )


def _large_enough(
    query: PlanQuery, slots: list[tuple[StandingOffer, Need]], course: tuple[tuple[int, ...], ...]
) -> bool:
    """Whether what is sent in a period is nothing, or a contingent that is worth sending."""
    for period, turn in enumerate(course):
        sent = sum(number * need.element for number, (_, need) in zip(turn, slots, strict=True))
        least = query.rules.minimum_at[period] if query.rules.minimum_at else query.rules.minimum
        if 0.0 < sent < least - NEAR:
            return False
    return True


def _fair(
    query: PlanQuery, slots: list[tuple[StandingOffer, Need]], course: tuple[tuple[int, ...], ...]
) -> bool:
    """Whether one state provides no more than its share of the whole need."""
    sent = sum(
        number * need.element for turn in course for number, (_, need) in zip(turn, slots, strict=True)
    )
    whole = sum(persons for need in query.needs for persons in need.persons)
    return query.rules.largest_share >= 1.0 or sent <= query.rules.largest_share * whole + NEAR


# --- All of them together ---------------------------------------------------------------------------------


class TooMany(Exception):
    """More ways than anybody waits for."""


@dataclass(frozen=True, slots=True, eq=False)
class Everything:
    """Every force that the rules allow, one a row.

    ``sent`` is in persons by state, period and capability; ``score`` is what is short, and as much as the
    whole need again for each state that the breadth lacks.
    """

    query: PlanQuery
    states: tuple[str, ...]
    sent: np.ndarray
    short: np.ndarray
    score: np.ndarray
    balance: np.ndarray
    effort: np.ndarray
    largest: np.ndarray

    def row_of(self, plan: Plan) -> int:
        """Where a plan stands: it is a breach of a rule if it stands nowhere."""
        wanted = np.zeros(self.sent.shape[1:])
        names = [need.capability for need in self.query.needs]
        for one in plan.contingents:
            wanted[self.states.index(one.state), :, names.index(one.capability)] = one.persons
        (rows,) = np.nonzero((np.abs(self.sent - wanted) < NEAR).all(axis=(1, 2, 3)))
        assert len(rows), f"the plan breaks a rule: {plan.contingents}"
        return int(rows[0])

    def least(self) -> float:
        """The least that can be short, breadth counted in."""
        return float(self.score.min())


def everything(query: PlanQuery, brought: frozenset[str] = frozenset()) -> Everything:
    """Try all ways of all states together."""
    states = tuple(sorted({offer.state for offer in query.offers}))
    lists = [ways(query, state) for state in states]
    if math.prod(len(one) for one in lists) > MOST:
        raise TooMany
    places = (
        np.indices([len(one) for one in lists]).reshape(len(lists), -1) if lists else np.zeros((0, 1), int)
    )
    element = np.array([need.element for need in query.needs])
    shape = (places.shape[1], len(states), query.periods, len(query.needs))
    number = np.zeros(shape)
    for k, one in enumerate(lists):
        number[:, k] = np.array([way.elements for way in one], dtype=float).reshape(-1, *shape[2:])[places[k]]
    there = number.sum(axis=3) > 0.0
    allowed = np.ones(shape[0], dtype=bool)
    for k, one in enumerate(lists):
        for leader, period in {pair for way in one for pair in way.leaders}:
            asks = np.array([(leader, period) in way.leaders for way in one])[places[k]]
            comes = there[:, states.index(leader), period] if leader in states else np.zeros(shape[0], bool)
            allowed &= ~asks | comes
    loads = np.array([need.loads for need in query.needs])
    if query.periods:
        allowed &= number[:, :, 0].sum(axis=1) @ loads <= query.rules.first_loads + NEAR
    sent, there = (number * element)[allowed], there[allowed]
    needed = np.array([need.persons for need in query.needs]).reshape(len(query.needs), query.periods).T
    left = np.array([need.capability not in brought for need in query.needs], dtype=float)
    lacks = np.maximum(needed - sent.sum(axis=1), 0.0) * left
    missing = np.maximum(query.rules.breadth - there.any(axis=2).sum(axis=1), 0)
    short = lacks.sum(axis=(1, 2))
    return Everything(
        query=query,
        states=states,
        sent=sent,
        short=short,
        score=short + max(float(needed.sum()), 1.0) * missing,
        balance=_balance(lacks, needed),
        effort=sent.sum(axis=(1, 2, 3)) + query.rules.fixed_effort * there.sum(axis=(1, 2)),
        largest=sent.sum(axis=(2, 3)).max(axis=1, initial=0.0),
    )


def _balance(lacks: np.ndarray, needed: np.ndarray) -> np.ndarray:
    """What a shortfall weighs if its first quarter of a need counts once, the second twice, and so on."""
    quarter = needed / 4.0
    parts = [k * np.clip(lacks - (k - 1) * quarter, 0.0, quarter) for k in (1, 2, 3, 4)]
    return np.asarray(sum(part.sum(axis=(1, 2)) for part in parts))


def least_after(query: PlanQuery, changes: Iterable[str]) -> float:
    """The least that can be short once changes are made, as a share of the need."""
    return everything(*made(query, changes)).least() / query.needed


# --- Queries at random ------------------------------------------------------------------------------------


def drawn(rng: np.random.Generator, *, states: int, capabilities: int, periods: int) -> PlanQuery:
    """A small plan that touches every rule now and then."""
    domains = ("land", "training", "air")
    needs = tuple(
        Need(
            f"c{k}",
            tuple(str(one) for one in rng.permutation(domains)[: int(rng.integers(1, 3))]),
            float(rng.choice([2.0, 3.0, 4.0, 5.0])),
            tuple(float(one) for one in rng.integers(2, 13, periods)),
            bool(rng.random() < 0.3),
            float(rng.integers(0, 3)),
        )
        for k in range(capabilities)
    )
    codes = STATES[:states]
    offers, held, ceilings = [], [], []
    for code in codes:
        others = [one for one in codes if one != code]
        for domain in rng.permutation(domains)[: int(rng.integers(1, 3))]:
            lacks = tuple(str(one) for one in rng.permutation(["p", "q"])[: int(rng.choice([0, 0, 0, 1]))])
            leader = str(rng.choice(others)) if others and rng.random() < 0.2 else None
            persons, rotates = float(rng.integers(2, 10)), bool(rng.random() < 0.8)
            at = tuple(("p",) if rng.random() < 0.3 else () for _ in range(periods))
            lacks_at = at if rng.random() < 0.2 else ()
            offers.append(StandingOffer(code, str(domain), persons, lacks, leader, rotates, lacks_at))
        held += [
            Held(code, need.capability, float(rng.integers(1, 3)))
            for need in needs
            if need.scarce and rng.random() < 0.7
        ]
        if rng.random() < 0.4:
            ceilings.append(Ceiling(code, float(rng.integers(2, 9)), float(rng.integers(0, 4))))
    rules = Rules(
        surge=float(rng.choice([1.0, 1.0, 1.5, 2.0])),
        alternates=bool(rng.random() < 0.4),
        rotation=float(rng.choice([2.0, 3.0, 4.0])),
        rotation_of=tuple((code, float(rng.choice([2.0, 5.0]))) for code in codes if rng.random() < 0.3),
        minimum=float(rng.choice([1.0, 3.0, 5.0])),
        minimum_at=tuple(float(one) for one in rng.choice([0.0, 4.0], periods)) if rng.random() < 0.2 else (),
        fixed_effort=float(rng.choice([0.0, 1.0])),
        breadth=int(rng.choice([0, 0, 1, 2, 3])),
        largest_share=float(rng.choice([1.0, 1.0, 0.6, 0.35])),
        first_loads=float(rng.choice([math.inf, math.inf, 2.0, 4.0])),
    )
    return PlanQuery(needs, tuple(offers), tuple(held), tuple(ceilings), rules, gap=0.0)


def shuffled(rng: np.random.Generator, query: PlanQuery) -> PlanQuery:
    """The same query with everything in another order."""

    def turned(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(items[k] for k in rng.permutation(len(items)))

    return replace(
        query,
        rules=replace(query.rules, rotation_of=turned(query.rules.rotation_of)),
        needs=tuple(replace(need, domains=turned(need.domains)) for need in turned(query.needs)),
        offers=tuple(replace(one, lacks=turned(one.lacks)) for one in turned(query.offers)),
        held=turned(query.held),
        ceilings=turned(query.ceilings),
    )


def relabelled(query: PlanQuery, names: Mapping[str, str]) -> PlanQuery:
    """The same query with other names for the states."""
    return replace(
        query,
        offers=tuple(
            replace(
                one,
                state=names[one.state],
                only_with=None if one.only_with is None else names.get(one.only_with, one.only_with),
            )
            for one in query.offers
        ),
        held=tuple(replace(one, state=names[one.state]) for one in query.held),
        ceilings=tuple(replace(one, state=names[one.state]) for one in query.ceilings),
        rules=replace(
            query.rules,
            rotation_of=tuple((names[state], units) for state, units in query.rules.rotation_of),
        ),
    )


def without(query: PlanQuery, state: str) -> PlanQuery:
    """The same query in which one state stays away."""
    return replace(
        query,
        offers=tuple(one for one in query.offers if one.state != state),
        held=tuple(one for one in query.held if one.state != state),
        ceilings=tuple(one for one in query.ceilings if one.state != state),
    )


# --- Contributions of one future --------------------------------------------------------------------------


def spend(
    needs: list[tuple[str, tuple[str, ...], bool, float]],
    arrive: dict[tuple[str, str], float],
    held: dict[tuple[str, str], float],
    ceilings: dict[str, float],
) -> dict[tuple[str, str], float]:
    """Who gives how many persons of what in one future (GE4, GE5), reckoned one number after another."""
    left = dict(arrive)
    for state, most in ceilings.items():
        total = sum(left.get((state, domain), 0.0) for domain in ARMY)
        for domain in ARMY:
            if (state, domain) in left and total > most:
                left[state, domain] *= most / total
    lacks = {name: persons for name, _, _, persons in needs}
    given: dict[tuple[str, str], float] = {}
    for name, domains, scarce, _ in needs:
        if scarce:
            holders = {state: most for (state, what), most in held.items() if what == name}
            lacks[name] -= _from_holders(name, domains, lacks[name], holders, left, given)
    for domain in ("monitors", "air", "sea", "training", "logistics", "land"):
        asking = {name: lacks[name] for name, domains, scarce, _ in needs if not scarce and domain in domains}
        for name, persons in _from_domain(domain, asking, left, given).items():
            lacks[name] -= persons
    return given


def _from_holders(
    name: str,
    domains: tuple[str, ...],
    lack: float,
    holders: dict[str, float],
    left: dict[tuple[str, str], float],
    given: dict[tuple[str, str], float],
) -> float:
    """Let each holder give in proportion to what it could; return what all give."""
    could = {
        state: min(most, sum(left.get((state, domain), 0.0) for domain in domains))
        for state, most in holders.items()
    }
    total = sum(could.values())
    for state, most in could.items():
        gives = most * min(1.0, lack / total) if total else 0.0
        given[state, name] = gives
        for domain in domains:
            part = min(gives, left.get((state, domain), 0.0))
            if part:
                left[state, domain] -= part
                gives -= part
    return min(total, lack)


def _from_domain(
    domain: str,
    asking: dict[str, float],
    left: dict[tuple[str, str], float],
    given: dict[tuple[str, str], float],
) -> dict[str, float]:
    """Share what is there in proportion to what is lacking; return what each capability gets."""
    there = {state: persons for (state, what), persons in left.items() if what == domain}
    wanted, total = sum(asking.values()), sum(there.values())
    if not wanted or not total:
        return {}
    spent = min(wanted, total)
    for name, lack in asking.items():
        for state, persons in there.items():
            part = spent * (lack / wanted) * (persons / total)
            given[state, name] = given.get((state, name), 0.0) + part
    for state, persons in there.items():
        left[state, domain] = persons - spent * persons / total
    return {name: spent * lack / wanted for name, lack in asking.items()}
