"""Files of geometry as they stand: GeoJSON, GeoPackage and Shapefile, as features with fields.

GDAL, behind pyogrio, knows some eighty formats; several fetch from a network or follow what a file names.
So it never sees a name: the bytes are read here, what they are is told from their first ones, and only
GeoPackages and Shapefiles are handed to it, from memory. GeoJSON is read here.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

import numpy as np
import pyogrio
import pyogrio.errors
import pyogrio.raw
import pyproj
import shapely
from numpy.typing import NDArray

from holdfast.files.problems import FileProblems, listed, nearest, quoted, refuse
from holdfast.files.reading import read_bytes

Points: TypeAlias = NDArray[np.float64]

LARGEST_VECTOR: Final = 200_000_000
"""Bytes of a file of geometry, with its companions, packed or not."""
MOST_FEATURES: Final = 10_000
MOST_POINTS: Final = 1_000_000

LINES: Final = frozenset({"LineString", "MultiLineString"})
POINTS: Final = frozenset({"Point", "MultiPoint"})
AREAS: Final = frozenset({"Polygon", "MultiPolygon"})

_ENDINGS: Final = {
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GeoPackage",
    ".shp": "Shapefile",
    ".zip": "zipped Shapefile",
}
_ONLY: Final = "GeoJSON (.geojson), GeoPackage (.gpkg) and Shapefile (.shp, or zipped as .zip) are read"
_EXPORT: Final = "save it from your GIS as GeoPackage or GeoJSON"
_NO_REFERENCE: Final = "say in your GIS which reference system its coordinates are in, and save it again"
_SHAPEFILE: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")  # in the order in which they are hashed
_NEEDED: Final = {
    ".shx": "where each shape begins",
    ".dbf": "the fields",
    ".prj": "which reference system the coordinates are in",
}
_SQLITE: Final = b"SQLite format 3\x00"
_GEOPACKAGES: Final = (b"GPKG", b"GP10", b"GP11")


@dataclass(frozen=True, eq=False, slots=True)
class Feature:
    """One feature of a file.

    Parameters
    ----------
    number : int
        Its place in the file, from 1.
    values : mapping of str to str
        Its fields, as text; no value is the empty text.
    shape : str
        ``LineString``, ``Polygon`` and so on; empty if it has none.
    parts : tuple of ndarray
        The lines it consists of, each of shape (points, 2 or 3), if it is a line.
    """

    number: int
    values: Mapping[str, str]
    shape: str
    parts: tuple[Points, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """What a file of geometry holds.

    Parameters
    ----------
    file : str
        The file, as it was named.
    layer : str or None
        The layer, where the format has them.
    sha256 : str
        Of the file's bytes; of a Shapefile, those of .shp, .shx, .dbf, .prj and .cpg one after another.
    features : tuple of Feature
        In the order of the file.
    numbers : frozenset of str
        The fields that hold numbers: measures and identifiers.
    reference : pyproj.CRS
        The reference system of the coordinates.
    """

    file: str
    layer: str | None
    sha256: str
    features: tuple[Feature, ...]
    numbers: frozenset[str]
    reference: pyproj.CRS

    @property
    def place(self) -> str:
        """The field of a problem with what was read."""
        return "the file" if self.layer is None else f"layer {self.layer}"


def read_source(path: Path, layer: str | None) -> Source:
    """Read a file of geometry.

    Parameters
    ----------
    path : Path
        The file.
    layer : str or None
        Which layer, where there are several.

    Raises
    ------
    FileProblems
        If it is no GeoJSON, GeoPackage or Shapefile, is damaged or incomplete, has no reference system, or
        has several layers and none was named.
    """
    file, ending = str(path), path.suffix.lower()
    if ending not in _ENDINGS:
        raise refuse(file, f"ends in {quoted(ending)}; only {_ONLY}", _other_ending(path))
    data = read_bytes(path, LARGEST_VECTOR)
    if not data.strip():
        raise refuse(file, "is empty", _EXPORT)
    found = _kind(data)
    if found != _ENDINGS[ending]:
        what = f"is a {found}" if found else f"is no {_ENDINGS[ending]}"
        mend = f"give it the ending of a {found}" if found else f"check that it is the right file, or {_EXPORT}"
        raise refuse(file, f"{what}, although its name ends in {ending}", mend)
    reader: Callable[[Path, bytes, str | None], Source] = {
        "GeoJSON": _geojson,
        "GeoPackage": _geopackage,
        "Shapefile": _shapefile,
        "zipped Shapefile": _zipped,
    }[found]
    return reader(path, data, layer)


def _other_ending(path: Path) -> str:
    beside = path.with_suffix(".shp")
    if path.suffix.lower() in _SHAPEFILE and beside.is_file():
        return f"name {beside}"
    return _EXPORT


def _kind(data: bytes) -> str | None:
    """Return which of the formats the bytes are, by how they begin; None for any other."""
    if data.startswith(_SQLITE):
        return "GeoPackage" if data[68:72] in _GEOPACKAGES else None
    if data.startswith(b"\x00\x00\x27\x0a"):
        return "Shapefile"
    if data.startswith(b"PK\x03\x04"):
        return "zipped Shapefile"
    return "GeoJSON" if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else None


# --- GeoJSON -----------------------------------------------------------------------------------


def _geojson(path: Path, data: bytes, layer: str | None) -> Source:
    """Read GeoJSON (RFC 7946; also the older kind that names its reference system)."""
    file = str(path)
    _no_layers(file, layer, "GeoJSON")
    tree = _json(file, data)
    features = _list_of_features(file, tree)
    _few_features(file, len(features))
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
        raise refuse(file, "is not UTF-8", _EXPORT) from None
    except json.JSONDecodeError as broken:
        cut = broken.pos >= len(data.decode("utf-8-sig").rstrip())
        wrong = "ends in the middle: it is cut off" if cut else f"is broken here ({broken.msg.lower()})"
        raise refuse(file, wrong, f"get the whole file, or {_EXPORT}", line=broken.lineno) from None
    except (RecursionError, ValueError):
        raise refuse(file, "is nested too deep, or holds a number of too many digits", _EXPORT) from None
    if not isinstance(tree, dict):
        raise refuse(file, "is no GeoJSON: it is no object", _EXPORT)
    return tree


def _list_of_features(file: str, tree: dict[str, Any]) -> list[dict[str, Any]]:
    kind = tree.get("type")
    if kind == "Feature":
        return [tree]
    if kind in LINES | POINTS | AREAS | {"GeometryCollection"}:
        return [{"geometry": tree}]
    features = tree.get("features")
    if kind != "FeatureCollection" or not isinstance(features, list):
        wrong = f"is no GeoJSON: its type is {quoted(str(kind))}, not FeatureCollection, Feature or a geometry"
        raise refuse(file, wrong, _EXPORT)
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict):
            raise refuse(file, "is no feature", _EXPORT, field=f"feature {number}")
    return features


def _json_feature(file: str, number: int, given: dict[str, Any]) -> Feature:
    geometry = given.get("geometry") or {}
    fields = given.get("properties") or {}
    if not isinstance(geometry, dict) or not isinstance(fields, dict):
        raise refuse(file, "has no geometry or fields in order", _EXPORT, field=f"feature {number}")
    shape, positions = str(geometry.get("type", "")), geometry.get("coordinates")
    if shape in LINES and not positions:
        shape = ""
    lines = {"LineString": [positions], "MultiLineString": positions}.get(shape, [])
    if not isinstance(lines, list):
        raise refuse(file, "its coordinates are no list", _EXPORT, field=f"feature {number}")
    return Feature(
        number,
        {str(name): _text(value) for name, value in fields.items()},
        shape,
        tuple(_positions(file, number, line) for line in lines if line != []),
    )


def _positions(file: str, number: int, given: object) -> Points:
    """Return the positions of one line; a third number, the height, is dropped where not all have it."""
    positions = given if isinstance(given, list) else [given]
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
            file, "a coordinate is larger than any number", _EXPORT, field=f"feature {number}"
        ) from None


def _json_reference(file: str, tree: dict[str, Any]) -> pyproj.CRS:
    """Return the reference system: WGS84 unless an older file names another by the member ``crs``."""
    if "crs" not in tree:
        return pyproj.CRS.from_user_input("OGC:CRS84")
    crs = tree["crs"]
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise refuse(file, "its member `crs` names no reference system", _NO_REFERENCE, field="crs")
    return _reference(file, name, "crs")


def _fields_of_numbers(features: list[dict[str, Any]]) -> frozenset[str]:
    numbers: set[str] = set()
    others: set[str] = set()
    for feature in features:
        fields = feature.get("properties")
        for name, value in (fields if isinstance(fields, dict) else {}).items():
            if value is not None:
                (numbers if type(value) in (int, float) else others).add(str(name))
    return frozenset(numbers - others)


# --- GeoPackage and Shapefile, through GDAL ----------------------------------------------------


def _geopackage(path: Path, data: bytes, layer: str | None) -> Source:
    file = str(path)
    waiting = path.with_name(f"{path.name}-wal")
    if waiting.is_file() and waiting.stat().st_size:
        raise refuse(
            file,
            f"has changes that are not in it yet, in {waiting.name}",
            "close it in the program that has it open, then try again",
        )
    pages, size = struct.unpack_from(">I", data, 28)[0], struct.unpack_from(">H", data, 16)[0]
    if len(data) < pages * (65_536 if size == 1 else size):
        raise refuse(file, "ends in the middle: it is cut off", f"get the whole file, or {_EXPORT}")
    # A file that was left in write-ahead mode with nothing waiting is an ordinary one (sqlite.org/fileformat).
    data_read = data[:18] + b"\x01\x01" + data[20:] if data[18:20] == b"\x02\x02" else data
    return _through_gdal(file, data_read, layer, hashlib.sha256(data).hexdigest())


def _shapefile(path: Path, data: bytes, layer: str | None) -> Source:
    companions = {".shp": data}
    for ending in _SHAPEFILE[1:]:
        for written in (ending, ending.upper()):
            beside = path.with_suffix(written)
            if ending not in companions and beside.is_file():
                companions[ending] = read_bytes(beside, LARGEST_VECTOR)
    _no_layers(str(path), layer, "a Shapefile")
    return _from_companions(str(path), companions, None)


def _zipped(path: Path, data: bytes, layer: str | None) -> Source:
    file = str(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = {entry.filename: entry for entry in packed.infolist()}
            shapes = sorted(name for name in entries if name.lower().endswith(".shp") and "__MACOSX" not in name)
            chosen = _chosen_layer(file, [Path(name).stem for name in shapes], layer, "Shapefiles")
            stem = next(name for name in shapes if Path(name).stem == chosen)[: -len(".shp")]
            wanted = {
                ending: entry
                for name, entry in entries.items()
                for ending in _SHAPEFILE
                if name.lower() == f"{stem.lower()}{ending}"
            }
            if sum(entry.file_size for entry in wanted.values()) > LARGEST_VECTOR:
                wrong = f"holds more than {LARGEST_VECTOR // 1_000_000} MB unpacked"
                raise refuse(file, wrong, "check that it is the right file, or split it")
            companions = {ending: packed.read(entry) for ending, entry in wanted.items()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise refuse(file, "cannot be unpacked: it is damaged", "get it again, or unpack it yourself") from None
    except RuntimeError:  # so zipfile says that a password is needed
        raise refuse(file, "is locked with a password", "unpack it and name the .shp file") from None
    return _from_companions(file, companions, chosen, hashlib.sha256(data).hexdigest())


def _from_companions(
    file: str, companions: dict[str, bytes], layer: str | None, sha256: str | None = None
) -> Source:
    """Read a Shapefile from its files, by ending."""
    for ending, what in _NEEDED.items():
        if ending not in companions:
            if ending == ".prj":
                raise refuse(file, f"has no reference system: {ending} is missing", _NO_REFERENCE)
            wrong = f"its companion {ending} is missing, which holds {what}"
            raise refuse(file, wrong, f"put the {ending} file beside it; a Shapefile travels with its companions")
    for ending in (".shp", ".shx"):
        found = companions[ending]
        if len(found) < 100 or len(found) < 2 * struct.unpack_from(">i", found, 24)[0]:
            raise refuse(file, f"its {ending} ends in the middle: it is cut off", "get the whole file")
    table = companions[".dbf"]
    if len(table) < 32 or len(table) < _table_bytes(table):
        raise refuse(file, "its .dbf ends in the middle: it is cut off", "get the whole file")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as together:
        for ending, found in companions.items():
            together.writestr(zipfile.ZipInfo(f"line{ending}"), found)
    if sha256 is None:
        sha256 = hashlib.sha256(b"".join(companions.get(ending, b"") for ending in _SHAPEFILE)).hexdigest()
    return _through_gdal(file, packed.getvalue(), "line", sha256, shown=layer)


def _table_bytes(table: bytes) -> int:
    rows, head, row = struct.unpack_from("<IHH", table, 4)
    return int(head + rows * row)


def _through_gdal(
    file: str, data: bytes, layer: str | None, sha256: str, shown: str | None = None
) -> Source:
    """Read one layer of a GeoPackage or packed Shapefile."""
    damaged = refuse(file, "is damaged: it cannot be read", f"get it again, or {_EXPORT}")
    with silent_gdal() as said:
        try:
            if shown is None and layer != "line":
                layers = [str(name) for name, _ in pyogrio.list_layers(data)]
                layer = shown = _chosen_layer(file, layers, layer, "layers")
            about = pyogrio.read_info(data, layer=layer, force_feature_count=True)
            _few_features(file, int(about["features"]))
            meta, _, shapes, columns = pyogrio.raw.read(data, layer=layer, datetime_as_string=True)
        except (RuntimeError, ValueError, LookupError, pyogrio.errors.DataSourceError):
            raise damaged from None
        if any(level >= logging.ERROR for level, _ in said):
            raise damaged
    if shapes is None:
        raise refuse(file, "holds a table without shapes", "name a layer of lines", field=f"layer {shown}")
    if meta["crs"] is None:
        place = "the file" if shown is None else f"layer {shown}"
        raise refuse(file, "has no reference system", _NO_REFERENCE, field=place)
    names = [str(name) for name in meta["fields"]]
    return Source(
        file=file,
        layer=shown,
        sha256=sha256,
        features=tuple(
            _wkb_feature(
                file,
                number,
                shape,
                {name: _text(column[number - 1]) for name, column in zip(names, columns, strict=True)},
            )
            for number, shape in enumerate(shapes, start=1)
        ),
        numbers=frozenset(
            name
            for name, kind in zip(names, meta["dtypes"], strict=True)
            if str(kind).startswith(("int", "uint", "float"))
        ),
        reference=_reference(file, str(meta["crs"]), "the file" if shown is None else f"layer {shown}"),
    )


def _wkb_feature(file: str, number: int, written: bytes | None, values: dict[str, str]) -> Feature:
    if written is None:
        return Feature(number, values, "", ())
    try:
        shape = shapely.from_wkb(written)
    except shapely.errors.ShapelyError:
        raise refuse(
            file, "its shape cannot be read", "mend or delete it in your GIS", field=f"feature {number}"
        ) from None
    if shape.is_empty:
        return Feature(number, values, "", ())
    lines = shapely.get_parts(shape) if shape.geom_type in LINES else []
    parts = tuple(shapely.get_coordinates(line, include_z=bool(line.has_z)) for line in lines)
    return Feature(number, values, str(shape.geom_type), tuple(part for part in parts if len(part)))


@contextmanager
def silent_gdal() -> Iterator[list[tuple[int, str]]]:
    """Keep what GDAL says off the screen; gives the list of what it said, by level of logging."""
    said: list[tuple[int, str]] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append((record.levelno, record.getMessage()))

    logger, listener = logging.getLogger("pyogrio"), Listener()
    passes_on = logger.propagate
    logger.addHandler(listener)
    logger.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield said
    finally:
        logger.removeHandler(listener)
        logger.propagate = passes_on


# --- of every format ---------------------------------------------------------------------------


def _reference(file: str, written: str, field: str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(written)
    except pyproj.exceptions.CRSError:
        wrong = f"the reference system {quoted(written)} is not known"
        raise refuse(file, wrong, "save it from your GIS in WGS84 (EPSG:4326)", field=field) from None


def _chosen_layer(file: str, layers: list[str], asked: str | None, what: str) -> str:
    if not layers:
        raise refuse(file, f"holds no {what}", "check that it is the right file")
    if asked is None:
        if len(layers) == 1:
            return layers[0]
        wrong = f"holds {len(layers)} {what}: {listed(layers)}"
        raise refuse(file, wrong, f"name one: {file}:{layers[0]}")
    if asked not in layers:
        like = nearest(asked, layers)
        mend = f"did you mean {like}?" if like else f"name one of {listed(layers)}"
        raise refuse(file, f"holds no layer {quoted(asked)}", mend)
    return asked


def _no_layers(file: str, layer: str | None, what: str) -> None:
    if layer is not None:
        wrong = f"{what} has no layers, but the layer {quoted(layer)} was asked for"
        raise refuse(file, wrong, f"name the file alone: {file}")


def _few_features(file: str, number: int) -> None:
    if number > MOST_FEATURES:
        wrong = f"holds {number} features; at most {MOST_FEATURES} are read"
        raise refuse(file, wrong, "save the line of contact in a file of its own")


def _text(value: Any) -> str:  # noqa: ANN401 - whatever a field holds
    """Return a field's value as it is compared and shown."""
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating) and value == int(value):
        return str(int(value))
    return value if isinstance(value, str) else cast("str", str(value))
