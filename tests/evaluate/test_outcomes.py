"""How the outcomes hang together (EV1, EV6)."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.authorise import authorise
from holdfast.evaluate import SHOWN_YEARS, evaluate
from holdfast.evaluate.effects import body_of
from holdfast.evaluate.question import Question
from holdfast.evaluate.votes import proposal_of

NAMES = ("none", "coalition-support", "osce-monitors", "reassurance-force", "un-peacekeepers")


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
            if outcome not in {"persons", "response_days", "eur_per_year"}:
                assert (known <= 1.0).all(), (settlement, arrangement, outcome)


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


def test_overall_is_put_together_from_its_parts(case, few, all_found):
    for (settlement_name, name), found in all_found.items():
        question = Question(case, case.settlements[settlement_name], case.arrangements[name], few)
        body = body_of(question)
        accepted = found.acceptance.both
        if body is None:
            agreed = np.ones(few.n)
        else:
            agreed = authorise(
                proposal_of(question, body, found.acceptance, accepted=True), with_blockers=False
            ).chance
        fallback = question.arrangement.fallback
        for year in SHOWN_YEARS:
            deployed = found.survival.at(year)
            other = (
                np.zeros(few.n)
                if fallback is None
                else all_found[settlement_name, fallback].survival.at(year)
            )
            expected = accepted * (agreed * deployed + (1.0 - agreed) * other)
            np.testing.assert_allclose(
                found.outcomes[f"hold_overall_{year}"], expected, rtol=1e-12, atol=1e-300
            )
            least, most = accepted * np.minimum(deployed, other), accepted * np.maximum(deployed, other)
            if body is not None:
                overall = found.outcomes[f"hold_overall_{year}"]
                assert (overall >= least - 1e-15).all()
                assert (overall <= most + 1e-15).all()


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
