"""What lies around each sector: places, people, rivers and the like, and the ground it runs through."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from holdfast.errors import UsageProblem
from holdfast.geometry.line import Line, Tag, shape_of
from holdfast.geometry.plane import Plane, Points, distances_km
from holdfast.geometry.sectors import Sector

NEAR_KM: Final = 30.0
"""How far from the line people count as near to it, unless another distance is given."""
NEAREST: Final = 3
"""How many of the nearest places are named."""

_GROUND_STEP_KM: Final = 1.0  # the ground is looked up once in every such piece of line
_ON_SPHERE_AT_ONCE: Final = 512


@dataclass(frozen=True, slots=True)
class Place:
    """A place with a name.

    Parameters
    ----------
    name : str
        Its name.
    longitude, latitude : float
        Degrees WGS84.
    people : float or None
        How many live there; None if it is not known.
    """

    name: str
    longitude: float
    latitude: float
    people: float | None = None


@dataclass(frozen=True)
class Surroundings:
    """What lies around one sector.

    Parameters
    ----------
    key : str
        The sector.
    nearest_places : tuple of (str, float)
        Name and distance in km of the nearest places, the nearest first.
    off_km : dict of str to float
        Distance in km to the nearest river, border or whatever kinds of things were given.
    terrain_km : dict of str to float
        Km of the sector by kind of ground, the most first: at each km that of the nearest tagged point.
    people : float
        People of known number who live near the line, nearer to this sector than to any other.
    places, places_unknown : int
        How many places near the line these are, and how many more of which the people are not known.
    """

    key: str
    nearest_places: tuple[tuple[str, float], ...]
    off_km: dict[str, float]
    terrain_km: dict[str, float]
    people: float
    places: int
    places_unknown: int

    @property
    def terrain(self) -> str | None:
        """The ground that most of the sector runs through; None if nothing is known of it."""
        return next(iter(self.terrain_km), None)


def surroundings(
    line: Line,
    sectors: Sequence[Sector],
    places: Sequence[Place] = (),
    things: Mapping[str, Sequence[Points]] | None = None,
    near_km: float = NEAR_KM,
) -> tuple[Surroundings, ...]:
    """Describe what lies around each sector.

    Parameters
    ----------
    line : Line
        The line that the sectors were cut from, with what is known of its ground.
    sectors : sequence of Sector
        Its sectors.
    places : sequence of Place
        Places to name and to count people of. Each counts in one sector only, the nearest.
    things : mapping of str to sequence of ndarray
        Lines to measure distances to, by kind (``river``, ``coast``, ``border``): longitude and latitude.
    near_km : float
        How far from the line people count as near to it.

    Returns
    -------
    tuple of Surroundings
        One for each sector. Distances are on the ellipsoid.

    Raises
    ------
    UsageProblem
        If ``near_km`` is no distance, or something given is no place on Earth or on the other side of it.
    """
    if not (math.isfinite(near_km) and near_km >= 0.0):
        raise UsageProblem("near_km", f"{near_km} is no distance", "give 0 km or more")
    plane = line.plane
    shapes = [shape_of([plane.to_km(part) for part in sector.parts]) for sector in sectors]
    where = np.array([(place.longitude, place.latitude) for place in places]).reshape(-1, 2)
    points = shapely.points(plane.to_km(where))
    away = np.array([_away_km(plane, shape, points) for shape in shapes])
    counted = _counted_by(away, near_km)
    drawn = {
        kind: np.array([shapely.linestrings(plane.to_km(np.asarray(part))) for part in parts])
        for kind, parts in (things or {}).items()
    }
    return tuple(
        Surroundings(
            key=sector.key,
            nearest_places=_nearest_places(places, away[number]),
            off_km={
                kind: float(_away_km(plane, shapes[number], lines).min())
                for kind, lines in drawn.items()
                if len(lines)
            },
            terrain_km=_terrain_km(line, sector),
            **_people([place for place, by in zip(places, counted, strict=True) if by == number]),
        )
        for number, sector in enumerate(sectors)
    )


def _away_km(plane: Plane, shape: Any, others: NDArray[Any]) -> NDArray[np.float64]:  # noqa: ANN401
    """Return the distance on the ellipsoid from a shape on the plane to each of others."""
    if not len(others):
        return np.zeros(0)
    between = plane.to_degrees(
        shapely.get_coordinates(shapely.shortest_line(shape, others)).reshape(-1, 2, 2)
    )
    return distances_km(between[:, 0], between[:, 1])


def _counted_by(away: NDArray[np.float64], near_km: float) -> list[int]:
    """Return the number of the sector in which each place counts: the nearest; -1 if it is not near."""
    if not away.size:
        return []
    found: list[int] = np.where(away.min(axis=0) <= near_km, away.argmin(axis=0), -1).tolist()
    return found


def _nearest_places(places: Sequence[Place], away: NDArray[np.float64]) -> tuple[tuple[str, float], ...]:
    order = np.argsort(away, kind="stable")[:NEAREST].tolist()
    return tuple((places[place].name, float(away[place])) for place in order)


def _people(places: Sequence[Place]) -> dict[str, Any]:
    known = [place.people for place in places if place.people is not None]
    return {
        "people": math.fsum(known),
        "places": len(places),
        "places_unknown": len(places) - len(known),
    }


def _terrain_km(line: Line, sector: Sector) -> dict[str, float]:
    """Return the km of a sector by ground, the most first; at equal length by name."""
    if not line.tags:
        return {}
    pieces = max(1, math.ceil(sector.km / _GROUND_STEP_KM))
    each = sector.km / pieces
    middles = np.array([line.at(sector.from_km + (piece + 0.5) * each) for piece in range(pieces)])
    found: dict[str, float] = {}
    for place in range(0, pieces, _ON_SPHERE_AT_ONCE):
        for terrain in _terrain_at(line.tags, middles[place : place + _ON_SPHERE_AT_ONCE]):
            found[terrain] = found.get(terrain, 0.0) + each
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _terrain_at(tags: Sequence[Tag], points: Points) -> list[str]:
    """Return the ground at the tagged point nearest to each point."""
    tagged = _on_sphere(np.array([(tag.longitude, tag.latitude) for tag in tags]))
    nearest = (_on_sphere(points) @ tagged.T).argmax(axis=1).tolist()
    return [tags[place].terrain for place in nearest]


def _on_sphere(degrees: Points) -> Points:
    lon, lat = np.radians(degrees).T
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
