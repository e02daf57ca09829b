"""Questions in full: the document, options, tables, and that no arrangement leans on its neighbours."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.runs.own import own_arrangement, own_overlay, own_phases, own_settlement

import holdfast
from holdfast import assess, compare
from holdfast.errors import UsageProblem
from holdfast.files.problems import FileProblems

FEW = 32
QUANTITY = {"mean", "low", "high", "computing_error"}
ISSUE_FIELDS = {"case", "settlement", "manifest", "futures", "years", "arrangements"}
MORE_FIELDS = {"holdfast", "wording", "title", "as_of", "differences", "orderings", "limits"}
ARRANGEMENT_FIELDS = {
    "name",
    "title",
    "format",
    "authority",
    "accepted",
    "authorised",
    "filled",
    "persons",
    "attributed",
    "response_days",
    "hold_if_deployed",
    "hold_overall",
    "causes",
    "eur_per_year",
    "principles",
}
MORE_ARRANGEMENT_FIELDS = {"notes", "rests_on", "incidents", "if_it_fails", "generate"}
INCIDENTS = [
    "true_per_week",
    "heavy_per_week",
    "recorded_per_week",
    "deaths_per_year",
    "mission_deaths_per_year",
]
CHANCES = ["attack_by_host", "attack_by_opponent", "limited_war", "major_war", "drawn_in"]
FOLLOWS = ["repelled_if_attacked", "ground_km2_if_attacked", "losses_if_it_fails"]
PACKAGED = ["none", "osce-monitors", "un-peacekeepers", "reassurance-force", "coalition-support"]


@pytest.fixture(scope="module")
def five():
    return compare("ukraine", futures=FEW)


@pytest.fixture(scope="module")
def document(five):
    return json.loads(json.dumps(five.document, allow_nan=False))


def said_of(comparison) -> dict[str, str]:
    """Return the bytes that are said of each arrangement."""
    return {one["name"]: json.dumps(one, sort_keys=True) for one in comparison.document["arrangements"]}


def quantities(node, where=""):
    """Yield every quantity in a document with its place."""
    if isinstance(node, dict):
        if "mean" in node:
            yield where, node
        for key, value in node.items():
            yield from quantities(value, f"{where}.{key}")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from quantities(value, f"{where}[{place}]")


# --- The document -----------------------------------------------------------------------------


def test_the_document_has_the_fields_that_were_promised(document):
    assert set(document) == ISSUE_FIELDS | MORE_FIELDS
    assert document["holdfast"] == "comparison/1"
    assert document["case"] == "ukraine"
    assert document["settlement"]["name"] == "twenty-points"
    assert document["futures"] == FEW
    assert document["years"] == 5
    assert isinstance(document["arrangements"], list)
    assert [one["name"] for one in document["arrangements"]] == PACKAGED
    assert "not a forecast" in document["wording"]


def test_every_arrangement_has_the_fields_that_were_promised(document):
    for one in document["arrangements"]:
        assert set(one) == ARRANGEMENT_FIELDS | MORE_ARRANGEMENT_FIELDS
        for name in (
            "accepted",
            "authorised",
            "filled",
            "persons",
            "attributed",
            "response_days",
            "eur_per_year",
        ):
            assert set(one[name]) >= QUANTITY, name
        assert isinstance(one["authorised"]["blockers"], list)
        for name in ("hold_if_deployed", "hold_overall"):
            assert list(one[name]) == ["1", "5", "10"]
            assert all(set(quantity) == QUANTITY for quantity in one[name].values())
        assert list(one["causes"]) == ["attack", "spiral", "creep"]
        assert all(set(cause) >= QUANTITY for cause in one["causes"].values())
        assert list(one["incidents"]) == INCIDENTS
        assert list(one["if_it_fails"]) == CHANCES + FOLLOWS
        for name in ("incidents", "if_it_fails"):
            assert all(set(quantity) == QUANTITY for quantity in one[name].values())
        for principle in one["principles"]:
            assert principle["question"]
            assert principle["facts"]
            assert principle["sources"]


def test_the_authority_of_each_arrangement_is_named(document):
    named = {one["name"]: one["authority"] for one in document["arrangements"]}
    assert named["none"] is None
    assert named["un-peacekeepers"] == "United Nations Security Council"
    assert all(named[name] for name in PACKAGED[1:])


def test_who_could_block_is_ranked_by_what_would_change(document):
    for one in document["arrangements"]:
        rises = [blocker["rise"] for blocker in one["authorised"]["blockers"]]
        assert rises == sorted(rises, reverse=True)
        assert all(blocker["name"] for blocker in one["authorised"]["blockers"])


def test_every_quantity_has_mean_range_and_computing_error(document):
    found = list(quantities(document))
    assert len(found) >= 80
    for where, quantity in found:
        numbers = [quantity[key] for key in ("mean", "low", "high", "computing_error")]
        assert all(number is None for number in numbers) or all(np.isfinite(numbers)), where
        if quantity["low"] is not None:
            assert quantity["low"] <= quantity["high"], where
            assert quantity["computing_error"] >= 0, where


def test_shares_are_shares(document):
    shares = {"accepted", "authorised", "filled", "attributed", "hold_if_deployed", "hold_overall", "causes"}
    for one in document["arrangements"]:
        for _, quantity in quantities({key: one[key] for key in shares}):
            for key in ("mean", "low", "high"):
                assert quantity[key] is None or 0.0 <= quantity[key] <= 1.0
        for name in (*CHANCES, "repelled_if_attacked"):
            assert all(0.0 <= one["if_it_fails"][name][key] <= 1.0 for key in ("mean", "low", "high"))


def test_holding_and_failing_add_up_to_one_in_every_future(five):
    table = five.outcomes
    held = table["hold_if_deployed_5"].to_numpy()
    failed = sum(table[f"cause_{cause}"].to_numpy() for cause in ("attack", "spiral", "creep"))
    assert held + failed == pytest.approx(np.ones(len(held)), abs=1e-9)


def test_each_key_holds_the_outcome_that_it_names(five, document):
    """The document's keys are the outcomes' columns, each under its own name."""
    columns = {
        "true_per_week": "incidents_per_week",
        "heavy_per_week": "heavy_incidents_per_week",
        "recorded_per_week": "recorded_incidents_per_week",
    }
    for one in document["arrangements"]:
        own = five.outcomes.filter(pl.col("arrangement") == one["name"])
        for key, quantity in {**one["incidents"], **one["if_it_fails"]}.items():
            assert own[columns.get(key, key)].mean() == pytest.approx(quantity["mean"], rel=1e-12), key


def test_every_failure_is_a_limited_war_or_a_major_one(five):
    table = five.outcomes
    failed = 1.0 - table["hold_if_deployed_5"].to_numpy()
    wars = table["limited_war"].to_numpy() + table["major_war"].to_numpy()
    assert wars == pytest.approx(failed, abs=1e-9)
    assert (table["drawn_in"].to_numpy() <= failed + 1e-12).all()


def test_planned_attacks_are_those_of_both_sides(five):
    table = five.outcomes
    both = table["attack_by_host"].to_numpy() + table["attack_by_opponent"].to_numpy()
    assert both == pytest.approx(table["cause_attack"].to_numpy(), abs=1e-9)


def test_what_is_recorded_is_true_and_what_is_heavy_is_too(five):
    table = five.outcomes
    true = table["incidents_per_week"].to_numpy()
    assert (true > 0.0).all()
    for part in ("recorded_incidents_per_week", "heavy_incidents_per_week"):
        assert (table[part].to_numpy() <= true).all(), part
    without = table.filter(pl.col("arrangement").is_in(["none", "coalition-support"]))
    for nothing in ("recorded_incidents_per_week", "mission_deaths_per_year"):
        assert not without[nothing].to_numpy().any(), nothing
    assert table.filter(pl.col("arrangement") == "osce-monitors")["recorded_incidents_per_week"].sum() > 0.0


def test_arrangements_are_put_in_order_future_by_future(five, document):
    for outcome in ("major_war", "drawn_in"):
        values = {
            name: five.outcomes.filter(pl.col("arrangement") == name)[outcome].to_numpy() for name in PACKAGED
        }
        found = document["orderings"][outcome]
        order = [one["arrangement"] for one in found]
        assert order == sorted(PACKAGED, key=lambda name: (round(values[name].mean(), 9), name))
        assert found[0] == {
            "arrangement": order[0],
            "share_higher": None,
            "share_lower": None,
            "settled": None,
        }
        for before, one in zip(order, found[1:], strict=False):
            change = values[one["arrangement"]] - values[before]
            assert one["share_higher"] == pytest.approx((change > 1e-9).mean())
            assert one["share_lower"] == pytest.approx((change < -1e-9).mean())
            assert isinstance(one["settled"], bool)


def test_arrangements_that_are_the_same_stand_by_name(tmp_path):
    own = own_arrangement(tmp_path, "none", name="a-none")
    document = compare("ukraine", ["none", own], futures=16).document
    for found in document["orderings"].values():
        assert [one["arrangement"] for one in found] == ["a-none", "none"]
        assert (found[1]["share_higher"], found[1]["share_lower"]) == (0.0, 0.0)


def test_without_a_ceasefire_nothing_is_told_of_incidents_and_failure():
    document = compare("ukraine", ["none", "un-peacekeepers"], futures=16, settlement="none").document
    document = json.loads(json.dumps(document, allow_nan=False))
    for one in document["arrangements"]:
        for name in ("incidents", "if_it_fails"):
            assert all(set(quantity.values()) == {None} for quantity in one[name].values())
    assert document["orderings"] == {"major_war": [], "drawn_in": []}


def test_it_holds_less_the_longer_and_the_more_it_takes(five):
    table = five.outcomes
    for kind in ("if_deployed", "overall"):
        first, fifth, tenth = (table[f"hold_{kind}_{year}"].to_numpy() for year in (1, 5, 10))
        assert (first >= fifth - 1e-12).all()
        assert (fifth >= tenth - 1e-12).all()
    accepted = table["accepted"].to_numpy()
    assert (table["hold_overall_1"].to_numpy() <= accepted + 1e-12).all()


def test_the_manifest_names_what_was_asked(document):
    named = document["manifest"]
    assert named["kind"] == "compare"
    assert (named["seed"], named["futures"], named["years"]) == (1, FEW, 5)
    assert [one["name"] for one in named["arrangements"]] == PACKAGED
    assert set(named["hashes"]) == {"model", "case"}


def test_differences_are_taken_future_by_future(five, document):
    outcomes = {
        name: five.outcomes.filter(pl.col("arrangement") == name)["hold_if_deployed_5"].to_numpy()
        for name in PACKAGED
    }
    found = [one for one in document["differences"] if one["outcome"] == "hold_if_deployed_5"]
    assert [one["arrangement"] for one in found] == PACKAGED[1:]
    for one in found:
        assert one["against"] == "none"
        change = outcomes[one["arrangement"]] - outcomes["none"]
        assert one["mean"] == pytest.approx(change.mean(), abs=1e-12)
        assert one["share_higher"] == pytest.approx((change > 1e-9).mean())
        assert one["share_lower"] == pytest.approx((change < -1e-9).mean())


# --- Nothing leans on its neighbours ----------------------------------------------------------


def test_adding_an_arrangement_changes_nothing_that_is_said_of_another(five):
    all_five = said_of(five)
    for name in PACKAGED:
        assert said_of(compare("ukraine", [name], futures=FEW)) == {name: all_five[name]}


def test_the_order_of_arrangements_changes_nothing_but_the_order(five):
    turned = compare("ukraine", PACKAGED[::-1], futures=FEW)
    assert said_of(turned) == said_of(five)
    assert [one["name"] for one in turned.document["arrangements"]] == PACKAGED[::-1]
    assert turned.document["orderings"] == five.document["orderings"]
    pairs = {(one["arrangement"], one["outcome"]): one for one in turned.document["differences"]}
    assert pairs == {(one["arrangement"], one["outcome"]): one for one in five.document["differences"]}


def test_an_own_arrangement_changes_nothing_that_is_said_of_the_packaged(five, tmp_path):
    own = own_arrangement(tmp_path)
    found = said_of(compare("ukraine", [own, *PACKAGED], futures=FEW))
    same = found.pop("own-plan")
    assert found == said_of(five)
    assert same.replace("own-plan", "osce-monitors") == said_of(five)["osce-monitors"]


def test_asking_twice_gives_the_same(five):
    assert compare("ukraine", futures=FEW).document == five.document


def test_an_assessment_says_the_same_as_the_comparison(document):
    for name in ("osce-monitors", "reassurance-force"):
        one = assess("ukraine", name, futures=FEW).document
        wanted = next(each for each in document["arrangements"] if each["name"] == name)
        assert {key: one["arrangement"][key] for key in wanted} == wanted


# --- Options ----------------------------------------------------------------------------------


def test_the_number_of_futures_acts(five):
    more = compare("ukraine", ["none"], futures=2 * FEW)
    assert more.document["futures"] == 2 * FEW
    assert said_of(more)["none"] != said_of(five)["none"]
    assert more.outcomes.height == 2 * FEW


def test_a_longer_sample_begins_with_the_shorter_one(five):
    more = compare("ukraine", ["osce-monitors"], futures=2 * FEW).outcomes
    shorter = five.outcomes.filter(pl.col("arrangement") == "osce-monitors")
    longer = more.head(FEW)
    for column in shorter.columns:
        one, other = shorter[column].to_list(), longer[column].to_list()
        assert one == pytest.approx(other, rel=1e-12) if column != "arrangement" else one == other, column


def test_the_seed_acts_and_nought_is_a_seed(five):
    nought = compare("ukraine", ["none"], futures=FEW, seed=0)
    assert nought.document["manifest"]["seed"] == 0
    assert said_of(nought) == said_of(compare("ukraine", ["none"], futures=FEW, seed=0))
    assert said_of(nought)["none"] != said_of(five)["none"]
    assert (
        said_of(compare("ukraine", ["none"], futures=FEW, seed=2**64 - 1))["none"] != said_of(nought)["none"]
    )


def test_the_horizon_acts_on_causes_cost_and_what_happens_within_it_alone(five):
    ten = compare("ukraine", ["osce-monitors"], futures=FEW, years=10).document["arrangements"][0]
    five_years = next(one for one in five.document["arrangements"] if one["name"] == "osce-monitors")
    changed = {key for key in ten if ten[key] != five_years[key]}
    assert changed >= {"causes", "incidents", "if_it_fails"}
    assert changed <= {"causes", "incidents", "if_it_fails", "eur_per_year", "rests_on"}
    for chance in CHANCES:
        assert ten["if_it_fails"][chance]["mean"] > five_years["if_it_fails"][chance]["mean"]
    for cause in ("attack", "spiral", "creep"):
        assert ten["causes"][cause]["mean"] > five_years["causes"][cause]["mean"]


def test_the_settlement_acts(five):
    other = compare("ukraine", ["osce-monitors"], futures=FEW, settlement="none")
    assert other.document["settlement"]["name"] == "none"
    assert other.document["arrangements"][0]["hold_if_deployed"]["5"]["mean"] is None
    assert said_of(other)["osce-monitors"] != said_of(five)["osce-monitors"]


def test_an_own_settlement_acts_and_is_named(five, tmp_path):
    own = compare("ukraine", ["osce-monitors"], futures=FEW, settlement=own_settlement(tmp_path))
    assert own.document["manifest"]["settlement"]["name"] == "own-terms"
    told = said_of(own)["osce-monitors"].replace("own-terms", five.document["settlement"]["name"])
    assert told == said_of(five)["osce-monitors"]


def test_an_overlay_acts_and_is_named_by_its_hash_alone(five, tmp_path):
    path = own_overlay(tmp_path)
    laid = compare("ukraine", ["none"], futures=FEW, overlay=path)
    before = next(one for one in five.document["arrangements"] if one["name"] == "none")
    after = laid.document["arrangements"][0]
    assert after["hold_if_deployed"]["5"]["mean"] < before["hold_if_deployed"]["5"]["mean"]
    hashes = laid.document["manifest"]["hashes"]
    assert {key: hashes[key] for key in ("model", "case")} == five.document["manifest"]["hashes"]
    assert len(hashes["overlay"]) == 32
    assert str(tmp_path) not in json.dumps(laid.document)


def test_an_overlay_may_replace_the_offers_of_a_state(tmp_path):
    path = tmp_path / "own-figures.yaml"
    path.write_text(
        "holdfast: overlay/1\n"
        "states:\n"
        "  - code: FRA\n"
        "    offers:\n"
        "      - {domain: land, persons: offer.fra.land, conditions: [ceasefire]}\n",
        "utf-8",
    )
    laid = compare("ukraine", ["reassurance-force"], futures=16, overlay=path)
    assert [offer.domain for offer in laid.setup.case.states["FRA"].offers] == ["land"]


def test_progress_is_told_before_each_arrangement():
    told = []
    compare("ukraine", ["none", "osce-monitors"], futures=16, progress=lambda *step: told.append(step))
    assert told == [("none", 0, 2), ("osce-monitors", 1, 2)]


# --- Questions that cannot be asked -----------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "where", "mend"),
    [
        ({"futures": 100}, "--futures", "give 96 or 112"),
        ({"futures": 0}, "--futures", "give 16"),
        ({"futures": -16}, "--futures", "give 16"),
        ({"futures": 65_552}, "--futures", "give at most 65536"),
        ({"futures": 10**30}, "--futures", "give at most 65536"),
        ({"seed": -1}, "--seed", "give a whole number from 0 to 2**64 - 1"),
        ({"seed": 2**64}, "--seed", "give a whole number from 0 to 2**64 - 1"),
        ({"seed": 1.5}, "--seed", "give a whole number"),
        ({"years": 0}, "--years", "give a whole number from 1 to 10"),
        ({"years": 11}, "--years", "give a whole number from 1 to 10"),
        ({"years": -5}, "--years", "give a whole number from 1 to 10"),
    ],
)
def test_an_option_out_of_range_is_refused_with_what_to_give(options, where, mend):
    with pytest.raises(UsageProblem) as refused:
        compare("ukraine", ["none"], **{"futures": 16, **options})
    assert refused.value.where == where
    assert refused.value.mend.startswith(mend)


@pytest.mark.parametrize(
    ("option", "value"),
    [("years", 2.5), ("years", True), ("years", "5"), ("futures", 16.0), ("futures", "16")],
)
def test_an_option_of_another_type_is_refused_in_words(option, value):
    with pytest.raises(UsageProblem) as refused:
        compare("ukraine", ["none"], **{"futures": 16, option: value})
    assert refused.value.where == f"--{option}"


def test_an_arrangement_asked_for_twice_is_refused(tmp_path):
    with pytest.raises(UsageProblem, match="'none' is asked for twice"):
        compare("ukraine", ["none", "osce-monitors", "none"], futures=16)
    own = own_arrangement(tmp_path, name="none", packaged="osce-monitors")
    with pytest.raises(UsageProblem, match="'none' is asked for twice"):
        compare("ukraine", ["none", own], futures=16)


@pytest.mark.parametrize(
    ("question", "mend"),
    [
        (lambda: compare("ukrain", futures=16), "did you mean 'ukraine'?"),
        (lambda: compare("ukraine", ["osce-monitor"], futures=16), "did you mean 'osce-monitors'?"),
        (lambda: assess("ukraine", "un-peacekeeper", futures=16), "did you mean 'un-peacekeepers'?"),
        (lambda: compare("ukraine", settlement="twenty-point", futures=16), "did you mean 'twenty-points'?"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(question, mend):
    with pytest.raises(FileProblems) as refused:
        question()
    assert [problem.mend for problem in refused.value.problems] == [mend]


def test_a_name_like_no_other_is_refused_with_all_there_are():
    with pytest.raises(FileProblems, match=r"coalition-support, none, osce-monitors") as refused:
        compare("ukraine", ["xyzzy"], futures=16)
    assert "or name a .yaml file" in str(refused.value)


@pytest.mark.parametrize("long", ["x" * 300, "x" * 5_000, "y/" * 3_000], ids=["300", "5000", "folders"])
def test_a_name_longer_than_a_file_system_allows_is_refused_in_words(long):
    for question in (
        lambda: compare(long, futures=16),
        lambda: compare("ukraine", [long], futures=16),
        lambda: compare("ukraine", settlement=long, futures=16),
        lambda: compare("ukraine", [f"{long}.yaml"], futures=16),
    ):
        with pytest.raises(FileProblems):
            question()


def test_a_signal_without_a_side_of_its_threshold_is_refused_in_words(tmp_path):
    own = own_phases(tmp_path, second="{after_months: null, signal: shortfall, threshold: 0.5}")
    with pytest.raises(FileProblems, match="which side of it counts"):
        compare("ukraine", [own], futures=16)


# --- Phases -----------------------------------------------------------------------------------


def planned(path):
    """Return the plan of a design of one's own, as it stands in JSON."""
    document = assess("ukraine", path, futures=FEW).document
    return json.loads(json.dumps(document, allow_nan=False))["plan"]


