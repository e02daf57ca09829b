"""What a composition must satisfy whatever is asked: sums, wishes that are kept, repeats, tables."""

import json
from collections import defaultdict

import polars as pl
import pytest
from tests.runs.own import FIVE, own_force, own_late, own_monitors, own_turns

from holdfast import composition, verify
from holdfast.errors import UsageProblem
from holdfast.files.problems import FileProblems

CLOSE = 1e-4
"""Numbers of a plan are written to six places."""
NAMES = ("few", "short", "force", "late")


@pytest.fixture(scope="module")
def designs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("designs")
    return {
        "few": own_monitors(folder, "few"),
        "short": own_monitors(folder, "short", monitors="900"),
        "force": own_force(folder, "force"),
        "late": own_late(folder, 9, "late"),
        "later": own_late(folder, 36, "later"),
        "nobody": own_monitors(folder, "nobody", monitors="0", liaison="0"),
        "turns": own_turns(folder, "turns"),
        "none": "none",
    }


@pytest.fixture(scope="module")
def made(designs):
    """Give a function that plans a design, once for each set of wishes."""
    known = {}

    def make(name, **wishes):
        key = (name, json.dumps(wishes, sort_keys=True))
        if key not in known:
            known[key] = composition("ukraine", designs[name], futures=16, **wishes)
        return known[key]

    return make


@pytest.fixture(scope="module")
def told(made):
    """Give a function that returns what a document says of force generation."""
    return lambda name, **wishes: made(name, **wishes).document["generate"]


def bytes_of(found) -> bytes:
    return json.dumps(found.document, allow_nan=False, sort_keys=False).encode()


def states_in(found) -> set[str]:
    """Return every state that the plans of a document send, ask, name as missed or would have join."""
    changes = [one["change"] for one in found["binding"]]
    changes += [change["change"] for one in found["closers"] for change in one["changes"]]
    robust = found["robust"] or {"contributors": []}
    return {
        *(one["state"] for part in (found, robust) for one in part["contributors"]),
        *(one["state"] for one in found["dependence"]),
        *(change.removeprefix("joins ") for change in changes if change.startswith("joins ")),
        *(change.removeprefix("pledge ") for change in changes if change.startswith("pledge ")),
    }


# --- Sums -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_what_is_needed_is_sent_or_short(name, told):
    """What is sent beyond the need are the last elements, and nothing is short where it is met."""
    plan = told(name)["plan"]
    for one in plan["capabilities"]:
        for needed, sent, short in zip(one["needed"], one["sent"], one["short"], strict=True):
            assert short >= 0.0
            assert short == pytest.approx(max(needed - sent, 0.0), abs=CLOSE)
    needed = sum(sum(one["needed"]) for one in plan["capabilities"])
    short = sum(sum(one["short"]) for one in plan["capabilities"])
    assert needed > 0.0
    assert plan["shortfall"] == pytest.approx(short / needed)
    for key in ("needed", "sent"):
        totals = [sum(one) for one in zip(*(one[key] for one in plan["capabilities"]), strict=True)]
        assert plan[f"persons_{key}"] == pytest.approx(totals)


def test_one_of_them_is_short_and_one_is_not(told):
    """Without this the sums above would hold of nothing."""
    assert told("short")["plan"]["shortfall"] > 0.1
    assert told("few")["plan"]["shortfall"] == 0.0
    assert told("force")["plan"]["rules"]["minimum_contingent"] > 0.0


@pytest.mark.parametrize("name", NAMES)
def test_contributors_add_up_to_what_is_sent(name, told):
    found = told(name)
    plan = found["plan"]
    sent: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(plan["periods"]))
    sizes = {one["capability"]: one["persons_in_element"] for one in plan["capabilities"]}
    for one in found["contributors"]:
        by_tour = [0.0] * len(plan["periods"])
        for capability, given in one["capabilities"].items():
            for k, (elements, persons) in enumerate(zip(given["elements"], given["persons"], strict=True)):
                assert elements == pytest.approx(round(elements), abs=CLOSE)
                assert persons == pytest.approx(elements * sizes[capability], abs=CLOSE)
                sent[capability][k] += persons
                by_tour[k] += persons
        assert one["by_period"] == pytest.approx(by_tour)
        assert one["persons"] == max(one["by_period"])
    for one in plan["capabilities"]:
        assert one["sent"] == pytest.approx(sent.pop(one["capability"], [0.0] * len(plan["periods"])))
    assert not sent


