"""The rotation chart (GP15): by hand, and whether a state surges against a linear program."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog
from tests.generate import brute

from holdfast.generate import (
    Contingent,
    Need,
    Plan,
    PlanQuery,
    Rules,
    StandingOffer,
    plan,
    reliefs_of,
    rosters_of,
    turns_of,
)

MANY = range(60)


def need(capability, *persons, domains=("land",), element=10.0):
    return Need(capability, domains, element, tuple(float(one) for one in persons))


def offer(state, domain, persons, *lacks):
    return StandingOffer(state, domain, float(persons), lacks)


def sent(state, capability, *elements, each=10.0):
    numbers = tuple(float(one) for one in elements)
    return Contingent(state, capability, numbers, tuple(one * each for one in numbers))


def planned(query, *contingents, changes=()):
    needed = {one.capability: one.persons for one in query.needs}
    short = dict.fromkeys(needed, (0.0,) * query.periods)
    return Plan(contingents, needed, short, 0.0, 0.0, ("", 0.0), 0.0, 0.0, provisional=False, changes=changes)


QUERY = PlanQuery(
    (
        need("inf", 100, 100),
        need("ships", 100, 100, domains=("sea",)),
        need("mon", 50, 50, domains=("monitors",)),
    ),
    (
        offer("AAA", "land", 50),
        offer("AAA", "sea", 30),
        offer("AAA", "air", 90),
        offer("BBB", "monitors", 20),
    ),
    rules=Rules(surge=2.0, rotation=4.4),
)


def roster(*contingents, query=QUERY, ratios=None, **rest):
    (one,) = rosters_of(planned(query, *contingents, **rest), query, ratios or {})
    return one


@pytest.mark.parametrize(
    ("elements", "ratio", "bound"),
    [((0, 2), 4.5, 5), ((1, 1), 4.0, 4), ((10, 0), 1.5, 10), ((2, 4), 3.0, 9), ((1, 2), 3.0, 5)],
)
def test_units_bound_are_those_in_the_field_in_the_mean_times_the_ratio(elements, ratio, bound):
    (turn,) = turns_of(planned(QUERY, sent("AAA", "inf", *elements)), QUERY, {"AAA": ratio})
    assert (turn.bound, turn.ratio) == (bound, ratio)
    assert turn.persons_bound == pytest.approx(sum(elements) / 2 * 10 * ratio)


def test_a_state_whose_practice_is_not_known_keeps_to_the_models():
    one, other = turns_of(
        planned(QUERY, sent("AAA", "inf", 1, 1), sent("BBB", "inf", 1, 1)), QUERY, {"AAA": 3.0}
    )
    assert (one.ratio, other.ratio) == (3.0, 4.4)


def test_civilians_have_no_units_at_home():
    (turn,) = turns_of(planned(QUERY, sent("BBB", "mon", 1, 2)), QUERY, {"BBB": 3.0})
    assert (turn.ratio, turn.bound, turn.persons_bound) == (None, None, 0.0)
    civil = roster(sent("BBB", "mon", 1, 2), ratios={"BBB": 3.0})
    assert (civil.ratio, civil.bound) == (None, None)
    both = roster(sent("AAA", "mon", 1, 2), sent("AAA", "inf", 2, 4), ratios={"AAA": 3.0})
    assert (both.ratio, both.bound) == (3.0, 90.0)


def test_what_a_state_sustains_is_what_it_offers_of_the_kinds_it_sends():
    assert roster(sent("AAA", "inf", 1, 1)).sustains == 50.0
    assert roster(sent("AAA", "inf", 1, 1), sent("AAA", "ships", 0, 1)).sustains == 80.0


def test_an_offer_that_lacks_something_counts_once_that_is_given():
    query = replace(QUERY, offers=(offer("AAA", "land", 50, "backing"), offer("AAA", "sea", 30)))
    both = (sent("AAA", "ships", 1, 1), sent("AAA", "inf", 1, 1))
    assert roster(*both, query=query).sustains == 30.0
    assert roster(*both, query=query, changes=("backing",)).sustains == 80.0


@pytest.mark.parametrize(
    ("inf", "ships", "marks"),
    [
        ((5, 5), (3, 3), ("", "")),
        ((6, 0), (0, 0), ("surges", "pauses")),
        ((0, 5), (4, 0), ("surges", "")),
        ((5, 0), (0, 3), ("", "")),
        ((3, 3), (4, 2), ("surges", "")),
    ],
)
def test_a_state_surges_above_what_it_sustains_of_a_kind_and_pauses_without_anybody(inf, ships, marks):
    assert roster(sent("AAA", "inf", *inf), sent("AAA", "ships", *ships)).marks == marks


def test_the_largest_stand_first():
    found = rosters_of(
        planned(QUERY, sent("AAA", "inf", 1, 1), sent("BBB", "inf", 0, 3), sent("CCC", "inf", 2, 2)),
        QUERY,
        {},
    )
    assert [one.state for one in found] == ["BBB", "CCC", "AAA"]
    assert [one.persons for one in found] == [(0.0, 30.0), (20.0, 20.0), (10.0, 10.0)]


def can_be_spread(offers, wanted):
    """Whether persons by the domains they may come from fit the offers: a linear program."""
    pairs = [(at, domain) for at, (domains, _) in enumerate(wanted) for domain in domains if domain in offers]
    if not all(any(place == at for place, _ in pairs) for at, (_, persons) in enumerate(wanted) if persons):
        return False
    if not pairs:
        return True
    equal = [[float(place == at) for place, _ in pairs] for at in range(len(wanted))]
    most = [[float(domain == name) for _, domain in pairs] for name in offers]
    found = linprog(
        np.zeros(len(pairs)),
        A_ub=most,
        b_ub=[offers[name] + 1e-7 for name in offers],
        A_eq=equal,
        b_eq=[persons for _, persons in wanted],
    )
    return bool(found.success)


@pytest.mark.parametrize("seed", MANY)
def test_a_state_surges_if_and_only_if_its_offers_do_not_cover_what_it_sends(seed):
    rng = np.random.default_rng([seed, 5])
    names = ("land", "sea", "training", "logistics")
    offers = {name: float(rng.integers(1, 8)) * 10.0 for name in rng.choice(names, rng.integers(1, 5), False)}
    needs, parts = [], []
    for place in range(int(rng.integers(1, 5))):
        domains = tuple(str(one) for one in rng.choice(names, rng.integers(1, 5), False))
        needs.append(need(f"c{place}", 10, domains=domains))
        some = int(rng.integers(0, 7)) if set(domains) & set(offers) else 0
        parts.append(sent("AAA", f"c{place}", some))
    query = PlanQuery(tuple(needs), tuple(offer("AAA", name, most) for name, most in offers.items()))
    wanted = [(one.domains, part.persons[0]) for one, part in zip(needs, parts, strict=True)]
    mark = roster(*parts, query=query).marks[0]
    if not any(persons for _, persons in wanted):
        assert mark == "pauses"
    else:
        assert mark == ("" if can_be_spread(offers, wanted) else "surges")


def test_drawn_states_do_all_three():
    marks = set()
    for seed in MANY:
        rng = np.random.default_rng(seed)
        query = brute.drawn(rng, states=2, capabilities=2, periods=2)
        for one in rosters_of(plan(query), query, {}):
            marks |= set(one.marks)
    assert marks == {"", "surges", "pauses"}


@pytest.mark.parametrize("seed", range(25))
def test_without_surge_no_plan_surges_and_none_binds_more_than_it_sustains(seed):
    query = brute.drawn(np.random.default_rng([seed, 6]), states=3, capabilities=2, periods=2)
    calm = replace(query, rules=replace(query.rules, surge=1.0, alternates=False))
    for one in rosters_of(plan(calm), calm, {}):
        assert "surges" not in one.marks
        assert max(one.persons) <= one.sustains + 1e-6
    for one in rosters_of(plan(query), query, {}):
        assert math.fsum(one.persons) <= one.sustains * query.periods + 1e-6


def test_who_goes_and_who_comes():
    found = reliefs_of(
        planned(
            QUERY,
            sent("AAA", "inf", 5, 0),
            sent("BBB", "inf", 0, 2),
            sent("CCC", "inf", 0, 3),
            sent("DDD", "inf", 4, 4),
            sent("AAA", "ships", 1, 3),
        )
    )
    assert [(one.tour, one.capability, dict(one.goes), dict(one.comes), one.persons) for one in found] == [
        (1, "inf", {"AAA": 5.0}, {"CCC": 3.0, "BBB": 2.0}, 100.0),
        (1, "ships", {}, {"AAA": 2.0}, 20.0),
    ]
    assert list(found[0].comes) == ["CCC", "BBB"]


def test_nobody_relieves_anybody_in_a_single_tour_or_an_empty_plan():
    query = QUERY.only((0,))
    assert reliefs_of(planned(query, sent("AAA", "inf", 5))) == ()
    assert reliefs_of(planned(query)) == ()
    assert rosters_of(planned(query), query, {}) == ()
    assert turns_of(planned(query), query, {}) == ()
    nothing = PlanQuery((), ())
    assert reliefs_of(planned(nothing)) == ()
