"""From a tree of nodes to a model, with every problem named at its line.

Pydantic finds what is wrong; this module finds where it stands in the file, what was meant, and
says so in a planner's words. Nothing of pydantic's own wording is shown, except the messages of
custom validators, which are ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from holdfast.files.fields import Field, Shape, chosen, fields_of, shape_of, shown, spots, with_article
from holdfast.files.nodes import Block, FieldNames, Items, Node, Path, Scalar, child, kind_of, plain
from holdfast.files.problems import FileProblems, Problem, listed, nearest, printable, quoted
from holdfast.vocabulary.base import Reference

MOST_PROBLEMS = 1_000
"""Problems of one file that are looked at."""

AnyModel = TypeVar("AnyModel", bound=BaseModel)
_Step = str | int
_Error = tuple[tuple[_Step, ...], ErrorDetails]

_PYDANTICS_OWN = frozenset(get_args(ErrorType)) - {"value_error", "assertion_error"}
_READERS = frozenset({"wrong_unit", "not_a_number", "not_a_day"})  # of holdfast.vocabulary.base
_LONGEST_DESCRIPTION = 100
_LISTED_NAMES = 8


def build(node: Node, model: type[AnyModel]) -> AnyModel:
    """Return the model that ``node`` holds.

    Parameters
    ----------
    node : Node
        The whole tree of a file, or what :func:`holdfast.files.nodes.overlay` made of several.
    model : type of BaseModel
        What it must be.

    Raises
    ------
    FileProblems
        With everything that does not fit.
    """
    checker = _Checker(node)
    built: AnyModel | None = None
    try:
        built = model.model_validate(plain(node))
    except ValidationError as found:
        whole = Shape(model, raw=model)
        checker.sort_out(whole, node, (), _numbered(found))
    checker.check_kinds(model)
    if checker.problems or built is None:
        raise FileProblems(checker.problems.values())
    return built


def _numbered(found: ValidationError) -> list[_Error]:
    errors = found.errors(include_url=False, include_input=False)
    return [(error["loc"], error) for error in errors[:MOST_PROBLEMS]]


@dataclass(slots=True)
class _Saying:
    """What is wrong with a value, and the mend."""

    wrong: str
    mend: str


class _Checker:
    """Sorts pydantic's errors by where they stand in the tree."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._names = FieldNames(root)
        self.problems: dict[tuple[Path, str], Problem] = {}

    def sort_out(self, shape: Shape, node: Node, path: Path, errors: list[_Error]) -> None:
        """Turn errors at or below ``node`` into problems; their places count from ``node``."""
        sort = shape.sort
        if sort == "root":
            self.sort_out(shape.inner(), node, path, errors)
            return
        if sort == "union":
            self._union(shape, node, path, errors)
            return
        below: dict[_Step, list[_Error]] = {}
        keys: dict[str, ErrorDetails] = {}
        for place, error in errors:
            if not place and _is_echo(node, error):
                continue
            if not place or sort not in {"model", "map", "list", "pair"}:
                saying = _saying(shape, node, path, error)
                own = error["type"] in _PYDANTICS_OWN or error["type"] in _READERS
                self._say(node, path, saying, "value" if own else saying.wrong)
            elif len(place) == 1 and error["type"] in {"missing", "extra_forbidden"} and sort == "model":
                keys[str(place[0])] = error
            elif len(place) == 1 and error["type"] == "missing" and sort == "pair":
                self._say(node, path, _wrong_length(shape, node, path, error))
            else:
                below.setdefault(place[0], []).append((place[1:], error))
        if isinstance(node, Block) and sort == "model":
            self._keys(shape, node, path, keys)
        for step, inner in below.items():
            self._below(shape, node, (*path, step), inner)

    def _below(self, shape: Shape, node: Node, path: Path, errors: list[_Error]) -> None:
        step = path[-1]
        if shape.sort == "map":
            for place, error in errors:
                if place == ("[key]",) and isinstance(node, Block) and step in node.entries:
                    entry = node.entries[str(step)]
                    key = Scalar(entry.key, entry.file, entry.line, entry.key)
                    self._say(key, path, _key_saying(shape.keys(), key, error), "[key]")
            errors = [(place, error) for place, error in errors if place != ("[key]",)]
        inner = _inner(shape, step)
        under = child(node, step)
        if errors:
            self.sort_out(inner, node if under is None else under, path, errors)

    def _union(self, shape: Shape, node: Node, path: Path, errors: list[_Error]) -> None:
        branch = chosen(shape, node)
        tags = shape.tagged()
        if branch is shape and shape.discriminator is not None and isinstance(node, Block):
            self._tag(shape, node, path)
        elif branch is shape:
            self._say(node, path, _wrong_kind(shape, node, path))
        elif tags:
            self.sort_out(
                branch, node, path, [(_without_tags(place, tags), error) for place, error in errors]
            )
        else:
            self._again(shape, branch, node, path)

    def _again(self, shape: Shape, branch: Shape, node: Node, path: Path) -> None:
        """Check ``node`` against the one branch of a union that was meant."""
        try:
            TypeAdapter(branch.raw).validate_python(plain(node))
        except ValidationError as found:
            before = set(self.problems)
            self.sort_out(branch, node, path, _numbered(found))
            others = [other for other in shape.branches() if other.raw is not branch.raw]
            for place in set(self.problems) - before:
                if place[0] == path and isinstance(node, Scalar) and others:
                    self._add_way(place, others)
        else:
            self._say(node, path, _wrong_kind(shape, node, path))

    def _add_way(self, place: tuple[Path, str], others: list[Shape]) -> None:
        problem = self.problems[place]
        ways = " or ".join(dict.fromkeys(other.needed() for other in others)).rstrip(",")
        mend = f"{problem.mend}; or give {ways}"
        self.problems[place] = Problem(problem.file, problem.line, problem.field, problem.wrong, mend)

    def _tag(self, shape: Shape, node: Block, path: Path) -> None:
        """Say that the key that tells the branches of a union apart is missing or unknown."""
        key = shape.discriminator or ""
        tags = list(shape.tagged())
        entry = node.entries.get(key)
        known = {name for branch in shape.tagged().values() for name in fields_of(branch.model)}
        if entry is not None:
            wrong = f"{_found(entry.node)}; {_one_of(tags)} is needed"
            self._say(entry.node, (*path, key), _Saying(wrong, _nearest_choice(key, entry.node, tags)))
            return
        slip = nearest(key, [name for name in node.entries if name not in known])
        if slip is not None and nearest(slip, [key]) == key:
            place = node.entries[slip]
            saying = _Saying("unknown key", f"did you mean `{key}`?")
            self._say(Scalar(slip, place.file, place.line, slip), (*path, slip), saying)
            return
        saying = _Saying("is missing", f"add `{key}: {tags[0]}`, or another of {listed(tags)}")
        self._say(node, (*path, key), saying)

    def _keys(self, shape: Shape, node: Block, path: Path, errors: Mapping[str, ErrorDetails]) -> None:
        """Say which keys are unknown or missing; a misspelt key is said once."""
        fields = fields_of(shape.model)
        missing = [key for key, error in errors.items() if error["type"] == "missing"]
        unknown = [key for key, error in errors.items() if error["type"] != "missing" and key in node.entries]
        for key, meant in _meant(unknown, missing, [name for name in fields if name not in node.entries]):
            entry = node.entries[key]
            mend = f"did you mean `{meant}`?" if meant else _other_key(key, fields)
            saying = _Saying("unknown key", mend)
            self._say(Scalar(key, entry.file, entry.line, key), (*path, key), saying)
            missing = [name for name in missing if name != meant]
        for key in missing:
            self._say(node, (*path, key), _missing(key, fields[key]))

    def check_kinds(self, model: type[BaseModel]) -> None:
        """Find texts that pydantic would read as numbers, numbers as flags, and the like."""
        said = {path for path, _ in self.problems}
        for spot in spots(model, self._root):
            shape = chosen(spot.shape, spot.node)
            strict = shape.sort in {"number", "whole", "flag", "day"}
            if strict and kind_of(spot.node) not in spot.shape.accepts() and spot.path not in said:
                self._say(spot.node, spot.path, _wrong_kind(spot.shape, spot.node, spot.path))

    def _say(self, node: Node, path: Path, saying: _Saying, slot: str = "value") -> None:
        """Note a problem; of those in one slot of one place the first stays."""
        problem = Problem(node.file, node.line, self._names(path), saying.wrong, saying.mend)
        self.problems.setdefault((path, slot), problem)


