"""From offers to those who arrive (GE1 to GE7): closed forms, chances, and single futures reckoned slowly.

A state's noise is addressed by its code, so another code is another draw of the same chances. That a new name
changes nothing is therefore not tested; that nobody's noise hangs on who else is there is.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import linprog
from scipy.special import ndtri
from tests.generate import brute

from holdfast.generate import GenerateQuery, HeldTerm, OfferTerm, Wanted, arriving, generate

FEW = 3
MANY = 6_000
SIGMAS = 4.5
"""So far a share of many futures may lie from its chance: one test in a hundred thousand is farther off."""
STATES = ("AAA", "BBB", "CCC")
DOMAINS = ("monitors", "air", "sea", "training", "logistics", "land")
CONDITIONS = ("ceasefire", "backstop", "un_mandate")
CERTAIN = 2e-9
"""A reliability of one is taken for a billionth less."""


def full(value, futures=FEW):
    return np.full(futures, float(value))


def wanted(capability, persons, *domains, scarce=False, futures=FEW):
    return Wanted(capability, domains or ("land",), scarce, full(persons, futures))


def offered(state, persons, domain="land", *, stance=1.0, conditions=(), futures=FEW):
    return OfferTerm(state, domain, full(persons, futures), full(stance, futures), tuple(conditions))


def asked(needs, offers, held=(), *, futures=FEW, seed=7, met=None, ceilings=None, **shares):
    shares = {"reliability": 1.0, "spread": 0.0, "common": 0.0, **shares}
    return GenerateQuery(
        needs=tuple(needs),
        offers=tuple(offers),
        held=tuple(HeldTerm(*one) for one in held),
        ceilings={state: full(one, futures) for state, one in (ceilings or {}).items()},
        met={name: full(one, futures) for name, one in (met or {}).items()},
        **{name: full(one, futures) for name, one in shares.items()},
        seed=seed,
        futures=np.arange(futures, dtype=np.int64),
    )


def given_by(found, state, capability):
    return sum(
        (one.persons for one in found.contributions if (one.state, one.capability) == (state, capability)),
        np.zeros_like(found.filled),
    )


def come(states, chance, *, common=0.0, spread=0.0, reliability=1.0, seed=7):
    """Which states come in many futures, each with the same chance, and what share they send."""
    offers = [offered(state, 1.0, stance=chance, futures=MANY) for state in states]
    query = asked([], offers, futures=MANY, seed=seed, common=common, spread=spread, reliability=reliability)
    found = arriving(query)
    return [found[state, "land"] for state in states]


# --- Any query --------------------------------------------------------------------------------------------


def arrays(low, high):
    return hnp.arrays(np.float64, FEW, elements=st.floats(low, high))


NEEDS = st.lists(
    st.builds(
        Wanted,
        capability=st.sampled_from(["inf", "helo", "med", "eod"]),
        domains=st.lists(st.sampled_from(DOMAINS), min_size=1, max_size=3, unique=True).map(tuple),
        scarce=st.booleans(),
        persons=st.one_of(arrays(0.0, 5e4), st.just(np.zeros(FEW))),
    ),
    max_size=4,
    unique_by=lambda one: one.capability,
).map(tuple)
OFFERS = st.lists(
    st.builds(
        OfferTerm,
        state=st.sampled_from(STATES),
        domain=st.sampled_from(DOMAINS),
        persons=arrays(0.0, 2e4),
        stance=arrays(0.0, 1.0),
        conditions=st.lists(st.sampled_from(CONDITIONS), unique=True, max_size=1).map(tuple),
    ),
    max_size=7,
    unique_by=lambda one: (one.state, one.domain),
).map(tuple)
HELD = st.lists(
    st.builds(
        HeldTerm,
        state=st.sampled_from(STATES),
        capability=st.sampled_from(["inf", "helo", "med", "eod"]),
        persons=st.floats(0.0, 1e4),
    ),
    max_size=5,
    unique_by=lambda one: (one.state, one.capability),
).map(tuple)
QUERIES = st.builds(
    GenerateQuery,
    needs=NEEDS,
    offers=OFFERS,
    held=HELD,
    ceilings=st.dictionaries(st.sampled_from(STATES), arrays(0.0, 2e4)),
    met=st.fixed_dictionaries({condition: arrays(0.0, 1.0) for condition in CONDITIONS}),
    reliability=arrays(0.0, 1.0),
    spread=arrays(0.0, 2.0),
    common=arrays(0.0, 1.0),
    seed=st.integers(0, 2**32),
    futures=st.just(np.arange(FEW, dtype=np.int64)),
)


@given(QUERIES)
def test_parts_add_up_and_nothing_is_negative(query):
    found = generate(query)
    assert set(found.delivered) == set(found.shortfall) == {one.capability for one in query.needs}
    for need in query.needs:
        name = need.capability
        parts = sum((one.persons for one in found.contributions if one.capability == name), full(0))
        np.testing.assert_allclose(parts, found.delivered[name], rtol=1e-9, atol=1e-5)
        np.testing.assert_allclose(
            found.delivered[name] + found.shortfall[name], need.persons, rtol=1e-12, atol=1e-9
        )
        assert (found.shortfall[name] >= 0.0).all()
        assert (found.delivered[name] >= 0.0).all()
    assert all((one.persons >= 0.0).all() for one in found.contributions)
    total = sum((one.persons for one in query.needs), full(0))
    delivered = sum(found.delivered.values(), full(0))
    np.testing.assert_allclose(
        found.filled * total, np.where(total > 0.0, delivered, 0.0), rtol=1e-9, atol=1e-6
    )
    assert (found.filled[total <= 0.0] == 1.0).all()
    assert (found.filled <= 1.0).all()


@given(QUERIES)
def test_nobody_gives_more_than_offers_holdings_and_ceilings_allow(query):
    found, share = generate(query), arriving(query)
    scarce = {one.capability for one in query.needs if one.scarce}
    room = 1e-5
    for state in STATES:
        coming = {
            one.domain: one.persons * share[state, one.domain] for one in query.offers if one.state == state
        }
        gives = {one.capability: given_by(found, state, one.capability) for one in query.needs}
        assert (sum(gives.values(), full(0)) <= sum(coming.values(), full(0)) + room).all()
        for need in query.needs:
            reach = sum((coming.get(domain, full(0)) for domain in need.domains), full(0))
            assert (gives[need.capability] <= reach + room).all()
            on_land = set(need.domains) <= set(brute.ARMY)
            if on_land and state in query.ceilings:
                assert (gives[need.capability] <= query.ceilings[state] + room).all()
        for name in scarce:
            most = sum(one.persons for one in query.held if (one.state, one.capability) == (state, name))
            assert (gives[name] <= most + room).all()


@given(QUERIES, st.randoms(use_true_random=False))
def test_the_order_of_offers_holdings_and_ceilings_does_not_matter(query, mix):
    def turned(items):
        items = list(items)
        mix.shuffle(items)
        return tuple(items)

    other = replace(
        query,
        offers=turned(query.offers),
        held=turned(query.held),
        ceilings=dict(turned(query.ceilings.items())),
    )
    one, two = generate(query), generate(other)
    np.testing.assert_allclose(two.filled, one.filled, rtol=1e-9, atol=1e-9)
    assert [(c.state, c.capability) for c in two.contributions] == [
        (c.state, c.capability) for c in one.contributions
    ]
    for a, b in zip(one.contributions, two.contributions, strict=True):
        np.testing.assert_allclose(b.persons, a.persons, rtol=1e-9, atol=1e-5)


@given(QUERIES)
def test_single_futures_are_those_of_the_slow_way(query):
    found, share = generate(query), arriving(query)
    for future in range(FEW):
        slow = brute.spend(
            [(one.capability, one.domains, one.scarce, float(one.persons[future])) for one in query.needs],
            {
                (one.state, one.domain): float((one.persons * share[one.state, one.domain])[future])
                for one in query.offers
            },
            {(one.state, one.capability): one.persons for one in query.held},
            {state: float(most[future]) for state, most in query.ceilings.items()},
        )
        for one in found.contributions:
            expected = slow.get((one.state, one.capability), 0.0)
            assert one.persons[future] == pytest.approx(expected, rel=1e-9, abs=1e-5)
        assert sum(slow.values()) == pytest.approx(
            sum(one.persons[future] for one in found.contributions), rel=1e-9, abs=1e-5
        )


@given(QUERIES)
def test_no_more_is_delivered_than_the_best_use_of_what_comes(query):
    """A linear program may use all that comes as it likes; where each need has a domain, so little is free
    that it can do no better."""
    found, share = generate(query), arriving(query)
    simple = not query.ceilings and not any(one.scarce for one in query.needs)
    simple &= all(len(one.domains) == 1 for one in query.needs)
    for future in range(FEW):
        best = _most_delivered(query, share, future)
        got = sum(persons[future] for persons in found.delivered.values())
        assert got <= best + 1e-4
        if simple:
            assert got == pytest.approx(best, rel=1e-7, abs=1e-4)


def _most_delivered(query, share, future):
    held = {(one.state, one.capability): one.persons for one in query.held}
    slots = [
        (offer, need)
        for offer, need in itertools.product(query.offers, query.needs)
        if offer.domain in need.domains and (not need.scarce or (offer.state, need.capability) in held)
    ]
    if not slots:
        return 0.0
    rows, most = [], []
    for offer in query.offers:
        rows.append([one is offer for one, _ in slots])
        most.append((offer.persons * share[offer.state, offer.domain])[future])
    for need in query.needs:
        rows.append([one is need for _, one in slots])
        most.append(need.persons[future])
    for (state, name), persons in held.items():
        rows.append(
            [(offer.state, need.capability) == (state, name) and need.scarce for offer, need in slots]
        )
        most.append(persons)
    for state, ceiling in query.ceilings.items():
        rows.append([offer.state == state and offer.domain in brute.ARMY for offer, _ in slots])
        most.append(ceiling[future])
    return -linprog(-np.ones(len(slots)), np.array(rows, dtype=float), most).fun


@given(QUERIES, st.sampled_from(CONDITIONS))
def test_an_unmet_condition_gives_nothing(query, condition):
    unmet = replace(query, met={**query.met, condition: full(0)})
    share = arriving(unmet)
    for offer in query.offers:
        if condition in offer.conditions:
            assert (share[offer.state, offer.domain] == 0.0).all()
            assert (generate(replace(unmet, offers=(offer,))).approves[offer.state] == 0.0).all()


@given(QUERIES, st.sampled_from(DOMAINS), arrays(0.0, 2e4))
def test_one_more_offer_never_lowers_what_is_filled(query, domain, persons):
    """Without scarce needs and ceilings: there more of one thing can stand in the way of another."""
    query = replace(query, needs=tuple(replace(one, scarce=False) for one in query.needs), ceilings={})
    more = replace(query, offers=(*query.offers, OfferTerm("DDD", domain, persons, full(1), ())))
    assert (generate(more).filled >= generate(query).filled - 1e-9).all()


@given(QUERIES)
def test_a_refusal_and_an_offer_of_something_else_change_nothing(query):
    needs = tuple(one for one in query.needs if "sea" not in one.domains)
    query = replace(query, needs=needs)
    offers = (offered("DDD", 1e4, stance=0.0), offered("EEE", 1e4, "sea"))
    found, same = generate(query), generate(replace(query, offers=(*query.offers, *offers)))
    np.testing.assert_array_equal(same.filled, found.filled)
    for need in needs:
        np.testing.assert_array_equal(same.delivered[need.capability], found.delivered[need.capability])


# --- Closed forms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("reliability", [0.0, 0.3, 0.75, 1.0])
@pytest.mark.parametrize(("persons", "need"), [(400.0, 1_000.0), (4_000.0, 1_000.0), (1_000.0, 750.0)])
def test_delivered_is_the_need_or_what_reliable_offers_give(reliability, persons, need):
    offers = [offered("AAA", 0.7 * persons), offered("BBB", 0.3 * persons)]
    for common in (0.0, 0.5, 1.0):
        found = generate(asked([wanted("inf", need)], offers, reliability=reliability, common=common))
        expected = min(need, reliability * persons)
        np.testing.assert_allclose(found.delivered["inf"], expected, rtol=1e-6, atol=1e-5)
        np.testing.assert_allclose(found.filled, expected / need, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(given_by(found, "AAA", "inf"), 0.7 * expected, rtol=1e-6, atol=1e-5)


def test_a_plan_on_paper():
    # two helicopter units of 100, held by one; what is left of its air goes to drones, with the other's
    needs = [wanted("helo", 200, "air", "land", scarce=True), wanted("drone", 300, "air"), wanted("inf", 900)]
    offers = [
        offered("AAA", 250, "air"),
        offered("BBB", 150, "air"),
        offered("AAA", 600),
        offered("CCC", 400),
    ]
    found = generate(
        asked(needs, offers, [("AAA", "helo", 180), ("DDD", "helo", 500)], ceilings={"AAA": 500})
    )
    paper = {"helo": 180.0, "drone": 220.0, "inf": 900.0}
    for name, persons in paper.items():
        np.testing.assert_allclose(found.delivered[name], persons, rtol=1e-8)
    np.testing.assert_allclose(given_by(found, "AAA", "drone"), 70.0, rtol=1e-7)
    np.testing.assert_allclose(given_by(found, "AAA", "inf"), 500.0, rtol=1e-8)
    np.testing.assert_allclose(given_by(found, "CCC", "inf"), 400.0, rtol=1e-8)
    np.testing.assert_allclose(found.filled, 1300.0 / 1400.0, rtol=1e-8)


def test_the_ceiling_cuts_land_training_and_logistics_in_proportion():
    needs = [wanted(one, 1_000, one) for one in ("land", "training", "logistics", "air")]
    offers = [
        offered("AAA", persons, need.capability)
        for persons, need in zip((300, 200, 100, 50), needs, strict=True)
    ]
    found = generate(asked(needs, offers, ceilings={"AAA": 300.0, "BBB": 0.0}))
    for name, persons in {"land": 150.0, "training": 100.0, "logistics": 50.0, "air": 50.0}.items():
        np.testing.assert_allclose(found.delivered[name], persons, rtol=1e-8)


def test_what_two_needs_lack_is_shared_in_proportion_domain_after_domain():
    # 60 trainers for 60 and 120: a third each way; then 60 on land for the 40 and 80 still lacking, and 60
    needs = [
        wanted("a", 60, "training", "land"),
        wanted("b", 120, "land", "training"),
        wanted("c", 60, "land"),
    ]
    found = generate(asked(needs, [offered("AAA", 60, "training"), offered("BBB", 60)]))
    for name, persons in {"a": 20 + 60 * 40 / 180, "b": 40 + 60 * 80 / 180, "c": 60 * 60 / 180}.items():
        np.testing.assert_allclose(found.delivered[name], persons, rtol=1e-8)


def test_a_plan_of_nobody_is_filled():
    for needs in ([], [wanted("inf", 0)]):
        found = generate(asked(needs, [offered("AAA", 10)]))
        assert (found.filled == 1.0).all()
        assert all((one.persons == 0.0).all() for one in found.contributions)
    nobody = generate(asked([wanted("inf", 10)], []))
    assert (nobody.filled == 0.0).all()
    assert (nobody.contributions, nobody.approves) == ((), {})


def test_filled_is_a_share_and_a_shortfall_no_surplus():
    # in all digits: 4,000 plans that are met with offers to spare
    plans = np.linspace(100.0, 30_000.0, 4_000)
    query = asked([], [offered("AAA", 40_000.0, futures=4_000)], futures=4_000)
    found = generate(replace(query, needs=(Wanted("inf", ("land",), False, plans),)))
    assert (found.filled <= 1.0).all()
    assert (found.filled > 1.0 - 1e-12).all()
    assert (found.shortfall["inf"] >= 0.0).all()


def test_a_state_takes_part_as_its_likeliest_offer_does():
    offers = [
        offered("AAA", 1, stance=0.9, conditions=("backstop", "ceasefire")),
        offered("AAA", 1, "air", stance=0.4),
        offered("BBB", 1, stance=0.8, conditions=("ceasefire",)),
    ]
    found = generate(asked([wanted("inf", 1)], offers, met={"backstop": 0.5, "ceasefire": 0.6}))
    np.testing.assert_allclose(found.approves["AAA"], 0.4)
    np.testing.assert_allclose(found.approves["BBB"], 0.48)


# --- Chances, in many futures -----------------------------------------------------------------------------


def near(count, chance, futures=MANY):
    return abs(count / futures - chance) <= SIGMAS * np.sqrt(chance * (1.0 - chance) / futures)


@pytest.mark.parametrize("common", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("chance", [0.02, 0.35, 0.9])
def test_a_state_comes_as_often_as_its_chance_says(chance, common):
    for state, share in zip(STATES, come(STATES, chance, common=common), strict=True):
        assert near((share > 0.0).sum(), chance), state


def test_chances_of_conditions_are_multiplied():
    offers = [offered("AAA", 1, stance=0.8, conditions=("backstop", "ceasefire"), futures=MANY)]
    met = {"backstop": 0.5, "ceasefire": 0.7, "un_mandate": 0.1}
    share = arriving(asked([], offers, futures=MANY, met=met))["AAA", "land"]
    assert near((share > 0.0).sum(), 0.8 * 0.5 * 0.7)


def test_a_state_that_is_sure_always_comes_and_one_that_refuses_never():
    for common in (0.0, 0.5, 1.0):
        (sure,) = come(["AAA"], 1.0, common=common)
        (never,) = come(["AAA"], 0.0, common=common)
        assert (sure > 1.0 - CERTAIN).all()
        assert (never == 0.0).all()


@pytest.mark.parametrize("common", [0.0, 0.3, 0.8])
def test_two_states_come_together_as_often_as_two_normals_that_share_so_much(common):
    """At even chances both come with 1/4 + arcsin(common) / 2 pi (Sheppard 1899): independent at nought."""
    shares = come(STATES, 0.5, common=common)
    both = 0.25 + np.arcsin(common) / (2.0 * np.pi)
    for one, two in itertools.combinations(shares, 2):
        assert near(((one > 0.0) & (two > 0.0)).sum(), both)
        if not common:
            correlation = np.corrcoef(one > 0.0, two > 0.0)[0, 1]
            assert abs(correlation) <= SIGMAS / np.sqrt(MANY)


def test_what_is_common_to_all_makes_equals_come_together():
    for chance in (0.2, 0.5):
        one, two, three = (share > 0.0 for share in come(STATES, chance, common=1.0))
        assert (one == two).all()
        assert (two == three).all()
    one, two = (share > 0.0 for share in come(STATES[:2], 0.5, common=0.999))
    apart = 0.5 - np.arcsin(0.999) / np.pi
    assert near((one != two).sum(), apart)


def test_offers_of_one_state_move_together():
    offers = [offered("AAA", 1, domain, stance=0.4, futures=MANY) for domain in ("land", "air")]
    offers.append(offered("AAA", 1, "sea", stance=0.7, futures=MANY))
    share = arriving(asked([], offers, futures=MANY, spread=1.0, reliability=0.7))
    np.testing.assert_array_equal(share["AAA", "land"], share["AAA", "air"])
    assert (share["AAA", "sea"][share["AAA", "land"] > 0.0] > 0.0).all()  # the likelier one comes too


@pytest.mark.parametrize("reliability", [0.3, 0.8])
@pytest.mark.parametrize("spread", [0.0, 0.5, 1.5])
def test_states_differ_in_what_they_send_as_the_spread_says(reliability, spread):
    shares = come(STATES, 1.0, reliability=reliability, spread=spread)
    for share in shares:
        off = ndtri(share) - ndtri(reliability)
        if spread == 0.0:
            np.testing.assert_allclose(share, reliability, rtol=1e-9)
            continue
        assert near((share < reliability).sum(), 0.5)  # the middle state delivers it
        assert abs(off.mean()) <= SIGMAS * spread / np.sqrt(MANY)
        assert off.std() == pytest.approx(spread, rel=SIGMAS / np.sqrt(2.0 * MANY))
    if spread:
        assert abs(np.corrcoef(shares[0], shares[1])[0, 1]) <= SIGMAS / np.sqrt(MANY)


def test_what_a_state_sends_does_not_hang_on_whether_it_nearly_stayed_away():
    (share,) = come(["AAA"], 0.5, spread=1.0, reliability=0.5)
    came = share > 0.0
    assert near((share[came] < 0.5).sum(), 0.5, came.sum())


def test_nobodys_noise_hangs_on_who_else_is_there_or_on_which_futures_are_asked_for():
    alone = come(["BBB"], 0.5, common=0.3, spread=1.0, reliability=0.6)[0]
    among = come(["CCC", "BBB", "AAA"], 0.5, common=0.3, spread=1.0, reliability=0.6)[1]
    assert alone.tobytes() == among.tobytes()
    offers = [OfferTerm("BBB", "land", full(1, 50), full(0.5, 50), ())]
    some = asked([], offers, futures=50, common=0.3, spread=1.0, reliability=0.6)
    some = replace(some, futures=np.arange(100, 150, dtype=np.int64))
    assert arriving(some)["BBB", "land"].tobytes() == alone[100:150].tobytes()
    other = come(["BBB"], 0.5, common=0.3, spread=1.0, reliability=0.6, seed=8)[0]
    assert (other != alone).any()


def test_states_have_noise_of_their_own():
    many = ["".join(letters) for letters in itertools.product("ABCYZ", repeat=3)]
    found = arriving(asked([], [offered(one, 1) for one in many], reliability=0.5, spread=1.0))
    assert len({share.tobytes() for share in found.values()}) == len(many)
    codes = ["AAA", "AAB", "ABA", "BAA", "ZZZ", "ZZY"]
    shares = come(codes, 1.0, spread=1.0, reliability=0.5)
    for one, two in itertools.combinations(shares, 2):
        assert abs(np.corrcoef(ndtri(one), ndtri(two))[0, 1]) <= SIGMAS / np.sqrt(MANY)


@given(QUERIES, st.sampled_from(["needs", "offers", "held"]))
def test_what_is_named_twice_is_refused(query, part):
    listed = getattr(query, part)
    if listed:
        with pytest.raises(ValueError, match="named twice"):
            replace(query, **{part: (*listed, listed[0])})