def test_a_phase_by_months_says_so():
    document = assess("ukraine", "osce-monitors", futures=16).document
    (phase,) = document["plan"]
    assert (phase["name"], phase["starts_months"], phase["starts_on"]) == ("all", 0.0, None)
    assert phase["begun_in_futures"] == 1.0
    assert {one["role"]: one["state"] for one in document["arrangement"]["accepted_by"]} == {
        "host": "UKR",
        "opponent": "RUS",
    }


def test_a_phase_on_a_signal_says_what_it_waits_for_and_how_often_it_comes(tmp_path):
    first, second = planned(own_phases(tmp_path))
    assert (first["starts_months"], first["starts_on"], first["begun_in_futures"]) == (0.0, None, 1.0)
    assert second["starts_months"] is None
    assert second["starts_on"] == {"signal": "violation_rate", "threshold": 50.0, "when": "at_least"}
    assert 0.0 < second["begun_in_futures"] < 1.0


@pytest.mark.parametrize(
    ("second", "begun"),
    [
        ("{after_months: null, signal: violation_rate, threshold: 1000000000, when: at_least}", 0.0),
        ("{after_months: null, signal: shortfall, threshold: 0.5, when: at_least}", 1.0),
        ("{after_months: 24}", 1.0),
        ("{after_months: 100}", 0.0),
    ],
)
def test_a_phase_begins_where_what_it_waits_for_comes_within_the_horizon(second, begun, tmp_path):
    # a mission that is never up for renewal, so that nothing brings the fallback in between
    path = own_phases(tmp_path, second=second)
    text = path.read_text("utf-8")
    path.write_text(text.replace("renewal_months: 12", "renewal_months: null"), "utf-8")
    assert planned(path)[1]["begun_in_futures"] == begun


