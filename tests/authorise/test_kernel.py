"""The compiled kernel against its definition, its bounds, and what must not change a byte."""

import os
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from scipy.special import ndtr
from tests.authorise.bodies import KINDS, LARGE, large_proposal, only, random_body, random_proposal, replaced

from holdfast.authorise import authorise, engine, kernel, quadrature, reference
from holdfast.authorise.diagram import ALONE, Limits, diagram, sums
from holdfast.authorise.kernel.normal import density, normal


def plain(function: Any) -> Any:
    """The Python function that was compiled."""
    return function.py_func


def chance(proposal, called_by=()):
    return authorise(proposal, called_by=called_by, with_blockers=False).chance


# --- The normal distribution ------------------------------------------------------------------------------


def test_the_normal_distribution_is_within_its_bound():
    x = np.concatenate([np.linspace(-9, 9, 20_001), np.random.default_rng(1).normal(0, 3, 20_000)])
    found = np.array([plain(normal)(value) for value in x])
    assert np.abs(found - ndtr(x)).max() < 1e-12
    inner = np.abs(x) < 8.5
    assert np.abs(found[inner] / ndtr(x[inner]) - 1.0).max() < 2e-8  # small chances keep their digits
    assert plain(normal)(-1e9) < 1e-16
    assert plain(normal)(1e9) == 1.0


def test_the_normal_density_is_within_its_bound():
    x = np.linspace(-6, 6, 20_001)
    found = np.array([plain(density)(value) for value in x])
    assert np.abs(found / (np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)) - 1.0).max() < 1e-8


# --- Against the definition -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LARGE)
def test_large_bodies_equal_the_definition(name):
    # on grids far finer, by a diagram of the whole body, without merging any factor
    proposal = large_proposal(name, 2, with_fixed=True)
    step, bloc_step = (1 / 4, 1 / 4) if name == "assembly" else (1 / 8, 1 / 5)
    if name == "assembly":  # a third of it is enough to wait for
        members = proposal.members[:54]
        proposal = replaced(
            only(proposal, slice(0, 1)),
            members=tuple(
                type(one)(one.state, bloc=f"b{i % 3}" if i % 7 else None) for i, one in enumerate(members)
            ),
            latent=proposal.latent[:1, :54],
            spread=proposal.spread[:1, :54],
            threshold_no=proposal.threshold_no[:1, :54],
            fixed=proposal.fixed[:1, :54],
        )
    result = authorise(proposal, with_blockers=False)
    wanted = reference.chance(proposal, step=step, bloc_step=bloc_step)
    assert (wanted > 0.01).all()
    assert (wanted < 0.99).all()
    assert np.abs(result.chance - wanted).max() < result.computing_error < 1e-6


def test_a_full_assembly_equals_a_table_of_yes_against_no():
    proposal = replaced(large_proposal("assembly", 1, blocs=False), common=np.full(1, 0.3))
    z, weight = reference.factor(1 / 4)
    chances = np.stack([reference.votes(proposal, 0, i, proposal.common[0] * z) for i in range(193)])
    table = np.zeros((194, 194, len(z)))
    table[0, 0] = 1.0
    for no, abstain, yes in chances:
        fresh = abstain * table
        fresh[1:] += yes * table[:-1]
        fresh[:, 1:] += no * table[:, :-1]
        table = fresh
    yes, no = np.indices(table.shape[:2])
    wanted = table[(3 * yes >= 2 * (yes + no)) & (yes > 0)].sum(axis=0) @ weight
    assert 0.01 < wanted < 0.99
    assert chance(proposal)[0] == pytest.approx(wanted, abs=1e-7)


def test_a_full_union_equals_a_table_of_abstainers_and_their_population():
    proposal = large_proposal("union", 1, weight=0.0)
    proposal = replaced(proposal, latent=proposal.latent + 0.6, threshold_yes=proposal.threshold_yes + 1.4)
    people = [member.population for member in proposal.members]
    table = np.zeros((28, sum(people) + 1))
    table[0, 0] = 1.0
    for i, share in enumerate(people):
        _, abstain, yes = reference.votes(proposal, 0, i, np.zeros(1))
        fresh = yes * table
        fresh[1:, share:] += abstain * table[:-1, : table.shape[1] - share]
        table = fresh
    states, population = np.indices(table.shape)
    blocked = (3 * states >= 27) & (3 * population >= sum(people))
    assert table[blocked].sum() > 1e-3
    assert chance(proposal)[0] == pytest.approx(table[~blocked].sum(), abs=1e-11)
    assert diagram(proposal.rule, proposal.members).nodes < 40_000


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_small_bodies_with_callers_equal_the_definition(kind, seed):
    rng = np.random.default_rng([seed, KINDS.index(kind), 9])
    proposals = [
        random_proposal(rule, members, rng, futures=2, weight=0.7)
        for rule, members in (random_body(one, rng) for one in (kind, KINDS[seed], KINDS[seed]))
    ]
    result = authorise(proposals[0], called_by=proposals[1:], with_blockers=False)
    wanted = reference.chance(proposals[0], proposals[1:], step=1 / 128, bloc_step=1 / 5)
    assert np.abs(result.chance - wanted).max() < 1e-6
    one = chance(proposals[0], proposals[1:2])
    assert np.abs(one - reference.chance(proposals[0], proposals[1:2], bloc_step=1 / 5)).max() < 2e-7


