"""Cases from files: what is wrong is said with its place, and digests name the content."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from holdfast.cases import (
    library,
    load_arrangement,
    load_case,
    load_settlement,
    packaged_cases,
    read_document,
)
from holdfast.content import digest
from holdfast.evaluate import evaluate
from holdfast.files.problems import FileProblems
from holdfast.futures import Futures
from holdfast.vocabulary.estimate import Lognormal

NAME = "ukraine"


@pytest.fixture(scope="module")
def case():
    return load_case(NAME)


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the packaged case that a test may spoil."""
    copy = tmp_path / "mine"
    shutil.copytree(library() / "cases" / NAME, copy)
    return copy


def _change(path, old, new):
    """Replace the first ``old`` of a file; return the line it stands on."""
    text = path.read_text(encoding="utf-8")
    assert old in text, (path, old)
    line = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return line


def _problems(where, overlay=None):
    with pytest.raises(FileProblems) as found:
        load_case(where, overlay)
    for problem in found.value.problems:
        assert problem.wrong
        assert problem.mend
        assert problem.line >= 1
    return found.value.problems


def _only(where, overlay=None):
    problems = _problems(where, overlay)
    assert len(problems) == 1, problems
    return problems[0]


def _place(problem):
    return Path(problem.file).name, problem.line, problem.field


# --- what is there


def test_the_packaged_case_is_sound_and_put_together(case):
    assert NAME in packaged_cases()
    assert (case.host.role, case.opponent.role) == ("host", "opponent")
    assert case.parties == (case.host, case.opponent)
    assert case.about.settlement in case.settlements
    assert set(case.about.arrangements) <= set(case.arrangements)
    assert case.model_names < set(case.ledger)
    assert set(case.settlement_hashes) == set(case.settlements)
    assert set(case.arrangement_hashes) == set(case.arrangements)
    assert set(case.hashes) == {"model", "case"}
    digests = [*case.hashes.values(), *case.settlement_hashes.values(), *case.arrangement_hashes.values()]
    assert len(set(digests)) == len(digests)
    assert all(len(one) == 32 for one in digests)
    assert case.name_of(case.host.state) == case.countries[case.host.state]
    assert case.name_of("ZZZ") == "ZZZ"


def test_an_unknown_name_is_told_the_nearest():
    with pytest.raises(FileProblems) as found:
        load_case("ukrane")
    (problem,) = found.value.problems
    assert problem.file == "ukrane"
    assert problem.mend == f"did you mean '{NAME}'?"


def test_a_name_like_no_other_is_told_all():
    with pytest.raises(FileProblems) as found:
        load_case("xyzzy")
    (problem,) = found.value.problems
    assert NAME in problem.mend


def test_an_empty_folder_lacks_every_part(tmp_path):
    missing = {Path(problem.file).name for problem in _problems(tmp_path)}
    parts = ("case", "theatre", "parties", "states", "bodies", "ballots", "principles", "ledger", "sources")
    assert missing == {f"{part}.yaml" for part in (*parts, "settlements", "arrangements")}


# --- digests


def test_the_same_content_elsewhere_has_the_same_digests(case, folder):
    mine = load_case(folder)
    assert mine.hashes == case.hashes
    assert mine.settlement_hashes == case.settlement_hashes
    assert mine.arrangement_hashes == case.arrangement_hashes


