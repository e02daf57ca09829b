"""Writing shapes with their fields: GeoPackage and GeoJSON, in WGS84, whole or not at all."""

from __future__ import annotations

import json
import math
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import pyogrio
import pyogrio.raw
import shapely
from numpy.typing import NDArray

from holdfast.errors import UsageProblem
from holdfast.files.vector_gdal import silent_gdal
from holdfast.files.writing import check_target, write_whole

Value: TypeAlias = str | int | float | bool | None
Row: TypeAlias = tuple[Any, Mapping[str, Value]]
"""A shape in longitude and latitude, and its fields."""

Kind: TypeAlias = Literal["lines", "areas", "points"]

DECIMALS: Final = 7
"""Of a degree in GeoJSON: a centimetre."""
UNDATED: Final = "1970-01-01T00:00:00.000Z"
"""The date of change in a GeoPackage: always the same, so that the same content has the same bytes."""

_STORED: Final = {"lines": "MultiLineString", "areas": "MultiPolygon", "points": "Point"}
_MAY_BE: Final = {
    "lines": ("LineString", "MultiLineString"),
    "areas": ("Polygon", "MultiPolygon"),
    "points": ("Point",),
}
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_KEPT: Final = frozenset({"fid", "geom"})  # names that a GeoPackage needs for itself


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer of shapes.

    Parameters
    ----------
    kind : str
        ``lines``, ``areas`` or ``points``.
    description : str
        What it shows, for who opens it.
    rows : sequence of (shape, fields)
        Shapes of shapely in longitude and latitude, WGS84; every row has the same fields, whose names carry
        their units (``length_km``). None stands for not known.
    """

    kind: Kind
    description: str
    rows: Sequence[Row]


def write_geopackage(path: Path, layers: Mapping[str, Layer]) -> None:
    """Write layers to a GeoPackage.

    Parameters
    ----------
    path : Path
        The file; one that is there is replaced.
    layers : mapping of str to Layer
        By name, in the order in which they are shown.

    Raises
    ------
    FileProblems
        If the file cannot be written.
    UsageProblem
        If the layers are not in order: other shapes than they say, fields that differ, names that are none.

    Notes
    -----
    The same layers give the same bytes with the same version of GDAL, which writes its own into the file.
    """
    check_target(path)
    _check(layers)
    with tempfile.TemporaryDirectory(prefix="holdfast-") as folder, _undated(), silent_gdal():
        beside = Path(folder) / "layers.gpkg"
        for name, layer in layers.items():
            _write_layer(beside, name, layer)
        data = beside.read_bytes()
    write_whole(path, data)


def geojson_text(layers: Mapping[str, Layer]) -> str:
    """Return layers as the text of one GeoJSON file (RFC 7946); the field ``layer`` says which is whose.

    Raises
    ------
    UsageProblem
        As :func:`write_geopackage`.
    """
    _check(layers)
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {"layer": name, **{key: _plain(value) for key, value in fields.items()}},
                "geometry": _geometry(shape),
            },
            ensure_ascii=False,
            allow_nan=False,
        )
        for name, layer in layers.items()
        for shape, fields in layer.rows
    ]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"


def write_geojson(path: Path, layers: Mapping[str, Layer]) -> None:
    """Write layers to one GeoJSON file.

    Raises
    ------
    FileProblems
        If the file cannot be written.
    UsageProblem
        As :func:`write_geopackage`.
    """
    check_target(path)
    write_whole(path, geojson_text(layers))


# --- checks ------------------------------------------------------------------------------------


def _check(layers: Mapping[str, Layer]) -> None:
    if not layers:
        raise UsageProblem("layers", "there are none", "give at least one")
    for name, layer in layers.items():
        _check_name(name, f"layer {name}")
        fields = list(layer.rows[0][1]) if layer.rows else []
        for field in fields:
            _check_name(field, f"layer {name}, field {field}")
        for number, (shape, row) in enumerate(layer.rows, start=1):
            where = f"layer {name}, row {number}"
            if list(row) != fields:
                raise UsageProblem(where, f"has the fields {', '.join(row)}", f"give {', '.join(fields)}")
            _check_shape(shape, layer.kind, where)
        for field in fields:
            _check_column([row[field] for _, row in layer.rows], f"layer {name}, field {field}")


def _check_name(name: str, where: str) -> None:
    if not _NAME.fullmatch(name) or name in _KEPT or name == "layer":
        raise UsageProblem(where, "cannot have this name", "write it in small letters, digits and _")


def _check_shape(shape: Any, kind: Kind, where: str) -> None:  # noqa: ANN401 - shapely has no types
    if shape.geom_type not in _MAY_BE[kind]:
        raise UsageProblem(where, f"is a {shape.geom_type}", f"put it in a layer of its own, not of {kind}")
    coordinates = shapely.get_coordinates(shape)
    if kind != "areas" and shape.is_empty:
        raise UsageProblem(where, "is empty", "leave the row out")
    if not (np.isfinite(coordinates).all() and (np.abs(coordinates) <= (540.0, 90.0)).all()):
        raise UsageProblem(where, "lies at no place on Earth", "give longitude and latitude in degrees")


def _check_column(values: Sequence[Value], where: str) -> None:
    """Refuse values of different types, but whole numbers among others."""
    types = {type(value) for value in values if value is not None}
    if not (len(types) <= 1 or types == {int, float}) or not types <= {str, int, float, bool}:
        found = ", ".join(sorted(kind.__name__ for kind in types))
        raise UsageProblem(where, f"holds values of several or other types: {found}", "give one type a field")
    if float in types and any(value is not None and math.isinf(value) for value in values):  # type: ignore[arg-type]
        raise UsageProblem(where, "holds an infinite number", "give None if it is not known")


# --- GeoPackage --------------------------------------------------------------------------------


@contextmanager
def _undated() -> Iterator[None]:
    """Keep the clock out of the file."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": UNDATED})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_layer(path: Path, name: str, layer: Layer) -> None:
    fields = list(layer.rows[0][1]) if layer.rows else []
    columns = [_column([row[field] for _, row in layer.rows]) for field in fields]
    shapes = [_stored(shape, layer.kind) for shape, _ in layer.rows]
    pyogrio.raw.write(
        path,
        np.array([shapely.to_wkb(shape) for shape in shapes], dtype=object),
        [values for values, _ in columns],
        np.array(fields, dtype=object),
        field_mask=[unknown for _, unknown in columns],
        layer=name,
        driver="GPKG",
        geometry_type=_STORED[layer.kind],
        crs="EPSG:4326",
        layer_options={"IDENTIFIER": name, "DESCRIPTION": layer.description, "GEOMETRY_NAME": "geom"},
    )


