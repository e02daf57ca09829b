"""The host's strength under support, in peace and if war goes on (ST1, ST2)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.stakes import StrengthQuery, host_strength

FUTURES = 4


def _arrays(low, high):
    return hnp.arrays(np.float64, FUTURES, elements=st.floats(low, high))


def _full(value):
    return np.full(FUTURES, float(value))


QUERIES = st.builds(
    StrengthQuery,
    now=_arrays(1e4, 2e6),
    rebuilt=_arrays(0.5, 2.5),
    support_ratio=_arrays(0.01, 10.0),
    elasticity=_arrays(0.01, 1.0),
    extra_trained=_arrays(0.0, 2e5),
    training_gain=_arrays(1.0, 1.3),
    intelligence=st.booleans(),
    intelligence_gain=_arrays(1.0, 1.5),
    cap_persons=st.none() | st.floats(1e4, 2e6),
)


def _as_at_the_halt(query):
    return replace(
        query, support_ratio=_full(1.0), extra_trained=_full(0.0), intelligence=True, cap_persons=None
    )


@given(QUERIES)
def test_support_as_at_the_halt_changes_nothing(query):
    now, rebuilt, war = host_strength(_as_at_the_halt(query))
    np.testing.assert_array_equal(war, query.now)
    np.testing.assert_array_equal(now, query.now)
    np.testing.assert_array_equal(rebuilt, query.now * query.rebuilt)


@given(QUERIES, st.floats(0.1, 10.0))
def test_support_works_with_a_constant_elasticity(query, factor):
    _, *before = host_strength(query)
    _, *after = host_strength(replace(query, support_ratio=query.support_ratio * factor))
    for one, other in zip(before, after, strict=True):
        np.testing.assert_allclose(np.log(other / one), query.elasticity * np.log(factor), rtol=0, atol=1e-12)


@given(QUERIES)
def test_a_cap_binds_the_persons_and_not_their_worth(query):
    _, free, war = host_strength(replace(query, cap_persons=None))
    persons = query.now * query.rebuilt
    worth = free / persons
    cap = float(np.median(persons))
    _, capped, still = host_strength(replace(query, cap_persons=cap))
    np.testing.assert_array_equal(still, war)  # no settlement, no cap
    np.testing.assert_allclose(capped, np.minimum(persons, cap) * worth, rtol=1e-12)
    _, loose, _ = host_strength(replace(query, cap_persons=float(persons.max())))
    np.testing.assert_array_equal(loose, free)


@given(QUERIES)
def test_at_the_halt_only_intelligence_counts(query):
    now, _, _ = host_strength(query)
    expected = query.now if query.intelligence else query.now / query.intelligence_gain
    np.testing.assert_allclose(now, expected, rtol=1e-15)


@given(QUERIES)
def test_losing_intelligence_divides_every_strength_by_its_worth(query):
    seeing = host_strength(replace(query, intelligence=True))
    blind = host_strength(replace(query, intelligence=False))
    for with_it, without in zip(seeing, blind, strict=True):
        np.testing.assert_allclose(with_it / without, query.intelligence_gain, rtol=1e-12)


@pytest.mark.parametrize(
    ("trained", "power"), [(0, 0.0), (40_000, 0.5), (80_000, 1.0), (160_000, 2.0), (400_000, 2.0)]
)
def test_training_counts_a_tenth_a_year_and_no_more_than_a_fifth(trained, power):
    gain = np.linspace(1.0, 1.2, FUTURES)
    query = StrengthQuery(
        _full(800_000), _full(1.0), _full(1.0), _full(0.2), _full(trained), gain, True, _full(1.1), None
    )
    _, rebuilt, war = host_strength(query)
    np.testing.assert_allclose(rebuilt, 800_000 * gain**power, rtol=1e-13)
    np.testing.assert_allclose(war, rebuilt, rtol=1e-13)


@given(QUERIES, st.floats(1.0, 3.0))
def test_more_of_anything_given_never_weakens(query, factor):
    _, before, war = host_strength(query)
    for more in (
        replace(query, support_ratio=query.support_ratio * factor),
        replace(query, extra_trained=query.extra_trained * factor),
        replace(query, intelligence=True),
        replace(query, cap_persons=None if query.cap_persons is None else query.cap_persons * factor),
        replace(query, rebuilt=query.rebuilt * factor),
    ):
        assert (host_strength(more)[1] >= before * (1.0 - 1e-12)).all()
        assert (host_strength(more)[2] >= war * (1.0 - 1e-12)).all()
