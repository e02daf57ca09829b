"""Futures: joint draws of every estimate, each from a sequence of its own.

A draw is a pure function of (seed, name of the estimate, replicate, index). So an estimate that is
added changes no other's draws, and a longer sample begins with the shorter one.

**One sequence.** The van der Corput points in base 2 are scrambled by A. B. Owen's nested uniform
scramble ("Randomly permuted (t,m,s)-nets and (t,s)-sequences", Lecture Notes in Statistics 106, 1995,
doi:10.1007/978-1-4612-2552-2_19): whether bit d is flipped is decided by a fair coin for each value of
the bits above it. B. Burley ("Practical hash-based Owen scrambling", Journal of Computer Graphics
Techniques 9(4), 2020) draws such coins from a hash, and pads independent one-dimensional sequences to
many dimensions by shuffling each. His hash approximates the scramble; here it is exact, because the
coin of the node reached by the d lowest bits p of an index is bit d of one random word w(p), and every
node has a bit of its own. Words come from Philox4x32-10, keyed by the name and the seed. All 64 bits
are scrambled, so values lie on no coarser grid than doubles do.

**The order.** Points are shuffled within each doubling: first point 0, then 1, then 2 and 3 in random
order, then 4 to 7 and so on. The first 2**k points of a replicate are therefore one in each of 2**k
equal cells. Burley shuffles by a nested scramble of the index instead; that keeps neighbours together
in pairs, and as all estimates share the pairs, it doubles the variance of the largest two-way
interactions (the mean of a product of two centred uniforms had 1.6 times the variance of plain chance).
A uniform shuffle leaves it at that of chance, but for the first few points, which no shuffle can part.

**Replicates.** There are 16 independent scrambles; future i is point i // 16 of replicate i % 16. The
spread between replicate means gives the computing error.

**Correlations.** Declared rank correlations are applied by a Gaussian copula, row by row: the normal
scores of a connected group are multiplied by a lower triangular matrix, so that the first of the group
keeps its draws and an estimate outside groups is never touched.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from holdfast.errors import UsageProblem
from holdfast.ledger import Factor, Ledger, LedgerError, dangling, nearest
from holdfast.noise import philox4x32, to_unit
from holdfast.vocabulary.estimate import unit_range

Reals: TypeAlias = npt.NDArray[np.float64]
Words: TypeAlias = npt.NDArray[np.uint64]

REPLICATES: Final = 16
"""Independent scrambles among the futures."""
MOST_FUTURES: Final = REPLICATES * 2**20
"""More futures than this are refused."""

_HALF: Final = np.uint64(32)
_SMALLEST: Final = 2.0**-53
_NO_PINS: Final[Mapping[str, float]] = MappingProxyType({})


def _stream(seed: int, name: str) -> tuple[int, int, int, int]:
    """Return the four 32-bit words that address the sequence of an estimate."""
    digest = hashlib.blake2b(
        name.encode(), key=seed.to_bytes(8, "little"), person=b"holdfast futures", digest_size=16
    ).digest()
    first, second, third, fourth = (int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return first, second, third, fourth


def _random_words(seed: int, name: str, points: int) -> tuple[Words, Words]:
    """Return two random words for each replicate and index, of shape (16, points): to scramble, to sort."""
    first, second, *key = _stream(seed, name)
    shape = (REPLICATES, points)
    index = np.broadcast_to(np.arange(points, dtype=np.uint64), shape)
    replicate = np.broadcast_to(np.arange(REPLICATES, dtype=np.uint64)[:, np.newaxis], shape)
    rest = np.full(shape, first, dtype=np.uint64), np.full(shape, second, dtype=np.uint64)
    w0, w1, w2, w3 = philox4x32((index, replicate, *rest), (key[0], key[1]))
    return w0 | (w1 << _HALF), w2 | (w3 << _HALF)


def _scrambled_points(words: Words) -> Words:
    """Return the scrambled van der Corput points, as 64-bit fractions, in their natural order.

    Point 2**k + j agrees with point j in the top k bits, since the two indices agree in their k lowest;
    it differs in the next bit, the k-th being set in one index only; and below that it is on its own, so
    that its bits are as random as its word.
    """
    points = words.copy()
    count = words.shape[1]
    k = 0
    while 2**k < count:
        old, new = points[:, : 2**k], points[:, 2**k : 2 ** (k + 1)]
        own = np.uint64(2 ** (63 - k) - 1)
        new &= own
        new |= ((old ^ np.uint64(2 ** (63 - k))) & ~own)[:, : new.shape[1]]
        k += 1
    return points


def _shuffled(points: Words, keys: Words) -> Words:
    """Return the points of each doubling in the order of their random keys."""
    result = points.copy()
    k = 1
    while 2**k < points.shape[1]:
        octave = slice(2**k, 2 ** (k + 1))
        order = np.argsort(keys[:, octave], axis=1, kind="stable")
        result[:, octave] = np.take_along_axis(points[:, octave], order, axis=1)
        k += 1
    return result


def own_uniforms(seed: int, name: str, n: int) -> Reals:
    """Return the sequence of an estimate before any correlation (FU1).

    Parameters
    ----------
    seed : int
        From 0 to 2**64 - 1.
    name : str
        The estimate.
    n : int
        Number of futures, a multiple of 16.

    Returns
    -------
    array of float64, shape (n,)
        Strictly between 0 and 1. Future i is point i // 16 of replicate i % 16.
    """
    needed = n // REPLICATES
    points = 1 << (needed - 1).bit_length()  # a doubling is shuffled whole, whatever part is used
    words, keys = _random_words(seed, name, points)
    chosen = _shuffled(_scrambled_points(words), keys)[:, :needed]
    return to_unit(np.ascontiguousarray(chosen.T).reshape(n))


def _correlated(uniforms: list[Reals], factor: Factor) -> list[Reals]:
    """Return uniforms joined by a Gaussian copula (FU2). Sums run in a fixed order, outside any library."""
    scores = [ndtri(u) for u in uniforms]
    joined = [uniforms[0]]
    for row in factor[1:]:
        total = row[0] * scores[0]
        for weight, score in zip(row[1:], scores[1 : len(row)], strict=True):
            total += weight * score
        joined.append(np.clip(ndtr(total), _SMALLEST, 1.0 - _SMALLEST))
    return joined


def _check_seed(seed: int) -> int:
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise UsageProblem("--seed", f"{seed!r} is no whole number", "give a whole number, 0 or more")
    if not 0 <= seed < 2**64:
        raise UsageProblem("--seed", f"{seed} is out of range", "give a whole number from 0 to 2**64 - 1")
    return seed


def _check_count(n: int) -> int:
    if isinstance(n, bool) or not isinstance(n, int):
        raise UsageProblem("--futures", f"{n!r} is no whole number", "give a whole number, such as 1024")
    if n > MOST_FUTURES:
        raise UsageProblem("--futures", f"{n} are too many", f"give {MOST_FUTURES} or fewer")
    if n < 1 or n % REPLICATES:
        below = n - n % REPLICATES
        mend = f"give {REPLICATES}" if below < 1 else f"give {below} or {below + REPLICATES}"
        raise UsageProblem("--futures", f"{n} is not a positive multiple of {REPLICATES}", mend)
    return n


class Futures(Mapping[str, Reals]):
    """Joint draws of every estimate of a ledger: ``futures[name]`` is an array of shape (n,).

    Draws are made when first asked for, remembered, and read-only. They are in the unit of the
    estimate. Where a distribution without ends (less than one draw in a thousand; the ledger sees to
    that) leaves what its unit allows, as a share above 1, the draw is set to the limit.

    Parameters
    ----------
    ledger : Ledger
        The estimates and their correlations.
    seed : int
        From 0 to 2**64 - 1.
    n : int
        Number of futures, a positive multiple of 16.
    pins : mapping from str to float
        Estimates held at one of their quantiles (between 0 and 1) in all futures. The draws of all
        others, correlated ones included, stay what they are.

    Raises
    ------
    UsageProblem
        If seed, number or a pin is out of range.
    LedgerError
        If a correlation names an estimate that is not there.
    """

    def __init__(self, ledger: Ledger, seed: int, n: int, pins: Mapping[str, float] = _NO_PINS) -> None:
        if loose := dangling(ledger):
            raise LedgerError(loose)
        self._ledger = ledger
        self._seed = _check_seed(seed)
        self._n = _check_count(n)
        self._pins = MappingProxyType(dict(pins))
        for name, quantile in self._pins.items():
            self._check_pin(name, quantile)
        self._group = {name: group for group in ledger.groups for name in group[0]}
        self._uniforms: dict[str, Reals] = {}
        self._draws: dict[str, Reals] = {}

    def _check_pin(self, name: str, quantile: float) -> None:
        if name not in self._ledger:
            like = nearest(name, self._ledger)
            mend = "name an estimate of the ledger" if like is None else f"write '{like}'"
            raise UsageProblem("--pin", f"there is no estimate '{name}'", mend)
        if not 0.0 < quantile < 1.0:
            wrong = f"{name} cannot be held at the quantile {quantile:g}"
            raise UsageProblem("--pin", wrong, "give a number between 0 and 1, both left out")

    def __getitem__(self, name: str) -> Reals:
        """Return the draws of an estimate (FU3), shape (n,), in its unit, read-only."""
        if name not in self._draws:
            drawn = self._ledger.shape(name)
            shares = np.float64(self._pins[name]) if name in self._pins else self.uniforms(name)
            values = np.clip(drawn.quantile(shares), *unit_range(self._ledger[name].unit))
            self._draws[name] = _read_only(np.broadcast_to(values, (self._n,)))
        return self._draws[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ledger)

    def __len__(self) -> int:
        return len(self._ledger)

    @property
    def ledger(self) -> Ledger:
        """The estimates drawn from."""
        return self._ledger

    @property
    def seed(self) -> int:
        """The seed."""
        return self._seed

    @property
    def n(self) -> int:
        """The number of futures."""
        return self._n

    @property
    def pins(self) -> Mapping[str, float]:
        """The estimates held fixed, and the quantiles they are held at."""
        return self._pins

    def central(self, name: str) -> float:
        """Return the one value of an estimate where a single number is needed: its median, or its pin."""
        value = self._ledger.shape(name).quantile(np.float64(self._pins.get(name, 0.5)))
        return float(np.clip(value, *unit_range(self._ledger[name].unit)))

    @functools.cached_property
    def replicate(self) -> npt.NDArray[np.int64]:
        """The replicate, 0 to 15, that each future belongs to; shape (n,)."""
        numbers = np.arange(self._n, dtype=np.int64) % REPLICATES
        numbers.flags.writeable = False
        return numbers

    def uniforms(self, name: str) -> Reals:
        """Return the share of the distribution below each draw, correlations applied, pins not.

        Parameters
        ----------
        name : str
            The estimate.

        Returns
        -------
        array of float64, shape (n,)
            Strictly between 0 and 1, read-only.

        Raises
        ------
        KeyError
            If there is no such estimate.
        """
        if name not in self._uniforms:
            names, factor = self._group.get(name, ((name,), ((1.0,),)))
            if name not in self._ledger:
                raise KeyError(name)
            own = [own_uniforms(self._seed, member, self._n) for member in names]
            for member, joined in zip(names, _correlated(own, factor), strict=True):
                self._uniforms[member] = _read_only(joined)
        return self._uniforms[name]

    def pinned(self, name: str, quantile: float) -> Futures:
        """Return these futures with one estimate held at a quantile; all other draws stay.

        Raises
        ------
        UsageProblem
            If there is no such estimate, or the quantile is not between 0 and 1.
        """
        copy = Futures(self._ledger, self._seed, self._n, {**self._pins, name: quantile})
        copy._uniforms = self._uniforms  # shared on purpose: pins never change them
        copy._draws = {key: draws for key, draws in self._draws.items() if key != name}
        return copy

    def digest(self, names: Iterable[str]) -> str:
        """Return the SHA-256 of the draws of the estimates named, sorted by name, in hexadecimal."""
        total = hashlib.sha256()
        for name in sorted(set(names)):
            total.update(len(name.encode()).to_bytes(4, "little") + name.encode())
            total.update(self[name].astype("<f8").tobytes())
        return total.hexdigest()


def _read_only(values: Reals) -> Reals:
    values = np.ascontiguousarray(values)
    values.flags.writeable = False
    return values


def _mean_over_futures(block: Reals) -> npt.ArrayLike:
    mean: npt.ArrayLike = np.mean(block, axis=0)
    return mean


def computing_error(
    values: npt.ArrayLike, statistic: Callable[[Reals], npt.ArrayLike] = _mean_over_futures
) -> Any:  # noqa: ANN401 - a number or an array, as the statistic returns it
    """Return the standard error that sampling leaves in a statistic of an outcome (FU4).

    It says how far the sampling has settled, nothing about how sure one can be of the result.

    Parameters
    ----------
    values : array of shape (n, ...)
        The outcome in each future, the futures in their order along the first axis.
    statistic : function
        Takes the futures of one replicate, shape (n / 16, ...), and returns a number or an array: a
        mean, a quantile. Default: the mean over the first axis.

    Returns
    -------
    float or array
        Standard error over the 16 replicates, in the unit of the statistic. With 15 degrees of freedom,
        2.13 of them to either side make a 95 % interval.

    Raises
    ------
    ValueError
        If the number of futures is not a positive multiple of 16.
    """
    outcome = np.asarray(values, dtype=np.float64)
    if outcome.ndim == 0 or not outcome.shape[0] or outcome.shape[0] % REPLICATES:
        message = f"the first axis must hold a positive multiple of {REPLICATES} futures"
        raise ValueError(message)
    each = np.array([statistic(outcome[start::REPLICATES]) for start in range(REPLICATES)], dtype=np.float64)
    error = np.std(each, axis=0, ddof=1) / np.sqrt(REPLICATES)
    return float(error) if np.ndim(error) == 0 else error
