"""Estimates, sources and ledger files: what is taken, and what is refused in plain words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from holdfast.vocabulary.base import UnitName
from holdfast.vocabulary.estimate import Correlation, Distribution, Estimate, LedgerFile, unit_range
from holdfast.vocabulary.source import Source, SourcesFile, Statement

ROW: dict[str, Any] = {
    "name": "attack.share_of_failures",
    "meaning": "Share of failed truces that end in a deliberate attack.",
    "unit": "share",
    "distribution": {"kind": "beta", "p05": 0.2, "p95": 0.8},
    "sources": [{"source": "S111", "statement": "attack-share"}, {"source": "facts-truces"}],
    "confidence": "C",
    "status": "sourced",
    "as_of": "2026-08-22",
    "stale_after_months": 12,
}
READ = TypeAdapter(Distribution)


def refusal(model, **given):
    with pytest.raises(ValidationError) as caught:
        model(**given)
    first = caught.value.errors()[0]
    return first["type"], first["msg"]


def test_a_whole_row():
    row = Estimate(**ROW)
    assert row.distribution == READ.validate_python({"kind": "beta", "p05": 0.2, "p95": 0.8})
    assert row.sources[1].statement is None
    assert row.as_of == dt.date(2026, 8, 22)
    assert row.note is None
    assert Estimate.model_validate_json(row.model_dump_json()) == row


@pytest.mark.parametrize(
    "written",
    [
        {"kind": "triangular", "low": 1, "mode": 1, "high": 2},
        {"kind": "lognormal", "p05": 0.5, "p95": 8},
        {"kind": "normal", "p05": -1, "p95": 1},
        {"kind": "normal", "p05": 0.2, "p95": 0.8, "minimum": 0, "maximum": 1},
        {"kind": "beta", "p05": 3, "p95": 4, "minimum": 2, "maximum": 5},
        {"kind": "uniform", "low": -1, "high": 1},
        {"kind": "discrete", "values": [{"value": 0, "weight": 2}, {"value": 1, "weight": 1}]},
        {"kind": "empirical", "values": [3, 1, 2, 2]},
    ],
)
def test_every_kind_is_read_and_written_back(written):
    read = READ.validate_python(written)
    assert READ.validate_python(READ.dump_python(read)) == read
    assert hash(read) == hash(READ.validate_python(written))


@pytest.mark.parametrize(
    "written",
    [
        {"kind": "triangular", "low": 2, "mode": 1, "high": 3},
        {"kind": "triangular", "low": 1, "mode": 4, "high": 3},
        {"kind": "triangular", "low": 1, "mode": 1, "high": 1},
        {"kind": "lognormal", "p05": 0, "p95": 1},
        {"kind": "lognormal", "p05": -1, "p95": 1},
        {"kind": "lognormal", "p05": 2, "p95": 2},
        {"kind": "normal", "p05": 2, "p95": 1},
        {"kind": "normal", "p05": 1, "p95": 2, "minimum": 1},
        {"kind": "normal", "p05": 1, "p95": 2, "maximum": 2},
        {"kind": "beta", "p05": 0, "p95": 0.5},
        {"kind": "beta", "p05": 0.5, "p95": 1},
        {"kind": "beta", "p05": 0.5, "p95": 0.5},
        {"kind": "uniform", "low": 1, "high": 1},
        {"kind": "discrete", "values": [{"value": 1, "weight": 1}, {"value": 1, "weight": 1}]},
    ],
)
def test_numbers_out_of_order_are_refused(written):
    with pytest.raises(ValidationError) as caught:
        READ.validate_python(written)
    assert [error["type"] for error in caught.value.errors()] == ["order"]


@pytest.mark.parametrize(
    "written",
    [
        {"kind": "gamma", "p05": 1, "p95": 2},
        {"p05": 1, "p95": 2},
        {"kind": "uniform", "low": 0, "high": float("inf")},
        {"kind": "uniform", "low": float("nan"), "high": 1},
        {"kind": "uniform", "low": "0", "high": 1},
        {"kind": "uniform", "low": False, "high": 1},
        {"kind": "uniform", "low": 0, "high": 1, "hihg": 2},
        {"kind": "discrete", "values": []},
        {"kind": "discrete", "values": [{"value": 1, "weight": 0}]},
        {"kind": "discrete", "values": [{"value": 1, "weight": -1}]},
        {"kind": "empirical", "values": [1]},
    ],
)
def test_what_is_no_distribution_is_refused(written):
    with pytest.raises(ValidationError):
        READ.validate_python(written)


def test_the_message_says_what_to_write():
    with pytest.raises(ValidationError, match="low 2, mode 1, high 3: write low, mode and high in rising"):
        READ.validate_python({"kind": "triangular", "low": 2, "mode": 1, "high": 3})


@pytest.mark.parametrize(
    ("unit", "distribution", "allowed"),
    [
        ("share", {"kind": "triangular", "low": 0, "mode": 0.5, "high": 1.01}, "from 0 to 1"),
        ("share", {"kind": "uniform", "low": -0.01, "high": 1}, "from 0 to 1"),
        ("share", {"kind": "lognormal", "p05": 0.2, "p95": 0.8}, "from 0 to 1"),
        ("share", {"kind": "normal", "p05": 0.1, "p95": 0.9}, "from 0 to 1"),
        ("share", {"kind": "normal", "p05": 0.2, "p95": 0.9, "minimum": 0}, "from 0 to 1"),
        ("persons", {"kind": "normal", "p05": 10, "p95": 100}, "from 0 upwards"),
        ("hours", {"kind": "uniform", "low": -1, "high": 3}, "from 0 upwards"),
        ("ratio", {"kind": "empirical", "values": [1, -0.5, 2]}, "from 0 upwards"),
        ("eur", {"kind": "discrete", "values": [{"value": -1, "weight": 1}]}, "from 0 upwards"),
    ],
)
def test_a_quantity_keeps_to_what_its_unit_allows(unit, distribution, allowed):
    kind, message = refusal(Estimate, **{**ROW, "unit": unit, "distribution": distribution})
    assert kind == "unit_range"
    assert message.endswith(f"a quantity in {unit} runs {allowed}")


@pytest.mark.parametrize(
    ("unit", "distribution"),
    [
        ("share", {"kind": "uniform", "low": 0, "high": 1}),
        ("share", {"kind": "lognormal", "p05": 0.01, "p95": 0.1}),
        ("share", {"kind": "normal", "p05": 0.4, "p95": 0.6}),
        ("persons", {"kind": "lognormal", "p05": 10, "p95": 1e6}),
        ("stake", {"kind": "normal", "p05": -1, "p95": 1}),
    ],
)
def test_a_quantity_within_what_its_unit_allows_is_taken(unit, distribution):
    assert Estimate(**{**ROW, "unit": unit, "distribution": distribution}).unit == unit


def test_every_unit_has_a_range():
    for unit in UnitName.__args__:  # type: ignore[attr-defined]
        low, high = unit_range(unit)
        assert low < high


def test_a_row_without_source_is_refused():
    assert refusal(Estimate, **{**ROW, "sources": []})[0] == "too_short"


def test_a_judgement_is_called_one():
    assert refusal(Estimate, **{**ROW, "confidence": "J"})[0] == "status"
    assert Estimate(**{**ROW, "confidence": "J", "status": "judgement"}).status == "judgement"


@pytest.mark.parametrize("months", [0, 601, 1.5, "12"])
def test_months_out_of_range(months):
    with pytest.raises(ValidationError):
        Estimate(**{**ROW, "stale_after_months": months})


def test_whether_it_ages_must_be_said():
    with pytest.raises(ValidationError, match="stale_after_months"):
        Estimate(**{key: value for key, value in ROW.items() if key != "stale_after_months"})
    assert Estimate(**{**ROW, "stale_after_months": None}).stale_after_months is None


@pytest.mark.parametrize("name", ["Attack", "a b", "a..b", ".a", "", "a/b", "é"])
def test_names_that_are_none(name):
    with pytest.raises(ValidationError):
        Estimate(**{**ROW, "name": name})


def test_correlations():
    basis = [{"source": "S1"}]
    assert Correlation(between=["a", "b"], rank=-0.5, sources=basis).between == ("a", "b")
    assert refusal(Correlation, between=["a", "a"], rank=0.5, sources=basis)[0] == "twice"
    assert refusal(Correlation, between=["a", "b"], rank=1, sources=basis)[0] == "less_than"
    assert refusal(Correlation, between=["a", "b"], rank=-1.0, sources=basis)[0] == "greater_than"
    assert refusal(Correlation, between=["a", "b"], rank=0.5, sources=[])[0] == "too_short"
    assert refusal(Correlation, between=["a"], rank=0.5, sources=basis)[0] == "missing"


def test_ledger_file_holds_each_once():
    other = {**ROW, "name": "b"}
    pair: dict[str, Any] = {"between": ["b", ROW["name"]], "rank": 0.1, "sources": [{"source": "S1"}]}
    file = LedgerFile(title="t", estimates=[ROW, other], correlations=[pair])
    assert [row.name for row in file.estimates] == [ROW["name"], "b"]
    assert refusal(LedgerFile, title="t", estimates=[ROW, ROW])[1] == (
        "the estimate 'attack.share_of_failures' stands twice"
    )
    turned = {**pair, "between": pair["between"][::-1], "rank": 0.2}
    twice = refusal(LedgerFile, title="t", estimates=[ROW, other], correlations=[pair, turned])
    assert twice[0] == "twice"


def test_sources():
    states = [{"key": "share", "what": "share of failures", "unit": "share", "value": 0.5, "low": 0.4}]
    source = Source(key="S27b", title="t", kind="paper", seen="A", states=states)
    assert source.states[0].high is None
    assert SourcesFile(title="t", sources=[source]).sources == (source,)
    assert refusal(Source, key="S1", title="t", kind="paper", seen="A", states=states * 2)[0] == "twice"
    assert refusal(SourcesFile, title="t", sources=[source, source])[0] == "twice"
    assert refusal(Source, key="S 1", title="t", kind="paper", seen="A")[0] == "string_pattern_mismatch"
    assert refusal(Source, key="S1", title="t", kind="rumour", seen="A")[0] == "literal_error"


@pytest.mark.parametrize(
    ("numbers", "kind"),
    [
        ({}, "no_number"),
        ({"value": 3, "low": 4}, "order"),
        ({"value": 3, "high": 2}, "order"),
        ({"low": 3, "high": 2}, "order"),
    ],
)
def test_statements_that_state_nothing_or_contradict_themselves(numbers, kind):
    assert refusal(Statement, key="a", what="w", unit="km", **numbers)[0] == kind
