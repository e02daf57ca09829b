"""Acceptance (AC1 to AC4): what must hold of any such rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.accept import AcceptQuery, accept

FUTURES = 4


def _arrays(low, high, shape=(2, FUTURES)):
    return hnp.arrays(np.float64, shape, elements=st.floats(low, high))


QUERIES = st.builds(
    AcceptQuery,
    parties=st.just(("AAA", "BBB")),
    settlement=_arrays(-2.0, 2.0),
    war=_arrays(-2.0, 2.0),
    exposure=_arrays(0.0, 1.0),
    future_weight=_arrays(0.0, 1.0),
    noise=_arrays(0.01, 1.0, FUTURES),
    ceasefire=st.just(True),
    barred_by=st.just(()),
)


@given(QUERIES)
def test_margin_adds_up_and_chance_has_its_odds(query):
    found = accept(query)
    margin = query.settlement - query.war - query.future_weight * query.exposure
    np.testing.assert_allclose(found.margin, margin, rtol=0, atol=1e-12)
    small = np.abs(margin / query.noise) < 20.0
    odds = found.by_party[small] / (1.0 - found.by_party[small])
    np.testing.assert_allclose(np.log(odds), (margin / query.noise)[small], rtol=0, atol=1e-6)


@given(QUERIES)
def test_without_noise_a_party_accepts_what_is_worth_more_than_war(query):
    found = accept(replace(query, noise=np.full(FUTURES, 1e-12)))
    clear = np.abs(found.margin) > 1e-6
    np.testing.assert_array_equal(found.by_party[clear], (found.margin > 0.0)[clear].astype(float))


def test_at_no_margin_the_coin_is_fair():
    nothing = np.zeros((2, FUTURES))
    found = accept(
        AcceptQuery(("AAA", "BBB"), nothing, nothing, nothing, nothing, np.ones(FUTURES), True, ())
    )
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
    found = accept(replace(query, ceasefire=ceasefire, barred_by=barred, settlement=query.settlement + 100.0))
    np.testing.assert_array_equal(found.by_party, 0.0)
    np.testing.assert_array_equal(found.both, 0.0)
    assert found.barred_by == barred
    assert np.isfinite(found.margin).all()


@given(QUERIES)
def test_relabelling_the_parties_changes_nothing(query):
    turned = AcceptQuery(
        query.parties[::-1],
        query.settlement[::-1],
        query.war[::-1],
        query.exposure[::-1],
        query.future_weight[::-1],
        query.noise,
        True,
        (),
    )
    one, other = accept(query), accept(turned)
    np.testing.assert_array_equal(other.by_party, one.by_party[::-1])
    np.testing.assert_array_equal(other.both, one.both)


@given(QUERIES, st.floats(0.0, 1.0), st.floats(1e-2, 1e2))
def test_signs_and_scale(query, more, unit):
    chance = accept(query).by_party
    assert (accept(replace(query, settlement=query.settlement + more)).by_party >= chance).all()
    assert (accept(replace(query, war=query.war + more)).by_party <= chance).all()
    riskier = query.exposure + more * (1.0 - query.exposure)
    assert (accept(replace(query, exposure=riskier)).by_party <= chance * (1.0 + 1e-12)).all()
    scaled = replace(
        query,
        settlement=query.settlement * unit,
        war=query.war * unit,
        exposure=query.exposure * unit,
        noise=query.noise * unit,
    )
    np.testing.assert_allclose(accept(scaled).by_party, chance, rtol=1e-9, atol=1e-14)
