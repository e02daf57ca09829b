"""What the distributions of the ledger mean: quantiles, probabilities, means.

A distribution as it is written (:mod:`holdfast.vocabulary.estimate`) becomes a :class:`Shape` by
:func:`shape`. Futures are drawn by inversion, so the quantile function is all that a draw needs. Two
kinds are given by percentiles that leave their parameters to be solved: the beta, and the normal where
it is cut off. Both are solved once by bracketing alone, so that the same percentiles always give the
same parameters.
"""

from __future__ import annotations

import functools
import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv, betaln, expit, ndtr, ndtri

from holdfast.errors import HoldfastError
from holdfast.vocabulary.estimate import (
    Beta,
    Discrete,
    Distribution,
    Empirical,
    Lognormal,
    Normal,
    Triangular,
    Uniform,
)

Reals: TypeAlias = npt.NDArray[np.float64]

_Z_95: Final = 1.6448536269514722
_TAILS: Final = (0.05, 0.95)


class NoFitError(HoldfastError):
    """No distribution of the kind asked for has the percentiles given.

    Parameters
    ----------
    wrong : str
        Why there is none.
    mend : str
        What to write instead.
    """

    def __init__(self, wrong: str, mend: str) -> None:
        self.wrong = wrong
        self.mend = mend
        super().__init__(f"{wrong}\n  Mend: {mend}")


class Shape(ABC):
    """A distribution ready for use. All values are in the unit of the estimate."""

    def quantile(self, u: npt.ArrayLike) -> Reals:
        """Return the value below which a share ``u`` of the distribution lies.

        Parameters
        ----------
        u : array of float
            Shares, strictly between 0 and 1.

        Returns
        -------
        array of float64
            Of the shape of ``u``, rising with ``u``.

        Raises
        ------
        ValueError
            If a share is not strictly between 0 and 1.
        """
        shares = np.asarray(u, dtype=np.float64)
        if shares.size and not (shares.min() > 0.0 and shares.max() < 1.0):
            message = "a quantile is asked for at shares strictly between 0 and 1"
            raise ValueError(message)
        return self._quantile(shares)

    def cdf(self, x: npt.ArrayLike) -> Reals:
        """Return the probability of a value of ``x`` or less, for an array of values."""
        return self._cdf(np.asarray(x, dtype=np.float64))

    def central(self) -> float:
        """Return the value that stands for the whole: the median, or the mode of a triangle."""
        return float(self._quantile(np.float64(0.5)))

    @abstractmethod
    def mean(self) -> float:
        """Return the expected value."""

    @abstractmethod
    def _quantile(self, u: Reals | np.float64) -> Reals: ...

    @abstractmethod
    def _cdf(self, x: Reals) -> Reals: ...


@dataclass(frozen=True, slots=True)
class _Triangular(Shape):
    low: float
    mode: float
    high: float

    def central(self) -> float:
        return self.mode

    def mean(self) -> float:
        return self.low + ((self.mode - self.low) + (self.high - self.low)) / 3.0

    def _quantile(self, u: Reals | np.float64) -> Reals:
        width, left, right = self.high - self.low, self.mode - self.low, self.high - self.mode
        rising = self.low + np.sqrt(u * width * left)
        falling = self.high - np.sqrt((1.0 - u) * width * right)
        return np.where(u * width < left, rising, falling)

    def _cdf(self, x: Reals) -> Reals:
        width, left, right = self.high - self.low, self.mode - self.low, self.high - self.mode
        inside = np.clip(x, self.low, self.high)
        # A side of no width is never read: the divisor there only has to be no zero.
        rising = (inside - self.low) ** 2 / (width * (left or width))
        falling = 1.0 - (self.high - inside) ** 2 / (width * (right or width))
        return np.where((inside < self.mode) | (right == 0.0), rising, falling)


@dataclass(frozen=True, slots=True)
class _Lognormal(Shape):
    middle: float
    spread: float

    def mean(self) -> float:
        return math.exp(self.middle + 0.5 * self.spread**2)

    def _quantile(self, u: Reals | np.float64) -> Reals:
        return np.asarray(np.exp(self.middle + self.spread * ndtri(u)))

    def _cdf(self, x: Reals) -> Reals:
        positive = x > 0.0
        logs = np.log(np.where(positive, x, 1.0))
        return np.where(positive, ndtr((logs - self.middle) / self.spread), 0.0)


def _normal_between(a: Reals | float, b: Reals | float) -> Reals:
    """Return the standard normal probability between ``a`` and ``b``, exact in both tails."""
    above = np.asarray(a) > 0.0
    result: Reals = ndtr(np.where(above, -np.asarray(a), b)) - ndtr(np.where(above, -np.asarray(b), a))
    return result


