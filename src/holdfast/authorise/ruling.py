"""A rule applied to a recorded vote: plain counting, the yardstick for everything else here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from holdfast.authorise.proposal import Member, check_members
from holdfast.vocabulary.ballot import Vote
from holdfast.vocabulary.body import (
    Consensus,
    Fraction,
    HostInvitation,
    QuotaWithVeto,
    Ratification,
    Rule,
    ShareOfVoting,
    UnanimityWithConstructiveAbstention,
)

Outcome = Literal["adopted", "vetoed", "not_adopted"]
"""``vetoed`` if support was enough and a vote against blocked; ``not_adopted`` if support fell short."""


def carried(rule: Rule, votes: Mapping[str, Vote], members: Sequence[Member]) -> bool:
    """Return whether the rule adopts what was voted on.

    Parameters
    ----------
    rule : Rule
    votes : mapping of str to {"yes", "no", "abstain", "absent"}
        Vote of each member; one that is not listed was absent.
    members : sequence of Member
        Those who may vote.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        If one votes that is no member, or the rule does not fit the members.
    """
    return ruling(rule, votes, members) == "adopted"


def ruling(rule: Rule, votes: Mapping[str, Vote], members: Sequence[Member]) -> Outcome:
    """Return what the rule makes of a vote, telling a veto from a want of support (AU3).

    A draft that a veto holder opposes but that falls short of the quota anyway is not adopted, and not
    vetoed: the count of vetoes is of those that made the difference. Parameters and errors are
    those of :func:`carried`.

    Returns
    -------
    {"adopted", "vetoed", "not_adopted"}
    """
    check_members(rule, members)
    strangers = set(votes) - {member.state for member in members}
    if strangers:
        raise ValueError(f"no members, but votes recorded: {sorted(strangers)}")
    cast = {member.state: votes.get(member.state, "absent") for member in members}
    match rule:
        case QuotaWithVeto():
            return _quota(rule, cast, members)
        case ShareOfVoting():
            return _share(rule, cast)
        case UnanimityWithConstructiveAbstention():
            return _unanimity(rule, cast, members)
        case Consensus():
            objects = any(vote == "no" and state not in rule.excepted for state, vote in cast.items())
            return "vetoed" if objects else "adopted"
        case HostInvitation():
            return _invitation(rule, cast)
        case Ratification():
            return "adopted" if all(cast[state] == "yes" for state in rule.required) else "not_adopted"


def _quota(rule: QuotaWithVeto, cast: Mapping[str, Vote], members: Sequence[Member]) -> Outcome:
    counted = {
        member: "abstain"
        if member.party and rule.party_abstains == "peaceful_settlement"
        else cast[member.state]
        for member in members
    }
    if sum(vote == "yes" for vote in counted.values()) < rule.required_yes:
        return "not_adopted"
    vetoed = any(member.veto and vote == "no" for member, vote in counted.items())
    return "vetoed" if vetoed else "adopted"


def _share(rule: ShareOfVoting, cast: Mapping[str, Vote]) -> Outcome:
    yes, no = (sum(vote == side for vote in cast.values()) for side in ("yes", "no"))
    enough = reaches(yes, yes + no, rule.share_yes)
    return "adopted" if enough and yes > 0 else "not_adopted"


def _unanimity(
    rule: UnanimityWithConstructiveAbstention, cast: Mapping[str, Vote], members: Sequence[Member]
) -> Outcome:
    if "absent" in cast.values():
        return "not_adopted"
    if "no" in cast.values():
        return "vetoed"
    abstainers = [member for member in members if cast[member.state] == "abstain"]
    states = reaches(len(abstainers), len(members), rule.limit_states)
    population = reaches(
        sum(member.population for member in abstainers),
        sum(member.population for member in members),
        rule.limit_population,
    )
    return "not_adopted" if states and population else "adopted"


def _invitation(rule: HostInvitation, cast: Mapping[str, Vote]) -> Outcome:
    approving = sum(vote == "yes" for state, vote in cast.items() if state != rule.host)
    enough = cast[rule.host] == "yes" and approving >= rule.minimum_contributors
    return "adopted" if enough else "not_adopted"


def reaches(part: int, whole: int, share: Fraction) -> bool:
    """Return whether ``part`` is at least this share of ``whole``, in whole numbers."""
    return part * share.denominator >= whole * share.numerator
