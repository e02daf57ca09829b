"""Text for a terminal: a hundred columns, no colour, the doubt beside the figure."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.runs.own import own_arrangement

from holdfast import assess, compare
from holdfast.present.text import assessment, comparison, table

FEW = 16
CELLS = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Zs")), max_size=60)


@pytest.fixture(scope="module")
def compared():
    return compare("ukraine", futures=FEW).document


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


def test_an_assessment_shows_ranges_alone():
    document = assess("ukraine", "un-peacekeepers", futures=FEW).document
    changed = json.loads(re.sub(r'"mean": [-+.e\d]+', '"mean": 0.123456', json.dumps(document)))
    assert assessment(changed) == assessment(document)


@pytest.mark.parametrize("settlement", ["none", "bare-truce"])
def test_what_has_no_meaning_is_a_dash_not_a_nought(settlement):
    text = comparison(compare("ukraine", futures=FEW, settlement=settlement).document)
    assert "nan" not in text.lower().split()
    assert "None" not in text
    assert widest(text) <= 100
