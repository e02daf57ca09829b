"""The war that goes on if a settlement is refused, as part of a JSON-ready document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluate import SupportCompared, WarPath
from holdfast.runs.quantities import quantity_of
from holdfast.vocabulary.axes import HOST, OPPONENT

Array = NDArray[np.float64]

WAR_YEARS: Final = (1, 2, 3, 5, 10)
"""Years of fighting after which the path is told."""
CAUTION: Final = (
    "A path that carries today's intake, losses, support and pace of the front forward; nothing in it ends "
    "the war. Beyond two or three years it says little."
)
COMPARED: Final = ("in_war_with_it", "in_war_without", "in_peace_with_it", "in_peace_without")


def war_goes_on(parties: Sequence[str], path: WarPath, compared: SupportCompared) -> dict[str, Any]:
    """Return what stands if the settlement is refused: the war, with the support of the first phase.

    Parameters
    ----------
    parties : sequence of str
        Host and opponent.
    path : WarPath
    compared : SupportCompared
    """
    return {
        "caution": CAUTION,
        "by_year": [_year(parties, path, year) for year in WAR_YEARS],
        "support": [
            {"year": year, **{name: quantity_of(getattr(compared, name)[:, place]) for name in COMPARED}}
            for place, year in enumerate(compared.years)
        ],
    }


def _year(parties: Sequence[str], path: WarPath, year: int) -> dict[str, Any]:
    """Return stocks after so many years, and ground and casualties until then."""
    at = int(np.searchsorted(path.years, year))
    strength = path.strength[:, at]
    by_party = {
        "persons": path.persons[:, at],
        "materiel": path.materiel[:, at],
        "casualties": path.casualties[:, :at].sum(axis=1),
    }
    return {
        "year": year,
        "strength_ratio": quantity_of(strength[:, HOST] / strength[:, OPPONENT]),
        "ground_km2": quantity_of(path.ground[:, :at].sum(axis=1)),
        **{name: _of_each(parties, values) for name, values in by_party.items()},
    }


def _of_each(parties: Sequence[str], values: Array) -> dict[str, dict[str, Any]]:
    """Return a quantity for each party."""
    return {code: quantity_of(values[:, place]) for place, code in enumerate(parties)}
