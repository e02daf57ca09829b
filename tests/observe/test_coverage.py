"""Coverage (OB1 to OB8, OB10): against sensors strewn at random, a slow second way, and what must hold."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.observe import BuildUp, ObserveQuery, OwnMeans, SensorUse, Setting, observe, seen_at
from holdfast.observe.coverage import BANDS
from holdfast.observe.sensing import near_share, width_km
from holdfast.vocabulary.incident import CLASSES

CLASS_COUNT = len(CLASSES)
FUTURES, STRETCHES = 2, 3
WHATS = ("seen", "located", "attributed", "by_mission")
NEVER_MORE = 1e-12


def _draw(rng, *shape, low=0.0, high=1.0):
    return rng.uniform(low, high, (FUTURES, *shape))


def _shares(rng, *shape):
    parts = _draw(rng, *shape, low=0.05)
    return parts / parts.sum(axis=1, keepdims=True)


def use(rng, **changes):
    given_ = {
        "sensor": "any",
        "count": _draw(rng, high=200.0),
        "reach_km": _draw(rng, CLASS_COUNT, high=20.0) * (_draw(rng, CLASS_COUNT) < 0.7),
        "km_per_hour": _draw(rng, high=50.0) * (rng.uniform() < 0.5),
        "passes_per_hour": _draw(rng, CLASS_COUNT, high=0.3) * (rng.uniform() < 0.3),
        "reports": _draw(rng, CLASS_COUNT, high=0.02) * (rng.uniform() < 0.5),
        "works": _draw(rng, 2, 2, 2),
        "locates": _draw(rng),
        "attributes": _draw(rng),
        "bearing_only": bool(rng.uniform() < 0.4),
        "needs_access": bool(rng.uniform() < 0.6),
        "delay_hours": _draw(rng, low=0.1, high=48.0),
        "false_per_week": _draw(rng, high=3.0),
    }
    return SensorUse(**{**given_, **changes})


def setting(rng, **changes):
    given_ = {
        "km": _draw(rng, STRETCHES, low=20.0, high=500.0),
        "incidents": _shares(rng, STRETCHES),
        "sensors": _shares(rng, STRETCHES),
        "depth_km": _draw(rng, CLASS_COUNT, high=30.0),
        "lasts_hours": _draw(rng, CLASS_COUNT, high=30.0),
        "mix": _shares(rng, CLASS_COUNT),
        "side": _shares(rng, 2),
        "dark": _draw(rng),
        "fog": _draw(rng, 2),
        "jammed": _draw(rng, 2),
        "access": _draw(rng, 2),
    }
    return Setting(**{**given_, **changes})


def query(rng, kinds=3):
    build_up = BuildUp(
        "offensive",
        CLASSES.index("banned_weapons"),
        depth_km=_draw(rng, low=1.0, high=60.0),
        days=_draw(rng, low=1.0, high=60.0),
        own_days=_draw(rng, low=1.0, high=60.0),
        needed_days=_draw(rng, high=10.0),
        believed=_draw(rng),
    )
    own = OwnMeans(_draw(rng, CLASS_COUNT), _draw(rng), _draw(rng, high=40.0))
    return ObserveQuery(tuple(use(rng) for _ in range(kinds)), setting(rng), own, (build_up,))


QUERIES = st.builds(
    lambda seed, kinds: query(np.random.default_rng(seed), kinds), st.integers(0, 2**31), st.integers(0, 4)
)


# --- A slow second way ------------------------------------------------------------------------------------


def _by_hand(asked, future, stretch, kind, side, light):
    """Return seen, located and attributed by the mission in one cell, state by state in plain Python."""
    place = asked.setting
    found = [0.0, 0.0, 0.0]
    for band, weather, jamming, reached in itertools.product(range(BANDS), (0, 1), (0, 1), (True, False)):
        fog, jam = place.fog[future, light], place.jammed[future, side]
        access = place.access[future, side]
        share = (fog if weather else 1 - fog) * (jam if jamming else 1 - jam) / BANDS
        share *= access if reached else 1 - access
        missed, unplaced, unnamed, bearings, fixes, names = 1.0, 1.0, 1.0, 0.0, 0.0, 0.0
        for one in asked.sensors:
            if one.needs_access and not reached:
                continue
            depth, lasts = place.depth_km[future, kind], place.lasts_hours[future, kind]
            between = [
                np.array([value])
                for value in (one.reach_km[future, kind], depth * band / BANDS, depth * (band + 1) / BANDS)
            ]
            covered = width_km(*between)[0] + near_share(*between)[0] * one.km_per_hour[future] * lasts
            each = covered * place.sensors[future, stretch] / place.km[future, stretch]
            each += one.passes_per_hour[future, kind] * lasts - math.log(1.0 - one.reports[future, kind])
            mean = one.count[future] * each * one.works[future, light, weather, jamming]
            locates, attributes = one.locates[future], one.attributes[future]
            missed *= math.exp(-mean)
            if one.bearing_only:
                bearings += mean
                fixes += mean * locates
                names += mean * locates * attributes
            else:
                unplaced *= math.exp(-mean * locates)
                unnamed *= math.exp(-mean * locates * attributes)
        if bearings > 0.0:
            pair = 1.0 - math.exp(-bearings) * (1.0 + bearings)
            unplaced *= 1.0 - pair * fixes / bearings
            unnamed *= 1.0 - pair * names / bearings
        for number, left in enumerate((missed, unplaced, unnamed)):
            found[number] += share * (1.0 - left)
    return found


@settings(max_examples=25, deadline=None)
@given(QUERIES)
def test_against_a_slow_second_way(asked):
    found = observe(asked)
    for cell in itertools.product(range(FUTURES), range(STRETCHES), range(CLASS_COUNT), (0, 1), (0, 1)):
        expected = _by_hand(asked, *cell)
        got = (found.seen_by_mission, found.located_by_mission, found.attributed_by_mission)
        np.testing.assert_allclose([one[cell] for one in got], expected, rtol=1e-9, atol=1e-12)


def test_the_first_report_by_hand():
    """Two kinds that are told, and states' own means, the quicker first."""
    rng = np.random.default_rng(1)
    asked = query(rng, kinds=2)
    none = np.zeros((FUTURES, CLASS_COUNT))
    slow, quick = (
        use(
            rng,
            count=np.ones(FUTURES),
            reach_km=none,
            passes_per_hour=none,
            reports=none + told,
            works=np.ones((FUTURES, 2, 2, 2)),
            needs_access=False,
            delay_hours=np.full(FUTURES, hours),
        )
        for told, hours in ((0.5, 9.0), (0.2, 1.0))
    )
    own = replace(asked.own, delay_hours=np.full(FUTURES, 4.0))
    found = observe(replace(asked, sensors=(slow, quick), own=own))
    states = own.seen[:, None, :]
    total = 0.2 * 1.0 + 0.8 * states * 4.0 + 0.8 * (1 - states) * 0.5 * 9.0
    seen = 1.0 - 0.8 * (1 - states) * 0.5
    np.testing.assert_allclose(found.delay_hours, np.broadcast_to(total / seen, found.delay_hours.shape))