def test_a_phase_behind_one_that_waits_waits_as_well(tmp_path):
    never = "{after_months: null, signal: violation_rate, threshold: 1000000000, when: at_least}"
    _, second, third = planned(own_phases(tmp_path, "{after_months: 24}", never))
    assert third["starts_months"] == 24.0
    assert second["begun_in_futures"] == third["begun_in_futures"] == 0.0


def test_a_settlement_may_be_what_a_phase_waits_for(tmp_path):
    path = own_phases(tmp_path, second="{after_months: null, signal: settlement_reached}")
    (_, second) = planned(path)
    assert second["starts_on"] == {"signal": "settlement_reached", "threshold": None, "when": None}


def test_without_a_ceasefire_no_phase_begins(tmp_path):
    plan = assess("ukraine", own_phases(tmp_path), futures=16, settlement="none").document["plan"]
    assert [phase["begun_in_futures"] for phase in plan] == [None, None]


# --- Tables -----------------------------------------------------------------------------------


def test_the_table_has_a_row_for_each_arrangement_outcome_and_year(five, document):
    table = five.table
    assert table.columns == [
        "arrangement",
        "outcome",
        "year",
        "unit",
        "mean",
        "low",
        "high",
        "computing_error",
    ]
    assert table.height == len(PACKAGED) * (6 + 2 * 3 + 3 + 1 + 5 + 8)
    row = table.filter(
        (pl.col("arrangement") == "osce-monitors")
        & (pl.col("outcome") == "hold_overall")
        & (pl.col("year") == 5)
    ).row(0, named=True)
    said = document["arrangements"][1]["hold_overall"]["5"]
    assert {key: row[key] for key in QUANTITY} == said
    units = {"share", "persons", "days", "eur_per_year", "per_week", "persons_per_year", "km2"}
    assert set(table["unit"]) == units


