"""Where states stand, read from recorded votes: closed forms, a slow second way, and what must hold."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from scipy.special import log_ndtr, ndtr
from scipy.stats import norm

from holdfast.authorise import RecordedBallot, RecordQuery, predict, read_record, recorded
from holdfast.authorise.record import ASK, ASKS, OPENING, latent
from holdfast.content import digest
from holdfast.vocabulary.ballot import Ask, Ballot

NUMBERS = {"slope": 1.3, "band": 0.8, "common": 0.3, "bloc": 0.4, "between": 0.7}
OF_VOTE = {"no": 0, "abstain": 1, "yes": 2}


def query(ballots, blocs=None, **changed):
    blocs = {} if blocs is None else blocs
    voters = {state for ballot in ballots for state in ballot.votes} | set(blocs)
    given = NUMBERS | {"left_out": frozenset(), "wanted": tuple(sorted(voters))} | changed
    return RecordQuery(ballots=tuple(ballots), blocs=blocs, **given)


def ballot(key, side, votes, asks=(), alone=()):
    return RecordedBallot(key, side, tuple(asks), votes, frozenset(alone))


def simulated(seed, states=60, ballots=24, blocs=5, numbers=NUMBERS):
    """Ballots drawn from the model itself, who stands in which bloc, and where each state stands in truth."""
    rng = np.random.default_rng(seed)
    codes = [f"S{i:03d}" for i in range(states)]
    group = np.where(np.arange(states) % 7 == 0, -1, np.arange(states) % blocs)
    between = numbers["between"]
    means = between * rng.normal(size=blocs)
    alone = rng.normal(size=states)
    stand = np.where(group < 0, alone, means[group] + math.sqrt(1 - between**2) * alone)
    opening, extra = 0.5, ASK * rng.normal(size=len(ASKS))
    found = []
    for number in range(ballots):
        side = (1, 1, -1, 0, 1)[number % 5]
        asks = tuple(ask for ask in ASKS if rng.random() < 0.25)
        shift = opening + sum(extra[ASKS.index(ask)] for ask in asks) + numbers["common"] * rng.normal()
        moved = numbers["bloc"] * rng.normal(size=blocs)
        y = shift + numbers["slope"] * side * stand + np.where(group < 0, 0.0, moved[group])
        y = y + rng.normal(size=states)
        there = range(states) if number % 3 else sorted(rng.choice(states, 15, replace=False))
        half = numbers["band"] / 2
        votes = {codes[i]: "no" if y[i] < -half else "yes" if y[i] > half else "abstain" for i in there}
        found.append(ballot(f"b{number:02d}", side, votes, asks))
    return found, {codes[i]: f"g{group[i]}" for i in range(states) if group[i] >= 0}, stand


def arrays(record):
    """Every array of a record, by name, and whatever else must not move a bit."""
    return {
        field.name: value.tobytes() if isinstance(value := getattr(record, field.name), np.ndarray) else value
        for field in fields(record)
        if field.name != "query"
    }


# --- Closed forms ------------------------------------------------------------------------------------


@pytest.mark.parametrize("vote", ["no", "abstain", "yes"])
@pytest.mark.parametrize(("side", "weight"), [(1, 1.0), (-1, 1.0), (0, 1.0), (1, 0.4)])
def test_one_state_and_one_vote(side, weight, vote):
    """The position has one normal prior; its mode is where the pull of the vote meets that of the prior."""
    asked = query([replace(ballot("b", side, {"AAA": vote}, ["halt"]), weight=weight)])
    half = asked.band / 2
    whole = OPENING**2 + ASK**2 + asked.common**2 + (asked.slope * side) ** 2  # no bloc: no factor of one

    def log_chance(m):
        return math.log(
            {"no": ndtr(-half - m), "yes": ndtr(m - half), "abstain": ndtr(half - m) - ndtr(-half - m)}[vote]
        )

    def pull(m):
        density = norm.pdf
        if vote == "abstain":
            return weight * (density(-half - m) - density(half - m)) / (ndtr(half - m) - ndtr(-half - m))
        x = m - half if vote == "yes" else -half - m
        return weight * (1 if vote == "yes" else -1) * density(x) / ndtr(x)

    mode = brentq(lambda m: m / whole - pull(m), -6, 6, xtol=1e-14)
    bent = -(pull(mode + 1e-6) - pull(mode - 1e-6)) / 2e-6
    record = read_record(asked)
    reach = asked.slope * side
    assert record.mean == pytest.approx([reach * mode / whole], abs=1e-8)
    assert record.spread**2 == pytest.approx([1 - reach**2 * bent / (1 + whole * bent)], abs=1e-7)
    assert record.shift == pytest.approx([mode * (whole - reach**2) / whole], abs=1e-8)
    assert record.text[[0, 1]] == pytest.approx([mode * OPENING**2 / whole, mode * ASK**2 / whole], abs=1e-8)
    evidence = weight * log_chance(mode) - 0.5 * mode**2 / whole - 0.5 * math.log(1 + whole * bent)
    assert record.log_evidence == pytest.approx(evidence, abs=1e-8)


def test_the_evidence_of_one_vote_is_near_its_exact_chance():
    asked = query([ballot("b", 1, {"AAA": "yes"})])
    scale = math.sqrt(1 + OPENING**2 + asked.common**2 + asked.slope**2)
    exact = ndtr(-asked.band / 2 / scale)
    assert math.exp(read_record(asked).log_evidence) == pytest.approx(exact, rel=0.1)


def test_a_new_text_has_the_chances_of_its_closed_form():
    # Nothing read at all: only what is believed beforehand.
    asked = query([], {"AAA": "g"}, wanted=("AAA", "BBB"))
    record = read_record(asked)
    half = asked.band / 2
    texts: list[tuple[float, tuple[Ask, ...]]] = [(1.0, ()), (-0.3, ("halt", "mission")), (0.0, ("halt",))]
    for side, asks in texts:
        shared = 1 + OPENING**2 + len(asks) * ASK**2 + (asked.slope * side) ** 2 + asked.common**2
        for row, variance in zip(predict(record, side, asks), (shared + asked.bloc**2, shared), strict=True):
            edge = ndtr(-half / math.sqrt(variance))
            assert row == pytest.approx([edge, 1 - 2 * edge, edge], abs=1e-9)


def test_the_closed_form_of_a_new_text_is_the_average_over_draws():
    found, blocs, _ = simulated(3)
    record = read_record(query(found, blocs))
    rng = np.random.default_rng(1)
    size = 1 + len(ASKS)
    centre = np.concatenate([record.text, record.mean])
    drawn = rng.multivariate_normal(centre, record.covariance, size=40_000, method="eigh")
    asks: tuple[Ask, ...] = ("halt", "safety")
    text = drawn[:, 0] + drawn[:, 1 + ASKS.index("halt")] + drawn[:, 1 + ASKS.index("safety")]
    asked = record.query
    m = text[:, None] - 0.6 * asked.slope * drawn[:, size:] + asked.common * rng.normal(size=(40_000, 1))
    m = m + np.where(record.inside, asked.bloc, 0.0) * rng.normal(size=m.shape)
    half = asked.band / 2
    slow = np.stack(
        [ndtr(-half - m).mean(0), (ndtr(half - m) - ndtr(-half - m)).mean(0), ndtr(m - half).mean(0)]
    )
    assert predict(record, -0.6, asks) == pytest.approx(slow.T, abs=0.01)


def test_the_doubt_about_a_position_counts_that_text_and_state_are_known_together():
    found, blocs, _ = simulated(4)
    record = read_record(query(found, blocs))
    mean, variance = latent(record, -0.6, ("halt",))
    heads = 1 + len(ASKS)
    weights = np.zeros((len(record.states), len(record.covariance)))
    weights[:, [0, 1 + ASKS.index("halt")]] = 1.0
    weights[:, heads:] = -0.6 * record.query.slope * np.eye(len(record.states))
    assert mean == pytest.approx(weights @ np.concatenate([record.text, record.mean]), abs=1e-12)
    assert variance == pytest.approx(np.diag(weights @ record.covariance @ weights.T), abs=1e-7)
    apart = np.diag(record.covariance)[[0, 1 + ASKS.index("halt")]].sum()
    assert np.abs(variance - apart - (0.6 * record.query.slope * record.spread) ** 2).max() > 1e-3


# --- A slow second way -------------------------------------------------------------------------------


def slowly(asked):
    """The log posterior written out with every unknown by name, climbed by a general method.

    Returns mode and spread of every state's place, and the log evidence, with derivatives by differences.
    """
    states = asked.wanted
    groups = sorted(set(asked.blocs.values()))
    sizes = [1, len(ASKS), len(asked.ballots), len(asked.ballots) * len(groups), len(groups), len(states)]
    cuts = np.cumsum(sizes)[:-1]

    def stand_of(x):
        _, _, _, _, mean, own = np.split(x, cuts)
        return np.array(
            [
                asked.between * mean[groups.index(asked.blocs[state])]
                + math.sqrt(1 - asked.between**2) * own[i]
                if state in asked.blocs
                else own[i]
                for i, state in enumerate(states)
            ]
        )

    def below(x):
        """Return minus the log posterior, all unknowns of spread 1."""
        opening, extra, own, moved, _, _ = np.split(x, cuts)
        stand = stand_of(x)
        total = 0.5 * (x @ x)
        for b, one in enumerate(asked.ballots):
            shift = OPENING * opening[0] + asked.common * own[b]
            shift += sum(ASK * extra[ASKS.index(ask)] for ask in one.asks)
            for state, vote in one.votes.items():
                if vote == "absent" or state in asked.left_out:
                    continue
                m = shift + asked.slope * one.side * stand[states.index(state)]
                if state in asked.blocs:
                    m += asked.bloc * moved[b * len(groups) + groups.index(asked.blocs[state])]
                low = -asked.band / 2 - (asked.objection_cost if state in one.alone else 0.0)
                high = asked.band / 2
                if vote == "no":
                    total -= log_ndtr(low - m)
                elif vote == "yes":
                    total -= log_ndtr(m - high)
                else:
                    total -= math.log(ndtr(high - m) - ndtr(low - m))
        return total

    found = minimize(below, np.zeros(sum(sizes)), method="BFGS", options={"gtol": 1e-7}).x
    size, step = len(found), 1e-4
    bent = np.empty((size, size))
    unit = step * np.eye(size)
    for i in range(size):
        for j in range(i + 1):
            corners = [below(found + s * unit[i] + t * unit[j]) * s * t for s in (1, -1) for t in (1, -1)]
            bent[i, j] = bent[j, i] = sum(corners) / (4 * step**2)
    jacobian = np.stack([stand_of(row) for row in np.eye(size)], axis=1)
    covariance = jacobian @ np.linalg.inv(bent) @ jacobian.T
    evidence = -below(found) - 0.5 * np.linalg.slogdet(bent)[1]
    return stand_of(found), np.sqrt(np.diag(covariance)), evidence


def small_record():
    return query(
        [
            ballot("d", 1, {"AAA": "yes", "BBB": "abstain", "CCC": "no", "EEE": "yes"}, ["halt", "mission"]),
            ballot("a", 1, {"AAA": "yes", "BBB": "yes", "DDD": "no", "FFF": "no"}, ["halt"], ["DDD", "EEE"]),
            ballot(
                "c", -1, {"AAA": "no", "BBB": "abstain", "CCC": "yes", "DDD": "absent"}, alone=["AAA", "BBB"]
            ),
        ],
        {"AAA": "x", "BBB": "x", "CCC": "y", "EEE": "y", "GGG": "y"},
        left_out=frozenset({"FFF"}),
        wanted=("AAA", "BBB", "CCC", "DDD", "EEE", "GGG"),
        objection_cost=0.6,
    )


@pytest.mark.slow
def test_a_slow_second_way_finds_the_same():
    asked = small_record()
    record = read_record(asked)
    stand, spread, evidence = slowly(asked)
    assert record.mean == pytest.approx(stand, abs=1e-5)
    assert record.spread == pytest.approx(spread, abs=1e-4)
    assert record.log_evidence == pytest.approx(evidence, abs=1e-4)
    assert record.count.tolist() == [3, 3, 2, 1, 1, 0]
    assert record.votes == 10


def test_a_grid_over_every_unknown_agrees_about_one_state():
    # One state, two texts, nothing shared but where it stands and the opening: three numbers to sum over.
    asked = query(
        [ballot("a", 1, {"AAA": "yes"}), ballot("b", -1, {"AAA": "abstain"})], common=0.0, bloc=0.0, slope=1.0
    )
    half = asked.band / 2
    grid = np.linspace(-8, 8, 801)
    stand, opening = np.meshgrid(grid, grid, indexing="ij")
    weight = norm.pdf(stand) * norm.pdf(opening, scale=OPENING)
    weight *= ndtr(opening + stand - half)
    weight *= ndtr(half - opening + stand) - ndtr(-half - opening + stand)
    mean = (weight * stand).sum() / weight.sum()
    spread = math.sqrt((weight * stand**2).sum() / weight.sum() - mean**2)
    record = read_record(asked)
    # the approximation puts the mode for the mean: they differ, by less than a fifth of the spread
    assert record.mean[0] == pytest.approx(mean, abs=0.2 * spread)
    assert record.spread[0] == pytest.approx(spread, rel=0.1)


# --- What must hold ----------------------------------------------------------------------------------


def test_known_places_are_found_again_and_the_doubt_is_honest():
    inside, apart = [], []
    for seed in range(4):
        found, blocs, truth = simulated(seed)
        record = read_record(query(found, blocs))
        apart.append(np.corrcoef(record.mean, truth)[0, 1])
        inside.append(np.abs(record.mean - truth) < 1.6449 * record.spread)
    assert min(apart) > 0.8
    assert 0.84 < np.mean(inside) < 0.96


def test_no_order_changes_a_byte():
    found, blocs, _ = simulated(5)
    asked = query(found, blocs)
    turned = replace(
        asked,
        ballots=tuple(
            replace(one, votes=dict(reversed(one.votes.items())), asks=one.asks[::-1])
            for one in reversed(asked.ballots)
        ),
        blocs=dict(reversed(blocs.items())),
    )
    assert arrays(read_record(turned)) == arrays(read_record(asked))


def test_the_order_in_which_states_are_wanted_changes_no_byte():
    found, blocs, _ = simulated(6)
    asked = query(found, blocs)
    forth, back = read_record(asked), read_record(replace(asked, wanted=asked.wanted[::-1]))
    for name in ("mean", "spread", "count", "inside"):
        assert getattr(back, name)[::-1].tobytes() == getattr(forth, name).tobytes()
    heads = 1 + len(ASKS)
    order = np.concatenate([np.arange(heads), heads + np.arange(len(asked.wanted))[::-1]])
    assert back.covariance[np.ix_(order, order)].tobytes() == forth.covariance.tobytes()


def test_other_names_give_the_same_places():
    found, blocs, _ = simulated(7)
    asked = query(found, blocs)
    rng = np.random.default_rng(2)
    names = dict(zip(asked.wanted, (f"T{i:03d}" for i in rng.permutation(len(asked.wanted))), strict=True))
    keys = {one.key: f"k{i}" for one, i in zip(found, rng.permutation(len(found)), strict=True)}
    other = replace(
        asked,
        ballots=tuple(
            replace(one, key=keys[one.key], votes={names[s]: vote for s, vote in one.votes.items()})
            for one in found
        ),
        blocs={names[state]: "z" + bloc[::-1] for state, bloc in blocs.items()},
        wanted=tuple(names[state] for state in asked.wanted),
    )
    one, two = read_record(asked), read_record(other)
    assert two.mean == pytest.approx(one.mean, abs=2e-9)
    assert two.spread == pytest.approx(one.spread, abs=2e-9)
    assert two.log_evidence == pytest.approx(one.log_evidence, abs=1e-7)


def test_wanting_more_states_moves_nobody():
    found, blocs, _ = simulated(8)
    asked = query(found, blocs)
    few = read_record(replace(asked, wanted=asked.wanted[:9]))
    more = read_record(replace(asked, wanted=(*asked.wanted, "YYY", "ZZZ"), blocs=blocs | {"ZZZ": "g1"}))
    assert few.mean == pytest.approx(more.mean[:9], abs=2e-9)
    assert few.log_evidence == pytest.approx(more.log_evidence, abs=1e-7)


def test_a_state_without_votes_has_its_blocs_mean_and_wide_doubt():
    found, blocs, _ = simulated(9)
    asked = query(found, blocs | {"ZZY": "g1", "ZZZ": "g1"})
    asked = replace(asked, wanted=(*asked.wanted, "AAA"))
    record = read_record(asked)
    at = dict(zip(record.states, record.mean, strict=True))
    doubt = dict(zip(record.states, record.spread, strict=True))
    own = [at[state] for state in at if blocs.get(state) == "g1"]
    shared = asked.between**2
    assert at["ZZY"] == at["ZZZ"]
    assert at["ZZY"] == pytest.approx(shared * sum(own) / (1 - shared + len(own) * shared), abs=1e-8)
    assert doubt["ZZZ"] > math.sqrt(1 - shared)
    assert doubt["ZZZ"] > 1.2 * max(doubt[state] for state in at if blocs.get(state) == "g1" and state < "ZZ")
    assert record.count[record.states.index("ZZZ")] == 0
    assert (at["AAA"], doubt["AAA"]) == (0.0, 1.0)  # in no bloc, never seen


def test_more_votes_leave_less_doubt():
    spreads = []
    for number in (0, 1, 2, 5, 10, 40):
        found = [
            ballot(f"b{k:02d}", 1, {"AAA": "yes" if k % 2 else "no", **{f"B{j}": "yes" for j in range(4)}})
            for k in range(number)
        ]
        spreads.append(read_record(query(found, {}, wanted=("AAA",))).spread[0])
    assert spreads[0] == 1.0
    assert all(later < earlier for earlier, later in pairwise(spreads))


def test_votes_that_hardly_count_are_as_if_they_were_not():
    found, blocs, _ = simulated(14)
    states = tuple(sorted({state for one in found for state in one.votes}))
    half = [replace(one, weight=1e-9) if number % 2 else one for number, one in enumerate(found)]
    faded = read_record(query(half, blocs, wanted=states))
    without = read_record(query(found[::2], blocs, wanted=states))
    assert faded.mean == pytest.approx(without.mean, abs=1e-6)
    assert faded.spread == pytest.approx(without.spread, abs=1e-6)
    whole = read_record(query(found, blocs, wanted=states))
    less = read_record(query([replace(one, weight=0.5) for one in found], blocs, wanted=states))
    assert (less.spread > whole.spread).all()


def test_unanimity_sends_nobody_to_infinity():
    votes = {f"A{j:02d}": "yes" for j in range(50)}
    record = read_record(query([ballot(f"b{k:02d}", 1, votes) for k in range(40)], dict.fromkeys(votes, "g")))
    assert np.isfinite(record.mean).all()
    assert (np.abs(record.mean) < 3).all()
    assert (record.spread > 0.2).all()


def test_turning_every_text_round_turns_every_place_round():
    found, blocs, _ = simulated(10)
    asked = query(found, blocs)
    turned = replace(asked, ballots=tuple(replace(one, side=-one.side) for one in found))
    swap = {"yes": "no", "no": "yes", "abstain": "abstain"}
    swapped = replace(
        asked,
        ballots=tuple(
            replace(one, votes={state: swap[vote] for state, vote in one.votes.items()}) for one in found
        ),
    )
    plain, other = read_record(asked), read_record(turned)
    mirrored = read_record(swapped)
    assert other.mean == pytest.approx(-plain.mean, abs=2e-9)
    assert other.shift == pytest.approx(plain.shift, abs=2e-9)
    assert mirrored.mean == pytest.approx(-plain.mean, abs=2e-9)
    assert mirrored.shift == pytest.approx(-plain.shift, abs=2e-9)


def test_votes_of_those_left_out_and_absence_say_nothing():
    found, blocs, _ = simulated(11)
    asked = replace(query(found, blocs), left_out=frozenset({"S001"}))
    flipped = [replace(one, votes=one.votes | {"S001": "no", "AWAY": "absent"}) for one in found]
    assert arrays(read_record(asked)) == arrays(read_record(replace(asked, ballots=tuple(flipped))))
    assert read_record(asked).count[asked.wanted.index("S001")] == 0


def test_a_text_in_nobodys_favour_does_not_tell_who_stands_where():
    votes = {"AAA": "yes", "BBB": "no"}
    record = read_record(query([ballot("b", 0, votes)]))
    assert record.mean.tolist() == [0.0, 0.0]
    assert record.spread.tolist() == [1.0, 1.0]


def test_an_abstention_where_a_no_would_block_is_read_as_further_against():
    plain = ballot("b", 1, {"AAA": "abstain"})
    apart = [
        read_record(query([replace(plain, alone=alone)], objection_cost=1.0)).mean[0]
        for alone in (frozenset(), frozenset({"AAA"}))
    ]
    assert apart[0] == 0.0
    assert apart[1] < -0.05


def test_who_blocks_alone_abstains_sooner():
    found, blocs, _ = simulated(12)
    record = read_record(query(found, blocs, objection_cost=0.8))
    plain, alone = predict(record, -1.0, ()), predict(record, -1.0, (), alone=record.states[:2])
    assert (alone[:2, 0] < plain[:2, 0]).all()
    assert alone[:, 2].tolist() == plain[:, 2].tolist()
    assert alone[2:].tolist() == plain[2:].tolist()


def test_predictions_are_chances_and_rise_with_where_a_state_stands():
    found, blocs, _ = simulated(13)
    record = read_record(query(found, blocs))
    seen = predict(record, 1.0, ("halt",))
    assert seen.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    assert (seen >= 0).all()
    mean, _ = latent(record, 1.0, ("halt",))
    assert np.argsort(mean).tolist() == np.argsort(record.mean).tolist()
    chosen = record.states[4::-2]
    assert predict(record, 1.0, ("halt",), chosen).tolist() == seen[4::-2].tolist()
    with pytest.raises(KeyError):
        predict(record, 1.0, (), ["nobody"])


def test_a_record_is_frozen_and_its_query_can_be_named_by_content():
    asked = small_record()
    assert digest(asked) == digest(replace(asked))
    assert digest(asked) != digest(replace(asked, slope=1.31))
    record = read_record(asked)
    with pytest.raises(ValueError, match="read-only"):
        record.mean[0] = 0.0


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"band": 0.0}, "band"),
        ({"slope": -1.0}, "slope"),
        ({"common": math.inf}, "common"),
        ({"bloc": math.nan}, "bloc"),
        ({"between": 1.0}, "between"),
        ({"objection_cost": -0.1}, "objection_cost"),
        ({"wanted": ("AAA", "AAA")}, "once"),
        ({"ballots": (ballot("b", 1, {}), ballot("b", 1, {}))}, "once"),
        ({"ballots": (ballot("b", 2, {}),)}, "unknown side"),
        ({"ballots": (replace(ballot("b", 1, {}), weight=0.0),)}, "weight"),
        ({"ballots": (replace(ballot("b", 1, {}), weight=1.1),)}, "weight"),
        ({"ballots": (ballot("b", 1, {}, ["tea"]),)}, "asks"),
    ],
)
def test_nonsense_is_refused(changed, told):
    with pytest.raises(ValueError, match=told):
        replace(small_record(), **changed)


def test_a_ballot_of_a_case_is_read_as_coded():
    plain = {
        "key": "one",
        "title": "A text",
        "held_on": dt.date(2022, 3, 2),
        "body": "un-general-assembly",
        "yes": ("DEU",),
        "no": ("RUS",),
        "abstain": (),
        "absent": ("TKM",),
        "carried": True,
        "sources": ("S1",),
        "confidence": "A",
    }
    coded = Ballot.model_validate(plain | {"side": "opponent", "asks": ("halt", "safety")})
    read = recorded(coded, alone=["RUS"])
    assert (read.key, read.side, read.asks, read.alone) == ("one", -1, ("halt", "safety"), frozenset({"RUS"}))
    assert read.votes == {"DEU": "yes", "RUS": "no", "TKM": "absent"}
    assert [recorded(coded.model_copy(update={"side": side})).side for side in ("host", "neither")] == [1, 1]
    with pytest.raises(ValueError, match="one: whose case"):
        recorded(Ballot.model_validate(plain))
