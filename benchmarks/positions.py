"""Set positions read from recorded votes beside the votes themselves, each ballot left out in turn.

Rewrites the tables of ``docs/positions.md`` and prints them. Ballots and blocs are those of the packaged
case. The tables on vetoes need the folder of research data (``HOLDFAST_DATA``, or ``../shared/data`` beside
the repository); without it they are left as they stand.

Two kinds of text are read apart, each on a scale of its own. On texts about the war a state stands between
the opponent's case and the host's. On mandates and other texts of neither's case, it stands between refusing
and agreeing: the same fit, with each such text taken as one for the mandate.
"""

from __future__ import annotations

import csv
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from holdfast.authorise import (
    Kind,
    Record,
    RecordedBallot,
    RecordQuery,
    legible,
    predict,
    read_record,
    recorded,
)
from holdfast.authorise import kind_of as kind_of_text
from holdfast.authorise.record import ASKS
from holdfast.case import Case
from holdfast.cases import load_case
from holdfast.noise import Process, normal, uniform
from holdfast.vocabulary.ballot import Ballot, Vote
from holdfast.vocabulary.body import Consensus, QuotaWithVeto, UnanimityWithConstructiveAbstention, sitting

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "positions.md"

KINDS: Final[dict[Kind, str]] = {"war": "texts about the war", "mandates": "mandates and the like"}
LEAST: Final = 5
"""Ballots with fewer votes by name (parties left out) are not predicted one by one."""
EARLIER: Final = 3
"""Ballots needed before one is predicted from earlier ones alone."""
SEED: Final = 1
DRAWS: Final = 1000
"""Drawn counts of each ballot."""
VOTES: Final[tuple[Vote, ...]] = ("no", "abstain", "yes")
TOWARDS: Final = 3.0
"""Votes by which a group's shares are drawn towards the shares of all."""
Z: Final = 1.6448536


# --- The case ----------------------------------------------------------------------------------------


@cache
def case() -> Case:
    """Return the packaged case."""
    return load_case("ukraine")


@cache
def ballots() -> tuple[Ballot, ...]:
    """Return the ballots whose side is coded, the earliest first."""
    coded = [ballot for ballot in case().ballots.values() if ballot.side is not None]
    return tuple(sorted(coded, key=lambda ballot: (ballot.held_on, ballot.key)))


@cache
def blocs() -> Mapping[str, str]:
    """Return the bloc of each state that stands in one."""
    return {state: bloc.key for bloc in case().blocs.values() for state in bloc.states}


@cache
def left_out() -> frozenset[str]:
    """Return the parties and those that vote as a party does."""
    return frozenset({party.state for party in case().parties} | set(case().about.follows))


@cache
def everybody() -> tuple[str, ...]:
    """Return every state that may vote anywhere."""
    return tuple(sorted({*case().countries, *(state for one in ballots() for state in named(one))}))


@cache
def grid() -> Whole:
    """Return all votes by name, (ballots, states): 0 no, 1 abstain, 2 yes, -1 none."""
    place = {state: i for i, state in enumerate(everybody())}
    found = np.full((len(ballots()), len(place)), -1, dtype=np.int64)
    for row, ballot in enumerate(ballots()):
        for state, vote in named(ballot).items():
            found[row, place[state]] = vote
    return found


def named(ballot: Ballot) -> dict[str, int]:
    """Return the votes known by name of those that are no party: 0 no, 1 abstain, 2 yes."""
    return {
        state: VOTES.index(vote)
        for state, vote in ballot.votes().items()
        if vote != "absent" and state not in left_out()
    }


def official(ballot: Ballot) -> Whole:
    """Return the official count of yes, no and abstain."""
    if ballot.tally is not None:
        return np.array([ballot.tally.yes, ballot.tally.no, ballot.tally.abstain])
    return np.array([len(ballot.yes), len(ballot.no), len(ballot.abstain)])


def kind_of(row: int) -> Kind:
    """Return what a ballot's text was about."""
    return kind_of_text(ballots()[row])


def side_of(row: int) -> int:
    """Return 1 for the host's case and for a mandate, -1 for the opponent's case."""
    return -1 if ballots()[row].side == "opponent" else 1


def by_unanimity(row: int) -> bool:
    """Return whether the body knows agreement and objection alone, not votes cast and called by name."""
    body = case().bodies.get(ballots()[row].body)
    return body is not None and isinstance(body.rule, Consensus | UnanimityWithConstructiveAbstention)


def in_council(row: int) -> bool:
    """Return whether the ballot was held in a council with a quota."""
    body = case().bodies.get(ballots()[row].body)
    return body is not None and isinstance(body.rule, QuotaWithVeto)


@cache
def rows_read(kind: Kind) -> tuple[int, ...]:
    """Return the ballots of a kind that are read: those known by name, at least nearly."""
    return tuple(
        row
        for row, ballot in enumerate(ballots())
        if kind_of(row) == kind and legible(ballot) and (grid()[row] >= 0).any()
    )


@cache
def rows_fitted(kind: Kind) -> tuple[int, ...]:
    """Return the ballots of a kind that the numbers are fitted to: votes cast and called by name."""
    return tuple(row for row in rows_read(kind) if not by_unanimity(row))


def alone(row: int) -> frozenset[str]:
    """Return the states whose vote against blocked by itself in the ballot's body."""
    ballot = ballots()[row]
    body = case().bodies.get(ballot.body)
    if body is None:
        return frozenset()
    seats = sitting(body, ballot.held_on)
    if by_unanimity(row):
        return frozenset(seat.state for seat in seats)
    return frozenset(seat.state for seat in seats if seat.veto)


def as_read(row: int) -> RecordedBallot:
    """Return a ballot as the fit sees it."""
    return recorded(ballots()[row], alone=alone(row))


# --- The fit -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that the fit of where states stand takes as given."""

    slope: float
    band: float
    common: float
    bloc: float
    between: float
    objection_cost: float = 0.0

    @classmethod
    def at(cls, point: Array) -> Numbers:
        """Return the numbers of a point without bounds: logarithms, but the logit of the spread between."""
        free = np.exp(np.clip(point, LOWEST, 3.0))
        free[4] = expit(np.clip(point[4], LOWEST, -LOWEST))
        return cls(*(float(value) for value in free))

    def point(self, *, with_cost: bool = False) -> Array:
        """Return the point without bounds."""
        free = np.log(np.maximum(astuple(self), np.exp(LOWEST)))
        free[4] = logit(self.between)
        return np.asarray(free if with_cost else free[:5])

    def rounded(self) -> Numbers:
        """Return the numbers as the page has them."""
        return Numbers(*(round(value, 4) for value in astuple(self)))


