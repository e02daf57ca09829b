"""Who must agree: the parties, every body that could authorise, and what bears on both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.accept import Acceptance, Recorded
from holdfast.case import Case
from holdfast.evaluate.field import field_of
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.parties import acceptance_of, acceptance_record, stakes_of
from holdfast.evaluate.principles import Bearing, bearing
from holdfast.evaluate.question import Question
from holdfast.evaluate.routes import Route, routes_of
from holdfast.evaluate.seats import guarantors
from holdfast.evaluate.turning import Turn, turning
from holdfast.evaluate.war import SupportCompared, support_compared, war_going_on
from holdfast.futures import Futures
from holdfast.stakes import StakesResult, WarPath
from holdfast.vocabulary.arrangement import Arrangement
from holdfast.vocabulary.ballot import Vote
from holdfast.vocabulary.body import Body, HostInvitation, Ratification
from holdfast.vocabulary.settlement import Settlement


@dataclass(frozen=True, slots=True, eq=False)
class Consent:
    """All that was computed on who must agree.

    Attributes
    ----------
    arrangement, settlement
        The words asked about.
    day : datetime.date
        Day of the votes.
    assumed : mapping of state to vote
        Votes that were taken as given.
    stakes : mapping of state to StakesResult
    acceptance : Acceptance
    recorded : Recorded
        Weights of futures by what the parties have answered to the settlements on record.
    turns : tuple of Turn
        The smallest changes that would turn a refusal.
    routes : tuple of Route
        One for each body asked.
    war : WarPath
        What goes on if the settlement is refused, with the support of the first phase.
    support : SupportCompared
        What that support does to the ratio of strengths in war and in peace.
    bearings : tuple of Bearing
        Legal and moral questions with the facts; never scored.
    used : frozenset of str
        Names of the estimates that were read.
    """

    arrangement: Arrangement
    settlement: Settlement
    day: dt.date
    assumed: Mapping[str, Vote]
    stakes: Mapping[str, StakesResult]
    acceptance: Acceptance
    recorded: Recorded
    turns: tuple[Turn, ...]
    routes: tuple[Route, ...]
    war: WarPath
    support: SupportCompared
    bearings: tuple[Bearing, ...]
    used: frozenset[str]


def consent_of(  # noqa: PLR0913 - what is asked, and how
    case: Case,
    settlement: Settlement,
    arrangement: Arrangement,
    futures: Futures,
    *,
    bodies: Sequence[str] = (),
    day: dt.date | None = None,
    assumed: Mapping[str, Vote] | None = None,
    years: int = 5,
    memory: Memory | None = None,
    with_turns: bool = True,
) -> Consent:
    """Return who must agree to an arrangement under a settlement, and whether they would.

    Parameters
    ----------
    case : Case
    settlement : Settlement
    arrangement : Arrangement
    futures : Futures
    bodies : sequence of str
        Keys of the bodies to ask; without any, all that could authorise it.
    day : datetime.date, optional
        Day of the votes; without it, the case's voting day.
    assumed : mapping of state to vote, optional
        Votes to take as given; that of a party stands for its acceptance too.
    years : int
        Horizon for renewals.
    memory : Memory, optional
    with_turns : bool
        Whether to look for the changes that would turn a refusal.

    Returns
    -------
    Consent

    Raises
    ------
    UsageProblem
        If a body that is named cannot be asked.
    """
    memory = Memory() if memory is None else memory
    question = Question(case, settlement, arrangement, futures, assumed=dict(assumed or {}))
    first = arrangement.phases[0]
    field = field_of(question, first, memory)
    weighed = stakes_of(question, first, field, memory)
    acceptance = acceptance_of(question, weighed, memory)
    day = case.about.voting_day if day is None else day
    asked = [case.bodies[key] for key in bodies] if bodies else _could_authorise(question)
    return Consent(
        arrangement=arrangement,
        settlement=settlement,
        day=day,
        assumed=question.assumed,
        stakes=weighed,
        acceptance=acceptance,
        recorded=acceptance_record(question, memory),
        turns=turning(question, memory) if with_turns else (),
        routes=routes_of(question, asked, day, years, acceptance, memory),
        war=war_going_on(question, first, memory),
        support=support_compared(question, first, memory),
        bearings=bearing(question),
        used=frozenset(question.used),
    )


def _could_authorise(question: Question) -> list[Body]:
    """Return the bodies that could set up what the arrangement asks for; none if it asks for nothing."""
    phases = question.arrangement.phases
    if not any(phase.mission is not None or phase.guarantees for phase in phases):
        return []
    return [
        body for body in question.case.bodies.values() if body.authorises and not _asks_nobody(question, body)
    ]


def _asks_nobody(question: Question, body: Body) -> bool:
    """Return whether a body is about those invited, or about guarantors, and the design names none."""
    rule = body.rule
    if isinstance(rule, HostInvitation):
        return len(question.contributors()) < rule.minimum_contributors
    return isinstance(rule, Ratification) and rule.guarantors and not guarantors(question)
