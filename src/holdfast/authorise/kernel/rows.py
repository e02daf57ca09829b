"""Adoption by rows of a decision diagram, from the last vote to the first."""

from __future__ import annotations

import math

from holdfast.authorise.kernel.asked import (
    ABSTAIN,
    CONSTANTS,
    NO,
    YES,
    Array,
    Body,
    Future,
    Records,
    Whole,
    called,
    copied,
)
from holdfast.authorise.kernel.normal import weigh
from holdfast.authorise.kernel.room import Room, Stages, pulls
from holdfast.authorise.kernel.seats import vote


@copied
def rows_of(first: Whole, i: int) -> int:
    """Return how many rows a layer has; after the last vote only the constants are left."""
    rows: int = CONSTANTS + (first[i + 1] - first[i] if i + 1 < first.size else 0)
    return rows


@copied
def constants(kept: Array, count: int) -> None:
    """Fill in the two rows that stand for never and for certain."""
    for k in range(count):
        kept[0, k] = 0.0
        kept[1, k] = 1.0


@copied
def _before_layer(body: Body, i: int, chance: Array, after: Array, here: Array, count: int) -> None:
    """Fill in the chance of adoption at each row before a member's vote from that after it."""
    to, first = body.to, body.first[i]
    constants(here, count)
    for node in range(first, body.first[i + 1]):
        no, abstain, yes = to[node, NO], to[node, ABSTAIN], to[node, YES]
        row = CONSTANTS + node - first
        for k in range(count):
            here[row, k] = (
                chance[NO, k] * after[no, k]
                + chance[ABSTAIN, k] * after[abstain, k]
                + chance[YES, k] * after[yes, k]
            )


@called
def back_through(
    body: Body, seats: Records, g: int, near: Array, start: int, count: int, stages: Stages
) -> int:
    """Pass the chance of adoption after a bloc back through its members; return the slot where it then is.

    It stands in the slot of the end of the bloc; the stages of the others are counted by members.
    """
    kept, votes, slots = stages.kept, stages.votes, stages.kept.shape[0]
    for i in range(body.begin[g + 1] - 1, body.begin[g] - 1, -1):
        chance = votes[i % votes.shape[0]]
        vote(body.members[i], seats[i], near, start, count, 1.0, chance)
        _before_layer(body, i, chance, kept[(i + 1) % slots], kept[i % slots], count)
    slot: int = body.begin[g] % slots
    return slot


@called
def tabulate_rows(body: Body, future: Future, room: Room) -> int:
    """Table the chance of adoption at each row before the last bloc, at each pull; return how many rows.

    Nothing follows the last bloc, so that depends on z through the pull alone.
    """
    g, kept, table = room.blocs.size - 1, room.within.kept, room.table
    if g < 0 or not room.blocs[g].joint:
        return 0
    columns = rows_of(body.first, body.begin[g])
    rows, lanes = pulls(future, room.pull), kept.shape[2]
    for start in range(0, rows, lanes):
        count = min(lanes, rows - start)
        constants(kept[body.begin[g + 1] % 2], count)
        slot = back_through(body, room.seats, g, room.pull, start, count, room.within)
        for k in range(count):
            for row in range(columns):
                table[start + k, row] = kept[slot, row, k]
    return columns


@copied
def nodes_near(future: Future, z: float, near: Array, weight: Array) -> int:
    """Fill in pulls and weights at the nodes of a bloc's factor, at one z; return how many."""
    each = math.ceil(future.reach / future.step)
    for place in range(2 * each + 1):
        near[place] = future.common * z + future.bloc * future.step * (place - each)
    weigh(-each * future.step, future.step, 2 * each + 1, weight)
    return 2 * each + 1


@called
def _before_joint(
    body: Body, future: Future, room: Room, g: int, after: Array, here: Array, count: int
) -> None:
    """Fill in the chance of adoption at each row before a bloc from that after it, one z after the other."""
    within, near, weight = room.within, room.near, room.weight
    kept, lanes, end = within.kept, within.kept.shape[2], body.begin[g + 1] % 2
    rows_after, rows = rows_of(body.first, body.begin[g + 1]), rows_of(body.first, body.begin[g])
    for k in range(count):
        for row in range(rows):
            here[row, k] = 0.0
        nodes = nodes_near(future, room.z[k], near, weight)
        for start in range(0, nodes, lanes):
            some = min(lanes, nodes - start)
            for row in range(rows_after):
                for lane in range(some):
                    kept[end, row, lane] = after[row, k]
            slot = back_through(body, room.seats, g, near, start, some, within)
            for row in range(rows):
                total = 0.0
                for lane in range(some):
                    total += weight[start + lane] * kept[slot, row, lane]
                here[row, k] += total


@called
def back_by_rows(body: Body, future: Future, room: Room, stages: Stages, columns: int, count: int) -> int:
    """Work out the chance of adoption before each stage, at each z in hand; return the first stage.

    The chance of the whole vote is that in the row of the root. Where the last bloc is tabled, ``mixed``
    holds what it is worth.
    """
    members, begin, seats, blocs = body.members, body.begin, room.seats, room.blocs
    kept, votes, mixed, slots = stages.kept, stages.votes, room.mixed, stages.kept.shape[0]
    stage, last = members.size + blocs.size, members.size
    constants(kept[stage % slots], count)
    for g in range(blocs.size - 1, -2, -1):
        start = begin[g] if g >= 0 else 0
        joint = g >= 0 and blocs[g].joint
        if joint and columns > 0 and g == blocs.size - 1:
            for row in range(columns):
                for k in range(count):
                    kept[(stage - 1) % slots, row, k] = mixed[row, k]
            stage -= 1
        elif joint:
            _before_joint(body, future, room, g, kept[stage % slots], kept[(stage - 1) % slots], count)
            stage -= 1
        else:
            for i in range(last - 1, start - 1, -1):
                chance = votes[i % votes.shape[0]]
                vote(members[i], seats[i], room.z, 0, count, future.common, chance)
                _before_layer(body, i, chance, kept[stage % slots], kept[(stage - 1) % slots], count)
                stage -= 1
        last = start
    reached: int = stage
    return reached
