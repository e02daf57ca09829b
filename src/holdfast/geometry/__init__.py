"""Geometry of a line of contact: length, sectors, belts, surroundings, and the nearest place on it.

Lengths, distances and areas are on the WGS84 ellipsoid. What can only be done on a plane is done on one
that is laid through the line itself (:mod:`holdfast.geometry.plane`), so that no meridian is written down.
A line is a statement about control on a day, not about sovereignty.
"""

from __future__ import annotations

from holdfast.geometry.belts import Belt, Held, Side, Sides, belts, sides
from holdfast.geometry.line import DETAILS_KM, Line, Tag, lengths_km, line_of
from holdfast.geometry.nearest import Nearest, nearest
from holdfast.geometry.plane import Plane
from holdfast.geometry.sectors import SECTORS, Sector, cut, cut_by_length
from holdfast.geometry.surroundings import Place, Surroundings, surroundings

__all__ = [
    "DETAILS_KM",
    "SECTORS",
    "Belt",
    "Held",
    "Line",
    "Nearest",
    "Place",
    "Plane",
    "Sector",
    "Side",
    "Sides",
    "Surroundings",
    "Tag",
    "belts",
    "cut",
    "cut_by_length",
    "lengths_km",
    "line_of",
    "nearest",
    "sides",
    "surroundings",
]
