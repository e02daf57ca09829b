"""Chances of each vote of one member by itself."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from holdfast.authorise.proposal import Floats, Proposal


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
