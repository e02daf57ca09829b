r"""A rule as sums, the order in which members are read, and every way a vote can go as a decision diagram.

Under every rule but one a vote either loses for certain or adds a whole number to a sum, and what is put to
the vote is adopted if the sum is high enough. Constructive abstention has two sums, abstainers and their
population, with a limit each.

A diagram reads the votes one member after the other and remembers only what still matters: the sum, or both
sums up to their limits. The states that can be reached before each member form a layer. States from which
every continuation ends alike are merged (a reduced decision diagram: Bryant 1986; for votes with weights,
Bolus, European Journal of Operational Research 210, 2011), which makes the exact rule of the European
Council on real populations a diagram of about eleven thousand nodes instead of :math:`3^{27}` votes. All
arithmetic on counts and populations is in whole numbers.

Members are read bloc by bloc, in an order that depends on what their votes are worth and on who shares a
bloc, not on how the proposal lists them or what blocs are called: first those that stand by
themselves, then blocs from the smallest to the largest. Codes of states decide only between members, or
blocs, that are alike in all that counts; so other codes may change the order, and with it the last bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from holdfast.authorise.proposal import Member
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
LOST: Final = -(2**62)
"""What a vote is worth after which nothing is adopted, whatever follows."""
CONSTANTS: Final = 2
"""Rows 0 and 1 of every layer of a diagram: never adopted, adopted whatever follows."""
ALONE: Final = -1
"""Stands for the bloc of a member that is in none."""


# --- A rule as sums ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What votes add up to, and what is enough.

    Attributes
    ----------
    worth : ndarray of int64, shape (members, 3)
        What no, abstain and yes of each member add; :data:`LOST` if nothing is adopted after it.
    needed : int
        It is adopted if the sum is not below this...
    somebody : bool
        ...and, where this holds, at least one has not abstained.
    """

    worth: Whole
    needed: int
    somebody: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Who loses for certain, and how far the others may abstain.

    Attributes
    ----------
    worth : ndarray of int64, shape (members, 3)
        :data:`LOST` for no, the population for abstain, 0 for yes.
    states, population : int
        It is not adopted if so many abstain and they have so large a population.
    """

    worth: Whole
    states: int
    population: int


def sums(rule: Rule, members: Sequence[Member]) -> Sums | Limits:
    """Return a rule as sums.

    Parameters
    ----------
    rule : Rule
    members : sequence of Member

    Returns
    -------
    Sums or Limits
        Members in the order given.
    """
    match rule:
        case QuotaWithVeto():
            bound = rule.party_abstains == "peaceful_settlement"
            return Sums(_table(_vote_in_quota(one, bound=bound) for one in members), rule.required_yes)
        case ShareOfVoting():
            gain, lose, needed = share_weights(rule.share_yes, len(members))
            return Sums(_table((-lose, 0, gain) for _ in members), needed, somebody=needed == 0)
        case Consensus():
            return Sums(_table((0 if one.state in rule.excepted else LOST, 0, 0) for one in members), 0)
        case HostInvitation():
            asked = (LOST, LOST, 0), (0, 0, 1)
            return Sums(_table(asked[one.state != rule.host] for one in members), rule.minimum_contributors)
        case Ratification():
            asked = (LOST, LOST, 0), (0, 0, 0)
            return Sums(_table(asked[one.state not in rule.required] for one in members), 0)
        case UnanimityWithConstructiveAbstention():
            return Limits(
                _table((LOST, one.population, 0) for one in members),
                _least(rule.limit_states, len(members)),
                _least(rule.limit_population, sum(one.population for one in members)),
            )


def _vote_in_quota(member: Member, *, bound: bool) -> tuple[int, int, int]:
    """Return what a member's votes are worth under a quota; a party that is bound abstains."""
    if member.party and bound:
        return 0, 0, 0
    return LOST if member.veto else 0, 0, 1


