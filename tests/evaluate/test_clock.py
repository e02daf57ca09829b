"""What a design and a settlement become when they are put to the clock (TR1 to TR5, MI1 to MI5, ST2, EF8)."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from tests.evaluate import runs

from holdfast.endure import AT_WEEK, NO_SIGNAL, SIGNALS
from holdfast.endure.survival import AWAITED, LOST, NO_MISSION, THERE
from holdfast.evaluate import Memory, evaluate
from holdfast.evaluate.clock import RECORD_EVERY_WEEKS, SECTORS, weeks_of
from holdfast.evaluate.field import field_of
from holdfast.evaluate.question import Question
from holdfast.futures import Futures
from holdfast.vocabulary.arrangement import Trigger

NOUGHT = 1e-300
"""Share below the draw at which a hazard, lognormal, is as good as nought."""
LASTING = dict.fromkeys(("endure.loss.host", "endure.loss.contributors", "endure.loss.degrade"), NOUGHT)
"""No mission is lost or cut but by a renewal that fails."""


@pytest.fixture(scope="module")
def few(case):
    return Futures(case.ledger, 0, 32)


@pytest.fixture(scope="module")
def lasting(case):
    return Futures(case.ledger, 0, 32, LASTING)


def _phased(arrangement, *phases):
    """Return a design with phases: (months or trigger, changes) each, from the first of the arrangement."""
    made = []
    for place, (starts, changes) in enumerate(phases):
        trigger = starts if isinstance(starts, Trigger) else Trigger(after_months=starts)
        made.append(
            arrangement.phases[0].model_copy(update={"name": f"p{place}", "starts": trigger, **changes})
        )
    return arrangement.model_copy(update={"phases": tuple(made)})


def _same_arrays(one, other, but=()):
    for field in fields(one):
        if field.name not in but:
            mine, yours = getattr(one, field.name), getattr(other, field.name)
            np.testing.assert_array_equal(mine, yours, err_msg=field.name)


# --- The frame ---------------------------------------------------------------------------------------


def test_ten_years_in_weeks_kept_by_the_half_year(case, settlement, few):
    query = runs.asked(case, settlement, case.arrangements["none"], few)
    assert (query.weeks, query.sectors, query.seed) == (520, SECTORS, few.seed)
    assert query.record_weeks == tuple(range(26, 521, 26))
    assert RECORD_EVERY_WEEKS == 26
    np.testing.assert_array_equal(query.futures, np.arange(32))
    found = evaluate(case, settlement, case.arrangements["none"], few).survival
    assert found.months.tolist() == list(range(0, 121, 6))


def test_the_noise_is_that_of_the_seed_and_the_future(case, settlement, few):
    other = Futures(case.ledger, 5, 32)
    assert runs.asked(case, settlement, case.arrangements["none"], other).seed == 5


@pytest.mark.parametrize(
    ("months", "weeks"), [(0.0, 0), (1.0, 4), (3.0, 13), (6.0, 26), (12.0, 52), (18.0, 78), (120.0, 520)]
)
def test_months_in_weeks(months, weeks):
    assert weeks_of(months) == weeks


# --- Phases (TR1, TR3) -------------------------------------------------------------------------------


def test_a_phase_begins_in_the_week_of_its_months(case, settlement, few):
    design = _phased(case.arrangements["none"], (0.0, {}), (3.0, {}), (24.0, {}))
    query = runs.asked(case, settlement, design, few)
    assert [(row.starts.signal, row.starts.threshold) for row in query.phases] == [
        (AT_WEEK, 0.0),
        (AT_WEEK, 13.0),
        (AT_WEEK, 104.0),
    ]
    assert (query.begins, query.fallback, query.lapsed, query.lapse_week) == (0, None, (), None)
    assert query.bare.starts.signal == NO_SIGNAL
    phase = runs.by_week(query, 110).count("phase")
    expected = [0] * 14 + [1] * 91 + [2] * 6  # what is kept after a week was in force in it
    assert (phase == np.array(expected)).all()


@pytest.mark.parametrize("signal", [name for name in SIGNALS if name != "settlement_reached"])
@pytest.mark.parametrize("when", ["at_least", "at_most"])
def test_a_phase_waits_for_its_signal_as_written(case, settlement, few, signal, when):
    trigger = Trigger(after_months=None, signal=signal, threshold=0.5, when=when)
    design = _phased(case.arrangements["none"], (0.0, {}), (trigger, {}))
    starts = runs.asked(case, settlement, design, few).phases[1].starts
    assert (starts.signal, starts.threshold, starts.at_most) == (SIGNALS[signal], 0.5, when == "at_most")


def test_a_final_settlement_needs_no_threshold(case, settlement, few):
    trigger = Trigger(after_months=None, signal="settlement_reached")
    design = _phased(case.arrangements["none"], (0.0, {}), (trigger, {}))
    starts = runs.asked(case, settlement, design, few).phases[1].starts
    assert (starts.signal, starts.threshold, starts.at_most) == (SIGNALS["settlement_reached"], 0.0, False)


def test_a_mission_that_shares_a_task_takes_over_and_another_begins_anew(case, settlement, lasting):
    """TR3: two whose only common task is liaison take over; monitors and troops without one do not."""
    monitors, force = (
        case.arrangements[name].phases[0].mission for name in ("osce-monitors", "un-peacekeepers")
    )
    troops = force.model_copy(
        update={"components": tuple(one for one in force.components if one.task == "interpose")}
    )
    base = case.arrangements["none"]
    for second, takes_over in ((monitors, True), (force, True), (troops, False), (None, False)):
        design = _phased(base, (0.0, {"mission": monitors}), (24.0, {"mission": second}))
        query = runs.asked(case, settlement, design, lasting)
        rows = [row.deployment for row in query.phases]
        assert not rows[0].continues
        assert (rows[1] is not None) == (second is not None)
        if second is not None:
            assert rows[1].continues == takes_over
        found = runs.by_week(query, 110).count("mission")
        assert (found[:, :105] == THERE).all()
        assert (found[:, 105:] == (NO_MISSION if second is None else THERE)).all()


def test_a_mission_lost_stays_lost_in_the_phase_that_takes_it_over(case, settlement, few):
    """TR3: only another mission begins anew."""
    force = case.arrangements["un-peacekeepers"].phases[0].mission
    troops = force.model_copy(
        update={"components": tuple(one for one in force.components if one.task == "interpose")}
    )
    monitors = case.arrangements["osce-monitors"].phases[0].mission
    few = few.pinned("endure.loss.host", 1.0 - 1e-16).pinned("endure.loss.intent", 1e-9)
    assert few["endure.loss.host"][0] > 1.0
    for second, there in ((monitors, LOST), (troops, THERE)):
        design = _phased(
            case.arrangements["none"], (0.0, {"mission": monitors}), (120.0 - 1.0, {"mission": second})
        )
        found = runs.by_week(runs.asked(case, settlement, design, few)).count("mission")
        lost = found[:, 515] == LOST
        assert lost.mean() > 0.5
        assert (found[lost, 517] == there).all()


def test_a_mission_needs_a_phase_with_one(case, settlement, few):
    query = runs.asked(case, settlement, case.arrangements["coalition-support"], few)
    assert query.phases[0].deployment is None
    assert query.bare.deployment is None
    assert query.phases[0].present is query.phases[0].gone


# --- The mission (MI1 to MI5) ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "body", "half_time"),
    [
        ("osce-monitors", "osce-permanent-council", "civilian"),
        ("un-peacekeepers", "un-security-council", "un"),
        ("reassurance-force", "host-invitation", "coalition"),
        ("un-peacekeepers", None, "coalition"),
        ("un-peacekeepers", "nato-council", "coalition"),
    ],
)
def test_a_mission_waits_for_its_body_and_comes_at_its_pace(case, settlement, few, name, body, half_time):
    """MI1, GE6: the days until the decision, then half of the rest in each half-time of its kind."""
    design = case.arrangements[name].model_copy(update={"authority": body, "fallback": None})
    deployment = runs.asked(case, settlement, design, few).phases[0].deployment
    decision = np.zeros(32) if body is None else few[case.bodies[body].decision_days]
    np.testing.assert_allclose(deployment.delay_weeks, decision / 7.0, rtol=1e-14)
    np.testing.assert_allclose(
        deployment.half_time_weeks, few[f"generate.half-time.{half_time}"] / 7.0, rtol=1e-14
    )


@pytest.mark.parametrize(("months", "weeks"), [(None, 0), (1, 4), (6, 26), (12, 52), (18, 78)])
@pytest.mark.parametrize("chance", [0.0, 0.4, 1.0])
def test_renewals_in_weeks_and_their_chance(case, settlement, few, months, weeks, chance):
    """MI3: what EF7 says of a renewal reaches the clock as it is."""
    mission = case.arrangements["un-peacekeepers"].phases[0].mission
    mandate = mission.mandate.model_copy(update={"renewal_months": months})
    design = runs.free(
        case.arrangements["un-peacekeepers"], mission=mission.model_copy(update={"mandate": mandate})
    )
    deployment = runs.asked(case, settlement, design, few, renewal=chance).phases[0].deployment
    assert deployment.renewal_weeks == weeks
    assert (deployment.renewal_fails == 1.0 - chance).all()


def test_only_a_mission_that_stands_by_both_sides_consent_is_expelled_first(case, settlement, few):
    """MI2, MI5: the one in the rear is not the opponent's to send away."""
    for name, share in (("osce-monitors", 1.0), ("un-peacekeepers", 1.0), ("reassurance-force", 0.0)):
        deployment = runs.asked(case, settlement, case.arrangements[name], few).phases[0].deployment
        np.testing.assert_array_equal(deployment.expelled_first, few["endure.loss.expel-first"] * share)
        np.testing.assert_array_equal(deployment.intent, few["endure.loss.intent"] * share)