def test_sums_and_a_diagram_say_the_same(monkeypatch):
    """Any rule can be read as a diagram; both ways through the kernel then agree, rises too."""
    for kind in ("quota", "share", "consensus_minus", "invitation"):
        rng = np.random.default_rng([KINDS.index(kind), 77])
        rule, members = random_body(kind, rng, size=8)
        proposal = random_proposal(rule, members, rng, futures=3)
        by_sums = authorise(proposal)
        asked = Limits(sums(rule, members).worth, 0, 0)
        body = engine._with_diagram(members, asked, diagram(rule, members))
        body.members["worth"] = [0, 1, 2]  # so that all votes are told apart
        with monkeypatch.context() as patch:
            patch.setattr(engine, "_bodies", lambda *_, body=body: (body,))
            by_rows = authorise(proposal)
        np.testing.assert_allclose(by_rows.chance, by_sums.chance, rtol=0, atol=1e-8)
        rises = {blocker.state: blocker.rise for blocker in by_rows.blockers}
        for blocker in by_sums.blockers:
            assert rises[blocker.state] == pytest.approx(blocker.rise, abs=2e-8)


# --- The error of averages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("bloc", [0.3, 1.0, 1.5])
@pytest.mark.parametrize("common", [0.0, 0.4, 1.5])
@pytest.mark.parametrize("name", ["council", "consensus", "assembly", "union in three"])
def test_the_error_is_below_its_bound_for_large_weights(name, common, bloc, monkeypatch):
    proposal = large_proposal(name, 2)
    proposal = replaced(
        proposal, common=np.full(2, common), bloc=np.full(2, bloc), spread=0.2 * proposal.spread
    )
    coarse = authorise(proposal, with_blockers=False)
    monkeypatch.setattr(quadrature, "OFF", 1e-15)
    monkeypatch.setattr(quadrature, "REACH", 7.5)
    monkeypatch.setattr(quadrature, "FLAT", -1.0)
    fine = chance(proposal)
    assert np.abs(coarse.chance - fine).max() < coarse.computing_error < 1e-6


@pytest.mark.parametrize("spread", [0.0, 1.0])
@pytest.mark.parametrize("common", [0.3, 1.0, 3.0])
def test_nearly_a_step_is_averaged_within_the_bound(common, spread):
    # 193 members of like mind, in no bloc: the chance given the factor is nearly a step
    proposal = large_proposal("assembly", 3, blocs=False)
    rng = np.random.default_rng(3)
    latent = rng.normal(0.1, 0.2, (3, 1)) + rng.normal(0, spread + 1e-9, (3, 193))
    proposal = replaced(proposal, common=np.full(3, common), latent=latent, spread=np.zeros((3, 193)))
    z, weight = reference.factor(1 / 128)
    body = engine._bodies(proposal.rule, proposal.members)[0]
    given = engine._vote_on(proposal)
    half = np.full(3, (len(z) - 1) // 2)
    offset = np.concatenate([[0], np.cumsum(2 * half + 1)])
    grid = kernel.Grid(np.arange(3), True, float(z[-1]), -1.0, half, offset, np.zeros(3), np.zeros(3, int))
    values = np.empty(offset[-1])
    kernel.chances_by_sums(body, given.stand, grid, values)
    fine = values.reshape(3, -1) @ weight
    assert np.abs(chance(proposal) - fine).max() < 4e-8


def test_the_step_is_the_one_that_was_proved():
    for kappa in (0.0, 1.0, 40.0):
        h = float(quadrature.step(kappa))
        assert 2 * np.exp(-2 * np.pi**2 / (h * h * (1 + kappa))) == pytest.approx(quadrature.OFF, rel=1e-4)
    assert quadrature.halves([0.0, 1.0, 400.0]).tolist()[0] == 0
    assert quadrature.halves(400.0) % 4 == 0


def test_the_worst_of_chances_reaches_the_bound_and_no_more():
    """Members who agree only all together, each at the steepest of its chance, are what the bound is for."""
    beta, members = 1.0, 3
    kappa = members * beta**2
    fine_x, fine_w = reference.factor(1 / 64)
    worst = 0.0
    for h in (0.9, 1.1, 1.3):
        bound = 2 * np.exp(-2 * np.pi**2 / (h * h * (1 + kappa)))
        for lean in (-2.0, -1.0, 0.0):
            for shift in np.linspace(0, 1, 9)[:-1]:
                x = (np.arange(-20, 21) + shift) * h
                w = np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi) * h
                exact = ndtr(lean + beta * fine_x) ** members @ fine_w
                off = abs(ndtr(lean + beta * x) ** members @ w - exact) / exact
                worst = max(worst, off / bound)
                assert off <= bound
    assert worst > 0.02


