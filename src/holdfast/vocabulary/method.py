"""Method: tasks and sensors, the planning tables that every case shares, and a case's principles."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from holdfast.vocabulary.arrangement import Area, Format, UseOfForce
from holdfast.vocabulary.base import Confidence, Key, Reference, SourceRef, Text, Word
from holdfast.vocabulary.capability import Domain, Portion, Range


class Task(Word):
    """A task and the planning ratio that turns it into persons."""

    key: Key
    title: Text
    domain: Domain
    per: Literal["line_km", "site", "thousand_people", "mission"]
    """What the ratio multiplies: km of line, number of cities and plants, thousands of people near the line,
    or the mission as a whole."""
    ratio: Annotated[Key, Reference("estimate")]
    support: Annotated[Key, Reference("estimate", "ratio")] | None
    """Support persons for each person on the task; null when the ratio counts the whole force."""
    unit_cost: Annotated[Key, Reference("estimate", "eur_per_person_year")]
    separates: bool
    """Whether these persons stand between the sides."""
    observes: bool
    """Whether these persons also watch, as the sensor ``patrol`` does."""
    fights: bool
    """Whether these persons could fight beside the host, mandate and will permitting."""
    mix: tuple[Portion, ...] = ()
    """Of which capabilities its persons are made up; shares are taken over their sum."""
    reaction_hours: Range | None = None
    """Within what time it must be able to act; null where nothing is said."""
    sources: tuple[SourceRef, ...] = ()
    """Where the mix and the reaction time are from."""
    confidence: Confidence | None = None


class TasksFile(Word):
    """The file ``tasks.yaml`` of the model."""

    title: Text
    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]


class Sensor(Word):
    """A means of observation."""

    key: Key
    title: Text
    reach: Annotated[Key, Reference("estimate", "km")]
    """Distance at which it notices the incidents it is for."""
    availability: Annotated[Key, Reference("estimate", "share")]
    """Share of the time that it works, light, weather, jamming and sabotage considered."""
    locates: Annotated[Key, Reference("estimate", "share")]
    """Share of what it sees that is placed to a position."""
    attributes: Annotated[Key, Reference("estimate", "share")]
    """Share of what it sees that is ascribed to a side."""
    unit_cost: Annotated[Key, Reference("estimate", "eur_per_year")]
    """Running cost with capital spread over its life."""


class SensorsFile(Word):
    """The file ``sensors.yaml`` of the model."""

    title: Text
    sensors: Annotated[tuple[Sensor, ...], Field(min_length=1)]


class Applies(Word):
    """When a principle bears on an arrangement: every list given must contain the arrangement's value.

    An empty list means any.
    """

    formats: tuple[Format, ...]
    areas: tuple[Area, ...]
    use_of_force: tuple[UseOfForce, ...]
    bodies: tuple[Annotated[Key, Reference("body")], ...]


Figure = Literal[
    "line_against_border",
    "parties_with_veto",
    "contributors_tied",
    "contributors_allied",
    "use_of_force",
    "consent",
]
"""A figure that is counted or read off the words of the case and the arrangement.

``line_against_border`` length of the line and of the recognised land border between the parties;
``parties_with_veto`` which party could stop a decision alone, by rule and seats on the voting day;
``contributors_tied`` who of those asked is tied to a party; ``contributors_allied`` who of them belongs to
the case's alliance and to the group of the host's partners; ``use_of_force`` what each mandate allows, and
to whom; ``consent`` whose consent is needed, and what the parties have answered.
"""


class Precedent(Word):
    """What was done elsewhere by a like authority, in a like form or on like ground."""

    key: Key
    name: Text
    facts: Text
    applies: Applies
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence


class Principle(Word):
    """A legal or moral question, listed with the facts and never scored."""

    key: Key
    question: Text
    facts: Text
    applies: Applies
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence
    figures: tuple[Figure, ...] = ()
    """Figures that are listed with it."""
    precedents: tuple[Precedent, ...] = ()
    """Precedents of which those that bear on the arrangement are listed with it."""


class PrinciplesFile(Word):
    """The file ``principles.yaml`` of a case."""

    title: Text
    principles: Annotated[tuple[Principle, ...], Field(min_length=1)]