def _working(requirement, contributions, task, few):
    """GE8, part by part: those who do the task, as far as those who serve them or the host carry them."""
    planned = requirement.of_capability()
    come = {True: 0.0, False: 0.0}
    whole = {True: 0.0, False: 0.0}
    for part in task.capabilities:
        serves = part.role in {"support", "command"}
        share = contributions.delivered[part.capability] / planned[part.capability][1]
        come[serves] = come[serves] + share * part.share.central
        whole[serves] += part.share.central
    served = come[True] / whole[True] if whole[True] else 1.0
    return task.planned * np.minimum(come[False] / whole[False], served + few["generate.support.by-host"])


def test_what_a_mission_sees_loses_and_is_denied(case, settlement, few):
    """IN7, MI4: the share it sees by its own means, its dead by its size, its patrols by its persons."""
    for name in ("osce-monitors", "un-peacekeepers", "reassurance-force"):
        found = evaluate(case, settlement, case.arrangements[name], few)
        deployment = runs.asked(case, settlement, case.arrangements[name], few).phases[0].deployment
        np.testing.assert_array_equal(deployment.filled, found.outcomes["filled"])
        np.testing.assert_array_equal(deployment.seen, found.phases[0].coverage.by_mission)
        deaths = found.outcomes["persons"] * few["endure.loss.mission-deaths"] / 52
        np.testing.assert_allclose(deployment.deaths, deaths, rtol=1e-12)
        access = case.arrangements[name].phases[0].mission.access.replace("_", "-")
        np.testing.assert_allclose(deployment.denied, 1.0 - few[f"observe.access.{access}"], rtol=1e-14)
        requirement, contributions = found.phases[0].requirement, found.phases[0].contributions
        assert requirement is not None
        assert contributions is not None
        observing = np.zeros(32)
        for task in requirement.tasks:
            if case.tasks[task.task].observes:
                observing = observing + _working(requirement, contributions, task, few)
        visits = 7.0 * observing / few["observe.patrol.persons-per-patrol"]
        np.testing.assert_allclose(deployment.visits, visits, rtol=1e-12)
        assert (deployment.visits > 0.0).all() == (name != "reassurance-force")


