"""Compiled code that is kept is forgotten when anything changes that was compiled in with it."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

from holdfast.endure import compiled, kernel


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Return the index of a clock that is kept, and one of the sources that it was compiled from."""
    index, source = tmp_path / "kernel._run_all-1.py311.nbi", tmp_path / "fixed.py"
    for file, second in ((source, 1_000), (index, 2_000)):
        file.write_text("")
        os.utime(file, (second, second))
    monkeypatch.setattr(compiled, "_index", lambda: index)
    monkeypatch.setattr(compiled, "_COMPILED_IN", (source,))
    return index, source


def test_what_is_newer_than_its_sources_stays(kept):
    assert compiled.is_at_hand()
    assert kept[0].exists()


def test_what_is_older_than_a_source_is_forgotten_and_nothing_else(kept):
    index, source = kept
    other = index.with_name("fixed.exp-1.py311.nbi")
    other.write_text("")
    os.utime(source, (3_000, 3_000))
    assert not compiled.is_at_hand()
    assert not index.exists()
    assert other.exists()
    assert not compiled.is_at_hand()


def test_where_nothing_is_kept_it_is_not_at_hand(monkeypatch):
    monkeypatch.setattr(compiled, "_index", lambda: None)
    assert not compiled.is_at_hand()


def test_all_that_the_clock_uses_of_the_package_is_looked_at():
    """A module that the kernel, or what it uses, comes to import must be listed."""
    package = Path(kernel.__file__).parent.parent
    looked_at = {path.relative_to(package).with_suffix("").as_posix() for path in compiled._COMPILED_IN}
    tree = ast.parse(Path(kernel.__file__).read_text())
    used = {
        node.module.removeprefix("holdfast.").replace(".", "/")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("holdfast.")
    }
    assert used <= looked_at
    assert all(path.exists() for path in compiled._COMPILED_IN)
