"""Golden numbers of the model version: they move only with a changelog line that says why."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TOLERANCE = 1e-6  # other processors and versions may differ in the last digits


def test_results_are_those_of_the_baseline():
    writer = runpy.run_path(str(HERE / "baseline" / "write.py"))
    golden = json.loads(writer["path"]().read_text(encoding="utf-8"))
    now = writer["results"]()
    assert set(now) == set(golden)
    moved = []
    for settlement, outcomes in golden.items():
        assert set(now[settlement]) == set(outcomes)
        for name, numbers in outcomes.items():
            for before, after in zip(numbers, now[settlement][name], strict=True):
                same = before == after or (
                    before is not None
                    and after is not None
                    and after == pytest.approx(before, rel=TOLERANCE, abs=TOLERANCE)
                )
                if not same:
                    moved.append(f"{settlement}/{name}: {before} -> {after}")
    assert not moved, (
        f"{len(moved)} results moved; if that is meant, raise MODEL_VERSION, say in CHANGELOG how results "
        "move, and run tests/baseline/write.py:\n" + "\n".join(moved[:20])
    )
