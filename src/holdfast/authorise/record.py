"""Where states stand, read from recorded votes, with doubt (rules AU2, AU10 to AU15).

A recorded vote is an ordered probit as in AU1. State i's position on the text of ballot b is

    a_b + slope * side_b * theta_i + v_gb + noise

where theta_i is where the state stands between the opponent's case and the host's, side_b is 1 if the text
makes the host's case, -1 if the opponent's and 0 if neither's, v_gb is what moves the bloc of state i on
this text alone, and noise is standard normal. How acceptable the text is to a state in the middle is

    a_b = a_0 + sum of c_k over what the text asks for + u_b

Everything unknown is normal with mean 0:

* theta_i is the sum of its bloc's mean, of spread ``between``, and of a part of its own, so that the spread
  of all states is 1, the unit of theta; a state without a bloc has a part of its own alone;
* u_b has the spread ``common`` and v_gb the spread ``bloc``;
* a_0 has the spread :data:`OPENING` and each c_k the spread :data:`ASK`.

A vote may count less than one: its logarithm is multiplied by the weight of its ballot (AU15), as in
likelihoods with power discounting (Ibrahim and Chen, Statistical Science 15, 2000). So states may have moved.

This is the spatial model of roll calls in one dimension (Clinton, Jackman and Rivers, American Political
Science Review 98, 2004; for the General Assembly: Bailey, Strezhnev and Voeten, Journal of Conflict
Resolution 61, 2017), with the direction of each text coded beforehand, and with blocs. An ordered probit is
log-concave (Pratt, Journal of the American Statistical Association 76, 1981), so all this has one most likely
value, found by Newton's method; doubt is read from the curvature there (Laplace's approximation).

Two kinds of text are read apart, each on a scale of its own. On texts about the war a state stands between
the opponent's case and the host's. On mandates and other texts of neither's case it stands between refusing
and agreeing: the same fit, with each such text taken as one for the mandate.

Left out: a state stands in one place, with old votes counting less; there is one dimension; absence is
missing; a text asks for a thing or does not, however strongly it is worded.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.special import log_ndtr, ndtr

from holdfast.authorise.proposal import Floats
from holdfast.vocabulary.ballot import Ask, Ballot, Vote

Mask = npt.NDArray[np.bool_]

OPENING: Final = 2.0
"""Spread, in probits, of how acceptable a text that asks for nothing may be, before votes are read: wide."""
ASK: Final = 0.5
"""Spread, in probits, of what one thing asked for may change, before votes are read."""
ASKS: Final[tuple[Ask, ...]] = get_args(Ask)
Kind = Literal["war", "mandates"]
"""What a text is about: the war, or a mandate and the like."""
KNOWN: Final = 0.9
"""Ballots of which fewer of those who voted are known by name are not read: who is named depends on how."""
DIGITS: Final = 9
"""Results are rounded to so many decimals, so that the last bits of a library of algebra change nothing."""

FITTED: Final[Mapping[Kind, Mapping[str, float]]] = MappingProxyType(
    {
        "war": MappingProxyType({"slope": 2.46, "band": 3.44, "common": 0.89, "bloc": 0.55, "between": 0.92}),
        "mandates": MappingProxyType(
            {"slope": 1.08, "band": 1.29, "common": 0.46, "bloc": 0.39, "between": 0.96}
        ),
    }
)
"""The numbers by which the votes of each kind are most likely (``benchmarks/positions.py``).

