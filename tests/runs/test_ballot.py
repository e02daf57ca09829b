"""A recorded vote from a table: every problem with its line, and published outcomes borne out."""

from __future__ import annotations

import datetime as dt

import pytest

from holdfast.cases import load_case
from holdfast.errors import UsageProblem
from holdfast.files.problems import FileProblems
from holdfast.runs import replay_ballot
from holdfast.vocabulary.body import sitting

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


def test_every_complete_ballot_of_the_case_comes_out_as_it_did(table):
    """Those of days for which the case has every seat: since 2014 in the Council, since 2020 in the Union."""
    case = load_case("ukraine")
    checked = 0
    for ballot in case.ballots.values():
        seated = {seat.state for seat in sitting(case.bodies[ballot.body], ballot.held_on)}
        if ballot.tally is None and set(ballot.votes()) <= seated:
            found = replay_ballot(table(_written(ballot)), ballot.body, case="ukraine", date=ballot.held_on)
            assert found.count.adopted == ballot.carried, ballot.key
            checked += 1
    assert checked > 120


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
