"""Evaluate: the only part that knows the order of the stages.

It turns the words of a case and an arrangement into the engines' queries, asks each engine, remembers
its answer by the content of the query, and puts the answers together into an assessment.
"""

from __future__ import annotations

from holdfast.authorise import Blocker, Count, NoChance
from holdfast.evaluate.assessment import Assessment, PhasePlan
from holdfast.evaluate.composition import Composition, Reserve, composition_of
from holdfast.evaluate.consent import Consent, consent_of
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.order import HORIZON_YEARS, MISSION_IS_THERE, SHOWN_YEARS, evaluate
from holdfast.evaluate.planning import Posed, Wishes
from holdfast.evaluate.principles import Bearing
from holdfast.evaluate.recount import recount, unknown_at, voters
from holdfast.evaluate.routes import Route
from holdfast.evaluate.staff import Staff, mission_in, staff_of
from holdfast.evaluate.turning import Turn
from holdfast.evaluate.war import SupportCompared, if_refused
from holdfast.generate import (
    COMPONENTS,
    Change,
    Closer,
    Contingent,
    Contribution,
    Contributions,
    Formation,
    Part,
    Plan,
    by_state,
)
from holdfast.observe import LIGHTS, SIDES, Coverage, SensorUse
from holdfast.observe.incidents import Counts, Tally, counts_of
from holdfast.stakes import WarPath

__all__ = [
    "COMPONENTS",
    "HORIZON_YEARS",
    "LIGHTS",
    "MISSION_IS_THERE",
    "SHOWN_YEARS",
    "SIDES",
    "Assessment",
    "Bearing",
    "Blocker",
    "Change",
    "Closer",
    "Composition",
    "Consent",
    "Contingent",
    "Contribution",
    "Contributions",
    "Count",
    "Counts",
    "Coverage",
    "Formation",
    "Memory",
    "NoChance",
    "Part",
    "PhasePlan",
    "Plan",
    "Posed",
    "Reserve",
    "Route",
    "SensorUse",
    "Staff",
    "SupportCompared",
    "Tally",
    "Turn",
    "WarPath",
    "Wishes",
    "by_state",
    "composition_of",
    "consent_of",
    "counts_of",
    "evaluate",
    "if_refused",
    "mission_in",
    "recount",
    "staff_of",
    "unknown_at",
    "voters",
]
