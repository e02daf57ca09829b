"""Estimate: an uncertain quantity with its distribution, unit, sources and confidence; the ledger file.

Only what can be said of the numbers as they are written is checked here. Whether a distribution with
these percentiles exists is found in :mod:`holdfast.distributions`, whether the sources bear the numbers
out in :mod:`holdfast.ledger`.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import Confidence, Day, Key, Reference, SourceRef, Text, UnitName, Word

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A plain finite number, in the unit of the estimate that it belongs to."""

UNIT_RANGES: dict[UnitName, tuple[float, float]] = {
    "share": (0.0, 1.0),
    "stake": (-math.inf, math.inf),
    "probit": (-math.inf, math.inf),
}
"""What a quantity of a unit can be. Every unit that is not listed runs from 0 upwards."""

# Standard normal quantiles: 95 % and 99.9 % (NIST Digital Library of Mathematical Functions, 7.17).
_Z_95 = 1.6448536269514722
_Z_999 = 3.090232306167813


def unit_range(unit: UnitName) -> tuple[float, float]:
    """Return the smallest and the largest value that a quantity of ``unit`` can have."""
    return UNIT_RANGES.get(unit, (0.0, math.inf))


def _refuse_order(given: str, rule: str) -> PydanticCustomError:
    return PydanticCustomError(
        "order", "{given}: {rule}", {"given": given, "rule": rule, "mend": "put the numbers in order"}
    )


class Triangular(Word):
    """Triangle from ``low`` to ``high`` with its peak at ``mode``; the ends are the ends."""

    kind: Literal["triangular"]
    low: Number
    mode: Number
    high: Number

    @model_validator(mode="after")
    def _in_order(self) -> Triangular:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            given = f"low {self.low:g}, mode {self.mode:g}, high {self.high:g}"
            raise _refuse_order(given, "write low, mode and high in rising order, low below high")
        return self

    @property
    def reach(self) -> tuple[float, float]:
        """Smallest and largest value."""
        return self.low, self.high


class Lognormal(Word):
    """A quantity whose logarithm is normal, given by its 5th and 95th percentiles."""

    kind: Literal["lognormal"]
    p05: Number
    p95: Number

    @model_validator(mode="after")
    def _in_order(self) -> Lognormal:
        if not 0.0 < self.p05 < self.p95:
            given = f"p05 {self.p05:g}, p95 {self.p95:g}"
            raise _refuse_order(given, "both must be above 0, and p05 below p95")
        return self

    @property
    def reach(self) -> tuple[float, float]:
        """Zero and the 99.9th percentile."""
        middle = 0.5 * (math.log(self.p05) + math.log(self.p95))
        spread = 0.5 * (math.log(self.p95) - math.log(self.p05)) / _Z_95
        return 0.0, math.exp(min(middle + _Z_999 * spread, 700.0))


class Normal(Word):
    """Normal distribution given by its 5th and 95th percentiles, cut off at ``minimum`` and ``maximum``.

    The percentiles are those of the distribution after the cut, that is, of what is drawn.
    """

    kind: Literal["normal"]
    p05: Number
    p95: Number
    minimum: Number | None = None
    maximum: Number | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Normal:
        given = f"p05 {self.p05:g}, p95 {self.p95:g}"
        if not self.p05 < self.p95:
            raise _refuse_order(given, "p05 must be below p95")
        if self.minimum is not None and self.minimum >= self.p05:
            raise _refuse_order(f"minimum {self.minimum:g}, {given}", "the minimum must be below p05")
        if self.maximum is not None and self.maximum <= self.p95:
            raise _refuse_order(f"maximum {self.maximum:g}, {given}", "the maximum must be above p95")
        return self

    @property
    def reach(self) -> tuple[float, float]:
        """The cuts where there are any, otherwise the 0.1th and 99.9th percentiles."""
        middle = 0.5 * (self.p05 + self.p95)
        reach = 0.5 * (self.p95 - self.p05) / _Z_95 * _Z_999
        return (
            middle - reach if self.minimum is None else self.minimum,
            middle + reach if self.maximum is None else self.maximum,
        )


class Beta(Word):
    """Beta distribution from ``minimum`` to ``maximum``, given by its 5th and 95th percentiles."""

    kind: Literal["beta"]
    p05: Number
    p95: Number
    minimum: Number = 0.0
    maximum: Number = 1.0

    @model_validator(mode="after")
    def _in_order(self) -> Beta:
        if not self.minimum < self.p05 < self.p95 < self.maximum:
            given = f"minimum {self.minimum:g}, p05 {self.p05:g}, p95 {self.p95:g}, maximum {self.maximum:g}"
            raise _refuse_order(given, "write minimum, p05, p95 and maximum in rising order, no two equal")
        return self

    @property
    def reach(self) -> tuple[float, float]:
        """Smallest and largest value."""
        return self.minimum, self.maximum


