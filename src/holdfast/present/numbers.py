"""Numbers with their ranges, in words and figures that a reader can take in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

NOT_APPLICABLE = "-"


def share(value: float) -> str:
    """Return a share as percent, never rounded to a certainty that is not there."""
    percent = 100.0 * value
    if 0.0 < percent < 1.0:
        return "<1 %"
    if 99.0 < percent < 100.0:
        return ">99 %"
    return f"{percent:.0f} %"


def share_range(quantity: Mapping[str, Any]) -> str:
    """Return a range of shares (``6-77 %``), or a dash where it has no meaning."""
    return number_range(quantity, share)


def count(value: float) -> str:
    """Return a number of persons or things, to two figures above a hundred."""
    if value >= 100.0:
        places = math.floor(math.log10(value)) - 1
        value = round(value / 10**places) * 10**places
    return f"{value:,.0f}"


def exactly(value: float) -> str:
    """Return a number that somebody chose, to the last person."""
    return f"{value:,.0f}"


def rate(value: float) -> str:
    """Return how many in a week or a year: to two figures, and never nought where it is not."""
    if 0.0 < value < 0.05:
        return "<0.1"
    if 0.0 < value < 9.95:
        return f"{value:.1f}"
    return count(value)


def ratio(value: float) -> str:
    """Return a ratio, to two places."""
    return f"{value:.2f}"


def signed_range(quantity: Mapping[str, Any]) -> str:
    """Return a range of amounts that may lie on either side of nought: ``-410 to +4,200``."""
    if quantity["low"] is None:
        return NOT_APPLICABLE
    return " to ".join(
        f"{'-' if end < 0.0 else '+'}{count(abs(end))}" for end in (quantity["low"], quantity["high"])
    )


def stake_range(quantity: Mapping[str, Any]) -> str:
    """Return a range of stakes, signs and all: ``-0.20 to +0.35``."""
    if quantity["low"] is None:
        return NOT_APPLICABLE
    return f"{quantity['low']:+.2f} to {quantity['high']:+.2f}"


def billions(value: float) -> str:
    """Return an amount in billions."""
    return f"{value / 1e9:.1f}" if value < 99.5e9 else f"{value / 1e9:.0f}"


def millions(value: float) -> str:
    """Return an amount in millions, to two figures."""
    return count(value / 1e6)


def days(value: float) -> str:
    """Return a number of days; below two, in hours; below two of those, in minutes."""
    hours = value * 24.0
    if hours < 2.0:
        return f"{hours * 60.0:.0f} min"
    return f"{hours:.0f} h" if value < 2.0 else f"{value:.0f} d"


def whole_days(value: float) -> str:
    """Return a number of days in days, so that a column has one unit: below ten with a decimal."""
    return f"{value:.1f} d" if value < 9.95 else f"{value:.0f} d"


def number_range(quantity: Mapping[str, Any], word: Callable[[float], str]) -> str:
    """Return a range in the words of ``word``, or a dash where it has no meaning.

    A unit that both ends share is said once: ``14-75 d``, but ``20 h - 3 d``.
    """
    if quantity["low"] is None:
        return NOT_APPLICABLE
    low, high = word(quantity["low"]), word(quantity["high"])
    if low == high:
        return low
    low_unit, high_unit = low.partition(" ")[2], high.partition(" ")[2]
    if low_unit == high_unit:
        return f"{low.partition(' ')[0]}-{high}"
    return f"{low} - {high}"
