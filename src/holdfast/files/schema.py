"""JSON Schema (draft 2020-12) of the file formats, for editors that complete and check YAML."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    """Return the JSON Schema of a file.

    Numbers with a unit carry it as ``x-unit``, names of other things as ``x-refers-to``; both are
    said in the description as well, which is what editors show.

    Parameters
    ----------
    model : type of BaseModel
        What the file holds.
    title : str
        The file's name for people.
    """
    schema = model.model_json_schema(mode="validation")
    described: dict[str, Any] = _described(schema)
    return {"$schema": DRAFT, **described, "title": title}


def _described(part: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Return a part of a schema with units and references said in its descriptions."""
    if isinstance(part, list):
        return [_described(item) for item in part]
    if not isinstance(part, dict):
        return part
    described = {key: _described(value) for key, value in part.items()}
    said = [words for words in _notes(part) if words not in str(described.get("description", ""))]
    if said:
        described["description"] = " ".join([*filter(None, [described.get("description")]), *said])
    return described


def _notes(part: dict[str, Any]) -> list[str]:
    """Return the sentences on unit and reference of a part and of what it may be."""
    notes = []
    if isinstance(part.get("x-unit"), str):
        notes.append(f"Unit: {part['x-unit']}.")
    if isinstance(part.get("x-refers-to"), str):
        notes.append(f"Refers to: {part['x-refers-to']}.")
    for key in ("anyOf", "oneOf"):
        for branch in part.get(key, ()) if isinstance(part.get(key), list) else ():
            notes += _notes(branch)
    if isinstance(part.get("items"), dict):
        notes += _notes(part["items"])
    return list(dict.fromkeys(notes))
