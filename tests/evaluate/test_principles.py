"""Principles with their figures (EV7): what bears on a design, figures counted again, and no verdicts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest
from ruamel.yaml import YAML
from scipy import stats

from holdfast.authorise.proposal import Member, members_of
from holdfast.authorise.ruling import carried
from holdfast.cases import library
from holdfast.evaluate.principles import FIGURES, bearing, stops_alone
from holdfast.evaluate.question import Question
from holdfast.vocabulary.ballot import Vote
from holdfast.vocabulary.body import Consensus, HostInvitation, Ratification, ShareOfVoting, sitting
from holdfast.vocabulary.method import Figure

FOLDER = library() / "cases" / "ukraine"
TOPICS = {
    "whose-consent": {"consent"},
    "partial-peacekeepers": set(),
    "use-of-force": {"use_of_force"},
    "line-not-border": {"line_against_border"},
    "belligerent-with-veto": {"parties_with_veto"},
    "allied-contributors": {"contributors_tied", "contributors_allied"},
    "precedent": set(),
}
"""What the page must hold: consent, impartiality, use of force, line against border, a belligerent with a
veto, contributors allied to a belligerent, precedent; with their figures."""

VERDICTS = re.compile(
    r"\b(?:score[ds]?|rank(?:s|ed|ing)?|grade[ds]?|rating|good|bad|best|worst|better|worse|fair(?:er|est)?|unfair"
    r"|wise|unwise|foolish|naive|moral(?:ly)?|immoral|unacceptable|outrageous|shameful|ideal|perfect|flawed"
    r"|sensible|absurd|should|ought|must not|deserves?|commendable|regrettable|unfortunate(?:ly)?)\b",
    re.IGNORECASE,
)
"""Words that judge."""


def written(name):
    """Return a file of the packaged case as plain data."""
    return YAML(typ="safe", pure=True).load((FOLDER / name).read_text("utf-8"))


@pytest.fixture
def ask(case, settlement, few):
    def asked(arrangement, terms=settlement):
        arrangement = case.arrangements[arrangement] if isinstance(arrangement, str) else arrangement
        return Question(case, terms, arrangement, few)

    return asked


def changed(arrangement, mission=None, mandate=None, asks=None, **rest):
    """Return an arrangement with its first phase's mission changed, and more."""
    first = arrangement.phases[0]
    sent = first.mission
    if mandate:
        sent = sent.model_copy(update={"mandate": sent.mandate.model_copy(update=mandate)})
    if asks:
        sent = sent.model_copy(update={"contributors": sent.contributors.model_copy(update=asks)})
    first = first.model_copy(update={"mission": sent.model_copy(update=mission or {})})
    return arrangement.model_copy(update={"phases": (first, *arrangement.phases[1:]), **rest})


def facts(question, kind, key=None):
    return [
        fact
        for one in bearing(question)
        if key is None or one.principle.key == key
        for fact in one.facts
        if fact.kind == kind
    ]


# --- What bears -------------------------------------------------------------------------------------------


def test_a_principle_bears_where_each_of_its_lists_holds_what_the_design_has(case, ask):
    """The rule as plain data says it: another reading of the same files."""
    listed = written("principles.yaml")["principles"]
    for name in case.arrangements:
        words = written(f"arrangements/{name}.yaml")
        missions = [phase["mission"] for phase in words["phases"] if phase["mission"]]
        has = {
            "formats": {words["format"]},
            "areas": {mission["mandate"]["area"] for mission in missions},
            "use_of_force": {mission["mandate"]["use_of_force"] for mission in missions},
            "bodies": {words["authority"]},
        }

        def bears(applies, has=has):
            return all(not applies[key] or set(applies[key]) & has[key] for key in has)

        found = bearing(ask(name))
        assert [one.principle.key for one in found] == [
            one["key"] for one in listed if bears(one["applies"])
        ], name
        for one, told in zip(found, [one for one in listed if bears(one["applies"])], strict=True):
            precedents = [each["key"] for each in told.get("precedents", ()) if bears(each["applies"])]
            where = [fact.read_from[0] for fact in one.facts if fact.kind == "precedent"]
            assert where == [f"principles[{told['key']}].precedents[{key}]" for key in precedents]
            kinds = dict.fromkeys(fact.kind for fact in one.facts if fact.kind != "precedent")
            assert list(kinds) == [kind for kind in told.get("figures", ()) if kind in kinds]


