"""Reading GeoJSON (RFC 7946), also the older kind that names its reference system.

GDAL takes files that begin alike for other things, some of which fetch what they name; so it is read here.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyproj

from holdfast.files.problems import quoted, refuse
from holdfast.files.vector_features import (
    AREAS,
    EXPORT,
    LINES,
    NO_REFERENCE,
    POINTS,
    Feature,
    Points,
    Source,
    check_few,
    check_no_layers,
    reference_of,
    text_of,
)


def read_geojson(path: Path, data: bytes, layer: str | None) -> Source:
    """Read GeoJSON (RFC 7946; also the older kind that names its reference system)."""
    file = str(path)
    check_no_layers(file, layer, "GeoJSON")
    tree = _json(file, data)
    features = _list_of_features(file, tree)
    check_few(file, len(features))
    numbers = _fields_of_numbers(features)
    return Source(
        file=file,
        layer=None,
        sha256=hashlib.sha256(data).hexdigest(),
        features=tuple(_json_feature(file, number, given) for number, given in enumerate(features, start=1)),
        numbers=numbers,
        reference=_json_reference(file, tree),
    )


def _json(file: str, data: bytes) -> dict[str, Any]:
    def not_finite(word: str) -> float:
        raise refuse(file, f"holds {word}, which is no number", "take out the point, or give its coordinates")

    try:
        tree = json.loads(data.decode("utf-8-sig"), parse_constant=not_finite)
    except UnicodeDecodeError:
        raise refuse(file, "is not UTF-8", EXPORT) from None
    except json.JSONDecodeError as broken:
        cut = broken.pos >= len(data.decode("utf-8-sig").rstrip()) or "Unterminated" in broken.msg
        wrong = "ends in the middle: it is cut off" if cut else f"is broken here ({broken.msg.lower()})"
        raise refuse(file, wrong, f"get the whole file, or {EXPORT}", line=broken.lineno) from None
    except (RecursionError, ValueError):
        raise refuse(file, "is nested too deep, or holds a number of too many digits", EXPORT) from None
    if not isinstance(tree, dict):
        raise refuse(file, "is no GeoJSON: it is no object", EXPORT)
    return tree


def _list_of_features(file: str, tree: dict[str, Any]) -> list[dict[str, Any]]:
    kind = tree.get("type")
    if kind == "Feature":
        return [tree]
    if kind in LINES | POINTS | AREAS | {"GeometryCollection"}:
        return [{"geometry": tree}]
    features = tree.get("features")
    if kind != "FeatureCollection" or not isinstance(features, list):
        wrong = (
            f"is no GeoJSON: its type is {quoted(str(kind))}, not FeatureCollection, Feature or a geometry"
        )
        raise refuse(file, wrong, EXPORT)
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict):
            raise refuse(file, "is no feature", EXPORT, field=f"feature {number}")
    return features


def _json_feature(file: str, number: int, given: dict[str, Any]) -> Feature:
    geometry = given.get("geometry") or {}
    fields = given.get("properties") or {}
    if not isinstance(geometry, dict) or not isinstance(fields, dict):
        raise refuse(file, "has no geometry or fields in order", EXPORT, field=f"feature {number}")
    shape, positions = str(geometry.get("type", "")), geometry.get("coordinates")
    if shape in LINES and not positions:
        shape = ""
    lines = {"LineString": [positions], "MultiLineString": positions}.get(shape, [])
    if not isinstance(lines, list):
        raise refuse(file, "its coordinates are no list", EXPORT, field=f"feature {number}")
    return Feature(
        number,
        {str(name): text_of(value) for name, value in fields.items()},
        shape,
        tuple(_positions(file, number, line) for line in lines if line != []),
    )


def _positions(file: str, number: int, given: object) -> Points:
    """Return the positions of one line; a third number, the height, is dropped where not all have it."""
    positions: list[Any] = given if isinstance(given, list) else [given]
    for place, position in enumerate(positions, start=1):
        numbers = position[:3] if isinstance(position, list) else []
        if len(numbers) < 2 or not all(type(part) in (int, float) for part in numbers):
            raise refuse(
                file,
                f"point {place} is {quoted(json.dumps(position))}, not longitude and latitude",
                "write [longitude, latitude] as two numbers",
                field=f"feature {number}",
            )
    width = min((len(position) for position in positions), default=2)
    try:
        return np.array([position[: min(width, 3)] for position in positions], dtype=np.float64)
    except OverflowError:
        raise refuse(
            file, "a coordinate is larger than any number", EXPORT, field=f"feature {number}"
        ) from None


def _json_reference(file: str, tree: dict[str, Any]) -> pyproj.CRS:
    """Return the reference system: WGS84 unless an older file names another by the member ``crs``."""
    if "crs" not in tree:
        return pyproj.CRS.from_user_input("OGC:CRS84")
    crs = tree["crs"]
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise refuse(file, "its member `crs` names no reference system", NO_REFERENCE, field="crs")
    return reference_of(file, name, "crs")


def _fields_of_numbers(features: list[dict[str, Any]]) -> frozenset[str]:
    numbers: set[str] = set()
    others: set[str] = set()
    for feature in features:
        fields = feature.get("properties")
        for name, value in (fields if isinstance(fields, dict) else {}).items():
            if value is not None:
                (numbers if type(value) in (int, float) else others).add(str(name))
    return frozenset(numbers - others)
