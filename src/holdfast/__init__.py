"""Holdfast designs peace missions and shows what it would take for a ceasefire to hold.

It shows the consequences of stated assumptions, not a forecast. The public face is ten functions:

``compare(case, arrangements)``
    Arrangements side by side, in the same futures; a table for polars and pandas.
``assess(case, arrangement)``
    One arrangement in full.
``authority(case, arrangement)``
    Who must agree: the parties, and every body that could authorise it.
``composition(case, arrangement)``
    Who would make up its missions, what is short, and what would close it.
``need(tasks)``
    What tasks need, without a case.
``observation(case, arrangement)``
    What would be seen of breaches along a line, located and attributed, and how soon.
``ladder(case, arrangement)``
    Who would answer a breach, how soon, and whether before it is done.
``verify(path)``
    Replay a saved result from its manifest.
``load_case(case)``
    A case read and checked whole.
``packaged_cases()``
    The names of the packaged cases.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
"""Version of the package."""
MODEL_VERSION = "0.3"
"""Version of the model: it changes when results move."""

if TYPE_CHECKING:
    from holdfast.cases import load_case, packaged_cases
    from holdfast.runs import (
        Assessed,
        Authority,
        Comparison,
        Composed,
        Replay,
        assess,
        authority,
        compare,
        composition,
        verify,
    )
    from holdfast.runs.need import Needed, need
    from holdfast.runs.observing import Observed, observation
    from holdfast.runs.responding import Laddered, ladder

_HOMES = {
    "Assessed": "holdfast.runs",
    "Authority": "holdfast.runs",
    "Comparison": "holdfast.runs",
    "Composed": "holdfast.runs",
    "Laddered": "holdfast.runs.responding",
    "Needed": "holdfast.runs.need",
    "Observed": "holdfast.runs.observing",
    "Replay": "holdfast.runs",
    "assess": "holdfast.runs",
    "authority": "holdfast.runs",
    "compare": "holdfast.runs",
    "composition": "holdfast.runs",
    "ladder": "holdfast.runs.responding",
    "load_case": "holdfast.cases",
    "need": "holdfast.runs.need",
    "observation": "holdfast.runs.observing",
    "packaged_cases": "holdfast.cases",
    "verify": "holdfast.runs",
}
"""Where each public name lives; it is imported when first asked for, so that importing this is light."""

__all__ = [
    "MODEL_VERSION",
    "Assessed",
    "Authority",
    "Comparison",
    "Composed",
    "Laddered",
    "Needed",
    "Observed",
    "Replay",
    "__version__",
    "assess",
    "authority",
    "compare",
    "composition",
    "ladder",
    "load_case",
    "need",
    "observation",
    "packaged_cases",
    "verify",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    """Return a public name, importing its home on first use."""
    if name not in _HOMES:
        msg = f"module 'holdfast' has no attribute '{name}'"
        raise AttributeError(msg)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