# --- The fallback (TR4) ------------------------------------------------------------------------------


def _refused(query):
    """Return the query with every renewal refused, and missions that nobody has to decide on."""
    rows = []
    for row in query.phases:
        mission = row.deployment
        if mission is not None:
            fails = np.ones_like(mission.renewal_fails)
            mission = replace(mission, renewal_fails=fails, delay_weeks=np.zeros_like(mission.delay_weeks))
        rows.append(replace(row, deployment=mission))
    return replace(query, phases=tuple(rows))


def test_a_refused_renewal_brings_the_fallback_and_its_first_phase(case, settlement, lasting):
    """Rows of the fallback come after the arrangement's own, as they would stand alone."""
    force, support = case.arrangements["un-peacekeepers"], case.arrangements["coalition-support"]
    design = _phased(force, (0.0, {}), (6.0, {}))
    query = runs.asked(case, settlement, design, lasting, fallback=support)
    assert (len(query.phases), query.fallback) == (3, 2)
    alone = runs.asked(case, settlement, support, lasting).phases[0]
    _same_arrays(query.phases[2].gone, alone.gone)
    np.testing.assert_array_equal(query.phases[2].materiel_target, alone.materiel_target)
    found = runs.by_week(_refused(query), 60)
    # twelve months after the mission came, which is the halt and not the second phase
    assert (found.count("phase")[:, 51] == 1).all()
    assert (found.count("phase")[:, 52:] == 2).all()
    assert (found.count("mission")[:, 52:] == NO_MISSION).all()


