"""Signs that follow from the rules whatever the numbers: one estimate pinned low, then high."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.evaluate import Memory, evaluate
from holdfast.evaluate.field import field_of
from holdfast.evaluate.parties import attacks_of
from holdfast.evaluate.question import Question

MISSIONS = ("osce-monitors", "reassurance-force", "un-peacekeepers")
ALL = ("none", "coalition-support", *MISSIONS)
PROMISED = ("coalition-support", "reassurance-force")
HOLDS = ("hold_if_deployed_1", "hold_if_deployed_5", "hold_if_deployed_10")

# estimate, sign, outcomes, arrangements, rule
SIGNS = [
    ("endure.base.first-year", -1, HOLDS, ALL, "EN1"),
    ("endure.base.years-2-5", -1, HOLDS[1:], ALL, "EN1"),
    ("endure.base.later", -1, HOLDS[2:], ALL, "EN1"),
    ("endure.case-factor", -1, HOLDS, ALL, "EN3"),
    ("endure.observers.incidents", -1, HOLDS, ("osce-monitors",), "EN6"),
    ("endure.peacekeepers.incidents", -1, HOLDS, ("un-peacekeepers",), "EN6"),
    ("endure.peacekeepers.attack", -1, HOLDS, ("un-peacekeepers",), "EN6"),
    ("generate.reliability", 1, ("filled", "persons"), MISSIONS, "GE2"),
    ("generate.stance.monitors", 1, ("filled",), ("osce-monitors",), "GE1"),
    ("generate.condition.parliament", 1, ("filled",), ("reassurance-force",), "GE1"),
    (
        "generate.reliability",
        1,
        ("seen", "attributed", "warning"),
        ("osce-monitors", "un-peacekeepers"),
        "OB1",
    ),
    (
        "observe.access.both-sides",
        1,
        ("seen", "attributed", "warning"),
        ("osce-monitors", "un-peacekeepers"),
        "OB2",
    ),
    ("observe.camera.reach", 1, ("seen", "attributed", "warning"), ("osce-monitors",), "OB1"),
    ("observe.national.seen", 1, ("seen",), ALL, "OB4"),
    ("observe.national.attributed", 1, ("attributed",), ALL, "OB4"),
    ("observe.national.warning", 1, ("warning",), ALL, "OB5"),
    ("respond.decide.capitals", 1, ("response_days",), PROMISED, "RE2"),
    ("respond.arrive.theatre", 1, ("response_days",), ("reassurance-force",), "RE2"),
    ("authorise.position.willingness", 1, ("authorised",), ALL[1:], "EV4"),
    ("authorise.position.force", 1, ("authorised",), ("reassurance-force", "un-peacekeepers"), "EV4"),
    ("authorise.position.objection-cost", 1, ("authorised",), ("osce-monitors",), "EV5"),
    ("cost.un-soldier", 1, ("eur_per_year",), ("un-peacekeepers",), "CO1"),
    ("cost.monitor", 1, ("eur_per_year",), ("osce-monitors",), "CO1"),
    ("cost.partner-soldier", 1, ("eur_per_year",), ("reassurance-force",), "CO1"),
]


def _ends(case, settlement, name, few, estimate):
    return [
        evaluate(case, settlement, case.arrangements[name], few.pinned(estimate, quantile)).outcomes
        for quantile in (0.05, 0.95)
    ]


@pytest.mark.parametrize(
    ("estimate", "sign", "outcomes", "names"),
    [row[:4] for row in SIGNS],
    ids=[f"{row[0]}-{row[4]}" for row in SIGNS],
)
def test_signs_of_outcomes(case, settlement, few, estimate, sign, outcomes, names):
    for name in names:
        low, high = _ends(case, settlement, name, few, estimate)
        for outcome in outcomes:
            change = sign * (high[outcome] - low[outcome])
            assert (change >= -1e-6 * np.maximum(1.0, np.abs(low[outcome]))).all(), (name, outcome)
            assert change.sum() > 0.0, (name, outcome)


@pytest.mark.parametrize(("role", "place"), [("host", 0), ("opponent", 1)])
def test_a_cost_to_a_party_makes_it_less_willing(case, settlement, few, role, place):
    party = getattr(case, role)
    name = f"accepted_by_{party.state}"
    for estimate, sign in (
        (party.stakes.war_cost, 1),
        (party.stakes.offensive_cost, -1),
        (party.stakes.response_cost, -1),
        (party.stakes.foreign_troops, -1),
    ):
        low, high = _ends(case, settlement, "reassurance-force", few, estimate)
        assert (sign * (high[name] - low[name]) >= -1e-12).all(), estimate
    for estimate in party.stakes.terms.values():
        low, high = _ends(case, settlement, "none", few, estimate)
        assert (high[name] >= low[name]).all(), estimate


def _opponents(case, settlement, name, futures):
    question = Question(case, settlement, case.arrangements[name], futures)
    memory, phase = Memory(), question.arrangement.phases[0]
    return attacks_of(question, phase, field_of(question, phase, memory), memory)[1]


@pytest.mark.parametrize("credibility", ["respond.credibility.political", "respond.credibility.treaty"])
def test_a_more_credible_guarantee_never_raises_the_opponents_value_of_attacking(
    case, settlement, few, credibility
):
    for name in ALL:
        weak, strong = (_opponents(case, settlement, name, few.pinned(credibility, q)) for q in (0.05, 0.95))
        for moment in ("present_now", "present_rebuilt", "gone_now", "gone_rebuilt"):
            assert (getattr(strong, moment) <= getattr(weak, moment) + 1e-12).all(), (name, moment)
        for moment in ("bare_now", "bare_rebuilt"):
            np.testing.assert_array_equal(getattr(strong, moment), getattr(weak, moment))


@pytest.mark.parametrize(
    ("estimate", "name"),
    [
        ("stakes.mission.quality", "reassurance-force"),
        ("stakes.mission.fights.defend-mandate", "reassurance-force"),
        ("stakes.mission.fights.self-defence", "un-peacekeepers"),
        ("stakes.support.elasticity", "coalition-support"),
        ("stakes.support.training", "coalition-support"),
    ],
)
def test_more_beside_the_host_never_raises_the_opponents_value_of_attacking(
    case, settlement, few, estimate, name
):
    if estimate == "stakes.support.elasticity":
        # support above that at the halt strengthens; pin it so
        few = few.pinned(case.about.support_now, 0.05)
    less, more = (_opponents(case, settlement, name, few.pinned(estimate, q)) for q in (0.05, 0.95))
    for moment in ("present_now", "present_rebuilt"):
        assert (getattr(more, moment) <= getattr(less, moment) + 1e-12).all(), moment


def test_losing_a_mission_sooner_leaves_it_there_less(case, settlement, few):
    for name in MISSIONS:
        for estimate in ("endure.loss.host", "endure.loss.contributors"):
            low, high = (
                evaluate(
                    case, settlement, case.arrangements[name], few.pinned(estimate, q)
                ).survival.mission_present
                for q in (0.05, 0.95)
            )
            assert (high <= low).all()
