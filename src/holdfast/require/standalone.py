"""What tasks need by themselves: words of the model's tables turned into a query, with no case behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from holdfast.futures import Futures
from holdfast.require.requirement import Part, Requirement, RequireQuery, TaskNeed, require
from holdfast.vocabulary.capability import Capability
from holdfast.vocabulary.method import Task


def parts_of(task: Task, capabilities: Mapping[str, Capability]) -> tuple[Part, ...]:
    """Return the mix of a task as the engine reads it, in the order of its file.

    Raises
    ------
    KeyError
        If the mix names a capability that is not there.
    """
    return tuple(
        Part(
            portion.capability,
            capabilities[portion.capability].role,
            portion.share.low,
            portion.share.mode,
            portion.share.high,
            capabilities[portion.capability].persons.mode,
        )
        for portion in task.mix
    )


def reaction_of(task: Task) -> tuple[float, float, float] | None:
    """Return low, central and high of a task's reaction time in hours, None where nothing is said."""
    hours = task.reaction_hours
    return None if hours is None else (hours.low, hours.mode, hours.high)


def alone(
    asked: Sequence[tuple[Task, float]], capabilities: Mapping[str, Capability], futures: Futures
) -> Requirement:
    """Return what tasks need by themselves (RQ1 to RQ7).

    Parameters
    ----------
    asked : sequence of (Task, float)
        Each task with what its ratio multiplies: km of line, sites, thousands of people, or 1.
    capabilities : mapping of key to Capability
    futures : Futures
        Joint draws of the ratios.

    Returns
    -------
    Requirement
        ``planned`` equals ``needed``.
    """

    def constant(value: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.full(futures.n, float(value))

    return require(
        RequireQuery(
            tuple(
                TaskNeed(
                    task=task.key,
                    domain=task.domain,
                    ratio=futures[task.ratio],
                    quantity=constant(quantity),
                    support=constant(0.0) if task.support is None else futures[task.support],
                    planned=None,
                    mix=parts_of(task, capabilities),
                    reaction_hours=reaction_of(task),
                )
                for task, quantity in asked
            )
        )
    )
