"""Regions: every country lies in one, as the standard M49 has it, and a state with an offer must."""

from __future__ import annotations

import re
import shutil
from collections import Counter

import pytest

from holdfast.cases import MODELS, library, load_case, read_document, shelf
from holdfast.files.checking import build
from holdfast.files.formats import headed
from holdfast.files.problems import FileProblems
from holdfast.files.reading import parse

# numbers of the standard's regions at their finest, with how many members and observers of the United Nations
# it puts into each
_NUMBERS = (5, 11, 13, 14, 15, 17, 18, 21, 29, 30, 34, 35, 39, 53, 54, 57, 61, 143, 145, 151, 154, 155)
_STATES = (12, 16, 8, 18, 6, 9, 5, 2, 13, 5, 9, 11, 15, 2, 4, 5, 3, 5, 18, 10, 10, 9)
MEMBERS = dict(zip(_NUMBERS, _STATES, strict=True))
# those that an eye which looks for alliances would put elsewhere
ODD = {
    "GBR": "Northern Europe",
    "EST": "Northern Europe",
    "IRL": "Northern Europe",
    "TUR": "Western Asia",
    "CYP": "Western Asia",
    "GEO": "Western Asia",
    "AUT": "Western Europe",
    "SVN": "Southern Europe",
    "POL": "Eastern Europe",
    "IRN": "Southern Asia",
    "EGY": "Northern Africa",
    "RWA": "Eastern Africa",
    "MEX": "Central America",
}

WHOLE = load_case("ukraine")


@pytest.fixture(scope="module")
def listed():
    return read_document(library() / "countries.yaml").word


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """Give a function that loads the packaged case from a library with another list of countries."""
    folder = tmp_path / "library"
    shutil.copytree(library(), folder)

    def load(old, new):
        path = folder / "countries.yaml"
        text, times = re.subn(old, new, path.read_text("utf-8"))
        assert times == 1
        path.write_text(text, "utf-8")
        monkeypatch.setattr(shelf, "library", lambda: folder)
        return load_case("ukraine")

    return load


def test_every_country_lies_in_one_region_of_the_standard(listed):
    inside = Counter(state for region in listed.regions for state in region.states)
    assert inside == Counter(country.code for country in listed.countries)
    assert {region.number: len(region.states) for region in listed.regions} == MEMBERS
    assert len({region.name for region in listed.regions}) == len(MEMBERS)


def test_the_regions_name_their_source(listed):
    assert listed.sources
    assert listed.confidence


def test_a_case_knows_the_region_of_each_of_its_states():
    assert {code: WHOLE.regions[code] for code in ODD} == ODD
    assert set(WHOLE.states) <= set(WHOLE.regions)


def test_a_state_with_an_offer_and_no_region_is_refused_at_its_line(copied):
    with pytest.raises(FileProblems) as found:
        copied(r"\[CAN, USA\]", "[USA]")
    (problem,) = found.value.problems
    assert problem.field == "states[CAN]"
    assert problem.wrong == "makes an offer, and lies in no region"
    assert "CAN" in problem.mend
    assert "countries.yaml" in problem.mend
    lines = (library() / "cases" / "ukraine" / "states.yaml").read_text("utf-8").splitlines()
    assert "code: CAN" in lines[problem.line - 1]


def test_a_state_without_an_offer_needs_no_region(copied):
    case = copied(r", MEX, ", ", ")
    assert not case.states["MEX"].offers
    assert "MEX" not in case.regions


def test_all_without_a_region_are_told_at_once(copied):
    with pytest.raises(FileProblems) as found:
        copied(r"(?s)\nregions:.*?\nsources:", "\nsources:")
    offering = {code for code, state in WHOLE.states.items() if state.offers}
    assert {problem.field for problem in found.value.problems} == {f"states[{code}]" for code in offering}


def test_a_state_in_two_regions_is_refused():
    text = (
        "holdfast: countries/1\ntitle: Two\ncountries:\n  - code: FRA\n    name: France\n"
        "regions:\n  - {number: 155, name: West, states: [FRA]}\n"
        "  - {number: 154, name: North, states: [FRA]}\n"
    )
    top = headed(parse(text.encode(), "countries.yaml"))
    with pytest.raises(FileProblems) as found:
        build(top.body, MODELS["countries"])
    (problem,) = found.value.problems
    assert problem.wrong == "FRA stands in 'West' and in 'North'"
    assert problem.mend == "keep one"


def test_a_list_of_countries_without_regions_reads_as_before():
    text = b"holdfast: countries/1\ntitle: One\ncountries:\n  - code: FRA\n    name: France\n"
    found = build(headed(parse(text, "countries.yaml")).body, MODELS["countries"])
    assert found.model_dump()["regions"] == ()
