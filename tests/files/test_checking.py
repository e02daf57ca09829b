import re
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Discriminator, Field, Tag
from tests.files.mutations import JARGON
from tests.files.toy import GOOD, Toy

from holdfast.files.checking import build, dangling, references
from holdfast.files.nodes import Block, Items, Node, Scalar, overlay
from holdfast.files.problems import FileProblems, Problem
from holdfast.files.reading import parse
from holdfast.vocabulary.base import Key, Reference, Word

ROOT = parse(GOOD.encode(), "toy.yaml")


def answers(text: str, model: type[BaseModel] = Toy) -> list[str]:
    with pytest.raises(FileProblems) as caught:
        build(parse(text.encode(), "f.yaml"), model)
    return [str(problem) for problem in caught.value.problems]


def changed(key: str, value: str) -> str:
    """Return the good file with another value for a key that stands on one line, or a new key."""
    line = f"{key}: {value}\n"
    text, count = re.subn(rf"^{key}:.*\n(?! )", lambda _: line, GOOD, flags=re.MULTILINE)
    return text if count else GOOD + line


def test_a_good_file_is_built():
    toy = build(ROOT, Toy)
    assert toy.buffer_km == pytest.approx(12.07008)
    assert toy.share == 0.2
    assert toy.tags.root == ("a", "b")
    assert toy.either == "un-1701"


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        (
            "name",
            "First One",
            (
                '1: name: found the text "First One"; a name of small letters and digits, '
                "parted by single - _ or . is needed\n  Mend: write `name: first-one`"
            ),
        ),
        ("title", "''", "2: title: is empty\n  Mend: write `title: <text>` (What people call it)"),
        (
            "title",
            "",
            "2: title: found nothing; a text is needed\n  Mend: write `title: <text>` (What people call it)",
        ),
        (
            "title",
            "12",
            '2: title: found the number 12; a text is needed\n  Mend: put it in quotes: `title: "12"`',
        ),
        (
            "title",
            "true",
            '2: title: found true; a text is needed\n  Mend: put it in quotes: `title: "true"`',
        ),
        ("title", "[a]", "2: title: found a list; a text is needed\n  Mend: write `title: <text>`"),
        (
            "title",
            "{a: 1}",
            "2: title: found a block of keys (a); a text is needed\n  Mend: write `title: <text>`",
        ),
        ("title", "x" * 4001, "2: title: has 4001 letters; at most 4000 are allowed\n  Mend: shorten it"),
        (
            "buffer_km",
            "3 kg",
            (
                "3: buffer_km: the unit 'kg' cannot be read as km\n"
                "  Mend: write the plain number, in km, or give one of km, m, mi, nmi, ft, yd"
            ),
        ),
        (
            "buffer_km",
            "'12'",
            (
                '3: buffer_km: found the text "12"; a number from 0 to 20000 (km) is needed\n'
                "  Mend: take the quotes off: `buffer_km: 12`"
            ),
        ),
        (
            "buffer_km",
            "-1",
            "3: buffer_km: -1 is out of range\n  Mend: give a number from 0 to 20000 (km)",
        ),
        (
            "buffer_km",
            "30000 mi",
            "3: buffer_km: 30000 mi is out of range\n  Mend: give a number from 0 to 20000 (km)",
        ),
        (
            "buffer_km",
            "true",
            (
                "3: buffer_km: found true; a number from 0 to 20000 (km) is needed\n"
                "  Mend: write `buffer_km: <km>`"
            ),
        ),
        ("share", "120%", "4: share: 120% is out of range\n  Mend: give a number from 0 to 1 (share)"),
        (
            "force",
            "defense",
            (
                '5: force: found the text "defense"; one of defence, all-means is needed\n'
                "  Mend: did you mean `defence`?"
            ),
        ),
        (
            "force",
            "zzz",
            (
                '5: force: found the text "zzz"; one of defence, all-means is needed\n'
                "  Mend: write `force: defence`, or another of these"
            ),
        ),
        (
            "force",
            "",
            (
                "5: force: found nothing; one of defence, all-means is needed\n"
                "  Mend: write `force: <defence or all-means>`"
            ),
        ),
        (
            "flag",
            "yes",
            '6: flag: found the text "yes"; true or false is needed\n  Mend: write `flag: <true or false>`',
        ),
        (
            "flag",
            "1",
            "6: flag: found the number 1; true or false is needed\n  Mend: write `flag: <true or false>`",
        ),
        (
            "either",
            "[]",
            (
                "11: either: found a list; a number from 0 to 20000 (km) or the name of a source is needed\n"
                "  Mend: write `either: <km>`"
            ),
        ),
        (
            "either",
            "3 kg",
            (
                "11: either: the unit 'kg' cannot be read as km\n"
                "  Mend: write the plain number, in km, or give one of km, m, mi, nmi, ft, yd; "
                "or give the name of a source"
            ),
        ),
        (
            "either",
            "-3",
            (
                "11: either: -3 is out of range\n"
                "  Mend: give a number from 0 to 20000 (km); or give the name of a source"
            ),
        ),
        (
            "alt",
            "{kind: patrol, count: 0}",
            "12: alt.count: 0 is out of range\n  Mend: give a whole number from 1 to 100",
        ),
        (
            "by_state",
            "{Fra: 1}",
            (
                '15: by_state.Fra: found the key "Fra"; a code of three capital letters is needed\n'
                "  Mend: write `FRA`"
            ),
        ),
        (
            "by_state",
            "{FRA: 2}",
            "15: by_state.FRA: 2 is out of range\n  Mend: give a number from 0 to 1 (share)",
        ),
        (
            "by_state",
            "[FRA]",
            "15: by_state: found a list; a block of keys is needed\n  Mend: write `by_state: {<name>: ...}`",
        ),
        (
            "span",
            "[1]",
            (
                "22: span: found a list of 1 item; a list of 2 items is needed\n"
                "  Mend: write `span: [<number>, <number>]`"
            ),
        ),
        (
            "span",
            "[1, 2, 3]",
            (
                "22: span: found a list of 3 items; a list of 2 items is needed\n"
                "  Mend: write `span: [<number>, <number>]`"
            ),
        ),
        ("span", "[1, a]", '22: span[1]: found the text "a"; a number is needed\n  Mend: write `<number>`'),
        (
            "steps",
            "1.5",
            (
                "23: steps: found the number 1.5; a whole number above 0 and below 10 is needed\n"
                "  Mend: write `steps: <whole number>`"
            ),
        ),
        (
            "steps",
            "10",
            "23: steps: 10 is out of range\n  Mend: give a whole number above 0 and below 10",
        ),
        (
            "steps",
            "true",
            (
                "23: steps: found true; a whole number above 0 and below 10 is needed\n"
                "  Mend: write `steps: <whole number>`"
            ),
        ),
        (
            "steps",
            "'4'",
            (
                '23: steps: found the text "4"; a whole number above 0 and below 10 is needed\n'
                "  Mend: take the quotes off: `steps: 4`"
            ),
        ),
        ("tags", "a", '24: tags: found the text "a"; a list is needed\n  Mend: make it a list: `tags: [a]`'),
        ("tags", "['']", "24: tags[0]: is empty\n  Mend: write `<text>`"),
        (
            "titel",
            "x",
            "26: titel: unknown key\n  Mend: take it out; `title` is given already",
        ),
        (
            "zzz",
            "x",
            (
                "26: zzz: unknown key\n"
                "  Mend: take it out; the keys known here are name, title, buffer_km, share, "
                "force, flag, parts, either, alt, by_task, by_state, offers, span, steps, tags, delay"
            ),
        ),
    ],
)
def test_one_wrong_value(key, value, message):
    assert answers(changed(key, value)) == [f"f.yaml:{message}"]


