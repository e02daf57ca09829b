"""The command ``generate``: what its options do, every form it writes, and bad input answered in words."""

import csv
import io
import json
import re
import shutil
import zipfile

import pytest
from tests.runs.own import UKRAINE, own_arrangement, own_late, own_monitors

from holdfast.files.writing import check_target
from holdfast.runs.conditions import CONDITIONS

FEW = ("--futures", "16")


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """Return the file of a mission that five states are asked for."""
    return own_monitors(tmp_path_factory.mktemp("plan"))


@pytest.fixture
def asked(holdfast, plan):
    """Give a function that returns the JSON document of the small mission."""

    def ask(*arguments):
        done = holdfast("generate", "ukraine", plan, *FEW, *arguments, "--json")
        assert done.status == 0, done.err
        return json.loads(done.out)

    return ask


@pytest.fixture(scope="module")
def own_case(tmp_path_factory):
    """Give a function that copies the packaged case, with some text of its states changed."""

    def copy(old, new):
        folder = tmp_path_factory.mktemp("case") / "own"
        shutil.copytree(UKRAINE, folder)
        states = folder / "states.yaml"
        text = states.read_text("utf-8")
        assert text.count(old) == 1
        states.write_text(text.replace(old, new), "utf-8")
        return folder

    return copy


def refused(done) -> str:
    """Assert that a command was refused in words, and return them."""
    assert (done.status, done.out) == (2, ""), (done.status, done.err)
    assert "Mend: " in done.err
    for word in ("Traceback", "defect", "pydantic"):
        assert word not in done.err
    return str(done.err)


def sent(document) -> dict[str, float]:
    """Return persons in the plan, by state."""
    return {one["state"]: one["persons"] for one in document["generate"]["contributors"] if one["persons"]}


# --- What options do --------------------------------------------------------------------------


def test_without_keeps_a_state_away(asked):
    assert "NOR" in sent(asked())
    found = asked("--without", "Norway", "--without", "che")
    assert {"NOR", "CHE"}.isdisjoint(one["state"] for one in found["generate"]["contributors"])
    assert found["asked"]["without"] == ["CHE", "NOR"]


def test_with_asks_a_state_besides(asked):
    assert "ESP" not in sent(asked("--breadth", "6"))
    found = asked("--with", "Spain", "--breadth", "6")
    assert "ESP" in sent(found)
    assert found["asked"]["with"] == ["ESP"]


def test_waive_takes_a_condition_as_met(asked):
    def assumes(document):
        return {words for one in document["generate"]["contributors"] for words in one["assumes"]}

    assert "its parliament agrees" in assumes(asked())
    found = asked("--waive", "parliament", "--waive", "Behind-Line")
    assert "its parliament agrees" not in assumes(found)
    assert found["asked"]["waived"] == ["behind_line", "parliament"]


def test_breadth_asks_for_more_states(asked):
    plan = asked("--breadth", "7")["generate"]["plan"]
    assert plan["rules"]["breadth"] == 7
    assert (plan["states"], plan["missing_states"]) == (5, 2)


def test_largest_share_caps_what_one_state_sends(asked):
    document = asked("--largest-share", "0.22")
    most = 0.22 * sum(document["generate"]["plan"]["persons_needed"])
    whole = [sum(one["by_period"]) for one in document["generate"]["contributors"]]
    assert max(whole) <= most
    assert max(sum(one["by_period"]) for one in asked()["generate"]["contributors"]) > most


def test_robust_plans_for_the_worst_tenth(asked, holdfast, plan):
    assert asked()["generate"]["robust"] is None
    robust = asked("--robust")["generate"]["robust"]
    assert robust["persons_asked"] > 0.0
    assert "worst tenth of futures asks for" in holdfast("generate", "ukraine", plan, *FEW, "--robust").out


def test_the_help_names_every_condition(holdfast):
    said = holdfast("generate", "--help").out
    assert [one for one in CONDITIONS if one not in said] == []