def _size(node: Node) -> int:
    """Return how many letters, items or keys a node has."""
    return len(str(node.value)) if isinstance(node, Scalar) else len(plain(node))


def _is_echo(node: Node, error: ErrorDetails) -> bool:
    """Tell whether a list is called too short only because its items are wrong."""
    return error["type"] == "too_short" and _size(node) >= int(error.get("ctx", {}).get("min_length", 0))


def _inner(shape: Shape, step: _Step) -> Shape:
    if shape.sort == "model":
        return fields_of(shape.model).get(str(step), Shape(Any, raw=Any))
    if shape.sort == "map":
        return shape.inner()
    return shape.item(step) if isinstance(step, int) else Shape(Any, raw=Any)


def _without_tags(place: tuple[_Step, ...], tags: Mapping[str, Shape]) -> tuple[_Step, ...]:
    """Return where an error stands without the tag that pydantic puts before it."""
    if not place or str(place[0]) not in tags:
        return place
    return place[1:]


def _meant(unknown: list[str], missing: list[str], absent: list[str]) -> Iterator[tuple[str, str | None]]:
    """Yield each unknown key with the key that was meant, or None; missing keys come first."""
    taken: set[str] = set()
    for wanted in (missing, absent):
        for key in unknown:
            if key in taken:
                continue
            meant = nearest(key, [name for name in wanted if name not in taken])
            if meant is not None:
                taken |= {key, meant}
                yield key, meant
    yield from ((key, None) for key in unknown if key not in taken)


