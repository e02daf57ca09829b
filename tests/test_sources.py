"""No number without a source: the packaged files, read plainly, by a second implementation.

Nothing of Holdfast reads or computes here but where a test says so: files are read by ruamel.yaml,
percentiles come from scipy.stats with parameters solved anew.
"""

import math
import re
from collections import Counter, defaultdict
from functools import cache
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML
from scipy import optimize, stats
from tests.conftest import ROOT

from holdfast.cases import library, load_case
from holdfast.ledger import basis_problems

LIBRARY = library()
KINDS_WITHOUT_ADDRESS = {"judgement", "general-knowledge", "computation"}


@cache
def documents() -> dict[str, dict[str, Any]]:
    """Every packaged file as plain data, by its path in the library."""
    yaml = YAML(typ="safe", pure=True)
    return {
        path.relative_to(LIBRARY).as_posix(): yaml.load(path.read_text("utf-8"))
        for path in sorted(LIBRARY.rglob("*.yaml"))
    }


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [document for document in documents().values() if document["holdfast"].startswith(f"{kind}/")]


@cache
def sources() -> dict[str, list[dict[str, Any]]]:
    """Every entry of a source, by key: one that several files need stands in each."""
    found = defaultdict(list)
    for document in of_kind("sources"):
        for source in document["sources"]:
            found[source["key"]].append(source)
    return dict(found)


@cache
def statements() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (key, statement["key"]): statement
        for key, entries in sources().items()
        for entry in entries
        for statement in entry.get("states") or ()
    }


def rows() -> list[dict[str, Any]]:
    return [row for document in of_kind("ledger") for row in document["estimates"]]


def citations(node: Any, where: str) -> list[tuple[str, str]]:
    """Return where in a file a source is named, and its key."""
    if isinstance(node, list):
        return [cited for place, item in enumerate(node) for cited in citations(item, f"{where}[{place}]")]
    if not isinstance(node, dict):
        return []
    found = []
    for key, value in node.items():
        if key == "source":
            found.append((where, value))
        elif key == "sources" and all(isinstance(one, str) for one in value or ()):
            found += [(where, one) for one in value or ()]
        else:
            found += citations(value, f"{where}.{key}")
    return found


@cache
def cited() -> list[tuple[str, str]]:
    return [
        one
        for name, document in documents().items()
        if not document["holdfast"].startswith("sources/")
        for one in citations(document, name)
    ]


# --- Percentiles, a second time ---------------------------------------------------------------


def _beta(low, high, minimum, maximum):
    """Solve for the logarithms of the two parameters, from several starts, whichever is nearest."""
    p05, p95 = (low - minimum) / (maximum - minimum), (high - minimum) / (maximum - minimum)

    def miss(logs):
        a, b = np.exp(np.clip(logs, -6.0, 18.0))
        return stats.beta.cdf([p05, p95], a, b) - [0.05, 0.95]

    middle, spread = (p05 + p95) / 2, (p95 - p05) / 3.29
    weight = max(middle * (1 - middle) / spread**2 - 1, 0.5)
    starts = (
        (middle * weight, (1 - middle) * weight),
        (1.0, 1.0),
        (3.0, 1.0),
        (1.0, 3.0),
        (0.7, 2.0),
        (2.0, 0.7),
    )
    tried = [
        optimize.least_squares(miss, np.log(start), xtol=1e-15, ftol=1e-15, gtol=1e-15) for start in starts
    ]
    a, b = np.exp(min(tried, key=lambda one: one.cost).x)
    return stats.beta(a, b, loc=minimum, scale=maximum - minimum)


def _cut_normal(low, high, minimum, maximum):
    """Solve for middle and spread of the normal before it is cut."""

    def made(parameters):
        middle, spread = parameters[0], math.exp(parameters[1])
        least = -np.inf if minimum is None else (minimum - middle) / spread
        most = np.inf if maximum is None else (maximum - middle) / spread
        return stats.truncnorm(least, most, loc=middle, scale=spread)

    found = optimize.least_squares(
        lambda parameters: made(parameters).cdf([low, high]) - [0.05, 0.95],
        [(low + high) / 2, math.log((high - low) / 3.29)],
        x_scale=[high - low, 1.0],
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
    )
    return made(found.x)


def _on_the_percentiles(made, low, high):
    assert made.cdf([low, high]) == pytest.approx([0.05, 0.95], abs=1e-6)
    return made.ppf


