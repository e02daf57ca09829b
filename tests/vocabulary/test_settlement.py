"""Settlement: every clause is coded by a variable, and variables that contradict each other are refused."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic import ValidationError

from holdfast.cases import library, read_document
from holdfast.errors import HoldfastError
from holdfast.vocabulary.settlement import CODES, Clause, ClauseName, Settlement, Terms

FOLDER = library() / "cases" / "ukraine" / "settlements"
FILES = sorted(FOLDER.glob("*.yaml"))

REQUIRED = {
    "ceasefire": True,
    "imposed": None,
    "foreign_troops": None,
    "army_cap_persons": None,
    "buffer_km": None,
    "joint_commission": None,
    "recognition": None,
    "land": None,
    "sanctions": None,
    "snap_back": None,
    "guarantee": None,
    "alliance": None,
}
"""What a file of the first release had to give."""


def test_every_clause_is_coded_by_a_variable():
    assert set(CODES.values()) == set(get_args(ClauseName))


def test_every_variable_codes_a_clause():
    assert list(CODES) == list(Terms.model_fields)


def test_there_are_24_clauses_and_no_two_variables_code_the_same():
    assert len(get_args(ClauseName)) == len(set(CODES.values())) == len(CODES) == 24


def test_a_file_of_the_first_release_means_what_it_meant():
    # within a format version keys are only added, and leaving one out is null
    terms = Terms.model_validate(REQUIRED)
    assert {name for name, field in Terms.model_fields.items() if field.is_required()} == set(REQUIRED)
    assert all(getattr(terms, name) is None for name in set(Terms.model_fields) - {"ceasefire"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_packaged_settlements_write_every_variable_and_every_clause(path):
    settlement = read_document(path).word
    assert isinstance(settlement, Settlement)
    assert settlement.terms.model_fields_set == set(CODES)
    assert {one.clause for one in settlement.clauses} == set(get_args(ClauseName))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_was_not_seen_is_not_coded(path):
    # but for one: who pressed whom is known from beside the text, and the notes say so
    settlement = read_document(path).word
    assert isinstance(settlement, Settlement)
    says = {one.clause: one.says for one in settlement.clauses}
    coded = {name for name in CODES if getattr(settlement.terms, name) is not None}
    assert {name for name in coded if says[CODES[name]] == "unknown"} <= {"imposed"}


@pytest.mark.parametrize(("belt", "zone"), [(4.9, 10.0), (0.0, 1.0)])
def test_a_belt_narrower_than_its_side_of_the_zone_is_refused(belt, zone):
    with pytest.raises(ValidationError, match="inside the zone that both sides leave") as refused:
        Terms.model_validate({**REQUIRED, "belt_km": belt, "buffer_km": zone})
    (error,) = refused.value.errors()
    assert f"at least {zone / 2:g}" in error["ctx"]["mend"]


@pytest.mark.parametrize(("belt", "zone"), [(5.0, 10.0), (50.0, 10.0), (0.0, 0.0), (None, 10.0), (0.0, None)])
def test_a_belt_as_deep_as_its_side_of_the_zone_is_not(belt, zone):
    terms = Terms.model_validate({**REQUIRED, "belt_km": belt, "buffer_km": zone})
    assert terms.belt_km == belt


def test_the_file_names_the_line_and_the_mend(tmp_path):
    text = (FOLDER / "political-settlement.yaml").read_text("utf-8")
    path = tmp_path / "narrow.yaml"
    path.write_text(text.replace("belt_km: 50", "belt_km: 4.5"), "utf-8")
    with pytest.raises(HoldfastError) as refused:
        _ = read_document(path).word
    said = str(refused.value)
    assert "terms: heavy weapons would stand inside the zone" in said
    assert "Mend: give belt_km of at least 5" in said


def test_quantities_may_be_given_with_a_unit():
    terms = Terms.model_validate({**REQUIRED, "belt_km": "10 mi", "guarantee_years": "120 months"})
    assert terms.belt_km == pytest.approx(16.09344)
    assert terms.guarantee_years == pytest.approx(10.0)


def test_a_clause_that_says_something_needs_its_words_and_their_source():
    Clause(clause="elections", says="silent", text=None, sources=(), confidence=None)
    with pytest.raises(ValidationError, match="needs text, sources and confidence"):
        Clause(clause="elections", says="text", text="soon", sources=(), confidence="A")
    with pytest.raises(ValidationError, match="has no text"):
        Clause(clause="elections", says="silent", text="soon", sources=(), confidence=None)
