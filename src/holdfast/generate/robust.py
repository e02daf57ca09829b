"""A plan that is good in the worst tenth: who is asked when not all who are asked will come (rule GP11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.generate.plan import EFFORT_GAP, LATER_NODES, Model, Plan
from holdfast.generate.query import PlanQuery

Array = NDArray[np.float64]

TENTH: Final = 0.1
"""The share of futures that counts as the worst."""
_SLACK: Final = 0.001


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """What comes of each offer: the share of it that arrives, array (futures,), by state and domain."""

    share: Mapping[tuple[str, str], Array]

    @property
    def futures(self) -> int:
        """Number of futures."""
        return len(next(iter(self.share.values()))) if self.share else 0


def left_short(query: PlanQuery, found: Plan, arrivals: Arrivals) -> Array:
    """Return the share of the need that stays short in each future if only those in the plan are asked.

    What a state sends of a capability arrives as the best of those of its offers does that it may be taken
    from and that lack nothing.
    """
    domains = {need.capability: need.domains for need in query.needs}
    whole = {(offer.state, offer.domain) for offer in query.offers if not offer.lacks}
    given = {need.capability: np.zeros((arrivals.futures, query.periods)) for need in query.needs}
    for one in found.contingents:
        shares = [
            arrivals.share[one.state, domain]
            for domain in domains[one.capability]
            if (one.state, domain) in whole
        ]
        if shares:
            given[one.capability] += np.max(shares, axis=0)[:, None] * np.array(one.persons)
    short = sum(
        np.maximum(np.array(need.persons) - given[need.capability], 0.0).sum(axis=1) for need in query.needs
    )
    return np.asarray(short / query.needed if query.needed else np.zeros(arrivals.futures))


def worst_tenth(short: Array) -> float:
    """Return the mean over the worst tenth of futures, the last one counted in part."""
    size = TENTH * len(short)
    worst = np.sort(short)[::-1]
    whole = int(size)
    total = worst[:whole].sum() + (size - whole) * (worst[whole] if whole < len(worst) else 0.0)
    return float(total / size)


def robust_plan(query: PlanQuery, arrivals: Arrivals, *, reserve: float = 0.5) -> Plan:
    """Return the plan that leaves least short in the worst tenth of futures, and of those the least effort.

    GP11: of each capability up to ``1 + reserve`` times the need may be asked for; the mean shortfall of
    the worst tenth is made least (Rockafellar and Uryasev, Journal of Risk 2, 2000).

    Parameters
    ----------
    query : PlanQuery
    arrivals : Arrivals
        For every offer of the query.
    reserve : float
        How far beyond the need may be asked.
    """
    model = Model(query)
    if not query.needed or not model.sent:
        return model.plan(provisional=False)
    needed, fillable = query.needed, Model(query).fillable()
    tail = _tail(model, arrivals, reserve)
    first = model.program.minimise(tail, relaxed=False, gap=2.0 * _SLACK * fillable)
    model.program.hold(("held", "tail"), tail, first.objective + _SLACK * fillable)
    cost = np.zeros(model.program.size)
    effort = model.effort()
    cost[: len(effort)] = effort
    best = model.program.minimise(
        cost, relaxed=False, gap=EFFORT_GAP * fillable, begin=first.values, nodes=LATER_NODES
    )
    gaps = (first.objective - first.bound) / needed, (best.objective - best.bound) / needed
    return model.written(best, provisional=False, gaps=gaps)


def _tail(model: Model, arrivals: Arrivals, reserve: float) -> Array:
    """Add what is short in each future, and return the cost of the worst tenth."""
    program, query = model.program, model.query
    threshold = program.columns(1)
    excess = program.columns(arrivals.futures)
    short = {
        (need.capability, future): program.columns(query.periods, upper=np.array(need.persons))
        for need in model.needs
        for future in range(arrivals.futures)
    }
    for need in model.needs:
        sent = [
            (state, domain, columns)
            for (state, domain, what), columns in model.sent.items()
            if what == need.capability
        ]
        for period, persons in enumerate(need.persons):
            at = slice(period, period + 1)
            model.row(
                ("reserve", need.capability, str(period)),
                [(columns[at], need.element) for _, _, columns in sent],
                high=(1.0 + reserve) * persons + need.element,
            )
            for future in range(arrivals.futures):
                terms = [
                    (columns[at], need.element * float(arrivals.share[state, domain][future]))
                    for state, domain, columns in sent
                ]
                terms.append((short[need.capability, future][at], 1.0))
                model.row(("arrives", need.capability, str(period), str(future)), terms, low=persons)
    for future in range(arrivals.futures):
        terms = [(short[need.capability, future], 1.0) for need in model.needs]
        terms += [(excess[future : future + 1], -1.0), (threshold, -1.0)]
        model.row(("tail", str(future)), terms, high=0.0)
    cost = np.zeros(program.size)
    cost[threshold] = 1.0
    cost[excess] = 1.0 / (TENTH * arrivals.futures)
    cost[model.missing] = max(query.needed, 1.0)
    return cost
