"""The engine: chance of adoption in each future, who stands in the way, and why there may be no chance."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from holdfast.authorise import quadrature
from holdfast.authorise.count import blocks_alone
from holdfast.authorise.diagram import (
    ABSTAIN,
    LOST,
    NO,
    YES,
    Diagram,
    Limits,
    Reading,
    Sums,
    diagram,
    reading,
    sums,
)
from holdfast.authorise.positions import marginal_positions
from holdfast.authorise.proposal import (
    BY_FUTURE,
    BY_MEMBER,
    Authorisation,
    Blocker,
    Floats,
    Member,
    NoChance,
    Proposal,
)
from holdfast.vocabulary.body import HostInvitation, Ratification, Rule

if TYPE_CHECKING:
    from holdfast.authorise.kernel import Body, Grid, Stand

Whole = npt.NDArray[np.int64]

_LOG = logging.getLogger(__name__)

NO_CHANCE: Final = 1e-9
"""A chance below this in every future is called none."""
_AT_ONCE: Final = 1 << 14  # futures worked on together: memory depends on it, results do not
_IN_PART: Final = 256  # of which a thread takes so many at a time at most; results do not depend on it
_MANY: Final = 4096  # futures enough to share even little work among threads
_BLOCKERS_COST: Final = 6.0e9  # steps of the kernel that blockers may cost: about a second on two cores
_ANEW: Final = 6.0  # a chance alone takes so many times fewer steps than all blockers of a vote
_NEVER_REACHED: Final = -1e6  # a threshold below every position
_BLOCKERS_LEAST: Final = 32  # futures used at least, if there are so many


def authorise(
    proposal: Proposal,
    *,
    called_by: Sequence[Proposal] = (),
    with_blockers: bool = True,
    weights: Floats | None = None,
) -> Authorisation:
    """Return the chance that the proposal is adopted, and who stands in the way.

    Given the common factor and those of the blocs, members vote independently, and the chance is exact: sums
    of votes, or a decision diagram (AU4). It is averaged over each bloc's factor and over the common one by
    trapezoidal rules whose steps are chosen, for each future, so that their error is proved to be small (AU5,
    :mod:`holdfast.authorise.quadrature`): below 1e-8 for each factor, whatever the weights, so within 1e-6
    of the true value where there are no more than forty blocs. A future's chance depends on that future
    alone: splitting the futures over several proposals changes no byte. Nor does the order of members, or
    what blocs are called; other codes of states may change the last bits.

    Parameters
    ----------
    proposal : Proposal
    called_by : sequence of Proposal
        Votes, of the same futures, of which one must first be carried to bring the body together (AU8). The
        common factor is the same in all of them, blocs' factors are not: the chance is the average
        over the common factor of that of the likeliest caller times that of adoption.
    with_blockers : bool
        Whether to rank blockers too, by the whole chance (AU6). Where one body alone may call, its
        members are ranked as well, and one that sits in both changes its mind in both. They are exact in
        each future used, fixed members too. They cost several times the chance itself, so large bodies use
        an evenly spread part of the futures; the result states how many.
    weights : ndarray of float64, shape (futures,), optional
        Chance in each future that this is the proposal put: rises of blockers are means of rise times weight.

    Returns
    -------
    Authorisation

    Raises
    ------
    ValueError
        If a caller, or the weights, have another number of futures.

    Notes
    -----
    Raising a member's leaning never lowers the chance, under any rule: it moves chance from no to abstain
    and from abstain to yes, and every rule is monotone in that order. A quota counts yes and excludes a veto
    holder's no. Under a share, yes for abstain adds to the balance, abstain for no adds too. Under unanimity,
    abstain for no lifts a block at the price of another that is at most as sure, yes for abstain lowers
    both counts. In the other three, only the no, or only the yes, counts. So the chance is monotone in
    the common factor too, on which the kernel relies where it leaves out nodes.
    """
    from holdfast.authorise import kernel

    if not kernel.is_at_hand():
        _LOG.info("compiling the votes for this machine, once")
    futures = len(proposal.latent)
    if any(len(caller.latent) != futures for caller in called_by):
        raise ValueError(f"callers must have the same {futures} futures")
    weight = np.ones(futures) if weights is None else weights
    if weight.shape != (futures,):
        raise ValueError(f"weights need one number for each of {futures} futures")
    votes = [_vote_on(one) for one in (proposal, *called_by)]
    chance, error = np.empty(futures), 0.0
    for start in range(0, futures, _AT_ONCE):
        which = np.arange(start, min(start + _AT_ONCE, futures))
        chance[which], off = _chance(votes, which)
        error = max(error, off)
    blockers, used = _blockers((proposal, *called_by), votes, weight) if with_blockers else ((), 0)
    return Authorisation(
        chance=chance,
        computing_error=error,
        blockers=blockers,
        blocker_futures=used,
        no_chance_reason=_reason(proposal, called_by) if float(chance.max()) < NO_CHANCE else None,
    )


# --- A proposal as the kernel takes it --------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Vote:
    """A proposal: the chance of the first body, less that of the second if there is one."""

    bodies: tuple[Body, ...]
    stand: Stand


def _vote_on(proposal: Proposal) -> _Vote:
    from holdfast.authorise.kernel import Stand

    fixed = np.empty((0, 0, 3)) if proposal.fixed is None else proposal.fixed
    fixed.setflags(write=False)  # as all arrays of a proposal: code is compiled for one type
    return _Vote(
        _bodies(proposal.rule, proposal.members),
        Stand(
            proposal.latent,
            proposal.spread,
            proposal.common,
            proposal.bloc,
            proposal.threshold_no,
            proposal.threshold_yes,
            fixed,
        ),
    )


@lru_cache(maxsize=32)
def _bodies(rule: Rule, members: tuple[Member, ...]) -> tuple[Body, ...]:
    """Return a rule as the kernel takes it.

    Where somebody must have voted, the chance that all abstain is taken off: no sum tells that from as
    many votes for as against.
    """
    asked = sums(rule, members)
    if isinstance(asked, Limits):
        return (_with_diagram(members, asked, diagram(rule, members)),)
    if not asked.somebody:
        return (_with_sums(members, asked),)
    silent = np.where(np.arange(3) == ABSTAIN, 0, LOST) + np.zeros_like(asked.worth)
    return _with_sums(members, asked), _with_sums(members, Sums(silent, 0))


def _with_sums(members: Sequence[Member], asked: Sums) -> Body:
    from holdfast.authorise import kernel

    order = reading(members, asked.worth)
    worth = asked.worth[list(order.places)].reshape(-1, 3)
    lost = worth == LOST
    least = np.where(lost, -LOST, worth).min(axis=1, initial=-LOST)
    heard = _heard(order, np.where(lost, -1, worth - least[:, None]))
    needed = max(0, asked.needed - int(least.sum()))
    return kernel.Body(
        members=heard,
        begin=_begins(order),
        needed=needed,
        first=np.empty(0, dtype=np.int64),
        to=np.empty((0, 3), dtype=np.int64),
        root=0,
        height=needed + 2,
        width=int(heard["most"][heard["bloc"] >= 0].sum()) + len(set(order.blocs)),
    )


def _with_diagram(members: Sequence[Member], asked: Limits, graph: Diagram) -> Body:
    from holdfast.authorise import kernel

    order = reading(members, asked.worth)
    begin, sizes = _begins(order), [layer.rows for layer in graph.layers]
    return kernel.Body(
        members=_heard(order, asked.worth[list(order.places)]),
        begin=begin,
        needed=0,
        first=np.cumsum([0, *(len(layer.to) for layer in graph.layers)]).astype(np.int64),
        to=np.concatenate([layer.to for layer in graph.layers]),
        root=graph.root,
        height=max(sizes),
        width=sizes[begin[-2]] if len(begin) > 1 else 0,
    )


def _heard(order: Reading, worth: Whole) -> npt.NDArray[np.void]:
    """Return the members in the order of reading, as the kernel takes them."""
    from holdfast.authorise import kernel

    heard = np.zeros(len(order.places), dtype=kernel.MEMBER)
    heard["place"], heard["bloc"], heard["worth"] = order.places, order.blocs, worth
    heard["most"] = worth.max(axis=1, initial=0)
    return heard


def _begins(order: Reading) -> Whole:
    """Return where each bloc begins in the order of reading, and where the last ends."""
    blocs = max(order.blocs, default=-1) + 1
    return np.searchsorted(order.blocs, np.arange(blocs + 1)).astype(np.int64)


# --- Chances ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Nodes:
    """Chances at the nodes of the common factor.

    Attributes
    ----------
    grids : list of Grid
        Of each vote, with the same nodes of the common factor.
    adopted : ndarray of float64
        Chance of adoption, once called; the nodes of one future after those of the other.
    called : list of ndarray of float64
        Chance of each caller.
    weight : ndarray of float64
        Of each node.
    mean : ndarray of float64, shape (asked,)
        Average of the chance of adoption times that of the likeliest caller.
    """

    grids: list[Grid]
    adopted: Floats
    called: list[Floats]
    weight: Floats
    mean: Floats


def _chance(votes: Sequence[_Vote], which: Whole) -> tuple[Floats, float]:
    """Return the chance of adoption in some futures, and the largest error of computing."""
    measured = [_measure(vote, which, merge=len(votes) == 1) for vote in votes]
    kappa = np.sum([one[:, 2] for one in measured], axis=0)
    half = quadrature.halves(kappa)
    found = _at_nodes(votes, measured, which, half)
    factors = sum(
        len(vote.bodies) * np.where(one[:, 1] > 0.0, len(vote.bodies[0].begin) - 1, 0)
        for vote, one in zip(votes, measured, strict=True)
    )
    terms = sum(len(vote.bodies) for vote in votes)
    error = float(quadrature.proved(factors, kappa, terms).max())
    if len(votes) > 2:
        error += _mend(votes, measured, which, half, found)
    return found.mean, error


def _measure(vote: _Vote, which: Whole, *, merge: bool) -> Floats:
    """Return weights of the factors and both numbers kappa, shape (futures, 4); of all bodies the same."""
    from holdfast.authorise import kernel

    measured = np.empty((len(which), 4))

    def run(part: slice) -> None:
        kernel.steepness(vote.bodies[0], vote.stand, which[part], merge, measured[part])

    _in_threads(run, len(which), least=_MANY)
    return measured


def _at_nodes(votes: Sequence[_Vote], measured: Sequence[Floats], which: Whole, half: Whole) -> _Nodes:
    """Return chances at the nodes of the common factor."""
    from holdfast.authorise import kernel

    grids = [_grid(one, which, half, merge=len(votes) == 1) for one in measured]
    adopted, *called = (_values(vote, grid) for vote, grid in zip(votes, grids, strict=True))
    whole = adopted * np.max(called, axis=0) if called else adopted
    weight, mean = np.empty_like(adopted), np.empty(len(which))

    def run(part: slice) -> None:
        kernel.average(_part(grids[0], part), whole, weight, mean[part])

    _in_threads(run, len(which), least=_MANY)
    return _Nodes(grids, adopted, called, weight, mean)


def _grid(measured: Floats, which: Whole, half: Whole, *, merge: bool) -> Grid:
    """Return the nodes of all factors, given the weights of the factors and how steep they are."""
    from holdfast.authorise import kernel

    common, bloc, _, kappa = measured.T
    step = np.where(bloc > 0.0, quadrature.step(kappa), 0.0)
    return kernel.Grid(
        which=which,
        merge=merge,
        reach=quadrature.REACH,
        flat=quadrature.FLAT,
        half=half,
        offset=np.concatenate([[0], np.cumsum(2 * half + 1)]),
        step=step,
        rows=quadrature.rows(common, bloc, step, half),
    )


def _values(vote: _Vote, grid: Grid) -> Floats:
    """Return the chance of adoption at each node of the common factor."""
    from holdfast.authorise import kernel

    values = []
    for body in vote.bodies:
        # that all abstain is no monotone chance, so none of its nodes may be left out
        own = grid if body is vote.bodies[0] else grid._replace(flat=-1.0)
        out = np.empty(int(grid.offset[-1]))

        def run(part: slice, body: Body = body, own: Grid = own, out: Floats = out) -> None:
            fill = kernel.chances_by_rows if len(body.first) else kernel.chances_by_sums
            fill(body, vote.stand, _part(own, part), out)

        _in_threads(run, len(grid.which))
        values.append(out)
    return values[0] if len(values) == 1 else np.maximum(values[0] - values[1], 0.0)


def _part(grid: Grid, part: slice) -> Grid:
    """Return the nodes of some of the futures."""
    return grid._replace(
        which=grid.which[part],
        half=grid.half[part],
        offset=grid.offset[part.start : part.stop + 1],
        step=grid.step[part],
        rows=grid.rows[part],
    )


def _in_threads(run: Callable[[slice], None], futures: int, *, least: int = 8) -> None:
    """Run something that writes to each future's own rows, in as many threads as numba may use.

    Fewer futures than ``least`` are not worth the threads.
    """
    import numba

    threads = numba.get_num_threads()
    if threads == 1 or futures < least:
        run(slice(0, futures))
        return
    size = min(_IN_PART, -(-futures // (4 * threads)))
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, [slice(at, min(at + size, futures)) for at in range(0, futures, size)]))


def _mend(
    votes: Sequence[_Vote], measured: Sequence[Floats], which: Whole, half: Whole, found: _Nodes
) -> float:
    """Add to the averages what the rule misses where callers change places; return how far they have settled.

    There the chance has a kink, so the step is halved until that moves the average no more.
    """
    changed = [_mending(found, a) for a in range(len(which))]
    open_ = np.array([a for a, mending in enumerate(changed) if mending is not None], dtype=np.int64)
    now = np.array([changed[a] for a in open_], dtype=np.float64) + found.mean[open_]
    worst, half = 0.0, half[open_]
    for level in range(quadrature.FINEST):
        if not len(open_):
            break
        half = 2 * np.maximum(half, 1)
        finer = _at_nodes(votes, [one[open_] for one in measured], which[open_], half)
        better = finer.mean + [_mending(finer, a) or 0.0 for a in range(len(open_))]
        moved = np.abs(better - now)
        found.mean[open_] = better
        still = moved > quadrature.MOVED
        settled = moved if level == quadrature.FINEST - 1 else moved[~still]
        worst = max(worst, float(settled.max(initial=0.0)))
        open_, now, half = open_[still], better[still], half[still]
    return worst


def _mending(found: _Nodes, a: int) -> float | None:
    """Return what the rule misses in a future for its kinks; None if it has none."""
    nodes = slice(found.grids[0].offset[a], found.grids[0].offset[a + 1])
    called = np.array([one[nodes] for one in found.called])
    best = called.argmax(axis=0)
    at = quadrature.kinks(best)
    if not len(at):
        return None
    return quadrature.mended(
        called[best[at + 1]] - called[best[at]], found.weight[nodes] * found.adopted[nodes], at
    )


# --- Blockers ---------------------------------------------------------------------------------------------


def _blockers(
    proposals: Sequence[Proposal], votes: Sequence[_Vote], weight: Floats
) -> tuple[tuple[Blocker, ...], int]:
    """Return blockers (AU6), largest rise first, and in how many futures they were computed."""
    proposal, called_by = proposals[0], proposals[1:]
    futures = len(proposal.latent)
    # of several that may call, others step in for one that a member stops
    callers = {member.state for member in called_by[0].members} if len(called_by) == 1 else set()
    used = _affordable(votes, futures, len(callers))
    rises = np.zeros((len(proposal.members), 2))
    every = np.arange(used) * futures // used
    for start in range(0, used, _AT_ONCE):
        which = every[start : start + _AT_ONCE]
        weighed = weight[which, None, None] * _rises(votes, which, len(proposal.members))
        # one after the other, so that parts change no bit
        rises = np.add.reduce(np.concatenate([rises[None], weighed]), axis=0)
    rises /= used
    by_state = {
        member.state: (float(yes), float(abstain))
        for member, (yes, abstain) in zip(proposal.members, rises, strict=True)
    }
    by_state |= _rises_of_callers(proposals, sorted(callers), weight, every)
    found = [_blocker(state, *rise) for state, rise in by_state.items()]
    found = [blocker for blocker in found if blocker.rise > NO_CHANCE]
    return tuple(sorted(found, key=lambda blocker: (-blocker.rise, blocker.state))), used


def _blocker(state: str, rise: float, rise_if_abstains: float) -> Blocker:
    enough = rise_if_abstains >= 0.99 * rise
    return Blocker(state, rise, rise_if_abstains, "abstain" if enough else "yes")


def _rises_of_callers(
    proposals: Sequence[Proposal], states: Sequence[str], weight: Floats, every: Whole
) -> dict[str, tuple[float, float]]:
    """Return the rise by a yes, and by abstaining for no, of each state that sits in a caller.

    Its change of mind may move several factors of the chance at once, so the chance is computed anew.
    """
    if not states:
        return {}
    some = tuple(_only(one, every) for one in proposals)
    which = np.arange(len(every))

    def mean(asked: Sequence[Proposal]) -> float:
        return float(np.mean(weight[every] * _chance([_vote_on(one) for one in asked], which)[0]))

    now = mean(some)
    return {
        state: (
            mean([_with_yes(one, state) for one in some]) - now,
            mean([_without_no(one, state) for one in some]) - now,
        )
        for state in states
    }


def _only(proposal: Proposal, which: Whole) -> Proposal:
    """Return a proposal in some of its futures."""
    kept = {name: getattr(proposal, name)[which] for name in (*BY_MEMBER, *BY_FUTURE)}
    return replace(proposal, **kept, fixed=None if proposal.fixed is None else proposal.fixed[which])


def _with_yes(proposal: Proposal, state: str) -> Proposal:
    """Return a proposal in which a member votes yes for certain; the same if it does not sit."""
    places = [place for place, member in enumerate(proposal.members) if member.state == state]
    if not places:
        return proposal
    fixed = np.full((*proposal.latent.shape, 3), np.nan) if proposal.fixed is None else proposal.fixed.copy()
    fixed[:, places] = (0.0, 0.0, 1.0)
    return replace(proposal, fixed=fixed)


def _without_no(proposal: Proposal, state: str) -> Proposal:
    """Return a proposal in which a member abstains wherever it would vote no; the same if it does not sit."""
    places = [place for place, member in enumerate(proposal.members) if member.state == state]
    if not places:
        return proposal
    threshold_no = proposal.threshold_no.copy()
    threshold_no[:, places] = _NEVER_REACHED
    fixed = None if proposal.fixed is None else proposal.fixed.copy()
    if fixed is not None:
        fixed[:, places, ABSTAIN] += fixed[:, places, NO]
        fixed[:, places, NO] *= 0.0
    return replace(proposal, threshold_no=threshold_no, fixed=fixed)


def _affordable(votes: Sequence[_Vote], futures: int, callers: int) -> int:
    """Return in how many futures blockers are computed, with so many states that sit in a caller."""
    some = np.arange(min(futures, _BLOCKERS_LEAST)) * futures // min(futures, _BLOCKERS_LEAST)
    measured = [_measure(vote, some, merge=len(votes) == 1) for vote in votes]
    half = quadrature.halves(np.sum([one[:, 2] for one in measured], axis=0))
    grid = _grid(measured[0], some, half, merge=len(votes) == 1)
    cost = sum(float(_steps(body, grid).mean()) for body in votes[0].bodies)
    every = sum(float(_steps(body, grid).mean()) for vote in votes for body in vote.bodies)
    cost += 2 * callers * every / _ANEW
    return min(futures, max(_BLOCKERS_LEAST, int(_BLOCKERS_COST / max(cost, 1.0))))


def _steps(body: Body, grid: Grid) -> Floats:
    """Return about how many steps the kernel takes for the blockers of each future."""
    nodes = 2.0 * grid.half + 1.0
    with np.errstate(divide="ignore"):
        each = np.where(grid.step > 0.0, 2 * quadrature.REACH / grid.step, 1.0)
    if len(body.first):
        return np.asarray(20.0 * nodes * each * len(body.to))
    within = [body.members["most"][body.begin[g] : body.begin[g + 1]] for g in range(len(body.begin) - 1)]
    alone = 12.0 * body.height * float(body.begin[0])
    joint = 4.0 * body.height * body.width + 2.0 * body.width * each
    tabled = 12.0 * float(sum(len(most) * (int(most.sum()) + 1) for most in within))
    return np.asarray(nodes * (alone + joint) + tabled * np.abs(grid.rows))


def _rises(votes: Sequence[_Vote], which: Whole, members: int) -> Floats:
    """Return how much the chance rises if a member alone voted yes, or abstained for no.

    Returns
    -------
    ndarray of float64, shape (futures, members, 2)
    """
    from holdfast.authorise import kernel

    vote, callers = votes[0], votes[1:]
    measured = [_measure(one, which, merge=not callers) for one in votes]
    half = quadrature.halves(np.sum([one[:, 2] for one in measured], axis=0))
    found = _at_nodes(votes, measured, which, half)
    weight = found.weight * np.max(found.called, axis=0) if callers else found.weight
    total = np.zeros((len(which), members, 2))
    for body, sign in zip(vote.bodies, (1.0, -1.0), strict=False):
        rises = np.empty((len(which), len(body.members), 2))

        def run(part: slice, body: Body = body, rises: Floats = rises) -> None:
            fill = kernel.rises_by_rows if len(body.first) else kernel.rises_by_sums
            fill(body, vote.stand, _part(found.grids[0], part), weight, rises[part])

        _in_threads(run, len(which))
        total[:, body.members["place"]] += sign * rises
    return total


# --- Why there may be no chance ---------------------------------------------------------------------------


def _reason(proposal: Proposal, called_by: Sequence[Proposal]) -> NoChance:
    """Return why no future has a chance, naming members where single ones explain it.

    If the vote itself is not to blame and there is one caller alone, those who block that caller are named.
    """
    own = _own_reason(proposal)
    if own.kind == "together" and len(called_by) == 1:
        return _own_reason(called_by[0])
    return own


def _must_agree(rule: Rule, member: Member) -> bool:
    """Return whether nothing is adopted without this member's yes."""
    if isinstance(rule, HostInvitation):
        return member.state == rule.host
    return isinstance(rule, Ratification) and member.state in rule.required


def _own_reason(proposal: Proposal) -> NoChance:
    seen = marginal_positions(proposal)
    refusing = tuple(
        member.state
        for i, member in enumerate(proposal.members)
        if blocks_alone(proposal.rule, member) and (seen[:, i, NO] >= 1.0 - NO_CHANCE).all()
    )
    if refusing:
        return NoChance("refused", refusing)
    withholding = tuple(
        member.state
        for i, member in enumerate(proposal.members)
        if _must_agree(proposal.rule, member) and (seen[:, i, YES] <= NO_CHANCE).all()
    )
    return NoChance("withheld", withholding) if withholding else NoChance("together", ())