LOWEST: Final = -5.0
"""The logarithm of a number that is as good as nothing."""
STARTS: Final[dict[Kind, Numbers]] = {
    "war": Numbers(2.3, 3.4, 0.9, 0.5, 0.9, 0.5),
    "mandates": Numbers(1.0, 1.3, 0.5, 0.4, 0.9, 0.5),
}


def query(rows: Collection[int], numbers: Numbers, wanted: Collection[str] = ()) -> RecordQuery:
    """Return the question of where states stand by some ballots."""
    return RecordQuery(
        ballots=tuple(as_read(row) for row in rows),
        blocs=blocs(),
        left_out=left_out(),
        wanted=tuple(sorted(wanted)),
        slope=numbers.slope,
        band=numbers.band,
        common=numbers.common,
        bloc=numbers.bloc,
        between=numbers.between,
        objection_cost=numbers.objection_cost,
    )


@cache
def read(rows: tuple[int, ...], numbers: Numbers) -> Record:
    """Return where everybody stands by some ballots."""
    return read_record(query(rows, numbers, everybody()))


def evidence(rows: Collection[int], point: Array) -> float:
    """Return the log chance of all votes of some ballots."""
    return read_record(query(rows, Numbers.at(point))).log_evidence


def fitted(rows: Collection[int], start: Array, metric: Array | None = None) -> Array:
    """Return the most likely point; ``metric`` is a first guess of the inverse curvature."""
    options: dict[str, object] = {"gtol": 1e-3, "eps": 1e-4, "hess_inv0": metric}
    found = minimize(lambda point: -evidence(rows, point), start, method="BFGS", options=options)
    return np.asarray(found.x)


def bent(rows: Collection[int], point: Array, step: float = 0.05) -> Array:
    """Return minus the second derivatives of the log evidence, by differences."""
    size = len(point)
    unit = step * np.eye(size)
    result = np.empty((size, size))
    for i in range(size):
        for j in range(i + 1):
            corners = [
                s * t * evidence(rows, point + s * unit[i] + t * unit[j]) for s in (1, -1) for t in (1, -1)
            ]
            result[i, j] = result[j, i] = -sum(corners) / (4 * step**2)
    return result


Without = Mapping[tuple[Kind, str], Numbers]
"""Numbers fitted without a piece of the record, by kind and piece; the piece ``nothing`` leaves none out."""
NOTHING: Final = "nothing"


def piece_of(row: int) -> str:
    """Return what is left out with a ballot: itself; for mandates, which are renewed yearly, the year."""
    return ballots()[row].key if kind_of(row) == "war" else str(ballots()[row].held_on.year)


def without_each() -> dict[tuple[Kind, str], Numbers]:
    """Return the numbers fitted to all, and without each piece in turn."""
    found: dict[tuple[Kind, str], Numbers] = {}
    for kind, start in STARTS.items():
        rows = rows_fitted(kind)
        point = fitted(rows, start.point())
        metric = np.linalg.inv(bent(rows, point))
        found[kind, NOTHING] = Numbers.at(point).rounded()
        for piece in dict.fromkeys(piece_of(row) for row in rows):
            rest = [row for row in rows if piece_of(row) != piece]
            found[kind, piece] = Numbers.at(fitted(rest, point, 0.5 * (metric + metric.T))).rounded()
    return found


def numbers_for(row: int, without: Without) -> Numbers:
    """Return the numbers that a ballot is predicted by: fitted without it."""
    kind = kind_of(row)
    return without[kind, piece_of(row) if row in rows_fitted(kind) else NOTHING]


@dataclass(frozen=True, slots=True)
class Fit:
    """The numbers fitted to one kind, and their standard deviations by two ways, each on a scale of its own.

    The scale is that of logarithms for slope and band, of log odds for the spread between blocs, and plain
    for common and bloc, which may be nothing.
    """

    kind: Kind
    best: Numbers
    curvature: Array
    jackknife: Array

    def ends(self, name: str, spread: Array) -> tuple[float, float]:
        """Return the 5th and 95th percentile of a number."""
        at = list(ROWS).index(name)
        ends = _scaled(self.best)[at] + np.array([-Z, Z]) * spread[at]
        turn = expit if name == "between" else _not_below_nothing if name in PLAIN else np.exp
        low, high = (float(end) for end in turn(ends))
        return low, high

    def widest(self, name: str) -> tuple[float, float]:
        """Return the wider of the two ranges."""
        return self.ends(name, np.maximum(self.curvature, self.jackknife))


PLAIN: Final = {"common": 2, "bloc": 3}


def _not_below_nothing(ends: Array) -> Array:
    return np.maximum(ends, 0.0)


def _scaled(numbers: Numbers) -> Array:
    """Return the numbers, each on its own scale."""
    point = numbers.point()
    for name, at in PLAIN.items():
        point[at] = getattr(numbers, name)
    return point


def fit_of(kind: Kind, without: Without) -> Fit:
    """Return the fit of a kind, with the spread that leaving out pieces gives.

    A piece is one piece of evidence, however many vote on it. Variance = (n - 1) / n times the sum of squared
    departures from the mean (Efron and Stein, Annals of Statistics 9, 1981).
    """
    best = without[kind, NOTHING]
    each = np.stack([_scaled(one) for (of, piece), one in without.items() if of == kind and piece != NOTHING])
    off = each - each.mean(axis=0)
    jackknife = np.sqrt((len(each) - 1) / len(each) * (off**2).sum(axis=0))
    curvature = np.sqrt(np.diag(np.linalg.inv(bent(rows_fitted(kind), best.point()))))
    for name, at in PLAIN.items():
        curvature[at] *= getattr(best, name)
    return Fit(kind, best, curvature, jackknife)


