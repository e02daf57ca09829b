"""Reading a line of contact from GeoJSON, GeoPackage or Shapefile.

Nothing is guessed: what could be read in two ways is refused, with what to do. Nothing is fetched: only
files on this machine are read, see :mod:`holdfast.files.vector_sources`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import pyproj
import pyproj.network
from numpy.typing import NDArray

from holdfast.errors import UsageProblem
from holdfast.files.problems import FileProblems, listed, nearest, printable, quoted, refuse
from holdfast.files.vector_features import AREAS, LINES, MOST_POINTS, Feature, Source
from holdfast.files.vector_parts import in_order, snag_of, without_repeats
from holdfast.files.vector_sources import ENDINGS, read_source

Points: TypeAlias = NDArray[np.float64]

LONGEST_KM: Final = 20_000.0
"""No line of contact is longer than half way round the Earth."""
MOST_PARTS: Final = 2_000
FAR_KM: Final = 500.0
"""A line further than this from the one already known is not of the same theatre."""
ANY: Final = "*"
"""In a choice, FIELD=*: features with different values of the field are parts of one line."""

_WGS84: Final = pyproj.Geod(ellps="WGS84")
_DAYS: Final = ("date", "day", "month", "year", "time")
_COMPARED: Final = 500
_NETWORK: Final = re.compile(r"/+vsi|[A-Za-z][A-Za-z0-9+.-]+:/")
_SEVERAL: Final = "choose with FIELD=VALUE, for example"


@dataclass(frozen=True, eq=False)
class DrawnLine:
    """A line of contact as it was drawn in a file.

    Parameters
    ----------
    parts : tuple of ndarray
        Each of shape (points, 2): longitude and latitude in degrees WGS84, in order along the line.
    source : str
        The file, as it was named, with layer and choice.
    sha256 : str
        Of the bytes that were read; of a Shapefile, of its .shp, .shx, .dbf, .prj and .cpg end to end.
    notes : tuple of str
        What was done to it on the way: heights dropped, coordinates transformed, parts joined.
    """

    parts: tuple[Points, ...]
    source: str
    sha256: str
    notes: tuple[str, ...]


def read_line(
    file: str | Path,
    *,
    layer: str | None = None,
    where: Mapping[str, str] | None = None,
    near: Points | None = None,
) -> DrawnLine:
    """Read a line of contact.

    Parameters
    ----------
    file : str or Path
        A GeoJSON, GeoPackage, Shapefile or zipped Shapefile; ``FILE:LAYER`` names a layer.
    layer : str, optional
        The layer, where there are several.
    where : mapping of str to str, optional
        Which features, by the values of their fields; see :func:`chosen_by` for how a user writes it.
    near : ndarray, optional
        Points, longitude and latitude, of a line known to be near: one that lies far from it is refused,
        and swapped axes are told.

    Raises
    ------
    FileProblems
        If the file cannot be read, or could be read in more than one way.
    """
    path, layer = _named_layer(str(file), layer)
    source = read_source(path, layer)
    features = _chosen(source, dict(where or {}))
    notes: list[str] = []
    degrees = [part for feature in features for part in _degrees(source, feature, notes)]
    degrees, repeats = without_repeats(_near_each_other(degrees))
    _check_whole(source, degrees)
    parts, done = in_order(degrees)
    if near is not None:
        _check_near(source, parts, near)
    choice = ", ".join(f"{field}={value}" for field, value in (where or {}).items())
    named = str(path) if source.layer is None else f"{path}:{source.layer}"
    for part in parts:
        part.setflags(write=False)
    return DrawnLine(
        tuple(parts),
        f"{named} ({choice})" if choice else named,
        source.sha256,
        tuple(dict.fromkeys([*notes, *repeats, *done])),
    )


def chosen_by(texts: Iterable[str]) -> dict[str, str]:
    """Return a choice of features as users write it: ``FIELD=VALUE``, each field once.

    Raises
    ------
    UsageProblem
        If one has no equals sign, or a field stands twice.
    """
    choice: dict[str, str] = {}
    for text in texts:
        field, equals, value = text.partition("=")
        if not (field.strip() and equals):
            raise UsageProblem(
                "FIELD=VALUE", f"{quoted(text)} names no field", "write, for example, kind=front"
            )
        if field.strip() in choice:
            raise UsageProblem(
                "FIELD=VALUE", f"{quoted(field)} stands twice", "give one value for each field"
            )
        choice[field.strip()] = value.strip()
    return choice


def _named_layer(file: str, layer: str | None) -> tuple[Path, str | None]:
    """Return path and layer of ``FILE`` or ``FILE:LAYER``; refuse what is no file on this machine."""
    if _NETWORK.match(file):
        raise refuse(
            file,
            "is an address or a virtual path; nothing is ever fetched",
            "save the file on this machine and name it",
        )
    path = Path(file)
    head, colon, tail = file.rpartition(":")
    if colon and tail and not path.exists() and Path(head).suffix.lower() in ENDINGS:
        if layer not in (None, tail):
            raise refuse(file, f"names the layer {tail}, but {layer} was asked for", "name one of them")
        return Path(head), tail
    return path, layer


# --- which features ----------------------------------------------------------------------------


def _chosen(source: Source, where: dict[str, str]) -> list[Feature]:
    """Return the features that are the line, or refuse if they could be several lines or none."""
    fields = list(dict.fromkeys(name for feature in source.features for name in feature.values))
    if not source.features:
        raise _refuse(source, "holds no features", "check that it is the right file and layer")
    for field in where:
        if field not in fields:
            like = nearest(field, fields)
            known = f"name one of {listed(fields)}" if fields else "leave the choice out"
            mend = f"did you mean {printable(like)}?" if like else known
            raise _refuse(source, f"has no field {quoted(field)}", mend)
    features = [
        feature
        for feature in source.features
        if all(value in (ANY, feature.values.get(field, "")) for field, value in where.items())
    ]
    if not features:
        asked = ", ".join(f"{field}={value}" for field, value in where.items())
        held = "; ".join(
            f"{field}: {listed(_values(source.features, field))}" for field in where if where[field] != ANY
        )
        raise _refuse(source, f"holds no feature with {asked}", f"choose among {held}")
    for feature in features:
        _check_is_line(source, feature)
    _check_is_one(source, features, fields, where)
    return features


def _check_is_line(source: Source, feature: Feature) -> None:
    if feature.shape in LINES and feature.parts:
        return
    choose = "choose the line with FIELD=VALUE" if len(source.features) > 1 else "give a file of lines"
    if feature.shape in AREAS:
        wrong = "is an area, not a line; its boundary is not taken for the line of contact"
        mend = f"draw the stretch of its boundary that is the line, or {choose}"
    elif not feature.shape or feature.shape in LINES:
        wrong, mend = "has no geometry", f"delete it, or {choose}"
    else:
        wrong, mend = f"is a {printable(feature.shape[:40])}, not a line", choose
    raise _refuse(source, wrong, mend, feature)


def _check_is_one(source: Source, features: list[Feature], fields: list[str], where: dict[str, str]) -> None:
    """Refuse features that differ in text or day: they may be lines of several days or kinds."""
    for field in fields:
        if field in where or (field in source.numbers and not any(day in field.lower() for day in _DAYS)):
            continue
        values, name = _values(features, field), printable(field)
        if len(values) > 1:
            raise _refuse(
                source,
                f"holds {len(features)} features with {len(values)} values of {name}: {listed(values, 6)}",
                f"{_SEVERAL} {name}={printable(values[-1][:80])}; "
                f"{name}={ANY} takes all of them as parts of one line",
            )


def _values(features: Sequence[Feature], field: str) -> list[str]:
    return sorted({feature.values.get(field, "") for feature in features})


# --- where on Earth ----------------------------------------------------------------------------


def _degrees(source: Source, feature: Feature, notes: list[str]) -> list[Points]:
    """Return the parts of a feature in longitude and latitude, checked; add notes of what was done."""
    if sum(len(part) for part in feature.parts) > MOST_POINTS:
        raise _refuse(source, f"has more than {MOST_POINTS} points", "simplify it in your GIS", feature)
    parts = []
    for given in feature.parts:
        if not np.isfinite(given[:, :2]).all():
            raise _refuse(source, "has a coordinate that is no number", "delete that point", feature)
        if len(given) < 2 or (given[:, :2] == given[0, :2]).all():
            raise _refuse(source, "has a part that is a single point", "delete it, or draw its line", feature)
        if given.shape[1] > 2:
            notes.append("heights were dropped")
        parts.append(_transformed(source, feature, given[:, :2], notes))
    return parts


def _transformed(source: Source, feature: Feature, points: Points, notes: list[str]) -> Points:
    reference = source.reference
    if reference.is_geographic:
        _check_degrees(source, feature, points)
    elif not reference.is_projected:
        wrong = f"its reference system {quoted(reference.name)} is no system of places on Earth"
        raise _refuse(source, wrong, "save it from your GIS in WGS84 (EPSG:4326)", feature)
    elif (np.abs(points) <= (180.0, 90.0)).all():
        wrong = (
            f"its coordinates look like degrees, but its reference system {quoted(reference.name)} has metres"
        )
        raise _refuse(source, wrong, "give it the reference system that its coordinates are in", feature)
    if reference.is_geographic and reference.equals(pyproj.CRS.from_epsg(4326), ignore_axis_order=True):
        return np.array(points)
    try:
        pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]
        to_wgs84 = pyproj.Transformer.from_crs(reference, 4326, always_xy=True, allow_ballpark=False)
        moved = np.column_stack(to_wgs84.transform(points[:, 0], points[:, 1]))
    except pyproj.exceptions.ProjError:
        moved = np.array([[np.inf, np.inf]])
    if not np.isfinite(moved).all():
        wrong = f"its coordinates cannot be brought from {quoted(reference.name)} to WGS84"
        raise _refuse(source, wrong, "save it from your GIS in WGS84 (EPSG:4326)", feature)
    notes.append(f"coordinates were transformed from {printable(reference.name)} to WGS84")
    return moved


def _check_degrees(source: Source, feature: Feature, points: Points) -> None:
    outside = ~(np.abs(points) <= (360.0, 90.0)).all(axis=1)
    if not outside.any():
        return
    x, y = points[outside.argmax()]
    wrong = f"the point {x:.6g}, {y:.6g} is no longitude and latitude"
    if (np.abs(points) <= (90.0, 360.0)).all():
        mend = "longitude and latitude look swapped: save it with longitude first"
    else:
        mend = "its coordinates look like metres: give it the reference system that they are in"
    raise _refuse(source, wrong, mend, feature)


def _near_each_other(parts: list[Points]) -> list[Points]:
    """Return parts without jumps at the antimeridian, all on the same side of it."""
    whole = [np.column_stack((np.unwrap(part[:, 0], period=360.0), part[:, 1])) for part in parts]
    start = whole[0][0, 0] - 360.0 * np.round(whole[0][0, 0] / 360.0)
    for part in whole:
        part[:, 0] -= 360.0 * np.round((part[0, 0] - start) / 360.0)
    return whole


def _check_whole(source: Source, parts: list[Points]) -> None:
    """Refuse a line that is too long, in too many pieces, or crosses itself."""
    if sum(len(part) for part in parts) > MOST_POINTS:
        raise _refuse(source, f"has more than {MOST_POINTS} points", "simplify it in your GIS")
    if len(parts) > MOST_PARTS:
        wrong = f"has {len(parts)} parts; at most {MOST_PARTS} are read"
        raise _refuse(source, wrong, "join its parts in your GIS, or choose some with FIELD=VALUE")
    km = sum(_WGS84.line_length(part[:, 0], part[:, 1]) for part in parts) / 1000.0
    if km > LONGEST_KM:
        wrong = f"is {km:,.0f} km long; at most {LONGEST_KM:,.0f} are read"
        raise _refuse(source, wrong, "check its reference system, or choose one line with FIELD=VALUE")
    snag = snag_of(parts)
    if snag is not None:
        raise _refuse(source, f"the line {snag.what} at {_named(snag.where)}", snag.mend)


def _check_near(source: Source, parts: list[Points], near: Points) -> None:
    """Refuse a line that lies far from one that is known, and say if swapping its axes brings it there."""
    every = np.concatenate(parts)
    away = _apart_km(every, near)
    if away <= FAR_KM:
        return
    swapped = every[:, ::-1]
    if (np.abs(swapped[:, 1]) <= 90.0).all() and _apart_km(swapped, near) <= FAR_KM:
        raise _refuse(
            source,
            f"longitude and latitude are swapped: as given it begins at {_named(every[0])}, {away:,.0f} km "
            "from the known line; swapped, it lies by it",
            "save it with longitude first",
        )
    raise _refuse(
        source,
        f"lies {away:,.0f} km from the known line; it begins at {_named(every[0])}",
        "check file, choice and reference system, or give the theatre that it belongs to",
    )


def _apart_km(one: Points, other: Points) -> float:
    """Return about how far apart two lines are at the nearest: a check of hundreds of km."""

    def on_sphere(points: Points) -> Points:
        lon, lat = np.radians(points[:: -(-len(points) // _COMPARED)]).T
        return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))

    cosine = (on_sphere(one) @ on_sphere(np.asarray(other, dtype=np.float64)).T).max()
    return float(6371.0 * np.arccos(min(1.0, cosine)))


def _refuse(source: Source, wrong: str, mend: str, feature: Feature | None = None) -> FileProblems:
    where = source.place
    if feature is not None:
        number = f"feature {feature.number}"
        where = number if source.layer is None else f"{where}, {number}"
    return refuse(source.file, wrong, mend, field=where)


def _named(place: Iterable[float]) -> str:
    longitude, latitude = place
    return f"longitude {longitude:.5f}, latitude {latitude:.5f}"
