"""Draw up the basemap of a packaged case from public-domain layers, generalised to a few kilometres.

    python tools/basemap.py LAYERS GAZETTEER OUT

``LAYERS`` is a folder of Natural Earth 1:10m layers (public domain) cut around the extent below:
``coastline``, ``country_borders``, ``rivers_main`` and ``lakes``, each a ``.geojson`` file.
``GAZETTEER`` is a table of places with the columns name, latitude, longitude, kind and population.

Borders are those recognised by the United Nations General Assembly. Natural Earth marks its line
across the Crimean isthmus as disputed; every line so marked is left out before countries are formed,
so that Crimea and Sevastopol are part of the host's outline and no line is left to draw there.
"""

# ruff: noqa: INP001 - a script, not a package

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import Point, box, mapping, shape
from shapely.geometry.base import BaseGeometry

WEST, SOUTH, EAST, NORTH = EXTENT = (20.1, 43.6, 42.9, 53.7)
"""Degrees; a little less than the layers hold, so that every line in them reaches beyond the edge."""
COAST_DETAIL_KM = 2.5
"""Square root of the area of the smallest corner of a coast or border that is kept."""
RIVER_DETAIL_KM = 2.0
CLOSED_WITHIN_KM = 3.0
SMALLEST_LAND_KM2 = 15.0
SMALLEST_LAKE_KM2 = 100.0
DECIMALS = 3
FLAT = "+proj=lcc +lat_1=45.5 +lat_2=52 +lat_0=48.5 +lon_0=32 +units=km +ellps=WGS84"

HOST = "Ukraine"
COUNTRIES = {
    "Ukraine": [(31.0, 49.0), (32.99, 46.04), (31.94, 46.2), (29.92, 45.69)],
    "Russia": [(40.0, 51.0)],
    "Belarus": [(28.0, 53.0)],
    "Poland": [(22.0, 52.0)],
    "Slovakia": [(21.0, 49.0)],
    "Hungary": [(20.6, 47.3)],
    "Romania": [(25.0, 46.0)],
    "Moldova": [(28.7, 47.2)],
    "Bulgaria": [(27.0, 43.7)],
    "Serbia": [(20.5, 44.5)],
}
"""Points that lie in each country, by which the faces between coasts and borders get their owner."""

SEAS = {
    "Black Sea": [(30.6, 45.6), (31.2, 44.9), (32.2, 44.5), (31.4, 46.0), (33.9, 43.9), (36.2, 44.2)],
    "Sea of Azov": [(36.6, 46.0), (35.9, 45.8), (36.3, 46.4), (37.2, 46.3)],
}
"""Where the name of a sea may stand."""

RIVERS = {
    "Dnipro": "Dnipro",
    "Donets": "Siverskyi Donets",
    "Dniester": "Dniester",
    "Southern Bug": "Southern Buh",
    "Bug": "Western Buh",
    "Pripyat": "Prypiat",
    "Desna": "Desna",
    "Seym": "Seim",
    "Don": "Don",
    "Danube": "Danube",
    "Prut": "Prut",
    "Vistula": "Vistula",
    "Tisa": "Tisza",
    "Kuban": "Kuban",
    "Bratul Chillia": "Kiliia arm",
}
"""Rivers that are drawn, and how they are spelled."""
GONE = ("Kakhovka Reservoir",)
"""Waters that are no more: empty since the dam was destroyed on 6 June 2023."""

ABROAD = (
    ("Belgorod", 50.60, 36.59, 391_000),
    ("Kursk", 51.73, 36.19, 450_000),
    ("Bryansk", 53.25, 34.37, 380_000),
    ("Voronezh", 51.67, 39.18, 1_058_000),
    ("Rostov-on-Don", 47.24, 39.71, 1_142_000),
    ("Taganrog", 47.24, 38.90, 246_000),
    ("Krasnodar", 45.04, 38.98, 1_100_000),
    ("Novorossiysk", 44.72, 37.77, 262_000),
    ("Homel", 52.43, 31.00, 500_000),
    ("Brest", 52.10, 23.69, 340_000),
    ("Chișinău", 47.01, 28.86, 567_000),
    ("Bucharest", 44.43, 26.10, 1_717_000),
    ("Constanța", 44.17, 28.64, 264_000),
    ("Iași", 47.16, 27.59, 272_000),
    ("Warsaw", 52.23, 21.01, 1_860_000),
    ("Lublin", 51.25, 22.57, 331_000),
    ("Rzeszów", 50.04, 22.00, 197_000),
)
"""Cities of the neighbours that help to find one's way: rounded coordinates and persons, about 2021."""

