"""Replay: a saved result is borne out, or every difference is named; whatever the file, in words."""

import copy
import json
import shutil

import pytest
from tests.runs.own import UKRAINE, own_arrangement, own_overlay, own_settlement

from holdfast import MODEL_VERSION, assess, authority, compare, composition, verify
from holdfast.errors import HoldfastError, UsageProblem
from holdfast.files.problems import FileProblems
from holdfast.runs.need import need
from holdfast.runs.observing import observation
from holdfast.runs.replay import KINDS, TOLERANCE
from holdfast.runs.responding import ladder

NAMES = ["none", "osce-monitors"]


def text_of(result) -> str:
    return json.dumps(result.document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


@pytest.fixture(scope="module")
def comparison() -> str:
    return text_of(compare("ukraine", NAMES, futures=16))


@pytest.fixture
def saved(tmp_path):
    """Give a function that saves a document, or a changed one, and returns the file."""

    def save(document) -> str:
        path = tmp_path / "result.json"
        text = document if isinstance(document, str) else json.dumps(document)
        path.write_text(text, "utf-8")
        return str(path)

    return save


@pytest.fixture
def changed(comparison, saved):
    """Give a function that saves the comparison with one place changed."""

    def change(*steps, to) -> str:
        document = json.loads(comparison)
        node = document
        for step in steps[:-1]:
            node = node[step]
        node[steps[-1]] = to
        return str(saved(document))

    return change


# --- Borne out --------------------------------------------------------------------------------


def test_a_comparison_is_borne_out(comparison, saved):
    found = verify(saved(comparison))
    assert found.same
    assert found.exact
    assert found.inputs == found.numbers == ()


@pytest.mark.parametrize("options", [{"seed": 0}, {"years": 10}, {"settlement": "none"}], ids=str)
def test_an_assessment_is_borne_out(options, saved):
    assert verify(saved(text_of(assess("ukraine", "osce-monitors", futures=16, **options)))).same


def test_the_layout_of_the_file_is_of_no_account(comparison, saved):
    document = json.loads(comparison)
    assert verify(saved(json.dumps(document, separators=(",", ":"), sort_keys=True))).same
    assert verify(saved("\n\n" + comparison + "  \n")).same


def test_other_versions_allow_the_last_digits_to_differ(comparison, saved):
    document = json.loads(comparison)
    document["manifest"]["environment"]["numpy"] = "1.0"
    accepted = document["arrangements"][0]["accepted"]
    accepted["mean"] *= 1 + TOLERANCE / 10
    found = verify(saved(document))
    assert found.same
    assert not found.exact
    accepted["mean"] *= 1 + TOLERANCE * 100
    assert not verify(saved(document)).same


# --- Not borne out ----------------------------------------------------------------------------


def test_a_digit_that_changed_is_named(comparison, changed):
    mean = json.loads(comparison)["arrangements"][1]["accepted"]["mean"]
    found = verify(changed("arrangements", 1, "accepted", "mean", to=mean + 1e-15))
    assert not found.same
    assert found.inputs == ()
    (line,) = found.numbers
    assert line.startswith("arrangements[osce-monitors].accepted.mean: the file has ")
    assert repr(mean) in line


@pytest.mark.parametrize(
    ("steps", "to", "named"),
    [
        (("arrangements", 0, "title"), "Nobody", "arrangements[none].title"),
        (("wording",), "A prediction.", "wording"),
        (("years",), 6, "years"),
        (("futures",), 32, "futures"),
        (("futures",), True, "futures"),
        (("futures",), "16", "futures"),
        (("manifest", "id"), "0" * 32, "manifest.id"),
        (("arrangements", 0, "notes"), [], "arrangements[none].notes"),
        (("arrangements", 1, "principles"), None, "arrangements[osce-monitors].principles"),
        (("more",), 1, "more: is in the file only"),
    ],
)
def test_any_other_change_is_named(steps, to, named, changed):
    found = verify(changed(*steps, to=to))
    assert found.inputs == ()
    assert any(line.startswith(named) for line in found.numbers), found.numbers


def test_a_part_that_is_gone_is_named(comparison, saved):
    document = json.loads(comparison)
    del document["arrangements"][0]["causes"]
    assert verify(saved(document)).numbers == ("arrangements[none].causes: is not in the file",)


@pytest.mark.parametrize(
    ("steps", "line"),
    [
        (("hashes", "model"), "the model is not the one that the result was computed from"),
        (("hashes", "case"), "the case is not the one that the result was computed from"),
        (("settlement", "hash"), "the settlement 'twenty-points' has changed"),
        (("arrangements", 1, "hash"), "the arrangement 'osce-monitors' has changed"),
        (("model_version",), f"the model is version {MODEL_VERSION}; the result is of "),
    ],
)
def test_an_input_that_changed_is_named_and_no_number_is(steps, line, changed):
    found = verify(changed("manifest", *steps, to="0" * 32))
    assert len(found.inputs) == 1
    assert found.inputs[0].startswith(line)
    assert found.numbers == ()
    assert not found.same


def test_another_seed_bears_nothing_out(changed):
    found = verify(changed("manifest", "seed", to=2))
    assert found.inputs == ()
    assert len(found.numbers) > 20
    assert any(line.startswith("manifest.id") for line in found.numbers)


# --- Files of one's own -----------------------------------------------------------------------


def test_an_own_arrangement_must_be_given_again(saved, tmp_path):
    own = own_arrangement(tmp_path)
    path = saved(text_of(compare("ukraine", ["none", own], futures=16)))
    with pytest.raises(FileProblems, match="the case has no arrangement of this name"):
        verify(path)
    assert verify(path, arrangements=[own]).same
    own.write_text(own.read_text("utf-8") + "\n# another comment\n", "utf-8")
    assert verify(path, arrangements=[own]).inputs == ("the arrangement 'own-plan' has changed",)


def test_an_own_arrangement_is_known_by_its_name_not_by_that_of_its_file(saved, tmp_path):
    own = own_arrangement(tmp_path, file="draft-of-monday")
    path = saved(text_of(compare("ukraine", ["none", own], futures=16)))
    assert verify(path, arrangements=[own]).same


def test_an_own_assessment_is_borne_out(saved, tmp_path):
    own = own_arrangement(tmp_path)
    path = saved(text_of(assess("ukraine", own, futures=16)))
    assert verify(path, arrangements=[own]).same


def test_an_own_settlement_must_be_given_again(saved, tmp_path):
    own = own_settlement(tmp_path)
    path = saved(text_of(compare("ukraine", ["none"], futures=16, settlement=own)))
    with pytest.raises(FileProblems, match="the case has no settlement of this name"):
        verify(path)
    assert verify(path, settlement=own).same


def test_an_own_case_must_be_given_again(saved, tmp_path):
    folder = tmp_path / "case"
    shutil.copytree(UKRAINE, folder)
    about = folder / "case.yaml"
    about.write_text(about.read_text("utf-8").replace("name: ukraine\n", "name: own-case\n"), "utf-8")
    path = saved(text_of(compare(folder, ["none"], futures=16)))
    with pytest.raises(FileProblems, match="there is no packaged case of this name"):
        verify(path)
    assert verify(path, case=folder).same
    other = verify(path, case="ukraine")
    assert other.inputs == ("the case is not the one that the result was computed from",)


def test_a_result_with_an_overlay_asks_for_the_overlay(saved, tmp_path):
    overlay = own_overlay(tmp_path)
    path = saved(text_of(compare("ukraine", ["none"], futures=16, overlay=overlay)))
    with pytest.raises(UsageProblem, match="computed with a private overlay"):
        verify(path)
    assert verify(path, overlay=overlay).same
    other = own_overlay(tmp_path, 7.0, "other-figures")
    assert verify(path, overlay=other).inputs == (
        "the overlay is not the one that the result was computed from",
    )


def test_an_overlay_that_was_not_there_is_named(comparison, saved, tmp_path):
    found = verify(saved(comparison), overlay=own_overlay(tmp_path))
    assert found.inputs == ("the overlay is not the one that the result was computed from",)


# --- No such document -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "is not a JSON document"),
        ("holdfast: case/1\n", "is not a JSON document"),
        ("[1, 2]", "is no saved result of Holdfast"),
        ("null", "is no saved result of Holdfast"),
        ("3", "is no saved result of Holdfast"),
        ("{}", "is no saved result of Holdfast"),
        ('{"holdfast": "ledger-listing/1"}', "is no saved result of Holdfast"),
        ('{"holdfast": "comparison/2"}', "is no saved result of Holdfast"),
        ('{"holdfast": ["comparison/1"]}', "is no saved result of Holdfast"),
        ('{"holdfast": "comparison/1"}', "has no manifest"),
        ('{"holdfast": "comparison/1", "manifest": []}', "has no manifest"),
        ("[" * 100_000, "is not a JSON document"),
        ("1" * 10_000, "is no"),
    ],
    ids=range(13),
)
def test_a_file_that_is_no_result_is_refused(text, wrong, saved):
    path = saved(text)
    with pytest.raises(FileProblems) as refused:
        verify(path)
    (problem,) = refused.value.problems
    assert wrong in f"{problem.wrong}"
    assert problem.file == path
    assert problem.mend


