"""The contest (ST4): a ratio form, with closed forms that need no code of ours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stakes.cases import FUTURES, PERSONS, arrays, full, weighed

from holdfast.stakes import odds, options
from holdfast.vocabulary.axes import GRAB, MAJOR, PROBE

DECISIVE = arrays(0.2, 6.0)
ADVANTAGES = arrays(0.5, 8.0)
EVERY = pytest.mark.parametrize("option", [PROBE, GRAB, MAJOR])


def _against(k, **more):
    """Return the options of an attacker that is seen coming, against a defender worth k attackers."""
    return options(weighed(defender_advantage=k, **more))


@EVERY
@given(defender=PERSONS, m=DECISIVE, k=ADVANTAGES)
def test_even_where_the_attacker_is_worth_k_defenders(option, defender, m, k):
    np.testing.assert_allclose(odds(k * defender, defender, _against(k), option, m), 0.5, rtol=1e-13)


@EVERY
@given(attacker=PERSONS, defender=PERSONS, m=DECISIVE, k=ADVANTAGES, partners=arrays(0.0, 2e5))
def test_a_to_the_m_over_both(option, attacker, defender, m, k, partners):
    # in the rule's own words: a^m / (a^m + (k d)^m), with all partners beside the defender
    against = _against(k, partners=partners, guard=1.0)
    won, lost = attacker**m, (k * (defender + partners)) ** m
    np.testing.assert_allclose(
        odds(attacker, defender, against, option, m), won / (won + lost), rtol=1e-11, atol=1e-300
    )


def test_known_numbers():
    # three to one against a defender worth three: even; nine to one, squared: odds of nine
    attacker = np.array([3.0, 9.0, 1.0, 3.0])
    found = odds(attacker, full(1.0), _against(3.0), MAJOR, np.array([2.0, 2.0, 2.0, 7.0]))
    np.testing.assert_allclose(found, [0.5, 0.9, 0.1, 0.5], rtol=1e-13)


def test_surprise_counts_as_more_attackers():
    """ST7 in ST4: unseen, with a surprise of 1.5, two are worth three."""
    unseen = options(weighed(surprise=1.5, warning=0.0))
    found = odds(full(2.0), full(3.0), unseen, MAJOR, full(2.2))
    np.testing.assert_allclose(found, 0.5, rtol=1e-13)


def test_partners_at_a_place_are_those_of_st8():
    there = options(weighed(partners=1_000.0, partners_at_once=100.0, guard=0.1))
    m = full(1.0)
    np.testing.assert_allclose(odds(full(500.0), full(300.0), there, GRAB, m), 0.5, rtol=1e-13)
    np.testing.assert_allclose(odds(full(500.0), full(300.0), there, MAJOR, m), 5.0 / 19.0, rtol=1e-13)


@given(PERSONS, PERSONS, DECISIVE, ADVANTAGES, st.floats(1.0, 50.0))
def test_monotone_in_each_strength(attacker, defender, m, k, factor):
    chance = odds(attacker, defender, _against(k), MAJOR, m)
    assert (odds(attacker * factor, defender, _against(k), MAJOR, m) >= chance).all()
    assert (odds(attacker, defender * factor, _against(k), MAJOR, m) <= chance).all()
    assert (odds(attacker, defender, _against(k * factor), MAJOR, m) <= chance).all()
    assert (odds(attacker, defender, _against(k, partners=1e3 * factor), MAJOR, m) <= chance).all()


@given(PERSONS, PERSONS, DECISIVE, ADVANTAGES, st.floats(1.0, 3.0))
def test_decisiveness_favours_the_stronger(attacker, defender, m, k, factor):
    against = _against(k)
    chance = odds(attacker, defender, against, MAJOR, m)
    sharper = odds(attacker, defender, against, MAJOR, m * factor)
    ahead = attacker > k * defender
    assert (sharper[ahead] >= chance[ahead] - 1e-14).all()
    assert (sharper[~ahead] <= chance[~ahead] + 1e-14).all()


@given(PERSONS, PERSONS, DECISIVE, ADVANTAGES, st.floats(1e-3, 1e3))
def test_free_of_scale(attacker, defender, m, k, unit):
    against = _against(k)
    chance = odds(attacker, defender, against, MAJOR, m)
    scaled = odds(attacker * unit, defender * unit, against, MAJOR, m)
    np.testing.assert_allclose(scaled, chance, rtol=1e-11)


@given(PERSONS, PERSONS, DECISIVE)
def test_without_advantage_one_side_wins(one, other, m):
    level = _against(1.0)
    both = odds(one, other, level, MAJOR, m) + odds(other, one, level, MAJOR, m)
    np.testing.assert_allclose(both, 1.0, rtol=1e-12)


@pytest.mark.parametrize("m", [0.05, 1.0, 20.0])
def test_extreme_strengths_stay_chances(m):
    attacker = np.array([1.0, 3e6, 1.0, 3e6])
    defender = np.array([3e6, 1.0, 1.0, 3e6])
    chance = odds(attacker, defender, _against(10.0), MAJOR, full(m))
    assert ((chance >= 0.0) & (chance <= 1.0)).all()
    assert chance.shape == (FUTURES,)
