"""What would be seen along a line, as a map and as layers for a geographic information system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from holdfast.files.vector_writing import Layer
from holdfast.present.map import Belt, Picture, Place, Post, SectorMark
from holdfast.present.numbers import share, share_range

if TYPE_CHECKING:
    from holdfast.runs.observing import Observed

SHARES: Final = ("seen", "located", "attributed")
EVENLY: Final = "Standing sensors are drawn at even distances: their number is planned, their places are not."
PLACED: Final = "Standing sensors stand where the most would be seen, at the middle of the ranges."
MOST_MARKS: Final = 40
"""Marks of sensors on a map on which their places say nothing."""
NOBODY: Final = "There is no mission: nothing is seen but by states' own means."
BY_SECTOR: Final = "Line of contact by sector; share of incidents that the mission sees."
HELD_OUT: Final = "Shares are those that the mission sees, by class of sector; sectors are not told apart."


def picture_of(observed: Observed) -> Picture:
    """Return the map of an observation: the line by sector, belts, posts and places."""
    document, ground = observed.document, observed.ground
    values = _values(document)
    notes = [_posts_note(observed)]
    if all(value is None for value in values.values()):
        notes.append(_everywhere(document))
    elif not observed.sensitive:
        notes.append(HELD_OUT)
    line = document["line"]
    return Picture(
        title=document["arrangement"]["title"],
        subtitle=f"{document['title']}: {line['title']}",
        as_of=line["as_of"] or "a day that its file does not state",
        sectors=tuple(
            SectorMark(
                sector.key,
                np.vstack(sector.parts),
                _words(name),
                values[sector.key],
                _sentence(one),
            )
            for sector, name, one in zip(ground.sectors, ground.classes, document["sectors"], strict=True)
        ),
        belts=_belts(observed),
        posts=_marks(observed),
        places=_places(observed),
        value_title="Incidents that the mission sees, per cent",
        notes=tuple(note for note in notes if note),
        stamp=document["stamp"],
        credits=(f"Line: {line['source'] or line['title']}.",),
    )


def _everywhere(document: dict[str, Any]) -> str:
    """Return what the mission sees, where that is the same in every sector."""
    last = document["phases"][-1]
    if not last["mission"]:
        return ""
    seen = last["seen_by_mission"]
    return (
        f"The mission sees {share(seen['mean'])} of incidents ({share_range(seen)}), in every sector alike: "
        "where hot spots will be is not known."
    )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _values(document: dict[str, Any]) -> dict[str, float | None]:
    """Return what is seen in each sector, per cent: of itself where that may be told, else of its class.

    Where it is the same everywhere there is nothing to colour by.
    """
    last = document["phases"][-1]
    if last["sectors"] is not None:
        found = {one["key"]: one["seen"]["mean"] for one in last["sectors"]}
    else:
        by_class = {one["class"]: one["seen"]["mean"] for one in last["sector_classes"] or ()}
        found = {one["key"]: by_class.get(one["class"]) for one in document["sectors"]}
    rounded = {key: None if share is None else round(100.0 * share, 1) for key, share in found.items()}
    alike = len(set(rounded.values())) == 1
    return dict.fromkeys(rounded) if alike else rounded


def _sentence(one: dict[str, Any]) -> str:
    """Return one sentence on a sector."""
    near = one["nearest_places"]
    place = f", nearest {near[0]['name']} ({near[0]['distance_km']:.0f} km)" if near else ""
    return f"{one['key']}: {one['length_km']:.0f} km, {_words(one['class'])}{place}."


def _belts(observed: Observed) -> tuple[Belt, ...]:
    """Return the belts, all sectors of a side as one."""
    ground = observed.ground
    case = observed.setup.case
    found = []
    for side, holder in (("left", ground.left), ("right", ground.right)):
        whole = shapely.union_all([belt.shape for belt in ground.belts if belt.side == side])
        rings = [
            np.asarray(ring.coords)
            for part in shapely.get_parts(whole)
            if not part.is_empty
            for ring in (part.exterior, *part.interiors)
        ]
        if rings:
            name = case.name_of(holder) if holder else side
            found.append(Belt(tuple(rings), f"{name}: belt of {ground.belt_km:g} km"))
    return tuple(found)


def _posts(observed: Observed) -> list[dict[str, Any]]:
    """Return the standing sensors: placed where that may be shown, else at even distances."""
    siting = observed.siting
    if siting is None:
        return []
    points, kinds = siting.even_places, siting.even_kind
    if observed.sensitive:
        points, kinds = siting.places, siting.kind
    titles = [observed.setup.case.sensors[one.sensor].title for one in siting.kinds]
    return [
        {"sensor": titles[kind], "longitude": float(lon), "latitude": float(lat)}
        for kind, (lon, lat) in zip(kinds, points, strict=True)
    ]


def _marks(observed: Observed) -> tuple[Post, ...]:
    """Return the marks of sensors: all where they are placed, else few enough to let the line be seen."""
    posts = _posts(observed)
    each = 1 if observed.sensitive else max(1, -(-len(posts) // MOST_MARKS))
    said = "" if each == 1 else f", one mark for {each}"
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for one in posts:
        by_kind.setdefault(one["sensor"], []).append(one)
    return tuple(
        Post(one["longitude"], one["latitude"], f"{sensor}{said}")
        for sensor, some in by_kind.items()
        for one in some[each // 2 :: each]
    )


def _posts_note(observed: Observed) -> str:
    """Return what the places of posts mean."""
    if observed.siting is None:
        return "" if observed.surveys[-1].by_sector is not None else NOBODY
    return PLACED if observed.sensitive else EVENLY


def _places(observed: Observed) -> tuple[Place, ...]:
    """Return the named places of the case: towns near the line, cities and sites."""
    case = observed.setup.case
    towns = [
        Place(one.name, one.longitude, one.latitude, one.kind, one.people)
        for one in case.places
        if one.kind == "city" or (one.people or 0) > 0
    ]
    plants = [
        Place(one.name, one.longitude, one.latitude, one.kind)
        for one in case.theatre.sites
        if one.kind == "nuclear_plant"
    ]
    return (*towns, *plants)


def layers_of(observed: Observed) -> dict[str, Layer]:
    """Return the sectors, belts, posts and places as layers with units in the names of their fields."""
    document, ground = observed.document, observed.ground
    stamp = document["stamp"] or ""
    values = _shares(document)
    sectors = [
        (
            shapely.multilinestrings([shapely.linestrings(part) for part in sector.parts]),
            {
                "sector": sector.key,
                "sector_class": name,
                "length_km": round(sector.km, 3),
                "people_within_30_km": one["people_near"],
                "nearest_place": one["nearest_places"][0]["name"] if one["nearest_places"] else None,
                **values[sector.key],
                "notice": stamp or HELD_OUT,
            },
        )
        for sector, name, one in zip(ground.sectors, ground.classes, document["sectors"], strict=True)
    ]
    belts = [
        (
            belt.shape,
            {
                "sector": belt.sector,
                "side": belt.side,
                "held_by": (ground.left if belt.side == "left" else ground.right) or "not known",
                "depth_km": ground.belt_km,
                "area_km2": round(belt.km2, 3),
            },
        )
        for belt in ground.belts
        if not belt.shape.is_empty
    ]
    posts = [
        (
            shapely.points(one["longitude"], one["latitude"]),
            {"sensor": one["sensor"], "placed": observed.sensitive, "notice": stamp or EVENLY},
        )
        for one in _posts(observed)
    ]
    places = [
        (shapely.points(one.lon, one.lat), {"name": one.name, "kind": one.kind, "people": one.population})
        for one in _places(observed)
    ]
    described = {
        "sectors": Layer("lines", f"{BY_SECTOR} {stamp}".strip(), sectors),
        "belts": Layer("areas", "Belts that heavy weapons leave, on either side of the line", belts),
        "posts": Layer("points", f"Standing sensors. {_posts_note(observed)}".strip(), posts),
        "places": Layer("points", "Towns, cities and nuclear plants", places),
    }
    return {name: layer for name, layer in described.items() if layer.rows}


def _shares(document: dict[str, Any]) -> dict[str, dict[str, float | None]]:
    """Return seen, located and attributed of each sector, or of its class, mean and range."""
    last = document["phases"][-1]
    if last["sectors"] is not None:
        found = {one["key"]: one for one in last["sectors"]}
    else:
        by_class = {one["class"]: one for one in last["sector_classes"] or ()}
        found = {one["key"]: by_class.get(one["class"]) for one in document["sectors"]}
    return {
        key: {
            f"{what}_share{end}": None if one is None else one[what][which]
            for what in SHARES
            for end, which in (("", "mean"), ("_low", "low"), ("_high", "high"))
        }
        for key, one in found.items()
    }
