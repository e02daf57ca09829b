"""State: a country that is no belligerent; what it can provide, its conditions, its caveats."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import (
    Confidence,
    CountryRef,
    Day,
    Key,
    Persons,
    Reference,
    Share,
    SourceRef,
    StateRef,
    Text,
    Word,
)
from holdfast.vocabulary.capability import CapabilityRef, Domain, Range

Group = Key
"""A group of states that a case names: an alliance, a union, a coalition."""
GroupRef = Annotated[Key, Reference("group")]
"""A group that at least one state of the case belongs to."""
Condition = Literal[
    "ceasefire",
    "backstop",
    "un_mandate",
    "behind_line",
    "not_inside",
    "parliament",
]
"""Conditions that a state ties its offer to.

``ceasefire`` a ceasefire is in force; ``backstop`` the state that the case names as backstop stands
behind the force; ``un_mandate`` the Council or the Assembly has decided; ``behind_line`` not on the
line of contact; ``not_inside`` not inside the host; ``parliament`` its parliament must agree first.
"""
Stance = Literal["offers", "open", "unstated", "refuses"]


class Offer(Word):
    """Persons in one domain that a state could sustain at a time, and where the figure is from."""

    domain: Domain
    persons: Annotated[Key, Reference("estimate", "persons")]
    conditions: tuple[Condition, ...]
    """Conditions of this offer, besides those of the state's position."""
    only_with: StateRef | None = None
    """A state without whose own contribution this one cannot serve, such as one whose transport it needs."""


class Holding(Word):
    """A scarce capability that a state has and could send."""

    capability: CapabilityRef
    elements: Range
    """How many at a time, sustained; what it needs for itself and has given away is taken off."""
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence
    note: Text | None = None


class Pledge(Word):
    """Forces that are bound by another plan, and so cannot be sent."""

    persons: Range
    domain: Domain
    what: Text
    until: Day | None
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence


class Rotation(Word):
    """How a state keeps forces in the field."""

    tour_months: Annotated[float, Field(gt=0, le=36)]
    units_per_unit: Annotated[float, Field(ge=1, le=10)]
    """Units that it takes to keep one in the field: the one there, those that rest and those that prepare."""
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence


class Position(Word):
    """The stated position on troops inside the host, in our own words."""

    stance: Stance
    text: Text
    conditions: tuple[Condition, ...]
    stated_on: Day | None
    may_be_stale: bool
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence


class PublicSupport(Word):
    """Share of the public in favour of the country's own troops in a peace force, in one poll."""

    share: Share
    poll: Text
    confidence: Confidence


class State(Word):
    """A country that could contribute, finance, vote or refuse."""

    code: CountryRef
    groups: tuple[Group, ...]
    active_personnel: Persons | None
    active_personnel_basis: Text | None
    position: Position
    offers: tuple[Offer, ...]
    approval: Text | None
    """Who must approve, as a rule of that state."""
    pledged_elsewhere: Text | None
    public_support: PublicSupport | None
    note: Text | None = None
    army_personnel: Persons | None = None
    army_personnel_basis: Text | None = None
    has: tuple[Holding, ...] = ()
    """Scarce capabilities that it could send; of those not listed it has none that is known."""
    pledges: tuple[Pledge, ...] = ()
    """Forces bound by other plans, or kept at home to cover a flank."""
    rotation: Rotation | None = None
    """Its practice, where it is known; else the model's."""

    @model_validator(mode="after")
    def _once(self) -> State:
        parts: dict[str, list[str]] = {
            "offers": [offer.domain for offer in self.offers],
            "has": [held.capability for held in self.has],
        }
        for part, names in parts.items():
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise PydanticCustomError(
                    "twice",
                    "{part}: '{name}' stands twice",
                    {"part": part, "name": twice[0], "mend": "add the two up in one entry"},
                )
        return self


class StatesFile(Word):
    """The file ``states.yaml`` of a case."""

    title: Text
    states: Annotated[tuple[State, ...], Field(min_length=1)]