def _table(rows: Iterator[tuple[int, int, int]]) -> Whole:
    return np.array(list(rows), dtype=np.int64).reshape(-1, 3)


def _least(share: Fraction, whole: int) -> int:
    """Return the least whole number that reaches the share of ``whole``."""
    least = -(-whole * share.numerator // share.denominator)
    assert reaches(least, whole, share)  # noqa: S101 - the two ways of counting must agree
    return least


def share_weights(share: Fraction, members: int) -> tuple[int, int, int]:
    """Return the smallest whole numbers by which yes and no can be weighed under a share.

    Among so many members only some shares can come about. Every bound between the highest of them that is
    not enough and the lowest that is enough decides alike; the one with the smallest denominator makes
    the sums short. A majority of 97 in 193 so becomes more yes than no.

    Parameters
    ----------
    share : Fraction
    members : int

    Returns
    -------
    gain, lose, needed : int
        ``gain * yes - lose * no`` reaches ``needed`` if and only if the share is reached, or nobody
        votes and ``needed`` is 0.
    """
    top, bottom = share.numerator, share.denominator
    enough = [(-(-votes * top // bottom), votes) for votes in range(1, members + 1)]
    high = min(enough, key=lambda part: part[0] / part[1])
    short = [(yes - 1, votes) for yes, votes in enough]
    low = max(short, key=lambda part: part[0] / part[1])
    for denominator in range(1, members + 1):
        least = -(-low[0] * denominator // low[1])  # the least share of this denominator not below ``low``
        if least * high[1] <= high[0] * denominator:
            strict = least * low[1] == low[0] * denominator
            return denominator - least, least, int(strict)
    raise AssertionError  # high itself is one of them


# --- The order of reading ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """In which order members are read.

    Attributes
    ----------
    places : tuple of int
        Positions of members in the proposal.
    blocs : tuple of int
        Bloc of each, numbered from 0 in the order of reading; :data:`ALONE` if it is in none.
    """

    places: tuple[int, ...]
    blocs: tuple[int, ...]


def reading(members: Sequence[Member], worth: Whole) -> Reading:
    """Return the order in which members are read; those whose votes count for nothing are left out.

    Parameters
    ----------
    members : sequence of Member
    worth : ndarray of int64, shape (members, 3)

    Returns
    -------
    Reading
    """
    heard = [i for i in range(len(members)) if (worth[i] != worth[i, YES]).any()]

    def alike(i: int) -> tuple[tuple[int, ...], str]:
        # largest population first makes the smallest diagrams
        return tuple(int(-value) for value in worth[i]), members[i].state

    heard.sort(key=alike)
    groups: dict[str, list[int]] = {}
    places = []
    for i in heard:
        bloc = members[i].bloc
        if bloc is None:
            places.append(i)
        else:
            groups.setdefault(bloc, []).append(i)
    blocs = [ALONE] * len(places)
    ordered = sorted(
        groups.values(),
        key=lambda group: (len(group), [alike(i)[0] for i in group], [alike(i)[1] for i in group]),
    )
    for number, group in enumerate(ordered):
        places += group
        blocs += [number] * len(group)
    return Reading(tuple(places), tuple(blocs))


# --- The diagram ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One member's vote: from each node, the row of the next layer that each vote leads to.

    Attributes
    ----------
    member : int
        Position of the member in the proposal.
    bloc : int
        Number of its bloc, or :data:`ALONE`.
    to : ndarray of int64, shape (nodes, 3)
        Rows of the next layer after no, abstain and yes.
    """

    member: int
    bloc: int
    to: Whole

    @property
    def rows(self) -> int:
        """Number of rows, the two constants included."""
        return CONSTANTS + len(self.to)


@dataclass(frozen=True, slots=True, eq=False)
class Diagram:
    """A rule with its members.

    Attributes
    ----------
    layers : tuple of Layer
        In the order in which members are read.
    root : int
        Row of the first layer where reading starts.
    """

    layers: tuple[Layer, ...]
    root: int

    @property
    def nodes(self) -> int:
        """Number of nodes that are not constants."""
        return sum(len(layer.to) for layer in self.layers)


@dataclass(frozen=True, slots=True, eq=False)
class _Machine:
    """A rule as a reader of votes: start, one step (never called for a lost vote), and who is content."""

    start: int
    step: Callable[[Whole, int, int], Whole]
    content: Callable[[Whole], npt.NDArray[np.bool_]]


def _machine(asked: Sums | Limits) -> _Machine:
    worth = asked.worth
    if isinstance(asked, Limits):
        radix = asked.population + 1

        def abstain(state: Whole, i: int, vote: int) -> Whole:
            if vote == YES:
                return state
            states = np.minimum(state // radix + 1, asked.states)
            both: Whole = states * radix + np.minimum(state % radix + worth[i, vote], asked.population)
            return both

        return _Machine(
            0, abstain, lambda state: (state // radix < asked.states) | (state % radix < asked.population)
        )
    # twice the sum, with one bit for "somebody has voted"
    falls = bool(((worth < 0) & (worth != LOST)).any())

    def add(state: Whole, i: int, vote: int) -> Whole:
        total = (state >> 1) + worth[i, vote]
        total = total if falls else np.minimum(total, asked.needed)
        voted = (state & 1) | (vote != ABSTAIN) if asked.somebody else state & 1
        added: Whole = 2 * total + voted
        return added

    return _Machine(
        0,
        add,
        lambda state: ((state >> 1) >= asked.needed) & ((state & 1 == 1) | (not asked.somebody)),
    )


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
    asked = sums(rule, members)
    order = reading(members, asked.worth)
    machine = _machine(asked)
    here = np.array([machine.start], dtype=np.int64)
    arcs: list[list[Whole]] = []
    for place in order.places:
        lost = [asked.worth[place, vote] == LOST for vote in (NO, ABSTAIN, YES)]
        after = [
            np.full_like(here, LOST) if lost[vote] else machine.step(here, place, vote)
            for vote in (NO, ABSTAIN, YES)
        ]
        reached = np.unique(np.concatenate(after))
        reached = reached[reached != LOST]
        arcs.append([np.where(states == LOST, -1, np.searchsorted(reached, states)) for states in after])
        here = reached
    rows = machine.content(here).astype(np.int64)
    layers: list[Layer] = []
    for place, bloc, leads in zip(reversed(order.places), reversed(order.blocs), reversed(arcs), strict=True):
        to, rows = _fold(leads, rows)
        layers.append(Layer(place, bloc, to))
    return Diagram(layers=tuple(reversed(layers)), root=int(rows[0]))


def _fold(leads: Sequence[Whole], rows: Whole) -> tuple[Whole, Whole]:
    """Merge the states of a layer from which all votes lead alike.

    Parameters
    ----------
    leads : sequence of three ndarrays of int64, shape (states,)
        Where each vote leads: an index into ``rows``, or -1 for lost.
    rows : ndarray of int64
        Row of each state of the next layer.

    Returns
    -------
    to : ndarray of int64, shape (nodes, 3)
        Rows of the next layer after no, abstain and yes, from each node of the merged layer.
    rows : ndarray of int64, shape (states,)
        Row of each state of the layer.
    """
    padded = np.append(rows, 0)  # index -1, lost, is row 0
    no, abstain, yes = (padded[lead] for lead in leads)
    radix = int(padded.max()) + 1
    name = (no * radix + abstain) * radix + yes
    settled = (no == abstain) & (abstain == yes) & (yes < CONSTANTS)
    _, first, which = np.unique(name[~settled], return_index=True, return_inverse=True)
    own = np.where(settled, yes, 0)
    own[~settled] = which + CONSTANTS
    keep = np.flatnonzero(~settled)[first]
    return np.stack([no[keep], abstain[keep], yes[keep]], axis=1), own
