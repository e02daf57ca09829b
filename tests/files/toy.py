"""A small model with every feature of the vocabulary, and a good file for it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import (
    Day,
    Flag,
    Key,
    Km,
    Persons,
    Reference,
    Share,
    SourceRef,
    StateRef,
    Text,
    Word,
)


class Patrol(Word):
    kind: Literal["patrol"]
    count: int = Field(ge=1, le=100)


class Sensor(Word):
    kind: Literal["sensor", "radar"]
    reach_km: Km


class Offer(Word):
    state: StateRef
    persons: Persons
    day: Day | None = None

    @model_validator(mode="after")
    def _order(self) -> Offer:
        if self.persons == 13:
            raise PydanticCustomError("unlucky", "13 persons are unlucky", {"mend": "send 14"})
        if self.persons == 17:
            raise ValueError("17 persons are unlucky, too")
        return self


class Tags(RootModel[tuple[Text, ...]]):
    pass


class Toy(Word):
    name: Key
    title: Text = Field(description="What people call it. Nothing depends on it.")
    buffer_km: Km = Field(description="Width of the belt on each side.")
    share: Share = 0.5
    force: Literal["defence", "all-means"]
    flag: Flag
    parts: Annotated[tuple[Annotated[Patrol | Sensor, Field(discriminator="kind")], ...], Field(min_length=1)]
    either: Km | Annotated[Key, Reference("source")] = 3.0
    alt: Patrol | Sensor | None = None
    by_task: dict[Key, tuple[SourceRef, ...]] = Field(default_factory=dict)
    by_state: dict[StateRef, Share] = Field(default_factory=dict)
    offers: tuple[Offer, ...] = ()
    span: tuple[float, float] = (1.0, 2.0)
    steps: int = Field(3, gt=0, lt=10)
    tags: Tags = Tags(())
    delay: Annotated[Key, Reference("estimate", "days")] | None = None


GOOD = """\
name: first
title: The first
buffer_km: 7.5 mi
share: 20%
force: defence
flag: true
parts:
  - kind: patrol
    count: 3
  - {kind: sensor, reach_km: 4}
either: un-1701
alt: {kind: patrol, count: 2}
by_task:
  watch: [un-1701, un-425]
by_state: {FRA: 0.5}
offers:
  - state: FRA
    persons: 10
    day: 2024-05-01
  - state: DEU
    persons: 20
span: [1, 2.5]
steps: 4
tags: [a, b]
delay: decide
"""
