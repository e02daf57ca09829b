"""Each command does what its help says, and keeps standard output clean."""

import csv
import datetime as dt
import io
import json
import re

import pytest
from tests.runs.own import UKRAINE, own_arrangement, own_overlay

from holdfast import MODEL_VERSION, __version__, packaged_cases
from holdfast.cases import load_case
from holdfast.cli.commands import app

COMMANDS = (
    *("assess", "authorise", "cases", "check", "compare", "generate", "ledger", "observe", "require"),
    *("respond", "schema", "verify"),
)
FEW = ("--futures", "16")
FORBIDDEN = ("prediction", "predicts", "predicted", "probability of success")


def lines_too_long(text: str) -> list[str]:
    return [line for line in text.splitlines() if len(line) > 100]


def check_wording(text: str) -> None:
    """Assert the rules of wording: consequences of assumptions, never a forecast."""
    low = " ".join(text.lower().split())
    assert not [word for word in FORBIDDEN if word in low]
    assert low.count("forecast") == low.count("not a forecast") >= 1


# --- Help -------------------------------------------------------------------------------------


def test_the_version_is_that_of_the_package_and_of_the_model(holdfast):
    done = holdfast("--version")
    assert (done.status, done.err) == (0, "")
    assert done.out == f"holdfast {__version__}, model {MODEL_VERSION}\n"


def test_help_lists_every_command(holdfast):
    assert set(app.commands) == set(COMMANDS)
    for option in ("--help", "-h"):
        done = holdfast(option)
        assert (done.status, done.err) == (0, "")
        assert all(f"  {command} " in done.out for command in COMMANDS)
        assert "not a forecast" in done.out
        assert lines_too_long(done.out) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_and_its_options(command, holdfast):
    done = holdfast(command, "--help")
    assert (done.status, done.err) == (0, "")
    assert re.match(rf"Usage: .*holdfast {command} ", done.out)
    assert lines_too_long(done.out) == []
    for parameter in app.commands[command].params:
        if parameter.param_type_name == "option":
            assert parameter.help, parameter.name
            assert max(parameter.opts, key=len) in done.out


# --- compare ----------------------------------------------------------------------------------


def test_compare_prints_a_table(holdfast):
    done = holdfast("compare", "ukraine", *FEW)
    assert done.status == 0
    for name in load_case("ukraine").about.arrangements:
        assert name in done.out
    check_wording(done.out)
    assert lines_too_long(done.out) == []
    assert done.out.endswith("\n")


def test_compare_prints_one_document(holdfast):
    done = holdfast("compare", "ukraine", "none", "osce-monitors", *FEW, "--json")
    assert done.status == 0
    document = json.loads(done.out)
    assert [one["name"] for one in document["arrangements"]] == ["none", "osce-monitors"]
    check_wording(done.out)


