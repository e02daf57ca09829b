"""Who votes: the seats of a body on a day, open ones among them, or the host and those it asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holdfast.authorise import Member, members_of
from holdfast.case import Case
from holdfast.errors import UsageProblem
from holdfast.evaluate.question import Question
from holdfast.vocabulary.body import (
    Body,
    HostInvitation,
    OpenSeat,
    Ratification,
    Rule,
    days_covered,
    lacking,
    unknown_seats,
)

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Seats:
    """Those who vote.

    Attributes
    ----------
    rule : Rule
        With the guarantors among those who must ratify, where the body asks for them.
    members : tuple of Member
    holders : tuple of str, or array (futures,) of str, one each
        Who sits in each seat; a seat that is open is held by another candidate in another future.
    """

    rule: Rule
    members: tuple[Member, ...]
    holders: tuple[str | NDArray[np.str_], ...]


def seats_of(question: Question, body: Body, day: dt.date) -> Seats:
    """Return those who vote in a body on a day.

    AU7: an open seat is held, in each future, by one of its candidates, each as likely as its weight
    says. Under an invitation the host and those asked vote; under a ratification that asks for it, the
    guarantors of the arrangement too.

    Raises
    ------
    UsageProblem
        If an invitation has fewer contributors to ask than it needs, or the seats of that day are not
        written down.
    """
    why = lacking(body, day)
    if why is not None:
        raise UsageProblem(
            f"bodies[{body.key}]",
            f"{body.name} {why} on {day}",
            f"write down its seats of that day, or take one of {days_covered(body)}",
        )
    parties = {party.state for party in question.case.parties}
    rule = body.rule
    if isinstance(rule, HostInvitation):
        members = _invited(question, body.key, rule)
    else:
        members = members_of(body, day, parties)
    if isinstance(rule, Ratification) and rule.guarantors:
        bound = guarantors(question)
        rule = rule.model_copy(update={"required": tuple(dict.fromkeys((*rule.required, *bound)))})
        seated = {member.state for member in members}
        members = (*members, *(Member(code, party=code in parties) for code in bound if code not in seated))
    blocs = {code: bloc.key for bloc in question.case.blocs.values() for code in bloc.states}
    known = tuple(replace(member, bloc=blocs.get(member.state)) for member in members)
    open_seats = unknown_seats(body, day)
    return Seats(
        rule,
        (*known, *(_open(seat, blocs) for seat in open_seats)),
        (*(member.state for member in known), *(_holder(question, seat) for seat in open_seats)),
    )


def needs_calling(body: Body, day: dt.date) -> bool:
    """Return whether another body must first call this one together on a day."""
    return bool(body.convened_by) and (body.in_session_since is None or day < body.in_session_since)


def callers_of(case: Case, body: Body, day: dt.date) -> tuple[Body, ...]:
    """Return the bodies one of which must first call a body together on a day; none where it sits already.

    Those that cannot vote that day, or would have to be called themselves, are left out.
    """
    if not needs_calling(body, day):
        return ()
    named = (case.bodies[key] for key in body.convened_by)
    return tuple(one for one in named if lacking(one, day) is None and not needs_calling(one, day))


def decision_days(question: Question, body: Body, day: dt.date) -> Array:
    """Return the days from proposal to decision, array (futures,), those of being called together included.

    AU8: where one of several may call it, all are asked at once, and the quickest counts.
    """
    calling = [question.draw(one.decision_days) for one in callers_of(question.case, body, day)]
    first = np.min(calling, axis=0) if calling else 0.0
    return np.asarray(question.draw(body.decision_days) + first, dtype=np.float64)


def why_not_asked(case: Case, body: Body, day: dt.date) -> str | None:
    """Return why a body cannot be asked on a day, with the days that it covers; None if it can be."""
    why = lacking(body, day)
    if why is not None:
        return f"{body.name} ({body.key}) {why} on {day}; it covers {days_covered(body)}"
    if needs_calling(body, day) and not callers_of(case, body, day):
        first = " or ".join(f"{key} (covers {days_covered(case.bodies[key])})" for key in body.convened_by)
        return f"{body.name} ({body.key}) must be called by {first}, which cannot vote on {day}"
    return None


def guarantors(question: Question) -> tuple[str, ...]:
    """Return those who guarantee something in any phase, in a fixed order."""
    return tuple(
        sorted(
            {
                code
                for phase in question.arrangement.phases
                for guarantee in phase.promised_by_others
                for code in guarantee.guarantors
            }
        )
    )


def _invited(question: Question, key: str, rule: HostInvitation) -> tuple[Member, ...]:
    """Return the host and those it asks."""
    asked = [code for code in question.contributors() if code != rule.host]
    if len(asked) < rule.minimum_contributors:
        raise UsageProblem(
            f"{question.arrangement.name}: contributors",
            f"'{key}' needs {rule.minimum_contributors} that the host could invite, and "
            f"{len(asked)} are asked",
            "name groups or states in a mission's contributors, or guarantors",
        )
    return (Member(rule.host, party=True), *(Member(code) for code in asked))


def _open(seat: OpenSeat, blocs: Mapping[str, str]) -> Member:
    """Return the member in an open seat; of a bloc if all candidates are."""
    found = {blocs.get(candidate.state) for candidate in seat.candidates}
    return Member(seat.key, bloc=found.pop() if len(found) == 1 else None)


def _holder(question: Question, seat: OpenSeat) -> NDArray[np.str_]:
    """Return who sits in an open seat in each future (AU7)."""
    weights = np.array([candidate.weight for candidate in seat.candidates])
    ends = np.cumsum(weights / weights.sum())
    which = np.searchsorted(ends, question.draw(seat.pick), side="right")
    codes = np.array([candidate.state for candidate in seat.candidates])
    return np.asarray(codes[np.minimum(which, len(codes) - 1)])
