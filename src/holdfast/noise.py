"""Addressed noise: every random number has an address, so order, threads and chunks change nothing.

The generator is Philox4x32-10 (J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random
numbers: as easy as 1, 2, 3", SC'11, doi:10.1145/2063384.2063405): a keyed bijection of four 32-bit
words. The key is the seed; the counter is the address (future, process, sector, week). Two
arrangements that ask for the same address meet the same noise.
"""

from __future__ import annotations

import enum
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Words: TypeAlias = npt.NDArray[np.uint64]
"""64-bit words, or 32-bit words held in 64 bits."""
Reals: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = npt.ArrayLike
"""Whole numbers from 0 to 2**32 - 1: one, or an array of them."""
Lane: TypeAlias = Literal[0, 1]
"""Each address holds two independent 64-bit words; a lane names one of them."""

_MULTIPLIERS: Final = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_KEY_STEPS: Final = (0x9E3779B9, 0xBB67AE85)
_ROUNDS: Final = 10
_WORD: Final = 0xFFFF_FFFF
_LOW: Final = np.uint64(_WORD)
_HALF: Final = np.uint64(32)
_DROPPED: Final = np.uint64(12)
_BLOCK: Final = 8_192
"""Addresses worked on at a time: the four words then stay in the processor's cache."""


class Process(enum.IntEnum):
    """What the noise is for. A number, once given, keeps its meaning: results rest on it.

    Of the weekly course, INCIDENTS are the incidents of each sector; TRUCE is whether the parties
    recommit to it or settle; REPORTS are the losses of the mission and the visits it is denied; COIN is
    tossed to check survival that was integrated; HOTSPOTS is where incidents concentrate. LEAVING is how
    fast contributors leave a mission, against what is usual; SITES is where sensors stand that nobody placed.
    """

    ATTACK = 0
    SPIRAL = 1
    CREEP = 2
    MISSION = 3
    VOTES = 4
    OFFERS = 5
    INCIDENTS = 6
    TRUCE = 7
    REPORTS = 8
    COIN = 9
    HOTSPOTS = 10
    LEAVING = 11
    SITES = 12


def philox4x32(
    counter: tuple[Words, Words, Words, Words], key: tuple[int, int]
) -> tuple[Words, Words, Words, Words]:
    """Return the ten-round Philox4x32 image of a counter.

    Parameters
    ----------
    counter : tuple of four arrays of uint64
        The counter's words, each below 2**32, all of one shape.
    key : tuple of two int
        The key's words, each below 2**32.

    Returns
    -------
    tuple of four arrays of uint64
        The output words, each below 2**32.

    Notes
    -----
    Salmon et al. 2011, section 3.3: each round multiplies two of the words by constants, exchanges
    high and low halves and adds the key by exclusive or; the key moves by a Weyl sequence.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(_ROUNDS):
        even = c0 * _MULTIPLIERS[0]
        odd = c2 * _MULTIPLIERS[1]
        c0 = odd >> _HALF
        c0 ^= c1
        c0 ^= np.uint64(k0)
        c2 = even >> _HALF
        c2 ^= c3
        c2 ^= np.uint64(k1)
        odd &= _LOW
        even &= _LOW
        c1, c3 = odd, even
        k0 = (k0 + _KEY_STEPS[0]) & _WORD
        k1 = (k1 + _KEY_STEPS[1]) & _WORD
    return c0, c1, c2, c3


def to_unit(words: Words) -> Reals:
    """Return 64-bit words as numbers strictly between 0 and 1.

    The numbers are the odd multiples of 2**-53, so that neither 0 nor 1 can occur and both halves
    are equally likely.
    """
    return ((words >> _DROPPED).astype(np.float64) + 0.5) * 2.0**-52


def _address(name: str, numbers: Numbers) -> Words:
    """Return one word of the address, checked."""
    given: npt.NDArray[Any] = np.asarray(numbers)
    if given.dtype.kind not in "iu":
        message = f"{name}: whole numbers are needed, not {given.dtype}"
        raise TypeError(message)
    if given.size and (int(given.min()) < 0 or int(given.max()) > _WORD):
        message = f"{name}: numbers must lie between 0 and 2**32 - 1"
        raise ValueError(message)
    return given.astype(np.uint64)


def bits(
    seed: int, future: Numbers, process: Process, sector: Numbers, week: Numbers, *, lane: Lane = 0
) -> Words:
    """Return the 64 random bits that stand at an address.

    Parameters
    ----------
    seed : int
        From 0 to 2**64 - 1.
    future, sector, week : int or array of int
        The address; shapes are broadcast against each other.
    process : Process
        What the noise is for.
    lane : {0, 1}
        Which of the two words at this address.

    Returns
    -------
    array of uint64
        Of the broadcast shape. A value depends on its own address alone, never on the shape.

    Raises
    ------
    ValueError
        If the seed or a part of the address is out of range.
    TypeError
        If a part of the address is not a whole number.
    """
    if not 0 <= seed < 2**64:
        message = f"seed: must lie between 0 and 2**64 - 1, not {seed}"
        raise ValueError(message)
    key = (seed & _WORD, seed >> 32)
    address = [
        _address("future", future),
        _address("process", int(process)),
        _address("sector", sector),
        _address("week", week),
    ]
    result = np.empty(np.broadcast_shapes(*(part.shape for part in address)), dtype=np.uint64)
    if not result.size:
        return result
    blocks = np.nditer(
        [*address, result],
        flags=["external_loop", "buffered"],
        op_flags=[["readonly"], ["readonly"], ["readonly"], ["readonly"], ["writeonly"]],
        order="C",
        buffersize=_BLOCK,
    )
    with blocks:
        for f, p, s, w, out in blocks:
            words = philox4x32((f, p, s, w), key)
            np.bitwise_or(words[2 * lane], words[2 * lane + 1] << _HALF, out=out)
    return result


def uniform(
    seed: int, future: Numbers, process: Process, sector: Numbers, week: Numbers, *, lane: Lane = 0
) -> Reals:
    """Return a number strictly between 0 and 1, evenly spread, for each address.

    Parameters and errors are those of :func:`bits`; the results are odd multiples of 2**-53.
    """
    return to_unit(bits(seed, future, process, sector, week, lane=lane))


def normal(
    seed: int, future: Numbers, process: Process, sector: Numbers, week: Numbers, *, lane: Lane = 0
) -> Reals:
    """Return a standard normal number for each address, by inversion of :func:`uniform`."""
    deviates: Reals = ndtri(uniform(seed, future, process, sector, week, lane=lane))
    return deviates