@pytest.mark.parametrize("name", NAMES)
def test_the_largest_and_the_number_of_states_are_those_of_the_contributors(name, told):
    found = told(name)
    whole = {one["state"]: sum(one["by_period"]) for one in found["contributors"] if one["persons"]}
    assert found["plan"]["states"] == len(whole)
    largest = found["plan"]["largest"]
    assert largest["share"] == pytest.approx(max(whole.values()) / sum(whole.values()))
    assert whole[largest["state"]] == max(whole.values())


@pytest.mark.parametrize("name", NAMES)
def test_only_who_is_asked_is_in_the_plan(name, told):
    asked = {"force": {"FRA", "GBR", "TUR"}}.get(name, set(FIVE.split(", ")))
    assert {one["state"] for one in told(name)["contributors"]} <= asked


@pytest.mark.parametrize("name", NAMES)
def test_shares_and_chances_are_shares_and_chances(name, told):
    found = told(name, robust=True)
    plan = found["plan"]
    shares = [plan["shortfall"], plan["gap"], *(one["chance"] for one in found["contributors"])]
    shares += [one["more_short"] for one in found["dependence"]]
    shares += [found["shortfall"][key] for key in ("mean", "low", "high")]
    shares += [one["shortfall"] for one in found["closers"]]
    shares += [one for key, one in found["robust"].items() if key.endswith("_in_worst_tenth")]
    assert [one for one in shares if not -1e-12 <= one <= 1.0 + 1e-12] == []
    assert plan["gap"] < 0.01


def test_a_plan_in_whole_elements_is_never_less_short_than_one_that_splits_them(made):
    """But for a thousandth of the need, which each goal may lose to the next."""
    for name in NAMES:
        found = made(name)
        split = found.setup.generate(found.composition.arrangement)["plan"]
        assert split["provisional"]
        assert split["shortfall"] <= found.document["generate"]["plan"]["shortfall"] + 0.0011


def test_what_arrives_is_at_most_what_is_planned(told):
    for name in NAMES:
        found = told(name)
        mean = found["persons"]["mean"]
        assert mean == pytest.approx(sum(one["arrives"]["mean"] for one in found["contributors"]))
        planned = max(found["plan"]["persons_needed"])
        assert mean / planned == pytest.approx(1.0 - found["shortfall"]["mean"], abs=0.02)


# --- Phases -----------------------------------------------------------------------------------


def test_tours_follow_one_another(told):
    for name, tours in (("few", 2), ("late", 4)):
        periods = told(name)["plan"]["periods"]
        assert len(periods) == tours
        assert [one["from_month"] for one in periods] == [0, *(one["to_month"] for one in periods[:-1])]
        assert {one["to_month"] - one["from_month"] for one in periods} == {6}


def test_nobody_is_needed_before_the_mission_begins(told):
    plan = told("late")["plan"]
    assert [one["phase"] for one in plan["periods"]] == ["before", "before", "all", "all"]
    assert plan["persons_needed"] == pytest.approx([0.0, 0.0, 80.0, 80.0])
    assert plan["persons_sent"][:2] == [0.0, 0.0]


def test_each_phase_takes_from_those_whom_it_asks(told):
    found = told("turns")
    assert [one["phase"] for one in found["plan"]["periods"]] == ["first", "first", "second", "second"]
    tours = {
        one["state"]: [tour for tour, n in enumerate(one["by_period"]) if n] for one in found["contributors"]
    }
    assert set(tours) <= {"NOR", "CHE", "SWE", "TUR", "POL"}
    for state, there in tours.items():
        assert set(there) <= ({0, 1} if state in {"NOR", "CHE"} else {2, 3}), state
    assert {tour for there in tours.values() for tour in there} == {0, 1, 2, 3}


@pytest.mark.parametrize("name", ["later", "none", "nobody"])
def test_where_nothing_is_needed_nothing_is_planned(name, told):
    found = told(name, robust=True)
    plan = found["plan"]
    assert plan["shortfall"] == plan["gap"] == plan["effort"] == plan["states"] == 0
    assert plan["largest"] is None
    assert found["binding"] == found["closers"] == found["dependence"] == []
    assert [one for one in found["contributors"] if one["persons"]] == []
    assert (found["persons"] is None) == (name == "none")


# --- Wishes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["short", "force"])
def test_a_state_that_stays_away_is_nowhere(name, told):
    before = states_in(told(name, robust=True))
    assert "TUR" in before
    after = told(name, without=["Turkey"], robust=True)
    assert "TUR" not in states_in(after)
    assert after["plan"]["shortfall"] >= told(name)["plan"]["shortfall"] - told(name)["plan"]["gap"]


