"""A line of contact: its parts, its length on the ellipsoid, and its length at several levels of detail."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from holdfast.errors import UsageProblem
from holdfast.geometry.plane import GEOD, Plane, Points, distances_km, named, plane_of
from holdfast.vocabulary.theatre import TheatreFile

DETAILS_KM: Final = (0.0, 1.0, 5.0, 10.0, 20.0)
"""The levels of detail at which lengths are given: how far the simpler line may lie from the line drawn."""

HAIR_KM: Final = 1e-9
"""Nothing shorter than this, a micrometre, is a piece of a line."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A point where something is known of the line: the kind of ground it runs through there.

    Parameters
    ----------
    longitude, latitude : float
        Degrees WGS84.
    terrain : str
        The kind of ground (``river``).
    """

    longitude: float
    latitude: float
    terrain: str


@dataclass(frozen=True, eq=False)
class Line:
    """A line of contact from its start to its end, in one part or several.

    Between two points it runs along the shortest way on the WGS84 ellipsoid.

    Parameters
    ----------
    parts : tuple of ndarray
        Each of shape (points, 2): longitude and latitude in degrees WGS84, in order along the line. A line
        across the antimeridian may jump from 180 to -180 there; it is kept without the jump.
    tags : tuple of Tag
        What is known of the ground at some points.

    Raises
    ------
    UsageProblem
        If there is no part, or a part has fewer than two different points, or one that is no place on Earth.
    """

    parts: tuple[Points, ...]
    tags: tuple[Tag, ...] = ()

    def __post_init__(self) -> None:
        if not self.parts:
            raise UsageProblem("the line", "has no parts", "give at least one")
        parts: list[Points] = []
        for number, part in enumerate(self.parts, start=1):
            start = parts[-1][-1, 0] if parts else 0.0
            parts.append(_whole(_checked(part, number), start))
        object.__setattr__(self, "parts", tuple(parts))

    @cached_property
    def ends_km(self) -> tuple[NDArray[np.float64], ...]:
        """How far along the line each point of each part lies, in km; gaps between parts count nothing."""
        before, ends = 0.0, []
        for part in self.parts:
            along = before + np.concatenate(([0.0], np.cumsum(distances_km(part[:-1], part[1:]))))
            along.setflags(write=False)
            ends.append(along)
            before = float(along[-1])
        return tuple(ends)

    @property
    def length_km(self) -> float:
        """Its length on the WGS84 ellipsoid."""
        return float(self.ends_km[-1][-1])

    @cached_property
    def plane(self) -> Plane:
        """The plane laid through it."""
        return plane_of(self.parts)

    @property
    def shape(self) -> Any:  # noqa: ANN401 - shapely has no types
        """The line as a shape in longitude and latitude, to draw or to write."""
        return shape_of(self.parts)

    def at(self, km: float) -> tuple[float, float]:
        """Return longitude and latitude of the place so many km along; at a gap, where it begins.

        Raises
        ------
        UsageProblem
            If that is not on the line.
        """
        if not -HAIR_KM <= km <= self.length_km + HAIR_KM:
            raise UsageProblem("km", f"{km} is not on a line of {self.length_km:.3f} km", "stay on the line")
        for part, along in zip(self.parts, self.ends_km, strict=True):
            if km <= along[-1]:
                return _at(part, along, km)
        end = self.parts[-1][-1]
        return float(end[0]), float(end[1])

    def piece(self, from_km: float, to_km: float) -> tuple[Points, ...]:
        """Return what lies between two places of the line, as parts."""
        pieces = []
        for part, along in zip(self.parts, self.ends_km, strict=True):
            low, high = max(from_km, float(along[0])), min(to_km, float(along[-1]))
            if high - low <= HAIR_KM:
                continue
            between = part[(along > low + HAIR_KM) & (along < high - HAIR_KM)]
            pieces.append(np.vstack((_at(part, along, low), between, _at(part, along, high))))
        return tuple(pieces)

    def simpler(self, detail_km: float) -> Line:
        """Return the line with points left out (Douglas and Peucker 1973).

        Parameters
        ----------
        detail_km : float
            How far, on the plane, the line drawn may lie from the simpler one; 0 returns the line itself.
        """
        if not (math.isfinite(detail_km) and detail_km >= 0.0):
            raise UsageProblem("detail_km", f"{detail_km} is no distance", "give 0 km or more")
        if detail_km == 0.0:
            return self
        kept = [
            shapely.get_coordinates(
                shapely.simplify(
                    shapely.linestrings(self.plane.to_km(part)), detail_km, preserve_topology=False
                )
            )
            for part in self.parts
        ]
        return Line(tuple(self.plane.to_degrees(part) for part in kept), self.tags)


def lengths_km(line: Line, details_km: Sequence[float] = DETAILS_KM) -> dict[float, float]:
    """Return the length of a line at several levels of detail: a winding line has no length of its own.

    Parameters
    ----------
    line : Line
        The line as drawn.
    details_km : sequence of float
        Tolerances of the simplification; 0 is the line as drawn.

    Returns
    -------
    dict of float to float
        Length in km on the ellipsoid by tolerance.
    """
    return {detail: line.simpler(detail).length_km for detail in details_km}


def line_of(theatre: TheatreFile) -> Line:
    """Return the generalised line of a case, with its ground, for where no file of a line is given."""
    points = theatre.line.points
    return Line(
        (np.array([(point.longitude, point.latitude) for point in points]),),
        tuple(Tag(point.longitude, point.latitude, point.terrain) for point in points),
    )


def shape_of(parts: Sequence[Points]) -> Any:  # noqa: ANN401
    """Return parts as one line if it is one, else as several."""
    lines = [shapely.linestrings(part) for part in parts]
    return lines[0] if len(lines) == 1 else shapely.multilinestrings(lines)


def _checked(part: Points, number: int) -> Points:
    """Return the points of a part, or refuse them."""
    points = np.array(part, dtype=np.float64)
    where = f"part {number} of the line"
    if points.ndim != 2 or points.shape[1:] != (2,):
        raise UsageProblem(where, f"has the shape {points.shape}", "give rows of longitude and latitude")
    on_earth = np.isfinite(points).all(axis=1) & (np.abs(points) <= (360.0, 90.0)).all(axis=1)
    if not on_earth.all():
        bad = int(np.argmin(on_earth))
        raise UsageProblem(
            where,
            f"point {bad + 1}, {named(points[bad])}, is no place on Earth",
            "give longitude, then latitude, in degrees",
        )
    if len(points) < 2 or (points == points[0]).all():
        raise UsageProblem(where, "has fewer than two different points", "leave it out, or give its points")
    return points


def _whole(points: Points, start: float) -> Points:
    """Return a part without jumps at the antimeridian, on the side of it where the line stands so far."""
    points[:, 0] = np.unwrap(points[:, 0], period=360.0)
    points[:, 0] -= 360.0 * np.round((points[0, 0] - start) / 360.0)
    points.setflags(write=False)
    return points


def _at(part: Points, along: NDArray[np.float64], km: float) -> tuple[float, float]:
    """Return the place so many km along, on this part: on the shortest way between the points around it."""
    place = int(np.clip(np.searchsorted(along, km, side="right") - 1, 0, len(part) - 2))
    (lon, lat), (next_lon, next_lat) = part[place].tolist(), part[place + 1].tolist()
    if km - along[place] <= HAIR_KM:
        return lon, lat
    if along[place + 1] - km <= HAIR_KM:
        return next_lon, next_lat
    azimuth = GEOD.inv(lon, lat, next_lon, next_lat)[0]
    found, latitude, _ = GEOD.fwd(lon, lat, azimuth, 1000.0 * (km - float(along[place])))
    return float(found - 360.0 * np.round((found - lon) / 360.0)), float(latitude)
