"""A war that nobody stops (ST13 to ST15): against ST1, integrated equations and closed forms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from tests.stakes.cases import FORCES, FUTURES, arrays, full, party

from holdfast.stakes import WarQuery, forces, war
from holdfast.stakes.forces import WAR_BOUNDS
from holdfast.stakes.war import HALF_YEARS, STEP_YEARS

HOST, OPPONENT = 0, 1

QUERIES = st.builds(
    WarQuery,
    host=FORCES,
    opponent=FORCES,
    ground_rate=arrays(-5e3, 5e3),
    ground_slope=arrays(0.0, 5e4),
    ground_of_host=arrays(0.0, 5e5),
    ground_of_opponent=arrays(0.0, 1e5),
    casualties_of_host=arrays(0.0, 2e4),
    casualties_of_opponent=arrays(0.0, 5e4),
)


def _war(**given_values):
    """Return a war of two sides whose stocks stand still, with the values given."""
    plain = {
        "host": party(),
        "opponent": party(),
        "ground_rate": full(0.0),
        "ground_slope": full(10_000.0),
        "ground_of_host": full(np.inf),
        "ground_of_opponent": full(np.inf),
        "casualties_of_host": full(0.0),
        "casualties_of_opponent": full(0.0),
    }
    return WarQuery(**{**plain, **given_values})


def test_ten_years_in_half_years():
    found = war(_war())
    np.testing.assert_allclose(found.years, 0.5 * np.arange(21))
    assert HALF_YEARS * STEP_YEARS == 10.0
    for name in ("persons", "materiel", "strength"):
        assert getattr(found, name).shape == (FUTURES, 21, 2)
    assert found.ground.shape == (FUTURES, 20)
    for name in ("losses", "casualties"):
        assert getattr(found, name).shape == (FUTURES, 20, 2)


# --- ST13: stocks ------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(QUERIES, st.integers(0, HALF_YEARS))
def test_the_path_is_the_stock_of_war_wherever_one_looks(query, step):
    """ST1 and ST13 are one rule: what acceptance weighs lies on the path."""
    found = war(query)
    for place, side in enumerate((query.host, query.opponent)):
        one = forces(replace(side, lookahead_years=full(step * STEP_YEARS)))
        np.testing.assert_array_equal(found.strength[:, step, place], one.war)


def test_the_path_is_the_solution_of_its_flows():
    host = party(
        intake=2_000.0,
        losses=2_500.0,
        support_ratio=0.4,
        support_share=0.6,
        materiel_years=1.7,
        elasticity=0.3,
    )
    found = war(_war(host=host))

    def flows(_, stocks):
        return [12.0 * -500.0, ((0.4 + 0.6 * 0.4) - stocks[1]) / 1.7]

    solved = solve_ivp(flows, (0.0, 10.0), [1e5, 1.0], t_eval=found.years, rtol=1e-11, atol=1e-9)
    np.testing.assert_allclose(found.persons[0, :, HOST], solved.y[0], rtol=1e-9)
    np.testing.assert_allclose(found.materiel[0, :, HOST], solved.y[1], rtol=1e-7)
    np.testing.assert_allclose(found.strength[0, :, HOST], solved.y[0] * solved.y[1] ** 0.3, rtol=1e-7)
    np.testing.assert_array_equal(found.materiel[:, :, OPPONENT], 1.0)


@settings(max_examples=40)
@given(QUERIES)
def test_stocks_begin_at_the_halt_and_stay_within_bounds(query):
    found = war(query)
    least, most = WAR_BOUNDS
    for place, side in enumerate((query.host, query.opponent)):
        np.testing.assert_array_equal(found.persons[:, 0, place], side.persons)
        np.testing.assert_allclose(found.materiel[:, 0, place], 1.0, rtol=1e-15)
        share = found.persons[:, :, place] / side.persons[:, None]
        assert (share >= least * (1 - 1e-12)).all()
        assert (share <= most * (1 + 1e-12)).all()


@settings(max_examples=40)
@given(QUERIES, st.floats(1.0, 3.0))
def test_more_support_never_weakens_and_never_loses_ground(query, factor):
    before = war(query)
    more = replace(query.host, support_ratio=query.host.support_ratio * factor)
    after = war(replace(query, host=more))
    assert (after.strength[:, :, HOST] >= before.strength[:, :, HOST] * (1 - 1e-12)).all()
    np.testing.assert_array_equal(after.strength[:, :, OPPONENT], before.strength[:, :, OPPONENT])
    assert (np.cumsum(after.ground, axis=1) <= np.cumsum(before.ground, axis=1) + 1e-6).all()


# --- ST14: ground ------------------------------------------------------------------------------------


@pytest.mark.parametrize("pace", [-900.0, 0.0, 1_380.0])
def test_where_strengths_stand_still_ground_changes_hands_at_the_pace_of_the_halt(pace):
    np.testing.assert_allclose(war(_war(ground_rate=full(pace))).ground, pace / 2.0, rtol=1e-12)


def test_the_pace_is_that_of_the_halt_whatever_the_ratio_there():
    uneven = _war(host=party(persons=40_000.0), ground_rate=full(600.0))
    np.testing.assert_allclose(war(uneven).ground, 300.0, rtol=1e-12)


def test_ground_follows_the_log_ratio_of_strengths():
    """The opponent grows by a tenth of its persons a year: the integral of slope x ln(1 + t / 10)."""
    growing = party(intake=10_000.0 / 12.0)
    found = war(_war(opponent=growing, ground_rate=full(500.0), ground_slope=full(8_000.0)))
    t = found.years
    exact = 500.0 * t + 8_000.0 * ((10.0 + t) * np.log1p(t / 10.0) - t)
    # the trapezoidal rule at half a year: at most years x step^2 / 12 x the greatest curvature
    bound = 10.0 * 0.5**2 / 12.0 * 8_000.0 / 10.0**2
    np.testing.assert_allclose(np.cumsum(found.ground, axis=1)[0], exact[1:], rtol=0, atol=bound)


@settings(max_examples=40)
@given(QUERIES)
def test_who_is_stronger_than_at_the_halt_advances(query):
    """Either side may: with no pace of its own, ground goes with the lead alone."""
    query = replace(
        query, ground_rate=full(0.0), ground_of_host=full(np.inf), ground_of_opponent=full(np.inf)
    )
    found = war(query)
    lead = np.log(found.strength[..., OPPONENT] / found.strength[..., HOST])
    lead = lead - np.log(query.opponent.persons / query.host.persons)[:, None]
    ahead = (lead[:, :-1] > 1e-9) & (lead[:, 1:] > 1e-9)
    behind = (lead[:, :-1] < -1e-9) & (lead[:, 1:] < -1e-9)
    assert (found.ground[ahead] >= 0.0).all()
    assert (found.ground[behind] <= 0.0).all()


@settings(max_examples=40)
@given(QUERIES)
def test_nobody_gains_more_than_the_other_holds(query):
    held = np.cumsum(war(query).ground, axis=1)
    assert (held <= query.ground_of_host[:, None] + 1e-6).all()
    assert (held >= -query.ground_of_opponent[:, None] - 1e-6).all()


def test_a_front_that_has_reached_its_end_can_come_back():
    """What is bounded is the ground held, not the sum of what was wanted."""
    falling = party(losses=15_000.0 / 12.0)  # the opponent's lead turns
    found = war(_war(opponent=falling, ground_rate=full(5_000.0), ground_of_host=full(4_000.0)))
    held = np.cumsum(found.ground, axis=1)[0]
    assert held.max() == pytest.approx(4_000.0)
    assert held[-1] < 0.0
    assert found.ground[0, 2] == pytest.approx(0.0, abs=1e-9)


def test_lost_intelligence_moves_the_front_at_once():
    blind = war(_war(host=party(intelligence=False))).ground
    np.testing.assert_allclose(blind, 0.5 * 10_000.0 * np.log(1.2), rtol=1e-9)


# --- ST15: losses ------------------------------------------------------------------------------------


def test_losses_are_those_of_the_flows_until_nobody_is_left_to_lose():
    shrinking = party(intake=1_000.0, losses=4_000.0)
    found = war(_war(host=shrinking)).losses[0, :, HOST]
    # 3,000 a month less, from 100,000 to 30,000: after 23 months and a third the losses are the intake
    np.testing.assert_allclose(found[:3], 24_000.0, rtol=1e-12)
    np.testing.assert_allclose(found[3], 6_000.0 + (100_000.0 - 3 * 18_000.0 - 30_000.0), rtol=1e-12)
    np.testing.assert_allclose(found[4:], 6_000.0, rtol=1e-12)


@settings(max_examples=40)
@given(QUERIES)
def test_persons_intake_and_losses_balance_below_the_upper_bound(query):
    found = war(query)
    for place, side in enumerate((query.host, query.opponent)):
        losses = found.losses[:, :, place]
        assert (losses >= -1e-6).all()
        assert (losses <= 6.0 * side.losses[:, None] + 1e-6).all()
        left_over = 6.0 * side.intake[:, None] - losses - np.diff(found.persons[:, :, place], axis=1)
        assert (left_over >= -1e-6).all()
        full_up = found.persons[:, 1:, place] >= WAR_BOUNDS[1] * side.persons[:, None] * (1 - 1e-12)
        np.testing.assert_allclose(left_over[~full_up], 0.0, rtol=0, atol=1e-5)


def test_casualties_go_on_at_their_rate():
    found = war(_war(casualties_of_host=full(12_000.0), casualties_of_opponent=full(35_000.0)))
    np.testing.assert_allclose(found.casualties[:, :, HOST], 72_000.0)
    np.testing.assert_allclose(found.casualties[:, :, OPPONENT], 210_000.0)
