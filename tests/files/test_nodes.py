import pytest

from holdfast.files.nodes import (
    Block,
    Node,
    Scalar,
    at,
    field_name,
    find,
    key_line,
    kind_of,
    overlay,
    plain,
    with_key,
    with_value,
    without,
)
from holdfast.files.problems import FileProblems
from holdfast.files.reading import parse

BASE = b"""\
states:
  - code: FRA
    name: France
    offers: [1, 2]
  - code: DEU
    name: Germany
list: [a, b]
deep: {x: 1, y: {z: 2}}
"""


def tree(text: bytes = BASE, file: str = "base.yaml") -> Node:
    return parse(text, file)


def test_keys_and_values_know_their_lines():
    root = tree()
    assert at(root, ("states", 1, "name")).line == 6
    assert at(root, ("states", 1)).line == 5
    assert key_line(root, ("states",)) == 1
    assert key_line(root, ("states", 0, "offers")) == 4
    assert key_line(root, ("states", 1)) == 5
    assert key_line(root, ()) == 1


def test_find_and_at():
    root = tree()
    assert find(root, ("states", 7, "name")) is None
    assert find(root, ("list", "a")) is None
    assert find(root, ()) is root
    with pytest.raises(KeyError):
        at(root, ("nope",))


def test_kinds():
    root = tree(b"[text, 1, 1.5, true, null, [], {}]")
    kinds = ["text", "number", "number", "flag", "nothing", "list", "block"]
    assert [kind_of(at(root, (position,))) for position in range(7)] == kinds


def test_items_are_named_by_identity_or_position():
    root = tree()
    assert field_name(root, ("states", 0, "offers", 1)) == "states[FRA].offers[1]"
    assert field_name(root, ("list", 1)) == "list[1]"
    assert field_name(root, ()) == "the file"
    assert field_name(root, ("states", 9, "x y")) == 'states[9]["x y"]'


def test_items_with_one_identity_are_named_by_position():
    root = tree(
        b"- {state: FRA}\n- {state: FRA}\n- {state: '7'}\n- {state: ITA, name: 'x]y'}\n- {key: k, name: n}"
    )
    names = [field_name(root, (position,)) for position in range(5)]
    assert names == ["[0]", "[1]", "[2]", "[3]", "[k]"]


def test_with_value_replaces_and_adds():
    root = tree()
    new = Scalar("x", "other.yaml", 9, "x")
    assert plain(with_value(root, ("list", 1), new))["list"] == ["a", "x"]
    assert plain(with_value(root, ("deep", "new"), new))["deep"] == {"x": 1, "y": {"z": 2}, "new": "x"}
    assert with_value(root, (), new) is new
    for path in (("list", 5), ("list", "a"), ("deep", "no", "no")):
        with pytest.raises(KeyError):
            with_value(root, path, new)


def test_without_removes():
    root = tree()
    assert plain(without(root, ("list", 0)))["list"] == ["b"]
    assert plain(without(root, ("deep", "y", "z")))["deep"] == {"x": 1, "y": {}}
    with pytest.raises(KeyError):
        without(root, ("deep", "no"))


def test_with_key_renames_in_place():
    renamed = with_key(tree(), ("states", 0, "name"), "title")
    first = at(renamed, ("states", 0))
    assert isinstance(first, Block)
    assert list(first.entries) == ["code", "title", "offers"]
    assert key_line(renamed, ("states", 0, "title")) == 3
    with pytest.raises(KeyError):
        with_key(tree(), ("states", 0, "name"), "code")


PATCH = b"""\
states:
  - code: DEU
    name: Deutschland
  - code: ITA
list: [c]
deep: {y: {w: 3}}
"""


def test_overlay_merges_blocks_and_lists_and_keeps_files_and_lines():
    merged = overlay(tree(), tree(PATCH, "over.yaml"))
    assert plain(merged) == {
        "states": [
            {"code": "FRA", "name": "France", "offers": [1, 2]},
            {"code": "DEU", "name": "Deutschland"},
            {"code": "ITA"},
        ],
        "list": ["c"],
        "deep": {"x": 1, "y": {"z": 2, "w": 3}},
    }
    german, french = at(merged, ("states", 1, "name")), at(merged, ("states", 0, "name"))
    assert (german.file, german.line) == ("over.yaml", 3)
    assert (french.file, french.line) == ("base.yaml", 3)


def test_overlay_replaces_a_block_that_says_its_kind_whole():
    base = parse(b"distribution: {kind: lognormal, p05: 1, p95: 2}\n", "base.yaml")
    patch = parse(b"distribution: {kind: uniform, low: 0, high: 1}\n", "over.yaml")
    assert plain(overlay(base, patch)) == {"distribution": {"kind": "uniform", "low": 0, "high": 1}}


def test_overlay_of_nothing_changes_nothing():
    assert overlay(tree(), tree(b"{}")) == tree()


def test_overlay_replaces_a_list_without_identities():
    base, patch = tree(b"a: [{state: X}, {state: X}]"), tree(b"a: [{state: Y}]")
    assert plain(overlay(base, patch)) == {"a": [{"state": "Y"}]}
    assert plain(overlay(tree(b"a: []"), patch)) == {"a": [{"state": "Y"}]}
    assert plain(overlay(tree(b"a: 1"), patch)) == {"a": [{"state": "Y"}]}


def test_overlay_items_must_say_which_they_are_once():
    with pytest.raises(FileProblems) as caught:
        overlay(tree(), tree(b"states:\n- name: X\n- code: FRA\n- code: FRA\n", "o.yaml"))
    assert str(caught.value) == (
        "o.yaml:2: states[X]: the item does not say which one it is; this list goes by `code`\n"
        "  Mend: add `code: <text>` to the item\n"
        "o.yaml:4: states[2]: `code: FRA` stands twice in this list, first on line 3\n"
        "  Mend: keep one of the two items, with all that it changes\n"
        "2 problems in o.yaml."
    )
