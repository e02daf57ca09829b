"""The breach ladder (RE1 to RE6)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.respond import RUNGS, Promise, RespondQuery, gains, respond, without

FUTURES = 3
SLACK = 1e-12
"""What rounding may take from a mean over the ways of being known."""


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
    attacked=st.booleans(),
)
QUERIES = st.builds(
    RespondQuery,
    seen=_arrays(0.0, 1.0),
    attributed=_arrays(0.0, 1.0),
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
    np.testing.assert_array_equal(found.in_time, 0.0)
    np.testing.assert_array_equal(found.in_time_persons, 0.0)
    assert gains(replace(query, promises=())) == dict.fromkeys(RUNGS, 0.0)


@given(SOME)
def test_steps_add_up_and_the_fastest_counts(query):
    found = respond(query)
    others, attacked = (
        found.notice_days + found.attribute_days,
        query.notice_watched + query.attribute_watched,
    )
    first = [(attacked if p.attacked else others) + p.decide_days + p.arrive_days for p in query.promises]
    assert found.days is not None
    np.testing.assert_allclose(found.days, np.min(first, axis=0), rtol=1e-12, atol=1e-12)


@given(QUERIES)
def test_the_three_ways_of_being_known(query):
    ways = (
        (1.0, 1.0, query.notice_watched, query.attribute_watched),
        (1.0, 0.0, query.notice_watched, query.attribute_unwatched),
        (0.0, 0.0, query.notice_unwatched, query.attribute_unwatched),
    )
    for seen, attributed, notice, attribute in ways:
        found = respond(replace(query, seen=_full(seen), attributed=_full(attributed)))
        np.testing.assert_array_equal(found.notice_days, notice)
        np.testing.assert_array_equal(found.attribute_days, attribute)
    # a quarter ascribed, a quarter seen and disputed, half known late
    middle = respond(replace(query, seen=_full(0.5), attributed=_full(0.25)))
    np.testing.assert_allclose(middle.notice_days, (query.notice_watched + query.notice_unwatched) / 2.0)
    np.testing.assert_allclose(
        middle.attribute_days, query.attribute_watched / 4.0 + query.attribute_unwatched * 3.0 / 4.0
    )


@given(QUERIES)
def test_no_more_is_ascribed_than_is_seen(query):
    most, capped = (
        respond(replace(query, attributed=share)) for share in (_full(1.0), np.minimum(1.0, query.seen))
    )
    np.testing.assert_array_equal(most.attribute_days, capped.attribute_days)
    np.testing.assert_array_equal(most.in_time, capped.in_time)


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
    assert (after.in_time >= before.in_time - SLACK).all()
    assert (after.in_time_persons >= before.in_time_persons).all()
    assert after.days is not None
    if before.days is not None:
        assert (after.days <= before.days).all()
    assert ((after.chance >= 0.0) & (after.chance <= 1.0)).all()


@given(SOME)
def test_a_late_response_adds_nobody_and_keeps_its_chance(query):
    late = respond(replace(query, breaker_days=_full(-1.0)))
    np.testing.assert_array_equal(late.in_time_persons, 0.0)
    np.testing.assert_array_equal(late.in_time, 0.0)
    np.testing.assert_array_equal(late.chance, respond(query).chance)
    early = respond(replace(query, breaker_days=_full(1e6)))
    # RE3: several promises may count on the same troops, so those of the largest alone
    expected = np.max([promise.persons * promise.credibility for promise in query.promises], axis=0)
    np.testing.assert_allclose(early.in_time_persons, expected, rtol=1e-12)
    np.testing.assert_allclose(early.in_time, early.fighting, rtol=0.0, atol=SLACK)


def _watching_is_faster(query):
    return replace(
        query,
        notice_watched=np.minimum(query.notice_watched, query.notice_unwatched),
        attribute_watched=np.minimum(query.attribute_watched, query.attribute_unwatched),
    )


@given(SOME, st.sampled_from(["seen", "attributed"]))
def test_more_eyes_never_slow_where_watching_is_faster(query, what):
    fast = _watching_is_faster(query)
    fast = replace(fast, attributed=np.minimum(fast.attributed, fast.seen))
    worse, better = (
        respond(replace(fast, **{what: share}))
        for share in (getattr(fast, what), (1.0 + getattr(fast, what)) / 2.0)
    )
    assert worse.days is not None
    assert better.days is not None
    assert (better.days <= worse.days + 1e-9).all()
    assert (better.in_time >= worse.in_time - SLACK).all()
    assert (better.in_time_persons >= worse.in_time_persons * (1.0 - SLACK)).all()


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
    found = respond(
        RespondQuery(_full(1), _full(1), _full(0), _full(0), _full(0), _full(0), _full(9), promises)
    )
    np.testing.assert_allclose(found.fighting, 0.65, rtol=1e-14)
    np.testing.assert_allclose(found.chance, 0.95, rtol=1e-14)
    np.testing.assert_allclose(found.in_time, 0.65, rtol=1e-14)


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
    query = RespondQuery(_full(1), _full(1), _full(0), _full(0), _full(0), _full(0), _full(9), (strong, weak))
    np.testing.assert_allclose(respond(query).price, 1.0 - (1.0 - 0.4) * (1.0 - 0.05), rtol=1e-12)


# Of the breaches a quarter is ascribed at once and answered in 0 + 1 + 1 + 3 = 5 days, a quarter is seen
# and disputed and answered in 0 + 5 + 1 + 3 = 9, and half is known late and answered in 2 + 5 + 1 + 3 = 11.
def _on_paper(breaker, **changes):
    words = {"key": "p", "faith": "political", "credibility": _full(0.25), "decide_days": _full(1)}
    words |= {"arrive_days": _full(3), "persons": _full(2_000), "weight": _full(0.5), "fights": True}
    promise = Promise(**(words | changes))
    known = (_full(0.5), _full(0.25), _full(0), _full(2), _full(1), _full(5))
    return RespondQuery(*known, _full(breaker), (promise,))


@pytest.mark.parametrize(
    ("breaker", "share"), [(4.9, 0.0), (5.0, 0.25), (8.9, 0.25), (9.0, 0.5), (10.9, 0.5), (11.0, 1.0)]
)
def test_a_ladder_on_paper(breaker, share):
    found = respond(_on_paper(breaker))
    np.testing.assert_array_equal(found.notice_days, 1.0)
    np.testing.assert_array_equal(found.attribute_days, 4.0)
    np.testing.assert_array_equal(found.days, 9.0)
    np.testing.assert_array_equal(found.in_time, 0.25 * share)
    np.testing.assert_array_equal(found.in_time_persons, 500.0 * share)
    np.testing.assert_array_equal(found.price, 0.125)


@pytest.mark.parametrize(("breaker", "share"), [(4.9, 0.0), (5.0, 1.0)])
def test_the_attacked_know_at_once_however_little_is_seen(breaker, share):
    found = respond(_on_paper(breaker, attacked=True))
    np.testing.assert_array_equal(found.days, 5.0)
    np.testing.assert_array_equal(found.in_time, 0.25 * share)


# Sure promise, everything seen and ascribed, clock 5: one day for each rung is too slow by exactly one rung
@pytest.mark.parametrize(("breaker", "now", "saved"), [(2.9, 0.0, 0.0), (3.0, 0.0, 1.0), (4.0, 1.0, 0.0)])
def test_sure_delays_are_in_time_or_not_at_the_boundary(breaker, now, saved):
    promise = Promise("p", "political", _full(1), _full(1), _full(1), _full(9), _full(1), fights=True)
    query = RespondQuery(
        _full(1), _full(1), _full(1), _full(1), _full(1), _full(1), _full(breaker), (promise,)
    )
    np.testing.assert_array_equal(respond(query).in_time, now)
    assert gains(query) == {**dict.fromkeys(("notice", "attribute", "decide", "arrive"), saved), "keep": 0.0}


@given(_arrays(0.0, 1.0), _arrays(0.0, 1.0), QUERIES)
def test_two_promises_in_time_count_by_their_faiths(p, q, query):
    def both(faith):
        promises = tuple(
            Promise(faith_of, faith_of, chance, _full(0), _full(0), _full(0), _full(1), fights=True)
            for faith_of, chance in (("political", p), (faith, q))
        )
        return respond(replace(query, promises=promises, breaker_days=_full(1e6))).in_time

    np.testing.assert_allclose(both("treaty"), 1.0 - (1.0 - p) * (1.0 - q), rtol=0.0, atol=SLACK)
    np.testing.assert_allclose(both("political"), np.maximum(p, q), rtol=0.0, atol=SLACK)


@given(QUERIES)
def test_only_those_who_fight_arrive(query):
    found = respond(query)
    fighters = tuple(promise for promise in query.promises if promise.fights)
    np.testing.assert_array_equal(found.in_time, respond(replace(query, promises=fighters)).in_time)
    assert (found.in_time <= found.fighting + SLACK).all()
    meek = tuple(replace(promise, fights=False) for promise in query.promises)
    np.testing.assert_array_equal(respond(replace(query, promises=meek)).in_time, 0.0)


@given(SOME, st.sampled_from(RUNGS), st.floats(0.0, 1.0))
def test_a_faster_or_surer_rung_never_lowers_the_chance_in_time(query, rung, part):
    """Half the way to the rung done away with, and any other part of it."""
    end = without(query, rung)

    def towards(here, there):
        return here + part * (there - here)

    changed = {
        name: towards(getattr(query, name), getattr(end, name))
        for name in ("notice_watched", "notice_unwatched", "attribute_watched", "attribute_unwatched")
    }
    promises = tuple(
        replace(
            one,
            decide_days=towards(one.decide_days, other.decide_days),
            arrive_days=towards(one.arrive_days, other.arrive_days),
            credibility=towards(one.credibility, other.credibility),
        )
        for one, other in zip(query.promises, end.promises, strict=True)
    )
    better = respond(replace(query, **changed, promises=promises))
    assert (better.in_time >= respond(query).in_time - SLACK).all()


@given(QUERIES, _arrays(0.0, 40.0))
def test_a_longer_clock_never_lowers_the_chance_in_time(query, more):
    longer = respond(replace(query, breaker_days=query.breaker_days + more))
    assert (longer.in_time >= respond(query).in_time).all()
    assert (longer.in_time_persons >= respond(query).in_time_persons).all()


@given(QUERIES)
def test_no_rung_done_away_with_takes_anything(query):
    """RE6: and each gain is the rise of the mean chance in time."""
    found = gains(query)
    assert tuple(found) == RUNGS
    assert min(found.values()) >= -SLACK
    now = respond(query).in_time.mean()
    for rung, gain in found.items():
        assert gain == pytest.approx(respond(without(query, rung)).in_time.mean() - now, abs=SLACK)


@given(SOME)
def test_a_rung_done_away_with_leaves_the_others(query):
    for rung, names in (
        ("notice", ("notice_watched", "notice_unwatched")),
        ("attribute", ("attribute_watched", "attribute_unwatched")),
    ):
        other = without(query, rung)
        for name in names:
            np.testing.assert_array_equal(getattr(other, name), 0.0)
        assert other.promises == query.promises
    for rung, name, value in (
        ("decide", "decide_days", 0.0),
        ("arrive", "arrive_days", 0.0),
        ("keep", "credibility", 1.0),
    ):
        for one, before in zip(without(query, rung).promises, query.promises, strict=True):
            np.testing.assert_array_equal(getattr(one, name), value)
            left = {"decide_days", "arrive_days", "credibility", "persons", "weight"} - {name}
            assert all(getattr(one, this) is getattr(before, this) for this in left)


def _slowly(query, future):
    """The ladder of one future, way by way and promise by promise, in plain numbers."""

    def number(array):
        return float(array[future])

    seen = number(query.seen)
    ascribed = min(number(query.attributed), seen)
    fast, slow = number(query.notice_watched), number(query.notice_unwatched)
    clear, disputed = number(query.attribute_watched), number(query.attribute_unwatched)
    ways = [(ascribed, fast, clear), (seen - ascribed, fast, disputed), (1.0 - seen, slow, disputed)]
    in_time = notice = attribute = 0.0
    persons = [0.0 for _ in query.promises]
    for share, noticed, known in ways:
        notice, attribute = notice + share * noticed, attribute + share * known
        kept: dict[str, float] = {}
        for place, promise in enumerate(query.promises):
            wait = fast + clear if promise.attacked else noticed + known
            if wait + number(promise.decide_days) + number(promise.arrive_days) > number(query.breaker_days):
                continue
            persons[place] += share * number(promise.persons) * number(promise.credibility)
            if promise.fights:
                kept[promise.faith] = max(kept.get(promise.faith, 0.0), number(promise.credibility))
        nothing = 1.0
        for chance in kept.values():
            nothing *= 1.0 - chance
        in_time += share * (1.0 - nothing)
    return notice, attribute, in_time, max(persons, default=0.0)


@given(QUERIES)
def test_a_slow_second_way_gives_the_same(query):
    found = respond(query)
    quick = (found.notice_days, found.attribute_days, found.in_time, found.in_time_persons)
    for future in range(FUTURES):
        np.testing.assert_allclose(
            [float(one[future]) for one in quick], _slowly(query, future), rtol=1e-12, atol=SLACK
        )