# --- Each ballot left out in turn --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scores:
    """Sums over votes: how many, how many right, minus the log of the chance given, squared error."""

    votes: int
    right: int
    loss: float
    brier: float

    @classmethod
    def of(cls, chances: Array, votes: Whole) -> Scores:
        """Return the scores of chances (votes, kinds) given to what happened (votes,)."""
        given = chances[np.arange(len(votes)), votes]
        square = (chances**2).sum(axis=1) - 2.0 * given + 1.0
        return cls(
            len(votes),
            int((chances.argmax(axis=1) == votes).sum()),
            float(-np.log(np.maximum(given, 1e-300)).sum()),
            float(square.sum()),
        )

    def __add__(self, other: Scores) -> Scores:
        return Scores(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


NONE: Final = Scores(0, 0, 0.0, 0.0)
WHO: Final = {"model": "model", "last": "as last time", "group": "as its group"}


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of one ballot's votes by those who did not see them.

    ``row`` is the ballot's place, ``states`` the places of those that voted, ``votes`` (states,) how;
    ``chances`` (states, 3) by who said it.
    """

    row: int
    states: Whole
    votes: Whole
    chances: Mapping[str, Array]

    def of(self, who: str, chosen: Collection[str] | None = None) -> Scores:
        """Return the scores of one that said something, of some states or of all."""
        here = np.array([chosen is None or everybody()[state] in chosen for state in self.states], dtype=bool)
        return Scores.of(self.chances[who][here], self.votes[here])


def told(row: int, others: Sequence[int], record: Record) -> Told:
    """Return what model and rivals say of a ballot from others."""
    states = np.flatnonzero(grid()[row] >= 0)
    codes = [everybody()[state] for state in states]
    return Told(
        row,
        states,
        grid()[row, states],
        {
            "model": predict(record, side_of(row), ballots()[row].asks, codes, alone=alone(row)),
            "last": as_last_time(row, others)[states],
            "group": as_its_group(row, others)[states],
        },
    )


def _before(row: int, others: Sequence[int]) -> tuple[Whole, Whole]:
    """Return each state's vote in the latest earlier ballot, in any body (-1: none), and that one's side."""
    vote, side = np.full(len(everybody()), -1), np.zeros(len(everybody()), dtype=np.int64)
    for one in sorted(others):  # the earliest first
        if ballots()[one].held_on < ballots()[row].held_on:
            there = grid()[one] >= 0
            vote[there], side[there] = grid()[one, there], side_of(one)
    return vote, side


def _shares(side: int, others: Sequence[int]) -> Array:
    """Return the shares of votes on texts of a side, one added to each kind of vote."""
    counts = np.ones(3)
    for one in others:
        if side_of(one) == side:
            counts += np.bincount(grid()[one, grid()[one] >= 0], minlength=3)
    return np.asarray(counts / counts.sum())


def as_last_time(row: int, others: Sequence[int]) -> Array:
    """Return chances of every state by its last vote, shape (states, 3).

    How often a vote follows a vote is counted in the other ballots, apart for texts of the same side and
    of opposite sides; one is added to each count. A state that never voted before gets the shares of all on
    texts of that side.
    """
    table = np.ones((2, 3, 3))
    for one in others:
        vote, side = _before(one, others)
        there = (grid()[one] >= 0) & (vote >= 0)
        same = (side[there] == side_of(one)).astype(np.int64)
        np.add.at(table, (same, vote[there], grid()[one, there]), 1.0)
    table /= table.sum(axis=2, keepdims=True)
    vote, side = _before(row, others)
    known = table[(side == side_of(row)).astype(np.int64), np.maximum(vote, 0)]
    return np.asarray(np.where((vote >= 0)[:, None], known, _shares(side_of(row), others)))


def as_its_group(row: int, others: Sequence[int]) -> Array:
    """Return chances of every state by its bloc's votes on texts of the same side, shape (states, 3).

    Drawn towards the shares of all on such texts by three votes; a state in no bloc is a group by itself.
    """
    names = [blocs().get(state, state) for state in everybody()]
    start = TOWARDS * _shares(side_of(row), others)
    counts: dict[str, Array] = {name: start.copy() for name in names}
    for one in others:
        if side_of(one) == side_of(row):
            for state in np.flatnonzero(grid()[one] >= 0):
                counts[names[state]][grid()[one, state]] += 1.0
    found = np.stack([counts[name] for name in names])
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def rows_told() -> list[int]:
    """Return the ballots that are predicted vote by vote."""
    return [row for kind in KINDS for row in rows_read(kind) if (grid()[row] >= 0).sum() >= LEAST]


def others_of(row: int) -> tuple[int, ...]:
    """Return all other ballots of its kind that are read."""
    return tuple(one for one in rows_read(kind_of(row)) if one != row)


def earlier_than(row: int) -> tuple[int, ...]:
    """Return the ballots of its kind that were held on earlier days."""
    day = ballots()[row].held_on
    return tuple(one for one in rows_read(kind_of(row)) if ballots()[one].held_on < day)


def left_out_in_turn(without: Without) -> list[Told]:
    """Return what is said of every ballot from all the others of its kind."""
    return [told(row, others_of(row), read(others_of(row), numbers_for(row, without))) for row in rows_told()]


def from_earlier_ones(without: Without) -> list[Told]:
    """Return what is said of every ballot from earlier ones of its kind alone, once there are enough."""
    return [
        told(row, earlier_than(row), read(earlier_than(row), numbers_for(row, without)))
        for row in rows_told()
        if len(earlier_than(row)) >= EARLIER
    ]


# --- Counts ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """The official count of a ballot beside drawn ones: yes, no, abstain; ``drawn`` (draws, 3)."""

    row: int
    official: Whole
    drawn: Whole
    by_name: bool

    def range(self) -> Whole:
        """Return the 5th, 50th and 95th percentile of the drawn counts, shape (3, kinds)."""
        levels = [0.05, 0.5, 0.95]
        return np.asarray(np.quantile(self.drawn, levels, axis=0, method="inverted_cdf"), dtype=np.int64)

    def inside(self) -> NDArray[np.bool_]:
        """Return which official counts lie in the range."""
        low, _, high = self.range()
        return np.asarray((low <= self.official) & (self.official <= high))


def counted(row: int, record: Record) -> Counted | None:
    """Return the count of a ballot as drawn from a record that has not seen it; None if who votes is unknown.

    Parties and those that follow them vote as they did, or else the host for its own case and the others
    against it. Where only the number of those who voted is known, those away are drawn, too: more often those
    who were away more often on the other ballots.
    """
    ballot = ballots()[row]
    cast = {state for state, vote in ballot.votes().items() if vote != "absent"}
    count = official(ballot)
    body = case().bodies.get(ballot.body)
    by_name = int(count.sum()) == len(cast)
    if by_name:
        pool = sorted(cast)
    else:
        seats = () if body is None else sitting(body, ballot.held_on)
        pool = sorted({seat.state for seat in seats} - set(ballot.absent) | cast)
    free = [state for state in pool if state not in left_out()]
    away = len(pool) - int(count.sum())
    if away < 0 or len(free) < LEAST:
        return None
    drawn = _drawn(row, record, free)
    fixed = np.array([_of_a_party(row, state) for state in pool if state in left_out()], dtype=np.int64)
    if away:
        drawn = np.where(_away(row, free, away), -1, drawn)
    found = [(drawn == vote).sum(axis=1) + (fixed == vote).sum() for vote in (2, 0, 1)]
    return Counted(row, count, np.stack(found, axis=1), by_name)


def _of_a_party(row: int, state: str) -> int:
    """Return the vote of a party, or of one that follows it."""
    vote = ballots()[row].votes().get(state, "absent")
    if vote != "absent":
        return VOTES.index(vote)
    return 1 + side_of(row) * (1 if state == case().host.state else -1)


def _drawn(row: int, record: Record, states: Sequence[str]) -> Whole:
    """Return drawn votes (draws, states): doubt about states and text, factors and own noise included."""
    ballot, numbers = ballots()[row], record.query
    heads = 1 + len(ASKS)
    place = [record.states.index(state) for state in states]
    rows = [*range(heads), *(heads + one for one in place)]
    whole = record.covariance[np.ix_(rows, rows)]
    root = np.linalg.cholesky(whole + 1e-8 * np.eye(len(rows)))  # it was rounded
    unknown = np.concatenate([record.text, record.mean[place]]) + _noise(row, 0, len(rows)) @ root.T
    head = np.array([1.0, *(float(ask in ballot.asks) for ask in ASKS)])
    names = sorted({blocs()[state] for state in states if state in blocs()})
    shared = _noise(row, 1, 1 + len(names))
    position = (unknown[:, :heads] @ head + numbers.common * shared[:, 0])[:, None]
    position = position + numbers.slope * side_of(row) * unknown[:, heads:] + _noise(row, 2, len(states))
    for i, state in enumerate(states):
        if state in blocs():
            position[:, i] += numbers.bloc * shared[:, 1 + names.index(blocs()[state])]
    cost = np.array([numbers.objection_cost if state in alone(row) else 0.0 for state in states])
    half = 0.5 * numbers.band
    abstains = (position <= half) & (position >= -half - cost)
    return np.asarray(2 * (position > half) + abstains, dtype=np.int64)


def _noise(row: int, which: int, size: int) -> Array:
    """Return standard normal numbers (draws, size) of a ballot."""
    draws, places = np.arange(DRAWS)[:, None], 1000 * which + np.arange(size)[None, :]
    return normal(SEED, draws, Process.VOTES, places, row)


def _away(row: int, states: Sequence[str], number: int) -> NDArray[np.bool_]:
    """Return who is away in each draw, (draws, states): the likelier, the more often they are away."""
    there, away = np.zeros((2, len(states)))
    for one, ballot in enumerate(ballots()):
        if one != row:
            votes = ballot.votes()
            there += [votes.get(state, "absent") != "absent" for state in states]
            away += [votes.get(state) == "absent" for state in states]
    odds = (away + 1.0) / (there + 5.0)
    draws, places = np.arange(DRAWS)[:, None], 5000 + np.arange(len(states))[None, :]
    turn = -np.log(uniform(SEED, draws, Process.VOTES, places, row)) / odds
    return np.asarray(turn.argsort(axis=1).argsort(axis=1) < number)


def counts(without: Without) -> list[Counted]:
    """Return the counts of all ballots, each drawn from the others of its kind."""
    found = [counted(row, read(others_of(row), numbers_for(row, without))) for row in range(len(ballots()))]
    return [one for one in found if one is not None]


# --- Vetoes in the Security Council and the European Council -----------------------------------------

PERMANENT: Final = ("China", "France", "Russia", "UK", "USA")
WEST: Final = frozenset({"France", "UK", "USA"})
COUNCIL_FILE: Final = "unsc_vetoes/unsc_vetoes_1946_2022.csv"
UNION_FILE: Final = "eu_vetoes/eu_member_vetoes.csv"
ERA: Final = 1991
"""Before this year and from it on are two records."""
UNION_EAST: Final = frozenset(["BG", "CY", "CZ", "EE", "HR", "HU", "LT", "LV", "MT", "PL", "RO", "SI", "SK"])
UNION_WEST: Final = frozenset(
    ["AT", "BE", "DE", "DK", "ES", "FI", "FR", "GB", "GR", "IE", "IT", "LU", "NL", "PT", "SE"]
)
UNION_SUBJECT: Final = frozenset({"RU", "UA", "BY"})


def data_folder() -> Path:
    """Return the folder of research data."""
    return Path(os.environ.get("HOLDFAST_DATA") or ROOT.parent / "shared" / "data")


@dataclass(frozen=True, slots=True)
class Veto:
    """A draft that was vetoed in the Council, and by whom."""

    held_on: date
    topic: str
    region: str
    by: frozenset[str]


def council_vetoes(path: Path) -> list[Veto]:
    """Return the vetoed drafts of the file, the earliest first; the Soviet Union counts as Russia."""
    with path.open(encoding="utf-8", newline="") as file:
        found = [
            Veto(
                datetime.strptime(row["date"], "%m/%d/%Y").date(),  # noqa: DTZ007 - a day, not a time
                row["crisis_topic"],
                row["region"],
                frozenset(
                    "Russia" if name == "USSR" else name for name in (*PERMANENT, "USSR") if row[name] == "1"
                ),
            )
            for row in csv.DictReader(file)
        ]
    return sorted(found, key=lambda veto: veto.held_on)  # drafts of one day stay in the order of the file


def _veto_shares(veto: Veto, others: Sequence[Veto], members: Collection[str]) -> float:
    """Return the chance that one of some members vetoes: by topic, drawn to region, drawn to all."""
    share = 0.5
    for chosen, towards in (
        (others, 2.0),
        ([one for one in others if one.region == veto.region], 2.0),
        ([one for one in others if one.region == veto.region and one.topic == veto.topic], 2.0),
    ):
        hits = sum(len(one.by & set(members)) for one in chosen) / len(members)
        share = (hits + towards * share) / (len(chosen) + towards)
    return share


def _veto_as_last(veto: Veto, others: Sequence[Veto], member: str) -> float:
    """Return the chance by whether the member vetoed the last vetoed draft, one added to each count."""
    table = np.ones((2, 2))
    for before, after in pairwise(others):
        table[int(member in before.by), int(member in after.by)] += 1.0
    earlier = [one for one in others if one.held_on < veto.held_on]
    row = table[int(member in earlier[-1].by)] if earlier else table.sum(axis=0)
    return float(row[1] / row.sum())


def council_chances(veto: Veto, others: Sequence[Veto]) -> dict[str, Array]:
    """Return each permanent member's chance to be among those that veto, by who says it, (members,)."""
    return {
        "model": np.array([_veto_shares(veto, others, {one}) for one in PERMANENT]),
        "last": np.array([_veto_as_last(veto, others, one) for one in PERMANENT]),
        "group": np.array(
            [_veto_shares(veto, others, WEST if one in WEST else set(PERMANENT) - WEST) for one in PERMANENT]
        ),
    }


def council_scores(vetoes: Sequence[Veto], *, earlier_only: bool) -> dict[str, tuple[int, float, float]]:
    """Return drafts told right in full, log loss and squared error a draft, by who tells."""
    sums: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for place, veto in enumerate(vetoes):
        others = vetoes[:place] if earlier_only else [*vetoes[:place], *vetoes[place + 1 :]]
        happened = np.array([float(one in veto.by) for one in PERMANENT])
        for who, chance in council_chances(veto, others).items():
            given = np.where(happened == 1.0, chance, 1.0 - chance)
            right = bool(((chance > 0.5) == (happened == 1.0)).all())
            sums[who].append((right, float(-np.log(given).sum()), float(((1.0 - given) ** 2).sum())))
    return {
        who: (
            int(sum(one[0] for one in found)),
            float(np.mean([one[1] for one in found])),
            float(np.mean([one[2] for one in found])),
        )
        for who, found in sums.items()
    }


@dataclass(frozen=True, slots=True)
class Blocked:
    """A decision of the Union that one member blocked."""

    held_on: date
    state: str
    subject: frozenset[str]


def union_vetoes(path: Path) -> list[Blocked]:
    """Return the vetoes of the file, one for each blocking member, the earliest first."""
    with path.open(encoding="utf-8", newline="") as file:
        found = [
            Blocked(
                date.fromisoformat(row["date_veto"]),
                row["ms_veto"],
                frozenset(row["issue_country"].split(";")) - {""},
            )
            for row in csv.DictReader(file)
        ]
    return sorted(found, key=lambda one: (one.held_on, one.state))


def union_chances(veto: Blocked, others: Sequence[Blocked]) -> dict[str, dict[str, float]]:
    """Return the chance of each member to be the one that blocks, by who says it.

    The Union's 27 members and the one that left count as sitting throughout.
    """
    members = sorted(UNION_EAST | UNION_WEST)
    by_state = Counter(one.state for one in others)
    stays = sum(one.state == two.state for one, two in pairwise(others)) + 1.0
    stay = stays / (max(len(others) - 1, 0) + 2.0)
    earlier = [one for one in others if one.held_on < veto.held_on]
    last = earlier[-1].state if earlier else None
    east = (sum(by_state[state] for state in UNION_EAST) + 1.0) / (len(others) + 2.0)
    half = 0.5 * len(members)
    return {
        "model": {state: (by_state[state] + 0.5) / (len(others) + half) for state in members},
        "last": {
            state: 1.0 / len(members)
            if last is None
            else stay
            if state == last
            else (1.0 - stay) / (len(members) - 1)
            for state in members
        },
        "group": {
            state: east / len(UNION_EAST) if state in UNION_EAST else (1.0 - east) / len(UNION_WEST)
            for state in members
        },
    }


def union_scores(vetoes: Sequence[Blocked], *, earlier_only: bool) -> dict[str, tuple[int, float]]:
    """Return vetoes whose author is told right, and log loss a veto, by who tells."""
    sums: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    for place, veto in enumerate(vetoes):
        others = vetoes[:place] if earlier_only else [*vetoes[:place], *vetoes[place + 1 :]]
        for who, chance in union_chances(veto, others).items():
            likeliest = max(chance, key=lambda state: (chance[state], state))
            sums[who].append((likeliest == veto.state, float(-np.log(chance[veto.state]))))
    return {
        who: (sum(one[0] for one in found), float(np.mean([one[1] for one in found])))
        for who, found in sums.items()
    }


# --- Tables ------------------------------------------------------------------------------------------

ROWS: Final = {
    "slope": "authorise.position.slope",
    "band": "authorise.position.abstain-band",
    "common": "authorise.position.common",
    "bloc": "authorise.position.bloc",
    "between": "",
}
"""The row of the ledger that holds each number on a mission; how far blocs stand apart needs none."""
READINESS: Final = "authorise.position.readiness"
"""The row that holds the slope on mandates."""
PARTS: Final = {
    0: "where states stand (slope)",
    2: "what moves all on one text (common)",
    3: "what moves a bloc on one text (bloc)",
    4: "blocs that stand apart (between)",
}
"""What the model is without if a number, by its place in :class:`Numbers`, is nothing; the band cannot be."""
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "West": ("union", "partners"),
    "BRICS and partners": (),
    "Africa": ("west-africa", "sahel", "central-africa", "east-africa", "southern-africa"),
    "Latin America and Caribbean": ("caribbean", "latin-america", "alba"),
    "Gulf and other Arab states": ("gulf", "arab"),
    "Asia and Pacific": ("asean", "south-asia", "pacific"),
    "Candidates and successors of the Soviet Union": ("candidates", "commonwealth"),
    "others": (),
}
"""Groups that scores are told for, by the blocs in them."""
SINGLY: Final = {
    "BRICS and partners": frozenset(["ARE", "BRA", "CHN", "EGY", "ETH", "IDN", "IND", "IRN", "ZAF"]),
    "West": frozenset({"USA"}),
}
"""States that are put in a group before their bloc is."""
SHOWN: Final = (
    *("USA", "GBR", "FRA", "CHN", "IND", "BRA", "ZAF", "TUR"),
    *("SAU", "IDN", "PAK", "HUN", "SVK", "SRB", "KAZ"),
)
"""States whose places are shown by themselves."""
HALF_LIVES: Final = (1.0, 2.0, 4.0, 8.0, np.inf)
SCORES: Final = ["said by", "votes", "right", "log loss", "Brier", "log loss over the model's"]


