"""The clock against the plain telling of the story: 200,000 truces, month by month, event by event."""

from __future__ import annotations

import numpy as np

from holdfast.endure import Course, endure

PATHS = 200_000
MONTHS = 36
STEP = 1.0 / 12.0
RNG_SEED = 20_260_822


def _course():
    months = np.arange(MONTHS)
    present = np.stack([0.10 + 0.004 * months, 0.15 * np.exp(-months / 12.0), 0.03 + 0.0 * months], axis=1)
    gone = present * np.array([2.0, 3.0, 1.5])
    loss = np.where(months < 12, 0.6, 0.2)
    return Course(present[None], gone[None], loss[None])


def _told(course):
    """Return for each path the month and cause of its failure (-1 none), and when its mission went."""
    rng = np.random.default_rng(RNG_SEED)
    failed_in = np.full(PATHS, MONTHS)
    cause = np.full(PATHS, -1)
    failed_present = np.zeros(PATHS, dtype=bool)
    lost_in = np.full(PATHS, MONTHS)
    alive, here = np.ones(PATHS, dtype=bool), np.ones(PATHS, dtype=bool)
    for month in range(MONTHS):
        left = np.full(PATHS, STEP)
        for with_mission in (True, False):  # a mission may go and the truce fail in one month
            asked = alive & (here == with_mission) & (left > 0.0)
            hazards = (course.present if with_mission else course.gone)[0, month]
            rates = np.append(hazards, course.loss[0, month] if with_mission else 0.0)
            waits = rng.exponential(size=(PATHS, 4)) / np.where(rates > 0.0, rates, 1e-300)
            first, when = waits.argmin(axis=1), waits.min(axis=1)
            happens = asked & (when < left)
            fails, goes = happens & (first < 3), happens & (first == 3)
            failed_in[fails], cause[fails], failed_present[fails] = month, first[fails], with_mission
            alive &= ~fails
            lost_in[goes] = month
            here &= ~goes
            left = np.where(goes, left - when, np.where(asked, 0.0, left))
    return failed_in, cause, failed_present, lost_in


def test_against_two_hundred_thousand_truces():
    course = _course()
    survival = endure(course)
    failed_in, cause, failed_present, lost_in = _told(course)
    for month in (1, 6, 12, 24, 36):
        failed = failed_in < month
        pairs = [
            (~failed, survival.holds[0, month]),
            (~failed & (lost_in >= month), survival.mission_present[0, month]),
        ]
        pairs += [
            (
                failed & (cause == place) & (failed_present == present),
                survival.incidence[0, month, place, 1 - present],
            )
            for place in range(3)
            for present in (0, 1)
        ]
        for told, computed in pairs:
            # 34 comparisons: five binomial standard errors
            noise = 5.0 * np.sqrt(max(computed * (1.0 - computed), 1e-6) / PATHS)
            assert abs(told.mean() - computed) <= noise, (month, told.mean(), computed)
