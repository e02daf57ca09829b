"""Values of attack, war and settlement: identities that follow from ST10 to ST12."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stakes.cases import COST, OPTIONS, PERSONS, SHARE, arrays, full, weighed

from holdfast.stakes import StakesQuery, odds, options, stakes
from holdfast.vocabulary.axes import GRAB, MAJOR

FIELDS = (
    "success_now",
    "success_ahead",
    "attack_now",
    "attack_ahead",
    "war",
    "terms",
    "foreign_troops",
    "option",
    "settlement_before_risk",
    "best_value",
    "best_success",
    "best_share",
)
OF_ATTACK = {"attack_now", "attack_ahead", "best_value", "best_success", "best_share"}
MOMENTS = ("now", "ahead")


@st.composite
def queries(draw):
    """Return queries whose options are those of one party, provoked and not."""
    asked = draw(OPTIONS)
    return StakesQuery(
        own_now=draw(PERSONS),
        own_ahead=draw(PERSONS),
        own_war=draw(PERSONS),
        other_now=draw(PERSONS),
        other_ahead=draw(PERSONS),
        other_war=draw(PERSONS),
        weighed=options(asked),
        unprovoked=options(replace(asked, provocation=full(0.0))),
        mass=draw(arrays(0.01, 1.0)),
        guard=draw(arrays(0.01, 1.0)),
        grab_prize=asked.grab_prize,
        decisiveness=draw(arrays(0.5, 4.0)),
        defender_advantage=asked.defender_advantage,
        bias=draw(arrays(-0.3, 0.3)),
        war_cost=draw(COST),
        future_weight=draw(SHARE),
        terms=draw(arrays(-1.0, 1.0)),
        foreign_troops=draw(arrays(-0.3, 1.0)),
    )


QUERIES = queries()


def _same(one, other, but=()):
    for name in FIELDS:
        if name not in but:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


def _clipped(values):
    return np.minimum(1.0, np.maximum(0.0, values))


# --- Attack (ST4 to ST6 put together) ----------------------------------------------------------------


@given(QUERIES)
def test_success_is_that_of_a_major_offensive(query):
    found = stakes(query)
    for moment in MOMENTS:
        own, other = getattr(query, f"own_{moment}"), getattr(query, f"other_{moment}")
        expected = odds(own, other, query.weighed, MAJOR, query.decisiveness)
        np.testing.assert_array_equal(getattr(found, f"success_{moment}"), expected)


@given(QUERIES)
def test_value_of_attack_is_prize_times_belief_less_burden(query):
    found = stakes(query)
    prize, burden = query.weighed.prize[:, MAJOR], query.weighed.burden[:, MAJOR]
    for moment in MOMENTS:
        believed = _clipped(getattr(found, f"success_{moment}") + query.bias)
        expected = prize * believed - burden
        np.testing.assert_allclose(getattr(found, f"attack_{moment}"), expected, rtol=0, atol=1e-13)


@given(QUERIES)
def test_belief_stays_between_no_chance_and_certainty(query):
    """However wrong a party is, it believes in a chance: at most the whole prize lies between."""
    sure, hopeless = (stakes(replace(query, bias=full(bias))) for bias in (2.0, -2.0))
    prize = query.weighed.prize[:, MAJOR]
    for name in ("attack_now", "attack_ahead"):
        np.testing.assert_allclose(getattr(sure, name) - getattr(hopeless, name), prize, rtol=0, atol=1e-12)
    np.testing.assert_allclose(sure.war - hopeless.war, 1.0, rtol=0, atol=1e-12)
    _same(sure, stakes(query), but={*OF_ATTACK, "war", "option", "settlement_before_risk"})


def _plain(asked, **given_arrays):
    """Return a query of a party with plain numbers and the options asked for."""
    weighs = options(asked)
    plain = {
        "own_now": 3e5,
        "own_ahead": 4e5,
        "own_war": 2e5,
        "other_now": 3e5,
        "other_ahead": 3e5,
        "other_war": 3e5,
        "mass": 0.1,
        "guard": 0.05,
        "decisiveness": 1.5,
        "defender_advantage": 2.0,
        "bias": 0.1,
        "war_cost": 0.3,
        "future_weight": 0.7,
        "terms": 0.1,
        "foreign_troops": 0.0,
    }
    arrays_of = {name: full(value) for name, value in {**plain, **given_arrays}.items()}
    return StakesQuery(weighed=weighs, unprovoked=weighs, grab_prize=asked.grab_prize, **arrays_of)


def test_probes_do_not_count_where_peace_is_weighed():
    """Acceptance looks at what changes something: probes are the clock's (DE)."""
    small = weighed(probe_prize=0.9, probe_cost=0.0)
    for name in FIELDS:
        one, other = stakes(_plain(weighed())), stakes(_plain(small))
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


