"""Functions that decide a count, our own and fixed in order: the same bits everywhere.

A count of incidents turns on whether a number lies above or below a bound. The exponential and the
logarithm of a processor, a compiler or a release of NumPy differ from another's in the last bit, and one
bit is enough for another count and so for another course. The functions here use nothing but additions,
subtractions, multiplications, divisions and square roots, which IEEE 754 rounds alike everywhere, in the
order in which they stand: no fused multiply-add, nothing reordered. They depend on no thread count, no
array shape and no library of mathematics.

Each function has two forms that run the same code. ``name`` takes arrays of any shapes that can be
broadcast, as a NumPy ufunc does. ``name_scalar`` takes single numbers and is meant for other functions
that are compiled by numba::

    from holdfast.fixed import poisson_scalar

Arguments are read as float64. Nothing here raises; what an argument out of its range gives stands with
each function. Where it gives NaN or is NaN, NumPy may warn of an invalid value.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numba
import numpy as np
import numpy.typing as npt

Reals: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]

LARGEST_EXPONENT: Final = 708.0
"""Arguments of :func:`exp` beyond this, either way, count as this; exp and 1 / exp then stay normal."""
SUMMED_BELOW: Final = 10.0
"""Means below this: :func:`poisson` adds up probabilities. From it on: the expansion of Giles."""
LARGEST_MEAN: Final = 1e9
"""Means above this count as this in :func:`poisson`."""


def _nothing() -> None:
    """Stand in for a function where it is tried whether compiled code can be kept."""


def _can_keep() -> bool:
    """Return whether numba finds a folder to keep compiled code in: beside the source, or the user's."""
    try:
        numba.njit(cache=True)(_nothing)
    except RuntimeError:
        return False
    return True


KEEPS_COMPILED: Final = _can_keep()
"""Whether compiled code is kept; else each run compiles anew. NUMBA_CACHE_DIR names a folder to keep it."""

_real = functools.partial(numba.njit, cache=KEEPS_COMPILED, fastmath=False, error_model="numpy")

_LN2_HIGH: Final = float.fromhex("0x1.62e42feep-1")  # 32 bits, so that it times an exponent is exact
_LN2_LOW: Final = float.fromhex("0x1.a39ef35793c76p-33")  # ln 2 - _LN2_HIGH
_PER_LN2: Final = float.fromhex("0x1.71547652b82fep+0")  # 1 / ln 2
_ROUNDER: Final = 1.5 * 2.0**52
"""Added to a number of modest size, it leaves the nearest whole number in the lowest bits."""
_ROUNDER_BITS: Final = 0x4338_0000_0000_0000
_FRACTION_BITS: Final = 52
_BIAS: Final = 1023
_ROOT_HALF_BITS: Final = 0x3FE6_A09E_667F_3BCD  # of the square root of 1/2
_EIGHTS: Final = 6
"""Below a mean of ``SUMMED_BELOW`` sums of probabilities grow no more after 48 terms."""
_RECIPROCALS: Final = np.array([0.0] + [1.0 / k for k in range(1, 8 * _EIGHTS + 1)])
"""Of the whole numbers."""
_FIRST_CHANCE: Final = 2.0**-53
_LAST_CHANCE: Final = 1.0 - 2.0**-53
_SMALLEST: Final = 2.0**-1022
_LARGEST: Final = (2.0 - 2.0**-52) * 2.0**1023


@_real("float64(float64)")
def exp_scalar(x: float) -> float:
    """Return :func:`exp` of one number."""
    if x > LARGEST_EXPONENT:
        x = LARGEST_EXPONENT
    elif x < -LARGEST_EXPONENT:
        x = -LARGEST_EXPONENT
    shifted = x * _PER_LN2 + _ROUNDER
    whole = shifted - _ROUNDER
    r = (x - whole * _LN2_HIGH) - whole * _LN2_LOW
    # Taylor's series to the 13th power; at the greatest |r|, ln 2 / 2, the rest is below 2**-57.
    r2 = r * r
    r4 = r2 * r2
    a = (1 / 2 + r * (1 / 6)) + r2 * (1 / 24 + r * (1 / 120))
    b = (1 / 720 + r * (1 / 5040)) + r2 * (1 / 40320 + r * (1 / 362880))
    c = (1 / 3628800 + r * (1 / 39916800)) + r2 * (1 / 479001600 + r * (1 / 6227020800))
    fraction = 1.0 + (r + r2 * ((a + r4 * b) + (r4 * r4) * c))
    power = (np.float64(shifted).view(np.int64) - _ROUNDER_BITS + _BIAS) << _FRACTION_BITS
    return fraction * np.int64(power).view(np.float64)


