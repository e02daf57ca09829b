"""Rules applied to recorded votes and to constructed ones."""

import csv
import itertools
from collections import Counter

import pytest

import holdfast.authorise
from holdfast.authorise import Member
from holdfast.vocabulary.body import (
    Consensus,
    Fraction,
    HostInvitation,
    QuotaWithVeto,
    Ratification,
    ShareOfVoting,
    UnanimityWithConstructiveAbstention,
)


def carried(rule, votes, members):
    return holdfast.authorise.carried(rule, votes, members)


def ruling(rule, votes, members):
    return holdfast.authorise.ruling(rule, votes, members)


THIRD = Fraction(numerator=1, denominator=3)
TWO_THIRDS = ShareOfVoting(kind="share_of_voting", share_yes=Fraction(numerator=2, denominator=3))
COUNCIL_RULE = QuotaWithVeto(kind="quota_with_veto", required_yes=9, party_abstains="never")
CHAPTER_SIX = QuotaWithVeto(kind="quota_with_veto", required_yes=9, party_abstains="peaceful_settlement")
UNANIMITY = UnanimityWithConstructiveAbstention(
    kind="unanimity_with_constructive_abstention", limit_states=THIRD, limit_population=THIRD
)
CONSENSUS = Consensus(kind="consensus")

PERMANENT = ("CHN", "FRA", "GBR", "RUS", "USA")
ELECTED = tuple(f"E{letter}{letter}" for letter in "ABCDEFGHIJ")
COUNCIL = tuple(Member(state, veto=state in PERMANENT) for state in PERMANENT + ELECTED)
NO_VETOES = tuple(Member(member.state) for member in COUNCIL)

# Council votes since 2022: day and matter; permanent members that did not vote yes; yes, no, abstain; what
# came of it. Who among the elected members voted how does not matter to the rule; they make up the tally.
COUNCIL_VOTES = [
    ("2022-02-25 aggression", {"RUS": "no", "CHN": "abstain"}, (11, 1, 3), "vetoed"),
    (
        "2022-03-23 humanitarian, draft of RUS",
        dict.fromkeys(("FRA", "GBR", "USA"), "abstain"),
        (2, 0, 13),
        "not_adopted",
    ),
    ("2022-09-30 referendums", {"RUS": "no", "CHN": "abstain"}, (10, 1, 4), "vetoed"),
    (
        "2022-11-02 biological claims",
        dict.fromkeys(("FRA", "GBR", "USA"), "no"),
        (2, 3, 10),
        "not_adopted",
    ),
    ("2023-03-27 pipelines", dict.fromkeys(("FRA", "GBR", "USA"), "abstain"), (3, 0, 12), "not_adopted"),
    ("2023-07-11 cross-border aid", {"RUS": "no", "CHN": "abstain"}, (13, 1, 1), "vetoed"),
    ("2023-08-30 sanctions", {"RUS": "no", "CHN": "abstain"}, (13, 1, 1), "vetoed"),
    ("2023-10-18 pauses", {"USA": "no", "RUS": "abstain", "GBR": "abstain"}, (12, 1, 2), "vetoed"),
    ("2023-10-25 draft of USA", {"CHN": "no", "RUS": "no"}, (10, 3, 2), "vetoed"),
    ("2023-12-08 ceasefire", {"USA": "no", "GBR": "abstain"}, (13, 1, 1), "vetoed"),
    ("2023-12-22 amendment", {"USA": "no"}, (10, 1, 4), "vetoed"),
    ("2024-02-20 ceasefire", {"USA": "no", "GBR": "abstain"}, (13, 1, 1), "vetoed"),
    ("2024-03-22 draft of USA", {"CHN": "no", "RUS": "no"}, (11, 3, 1), "vetoed"),
    ("2024-03-28 panel of experts", {"RUS": "no", "CHN": "abstain"}, (13, 1, 1), "vetoed"),
    ("2024-04-18 membership", {"USA": "no", "GBR": "abstain"}, (12, 1, 2), "vetoed"),
    ("2024-04-24 weapons in space", {"RUS": "no", "CHN": "abstain"}, (13, 1, 1), "vetoed"),
    ("2024-11-18 civilians", {"RUS": "no"}, (14, 1, 0), "vetoed"),
    ("2024-11-20 ceasefire", {"USA": "no"}, (14, 1, 0), "vetoed"),
    ("2025-02-24 amendment 1", {"RUS": "no"}, (6, 1, 8), "not_adopted"),
    ("2025-02-24 amendment 2", {"RUS": "no"}, (9, 1, 5), "vetoed"),
    ("2025-02-24 amendment 3", {"RUS": "no"}, (9, 1, 5), "vetoed"),
    ("2025-02-24 resolution 2774", {"FRA": "abstain", "GBR": "abstain"}, (10, 0, 5), "adopted"),
    ("2025-06-04 ceasefire", {"USA": "no"}, (14, 1, 0), "vetoed"),
    ("2025-08-28 resolution 2790", {}, (15, 0, 0), "adopted"),
    ("2025-09-18 ceasefire", {"USA": "no"}, (14, 1, 0), "vetoed"),
    (
        "2025-09-26 snap-back, draft of RUS and CHN",
        dict.fromkeys(("FRA", "GBR", "USA"), "no"),
        (4, 9, 2),
        "not_adopted",
    ),
    ("2025-11-17 resolution 2803", {"RUS": "abstain", "CHN": "abstain"}, (13, 0, 2), "adopted"),
    ("2026-03-11 Gulf draft", {"RUS": "abstain", "CHN": "abstain"}, (13, 0, 2), "adopted"),
    (
        "2026-03-11 draft of RUS",
        {"USA": "no", "FRA": "abstain", "GBR": "abstain"},
        (4, 2, 9),
        "not_adopted",
    ),
]


