"""State: a country that is no belligerent; what it can provide, its conditions, its caveats."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from holdfast.vocabulary.base import (
    Confidence,
    CountryRef,
    Day,
    Key,
    Persons,
    Reference,
    Share,
    SourceRef,
    Text,
    Word,
)

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
Capability = Literal["monitors", "land", "air", "sea", "training", "logistics"]
"""Coarse capabilities of this version; a later one splits them."""


class Offer(Word):
    """Persons of one capability that a state could sustain at a time, and where the figure is from."""

    capability: Capability
    persons: Annotated[Key, Reference("estimate", "persons")]
    conditions: tuple[Condition, ...]
    """Conditions of this offer, besides those of the state's position."""


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


class StatesFile(Word):
    """The file ``states.yaml`` of a case."""

    title: Text
    states: Annotated[tuple[State, ...], Field(min_length=1)]
