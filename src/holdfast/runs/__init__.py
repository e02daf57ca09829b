"""Runs: questions asked in full, documents that name what they were computed from, and their replay."""

from __future__ import annotations

from holdfast.runs.asking import (
    FUTURES,
    SEED,
    YEARS,
    Assessed,
    Authority,
    Comparison,
    assess,
    authority,
    compare,
)
from holdfast.runs.ballot import Replayed, replay_ballot
from holdfast.runs.composing import Composed, composition
from holdfast.runs.expecting import Expected, expectations
from holdfast.runs.replay import Replay, verify

__all__ = [
    "FUTURES",
    "SEED",
    "YEARS",
    "Assessed",
    "Authority",
    "Comparison",
    "Composed",
    "Expected",
    "Replay",
    "Replayed",
    "assess",
    "authority",
    "compare",
    "composition",
    "expectations",
    "replay_ballot",
    "verify",
]
