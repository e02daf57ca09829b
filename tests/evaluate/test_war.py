"""The war that goes on in the packaged case, and the same support in war and in peace."""

from __future__ import annotations

import numpy as np
import pytest
from tests.evaluate import runs

from holdfast.evaluate import Memory
from holdfast.evaluate.field import field_of
from holdfast.evaluate.parties import forces_of, stakes_of, while_war_goes_on
from holdfast.evaluate.question import Question
from holdfast.evaluate.war import support_compared, war_going_on
from holdfast.futures import Futures

HOST, OPPONENT = 0, 1


def _question(case, futures, arrangement=None, settlement="none"):
    words = case.arrangements["none"] if arrangement is None else arrangement
    return Question(case, case.settlements[settlement], words, futures)


def _path(question):
    return war_going_on(question, question.arrangement.phases[0], Memory())


def _with_support(case, **changes):
    none = case.arrangements["none"]
    return runs.free(none, support=none.phases[0].support.model_copy(update=changes))


def test_the_path_meets_the_war_that_acceptance_weighs(case, few):
    """ST10, ST13: one stock, looked at where each party looks."""
    for years in (0.5, 1.5, 5.0):
        share = runs.quantile_of(case, "stakes.lookahead", years)
        futures = few.pinned("stakes.lookahead", share)
        np.testing.assert_allclose(futures["stakes.lookahead"], years, rtol=1e-9)
        question = _question(case, futures)
        found, memory = _path(question), Memory()
        around = while_war_goes_on(question, question.arrangement.phases[0].support)
        for place, party in enumerate(case.parties):
            one = forces_of(question, party, around, memory)
            np.testing.assert_allclose(found.strength[:, round(2 * years), place], one.war, rtol=1e-8)


def test_a_mission_plays_no_part_while_war_goes_on(case, few):
    """Its trainers and troops wait for a halt; the arrangement's support does not."""
    force = case.arrangements["reassurance-force"]
    bare = force.model_copy(
        update={
            "phases": tuple(
                phase.model_copy(update={"mission": None, "guarantees": ()}) for phase in force.phases
            )
        }
    )
    one, other = (_path(_question(case, few, words)) for words in (force, bare))
    for name in ("persons", "materiel", "strength", "ground", "losses", "casualties"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    worths = []
    for words in (force, bare):
        question, memory = _question(case, few, words, "twenty-points"), Memory()
        phase = question.arrangement.phases[0]
        weighed = stakes_of(question, phase, field_of(question, phase, memory), memory)
        worths.append([weighed[party.state].war for party in case.parties])
    np.testing.assert_array_equal(worths[0], worths[1])


def test_the_settlement_plays_no_part_either(case, few):
    paths = [_path(_question(case, few, settlement=name)) for name in ("none", "us-28-points")]
    np.testing.assert_array_equal(paths[0].strength, paths[1].strength)
    np.testing.assert_array_equal(paths[0].ground, paths[1].ground)


def test_the_first_half_year_is_near_what_is_on_record(case):
    """Counts of 2025 and 2026 that the rows rest on; the middle of the range must not stray from them."""
    found = _path(_question(case, Futures(case.ledger, 0, 512)))
    # by 2,170 km2 in a half-year of 2025, by 270 in a half-year at the pace of the summer of 2026
    assert 150.0 < np.median(found.ground[:, 0]) < 2_200.0
    killed_and_wounded = np.median(found.casualties[:, :2].sum(axis=1), axis=0)
    assert killed_and_wounded[HOST] == pytest.approx(144_000, rel=0.15)
    assert killed_and_wounded[OPPONENT] == pytest.approx(415_000, rel=0.15)
    # strength against the host grew by about 2,200 a month
    grown = np.median(found.persons[:, 2, OPPONENT] - found.persons[:, 0, OPPONENT])
    assert 0.0 < grown < 60_000.0


def test_either_side_may_advance_and_doubt_grows(case):
    found = _path(_question(case, Futures(case.ledger, 0, 512)))
    held = np.cumsum(found.ground, axis=1)
    for year in (5, 10):
        assert 0.05 < (held[:, 2 * year - 1] < 0.0).mean() < 0.95
    spread = np.diff(np.quantile(held, [0.05, 0.95], axis=0), axis=0)[0]
    assert (np.diff(spread) > 0.0).all()


# --- The same support in war and in peace ------------------------------------------------------------


def _compared(case, futures, **support):
    question = _question(case, futures, _with_support(case, **support))
    return support_compared(question, question.arrangement.phases[0], Memory())


def test_support_as_at_the_halt_changes_nothing(case, few):
    found = _compared(case, few, military_eur_per_year=None)
    assert found.years == (1.0, 5.0)
    np.testing.assert_array_equal(found.in_war_with_it, found.in_war_without)
    np.testing.assert_array_equal(found.in_peace_with_it, found.in_peace_without)


def test_twice_the_support_helps_in_war_and_in_peace(case, few):
    """By the closed form of ST1 and ST3: only the host's materiel moves, and its share that is support."""
    paid = few.pinned("support.now", 0.5)
    now = float(paid["support.now"][0])
    found = _compared(case, paid, military_eur_per_year=2.0 * now)
    share = paid["party.host.support-share"]
    elasticity, turnover = paid["stakes.materiel.elasticity"], paid["party.host.materiel.turnover"]
    peace = paid["party.host.materiel.peace"]
    for place, year in enumerate(found.years):
        left = np.exp(-year / turnover)
        in_war = (1.0 + share * (1.0 - left)) ** elasticity
        usual = peace + (1.0 - peace) * left
        in_peace = ((usual + peace * share * (1.0 - left)) / usual) ** elasticity
        np.testing.assert_allclose(
            found.in_war_with_it[:, place] / found.in_war_without[:, place], in_war, rtol=1e-9
        )
        np.testing.assert_allclose(
            found.in_peace_with_it[:, place] / found.in_peace_without[:, place], in_peace, rtol=1e-9
        )
        # what is kept piles up in peace, with and without the support: in time it comes to the same ratio
        assert (in_war > 1.0).all()
        assert (in_peace > 1.0).all()
    gained = found.in_war_with_it / found.in_war_without
    assert (gained[:, 1] > gained[:, 0]).all()


def test_less_support_harms_in_war_and_in_peace_and_the_front_moves(case, few):
    paid = few.pinned("support.now", 0.5)
    now = float(paid["support.now"][0])
    found = _compared(case, paid, military_eur_per_year=0.25 * now)
    assert (found.in_war_with_it < found.in_war_without).all()
    assert (found.in_peace_with_it < found.in_peace_without).all()
    usual = _path(_question(case, paid))
    less = _path(_question(case, paid, _with_support(case, military_eur_per_year=0.25 * now)))
    assert (less.ground[:, :2].sum(axis=1) > usual.ground[:, :2].sum(axis=1)).all()


def test_the_path_and_the_comparison_are_one_war(case, few):
    words = _with_support(case, military_eur_per_year=6e10, extra_trained_persons_per_year=30_000.0)
    question = _question(case, few, words)
    found = support_compared(question, question.arrangement.phases[0], Memory(), (0.5, 1.0, 10.0))
    path = _path(question)
    ratio = path.strength[:, :, HOST] / path.strength[:, :, OPPONENT]
    np.testing.assert_allclose(found.in_war_with_it, ratio[:, [1, 2, 20]], rtol=1e-12)