def test_a_truncated_file_is_refused_at_its_line(comparison, saved):
    lines = comparison.splitlines()
    half = "\n".join(lines[: len(lines) // 2])
    with pytest.raises(FileProblems) as refused:
        verify(saved(half))
    (problem,) = refused.value.problems
    assert problem.wrong == "is not a JSON document"
    assert abs(problem.line - len(lines) // 2) <= 1


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "result.json"
    path.write_bytes(b"\xff\xfe\x00{")
    with pytest.raises(FileProblems):
        verify(path)
    with pytest.raises(FileProblems, match="is a folder"):
        verify(tmp_path)
    with pytest.raises(FileProblems, match="does not exist"):
        verify(tmp_path / "result.jsn")


KEYS = (
    "id",
    "kind",
    "case",
    "hashes",
    "settlement",
    "arrangements",
    "seed",
    "futures",
    "years",
    "model_version",
    "environment",
)


@pytest.mark.parametrize("key", KEYS)
def test_a_manifest_without_a_key_is_refused(key, comparison, saved):
    document = json.loads(comparison)
    assert set(document["manifest"]) == set(KEYS)
    del document["manifest"][key]
    with pytest.raises(FileProblems) as refused:
        verify(saved(document))
    assert refused.value.problems[0].field == f"manifest.{key}"


@pytest.mark.parametrize(
    "value", [None, True, 1.5, -1, 10**30, "x", "", [], ["x"], {}, {"x": 1}, [[]], [{}]], ids=str
)
@pytest.mark.parametrize("key", KEYS)
def test_a_manifest_with_anything_in_it_is_answered_in_words(key, value, comparison, saved):
    document = json.loads(comparison)
    document["manifest"][key] = value
    answered_in_words(saved(document))


INNER = (
    ("hashes", "model"),
    ("hashes", "case"),
    ("hashes", "overlay"),
    ("settlement", "name"),
    ("settlement", "hash"),
    ("arrangements", 0),
    ("arrangements", 0, "name"),
    ("arrangements", 0, "hash"),
    ("environment", "numpy"),
)


@pytest.mark.parametrize("value", [None, True, 1.5, "x", "x.yaml", "/", "", [], {}], ids=str)
@pytest.mark.parametrize("steps", INNER, ids=lambda steps: ".".join(map(str, steps)))
def test_a_manifest_with_anything_deeper_in_it_is_answered_in_words(steps, value, comparison, saved):
    document = json.loads(comparison)
    node = document["manifest"]
    for step in steps[:-1]:
        node = node[step]
    node[steps[-1]] = value
    answered_in_words(saved(document))


def answered_in_words(path: str) -> None:
    """Assert that a replay ends with a finding or with one of our own errors that says what to do."""
    try:
        said = str(verify(path))
    except HoldfastError as refused:
        said = str(refused)
        if "Mend: " not in said:
            raise
    assert "Traceback" not in said


def test_one_assessment_of_two_arrangements_is_answered_in_words(saved):
    document = copy.deepcopy(assess("ukraine", "none", futures=16).document)
    document["manifest"]["arrangements"].append({"name": "osce-monitors", "hash": "0" * 32})
    answered_in_words(saved(document))


@pytest.mark.parametrize("kind", ["assess", "take", "Compare", ""])
def test_a_kind_that_does_not_fit_the_document_is_refused(kind, changed):
    with pytest.raises(FileProblems) as refused:
        verify(changed("manifest", "kind", to=kind))
    assert refused.value.problems[0].field == "manifest.kind"


def test_a_deep_document_is_answered_in_words(comparison, saved):
    document = comparison.rstrip().removesuffix("}")
    for depth in (100, 900, 990):
        answered_in_words(saved(f'{document}, "limits": {"[" * depth}{"]" * depth}}}'))


def test_numbers_that_are_none_are_named(comparison, saved):
    for number in ("NaN", "Infinity", "1e999"):
        text = comparison.rstrip().removesuffix("}") + f', "years": {number}}}'
        found = verify(saved(text))
        assert [line.partition(":")[0] for line in found.numbers] == ["years"]


def test_every_kind_of_document_can_be_replayed(comparison):
    kinds = {
        json.loads(comparison)["holdfast"],
        assess("ukraine", "none", futures=16).document["holdfast"],
        authority("ukraine", "none", futures=16).document["holdfast"],
        composition("ukraine", "none", futures=16).document["holdfast"],
        need(["liaise"]).document["holdfast"],
        observation("ukraine", "none", futures=16).document["holdfast"],
        ladder("ukraine", "none", futures=16).document["holdfast"],
    }
    assert kinds == set(KINDS)


# --- What only some documents ask -------------------------------------------------------------


@pytest.fixture(scope="module")
def others() -> dict[str, str]:
    return {
        "composition": text_of(composition("ukraine", "none", futures=16, without=["NOR"], breadth=3)),
        "need": text_of(need(["interpose", "liaise"], km=90.0)),
        "authority": text_of(authority("ukraine", "none", futures=16)),
        "observation": text_of(observation("ukraine", "osce-monitors", futures=16, sectors=5, belt_km=9.0)),
        "ladder": text_of(ladder("ukraine", "breach-ladder", futures=16)),
    }


@pytest.mark.parametrize("kind", ["composition", "need", "observation", "ladder"])
def test_the_others_are_borne_out(kind, others, saved):
    found = verify(saved(others[kind]))
    assert found.same
    assert found.exact


def test_a_number_of_a_need_that_changed_is_named(others, saved):
    document = json.loads(others["need"])
    document["tasks"][0]["needed"]["mean"] += 1.0
    (line,) = verify(saved(document)).numbers
    assert line.startswith("tasks[0].needed.mean: the file has ")


def test_a_need_by_another_model_is_said(others, saved):
    document = json.loads(others["need"])
    document["manifest"]["hashes"]["model"] = "0" * 32
    found = verify(saved(document))
    assert found.inputs == ("the model is not the one that the result was computed from",)
    assert found.numbers == ()


ASKED = {
    "composition": ("without", "with", "waived", "breadth", "largest_share", "robust"),
    "need": ("tasks", "km", "sites", "population"),
    "authority": ("bodies", "date", "assumed"),
}
ANYTHING: tuple[object, ...] = (
    *(None, True, 1.5, -1, 10**30, "x", ""),
    *([], ["x"], [1], {}, {"x": 1}, [[]]),
)
PAIRS = [(kind, key) for kind, keys in ASKED.items() for key in keys]


@pytest.mark.parametrize(("kind", "key"), PAIRS)
def test_a_manifest_without_what_was_asked_is_refused(kind, key, others, saved):
    document = json.loads(others[kind])
    del document["manifest"][key]
    with pytest.raises(FileProblems) as refused:
        verify(saved(document))
    assert refused.value.problems[0].field == f"manifest.{key}"


@pytest.mark.parametrize(("kind", "key"), PAIRS)
def test_a_manifest_with_anything_asked_is_answered_in_words(kind, key, others, saved):
    for value in ANYTHING:
        document = json.loads(others[kind])
        document["manifest"][key] = value
        answered_in_words(saved(document))
