"""The manifest: its id names all that the numbers come from, and nothing else."""

import importlib
import json
from typing import Any

import pytest

from holdfast import MODEL_VERSION, __version__

module = importlib.import_module("holdfast.runs.manifest")

INPUTS: dict[str, Any] = {
    "kind": "compare",
    "case": "ukraine",
    "hashes": {"model": "a" * 32, "case": "b" * 32},
    "settlement": ("twenty-points", "c" * 32),
    "arrangements": [("none", "d" * 32), ("osce-monitors", "e" * 32)],
    "seed": 1,
    "futures": 512,
    "years": 5,
}
CHANGES: list[dict[str, Any]] = [
    {"kind": "assess"},
    {"case": "elsewhere"},
    {"hashes": {"model": "f" * 32, "case": "b" * 32}},
    {"hashes": {"model": "a" * 32, "case": "f" * 32}},
    {"hashes": {"model": "a" * 32, "case": "b" * 32, "overlay": "f" * 32}},
    {"hashes": {"model": "b" * 32, "case": "a" * 32}},
    {"settlement": ("none", "c" * 32)},
    {"settlement": ("twenty-points", "f" * 32)},
    {"arrangements": [("none", "d" * 32)]},
    {"arrangements": [("osce-monitors", "e" * 32), ("none", "d" * 32)]},
    {"arrangements": [("none", "d" * 32), ("osce-monitors", "f" * 32)]},
    {"arrangements": [("nobody", "d" * 32), ("osce-monitors", "e" * 32)]},
    {"seed": 0},
    {"seed": 2**64 - 1},
    {"futures": 528},
    {"years": 10},
]


def identity(**changes: Any) -> str:
    return str(module.manifest(**{**INPUTS, **changes})["id"])


def test_the_id_is_the_same_for_the_same_inputs():
    assert identity() == identity()
    assert len(identity()) == 32
    assert identity(hashes=dict(reversed(INPUTS["hashes"].items()))) == identity()


def test_every_input_changes_the_id():
    ids = [identity(), *(identity(**change) for change in CHANGES)]
    assert len(set(ids)) == len(ids)
    assert {key for change in CHANGES for key in change} == set(INPUTS)


def test_the_model_version_changes_the_id(monkeypatch):
    before = identity()
    monkeypatch.setattr(module, "MODEL_VERSION", MODEL_VERSION + ".1")
    assert identity() != before


@pytest.mark.parametrize("part", ["holdfast", "python", "numpy", "scipy", "processor"])
def test_the_environment_stands_beside_the_id_and_does_not_change_it(part, monkeypatch):
    before = module.manifest(**INPUTS)
    other = {**module.environment(), part: "other"}
    monkeypatch.setattr(module, "environment", lambda: other)
    after = module.manifest(**INPUTS)
    assert after["environment"][part] == "other"
    assert after["id"] == before["id"]


def test_the_environment_says_what_the_last_digits_depend_on():
    environment = module.environment()
    assert set(environment) == {"holdfast", "python", "numpy", "scipy", "processor"}
    assert environment["holdfast"] == __version__
    assert all(environment.values())


def test_a_manifest_is_json_without_paths():
    text = json.dumps(module.manifest(**INPUTS), allow_nan=False)
    assert json.loads(text)["arrangements"] == [
        {"name": "none", "hash": "d" * 32},
        {"name": "osce-monitors", "hash": "e" * 32},
    ]
    assert "/" not in text.replace("\\/", "")