def test_a_mandate_runs_from_the_decision_on(case, settlement, lasting):
    """MI1, MI3: a mission is awaited until its body has decided, and renewed so long after that."""
    delay = np.linspace(0.0, 31.0, 32) + 0.25
    query = _refused(runs.asked(case, settlement, runs.free(case.arrangements["un-peacekeepers"]), lasting))
    row = query.phases[0]
    query = replace(query, phases=(replace(row, deployment=replace(row.deployment, delay_weeks=delay)),))
    mission = runs.by_week(query, 100).count("mission")[:, 1:]
    decided = np.ceil(delay).astype(int)  # in the first week that begins after the decision
    weeks = np.arange(100)
    there = (weeks >= decided[:, None]) & (weeks < decided[:, None] + 51)
    np.testing.assert_array_equal(mission == THERE, there)
    np.testing.assert_array_equal(mission == AWAITED, weeks < decided[:, None])
    np.testing.assert_array_equal(mission == LOST, weeks >= decided[:, None] + 51)


def test_without_a_fallback_the_phase_goes_on_without_its_mission(case, settlement, lasting):
    query = runs.asked(case, settlement, runs.free(case.arrangements["un-peacekeepers"]), lasting)
    found = runs.by_week(_refused(query), 60)
    assert (found.count("phase") == 0).all()
    assert (found.count("mission")[:, 1:52] == THERE).all()
    assert (found.count("mission")[:, 52:] == LOST).all()


def test_the_packaged_fallback_is_asked_with_the_arrangement(case, settlement):
    """TR4, EF7: where no vote is to be had, ten renewals bring the fallback of the file."""
    pins = {**LASTING, "endure.loss.renewal-persistence": 0.01, "authorise.position.willingness": 1e-9}
    few = Futures(case.ledger, 0, 32, pins)
    found = evaluate(case, settlement, case.arrangements["un-peacekeepers"], few)
    assert found.outcomes["authorised"].max() < 0.05
    assert found.arrangement.fallback == "none"
    in_force = found.survival.count("phase")[:, -1]
    assert set(in_force) <= {0, 1}
    assert (in_force == 1).mean() > 0.9
    assert (found.survival.count("mission")[in_force == 1, -1] == NO_MISSION).all()


