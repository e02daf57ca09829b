"""Placement: against every choice enumerated, by closed forms, by its properties, and by what it refuses."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import UsageProblem
from holdfast.observe import Demand, PlacementQuery, SensorKind, Sites, curve, place, share
from holdfast.observe.placement import exact as exact_module
from holdfast.observe.placement.bounds import _Laid, _slope, bound, bounds_along
from holdfast.observe.placement.field import CELLS, field_of
from holdfast.observe.placement.greedy import greedy, promise

LIMITS = ["none", "number", "kinds", "number and kinds", "budget", "budget and kinds"]
METHODS = ["greedy", "exact"]
SEEDS = st.integers(0, 2**32)


def instance(seed, limits="number", *, sites=9, points=12, side=10.0):
    """A random instance with a blind kind, a sure kind and two between them."""
    draw = np.random.default_rng([seed, 6])
    most = [int(one) for one in draw.integers(0, 4, 4)] if "kinds" in limits else [None] * 4
    price = draw.uniform(0.3, 2.0, 4)
    reach, works = draw.uniform(0.5, 5.0, 4), (*draw.uniform(0.1, 0.9, 2), 1.0, 0.0)
    kinds = tuple(
        SensorKind(f"kind {k}", float(reach[k]), float(works[k]), 1.0, most[k], float(price[k]))
        for k in range(4)
    )
    return PlacementQuery(
        Demand(
            draw.uniform(0, side, points),
            draw.uniform(0, side, points),
            draw.gamma(0.5, 1.0, points) + 1e-3,
            draw.uniform(0, 0.5, points),
        ),
        Sites(
            draw.uniform(-2, side + 2, sites),
            draw.uniform(-2, side + 2, sites),
            draw.choice(4, sites, p=(0.35, 0.35, 0.2, 0.1)),
        ),
        kinds,
        number=int(draw.integers(0, 5)) if "number" in limits else None,
        budget=float(draw.uniform(0.5, 5.0)) if "budget" in limits else None,
    )


def chances(query):
    """Every site's chance at every point, by the definition: array (sites, points)."""
    demand, sites = query.demand, query.sites
    away = np.hypot(sites.x_km[:, None] - demand.x_km, sites.y_km[:, None] - demand.y_km)
    reach = np.array([kind.reach_km for kind in query.kinds])[sites.kind]
    chance = np.array([kind.works * kind.counted for kind in query.kinds])[sites.kind]
    return np.where(away <= reach[:, None], chance[:, None], 0.0)


def slow_share(query, chosen):
    """The share by its definition."""
    missed = (1.0 - query.demand.covered) * np.prod(1.0 - chances(query)[list(chosen)], axis=0)
    return float(query.demand.weight @ (1.0 - missed) / query.demand.weight.sum())


def allowed(query, chosen):
    """Whether a choice keeps to all limits."""
    kinds = query.sites.kind[list(chosen)]
    counts = np.bincount(kinds, minlength=len(query.kinds))
    price = sum(query.kinds[kind].price for kind in kinds)
    return (
        len(set(chosen)) == len(chosen)
        and (query.number is None or len(chosen) <= query.number)
        and (query.budget is None or price <= query.budget * (1 + 1e-9))
        and all(
            kind.most is None or count <= kind.most for kind, count in zip(query.kinds, counts, strict=True)
        )
    )


def every_choice(query):
    """All choices that the limits allow, by enumeration."""
    sites = range(len(query.sites.kind))
    choices = itertools.chain.from_iterable(
        itertools.combinations(sites, size) for size in range(len(sites) + 1)
    )
    return [chosen for chosen in choices if allowed(query, chosen)]


def best_share(query):
    return max(slow_share(query, chosen) for chosen in every_choice(query))


