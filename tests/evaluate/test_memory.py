"""The memory of answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from holdfast.evaluate import Memory, evaluate
from holdfast.require import RequireQuery, TaskNeed, require


@dataclass(frozen=True)
class _Query:
    name: str
    values: np.ndarray


def test_an_answer_is_given_once_and_remembered():
    calls = []

    def engine(query):
        calls.append(query)
        return object()

    memory = Memory()
    one = memory.ask(engine, _Query("a", np.arange(3.0)))
    again = memory.ask(engine, _Query("a", np.arange(3.0)))
    assert again is one
    assert (memory.asked, memory.remembered, len(calls)) == (2, 1, 1)
    other = memory.ask(engine, _Query("a", np.arange(4.0)))
    assert other is not one
    assert (memory.asked, memory.remembered, len(calls)) == (3, 1, 2)


def test_two_engines_do_not_share_an_answer():
    memory = Memory()

    def first(query):
        return 1

    def second(query):
        return 2

    query = _Query("a", np.zeros(1))
    assert (memory.ask(first, query), memory.ask(second, query)) == (1, 2)
    assert memory.remembered == 0


def test_a_remembered_answer_is_what_the_engine_says():
    memory = Memory()
    need = TaskNeed("t", "land", np.array([2.0]), np.array([3.0]), np.array([0.5]), None)
    for planned in (None, 7.0, None, 7.0):
        query = RequireQuery((replace(need, planned=planned),))
        np.testing.assert_array_equal(memory.ask(require, query).planned, require(query).planned)
    assert memory.remembered == 2


def test_a_second_assessment_asks_nothing_new(case, settlement, few):
    memory = Memory()
    for arrangement in case.arrangements.values():
        evaluate(case, settlement, arrangement, few, memory=memory)
    asked, remembered = memory.asked, memory.remembered
    assert 0 < remembered < asked
    for arrangement in case.arrangements.values():
        evaluate(case, settlement, arrangement, few, memory=memory)
    assert memory.asked - asked == asked
    assert memory.remembered - remembered == asked
