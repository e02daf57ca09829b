"""The program under the plan: small ones whose answer can be seen, and large ones against the definition."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from holdfast.program import Infeasible, Program


def bag(weights, most, *, upper=1.0):
    """A bag of things that can be taken once each."""
    program = Program()
    things = program.columns(len(weights), upper=upper, integer=True)
    program.row(("weight",), things, np.array(weights, dtype=float), high=float(most))
    return program, things


@pytest.mark.parametrize("seed", range(20))
def test_the_best_bag_is_that_of_all_bags(seed):
    rng = np.random.default_rng([seed, 5])
    weights, worth = rng.integers(1, 30, (2, 10))
    most = int(weights.sum()) // 3
    program, _ = bag(weights, most)
    found = program.minimise(-worth.astype(float), relaxed=False)
    bags = np.array(list(itertools.product((0, 1), repeat=10)))
    best = (bags @ worth)[bags @ weights <= most].max()
    assert found.objective == pytest.approx(-best)
    assert found.bound == pytest.approx(-best, abs=1e-5)
    assert set(found.values) <= {0.0, 1.0}
    # split, the things worth most for their weight go first
    left, split = float(most), 0.0
    for k in np.argsort(-worth / weights, kind="stable"):
        part = min(1.0, left / weights[k])
        left, split = left - part * weights[k], split + part * worth[k]
    assert program.minimise(-worth.astype(float), relaxed=True).objective == pytest.approx(-split)


def test_some_columns_stay_whole_where_others_are_split():
    # 3 + 3 of 4: whole, one; split, four thirds; the first whole, the first and a third of the second
    program, things = bag([3, 3], 4)
    cost = np.array([-1.1, -1.0])
    assert program.minimise(cost, relaxed=False).objective == pytest.approx(-1.1)
    assert program.minimise(np.array([-1.0, -1.1]), relaxed=True).objective == pytest.approx(-1.1 - 1 / 3)
    kept = program.minimise(np.array([-1.0, -1.1]), relaxed=True, whole=things[:1])
    assert kept.objective == pytest.approx(-1.0 - 1.1 / 3)
    assert kept.values[0] == 1.0


def test_a_column_that_stands_twice_in_a_row_counts_twice():
    program = Program()
    one = program.columns(1)
    program.row(("twice",), np.concatenate([one, one]), np.array([1.0, 2.0]), low=6.0)
    assert program.minimise(np.ones(1), relaxed=True).values == pytest.approx([2.0])


def test_slopes_are_what_a_unit_more_would_change():
    # least of 2x + 3y with x + y >= 4, x <= 1 and z in place of y, fixed at nought
    program = Program()
    x, y, z = (program.columns(1, upper=upper) for upper in (1.0, 10.0, 0.0))
    program.row(("sum",), np.concatenate([x, y, z]), np.array([1.0, 1.0, 2.0]), low=4.0)
    found, slopes = program.slopes(np.array([2.0, 3.0, 0.0]))
    assert found.objective == pytest.approx(11.0)
    assert slopes == pytest.approx([-1.0, 0.0, -6.0])
    program.bounds(z, 1.0, 1.0)
    assert program.minimise(np.array([2.0, 3.0, 0.0]), relaxed=True).objective == pytest.approx(5.0)


@pytest.mark.parametrize("solved", [False, True])
def test_limits_and_rows_count_before_and_after_a_solution(solved):
    program, _ = bag([1, 1, 1], 3)
    cost = np.array([-3.0, -2.0, -1.0])
    if solved:
        assert program.minimise(cost, relaxed=False).objective == -6.0
    program.limit(("weight",), 2.0)
    assert program.minimise(cost, relaxed=False).objective == pytest.approx(-5.0)
    program.hold(("held",), np.array([1.0, 0.0, 0.0]), 0.0)
    assert program.minimise(cost, relaxed=False).objective == pytest.approx(-3.0)
    program.limit(("held",), 1.0)
    assert program.minimise(cost, relaxed=False).objective == pytest.approx(-5.0)


def test_what_cannot_be_is_said():
    program, things = bag([1, 1], 1)
    program.row(("both",), things, 1.0, low=2.0)
    for relaxed in (False, True):
        with pytest.raises(Infeasible):
            program.minimise(np.ones(2), relaxed=relaxed)


def test_a_gap_bounds_what_may_be_missed():
    rng = np.random.default_rng(6)
    weights = rng.integers(20, 60, 25)
    program, _ = bag(weights, int(weights.sum()) // 2)
    worth = -(weights + rng.integers(0, 5, 25)).astype(float)
    best = program.minimise(worth, relaxed=False)
    for gap in (1.0, 10.0, 50.0):
        found = bag(weights, int(weights.sum()) // 2)[0].minimise(worth, relaxed=False, gap=gap)
        assert found.bound <= best.objective + 1e-6
        assert best.objective <= found.objective <= best.objective + gap
        assert found.objective - found.bound <= gap + 1e-6
