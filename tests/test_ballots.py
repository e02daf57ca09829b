"""The recorded votes of the packaged case: they add up, their rules carry them, and outside tables agree."""

import csv
import datetime as dt
from collections import Counter

import pytest

from holdfast.authorise.proposal import Member
from holdfast.authorise.ruling import ruling
from holdfast.cases import load_case
from holdfast.vocabulary.ballot import Ballot
from holdfast.vocabulary.body import Body, QuotaWithVeto, sitting

CASE = load_case("ukraine")
BALLOTS = CASE.ballots
COUNCIL = {"un-security-council", "un-council-procedure"}
PERMANENT = {"CHN", "FRA", "GBR", "RUS", "USA"}
SEATED_FROM = 2014
"""First year for which the case lists who sat in the Council."""
ASSEMBLY = "un-general-assembly"
OFFICIAL = {
    "68-262": (100, 11, 58),
    "71-205": (70, 26, 77),
    "72-190": (70, 26, 76),
    "73-194": (66, 19, 72),
    "73-263": (65, 27, 70),
    "74-17": (63, 19, 66),
    "74-168": (65, 23, 83),
    "75-29": (63, 17, 62),
    "75-192": (64, 23, 86),
    "76-70": (62, 22, 55),
    "76-179": (65, 25, 85),
    "es-11-1": (141, 5, 35),
    "es-11-2": (140, 5, 38),
    "es-11-3": (93, 24, 58),
    "es-11-4": (143, 5, 35),
    "es-11-5": (94, 14, 73),
    "77-229": (82, 14, 80),
    "es-11-6": (141, 7, 32),
    "78-221": (78, 15, 79),
    "78-316": (99, 9, 60),
    "79-184": (81, 14, 80),
    "es-11-7": (93, 18, 65),
    "es-11-8": (93, 8, 73),
    "es-11-9": (91, 12, 57),
    "80-223": (79, 16, 73),
    "assembly-2026-02": (107, 12, 51),
    "assembly-2026-02-paragraphs": (11, 69, 62),
    "council-s-2014-189": (13, 1, 1),
    "council-s-2015-562": (11, 1, 3),
    "council-s-2022-155": (11, 1, 3),
    "council-2623": (11, 1, 3),
    "council-s-2022-231": (2, 0, 13),
    "council-s-2022-720": (10, 1, 4),
    "council-s-2022-821": (2, 3, 10),
    "council-s-2023-212": (3, 0, 12),
    "council-s-2025-114": (6, 1, 8),
    "council-s-2025-115": (9, 1, 5),
    "council-2774": (10, 0, 5),
    "council-s-1999-201": (13, 1, 1),
    "council-s-2009-310": (10, 1, 4),
    "council-2790": (15, 0, 0),
    "council-2803": (13, 0, 2),
}
"""Tallies as the records of the meetings and the press give them (yes, no, abstain)."""
ASKS_NOTHING_CODED = {
    "assembly-2026-02-paragraphs",
    "council-agenda-2022-01-31",
    "council-speaker-2022-08-24",
    "eu-veto-2006-11-24",
    "eu-veto-2022-12-06",
    "eu-veto-2023-12-15",
    "eu-veto-2024-05-27",
    "eu-veto-2025-03-06",
    "eu-loan-2026-02-20",
    "eu-facility-2022-02-28",
    "eu-talks-2023-12-14",
    "eu-facility-2024-02-01",
}
"""Texts on money, arms, agendas and accession, which the list of asks does not know."""
STAND_ALONE = (
    *("AFG", "BLR", "BRA", "CHN", "ERI", "IND", "IRN", "ISR", "MNG"),
    *("PAK", "PRK", "RUS", "SRB", "SYR", "TUR", "UKR", "USA"),
)
"""States that are in no bloc."""
ISO_OF_THE_EU = {"PL": "POL", "HU": "HUN", "SK": "SVK"}


def named(ballot: Ballot) -> tuple[int, int, int]:
    return len(ballot.yes), len(ballot.no), len(ballot.abstain)


def counted(ballot: Ballot) -> tuple[int, int, int]:
    """The official count, or that of the names where all are known."""
    return named(ballot) if ballot.tally is None else tuple(ballot.tally.model_dump().values())


def seats(ballot: Ballot) -> set[str]:
    return {seat.state for seat in sitting(CASE.bodies[ballot.body], ballot.held_on)}


def is_complete(ballot: Ballot) -> bool:
    """Whether every member of the day stands somewhere, told by how many there were."""
    strength = {ASSEMBLY: 193, "un-security-council": 15, "un-council-procedure": 15}.get(ballot.body)
    if ballot.body == "eu-council":
        strength = 25 if ballot.held_on.year < 2007 else 28 if 2013 < ballot.held_on.year < 2020 else 27
    if ballot.body == "osce-permanent-council":
        strength = 54 if ballot.held_on.year < 2000 else 57
    assert strength is not None, ballot.body
    assert len(ballot.votes()) <= strength, ballot.key
    return len(ballot.votes()) == strength