SOURCE = {
    "title": "Basemap, generalised to about 2.5 km",
    "source": (
        "Coasts, borders, rivers and lakes: Natural Earth 1:10m (public domain). Cities: rounded coordinates "
        "of GeoNames (CC BY 4.0); their persons, before February 2022, only set which names are drawn first."
    ),
    "credit": "Basemap: Natural Earth (public domain); city coordinates: GeoNames (CC BY 4.0)",
    "licence": "CC-BY-4.0; the lines of Natural Earth are in the public domain",
    "borders": (
        "As recognised by the United Nations General Assembly (resolutions 68/262 and ES-11/4). "
        "The Kakhovka reservoir, empty since June 2023, is left out."
    ),
}

TO_FLAT = Transformer.from_crs("EPSG:4326", FLAT, always_xy=True)


def main(layers: Path, gazetteer: Path, out: Path) -> None:
    """Write the basemap."""
    countries = land(layers)
    features = [
        *(_land_feature(name, polygons) for name, polygons in countries.items()),
        *(_feature("border", "", line) for line in borders(countries.values())),
        *(_feature("river", name, line) for name, line in rivers(layers)),
        *(_feature("lake", name, lake) for name, lake in lakes(layers)),
        *(_names("country", name, anchors(area)) for name, area in countries.items()),
        *(_names("sea", name, points) for name, points in SEAS.items()),
        *(
            _feature("place", name, Point(longitude, latitude), kind="city", population=persons)
            for name, latitude, longitude, persons in cities(gazetteer)
        ),
    ]
    head = {"type": "FeatureCollection", "bbox": EXTENT, **SOURCE}
    lines = ",\n".join(_json(feature) for feature in features)
    out.write_text(f'{_json(head)[:-1]},"features":[\n{lines}\n]}}\n', encoding="utf-8")


def land(layers: Path) -> dict[str, BaseGeometry]:
    """Return each country's land on the plane, so generalised that neighbours still share their border."""
    coast = [_flat(line) for _, line in _read(layers / "coastline.geojson")]
    frontiers = [
        _flat(line)
        for facts, line in _read(layers / "country_borders.geojson")
        if not facts["featurecla"].startswith("Disputed")
    ]
    edge = _flat(box(*EXTENT).segmentize(0.05)).exterior
    lines = [edge, *coast, *frontiers, *_to_the_coast(frontiers, shapely.union_all(coast))]
    faces = shapely.get_parts(shapely.polygonize([shapely.unary_union(lines)]))
    owned: dict[str, list[BaseGeometry]] = {name: [] for name in COUNTRIES}
    for name, seeds in COUNTRIES.items():
        for seed in seeds:
            here = _flat(Point(seed))
            owned[name] += [face for face in faces if face.contains(here) and face.area >= SMALLEST_LAND_KM2]
    rows = [(name, face) for name, faces_of in owned.items() for face in faces_of]
    simple = shapely.coverage_simplify([face for _, face in rows], COAST_DETAIL_KM, simplify_boundary=True)
    return {
        name: shapely.union_all(
            [face for (owner, _), face in zip(rows, simple, strict=True) if owner == name]
        )
        for name in COUNTRIES
        if any(owner == name for owner, _ in rows)
    }


def borders(countries: Iterable[BaseGeometry]) -> Iterable[BaseGeometry]:
    """Yield the lines that two countries share."""
    areas = list(countries)
    for place, one in enumerate(areas):
        for other in areas[place + 1 :]:
            shared = one.boundary.intersection(other.boundary)
            lines = [part for part in shapely.get_parts(shared) if part.length > 0.0]
            if lines:
                yield shapely.line_merge(shapely.union_all(lines))


