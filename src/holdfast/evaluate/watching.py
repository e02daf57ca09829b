"""What a mission and states watch with, and where: the query of the stage that observes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from holdfast.evaluate.question import Question
from holdfast.observe import BuildUp, Coverage, ObserveQuery, OwnMeans, SensorUse, Setting
from holdfast.vocabulary.arrangement import NIGHT_PATROL, PATROL, Mission
from holdfast.vocabulary.capability import Range
from holdfast.vocabulary.incident import CLASSES
from holdfast.vocabulary.method import RangeByClass, Sensor

Array = NDArray[np.float64]

OFFENSIVE: Final = "offensive"
GRAB: Final = "grab"
NEEDED: Final = {OFFENSIVE: "observe.warning.needed", GRAB: "observe.warning.needed-locally"}
"""The days that the host needs to be ready for an attack."""
GATHERING: Final = CLASSES.index("banned_weapons")
"""A build-up looks like weapons where they should not be."""
WEEKS_PER_MONTH: Final = 365.25 / 12.0 / 7.0
_Z_95: Final = 1.6448536269514722


def drawn(given: Range, place: Array) -> Array:
    """Return a range's values, for places in it on the normal scale: 0 the mode, 1.645 the high end.

    Logarithmic from the mode to either end, so that it stays above 0.
    """
    share = place / _Z_95
    end = np.where(share >= 0.0, given.high, given.low)
    return np.asarray(given.mode * (end / given.mode) ** np.abs(share), dtype=np.float64)


def observation_of(
    question: Question, mission: Mission | None, delivered: Mapping[str, Array]
) -> ObserveQuery:
    """Return the sensors of a mission, its patrols among them; without a mission, states' own means alone."""
    uses: list[SensorUse] = []
    if mission is not None:
        counts = {plan.sensor: question.constant(plan.count) for plan in mission.sensors}
        counts[patrol_of(mission)] = patrols(question, delivered)
        uses = [
            use_of(question, question.case.sensors[key], count, names=mission.names_the_side)
            for key, count in counts.items()
        ]
    return ObserveQuery(
        sensors=tuple(uses),
        setting=setting_of(question, mission),
        own=OwnMeans(
            seen=_by_class(question, "national"),
            attributed=question.draw("observe.national.attributed"),
            delay_hours=question.draw("observe.national.delay"),
        ),
        build_ups=tuple(_build_up(question, attack) for attack in NEEDED),
    )


def use_of(question: Question, sensor: Sensor, count: Array, *, names: bool) -> SensorUse:
    """Return so many of a sensor as the engine sees them; ``names``: whether sides are named in reports."""
    place = question.draw(sensor.reach)
    slow = question.draw("observe.delays")
    false = drawn(sensor.false_per_month, question.draw("observe.false-reports"))
    speed = sensor.km_per_hour
    looks = _each(sensor.hours_between_looks, -place)
    return SensorUse(
        sensor=sensor.key,
        count=count,
        reach_km=_each(sensor.reach_km, place),
        km_per_hour=question.constant(0.0) if speed is None else drawn(speed, place),
        passes_per_hour=np.divide(1.0, looks, out=np.zeros_like(looks), where=looks > 0.0),
        reports=_each(sensor.reports, place),
        works=_works(sensor, question.draw(sensor.availability)),
        locates=question.draw(sensor.locates),
        attributes=question.draw(sensor.attributes) if names else question.constant(0.0),
        bearing_only=sensor.bearing_only,
        needs_access=sensor.needs_access,
        delay_hours=drawn(sensor.delay_hours, slow),
        false_per_week=false / WEEKS_PER_MONTH,
    )


def _each(ranges: RangeByClass, place: Array) -> Array:
    """Return the drawn values by class, 0 where a class is not named, array (futures, classes)."""
    nothing = np.zeros_like(place)
    return np.stack([drawn(ranges[name], place) if name in ranges else nothing for name in CLASSES], axis=1)


def _works(sensor: Sensor, shift: Array) -> Array:
    """Return the share of the time in which a sensor works, array (futures, lights, weathers, jammings)."""
    states = np.empty((shift.size, 2, 2, 2))
    for light, share in enumerate((sensor.works.day, sensor.works.night)):
        for weather, clear in enumerate((share, min(share, sensor.works.fog))):
            states[:, light, weather, 0] = ndtr(ndtri(clear) + shift)
            states[:, light, weather, 1] = states[:, light, weather, 0] * sensor.works.jammed
    return states


