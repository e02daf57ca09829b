"""Both clocks: what the reference must do, the kernel must do as well."""

from __future__ import annotations

import pytest

from holdfast.endure import kernel, reference
from holdfast.endure.course import course


@pytest.fixture(params=[reference, kernel], ids=["reference", "kernel"])
def clock(request):
    """Return a clock that takes a query."""
    return lambda query: request.param.run(course(query))
