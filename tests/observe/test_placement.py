"""Placement: against every choice enumerated, by its properties, and by what it refuses."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import UsageProblem
from holdfast.observe import placement
from holdfast.observe.placement import PlacementQuery, Reach, at_random, curve, evenly, greedy, plain_greedy
from holdfast.observe.proof import exact

METHODS = [placement.place, greedy, plain_greedy, evenly, at_random]
NAMES = ["place", "greedy", "plain_greedy", "evenly", "at_random"]
LIMITS = ["number", "caps", "cost", "cost and caps"]


def instance(seed, limits="number", *, sites=11, points=9, sure=False, **fields):
    """A small random instance: sites have their own chances at some points."""
    draw = np.random.default_rng([seed, 6])
    chances = draw.random((sites, points)) * (draw.random((sites, points)) < 0.4)
    given = {"budget": int(draw.integers(1, 5))}
    if "cost" in limits:
        given |= {"costs": draw.uniform(0.2, 3.0, sites), "budget": float(draw.uniform(1.0, 4.0))}
    if "caps" in limits:
        given |= {
            "kinds": draw.integers(0, 3, sites),
            "caps": tuple(int(one) for one in draw.integers(0, 3, 3)),
        }
    return PlacementQuery(
        Reach.of(np.ceil(chances) if sure else chances),
        draw.gamma(0.5, 1.0, points) + 1e-3,
        **(given | fields),
    )


def slow_share(query, chosen):
    """The share by its definition, without any table."""
    full = np.zeros((query.reach.sites, query.reach.size))
    for site in range(query.reach.sites):
        row = slice(query.reach.starts[site], query.reach.starts[site + 1])
        full[site, query.reach.points[row]] = query.reach.chances[row]
    sites = sorted({int(one) for one in (*query.standing, *chosen)})
    return float(query.weights @ (1.0 - np.prod(1.0 - full[sites], axis=0)) / query.weights.sum())


def every_choice(query):
    """All sets of sites that the limits allow, by enumeration."""
    kinds = np.zeros(query.reach.sites, int) if query.kinds is None else query.kinds
    caps = (math.inf,) if query.caps is None else query.caps
    costs = np.ones(query.reach.sites) if query.costs is None else query.costs
    barred = {int(one) for one in (*query.standing, *query.excluded)}
    free = [site for site in range(query.reach.sites) if site not in barred]
    for size in range(len(free) + 1):
        for chosen in itertools.combinations(free, size):
            if costs[list(chosen)].sum() > query.budget:
                continue
            if all(sum(kinds[list(chosen)] == kind) <= cap for kind, cap in enumerate(caps)):
                yield chosen


def best_share(query):
    return max(slow_share(query, chosen) for chosen in every_choice(query))


# --- Against enumeration ----------------------------------------------------------------------


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("seed", range(6))
def test_greedy_keeps_its_promise_and_its_bound_holds(limits, seed):
    query = instance(seed, limits, standing=[0], excluded=[1, 2])
    best, found = best_share(query), greedy(query)
    assert query.allows(found.sites)
    assert found.share == pytest.approx(slow_share(query, found.sites), abs=1e-12)
    assert found.share <= best + 1e-12
    assert found.bound >= best - 1e-12
    assert found.share - found.standing >= found.promised * (best - found.standing) - 1e-12
    assert found.at_least * best <= found.share + 1e-12


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("sure", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_exact_is_the_best_of_all_choices(limits, sure, seed):
    query = instance(seed + 100, limits, sure=sure, standing=[3], excluded=[5])
    found, best = exact(query), best_share(query)
    assert query.allows(found.sites)
    assert found.share == pytest.approx(best, abs=1e-6)
    assert best - 1e-9 <= found.bound <= best + 2e-6
    assert found.promised == 1.0


def test_exact_beats_greedy_where_greedy_is_led_astray():
    # The first site sees a little of both halves, more than either alone; the two others see all.
    chances = [[1, 1, 0, 1, 1, 0], [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]]
    query = PlacementQuery(Reach.of(chances), np.ones(6), 2)
    assert list(greedy(query).sites) == [0, 1]
    assert greedy(query).share == pytest.approx(5 / 6)
    assert sorted(exact(query).sites) == [1, 2]
    assert exact(query).share == pytest.approx(1.0)


@pytest.mark.parametrize("budget", [1, 2, 3])
def test_a_grid_of_all_places_on_a_line_is_its_oracle(budget):
    points = np.arange(0.5, 20.0, 1.0)
    weights = 1.0 + 9.0 * np.exp(-(((points - 13.0) / 2.0) ** 2))
    reach = Reach.within(np.arange(0.0, 20.5, 1.0), points, 3.0, 0.9, 0.4)
    query = PlacementQuery(reach, weights, budget)
    best = max(slow_share(query, chosen) for chosen in itertools.combinations(range(21), budget))
    assert placement.place(query).share == pytest.approx(best, abs=1e-6)
    assert (1.0 - 1.0 / math.e) * best <= greedy(query).share <= best + 1e-12


def test_one_hot_spot_takes_the_one_sensor():
    weights = np.ones(30)
    weights[22] = 100.0
    query = PlacementQuery(Reach.within(np.arange(30.0), np.arange(30.0), 0.4), weights, 1)
    found = placement.place(query)
    assert list(found.sites) == [22]
    assert found.share == pytest.approx(100 / 129)
    assert found.bound == pytest.approx(100 / 129)


def test_discs_that_do_not_overlap_are_counted():
    query = PlacementQuery(Reach.within([5.0, 15.0, 25.0], np.arange(30.0) + 0.5, 5.0, 0.6), np.ones(30), 2)
    assert greedy(query).share == pytest.approx(0.6 * 2 / 3)
    assert greedy(query).at_least == pytest.approx(1.0)


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("seed", range(5))
def test_lazy_choice_is_plain_choice_to_the_last_bit(limits, seed):
    query = instance(seed, limits, sites=60, points=40, sure=seed % 2 == 0)
    lazy, plain = greedy(query), plain_greedy(query)
    assert lazy.sites.tobytes() == plain.sites.tobytes()
    assert (lazy.share, lazy.bound) == (plain.share, plain.bound)


# --- Properties -------------------------------------------------------------------------------


@given(seed=st.integers(0, 2**20), data=st.data())
@settings(max_examples=60)
def test_shares_are_monotone_and_submodular(seed, data):
    query = instance(seed)
    sites = range(query.reach.sites)
    large = data.draw(st.sets(st.sampled_from(sites)))
    small = data.draw(st.sets(st.sampled_from(sorted(large)))) if large else set()
    one = data.draw(st.sampled_from(sites))
    few, many = query.share(sorted(small - {one})), query.share(sorted(large - {one}))
    adds_to_few = query.share(sorted(small | {one})) - few
    adds_to_many = query.share(sorted(large | {one})) - many
    assert few <= many + 1e-12
    assert adds_to_few >= adds_to_many - 1e-12 >= -2e-12


@given(seed=st.integers(0, 2**20), limits=st.sampled_from(LIMITS))
@settings(max_examples=40)
def test_the_bound_of_any_set_exceeds_every_choice(seed, limits):
    query = instance(seed, limits, sites=7)
    choices = list(every_choice(query))
    best = max(slow_share(query, chosen) for chosen in choices)
    for chosen in choices[:: max(1, len(choices) // 5)]:
        assert placement.bound(query, np.array(chosen, dtype=np.int64)) >= best - 1e-12
    for method in (evenly, at_random):
        found = method(query)
        assert query.allows(found.sites)
        assert found.share - 1e-12 <= best <= found.bound + 1e-12


@pytest.mark.parametrize("seed", range(5))
def test_more_sensors_never_see_less(seed):
    query = instance(seed, sites=30, points=30)
    shares = [greedy(replace(query, budget=number)).share for number in range(12)]
    assert all(fewer <= more for fewer, more in itertools.pairwise(shares))
    stands = replace(query, standing=[4])
    assert stands.share() >= query.share()


@pytest.mark.parametrize("seed", range(5))
def test_a_point_in_two_halves_changes_nothing(seed):
    query = instance(seed)
    full = np.zeros((query.reach.sites, query.reach.size))
    rows = np.repeat(np.arange(query.reach.sites), np.diff(query.reach.starts))
    full[rows, query.reach.points] = query.reach.chances
    split = PlacementQuery(
        Reach.of(np.column_stack([full, full[:, 4]])),
        np.append(np.where(np.arange(9) == 4, query.weights / 2, query.weights), query.weights[4] / 2),
        query.budget,
    )
    for method in (greedy, exact):
        assert list(method(split).sites) == list(method(query).sites)
        assert method(split).share == pytest.approx(method(query).share, abs=1e-12)


@pytest.mark.parametrize("method", METHODS, ids=NAMES)
def test_moving_everything_along_the_line_changes_nothing(method):
    draw = np.random.default_rng(3)
    sites, points = draw.integers(0, 400, 25) / 8.0, draw.integers(0, 400, 50) / 8.0
    weights = draw.gamma(0.5, 1.0, 50)

    def at(moved):
        reach = Reach.within(sites + moved, points + moved, 4.0, 0.9, 0.5)
        return PlacementQuery(reach, weights, 4, positions=sites + moved)

    here, there = method(at(0.0)), method(at(1024.0))
    assert here.sites.tobytes() == there.sites.tobytes()
    assert here.share == there.share


@pytest.mark.parametrize("method", METHODS, ids=NAMES)
@pytest.mark.parametrize("limits", LIMITS)
def test_what_is_excluded_or_stands_is_never_chosen(method, limits):
    for seed in range(4):
        query = instance(seed, limits, standing=[0, 7], excluded=[2, 3, 4])
        found = method(query)
        assert not set(found.sites.tolist()) & {0, 2, 3, 4, 7}
        assert query.allows(found.sites)


@pytest.mark.parametrize("limits", LIMITS)
def test_the_order_of_candidates_changes_only_ties(limits):
    for seed in range(5):
        query = instance(seed, limits, sites=30, points=30)
        order = np.random.default_rng(seed).permutation(30)
        lengths = np.diff(query.reach.starts)[order]
        rows = [slice(query.reach.starts[one], query.reach.starts[one + 1]) for one in order]
        mixed = replace(
            query,
            reach=Reach(
                np.concatenate([[0], np.cumsum(lengths)]),
                np.concatenate([query.reach.points[row] for row in rows]),
                np.concatenate([query.reach.chances[row] for row in rows]),
                30,
            ),
            kinds=None if query.kinds is None else query.kinds[order],
            costs=None if query.costs is None else query.costs[order],
        )
        assert list(order[greedy(mixed).sites]) == list(greedy(query).sites)


def test_of_equal_sites_the_first_is_chosen():
    query = PlacementQuery(Reach.of(np.full((6, 3), 0.5)), np.ones(3), 3, excluded=[1])
    assert list(greedy(query).sites) == [0, 2, 3]
    assert list(placement.place(query).sites) == [0, 2, 3]


@pytest.mark.parametrize("method", METHODS, ids=NAMES)
def test_the_same_bytes_on_repeat(method):
    query = instance(9, "cost and caps", sites=30, points=30)
    one, two = method(query), method(query)
    assert one.sites.tobytes() == two.sites.tobytes()
    assert (one.share, one.bound) == (two.share, two.bound)


def test_a_site_in_nobodys_reach_is_not_bought():
    query = PlacementQuery(Reach.of([[0.0, 0.0], [0.5, 0.5]]), np.ones(2), 2)
    assert list(greedy(query).sites) == [1]


@pytest.mark.parametrize("method", METHODS, ids=NAMES)
def test_no_budget_adds_nothing(method):
    found = method(instance(1, budget=0, standing=[2]))
    assert len(found.sites) == 0
    assert found.share == found.standing == pytest.approx(found.bound)


def test_a_single_dear_site_may_beat_many_cheap_ones():
    # By gain per cost the cheap site comes first, and then the dear one cannot be paid.
    query = PlacementQuery(Reach.of(np.eye(2)), np.array([2.0, 90.0]), 100.0, costs=np.array([1.0, 100.0]))
    assert list(greedy(query).sites) == [1]


# --- How many ---------------------------------------------------------------------------------


@pytest.mark.parametrize("limits", ["number", "caps"])
@pytest.mark.parametrize("seed", range(4))
def test_the_curve_is_greedy_at_each_number_and_its_bounds_hold(limits, seed):
    query = replace(instance(seed, limits), budget=5)
    found = curve(query)
    for number in range(len(found.shares)):
        asked = replace(query, budget=number)
        assert found.shares[number] == pytest.approx(greedy(asked).share, abs=1e-12)
        assert found.bounds[number] >= best_share(asked) - 1e-12


@pytest.mark.parametrize("seed", range(4))
def test_the_curve_of_costs_is_bounded(seed):
    query = instance(seed, "cost")
    found = curve(query)
    for place, spent in enumerate(found.spent):
        assert found.bounds[place] >= best_share(replace(query, budget=float(spent))) - 1e-12


def test_how_many_for_a_share():
    query = PlacementQuery(Reach.of(np.eye(10)), np.ones(10), 10)
    assert curve(query).needed(0.8 - 1e-9) == (8, 8)
    assert curve(query).needed(0.0) == (0, 0)
    assert curve(replace(query, budget=5)).needed(0.8) == (None, None)
    with pytest.raises(UsageProblem, match="share"):
        curve(query).needed(1.2)


# --- Yardsticks -------------------------------------------------------------------------------


def test_even_spacing_is_even():
    reach = Reach.within(np.arange(101.0), np.arange(101.0), 5.0)
    query = PlacementQuery(reach, np.ones(101), 4, positions=np.arange(101.0))
    assert [abs(site - want) <= 1 for site, want in zip(evenly(query).sites, (12, 37, 62, 87), strict=True)]
    assert list(np.diff(evenly(query).sites)) in ([25, 25, 25], [26, 24, 26], [25, 25, 26])


def test_random_draws_differ_and_repeat():
    query = PlacementQuery(Reach.of(np.eye(50)), np.ones(50), 8)
    assert list(at_random(query, draw=1).sites) == list(at_random(query, draw=1).sites)
    assert list(at_random(query, draw=1).sites) != list(at_random(query, draw=2).sites)


# --- The table --------------------------------------------------------------------------------


@pytest.mark.parametrize("plane", [False, True])
def test_the_table_of_ranges_is_that_of_all_distances(plane):
    draw = np.random.default_rng(5)
    shape = (2,) if plane else ()
    sites, points = draw.uniform(0, 30, (20, *shape)), draw.uniform(0, 30, (40, *shape))
    ranges, near, far = draw.uniform(0, 9, 20), draw.uniform(0.5, 1, 20), draw.uniform(0, 0.5, 20)
    reach = Reach.within(sites, points, ranges, near, far)
    away = sites[:, None] - points[None]
    away = np.hypot(away[..., 0], away[..., 1]) if plane else np.abs(away)
    wanted = np.where(away <= ranges[:, None], near[:, None] + ((far - near) / ranges)[:, None] * away, 0.0)
    full = np.zeros((20, 40))
    full[np.repeat(np.arange(20), np.diff(reach.starts)), reach.points] = reach.chances
    np.testing.assert_allclose(full, wanted, atol=1e-12)


def test_a_point_at_the_very_end_of_the_range_counts():
    assert len(Reach.within([0.0, 10.0], [3.0, 7.0, 13.0], 3.0).points) == 3


# --- What is refused --------------------------------------------------------------------------

WRONG = [
    ("weights", {"weights": np.array([1.0, np.nan])}),
    ("weights", {"weights": np.array([1.0, -1.0])}),
    ("weights", {"weights": np.array([0.0, 0.0])}),
    ("weights", {"weights": np.ones(3)}),
    ("budget", {"budget": -1}),
    ("budget", {"budget": math.nan}),
    ("budget", {"budget": math.inf}),
    ("costs", {"costs": np.array([1.0, -1.0, 1.0])}),
    ("costs", {"costs": np.array([1.0, 0.0, 1.0])}),
    ("costs", {"costs": np.array([1.0, np.nan, 1.0])}),
    ("costs", {"costs": np.ones(2)}),
    ("caps", {"kinds": np.zeros(3, int)}),
    ("caps", {"kinds": np.zeros(3, int), "caps": (-1,)}),
    ("kinds", {"kinds": np.array([0, 1, 0]), "caps": (1,)}),
    ("standing", {"standing": [3]}),
    ("excluded", {"excluded": [-1]}),
    ("excluded", {"excluded": [1], "standing": [1]}),
    ("positions", {"positions": np.array([0.0, np.inf, 1.0])}),
]


@pytest.mark.parametrize(("name", "fields"), WRONG)
def test_a_wrong_field_is_named(name, fields):
    right = {"reach": Reach.of(np.full((3, 2), 0.5)), "weights": np.ones(2), "budget": 1}
    with pytest.raises(UsageProblem) as problem:
        PlacementQuery(**(right | fields))
    assert problem.value.where == name


@pytest.mark.parametrize("chance", [-0.1, 1.1, math.nan, math.inf])
def test_a_chance_out_of_range_is_refused(chance):
    with pytest.raises(UsageProblem, match="chances"):
        Reach.of([[0.5, chance]])
    with pytest.raises(UsageProblem, match="near"):
        Reach.within([0.0], [0.0], 1.0, chance)
    with pytest.raises(UsageProblem, match="ranges"):
        Reach.within([0.0], [0.0], math.nan if math.isfinite(chance) else -1.0)


def test_a_table_that_does_not_fit_together_is_refused():
    ends, points = np.array([0, 2]), np.array([0, 1], dtype=np.int32)
    with pytest.raises(UsageProblem, match="starts"):
        Reach(np.array([0, 1]), points, np.ones(2), 2)
    with pytest.raises(UsageProblem, match="chances"):
        Reach(ends, points, np.ones(1), 2)
    with pytest.raises(UsageProblem, match="points"):
        Reach(ends, points, np.ones(2), 1)
    with pytest.raises(UsageProblem, match="twice"):
        Reach(ends, np.zeros(2, dtype=np.int32), np.ones(2), 2)
