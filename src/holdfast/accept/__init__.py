"""Accept: would the parties agree to this settlement with this arrangement (rules AC1 to AC6).

Besides the chances: why a party refuses, part by part; whether both would also stay with a fallback; and
how far futures reproduce what the parties are on record as having answered. Left out: bargaining between
the parties.
"""

from __future__ import annotations

from holdfast.accept.acceptance import PARTS, Acceptance, AcceptQuery, accept, accept_both
from holdfast.accept.record import Answered, Conditioned, Recorded, RecordQuery, conditioned, recorded

__all__ = [
    "PARTS",
    "AcceptQuery",
    "Acceptance",
    "Answered",
    "Conditioned",
    "RecordQuery",
    "Recorded",
    "accept",
    "accept_both",
    "conditioned",
    "recorded",
]
