"""Incidents that there were, laid beside a line: what a planned set-up would have seen of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluate import LIGHTS, SIDES, Counts, Tally, counts_of
from holdfast.evaluate.survey import Survey, tally_of
from holdfast.files.incidents import Incidents, columns_of, read_incidents, write_set_aside
from holdfast.files.problems import refuse
from holdfast.files.writing import check_target
from holdfast.geometry import nearest
from holdfast.runs.ground import Ground
from holdfast.runs.quantities import quantity_of
from holdfast.vocabulary.incident import CLASS_TITLES, CLASSES

Array = NDArray[np.float64]

FARTHEST_KM: Final = 50.0
"""What happened farther from the line is no breach beside it."""
EDGES_KM: Final = np.array(
    [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0]
)
"""Bins of distance."""
KM_OF_A_DEGREE: Final = 110.0
"""Of latitude, at least."""
ROUGH: Final = "place or day is known only roughly"
FAR: Final = f"farther than {FARTHEST_KM:.0f} km from the line"
SMOOTHING: Final = 0.5
"""Added to the count of each sector, so that none is taken to be quiet for ever."""
SHARES: Final = ("seen", "located", "attributed")


@dataclass(frozen=True, eq=False)
class Happened:
    """A table of incidents laid beside a line.

    Attributes
    ----------
    incidents : Incidents
        As read.
    counts : Counts
        Of those that were matched.
    months : tuple of str
        Those with a matched incident, as ``2022-03``.
    set_aside : mapping of reason to number of rows
    """

    incidents: Incidents
    counts: Counts
    months: tuple[str, ...]
    set_aside: Mapping[str, int]

    @property
    def shares(self) -> Array:
        """Return the share of incidents in each sector, smoothed."""
        number = self.counts.cells.sum(axis=(0, 2, 3, 4, 5)) + SMOOTHING
        return np.asarray(number / number.sum(), dtype=np.float64)


def happened(
    path: str | Path, columns: tuple[str, ...], ground: Ground, set_aside: str | Path | None
) -> Happened:
    """Read a table of incidents and lay it beside a line; write what cannot be used, if asked.

    Raises
    ------
    FileProblems
        If the table cannot be read, or nothing of it lies near the line.
    UsageProblem
        If a column is named wrongly.
    """
    if set_aside is not None:
        _check_set_aside(Path(path), Path(set_aside))
    incidents = read_incidents(path, columns_of(columns))
    distance, off_km, sector = _off_km(ground, incidents.longitude, incidents.latitude)
    far = distance > FARTHEST_KM
    rough = incidents.coarse & ~far
    used = ~(far | rough)
    if not used.any():
        raise _nothing_near(str(path), incidents, ground, far)
    months, month = np.unique(incidents.day[used].astype("datetime64[M]"), return_inverse=True)
    counts = counts_of(
        month.astype(np.int64),
        sector[used],
        _sides(ground, off_km[used]),
        incidents.kind[used].astype(np.int64),
        incidents.light[used].astype(np.int64),
        distance[used],
        edges_km=EDGES_KM,
        shape=(len(months), len(ground.sectors), len(SIDES), len(CLASSES), len(LIGHTS)),
    )
    reasons = dict(incidents.bad)
    for text, rows in ((FAR, far), (ROUGH, rough)):
        if rows.any():
            reasons[text] = int(rows.sum())
    if set_aside is not None:
        others = dict.fromkeys(incidents.row[far].tolist(), FAR)
        others.update(dict.fromkeys(incidents.row[rough].tolist(), ROUGH))
        write_set_aside(incidents, Path(set_aside), others)
    return Happened(incidents, counts, tuple(np.datetime_as_string(months).tolist()), reasons)


def _check_set_aside(table: Path, target: Path) -> None:
    """Refuse at once where the rows that are set aside cannot be written, or would replace the table."""
    check_target(target)
    if target.exists() and table.exists() and target.samefile(table):
        raise refuse(str(target), "is the table of incidents itself", "write to another file")


def _off_km(ground: Ground, longitude: Array, latitude: Array) -> tuple[Array, Array, NDArray[np.int64]]:
    """Return the distance from the line, the same with a sign by side, and the sector of each place.

    What lies outside a box around the line is not looked up: it is endlessly far.
    """
    points = np.vstack(ground.line.parts)
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    up = FARTHEST_KM / KM_OF_A_DEGREE * 1.1
    middle = (west + east) / 2.0
    around = np.where(
        np.abs(longitude - middle) > 180.0, longitude - np.copysign(360.0, longitude), longitude
    )
    across = up / max(np.cos(np.radians(min(max(abs(south), abs(north)) + up, 89.0))), 0.01)
    inside = (latitude >= south - up) & (latitude <= north + up)
    inside &= (around >= west - across) & (around <= east + across)
    off_km = np.full(len(longitude), np.inf)
    sector = np.full(len(longitude), -1, dtype=np.int64)
    if inside.any():
        place = nearest(ground.line, longitude[inside], latitude[inside], ground.sectors)
        off_km[inside], sector[inside] = place.off_km, place.sector
    return np.abs(off_km), off_km, sector


def _sides(ground: Ground, off_km: Array) -> NDArray[np.int64]:
    """Return on whose ground each incident lies: 0 the host's, 1 the opponent's."""
    left_is_host = ground.left != ground.opponent and ground.right != ground.host
    return np.where((off_km > 0.0) == left_is_host, 0, 1).astype(np.int64)


def _nothing_near(path: str, incidents: Incidents, ground: Ground, far: NDArray[np.bool_]) -> Exception:
    """Return why nothing can be used: all too far, all too rough, or the axes exchanged."""
    if not far.all():
        wrong = "says of every place near the line that it is known only roughly"
        return refuse(path, wrong, "name a table with finer places")
    if (_off_km(ground, incidents.latitude, incidents.longitude)[0] <= FARTHEST_KM).mean() > 0.5:
        wrong = "has latitude and longitude exchanged: the other way round it lies beside the line"
        return refuse(path, wrong, "exchange the two columns, or name them: --column")
    wrong = f"has nothing within {FARTHEST_KM:.0f} km of the line"
    return refuse(path, wrong, "name a table of this theatre")


def tallied(survey: Survey, found: Happened) -> Tally | None:
    """Return what a phase's mission would have seen of the incidents; None without a mission."""
    if survey.by_sector is None:
        return None
    return tally_of(survey.by_sector, found.counts, EDGES_KM)


