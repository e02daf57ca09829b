"""Who is there week by week (GE6, GE9, MI1): closed forms, the clock beside it, and the packaged case."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.endure import courses
from tests.evaluate import runs

from holdfast.endure import WEEKS_PER_YEAR, kernel
from holdfast.endure.course import course
from holdfast.evaluate import composition_of
from holdfast.evaluate.presence import WEEKS, Arrival, Presence, Stage, arrival_of, presence, share_there
from holdfast.evaluate.question import Question
from holdfast.generate import LeavingQuery, erosion
from holdfast.vocabulary.arrangement import Trigger


def arrival(futures=1, *, delay=0.0, half_time=70.0, shape=1.0, leaves=0.0):
    numbers = (delay, half_time, shape, leaves)
    return Arrival(*(np.broadcast_to(np.asarray(one, dtype=float), (futures,)).copy() for one in numbers))


# --- Closed forms ------------------------------------------------------------------------------------


def test_nobody_is_there_before_the_body_has_decided():
    here = arrival(2, delay=[0.0, 35.0])
    assert (share_there(here, 0.0) == 0.0).all()
    assert share_there(here, 5.0)[1] == 0.0
    assert share_there(here, 5.0)[0] > 0.0
    assert share_there(here, 5.2)[1] > 0.0


@pytest.mark.parametrize("shape", [0.7, 1.0, 2.2])
def test_half_is_there_at_the_half_time_after_the_decision(shape):
    here = arrival(delay=21.0, half_time=70.0, shape=shape)
    assert share_there(here, 13.0) == pytest.approx([0.5])
    assert share_there(here, 23.0) == pytest.approx([1.0 - 0.5 ** (2.0**shape)])


def test_a_force_that_came_at_once_is_left_to_the_power_of_the_years():
    here = arrival(half_time=1e-6, leaves=0.08)
    for years in (1, 5):
        assert share_there(here, years * WEEKS_PER_YEAR) == pytest.approx([np.exp(-0.08 * years)])


def test_more_that_leave_never_leave_more():
    rates = np.array([0.0, 0.01, 0.05, 0.3])
    here = arrival(4, delay=20.0, half_time=90.0, shape=2.0, leaves=rates)
    for week in WEEKS:
        assert (np.diff(share_there(here, week)) <= 0.0).all()
    assert (np.diff(share_there(here, 104.0)) < 0.0).all()


# --- Beside the clock --------------------------------------------------------------------------------


def test_the_clock_has_the_same_share():
    """In the middle of every week, with a body that decides at the end of a week."""
    numbers = {"half_time_weeks": 11.0, "arrival_shape": 2.0, "delay_weeks": 6.0, "erosion": 0.2}
    row = courses.phase(
        1, present=courses.setting(1, attack_log=-1.0), deployment=courses.mission(1, **numbers)
    )
    truce = {"first_year": 0.2, "years_2_5": 0.2, "later": 0.2}
    found = kernel.run(course(courses.query(truce=truce, phases=[row], weeks=300)))
    share = -np.log(runs.hazard(found)[0] * WEEKS_PER_YEAR / 0.2)
    here = arrival(delay=42.0, half_time=77.0, shape=2.0, leaves=0.2)
    told = [float(share_there(here, week + 0.5)[0]) for week in range(300)]
    np.testing.assert_allclose(share, told, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "body", "row"),
    [("un-peacekeepers", "un-security-council", "un"), ("un-peacekeepers", None, "other")]
    + [(name, None, "other") for name in ("osce-monitors", "reassurance-force")],
)
def test_the_clock_is_told_how_fast_a_mission_dwindles(case, settlement, few, name, body, row):
    """GE9: what others make up for depends on whether the mission is one of the United Nations."""
    design = case.arrangements[name].model_copy(update={"authority": body, "fallback": None})
    rate = erosion(
        LeavingQuery(
            leaves=few["generate.leaves"],
            halves=few["generate.halves"],
            replaced=few[f"generate.replaced.{row}"],
            common=few["generate.leaving.common"],
            seed=few.seed,
            futures=np.arange(few.n),
        )
    )
    deployment = runs.asked(case, settlement, design, few).phases[0].deployment
    np.testing.assert_array_equal(deployment.erosion, rate)
    np.testing.assert_array_equal(arrival_of(Question(case, settlement, design, few)).erosion, rate)
    assert 0.0 < np.median(rate) < 0.1


# --- Phases ------------------------------------------------------------------------------------------


def stage(week, began, **persons):
    return Stage(week, began, {role: np.array([float(one)]) for role, one in persons.items()})


def test_the_phase_in_force_counts_as_far_as_its_run_has_arrived():
    here = arrival(half_time=70.0, leaves=0.1)
    found = presence(
        [
            stage(0.0, 0.0, observe=100.0),
            stage(26.0, 0.0, observe=300.0, support=50.0),  # takes the first over
            stage(52.0, 52.0),  # nobody
            stage(104.0, 104.0, combat=1000.0),  # begins anew
        ],
        here,
        weeks=(0, 13, 26, 60, 104, 114),
    )
    share = {week: share_there(here, week)[0] for week in (10, 13, 26)}
    assert found.weeks == (0, 13, 26, 60, 104, 114)
    expected = [0.0, 100 * share[13], 350 * share[26], 0.0, 0.0, 1000 * share[10]]
    assert found.persons[:, 0] == pytest.approx(expected)
    assert sorted(found.by_role) == ["combat", "observe", "support"]
    assert found.by_role["support"][:, 0] == pytest.approx([0.0, 0.0, 50 * share[26], 0.0, 0.0, 0.0])


def test_nobody_is_there_before_the_first_phase():
    found = presence([stage(10.0, 10.0, observe=100.0)], arrival(half_time=1e-6), weeks=(0, 9, 11))
    assert found.persons[:, 0] == pytest.approx([0.0, 0.0, 100.0])


def test_quantiles_over_futures():
    persons = np.array([np.arange(101.0), np.full(101, 5.0)])
    between, mean = Presence((4, 8), persons, {}).quantiles()
    assert between.tolist() == [[5.0, 5.0], [50.0, 5.0], [95.0, 5.0]]
    assert mean.tolist() == [50.0, 5.0]


# --- The packaged case -------------------------------------------------------------------------------


def composed(case, settlement, design, few):
    return composition_of(case, settlement, design, few, most_changes=0, provisional=True)


@pytest.mark.parametrize("name", ["un-peacekeepers", "reassurance-force", "osce-monitors"])
def test_a_composition_tells_who_is_there(case, settlement, few, name):
    design = case.arrangements[name]
    found = composed(case, settlement, design, few)
    here = arrival_of(Question(case, settlement, design, few))
    whole = np.sum(list(found.arrived.delivered.values()), axis=0)
    assert found.presence.weeks == WEEKS
    for place, week in enumerate(WEEKS):
        np.testing.assert_allclose(found.presence.persons[place], whole * share_there(here, week))
    np.testing.assert_allclose(np.sum(list(found.presence.by_role.values()), axis=0), found.presence.persons)
    assert (found.presence.persons[0] == 0.0).all()
    # what has all come by the second year goes on to dwindle
    mean = found.presence.quantiles()[1]
    assert mean[WEEKS.index(26)] > mean[WEEKS.index(8)]
    assert mean[-1] < mean[WEEKS.index(104)]


def test_without_a_mission_nobody_is_told(case, settlement, few):
    assert composed(case, settlement, case.arrangements["none"], few).presence is None


def test_a_phase_that_follows_later_is_there_later(case, settlement, few):
    """EV18: a phase begins at its month, one that waits for a signal one tour after the one before."""
    design = case.arrangements["un-peacekeepers"]
    first = design.phases[0].model_copy(update={"mission": None})
    for trigger, weeks in (
        (Trigger(after_months=18), 78),
        (Trigger(after_months=None, signal="violation_rate", when="at_most", threshold=5.0), 26),
    ):
        later = design.phases[0].model_copy(update={"name": "later", "starts": trigger})
        both = design.model_copy(update={"phases": (first, later), "authority": None, "fallback": None})
        found = composed(case, settlement, both, few)
        here = arrival_of(Question(case, settlement, both, few))
        whole = np.sum(list(found.arrived.delivered.values()), axis=0)
        for place, week in enumerate(WEEKS):
            share = share_there(here, week - weeks) if week > weeks else np.zeros(few.n)
            np.testing.assert_allclose(found.presence.persons[place], whole * share, atol=1e-9)


def test_where_nobody_leaves_who_is_there_only_grows(case, settlement, few):
    here = arrival_of(Question(case, settlement, case.arrangements["un-peacekeepers"], few))
    stays = replace(here, erosion=np.zeros(few.n))
    shares = np.array([share_there(stays, week) for week in WEEKS])
    assert (np.diff(shares, axis=0) >= 0.0).all()
    assert (shares[-1] > 0.8).all()