def test_seed_and_settlement_are_those_asked_for(asked):
    named = asked("--seed", "7", "--settlement", "none")["manifest"]
    assert (named["kind"], named["seed"], named["futures"]) == ("generate", 7, 16)
    assert named["settlement"]["name"] == "none"


# --- Forms ------------------------------------------------------------------------------------


def test_the_text_tells_who_sends_what(holdfast, plan):
    done = holdfast("generate", "ukraine", plan, *FEW, "--without", "NOR")
    assert done.status == 0
    assert done.out.endswith("holdfast verify FILE.\n")
    for words in ("A few monitors (without NOR)", "On paper", "Who sends what", "not a forecast", "Poland"):
        assert words in done.out
    assert "Norway" not in done.out


def test_the_table_has_the_contingents_of_the_document(holdfast, plan, asked):
    done = holdfast("generate", "ukraine", plan, *FEW, "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    plan_ = asked()["generate"]["plan"]
    for k, tour in enumerate(plan_["periods"]):
        persons = sum(float(row["persons"]) for row in rows if row["from_month"] == str(tour["from_month"]))
        assert persons == pytest.approx(plan_["persons_sent"][k])
    assert {row["state"] for row in rows} == set(sent(asked()))


def test_the_same_question_gets_the_same_bytes(holdfast, plan, tmp_path):
    for form in ("--json", "--csv"):
        first, second = (holdfast("generate", "ukraine", plan, *FEW, form).out for _ in range(2))
        assert first == second
    books = [tmp_path / name for name in ("a.xlsx", "b.xlsx")]
    for path in books:
        assert holdfast("generate", "ukraine", plan, *FEW, "-o", path).status == 0
    assert books[0].read_bytes() == books[1].read_bytes()


@pytest.mark.parametrize("name", ["plan.xlsx", "PLAN.XLSX"])
def test_a_workbook_is_written_where_a_file_is_so_named(name, holdfast, plan, tmp_path):
    path = tmp_path / name
    done = holdfast("generate", "ukraine", plan, *FEW, "-o", path)
    assert (done.status, done.out) == (0, "")
    assert done.err.startswith(f"written: {path}\n")
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None
        assert "xl/workbook.xml" in book.namelist()
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("name", "form"), [("a.json", "--json"), ("a.csv", "--csv"), ("a.txt", None)])
def test_every_other_form_goes_to_a_file(name, form, holdfast, plan, tmp_path):
    path = tmp_path / name
    question = ("generate", "ukraine", plan, *FEW, *([form] if form else []))
    assert holdfast(*question, "-o", path).status == 0
    assert path.read_text("utf-8") == holdfast(*question).out


def test_a_saved_plan_is_borne_out(holdfast, plan, tmp_path):
    path = tmp_path / "plan.json"
    wishes = ("--without", "NOR", "--waive", "parliament", "--breadth", "3", "--robust")
    question = ("generate", "ukraine", plan, *FEW, *wishes)
    assert holdfast(*question, "--json", "-o", path).status == 0
    done = holdfast("verify", path, "--arrangement", plan)
    assert (done.status, done.err) == (0, "")
    assert "borne out to the last digit" in done.out


def test_a_saved_need_is_borne_out(holdfast, tmp_path):
    path = tmp_path / "need.json"
    assert holdfast("require", "--task", "interpose", "--km", "90", "--json", "-o", path).status == 0
    assert "borne out to the last digit" in holdfast("verify", path).out
    path.write_text(path.read_text("utf-8").replace('"km": 90.0', '"km": 91.0', 1), "utf-8")
    done = holdfast("verify", path)
    assert done.status == 1
    assert "km: the file has 91.0" in done.out


def test_figures_that_are_due_are_said_as_by_assess(holdfast, plan, monkeypatch):
    monkeypatch.setattr("holdfast.cli.ledger.stale_names", lambda *_: ["a", "b"])
    assert "2 estimates are due" in holdfast("generate", "ukraine", plan, *FEW).err


