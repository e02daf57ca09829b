"""The packaged case, read once, and a few futures of it."""

from __future__ import annotations

import pytest

from holdfast.cases import load_case
from holdfast.futures import Futures


@pytest.fixture(scope="session")
def case():
    """Return the packaged case."""
    return load_case("ukraine")


@pytest.fixture(scope="session")
def settlement(case):
    """Return the settlement that the case uses unless another is named."""
    return case.settlements[case.about.settlement]


@pytest.fixture(scope="session")
def few(case):
    """Return 64 futures of the case."""
    return Futures(case.ledger, 0, 64)


@pytest.fixture(scope="session")
def with_terms(settlement):
    """Return a way to change terms of the usual settlement."""

    def changed(**terms):
        return settlement.model_copy(update={"terms": settlement.terms.model_copy(update=terms)})

    return changed