def members(ballot: Ballot, body: Body) -> list[Member]:
    """Who could vote: those who are recorded, with the veto and the population that they have."""
    people = {seat.state: seat.population_millions or 0.0 for seat in body.members}
    veto = PERMANENT if ballot.body == "un-security-council" else set()
    return [
        Member(state, state in veto, round(100 * people.get(state, 1.0))) for state in sorted(ballot.votes())
    ]


COMPLETE = [ballot for ballot in BALLOTS.values() if is_complete(ballot)]


def test_there_is_something_to_check():
    assert Counter(ballot.body for ballot in BALLOTS.values()) == {
        ASSEMBLY: 27,
        "un-security-council": 119,
        "un-council-procedure": 3,
        "eu-council": 24,
        "osce-permanent-council": 7,
    }
    assert Counter(ballot.body for ballot in COMPLETE) == {
        ASSEMBLY: 18,
        "un-security-council": 119,
        "un-council-procedure": 3,
        "eu-council": 23,
        "osce-permanent-council": 4,
    }
    assert sum(sum(named(ballot)) for ballot in BALLOTS.values()) > 6_000


@pytest.mark.parametrize("key", OFFICIAL)
def test_a_ballot_has_its_official_tally(key):
    assert counted(BALLOTS[key]) == OFFICIAL[key]


def test_every_vote_of_the_assembly_has_an_official_tally_here():
    assert {ballot.key for ballot in BALLOTS.values() if ballot.body == ASSEMBLY} <= set(OFFICIAL)


def test_a_tally_stands_where_names_are_missing_and_nowhere_else():
    without = {"eu-loan-2026-02-20", "osce-2008-12-22", "osce-2021-09-02", "osce-2022-03-31"}
    for ballot in BALLOTS.values():
        if ballot.key in without:
            assert not is_complete(ballot), ballot.key
            assert ballot.tally is None, ballot.key
        else:
            assert is_complete(ballot) == (ballot.tally is None), ballot.key
        if ballot.tally is not None:
            assert named(ballot) != counted(ballot), f"{ballot.key}: every name is known"


@pytest.mark.parametrize("ballot", COMPLETE, ids=lambda one: one.key)
def test_the_rule_carries_what_was_carried(ballot):
    """With those recorded as members, which other tests hold against the seats."""
    body = CASE.bodies[ballot.body]
    outcome = ruling(body.rule, ballot.votes(), members(ballot, body))
    assert (outcome == "adopted") == ballot.carried
    vetoed = ballot.note is not None and "Vetoed" in ballot.note
    if isinstance(body.rule, QuotaWithVeto):
        assert (outcome == "vetoed") == vetoed


def test_who_voted_in_the_council_sat_there_that_day():
    checked: Counter[int] = Counter()
    for ballot in BALLOTS.values():
        if ballot.body in COUNCIL and ballot.held_on.year >= SEATED_FROM:
            assert set(ballot.votes()) == seats(ballot), ballot.key
            checked[ballot.held_on.year] += 1
    assert dict(sorted(checked.items())) == {
        2014: 3,
        2015: 4,
        2016: 3,
        2017: 2,
        2018: 5,
        2019: 5,
        2020: 2,
        2021: 3,
        2022: 23,
        2023: 14,
        2024: 14,
        2025: 21,
        2026: 1,
    }


def test_earlier_councils_are_fifteen_with_the_permanent_five():
    earlier = [one for one in BALLOTS.values() if one.body in COUNCIL and one.held_on.year < SEATED_FROM]
    assert len(earlier) == 22
    for ballot in earlier:
        assert len(ballot.votes()) == 15, ballot.key
        assert set(ballot.votes()) >= PERMANENT, ballot.key
    by_year: dict[int, set[str]] = {}
    for ballot in earlier:
        sat = by_year.setdefault(ballot.held_on.year, set(ballot.votes()))
        assert set(ballot.votes()) == sat, f"{ballot.key}: another Council than others of the year"


def test_who_voted_in_the_assembly_the_union_and_the_osce_is_a_member():
    former = {"eu-council": {"GBR"}}
    for ballot in BALLOTS.values():
        if ballot.body not in COUNCIL:
            known = {seat.state for seat in CASE.bodies[ballot.body].members}
            assert set(ballot.votes()) <= known | former.get(ballot.body, set()), ballot.key


def test_the_united_kingdom_votes_in_the_union_only_while_a_member():
    for ballot in BALLOTS.values():
        if ballot.body == "eu-council" and is_complete(ballot):
            assert ("GBR" in ballot.votes()) == (ballot.held_on < dt.date(2020, 2, 1)), ballot.key