# --- Strewn at random ---------------------------------------------------------------------------------------


def _strewn(rng, count, reach, depth, works, length, trials):
    """Return how often an incident near a line lies in reach of a sensor that works, on a ring."""
    incident, aside = rng.uniform(0.0, length, trials), rng.uniform(0.0, depth, trials)
    numbers = np.zeros(trials, dtype=int)
    for _ in range(count):
        gap = np.abs(rng.uniform(0.0, length, trials) - incident)
        gap = np.minimum(gap, length - gap)
        numbers += (gap**2 + aside**2 <= reach**2) & (rng.uniform(size=trials) < works)
    return numbers


def _alone(count, reach, depth, works, length, *, bearing=False, locates=1.0):
    ones = np.ones(1)
    single = SensorUse(
        sensor="any",
        count=ones * count,
        reach_km=np.full((1, CLASS_COUNT), reach),
        km_per_hour=ones * 0.0,
        passes_per_hour=np.zeros((1, CLASS_COUNT)),
        reports=np.zeros((1, CLASS_COUNT)),
        works=np.full((1, 2, 2, 2), works),
        locates=ones * locates,
        attributes=ones,
        bearing_only=bearing,
        needs_access=True,
        delay_hours=ones,
        false_per_week=ones * 0.0,
    )
    place = Setting(
        km=ones[:, None] * length,
        incidents=ones[:, None],
        sensors=ones[:, None],
        depth_km=np.full((1, CLASS_COUNT), depth),
        lasts_hours=np.ones((1, CLASS_COUNT)),
        mix=np.full((1, CLASS_COUNT), 1.0 / CLASS_COUNT),
        side=np.full((1, 2), 0.5),
        dark=ones * 0.5,
        fog=np.zeros((1, 2)),
        jammed=np.zeros((1, 2)),
        access=np.ones((1, 2)),
    )
    own = OwnMeans(np.zeros((1, CLASS_COUNT)), ones * 0.0, ones)
    return observe(ObserveQuery((single,), place, own, ()))