# --- The settlement's guarantee runs out (TR5) -------------------------------------------------------


@pytest.mark.parametrize(
    ("guarantee", "years", "lapse"),
    [
        ("treaty", 3.0, 156),
        ("political", 0.5, 26),
        ("treaty", 9.9, 515),
        ("treaty", 10.0, None),
        ("treaty", 30.0, None),
        ("treaty", None, None),
        ("none", 3.0, None),
        (None, 3.0, None),
    ],
)
def test_when_a_guarantee_runs_out(case, with_terms, few, guarantee, years, lapse):
    settlement = with_terms(guarantee=guarantee, guarantee_years=years)
    query = runs.asked(case, settlement, case.arrangements["none"], few)
    assert query.lapse_week == lapse
    assert len(query.lapsed) == (0 if lapse is None else 1)


@pytest.mark.parametrize("name", ["none", "coalition-support", "reassurance-force"])
def test_from_then_on_each_phase_is_as_without_the_guarantee(case, with_terms, few, name):
    arrangement = case.arrangements[name]
    with_it = runs.asked(case, with_terms(guarantee="treaty", guarantee_years=3.0), arrangement, few)
    never = runs.asked(case, with_terms(guarantee="none", guarantee_years=None), arrangement, few)
    for lapsed, row in zip(with_it.lapsed, never.phases, strict=True):
        _same_arrays(lapsed.gone, row.gone)
        _same_arrays(lapsed.present, row.present)
        np.testing.assert_array_equal(lapsed.persons_target, row.persons_target)
    _same_arrays(with_it.bare.gone, never.bare.gone)
    # the guarantee was a price on an attack, and now is not
    assert (with_it.phases[0].gone.burden[:, 1] > with_it.lapsed[0].gone.burden[:, 1]).all()
    assert (with_it.phases[0].gone.drawn_in > with_it.lapsed[0].gone.drawn_in).all()


def _guaranteed(with_terms, guarantee, years):
    """Return the settlement with a guarantee of so many years, and nothing that a breach takes back."""
    return with_terms(guarantee=guarantee, guarantee_years=years, snap_back=None)


def test_hazards_are_those_of_the_guarantee_until_it_runs_out_and_then_those_without(case, with_terms):
    """With nothing that remembers (incidents steady), week by week, and a term's size without effect."""
    sated = runs.quantile_of(case, "stakes.satisfaction", 0.0)
    pins = {
        "endure.incidents.recommitment": NOUGHT,
        "endure.incidents.deliberate": 1e-9,
        "stakes.satisfaction": sated,
    }
    few = Futures(case.ledger, 0, 32, pins)
    none = case.arrangements["none"]
    lapsing, lasting, never = (
        runs.hazard(
            runs.by_week(runs.asked(case, _guaranteed(with_terms, guarantee, years), none, few)),
            "attack_by_host",
            "attack_by_opponent",
        )
        for guarantee, years in (("treaty", 3.0), ("treaty", 30.0), ("none", None))
    )
    np.testing.assert_array_equal(lapsing[:, :156], lasting[:, :156])
    # what was restrained before is forgotten within weeks
    np.testing.assert_allclose(lapsing[:, 260:], never[:, 260:], rtol=0.02)
    assert (np.abs(np.log(lasting / never)).mean(axis=1) > 1e-6).all()


