"""The breach ladder as text: every breach and promise, within the width, and no number without a meaning."""

from __future__ import annotations

import copy
import re
from typing import get_args

import pytest

from holdfast.present import ladder as presented
from holdfast.present.layout import WIDTH
from holdfast.present.numbers import days, share
from holdfast.runs.responding import ladder
from holdfast.vocabulary.arrangement import Decider

DESIGNS = ("breach-ladder", "reassurance-force", "coalition-support", "osce-monitors", "none")


@pytest.fixture(scope="module")
def documents():
    return {name: ladder("ukraine", name, futures=64).document for name in DESIGNS}


def in_one_line(document):
    return " ".join(presented.ladder(document).split())


@pytest.mark.parametrize("name", DESIGNS)
def test_the_text_is_within_the_width_and_has_no_number_without_meaning(name, documents):
    text = presented.ladder(documents[name])
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert re.search(r"\b(nan|inf|None)\b", text) is None
    assert all(line == line.rstrip() for line in text.splitlines())
    assert text.endswith("\n")


@pytest.mark.parametrize("name", DESIGNS)
def test_every_breach_and_promise_is_told(name, documents):
    said = in_one_line(documents[name])
    for phase in documents[name]["phases"]:
        for breach in phase["breaches"]:
            # titles are folded within a column: their first word stands in it
            assert breach["title"].split()[0] in said
        for promise in phase["promises"]:
            assert promise["words"] in said
            assert f"Decides: {presented.DECIDERS[promise['decider']]}." in said
            for caveat in promise["caveats"]:
                assert caveat in said


def test_who_decides_has_words_whoever_it_is():
    assert set(presented.DECIDERS) == {*get_args(Decider), None}


def test_what_stands_in_the_table_is_what_the_document_says(documents):
    document = documents["breach-ladder"]
    text = presented.ladder(document)
    [row] = [line for line in text.splitlines() if line.startswith("Local grab of ground  ")]
    [grab] = [one for one in document["phases"][0]["breaches"] if one["breach"] == "grab"]
    for words in (
        days(grab["clock_days"]["mean"]),
        share(grab["seen"]["mean"]),
        days(grab["known_days"]["mean"]),
        share(grab["sent"]["mean"]),
        share(grab["in_time"]["mean"]),
    ):
        assert words in row
    assert row.endswith(presented.RUNGS[grab["weakest"]].split()[0]) or "keep" in row


def test_why_nothing_comes_stands_in_the_table(documents):
    assert "no promise answers it" in in_one_line(documents["breach-ladder"])


def test_a_design_that_promises_nothing_is_told_so(documents):
    document = copy.deepcopy(documents["none"])
    for phase in document["phases"]:
        phase["promises"] = []
        for breach in phase["breaches"]:
            breach |= {"promises": [], "nothing_because": "nobody promises anything"}
    said = in_one_line(document)
    assert "Nobody promises to answer a breach" in said
    assert "Who promises what" not in said


def test_phases_are_named_where_there_are_several(documents):
    document = copy.deepcopy(documents["none"])
    assert "Phase " not in presented.ladder(document)
    document["phases"] = [{**document["phases"][0], "name": name} for name in ("first", "second")]
    assert "Phase first" in presented.ladder(document)
    assert "Phase second" in presented.ladder(document)


def test_long_names_of_promises_stay_within_the_width(documents):
    document = copy.deepcopy(documents["breach-ladder"])
    for breach in document["phases"][0]["breaches"]:
        for one in breach["promises"]:
            one["promise"] = f"{one['promise']}-with-a-name-that-is-much-too-long-for-a-column"
    assert max(len(line) for line in presented.ladder(document).splitlines()) <= WIDTH
