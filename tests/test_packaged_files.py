"""Every key and value of every packaged file, broken in turn, is answered at its line with the mend.

Two ways to break a file: in its tree (a key removed or misspelt, a value of the wrong type or unit,
out of range, or naming nothing that exists), where line, field and mend can be foretold; and in its
text (a line gone, a key misspelt, another indentation, a tab), where the file must stay good or be
refused in words, and never with anything but words.
"""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import pytest
from pydantic import BaseModel
from tests.files.mutations import JARGON, Expectation, Mutation, answered, check, misspelt, mutations

from holdfast.case import Case
from holdfast.cases import (
    MODELS,
    checks,
    library,
    load_arrangement,
    load_case,
    load_settlement,
    loading,
    overlaying,
    shelf,
)
from holdfast.files.checking import Referring, build, dangling, references
from holdfast.files.fields import chosen, spots
from holdfast.files.formats import Headed, headed
from holdfast.files.nodes import (
    Block,
    Items,
    Node,
    Scalar,
    at,
    field_name,
    find,
    kind_of,
    with_key,
    with_value,
)
from holdfast.files.nodes import Path as Place
from holdfast.files.problems import FileProblems, quoted
from holdfast.files.reading import parse, read

LIBRARY = library()
FILES = sorted(path.relative_to(LIBRARY).as_posix() for path in LIBRARY.rglob("*.y*ml"))
SHARE_OF_BYTES = 25_000
"""Larger files are checked in several tests, so that several workers can share them."""
GROUP = 24
"""Long lists within an item are taken apart in groups of so many."""

FLOORS = {
    "arrangement": {"removed": 15, "misspelt": 15, "wrong_type": 16, "out_of_range": 6},
    "ballots": {"removed": 50, "misspelt": 50, "wrong_type": 500, "dangling": 500, "out_of_range": 10},
    "blocs": {"removed": 7, "misspelt": 7, "wrong_type": 25, "dangling": 20},
    "places": {"removed": 900, "misspelt": 900, "wrong_type": 900, "dangling": 250, "out_of_range": 250},
    "bodies": {"removed": 500, "misspelt": 500, "wrong_type": 800, "dangling": 300, "out_of_range": 300},
    "breaches": {"removed": 70, "misspelt": 70, "wrong_type": 100, "dangling": 28, "out_of_range": 24},
    "capabilities": {
        "removed": 450,
        "misspelt": 450,
        "wrong_type": 550,
        "dangling": 35,
        "out_of_range": 330,
    },
    "case": {"removed": 14, "misspelt": 14, "wrong_type": 20, "dangling": 10, "out_of_range": 6},
    "countries": {"removed": 450, "misspelt": 450, "wrong_type": 800, "dangling": 195},
    "forces": {
        "removed": 1_000,
        "misspelt": 1_000,
        "wrong_type": 1_200,
        "dangling": 180,
        "out_of_range": 900,
        "wrong_unit": 70,
    },
    "ledger": {"removed": 15, "misspelt": 15, "wrong_type": 18, "out_of_range": 6},
    "parties": {"removed": 30, "misspelt": 30, "wrong_type": 50, "dangling": 40, "out_of_range": 2},
    "principles": {"removed": 12, "misspelt": 12, "wrong_type": 12},
    "sensors": {"removed": 25, "misspelt": 25, "wrong_type": 30, "dangling": 18},
    "settlement": {"removed": 20, "misspelt": 20, "wrong_type": 20, "out_of_range": 10, "wrong_unit": 2},
    "sources": {"removed": 90, "misspelt": 90, "wrong_type": 100, "out_of_range": 15},
    "states": {"removed": 1_400, "wrong_type": 1_900, "out_of_range": 700, "dangling": 200, "wrong_unit": 60},
    "tasks": {"removed": 800, "misspelt": 800, "wrong_type": 1_000, "dangling": 180, "out_of_range": 800},
    "theatre": {"removed": 15, "misspelt": 15, "wrong_type": 18, "out_of_range": 12},
}
"""Fewest mutations that each file of a kind must give, so that no check can go empty unseen."""


READERS = (shelf, overlaying, checks, loading)


@cache
def whole() -> Case:
    """The packaged case, put together."""
    return load_case("ukraine")


