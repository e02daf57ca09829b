"""Futures weighed by answers on record (AC5)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.accept import Answered, RecordQuery, conditioned, recorded

FUTURES = 6


def _answered(chance, accepts, party="AAA", settlement="one"):
    return Answered(party, settlement, accepts, np.asarray(chance, dtype=np.float64))


CHANCES = hnp.arrays(np.float64, FUTURES, elements=st.floats(1e-6, 1.0 - 1e-6))
ANSWERS = st.lists(
    st.builds(_answered, CHANCES, st.booleans(), st.sampled_from(["AAA", "BBB"])), min_size=0, max_size=6
)


def _query(*answers):
    return RecordQuery(tuple(answers), FUTURES)


def test_a_record_on_paper():
    """AAA accepted one and refused another: the root of 0.8 x 0.2 and so on; BBB refused."""
    found = recorded(
        RecordQuery(
            (
                _answered([0.8, 0.5], True),
                _answered([0.8, 0.5], False, settlement="two"),
                _answered([0.1, 0.6], False, "BBB"),
            ),
            2,
        )
    )
    np.testing.assert_allclose(found.by_party["AAA"], [0.4, 0.5], rtol=1e-12)
    np.testing.assert_allclose(found.by_party["BBB"], [0.9, 0.4], rtol=1e-12)
    np.testing.assert_allclose(found.weights, np.array([0.36, 0.20]) / 0.56, rtol=1e-12)
    assert found.effective == pytest.approx(0.56**2 / (0.36**2 + 0.20**2))


@given(ANSWERS)
def test_weights_add_up_and_count_as_one_future_to_all(answers):
    found = recorded(_query(*answers))
    assert (found.weights >= 0.0).all()
    assert found.weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert 1.0 - 1e-9 <= found.effective <= FUTURES + 1e-9


@given(ANSWERS)
def test_a_refusal_for_the_same_reasons_said_again_is_no_news(answers):
    again = [answer for answer in answers for _ in range(3)]
    np.testing.assert_allclose(
        recorded(_query(*again)).weights, recorded(_query(*answers)).weights, rtol=1e-9, atol=1e-15
    )


@given(ANSWERS)
def test_the_order_of_answers_changes_nothing(answers):
    one, other = recorded(_query(*answers)), recorded(_query(*answers[::-1]))
    np.testing.assert_allclose(other.weights, one.weights, rtol=1e-9, atol=1e-15)


@given(CHANCES)
def test_with_one_answer_weights_go_with_its_chance(chance):
    for accepts, says in ((True, chance), (False, 1.0 - chance)):
        found = recorded(_query(_answered(chance, accepts)))
        np.testing.assert_allclose(found.weights, says / says.sum(), rtol=1e-9)


@given(ANSWERS, CHANCES)
def test_futures_that_say_the_same_stay_as_they_are(answers, chance):
    sure = _answered(np.full(FUTURES, float(chance[0])), True, "CCC")
    np.testing.assert_allclose(
        recorded(_query(*answers, sure)).weights, recorded(_query(*answers)).weights, rtol=1e-9, atol=1e-15
    )


def test_without_a_record_all_futures_count_alike():
    found = recorded(_query())
    np.testing.assert_allclose(found.weights, 1.0 / FUTURES, rtol=1e-15)
    assert found.effective == pytest.approx(FUTURES)
    assert found.by_party == {}


def test_what_the_model_calls_impossible_breaks_nothing():
    found = recorded(_query(_answered([1.0, 1.0, 1.0, 1.0, 1.0, 0.5], False)))
    np.testing.assert_allclose(found.weights, [0.0, 0.0, 0.0, 0.0, 0.0, 1.0], atol=1e-12)
    nowhere = recorded(_query(_answered(np.ones(FUTURES), False)))
    np.testing.assert_allclose(nowhere.weights, 1.0 / FUTURES, rtol=1e-12)


# --- Values in weighed futures -----------------------------------------------------------------------


def test_conditioned_values_on_paper():
    values = np.array([3.0, 1.0, 2.0, 10.0])
    found = conditioned(values, np.array([0.5, 0.04, 0.06, 0.4]))
    assert found.mean == pytest.approx(1.5 + 0.04 + 0.12 + 4.0)
    assert (found.low, found.high) == (2.0, 10.0)


@given(hnp.arrays(np.float64, 40, elements=st.floats(-5.0, 5.0)))
def test_with_equal_weights_it_is_the_plain_mean_and_range(values):
    found = conditioned(values, np.full(40, 0.1))
    assert found.mean == pytest.approx(values.mean(), abs=1e-12)
    low, high = np.quantile(values, [0.05, 0.95], method="inverted_cdf")
    assert (found.low, found.high) == (low, high)


@given(st.lists(st.integers(1, 5), min_size=FUTURES, max_size=FUTURES), CHANCES)
def test_a_weight_is_a_number_of_copies(copies, values):
    found = conditioned(values, np.array(copies, dtype=np.float64))
    expected = conditioned(np.repeat(values, copies), np.ones(sum(copies)))
    assert found.mean == pytest.approx(expected.mean, abs=1e-12)
    assert (found.low, found.high) == (expected.low, expected.high)


def test_futures_without_a_value_are_left_out():
    values = np.array([np.nan, 1.0, 2.0])
    assert conditioned(values, np.array([0.9, 0.05, 0.05])).mean == pytest.approx(1.5)
    assert np.isnan(conditioned(np.full(3, np.nan), np.ones(3)).mean)