def _other_key(key: str, fields: Mapping[str, Field]) -> str:
    given = nearest(key, fields)
    if given is not None:
        return f"take it out; `{given}` is given already"
    return f"take it out; the keys known here are {listed(list(fields), 20)}"


def _missing(key: str, field: Shape) -> _Saying:
    return _Saying("is missing", f"add `{key}: {field.example()}`{_meaning(field)}")


def _meaning(field: Shape) -> str:
    """Return what a field means, in brackets, or nothing."""
    text = " ".join(field.description.split())
    sentence = text.split(". ")[0].rstrip(".")
    if len(sentence) > _LONGEST_DESCRIPTION:
        sentence = sentence[:_LONGEST_DESCRIPTION].rsplit(" ", 1)[0] + " ..."
    return f" ({sentence})" if sentence else ""


def _found(node: Node) -> str:
    """Return the words for what stands in the file."""
    if isinstance(node, Block):
        return (
            f"found a block of keys ({listed(list(node.entries), 4)})"
            if node.entries
            else "found an empty block"
        )
    if isinstance(node, Items):
        return "found a list"
    if node.value is None:
        return "found nothing"
    if isinstance(node.value, str):
        return f"found the text {quoted(node.value)}" if node.value.strip() else "found an empty text"
    if isinstance(node.value, bool):
        return f"found {shown(node.value)}"
    return f"found the number {node.written}"


def _placed(path: Path, value: str) -> str:
    """Return the line to write: the key with its value, or an item of a list."""
    if path and isinstance(path[-1], str):
        return f"{printable(path[-1])}: {value}"
    return value


