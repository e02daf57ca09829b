"""Signs that follow from the rules whatever the numbers: one estimate pinned low, then high.

What is left out is left out on purpose. Incidents are a drawn path in which parties recommit themselves,
sooner where there are more: so a calmer design may have more incidents in one future, by chance, and no
sign is forced. Where recommitments are taken away, it is.
"""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.endure.survival import DEGRADED, THERE
from holdfast.evaluate import Memory, evaluate
from holdfast.evaluate.field import field_of
from holdfast.evaluate.parties import (
    acceptance_of,
    options_of,
    stakes_of,
    values,
    with_nothing,
    with_the_mission,
    without_the_mission,
)
from holdfast.evaluate.question import Question
from holdfast.futures import Futures

MISSIONS = ("osce-monitors", "reassurance-force", "un-peacekeepers")
ALL = ("none", "coalition-support", *MISSIONS)
HOLDS = ("hold_if_deployed_1", "hold_if_deployed_5", "hold_if_deployed_10")
NOUGHT = 1e-300
"""Share below the draw at which a hazard, lognormal, is as good as nought."""

# estimate, sign, outcomes, arrangements, rule
SIGNS = [
    ("endure.base.first-year", -1, HOLDS, ALL, "EN1"),
    ("endure.base.years-2-5", -1, HOLDS[1:], ALL, "EN1"),
    ("endure.base.later", -1, HOLDS[2:], ALL, "EN1"),
    ("endure.case-factor", -1, HOLDS, ALL, "EN3"),
    ("endure.imposed", -1, HOLDS, ALL, "EN3"),
    ("endure.peacekeepers.attack", -1, HOLDS, ("un-peacekeepers",), "EF1"),
    ("endure.war.escalation", 1, ("major_war", "losses_if_it_fails"), ALL, "WA1"),
    ("endure.war.escalation", -1, ("limited_war",), ALL, "WA1"),
    ("endure.war.spiral-major", 1, ("major_war",), ALL, "WA1"),
    ("war.ground.grab", 1, ("ground_km2_if_attacked",), ALL, "WA3"),
    ("war.ground.major", 1, ("ground_km2_if_attacked",), ALL, "WA3"),
    ("war.losses.grab", 1, ("losses_if_it_fails",), ALL, "WA4"),
    ("war.losses.major", 1, ("losses_if_it_fails",), ALL, "WA4"),
    ("endure.incidents.heavy", 1, ("heavy_incidents_per_week",), ALL, "IN9"),
    ("endure.incidents.deaths", 1, ("deaths_per_year",), ALL, "IN9"),
    ("endure.loss.expel-first", -1, ("cause_attack_mission_present",), MISSIONS[::2], "MI5"),
    ("generate.reliability", 1, ("filled", "persons"), MISSIONS, "GE2"),
    ("generate.stance.monitors", 1, ("filled",), ("osce-monitors",), "GE1"),
    ("generate.condition.parliament", 1, ("filled",), ("reassurance-force",), "GE1"),
    (
        "generate.reliability",
        1,
        ("seen", "located", "warning"),
        ("osce-monitors", "un-peacekeepers"),
        "OB2",
    ),
    (
        "observe.access.both-sides",
        1,
        ("seen", "located", "warning"),
        ("osce-monitors", "un-peacekeepers"),
        "OB12",
    ),
    ("observe.camera.reach", 1, ("seen", "located", "warning"), ("osce-monitors",), "OB1"),
    ("observe.camera.locates", 1, ("located",), ("osce-monitors",), "OB5"),
    ("observe.patrol.attributes", 1, ("attributed",), ("un-peacekeepers",), "OB5"),
    ("observe.camera.availability", 1, ("seen", "located"), ("osce-monitors",), "OB6"),
    ("observe.fog.day", -1, ("seen",), ("osce-monitors",), "OB6"),
    ("observe.jammed.opponent", -1, ("seen",), ("osce-monitors",), "OB6"),
    ("observe.artillery.national", 1, ("seen", "located", "attributed"), ALL, "OB7"),
    ("observe.national.attributed", 1, ("attributed",), ALL, "OB7"),
    ("observe.national.build-up", -1, ("warning",), ALL, "OB10"),
    ("observe.warning.needed", -1, ("warning",), ALL, "OB10"),
    ("observe.warning.believed", 1, ("warning",), ALL, "OB10"),
    ("respond.decide.capitals", 1, ("response_days",), ("coalition-support",), "RE2"),
    ("respond.arrive.theatre", 1, ("response_days",), ("reassurance-force",), "RE2"),
    ("authorise.position.willingness", 1, ("authorised",), MISSIONS[::2], "EV4"),
    ("authorise.position.force", 1, ("authorised",), ("un-peacekeepers",), "EV4"),
    ("authorise.position.objection-cost", 1, ("authorised",), ("osce-monitors",), "EV5"),
    ("cost.un-soldier", 1, ("eur_per_year",), ("un-peacekeepers",), "CO1"),
    ("cost.monitor", 1, ("eur_per_year",), ("osce-monitors",), "CO1"),
    ("cost.partner-soldier", 1, ("eur_per_year",), ("reassurance-force",), "CO1"),
]


