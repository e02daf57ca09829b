"""An arrangement with every element switched off is no arrangement: the two agree byte for byte.

And under a settlement that adds nothing, no arrangement has the hazards of the record (EN7, EN9).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.evaluate import runs

from holdfast.evaluate import evaluate
from holdfast.evaluate.parties import AS_AT_THE_HALT
from holdfast.futures import Futures

NAMES = ("breach-ladder", "coalition-support", "osce-monitors", "reassurance-force", "un-peacekeepers")


def _stripped(arrangement):
    phases = tuple(
        phase.model_copy(update={"mission": None, "guarantees": (), "support": AS_AT_THE_HALT})
        for phase in arrangement.phases
    )
    return arrangement.model_copy(update={"authority": None, "fallback": None, "phases": phases})


def test_all_packaged_arrangements_are_named_here(case):
    assert set(case.arrangements) == {"none", *NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_stripped_arrangement_is_none(case, few, name):
    stripped = _stripped(case.arrangements[name])
    for settlement in case.settlements.values():
        found = evaluate(case, settlement, stripped, few).outcomes
        none = evaluate(case, settlement, case.arrangements["none"], few).outcomes
        assert list(found) == list(none)
        for outcome, values in none.items():
            assert found[outcome].tobytes() == values.tobytes(), (settlement.name, outcome)


@pytest.mark.parametrize("name", NAMES)
def test_each_arrangement_does_something(case, settlement, few, name):
    found = evaluate(case, settlement, case.arrangements[name], few).outcomes
    none = evaluate(case, settlement, case.arrangements["none"], few).outcomes
    assert any(found[outcome].tobytes() != values.tobytes() for outcome, values in none.items())


def test_support_as_at_the_halt_may_be_given_as_its_own_number(case, settlement, few):
    # null means as at the halt; the same money by name gives the same strength, where the estimate is pinned
    pinned = few.pinned(case.about.support_now, 0.5)
    money = float(pinned[case.about.support_now][0])
    none = case.arrangements["none"]
    support = AS_AT_THE_HALT.model_copy(update={"military_eur_per_year": money})
    named = none.model_copy(update={"phases": (none.phases[0].model_copy(update={"support": support}),)})
    one = evaluate(case, settlement, none, pinned).outcomes
    other = evaluate(case, settlement, named, pinned).outcomes
    for outcome, values in one.items():
        assert other[outcome].tobytes() == values.tobytes(), outcome


# --- The anchor ------------------------------------------------------------------------------------------

RECOMMITMENTS = 0.03
"""How far, at most, the mean hazard of a truce with nothing added may lie from the base rate.

Ratios of incidents are taken against the *mean* path of such a truce, in which discipline is renewed by
the expected share of a recommitment each week. In a history a recommitment comes or does not. Incidents
feed on the path since the last one, the mean of the paths is not the path of the mean, and
recommitments come sooner where incidents are many; so the mean of the ratio is not one exactly. It
lay between 1.00 and 1.03 by age when the bound was set.
"""


def _base(case, futures):
    """Return the record's hazard by week, array (futures, weeks), for a halt that outsiders forced."""
    weeks = np.arange(runs.WEEKS)
    by_age = [futures[f"endure.base.{age}"] for age in ("first-year", "years-2-5", "later")]
    band = (weeks >= 52).astype(int) + (weeks >= 260)
    factor = futures["endure.case-factor"] * futures["endure.imposed"]
    return np.stack(by_age, axis=1)[:, band] / 52 * factor[:, None]


def _shares(futures):
    attack = futures["endure.base.attack-share"]
    spiral = (1.0 - attack) * futures["endure.base.spiral-share-of-rest"]
    return {"attack": attack, "spiral": spiral, "creep": 1.0 - attack - spiral}


@pytest.fixture(scope="module")
def bare(case):
    """Return futures, and the course of no arrangement under a settlement that adds nothing."""
    futures = Futures(case.ledger, 1, 2048)
    settlement = case.settlements["bare-truce"]
    return futures, runs.by_week(runs.asked(case, settlement, case.arrangements["none"], futures))


def test_a_truce_with_nothing_added_has_the_base_rate_of_the_record(case, bare):
    futures, found = bare
    base = _base(case, futures)
    for first, last in ((0, 26), (0, 52), (52, 260), (260, 520), (0, 520)):
        expected = base[:, first:last].sum(axis=1).mean()
        mean = runs.hazard(found)[:, first:last].sum(axis=1).mean()
        assert abs(mean / expected - 1.0) < RECOMMITMENTS, (first, last, mean / expected)


@pytest.mark.parametrize("cause", ["attack", "spiral", "creep"])
def test_each_cause_has_its_share_of_the_record(case, bare, cause):
    """EN2 and EN4 to EN6, each with its own way of following incidents."""
    futures, found = bare
    share = _shares(futures)[cause]
    expected = (_base(case, futures) * share[:, None]).sum(axis=1)
    mean = runs.hazard(found, f"{cause}_gone").sum(axis=1).mean()
    assert abs(mean / expected.mean() - 1.0) < RECOMMITMENTS, (cause, mean / expected.mean())
    assert (found.failed(cause)[:, :, 1] == 0.0).all()


def test_without_discipline_the_anchor_is_exact_but_for_chance(case):
    """EN7: where nothing hangs on recommitments, the mean path is the mean of the paths.

    The tolerance is four standard errors of the mean over futures, which is below one in a hundred.
    """
    futures = Futures(case.ledger, 1, 1024)
    query = runs.asked(case, case.settlements["bare-truce"], case.arrangements["none"], futures)
    incidents = replace(query.incidents, discipline=np.zeros(futures.n))
    found = runs.by_week(replace(query, incidents=incidents))
    spiral = _base(case, futures) * _shares(futures)["spiral"][:, None]
    ratio = (runs.hazard(found, "spiral_gone") / spiral).mean(axis=1)
    error = 4.0 * ratio.std() / np.sqrt(futures.n)
    assert error < 0.01
    assert abs(ratio.mean() - 1.0) < error


def test_stakes_move_no_hazard_of_a_truce_with_nothing_added(case):
    """EN9: with every stake, force and bias held elsewhere, not a byte of the attacks changes.

    Levels come from the record; what both sides have with and without a design cancels out.
    """
    futures = Futures(case.ledger, 1, 64).pinned("endure.attack.fed-by-incidents", 0.5)
    settlement, none = case.settlements["bare-truce"], case.arrangements["none"]
    before = evaluate(case, settlement, none, futures).survival
    for name in case.ledger:
        other = name.startswith(("stakes.", "party.")) and "attack-share" not in name
        futures = futures.pinned(name, 0.9) if other else futures
    after = evaluate(case, settlement, none, futures).survival
    for column in ("holds", "attack_by_host", "attack_by_opponent", "limited_war", "losses"):
        np.testing.assert_array_equal(after.column(column), before.column(column), err_msg=column)
    np.testing.assert_array_equal(after.counted, before.counted)
    assert (after.column("repelled")[:, 1:] != before.column("repelled")[:, 1:]).all()
