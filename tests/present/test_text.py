"""Text for a terminal: a hundred columns, no colour, the doubt beside the figure."""

import json
import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.runs.own import own_arrangement, own_phases

from holdfast import assess, compare
from holdfast.present.layout import table
from holdfast.present.text import SIGNALS, assessment, comparison
from holdfast.vocabulary.arrangement import Trigger

FEW = 16
CELLS = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Zs")), max_size=60)


NOTHING = {"mean": None, "low": None, "high": None, "computing_error": None}


@pytest.fixture(scope="module")
def compared():
    return compare("ukraine", futures=FEW).document


@pytest.fixture(scope="module")
def assessed():
    return assess("ukraine", "un-peacekeepers", futures=FEW).document


@pytest.fixture(scope="module")
def phased(tmp_path_factory):
    """Return an assessment of three phases, the second on a signal, the third by months."""
    path = own_phases(tmp_path_factory.mktemp("phased"), "{after_months: 24}")
    return assess("ukraine", path, futures=FEW).document


def copied(document):
    return json.loads(json.dumps(document))


def between(low: float, high: float) -> dict[str, float]:
    """Return a quantity whose mean, were it ever shown, would be seen at once."""
    return {"mean": 0.123456, "low": low, "high": high, "computing_error": 0.987654}


def part(text: str, begin: str) -> str:
    """Return the part of a text that begins with some words, folded lines joined."""
    (found,) = [one for one in text.split("\n\n") if one.startswith(begin)]
    return found


def row(text: str, name: str) -> list[str]:
    """Return the cells of the row of a table that begins with a name."""
    (found,) = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return re.split(r" {2,}", found.strip())


def widest(text: str) -> int:
    return max((len(line) for line in text.splitlines()), default=0)


@given(
    st.integers(2, 8).flatmap(
        lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=2, max_size=5)
    )
)
def test_a_table_is_never_wider_than_a_hundred_columns(cells):
    text = table(cells[0], cells[1:])
    assert widest(text) <= 100
    assert all(line == line.rstrip() for line in text.splitlines())


def test_a_table_holds_every_cell():
    text = table(
        ("name", "what", "how many"), [("first", "a thing\nbelow it", "1"), ("second", "", "22")], "llr"
    )
    words = text.split()
    assert all(word in words for word in ("name", "what", "many", "first", "below", "second", "22"))


def test_a_cell_is_no_markup():
    assert "[bold]x[/bold] :smile:" in table(("a", "b"), [("n", "[bold]x[/bold] :smile:")])


@pytest.mark.parametrize("name", ["COLUMNS", "LINES", "FORCE_COLOR", "TTY_COMPATIBLE", "NO_COLOR", "TERM"])
def test_the_terminals_settings_change_no_byte(name, compared, monkeypatch):
    before = comparison(compared)
    for value in ("40", "1", "dumb"):
        monkeypatch.setenv(name, value)
        assert comparison(compared) == before
    assert "\x1b" not in before


def test_a_saved_document_gives_the_same_text(compared):
    assert comparison(json.loads(json.dumps(compared))) == comparison(compared)


def test_every_line_fits_and_none_has_blanks_at_its_end(compared):
    text = comparison(compared)
    assert widest(text) <= 100
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "\n\n\n" not in text


def test_long_names_fit_as_well(tmp_path):
    title = "title: Civilian monitors, as in Donbas"
    name = "x" * 39 + "-" + "y" * 40
    own = own_arrangement(tmp_path, name=name, file="own", swaps={title: "title: " + "Langer" * 60})
    result = compare("ukraine", ["none", own], futures=FEW)
    assert widest(comparison(result.document)) <= 100
    full = assessment(assess("ukraine", own, futures=FEW).document)
    assert widest(full) <= 100
    assert "Langer" in full


def test_a_long_name_cuts_no_other_column_of_the_main_table(compared):
    changed = copied(compared)
    for one in changed["arrangements"]:
        one["name"] = f"{one['name']}-and-then-something-else"
        one["authorised"] |= between(0.7612, 0.9912)
    text = comparison(changed)
    assert "…" not in text
    main = text.split("\n\n")[1]
    assert "authorised" in main
    assert "76->99 %" in main


