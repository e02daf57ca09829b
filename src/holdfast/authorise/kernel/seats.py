"""Who is moved by which factor in one future, and how likely each vote then is."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from holdfast.authorise.kernel.asked import (
    ABSTAIN,
    FIXED,
    FREE,
    JOINT,
    NO,
    YES,
    Array,
    Body,
    Future,
    Grid,
    Record,
    Records,
    Stand,
    called,
    copied,
)
from holdfast.authorise.kernel.normal import normal

_SEAT: Final = np.dtype(
    [
        ("kind", np.int64),
        ("low", np.float64),
        ("high", np.float64),
        ("scale", np.float64),
        ("given", np.float64, (3,)),
    ]
)
"""Where a member stands. Its chance of no at a pull u is that of a normal variable below ``low - scale * u``,
of yes below ``high + scale * u``; ``given`` are the chances of one that is fixed."""
_BLOC: Final = np.dtype(
    [
        ("sitting", np.int64),
        ("precision", np.float64),
        ("joint", np.bool_),
        ("column", np.int64),
        ("columns", np.int64),
    ]
)
"""How many unfixed members sit in a bloc, the sum of their 1 / variance, whether its factor moves them
jointly, and where its columns of the table begin and how many there are."""


class Weights(NamedTuple):
    """Weights of the factors, and how steep they make the chance: kappa of the module on quadrature."""

    common: float
    bloc: float
    steep: float
    steep_bloc: float


@called
def records(body: Body) -> tuple[Records, Records]:
    """Return records of members and of blocs to be filled in."""
    return np.zeros(body.members.size, dtype=_SEAT), np.zeros(body.begin.size - 1, dtype=_BLOC)


@called
def seat(body: Body, stand: Stand, seats: Records, blocs: Records, f: int, merge: bool) -> Weights:  # noqa: FBT001
    """Say who is fixed, free or joint in a future, and where each stands.

    AU9: the factor of a bloc in which one unfixed member sits is that member's own noise; that of one in
    which all sit adds to the common factor.
    """
    common, bloc = stand.common[f], abs(stand.bloc[f])
    unfixed, alone = _count(body.members, stand.spread, stand.fixed, seats, blocs, f)
    for g in range(blocs.size):
        if merge and blocs[g].sitting == unfixed and unfixed > 1:
            common = math.sqrt(common * common + bloc * bloc)
            bloc = 0.0
    steep_bloc = 0.0
    for g in range(blocs.size):
        own = bloc * bloc * blocs[g].precision
        blocs[g].joint = own > 0.0 and blocs[g].sitting > 1
        alone += blocs[g].precision / (1.0 + own)
        if blocs[g].joint:
            steep_bloc = max(steep_bloc, own)
    members, latent, threshold_no = body.members, stand.latent, stand.threshold_no
    threshold_yes = stand.threshold_yes[f]
    for i in range(members.size):
        place, g = members[i].place, members[i].bloc
        if seats[i].kind == FIXED:
            continue
        if g >= 0 and blocs[g].joint:
            seats[i].kind = JOINT
        elif g >= 0:
            seats[i].scale = 1.0 / (1.0 / seats[i].scale + bloc * bloc)
        scale = math.sqrt(seats[i].scale)
        seats[i].scale = scale
        seats[i].low = scale * (threshold_no[f, place] - latent[f, place])
        seats[i].high = scale * (latent[f, place] - threshold_yes)
    return Weights(common, bloc if steep_bloc > 0.0 else 0.0, common * common * alone, steep_bloc)


@copied
def _count(
    members: Records, spread: Array, fixed: Array, seats: Records, blocs: Records, f: int
) -> tuple[int, float]:
    """Count those who are not fixed, and sum 1 / variance of those alone; ``scale`` holds it for each."""
    unfixed, alone = 0, 0.0
    for g in range(blocs.size):
        blocs[g].sitting = 0
        blocs[g].precision = 0.0
    for i in range(members.size):
        place, g = members[i].place, members[i].bloc
        if fixed.shape[0] > 0 and not math.isnan(fixed[f, place, NO]):
            seats[i].kind = FIXED
            for vote in range(3):
                seats[i].given[vote] = fixed[f, place, vote]
            continue
        precise = 1.0 / (1.0 + spread[f, place] * spread[f, place])
        seats[i].kind = FREE
        seats[i].scale = precise
        unfixed += 1
        if g >= 0:
            blocs[g].sitting += 1
            blocs[g].precision += precise
        else:
            alone += precise
    return unfixed, alone


@copied
def future_of(grid: Grid, a: int, weights: Weights) -> Future:
    """Return what a future has of the grid."""
    return Future(
        grid.reach,
        grid.flat,
        grid.half[a],
        grid.offset[a] + grid.half[a],
        grid.step[a],
        grid.rows[a],
        weights.common,
        weights.bloc,
    )


@copied
def vote(
    member: Record, seat: Record, pull: Array, start: int, count: int, factor: float, chance: Array
) -> None:
    """Fill in a member's chances of no, abstain and yes at ``factor * pull[start:]``.

    Votes that are worth the same are not told apart: their chance comes as that of abstaining.
    """
    if seat.kind == FIXED:
        for way in range(3):
            given = seat.given[way]
            for k in range(count):
                chance[way, k] = given
        return
    scale, low, high = seat.scale * factor, seat.low, seat.high
    if member.worth[NO] != member.worth[ABSTAIN]:
        for k in range(count):
            chance[NO, k] = normal(low - scale * pull[start + k])
    else:
        for k in range(count):
            chance[NO, k] = 0.0
    if member.worth[YES] != member.worth[ABSTAIN]:
        # not 1 - Phi(t - m): that would lose the digits of a small chance of yes
        for k in range(count):
            chance[YES, k] = normal(high + scale * pull[start + k])
    else:
        for k in range(count):
            chance[YES, k] = 0.0
    for k in range(count):
        chance[ABSTAIN, k] = max(1.0 - chance[NO, k] - chance[YES, k], 0.0)
