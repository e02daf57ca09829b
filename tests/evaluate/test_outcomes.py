"""How the outcomes hang together (EV1, EV6)."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.authorise import authorise
from holdfast.evaluate import SHOWN_YEARS, Memory, evaluate
from holdfast.evaluate.effects import body_of
from holdfast.evaluate.field import field_of
from holdfast.evaluate.question import Question
from holdfast.evaluate.routes import approvals_of
from holdfast.evaluate.votes import proposal_of

NAMES = ("none", "coalition-support", "osce-monitors", "reassurance-force", "un-peacekeepers")
AMOUNTS = {
    "persons",
    "response_days",
    "warning_days",
    "eur_per_year",
    "incidents_per_week",
    "heavy_incidents_per_week",
    "recorded_incidents_per_week",
    "deaths_per_year",
    "mission_deaths_per_year",
    "ground_km2_if_attacked",
    "losses_if_it_fails",
}
"""Outcomes that are no shares."""
YEARS = 5
"""The usual horizon."""


@pytest.fixture(scope="module")
def all_found(case, few):
    """Return the assessment of every packaged arrangement under every packaged settlement."""
    return {
        (settlement.name, name): evaluate(case, settlement, case.arrangements[name], few)
        for settlement in case.settlements.values()
        for name in NAMES
    }


def test_shares_are_shares(all_found):
    for (settlement, arrangement), found in all_found.items():
        for outcome, values in found.outcomes.items():
            known = values[~np.isnan(values)]
            assert (known >= 0.0).all(), (settlement, arrangement, outcome)
            if outcome not in AMOUNTS:
                # what is added up over 520 weeks may stand a rounding above one
                assert (known <= 1.0 + 1e-12).all(), (settlement, arrangement, outcome)


def test_overall_never_exceeds_acceptance_and_falls_with_time(all_found):
    for found in all_found.values():
        accepted = found.outcomes["accepted"]
        before = accepted
        for year in SHOWN_YEARS:
            overall = found.outcomes[f"hold_overall_{year}"]
            assert (overall <= accepted).all()
            assert (overall <= before + 1e-15).all()
            before = overall


def test_both_parties_must_accept(case, all_found):
    for found in all_found.values():
        for party in case.parties:
            assert (found.outcomes["accepted"] <= found.outcomes[f"accepted_by_{party.state}"]).all()


def _holds(found, year):
    return found.survival.column("holds")[:, found.survival.after(year)]


def test_overall_is_put_together_from_its_parts(case, few, all_found):
    for (settlement_name, name), found in all_found.items():
        question = Question(case, case.settlements[settlement_name], case.arrangements[name], few)
        body = body_of(question)
        accepted = found.acceptance.both
        if body is None:
            agreed = np.ones(few.n)
        else:
            fields = tuple(field_of(question, phase, Memory()) for phase in question.arrangement.phases)
            day, both = case.about.voting_day, found.acceptance.parties
            proposal = proposal_of(question, body, day, both, approvals_of(fields), Memory())
            agreed = authorise(proposal, with_blockers=False).chance
        fallback = question.arrangement.fallback
        for year in SHOWN_YEARS:
            deployed = _holds(found, year)
            other = (
                np.zeros(few.n) if fallback is None else _holds(all_found[settlement_name, fallback], year)
            )
            stays = np.zeros(few.n)
            if fallback is not None:
                after = all_found[settlement_name, fallback].acceptance
                stays = np.prod(np.minimum(found.acceptance.by_party, after.by_party), axis=0)
            expected = accepted * agreed * deployed + stays * (1.0 - agreed) * other
            np.testing.assert_allclose(
                found.outcomes[f"hold_overall_{year}"], expected, rtol=1e-12, atol=1e-300
            )
            if body is not None:
                overall = found.outcomes[f"hold_overall_{year}"]
                assert (overall >= stays * np.minimum(deployed, other) - 1e-15).all()
                assert (overall <= accepted * np.maximum(deployed, other) + 1e-15).all()


def test_causes_and_holding_add_up_to_one(case, few, all_found):
    for (settlement, _), found in all_found.items():
        if not case.settlements[settlement].terms.ceasefire:
            continue
        total = found.outcomes["hold_if_deployed_5"] + sum(
            found.outcomes[f"cause_{cause}"] for cause in ("attack", "spiral", "creep")
        )
        np.testing.assert_allclose(total, 1.0, atol=1e-12)
        for cause in ("attack", "spiral", "creep"):
            here = found.outcomes[f"cause_{cause}_mission_present"]
            assert (here <= found.outcomes[f"cause_{cause}"] + 1e-15).all()


def test_the_opponents_vote_in_the_council_is_its_acceptance(case, all_found):
    # it holds a veto there, votes no wherever it does not accept, and one no is enough
    body = case.bodies["un-security-council"]
    assert any(seat.veto and seat.state == case.opponent.state for seat in body.members)
    for settlement in case.settlements:
        found = all_found[settlement, "un-peacekeepers"].outcomes
        assert (found["authorised"] <= found[f"accepted_by_{case.opponent.state}"] + 1e-12).all()


def test_the_opponents_objection_ends_a_consensus(case, all_found):
    for settlement in case.settlements:
        found = all_found[settlement, "osce-monitors"].outcomes
        for party in case.parties:
            assert (found["authorised"] <= found[f"accepted_by_{party.state}"] + 1e-12).all()


def test_an_invitation_needs_the_host(case, all_found):
    for settlement in case.settlements:
        for name in ("coalition-support", "reassurance-force"):
            found = all_found[settlement, name].outcomes
            assert (found["authorised"] <= found[f"accepted_by_{case.host.state}"] + 1e-12).all()


def test_what_has_no_meaning_is_no_number(case, all_found):
    for (settlement, name), found in all_found.items():
        if not case.settlements[settlement].terms.ceasefire:
            continue
        mission = name not in {"none", "coalition-support"}
        assert np.isnan(found.outcomes["filled"]).all() != mission
        assert np.isnan(found.outcomes["authorised"]).all() == (name == "none")
        np.testing.assert_array_equal((found.outcomes["persons"] > 0.0).any(), mission)
        if not mission:
            np.testing.assert_array_equal(found.outcomes["persons"], 0.0)


# --- Incidents and war -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def truces(case, all_found):
    """Return the assessments under settlements with a ceasefire."""
    return {
        (settlement, name): found
        for (settlement, name), found in all_found.items()
        if case.settlements[settlement].terms.ceasefire
    }


def test_true_incidents_recorded_ones_and_deaths(few, truces):
    """IN7, IN9: recorded ones are some of the true ones; heavy ones and deaths are shares of those."""
    for (_, name), found in truces.items():
        true, recorded = (found.outcomes[f"{kind}incidents_per_week"] for kind in ("", "recorded_"))
        assert (true > 0.0).all()
        assert (recorded <= true).all()
        heavy = true * few["endure.incidents.heavy"]
        np.testing.assert_allclose(found.outcomes["heavy_incidents_per_week"], heavy, rtol=1e-12)
        deaths = true * few["endure.incidents.deaths"] * 52
        np.testing.assert_allclose(found.outcomes["deaths_per_year"], deaths, rtol=1e-12)
        mission = name not in {"none", "coalition-support"}
        for kind in ("recorded_incidents_per_week", "mission_deaths_per_year"):
            assert (found.outcomes[kind] > 0.0).any() == mission, (name, kind)
        place = found.survival.after(YEARS)
        np.testing.assert_allclose(true * 52 * YEARS, found.survival.count("incidents")[:, place], rtol=1e-12)


def test_attacks_by_side_and_wars_by_size_add_up(truces):
    """EN4, WA1: every failure is one side's attack, a spiral or creep; and it is limited or major."""
    for found in truces.values():
        out = found.outcomes
        np.testing.assert_allclose(
            out["attack_by_host"] + out["attack_by_opponent"], out["cause_attack"], rtol=0, atol=1e-12
        )
        failed = 1.0 - out[f"hold_if_deployed_{YEARS}"]
        np.testing.assert_allclose(out["limited_war"] + out["major_war"], failed, rtol=0, atol=1e-12)
        assert (out["drawn_in"] <= failed - out["attack_by_host"] + 1e-12).all()