def _n(value: float, digits: int = 2) -> str:
    return f"{value:,.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %"


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _head(*cells: str) -> list[str]:
    return [_row(*cells), "|" + "---|" * len(cells)]


def _read_table() -> list[str]:
    """Return the table of the ballots that are read."""
    lines = _head(
        "body", "ballots", "read", "numbers fitted to", "votes read", "host's case", "opponent's", "neither's"
    )
    by_body: dict[str, list[int]] = defaultdict(list)
    for row, ballot in enumerate(ballots()):
        by_body[ballot.body].append(row)
    every = list(range(len(ballots())))
    for body, rows in [*sorted(by_body.items(), key=lambda one: (-len(one[1]), one[0])), ("all", every)]:
        of_kind = [kind_of(row) for row in rows]
        seen = [row for row, kind in zip(rows, of_kind, strict=True) if row in rows_read(kind)]
        fit = [row for row in seen if row in rows_fitted(kind_of(row))]
        sides = [sum(ballots()[row].side == side for row in rows) for side in ("host", "opponent", "neither")]
        name = case().bodies[body].name if body in case().bodies else body
        votes = int((grid()[seen] >= 0).sum())
        lines.append(_row(name, len(rows), len(seen), len(fit), f"{votes:,}", *sides))
    return lines


