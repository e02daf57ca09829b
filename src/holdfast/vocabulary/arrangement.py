"""Arrangement: a design, in phases, each with a mission, guarantees and support.

Everything here is a lever: what one may choose. What one must guess stands in a ledger.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import CountryRef, EurPerYear, Flag, Key, Months, Persons, Reference, Text, Word
from holdfast.vocabulary.state import GroupRef

Format = Literal[
    "none",
    "monitoring",
    "peacekeeping",
    "deterrence",
    "reinforcement",
    "protection",
    "enforcement",
    "reconstruction",
]
UseOfForce = Literal["none", "self_defence", "defend_mandate", "fight_with_host"]
Area = Literal["line", "rear", "neighbour"]
DaysRef = Annotated[Key, Reference("estimate", "days")]
BodyRef = Annotated[Key, Reference("body")]


PATROL = "patrol"
NIGHT_PATROL = "night-patrol"
PATROLS = frozenset({PATROL, NIGHT_PATROL})
"""The sensors that persons on observing tasks are; their number follows from the persons."""


class Component(Word):
    """A part of a mission that does one task.

    ``planned_persons`` null means: as many as the task needs by the planning ratio.
    """

    task: Annotated[Key, Reference("task")]
    planned_persons: Persons | None


class SensorPlan(Word):
    """How many of one sensor the mission runs."""

    sensor: Annotated[Key, Reference("sensor")]
    count: Annotated[int, Field(ge=1, le=100_000, strict=True)]


class Contributors(Word):
    """Who is asked: members of any of ``groups`` and the states named; less those excluded."""

    groups: tuple[GroupRef, ...]
    states: tuple[CountryRef, ...]
    excluded: tuple[CountryRef, ...]
    basis: Text
    """Why these."""
    at_least: Annotated[int, Field(ge=1, le=200, strict=True)] | None = None
    """The fewest states that must take part, where breadth is wanted for its own sake."""
    largest_share: Annotated[float, Field(gt=0.0, le=1.0)] | None = None
    """The most of what is needed that one state may provide."""


class Mandate(Word):
    """What the mission may and must do."""

    use_of_force: UseOfForce
    area: Area
    renewal_months: Annotated[int, Field(ge=1, le=600, strict=True)] | None
    """Null: no renewal is needed."""


class Mission(Word):
    """Authority, mandate, components and sensors."""

    mandate: Mandate
    components: Annotated[tuple[Component, ...], Field(min_length=1)]
    sensors: tuple[SensorPlan, ...]
    contributors: Contributors
    access: Literal["both_sides", "host_side"]
    lead: Text
    """Who commands."""
    patrols: Literal["day", "day_and_night"] = "day"
    """When those on observing tasks are out: the same hours by day alone, or spread over the night too."""
    names_the_side: Flag = True
    """Whether the mission says in its reports which side broke the ceasefire."""

    @model_validator(mode="after")
    def _each_once(self) -> Mission:
        for names in ([one.task for one in self.components], [one.sensor for one in self.sensors]):
            for name in names:
                if names.count(name) > 1:
                    raise PydanticCustomError(
                        "twice", "'{name}' stands twice", {"name": name, "mend": "add the two up in one"}
                    )
        if any(one.sensor in PATROLS for one in self.sensors):
            raise PydanticCustomError(
                "patrol",
                "patrols follow from the persons on observing tasks",
                {"mend": "leave patrol and night-patrol out; the field patrols says when they go"},
            )
        return self


Decider = Literal["host", "mission", "coalition_headquarters", "capitals", "parliaments", "body"]
ANSWERED: tuple[str, ...] = ("grab", "offensive")
"""The breaches that a promise answers where it names none."""


class Guarantee(Word):
    """Who promises to respond to a breach, how, and how fast."""

    key: Key
    guarantors: Annotated[tuple[CountryRef, ...], Field(min_length=1)]
    promise: Text
    credibility: Annotated[Key, Reference("estimate", "share")]
    """Chance that the promise is kept when called."""
    response: Annotated[tuple[Literal["sanctions", "arms", "strikes", "troops"], ...], Field(min_length=1)]
    response_persons: Annotated[Key, Reference("estimate", "persons")] | None
    """Persons that would fight beside the host in time, or null if none are promised."""
    decide: DaysRef
    arrive: DaysRef
    binding: Literal["political", "treaty"]
    decider: Decider | None = None
    """Who has to say yes when it is called."""
    caveats: tuple[Text, ...] = ()
    """What those bound by it reserve."""
    answers: Annotated[tuple[Annotated[Key, Reference("breach")], ...], Field(min_length=1)] = ANSWERED
    """The breaches that it answers."""

    @property
    def of_host(self) -> bool:
        """Whether it is the host's own answer, which binds nobody else."""
        return self.decider == "host"


class Support(Word):
    """What strengthens the host's own forces in this phase, against what it gets at the halt."""

    military_eur_per_year: EurPerYear | None
    """Arms, joint production and technical help; null: as at the halt."""
    extra_trained_persons_per_year: Persons
    """Persons trained in a year beyond those trained at the halt."""
    intelligence: Flag
    """Whether partners go on sharing intelligence."""


