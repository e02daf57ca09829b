"""Source: where a number or a fact comes from, and what exactly it states."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import Confidence, Key, Text, UnitName, Word

SourceKey = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)
]
"""A source's key, as evidence lists write it: ``S111``, ``facts-response-times``."""

_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Statement(Word):
    """A number that a source states: a value, a range, or both."""

    key: Key
    what: Text
    unit: UnitName
    value: _Number | None = None
    low: _Number | None = None
    high: _Number | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Statement:
        given = [number for number in (self.low, self.value, self.high) if number is not None]
        if not given:
            raise PydanticCustomError(
                "no_number",
                "a statement needs a value, a low or a high",
                {"mend": "write `value`, or `low` and `high`"},
            )
        if given != sorted(given):
            raise PydanticCustomError(
                "order",
                "low, value and high must stand in rising order",
                {"mend": "write the smallest as low and the largest as high"},
            )
        return self


class Source(Word):
    """A page, paper, data set, computation or judgement."""

    key: SourceKey
    title: Text
    author: Text | None = None
    published: Text | None = None
    """When, as the source itself dates it."""
    address: Text | None = None
    kind: Literal["page", "paper", "dataset", "computation", "general-knowledge", "judgement"]
    seen: Confidence
    """How it is known."""
    states: tuple[Statement, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Source:
        seen: set[str] = set()
        for statement in self.states:
            if statement.key in seen:
                raise PydanticCustomError(
                    "twice",
                    "the statement '{key}' stands twice",
                    {"key": statement.key, "mend": "keep one of the two, or give it another key"},
                )
            seen.add(statement.key)
        return self


class SourcesFile(Word):
    """The file ``sources.yaml``."""

    title: Text
    sources: tuple[Source, ...]

    @model_validator(mode="after")
    def _each_once(self) -> SourcesFile:
        seen: set[str] = set()
        for source in self.sources:
            if source.key in seen:
                raise PydanticCustomError(
                    "twice",
                    "the source '{key}' stands twice",
                    {"key": source.key, "mend": "keep one of the two, or give it another key"},
                )
            seen.add(source.key)
        return self
