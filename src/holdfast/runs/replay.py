"""Replay a saved result from its manifest and name any difference."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Any, Final

from holdfast.cases import read_document
from holdfast.errors import UsageProblem
from holdfast.files.problems import FileProblems, refuse
from holdfast.runs.asking import assess, authority, compare
from holdfast.runs.composing import Composed, composition
from holdfast.runs.manifest import environment
from holdfast.runs.need import need
from holdfast.runs.responding import ladder
from holdfast.vocabulary.arrangement import Arrangement

TOLERANCE: Final = 1e-6
"""Relative difference that is allowed where versions or processor differ; none is on the same ones."""
KINDS: Final = {
    "comparison/1": "compare",
    "assessment/1": "assess",
    "authority/1": "authorise",
    "composition/1": "generate",
    "ladder/1": "respond",
    "need/1": "need",
}
"""Headers of saved documents, and what asked for each."""
MEND: Final = "name a file written by compare, assess, authorise, generate, respond or require with --json"
Wanted = Callable[[Any], bool]
"""Whether a value of a manifest is of the kind that a replay can read."""


def _any(*kinds: type) -> Wanted:
    """Return what takes values of some types; true and false are no numbers."""
    return lambda value: isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def _texts(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _votes(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


_MANIFEST: Final[dict[str, Wanted]] = {
    "id": _any(str),
    "kind": _any(str),
    "hashes": _any(dict),
    "seed": _any(int),
    "futures": _any(int),
    "model_version": _any(str),
    "environment": _any(dict),
}
"""What every manifest has."""
_OF_A_CASE: Final[dict[str, Wanted]] = {
    "case": _any(str),
    "settlement": _any(dict),
    "arrangements": _any(list),
    "years": _any(int),
}
_ASKED: Final[dict[str, dict[str, Wanted]]] = {
    "comparison/1": _OF_A_CASE,
    "assessment/1": _OF_A_CASE,
    "ladder/1": _OF_A_CASE,
    "authority/1": {**_OF_A_CASE, "bodies": _texts, "date": _any(str), "assumed": _votes},
    "composition/1": {
        **_OF_A_CASE,
        **dict.fromkeys(("without", "with", "waived"), _texts),
        "breadth": _any(int, NoneType),
        "largest_share": _any(int, float, NoneType),
        "robust": _any(bool),
    },
    "need/1": {
        "tasks": _texts,
        **dict.fromkeys(("km", "sites", "population"), _any(int, float, NoneType)),
    },
}
"""What some have besides."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found.

    Attributes
    ----------
    inputs : tuple of str
        Inputs that are not what they were, in words; where there are any, nothing was computed.
    numbers : tuple of str
        Places of the document that differ, with both values.
    exact : bool
        Whether every digit was compared (same versions and processor) or a tolerance was allowed.
    """

    inputs: tuple[str, ...]
    numbers: tuple[str, ...]
    exact: bool

    @property
    def same(self) -> bool:
        """Whether the result is borne out."""
        return not self.inputs and not self.numbers


def verify(
    path: str | Path,
    *,
    case: str | Path | None = None,
    arrangements: Sequence[str | Path] = (),
    settlement: str | Path | None = None,
    overlay: str | Path | None = None,
) -> Replay:
    """Replay a saved document.

    Parameters
    ----------
    path : str or Path
        A file written by ``compare``, ``assess``, ``authorise``, ``generate``, ``respond`` or ``require``
        with ``--json``.
    case, arrangements, settlement, overlay
        Where the result came from files of one's own: those files. Names alone stand in a manifest, no
        paths, so files that are not packaged must be given again.

    Returns
    -------
    Replay

    Raises
    ------
    FileProblems
        If the file is no such document.
    UsageProblem
        If the result used an overlay and none is given.
    """
    document = _read(Path(path))
    named = document["manifest"]
    if named["kind"] == "need":
        measures = {name: named[name] for name in ("km", "sites", "population")}
        again = need(named["tasks"], **measures).document
    else:
        again = _of_a_case(named, case, arrangements, settlement, overlay)
    again = json.loads(json.dumps(again))
    inputs = tuple(_other_inputs(named, again["manifest"]))
    exact = named["environment"] == environment()
    tolerance = 0.0 if exact else TOLERANCE
    numbers = () if inputs else tuple(_differences(_result(document), _result(again), tolerance))
    return Replay(inputs, numbers, exact)


def _of_a_case(
    named: Mapping[str, Any],
    case: str | Path | None,
    arrangements: Sequence[str | Path],
    settlement: str | Path | None,
    overlay: str | Path | None,
) -> dict[str, Any]:
    """Return the document of a question about a case, made again.

    Raises
    ------
    UsageProblem
        If the result used an overlay and none is given.
    """
    if "overlay" in named["hashes"] and overlay is None:
        raise UsageProblem(
            "--overlay", "the result was computed with a private overlay", "give the overlay file again"
        )
    own = {_name_in(one): one for one in arrangements}
    wanted = [own.get(one["name"], one["name"]) for one in named["arrangements"]]
    options: dict[str, Any] = {
        "settlement": settlement or named["settlement"]["name"],
        "futures": named["futures"],
        "seed": named["seed"],
        "years": named["years"],
        "overlay": overlay,
    }
    where = case or named["case"]
    if named["kind"] == "compare":
        return compare(where, wanted, **options).document
    if named["kind"] == "assess":
        return assess(where, wanted[0], **options).document
    if named["kind"] == "respond":
        return ladder(where, wanted[0], **_without_years(options)).document
    if named["kind"] == "generate":
        return _composed(where, wanted[0], named, options).document
    asked = {
        "bodies": named["bodies"],
        "date": dt.date.fromisoformat(named["date"]),
        "assumed": named["assumed"],
    }
    return authority(where, wanted[0], **asked, **options).document


def _composed(
    case: str | Path, arrangement: str | Path, named: Mapping[str, Any], options: dict[str, Any]
) -> Composed:
    """Return the composition that a manifest names, made again."""
    return composition(
        case,
        arrangement,
        without=named["without"],
        with_states=named["with"],
        waived=named["waived"],
        breadth=named["breadth"],
        largest_share=named["largest_share"],
        robust=named["robust"],
        **_without_years(options),
    )


def _without_years(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a question that has no horizon."""
    return {name: value for name, value in options.items() if name != "years"}


