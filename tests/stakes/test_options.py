"""What probe, grab and major offensive are worth: each rule by hand, then what holds for any numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stakes.cases import FUTURES, OPTIONS, SHARE, full, weighed

from holdfast.stakes import options, sizes
from holdfast.vocabulary.axes import GRAB, MAJOR, PROBE

FIELDS = ("prize", "burden", "edge", "partners")


def _rows(*values):
    """Return one row of three options for every future."""
    return np.tile(np.array(values, dtype=float), (FUTURES, 1))


def _same(one, other, but=()):
    for name in FIELDS:
        if name not in but:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


def test_options_are_counted_from_the_smallest():
    assert (PROBE, GRAB, MAJOR) == (0, 1, 2)
    np.testing.assert_array_equal(sizes(full(0.02), full(0.2)), _rows(0.02, 0.2, 1.0))


def test_nothing_but_prize_and_cost():
    found = options(weighed())
    np.testing.assert_array_equal(found.prize, _rows(0.01, 0.1, 1.0))
    np.testing.assert_allclose(found.burden, _rows(0.01, 0.1, 0.5), rtol=1e-15)
    np.testing.assert_array_equal(found.edge, 0.0)
    np.testing.assert_array_equal(found.partners, 0.0)


# --- ST5: the prize ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "satisfaction", "indivisible", "left"),
    [
        (0.5, 0.4, 0.0, 0.8),  # it sates
        (0.5, -0.4, 0.0, 1.2),  # it whets the appetite
        (0.5, 0.4, 0.25, 0.85),
        (0.5, -0.4, 0.25, 1.15),
        (0.5, 0.4, 1.0, 1.0),  # what cannot be divided is not had in part
        (0.5, -0.4, 1.0, 1.0),
        (3.0, 0.4, 0.0, 0.6),  # nobody receives more than all of the aims
        (0.0, 0.4, 0.0, 1.0),
        (0.5, 1.7, 0.0, 0.5),  # what one has takes no more than itself
        (0.5, -1.7, 0.0, 1.85),
    ],
)
def test_what_a_settlement_gives_changes_the_prize(received, satisfaction, indivisible, left):
    found = options(weighed(received=received, satisfaction=satisfaction, indivisible=indivisible))
    np.testing.assert_allclose(found.prize, left * _rows(0.01, 0.1, 1.0), rtol=1e-14)
    _same(found, options(weighed()), but={"prize"})


def test_what_an_attack_forfeits_is_not_had_any_more():
    """ST5: it neither sates nor whets; a grab forfeits less, and keeps more."""
    query = weighed(received=0.5, forfeit=0.4, satisfaction=0.5, probe_response=0.0, grab_response=0.25)
    # a probe keeps all of it, a grab 0.4, a major offensive 0.1
    expected = _rows(0.01, 0.1, 1.0) * (1.0 - 0.5 * _rows(0.5, 0.4, 0.1))
    np.testing.assert_allclose(options(query).prize, expected, rtol=1e-14)
    whole = replace(query, forfeit=full(0.5))
    np.testing.assert_allclose(options(whole).prize[:, MAJOR], 1.0, rtol=1e-14)


@given(OPTIONS)
def test_a_prize_is_never_a_loss(query):
    prize = options(query).prize
    assert (prize >= 0.0).all()


@given(OPTIONS, st.floats(0.0, 1.0))
def test_a_gain_takes_from_an_attack_no_more_than_it_is_worth(query, gain):
    """ST5, ST6: kept it lowers the prize, forfeited it is a burden, and never both."""
    query = replace(query, forfeit=np.minimum(query.forfeit, query.received))
    before = options(query)
    for forfeited in (0.0, gain):
        after = options(replace(query, received=query.received + gain, forfeit=query.forfeit + forfeited))
        # at worst, with success certain
        lost = (before.prize - before.burden) - (after.prize - after.burden)
        assert (lost <= gain + 1e-12).all()


@given(OPTIONS, st.floats(1.0, 3.0))
def test_more_received_moves_the_prize_by_the_sign_of_satisfaction(query, factor):
    before = options(query).prize
    after = options(replace(query, received=query.received * factor)).prize
    sates = query.satisfaction >= 0.0
    assert (after[sates] <= before[sates]).all()
    assert (after[~sates] >= before[~sates]).all()


@given(OPTIONS, SHARE)
def test_the_more_cannot_be_divided_the_less_terms_do(query, share):
    """ST5: the prize comes nearer to that of no terms, from either side."""
    away = np.abs(options(query).prize[:, MAJOR] - 1.0)
    firmer = replace(query, indivisible=query.indivisible + share * (1.0 - query.indivisible))
    assert (np.abs(options(firmer).prize[:, MAJOR] - 1.0) <= away + 1e-15).all()


# --- ST6: the burden ---------------------------------------------------------------------------------


def test_a_burden_on_paper():
    found = options(
        weighed(
            offensive_cost=0.5,
            provocation=0.1,
            response_chance=0.25,
            response_cost=0.8,
            forfeit=0.3,
            probe_cost=0.02,
            grab_cost=0.2,
            probe_response=0.05,
            grab_response=0.4,
        )
    )
    # major: 0.5 - 0.1 + 0.25 x 0.8 + 0.3; a probe bears 2 % of the first, 5 % of the second part
    np.testing.assert_allclose(found.burden, _rows(0.008 + 0.025, 0.08 + 0.2, 0.9), rtol=1e-13)


@given(OPTIONS)
def test_a_burden_adds_up(query):
    found = options(query).burden
    price = query.response_chance * query.response_cost + query.forfeit
    for option, size, share in (
        (PROBE, query.probe_cost, query.probe_response),
        (GRAB, query.grab_cost, query.grab_response),
        (MAJOR, full(1.0), full(1.0)),
    ):
        expected = size * query.offensive_cost + share * price - size * query.provocation
        np.testing.assert_allclose(found[:, option], expected, rtol=0, atol=1e-13)


@given(OPTIONS)
def test_provocation_has_either_sign_and_goes_with_size(query):
    calm = options(replace(query, provocation=full(0.0)))
    found = options(query)
    size = sizes(query.probe_cost, query.grab_cost)
    np.testing.assert_allclose(
        calm.burden - found.burden, size * query.provocation[:, None], rtol=0, atol=1e-13
    )
    _same(found, calm, but={"burden"})


@given(OPTIONS)
def test_a_response_that_nobody_gives_costs_nothing(query):
    free = replace(query, forfeit=full(0.0))
    unanswered = replace(free, response_chance=full(0.0))
    _same(options(unanswered), options(replace(free, response_cost=full(0.0))))


# --- ST7: surprise and defence -----------------------------------------------------------------------


def test_an_edge_on_paper():
    found = options(weighed(surprise=1.5, warning=0.8, grab_warning=0.25, defender_advantage=2.0))
    # a major offensive is seen with 0.8, a grab or probe with 0.25
    worth = _rows(1.0 + 0.5 * 0.75, 1.0 + 0.5 * 0.75, 1.0 + 0.5 * 0.2)
    np.testing.assert_allclose(found.edge, np.log(worth / 2.0), rtol=1e-13)


@given(OPTIONS)
def test_a_probe_is_seen_coming_as_a_grab_is_and_an_offensive_apart(query):
    edge = options(query).edge
    np.testing.assert_array_equal(edge[:, PROBE], edge[:, GRAB])
    swapped = options(replace(query, warning=query.grab_warning, grab_warning=query.warning)).edge
    np.testing.assert_allclose(swapped[:, GRAB], edge[:, MAJOR], rtol=0, atol=1e-13)


@given(OPTIONS)
def test_warning_is_worth_what_surprise_is(query):
    dull = replace(query, surprise=full(1.0))
    _same(options(dull), options(replace(dull, warning=full(0.0))))
    seen = replace(query, warning=full(1.0), grab_warning=full(1.0))
    _same(options(seen), options(replace(seen, surprise=full(1.0))))
    unseen = options(replace(query, warning=full(0.0), grab_warning=full(0.0)))
    np.testing.assert_allclose(
        unseen.edge[:, MAJOR], np.log(query.surprise / query.defender_advantage), rtol=0, atol=1e-13
    )


@given(OPTIONS, st.floats(1.0, 3.0))
def test_signs_of_the_edge(query, factor):
    before = options(query).edge
    for more, sign in (
        (replace(query, surprise=query.surprise * factor), 1),
        (replace(query, defender_advantage=query.defender_advantage * factor), -1),
        (replace(query, warning=1.0 - (1.0 - query.warning) / factor), -1),
        (replace(query, grab_warning=1.0 - (1.0 - query.grab_warning) / factor), -1),
    ):
        assert (sign * (options(more).edge - before) >= -1e-13).all()


# --- ST8: partners -----------------------------------------------------------------------------------


def test_partners_on_paper():
    found = options(weighed(partners=20_000.0, partners_at_once=3_000.0, guard=0.05))
    np.testing.assert_allclose(found.partners, _rows(4_000.0, 4_000.0, 23_000.0), rtol=1e-14)


@given(OPTIONS)
def test_no_more_partners_stand_at_a_place_than_in_all(query):
    partners = options(query).partners
    np.testing.assert_array_equal(partners[:, PROBE], partners[:, GRAB])
    assert (partners[:, GRAB] <= partners[:, MAJOR] + 1e-9).all()
    everywhere = options(replace(query, guard=full(1.0))).partners
    np.testing.assert_array_equal(everywhere[:, GRAB], everywhere[:, MAJOR])


# --- All of it ---------------------------------------------------------------------------------------


READ = {
    "prize": {
        "received",
        "forfeit",
        "satisfaction",
        "indivisible",
        "probe_prize",
        "grab_prize",
        "probe_response",
        "grab_response",
    },
    "burden": {
        "probe_cost",
        "grab_cost",
        "probe_response",
        "grab_response",
        "offensive_cost",
        "response_cost",
        "response_chance",
        "forfeit",
        "provocation",
    },
    "edge": {"warning", "grab_warning", "surprise", "defender_advantage"},
    "partners": {"partners", "partners_at_once", "guard"},
}


@given(OPTIONS, OPTIONS)
def test_each_part_knows_its_own_numbers_alone(query, other):
    """ST5 to ST8 do not leak into each other."""
    for part, names in READ.items():
        mixed = replace(other, **{name: getattr(query, name) for name in names})
        np.testing.assert_array_equal(getattr(options(mixed), part), getattr(options(query), part))


@given(OPTIONS)
def test_an_option_as_large_as_a_major_offensive_is_one(query):
    """A grab with the prize, cost, response, warning and partners of a major offensive is worth the same."""
    one = full(1.0)
    whole = replace(
        query,
        **dict.fromkeys(
            ("probe_prize", "grab_prize", "probe_cost", "grab_cost", "probe_response", "grab_response"), one
        ),
        grab_warning=query.warning,
        guard=one,
    )
    found = options(whole)
    for name in FIELDS:
        values = getattr(found, name)
        for option in (PROBE, GRAB):
            np.testing.assert_array_equal(values[:, option], values[:, MAJOR], err_msg=name)
