"""Same question, same bytes: order, memory and further futures change nothing."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from holdfast.evaluate import Memory, evaluate
from holdfast.futures import Futures

GROWING = ("cause_", "attack_by_", "limited_war", "major_war", "drawn_in")
"""Chances up to the horizon."""
WITHIN = (
    *GROWING,
    "incidents_",
    "heavy_incidents_",
    "recorded_incidents_",
    "deaths_",
    "mission_deaths_",
    "repelled_",
    "ground_",
    "losses_",
)
"""Outcomes that are said of the time up to the horizon."""


def _bytes(assessment):
    return {name: values.tobytes() for name, values in assessment.outcomes.items()}


@pytest.fixture(scope="module")
def alone(case, settlement, few):
    """Return the outcomes of each arrangement, each asked without a memory."""
    return {
        name: _bytes(evaluate(case, settlement, arrangement, few))
        for name, arrangement in case.arrangements.items()
    }


def test_asking_twice_gives_the_same(case, settlement, few, alone):
    for name, arrangement in case.arrangements.items():
        assert _bytes(evaluate(case, settlement, arrangement, few)) == alone[name]


def test_neither_memory_nor_order_counts(case, settlement, few, alone):
    orders = [
        tuple(case.arrangements),
        tuple(case.arrangements)[::-1],
        *itertools.islice(itertools.permutations(case.arrangements), 7, 80, 31),
    ]
    for order in orders:
        memory = Memory()
        for name in order:
            assert (
                _bytes(evaluate(case, settlement, case.arrangements[name], few, memory=memory)) == alone[name]
            ), order


def test_another_settlement_before_changes_nothing(case, few, alone, settlement):
    memory = Memory()
    for other in case.settlements.values():
        for arrangement in case.arrangements.values():
            evaluate(case, other, arrangement, few, memory=memory)
    for name, arrangement in case.arrangements.items():
        assert _bytes(evaluate(case, settlement, arrangement, few, memory=memory)) == alone[name]


def test_futures_drawn_before_in_another_order_change_nothing(case, settlement, alone):
    fresh = Futures(case.ledger, 0, 64)
    for name in reversed(list(case.ledger)):
        _ = fresh[name]
    for name, arrangement in case.arrangements.items():
        assert _bytes(evaluate(case, settlement, arrangement, fresh)) == alone[name]


def test_more_futures_begin_with_the_first_ones(case, settlement, few):
    twice = Futures(case.ledger, few.seed, 2 * few.n)
    for arrangement in case.arrangements.values():
        short = evaluate(case, settlement, arrangement, few).outcomes
        long = evaluate(case, settlement, arrangement, twice).outcomes
        assert list(short) == list(long)
        for name, values in short.items():
            assert long[name][: few.n].tobytes() == values.tobytes(), (arrangement.name, name)


def test_another_seed_is_another_answer_and_seed_nought_is_a_seed(case, settlement, few):
    arrangement = case.arrangements["none"]
    zero = evaluate(case, settlement, arrangement, Futures(case.ledger, 0, few.n)).outcomes["accepted"]
    one = evaluate(case, settlement, arrangement, Futures(case.ledger, 1, few.n)).outcomes["accepted"]
    again = evaluate(case, settlement, arrangement, few).outcomes["accepted"]
    assert zero.tobytes() == again.tobytes()
    assert not np.array_equal(zero, one)


def test_the_horizon_moves_what_is_said_up_to_it_and_nothing_else(case, settlement, few):
    arrangement = case.arrangements["un-peacekeepers"]
    one, ten = (evaluate(case, settlement, arrangement, few, years=years).outcomes for years in (1, 10))
    for name, values in one.items():
        if not name.startswith(WITHIN):
            assert ten[name].tobytes() == values.tobytes(), name
        elif name.startswith(GROWING):
            assert (ten[name] >= values).all(), name
        else:
            assert (ten[name] != values).any(), name


def test_the_inputs_are_not_touched(case, settlement, few):
    before = few.digest(case.ledger)
    for arrangement in case.arrangements.values():
        found = evaluate(case, settlement, arrangement, few)
        assert {values.shape for values in found.outcomes.values()} == {(few.n,)}
        assert {values.dtype for values in found.outcomes.values()} == {np.dtype(np.float64)}
    assert few.digest(case.ledger) == before


def test_names_of_estimates_used_are_all_that_count(case, settlement, few):
    # an estimate that is said to be unread moves no byte
    for arrangement in case.arrangements.values():
        found = evaluate(case, settlement, arrangement, few)
        assert found.used <= set(case.ledger)
        pinned = few
        for name in set(case.ledger) - found.used:
            pinned = pinned.pinned(name, 0.99)
        assert _bytes(evaluate(case, settlement, arrangement, pinned)) == _bytes(found)
