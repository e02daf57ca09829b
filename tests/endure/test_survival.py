"""The clock (EN8, EN9): closed forms, an independent solution, and what must hold of any course."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.linalg import expm

from holdfast.endure import Course, endure

MONTHS = 120
AGE = np.arange(MONTHS + 1) / 12.0


def _constant(present, gone, loss, months=MONTHS):
    """Return a course of one future with constant hazards, per year."""
    shape = (1, months, 3)
    return Course(
        np.broadcast_to(np.array(present, dtype=np.float64), shape).copy(),
        np.broadcast_to(np.array(gone, dtype=np.float64), shape).copy(),
        np.full((1, months), float(loss)),
    )


@pytest.mark.parametrize("hazard", [0.0, 1e-15, 1e-9, 1e-3, 0.1, 1.0, 12.0, 60.0])
def test_a_constant_hazard_gives_the_exponential(hazard):
    survival = endure(_constant([hazard, 0.0, 0.0], [hazard, 0.0, 0.0], 0.0))
    np.testing.assert_allclose(survival.holds[0], np.exp(-hazard * AGE), rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(survival.mission_present, survival.holds)
    np.testing.assert_allclose(survival.incidence[0, :, 0, 0], -np.expm1(-hazard * AGE), rtol=1e-12)
    np.testing.assert_array_equal(survival.incidence[0, :, :, 1], 0.0)


def test_a_changing_hazard_gives_the_exponential_of_its_integral():
    hazards = np.linspace(0.9, 0.05, MONTHS)
    by_cause = hazards[None, :, None] * np.array([0.5, 0.3, 0.2])
    survival = endure(Course(by_cause, by_cause * 7.0, np.zeros((1, MONTHS))))
    integral = np.concatenate([[0.0], np.cumsum(hazards) / 12.0])
    np.testing.assert_allclose(survival.holds[0], np.exp(-integral), rtol=1e-12)


def test_competing_risks_share_the_failures_as_they_share_the_hazard():
    shares = np.array([0.6, 0.3, 0.1])
    hazard = 0.25
    survival = endure(_constant(hazard * shares, hazard * shares, 0.7))
    failure = 1.0 - np.exp(-hazard * AGE)
    by_cause = survival.incidence[0].sum(axis=2)
    np.testing.assert_allclose(by_cause, failure[:, None] * shares, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize(
    ("hazard", "after", "loss"),
    [(0.2, 0.5, 0.3), (0.5, 0.2, 0.3), (0.0, 0.4, 0.4), (0.2, 0.7, 0.5), (0.0, 0.0, 1.0)],
)
def test_two_states_in_closed_form(hazard, after, loss):
    # present exp(-(h + l) t); gone l / (g - h - l) (exp(-(h + l) t) - exp(-g t)), in the limit l t exp(-g t)
    survival = endure(_constant([hazard, 0.0, 0.0], [after, 0.0, 0.0], loss))
    present = np.exp(-(hazard + loss) * AGE)
    leave = hazard + loss
    if np.isclose(after, leave):
        gone = loss * AGE * np.exp(-after * AGE)
    else:
        gone = loss / (after - leave) * (np.exp(-leave * AGE) - np.exp(-after * AGE))
    np.testing.assert_allclose(survival.mission_present[0], present, rtol=1e-12)
    np.testing.assert_allclose(survival.holds[0], present + gone, rtol=1e-11)


def _by_generator(course):
    """Return holds, presence and incidence by matrix exponentials of the chain with eight states."""
    futures, months, _ = course.present.shape
    holds, here = np.ones((futures, months + 1)), np.ones((futures, months + 1))
    failed = np.zeros((futures, months + 1, 3, 2))
    for future in range(futures):
        state = np.eye(8)[0]
        for month in range(months):
            rates = np.zeros((8, 8))
            rates[0, 1] = course.loss[future, month]
            rates[0, 2:5] = course.present[future, month]
            rates[1, 5:8] = course.gone[future, month]
            rates -= np.diag(rates.sum(axis=1))
            state = state @ expm(rates / 12.0)
            holds[future, month + 1] = state[0] + state[1]
            here[future, month + 1] = state[0]
            failed[future, month + 1] = state[2:].reshape(2, 3).T
    return holds, here, failed


def _check(course, tolerance):
    survival = endure(course)
    holds, here, failed = _by_generator(course)
    np.testing.assert_allclose(survival.holds, holds, rtol=0, atol=tolerance)
    np.testing.assert_allclose(survival.mission_present, here, rtol=0, atol=tolerance)
    np.testing.assert_allclose(survival.incidence, failed, rtol=0, atol=tolerance)


def _random(seed, most, months=24, futures=6):
    rng = np.random.default_rng(seed)
    shape = (futures, months, 3)
    return Course(rng.uniform(0, most, shape), rng.uniform(0, most, shape), rng.uniform(0, most, shape[:2]))


@pytest.mark.parametrize("most", [0.05, 1.0, 8.0, 25.0])
def test_random_hazards_against_matrix_exponentials(most):
    # the last is up to 100 a year in all: the engine promises an error below rounding so far
    _check(_random(7, most), 1e-12)


@pytest.mark.parametrize("apart", [0.0, 1e-15, 1e-13, 1e-10, 1e-6])
def test_equal_and_nearly_equal_rates(apart):
    course = _random(8, 2.0)
    equal = np.zeros_like(course.gone)
    equal[..., 0] = (course.present.sum(axis=2) + course.loss) * (1.0 + apart)
    _check(replace(course, gone=equal), 1e-12)


@pytest.mark.parametrize("which", ["present", "gone", "loss"])
def test_rates_of_nought(which):
    course = _random(9, 3.0)
    _check(replace(course, **{which: np.zeros_like(getattr(course, which))}), 1e-12)


@pytest.mark.parametrize("most", [400.0, 4_000.0, 40_000.0])
@pytest.mark.parametrize("which", ["present", "gone", "loss", "all"])
def test_very_large_rates(which, most):
    # stakes may multiply a hazard by 400, on top of the base rate and its factors
    course = _random(10, 1.0, months=6)
    names = ("present", "gone", "loss") if which == "all" else (which,)
    _check(replace(course, **{name: getattr(course, name) * most for name in names}), 1e-9)


RATES = st.floats(0.0, 8.0)
COURSES = st.integers(1, 30).flatmap(
    lambda months: st.builds(
        Course,
        present=hnp.arrays(np.float64, (2, months, 3), elements=RATES),
        gone=hnp.arrays(np.float64, (2, months, 3), elements=RATES),
        loss=hnp.arrays(np.float64, (2, months), elements=RATES),
    )
)


@given(COURSES)
def test_chances_are_conserved(course):
    survival = endure(course)
    total = survival.holds + survival.incidence.sum(axis=(2, 3))
    np.testing.assert_allclose(total, 1.0, rtol=0, atol=1e-12)
    assert (np.diff(survival.holds, axis=1) <= 1e-15).all()
    assert (np.diff(survival.incidence, axis=1) >= 0.0).all()
    assert (survival.mission_present <= survival.holds * (1.0 + 1e-12)).all()
    np.testing.assert_array_equal(survival.holds[:, 0], 1.0)


@given(COURSES)
def test_losing_a_mission_that_does_nothing_changes_nothing(course):
    idle = replace(course, gone=course.present)
    lasting = replace(idle, loss=np.zeros_like(course.loss))
    one, other = endure(idle), endure(lasting)
    np.testing.assert_allclose(one.holds, other.holds, rtol=0, atol=1e-13)
    np.testing.assert_allclose(one.incidence.sum(axis=3), other.incidence.sum(axis=3), rtol=0, atol=1e-12)


@given(COURSES, st.sampled_from(["present", "gone"]), st.data())
def test_more_hazard_never_holds_longer(course, which, data):
    hazards = getattr(course, which)
    place = tuple(data.draw(st.integers(0, size - 1)) for size in hazards.shape)
    more = hazards.copy()
    more[place] += data.draw(st.floats(0.0, 20.0))
    before, after = endure(course), endure(replace(course, **{which: more}))
    assert (after.holds <= before.holds + 1e-14).all()


@given(COURSES, st.floats(0.0, 5.0))
def test_losing_a_mission_that_calms_never_helps(course, more):
    calming = replace(course, gone=course.present * 2.0)
    before, after = endure(calming), endure(replace(calming, loss=course.loss + more))
    assert (after.holds <= before.holds + 1e-13).all()
    assert (after.mission_present <= before.mission_present).all()


@given(COURSES)
def test_futures_are_on_their_own(course):
    both = endure(course)
    for future in (0, 1):
        one = endure(Course(course.present[[future]], course.gone[[future]], course.loss[[future]]))
        np.testing.assert_array_equal(one.holds[0], both.holds[future])
        np.testing.assert_array_equal(one.incidence[0], both.incidence[future])


def test_years_are_found_at_their_months():
    survival = endure(_random(3, 1.0, months=MONTHS))
    for years, month in ((0, 0), (1, 12), (5, 60), (10, 120), (0.5, 6), (2.25, 27)):
        np.testing.assert_array_equal(survival.at(years), survival.holds[:, month])
        np.testing.assert_array_equal(survival.failed_by(years), survival.incidence[:, month])
    with pytest.raises(IndexError):
        survival.at(11)


def test_a_time_before_the_halt_is_refused():
    survival = endure(_random(3, 1.0, months=MONTHS))
    for ask in (survival.at, survival.failed_by):
        with pytest.raises((IndexError, ValueError)):
            ask(-1)
