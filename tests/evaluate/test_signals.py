"""Phases that wait for a signal (TR2): at once, never, in the week that can be worked out, and unseen.

Until a phase gives way, its course is that of the same phase alone, with the same noise. So the week in
which a signal stands at its threshold can be read off a course that waits for nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.evaluate import runs

from holdfast.endure import RENEWALS
from holdfast.endure.survival import DEGRADED, LOST, NO_MISSION, THERE
from holdfast.evaluate import evaluate
from holdfast.futures import Futures
from holdfast.noise import Process, uniform
from holdfast.vocabulary.arrangement import Trigger

WEEKS = 156
WINDOW = 4
NEVER = WEEKS + 1
NOUGHT = 1e-300
LASTING = dict.fromkeys(("endure.loss.host", "endure.loss.contributors", "endure.loss.degrade"), NOUGHT)
"""A mission is neither lost nor cut."""


@pytest.fixture(scope="module")
def few(case):
    return Futures(case.ledger, 0, 32, LASTING)


@pytest.fixture(scope="module")
def asked(case, settlement, few):
    """Return what the clock is asked of a mission with a second phase, without one, that waits."""

    def query(name, signal, threshold=None, when=None, **deployment):
        first = case.arrangements[name].phases[0]
        trigger = Trigger(after_months=None, signal=signal, threshold=threshold, when=when)
        second = first.model_copy(update={"name": "second", "starts": trigger, "mission": None})
        design = case.arrangements[name].model_copy(
            update={"authority": None, "fallback": None, "phases": (first, second)}
        )
        found = runs.asked(case, settlement, design, few)
        if deployment:
            row = found.phases[0]
            row = replace(row, deployment=replace(row.deployment, **deployment))
            found = replace(found, phases=(row, *found.phases[1:]))
        return found

    return query


def _alone(query, weeks=WEEKS):
    """Return the course of the first phase that waits for nothing."""
    return runs.by_week(replace(query, phases=query.phases[:1]), weeks)


def _begins(query, weeks=WEEKS):
    """Return the week in which the second phase begins, array (futures,); NEVER where it does not."""
    second = runs.by_week(query, weeks).count("phase")[:, 1:] == 1
    # what is kept after a week was in force in it
    return np.where(second.any(axis=1), second.argmax(axis=1), NEVER)


def _first(met, offset=0):
    """Return the first week in which something is met, array (futures,), from weeks after which it is."""
    return np.where(met.any(axis=1), met.argmax(axis=1) + offset, NEVER)


def _full(value):
    return np.full(32, float(value))


def _never_renewed():
    return np.repeat(_full(1.0)[:, None], RENEWALS, axis=1)


# --- At once, and never ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signal", "threshold", "when", "week"),
    [
        ("violation_rate", 0.0, "at_least", WINDOW),
        ("violation_rate", 1e9, "at_most", WINDOW),
        ("violation_rate", 1e9, "at_least", NEVER),
        ("denied_access", 0.0, "at_least", WINDOW),
        ("denied_access", 1.0, "at_most", WINDOW),
        ("denied_access", 50.0, "at_least", NEVER),
        ("shortfall", 0.0, "at_least", 0),
        ("shortfall", 1.0, "at_most", 0),
        ("shortfall", 1.01, "at_least", NEVER),
        ("casualties", 0.0, "at_least", 0),
        ("casualties", 0.0, "at_most", 0),
        ("casualties", 1e9, "at_least", NEVER),
    ],
)
def test_a_threshold_that_must_be_met_or_cannot_be(asked, signal, threshold, when, week):
    """Rates need four weeks of somebody there; numbers stand from the first."""
    settled = {"delay_weeks": _full(0.0), "half_time_weeks": _full(1.0), "denied": _full(0.2)}
    found = _begins(asked("osce-monitors", signal, threshold, when, **settled), 60)
    np.testing.assert_array_equal(found, week)


def test_a_truce_that_cannot_be_settled_waits_for_ever(asked, few):
    query = asked("osce-monitors", "settlement_reached")
    never = replace(query.truce, settlement=np.zeros(few.n))
    np.testing.assert_array_equal(_begins(replace(query, truce=never)), NEVER)
    at_once = replace(query.truce, settlement=np.full(few.n, 1e6))
    np.testing.assert_array_equal(_begins(replace(query, truce=at_once)), 1)


# --- In the week that can be worked out --------------------------------------------------------------


def _window(counts):
    """Return the means of the last four weeks before each week from the fourth on, array (futures, weeks)."""
    means = [counts[:, week - WINDOW : week].mean(axis=1) for week in range(WINDOW, counts.shape[1])]
    return np.stack(means, axis=1)


@pytest.mark.parametrize("threshold", [1.0, 5.0, 20.0])
def test_violations_as_the_mission_records_them(asked, threshold):
    """at_least: the mean of the last four weeks, in the week after."""
    query = asked("osce-monitors", "violation_rate", threshold, "at_least", delay_weeks=_full(0.0))
    mean = _window(np.diff(_alone(query).count("recorded"), axis=1))
    found = _begins(query)
    np.testing.assert_array_equal(found, _first(mean >= threshold, WINDOW))
    assert len(set(found)) > 3


def test_the_true_number_is_not_what_counts(asked):
    """TR2, IN7: a mission that sees nothing reports nothing, whatever happens."""
    blind = _begins(asked("osce-monitors", "violation_rate", 0.25, "at_least", seen=_full(0.0)))
    np.testing.assert_array_equal(blind, NEVER)
    all_of_it = asked(
        "osce-monitors",
        "violation_rate",
        0.25,
        "at_least",
        seen=_full(1.0),
        delay_weeks=_full(0.0),
        half_time_weeks=_full(0.001),
    )
    assert (_begins(all_of_it) < 10).mean() > 0.8


def test_violations_that_fall_below_a_bound(asked):
    """at_most: with all of it seen from the first week, by the mean of the last four."""
    sees = {"seen": _full(1.0), "delay_weeks": _full(0.0), "half_time_weeks": _full(1e-6)}
    sees["erosion"] = _full(0.0)
    alone = _alone(asked("osce-monitors", "violation_rate", 1.0, "at_most", **sees))
    true = np.diff(alone.count("incidents"), axis=1)
    np.testing.assert_array_equal(np.diff(alone.count("recorded"), axis=1), true)
    for threshold in (10.0, 40.0, 100.0):
        found = _begins(asked("osce-monitors", "violation_rate", threshold, "at_most", **sees))
        np.testing.assert_array_equal(found, _first(_window(true) <= threshold, WINDOW))


def test_a_shortfall_shrinks_as_the_mission_arrives(asked, few):
    """MI1: 1 - filled x (1 - 2 ** -(weeks / half-time) ** shape), from the first week after the decision."""
    filled, shape = np.linspace(0.2, 1.0, few.n), np.linspace(1.0, 2.5, few.n)
    pace = {"delay_weeks": _full(7.3), "half_time_weeks": _full(20.0), "filled": filled}
    pace |= {"arrival_shape": shape, "erosion": _full(0.0)}
    found = _begins(asked("osce-monitors", "shortfall", 0.6, "at_most", **pace))
    since = np.arange(WEEKS) + 0.5 - 8.0
    aged = np.maximum(since, 0.0)[None, :] / 20.0
    there = filled[:, None] * (1.0 - 0.5 ** (aged ** shape[:, None]))
    np.testing.assert_array_equal(found, _first(1.0 - there <= 0.6))
    assert len(set(found)) > 10
    assert (found[filled < 0.4] == NEVER).all()
    assert (found > 7).all()


def test_a_shortfall_grows_as_the_mission_dwindles(asked, few):
    """GE9, MI1: 1 - e^(-erosion x years) of a force that was there at once."""
    erosion = np.linspace(0.0, 0.5, few.n)
    pace = {"delay_weeks": _full(0.0), "half_time_weeks": _full(1e-6), "filled": _full(1.0)}
    found = _begins(asked("osce-monitors", "shortfall", 0.3, "at_least", erosion=erosion, **pace))
    years = (np.arange(WEEKS) + 0.5) / 52.0
    gone = 1.0 - np.exp(-erosion[:, None] * years[None, :])
    np.testing.assert_array_equal(found, _first(gone >= 0.3))
    assert len(set(found)) > 10
    assert found[0] == NEVER


def test_a_mission_that_is_lost_is_a_whole_shortfall(asked):
    """A mandate that is not renewed after half a year leaves nobody there."""
    lost = {
        "renewal_weeks": 26,
        "renewal_fails": _never_renewed(),
        "filled": _full(1.0),
    }
    quick = {"delay_weeks": _full(0.0), "half_time_weeks": _full(1e-6)}
    query = asked("osce-monitors", "shortfall", 0.9, "at_least", **lost, **quick)
    assert (_alone(query).count("mission")[:, 26:] == LOST).all()
    np.testing.assert_array_equal(_begins(query), 26)


@pytest.mark.parametrize("dead", [1.0, 3.0, 10.0])
def test_casualties_of_the_mission_in_this_phase(asked, dead):
    """From the week after the one in which the count is full."""
    query = asked("un-peacekeepers", "casualties", dead, "at_least", deaths=_full(0.5))
    total = _alone(query).count("mission_deaths")[:, :-1]
    found = _begins(query)
    np.testing.assert_array_equal(found, _first(total >= dead))
    assert len(set(found)) > 3


def test_the_dead_of_an_earlier_phase_do_not_count(case, settlement, few):
    """TR2: the count begins anew with each phase, though the mission goes on."""
    force = case.arrangements["un-peacekeepers"]
    first = force.phases[0]
    second = first.model_copy(update={"name": "second", "starts": Trigger(after_months=12.0)})
    trigger = Trigger(after_months=None, signal="casualties", threshold=5.0, when="at_least")
    third = first.model_copy(update={"name": "third", "starts": trigger, "mission": None})
    design = force.model_copy(update={"authority": None, "fallback": None, "phases": (first, second, third)})
    query = runs.asked(case, settlement, design, few)
    rows = tuple(
        row if row.deployment is None else replace(row, deployment=replace(row.deployment, deaths=_full(0.5)))
        for row in query.phases
    )
    total = _alone(replace(query, phases=rows)).count("mission_deaths")[:, :-1]
    since = total - total[:, [52]]
    since[:, :52] = -1
    met = since >= 5
    assert (total[:, 52] >= 5).any()
    found = runs.by_week(replace(query, phases=rows), WEEKS).count("phase")[:, 1:]
    begins = np.where((found == 2).any(axis=1), (found == 2).argmax(axis=1), NEVER)
    np.testing.assert_array_equal(begins, _first(met))


def test_a_final_settlement_comes_in_the_week_that_is_drawn(asked, few):
    """IN8, TR2: a hazard of its own, met by every design alike and seen by everybody."""
    query = asked("osce-monitors", "settlement_reached")
    query = replace(query, truce=replace(query.truce, settlement=np.full(few.n, 0.5)))
    chance = -np.expm1(-0.5 / 52)
    weeks = np.arange(WEEKS - 1)
    drawn = uniform(few.seed, np.arange(few.n)[:, None], Process.TRUCE, 0, weeks[None, :], lane=1)
    found = _begins(query)
    np.testing.assert_array_equal(found, _first(drawn < chance, 1))
    assert len(set(found)) > 8


@pytest.mark.parametrize(("access", "fires"), [(0.15, False), (0.35, True)])
def test_denied_patrols_as_a_share_of_those_out(asked, access, fires):
    """MI4: of some ten thousand patrols in four weeks the share is known to a hundredth."""
    deployment = {"denied": _full(access), "visits": _full(2_500.0), "filled": _full(1.0)}
    quick = {"delay_weeks": _full(0.0), "half_time_weeks": _full(1e-6)}
    found = _begins(asked("osce-monitors", "denied_access", 0.25, "at_least", **deployment, **quick))
    np.testing.assert_array_equal(found, WINDOW if fires else NEVER)


def test_no_more_patrols_are_denied_than_go_out(asked):
    """TR2: a share is at most one, also while a handful of patrols is all there is."""
    slow = {"delay_weeks": _full(2.5), "half_time_weeks": _full(200.0), "denied": np.linspace(0.1, 1.0, 32)}
    for visits in (1.0, 5.0, 50.0):
        query = asked("osce-monitors", "denied_access", 1.0001, "at_least", **slow, visits=_full(visits))
        np.testing.assert_array_equal(_begins(query), NEVER)


# --- What nobody is there to see ---------------------------------------------------------------------

EVERY = [
    ("violation_rate", 0.0, "at_least"),
    ("violation_rate", 1e9, "at_most"),
    ("denied_access", 0.0, "at_least"),
    ("denied_access", 1.0, "at_most"),
    ("shortfall", 0.0, "at_least"),
    ("casualties", 0.0, "at_least"),
    ("casualties", 0.0, "at_most"),
]


@pytest.mark.parametrize(("signal", "threshold", "when"), EVERY)
def test_without_a_mission_no_signal_of_a_mission_fires(case, settlement, few, signal, threshold, when):
    none = case.arrangements["none"].phases[0]
    trigger = Trigger(after_months=None, signal=signal, threshold=threshold, when=when)
    second = none.model_copy(update={"name": "second", "starts": trigger})
    design = case.arrangements["none"].model_copy(update={"phases": (none, second)})
    np.testing.assert_array_equal(_begins(runs.asked(case, settlement, design, few)), NEVER)


def test_a_final_settlement_is_seen_without_a_mission(case, settlement, few):
    none = case.arrangements["none"].phases[0]
    trigger = Trigger(after_months=None, signal="settlement_reached")
    second = none.model_copy(update={"name": "second", "starts": trigger})
    design = case.arrangements["none"].model_copy(update={"phases": (none, second)})
    query = runs.asked(case, settlement, design, few)
    query = replace(query, truce=replace(query.truce, settlement=np.full(few.n, 2.0)))
    assert (_begins(query) < NEVER).mean() > 0.9


@pytest.mark.parametrize(("signal", "threshold", "when"), EVERY[:4])
def test_a_mission_that_is_lost_reports_no_rates(asked, signal, threshold, when):
    """Lost before it has watched for four weeks."""
    lost = {"renewal_weeks": 3, "renewal_fails": _never_renewed()}
    quick = {"delay_weeks": _full(0.0), "half_time_weeks": _full(1.0)}
    np.testing.assert_array_equal(
        _begins(asked("osce-monitors", signal, threshold, when, **lost, **quick)), NEVER
    )


@pytest.mark.parametrize(("signal", "threshold", "when"), EVERY[:4])
def test_a_mission_that_its_body_has_not_sent_reports_no_rates(asked, signal, threshold, when):
    """TR2: quiet that nobody is there to see is no quiet. The first arrive in the thirtieth week."""
    query = asked("osce-monitors", signal, threshold, when, delay_weeks=_full(30.0))
    found = _begins(query)
    assert (found >= 30 + WINDOW).all()
    assert (found < NEVER).all()


def test_a_mission_that_takes_over_must_watch_for_four_weeks_anew(case, settlement, few):
    """TR3: signals start afresh with each phase."""
    monitors = case.arrangements["osce-monitors"]
    first = monitors.phases[0]
    second = first.model_copy(update={"name": "second", "starts": Trigger(after_months=6.0)})
    trigger = Trigger(after_months=None, signal="violation_rate", threshold=0.0, when="at_least")
    third = first.model_copy(update={"name": "third", "starts": trigger})
    design = monitors.model_copy(
        update={"authority": None, "fallback": None, "phases": (first, second, third)}
    )
    found = runs.by_week(runs.asked(case, settlement, design, few), 60)
    phase = found.count("phase")[:, 1:]
    assert (phase[:, 26:30] == 1).all()
    assert (phase[:, 30:] == 2).all()
    assert np.isin(found.count("mission"), (THERE, DEGRADED)).all()


# --- All of it ---------------------------------------------------------------------------------------


def test_one_phase_a_week_and_in_the_order_of_the_file(case, settlement, few):
    """TR1: signals that all stand at their thresholds are met one after another."""
    monitors = case.arrangements["osce-monitors"]
    first = monitors.phases[0]
    trigger = Trigger(after_months=None, signal="shortfall", threshold=0.0, when="at_least")
    later = tuple(first.model_copy(update={"name": f"p{n}", "starts": trigger}) for n in range(1, 4))
    design = monitors.model_copy(update={"authority": None, "fallback": None, "phases": (first, *later)})
    phase = runs.by_week(runs.asked(case, settlement, design, few), 8).count("phase")
    assert (phase == np.array([0, 1, 2, 3, 3, 3, 3, 3, 3])).all()


def test_a_phase_that_comes_by_its_week_waits_for_the_one_before_it(case, settlement, few):
    """TR1: months count from the halt, but no phase is skipped."""
    monitors = case.arrangements["osce-monitors"]
    first = monitors.phases[0]
    never = Trigger(after_months=None, signal="casualties", threshold=1e9, when="at_least")
    second = first.model_copy(update={"name": "second", "starts": never})
    third = first.model_copy(update={"name": "third", "starts": Trigger(after_months=6.0)})
    design = monitors.model_copy(
        update={"authority": None, "fallback": None, "phases": (first, second, third)}
    )
    assert (runs.by_week(runs.asked(case, settlement, design, few), 60).count("phase") == 0).all()
    at_once = Trigger(after_months=None, signal="casualties", threshold=0.0, when="at_least")
    phases = (first, second.model_copy(update={"starts": at_once}), third)
    design = design.model_copy(update={"phases": phases})
    phase = runs.by_week(runs.asked(case, settlement, design, few), 60).count("phase")[:, 1:]
    assert (phase == np.array([1] * 26 + [2] * 34)).all()


def test_phases_that_never_begin_are_not_paid_for(case, settlement, few):
    """A phase that waits for what never comes costs nothing, and neither does the one behind it."""
    monitors = case.arrangements["osce-monitors"]
    first = monitors.phases[0]
    never = Trigger(after_months=None, signal="casualties", threshold=1e9, when="at_least")
    second = (
        case.arrangements["un-peacekeepers"].phases[0].model_copy(update={"name": "second", "starts": never})
    )
    third = second.model_copy(update={"name": "third", "starts": Trigger(after_months=24.0)})
    design = monitors.model_copy(
        update={"authority": None, "fallback": None, "phases": (first, second, third)}
    )
    alone = design.model_copy(update={"phases": (first,)})
    one, other = (evaluate(case, settlement, plan, few).outcomes for plan in (alone, design))
    np.testing.assert_allclose(other["eur_per_year"], one["eur_per_year"], rtol=1e-12)
    np.testing.assert_array_equal(other["hold_if_deployed_10"], one["hold_if_deployed_10"])


def test_waiting_for_a_signal_changes_what_holds(case, settlement, few):
    """The whole way, from the words to the outcome: troops that come once monitors count enough.

    The threshold is one that about half of the futures reach.
    """
    design = runs.free(case.arrangements["osce-monitors"])
    recorded = runs.by_week(runs.asked(case, settlement, design, few)).count("recorded")
    most = _window(np.diff(recorded, axis=1)).max(axis=1)
    threshold = float(np.median(most))
    trigger = Trigger(after_months=None, signal="violation_rate", threshold=threshold, when="at_least")
    changes = {"name": "troops", "starts": trigger}
    troops = case.arrangements["un-peacekeepers"].phases[0].model_copy(update=changes)
    both = design.model_copy(update={"phases": (*design.phases, troops)})
    one, other = (evaluate(case, settlement, plan, few) for plan in (design, both))
    came = (other.survival.count("phase") == 1).any(axis=1)
    assert 0.3 < came.mean() < 0.7
    assert (came <= (most >= threshold)).all()
    change = other.outcomes["hold_if_deployed_10"] != one.outcomes["hold_if_deployed_10"]
    np.testing.assert_array_equal(change, came)
    assert NO_MISSION not in other.survival.count("mission")
