"""Respond: the breach ladder against the breaker's clock (rules RE1 to RE4).

The ladder: notice, attribute, decide, arrive.

First cut: the steps' times are added up; no overlap, no caveats of contributors, no classes of breach.
"""

from __future__ import annotations

from holdfast.respond.ladder import Ladder, Promise, RespondQuery, respond

__all__ = ["Ladder", "Promise", "RespondQuery", "respond"]
