"""What a planned set-up would have seen of incidents that there were: counts of them times what is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class Counts:
    """How many incidents there are in each cell.

    ``cells`` is an array (months, sectors, sides, classes + 1, lights + 1, bins) of whole numbers; the last
    class and the last light are those that are not known.
    """

    cells: Whole

    @property
    def total(self) -> int:
        """All of them."""
        return int(self.cells.sum())


def counts_of(
    month: Whole,
    sector: Whole,
    side: Whole,
    kind: Whole,
    light: Whole,
    distance_km: Array,
    *,
    edges_km: Array,
    shape: tuple[int, int, int, int, int],
) -> Counts:
    """Return how many incidents lie in each cell; the order of rows changes nothing.

    Parameters
    ----------
    month, sector, side, kind, light : arrays (incidents,)
        Places on the axes; a class or light of -1 is not known.
    distance_km : array (incidents,)
        From the line; what lies beyond the last edge counts in the last bin.
    edges_km : array (bins + 1,)
    shape : months, sectors, sides, classes, lights
    """
    months, sectors, sides, classes, lights = shape
    bins = len(edges_km) - 1
    at = np.clip(np.searchsorted(edges_km, distance_km, side="right") - 1, 0, bins - 1)
    axes = (months, sectors, sides, classes + 1, lights + 1, bins)
    flat = np.ravel_multi_index(
        (month, sector, side, np.where(kind < 0, classes, kind), np.where(light < 0, lights, light), at), axes
    )
    return Counts(np.bincount(flat, minlength=int(np.prod(axes))).reshape(axes))


@dataclass(frozen=True, eq=False)
class Tally:
    """What would have been seen, located and attributed of the incidents counted, per future.

    Attributes
    ----------
    number : int
    overall : array (futures, 3)
    by_month : array (futures, 3, months)
    by_sector : array (futures, 3, sectors)
    by_class : array (futures, 3, classes + 1)
        The last is that of incidents whose class is not known. Not a number where there are none.
    """

    number: int
    overall: Array
    by_month: Array
    by_sector: Array
    by_class: Array


def tally(counts: Counts, table: Array, mix: Array, lights: Array) -> Tally:
    """Return the mean share of the incidents counted, by several axes.

    Parameters
    ----------
    counts : Counts
    table : array (futures, 3, sectors, sides, classes, lights, bins)
        Shares seen, located and attributed.
    mix : array (futures, classes), lights : array (futures, lights)
        Weights, summing to 1, by which an incident counts whose class or light is not known.
    """
    whole = _with_unknown(table, mix, lights)
    cells = counts.cells.astype(np.float64)
    by_month = np.einsum("fwsdclb,msdclb->fwm", whole, cells, optimize=True)
    by_sector = np.einsum("fwsdclb,sdclb->fws", whole, cells.sum(axis=0), optimize=True)
    by_class = np.einsum("fwsdclb,sdclb->fwc", whole, cells.sum(axis=0), optimize=True)
    return Tally(
        counts.total,
        _mean(by_sector.sum(axis=2), np.asarray(float(counts.total))),
        _mean(by_month, cells.sum(axis=(1, 2, 3, 4, 5))),
        _mean(by_sector, cells.sum(axis=(0, 2, 3, 4, 5))),
        _mean(by_class, cells.sum(axis=(0, 1, 2, 4, 5))),
    )


def joined(parts: list[Tally]) -> Tally:
    """Return tallies of several lots of futures as one."""
    names = ("overall", "by_month", "by_sector", "by_class")
    return Tally(parts[0].number, *(np.concatenate([getattr(one, name) for one in parts]) for name in names))


def _with_unknown(table: Array, mix: Array, lights: Array) -> Array:
    """Return the table with a class and a light more: those that are not known."""
    some = np.einsum("fwsdclb,fc->fwsdlb", table, mix)[:, :, :, :, None]
    table = np.concatenate([table, some], axis=4)
    any_light = np.einsum("fwsdclb,fl->fwsdcb", table, lights)[:, :, :, :, :, None]
    return np.concatenate([table, any_light], axis=5)


def _mean(sums: Array, numbers: Array) -> Array:
    """Return sums over numbers; not a number where there is none."""
    none = np.full_like(sums, np.nan)
    return np.asarray(np.divide(sums, numbers, out=none, where=np.broadcast_to(numbers > 0, sums.shape)))