def setting_of(question: Question, mission: Mission | None) -> Setting:
    """Return where and when incidents are: hot spots and the rest of the line (OB11)."""
    line = question.draw(question.case.theatre.line_km)
    hot_line = question.draw("observe.hot.line")
    hot = question.draw("observe.hot.incidents")
    aimed = question.draw("observe.hot.sensors")
    opponent = question.draw("observe.side.opponent")
    mix = _by_class(question, "mix")
    return Setting(
        km=np.stack([line * hot_line, line * (1.0 - hot_line)], axis=1),
        incidents=np.stack([hot, 1.0 - hot], axis=1),
        sensors=np.stack([aimed, 1.0 - aimed], axis=1),
        depth_km=_by_class(question, "depth"),
        lasts_hours=_by_class(question, "lasts"),
        mix=mix / mix.sum(axis=1, keepdims=True),
        side=np.stack([1.0 - opponent, opponent], axis=1),
        dark=question.draw("observe.dark"),
        fog=np.stack([question.draw("observe.fog.day"), question.draw("observe.fog.night")], axis=1),
        jammed=np.stack(
            [question.draw("observe.jammed.host"), question.draw("observe.jammed.opponent")], axis=1
        ),
        access=_access(question, mission, opponent),
    )


def _by_class(question: Question, what: str) -> Array:
    """Return a row of each class of incident, array (futures, classes)."""
    return np.stack([question.draw(f"observe.{name.replace('_', '-')}.{what}") for name in CLASSES], axis=1)


def _access(question: Question, mission: Mission | None, opponent: Array) -> Array:
    """Return the share of places of incidents that a mission reaches, by side (OB12).

    What is denied is shared out between the sides; no side denies more than all of its places, and what
    is beyond that falls to the other.
    """
    if mission is None:
        return np.ones((question.size, 2))
    denied = 1.0 - access_of(question, mission)
    places = np.stack([1.0 - opponent, opponent], axis=1)
    there = denied * question.draw("observe.denied.opponent")
    wanted = np.stack([denied - there, there], axis=1)
    beyond = np.maximum(wanted - places, 0.0)
    closed = np.minimum(np.minimum(wanted, places) + beyond[:, ::-1], places)
    share = np.divide(closed, places, out=np.zeros_like(places), where=places > 0.0)
    return np.asarray(np.clip(1.0 - share, 0.0, 1.0), dtype=np.float64)


def _build_up(question: Question, attack: str) -> BuildUp:
    """Return the build-up before an attack by the opponent."""
    return BuildUp(
        attack=attack,
        kind=GATHERING,
        depth_km=question.draw("observe.build-up.depth"),
        days=question.draw(f"observe.build-up.{attack}"),
        own_days=question.draw("observe.national.build-up"),
        needed_days=question.draw(NEEDED[attack]),
        believed=question.draw("observe.warning.believed"),
    )


def warning_of(question: Question, coverage: Coverage, attack: str) -> Array:
    """Return the chance that a build-up is seen in time, belts of the settlement included (EF8).

    Heavy weapons that left a belt must first come back through it, which shows in proportion to its depth.
    """
    warning = coverage.warning(attack).in_time
    belt = question.settlement.terms.belt_km
    if not belt:
        return warning
    depth = np.minimum(1.0, belt / question.draw("endure.belts.full-km"))
    return 1.0 - (1.0 - warning) * (1.0 - depth * question.draw("observe.warning.belts"))


def access_of(question: Question, mission: Mission) -> Array:
    """Return the share of places near the line that a mission may go to."""
    return question.draw(f"observe.access.{mission.access.replace('_', '-')}")


def patrol_of(mission: Mission) -> str:
    """Return the sensor that the mission's persons on observing tasks are."""
    return NIGHT_PATROL if mission.patrols == "day_and_night" else PATROL


def patrols(question: Question, delivered: Mapping[str, Array]) -> Array:
    """Return the patrols that the persons on observing tasks keep out on a day."""
    observers = question.constant(0.0)
    for task, persons in delivered.items():
        if question.case.tasks[task].observes:
            observers = observers + persons
    return observers / question.draw("observe.patrol.persons-per-patrol")
