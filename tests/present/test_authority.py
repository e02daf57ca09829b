"""Who must agree, as text: what a reader needs to tell routes, bars and prices apart."""

import json
import re
from pathlib import Path

import pytest

from holdfast import authority, compare
from holdfast.present.authority import authority as told
from holdfast.present.authority import ballot
from holdfast.present.text import assessment, comparison
from holdfast.runs import assess

FEW = 16


@pytest.fixture(scope="module")
def document():
    return authority("ukraine", "un-peacekeepers", futures=FEW).document


@pytest.fixture(scope="module")
def barred():
    return authority(
        "ukraine",
        "reassurance-force",
        settlement="us-28-points",
        bodies=["host-invitation"],
        futures=FEW,
    ).document


def copied(document):
    return json.loads(json.dumps(document))


def body_of(document, key):
    (found,) = [body for body in document["bodies"] if body["body"] == key]
    return found


def flat(text):
    """Return a text with its folded lines joined."""
    return " ".join(text.split())


def section(document, key):
    """Return what is said of one route, folded lines joined."""
    name = body_of(document, key)["name"]
    (found,) = [part for part in told(document).split("\n\n") if part.startswith(f"{name}\n")]
    return flat(found)


def test_every_line_fits_and_none_has_blanks_at_its_end(document):
    lines = told(document).splitlines()
    assert max(map(len, lines)) <= 100
    assert all(line == line.rstrip() for line in lines)


def test_the_body_that_the_design_names_alone_is_marked(document):
    assert [body["body"] for body in document["bodies"] if body["named_by_design"]] == ["un-security-council"]
    names = [line for line in told(document).splitlines() if "*" in line and "%" in line]
    assert len(names) == 1
    assert names[0].startswith("Council*")


def test_mission_and_support_to_the_host_are_priced_apart(document):
    for body in document["bodies"]:
        parts = body["mission_eur_per_year"]["mean"] + body["support_eur_per_year"]["mean"]
        assert parts == pytest.approx(body["eur_per_year"]["mean"])
    text = flat(told(document))
    assert text.count("bn a year on every route") == 1
    changed = copied(document)
    body_of(changed, "un-security-council")["mission_eur_per_year"].update(low=2e8, high=7e8)
    assert "the mission as delivered, EUR 200-700 million a year." in section(changed, "un-security-council")


def test_support_that_differs_is_not_called_the_same(document):
    changed = copied(document)
    changed["bodies"][1]["support_eur_per_year"]["mean"] *= 2.0
    assert "on every route" not in flat(told(changed))


def test_where_hardly_anybody_would_come_it_is_said(document):
    assert "So hardly anybody would come." in section(document, "host-invitation")
    assert "hardly anybody" not in section(document, "un-security-council")
    (order,) = re.findall(r"Likeliest within 90 days, of those that deliver: ([^.]*)\.", flat(told(document)))
    assert "United Nations Security Council" in order
    assert "Invitation by the host" not in order


def test_a_veto_is_spoken_of_where_there_is_one(document):
    council = copied(document)
    assert body_of(council, "un-security-council")["vetoes"] == 5
    assert "one of the 5 seats with a veto stops it" in section(council, "un-security-council")
    body_of(council, "un-security-council")["vetoes"] = 0
    assert "9 of 15 in favour; nobody has a veto;" in section(council, "un-security-council")


def test_who_helps_without_a_vote_is_given_a_reason(document):
    (one,) = [one for one in body_of(document, "nato-council")["blockers"] if one["state"] == "RUS"]
    assert one["by"] == "acceptance"
    by = {one["state"]: one for one in body_of(document, "osce-minus-one")["blockers"]}
    assert by["RUS"]["by"] == "acceptance"
    assert by["UKR"]["by"] == "vote"
    assert by["BLR"]["follows"] == {"state": "RUS", "name": "Russia"}
    text = section(document, "osce-minus-one")
    assert "Russia (no vote that counts here, but others go by whether it accepts)" in text
    assert "Belarus (else votes as Russia does; abstaining is enough)" in text
    council = {one["state"]: one["by"] for one in body_of(document, "un-security-council")["blockers"]}
    assert council["RUS"] == council["CHN"] == "vote"
    assert "Russia, China" in section(document, "un-security-council")


def test_every_column_is_explained(document):
    text = flat(told(document))
    for words in ("Within 90 days: ", "Renews: if it is adopted", "Days, if adopted: from proposal"):
        assert text.count(words) == 1


def test_those_whose_condition_is_unmet_would_stay_away(document):
    assert "Would stay away, wholly or mostly, without a mandate of the United Nations: Austria" in section(
        document, "host-invitation"
    )


