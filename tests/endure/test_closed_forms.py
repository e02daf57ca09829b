"""Each process alone, against what can be written down."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.linalg import expm
from tests.endure import courses

from holdfast.endure import WEEKS_PER_YEAR, kernel
from holdfast.endure.course import course
from holdfast.endure.query import AT_WEEK, RENEWALS, Starts
from holdfast.endure.survival import DEGRADED, LOST, NO_MISSION, THERE
from holdfast.vocabulary.axes import MAJOR, OPPONENT

YEARS = np.arange(521) / WEEKS_PER_YEAR
CONSTANT = {"first_year": 0.2, "years_2_5": 0.2, "later": 0.2}


def run(query):
    return kernel.run(course(query))


# --- Hazards (EN1, EN2, EN7) -------------------------------------------------------------------------


def test_a_constant_hazard_gives_the_exponential(clock):
    found = clock(courses.query(truce=CONSTANT))
    np.testing.assert_allclose(found.column("holds")[0], np.exp(-0.2 * YEARS), rtol=1e-13)


def test_no_hazard_holds_for_ever(clock):
    found = clock(courses.query())
    assert (found.column("holds") == 1.0).all()
    assert (found.expected[:, :, 2:] == 0.0).all()


def test_the_hazard_changes_with_age_at_exact_weeks(clock):
    found = clock(courses.query(truce={"first_year": 1.0, "years_2_5": 0.5, "later": 0.1}))
    hazard = -np.diff(np.log(found.column("holds")[0])) * WEEKS_PER_YEAR
    by_age = np.concatenate([np.full(52, 1.0), np.full(208, 0.5), np.full(260, 0.1)])
    np.testing.assert_allclose(hazard, by_age, rtol=1e-10)


def test_three_competing_hazards_share_what_fails(clock):
    truce = {**CONSTANT, "attack_share": 0.5, "spiral_share_of_rest": 0.7}
    found = clock(courses.query(truce=truce))
    failed = -np.expm1(-0.2 * YEARS)
    for cause, share in (("attack", 0.5), ("spiral", 0.35), ("creep", 0.15)):
        np.testing.assert_allclose(found.failed(cause)[0, :, 0], share * failed, rtol=1e-12, atol=1e-15)
        assert (found.failed(cause)[0, :, 1] == 0.0).all()


def test_attacks_are_shared_by_side_and_option(clock):
    decision = {"attack_share_by_party": [0.2, 0.6], "grab_share": 0.4}
    war = {"escalation": 0.25, "ground_grab": 100.0, "losses_grab": 10.0, "losses_major": 1000.0}
    found = clock(courses.query(truce=CONSTANT, decision=decision, war=war))
    failed = -np.expm1(-0.2 * YEARS)
    # burden and edge are nought and strengths equal, so the odds are even
    expected = {
        "attack_by_host": 0.25,
        "attack_by_opponent": 0.75,
        "limited_war": 0.4 * 0.75,
        "major_war": 1.0 - 0.4 * 0.75,
        "repelled": 0.75 * 0.5,
        "ground_km2": 0.75 * 0.4 * 0.5 * 100.0,
        "losses": 0.3 * 10.0 + 0.7 * 1000.0,
    }
    for name, share in expected.items():
        np.testing.assert_allclose(found.column(name)[0], share * failed, rtol=1e-12, atol=1e-15)


# --- Decisions and stocks (DE1 to DE6, ST1) ------------------------------------------------------------


def _hazard(found):
    return -np.diff(np.log(found.column("holds")[0])) * WEEKS_PER_YEAR


def _as_weighed(values):
    """Return what stands in every week of values that are weighed every fourth week."""
    return values[(np.arange(values.size) // 4) * 4]


def test_stocks_close_their_gap_and_move_the_hazard(clock):
    """Persons and materiel of the opponent go to new levels; the hazard follows the contest function."""
    target = np.array([[1000.0, 3000.0]])
    row = courses.phase(1, persons=target, materiel=np.array([[1.0, 2.0]]))
    decision = {"sensitivity": 1.5, "decisiveness": 2.0, "attack_share_by_party": [0.0, 1.0]}
    forces = {"persons_years": 2.0, "materiel_years": 5.0, "elasticity": 0.3}
    found = clock(courses.query(truce=CONSTANT, decision=decision, forces=forces, phases=[row]))
    weeks = np.arange(520)
    persons = 3000.0 - 2000.0 * np.exp(-weeks / (2.0 * 52))
    materiel = 2.0 - np.exp(-weeks / (5.0 * 52))
    strength = persons * materiel**0.3
    value = strength**2 / (strength**2 + 1000.0**2)
    expected = 0.2 * np.exp(1.5 * (_as_weighed(value) - 0.5))
    np.testing.assert_allclose(_hazard(found), expected, rtol=1e-10)


def test_waiting_lowers_the_hazard_of_a_side_that_rises_and_raises_that_of_one_that_falls(clock):
    """Net value = now - weight x value after the look ahead, in closed form at the halt (DE4)."""
    for target, sign in ((2000.0, -1.0), (500.0, 1.0)):
        row = courses.phase(1, persons=np.array([[1000.0, target]]))
        decision = {
            "sensitivity": 1.0,
            "decisiveness": 1.0,
            "attack_share_by_party": [0.0, 1.0],
            "future_weight_by_party": 0.8,
            "lookahead_years": 1.0,
        }
        found = clock(courses.query(truce=CONSTANT, decision=decision, phases=[row], weeks=4))
        ahead = target + (1000.0 - target) * np.exp(-1.0 / 2.0)
        later = ahead / (ahead + 1000.0)
        expected = 0.2 * np.exp(-0.8 * (later - 0.5))
        np.testing.assert_allclose(_hazard(found), expected, rtol=1e-10)
        assert sign * (_hazard(found)[0] - 0.2) > 0.0


def test_fear_of_the_other_side_is_a_reason_to_strike_first(clock):
    """DE5: part of what the other gains by attacking counts as an own gain."""
    burden = np.zeros((1, 2, 3))
    burden[0, 1] = 0.2
    row = courses.phase(1, gone=courses.setting(1, burden=burden))
    decision = {"sensitivity": 1.0, "attack_share_by_party": [1.0, 0.0], "preemption": 0.5}
    found = clock(courses.query(truce=CONSTANT, decision=decision, phases=[row], weeks=4))
    # the host fears 0.5 - 0.2 instead of 0.5
    np.testing.assert_allclose(_hazard(found), 0.2 * np.exp(-0.5 * 0.2), rtol=1e-12)


def test_a_grab_is_decided_by_the_forces_at_its_place(clock):
    """DE2: mass against guard and the partners who are there."""
    partners = np.zeros((1, 2, 3))
    partners[0, 1, 1] = 50.0
    row = courses.phase(1, gone=courses.setting(1, partners=partners))
    decision = {
        "sensitivity": 2.0,
        "attack_share_by_party": [0.0, 1.0],
        "grab_share": 1.0,
        "mass": 0.2,
        "guard": 0.1,
        "decisiveness": 1.5,
    }
    found = clock(courses.query(truce=CONSTANT, decision=decision, phases=[row], weeks=4))
    odds = [1.0 / (1.0 + ratio**-1.5) for ratio in (200.0 / 100.0, 200.0 / 150.0)]
    np.testing.assert_allclose(_hazard(found), 0.2 * np.exp(2.0 * (odds[1] - odds[0])), rtol=1e-12)


def test_misjudgement_adds_half_its_variance(clock):
    """DE7: the mean of exp(sensitivity x noise) over normal noise."""
    row = courses.phase(1, gone=courses.setting(1, noise=0.3))
    found = clock(courses.query(truce=CONSTANT, decision={"sensitivity": 2.0}, phases=[row], weeks=4))
    draws = np.random.default_rng(0).normal(0.0, 0.3, 2_000_000)
    np.testing.assert_allclose(_hazard(found), 0.2 * np.exp(0.5 * 4.0 * 0.09), rtol=1e-12)
    assert np.exp(2.0 * draws).mean() == pytest.approx(np.exp(0.18), rel=2e-3)


# --- Incidents (IN1 to IN6) ------------------------------------------------------------------------------

FUTURES, BURN = 4000, 150
INCIDENTS = {"line_km": 10.0, "background": 0.2, "branching": 0.7, "memory_days": 10.0}
MEMORY = np.exp(-0.7)


def _weekly(found):
    return np.diff(found.count("incidents"), axis=1)


@pytest.fixture(scope="module")
def simulated():
    return run(courses.query(FUTURES, weeks=BURN + 100, incidents=INCIDENTS))


def test_the_mean_of_self_exciting_incidents(simulated):
    counts = _weekly(simulated)[:, BURN:]
    mean = 2.0 / (1.0 - 0.7)
    error = counts.mean(axis=1).std() / np.sqrt(FUTURES)
    assert abs(counts.mean() - mean) < 4.0 * error


def test_their_variance(simulated):
    """Intensity is an autoregression of the first order, so its variance can be written down."""
    counts = _weekly(simulated)[:, BURN:].astype(float)
    mean = 2.0 / 0.3
    carry = MEMORY + (1.0 - MEMORY) * 0.7
    echo = (1.0 - MEMORY) ** 2 * mean / (1.0 - carry**2)
    variance = 0.49 * echo + mean
    by_week = counts.var(axis=0)
    assert by_week.mean() == pytest.approx(variance, rel=0.03)


def test_the_mean_path_from_the_first_week_on(simulated):
    counts = _weekly(simulated)
    echo, expected = 0.0, []
    for _ in range(counts.shape[1]):
        expected.append(2.0 + 0.7 * echo)
        echo = MEMORY * echo + (1.0 - MEMORY) * expected[-1]
    error = counts.std(axis=0) / np.sqrt(FUTURES)
    assert (np.abs(counts.mean(axis=0) - expected) < 5.0 * error).all()


def test_the_branching_ratio_is_recovered_from_counts(simulated):
    """Least squares of counts on the echo of earlier ones: slope is branching, intercept background."""
    counts = _weekly(simulated).astype(float)
    echo = np.zeros(FUTURES)
    echoes = []
    for week in range(counts.shape[1]):
        echoes.append(echo)
        echo = MEMORY * echo + (1.0 - MEMORY) * counts[:, week]
    x, y = np.stack(echoes, axis=1)[:, BURN:].ravel(), counts[:, BURN:].ravel()
    slope, intercept = np.polyfit(x, y, 1)
    assert slope == pytest.approx(0.7, abs=0.01)
    assert intercept == pytest.approx(2.0, abs=0.06)


def test_neighbours_and_hot_spots_do_not_change_the_mean_of_all_sectors():
    """IN2, IN5: reaction next door moves incidents, it adds none."""
    found = run(
        courses.query(
            FUTURES, weeks=BURN + 50, sectors=9, incidents={**INCIDENTS, "spread": 0.4, "concentration": 1.5}
        )
    )
    counts = _weekly(found)[:, BURN:]
    error = counts.mean(axis=1).std() / np.sqrt(FUTURES)
    assert abs(counts.mean() - 2.0 / 0.3) < 4.0 * error


@pytest.mark.parametrize("calm", [-1.5, -0.4, 0.6])
@pytest.mark.parametrize("through", [0.0, 0.5, 1.0])
def test_what_calms_incidents_sets_their_long_run_level(calm, through):
    """IN3: on background or reaction, the level is exp(calm) times that of a truce with nothing added."""
    row = courses.phase(FUTURES, gone=courses.setting(FUTURES, calm=calm))
    incidents = {**INCIDENTS, "through_reaction": through, "memory_days": 3.0}
    found = run(courses.query(FUTURES, weeks=BURN + 50, incidents=incidents, phases=[row]))
    counts = _weekly(found)[:, BURN:]
    error = counts.mean(axis=1).std() / np.sqrt(FUTURES)
    assert abs(counts.mean() - np.exp(calm) * 2.0 / 0.3) < 4.5 * error + 1e-3


@pytest.mark.parametrize("calm", [-1.0, -0.3, 0.3])
@pytest.mark.parametrize("discipline", [0.5, 0.95])
def test_it_does_so_however_much_discipline_holds_fire_back(calm, discipline):
    """IN3: a sourced ratio acts in full under the discipline that there is, not only where there is none."""
    row = courses.phase(FUTURES, gone=courses.setting(FUTURES, calm=calm))
    held = {"discipline": discipline, "wear_off_days": 1e12, "background": 2.0}
    incidents = {**INCIDENTS, "through_reaction": 0.5, **held}
    found = run(courses.query(FUTURES, weeks=BURN + 50, incidents=incidents, phases=[row]))
    left = 1.0 - discipline
    mean = np.exp(calm) * left * 20.0 / (1.0 - left * 0.7)
    counts = _weekly(found)[:, BURN:]
    error = counts.mean(axis=1).std() / np.sqrt(FUTURES)
    assert abs(counts.mean() - mean) < 4.5 * error + 1e-3


def test_discipline_wears_off():
    """IN4: after the halt all fire is held to the share that discipline leaves."""
    incidents = {"line_km": 10.0, "background": 5.0, "discipline": 0.9, "wear_off_days": 70.0}
    found = run(courses.query(FUTURES, weeks=60, incidents=incidents))
    expected = 50.0 * (1.0 - 0.9 * np.exp(-np.arange(60) / 10.0))
    error = np.sqrt(expected / FUTURES)
    assert (np.abs(_weekly(found).mean(axis=0) - expected) < 5.0 * error).all()


def test_recommitments_come_as_often_as_said():
    """IN6: at the long-run level their number in a year is the rate."""
    incidents = {"line_km": 10.0, "background": 5.0, "recommitments": 3.0}
    found = run(courses.query(FUTURES, weeks=104, incidents=incidents))
    number = found.count("recommitments")[:, -1]
    per_week = -np.expm1(-3.0 / 52)
    assert abs(number.mean() - 104 * per_week) < 4.0 * number.std() / np.sqrt(FUTURES)


def test_recorded_incidents_are_those_of_the_true_ones_that_are_seen():
    """IN7: true and recorded are two counts; the second is a part of the first."""
    mission = courses.mission(FUTURES, seen=0.3)
    found = run(
        courses.query(
            FUTURES, weeks=50, incidents=INCIDENTS, phases=[courses.phase(FUTURES, deployment=mission)]
        )
    )
    true, recorded = _weekly(found), np.diff(found.count("recorded"), axis=1)
    assert (recorded <= true).all()
    share = recorded.sum() / true.sum()
    assert abs(share - 0.3) < 4.0 * np.sqrt(0.21 / true.sum())
    blind = run(courses.query(10, weeks=50, incidents=INCIDENTS))
    assert (blind.count("recorded") == 0).all()
    assert blind.count("incidents")[:, -1].sum() > 0


# --- The mission (MI) --------------------------------------------------------------------------------------


def test_the_chain_of_the_mission_against_its_matrix_exponential():
    """MI2: there, degraded, lost. The week is short enough that at most one change in it is no error."""
    degrade, restore, loss, futures = 0.8, 1.5, 0.3, 40_000
    mission = courses.mission(futures, consent_loss=0.2, contributor_loss=0.1)
    found = run(
        courses.query(
            futures,
            weeks=156,
            record=[26, 52, 156],
            mission={"degrade": degrade, "restore": restore},
            phases=[courses.phase(futures, deployment=mission)],
        )
    )
    rates = np.array(
        [[-(degrade + loss), degrade, loss], [restore, -(restore + loss), loss], [0.0, 0.0, 0.0]]
    )
    for place, week in enumerate((26, 52, 156), start=1):
        expected = expm(rates * week / WEEKS_PER_YEAR)[0]
        shares = [(found.count("mission")[:, place] == state).mean() for state in (THERE, DEGRADED, LOST)]
        error = 4.0 * np.sqrt(expected * (1.0 - expected) / futures)
        assert (np.abs(shares - expected) < error + 0.006).all(), (week, shares, expected)


def test_renewals_fail_at_exact_weeks():
    futures = 20_000
    mission = courses.mission(futures, renewal_weeks=26, renewal_fails=0.2)
    found = run(courses.query(futures, weeks=104, phases=[courses.phase(futures, deployment=mission)]))
    there = (found.count("mission") == THERE).mean(axis=0)
    for week in range(105):
        expected = 0.8 ** (week // 26)
        assert abs(there[week] - expected) < 4.0 * np.sqrt(0.25 / futures), week
    assert set(np.nonzero(np.diff(there))[0] + 1) == {26, 52, 78, 104}


def test_each_renewal_fails_with_its_own_chance(clock):
    """MI3: the first, the second and so on; the last stands for all later ones."""
    fails = np.zeros((2, RENEWALS))
    fails[0, 2] = 1.0  # the third
    fails[1, -1] = 1.0
    mission = courses.mission(2, renewal_weeks=4, renewal_fails=fails)
    found = clock(courses.query(2, weeks=60, phases=[courses.phase(2, deployment=mission)]))
    last = [int(np.nonzero(row == THERE)[0][-1]) for row in found.count("mission")]
    assert last == [11, 4 * RENEWALS - 1]


def test_a_mission_arrives_by_halves(clock):
    """MI1: nothing before the delay, then half of what is missing in each half-time."""
    mission = courses.mission(1, delay_weeks=10.0, half_time_weeks=8.0)
    row = courses.phase(1, present=courses.setting(1, attack_log=-1.0), deployment=mission)
    found = clock(courses.query(truce=CONSTANT, phases=[row], weeks=100))
    since = np.arange(100) + 0.5 - 10.0
    arrived = np.where(since > 0.0, 1.0 - 0.5 ** (np.maximum(since, 0.0) / 8.0), 0.0)
    np.testing.assert_allclose(_hazard(found), 0.2 * np.exp(-arrived), rtol=1e-10)


def _share(mission, clock, weeks=520, **parts):
    """Return the share of the mission that is there in each week, read off the hazard that it lowers."""
    row = courses.phase(1, present=courses.setting(1, attack_log=-1.0), deployment=mission)
    found = clock(courses.query(truce=CONSTANT, phases=[row], weeks=weeks, **parts))
    return -np.log(_hazard(found) / 0.2)


def test_those_who_are_there_dwindle(clock):
    """MI1: of a force that is there at once e^(-erosion x years) is left, half a week into each week."""
    share = _share(courses.mission(1, erosion=0.1, delay_weeks=20.0), clock)
    assert (np.abs(share[:20]) < 1e-12).all()
    years = (np.arange(500) + 0.5) / WEEKS_PER_YEAR
    np.testing.assert_allclose(share[20:], np.exp(-0.1 * years), rtol=1e-9)
    assert share[20 + 5 * WEEKS_PER_YEAR] == pytest.approx(np.exp(-0.5), abs=1e-3)


def test_they_dwindle_while_others_still_arrive(clock):
    mission = courses.mission(1, erosion=0.3, half_time_weeks=26.0, arrival_shape=2.0)
    weeks = np.arange(520) + 0.5
    arrived = 1.0 - 0.5 ** ((weeks / 26.0) ** 2)
    np.testing.assert_allclose(
        _share(mission, clock), arrived * np.exp(-0.3 * weeks / WEEKS_PER_YEAR), rtol=1e-9
    )


def test_more_erosion_never_leaves_more(clock):
    rates = [0.0, 1e-6, 0.01, 0.1, 1.0, 50.0]
    arriving = {"half_time_weeks": 10.0, "delay_weeks": 5.0}
    shares = [_share(courses.mission(1, erosion=rate, **arriving), clock, weeks=200) for rate in rates]
    for less, more in pairwise(shares):
        assert (more <= less + 1e-12).all()
        assert (more[6:] < less[6:]).all()


def test_a_mission_that_is_taken_over_has_dwindled_since_its_start_and_a_new_one_has_not(clock):
    """TR3, MI1: age counts from the start of an unbroken run of phases, for erosion as for arrival."""
    at_once = {"present": courses.setting(1, attack_log=-1.0)}
    for continues, age in ((True, 0), (False, 100)):
        rows = [
            courses.phase(1, deployment=courses.mission(1, erosion=0.2), **at_once),
            courses.phase(
                1,
                starts=Starts(AT_WEEK, 100.0),
                deployment=courses.mission(1, erosion=0.2, continues=continues),
                **at_once,
            ),
        ]
        found = clock(courses.query(truce=CONSTANT, phases=rows, weeks=200))
        share = -np.log(_hazard(found) / 0.2)
        years = (np.arange(200) + 0.5) / WEEKS_PER_YEAR
        np.testing.assert_allclose(share[:100], np.exp(-0.2 * years[:100]), rtol=1e-9)
        np.testing.assert_allclose(
            share[100:], np.exp(-0.2 * (years[100:] - age / WEEKS_PER_YEAR)), rtol=1e-9
        )


def test_parties_foresee_that_a_mission_dwindles(clock):
    """DE4: at the end of the look ahead so much of it is there as will not have left by then."""
    erosion, ahead, waits, costs = 0.15, 2.0, 0.8, 0.3
    burden = np.zeros((2, 3))
    burden[OPPONENT, MAJOR] = costs
    row = courses.phase(
        1, present=courses.setting(1, burden=burden), deployment=courses.mission(1, erosion=erosion)
    )
    decision = {
        "sensitivity": 1.0,
        "attack_share_by_party": [0.0, 1.0],
        "future_weight_by_party": waits,
        "lookahead_years": ahead,
    }
    truce = {**CONSTANT, "attack_share": 1.0}
    found = clock(courses.query(truce=truce, phases=[row], decision=decision))
    weighed = np.arange(0, 520, 4)
    now = np.exp(-erosion * (weighed + 0.5) / WEEKS_PER_YEAR)
    later = now * np.exp(-erosion * ahead)
    ratio = np.log(_hazard(found)[weighed] / 0.2)
    np.testing.assert_allclose(ratio, -costs * (now + waits * (now - later)), rtol=1e-9)


def test_attacks_that_begin_by_expelling_the_mission_count_as_after_it(clock):
    """MI5: one decision; the split moves, the hazard does not."""
    mission = courses.mission(1, expelled_first=0.3)
    row = courses.phase(1, deployment=mission)
    decision = {"attack_share_by_party": [0.0, 1.0]}
    found = clock(courses.query(truce=CONSTANT, phases=[row], decision=decision))
    failed = -np.expm1(-0.2 * YEARS)
    np.testing.assert_allclose(found.failed("attack")[0, :, 0], 0.3 * failed, atol=1e-13)
    np.testing.assert_allclose(found.failed("attack")[0, :, 1], 0.7 * failed, atol=1e-13)


# --- Phases (TR) --------------------------------------------------------------------------------


def test_phases_begin_at_exact_weeks(clock):
    rows = [
        courses.phase(1),
        courses.phase(1, starts=Starts(AT_WEEK, 13.0), deployment=courses.mission(1)),
        courses.phase(1, starts=Starts(AT_WEEK, 14.0)),
    ]
    found = clock(courses.query(phases=rows, weeks=20))
    # what stands after week w is what was in force in it
    assert found.count("phase")[0].tolist() == [0] * 14 + [1] + [2] * 6
    assert found.count("mission")[0].tolist() == [NO_MISSION] * 14 + [THERE] + [NO_MISSION] * 6


def test_a_phase_changes_the_hazard_in_its_first_week(clock):
    rows = [
        courses.phase(1),
        courses.phase(1, starts=Starts(AT_WEEK, 30.0), gone=courses.setting(1, attack_log=1.0)),
    ]
    found = clock(courses.query(phases=rows, truce=CONSTANT, weeks=60))
    expected = np.where(np.arange(60) < 30, 0.2, 0.2 * np.e)
    np.testing.assert_allclose(_hazard(found), expected, rtol=1e-10)


def test_a_refused_renewal_brings_the_fallback(clock):
    rows = [
        courses.phase(1, deployment=courses.mission(1, renewal_weeks=10, renewal_fails=1.0)),
        courses.phase(1, gone=courses.setting(1, attack_log=-1.0)),
    ]
    found = clock(courses.query(phases=rows, fallback=1, truce=CONSTANT, weeks=30))
    assert found.count("phase")[0].tolist() == [0] * 10 + [1] * 21
    expected = np.where(np.arange(30) < 10, 0.2, 0.2 / np.e)
    np.testing.assert_allclose(_hazard(found), expected, rtol=1e-10)


def test_a_guarantee_of_the_settlement_runs_out(clock):
    """TR5: at its week each phase gives way to the same phase without it."""
    rows = [courses.phase(1, gone=courses.setting(1, attack_log=-1.0))]
    found = clock(
        courses.query(phases=rows, lapsed=(courses.phase(1),), lapse_week=40, truce=CONSTANT, weeks=60)
    )
    expected = np.where(np.arange(60) < 40, 0.2 / np.e, 0.2)
    np.testing.assert_allclose(_hazard(found), expected, rtol=1e-10)
