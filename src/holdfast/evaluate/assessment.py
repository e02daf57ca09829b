"""What was computed for one arrangement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.accept import Acceptance
from holdfast.authorise import Authorisation
from holdfast.cost import Bill
from holdfast.endure import Survival
from holdfast.evaluate.principles import Bearing
from holdfast.generate import Contributions
from holdfast.observe import Coverage
from holdfast.require import Requirement
from holdfast.respond import Ladder
from holdfast.stakes import StakesResult
from holdfast.vocabulary.arrangement import Arrangement
from holdfast.vocabulary.settlement import Settlement

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """What the stages say of one phase; ``requirement`` and the like are None without a mission."""

    name: str
    starts_months: float
    requirement: Requirement | None
    contributions: Contributions | None
    coverage: Coverage
    ladder: Ladder
    bill: Bill


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that was computed for one arrangement under one settlement.

    Attributes
    ----------
    arrangement, settlement
        The words asked about.
    outcomes : mapping of str to array (futures,)
        The columns of the outcome table; NaN where an outcome has no meaning (nothing to authorise).
    stakes : mapping of state to StakesResult
        What each party weighs before it accepts, at the first phase.
    acceptance, authorisation
        Who refuses and who blocks; authorisation is None where there is nothing to authorise.
    phases : tuple of PhasePlan
    survival : Survival
        Given that the arrangement is in force.
    notes : tuple of str
        What a reader must know about this arrangement under this settlement.
    bearings : tuple of Bearing
        Legal and moral questions that bear on it; listed, never scored.
    used : frozenset of str
        Names of the estimates that were read.
    """

    arrangement: Arrangement
    settlement: Settlement
    outcomes: Mapping[str, Array]
    stakes: Mapping[str, StakesResult]
    acceptance: Acceptance
    authorisation: Authorisation | None
    phases: tuple[PhasePlan, ...]
    survival: Survival
    notes: tuple[str, ...]
    bearings: tuple[Bearing, ...]
    used: frozenset[str]
