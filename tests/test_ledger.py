"""The ledger: joining, needs, age, and agreement with the sources."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from holdfast.errors import HoldfastError
from holdfast.ledger import (
    Ledger,
    LedgerError,
    Need,
    basis_problems,
    dangling,
    join,
    missing,
    stale,
    unknown,
    unsolved,
)
from holdfast.vocabulary.estimate import Correlation, Estimate, LedgerFile
from holdfast.vocabulary.source import Source

BETA = {"kind": "beta", "p05": 0.2, "p95": 0.8}


def estimate(name, distribution=None, **changes):
    row = {
        "name": name,
        "meaning": "m",
        "unit": "share",
        "distribution": distribution or BETA,
        "sources": [{"source": "S1"}],
        "confidence": "C",
        "status": "judgement",
        "as_of": "2025-01-31",
        "stale_after_months": 13,
        **changes,
    }
    return Estimate(**row)


def pair(first, second, rank):
    return Correlation(between=[first, second], rank=rank, sources=[{"source": "S1"}])


def source(**statement):
    states = [{"key": "held", "what": "w", "unit": "share", **statement}] if statement else []
    return Source(key="S1", title="t", kind="paper", seen="A", states=states)


def sourced(distribution, **changes):
    basis = [{"source": "S1", "statement": "held"}]
    return Ledger([estimate("a", distribution, status="sourced", sources=basis, **changes)])


def said(problems):
    return [(problem.name, problem.wrong) for problem in problems]


def test_a_ledger_keeps_order_and_does_not_change():
    ledger = Ledger([estimate("b"), estimate("a")])
    assert list(ledger) == ["b", "a"]
    with pytest.raises(TypeError):
        ledger["c"] = estimate("c")  # type: ignore[index]
    file = LedgerFile(title="t", estimates=[estimate("b")], correlations=[])
    assert dict(Ledger.of(file)) == {"b": estimate("b")}


def test_a_name_that_stands_twice_is_refused():
    with pytest.raises(LedgerError, match="a: stands twice"):
        Ledger([estimate("a"), estimate("b"), estimate("a")])


def test_join_puts_the_model_first():
    joined = join(Ledger([estimate("z")]), Ledger([estimate("a")]))
    assert list(joined) == ["z", "a"]


def test_join_refuses_every_name_in_both():
    with pytest.raises(LedgerError) as refusal:
        join(Ledger([estimate("a"), estimate("b"), estimate("c")]), Ledger([estimate("c"), estimate("a")]))
    assert [problem.name for problem in refusal.value.problems] == ["c", "a"]
    assert isinstance(refusal.value, HoldfastError)
    assert "is an estimate of the model as well as of the case" in str(refusal.value)


def test_a_case_may_correlate_with_the_model():
    case = Ledger([estimate("b")], [pair("b", "model.a", 0.5)])
    assert case.groups == ()
    assert said(dangling(case)) == [("b / model.a", "there is no estimate 'model.a'")]
    joined = join(Ledger([estimate("model.a")]), case)
    assert dangling(joined) == []
    assert joined.groups[0][0] == ("model.a", "b")


def test_a_misspelt_correlation_names_the_nearest():
    found = dangling(Ledger([estimate("attack.odds")], [pair("attack.odds", "atack.odds", 0.5)]))
    assert found[0].mend.startswith("write 'attack.odds'")


def test_groups_are_connected_and_in_ledger_order():
    names = ["f", "e", "d", "c", "b", "a"]
    ledger = Ledger(
        [estimate(name) for name in names],
        [pair("a", "c", 0.3), pair("b", "e", 0.2), pair("f", "c", 0.1)],
    )
    assert [group for group, _ in ledger.groups] == [("f", "c", "a"), ("e", "b")]


def test_the_factor_gives_back_the_correlations_of_the_scores():
    ledger = Ledger(
        [estimate(name) for name in "abc"], [pair("a", "b", 0.5), pair("b", "c", -0.4), pair("a", "c", 0.2)]
    )
    (_, rows), = ledger.groups  # fmt: skip
    lower = np.zeros((3, 3))
    for i, row in enumerate(rows):
        lower[i, : len(row)] = row
    wanted = 2 * np.sin(np.pi * np.array([[3, 0.5, 0.2], [0.5, 3, -0.4], [0.2, -0.4, 3]]) / 6)
    np.testing.assert_allclose(lower @ lower.T, np.where(np.eye(3), 1.0, wanted), atol=1e-14)


def test_correlations_that_contradict_each_other_name_their_pairs():
    with pytest.raises(LedgerError) as refusal:
        Ledger(
            [estimate(name) for name in "abcde"],
            [pair("a", "b", 0.9), pair("b", "c", 0.9), pair("a", "c", -0.9), pair("d", "e", 0.5)],
        )
    (problem,) = refusal.value.problems
    assert "a / b (0.9), b / c (0.9), a / c (-0.9)" in problem.wrong
    assert "d / e" not in problem.wrong


def test_a_correlation_that_stands_twice_is_refused():
    with pytest.raises(LedgerError, match="a / b: the correlation stands twice"):
        Ledger([estimate("a"), estimate("b")], [pair("a", "b", 0.1), pair("b", "a", 0.2)])


def test_needs():
    ledger = Ledger([estimate("atack.odds"), estimate("held", unit="ratio"), estimate("known")])
    needs = [Need("attack.odds", "share"), Need("held", "share"), Need("known", "share"), Need("zzz", "km")]
    found = missing(ledger, needs)
    assert said(found) == [
        ("attack.odds", "the model needs this estimate and the ledger has not"),
        ("held", "is given in ratio, but the model reads it in share"),
        ("zzz", "the model needs this estimate and the ledger has not"),
    ]
    assert found[0].mend == "rename 'atack.odds' if that is meant, or add it, in share"
    assert found[2].mend == "add it, in km"
    (spare,) = unknown(ledger, needs)
    assert (spare.name, spare.mend) == ("atack.odds", "write 'attack.odds', or take it out")


def test_percentiles_that_no_beta_has_are_a_problem_of_their_row():
    ledger = Ledger([estimate("good"), estimate("bad", {"kind": "beta", "p05": 0.01, "p95": 0.99})])
    assert [problem.name for problem in unsolved(ledger)] == ["bad"]
    with pytest.raises(LedgerError, match="bad: a beta"):
        ledger.shape("bad")


@pytest.mark.parametrize(
    ("today", "old"),
    [("2025-01-31", False), ("2026-02-28", False), ("2026-03-01", True), ("2030-01-01", True)],
)
def test_an_estimate_ages_by_months(today, old):
    assert stale(estimate("a"), dt.date.fromisoformat(today)) is old


def test_months_run_over_the_turn_of_a_year():
    row = estimate("a", as_of="2025-12-15", stale_after_months=12)
    assert not stale(row, dt.date(2026, 12, 15))
    assert stale(row, dt.date(2026, 12, 16))
    row = estimate("a", as_of="2025-11-30", stale_after_months=1)
    assert not stale(row, dt.date(2025, 12, 30))
    assert stale(row, dt.date(2025, 12, 31))


def test_what_does_not_age():
    assert not stale(estimate("a", stale_after_months=None), dt.date(2100, 1, 1))


def test_a_source_that_agrees_is_no_problem():
    assert basis_problems(sourced(BETA), [source(value=0.5)]) == []


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        # The beta runs from 0.114 to 0.886 (1st and 99th percentile), its median is 0.5.
        ({"value": 0.11, "low": 0.0, "high": 0.6}, "S1/held states 0.11, outside the range drawn"),
        ({"value": 0.12, "low": 0.0, "high": 0.6}, None),
        ({"value": 0.41}, None),
        ({"value": 0.39}, "its central value 0.5 lies outside what S1/held bears out: 0.2925 to 0.4875"),
        ({"low": 0.51}, "its central value 0.5 lies outside what S1/held bears out: 0.51 to inf"),
        ({"low": 0.3, "high": 0.5}, None),
        (
            {"low": 0.3, "high": 0.49},
            "its central value 0.5 lies outside what S1/held bears out: 0.3 to 0.49",
        ),
        ({"value": 0.48, "high": 0.49}, "its central value 0.5 lies outside what S1/held bears out"),
    ],
)
def test_where_numbers_and_source_disagree(statement, wrong):
    found = [problem.wrong for problem in basis_problems(sourced(BETA), [source(**statement)])]
    assert len(found) == (wrong is not None)
    assert all(message.startswith(wrong) for message in found)


def test_the_central_value_of_a_triangle_is_its_mode():
    triangle = {"kind": "triangular", "low": 0.0, "mode": 0.1, "high": 1.0}  # median 0.329
    assert basis_problems(sourced(triangle), [source(value=0.1)]) == []


def test_a_judgement_may_leave_the_middle_of_its_source_but_not_its_range():
    basis = [{"source": "S1", "statement": "held"}]
    ledger = Ledger([estimate("a", sources=basis)])
    assert basis_problems(ledger, [source(value=0.2)]) == []
    assert len(basis_problems(ledger, [source(value=0.05)])) == 1


def test_a_sourced_row_rests_on_a_statement():
    ledger = Ledger([estimate("a", status="sourced")])
    assert said(basis_problems(ledger, [source()])) == [
        ("a", "is called sourced, but rests on no statement of a source")
    ]


def test_units_must_be_equal():
    found = basis_problems(sourced(BETA), [source(value=50.0, unit="months")])
    assert said(found) == [("a", "is in share, but S1/held is in months")]


def test_dangling_references_name_the_nearest():
    rows = [
        estimate("a", sources=[{"source": "S1", "statement": "hold"}]),
        estimate("b", sources=[{"source": "S11"}]),
    ]
    correlation = Correlation(between=["a", "b"], rank=0.1, sources=[{"source": "S1", "statement": "x"}])
    found = basis_problems(Ledger(rows, [correlation]), [source(value=0.5)])
    assert said(found) == [
        ("a", "source S1 has no statement 'hold'"),
        ("b", "there is no source 'S11'"),
        ("a / b", "source S1 has no statement 'x'"),
    ]
    assert [problem.mend for problem in found] == [
        "write 'held', or add the statement to S1",
        "write 'S1', or add the source",
        "add the statement to S1",
    ]


def test_a_distribution_that_cannot_be_is_reported_with_its_row():
    ledger = sourced({"kind": "beta", "p05": 0.01, "p95": 0.99})
    (problem,) = basis_problems(ledger, [source(value=0.5)])
    assert problem.name == "a"
    assert "weight at both ends" in problem.wrong


def test_share_of_judgement():
    ledger = Ledger([estimate("a"), estimate("b", status="sourced"), estimate("c"), estimate("d")])
    assert ledger.judgement_share(ledger) == 0.75
    assert ledger.judgement_share(["a", "b", "b", "b"]) == 0.5
    assert ledger.judgement_share([]) == 0.0
    with pytest.raises(KeyError):
        ledger.judgement_share(["nothing"])
