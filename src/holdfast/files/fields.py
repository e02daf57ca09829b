"""What a model's field accepts, in words that a planner knows.

:class:`Shape` is the one place that understands Python annotations; the checker, the walk over
references and the tests of mutated files all go by it.
"""

from __future__ import annotations

import datetime as dt
import enum
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel, Discriminator, RootModel, Tag
from pydantic.fields import FieldInfo

from holdfast.files.nodes import Block, Items, Kind, Node, Path, Scalar, child, kind_of, plain
from holdfast.files.problems import listed
from holdfast.vocabulary.base import Form, Reference, Unit, units_for

Sort: TypeAlias = Literal[
    "model", "root", "map", "list", "pair", "union", "choice", "number", "whole", "flag", "text", "day", "any"
]
"""``pair`` is a list of fixed length; ``choice`` one of some values; ``root`` wraps another."""

Answer = TypeVar("Answer")

_LISTS = (list, tuple, set, frozenset)
_ACCEPTED: dict[Sort, frozenset[Kind]] = {
    "model": frozenset({"block"}),
    "map": frozenset({"block"}),
    "list": frozenset({"list"}),
    "pair": frozenset({"list"}),
    "number": frozenset({"number"}),
    "whole": frozenset({"number"}),
    "flag": frozenset({"flag"}),
    "text": frozenset({"text"}),
    "day": frozenset({"text"}),
    "any": frozenset({"block", "list", "number", "flag", "text", "nothing"}),
}
_BARE_SORTS: dict[Any, Sort] = {float: "number", int: "whole", bool: "flag", str: "text", dt.date: "day"}
_MOST_CHOICES = 30
_SHOWN_CHOICES = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value must be.

    Parameters
    ----------
    annotation : Any
        The annotation, without ``Annotated`` and ``None``.
    marks : tuple
        The metadata: limits, :class:`~holdfast.vocabulary.base.Unit` and the like.
    nullable : bool
        Whether nothing may stand there.
    description : str
        What the field means; empty if nobody said.
    raw : Any
        The annotation with everything.
    """

    annotation: Any
    marks: tuple[Any, ...] = ()
    nullable: bool = False
    description: str = ""
    raw: Any = None

    @property
    def sort(self) -> Sort:
        """What sort of value is needed."""
        return _remembered(_SORTS, _sort_of, self.annotation)

    @property
    def model(self) -> type[BaseModel]:
        """The model; only of the sorts ``model`` and ``root``."""
        model: type[BaseModel] = self.annotation
        return model

    @property
    def unit(self) -> Unit | None:
        """The unit of a number."""
        return next((mark for mark in self.marks if isinstance(mark, Unit)), None)

    @property
    def reference(self) -> Reference | None:
        """What a text refers to."""
        return next((mark for mark in self.marks if isinstance(mark, Reference)), None)

    @property
    def form(self) -> Form | None:
        """The words for a text's pattern."""
        return next((mark for mark in self.marks if isinstance(mark, Form)), None)

    @property
    def choices(self) -> tuple[str | int | bool, ...]:
        """The values of a ``choice``, as files write them."""
        if get_origin(self.annotation) is Literal:
            return get_args(self.annotation)
        return tuple(member.value for member in self.annotation)

    def limit(self, name: Literal["ge", "gt", "le", "lt", "min_length", "max_length"]) -> Any:  # noqa: ANN401
        """Return a limit of the value, or None; ``ge`` and the like are pydantic's names."""
        return next((limit for mark in self.marks if (limit := getattr(mark, name, None)) is not None), None)

    def inner(self) -> Shape:
        """Return the shape that a ``root`` wraps, the items of a ``list``, or the values of a ``map``."""
        if self.sort == "root":
            return shape_of(self.model.model_fields["root"])
        arguments = get_args(self.annotation)
        if not arguments:
            return Shape(Any, raw=Any)
        return shape_of(arguments[1] if self.sort == "map" else arguments[0])

    def keys(self) -> Shape:
        """Return the shape of the keys of a ``map``."""
        return shape_of((get_args(self.annotation) or (str,))[0])

    def item(self, position: int) -> Shape:
        """Return the shape of one item of a ``list`` or ``pair``."""
        if self.sort == "list":
            return self.inner()
        parts = get_args(self.annotation)
        return shape_of(parts[position]) if position < len(parts) else Shape(Any, raw=Any)

    def branches(self) -> tuple[Shape, ...]:
        """Return the shapes that a ``union`` is made of."""
        return tuple(shape_of(part) for part in get_args(self.annotation) if part is not type(None))

    @property
    def discriminator(self) -> str | None:
        """The key that tells the branches of a ``union`` apart, as files write it."""
        for mark in self.marks:
            named = mark.discriminator if isinstance(mark, Discriminator | FieldInfo) else None
            if isinstance(named, Discriminator):
                named = named.discriminator
            if isinstance(named, str):
                return _written_name(self.branches(), named)
        return None

    def tag_of(self, node: Node) -> str:
        """Return the tag of a node in a ``union``; empty if it has none."""
        for mark in self.marks:
            if isinstance(mark, Discriminator) and callable(mark.discriminator):
                return str(mark.discriminator(plain(node)))
        tag = child(node, self.discriminator or "")
        return str(tag.value) if isinstance(tag, Scalar) else ""

    def tagged(self) -> dict[str, Shape]:
        """Return the branches of a ``union`` by their tag; empty where nothing tells them apart."""
        found: dict[str, Shape] = {}
        key = self.discriminator
        for branch in self.branches():
            tag = next((mark.tag for mark in branch.marks if isinstance(mark, Tag)), None)
            if tag is not None:
                found[tag] = branch
            elif branch.sort == "union":
                found |= branch.tagged()
            elif key is not None and branch.sort == "model":
                found |= {str(choice): branch for choice in fields_of(branch.model)[key].choices}
        return found

    def accepts(self) -> frozenset[Kind]:
        """Return the kinds of node that may stand there."""
        sort = self.sort
        own: frozenset[Kind] = _ACCEPTED.get(sort, frozenset())
        if sort == "root":
            own = self.inner().accepts()
        elif sort == "union":
            own = frozenset(kind for branch in self.branches() for kind in branch.accepts())
        elif sort == "choice":
            own = frozenset(kind_of(Scalar(choice, "", 1, "")) for choice in self.choices)
        elif sort == "number" and self.unit is not None:
            own |= {"text"}
        return own | {"nothing"} if self.nullable else own

    def needed(self) -> str:  # noqa: PLR0911 - one return a sort
        """Return the words for what is needed, such as ``a number from 0 to 20000 (km)``."""
        if self.reference is not None:
            return f"the name of {with_article(self.reference.to)}"
        if self.form is not None:
            return self.form.words
        sort = self.sort
        if sort == "union":
            if self.tagged():
                return "a block of keys"
            return " or ".join(dict.fromkeys(branch.needed() for branch in self.branches()))
        if sort == "choice":
            return f"one of {listed([shown(choice) for choice in self.choices], _MOST_CHOICES)}"
        if sort == "pair":
            return f"a list of {len(get_args(self.annotation))} items"
        if sort == "root":
            return self.inner().needed()
        if sort in {"number", "whole"}:
            return self._number_needed("a whole number" if sort == "whole" else "a number")
        return _NEEDED[sort]

    def _number_needed(self, words: str) -> str:
        if range_words := self.range_words():
            words += f" {range_words}"
        return words if self.unit is None else f"{words} ({self.unit.name})"

    def range_words(self) -> str:
        """Return the words for the limits of a number or day, empty if there are none."""
        low, high = self.limit("ge"), self.limit("le")
        above, below = self.limit("gt"), self.limit("lt")
        if low is not None and high is not None:
            return f"from {shown(low)} to {shown(high)}"
        words = [
            f"{word} {shown(bound)}"
            for word, bound in (
                ("of at least", low),
                ("above", above),
                ("of at most", high),
                ("below", below),
            )
            if bound is not None
        ]
        return " and ".join(words)

    def example(self) -> str:  # noqa: PLR0911 - one return a sort
        """Return a value to fill in, such as ``<km>``."""
        if self.reference is not None:
            return f"<{self.reference.to}>"
        if self.form is not None:
            return f"<such as {self.form.example}>"
        sort = self.sort
        if sort == "choice":
            choices = [shown(choice) for choice in self.choices]
            return (
                f"<{' or '.join(choices)}>"
                if len(choices) <= _SHOWN_CHOICES
                else f"<{choices[0]} or another>"
            )
        if sort == "union":
            return next(iter(self.tagged().values()), self.branches()[0]).example()
        if sort == "root":
            return self.inner().example()
        if sort == "list":
            return f"[{self.inner().example()}]"
        if sort == "pair":
            return f"[{', '.join(shape_of(part).example() for part in get_args(self.annotation))}]"
        if sort == "model":
            names = [name for name, field in fields_of(self.model).items() if field.required]
            return "{" + ", ".join(f"{name}: ..." for name in names) + "}"
        if sort in {"number", "whole"} and self.unit is not None:
            return f"<{self.unit.name}>"
        return _EXAMPLES[sort]

    def units(self) -> tuple[str, ...]:
        """Return the units in which the number may be given."""
        return () if self.unit is None else units_for(self.unit.name)


