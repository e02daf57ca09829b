"""The manifest: all that a result was computed from."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy

from holdfast import MODEL_VERSION, __version__
from holdfast.content import digest


def manifest(  # noqa: PLR0913 - all that names a result
    *,
    kind: str,
    case: str,
    hashes: Mapping[str, str],
    settlement: tuple[str, str],
    arrangements: list[tuple[str, str]],
    seed: int,
    futures: int,
    years: int,
    asked: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the manifest of a result, with an ``id`` that names it.

    The id covers words, ledgers, seed, futures and horizon; the environment stands beside it, because
    the same id must give the same numbers everywhere, to the last digit on one lock and processor. ``asked``
    is what only some questions ask besides.
    """
    named = {
        "kind": kind,
        "case": case,
        "hashes": dict(hashes),
        "settlement": {"name": settlement[0], "hash": settlement[1]},
        "arrangements": [{"name": name, "hash": content} for name, content in arrangements],
        "seed": seed,
        "futures": futures,
        "years": years,
        "model_version": MODEL_VERSION,
        **(asked or {}),
    }
    return {"id": digest(named), **named, "environment": environment()}


def environment() -> dict[str, str]:
    """Return the versions and the processor type that the last digits depend on."""
    return {
        "holdfast": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "processor": platform.machine(),
    }
