"""From degrees to the paper: a projection chosen from what is shown, and the frame that it is fitted into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from pyproj import Geod, Transformer

from holdfast.present.map.picture import FloatArray

_ELLIPSOID: Final = Geod(ellps="WGS84")
_SHARED: Final = "+ellps=WGS84 +units=km +no_defs"
_NEAR_EQUATOR_DEGREES: Final = 10.0
"""Nearer to the equator than this a cone is almost a cylinder, and at it there is no cone at all."""
_LEAST_SPAN_KM: Final = 4.0
_AROUND: Final = 0.09
"""Share of the frame that is left free on each side of what is shown."""


@dataclass(frozen=True)
class Plane:
    """A flat map in km, true to angles and, within the extent it was chosen for, nearly true to length."""

    definition: str
    """The projection as PROJ reads it."""

    def km(self, lonlat: FloatArray) -> FloatArray:
        """Return kilometres east and north for rows of longitude and latitude in degrees."""
        return np.column_stack(_transformer(self.definition).transform(lonlat[:, 0], lonlat[:, 1]))

    def lonlat(self, km: FloatArray) -> FloatArray:
        """Return longitude and latitude in degrees for rows of kilometres."""
        return np.column_stack(
            _transformer(self.definition).transform(km[:, 0], km[:, 1], direction="INVERSE")
        )


def plane_for(lonlat: FloatArray) -> Plane:
    """Return the plane on which points lie with little distortion.

    A Lambert conformal conic whose standard parallels lie a sixth of the height inside the southern and
    northern edge (Deetz and Adams 1921, as in Snyder 1987, p. 105); near the equator a Mercator that is
    true to scale at the middle latitude.

    Parameters
    ----------
    lonlat : array of float, shape (points, 2)
        Degrees. Points on both sides of the 180th meridian are taken as neighbours.
    """
    longitudes = np.mod(lonlat[:, 0] - lonlat[0, 0] + 180.0, 360.0) - 180.0 + lonlat[0, 0]
    middle = _rounded((longitudes.min() + longitudes.max()) / 2.0)
    south, north = float(lonlat[:, 1].min()), float(lonlat[:, 1].max())
    if abs(south + north) / 2.0 < _NEAR_EQUATOR_DEGREES:
        return Plane(f"+proj=merc +lon_0={middle} +lat_ts={_rounded((south + north) / 2.0)} {_SHARED}")
    inset = (north - south) / 6.0
    parallels = f"+lat_1={_rounded(south + inset)} +lat_2={_rounded(north - inset)}"
    return Plane(f"+proj=lcc {parallels} +lat_0={_rounded((south + north) / 2.0)} +lon_0={middle} {_SHARED}")


@dataclass(frozen=True)
class Frame:
    """The rectangle of paper that shows a part of a plane. Pixels count from the drawing's upper left."""

    plane: Plane
    left: float
    top: float
    width: float
    height: float
    px_per_km: float
    west_km: float
    north_km: float

    @property
    def right(self) -> float:
        """The right edge in pixels."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge in pixels."""
        return self.top + self.height

    def px(self, lonlat: FloatArray) -> FloatArray:
        """Return pixels right and down for rows of longitude and latitude in degrees."""
        km = self.plane.km(lonlat)
        return np.column_stack(
            [
                self.left + (km[:, 0] - self.west_km) * self.px_per_km,
                self.top + (self.north_km - km[:, 1]) * self.px_per_km,
            ]
        )

    def edge_lonlat(self) -> FloatArray:
        """Return longitude and latitude of points all along the frame's edge."""
        share = np.linspace(0.0, 1.0, 25)
        x = self.west_km + share * self.width / self.px_per_km
        y = self.north_km - share * self.height / self.px_per_km
        edge = [
            np.column_stack([x, np.full_like(x, y[0])]),
            np.column_stack([x, np.full_like(x, y[-1])]),
            np.column_stack([np.full_like(y, x[0]), y]),
            np.column_stack([np.full_like(y, x[-1]), y]),
        ]
        return self.plane.lonlat(np.concatenate(edge))


def fitted(
    shown: Sequence[FloatArray], left: float, top: float, width: float, heights: tuple[float, float]
) -> Frame:
    """Return a frame of a given width around what is shown.

    Parameters
    ----------
    shown : sequence of arrays of float, shape (points, 2)
        Longitude and latitude in degrees of all that must lie inside.
    left, top, width : float
        Place of the frame, px.
    heights : tuple of float
        The least and the largest height, px.
    """
    lonlat = np.concatenate(shown)
    plane = plane_for(lonlat)
    km = plane.km(lonlat)
    low, high = km.min(axis=0), km.max(axis=0)
    span = np.maximum(high - low, _LEAST_SPAN_KM) / (1.0 - 2.0 * _AROUND)
    height = round(float(np.clip(width * span[1] / span[0], *heights)))
    px_per_km = float(min(width / span[0], height / span[1]))
    middle = (low + high) / 2.0
    return Frame(
        plane=plane,
        left=left,
        top=top,
        width=width,
        height=height,
        px_per_km=px_per_km,
        west_km=float(middle[0] - width / px_per_km / 2.0),
        north_km=float(middle[1] + height / px_per_km / 2.0),
    )


def length_km(lonlat: FloatArray) -> float:
    """Return the length of a line on the WGS84 ellipsoid, km; longitude and latitude in degrees."""
    return float(_ELLIPSOID.line_length(lonlat[:, 0], lonlat[:, 1])) / 1000.0


@cache
def _transformer(definition: str) -> Transformer:
    """Return the way from degrees to a plane; slow to make, so each is made once."""
    return Transformer.from_crs("EPSG:4326", definition, always_xy=True)


def _rounded(degrees: float) -> float:
    """Return degrees to the hundredth: the choice of a projection needs no more."""
    return round(float(degrees), 2)
