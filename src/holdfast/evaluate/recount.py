"""A recorded vote counted by the rule of a body of the case, with those who sat that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from holdfast.authorise import Count, Member, count, members_of
from holdfast.case import Case
from holdfast.vocabulary.ballot import Vote
from holdfast.vocabulary.body import Body, HostInvitation


def voters(case: Case, body: Body, day: dt.date, named: Mapping[str, Vote]) -> tuple[Member, ...]:
    """Return who may vote: those who sit that day; under an invitation the host and those named."""
    if isinstance(body.rule, HostInvitation) and not body.members:
        others = sorted(set(named) - {body.rule.host})
        return (Member(body.rule.host, party=True), *(Member(code) for code in others))
    return members_of(body, day, {party.state for party in case.parties})


def recount(case: Case, body: Body, day: dt.date, votes: Mapping[str, Vote]) -> Count:
    """Return a recorded vote counted by the rule of a body (AU3).

    Parameters
    ----------
    case : Case
    body : Body
    day : datetime.date
        Decides who sits.
    votes : mapping of str to {"yes", "no", "abstain", "absent"}
        Vote of each member; one that is not listed was absent.

    Returns
    -------
    Count

    Raises
    ------
    ValueError
        If one votes that is no member, or the rule does not fit those who sit.
    """
    return count(body.rule, votes, voters(case, body, day, votes))
