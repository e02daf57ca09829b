"""What is seen, located and attributed, by stretch of the line, class of incident, side and light."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from holdfast.observe.sensing import fixed, near_share, noticed, reported, width_km
from holdfast.observe.warning import in_time, lead_days

Array = NDArray[np.float64]

SIDES: Final = ("host", "opponent")
"""On whose ground an incident has to be seen: whose denial and jamming it meets."""
LIGHTS: Final = ("day", "night")
WEATHERS: Final = ("clear", "fog")
JAMMINGS: Final = ("free", "jammed")
HOURS_PER_DAY: Final = 24.0
BANDS: Final = 12
"""Bands of distance from the line, each with as many incidents. What lies far from the line is far from all
sensors, so kinds are combined band by band."""
AXES: Final = ("stretch", "incident_class", "side", "light")
"""The axes of a coverage after that of the futures."""


@dataclass(frozen=True, slots=True)
class SensorUse:
    """Sensors of one kind, per future.

    Attributes
    ----------
    sensor : str
    count : array (futures,)
    reach_km : array (futures, classes), km
        Distance at which one notices an incident; 0: it does not notice this class so.
    km_per_hour : array (futures,)
        How fast it moves along the line while it works; 0: it stands.
    passes_per_hour : array (futures, classes)
        How often one looks at the whole theatre, as a satellite does; 0: not at all.
    reports : array (futures, classes), share
        Share of all incidents, wherever they are, that reach one as a report.
    works : array (futures, lights, weathers, jammings), share
    locates : array (futures,), share
        Share of what it notices that is placed; of those with bearings alone, of what two of them notice.
    attributes : array (futures,), share
        Share of what is placed that is ascribed to a side.
    bearing_only : bool
        Whether one alone gives a direction and no place.
    needs_access : bool
        Whether it must go where the incident is, or look over it from there.
    delay_hours : array (futures,)
        From the incident to the report.
    false_per_week : array (futures,)
        Reports of incidents that were none, from one sensor that works.
    """

    sensor: str
    count: Array
    reach_km: Array
    km_per_hour: Array
    passes_per_hour: Array
    reports: Array
    works: Array
    locates: Array
    attributes: Array
    bearing_only: bool
    needs_access: bool
    delay_hours: Array
    false_per_week: Array


@dataclass(frozen=True, slots=True)
class Setting:
    """Where incidents are and when, per future.

    Attributes
    ----------
    km, incidents, sensors : arrays (futures, stretches)
        Length of each stretch of the line, and its shares of the incidents and of the sensors that are
        spread along the line; either share sums to 1.
    depth_km, lasts_hours, mix : arrays (futures, classes)
        Within what distance of the line incidents of a class are, how long they can be noticed, and
        their share of all incidents.
    side : array (futures, sides), share
    dark : array (futures,), share
        Share of incidents in the dark.
    fog : array (futures, lights), share of the time
        With fog, low cloud, snow or smoke.
    jammed : array (futures, sides), share of the time
    access : array (futures, sides), share
        Share of the places of incidents that the mission can go to or look into.
    """

    km: Array
    incidents: Array
    sensors: Array
    depth_km: Array
    lasts_hours: Array
    mix: Array
    side: Array
    dark: Array
    fog: Array
    jammed: Array
    access: Array


@dataclass(frozen=True, slots=True)
class OwnMeans:
    """What states see by their own means, mission or none, per future.

    ``seen`` is an array (futures, classes), share of the incidents; ``attributed`` an array (futures,),
    share of those; ``delay_hours`` an array (futures,).
    """

    seen: Array
    attributed: Array
    delay_hours: Array


@dataclass(frozen=True, slots=True)
class BuildUp:
    """Forces that gather for an attack, per future; arrays (futures,).

    ``kind`` is the column of the class of incident that sensors see it as; it lies within ``depth_km``
    of the line on the other side, takes ``days``, is noticed by states' own means once in
    ``own_days``, leaves ``needed_days`` to get ready in time, and is ``believed`` with that chance.
    """

    attack: str
    kind: int
    depth_km: Array
    days: Array
    own_days: Array
    needed_days: Array
    believed: Array


@dataclass(frozen=True, slots=True)
class ObserveQuery:
    """Sensors, the setting, states' own means, and the attacks to be warned of."""

    sensors: tuple[SensorUse, ...]
    setting: Setting
    own: OwnMeans
    build_ups: tuple[BuildUp, ...]

    def some(self, rows: slice) -> ObserveQuery:
        """Return the query for some of the futures."""
        return ObserveQuery(
            tuple(_rows(one, rows) for one in self.sensors),
            _rows(self.setting, rows),
            _rows(self.own, rows),
            tuple(_rows(one, rows) for one in self.build_ups),
        )