def test_every_ballot_says_whose_case_it_makes_and_what_it_asks():
    for ballot in BALLOTS.values():
        assert ballot.side is not None, ballot.key
        assert (not ballot.asks) == (ballot.key in ASKS_NOTHING_CODED), ballot.key
        assert len(set(ballot.asks)) == len(ballot.asks), ballot.key
    assert set(BALLOTS) >= ASKS_NOTHING_CODED


def test_the_parties_vote_for_their_own_side():
    """A check of the coding: no party opposes a text for its own case, or backs one for the other's.

    The amended path to peace is the exception: the host abstained on it, as the drafter did.
    """
    for ballot in BALLOTS.values():
        votes = ballot.votes()
        if ballot.side == "host" and ballot.body != "osce-permanent-council":
            assert votes.get("RUS", "no") in {"no", "absent"}, ballot.key
        if ballot.side == "opponent":
            assert votes.get("UKR", "no") == "no", ballot.key
            assert votes.get("RUS", "yes") == "yes", ballot.key
        if ballot.side == "host" and ballot.key != "es-11-8":
            assert votes.get("UKR", "yes") == "yes", ballot.key


def test_a_mission_elsewhere_makes_nobodys_case():
    missions = [one for one in BALLOTS.values() if "mission" in one.asks]
    assert len(missions) >= 110
    for ballot in missions:
        hosts = ballot.key in {"eu-eumam-2022-10-17", "eu-euam-2014-07-22"}
        assert ballot.side == ("host" if hosts else "neither"), ballot.key


def test_every_state_stands_in_one_bloc_or_by_itself():
    placed = Counter(state for bloc in CASE.blocs.values() for state in bloc.states)
    everyone = {seat.state for seat in CASE.bodies[ASSEMBLY].members}
    assert set(placed.values()) == {1}
    assert set(placed) == everyone - set(STAND_ALONE)
    members = CASE.bodies["eu-council"].members
    assert set(CASE.blocs["union"].states) == {seat.state for seat in members if seat.until is None}
    assert {party.state for party in CASE.parties} <= set(STAND_ALONE)


# --- Outside tables ---------------------------------------------------------------------------


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> dt.date:
    """Read a day as 2022-02-25 or as 2/25/2022."""
    if "-" in text:
        return dt.date.fromisoformat(text)
    month, date, year = (int(part) for part in text.split("/"))
    return dt.date(year, month, date)


def test_two_roll_calls_agree_vote_by_vote_with_the_research_data(data_file):
    codes = {name: code for code, name in CASE.countries.items()}
    table = rows(data_file("unga_ukraine/unga_ukraine_votes.csv"))
    for resolution, key in (("A/RES/68/262", "68-262"), ("A/RES/ES-11/1", "es-11-1")):
        outside = {codes[row["state"]]: row["vote"] for row in table if row["resolution"] == resolution}
        assert len(outside) == 193
        assert BALLOTS[key].votes() == outside


def test_every_veto_in_the_union_on_the_parties_has_a_ballot(data_file):
    blocked: dict[dt.date, set[str]] = {}
    for row in rows(data_file("eu_vetoes/eu_member_vetoes.csv")):
        if set(row["issue_country"].split(";")) & {"RU", "UA"}:
            blocked.setdefault(day(row["date_veto"]), set()).add(ISO_OF_THE_EU[row["ms_veto"]])
    assert len(blocked) == 8
    for date, states in blocked.items():
        ballot = BALLOTS[f"eu-veto-{date}"]
        assert ballot.held_on == date
        assert set(ballot.no) == states
        assert not ballot.carried


def test_every_veto_in_the_council_on_ukraine_has_a_ballot(data_file):
    found = [
        row
        for row in rows(data_file("unsc_vetoes/unsc_vetoes_1946_2022.csv"))
        if row["crisis_topic"] == "Ukraine"
    ]
    assert len(found) == 3
    for row in found:
        ballot = BALLOTS["council-" + row["draft"].lower().replace("/", "-")]
        assert ballot.held_on == day(row["date"])
        assert ballot.no == ("RUS",)
        assert row["member_veto1"] == "Russia"
        assert not ballot.carried


def test_every_veto_of_a_mission_here_is_a_veto_there(data_file):
    table = {row["draft"]: row for row in rows(data_file("unsc_vetoes/unsc_vetoes_1946_2022.csv"))}
    names = {"China": "CHN", "Russia": "RUS", "USA": "USA"}
    vetoed = [
        one
        for one in BALLOTS.values()
        if one.body == "un-security-council" and "mission" in one.asks and not one.carried
    ]
    assert len(vetoed) == 4
    for ballot in vetoed:
        row = table[ballot.key.removeprefix("council-").upper().replace("-", "/")]
        assert day(row["date"]) == ballot.held_on
        assert {names[row["member_veto1"]]} == set(ballot.no), ballot.key
