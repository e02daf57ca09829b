"""What an assessment says of stakes and of the mission's fate is what was computed."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.cases import load_case
from holdfast.evaluate import MISSION_IS_THERE, evaluate
from holdfast.futures import Futures
from holdfast.runs import assess


@pytest.fixture(scope="module")
def both():
    """Return the document of an assessment, and the assessment made without it."""
    case = load_case("ukraine")
    words = case.arrangements["un-peacekeepers"]
    settlement = case.settlements[case.about.settlement]
    document = assess("ukraine", words.name, futures=32, seed=3).document
    return document, evaluate(case, settlement, words, Futures(case.ledger, 3, 32))


def test_stakes_are_those_that_acceptance_is_made_of(both):
    document, assessment = both
    for place, party in enumerate(document["arrangement"]["stakes"]):
        weighed = assessment.stakes[party["state"]]
        assert party["war"]["mean"] == pytest.approx(weighed.war.mean())
        assert party["attack_ahead"]["low"] == pytest.approx(np.quantile(weighed.attack_ahead, 0.05))
        # AC1: what is left of the settlement's worth is the risk of being attacked under it
        risk = weighed.settlement_before_risk - weighed.war - assessment.acceptance.margin[place]
        assert (risk >= -1e-12).all()
        assert (risk <= 1.0).all()


def test_the_mission_is_there_in_the_share_of_histories_that_say_so(both):
    document, assessment = both
    there = np.isin(assessment.survival.count("mission"), MISSION_IS_THERE)
    shares = [point["mission_there_in_futures"] for point in document["curves"]]
    np.testing.assert_allclose(shares, there.mean(axis=0))
    holds, present = (assessment.survival.column(name) for name in ("holds", "holds_with_mission"))
    np.testing.assert_array_equal(present, np.where(there, holds, 0.0))
    assert 0.0 < shares[-1] < 1.0
