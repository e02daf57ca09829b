"""Stakes: what war and peace are worth to each party, now and when forces have changed.

One set of options, prizes and burdens drives acceptance, veto, consent and attack (rules ST1 to ST12
of ``docs/model.md``); a war that nobody stops runs on the same stocks (ST13 to ST15). The clock of
:mod:`holdfast.endure` weighs the same options week by week with the same functions of
:mod:`holdfast.fixed`, at the strengths of that week.
"""

from __future__ import annotations

from holdfast.stakes.forces import Forces, ForcesQuery, forces, strength
from holdfast.stakes.options import Options, OptionsQuery, odds, options, sizes
from holdfast.stakes.value import StakesQuery, StakesResult, stakes
from holdfast.stakes.war import WarPath, WarQuery, war

__all__ = [
    "Forces",
    "ForcesQuery",
    "Options",
    "OptionsQuery",
    "StakesQuery",
    "StakesResult",
    "WarPath",
    "WarQuery",
    "forces",
    "odds",
    "options",
    "sizes",
    "stakes",
    "strength",
    "war",
]
