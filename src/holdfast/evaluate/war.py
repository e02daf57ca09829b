"""The war that goes on where a settlement is refused, or there is none; and the same support in peace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.parties import AS_AT_THE_HALT, forces_query, while_war_goes_on
from holdfast.evaluate.question import Question
from holdfast.futures import Futures
from holdfast.stakes import WarPath, WarQuery, forces, war
from holdfast.vocabulary.arrangement import Arrangement, Phase, Support
from holdfast.vocabulary.settlement import Settlement

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SupportCompared:
    """Strength of the host over that of the opponent after some years; arrays (futures, years).

    ``with_it`` has the support asked about, ``without`` support as at the halt; each in a war that goes
    on and in peace without anything of the settlement's.
    """

    years: tuple[float, ...]
    in_war_with_it: Array
    in_war_without: Array
    in_peace_with_it: Array
    in_peace_without: Array


def if_refused(
    case: Case, settlement: Settlement, arrangement: Arrangement, futures: Futures
) -> tuple[WarPath, SupportCompared]:
    """Return the war that goes on if a settlement is refused, and what the first phase's support does."""
    question, memory = Question(case, settlement, arrangement, futures), Memory()
    first = arrangement.phases[0]
    return war_going_on(question, first, memory), support_compared(question, first, memory)


def war_going_on(question: Question, phase: Phase, memory: Memory) -> WarPath:
    """Return the course of the war if nobody stops it, with the support of a phase (ST13 to ST15).

    That is what stands under the settlement ``none``, and where a settlement is refused. Missions,
    guarantees and the settlement's terms wait for a halt and play no part.
    """
    host, opponent = question.case.parties
    around = while_war_goes_on(question, phase.support)
    query = WarQuery(
        host=forces_query(question, host, around),
        opponent=forces_query(question, opponent, around),
        ground_rate=_drawn(question, opponent.forces.ground_rate) - _drawn(question, host.forces.ground_rate),
        ground_slope=_drawn(question, opponent.forces.ground_slope)
        + _drawn(question, host.forces.ground_slope),
        ground_of_host=_drawn(question, host.forces.ground, np.inf),
        ground_of_opponent=_drawn(question, opponent.forces.ground, np.inf),
        casualties_of_host=_drawn(question, host.forces.casualties),
        casualties_of_opponent=_drawn(question, opponent.forces.casualties),
    )
    return memory.ask(war, query)


def support_compared(
    question: Question, phase: Phase, memory: Memory, years: Sequence[float] = (1.0, 5.0)
) -> SupportCompared:
    """Return what the support of a phase does to the ratio of strengths in war and in peace.

    Parameters
    ----------
    question : Question
    phase : Phase
        Its support is compared with that at the halt.
    memory : Memory
    years : sequence of float
        After how many years.
    """
    ratios = [_ratios(question, support, tuple(years), memory) for support in (phase.support, AS_AT_THE_HALT)]
    (war_with, peace_with), (war_without, peace_without) = ratios
    return SupportCompared(tuple(years), war_with, war_without, peace_with, peace_without)


def _ratios(
    question: Question, support: Support, years: tuple[float, ...], memory: Memory
) -> tuple[Array, Array]:
    """Return host's over opponent's strength in war and in peace, arrays (futures, years)."""
    around = while_war_goes_on(question, support)
    fighting, resting = [], []
    for year in years:
        host, opponent = (
            memory.ask(
                forces,
                replace(forces_query(question, party, around), lookahead_years=question.constant(year)),
            )
            for party in question.case.parties
        )
        fighting.append(host.war / opponent.war)
        resting.append(host.ahead / opponent.ahead)
    return np.stack(fighting, axis=1), np.stack(resting, axis=1)


def _drawn(question: Question, name: str | None, otherwise: float = 0.0) -> Array:
    """Return the draws of an estimate that a party may leave out."""
    return question.constant(otherwise) if name is None else question.draw(name)