def in_list(key: str, *items: str) -> str:
    """Return the good file with other items in ``parts`` or ``offers``, from line 21 on."""
    text = re.sub(rf"^{key}:\n(?: .*\n)+", "", GOOD, flags=re.MULTILINE)
    return text + f"{key}:\n" + "".join(f"  - {item}\n" for item in items)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (
            "{kind: patrl, count: 1}",
            (
                '23: parts[0].kind: found the text "patrl"; one of patrol, sensor, radar is needed\n'
                "  Mend: did you mean `patrol`?"
            ),
        ),
        ("{knd: sensor, reach_km: 3}", "23: parts[0].knd: unknown key\n  Mend: did you mean `kind`?"),
        (
            "{count: 1}",
            "23: parts[0].kind: is missing\n  Mend: add `kind: patrol`, or another of patrol, sensor, radar",
        ),
        (
            "7",
            (
                "23: parts[0]: found the number 7; a block of keys is needed\n"
                "  Mend: write `{kind: ..., count: ...}`"
            ),
        ),
        (
            "{kind: radar}",
            "23: parts[0].reach_km: is missing\n  Mend: add `reach_km: <km>`",
        ),
    ],
)
def test_branches_told_apart_by_a_key(item, message):
    assert answers(in_list("parts", item)) == [f"f.yaml:{message}"]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("{state: FRA, persons: 13}", "21: offers[FRA]: 13 persons are unlucky\n  Mend: send 14"),
        (
            "{state: FRA, persons: 17}",
            "21: offers[FRA]: 17 persons are unlucky, too\n  Mend: put right what the message says",
        ),
        (
            "{state: FRA, persons: 1, day: 2020-13-01}",
            (
                '21: offers[FRA].day: found the text "2020-13-01"; a day, written YYYY-MM-DD, is needed\n'
                "  Mend: write `day: <YYYY-MM-DD>`"
            ),
        ),
        (
            "{state: FRA, persons: 1, day: 1800-01-01}",
            (
                "21: offers[FRA].day: 1800-01-01 is out of range\n"
                "  Mend: give a day from 1900-01-01 to 2100-01-01"
            ),
        ),
        (
            "{state: France, persons: 1}",
            (
                '21: offers[France].state: found the text "France"; a code of three capital letters '
                "is needed\n  Mend: write `state: FRA`, for example"
            ),
        ),
    ],
)
def test_items_of_a_list(item, message):
    assert answers(in_list("offers", item)) == [f"f.yaml:{message}"]


