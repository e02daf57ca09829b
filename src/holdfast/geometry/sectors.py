"""A line of contact cut into sectors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from holdfast.errors import UsageProblem
from holdfast.geometry.line import Line, shape_of
from holdfast.geometry.plane import Points, distances_km

SECTORS: Final = 24
"""Sectors into which a line is cut unless another number is asked for."""
MOST_SECTORS: Final = 5_000

_SAME_PLACE_KM: Final = 1e-3


@dataclass(frozen=True, eq=False)
class Sector:
    """A stretch of the line of contact.

    Parameters
    ----------
    key : str
        ``S01``, ``S02`` and so on from the start of the line.
    parts : tuple of ndarray
        Longitude and latitude, degrees WGS84; more than one part where the line has a gap.
    from_km, to_km : float
        Where it begins and ends along the line.
    middle : tuple of float
        Longitude and latitude of the place half way along it.
    next_to : tuple of str
        Keys of the sectors that share an end with it; across a gap in the line there is none.
    """

    key: str
    parts: tuple[Points, ...]
    from_km: float
    to_km: float
    middle: tuple[float, float]
    next_to: tuple[str, ...]

    @property
    def km(self) -> float:
        """Its length along the line, on the ellipsoid."""
        return self.to_km - self.from_km

    @property
    def shape(self) -> Any:  # noqa: ANN401 - shapely has no types
        """The sector as a shape in longitude and latitude."""
        return shape_of(self.parts)


def cut(line: Line, sectors: int = SECTORS) -> tuple[Sector, ...]:
    """Cut a line into so many sectors of equal length.

    Parameters
    ----------
    line : Line
        The line.
    sectors : int
        How many.

    Returns
    -------
    tuple of Sector
        From the start of the line to its end. Their lengths add up to the line's.

    Raises
    ------
    UsageProblem
        If that number of sectors cannot be made.
    """
    if not 1 <= sectors <= MOST_SECTORS:
        raise UsageProblem("sectors", f"{sectors} cannot be made", f"ask for 1 to {MOST_SECTORS}")
    edges = [line.length_km * place / sectors for place in range(sectors)] + [line.length_km]
    parts = [line.piece(*between) for between in pairwise(edges)]
    if not all(parts):
        raise UsageProblem("sectors", f"{sectors} are too many for {line.length_km} km", "ask for fewer")
    width = max(2, len(str(sectors)))
    keys = [f"S{number:0{width}}" for number in range(1, sectors + 1)]
    touches = [_touch(one, other) for one, other in pairwise(parts)]
    return tuple(
        Sector(
            key=keys[place],
            parts=parts[place],
            from_km=edges[place],
            to_km=edges[place + 1],
            middle=line.at((edges[place] + edges[place + 1]) / 2.0),
            next_to=tuple(
                keys[other]
                for other in (place - 1, place + 1)
                if 0 <= other < sectors and touches[min(place, other)]
            ),
        )
        for place in range(sectors)
    )


def cut_by_length(line: Line, about_km: float) -> tuple[Sector, ...]:
    """Cut a line into sectors of equal length, as near to ``about_km`` as a whole number of them comes.

    Raises
    ------
    UsageProblem
        If the length is none, or makes too many sectors.
    """
    if not (math.isfinite(about_km) and about_km > 0.0):
        raise UsageProblem("about_km", f"{about_km} is no length", "give a length above 0 km")
    return cut(line, max(1, math.floor(line.length_km / about_km + 0.5)))


def _touch(one: tuple[Points, ...], other: tuple[Points, ...]) -> bool:
    """Return whether a sector ends where the next begins."""
    return float(distances_km(one[-1][-1:], other[0][:1])[0]) <= _SAME_PLACE_KM