def test_compare_prints_rows(holdfast):
    done = holdfast("compare", "ukraine", "none", "osce-monitors", *FEW, "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert {row["arrangement"] for row in rows} == {"none", "osce-monitors"}
    holds = [row for row in rows if row["outcome"] == "hold_overall" and row["year"] == "5"]
    assert len(holds) == 2
    assert all(0 <= float(row["low"]) <= float(row["high"]) <= 1 for row in holds)
    filled = next(row for row in rows if (row["arrangement"], row["outcome"]) == ("none", "filled"))
    assert filled["mean"] == ""


@pytest.mark.parametrize("settlement", sorted(load_case("ukraine").settlements))
def test_every_settlement_can_be_compared_under(settlement, holdfast):
    done = holdfast("compare", "ukraine", "--settlement", settlement, *FEW)
    assert done.status == 0
    assert lines_too_long(done.out) == []
    check_wording(done.out)


def test_an_overlay_is_named_in_the_result(holdfast, tmp_path):
    done = holdfast("compare", "ukraine", "none", *FEW, "--overlay", own_overlay(tmp_path))
    assert done.status == 0
    assert "with a private overlay" in done.out
    assert str(tmp_path) not in done.out


def test_options_may_stand_anywhere(holdfast):
    first = holdfast("compare", "--seed", "0", "ukraine", "--json", "none", *FEW)
    last = holdfast("compare", "ukraine", "none", *FEW, "--json", "--seed=0")
    assert first.out == last.out
    assert json.loads(first.out)["manifest"]["seed"] == 0


# --- assess -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(load_case("ukraine").arrangements))
def test_assess_prints_one_arrangement_in_full(name, holdfast):
    done = holdfast("assess", "ukraine", name, *FEW)
    assert done.status == 0
    assert load_case("ukraine").arrangements[name].title in done.out
    assert lines_too_long(done.out) == []
    check_wording(done.out)


def test_assess_prints_a_document_with_the_plan(holdfast):
    document = json.loads(holdfast("assess", "ukraine", "reassurance-force", *FEW, "--json").out)
    assert document["holdfast"] == "assessment/1"
    assert document["arrangement"]["name"] == "reassurance-force"
    assert {one["state"] for one in document["arrangement"]["accepted_by"]} == {"UKR", "RUS"}
    phase = document["plan"][0]
    assert {task["task"] for task in phase["tasks"]} == {"reassure", "police-air", "patrol-sea", "train-host"}
    assert phase["contributions"]
    assert all(one["position"] for one in phase["contributions"])
    assert document["curves"][0]["month"] == 0
    assert document["curves"][0]["holds"]["mean"] == 1.0


def test_assess_prints_every_future_as_rows(holdfast):
    rows = list(csv.DictReader(io.StringIO(holdfast("assess", "ukraine", "none", *FEW, "--csv").out)))
    assert [row["future"] for row in rows] == [str(future) for future in range(16)]
    assert all(float(row["hold_if_deployed_10"]) <= float(row["hold_if_deployed_1"]) for row in rows)


def test_an_own_arrangement_may_be_assessed(holdfast, tmp_path):
    done = holdfast("assess", "ukraine", own_arrangement(tmp_path), *FEW, "--json")
    assert json.loads(done.out)["arrangement"]["name"] == "own-plan"


# --- authorise --------------------------------------------------------------------------------

FEWEST = ("--futures", 16, "--body", "un-security-council", "--body", "host-invitation")


def test_authorise_says_who_must_agree(holdfast):
    done = holdfast("authorise", "ukraine", "un-peacekeepers", *FEWEST)
    assert done.status == 0
    assert lines_too_long(done.out) == []
    for words in ("Would the parties accept", "Who could authorise it, on 2026-11-22", "9 of 15 in favour"):
        assert words in done.out
    assert "not a forecast" in done.out
    assert "TAKEN AS GIVEN" not in done.out


def test_authorise_prints_one_document(holdfast):
    done = holdfast("authorise", "ukraine", "un-peacekeepers", *FEWEST, "--json")
    document = json.loads(done.out)
    assert document["holdfast"] == "authority/1"
    assert set(document["accepted"]) == {"UKR", "RUS"}
    assert [body["body"] for body in document["bodies"]] == ["un-security-council", "host-invitation"]
    council = document["bodies"][0]
    assert {"rule", "adopt", "renew", "days", "blockers"} <= set(council)
    assert {"state", "gain"} <= set(council["blockers"][0])
    assert council["adopt"]["low"] <= council["adopt"]["mean"] <= council["adopt"]["high"]
    assert document["principles"]


def test_authorise_prints_rows(holdfast):
    done = holdfast("authorise", "ukraine", "un-peacekeepers", *FEWEST, "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert {row["who"] for row in rows} == {"UKR", "RUS", "un-security-council", "host-invitation"}


def test_a_vote_taken_as_given_stamps_the_result(holdfast, tmp_path):
    path = tmp_path / "result.json"
    given = ("--if", "china=no", "--if", "United States = yes")
    asked = ("authorise", "ukraine", "un-peacekeepers", *FEWEST, *given)
    done = holdfast(*asked)
    assert "TAKEN AS GIVEN, not computed: China no, United States yes." in done.out
    holdfast(*asked, "--json", "-o", path)
    document = json.loads(path.read_text("utf-8"))
    assert document["bodies"][0]["adopt"]["high"] == 0.0
    assert document["manifest"]["assumed"] == {"CHN": "no", "USA": "yes"}
    assert holdfast("verify", path).status == 0


def test_the_day_decides_who_votes(holdfast):
    asked = ("authorise", "ukraine", "un-peacekeepers", *FEWEST, "--json", "--date")
    found = [json.loads(holdfast(*asked, day).out)["bodies"][0] for day in ("2026-11-22", "2027-01-15")]
    names = [{one["date"]: one["newly_seated"] for one in body["renewals"]} for body in found]
    assert "AUT" in names[0]["2027-11-22"]
    assert "AUT" not in names[1]["2028-01-15"]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("ukraine", "un-peacekeepers", "--body", "un-security-counsel"), "un-security-council"),
        (("ukraine", "un-peacekeepers", "--date", "soon"), "--date"),
        (("ukraine", "un-peacekeepers", "--if", "USA"), "--if"),
        (("ukraine", "un-peacekeepers", "--if", "USA=perhaps"), "perhaps"),
        (("ukraine", "un-peacekeepers", "--if", "Rusia=yes"), "Russia"),
        (("ukraine", "un-peacekeepers", "--if", "USA=yes", "--if", "united states=no"), "twice"),
        (("ukraine",), "ARRANGEMENT"),
        ((), "CASE"),
        (("ukraine", "none", "--body", "host-invitation"), "host-invitation"),
        (("--ballot", "votes.csv"), "--body"),
        (("--ballot", "votes.csv", "--body", "eu-council", "--if", "USA=yes"), "--if"),
        (("--ballot", "nowhere.csv", "--body", "eu-council"), "nowhere.csv"),
    ],
)
def test_authorise_refuses_what_it_cannot_do_with_a_mend(options, word, holdfast):
    done = holdfast("authorise", *options, *(("--futures", 16) if "--ballot" not in options else ()))
    assert done.status == 2
    assert word in done.err
    assert "Mend: " in done.err
    assert done.out == ""


