"""The README shows what really comes out, and its Python example runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from holdfast.present.text import comparison
from holdfast.runs import compare

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def document():
    return compare("ukraine").document


def test_the_table_is_the_real_one(document):
    shown = re.search(
        r"<!-- compare ukraine: begin -->\n```text\n(.*?)\n```\n<!-- compare", README, re.DOTALL
    )
    assert shown is not None
    assert comparison(document).startswith(shown[1] + "\n"), (
        "run ./run compare ukraine and paste its beginning"
    )


def test_the_python_example_runs():
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(example, "README.md", "exec"), names)  # noqa: S102 - our own README
    assert names["comparison"].table.height > 0


def test_the_claims_in_plain_words_hold(document):
    by_name = {one["name"]: one for one in document["arrangements"]}
    better = {(one["arrangement"], one["outcome"]): one["share_higher"] for one in document["differences"]}
    for name in ("osce-monitors", "un-peacekeepers", "reassurance-force", "coalition-support"):
        assert 0.78 < better[name, "hold_if_deployed_5"] < 1.0, name
        low, high = (by_name[name]["hold_if_deployed"]["5"][key] for key in ("low", "high"))
        assert 0.12 < low < 0.22 < 0.78 < high < 0.88
    for name in ("reassurance-force", "coalition-support"):
        assert 0.85 < better[name, "hold_if_deployed_5"] < 0.95, name
    assert better["un-peacekeepers", "hold_if_deployed_5"] > 0.94
    assert better["reassurance-force", "hold_overall_5"] < 0.1
    authorised = {
        name: one["authorised"]["mean"] for name, one in by_name.items() if one["authorised"]["mean"]
    }
    assert max(authorised, key=lambda name: authorised[name]) == "reassurance-force"
    accepted = {name: one["accepted"]["mean"] for name, one in by_name.items()}
    assert min(accepted, key=lambda name: accepted[name]) == "reassurance-force"
    for one in by_name.values():
        assert 0.8 < one["rests_on"]["judgement_of_spread"] < 0.9
        assert 0.7 < one["rests_on"]["judgement_of_count"] < 0.8
    extra = {
        name: (one["eur_per_year"]["mean"] - by_name["none"]["eur_per_year"]["mean"]) / 1e9
        for name, one in by_name.items()
    }
    assert extra["reassurance-force"] == pytest.approx(2.0, abs=0.5)
    assert extra["un-peacekeepers"] == pytest.approx(0.4, abs=0.1)
    assert extra["coalition-support"] == pytest.approx(7.5, abs=0.5)
