"""The parties' recorded answers against the packaged case (AC5), and acceptance part by part (AC1, EV11)."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from scipy.special import expit

from holdfast.accept import PARTS, conditioned
from holdfast.evaluate import Memory
from holdfast.evaluate.field import field_of
from holdfast.evaluate.parties import acceptance_of, acceptance_record, stakes_of
from holdfast.evaluate.question import Question
from holdfast.evaluate.terms import terms_value

ON_RECORD = {
    ("bare-truce", "UKR"): "accepts",
    ("bare-truce", "RUS"): "in_part",
    ("us-28-points", "UKR"): "in_part",
    ("us-28-points", "RUS"): "in_part",
    ("european-counter", "RUS"): "refuses",
    ("twenty-points", "UKR"): "accepts",
    ("twenty-points", "RUS"): "refuses",
}
"""What is published; no answer of the host to the European counter-draft was found."""


def _judged(question, memory):
    phase = question.arrangement.phases[0]
    weighed = stakes_of(question, phase, field_of(question, phase, memory), memory)
    return weighed, acceptance_of(question, weighed, memory)


def _question(case, futures, settlement="twenty-points", arrangement="none"):
    return Question(case, case.settlements[settlement], case.arrangements[arrangement], futures)


def test_answers_are_those_published_with_day_and_source(case):
    found = {
        (settlement.name, response.party): response
        for settlement in case.settlements.values()
        for response in settlement.responses
    }
    assert {place: response.answer for place, response in found.items()} == ON_RECORD
    for (name, _), response in found.items():
        assert response.answered_on is not None
        assert dt.date(2025, 3, 11) <= response.answered_on <= case.about.as_of.diplomacy
        assert response.answered_on >= dt.date(2025, 11, 20) or name == "bare-truce"
        assert set(response.sources) <= set(case.sources)
    assert not case.settlements["none"].responses
    assert not case.settlements["political-settlement"].responses  # nobody has proposed it


def test_the_record_is_the_rule_done_by_hand(case, few):
    question, memory = _question(case, few), Memory()
    found = acceptance_record(question, memory)
    chances: dict[str, list[np.ndarray]] = {}
    for (name, party), answer in ON_RECORD.items():
        acceptance = _judged(_question(case, few, name), memory)[1]
        accepts = acceptance.by_party[acceptance.parties.index(party)]
        chances.setdefault(party, []).append(accepts if answer == "accepts" else 1.0 - accepts)
    weight = np.prod([np.prod(said, axis=0) ** (1.0 / len(said)) for said in chances.values()], axis=0)
    np.testing.assert_allclose(found.weights, weight / weight.sum(), rtol=1e-6, atol=1e-15)
    assert {(one.settlement, one.party): one.accepts for one in found.answers} == {
        place: answer == "accepts" for place, answer in ON_RECORD.items()
    }
    assert 1.0 < found.effective < few.n


def test_the_record_does_not_depend_on_what_is_asked_about(case, few):
    plain = acceptance_record(_question(case, few), Memory())
    other = acceptance_record(_question(case, few, "us-28-points", "reassurance-force"), Memory())
    np.testing.assert_array_equal(plain.weights, other.weights)


def test_what_it_reads_is_noted_as_read(case, few):
    question = _question(case, few)
    acceptance_record(question, Memory())
    assert {party.stakes.terms["land_to_opponent"] for party in case.parties} <= question.used


def test_recorded_answers_are_likelier_in_the_futures_that_they_choose(case, few):
    """Weighed, each party's own geometric mean can only rise where it is alone; here both rise."""
    found = acceptance_record(_question(case, few), Memory())
    for says in found.by_party.values():
        assert conditioned(np.log(says), found.weights).mean > np.log(says).mean()
    refused = _judged(_question(case, few), Memory())[1].by_party[1]
    assert conditioned(refused, found.weights).mean < refused.mean()


def test_without_answers_all_futures_count_alike(case, few):
    silent = {
        name: settlement.model_copy(update={"responses": ()}) for name, settlement in case.settlements.items()
    }
    question = _question(dataclasses.replace(case, settlements=silent), few)
    found = acceptance_record(question, Memory())
    np.testing.assert_allclose(found.weights, 1.0 / few.n)
    assert found.answers == ()


# --- Part by part ------------------------------------------------------------------------------------


@pytest.mark.parametrize("arrangement", ["none", "reassurance-force"])
@pytest.mark.parametrize("settlement", ["bare-truce", "us-28-points", "twenty-points"])
def test_parts_are_what_the_parties_weigh(case, few, settlement, arrangement):
    question = _question(case, few, settlement, arrangement)
    weighed, found = _judged(question, Memory())
    assert tuple(found.parts) == PARTS
    np.testing.assert_array_equal(sum(found.parts.values()), found.margin)
    for place, party in enumerate(case.parties):
        parts = {name: part[place] for name, part in found.parts.items()}
        np.testing.assert_array_equal(parts["terms"], terms_value(question, party))
        np.testing.assert_array_equal(parts["war"], -weighed[party.state].war)
        assert (parts["attacking_later"] >= 0.0).all()
        assert (parts["being_attacked"] <= 0.0).all()
        assert (parts["being_attacked"] >= -few[party.stakes.future_weight]).all()
        before_risk = weighed[party.state].settlement_before_risk
        kept = parts["terms"] + parts["foreign_troops"] + parts["attacking_later"]
        np.testing.assert_allclose(kept, before_risk, rtol=0, atol=1e-12)
        if arrangement == "none":
            np.testing.assert_array_equal(parts["foreign_troops"], 0.0)
        else:
            minded = few[party.stakes.foreign_troops]
            assert (np.sign(parts["foreign_troops"]) == -np.sign(minded)).all()


def test_what_is_expected_to_be_lost_by_hand(case, few):
    """EV11: the other's best attack, and what goes with it."""
    for settlement in ("bare-truce", "us-28-points"):
        question = _question(case, few, settlement)
        weighed, found = _judged(question, Memory())
        noise = few["accept.noise"]
        for place, party in enumerate(case.parties):
            enemy = weighed[case.parties[1 - place].state]
            lost = expit(enemy.best_value / noise) * enemy.best_success * enemy.best_share
            expected = -few[party.stakes.future_weight] * lost
            np.testing.assert_allclose(found.parts["being_attacked"][place], expected, rtol=1e-12)


def test_a_side_that_would_only_grab_is_feared_for_a_grab(case, few):
    """EV11: where a major offensive is out of the question, what can be lost is what goes with a grab."""
    dear = few.pinned(case.opponent.stakes.offensive_cost, 0.999).pinned("stakes.grab.cost", 1e-6)
    question = _question(case, dear, "bare-truce")
    weighed, found = _judged(question, Memory())
    prize = dear["stakes.grab.prize"]
    np.testing.assert_array_equal(weighed[case.opponent.state].best_share, prize)
    assert (-found.parts["being_attacked"][0] <= dear[case.host.stakes.future_weight] * prize).all()