def rivers(layers: Path) -> Iterable[tuple[str, BaseGeometry]]:
    """Yield the rivers that are drawn, each as one feature."""
    pieces: dict[str, list[BaseGeometry]] = {}
    for facts, line in _read(layers / "rivers_main.geojson"):
        if facts["name"] in RIVERS:
            pieces.setdefault(RIVERS[facts["name"]], []).append(_flat(line))
    inside = _flat(box(*EXTENT).segmentize(0.05))
    for name, lines in sorted(pieces.items()):
        yield (
            name,
            shapely.line_merge(shapely.union_all(lines)).simplify(RIVER_DETAIL_KM / 2).intersection(inside),
        )


def lakes(layers: Path) -> Iterable[tuple[str, BaseGeometry]]:
    """Yield the lakes and reservoirs that are there today and large enough."""
    inside = _flat(box(*EXTENT).segmentize(0.05))
    for facts, lake in _read(layers / "lakes.geojson"):
        area = _flat(lake).intersection(inside)
        if facts["name"] not in GONE and area.area >= SMALLEST_LAKE_KM2:
            yield (facts["name"] or "").replace("Kiev", "Kyiv"), area.simplify(COAST_DETAIL_KM / 3)


def anchors(area: BaseGeometry) -> list[tuple[float, float]]:
    """Return where the name of a country may stand: points of a grid well inside it, the innermost first."""
    found = []
    for longitude in np.arange(WEST + 0.5, EAST, 0.75):
        for latitude in np.arange(SOUTH + 0.3, NORTH, 0.5):
            point = _flat(Point(longitude, latitude))
            depth_km = area.boundary.distance(point)
            if depth_km > 20.0 and area.contains(point):
                found.append((-depth_km, round(float(longitude), 2), round(float(latitude), 2)))
    return [(longitude, latitude) for _, longitude, latitude in sorted(found)]


def cities(gazetteer: Path) -> list[tuple[str, float, float, int]]:
    """Return cities with rounded coordinates and persons, the largest first."""
    with gazetteer.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["kind"] in ("city", "front_place")]
    home = [
        (
            row["name"].removesuffix(" (city)"),
            round(float(row["latitude"]), 2),
            round(float(row["longitude"]), 2),
            round(int(row["population"]), -3),
        )
        for row in rows
        if row["population"] and int(row["population"]) >= 30_000
    ]
    return sorted({*home, *ABROAD}, key=lambda city: (-city[3], city[0]))


def _read(path: Path) -> list[tuple[dict[str, Any], BaseGeometry]]:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [(feature["properties"], shape(feature["geometry"])) for feature in features]


def _flat(line: BaseGeometry) -> BaseGeometry:
    return shapely.transform(line, lambda points: np.column_stack(TO_FLAT.transform(*points.T)))


def _to_the_coast(frontiers: list[BaseGeometry], coast: BaseGeometry) -> Iterable[BaseGeometry]:
    """Yield a short line from each border that stops just short of the coast, so that faces close."""
    for end in shapely.get_parts(shapely.union_all([line.boundary for line in frontiers])):
        if 0.0 < coast.distance(end) < CLOSED_WITHIN_KM:
            yield shapely.shortest_line(end, coast)


def _round(area: BaseGeometry) -> BaseGeometry:
    return shapely.transform(
        area,
        lambda points: np.round(np.column_stack(TO_FLAT.transform(*points.T, direction="INVERSE")), DECIMALS),
    )


def _land_feature(name: str, area: BaseGeometry) -> dict[str, Any]:
    return _feature("land", name, area, role="host" if name == HOST else "neighbour")


def _names(kind: str, name: str, points: list[tuple[float, float]]) -> dict[str, Any]:
    geometry = {"type": "MultiPoint", "coordinates": points}
    return {
        "type": "Feature",
        "properties": {"layer": "label", "name": name, "kind": kind},
        "geometry": geometry,
    }


def _feature(layer: str, name: str, where: BaseGeometry, **more: str | int) -> dict[str, Any]:
    geometry = mapping(where if layer == "place" else _round(where))
    properties = {"layer": layer, **({"name": name} if name else {}), **more}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
