"""The written manual against what it describes: rules, ledger rows, keys, examples, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from holdfast.case import Case
from holdfast.cases import (
    MODELS,
    library,
    load_arrangement,
    load_case,
    load_settlement,
    packaged_cases,
    read_document,
)
from holdfast.files.formats import KINDS
from holdfast.runs.expecting import expectations

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "docs" / "model.md"
FILES = ROOT / "docs" / "files.md"
SOURCES = tuple(sorted((ROOT / "src").rglob("*.py")))

RULE = re.compile(r"\b(FU|ST|AC|AU|RQ|GE|GP|OB|RE|EN|EF|CO|EV|TR|MI|DE|IN|WA)(\d+)\b(?:\s+to\s+\1(\d+)\b)?")
EXPLAINED = re.compile(r"^\| ([A-Z]{2}\d+) \| \S", re.MULTILINE)
ROW = re.compile(r"`([a-z]+\.[a-z0-9*.-]+)`")
RANGE = re.compile(
    r"^\| `([a-z0-9.-]+)` \| (\N{MINUS SIGN}?[\d.]+) to (\N{MINUS SIGN}?[\d.]+)\b", re.MULTILINE
)
FENCED = re.compile(r"^```yaml\n(holdfast:.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|home|root|tmp|Users|mnt|workspace)/|\b[A-Z]:\\")


def _markdown() -> list[Path]:
    """Return every Markdown file of the project."""
    return sorted(
        path
        for path in ROOT.rglob("*.md")
        if not any(
            part.startswith(".") or part in {"dist", "build", "shared"}
            for part in path.relative_to(ROOT).parts
        )
    )


def _rules(text: str) -> set[str]:
    """Return the rule numbers in a text, with ranges such as "ST1 to ST8" in full."""
    found = set()
    for prefix, first, last in RULE.findall(text):
        found |= {f"{prefix}{number}" for number in range(int(first), int(last or first) + 1)}
    return found


@cache
def _ledger_rows() -> dict[str, frozenset[str]]:
    """Return the names of estimates in the packaged ledgers, by file."""
    files = [library() / "model" / "ledger.yaml"]
    for case in packaged_cases():
        folder = library() / "cases" / case
        files += [*folder.glob("ledger.yaml"), *sorted(folder.glob("ledger/*.yaml"))]
    return {
        path.relative_to(library()).as_posix(): frozenset(row["name"] for row in _estimates(path))
        for path in files
    }


def _estimates(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a ledger file as they are written."""
    return list(read_document(path).word.model_dump()["estimates"])


def _fields(thing: Any, seen: set[Any] | None = None) -> Iterator[str]:
    """Yield the names of all fields at or below a data model."""
    seen = set() if seen is None else seen
    if isinstance(thing, type) and issubclass(thing, BaseModel):
        if thing in seen:
            return
        seen.add(thing)
        for name, field in thing.model_fields.items():
            yield name
            yield from _fields(field.annotation, seen)
        return
    inner = get_args(thing)[:1] if get_origin(thing) is Annotated else get_args(thing)
    for one in inner:
        yield from _fields(one, seen)


def _examples() -> list[Any]:
    found = []
    for path in _markdown():
        text = path.read_text("utf-8")
        for match in FENCED.finditer(text):
            line = text.count("\n", 0, match.start()) + 2
            found.append(pytest.param(match[1], id=f"{path.relative_to(ROOT).as_posix()}:{line}"))
    return found


@pytest.fixture(scope="module")
def packaged() -> Case:
    return load_case("ukraine")


def test_ranges_of_rules_are_read_in_full():
    assert _rules("rules ST1 to ST3, EV7; not AC1x, ST12a or ES-11") == {"ST1", "ST2", "ST3", "EV7"}


def test_every_rule_of_the_chapter_is_cited_in_the_source():
    cited = set().union(*(_rules(path.read_text("utf-8")) for path in SOURCES))
    assert _rules(MODEL.read_text("utf-8")) - cited == set()


def test_every_rule_cited_in_the_source_is_explained():
    explained = EXPLAINED.findall(MODEL.read_text("utf-8"))
    assert len(explained) == len(set(explained)), "a rule is explained twice"
    for path in SOURCES:
        missing = _rules(path.read_text("utf-8")) - set(explained)
        assert not missing, f"{path.relative_to(ROOT)} cites rules that docs/model.md does not explain"


def test_the_chapter_mentions_no_rule_that_it_does_not_explain():
    text = MODEL.read_text("utf-8")
    assert _rules(text) == set(EXPLAINED.findall(text))


def test_the_rules_of_a_stage_are_numbered_without_gaps():
    explained = set(EXPLAINED.findall(MODEL.read_text("utf-8")))
    for prefix in {rule[:2] for rule in explained}:
        own = {rule for rule in explained if rule[:2] == prefix}
        assert own == {f"{prefix}{number}" for number in range(1, len(own) + 1)}


