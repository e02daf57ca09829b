"""From offers with conditions to persons who arrive (rules GE1 to GE7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from holdfast.generate.plan import ON_LAND
from holdfast.noise import Process, normal

Array = NDArray[np.float64]

DOMAINS: Final = ("monitors", "air", "sea", "training", "logistics", "land")
"""In this order offers are drawn on: land, of which most is asked, comes last."""
_COMMON: Final = 26**3
"""The address of what moves all states together, after those of three letters."""
_COMES, _SENDS = 0, 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is needed of one capability.

    Attributes
    ----------
    capability : str
    domains : tuple of str
        Kinds of offer that it may be taken from.
    scarce : bool
        Whether only states that hold it can send it.
    persons : array (futures,)
    """

    capability: str
    domains: tuple[str, ...]
    scarce: bool
    persons: Array


@dataclass(frozen=True, slots=True)
class OfferTerm:
    """An offer of one state.

    Attributes
    ----------
    state, domain : str
    persons : array (futures,)
    stance : array (futures,), share
        Chance that a state of this stance takes part when its conditions are met.
    conditions : tuple of str
        Conditions that must all be met.
    only_with : str or None
        A state without which it does not serve.
    """

    state: str
    domain: str
    persons: Array
    stance: Array
    conditions: tuple[str, ...]
    only_with: str | None = None


@dataclass(frozen=True, slots=True)
class HeldTerm:
    """Persons of a scarce capability that a state could keep in the field."""

    state: str
    capability: str
    persons: float


@dataclass(frozen=True, slots=True)
class GenerateQuery:
    """Offers against a plan.

    Attributes
    ----------
    needs : tuple of Wanted
    offers : tuple of OfferTerm
    held : tuple of HeldTerm
    ceilings : mapping of state to array (futures,) of persons
        The most that it can keep in the field on land, where that is known.
    met : mapping of condition to array (futures,), share
        Chance that each condition is met.
    reliability : array (futures,), share
        Share of what is offered that the middle state delivers.
    spread : array (futures,), probit
        How far states differ in that.
    common : array (futures,), share
        Share of what decides whether a state comes that is the same for all: backing, mood, alarm.
    seed : int
    futures : array (futures,) of int

    Raises
    ------
    ValueError
        If a need, an offer or a holding is named twice.
    """

    needs: tuple[Wanted, ...]
    offers: tuple[OfferTerm, ...]
    held: tuple[HeldTerm, ...]
    ceilings: Mapping[str, Array]
    met: Mapping[str, Array]
    reliability: Array
    spread: Array
    common: Array
    seed: int
    futures: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Check that nothing is named twice: the second would silently stand for both."""
        named: dict[str, Sequence[object]] = {
            "need": [need.capability for need in self.needs],
            "offer": [(offer.state, offer.domain) for offer in self.offers],
            "holding": [(one.state, one.capability) for one in self.held],
        }
        for what, names in named.items():
            if len(set(names)) < len(names):
                raise ValueError(f"a {what} is named twice")


@dataclass(frozen=True, slots=True)
class Contribution:
    """Persons of one capability that arrive from one state, per future."""

    state: str
    capability: str
    persons: Array


@dataclass(frozen=True, slots=True)
class Contributions:
    """Who provides what, per future.

    Attributes
    ----------
    contributions : tuple of Contribution
    delivered : mapping of capability to array (futures,) of persons
    filled : array (futures,), share
        Persons delivered over persons planned, all capabilities together.
    shortfall : mapping of capability to array (futures,) of persons
    approves : mapping of state to array (futures,), share
        Chance that a state takes part with anything: that of its likeliest offer, because what moves
        one offer moves the others.
    """

    contributions: tuple[Contribution, ...]
    delivered: Mapping[str, Array]
    filled: Array
    shortfall: Mapping[str, Array]
    approves: Mapping[str, Array]


def generate(query: GenerateQuery) -> Contributions:
    """Return what the offers deliver against the plan.

    GE1: chance that a state takes part = stance x the product of its conditions' chances.
    GE2: it comes or it does not; what decides is partly common to all states.
    GE3: one that comes sends a share of its offer, in each state another about the reliability of the future.
    GE4: on land no state sends more than its ceiling.
    GE5: scarce capabilities are filled first, by those who hold them; then what is left of each domain goes
    to the others that may be taken from it, in proportion to what they still lack.
    GE7: filled = delivered / planned; a plan of nobody is filled.
    """
    left = _arriving(query)
    given: dict[tuple[str, str], Array] = defaultdict(lambda: np.zeros_like(query.reliability))
    lacks = {need.capability: need.persons.copy() for need in query.needs}
    for need in query.needs:
        if need.scarce:
            _fill_scarce(query, need, left, given, lacks)
    for domain in DOMAINS:
        _fill_common(query, domain, left, given, lacks)
    delivered = {need.capability: need.persons - lacks[need.capability] for need in query.needs}
    planned = sum((need.persons for need in query.needs), np.zeros_like(query.reliability))
    whole = sum(delivered.values(), np.zeros_like(query.reliability))
    nobody = planned <= 0.0
    filled = np.where(nobody, 1.0, np.minimum(whole / np.where(nobody, 1.0, planned), 1.0))
    contributions = tuple(
        Contribution(state, what, persons) for (state, what), persons in sorted(given.items())
    )
    return Contributions(contributions, delivered, filled, lacks, _approvals(query))


Left = dict[tuple[str, str], Array]
"""What is left of the offers, by state and domain."""
Given = dict[tuple[str, str], Array]
"""What has been given, by state and capability."""


def arriving(query: GenerateQuery) -> dict[tuple[str, str], Array]:
    """Return the share of each offer that arrives in each future, by state and domain (GE1 to GE3)."""
    own = 1.0 - query.common
    weather = normal(query.seed, query.futures, Process.OFFERS, _COMMON, _COMES)
    found = {}
    for offer in query.offers:
        number = _number(offer.state)
        alone = normal(query.seed, query.futures, Process.OFFERS, number, _COMES)
        comes = ndtr(np.sqrt(query.common) * weather + np.sqrt(own) * alone) < _chance(offer, query)
        about = normal(query.seed, query.futures, Process.OFFERS, number, _SENDS)
        sends = ndtr(ndtri(np.clip(query.reliability, 1e-9, 1.0 - 1e-9)) + query.spread * about)
        found[offer.state, offer.domain] = np.where(comes, sends, 0.0)
    for offer in query.offers:
        if offer.only_with is not None:
            led = [share > 0.0 for (state, _), share in found.items() if state == offer.only_with]
            there = np.any(led, axis=0) if led else np.zeros_like(query.reliability, dtype=np.bool_)
            found[offer.state, offer.domain] = found[offer.state, offer.domain] * there
    return found


def _arriving(query: GenerateQuery) -> Left:
    """Return the persons who could be there of each offer, within the ceilings (GE4)."""
    share = arriving(query)
    left = {
        (offer.state, offer.domain): offer.persons * share[offer.state, offer.domain]
        for offer in query.offers
    }
    for state, ceiling in query.ceilings.items():
        of_state = [key for key in left if key[0] == state and key[1] in ON_LAND]
        total = sum((left[key] for key in of_state), np.zeros_like(ceiling))
        kept = np.minimum(1.0, ceiling / np.maximum(total, 1e-9))
        for key in of_state:
            left[key] = left[key] * kept
    return left


def _fill_scarce(
    query: GenerateQuery, need: Wanted, left: Left, given: Given, lacks: dict[str, Array]
) -> None:
    """Give a scarce capability from those who hold it, in proportion to what they could give (GE5)."""
    could: dict[str, Array] = {}
    for held in query.held:
        if held.capability == need.capability:
            offered = sum(
                (left[key] for key in _drawn(need, left, held.state)), np.zeros_like(query.reliability)
            )
            could[held.state] = np.minimum(held.persons, offered)
    total = sum(could.values(), np.zeros_like(query.reliability))
    taken = np.minimum(1.0, lacks[need.capability] / np.maximum(total, 1e-9))
    for state, most in could.items():
        rest = most * taken
        given[state, need.capability] = given[state, need.capability] + rest
        lacks[need.capability] = np.maximum(lacks[need.capability] - rest, 0.0)
        for key in _drawn(need, left, state):
            used = np.minimum(left[key], rest)
            left[key], rest = left[key] - used, rest - used


def _drawn(need: Wanted, left: Left, state: str) -> list[tuple[str, str]]:
    """Return a state's offers that a capability may be taken from, the usual one first."""
    return [(state, domain) for domain in need.domains if (state, domain) in left]