def test_a_state_that_need_not_be_asked_to_stay_away_changes_nothing(told):
    with_wish, without_it = told("few", without=["USA"]), told("few")
    for part in ("plan", "contributors", "persons", "closers"):
        assert with_wish[part] == without_it[part]


def test_a_state_that_is_asked_besides_may_be_sent(told):
    before = told("short")
    assert "joins GBR" in {one["change"] for one in before["binding"]}
    after = told("short", with_states=["United Kingdom"])
    assert "GBR" in {one["state"] for one in after["contributors"] if one["persons"]}
    assert "joins GBR" not in {one["change"] for one in after["binding"]}
    assert after["plan"]["shortfall"] < before["plan"]["shortfall"]


@pytest.mark.parametrize(
    "waived",
    [["backstop"], ["not-inside"], ["backstop", "behind line", "not_inside", "parliament"]],
    ids=" ".join,
)
def test_waiving_never_leaves_more_short(waived, told):
    """A plan may lie above the least by its proved gap, so that much is allowed."""
    before, after = told("force"), told("force", waived=[one.replace(" ", "_") for one in waived])
    assert after["plan"]["shortfall"] <= before["plan"]["shortfall"] + after["plan"]["gap"] + 1e-9
    assert after["persons"]["mean"] >= before["persons"]["mean"] - 1e-9
    waived_changes = {one.replace("-", "_").replace(" ", "_") for one in waived}
    assert waived_changes.isdisjoint(one["change"] for one in after["binding"])


def test_what_is_waived_counts_as_met(told):
    before, after = told("force"), told("force", waived=["backstop"])
    assert before["plan"]["states"] == 1
    assert before["binding"][0]["change"] == "backstop"
    assert after["plan"]["states"] > 1
    assert all(one["assumes"] for one in after["contributors"])
    assert not any(one["assumes"] for one in told("force", waived=["parliament"])["contributors"])


@pytest.mark.parametrize("breadth", [4, 12, 200])
def test_breadth_is_reached_or_what_lacks_is_said(breadth, told):
    plan = told("few", breadth=breadth)["plan"]
    assert plan["states"] >= min(breadth, 5)
    assert plan["missing_states"] == max(breadth - plan["states"], 0)
    assert plan["shortfall"] == 0.0


def test_a_breadth_that_lacks_states_is_no_dependence_on_those_that_are_there(told):
    few, all_asked = (
        {one["state"]: one["more_short"] for one in told("few", breadth=breadth)["dependence"]}
        for breadth in (None, 200)
    )
    both = set(few) & set(all_asked)
    assert len(both) >= 4
    for state in both:
        assert all_asked[state] == pytest.approx(few[state], abs=0.02)


@pytest.mark.parametrize("most", [0.3, 0.1])
def test_no_state_provides_more_than_its_share(most, told):
    found = told("few", largest_share=most)
    needed = sum(found["plan"]["persons_needed"])
    assert max(sum(one["by_period"]) for one in found["contributors"]) <= most * needed + CLOSE
    assert found["plan"]["rules"]["largest_share"] == most
    assert (found["plan"]["shortfall"] > 0.0) == (most < 0.2)


def test_caps_that_nobody_can_meet_leave_all_short(told):
    found = told("few", breadth=200, largest_share=0.01)
    assert found["plan"]["shortfall"] == 1.0
    assert found["plan"]["missing_states"] == 200
    assert found["binding"][0]["change"] == "largest share"


@pytest.mark.parametrize("name", ["few", "short", "force"])
def test_the_plan_for_the_worst_tenth_is_no_worse_there(name, told):
    found = told(name, robust=True)
    robust = found["robust"]
    assert robust["shortfall_in_worst_tenth"] <= robust["nominal_shortfall_in_worst_tenth"]
    assert robust["nominal_shortfall_in_worst_tenth"] >= found["plan"]["shortfall"] - found["plan"]["gap"]
    assert robust["persons_asked"] == pytest.approx(sum(one["persons"] for one in robust["contributors"]))
    assert {one["state"] for one in robust["contributors"]} <= {one["state"] for one in found["contributors"]}


def test_a_plan_for_the_worst_tenth_of_a_million_is_no_worse_there(tmp_path):
    """Of a need far beyond what is there, the gap is more than all that is sent."""
    path = own_monitors(tmp_path, monitors="1000000")
    robust = composition("ukraine", path, futures=16, robust=True).document["generate"]["robust"]
    assert robust["shortfall_in_worst_tenth"] <= robust["nominal_shortfall_in_worst_tenth"]


