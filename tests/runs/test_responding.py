"""The document and the table of a breach ladder, and the published ladder of response."""

from __future__ import annotations

import json
import math

import pytest
from tests.runs.own import own_arrangement, own_phases

from holdfast.cases import load_case
from holdfast.respond import RUNGS
from holdfast.runs.responding import TIMES, ladder

DESIGNS = ("breach-ladder", "reassurance-force", "coalition-support", "osce-monitors", "none")
HOURS_PER_DAY = 24.0


@pytest.fixture(scope="module")
def asked():
    """Return the ladders of packaged designs, by name."""
    return {name: ladder("ukraine", name, futures=64) for name in DESIGNS}


@pytest.fixture(scope="module")
def published():
    """Return the published ladder in enough futures for quantiles."""
    return ladder("ukraine", "breach-ladder").document["phases"][0]


def quantities(word, place=""):
    """Yield every quantity in a document, with its place."""
    if isinstance(word, dict):
        if {"mean", "low", "high"} <= set(word):
            yield place, word
        for key, one in word.items():
            yield from quantities(one, f"{place}.{key}")
    elif isinstance(word, list):
        for number, one in enumerate(word):
            yield from quantities(one, f"{place}[{number}]")


def by_key(items, key):
    return {one[key]: one for one in items}


@pytest.mark.parametrize("name", DESIGNS)
def test_the_document_is_json_without_nan_and_its_quantities_are_in_order(name, asked):
    document = asked[name].document
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    found = list(quantities(document["phases"]))
    assert len(found) > 50
    for place, one in found:
        if one["mean"] is None:
            assert one["low"] is one["high"] is None, place
            assert place.endswith(".days"), place
        else:
            assert one["low"] <= one["high"], place
            assert one["low"] >= 0.0, place
            last = place.rpartition(".")[2]
            if last in {"seen", "attributed", "sent", "in_time", "kept"}:
                assert one["high"] <= 1.0, place


@pytest.mark.parametrize("name", DESIGNS)
def test_every_breach_of_the_table_is_there_once(name, asked):
    table = list(load_case("ukraine").breaches)
    for phase in asked[name].document["phases"]:
        assert [one["breach"] for one in phase["breaches"]] == table


@pytest.mark.parametrize("name", DESIGNS)
def test_where_nothing_comes_in_time_it_says_why(name, asked):
    for phase in asked[name].document["phases"]:
        names = [one["promise"] for one in phase["promises"]]
        for breach in phase["breaches"]:
            why, climbs = breach["nothing_because"], breach["promises"]
            assert {one["promise"] for one in climbs} <= set(names)
            if not names:
                assert why == "nobody promises anything"
            elif not climbs:
                assert why == "no promise answers it"
            elif breach["first"] is None:
                assert why == "what is promised sends nobody"
            else:
                assert (why is None) == (breach["in_time"]["mean"] >= 0.005)


def test_sanctions_and_arms_alone_send_nobody(tmp_path):
    swaps = {"response: [sanctions, arms, troops]": "response: [sanctions, arms]"}
    text = own_arrangement(tmp_path, "breach-ladder", "own-ladder", swaps=swaps).read_text("utf-8")
    head, _, rest = text.partition("      - key: host-first\n")
    path = tmp_path / "arms.yaml"
    alone = rest[rest.index("      - key: coalition-next\n") : rest.index("      - key: west-together\n")]
    path.write_text(head + alone + "    support:" + rest.partition("    support:")[2], "utf-8")
    found = ladder("ukraine", path, futures=64, settlement="none").document["phases"][0]
    offensive = by_key(found["breaches"], "breach")["offensive"]
    assert offensive["nothing_because"] == "what is promised sends nobody"
    assert offensive["sent"]["mean"] > 0.1
    assert offensive["first"] is offensive["weakest"] is None


