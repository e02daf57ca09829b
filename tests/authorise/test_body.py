"""Bodies and ballots as they are read from files."""

import datetime as dt

import pytest
from pydantic import ValidationError

from holdfast.authorise import members_of
from holdfast.vocabulary.ballot import Ballot
from holdfast.vocabulary.body import BodiesFile, Body, days_covered, lacking, periods, sitting

QUOTA = {"kind": "quota_with_veto", "required_yes": 2, "party_abstains": "never"}
UNANIMITY = {
    "kind": "unanimity_with_constructive_abstention",
    "limit_states": {"numerator": 1, "denominator": 3},
    "limit_population": {"numerator": 1, "denominator": 3},
}
TWO_THIRDS = {"kind": "share_of_voting", "share_yes": {"numerator": 2, "denominator": 3}}
INVITATION = {"kind": "host_invitation", "host": "UKR", "minimum_contributors": 2}


def body(rule, members, **changed):
    return Body.model_validate(
        {
            "key": "a-body",
            "name": "A body",
            "rule": rule,
            "members": members,
            "effect": "binds",
            "gives_un_mandate": False,
            "legal_basis": "A treaty",
            "renewal_months": 12,
            "decision_days": "days-to-decide",
            "sources": ["A1"],
            "confidence": "A",
        }
        | changed
    )


def seats(*states, **more):
    return [{"state": state} | more for state in states]


def test_a_date_decides_who_sits():
    terms = [
        {"state": "RUS", "veto": True},
        {"state": "JPN", "since": "2023-01-01", "until": "2024-12-31"},
        {"state": "DNK", "since": "2025-01-01", "until": "2026-12-31"},
        {"state": "JPN", "since": "2032-01-01", "until": "2033-12-31"},
    ]
    council = body(QUOTA, terms)
    on = lambda *day: [seat.state for seat in sitting(council, dt.date(*day))]  # noqa: E731
    assert on(2022, 12, 31) == ["RUS"]
    assert on(2023, 1, 1) == on(2024, 12, 31) == ["RUS", "JPN"]
    assert on(2025, 1, 1) == ["RUS", "DNK"]
    assert on(2032, 6, 1) == ["RUS", "JPN"]


def test_members_of_carries_veto_population_and_party():
    malta = seats("MLT", population_millions=0.563)
    union = body(UNANIMITY, malta + seats("DEU", population_millions=83.456))
    small, large = members_of(union, dt.date(2026, 1, 1), parties={"DEU"})
    assert (small.state, small.population, small.party) == ("MLT", 56, False)
    assert (large.state, large.population, large.party) == ("DEU", 8346, True)
    assert small.bloc is large.bloc is None  # a body's file knows no blocs


@pytest.mark.parametrize(
    ("rule", "members", "word"),
    [
        (QUOTA, [{"state": "JPN"}, {"state": "JPN", "since": "2025-01-01"}, {"state": "RUS"}], "two seats"),
        (
            QUOTA,
            [*seats("RUS"), {"state": "JPN", "until": "2024-12-31"}, {"state": "JPN", "since": "2024-12-31"}],
            "two seats",
        ),
        (QUOTA, [{"state": "JPN", "since": "2025-01-01", "until": "2024-01-01"}], "ends before"),
        (TWO_THIRDS, seats("RUS", veto=True), "veto means something only"),
        ({"kind": "consensus"}, seats("RUS", veto=True), "veto means something only"),
        (QUOTA, seats("RUS"), "quota is never met"),
        (
            QUOTA,
            [{"state": "JPN", "until": "2024-12-31"}, {"state": "DNK", "since": "2025-01-01"}],
            "quota is never met",
        ),
        (UNANIMITY, seats("DEU"), "needs population_millions"),
        ({"kind": "consensus"}, [], "needs members"),
        (INVITATION, seats("FRA", "GBR"), "holds no seat"),
        (INVITATION, seats("UKR", "GBR"), "more than the contributors"),
        ({"kind": "ratification", "required": ["UKR", "RUS"]}, seats("UKR", "USA"), "holds no seat"),
        ({"kind": "consensus", "excepted": ["RUS"]}, seats("UKR", "USA"), "holds no seat"),
        ({"kind": "ratification", "required": ["UKR", "UKR"]}, seats("UKR"), "twice"),
        (
            {"kind": "share_of_voting", "share_yes": {"numerator": 1, "denominator": 2}},
            seats("UKR"),
            "above one half",
        ),
        (
            {"kind": "share_of_voting", "share_yes": {"numerator": 3, "denominator": 2}},
            seats("UKR"),
            "must not exceed",
        ),
        ({"kind": "acclamation"}, seats("UKR"), "acclamation"),
        ({"kind": "consensus", "members": 57}, seats("UKR"), "Extra inputs"),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(rule, members, word):
    with pytest.raises(ValidationError, match=word):
        body(rule, members)


def test_contributors_may_come_from_the_arrangement():
    assert body(INVITATION, []).members == ()
    assert len(body(INVITATION, seats("UKR", "GBR", "FRA")).members) == 3


def test_bodies_survive_writing_and_reading():
    union = body(UNANIMITY, seats("DEU", population_millions=83.46))
    file = BodiesFile(title="Bodies", bodies=(union,))
    assert BodiesFile.model_validate_json(file.model_dump_json()) == file


def ballot(**changed):
    return Ballot.model_validate(
        {
            "key": "es-11-1",
            "title": "A vote",
            "held_on": "2022-03-02",
            "body": "assembly",
            "yes": ["UKR", "FRA"],
            "no": ["RUS"],
            "abstain": ["CHN"],
            "absent": ["MAR"],
            "carried": True,
            "sources": ["A1"],
            "confidence": "A",
        }
        | changed
    )


def test_a_ballot_gives_each_vote():
    assert ballot().votes() == {"UKR": "yes", "FRA": "yes", "RUS": "no", "CHN": "abstain", "MAR": "absent"}


@pytest.mark.parametrize("again", [{"yes": ["UKR", "UKR"]}, {"absent": ["RUS"]}])
def test_no_state_votes_twice(again):
    with pytest.raises(ValidationError, match="stands twice"):
        ballot(**again)


def test_a_body_says_how_many_seats_it_has_and_on_which_days_it_has_them():
    terms = [
        {"state": "RUS"},
        {"state": "JPN", "since": "2023-01-01", "until": "2024-12-31"},
        {"state": "DNK", "since": "2025-01-01", "until": "2026-12-31"},
        {"state": "ISL", "since": "2028-01-01", "until": "2028-12-31"},
    ]
    council = body(QUOTA, terms, seats=2)
    assert lacking(council, dt.date(2024, 12, 31)) is None
    assert lacking(council, dt.date(2027, 1, 1)) == "has 1 of its 2 seats written down"
    assert days_covered(council) == "2023-01-01 to 2026-12-31, 2028-01-01 to 2028-12-31"
    assert [str(first) for first, _ in periods(council)] == [
        "1900-01-01",
        "2023-01-01",
        "2025-01-01",
        "2027-01-01",
        "2028-01-01",
        "2029-01-01",
    ]
    assert lacking(body(QUOTA, terms), dt.date(2027, 1, 1)) == "needs 2 votes and has 1 seats written down"
    treaty = body({"kind": "ratification", "required": ["RUS", "JPN"]}, terms)
    assert lacking(treaty, dt.date(2022, 1, 1)) == "has no seat written down for JPN"
    assert lacking(body(INVITATION, []), dt.date(2022, 1, 1)) is None
    with pytest.raises(ValidationError, match="the most that are held on any one day is 2"):
        body(QUOTA, terms, seats=3)