class Uniform(Word):
    """Every value from ``low`` to ``high`` alike."""

    kind: Literal["uniform"]
    low: Number
    high: Number

    @model_validator(mode="after")
    def _in_order(self) -> Uniform:
        if not self.low < self.high:
            raise _refuse_order(f"low {self.low:g}, high {self.high:g}", "low must be below high")
        return self

    @property
    def reach(self) -> tuple[float, float]:
        """Smallest and largest value."""
        return self.low, self.high


class Weighted(Word):
    """One value of a discrete distribution and its weight; weights need not add up to 1."""

    value: Number
    weight: Annotated[Number, Field(gt=0.0)]


class Discrete(Word):
    """A few values, each with a weight."""

    kind: Literal["discrete"]
    values: Annotated[tuple[Weighted, ...], Field(min_length=1, max_length=1_000)]

    @model_validator(mode="after")
    def _in_order(self) -> Discrete:
        for before, after in zip(self.values, self.values[1:], strict=False):
            if before.value >= after.value:
                given = f"{before.value:g} stands before {after.value:g}"
                raise _refuse_order(given, "write the values in rising order, each once")
        return self

    @property
    def reach(self) -> tuple[float, float]:
        """Smallest and largest value."""
        return self.values[0].value, self.values[-1].value


class Empirical(Word):
    """A sample, every value with the same weight; between neighbours the quantiles run straight."""

    kind: Literal["empirical"]
    values: Annotated[tuple[Number, ...], Field(min_length=2, max_length=100_000)]

    @property
    def reach(self) -> tuple[float, float]:
        """Smallest and largest value."""
        return min(self.values), max(self.values)


Distribution = Annotated[
    Triangular | Lognormal | Normal | Beta | Uniform | Discrete | Empirical,
    Field(discriminator="kind"),
]


class Basis(Word):
    """What an estimate rests on: a source, and the statement in it, where one was taken down."""

    source: SourceRef
    statement: Key | None = None


class Estimate(Word):
    """An uncertain quantity."""

    name: Key
    """Dotted: ``attack.share_of_failures``."""
    meaning: Text
    unit: UnitName
    distribution: Distribution
    sources: Annotated[tuple[Basis, ...], Field(min_length=1)]
    confidence: Confidence
    status: Literal["sourced", "judgement"]
    """``sourced`` when a source states the central value, ``judgement`` when somebody had to choose it."""
    as_of: Day
    stale_after_months: Annotated[int, Field(strict=True, ge=1, le=600)] | None
    """Months after which the estimate should be looked at again; null for what does not age."""
    note: Text | None = None

    @model_validator(mode="after")
    def _honest(self) -> Estimate:
        low, high = self.distribution.reach
        least, most = unit_range(self.unit)
        if low < least or high > most:
            allowed = f"from {least:g} upwards" if math.isinf(most) else f"from {least:g} to {most:g}"
            raise PydanticCustomError(
                "unit_range",
                "the distribution reaches from {low} to {high}, but a quantity in {unit} runs {allowed}",
                {
                    "low": f"{low:g}",
                    "high": f"{high:g}",
                    "unit": self.unit,
                    "allowed": allowed,
                    "mend": f"give a distribution that runs {allowed}, or another unit",
                },
            )
        if self.confidence == "J" and self.status == "sourced":
            raise PydanticCustomError(
                "status",
                "confidence J means a judgement, and the status is sourced",
                {"mend": "write `status: judgement`, or another confidence"},
            )
        return self


class Correlation(Word):
    """Spearman's rank correlation between two estimates. All other pairs are independent."""

    between: tuple[
        Annotated[Key, Reference("estimate")],
        Annotated[Key, Reference("estimate")],
    ]
    rank: Annotated[Number, Field(gt=-1.0, lt=1.0)]
    note: Text | None = None
    sources: Annotated[tuple[Basis, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _two_estimates(self) -> Correlation:
        if self.between[0] == self.between[1]:
            raise PydanticCustomError(
                "twice",
                "a correlation is between two different estimates",
                {"mend": "name another estimate, or take the correlation out"},
            )
        return self


class LedgerFile(Word):
    """A ledger file, of the model or of a case. Its order is the order of the estimates."""

    title: Text
    estimates: tuple[Estimate, ...]
    correlations: tuple[Correlation, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> LedgerFile:
        seen: set[str] = set()
        for estimate in self.estimates:
            if estimate.name in seen:
                raise PydanticCustomError(
                    "twice",
                    "the estimate '{name}' stands twice",
                    {"name": estimate.name, "mend": "keep one of the two, or rename it"},
                )
            seen.add(estimate.name)
        pairs: set[frozenset[str]] = set()
        for correlation in self.correlations:
            pair = frozenset(correlation.between)
            if pair in pairs:
                raise PydanticCustomError(
                    "twice",
                    "the correlation between '{first}' and '{second}' stands twice",
                    {
                        "first": correlation.between[0],
                        "second": correlation.between[1],
                        "mend": "keep one of the two",
                    },
                )
            pairs.add(pair)
        return self