def test_the_page_holds_what_it_is_for(case):
    known = {principle.key: principle for principle in case.principles}
    for key, figures in TOPICS.items():
        assert set(known[key].figures) == figures, key
        assert len(known[key].sources) >= 2, key
    assert known["precedent"].precedents
    assert {figure for one in known.values() for figure in one.figures} == set(FIGURES)


def test_every_figure_that_may_be_named_is_filled():
    assert set(FIGURES) == set(get_args(Figure))


def test_nothing_is_asked_of_a_design_without_anything(ask):
    assert all(not one.facts for one in bearing(ask("none")))


# --- Figures, counted again -------------------------------------------------------------------------------


def test_line_and_border_in_km(case, ask):
    theatre, ledger = written("theatre.yaml"), written("ledger/theatre.yaml")
    (row,) = (one for one in ledger["estimates"] if one["name"] == theatre["line_km"])
    low, mode, high = (row["distribution"][key] for key in ("low", "mode", "high"))
    lengths = stats.triang((mode - low) / (high - low), low, high - low)
    length, points, border = facts(ask("osce-monitors"), "line_against_border")
    assert length.numbers["line_km_low"] == pytest.approx(lengths.ppf(0.05), rel=1e-9)
    assert length.numbers["line_km"] == pytest.approx(lengths.ppf(0.5), rel=1e-9)
    assert length.numbers["line_km_high"] == pytest.approx(lengths.ppf(0.95), rel=1e-9)
    assert f"{lengths.ppf(0.05):,.0f} to {lengths.ppf(0.95):,.0f} km" in length.text
    assert list(length.sources) == [basis["source"] for basis in row["sources"]]
    drawn = [point["terrain"] for point in theatre["line"]["points"]]
    assert points.numbers == {"points": len(drawn), "points_on_border": drawn.count("border")}
    assert border.numbers["border_km"] == theatre["border"]["km"] == 1974
    assert border.numbers["line_over_border"] == pytest.approx(lengths.ppf(0.5) / 1974, rel=1e-9)
    assert "1,974 km" in border.text
    stated = {one["key"]: one for one in written("sources/theatre.yaml")["sources"]}
    assert stated["border-ukraine-russia"]["states"][0]["value"] == theatre["border"]["km"]
    assert "border-ukraine-russia" in border.sources


def test_a_theatre_without_a_border_names_none(case, ask):
    bare = replace(case, theatre=case.theatre.model_copy(update={"border": None}))
    found = facts(replace(ask("osce-monitors"), case=bare), "line_against_border")
    assert len(found) == 2


def voted_down(question, body, state):
    """Return whether a decision fails if all vote for it but one, counted by the rule itself."""
    parties = {party.state for party in question.case.parties}
    rule, day = body.rule, question.case.about.voting_day
    if isinstance(rule, HostInvitation):
        members = [Member(rule.host, party=True), Member("FRA"), Member("GBR")]
    else:
        members = list(members_of(body, day, parties))
    if isinstance(rule, Ratification) and rule.guarantors:
        named = {g for p in question.arrangement.phases for one in p.guarantees for g in one.guarantors}
        rule = rule.model_copy(update={"required": (*rule.required, *sorted(named - set(rule.required)))})
        members += [Member(code) for code in rule.required if code not in {one.state for one in members}]
    if isinstance(rule, Consensus):  # whose objection does not count does not sit
        members = [one for one in members if one.state not in rule.excepted]
    codes = {member.state for member in members}
    votes: dict[str, Vote] = dict.fromkeys(codes, "yes")
    assert carried(rule, votes, members), body.key
    if state not in codes:
        return False
    votes[state] = "no"
    return not carried(rule, votes, members)


@pytest.mark.parametrize("name", ["un-peacekeepers", "coalition-support"])
def test_who_could_stop_a_decision_alone_by_a_count_of_votes(case, ask, name):
    question = ask(name)
    seen = set()
    for body in case.bodies.values():
        day = case.about.voting_day
        for state in {"UKR", "RUS", "BLR", "FRA", "CHN", *(seat.state for seat in sitting(body, day)[:8])}:
            if isinstance(body.rule, ShareOfVoting | HostInvitation) and state in {"FRA", "GBR"}:
                continue  # one of many
            expected = voted_down(question, body, state)
            assert stops_alone(question, body, state) == expected, (body.key, state)
            seen.add((body.key, expected))
    assert {("un-security-council", True), ("un-security-council", False)} <= seen
    assert ("un-general-assembly", True) not in seen