@pytest.mark.parametrize(
    ("count", "reach", "depth", "works", "length"),
    [
        (100, 3.0, 0.5, 0.7, 1_200.0),
        (300, 1.0, 3.0, 0.3, 1_000.0),
        (40, 25.0, 10.0, 0.12, 4_000.0),
        (200, 6.0, 15.0, 0.8, 2_400.0),
    ],
)
def test_against_sensors_strewn_at_random(count, reach, depth, works, length):
    trials = 40_000
    numbers = _strewn(np.random.default_rng(20_260_822), count, reach, depth, works, length, trials)
    found = _alone(count, reach, depth, works, length, bearing=True)
    noise = 5.0 * math.sqrt(0.25 / trials)
    # So many sensors see slightly more than a random number of them: (1 - x/n)^n against exp(-x), apart by
    # less than x^2 / n, with x the mean number in whose reach an incident on the line lies.
    fixed = (2.0 * reach * works * count / length) ** 2 / count
    assert abs((numbers > 0).mean() - found.seen[0]) <= noise + fixed
    assert abs((numbers > 1).mean() - found.located[0]) <= noise + fixed


def test_coverage_on_paper():
    # 2 x 3 km x 0.5 x 100 on 300 km: one in the mean, seen 1 - 1/e, placed by half of them 1 - exp(-1/2)
    found = _alone(100, 3.0, 0.0, 0.5, 300.0, locates=0.5)
    np.testing.assert_allclose(found.by_mission, 1.0 - math.exp(-1.0), rtol=1e-14)
    np.testing.assert_allclose(found.located, 1.0 - math.exp(-0.5), rtol=1e-14)
    # with bearings alone: two of a Poisson number with mean 1, half of them placed
    pair = _alone(100, 3.0, 0.0, 0.5, 300.0, bearing=True, locates=0.5)
    np.testing.assert_allclose(pair.located, (1.0 - 2.0 / math.e) * 0.5, rtol=1e-14)


# --- What must hold of any coverage -----------------------------------------------------------------------


@settings(deadline=None)
@given(QUERIES)
def test_shares_are_nested_and_weights_sum_to_one(asked):
    found = observe(asked)
    np.testing.assert_allclose(found.weights.sum(axis=(1, 2, 3, 4)), 1.0, rtol=1e-12)
    seen, located, attributed, mission = (found.cells(what) for what in WHATS)
    assert (attributed >= 0.0).all()
    assert (seen <= 1.0).all()
    assert (attributed <= located + NEVER_MORE).all()
    assert (located <= seen + NEVER_MORE).all()
    assert (mission <= seen + NEVER_MORE).all()
    for warning in found.warnings:
        assert ((warning.in_time >= 0.0) & (warning.in_time <= 1.0)).all()
        assert (warning.lead_days <= asked.build_ups[0].days + NEVER_MORE).all()


