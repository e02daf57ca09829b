"""From tasks to persons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TaskNeed:
    """A task with its planning ratio.

    Attributes
    ----------
    task, capability : str
    ratio : array (futures,), persons per unit of ``quantity``
    quantity : array (futures,)
        Km of line, number of sites, or 1.
    support : array (futures,), ratio
        Support persons for each person on the task; nought where the ratio counts the whole force.
    planned : float or None
        Persons that the design sets, support included; None takes the ratio's answer.
    """

    task: str
    capability: str
    ratio: Array
    quantity: Array
    support: Array
    planned: float | None


@dataclass(frozen=True, slots=True)
class RequireQuery:
    """The tasks of one mission in one phase."""

    tasks: tuple[TaskNeed, ...]


@dataclass(frozen=True, slots=True)
class RequiredTask:
    """What one task needs, and what the design plans, in persons per future."""

    task: str
    capability: str
    needed: Array
    planned: Array


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a mission needs; ``needed`` and ``planned`` are totals in persons per future."""

    tasks: tuple[RequiredTask, ...]
    needed: Array
    planned: Array


def require(query: RequireQuery) -> Requirement:
    """Return the persons that each task needs.

    RQ1: needed = ratio x quantity x (1 + support).
    RQ2: planned = what the design sets, else what is needed.
    RQ3: tasks add up; persons are not shared between tasks.
    """
    done = []
    for task in query.tasks:
        needed = task.ratio * task.quantity * (1.0 + task.support)
        planned = needed if task.planned is None else np.full_like(needed, task.planned)
        done.append(RequiredTask(task.task, task.capability, needed, planned))
    return Requirement(
        tuple(done),
        np.sum([task.needed for task in done], axis=0),
        np.sum([task.planned for task in done], axis=0),
    )