def council_votes(permanent, tally):
    """Votes of fifteen that agree with the tally: permanent members as stated, the elected fill it up."""
    votes = dict.fromkeys(PERMANENT, "yes") | permanent
    left = Counter(dict(zip(("yes", "no", "abstain"), tally, strict=True)))
    left.subtract(Counter(votes.values()))
    assert min(left.values()) >= 0
    assert left.total() == len(ELECTED)
    return votes | dict(zip(ELECTED, left.elements(), strict=True))


@pytest.mark.parametrize(
    ("permanent", "tally", "outcome"),
    [row[1:] for row in COUNCIL_VOTES],
    ids=[str(row[0]) for row in COUNCIL_VOTES],
)
def test_council_votes_since_2022(permanent, tally, outcome):
    votes = council_votes(permanent, tally)
    assert ruling(COUNCIL_RULE, votes, COUNCIL) == outcome
    assert carried(COUNCIL_RULE, votes, COUNCIL) == (outcome == "adopted")


def test_no_veto_on_procedure():
    # 2022-02-27, resolution 2623, call of the emergency special session: 11-1-3, adopted
    votes = council_votes({"RUS": "no", "CHN": "abstain"}, (11, 1, 3))
    assert ruling(COUNCIL_RULE, votes, NO_VETOES) == "adopted"
    assert ruling(COUNCIL_RULE, votes, COUNCIL) == "vetoed"


@pytest.mark.parametrize("vote", ["abstain", "absent"])
@pytest.mark.parametrize("state", PERMANENT)
def test_abstention_and_absence_of_a_veto_holder_do_not_block(state, vote):
    assert carried(COUNCIL_RULE, dict.fromkeys(PERMANENT + ELECTED, "yes") | {state: vote}, COUNCIL)


def test_five_abstentions_of_permanent_members_leave_ten():
    votes = dict.fromkeys(ELECTED, "yes") | dict.fromkeys(PERMANENT, "abstain")
    assert carried(COUNCIL_RULE, votes, COUNCIL)
    assert not carried(COUNCIL_RULE, votes | dict.fromkeys(ELECTED[:2], "no"), COUNCIL)