def _wrong_kind(shape: Shape, node: Node, path: Path) -> _Saying:
    needed = shape.needed()
    wrong = f"{_found(node)}; {needed} is needed".replace(",;", ";").replace(",, ", ", ")
    accepted = shape.accepts()
    if shape.sort == "text" and isinstance(node, Scalar) and node.value is not None and not shape.form:
        in_quotes = _placed(path, f'"{printable(node.written)}"')
        return _Saying(wrong, f"put it in quotes: `{in_quotes}`")
    if isinstance(node, Scalar) and kind_of(node) == "text" and _is_number(node) and "number" in accepted:
        return _Saying(wrong, f"take the quotes off: `{_placed(path, node.written)}`")
    if isinstance(node, Scalar) and accepted == {"list"} and kind_of(node) in shape.item(0).accepts():
        return _Saying(wrong, f"make it a list: `{_placed(path, f'[{node.written[:60]}]')}`")
    if kind_of(node) == "nothing":
        return _Saying(wrong, f"write `{_placed(path, shape.example())}`{_meaning(shape)}")
    return _Saying(wrong, f"write `{_placed(path, shape.example())}`")


def _is_number(node: Scalar) -> bool:
    try:
        float(str(node.value))
    except ValueError:
        return False
    return True


def _one_of(choices: list[str]) -> str:
    return f"one of {listed(choices, 30)}"


def _nearest_choice(key: str, node: Node, choices: list[str]) -> str:
    like = nearest(str(node.value), choices) if isinstance(node, Scalar) else None
    if like is not None:
        return f"did you mean `{like}`?"
    return f"write `{key}: {choices[0]}`, or another of these"


def _key_saying(shape: Shape, key: Scalar, error: ErrorDetails) -> _Saying:
    saying = _saying(shape, key, (), error)
    return _Saying(saying.wrong.replace("found the text", "found the key"), saying.mend)


def _saying(  # noqa: PLR0911 - one return a rule
    shape: Shape, node: Node, path: Path, error: ErrorDetails
) -> _Saying:
    """Return the words for one of pydantic's errors at a value."""
    kind = error["type"]
    if kind == "wrong_unit":
        return _wrong_unit(shape, error)
    if kind in {"not_a_number", "not_a_day"}:
        return _wrong_kind(shape, node, path)
    if kind not in _PYDANTICS_OWN:
        return _custom(shape, error)
    if kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        return _out_of_range(shape, node)
    if kind in {"literal_error", "enum"} and isinstance(node, Scalar) and node.value is not None:
        choices = [shown(choice) for choice in shape.choices]
        key = next((step for step in reversed(path) if isinstance(step, str)), "")
        mend = _nearest_choice(key, node, choices)
        return _Saying(f"{_found(node)}; {_one_of(choices)} is needed", mend)
    if kind == "string_pattern_mismatch":
        return _wrong_form(shape, node, path)
    if kind in {"string_too_short", "string_too_long", "too_short", "too_long"}:
        return _wrong_length(shape, node, path, error)
    return _wrong_kind(shape, node, path)


def _wrong_unit(shape: Shape, error: ErrorDetails) -> _Saying:
    units = shape.units() or (str(error.get("ctx", {}).get("wanted", "")),)
    if len(units) == 1:
        return _Saying(error["msg"], f"write the plain number, in {units[0]}")
    return _Saying(error["msg"], f"write the plain number, in {units[0]}, or give one of {listed(units, 20)}")


def _out_of_range(shape: Shape, node: Node) -> _Saying:
    value = quoted(node.written).strip('"') if isinstance(node, Scalar) else "the value"
    needed = shape.needed().rstrip(",")
    if shape.sort == "day":
        needed = f"a day {shape.range_words()}"
    return _Saying(f"{value} is out of range", f"give {needed}")


