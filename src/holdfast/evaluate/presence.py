"""Who is there, and when: how a mission arrives after its body has decided, and dwindles (GE6, GE9, MI1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.endure import WEEKS_PER_YEAR
from holdfast.evaluate.effects import body_of
from holdfast.evaluate.question import Question
from holdfast.evaluate.seats import decision_days
from holdfast.generate import LeavingQuery, erosion
from holdfast.vocabulary.arrangement import Phase

Array = NDArray[np.float64]

DAYS_PER_WEEK: Final = 7
HALF_TIMES: Final = {"monitoring": "generate.half-time.civilian"}
"""Estimate of the time to deploy, by format; else by whether the authority gives a UN mandate."""
WEEKS: Final = (0, 4, 8, 13, 26, 39, 52, 78, 104, 156, 260)
"""Weeks after the halt for which documents tell who is there."""
QUANTILES: Final = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """How the mission of an arrangement comes and dwindles; arrays (futures,).

    Attributes
    ----------
    delay : array, days
        Until its body has decided.
    half_time : array, days
        From then until half of those have come who come at all.
    shape : array, ratio
        1 is half of what is missing in each half-time, more is slow at first and then in a rush.
    erosion : array, per_year
        Rate at which those who are there dwindle.
    """

    delay: Array
    half_time: Array
    shape: Array
    erosion: Array


def arrival_of(question: Question) -> Arrival:
    """Return how the mission of an arrangement comes and dwindles."""
    return Arrival(
        delay=_delay_days(question),
        half_time=_half_time_days(question),
        shape=question.draw("generate.arrival-shape"),
        erosion=_erosion(question),
    )


def _delay_days(question: Question) -> Array:
    """Return the days until the body has decided; none where there is nothing to decide."""
    body = body_of(question)
    return (
        question.constant(0.0)
        if body is None
        else decision_days(question, body, question.case.about.voting_day)
    )


def _under_the_un(question: Question) -> bool:
    """Return whether the mission has a mandate of the United Nations."""
    body = body_of(question)
    return body is not None and body.gives_un_mandate


def _half_time_days(question: Question) -> Array:
    """Return the days in which half of those arrive who come (GE6)."""
    name = HALF_TIMES.get(question.arrangement.format)
    if name is None:
        name = f"generate.half-time.{'un' if _under_the_un(question) else 'coalition'}"
    return question.draw(name)


def _erosion(question: Question) -> Array:
    """Return the rate per year at which those who are there dwindle (GE9)."""
    return erosion(
        LeavingQuery(
            leaves=question.draw("generate.leaves"),
            halves=question.draw("generate.halves"),
            replaced=question.draw(f"generate.replaced.{'un' if _under_the_un(question) else 'other'}"),
            common=question.draw("generate.leaving.common"),
            seed=question.futures.seed,
            futures=np.arange(question.size, dtype=np.int64),
        )
    )


def continues(question: Question, phase: Phase) -> bool:
    """Return whether a phase's mission takes on a task of the one before, and so takes over from it."""
    place = question.arrangement.phases.index(phase)
    return place > 0 and bool(_tasks(phase) & _tasks(question.arrangement.phases[place - 1]))


def _tasks(phase: Phase) -> frozenset[str]:
    """Return the tasks of a phase's mission; none without a mission."""
    return frozenset() if phase.mission is None else frozenset(one.task for one in phase.mission.components)


# --- Who is there, week by week ------------------------------------------------------------------------


def share_there(arrival: Arrival, weeks: float) -> Array:
    """Return the share of those who come that is there so many weeks after the body was asked (GE6, GE9).

    The mission is taken to be neither cut nor lost.
    """
    since = np.maximum(weeks * DAYS_PER_WEEK - arrival.delay, 0.0)
    come = -np.expm1(-np.log(2.0) * (since / arrival.half_time) ** arrival.shape)
    return np.asarray(come * np.exp(-arrival.erosion * since / (WEEKS_PER_YEAR * DAYS_PER_WEEK)))


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A phase of a mission as it is counted.

    Attributes
    ----------
    week : float
        In which it begins.
    began : float
        In which the unbroken run of phases that it belongs to began: its body was asked then.
    persons : mapping of role to array (futures,)
        Who come in the end; empty without a mission.
    """

    week: float
    began: float
    persons: Mapping[str, Array]


@dataclass(frozen=True, slots=True, eq=False)
class Presence:
    """Who is there in some weeks after the halt, as long as the mission is neither cut nor lost.

    Attributes
    ----------
    weeks : tuple of int
    persons : array (weeks, futures)
    by_role : mapping of role to array (weeks, futures)
        The same by what they do; all arrive and dwindle alike.
    """

    weeks: tuple[int, ...]
    persons: Array
    by_role: Mapping[str, Array]

    def quantiles(self) -> tuple[Array, Array]:
        """Return 5, 50 and 95 % over futures, array (3, weeks), and the mean, array (weeks,)."""
        return np.quantile(self.persons, QUANTILES, axis=1), self.persons.mean(axis=1)


def presence(stages: Sequence[Stage], arrival: Arrival, weeks: Sequence[int] = WEEKS) -> Presence:
    """Return who is there week by week: of the phase in force in each week, as far as it has arrived.

    ``stages`` stand in the order of their weeks.
    """
    nobody = np.zeros_like(arrival.delay)
    roles = sorted({role for stage in stages for role in stage.persons})
    there = {role: np.zeros((len(weeks), nobody.size)) for role in roles}
    for place, week in enumerate(weeks):
        begun = [stage for stage in stages if stage.week <= week]
        if begun:
            share = share_there(arrival, week - begun[-1].began)
            for role, persons in begun[-1].persons.items():
                there[role][place] = persons * share
    whole = sum(there.values(), np.zeros((len(weeks), nobody.size)))
    return Presence(tuple(weeks), whole, there)
