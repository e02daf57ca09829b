"""Where the standing sensors of a mission could stand along a line, and how many it would take (OB14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluate.survey import SectorShares, Survey, sector_coverage
from holdfast.geometry import Line
from holdfast.noise import Process, uniform
from holdfast.observe import (
    Demand,
    Needed,
    ObserveQuery,
    Placement,
    PlacementQuery,
    SensorKind,
    SensorUse,
    Sites,
    curve,
    observe,
    place,
    share,
    working_share,
)
from holdfast.observe.sensing import width_km

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

DEMAND_EVERY_KM: Final = 1.0
MOST_POINTS: Final = 4_000
"""On a line that is longer than so many km the points lie further apart."""
MEASURES: Final = ("seen", "located", "attributed")
"""The order of what :func:`sector_coverage` returns."""
TARGET: Final = 0.8
"""Share of incidents that the curve of a kind is asked for."""
MOST_OF_A_KIND: Final = 2_000
"""The curve of a kind is followed to so many."""
DRAWS: Final = 20
"""Random placements that one is compared with."""
STEPS: Final = 40
"""Points of a curve that are told."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of standing sensor of the mission, at the middle of its ranges.

    ``reach_km`` is half the length of line along which one notices an incident, the mean over classes;
    ``works`` the share of incidents at which it works and has access; ``counted`` the share of what it
    notices that is attributed or located, with as many of it as there are.
    """

    sensor: str
    number: int
    reach_km: float
    works: float
    counted: float


@dataclass(frozen=True, slots=True)
class HowMany:
    """How many of one kind a share would take: the share seen against the number, the others as they are."""

    sensor: str
    numbers: Whole
    shares: Array
    bounds: Array
    needed: Needed


@dataclass(frozen=True, slots=True)
class Siting:
    """Standing sensors on a line.

    Attributes
    ----------
    measure : str
        What counts: ``attributed``, or ``located`` where the mission names nobody.
    kinds : tuple of Kind
    placement : Placement
        Of the whole set; ``share`` is that of incidents that count, with what all others do.
    places : array (sensors, 2)
        Longitude and latitude, degrees, of what is placed.
    kind : array (sensors,)
    even : float
        The share with each kind at even distances along the line.
    even_places : array (sensors, 2)
    even_kind : array (sensors,)
    at_random : float
        The mean share over random placements.
    how_many : tuple of HowMany
        By what is seen.
    """

    measure: str
    kinds: tuple[Kind, ...]
    placement: Placement
    places: Array
    kind: Whole
    even: float
    even_places: Array
    even_kind: Whole
    at_random: float
    how_many: tuple[HowMany, ...]


def siting_of(survey: Survey, line: Line, shares: SectorShares, seed: int) -> Siting | None:
    """Return where a mission's standing sensors could stand; None where it has none.

    What counts is the share of incidents attributed, or located where the mission names nobody, at the
    middle of the ranges, with what those do who move or are told. Hot spots weigh as the incidents of
    their sector do, where they are known.
    """
    if survey.by_sector is None:
        return None
    standing = tuple(one for one in survey.query.sensors if not one.km_per_hour.any() and one.reach_km.any())
    measure = "attributed" if any(one.attributes.any() for one in survey.query.sensors) else "located"
    kinds = tuple(_kind(survey.query, one, measure) for one in standing)
    kinds = tuple(one for one in kinds if one.number > 0)
    if not kinds:
        return None
    names = {one.sensor for one in kinds}
    others = tuple(one for one in survey.by_sector.sensors if one.sensor not in names)
    by_others = sector_coverage(replace(survey.by_sector, sensors=others), len(shares.km))
    seen, counted = (np.median(by_others[MEASURES.index(what)], axis=0) for what in ("seen", measure))
    points, demand = _demand(line, shares, counted)
    query = PlacementQuery(
        demand=demand,
        sites=Sites.of_every_kind(demand.x_km, demand.y_km, len(kinds)),
        kinds=tuple(
            SensorKind(one.sensor, one.reach_km, one.works, one.counted, most=one.number) for one in kinds
        ),
        number=sum(one.number for one in kinds),
    )
    placement = place(query)
    even = _evenly(query, kinds)
    chance = [share(query, _at_random(query, kinds, seed, draw)) for draw in range(DRAWS)]
    return Siting(
        measure=measure,
        kinds=kinds,
        placement=placement,
        places=points[placement.sites // len(kinds)],
        kind=placement.sites % len(kinds),
        even=share(query, even),
        even_places=points[even // len(kinds)],
        even_kind=even % len(kinds),
        at_random=float(np.mean(chance)),
        how_many=tuple(_how_many(_demand(line, shares, seen)[1], one) for one in kinds),
    )


def _kind(query: ObserveQuery, use: SensorUse, measure: str) -> Kind:
    """Return a kind of standing sensor at the middle of its ranges."""
    setting = query.setting
    width = width_km(use.reach_km, np.zeros_like(setting.depth_km), setting.depth_km)
    reach = float(np.median((width * setting.mix).sum(axis=1))) / 2.0
    works = float(np.median(working_share(use, setting)))
    alone = observe(replace(query, sensors=(use,)))
    cells = alone.attributed_by_mission if measure == "attributed" else alone.located_by_mission
    counts = (cells * alone.weights).sum(axis=(1, 2, 3, 4))
    seen = alone.by_mission
    counted = float(np.median(np.divide(counts, seen, out=np.zeros_like(seen), where=seen > 0.0)))
    return Kind(use.sensor, int(np.median(use.count)), reach, works, counted)


def _demand(line: Line, shares: SectorShares, covered: Array) -> tuple[Array, Demand]:
    """Return points along the line, longitude and latitude, and what they weigh."""
    number = int(np.clip(np.ceil(line.length_km / DEMAND_EVERY_KM), len(shares.km), MOST_POINTS))
    along = (np.arange(number) + 0.5) * line.length_km / number
    points = np.array([line.at(km) for km in along.tolist()])
    edges = np.cumsum(shares.km)[:-1] * line.length_km
    sector = np.searchsorted(edges, along, side="right")
    weight = shares.km if shares.incidents is None else shares.incidents
    each = weight[sector] / np.bincount(sector, minlength=len(weight))[sector]
    flat = line.plane.to_km(points)
    return points, Demand(flat[:, 0], flat[:, 1], each, covered[sector])


def _evenly(query: PlacementQuery, kinds: tuple[Kind, ...]) -> Whole:
    """Return sites with each kind at even distances, kinds between each other."""
    points = len(query.demand.x_km)
    chosen: list[int] = []
    for number, kind in enumerate(kinds):
        count = min(kind.number, points)
        where = ((np.arange(count) + 0.5) * points / count).astype(np.int64)
        chosen += (where * len(kinds) + number).tolist()
    return np.array(chosen, dtype=np.int64)


def _at_random(query: PlacementQuery, kinds: tuple[Kind, ...], seed: int, draw: int) -> Whole:
    """Return sites chosen without regard to anything."""
    points = len(query.demand.x_km)
    chosen: list[int] = []
    for number, kind in enumerate(kinds):
        order = np.argsort(uniform(seed, draw, Process.SITES, number, np.arange(points)), kind="stable")
        chosen += (order[: kind.number] * len(kinds) + number).tolist()
    return np.array(chosen, dtype=np.int64)


def _how_many(demand: Demand, kind: Kind) -> HowMany:
    """Return how much is seen with so many of one kind alone, and what moves and is told as it is."""
    query = PlacementQuery(
        demand=demand,
        sites=Sites.of_every_kind(demand.x_km, demand.y_km, 1),
        kinds=(SensorKind(kind.sensor, kind.reach_km, kind.works),),
        number=min(len(demand.x_km), MOST_OF_A_KIND),
    )
    found = curve(query)
    last = len(found.shares) - 1
    steps = np.unique(np.round(np.linspace(0, last, min(STEPS, last + 1))).astype(np.int64))
    return HowMany(kind.sensor, steps, found.shares[steps], found.bounds[steps], found.needed(TARGET))
