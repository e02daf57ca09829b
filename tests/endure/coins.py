"""Futures in which every process is at work, and their survival by the toss of a coin in every week."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from tests.endure import courses

from holdfast.endure import kernel
from holdfast.endure.course import CAUSES, course
from holdfast.endure.query import AT_WEEK, SHORTFALL, CourseQuery, Starts
from holdfast.noise import Process, uniform

Array = NDArray[np.float64]

YEARS = (1, 5, 10)
AT_A_TIME = 500
HELD = -1
"""In place of a column of :data:`WAYS`, if nothing failed."""
WAYS = tuple(f"{cause}_{mission}" for cause in CAUSES for mission in ("gone", "present"))


def question(futures: int, *, sectors: int = 5, seed: int = 7) -> CourseQuery:
    """Return futures that differ in everything that matters, over ten years kept week by week.

    A sector is 50 km long.
    """
    rng = np.random.default_rng(seed)

    def between(low, high, *shape):
        return rng.uniform(low, high, (futures, *shape))

    def setting(**given):
        return courses.setting(
            futures,
            prize=between(0.0, 0.6, 2, 3),
            burden=between(0.1, 0.5, 2, 3),
            edge=between(-0.2, 0.2, 2, 3),
            noise=between(0.05, 0.15),
            calm=between(-0.6, 0.1),
            **given,
        )

    def mission(**given):
        return courses.mission(
            futures,
            delay_weeks=between(0.0, 10.0),
            half_time_weeks=between(4.0, 20.0),
            arrival_shape=between(1.0, 3.0),
            filled=between(0.5, 1.0),
            erosion=between(0.0, 0.1),
            seen=between(0.1, 0.8),
            consent_loss=between(0.0, 0.1),
            contributor_loss=between(0.0, 0.1),
            renewal_fails=between(0.0, 0.05),
            expelled_first=between(0.1, 0.5),
            deaths=between(0.0, 0.2),
            visits=between(10.0, 200.0),
            denied=between(0.0, 0.3),
            intent=between(0.0, 0.5),
            **given,
        )

    def phase(starts=None, **given):
        present = setting(
            partners=between(0.0, 300.0, 2, 3),
            worth=between(0.0, 0.2),
            attack_log=between(-1.5, 0.0),
            answered=between(0.0, 0.8),
            drawn_in=between(0.0, 0.5),
        )
        return courses.phase(
            futures,
            starts=starts,
            gone=setting(),
            present=present,
            persons=between(800.0, 1300.0, 2),
            materiel=between(0.8, 1.5, 2),
            **given,
        )

    rows = (
        phase(deployment=mission(renewal_weeks=26)),
        phase(Starts(AT_WEEK, 60.0), deployment=mission(renewal_weeks=52, continues=True)),
        phase(),
        phase(Starts(SHORTFALL, 0.6, at_most=True), deployment=mission()),
    )
    asked: CourseQuery = courses.query(
        futures,
        sectors=sectors,
        seed=seed,
        phases=rows,
        fallback=2,
        lapsed=tuple(replace(row, gone=setting()) for row in rows),
        lapse_week=260,
        truce={
            "first_year": between(0.1, 0.5),
            "years_2_5": between(0.02, 0.2),
            "later": between(0.01, 0.1),
            "attack_share": between(0.2, 0.7),
            "spiral_share_of_rest": between(0.3, 0.8),
            "settlement": between(0.0, 0.1),
        },
        incidents={
            "line_km": 50.0 * sectors,
            "background": between(0.02, 0.2),
            "branching": between(0.6, 0.95),
            "memory_days": between(5.0, 20.0),
            "spread": between(0.1, 0.5),
            "concentration": between(0.5, 2.0),
            "discipline": between(0.3, 0.9),
            "wear_off_days": between(20.0, 100.0),
            "recommitments": between(0.5, 4.0),
            "deliberate": between(0.0, 0.5),
            "through_reaction": between(0.0, 1.0),
        },
        decision={
            "sensitivity": between(0.5, 3.0),
            "decisiveness": between(0.5, 2.0),
            "bias_by_party": between(-0.2, 0.2, 2),
            "future_weight_by_party": between(0.2, 0.9, 2),
            "attack_share_by_party": between(0.1, 0.9, 2),
            "preemption": between(0.0, 0.5),
            "fed": between(0.0, 0.5),
            "grab_share": between(0.2, 0.8),
        },
        forces={"elasticity": between(0.1, 0.5)},
        mission={
            "per_ten_dead": between(1.0, 2.0),
            "degrade": between(0.1, 0.5),
            "restore": between(0.5, 2.0),
            "degraded_share": between(0.2, 0.8),
        },
    )
    return asked


def flip(query: CourseQuery) -> tuple[Array, Array]:
    """Return what is integrated, and what coins say of the same futures and the same hazards.

    Both are arrays (futures, years, 1 + ways): the chance that the ceasefire holds, and of each way to
    fail, up to each of :data:`YEARS`; of coins, noughts and ones.
    """
    integrated, flipped = [], []
    for first in range(0, query.futures.size, AT_A_TIME):
        part = courses.part_of(query, np.arange(first, min(first + AT_A_TIME, query.futures.size)))
        found = kernel.run(course(part))
        places = [found.after(years) for years in YEARS]
        holds = found.column("holds")
        ways = np.stack([found.column(way) for way in WAYS], axis=2)
        integrated.append(np.concatenate([holds[:, places, None], ways[:, places]], axis=2))
        week, way = _toss(part, holds, ways)
        ended = week[:, None] < np.array([52 * years for years in YEARS])
        by_way = ended[:, :, None] & (way[:, None, None] == np.arange(len(WAYS)))
        flipped.append(np.concatenate([~ended[:, :, None], by_way], axis=2).astype(float))
    return np.concatenate(integrated), np.concatenate(flipped)


def _toss(query, holds, ways):
    """Return the week in which each future fails, after the last if it does not, and how."""
    weeks = np.arange(query.weeks)
    before = holds[:, :-1]
    chance = (before - holds[:, 1:]) / before
    fails = _coin(query, weeks, lane=0) < chance
    week = np.where(fails.any(axis=1), fails.argmax(axis=1), query.weeks)
    each = np.arange(week.size)
    at = np.minimum(week, query.weeks - 1)
    falls = np.cumsum(ways[each, at + 1] - ways[each, at], axis=1)
    drawn = _coin(query, weeks, lane=1)[each, at] * falls[:, -1]
    way = (drawn[:, None] >= falls).sum(axis=1)
    return week, np.where(week < query.weeks, way, HELD)


def _coin(query, weeks, lane):
    return uniform(query.seed, query.futures[:, None], Process.COIN, 0, weeks[None, :], lane=lane)