def test_amounts_of_a_war_lie_between_those_of_a_small_and_a_large_one(few, truces):
    """WA2 to WA4: what is expected, given that it comes to it."""
    for found in truces.values():
        out = found.outcomes
        small, large = few["war.losses.grab"], few["war.losses.major"]
        least, most = np.minimum(small, large), np.maximum(small, large)
        assert (out["losses_if_it_fails"] >= least * (1.0 - 1e-9)).all()
        assert (out["losses_if_it_fails"] <= most * (1.0 + 1e-9)).all()
        won = 1.0 - out["repelled_if_attacked"]
        most = np.maximum(few["war.ground.grab"], few["war.ground.major"])
        least = np.minimum(few["war.ground.grab"], few["war.ground.major"])
        assert (out["ground_km2_if_attacked"] >= won * least * (1.0 - 1e-9)).all()
        assert (out["ground_km2_if_attacked"] <= won * most * (1.0 + 1e-9)).all()


def test_partners_are_drawn_in_only_where_somebody_promised_or_may_fight(truces):
    """WA5: a promise of troops or strikes, or troops that may fight; monitors and arms draw nobody in."""
    for name, drawn in (
        ("none", False),
        ("coalition-support", False),
        ("osce-monitors", False),
        ("un-peacekeepers", True),
        ("reassurance-force", True),
    ):
        assert (truces["bare-truce", name].outcomes["drawn_in"] > 0.0).any() == drawn, name
        # the treaty of this settlement is itself a promise of troops
        assert (truces["political-settlement", name].outcomes["drawn_in"] > 0.0).all(), name


def test_war_going_on_has_no_course(case, all_found):
    """Without a ceasefire nothing is said of how it would hold."""
    for settlement, terms in ((one.name, one.terms) for one in case.settlements.values()):
        for name in NAMES:
            out = all_found[settlement, name].outcomes
            for outcome in ("hold_if_deployed_5", "incidents_per_week", "attack_by_host", "cause_spiral"):
                assert np.isnan(out[outcome]).any() != terms.ceasefire, (settlement, name, outcome)
            if not terms.ceasefire:
                np.testing.assert_array_equal(out["hold_overall_5"], 0.0)
