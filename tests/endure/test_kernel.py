"""The kernel does what the reference says: counts the same, numbers to 1e-9, bytes without regard to
threads, chunks and order."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from tests.endure import coins, courses

import holdfast.endure
from holdfast.endure import kernel, reference
from holdfast.endure.course import course


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(courses.courses())
def test_reference_and_kernel_agree(query):
    asked = course(query)
    slow, fast = reference.run(asked), kernel.run(asked)
    np.testing.assert_array_equal(slow.counted, fast.counted)
    np.testing.assert_allclose(slow.expected, fast.expected, rtol=1e-9, atol=1e-9)
    assert slow.weeks.tolist() == fast.weeks.tolist()


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(courses.courses())
def test_what_fails_and_what_holds_sum_to_one_every_week(query):
    found = kernel.run(course(query))
    holds = found.column("holds")
    failed = sum(found.failed(cause).sum(axis=2) for cause in ("attack", "spiral", "creep"))
    np.testing.assert_allclose(holds + failed, 1.0, rtol=0.0, atol=1e-12)
    by_side = found.column("attack_by_host") + found.column("attack_by_opponent")
    np.testing.assert_allclose(by_side, found.failed("attack").sum(axis=2), rtol=0.0, atol=1e-12)
    by_size = found.column("limited_war") + found.column("major_war")
    np.testing.assert_allclose(by_size, failed, rtol=0.0, atol=1e-12)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(courses.courses())
def test_no_number_is_lost_or_below_nought(query):
    found = kernel.run(course(query))
    assert np.isfinite(found.expected).all()
    assert (found.expected >= -1e-12).all()
    assert (found.counted >= 0).all()
    assert (found.column("holds") <= 1.0).all()
    assert (np.diff(found.column("holds"), axis=1) <= 0.0).all()
    assert (found.column("holds_with_mission") <= found.column("holds")).all()
    assert (found.count("recorded") <= found.count("incidents")).all()
    for name in ("incidents", "recorded", "recommitments", "mission_deaths"):
        assert (np.diff(found.count(name), axis=1) >= 0).all()


def _busy(futures=60):
    """Return a query in which every process runs."""
    m = courses.mission(
        futures,
        half_time_weeks=10.0,
        seen=0.3,
        deaths=0.5,
        visits=100.0,
        denied=0.2,
        consent_loss=0.1,
        contributor_loss=0.1,
        renewal_weeks=26,
        renewal_fails=0.1,
    )
    row = courses.phase(
        futures, present=courses.setting(futures, partners=100.0, calm=-0.5, noise=0.1), deployment=m
    )
    return courses.query(
        futures,
        weeks=200,
        sectors=7,
        seed=11,
        phases=[row],
        truce={"first_year": 0.3, "years_2_5": 0.1, "later": 0.1, "attack_share": 0.5},
        incidents={
            "background": 0.05,
            "branching": 0.9,
            "recommitments": 2.0,
            "discipline": 0.8,
            "spread": 0.3,
        },
        mission={"degrade": 0.3, "restore": 1.0, "per_ten_dead": 1.5},
    )


def _bytes(found):
    return found.expected.tobytes() + found.counted.tobytes()


def _with_erosion(query, change):
    """Return a query in which the erosion of every mission is changed."""

    def row(one):
        if one.deployment is None:
            return one
        return replace(one, deployment=replace(one.deployment, erosion=change(one.deployment.erosion)))

    return replace(
        query,
        phases=tuple(map(row, query.phases)),
        lapsed=tuple(map(row, query.lapsed)),
        bare=row(query.bare),
    )


def test_where_nobody_leaves_no_byte_is_another(monkeypatch):
    """MI1: erosion of nought is as if there were no such thing."""
    query = coins.question(60)
    still = course(_with_erosion(query, np.zeros_like))
    next_to_none = course(_with_erosion(query, lambda rate: 1e-30 * rate))
    for clock in (kernel, reference):
        found = _bytes(clock.run(still))
        assert _bytes(clock.run(next_to_none)) == found
        assert _bytes(clock.run(course(query))) != found
    slow = _bytes(reference.run(still))
    monkeypatch.setattr(reference, "_stayed", lambda _, state: np.ones(state.phase.size))
    ever = replace(still, phases=still.phases._replace(stays=np.ones_like(still.phases.stays)))
    assert _bytes(reference.run(ever)) == slow


def test_threads_change_no_byte():
    asked = course(_busy())
    before = numba.get_num_threads()
    try:
        results = set()
        for threads in range(1, before + 1):
            numba.set_num_threads(threads)
            results.add(_bytes(kernel.run(asked)))
    finally:
        numba.set_num_threads(before)
    assert len(results) == 1


def test_chunks_and_order_change_no_byte():
    query = _busy()
    whole = kernel.run(course(query))
    for rows in (np.arange(10, 25), np.arange(59, -1, -1), np.array([3])):
        part = kernel.run(course(courses.part_of(query, rows)))
        assert part.expected.tobytes() == whole.expected[rows].tobytes()
        assert part.counted.tobytes() == whole.counted[rows].tobytes()


def test_keeping_fewer_weeks_changes_no_number():
    query = _busy()
    whole = kernel.run(course(query))
    few = kernel.run(course(replace(query, record_weeks=(13, 150))))
    assert few.expected.tobytes() == whole.expected[:, [0, 13, 150]].tobytes()
    assert few.counted.tobytes() == whole.counted[:, [0, 13, 150]].tobytes()


def test_another_seed_is_another_history():
    query = _busy()
    other = kernel.run(course(replace(query, seed=12)))
    assert (other.counted != kernel.run(course(query)).counted).any()


ALLOWED = {
    "holdfast.fixed",
    "holdfast.noise",
    "holdfast.endure.philox",
    "holdfast.endure.course",
    "holdfast.endure.query",
    "holdfast.endure.survival",
    "holdfast.vocabulary.axes",
    "holdfast",
}


def _imports(name):
    tree = ast.parse((Path(holdfast.endure.__file__).parent / f"{name}.py").read_text())
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("holdfast"):
            found.setdefault(node.module, set()).update(alias.name for alias in node.names)
    return found


def test_reference_and_kernel_share_no_code_but_the_fixed_functions():
    """Of what both import, only holdfast.fixed holds functions; the rest is data, constants and types."""
    slow, fast = _imports("reference"), _imports("kernel")
    assert set(slow) | set(fast) <= ALLOWED
    assert "holdfast.endure.philox" not in slow
    assert fast["holdfast.noise"] == {"Process"}
    for module in (
        "holdfast.endure.course",
        "holdfast.endure.query",
        "holdfast.endure.survival",
        "holdfast.vocabulary.axes",
    ):
        for names in (slow[module], fast[module]):
            assert all(name.isupper() or name in {"Course", "Survival"} for name in names), module
    assert all(name.endswith("_scalar") or name == "KEEPS_COMPILED" for name in fast["holdfast.fixed"])


@pytest.mark.parametrize("name", ["reference", "kernel"])
def test_neither_takes_a_function_of_its_own_where_a_count_is_decided(name):
    """exp, log and the like come from holdfast.fixed alone."""
    text = (Path(holdfast.endure.__file__).parent / f"{name}.py").read_text()
    for other in ("np.exp", "np.log", "np.power", "math.", "np.expm1", "np.sum", ".sum("):
        assert other not in text, other


def _functions(name):
    tree = ast.parse((Path(holdfast.endure.__file__).parent / f"{name}.py").read_text())
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


def test_reference_and_kernel_read_side_by_side():
    """What both have under one name stands in the same order; the kernel has the reference's steps."""
    slow, fast = _functions("reference"), _functions("kernel")
    shared = [name for name in slow if name in fast]
    assert shared == [name for name in fast if name in slow]
    steps = [name for name in slow if name not in {"_of_phase", "_signals"}]
    assert shared == steps


def test_one_compilation_serves_every_course():
    before = len(kernel._run_all.signatures)
    for sectors, phases in ((1, 1), (2, 3), (9, 2)):
        rows = [courses.phase(2)] * phases
        kernel.run(course(courses.query(2, weeks=5, sectors=sectors, phases=rows)))
    assert len(kernel._run_all.signatures) == max(before, 1)
