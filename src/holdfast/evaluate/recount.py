"""A recorded vote counted by the rule of a body of the case, with those who sat that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from holdfast.authorise import Count, Member, count, members_of
from holdfast.case import Case
from holdfast.vocabulary.ballot import Vote
from holdfast.vocabulary.body import Body, HostInvitation, UnanimityWithConstructiveAbstention, sitting


def voters(case: Case, body: Body, day: dt.date, named: Mapping[str, Vote]) -> tuple[Member, ...]:
    """Return who may vote: those who sit that day; under an invitation the host and those named.

    Where the body's seats of that day are not all written down, those named besides sit in the rest, if
    there are as many. Under unanimity they do not, since their population is not known.
    """
    parties = {party.state for party in case.parties}
    if isinstance(body.rule, HostInvitation) and not body.members:
        others = sorted(set(named) - {body.rule.host})
        return (Member(body.rule.host, party=True), *(Member(code) for code in others))
    known = members_of(body, day, parties)
    besides = sorted(set(named) - {member.state for member in known})
    if len(besides) > unknown_at(body, day) or isinstance(body.rule, UnanimityWithConstructiveAbstention):
        return known
    return (*known, *(Member(code, party=code in parties) for code in besides))


def unknown_at(body: Body, day: dt.date) -> int:
    """Return how many seats of a body have no holder written down on a day."""
    return max(0, (body.seats or 0) - len(sitting(body, day)))


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
