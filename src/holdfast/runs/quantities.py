"""The summary of an outcome over futures, as part of a JSON-ready document."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.analyse import quantity


def quantity_of(values: NDArray[np.float64]) -> dict[str, Any]:
    """Return the summary of an outcome over futures."""
    return dataclasses.asdict(quantity(values))
