"""The packaged case is read once for all tests of this folder; files of one's own are read each time."""

from functools import cache

import pytest

from holdfast.cases import load_case
from holdfast.runs import asking, ballot, expecting


@pytest.fixture(scope="session", autouse=True)
def _read_once():
    packaged = cache(lambda: load_case("ukraine"))

    def load(case, overlay_file=None):
        return packaged() if (case, overlay_file) == ("ukraine", None) else load_case(case, overlay_file)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(asking, "load_case", load)
        patched.setattr(expecting, "load_case", load)
        patched.setattr(ballot, "load_case", load)
        yield