@_real("float64(float64)")
def log_scalar(x: float) -> float:
    """Return :func:`log` of one number."""
    if not x >= 0.0:
        return math.nan
    if x < _SMALLEST:
        x = _SMALLEST
    elif x > _LARGEST:
        x = _LARGEST
    bits = np.float64(x).view(np.int64)
    whole = (bits - _ROOT_HALF_BITS) >> _FRACTION_BITS
    f = np.int64(bits - (whole << _FRACTION_BITS)).view(np.float64) - 1.0
    # log(1 + f) = 2 artanh(s) = 2 s + s series; at the greatest |s| the rest of it is below 2**-58.
    s = f / (2.0 + f)
    z = s * s
    z2 = z * z
    z4 = z2 * z2
    a = (2 / 3 + z * (2 / 5)) + z2 * (2 / 7 + z * (2 / 9))
    b = (2 / 11 + z * (2 / 13)) + z2 * (2 / 15 + z * (2 / 17))
    series = z * ((a + z4 * b) + (z4 * z4) * (2 / 19 + z * (2 / 21)))
    # f - f^2 / 2 leads, for 2 s = f - s f and s f = f^2 / 2 - s f^2 / 2 hold all of its rounding.
    half = 0.5 * f * f
    k = float(whole)
    return k * _LN2_HIGH - ((half - (s * (half + series) + k * _LN2_LOW)) - f)


