"""How fast those who came dwindle (GE9): closed forms, the law of the common factor, and same bytes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from holdfast.generate import LeavingQuery, erosion, frailty

MANY = 40_000


def asked(futures=MANY, *, seed=7, leaves=0.06, halves=0.02, replaced=0.5, common=0.0):
    def full(value):
        return np.broadcast_to(np.asarray(value, dtype=float), (futures,)).copy()

    return LeavingQuery(
        leaves=full(leaves),
        halves=full(halves),
        replaced=full(replaced),
        common=full(common),
        seed=seed,
        futures=np.arange(futures, dtype=np.int64),
    )


def test_one_that_halves_takes_half_away_and_what_is_replaced_does_not_count():
    assert erosion(asked(2, leaves=0.06, halves=0.02, replaced=0.75)) == pytest.approx([0.0175, 0.0175])
    assert erosion(asked(1, leaves=0.0, halves=0.1, replaced=0.0)) == pytest.approx([0.05])
    assert erosion(asked(1, leaves=0.1, halves=0.0, replaced=0.0)) == pytest.approx([0.1])
    assert (erosion(asked(9, replaced=1.0, common=0.7)) == 0.0).all()


def test_missions_that_are_all_alike_have_one_rate():
    for none in (0.0, 1e-9):
        assert (frailty(asked(100, common=none)) == 1.0).all()
    nearly = frailty(asked(1_000, common=2e-6))
    assert nearly == pytest.approx(1.0, abs=0.01)
    assert len(set(nearly)) > 900


@pytest.mark.parametrize("variance", [0.1, 0.5, 1.1, 3.0])
def test_the_common_factor_is_a_gamma_number_with_mean_one(variance):
    factor = frailty(asked(common=variance))
    assert (factor >= 0.0).all()
    assert factor.mean() == pytest.approx(1.0, abs=4.0 * np.sqrt(variance / MANY))
    # the variance of a sample of gamma numbers, whose excess is 6 times the variance
    spread = variance * np.sqrt((2.0 + 6.0 * variance) / MANY)
    assert factor.var() == pytest.approx(variance, abs=4.0 * spread)


@pytest.mark.parametrize("variance", [0.2, 1.0])
@pytest.mark.parametrize("years", [1.0, 5.0, 10.0])
def test_what_is_left_in_the_mean_is_the_laplace_transform(variance, years):
    """Over missions e^(-rate x years) has the mean (1 + variance x rate x years)^(-1 / variance)."""
    left = np.exp(-erosion(asked(common=variance, replaced=0.0)) * years)
    mean = (1.0 + variance * 0.07 * years) ** (-1.0 / variance)
    assert left.mean() == pytest.approx(mean, abs=4.0 * left.std() / np.sqrt(MANY))


def test_more_that_leave_or_halve_and_fewer_that_are_replaced_never_slow_it():
    for few, more in (
        ({"leaves": 0.02}, {"leaves": 0.05}),
        ({"halves": 0.01}, {"halves": 0.05}),
        ({"replaced": 0.6}, {"replaced": 0.4}),
    ):
        assert (erosion(asked(500, common=0.5, **few)) < erosion(asked(500, common=0.5, **more))).all()


def test_a_future_has_its_own_factor_whatever_the_order():
    query = asked(50, common=np.linspace(0.1, 1.0, 50))
    whole = frailty(query)
    for rows in (np.arange(20, 30), np.arange(49, -1, -1)):
        part = replace(query, futures=query.futures[rows], common=query.common[rows])
        assert frailty(part).tobytes() == whole[rows].tobytes()
    assert frailty(query).tobytes() == whole.tobytes()
    assert len(set(whole)) == 50
    assert not np.isclose(frailty(replace(query, seed=8)), whole).any()
