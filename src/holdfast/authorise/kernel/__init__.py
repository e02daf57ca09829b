"""The chance of adoption compiled: one future at a time, at every node of the common factor.

:mod:`holdfast.authorise.reference` is the definition; this package agrees with it to within the error that
:mod:`holdfast.authorise.quadrature` proves. Futures are independent and each writes to its own row: threads,
parts and their order change no byte.

What makes it fast: given the common factor z and the factor v of its bloc, a member sees of both only the
pull u = common * z + bloc * v. So what a bloc adds to the sum is tabled once for evenly spaced u, and its
average over v, at any z, is a row of normal weights times that table. All that one member alone feels (a
bloc's factor where only one sits) is added to that member's own noise; where all sit in one bloc, its factor
is added to the common one. Where sums will not do (limits on abstainers and on their population),
members are passed through a decision diagram, bloc by bloc; then only the last bloc is tabled.

Work arrays have lanes last: values of a factor, each on its own. What belongs to one member or bloc lies
together in records. Inner loops are given arrays rather than rooms, for to take an array out of a room is
counted and costs more than a row of sums.

The functions of this module are those to be called; the rest is compiled into them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.authorise.kernel.asked import (
    FEW,
    LANES,
    MEMBER,
    Array,
    Body,
    Future,
    Grid,
    Stand,
    Whole,
    copied,
    entry,
    node,
)
from holdfast.authorise.kernel.changes import (
    Ledgers,
    clear,
    ledger_for,
    on_by_rows,
    on_by_sums,
    owe,
    within_blocs,
)
from holdfast.authorise.kernel.normal import weigh
from holdfast.authorise.kernel.room import mix, room_for
from holdfast.authorise.kernel.rows import back_by_rows, tabulate_rows
from holdfast.authorise.kernel.seats import future_of, records, seat
from holdfast.authorise.kernel.sums import back_by_sums, tabulate_sums

__all__ = [
    "MEMBER",
    "Body",
    "Grid",
    "Stand",
    "average",
    "chances_by_rows",
    "chances_by_sums",
    "is_at_hand",
    "rises_by_rows",
    "rises_by_sums",
    "steepness",
]


@entry
def steepness(body: Body, stand: Stand, which: Whole, merge: bool, out: Array) -> None:  # noqa: FBT001
    """Fill in, for each future, the weights of both factors and both numbers kappa.

    Parameters
    ----------
    body : Body
    stand : Stand
    which : ndarray of int64, shape (asked,)
        The futures.
    merge : bool
        As in :class:`Grid`.
    out : ndarray of float64, shape (asked, 4)
        Written to.
    """
    seats, blocs = records(body)
    for a in range(which.size):
        weights = seat(body, stand, seats, blocs, which[a], merge)
        out[a, 0] = weights.common
        out[a, 1] = weights.bloc
        out[a, 2] = weights.steep
        out[a, 3] = weights.steep_bloc


# --- Chances ------------------------------------------------------------------------------------------


@copied
def _unknown(future: Future, stride: int, nodes: Whole, out: Array) -> int:
    """List the nodes of a stride that must be worked out, and fill in those that need not; return how many.

    The chance rises with z, so between two nodes where it is the same nothing need be worked out.
    """
    count, middle = 0, future.middle
    known = 0 if stride == _coarsest(future) else 2 * stride
    for j in range(-future.half, future.half + 1, stride):
        if known > 0:
            if (j + future.half) % known == 0:
                continue
            before, after = out[middle + j - stride], out[middle + j + stride]
            if abs(after - before) <= future.flat:
                out[middle + j] = 0.5 * (before + after)
                continue
        nodes[count] = j
        count += 1
    return count


@copied
def _coarsest(future: Future) -> int:
    """Return the stride that begins: every fourth node, if that can be."""
    return 4 if future.half % 4 == 0 and future.flat >= 0.0 else 1


@copied
def _in_hand(future: Future, nodes: Whole, start: int, end: int, z: Array) -> int:
    """Fill in the values of z at some of the nodes listed; return how many."""
    count = min(LANES, end - start)
    for k in range(count):
        z[k] = node(future, nodes[start + k])
    return count


@copied
def _keep(future: Future, nodes: Whole, start: int, count: int, found: Array, out: Array) -> None:
    """Keep the chances worked out."""
    for k in range(count):
        out[future.middle + nodes[start + k]] = min(found[k], 1.0)


@entry
def chances_by_sums(body: Body, stand: Stand, grid: Grid, out: Array) -> None:
    """Fill in the chance of adoption of each future at each node of the common factor, where sums will do.

    Parameters
    ----------
    body : Body
    stand : Stand
    grid : Grid
    out : ndarray of float64
        Written to from ``grid.offset[0]`` to ``grid.offset[-1]``.
    """
    room = room_for(body, grid)
    slots = room.last.kept.shape[0]
    for a in range(grid.which.size):
        weights = seat(body, stand, room.seats, room.blocs, grid.which[a], grid.merge)
        future = future_of(grid, a, weights)
        columns = tabulate_sums(body, future, room)
        stride = _coarsest(future)
        while stride > 0:
            listed = _unknown(future, stride, room.node, out)
            for start in range(0, listed, LANES):
                count = _in_hand(future, room.node, start, listed, room.z)
                mix(future, room, start, count, columns)
                stage = back_by_sums(body, room, room.last, future.common, count)
                _keep(future, room.node, start, count, room.last.kept[stage % slots, body.root], out)
            stride //= 2


@entry
def chances_by_rows(body: Body, stand: Stand, grid: Grid, out: Array) -> None:
    """Fill in the same where a diagram is needed."""
    room = room_for(body, grid)
    slots = room.last.kept.shape[0]
    for a in range(grid.which.size):
        weights = seat(body, stand, room.seats, room.blocs, grid.which[a], grid.merge)
        future = future_of(grid, a, weights)
        columns = tabulate_rows(body, future, room)
        stride = _coarsest(future)
        while stride > 0:
            listed = _unknown(future, stride, room.node, out)
            for start in range(0, listed, LANES):
                count = _in_hand(future, room.node, start, listed, room.z)
                mix(future, room, start, count, columns)
                stage = back_by_rows(body, future, room, room.last, columns, count)
                _keep(future, room.node, start, count, room.last.kept[stage % slots, body.root], out)
            stride //= 2


@entry
def average(grid: Grid, values: Array, weights: Array, out: Array) -> None:
    """Fill in the weights of nodes, normal densities that add up to 1, and the average of each future.

    Departures from the middle are what is added up, so the average of a constant is that constant.

    Parameters
    ----------
    grid : Grid
    values : ndarray of float64
        At each node of each future.
    weights : ndarray of float64
        Of each node of each future; written to.
    out : ndarray of float64, shape (asked,)
        Written to.
    """
    for a in range(grid.which.size):
        first, nodes = grid.offset[a], 2 * grid.half[a] + 1
        step = grid.reach / max(grid.half[a], 1)
        weigh(-step * grid.half[a], step, nodes, weights[first : first + nodes])
        middle = values[first + grid.half[a]]
        total = 0.0
        for place in range(first, first + nodes):
            total += weights[place] * (values[place] - middle)
        out[a] = middle + total


# --- If one member alone changed its mind ---------------------------------------------------------------


@copied
def _few_in_hand(future: Future, nodes: Whole, start: int, z: Array, weight: Array, weights: Array) -> int:
    """Fill in some nodes, their values of z and their weights; return how many."""
    count = min(FEW, 2 * future.half + 1 - start)
    for k in range(count):
        j = start + k - future.half
        nodes[start + k] = j
        z[k] = node(future, j)
        weight[k] = weights[future.middle + j]
    return count


@entry
def rises_by_sums(body: Body, stand: Stand, grid: Grid, weights: Array, rises: Array) -> None:
    """Fill in how much the chance rises if a member alone voted yes, or abstained for no, where sums will do.

    Parameters
    ----------
    body : Body
    stand : Stand
    grid : Grid
    weights : ndarray of float64
        Of each node of each future, times whatever else the chance there is multiplied with.
    rises : ndarray of float64, shape (asked, heard, 2)
        Written to; members in the order of reading.
    """
    room = room_for(body, grid)
    ledger, weight = ledger_for(body, room), np.empty(FEW)
    for a in range(grid.which.size):
        clear(body.members.size, rises[a])
        own = seat(body, stand, room.seats, room.blocs, grid.which[a], grid.merge)
        future = future_of(grid, a, own)
        columns = tabulate_sums(body, future, room)
        rows = abs(future.rows)
        clear(rows, ledger.due)
        for start in range(0, 2 * future.half + 1, FEW):
            count = _few_in_hand(future, room.node, start, room.z, weight, weights)
            mix(future, room, start, count, columns)
            stage = back_by_sums(body, room, ledger.all, future.common, count)
            on_by_sums(body, room, ledger, stage, weight, count, rises[a])
            owe(future, room, ledger, start, count, columns)
        within_blocs(body, room, ledger, rows, rises[a])


@entry
def rises_by_rows(body: Body, stand: Stand, grid: Grid, weights: Array, rises: Array) -> None:
    """Fill in the same where a diagram is needed."""
    room, weight = room_for(body, grid), np.empty(FEW)
    ledgers = Ledgers(ledger_for(body, room), ledger_for(body, room))
    for a in range(grid.which.size):
        clear(body.members.size, rises[a])
        own = seat(body, stand, room.seats, room.blocs, grid.which[a], grid.merge)
        future = future_of(grid, a, own)
        for start in range(0, 2 * future.half + 1, FEW):
            count = _few_in_hand(future, room.node, start, room.z, weight, weights)
            stage = back_by_rows(body, future, room, ledgers.along.all, 0, count)
            on_by_rows(body, future, room, ledgers, stage, weight, count, rises[a])


# --- What is kept compiled ------------------------------------------------------------------------------


def index_of(function: Any) -> Path | None:  # noqa: ANN401 - a compiled function has no public type
    """Return the file in which numba lists what it keeps of a function; None if it keeps nothing."""
    cache = getattr(function, "_cache", None)  # there is no public way to ask
    path, file = getattr(cache, "cache_path", None), getattr(cache, "_cache_file", None)
    name = getattr(file, "_index_name", None)
    return None if path is None or name is None else Path(path) / name


def is_at_hand() -> bool:
    """Return whether chances were compiled here before, now or in another run."""
    compiled: Any = chances_by_sums
    index = index_of(compiled)
    return bool(compiled.signatures) or (index is not None and index.exists())


def forget_stale(functions: Iterable[Any], folder: Path) -> None:
    """Forget what is kept of functions that were compiled before a file of the folder changed.

    numba forgets it when a function's own file changes; it does not look at those compiled in with it.
    """
    newest = max(source.stat().st_mtime for source in folder.glob("*.py"))
    for function in functions:
        index = index_of(function)
        if index is not None and index.exists() and index.stat().st_mtime < newest:
            index.unlink(missing_ok=True)


_ENTRIES = steepness, chances_by_sums, chances_by_rows, average, rises_by_sums, rises_by_rows
forget_stale(_ENTRIES, Path(__file__).parent)
