"""Capability: what units can do, in the field's own terms, and the least unit that a state sends."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import Confidence, Flag, Key, Reference, SourceRef, Text, Word

Domain = Literal["monitors", "land", "air", "sea", "training", "logistics"]
"""What an offer is made in. An offer in a domain may be spent on any capability of that domain."""
Place = Literal["line", "rear", "neighbour", "sea", "air"]
"""Where a capability stands: on the line, behind it, in a neighbouring country, at sea, or in the air."""
Role = Literal["observe", "combat", "support", "train", "command"]
"""What its persons do for the mission."""


class Range(Word):
    """A number with its plausible 90 % range, where it takes no part in the joint draws."""

    low: Annotated[float, Field(ge=0, le=1e9)]
    mode: Annotated[float, Field(ge=0, le=1e9)]
    high: Annotated[float, Field(ge=0, le=1e9)]

    @model_validator(mode="after")
    def _in_order(self) -> Range:
        if not self.low <= self.mode <= self.high:
            raise PydanticCustomError(
                "range", "low, mode and high do not follow one another", {"mend": "write low <= mode <= high"}
            )
        return self


class Capability(Word):
    """A capability, in elements: the least units of it that a state sends."""

    key: Key
    title: Text
    domains: Annotated[tuple[Domain, ...], Field(min_length=1)]
    """The kinds of offer that it may be taken from, the usual one first."""
    element: Text
    """What one element is, such as `company` or `flight`."""
    persons: Range
    """Persons in one element."""
    place: Place
    role: Role
    scarce: Flag
    """Whether only states that are known to have it can send it; any other may send any, out of its offer."""
    lift: Range | None
    """Loads of a heavy transport aircraft that an element takes; null where it moves by itself or by road."""
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence
    note: Text | None = None


class CapabilitiesFile(Word):
    """The file ``capabilities.yaml`` of the model."""

    title: Text
    capabilities: Annotated[tuple[Capability, ...], Field(min_length=1)]


CapabilityRef = Annotated[Key, Reference("capability")]


class Portion(Word):
    """What share of the persons on a task are of one capability."""

    capability: CapabilityRef
    share: Range
