"""A plane laid through a theatre, for what is hard to do on an ellipsoid: nearest, inside, simpler.

It is the transverse Mercator projection whose meridian is the middle of what it is laid through, true to
scale on that meridian. It keeps angles; its lengths are too long by ``(x / R)**2 / 2``, which is 0.1 % at
285 km and 1 % at 900 km from the meridian. Lengths and distances that are reported are therefore taken on
the ellipsoid again, or corrected (:mod:`holdfast.geometry.nearest`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

import numpy as np
import pyproj
from numpy.typing import NDArray

from holdfast.errors import UsageProblem

Points: TypeAlias = NDArray[np.float64]
"""Points as rows of two numbers: longitude and latitude in degrees, or x and y in km."""

GEOD: Final = pyproj.Geod(ellps="WGS84")
WIDEST_KM: Final = 2_000.0
"""How far from its meridian a line may reach: there lengths on the plane are 5 % too long."""
FURTHEST_KM: Final = 5_000.0
"""Nothing further than this is laid on a plane: it means nothing there."""

_NORTHMOST: Final = 85.0  # degrees: nearer to a pole, meridians run together too fast for one plane


@dataclass(frozen=True, slots=True)
class Plane:
    """A transverse Mercator plane; x and y are in km from its middle.

    Parameters
    ----------
    longitude, latitude : float
        Its middle, degrees WGS84.
    """

    longitude: float
    latitude: float

    def to_km(self, degrees: Points) -> Points:
        """Return points of longitude and latitude as x and y.

        Raises
        ------
        UsageProblem
            If a point lies too far away: more than :data:`FURTHEST_KM` east, west, north or south.
        """
        x, y = _projection(self.longitude, self.latitude)(degrees[..., 0], degrees[..., 1], errcheck=False)
        placed = np.stack((np.asarray(x), np.asarray(y)), axis=-1) / 1000.0
        near = (np.abs(placed) <= FURTHEST_KM).all(axis=-1)
        if not near.all():
            bad = degrees[~near].reshape(-1, 2)[0]
            raise UsageProblem(
                f"the point {named(bad)}",
                f"lies too far from the theatre around {named((self.longitude, self.latitude))}",
                "check its longitude and latitude, or leave it out",
            )
        return placed

    def to_degrees(self, km: Points) -> Points:
        """Return points of x and y as longitude and latitude, without a jump at the antimeridian."""
        lon, lat = _projection(self.longitude, self.latitude)(
            km[..., 0] * 1000.0, km[..., 1] * 1000.0, inverse=True
        )
        degrees = np.stack((np.asarray(lon), np.asarray(lat)), axis=-1)
        degrees[..., 0] -= 360.0 * np.round((degrees[..., 0] - self.longitude) / 360.0)
        return degrees

    def radius_km(self) -> float:
        """Return the mean radius of the ellipsoid's curvature in the middle."""
        sine = math.sin(math.radians(self.latitude))
        return GEOD.a * math.sqrt(1.0 - GEOD.es) / (1.0 - GEOD.es * sine * sine) / 1000.0


def plane_of(parts: Iterable[Points]) -> Plane:
    """Return the plane laid through the middle of some lines.

    Raises
    ------
    UsageProblem
        If they reach too near to a pole, or too far east and west for one plane.
    """
    every = np.concatenate(list(parts))
    west, south = every.min(axis=0)
    east, north = every.max(axis=0)
    middle = Plane(float(west + east) / 2.0, float(south + north) / 2.0)
    if max(abs(south), abs(north)) > _NORTHMOST:
        raise UsageProblem(
            "the line",
            f"reaches latitude {max(north, -south):.1f}",
            f"give a line within {_NORTHMOST:.0f} degrees of the equator",
        )
    if np.abs(middle.to_km(every)[:, 0]).max() > WIDEST_KM:
        raise UsageProblem(
            "the line",
            f"reaches further than {WIDEST_KM:.0f} km east or west of its middle",
            "cut it into parts and give each alone",
        )
    return middle


def distances_km(starts: Points, ends: Points) -> NDArray[np.float64]:
    """Return the distance from each point to its partner on the WGS84 ellipsoid (Karney 2013)."""
    metres: NDArray[np.float64] = np.asarray(GEOD.inv(starts[:, 0], starts[:, 1], ends[:, 0], ends[:, 1])[2])
    return metres / 1000.0


def named(point: Iterable[float]) -> str:
    """Return longitude and latitude as they are written in messages."""
    longitude, latitude = point
    return f"{longitude:.4f}, {latitude:.4f} (longitude, latitude)"


@cache
def _projection(longitude: float, latitude: float) -> pyproj.Proj:
    return pyproj.Proj(proj="tmerc", lon_0=longitude, lat_0=latitude, ellps="WGS84")
