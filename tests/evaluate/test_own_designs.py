"""Levers that a planner may pull in a design of their own."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from pydantic import ValidationError

from holdfast.endure.survival import DEGRADED, NO_MISSION, THERE
from holdfast.evaluate import evaluate
from holdfast.futures import Futures
from holdfast.vocabulary.arrangement import Arrangement, SensorPlan, Trigger


def _with_phase(arrangement, **changes):
    return arrangement.model_copy(update={"phases": (arrangement.phases[0].model_copy(update=changes),)})


def test_a_phase_cut_in_two_is_the_same_design(case, settlement, few):
    support = case.arrangements["coalition-support"]
    second = support.phases[0].model_copy(update={"name": "second", "starts": Trigger(after_months=24.0)})
    one = evaluate(case, settlement, support, few).outcomes
    two = evaluate(
        case, settlement, support.model_copy(update={"phases": (*support.phases, second)}), few
    ).outcomes
    for outcome, values in one.items():
        np.testing.assert_allclose(two[outcome], values, rtol=1e-12, err_msg=outcome)


def test_a_mission_that_goes_on_in_a_second_phase_does_not_arrive_anew(case, settlement, few):
    # the troops are there: a new phase with the same mission changes nothing
    force = case.arrangements["un-peacekeepers"]
    second = force.phases[0].model_copy(update={"name": "second", "starts": Trigger(after_months=24.0)})
    one = evaluate(case, settlement, force, few).outcomes
    two = evaluate(
        case, settlement, force.model_copy(update={"phases": (*force.phases, second)}), few
    ).outcomes
    for outcome, values in one.items():
        np.testing.assert_allclose(two[outcome], values, rtol=1e-9, err_msg=outcome)


def test_a_mission_that_comes_late_arrives_from_then_on(case, settlement, few):
    force = case.arrangements["un-peacekeepers"]
    before = force.phases[0].model_copy(update={"name": "before", "mission": None})
    late = force.phases[0].model_copy(update={"name": "late", "starts": Trigger(after_months=24.0)})
    none = evaluate(case, settlement, case.arrangements["none"], few).survival
    found = evaluate(case, settlement, force.model_copy(update={"phases": (before, late)}), few).survival
    until = found.after(2)
    np.testing.assert_array_equal(found.expected[:, : until + 1], none.expected[:, : until + 1])
    assert (found.count("mission")[:, : until + 1] == NO_MISSION).all()
    # it is there from the week in which its phase begins, and at work once its body has decided
    assert (found.count("mission")[:, until + 1] != NO_MISSION).all()
    assert (found.column("holds")[:, -1] != none.column("holds")[:, -1]).all()


def test_a_bigger_plan_never_delivers_less(case, settlement, few):
    force = case.arrangements["un-peacekeepers"]
    mission = force.phases[0].mission
    sizes = []
    for factor in (0.1, 1.0, 10.0):
        components = tuple(
            part.model_copy(update={"planned_persons": part.planned_persons * factor})
            for part in mission.components
        )
        bigger = _with_phase(force, mission=mission.model_copy(update={"components": components}))
        sizes.append(evaluate(case, settlement, bigger, few).outcomes)
    for small, large in itertools.pairwise(sizes):
        assert (large["persons"] >= small["persons"] - 1e-9).all()
        assert (large["filled"] <= small["filled"] + 1e-12).all()


def test_a_useless_addition_changes_nothing(case, settlement, few):
    # one asked who has nothing to offer and no vote here, and one excluded who was not asked
    monitors = case.arrangements["osce-monitors"]
    mission = monitors.phases[0].mission
    stranger = next(code for code in sorted(case.countries) if code not in case.states)
    asked = mission.contributors.model_copy(
        update={
            "states": (*mission.contributors.states, stranger),
            "excluded": (*mission.contributors.excluded, stranger),
        }
    )
    more = _with_phase(monitors, mission=mission.model_copy(update={"contributors": asked}))
    one, two = (evaluate(case, settlement, design, few).outcomes for design in (monitors, more))
    for outcome, values in one.items():
        assert two[outcome].tobytes() == values.tobytes(), outcome


def test_the_order_of_components_and_sensors_moves_nothing_but_the_last_digits(case, settlement, few):
    for name in ("osce-monitors", "un-peacekeepers", "reassurance-force"):
        arrangement = case.arrangements[name]
        mission = arrangement.phases[0].mission
        turned = mission.model_copy(
            update={"components": mission.components[::-1], "sensors": mission.sensors[::-1]}
        )
        one = evaluate(case, settlement, arrangement, few).outcomes
        two = evaluate(case, settlement, _with_phase(arrangement, mission=turned), few).outcomes
        for outcome, values in one.items():
            np.testing.assert_allclose(two[outcome], values, rtol=1e-12, err_msg=outcome)


def _valid(arrangement):
    """Return the design read again as a file would be, or None where the vocabulary refuses it."""
    try:
        return Arrangement.model_validate(arrangement.model_dump())
    except ValidationError:
        return None


def test_a_task_in_two_components_is_one_task_or_refused(case, settlement, few):
    # 7,250 persons twice are 14,500
    force = case.arrangements["un-peacekeepers"]
    mission = force.phases[0].mission
    first, rest = mission.components[0], mission.components[1:]
    half = first.model_copy(update={"planned_persons": first.planned_persons / 2.0})
    parts = _valid(_with_phase(force, mission=mission.model_copy(update={"components": (half, half, *rest)})))
    if parts is None:
        return
    one, two = (evaluate(case, settlement, design, few).outcomes for design in (force, parts))
    for outcome in ("persons", "filled", "seen", "eur_per_year", "hold_if_deployed_5"):
        np.testing.assert_allclose(two[outcome], one[outcome], rtol=1e-9, err_msg=outcome)


def test_a_sensor_in_two_lines_is_one_plan_or_refused(case, settlement, few):
    force = case.arrangements["un-peacekeepers"]
    mission = force.phases[0].mission
    first, rest = mission.sensors[0], mission.sensors[1:]
    assert first.count % 2 == 0
    half = first.model_copy(update={"count": first.count // 2})
    parts = _valid(_with_phase(force, mission=mission.model_copy(update={"sensors": (half, half, *rest)})))
    if parts is None:
        return
    one, two = (evaluate(case, settlement, design, few).outcomes for design in (force, parts))
    for outcome in ("seen", "attributed", "eur_per_year"):
        np.testing.assert_allclose(two[outcome], one[outcome], rtol=1e-9, err_msg=outcome)


def test_patrols_that_a_design_adds_are_seen_as_well_as_paid_for_or_refused(case, settlement, few):
    force = case.arrangements["un-peacekeepers"]
    mission = force.phases[0].mission
    more = SensorPlan(sensor="patrol", count=500)
    patrolled = _valid(
        _with_phase(force, mission=mission.model_copy(update={"sensors": (*mission.sensors, more)}))
    )
    if patrolled is None:
        return
    one, two = (evaluate(case, settlement, design, few).outcomes for design in (force, patrolled))
    assert (two["eur_per_year"] > one["eur_per_year"]).all()
    assert (two["seen"] > one["seen"]).all()


@pytest.mark.parametrize("months", [6, 12, 24])
def test_a_mandate_passes_each_renewal_with_its_chance(case, settlement, months):
    """EF7, MI3 in closed form: ten years of renewals, unexamined or by the vote as it would go."""
    futures = Futures(case.ledger, 0, 1024)
    for cause in ("endure.loss.host", "endure.loss.contributors", "endure.loss.mission-deaths"):
        futures = futures.pinned(cause, 1e-300)  # nothing else ends the mission
    force = case.arrangements["un-peacekeepers"]
    mission = force.phases[0].mission
    mandate = mission.mandate.model_copy(update={"renewal_months": months})
    renewed = evaluate(
        case, settlement, _with_phase(force, mission=mission.model_copy(update={"mandate": mandate})), futures
    )
    there = renewed.survival.count("mission")[:, -1]
    assert set(np.unique(there)) <= {NO_MISSION, THERE, DEGRADED}  # a refused renewal brings the fallback
    unexamined = futures["endure.loss.renewal-persistence"]
    each = unexamined + (1.0 - unexamined) * renewed.outcomes["authorised"]
    expected = each ** (120 / months)
    error = np.sqrt(np.sum(expected * (1.0 - expected))) / futures.n
    assert abs((there != NO_MISSION).mean() - expected.mean()) < 4.0 * error
