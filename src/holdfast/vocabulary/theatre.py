"""Theatre: the line of contact, what lies around it, and as of when."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from holdfast.vocabulary.base import (
    Confidence,
    Day,
    Key,
    Km,
    Latitude,
    Longitude,
    Reference,
    SourceRef,
    Text,
    Word,
)

Terrain = Literal["estuary", "river", "reservoir_bed", "land", "border"]


class LinePoint(Word):
    """A point of the generalised line of contact, given through named places.

    ``toward`` and ``fraction`` say that the point lies that share of the way from ``place`` to
    another named place; without them it is ``place`` itself. Coordinates are decimal degrees WGS84.
    """

    place: Text
    toward: Text | None = None
    fraction: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    latitude: Latitude
    longitude: Longitude
    terrain: Terrain
    confidence: Confidence


class LineOfContact(Word):
    """The generalised line, from one end to the other.

    A statement about control on a day, not about sovereignty.
    """

    title: Text
    as_of: Day
    points: Annotated[tuple[LinePoint, ...], Field(min_length=2, max_length=5_000)]
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    note: Text | None = None


class Site(Word):
    """A place that a mission may have to watch or protect."""

    key: Key
    name: Text
    kind: Literal["nuclear_plant", "port", "city", "crossing", "energy", "airfield", "depot_area", "island"]
    latitude: Latitude
    longitude: Longitude
    held_by: Annotated[str, Reference("country")] | None
    note: Text | None = None
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence


class Border(Word):
    """The recognised land border between the parties, wherever the line runs."""

    km: Km
    text: Text
    """What is counted, and what other figures there are."""
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence


class NamedPlace(Word):
    """A town or village: to be named on maps, and whose people live near the line or not."""

    name: Text
    kind: Literal["town", "city"]
    """``town``: near the line, of whatever size; ``city``: larger, anywhere in the theatre."""
    latitude: Latitude
    longitude: Longitude
    held_by: Annotated[str, Reference("country")] | None
    """A statement about control on the day of the line, not about sovereignty; null: contested or unknown."""
    people: Annotated[int, Field(ge=0, le=100_000_000, strict=True)] | None
    """How many lived there; null: not known."""
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence


class PlacesFile(Word):
    """The file ``places.yaml`` of a case."""

    title: Text
    note: Text | None = None
    places: Annotated[tuple[NamedPlace, ...], Field(min_length=1)]


class TheatreFile(Word):
    """The file ``theatre.yaml`` of a case."""

    title: Text
    line: LineOfContact
    line_km: Annotated[Key, Reference("estimate", "km")]
    """Length of line that a mission would have to cover: an estimate, because the literature disagrees."""
    near_line_population: Annotated[Key, Reference("estimate", "persons")]
    sites: tuple[Site, ...]
    border: Border | None = None
    """The recognised land border between the parties, to be named beside the length of the line."""