# --- The best attack ---------------------------------------------------------------------------------


def test_the_best_attack_on_paper():
    """A grab at odds of 2 to 1 now (100 x 0.2 to 200 x 0.05), 4 to 1 later; a major offensive at 1 to 2."""
    asked = weighed(grab_prize=0.2, grab_cost=0.2, offensive_cost=0.5)
    query = _plain(
        asked, own_now=1e5, own_ahead=2e5, other_now=2e5, other_ahead=2e5, mass=0.2, guard=0.05,
        decisiveness=1.0, defender_advantage=1.0, bias=0.0,
    )  # fmt: skip
    found = stakes(query)
    # major: 1/3 and 1/2 of 1, less 0.5; grab: 2/3 and 4/5 of 0.2, less 0.1
    np.testing.assert_allclose(found.attack_now, 1 / 3 - 0.5, rtol=1e-12)
    np.testing.assert_allclose(found.attack_ahead, 0.0, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.best_value, 0.06, rtol=1e-12)
    np.testing.assert_allclose(found.best_success, 0.8, rtol=1e-12)
    np.testing.assert_allclose(found.best_share, 0.2, rtol=1e-12)
    np.testing.assert_allclose(found.option, 0.06, rtol=1e-12)
    cheap = stakes(_plain(weighed(grab_prize=0.2, grab_cost=0.2, offensive_cost=0.1), bias=0.0))
    np.testing.assert_array_equal(cheap.best_share, 1.0)
    np.testing.assert_array_equal(cheap.best_value, cheap.attack_ahead)
    np.testing.assert_array_equal(cheap.best_success, cheap.success_ahead)


@given(QUERIES)
def test_the_best_attack_is_one_of_the_four_and_none_is_better(query):
    """A slow second implementation, one option and moment at a time."""
    found = stakes(query)
    chances, values, shares = [], [], []
    for moment in MOMENTS:
        own, other = getattr(query, f"own_{moment}"), getattr(query, f"other_{moment}")
        for option in (GRAB, MAJOR):
            mass, guard = (query.mass, query.guard) if option == GRAB else (1.0, 1.0)
            chance = odds(own * mass, other * guard, query.weighed, option, query.decisiveness)
            believed = _clipped(chance + query.bias)
            chances.append(chance)
            values.append(query.weighed.prize[:, option] * believed - query.weighed.burden[:, option])
            shares.append(query.grab_prize if option == GRAB else np.ones_like(chance))
    np.testing.assert_allclose(found.best_value, np.max(values, axis=0), rtol=0, atol=1e-12)
    for future in range(len(found.best_value)):
        fits = [
            abs(values[place][future] - found.best_value[future]) < 1e-12
            and abs(chances[place][future] - found.best_success[future]) < 1e-12
            and shares[place][future] == found.best_share[future]
            for place in range(4)
        ]
        assert any(fits)


# --- War (ST10) --------------------------------------------------------------------------------------


def test_a_war_on_paper():
    # two to one, a defender worth two: an even attack; the other's has 1/4 to 1, a fifth
    query = _plain(
        weighed(), own_war=200_000.0, other_war=100_000.0, decisiveness=1.0, defender_advantage=2.0, bias=0.1
    )
    np.testing.assert_allclose(stakes(query).war, (0.5 + 0.1) - 0.2 - 0.3, rtol=1e-12)


@given(QUERIES)
def test_what_one_wins_in_war_the_other_loses(query):
    """ST10 without bias: the values of war, costs apart, are opposite."""
    fair = replace(query, bias=full(0.0))
    turned = replace(fair, own_war=query.other_war, other_war=query.own_war)
    one, other = stakes(fair).war + query.war_cost, stakes(turned).war + query.war_cost
    np.testing.assert_allclose(one + other, 0.0, rtol=0, atol=1e-12)


@given(QUERIES)
def test_war_between_equals_is_worth_its_cost(query):
    even = replace(query, own_war=query.other_war, bias=full(0.0))
    np.testing.assert_allclose(stakes(even).war, -query.war_cost, rtol=0, atol=1e-12)


@given(QUERIES, QUERIES)
def test_war_knows_nothing_of_the_settlement(query, other):
    strange = replace(
        other,
        own_war=query.own_war,
        other_war=query.other_war,
        decisiveness=query.decisiveness,
        defender_advantage=query.defender_advantage,
        bias=query.bias,
        war_cost=query.war_cost,
    )
    np.testing.assert_array_equal(stakes(strange).war, stakes(query).war)