def test_no_number_is_parted_from_its_per_cent_sign(compared):
    for length in range(1, 40):
        changed = copied(compared)
        for found in changed["orderings"].values():
            found[0]["arrangement"] = "x" * length
        assert not re.search(r"^ *%", comparison(changed), re.MULTILINE)


def test_the_text_says_what_it_is_and_how_to_get_it_again(compared):
    text = comparison(compared)
    words = " ".join(text.split())
    assert "Consequences of stated assumptions, not a forecast." in words
    assert compared["manifest"]["id"] in words
    assert compared["settlement"]["title"] in words
    assert compared["limits"].strip() in words
    assert "5th to 95th percentile" in words
    for one in compared["arrangements"]:
        assert one["name"] in words
        assert all(" ".join(principle["question"].split()) in words for principle in one["principles"])


def test_durability_is_shown_as_a_range_alone(compared):
    """Holding beyond a few years has no single number: no mean of it stands in the text."""
    changed = json.loads(json.dumps(compared))
    for one in changed["arrangements"]:
        for name in ("hold_if_deployed", "hold_overall"):
            for quantity in one[name].values():
                quantity["mean"] = 0.123456
        for cause in one["causes"].values():
            cause["mean"] = cause["mission_present"]["mean"] = 0.123456
        for name in ("incidents", "if_it_fails"):
            for quantity in one[name].values():
                quantity["mean"] = quantity["computing_error"] = 0.123456
    assert comparison(changed) == comparison(compared)


def test_the_computing_error_never_stands_alone(compared):
    changed = json.loads(json.dumps(compared))
    for one in changed["arrangements"]:
        for name in (
            "accepted",
            "authorised",
            "filled",
            "persons",
            "attributed",
            "response_days",
            "eur_per_year",
        ):
            one[name]["computing_error"] = 0.987654
    assert comparison(changed) == comparison(compared)


def test_an_assessment_shows_ranges_alone(assessed):
    changed = json.loads(re.sub(r'"mean": [-+.e\d]+', '"mean": 0.123456', json.dumps(assessed)))
    assert assessment(changed) == assessment(assessed)


@pytest.mark.parametrize("settlement", ["none", "bare-truce"])
def test_what_has_no_meaning_is_a_dash_not_a_nought(settlement):
    text = comparison(compare("ukraine", futures=FEW, settlement=settlement).document)
    assert "nan" not in text.lower().split()
    assert "None" not in text
    assert widest(text) <= 100


# --- While it holds, and if it fails ----------------------------------------------------------

WHILE = "Once deployed: what happens while it holds, and if it fails"


def test_what_happens_while_it_holds_and_if_it_fails_is_a_row_for_each_arrangement(compared):
    changed = copied(compared)
    for one in changed["arrangements"]:
        one["incidents"]["true_per_week"] = between(47.8, 2_741.0)
        one["incidents"]["recorded_per_week"] = between(0.04, 3.21)
        one["if_it_fails"]["major_war"] = between(0.004, 0.456)
        one["if_it_fails"]["drawn_in"] = between(0.05, 0.335)
    told = part(comparison(changed), WHILE)
    for one in changed["arrangements"]:
        assert row(told, one["name"]) == [one["name"], "48-2,700", "<0.1-3.2", "<1-46 %", "5-34 %"]
    assert "within 5 y" in told


def test_true_and_recorded_incidents_stand_in_columns_of_their_own(compared):
    told = part(comparison(compared), WHILE)
    heads = [line for line in told.splitlines()[:3] if "true incidents" in line]
    assert re.search(r"true incidents +recorded", heads[0])
    assert "those of them that the mission sees" in " ".join(told.split())
    without = row(told, "none")
    assert without[1] != "0"
    assert without[2] == "0"


def test_the_new_table_stands_behind_the_first_ones(compared):
    """The README shows the beginning: it ends with the differences."""
    text = comparison(compared)
    assert text.index("Against 'none'") < text.index(WHILE) < text.index("Whose change of mind")


