"""Geometry of a line of contact: length, sectors, belts, surroundings, and the nearest place on it.

Lengths, distances and areas are on the WGS84 ellipsoid. What can only be done on a plane is done on one
that is laid through the line itself (:mod:`holdfast.geometry.plane`), so that no meridian is written down.
A line is a statement about control on a day, not about sovereignty.
"""

from __future__ import annotations

from holdfast.geometry.line import DETAILS_KM, Line, Tag, lengths_km, line_of
from holdfast.geometry.nearest import Nearest, nearest
from holdfast.geometry.sectors import SECTORS, Sector, cut, cut_by_length

__all__ = [
    "DETAILS_KM",
    "SECTORS",
    "Line",
    "Nearest",
    "Sector",
    "Tag",
    "cut",
    "cut_by_length",
    "lengths_km",
    "line_of",
    "nearest",
]
