"""Where members stand: leanings from recorded ballots, and chances of each vote by itself.

Left out in this first cut: a leaning is the plain mean of recorded votes, whatever their subject, and
does not yet depend on who contributes or pays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from holdfast.authorise.proposal import Floats, Proposal
from holdfast.vocabulary.ballot import Ballot

_WORTH = {"yes": 1.0, "abstain": 0.0, "no": -1.0}


def leaning(ballots: Sequence[Ballot], member: str) -> tuple[float, int]:
    """Return a member's mean recorded vote (AU2).

    Yes counts +1, abstention 0, no -1. Absence is missing, not zero: states stay away for want of staff or
    of dues paid (Charter Art. 19) as well as from reluctance, and the record does not say which.

    Parameters
    ----------
    ballots : sequence of Ballot
    member : str
        Code of the state.

    Returns
    -------
    mean : float
        From -1 to 1; NaN if no vote is recorded.
    count : int
        Votes that the mean rests on.
    """
    votes = [ballot.votes().get(member, "absent") for ballot in ballots]
    worth = [_WORTH[vote] for vote in votes if vote != "absent"]
    return (math.fsum(worth) / len(worth) if worth else math.nan, len(worth))


@dataclass(frozen=True, slots=True, eq=False)
class Leanings:
    """Leanings of several members.

    Attributes
    ----------
    mean : ndarray of float64, shape (members,)
        From -1 to 1.
    spread : ndarray of float64, shape (members,)
        Standard deviation of the doubt about the mean, on the same scale.
    count : ndarray of int64, shape (members,)
        Recorded votes that each mean rests on.
    """

    mean: Floats
    spread: Floats
    count: np.ndarray[tuple[int], np.dtype[np.int64]]


def leanings(
    ballots: Sequence[Ballot], members: Sequence[str], *, spread_of_one: float, spread_of_none: float
) -> Leanings:
    """Return leanings of members, with the body's mean for those without a recorded vote.

    Parameters
    ----------
    ballots : sequence of Ballot
    members : sequence of str
        Codes of the states.
    spread_of_one : float
        Doubt about a leaning that rests on one vote; it falls with the square root of the count.
    spread_of_none : float
        Doubt about a leaning that rests on no vote: wide.

    Returns
    -------
    Leanings
        The mean of a member without votes is the mean of the others, or 0 if none has voted.
    """
    read = [leaning(ballots, member) for member in members]
    seen = [mean for mean, count in read if count]
    body = math.fsum(seen) / len(seen) if seen else 0.0
    return Leanings(
        mean=np.array([mean if count else body for mean, count in read], dtype=np.float64),
        spread=np.array(
            [spread_of_one / math.sqrt(count) if count else spread_of_none for _, count in read],
            dtype=np.float64,
        ),
        count=np.array([count for _, count in read], dtype=np.int64),
    )


def marginal_positions(proposal: Proposal) -> Floats:
    """Return each member's chances of no, abstain and yes by itself, the common factor averaged out.

    In closed form: own noise and factor add up to a normal variable with variance 1 + loading squared.

    Parameters
    ----------
    proposal : Proposal

    Returns
    -------
    ndarray of float64, shape (futures, members, 3)
        No, abstain, yes. A party bound to abstain keeps the position that it would vote if it might.
    """
    inside = np.array([member.bloc is not None for member in proposal.members])
    shared = proposal.common[:, None] ** 2 + np.where(inside, proposal.bloc[:, None] ** 2, 0.0)
    scale = np.sqrt(1.0 + proposal.spread**2 + shared)
    no = ndtr((proposal.threshold_no - proposal.latent) / scale)
    yes = ndtr((proposal.latent - proposal.threshold_yes[:, None]) / scale)
    chances = np.stack([no, np.maximum(1.0 - no - yes, 0.0), yes], axis=2)
    if proposal.fixed is not None:
        chances = np.where(np.isnan(proposal.fixed), chances, proposal.fixed)
    return np.ascontiguousarray(chances, dtype=np.float64)