@cache
def known() -> dict[str, set[str]]:
    """The names that exist in the packaged case."""
    return loading.names_of(whole())


@cache
def units() -> dict[str, str]:
    return checks.units(whole().ledger)


@cache
def opened(name: str) -> Headed:
    return headed(read(LIBRARY / name))


def is_good(tree: Node, model: type[BaseModel]) -> bool:
    try:
        build(tree, model)
    except FileProblems:
        return False
    return True


@dataclass(frozen=True)
class Piece:
    """A file with but some items of its long lists, and which places are to be broken in it.

    Those are the places that begin with one of ``mine``; without it all, but for the insides of the
    lists at ``others``, which other pieces hold. Lines are those of the whole file.
    """

    tree: Node
    mine: tuple[Place, ...] = ((),)
    others: tuple[Place, ...] = ()

    def holds(self, path: Place) -> bool:
        inside = any(path[: len(place)] == place for place in self.mine)
        return inside and not any(
            len(path) > len(place) and path[: len(place)] == place for place in self.others
        )


def long_lists(node: Node, place: Place, least: int) -> Iterator[Place]:
    """Yield the places of the long lists of a block and of the blocks right within it."""
    if isinstance(node, Items) and len(node.items) > least:
        yield place
    for key, entry in node.entries.items() if isinstance(node, Block) else ():
        yield from long_lists(entry.node, (*place, key), least)


def taken_apart(piece: Piece, block: Place, size: int, model: type[BaseModel]) -> list[Piece]:
    """Split the long lists of a block into pieces of so many items, or two, if they stay good."""
    for number in (size, max(size, 2)):
        pieces = _taken_apart(piece, block, number, min(number, 2), model)
        if all(is_good(one.tree, model) for one in pieces):
            return pieces
    return [piece]


def _taken_apart(piece: Piece, block: Place, size: int, rest: int, model: type[BaseModel]) -> list[Piece]:
    """Split the long lists of a block; of the others ``rest`` items stay, or one if that is good."""
    long = list(long_lists(at(piece.tree, block), block, max(size, 3)))
    frame = piece.tree
    for place in long:
        few = with_value(frame, place, _part(frame, place, 0, 1))
        frame = few if is_good(few, model) else with_value(frame, place, _part(frame, place, 0, rest))
    pieces = [replace(piece, tree=frame, others=(*piece.others, *long))]
    for place in long:
        count = len(_items(piece.tree, place))
        for start in range(0, count, size):
            first = min(start, count - size)
            tree = with_value(frame, place, _part(piece.tree, place, first, size))
            own = range(start - first, min(size, count - first))
            pieces.append(Piece(tree, tuple((*place, position) for position in own)))
    return pieces


def _items(tree: Node, place: Place) -> tuple[Node, ...]:
    node = at(tree, place)
    assert isinstance(node, Items)
    return node.items


def _part(tree: Node, place: Place, start: int, size: int) -> Items:
    node = at(tree, place)
    assert isinstance(node, Items)
    return replace(node, items=node.items[start : start + size])


@cache
def pieces_of(name: str) -> list[Piece]:
    """Take a file apart: items one by one, long lists within them in groups."""
    top = opened(name)
    model = MODELS[top.kind]
    pieces = []
    for piece in taken_apart(Piece(top.body), (), 1, model):
        place = piece.mine[0]
        if len(piece.mine) == 1 and place:
            pieces += taken_apart(piece, place, GROUP, model)
        else:
            pieces.append(piece)
    return pieces


def parts_of(name: str) -> int:
    return 1 + (LIBRARY / name).stat().st_size // SHARE_OF_BYTES


def key_mutations(tree: Node, model: type[BaseModel]) -> Iterator[Mutation]:
    """Rename the keys of maps (of states, of terms), which are values rather than fields."""
    for spot in spots(model, tree):
        shape = chosen(spot.shape, spot.node)
        if shape.sort != "map" or not isinstance(spot.node, Block):
            continue
        keys = shape.keys()
        for key, entry in spot.node.entries.items():
            if keys.reference is None and keys.sort != "choice":
                continue
            other = "ZZZ" if keys.reference else "impossible-choice"
            if other in spot.node.entries:
                continue
            renamed = with_key(tree, (*spot.path, key), other)
            field = field_name(renamed, (*spot.path, other))
            if keys.reference is not None:
                expected = Expectation(entry.line, field, keys.reference.to, by="dangling")
                yield Mutation("dangling", (*spot.path, key), renamed, expected)
            else:
                expected = Expectation(entry.line, field, str(keys.choices[0]))
                yield Mutation("out_of_range", (*spot.path, key), renamed, expected)