def quantiles_of(written: dict[str, Any]):
    """Return the quantile function of a distribution as it is written."""
    kind = written["kind"]
    if kind == "triangular":
        low, mode, high = written["low"], written["mode"], written["high"]
        return stats.triang((mode - low) / (high - low), loc=low, scale=high - low).ppf
    if kind == "uniform":
        return stats.uniform(written["low"], written["high"] - written["low"]).ppf
    if kind == "discrete":
        values = [one["value"] for one in written["values"]]
        up_to = np.cumsum([one["weight"] for one in written["values"]])
        return lambda u: values[int(np.argmax(up_to / up_to[-1] >= u))]
    if kind == "empirical":
        return lambda u: float(np.quantile(written["values"], u))
    low, high = written["p05"], written["p95"]
    if kind == "lognormal":
        spread = math.log(high / low) / (2 * stats.norm.ppf(0.95))
        return _on_the_percentiles(stats.lognorm(spread, scale=math.sqrt(low * high)), low, high)
    minimum, maximum = written.get("minimum"), written.get("maximum")
    if kind == "beta":
        made = _beta(low, high, 0.0 if minimum is None else minimum, 1.0 if maximum is None else maximum)
        return _on_the_percentiles(made, low, high)
    assert kind == "normal"
    if minimum is None and maximum is None:
        spread = (high - low) / (2 * stats.norm.ppf(0.95))
        return _on_the_percentiles(stats.norm((low + high) / 2, spread), low, high)
    return _on_the_percentiles(_cut_normal(low, high, minimum, maximum), low, high)


@cache
def quantile_functions():
    return {row["name"]: quantiles_of(row["distribution"]) for row in rows()}


def central(row: dict[str, Any]) -> float:
    if row["distribution"]["kind"] == "triangular":
        return float(row["distribution"]["mode"])
    return float(quantile_functions()[row["name"]](0.5))


def misfits(row: dict[str, Any], statement: dict[str, Any], lowest: float, highest: float) -> list[str]:
    """Return where a row and a statement that it rests on do not agree."""
    slack = 1e-6
    if statement["unit"] != row["unit"]:
        return [f"{row['unit']} against {statement['unit']}"]
    wrong = []
    value, low, high = (statement.get(key) for key in ("value", "low", "high"))
    if value is not None and not lowest - slack * abs(lowest) <= value <= highest + slack * abs(highest):
        wrong.append(f"{value} stated, {lowest:.4g} to {highest:.4g} drawn")
    if row["status"] == "sourced":
        if low is None and high is None:
            assert value is not None
            low, high = value - 0.25 * abs(value), value + 0.25 * abs(value)
        low, high = -math.inf if low is None else low, math.inf if high is None else high
        middle = central(row)
        if not low - slack * abs(middle) <= middle <= high + slack * abs(middle):
            wrong.append(f"centre {middle:.4g}, stated {low:.4g} to {high:.4g}")
    return wrong


# --- The rules --------------------------------------------------------------------------------


def test_there_is_something_to_check():
    counts = {
        "files": len(documents()),
        "sources": len(sources()),
        "statements": len(statements()),
        "estimates": len(rows()),
        "citations": len(cited()),
    }
    floors = {"files": 24, "sources": 110, "statements": 100, "estimates": 250, "citations": 500}
    assert all(counts[key] >= floor for key, floor in floors.items()), counts


def test_every_source_that_is_named_is_there():
    lost = [f"{where}: {key}" for where, key in cited() if key not in sources()]
    assert not lost, f"{len(lost)} of {len(cited())}: {lost}"
    bases = [
        basis
        for document in of_kind("ledger")
        for row in _rows_with_bases(document)
        for basis in row["sources"]
    ]
    named = [(basis["source"], basis["statement"]) for basis in bases if basis.get("statement") is not None]
    lost = [f"{source}/{statement}" for source, statement in named if (source, statement) not in statements()]
    assert not lost, f"{len(lost)} of {len(named)} statements: {lost}"
    assert len(named) >= 70


def _rows_with_bases(document):
    return [*document["estimates"], *document.get("correlations", ())]


def test_every_source_is_used():
    used = {key for _, key in cited()}
    idle = sorted(set(sources()) - used)
    assert not idle, f"{len(idle)} of {len(sources())} sources are named by nothing: {idle}"


def test_a_source_in_several_files_is_the_same_there():
    for key, entries in sources().items():
        for part in ("title", "author", "published", "address", "kind", "seen"):
            assert len({one.get(part) for one in entries}) == 1, f"{key}: {part} differs"
        stated = [statement["key"] for one in entries for statement in one.get("states") or ()]
        for statement, number in Counter(stated).items():
            assert number == 1, f"{key}/{statement} stands {number} times"


@pytest.mark.parametrize("name", [row["name"] for row in rows()])
def test_an_estimate_agrees_with_what_its_sources_state(name):
    row = next(row for row in rows() if row["name"] == name)
    lowest, highest = (float(quantile_functions()[name](u)) for u in (0.01, 0.99))
    for basis in row["sources"]:
        if basis.get("statement") is None:
            continue
        statement = statements()[basis["source"], basis["statement"]]
        assert misfits(row, statement, lowest, highest) == [], f"{basis['source']}/{basis['statement']}"


