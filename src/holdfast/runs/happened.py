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
from holdfast.geometry import nearest
from holdfast.runs.ground import Ground
from holdfast.runs.quantities import quantity_of
from holdfast.vocabulary.incident import CLASS_TITLES, CLASSES

Array = NDArray[np.float64]

FARTHEST_KM: Final = 50.0
"""What happened farther from the line is no breach beside it."""
EDGES_KM: Final = np.array(
    [0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50], dtype=np.float64
)
"""Bins of distance."""
ROUGH: Final = "place or day is known only roughly"
FAR: Final = f"farther than {FARTHEST_KM:.0f} km from the line"
SMOOTHING: Final = 0.5
"""Added to the count of each sector, so that none is taken to be quiet for ever."""
SHARES: Final = ("seen", "located", "attributed")
MOST_SHOWN: Final = 5


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
    incidents = read_incidents(path, columns_of(columns))
    place = nearest(ground.line, incidents.longitude, incidents.latitude, ground.sectors)
    far = np.abs(place.off_km) > FARTHEST_KM
    rough = incidents.coarse & ~far
    used = ~(far | rough)
    if not used.any():
        raise _nothing_near(str(path), incidents, ground, far)
    month = incidents.day[used].astype("datetime64[M]").astype(np.int64)
    first = int(month.min())
    counts = counts_of(
        month - first,
        place.sector[used].astype(np.int64),
        _sides(ground, place.off_km[used]),
        incidents.kind[used].astype(np.int64),
        incidents.light[used].astype(np.int64),
        np.abs(place.off_km[used]),
        edges_km=EDGES_KM,
        shape=(int(month.max()) - first + 1, len(ground.sectors), len(SIDES), len(CLASSES), len(LIGHTS)),
    )
    reasons = dict(incidents.bad)
    for text, rows in ((FAR, far), (ROUGH, rough)):
        if rows.any():
            reasons[text] = int(rows.sum())
    if set_aside is not None:
        others = {int(row): FAR for row in incidents.row[far]} | {
            int(row): ROUGH for row in incidents.row[rough]
        }
        write_set_aside(incidents, Path(set_aside), others)
    months = tuple(str(np.datetime64(first + at, "M")) for at in range(counts.cells.shape[0]))
    return Happened(incidents, counts, months, reasons)


def _sides(ground: Ground, off_km: Array) -> NDArray[np.int64]:
    """Return on whose ground each incident lies: 0 the host's, 1 the opponent's."""
    left_is_host = ground.left != ground.opponent and ground.right != ground.host
    return np.where((off_km > 0.0) == left_is_host, 0, 1).astype(np.int64)


def _nothing_near(path: str, incidents: Incidents, ground: Ground, far: NDArray[np.bool_]) -> Exception:
    """Return why nothing can be used: all too far, all too rough, or the axes exchanged."""
    if not far.all():
        return refuse(
            path, "says of every place near the line that it is known only roughly", "name finer data"
        )
    swapped = np.abs(incidents.longitude) <= 90.0
    if swapped.any():
        place = nearest(ground.line, incidents.latitude[swapped], incidents.longitude[swapped])
        if (np.abs(place.off_km) <= FARTHEST_KM).mean() > 0.5:
            wrong = "has latitude and longitude exchanged: the other way round it lies beside the line"
            return refuse(path, wrong, "exchange the two columns, or name them: --column")
    return refuse(
        path, f"has nothing within {FARTHEST_KM:.0f} km of the line", "name a table of this theatre"
    )


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
                "class": name,
                "title": CLASS_TITLES.get(name, "class not known"),  # type: ignore[call-overload]
                "incidents": int(by_class[at]),
                **_at(tally, "by_class", at),
            }
            for at, name in enumerate((*CLASSES, None))
            if by_class[at]
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