@given(QUERIES, st.floats(1.0, 5.0))
def test_strength_and_cost_in_war(query, factor):
    before = stakes(query).war
    assert (stakes(replace(query, own_war=query.own_war * factor)).war >= before - 1e-13).all()
    assert (stakes(replace(query, other_war=query.other_war * factor)).war <= before + 1e-13).all()
    dearer = stakes(replace(query, war_cost=query.war_cost + factor)).war
    np.testing.assert_allclose(before - dearer, factor, rtol=1e-12)


# --- Settlement (ST11, ST12) -------------------------------------------------------------------------


@given(QUERIES)
def test_a_settlement_is_worth_its_terms_where_no_attack_pays(query):
    dear = options(weighed(offensive_cost=10.0, forfeit=10.0))
    found = stakes(replace(query, weighed=dear, unprovoked=dear))
    np.testing.assert_array_equal(found.settlement_before_risk, query.terms - query.foreign_troops)


@given(QUERIES)
def test_the_option_of_attacking_later_is_the_best_attack_unprovoked_and_never_a_burden(query):
    found = stakes(query)
    calm = stakes(replace(query, weighed=query.unprovoked))
    np.testing.assert_allclose(found.option, np.maximum(calm.best_value, 0.0), rtol=0, atol=1e-12)
    assert (calm.best_value >= np.maximum(calm.attack_now, calm.attack_ahead)).all()
    peace = query.terms - query.foreign_troops + query.future_weight * found.option
    np.testing.assert_allclose(found.settlement_before_risk, peace, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(found.terms, query.terms)
    np.testing.assert_array_equal(found.foreign_troops, query.foreign_troops)


@settings(max_examples=200)
@given(QUERIES, OPTIONS, st.floats(0.0, 1.0), st.sampled_from([0.0, 0.5, 1.0]))
def test_a_term_that_is_worth_more_never_lowers_the_settlement(query, asked, gain, forfeited):
    """ST5, ST6, ST11: a gain counts once as a term and at most once, weighed, against attacking later."""
    asked = replace(asked, forfeit=np.minimum(asked.forfeit, asked.received), provocation=full(0.0))
    more = replace(asked, received=asked.received + gain, forfeit=asked.forfeit + forfeited * gain)
    one, other = (
        stakes(
            replace(
                query,
                weighed=options(weighs),
                unprovoked=options(weighs),
                grab_prize=asked.grab_prize,
                terms=query.terms + extra,
            )
        ).settlement_before_risk
        for weighs, extra in ((asked, 0.0), (more, gain))
    )
    assert (other >= one - 1e-12).all()


@given(QUERIES, OPTIONS)
def test_being_provoked_makes_nobody_value_a_settlement_more(query, asked):
    """ST12: provocation moves the value of attacking and not that of the settlement."""
    prices = replace(asked, provocation=full(0.0))
    calm, angry = options(prices), options(replace(prices, provocation=full(0.3)))
    one = stakes(replace(query, weighed=calm, unprovoked=calm))
    other = stakes(replace(query, weighed=angry, unprovoked=calm))
    _same(one, other, but=OF_ATTACK)
    for name in ("attack_now", "attack_ahead"):
        np.testing.assert_allclose(getattr(other, name) - getattr(one, name), 0.3, rtol=0, atol=1e-12)
    assert (other.best_value >= one.best_value).all()


@given(QUERIES)
def test_who_cares_for_the_present_alone_gets_the_terms(query):
    found = stakes(replace(query, future_weight=full(0.0)))
    np.testing.assert_array_equal(found.settlement_before_risk, query.terms - query.foreign_troops)


SIGNS = [
    ("own_now", 1),
    ("own_ahead", 1),
    ("other_now", -1),
    ("other_ahead", -1),
    ("future_weight", 1),
    ("bias", 1),
    ("terms", 1),
    ("foreign_troops", -1),
]


@pytest.mark.parametrize(("field", "sign"), SIGNS)
@settings(max_examples=40)
@given(query=QUERIES, factor=st.floats(0.0, 0.5))
def test_signs_of_the_settlement_before_risk(field, sign, query, factor):
    """ST11: strength is worth something in peace as well, for what it may be used for."""
    old = getattr(query, field)
    more = old + factor * ((1.0 - old) if field == "future_weight" else np.maximum(abs(old), 0.1))
    before = stakes(query).settlement_before_risk
    after = stakes(replace(query, **{field: more})).settlement_before_risk
    assert (sign * (after - before) >= -1e-12).all()