@dataclass(frozen=True, slots=True)
class _Normal(Shape):
    """Normal with parent ``middle`` and ``spread``, cut off at ``minimum`` and ``maximum``."""

    middle: float
    spread: float
    minimum: float = -math.inf
    maximum: float = math.inf

    def _cuts(self) -> tuple[float, float]:
        return (self.minimum - self.middle) / self.spread, (self.maximum - self.middle) / self.spread

    def mean(self) -> float:
        a, b = self._cuts()
        density = (math.exp(-0.5 * a * a) - math.exp(-0.5 * b * b)) / math.sqrt(2.0 * math.pi)
        return self.middle + self.spread * density / float(_normal_between(a, b))

    def _quantile(self, u: Reals | np.float64) -> Reals:
        a, b = self._cuts()
        kept = float(_normal_between(a, b))
        # Work in the tail that holds the cut, where probabilities are small and therefore exact.
        score = -ndtri(ndtr(-b) + (1.0 - u) * kept) if a > 0.0 else ndtri(ndtr(a) + u * kept)
        cut: Reals = np.clip(self.middle + self.spread * score, self.minimum, self.maximum)
        return cut

    def _cdf(self, x: Reals) -> Reals:
        a, b = self._cuts()
        score = np.clip((x - self.middle) / self.spread, a, b)
        kept: Reals = _normal_between(a, score) / _normal_between(a, b)
        return kept


@functools.lru_cache(maxsize=1_024)
def _beta_table(a: float, b: float) -> tuple[Reals, Reals]:
    """Return the log odds of a beta's quantiles, and their slope, at the scores ``_SCORES``."""
    below, above = _SCORES[_SCORES <= 0.0], _SCORES[_SCORES > 0.0]
    x, rest = betaincinv(a, b, ndtr(below)), betaincinv(b, a, ndtr(-above))
    odds = np.concatenate((np.log(x) - np.log1p(-x), np.log1p(-rest) - np.log(rest)))
    return odds, np.exp(-0.5 * _SCORES**2 - 0.5 * math.log(2.0 * math.pi) - _log_beta_density(a, b, odds))


def _log_beta_density(a: float, b: float, odds: Reals) -> Reals:
    """Return the logarithm of a beta's density in its log odds."""
    density: Reals = -a * np.logaddexp(0.0, -odds) - b * np.logaddexp(0.0, odds) - betaln(a, b)
    return density


_STEP: Final = 1.0 / 16.0
_SCORES: Final = np.arange(-134, 135) * _STEP
"""Normal scores beyond which, at 8.4, no share strictly between 0 and 1 lies."""


@dataclass(frozen=True, slots=True)
class _Beta(Shape):
    a: float
    b: float
    minimum: float
    maximum: float

    def mean(self) -> float:
        return self.minimum + (self.maximum - self.minimum) * self.a / (self.a + self.b)

    def _quantile(self, u: Reals | np.float64) -> Reals:
        # The library's inversion is slow, but holds where a tail runs to zero so fast that its log odds
        # do not. How many are asked for must not matter: each draw depends on its own share alone.
        steep = min(self.a, self.b) < 0.5
        x = betaincinv(self.a, self.b, u) if steep else self._inverse(np.asarray(u))
        return np.asarray(self.minimum + (self.maximum - self.minimum) * x)

    def _inverse(self, u: Reals) -> Reals:
        """Return quantiles on [0, 1]: cubic between the entries of a table, then one Newton step.

        In log odds against the normal score the quantile function is nearly straight, so that the
        cubic is right to about seven digits and the step to all.
        """
        odds, slope = _beta_table(self.a, self.b)
        place = (ndtri(u) - _SCORES[0]) / _STEP
        before = np.clip(np.floor(place).astype(np.intp), 0, _SCORES.size - 2)
        t = place - before
        rise = odds[before + 1] - odds[before]
        left, right = _STEP * slope[before] - rise, rise - _STEP * slope[before + 1]
        guess = odds[before] + t * (rise + (1.0 - t) * (left * (1.0 - t) + right * t))
        # The step is taken in the nearer tail, where probabilities are small and therefore exact.
        upper = u > 0.5
        a, b = np.where(upper, self.b, self.a), np.where(upper, self.a, self.b)
        error = betainc(a, b, expit(np.where(upper, -guess, guess))) - np.where(upper, 1.0 - u, u)
        step = error / np.exp(_log_beta_density(self.a, self.b, guess))
        result: Reals = expit(guess - np.where(upper, -step, step))
        return result

    def _cdf(self, x: Reals) -> Reals:
        inside = np.clip((x - self.minimum) / (self.maximum - self.minimum), 0.0, 1.0)
        return np.asarray(betainc(self.a, self.b, inside))