def test_a_party_abstains_in_peaceful_settlement_only():
    members = tuple(Member(m.state, veto=m.veto, party=m.state == "RUS") for m in COUNCIL)
    votes = council_votes({"RUS": "no", "CHN": "abstain"}, (11, 1, 3))
    assert ruling(CHAPTER_SIX, votes, members) == "adopted"
    assert ruling(COUNCIL_RULE, votes, members) == "vetoed"
    # its vote in favour does not count either
    nine = council_votes({"CHN": "abstain", "FRA": "abstain"}, (9, 0, 6))
    assert ruling(COUNCIL_RULE, nine, members) == "adopted"
    assert ruling(CHAPTER_SIX, nine, members) == "not_adopted"


@pytest.mark.parametrize(
    ("resolution", "tally"), [("A/RES/68/262", (100, 11, 58, 24)), ("A/RES/ES-11/1", (141, 5, 35, 12))]
)
def test_recorded_assembly_votes(data_folder, resolution, tally):
    path = data_folder / "unga_ukraine" / "unga_ukraine_votes.csv"
    if not path.is_file():
        pytest.skip(f"not there: {path}")
    with path.open(encoding="utf-8-sig", newline="") as file:
        votes = {row["state"]: row["vote"] for row in csv.DictReader(file) if row["resolution"] == resolution}
    count = Counter(votes.values())
    assert (count["yes"], count["no"], count["abstain"], count["absent"]) == tally
    assert len(votes) == 193
    assert carried(TWO_THIRDS, votes, tuple(Member(state) for state in votes))


# Yes, no and abstain of the Assembly on the war; all were adopted by two thirds of those voting.
@pytest.mark.parametrize(
    "tally",
    [
        (141, 5, 35),
        (140, 5, 38),
        (93, 24, 58),
        (143, 5, 35),
        (94, 14, 73),
        (141, 7, 32),
        (93, 18, 65),
        (93, 8, 73),
        (107, 12, 51),
    ],
)
def test_assembly_tallies(tally):
    assert carried(TWO_THIRDS, *assembly(*tally))


def assembly(yes, no, abstain, size=193):
    votes = ["yes"] * yes + ["no"] * no + ["abstain"] * abstain + ["absent"] * (size - yes - no - abstain)
    states = [f"S{i}" for i in range(size)]
    return dict(zip(states, votes, strict=True)), tuple(Member(state) for state in states)


@pytest.mark.parametrize(
    ("tally", "adopted"),
    [
        ((2, 1, 190), True),  # exactly two thirds
        ((3, 2, 188), False),
        ((128, 65, 0), False),
        ((129, 64, 0), True),
        ((1, 0, 192), True),
        ((0, 0, 193), False),
        ((0, 1, 0), False),
    ],
)
def test_two_thirds_of_those_voting(tally, adopted):
    assert carried(TWO_THIRDS, *assembly(*tally)) is adopted


# Population on 1 January 2024 in units of 10,000 persons (Eurostat, demo_gind), rounded.
EU = {
    "DEU": 8346, "FRA": 6847, "ITA": 5897, "ESP": 4861, "POL": 3662, "ROU": 1907, "NLD": 1794, "BEL": 1183,
    "CZE": 1090, "PRT": 1064, "SWE": 1055, "GRC": 1040, "HUN": 958, "AUT": 916, "BGR": 645, "DNK": 596,
    "FIN": 560, "SVK": 542, "IRL": 534, "HRV": 386, "LTU": 289, "SVN": 212, "LVA": 187, "EST": 137,
    "CYP": 97, "LUX": 67, "MLT": 56,
}  # fmt: skip
UNION = tuple(Member(state, population=people) for state, people in EU.items())
SMALLEST = sorted(EU, key=lambda state: EU[state])


@pytest.mark.parametrize(
    ("abstaining", "adopted"),
    [
        ([], True),
        (["HUN"], True),  # training mission of 2022
        (["DEU", "FRA"], True),  # a third of the people, two states
        (SMALLEST[:18], True),  # two thirds of the states, 21 per cent of the people
        (["DEU", "FRA", *SMALLEST[:6]], True),  # eight states
        (["DEU", "FRA", *SMALLEST[:7]], False),  # nine states, a third of the people
        (["DEU", *SMALLEST[:8]], True),  # nine states, 22 per cent of the people
        (list(EU), False),
    ],
)
def test_constructive_abstention_needs_both_limits(abstaining, adopted):
    assert len(EU) == 27
    votes = dict.fromkeys(EU, "yes") | dict.fromkeys(abstaining, "abstain")
    assert carried(UNANIMITY, votes, UNION) is adopted


