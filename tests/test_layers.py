"""The layer rule, proved on the source: who may import whom, and what nobody may touch.

Holdfast flows one way: files, futures, the engines, evaluate, then what reads assessments, then the
faces. An engine takes a small query and returns a small result; it imports no other engine, so that
each can be called, tested and remembered alone. Only evaluate knows their order.

A new module or package under ``src/holdfast`` needs one line in ``LAYERS``.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "holdfast"

ENGINES = frozenset(
    {"stakes", "accept", "authorise", "require", "generate", "observe", "respond", "endure", "cost"}
)
CORE = frozenset(
    {"errors", "content", "vocabulary", "distributions", "ledger", "noise", "fixed", "futures", "program"}
)
DATA = frozenset({"files", "library"})
READERS = frozenset({"analyse", "search", "history", "runs"})

# What each module or package may import from holdfast, besides itself; in the order of flow.
LAYERS: dict[str, frozenset[str]] = {
    "errors": frozenset(),
    "content": frozenset({"errors"}),
    "vocabulary": frozenset({"errors"}),
    "distributions": frozenset({"errors", "vocabulary"}),
    "library": frozenset({"errors"}),
    "files": frozenset({"errors", "content", "vocabulary", "library"}),
    "ledger": frozenset({"errors", "content", "vocabulary", "distributions", "files", "library"}),
    "needs": frozenset({"vocabulary", "ledger"}),
    "case": frozenset({"vocabulary", "ledger"}),
    "cases": frozenset({"errors", "content", "vocabulary", "files", "ledger", "needs", "case"}),
    "noise": frozenset({"errors", "content", "vocabulary", "ledger"}),
    "fixed": frozenset({"errors"}),
    "geometry": frozenset({"errors", "content", "vocabulary", "files", "fixed"}),
    "futures": frozenset({"errors", "content", "vocabulary", "distributions", "ledger", "noise"}),
    "program": frozenset(),
    **dict.fromkeys(sorted(ENGINES), CORE),
    "evaluate": CORE | DATA | ENGINES | {"geometry", "case"},
    "analyse": CORE | {"evaluate"},
    "search": CORE | DATA | ENGINES | {"evaluate", "analyse"},
    "history": CORE | DATA | ENGINES | {"evaluate", "analyse"},
    "runs": CORE | DATA | {"geometry", "evaluate", "analyse", "search", "history", "case", "cases"},
    "present": CORE | DATA | READERS | {"evaluate"},
    "brief": CORE | DATA | READERS | {"evaluate", "present", "holdfast"},
    "workbench": CORE | DATA | READERS | {"evaluate", "present", "brief", "holdfast"},
    "cli": CORE
    | DATA
    | ENGINES
    | READERS
    | {"case", "cases"}
    | {"evaluate", "present", "brief", "workbench", "holdfast"},
    "__main__": frozenset({"cli"}),
}
# "holdfast" is the package's own face, __init__.py. Everyone may read its versions.
FACE = CORE | DATA | ENGINES | READERS | {"evaluate", "present", "brief", "workbench", "case", "cases"}

VERSIONS = ("__version__", "MODEL_VERSION")

# Slow to import: only what is asked for may load them.
HEAVY = (
    *("numpy", "scipy", "numba", "polars", "pydantic", "rich", "pint", "pyproj"),
    *("shapely", "pyogrio"),
)

# Streams of numpy are allowed where their key is given; everything else of numpy.random is shared state.
KEYED_STREAMS = frozenset({"Generator", "BitGenerator", "Philox", "SeedSequence", "default_rng"})
CLOCKLESS = ENGINES | CORE
CLOCKS = frozenset(
    {
        *(f"time.{name}" for name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter")),
        *(f"time.{name}" for name in ("perf_counter_ns", "process_time", "localtime", "gmtime", "ctime")),
        *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
        "datetime.date.today",
    }
)


def modules(source: Path) -> Iterator[tuple[str, Path, ast.Module]]:
    """Yield the layer, path and syntax tree of every module: the layer is its first name in holdfast."""
    for path in sorted(source.rglob("*.py")):
        layer = path.relative_to(source).parts[0].removesuffix(".py")
        yield ("holdfast" if layer == "__init__" else layer), path, ast.parse(path.read_text("utf-8"))


def imported(node: ast.AST) -> list[str]:
    """Return the dotted names that a statement imports; ``.`` stands for a relative import."""
    match node:
        case ast.Import(names=names):
            return [name.name for name in names]
        case ast.ImportFrom(level=level) if level:
            return ["."]
        case ast.ImportFrom(module=str(module), names=names):
            return [f"{module}.{name.name}" for name in names]
        case ast.Call(
            func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(module)), *_],
        ):
            return [module]
    return []


def target_of(name: str, source: Path) -> str | None:
    """Return the layer that a dotted name belongs to, None if it is free for all."""
    root, *rest = name.split(".")
    if root != "holdfast" or rest in ([name] for name in VERSIONS):
        return None
    if rest and (rest[0] in LAYERS or (source / rest[0]).is_dir() or (source / f"{rest[0]}.py").is_file()):
        return rest[0]
    return "holdfast"


def layer_breaches(source: Path) -> list[str]:
    """Return one line for each import that goes against ``LAYERS``."""
    found = []
    for layer, path, tree in modules(source):
        if layer != "holdfast" and layer not in LAYERS:
            found.append(f"{path}: {layer!r} is in no layer; add one line to LAYERS in tests/test_layers.py")
            continue
        allowed = {None, layer} | (FACE if layer == "holdfast" else LAYERS[layer])
        for node in ast.walk(tree):
            names = imported(node)
            where = f"{path}:{getattr(node, 'lineno', 0)}"
            if "." in names:
                found.append(f"{where}: relative import; write the whole name")
                continue
            found += [
                f"{where}: {layer} may not import {target} (LAYERS in tests/test_layers.py)"
                for target in sorted({target_of(name, source) for name in names} - allowed, key=str)
            ]
    return found


def uses(tree: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """Yield line, full dotted name and "called without arguments" of each name taken from an import."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                root = name.name.split(".")[0]
                known |= {name.asname: name.name} if name.asname else {root: root}
        elif isinstance(node, ast.ImportFrom) and node.module:
            known |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}

    def full_name(node: ast.AST) -> str | None:
        if isinstance(node, ast.Name):
            return known.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = full_name(node.value)
            return owner and f"{owner}.{node.attr}"
        return None

    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    bare = {id(call.func) for call in calls if not (call.args or call.keywords)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and (full := full_name(node)):
            yield node.lineno, full, id(node) in bare


def chance_and_clock_breaches(source: Path) -> list[str]:
    """Return one line for each use of shared random state, and of a clock where none may be read."""
    found = []
    for layer, path, tree in modules(source):
        found += [
            f"{path}:{getattr(node, 'lineno', 0)}: the random module has hidden state; use holdfast.noise"
            for node in ast.walk(tree)
            if any(name.split(".")[0] == "random" for name in imported(node))
        ]
        for line, name, bare in uses(tree):
            if name.startswith("numpy.random."):
                member = name.split(".")[2]
                if member not in KEYED_STREAMS:
                    found.append(f"{path}:{line}: {name} has hidden state; use holdfast.noise")
                elif bare:
                    found.append(f"{path}:{line}: {name}() draws its key from the machine; give it one")
            if layer in CLOCKLESS and name in CLOCKS:
                found.append(f"{path}:{line}: {layer} reads the clock ({name}); take the time as an argument")
    return found


def heavy_loaded_by(code: str) -> set[str]:
    """Return which of ``HEAVY`` a fresh interpreter has loaded after running the code."""
    probe = f"{code}\nimport sys; print('LOADED', *[name for name in {HEAVY} if name in sys.modules])"
    command = [sys.executable, "-c", probe]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rsplit("LOADED", 1)[1].split())