def ledger_range(name: str, war: Fit, mandates: Fit) -> tuple[float, float]:
    """Return the range of the ledger: from the lower end on one kind to the upper end on the other.

    A vote on a mission in this war is on no record. It is judged to lie between a vote on a mandate elsewhere
    and a vote of blame in this war. Mandates do not tell whether blocs move at all, so there half the lower
    end of the other kind is taken.
    """
    (low, high), (low_mandate, high_mandate) = war.widest(name), mandates.widest(name)
    if low_mandate < LEAST_TOLD:
        low_mandate = 0.5 * low
    return min(low, low_mandate), max(high, high_mandate)


def readiness_range(mandates: Fit) -> tuple[float, float]:
    """Return the range of what readiness for mandates moves in a war: half the lower end, by judgement."""
    low, high = mandates.widest("slope")
    return 0.5 * low, high


LEAST_TOLD: Final = 0.02
"""A lower end below this says that the number may be nothing."""


def _numbers_table(war: Fit, mandates: Fit) -> list[str]:
    """Return the table of the fitted numbers and their ranges, and of the ledger's made of them."""
    lines = _head("number", "texts", "most likely", "by curvature", "by leaving out", "ledger", "range there")
    for name, row in ROWS.items():
        of_both = (row, ledger_range(name, war, mandates)) if row else ("", ())
        of_mandates = (READINESS, readiness_range(mandates)) if name == "slope" else ("", ())
        for fit, (ledger, ends) in ((war, of_both), (mandates, of_mandates)):
            ranges = [fit.ends(name, spread) for spread in (fit.curvature, fit.jackknife)]
            lines.append(
                _row(
                    name,
                    KINDS[fit.kind],
                    _n(getattr(fit.best, name)),
                    *(_to(one) for one in ranges),
                    f"`{ledger}`" if ledger else "",
                    _to(ends),
                )
            )
    return lines


