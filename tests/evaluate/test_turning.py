"""What would turn a refusal (EV14, EV15): against brute force, and what must hold of any answer."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from holdfast.errors import UsageProblem
from holdfast.evaluate import Memory
from holdfast.evaluate.field import field_of
from holdfast.evaluate.parties import acceptance_of, stakes_of
from holdfast.evaluate.question import Question
from holdfast.evaluate.turning import HALF, levers_of, turning
from holdfast.vocabulary.arrangement import Arrangement, Trigger
from holdfast.vocabulary.settlement import Settlement, Terms

SIZES = {"army_cap_persons", "buffer_km", "belt_km", "guarantee_years"}


@pytest.fixture(scope="module")
def memory():
    return Memory()


@pytest.fixture(scope="module")
def few(case):
    """Return 32 futures of the case: enough to tell designs apart."""
    from holdfast.futures import Futures

    return Futures(case.ledger, 0, 32)


@pytest.fixture
def ask(case, few):
    """Return a way to put a question: settlement and arrangement by name, or as they are."""

    def asked(settlement, arrangement, **terms):
        if isinstance(settlement, str):
            settlement = case.settlements[settlement]
        if isinstance(arrangement, str):
            arrangement = case.arrangements[arrangement]
        if terms:
            settlement = settlement.model_copy(update={"terms": settlement.terms.model_copy(update=terms)})
        return Question(case, settlement, arrangement, few)

    return asked


def judged(question, memory):
    """Return what the parties make of a design."""
    phase = question.arrangement.phases[0]
    weighed = stakes_of(question, phase, field_of(question, phase, memory), memory)
    return acceptance_of(question, weighed, memory)


def means(acceptance):
    return acceptance.by_party.mean(axis=1)


def with_terms_of(question, changes):
    """Return the question with variables of the settlement set, read anew; None where that is refused."""
    words = question.settlement.model_dump()
    words["terms"] |= {change.path: change.after for change in changes}
    try:
        return replace(question, settlement=Settlement.model_validate(words))
    except ValidationError:
        return None


# --- What is tried ----------------------------------------------------------------------------------------


def values_by_schema(name):
    """Return the values that the published schema allows a variable, None for null."""
    allowed = Terms.model_json_schema()["properties"][name]
    found: set[object] = set()
    for arm in allowed.get("anyOf", [allowed]):
        if arm.get("type") == "boolean":
            found |= {True, False}
        elif arm.get("type") == "null":
            found.add(None)
        else:
            found |= set(arm.get("enum", [arm["const"]] if "const" in arm else []))
    return found


def test_every_value_that_the_schema_allows_is_tried(ask):
    for settlement in ("twenty-points", "none", "us-28-points"):
        question = ask(settlement, "none")
        tried: dict[str, list[object]] = {}
        for lever in levers_of(question):
            if lever.change.part == "settlement":
                tried.setdefault(lever.change.path, []).append(lever.change.after)
        for name in Terms.model_fields:
            now = getattr(question.settlement.terms, name)
            after = tried.get(name, [])
            assert len(after) == len(set(after)), name
            if name in SIZES:
                assert (None in after) == (now is not None), name
                assert now is None or now == 0.0 or {now / 2.0, now * 2.0} <= set(after), name
            else:
                assert set(after) == values_by_schema(name) - {now}, name


def test_sizes_on_the_table_are_tried(case, ask):
    tried = {
        (lever.change.path, lever.change.after)
        for lever in levers_of(ask("bare-truce", "none"))
        if lever.change.path in SIZES
    }
    for name in SIZES:
        now = getattr(case.settlements["bare-truce"].terms, name)
        for settlement in case.settlements.values():
            size = getattr(settlement.terms, name)
            assert size is None or size == now or (name, size) in tried


def test_what_a_designer_may_choose_is_tried(case, ask):
    force = case.arrangements["reassurance-force"]
    found = {
        (lever.change.path, lever.change.after)
        for lever in levers_of(ask("twenty-points", force))
        if lever.change.part == "arrangement"
    }
    central = case.ledger.shape(case.about.support_now).quantile(0.5)
    phase = "phases[all]."
    assert {
        (f"{phase}mission.mandate.use_of_force", "self_defence"),
        (f"{phase}mission.mandate.use_of_force", "fight_with_host"),
        (f"{phase}mission.mandate.area", "line"),
        (f"{phase}mission.mandate.area", "neighbour"),
        (f"{phase}mission.mandate.renewal_months", 6),
        (f"{phase}mission.mandate.renewal_months", None),
        (f"{phase}mission.access", "both_sides"),
        (f"{phase}mission.components", 14_600.0),
        (f"{phase}mission.components", 58_400.0),
        (f"{phase}mission.contributors.excluded[nato]", 5),
        (f"{phase}guarantees[from-europe]", None),
        (f"{phase}guarantees[from-the-theatre]", None),
        (f"{phase}guarantees[arms-and-sanctions]", "arms-and-sanctions"),
        (f"{phase}support.military_eur_per_year", 0.5 * central),
        (f"{phase}support.military_eur_per_year", 2.0 * central),
        (f"{phase}support.extra_trained_persons_per_year", 20_000.0),
        (f"{phase}support.intelligence", False),
    } <= found
    assert (f"{phase}mission.mandate.use_of_force", "none") not in found  # two steps away


def test_each_lever_does_what_its_path_says(case, ask):
    """Only the field at the path differs afterwards, and the result is a design that a file could hold."""
    for name in case.arrangements:
        question = ask("us-28-points", name)
        for lever in levers_of(question):
            settlement, arrangement = lever.make(question.settlement, question.arrangement)
            if lever.change.part == "settlement":
                assert arrangement is question.arrangement
                expected = question.settlement.terms.model_dump() | {lever.change.path: lever.change.after}
                assert settlement.terms.model_dump() == expected
                continue
            assert settlement is question.settlement
            assert Arrangement.model_validate(arrangement.model_dump()) == arrangement
            field = lever.change.path.partition("].")[2].split("[")[0].split(".")
            before, after = (one.phases[0].model_dump() for one in (question.arrangement, arrangement))
            for key in field[:-1]:
                rest = [{k: v for k, v in one.items() if k != key} for one in (before, after)]
                assert rest[0] == rest[1], lever.change.path
                before, after = before[key], after[key]
            assert {key for key in before if before[key] != after[key]} == {field[-1]}, lever.change.path


# --- Against brute force ----------------------------------------------------------------------------------

NEGOTIABLE = (
    "foreign_troops",
    "recognition",
    "land",
    "sanctions",
    "snap_back",
    "guarantee",
    "buffer_km",
    "belt_km",
)


def lacking(before, after, place):
    """Return what a party, and others that accepted before, lack to one half."""
    return sum(
        max(0.0, HALF - new)
        for other, (old, new) in enumerate(zip(means(before), means(after), strict=True))
        if other == place or old >= HALF
    )


@pytest.mark.parametrize(
    ("settlement", "arrangement", "terms"),
    [
        ("us-28-points", "none", {"recognition": "de_jure"}),
        ("us-28-points", "un-peacekeepers", {"foreign_troops": "none"}),
        (
            "political-settlement",
            "none",
            {"foreign_troops": "none", "sanctions": "lifted", "land": "to_opponent"},
        ),
    ],
)
def test_pairs_against_all_pairs_one_by_one(ask, memory, settlement, arrangement, terms):
    question = ask(settlement, arrangement, **terms)
    levers = [lever for lever in levers_of(question) if lever.change.path in NEGOTIABLE]
    before = judged(question, memory)
    results = {}
    for changes in itertools.chain(
        ((one.change,) for one in levers),
        ((one.change, two.change) for one, two in itertools.combinations(levers, 2)),
    ):
        if len({change.path for change in changes}) == len(changes):
            other = with_terms_of(question, changes)
            if other is not None:
                results[changes] = judged(other, memory)
    for place, party in enumerate(before.parties):
        found = turning(question, memory, party=party, levers=levers)
        if means(before)[place] >= HALF:
            assert found == ()
            continue
        reached = {one for one, after in results.items() if means(after)[place] >= HALF}
        clean = {one for one in reached if lacking(before, results[one], place) == 0.0}
        for how, expected in (("turns", clean), ("at_a_price", reached - clean)):
            mine = [turn for turn in found if turn.how == how]
            fewest = min((len(one) for one in expected), default=0)
            if how == "at_a_price" and fewest == 2 and any(len(one) == 1 for one in clean):
                fewest = 0  # pairs are not tried where one change is enough
            assert {len(turn.changes) for turn in mine} <= {fewest}
            assert bool(mine) == bool(fewest), (party, how)
            if mine:
                best = max(results[one].both.mean() for one in expected if len(one) == fewest)
                assert mine[0].after.both.mean() == pytest.approx(best, rel=1e-12)
            for turn in mine:
                np.testing.assert_array_equal(turn.after.by_party, results[turn.changes].by_party)
        if not clean:
            least = min(lacking(before, after, place) for after in results.values())
            mine = min(lacking(before, turn.after, place) for turn in found)
            assert mine == pytest.approx(least, abs=1e-9)


@pytest.mark.parametrize("most", [1, 2])
def test_where_nothing_turns_it_the_nearest_is_told(ask, memory, most):
    question = ask("us-28-points", "none", recognition="de_jure")
    names = {"sanctions", "elections", "prisoners", "assets"}
    levers = [lever for lever in levers_of(question) if lever.change.path in names]
    before = judged(question, memory)
    results = {
        changes: judged(with_terms_of(question, changes), memory)
        for count in range(1, most + 1)
        for changes in itertools.combinations([lever.change for lever in levers], count)
        if len({change.path for change in changes}) == count
    }
    assert max(means(after)[0] for after in results.values()) < HALF
    (nearest,) = turning(question, memory, party="UKR", most=most, levers=levers)
    assert nearest.how == "nearest"
    assert lacking(before, nearest.after, 0) == min(lacking(before, after, 0) for after in results.values())
    assert means(nearest.after)[0] > means(before)[0]
    assert len(nearest.changes) == most  # each of them helps
    worse = [lever for lever in levers if means(results[(lever.change,)])[0] < means(before)[0]]
    assert worse
    assert turning(question, memory, party="UKR", most=1, levers=worse) == ()


def test_a_pair_is_tried_only_where_one_change_is_not_enough(ask, memory):
    question = ask("us-28-points", "none", recognition="de_jure")
    one = turning(question, memory, party="UKR", most=1)
    two = turning(question, memory, party="UKR", most=2)
    assert {turn.how for turn in one} <= {"at_a_price", "nearest"}
    assert {len(turn.changes) for turn in two if turn.how == "turns"} == {2}
    assert turning(ask("us-28-points", "none"), memory, party="UKR", most=2) == turning(
        ask("us-28-points", "none"), memory, party="UKR", most=1
    )


def test_guessing_which_pairs_promise_most_loses_nothing_here(ask, memory):
    question = ask("us-28-points", "reassurance-force")
    bounded = turning(question, memory, party="UKR")
    whole = turning(question, memory, party="UKR", tried=10**6)
    assert bounded[0].changes == whole[0].changes
    assert len(bounded) == len(whole)


# --- What must hold of any answer -------------------------------------------------------------------------


def test_a_clause_that_made_a_refusal_is_undone(case, ask, memory):
    """Wherever one clause alone turns acceptance into refusal, undoing it is among the answers."""
    undone = []
    for settlement, arrangement in (("european-counter", "osce-monitors"), ("bare-truce", "un-peacekeepers")):
        base = ask(settlement, arrangement)
        before = judged(base, memory)
        assert (means(before) >= HALF).all()
        for change in (lever.change for lever in levers_of(base) if lever.change.part == "settlement"):
            spoilt = with_terms_of(base, [change])
            if spoilt is None:
                continue
            refused = means(judged(spoilt, memory)) < HALF
            for party in itertools.compress(before.parties, refused):
                turns = [one for one in turning(spoilt, memory, party=party) if one.how == "turns"]
                assert {len(turn.changes) for turn in turns} == {1}
                mine = [turn for turn in turns if turn.changes[0].path == change.path]
                chances = [turn.after.both.mean() for turn in mine]
                assert np.isclose(chances, before.both.mean(), rtol=1e-12).any(), change
                undone.append((change.path, party))
    assert len(undone) >= 10
    assert {"ceasefire", "foreign_troops", "monitoring_means", "recognition"} <= {path for path, _ in undone}


def test_what_is_said_of_each_answer_is_true(case, ask, memory):
    hows = set()
    for settlement, arrangement in itertools.product(case.settlements, case.arrangements):
        question = ask(settlement, arrangement)
        before = judged(question, memory)
        refusing = {p for p, mean in zip(before.parties, means(before), strict=True) if mean < HALF}
        found = turning(question, memory)
        assert {turn.party for turn in found} <= refusing
        for party in refusing:
            mine = [turn for turn in found if turn.party == party]
            assert mine, (settlement, arrangement, party)
            place = before.parties.index(party)
            groups = [
                [turn for turn in mine if turn.how == how] for how in ("turns", "at_a_price", "nearest")
            ]
            assert [*groups[0], *groups[1], *groups[2]] == mine  # in this order
            assert not (groups[0] and groups[2])
            for group in groups[:2]:
                assert len({len(turn.changes) for turn in group}) <= 1
                chances = [round(float(turn.after.both.mean()), 9) for turn in group]
                assert chances == sorted(chances, reverse=True)
            for turn in mine:
                hows.add(turn.how)
                assert len({change.path for change in turn.changes}) == len(turn.changes)
                assert turn.before.by_party.tobytes() == before.by_party.tobytes()
                fell = {
                    other
                    for other, old, new in zip(before.parties, means(before), means(turn.after), strict=True)
                    if other != party and old >= HALF > new
                }
                assert set(turn.falls) == fell
                assert (means(turn.after)[place] >= HALF) == (turn.how != "nearest" or bool(fell))
                if turn.how == "turns":
                    assert not fell
                if turn.how == "at_a_price":
                    assert fell
                if turn.how != "nearest":
                    assert turn.after.barred_by == ()
                    assert turn.bar == ("lifted" if before.barred_by else "none")
                if all(change.part == "settlement" for change in turn.changes):
                    again = judged(with_terms_of(question, turn.changes), Memory())
                    np.testing.assert_array_equal(again.by_party, turn.after.by_party)
    assert hows >= {"turns", "at_a_price"}


def test_nobody_refuses_and_nothing_is_to_be_turned(ask, memory):
    assert turning(ask("european-counter", "none"), memory) == ()
    assert turning(ask("european-counter", "none"), memory, party="RUS") == ()


def test_more_to_choose_from_never_makes_the_answer_larger(ask, memory):
    question = ask("twenty-points", "reassurance-force")
    levers = levers_of(question)
    sizes = []
    for count in (0, 10, 25, 50, len(levers)):
        found = turning(question, memory, party="RUS", levers=levers[:count])
        clean = [turn for turn in found if turn.how == "turns"]
        sizes.append((len(clean[0].changes), -clean[0].after.both.mean()) if clean else (np.inf, 0.0))
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0][0] == np.inf
    assert sizes[-1][0] == 1


def test_two_values_that_come_to_the_same_are_told_once(ask, memory):
    for turn in turning(ask("us-28-points", "none"), memory, party="UKR"):
        assert turn.changes[0].after is not None  # leaving ground open is leaving it as held
    found = turning(ask("us-28-points", "none"), memory, party="UKR")
    keys = [(tuple(c.path for c in turn.changes), turn.after.by_party.tobytes()) for turn in found]
    assert len(keys) == len(set(keys))


# --- Bars, and what the vocabulary refuses ----------------------------------------------------------------


def test_what_lifts_a_bar_is_found(ask, memory):
    question = ask("twenty-points", "un-peacekeepers", foreign_troops="none")
    found = turning(question, memory)
    for party in ("UKR", "RUS"):
        mine = [turn for turn in found if turn.party == party]
        assert {turn.how for turn in mine} == {"turns"}
        assert {turn.bar for turn in mine} == {"lifted"}
        assert all(turn.before.barred_by and not turn.after.barred_by for turn in mine)
        changed = {(turn.changes[0].path, turn.changes[0].after) for turn in mine}
        assert ("foreign_troops", "open") in changed
        assert ("phases[all].mission.mandate.area", "neighbour") in changed


def test_a_ban_on_an_alliance_is_lifted_by_leaving_its_members_out(ask, memory):
    found = turning(ask("us-28-points", "reassurance-force"), memory, party="RUS")
    left_out = [turn for turn in found if "excluded[nato]" in turn.changes[0].path]
    assert [turn.bar for turn in left_out] == ["lifted"]
    assert left_out[0].changes[0].after == 33 - 28


def test_a_bar_in_a_later_phase_is_found(case, ask, memory):
    force = case.arrangements["un-peacekeepers"]
    first = force.phases[0].model_copy(update={"mission": None})
    later = force.phases[0].model_copy(update={"name": "later", "starts": Trigger(after_months=12.0)})
    two = force.model_copy(update={"phases": (first, later)})
    found = turning(ask("twenty-points", two, foreign_troops="none"), memory, party="RUS")
    assert "phases[later].mission.mandate.area" in {turn.changes[0].path for turn in found}


def test_no_ceasefire_is_turned_by_one(ask, memory):
    for turn in turning(ask("none", "none"), memory):
        assert [change.path for change in turn.changes] == ["ceasefire"]


def test_what_the_vocabulary_refuses_is_passed_over(ask, memory):
    # a belt of nought lies inside a zone of 10 km; without the zone it may stand
    question = ask("political-settlement", "reassurance-force")
    levers = {(one.change.path, one.change.after): one for one in levers_of(question)}
    belt, zone = levers["belt_km", 0.0], levers["buffer_km", None]
    with pytest.raises(ValidationError):
        Terms.model_validate(belt.make(question.settlement, question.arrangement)[0].terms.model_dump())
    assert turning(question, memory, party="RUS", levers=(belt,)) == ()
    assert with_terms_of(question, [zone.change, belt.change]) is not None
    both = turning(question, memory, party="RUS", levers=(belt, zone, levers["recognition", "de_facto"]))
    assert both[0].changes == (levers["recognition", "de_facto"].change,)


def test_nobody_is_sent_where_nobody_is_asked(ask, memory):
    question = ask("twenty-points", "reassurance-force")
    (alone,) = (one for one in levers_of(question) if "excluded[coalition]" in one.change.path)
    assert alone.change.after == 0
    assert turning(question, memory, party="RUS", levers=(alone,)) == ()


# --- How it is asked --------------------------------------------------------------------------------------


def test_the_order_of_states_in_files_does_not_matter(case, ask, memory):
    question = ask("us-28-points", "reassurance-force")
    turned = replace(case, states=dict(reversed(case.states.items())))
    one = turning(question, memory)
    two = turning(replace(question, case=turned), Memory())
    assert [turn.changes for turn in one] == [turn.changes for turn in two]
    for first, second in zip(one, two, strict=True):
        np.testing.assert_allclose(first.after.by_party, second.after.by_party, rtol=1e-9)


def test_memory_changes_nothing(ask, memory):
    question = ask("twenty-points", "reassurance-force")
    one, two = turning(question, Memory()), turning(question, memory)
    assert [(turn.changes, turn.after.by_party.tobytes()) for turn in one] == [
        (turn.changes, turn.after.by_party.tobytes()) for turn in two
    ]


def test_what_the_changes_read_is_not_counted_as_read(ask, memory):
    question, plain = (ask("twenty-points", "reassurance-force") for _ in range(2))
    judged(plain, memory)
    assert turning(question, memory)
    assert question.used == plain.used


def test_words_name_both_values(ask):
    question = ask("twenty-points", "reassurance-force")
    words = {(one.change.path, one.change.after): one.change.words for one in levers_of(question)}
    assert words["recognition", "de_facto"] == "the settlement's recognition from 'none' to 'de facto'"
    assert words["army_cap_persons", None] == "the settlement's army cap from 800,000 persons to not settled"
    assert words["guarantee_years", 30.0] == "the settlement's guarantee from 15 years to 30 years"
    assert words["elections", False] == "the settlement's elections from yes to no"
    area = "phases[all].mission.mandate.area"
    assert words[area, "neighbour"] == "phase 'all': area from 'rear' to 'neighbour'"


@pytest.mark.parametrize("wrong", [{"party": "FRA"}, {"most": 0}, {"tried": 0}])
def test_what_cannot_be_asked_is_refused(ask, memory, wrong):
    with pytest.raises(UsageProblem):
        turning(ask("twenty-points", "none"), memory, **wrong)
