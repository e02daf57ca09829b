"""Require: what every task needs, by sourced planning ratios (rules RQ1 to RQ7).

Persons first, as an output; then capabilities by the task's mix, in the least units that states send, with
the share in combat and in support and the time within which the task must be able to act.

Left out: what terrain, a threat or the number of hostile posts would change in a ratio; reserves for a
surprise; persons who could do two tasks. Rotation and who sends what belong to the plan of contributions.
"""

from __future__ import annotations

from holdfast.require.requirement import (
    CapabilityNeed,
    Part,
    RequiredTask,
    Requirement,
    RequireQuery,
    Share,
    TaskNeed,
    elements_of,
    require,
    roles_of,
    share_of,
)
from holdfast.require.standalone import alone, parts_of, reaction_of

__all__ = [
    "CapabilityNeed",
    "Part",
    "RequireQuery",
    "RequiredTask",
    "Requirement",
    "Share",
    "TaskNeed",
    "alone",
    "elements_of",
    "parts_of",
    "reaction_of",
    "require",
    "roles_of",
    "share_of",
]