@pytest.mark.parametrize("name", ["none", "coalition-support"])
def test_an_arrangement_without_a_mission_is_told_and_written(name, holdfast, tmp_path):
    done = holdfast("generate", "ukraine", name, *FEW, "--robust", "--breadth", "5", "--without", "NOR")
    assert done.status == 0
    assert "This arrangement has no mission: nothing is to be generated.\n" in done.out
    assert holdfast("generate", "ukraine", name, *FEW, "-o", tmp_path / "a.xlsx").status == 0
    assert holdfast("generate", "ukraine", name, *FEW, "--csv").out.count("\n") == 1


# --- Options that are off ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--without", "Norwa"), ("--without: no state is called 'Norwa'", "did you mean 'Norway'?")),
        (("--with", "Xyzzyqq"), ("--with: no state is called 'Xyzzyqq'", "three letters")),
        (("--with", ""), ("--with: no state is called ''",)),
        (("--with", "JPN"), ("--with: the case has no offers of Japan", "states.yaml")),
        (("--with", "Afghanistan"), ("--with: the case has no offers of Afghanistan", "states.yaml")),
        (("--without", "Japan"), ("--without: the case has no offers of Japan", "leave it out")),
        (("--with", "RUS"), ("--with: Russia is a party", "leave it out")),
        (("--without", "Ukraine"), ("--without: Ukraine is a party",)),
        (("--with", "NOR", "--without", "Norway"), ("'NOR' is also under --without", "one of the two")),
        (("--waive", "cease-fire"), ("'cease-fire' is no condition", "did you mean 'ceasefire'?")),
        (("--waive", "xyzzy"), ("--waive: 'xyzzy' is no condition", ", ".join(CONDITIONS))),
        (("--breadth", "0"), ("--breadth: 0 is out of range", "from 1 to 200")),
        (("--breadth", "-2"), ("--breadth: -2 is out of range",)),
        (("--breadth", "201"), ("--breadth: 201 is out of range",)),
        (("--breadth", "many"), ("--breadth: 'many' is no whole number", "such as 8")),
        (("--breadth", "2.5"), ("--breadth: '2.5' is no whole number",)),
        (("--largest-share", "0"), ("--largest-share: 0 is out of range", "from 0.001 to 1")),
        (("--largest-share", "1.01"), ("--largest-share: 1.01 is out of range",)),
        (("--largest-share", "-1"), ("--largest-share: -1 is out of range",)),
        (("--largest-share", "nan"), ("--largest-share: nan is out of range",)),
        (("--largest-share", "inf"), ("--largest-share: inf is out of range",)),
        (("--largest-share", "40%"), ("--largest-share: '40%' is no number", "such as 0.4")),
        (("--futures", "20"), ("--futures: 20", "give 16 or 32")),
        (("--json", "--csv"), ("--json, --csv: both are given",)),
        (("--settlement", "twenty"), ("did you mean 'twenty-points'?",)),
        (("--overlay", "nowhere.yaml"), ("nowhere.yaml:1: the file: does not exist",)),
    ],
    ids=lambda part: " ".join(part)[:40],
)
def test_an_option_that_is_off_is_answered_in_words(arguments, said, holdfast, plan):
    words = refused(holdfast("generate", "ukraine", plan, *FEW, *arguments))
    assert [one for one in said if one not in words] == []


def test_a_horizon_is_not_asked_for(holdfast, plan):
    done = holdfast("generate", "ukraine", plan, "--years", "9")
    assert done.status == 2
    assert "No such option '--years'" in done.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("osce-monitor", "did you mean 'osce-monitors'?"),
        ("nowhere.yaml", "nowhere.yaml:1: the file: "),
        (".", "is a folder"),
        (UKRAINE / "case.yaml", "an arrangement file is needed here"),
    ],
    ids=str,
)
def test_an_arrangement_that_is_none_is_refused(name, said, holdfast):
    assert said in refused(holdfast("generate", "ukraine", name, *FEW))


def test_an_unknown_case_is_refused(holdfast):
    assert "did you mean 'ukraine'?" in refused(holdfast("generate", "ukrain", "none"))