@_real("float64(float64)")
def normal_quantile_scalar(u: float) -> float:
    """Return :func:`normal_quantile` of one number."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        above = (
            ((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
            + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
            + 133.14166789178437745) * r + 3.387132872796366608
        )  # fmt: skip
        below = (
            ((((((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
            + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
            + 42.313330701600911252) * r + 1.0
        )  # fmt: skip
        return q * above / below
    r = math.sqrt(-log_scalar(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        above = (
            ((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
            + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r
            + 4.6303378461565452959) * r + 1.42343711074968357734
        )  # fmt: skip
        below = (
            ((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r
            + 0.0151986665636164571966) * r + 0.14810397642748007459) * r + 0.68976733498510000455) * r
            + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1.0
        )  # fmt: skip
    else:
        r -= 5.0
        above = (
            ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
            + 0.0012426609473880784386) * r + 0.026532189526576123093) * r + 0.29656057182850489123) * r
            + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772
        )  # fmt: skip
        below = (
            ((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r
            + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r
            + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1.0
        )  # fmt: skip
    size = above / below
    return -size if q < 0.0 else size


@_real("float64(float64, float64)")
def contest_scalar(log_ratio: float, decisiveness: float) -> float:
    """Return :func:`contest` of single numbers."""
    return 1.0 / (1.0 + exp_scalar(-(decisiveness * log_ratio)))


@_real("float64(float64, float64, float64, float64)")
def believed_value_scalar(chance: float, bias: float, prize: float, burden: float) -> float:
    """Return :func:`believed_value` of single numbers."""
    believed = chance + bias
    if believed < 0.0:
        believed = 0.0
    elif believed > 1.0:
        believed = 1.0
    return prize * believed - burden


@_real("int64(float64, float64)")
def poisson_scalar(u: float, mean: float) -> int:
    """Return :func:`poisson` of single numbers."""
    if not mean > 0.0:
        return 0
    if u < _FIRST_CHANCE:
        u = _FIRST_CHANCE
    elif u > _LAST_CHANCE:
        u = _LAST_CHANCE
    if mean < SUMMED_BELOW:
        # The sums of mean^k / k! against u e^mean, eight at a time: a branch at each would be guessed
        # wrongly by the processor as often as not.
        bound = u * exp_scalar(mean)
        count = 0
        term, total = 1.0, 1.0
        for eight in range(_EIGHTS):
            for k in range(1, 9):
                count += bound > total
                term *= mean * _RECIPROCALS[8 * eight + k]
                total += term
            if not bound > total:
                return count
        # u is 1 but for rounding: the count ends where the sum grows no more.
        count = 0
        term, before, total = 1.0, 0.0, 1.0
        while total > before:
            count += 1
            term *= mean * _RECIPROCALS[count]
            before = total
            total += term
        return count
    mean = min(mean, LARGEST_MEAN)
    w = normal_quantile_scalar(u)
    w2 = w * w
    root = math.sqrt(mean)
    value = mean + root * w + (1 / 3 + w2 * (1 / 6))
    value -= w * (1 / 36 + w2 * (1 / 72)) / root
    value += (w2 * (7 / 810 + w2 * (1 / 270)) - 8 / 405) / mean
    return int(value) if value > 0.0 else 0  # of a number above 0, int is the floor


@_real("int64(float64, float64, float64)")
def binomial_scalar(u: float, number: float, share: float) -> int:
    """Return :func:`binomial` of single numbers."""
    if not number > 0.0 or not share > 0.0:
        return 0
    if share >= 1.0:
        return int(number)
    # the rarer of the two is counted
    seldom = share <= 0.5
    p = share if seldom else 1.0 - share
    v = u if seldom else 1.0 - u
    q = 1.0 - p
    if number * p < SUMMED_BELOW:
        count = 0.0
        chance = exp_scalar(number * log_scalar(q))
        total = chance
        while v > total and count < number:
            chance *= (p / q) * (number - count) / (count + 1.0)
            count += 1.0
            before = total
            total += chance
            if total == before:
                break
    else:
        w = normal_quantile_scalar(v)
        spread = math.sqrt(number * p * q)
        value = number * p + spread * w + ((q - p) * (w * w - 1.0) * (1 / 6) + 0.5)
        value += w * (14.0 * p * q - 2.0 - w * w * (1.0 + 2.0 * p * q)) * (1 / 72) / spread
        count = math.floor(value) if value > 0.0 else 0.0
        count = min(count, number)
    return int(count if seldom else number - count)


@functools.cache
def _ufunc(scalar: Callable[..., float], result: str, arguments: int) -> Callable[..., Any]:
    """Return the ufunc that runs a scalar function; made at its first use, for that takes a moment."""
    signature = f"{result}({', '.join(['float64'] * arguments)})"
    made: Callable[..., Any] = numba.vectorize([signature], cache=KEEPS_COMPILED)(scalar)
    return made


def exp(x: npt.ArrayLike) -> Reals:
    """Return e to the power x.

    Parameters
    ----------
    x : array of float
        Any. Beyond ±:data:`LARGEST_EXPONENT` it counts as that, infinities too, so that the result is
        never 0, infinite or subnormal.

    Returns
    -------
    array of float64
        Within 1.1 units in the last place. exp(0) is 1. NaN gives NaN.

    Notes
    -----
    x = k ln 2 + r, with ln 2 in two parts, the first of so few bits that k times it is exact (W. J. Cody
    and W. Waite, *Software Manual for the Elementary Functions*, 1980); the exponential of r by its
    Taylor series; k into the exponent.
    """
    result: Reals = _ufunc(exp_scalar, "float64", 1)(x)
    return result


def log(x: npt.ArrayLike) -> Reals:
    """Return the natural logarithm.

    Parameters
    ----------
    x : array of float
        Not below 0. Numbers below the smallest normal one, 2**-1022, count as that, 0 too: the result is
        then -708.4. Infinity counts as the largest number.

    Returns
    -------
    array of float64
        Within 1 unit in the last place. log(1) is 0. NaN and numbers below 0 give NaN.

    Notes
    -----
    x = 2^k (1 + f) with 1 + f between the square roots of 1/2 and 2, and log(1 + f) = 2 artanh(s),
    s = f / (2 + f), by its series, summed so that f is added last and exactly (after K.-C. Ng's
    ``e_log.c`` in FDLIBM, 1993).
    """
    result: Reals = _ufunc(log_scalar, "float64", 1)(x)
    return result


def normal_quantile(u: npt.ArrayLike) -> Reals:
    """Return the quantile of the standard normal distribution.

    Parameters
    ----------
    u : array of float
        A chance strictly between 0 and 1. At 0 and 1 the result is -37.6 and 37.6.

    Returns
    -------
    array of float64
        Relative error below 4e-15. Of u and 1 - u exactly opposite, where 1 - u is exact. NaN, and
        numbers beyond 0 and 1, give NaN.

    Notes
    -----
    M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", *Applied
    Statistics* 37(3), 1988, pp. 477-484, doi:10.2307/2347330: PPND16, with :func:`log`.
    """
    result: Reals = _ufunc(normal_quantile_scalar, "float64", 1)(u)
    return result


def contest(log_ratio: npt.ArrayLike, decisiveness: npt.ArrayLike) -> Reals:
    """Return the chance to win a contest of two strengths.

    Parameters
    ----------
    log_ratio : array of float
        Natural logarithm of one's own strength over the other's; finite.
    decisiveness : array of float
        How far strength decides: 0 is a coin, 1 makes the chances as the strengths; finite.

    Returns
    -------
    array of float64
        Between 0 and 1; of opposite ratios, 1 in sum but for rounding. 0 times infinity and NaN give NaN.

    Notes
    -----
    The ratio form of the contest success function, a^m / (a^m + b^m), written in log(a / b):
    1 / (1 + exp(-m log(a / b))). J. Hirshleifer, "Conflict and rent-seeking success functions: Ratio vs.
    difference models of relative success", *Public Choice* 63(2), 1989, pp. 101-112; S. Skaperdas,
    "Contest success functions", *Economic Theory* 7(2), 1996, pp. 283-290.
    """
    result: Reals = _ufunc(contest_scalar, "float64", 2)(log_ratio, decisiveness)
    return result


def believed_value(
    chance: npt.ArrayLike, bias: npt.ArrayLike, prize: npt.ArrayLike, burden: npt.ArrayLike
) -> Reals:
    """Return the expected utility of an attack as its author sees it.

    Parameters
    ----------
    chance : array of float
        Chance of success as it is.
    bias : array of float
        What the author's belief adds to it; the sum counts as 0 below 0 and as 1 above 1.
    prize : array of float
        Worth of success, in stakes.
    burden : array of float
        Cost of the attempt, in stakes, paid whatever comes of it.

    Returns
    -------
    array of float64
        prize * min(max(chance + bias, 0), 1) - burden, in stakes. NaN gives NaN.
    """
    result: Reals = _ufunc(believed_value_scalar, "float64", 4)(chance, bias, prize, burden)
    return result


def poisson(u: npt.ArrayLike, mean: npt.ArrayLike) -> Counts:
    """Return a Poisson count by inversion: the least count whose distribution function reaches u.

    Parameters
    ----------
    u : array of float
        A chance from 2**-53 to 1 - 2**-53, the first and the last that :func:`holdfast.noise.uniform`
        can give; beyond these it counts as these.
    mean : array of float
        Expected count. Not above 0 gives 0; above :data:`LARGEST_MEAN` counts as that.

    Returns
    -------
    array of int64
        Never below 0. A greater u never gives a smaller count, but for rounding. Below a mean of
        :data:`SUMMED_BELOW` the count is exact, but for u within 2**-50 of a step. From it on, it is one
        off for a share of all u that is below 0.02 mean^-1.5, and never off by two. NaN gives 0.

    Notes
    -----
    Small means add up probabilities. For the others: M. B. Giles, "Algorithm 955: Approximation of the
    inverse Poisson cumulative distribution function", *ACM Transactions on Mathematical Software* 42(1),
    2016, article 7, doi:10.1145/2699466: with w the normal quantile of u, the whole part of
    mean + sqrt(mean) w + (1/3 + w^2/6) + mean^(-1/2) (-w/36 - w^3/72)
    + mean^-1 (-8/405 + 7 w^2/810 + w^4/270). What that leaves out is of order mean^(-3/2).
    """
    result: Counts = _ufunc(poisson_scalar, "int64", 2)(u, mean)
    return result


def binomial(u: npt.ArrayLike, number: npt.ArrayLike, share: npt.ArrayLike) -> Counts:
    """Return how many of a number are of a kind, by inversion.

    Parameters
    ----------
    u : array of float
        A chance strictly between 0 and 1.
    number : array of whole numbers
        Out of how many; not above 0 gives 0. Exact up to 2**53.
    share : array of float
        The chance that one is of the kind; not above 0 gives 0, from 1 on gives all.

    Returns
    -------
    array of int64
        From 0 to ``number``. Exact where the rarer kind is expected fewer than :data:`SUMMED_BELOW` times,
        but for rounding; else one off for a share of u below 0.05 / (number * share * (1 - share)).

    Notes
    -----
    E. A. Cornish and R. A. Fisher, "Moments and cumulants in the specification of distributions", *Revue
    de l'Institut International de Statistique* 5(4), 1938, pp. 307-320, to the third cumulant term, with
    Sheppard's correction of the variance for whole numbers.
    """
    result: Counts = _ufunc(binomial_scalar, "int64", 3)(u, number, share)
    return result