def _to(ends: Sequence[float]) -> str:
    return " to ".join(_n(end) for end in ends)


def _without_part(kind: Kind, best: Numbers, at: int) -> float:
    """Return by how much the log chance of all votes falls with one number at nothing, others refitted."""
    rows = rows_fitted(kind)
    found = minimize(
        lambda free: -evidence(rows, np.insert(free, at, LOWEST)),
        np.delete(best.point(), at),
        method="BFGS",
        options={"gtol": 0.05, "eps": 1e-4},
    )
    return evidence(rows, best.point()) + float(found.fun)


def parts(without: Without) -> list[str]:
    """Return the table of what each part of the model is worth."""
    lines = _head("without", *KINDS.values())
    for at, part in PARTS.items():
        falls = (_without_part(kind, without[kind, NOTHING], at) for kind in KINDS)
        lines.append(_row(part, *(_n(fall, 1) for fall in falls)))
    return lines


def _cost_table(fits: Sequence[Fit]) -> list[str]:
    """Return the table of what votes tell of the cost of a no that blocks alone."""
    lines = _head("texts", "cost, most likely", "log chance of all votes rises by", "lower end", "upper end")
    for fit in fits:
        rows, costs = rows_fitted(fit.kind), np.arange(0.0, 4.01, 0.25)
        level = np.array(
            [
                read_record(query(rows, replace(fit.best, objection_cost=float(cost)))).log_evidence
                for cost in costs
            ]
        )
        inside = costs[level >= level.max() - 0.5 * Z**2]
        rise = level.max() - level[0]
        best = costs[level.argmax()]
        lines.append(_row(KINDS[fit.kind], _n(best), _n(rise, 1), _n(inside[0]), _n(inside[-1])))
    return lines


def _half_lives_table(without: Without) -> list[str]:
    """Return the table of how well earlier votes about the war foretell later ones, by how fast they fade."""
    rows = [row for row in rows_told() if kind_of(row) == "war" and len(earlier_than(row)) >= EARLIER]
    lines = _head("half-life, years", *(f"log loss: {name}" for name in HALF_LIFE_SORTS))
    for years in HALF_LIVES:
        found = []
        for row in rows:
            record = read_record(_faded(row, numbers_for(row, without), years))
            found.append(told(row, earlier_than(row), record))
        cells = []
        for chosen in HALF_LIFE_SORTS.values():
            score = total([one for one in found if chosen(one.row)], "model")
            cells.append(_n(score.loss / score.votes, 3))
        lines.append(_row("none" if years == np.inf else f"{years:.2g}", *cells))
    return lines


def _faded(row: int, numbers: Numbers, half_life: float) -> RecordQuery:
    """Return the question of where everybody stands by earlier ballots, older ones counting less."""
    asked = query(earlier_than(row), numbers, everybody())
    days = {ballot.key: (ballots()[row].held_on - ballot.held_on).days for ballot in ballots()}
    faded = tuple(
        replace(one, weight=float(0.5 ** (days[one.key] / 365.25 / half_life))) for one in asked.ballots
    )
    return replace(asked, ballots=faded)


def _calibration_table(found: Sequence[Told]) -> list[str]:
    """Return the table of how often what was told with a chance happened, on texts about the war."""
    part = [one for one in found if kind_of(one.row) == "war"]
    chances = np.concatenate([one.chances["model"].ravel() for one in part])
    happened = np.concatenate([np.eye(3)[one.votes].ravel() for one in part])
    lines = _head("chance told", "how often told", "told on average", "happened")
    for low, high in pairwise((0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)):
        here = (chances > low) & (chances <= high)
        told_as = f"{100 * low:.0f} to {100 * high:.0f} %"
        shares = (f"{100 * values[here].mean():.0f} %" for values in (chances, happened))
        lines.append(_row(told_as, f"{int(here.sum()):,}", *shares))
    return lines


def _leans_table(found: Sequence[Told]) -> list[str]:
    """Return the table of shares of votes told and cast, by group of states, on texts about the war."""
    part = [one for one in found if kind_of(one.row) == "war"]
    lines = _head("states", *(f"{vote}: {what}" for vote in VOTES[::-1] for what in ("told", "cast")))
    for name, states in groups().items():
        here = [np.array([everybody()[state] in states for state in one.states]) for one in part]
        chances = np.concatenate([one.chances["model"][mask] for one, mask in zip(part, here, strict=True)])
        votes = np.concatenate([one.votes[mask] for one, mask in zip(part, here, strict=True)])
        cells = []
        for vote in (2, 1, 0):
            cells += [f"{100 * chances[:, vote].mean():.0f} %", f"{100 * (votes == vote).mean():.0f} %"]
        lines.append(_row(name, *cells))
    return lines


