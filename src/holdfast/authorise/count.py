"""A recorded vote counted under a rule, with what decided it: for people who ask why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.authorise.proposal import Member
from holdfast.authorise.ruling import Outcome, reaches, ruling
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


@dataclass(frozen=True, slots=True)
class Count:
    """A vote counted.

    Attributes
    ----------
    outcome : {"adopted", "vetoed", "not_adopted"}
    yes, no, abstain, absent : tuple of str
        States by their vote, in the order of the members; a member whose vote is not given was absent.
    needed_yes : int or None
        Votes in favour that were needed, given who voted; None where the rule counts none.
    decisive : tuple of str
        States whose vote stood in the way: by veto or objection, by a yes that was asked of them and did
        not come, or by abstaining together beyond the limits. Empty if it was adopted, or if support
        merely fell short.
    """

    outcome: Outcome
    yes: tuple[str, ...]
    no: tuple[str, ...]
    abstain: tuple[str, ...]
    absent: tuple[str, ...]
    needed_yes: int | None
    decisive: tuple[str, ...]

    @property
    def adopted(self) -> bool:
        """Whether it was adopted."""
        return self.outcome == "adopted"


def count(rule: Rule, votes: Mapping[str, Vote], members: Sequence[Member]) -> Count:
    """Return a recorded vote counted under a rule (AU3).

    Parameters
    ----------
    rule : Rule
    votes : mapping of str to {"yes", "no", "abstain", "absent"}
        Vote of each member; one that is not listed was absent.
    members : sequence of Member
        Those who may vote.

    Returns
    -------
    Count

    Raises
    ------
    ValueError
        If one votes that is no member, or the rule does not fit the members.
    """
    outcome = ruling(rule, votes, members)
    by_vote: dict[str, tuple[str, ...]] = {
        vote: tuple(one.state for one in members if votes.get(one.state, "absent") == vote)
        for vote in ("yes", "no", "abstain", "absent")
    }
    return Count(
        outcome=outcome,
        **by_vote,
        needed_yes=_needed(rule, by_vote),
        decisive=() if outcome == "adopted" else _decisive(rule, by_vote, members, outcome),
    )


def blocks_alone(rule: Rule, member: Member) -> bool:
    """Return whether this member's vote against is enough to stop adoption."""
    match rule:
        case QuotaWithVeto():
            return member.veto and not (member.party and rule.party_abstains == "peaceful_settlement")
        case Consensus():
            return member.state not in rule.excepted
        case UnanimityWithConstructiveAbstention():
            return True
        case _:
            return False


def _needed(rule: Rule, by_vote: Mapping[str, tuple[str, ...]]) -> int | None:
    """Return how many votes in favour the rule asks for, given who voted; None where it counts none."""
    match rule:
        case QuotaWithVeto():
            return rule.required_yes
        case ShareOfVoting():
            return max(1, least(rule.share_yes, len(by_vote["yes"]) + len(by_vote["no"])))
        case HostInvitation():
            return rule.minimum_contributors
        case Ratification():
            return len(rule.required)
        case UnanimityWithConstructiveAbstention() | Consensus():
            return None


def least(share: Fraction, whole: int) -> int:
    """Return the least whole number that reaches the share of ``whole``."""
    return next(part for part in range(whole + 1) if reaches(part, whole, share))


def _decisive(
    rule: Rule, by_vote: Mapping[str, tuple[str, ...]], members: Sequence[Member], outcome: Outcome
) -> tuple[str, ...]:
    """Return the states whose vote stood in the way."""
    against = set(by_vote["no"])
    match rule:
        case QuotaWithVeto():
            bound = rule.party_abstains == "peaceful_settlement"
            holders = [one.state for one in members if one.veto and not (one.party and bound)]
            return tuple(state for state in holders if state in against) if outcome == "vetoed" else ()
        case Consensus():
            return tuple(state for state in by_vote["no"] if state not in rule.excepted)
        case UnanimityWithConstructiveAbstention():
            return by_vote["no"] or by_vote["absent"] or by_vote["abstain"]
        case Ratification():
            return tuple(state for state in rule.required if state not in by_vote["yes"])
        case HostInvitation():
            return () if rule.host in by_vote["yes"] else (rule.host,)
        case ShareOfVoting():
            return ()
