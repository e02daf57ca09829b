r"""Every way a vote can go, folded into a layered decision diagram; the chance of adoption from it, exactly.

A rule is a machine that reads the votes one member after the other and remembers only what still matters:
yes votes up to the quota; the balance ``yes * (d - n) - no * n`` for a share of n/d; abstainers and
their population, each up to its limit. The states that can be reached before each member form a layer.
States from which every continuation ends alike are merged (a reduced decision diagram: Bryant 1986;
for votes with weights, Bolus, European Journal of Operational Research 210, 2011), which makes the exact
rule of the European Council on real populations a diagram of about eleven thousand nodes instead of
:math:`3^{27}` votes. All arithmetic on counts and populations is in whole numbers.

Given each member's chances of no, abstain and yes, one pass from the last member to the first gives
the chance of adoption; a second pass forward gives, for each member, the chance if it alone
voted otherwise. Both work on many lanes (future and factor node) at once, each lane on its own, so results
do not depend on how lanes are grouped.

Notes
-----
Members are read in an order that does not depend on how the proposal lists them: the host, then veto
holders, then by population, then by code. So listing members otherwise changes no byte.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from holdfast.authorise.proposal import Floats, Member
from holdfast.authorise.ruling import reaches
from holdfast.vocabulary.body import (
    Consensus,
    Fraction,
    HostInvitation,
    QuotaWithVeto,
    Ratification,
    Rule,
    ShareOfVoting,
    UnanimityWithConstructiveAbstention,
)

Whole = npt.NDArray[np.int64]

NO, ABSTAIN, YES = 0, 1, 2
_LOST = np.int64(-1)
_CONSTANTS = 2  # rows 0 and 1 of every layer: never adopted, adopted whatever follows
_CELLS = 1 << 18  # numbers of one work array: about two megabytes, so that it stays in a processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One member's vote: from each node, the row of the next layer that each vote leads to.

    Attributes
    ----------
    member : int
        Position of the member in the proposal.
    to : tuple of three ndarrays of int64, shape (nodes,)
        Rows of the next layer after no, abstain and yes.
    """

    member: int
    to: tuple[Whole, Whole, Whole]

    @property
    def rows(self) -> int:
        """Number of rows, the two constants included."""
        return _CONSTANTS + len(self.to[NO])


@dataclass(frozen=True, slots=True, eq=False)
class Diagram:
    """A rule with its members.

    Attributes
    ----------
    layers : tuple of Layer
        In the order in which members are read.
    root : int
        Row of the first layer where reading starts.
    tells_no_from_abstain, tells_abstain_from_yes : bool
        Whether any member's one vote is worth something else than its other.
    """

    layers: tuple[Layer, ...]
    root: int
    tells_no_from_abstain: bool
    tells_abstain_from_yes: bool

    @property
    def nodes(self) -> int:
        """Number of nodes that are not constants."""
        return sum(layer.rows - _CONSTANTS for layer in self.layers)


@dataclass(frozen=True, slots=True, eq=False)
class _Machine:
    """A rule as a reader of votes: start, one step (-1 is lost for good), and who is content at the end."""

    start: int
    step: Callable[[Whole, Member, int], Whole]
    content: Callable[[Whole], npt.NDArray[np.bool_]]


def _everyone(states: Whole) -> npt.NDArray[np.bool_]:
    return np.ones(states.shape, dtype=np.bool_)


def _quota_machine(rule: QuotaWithVeto) -> _Machine:
    def step(yes: Whole, member: Member, vote: int) -> Whole:
        if member.party and rule.party_abstains == "peaceful_settlement":
            return yes
        if vote == YES:
            return np.minimum(yes + 1, rule.required_yes)
        return np.full_like(yes, _LOST) if vote == NO and member.veto else yes

    return _Machine(0, step, lambda yes: yes >= rule.required_yes)


