"""The command ``require``: a need as a range with ratio and source, without a case; bad input in words."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest

from holdfast.analyse import quantity
from holdfast.futures import Futures
from holdfast.runs.need import FUTURES, SEED, per_unit, tables, task_named

MARGIN = 0.01
"""Draws against closed forms: percentiles and means of so many draws lie within one in a hundred."""


@pytest.fixture
def asked(holdfast):
    """Give a function that returns the JSON document of a need."""

    def ask(*arguments):
        done = holdfast("require", *arguments, "--json")
        assert (done.status, done.err) == (0, "")
        return json.loads(done.out)

    return ask


def _shape(name):
    return tables().ledger.shape(name)


def test_a_need_is_the_ratio_times_the_line(asked):
    document = asked("--task", "interpose", "--km", 1100)
    (task,) = document["tasks"]
    ratio = _shape("require.interpose.per-km")
    low, central, high = ratio.quantile([0.05, 0.5, 0.95]) * 1_100.0
    for key, expected in (
        ("low", low),
        ("central", central),
        ("high", high),
        ("mean", ratio.mean() * 1_100.0),
    ):
        assert task["needed"][key] == pytest.approx(expected, rel=MARGIN), key
    assert document["needed"] == task["needed"]
    assert task["ratio"]["sources"][0]["source"] == "past-densities"
    assert document["sources"]["past-densities"]["title"]
    assert task["needed"]["computing_error"] < MARGIN * task["needed"]["mean"]


def test_support_is_on_top_of_the_monitors(asked):
    (task,) = asked("--task", "observe", "--km", 1100)["tasks"]
    mean = _shape("require.observe.per-km").mean() * (1.0 + _shape("require.observe.support").mean())
    assert task["task"] == "observe-line"
    assert task["needed"]["mean"] == pytest.approx(1_100.0 * mean, rel=MARGIN)
    assert task["support"]["estimate"] == "require.observe.support"


def test_capabilities_and_units_cover_the_need(asked):
    document = asked("--task", "deter", "--km", 1200, "--task", "patrol-sea")
    for task in document["tasks"]:
        parts = task["capabilities"]
        for key in ("mean", "low", "central", "high"):
            assert math.fsum(one["needed"][key] for one in parts) == pytest.approx(task["needed"][key])
        for one in parts:
            covered = one["elements"] * one["persons_in_element"]["central"]
            assert covered >= one["needed"]["central"] * (1.0 - 1e-9)
            assert covered - one["persons_in_element"]["central"] < one["needed"]["central"]
        assert math.fsum(one["central"] for one in task["roles"].values()) == pytest.approx(1.0)
    units = {one["capability"]: one["elements"] for one in document["capabilities"]}
    for name, number in units.items():
        assert number == sum(
            one["elements"]
            for task in document["tasks"]
            for one in task["capabilities"]
            if one["capability"] == name
        )


def test_tasks_add_up(asked):
    both = asked("--task", "interpose", "--task", "liaise", "--km", 500)
    alone = [asked("--task", "interpose", "--km", 500), asked("--task", "liaise")]
    assert both["needed"]["mean"] == pytest.approx(sum(one["needed"]["mean"] for one in alone))
    assert both["needed"]["high"] < sum(one["needed"]["high"] for one in alone)
    assert [task["needed"] for task in both["tasks"]] == [one["needed"] for one in alone]


@pytest.mark.parametrize("task", sorted(tables().tasks))
def test_every_task_can_be_asked_for(task, holdfast, asked):
    option = {"line_km": "--km", "site": "--sites", "thousand_people": "--population"}.get(
        tables().tasks[task].per
    )
    arguments = ("--task", task, *((option, "1000") if option else ()))
    (found,) = asked(*arguments)["tasks"]
    assert 0.0 < found["needed"]["low"] < found["needed"]["central"] < found["needed"]["high"]
    assert found["capabilities"]
    done = holdfast("require", *arguments)
    assert done.status == 0
    assert "not a forecast" in done.out
    assert found["title"] in " ".join(done.out.split())
    long = [line for line in done.out.splitlines() if len(line) > 100]
    assert long == []


def test_the_same_question_gets_the_same_bytes(holdfast):
    first, second = (
        holdfast("require", "--task", "govern", "--population", "3_000_000", "--json") for _ in range(2)
    )
    assert first == second


def test_forces_stand_beside_with_persons_a_km(asked):
    (task,) = asked("--task", "interpose", "--km", 100)["tasks"]
    beside = {one["force"]: one for one in task["comparable"]}
    assert beside["unficyp"]["per_unit"] == pytest.approx(855 / 180)
    assert beside["undof"]["also"] == ["verify-withdrawal"]
    assert beside["gcsp"]["kind"] == "proposal"
    assert set(beside) == {key for key, force in tables().forces.items() if "interpose" in force.tasks}
    forces = tables().forces
    assert per_unit(forces["unsmis"], tables().tasks["observe-line"]) is None


def test_a_table_has_a_row_for_each_capability(holdfast):
    done = holdfast("require", "--task", "liaise", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["capability"] for row in rows] == ["all", "liaison-officers", "civilian-experts"]
    assert float(rows[0]["mean"]) == pytest.approx(sum(float(row["mean"]) for row in rows[1:]))


def test_a_need_of_a_million_is_said(holdfast, asked):
    document = asked("--task", "defend-with-host", "--km", 5000)
    assert document["needed"]["central"] > 1_000_000
    assert "3,200,000 persons" in holdfast("require", "--task", "defend-with-host", "--km", 5000).out


def test_a_result_goes_to_a_file(holdfast, tmp_path):
    path = tmp_path / "need.json"
    assert holdfast("require", "--task", "liaise", "--json", "-o", path).status == 0
    assert json.loads(path.read_text("utf-8"))["holdfast"] == "need/1"


def test_all_that_a_document_names_has_a_title(asked):
    for one in asked("--task", "observe", "--task", "deter", "--km", 10)["sources"].values():
        assert one["title"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), ("--task: no task is named", "observe-line", "govern")),
        (("--task", "obzerve", "--km", "3"), ('"obzerve"', "did you mean 'observe-line'?", "interpose")),
        (("--task", "defend", "--km", "3"), ("several tasks", "defend-with-host, defend-sites")),
        (("--task", "", "--km", "3"), ("no task is called",)),
        (("--task", "liaise", "--task", "lia"), ("'liaise' stands twice",)),
        (("--task", "observe"), ("--km: 'observe-line' is measured by km of line", "add --km 1200")),
        (("--task", "defend-sites"), ("--sites:", "add --sites 12")),
        (("--task", "govern"), ("--population:", "add --population 3000000")),
        (("--task", "liaise", "--km", "5"), ("--km: no task that is named", "leave it out")),
        (("--task", "observe", "--km", "-1"), ("--km: -1 is not above 0",)),
        (("--task", "observe", "--km", "0"), ("not above 0",)),
        (("--task", "observe", "--km", "nan"), ("--km: nan",)),
        (("--task", "observe", "--km", "inf"), ("--km: inf",)),
        (("--task", "observe", "--km", "1e13"), ("out of range",)),
        (("--task", "observe", "--km", "far"), ("--km: 'far' is no number", "1200")),
    ],
)
def test_bad_input_is_answered_in_words(arguments, said, holdfast):
    done = holdfast("require", *arguments)
    assert (done.status, done.out) == (2, "")
    assert "Mend: " in done.err
    assert [one for one in said if one not in done.err] == []
    assert "Traceback" not in done.err


def test_a_name_may_be_cut_short_where_one_task_begins_so():
    read = tables().tasks
    assert task_named("observe", read).key == "observe-line"
    assert task_named("train", read).key == "train-host"
    assert task_named(" interpose ", read).key == "interpose"


def test_the_summary_is_that_of_every_other_result(asked):
    read = tables()
    draws = Futures(read.ledger, SEED, FUTURES)["require.liaise.persons"]
    found = asked("--task", "liaise")["needed"]
    summary = quantity(draws)
    assert (found["mean"], found["low"], found["high"]) == (summary.mean, summary.low, summary.high)