# --- Holdfast keeps the rules -----------------------------------------------------------------


def test_every_import_keeps_to_its_layer():
    assert layer_breaches(SOURCE) == []


def test_the_table_itself_flows_one_way():
    earlier = {"holdfast"}
    for layer, allowed in LAYERS.items():
        assert allowed <= earlier, f"{layer} may import {sorted(allowed - earlier)}, which come later"
        assert not (layer in ENGINES and allowed & ENGINES), f"{layer} may import another engine"
        earlier.add(layer)
    assert {layer for layer, allowed in LAYERS.items() if "cli" in allowed} == {"__main__"}
    assert "cli" not in FACE
    several = {layer for layer, allowed in LAYERS.items() if len(allowed & ENGINES) > 1}
    assert several == {"evaluate", "search", "history", "cli"}


def test_nothing_has_hidden_chance_and_no_engine_reads_a_clock():
    assert chance_and_clock_breaches(SOURCE) == []


def test_importing_holdfast_loads_nothing_heavy():
    assert heavy_loaded_by("import holdfast") == set()


def test_asking_for_help_loads_nothing_heavy():
    code = (
        "import sys; sys.argv = ['holdfast', '--help']\n"
        "import holdfast.cli\n"
        "try: holdfast.cli.main()\n"
        "except SystemExit as end: assert not end.code, end.code"
    )
    assert heavy_loaded_by(code) == set()


