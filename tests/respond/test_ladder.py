"""The breach ladder (RE1 to RE4)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.respond import Promise, RespondQuery, respond

FUTURES = 3


def _arrays(low, high):
    return hnp.arrays(np.float64, FUTURES, elements=st.floats(low, high))


def _full(value):
    return np.full(FUTURES, float(value))


PROMISES = st.builds(
    Promise,
    key=st.just("another"),
    faith=st.sampled_from(["political", "treaty"]),
    credibility=_arrays(0.0, 1.0),
    decide_days=_arrays(0.0, 60.0),
    arrive_days=_arrays(0.0, 60.0),
    persons=_arrays(0.0, 5e4),
    weight=_arrays(0.0, 1.0),
    fights=st.booleans(),
)
QUERIES = st.builds(
    RespondQuery,
    seen=_arrays(0.0, 1.0),
    notice_watched=_arrays(0.0, 1.0),
    notice_unwatched=_arrays(0.0, 5.0),
    attribute_watched=_arrays(0.0, 1.0),
    attribute_unwatched=_arrays(0.0, 40.0),
    breaker_days=_arrays(0.1, 40.0),
    promises=st.lists(PROMISES, max_size=4).map(
        lambda some: tuple(replace(promise, key=f"p{place}") for place, promise in enumerate(some))
    ),
)
SOME = QUERIES.filter(lambda query: query.promises)


@given(QUERIES)
def test_without_a_promise_nobody_comes(query):
    found = respond(replace(query, promises=()))
    assert found.days is None
    np.testing.assert_array_equal(found.chance, 0.0)
    np.testing.assert_array_equal(found.price, 0.0)
    np.testing.assert_array_equal(found.fighting, 0.0)
    np.testing.assert_array_equal(found.in_time_persons, 0.0)


@given(SOME)
def test_steps_add_up_and_the_fastest_counts(query):
    found = respond(query)
    first = [found.notice_days + found.attribute_days + p.decide_days + p.arrive_days for p in query.promises]
    assert found.days is not None
    np.testing.assert_allclose(found.days, np.min(first, axis=0), rtol=1e-12, atol=1e-12)


@given(QUERIES)
def test_watched_and_unwatched_times(query):
    for seen, notice, attribute in (
        (1.0, query.notice_watched, query.attribute_watched),
        (0.0, query.notice_unwatched, query.attribute_unwatched),
    ):
        found = respond(replace(query, seen=_full(seen)))
        np.testing.assert_array_equal(found.notice_days, notice)
        np.testing.assert_array_equal(found.attribute_days, attribute)
    middle = respond(replace(query, seen=_full(0.5)))
    np.testing.assert_allclose(middle.notice_days, (query.notice_watched + query.notice_unwatched) / 2.0)


@given(SOME)
def test_the_same_faith_never_multiplies(query):
    one = query.promises[0]
    twins = tuple(replace(one, key=f"p{i}") for i in range(4))
    found = respond(replace(query, promises=twins))
    np.testing.assert_allclose(found.chance, one.credibility, rtol=0, atol=1e-15)
    np.testing.assert_allclose(
        found.chance, respond(replace(query, promises=(one,))).chance, rtol=0, atol=1e-15
    )
    stronger = replace(one, credibility=(1.0 + one.credibility) / 2.0)
    found = respond(replace(query, promises=(one, stronger)))
    np.testing.assert_allclose(found.chance, stronger.credibility, rtol=0, atol=1e-15)


@given(_arrays(0.0, 1.0), _arrays(0.0, 1.0), QUERIES)
def test_different_faiths_are_independent(p, q, query):
    promises = tuple(
        Promise(faith, faith, chance, _full(1), _full(1), _full(0), _full(1), fights=True)
        for faith, chance in (("political", p), ("treaty", q))
    )
    np.testing.assert_allclose(
        respond(replace(query, promises=promises)).chance, p + q - p * q, rtol=0, atol=1e-12
    )


@given(QUERIES, PROMISES)
def test_another_promise_never_hurts(query, promise):
    before, after = respond(query), respond(replace(query, promises=(*query.promises, promise)))
    assert (after.chance >= before.chance).all()
    assert (after.price >= before.price).all()
    assert (after.fighting >= before.fighting).all()
    assert (after.in_time_persons >= before.in_time_persons).all()
    assert after.days is not None
    if before.days is not None:
        assert (after.days <= before.days).all()
    assert ((after.chance >= 0.0) & (after.chance <= 1.0)).all()


@given(SOME)
def test_a_late_response_adds_nobody_and_keeps_its_chance(query):
    late = respond(replace(query, breaker_days=_full(-1.0)))
    np.testing.assert_array_equal(late.in_time_persons, 0.0)
    np.testing.assert_array_equal(late.chance, respond(query).chance)
    early = respond(replace(query, breaker_days=_full(1e6)))
    # RE3: several promises may count on the same troops, so those of the largest alone
    expected = np.max([promise.persons * promise.credibility for promise in query.promises], axis=0)
    np.testing.assert_allclose(early.in_time_persons, expected, rtol=1e-12)


@given(SOME)
def test_more_eyes_never_slow_where_watching_is_faster(query):
    fast = replace(
        query,
        notice_watched=np.minimum(query.notice_watched, query.notice_unwatched),
        attribute_watched=np.minimum(query.attribute_watched, query.attribute_unwatched),
    )
    better = replace(fast, seen=(1.0 + fast.seen) / 2.0)
    slow, quick = respond(fast).days, respond(better).days
    assert slow is not None
    assert quick is not None
    assert (quick <= slow + 1e-9).all()


@given(QUERIES)
def test_the_price_is_at_most_the_chance_and_equals_it_where_every_response_is_a_whole_one(query):
    found = respond(query)
    assert ((found.price >= 0.0) & (found.price <= found.chance + 1e-15)).all()
    whole = tuple(replace(promise, weight=_full(1.0)) for promise in query.promises)
    np.testing.assert_array_equal(respond(replace(query, promises=whole)).price, found.chance)


@given(QUERIES)
def test_only_promises_of_troops_or_strikes_bring_partners_into_a_war(query):
    """WA5, RE4: the chance that one of those is kept; what it weighs and how late it comes do not matter."""
    found = respond(query)
    fighters = tuple(promise for promise in query.promises if promise.fights)
    alone = respond(replace(query, promises=fighters))
    np.testing.assert_array_equal(found.fighting, alone.fighting)
    np.testing.assert_array_equal(found.fighting, alone.chance)
    assert (found.fighting <= found.chance).all()
    meek = tuple(replace(promise, fights=False) for promise in query.promises)
    np.testing.assert_array_equal(respond(replace(query, promises=meek)).fighting, 0.0)


@given(SOME, st.booleans())
def test_whether_a_promise_fights_touches_nothing_else(query, fights):
    other = respond(
        replace(query, promises=tuple(replace(promise, fights=fights) for promise in query.promises))
    )
    found = respond(query)
    for name in ("notice_days", "attribute_days", "days", "chance", "price", "in_time_persons"):
        np.testing.assert_array_equal(getattr(other, name), getattr(found, name), err_msg=name)


def test_a_fight_on_paper():
    # sanctions of one faith; troops of that faith and of another: 1 - (1 - 0.3)(1 - 0.5)
    def promise(faith, credibility, *, fights):
        return Promise(
            "p", faith, _full(credibility), _full(1), _full(3), _full(0), _full(0.5), fights=fights
        )

    promises = (
        promise("political", 0.9, fights=False),
        promise("political", 0.3, fights=True),
        promise("treaty", 0.5, fights=True),
    )
    found = respond(RespondQuery(_full(1), _full(0), _full(0), _full(0), _full(0), _full(9), promises))
    np.testing.assert_allclose(found.fighting, 0.65, rtol=1e-14)
    np.testing.assert_allclose(found.chance, 0.95, rtol=1e-14)


@given(SOME)
def test_of_promises_kept_together_the_weightiest_sets_the_price(query):
    one = replace(query.promises[0], faith="one")
    twins = (one, replace(one, key="light", weight=one.weight / 2.0))
    found = respond(replace(query, promises=twins))
    np.testing.assert_allclose(found.price, one.credibility * one.weight, rtol=0, atol=1e-15)


def test_two_promises_that_happen_to_have_one_key_are_two_promises():
    # a design may call a guarantee `settlement`, as the settlement's own is called
    strong = Promise(
        "settlement", "treaty", _full(0.5), _full(1), _full(3), _full(0), _full(0.8), fights=False
    )
    weak = replace(strong, faith="political", weight=_full(0.1))
    query = RespondQuery(_full(1), _full(0), _full(0), _full(0), _full(0), _full(9), (strong, weak))
    np.testing.assert_allclose(respond(query).price, 1.0 - (1.0 - 0.4) * (1.0 - 0.05), rtol=1e-12)


# half of the breaches seen; those are answered in 0 + 1 + 1 + 3 = 5 days, the others in 2 + 5 + 1 + 3 = 11
@pytest.mark.parametrize(("breaker", "persons"), [(4.9, 0.0), (5.0, 250.0), (10.9, 250.0), (11.0, 500.0)])
def test_a_ladder_on_paper(breaker, persons):
    promise = Promise(
        "p", "political", _full(0.25), _full(1), _full(3), _full(2_000), _full(0.5), fights=True
    )
    query = RespondQuery(_full(0.5), _full(0), _full(2), _full(1), _full(5), _full(breaker), (promise,))
    found = respond(query)
    np.testing.assert_array_equal(found.days, 8.0)
    np.testing.assert_array_equal(found.in_time_persons, persons)
    np.testing.assert_array_equal(found.price, 0.125)