@pytest.mark.parametrize(
    ("outcome", "place", "unit"),
    [
        ("incidents_per_week", ("incidents", "true_per_week"), "per_week"),
        ("heavy_incidents_per_week", ("incidents", "heavy_per_week"), "per_week"),
        ("recorded_incidents_per_week", ("incidents", "recorded_per_week"), "per_week"),
        ("deaths_per_year", ("incidents", "deaths_per_year"), "persons_per_year"),
        ("mission_deaths_per_year", ("incidents", "mission_deaths_per_year"), "persons_per_year"),
        ("attack_by_host", ("if_it_fails", "attack_by_host"), "share"),
        ("attack_by_opponent", ("if_it_fails", "attack_by_opponent"), "share"),
        ("limited_war", ("if_it_fails", "limited_war"), "share"),
        ("major_war", ("if_it_fails", "major_war"), "share"),
        ("drawn_in", ("if_it_fails", "drawn_in"), "share"),
        ("repelled_if_attacked", ("if_it_fails", "repelled_if_attacked"), "share"),
        ("ground_km2_if_attacked", ("if_it_fails", "ground_km2_if_attacked"), "km2"),
        ("losses_if_it_fails", ("if_it_fails", "losses_if_it_fails"), "persons"),
    ],
)
def test_each_new_outcome_is_a_row_with_its_unit_and_horizon(outcome, place, unit, five, document):
    for one in document["arrangements"]:
        found = five.table.filter((pl.col("arrangement") == one["name"]) & (pl.col("outcome") == outcome))
        row = found.row(0, named=True)
        assert found.height == 1
        assert (row["unit"], row["year"]) == (unit, 5)
        assert {key: row[key] for key in QUANTITY} == one[place[0]][place[1]]
        assert outcome in five.outcomes.columns