def check_mend(one: Mutation, model: type[BaseModel]) -> None:
    """Assert that a slip is answered once, at its line and field, with the very mend."""
    if one.expectation.legal:
        check(one, model, known())
        return
    wanted = one.expectation
    problems = answered(one, model, known())
    where = f"{one.kind} at {one.path}: {wanted}, answered {[str(problem) for problem in problems]}"
    assert len(problems) == 1, where
    (problem,) = problems
    assert (problem.line, problem.field) == (wanted.line, wanted.field), where
    assert wanted.text in problem.wrong + problem.mend, where
    assert problem.mend, where
    assert not any(word in str(problem) for word in JARGON), where
    if one.kind == "misspelt":
        assert (problem.wrong, problem.mend) == ("unknown key", f"did you mean `{one.path[-1]}`?"), where
    elif one.kind == "removed":
        assert problem.wrong == "is missing", where
        assert problem.mend.startswith(f"add `{one.path[-1]}: "), where
    elif one.kind == "dangling":
        assert problem.wrong.startswith(f"there is no {wanted.text} "), where


def check_units(piece: Piece, model: type[BaseModel]) -> int:
    """Put an estimate of another unit wherever one is referred to; return how many were refused."""
    refused = 0
    for one in references(build(piece.tree, model), piece.tree):
        wanted = one.reference.unit
        if one.reference.to != "estimate" or wanted is None or not piece.holds(one.path):
            continue
        assert units()[one.value] == wanted
        other = next(name for name in sorted(units()) if units()[name] != wanted)
        node = find(piece.tree, one.path)
        assert isinstance(node, Scalar)
        tree = with_value(piece.tree, one.path, replace(node, value=other, written=other))
        problems = dangling(references(build(tree, model), tree), tree, known(), units())
        (problem,) = (found for found in problems if found.field == field_name(tree, one.path))
        assert problem.line == node.line
        assert problem.file == node.file
        said = f"the estimate {quoted(other)} is in {units()[other]}; one in {wanted} is needed"
        assert problem.wrong == said
        named = {
            name for name in units() if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", problem.mend)
        }
        assert named, problem.mend
        assert {units()[name] for name in named} == {wanted}, problem.mend
        refused += 1
    return refused


def held_places(piece: Piece, model: type[BaseModel]) -> tuple[int, int]:
    """Return how many values and how many keys a piece holds."""
    values = keys = 0
    for spot in spots(model, piece.tree):
        if spot.path and piece.holds(spot.path):
            values += 1
        if isinstance(spot.node, Block) and chosen(spot.shape, spot.node).sort == "model":
            keys += sum(piece.holds((*spot.path, key)) for key in spot.node.entries)
    return values, keys


