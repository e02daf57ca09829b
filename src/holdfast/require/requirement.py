"""From tasks to persons, and from persons to capabilities in the units that states send."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ROUNDING = 1e-9
"""Parts of an element that rounding leaves over, and that no further element is counted for."""


@dataclass(frozen=True, slots=True)
class Part:
    """A capability in the mix of a task.

    Attributes
    ----------
    capability, role : str
    low, central, high : float
        Its share of the task's persons, with its plausible 90 % range; all shares are taken over the sum of
        the central ones.
    element : float
        Persons in its least unit.
    """

    capability: str
    role: str
    low: float
    central: float
    high: float
    element: float


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its range."""

    low: float
    central: float
    high: float


@dataclass(frozen=True, slots=True)
class TaskNeed:
    """A task with its planning ratio.

    Attributes
    ----------
    task, domain : str
    ratio : array (futures,), persons per unit of ``quantity``
    quantity : array (futures,)
        Km of line, number of sites, thousands of people, or 1.
    support : array (futures,), ratio
        Support persons for each person on the task; nought where the ratio counts the whole force.
    planned : float or None
        Persons that the design sets, support included; None takes the ratio's answer.
    mix : tuple of Part
        Of which capabilities its persons are made up; empty where nothing is said.
    reaction_hours : tuple of float or None
        Low, central and high of the time within which it must be able to act.
    """

    task: str
    domain: str
    ratio: Array
    quantity: Array
    support: Array
    planned: float | None
    mix: tuple[Part, ...] = ()
    reaction_hours: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class RequireQuery:
    """The tasks of one mission in one phase."""

    tasks: tuple[TaskNeed, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CapabilityNeed:
    """What a task needs, and what the design plans, of one capability.

    Attributes
    ----------
    capability, role : str
    share : Share
        Of the task's persons.
    needed, planned : array (futures,), persons
    element : float
        Persons in its least unit.
    elements : int
        Least units that cover the central need.
    """

    capability: str
    role: str
    share: Share
    needed: Array
    planned: Array
    element: float
    elements: int


@dataclass(frozen=True, slots=True)
class RequiredTask:
    """What one task needs, and what the design plans, in persons per future.

    ``capabilities`` splits both by the task's mix; ``roles`` has the share of the persons in each role, so
    that combat and support can be told apart.
    """

    task: str
    domain: str
    needed: Array
    planned: Array
    capabilities: tuple[CapabilityNeed, ...] = ()
    roles: Mapping[str, Share] | None = None
    reaction_hours: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a mission needs; ``needed`` and ``planned`` are totals in persons per future."""

    tasks: tuple[RequiredTask, ...]
    needed: Array
    planned: Array

    def of_capability(self) -> dict[str, tuple[Array, Array, int]]:
        """Return persons needed, persons planned and elements of each capability, over all tasks.

        Nobody does two tasks, so elements are counted task by task. A task without a mix adds nothing.
        """
        totals: dict[str, tuple[Array, Array, int]] = {}
        for one in (part for task in self.tasks for part in task.capabilities):
            zero = np.zeros_like(one.needed)
            needed, planned, elements = totals.get(one.capability, (zero, zero, 0))
            totals[one.capability] = needed + one.needed, planned + one.planned, elements + one.elements
        return totals


def require(query: RequireQuery) -> Requirement:
    """Return the persons that each task needs, and of which capabilities.

    RQ1: needed = ratio x quantity x (1 + support).
    RQ2: planned = what the design sets, else what is needed.
    RQ3: tasks add up; persons are not shared between tasks.
    RQ4: persons of a capability = persons of the task x its share over the sum of central shares.
    RQ7: the reaction time of a task is handed on.
    """
    done = []
    for task in query.tasks:
        needed = task.ratio * task.quantity * (1.0 + task.support)
        planned = needed if task.planned is None else np.full_like(needed, task.planned)
        done.append(
            RequiredTask(
                task.task,
                task.domain,
                needed,
                planned,
                _split(task.mix, needed, planned),
                roles_of(task.mix),
                task.reaction_hours,
            )
        )
    return Requirement(
        tuple(done),
        np.sum([task.needed for task in done], axis=0),
        np.sum([task.planned for task in done], axis=0),
    )


def _split(mix: tuple[Part, ...], needed: Array, planned: Array) -> tuple[CapabilityNeed, ...]:
    """Return the persons of a task by capability (RQ4)."""
    found = []
    for part in mix:
        share = share_of([part], mix)
        own = needed * share.central
        found.append(
            CapabilityNeed(
                part.capability,
                part.role,
                share,
                own,
                planned * share.central,
                part.element,
                elements_of(float(np.median(own)), part.element),
            )
        )
    return tuple(found)


def share_of(parts: Iterable[Part], mix: Iterable[Part]) -> Share:
    """Return the share that some parts of a mix have, with its range.

    RQ5: low (high) is with these parts at their low (high) and all others at their central shares.
    """
    own = tuple(parts)
    named = {part.capability for part in own}
    rest = math.fsum(part.central for part in mix if part.capability not in named)

    def over_all(amount: float) -> float:
        if rest == 0.0:  # all that there is, however little of it
            return 1.0 if own else 0.0
        return amount / (amount + rest)

    return Share(
        over_all(math.fsum(part.low for part in own)),
        over_all(math.fsum(part.central for part in own)),
        over_all(math.fsum(part.high for part in own)),
    )


def roles_of(mix: tuple[Part, ...]) -> dict[str, Share]:
    """Return the share of a task's persons in each role that its mix has (RQ5)."""
    return {
        role: share_of([part for part in mix if part.role == role], mix)
        for role in dict.fromkeys(part.role for part in mix)
    }


def elements_of(persons: float, element: float) -> int:
    """Return the least units of so many persons that cover a need.

    RQ6: persons over persons in an element, rounded up.

    Raises
    ------
    ValueError
        If an element has nobody in it.
    """
    if not element > 0.0:
        raise ValueError("an element must have persons in it")
    return math.ceil(persons / element - _ROUNDING) if persons > 0.0 else 0
