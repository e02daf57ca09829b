"""Generate: who provides it, what is short, why, and what then (rules GE1 to GE9, GP1 to GP11).

:func:`generate` says what arrives in every future; :func:`plan` whom to ask for what if all who are asked
come, in whole elements; :func:`explain` what binds and what would close a shortfall; :func:`robust_plan` whom
to ask when not all will come; :func:`erosion` how fast those who came dwindle.

Left out: nobody bargains over what to send; equipment, ammunition and interoperability are not counted; an
element of one state is worth one of another.
"""

from __future__ import annotations

from holdfast.generate.closers import MOST_CHANGES, Change, Closer, Explanation, explain
from holdfast.generate.contributions import (
    Contribution,
    Contributions,
    GenerateQuery,
    HeldTerm,
    OfferTerm,
    Wanted,
    arriving,
    generate,
)
from holdfast.generate.leaving import LeavingQuery, erosion, frailty
from holdfast.generate.plan import Contingent, Plan, changes_of, missed, plan
from holdfast.generate.query import Ceiling, Held, Need, PlanQuery, Rules, StandingOffer
from holdfast.generate.robust import Arrivals, left_short, robust_plan, worst_tenth

__all__ = [
    "MOST_CHANGES",
    "Arrivals",
    "Ceiling",
    "Change",
    "Closer",
    "Contingent",
    "Contribution",
    "Contributions",
    "Explanation",
    "GenerateQuery",
    "Held",
    "HeldTerm",
    "LeavingQuery",
    "Need",
    "OfferTerm",
    "Plan",
    "PlanQuery",
    "Rules",
    "StandingOffer",
    "Wanted",
    "arriving",
    "changes_of",
    "erosion",
    "explain",
    "frailty",
    "generate",
    "left_short",
    "missed",
    "plan",
    "robust_plan",
    "worst_tenth",
]
