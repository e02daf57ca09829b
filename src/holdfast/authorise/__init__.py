"""Would the body adopt it, and whose change of mind would help most (rules AU1 to AU6).

:func:`authorise` takes a :class:`Proposal` and returns an :class:`Authorisation`. Given the common factor
the chance of adoption is exact; only the average over the factor is computed numerically, and the size
of that error is returned beside the result.

Left out in this first cut: positions do not yet depend on who contributes or pays; votes share one
common factor, so there are no blocs besides it; nobody bargains, trades votes or abstains on
condition that another does; an abstention under unanimity is always one with a declaration.
"""

from __future__ import annotations

from holdfast.authorise.engine import authorise
from holdfast.authorise.positions import Leanings, leaning, leanings, marginal_positions
from holdfast.authorise.proposal import Authorisation, Blocker, Member, NoChance, Proposal, members_of
from holdfast.authorise.ruling import Outcome, carried, ruling

__all__ = [
    "Authorisation",
    "Blocker",
    "Leanings",
    "Member",
    "NoChance",
    "Outcome",
    "Proposal",
    "authorise",
    "carried",
    "leaning",
    "leanings",
    "marginal_positions",
    "members_of",
    "ruling",
]
