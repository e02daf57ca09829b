"""Stakes: what war and peace are worth to each party, now and when forces have changed.

One set of options, prizes and burdens drives acceptance, veto, consent and attack (rules ST1 to ST12
of ``docs/model.md``). The clock of :mod:`holdfast.endure` weighs the same options week by week with
the same functions of :mod:`holdfast.fixed`, at the strengths of that week.
"""

from __future__ import annotations

from holdfast.stakes.forces import Forces, ForcesQuery, forces, strength
from holdfast.stakes.options import Options, OptionsQuery, odds, options, sizes
from holdfast.stakes.value import StakesQuery, StakesResult, stakes

__all__ = [
    "Forces",
    "ForcesQuery",
    "Options",
    "OptionsQuery",
    "StakesQuery",
    "StakesResult",
    "forces",
    "odds",
    "options",
    "sizes",
    "stakes",
    "strength",
]