def _wrong_form(shape: Shape, node: Node, path: Path) -> _Saying:
    if shape.form is None:
        meaning = _meaning(shape).strip(" ()")
        mend = f"write it as the field asks: {meaning}" if meaning else "see the manual for how it is written"
        return _Saying(f"{_found(node)}, which does not have the form that is needed here", mend)
    better = _tidied(node, shape)
    mend = f"write `{_placed(path, better or shape.form.example)}`"
    return _Saying(
        f"{_found(node)}; {shape.form.words} is needed", mend if better else f"{mend}, for example"
    )


def _tidied(node: Node, shape: Shape) -> str | None:
    """Return the text in small or capital letters with hyphens for blanks, if that fits."""
    text = "-".join(str(node.value).split()) if isinstance(node, Scalar) else ""
    for better in (text.lower(), text.upper()):
        try:
            TypeAdapter(shape.raw).validate_python(better)
        except ValidationError:
            continue
        return better
    return None


def _wrong_length(shape: Shape, node: Node, path: Path, error: ErrorDetails) -> _Saying:
    about = error.get("ctx", {})
    size = _size(node)
    what = {"block": "key", "list": "item"}.get(kind_of(node), "letter") + ("" if size == 1 else "s")
    if size == 0:
        return _Saying("is empty", f"write `{_placed(path, shape.example())}`{_meaning(shape)}")
    if shape.sort == "pair":
        wrong = f"found a list of {size} {what}; {shape.needed()} is needed"
        return _Saying(wrong, f"write `{_placed(path, shape.example())}`")
    least, most = about.get("min_length"), about.get("max_length")
    if least is not None:
        return _Saying(f"has {size} {what}; at least {least} are needed", "add what is lacking")
    return _Saying(f"has {size} {what}; at most {most} are allowed", "shorten it")


def _custom(shape: Shape, error: ErrorDetails) -> _Saying:
    """Return the words of a custom validator; its mend is ``mend`` of its context, if given."""
    about = error.get("ctx", {})
    raised = about.get("error")
    wrong = str(raised) if isinstance(raised, Exception) else error["msg"]
    mend = about.get("mend")
    if mend is None:
        meaning = _meaning(shape).strip(" ()")
        mend = f"change it to fit: {meaning}" if meaning else "put right what the message says"
    return _Saying(" ".join(wrong.split()), str(mend))


class Referring(NamedTuple):
    """A text that refers to something by name, where it stands, and what it refers to."""

    path: Path
    node: Node
    reference: Reference
    value: str


def references(instance: BaseModel, node: Node) -> Iterator[Referring]:
    """Yield every reference of a model, with its path and node.

    A reference that the file leaves to a default stands at the nearest node above it.

    Parameters
    ----------
    instance : BaseModel
        What :func:`build` made of ``node``.
    node : Node
        The tree.
    """
    yield from _references(Shape(type(instance), raw=type(instance)), instance, node, ())


def _references(shape: Shape, value: Any, node: Node, path: Path) -> Iterator[Referring]:  # noqa: ANN401
    if isinstance(value, BaseModel):
        yield from _model_references(value, node, path)
        return
    shape = _branch_of(shape, value)
    if isinstance(value, str) and shape.reference is not None:
        yield Referring(path, node, shape.reference, value)
    elif isinstance(value, Mapping) and shape.sort == "map":
        for key, item in value.items():
            under = (*path, str(key))
            entry = node.entries.get(str(key)) if isinstance(node, Block) else None
            at_key = node if entry is None else Scalar(entry.key, entry.file, entry.line, entry.key)
            yield from _references(shape.keys(), key, at_key, under)
            yield from _references(shape.inner(), item, node if entry is None else entry.node, under)
    elif isinstance(value, list | tuple | set | frozenset) and shape.sort in {"list", "pair"}:
        for position, item in _in_order(value, node):
            inner = shape.item(position)
            if inner.reference is None and shape.reference is not None:
                inner = Shape(str, (shape.reference,), raw=str)
            at_item = child(node, position)
            yield from _references(inner, item, node if at_item is None else at_item, (*path, position))


