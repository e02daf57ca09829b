"""The parts of a drawn line: crossings refused, touching ends joined, separate parts put in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float64]
Place: TypeAlias = tuple[float, float]

TOUCH_DEGREES: Final = 2e-5
"""Ends nearer than this, two metres, touch: coordinates are often rounded to a metre."""


@dataclass(frozen=True, slots=True)
class Snag:
    """Why parts cannot be one line: ``what`` they do, ``where`` (longitude, latitude), and the mend."""

    what: str
    where: Place
    mend: str


def without_repeats(parts: Sequence[Points]) -> tuple[list[Points], list[str]]:
    """Return parts without points given twice running and without parts given twice, and notes of both."""
    kept: list[Points] = []
    seen: set[bytes] = set()
    points = twice = 0
    for part in parts:
        new = np.append(True, (part[1:] != part[:-1]).any(axis=1))
        points += int((~new).sum())
        single = np.ascontiguousarray(part[new])
        if {single.tobytes(), np.ascontiguousarray(single[::-1]).tobytes()} & seen:
            twice += 1
            continue
        seen.add(single.tobytes())
        kept.append(single)
    notes = [f"{points} points that repeat the one before were left out"] if points else []
    if twice:
        notes.append(f"{twice} parts that were given twice were taken once")
    return kept, notes


def snag_of(parts: Sequence[Points]) -> Snag | None:
    """Return where parts cross themselves or each other, branch, or close to a ring; None if nowhere."""
    for part in parts:
        if len(part) > 2 and (part[0] == part[-1]).all():
            return Snag(
                "is a closed ring, which has no beginning and no end",
                _place(part[0]),
                "open it where the line begins and ends, or leave it out",
            )
    ends = Counter(_place(part[end]) for part in parts for end in (0, -1))
    branch = next((place for place, number in sorted(ends.items()) if number > 2), None)
    if branch is not None:
        return Snag("branches", branch, "leave out the branch: a line goes from one end to the other")
    lines = shapely.multilinestrings([shapely.linestrings(part) for part in parts])
    pieces = shapely.get_parts(shapely.node(lines))
    met = Counter(_place(point) for piece in pieces for point in _both_ends(piece))
    for place, number in sorted(met.items()):
        if ends[place] != number:
            return Snag(
                "crosses or touches itself",
                place,
                "mend the drawing there; if the file holds several lines, choose one with FIELD=VALUE",
            )
    return None


def in_order(parts: Sequence[Points]) -> tuple[list[Points], list[str]]:
    """Join parts whose ends touch, and put what stays separate in order along the line.

    The line starts at one of the two ends that lie furthest apart and goes on to the nearest end each time;
    of its two directions it has that in which its longest part was drawn.

    Returns
    -------
    list of ndarray
        The parts, in order and direction.
    list of str
        Notes of what was done.
    """
    if len(parts) == 1:
        return list(parts), []
    order, turned = _walk(parts)
    directed = [parts[part][::-1] if back else parts[part] for part, back in zip(order, turned, strict=True)]
    longest = max(range(len(directed)), key=lambda place: (_length(directed[place]), -order[place]))
    if turned[longest]:
        directed = [part[::-1] for part in reversed(directed)]
        turned = [not back for back in reversed(turned)]
    joined = [directed[0]]
    for part in directed[1:]:
        gap = _apart(joined[-1][-1], part[0])
        if gap <= TOUCH_DEGREES:
            joined[-1] = np.vstack((joined[-1], part[1:] if gap == 0.0 else part))
        else:
            joined.append(part)
    notes = []
    if len(joined) < len(parts):
        notes.append(f"{len(parts)} parts that touch end to end were joined to {len(joined)}")
    if len(joined) > 1:
        notes.append(f"the line has {len(joined)} separate parts; the gaps between them are not counted")
    if any(turned):
        notes.append(f"{sum(turned)} parts drawn the other way were turned round")
    return joined, notes


def _walk(parts: Sequence[Points]) -> tuple[list[int], list[bool]]:
    """Return in which order the parts are walked along, and which of them backwards."""
    ends = np.array([(part[0], part[-1]) for part in parts])  # part, which end, coordinate
    stretch = np.array([np.cos(np.radians(ends[..., 1].mean())), 1.0])
    flat = (ends * stretch).reshape(-1, 2)
    here = _furthest(flat)
    left = np.ones(len(parts), dtype=bool)
    order: list[int] = []
    turned: list[bool] = []
    while True:
        part, back = divmod(here, 2)
        order.append(part)
        turned.append(bool(back))
        left[part] = False
        if not left.any():
            return order, turned
        away = np.hypot(*(flat - flat[2 * part + 1 - back]).T)
        here = int(np.where(np.repeat(left, 2), away, np.inf).argmin())


def _furthest(flat: Points) -> int:
    """Return the first of the two points that lie furthest apart."""
    reach = [float(np.hypot(*(flat - point).T).max()) for point in flat]
    return int(np.argmax(reach))


def _length(part: Points) -> float:
    stretch = np.array([np.cos(np.radians(part[:, 1].mean())), 1.0])
    return float(np.hypot(*(np.diff(part, axis=0) * stretch).T).sum())


def _apart(one: Points, other: Points) -> float:
    return float(np.hypot(*((one - other) * (np.cos(np.radians(one[1])), 1.0))))


def _place(point: Points) -> Place:
    return float(point[0]), float(point[1])


def _both_ends(piece: Any) -> Points:  # noqa: ANN401 - shapely has no types
    coordinates: Points = shapely.get_coordinates(piece)
    return coordinates[[0, -1]]
