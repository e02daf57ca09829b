"""The bill (CO1, CO2): linear, and its lines add up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.cost import CostQuery, Item, bill

FUTURES = 3


def _arrays(low, high):
    return hnp.arrays(np.float64, FUTURES, elements=st.floats(low, high))


ITEMS = st.builds(
    Item,
    name=st.sampled_from(["soldiers", "drones", "monitors"]),
    quantity=_arrays(0.0, 1e5),
    eur_per_year_each=_arrays(0.0, 1e6),
)
QUERIES = st.builds(
    CostQuery, items=st.lists(ITEMS, max_size=5).map(tuple), support_eur_per_year=_arrays(0.0, 1e11)
)


@given(QUERIES)
def test_total_is_mission_and_support_and_lines_add_up(query):
    found = bill(query)
    mission = sum((item.quantity * item.eur_per_year_each for item in query.items), np.zeros(FUTURES))
    np.testing.assert_allclose(found.mission, mission, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(found.total, mission + query.support_eur_per_year, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(sum(found.lines.values()), found.total, rtol=1e-12, atol=1e-9)


def test_lines_add_up_whatever_an_item_is_called():
    items = (Item("support to the host", np.full(FUTURES, 2.0), np.full(FUTURES, 3.0)),)
    found = bill(CostQuery(items, np.full(FUTURES, 10.0)))
    np.testing.assert_allclose(sum(found.lines.values()), found.total)


@given(QUERIES, st.floats(0.0, 10.0))
def test_linear_in_quantities_and_in_prices(query, factor):
    more = tuple(replace(item, quantity=item.quantity * factor) for item in query.items)
    dearer = tuple(replace(item, eur_per_year_each=item.eur_per_year_each * factor) for item in query.items)
    for items in (more, dearer):
        found = bill(CostQuery(items, query.support_eur_per_year * factor))
        np.testing.assert_allclose(found.total, bill(query).total * factor, rtol=1e-12, atol=1e-9)


@given(QUERIES, QUERIES)
def test_two_bills_together_cost_the_sum(one, other):
    both = CostQuery((*one.items, *other.items), one.support_eur_per_year + other.support_eur_per_year)
    np.testing.assert_allclose(bill(both).total, bill(one).total + bill(other).total, rtol=1e-12, atol=1e-9)


def test_a_bill_on_paper():
    items = (Item("soldiers", np.full(FUTURES, 100.0), np.full(FUTURES, 62e3)),)
    found = bill(CostQuery((*items, *items), np.zeros(FUTURES)))
    np.testing.assert_allclose(found.lines["soldiers"], 12.4e6)
    np.testing.assert_allclose(found.total, 12.4e6)
    nothing = bill(CostQuery((), np.full(FUTURES, 7.0)))
    np.testing.assert_array_equal(nothing.mission, 0.0)
    np.testing.assert_array_equal(nothing.total, 7.0)