def test_a_ballot_is_counted_with_what_decided_it(holdfast, tmp_path):
    path = tmp_path / "votes.csv"
    yes = ("USA", "DZA", "GUY", "KOR", "PAK", "PAN", "SLE", "SOM", "CHN", "RUS")
    abstain = ("FRA", "GBR", "DNK", "GRC", "SVN")
    rows = [*(f"{state},yes" for state in yes), *(f"{state},abstain" for state in abstain)]
    path.write_text("\n".join(["state,vote", *rows]), "utf-8")
    asked = ("authorise", "--ballot", path, "--body", "un-security-council", "--date", "2025-02-24")
    done = holdfast(*asked)
    assert done.status == 0
    assert "Adopted. 10 yes, 0 no, 5 abstaining, 0 absent." in done.out
    document = json.loads(holdfast(*asked, "--json").out)
    assert (document["adopted"], document["needed_yes"]) == (True, 9)
    path.write_text(path.read_text("utf-8").replace("FRA,abstain", "France,no"), "utf-8")
    assert "France voted against, which is a veto" in holdfast(*asked).out


# --- verify -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question", [("compare", "ukraine", "none"), ("assess", "ukraine", "none")], ids=" ".join
)
def test_verify_bears_out_what_was_saved(question, holdfast, tmp_path):
    path = tmp_path / "result.json"
    saved = holdfast(*question, *FEW, "--json", "-o", path)
    assert (saved.status, saved.out) == (0, "")
    assert f"written: {path}" in saved.err
    done = holdfast("verify", path)
    assert done.status == 0
    assert done.out == f"{path}: the result is borne out to the last digit.\n"


def test_verify_names_what_differs_and_leaves_with_one(holdfast, tmp_path):
    path = tmp_path / "result.json"
    holdfast("compare", "ukraine", "none", *FEW, "--json", "-o", path)
    document = json.loads(path.read_text("utf-8"))
    document["arrangements"][0]["eur_per_year"]["high"] += 1.0
    path.write_text(json.dumps(document), "utf-8")
    done = holdfast("verify", path)
    assert done.status == 1
    assert done.out.startswith(f"{path}: arrangements[none].eur_per_year.high: the file has ")
    document["manifest"]["seed"] = 9
    path.write_text(json.dumps(document), "utf-8")
    many = holdfast("verify", path)
    assert many.status == 1
    assert len(many.out.splitlines()) == 51
    assert many.out.splitlines()[-1].endswith("more differences.")


