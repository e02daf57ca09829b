"""Require: what every task needs, by sourced planning ratios (rules RQ1 to RQ3).

Left out in this first cut: capabilities finer than land, air, sea, monitors, training and
logistics; reaction times; shifts over phases; the comparison with past missions task by task.
"""

from __future__ import annotations

from holdfast.require.requirement import RequiredTask, Requirement, RequireQuery, TaskNeed, require

__all__ = ["RequireQuery", "RequiredTask", "Requirement", "TaskNeed", "require"]
