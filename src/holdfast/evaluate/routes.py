"""Every way to authority: who would adopt, when, with whose consent, at what price, renewed how often."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.accept import Acceptance
from holdfast.authorise import Authorisation, Member
from holdfast.evaluate.barred import barred_by
from holdfast.evaluate.field import Field, field_of
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.question import Question
from holdfast.evaluate.seats import callers_of, decision_days, seats_of, why_not_asked
from holdfast.evaluate.staffing import conditions_met, conditions_of
from holdfast.evaluate.votes import Approvals, adoption_of, could_go_on, renewed
from holdfast.vocabulary.body import Body

Array = NDArray[np.float64]

MONTHS_PER_YEAR: Final = 12
HALF: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Renewal:
    """A vote on whether the mandate goes on.

    Attributes
    ----------
    on : datetime.date
    chance : array (futures,)
        Chance that it goes on that day, given that it stood until then.
    newly_seated : tuple of str
        States or open seats that did not sit at the vote before.
    repeats : bool
        Whether the vote before stands, because nobody has written down who sits that day.
    """

    on: dt.date
    chance: Array
    newly_seated: tuple[str, ...]
    repeats: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One way to authority; arrays (futures,).

    Attributes
    ----------
    body : Body
    members : int
        How many vote on the day.
    heard : frozenset of str
        States that have a vote on the way: in the body, at a renewal, or in a body that calls it.
    adoption : Authorisation
        With the parties accepting or refusing as their stakes have it.
    if_agreed : array
        Chance of adoption once both parties have accepted.
    days : array
        Time from proposal to decision, if it is adopted.
    renewals : tuple of Renewal
        Within the horizon; none where the mandate needs none.
    kept : array
        Chance that every one of them goes well.
    filled, eur_per_year, mission_eur_per_year : array
        Persons delivered over persons planned, and yearly cost with and without support to the host, under
        this authority; ``filled`` is NaN without a mission.
    unmet : mapping of condition to tuple of str
        States asked whose condition is not met under this authority, wholly or mostly.
    barred_by : tuple of str
        Clauses of the settlement that rule the arrangement out under this authority.
    """

    body: Body
    members: int
    heard: frozenset[str]
    adoption: Authorisation
    if_agreed: Array
    days: Array
    renewals: tuple[Renewal, ...]
    kept: Array
    filled: Array
    eur_per_year: Array
    mission_eur_per_year: Array
    unmet: Mapping[str, tuple[str, ...]]
    barred_by: tuple[str, ...]

    @property
    def may_begin(self) -> bool:
        """Whether it is adopted in any future, so that there is something to renew."""
        return self.adoption.no_chance_reason is None

    def within(self, days: float) -> Array:
        """Return the chance that it is adopted within so many days, array (futures,)."""
        return self.adoption.chance * (self.days <= days)


def routes_of(
    question: Question,
    bodies: Sequence[Body],
    day: dt.date,
    years: int,
    acceptance: Acceptance,
    memory: Memory,
) -> tuple[Route, ...]:
    """Return what each body would make of the arrangement (EV16).

    Parameters
    ----------
    question : Question
    bodies : sequence of Body
        Each is asked as if the arrangement named it as its authority.
    day : datetime.date
        Day of the vote.
    years : int
        Horizon for renewals.
    acceptance : Acceptance
    memory : Memory

    Returns
    -------
    tuple of Route
        In the order of the bodies.
    """
    return tuple(_route(question, body, day, years, acceptance, memory) for body in bodies)