def test_the_comparison_is_a_table_for_any_library_that_speaks_arrow(five):
    assert pl.DataFrame(five).equals(five.table)
    assert "<table" in five._repr_html_()


def test_the_comparison_is_a_table_for_pandas(five):
    pandas = pytest.importorskip("pandas")
    assert list(pandas.DataFrame.from_arrow(five).columns) == five.table.columns


def test_the_outcomes_have_a_row_for_each_future(five, document):
    table = five.outcomes
    assert table.height == len(PACKAGED) * FEW
    for one in document["arrangements"]:
        own = table.filter(pl.col("arrangement") == one["name"])
        assert own["future"].to_list() == list(range(FEW))
        for name in ("accepted", "authorised", "persons", "eur_per_year"):
            mean = own[name].mean()
            assert (mean is None) == (one[name]["mean"] is None), name
            assert mean is None or mean == pytest.approx(one[name]["mean"], rel=1e-12)


def test_an_outcome_without_meaning_is_null_not_nan(five):
    none = five.outcomes.filter(pl.col("arrangement") == "none")
    assert none["filled"].null_count() == FEW
    for column in five.outcomes.select(pl.selectors.float()).columns:
        assert not five.outcomes[column].is_nan().any(), column


def test_the_public_face_gives_what_it_lists():
    for name in holdfast.__all__:
        assert getattr(holdfast, name) is not None
    assert set(dir(holdfast)) == set(holdfast.__all__)
    with pytest.raises(AttributeError, match="no attribute 'compar'"):
        _ = holdfast.compar
    assert holdfast.packaged_cases() == ("ukraine",)


def test_a_case_may_be_named_by_its_folder(five):
    folder = Path(holdfast.cases.library()) / "cases" / "ukraine"
    assert said_of(compare(folder, ["none"], futures=FEW))["none"] == said_of(five)["none"]


@pytest.mark.parametrize(
    ("asked", "match"),
    [
        ({"bodies": ["un-council-procedure"]}, "authorises nothing by itself\n  Mend: name what it calls"),
        ({"date": dt.date(9999, 12, 31)}, "--date: 9999-12-31 is out of range"),
        ({"date": dt.date(1, 1, 1)}, "--date: 0001-01-01 is out of range"),
    ],
)
def test_a_step_on_the_way_and_a_day_of_no_file_are_refused(asked, match):
    with pytest.raises(UsageProblem, match=match):
        holdfast.authority("ukraine", "un-peacekeepers", futures=16, **asked)


def test_other_names_of_states_are_known():
    found = holdfast.authority(
        "ukraine",
        "un-peacekeepers",
        bodies=["un-security-council"],
        assumed={"UK": "yes", "Russian Federation": "no"},
        futures=16,
    ).document
    assert [one["state"] for one in found["assumed"]] == ["GBR", "RUS"]
    assert found["bodies"][0]["renew"] is None