def test_a_party_that_must_abstain_stops_nothing(case, ask):
    council = case.bodies["un-security-council"]
    bound = council.model_copy(
        update={"rule": council.rule.model_copy(update={"party_abstains": "peaceful_settlement"})}
    )
    question = ask("un-peacekeepers")
    assert stops_alone(question, council, "RUS")
    assert not stops_alone(question, bound, "RUS")
    assert stops_alone(question, bound, "CHN")  # no party
    assert voted_down(question, bound, "CHN")
    assert not voted_down(question, bound, "RUS")


def test_the_bodies_that_each_party_could_stop_are_counted(case, ask):
    question = ask("un-peacekeepers")
    (*_, anywhere) = facts(question, "parties_with_veto")
    bodies = [body for body in case.bodies.values() if body.authorises]
    assert anywhere.numbers["bodies"] == len(bodies)
    for party in ("UKR", "RUS"):
        assert anywhere.numbers[party] == sum(voted_down(question, body, party) for body in bodies)


def test_the_designs_own_body_comes_first(case, ask):
    first, renewal, *_ = facts(ask("un-peacekeepers"), "parties_with_veto")
    assert first.states == ("RUS",)
    assert first.numbers == {"UKR": 0.0, "RUS": 1.0}
    assert "9 of 15 votes" in first.text
    assert first.sources == case.bodies["un-security-council"].sources
    assert renewal.numbers == {"renewal_months": 12}
    monitors = facts(ask("osce-monitors"), "parties_with_veto")[0]
    assert monitors.states == ("BLR", "RUS", "UKR")  # Belarus sits there and votes as Russia does
    assert case.about.follows == {"BLR": "RUS"}


def test_a_body_that_another_must_call_names_it(case, ask):
    held = changed(case.arrangements["un-peacekeepers"], authority="csto-council")
    told = facts(ask(held), "parties_with_veto")
    assert any("United Nations Security Council" in fact.text and "Before it" in fact.text for fact in told)
    assembly = case.bodies["un-general-assembly"]
    assert assembly.in_session_since <= case.about.voting_day  # so that nobody needs to call it


@pytest.mark.parametrize(
    "name", ["osce-monitors", "un-peacekeepers", "reassurance-force", "coalition-support"]
)
def test_who_of_those_asked_is_tied_or_allied(case, ask, name):
    """Counted from the files as plain data."""
    words, about = written(f"arrangements/{name}.yaml"), written("case.yaml")
    groups = {one["code"]: set(one["groups"]) for one in written("states.yaml")["states"]}
    asked = set()
    for phase in words["phases"]:
        if phase["mission"]:
            wanted = phase["mission"]["contributors"]
            asked |= {
                code
                for code, own in groups.items()
                if (code in wanted["states"] or own & set(wanted["groups"]))
                and code not in wanted["excluded"]
            }
        else:
            asked |= {code for one in phase["guarantees"] for code in one["guarantors"]}
    question = ask(name)
    tied = [fact for fact in facts(question, "contributors_tied") if "asked" in fact.numbers]
    assert len(tied) == 2
    for party, fact in zip(("UKR", "RUS"), tied, strict=True):
        named = {code for tie in about["ties"] if tie["party"] == party for code in tie["states"]}
        assert set(fact.states) == named & asked
        assert fact.numbers == {"asked": len(asked), "tied": len(named & asked)}
    for group, fact in zip(("nato", "coalition"), facts(question, "contributors_allied"), strict=True):
        members = {code for code in asked if group in groups.get(code, ())}
        assert set(fact.states) == members
        assert fact.numbers == {"asked": len(asked), "members": len(members)}


def test_known_ties_are_named_where_such_a_state_is_asked(case, ask):
    force = case.arrangements["un-peacekeepers"]
    tied = facts(ask(force), "contributors_tied")
    assert {state for fact in tied for state in fact.states} == {"CHN", "KAZ"}
    one_by_one = [fact for fact in tied if "asked" not in fact.numbers]
    assert [fact.states for fact in one_by_one] == [("KAZ",), ("CHN",)]
    assert all(fact.sources for fact in one_by_one)
    without = changed(force, asks={"excluded": ("KAZ", "CHN")})
    assert not any(fact.states for fact in facts(ask(without), "contributors_tied"))


