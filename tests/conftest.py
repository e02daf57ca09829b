"""Fixtures that every test may ask for: the research data, which do not travel with the code."""

import os

# Several workers share the processors: threads of the algebra library would only wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("holdfast", deadline=None, print_blob=True)
settings.load_profile("holdfast")

ROOT = Path(__file__).resolve().parent.parent


def _absent(what: Path) -> str:
    """Skip, saying why, or return the reason to fail with where the data are required."""
    reason = f"research data not found: {what} (set HOLDFAST_DATA to the folder that holds them)"
    if os.environ.get("HOLDFAST_STRICT_DATA") != "1":
        pytest.skip(reason)
    return f"HOLDFAST_STRICT_DATA=1, but {reason}"


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of research data: ``$HOLDFAST_DATA``, or ``../shared/data`` beside the repository."""
    folder = Path(os.environ.get("HOLDFAST_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.fail(_absent(folder), pytrace=False)
    return folder


@pytest.fixture(scope="session")
def data_file(data_folder: Path) -> Callable[[str], Path]:
    """Give the path of one research file, named relative to the data folder."""

    def find(relative: str) -> Path:
        path = data_folder / relative
        if not path.is_file():
            pytest.fail(_absent(path), pytrace=False)
        return path

    return find