@settings(deadline=None)
@given(QUERIES, st.integers(0, 2**31))
def test_more_sensors_never_see_less(asked, seed):
    rng = np.random.default_rng(seed)
    more = replace(asked, sensors=(*asked.sensors, use(rng, bearing_only=False)))
    _never_less(observe(asked), observe(more))


@settings(deadline=None)
@given(QUERIES)
def test_more_of_a_kind_never_sees_less(asked):
    doubled = tuple(replace(one, count=one.count * 2.0) for one in asked.sensors)
    before, after = observe(asked), observe(replace(asked, sensors=doubled))
    _never_less(before, after, whats=("seen", "by_mission"))


@settings(deadline=None)
@given(QUERIES, st.floats(0.0, 1.0))
def test_denial_jamming_and_fog_never_show_more(asked, share):
    """OB6: each takes from what is seen, located and attributed, and from warning."""
    place = asked.setting
    clear = np.ones((FUTURES, 2, 2, 2))
    sensible = tuple(
        replace(one, works=_worse_in_fog_and_jammed(one.works), bearing_only=False) for one in asked.sensors
    )
    asked = replace(asked, sensors=sensible)
    assert clear.shape == asked.sensors[0].works.shape if asked.sensors else True
    full = observe(asked)
    for worse in (
        replace(place, access=place.access * share),
        replace(place, jammed=1.0 - (1.0 - place.jammed) * share),
        replace(place, fog=1.0 - (1.0 - place.fog) * share),
    ):
        _never_less(observe(replace(asked, setting=worse)), full)


def _worse_in_fog_and_jammed(works):
    sorted_ = works.copy()
    sorted_[:, :, 1] = np.minimum(sorted_[:, :, 1], sorted_[:, :, 0])
    sorted_[..., 1] = np.minimum(sorted_[..., 1], sorted_[..., 0])
    return sorted_


def _never_less(before, after, whats=WHATS):
    for what in whats:
        assert (before.cells(what) <= after.cells(what) + NEVER_MORE).all(), what
    for old, new in zip(before.warnings, after.warnings, strict=True):
        assert (old.in_time <= new.in_time + NEVER_MORE).all()
        assert (old.lead_days <= new.lead_days + 1e-9).all()