_NEEDED: dict[Sort, str] = {
    "model": "a block of keys",
    "map": "a block of keys",
    "list": "a list",
    "flag": "true or false",
    "text": "a text",
    "day": "a day, written YYYY-MM-DD,",
    "any": "another value",
}
_EXAMPLES: dict[Sort, str] = {
    "map": "{<name>: ...}",
    "number": "<number>",
    "whole": "<whole number>",
    "flag": "<true or false>",
    "text": "<text>",
    "day": "<YYYY-MM-DD>",
    "any": "<value>",
}


@dataclass(frozen=True, slots=True)
class Field(Shape):
    """A field of a model: its shape, its Python name and whether it must be given."""

    attribute: str = ""
    required: bool = True


@cache
def fields_of(model: type[BaseModel]) -> dict[str, Field]:
    """Return the fields of ``model`` by the key that files give them."""
    fields: dict[str, Field] = {}
    for attribute, info in model.model_fields.items():
        alias = info.validation_alias or info.alias
        shape = shape_of(info)
        fields[alias if isinstance(alias, str) else attribute] = Field(
            shape.annotation,
            shape.marks,
            shape.nullable,
            shape.description,
            shape.raw,
            attribute,
            info.is_required(),
        )
    return fields


def shape_of(annotation: Any, marks: tuple[Any, ...] = (), description: str = "") -> Shape:  # noqa: ANN401
    """Return the shape that an annotation, or a field of a model, stands for."""
    if marks or description:
        return _shape(annotation, marks, description)
    return _remembered(_SHAPES, _shape, annotation)


