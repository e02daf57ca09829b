from tests.files.toy import Toy

from holdfast.files.schema import json_schema

SCHEMA = json_schema(Toy, "A toy")


def test_the_schema_says_its_draft_and_title():
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["title"] == "A toy"
    assert SCHEMA["additionalProperties"] is False


def test_a_number_with_a_unit_keeps_its_range():
    field = SCHEMA["properties"]["buffer_km"]
    assert field["x-unit"] == "km"
    assert field["description"] == "Width of the belt on each side. Unit: km."
    assert field["anyOf"][0] == {"maximum": 20000.0, "minimum": 0.0, "type": "number"}
    assert field["anyOf"][1]["type"] == "string"


def test_references_are_named_at_any_depth():
    assert SCHEMA["properties"]["delay"]["description"] == "Refers to: estimate."
    assert SCHEMA["$defs"]["Offer"]["properties"]["state"]["x-refers-to"] == "state"
    assert SCHEMA["properties"]["either"]["description"] == "Unit: km. Refers to: source."


def test_no_keyword_of_pydantic_leaks():
    text = str(SCHEMA)
    assert "'ge'" not in text
    assert "'le'" not in text
