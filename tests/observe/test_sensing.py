"""The detection function (OB1 to OB5), the queue of patrols (OB9) and warning (OB10) against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from holdfast.observe.queue import visited, wait_hours, waiting
from holdfast.observe.sensing import (
    fix_error_km,
    fixed,
    near_share,
    noticed,
    reported,
    width_km,
)
from holdfast.observe.warning import in_time, lead_days, seen_by

KM = st.floats(0.01, 300.0)


def _one(value):
    return np.array([float(value)])


# --- One disc on a line -------------------------------------------------------------------------------


@pytest.mark.parametrize("reach", [0.5, 3.0, 40.0])
def test_one_disc_covers_its_diameter_of_incidents_on_the_line(reach):
    assert width_km(_one(reach), _one(0.0), _one(0.0))[0] == 2.0 * reach


def test_a_disc_as_deep_as_it_reaches_covers_a_quarter_of_its_circle_twice():
    # depth = reach: the mean chord is the area of the half disc over its radius, pi r / 2
    np.testing.assert_allclose(width_km(_one(4.0), _one(0.0), _one(4.0)), math.pi * 4.0 / 2.0, rtol=1e-14)


@given(KM, KM, KM)
def test_the_width_is_the_mean_chord(reach, one, other):
    near, far = sorted((one, other))
    far += 0.01
    bends = sorted({min(max(reach, near), far)} - {near, far})
    mean, _ = integrate.quad(
        lambda y: 2.0 * math.sqrt(max(reach**2 - y**2, 0.0)), near, far, points=bends or None, limit=200
    )
    found = width_km(_one(reach), _one(near), _one(far))[0]
    np.testing.assert_allclose(found, mean / (far - near), rtol=1e-4, atol=1e-6)


@given(KM, KM)
def test_at_one_distance_it_is_the_chord(reach, distance):
    chord = 2.0 * math.sqrt(max(reach**2 - distance**2, 0.0))
    np.testing.assert_allclose(width_km(_one(reach), _one(distance), _one(distance))[0], chord, rtol=1e-12)
    assert near_share(_one(reach), _one(distance), _one(distance))[0] == float(reach >= distance)


@given(KM, KM, KM)
def test_more_reach_never_covers_less_and_more_depth_never_more(reach, further, depth):
    near, far = sorted((reach, further))
    none = _one(0.0)
    assert width_km(_one(near), none, _one(depth)) <= width_km(_one(far), none, _one(depth)) + 1e-9
    assert width_km(_one(depth), none, _one(far)) <= width_km(_one(depth), none, _one(near)) + 1e-9


@given(KM, KM, st.integers(1, 9))
def test_bands_make_up_the_whole(reach, depth, bands):
    edges = np.linspace(0.0, depth, bands + 1)
    for function in (width_km, near_share):
        parts = function(np.full(bands, reach), edges[:-1], edges[1:])
        np.testing.assert_allclose(
            parts.mean(), function(_one(reach), _one(0.0), _one(depth))[0], rtol=1e-6, atol=1e-9
        )


def test_nothing_is_covered_without_reach():
    for function in (width_km, near_share):
        np.testing.assert_array_equal(function(_one(0.0), np.zeros(2), np.array([0.0, 5.0])), 0.0)


# --- A patrol that comes past ---------------------------------------------------------------------------


def test_a_patrol_that_moves_sweeps_what_it_passes():
    """A patrol at v drives up and down a long line: what it comes within reach of while an incident lasts."""
    rng = np.random.default_rng(3)
    length, speed, reach, lasts, depth, trials = 400.0, 8.0, 1.5, 3.0, 6.0, 200_000
    where, start = rng.uniform(0.0, length, trials), rng.uniform(0.0, length, trials)
    aside = rng.uniform(0.0, depth, trials)
    half = np.where(aside < reach, np.sqrt(np.maximum(reach**2 - aside**2, 0.0)), -1.0)
    ahead = (where - start) % length  # on a ring, so that there is no end
    met = (half >= 0.0) & ((ahead <= speed * lasts + half) | (ahead >= length - half))
    band = _one(reach), _one(0.0), _one(depth)
    expected = (width_km(*band) + near_share(*band) * speed * lasts)[0]
    assert abs(met.mean() - expected / length) < 5.0 * math.sqrt(expected / length / trials)


@given(st.floats(0.01, 100.0), st.floats(0.01, 100.0))
def test_looks_at_random_see_less_than_a_patrol_every_so_many_hours(lasts, hours):
    """A patrol that is there every h hours sees min(1, T / h); looks without regard to it 1 - exp(-T / h)."""
    regular = min(1.0, lasts / hours)
    at_random = noticed(_one(lasts / hours))[0]
    assert at_random <= regular + 1e-12
    assert at_random >= regular * (1.0 - math.exp(-1.0)) - 1e-12


def test_what_is_reported_is_the_share_that_is_told():
    shares = np.array([0.0, 1e-9, 0.2, 0.5, 0.99])
    np.testing.assert_allclose(noticed(reported(shares)), shares, rtol=1e-12, atol=1e-15)
    assert noticed(reported(_one(1.0)))[0] == pytest.approx(1.0, abs=1e-11)
    # two that each are told of half, independently: three quarters
    np.testing.assert_allclose(noticed(2.0 * reported(_one(0.5))), 0.75, rtol=1e-12)


# --- A pair of bearings -----------------------------------------------------------------------------------


@given(st.floats(0.0, 50.0))
def test_two_bearings_are_two_or_more_of_a_poisson_number(mean):
    np.testing.assert_allclose(fixed(_one(mean))[0], stats.poisson.sf(1, mean), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("crossing_degrees", [20.0, 60.0, 90.0, 140.0])
def test_the_error_of_a_pair_of_bearings(crossing_degrees):
    rng = np.random.default_rng(7)
    distance, off, half = 6.0, math.radians(0.2), math.radians(crossing_degrees) / 2.0
    errors = rng.normal(0.0, off, (2, 200_000))
    # two posts at the same distance from the origin, seen from it under the angle 2 x half
    posts = distance * np.array([[-math.sin(half), -math.cos(half)], [math.sin(half), -math.cos(half)]])
    angles = np.array([math.pi / 2.0 - half, math.pi / 2.0 + half])[:, None] + errors
    way = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    gap = posts[1] - posts[0]
    cross = way[0, :, 0] * way[1, :, 1] - way[0, :, 1] * way[1, :, 0]
    along = (gap[0] * way[1, :, 1] - gap[1] * way[1, :, 0]) / cross
    place = posts[0] + along[:, None] * way[0]
    found = math.sqrt((place**2).sum(axis=1).mean())
    expected = fix_error_km(_one(distance), _one(off), _one(2.0 * half))[0]
    assert found == pytest.approx(expected, rel=0.02)


def test_bearings_along_each_other_place_nothing():
    assert fix_error_km(_one(5.0), _one(0.01), _one(0.0))[0] == math.inf
    assert fix_error_km(_one(5.0), _one(0.01), _one(math.pi / 2.0))[0] == pytest.approx(math.sqrt(2) * 0.05)


# --- A queue of patrols -----------------------------------------------------------------------------------

ERLANG_C = [
    (1, 0.5, 0.5),
    (1, 0.9, 0.9),
    (2, 1.0, 1 / 3),
    (3, 2.0, 4 / 9),
    (5, 4.0, 0.5541),
    (10, 8.0, 0.4092),
]
"""Servers, load, chance to wait: closed forms up to three, then a published table (four digits)."""


@pytest.mark.parametrize(("servers", "load", "chance"), ERLANG_C)
def test_the_chance_to_wait_is_that_of_the_table(servers, load, chance):
    assert waiting(_one(servers), _one(load))[0] == pytest.approx(chance, abs=6e-5)


def test_the_mean_wait_of_one_patrol_in_closed_form():
    # M/M/1: rho / (1 - rho) visits
    for load in (0.1, 0.5, 0.9):
        hours = wait_hours(_one(1), _one(load), _one(4.0), 1e6)[0]
        assert hours == pytest.approx(load / (1.0 - load) * 4.0, rel=1e-9)


def test_a_queue_of_patrols_against_a_simulated_one():
    rng = np.random.default_rng(11)
    servers, visit, load, number = 4, 3.0, 3.2, 300_000
    arrivals = np.cumsum(rng.exponential(visit / load, number))
    visits = rng.exponential(visit, number)
    free, waits = np.zeros(servers), np.empty(number)
    for place in range(number):
        first = int(free.argmin())
        begin = max(arrivals[place], free[first])
        waits[place], free[first] = begin - arrivals[place], begin + visits[place]
    expected = wait_hours(_one(servers), _one(load), _one(visit), 1e6)[0]
    assert waits.mean() == pytest.approx(expected, rel=0.08)
    assert (waits > 0.0).mean() == pytest.approx(waiting(_one(servers), _one(load))[0], rel=0.03)


def test_more_than_all_patrols_can_do_is_not_visited():
    assert visited(_one(10), _one(5))[0] == 1.0
    assert visited(_one(10), _one(40))[0] == 0.25
    assert wait_hours(_one(10), _one(40), _one(3), 720.0)[0] == 720.0


@given(st.floats(1, 200), st.floats(1, 200), st.floats(0.01, 150))
def test_more_patrols_never_wait_longer(some, others, load):
    few, many = sorted((some, others))
    longest = 720.0
    assert (
        wait_hours(_one(many), _one(load), _one(3), longest)
        <= wait_hours(_one(few), _one(load), _one(3), longest) + 1e-9
    )


# --- Warning ---------------------------------------------------------------------------------------------


@given(st.floats(0.0, 5.0), st.floats(0.01, 400.0))
def test_the_lead_is_what_is_left_of_the_build_up_when_it_is_noticed(rate, days):
    expected, _ = integrate.quad(lambda t: seen_by(_one(rate), _one(t))[0], 0.0, days, limit=200)
    np.testing.assert_allclose(lead_days(_one(rate), _one(days))[0], expected, rtol=1e-5, atol=1e-6)


def test_the_lead_against_drawn_times():
    rng = np.random.default_rng(5)
    left = np.maximum(14.0 - rng.exponential(6.0, 400_000), 0.0)
    assert lead_days(_one(1 / 6.0), _one(14.0))[0] == pytest.approx(left.mean(), rel=0.01)


def test_in_time_means_with_the_days_that_are_needed():
    assert in_time(_one(0.5), _one(10.0), _one(10.0), _one(0.8))[0] == 0.0
    assert in_time(_one(0.5), _one(10.0), _one(20.0), _one(0.8))[0] == 0.0
    assert in_time(_one(1e9), _one(10.0), _one(1.0), _one(0.8))[0] == pytest.approx(0.8)
    expected = 0.8 * (1.0 - math.exp(-0.5 * 6.0))
    assert in_time(_one(0.5), _one(10.0), _one(4.0), _one(0.8))[0] == pytest.approx(expected)