_SHAPES: dict[int, tuple[Any, Shape]] = {}
_SORTS: dict[int, tuple[Any, Sort]] = {}
"""Answers by the identity of an annotation, which is kept, so that the identity stays its own."""


def _remembered(
    answers: dict[int, tuple[Any, Answer]],
    ask: Callable[[Any], Answer],
    annotation: Any,  # noqa: ANN401
) -> Answer:
    """Return what is asked of an annotation, worked out once: a large file asks a hundred thousand times."""
    found = answers.get(id(annotation))
    if found is None:
        found = answers[id(annotation)] = annotation, ask(annotation)
    return found[1]


def _sort_of(core: Any) -> Sort:  # noqa: ANN401, PLR0911 - one return a sort
    """Return what sort of value an annotation needs."""
    origin = get_origin(core)
    if origin in {Union, types.UnionType}:
        return "union"
    if origin is Literal or (isinstance(core, type) and issubclass(core, enum.Enum)):
        return "choice"
    if isinstance(core, type) and issubclass(core, BaseModel):
        return "root" if issubclass(core, RootModel) else "model"
    if origin is tuple and not _is_endless(core):
        return "pair"
    if (origin or core) in _LISTS or _is_abstract(origin, "Sequence"):
        return "list"
    if (origin or core) is dict or _is_abstract(origin, "Mapping"):
        return "map"
    return _BARE_SORTS.get(core, "any")


def _shape(annotation: Any, marks: tuple[Any, ...] = (), description: str = "") -> Shape:  # noqa: ANN401
    """Return the shape of an annotation, worked out."""
    if isinstance(annotation, FieldInfo):
        own = (*annotation.metadata, *([annotation] if annotation.discriminator is not None else ()))
        shape = shape_of(annotation.annotation, tuple(_flat(own)), annotation.description or "")
        raw = Annotated[annotation.annotation, annotation] if own else annotation.annotation
        return replace(shape, raw=raw)
    return replace(_unwrapped(annotation, marks, description), raw=annotation)


