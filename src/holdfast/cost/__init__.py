"""Cost: what it costs a year (rules CO1 and CO2).

First cut: persons x unit cost and sensors x unit cost, with support as the design sets it; who pays
under which authority, depreciation and one-off set-up are left out.
"""

from __future__ import annotations

from holdfast.cost.bill import Bill, CostQuery, Item, bill

__all__ = ["Bill", "CostQuery", "Item", "bill"]