def test_war_and_partners_drawn_in_are_put_in_order_without_a_number_of_their_own(compared):
    changed = copied(compared)
    changed["orderings"] = {
        "major_war": [
            {"arrangement": "b", "share_higher": None, "share_lower": None, "settled": None},
            {"arrangement": "a", "share_higher": 0.62, "share_lower": 0.38, "settled": True},
            {"arrangement": "c", "share_higher": 0.995, "share_lower": 0.005, "settled": False},
            {"arrangement": "d", "share_higher": 0.0, "share_lower": 0.0, "settled": False},
        ],
        "drawn_in": [{"arrangement": "b", "share_higher": None, "share_lower": None, "settled": None}],
    }
    told = part(comparison(changed), WHILE)
    assert "    major war: b; a (62 %); c (>99 %; order not settled); d (the same)." in told
    assert "partners drawn in: b" not in told
    changed["orderings"]["major_war"] = []
    assert "From least to most" not in comparison(changed)


def test_the_order_is_that_of_the_document(compared):
    told = " ".join(part(comparison(compared), WHILE).split())
    for outcome, words in (("major_war", "major war"), ("drawn_in", "partners drawn in")):
        line = told[told.rindex(f"{words}: ") :]
        places = [line.index(one["arrangement"]) for one in compared["orderings"][outcome]]
        assert places == sorted(places)


def test_an_assessment_tells_incidents_and_failure_in_full(assessed):
    changed = copied(assessed)
    one = changed["arrangement"]
    for key, ends in (
        ("true_per_week", (44.5, 2_713.0)),
        ("heavy_per_week", (4.95, 480.0)),
        ("recorded_per_week", (3.79, 907.0)),
        ("deaths_per_year", (19.3, 4_037.0)),
        ("mission_deaths_per_year", (0.0, 7.6)),
    ):
        one["incidents"][key] = between(*ends)
    for key, ends in (
        ("attack_by_host", (0.001, 0.035)),
        ("attack_by_opponent", (0.0757, 0.429)),
        ("limited_war", (0.088, 0.478)),
        ("major_war", (0.09, 0.454)),
        ("drawn_in", (0.046, 0.356)),
        ("repelled_if_attacked", (0.348, 0.947)),
        ("ground_km2_if_attacked", (299.6, 6_420.0)),
        ("losses_if_it_fails", (43_500.0, 361_905.0)),
    ):
        one["if_it_fails"][key] = between(*ends)
    text = assessment(changed)
    held = part(text, "What happens while it holds, over 5 years")
    assert row(held, "true incidents a week")[1] == "44-2,700"
    assert row(held, "of the true ones, heavy ones")[1] == "5.0-480"
    assert row(held, "of the true ones, recorded")[1] == "3.8-910"
    assert row(held, "deaths a year from them")[1] == "19-4,000"
    assert row(held, "the mission's own dead a year")[1] == "0-7.6"
    failed = part(text, "If it fails within 5 years")
    names = {party["role"]: party["name"] for party in one["accepted_by"]}
    assert row(failed, f"planned attack by {names['host']}")[1] == "<1-4 %"
    assert row(failed, f"planned attack by {names['opponent']}")[1] == "8-43 %"
    assert row(failed, "limited war")[1] == "9-48 %"
    assert row(failed, "major war, at once or within its first year")[1] == "9-45 %"
    assert row(failed, f"partners drawn in beside {names['host']}")[1] == "5-36 %"
    assert row(failed, f"of attacks by {names['opponent']}, repelled")[1] == "35-95 %"
    assert row(failed, "km2 taken in such an attack")[1] == "300-6,400"
    assert row(failed, "killed and wounded on both sides, if it fails")[1] == "44,000-360,000"
    words = " ".join(failed.split())
    assert "Ground and losses are those of the first year of a resumed war" in words
    assert "and wide" in words
    assert widest(text) <= 100


def test_what_has_no_meaning_brings_no_table(compared, assessed):
    changed, single = copied(compared), copied(assessed)
    for one in (*changed["arrangements"], single["arrangement"]):
        for name in ("incidents", "if_it_fails"):
            one[name] = dict.fromkeys(one[name], NOTHING)
    changed["orderings"] = {"major_war": [], "drawn_in": []}
    assert WHILE not in comparison(changed)
    text = assessment(single)
    assert "What happens while it holds" not in text
    assert "If it fails within" not in text


def test_one_amount_without_meaning_is_a_dash(assessed):
    changed = copied(assessed)
    changed["arrangement"]["if_it_fails"]["repelled_if_attacked"] = NOTHING
    assert row(part(assessment(changed), "If it fails within"), "of attacks by")[1] == "-"