def test_a_mission_outlives_the_guarantee(case, with_terms, lasting):
    """TR5: nothing is entered anew: the mission stays, and time goes on."""
    force = runs.free(case.arrangements["un-peacekeepers"])
    design = _phased(force, (0.0, {}), (24.0, {}), (60.0, {"mission": None}))
    query = runs.asked(case, with_terms(guarantee="treaty", guarantee_years=3.0), design, lasting)
    found = runs.by_week(query, 280)
    phase, mission = found.count("phase"), found.count("mission")
    for week, row in ((104, 0), (105, 1), (156, 1), (157, 4), (260, 4), (261, 5), (280, 5)):
        assert (phase[:, week] == row).all(), week
    assert (mission[:, 1:261] == THERE).all()
    assert (mission[:, 261:] == NO_MISSION).all()


# --- Where stocks go (ST1, ST2) ----------------------------------------------------------------------


def test_a_cap_reaches_the_hosts_persons_and_nothing_else(case, with_terms, few):
    none = case.arrangements["none"]
    free, capped = (
        runs.asked(case, with_terms(army_cap_persons=cap), none, few) for cap in (None, 300_000.0)
    )
    host, opponent = capped.phases[0].persons_target.T
    np.testing.assert_array_equal(host, 300_000.0)
    np.testing.assert_array_equal(opponent, free.phases[0].persons_target[:, 1])
    rebuilt = few[case.host.forces.now] * few[case.host.forces.rebuilt]
    np.testing.assert_allclose(free.phases[0].persons_target[:, 0], rebuilt, rtol=1e-14)
    np.testing.assert_array_equal(capped.bare.persons_target, free.bare.persons_target)
    np.testing.assert_array_equal(capped.phases[0].materiel_target, free.phases[0].materiel_target)
    np.testing.assert_array_equal(capped.forces.persons, free.forces.persons)


def test_support_reaches_the_hosts_materiel_and_nothing_else(case, settlement, few):
    none = case.arrangements["none"]
    double = 2.0 * few[case.about.support_now].mean()
    support = none.phases[0].support.model_copy(update={"military_eur_per_year": float(double)})
    usual, more = (
        runs.asked(case, settlement, design, few) for design in (none, runs.free(none, support=support))
    )
    ratio = double / few[case.about.support_now]
    share = few[case.host.forces.support_share]
    peace = few[case.host.forces.materiel_peace]
    np.testing.assert_allclose(
        more.phases[0].materiel_target[:, 0], peace * (1.0 - share + share * ratio), rtol=1e-12
    )
    np.testing.assert_allclose(usual.phases[0].materiel_target[:, 0], peace, rtol=1e-12)
    np.testing.assert_array_equal(more.phases[0].materiel_target[:, 1], usual.phases[0].materiel_target[:, 1])
    np.testing.assert_array_equal(more.phases[0].persons_target, usual.phases[0].persons_target)
    np.testing.assert_array_equal(more.phases[0].gone.worth, usual.phases[0].gone.worth)


def test_trainers_and_lost_intelligence_reach_the_hosts_worth(case, settlement, few):
    """ST3, EV13: the mission's trainers while it is there; partners' intelligence in any case."""
    query = runs.asked(case, settlement, case.arrangements["reassurance-force"], few)
    row = query.phases[0]
    assert (row.present.worth >= row.gone.worth).all()
    assert (row.present.worth > row.gone.worth).any()
    np.testing.assert_array_equal(row.gone.worth, 0.0)
    none = case.arrangements["none"]
    support = none.phases[0].support.model_copy(update={"intelligence": False})
    blind = runs.asked(case, settlement, runs.free(none, support=support), few).phases[0]
    np.testing.assert_allclose(blind.gone.worth, -np.log(few["stakes.support.intelligence"]), rtol=1e-12)
    np.testing.assert_array_equal(query.bare.gone.worth, 0.0)


# --- What a settlement's zones and belts reach (EF6, EF8) --------------------------------------------