def _places_table(records: Sequence[Record]) -> list[str]:
    """Return the table of where blocs and single states stand on each kind of text."""
    heads = [cell for kind in KINDS.values() for cell in (f"{kind}: stands at", "doubt", "votes")]
    lines = _head("who", "states", *heads)
    rows: list[tuple[float, list[object]]] = []
    for name, states in (
        *((bloc.name, bloc.states) for bloc in case().blocs.values()),
        *((case().name_of(state), (state,)) for state in SHOWN),
    ):
        at = [everybody().index(state) for state in states if state not in left_out()]
        cells: list[object] = [name, len(at)]
        for record in records:
            cells += [_n(float(record.mean[at].mean())), _n(float(record.spread[at].mean()))]
            cells.append(int(record.count[at].sum()))
        rows.append((float(records[0].mean[at].mean()), cells))
    return lines + [_row(*cells) for _, cells in sorted(rows, key=lambda one: -one[0])]


def total(found: Sequence[Told], who: str, chosen: Collection[str] | None = None) -> Scores:
    """Return the scores of one that said something over ballots."""
    result = NONE
    for one in found:
        result = result + one.of(who, chosen)
    return result


def difference(found: Sequence[Told], who: str, chosen: Collection[str] | None = None) -> tuple[float, float]:
    """Return how much more a rival loses a vote than the model, and the standard error over ballots."""
    scores = [(one.of(who, chosen), one.of("model", chosen)) for one in found]
    off = np.array([rival.loss - model.loss for rival, model in scores if model.votes])
    votes = np.array([model.votes for _, model in scores if model.votes])
    mean, number = float(off.sum() / votes.sum()), len(off)
    error = np.sqrt(number / max(number - 1, 1) * ((off - mean * votes) ** 2).sum()) / votes.sum()
    return mean, float(error)


def _score_rows(name: str, found: Sequence[Told], chosen: Collection[str] | None = None) -> list[str]:
    lines = []
    for who, told_as in WHO.items():
        score = total(found, who, chosen)
        more = ""
        if who != "model":
            mean, error = difference(found, who, chosen)
            more = f"{_n(mean, 3)} ± {_n(2 * error, 3)}"
        loss, brier = _n(score.loss / score.votes, 3), _n(score.brier / score.votes, 3)
        lines.append(
            _row(name, told_as, f"{score.votes:,}", _percent(score.right, score.votes), loss, brier, more)
        )
    return lines


SORTS: Final[Mapping[str, Callable[[int], bool]]] = {
    "about the war: all": lambda row: kind_of(row) == "war",
    "about the war: Assembly": lambda row: (
        kind_of(row) == "war" and not by_unanimity(row) and not in_council(row)
    ),
    "about the war: Security Council": lambda row: kind_of(row) == "war" and in_council(row),
    "about the war: by unanimity": lambda row: kind_of(row) == "war" and by_unanimity(row),
    "about the war: the opponent's case": lambda row: kind_of(row) == "war" and side_of(row) == -1,
    "about the war: since 2025": lambda row: kind_of(row) == "war" and ballots()[row].held_on.year >= 2025,
    "mandates: Security Council": lambda row: kind_of(row) == "mandates" and in_council(row),
    "mandates: by unanimity": lambda row: kind_of(row) == "mandates" and by_unanimity(row),
}


HALF_LIFE_SORTS: Final = {
    "all": lambda row: True,  # noqa: ARG005
    "Assembly": SORTS["about the war: Assembly"],
    "Security Council": SORTS["about the war: Security Council"],
    "since 2025": SORTS["about the war: since 2025"],
}


def _totals_table(found: Sequence[Told]) -> list[str]:
    """Return the table of scores over ballots of each sort."""
    lines = _head("ballots", *SCORES)
    for name, chosen in SORTS.items():
        part = [one for one in found if chosen(one.row)]
        if part:
            lines += _score_rows(f"{name} ({len(part)})", part)
    return lines


def groups() -> dict[str, frozenset[str]]:
    """Return the groups of states that scores are told for; each state in one."""
    singly = {state: name for name, states in SINGLY.items() for state in states}
    place = {bloc: name for name, keys in GROUPS.items() for bloc in keys}
    found: dict[str, set[str]] = {name: set() for name in GROUPS}
    for state in everybody():
        found[singly.get(state) or place.get(blocs().get(state, ""), "others")].add(state)
    return {name: frozenset(states - left_out()) for name, states in found.items()}


def _groups_table(found: Sequence[Told]) -> list[str]:
    """Return the table of scores by group of states, on texts about the war."""
    part = [one for one in found if kind_of(one.row) == "war"]
    lines = _head("states", *SCORES)
    for name, states in groups().items():
        lines += _score_rows(name, part, states)
    return lines


def _ballots_table(found: Sequence[Told], kind: Kind) -> list[str]:
    """Return the table of scores by ballot; of mandates, those on which somebody did not agree."""
    names = [
        f"{score}: {who}" for score in ("right", "log loss", "Brier") for who in ("model", "last", "group")
    ]
    lines = _head("ballot", "day", "votes", *names)
    for one in found:
        if kind_of(one.row) != kind or (kind == "mandates" and (one.votes == 2).all()):
            continue
        scores = [one.of(who) for who in WHO]
        loss = [_n(score.loss / score.votes) for score in scores]
        best = min(range(len(scores)), key=lambda i: scores[i].loss)
        loss[best] = f"**{loss[best]}**"
        lines.append(
            _row(
                ballots()[one.row].key,
                ballots()[one.row].held_on,
                scores[0].votes,
                *(_percent(score.right, score.votes) for score in scores),
                *loss,
                *(_n(score.brier / score.votes) for score in scores),
            )
        )
    return lines


def _counts_table(found: Sequence[Counted]) -> list[str]:
    """Return the table of counts about the war beside their ranges; a star: not all are known by name."""
    lines = _head("ballot", "yes, no, abstain", "drawn: yes", "no", "abstain", "inside")
    for one in found:
        if kind_of(one.row) == "war":
            inside = one.inside()
            cells = [", ".join(str(int(value)) for value in one.range()[:, vote]) for vote in range(3)]
            cells = [cell if here else f"**{cell}**" for cell, here in zip(cells, inside, strict=True)]
            count = ", ".join(str(int(value)) for value in one.official)
            key = ballots()[one.row].key + ("" if one.by_name else "*")
            lines.append(_row(key, count, *cells, f"{int(inside.sum())} of 3"))
    return lines


def _coverage_table(found: Sequence[Counted]) -> list[str]:
    """Return the table of how many official counts lie in their ranges."""
    lines = _head("ballots", "number", "yes inside", "no", "abstain", "all three")
    for name, chosen in SORTS.items():
        for told_as, by_name in ((name, True), (f"{name}, not all by name", False)):
            part = [one for one in found if chosen(one.row) and one.by_name == by_name]
            if part:
                inside = np.stack([one.inside() for one in part])
                sums = (int(value) for value in (*inside.sum(axis=0), inside.all(axis=1).sum()))
                lines.append(_row(told_as, len(part), *sums))
    return lines


