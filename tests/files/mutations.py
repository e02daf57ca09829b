"""Breaks a good tree in one place at a time, and says what Holdfast must answer.

For every field that a model knows, a mutation removes it, misspells its key, gives it a value of
the wrong type, a unit of another dimension, a number out of range, or the name of something that
does not exist. Lines are kept, so that the answer's line can be foretold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, TypeAdapter, ValidationError

from holdfast.files.checking import build, dangling, references
from holdfast.files.fields import Field, Shape, Spot, chosen, fields_of, spots
from holdfast.files.nodes import (
    Block,
    Items,
    Kind,
    Node,
    Path,
    Scalar,
    field_name,
    key_line,
    kind_of,
    with_key,
    with_value,
    without,
)
from holdfast.files.problems import FileProblems, Problem, nearest

MutationKind: TypeAlias = Literal[
    "removed", "misspelt", "wrong_type", "wrong_unit", "out_of_range", "dangling"
]

JARGON = ("Input should", "value_error", "_type", "_parsing", "NoneType", "pydantic", "Traceback", "<class")


@dataclass(frozen=True)
class Expectation:
    """What must be answered: line and field of a problem, and a text in its wrong or mend.

    ``legal`` says that the mutated file may be good; ``by`` whether building it finds the problem,
    or the search for dangling references.
    """

    line: int
    field: str
    text: str
    legal: bool = False
    by: Literal["build", "dangling"] = "build"


@dataclass(frozen=True)
class Mutation:
    """A mutated tree, where it was mutated and what must be answered."""

    kind: MutationKind
    path: Path
    node: Node
    expectation: Expectation


def mutations(root: Node, model: type[BaseModel]) -> Iterator[Mutation]:
    """Yield every mutation of a tree that ``model`` accepts."""
    for spot in spots(model, root):
        shape = chosen(spot.shape, spot.node)
        if isinstance(spot.node, Block) and shape.sort == "model":
            yield from _keys(root, spot, fields_of(shape.model), _is_choice(spot.shape))
        if spot.path:
            yield from _wrong_type(root, spot)
            yield from _wrong_unit(root, spot, shape)
            yield from _out_of_range(root, spot, shape)
            yield from _dangling(root, spot, shape, model)


def _is_choice(shape: Shape) -> bool:
    """Tell whether a block is a branch of a union that no key tells apart: then less is certain."""
    return shape.sort == "union" and not shape.tagged()


def _keys(root: Node, spot: Spot, fields: dict[str, Field], uncertain: bool) -> Iterator[Mutation]:
    assert isinstance(spot.node, Block)
    for key in spot.node.entries:
        field = fields.get(key)
        if field is None:
            continue
        path = (*spot.path, key)
        gone = without(root, path)
        legal = uncertain or not field.required
        yield Mutation(
            "removed", path, gone, Expectation(spot.node.line, field_name(gone, path), f"`{key}: ", legal)
        )
        slip = misspelt(key)
        if slip in fields or slip in spot.node.entries or nearest(slip, fields) != key:
            continue
        typo = with_key(root, path, slip)
        place = (*spot.path, slip)
        line = key_line(typo, place)
        expectation = Expectation(line, field_name(typo, place), f"`{key}`", uncertain)
        yield Mutation("misspelt", path, typo, expectation)


def misspelt(key: str) -> str:
    """Return ``key`` with a slip of the finger."""
    return key + key[-1] if len(key) < 4 else key[:2] + key[3:]


_OTHERS: dict[Kind, Any] = {"flag": True, "number": 7, "text": "seven", "list": (), "block": {}}


def _wrong_type(root: Node, spot: Spot) -> Iterator[Mutation]:
    accepted = spot.shape.accepts()
    for kind in ("list", "block", "flag", "number", "text"):
        if kind in accepted:
            continue
        node = _of_kind(kind, spot.node)
        yield _replaced("wrong_type", root, spot, node, "needed")
        return


def _of_kind(kind: Kind, old: Node) -> Node:
    file, line = old.file, old.line
    if kind == "list":
        return Items((Scalar("x", file, line, "x"),), file, line)
    if kind == "block":
        return Block({}, file, line)
    value = _OTHERS[kind]
    return Scalar(value, file, line, str(value).lower())


def _replaced(kind: MutationKind, root: Node, spot: Spot, node: Node, text: str) -> Mutation:
    mutated = with_value(root, spot.path, node)
    return Mutation(kind, spot.path, mutated, Expectation(node.line, field_name(mutated, spot.path), text))


def _text(value: str, old: Node) -> Scalar:
    return Scalar(value, old.file, old.line, value)


def _wrong_unit(root: Node, spot: Spot, shape: Shape) -> Iterator[Mutation]:
    if shape.unit is not None:
        yield _replaced("wrong_unit", root, spot, _text("3 kg", spot.node), shape.unit.name)


def _out_of_range(root: Node, spot: Spot, shape: Shape) -> Iterator[Mutation]:
    if shape.sort == "choice":
        node = _text("impossible-choice", spot.node)
        yield _replaced("out_of_range", root, spot, node, str(shape.choices[0]))
        return
    bounds = ((shape.limit("ge"), -1), (shape.limit("gt"), 0), (shape.limit("le"), 1), (shape.limit("lt"), 0))
    for bound, value in bounds:
        if isinstance(bound, dt.date):
            day = bound + dt.timedelta(days=value)
            yield _replaced("out_of_range", root, spot, _text(day.isoformat(), spot.node), bound.isoformat())
        elif bound is not None:
            beyond = bound + value * max(1.0, abs(bound))
            number = round(beyond) if shape.sort == "whole" else beyond
            node = Scalar(number, spot.node.file, spot.node.line, repr(number))
            yield _replaced("out_of_range", root, spot, node, f"{bound:.15g}")


def _dangling(root: Node, spot: Spot, shape: Shape, model: type[BaseModel]) -> Iterator[Mutation]:
    if shape.reference is None or kind_of(spot.node) != "text":
        return
    assert isinstance(spot.node, Scalar)
    for value in (f"{spot.node.value}-zz", "ZZZ", "zz"):
        try:
            TypeAdapter(shape.raw).validate_python(value)
            mutated = with_value(root, spot.path, _text(value, spot.node))
            build(mutated, model)
        except (ValidationError, FileProblems):
            continue
        field = field_name(mutated, spot.path)
        yield Mutation(
            "dangling",
            spot.path,
            mutated,
            Expectation(spot.node.line, field, shape.reference.to, by="dangling"),
        )
        return


def known_names(root: Node, model: type[BaseModel]) -> dict[str, set[str]]:
    """Return the names that a good file refers to, as if they all existed."""
    known: dict[str, set[str]] = {}
    for one in references(build(root, model), root):
        known.setdefault(one.reference.to, set()).add(one.value)
    return known


def answered(
    mutation: Mutation, model: type[BaseModel], known: dict[str, set[str]] | None = None
) -> list[Problem]:
    """Return the problems that Holdfast finds in a mutated tree; none if it is good."""
    try:
        built = build(mutation.node, model)
    except FileProblems as found:
        return list(found.problems)
    return dangling(references(built, mutation.node), mutation.node, known or {})


def check(mutation: Mutation, model: type[BaseModel], known: dict[str, set[str]] | None = None) -> None:
    """Assert that Holdfast answers a mutation as expected."""
    problems = answered(mutation, model, known)
    wanted = mutation.expectation
    where = f"{mutation.kind} at {mutation.path}: {wanted}, answered {[str(problem) for problem in problems]}"
    for problem in problems:
        assert not any(word in str(problem) for word in JARGON), where
        assert problem.line >= 1, where
        assert problem.wrong, where
        assert problem.mend, where
    if not wanted.legal:
        assert any(
            problem.line == wanted.line
            and problem.field == wanted.field
            and wanted.text in problem.wrong + problem.mend
            for problem in problems
        ), where