def _in_order(value: Collection[Any], node: Node) -> list[tuple[int, Any]]:
    """Return the items of a list or set with their positions in the file."""
    if isinstance(value, set | frozenset) and isinstance(node, Items):
        return [(position, item) for position, item in enumerate(plain(node)) if item in value]
    return list(enumerate(value))


def _model_references(value: BaseModel, node: Node, path: Path) -> Iterator[Referring]:
    if "root" in type(value).model_fields and hasattr(value, "root"):
        yield from _references(shape_of(type(value).model_fields["root"]), value.root, node, path)
        return
    for key, field in fields_of(type(value)).items():
        under = child(node, key)
        inner = getattr(value, field.attribute)
        yield from _references(field, inner, node if under is None else under, (*path, key))


def _branch_of(shape: Shape, value: Any) -> Shape:  # noqa: ANN401
    """Return the branch of a union that a validated value belongs to."""
    if shape.sort == "root":
        return _branch_of(shape.inner(), value)
    if shape.sort != "union":
        return shape
    for branch in shape.branches():
        inner = _branch_of(branch, value)
        if _belongs(inner, value):
            return inner if inner.reference or not shape.reference else shape
    return shape


def _belongs(shape: Shape, value: Any) -> bool:  # noqa: ANN401
    if shape.sort == "choice":
        return value in shape.choices or value in getattr(shape.annotation, "__members__", {}).values()
    if shape.sort == "map":
        return isinstance(value, Mapping)
    if shape.sort in {"list", "pair"}:
        return isinstance(value, list | tuple | set | frozenset)
    return isinstance(shape.annotation, type) and isinstance(value, shape.annotation)


def dangling(
    found: Iterable[Referring],
    root: Node,
    known: Mapping[str, Collection[str]],
    units: Mapping[str, str] | None = None,
) -> list[Problem]:
    """Return a problem for each reference to something that is not there.

    Parameters
    ----------
    found : iterable of Referring
        What :func:`references` gave.
    root : Node
        The tree that their paths begin in.
    known : mapping of str to collection of str
        The names that exist, by what is referred to; what is not a key here is not checked.
    units : mapping of str to str, optional
        The units of the known estimates, by name; where given, a reference that asks for a unit is
        checked against them.
    """
    problems: list[Problem] = []
    names_of = FieldNames(root)
    for one in found:
        if len(problems) >= MOST_PROBLEMS:
            break
        names = known.get(one.reference.to)
        if names is None:
            continue
        saying = None
        if one.value not in names:
            saying = _no_such(one.reference.to, one.value, names)
        elif units is not None and one.reference.unit not in {None, units.get(one.value, one.reference.unit)}:
            what = f"the {one.reference.to} {quoted(one.value)} is in {units[one.value]}"
            what += f"; one in {one.reference.unit} is needed"
            fitting = [name for name in names if units.get(name) == one.reference.unit]
            saying = _Saying(what, _known_names(one.reference.to, one.value, fitting))
        if saying is not None:
            field = names_of(one.path)
            problems.append(Problem(one.node.file, one.node.line, field, saying.wrong, saying.mend))
    return problems


def _no_such(kind: str, value: str, names: Collection[str]) -> _Saying:
    return _Saying(f"there is no {kind} {quoted(value)}", _known_names(kind, value, names))


def _known_names(kind: str, value: str, names: Collection[str]) -> str:
    if not names:
        return f"add {with_article(kind)} of that name; none is known yet"
    like = nearest(value, names)
    if like is not None:
        return f"did you mean the {kind} `{printable(like)}`?"
    return f"name {with_article(kind)} that is known: {listed(sorted(names), _LISTED_NAMES)}"