@pytest.fixture(scope="module")
def few(case):
    """Return 32 futures of the case: what is forced is forced in each."""
    return Futures(case.ledger, 0, 32)


def _ends(case, settlement, name, few, estimate):
    return [
        evaluate(case, settlement, case.arrangements[name], few.pinned(estimate, quantile))
        for quantile in (0.05, 0.95)
    ]


@pytest.mark.parametrize(
    ("estimate", "sign", "outcomes", "names"),
    [row[:4] for row in SIGNS],
    ids=[f"{row[0]}-{row[4]}-{row[2][0]}" for row in SIGNS],
)
def test_signs_of_outcomes(case, settlement, few, estimate, sign, outcomes, names):
    for name in names:
        low, high = (found.outcomes for found in _ends(case, settlement, name, few, estimate))
        for outcome in outcomes:
            change = sign * (high[outcome] - low[outcome])
            assert (change >= -1e-6 * np.maximum(1.0, np.abs(low[outcome]))).all(), (name, outcome)
            assert change.sum() > 0.0, (name, outcome)


# --- What moves a split moves no sum -----------------------------------------------------------------


@pytest.mark.parametrize(
    "estimate",
    [
        "endure.loss.expel-first",
        "endure.war.escalation",
        "endure.war.spiral-major",
        "war.ground.major",
        "war.losses.major",
        "endure.incidents.deaths",
        "endure.incidents.heavy",
        "endure.settlement",
    ],
)
def test_what_follows_a_failure_moves_no_hazard(case, settlement, few, estimate):
    """MI5, WA1 to WA4, IN9: how an attack begins and what it brings are no reasons for it."""
    for name in ALL:
        low, high = _ends(case, settlement, name, few, estimate)
        for column in ("holds", "attack_by_host", "attack_by_opponent"):
            assert low.survival.column(column).tobytes() == high.survival.column(column).tobytes()
        for cause in ("attack", "spiral", "creep"):
            one, other = (found.outcomes[f"cause_{cause}"] for found in (low, high))
            np.testing.assert_allclose(one, other, rtol=1e-12)


# --- Incidents, where recommitments are taken away ---------------------------------------------------


@pytest.fixture(scope="module")
def steady(few):
    """Return futures without recommitments, in which a mission stays while it is there."""
    for estimate in ("endure.incidents.recommitment", "endure.loss.host", "endure.loss.contributors"):
        few = few.pinned(estimate, NOUGHT)
    return few


@pytest.mark.parametrize(
    ("estimate", "name", "terms"),
    [
        ("endure.observers.incidents", "osce-monitors", {}),
        ("endure.peacekeepers.incidents", "un-peacekeepers", {}),
        ("endure.partner-troops.incidents", "reassurance-force", {}),
        ("endure.publicity", "un-peacekeepers", {"guarantee": "none"}),
        ("endure.restraint", "none", {}),
        ("endure.joint-commission", "none", {"joint_commission": True}),
        ("endure.buffer", "none", {"buffer_km": 5.0}),
        ("endure.belts", "none", {"belt_km": 30.0}),
    ],
)
def test_what_calms_incidents_calms_spirals_and_creep(case, with_terms, steady, estimate, name, terms):
    """EF1 to EF8, IN3, EN5, EN6: with common noise, in every future and from week to week."""
    low, high = _ends(case, with_terms(**terms), name, steady, estimate)
    incidents = [found.survival.count("incidents") for found in (low, high)]
    assert (incidents[0] <= incidents[1]).all()
    assert (incidents[0][:, -1] < incidents[1][:, -1]).mean() > 0.9
    for outcome in HOLDS:
        assert (low.outcomes[outcome] >= high.outcomes[outcome]).all()
    assert (low.outcomes[HOLDS[-1]] > high.outcomes[HOLDS[-1]]).mean() > 0.9


# --- The mission -------------------------------------------------------------------------------------


@pytest.mark.parametrize("estimate", ["endure.loss.host", "endure.loss.contributors"])
def test_losing_a_mission_sooner_leaves_it_there_less(case, settlement, few, estimate):
    """MI2: in every future, where no cut comes between; lost is lost."""
    few = few.pinned("endure.loss.degrade", NOUGHT)
    for name in MISSIONS:
        low, high = (
            found.survival.count("mission") for found in _ends(case, settlement, name, few, estimate)
        )
        there = [(mission == THERE) | (mission == DEGRADED) for mission in (low, high)]
        assert (there[1] <= there[0]).all(), name