def test_the_limits_bite_when_reached_exactly():
    members = tuple(Member(state, population=1) for state in ("AAA", "BBB", "CCC"))
    votes = {"AAA": "abstain", "BBB": "yes", "CCC": "yes"}
    assert not carried(UNANIMITY, votes, members)
    lighter = (Member("AAA", population=99), Member("BBB", population=100), Member("CCC", population=100))
    assert carried(UNANIMITY, votes, lighter)


def test_unanimity_falls_to_one_no_and_to_an_empty_unrepresented_chair():
    votes = dict.fromkeys(EU, "yes")
    assert ruling(UNANIMITY, votes | {"MLT": "no"}, UNION) == "vetoed"
    assert ruling(UNANIMITY, votes | {"MLT": "absent"}, UNION) == "not_adopted"


def test_consensus_is_the_absence_of_objection():
    members = tuple(Member(f"S{i}") for i in range(57))
    assert carried(CONSENSUS, {"S0": "yes"}, members)
    assert carried(CONSENSUS, {"S0": "abstain"}, members)
    assert ruling(CONSENSUS, {"S0": "no"}, members) == "vetoed"


def test_consensus_minus_one_disregards_the_state_concerned():
    members = tuple(Member(state) for state in ("BLR", "POL", "UKR", "USA"))
    minus = Consensus(kind="consensus", excepted=("BLR",))
    assert ruling(minus, {"BLR": "no"}, members) == "adopted"
    assert ruling(minus, {"BLR": "no", "POL": "no"}, members) == "vetoed"
    assert ruling(minus, {"POL": "no"}, members) == "vetoed"
    # whoever is excepted need not sit on the day
    assert ruling(minus, {}, members[1:]) == "adopted"


def test_invitation_needs_the_host_and_enough_contributors():
    rule = HostInvitation(kind="host_invitation", host="UKR", minimum_contributors=2)
    members = tuple(Member(state) for state in ("GBR", "UKR", "FRA", "DEU"))
    assert carried(rule, {"UKR": "yes", "GBR": "yes", "FRA": "yes", "DEU": "no"}, members)
    assert not carried(rule, {"UKR": "yes", "GBR": "yes", "FRA": "abstain", "DEU": "no"}, members)
    assert not carried(rule, {"UKR": "abstain", "GBR": "yes", "FRA": "yes", "DEU": "yes"}, members)


def test_ratification_needs_each_one_named():
    rule = Ratification(kind="ratification", required=("RUS", "UKR", "USA"))
    members = tuple(Member(state) for state in ("RUS", "UKR", "USA", "FRA"))
    everyone = {"RUS": "yes", "UKR": "yes", "USA": "yes", "FRA": "no"}
    assert carried(rule, everyone, members)
    for state, vote in itertools.product(rule.required, ("no", "abstain", "absent")):
        assert not carried(rule, everyone | {state: vote}, members)


def test_strangers_and_misfits_are_refused():
    members = (Member("UKR"), Member("RUS"))
    with pytest.raises(ValueError, match="no members"):
        carried(CONSENSUS, {"FRA": "yes"}, members)
    with pytest.raises(ValueError, match="9 votes are needed"):
        carried(COUNCIL_RULE, {}, members)
    with pytest.raises(ValueError, match="population"):
        carried(UNANIMITY, {}, members)
    with pytest.raises(ValueError, match="each state once"):
        carried(CONSENSUS, {}, (*members, Member("UKR")))
    with pytest.raises(ValueError, match="do not sit"):
        carried(Ratification(kind="ratification", required=("USA",)), {}, members)
    with pytest.raises(ValueError, match="host"):
        carried(HostInvitation(kind="host_invitation", host="USA", minimum_contributors=1), {}, members)
    with pytest.raises(ValueError, match="contributors"):
        carried(HostInvitation(kind="host_invitation", host="UKR", minimum_contributors=2), {}, members)