def test_verify_takes_files_of_ones_own(holdfast, tmp_path):
    own, overlay, path = own_arrangement(tmp_path), own_overlay(tmp_path), tmp_path / "result.json"
    holdfast("compare", "ukraine", "none", own, *FEW, "--overlay", overlay, "--json", "-o", path)
    assert holdfast("verify", path).status == 2
    assert holdfast("verify", path, "--overlay", overlay, "--arrangement", own).status == 0


# --- check ------------------------------------------------------------------------------------


def test_check_passes_every_packaged_file_and_the_case(holdfast):
    paths = sorted(UKRAINE.rglob("*.yaml"))
    done = holdfast("check", UKRAINE, *paths)
    assert (done.status, done.err) == (0, "")
    sound = [line for line in done.out.splitlines() if "sound" in line]
    assert len(sound) == len(paths) + 1
    assert done.out.startswith(f"{UKRAINE}: the case 'ukraine' is sound\n")


def test_check_passes_the_tables_of_the_model(holdfast):
    paths = sorted((UKRAINE.parent.parent / "model").glob("*.yaml"))
    assert holdfast("check", *paths).status == 0
    assert len(paths) == 7


def test_check_lays_an_overlay_over_the_case(holdfast, tmp_path):
    path = own_overlay(tmp_path)
    done = holdfast("check", path)
    assert (done.status, done.err) == (0, "")
    assert done.out == f"{path}: sound, laid over the case ukraine\n"
    path.write_text(path.read_text("utf-8").replace("endure.case-factor", "endure.case-facto"), "utf-8")
    bad = holdfast("check", path)
    assert (bad.status, bad.out) == (2, "")
    assert f"{path}:3: " in bad.err


def test_check_reports_all_problems_of_all_files_and_leaves_with_two(holdfast, tmp_path):
    first = own_arrangement(tmp_path, swaps={"fallback: none": "falback: nowhere", "format: ": "format: x"})
    second = tmp_path / "other.yaml"
    second.write_text("holdfast: arangement/1\n", "utf-8")
    good = own_overlay(tmp_path)
    done = holdfast("check", first, second, good)
    assert done.status == 2
    assert f"{good}: sound" in done.out
    assert "unknown key" in done.err
    assert "did you mean `fallback`?" in done.err
    assert "did you mean `monitoring`?" in done.err
    assert f"{second}:1: holdfast: " in done.err


@pytest.mark.parametrize(
    ("bound", "status", "word"), [("at_least: 0", 0, "met: "), ("at_least: 1.5", 1, "NOT MET: ")]
)
def test_check_runs_the_expectations_of_an_arrangement(bound, status, word, holdfast, tmp_path):
    path = own_arrangement(tmp_path, "none")
    path.write_text(
        path.read_text("utf-8") + f"expect:\n  - {{outcome: accepted, {bound}, because: x}}\n", "utf-8"
    )
    done = holdfast("check", path)
    assert (done.status, done.err) == (status, "")
    assert done.out.splitlines()[0] == f"{path}: sound (arrangement 'own-plan', against the case ukraine)"
    assert done.out.splitlines()[1].startswith(f"{path}: {word}own-plan under twenty-points: accepted ")


# --- ledger -----------------------------------------------------------------------------------


def names(done) -> list[str]:
    return [row["name"] for row in json.loads(done.out)["estimates"]]


def test_ledger_prints_every_estimate_with_its_source(holdfast):
    done = holdfast("ledger", "ukraine", "--json")
    assert (done.status, done.err) == (0, "")
    document = json.loads(done.out)
    case = load_case("ukraine")
    assert names(done) == list(case.ledger)
    keys = {source["key"] for source in document["sources"]}
    for row in document["estimates"]:
        assert row["p05"] <= row["median"] <= row["p95"]
        assert row["sources"]
        assert {one.partition("/")[0] for one in row["sources"]} <= keys
        assert row["of"] == ("model" if row["name"] in case.model_names else "case")