# --- What must not change a byte ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", LARGE)
def test_threads_and_parts_change_no_byte(name, monkeypatch):
    proposal = large_proposal(name, 20)
    before = numba.get_num_threads()
    found = set()
    try:
        for threads, part in ((1, 256), (before, 256), (before, 3)):
            numba.set_num_threads(threads)
            monkeypatch.setattr(engine, "_IN_PART", part)
            monkeypatch.setattr(engine, "_AT_ONCE", 5 * part)
            result = authorise(proposal)
            found.add((result.chance.tobytes(), result.blockers))
    finally:
        numba.set_num_threads(before)
    assert len(found) == 1


def test_rows_for_each_node_and_rows_for_all_say_the_same(monkeypatch):
    proposal = large_proposal("council", 3)
    shared = chance(proposal)
    monkeypatch.setattr(
        quadrature,
        "rows",
        lambda _c, _b, step, half: -((2 * half + 1) * (2 * np.ceil(quadrature.REACH / step) + 1)).astype(int),
    )
    np.testing.assert_allclose(chance(proposal), shared, rtol=0, atol=5e-8)


def test_nodes_left_out_change_less_than_they_may(monkeypatch):
    proposal = large_proposal("assembly", 3, blocs=False)
    some = chance(proposal)
    monkeypatch.setattr(quadrature, "FLAT", -1.0)
    np.testing.assert_allclose(chance(proposal), some, rtol=0, atol=1e-8)


def test_members_are_read_bloc_by_bloc_and_the_largest_last():
    proposal = large_proposal("council", 1)
    layers = diagram(proposal.rule, proposal.members).layers
    blocs = [layer.bloc for layer in layers]
    assert blocs == sorted(blocs)
    assert blocs[0] == ALONE
    sizes = [blocs.count(bloc) for bloc in range(blocs[-1] + 1)]
    assert sizes == sorted(sizes)


# --- What is kept compiled ------------------------------------------------------------------------------


class _Kept:
    """Looks like a compiled function that is kept on disk."""

    def __init__(self, folder: Path) -> None:
        self._cache = self
        self._cache_file = self
        self._index_name = "kernel.chances-1.py311.nbi"
        self.cache_path = str(folder)


def test_what_is_compiled_from_older_files_is_forgotten(tmp_path):
    index, source = tmp_path / "kernel.chances-1.py311.nbi", tmp_path / "sums.py"
    for file, second in ((source, 1_000), (index, 2_000)):
        file.write_text("")
        os.utime(file, (second, second))
    kernel.forget_stale((_Kept(tmp_path),), tmp_path)
    assert index.exists()
    os.utime(source, (3_000, 3_000))
    kernel.forget_stale((_Kept(tmp_path),), tmp_path)
    assert not index.exists()
    kernel.forget_stale((_Kept(tmp_path), object()), tmp_path)


def test_it_is_said_when_compiling_takes_a_while(monkeypatch, caplog):
    chance(large_proposal("council", 1))
    with caplog.at_level("INFO"):
        chance(large_proposal("council", 1))
        assert caplog.messages == []
        monkeypatch.setattr(kernel, "is_at_hand", lambda: False)
        chance(large_proposal("council", 1))
    assert caplog.messages == ["compiling the votes for this machine, once"]


def test_numba_still_keeps_what_it_compiles_where_it_is_looked_for():
    index = kernel.index_of(kernel.chances_by_sums)
    assert index is None or index.name.startswith("__init__.chances_by_sums")


def test_nothing_compiled_in_comes_from_elsewhere():
    folder = Path(kernel.__file__).parent
    for file in folder.glob("*.py"):
        for line in file.read_text("utf-8").splitlines():
            if line.startswith("from holdfast"):
                assert line.startswith(
                    ("from holdfast.authorise.kernel.", "from holdfast.fixed import KEEPS")
                )
