"""What would be seen, as a JSON-ready document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.evaluate import LIGHTS, SIDES, Coverage, SensorUse
from holdfast.evaluate.siting import TARGET, Siting
from holdfast.evaluate.survey import Survey, sector_coverage
from holdfast.runs.document import WORDING, settlement_of
from holdfast.runs.ground import Ground, ground_block
from holdfast.runs.happened import happened_block, tallied
from holdfast.runs.quantities import quantity_of
from holdfast.vocabulary.incident import CLASS_TITLES, CLASSES

if TYPE_CHECKING:
    from holdfast.runs.observing import Observed

Array = NDArray[np.float64]

SHARES: Final = ("seen", "located", "attributed")
SENSITIVE: Final = "SENSITIVE: shows the coverage of named sectors and where sensors would stand"
"""Stands on everything that shows gaps by name."""
NOT_NAMED: Final = (
    "this mission does not name the side: what is attributed, states attribute by their own means"
)


def watch_document(observed: Observed, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return an observation as one document."""
    setup, ground = observed.setup, observed.ground
    phases = [_phase(setup.case, one, ground, sensitive=observed.sensitive) for one in observed.surveys]
    case = setup.case
    return {
        "holdfast": "observation/1",
        "wording": WORDING,
        "stamp": SENSITIVE if observed.sensitive else None,
        "case": manifest["case"],
        "title": case.about.title,
        "as_of": {key: str(day) for key, day in case.about.as_of.model_dump().items()},
        "settlement": settlement_of(setup.settlement),
        "manifest": manifest,
        "futures": setup.futures.n,
        "years": setup.years,
        "arrangement": {"name": observed.arrangement.name, "title": observed.arrangement.title},
        **ground_block(ground),
        **{key: phases[-1][key] for key in (*SHARES, "delay_hours", "warning_days")},
        "phase": phases[-1]["name"],
        "phases": phases,
        "siting": None if observed.siting is None else _siting(observed.siting, sensitive=observed.sensitive),
        "incidents": _incidents(observed),
        "limits": case.about.limits,
    }


def _incidents(observed: Observed) -> dict[str, Any] | None:
    """Return what the last phase's mission would have seen of incidents that there were."""
    found = observed.happened
    if found is None:
        return None
    tally = tallied(observed.surveys[-1], found)
    return happened_block(found, tally, observed.ground, sensitive=observed.sensitive)


def _phase(case: Case, survey: Survey, ground: Ground, *, sensitive: bool) -> dict[str, Any]:
    """Return one phase: shares overall, and by class, side and light."""
    found, bare = survey.coverage, survey.bare_coverage
    mission = survey.phase.mission
    return {
        "name": survey.phase.name,
        "from_month": None if np.isinf(survey.starts) else survey.starts,
        "mission": mission is not None,
        "note": NOT_NAMED if mission is not None and not mission.names_the_side else None,
        **{name: quantity_of(getattr(found, name)) for name in SHARES},
        "seen_by_mission": quantity_of(found.by_mission),
        "own_means": {name: quantity_of(getattr(bare, name)) for name in SHARES},
        "delay_hours": quantity_of(_delay(found)),
        "warning_days": {one.attack: quantity_of(one.lead_days) for one in found.warnings},
        "warning_in_time": {one.attack: quantity_of(one.in_time) for one in found.warnings},
        "warning_days_by_own_means": {one.attack: quantity_of(one.lead_days) for one in bare.warnings},
        "classes": [_class(found, place) for place in range(len(CLASSES))],
        "sides": [
            {"side": side, **{name: quantity_of(found.by(name, "side")[:, place]) for name in SHARES}}
            for place, side in enumerate(SIDES)
        ],
        "lights": [
            {"light": light, **{name: quantity_of(found.by(name, "light")[:, place]) for name in SHARES}}
            for place, light in enumerate(LIGHTS)
        ],
        "cells": list(_cells(found)),
        "sensors": [_sensor(case, one) for one in survey.query.sensors],
        "published": _published(survey),
        "visits": _visits(survey),
        "sector_classes": _sector_classes(survey, ground),
        "sectors": _sectors(survey, ground) if sensitive else None,
    }


def _sensor(case: Case, use: SensorUse) -> dict[str, Any]:
    """Return how many of a sensor there are, and the persons that they take."""
    about = case.sensors[use.sensor]
    return {
        "sensor": use.sensor,
        "title": about.title,
        "number": quantity_of(use.count),
        "crew": quantity_of(use.count * about.crew),
    }


def _delay(found: Coverage) -> Array:
    """Return the mean hours to the first report, over all that is seen by anyone."""
    weight = found.weights.sum(axis=(3, 4)) * found.by("seen", "stretch", "incident_class")
    hours = np.nan_to_num(found.delay_hours)
    total = weight.sum(axis=(1, 2))
    mean = (hours * weight).sum(axis=(1, 2))
    return np.asarray(np.divide(mean, total, out=np.full_like(total, np.nan), where=total > 0.0))