def test_an_empty_list():
    text = in_list("parts").replace("parts:\n", "parts: []\n")
    assert answers(text) == ["f.yaml:22: parts: is empty\n  Mend: write `parts: [{kind: ..., count: ...}]`"]


def test_missing_keys_show_what_to_add():
    assert answers("name: x\nparts:\n  - {kind: patrol, count: 1}\n") == [
        "f.yaml:1: buffer_km: is missing\n  Mend: add `buffer_km: <km>` (Width of the belt on each side)",
        "f.yaml:1: flag: is missing\n  Mend: add `flag: <true or false>`",
        "f.yaml:1: force: is missing\n  Mend: add `force: <defence or all-means>`",
        "f.yaml:1: title: is missing\n  Mend: add `title: <text>` (What people call it)",
    ]


def test_a_misspelt_key_is_reported_once():
    assert answers(GOOD.replace("buffer_km", "bufer_km")) == [
        "f.yaml:3: bufer_km: unknown key\n  Mend: did you mean `buffer_km`?"
    ]


def test_a_misspelt_optional_key():
    assert answers(GOOD.replace("share:", "shaer:")) == [
        "f.yaml:4: shaer: unknown key\n  Mend: did you mean `share`?"
    ]


def test_a_list_instead_of_a_file():
    assert answers("- 1\n") == [
        (
            "f.yaml:1: the file: found a list; a block of keys is needed\n"
            "  Mend: write `{name: ..., title: ..., buffer_km: ..., force: ..., flag: ..., parts: ...}`"
        )
    ]


def test_an_error_in_an_overlay_is_shown_there():
    merged = overlay(ROOT, parse(b"offers:\n  - state: FRA\n    persons: many\n", "over.yaml"))
    with pytest.raises(FileProblems) as caught:
        build(merged, Toy)
    assert str(caught.value.problems[0]).startswith("over.yaml:3: offers[FRA].persons: found the text")


class Round(Word):
    size: int


class Square(Word):
    side: int


def _shape_name(value: object) -> str:
    return "round" if isinstance(value, dict) and "size" in value else "square"


class Drawing(Word):
    shape: Annotated[
        Annotated[Round, Tag("round")] | Annotated[Square, Tag("square")], Discriminator(_shape_name)
    ]
    mode: Literal["on", "off"] | Annotated[str, Reference("mode")] = "on"
    code: Annotated[str, Field(pattern="^x+$", description="Some x.")] = "x"
    many: Annotated[frozenset[str], Reference("thing")] = frozenset()


def test_branches_told_apart_by_a_function():
    assert answers("shape: {size: a}", Drawing) == [
        (
            'f.yaml:1: shape.size: found the text "a"; a whole number is needed\n'
            "  Mend: write `size: <whole number>`"
        )
    ]


def test_a_pattern_without_words():
    assert answers("shape: {size: 1}\ncode: y\n", Drawing) == [
        (
            'f.yaml:2: code: found the text "y", which does not have the form that is needed here\n'
            "  Mend: write it as the field asks: Some x"
        )
    ]


