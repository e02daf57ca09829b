"""A phase as those see it who watch: by sector of a line, what is published, and who goes to look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.evaluate.assessment import Assessment
from holdfast.evaluate.field import Field, field_of
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.order import evaluate
from holdfast.evaluate.question import Question, start_of
from holdfast.evaluate.staffing import usable
from holdfast.evaluate.watching import observation_of
from holdfast.futures import Futures
from holdfast.observe import Coverage, ObserveQuery, observe, seen_at
from holdfast.observe.incidents import Counts, Tally, joined, tally
from holdfast.observe.queue import visited, wait_hours
from holdfast.vocabulary.arrangement import Arrangement, Phase
from holdfast.vocabulary.settlement import Settlement

Array = NDArray[np.float64]

HOURS_PER_WEEK: Final = 168.0
LONGEST_WAIT_HOURS: Final = 720.0
"""A visit that would come later than in a month does not come."""
AT_ONCE: Final = 32
"""Futures for which tables by sector and distance are made at a time: they are large."""


@dataclass(frozen=True, slots=True)
class SectorShares:
    """How a line is divided into sectors.

    Attributes
    ----------
    km : array (sectors,)
        Share of the line's length.
    incidents : array (sectors,) or None
        Share of the incidents, where they are known; else nobody knows where the hot spots are.
    length_km : float or None
        The line's length, where it is not the case's estimate that counts.
    """

    km: Array
    incidents: Array | None
    length_km: float | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """Incidents in a week while the mission is whole, per future, arrays (futures,) and (futures, classes).

    ``true`` are all, ``seen`` those that the mission sees, ``false`` reports of what was none; it would
    publish ``seen`` and ``false`` together.
    """

    true: Array
    seen: Array
    false: Array


@dataclass(frozen=True, slots=True)
class Visits:
    """Patrols sent to look, per future: visits in a week, share made, hours until one sets out (OB9)."""

    asked: Array
    made: Array
    wait_hours: Array


@dataclass(frozen=True, slots=True)
class Survey:
    """One phase as those see it who watch.

    Attributes
    ----------
    phase : Phase
    starts : float
        Months after the halt.
    field : Field
        As every other stage has it.
    query : ObserveQuery
        Sensors on hot spots and the rest of the line, of the length asked for.
    coverage, bare_coverage : Coverage
        What is seen with the mission, and by states' own means alone.
    by_sector : ObserveQuery or None
        The same with the sectors of a line as stretches; None without a mission.
    published : Published or None
        None where there is no ceasefire, and so no true count.
    visits : Visits or None
    """

    phase: Phase
    starts: float
    field: Field
    query: ObserveQuery
    coverage: Coverage
    bare_coverage: Coverage
    by_sector: ObserveQuery | None
    published: Published | None
    visits: Visits | None


def survey_of(
    case: Case,
    settlement: Settlement,
    arrangement: Arrangement,
    futures: Futures,
    shares: SectorShares,
    years: int,
) -> tuple[Assessment, tuple[Survey, ...]]:
    """Return an arrangement assessed, and what is seen in each of its phases."""
    memory = Memory()
    assessment = evaluate(case, settlement, arrangement, futures, years=years, memory=memory)
    question = Question(case, settlement, arrangement, futures)
    surveys = tuple(_survey(question, phase, assessment, shares, memory) for phase in arrangement.phases)
    return assessment, surveys


def _survey(
    question: Question, phase: Phase, assessment: Assessment, shares: SectorShares, memory: Memory
) -> Survey:
    """Return one phase."""
    field = field_of(question, phase, memory)
    working: dict[str, Array] = {}
    if field.requirement is not None and field.contributions is not None:
        working = usable(question, field.requirement, field.contributions)
    query = _so_long(observation_of(question, phase.mission, working), shares.length_km)
    by_sector = in_sectors(query, shares)
    coverage = observe(query if shares.incidents is None else by_sector)
    true = assessment.outcomes["incidents_per_week"]
    published = _published(coverage, true) if np.isfinite(true).all() else None
    mission = phase.mission is not None
    return Survey(
        phase=phase,
        starts=start_of(phase),
        field=field,
        query=query,
        coverage=coverage,
        bare_coverage=field.bare_coverage,
        by_sector=by_sector if mission else None,
        published=published,
        visits=_visits(question, field, coverage, published) if mission and published is not None else None,
    )


def _so_long(query: ObserveQuery, length_km: float | None) -> ObserveQuery:
    """Return a query on a line of another length."""
    if length_km is None:
        return query
    km = query.setting.km
    return replace(query, setting=replace(query.setting, km=km * length_km / km.sum(axis=1, keepdims=True)))


def in_sectors(query: ObserveQuery, shares: SectorShares) -> ObserveQuery:
    """Return a query with the sectors of a line as its stretches (OB13).

    Where incidents are known, sensors follow them as far as they follow hot spots in the query; where
    they are not, each sector is the line in small, hot spots and all.
    """
    place = query.setting
    line = place.km.sum(axis=1)
    km = line[:, None] * shares.km
    if shares.incidents is None:
        apart = [
            (part[:, :, None] * shares.km).reshape(len(line), -1)
            for part in (place.km, place.incidents, place.sensors)
        ]
        return replace(query, setting=replace(place, km=apart[0], incidents=apart[1], sensors=apart[2]))
    hot_km, hot, aimed = place.km[:, 0] / line, place.incidents[:, 0], place.sensors[:, 0]
    apart_by = hot - hot_km
    follows = np.divide(aimed - hot_km, apart_by, out=np.zeros_like(hot), where=np.abs(apart_by) > 1e-9)
    follows = np.clip(follows, 0.0, 1.0)[:, None]
    incidents = np.broadcast_to(shares.incidents, km.shape).copy()
    sensors = (1.0 - follows) * shares.km + follows * shares.incidents
    return replace(query, setting=replace(place, km=km, incidents=incidents, sensors=sensors))


def sector_coverage(query: ObserveQuery, sectors: int) -> Array:
    """Return what the mission sees, locates and attributes in each sector, array (3, futures, sectors)."""
    parts = []
    for chunk in _chunks(query):
        found = observe(chunk)
        weights = found.weights
        cells = (found.seen_by_mission, found.located_by_mission, found.attributed_by_mission)
        parts.append(np.stack([_by_sector(one, weights, sectors) for one in cells]))
    return np.concatenate(parts, axis=1)


def _by_sector(cells: Array, weights: Array, sectors: int) -> Array:
    """Return a share by sector: the mean over stretches of it, classes, sides and lights."""
    futures = len(cells)
    shape = (futures, -1, sectors, *cells.shape[2:])
    apart, weight = cells.reshape(shape), weights.reshape(shape)
    gone = (1, 3, 4, 5)
    whole = weight.sum(axis=gone)
    mean = (apart * weight).sum(axis=gone)
    return np.asarray(np.divide(mean, whole, out=apart.mean(axis=gone), where=whole > 0.0), dtype=np.float64)


def tables_at(query: ObserveQuery, sectors: int, edges_km: Array) -> list[tuple[Array, Array, Array]]:
    """Return tables for incidents at known places, a few futures at a time.

    Returns
    -------
    list of (table, mix, lights)
        Arrays (futures, 3, sectors, sides, classes, lights, bins), (futures, classes), (futures, lights).
    """
    found = []
    for chunk in _chunks(query):
        place = chunk.setting
        table = np.moveaxis(seen_at(chunk, edges_km), 0, 1)
        futures = len(place.dark)
        weight = place.incidents.reshape(futures, 1, -1, sectors, 1, 1, 1, 1)
        apart = table.reshape(futures, 3, -1, sectors, *table.shape[3:])
        whole = weight.sum(axis=2)
        mean = np.divide((apart * weight).sum(axis=2), whole, out=apart.mean(axis=2), where=whole > 0.0)
        lights = np.stack([1.0 - place.dark, place.dark], axis=1)
        found.append((np.moveaxis(mean, 4, 3), place.mix, lights))
    return found


def tally_of(query: ObserveQuery, counts: Counts, edges_km: Array) -> Tally:
    """Return what the mission would have seen of incidents that there were, in sectors of the query."""
    sectors = counts.cells.shape[1]
    parts = [tally(counts, *tables) for tables in tables_at(query, sectors, edges_km)]
    return joined(parts)


def _chunks(query: ObserveQuery) -> list[ObserveQuery]:
    """Return the query for a few futures at a time."""
    futures = len(query.setting.dark)
    return [query.some(slice(start, start + AT_ONCE)) for start in range(0, futures, AT_ONCE)]


def _published(coverage: Coverage, true: Array) -> Published:
    """Return what the mission would publish beside what there is."""
    mix = coverage.weights.sum(axis=(1, 3, 4))
    by_class = true[:, None] * mix
    return Published(
        by_class, by_class * coverage.by("by_mission", "incident_class"), coverage.false_per_week
    )


def _visits(question: Question, field: Field, coverage: Coverage, published: Published) -> Visits:
    """Return how patrols sent to look keep up (OB9)."""
    located = (coverage.located_by_mission * coverage.weights).sum(axis=(1, 2, 3, 4))
    asked = published.true.sum(axis=1) * located * question.draw("observe.visit.asked")
    hours = question.draw("observe.visit.hours")
    offered = (asked + published.false * question.draw("observe.visit.asked")) / HOURS_PER_WEEK * hours
    return Visits(
        asked=asked,
        made=np.where(field.patrols >= 1.0, visited(field.patrols, offered), 0.0),
        wait_hours=np.where(
            field.patrols >= 1.0,
            wait_hours(field.patrols, offered, hours, LONGEST_WAIT_HOURS),
            LONGEST_WAIT_HOURS,
        ),
    )
