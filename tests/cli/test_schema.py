"""The published schema of each kind of file is valid, and the packaged files conform to it."""

import copy
import json
import re
from functools import cache
from typing import Any

import pytest
from ruamel.yaml import YAML
from tests.files.mutations import misspelt

from holdfast.cases import MODELS, library
from holdfast.files.formats import KINDS

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FILES = sorted(library().rglob("*.yaml"))
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "null": type(None),
}
NOTES = {
    "$schema",
    "$defs",
    "title",
    "description",
    "default",
    "format",
    "discriminator",
    "x-unit",
    "x-refers-to",
}

WALKED = {"properties", "patternProperties", "additionalProperties", "items", "prefixItems"}


def misfits(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str = "") -> list[str]:
    """Return where a value does not conform: a small validator of the keywords that our schemas use."""
    wrong: list[str] = []
    for key, rule in schema.items():
        wrong += [f"{where}: {said}" for said in _broken(key, rule, value, schema, root)]
    if isinstance(value, dict):
        own, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        for name, inner in value.items():
            forms = [
                rule for form, rule in schema.get("patternProperties", {}).items() if re.search(form, name)
            ]
            if name in own or forms:
                for rule in (*forms, *([own[name]] if name in own else [])):
                    wrong += misfits(inner, rule, root, f"{where}.{name}")
            elif others is False:
                wrong.append(f"{where}: unknown key {name}")
            elif isinstance(others, dict):
                wrong += misfits(inner, others, root, f"{where}.{name}")
    if isinstance(value, list):
        first = schema.get("prefixItems", [])
        for place, inner in enumerate(value):
            rule = first[place] if place < len(first) else schema.get("items", True)
            if isinstance(rule, dict):
                wrong += misfits(inner, rule, root, f"{where}[{place}]")
    return wrong


def _broken(key: str, rule: Any, value: Any, schema: dict[str, Any], root: dict[str, Any]) -> list[str]:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if key == "$ref":
        return misfits(value, root["$defs"][rule.removeprefix("#/$defs/")], root)
    if key in {"anyOf", "oneOf"}:
        fitting = sum(not misfits(value, one, root) for one in rule)
        return [] if fitting == 1 or (fitting and key == "anyOf") else [f"fits {fitting} of {key}"]
    if key == "propertyNames":
        return (
            [said for name in value for said in misfits(name, rule, root)] if isinstance(value, dict) else []
        )
    if key == "required":
        return [f"lacks {name}" for name in rule if isinstance(value, dict) and name not in value]
    if key == "type":
        fits = isinstance(value, TYPES[rule]) and (rule == "boolean" or not isinstance(value, bool))
        return [] if fits else [f"is no {rule}"]
    checks = {
        "enum": lambda: value in rule,
        "const": lambda: value == rule,
        "pattern": lambda: not isinstance(value, str) or re.search(rule, value),
        "minLength": lambda: not isinstance(value, str) or len(value) >= rule,
        "maxLength": lambda: not isinstance(value, str) or len(value) <= rule,
        "minItems": lambda: not isinstance(value, list) or len(value) >= rule,
        "maxItems": lambda: not isinstance(value, list) or len(value) <= rule,
        "minimum": lambda: not number or value >= rule,
        "maximum": lambda: not number or value <= rule,
        "exclusiveMinimum": lambda: not number or value > rule,
        "exclusiveMaximum": lambda: not number or value < rule,
    }
    if key in checks:
        return [] if checks[key]() else [f"{key} {rule}"]
    assert key in NOTES | WALKED, f"unknown keyword {key}"
    return []


def parts(schema: Any):
    """Yield every schema within a schema."""
    if isinstance(schema, dict):
        if "properties" in schema or "type" in schema or "anyOf" in schema or "$ref" in schema:
            yield schema
        for key, inner in schema.items():
            if key not in {"default", "enum", "const", "required"}:
                yield from parts(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from parts(inner)


@cache
def data_of(path) -> dict[str, Any]:
    yaml = YAML(typ="safe", pure=True)
    # Days stay text, as in our reading.
    yaml.constructor.yaml_constructors = {
        **yaml.constructor.yaml_constructors,
        "tag:yaml.org,2002:timestamp": lambda constructor, node: constructor.construct_scalar(node),
    }
    data: dict[str, Any] = yaml.load(path.read_text("utf-8"))
    return data


@pytest.fixture(scope="module")
def schemas():
    from holdfast.cli.schemas import schema_text

    return json.loads(schema_text(None))


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_each_kind_has_a_schema(kind, holdfast):
    done = holdfast("schema", kind)
    assert (done.status, done.err) == (0, "")
    schema = json.loads(done.out)
    assert schema["$schema"] == DRAFT
    assert schema["type"] == "object"
    assert schema["title"] == f"Holdfast {kind} file"
    assert schema["properties"]["holdfast"]["const"] == f"{kind}/{KINDS[kind]}"
    assert schema["required"][0] == "holdfast"
    assert schema["additionalProperties"] is False
    for part in parts(schema):
        assert part.get("$ref", "#/$defs/").startswith("#/$defs/")
        assert part.get("$ref", "").removeprefix("#/$defs/") in {"", *schema.get("$defs", ())}
        assert part.get("type", "object") in TYPES
        assert set(part.get("required", ())) <= set(part.get("properties", ()))
        re.compile(part.get("pattern", ""))


def test_each_schema_is_valid_by_its_draft(schemas):
    jsonschema = pytest.importorskip("jsonschema")
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_all_schemas_come_together(holdfast, schemas):
    done = holdfast("schema")
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out) == schemas
    assert set(schemas) == set(MODELS)


def test_every_kind_of_file_has_a_schema_but_for_overlays(schemas, holdfast):
    assert set(schemas) == set(KINDS) - {"overlay"}
    done = holdfast("schema", "overlay")
    assert "there is no kind of file called 'overlay'" not in done.err, (
        "there is: it has no schema of its own"
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(library()).as_posix())
def test_a_packaged_file_conforms(path, schemas):
    data = data_of(path)
    schema = schemas[data["holdfast"].partition("/")[0]]
    assert misfits(data, schema, schema) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(library()).as_posix())
def test_a_broken_file_does_not_conform(path, schemas):
    data = data_of(path)
    schema = schemas[data["holdfast"].partition("/")[0]]
    for key in data:
        broken = copy.copy(data)
        broken[misspelt(key)] = broken.pop(key)
        assert misfits(broken, schema, schema), key
    assert misfits({**data, "holdfast": "case/2"}, schema, schema)
    assert misfits({**data, "title": 7}, schema, schema)


def test_units_and_references_are_said_where_editors_show_them(schemas):
    text = json.dumps(schemas)
    assert '"x-unit": "km"' in text
    assert "Unit: km." in text
    assert '"x-refers-to": "estimate"' in text
    assert "Refers to: estimate." in text