By these the record is read. What may hold for a vote on a mission in a war is a range of the ledger.
"""

_STEPS = 100
_SETTLED = 1e-10  # steps of Newton halve their digits: after one this small the next would be nothing
_HALVINGS = 40
_LOG_ROOT_TWO_PI = 0.5 * math.log(2.0 * math.pi)
_CODE: Final[dict[Vote, int]] = {"no": 0, "abstain": 1, "yes": 2}


@dataclass(frozen=True, slots=True)
class RecordedBallot:
    """A recorded vote as the fit sees it.

    Attributes
    ----------
    key : str
    side : {1, 0, -1}
        Whose case the text makes: the host's, neither's, the opponent's.
    asks : tuple of str
        What it asks for, of :data:`ASKS`.
    votes : mapping of str to {"yes", "no", "abstain", "absent"}
    alone : frozenset of str
        States whose vote against blocks by itself; they need to lean further against it (EV5).
    weight : float
        How much each of its votes counts, from above 0 to 1: less where it is long ago (AU15).
    """

    key: str
    side: Literal[1, 0, -1]
    asks: tuple[Ask, ...]
    votes: Mapping[str, Vote]
    alone: frozenset[str] = frozenset()
    weight: float = 1.0


def recorded(ballot: Ballot, *, alone: Collection[str] = (), weight: float = 1.0) -> RecordedBallot:
    """Return a ballot of a case as the fit of its kind sees it: a mandate stands for its own case.

    Parameters
    ----------
    ballot : Ballot
        Its ``side`` must be coded.
    alone : collection of str
        States whose vote against blocked by itself in that body.
    weight : float
        How much each of its votes counts.

    Returns
    -------
    RecordedBallot

    Raises
    ------
    ValueError
        If nobody has coded whose case the text makes.
    """
    if ballot.side is None:
        raise ValueError(f"ballot {ballot.key}: whose case the text makes is not coded")
    return RecordedBallot(
        ballot.key,
        -1 if ballot.side == "opponent" else 1,
        ballot.asks,
        ballot.votes(),
        frozenset(alone),
        weight,
    )


def kind_of(ballot: Ballot) -> Kind:
    """Return what a ballot's text was about, by whose case it makes."""
    return "mandates" if ballot.side == "neither" else "war"


