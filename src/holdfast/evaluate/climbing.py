"""The breach ladder of each phase, breach by breach: who would answer, how soon, and what is weakest."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.evaluate.answering import Answer, answering, ladder_query, on_the_spot, promises_of
from holdfast.evaluate.field import Field, field_of
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.question import Question, start_of
from holdfast.futures import Futures
from holdfast.respond import Ladder, RespondQuery, gains, respond
from holdfast.vocabulary.arrangement import Arrangement, Phase
from holdfast.vocabulary.method import Breach
from holdfast.vocabulary.settlement import Settlement

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Climb:
    """One promise and one breach: what comes of it alone, per future.

    ``days`` is the time from the breach to the arrival, ``in_time`` the chance that it arrives before the
    breaker is done; a promise that sends nobody has days to what it does.
    """

    answer: Answer
    days: Array
    in_time: Array


@dataclass(frozen=True, slots=True)
class Answered:
    """One kind of breach: the ladder with all promises that answer it, each alone, and what is weakest.

    ``by_others`` is the chance in time without the promise of those who are attacked; ``gains`` are the rises
    of the mean chance in time with each rung instantaneous or certain (RE6).
    """

    breach: Breach
    query: RespondQuery
    ladder: Ladder
    by_others: Array
    climbs: tuple[Climb, ...]
    gains: dict[str, float]


@dataclass(frozen=True, slots=True)
class Rungs:
    """The ladder of one phase, with everybody who promises something in it."""

    phase: Phase
    starts: float
    field: Field
    answers: tuple[Answer, ...]
    breaches: tuple[Answered, ...]


def ladder_of(
    case: Case, settlement: Settlement, arrangement: Arrangement, futures: Futures
) -> tuple[Rungs, ...]:
    """Return the breach ladder of each phase of an arrangement."""
    memory, question = Memory(), Question(case, settlement, arrangement, futures)
    return tuple(_rungs(question, phase, memory) for phase in arrangement.phases)


def _rungs(question: Question, phase: Phase, memory: Memory) -> Rungs:
    field = field_of(question, phase, memory)
    own = on_the_spot(question, phase.mission, field.fights)
    answers = promises_of(question, phase, field.presence) + (() if own is None else (own,))
    breaches = tuple(_answered(question, field, answers, one) for one in question.case.breaches.values())
    return Rungs(phase, start_of(phase), field, answers, breaches)


def _answered(question: Question, field: Field, answers: tuple[Answer, ...], breach: Breach) -> Answered:
    query = ladder_query(question, field.coverage, answering(answers, breach.key), breach.key)
    climbs = []
    for answer in answers:
        if breach.key in answer.answers:
            alone = respond(replace(query, promises=(answer.promise,)))
            days = question.constant(np.nan) if alone.days is None else alone.days
            climbs.append(Climb(answer, days, alone.in_time))
    others = replace(query, promises=tuple(one for one in query.promises if not one.attacked))
    by_others = respond(others).in_time
    return Answered(breach, query, respond(query), by_others, tuple(climbs), gains(query))