_Part = TypeVar("_Part", SensorUse, Setting, OwnMeans, BuildUp)


def _rows(part: _Part, rows: slice) -> _Part:
    """Return a part of a query for some of the futures."""
    values: dict[str, Any] = {field.name: getattr(part, field.name) for field in fields(part)}
    cut: dict[str, Any] = {name: one[rows] for name, one in values.items() if isinstance(one, np.ndarray)}
    return replace(part, **cut)


@dataclass(frozen=True, slots=True)
class AttackWarning:
    """Warning of one kind of attack, per future: chance in time, and mean days of lead."""

    attack: str
    in_time: Array
    lead_days: Array


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of the true incidents, per future, by stretch, class, side and light (``AXES``).

    Attributes
    ----------
    weights : array (futures, stretches, classes, sides, lights)
        Share of all incidents that falls there; sums to 1 in each future.
    seen_by_mission, located_by_mission, attributed_by_mission : arrays of the same shape
        By the mission alone; what is attributed is located, and what is located is seen.
    own_seen, own_attributed : arrays (futures, classes)
        By states' own means alone; what they ascribe counts as located too.
    delay_hours : array (futures, stretches, classes)
        Mean hours until the first report of what is seen, by whomever.
    false_per_week : array (futures,)
        Reports of incidents that were none.
    warnings : tuple of AttackWarning
    """

    weights: Array
    seen_by_mission: Array
    located_by_mission: Array
    attributed_by_mission: Array
    own_seen: Array
    own_attributed: Array
    delay_hours: Array
    false_per_week: Array
    warnings: tuple[AttackWarning, ...]

    def cells(self, what: str) -> Array:
        """Return ``seen``, ``located`` or ``attributed`` by anyone, or ``by_mission``, cell by cell."""
        if what == "by_mission":
            return self.seen_by_mission
        mission: Array = getattr(self, f"{what}_by_mission")
        own = self.own_seen if what == "seen" else self.own_attributed
        return 1.0 - (1.0 - mission) * (1.0 - own[:, None, :, None, None])

    def by(self, what: str, *axes: str) -> Array:
        """Return a share averaged over all axes but those named, weighted by incidents.

        Cells without incidents are averaged with equal weights.

        Returns
        -------
        array (futures, ...), in the order of ``AXES``
        """
        gone = tuple(1 + place for place, axis in enumerate(AXES) if axis not in axes)
        cells = self.cells(what)
        whole = self.weights.sum(axis=gone)
        mean = (cells * self.weights).sum(axis=gone)
        plain = np.asarray(cells.mean(axis=gone), dtype=np.float64)
        return np.asarray(np.divide(mean, whole, out=plain, where=whole > 0.0), dtype=np.float64)

    @property
    def seen(self) -> Array:
        """Return the share of incidents that anyone sees, array (futures,)."""
        return self.by("seen")

    @property
    def located(self) -> Array:
        """Return the share of incidents that anyone places, array (futures,)."""
        return self.by("located")

    @property
    def attributed(self) -> Array:
        """Return the share of incidents that anyone ascribes to a side, array (futures,)."""
        return self.by("attributed")

    @property
    def by_mission(self) -> Array:
        """Return the share of incidents that the mission itself sees, array (futures,)."""
        return self.by("by_mission")

    def warning(self, attack: str) -> AttackWarning:
        """Return the warning of an attack."""
        return next(one for one in self.warnings if one.attack == attack)


def observe(query: ObserveQuery) -> Coverage:
    """Return what is seen, located and attributed, how soon, and how much warning there is.

    OB1 to OB4: the mean number of sensors of a kind that notice an incident is the sum of those in
    whose reach it lies, those that come past while it lasts, and reports of it (:mod:`sensing`).
    OB5: a sensor with a bearing alone locates only where a second one notices too.
    OB6: kinds are independent given light, weather, jamming and whether the mission has access to the
    place; these are common to all kinds, and averaged over only after the kinds are combined.
    OB7: states' own means add to the mission's, independently.
    OB8: the first report counts.
    OB10: a build-up is noticed as incidents of its class are, day by day.
    """
    setting, sensors = query.setting, query.sensors
    means = tuple(mean_number(one, setting) for one in sensors)
    seen, located, attributed = _by_mission(sensors, means, setting, apart=False)
    own_attributed = query.own.seen * query.own.attributed[:, None]
    return Coverage(
        weights=_weights(setting),
        seen_by_mission=seen,
        located_by_mission=located,
        attributed_by_mission=attributed,
        own_seen=query.own.seen,
        own_attributed=own_attributed,
        delay_hours=_delay(query, means),
        false_per_week=_false(query),
        warnings=tuple(_warning(query, build_up) for build_up in query.build_ups),
    )


def mean_number(use: SensorUse, setting: Setting) -> Array:
    """Return the mean number of sensors of a kind that would notice an incident if all worked.

    Returns
    -------
    array (futures, stretches, classes, bands)
    """
    edges = setting.depth_km[:, :, None] * np.linspace(0.0, 1.0, BANDS + 1)
    return _means(use, setting, edges[:, :, :-1], edges[:, :, 1:])


def _means(use: SensorUse, setting: Setting, nearest_km: Array, farthest_km: Array) -> Array:
    """Return the mean number that would notice an incident in each band."""
    each = _covered(use, setting.lasts_hours[:, :, None], nearest_km, farthest_km)
    spread = use.count[:, None] * setting.sensors / setting.km
    everywhere = use.count[:, None] * _told_of(use, setting.lasts_hours)
    return np.asarray(each[:, None] * spread[:, :, None, None] + everywhere[:, None, :, None])


def _covered(use: SensorUse, lasts_hours: Array, nearest_km: Array, farthest_km: Array) -> Array:
    """Return the km of line along which one sensor notices an incident while it lasts, by band (OB1, OB2)."""
    reach = use.reach_km[:, :, None]
    swept = near_share(reach, nearest_km, farthest_km) * use.km_per_hour[:, None, None] * lasts_hours
    return np.asarray(width_km(reach, nearest_km, farthest_km) + swept, dtype=np.float64)


def _told_of(use: SensorUse, lasts_hours: Array) -> Array:
    """Return how often one sensor is told of an incident, or looks at it from above (OB3, OB4)."""
    return np.asarray(use.passes_per_hour * lasts_hours + reported(use.reports), dtype=np.float64)


def _weights(setting: Setting) -> Array:
    """Return the share of all incidents in each cell."""
    light = np.stack([1.0 - setting.dark, setting.dark], axis=1)
    return np.asarray(
        setting.incidents[:, :, None, None, None]
        * setting.mix[:, None, :, None, None]
        * setting.side[:, None, None, :, None]
        * light[:, None, None, None, :],
        dtype=np.float64,
    )


def _states(setting: Setting) -> Iterator[tuple[int, int, int, Array]]:
    """Yield light, weather, jamming, and the share of the time in which they are so, (futures, sides)."""
    for light in range(len(LIGHTS)):
        for weather in range(len(WEATHERS)):
            fog = setting.fog[:, light]
            thick = fog if weather else 1.0 - fog
            for jamming in range(len(JAMMINGS)):
                share = setting.jammed if jamming else 1.0 - setting.jammed
                yield light, weather, jamming, thick[:, None] * share


def seen_at(query: ObserveQuery, edges_km: Array) -> Array:
    """Return what the mission sees, locates and attributes of incidents at known distances from the line.

    Parameters
    ----------
    query : ObserveQuery
    edges_km : array (bins + 1,)
        Edges of bins of distance, rising; within a bin all distances count alike.

    Returns
    -------
    array (3, futures, stretches, classes, sides, lights, bins)
        Seen, located, attributed.
    """
    setting = query.setting
    shape = (*setting.depth_km.shape, len(edges_km) - 1)
    nearest, farthest = (np.broadcast_to(edges, shape) for edges in (edges_km[:-1], edges_km[1:]))
    means = tuple(_means(one, setting, nearest, farthest) for one in query.sensors)
    if not means:
        return np.zeros((3, *setting.km.shape, shape[1], len(SIDES), len(LIGHTS), shape[2]))
    return np.stack(_by_mission(query.sensors, means, setting, apart=True))


def _by_mission(
    sensors: tuple[SensorUse, ...], means: tuple[Array, ...], setting: Setting, *, apart: bool
) -> tuple[Array, Array, Array]:
    """Return what the mission sees, locates and attributes, cell by cell (``AXES``).

    ``apart``: with a last axis of bands; else they are averaged over.
    """
    shape: tuple[int, ...] = (*setting.km.shape, setting.mix.shape[1], len(SIDES), len(LIGHTS))
    if not sensors:
        return np.zeros(shape), np.zeros(shape), np.zeros(shape)
    found = np.zeros((3, *shape, means[0].shape[-1] if apart else 1))
    for light, weather, jamming, time in _states(setting):
        works = [one.works[:, light, weather, jamming] for one in sensors]
        reached = _combined(sensors, means, works, standing_off=False)
        denied = _combined(sensors, means, works, standing_off=True)
        for place in range(3):
            both = [
                chance if apart else chance.mean(axis=-1, keepdims=True)
                for chance in (reached[place], denied[place])
            ]
            open_, shut = (share[:, None, None, :, None] for share in (setting.access, 1.0 - setting.access))
            seen = open_ * both[0][:, :, :, None] + shut * both[1][:, :, :, None]
            found[place, ..., light, :] += time[:, None, None, :, None] * seen
    found = np.minimum(found, 1.0)  # shares of states sum to 1 but for rounding
    if not apart:
        found = found[..., 0]
    return found[0], found[1], found[2]


def _combined(
    sensors: tuple[SensorUse, ...], means: tuple[Array, ...], works: list[Array], *, standing_off: bool
) -> tuple[Array, Array, Array]:
    """Return the chances to see, locate and attribute of all kinds together, by band (OB5, OB6).

    ``standing_off``: only those that need no access, where the mission has none.
    """
    used = [
        (one, mean * share[:, None, None, None])
        for one, mean, share in zip(sensors, means, works, strict=True)
        if not (standing_off and one.needs_access)
    ]
    nothing = np.zeros_like(means[0])
    total, placed, ascribed = nothing, nothing, nothing
    bearings, fixes, names = nothing, nothing, nothing
    for one, mean in used:
        locates, attributes = (share[:, None, None, None] for share in (one.locates, one.attributes))
        total = total + mean
        if one.bearing_only:
            bearings, fixes, names = (
                bearings + mean,
                fixes + mean * locates,
                names + mean * locates * attributes,
            )
        else:
            placed = placed + mean * locates
            ascribed = ascribed + mean * locates * attributes
    crossing = fixed(bearings)
    some = bearings > 0.0
    fixing = crossing * np.divide(fixes, bearings, out=np.zeros_like(bearings), where=some)
    naming = crossing * np.divide(names, bearings, out=np.zeros_like(bearings), where=some)
    return (
        noticed(total),
        1.0 - np.exp(-placed) * (1.0 - fixing),
        1.0 - np.exp(-ascribed) * (1.0 - naming),
    )


def _delay(query: ObserveQuery, means: tuple[Array, ...]) -> Array:
    """Return the mean hours to the first report of what is seen, array (futures, stretches, classes) (OB8).

    Kinds are asked in the order of their delays, at their mean share of working.
    """
    setting = query.setting
    own = query.own.seen[:, None, :, None] + np.zeros((1, setting.km.shape[1], 1, BANDS))
    pairs = zip(query.sensors, means, strict=True)
    heard = [noticed(mean * working_share(one, setting)[:, None, None, None]) for one, mean in pairs]
    chances = np.stack([*heard, own])
    hours = np.stack([*(one.delay_hours for one in query.sensors), query.own.delay_hours])
    missed, total = np.ones_like(own), np.zeros_like(own)
    rows = np.arange(hours.shape[1])
    for rank in np.argsort(hours, axis=0, kind="stable"):
        chance = chances[rank, rows]
        total = total + missed * chance * hours[rank, rows][:, None, None, None]
        missed = missed * (1.0 - chance)
    seen, waited = (1.0 - missed).mean(axis=-1), total.mean(axis=-1)
    unseen = np.full_like(waited, np.nan)
    return np.asarray(np.divide(waited, seen, out=unseen, where=seen > 0.0), dtype=np.float64)


def working_share(use: SensorUse, setting: Setting) -> Array:
    """Return the share of incidents at which a kind works and has access, array (futures,)."""
    light = np.stack([1.0 - setting.dark, setting.dark], axis=1)
    total = np.zeros_like(setting.side)
    for place, weather, jamming, time in _states(setting):
        total = total + light[:, place, None] * time * use.works[:, place, weather, jamming][:, None]
    if use.needs_access:
        total = total * setting.access
    return np.asarray((total * setting.side).sum(axis=1), dtype=np.float64)


def _false(query: ObserveQuery) -> Array:
    """Return the reports in a week of incidents that were none, array (futures,)."""
    total = np.zeros(query.setting.km.shape[0])
    for use in query.sensors:
        total = total + use.count * use.false_per_week * working_share(use, query.setting)
    return total


def _warning(query: ObserveQuery, build_up: BuildUp) -> AttackWarning:
    """Return the warning of one attack (OB10): it gathers on the other side, all along the line."""
    setting = query.setting
    rate = 1.0 / build_up.own_days
    for use in query.sensors:
        rate = rate + _rate_per_day(use, setting, build_up)
    lead = lead_days(rate, build_up.days)
    return AttackWarning(
        build_up.attack,
        in_time(rate, build_up.days, build_up.needed_days, build_up.believed),
        build_up.believed * lead,
    )


def _rate_per_day(use: SensorUse, setting: Setting, build_up: BuildUp) -> Array:
    """Return how many sensors of a kind come across the build-up in a day, array (futures,)."""
    kind, none = build_up.kind, np.zeros_like(build_up.depth_km)
    reach = use.reach_km[:, kind]
    swept = near_share(reach, none, build_up.depth_km) * use.km_per_hour * HOURS_PER_DAY
    along = (width_km(reach, none, build_up.depth_km) + swept) / setting.km.sum(axis=1)
    across = use.passes_per_hour[:, kind] * HOURS_PER_DAY + reported(use.reports[:, kind])
    other = SIDES.index("opponent")
    works = np.zeros_like(setting.dark)
    for light, weather, jamming, time in _states(setting):
        works = works + 0.5 * time[:, other] * use.works[:, light, weather, jamming]
    if use.needs_access:
        works = works * setting.access[:, other]
    return np.asarray(use.count * (along + across) * works, dtype=np.float64)