def legible(ballot: Ballot) -> bool:
    """Return whether a ballot can be read: its side is coded, and nearly all who voted are known by name."""
    named = len(ballot.yes) + len(ballot.no) + len(ballot.abstain)
    tally = ballot.tally
    cast = named if tally is None else tally.yes + tally.no + tally.abstain
    return ballot.side is not None and 0 < named >= KNOWN * cast


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """What is read, and by which numbers.

    Attributes
    ----------
    ballots : tuple of RecordedBallot
        In any order.
    blocs : mapping of str to str
        Bloc of each state that stands in one.
    left_out : frozenset of str
        States whose votes are not read: parties to the conflict, and those that follow them.
    wanted : tuple of str
        States whose places are asked for.
    slope : float
        What a step of 1 in where a state stands changes, in probits.
    band : float
        Width of the band in which a state abstains, in probits; above 0.
    common, bloc : float
        Spread over texts of what moves all states, and of what moves one bloc, in probits.
    between : float
        Spread of the means of blocs, from 0 to below 1; the spread of all states is 1.
    objection_cost : float
        How much further a state must lean against a text where its vote alone blocks it, in probits.

    Raises
    ------
    ValueError
        If a number lies outside its bounds, a ballot or a wanted state stands twice, a side is none of 1, 0
        and -1, or a ballot asks for what nobody knows.
    """

    ballots: tuple[RecordedBallot, ...]
    blocs: Mapping[str, str]
    left_out: frozenset[str]
    wanted: tuple[str, ...]
    slope: float
    band: float
    common: float
    bloc: float
    between: float
    objection_cost: float = 0.0

    def __post_init__(self) -> None:
        """Check the numbers and the names."""
        for name in ("slope", "common", "bloc", "objection_cost"):
            if not 0.0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be finite and not below 0")
        if not 0.0 < self.band < math.inf:
            raise ValueError("band must be finite and above 0")
        if not 0.0 <= self.between < 1.0:
            raise ValueError("between must lie from 0 to below 1")
        keys = [ballot.key for ballot in self.ballots]
        if len(set(keys)) < len(keys) or len(set(self.wanted)) < len(self.wanted):
            raise ValueError("each ballot and each wanted state may stand once")
        for ballot in self.ballots:
            if ballot.side not in (1, 0, -1) or not set(ballot.asks) <= set(ASKS):
                raise ValueError(f"ballot {ballot.key}: unknown side or asks")
            if not 0.0 < ballot.weight <= 1.0:
                raise ValueError(f"ballot {ballot.key}: the weight must lie above 0 and not above 1")


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Where states stand, and how acceptable each text was.

    Attributes
    ----------
    states : tuple of str
        Those wanted, in the order asked for.
    mean, spread : ndarray of float64, shape (states,)
        Where each stands and the standard deviation of the doubt about it. 1 is the spread of all states;
        higher stands nearer to the host. A state without a vote has its bloc's mean and a wide spread.
    count : ndarray of int64, shape (states,)
        Votes of each that were read.
    ballots : tuple of str
        Keys of the ballots that were read, in ascending order.
    shift, shift_spread : ndarray of float64, shape (ballots,)
        How acceptable each text was to a state in the middle, in probits, and the doubt about it.
    text : ndarray of float64, shape (1 + asks,)
        The same of a text that asks for nothing, then what each of :data:`ASKS` adds.
    covariance : ndarray of float64, shape (1 + asks + states, 1 + asks + states)
        Of the doubt about ``text`` and ``mean``.
    inside : ndarray of bool, shape (states,)
        Whether the state stands in a bloc.
    log_evidence : float
        Natural logarithm of the chance of all votes read, everything unknown averaged out (Laplace).
    votes : int
        How many votes were read.
    query : RecordQuery
    """

    states: tuple[str, ...]
    mean: Floats
    spread: Floats
    count: npt.NDArray[np.int64]
    ballots: tuple[str, ...]
    shift: Floats
    shift_spread: Floats
    text: Floats
    covariance: Floats
    inside: Mask
    log_evidence: float
    votes: int
    query: RecordQuery

    def leaning(self, state: str) -> tuple[float, float]:
        """Return where a state stands and the doubt about it; ValueError if it was not wanted."""
        at = self.states.index(state)
        return float(self.mean[at]), float(self.spread[at])


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """The votes as a grid of ballots by states, -1 where there is none, and what belongs to each.

    ``text`` (ballots, unknowns of texts) holds what each unknown of a text, of spread 1, does to each ballot;
    ``member`` (states, blocs) who stands in which bloc; ``precision`` (states, states) the inverse of
    the covariance of where states stand before any vote is read, ``log_det`` the logarithm of the determinant
    of that covariance.
    """

    keys: tuple[str, ...]
    states: tuple[str, ...]
    votes: npt.NDArray[np.int64]
    side: Floats
    text: Floats
    member: Floats
    precision: Floats
    log_det: float
    low: Floats
    high: float
    weight: Floats


@dataclass(slots=True, eq=False)
class _Point:
    """Values of the unknowns: of texts (spread 1), of states, and of bloc by ballot (spread 1)."""

    text: Floats
    stand: Floats
    moved: Floats


def read_record(query: RecordQuery) -> Record:
    """Read where states stand from recorded votes (AU2, AU10 to AU13).

    Parameters
    ----------
    query : RecordQuery

    Returns
    -------
    Record
        The same bytes whatever the order of ballots, states and votes.

    Notes
    -----
    Given the rest, what moves one bloc on one ballot touches no other bloc and no other ballot, so these many
    unknowns are eliminated by hand and what is left to solve has one row for each state and each ballot.
    """
    table = _table(query)
    found = _climb(table, query)
    return _result(table, query, found, _bend(table, query, found))


def predict(
    record: Record,
    side: float,
    asks: Sequence[Ask],
    states: Sequence[str] | None = None,
    *,
    alone: Collection[str] = (),
) -> Floats:
    """Return the chances of each vote on a text that is not in the record (AU14).

    Parameters
    ----------
    record : Record
    side : float
        From -1, wholly the opponent's case, to 1, wholly the host's.
    asks : sequence of str
        What it asks for, of :data:`ASKS`.
    states : sequence of str, optional
        Some of the record's; all of them by default.
    alone : collection of str
        States whose vote against would block by itself.

    Returns
    -------
    ndarray of float64, shape (states, 3)
        No, abstain, yes: own noise, doubt about the state and the text, and what moves all and the bloc
        on this text are averaged out, in closed form.

    Raises
    ------
    KeyError
        If a state was not wanted of the record.
    """
    query = record.query
    place = {state: i for i, state in enumerate(record.states)}
    chosen = [place[state] for state in (record.states if states is None else states)]
    mean, doubt = latent(record, side, asks)
    inside = record.inside[chosen]
    scale = np.sqrt(1.0 + doubt[chosen] + query.common**2 + np.where(inside, query.bloc**2, 0.0))
    cost = np.array([query.objection_cost if record.states[i] in alone else 0.0 for i in chosen])
    no = ndtr((-0.5 * query.band - cost - mean[chosen]) / scale)
    yes = ndtr((mean[chosen] - 0.5 * query.band) / scale)
    return np.stack([no, np.maximum(1.0 - no - yes, 0.0), yes], axis=1)


def latent(record: Record, side: float, asks: Sequence[Ask]) -> tuple[Floats, Floats]:
    """Return mean and variance of every state's position on a text, before noise and factors.

    Parameters
    ----------
    record : Record
    side : float
    asks : sequence of str

    Returns
    -------
    mean, variance : ndarray of float64, shape (states,)
        In probits. The variance is that of the doubt about the state and about the text alone.
    """
    head = np.array([1.0, *(float(ask in asks) for ask in ASKS)])
    reach = record.query.slope * side
    mean = head @ record.text + reach * record.mean
    size = len(head)
    texts, across = record.covariance[:size, :size], record.covariance[:size, size:]
    doubt = head @ texts @ head + 2.0 * reach * (head @ across) + (reach * record.spread) ** 2
    return mean, np.maximum(doubt, 0.0)


# --- The table ---------------------------------------------------------------------------------------


def _table(query: RecordQuery) -> _Table:
    """Return the grid, sorted by key and code so that no order in a file matters."""
    read = {
        ballot.key: {
            state: _CODE[vote]
            for state, vote in ballot.votes.items()
            if vote != "absent" and state not in query.left_out
        }
        for ballot in query.ballots
    }
    ballots = sorted((ballot for ballot in query.ballots if read[ballot.key]), key=lambda one: one.key)
    states = tuple(sorted({*query.wanted}.union(*(read[ballot.key] for ballot in ballots))))
    place = {state: i for i, state in enumerate(states)}
    votes = np.full((len(ballots), len(states)), -1)
    low = np.full(votes.shape, -0.5 * query.band)
    for row, ballot in enumerate(ballots):
        for state, vote in read[ballot.key].items():
            votes[row, place[state]] = vote
        low[row, [place[state] for state in ballot.alone if state in place]] -= query.objection_cost
    asked = np.array([[ask in ballot.asks for ask in ASKS] for ballot in ballots]).reshape(-1, len(ASKS))
    member = _membership(states, query.blocs)
    precision, log_det = _beforehand(member, query.between)
    return _Table(
        keys=tuple(ballot.key for ballot in ballots),
        states=states,
        votes=votes,
        side=np.array([float(ballot.side) for ballot in ballots]),
        text=np.hstack(
            [np.full((len(ballots), 1), OPENING), ASK * asked, query.common * np.eye(len(ballots))]
        ),
        member=member,
        precision=precision,
        log_det=log_det,
        low=low,
        high=0.5 * query.band,
        weight=np.array([[ballot.weight] for ballot in ballots]).reshape(-1, 1),
    )


def _membership(states: Sequence[str], blocs: Mapping[str, str]) -> Floats:
    """Return who stands in which bloc, shape (states, blocs)."""
    names = sorted({blocs[state] for state in states if state in blocs})
    member = np.zeros((len(states), len(names)))
    for i, state in enumerate(states):
        if state in blocs:
            member[i, names.index(blocs[state])] = 1.0
    return member


def _beforehand(member: Floats, between: float) -> tuple[Floats, float]:
    """Return precision and log determinant of the covariance of places before any vote is read (AU11).

    Within a bloc of n the covariance is (1 - b^2) I + b^2 11', whose inverse and determinant are known.
    """
    shared = between**2
    size = member.sum(axis=0)
    whole = 1.0 - shared + size * shared
    own = np.where(member.any(axis=1), 1.0 / (1.0 - shared), 1.0)
    precision = np.diag(own) - (member * (shared / ((1.0 - shared) * whole))) @ member.T
    log_det = float(((size - 1.0) * math.log(1.0 - shared) + np.log(whole)).sum())
    return precision, log_det


# --- The climb ---------------------------------------------------------------------------------------


def _shared(table: _Table, query: RecordQuery, moved: Floats) -> Floats:
    """Return what moves each state's bloc on each ballot, shape (ballots, states)."""
    return query.bloc * (moved @ table.member.T)