def test_why_nothing_comes_is_told_by_breach(asked):
    said = {
        breach["breach"]: breach["nothing_because"]
        for breach in asked["breach-ladder"].document["phases"][0]["breaches"]
    }
    assert said["grab"] is said["offensive"] is None
    assert said["sabotage"] == said["mortar"] == "no promise answers it"
    late = [
        breach["nothing_because"]
        for one in asked.values()
        for phase in one.document["phases"]
        for breach in phase["breaches"]
    ]
    assert "all that is promised comes too late" in late


def test_a_promise_that_is_hardly_ever_kept_is_not_called_late(tmp_path):
    """The host's troops come in time in most futures; here nobody believes that they are sent."""
    overlay = tmp_path / "faithless.yaml"
    overlay.write_text(
        "holdfast: overlay/1\n"
        "estimates:\n"
        "  - name: respond.credibility.host\n"
        "    distribution: {kind: uniform, low: 0.0001, high: 0.0002}\n",
        "utf-8",
    )
    text = own_arrangement(tmp_path, "breach-ladder", "own-ladder").read_text("utf-8")
    head, _, rest = text.partition("      - key: coalition-next\n")
    path = tmp_path / "host-alone.yaml"
    path.write_text(head + "    support:" + rest.partition("    support:")[2], "utf-8")
    found = ladder("ukraine", path, futures=64, settlement="none", overlay=overlay).document
    breaches = by_key(found["phases"][0]["breaches"], "breach")
    assert breaches["offensive"]["nothing_because"] == "what would come in time is hardly ever kept"
    assert breaches["offensive"]["weakest"] == "keep"


def test_nothing_is_promised_where_there_is_neither_guarantee_nor_settlement(asked):
    found = ladder("ukraine", "none", settlement="none", futures=64).document["phases"][0]
    assert found["promises"] == []
    assert {one["nothing_because"] for one in found["breaches"]} == {"nobody promises anything"}
    assert {one["in_time"]["mean"] for one in found["breaches"]} == {0.0}
    assert asked["none"].document["phases"][0]["promises"]  # the settlement's own


def test_the_weakest_rung_is_the_one_that_gains_most(asked):
    for one in asked.values():
        for phase in one.document["phases"]:
            for breach in phase["breaches"]:
                assert tuple(breach["gains"]) == RUNGS
                best = max(breach["gains"], key=breach["gains"].__getitem__)
                assert breach["weakest"] in {best, None}
                assert (breach["weakest"] is None) == (breach["gains"][best] <= 0.005)


def test_the_time_until_a_breach_is_known_is_that_of_its_two_rungs(asked):
    for breach in asked["breach-ladder"].document["phases"][0]["breaches"]:
        known = breach["known_days"]
        whole = breach["notice_days"]["mean"] + breach["attribute_days"]["mean"]
        assert known["mean"] == pytest.approx(whole)
        # the two ends of a sum are no sum of ends
        assert known["low"] >= max(breach[name]["low"] for name in ("notice_days", "attribute_days"))


def test_the_steps_of_each_promise_add_up(asked):
    steps = ("notice_days", "attribute_days", "decide_days", "arrive_days")
    for one in asked.values():
        for phase in one.document["phases"]:
            for breach in phase["breaches"]:
                for climb in breach["promises"]:
                    assert climb["days"]["mean"] == pytest.approx(sum(climb[step]["mean"] for step in steps))


def test_the_table_has_a_row_for_each_promise_that_answers_a_breach(asked):
    for name in ("breach-ladder", "none"):
        one = asked[name]
        header, rows = one.rows
        assert len(header) == 3 + 3 * (len(TIMES) + 1) == len(set(header))
        there = [
            (phase["name"], breach["breach"], climb["promise"])
            for phase in one.document["phases"]
            for breach in phase["breaches"]
            for climb in breach["promises"]
        ]
        assert [tuple(row[:3]) for row in rows] == there
        table = one.table
        assert table.columns == list(header)
        assert table.height == len(rows)
        assert all(isinstance(cell, float) and math.isfinite(cell) for row in rows for cell in row[3:])


