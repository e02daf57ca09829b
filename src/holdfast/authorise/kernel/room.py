"""Room to work in, and the table of what blocs do at each pull."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from holdfast.authorise.kernel.asked import (
    FEW,
    LANES,
    Array,
    Body,
    Future,
    Grid,
    Records,
    Whole,
    called,
    copied,
    node,
)
from holdfast.authorise.kernel.normal import weigh
from holdfast.authorise.kernel.seats import records


class Stages(NamedTuple):
    """Chances of adoption before each stage of the reading: the last two of them, or all.

    A stage is a member's vote or that of a joint bloc; stages are counted so that the last ends at the number
    of members and blocs. Lanes come last.
    """

    kept: Array  # (2 or stages + 1, height, lanes): from each row
    votes: Array  # (1 or heard, 3, lanes): of each member


class Room(NamedTuple):
    """Room to work in, one for each thread."""

    seats: Records  # (heard,)
    blocs: Records  # (blocs,)
    pull: Array  # (rows,)
    table: Array  # (rows, width): what blocs add, or are worth, at each pull
    blend: Array  # (width,): the same at one z
    weight: Array  # (window,): of rows of the table, or of nodes of a bloc's factor
    near: Array  # (window,): pulls at those nodes
    node: Whole  # (nodes,): nodes of z that are worked out
    z: Array  # (LANES,): values of z in hand
    part: Array  # (width, LANES)
    mixed: Array  # (width, LANES): the table at each z in hand
    tail: Array  # (width, LANES)
    last: Stages  # along z
    within: Stages  # along the factor of a bloc, where there is a diagram


@called
def stages(body: Body) -> Stages:
    """Return room for all stages, at few values of a factor."""
    number = body.members.size + body.begin.size
    return Stages(np.zeros((number, body.height, FEW)), np.zeros((body.members.size, 3, FEW)))


@called
def room_for(body: Body, grid: Grid) -> Room:
    """Return room for the futures of a grid."""
    rows, window, nodes = 0, 0, 1
    for a in range(grid.which.size):
        nodes = max(nodes, 2 * grid.half[a] + 1)
        rows = max(rows, abs(grid.rows[a]))
        if grid.step[a] > 0.0:
            window = max(window, 2 * math.ceil(grid.reach / grid.step[a]) + 3)
    seats, blocs = records(body)
    height = body.height if body.first.size > 0 else 0
    return Room(
        seats=seats,
        blocs=blocs,
        pull=np.empty(rows),
        table=np.empty((rows, body.width)),
        blend=np.empty(body.width),
        weight=np.empty(window),
        near=np.empty(window),
        node=np.empty(nodes, dtype=np.int64),
        z=np.empty(LANES),
        part=np.empty((body.width, LANES)),
        mixed=np.empty((body.width, LANES)),
        tail=np.empty((body.width, LANES)),
        last=Stages(np.zeros((2, body.height, LANES)), np.zeros((1, 3, LANES))),
        within=Stages(np.zeros((2, height, LANES)), np.zeros((1, 3, LANES))),
    )


@copied
def pulls(future: Future, pull: Array) -> int:
    """Fill in the pulls at which blocs are tabled; return how many."""
    rows = abs(future.rows)
    step = future.bloc * future.step
    if future.rows >= 0:
        for row in range(rows):
            pull[row] = step * (row - rows // 2)
        return rows
    own = rows // (2 * future.half + 1)
    for row in range(rows):
        z = node(future, row // own - future.half)
        pull[row] = future.common * z + step * (row % own - own // 2)
    return rows


@copied
def window(future: Future, j: int, weight: Array) -> tuple[int, int]:
    """Weigh the rows of the table that make the average over blocs' factors at a node of z.

    Returns
    -------
    first, count : int
        The rows; their weights stand in ``weight`` and add up to 1.
    """
    step = future.step
    if future.rows < 0:
        count = -future.rows // (2 * future.half + 1)
        first, at = (j + future.half) * count, -(count // 2) * step
    else:
        centre = future.common * node(future, j) / (future.bloc * step)
        low = math.ceil(centre - future.reach / step)
        count = math.floor(centre + future.reach / step) - low + 1
        first, at = low + future.rows // 2, (low - centre) * step
    weigh(at, step, count, weight)
    return first, count


@called
def mix(future: Future, room: Room, start: int, lanes: int, columns: int) -> None:
    """Fill ``mixed``: the table averaged over blocs' factors, at each z in hand."""
    if columns == 0:
        return
    weight, blend, table, mixed = room.weight, room.blend, room.table, room.mixed
    for k in range(lanes):
        first, count = window(future, room.node[start + k], weight)
        for e in range(columns):
            blend[e] = 0.0
        for row in range(count):
            w = weight[row]
            for e in range(columns):
                blend[e] += w * table[first + row, e]
        for e in range(columns):
            mixed[e, k] = blend[e]
