"""What a map shows: plain data without files, engines or style."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.files.basemap import FloatArray, Place


@dataclass(frozen=True, eq=False)
class SectorMark:
    """A stretch of the line of contact.

    Parameters
    ----------
    key : str
        Short name, written beside the line.
    lonlat : array of float, shape (points, 2)
        Longitude and latitude in degrees (WGS84), in order along the line; at least two points.
    sector_class : str
        What sort of stretch it is (terrain, say): it gives the colour where no sector has a value.
    value : float or None
        What is shown by colour; None where there is none.
    text : str
        One sentence on the sector, for the table and for readers of the drawing.
    """

    key: str
    lonlat: FloatArray
    sector_class: str
    value: float | None
    text: str

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if not self.key.strip():
            raise ValueError("a sector needs a key")
        _check_points(f"sector {self.key!r}", self.lonlat, 2)
        if self.value is not None and not np.isfinite(self.value):
            raise ValueError(f"sector {self.key!r}: the value must be a finite number or None")


@dataclass(frozen=True, eq=False)
class Belt:
    """Ground beside the line that belongs to one side, such as a zone without heavy weapons.

    Parameters
    ----------
    polygons : tuple of arrays of float, shape (points, 2)
        Rings of longitude and latitude in degrees; a ring within a ring is a hole.
    side : str
        Whose it is, or what it is called.
    """

    polygons: tuple[FloatArray, ...]
    side: str

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        for ring in self.polygons:
            _check_points(f"belt {self.side!r}", ring, 3)


@dataclass(frozen=True)
class Post:
    """A place where somebody or something watches: longitude and latitude in degrees, and its kind."""

    lon: float
    lat: float
    kind: str

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        _check_points(f"post of kind {self.kind!r}", np.array([[self.lon, self.lat]]), 1)


@dataclass(frozen=True, eq=False)
class Picture:
    """All that one map shows.

    Parameters
    ----------
    title, subtitle : str
    as_of : str
        The day of the line of contact, as it is to be read.
    sectors : tuple of SectorMark
        At least one. Their ends may touch or not: a line in parts is drawn in parts.
    belts, posts, places : tuples
        Places are drawn before those of the basemap; a name is drawn once.
    value_title : str
        What the sectors' values are, with their unit.
    notes : tuple of str
        Sentences below the map.
    stamp : str or None
        What must be read first, in a band across the top; None for no band.
    credits : tuple of str
        Sources, besides the basemap's own.
    """

    title: str
    subtitle: str
    as_of: str
    sectors: tuple[SectorMark, ...]
    belts: tuple[Belt, ...] = ()
    posts: tuple[Post, ...] = ()
    places: tuple[Place, ...] = ()
    value_title: str = ""
    notes: tuple[str, ...] = ()
    stamp: str | None = None
    credits: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if not self.title.strip():
            raise ValueError("a map needs a title")
        if self.stamp is not None and not self.stamp.strip():
            raise ValueError("a stamp needs words; give None for no stamp")
        if not self.sectors:
            raise ValueError("a map needs at least one sector")
        keys = [sector.key for sector in self.sectors]
        if len(set(keys)) < len(keys):
            raise ValueError("two sectors have the same key")

    @property
    def has_values(self) -> bool:
        """Whether any sector has a value, so that colours stand for values."""
        return any(sector.value is not None for sector in self.sectors)


def _check_points(what: str, lonlat: FloatArray, least: int) -> None:
    """Refuse coordinates of a wrong shape or out of range."""
    if lonlat.ndim != 2 or lonlat.shape[1] != 2 or len(lonlat) < least:
        raise ValueError(f"{what}: needs rows of longitude and latitude, {least} or more")
    if not (np.isfinite(lonlat).all() and np.all(np.abs(lonlat) <= [360.0, 89.0])):
        raise ValueError(f"{what}: longitude and latitude must be degrees, latitude from -89 to 89")


__all__ = ["Belt", "FloatArray", "Picture", "Place", "Post", "SectorMark"]
