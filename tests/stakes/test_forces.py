"""Stocks of persons and materiel against closed forms and integrated differential equations (ST1 to ST3)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from tests.stakes.cases import FORCES, FUTURES, full, party

from holdfast.stakes import forces, strength
from holdfast.stakes.forces import LEAST_MATERIEL, MONTHS_PER_YEAR, MOST_TRAINED, WAR_BOUNDS

FIELDS = ("persons_target", "materiel_target", "worth", "now", "ahead", "war")


def _same(one, other, but=()):
    for name in FIELDS:
        if name not in but:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


# --- ST1: stocks and flows ---------------------------------------------------------------------------


def test_a_party_whose_flows_balance_stays_as_it_is():
    found = forces(party())
    for name in ("persons_target", "now", "ahead", "war"):
        np.testing.assert_allclose(getattr(found, name), 100_000.0, rtol=1e-14)
    np.testing.assert_array_equal(found.materiel_target, 1.0)
    np.testing.assert_array_equal(found.worth, 0.0)


@pytest.mark.parametrize("years", [0.1, 1.5, 6.0])
@pytest.mark.parametrize("support_ratio", [0.2, 1.0, 2.5])
def test_peace_is_the_solution_of_inflow_against_ageing(years, support_ratio):
    """Materiel: d stock / dt = inflow - stock / T, where inflow is home production and support.

    In peace nothing is used up, so the inflow that kept the stock level at the halt fills it to
    ``materiel_peace``: inflow = materiel_peace / T at the support of the halt.
    """
    t_persons, t_materiel, share, peace = 1.3, 2.7, 0.6, 2.2
    query = party(
        rebuilt=1.4,
        persons_years=t_persons,
        materiel_peace=peace,
        materiel_years=t_materiel,
        support_share=share,
        support_ratio=support_ratio,
        elasticity=0.35,
        lookahead_years=years,
    )
    home, partners = (1.0 - share) * peace / t_materiel, share * peace / t_materiel

    def flows(_, stocks):
        persons, materiel = stocks
        return [(140_000.0 - persons) / t_persons, home + partners * support_ratio - materiel / t_materiel]

    solved = solve_ivp(flows, (0.0, years), [100_000.0, 1.0], rtol=1e-11, atol=1e-9)
    persons, materiel = solved.y[:, -1]
    np.testing.assert_allclose(forces(query).ahead, persons * materiel**0.35, rtol=1e-7)


@pytest.mark.parametrize("support_ratio", [0.2, 1.0, 2.5])
def test_a_war_that_goes_on_is_the_solution_of_its_flows(support_ratio):
    """Persons: intake less losses. Materiel: use keeps the stock level at the inflow of the halt."""
    share, years, turnover = 0.6, 1.5, 2.0
    query = party(
        intake=3_000.0,
        losses=4_000.0,
        materiel_peace=3.0,
        materiel_years=turnover,
        support_share=share,
        support_ratio=support_ratio,
        elasticity=0.35,
        lookahead_years=years,
    )

    def flows(_, stocks):
        inflow = ((1.0 - share) + share * support_ratio) / turnover
        return [12.0 * (3_000.0 - 4_000.0), inflow - stocks[1] / turnover]

    solved = solve_ivp(flows, (0.0, years), [100_000.0, 1.0], rtol=1e-11, atol=1e-9)
    persons, materiel = solved.y[:, -1]
    np.testing.assert_allclose(forces(query).war, persons * materiel**0.35, rtol=1e-7)


@given(FORCES)
def test_stocks_never_leave_what_lies_between_the_halt_and_the_target(query):
    """A first-order stock does not overshoot (ST1)."""
    still = replace(query, extra_trained=full(0.0), intelligence=True, elasticity=full(1.0))
    found = forces(still)
    one_stock = replace(still, materiel_peace=full(1.0), support_ratio=full(1.0))
    persons = forces(one_stock).ahead
    slack = 1e-9 * query.persons
    assert (persons >= np.minimum(query.persons, found.persons_target) - slack).all()
    assert (persons <= np.maximum(query.persons, found.persons_target) + slack).all()
    materiel = found.ahead / persons
    assert (materiel >= np.minimum(1.0, found.materiel_target) - 1e-9).all()
    assert (materiel <= np.maximum(1.0, found.materiel_target) + 1e-9).all()


@given(FORCES)
def test_who_does_not_look_ahead_sees_the_stocks_of_today(query):
    """ST1 at no time: peace and war begin with what there is."""
    found = forces(replace(query, lookahead_years=full(0.0)))
    np.testing.assert_allclose(found.ahead, found.now, rtol=1e-12)
    np.testing.assert_allclose(found.war, found.now, rtol=1e-12)


@given(FORCES)
def test_who_looks_far_ahead_sees_where_the_stocks_go(query):
    """ST1 at the end of time."""
    found = forces(replace(query, lookahead_years=full(2_000.0)))
    expected = found.persons_target * found.materiel_target**query.elasticity * np.exp(found.worth)
    np.testing.assert_allclose(found.ahead, expected, rtol=1e-11)


@given(FORCES)
def test_support_acts_on_its_share_of_the_inflow(query):
    """ST1: without a share support is nothing; the whole share makes materiel proportional to it."""
    none = replace(query, support_share=full(0.0))
    _same(forces(none), forces(replace(none, support_ratio=full(1.0))))
    whole = forces(replace(query, support_share=full(1.0)))
    expected = np.maximum(query.materiel_peace * query.support_ratio, LEAST_MATERIEL)
    np.testing.assert_allclose(whole.materiel_target, expected, rtol=1e-14)
    usual = forces(replace(query, support_ratio=full(1.0)))
    np.testing.assert_allclose(usual.materiel_target, query.materiel_peace, rtol=1e-12)


def test_support_leaves_persons_and_the_strength_of_today_alone():
    """ST1: arms arrive over time; at the halt there is what there is."""
    less, more = (forces(party(support_ratio=ratio)) for ratio in (0.1, 3.0))
    _same(less, more, but={"materiel_target", "ahead", "war"})
    assert (more.ahead > less.ahead).all()
    assert (more.war > less.war).all()


def test_a_stock_of_materiel_never_runs_out_quite():
    found = forces(party(support_share=1.0, support_ratio=1e-6, materiel_peace=0.5, lookahead_years=2_000.0))
    np.testing.assert_array_equal(found.materiel_target, LEAST_MATERIEL)
    np.testing.assert_allclose(found.ahead, 100_000.0 * LEAST_MATERIEL**0.3, rtol=1e-12)
    np.testing.assert_allclose(found.war, 100_000.0 * LEAST_MATERIEL**0.3, rtol=1e-12)


@pytest.mark.parametrize(
    ("intake", "losses", "years", "persons"),
    [
        (1_000.0, 2_000.0, 2.0, 76_000.0),
        (0.0, 6_000.0, 1.0, 30_000.0),  # 28,000 by the flows
        (0.0, 50_000.0, 10.0, 30_000.0),
        (10_000.0, 0.0, 0.5, 160_000.0),
        (10_000.0, 0.0, 1.0, 200_000.0),  # 220,000 by the flows
    ],
)
def test_flows_of_war_are_clipped(intake, losses, years, persons):
    """ST1: a war that goes on neither empties nor fills a party without end."""
    assert WAR_BOUNDS == (0.3, 2.0)
    assert MONTHS_PER_YEAR == 12
    found = forces(party(intake=intake, losses=losses, lookahead_years=years))
    np.testing.assert_allclose(found.war, persons, rtol=1e-12)
    np.testing.assert_allclose(found.ahead, 100_000.0, rtol=1e-12)


# --- ST2: a cap --------------------------------------------------------------------------------------


@given(FORCES, st.floats(1e3, 2e6))
def test_a_cap_binds_persons_and_neither_their_worth_nor_a_war(query, cap):
    free, capped = (forces(replace(query, cap_persons=value)) for value in (None, cap))
    _same(free, capped, but={"persons_target", "ahead"})
    np.testing.assert_array_equal(capped.persons_target, np.minimum(free.persons_target, cap))
    bound = free.persons_target > cap
    np.testing.assert_array_equal(capped.ahead[~bound], free.ahead[~bound])
    assert (capped.ahead <= free.ahead * (1.0 + 1e-12)).all()


def test_a_cap_below_what_there_is_lets_forces_go_by_their_own_clock():
    found = forces(party(cap_persons=60_000.0, persons_years=2.0, lookahead_years=1.5))
    np.testing.assert_allclose(found.ahead, 60_000.0 + 40_000.0 * np.exp(-0.75), rtol=1e-13)
    np.testing.assert_array_equal(found.now, 100_000.0)


# --- ST3: strength -----------------------------------------------------------------------------------


@given(FORCES, st.floats(0.1, 10.0), st.floats(0.1, 10.0))
def test_strength_is_proportional_to_persons_and_a_power_of_materiel(query, persons, materiel):
    one = strength(query.persons, query.materiel_peace, full(0.0), query.elasticity)
    other = strength(query.persons * persons, query.materiel_peace * materiel, full(0.0), query.elasticity)
    np.testing.assert_allclose(other / one, persons * materiel**query.elasticity, rtol=1e-12)


@given(FORCES)
def test_lost_intelligence_divides_every_strength_by_its_worth(query):
    seeing, blind = (forces(replace(query, intelligence=value)) for value in (True, False))
    for name in ("now", "ahead", "war"):
        np.testing.assert_allclose(
            getattr(seeing, name) / getattr(blind, name), query.intelligence_gain, rtol=1e-12
        )
    for name in ("persons_target", "materiel_target"):
        np.testing.assert_array_equal(getattr(seeing, name), getattr(blind, name))


@pytest.mark.parametrize(
    ("trained", "tenths"), [(0, 0.0), (5_000, 0.5), (10_000, 1.0), (20_000, 2.0), (80_000, 2.0)]
)
def test_training_counts_a_tenth_a_year_and_no_more_than_a_fifth(trained, tenths):
    assert MOST_TRAINED == 2.0
    gain = np.linspace(1.0, 1.2, FUTURES)
    found = forces(party(extra_trained=trained, training_gain=gain))
    np.testing.assert_allclose(found.worth, tenths * np.log(gain), rtol=1e-13)
    for name in ("now", "ahead", "war"):
        np.testing.assert_allclose(getattr(found, name), 100_000.0 * gain**tenths, rtol=1e-13)


@given(FORCES, st.floats(1.0, 3.0))
def test_more_of_anything_given_never_weakens(query, factor):
    before = forces(query)
    for more in (
        replace(query, support_ratio=query.support_ratio * factor),
        replace(query, extra_trained=query.extra_trained * factor),
        replace(query, intelligence=True),
        replace(query, cap_persons=None if query.cap_persons is None else query.cap_persons * factor),
        replace(query, rebuilt=query.rebuilt * factor),
        replace(query, materiel_peace=query.materiel_peace * factor),
        replace(query, intake=query.intake * factor),
        replace(query, losses=query.losses / factor),
    ):
        after = forces(more)
        for name in ("now", "ahead", "war"):
            assert (getattr(after, name) >= getattr(before, name) * (1.0 - 1e-12)).all(), name


@given(FORCES, st.floats(1e-3, 1e3))
def test_free_of_the_unit_of_persons(query, unit):
    """ST1 to ST3 know ratios alone: a party ten times as large in all is ten times as strong."""
    scaled = replace(
        query,
        persons=query.persons * unit,
        intake=query.intake * unit,
        losses=query.losses * unit,
        extra_trained=query.extra_trained * unit,
        cap_persons=None if query.cap_persons is None else query.cap_persons * unit,
    )
    one, other = forces(query), forces(scaled)
    for name in ("persons_target", "now", "ahead", "war"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name) * unit, rtol=1e-9)
    np.testing.assert_allclose(other.worth, one.worth, rtol=1e-9, atol=1e-12)


@given(FORCES, st.data())
def test_futures_do_not_mix(query, data):
    other = data.draw(FORCES)
    other = replace(other, cap_persons=query.cap_persons, intelligence=query.intelligence)
    mixed = {}
    for name in ("persons", "rebuilt", "persons_years", "materiel_peace", "materiel_years", "support_share",
                 "support_ratio", "intake", "losses", "elasticity", "extra_trained", "training_gain",
                 "intelligence_gain", "lookahead_years"):  # fmt: skip
        mixed[name] = np.concatenate([getattr(query, name)[:2], getattr(other, name)[2:]])
    found = forces(replace(query, **mixed))
    for name in FIELDS:
        expected = np.concatenate([getattr(forces(query), name)[:2], getattr(forces(other), name)[2:]])
        np.testing.assert_array_equal(getattr(found, name), expected, err_msg=name)