def test_a_case_without_ties_lists_none(case, ask):
    bare = replace(case, about=case.about.model_copy(update={"ties": ()}))
    assert facts(replace(ask("un-peacekeepers"), case=bare), "contributors_tied") == []


def test_use_of_force_is_read_off_the_mandate(case, ask):
    force = case.arrangements["reassurance-force"]
    for step, level in enumerate(("none", "self_defence", "defend_mandate", "fight_with_host")):
        design = changed(force, mandate={"use_of_force": level})
        (fact,) = list(FIGURES["use_of_force"](ask(design)))
        assert fact.numbers == {"steps_of_force": step, "tasks_for_troops": 3}
    texts = {
        next(iter(FIGURES["use_of_force"](ask(name)))).text for name in ("osce-monitors", "un-peacekeepers")
    }
    assert len(texts) == 2
    assert any("no force" in text and text.endswith("for troops: none.") for text in texts)


def test_consent_names_the_answers_on_record(case, ask):
    words = written("settlements/twenty-points.yaml")
    recorded = {one["party"]: one for one in words.get("responses", ())}
    told = [
        fact for fact in facts(ask("reassurance-force"), "consent") if fact.states in {("UKR",), ("RUS",)}
    ]
    told = [fact for fact in told if "responses" in fact.read_from[0]]
    assert {fact.states[0] for fact in told} == {"UKR", "RUS"}
    for fact in told:
        (state,) = fact.states
        if state in recorded:
            assert fact.sources == tuple(recorded[state]["sources"])
            assert " ".join(recorded[state]["text"].split()) in fact.text
        else:
            assert fact.text.startswith("No answer of")
    silent = case.settlements["twenty-points"].model_copy(update={"responses": ()})
    told = facts(ask("reassurance-force", silent), "consent")
    assert sum(fact.text.startswith("No answer of") for fact in told) == 2


def test_consent_names_whose_is_needed(case, ask):
    told = facts(ask("reassurance-force"), "consent")
    assert told[0].numbers == {"UKR": 1.0, "RUS": 0.0}
    assert case.bodies["host-invitation"].consents in told[1].text
    assert any("on the host's side" in fact.text for fact in told)
    assert any("on both sides" in fact.text for fact in facts(ask("un-peacekeepers"), "consent"))


# --- Sources, and no verdicts -----------------------------------------------------------------------------


def test_every_fact_says_where_it_comes_from(case, ask):
    for name in case.arrangements:
        for settlement in case.settlements.values():
            for one in bearing(ask(name, settlement)):
                assert one.principle.sources
                for fact in one.facts:
                    assert fact.read_from
                    assert set(fact.sources) <= set(case.sources)
                    assert list(fact.states) == sorted(set(fact.states))
                    assert set(fact.states) <= set(case.countries)
                    if fact.kind == "precedent":
                        assert fact.sources


def test_ties_and_precedents_have_sources_on_record(case):
    for tie in case.about.ties:
        assert set(tie.sources) <= set(case.sources)
        assert tie.party in {party.state for party in case.parties}
        assert tie.party not in tie.states
    assert {tie.party for tie in case.about.ties} == {"UKR", "RUS"}  # told of both sides
    precedents = [each for one in case.principles for each in one.precedents]
    assert len(precedents) >= 10
    assert len({each.key for each in precedents}) == len(precedents)
    authorities = {body for each in precedents for body in each.applies.bodies}
    assert authorities >= {"un-security-council", "osce-permanent-council", "host-invitation", "treaty-force"}


def test_no_word_passes_judgement(case, ask):
    texts = {(one.key, one.facts) for one in case.principles}
    texts |= {(each.key, each.facts) for one in case.principles for each in one.precedents}
    texts |= {("tie", tie.text) for tie in case.about.ties}
    texts |= {
        (fact.kind, fact.text)
        for name in case.arrangements
        for one in bearing(ask(name))
        for fact in one.facts
        if not fact.sources  # those with sources tell what others wrote
    }
    assert len(texts) > 40
    wrong = {(key, found.group()) for key, text in texts for found in VERDICTS.finditer(text)}
    assert not wrong
    assert VERDICTS.search("a better design")
    assert VERDICTS.search("it should be ranked")
