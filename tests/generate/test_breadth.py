"""Breadth (GP16 and GP17): by hand, against the plan in whole elements, and by what must not matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.generate import brute

from holdfast.generate import (
    Contingent,
    Held,
    Need,
    Plan,
    PlanQuery,
    Rules,
    StandingOffer,
    plan,
    spread_of,
    untapped,
    variants,
)
from holdfast.generate.breadth import persons_of, quick_plan, short_without

REGIONS = {"AAA": "North", "BBB": "North", "CCC": "South", "DDD": "East", "EEE": "West", "FFF": "West"}
MANY = range(40)


def need(*persons, capability="inf", domains=("land",), element=10.0):
    return Need(capability, domains, element, tuple(float(one) for one in persons))


def offers(**persons):
    return tuple(StandingOffer(state, "land", float(most)) for state, most in persons.items())


def sent(state, *persons, capability="inf"):
    numbers = tuple(float(one) for one in persons)
    return Contingent(state, capability, tuple(one / 10.0 for one in numbers), numbers)


def planned(*contingents, needed=None):
    found = {"inf": (100.0, 100.0)} if needed is None else needed
    whole = {one.state: 0.0 for one in contingents}
    for one in contingents:
        whole[one.state] += sum(one.persons)
    top = min(whole, key=lambda state: (-whole[state], state)) if whole else ""
    share = whole[top] / sum(whole.values()) if whole else 0.0
    short = {name: tuple(0.0 for _ in persons) for name, persons in found.items()}
    return Plan(contingents, found, short, 0.0, 0.0, (top, share), 0.0, 0.0, provisional=False)


# --- Regions -----------------------------------------------------------------------------------------


def test_states_persons_and_shares_by_region():
    found = spread_of(planned(sent("AAA", 60, 0), sent("BBB", 10, 10), sent("CCC", 0, 100)), REGIONS)
    assert [(one.name, one.states, one.persons) for one in found.regions] == [
        ("South", ("CCC",), 50.0),
        ("North", ("AAA", "BBB"), 40.0),
    ]
    assert [one.share for one in found.regions] == pytest.approx([50 / 90, 40 / 90])
    assert found.effective == pytest.approx(90**2 / (30**2 + 10**2 + 50**2))
    assert found.largest == ("CCC", 100 / 180)


@pytest.mark.parametrize("number", range(1, 7))
def test_so_many_equal_contributors_count_as_so_many(number):
    found = spread_of(planned(*(sent(state, 30, 30) for state in list(REGIONS)[:number])), REGIONS)
    assert found.effective == pytest.approx(number)
    assert sum(one.share for one in found.regions) == pytest.approx(1.0)
    assert sum(len(one.states) for one in found.regions) == number


def test_one_that_sends_nearly_all_counts_as_hardly_more_than_one():
    found = spread_of(
        planned(sent("AAA", 990, 990), *(sent(s, 2, 2) for s in ("BBB", "CCC", "DDD"))), REGIONS
    )
    assert 1.0 < found.effective < 1.02


def test_a_state_without_a_region_is_refused():
    with pytest.raises(ValueError, match="no region is known of BBB, ZZZ"):
        spread_of(planned(sent("AAA", 1, 1), sent("ZZZ", 1, 1), sent("BBB", 1, 1)), {"AAA": "North"})


def test_nobody_comes_from_nowhere():
    found = spread_of(planned(), {})
    assert (found.regions, found.effective, found.largest) == ((), 0.0, ("", 0.0))


@pytest.mark.parametrize("seed", MANY)
def test_other_codes_change_names_only(seed):
    rng = np.random.default_rng([seed, 8])
    parts = [sent(state, *rng.integers(1, 90, 2)) for state in REGIONS]
    found = spread_of(planned(*parts), REGIONS)
    codes = dict(zip(REGIONS, ("ZZF", "ZZE", "ZZD", "ZZC", "ZZB", "ZZA"), strict=True))
    renamed = [replace(one, state=codes[one.state]) for one in reversed(parts)]
    other = spread_of(planned(*renamed), {codes[state]: region for state, region in REGIONS.items()})
    assert other.effective == pytest.approx(found.effective)
    assert [(one.name, one.persons) for one in found.regions] == [
        (one.name, one.persons) for one in other.regions
    ]
    assert persons_of(planned(*renamed)) == {codes[s]: n for s, n in persons_of(planned(*parts)).items()}
    assert other.largest == (codes[found.largest[0]], found.largest[1])


# --- What is short without the largest ---------------------------------------------------------------


def test_what_is_short_if_one_stays_away_and_nobody_makes_up_for_it():
    found = planned(sent("AAA", 60, 0), sent("BBB", 40, 40), sent("CCC", 0, 80))
    assert short_without(found, "AAA") == pytest.approx(60 / 200)
    assert short_without(found, "BBB") == pytest.approx((40 + 20) / 200)  # what is there too many makes up
    assert short_without(found, "CCC") == pytest.approx(60 / 200)
    assert short_without(found, "ZZZ") == 0.0
    assert short_without(planned(needed={}), "AAA") == 0.0


# --- Quick plans -------------------------------------------------------------------------------------


def asked(*needs, given, held=(), **rules):
    return PlanQuery(tuple(needs), given, tuple(held), (), Rules(**rules), gap=0.0)


def test_the_quick_plan_meets_a_floor_by_states_and_not_by_fractions():
    """Three states that could send five sixths of a least contingent: in a linear plan they count in part."""
    query = asked(need(100), given=offers(AAA=100, BBB=10, CCC=10, DDD=10), minimum=12.0, breadth=3)
    linear, quick, whole = plan(query, provisional=True), quick_plan(query), plan(query)
    assert {one.state for one in linear.contingents} > {"AAA"}
    assert {one.state for one in quick.contingents} == {one.state for one in whole.contingents} == {"AAA"}
    assert (quick.missing_states, whole.missing_states) == (2, 2)
    assert quick.provisional


def test_a_floor_that_can_be_met_is_met_with_least_contingents():
    query = asked(need(100), given=offers(AAA=100, BBB=30, CCC=30), minimum=15.0, breadth=3)
    found = quick_plan(query)
    persons = persons_of(found)
    assert set(persons) == {"AAA", "BBB", "CCC"}
    assert min(persons.values()) >= 15.0 - 1e-6
    assert found.shortfall == pytest.approx(0.0, abs=2e-3)


@pytest.mark.parametrize("seed", MANY)
def test_the_quick_plan_lies_between_the_linear_one_and_that_in_whole_elements(seed):
    query = brute.drawn(np.random.default_rng([seed, 9]), states=3, capabilities=2, periods=2)
    linear, quick, whole = plan(query, provisional=True), quick_plan(query), plan(query)
    room = 2e-3  # what shortfall leaves to the goals after it

    def score(found):
        missing = query.rules.breadth - len(found_states(found))
        return found.shortfall + max(missing, 0)

    assert score(quick) <= score(whole) + room
    if not query.rules.breadth:
        assert linear.shortfall <= quick.shortfall + room
    assert all(sum(one.persons) > 0.0 for one in quick.contingents)


def found_states(found):
    return {one.state for one in found.contingents}


# --- What breadth buys and costs -----------------------------------------------------------------------

WIDE = offers(AAA=60, BBB=20, CCC=20, DDD=20, EEE=20, FFF=20)


def rows(query, found=None, regions=REGIONS):
    return variants(query, plan(query) if found is None else found, regions)


def test_rows_in_order_until_a_floor_cannot_be_met():
    query = asked(need(100, 100), given=WIDE, minimum=10.0, fixed_effort=5.0)
    found = rows(query)
    numbers = [("as it is", 0), ("at least", 6), ("at least", 8), ("at most", 0.25)]
    assert [(one.rule, one.number) for one in found] == numbers
    as_it_is, broad, too_broad, spread = found
    assert as_it_is.states == 3  # AAA and two more: each contingent costs
    assert (broad.states, broad.missing, broad.regions) == (6, 0, 4)
    assert (too_broad.states, too_broad.missing) == (6, 2)
    assert as_it_is.missing == spread.missing == 0
    assert as_it_is.effort == pytest.approx(100.0 + 3 * 5.0, abs=1.0)  # at a time
    assert broad.effort > as_it_is.effort
    assert all(one.shortfall == pytest.approx(0.0, abs=2e-3) for one in (as_it_is, broad))
    assert spread.largest[1] <= 0.25 + 5e-3
    assert spread.without_largest < as_it_is.without_largest


def test_a_floor_that_cannot_be_met_says_how_many_states_it_lacks_and_ends_the_floors():
    query = asked(need(100), given=offers(AAA=60, BBB=40, CCC=40), minimum=10.0, fixed_effort=5.0)
    found = [one for one in rows(query) if one.rule == "at least"]
    assert [(one.number, one.states, one.missing) for one in found] == [(5, 3, 2)]


def test_every_floor_is_tried_while_it_can_be_met():
    many = {f"{a}{b}{c}": 10 for a in "XY" for b in "XYZ" for c in "XYZ"}
    query = asked(need(20), given=offers(**many), minimum=10.0, fixed_effort=5.0)
    found = rows(query, regions=dict.fromkeys(many, "all"))
    floors = [(one.number, one.states, one.missing) for one in found if one.rule == "at least"]
    assert floors == [(5, 5, 0), (7, 7, 0), (12, 12, 0)]


def test_what_the_user_asked_for_stays_asked_for():
    query = asked(need(100), given=WIDE, minimum=10.0, fixed_effort=5.0, breadth=4, largest_share=0.2)
    found = rows(query)
    assert [one.rule for one in found] == ["largest", "as it is", "at least"]
    assert found[1].states >= 5  # none may provide more than a fifth of the need
    assert found[2].number == max(found[1].states, 4) + 3
    assert all(one.largest[1] <= 0.2 + 5e-3 for one in found[1:])


def test_a_floor_that_was_asked_for_and_is_not_there_is_where_more_begins():
    found = rows(asked(need(100), given=WIDE, minimum=10.0, breadth=8))
    told = [(one.rule, one.number, one.states, one.missing) for one in found if one.rule != "at most"]
    assert told == [("largest", 3, 3, 0), ("largest", 5, 5, 0), ("as it is", 0, 6, 2), ("at least", 11, 6, 5)]


def test_the_largest_alone_leave_more_short():
    query = asked(need(160), given=WIDE, minimum=10.0)
    three, five, whole = rows(query)[:3]
    assert (three.rule, three.number, five.number, whole.rule) == ("largest", 3, 5, "as it is")
    assert three.shortfall == pytest.approx(60 / 160, abs=2e-3)
    assert five.shortfall == pytest.approx(20 / 160, abs=2e-3)
    assert whole.shortfall == pytest.approx(0.0, abs=2e-3)


def test_no_plan_has_no_rows():
    assert rows(asked(need(100), given=())) == ()
    assert rows(asked(given=offers(AAA=10))) == ()


@pytest.mark.parametrize("seed", range(12))
def test_neither_the_order_of_states_nor_that_of_needs_changes_anything(seed):
    query = brute.drawn(np.random.default_rng([seed, 10]), states=3, capabilities=2, periods=2)
    other = replace(query, offers=query.offers[::-1], needs=query.needs[::-1], held=query.held[::-1])
    regions = {"AAA": "North", "BBB": "South", "CCC": "South"}
    assert rows(query, regions=regions) == rows(other, regions=regions)


# --- Who could add to it -------------------------------------------------------------------------------


def test_who_could_add_to_the_breadth_by_what_is_lacking():
    given = (
        StandingOffer("AAA", "land", 10.0),
        StandingOffer("AAA", "sea", 10.0, ("backing",)),
        StandingOffer("BBB", "land", 10.0, ("backing",)),
        StandingOffer("CCC", "land", 10.0, ("backing", "mandate")),
        StandingOffer("DDD", "land", 10.0, ("joins DDD",)),
        StandingOffer("EEE", "land", 10.0, ("joins EEE", "mandate")),
        StandingOffer("EEE", "sea", 10.0, ("mandate",)),
        StandingOffer("FFF", "land", 10.0, ("joins FFF",)),
    )
    found = untapped(asked(need(10, domains=("land", "sea")), given=given, held=(Held("AAA", "x", 1.0),)))
    assert [(one.lack, one.alone, one.also) for one in found] == [
        ("joins", ("DDD", "FFF"), ()),
        ("backing", ("BBB",), ("CCC",)),
        ("mandate", ("EEE",), ("CCC",)),
    ]


def test_where_all_offers_count_nobody_is_untapped():
    assert untapped(asked(need(10), given=WIDE)) == ()
