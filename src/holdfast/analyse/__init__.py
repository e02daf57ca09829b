"""Analyse: reads assessments and asks nothing again.

First cut: summaries with their range and computing error, paired differences, and what a headline
rests on by rank correlation. Interactions, discovery and robustness come later.
"""

from __future__ import annotations

from holdfast.analyse.reliance import Reliance, reliance
from holdfast.analyse.summary import Difference, Quantity, difference, quantity

__all__ = ["Difference", "Quantity", "Reliance", "difference", "quantity", "reliance"]
