"""The ground that a mission watches: a line of contact, its sectors, and what lies around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.errors import UsageProblem
from holdfast.files.basemap import Basemap, lines_of
from holdfast.files.vector import chosen_by, read_line
from holdfast.geometry import (
    Belt,
    Held,
    Line,
    Place,
    Sector,
    Surroundings,
    belts,
    cut,
    lengths_km,
    line_of,
    sides,
    surroundings,
)
from holdfast.vocabulary.settlement import Settlement

Array = NDArray[np.float64]

NEAR_KM: Final = 30.0
"""Within this distance of the line people count as near it."""
MOST_SECTORS: Final = 500
"""More than this are shorter than what can be told apart."""
DEEPEST_BELT_KM: Final = 200.0
COVERED_AT_KM: Final = 5.0
"""The detail at which a line is as long as what has to be covered."""
EDGE_DEGREES: Final = 0.02
"""So near the edge of a basemap a coast is the edge."""
OPEN_GROUND: Final = "open"
"""The class of a sector of which no terrain is known."""


@dataclass(frozen=True)
class Ground:
    """A line with its sectors and what lies around them.

    Attributes
    ----------
    line : Line
    title : str
    as_of : str or None
        Day of the line, where it is known.
    source, sha256 : str or None
        The file that it was read from, by its last name; None for the case's own line.
    notes : tuple of str
        What was done to the line on reading.
    sectors : tuple of Sector
    around : tuple of Surroundings
    basemap : Basemap or None
        Rivers, coasts and borders that distances are measured to.
    belt_km : float or None
        Depth of the belts on either side: as asked for, or as the settlement has it.
    belts : tuple of Belt
    left, right : str or None
        Who holds the ground to the left and right of the line's direction, as its places say.
    host, opponent : str
        The parties.
    """

    line: Line
    title: str
    as_of: str | None
    source: str | None
    sha256: str | None
    notes: tuple[str, ...]
    sectors: tuple[Sector, ...]
    around: tuple[Surroundings, ...]
    basemap: Basemap | None
    belt_km: float | None
    belts: tuple[Belt, ...]
    left: str | None
    right: str | None
    host: str
    opponent: str

    @property
    def shares(self) -> Array:
        """Return the share of the line's length of each sector."""
        km = np.array([sector.km for sector in self.sectors])
        return np.asarray(km / km.sum(), dtype=np.float64)

    @property
    def length_km(self) -> float | None:
        """Return the length to be covered: of a line that was read; None where the case's estimate counts.

        Windings shorter than sensors reach need none of their own, so it is that at a few km of detail.
        """
        return None if self.source is None else lengths_km(self.line, (COVERED_AT_KM,))[COVERED_AT_KM]

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the class of each sector: the terrain that most of it runs through."""
        return tuple(one.terrain or OPEN_GROUND for one in self.around)


def ground_of(
    case: Case,
    settlement: Settlement,
    *,
    basemap: Basemap | None,
    line: str | Path | None,
    layer: str | None,
    where: Sequence[str],
    sectors: int,
    belt_km: float | None = None,
) -> Ground:
    """Return the ground to watch.

    Raises
    ------
    FileProblems
        If the line cannot be read, or could be read in more than one way.
    UsageProblem
        If an option is out of range.
    """
    if isinstance(sectors, bool) or not isinstance(sectors, int):
        raise UsageProblem("--sectors", f"{sectors!r} is no whole number", "give one, such as 24")
    if not 1 <= sectors <= MOST_SECTORS:
        raise UsageProblem("--sectors", f"{sectors} is out of range", f"give 1 to {MOST_SECTORS}")
    if belt_km is not None and not 0.0 < belt_km <= DEEPEST_BELT_KM:
        wrong = f"{belt_km:g} is no depth of a belt"
        raise UsageProblem("--belt-km", wrong, f"give up to {DEEPEST_BELT_KM:g} km")
    own = line_of(case.theatre)
    title, as_of = case.theatre.line.title, str(case.theatre.line.as_of)
    source = sha256 = None
    notes: tuple[str, ...] = ()
    drawn = own
    if line is not None:
        near = np.vstack(own.parts)
        choice = chosen_by(where)
        found = read_line(line, layer=layer, where=choice, near=near)
        drawn = Line(found.parts, own.tags)
        source, sha256, notes = _last_names(found.source, line), found.sha256, found.notes
        title, as_of = source, choice.get("date", "")
    elif layer is not None or where:
        raise UsageProblem("--layer, --where", "no file of a line is named", "name one with --line FILE")
    parts = cut(drawn, sectors)
    places = [Place(one.name, one.longitude, one.latitude, one.people) for one in case.places]
    depth = belt_km or settlement.terms.belt_km or settlement.terms.buffer_km
    left, right = _holders(case, drawn)
    return Ground(
        line=drawn,
        title=title,
        as_of=as_of or None,
        source=source,
        sha256=sha256,
        notes=notes,
        sectors=parts,
        around=surroundings(drawn, parts, places, _things(basemap), near_km=NEAR_KM),
        basemap=basemap,
        belt_km=depth or None,
        belts=belts(drawn, parts, depth) if depth else (),
        left=left,
        right=right,
        host=case.host.state,
        opponent=case.opponent.state,
    )


def _things(basemap: Basemap | None) -> dict[str, list[NDArray[np.float64]]]:
    """Return rivers, coasts and borders, by kind."""
    if basemap is None:
        return {}
    west, south, east, north = basemap.extent
    land = shapely.union_all([one.shape for one in basemap.land])
    # the land ends where the basemap does, and that is no coast
    inside = shapely.box(west, south, east, north).buffer(-EDGE_DEGREES)
    coast = shapely.intersection(shapely.boundary(land), inside)
    shapes = {
        "river": [one.shape for one in basemap.rivers],
        "border": [one.shape for one in basemap.borders],
        "coast": [coast],
    }
    return {kind: [part for one in some for part in lines_of(one)] for kind, some in shapes.items()}


def _last_names(source: str, path: str | Path) -> str:
    """Return a source by the last name of its file: no path of somebody's machine stands in a result."""
    return source.replace(str(Path(str(path)).parent) + "/", "", 1)