def _fill_common(
    query: GenerateQuery, domain: str, left: Left, given: Given, lacks: dict[str, Array]
) -> None:
    """Give what is left in a domain to what may be taken from it, in proportion to what is lacking (GE5)."""
    wanting = [need.capability for need in query.needs if not need.scarce and domain in need.domains]
    offers = [key for key in left if key[1] == domain]
    nothing = np.zeros_like(query.reliability)
    wanted = sum((lacks[name] for name in wanting), nothing)
    there = sum((left[key] for key in offers), nothing)
    filled = np.minimum(1.0, there / np.maximum(wanted, 1e-9))
    spent = np.minimum(1.0, wanted / np.maximum(there, 1e-9))
    for name in wanting:
        portion = lacks[name] / np.maximum(wanted, 1e-9)
        for key in offers:
            given[key[0], name] = given[key[0], name] + left[key] * spent * portion
        lacks[name] = lacks[name] * (1.0 - filled)
    for key in offers:
        left[key] = left[key] * (1.0 - spent)


def _number(state: str) -> int:
    """Return the address of a state's own noise: its code, read as a number."""
    result = 0
    for letter in state:
        result = result * 26 + ord(letter) - ord("A")
    return result


def _approvals(query: GenerateQuery) -> dict[str, Array]:
    """Return the chance that each state takes part with any of its offers."""
    approves: dict[str, Array] = {}
    for offer in query.offers:
        approves[offer.state] = np.maximum(approves.get(offer.state, 0.0), _chance(offer, query))
    return approves


def _chance(offer: OfferTerm, query: GenerateQuery) -> Array:
    """Return the chance that the offer is made good in each future (GE1)."""
    chance = offer.stance
    for condition in offer.conditions:
        chance = chance * query.met[condition]
    return chance
