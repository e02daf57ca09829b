"""Reading GeoPackage and Shapefile through GDAL, which gets their bytes and never a name."""

from __future__ import annotations

import hashlib
import io
import logging
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import pyogrio
import pyogrio.raw
import shapely

from holdfast.files.problems import printable, refuse
from holdfast.files.reading import read_bytes
from holdfast.files.vector_features import (
    EXPORT,
    LARGEST_VECTOR,
    LINES,
    NO_REFERENCE,
    SHAPEFILE,
    Feature,
    Source,
    check_few,
    check_no_layers,
    chosen_layer,
    reference_of,
    text_of,
)

_NEEDED: Final = {
    ".shx": "where each shape begins",
    ".dbf": "the fields",
    ".prj": "which reference system the coordinates are in",
}
_STEM: Final = "line"  # the name of a Shapefile's files in memory


def read_geopackage(path: Path, data: bytes, layer: str | None) -> Source:
    """Read one layer of a GeoPackage."""
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
        raise refuse(file, "ends in the middle: it is cut off", f"get the whole file, or {EXPORT}")
    # With nothing waiting, a file in write-ahead mode is an ordinary one (sqlite.org/fileformat2).
    data_read = data[:18] + b"\x01\x01" + data[20:] if data[18:20] == b"\x02\x02" else data
    chosen = chosen_layer(file, _layers(file, data_read), layer, "layers of shapes")
    return _through_gdal(file, data_read, chosen, chosen, hashlib.sha256(data).hexdigest())


def read_shapefile(path: Path, data: bytes, layer: str | None) -> Source:
    """Read a Shapefile from its files."""
    companions = {".shp": data}
    for ending in SHAPEFILE[1:]:
        for written in (ending, ending.upper()):
            beside = path.with_suffix(written)
            if ending not in companions and beside.is_file():
                companions[ending] = read_bytes(beside, LARGEST_VECTOR)
    check_no_layers(str(path), layer, "a Shapefile")
    return _from_companions(str(path), companions, None)


def read_zipped(path: Path, data: bytes, layer: str | None) -> Source:
    """Read a Shapefile that is packed with its companions in a zip file."""
    file = str(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = {entry.filename: entry for entry in packed.infolist()}
            shapes = sorted(name[: -len(".shp")] for name in entries if _is_shape(name))
            chosen = chosen_layer(file, shapes, layer, "Shapefiles")
            wanted = {
                ending: entry
                for name, entry in entries.items()
                for ending in SHAPEFILE
                if name.lower() == f"{chosen.lower()}{ending}"
            }
            if sum(entry.file_size for entry in wanted.values()) > LARGEST_VECTOR:
                wrong = f"holds more than {LARGEST_VECTOR // 1_000_000} MB unpacked"
                raise refuse(file, wrong, "check that it is the right file, or split it")
            companions = {ending: packed.read(entry) for ending, entry in wanted.items()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise refuse(
            file, "cannot be unpacked: it is damaged", "get it again, or unpack it yourself"
        ) from None
    except RuntimeError:  # so zipfile says that a password is needed
        raise refuse(file, "is locked with a password", "unpack it and name the .shp file") from None
    return _from_companions(file, companions, chosen, hashlib.sha256(data).hexdigest())


def _is_shape(name: str) -> bool:
    """Return whether a name in a zip file is that of a Shapefile; macOS adds shadows of its own."""
    return name.lower().endswith(".shp") and not name.startswith("__MACOSX/")


def _from_companions(
    file: str, companions: dict[str, bytes], layer: str | None, sha256: str | None = None
) -> Source:
    """Read a Shapefile from its files, by ending."""
    for ending, what in _NEEDED.items():
        if ending not in companions:
            if ending == ".prj":
                raise refuse(file, f"has no reference system: {ending} is missing", NO_REFERENCE)
            wrong = f"its companion {ending} is missing, which holds {what}"
            raise refuse(
                file, wrong, f"put the {ending} file beside it; a Shapefile travels with its companions"
            )
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
            together.writestr(zipfile.ZipInfo(f"{_STEM}{ending}"), found)
    if sha256 is None:
        sha256 = hashlib.sha256(b"".join(companions.get(ending, b"") for ending in SHAPEFILE)).hexdigest()
    return _through_gdal(file, packed.getvalue(), _STEM, layer, sha256)


def _table_bytes(table: bytes) -> int:
    rows, head, row = struct.unpack_from("<IHH", table, 4)
    return int(head + rows * row)


def _layers(file: str, data: bytes) -> list[str]:
    """Return the layers of a GeoPackage that hold shapes; styles and other tables are none."""
    with _reading(file):
        return [str(name) for name, shapes in pyogrio.list_layers(data) if shapes]


def _through_gdal(file: str, data: bytes, inside: str, shown: str | None, sha256: str) -> Source:
    """Read the layer ``inside`` of the bytes, which users know as ``shown``."""
    with _reading(file):
        about = pyogrio.read_info(data, layer=inside, force_feature_count=True)
    check_few(file, int(about["features"]))
    with _reading(file):
        meta, _, shapes, columns = pyogrio.raw.read(data, layer=inside, datetime_as_string=True)
    place = "the file" if shown is None else f"layer {printable(shown)}"
    if meta["crs"] is None:
        raise refuse(file, "has no reference system", NO_REFERENCE, field=place)
    names = [str(name) for name in meta["fields"]]
    rows = [
        {name: text_of(column[row]) for name, column in zip(names, columns, strict=True)}
        for row in range(len(shapes))
    ]
    return Source(
        file=file,
        layer=shown,
        sha256=sha256,
        features=tuple(
            _feature(file, number, shape, row)
            for number, (shape, row) in enumerate(zip(shapes, rows, strict=True), start=1)
        ),
        numbers=frozenset(
            name
            for name, kind in zip(names, meta["dtypes"], strict=True)
            if str(kind).startswith(("int", "uint", "float"))
        ),
        reference=reference_of(file, str(meta["crs"]), place),
    )


@contextmanager
def _reading(file: str) -> Iterator[None]:
    """Refuse the file if GDAL cannot read it, or says that it is in error."""
    damaged = refuse(file, "is damaged: it cannot be read", f"get it again, or {EXPORT}")
    with silent_gdal() as said:
        try:
            yield
        except (RuntimeError, ValueError, LookupError):
            raise damaged from None
    if any(level >= logging.ERROR for level, _ in said):
        raise damaged


def _feature(file: str, number: int, written: bytes | None, values: dict[str, str]) -> Feature:
    if written is None:
        return Feature(number, values, "", ())
    try:
        with np.errstate(invalid="ignore"):  # coordinates that are no number are refused later, by name
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