def test_ledger_prints_a_table(holdfast):
    done = holdfast("ledger", "ukraine")
    assert (done.status, done.err) == (0, "")
    assert lines_too_long(done.out) == []
    case = load_case("ukraine")
    judged = sum(one.status == "judgement" for one in case.ledger.values())
    assert (
        f"{len(case.ledger)} of {len(case.ledger)} estimates of ukraine; {judged} are judgements" in done.out
    )


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        (("--name", "endure.*"), lambda one: one.name.startswith("endure.")),
        (("--status", "sourced"), lambda one: one.status == "sourced"),
        (("--status", "judgement"), lambda one: one.status == "judgement"),
        (("--confidence", "k"), lambda one: one.confidence == "k"),
        (("--confidence", "K"), lambda one: one.confidence == "K"),
        (("--unit", "days"), lambda one: one.unit == "days"),
        (("--source", "judgement"), lambda one: "judgement" in {basis.source for basis in one.sources}),
        (
            ("--unit", "share", "--status", "sourced", "--name", "*.reliab*"),
            lambda one: one.unit == "share" and one.status == "sourced" and ".reliab" in one.name,
        ),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else "",
)
def test_ledger_filters(options, rule, holdfast):
    ledger = load_case("ukraine").ledger
    assert names(holdfast("ledger", "ukraine", "--json", *options)) == [
        name for name, one in ledger.items() if rule(one)
    ]


def past(estimate, day) -> bool:
    """Tell whether an estimate has gone so many months without a look, by whole months."""
    if estimate.stale_after_months is None:
        return False
    months = (day.year - estimate.as_of.year) * 12 + day.month - estimate.as_of.month
    whole = months - (day.day < estimate.as_of.day)
    limit: int = estimate.stale_after_months
    return whole > limit or (whole == limit and bool(day.day != estimate.as_of.day))


@pytest.mark.parametrize(
    "day", [dt.date(2026, 1, 15), dt.date(2026, 11, 22), dt.date(2028, 3, 1), dt.date(2050, 1, 1)]
)
def test_ledger_says_what_is_stale_on_a_day(day, holdfast, monkeypatch):
    monkeypatch.setattr("holdfast.cli.ledger.today", lambda: day)
    wanted = [name for name, one in load_case("ukraine").ledger.items() if past(one, day)]
    listed = holdfast("ledger", "ukraine", "--json", "--stale")
    assert names(listed) == wanted
    assert all(row["stale"] for row in json.loads(listed.out)["estimates"])
    warned = holdfast("compare", "ukraine", "none", *FEW, "--json")
    said = f"{len(wanted)} estimates are due to be looked at again: holdfast ledger CASE --stale\n"
    assert warned.err == (said if wanted else "")
    assert json.loads(warned.out)


def test_ledger_says_when_nothing_passes(holdfast):
    done = holdfast("ledger", "ukraine", "--name", "nothing")
    assert done.status == 0
    assert done.out.startswith("No estimate of ukraine passes this filter; it has ")


def test_ledger_prints_rows(holdfast):
    done = holdfast("ledger", "ukraine", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["name"] for row in rows] == list(load_case("ukraine").ledger)
    assert all(float(row["p05"]) <= float(row["p95"]) for row in rows)
    assert all(not cell.startswith(("=", "+", "@")) for row in rows for cell in row.values() if cell)


def test_ledger_shows_an_overlay(holdfast, tmp_path):
    done = holdfast(
        "ledger", "ukraine", "--json", "--name", "endure.case-factor", "--overlay", own_overlay(tmp_path)
    )
    (row,) = json.loads(done.out)["estimates"]
    assert row["p95"] == pytest.approx(6.0)
    assert "overlay" in json.loads(done.out)["hashes"]


# --- cases ------------------------------------------------------------------------------------


def test_cases_lists_what_can_be_asked(holdfast):
    done = holdfast("cases")
    assert (done.status, done.err) == (0, "")
    assert lines_too_long(done.out) == []
    for name in packaged_cases():
        case = load_case(name)
        assert name in done.out
        assert all(key in done.out for key in (*case.settlements, *case.arrangements))


# --- Standard output --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [("compare", "ukraine", "none", *FEW), ("assess", "ukraine", "none", *FEW), ("ledger", "ukraine")],
    ids=lambda question: question[0],
)
def test_json_is_all_that_stands_on_standard_output(question, holdfast):
    done = holdfast(*question, "--json")
    assert done.status == 0
    assert done.out == json.dumps(json.loads(done.out), indent=1, ensure_ascii=False) + "\n"
    assert "\x1b" not in done.out + done.err
    assert "NaN" not in done.out
