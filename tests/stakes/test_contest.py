"""The contest (ST3): a ratio form, with closed forms that need no code of ours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.stakes import chance_of_success

ONE = np.ones(5)


def _arrays(low, high):
    return hnp.arrays(np.float64, 5, elements=st.floats(low, high))


PERSONS = _arrays(1e3, 3e6)
EXPONENTS = _arrays(0.2, 6.0)
ADVANTAGES = _arrays(0.5, 8.0)


@given(PERSONS, EXPONENTS, ADVANTAGES)
def test_even_odds_where_the_attacker_is_worth_k_defenders(defender, m, k):
    np.testing.assert_array_equal(chance_of_success(k * defender, defender, m, k), 0.5)


@given(PERSONS, PERSONS, _arrays(0.2, 3.0), ADVANTAGES)
def test_odds_are_the_ratio_to_the_power_m(attacker, defender, m, k):
    chance = chance_of_success(attacker, defender, m, k)
    odds = (attacker / (k * defender)) ** m
    # the odds of a chance near 1 lose digits: compare chance by chance as well
    np.testing.assert_allclose(chance, odds / (1.0 + odds), rtol=1e-12)
    near = odds < 1e3
    np.testing.assert_allclose((chance / (1.0 - chance))[near], odds[near], rtol=1e-10)


def test_known_numbers():
    # three to one against a defender worth three, squared: even; nine to one: odds 9
    found = chance_of_success(np.array([3.0, 9.0, 1.0]), np.ones(3), np.full(3, 2.0), np.full(3, 3.0))
    np.testing.assert_allclose(found, [0.5, 0.9, 0.1], rtol=1e-14)


@given(PERSONS, PERSONS, EXPONENTS, ADVANTAGES, st.floats(1.0, 50.0))
def test_monotone_in_each_strength(attacker, defender, m, k, factor):
    chance = chance_of_success(attacker, defender, m, k)
    assert (chance_of_success(attacker * factor, defender, m, k) >= chance).all()
    assert (chance_of_success(attacker, defender * factor, m, k) <= chance).all()
    assert (chance_of_success(attacker, defender, m, k * factor) <= chance).all()


@given(PERSONS, PERSONS, EXPONENTS, ADVANTAGES, st.floats(1.0, 3.0))
def test_decisiveness_favours_the_stronger(attacker, defender, m, k, factor):
    chance = chance_of_success(attacker, defender, m, k)
    sharper = chance_of_success(attacker, defender, m * factor, k)
    stronger = k * defender < attacker
    assert (sharper[stronger] >= chance[stronger]).all()
    weaker = k * defender > attacker
    assert (sharper[weaker] <= chance[weaker]).all()


@given(PERSONS, PERSONS, EXPONENTS, ADVANTAGES, st.floats(1e-3, 1e3))
def test_free_of_scale(attacker, defender, m, k, unit):
    chance = chance_of_success(attacker, defender, m, k)
    np.testing.assert_allclose(chance_of_success(attacker * unit, defender * unit, m, k), chance, rtol=1e-12)
    np.testing.assert_array_equal(chance_of_success(attacker * 4.0, defender * 4.0, m, k), chance)


@given(PERSONS, PERSONS, EXPONENTS)
def test_without_advantage_one_side_wins(one, other, m):
    both = chance_of_success(one, other, m, ONE) + chance_of_success(other, one, m, ONE)
    np.testing.assert_allclose(both, 1.0, rtol=1e-12)


@pytest.mark.parametrize("m", [0.05, 1.0, 20.0])
def test_extreme_strengths_stay_chances(m):
    attacker = np.array([1.0, 3e6, 1.0, 3e6])
    defender = np.array([3e6, 1.0, 1.0, 3e6])
    chance = chance_of_success(attacker, defender, np.full(4, m), np.full(4, 10.0))
    assert ((chance >= 0.0) & (chance <= 1.0)).all()
