"""Files of geometry: which format one is, told from its first bytes, and who reads it.

GDAL, behind pyogrio, knows some eighty formats; several fetch from a network or follow what a file names.
So it never sees a name: the bytes are read here, what they are is told from how they begin, and only
GeoPackages and Shapefiles are handed to it, from memory.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from holdfast.files.problems import quoted, refuse
from holdfast.files.reading import read_bytes
from holdfast.files.vector_features import EXPORT, LARGEST_VECTOR, SHAPEFILE, Source
from holdfast.files.vector_gdal import read_geopackage, read_shapefile, read_zipped
from holdfast.files.vector_geojson import read_geojson

ENDINGS: Final = {
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GeoPackage",
    ".shp": "Shapefile",
    ".zip": "zipped Shapefile",
}
"""What is read, by the ending of its name."""
_ONLY: Final = "GeoJSON (.geojson), GeoPackage (.gpkg) and Shapefile (.shp, or zipped as .zip) are read"
_SQLITE: Final = b"SQLite format 3\x00"
_GEOPACKAGES: Final = (b"GPKG", b"GP10", b"GP11")


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
    if ending not in ENDINGS:
        raise refuse(file, f"ends in {quoted(ending)}; only {_ONLY}", _other_ending(path))
    data = read_bytes(path, LARGEST_VECTOR)
    if not data.strip():
        raise refuse(file, "is empty", EXPORT)
    found = _kind(data)
    if found != ENDINGS[ending]:
        what = f"is a {found}" if found else f"is no {ENDINGS[ending]}"
        mend = (
            f"give it the ending of a {found}" if found else f"check that it is the right file, or {EXPORT}"
        )
        raise refuse(file, f"{what}, although its name ends in {ending}", mend)
    reader: Callable[[Path, bytes, str | None], Source] = {
        "GeoJSON": read_geojson,
        "GeoPackage": read_geopackage,
        "Shapefile": read_shapefile,
        "zipped Shapefile": read_zipped,
    }[found]
    return reader(path, data, layer)


def _other_ending(path: Path) -> str:
    beside = path.with_suffix(".shp")
    if path.suffix.lower() in SHAPEFILE and beside.is_file():
        return f"name {beside}"
    return EXPORT


def _kind(data: bytes) -> str | None:
    """Return which of the formats the bytes are, by how they begin; None for any other."""
    if data.startswith(_SQLITE):
        return "GeoPackage" if data[68:72] in _GEOPACKAGES else None
    if data.startswith(b"\x00\x00\x27\x0a"):
        return "Shapefile"
    if data.startswith(b"PK\x03\x04"):
        return "zipped Shapefile"
    return "GeoJSON" if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else None