def on_line(where, reach, chance, *, points=1000, **fields):
    """Points at even distances on a line of 10 km, all of one weight, and sites of one kind."""
    x = (np.arange(points) + 0.5) * 10.0 / points
    demand = Demand(x, np.zeros(points), np.ones(points), np.zeros(points))
    return PlacementQuery(
        demand,
        Sites(np.array(where, dtype=float), np.zeros(len(where)), np.zeros(len(where), int)),
        (SensorKind("one", reach, chance),),
        **fields,
    )


# --- Against the definition -------------------------------------------------------------------


@given(seed=SEEDS, side=st.sampled_from([0.0, 1.0, 10.0, 400.0]), data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_share_is_that_of_the_definition(seed, side, data):
    query = instance(seed, sites=30, points=60, side=side)
    chosen = data.draw(st.lists(st.integers(0, 29), unique=True))
    assert share(query, chosen) == pytest.approx(slow_share(query, chosen), abs=1e-12)


def test_a_grid_over_a_far_away_point_stays_small():
    far = Demand(np.array([0.0, 9e4]), np.array([0.0, 9e4]), np.ones(2), np.zeros(2))
    query = PlacementQuery(
        far, Sites(np.zeros(1), np.zeros(1), np.zeros(1, int)), (SensorKind("a", 0.1, 0.5),)
    )
    assert len(field_of(query).ground.starts) <= 4 * CELLS
    assert share(query, [0]) == pytest.approx(0.25)


@given(seed=SEEDS, limits=st.sampled_from(LIMITS))
@settings(max_examples=60, deadline=None)
def test_greedy_keeps_its_promise_and_its_bound(seed, limits):
    query = instance(seed, limits)
    best, found = best_share(query), place(query, method="greedy")
    assert allowed(query, found.sites)
    assert found.share == pytest.approx(slow_share(query, found.sites), abs=1e-12)
    assert found.before == pytest.approx(slow_share(query, []), abs=1e-12)
    assert found.share - 1e-12 <= best <= found.bound + 1e-12
    added, possible = found.share - found.before, best - found.before
    assert added >= found.promised * possible - 1e-12
    assert added >= found.ratio * possible - 1e-12
    prices = 1.0 if query.budget is None else np.array([kind.price for kind in query.kinds])
    assert found.spent == pytest.approx((prices * np.ones(4))[query.sites.kind[found.sites]].sum())


@given(seed=SEEDS, limits=st.sampled_from(LIMITS))
@settings(max_examples=60, deadline=None)
def test_the_exact_placement_is_the_best_of_all_choices(seed, limits):
    query = instance(seed, limits)
    best, found = best_share(query), place(query)
    assert found.method == "exact"
    assert allowed(query, found.sites)
    assert best - 2e-6 <= found.share <= best + 1e-12
    assert best - 1e-7 <= found.bound <= best + 3e-6


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("seed", range(3))
def test_lines_that_touch_the_curve_prove_the_same(limits, seed, monkeypatch):
    query = instance(seed, limits)
    monkeypatch.setattr(exact_module, "VALUES", 0)
    assert place(query).share == pytest.approx(best_share(query), abs=2e-6)


def test_the_exact_placement_is_better_where_greedy_is_led_astray():
    # The site between sees a little of both halves, more than either alone; the two others see all.
    x = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    demand = Demand(x, np.zeros(6), np.array([1.0, 2.0, 2.0, 2.0, 2.0, 1.0]), np.zeros(6))
    sites = Sites(np.array([1.0, 2.5, 4.0]), np.zeros(3), np.zeros(3, int))
    query = PlacementQuery(demand, sites, (SensorKind("one", 1.5, 1.0),), number=2)
    led = place(query, method="greedy")
    assert list(led.sites) == [1, 0]
    assert led.share == pytest.approx(0.9)
    assert list(place(query).sites) == [0, 2]
    assert place(query).share == place(query).bound == pytest.approx(1.0)
    # whether two sites reach 95 % is open after greedy choice alone
    open_still = curve(query).needed(0.95)
    assert (open_still.enough, open_still.too_few, open_still.barrier) == (None, 1, "open")


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("seed", range(5))
def test_lazy_choice_is_that_of_looking_at_every_site_every_time_to_the_last_bit(limits, seed):
    field = field_of(instance(seed, limits, sites=80, points=60))
    for by in (np.ones(80), field.price):
        chosen: list[int] = []
        added: list[float] = []
        spare, room = field.budget, field.room.copy()
        while len(chosen) < field.number:
            gains = field.gains(field.missed_by(chosen))
            gains[chosen] = 0.0
            gains[(field.price > spare) | (room[field.kind] <= 0)] = 0.0
            site = int(np.argmax(gains / by))
            if gains[site] <= 0.0:
                break
            chosen.append(site)
            added.append(gains[site])
            spare -= field.price[site]
            room[field.kind[site]] -= 1
        lazy_sites, lazy_added = field.choose(by)
        assert lazy_sites.tolist() == chosen
        assert lazy_added.tolist() == added


@given(seed=SEEDS, limits=st.sampled_from(LIMITS), data=st.data())
@settings(max_examples=40, deadline=None)
def test_the_bound_from_any_choice_holds(seed, limits, data):
    query = instance(seed, limits, sites=7)
    chosen = data.draw(st.sampled_from(every_choice(query)))
    assert bound(field_of(query), np.array(chosen, dtype=np.int64)) >= best_share(query) - 1e-12


@given(
    chances=st.lists(st.floats(0.01, 1.0), min_size=1, max_size=3),
    stand=st.lists(st.floats(0.0, 12.0), min_size=1, max_size=5),
)
@settings(max_examples=200, deadline=None)
def test_a_line_lies_over_all_that_whole_sensors_see_at_a_point(chances, stand):
    given_chances, at = np.array(chances), np.array(stand)
    heights = _Laid(given_chances).heights(at)
    for counts in itertools.product(range(7), repeat=len(chances)):
        seen = 1.0 - np.prod((1.0 - given_chances) ** counts)
        assert np.all(heights + np.exp(-at) * (_slope(given_chances) @ counts) >= seen - 1e-12)


@pytest.mark.parametrize("chance", [0.3, 0.5, 0.9, 0.97, 1.0])
def test_a_line_over_one_kind_touches_what_whole_sensors_see(chance):
    at = np.linspace(0.0, 6.0, 50)
    counts = np.arange(60)
    gap = (1.0 - chance) ** counts[:, None] + np.exp(-at) * _slope(np.array(chance)) * counts[:, None] - 1.0
    heights = _Laid(np.array([chance])).heights(at)
    assert (heights + gap).min(axis=0) == pytest.approx(0.0, abs=1.1e-4)


@given(seed=SEEDS, data=st.data())
@settings(max_examples=40, deadline=None)
def test_shares_never_fall_with_a_sensor_and_rise_less_the_more_there_are(seed, data):
    query = instance(seed)
    large = data.draw(st.sets(st.integers(0, 8)))
    small = data.draw(st.sets(st.sampled_from(sorted(large)))) if large else set()
    one = data.draw(st.integers(0, 8))
    few, many = (
        share(query, sorted(some | {one})) - share(query, sorted(some - {one})) for some in (small, large)
    )
    assert few >= many - 1e-12 >= -2e-12


def test_promises_are_those_of_the_literature():
    def promised(limits, **fields):
        return promise(field_of(replace(instance(4, limits, sites=40), **fields)))

    assert promised("number", number=1) == 1.0
    assert promised("number", number=2) == 0.75
    assert promised("number", number=39) == pytest.approx(1.0 - (38 / 39) ** 39)
    assert promised("number", number=0) == 1.0
    assert promised("kinds") == 0.5
    assert promised("budget") == pytest.approx(0.3934693)
    assert promised("budget and kinds") == promised("budget", number=2) == 0.0
    loose = tuple(replace(kind, most=40) for kind in instance(4).kinds)
    assert promised("number", number=2, kinds=loose) == 0.75


# --- Closed forms -----------------------------------------------------------------------------


def test_one_disc_on_a_line_sees_its_width_by_its_chance():
    found = place(on_line([5.0], 1.5, 0.4))
    assert found.share == pytest.approx(0.4 * 3.0 / 10.0)
    assert found.ratio == 1.0


def test_two_discs_that_overlap_see_their_overlap_twice():
    # reaches 2 to 5 and 4 to 7: four kilometres seen once, one seen twice
    found = place(on_line([3.5, 5.5], 1.5, 0.4))
    assert found.share == pytest.approx((4.0 * 0.4 + 1.0 * (1.0 - 0.6**2)) / 10.0)


def test_sites_in_every_place_choose_discs_side_by_side():
    found = place(on_line(np.arange(0.0, 10.05, 0.5), 1.0, 0.7, points=200, number=5))
    assert found.share == pytest.approx(0.7)
    assert found.ratio == pytest.approx(1.0)


def test_a_hot_spot_takes_the_one_sensor():
    demand = Demand(np.arange(30.0), np.zeros(30), np.where(np.arange(30) == 22, 100.0, 1.0), np.zeros(30))
    sites = Sites(np.arange(30.0), np.zeros(30), np.zeros(30, int))
    found = place(PlacementQuery(demand, sites, (SensorKind("one", 0.4, 0.5),), number=1))
    assert list(found.sites) == [22]
    assert found.share == pytest.approx(50 / 129)


def test_what_other_means_see_already_draws_no_sensor():
    query = on_line([2.0, 8.0], 1.0, 0.5, number=1)
    seen = replace(query.demand, covered=np.where(query.demand.x_km < 5.0, 1.0, 0.0))
    found = place(replace(query, demand=seen))
    assert list(found.sites) == [1]
    assert [found.before, found.share] == pytest.approx([0.5, 0.6])


def test_a_dear_site_that_adds_much_may_beat_many_cheap_ones():
    # by gain per price the cheap one comes first, and then the dear one cannot be paid
    demand = Demand(np.array([0.0, 10.0]), np.zeros(2), np.array([2.0, 90.0]), np.zeros(2))
    kinds = (SensorKind("cheap", 1.0, 1.0, price=1.0), SensorKind("dear", 1.0, 1.0, price=100.0))
    query = PlacementQuery(
        demand, Sites(np.array([0.0, 10.0]), np.zeros(2), np.array([0, 1])), kinds, budget=100.0
    )
    found = place(query, method="greedy")
    assert list(found.sites) == [1]
    assert found.spent == 100.0


# --- What must not matter, and what must --------------------------------------------------------


@given(seed=SEEDS, limits=st.sampled_from(LIMITS))
@settings(max_examples=30, deadline=None)
def test_more_of_anything_never_sees_less(seed, limits):
    query = instance(seed, limits)
    best = place(query).share
    sites = query.sites
    further = Sites(np.append(sites.x_km, 5.0), np.append(sites.y_km, 5.0), np.append(sites.kind, 1))
    more = [replace(query, sites=further)]
    more += [replace(query, number=query.number + 1)] if query.number is not None else []
    more += [replace(query, budget=query.budget * 1.5)] if query.budget is not None else []
    more += [replace(query, kinds=tuple(replace(kind, most=None) for kind in query.kinds))]
    for one in more:
        assert place(one).share >= best - 2e-6


@pytest.mark.parametrize("method", METHODS)
@given(seed=SEEDS, limits=st.sampled_from(LIMITS), east=st.integers(-2000, 2000), north=st.floats(-3e3, 3e3))
@settings(max_examples=20, deadline=None)
def test_moving_the_theatre_changes_nothing(method, seed, limits, east, north):
    query = instance(seed, limits)

    def moved(thing):
        return replace(thing, x_km=thing.x_km + east, y_km=thing.y_km + north)

    there = replace(query, demand=moved(query.demand), sites=moved(query.sites))
    one, two = place(query, method=method), place(there, method=method)
    assert one.sites.tolist() == two.sites.tolist()
    assert one.share == pytest.approx(two.share, abs=1e-12)


def test_a_lattice_on_which_points_lie_at_the_very_end_of_the_reach_can_be_moved():
    x, y = (one.ravel().astype(float) for one in np.meshgrid(np.arange(12), np.arange(12)))
    kinds = (SensorKind("one", 5.0, 0.5),)  # 3, 4, 5: points at the very end
    for move in (0.0, 0.1, 1234.567):
        demand = Demand(x + move, y - move, np.ones(144), np.zeros(144))
        query = PlacementQuery(
            demand, Sites(np.array([6.0 + move]), np.array([6.0 - move]), np.zeros(1, int)), kinds
        )
        assert share(query, [0]) == pytest.approx(0.5 * 81 / 144)


@pytest.mark.parametrize("method", METHODS)
@given(seed=SEEDS, limits=st.sampled_from(LIMITS), part=st.floats(0.0, 1.0))
@settings(max_examples=20, deadline=None)
def test_a_point_in_two_of_the_same_weight_together_changes_nothing(method, seed, limits, part):
    query = instance(seed, limits)
    demand = query.demand
    weight = np.append(demand.weight, (1.0 - part) * demand.weight[4])
    weight[4] *= part
    x_km, y_km, covered = (np.append(one, one[4]) for one in (demand.x_km, demand.y_km, demand.covered))
    split = Demand(x_km, y_km, weight, covered)
    one, two = place(query, method=method), place(replace(query, demand=split), method=method)
    assert one.sites.tolist() == two.sites.tolist()
    assert one.share == pytest.approx(two.share, abs=1e-12)


@given(seed=SEEDS, limits=st.sampled_from(LIMITS))
@settings(max_examples=20, deadline=None)
def test_the_order_of_sites_changes_nothing_but_ties(seed, limits):
    query = instance(seed, limits, sites=40, points=60)
    order = np.random.default_rng(seed).permutation(40)
    mixed = Sites(query.sites.x_km[order], query.sites.y_km[order], query.sites.kind[order])
    one, two = curve(query), curve(replace(query, sites=mixed))
    np.testing.assert_allclose(one.shares, two.shares, rtol=0.0, atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("limits", LIMITS)
def test_the_same_bytes_on_repeat(method, limits):
    query = instance(9, limits, sites=30, points=30)
    one, two = place(query, method=method), place(query, method=method)
    assert one.sites.tobytes() == two.sites.tobytes()
    assert (one.share, one.bound) == (two.share, two.bound)


# --- Edges ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_of_identical_sites_the_first_are_chosen_and_each_counts(method):
    found = place(on_line([5.0] * 4, 1.0, 0.5, number=2), method=method)
    assert list(found.sites) == [0, 1]
    assert found.share == pytest.approx(0.2 * 0.75)


@pytest.mark.parametrize("method", METHODS)
def test_without_a_site_there_is_what_other_means_see(method):
    query = on_line([], 1.0, 0.5)
    query = replace(query, demand=replace(query.demand, covered=np.full(1000, 0.3)))
    found = place(query, method=method)
    assert len(found.sites) == 0
    assert found.before == found.share == found.bound == pytest.approx(0.3)
    assert found.ratio == 1.0
    assert curve(query).needed(0.5).barrier == "sites"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("fields", [{"number": 0}, {"budget": 0.0}, {"budget": 0.99}])
def test_limits_that_allow_nothing_add_nothing(method, fields):
    found = place(on_line([5.0], 1.0, 0.5, **fields), method=method)
    assert (len(found.sites), found.spent, found.share, found.bound) == (0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("method", METHODS)
def test_a_kind_of_which_there_is_none_is_not_placed(method):
    query = on_line([5.0], 1.0, 0.5)
    found = place(replace(query, kinds=(replace(query.kinds[0], most=0),)), method=method)
    assert (len(found.sites), found.bound) == (0, 0.0)


def test_a_budget_of_three_tenths_buys_three_tenths():
    query = on_line([1.0, 3.0, 5.0, 7.0], 1.0, 0.5, budget=0.3)
    query = replace(query, kinds=(replace(query.kinds[0], price=0.1),))
    assert len(place(query, method="greedy").sites) == len(place(query).sites) == 3


def test_without_reach_a_sensor_sees_its_own_place():
    demand = Demand(np.array([1.0, 2.0]), np.zeros(2), np.ones(2), np.zeros(2))
    sites = Sites(np.array([1.5, 2.0]), np.zeros(2), np.zeros(2, int))
    found = place(PlacementQuery(demand, sites, (SensorKind("one", 0.0, 1.0),), number=2))
    assert list(found.sites) == [1]
    assert found.share == 0.5


def test_points_without_weight_draw_no_sensor():
    query = on_line([2.0, 8.0], 1.0, 0.5)
    weight = np.where(query.demand.x_km < 5.0, 1.0, 0.0)
    assert list(place(replace(query, demand=replace(query.demand, weight=weight))).sites) == [0]


def test_without_a_kind_or_with_one_site_out_of_sight_nothing_is_placed():
    none = PlacementQuery(of_demand(), Sites(np.zeros(0), np.zeros(0), np.zeros(0, int)), ())
    far = of_query(sites=of_sites(x_km=np.array([-50.0, 50.0])))
    for query in (none, far):
        assert (len(place(query).sites), place(query).bound) == (0, 0.0)


def test_every_kind_in_each_place():
    sites = Sites.of_every_kind([1.0, 2.0], [3.0, 4.0], 3)
    assert list(sites.x_km) == [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]
    assert list(sites.y_km) == [3.0, 3.0, 3.0, 4.0, 4.0, 4.0]
    assert list(sites.kind) == [0, 1, 2, 0, 1, 2]


# --- How many ---------------------------------------------------------------------------------


@pytest.mark.parametrize("limits", ["none", "number", "kinds", "number and kinds"])
@pytest.mark.parametrize("seed", range(4))
def test_the_curve_is_greedy_at_each_number_and_its_bounds_hold(limits, seed):
    query = instance(seed, limits)
    found = curve(query)
    for number in range(len(found.shares)):
        asked = replace(query, number=number)
        assert found.shares[number] == pytest.approx(place(asked, method="greedy").share, abs=1e-12)
        assert found.bounds[number] >= best_share(asked) - 1e-12
    assert found.bound >= best_share(query) - 1e-12
    assert found.ceiling == pytest.approx(slow_share(query, range(9)))


@pytest.mark.parametrize("limits", ["budget", "budget and kinds"])
@pytest.mark.parametrize("seed", range(4))
def test_the_curve_of_a_budget_is_bounded_by_what_is_spent(limits, seed):
    query = instance(seed, limits)
    field = field_of(query)
    found = curve(query)
    assert np.all(np.diff(found.bounds) >= 0.0)
    assert len(greedy(field)) == 3
    for spent, most in zip(found.spent, bounds_along(field, found.sites)[:-1], strict=True):
        assert most >= best_share(replace(query, budget=float(spent))) - 1e-12
    assert found.bound >= best_share(query) - 1e-12


def test_a_target_is_not_called_out_of_reach_where_greedy_leaves_part_of_the_budget():
    # by gain per price the cheap site comes first, and what is left does not pay the dear one
    demand = Demand(np.array([0.0, 10.0]), np.zeros(2), np.array([2.0, 90.0]), np.zeros(2))
    kinds = (SensorKind("cheap", 1.0, 1.0, price=1.0), SensorKind("dear", 1.0, 1.0, price=100.0))
    sites = Sites(np.array([0.0, 10.0]), np.zeros(2), np.array([0, 1]))
    found = curve(PlacementQuery(demand, sites, kinds, budget=100.0))
    assert list(found.sites) == [0]
    needed = found.needed(0.9)
    assert (needed.enough, needed.too_few, needed.barrier) == (None, 1, "open")


def test_how_many_for_a_target():
    query = on_line(np.arange(0.5, 10.0, 1.0), 0.5, 0.9)
    reached = curve(query).needed(0.7)
    assert (reached.enough, reached.too_few, reached.barrier) == (8, 7, None)
    assert curve(query).needed(0.0).enough == 0
    assert curve(query).needed(0.0).too_few is None
    beyond = curve(query).needed(0.95)
    assert (beyond.enough, beyond.too_few, beyond.barrier) == (None, 10, "sites")
    assert beyond.ceiling == pytest.approx(0.9)
    limited = curve(replace(query, number=5)).needed(0.7)
    assert (limited.enough, limited.too_few, limited.barrier) == (None, 5, "limits")
    with pytest.raises(UsageProblem, match="target"):
        curve(query).needed(1.2)


# --- What is refused --------------------------------------------------------------------------


def of_demand(**fields):
    right = {"x_km": np.zeros(2), "y_km": np.zeros(2), "weight": np.ones(2), "covered": np.zeros(2)}
    return Demand(**(right | fields))


def of_kind(**fields):
    right: dict[str, Any] = {"name": "a", "reach_km": 1.0, "works": 0.5}
    return SensorKind(**(right | fields))


def of_sites(**fields):
    return Sites(**({"x_km": np.zeros(2), "y_km": np.zeros(2), "kind": np.zeros(2, int)} | fields))


def of_query(**fields):
    return PlacementQuery(**({"demand": of_demand(), "sites": of_sites(), "kinds": (of_kind(),)} | fields))


WRONG = [
    (of_demand, {"x_km": np.array([0.0, np.nan])}, "demand.x_km[1]"),
    (of_demand, {"y_km": np.zeros(3)}, "demand.y_km"),
    (of_demand, {"x_km": np.zeros((2, 2))}, "demand.x_km"),
    (of_demand, {"weight": np.array([-1.0, 1.0])}, "demand.weight[0]"),
    (of_demand, {"x_km": np.array([5e6, 0.0])}, "demand.x_km[0]"),
    (of_demand, {"weight": np.zeros(2)}, "demand.weight"),
    (of_demand, {"weight": np.full(2, 1e308)}, "demand.weight[0]"),
    (of_demand, {"weight": np.array(["a", "b"])}, "demand.weight"),
    (of_demand, {"covered": np.array([0.0, 1.1])}, "demand.covered[1]"),
    (of_kind, {"reach_km": -1.0}, "kinds[a].reach_km"),
    (of_kind, {"reach_km": math.inf}, "kinds[a].reach_km"),
    (of_kind, {"works": 1.1}, "kinds[a].works"),
    (of_kind, {"counted": math.nan}, "kinds[a].counted"),
    (of_kind, {"price": 0.0}, "kinds[a].price"),
    (of_kind, {"most": -1}, "kinds[a].most"),
    (of_kind, {"most": 1.5}, "kinds[a].most"),
    (of_sites, {"y_km": np.array([0.0, np.inf])}, "sites.y_km[1]"),
    (of_sites, {"kind": np.array([0.0, 0.0])}, "sites.kind"),
    (of_sites, {"kind": np.array([0, -1])}, "sites.kind[1]"),
    (of_query, {"sites": of_sites(kind=np.array([0, 1]))}, "sites.kind"),
    (of_query, {"kinds": (of_kind(), of_kind())}, "kinds"),
    (of_query, {"number": -1}, "number"),
    (of_query, {"number": 2.5}, "number"),
    (of_query, {"budget": math.inf}, "budget"),
    (of_query, {"budget": -1.0}, "budget"),
]


@pytest.mark.parametrize(("make", "fields", "where"), WRONG)
def test_a_wrong_field_is_named(make, fields, where):
    with pytest.raises(UsageProblem) as problem:
        make(**fields)
    assert problem.value.where == where


@pytest.mark.parametrize("sites", [[2], [-1], [0.5], [0, 0]])
def test_the_share_of_sites_that_are_not_there_is_refused(sites):
    with pytest.raises(UsageProblem, match="sites"):
        share(of_query(), sites)