@pytest.mark.parametrize("end", [1e-9, 1.0, 1e12])
def test_the_new_tables_fit_whatever_stands_in_them(end, compared, assessed):
    changed, single = copied(compared), copied(assessed)
    for one in (*changed["arrangements"], single["arrangement"]):
        one["incidents"] = dict.fromkeys(one["incidents"], between(end / 1.7, end))
        one["if_it_fails"] = dict.fromkeys(one["if_it_fails"], between(min(end, 1.0) / 1.7, min(end, 1.0)))
        one["if_it_fails"]["ground_km2_if_attacked"] = between(end / 1.7, end)
        one["if_it_fails"]["losses_if_it_fails"] = between(end / 1.7, end)
    assert widest(comparison(changed)) <= 100
    assert widest(assessment(single)) <= 100


# --- Phases -----------------------------------------------------------------------------------


def test_a_phase_says_when_it_starts(phased):
    changed = copied(phased)
    first, second, third = changed["plan"]
    second["begun_in_futures"], third["begun_in_futures"] = 0.625, 0.5
    words = " ".join(assessment(changed).split())
    assert "Phase 'first', from month 0 " in words
    assert (
        "Phase 'second', once the mission records at least 50 incidents a week: in 62 % of futures within "
        "5 years, if the ceasefire holds so long " in words
    )
    assert "Phase 'third', from month 24: in 50 % of futures within 5 years, if the" in words
    assert "those of the last phase" in words
    third["begun_in_futures"] = 1.0
    assert "Phase 'third', from month 24 " in " ".join(assessment(changed).split())
    second["begun_in_futures"] = None
    assert "at least 50 incidents a week " in " ".join(assessment(changed).split())
    assert first["starts_on"] is None


@pytest.mark.parametrize(
    ("signal", "threshold", "when", "words"),
    [
        ("violation_rate", 7.5, "at_most", "once the mission records at most 7.5 incidents a week"),
        ("denied_access", 0.2, "at_least", "once at least 20 % of the mission's patrols are turned back"),
        ("shortfall", 0.3, "at_most", "once at most 30 % of the persons planned are not there"),
        (
            "casualties",
            10.0,
            "at_least",
            "once at least 10 of the mission have died by hostile act in the phase before",
        ),
        ("settlement_reached", None, None, "once a final settlement is reached"),
    ],
)
def test_every_signal_is_told_in_words(signal, threshold, when, words, phased):
    changed = copied(phased)
    changed["plan"][1]["starts_on"] = {"signal": signal, "threshold": threshold, "when": when}
    text = assessment(changed)
    assert f"Phase 'second', {words}: in " in " ".join(text.split())
    assert widest(text) <= 100


def test_every_signal_that_a_phase_may_wait_for_has_words():
    wanted = get_args(get_args(Trigger.model_fields["signal"].annotation)[0])
    assert set(SIGNALS) == set(wanted)


def test_a_design_of_one_phase_has_no_last_one(assessed):
    assert "last phase" not in assessment(assessed)


def test_what_each_party_weighs_is_told_in_stakes(assessed):
    changed = copied(assessed)
    ends = {
        "settlement": (-0.5, 0.25),
        "war": (0.0, 1.0),
        "attack_now": (-2.0, -1.0),
        "attack_ahead": (0.1, 0.2),
    }
    for party in changed["arrangement"]["stakes"]:
        party |= {key: between(*two) for key, two in ends.items()}
    told = part(assessment(changed), "What each weighs, in stakes")
    for party in changed["arrangement"]["stakes"]:
        cells = ["-0.50 to +0.25", "+0.00 to +1.00", "-2.00 to -1.00", "+0.10 to +0.20"]
        assert row(told, party["name"]) == [party["name"], *cells]


def test_how_often_the_mission_is_there_stands_beside_how_long_it_holds(assessed):
    changed = copied(assessed)
    for point in changed["curves"]:
        point["holds"], point["mission_there_in_futures"] = between(0.25, 0.75), point["month"] / 240.0
    told = part(assessment(changed), "If deployed, over time")
    lines = [re.split(r" {2,}", line.strip()) for line in told.splitlines()]
    assert ["5", "25-75 %", "25 %"] in lines
    assert ["10", "25-75 %", "50 %"] in lines