def test_holdfast_draws_what_the_second_implementation_draws():
    ledger = load_case("ukraine").ledger
    assert set(ledger) == {row["name"] for row in rows()}
    for row in rows():
        name = row["name"]
        shares = (0.01, 0.05, 0.5, 0.95, 0.99)
        again = [float(quantile_functions()[name](u)) for u in shares]
        scale = max(abs(again[1]), abs(again[3]))
        assert ledger.shape(name).quantile(shares) == pytest.approx(again, rel=1e-5, abs=1e-6 * scale), name
        assert ledger.shape(name).central() == pytest.approx(central(row), rel=1e-5, abs=1e-6 * scale), name


def test_holdfast_finds_no_misfit_either():
    case = load_case("ukraine")
    assert basis_problems(case.ledger, case.sources.values()) == []


def test_a_misfit_would_be_found():
    row = {
        "name": "x",
        "unit": "km",
        "status": "sourced",
        "distribution": {"kind": "triangular", "low": 1, "mode": 2, "high": 3},
    }
    assert misfits(row, {"unit": "km", "value": 2.0}, 1.1, 2.9) == []
    assert misfits(row, {"unit": "km", "value": 2.0, "low": 1.9}, 1.1, 2.9) == []
    assert misfits(row, {"unit": "km", "low": 2.1}, 1.1, 2.9) == ["centre 2, stated 2.1 to inf"]
    assert misfits(row, {"unit": "km", "value": 2.8}, 1.1, 2.9) == ["centre 2, stated 2.1 to 3.5"]
    assert len(misfits(row, {"unit": "km", "value": 3.2}, 1.1, 2.9)) == 2
    assert misfits(row, {"unit": "m", "value": 2.0}, 1.1, 2.9) == ["km against m"]


@pytest.mark.parametrize(
    "written",
    [
        {"kind": "discrete", "values": [{"value": 1, "weight": 1}, {"value": 5, "weight": 3}]},
        {"kind": "empirical", "values": [3, 1, 2]},
        {"kind": "normal", "p05": 1.0, "p95": 3.0},
        {"kind": "normal", "p05": 0.5, "p95": 3.0, "minimum": 0.0},
        {"kind": "beta", "p05": 0.02, "p95": 0.4},
        {"kind": "uniform", "low": 2.0, "high": 3.0},
    ],
    ids=lambda written: written["kind"],
)
def test_the_second_implementation_knows_every_distribution(written):
    quantile = quantiles_of(written)
    assert quantile(0.05) <= quantile(0.5) <= quantile(0.95)
    if "p05" in written:
        assert [quantile(0.05), quantile(0.95)] == pytest.approx([written["p05"], written["p95"]], rel=1e-5)


def test_a_sourced_estimate_rests_on_a_statement():
    bare = [
        row["name"]
        for row in rows()
        if row["status"] == "sourced" and not any(basis.get("statement") for basis in row["sources"])
    ]
    sourced = sum(row["status"] == "sourced" for row in rows())
    assert not bare, f"{len(bare)} of {sourced}: {bare}"
    assert sourced >= 50


def test_a_judgement_is_marked_as_one():
    judgements = {key for key, entries in sources().items() if entries[0]["kind"] == "judgement"}
    for row in rows():
        if {basis["source"] for basis in row["sources"]} <= judgements:
            assert row["status"] == "judgement", row["name"]
        if row["confidence"] == "J":
            assert row["status"] == "judgement", row["name"]


def test_every_estimate_is_dated():
    for row in rows():
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", str(row["as_of"])), row["name"]


def test_addresses_are_addresses():
    for key, entries in sources().items():
        for one in entries:
            address = one.get("address")
            if one["kind"] in KINDS_WITHOUT_ADDRESS:
                if one["kind"] == "judgement":
                    assert address is None, key
                continue
            assert address is None or re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", address), (
                f"{key}: {address}"
            )
    given = [one["address"] for entries in sources().values() for one in entries if one.get("address")]
    assert len(given) >= 80


def test_a_page_or_paper_that_was_seen_says_where_it_is():
    for key, entries in sources().items():
        if entries[0]["kind"] in {"page", "paper"} and entries[0]["seen"] == "A":
            assert entries[0].get("address"), f"{key} was seen, but where?"


def test_no_address_stands_in_a_lock_file():
    locks = sorted(ROOT.glob("*.lock"))
    assert len(locks) >= 3
    for lock in locks:
        assert "://" not in lock.read_text("utf-8"), lock.name
