"""A war that goes on: both sides' stocks, ground and losses, half-year by half-year (rules ST13 to ST15).

Nothing here ends the war. The path says what follows if nobody stops it, with intake, losses and support
as they are today.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast import fixed
from holdfast.stakes.forces import MONTHS_PER_YEAR, ForcesQuery, at_war, strength, worth_of
from holdfast.vocabulary.axes import HOST, OPPONENT

Array = NDArray[np.float64]

HALF_YEARS: Final = 20
STEP_YEARS: Final = 0.5


@dataclass(frozen=True, slots=True)
class WarQuery:
    """Both sides' stocks and flows, and the ground between them; arrays (futures,).

    Attributes
    ----------
    host, opponent : ForcesQuery
        Stocks and flows; support is that of the time of war.
    ground_rate : km2 per year
        Ground that the opponent gains at the pace of the halt, net; negative where the host gains.
    ground_slope : km2 per year
        How much more it gains for each unit by which the log of its strength over the host's lies above
        that at the halt.
    ground_of_host, ground_of_opponent : km2
        What each has to lose.
    casualties_of_host, casualties_of_opponent : persons per month
        Killed and wounded.
    """

    host: ForcesQuery
    opponent: ForcesQuery
    ground_rate: Array
    ground_slope: Array
    ground_of_host: Array
    ground_of_opponent: Array
    casualties_of_host: Array
    casualties_of_opponent: Array


@dataclass(frozen=True, slots=True)
class WarPath:
    """What a war that goes on does, if nobody stops it; the last axis of stocks and losses is the party.

    Attributes
    ----------
    years : array (times,)
        0, a half, 1 and so on to ten years from the halt that does not come.
    persons, materiel, strength : array (futures, times, parties)
        Persons; over that at the halt; persons.
    ground : array (futures, half-years), km2
        What the opponent gains in each half-year, net; negative where the host gains.
    losses : array (futures, half-years, parties), persons
        Lost for good in each half-year.
    casualties : array (futures, half-years, parties), persons
        Killed and wounded in each half-year.
    """

    years: Array
    persons: Array
    materiel: Array
    strength: Array
    ground: Array
    losses: Array
    casualties: Array


def war(query: WarQuery) -> WarPath:
    """Return the course of a war that nobody stops.

    ST13: stocks and strengths are those of ST1 and ST3 in war, at every half-year. Where persons would
    fall below or rise above the bounds of ST1, losses or intake give way.
    ST14: the opponent gains ground at the pace of the halt, and faster or slower as the log ratio of
    strengths moves away from that at the halt; either side may gain, up to what the other holds.
    ST15: losses are those of the flows, and casualties go on at their rate.
    """
    years = np.asarray(STEP_YEARS * np.arange(HALF_YEARS + 1), dtype=np.float64)
    sides = (query.host, query.opponent)
    stocks = [[at_war(side, np.full_like(side.persons, year)) for year in years] for side in sides]
    persons, materiel = (
        np.stack([np.stack([one[kind] for one in side], axis=1) for side in stocks], axis=2)
        for kind in (0, 1)
    )
    strengths = np.stack(
        [
            strength(
                persons[:, :, place],
                materiel[:, :, place],
                worth_of(side)[:, None],
                side.elasticity[:, None],
            )
            for place, side in enumerate(sides)
        ],
        axis=2,
    )
    rates = np.stack([query.casualties_of_host, query.casualties_of_opponent], axis=1)
    per_step = rates * MONTHS_PER_YEAR * STEP_YEARS
    return WarPath(
        years=years,
        persons=persons,
        materiel=materiel,
        strength=strengths,
        ground=_ground(query, strengths),
        losses=np.stack([_losses(side, persons[:, :, place]) for place, side in enumerate(sides)], axis=2),
        casualties=np.repeat(per_step[:, None, :], HALF_YEARS, axis=1),
    )


def _losses(side: ForcesQuery, persons: Array) -> Array:
    """Return the persons lost in each half-year, array (futures, half-years): never more than there are.

    Above the bound of ST1 the intake gives way, below it the losses do.
    """
    months = MONTHS_PER_YEAR * STEP_YEARS
    there = months * side.intake[:, None] - np.diff(persons, axis=1)
    return np.asarray(np.minimum(months * side.losses[:, None], there), dtype=np.float64)


def _ground(query: WarQuery, strengths: Array) -> Array:
    """Return what the opponent gains in each half-year, net, array (futures, half-years) (ST14).

    The pace of a half-year is the mean of those at its two ends.
    """
    logs = fixed.log(strengths)
    at_halt = fixed.log(query.opponent.persons) - fixed.log(query.host.persons)
    lead = logs[:, :, OPPONENT] - logs[:, :, HOST] - at_halt[:, None]
    pace = query.ground_rate[:, None] + query.ground_slope[:, None] * lead
    wanted = 0.5 * (pace[:, :-1] + pace[:, 1:]) * STEP_YEARS
    gained = np.zeros_like(wanted)
    held = np.zeros_like(query.ground_rate)
    for step in range(wanted.shape[1]):
        after = np.clip(held + wanted[:, step], -query.ground_of_opponent, query.ground_of_host)
        gained[:, step] = after - held
        held = after
    return gained
