"""The plan as staffs write it, in the document of a composition."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from tests.runs.staffed import LINE, MONITORS, NAMES, NOBODY, REAR, composed, document

from holdfast.evaluate.staff import _bonds, mission_in, staff_of
from holdfast.generate import Contingent, StandingOffer
from holdfast.runs.contingents import composition_document
from holdfast.runs.staff import TITLES, staff_block


def staff(name):
    return document(name)["staff"]


def contributors(name):
    return document(name)["generate"]["contributors"]


def persons_in(block):
    """Persons of every state and capability in formations and components."""
    found: dict[tuple[str, str], float] = {}
    for unit in (*block["formations"]["list"], *block["components"]):
        for state in unit["states"]:
            for name, part in state["capabilities"].items():
                key = state["state"], name
                found[key] = found.get(key, 0.0) + part["persons"]
    return found


def tour_of(block):
    return block["tours"].index(block["tour"])


@pytest.mark.parametrize("name", NAMES)
def test_persons_add_up_to_the_plan_at_its_fullest_tour(name):
    block, plan = staff(name), document(name)["generate"]["plan"]
    assert block["persons"] == pytest.approx(max(plan["persons_sent"]))
    tour = tour_of(block)
    assert plan["persons_sent"][tour] == pytest.approx(block["persons"])
    assert persons_in(block) == {
        (one["state"], capability): pytest.approx(sent["persons"][tour])
        for one in contributors(name)
        for capability, sent in one["capabilities"].items()
        if sent["persons"][tour]
    }
    totals = sum(one["persons"] for one in (*block["formations"]["list"], *block["components"]))
    assert totals == pytest.approx(block["persons"])


@pytest.mark.parametrize("name", NAMES)
def test_the_rotation_chart_is_the_table_of_contingents(name):
    rotation = staff(name)["rotation"]
    assert {one["state"]: one["persons"] for one in rotation["states"]} == {
        one["state"]: pytest.approx(one["by_period"]) for one in contributors(name) if one["persons"]
    }
    assert {(one["state"], one["capability"]): one["elements"] for one in rotation["contingents"]} == {
        (one["state"], capability): sent["elements"]
        for one in contributors(name)
        for capability, sent in one["capabilities"].items()
    }
    for one in rotation["states"]:
        pauses = [mark == "pauses" for mark in one["marks"]]
        assert pauses == [persons == 0.0 for persons in one["persons"]]
    assert rotation["tours_alternate"]


@pytest.mark.parametrize("name", NAMES)
def test_regions_hold_all_states_and_all_persons(name):
    regions = staff(name)["regions"]
    plan = document(name)["generate"]["plan"]
    assert sum(one["persons"] for one in regions["list"]) == pytest.approx(
        sum(plan["persons_sent"]) / len(plan["persons_sent"])
    )
    assert sum(one["share"] for one in regions["list"]) == pytest.approx(1.0)
    codes = [state["state"] for one in regions["list"] for state in one["states"]]
    assert len(codes) == len(set(codes)) == plan["states"]
    assert regions["largest"] == plan["largest"]
    largest = plan["largest"]["share"]
    assert 1.0 / largest <= regions["effective_contributors"] <= min(1.0 / largest**2, plan["states"])


@pytest.mark.parametrize("name", NAMES)
def test_the_quick_plan_has_as_many_states_as_that_in_whole_elements(name):
    plan, rows = document(name)["generate"]["plan"], staff(name)["breadth"]["rows"]
    (as_it_is,) = [one for one in rows if one["rule"] == "as it is"]
    assert as_it_is["states"] == plan["states"]
    assert as_it_is["shortfall"] <= plan["shortfall"] + 2e-3
    assert plan["shortfall"] - as_it_is["shortfall"] < 0.02
    assert as_it_is["shortfall"] < as_it_is["short_without_largest"] <= 1.0


@pytest.mark.parametrize("name", NAMES)
def test_fewer_states_leave_more_short_and_a_floor_that_is_not_there_says_so(name):
    rows = staff(name)["breadth"]["rows"]
    rules = [one["rule"] for one in rows]
    assert rules[:3] == ["largest", "largest", "as it is"]
    assert rows[0]["shortfall"] > rows[1]["shortfall"] > rows[2]["shortfall"]
    floors = [one for one in rows if one["rule"] == "at least"]
    assert floors[-1]["missing_states"] == floors[-1]["number"] - floors[-1]["states"]


def test_sectors_on_the_line_share_it_and_have_leads():
    block = staff(LINE)
    formations = block["formations"]
    setup = composed(LINE).setup
    line = setup.futures.central(setup.case.theatre.line_km)
    assert formations["kind"] == "sector"
    assert formations["number"] == len(formations["list"])
    assert sum(one["km"] for one in formations["list"]) == pytest.approx(line)
    companies = sum(one["battalions"] for one in formations["list"]) * formations["companies_in_battalion"]
    assert formations["number"] == max(int(companies / 16 + 0.5), 1)
    for one in formations["list"]:
        assert one["lead"]["state"] == one["states"][0]["state"]
        assert one["persons"] == pytest.approx(sum(state["persons"] for state in one["states"]))
        assert one["km_per_battalion"] == pytest.approx(one["km"] / one["battalions"])
    assert block["hubs"] is None


def test_behind_the_line_there_are_no_km():
    formations = staff(REAR)["formations"]
    assert formations["km_each"] is formations["frontage_of_battalion"] is None
    assert all(one["km"] is one["km_per_battalion"] is None for one in formations["list"])
    assert formations["kind"] in {"brigade", "battalion group"}


def test_monitors_stand_in_hubs_and_nobody_leads_them():
    block = staff(MONITORS)
    assert block["formations"]["list"] == []
    (monitoring,) = [one for one in block["components"] if one["component"] == "monitoring"]
    hubs = block["hubs"]
    assert hubs["number"] * hubs["persons_each"] == pytest.approx(monitoring["persons"])
    assert block["lead"]["reason"] == "body"
    assert block["lead"]["state"] is None
    name = composed(MONITORS).setup.case.bodies["osce-permanent-council"].name
    assert name in block["lead"]["why"]
    assert block["headquarters"]["levels"] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_the_design_says_of_who_leads_stands_beside_who_the_plan_points_to(name):
    lead = staff(name)["lead"]
    (phase,) = composed(name).setup.case.arrangements[name].phases
    assert phase.mission is not None
    assert lead["design"] == phase.mission.lead
    assert lead["why"]
    if lead["state"]:
        sent = next(one for one in contributors(name) if one["state"] == lead["state"])
        assert "headquarters" in sent["capabilities"]


@pytest.mark.parametrize("name", [LINE, REAR])
def test_headquarters_needed_sent_and_missing(name):
    block, plan = staff(name), document(name)["generate"]["plan"]
    (row,) = [one for one in plan["capabilities"] if one["capability"] == "headquarters"]
    tour = tour_of(block)
    found = block["headquarters"]
    assert (found["needed"], found["sent"], found["short"]) == (
        row["needed"][tour],
        pytest.approx(row["sent"][tour]),
        pytest.approx(row["short"][tour]),
    )
    assert sum(one["persons"] for one in found["states"]) == pytest.approx(found["sent"])
    asked = sum(one["number"] * one["persons_each"] for one in found["levels"])
    assert found["formations_ask"] == pytest.approx(asked)
    assert found["formations_lack"] == pytest.approx(max(asked - found["sent"], 0.0))
    assert found["levels"][-1]["number"] == block["formations"]["number"]


def test_states_keep_to_their_own_practice_of_rotation():
    case = composed(LINE).setup.case
    rule = document(LINE)["generate"]["plan"]["rules"]["rotation"]
    ratios = {one["state"]: one["units_per_unit"] for one in staff(LINE)["rotation"]["states"]}
    practices = {code: case.states[code].rotation for code in ratios}
    known = {code: one.units_per_unit for code, one in practices.items() if one is not None}
    assert len(set(known.values())) > 1
    assert {code: ratio for code, ratio in ratios.items() if ratio is not None} == {
        code: known.get(code, rule) for code, ratio in ratios.items() if ratio is not None
    }


def test_without_a_mission_all_of_it_is_empty_and_says_so():
    block = staff(NOBODY)
    assert block["tour"] is None
    assert (block["tours"], block["persons"], block["components"], block["hubs"]) == ([], 0.0, [], None)
    assert block["formations"]["list"] == block["regions"]["list"] == block["breadth"]["rows"] == []
    assert block["lead"]["why"] == "there is no mission to lead"
    assert block["regions"]["largest"] is None
    assert [one for one in block["rotation"].values() if one] == []


def test_nobody_sent_is_told_with_what_is_missing():
    found = composed(LINE)
    plan = found.composition.plan
    empty = replace(plan, contingents=(), short=plan.needed, largest=("", 0.0))
    block = staff_block(found.setup.case, found.setup.futures, replace(found.composition, plan=empty))
    assert block["lead"]["why"] == "nobody sends troops on land"
    assert block["headquarters"]["short"] == block["headquarters"]["needed"] > 0.0
    assert (block["persons"], block["breadth"]["rows"], block["regions"]["list"]) == (0.0, [], [])


@pytest.mark.parametrize("name", NAMES)
def test_the_block_is_plain_and_the_same_each_time(name):
    found = composed(name)
    again = composition_document(
        found.setup.case, found.setup.futures, found.composition, {"case": "ukraine"}
    )
    assert json.dumps(again["staff"]) == json.dumps(staff(name))


def test_it_is_told_in_generate_alone():
    assert "staff" not in document(LINE)["generate"]


def test_every_component_has_a_title():
    known = {one["component"] for name in NAMES for one in staff(name)["components"]}
    assert known <= set(TITLES)
    assert len(set(TITLES.values())) == len(TITLES)


# --- What it reads of the case -------------------------------------------------------------------------


def test_whoever_cannot_serve_without_another_is_bound_to_it_most_then_by_groups_that_not_all_share():
    groups = {"AAA": ("all", "west"), "BBB": ("all", "west"), "CCC": ("all", "east"), "DDD": ("all",)}
    case: Any = SimpleNamespace(
        states={code: SimpleNamespace(groups=names) for code, names in groups.items()}
    )
    sent = tuple(Contingent(code, "light-infantry", (1.0,), (140.0,)) for code in groups)
    offers = (StandingOffer("DDD", "land", 100.0, (), "CCC"), StandingOffer("AAA", "land", 100.0))
    composition: Any = SimpleNamespace(
        plan=SimpleNamespace(contingents=sent), posed=SimpleNamespace(query=SimpleNamespace(offers=offers))
    )
    bonds = _bonds(case, composition)
    assert bonds("AAA", "BBB") == 1
    assert bonds("AAA", "CCC") == bonds("DDD", "AAA") == 0
    assert bonds("DDD", "CCC") > 100


def test_the_mission_of_a_tour():
    found = composed(LINE).composition
    assert mission_in(found, 0) is found.arrangement.phases[0].mission
    assert mission_in(found, len(found.posed.phases)) is None


def test_the_place_of_the_mission_decides_who_has_km():
    found = composed(LINE)
    phase = found.composition.arrangement.phases[0]
    assert phase.mission is not None
    mandate = phase.mission.mandate.model_copy(update={"area": "rear"})
    moved = phase.model_copy(update={"mission": phase.mission.model_copy(update={"mandate": mandate})})
    words = found.composition.arrangement.model_copy(update={"phases": (moved,)})
    other = staff_of(found.setup.case, found.setup.futures, replace(found.composition, arrangement=words))
    assert all(one.km is None for one in other.organisation.formations)
    assert other.organisation.formations
