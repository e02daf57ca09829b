"""Addressed noise: published vectors, evenness, and independence of shape and order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from holdfast import noise
from holdfast.noise import Process

# Known answers of philox4x32 with 10 rounds, from the file tests/kat_vectors of Random123
# (github.com/DEShawResearch/random123, commit 9545ff6): counter, key, output.
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def _words(text):
    return tuple(int(word, 16) for word in text.split())


@pytest.mark.parametrize(("counter", "key", "output"), KNOWN)
def test_published_vectors(counter, key, output):
    c0, c1, c2, c3 = (np.array([word], dtype=np.uint64) for word in _words(counter))
    k0, k1 = _words(key)
    found = noise.philox4x32((c0, c1, c2, c3), (k0, k1))
    assert tuple(int(word[0]) for word in found) == _words(output)


def test_address_and_seed_fill_counter_and_key_in_the_order_promised():
    seed = 0x299F31D0_A4093822
    c0, c1, c2, c3 = (np.array([word], dtype=np.uint64) for word in (7, int(Process.CREEP), 5, 520))
    w0, w1, w2, w3 = noise.philox4x32((c0, c1, c2, c3), (0xA4093822, 0x299F31D0))
    first = noise.bits(seed, 7, Process.CREEP, 5, 520)
    second = noise.bits(seed, 7, Process.CREEP, 5, 520, lane=1)
    assert int(first) == int(w0[0]) | int(w1[0]) << 32
    assert int(second) == int(w2[0]) | int(w3[0]) << 32


def test_the_zero_address_of_seed_zero_is_the_first_published_vector():
    assert int(noise.bits(0, 0, Process.ATTACK, 0, 0)) == 0xE169C58D_6627E8D5
    assert int(noise.bits(0, 0, Process.ATTACK, 0, 0, lane=1)) == 0x9B00DBD8_BC57AC4C


def test_numbers_of_the_processes_are_fixed():
    assert {process.name: process.value for process in Process} == {
        "ATTACK": 0, "SPIRAL": 1, "CREEP": 2, "MISSION": 3, "VOTES": 4, "OFFERS": 5,
        "INCIDENTS": 6, "TRUCE": 7, "REPORTS": 8, "COIN": 9, "HOTSPOTS": 10,
        "LEAVING": 11, "SITES": 12,
    }  # fmt: skip


def test_a_value_depends_on_its_address_alone():
    future, sector, week = np.arange(300)[:, None, None], np.arange(7)[:, None], np.arange(11)
    whole = noise.bits(11, future, Process.SPIRAL, sector, week)
    assert whole.shape == (300, 7, 11)
    for f, s, w in [(0, 0, 0), (299, 6, 10), (128, 3, 4), (17, 6, 0)]:
        assert int(noise.bits(11, f, Process.SPIRAL, s, w)) == int(whole[f, s, w])
    # Another order of the axes, a reversed axis, a chunk, other integer types.
    turned = noise.bits(11, future.T, Process.SPIRAL, sector.T[:, :, None], week[:, None, None])
    assert turned.transpose(2, 1, 0).tobytes() == whole.tobytes()
    backwards = noise.bits(11, future[::-1], Process.SPIRAL, sector, week)
    assert backwards[::-1].tobytes() == whole.tobytes()
    chunk = noise.bits(11, future[100:113], Process.SPIRAL, sector, week)
    assert chunk.tobytes() == whole[100:113].tobytes()
    small = noise.bits(11, future.astype(np.int16), Process.SPIRAL, sector.astype(np.uint8), week)
    assert small.tobytes() == whole.tobytes()
    normals = noise.normal(11, future, Process.SPIRAL, sector, week)
    assert normals[5:9].tobytes() == noise.normal(11, future[5:9], Process.SPIRAL, sector, week).tobytes()


def test_nothing_asked_for_gives_nothing():
    assert noise.uniform(1, np.arange(0), Process.VOTES, 0, 0).shape == (0,)


@pytest.mark.parametrize("axis", ["seed", "future", "process", "sector", "week", "lane"])
def test_neighbouring_addresses_are_uncorrelated(axis):
    future = np.arange(20_000)
    here: dict[str, Any] = {
        "seed": 4,
        "future": future,
        "process": Process.MISSION,
        "sector": 1,
        "week": 1,
        "lane": 0,
    }
    there = dict(here)
    there[axis] = Process.VOTES if axis == "process" else here[axis] + 1
    a, b = noise.uniform(**here), noise.uniform(**there)
    assert (a != b).all() or axis == "future"
    # Standard error of a correlation of independent values: 1 / sqrt(n). Bound: 4.5 of them.
    assert abs(np.corrcoef(a, b)[0, 1]) < 4.5 / np.sqrt(future.size)


def test_uniforms_are_even():
    values = noise.uniform(2, np.arange(1_000)[:, None], Process.ATTACK, 3, np.arange(520)).ravel()
    counts = np.bincount((values * 1_024).astype(int), minlength=1_024)
    assert 1e-4 < stats.chisquare(counts).pvalue < 1 - 1e-4
    low_bits = (values * 2.0**52).astype(np.uint64) % np.uint64(256)
    assert 1e-4 < stats.chisquare(np.bincount(low_bits.astype(int), minlength=256)).pvalue < 1 - 1e-4


def test_every_bit_is_balanced():
    words = noise.bits(3, np.arange(65_536), Process.OFFERS, 0, 0)
    ones = [int(((words >> np.uint64(bit)) & np.uint64(1)).sum()) for bit in range(64)]
    # Binomial with standard deviation 128; 64 bits looked at: 4.5 of them.
    assert max(abs(count - 32_768) for count in ones) < 4.5 * 128


def test_normals_are_normal():
    values = noise.normal(5, np.arange(20_000), Process.CREEP, 0, 0)
    assert stats.kstest(values, "norm").pvalue > 1e-4


def test_uniforms_never_reach_their_ends():
    ends = noise.to_unit(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert ends.tolist() == [2.0**-53, 1.0 - 2.0**-53]


def test_seed_zero_is_a_seed():
    zero, one = (noise.bits(seed, np.arange(64), Process.ATTACK, 0, 0) for seed in (0, 1))
    assert zero.tobytes() == noise.bits(0, np.arange(64), Process.ATTACK, 0, 0).tobytes()
    assert not (zero == one).any()


def test_both_halves_of_the_seed_matter():
    words = {int(noise.bits(1 << shift, 0, Process.ATTACK, 0, 0)) for shift in range(64)}
    assert len(words) == 64


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seed_out_of_range(seed):
    with pytest.raises(ValueError, match="seed: must lie between"):
        noise.bits(seed, 0, Process.ATTACK, 0, 0)


@pytest.mark.parametrize("bad", [-1, 2**32])
@pytest.mark.parametrize("part", ["future", "sector", "week"])
def test_address_out_of_range(part, bad):
    address: dict[str, Any] = {"future": 0, "sector": 0, "week": 0, part: np.array([0, bad])}
    with pytest.raises(ValueError, match=f"{part}: numbers must lie between"):
        noise.bits(0, process=Process.ATTACK, **address)


def test_address_not_whole():
    with pytest.raises(TypeError, match="week: whole numbers are needed"):
        noise.bits(0, 0, Process.ATTACK, 0, 1.0)