def _column(values: Sequence[Value]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return the values of a field and which of them are not known."""
    unknown = np.array([_plain(value) is None for value in values], dtype=bool)
    types = {type(value) for value in values if value is not None}
    if not types or types == {str}:
        return np.array([value or "" for value in values], dtype=object), unknown
    kind = np.float64 if float in types else np.int64 if int in types else np.bool_
    return np.array([0 if value is None else value for value in values], dtype=kind), unknown


def _stored(shape: Any, kind: Kind) -> Any:  # noqa: ANN401
    """Return a shape in the one type that its layer has."""
    flat = shapely.force_2d(shape)
    if kind == "lines":
        return shapely.multilinestrings(shapely.get_parts(flat).tolist())
    return shapely.multipolygons(shapely.get_parts(flat).tolist()) if kind == "areas" else flat


# --- GeoJSON -----------------------------------------------------------------------------------


def _plain(value: Value) -> Value:
    """Return None for what is no number."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _geometry(shape: Any) -> Any:  # noqa: ANN401
    """Return a shape as GeoJSON has it: outer rings against the clock, to the centimetre; None if empty."""
    if shape.is_empty:
        return None
    ordered = shapely.orient_polygons(shapely.force_2d(shape))
    found = json.loads(shapely.to_geojson(ordered))
    return {"type": found["type"], "coordinates": _rounded(found["coordinates"])}


def _rounded(tree: Any) -> Any:  # noqa: ANN401
    return [_rounded(part) for part in tree] if isinstance(tree, list) else round(tree, DECIMALS)
