"""What would close a shortfall: what each change is worth, and the smallest sets that do (rule GP10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.generate.plan import CHANGES, Model, Plan, plan
from holdfast.generate.query import PlanQuery

MOST_CHANGES: Final = 4
"""Sets of more changes are not looked for: nobody negotiates that many at a time."""
ALTERNATIVES: Final = 3
"""How many smallest sets are named."""
CLOSED: Final = 0.01
"""A shortfall below this share of the need counts as closed."""
STEP: Final = 0.02
"""One change more must lower the shortfall by so much of the need to be named."""
HALF: Final = 0.5
_WORTH: Final = 1e-4
"""A change that helps by less than this share of the need does not help."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one change alone is worth: persons by which the least shortfall falls, over all periods."""

    name: str
    persons: float


@dataclass(frozen=True, slots=True, eq=False)
class Closer:
    """A set of changes, and the plan in whole elements once they are made."""

    changes: tuple[str, ...]
    plan: Plan

    @property
    def closes(self) -> bool:
        """Whether nothing worth the name stays short."""
        return self.plan.shortfall <= CLOSED


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Why something is short, and what then.

    Attributes
    ----------
    binding : tuple of Change
        Single changes that help, the most helpful first: what binds is what would help if it fell.
    closers : tuple of Closer
        For one change, for two, and so on the set that helps most, until it is closed or nothing more helps;
        then other sets as small that close it as well.
    """

    binding: tuple[Change, ...]
    closers: tuple[Closer, ...]


def explain(query: PlanQuery, *, most: int = MOST_CHANGES) -> Explanation:
    """Return what binds and what would close the shortfall.

    GP10: the value of a change is the fall of the least shortfall of the linear plan; sets are found by a
    program that picks changes, with elements split, and each is then solved again in whole elements.

    Parameters
    ----------
    query : PlanQuery
    most : int
        The largest set of changes that is looked for; larger ones take longer.
    """
    model = Model(query)
    if not query.needed or not model.switches:
        return Explanation((), ())
    binding = _alone(model)
    before = shortest(query).shortfall
    if before <= CLOSED:
        return Explanation(binding, ())
    return Explanation(binding, _sets(query, binding, before, most))


def _alone(model: Model) -> tuple[Change, ...]:
    """Return what each change alone is worth."""
    helpful = [name for name, most in model.worth_of().items() if most > 0.0]
    least = model.persons_short(model.least_short(relaxed=True))
    found = []
    for name in helpful:
        model.switch(name, made=True)
        worth = least - model.persons_short(model.least_short(relaxed=True))
        found.append(Change(name, round(worth, 6)))
        model.switch(name, made=False)
    helps = [one for one in found if one.persons > _WORTH * model.query.needed]
    return tuple(sorted(helps, key=lambda one: (-round(one.persons, 3), one.name)))


def shortest(query: PlanQuery, changes: tuple[str, ...] = ()) -> Plan:
    """Return a plan in whole elements with the least shortfall, whatever its effort."""
    model = Model(query)
    for name in changes:
        model.switch(name, made=True)
    if not model.sent:
        return plan(query, changes)
    found = model.least_short(relaxed=False)
    short, effort = found.objective - found.bound, float(model.effort() @ found.values)
    gaps = short / query.needed, effort / query.needed  # of effort nothing is proved
    return model.written(found, provisional=False, gaps=gaps, changes=changes)


def _sets(query: PlanQuery, binding: tuple[Change, ...], before: float, most: int) -> tuple[Closer, ...]:
    """Return the best set of each size, and others of the smallest size that close it too."""
    model = Model(query)
    for name in model.switches:
        model.free(name)
    found: list[Closer] = []
    for size in range(1, most + 1):
        best = (binding[0].name,) if size == 1 and binding else _best(model, size)
        if not best:
            continue  # nothing alone helps, but two together may
        if len(best) < size:
            break  # one change more does not help
        next_one = Closer(best, shortest(query, best))
        last = found[-1].plan.shortfall if found else before
        if last - next_one.plan.shortfall < (STEP if found else _WORTH):
            continue
        found.append(next_one)
        if next_one.closes:
            return (*found, *_others(model, next_one))
    return tuple(found)


def _others(model: Model, first: Closer) -> tuple[Closer, ...]:
    """Return other sets, no larger than the first, that close the shortfall as well."""
    found: list[Closer] = []
    last = first
    while len(found) < ALTERNATIVES - 1:
        model.forbid(last.changes)
        other = _best(model, len(first.changes))
        if not other:
            break
        last = Closer(other, shortest(model.query, other))
        if not last.closes:
            break
        found.append(last)
    return tuple(found)


def _best(model: Model, size: int) -> tuple[str, ...]:
    """Return the set of at most so many changes that leaves least short, and of those the smallest."""
    model.program.limit(CHANGES, float(size))
    switches = np.concatenate(list(model.switches.values()))
    worth = _WORTH * model.query.needed
    cost = model.shortfall()
    cost[switches] = worth  # so that no change is made in vain
    chosen = model.program.minimise(cost, relaxed=True, whole=switches, gap=CLOSED * model.query.needed)
    return tuple(name for name, columns in model.switches.items() if chosen.values[columns[0]] > HALF)