# --- Acceptance --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["host", "opponent"])
def test_a_cost_to_a_party_makes_it_less_willing(case, settlement, few, role):
    """AC1, ST10, ST11: a dear war speaks for a settlement, a dear attack later against it."""
    party = getattr(case, role)
    name = f"accepted_by_{party.state}"
    for estimate, sign in (
        (party.stakes.war_cost, 1),
        (party.stakes.offensive_cost, -1),
        (party.stakes.response_cost, -1),
        (party.stakes.foreign_troops, -1),
    ):
        low, high = (
            found.outcomes[name] for found in _ends(case, settlement, "reassurance-force", few, estimate)
        )
        assert (sign * (high - low) >= -1e-12).all(), estimate
        # to the host no later attack is worth anything in these futures
        assert (high != low).any() or (role == "host" and estimate != party.stakes.war_cost), estimate


@pytest.mark.parametrize("role", ["host", "opponent"])
def test_a_better_term_makes_a_party_more_willing_where_it_does_not_sate(case, few, role):
    """ST11, AC1: a term counts once in full; what attacking would forfeit of it counts at most once, later.

    Where gains sate (ST5) and are forfeited as well, they may count against a settlement by more than
    they are worth, and no sign is forced.
    """
    party, place = getattr(case, role), ("host", "opponent").index(role)
    few = few.pinned("stakes.satisfaction", 0.05)
    assert few["stakes.satisfaction"][0] < 0.0
    memory, moved = Memory(), set()

    def willing(settlement, futures):
        question = Question(case, settlement, case.arrangements["none"], futures)
        phase = question.arrangement.phases[0]
        weighed = stakes_of(question, phase, field_of(question, phase, memory), memory)
        return acceptance_of(question, weighed, memory).by_party[place]

    for settlement in case.settlements.values():
        for estimate in party.stakes.terms.values():
            low, high = (willing(settlement, few.pinned(estimate, quantile)) for quantile in (0.05, 0.95))
            assert (high >= low - 1e-12).all(), (settlement.name, estimate)
            if (high != low).any():
                moved.add(estimate)
    assert len(moved) > len(party.stakes.terms) / 2


# --- The opponent's value of attacking ---------------------------------------------------------------


def _weighed(case, settlement, name, futures):
    """Return the opponent's values and options with the mission, without it, and with nothing added."""
    question = Question(case, settlement, case.arrangements[name], futures)
    memory, phase = Memory(), question.arrangement.phases[0]
    field = field_of(question, phase, memory)
    found = {}
    for setting, around in (
        ("present", with_the_mission(question, phase, field)),
        ("gone", without_the_mission(question, phase, field)),
        ("bare", with_nothing(question, field)),
    ):
        found[setting] = (
            values(question, case.opponent, around, field.planned_presence, memory),
            options_of(question, case.opponent, around, memory),
        )
    return found


def _never_better(less, more, settings):
    for setting in settings:
        (before, weighed), (after, weighed_after) = less[setting], more[setting]
        for moment in ("now", "ahead"):
            for kind in ("attack", "success"):
                name = f"{kind}_{moment}"
                assert (getattr(after, name) <= getattr(before, name) + 1e-12).all(), (setting, name)
        assert (weighed_after.burden >= weighed.burden - 1e-12).all()
        assert (weighed_after.partners >= weighed.partners - 1e-9).all()


@pytest.mark.parametrize("credibility", ["respond.credibility.political", "respond.credibility.treaty"])
def test_a_more_credible_guarantee_never_raises_the_opponents_value_of_attacking(
    case, settlement, few, credibility
):
    """RE3, RE4, ST6, ST8: for probe, grab and major offensive alike."""
    for name in ALL:
        weak, strong = (_weighed(case, settlement, name, few.pinned(credibility, q)) for q in (0.05, 0.95))
        _never_better(weak, strong, ("present", "gone"))
        for part in (0, 1):
            for field in ("attack_now", "attack_ahead") if part == 0 else ("prize", "burden", "partners"):
                np.testing.assert_array_equal(
                    getattr(strong["bare"][part], field), getattr(weak["bare"][part], field)
                )


@pytest.mark.parametrize(
    ("estimate", "name"),
    [
        ("stakes.mission.quality", "reassurance-force"),
        ("stakes.mission.fights.defend-mandate", "reassurance-force"),
        ("stakes.mission.fights.self-defence", "un-peacekeepers"),
        ("stakes.support.training", "coalition-support"),
        ("stakes.support.trainees-per-trainer", "reassurance-force"),
        ("party.host.rebuilt", "none"),
        ("party.host.materiel.peace", "none"),
    ],
)
def test_more_beside_the_host_never_raises_the_opponents_value_of_attacking(
    case, settlement, few, estimate, name
):
    less, more = (_weighed(case, settlement, name, few.pinned(estimate, q)) for q in (0.05, 0.95))
    _never_better(less, more, ("present", "gone"))
    assert (more["present"][0].attack_ahead < less["present"][0].attack_ahead).any()