def test_questions_stand_with_their_figures_and_facts_are_in_the_document(document):
    text = flat(told(document))
    for one in document["principles"]:
        assert flat(one["question"]) in text
        assert flat(one["facts"]) not in text
        assert all(flat(figure["text"]) in text for figure in one["figures"])
        assert one["facts"]
        assert one["sources"]
    assert "(--json: facts and sources)" in text


def test_a_guarantee_is_asked_about_only_where_somebody_guarantees(document):
    assert "treaty-guarantee" not in {body["body"] for body in document["bodies"]}
    asked = authority("ukraine", "un-peacekeepers", bodies=["treaty-guarantee"], futures=FEW).document
    assert "all of 1 must ratify; the design names no guarantor" in section(asked, "treaty-guarantee")
    bound = authority("ukraine", "coalition-support", futures=FEW).document
    assert "the design names no guarantor" not in section(bound, "treaty-guarantee")
    assert "no mission to pay for" in section(bound, "treaty-guarantee")


def test_a_party_that_is_barred_is_not_said_to_refuse(barred):
    why = {one["party"]: one["why"] for one in barred["refusals"]}
    assert why == {"UKR": "refuses", "RUS": "barred"}
    text = told(barred)
    assert "Who refuses or is barred" in text
    assert "Russia: barred, not refused; turned by any one of" in text
    assert "Ukraine: turned by any one of" in text
    assert "No chance in any future while it is barred." in flat(text)


def test_nothing_is_said_of_a_mandate_that_nobody_can_give(barred):
    (row,) = [line for line in told(barred).splitlines() if line.startswith("Invitation by the host*")]
    renews, days, filled = re.split(r" {2,}", row)[-3:]
    assert (renews, days) == ("-", "-")
    assert filled.endswith("%")


def test_without_a_bar_the_heading_speaks_of_refusals_alone():
    refused = authority("ukraine", "reassurance-force", bodies=["host-invitation"], futures=FEW).document
    assert {one["why"] for one in refused["refusals"]} == {"refuses"}
    assert "Who refuses, and the smallest" in told(refused)


def test_the_war_that_goes_on_is_told_for_both_sides(document):
    text = told(document)
    assert "Beyond two or three years it says little." in flat(text)
    war = document["war_goes_on"]
    assert [one["year"] for one in war["by_year"]] == [1, 2, 3, 5, 10]
    for one in war["by_year"]:
        for kind in ("persons", "materiel", "casualties"):
            assert list(one[kind]) == ["UKR", "RUS"]
    assert "10 y " not in text.split("Who could")[0]
    ten = copied(document)
    ten["war_goes_on"]["by_year"][0]["persons"]["RUS"].update(low=123_000.0, high=456_000.0)
    assert "120,000-460,000" in told(ten)


def test_an_assessment_has_the_same_war_and_a_comparison_says_where_it_is(document):
    own = assess("ukraine", "un-peacekeepers", futures=FEW).document
    assert own["war_goes_on"] == document["war_goes_on"]
    block = told(document)[told(document).index("If it is refused") : told(document).index("Who could")]
    assert block.strip() in assessment(own)
    text = flat(comparison(compare("ukraine", ["none", "un-peacekeepers"], futures=FEW).document))
    assert "holdfast assess ukraine ARRANGEMENT, or holdfast authorise ukraine ARRANGEMENT" in text


def test_the_manual_names_every_key(document, barred):
    manual = (Path(__file__).parents[2] / "docs" / "files.md").read_text("utf-8")
    body, turn = document["bodies"][0], barred["refusals"][0]
    keys = {*body, *body["blockers"][0], *turn, *turn["changes"][0], *document["war_goes_on"]}
    keys |= set(document["war_goes_on"]["by_year"][0])
    manual = manual[manual.index("## Results") :]
    assert sorted(key for key in keys - {"name", "year"} if f"`{key}`" not in manual) == []


@pytest.mark.parametrize(
    ("against", "words"), [([], "needed.\n"), ([{"name": "Mali"}], "needed, and no vote against was a veto.")]
)
def test_a_recounted_quota_speaks_of_a_veto_only_where_somebody_voted_against(against, words):
    document = {
        "name": "Council",
        "members": 15,
        "date": "2025-02-24",
        "outcome": "adopted",
        "adopted": True,
        "rule": "quota_with_veto",
        "needed_yes": 9,
        "legal_basis": "Charter",
        "decisive": [],
        "notes": [],
        "yes": [{"name": "Kenya"}] * 10,
        "no": against,
        "abstain": [],
        "absent": [],
    }
    assert words in ballot(document)
