"""Coverage (OB1 to OB5): against sensors strewn at random, and what must hold of any coverage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.observe import ObserveQuery, SensorUse, observe

FUTURES = 3


def _arrays(low, high):
    return hnp.arrays(np.float64, FUTURES, elements=st.floats(low, high))


def _full(value):
    return np.full(FUTURES, float(value))


SHARE = _arrays(0.0, 1.0)
USES = st.builds(
    SensorUse,
    sensor=st.sampled_from(["camera", "drone", "patrol"]),
    count=_arrays(0.0, 1e3),
    reach_km=_arrays(0.1, 80.0),
    availability=SHARE,
    locates=SHARE,
    attributes=SHARE,
)
QUERIES = st.builds(
    ObserveQuery,
    sensors=st.lists(USES, max_size=4).map(tuple),
    line_km=_arrays(50.0, 3_000.0),
    access=SHARE,
    national_seen=SHARE,
    national_attributed=SHARE,
    national_warning=SHARE,
    warning_from_seen=SHARE,
)
NAMES = ("seen", "located", "attributed", "warning", "by_mission")


def _alone(use, line_km, access=1.0):
    nothing = np.zeros_like(np.asarray(use.count))
    return observe(
        ObserveQuery((use,), nothing + line_km, nothing + access, nothing, nothing, nothing, nothing)
    )


def _strewn(rng, count, reach, available, length, trials):
    """Return how often an incident somewhere on a line lies in reach of a sensor that works."""
    seen = np.zeros(trials, dtype=bool)
    incident = rng.uniform(0.0, length, trials)
    for _ in range(count):
        near = np.abs(rng.uniform(0.0, length, trials) - incident) <= reach
        seen |= near & (rng.uniform(size=trials) < available)
    return seen


@pytest.mark.parametrize(
    ("count", "reach", "available", "length"),
    [(100, 3.0, 0.7, 1_200.0), (400, 1.0, 0.3, 1_000.0), (40, 25.0, 0.12, 4_000.0), (300, 6.0, 0.8, 2_400.0)],
)
def test_against_sensors_strewn_at_random(count, reach, available, length):
    trials = 40_000
    hits = _strewn(np.random.default_rng(20_260_822), count, reach, available, length, trials)
    use = SensorUse("any", _full(count), _full(reach), _full(available), _full(1), _full(1))
    expected = float(_alone(use, length).by_mission[0])
    noise = 5.0 * np.sqrt(0.25 / trials)
    # Within one reach of an end up to half of a sensor's reach lies outside: that touches 2 r / L of the
    # line, and half the sensors there. A fixed number of sensors sees slightly more than a random one:
    # (1 - x/n)^n against exp(-x), apart by less than exp(-x) x^2 / n.
    x = 2.0 * reach * available * count / length
    ends = (2.0 * reach / length) * x * np.exp(-x / 2.0)
    fixed = np.exp(-x) * x * x / count
    assert abs(hits.mean() - expected) <= noise + ends + fixed


def test_two_kinds_and_national_means_against_chance():
    rng = np.random.default_rng(4)
    trials, length = 40_000, 1_200.0
    a = _strewn(rng, 60, 3.0, 0.7, length, trials)
    b = _strewn(rng, 20, 12.0, 0.3, length, trials)
    own = rng.uniform(size=trials) < 0.2
    located = (a & (rng.uniform(size=trials) < 0.6)) | (b & (rng.uniform(size=trials) < 0.9))
    uses = (
        SensorUse("a", _full(60), _full(3), _full(0.7), _full(0.6), _full(0)),
        SensorUse("b", _full(20), _full(12), _full(0.3), _full(0.9), _full(0)),
    )
    found = observe(ObserveQuery(uses, _full(length), _full(1), _full(0.2), _full(0), _full(0), _full(0)))
    tolerance = 5.0 * np.sqrt(0.25 / trials) + 2.0 * 12.0 / length
    assert abs((a | b | own).mean() - found.seen[0]) < tolerance
    assert abs((a | b).mean() - found.by_mission[0]) < tolerance
    assert abs(located.mean() - found.located[0]) < tolerance


def test_coverage_on_paper():
    # 2 x 3 km x 0.5 x 100 on 300 km: one mean coverage, seen 1 - 1/e
    use = SensorUse("any", _full(100), _full(3), _full(0.5), _full(0.5), _full(0))
    found = _alone(use, 300.0)
    np.testing.assert_allclose(found.by_mission, 1.0 - np.exp(-1.0), rtol=1e-14)
    np.testing.assert_allclose(found.located, 0.5 * (1.0 - np.exp(-1.0)), rtol=1e-14)
    np.testing.assert_allclose(found.attributed, 0.0, rtol=0, atol=1e-16)


@given(QUERIES)
def test_all_are_shares(query):
    found = observe(query)
    for name in NAMES:
        share = getattr(found, name)
        assert ((share >= 0.0) & (share <= 1.0)).all(), name


@given(QUERIES)
def test_nobody_ascribes_what_nobody_sees(query):
    sound = replace(query, national_attributed=np.minimum(query.national_attributed, query.national_seen))
    found = observe(sound)
    assert (found.attributed <= found.seen + 1e-12).all()
    assert (found.located <= found.seen + 1e-12).all()
    assert (found.by_mission <= found.seen + 1e-12).all()
    keen = observe(replace(sound, warning_from_seen=_full(1.0)))
    assert (keen.by_mission <= keen.warning + 1e-12).all()
    assert (found.warning <= keen.warning + 1e-12).all()


@given(QUERIES)
def test_what_is_ascribed_was_located_where_sensors_locate_better(query):
    uses = tuple(replace(use, attributes=np.minimum(use.attributes, use.locates)) for use in query.sensors)
    found = observe(replace(query, sensors=uses))
    assert (found.attributed <= found.located + 1e-12).all()


@given(QUERIES)
def test_without_sensors_or_access_only_national_means_are_left(query):
    for blind in (replace(query, sensors=()), replace(query, access=_full(0.0))):
        found = observe(blind)
        np.testing.assert_array_equal(found.by_mission, 0.0)
        np.testing.assert_allclose(found.seen, query.national_seen, rtol=0, atol=1e-15)
        np.testing.assert_allclose(found.attributed, query.national_attributed, rtol=0, atol=1e-15)
        np.testing.assert_allclose(found.warning, query.national_warning, rtol=0, atol=1e-15)


@given(QUERIES, USES)
def test_more_sensors_never_lower_coverage(query, use):
    before = observe(query)
    doubled = tuple(replace(one, count=one.count * 2.0) for one in query.sensors)
    for more in (replace(query, sensors=(*query.sensors, use)), replace(query, sensors=doubled)):
        after = observe(more)
        for name in NAMES:
            assert (getattr(after, name) >= getattr(before, name) - 1e-12).all(), name


@pytest.mark.parametrize(
    ("field", "sign"),
    [
        ("access", 1),
        ("national_seen", 1),
        ("national_attributed", 1),
        ("national_warning", 1),
        ("warning_from_seen", 1),
        ("line_km", -1),
    ],
)
@given(query=QUERIES, step=st.floats(0.0, 1.0))
def test_signs(field, sign, query, step):
    old = getattr(query, field)
    more = old * (1.0 + step) if field == "line_km" else old + step * (1.0 - old)
    before, after = observe(query), observe(replace(query, **{field: more}))
    for name in NAMES:
        assert (sign * (getattr(after, name) - getattr(before, name)) >= -1e-12).all(), name


@given(QUERIES, st.floats(0.1, 10.0))
def test_only_the_density_counts(query, unit):
    longer = replace(
        query,
        line_km=query.line_km * unit,
        sensors=tuple(replace(use, count=use.count * unit) for use in query.sensors),
    )
    np.testing.assert_allclose(observe(longer).seen, observe(query).seen, rtol=1e-9, atol=1e-12)


@given(QUERIES)
def test_a_mission_sees_only_where_it_has_access(query):
    assert (observe(query).by_mission <= query.access + 1e-12).all()


@given(QUERIES, USES)
def test_calling_half_of_the_sensors_by_another_name_changes_nothing_seen(query, use):
    half = replace(use, count=use.count / 2.0)
    whole = observe(replace(query, sensors=(*query.sensors, use)))
    parts = observe(replace(query, sensors=(*query.sensors, half, replace(half, sensor="other"))))
    np.testing.assert_allclose(parts.by_mission, whole.by_mission, rtol=0, atol=1e-12)


@given(QUERIES)
def test_a_build_up_is_seen_in_proportion_to_what_the_mission_sees(query):
    alone = observe(replace(query, national_warning=_full(0.0)))
    np.testing.assert_allclose(alone.warning, alone.by_mission * query.warning_from_seen, rtol=0, atol=1e-12)
    blind = observe(replace(query, warning_from_seen=_full(0.0)))
    np.testing.assert_allclose(blind.warning, query.national_warning, rtol=0, atol=1e-12)