def happened_block(
    found: Happened, tally: Tally | None, ground: Ground, *, sensitive: bool
) -> dict[str, Any]:
    """Return the incidents as a part of a document."""
    incidents, cells = found.incidents, found.counts.cells
    by_month, by_class = cells.sum(axis=(1, 2, 3, 4, 5)), cells.sum(axis=(0, 1, 2, 4, 5))
    return {
        "name": incidents.name,
        "sha256": incidents.sha256,
        "layout": incidents.layout,
        "rows": incidents.rows,
        "matched": found.counts.total,
        "set_aside": sum(found.set_aside.values()),
        "set_aside_by_reason": dict(found.set_aside),
        "set_aside_first": [{"row": one.row, "reason": one.reason} for one in incidents.shown],
        "within_km": FARTHEST_KM,
        **_shares(None if tally is None else tally.overall),
        "months": [
            {"month": name, "incidents": int(by_month[at]), **_at(tally, "by_month", at)}
            for at, name in enumerate(found.months)
        ],
        "classes": [
            {
                "class": None if at == len(CLASSES) else CLASSES[at],
                "title": "class not known" if at == len(CLASSES) else CLASS_TITLES[CLASSES[at]],
                "incidents": int(number),
                **_at(tally, "by_class", at),
            }
            for at, number in enumerate(by_class)
            if number
        ],
        "sector_classes": _sector_classes(tally, found, ground),
        "sectors": _sectors(tally, found, ground) if sensitive else None,
    }


def _shares(values: Array | None) -> dict[str, Any]:
    """Return seen, located and attributed as quantities; null without a mission."""
    if values is None:
        return dict.fromkeys(SHARES)
    return {name: quantity_of(values[:, place]) for place, name in enumerate(SHARES)}


def _at(tally: Tally | None, what: str, at: int) -> dict[str, Any]:
    return _shares(None if tally is None else getattr(tally, what)[:, :, at])


def _sector_classes(tally: Tally | None, found: Happened, ground: Ground) -> list[dict[str, Any]]:
    """Return shares by class of sector."""
    number = found.counts.cells.sum(axis=(0, 2, 3, 4, 5)).astype(np.float64)
    rows = []
    for name in dict.fromkeys(ground.classes):
        mine = np.array([one == name for one in ground.classes])
        if not number[mine].sum():
            continue
        mean = None
        if tally is not None:
            seen = np.nan_to_num(tally.by_sector[:, :, mine])
            mean = (seen * number[mine]).sum(axis=2) / number[mine].sum()
        rows.append({"class": name, "incidents": int(number[mine].sum()), **_shares(mean)})
    return rows


def _sectors(tally: Tally | None, found: Happened, ground: Ground) -> list[dict[str, Any]]:
    """Return shares by sector, by name."""
    number = found.counts.cells.sum(axis=(0, 2, 3, 4, 5))
    return [
        {"key": sector.key, "incidents": int(number[at]), **_at(tally, "by_sector", at)}
        for at, sector in enumerate(ground.sectors)
    ]
