"""Generate: who provides it, and what is short (rules GE1 to GE5).

First cut: offers are added up with their conditions; there is no optimiser, no rotation ledger,
no caveat but the stated conditions, no airlift, and no explanation of a shortfall beyond who and what.
"""

from __future__ import annotations

from holdfast.generate.contributions import (
    Contribution,
    Contributions,
    GenerateQuery,
    OfferTerm,
    generate,
)

__all__ = ["Contribution", "Contributions", "GenerateQuery", "OfferTerm", "generate"]