def test_an_empty_table_keeps_its_columns():
    found = ladder("ukraine", "none", settlement="none", futures=64)
    assert found.table.height == 0
    assert found.table.columns == list(found.rows[0])


def test_every_phase_of_a_design_has_its_ladder(tmp_path):
    found = ladder("ukraine", own_phases(tmp_path), futures=64).document["phases"]
    assert [(one["name"], one["from_month"]) for one in found] == [("first", 0), ("second", None)]


def test_two_promises_of_one_name_keep_their_own_words(tmp_path):
    """A design may call a guarantee as the report calls the mission's own troops."""
    path = own_arrangement(
        tmp_path, "breach-ladder", "own-ladder", swaps={"key: coalition-next": "key: mandate"}
    )
    found = ladder("ukraine", path, futures=64).document["phases"][0]["promises"]
    named = [one for one in found if one["promise"] == "mandate"]
    assert [(one["decider"], bool(one["guarantors"])) for one in named] == [
        ("coalition_headquarters", True),
        ("mission", False),
    ]


# --- The published ladder (evidence A3: 24 hours, then the coalition, 72 hours) ------------------------


def test_the_published_ladder_is_in_the_ledger_as_reported():
    """The middle of each row: the host within a day, the coalition in 24 to 72 hours, the West about 72."""
    ledger = load_case("ukraine").ledger

    def hours(row):
        return float(ledger.shape(row).quantile(0.5)) * HOURS_PER_DAY

    assert hours("respond.decide.host") <= 24.0
    assert 24.0 <= hours("respond.decide.ladder-coalition") <= 72.0
    assert hours("respond.decide.ladder-west") == pytest.approx(72.0, rel=0.05)


def test_the_published_ladder_decides_as_its_rows_say(published):
    """The ends of each range are those of the row: 5 and 95 per cent, of 512 futures."""
    offensive = by_key(by_key(published["breaches"], "breach")["offensive"]["promises"], "promise")
    for promise, low, high in (
        ("host-first", 0.2, 1.0),
        ("coalition-next", 0.5, 2.5),
        ("west-together", 1.5, 6.0),
    ):
        found = offensive[promise]["decide_days"]
        assert found["low"] == pytest.approx(low, rel=0.1), promise
        assert found["high"] == pytest.approx(high, rel=0.1), promise
    assert 24.0 <= offensive["coalition-next"]["decide_days"]["mean"] * HOURS_PER_DAY <= 72.0
    assert offensive["west-together"]["decide_days"]["mean"] * HOURS_PER_DAY == pytest.approx(72.0, rel=0.2)


def test_the_steps_of_the_published_ladder_come_one_after_another(published):
    offensive = by_key(by_key(published["breaches"], "breach")["offensive"]["promises"], "promise")
    keys = ("host-first", "coalition-next", "west-together")
    for end in ("mean", "low", "high"):
        told = [offensive[key]["days"][end] for key in keys]
        assert told == sorted(told)


def test_who_decides_and_what_is_reserved_is_told(published):
    found = by_key(published["promises"], "promise")
    assert found["host-first"]["decider"] == "host"
    assert found["coalition-next"]["decider"] == "coalition_headquarters"
    assert found["west-together"]["decider"] == "capitals"
    assert found["west-together"]["guarantors"] == ["United States", "United Kingdom", "France"]
    assert found["host-first"]["caveats"] == []
    assert found["coalition-next"]["caveats"]
    assert found["west-together"]["caveats"]
    assert found["west-together"]["answers"] == ["offensive"]


def test_what_others_than_the_host_send_in_time_stands_apart():
    """Most of the published ladder's chance in time is the host's own action, and the document says so."""
    published, force = (
        {one["breach"]: one for one in ladder("ukraine", name, futures=64).document["phases"][0]["breaches"]}
        for name in ("breach-ladder", "reassurance-force")
    )
    for breach in ("grab", "offensive"):
        assert published[breach]["in_time_by_others"]["mean"] < published[breach]["in_time"]["mean"] / 2.0
        assert force[breach]["in_time_by_others"] == force[breach]["in_time"]
