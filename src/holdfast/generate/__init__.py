"""Generate: who provides it, what is short, why, and what then (rules GE1 to GE9, GP1 to GP17).

:func:`generate` says what arrives in every future; :func:`plan` whom to ask for what if all who are asked
come, in whole elements; :func:`explain` what binds and what would close a shortfall; :func:`robust_plan` whom
to ask when not all will come; :func:`erosion` how fast those who came dwindle. :func:`organised` and its like
read a plan as staffs do: who leads, who stands where, who relieves whom, from which regions; :func:`variants`
says what breadth buys and costs.

Left out: nobody bargains over what to send; equipment, ammunition and interoperability are not counted; an
element of one state is worth one of another.
"""

from __future__ import annotations

from holdfast.generate.breadth import Region, Spread, Untapped, Variant, spread_of, untapped, variants
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
from holdfast.generate.organisation import (
    COMPONENTS,
    Formation,
    Headquarters,
    Hubs,
    Lead,
    Level,
    Organisation,
    Part,
    Spans,
    by_state,
    fullest_tour,
    headquarters_of,
    lead_of,
    organised,
)
from holdfast.generate.plan import Contingent, Plan, changes_of, missed, plan
from holdfast.generate.query import STATE_JOINS, Ceiling, Held, Need, PlanQuery, Rules, StandingOffer
from holdfast.generate.robust import Arrivals, left_short, robust_plan, worst_tenth
from holdfast.generate.rotation import Relief, Roster, Turn, reliefs_of, rosters_of, turns_of

__all__ = [
    "COMPONENTS",
    "MOST_CHANGES",
    "STATE_JOINS",
    "Arrivals",
    "Ceiling",
    "Change",
    "Closer",
    "Contingent",
    "Contribution",
    "Contributions",
    "Explanation",
    "Formation",
    "GenerateQuery",
    "Headquarters",
    "Held",
    "HeldTerm",
    "Hubs",
    "Lead",
    "LeavingQuery",
    "Level",
    "Need",
    "OfferTerm",
    "Organisation",
    "Part",
    "Plan",
    "PlanQuery",
    "Region",
    "Relief",
    "Roster",
    "Rules",
    "Spans",
    "Spread",
    "StandingOffer",
    "Turn",
    "Untapped",
    "Variant",
    "Wanted",
    "arriving",
    "by_state",
    "changes_of",
    "erosion",
    "explain",
    "frailty",
    "fullest_tour",
    "generate",
    "headquarters_of",
    "lead_of",
    "left_short",
    "missed",
    "organised",
    "plan",
    "reliefs_of",
    "robust_plan",
    "rosters_of",
    "spread_of",
    "turns_of",
    "untapped",
    "variants",
    "worst_tenth",
]
