"""Belts of a given depth on each side of a line, by sector; and whose side is which.

The belt is all ground within the depth of the line, cut off square at the line's two ends. It is cut along
the line into what lies to the left and to the right of its direction, and then among the sectors: every
place belongs to the sector that it is nearest to. So belts neither overlap nor leave a gap, however the line
winds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import shapely

from holdfast.errors import UsageProblem
from holdfast.geometry.line import Line, shape_of
from holdfast.geometry.nearest import nearest
from holdfast.geometry.plane import GEOD, Plane, Points
from holdfast.geometry.sectors import Sector

Side: TypeAlias = Literal["left", "right"]

DEEPEST_KM: Final = 300.0
"""The deepest belt: further off, places on the plane are no longer true to scale."""
HELD_WITHIN_KM: Final = 50.0
"""Points further from the line than this do not say whose side is which."""
MOST_OF_THEM: Final = 2.0 / 3.0
"""The share of a party's points that must lie on one side for it to be that party's side."""

_CORNERS: Final = 16  # edges that a quarter of a circle is drawn with: 0.1 % of its area
_CELLS: Final = 12_000  # points along the line, at most, from which places are told to sectors
_FINEST_KM: Final = 0.25
_ANGLES: Final = tuple(sign * turn for turn in range(0, 180, 5) for sign in (1, -1))  # degrees, ahead first
_SPECK_KM2: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Belt:
    """The belt on one side of one sector.

    Parameters
    ----------
    sector : str
        Key of the sector.
    side : str
        ``left`` or ``right`` of the line's direction.
    shape : shapely geometry
        Polygon or polygons in longitude and latitude; empty where the line winds so that nothing is left.
    km2 : float
        Area on the ellipsoid.
    """

    sector: str
    side: Side
    shape: Any
    km2: float


@dataclass(frozen=True)
class Sides:
    """Which party holds the ground on each side of a line.

    Parameters
    ----------
    left, right : str
        The parties.
    points : dict of (str, str) to int
        How many points near the line said so, by party and side.
    """

    left: str
    right: str
    points: dict[tuple[str, Side], int]


@dataclass(frozen=True, slots=True)
class Held:
    """A point known to be held by a party; longitude and latitude in degrees WGS84."""

    longitude: float
    latitude: float
    party: str


def belts(line: Line, sectors: Sequence[Sector], depth_km: float) -> tuple[Belt, ...]:
    """Lay a belt along each side of a line, by sector.

    Parameters
    ----------
    line : Line
        The line.
    sectors : sequence of Sector
        Its sectors.
    depth_km : float
        How deep the belt is on each side.

    Returns
    -------
    tuple of Belt
        Left and right of each sector, in order. Depths are within 1 % up to 900 km east and west of the
        line's middle.

    Raises
    ------
    UsageProblem
        If the depth is none, or the line winds so that it does not part the ground into two sides.
    """
    if not (math.isfinite(depth_km) and 0.0 < depth_km <= DEEPEST_KM):
        raise UsageProblem("depth_km", f"{depth_km} is no depth", f"give a depth up to {DEEPEST_KM:.0f} km")
    plane = line.plane
    parts = [plane.to_km(part) for part in line.parts]
    sides = _sides(line, parts, depth_km)
    cells = _cells(line, sectors, parts, depth_km)
    found = []
    for sector, cell in zip(sectors, cells, strict=True):
        for side in ("left", "right"):
            shape = _areas(shapely.intersection(sides[side], cell))
            degrees = _to_degrees(plane, shape)
            km2 = abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(degrees))[0]) / 1e6
            found.append(Belt(sector.key, side, degrees, km2))
    return tuple(found)


def sides(line: Line, held: Sequence[Held], within_km: float = HELD_WITHIN_KM) -> Sides:
    """Tell whose side of a line is which, by points known to be held by one party or the other.

    Parameters
    ----------
    line : Line
        The line.
    held : sequence of Held
        Points held by two parties.
    within_km : float
        Points further from the line say nothing.

    Raises
    ------
    UsageProblem
        If there are not two parties near the line, one of them does not have two thirds of its points on one
        side, or both have them on the same.
    """
    place = nearest(
        line,
        np.array([point.longitude for point in held], dtype=np.float64),
        np.array([point.latitude for point in held], dtype=np.float64),
    )
    votes = Counter[tuple[str, Side]]()
    for point, off in zip(held, place.off_km.tolist(), strict=True):
        if 0.0 < abs(off) <= within_km:
            votes[point.party, "left" if off > 0.0 else "right"] += 1
    parties = sorted({party for party, _ in votes})
    if len(parties) != 2:
        raise UsageProblem(
            "the points held",
            f"within {within_km:g} km of the line they are of {len(parties)} parties: {', '.join(parties)}",
            "give points near the line of the two parties on its sides",
        )
    own = {party: _own_side(party, votes) for party in parties}
    if len(set(own.values())) != 2:
        raise UsageProblem(
            "the points held",
            f"most points of both {parties[0]} and {parties[1]} lie to the {own[parties[0]]} of the line",
            "check the points, and that the line is of the same day",
        )
    by_side = {side: party for party, side in own.items()}
    return Sides(by_side["left"], by_side["right"], dict(sorted(votes.items())))


def _own_side(party: str, votes: Counter[tuple[str, Side]]) -> Side:
    left, right = votes[party, "left"], votes[party, "right"]
    if max(left, right) < MOST_OF_THEM * (left + right):
        raise UsageProblem(
            "the points held",
            f"{party} has {left} points to the left of the line and {right} to the right",
            "check the points, and that the line is of the same day",
        )
    return "left" if left > right else "right"


def _sides(line: Line, parts: Sequence[Points], depth_km: float) -> dict[Side, Any]:
    """Return the ground within the depth on either side, on the plane."""
    whole = shapely.buffer(shape_of(parts), depth_km, quad_segs=_CORNERS)
    for end, rest_km in (
        (parts[0][::-1], (depth_km, line.length_km)),
        (parts[-1], (0.0, line.length_km - depth_km)),
    ):
        rest = [line.plane.to_km(part) for part in line.piece(*rest_km)]
        whole = shapely.difference(whole, _beyond(end, rest, depth_km))
    chain = _chain(parts, whole, depth_km)
    faces = shapely.get_parts(
        shapely.polygonize([shapely.node(shapely.union(shapely.boundary(whole), chain))])
    )
    inside = shapely.point_on_surface(faces)
    kept = shapely.covers(whole, inside) & (shapely.area(faces) > _SPECK_KM2)
    faces, inside = faces[kept], inside[kept]
    off = nearest(
        Line((line.plane.to_degrees(shapely.get_coordinates(chain)),)),
        *line.plane.to_degrees(shapely.get_coordinates(inside)).T,
    ).off_km
    return {"left": shapely.union_all(faces[off > 0.0]), "right": shapely.union_all(faces[off < 0.0])}


def _beyond(part: Points, rest: Sequence[Points], depth_km: float) -> Any:  # noqa: ANN401
    """Return the half disc ahead of the end of a part, less what is near the rest of the line."""
    end, ahead = part[-1], _direction(part, depth_km)
    angles = ahead + np.linspace(-math.pi / 2.0, math.pi / 2.0, 8 * _CORNERS + 1)
    reach = 1.001 * depth_km  # beyond the edges of the disc, so that no sliver of it is left
    half = shapely.polygons(end + reach * np.column_stack((np.cos(angles), np.sin(angles))))
    if not rest:
        return half
    return shapely.difference(half, shapely.buffer(shape_of(rest), depth_km, quad_segs=_CORNERS))


def _direction(part: Points, depth_km: float) -> float:
    """Return the angle at which a part ends, over its last ``depth_km``: its windings do not count."""
    end = part[-1]
    near = np.hypot(*(part - end).T) <= depth_km
    first = len(part) - int(np.argmin(near[::-1])) if not near.all() else 0
    back = part[first] if (part[first] != end).any() else part[-2]
    return math.atan2(*(end - back)[::-1])


def _chain(parts: Sequence[Points], whole: Any, depth_km: float) -> Any:  # noqa: ANN401
    """Return one line through all parts that parts the belt: over the gaps, and on beyond both ends."""
    chain = np.concatenate(
        [
            _ahead(parts[0][::-1], whole, parts, depth_km)[::-1],
            *parts,
            _ahead(parts[-1], whole, parts, depth_km),
        ]
    )
    drawn = shapely.linestrings(chain)
    if not drawn.is_simple:
        raise UsageProblem(
            "the line",
            "its parts do not follow one another: the shortest way over a gap crosses the line",
            "take fewer parts, those of one front",
        )
    return drawn


def _ahead(part: Points, whole: Any, parts: Sequence[Points], depth_km: float) -> Points:  # noqa: ANN401
    """Return the point beyond the end of a part to which it can be drawn on, out of the belt; or none."""
    end, ahead = part[-1], _direction(part, depth_km)
    reach = depth_km * (1.0 + 1.0 / 8.0)
    others = shape_of(parts)
    for turn in _ANGLES:
        angle = ahead + math.radians(turn)
        point = end + reach * np.array([math.cos(angle), math.sin(angle)])
        ray = shapely.linestrings([end, point])
        meets = shapely.intersection(ray, others)
        if meets.geom_type == "Point" and not shapely.covers(whole, shapely.points(point)):
            return np.array([point])
    raise UsageProblem(
        "the line",
        f"winds round its own end within {depth_km:g} km, so that it has no two sides there",
        "give a smaller depth, or a simpler line",
    )


def _cells(line: Line, sectors: Sequence[Sector], parts: Sequence[Points], depth_km: float) -> list[Any]:
    """Return the ground that is nearer to each sector than to any other (Voronoi cells of close points)."""
    step = max(_FINEST_KM, line.length_km / _CELLS)
    points, owners = [], []
    for number, sector in enumerate(sectors):
        count = max(2, math.ceil(sector.km / step))
        along = sector.from_km + sector.km * (np.arange(count) + 0.5) / count
        points += [line.at(float(km)) for km in along]
        owners += [number] * count
    placed = line.plane.to_km(np.array(points))
    frame = shapely.buffer(shape_of(parts), 2.0 * depth_km).envelope
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(placed), extend_to=frame, ordered=True)
    )
    by = np.array(owners)
    return [shapely.union_all(cells[by == number]) for number in range(len(sectors))]


def _areas(shape: Any) -> Any:  # noqa: ANN401
    """Return the polygons of a shape, without the points and lines where two shapes only touch."""
    flat = [part for part in shapely.get_parts(shape).tolist() if part.geom_type == "Polygon"]
    return flat[0] if len(flat) == 1 else shapely.multipolygons(flat)


def _to_degrees(plane: Plane, shape: Any) -> Any:  # noqa: ANN401
    return shapely.transform(shape, plane.to_degrees)
