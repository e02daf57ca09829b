"""Force: a mission that was there or one that was proposed, to be shown beside what a task would need."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from holdfast.vocabulary.base import Confidence, Key, Km, Reference, SourceRef, Text, Word
from holdfast.vocabulary.capability import Range

TaskRef = Annotated[Key, Reference("task")]


class Force(Word):
    """A force on record or on paper. It is no input of any result: it stands beside them."""

    key: Key
    title: Text
    kind: Literal["mission", "proposal"]
    year: Annotated[int, Field(ge=1900, le=2100, strict=True)]
    tasks: Annotated[tuple[TaskRef, ...], Field(min_length=1)]
    """What it did or was to do, in the model's tasks."""
    persons: Range
    """Its strength: low and high where sources differ or it changed."""
    line_km: Km | None
    """The line that it watched or held; null where it had none."""
    population_thousands: Annotated[float, Field(gt=0)] | None = None
    """People in its area, for tasks that are measured by them."""
    posts: Range | None = None
    """Posts or positions that it kept on the line."""
    text: Text
    """What it was, in our own words."""
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence


class ForcesFile(Word):
    """The file ``forces.yaml`` of the model."""

    title: Text
    forces: Annotated[tuple[Force, ...], Field(min_length=1)]
