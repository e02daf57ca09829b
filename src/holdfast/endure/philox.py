"""Addressed noise for compiled kernels: the numbers of :mod:`holdfast.noise`, one address at a time.

Written apart from that module, not derived from it, so that the two prove each other.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numba
import numpy as np

from holdfast.fixed import KEEPS_COMPILED

Whole: TypeAlias = int | np.integer[Any]

# All of one type: numba makes a float64 of a uint64 and a signed number.
_EVEN: Final = np.uint64(0xD2511F53)
_ODD: Final = np.uint64(0xCD9E8D57)
_STEP_0: Final = np.uint64(0x9E3779B9)
_STEP_1: Final = np.uint64(0xBB67AE85)
_LOW: Final = np.uint64(0xFFFF_FFFF)
_HALF: Final = np.uint64(32)
_DROPPED: Final = np.uint64(12)


@numba.njit("UniTuple(uint64, 2)(uint64, uint64, uint64, uint64, uint64)", cache=KEEPS_COMPILED)
def philox(
    future: Whole, process: Whole, sector: Whole, week: Whole, seed: Whole
) -> tuple[np.uint64, np.uint64]:
    """Return the two random words that stand at an address: Philox4x32 with ten rounds.

    Parameters
    ----------
    future, process, sector, week : int
        The address; each from 0 to 2**32 - 1, of which nothing is checked here.
    seed : int
        From 0 to 2**64 - 1.

    Returns
    -------
    tuple of two uint64
        As :func:`holdfast.noise.bits` gives them in lanes 0 and 1.
    """
    c0, c1, c2, c3 = np.uint64(future), np.uint64(process), np.uint64(sector), np.uint64(week)
    k0, k1 = np.uint64(seed) & _LOW, np.uint64(seed) >> _HALF
    for _ in range(10):
        even, odd = c0 * _EVEN, c2 * _ODD
        c0, c2 = (odd >> _HALF) ^ c1 ^ k0, (even >> _HALF) ^ c3 ^ k1
        c1, c3 = odd & _LOW, even & _LOW
        k0, k1 = (k0 + _STEP_0) & _LOW, (k1 + _STEP_1) & _LOW
    return c0 | c1 << _HALF, c2 | c3 << _HALF


@numba.njit("float64(uint64)", cache=KEEPS_COMPILED)
def unit(word: Whole) -> float:
    """Return a word as a number strictly between 0 and 1, as :func:`holdfast.noise.to_unit` does."""
    return (float(np.int64(np.uint64(word) >> _DROPPED)) + 0.5) * 2.0**-52