class Trigger(Word):
    """When a phase begins: so many months after the halt, or on a signal that a mission can see.

    A signal is read over the last four weeks in which a mission was there to see it.
    """

    after_months: Months | None
    signal: (
        Literal["violation_rate", "denied_access", "shortfall", "casualties", "settlement_reached"] | None
    ) = None
    """``violation_rate``: incidents that the mission records in a week; ``denied_access``: share of its
    patrols that are turned back; ``shortfall``: share of the planned persons that is not there;
    ``casualties``: its dead by hostile act in this phase; ``settlement_reached``: a final settlement."""
    threshold: Annotated[float, Field(ge=0.0, le=1e9)] | None = None
    when: Literal["at_least", "at_most"] | None = None
    """Which side of the threshold begins the phase."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Trigger:
        if (self.after_months is None) == (self.signal is None):
            raise PydanticCustomError(
                "trigger",
                "a phase starts either after so many months or on a signal",
                {"mend": "give after_months or signal, not both"},
            )
        return self

    @model_validator(mode="after")
    def _signal_with_a_threshold(self) -> Trigger:
        measured = self.signal not in {None, "settlement_reached"}
        if measured and (self.threshold is None or self.when is None):
            raise PydanticCustomError(
                "trigger",
                "this signal needs a threshold and which side of it counts",
                {"mend": "give `threshold` and `when: at_least` or `when: at_most`"},
            )
        if not measured and (self.threshold is not None or self.when is not None):
            raise PydanticCustomError(
                "trigger",
                "a threshold belongs to a signal that is measured",
                {"mend": "leave `threshold` and `when` out"},
            )
        return self


class Phase(Word):
    """A stretch of time with one mission, one set of guarantees and one support."""

    name: Key
    starts: Trigger
    mission: Mission | None
    guarantees: tuple[Guarantee, ...]
    support: Support

    @property
    def promised_by_others(self) -> tuple[Guarantee, ...]:
        """The guarantees of others than the host, who alone can be asked, bound or drawn in."""
        return tuple(one for one in self.guarantees if not one.of_host)


class Expectation(Word):
    """A test that an analyst writes beside an arrangement, run by ``holdfast check``."""

    outcome: Literal[
        "accepted",
        "authorised",
        "filled",
        "persons",
        "attributed",
        "response_days",
        "hold_if_deployed",
        "hold_overall",
        "eur_per_year",
        "major_war",
        "drawn_in",
        "incidents_per_week",
        "recorded_incidents_per_week",
    ]
    year: Literal[1, 5, 10] | None = None
    at_least: float | None = None
    at_most: float | None = None
    settlement: Annotated[Key, Reference("settlement")] | None = None
    because: Text

    @model_validator(mode="after")
    def _bounded(self) -> Expectation:
        if self.at_least is None and self.at_most is None:
            raise PydanticCustomError(
                "expect", "an expectation has no bound", {"mend": "give at_least, at_most or both"}
            )
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise PydanticCustomError(
                "expect", "at_least lies above at_most", {"mend": "exchange the two, or correct one"}
            )
        if self.outcome.startswith("hold_") != (self.year is not None):
            raise PydanticCustomError(
                "expect",
                "hold_if_deployed and hold_overall need a year, and no other outcome takes one",
                {"mend": "give `year: 1`, 5 or 10 with those two, and none with the others"},
            )
        return self


class Arrangement(Word):
    """A file ``arrangements/NAME.yaml``: packaged, or a planner's own."""

    name: Key
    title: Text
    summary: Text
    format: Format
    authority: BodyRef | None
    """Who authorises; null when there is nothing to authorise."""
    fallback: Annotated[Key, Reference("arrangement")] | None
    """What stands if authority is refused: an arrangement that needs none.

    Null where this one needs none, or where refusal would leave no ceasefire at all."""
    phases: Annotated[tuple[Phase, ...], Field(min_length=1, max_length=12)]
    expect: tuple[Expectation, ...] = ()
    note: Text | None = None

    @model_validator(mode="after")
    def _fallback_of_an_authority(self) -> Arrangement:
        if self.authority is None and self.fallback is not None:
            raise PydanticCustomError(
                "fallback",
                "nothing has to authorise this arrangement, so nothing can be refused",
                {"mend": "write `fallback: null`, or name the authority"},
            )
        return self

    @model_validator(mode="after")
    def _in_order(self) -> Arrangement:
        starts = [phase.starts.after_months for phase in self.phases]
        if starts[0] != 0.0:
            raise PydanticCustomError(
                "phases",
                "the first phase starts at the halt",
                {"mend": "write `starts: {after_months: 0}` in the first phase"},
            )
        known = [start for start in starts if start is not None]
        if known != sorted(set(known)):
            raise PydanticCustomError(
                "phases",
                "the phases do not start one after another",
                {"mend": "put them in the order of after_months, each later than the one before"},
            )
        return self
