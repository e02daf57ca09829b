"""A recorded vote from a table: every problem with its line, and published outcomes borne out."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from holdfast.cases import load_case
from holdfast.errors import UsageProblem
from holdfast.files.problems import MOST_SHOWN, FileProblems
from holdfast.present.authority import ballot as as_text
from holdfast.runs import replay_ballot, verify
from holdfast.runs.asking import codes_by_name

COUNCIL = "un-security-council"


@pytest.fixture
def table(tmp_path):
    """Return a way to write a table and get its path."""

    def write(text, name="ballot.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def _problems(path, body=COUNCIL, date="2025-02-24"):
    with pytest.raises(FileProblems) as found:
        replay_ballot(path, body, case="ukraine", date=dt.date.fromisoformat(date))
    return [(one.line, one.field, one.wrong) for one in found.value.problems]


def _written(ballot):
    rows = [f"{state},{vote}" for state, vote in ballot.votes().items()]
    return "\n".join(["state,vote", *rows]) + "\n"


@pytest.fixture
def read_once(monkeypatch):
    """Read the case once for many tables."""
    case = load_case("ukraine")
    monkeypatch.setattr("holdfast.runs.ballot.load_case", lambda *_: case)
    return case


def test_every_ballot_of_the_case_comes_out_as_it_did(table, read_once):
    """Where seats of that day are not written down, those who voted sat."""
    for ballot in read_once.ballots.values():
        found = replay_ballot(table(_written(ballot)), ballot.body, case="ukraine", date=ballot.held_on)
        if ballot.tally is None:
            assert found.count.adopted == ballot.carried, ballot.key
        short = ballot.body == COUNCIL and ballot.held_on.year < 2014
        assert any("taken as seated" in note for note in found.notes) is short, ballot.key


def test_no_more_are_taken_as_seated_than_seats_are_unknown(table, read_once):
    rows = "".join(f"{state},yes\n" for state in list(read_once.countries)[:12])
    assert len(_problems(table("state,vote\n" + rows), date="2012-01-01")) >= 11
    named = table("state,vote\nUSA,yes\nIND,yes\n")
    with pytest.raises(UsageProblem, match="name every state that voted"):
        replay_ballot(named, COUNCIL, case="ukraine", date=dt.date(2012, 1, 1))
    later = replay_ballot(named, COUNCIL, case="ukraine", date=dt.date(2028, 6, 1))
    assert later.document["members"] == 15
    assert "names nobody for 4" in later.document["notes"][1]


def test_a_table_without_a_day_is_counted_as_of_the_one_time_in_which_all_sat(table, read_once):
    ballot = next(one for one in read_once.ballots.values() if "2774" in one.title)
    found = replay_ballot(table(_written(ballot)), COUNCIL, case="ukraine")
    assert found.document["date"] == "2025-01-01"
    assert "2025-01-01 to 2025-12-31" in found.document["notes"][0]
    assert found.count.adopted
    now = replay_ballot(table("state,vote\nUSA,yes\n"), COUNCIL, case="ukraine")
    assert (now.day, now.notes) == (read_once.about.voting_day, ())


def test_the_nearest_name_is_looked_for_as_often_as_it_is_shown(table, read_once, monkeypatch):
    looked: list[object] = []

    def mend(*of: object) -> str:
        looked.append(of)
        return "?"

    monkeypatch.setattr("holdfast.runs.ballot.state_mend", mend)
    _problems(table("state,vote\n" + "".join(f"Nowhere {i},yes\n" for i in range(MOST_SHOWN + 100))))
    assert len(looked) == MOST_SHOWN


@pytest.mark.parametrize(
    ("name", "code"),
    [("Russian Federation", "RUS"), ("türkiye", "TUR"), ("UK", "GBR"), ("us", "USA"), ("Viet Nam", "VNM")],
)
def test_states_are_known_by_their_other_names(read_once, name, code):
    assert codes_by_name(read_once)[name.casefold()] == code


def test_an_invitation_says_that_the_host_invited_and_asks_for_those_it_asked(table, read_once):
    found = replay_ballot(table("state,vote\nUKR,yes\nFRA,yes\nGBR,no\n"), "host-invitation", case="ukraine")
    assert "the host invited, and 1 approved, of at least 1" in as_text(found.document)
    with pytest.raises(UsageProblem, match="give a row to each state that the host asked"):
        replay_ballot(table("state,vote\nUKR,yes\n"), "host-invitation", case="ukraine")


def test_a_counted_vote_cannot_be_replayed_and_verify_says_why(table, tmp_path, read_once):
    found = replay_ballot(table("state,vote\nUKR,yes\nFRA,yes\n"), "host-invitation", case="ukraine")
    path = tmp_path / "count.json"
    path.write_text(json.dumps(found.document), encoding="utf-8")
    with pytest.raises(FileProblems, match="holds no futures to replay"):
        verify(path)


def test_an_abstention_of_a_permanent_member_never_blocks(table):
    voted = "USA,yes DZA,yes GUY,yes KOR,yes PAK,yes PAN,yes SLE,yes SOM,yes SVN,yes CHN,abstain RUS,abstain"
    rows = table("state,vote\n" + "\n".join(voted.split()) + "\nFRA,abstain\nGBR,absent\n")
    found = replay_ballot(rows, COUNCIL, case="ukraine", date=dt.date(2025, 2, 24))
    assert found.count.adopted
    assert found.document["needed_yes"] == 9
    vetoed = table(rows.read_text().replace("CHN,abstain", "China,no"))
    found = replay_ballot(vetoed, COUNCIL, case="ukraine", date=dt.date(2025, 2, 24))
    assert (found.count.outcome, found.count.decisive) == ("vetoed", ("CHN",))


@pytest.mark.parametrize(("against", "adopted"), [(64, True), (65, False)])
def test_a_third_plus_one_blocks_the_assembly(table, against, adopted):
    case = load_case("ukraine")
    members = [seat.state for seat in case.bodies["un-general-assembly"].members]
    assert len(members) == 193
    rows = "".join(f"{state},{'no' if place < against else 'yes'}\n" for place, state in enumerate(members))
    found = replay_ballot(table("state,vote\n" + rows), "un-general-assembly", case="ukraine")
    assert found.count.adopted is adopted


def test_states_are_known_by_code_and_by_name_in_any_case(table):
    rows = table("\ufeffVote, State\nyes, united states \nno,RUS\n")
    found = replay_ballot(rows, COUNCIL, case="ukraine", date=dt.date(2025, 2, 24))
    assert (found.count.yes, found.count.no) == (("USA",), ("RUS",))
    assert len(found.count.absent) == 13


def test_all_problems_are_told_at_once_each_with_its_line(table):
    path = table("state,vote\nUSA,aye\nRusia,no\n\nUSA,no\n")
    assert [(line, field) for line, field, _ in _problems(path)] == [(2, "vote"), (3, "state")]


def test_a_state_that_does_not_sit_that_day_is_refused(table):
    ((line, field, wrong),) = _problems(table("state,vote\nUSA,yes\nDEU,yes\n"))
    assert (line, field) == (3, "state")
    assert "2025-02-24" in wrong


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("\n\n", 1),
        ("land,stimme\nUSA,yes\n", 1),
        ("state,vote,why\nUSA,yes,x\n", 1),
        ("state,vote\nUSA\n", 2),
        ("state,vote\nUSA,yes,no\n", 2),
        ('state,vote\n"USA,yes\n', 2),
    ],
)
def test_what_is_no_such_table_is_refused(table, text, line):
    problems = _problems(table(text))
    assert problems[0][0] == line


def test_a_file_in_another_encoding_is_refused(table):
    assert "UTF-8" in _problems(table("state,vote\nCôte d'Ivoire,yes\n", encoding="latin-1"))[0][2]


def test_an_unknown_body_is_refused_with_the_nearest(table):
    with pytest.raises(UsageProblem, match="un-security-council"):
        replay_ballot(table("state,vote\nUSA,yes\n"), "un-security-counsel", case="ukraine")


def test_under_an_invitation_the_table_says_who_was_asked(table):
    rows = table("state,vote\nUKR,yes\nFRA,yes\nGBR,no\n")
    found = replay_ballot(rows, "host-invitation", case="ukraine")
    assert found.count.adopted
    refused = table("state,vote\nUKR,no\nFRA,yes\n")
    found = replay_ballot(refused, "host-invitation", case="ukraine")
    assert (found.count.adopted, found.count.decisive) == (False, ("UKR",))