def _share_machine(rule: ShareOfVoting, members: Sequence[Member]) -> _Machine:
    lose, gain = rule.share_yes.numerator, rule.share_yes.denominator - rule.share_yes.numerator
    nought = lose * len(members)  # balances are stored from here, twice, with one bit for "somebody said yes"

    def step(state: Whole, member: Member, vote: int) -> Whole:  # noqa: ARG001 - all members are alike
        if vote == YES:
            return (state + 2 * gain) | 1
        return state - 2 * lose if vote == NO else state

    return _Machine(2 * nought, step, lambda state: (state // 2 >= nought) & (state % 2 == 1))


def _unanimity_machine(rule: UnanimityWithConstructiveAbstention, members: Sequence[Member]) -> _Machine:
    states_limit = _least(rule.limit_states, len(members))
    people_limit = _least(rule.limit_population, sum(member.population for member in members))
    radix = people_limit + 1

    def step(state: Whole, member: Member, vote: int) -> Whole:
        if vote == NO:
            return np.full_like(state, _LOST)
        if vote == YES:
            return state
        states = np.minimum(state // radix + 1, states_limit)
        people = np.minimum(state % radix + member.population, people_limit)
        return states * radix + people

    return _Machine(0, step, lambda state: (state // radix < states_limit) | (state % radix < people_limit))


def _consensus_machine() -> _Machine:
    def step(state: Whole, member: Member, vote: int) -> Whole:  # noqa: ARG001 - all members are alike
        return np.full_like(state, _LOST) if vote == NO else state

    return _Machine(0, step, _everyone)


def _invitation_machine(rule: HostInvitation) -> _Machine:
    def step(approving: Whole, member: Member, vote: int) -> Whole:
        if member.state == rule.host:
            return approving if vote == YES else np.full_like(approving, _LOST)
        return np.minimum(approving + 1, rule.minimum_contributors) if vote == YES else approving

    return _Machine(0, step, lambda approving: approving >= rule.minimum_contributors)


def _ratification_machine(rule: Ratification) -> _Machine:
    def step(state: Whole, member: Member, vote: int) -> Whole:
        return state if vote == YES or member.state not in rule.required else np.full_like(state, _LOST)

    return _Machine(0, step, _everyone)


def _machine(rule: Rule, members: Sequence[Member]) -> _Machine:
    match rule:
        case QuotaWithVeto():
            return _quota_machine(rule)
        case ShareOfVoting():
            return _share_machine(rule, members)
        case UnanimityWithConstructiveAbstention():
            return _unanimity_machine(rule, members)
        case Consensus():
            return _consensus_machine()
        case HostInvitation():
            return _invitation_machine(rule)
        case Ratification():
            return _ratification_machine(rule)


def _least(share: Fraction, whole: int) -> int:
    """Return the least whole number that reaches the share of ``whole``."""
    least = -(-whole * share.numerator // share.denominator)
    assert reaches(least, whole, share)  # noqa: S101 - the two ways of counting must agree
    return least


@lru_cache(maxsize=32)
def diagram(rule: Rule, members: tuple[Member, ...]) -> Diagram:
    """Return the decision diagram of a rule and its members.

    Parameters
    ----------
    rule : Rule
    members : tuple of Member
        In the order of the proposal.

    Returns
    -------
    Diagram
    """
    host = rule.host if isinstance(rule, HostInvitation) else None
    order = sorted(
        range(len(members)),
        key=lambda i: (
            members[i].state != host,
            not members[i].veto,
            -members[i].population,
            members[i].state,
        ),
    )
    machine = _machine(rule, members)
    here = np.array([machine.start], dtype=np.int64)
    arcs: list[tuple[Whole, Whole, Whole]] = []
    for position in order:
        after = [machine.step(here, members[position], vote) for vote in (NO, ABSTAIN, YES)]
        reached = np.unique(np.concatenate(after))
        reached = reached[reached != _LOST]
        no, abstain, yes = (
            np.where(states == _LOST, _LOST, np.searchsorted(reached, states)) for states in after
        )
        arcs.append((no, abstain, yes))
        here = reached
    rows = machine.content(here).astype(np.int64)
    layers: list[Layer] = []
    for position, leads in zip(reversed(order), reversed(arcs), strict=True):
        layer, rows = _fold(position, leads, rows)
        layers.append(layer)
    return Diagram(
        layers=tuple(reversed(layers)),
        root=int(rows[0]),
        tells_no_from_abstain=any((layer.to[NO] != layer.to[ABSTAIN]).any() for layer in layers),
        tells_abstain_from_yes=any((layer.to[ABSTAIN] != layer.to[YES]).any() for layer in layers),
    )


def _fold(position: int, leads: tuple[Whole, Whole, Whole], rows: Whole) -> tuple[Layer, Whole]:
    """Merge the states of a layer from which all votes lead alike.

    Parameters
    ----------
    position : int
        The member's position.
    leads : tuple of three ndarrays of int64, shape (states,)
        Where each vote leads: an index into ``rows``, or -1 for lost.
    rows : ndarray of int64
        Row of each state of the next layer.

    Returns
    -------
    Layer
        The merged layer.
    ndarray of int64, shape (states,)
        Row of each of its states.
    """
    padded = np.append(rows, 0)  # index -1, lost, is row 0
    no, abstain, yes = (padded[lead] for lead in leads)
    radix = int(padded.max()) + 1
    name = (no * radix + abstain) * radix + yes
    settled = (no == abstain) & (abstain == yes) & (yes < _CONSTANTS)
    _, first, which = np.unique(name[~settled], return_index=True, return_inverse=True)
    own = np.where(settled, yes, 0)
    own[~settled] = which + _CONSTANTS
    keep = np.flatnonzero(~settled)[first]
    return Layer(member=position, to=(no[keep], abstain[keep], yes[keep])), own


def lanes_at_once(rows: int, members: int) -> int:
    """Return how many lanes of so many rows, or of three chances a member, fit one work array.

    Speed and memory depend on it, results do not.
    """
    return max(32, _CELLS // max(rows, 3 * members))


def _step_back(layer: Layer, chances: Floats, after: Floats, here: Floats, spare: Floats) -> None:
    """Fill ``here`` with the chance of adoption from each row of a layer.

    Parameters
    ----------
    layer : Layer
    chances : ndarray of float64, shape (members, 3, lanes)
    after : ndarray of float64, shape (rows of the next layer, lanes)
    here : ndarray of float64, shape (rows of this layer, lanes)
        Written to.
    spare : ndarray of float64, shape (at least the nodes of this layer, lanes)
        Overwritten.
    """
    here[0] = 0.0
    here[1] = 1.0
    nodes = here[_CONSTANTS:]
    term = spare[: len(nodes)]
    np.take(after, layer.to[YES], axis=0, out=nodes, mode="clip")
    nodes *= chances[layer.member, YES]
    for vote in (ABSTAIN, NO):
        if layer.to[vote].any():  # row 0 throughout adds nothing
            np.take(after, layer.to[vote], axis=0, out=term, mode="clip")
            term *= chances[layer.member, vote]
            nodes += term


def adoption(graph: Diagram, chances: Floats) -> Floats:
    """Return the chance of adoption when members vote independently with given chances (AU4).

    Parameters
    ----------
    graph : Diagram
    chances : ndarray of float64, shape (members, 3, lanes)
        Chance of no, abstain and yes of each member, in the order of the proposal.

    Returns
    -------
    ndarray of float64, shape (lanes,)
        Exact but for rounding.
    """
    lanes = chances.shape[2]
    most = max(_CONSTANTS, *(layer.rows for layer in graph.layers))
    after, here, spare = (np.empty((most, lanes)) for _ in range(3))
    after[0], after[1] = 0.0, 1.0
    for layer in reversed(graph.layers):
        _step_back(layer, chances, after, here[: layer.rows], spare)
        after, here = here, after
    chance: Floats = np.minimum(after[graph.root], 1.0)
    return chance


def changes(graph: Diagram, chances: Floats) -> tuple[Floats, Floats]:
    """Return how much the chance of adoption rises if one member alone changes its mind.

    Parameters
    ----------
    graph : Diagram
    chances : ndarray of float64, shape (members, 3, lanes)

    Returns
    -------
    to_yes : ndarray of float64, shape (members, lanes)
        Rise if the member votes yes for certain.
    to_abstain : ndarray of float64, shape (members, lanes)
        Rise if it abstains wherever it would have voted no.
    """
    lanes = chances.shape[2]
    spare = np.empty((max(_CONSTANTS, *(layer.rows for layer in graph.layers)), lanes))
    last = np.empty((_CONSTANTS, lanes))
    last[0], last[1] = 0.0, 1.0
    values = [last]
    for layer in reversed(graph.layers):
        here = np.empty((layer.rows, lanes))
        _step_back(layer, chances, values[-1], here, spare)
        values.append(here)
    values.reverse()
    to_yes, to_abstain = np.zeros((2, chances.shape[0], lanes))
    reach = np.zeros((values[0].shape[0], lanes))
    reach[graph.root] = 1.0
    for layer, (here, after) in zip(graph.layers, pairwise(values), strict=True):
        held = reach[_CONSTANTS:]
        yes, abstain, no = (after[layer.to[vote]] for vote in (YES, ABSTAIN, NO))
        to_yes[layer.member] = _sum_rows(held * (yes - here[_CONSTANTS:]))
        to_abstain[layer.member] = chances[layer.member, NO] * _sum_rows(held * (abstain - no))
        reach = _step_forward(layer, chances[layer.member], held, after.shape[0])
    return to_yes, to_abstain


def _step_forward(layer: Layer, chance: Floats, held: Floats, rows: int) -> Floats:
    """Return the chance of standing on each row of the next layer; the constants are left at zero."""
    arrivals = np.concatenate([held * chance[vote] for vote in (NO, ABSTAIN, YES)])
    leads = np.concatenate(layer.to)
    order = np.argsort(leads, kind="stable")
    target, first = np.unique(leads[order], return_index=True)
    reach = np.zeros((rows, held.shape[1]))
    if len(target):
        reach[target] = np.add.reduceat(arrivals[order], first, axis=0)
    return reach


def _sum_rows(terms: Floats) -> Floats:
    """Return the sum over rows, each lane on its own and in the order of rows."""
    return np.add.reduce(terms, axis=0) if len(terms) else np.zeros(terms.shape[1])