def test_ledger_rows_named_in_the_manual_exist():
    rows = frozenset().union(*_ledger_rows().values())
    families = {row.partition(".")[0] for row in rows}
    for path in (MODEL, FILES):
        for name in ROW.findall(path.read_text("utf-8")):
            if name.partition(".")[0] in families and not name.endswith((".yaml", ".md")):
                assert any(fnmatchcase(row, name) for row in rows), f"{path.name} names `{name}`"


def test_every_row_of_the_models_ledger_is_named_in_the_chapter():
    # the wildcard for whole families in the introduction does not count
    before, _, rules = MODEL.read_text("utf-8").partition("\n## ")
    named = set(ROW.findall(rules))
    assert before
    missing = {
        row
        for row in _ledger_rows()["model/ledger.yaml"]
        if not any(fnmatchcase(row, name) for name in named)
    }
    assert missing == set()


def test_ranges_in_the_chapter_are_those_of_the_ledger():
    ledger = {row["name"]: row["distribution"] for row in _estimates(library() / "model" / "ledger.yaml")}
    told = RANGE.findall(MODEL.read_text("utf-8"))
    assert told
    for name, low, high in told:
        found = tuple(float(end.replace("\N{MINUS SIGN}", "-")) for end in (low, high))
        assert found == (ledger[name]["p05"], ledger[name]["p95"]), name


def test_every_key_of_every_kind_of_file_is_in_the_manual():
    told = set(re.findall(r"`([a-z0-9_]+)`", FILES.read_text("utf-8")))
    for kind, model in MODELS.items():
        assert set(_fields(model)) - told == set(), f"docs/files.md does not tell of these keys of {kind}"


def test_every_key_in_the_manuals_tables_exists():
    known = {name for model in MODELS.values() for name in _fields(model)}
    for line in FILES.read_text("utf-8").splitlines():
        if line.startswith("| `"):
            keys = set(re.findall(r"`([^`]+)`", line.split("|")[1]))
            assert keys <= known, line


def test_every_kind_of_file_is_named_in_the_manual():
    told = FILES.read_text("utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in told] == []


@pytest.mark.parametrize("text", _examples())
def test_examples_are_sound(text, packaged, tmp_path):
    path = tmp_path / "example.yaml"
    path.write_text(text, "utf-8")
    kind = text.partition("\n")[0].removeprefix("holdfast: ").partition("/")[0]
    if kind == "overlay":
        assert load_case("ukraine", path).hashes["overlay"]
    elif kind == "arrangement":
        load_arrangement(path, packaged)
        assert [str(one) for one in expectations("ukraine", path) if not one.met] == []
    elif kind == "settlement":
        load_settlement(path, packaged)
    else:
        assert isinstance(read_document(path).word, MODELS[kind])


def test_the_manual_shows_an_example_of_each_file_that_stands_alone():
    kinds = {text.partition("\n")[0] for text in FENCED.findall(FILES.read_text("utf-8"))}
    assert kinds == {"holdfast: arrangement/1", "holdfast: settlement/1", "holdfast: overlay/1"}


@pytest.mark.parametrize("path", [pytest.param(p, id=p.relative_to(ROOT).as_posix()) for p in _markdown()])
def test_relative_links_point_to_what_is_there(path):
    for target in LINK.findall(path.read_text("utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        file, _, anchor = target.partition("#")
        where = (path.parent / file).resolve() if file else path
        assert where.exists(), target
        if anchor and where.suffix == ".md":
            assert anchor in _anchors(where), target


def _anchors(path: Path) -> set[str]:
    """Return the anchors that headings of a Markdown file get."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", [pytest.param(p, id=p.relative_to(ROOT).as_posix()) for p in _markdown()])
def test_no_markdown_file_holds_a_path_of_a_machine(path):
    assert MACHINE_PATH.findall(path.read_text("utf-8")) == []


def _loss_since_2025(said_by: str) -> list[str]:
    """Return the log loss since 2025 in each of the two tables: all other ballots, earlier ones alone."""
    text = (ROOT / "docs" / "positions.md").read_text("utf-8")
    row = rf"^\| about the war: since 2025 \(\d+\) \| {said_by} \|[^|]+\|[^|]+\| ([\d.]+) \|"
    return re.findall(row, text, re.MULTILINE)


def test_where_the_model_loses_since_2025_the_page_says_so_in_words():
    model, group, last = (_loss_since_2025(one) for one in ("model", "as its group", "as last time"))
    text = (ROOT / "docs" / "positions.md").read_text("utf-8")
    told = [text.split("**In short.**")[1].split("\n## ")[0], text.split("\n## What does not fit")[1]]
    for place, own in enumerate(model):
        for rival in (group[place], last[place]):
            if float(rival) < float(own):
                assert all(own in part and rival in part for part in told)
    assert len(model) == len(group) == len(last) == 2