@settings(deadline=None)
@given(QUERIES, st.floats(0.01, 0.99))
def test_splitting_a_stretch_changes_no_total(asked, share):
    place = asked.setting

    def split(values):
        return np.concatenate([values[:, :1] * share, values[:, :1] * (1.0 - share), values[:, 1:]], axis=1)

    parts = {name: split(getattr(place, name)) for name in ("km", "incidents", "sensors")}
    before, after = observe(asked), observe(replace(asked, setting=replace(place, **parts)))
    for what in WHATS:
        for axis in ("incident_class", "side", "light"):
            np.testing.assert_allclose(after.by(what, axis), before.by(what, axis), rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(after.false_per_week, before.false_per_week, rtol=1e-12)
    for old, new in zip(before.warnings, after.warnings, strict=True):
        np.testing.assert_allclose(new.in_time, old.in_time, rtol=1e-12)


@settings(deadline=None)
@given(QUERIES, st.permutations(range(STRETCHES)))
def test_the_order_of_stretches_and_kinds_changes_nothing(asked, order):
    place = asked.setting
    moved = {name: getattr(place, name)[:, list(order)] for name in ("km", "incidents", "sensors")}
    turned = replace(asked, setting=replace(place, **moved), sensors=asked.sensors[::-1])
    for what in WHATS:
        np.testing.assert_allclose(
            observe(turned).cells(what), observe(asked).cells(what)[:, list(order)], rtol=1e-9, atol=1e-12
        )


@settings(deadline=None)
@given(QUERIES)
def test_without_sensors_only_states_own_means_are_left(asked):
    found = observe(replace(asked, sensors=()))
    np.testing.assert_array_equal(found.by_mission, 0.0)
    np.testing.assert_allclose(found.by("seen", "incident_class"), asked.own.seen, rtol=1e-12)
    ascribed = asked.own.seen * asked.own.attributed[:, None]
    np.testing.assert_allclose(found.by("attributed", "incident_class"), ascribed, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.by("located", "incident_class"), ascribed, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(found.false_per_week, 0.0)
    hours = np.broadcast_to(asked.own.delay_hours[:, None, None], found.delay_hours.shape)
    np.testing.assert_allclose(found.delay_hours, hours, rtol=1e-12)


def test_what_nobody_sees_has_no_delay():
    asked = query(np.random.default_rng(2), kinds=0)
    found = observe(replace(asked, own=replace(asked.own, seen=asked.own.seen * 0.0)))
    assert np.isnan(found.delay_hours).all()


def test_where_one_side_denies_its_breaches_are_seen_and_named_less():
    """Asymmetry: the same set-up, and ground that one side keeps shut."""
    rng = np.random.default_rng(9)
    asked = query(rng)
    ground = tuple(replace(one, needs_access=True) for one in asked.sensors)
    shut = np.tile([0.95, 0.2], (FUTURES, 1))
    free = np.full((FUTURES, 2), 0.1)
    asked = replace(asked, sensors=ground, setting=replace(asked.setting, access=shut, jammed=free))
    found = observe(asked)
    for what in WHATS:
        host, opponent = np.moveaxis(found.by(what, "side"), 1, 0)
        assert (host > opponent).all(), what
    ratio = found.by("by_mission", "side")
    np.testing.assert_allclose(ratio[:, 1] / ratio[:, 0], 0.2 / 0.95, rtol=1e-9)


def test_standing_off_needs_no_access():
    rng = np.random.default_rng(10)
    asked = query(rng)
    none = np.zeros((FUTURES, 2))
    far = replace(
        asked,
        sensors=tuple(replace(one, needs_access=False) for one in asked.sensors),
        setting=replace(asked.setting, access=none),
    )
    near = replace(far, setting=replace(far.setting, access=none + 1.0))
    for what in WHATS:
        np.testing.assert_allclose(observe(far).cells(what), observe(near).cells(what), rtol=1e-12)


def test_an_unknown_attack_has_no_warning():
    found = observe(query(np.random.default_rng(4)))
    with pytest.raises(StopIteration):
        found.warning("raid")


# --- At known distances ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(QUERIES)
def test_bins_of_distance_make_up_the_whole(asked):
    """Incidents at all distances up to the depth of their class: the mean over the bands is the coverage."""
    depth = 12.0
    asked = replace(asked, setting=replace(asked.setting, depth_km=np.full((FUTURES, CLASS_COUNT), depth)))
    found = observe(asked)
    apart = seen_at(asked, np.linspace(0.0, depth, BANDS + 1))
    whole = np.stack([found.seen_by_mission, found.located_by_mission, found.attributed_by_mission])
    np.testing.assert_allclose(apart.mean(axis=-1), whole, rtol=1e-9, atol=1e-12)


def test_beyond_all_reach_only_what_is_told_is_left():
    rng = np.random.default_rng(8)
    asked = query(rng)
    blind = tuple(
        replace(one, reports=one.reports * 0.0, passes_per_hour=one.passes_per_hour * 0.0)
        for one in asked.sensors
    )
    found = seen_at(replace(asked, sensors=blind), np.array([0.0, 1.0, 500.0, 501.0]))
    np.testing.assert_array_equal(found[..., 2], 0.0)
    assert (found[..., 0] >= found[..., 1]).all()
    assert found[..., 0].max() > 0.0