def _position(table: _Table, query: RecordQuery, at: _Point) -> Floats:
    """Return every state's mean position on every ballot (AU10)."""
    own = query.slope * table.side[:, None] * at.stand[None, :]
    return (table.text @ at.text)[:, None] + own + _shared(table, query, at.moved)


def _height(table: _Table, query: RecordQuery, at: _Point) -> float:
    """Return the log posterior, but for a constant."""
    log_chance, _, _ = _votes(table, _position(table, query, at))
    own = at.stand @ table.precision @ at.stand
    return float(log_chance.sum() - 0.5 * (own + (at.text**2).sum() + (at.moved**2).sum()))


def _votes(table: _Table, position: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log chance of each vote, its slope in the position, and its curvature with the sign turned.

    Zero where there is no vote. The chance of an abstention is taken in whichever tail of the normal keeps
    its digits.
    """
    no, abstain, yes = (table.votes == vote for vote in range(3))
    under, over = table.low - position, table.high - position
    log_chance, push, curve = np.zeros((3, *position.shape))
    for here, sign, edge in ((no, 1.0, under), (yes, -1.0, over)):
        x = sign * edge[here]
        log_chance[here] = log_ndtr(x)
        hazard = np.exp(-0.5 * x**2 - _LOG_ROOT_TWO_PI - log_chance[here])
        push[here], curve[here] = -sign * hazard, hazard * (hazard + x)
    a, b = under[abstain], over[abstain]
    flip = a + b > 0.0  # the middle of the band lies above the position: use the upper tail
    left, right = np.where(flip, -b, a), np.where(flip, -a, b)
    log_right = log_ndtr(right)
    log_band = log_right + np.log(-np.expm1(log_ndtr(left) - log_right))
    at_a, at_b = (np.exp(-0.5 * edge**2 - _LOG_ROOT_TWO_PI - log_band) for edge in (a, b))
    log_chance[abstain], push[abstain] = log_band, at_a - at_b
    curve[abstain] = (at_a - at_b) ** 2 + b * at_b - a * at_a
    return table.weight * log_chance, table.weight * push, table.weight * np.maximum(curve, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Bend:
    """Slope and curvature of the log posterior at a point, the blocs' unknowns eliminated.

    ``factor`` is the Cholesky factor for texts and states, ``cell`` (ballots, blocs) the curvature of
    each of the eliminated, ``weight`` (ballots, states) that of each vote.
    """

    factor: tuple[Floats, bool]
    slope: Floats
    cell: Floats
    cell_slope: Floats
    weight: Floats

    @property
    def log_det(self) -> float:
        """Return the logarithm of the determinant of the whole curvature."""
        return float(2.0 * np.log(np.diag(self.factor[0])).sum() + np.log(self.cell).sum())


def _bend(table: _Table, query: RecordQuery, at: _Point) -> _Bend:
    """Return slope and curvature at a point."""
    _, push, weight = _votes(table, _position(table, query, at))
    cell_slope = query.bloc * (push @ table.member) - at.moved
    in_cell = weight @ table.member
    cell = 1.0 + query.bloc**2 * in_cell
    side = query.slope * table.side[:, None]
    # what is left of each vote's weight and push once its bloc's unknown has followed
    passed = push - weight * _shared(table, query, cell_slope / cell)
    kept = weight * (1.0 - query.bloc**2 * ((in_cell / cell) @ table.member.T))
    through = side * weight * (query.bloc * np.sqrt(1.0 / cell) @ table.member.T)
    texts = np.eye(table.text.shape[1]) + table.text.T @ (kept.sum(axis=1)[:, None] * table.text)
    across = table.text.T @ (side * kept)
    together = (through.T @ through) * (table.member @ table.member.T)
    states = table.precision + np.diag((side**2 * weight).sum(axis=0)) - together
    curvature = np.block([[texts, across], [across.T, states]])
    slope = np.concatenate(
        [
            table.text.T @ passed.sum(axis=1) - at.text,
            (side * passed).sum(axis=0) - table.precision @ at.stand,
        ]
    )
    return _Bend(cho_factor(curvature, lower=True), slope, cell, cell_slope, weight)


def _step(table: _Table, query: RecordQuery, bend: _Bend) -> _Point:
    """Return the Newton step."""
    step = cho_solve(bend.factor, bend.slope)
    text, stand = np.split(step, [table.text.shape[1]])
    change = (table.text @ text)[:, None] + query.slope * table.side[:, None] * stand[None, :]
    follows = query.bloc * ((bend.weight * change) @ table.member)
    return _Point(text, stand, (bend.cell_slope - follows) / bend.cell)


def _climb(table: _Table, query: RecordQuery) -> _Point:
    """Return the one maximum of the log posterior."""
    at = _Point(np.zeros(table.text.shape[1]), np.zeros(len(table.states)), np.zeros(_cells(table)))
    height = _height(table, query, at)
    for _ in range(_STEPS):
        step = _step(table, query, _bend(table, query, at))
        size = max(float(np.abs(part).max(initial=0.0)) for part in (step.text, step.stand, step.moved))
        share = 1.0
        for _ in range(_HALVINGS):
            there = _Point(
                at.text + share * step.text, at.stand + share * step.stand, at.moved + share * step.moved
            )
            higher = _height(table, query, there)
            if higher >= height or size < 1e-6:  # near the top rounding hides the rise
                break
            share *= 0.5
        at, height = there, higher
        if size < _SETTLED:
            return at
    raise ArithmeticError("the fit of recorded votes did not settle")


def _cells(table: _Table) -> tuple[int, int]:
    return len(table.keys), table.member.shape[1]


# --- The result --------------------------------------------------------------------------------------


def _result(table: _Table, query: RecordQuery, at: _Point, bend: _Bend) -> Record:
    """Return what was found, in the order asked for."""
    heads, texts = 1 + len(ASKS), table.text.shape[1]
    whole = np.asarray(cho_solve(bend.factor, np.eye(texts + len(table.states))))
    place = {state: i for i, state in enumerate(table.states)}
    chosen = np.array([place[state] for state in query.wanted], dtype=np.intp)
    unit = np.concatenate([[OPENING], np.full(len(ASKS), ASK), np.ones(len(chosen))])
    rows = np.concatenate([np.arange(heads), texts + chosen])
    covariance = whole[np.ix_(rows, rows)] * unit[:, None] * unit[None, :]
    shift_variance = ((table.text @ whole[:texts, :texts]) * table.text).sum(axis=1)
    return Record(
        states=query.wanted,
        mean=_rounded(at.stand[chosen]),
        spread=_rounded(np.sqrt(np.diag(covariance)[heads:])),
        count=(table.votes >= 0).sum(axis=0)[chosen],
        ballots=table.keys,
        shift=_rounded(table.text @ at.text),
        shift_spread=_rounded(np.sqrt(shift_variance)),
        text=_rounded(unit[:heads] * at.text[:heads]),
        covariance=_rounded(0.5 * (covariance + covariance.T)),
        inside=np.array([state in query.blocs for state in query.wanted], dtype=np.bool_),
        log_evidence=_height(table, query, at) - 0.5 * (bend.log_det + table.log_det),
        votes=int((table.votes >= 0).sum()),
        query=query,
    )


def _rounded(values: Floats) -> Floats:
    result: Floats = np.round(values, DIGITS) + 0.0  # no minus zero
    result.setflags(write=False)
    return result
