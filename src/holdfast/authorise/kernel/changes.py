"""How much the chance of adoption rises if one member alone changes its mind.

The chance is a sum of products with one factor for each member. So one pass back, which says what follows
from each row, and one forward, which says how likely each row is, give what each vote of each member is
worth while all others stay as likely as they are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from holdfast.authorise.kernel.asked import (
    ABSTAIN,
    CONSTANTS,
    FEW,
    JOINT,
    NO,
    YES,
    Array,
    Body,
    Future,
    Record,
    called,
    copied,
)
from holdfast.authorise.kernel.room import Room, Stages, stages, window
from holdfast.authorise.kernel.rows import back_through, nodes_near, rows_of
from holdfast.authorise.kernel.seats import vote
from holdfast.authorise.kernel.sums import Span, add, lead, most_of, span_of


class Ledger(NamedTuple):
    """Room for both passes through one future, at few values of a factor."""

    all: Stages
    reach: Array  # (2, height, FEW): chance of standing in each row, weighed
    gain: Array  # (2, FEW): rises by yes, and by abstaining
    owed: Array  # (width, FEW): what each sum of a bloc's votes is worth
    due: Array  # (rows, width): the same at each pull
    before: Array  # (largest bloc + 1, width, FEW): chances of sums of the members before each


@called
def ledger_for(body: Body, room: Room) -> Ledger:
    """Return room for both passes."""
    largest = 0
    for g in range(body.begin.size - 1):
        largest = max(largest, body.begin[g + 1] - body.begin[g])
    rows, width = room.table.shape
    return Ledger(
        all=stages(body),
        reach=np.zeros((2, body.height, FEW)),
        gain=np.empty((2, FEW)),
        owed=np.empty((width, FEW)),
        due=np.empty((rows, width)),
        before=np.empty((largest + 1, width, FEW)),
    )


@called
def clear(rows: int, array: Array) -> None:
    """Fill rows with nought."""
    for row in range(rows):
        for column in range(array.shape[1]):
            array[row, column] = 0.0


@copied
def _nought(rows: int, array: Array, count: int) -> None:
    for row in range(rows):
        for k in range(count):
            array[row, k] = 0.0


@copied
def _book(gain: Array, count: int, rises: Array) -> None:
    """Add what a member's change of mind gains to its rises, one lane after the other."""
    for way in range(2):
        for k in range(count):
            rises[way] += gain[way, k]


# --- By sums ------------------------------------------------------------------------------------------


@copied
def _past_member(
    member: Record, chance: Array, needed: int, span: Span, ledger: Ledger, stage: int, turn: int, count: int
) -> None:
    """Fill in the chance of standing at each sum after a member's vote, and what its change of mind gains."""
    here, after, gain = ledger.all.kept[stage], ledger.all.kept[stage + 1], ledger.gain
    reach, onward = ledger.reach[turn], ledger.reach[1 - turn]
    _nought(2, gain, count)
    _nought(needed + 2, onward, count)
    for total in range(span.low, span.high + 1):
        no = lead(member, NO, total, needed, span.low_after)
        abstain = lead(member, ABSTAIN, total, needed, span.low_after)
        yes = lead(member, YES, total, needed, span.low_after)
        for k in range(count):
            there = reach[total, k]
            gain[0, k] += there * (after[yes, k] - here[total, k])
            gain[1, k] += there * chance[NO, k] * (after[abstain, k] - after[no, k])
            onward[no, k] += there * chance[NO, k]
            onward[abstain, k] += there * chance[ABSTAIN, k]
            onward[yes, k] += there * chance[YES, k]


@copied
def _past_bloc(
    bloc: Record, mixed: Array, needed: int, span: Span, ledger: Ledger, stage: int, turn: int, count: int
) -> None:
    """Fill in the chance of standing at each sum after a bloc's votes, and what each sum of them is worth."""
    after, owed = ledger.all.kept[stage + 1], ledger.owed
    reach, onward = ledger.reach[turn], ledger.reach[1 - turn]
    _nought(needed + 2, onward, count)
    for e in range(bloc.columns):
        at = bloc.column + e
        for k in range(count):
            owed[at, k] = 0.0
        for total in range(max(span.low, span.low_after - e), span.high + 1):
            to = min(total + e, needed)
            for k in range(count):
                owed[at, k] += reach[total, k] * after[to, k]
                onward[to, k] += reach[total, k] * mixed[at, k]