def found_in(text: str, model: type[BaseModel]) -> list[tuple[object, ...]]:
    root = parse(text.encode(), "f.yaml")
    return [
        (path, node.line, reference.to, value)
        for path, node, reference, value in references(build(root, model), root)
    ]


def test_references_are_found_everywhere():
    assert found_in(GOOD, Toy) == [
        (("either",), 11, "source", "un-1701"),
        (("by_task", "watch", 0), 14, "source", "un-1701"),
        (("by_task", "watch", 1), 14, "source", "un-425"),
        (("by_state", "FRA"), 15, "state", "FRA"),
        (("offers", 0, "state"), 17, "state", "FRA"),
        (("offers", 1, "state"), 20, "state", "DEU"),
        (("delay",), 25, "estimate", "decide"),
    ]


def test_a_choice_beside_a_reference_is_none():
    assert found_in("shape: {size: 1}\nmode: off\n", Drawing) == []
    assert found_in("shape: {size: 1}\nmode: x\nmany: [b, a]\n", Drawing) == [
        (("mode",), 2, "mode", "x"),
        (("many", 0), 3, "thing", "b"),
        (("many", 1), 3, "thing", "a"),
    ]


def test_a_default_stands_at_its_block():
    class Defaulted(Word):
        a: int
        to: Annotated[Key, Reference("body")] = "council"

    assert found_in("\na: 1\n", Defaulted) == [(("to",), 2, "body", "council")]


def test_dangling_references():
    found = dangling(
        references(build(ROOT, Toy), ROOT),
        ROOT,
        {"source": ["un-1701", "un-426"], "state": ["FRA", "ITA"], "estimate": ["decide", "wait"]},
        {"decide": "share", "wait": "days"},
    )
    assert [str(problem) for problem in found] == [
        (
            'toy.yaml:14: by_task.watch[1]: there is no source "un-425"\n'
            "  Mend: did you mean the source `un-426`?"
        ),
        (
            'toy.yaml:20: offers[DEU].state: there is no state "DEU"\n'
            "  Mend: name a state that is known: FRA, ITA"
        ),
        (
            'toy.yaml:25: delay: the estimate "decide" is in share; one in days is needed\n'
            "  Mend: name an estimate that is known: wait"
        ),
    ]


def test_dangling_where_nothing_is_known():
    found = dangling(references(build(ROOT, Toy), ROOT), ROOT, {"estimate": []})
    assert [str(problem) for problem in found] == [
        (
            'toy.yaml:25: delay: there is no estimate "decide"\n'
            "  Mend: add an estimate of that name; none is known yet"
        )
    ]


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**15), 10**15), st.floats(-1e15, 1e15), st.text()
)
KEYS = (
    st.sampled_from([*Toy.model_fields, "kind", "count", "reach_km", "state", "persons", "day"]) | st.text()
)


def _node(data: object) -> Node:
    if isinstance(data, dict):
        return parse_block(data)
    if isinstance(data, list):
        return Items(tuple(_node(item) for item in data), "f", 1)
    assert data is None or isinstance(data, str | bool | int | float)
    return Scalar(data, "f", 1, str(data))


def parse_block(data: dict[str, object]) -> Block:
    root: Node = Block({}, "f", 1)
    assert isinstance(root, Block)
    return Block({key: _entry(key, value) for key, value in data.items()}, "f", 1)


def _entry(key: str, value: object):
    from holdfast.files.nodes import Entry

    return Entry(key, "f", 1, _node(value))


@given(
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
        max_leaves=25,
    )
)
def test_nothing_but_problems_is_raised_and_no_jargon_leaks(data):
    with pytest.raises(FileProblems) as caught:
        build(_node(data), Toy)
    for problem in caught.value.problems:
        said = problem.wrong + problem.mend
        if '"' not in said:  # else the file's own words are quoted
            assert not any(word in said for word in JARGON)
        assert problem.mend


@given(st.sampled_from(sorted(Toy.model_fields)), st.recursive(SCALARS, st.lists, max_leaves=4))
def test_any_value_of_any_field_is_answered(key, value):
    assert isinstance(ROOT, Block)
    changed_root = Block({**ROOT.entries, key: _entry(key, value)}, "f", 1)
    assert all(re.match(rf"{key}\b", problem.field) for problem in problems_of(changed_root))


def problems_of(root: Node) -> tuple[Problem, ...]:
    try:
        build(root, Toy)
    except FileProblems as found:
        return found.problems
    return ()
