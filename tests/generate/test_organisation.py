"""Who leads, who stands where, who commands (GP12 to GP14): by hand, by what must not matter."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from holdfast.cases import load_case
from holdfast.generate import (
    COMPONENTS,
    Contingent,
    Plan,
    Spans,
    fullest_tour,
    headquarters_of,
    lead_of,
    organised,
)
from holdfast.generate.organisation import component_of, levels_of

CATALOGUE = load_case("ukraine").capabilities
SPANS = Spans(
    companies=4.0,
    battalions=4.0,
    brigades=3.0,
    staff={"brigade": 200.0, "division": 450.0, "corps": 650.0},
    hub=60.0,
)
LINE = 1_200.0
MANY = range(40)
STATES = tuple(f"A{one}{two}" for one in "BCDE" for two in "XYZ")


def contingent(state, capability, *elements):
    each = CATALOGUE[capability].persons.mode
    sent = tuple(float(one) for one in elements)
    return Contingent(state, capability, sent, tuple(one * each for one in sent))


def planned(*contingents, needs=None):
    """A plan of these contingents, in need of as much; or of the capabilities named besides."""
    ordered = tuple(sorted(contingents, key=lambda one: (one.state, one.capability)))
    periods = len(ordered[0].elements) if ordered else 1
    needed = dict.fromkeys(needs or (), (1_000.0,) * periods)
    for one in ordered:
        before = needed.get(one.capability, (0.0,) * periods)
        needed[one.capability] = tuple(a + b for a, b in zip(before, one.persons, strict=True))
    short = dict.fromkeys(needed, (0.0,) * periods)
    return Plan(ordered, needed, short, 0.0, 0.0, ("", 0.0), 0.0, 0.0, provisional=False)


def unbound(_state, _lead):
    return 0


def told(plan, *, on_the_line=True, bonds=unbound):
    return organised(plan, CATALOGUE, SPANS, LINE, on_the_line=on_the_line, bonds=bonds)


def members(found):
    """Lead and states with their companies, formation by formation."""
    return [
        (
            one.lead,
            {state: sum(p.elements for p in one.parts if p.state == state) for state, _ in one.states()},
        )
        for one in found.formations
    ]


def drawn(seed):
    """A plan of some states and many capabilities in two tours."""
    rng = np.random.default_rng([seed, 7])
    names = list(CATALOGUE)
    contingents = []
    for place, state in enumerate(STATES[: 4 + seed % 9]):
        for name in rng.choice(names, size=5, replace=False):
            elements = rng.integers(0, 12, 2)
            if elements.any():
                contingents.append(contingent(state, str(name), *elements))
        contingents.append(contingent(state, "light-infantry", 1 + 2 * place + seed % 3, place))
    merged = {}
    for one in contingents:
        merged[one.state, one.capability] = one
    return planned(*merged.values())


def companies_by_state(plan, tour):
    found: dict[str, float] = defaultdict(float)
    for one in plan.contingents:
        if component_of(CATALOGUE[one.capability]) == "formations":
            found[one.state] += one.elements[tour]
    return {state: number for state, number in found.items() if number}


# --- Where a capability stands ---------------------------------------------------------------------


def test_every_capability_stands_somewhere_and_each_place_holds_some():
    assert {component_of(one) for one in CATALOGUE.values()} == set(COMPONENTS)


@pytest.mark.parametrize(
    ("capability", "component"),
    [
        ("light-infantry", "formations"),
        ("mechanised-infantry", "formations"),
        ("armour", "formations"),
        ("artillery", "formations"),
        ("rocket-artillery", "force_troops"),
        ("air-defence-long", "force_troops"),
        ("air-defence-short", "force_troops"),
        ("monitors", "monitoring"),
        ("liaison-officers", "observation"),
        ("inspectors", "observation"),
        ("drones", "observation"),
        ("police", "observation"),
        ("drones-long", "air"),
        ("fighters", "air"),
        ("helicopters", "air"),
        ("transport-aircraft", "air"),
        ("maritime-patrol-aircraft", "air"),
        ("patrol-vessels", "sea"),
        ("mine-hunters", "sea"),
        ("headquarters", "headquarters"),
        ("trainers", "training"),
        ("logistics", "support"),
        ("mine-clearance", "support"),
        ("civilian-experts", "support"),
    ],
)
def test_where_a_capability_stands(capability, component):
    assert component_of(CATALOGUE[capability]) == component


# --- Persons add up, and nothing else matters --------------------------------------------------------


@pytest.mark.parametrize("seed", MANY)
def test_persons_and_elements_add_up_and_each_contingent_stands_in_one_place(seed):
    plan = drawn(seed)
    found = told(plan)
    tour = fullest_tour(plan)
    there = {(one.state, one.capability): one for one in plan.contingents if one.persons[tour]}
    assert found.persons == pytest.approx(sum(one.persons[tour] for one in there.values()), abs=1e-9)
    parts = [*(("formations", part) for one in found.formations for part in one.parts)]
    parts += [(name, part) for name, many in found.components.items() for part in many]
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    elements: dict[tuple[str, str], float] = defaultdict(float)
    for name, part in parts:
        places[part.state, part.capability].add(name)
        elements[part.state, part.capability] += part.elements
    assert {key: {component_of(CATALOGUE[key[1]])} for key in there} == places
    assert elements == {key: one.elements[tour] for key, one in there.items()}
    assert all(part.elements == round(part.elements) for _, part in parts)


@pytest.mark.parametrize("seed", MANY)
def test_the_order_of_contingents_changes_nothing(seed):
    plan = drawn(seed)
    shuffled = np.random.default_rng(seed).permutation(len(plan.contingents))
    other = replace(plan, contingents=tuple(plan.contingents[place] for place in shuffled))
    one, two = told(plan), told(other)
    assert [(f.lead, f.parts) for f in one.formations] == [(f.lead, f.parts) for f in two.formations]
    assert {name: set(parts) for name, parts in one.components.items()} == {
        name: set(parts) for name, parts in two.components.items()
    }
    assert lead_of(plan, CATALOGUE) == lead_of(other, CATALOGUE)


@pytest.mark.parametrize("seed", MANY)
def test_other_codes_change_names_only(seed):
    plan = drawn(seed)
    codes = dict(zip(STATES, reversed([f"Z{state[1:]}" for state in STATES]), strict=True))
    renamed = planned(*(replace(one, state=codes[one.state]) for one in plan.contingents))
    one, two = told(plan), told(renamed)
    assert shape(one) == shape(two)
    if differ(one):
        assert members(two) == [
            (codes[lead], {codes[state]: number for state, number in inside.items()})
            for lead, inside in members(one)
        ]
    mine, other = lead_of(plan, CATALOGUE), lead_of(renamed, CATALOGUE)
    assert (codes.get(mine.state, ""), mine.persons, mine.reason) == (
        *(other.state, other.persons, other.reason),
    )


def shape(found):
    """Formations without a name: persons of the lead and of those who joined."""
    return sorted(tuple(sorted(persons for _, persons in one.states())) for one in found.formations)


def differ(found):
    """Whether no two blocks are of one size, so that no code decides."""
    sizes = [persons for one in found.formations for _, persons in one.states()]
    return len(set(sizes)) == len(sizes)


def test_in_enough_drawn_plans_no_code_decides():
    assert sum(differ(told(drawn(seed))) for seed in MANY) >= 5


@pytest.mark.parametrize("seed", MANY)
def test_twice_the_force_is_twice_the_persons_and_about_twice_the_formations(seed):
    plan = drawn(seed)
    twice = planned(
        *(
            Contingent(
                one.state,
                one.capability,
                *(tuple(2 * n for n in part) for part in (one.elements, one.persons)),
            )
            for one in plan.contingents
        )
    )
    one, two = told(plan), told(twice)
    assert two.persons == pytest.approx(2.0 * one.persons)
    assert abs(len(two.formations) - 2 * len(one.formations)) <= 1


@pytest.mark.parametrize("seed", MANY)
def test_formations_have_four_battalions_in_the_mean_and_who_joins_goes_where_there_is_most_room(seed):
    found = told(drawn(seed))
    assert 12.0 <= sum(one.companies for one in found.formations) / len(found.formations) <= 20.0
    smallest = min(one.persons for one in found.formations)
    joined = [one for one in found.formations if len(one.states()) > 1]
    assert joined or seed % 9 == 0
    for one in joined:
        before_the_last = one.persons - one.states()[-1][1]
        assert before_the_last <= smallest + 1e-9


@pytest.mark.parametrize("seed", MANY)
def test_nobody_in_a_formation_sends_more_to_it_than_its_lead(seed):
    for one in told(drawn(seed)).formations:
        (lead, most), *others = one.states()
        assert lead == one.lead
        assert all(persons <= most + 260.0 for _, persons in others)  # whole elements: within two companies


# --- By hand ---------------------------------------------------------------------------------------


def test_without_a_plan_nobody_stands_anywhere():
    found = told(planned())
    assert (found.tour, found.formations, found.hubs, found.components, found.levels) == (0, (), None, {}, ())
    assert found.persons == 0.0
    assert lead_of(planned(), CATALOGUE).reason == "no_mission"
    assert headquarters_of(planned(), CATALOGUE, 0).sent == 0.0


def test_the_fullest_tour_is_that_with_most_persons_the_first_of_several():
    assert fullest_tour(planned(contingent("AAA", "light-infantry", 1, 3, 2))) == 1
    assert fullest_tour(planned(contingent("AAA", "light-infantry", 3, 1, 3))) == 0
    nobody = replace(planned(), needed={"light-infantry": (100.0, 300.0)})
    assert fullest_tour(nobody) == 1


def test_two_leads_and_those_who_join_where_there_is_room():
    plan = planned(
        contingent("AAA", "light-infantry", 11),
        contingent("BBB", "light-infantry", 10),
        contingent("CCC", "light-infantry", 2),
        contingent("DDD", "light-infantry", 1),
        contingent("DDD", "logistics", 3),
    )
    found = told(plan)
    assert members(found) == [("AAA", {"AAA": 11, "DDD": 1}), ("BBB", {"BBB": 10, "CCC": 2})]
    assert [one.km for one in found.formations] == [600.0, 600.0]
    assert [
        (name, part.state, part.elements) for name, parts in found.components.items() for part in parts
    ] == [("support", "DDD", 3.0)]


def test_behind_the_line_nobody_has_a_part_of_it():
    plan = planned(contingent("AAA", "light-infantry", 11))
    (one,) = told(plan, on_the_line=False).formations
    assert one.km is None
    (other,) = told(plan).formations
    assert other.km == LINE


def bound(*pairs):
    return lambda state, lead: int((state, lead) in pairs)


def test_who_has_less_than_a_battalion_joins_a_lead_it_is_bound_to_if_there_is_room():
    sizes = {"AAA": 11, "BBB": 10, "CCC": 1, "DDD": 1, "EEE": 1}
    plan = planned(*(contingent(state, "light-infantry", size) for state, size in sizes.items()))
    # twelve companies each: AAA has room for one, BBB for two
    assert members(told(plan))[0] == ("AAA", {"AAA": 11, "DDD": 1})
    assert members(told(plan, bonds=bound(("CCC", "AAA"))))[0] == ("AAA", {"AAA": 11, "CCC": 1})
    assert members(told(plan, bonds=bound(("EEE", "AAA"))))[0] == ("AAA", {"AAA": 11, "DDD": 1})


def test_a_whole_battalion_goes_where_there_is_most_room_whatever_binds_it():
    sizes = {"AAA": 11, "BBB": 10, "CCC": 4, "DDD": 3, "EEE": 2, "FFF": 2}
    plan = planned(*(contingent(state, "light-infantry", size) for state, size in sizes.items()))
    # sixteen companies each: CCC would fit with either
    free = [("AAA", {"AAA": 11, "DDD": 3, "EEE": 2}), ("BBB", {"BBB": 10, "CCC": 4, "FFF": 2})]
    assert members(told(plan)) == free
    assert members(told(plan, bonds=bound(("CCC", "AAA")))) == free


def test_a_large_state_leads_several_formations_in_whole_companies():
    plan = planned(contingent("AAA", "light-infantry", 27), contingent("BBB", "mechanised-infantry", 6))
    found = told(plan)
    assert members(found) == [("AAA", {"AAA": 14}), ("AAA", {"AAA": 13, "BBB": 6})]


@pytest.mark.parametrize(
    ("companies", "formations"),
    [(1, 1), (16, 1), (23, 1), (24, 2), (39, 2), (40, 3), (66, 4), (100, 6)],
)
def test_as_many_formations_as_bring_each_nearest_to_four_battalions(companies, formations):
    found = told(planned(contingent("AAA", "light-infantry", companies)))
    assert len(found.formations) == formations
    assert sum(one.companies for one in found.formations) == companies


def test_leads_are_those_whose_smallest_own_share_is_largest():
    """Against every way to give four formations to five states."""
    rng = np.random.default_rng(3)
    for _ in range(50):
        sizes = [int(one) for one in rng.integers(1, 30, 5)]
        while sum(sizes) not in range(56, 72):
            sizes = [int(one) for one in rng.integers(1, 30, 5)]
        plan = planned(
            *(contingent(f"A{x}A", "light-infantry", n) for x, n in zip("ABCDE", sizes, strict=True))
        )
        found = told(plan)
        assert len(found.formations) == 4
        best = max(
            min(sizes[place] / seats for place, seats in enumerate(given) if seats)
            for given in itertools.product(range(5), repeat=5)
            if sum(given) == 4
        )
        led = [lead for lead, _ in members(found)]
        of_lead = {f"A{x}A": n for x, n in zip("ABCDE", sizes, strict=True)}
        assert min(of_lead[state] / led.count(state) for state in led) == pytest.approx(best)


def test_unarmed_monitors_stand_in_hubs_and_lead_nobody():
    plan = planned(contingent("AAA", "monitors", 50), contingent("BBB", "monitors", 13))
    found = told(plan, on_the_line=False)
    assert found.formations == ()
    assert (found.hubs.number, found.hubs.persons, found.hubs.km) == (6, 63.0, 200.0)
    assert set(found.components) == {"monitoring"}
    few = told(planned(contingent("AAA", "monitors", 1))).hubs
    assert (few.number, few.persons, few.km) == (1, 6.0, LINE)


@pytest.mark.parametrize(
    ("formations", "levels"),
    [
        (0, []),
        (1, [("brigade", 1)]),
        (2, [("division", 1), ("brigade", 2)]),
        (4, [("division", 1), ("brigade", 4)]),
        (5, [("corps", 1), ("division", 2), ("brigade", 5)]),
        (9, [("corps", 1), ("division", 3), ("brigade", 9)]),
    ],
)
def test_headquarters_that_formations_ask_for(formations, levels):
    found = levels_of(formations, SPANS)
    assert [(one.name, one.number) for one in found] == levels
    assert all(one.persons == SPANS.staff[one.name] for one in found)


def test_who_mans_headquarters_and_what_is_missing():
    plan = planned(contingent("AAA", "headquarters", 2, 0), contingent("BBB", "headquarters", 1, 3))
    plan = replace(plan, needed={"headquarters": (300.0, 300.0)}, short={"headquarters": (60.0, 60.0)})
    first, second = (headquarters_of(plan, CATALOGUE, tour) for tour in (0, 1))
    assert (first.needed, first.sent, first.short, first.states) == (300, 240, 60, {"AAA": 160, "BBB": 80})
    assert (second.sent, second.states) == (240, {"BBB": 240})


# --- Lead nation -----------------------------------------------------------------------------------

MOST = (contingent("AAA", "light-infantry", 20, 20),)
STAFF = (contingent("BBB", "light-infantry", 10, 10), contingent("BBB", "headquarters", 1, 1))
BOTH = (
    contingent("CCC", "light-infantry", 6, 6),
    contingent("CCC", "headquarters", 1, 0),
    contingent("CCC", "signals", 0, 1),
)


def led_by(*contingents, needs=("light-infantry",)):
    found = lead_of(planned(*contingents, needs=needs), CATALOGUE)
    return found.state, found.reason


def test_who_sends_headquarters_and_signals_leads_before_who_sends_more():
    assert led_by(*MOST, *STAFF, *BOTH) == ("CCC", "both")
    found = lead_of(planned(*MOST, *STAFF, *BOTH), CATALOGUE)
    assert (found.persons, found.headquarters, found.signals) == (6 * 140.0 + 40.0 + 60.0, 40.0, 60.0)
    assert (found.tours, found.most) == ((0, 1), "AAA")


def test_else_who_sends_headquarters_and_of_those_the_one_with_most():
    assert led_by(*MOST, *STAFF) == ("BBB", "headquarters")
    other = contingent("DDD", "headquarters", 5, 5)
    assert led_by(*MOST, *STAFF, other) == ("BBB", "headquarters")


def test_nobody_leads_without_a_headquarters_or_a_tenth_of_all():
    assert led_by(*MOST) == ("", "no_headquarters")
    assert led_by(*MOST, contingent("DDD", "headquarters", 3, 3)) == ("", "too_few")
    assert led_by(*MOST, contingent("DDD", "headquarters", 4, 4))[0] == "DDD"  # 320 of 3,120


def test_nobody_leads_where_nobody_comes_and_a_body_leads_monitors():
    nobody = replace(planned(), needed={"light-infantry": (100.0,)}, short={"light-infantry": (100.0,)})
    assert lead_of(nobody, CATALOGUE).reason == "no_troops"
    monitors = planned(contingent("AAA", "monitors", 9), contingent("AAA", "liaison-officers", 3))
    assert lead_of(monitors, CATALOGUE).reason == "body"
    assert lead_of(monitors, CATALOGUE).state == ""


def test_ships_and_aircraft_lead_nobody_on_land():
    fleet = (contingent("DDD", "patrol-vessels", 90, 90), contingent("DDD", "headquarters", 3, 3))
    assert led_by(*MOST, *fleet) == ("", "too_few")


def test_in_which_tours_the_lead_is_there():
    found = lead_of(planned(contingent("AAA", "headquarters", 0, 2, 0, 1)), CATALOGUE)
    assert found.tours == (1, 3)
    assert found.persons == math.fsum((160.0, 80.0)) / 4