def _without_table(without: Without) -> list[str]:
    """Return the table of the numbers fitted without each piece."""
    lines = _head("texts", "without", *ROWS)
    for (kind, piece), numbers in without.items():
        lines.append(_row(kind, piece, *(f"{getattr(numbers, name):.4f}" for name in ROWS)))
    return lines


def without_from(page: str) -> dict[tuple[Kind, str], Numbers]:
    """Return the numbers fitted without each piece as the page has them."""
    lines = page[page.index("<!-- without -->") : page.index("<!-- /without -->")].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    found: dict[tuple[Kind, str], Numbers] = {}
    for kind, piece, *numbers in rows[2:]:
        found["war" if kind == "war" else "mandates", piece] = Numbers(*(float(cell) for cell in numbers))
    return found


def tables(without: Without) -> dict[str, list[str]]:
    """Return the tables of the page that need no data beyond the package, by name, as lines of Markdown.

    All but ``parts``, for which the numbers are fitted again: :func:`parts`.
    """
    in_turn, count = left_out_in_turn(without), counts(without)
    war, mandates = fits = [fit_of(kind, without) for kind in KINDS]
    records = [read(rows_read(kind), without[kind, NOTHING]) for kind in KINDS]
    return {
        "read": _read_table(),
        "numbers": _numbers_table(war, mandates),
        "cost": _cost_table(fits),
        "places": _places_table(records),
        "totals": _totals_table(in_turn),
        "earlier": _totals_table(from_earlier_ones(without)),
        "half-lives": _half_lives_table(without),
        "groups": _groups_table(in_turn),
        "leans": _leans_table(in_turn),
        "calibration": _calibration_table(in_turn),
        "coverage": _coverage_table(count),
        "ballots": _ballots_table(in_turn, "war"),
        "mandates": _ballots_table(in_turn, "mandates"),
        "counts": _counts_table(count),
        "without": _without_table(without),
    }


def veto_tables(folder: Path) -> dict[str, list[str]]:
    """Return the tables on vetoes, from the folder of research data."""
    council = council_vetoes(folder / COUNCIL_FILE)
    union = union_vetoes(folder / UNION_FILE)
    return {
        "council": _council_table(council),
        "together": _together_table(council),
        "union": _union_table(union),
        "union-states": _union_states_table(union),
    }


TOLD_FROM: Final = {False: "all others", True: "earlier ones"}


def _council_table(council: Sequence[Veto]) -> list[str]:
    """Return the table of how well it is told who vetoes in the Security Council."""
    lines = _head("vetoed drafts", "told from", "number", "said by", "right in full", "log loss", "Brier")
    for era, part in (
        (f"before {ERA}", [one for one in council if one.held_on.year < ERA]),
        (f"since {ERA}", [one for one in council if one.held_on.year >= ERA]),
    ):
        for earlier_only, told_from in TOLD_FROM.items():
            for who, (right, loss, brier) in council_scores(part, earlier_only=earlier_only).items():
                full = _percent(right, len(part))
                lines.append(_row(era, told_from, len(part), WHO[who], full, _n(loss), _n(brier)))
    return lines


def _union_table(union: Sequence[Blocked]) -> list[str]:
    """Return the table of how well it is told who blocks in the Union."""
    lines = _head("vetoes", "told from", "number", "said by", "right", "log loss")
    years = f"{union[0].held_on.year} to {union[-1].held_on.year}"
    for earlier_only, told_from in TOLD_FROM.items():
        for who, (right, loss) in union_scores(union, earlier_only=earlier_only).items():
            lines.append(_row(years, told_from, len(union), WHO[who], _percent(right, len(union)), _n(loss)))
    return lines


def _together_table(council: Sequence[Veto]) -> list[str]:
    """Return the table of how often permanent members vetoed together in the later era, by those who led."""
    late = [one for one in council if one.held_on.year >= ERA]
    lines = _head(f"vetoes since {ERA}", "number", "with another", "share")
    apart = {"Syria", "Ukraine"}
    for name, first, others, chosen in (
        ("of Russia, with China", "Russia", {"China"}, late),
        ("the same, on Syria", "Russia", {"China"}, [one for one in late if one.topic == "Syria"]),
        ("the same, on Ukraine", "Russia", {"China"}, [one for one in late if one.topic == "Ukraine"]),
        ("the same, on all else", "Russia", {"China"}, [one for one in late if one.topic not in apart]),
        ("of China, with Russia", "China", {"Russia"}, late),
        ("of the United States, with the United Kingdom or France", "USA", {"UK", "France"}, late),
    ):
        here = [one for one in chosen if first in one.by]
        joined = sum(bool(one.by & others) for one in here)
        lines.append(_row(name, len(here), joined, _percent(joined, max(len(here), 1))))
    return [*lines, _against_the_host()]


def _against_the_host() -> str:
    """Return how often China joined Russia's vote against, by the Council's ballots on the war."""
    against = [
        ballots()[row]
        for row in rows_read("war")
        if in_council(row) and case().opponent.state in ballots()[row].no
    ]
    joined = sum("CHN" in ballot.no for ballot in against)
    name = f"Russia's votes against, on this war, {against[0].held_on.year} to {against[-1].held_on.year}"
    return _row(
        f"{name} (ballots of the case), with China", len(against), joined, _percent(joined, len(against))
    )


def _union_states_table(union: Sequence[Blocked]) -> list[str]:
    """Return the table of who blocks."""
    lines = _head("member", "vetoes", "since 2018", "on Russia, Ukraine or Belarus")
    for state, number in sorted(
        Counter(one.state for one in union).items(), key=lambda one: (-one[1], one[0])
    ):
        own = [one for one in union if one.state == state]
        late = sum(one.held_on.year >= 2018 for one in own)
        lines.append(_row(state, number, late, sum(bool(one.subject & UNION_SUBJECT) for one in own)))
    return lines


def written(page: str, told_tables: Mapping[str, list[str]]) -> str:
    """Return the page with its tables replaced; each stands between two comments."""
    for name, lines in told_tables.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, found, rest = page.partition(start)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"{PAGE.name} has no place for the table {name!r}")
        page = before + start + "\n" + "\n".join(lines) + "\n\n" + end + after
    return page


def main() -> None:
    """Fit, leave out each piece in turn, and write and print the tables."""
    without = without_each()
    found = tables(without) | {"parts": parts(without)}
    if (data_folder() / COUNCIL_FILE).is_file():
        found |= veto_tables(data_folder())
    for lines in found.values():
        print("\n".join(lines), end="\n\n")
    if PAGE.exists():
        PAGE.write_text(written(PAGE.read_text("utf-8"), found), "utf-8")


if __name__ == "__main__":
    main()