@pytest.mark.parametrize("part", ["parties.yaml", "states.yaml", "ballots.yaml", "bodies.yaml", "case.yaml"])
def test_the_digest_of_the_case_changes_with_its_content(case, folder, part):
    path = folder / part
    path.write_text(path.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    mine = load_case(folder)
    assert mine.hashes["case"] != case.hashes["case"]
    assert mine.hashes["model"] == case.hashes["model"]
    assert mine.arrangement_hashes == case.arrangement_hashes


def test_the_digest_of_an_arrangement_is_its_own(case, folder):
    _change(folder / "arrangements" / "none.yaml", "title: ", "title: Really ")
    mine = load_case(folder)
    changed = {name for name, one in mine.arrangement_hashes.items() if one != case.arrangement_hashes[name]}
    assert changed == {"none"}
    assert mine.hashes["case"] != case.hashes["case"]
    assert mine.settlement_hashes == case.settlement_hashes


def test_two_files_of_one_name_are_both_in_the_digest(folder):
    # ledger.yaml and ledger/ledger.yaml are both read: a change of either must show
    first, second, *_ = sorted((folder / "ledger").glob("*.yaml"))
    first.rename(folder / "ledger.yaml")
    second.rename(folder / "ledger" / "ledger.yaml")
    before = load_case(folder).hashes["case"]
    for path in (folder / "ledger.yaml", folder / "ledger" / "ledger.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "# a remark\n", encoding="utf-8")
        assert load_case(folder).hashes["case"] != before, path.name
        path.write_text(text, encoding="utf-8")


# --- one thing wrong


@pytest.mark.parametrize("part", ["theatre", "parties", "states", "bodies", "ballots", "principles", "case"])
def test_a_missing_part(folder, part):
    path = folder / f"{part}.yaml"
    if path.exists():
        path.unlink()
    shutil.rmtree(folder / part, ignore_errors=True)
    problem = _only(folder)
    assert _place(problem) == (f"{part}.yaml", 1, "the file")
    assert f"add {part}.yaml" in problem.mend


@pytest.mark.parametrize("part", ["settlements", "arrangements", "sources", "ledger"])
def test_a_missing_folder(folder, part):
    shutil.rmtree(folder / part)
    problem = _only(folder)
    assert problem.wrong == "this part of the case is missing"
    assert f"a folder {part}/" in problem.mend


def test_an_extra_file(folder):
    (folder / "partys.yaml").write_text("holdfast: parties/1\n", encoding="utf-8")
    problem = _only(folder)
    assert _place(problem) == ("partys.yaml", 1, "the file")
    assert problem.mend == "rename it to parties.yaml"


def test_an_extra_file_of_no_known_name(folder):
    (folder / "notes").mkdir()
    (folder / "notes" / "qqq.yml").write_text("a: 1\n", encoding="utf-8")
    problem = _only(folder)
    assert problem.file.endswith("notes/qqq.yml")
    assert "theatre" in problem.mend


def test_a_second_file_of_a_part_that_is_one_file_is_not_left_out_in_silence(folder):
    (folder / "parties").mkdir()
    shutil.copy(folder / "parties.yaml", folder / "parties" / "more.yaml")
    assert {Path(problem.file).name for problem in _problems(folder)} & {"more.yaml", "parties.yaml"}


def test_two_hosts(folder):
    _change(folder / "parties.yaml", "role: opponent", "role: host")
    problem = _only(folder)
    assert Path(problem.file).name == "parties.yaml"
    assert problem.field == "parties"
    assert "same role" in problem.wrong
    assert "opponent" in problem.mend


def test_a_state_listed_twice(folder):
    path = folder / "states.yaml"
    text = path.read_text(encoding="utf-8")
    first = text[text.index("  - code: ") :]
    first = first[: first.index("  - code: ", 5)]
    path.write_text(text.rstrip("\n") + "\n" + first, encoding="utf-8")
    assert any("twice" in problem.wrong for problem in _problems(folder))


def test_two_arrangements_of_one_name(folder):
    shutil.copy(folder / "arrangements" / "none.yaml", folder / "arrangements" / "another.yaml")
    assert any(
        "arrangements/another.yaml" in str(p) or "arrangements/none.yaml" in str(p) for p in _problems(folder)
    )


def test_one_estimate_in_two_files_of_the_case(folder):
    row = ROW.replace("party.host.morale", "party.host.forces").replace("unit: share", "unit: persons")
    _add_row(folder / "ledger" / "bodies.yaml", row)
    problem = _only(folder)
    assert problem.field == "estimates[party.host.forces]"
    assert Path(problem.file).parent.name == "ledger"
    # neither of the two is the model's
    assert "of the model" not in problem.wrong


# file, what stands there, what a slip makes of it, field, kind
DANGLING = [
    ("case.yaml", "backstop: USA", "backstop: ZZZ", "backstop", "country"),
    ("case.yaml", "baseline: none", "baseline: nonne", "baseline", "arrangement"),
    ("case.yaml", "settlement: ", "settlement: un", "settlement", "settlement"),
    (
        "case.yaml",
        "    states: [BLR]",
        "    states: [BLX]",
        "ties[0].states[0]",
        "country",
    ),
    ("case.yaml", "support_now: support.now", "support_now: support.nov", "support_now", "estimate"),
    (
        "arrangements/osce-monitors.yaml",
        "authority: osce-permanent-council",
        "authority: osce-permanent-counsel",
        "authority",
        "body",
    ),
    (
        "arrangements/osce-monitors.yaml",
        "task: observe-line",
        "task: observe-lines",
        "phases[all].mission.components[0].task",
        "task",
    ),
    (
        "arrangements/osce-monitors.yaml",
        "sensor: camera",
        "sensor: kamera",
        "phases[all].mission.sensors[0].sensor",
        "sensor",
    ),
    (
        "parties.yaml",
        "now: party.host.forces",
        "now: party.host.force",
        "parties[Ukraine].forces.now",
        "estimate",
    ),
    ("ballots.yaml", "- unga-ukraine-votes", "- unga-ukraine-vote", "ballots[68-262].sources[0]", "source"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "kind"), DANGLING, ids=[f"{row[4]}-{row[3]}" for row in DANGLING]
)
def test_a_dangling_reference(folder, file, old, new, field, kind):
    line = _change(folder / file, old, new)
    found = [p for p in _problems(folder) if p.wrong.startswith(f"there is no {kind} ")]
    assert len(found) == 1
    assert found[0].file.endswith(f"mine/{file}")
    assert (found[0].line, found[0].field) == (line, field)
    assert kind in found[0].mend


def test_an_estimate_in_another_unit_than_the_place_needs(folder):
    line = _change(folder / "parties.yaml", "now: party.host.forces", "now: party.host.rebuilt")
    wrong = [p for p in _problems(folder) if "is in ratio; one in persons is needed" in p.wrong]
    assert len(wrong) == 1
    assert _place(wrong[0]) == ("parties.yaml", line, "parties[Ukraine].forces.now")


def test_a_row_in_the_wrong_unit(folder):
    path = folder / "ledger" / "parties.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("  - name: party.host.reconstitution\n")
    path.write_text(text[:start] + text[start:].replace("unit: years", "unit: days", 1), encoding="utf-8")
    problem = _only(folder)
    assert Path(problem.file).name == "parties.yaml"
    assert problem.field == "parties[Ukraine].forces.reconstitution"
    assert problem.wrong == 'the estimate "party.host.reconstitution" is in days; one in years is needed'


ROW = """\
  - name: party.host.morale
    meaning: "Something that no file asks for"
    unit: share
    distribution: {kind: uniform, low: 0, high: 1}
    sources: [{source: judgement, statement: null}]
    confidence: J
    status: judgement
    as_of: 2026-01-01
    stale_after_months: null
"""


def _add_row(path, row):
    """Put a row first in a ledger file; return its line."""
    return 1 + _change(path, "\nestimates:\n", f"\nestimates:\n{row}") + 1


def test_a_row_that_nothing_reads(folder):
    line = _add_row(folder / "ledger" / "parties.yaml", ROW)
    problem = _only(folder)
    assert _place(problem) == ("parties.yaml", line, "estimates[party.host.morale]")
    assert "reads" in problem.wrong
    assert problem.mend == "take it out"


def test_a_row_that_its_source_contradicts(folder):
    path = folder / "ledger" / "parties.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("  - name: party.host.forces\n")
    row = text[start:]
    old = row[row.index("distribution:") : row.index("\n    sources")]
    path.write_text(
        text[:start] + row.replace(old, "distribution: {kind: uniform, low: 100000, high: 200000}", 1),
        encoding="utf-8",
    )
    problems = _problems(folder)
    line = text[:start].count("\n") + 1
    assert {_place(problem) for problem in problems} == {
        ("parties.yaml", line, "estimates[party.host.forces]")
    }
    assert any("outside the range drawn" in problem.wrong for problem in problems)
    assert any("its central value" in problem.wrong for problem in problems)


def test_a_row_of_the_model_cannot_be_in_a_case(folder):
    row = ROW.replace("party.host.morale", "endure.case-factor").replace("unit: share", "unit: ratio")
    _add_row(folder / "ledger" / "parties.yaml", row)
    problem = _only(folder)
    assert problem.field == "estimates[endure.case-factor]"
    assert problem.file.endswith("mine/ledger/parties.yaml")
    assert "model/ledger.yaml" in problem.wrong


def test_an_unknown_key_and_a_file_of_the_wrong_kind(folder):
    line = _change(folder / "arrangements" / "none.yaml", "fallback: null", "fall_back: null")
    problem = _only(folder)
    assert _place(problem) == ("none.yaml", line, "fall_back")
    assert problem.mend == "did you mean `fallback`?"
    shutil.copy(folder / "ballots.yaml", folder / "arrangements" / "none.yaml")
    assert any("ballots file; an arrangement file is needed here" in p.wrong for p in _problems(folder))


# --- several things wrong


def test_all_slips_in_references_and_rows_are_told_at_once(folder):
    lines = {
        (f"mine/{file}", _change(folder / file, old, new), field) for file, old, new, field, _ in DANGLING
    }
    _add_row(folder / "ledger" / "parties.yaml", ROW)
    problems = _problems(folder)
    found = {("/".join(Path(p.file).parts[len(folder.parts) - 1 :]), p.line, p.field) for p in problems}
    assert lines <= found
    assert any(p.field == "estimates[party.host.morale]" for p in problems)
    assert [(p.file, p.line) for p in problems] == sorted((p.file, p.line) for p in problems)


def test_two_hosts_hide_no_dangling_reference(folder):
    _change(folder / "parties.yaml", "role: opponent", "role: host")
    _change(folder / "case.yaml", "backstop: USA", "backstop: ZZZ")
    assert {Path(problem.file).name for problem in _problems(folder)} == {"parties.yaml", "case.yaml"}


def test_a_missing_part_hides_no_slip_in_another(folder):
    (folder / "principles.yaml").unlink(missing_ok=True)
    shutil.rmtree(folder / "principles", ignore_errors=True)
    _change(folder / "arrangements" / "none.yaml", "fallback: null", "fall_back: null")
    (folder / "partys.yaml").write_text("holdfast: parties/1\n", encoding="utf-8")
    names = {Path(problem.file).name for problem in _problems(folder)}
    assert names == {"principles.yaml", "none.yaml", "partys.yaml"}


# --- overlays


@pytest.fixture
def laid(tmp_path):
    """Return a way to write an overlay."""

    def write(text):
        path = tmp_path / "secret.private.yaml"
        path.write_text(f"holdfast: overlay/1\ntitle: Figures of a ministry\n{text}", encoding="utf-8")
        return path

    return write


def test_an_overlay_changes_an_estimate_and_nothing_else(case, laid):
    path = laid(
        "estimates:\n  - name: endure.case-factor\n    distribution: {kind: lognormal, p05: 0.9, p95: 1.1}\n"
    )
    over = load_case(NAME, path)
    new, old = over.ledger["endure.case-factor"], case.ledger["endure.case-factor"]
    assert new.distribution == Lognormal(kind="lognormal", p05=0.9, p95=1.1)
    assert new.model_copy(update={"distribution": old.distribution}) == old
    assert list(over.ledger) == list(case.ledger)
    assert all(over.ledger[name] == case.ledger[name] for name in case.ledger if name != new.name)
    assert over.model_names == case.model_names
    for field in dataclasses.fields(case):
        if field.name not in {"ledger", "hashes"}:
            assert getattr(over, field.name) == getattr(case, field.name), field.name


def test_an_overlay_changes_a_nested_field(case, laid):
    text = (
        "estimates:\n  - name: endure.case-factor\n    distribution: {p95: 4}\n"
        "states:\n  - code: POL\n    position: {stance: refuses, text: Said in private.}\n"
    )
    over = load_case(NAME, laid(text))
    before = case.ledger["endure.case-factor"].distribution
    assert over.ledger["endure.case-factor"].distribution == before.model_copy(update={"p95": 4.0})
    new, old = over.states["POL"], case.states["POL"]
    assert (new.position.stance, new.position.text) == ("refuses", "Said in private.")
    assert new.position.sources == old.position.sources
    assert new.offers == old.offers
    assert list(over.states) == list(case.states)


def test_an_overlay_adds_a_source_and_rests_an_estimate_on_it(case, laid):
    text = (
        "sources:\n"
        "  - key: ministry-count\n    title: A count of one's own\n    kind: dataset\n    seen: A\n"
        "    states:\n      - {key: forces, what: Persons under arms, unit: persons, value: 850000}\n"
        "estimates:\n"
        "  - name: party.host.forces\n"
        "    distribution: {kind: normal, p05: 840000, p95: 860000}\n"
        "    sources: [{source: ministry-count, statement: forces}]\n"
    )
    over = load_case(NAME, laid(text))
    assert "ministry-count" in over.sources
    assert "ministry-count" not in case.sources
    assert over.ledger["party.host.forces"].sources[0].source == "ministry-count"


def test_an_overlay_is_named_by_its_hash_and_by_nothing_else(case, laid):
    text = "estimates:\n  - name: endure.case-factor\n    distribution: {p95: 4}\n"
    path = laid(text)
    over = load_case(NAME, path)
    assert set(over.hashes) == {"model", "case", "overlay"}
    assert {name: over.hashes[name] for name in case.hashes} == dict(case.hashes)
    assert over.hashes["overlay"] == _digest_of_bytes(path)
    seen = repr([getattr(over, field.name) for field in dataclasses.fields(over)])
    for word in ("secret.private", "Figures of a ministry", str(path)):
        assert word not in seen
    assert load_case(NAME, laid(text)).hashes == over.hashes
    assert load_case(NAME, laid(text + "# again\n")).hashes["overlay"] != over.hashes["overlay"]


def _digest_of_bytes(path):
    """Return the digest of a file's bytes."""
    return digest(path.read_bytes())


def test_an_overlay_moves_the_outcomes_of_its_estimate(case, laid):
    over = load_case(
        NAME, laid("estimates:\n  - name: endure.case-factor\n    distribution: {p05: 5, p95: 9}\n")
    )
    settlement = case.settlements[case.about.settlement]
    before, after = (
        evaluate(one, settlement, one.arrangements["none"], Futures(one.ledger, 0, 32)).outcomes[
            "hold_if_deployed_1"
        ]
        for one in (case, over)
    )
    assert (after < before).mean() > 0.9


def test_an_unknown_section_of_an_overlay(laid):
    problem = _only(NAME, laid("estimate:\n  - name: endure.case-factor\n"))
    assert _place(problem) == ("secret.private.yaml", 3, "estimate")
    assert problem.mend == "did you mean 'estimates'?"


def test_a_section_of_an_overlay_that_is_no_list(laid):
    problem = _only(NAME, laid("estimates: {name: endure.case-factor}\n"))
    assert _place(problem) == ("secret.private.yaml", 3, "estimates")
    assert problem.wrong == "a list is needed"


def test_an_unknown_field_of_an_overlay(laid):
    problem = _only(NAME, laid("estimates:\n  - name: endure.case-factor\n    distribusion: {p95: 4}\n"))
    assert _place(problem) == ("secret.private.yaml", 5, "estimates[endure.case-factor].distribusion")
    assert "`distribution`" in problem.mend


def test_an_overlay_in_the_wrong_unit(laid):
    problem = _only(NAME, laid("estimates:\n  - name: endure.case-factor\n    unit: km\n"))
    assert problem.field == "estimates[endure.case-factor]"
    assert "is given in km, but the model reads it in ratio" in problem.wrong
    assert _place(problem)[0] == "secret.private.yaml"


def test_a_misspelt_row_of_an_overlay_is_told(laid):
    problems = _problems(NAME, laid("estimates:\n  - name: endure.case-facter\n    distribution: {p95: 4}\n"))
    assert {Path(problem.file).name for problem in problems} == {"secret.private.yaml"}


def test_an_overlay_over_a_case_that_lacks_the_part(folder, laid):
    (folder / "states.yaml").unlink()
    problems = _problems(folder, laid("states:\n  - code: POL\n    position: {stance: refuses}\n"))
    assert any(Path(problem.file).name == "states.yaml" for problem in problems)


def test_an_overlay_that_is_none(laid, tmp_path):
    path = tmp_path / "other.yaml"
    path.write_text("holdfast: ledger/1\ntitle: t\nestimates: []\n", encoding="utf-8")
    problem = _only(NAME, path)
    assert "an overlay file is needed here" in problem.wrong
    missing = _only(NAME, tmp_path / "nowhere.yaml")
    assert missing.file.endswith("nowhere.yaml")


# --- one's own designs and settlements


def test_by_name(case):
    assert load_arrangement("none", case) == (case.arrangements["none"], case.arrangement_hashes["none"])
    name = case.about.settlement
    assert load_settlement(name, case) == (case.settlements[name], case.settlement_hashes[name])


def test_misspelt_names_are_told_the_nearest(case):
    for load, slip, meant in (
        (load_arrangement, "osce-monitor", "osce-monitors"),
        (load_settlement, f"{case.about.settlement}x", case.about.settlement),
    ):
        with pytest.raises(FileProblems) as found:
            load(slip, case)
        (problem,) = found.value.problems
        assert problem.file == slip
        assert problem.mend == f"did you mean '{meant}'?"
    with pytest.raises(FileProblems, match=r"or name a \.yaml file"):
        load_arrangement("xyzzy", case)
    with pytest.raises(FileProblems):
        load_arrangement("nowhere.yaml", case)


def test_from_a_file_of_ones_own(case, folder, tmp_path):
    path = tmp_path / "mine.yaml"
    shutil.copy(folder / "arrangements" / "osce-monitors.yaml", path)
    same, digest = load_arrangement(path, case)
    assert (same, digest) == (case.arrangements["osce-monitors"], case.arrangement_hashes["osce-monitors"])
    _change(path, "planned_persons: 1400", "planned_persons: 1401")
    other, changed = load_arrangement(str(path), case)
    assert other != same
    assert changed != digest
    assert read_document(path).digest == changed
    source = next((folder / "settlements").glob(f"{case.about.settlement}.yaml"))
    assert load_settlement(source, case)[0] == case.settlements[case.about.settlement]


def test_ones_own_file_is_checked_against_the_case(case, folder):
    path = folder / "arrangements" / "osce-monitors.yaml"
    first = _change(path, "authority: osce-permanent-council", "authority: osce-permanent-counsel")
    second = _change(path, "sensor: camera", "sensor: kamera")
    with pytest.raises(FileProblems) as found:
        load_arrangement(path, case)
    assert [(p.line, p.field) for p in found.value.problems] == [
        (first, "authority"),
        (second, "phases[all].mission.sensors[0].sensor"),
    ]
    with pytest.raises(FileProblems, match="a settlement file is needed here"):
        load_settlement(path, case)


def test_a_circle_of_fallbacks_in_a_case_is_told(folder):
    _change(folder / "arrangements" / "osce-monitors.yaml", "fallback: none", "fallback: un-peacekeepers")
    _change(folder / "arrangements" / "un-peacekeepers.yaml", "fallback: none", "fallback: osce-monitors")
    problems = _problems(folder)
    assert any(problem.field == "fallback" for problem in problems)


def test_a_design_of_ones_own_that_falls_back_on_itself_is_told(case, folder):
    path = folder / "arrangements" / "osce-monitors.yaml"
    _change(path, "name: osce-monitors", "name: own-design")
    _change(path, "fallback: none", "fallback: own-design")
    with pytest.raises(FileProblems) as found:
        load_arrangement(path, case)
    assert found.value.problems[0].field == "fallback"


def test_an_authority_that_authorises_nothing_is_refused(folder, case):
    path = folder / "arrangements" / "un-peacekeepers.yaml"
    line = _change(path, "authority: un-security-council", "authority: un-council-procedure")
    problem = _only(folder)
    assert (problem.line, problem.field) == (line, "authority")
    assert "authorises nothing" in problem.wrong
    assert problem.mend == "name what it calls: un-general-assembly"
    with pytest.raises(FileProblems, match="authorises nothing"):
        load_arrangement(path, case)


def test_a_circle_of_bodies_that_call_each_other_is_told(folder):
    _change(folder / "bodies.yaml", "    authorises: false", "    convened_by: [csto-council]")
    _change(
        folder / "bodies.yaml",
        "    convened_by: [un-security-council]",
        "    convened_by: [nato-council, un-council-procedure]",
    )
    problems = _problems(folder)
    assert [one.field for one in problems] == [
        "bodies[un-council-procedure].convened_by",
        "bodies[csto-council].convened_by",
    ]
    assert "un-council-procedure, called by csto-council, called by un-council-procedure" in problems[0].wrong