@called
def on_by_sums(
    body: Body, room: Room, ledger: Ledger, stage: int, weight: Array, count: int, rises: Array
) -> None:
    """Go forward from the first stage: add to the rises of those who are not joint, fill in what is owed."""
    members, begin, seats, blocs, needed = body.members, body.begin, room.seats, room.blocs, body.needed
    most, turn = most_of(members), 0
    rest = most
    _nought(body.height, ledger.reach[0], count)
    for k in range(count):
        ledger.reach[0, 0, k] = weight[k] if most >= needed else 0.0
    for g in range(-1, blocs.size):
        for i in range(begin[g] if g >= 0 else 0, begin[g + 1]):
            if seats[i].kind != JOINT:
                rest -= members[i].most
                span = span_of(needed, most, rest, members[i].most)
                _past_member(members[i], ledger.all.votes[i], needed, span, ledger, stage, turn, count)
                _book(ledger.gain, count, rises[i])
                stage, turn = stage + 1, 1 - turn
        if g >= 0 and blocs[g].joint:
            own = blocs[g].columns - 1
            rest -= own
            span = span_of(needed, most, rest, own)
            _past_bloc(blocs[g], room.mixed, needed, span, ledger, stage, turn, count)
            stage, turn = stage + 1, 1 - turn


@called
def owe(future: Future, room: Room, ledger: Ledger, start: int, count: int, columns: int) -> None:
    """Spread what is owed, at each z in hand, over the rows of the table."""
    node, weight, owed, due = room.node, room.weight, ledger.owed, ledger.due
    for k in range(count):
        first, rows = window(future, node[start + k], weight)
        for row in range(rows):
            w = weight[row]
            for e in range(columns):
                due[first + row, e] += w * owed[e, k]


@called
def within_blocs(body: Body, room: Room, ledger: Ledger, rows: int, rises: Array) -> None:
    """Add to the rises of joint members: at each pull, how likely the others' sums are times what is due."""
    for g in range(room.blocs.size):
        if room.blocs[g].joint:
            for start in range(0, rows, FEW):
                _within_bloc(body, room, ledger, g, start, min(FEW, rows - start), rises)


@copied
def _within_bloc(
    body: Body, room: Room, ledger: Ledger, g: int, start: int, count: int, rises: Array
) -> None:
    """Add to the rises of a bloc's joint members at some pulls."""
    members, seats, begin = body.members, room.seats, body.begin
    votes, before, owed = ledger.all.votes, ledger.before, ledger.owed
    size, place = 1, 0
    for k in range(count):
        before[0, 0, k] = 1.0
    for i in range(begin[g], begin[g + 1]):
        if seats[i].kind == JOINT:
            vote(members[i], seats[i], room.pull, start, count, 1.0, votes[i])
            for e in range(size):
                for k in range(count):
                    before[place + 1, e, k] = before[place, e, k]
            add(members[i], votes[i], before[place + 1], size, count)
            size, place = size + members[i].most, place + 1
    column = room.blocs[g].column
    for e in range(size):
        for k in range(count):
            owed[e, k] = ledger.due[start + k, column + e]
    for i in range(begin[g + 1] - 1, begin[g] - 1, -1):
        if seats[i].kind == JOINT:
            size, place = size - members[i].most, place - 1
            _nought(2, ledger.gain, count)
            _without(members[i], votes[i], before[place], owed, ledger.gain, size, count)
            _book(ledger.gain, count, rises[i])


@copied
def _without(
    member: Record, chance: Array, before: Array, owed: Array, gain: Array, size: int, count: int
) -> None:
    """Turn what sums are worth after a member's vote into that before it, and gain by a change of mind."""
    no, abstain, yes = member.worth[NO], member.worth[ABSTAIN], member.worth[YES]
    for e in range(size):
        for k in range(count):
            by_no = owed[e + no, k] if no >= 0 else 0.0
            by_abstaining = owed[e + abstain, k] if abstain >= 0 else 0.0
            by_yes = owed[e + yes, k] if yes >= 0 else 0.0
            here = chance[NO, k] * by_no + chance[ABSTAIN, k] * by_abstaining + chance[YES, k] * by_yes
            gain[0, k] += before[e, k] * (by_yes - here)
            gain[1, k] += before[e, k] * chance[NO, k] * (by_abstaining - by_no)
            owed[e, k] = here