def _name_in(path: str | Path) -> str:
    """Return the name of the arrangement in a file."""
    word = read_document(path).word
    return word.name if isinstance(word, Arrangement) else ""


def _read(path: Path) -> dict[str, Any]:
    """Return the document in a file, checked as far as a replay needs.

    Raises
    ------
    FileProblems
    """
    from holdfast.files.reading import read_bytes

    data = read_bytes(path)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as broken:
        line = getattr(broken, "lineno", 1)
        raise refuse(
            str(path),
            "is not a JSON document",
            MEND,
            line=line,
        ) from broken
    if isinstance(document, dict) and document.get("holdfast") == "ballot/1":
        raise refuse(
            str(path),
            "is the count of a recorded vote, which holds no futures to replay",
            "count it again: holdfast authorise --ballot FILE.csv --body BODY --date DAY",
            field="holdfast",
        )
    if not isinstance(document, dict) or document.get("holdfast") not in list(KINDS):
        raise refuse(
            str(path),
            "is no saved result of Holdfast",
            MEND,
            field="holdfast",
        )
    _check_manifest(str(path), document["holdfast"], document.get("manifest"))
    return document


def _check_manifest(file: str, header: str, named: Any) -> None:  # noqa: ANN401 - any JSON
    """Raise if a manifest lacks what a replay needs."""
    mend = "use the file as it was written; a manifest is not meant to be edited"
    if not isinstance(named, dict):
        raise refuse(file, "has no manifest", mend, field="manifest")
    for key, fits in {**_MANIFEST, **_ASKED[header]}.items():
        if key not in named or not fits(named[key]):
            raise refuse(file, "is missing or of the wrong kind", mend, field=f"manifest.{key}")
    if header == "authority/1":
        _check_day(file, named["date"], mend)
    of_a_case = header != "need/1"
    one_alone = of_a_case and named["kind"] != "compare"
    if named["kind"] != KINDS[header] or (one_alone and len(named["arrangements"]) != 1):
        raise refuse(file, f"does not fit a {header} document", mend, field="manifest.kind")
    listed = [*named["arrangements"], named["settlement"]] if of_a_case else []
    if (of_a_case and not named["arrangements"]) or any(
        not isinstance(one, dict)
        or not isinstance(one.get("name"), str)
        or not isinstance(one.get("hash"), str)
        for one in listed
    ):
        raise refuse(
            file, "names no arrangement or settlement with its hash", mend, field="manifest.arrangements"
        )


def _check_day(file: str, day: str, mend: str) -> None:
    """Raise if a manifest of a question on authority names no day."""
    try:
        dt.date.fromisoformat(day)
    except ValueError:
        raise refuse(file, "is no day", mend, field="manifest.date") from None


def _other_inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield the inputs that are not what they were."""
    for part in sorted({*old["hashes"], *new["hashes"]}):
        if old["hashes"].get(part) != new["hashes"].get(part):
            yield f"the {part} is not the one that the result was computed from"
    if old.get("settlement") != new.get("settlement"):
        yield f"the settlement '{old['settlement']['name']}' has changed"
    for before, now in zip(old.get("arrangements", ()), new.get("arrangements", ()), strict=True):
        if before != now:
            yield f"the arrangement '{before['name']}' has changed"
    if old["model_version"] != new["model_version"]:
        yield f"the model is version {new['model_version']}; the result is of {old['model_version']}"


def _result(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a document a replay must bear out: all but the environment."""
    kept = dict(document)
    kept["manifest"] = {key: value for key, value in document["manifest"].items() if key != "environment"}
    return kept


def _differences(old: Any, new: Any, tolerance: float, where: str = "") -> Iterator[str]:  # noqa: ANN401
    """Yield the places where two documents differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            at = f"{where}.{key}" if where else key
            if key not in old or key not in new:
                yield f"{at}: {'is not in the file' if key not in old else 'is in the file only'}"
            else:
                yield from _differences(old[key], new[key], tolerance, at)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (before, now) in enumerate(zip(old, new, strict=True)):
            label = before.get("name", place) if isinstance(before, dict) else place
            yield from _differences(before, now, tolerance, f"{where}[{label}]")
    elif not _equal(old, new, tolerance):
        yield f"{where}: the file has {json.dumps(old)}, the replay {json.dumps(new)}"


def _equal(old: Any, new: Any, tolerance: float) -> bool:  # noqa: ANN401
    """Return whether two values are the same, numbers within a relative tolerance."""
    numbers = isinstance(old, int | float) and isinstance(new, int | float)
    if numbers and not isinstance(old, bool) and not isinstance(new, bool):
        return bool(old == new) or (
            tolerance > 0.0 and math.isclose(old, new, rel_tol=tolerance, abs_tol=tolerance)
        )
    return type(old) is type(new) and bool(old == new)


__all__ = ["FileProblems", "Replay", "verify"]