def _unwrapped(annotation: Any, marks: tuple[Any, ...], description: str) -> Shape:  # noqa: ANN401
    if hasattr(annotation, "__value__"):  # a type alias by the `type` statement
        return _unwrapped(annotation.__value__, marks, description)
    if hasattr(annotation, "__supertype__"):  # a NewType
        return _unwrapped(annotation.__supertype__, marks, description)
    if get_origin(annotation) is Annotated:
        core, *metadata = get_args(annotation)
        said = next((mark.description for mark in metadata if getattr(mark, "description", None)), "")
        return _unwrapped(core, (*_flat(metadata), *marks), description or said)
    if get_origin(annotation) in {Union, types.UnionType} and type(None) in get_args(annotation):
        rest = [part for part in get_args(annotation) if part is not type(None)]
        core = rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007 - built at run time
        return replace(_unwrapped(core, marks, description), nullable=True)
    return Shape(annotation, marks, description=description)


def _flat(marks: Any) -> Iterator[Any]:  # noqa: ANN401 - metadata may be anything
    """Yield metadata one by one: a group of limits is taken apart."""
    for mark in marks:
        if isinstance(mark, FieldInfo):
            yield from _flat(mark.metadata)
            if mark.discriminator is not None:
                yield mark
        elif isinstance(mark, annotated_types.GroupedMetadata):
            yield from _flat(mark)
        else:
            yield mark


def _is_endless(annotation: Any) -> bool:  # noqa: ANN401
    arguments = get_args(annotation)
    return len(arguments) == 2 and arguments[1] is Ellipsis


def _is_abstract(origin: Any, name: str) -> bool:  # noqa: ANN401
    return getattr(origin, "__module__", "") == "collections.abc" and origin.__name__ == name


def _written_name(branches: tuple[Shape, ...], attribute: str) -> str:
    for branch in branches:
        if branch.sort == "model":
            for name, field in fields_of(branch.model).items():
                if field.attribute == attribute:
                    return name
    return attribute


def with_article(noun: str) -> str:
    """Return ``noun`` with ``a`` or ``an`` before it."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def shown(value: Any) -> str:  # noqa: ANN401 - a limit or choice
    """Return a limit or choice as a file would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.15g}"
    return str(value)


def chosen(shape: Shape, node: Node) -> Shape:
    """Return the branch of a union that ``node`` means, as far as it can be told.

    Roots are unwrapped as well. Where nothing fits, ``shape`` itself comes back.
    """
    if shape.sort == "root":
        return chosen(shape.inner(), node)
    if shape.sort != "union":
        return shape
    tags = shape.tagged()
    if tags:
        branch = tags.get(shape.tag_of(node))
        return shape if branch is None else chosen(branch, node)
    fitting = [branch for branch in shape.branches() if kind_of(node) in branch.accepts()]
    return chosen(max(fitting, key=lambda branch: _fit(branch, node)), node) if fitting else shape


def _fit(branch: Shape, node: Node) -> float:
    """Return how well a branch that accepts the node's kind fits the node."""
    if isinstance(node, Block) and branch.sort == "model":
        fields = fields_of(branch.model)
        missing = sum(field.required and name not in node.entries for name, field in fields.items())
        return float(sum(2 * (key in fields) - 1 for key in node.entries) - missing)
    if isinstance(node, Scalar) and isinstance(node.value, str):
        if branch.sort == "choice":
            return 2.0 if node.value in branch.choices else -1.0
        if branch.sort == "number":
            return 1.0 if node.value.lstrip()[:1].isdigit() or node.value.lstrip()[:1] in {"-", "+"} else -1.0
    return 0.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A value of a file, with what it must be and where it is."""

    path: Path
    node: Node
    shape: Shape


def spots(model: type[BaseModel], root: Node) -> Iterator[Spot]:
    """Yield every value of a tree that the model knows, parents before children."""
    yield from _spots(Spot((), root, Shape(model, raw=model)))


def _spots(spot: Spot) -> Iterator[Spot]:
    yield spot
    shape = chosen(spot.shape, spot.node)
    for path, node, inner in children(shape, spot.node, spot.path):
        yield from _spots(Spot(path, node, inner))


def children(shape: Shape, node: Node, path: Path) -> Iterator[tuple[Path, Node, Shape]]:
    """Yield the values right below ``node`` that ``shape`` (no union) knows."""
    if isinstance(node, Block):
        known: Mapping[str, Shape] = fields_of(shape.model) if shape.sort == "model" else {}
        for key, entry in node.entries.items():
            inner = shape.inner() if shape.sort == "map" else known.get(key)
            if inner is not None:
                yield (*path, key), entry.node, inner
    elif isinstance(node, Items) and shape.sort in {"list", "pair"}:
        for position, item in enumerate(node.items):
            yield (*path, position), item, shape.item(position)
