"""Offers and plans (GE1 to GE5): nothing is delivered that was neither planned nor offered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.generate import GenerateQuery, OfferTerm, generate

FUTURES = 3
CAPABILITIES = ("land", "air", "sea")
CONDITIONS = ("ceasefire", "backstop", "un_mandate")
ROUNDING = 1e-9


def _arrays(low, high):
    return hnp.arrays(np.float64, FUTURES, elements=st.floats(low, high))


def _full(value):
    return np.full(FUTURES, float(value))


OFFERS = st.builds(
    OfferTerm,
    state=st.sampled_from(["AAA", "BBB", "CCC"]),
    capability=st.sampled_from(CAPABILITIES),
    persons=_arrays(0.0, 2e4),
    stance=_arrays(0.0, 1.0),
    conditions=st.lists(st.sampled_from(CONDITIONS), unique=True).map(tuple),
)
QUERIES = st.builds(
    GenerateQuery,
    planned=st.dictionaries(st.sampled_from(CAPABILITIES), _arrays(0.0, 5e4)),
    offers=st.lists(OFFERS, max_size=6).map(tuple),
    met=st.fixed_dictionaries({condition: _arrays(0.0, 1.0) for condition in CONDITIONS}),
    reliability=_arrays(0.0, 1.0),
)


def _chance(offer, query):
    chance = offer.stance
    for condition in offer.conditions:
        chance = chance * query.met[condition]
    return chance


@given(QUERIES)
def test_never_more_than_planned_or_offered(query):
    found = generate(query)
    for capability, planned in query.planned.items():
        offered = sum((o.persons for o in query.offers if o.capability == capability), _full(0.0))
        assert (found.delivered[capability] <= planned * (1.0 + ROUNDING)).all()
        assert (found.delivered[capability] <= offered * (1.0 + ROUNDING)).all()
        assert (found.delivered[capability] >= 0.0).all()
    used = [offer for offer in query.offers if offer.capability in query.planned]
    assert len(found.contributions) == len(used)
    for given_by, offer in zip(found.contributions, used, strict=True):
        assert (given_by.state, given_by.capability) == (offer.state, offer.capability)
        most = offer.persons * _chance(offer, query) * query.reliability
        assert (given_by.persons <= most * (1.0 + ROUNDING)).all()


def test_filled_is_a_share_and_a_shortfall_no_surplus():
    # in all digits: 4,000 plans that are met with offers to spare
    planned = np.linspace(100.0, 30_000.0, 4_000)
    offered = np.linspace(40_000.0, 90_000.0, 4_000)
    one = np.ones(4_000)
    found = generate(GenerateQuery({"land": planned}, (OfferTerm("AAA", "land", offered, one, ()),), {}, one))
    assert (found.filled <= 1.0).all()
    assert (found.shortfall["land"] >= 0.0).all()


@given(QUERIES)
def test_parts_add_up(query):
    found = generate(query)
    for capability, planned in query.planned.items():
        parts = sum((c.persons for c in found.contributions if c.capability == capability), _full(0.0))
        np.testing.assert_allclose(parts, found.delivered[capability], rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(
            found.delivered[capability] + found.shortfall[capability], planned, rtol=1e-9, atol=1e-9
        )
    assert set(found.delivered) == set(found.shortfall) == set(query.planned)
    total = sum(query.planned.values(), _full(0.0))
    delivered = sum(found.delivered.values(), _full(0.0))
    some = total > 0.0
    np.testing.assert_allclose(found.filled[some] * total[some], delivered[some], rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(found.filled[~some], 1.0)


@given(QUERIES, st.sampled_from(CONDITIONS))
def test_an_unmet_condition_gives_nothing(query, condition):
    unmet = replace(query, met={**query.met, condition: _full(0.0)})
    used = [offer for offer in query.offers if offer.capability in query.planned]
    for given_by, offer in zip(generate(unmet).contributions, used, strict=True):
        if condition in offer.conditions:
            np.testing.assert_array_equal(given_by.persons, 0.0)


@given(QUERIES, OFFERS)
def test_adding_an_offer_never_lowers_what_is_filled(query, offer):
    more = replace(query, offers=(*query.offers, offer))
    assert (generate(more).filled >= generate(query).filled - ROUNDING).all()


@given(QUERIES)
def test_a_refusal_and_an_offer_of_something_else_change_nothing(query):
    no = OfferTerm("DDD", "land", _full(1e4), _full(0.0), ())
    other = OfferTerm("DDD", "logistics", _full(1e4), _full(1.0), ())
    found, same = generate(query), generate(replace(query, offers=(*query.offers, no, other)))
    np.testing.assert_array_equal(same.filled, found.filled)
    for capability in query.planned:
        np.testing.assert_array_equal(same.delivered[capability], found.delivered[capability])


@given(QUERIES)
def test_offers_beyond_the_plan_are_cut_in_proportion(query):
    found = generate(query)
    used = [offer for offer in query.offers if offer.capability in query.planned]
    for capability, planned in query.planned.items():
        wanted = [
            o.persons * _chance(o, query) * query.reliability for o in used if o.capability == capability
        ]
        got = [c.persons for c in found.contributions if c.capability == capability]
        total = sum(wanted, _full(0.0))
        share = np.divide(planned, total, where=total > planned, out=_full(1.0))
        for one, other in zip(wanted, got, strict=True):
            np.testing.assert_allclose(other, one * share, rtol=1e-9, atol=1e-6)


def test_a_plan_on_paper():
    # 3,000 and 1,000 offered at even chances and three quarters reliability: 1,500 in all; 600 planned
    offers = (
        OfferTerm("AAA", "land", _full(3_000), _full(0.5), ("ceasefire",)),
        OfferTerm("BBB", "land", _full(1_000), _full(1.0), ("backstop",)),
    )
    met = {"ceasefire": _full(1.0), "backstop": _full(0.5)}
    found = generate(GenerateQuery({"land": _full(600), "air": _full(400)}, offers, met, _full(0.75)))
    np.testing.assert_allclose([c.persons[0] for c in found.contributions], [450.0, 150.0], rtol=1e-12)
    np.testing.assert_allclose(found.filled, 0.6, rtol=1e-12)
    np.testing.assert_allclose(found.shortfall["air"], 400.0)


@given(QUERIES)
def test_the_order_of_offers_changes_no_total(query):
    turned = generate(replace(query, offers=query.offers[::-1]))
    for capability, persons in generate(query).delivered.items():
        np.testing.assert_allclose(turned.delivered[capability], persons, rtol=1e-9, atol=1e-6)
