"""Adoption by sums: what blocs add, then from the last vote to the first."""

from __future__ import annotations

from typing import NamedTuple

from holdfast.authorise.kernel.asked import (
    ABSTAIN,
    JOINT,
    LANES,
    NO,
    YES,
    Array,
    Body,
    Future,
    Record,
    Records,
    called,
    copied,
)
from holdfast.authorise.kernel.room import Room, Stages, pulls
from holdfast.authorise.kernel.seats import vote


@called
def tabulate_sums(body: Body, future: Future, room: Room) -> int:
    """Table the chance that a bloc's members together add so much, at each pull; return how many columns."""
    blocs, members, begin, columns = room.blocs, body.members, body.begin, 0
    for g in range(blocs.size):
        blocs[g].column = columns
        blocs[g].columns = 0
        if blocs[g].joint:
            blocs[g].columns = 1
            for i in range(begin[g], begin[g + 1]):
                if room.seats[i].kind == JOINT:
                    blocs[g].columns += members[i].most
            columns += blocs[g].columns
    if columns > 0:
        rows = pulls(future, room.pull)
        for g in range(blocs.size):
            if blocs[g].joint:
                _tabulate_bloc(body, room, g, rows)
    return columns


@copied
def _tabulate_bloc(body: Body, room: Room, g: int, rows: int) -> None:
    """Table what one bloc adds."""
    members, seats, pull, chance = body.members, room.seats, room.pull, room.last.votes[0]
    part, table, first, begin = room.part, room.table, room.blocs[g].column, body.begin
    for start in range(0, rows, LANES):
        count = min(LANES, rows - start)
        size = 1
        for k in range(count):
            part[0, k] = 1.0
        for i in range(begin[g], begin[g + 1]):
            if seats[i].kind == JOINT:
                vote(members[i], seats[i], pull, start, count, 1.0, chance)
                add(members[i], chance, part, size, count)
                size += members[i].most
        for k in range(count):
            for e in range(size):
                table[start + k, first + e] = part[e, k]


@copied
def add(member: Record, chance: Array, part: Array, size: int, count: int) -> None:
    """Add a member's vote to the chances of each sum, from the greatest sum down.

    No vote is worth more than one that is more in favour, so the first that does not lose adds nought.
    """
    for e in range(size - 1 + member.most, -1, -1):
        filled = False
        for way in range(3):
            source = e - member.worth[way]
            if not _is_told(member, way) or source < 0 or source >= size:
                continue
            if filled:
                for k in range(count):
                    part[e, k] += chance[way, k] * part[source, k]
            else:
                for k in range(count):
                    part[e, k] = chance[way, k] * part[source, k]
            filled = True
        if not filled:
            for k in range(count):
                part[e, k] = 0.0


@copied
def _is_told(member: Record, way: int) -> bool:
    """Return whether a vote does not lose, and is worth something else than abstaining."""
    worth = member.worth[way]
    told: bool = worth >= 0 and (way == ABSTAIN or worth != member.worth[ABSTAIN])
    return told


class Span(NamedTuple):
    """The sums that matter before and after some votes: below there is no hope, above no need."""

    low: int
    high: int
    low_after: int


@copied
def span_of(needed: int, most: int, rest: int, own: int) -> Span:
    """Return the sums that matter, from the most that all, those still to come and these can add."""
    return Span(max(0, needed - rest - own), min(needed, most - rest - own), max(0, needed - rest))


@copied
def lead(member: Record, way: int, total: int, needed: int, low: int) -> int:
    """Return the row to which a member's vote leads from a sum; the last is nought."""
    to: int = total + member.worth[way]
    if member.worth[way] < 0 or to < low:
        return needed + 1
    return min(to, needed)


@copied
def most_of(members: Records) -> int:
    """Return the most that all votes can add."""
    most = 0
    for i in range(members.size):
        most += members[i].most
    return most


@copied
def _before_member(
    member: Record, chance: Array, needed: int, span: Span, after: Array, here: Array, count: int
) -> None:
    """Fill in the chance of adoption at each sum before a member's vote from that after it."""
    for total in range(span.low, span.high + 1):
        no = lead(member, NO, total, needed, span.low_after)
        abstain = lead(member, ABSTAIN, total, needed, span.low_after)
        yes = lead(member, YES, total, needed, span.low_after)
        for k in range(count):
            here[total, k] = (
                chance[NO, k] * after[no, k]
                + chance[ABSTAIN, k] * after[abstain, k]
                + chance[YES, k] * after[yes, k]
            )


@copied
def _before_bloc(
    bloc: Record, mixed: Array, tail: Array, needed: int, span: Span, after: Array, here: Array, count: int
) -> None:
    """Fill in the chance of adoption at each sum before the votes of a bloc from that after them."""
    first, size = bloc.column, bloc.columns
    for k in range(count):
        tail[size - 1, k] = mixed[first + size - 1, k]
    for e in range(size - 2, -1, -1):
        for k in range(count):
            tail[e, k] = tail[e + 1, k] + mixed[first + e, k]
    for total in range(span.low, span.high + 1):
        missing = needed - total
        if missing < size:
            for k in range(count):
                here[total, k] = tail[missing, k] * after[needed, k]
        else:
            for k in range(count):
                here[total, k] = 0.0
        for e in range(max(0, span.low_after - total), min(size, missing)):
            for k in range(count):
                here[total, k] += mixed[first + e, k] * after[total + e, k]


@called
def back_by_sums(body: Body, room: Room, stages: Stages, common: float, count: int) -> int:
    """Work out the chance of adoption before each stage, at each z in hand; return the first stage.

    The chance of the whole vote is that in its row 0.
    """
    members, begin, seats, blocs, needed = body.members, body.begin, room.seats, room.blocs, body.needed
    kept, votes, z, mixed, tail = stages.kept, stages.votes, room.z, room.mixed, room.tail
    most, slots = most_of(members), kept.shape[0]
    stage, rest, last = members.size + blocs.size, 0, members.size
    for k in range(count):
        kept[stage % slots, needed, k] = 1.0
    for g in range(blocs.size - 1, -2, -1):
        if g >= 0 and blocs[g].joint:
            own = blocs[g].columns - 1
            span = span_of(needed, most, rest, own)
            after, here = kept[stage % slots], kept[(stage - 1) % slots]
            _before_bloc(blocs[g], mixed, tail, needed, span, after, here, count)
            stage, rest = stage - 1, rest + own
        first = begin[g] if g >= 0 else 0
        for i in range(last - 1, first - 1, -1):
            if seats[i].kind != JOINT:
                chance = votes[i % votes.shape[0]]
                vote(members[i], seats[i], z, 0, count, common, chance)
                span = span_of(needed, most, rest, members[i].most)
                after, here = kept[stage % slots], kept[(stage - 1) % slots]
                _before_member(members[i], chance, needed, span, after, here, count)
                stage, rest = stage - 1, rest + members[i].most
        last = first
    if most < needed:
        for k in range(count):
            kept[stage % slots, 0, k] = 0.0
    reached: int = stage
    return reached