def _class(found: Coverage, place: int) -> dict[str, Any]:
    """Return one class of incident."""
    share = found.weights.sum(axis=(1, 3, 4))[:, place]
    seen = found.by("seen", "stretch", "incident_class")[:, :, place]
    weight = found.weights.sum(axis=(3, 4))[:, :, place] * seen
    hours = np.nan_to_num(found.delay_hours[:, :, place])
    total = weight.sum(axis=1)
    delay = np.divide((hours * weight).sum(axis=1), total, out=np.full_like(total, np.nan), where=total > 0.0)
    return {
        "class": CLASSES[place],
        "title": CLASS_TITLES[CLASSES[place]],
        "share_of_incidents": quantity_of(share),
        **{name: quantity_of(found.by(name, "incident_class")[:, place]) for name in SHARES},
        "seen_by_mission": quantity_of(found.by("by_mission", "incident_class")[:, place]),
        "delay_hours": quantity_of(delay),
    }


def _cells(found: Coverage) -> Iterator[dict[str, Any]]:
    """Yield each class, side and light."""
    shares = {name: found.by(name, "incident_class", "side", "light") for name in SHARES}
    for place, name in enumerate(CLASSES):
        for side_at, side in enumerate(SIDES):
            for light_at, light in enumerate(LIGHTS):
                yield {
                    "class": name,
                    "side": side,
                    "light": light,
                    **{
                        what: quantity_of(cells[:, place, side_at, light_at])
                        for what, cells in shares.items()
                    },
                }


def _published(survey: Survey) -> dict[str, Any] | None:
    """Return what the mission would publish beside what there is, in a week."""
    found = survey.published
    if found is None:
        return None
    true, seen = found.true.sum(axis=1), found.seen.sum(axis=1)
    published = seen + found.false
    return {
        "true_per_week": quantity_of(true),
        "seen_per_week": quantity_of(seen),
        "false_per_week": quantity_of(found.false),
        "published_per_week": quantity_of(published),
        "published_for_each_true": quantity_of(
            np.divide(published, true, out=np.zeros_like(true), where=true > 0.0)
        ),
    }


def _visits(survey: Survey) -> dict[str, Any] | None:
    """Return how patrols sent to look keep up."""
    found = survey.visits
    if found is None:
        return None
    return {
        "asked_per_week": quantity_of(found.asked),
        "made": quantity_of(found.made),
        "wait_hours": quantity_of(found.wait_hours),
    }


def _sector_shares(survey: Survey, ground: Ground) -> Array | None:
    """Return what the mission sees, locates and attributes by sector, array (3, futures, sectors)."""
    if survey.by_sector is None:
        return None
    return sector_coverage(survey.by_sector, len(ground.sectors))


def _sector_classes(survey: Survey, ground: Ground) -> list[dict[str, Any]] | None:
    """Return what the mission sees by class of sector."""
    shares = _sector_shares(survey, ground)
    if shares is None:
        return None
    found = []
    for name in dict.fromkeys(ground.classes):
        mine = np.array([one == name for one in ground.classes])
        km = np.array([sector.km for sector in ground.sectors])[mine]
        mean = (shares[:, :, mine] * km).sum(axis=2) / km.sum()
        found.append(
            {
                "class": name,
                "sectors": int(mine.sum()),
                "length_km": float(km.sum()),
                **{what: quantity_of(mean[place]) for place, what in enumerate(SHARES)},
            }
        )
    return found


def _sectors(survey: Survey, ground: Ground) -> list[dict[str, Any]] | None:
    """Return what the mission sees in each sector, by name."""
    shares = _sector_shares(survey, ground)
    if shares is None:
        return None
    return [
        {"key": sector.key, **{what: quantity_of(shares[at, :, place]) for at, what in enumerate(SHARES)}}
        for place, sector in enumerate(ground.sectors)
    ]


def _siting(siting: Siting, *, sensitive: bool) -> dict[str, Any]:
    """Return where standing sensors could stand, and how many it would take."""
    names = [kind.sensor for kind in siting.kinds]
    return {
        "counts": f"share of incidents {siting.measure} by the mission, at the middle of the ranges",
        "measure": siting.measure,
        "kinds": [
            {
                "sensor": one.sensor,
                "number": one.number,
                "reach_km": one.reach_km,
                "works": one.works,
                "counted": one.counted,
            }
            for one in siting.kinds
        ],
        "without": siting.placement.before,
        "at_random": siting.at_random,
        "even": siting.even,
        "placed": siting.placement.share,
        "at_most": siting.placement.bound,
        "method": siting.placement.method,
        "how_many": [
            {
                "sensor": one.sensor,
                "target": TARGET,
                "enough": one.needed.enough,
                "too_few": one.needed.too_few,
                "barrier": one.needed.barrier,
                "ceiling": one.needed.ceiling,
                "curve": [
                    {"number": int(number), "seen": float(seen), "at_most": float(most)}
                    for number, seen, most in zip(one.numbers, one.shares, one.bounds, strict=True)
                ],
            }
            for one in siting.how_many
        ],
        "places": [
            {"sensor": names[kind], "longitude": float(lon), "latitude": float(lat)}
            for kind, (lon, lat) in zip(siting.kind, siting.places, strict=True)
        ]
        if sensitive
        else None,
    }


def watch_rows(document: dict[str, Any]) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
    """Return a table: a row for each phase, class, side and light."""
    header = ["phase", "class", "side", "light"]
    header += [f"{what}_{end}" for what in SHARES for end in ("mean", "low", "high")]
    rows = [
        [
            phase["name"],
            cell["class"],
            cell["side"],
            cell["light"],
            *(cell[what][end] for what in SHARES for end in ("mean", "low", "high")),
        ]
        for phase in document["phases"]
        for cell in phase["cells"]
    ]
    return header, rows
