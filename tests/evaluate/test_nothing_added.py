"""An arrangement with every element switched off is no arrangement: the two agree byte for byte."""

from __future__ import annotations

import pytest

from holdfast.evaluate import evaluate
from holdfast.evaluate.parties import AS_AT_THE_HALT

NAMES = ("coalition-support", "osce-monitors", "reassurance-force", "un-peacekeepers")


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
