"""The command ``schema``."""

from __future__ import annotations

import json
from typing import Any

from holdfast.cases import MODELS, OVERLAID
from holdfast.errors import UsageProblem
from holdfast.files.formats import HEADER, KINDS
from holdfast.files.problems import listed, nearest
from holdfast.files.schema import json_schema


def schema_text(kind: str | None) -> str:
    """Return the JSON Schema of a kind of file, or of all kinds in one object.

    Raises
    ------
    UsageProblem
        If there is no such kind.
    """
    if kind == "overlay":
        raise UsageProblem(
            "KIND",
            "an overlay has no schema of its own: it takes any of the fields of what it is laid over",
            f"ask for {listed(sorted(set(OVERLAID.values())))}",
        )
    if kind is not None and kind not in MODELS:
        guess = nearest(kind, MODELS)
        mend = f"did you mean '{guess}'?" if guess else f"the kinds are {listed(sorted(MODELS), 20)}"
        raise UsageProblem("KIND", f"there is no kind of file called '{kind}'", mend)
    found: Any = _schema(kind) if kind is not None else {name: _schema(name) for name in MODELS}
    return json.dumps(found, indent=1, ensure_ascii=False)


def _schema(kind: str) -> dict[str, Any]:
    """Return the schema of a kind with its header."""
    schema = json_schema(MODELS[kind], f"Holdfast {kind} file")
    header = {
        "const": f"{kind}/{KINDS[kind]}",
        "description": "Kind and format version; the first key of the file.",
    }
    schema["properties"] = {HEADER: header, **schema.get("properties", {})}
    schema["required"] = [HEADER, *schema.get("required", [])]
    return schema
