"""The noise of compiled kernels: bit for bit that of the reference, and the published vectors."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from holdfast import noise
from holdfast.endure.philox import philox, unit
from holdfast.noise import Process

SEEDS = [0, 1, 2**32 - 1, 2**32, 0x299F31D0_A4093822, 2**63, 2**64 - 1]

# Known answers of philox4x32 with 10 rounds, as in tests/test_noise.py: counter, seed, first word, second.
KNOWN = [
    ((0, 0, 0, 0), 0, 0xE169C58D_6627E8D5, 0x9B00DBD8_BC57AC4C),
    ((2**32 - 1,) * 4, 2**64 - 1, 0x41C83B0E_408F276D, 0x6D5451FD_A20BC7C6),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        0x299F31D0_A4093822,
        0x94FDCCEB_D16CFE09,
        0x24126EA1_5001E420,
    ),
]


@njit
def _words(future, process, sector, week, seed, first, second):
    for i in range(first.size):
        first[i], second[i] = philox(future[i], process, sector[i], week[i], seed)


@njit
def _units(words, out):
    for i in range(out.size):
        out[i] = unit(words[i])


@pytest.mark.parametrize(("address", "seed", "first", "second"), KNOWN)
def test_published_vectors(address, seed, first, second):
    future, process, sector, week = address
    assert tuple(int(word) for word in philox(future, process, sector, week, seed)) == (first, second)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("process", [Process.ATTACK, Process.HOTSPOTS])
def test_the_words_of_the_reference(seed, process):
    draw = np.random.Generator(np.random.Philox(key=seed % 2**63))
    address = draw.integers(0, 2**32, (3, 2_000))
    address[:, :1_000] >>= 20  # near, as a run has them
    ends = np.array([[f, s, w] for f in (0, 2**32 - 1) for s in (0, 2**32 - 1) for w in (0, 2**32 - 1)]).T
    future, sector, week = np.concatenate([address, ends], axis=1)
    first, second = (np.empty(future.size, dtype=np.uint64) for _ in range(2))
    _words(future, int(process), sector, week, np.uint64(seed), first, second)
    assert first.tobytes() == noise.bits(seed, future, process, sector, week).tobytes()
    assert second.tobytes() == noise.bits(seed, future, process, sector, week, lane=1).tobytes()


def test_units_of_the_reference():
    words = noise.bits(9, np.arange(100_000), Process.COIN, 0, 0)
    words[:4] = [0, 2**64 - 1, 2**12 - 1, 2**12]
    out = np.empty(words.size)
    _units(words, out)
    assert out.tobytes() == noise.to_unit(words).tobytes()
    assert [unit(np.uint64(word)) for word in (0, 2**64 - 1)] == [2.0**-53, 1.0 - 2.0**-53]


def test_the_type_of_whole_number_changes_nothing():
    @njit
    def words(future, process, sector, week, seed):
        return philox(future, process, sector, week, seed)

    kinds = [np.int64, np.uint64, np.int32, np.uint8]
    found = {words(*(kind(part) for part in (7, 6, 5, 4, 3))) for kind in kinds}
    assert len(found) == 1
    assert found.pop()[0] == int(noise.bits(3, 7, Process.INCIDENTS, 5, 4))
