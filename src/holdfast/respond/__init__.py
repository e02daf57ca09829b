"""Respond: the breach ladder against the breaker's clock (rules RE1 to RE7).

The ladder: notice, attribute, decide, arrive; and whether the promise is kept at all.
"""

from __future__ import annotations

from holdfast.respond.ladder import RUNGS, Ladder, Promise, RespondQuery, gains, respond, without

__all__ = ["RUNGS", "Ladder", "Promise", "RespondQuery", "gains", "respond", "without"]
