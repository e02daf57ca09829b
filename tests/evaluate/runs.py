"""What the tests of the course share: designs made from the packaged ones, and their course week by week."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from holdfast.endure import RENEWALS, course, endure
from holdfast.evaluate import Memory
from holdfast.evaluate.clock import course_query
from holdfast.evaluate.field import field_of
from holdfast.evaluate.question import Question

WEEKS = 520


def free(arrangement, **changes):
    """Return a design in one phase that nobody has to authorise, with changes to that phase."""
    phase = arrangement.phases[0].model_copy(update=changes)
    return arrangement.model_copy(update={"authority": None, "fallback": None, "phases": (phase,)})


def asked(case, settlement, arrangement, futures, *, renewal=None, fallback=None):
    """Return what the clock is asked of a design, each renewal going well with a chance of ``renewal``."""
    memory = Memory()
    used: set[str] = set()

    def question(design):
        found = Question(case, settlement, design, futures, used)
        return found, tuple(field_of(found, phase, memory) for phase in design.phases)

    first, fields = question(arrangement)
    other = None if fallback is None else question(fallback)
    chance = np.full((futures.n, RENEWALS), 1.0 if renewal is None else renewal)
    return course_query(first, fields, chance, other, WEEKS // 52, memory)


def by_week(query, weeks=WEEKS):
    """Return the course of a query with every week kept."""
    return endure(course(replace(query, weeks=weeks, record_weeks=tuple(range(1, weeks + 1)))))


def hazard(found, *columns):
    """Return the hazard of each week, array (futures, weeks): of all causes, or of what columns count."""
    holds = found.column("holds")
    total = -np.diff(np.log(holds), axis=1)
    if not columns:
        return total
    share = sum(np.diff(found.column(name), axis=1) for name in columns)
    return total * share / -np.diff(holds, axis=1)


def quantile_of(case, name, value):
    """Return the share of an estimate's distribution that lies below a value."""
    quantile = case.ledger.shape(name).quantile
    score = brentq(lambda z: float(quantile(np.float64(ndtr(z)))) - value, -6.0, 6.0, xtol=1e-15, rtol=1e-14)
    return float(ndtr(score))
