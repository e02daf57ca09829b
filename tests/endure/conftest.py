"""Both clocks: what the reference must do, the kernel must do as well."""

from __future__ import annotations

import pytest

from holdfast.endure import compiled, kernel, reference
from holdfast.endure.course import course

compiled.is_at_hand()  # forgets a clock that was compiled from other sources


@pytest.fixture(params=[reference, kernel], ids=["reference", "kernel"])
def clock(request):
    """Return a clock that takes a query."""
    return lambda query: request.param.run(course(query))