def test_belts_reach_warning_and_calm(case, with_terms, few):
    """EF8: with the mission and without it; in proportion up to full depth, and nothing beyond."""
    arrangement = case.arrangements["osce-monitors"]
    queries = [
        runs.asked(case, with_terms(belt_km=depth), arrangement, few) for depth in (0.0, 20.0, 100.0, 200.0)
    ]
    none, some, deep, deeper = (query.phases[0] for query in queries)
    share = np.minimum(1.0, 20.0 / few["endure.belts.full-km"])
    for setting in ("gone", "present"):
        calm = [getattr(row, setting).calm for row in (none, some, deep, deeper)]
        log = np.log(few["endure.belts"])
        np.testing.assert_allclose(calm[1] - calm[0], log * share, rtol=0, atol=1e-12)
        np.testing.assert_allclose(calm[2] - calm[0], log, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(calm[3], calm[2])
        edge = [getattr(row, setting).edge[:, 1] for row in (none, some, deep, deeper)]
        assert (edge[1] <= edge[0]).all()
        assert (edge[2] <= edge[1]).all()
        assert (edge[1] < edge[0]).any()
        np.testing.assert_array_equal(edge[3], edge[2])
    for query in queries[1:]:
        _same_arrays(query.bare.gone, queries[0].bare.gone)


def test_the_edge_of_a_belt_in_closed_form(case, with_terms, few):
    """ST7 with EF8: 1 - (1 - w)(1 - depth x share) is seen, for either attack."""
    query = runs.asked(case, with_terms(belt_km=20.0), case.arrangements["none"], few)
    depth = np.minimum(1.0, 20.0 / few["endure.belts.full-km"])

    def seen(attack, needed):
        left = np.maximum(few[f"observe.build-up.{attack}"] - few[f"observe.warning.{needed}"], 0.0)
        noticed = 1.0 - np.exp(-left / few["observe.national.build-up"])
        warned = few["observe.warning.believed"] * noticed
        return 1.0 - (1.0 - warned) * (1.0 - depth * few["observe.warning.belts"])

    surprise, k = few["stakes.contest.surprise"], few["stakes.contest.defender-advantage"]
    for option, warned in ((2, seen("offensive", "needed")), (1, seen("grab", "needed-locally"))):
        expected = np.log(1.0 + (surprise - 1.0) * (1.0 - warned)) - np.log(k)
        np.testing.assert_allclose(query.phases[0].gone.edge[:, 1, option], expected, rtol=0, atol=1e-12)


def test_a_zone_and_a_commission_stay_when_the_mission_goes(case, with_terms, few):
    """EF6: they calm with it and without it, and the truce with nothing added has neither."""
    arrangement = case.arrangements["un-peacekeepers"]
    none, some = (
        runs.asked(case, with_terms(buffer_km=width, joint_commission=joint), arrangement, few)
        for width, joint in ((None, False), (6.0, True))
    )
    width = np.minimum(1.0, 6.0 / few["endure.buffer.full-km"])
    expected = np.log(few["endure.buffer"]) * width + np.log(few["endure.joint-commission"])
    for setting in ("gone", "present"):
        before, after = (getattr(query.phases[0], setting) for query in (none, some))
        np.testing.assert_allclose(after.calm - before.calm, expected, rtol=0, atol=1e-12)
        _same_arrays(after, before, but={"calm"})
    _same_arrays(some.bare.gone, none.bare.gone)


# --- What a mission does to incidents and attacks (EF1 to EF5, WA5) -------------------------------------


@pytest.mark.parametrize("promised", [False, True])
@pytest.mark.parametrize(
    ("name", "separating", "watching", "rear"),
    [
        ("osce-monitors", None, "observe-line", 0.0),
        ("un-peacekeepers", "interpose", None, 0.0),
        ("reassurance-force", None, None, 1.0),
    ],
)
def test_effects_of_a_mission_add_up(case, few, name, separating, watching, rear, promised):
    """EF1 to EF5: term by term, with promises and without."""
    settlement = case.settlements["bare-truce"]
    promise = case.arrangements["coalition-support"].phases[0].guarantees if promised else ()
    design = runs.free(case.arrangements[name], guarantees=promise)
    few = few.pinned("stakes.presence.reference", 1e-6)  # so small that some troops are more than it
    question = Question(case, settlement, design, few)
    field = field_of(question, design.phases[0], Memory())
    assert (field.presence > 1.0).any() == bool(rear)
    row = runs.asked(case, settlement, design, few).phases[0]
    log = {
        part: np.log(few[f"endure.{part}"])
        for part in (
            "restraint",
            "publicity",
            "peacekeepers.incidents",
            "peacekeepers.attack",
            "observers.incidents",
            "partner-troops.incidents",
        )
    }
    attributed, response = field.coverage.attributed, field.ladder.chance
    alone, bare_response = field.bare_coverage.attributed, field.bare_ladder.chance
    assert (response > 0.0).all() == promised
    between = field.adequacy[separating] if separating else 0.0
    np.testing.assert_allclose(row.gone.calm, log["restraint"] * alone * bare_response, rtol=0, atol=1e-12)
    expected = (
        log["restraint"] * attributed * response
        + log["publicity"] * (attributed - alone) * (1.0 - response)
        + log["peacekeepers.incidents"] * between
        + log["observers.incidents"] * (field.adequacy[watching] if watching else 0.0)
        + log["partner-troops.incidents"] * rear * np.minimum(field.presence, 1.0)
    )
    np.testing.assert_allclose(row.present.calm, expected, rtol=0, atol=1e-12)
    attack = log["peacekeepers.attack"] * between
    np.testing.assert_allclose(row.present.attack_log, attack + np.zeros(32), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(row.gone.attack_log, 0.0)
    np.testing.assert_allclose(row.present.answered, attributed * response, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(row.gone.answered, alone * bare_response, rtol=1e-12, atol=1e-15)
    # arms and sanctions draw nobody in; troops there do, with the chance that they fight
    np.testing.assert_array_equal(row.gone.drawn_in, 0.0)
    np.testing.assert_allclose(row.present.drawn_in, field.fights, rtol=1e-12, atol=1e-15)


# --- The truce with nothing added (EN9) --------------------------------------------------------------


def test_the_truce_with_nothing_added_is_the_same_for_every_design_and_settlement(case, few):
    """EN9: it has the facts of the case and nothing of what is asked about."""
    first = None
    for settlement in case.settlements.values():
        for arrangement in case.arrangements.values():
            bare = runs.asked(case, settlement, arrangement, few).bare
            first = bare if first is None else first
            _same_arrays(bare.gone, first.gone)
            _same_arrays(bare.present, first.gone)
            np.testing.assert_array_equal(bare.persons_target, first.persons_target)
            np.testing.assert_array_equal(bare.materiel_target, first.materiel_target)


def test_shares_of_attack_and_bias_are_each_sides_own(case, settlement, few):
    decision = runs.asked(case, settlement, case.arrangements["none"], few).decision
    for place, party in enumerate(case.parties):
        for values, name in (
            (decision.bias_by_party, party.stakes.belief_bias),
            (decision.future_weight_by_party, party.stakes.future_weight),
            (decision.attack_share_by_party, party.attack_share),
        ):
            np.testing.assert_array_equal(values[:, place], few[name])


@pytest.mark.parametrize(("imposed", "power"), [(True, 1.0), (False, 0.0), (None, None)])
def test_a_halt_that_outsiders_forced(case, with_terms, few, imposed, power):
    """EN3: drawn where it is open."""
    truce = runs.asked(case, with_terms(imposed=imposed), case.arrangements["none"], few).truce
    power = few["endure.imposed.open"] if power is None else power
    expected = few["endure.case-factor"] * few["endure.imposed"] ** power
    np.testing.assert_allclose(truce.factor, expected, rtol=1e-13)
