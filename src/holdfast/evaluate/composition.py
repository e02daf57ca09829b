"""The composition of a mission: the plan, what binds it, and what of it would arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.evaluate.clock import weeks_of
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.planning import NOTHING, Posed, Wishes, arrivals_of, posed, starts_of
from holdfast.evaluate.presence import Presence, Stage, arrival_of, continues, presence
from holdfast.evaluate.question import Question
from holdfast.evaluate.staffing import generation_of, requirement_of
from holdfast.futures import Futures
from holdfast.generate import (
    MOST_CHANGES,
    Contributions,
    Explanation,
    Plan,
    PlanQuery,
    explain,
    generate,
    left_short,
    missed,
    plan,
    robust_plan,
    worst_tenth,
)
from holdfast.require import require
from holdfast.vocabulary.arrangement import Arrangement, Phase
from holdfast.vocabulary.settlement import Settlement

Array = NDArray[np.float64]

MOST_DEPENDED_ON: Final = 8
"""For so many of the largest contributors the plan is made again without them."""


@dataclass(frozen=True, slots=True, eq=False)
class Reserve:
    """The robust plan beside the nominal one: what each leaves short in the worst tenth of futures."""

    plan: Plan
    worst: float
    nominal_worst: float


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """Who would make up a mission.

    Attributes
    ----------
    arrangement : Arrangement
    settlement : Settlement
    wishes : Wishes
    posed : Posed
        What was put to the optimiser.
    plan : Plan
    explanation : Explanation
    arrived : Contributions or None
        What arrives in each future, everybody who is asked counted; None without a mission.
    dependence : tuple of (str, float)
        How much more would be short, as a share of the need, if one state of the plan stayed away: the
        linear plan made again without it; the largest first.
    reserve : Reserve or None
    presence : Presence or None
        Who of them is there in which week; None without a mission.
    """

    arrangement: Arrangement
    settlement: Settlement
    wishes: Wishes
    posed: Posed
    plan: Plan
    explanation: Explanation
    arrived: Contributions | None
    dependence: tuple[tuple[str, float], ...]
    reserve: Reserve | None
    presence: Presence | None = None


def composition_of(  # noqa: PLR0913 - what is asked, and how
    case: Case,
    settlement: Settlement,
    arrangement: Arrangement,
    futures: Futures,
    *,
    wishes: Wishes = NOTHING,
    robust: bool = False,
    most_changes: int = MOST_CHANGES,
    provisional: bool = False,
    memory: Memory | None = None,
) -> Composition:
    """Return who would make up the missions of an arrangement.

    Sets of at most ``most_changes`` changes are looked for that would close what is short. A provisional
    plan splits elements, and is there at once.
    """
    kept = memory or Memory()
    question = Question(case, settlement, arrangement, futures)
    asked = posed(question, wishes, kept)
    found = plan(asked.query, provisional=provisional)
    return Composition(
        arrangement=arrangement,
        settlement=settlement,
        wishes=wishes,
        posed=asked,
        plan=found,
        explanation=explain(asked.query.only(asked.fullest), most=most_changes),
        arrived=_arrived(question, wishes, kept),
        dependence=_dependence(asked.query, found),
        reserve=_reserve(question, wishes, asked, kept) if robust else None,
        presence=_presence(question, wishes, kept),
    )


def _last(question: Question) -> Phase | None:
    """Return the last phase with a mission."""
    phases = [phase for phase in question.arrangement.phases if phase.mission is not None]
    return phases[-1] if phases else None


def _arrived(question: Question, wishes: Wishes, memory: Memory) -> Contributions | None:
    phase = _last(question)
    return None if phase is None else _arrived_in(question, phase, wishes, memory)


def _arrived_in(question: Question, phase: Phase, wishes: Wishes, memory: Memory) -> Contributions | None:
    """Return what arrives of the mission of a phase; None without one."""
    if phase.mission is None:
        return None
    mission = wishes.asked(phase.mission)
    requirement = memory.ask(require, requirement_of(question, mission))
    return memory.ask(generate, generation_of(question, phase, mission, requirement, wishes.waived))


def _presence(question: Question, wishes: Wishes, memory: Memory) -> Presence | None:
    """Return who is there week by week, phases beginning as the plan has it (EV18)."""
    if _last(question) is None:
        return None
    stages: list[Stage] = []
    for phase, month in zip(question.arrangement.phases, starts_of(question), strict=True):
        week = float(weeks_of(month))
        began = stages[-1].began if stages and continues(question, phase) else week
        stages.append(Stage(week, began, _by_role(question, _arrived_in(question, phase, wishes, memory))))
    return presence(stages, arrival_of(question))


def _by_role(question: Question, arrived: Contributions | None) -> dict[str, Array]:
    """Return who arrive by what they do: combat, observe, train, support, command."""
    found: dict[str, Array] = {}
    for name, persons in (arrived.delivered if arrived else {}).items():
        role = question.case.capabilities[name].role
        found[role] = found.get(role, question.constant(0.0)) + persons
    return found


def _dependence(query: PlanQuery, found: Plan) -> tuple[tuple[str, float], ...]:
    """Return how much more is short without each of the largest contributors."""
    sent: dict[str, float] = {}
    for one in found.contingents:
        sent[one.state] = sent.get(one.state, 0.0) + sum(one.persons)
    largest = sorted(sent, key=lambda state: (-sent[state], state))[:MOST_DEPENDED_ON]
    more = [(state, lost / query.needed) for state, lost in missed(query, largest).items()]
    return tuple(sorted(more, key=lambda one: (-round(one[1], 6), one[0])))


def _reserve(question: Question, wishes: Wishes, asked: Posed, memory: Memory) -> Reserve | None:
    """Return the plan that is good in the worst tenth, if anybody is asked at all.

    Where the gap leaves it behind the nominal one, that one is taken.
    """
    phase = _last(question)
    if phase is None or not asked.query.offers:
        return None
    arrivals = arrivals_of(question, wishes, asked, phase, memory)
    fullest = asked.query.only(asked.fullest)
    firm, nominal = robust_plan(fullest, arrivals), plan(fullest)
    worst, nominal_worst = (worst_tenth(left_short(fullest, one, arrivals)) for one in (firm, nominal))
    if worst > nominal_worst:
        return Reserve(nominal, nominal_worst, nominal_worst)
    return Reserve(firm, worst, nominal_worst)