# --- In the tree ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "part", "parts"),
    [(name, part, parts_of(name)) for name in FILES for part in range(parts_of(name))],
)
def test_every_key_and_value_broken_in_turn_is_answered(name, part, parts):
    model = MODELS[opened(name).kind]
    counts: Counter[str] = Counter()
    for piece in pieces_of(name)[part::parts]:
        broken = [one for one in mutations(piece.tree, model) if piece.holds(one.path)]
        broken += [one for one in key_mutations(piece.tree, model) if piece.holds(one.path)]
        for one in broken:
            check_mend(one, model)
        counts.update(one.kind for one in broken)
        counts["unit of an estimate"] += check_units(piece, model)
        values, keys = held_places(piece, model)
        counts["values"] += values
        counts["keys"] += keys
    assert counts["wrong_type"] == counts["values"], counts
    assert counts["removed"] == counts["keys"], counts
    assert counts["misspelt"] >= 0.95 * counts["keys"], counts
    for kind, floor in FLOORS[opened(name).kind].items():
        assert counts[kind] >= (floor if parts == 1 else floor // parts // 2), f"{kind}: {counts}"


@pytest.mark.parametrize("name", FILES)
def test_the_pieces_of_a_file_hold_every_place_of_it_once(name):
    top = opened(name)
    model = MODELS[top.kind]
    wanted = Counter(
        (spot.node.line, kind_of(spot.node), str(getattr(spot.node, "value", "")))
        for spot in spots(model, top.body)
        if spot.path and isinstance(spot.node, Scalar)
    )
    held = Counter(
        (spot.node.line, kind_of(spot.node), str(getattr(spot.node, "value", "")))
        for piece in pieces_of(name)
        for spot in spots(model, piece.tree)
        if spot.path and piece.holds(spot.path) and isinstance(spot.node, Scalar)
    )
    assert held == wanted


def test_there_are_files_of_every_kind_and_floors_for_them():
    kinds = Counter(opened(name).kind for name in FILES)
    assert set(kinds) == set(MODELS) == set(FLOORS)
    assert kinds["arrangement"] >= 5
    assert kinds["settlement"] >= 1
    assert kinds["ledger"] >= 4
    assert kinds["sources"] >= 4


def test_a_slip_that_is_not_answered_would_be_noticed():
    piece = pieces_of("model/sensors.yaml")[1]
    model = MODELS["sensors"]
    one = next(
        one for one in mutations(piece.tree, model) if one.kind == "dangling" and piece.holds(one.path)
    )
    for slip in (
        replace(one, node=piece.tree),
        replace(one, expectation=replace(one.expectation, line=one.expectation.line + 1)),
        replace(one, expectation=replace(one.expectation, field="sensors")),
    ):
        with pytest.raises(AssertionError):
            check_mend(slip, model)


# --- In the text ------------------------------------------------------------------------------

OVERLAY = """\
holdfast: overlay/1
title: Other figures
estimates:
  - name: endure.case-factor
    distribution: {kind: lognormal, p05: 0.4, p95: 2.0}
    sources:
      - {source: judgement, statement: null}
  - name: offer.fra.own
    meaning: Persons of a kind that the case has not
    unit: persons
    distribution: {kind: uniform, low: 100, high: 200}
    sources:
      - {source: own-figures, statement: null}
    confidence: J
    status: judgement
    as_of: 2026-11-22
    stale_after_months: 12
sources:
  - key: own-figures
    title: Own figures
    kind: judgement
    seen: J
states:
  - code: FRA
    approval: Parliament
    offers:
      - {domain: land, persons: offer.fra.land, conditions: [ceasefire]}
      - {domain: air, persons: offer.fra.air, conditions: []}
      - {domain: sea, persons: offer.fra.sea, conditions: []}
      - {domain: training, persons: offer.fra.training, conditions: []}
      - {domain: monitors, persons: offer.fra.monitors, conditions: []}
      - {domain: logistics, persons: offer.fra.own, conditions: []}
"""

KEY = re.compile(r"^( *(?:- )?\{?)([A-Za-z_]+)(?=:(?: |$))")


def textual_mutations(text: str) -> Iterator[tuple[str, str]]:
    """Yield every text that differs from a file's in one line, with what was done to it."""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        blank = len(line) - len(line.lstrip(" "))
        key = KEY.match(line)
        changes = {
            "deleted": "",
            "twice": line + line,
            "deeper": "  " + line,
            "by one blank": " " + line,
            "tab": "\t" + line.lstrip(" "),
            "no colon": line.replace(":", "", 1),
            "no blank": line.replace(": ", ":", 1),
            "open quote": line.replace(": ", ': "', 1),
        }
        if blank >= 2:
            changes["shallower"] = line[2:]
        if blank:
            changes["tabs"] = "\t" * (blank // 2) + line.lstrip(" ")
        if key is not None:
            changes["misspelt"] = key[1] + misspelt(key[2]) + line[key.end() :]
        for what, change in changes.items():
            if change != line:
                yield f"line {number + 1} {what}", "".join([*lines[:number], change, *lines[number + 1 :]])


def refused_in_words(job, text: str, file: str) -> bool:
    """Tell whether a broken file was refused; any other answer than words is an error of its own."""
    try:
        job()
    except FileProblems as found:
        own = [problem for problem in found.problems if problem.file == file]
        last = text.count("\n") + 1
        for problem in found.problems:
            assert problem.wrong
            assert problem.mend
            assert not any(word in str(problem) for word in JARGON), str(problem)
        for problem in own:
            assert 1 <= problem.line <= last, f"{problem} (of {last} lines)"
        return True
    return False


def files_of(*parts: str) -> list[str]:
    return [name for name in FILES if any(re.search(part, name) for part in parts)]


@pytest.mark.parametrize("name", files_of("/arrangements/", "/settlements/"))
def test_a_slip_in_the_text_of_an_own_file_is_answered_in_words(name, tmp_path):
    case, load = whole(), load_arrangement if "/arrangements/" in name else load_settlement
    path = tmp_path / "own.yaml"
    path.write_bytes((LIBRARY / name).read_bytes())
    load(path, case)
    text = path.read_text("utf-8")
    done: Counter[bool] = Counter()
    for what, broken in textual_mutations(text):
        path.write_text(broken, "utf-8")
        refused = refused_in_words(lambda: load(path, case), broken, str(path))
        assert (
            refused or not what.endswith(("misspelt", "tab", "tabs", "no colon")) or not_data(broken, text)
        ), what
        done[refused] += 1
    assert done[True] >= 5 * text.count("\n") // 2


def not_data(broken: str, text: str) -> bool:
    """Tell whether a change leaves what the file says as it is, or is inside a text folded over lines."""
    one, other = (parse(each.encode(), "own.yaml") for each in (broken, text))
    return _keys(one) == _keys(other)


def _keys(node: Node) -> object:
    """Return the keys of a tree without its values."""
    if isinstance(node, Block):
        return {key: _keys(entry.node) for key, entry in node.entries.items()}
    return [_keys(item) for item in node.items] if isinstance(node, Items) else None


@pytest.fixture
def quick(monkeypatch):
    """Remember what is read and built between calls, so that only the broken file costs time.

    Trees never change and what is the same by content is the same tree, so nothing else differs.
    """
    trees: dict[tuple[bytes, str], Node] = {}
    tops: dict[int, Headed] = {}
    words: dict[int, BaseModel] = {}
    refs: dict[int, list[Referring]] = {}
    kept: list[object] = []

    def quick_parse(data, file):
        if (data, file) not in trees:
            trees[data, file] = parse(data, file)
        return trees[data, file]

    def quick_headed(node, expected=()):
        if id(node) not in tops:
            tops[id(node)] = headed(node, expected)
            kept.append(node)
        return tops[id(node)]

    def quick_build(node, model):
        if id(node) not in words:
            words[id(node)] = build(node, model)
            kept.append(node)
        return words[id(node)]

    def quick_references(word, node):
        if id(node) not in refs:
            refs[id(node)] = list(references(word, node))
            kept.append(node)
        return refs[id(node)]

    for name, job in {
        "parse": quick_parse,
        "headed": quick_headed,
        "build": quick_build,
        "references": quick_references,
    }.items():
        for module in READERS:
            if hasattr(module, name):
                monkeypatch.setattr(module, name, job)


@pytest.mark.parametrize("name", files_of(r"ukraine/(case|parties)\.yaml", r"model/(tasks|sensors)\.yaml"))
@pytest.mark.usefixtures("quick")
def test_a_slip_in_the_text_of_a_part_of_a_case_is_answered_in_words(name, tmp_path, monkeypatch):
    shutil.copytree(LIBRARY, tmp_path / "library")
    for module in (shelf, loading):
        monkeypatch.setattr(module, "library", lambda: tmp_path / "library")
    path = tmp_path / "library" / name
    text = path.read_text("utf-8")
    label = name.removeprefix("cases/")
    done: Counter[bool] = Counter()
    for _, broken in textual_mutations(text):
        path.write_text(broken, "utf-8")
        done[refused_in_words(lambda: load_case("ukraine"), broken, label)] += 1
    assert done[True] >= 2 * text.count("\n")


@pytest.mark.usefixtures("quick")
def test_a_slip_in_the_text_of_an_overlay_is_answered_in_words(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(OVERLAY, "utf-8")
    assert load_case("ukraine", path).ledger["offer.fra.own"].unit == "persons"
    done: Counter[bool] = Counter()
    for _, broken in textual_mutations(OVERLAY):
        path.write_text(broken, "utf-8")
        done[refused_in_words(lambda: load_case("ukraine", path), broken, str(path))] += 1
    assert done[True] >= 3 * OVERLAY.count("\n")
