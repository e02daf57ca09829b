"""Who must agree: the parties, every body that could authorise, and what bears on both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from holdfast.accept import Acceptance, Recorded
from holdfast.case import Case
from holdfast.errors import UsageProblem
from holdfast.evaluate.field import field_of
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.parties import acceptance_of, acceptance_record, stakes_of
from holdfast.evaluate.principles import Bearing, bearing
from holdfast.evaluate.question import Question
from holdfast.evaluate.routes import Route, routes_of
from holdfast.evaluate.seats import guarantors, why_not_asked
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
    notes : tuple of str
        What was not done as asked: bodies left out, votes taken as given that nobody casts, renewals that
        repeat the vote before.
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
    notes: tuple[str, ...]
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
        If no body that is asked can vote on that day.
    """
    memory = Memory() if memory is None else memory
    question = Question(case, settlement, arrangement, futures, assumed=dict(assumed or {}))
    first = arrangement.phases[0]
    field = field_of(question, first, memory)
    weighed = stakes_of(question, first, field, memory)
    acceptance = acceptance_of(question, weighed, memory)
    day = case.about.voting_day if day is None else day
    asked = [case.bodies[key] for key in bodies] if bodies else _could_authorise(question)
    asked, left_out = _able(case, asked, day)
    routes = routes_of(question, asked, day, years, acceptance, memory)
    return Consent(
        arrangement=arrangement,
        settlement=settlement,
        day=day,
        assumed=question.assumed,
        stakes=weighed,
        acceptance=acceptance,
        recorded=acceptance_record(question, memory),
        turns=turning(question, memory) if with_turns else (),
        routes=routes,
        war=war_going_on(question, first, memory),
        support=support_compared(question, first, memory),
        bearings=bearing(question),
        notes=(*left_out, *_notes(question, routes)),
        used=frozenset(question.used),
    )


def _able(case: Case, asked: Sequence[Body], day: dt.date) -> tuple[list[Body], list[str]]:
    """Return the bodies that can vote on a day, and a note on each of the others.

    Raises
    ------
    UsageProblem
        If there are bodies and none of them can vote.
    """
    reasons = {body.key: why_not_asked(case, body, day) for body in asked}
    left_out = [f"Not asked: {why}." for why in reasons.values() if why is not None]
    able = [body for body in asked if reasons[body.key] is None]
    if left_out and not able:
        wrong = "; ".join(why for why in reasons.values() if why is not None)
        raise UsageProblem("--date", wrong, "give a day that the body covers, or ask another body: --body")
    return able, left_out


def _notes(question: Question, routes: Sequence[Route]) -> Iterator[str]:
    """Yield which renewals repeat the vote before, and which votes taken as given nobody casts."""
    for route in routes:
        repeated = [one.on for one in route.renewals if one.repeats]
        if repeated:
            yield (
                f"{route.body.name}: who sits on {repeated[0]} is not written down; from then on each "
                "renewal repeats the vote before."
            )
    parties = {party.state for party in question.case.parties}
    for state in question.assumed:
        if routes and not any(state in route.heard for route in routes):
            else_ = "; it stands for its acceptance all the same" if state in parties else ""
            yield (
                f"The vote taken as given for {question.case.name_of(state)} ({state}) is cast nowhere: "
                f"it has no vote in {', '.join(route.body.key for route in routes)}{else_}."
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
