"""The nearest place on a line, for many points: how far along, how far off, on which side, in which sector.

Points are laid on the plane of the line. The line's segments, in order, are the leaves of a binary tree of
boxes, and boxes further away than the nearest segment found so far are passed over. The distance on the
plane is then corrected for its scale along the way, ``(x1² + x1 x2 + x2²) / 6 R²`` (Thomas 1952), and the
place along the line is read off its length on the ellipsoid.

Each point is answered by itself, ties go to the first segment: chunks and order change no byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from holdfast.errors import UsageProblem
from holdfast.fixed import KEEPS_COMPILED
from holdfast.geometry.line import HAIR_KM, Line
from holdfast.geometry.plane import Points, named
from holdfast.geometry.sectors import Sector

CHUNK: Final = 65_536
"""Points held on the plane at a time."""

_LEAF: Final = 4  # segments in a leaf of the tree
_DEEPEST: Final = 64  # more than the levels of any tree that fits in memory
_CELLS: Final = 128  # either way, in which the last answer is kept as a first guess for the next
_AROUND_KM: Final = 300.0  # how far around the line these cells reach
_SLACK: Final = 1.0 + 1e-9  # a box is passed over only if it is further by more than rounding


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest place on a line, for each point.

    Parameters
    ----------
    along_km : ndarray
        How far along the line from its start.
    off_km : ndarray
        Distance: positive to the left of the line's direction, negative to the right.
    sector : ndarray of int32
        Index of the sector; -1 if no sectors were given.
    """

    along_km: NDArray[np.float64]
    off_km: NDArray[np.float64]
    sector: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class _Segments:
    """The segments of a line on its plane, and the tree of boxes over them.

    ``ends`` holds x and y of start and end; ``turns`` the side to which the line turns at start and end
    (1 left, -1 right, 0 where it ends); ``along`` how far along its start lies, and its length, both on the
    ellipsoid; ``boxes`` west, south, east and north of each node, the children of i being 2 i and 2 i + 1.
    """

    ends: NDArray[np.float64]
    turns: NDArray[np.int8]
    along: NDArray[np.float64]
    boxes: NDArray[np.float64]


def nearest(
    line: Line,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    sectors: Sequence[Sector] = (),
) -> Nearest:
    """Find the nearest place on a line for each of many points.

    Parameters
    ----------
    line : Line
        The line.
    longitude, latitude : ndarray
        The points, degrees WGS84, in one dimension.
    sectors : sequence of Sector
        The sectors of this line, if the sector is asked for.

    Returns
    -------
    Nearest
        Distances are within 0.3 % of those on the ellipsoid for points up to 300 km off.

    Raises
    ------
    UsageProblem
        If the points are no places on Earth, or too far away to lie on the line's plane.
    """
    points = _points(longitude, latitude)
    segments = _segments(line)
    guesses = np.zeros((_CELLS, _CELLS), dtype=np.int64)
    found = np.empty((3, len(points)))
    for start in range(0, len(points), CHUNK):
        chunk = slice(start, start + CHUNK)
        placed = line.plane.to_km(points[chunk])
        _find(
            placed,
            segments.ends,
            segments.turns,
            segments.along,
            segments.boxes,
            guesses,
            line.plane.radius_km(),
            found[:, chunk],
        )
    inner = np.array([sector.from_km for sector in sectors[1:]])
    along, off, ends = found
    if not sectors:
        return Nearest(along, off, np.full(len(points), -1, dtype=np.int32))
    # Where a sector ends at a gap, what is nearest to that end is not yet of the next.
    within = np.minimum(np.searchsorted(inner, along, side="right"), np.searchsorted(inner, ends - HAIR_KM))
    return Nearest(along, off, within.astype(np.int32))


def _points(longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> Points:
    """Return points as rows, or refuse them."""
    lon, lat = np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)
    if lon.ndim != 1 or lon.shape != lat.shape:
        raise UsageProblem(
            "the points", f"longitudes {lon.shape}, latitudes {lat.shape}", "give one of each a point"
        )
    on_earth = (np.abs(lon) <= 360.0) & (np.abs(lat) <= 90.0)
    if not on_earth.all():
        bad = int(np.argmin(on_earth))
        raise UsageProblem(
            f"point {bad + 1}",
            f"{named((lon[bad], lat[bad]))} is no place on Earth",
            "give longitude and latitude in degrees, or leave the point out",
        )
    return np.column_stack((lon, lat))


def _segments(line: Line) -> _Segments:
    ends, turns, along = [], [], []
    for part, part_km in zip(line.parts, line.ends_km, strict=True):
        placed = line.plane.to_km(part)
        ends.append(np.hstack((placed[:-1], placed[1:])))
        steps = np.diff(placed, axis=0)
        turn = np.sign(steps[:-1, 0] * steps[1:, 1] - steps[:-1, 1] * steps[1:, 0])
        turns.append(np.column_stack((np.append(0.0, turn), np.append(turn, 0.0))))
        along.append(np.column_stack((part_km[:-1], np.diff(part_km))))
    every = np.concatenate(ends)
    return _Segments(every, np.concatenate(turns).astype(np.int8), np.concatenate(along), _boxes(every))


