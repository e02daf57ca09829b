"""Method: tasks and sensors, the planning tables that every case shares, and a case's principles."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.arrangement import Area, Format, UseOfForce
from holdfast.vocabulary.base import Confidence, Flag, Key, Reference, Share, SourceRef, Text, Word
from holdfast.vocabulary.capability import Domain, Portion, Range
from holdfast.vocabulary.incident import IncidentClass


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


class Works(Word):
    """The share of the time in which a sensor works, by light and in fog; and what is left under jamming.

    ``fog`` stands for low cloud, snow and smoke too, and holds by day and by night; ``jammed`` is a share
    of what works without jamming.
    """

    day: Share
    night: Share
    fog: Share
    jammed: Share


RangeByClass = dict[IncidentClass, Range]


class Sensor(Word):
    """A means of observation: what it notices, how far, when, and what it makes of it.

    It notices an incident in whose reach it stands or comes past (``reach_km``, ``km_per_hour``), at which
    it looks from above once in so many hours (``hours_between_looks``), or that is told to it
    (``reports``). A class that none of the three names is not noticed.
    """

    key: Key
    title: Text
    unit: Text
    """What one of it is."""
    reach_km: RangeByClass = Field(default_factory=dict)
    """Distance at which it notices an incident of a class."""
    hours_between_looks: RangeByClass = Field(default_factory=dict)
    """How often it looks at any place of the theatre."""
    reports: RangeByClass = Field(default_factory=dict)
    """Share of all incidents of a class that are told to one of it."""
    km_per_hour: Range | None = None
    """How fast it moves along the line while it works; null: it stands."""
    works: Works
    bearing_only: Flag
    """Whether one alone gives a direction and no place."""
    needs_access: Flag
    """Whether the mission must be let to the place, or to look over it from near by."""
    location_error_km: Range
    delay_hours: Range
    """From an incident to its report."""
    false_per_month: Range
    """Reports of incidents that were none, from one of it that works all the time."""
    crew: Annotated[float, Field(ge=0, le=1_000)]
    """Persons for one of it, around the clock where it works so."""
    reach: Annotated[Key, Reference("estimate", "probit")]
    """Where in its ranges reach, looks and reports lie; 0 is the middle, 1.645 the end that notices most."""
    availability: Annotated[Key, Reference("estimate", "probit")]
    """How much more of the time than in ``works`` it works, on the normal scale."""
    locates: Annotated[Key, Reference("estimate", "share")]
    """Share of what it notices that is placed; with bearings alone, of what two of it notice."""
    attributes: Annotated[Key, Reference("estimate", "share")]
    """Share of what is placed that is ascribed to a side."""
    unit_cost: Annotated[Key, Reference("estimate", "eur_per_year")]
    """Running cost with capital spread over its life."""
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence
    note: Text | None = None

    @model_validator(mode="after")
    def _notices_something(self) -> Sensor:
        if not (self.reach_km or self.hours_between_looks or self.reports):
            raise PydanticCustomError(
                "sensor",
                "'{name}' notices nothing",
                {"name": self.key, "mend": "give reach_km, hours_between_looks or reports by class"},
            )
        return self

    @model_validator(mode="after")
    def _ranges_above_nought(self) -> Sensor:
        ranges = [*self.reach_km.values(), *self.hours_between_looks.values(), *self.reports.values()]
        ranges += [self.delay_hours, self.false_per_month, *filter(None, [self.km_per_hour])]
        if any(one.low <= 0.0 for one in ranges):
            raise PydanticCustomError(
                "sensor",
                "a range of '{name}' begins at 0",
                {"name": self.key, "mend": "leave the class out, or give a small number above 0"},
            )
        if any(one.high >= 1.0 for one in self.reports.values()):
            raise PydanticCustomError(
                "sensor",
                "'{name}' cannot be told of everything",
                {"name": self.key, "mend": "give shares below 1 under reports"},
            )
        return self


class SensorsFile(Word):
    """The file ``sensors.yaml`` of the model."""

    title: Text
    sensors: Annotated[tuple[Sensor, ...], Field(min_length=1)]


class Breach(Word):
    """A kind of breach: how it is noticed, and how long the breaker needs until it cannot be undone."""

    key: Key
    title: Text
    clock: Annotated[Key, Reference("estimate", "days")]
    """Until it is done: a fait accompli."""
    disputed: Annotated[Key, Reference("estimate", "days")]
    """Until it is ascribed to a side where observation alone does not."""
    seen_as: Annotated[tuple[IncidentClass, ...], Field(min_length=1)]
    """The classes of incident that it shows as; the one that is seen most counts."""
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence
    note: Text | None = None


class BreachesFile(Word):
    """The file ``breaches.yaml`` of the model."""

    title: Text
    breaches: Annotated[tuple[Breach, ...], Field(min_length=1)]


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
