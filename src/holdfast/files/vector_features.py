"""What a file of geometry holds, as features with fields, and what is refused in every format alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import pyproj
from numpy.typing import NDArray

from holdfast.files.problems import listed, nearest, printable, quoted, refuse

Points: TypeAlias = NDArray[np.float64]

LARGEST_VECTOR: Final = 100_000_000
"""Bytes of a file of geometry, with its companions, packed or not."""
MOST_FEATURES: Final = 10_000
MOST_POINTS: Final = 1_000_000

LINES: Final = frozenset({"LineString", "MultiLineString"})
POINTS: Final = frozenset({"Point", "MultiPoint"})
AREAS: Final = frozenset({"Polygon", "MultiPolygon"})

SHAPEFILE: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""The files of a Shapefile, in the order in which they are hashed."""

EXPORT: Final = "save it from your GIS as GeoPackage or GeoJSON"
NO_REFERENCE: Final = "say in your GIS which reference system its coordinates are in, and save it again"


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
        Of the file's bytes; of a Shapefile, of its .shp, .shx, .dbf, .prj and .cpg end to end.
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
        return "the file" if self.layer is None else f"layer {printable(self.layer)}"


def reference_of(file: str, written: str, field: str) -> pyproj.CRS:
    """Return the reference system that is written so; ``field`` is where, for the message."""
    try:
        reference = pyproj.CRS.from_user_input(written)
    except pyproj.exceptions.CRSError:
        wrong = f"the reference system {quoted(written)} is not known"
        raise refuse(file, wrong, "save it from your GIS in WGS84 (EPSG:4326)", field=field) from None
    if reference.name.lower().startswith("undefined"):  # so a GeoPackage says that it has none
        raise refuse(file, "has no reference system", NO_REFERENCE, field=field)
    return reference


def chosen_layer(file: str, layers: list[str], asked: str | None, what: str) -> str:
    """Return the layer that was asked for, or the only one; refuse if there is none or several."""
    if not layers:
        raise refuse(file, f"holds no {what}", "check that it is the right file")
    if asked is None:
        if len(layers) == 1:
            return layers[0]
        wrong = f"holds {len(layers)} {what}: {listed(layers)}"
        raise refuse(file, wrong, f"name one: {file}:{printable(layers[0])}")
    if asked not in layers:
        like = nearest(asked, layers)
        mend = f"did you mean {printable(like)}?" if like else f"name one of {listed(layers)}"
        raise refuse(file, f"holds no layer {quoted(asked)}", mend)
    return asked


def check_no_layers(file: str, layer: str | None, what: str) -> None:
    """Refuse a layer of a format that has none."""
    if layer is not None:
        wrong = f"{what} has no layers, but the layer {quoted(layer)} was asked for"
        raise refuse(file, wrong, f"name the file alone: {file}")


def check_few(file: str, number: int) -> None:
    """Refuse more features than are read."""
    if number > MOST_FEATURES:
        wrong = f"holds {number} features; at most {MOST_FEATURES} are read"
        raise refuse(file, wrong, "save the line of contact in a file of its own")


def text_of(value: Any) -> str:  # noqa: ANN401 - whatever a field holds
    """Return a field's value as it is compared and shown."""
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)
