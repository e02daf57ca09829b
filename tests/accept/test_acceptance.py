"""Acceptance (AC1 to AC4, AC6): what must hold of any such rule."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.accept import PARTS, AcceptQuery, accept, accept_both

FUTURES = 4


def _arrays(low, high, shape=(2, FUTURES)):
    return hnp.arrays(np.float64, shape, elements=st.floats(low, high))


QUERIES = st.builds(
    AcceptQuery,
    parties=st.just(("AAA", "BBB")),
    terms=_arrays(-2.0, 2.0),
    foreign_troops=_arrays(-0.5, 1.0),
    option=_arrays(0.0, 2.0),
    exposure=_arrays(0.0, 1.0),
    war=_arrays(-2.0, 2.0),
    future_weight=_arrays(0.0, 1.0),
    noise=_arrays(0.01, 1.0, FUTURES),
    ceasefire=st.just(True),
    barred_by=st.just(()),
)
STAKES = ("terms", "foreign_troops", "option", "exposure", "war")


def _zero(**given_arrays):
    nothing = {name: np.zeros((2, FUTURES)) for name in (*STAKES, "future_weight")}
    rest = {"parties": ("AAA", "BBB"), "noise": np.ones(FUTURES), "ceasefire": True, "barred_by": ()}
    return AcceptQuery(**{**nothing, **rest, **given_arrays})


@given(QUERIES)
def test_margin_adds_up_and_chance_has_its_odds(query):
    found = accept(query)
    peace = query.terms - query.foreign_troops + query.future_weight * (query.option - query.exposure)
    np.testing.assert_allclose(found.margin, peace - query.war, rtol=0, atol=1e-12)
    small = np.abs(found.margin / query.noise) < 20.0
    odds = found.by_party[small] / (1.0 - found.by_party[small])
    np.testing.assert_allclose(np.log(odds), (found.margin / query.noise)[small], rtol=0, atol=1e-6)


# --- Parts -------------------------------------------------------------------------------------------


@given(QUERIES)
def test_the_parts_are_the_margin(query):
    found = accept(query)
    assert tuple(found.parts) == PARTS
    assert all(part.shape == found.margin.shape for part in found.parts.values())
    np.testing.assert_array_equal(sum(found.parts.values()), found.margin)


@pytest.mark.parametrize(
    ("name", "part", "share"),
    [
        ("terms", "terms", 1.0),
        ("foreign_troops", "foreign_troops", -1.0),
        ("option", "attacking_later", 0.25),
        ("exposure", "being_attacked", -0.25),
        ("war", "war", -1.0),
    ],
)
def test_each_part_is_what_its_name_says_and_no_other(name, part, share):
    values = np.arange(8.0).reshape(2, FUTURES)
    found = accept(_zero(**{name: values}, future_weight=np.full((2, FUTURES), 0.25)))
    for one in PARTS:
        np.testing.assert_array_equal(found.parts[one], share * values if one == part else 0.0)


# --- Chances -----------------------------------------------------------------------------------------


@given(QUERIES)
def test_without_noise_a_party_accepts_what_is_worth_more_than_war(query):
    found = accept(replace(query, noise=np.full(FUTURES, 1e-12)))
    clear = np.abs(found.margin) > 1e-6
    np.testing.assert_array_equal(found.by_party[clear], (found.margin > 0.0)[clear].astype(float))


def test_at_no_margin_the_coin_is_fair():
    found = accept(_zero())
    np.testing.assert_array_equal(found.by_party, 0.5)
    np.testing.assert_array_equal(found.both, 0.25)


@given(QUERIES)
def test_both_accept_with_the_product(query):
    found = accept(query)
    np.testing.assert_array_equal(found.both, found.by_party[0] * found.by_party[1])
    assert (found.both <= found.by_party).all()
    assert ((found.by_party >= 0.0) & (found.by_party <= 1.0)).all()


@pytest.mark.parametrize(
    ("ceasefire", "barred"),
    [(False, ()), (True, ("foreign_troops: none",)), (False, ("foreign_troops: none",))],
)
@given(query=QUERIES)
def test_no_ceasefire_or_a_bar_means_that_nobody_accepts(ceasefire, barred, query):
    found = accept(replace(query, ceasefire=ceasefire, barred_by=barred, terms=query.terms + 100.0))
    np.testing.assert_array_equal(found.by_party, 0.0)
    np.testing.assert_array_equal(found.both, 0.0)
    assert found.barred_by == barred
    assert np.isfinite(found.margin).all()


@given(QUERIES)
def test_relabelling_the_parties_changes_nothing(query):
    turned = replace(
        query,
        **{
            field.name: getattr(query, field.name)[::-1]
            for field in fields(query)
            if field.name not in {"noise", "ceasefire", "barred_by"}
        },
    )
    one, other = accept(query), accept(turned)
    np.testing.assert_array_equal(other.by_party, one.by_party[::-1])
    np.testing.assert_array_equal(other.both, one.both)


@given(QUERIES, st.floats(0.0, 1.0), st.floats(1e-2, 1e2))
def test_signs_and_scale(query, more, unit):
    chance = accept(query).by_party
    assert (accept(replace(query, terms=query.terms + more)).by_party >= chance).all()
    assert (accept(replace(query, option=query.option + more)).by_party >= chance * (1.0 - 1e-12)).all()
    assert (accept(replace(query, war=query.war + more)).by_party <= chance).all()
    riskier = query.exposure + more * (1.0 - query.exposure)
    assert (accept(replace(query, exposure=riskier)).by_party <= chance * (1.0 + 1e-12)).all()
    scaled = {name: getattr(query, name) * unit for name in (*STAKES, "noise")}
    np.testing.assert_allclose(accept(replace(query, **scaled)).by_party, chance, rtol=1e-9, atol=1e-14)


# --- The fallback too (AC6) --------------------------------------------------------------------------


@given(QUERIES, QUERIES)
def test_accepting_both_lies_between_the_product_and_the_smaller(query, other):
    one, two = accept(query), accept(replace(other, noise=query.noise))
    both = accept_both(one, two)
    np.testing.assert_array_equal(both, accept_both(two, one))
    assert (both <= np.minimum(one.both, two.both)).all()
    assert (both >= one.both * two.both).all()
    np.testing.assert_array_equal(accept_both(one, one), one.both)
    np.testing.assert_array_equal(both[(one.both == 0.0) | (two.both == 0.0)], 0.0)


def test_accepting_both_is_drawing_one_shock_for_each_party():
    """A slow second implementation: one logistic shock for each party, kept in both decisions."""
    terms = np.array([[0.3, -0.2, 0.0, 0.6], [-0.1, 0.4, 0.2, -0.5]])
    one, two = accept(_zero(terms=terms)), accept(_zero(terms=-terms + 0.1))
    shocks = np.random.default_rng(3).logistic(size=(400_000, 2, 1))
    yes = (shocks + one.margin > 0.0) & (shocks + two.margin > 0.0)
    np.testing.assert_allclose(accept_both(one, two), yes.all(axis=1).mean(axis=0), atol=0.004)


def test_acceptances_of_different_parties_are_not_put_together():
    one = accept(_zero())
    with pytest.raises(ValueError, match="different parties"):
        accept_both(one, replace(one, parties=("AAA", "CCC")))