def _holders(case: Case, line: Line) -> tuple[str | None, str | None]:
    """Return who holds either side, as the places of the case say; None where they do not tell."""
    held = [Held(one.longitude, one.latitude, one.held_by) for one in case.places if one.held_by is not None]
    try:
        found = sides(line, held)
    except UsageProblem:
        return None, None
    return found.left, found.right


def ground_block(ground: Ground) -> dict[str, Any]:
    """Return the ground as a part of a document."""
    return {
        "line": {
            "title": ground.title,
            "as_of": ground.as_of,
            "source": ground.source,
            "sha256": ground.sha256,
            "notes": list(ground.notes),
            "parts": len(ground.line.parts),
            "left": ground.left,
            "right": ground.right,
        },
        "line_km": [
            {"detail_km": detail, "length_km": length} for detail, length in lengths_km(ground.line).items()
        ],
        "belt_km": ground.belt_km,
        "sectors": [_sector(ground, place) for place in range(len(ground.sectors))],
    }


def _sector(ground: Ground, place: int) -> dict[str, Any]:
    """Return one sector: where it is, and what lies around it."""
    sector, around = ground.sectors[place], ground.around[place]
    return {
        "key": sector.key,
        "length_km": sector.km,
        "from_km": sector.from_km,
        "to_km": sector.to_km,
        "class": ground.classes[place],
        "terrain_km": around.terrain_km,
        "next_to": list(sector.next_to),
        "middle": {"longitude": sector.middle[0], "latitude": sector.middle[1]},
        "nearest_places": [{"name": name, "distance_km": km} for name, km in around.nearest_places],
        "distance_km": around.off_km,
        "people_near": around.people,
        "people_near_unknown_places": around.places_unknown,
        "belts_km2": {belt.side: belt.km2 for belt in ground.belts if belt.sector == sector.key},
    }
