"""Values of attack, war and settlement: identities that follow from ST4 to ST8."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.stakes import StakesQuery, stakes

FUTURES = 4


def _arrays(low, high):
    return hnp.arrays(np.float64, FUTURES, elements=st.floats(low, high))


def _full(value):
    return np.full(FUTURES, float(value))


PERSONS = _arrays(1e4, 2e6)
SHARE = _arrays(0.0, 1.0)
COST = _arrays(0.0, 2.0)
QUERIES = st.builds(
    StakesQuery,
    own_now=PERSONS,
    own_rebuilt=PERSONS,
    own_war=PERSONS,
    other_now=PERSONS,
    other_rebuilt=PERSONS,
    other_war=PERSONS,
    other_partners=_arrays(0.0, 2e5),
    decisiveness=_arrays(0.5, 4.0),
    defender_advantage=_arrays(0.8, 5.0),
    surprise=_arrays(1.0, 2.0),
    warning=SHARE,
    belief_bias=_arrays(-0.3, 0.3),
    offensive_cost=COST,
    war_cost=COST,
    response_cost=COST,
    response_chance=SHARE,
    forfeit=COST,
    future_weight=SHARE,
    terms=_arrays(-1.0, 1.0),
    foreign_troops=_arrays(-0.3, 1.0),
    provocation=_arrays(-0.3, 0.3),
)
FIELDS = ("success_now", "success_rebuilt", "attack_now", "attack_rebuilt", "war", "settlement_before_risk")


def _same(one, other, but=()):
    for name in FIELDS:
        if name not in but:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


def _odds(chance):
    return chance / (1.0 - chance)


@given(QUERIES)
def test_an_attack_seen_coming_is_no_surprise(query):
    seen = replace(query, warning=_full(1.0))
    _same(stakes(seen), stakes(replace(seen, surprise=_full(1.0))))


@given(QUERIES)
def test_warning_is_worth_nothing_where_surprise_is(query):
    dull = replace(query, surprise=_full(1.0))
    _same(stakes(dull), stakes(replace(dull, warning=_full(0.0))))


@given(QUERIES)
def test_full_surprise_is_worth_that_many_more_attackers(query):
    unseen = replace(query, warning=_full(0.0))
    open_attack = replace(
        unseen,
        own_now=query.own_now * query.surprise,
        own_rebuilt=query.own_rebuilt * query.surprise,
        surprise=_full(1.0),
    )
    for name in ("success_now", "success_rebuilt", "attack_now", "attack_rebuilt"):
        np.testing.assert_allclose(
            getattr(stakes(unseen), name), getattr(stakes(open_attack), name), rtol=1e-12, atol=1e-14
        )


@given(QUERIES)
def test_success_has_the_odds_of_the_contest(query):
    fair = stakes(replace(query, surprise=_full(1.0)))
    for found, own, other in (
        (fair.success_now, query.own_now, query.other_now),
        (fair.success_rebuilt, query.own_rebuilt, query.other_rebuilt),
    ):
        ratio = own / (query.defender_advantage * (other + query.other_partners))
        odds = ratio**query.decisiveness
        np.testing.assert_allclose(found, odds / (1.0 + odds), rtol=1e-11)


@given(QUERIES)
def test_value_of_attack_adds_up(query):
    found = stakes(query)
    cost = (
        query.offensive_cost + query.response_chance * query.response_cost + query.forfeit - query.provocation
    )
    for attack, success in (
        (found.attack_now, found.success_now),
        (found.attack_rebuilt, found.success_rebuilt),
    ):
        believed = np.minimum(1.0, np.maximum(0.0, success + query.belief_bias))
        np.testing.assert_allclose(attack, believed - cost, rtol=0, atol=1e-12)


@given(QUERIES)
def test_a_sure_response_costs_its_price_and_none_costs_nothing(query):
    sure, none = (stakes(replace(query, response_chance=_full(chance))) for chance in (1.0, 0.0))
    np.testing.assert_allclose(none.attack_now - sure.attack_now, query.response_cost, rtol=0, atol=1e-12)
    np.testing.assert_allclose(
        none.attack_rebuilt - sure.attack_rebuilt, query.response_cost, rtol=0, atol=1e-12
    )


@given(QUERIES, st.data())
def test_war_knows_nothing_of_the_settlement(query, data):
    other = data.draw(QUERIES)
    strange = replace(
        other,
        own_war=query.own_war,
        other_war=query.other_war,
        decisiveness=query.decisiveness,
        defender_advantage=query.defender_advantage,
        belief_bias=query.belief_bias,
        war_cost=query.war_cost,
    )
    np.testing.assert_array_equal(stakes(strange).war, stakes(query).war)


@given(QUERIES)
def test_war_between_equals_is_worth_its_cost(query):
    # either may win, with the same chance
    even = replace(query, own_war=query.other_war, belief_bias=_full(0.0))
    np.testing.assert_allclose(stakes(even).war, -query.war_cost, rtol=0, atol=1e-12)


@given(QUERIES)
def test_war_is_a_contest_that_either_side_may_win(query):
    fair = replace(query, belief_bias=_full(0.0), decisiveness=_full(1.0))
    own, other, k = query.own_war, query.other_war, query.defender_advantage
    winning, losing = own / (own + k * other), other / (other + k * own)
    np.testing.assert_allclose(stakes(fair).war, winning - losing - query.war_cost, rtol=0, atol=1e-12)


@given(QUERIES)
def test_a_settlement_is_worth_its_terms_where_no_attack_pays(query):
    costly = replace(query, offensive_cost=_full(10.0))
    np.testing.assert_array_equal(stakes(costly).settlement_before_risk, query.terms - query.foreign_troops)


@given(QUERIES)
def test_the_option_of_attacking_later_is_weighed_and_never_a_burden(query):
    found = stakes(query)
    # being provoked makes nobody value a settlement more
    option = np.maximum(0.0, np.maximum(found.attack_now, found.attack_rebuilt) - query.provocation)
    bare = query.terms - query.foreign_troops
    np.testing.assert_allclose(
        found.settlement_before_risk - bare, query.future_weight * option, rtol=0, atol=1e-12
    )
    myopic = stakes(replace(query, future_weight=_full(0.0)))
    np.testing.assert_array_equal(myopic.settlement_before_risk, bare)


@given(QUERIES)
def test_belief_stays_between_nothing_and_the_whole_prize(query):
    sure, hopeless = (stakes(replace(query, belief_bias=_full(bias))) for bias in (2.0, -2.0))
    for name in ("attack_now", "attack_rebuilt", "war"):
        np.testing.assert_allclose(getattr(sure, name) - getattr(hopeless, name), 1.0, rtol=0, atol=1e-12)
    _same(sure, stakes(query), but={"attack_now", "attack_rebuilt", "war", "settlement_before_risk"})


@pytest.mark.parametrize(
    ("field", "sign"),
    [
        ("own_now", 1),
        ("own_rebuilt", 1),
        ("other_now", -1),
        ("other_rebuilt", -1),
        ("other_partners", -1),
        ("defender_advantage", -1),
        ("surprise", 1),
        ("warning", -1),
        ("belief_bias", 1),
        ("offensive_cost", -1),
        ("response_cost", -1),
        ("response_chance", -1),
        ("forfeit", -1),
        ("provocation", 1),
    ],
)
@given(query=QUERIES, factor=st.floats(0.0, 0.5))
def test_signs_of_the_value_of_attack(field, sign, query, factor):
    old = getattr(query, field)
    more = (
        old + factor * (1.0 - old)
        if field in {"warning", "response_chance"}
        else old + factor * np.maximum(abs(old), 0.1)
    )
    before, after = stakes(query), stakes(replace(query, **{field: more}))
    for name in ("attack_now", "attack_rebuilt"):
        assert (sign * (getattr(after, name) - getattr(before, name)) >= -1e-12).all()