# --- Targets ----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_a_workbook_is_neither_json_nor_csv(form, holdfast, plan, tmp_path):
    words = refused(holdfast("generate", "ukraine", plan, "-o", tmp_path / "plan.xlsx", form))
    assert "-o: " in words
    assert "plan.xlsx' is a workbook" in words
    assert "leave out --json and --csv" in words
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "question",
    [("compare", "ukraine", "none", *FEW), ("require", "--task", "liaise"), ("ledger", "ukraine")],
    ids=lambda question: question[0],
)
def test_no_other_command_writes_a_workbook(question, holdfast, tmp_path):
    words = refused(holdfast(*question, "-o", tmp_path / "result.xlsx"))
    assert "is a workbook, which only generate writes" in words
    assert "--csv" in words
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_cannot_be_is_refused_before_the_work(holdfast, tmp_path, monkeypatch):
    def worked(*_, **__):
        raise AssertionError("the plan was made")

    monkeypatch.setattr("holdfast.runs.composition", worked)
    for target, said in (
        (tmp_path / "nowhere" / "plan.xlsx", "does not exist"),
        (tmp_path, "is a folder"),
        (tmp_path / "folder.xlsx", "is a folder"),
    ):
        (tmp_path / "folder.xlsx").mkdir(exist_ok=True)
        assert said in refused(holdfast("generate", "ukraine", "osce-monitors", "-o", target))


def test_a_folder_that_is_gone_by_then_is_refused(holdfast, plan, tmp_path, monkeypatch):
    folder = tmp_path / "folder"
    folder.mkdir()

    def check(path):
        check_target(path)
        folder.rmdir()

    monkeypatch.setattr("holdfast.files.writing.check_target", check)
    words = refused(holdfast("generate", "ukraine", plan, *FEW, "-o", folder / "plan.xlsx"))
    assert f"the folder {folder} does not exist" in words


# --- Arrangements of one's own ----------------------------------------------------------------


def told(holdfast, path, *arguments) -> str:
    """Return the text on a mission of one's own, in one line."""
    done = holdfast("generate", "ukraine", path, *FEW, *arguments)
    assert done.status == 0, done.err
    assert re.search(r"\b(nan|inf)\b", done.out) is None
    return " ".join(done.out.split())


def test_a_mission_that_asks_nobody_is_all_short(holdfast, tmp_path):
    said = told(holdfast, own_monitors(tmp_path, states=""), "--robust")
    assert "0 states send 0; 100 % stays short" in said
    assert "Nobody who is asked sends anybody." in said
    assert "joins" in said
    assert "worst tenth of futures asks for nobody." in said


def test_a_mission_of_states_without_offers_is_all_short(holdfast, tmp_path):
    assert "100 % stays short" in told(holdfast, own_monitors(tmp_path, states="AFG, JPN"))


def test_a_mission_of_nobody_is_told_so(holdfast, tmp_path):
    path = own_monitors(tmp_path, monitors="0", liaison="0")
    assert "plan no persons: nothing is to be generated." in told(holdfast, path, "--robust")


def test_a_mission_of_one_person_is_planned(holdfast, tmp_path):
    said = told(holdfast, own_monitors(tmp_path, monitors="1", liaison="0"))
    assert "persons at a time: 1 are needed" in said
    assert "; 0 % stays short" in said


def test_a_mission_of_a_million_is_nearly_all_short(holdfast, tmp_path):
    said = told(holdfast, own_monitors(tmp_path, monitors="1000000"))
    assert "1,000,000 are needed" in said
    assert "; >99 % stays short" in said


def test_a_mission_after_the_plan_ends_is_told_so(holdfast, tmp_path):
    said = told(holdfast, own_late(tmp_path, 36))
    assert "No mission of this arrangement begins within the two years" in said
    assert "has no mission" not in said


