"""Endure: would it hold (rules EN1 to EN9).

First cut: one sector, three causes as monthly hazards, a mission that is present or gone, integrated
exactly. Left out: sectors and self-exciting incidents, belief and misperception fed by incidents,
degraded missions, consequences of a resumption, transitions between phases on signals.
"""

from __future__ import annotations

from holdfast.endure.course import CAUSES, Course, CourseQuery, PartyAttack, PhaseEffects, course
from holdfast.endure.survival import Survival, endure

__all__ = [
    "CAUSES",
    "Course",
    "CourseQuery",
    "PartyAttack",
    "PhaseEffects",
    "Survival",
    "course",
    "endure",
]
