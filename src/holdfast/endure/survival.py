"""Survival and cumulative incidence, integrated exactly along the course."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.endure.course import CAUSES, MONTHS_PER_YEAR, Course

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Survival:
    """What the clock says, per future, at the halt and after each month.

    Attributes
    ----------
    holds : array (futures, months + 1), share
        Chance that fighting has not resumed.
    mission_present : array (futures, months + 1), share
        Chance that fighting has not resumed and the mission is there.
    incidence : array (futures, months + 1, causes, 2), share
        Chance that it has failed from each cause, with the mission present [0] and gone [1].
    """

    holds: Array
    mission_present: Array
    incidence: Array

    def at(self, years: float) -> Array:
        """Return ``holds`` after so many years, array (futures,).

        Raises
        ------
        IndexError
            If that lies before the halt or beyond the horizon.
        """
        return self.holds[:, self._month(years)]

    def failed_by(self, years: float) -> Array:
        """Return the incidence after so many years, array (futures, causes, 2).

        Raises
        ------
        IndexError
            If that lies before the halt or beyond the horizon.
        """
        return self.incidence[:, self._month(years)]

    def _month(self, years: float) -> int:
        month = round(years * MONTHS_PER_YEAR)
        if not 0 <= month < self.holds.shape[1]:
            msg = f"{years} years lie outside the time that was computed"
            raise IndexError(msg)
        return month


def endure(course: Course) -> Survival:
    """Return survival and incidence by cause (EN8, EN9).

    EN8: hazards are constant within a month; the two states (mission present, gone) and the causes
    are integrated in closed form, so the only error is rounding. A constant hazard h gives exp(-h t).
    EN9: losing the mission is a change of state, not a failure of the ceasefire.

    References
    ----------
    Aalen, O., Borgan, O., Gjessing, H. (2008), Survival and Event History Analysis, section 3.4.
    """
    futures, months, _ = course.present.shape
    step = 1.0 / MONTHS_PER_YEAR
    present = np.ones(futures)
    gone = np.zeros(futures)
    incidence = np.zeros((futures, len(CAUSES), 2))
    holds = np.ones((futures, months + 1))
    here = np.ones((futures, months + 1))
    failed = np.zeros((futures, months + 1, len(CAUSES), 2))
    for month in range(months):
        by_cause, by_cause_gone, loss = course.present[:, month], course.gone[:, month], course.loss[:, month]
        hazard, hazard_gone = by_cause.sum(axis=1), by_cause_gone.sum(axis=1)
        leave = hazard + loss
        stay = np.exp(-leave * step)
        time_present = present * _mean_decay(leave, step)
        lost = loss * present * _passed_on(leave, hazard_gone, step)
        time_gone = gone * _mean_decay(hazard_gone, step) + loss * present * _time_passed_on(
            leave, hazard_gone, step
        )
        incidence = incidence.copy()
        incidence[:, :, 0] += by_cause * time_present[:, None]
        incidence[:, :, 1] += by_cause_gone * time_gone[:, None]
        gone = gone * np.exp(-hazard_gone * step) + lost
        present = present * stay
        holds[:, month + 1] = present + gone
        here[:, month + 1] = present
        failed[:, month + 1] = incidence
    return Survival(holds, here, failed)


def _mean_decay(rate: Array, step: float) -> Array:
    """Return the integral of exp(-rate t) from 0 to ``step``."""
    x = rate * step
    small = x < 1e-12
    return np.where(small, step, -np.expm1(-x) / np.where(small, 1.0, rate))


def _passed_on(first: Array, second: Array, step: float) -> Array:
    """Return the integral of exp(-first s) exp(-second (step - s)) over 0 <= s <= ``step``.

    It is the same with the rates exchanged; the form with the smaller one outside never overflows.
    """
    return np.exp(-np.minimum(first, second) * step) * _mean_decay(np.abs(first - second), step)


def _time_passed_on(first: Array, second: Array, step: float) -> Array:
    """Return the integral over 0 <= t <= ``step`` of what :func:`_passed_on` gives at t.

    Integration by parts gives (mean decay of one rate - passed on) / the other rate, which is sound where
    the larger rate, as divisor, is not small. Elsewhere the integrand is so smooth that eight
    Gauss-Legendre nodes leave rounding alone.
    """
    larger, smaller = np.maximum(first, second), np.minimum(first, second)
    fast = larger * step >= 1.0
    parts = (_mean_decay(smaller, step) - _passed_on(first, second, step)) / np.where(fast, larger, 1.0)
    nodes, weights = np.polynomial.legendre.leggauss(8)
    total = np.zeros_like(first)
    for node, weight in zip(nodes, weights, strict=True):
        total += weight * _passed_on(first, second, 0.5 * step * (node + 1.0))
    return np.where(fast, parts, total * 0.5 * step)