def _boxes(ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the tree of boxes, its root at 1; leaves beyond the last segment are infinitely far away."""
    leaves = 1
    while leaves * _LEAF < len(ends):
        leaves *= 2
    padded = np.full((leaves * _LEAF, 4), np.nan)
    padded[: len(ends)] = ends
    grouped = padded.reshape(leaves, _LEAF, 2, 2)
    boxes = np.full((2 * leaves, 4), np.inf)
    filled = -(-len(ends) // _LEAF)
    boxes[leaves : leaves + filled, :2] = np.nanmin(grouped[:filled], axis=(1, 2))
    boxes[leaves : leaves + filled, 2:] = np.nanmax(grouped[:filled], axis=(1, 2))
    boxes[leaves + filled :, 2:] = -np.inf
    for node in range(leaves - 1, 0, -1):
        left, right = boxes[2 * node], boxes[2 * node + 1]
        boxes[node, :2] = np.minimum(left[:2], right[:2])
        boxes[node, 2:] = np.maximum(left[2:], right[2:])
    return boxes


@numba.njit(cache=KEEPS_COMPILED, error_model="numpy")
def _box_distance(box: NDArray[np.float64], x: float, y: float) -> float:
    """Return the square of the distance from a point to a box."""
    across = max(box[0] - x, 0.0, x - box[2])
    up = max(box[1] - y, 0.0, y - box[3])
    square: float = across * across + up * up
    return square


@numba.njit(cache=KEEPS_COMPILED, error_model="numpy")
def _foot(end: NDArray[np.float64], x: float, y: float) -> tuple[float, float]:
    """Return the square of the distance to a segment, and how far along it the nearest place lies, 0 to 1."""
    step_x, step_y = end[2] - end[0], end[3] - end[1]
    to_x, to_y = x - end[0], y - end[1]
    length = step_x * step_x + step_y * step_y
    share: float = (to_x * step_x + to_y * step_y) / length if length > 0.0 else 0.0
    share = min(max(share, 0.0), 1.0)
    off_x, off_y = to_x - share * step_x, to_y - share * step_y
    return off_x * off_x + off_y * off_y, share


@numba.njit(cache=KEEPS_COMPILED, error_model="numpy")
def _search(
    ends: NDArray[np.float64],
    boxes: NDArray[np.float64],
    stack: NDArray[np.int64],
    squares: NDArray[np.float64],
    point: tuple[float, float],
    guess: int,
) -> tuple[int, float, float]:
    """Return the nearest segment, the square of the distance, and how far along it.

    ``guess`` is any segment: a near one saves time and changes nothing. ``stack`` is room for nodes still to
    be looked into, ``squares`` for the squares of their distances.
    """
    x, y = point
    leaves = len(boxes) // 2
    best = guess
    least, share = _foot(ends[best], x, y)
    stack[0], squares[0], depth = 1, 0.0, 1
    while depth > 0:
        depth -= 1
        node = stack[depth]
        if squares[depth] > least * _SLACK:
            continue
        if node >= leaves:
            first = (node - leaves) * _LEAF
            for segment in range(first, min(first + _LEAF, len(ends))):
                square, along = _foot(ends[segment], x, y)
                if square < least or (square == least and segment < best):
                    best, least, share = segment, square, along
            continue
        near, far = 2 * node, 2 * node + 1
        near_square, far_square = _box_distance(boxes[near], x, y), _box_distance(boxes[far], x, y)
        if far_square < near_square:
            near, far, near_square, far_square = far, near, far_square, near_square
        for child, square in ((far, far_square), (near, near_square)):
            if square <= least * _SLACK:
                stack[depth], squares[depth] = child, square
                depth += 1
    return best, least, share


@numba.njit(cache=KEEPS_COMPILED, error_model="numpy")
def _side(end: NDArray[np.float64], turn: NDArray[np.int8], share: float, x: float, y: float) -> float:
    """Return 1 if a point lies to the left of the line at its nearest segment, -1 to the right, 0 on it.

    A point whose nearest place is a corner lies on the outer side of the corner.
    """
    corner = turn[0] if share <= 0.0 else (turn[1] if share >= 1.0 else 0)
    if corner != 0 and (x != end[0] or y != end[1]) and (x != end[2] or y != end[3]):
        return -float(corner)
    across = (end[2] - end[0]) * (y - end[1]) - (end[3] - end[1]) * (x - end[0])
    return float(np.sign(across))


@numba.njit(cache=KEEPS_COMPILED, error_model="numpy")
def _cell(x: float, low: float, high: float, cells: int) -> int:
    """Return in which of so many cells around the line a point lies; beyond them, in the last."""
    share = (x - low + _AROUND_KM) / (high - low + 2.0 * _AROUND_KM)
    return int(min(max(share, 0.0), 1.0) * (cells - 1))


@numba.njit(cache=KEEPS_COMPILED, error_model="numpy", nogil=True)
def _find(
    points: NDArray[np.float64],
    ends: NDArray[np.float64],
    turns: NDArray[np.int8],
    along: NDArray[np.float64],
    boxes: NDArray[np.float64],
    guesses: NDArray[np.int64],
    radius_km: float,
    found: NDArray[np.float64],
) -> None:
    """Fill in, for each point, how far along the line and how far off it lies, and where its segment ends.

    ``guesses`` holds, by cell around the line, the nearest segment of the last point there.
    """
    stack, squares = np.empty(_DEEPEST, dtype=np.int64), np.empty(_DEEPEST)
    west, south, east, north = boxes[1]
    rows, columns = guesses.shape
    for number in range(len(points)):
        x, y = points[number]
        row = _cell(y, south, north, rows)
        column = _cell(x, west, east, columns)
        best, square, share = _search(ends, boxes, stack, squares, (x, y), guesses[row, column])
        guesses[row, column] = best
        end = ends[best]
        foot_x = end[0] + share * (end[2] - end[0])
        excess = (x * x + x * foot_x + foot_x * foot_x) / (6.0 * radius_km * radius_km)
        found[0, number] = along[best, 0] + share * along[best, 1]
        found[2, number] = along[best, 0] + along[best, 1]
        found[1, number] = _side(end, turns[best], share, x, y) * np.sqrt(square) / (1.0 + excess)