def test_caps_that_contradict_one_another_are_told(holdfast, tmp_path):
    more = "\n        at_least: 200\n        largest_share: 0.01"
    said = told(holdfast, own_monitors(tmp_path, more=more))
    assert "100 % stays short" in said
    assert "The breadth that is asked for lacks 200 states." in said
    assert "one state may provide more than its share" in said


@pytest.mark.parametrize(
    ("swaps", "said"),
    [
        (
            {"planned_persons: 1400": "planned_persons: -5"},
            (
                "phases[all].mission.components[0].planned_persons: -5 is out of range",
                "from 0 to 3000000 (persons)",
            ),
        ),
        (
            {"planned_persons: 1400": "planned_persons: .nan"},
            ("phases[all].mission.components[0].planned_persons",),
        ),
        (
            {"states: []": "states: [NORW]"},
            ("phases[all].mission.contributors.states[0]", "`FRA`"),
        ),
        (
            {"states: []": "states: [XXX]"},
            ("phases[all].mission.contributors.states[0]", 'no country "XXX"'),
        ),
        (
            {"groups: [osce]": "groups: [oscee]"},
            ("phases[all].mission.contributors.groups[0]", "osce"),
        ),
        (
            {"[RUS, UKR, BLR]": "[RUS, UKR, BLR]\n        at_least: 201\n        largest_share: 0"},
            (
                "contributors.at_least: 201 is out of range",
                "contributors.largest_share: 0 is out of range",
                "2 problems in",
            ),
        ),
    ],
    ids=lambda part: str(part)[:40],
)
def test_an_arrangement_that_is_wrong_names_file_field_and_mend(swaps, said, holdfast, tmp_path):
    path = own_arrangement(tmp_path, swaps=swaps)
    words = refused(holdfast("generate", "ukraine", path, *FEW))
    assert re.match(rf"{re.escape(str(path))}:\d+: ", words)
    assert [one for one in said if one not in words] == []


# --- Cases of one's own -----------------------------------------------------------------------

OFFER = "        persons: offer.nor.monitors\n        conditions: []\n"


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (
            f"{OFFER}        only_with: XXX\n",
            ('states[NOR].offers[2].only_with: there is no state "XXX"', "name a state that is known"),
        ),
        (
            f"{OFFER}        only_with: AFG\n",
            ('states[NOR].offers[2].only_with: there is no state "AFG"', "did you mean the state"),
        ),
        (
            f"{OFFER}      - domain: monitors\n{OFFER}",
            ("states[NOR]: offers: 'monitors' stands twice", "add the two up"),
        ),
        (
            OFFER.replace("[]", "[peace]"),
            ('states[NOR].offers[2].conditions[0]: found the text "peace"', "ceasefire"),
        ),
        (
            OFFER.replace("offer.nor.monitors", "offer.nor.nothing"),
            ("states[NOR].offers[2].persons", "offer.nor.nothing"),
        ),
    ],
    ids=["caveat", "caveat without offers", "twice", "condition", "estimate"],
)
def test_an_offer_that_is_wrong_names_file_field_and_mend(new, said, own_case, holdfast, plan):
    folder = own_case(OFFER, new)
    words = refused(holdfast("generate", folder, plan, *FEW))
    assert re.search(rf"(?m)^{re.escape(str(folder / 'states.yaml'))}:\d+: ", words)
    assert [one for one in said if one not in words] == []


def test_an_offer_with_a_caveat_serves_only_beside_the_other(own_case, holdfast, plan):
    folder = own_case(OFFER, f"{OFFER}        only_with: TUR\n")
    question = ("generate", folder, plan, *FEW, "--json")
    beside = {one["state"]: one for one in json.loads(holdfast(*question).out)["generate"]["contributors"]}
    monitors = beside["NOR"]["capabilities"]["monitors"]["persons"]
    assert any(monitors)
    assert all(there for sent, there in zip(monitors, beside["TUR"]["by_period"], strict=True) if sent)
    alone = json.loads(holdfast(*question, "--without", "TUR").out)["generate"]["contributors"]
    assert not any("monitors" in one["capabilities"] for one in alone if one["state"] == "NOR")
