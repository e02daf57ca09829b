"""Every rule of the vocabulary says how to mend what breaks it."""

import ast
from pathlib import Path

import pytest

import holdfast.vocabulary

FILES = sorted(Path(holdfast.vocabulary.__file__).parent.glob("*.py"))


def _errors(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "PydanticCustomError":
            yield node


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_rule_has_a_mend_of_its_own(path):
    for error in _errors(path):
        kind = error.args[0].value
        if kind in {"wrong_unit", "not_a_number", "not_a_day"}:  # the checker knows these by name
            continue
        assert len(error.args) == 3, (path.name, error.lineno)
        keys = {key.value for key in error.args[2].keys}
        assert "mend" in keys, (path.name, error.lineno)
