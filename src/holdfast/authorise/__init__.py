"""Would the body adopt it, and whose change of mind would help most (rules AU1 to AU9).

:func:`authorise` takes a :class:`Proposal` and returns an :class:`Authorisation`. Given the factors that
members share the chance of adoption is exact; only averages over the factors are computed numerically,
and a proved bound on the error of that is returned beside the result.

Left out: nobody bargains, trades votes or abstains on condition that another does; an abstention under
unanimity is always one with a declaration.
"""

from __future__ import annotations

from holdfast.authorise.count import Count, blocks_alone, count
from holdfast.authorise.engine import authorise
from holdfast.authorise.positions import marginal_positions
from holdfast.authorise.proposal import Authorisation, Blocker, Member, NoChance, Proposal, members_of
from holdfast.authorise.record import (
    FITTED,
    Kind,
    Record,
    RecordedBallot,
    RecordQuery,
    kind_of,
    legible,
    predict,
    read_record,
    recorded,
)
from holdfast.authorise.ruling import Outcome, carried, ruling

__all__ = [
    "FITTED",
    "Authorisation",
    "Blocker",
    "Count",
    "Kind",
    "Member",
    "NoChance",
    "Outcome",
    "Proposal",
    "Record",
    "RecordQuery",
    "RecordedBallot",
    "authorise",
    "blocks_alone",
    "carried",
    "count",
    "kind_of",
    "legible",
    "marginal_positions",
    "members_of",
    "predict",
    "read_record",
    "recorded",
    "ruling",
]
