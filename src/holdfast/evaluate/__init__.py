"""Evaluate: the only part that knows the order of the stages.

It turns the words of a case and an arrangement into the engines' queries, asks each engine, remembers
its answer by the content of the query, and puts the answers together into an assessment.
"""

from __future__ import annotations

from holdfast.evaluate.assessment import Assessment, PhasePlan
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.order import HORIZON_YEARS, MISSION_IS_THERE, SHOWN_YEARS, evaluate

__all__ = [
    "HORIZON_YEARS",
    "MISSION_IS_THERE",
    "SHOWN_YEARS",
    "Assessment",
    "Memory",
    "PhasePlan",
    "evaluate",
]