# --- These tests can fail ---------------------------------------------------------------------

BAD_IMPORTS = [
    ("stakes/value.py", "from holdfast.accept import accept", "stakes may not import accept"),
    ("stakes/value.py", "def f():\n    import holdfast.evaluate as e", "stakes may not import evaluate"),
    ("endure/course.py", "from holdfast import cost", "endure may not import cost"),
    ("endure/course.py", "from holdfast import compare", "endure may not import holdfast"),
    ("vocabulary/party.py", "from holdfast.files import read", "vocabulary may not import files"),
    ("futures.py", "from holdfast.files import read", "futures may not import files"),
    ("present/words.py", "from holdfast.authorise import Authorisation", "present may not import authorise"),
    ("evaluate.py", "import importlib as i\ni.import_module('holdfast.cli')", "may not import cli"),
    ("__init__.py", "from holdfast.cli import main", "holdfast may not import cli"),
    ("cost/sums.py", "from . import rates", "relative import"),
    ("magic/__init__.py", "", "'magic' is in no layer; add one line to LAYERS"),
]

GOOD_IMPORTS = [
    ("stakes/value.py", "import numpy as np\nfrom holdfast.vocabulary.party import Party"),
    ("stakes/value.py", "from holdfast.stakes.flows import Flow\nfrom holdfast.futures import Futures"),
    ("evaluate.py", "from holdfast import __version__\nimport holdfast.accept\nimport holdfast.cost"),
    ("__init__.py", "def __getattr__(name):\n    from holdfast.evaluate import evaluate"),
    ("__main__.py", "from holdfast.cli import main"),
]

BAD_CHANCE = [
    ("cli/run.py", "import random", "the random module has hidden state"),
    ("cli/run.py", "from random import gauss", "the random module has hidden state"),
    ("futures.py", "import numpy as np\nnp.random.seed(1)", "numpy.random.seed has hidden state"),
    ("futures.py", "from numpy import random as r\nr.normal(3)", "numpy.random.normal has hidden state"),
    ("futures.py", "from numpy.random import rand\nrand(3)", "numpy.random.rand has hidden state"),
    ("futures.py", "import numpy as np\nnp.random.default_rng()", "draws its key from the machine"),
    ("endure/kernel.py", "import time\ntime.perf_counter()", "endure reads the clock (time.perf_counter)"),
    ("cost/sums.py", "from datetime import date\ndate.today()", "cost reads the clock (datetime.date.today)"),
    ("cost/sums.py", "import datetime as dt\ndt.datetime.now(dt.UTC)", "cost reads the clock"),
]

GOOD_CHANCE = [
    ("futures.py", "import numpy as np\nnp.random.Generator(np.random.Philox(key=1))"),
    ("cli/run.py", "import time\ntime.perf_counter()"),
    ("cost/sums.py", "import datetime as dt\ndt.date(2026, 1, 1).year"),
]


@pytest.fixture
def fake(tmp_path):
    """Give a function that writes one module of a package and returns the package's folder."""

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize(("name", "text", "message"), BAD_IMPORTS)
def test_a_forbidden_import_is_found(fake, name, text, message):
    (line,) = layer_breaches(fake(name, text))
    assert message in line


@pytest.mark.parametrize(("name", "text"), GOOD_IMPORTS)
def test_an_allowed_import_is_let_through(fake, name, text):
    assert layer_breaches(fake(name, text)) == []


@pytest.mark.parametrize(("name", "text", "message"), BAD_CHANCE)
def test_hidden_chance_and_clocks_are_found(fake, name, text, message):
    (line,) = chance_and_clock_breaches(fake(name, text))
    assert message in line


@pytest.mark.parametrize(("name", "text"), GOOD_CHANCE)
def test_keyed_streams_and_the_faces_clocks_are_let_through(fake, name, text):
    assert chance_and_clock_breaches(fake(name, text)) == []


def test_a_heavy_import_is_found():
    assert "numpy" in heavy_loaded_by("import numpy")
