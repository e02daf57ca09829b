"""Endure: would it hold (rules TR, MI, DE, IN, EN and WA of ``docs/model.md``).

``query`` says what is asked in natural units, ``course`` turns it into arrays, ``reference`` defines
what the clock does with them and ``kernel`` does the same fast. Left out: who wins a war that
resumes, beyond its first year; war that goes on where there is no ceasefire.
"""

from __future__ import annotations

import logging

from holdfast.endure.checks import CourseError
from holdfast.endure.course import CAUSES, WEEKS_PER_YEAR, Course, course
from holdfast.endure.query import (
    AT_WEEK,
    NO_SIGNAL,
    RENEWALS,
    SIGNALS,
    CourseQuery,
    DecisionQuery,
    Deployment,
    ForcesQuery,
    IncidentsQuery,
    MissionQuery,
    PhaseQuery,
    Setting,
    Starts,
    TruceQuery,
    WarQuery,
)
from holdfast.endure.survival import DEGRADED, THERE, Survival

__all__ = [
    "AT_WEEK",
    "CAUSES",
    "DEGRADED",
    "NO_SIGNAL",
    "RENEWALS",
    "SIGNALS",
    "THERE",
    "WEEKS_PER_YEAR",
    "Course",
    "CourseError",
    "CourseQuery",
    "DecisionQuery",
    "Deployment",
    "ForcesQuery",
    "IncidentsQuery",
    "MissionQuery",
    "PhaseQuery",
    "Setting",
    "Starts",
    "Survival",
    "TruceQuery",
    "WarQuery",
    "course",
    "endure",
]

_LOG = logging.getLogger(__name__)


def endure(asked: Course) -> Survival:
    """Return survival, incidents and what a resumption would bring, for every future of a course.

    The compiled clock. At its first use on a machine it is compiled, which takes some seconds and is
    logged; it is loaded here, so that what does not simulate starts at once.
    """
    from holdfast.endure import compiled, kernel

    if not compiled.is_at_hand():
        _LOG.info("compiling the clock for this machine, once")
    return kernel.run(asked)
