"""Stakes: what war and peace are worth to each party, now and when forces are rebuilt.

One value drives acceptance, veto, consent and attack (rules ST1 to ST8 of ``docs/model.md``).

Left out in this first cut: probes and limited grabs as options of their own, forecasts of flows
(production, losses, obsolescence), pre-emption while a force is arriving, indivisible stakes beyond
what the terms' values say, and belief noise that observation lowers.
"""

from __future__ import annotations

from holdfast.stakes.strength import StrengthQuery, host_strength
from holdfast.stakes.value import StakesQuery, StakesResult, chance_of_success, stakes

__all__ = [
    "StakesQuery",
    "StakesResult",
    "StrengthQuery",
    "chance_of_success",
    "host_strength",
    "stakes",
]