def _route(
    question: Question, body: Body, day: dt.date, years: int, acceptance: Acceptance, memory: Memory
) -> Route:
    """Return one route."""
    words = question.arrangement.model_copy(update={"authority": body.key})
    asked = replace(question, arrangement=words)
    fields = tuple(field_of(asked, phase, memory) for phase in words.phases)
    adopted = adoption_of(asked, body, day, acceptance, approvals_of(fields), memory)
    months = renewal_months(asked)
    terms = 0 if months is None else years * MONTHS_PER_YEAR // months
    renewals = renewals_of(asked, body, day, terms, acceptance, approvals_of(fields), memory)
    days = (day, *(one.on for one in renewals if not one.repeats))
    filled = [field.contributions.filled for field in fields if field.contributions is not None]
    return Route(
        body=body,
        members=len(seats_of(asked, body, day).members),
        heard=frozenset(state for one in days for state in _heard(asked, body, one)),
        adoption=adopted.as_it_is,
        if_agreed=adopted.if_agreed,
        days=decision_days(asked, body, day),
        renewals=renewals,
        kept=np.prod([one.chance for one in renewals], axis=0) if renewals else question.constant(1.0),
        filled=filled[-1] if filled else question.constant(np.nan),
        eur_per_year=fields[-1].bill.total,
        mission_eur_per_year=fields[-1].bill.mission,
        unmet=_unmet(asked),
        barred_by=barred_by(asked),
    )


def _heard(question: Question, body: Body, day: dt.date) -> Iterator[str]:
    """Yield the states that have a vote on a day, in the body or in one that calls it."""
    for one in (body, *callers_of(question.case, body, day)):
        for holder in seats_of(question, one, day).holders:
            yield from np.unique(holder).tolist()


def approvals_of(fields: Sequence[Field]) -> dict[str, Array]:
    """Return the chance that each state asked takes part in any phase."""
    approvals: dict[str, Array] = {}
    for field in fields:
        if field.contributions is not None:
            for state, chance in field.contributions.approves.items():
                approvals[state] = np.maximum(approvals.get(state, 0.0), chance)
    return approvals


def renewals_of(
    question: Question,
    body: Body,
    day: dt.date,
    terms: int,
    acceptance: Acceptance,
    approvals: Approvals,
    memory: Memory,
) -> tuple[Renewal, ...]:
    """Return the first so many votes on renewal; none where the mandate needs none.

    A lapse follows the rule of adoption (EF7): who sits on that day votes by it once more. Days on which
    the same members sit have one answer. Where a later day has fewer seats, because nobody has written down
    who will hold the rest, the vote before it stands.
    """
    months = renewal_months(question)
    if months is None:
        return ()
    answers: dict[tuple[Member, ...], Array] = {}
    before, seated_on = seats_of(question, body, day).members, day
    found: list[Renewal] = []
    for term in range(1, terms + 1):
        on = months_after(day, term * months)
        seated = None if why_not_asked(question.case, body, on) else seats_of(question, body, on).members
        repeats = seated is None or (body.seats is None and len(seated) < len(before))
        members, voting = (before, seated_on) if seated is None or repeats else (seated, on)
        if members not in answers:
            vote = adoption_of(question, body, voting, acceptance, approvals, memory, with_blockers=False)
            goes_on = could_go_on(question, body, voting)
            answers[members] = renewed(question, vote.as_it_is.chance) if goes_on else question.constant(0.0)
        new = tuple(one.state for one in members if one not in before)
        before, seated_on = members, voting
        found.append(Renewal(on, answers[members], new, repeats))
    return tuple(found)


def renewal_months(question: Question) -> int | None:
    """Return after how many months the mandate of the first mission ends; None if it does not."""
    missions = [phase.mission for phase in question.arrangement.phases if phase.mission is not None]
    return missions[0].mandate.renewal_months if missions else None


def months_after(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, or the last of that month if it has none such."""
    count = day.year * MONTHS_PER_YEAR + day.month - 1 + months
    year, month = divmod(count, MONTHS_PER_YEAR)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _unmet(question: Question) -> dict[str, tuple[str, ...]]:
    """Return the states asked whose condition is met in less than half, by condition."""
    found: dict[str, dict[str, None]] = {}
    for phase in question.arrangement.phases:
        if phase.mission is None:
            continue
        met = conditions_met(question, phase, phase.mission)
        hard = {condition for condition, chance in met.items() if float(np.mean(chance)) < 0.5}
        wanted = {question.case.tasks[part.task].domain for part in phase.mission.components}
        for state in question.pool(phase.mission.contributors):
            for offer in state.offers:
                if offer.domain in wanted:
                    for condition in hard & set(conditions_of(state, offer)):
                        found.setdefault(condition, {})[state.code] = None
    return {condition: tuple(codes) for condition, codes in sorted(found.items())}