@dataclass(frozen=True, slots=True)
class _Uniform(Shape):
    low: float
    high: float

    def mean(self) -> float:
        return 0.5 * (self.low + self.high)

    def _quantile(self, u: Reals | np.float64) -> Reals:
        return np.asarray(self.low + (self.high - self.low) * u)

    def _cdf(self, x: Reals) -> Reals:
        return np.clip((x - self.low) / (self.high - self.low), 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class _Discrete(Shape):
    values: Reals
    up_to: Reals
    """Probability of each value or less; the last is 1."""

    def mean(self) -> float:
        return math.fsum(self.values * np.diff(self.up_to, prepend=0.0))

    def _quantile(self, u: Reals | np.float64) -> Reals:
        return np.asarray(self.values[np.searchsorted(self.up_to, u, side="left")])

    def _cdf(self, x: Reals) -> Reals:
        steps = np.concatenate(([0.0], self.up_to))
        return np.asarray(steps[np.searchsorted(self.values, x, side="right")])


@dataclass(frozen=True, slots=True)
class _Empirical(Shape):
    values: Reals
    """In rising order."""

    def mean(self) -> float:
        inner = math.fsum(self.values) - 0.5 * (self.values[0] + self.values[-1])
        return float(inner) / (self.values.size - 1)

    def _quantile(self, u: Reals | np.float64) -> Reals:
        place = u * (self.values.size - 1)
        before = np.minimum(np.floor(place).astype(np.intp), self.values.size - 2)
        lower = self.values[before]
        return np.asarray(lower + (place - before) * (self.values[before + 1] - lower))

    def _cdf(self, x: Reals) -> Reals:
        last = self.values.size - 1
        after = np.searchsorted(self.values, x, side="right")
        before = np.clip(after - 1, 0, last - 1)
        gap = self.values[before + 1] - self.values[before]
        part = (x - self.values[before]) / np.where(gap > 0.0, gap, 1.0)
        return np.where(after == 0, 0.0, np.where(after > last, 1.0, (before + part) / last))


def _root(f: Callable[[float], float], low: float, high: float) -> float:
    """Return where ``f`` passes from one sign to the other between ``low`` and ``high``.

    The Illinois variant of regula falsi (M. Dowell, P. Jarratt, BIT 11, 1971, doi:10.1007/BF01934364):
    it keeps a bracket, needs no derivative and always takes the same steps.
    """
    f_low, f_high = f(low), f(high)
    if f_low == 0.0:
        return low
    if f_high == 0.0:
        return high
    for _ in range(200):
        middle = high - f_high * (high - low) / (f_high - f_low)
        if not min(low, high) < middle < max(low, high):
            break
        f_middle = f(middle)
        if f_middle == 0.0:
            return middle
        if (f_middle < 0.0) != (f_high < 0.0):
            low, f_low = high, f_high
        else:
            f_low *= 0.5
        high, f_high = middle, f_middle
        if abs(high - low) <= 1e-15 * max(1.0, abs(high)):
            break
    return high


# The range of a + b within which a beta is looked for, in logarithms. Below 0.02 next to nothing lies
# between the ends; above 10**8 percentiles of a double are too coarse to be told apart.
_LOG_WEIGHTS: Final = (math.log(0.02), math.log(1e8))


@functools.lru_cache(maxsize=4_096)
def _beta_parameters(x05: float, x95: float) -> tuple[float, float]:
    """Return ``a`` and ``b`` of the beta on [0, 1] with these 5th and 95th percentiles.

    There is exactly one (N. Shih, "The model identification of beta distribution based on
    quantiles", Journal of Statistical Computation and Simulation 85, 2015): for a given a + b the
    mean follows from the 5th percentile, and with it fixed the 95th falls as a + b grows.

    Raises
    ------
    NoFitError
        If its ends are both more likely than its middle, or if it is too narrow to be solved.
    """

    def mean_odds(log_weight: float) -> float:
        weight = math.exp(log_weight)

        def excess(odds: float) -> float:
            share = 1.0 / (1.0 + math.exp(-odds))
            rest = 1.0 / (1.0 + math.exp(odds))
            return float(betainc(share * weight, rest * weight, x05)) - _TAILS[0]

        return _root(excess, -30.0, 30.0)

    def parameters(log_weight: float) -> tuple[float, float]:
        odds, weight = mean_odds(log_weight), math.exp(log_weight)
        return weight / (1.0 + math.exp(-odds)), weight / (1.0 + math.exp(odds))

    def excess(log_weight: float) -> float:
        return float(betainc(*parameters(log_weight), x95)) - _TAILS[1]

    solved = excess(_LOG_WEIGHTS[0]) < 0.0 < excess(_LOG_WEIGHTS[1])
    a, b = parameters(_root(excess, *_LOG_WEIGHTS)) if solved else (0.0, 0.0)
    if solved and a < 1.0 and b < 1.0:
        raise NoFitError(
            "a beta with these percentiles has its weight at both ends and least in the middle",
            "narrow the range between p05 and p95, or write the few likely values as discrete",
        )
    reached = betainc(a, b, [x05, x95]) if solved else np.zeros(2)
    if not np.allclose(reached, _TAILS, rtol=0.0, atol=1e-7):
        raise NoFitError(
            "no beta could be found that has these percentiles",
            "move p05 and p95 away from the ends and from each other, or write a triangular",
        )
    return a, b


@functools.lru_cache(maxsize=4_096)
def _cut_normal(p05: float, p95: float, minimum: float, maximum: float) -> _Normal:
    """Return the cut normal whose 5th and 95th percentiles, after the cut, are these.

    For a given spread of the parent, its middle follows from the 5th percentile; with it fixed, the
    95th rises with the spread, towards that of an exponential distribution between the cuts. Wider
    percentiles than that no normal has.

    Raises
    ------
    NoFitError
        If the percentiles lie too wide for the cuts.
    """
    width = p95 - p05

    def parent(log_spread: float) -> _Normal:
        spread = width * math.exp(log_spread)

        def excess(score: float) -> float:
            tried = _Normal(p05 - score * spread, spread, minimum, maximum)
            return float(tried.cdf(p05)) - _TAILS[0]

        # Scores of the 5th percentile within the parent; beyond 6 too little is left to cut from.
        if excess(6.0) < 0.0 or excess(-9.0) > 0.0:
            return _Normal(math.nan, spread)
        return _Normal(p05 - _root(excess, -9.0, 6.0) * spread, spread, minimum, maximum)

    def excess(log_spread: float) -> float:
        return float(parent(log_spread).cdf(p95)) - _TAILS[1]

    # Without cuts the spread is width / 3.29. The widest usable one is looked for from there upwards.
    start = math.log(0.5 / _Z_95) - 1.0
    for stop in itertools.takewhile(lambda log: log < 4.0, itertools.count(start + 0.25, 0.25)):
        at_stop = excess(stop)
        if math.isnan(at_stop):
            break
        if at_stop <= 0.0:
            return parent(_root(excess, stop - 0.25, stop))
    raise NoFitError(
        "no normal has these percentiles after being cut off there: they lie too wide for the cuts",
        "move the minimum or maximum out, narrow p05 to p95, or write a beta, lognormal or triangular",
    )


def _normal(written: Normal) -> _Normal:
    if written.minimum is None and written.maximum is None:
        middle = 0.5 * (written.p05 + written.p95)
        return _Normal(middle, 0.5 * (written.p95 - written.p05) / _Z_95)
    minimum = -math.inf if written.minimum is None else written.minimum
    maximum = math.inf if written.maximum is None else written.maximum
    return _cut_normal(written.p05, written.p95, minimum, maximum)


def _beta(written: Beta) -> _Beta:
    width = written.maximum - written.minimum
    x05, x95 = (written.p05 - written.minimum) / width, (written.p95 - written.minimum) / width
    a, b = _beta_parameters(x05, x95)
    return _Beta(a, b, written.minimum, written.maximum)


def _discrete(written: Discrete) -> _Discrete:
    weights = [item.weight for item in written.values]
    total = math.fsum(weights)
    up_to = np.array([math.fsum(weights[: i + 1]) / total for i in range(len(weights))])
    up_to[-1] = 1.0
    return _Discrete(np.array([item.value for item in written.values]), up_to)


def shape(written: Distribution) -> Shape:
    """Return a distribution of the ledger ready for use.

    Parameters
    ----------
    written : Distribution
        As it stands in the ledger.

    Returns
    -------
    Shape
        Its quantiles, probabilities, mean and central value.

    Raises
    ------
    NoFitError
        If no beta, or no cut normal, has the percentiles written.
    """
    match written:
        case Triangular():
            made: Shape = _Triangular(written.low, written.mode, written.high)
        case Lognormal():
            low, high = math.log(written.p05), math.log(written.p95)
            made = _Lognormal(0.5 * (low + high), 0.5 * (high - low) / _Z_95)
        case Normal():
            made = _normal(written)
        case Beta():
            made = _beta(written)
        case Uniform():
            made = _Uniform(written.low, written.high)
        case Discrete():
            made = _discrete(written)
        case Empirical():
            made = _Empirical(np.sort(np.array(written.values)))
        case _:
            assert_never(written)
    return made