# --- By rows of a diagram -----------------------------------------------------------------------------


@copied
def _past_layer(
    body: Body, i: int, chance: Array, here: Array, after: Array, ledger: Ledger, turn: int, count: int
) -> None:
    """Fill in the chance of standing at each row after a member's vote, and what its change of mind gains."""
    to, first, gain = body.to, body.first, ledger.gain
    reach, onward = ledger.reach[turn], ledger.reach[1 - turn]
    _nought(2, gain, count)
    _nought(rows_of(first, i + 1), onward, count)
    for row in range(CONSTANTS, rows_of(first, i)):
        node = first[i] + row - CONSTANTS
        no, abstain, yes = to[node, NO], to[node, ABSTAIN], to[node, YES]
        for k in range(count):
            there = reach[row, k]
            gain[0, k] += there * (after[yes, k] - here[row, k])
            gain[1, k] += there * chance[NO, k] * (after[abstain, k] - after[no, k])
            onward[no, k] += there * chance[NO, k]
            onward[abstain, k] += there * chance[ABSTAIN, k]
            onward[yes, k] += there * chance[YES, k]


class Ledgers(NamedTuple):
    """Ledgers along the common factor, and along that of a bloc."""

    along: Ledger
    within: Ledger


@called
def on_by_rows(
    body: Body,
    future: Future,
    room: Room,
    ledgers: Ledgers,
    stage: int,
    weight: Array,
    count: int,
    rises: Array,
) -> None:
    """Go forward from the first stage and add to all rises."""
    begin, blocs, ledger, turn = body.begin, room.blocs, ledgers.along, 0
    _nought(rows_of(body.first, 0), ledger.reach[0], count)
    for k in range(count):
        ledger.reach[0, body.root, k] = weight[k]
    for g in range(-1, blocs.size):
        if g >= 0 and blocs[g].joint:
            _nought(rows_of(body.first, begin[g + 1]), ledger.reach[1 - turn], count)
            for k in range(count):
                at = Place(g, k, stage, turn)
                _through_joint(body, future, room, ledgers, at, rises)
            stage, turn = stage + 1, 1 - turn
            continue
        for i in range(begin[g] if g >= 0 else 0, begin[g + 1]):
            here, after = ledger.all.kept[stage], ledger.all.kept[stage + 1]
            _past_layer(body, i, ledger.all.votes[i], here, after, ledger, turn, count)
            _book(ledger.gain, count, rises[i])
            stage, turn = stage + 1, 1 - turn


class Place(NamedTuple):
    """Which bloc, lane and stage, and which side of ``reach`` holds the chance of standing there."""

    bloc: int
    lane: int
    stage: int
    turn: int


@called
def _through_joint(body: Body, future: Future, room: Room, ledgers: Ledgers, at: Place, rises: Array) -> None:
    """Add to the rises of a joint bloc's members at one z, and pass on the chance of standing at each row."""
    along, within, near, weight = ledgers.along, ledgers.within, room.near, room.weight
    begin, end, k = body.begin[at.bloc], body.begin[at.bloc + 1], at.lane
    kept, votes = within.all.kept, within.all.votes
    nodes = nodes_near(future, room.z[k], near, weight)
    for start in range(0, nodes, FEW):
        count = min(FEW, nodes - start)
        for row in range(rows_of(body.first, end)):
            for lane in range(count):
                kept[end, row, lane] = along.all.kept[at.stage + 1, row, k]
        back_through(body, room.seats, at.bloc, near, start, count, within.all)
        for row in range(rows_of(body.first, begin)):
            for lane in range(count):
                within.reach[0, row, lane] = weight[start + lane] * along.reach[at.turn, row, k]
        turn = 0
        for i in range(begin, end):
            _past_layer(body, i, votes[i], kept[i], kept[i + 1], within, turn, count)
            _book(within.gain, count, rises[i])
            turn = 1 - turn
        for row in range(rows_of(body.first, end)):
            for lane in range(count):
                along.reach[1 - at.turn, row, k] += within.reach[turn, row, lane]
