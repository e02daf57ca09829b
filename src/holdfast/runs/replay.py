"""Replay a saved result from its manifest and name any difference."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from holdfast.cases import read_document
from holdfast.errors import UsageProblem
from holdfast.files.problems import FileProblems, refuse
from holdfast.runs.asking import assess, authority, compare
from holdfast.runs.composing import Composed, composition
from holdfast.runs.manifest import environment
from holdfast.vocabulary.arrangement import Arrangement

TOLERANCE: Final = 1e-6
"""Relative difference that is allowed where versions or processor differ; none is on the same ones."""
KINDS: Final = {
    "comparison/1": "compare",
    "assessment/1": "assess",
    "authority/1": "authorise",
    "composition/1": "generate",
}
"""Headers of saved documents, and what asked for each."""
MEND: Final = "name a file written by compare, assess, authorise or generate with --json"
_MANIFEST: Final[dict[str, type | tuple[type, ...]]] = {
    "id": str,
    "kind": str,
    "case": str,
    "hashes": dict,
    "settlement": dict,
    "arrangements": list,
    "seed": int,
    "futures": int,
    "years": int,
    "model_version": str,
    "environment": dict,
}


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
        A file written by ``compare``, ``assess``, ``authorise`` or ``generate`` with ``--json``.
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
    again: dict[str, Any]
    if named["kind"] == "compare":
        again = compare(case or named["case"], wanted, **options).document
    elif named["kind"] == "assess":
        again = assess(case or named["case"], wanted[0], **options).document
    elif named["kind"] == "generate":
        again = _composed(case or named["case"], wanted[0], named, options).document
    else:
        asked = {
            "bodies": named["bodies"],
            "date": dt.date.fromisoformat(named["date"]),
            "assumed": named["assumed"],
        }
        again = authority(case or named["case"], wanted[0], **asked, **options).document
    again = json.loads(json.dumps(again))
    inputs = tuple(_other_inputs(named, again["manifest"]))
    exact = named["environment"] == environment()
    tolerance = 0.0 if exact else TOLERANCE
    numbers = () if inputs else tuple(_differences(_result(document), _result(again), tolerance))
    return Replay(inputs, numbers, exact)


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
        **{name: value for name, value in options.items() if name != "years"},
    )


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
    for key, kind in _MANIFEST.items():
        if not isinstance(named.get(key), kind) or isinstance(named.get(key), bool):
            raise refuse(file, "is missing or of the wrong kind", mend, field=f"manifest.{key}")
    if header == "authority/1":
        _check_asked(file, named, mend)
    one_alone = named["kind"] != "compare"
    if named["kind"] != KINDS[header] or (one_alone and len(named["arrangements"]) != 1):
        raise refuse(file, f"does not fit a {header} document", mend, field="manifest.kind")
    listed = [*named["arrangements"], named["settlement"]]
    if not named["arrangements"] or any(
        not isinstance(one, dict)
        or not isinstance(one.get("name"), str)
        or not isinstance(one.get("hash"), str)
        for one in listed
    ):
        raise refuse(
            file, "names no arrangement or settlement with its hash", mend, field="manifest.arrangements"
        )


def _check_asked(file: str, named: Mapping[str, Any], mend: str) -> None:
    """Raise if a manifest of a question on authority lacks bodies, day or votes taken as given."""
    for key, kind in (("bodies", list), ("date", str), ("assumed", dict)):
        if not isinstance(named.get(key), kind):
            raise refuse(file, "is missing or of the wrong kind", mend, field=f"manifest.{key}")
    try:
        dt.date.fromisoformat(named["date"])
    except ValueError:
        raise refuse(file, "is no day", mend, field="manifest.date") from None


def _other_inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield the inputs that are not what they were."""
    for part in sorted({*old["hashes"], *new["hashes"]}):
        if old["hashes"].get(part) != new["hashes"].get(part):
            yield f"the {part} is not the one that the result was computed from"
    if old["settlement"] != new["settlement"]:
        yield f"the settlement '{old['settlement']['name']}' has changed"
    for before, now in zip(old["arrangements"], new["arrangements"], strict=True):
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