def test_what_is_asked_is_repeated(made):
    document = made("few", without=["TUR"], with_states=["gbr"], waived=["backstop"], breadth=3).document
    asked = {key: document["asked"][key] for key in ("without", "with", "waived", "breadth")}
    assert asked == {"without": ["TUR"], "with": ["GBR"], "waived": ["backstop"], "breadth": 3}


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"breadth": 2.5}, "--breadth: 2.5 is no whole number"),
        ({"breadth": True}, "--breadth: True is no whole number"),
        ({"breadth": "3"}, "--breadth: '3' is no whole number"),
        ({"largest_share": "x"}, "--largest-share: 'x' is no number"),
        ({"largest_share": True}, "--largest-share: True is no number"),
        ({"largest_share": float("nan")}, "--largest-share: nan is out of range"),
        ({"without": ["FRA"], "with_states": ["France"]}, "'FRA' is also under --without"),
        ({"waived": ["peace"]}, "'peace' is no condition"),
    ],
    ids=str,
)
def test_a_wish_that_cannot_be_is_refused(wishes, said, designs):
    with pytest.raises(UsageProblem) as refused:
        composition("ukraine", designs["few"], futures=16, **wishes)
    assert said in str(refused.value)
    assert "Mend: " in str(refused.value)


# --- Repeats, tables, replay ------------------------------------------------------------------


@pytest.mark.parametrize("wishes", [{}, {"robust": True, "waived": ["backstop", "parliament"]}], ids=str)
def test_the_same_question_gets_the_same_bytes(wishes, made, designs):
    again = composition("ukraine", designs["force"], futures=16, **wishes)
    assert bytes_of(again) == bytes_of(made("force", **wishes))


def test_the_order_and_the_names_of_wishes_are_of_no_account(made, designs):
    one = made("few", without=["TUR", "NOR"], waived=["backstop", "parliament"])
    other = composition(
        "ukraine",
        designs["few"],
        futures=16,
        without=["Norway", "tur", "NOR"],
        waived=["parliament", "BACKSTOP"],
    )
    assert bytes_of(one) == bytes_of(other)


@pytest.mark.parametrize("name", NAMES)
def test_the_rows_are_the_contingents_of_the_document(name, made):
    found = made(name)
    header, rows = found.rows
    seen = {}
    for row in (dict(zip(header, one, strict=True)) for one in rows):
        assert row["elements"] > 0.0
        key = row["state"], row["capability"], row["from_month"]
        assert key not in seen
        seen[key] = (row["elements"], row["persons"])
    periods = found.document["generate"]["plan"]["periods"]
    assert seen == {
        (one["state"], capability, tour["from_month"]): (elements, persons)
        for one in found.document["generate"]["contributors"]
        for capability, given in one["capabilities"].items()
        for tour, elements, persons in zip(periods, given["elements"], given["persons"], strict=True)
        if elements
    }
    assert seen


def test_a_composition_is_a_table(made):
    found = made("short")
    table = pl.DataFrame(found)
    header, rows = found.rows
    assert table.columns == list(header)
    assert table.rows() == [tuple(row) for row in rows]
    assert table.equals(found.table)
    plan = found.document["generate"]["plan"]
    by_tour = table.group_by("from_month").agg(pl.col("persons").sum()).sort("from_month")
    assert by_tour["persons"].to_list() == pytest.approx(plan["persons_sent"])


def test_an_empty_composition_is_an_empty_table(made):
    found = made("none")
    assert found.table.height == 0
    assert pl.DataFrame(found).columns == list(found.rows[0])


def test_a_composition_is_borne_out(made, designs, tmp_path):
    wishes = {"without": ["TUR"], "waived": ["backstop"], "breadth": 3, "largest_share": 0.5, "robust": True}
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(made("few", **wishes).document), "utf-8")
    with pytest.raises(FileProblems, match="the case has no arrangement of this name"):
        verify(path)
    found = verify(path, arrangements=[designs["few"]])
    assert (found.inputs, found.numbers, found.exact) == ((), (), True)


def test_a_plan_that_was_edited_is_not_borne_out(made, designs, tmp_path):
    document = json.loads(bytes_of(made("few")))
    document["generate"]["contributors"][0]["persons"] += 6.0
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document), "utf-8")
    (line,) = verify(path, arrangements=[designs["few"]]).numbers
    assert line.startswith("generate.contributors[")
    assert ".persons: the file has " in line


def test_a_document_names_what_it_was_made_from(made):
    document = made("few", without=["TUR"]).document
    assert document["holdfast"] == "composition/1"
    assert document["manifest"]["id"] != made("few").document["manifest"]["id"]
    assert document["manifest"]["without"] == ["TUR"]
    assert "not a forecast" in document["wording"]
