"""Digests of content: no two different things share one, and nothing but content counts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.content import digest


@dataclasses.dataclass(frozen=True)
class Pair:
    left: object
    right: object


@dataclasses.dataclass(frozen=True, slots=True)
class Couple:
    left: object
    right: object


# Things that a careless digest confuses: by type, by nesting, by where one ends and the next begins.
DIFFERENT = [
    None,
    "None",
    b"None",
    True,
    "True",
    1,
    "1",
    b"1",
    1.0,
    "1.0",
    0.0,
    -0.0,
    float("inf"),
    float("nan"),
    "",
    b"",
    (),
    ("",),
    ((),),
    {},
    {"": ""},
    ("a", "b"),
    ("ab",),
    ("a", "b", ""),
    ("a", ("b",)),
    (("a",), "b"),
    (("a", "b"),),
    {"a": "b"},
    (("a", "b"), ()),
    {"a": {"b": None}},
    {"a": None, "b": None},
    "str:1:a",
    ("int:1:1",),
    Pair("a", "b"),
    Pair("b", "a"),
    Couple("a", "b"),
    {"left": "a", "right": "b"},
    ("left", "a", "right", "b"),
    np.array(1.0),
    np.array([1.0]),
    np.array([[1.0]]),
    np.array([1]),
    np.array([1], dtype=np.int32),
    np.array([1.0, 0.0]),
    np.array([0.0, 1.0]),
    np.zeros((2, 3)),
    np.zeros((3, 2)),
    np.zeros(6),
    np.zeros(6, dtype=np.float32),
    np.zeros(0),
    np.zeros((0, 1)),
    np.array([True]),
]


def test_different_things_have_different_digests():
    digests = [digest(thing) for thing in DIFFERENT]
    for (i, one), (j, other) in itertools.combinations(enumerate(digests), 2):
        assert one != other, (DIFFERENT[i], DIFFERENT[j])


def test_a_set_is_no_sequence():
    assert digest(frozenset({1, 2})) != digest((1, 2))


def test_digest_is_32_hexadecimal_digits():
    for thing in DIFFERENT:
        text = digest(thing)
        assert len(text) == 32
        assert set(text) <= set("0123456789abcdef")


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
def test_order_of_a_mapping_is_irrelevant(order):
    assert digest({key: ord(key) for key in order}) == digest({"a": 97, "b": 98, "c": 99})
    assert digest(Pair(dict.fromkeys(order), 0)) == digest(Pair(dict.fromkeys("cab"), 0))


def test_order_of_a_sequence_counts_and_its_type_does_not():
    assert digest(["a", "b"]) == digest(("a", "b"))
    assert digest(["a", "b"]) != digest(["b", "a"])


def test_arrays_count_by_type_shape_and_bytes_not_by_how_they_lie_in_memory():
    grid = np.arange(12.0).reshape(3, 4)
    assert digest(np.asfortranarray(grid)) == digest(grid)
    assert digest(np.arange(24.0).reshape(3, 8)[:, ::2]) == digest(grid * 2.0)
    assert digest(np.broadcast_to(1.5, (3,))) == digest(np.full(3, 1.5))
    frozen = grid.copy()
    frozen.flags.writeable = False
    assert digest(frozen) == digest(grid)
    for place in np.ndindex(grid.shape):
        changed = grid.copy()
        changed[place] = np.nextafter(changed[place], np.inf)
        assert digest(changed) != digest(grid)


@pytest.mark.parametrize(
    "thing",
    [object(), Pair, iter(()), dt.date(2026, 1, 1), 1j, lambda: None, bytearray(b"a"), range(3)],
    ids=lambda thing: type(thing).__name__,
)
def test_unknown_objects_are_refused_wherever_they_stand(thing):
    for holder in (thing, [thing], {"a": thing}, Pair(1, thing)):
        with pytest.raises(TypeError, match="no stable content"):
            digest(holder)


def test_arrays_of_objects_are_refused():
    # their bytes are addresses in memory
    with pytest.raises(TypeError, match="no stable content"):
        digest(np.array(["a", None], dtype=object))


PROGRAM = """
import dataclasses, numpy as np
from holdfast.content import digest
@dataclasses.dataclass
class Query:
    names: frozenset
    by_name: dict
    draws: object
names = [f"estimate.{i}" for i in range(50)]
print(digest(Query(frozenset(names), {name: {name} for name in set(names)}, np.arange(5.0))))
"""


def test_the_same_under_two_hash_seeds():
    said = []
    for seed in ("0", "4711"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        said.append(done.stdout)
    assert said[0] == said[1]
    assert len(said[0].strip()) == 32


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
THINGS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


def _exact(thing):
    """Return the content as nested tuples that are equal for equal content and type alone."""
    if isinstance(thing, dict):
        return ("mapping", tuple(sorted((key, _exact(value)) for key, value in thing.items())))
    if isinstance(thing, list):
        return ("sequence", tuple(_exact(item) for item in thing))
    return (type(thing).__name__, repr(thing))


@given(THINGS, THINGS)
def test_digests_are_equal_when_the_content_is(one, other):
    assert (digest(one) == digest(other)) == (_exact(one) == _exact(other))


@given(st.lists(st.text(max_size=3), min_size=1, max_size=4), st.data())
def test_moving_a_boundary_changes_the_digest(texts, data):
    whole = "".join(texts)
    cut = data.draw(st.integers(0, len(whole)))
    parts = [whole[:cut], whole[cut:]]
    assert (digest(texts) == digest(parts)) == (texts == parts)
