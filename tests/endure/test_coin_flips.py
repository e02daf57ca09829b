"""Survival that is integrated is that of a coin tossed in every week: the two prove each other."""

from __future__ import annotations

import numpy as np
import pytest
from tests.endure import coins

FUTURES = 4000


@pytest.fixture(scope="module")
def both():
    return coins.flip(coins.question(FUTURES))


def test_the_means_agree(both):
    """Chance to hold and incidence by cause, mission gone or present, after one, five and ten years."""
    integrated, flipped = both
    off = flipped - integrated
    error = off.std(axis=0) / np.sqrt(FUTURES)
    assert (np.abs(off.mean(axis=0)) < 4.0 * error).all()


def test_every_way_to_fail_was_met(both):
    integrated, flipped = both
    assert (flipped[:, -1].sum(axis=0) >= 30).all()
    np.testing.assert_allclose(integrated.sum(axis=2), 1.0, atol=1e-12)
    assert (flipped.sum(axis=2) == 1.0).all()


def test_coins_are_noisier(both):
    """What the integration is for: the same futures, a smaller spread."""
    integrated, flipped = both
    assert (integrated.var(axis=0) < flipped.var(axis=0)).all()


def test_a_future_with_a_better_chance_holds_more_often(both):
    """Not only the mean: among futures of like chance, that share of coins holds."""
    holds, coin = both[0][:, -1, 0], both[1][:, -1, 0]
    order = np.argsort(holds)
    for tenth in np.array_split(order, 10):
        chance = holds[tenth]
        error = np.sqrt((chance * (1.0 - chance)).sum()) / tenth.size
        assert abs(coin[tenth].mean() - chance.mean()) < 4.0 * error
