"""From stakes and arrivals to monthly hazards (EN1 to EN7)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.endure import CourseQuery, PartyAttack, PhaseEffects, course, endure

FUTURES = 3
MONTHS = 120
YEARS = (np.arange(MONTHS) + 0.5) / 12.0
ATTACK, SPIRAL, CREEP = 0, 1, 2


def _full(value):
    return np.full(FUTURES, float(value))


def _arrays(low, high):
    return hnp.arrays(np.float64, FUTURES, elements=st.floats(low, high))


def _party(weight, value=0.0, present=0.0, gone=0.0, years=2.0):
    """Return a party with the bare value of attacking, and so much more with and after the mission."""
    return PartyAttack(
        weight=_full(weight),
        rebuild_years=_full(years),
        present_now=_full(value + present),
        present_rebuilt=_full(value + present),
        gone_now=_full(value + gone),
        gone_rebuilt=_full(value + gone),
        bare_now=_full(value),
        bare_rebuilt=_full(value),
    )


def _phase(starts=0.0, parties=None, **changes):
    """Return a phase with nothing in it but what is given."""
    nothing = PhaseEffects(
        starts_months=starts,
        parties=(_party(0.2, -0.3), _party(0.8, 0.1)) if parties is None else parties,
        attack_log=_full(0.0),
        incident_log=_full(0.0),
        lasting_incident_log=_full(0.0),
        arrived=np.zeros((FUTURES, MONTHS)),
        loss_per_year=_full(0.0),
        mission=False,
    )
    return replace(nothing, **changes)


def _query(*phases):
    return CourseQuery(
        months=MONTHS,
        base_first_year=_full(0.2),
        base_years_2_5=_full(0.07),
        base_later=_full(0.03),
        attack_share=_full(0.6),
        spiral_share_of_rest=_full(0.7),
        case_factor=_full(1.5),
        imposed_factor=_full(2.0),
        sensitivity=_full(2.0),
        phases=phases or (_phase(),),
    )


BASE = np.repeat([0.2, 0.07, 0.03], [12, 48, 60]) * 1.5 * 2.0


def test_a_truce_with_nothing_added_has_the_base_rate():
    # the weights of the two sides add up to one
    found = course(_query())
    for hazards in (found.present, found.gone):
        np.testing.assert_allclose(hazards.sum(axis=2), np.broadcast_to(BASE, (FUTURES, MONTHS)), rtol=1e-13)
    np.testing.assert_array_equal(found.present, found.gone)
    np.testing.assert_array_equal(found.loss, 0.0)


def test_causes_have_the_shares_of_the_record():
    found = course(_query()).present / BASE[None, :, None]
    np.testing.assert_allclose(found[..., ATTACK], 0.6, rtol=1e-13)
    np.testing.assert_allclose(found[..., SPIRAL], 0.4 * 0.7, rtol=1e-13)
    np.testing.assert_allclose(found[..., CREEP], 0.4 * 0.3, rtol=1e-13)


@given(_arrays(0.0, 1.5), _arrays(0.0, 1.5), _arrays(0.0, 1.0))
def test_the_attack_hazard_moves_with_the_sum_of_the_weights(host, opponent, share):
    # as documented (EN4): each side's weight times its ratio, and the ratio is 1 with nothing added
    parties = (replace(_party(0.0), weight=host), replace(_party(0.0), weight=opponent))
    found = course(replace(_query(_phase(parties=parties)), attack_share=share))
    expected = BASE * (1.0 - share + share * (host + opponent))[:, None]
    np.testing.assert_allclose(found.present.sum(axis=2), expected, rtol=1e-12)


@given(_arrays(0.1, 5.0), _arrays(0.001, 5.0), _arrays(1.0, 5.0))
def test_factors_multiply_every_cause(case, base, imposed):
    one = course(replace(_query(), base_first_year=base))
    other = course(
        replace(_query(), base_first_year=base, case_factor=1.5 * case, imposed_factor=2.0 * imposed)
    )
    np.testing.assert_allclose(other.present, one.present * (case * imposed)[:, None, None], rtol=1e-12)


@given(_arrays(-1.0, 1.0), _arrays(-1.0, 1.0), _arrays(0.1, 2.5))
def test_a_stake_of_value_moves_the_log_hazard_by_the_sensitivity(present, gone, sensitivity):
    party = replace(
        _party(1.0),
        present_now=present,
        present_rebuilt=present,
        gone_now=gone,
        gone_rebuilt=gone,
    )
    there = np.ones((FUTURES, MONTHS))
    found = course(replace(_query(_phase(parties=(party,), arrived=there)), sensitivity=sensitivity))
    for hazards, value in ((found.present, present), (found.gone, gone)):
        ratio = hazards[..., ATTACK] / (0.6 * BASE)
        np.testing.assert_allclose(
            np.log(ratio), np.broadcast_to((sensitivity * value)[:, None], ratio.shape), rtol=0, atol=1e-12
        )
        np.testing.assert_allclose(
            hazards[..., SPIRAL], np.broadcast_to(0.28 * BASE, ratio.shape), rtol=1e-12
        )


@pytest.mark.parametrize(("value", "bound"), [(50.0, 6.0), (-50.0, -6.0)])
def test_an_extreme_future_stays_a_number(value, bound):
    found = course(_query(_phase(parties=(_party(1.0, 0.0, value, value),))))
    np.testing.assert_allclose(np.log(found.present[..., ATTACK] / (0.6 * BASE)), bound, rtol=1e-12)


@given(_arrays(-0.5, 0.5), _arrays(-0.5, 0.5), _arrays(0.2, 8.0))
def test_values_move_with_the_partys_own_clock(now, rebuilt, years):
    party = replace(_party(1.0), present_now=now, present_rebuilt=rebuilt, rebuild_years=years)
    found = course(_query(_phase(parties=(party,), arrived=np.ones((FUTURES, MONTHS)))))
    done = 1.0 - np.exp(-YEARS[None, :] / years[:, None])
    value = now[:, None] * (1.0 - done) + rebuilt[:, None] * done
    np.testing.assert_allclose(
        np.log(found.present[..., ATTACK] / (0.6 * BASE)), 2.0 * value, rtol=0, atol=1e-12
    )


@given(
    _arrays(-2.0, 1.0),
    _arrays(-2.0, 1.0),
    _arrays(-2.0, 1.0),
    hnp.arrays(np.float64, (FUTURES, MONTHS), elements=st.floats(0.0, 1.0)),
)
def test_arrivals_scale_the_log_ratios(attack_log, incident_log, lasting, arrived):
    mission = _phase(
        attack_log=attack_log,
        incident_log=incident_log,
        lasting_incident_log=lasting,
        arrived=arrived,
        mission=True,
    )
    found = course(_query(mission))
    ratio = np.log(found.present / found.gone)
    np.testing.assert_allclose(ratio[..., ATTACK], attack_log[:, None] * arrived, rtol=0, atol=1e-12)
    for cause in (SPIRAL, CREEP):
        np.testing.assert_allclose(ratio[..., cause], incident_log[:, None] * arrived, rtol=0, atol=1e-12)
    bare = course(_query())
    change = np.log(found.gone / bare.gone)
    np.testing.assert_allclose(change[..., ATTACK], 0.0, rtol=0, atol=1e-12)
    np.testing.assert_allclose(
        change[..., SPIRAL], np.broadcast_to(lasting[:, None], arrived.shape), rtol=0, atol=1e-12
    )


def test_a_mission_that_never_arrives_changes_nothing():
    # EN6; DESIGN 4.5: every effect of the mission is scaled by what has arrived
    mission = _phase(
        parties=(_party(1.0, 0.1, present=-0.4, gone=0.0),),
        attack_log=_full(-0.5),
        incident_log=_full(-1.0),
        mission=True,
    )
    found = course(_query(mission))
    np.testing.assert_array_equal(found.present, found.gone)


@given(hnp.arrays(np.float64, (FUTURES, MONTHS), elements=st.floats(0.0, 1.0)))
def test_the_value_of_attacking_moves_with_what_has_arrived(arrived):
    mission = _phase(parties=(_party(1.0, 0.1, present=-0.4, gone=0.2),), arrived=arrived, mission=True)
    found = course(_query(mission))
    change = np.log(found.present[..., ATTACK] / (0.6 * BASE))
    np.testing.assert_allclose(change, 2.0 * (0.2 - 0.6 * arrived), rtol=0, atol=1e-12)
    np.testing.assert_allclose(np.log(found.gone[..., ATTACK] / (0.6 * BASE)), 0.4, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("starts", "month"), [(1.0, 1), (6.0, 6), (12.0, 12), (59.0, 59), (6.4, 6), (6.6, 7), (119.0, 119)]
)
def test_phases_switch_at_their_month(starts, month):
    first = _phase(lasting_incident_log=_full(-1.0))
    second = _phase(starts, lasting_incident_log=_full(1.0), loss_per_year=_full(0.3), mission=True)
    found = course(_query(first, second))
    ratio = np.log(found.gone[..., CREEP] / course(_query()).gone[..., CREEP])
    np.testing.assert_allclose(ratio[:, :month], -1.0, rtol=0, atol=1e-12)
    np.testing.assert_allclose(ratio[:, month:], 1.0, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(found.loss[:, :month], 0.0)
    np.testing.assert_array_equal(found.loss[:, month:], 0.3)


def test_a_phase_beyond_the_horizon_never_comes():
    late = _phase(500.0, lasting_incident_log=_full(3.0), loss_per_year=_full(9.0), mission=True)
    one, other = course(_query(_phase(), late)), course(_query())
    np.testing.assert_array_equal(one.present, other.present)
    np.testing.assert_array_equal(one.loss, other.loss)


def test_cutting_a_phase_in_two_changes_nothing():
    whole = _phase(
        lasting_incident_log=_full(-0.4), incident_log=_full(-0.3), arrived=np.full((FUTURES, MONTHS), 0.5)
    )
    parts = (whole, replace(whole, starts_months=17.0), replace(whole, starts_months=60.0))
    one, other = course(_query(whole)), course(_query(*parts))
    np.testing.assert_array_equal(one.present, other.present)
    np.testing.assert_array_equal(one.gone, other.gone)


def test_a_mission_is_lost_only_where_there_is_one():
    phase = _phase(loss_per_year=_full(0.4))
    np.testing.assert_array_equal(course(_query(phase)).loss, 0.0)
    np.testing.assert_array_equal(course(_query(replace(phase, mission=True))).loss, 0.4)


def test_base_rate_through_the_clock_is_the_survival_of_the_record():
    survival = endure(course(replace(_query(), case_factor=_full(1.0), imposed_factor=_full(1.0))))
    for year, integral in ((1, 0.2), (5, 0.2 + 4 * 0.07), (10, 0.2 + 4 * 0.07 + 5 * 0.03)):
        np.testing.assert_allclose(survival.at(year), np.exp(-integral), rtol=1e-12)
