"""The engine against votes counted one by one, closed forms and properties."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from tests.authorise.bodies import (
    CONSENSUS,
    COUNCIL_RULE,
    KINDS,
    LARGE,
    TWO_THIRDS,
    by_enumeration,
    code,
    counted,
    every_vote,
    large_proposal,
    only,
    random_body,
    random_proposal,
    replaced,
    seated,
    with_fixed,
)

from holdfast.authorise import (
    Blocker,
    Member,
    NoChance,
    Proposal,
    authorise,
    carried,
    marginal_positions,
)
from holdfast.authorise.diagram import share_weights
from holdfast.vocabulary.body import Consensus, Fraction, HostInvitation, QuotaWithVeto, Ratification

NEVER, IDLE, ALWAYS = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


def chance(proposal, called_by=()):
    return authorise(proposal, called_by=called_by, with_blockers=False).chance


def of_one(*members, rule, futures=1, **given_):
    """A proposal with a few members who all stand alike."""
    n = len(members)
    fields = {
        "latent": np.zeros((futures, n)),
        "spread": np.zeros((futures, n)),
        "common": np.zeros(futures),
        "bloc": np.zeros(futures),
        "threshold_no": np.full((futures, n), -1.0),
        "threshold_yes": np.full(futures, 0.5),
    }
    return Proposal(rule=rule, members=members, **fields | given_)


# --- Votes counted one by one ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_count_agrees_with_the_first(kind):
    rng = np.random.default_rng([KINDS.index(kind), 3])
    for _ in range(4):
        rule, members = random_body(kind, rng, size=5)
        votes, kept = every_vote(rule, members)
        assert (counted(rule, members, votes) == kept).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(10))
def test_small_bodies_equal_votes_counted_one_by_one(kind, seed):
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    rule, members = random_body(kind, rng, size=int(rng.integers(2, 7)))
    proposal = random_proposal(rule, members, rng, futures=2, with_fixed=seed % 2 == 0)
    _, kept = every_vote(rule, members)
    result = authorise(proposal)
    assert result.computing_error < 1e-6
    for future, found in enumerate(result.chance):
        assert found == pytest.approx(by_enumeration(proposal, future, kept), abs=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_bodies_of_twelve_equal_votes_counted_one_by_one(kind):
    rng = np.random.default_rng([KINDS.index(kind), 12])
    rule, members = random_body(kind, rng, size=12)
    proposal = random_proposal(rule, members, rng, futures=1, weight=0.7)
    _, kept = every_vote(rule, members)
    wanted = by_enumeration(proposal, 0, kept, z_step=1 / 3, v_nodes=80)
    assert chance(proposal)[0] == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_is_monotone_from_no_over_abstain_to_yes(kind):
    rng = np.random.default_rng(KINDS.index(kind))
    for _ in range(4):
        rule, members = random_body(kind, rng, size=5)
        votes, kept = every_vote(rule, members)
        table = dict(zip(map(tuple, votes.tolist()), kept.tolist(), strict=True))
        for row, was in table.items():
            for i, vote in enumerate(row):
                if vote < 2 and was:
                    assert table[(*row[:i], vote + 1, *row[i + 1 :])]


@pytest.mark.parametrize("kind", KINDS)
def test_certain_votes_give_nought_or_one(kind):
    rng = np.random.default_rng(KINDS.index(kind))
    rule, members = random_body(kind, rng, size=4)
    votes, kept = every_vote(rule, members)
    futures = len(votes)
    proposal = of_one(
        *members,
        rule=rule,
        futures=futures,
        common=np.ones(futures),
        bloc=np.ones(futures),
        fixed=np.eye(3)[votes],
    )
    result = authorise(proposal)
    assert (result.chance == kept).all()
    assert result.computing_error == 0.0


@pytest.mark.parametrize(
    ("top", "bottom", "members"),
    [(2, 3, 193), (97, 193, 193), (51, 100, 193), (51, 100, 9), (1, 1, 5), (3, 5, 40)],
)
def test_a_share_in_small_numbers_decides_alike(top, bottom, members):
    gain, lose, needed = share_weights(Fraction(numerator=top, denominator=bottom), members)
    for yes in range(members + 1):
        for no in range(members + 1 - yes):
            enough = yes > 0 and yes * bottom >= top * (yes + no)
            assert enough == (gain * yes - lose * no >= needed and (needed > 0 or yes + no > 0))
    assert max(gain, lose) <= bottom
    if (top, bottom) == (97, 193):
        assert (gain, lose, needed) == (1, 1, 1)  # more for than against


def test_a_majority_is_more_for_than_against():
    members = tuple(Member(code(i)) for i in range(9))
    proposal = of_one(*members, rule=TWO_THIRDS, latent=np.full((1, 9), 0.3))
    majority = TWO_THIRDS.model_copy(update={"share_yes": Fraction(numerator=501, denominator=1000)})
    _, kept = every_vote(majority, members)
    assert chance(replaced(proposal, rule=majority))[0] == pytest.approx(
        by_enumeration(proposal, 0, kept), abs=1e-9
    )


# --- Closed forms ---------------------------------------------------------------------------------------


def test_one_member_is_the_closed_form():
    latent, common, bloc = np.linspace(-4, 4, 9)[:, None], np.linspace(0, 3, 9), np.linspace(2, 0, 9)
    spread = np.linspace(0.5, 0.0, 9)[:, None]
    rule = Ratification(kind="ratification", required=("UKR",))
    given_ = {"latent": latent, "common": common, "bloc": bloc, "spread": spread}
    for member, variance in (
        (Member("UKR"), 1 + spread[:, 0] ** 2 + common**2),
        (Member("UKR", bloc="one"), 1 + spread[:, 0] ** 2 + common**2 + bloc**2),
    ):
        proposal = of_one(member, rule=rule, futures=9, **given_)
        wanted = ndtr((latent[:, 0] - 0.5) / np.sqrt(variance))
        np.testing.assert_allclose(chance(proposal), wanted, rtol=0, atol=3e-8)
        np.testing.assert_allclose(marginal_positions(proposal)[:, 0, 2], wanted, rtol=0, atol=1e-15)


@pytest.mark.parametrize("weights", [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.6, 1.4)])
def test_two_that_must_both_agree_are_a_normal_quadrant(weights):
    # of two alike at their threshold both lie above it with chance 1/4 + arcsin(correlation) / 2 pi
    common, bloc = weights
    rule = Ratification(kind="ratification", required=("AAA", "AAB"))
    for names, shared in (
        (("a", "a"), common**2 + bloc**2),
        (("a", "b"), common**2),
        ((None, "a"), common**2),
    ):
        members = [Member(state, bloc=name) for state, name in zip(rule.required, names, strict=True)]
        proposal = of_one(
            *members,
            rule=rule,
            common=np.array([common]),
            bloc=np.array([bloc]),
            spread=np.full((1, 2), 0.75),
            threshold_yes=np.zeros(1),
        )
        variance = [1 + 0.75**2 + common**2 + (bloc**2 if name else 0.0) for name in names]
        wanted = 0.25 + math.asin(shared / math.sqrt(variance[0] * variance[1])) / (2 * math.pi)
        assert chance(proposal)[0] == pytest.approx(wanted, abs=6e-8)


def test_alike_members_under_a_quota_are_the_binomial():
    members = tuple(Member(code(i), bloc="same") for i in range(15))
    proposal = of_one(*members, rule=COUNCIL_RULE, latent=np.full((1, 15), 0.3), threshold_yes=np.zeros(1))
    p = float(ndtr(0.3))
    wanted = sum(math.comb(15, k) * p**k * (1 - p) ** (15 - k) for k in range(9, 16))
    assert chance(proposal)[0] == pytest.approx(wanted, abs=1e-12)


def test_factors_of_no_weight_give_independent_votes():
    proposal = large_proposal("council", 4, with_fixed=True, weight=0.0)
    noise = np.sqrt(1 + proposal.spread**2)
    no = ndtr((proposal.threshold_no - proposal.latent) / noise)
    yes = ndtr((proposal.latent - proposal.threshold_yes[:, None]) / noise)
    for future, found in enumerate(chance(proposal)):
        table = np.zeros(16)
        table[0] = 1.0
        for i, member in enumerate(proposal.members):
            against, for_ = no[future, i], yes[future, i]
            if i == 0:
                against, _, for_ = proposal.fixed[future, 0]
            rest = 1 - for_ - (against if member.veto else 0.0)
            table = rest * table + for_ * np.append(0.0, table[:-1])
        assert found == pytest.approx(table[9:].sum(), abs=1e-11)


@pytest.mark.parametrize("name", ["council", "union in three", "assembly"])
def test_a_bloc_factor_of_no_weight_leaves_the_common_factor_alone(name):
    proposal = large_proposal(name, 3)
    idle = replaced(proposal, bloc=np.zeros(3))
    alone = replaced(proposal, members=tuple(Member(m.state, m.veto, m.population) for m in proposal.members))
    np.testing.assert_allclose(chance(idle), chance(alone), rtol=0, atol=1e-12)
    faint = replaced(proposal, bloc=np.full(3, 1e-4))
    np.testing.assert_allclose(chance(faint), chance(alone), rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", LARGE)
def test_where_all_sit_in_one_bloc_its_factor_is_common_to_all(name):
    proposal = large_proposal(name, 3)
    members = proposal.members
    one = replaced(proposal, members=tuple(Member(m.state, m.veto, m.population, bloc="x") for m in members))
    merged = replaced(
        proposal,
        members=tuple(Member(m.state, m.veto, m.population) for m in members),
        common=np.sqrt(proposal.common**2 + proposal.bloc**2),
        bloc=np.zeros(3),
    )
    np.testing.assert_allclose(chance(one), chance(merged), rtol=0, atol=1e-12)
    # a certain caller keeps both factors apart, so here the bloc's own is averaged over
    np.testing.assert_allclose(chance(one, [caller(3, ALWAYS)]), chance(merged), rtol=0, atol=1e-7)


def test_a_bloc_of_one_is_that_members_own_noise():
    proposal = large_proposal("council", 3, blocs=False)
    alone = tuple(Member(m.state, m.veto, bloc=f"of {m.state}") for m in proposal.members)
    wider = np.sqrt(proposal.spread**2 + proposal.bloc[:, None] ** 2)
    np.testing.assert_allclose(
        chance(replaced(proposal, members=alone)),
        chance(replaced(proposal, spread=wider)),
        rtol=0,
        atol=1e-12,
    )


def test_fixed_members_belong_to_no_bloc():
    proposal = with_fixed(large_proposal("council", 3), AAB=(0.2, 0.3, 0.5), AAG=(0.1, 0.1, 0.8))
    left = tuple(
        Member(m.state, m.veto, bloc=None if m.state in {"AAB", "AAG"} else m.bloc) for m in proposal.members
    )
    np.testing.assert_allclose(chance(proposal), chance(replaced(proposal, members=left)), rtol=0, atol=1e-12)


# --- What the rules say ---------------------------------------------------------------------------------


def test_abstention_of_a_permanent_member_never_blocks():
    proposal = large_proposal("council", 2)
    sure = dict.fromkeys((code(i) for i in range(5, 15)), ALWAYS)
    for state in (code(i) for i in range(5)):
        votes = sure | dict.fromkeys((code(i) for i in range(5)), ALWAYS)
        assert (chance(with_fixed(proposal, **votes | {state: IDLE})) == 1.0).all()
        assert (chance(with_fixed(proposal, **votes | {state: NEVER})) == 0.0).all()


def test_a_third_and_one_blocks_the_assembly():
    proposal = large_proposal("assembly", 1)
    for against, abstaining, adopted in ((64, 0, True), (65, 0, False), (63, 3, True), (64, 3, False)):
        votes = {code(i): NEVER if i < against else ALWAYS for i in range(193)}
        votes |= {code(192 - i): IDLE for i in range(abstaining)}
        assert chance(with_fixed(proposal, **votes)) == float(adopted)


def test_consensus_minus_one():
    members = tuple(Member(code(i), bloc="b") for i in range(6))
    rule = Consensus(kind="consensus", excepted=("AAA",))
    proposal = of_one(*members, rule=rule, common=np.array([0.4]), bloc=np.array([0.7]))
    refusing = with_fixed(proposal, AAA=NEVER)
    rest = of_one(*members[1:], rule=CONSENSUS, common=np.array([0.4]), bloc=np.array([0.7]))
    np.testing.assert_allclose(chance(refusing), chance(rest), rtol=0, atol=1e-12)
    assert chance(replaced(refusing, rule=CONSENSUS)) == 0.0
    reason = authorise(with_fixed(proposal, AAA=NEVER, AAB=NEVER)).no_chance_reason
    assert reason == NoChance("refused", ("AAB",))
    assert authorise(refusing).no_chance_reason is None
    assert "AAA" not in {blocker.state for blocker in authorise(refusing).blockers}


@pytest.mark.parametrize("kind", ["consensus_minus", "ratification", "quota_chapter_six"])
def test_one_whose_vote_does_not_count_changes_nothing(kind):
    rng = np.random.default_rng(5)
    rule, members = random_body(kind, rng, size=6)
    if isinstance(rule, Consensus):
        rule, mute = rule.model_copy(update={"excepted": ("XXX",)}), Member("XXX", bloc=members[0].bloc)
    elif isinstance(rule, Ratification):
        mute = Member("XXX", bloc=members[0].bloc)
    else:
        mute = Member("XXX", veto=True, party=True, bloc=members[0].bloc)
    proposal = random_proposal(rule, members, rng, futures=3)
    widened = replaced(
        proposal,
        members=(*members, mute),
        latent=np.column_stack([proposal.latent, [-5.0, 0.0, 5.0]]),
        spread=np.column_stack([proposal.spread, np.ones(3)]),
        threshold_no=np.column_stack([proposal.threshold_no, np.full(3, -4.0)]),
        fixed=np.concatenate([proposal.fixed, np.full((3, 1, 3), np.nan)], axis=1),
    )
    one, other = authorise(proposal), authorise(widened)
    assert one.chance.tobytes() == other.chance.tobytes()
    assert one.blockers == other.blockers


def test_a_veto_holder_that_is_a_party_cannot_block_peaceful_settlement():
    proposal = large_proposal("council", 8)
    members = tuple(Member(m.state, m.veto, party=m.state == "AAB") for m in proposal.members)
    proposal = replaced(proposal, members=members)
    rule = QuotaWithVeto(kind="quota_with_veto", required_yes=9, party_abstains="peaceful_settlement")
    refusing = authorise(with_fixed(replaced(proposal, rule=rule), AAB=NEVER))
    np.testing.assert_allclose(refusing.chance, chance(with_fixed(proposal, AAB=IDLE)), rtol=0, atol=1e-12)
    assert "AAB" not in {blocker.state for blocker in refusing.blockers}


def test_a_quota_out_of_reach_is_no_chance():
    rule = QuotaWithVeto(kind="quota_with_veto", required_yes=2, party_abstains="peaceful_settlement")
    proposal = of_one(Member("AAA", party=True), Member("AAB"), rule=rule, latent=np.full((1, 2), 9.0))
    result = authorise(proposal)
    assert result.chance == 0.0
    assert result.blockers == ()
    assert result.no_chance_reason == NoChance("together", ())


# --- What must not matter -------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, 10**6), st.floats(0.0, 3.0))
def test_a_higher_leaning_never_lowers_the_chance(kind, seed, by):
    rng = np.random.default_rng(seed)
    rule, members = random_body(kind, rng)
    proposal = random_proposal(rule, members, rng, futures=3)
    latent = proposal.latent.copy()
    latent[:, int(rng.integers(latent.shape[1]))] += by
    before, after = authorise(proposal), authorise(replaced(proposal, latent=latent))
    assert (after.chance >= before.chance - 2e-7).all()
    assert all(b.rise >= b.rise_if_abstains - 1e-12 >= -2e-12 for b in before.blockers)


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, 10**6))
def test_the_order_of_members_and_names_of_blocs_change_no_byte(kind, seed):
    rng = np.random.default_rng(seed)
    rule, members = random_body(kind, rng)
    proposal = random_proposal(rule, members, rng)
    shuffled = seated(proposal, rng.permutation(len(members)))
    names = {name: f"{rng.random()}" for name in {member.bloc for member in members} - {None}}
    renamed = replaced(
        shuffled,
        members=tuple(
            Member(m.state, m.veto, m.population, m.party, names.get(m.bloc)) for m in shuffled.members
        ),
    )
    one, other = authorise(proposal), authorise(renamed)
    assert one.chance.tobytes() == other.chance.tobytes()
    assert one.blockers == other.blockers


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, 10**6))
def test_other_codes_of_states_change_at_most_the_last_bits(kind, seed):
    rng = np.random.default_rng(seed)
    rule, members = random_body(kind, rng)
    codes = dict(zip([m.state for m in members], rng.permutation([code(i) for i in range(99)]), strict=False))
    changed = {
        name: str(codes[value]) if isinstance(value, str) else tuple(str(codes[state]) for state in value)
        for name in ("host", "required", "excepted")
        if (value := getattr(rule, name, None)) is not None
    }
    proposal = random_proposal(rule, members, rng)
    relabelled = replaced(
        proposal,
        rule=rule.model_copy(update=changed),
        members=tuple(Member(str(codes[m.state]), m.veto, m.population, m.party, m.bloc) for m in members),
    )
    np.testing.assert_allclose(chance(relabelled), chance(proposal), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", LARGE)
def test_splitting_futures_changes_no_byte(name):
    proposal = large_proposal(name, 12)
    whole = chance(proposal).tobytes()
    parts = (slice(0, 1), slice(1, 5), slice(5, 12))
    assert b"".join(chance(only(proposal, part)).tobytes() for part in parts) == whole


def test_a_fixed_position_may_hold_in_some_futures_alone():
    proposal = large_proposal("council", 2, blocs=True)
    some = with_fixed(proposal, AAB=(0.5, 0.2, 0.3))
    fixed = some.fixed.copy()
    fixed[1] = np.nan
    mixed = chance(replaced(proposal, fixed=fixed))
    assert mixed.tolist() == [chance(some)[0], chance(proposal)[1]]


# --- Blockers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("called", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(2))
def test_blockers_are_what_a_change_of_mind_brings(kind, seed, called):
    rng = np.random.default_rng([seed, KINDS.index(kind), 2])
    rule, members = random_body(kind, rng, size=6)
    proposal = random_proposal(rule, members, rng, futures=4, weight=0.6)
    callers = [large_proposal("council", 4)] if called else []
    result = authorise(proposal, called_by=callers)
    rises = {blocker.state: (blocker.rise, blocker.rise_if_abstains) for blocker in result.blockers}
    assert result.blocker_futures == 4
    for i, member in enumerate(members):
        held = proposal.fixed[:, i]
        free = np.isnan(held[0, 0])
        threshold_no = proposal.threshold_no.copy()
        threshold_no[:, i] = -1e6
        idle = np.stack([np.zeros(4), held[:, 0] + held[:, 1], held[:, 2]], axis=1)
        changed = (
            replaced(proposal, threshold_no=threshold_no)
            if free
            else with_fixed(proposal, **{member.state: idle})
        )
        # a probit that votes yes for certain stays in its bloc, but then moves with nothing
        for found, other in zip(
            rises.get(member.state, (0.0, 0.0)),
            (with_fixed(proposal, **{member.state: ALWAYS}), changed),
            strict=True,
        ):
            sure = other.fixed is not proposal.fixed and (other.fixed[:, i] == ALWAYS).all()
            both = [_changed(caller, member.state, sure=sure) for caller in callers]
            wanted = float((chance(other, both) - chance(proposal, callers)).mean())
            assert found == pytest.approx(wanted, abs=2e-7)


def _changed(caller, state, *, sure):
    """Return the caller with the change of mind of one that may sit there: a sure yes, or no vote against."""
    place = next((i for i, one in enumerate(caller.members) if one.state == state), None)
    if place is None:
        return caller
    if sure:
        return with_fixed(caller, **{state: ALWAYS})
    threshold_no = caller.threshold_no.copy()
    threshold_no[:, place] = -1e6
    return replaced(caller, threshold_no=threshold_no)


def test_one_who_stops_the_caller_alone_leads_the_blockers():
    proposal = large_proposal("council", 8)
    caller = with_fixed(large_proposal("council", 8), AAB=NEVER)
    found = authorise(with_fixed(proposal, AAB=NEVER), called_by=[caller]).blockers
    assert [one.state for one in found] == ["AAB"]
    agreed = chance(with_fixed(proposal, AAB=ALWAYS), [with_fixed(caller, AAB=ALWAYS)])
    assert found[0].rise == pytest.approx(agreed.mean(), abs=1e-9)


def test_a_certain_veto_is_named_and_leads_the_blockers():
    proposal = with_fixed(large_proposal("council", 16), AAB=NEVER)
    result = authorise(proposal)
    assert (result.chance == 0.0).all()
    assert result.no_chance_reason == NoChance("refused", ("AAB",))
    assert [blocker.state for blocker in result.blockers] == ["AAB"]
    freed = authorise(with_fixed(proposal, AAB=IDLE))
    assert freed.no_chance_reason is None
    assert result.blockers[0].rise_if_abstains == pytest.approx(freed.chance.mean(), abs=1e-9)
    agreed = chance(with_fixed(proposal, AAB=ALWAYS))
    assert result.blockers[0].rise == pytest.approx(agreed.mean(), abs=1e-9)
    assert result.blocker_futures == 16


def test_two_certain_vetoes_leave_no_single_blocker():
    result = authorise(with_fixed(large_proposal("council", 8), AAB=NEVER, AAC=NEVER))
    assert result.no_chance_reason == NoChance("refused", ("AAB", "AAC"))
    assert result.blockers == ()


def test_a_withheld_consent_is_named():
    rule = HostInvitation(kind="host_invitation", host="AAA", minimum_contributors=2)
    members = tuple(Member(code(i), bloc="b" if i else None) for i in range(6))
    proposal = of_one(*members, rule=rule, futures=4, latent=np.ones((4, 6)), common=np.ones(4))
    result = authorise(with_fixed(proposal, AAA=IDLE))
    assert result.no_chance_reason == NoChance("withheld", ("AAA",))
    assert result.blockers[0].state == "AAA"
    assert result.blockers[0].change == "yes"


def test_support_that_is_nowhere_is_nobodys_doing():
    proposal = replaced(large_proposal("assembly", 2), latent=np.full((2, 193), -9.0))
    assert authorise(proposal, with_blockers=False).no_chance_reason == NoChance("together", ())


def test_under_consensus_abstaining_is_enough():
    result = authorise(large_proposal("consensus", 8))
    assert result.blockers
    assert {blocker.change for blocker in result.blockers} == {"abstain"}
    assert list(result.blockers) == sorted(result.blockers, key=lambda b: (-b.rise, b.state))
    assert isinstance(result.blockers[0], Blocker)


def test_a_large_body_ranks_blockers_over_part_of_the_futures(monkeypatch):
    monkeypatch.setattr("holdfast.authorise.engine._BLOCKERS_COST", 1.0)
    proposal = large_proposal("council", 40)
    result = authorise(proposal)
    assert result.blocker_futures == 32
    part = only(proposal, np.arange(32) * 40 // 32)
    assert result.blockers == authorise(part).blockers


def test_rises_are_weighed_by_how_likely_a_future_is_to_put_the_proposal():
    proposal = large_proposal("council", 6)
    weights = np.array([0.0, 1.0, 0.5, 0.0, 0.25, 1.0])
    found = {one.state: one.rise for one in authorise(proposal, weights=weights).blockers}
    each = [authorise(only(proposal, slice(a, a + 1))).blockers for a in range(6)]
    for state, rise in found.items():
        one_by_one = [next((b.rise for b in alone if b.state == state), 0.0) for alone in each]
        assert rise == pytest.approx(float(weights @ one_by_one) / 6, abs=2e-9)
    with pytest.raises(ValueError, match="one number for each"):
        authorise(proposal, weights=np.ones(5))


def test_blockers_can_be_left_out():
    result = authorise(large_proposal("council", 4), with_blockers=False)
    assert result.blockers == ()
    assert result.blocker_futures == 0


# --- A body that must be called ---------------------------------------------------------------------------


def caller(futures, position):
    """A vote that goes as one member says."""
    return of_one(
        Member("XXX"),
        rule=Ratification(kind="ratification", required=("XXX",)),
        futures=futures,
        fixed=np.broadcast_to(position, (futures, 1, 3)),
    )


@pytest.mark.parametrize("name", ["council", "union", "assembly"])
def test_a_certain_caller_changes_nothing_and_an_impossible_one_all(name):
    proposal = large_proposal(name, 2)
    alone = chance(proposal)
    np.testing.assert_allclose(chance(proposal, [caller(2, ALWAYS)]), alone, rtol=0, atol=1e-7)
    both = chance(proposal, [caller(2, NEVER), caller(2, ALWAYS)])
    np.testing.assert_allclose(both, alone, rtol=0, atol=1e-7)
    assert (chance(proposal, [caller(2, NEVER)]) == 0.0).all()
    half = caller(2, (0.5, 0.0, 0.5))
    np.testing.assert_allclose(chance(proposal, [half]), 0.5 * alone, rtol=0, atol=1e-7)


def test_the_common_factor_is_the_same_in_both_votes():
    # each carried if one member lies above nought: both do with the chance of a quadrant
    rule = Ratification(kind="ratification", required=("AAA",))
    for bloc in (0.0, 0.7):
        vote = of_one(
            Member("AAA", bloc="b"),
            rule=rule,
            common=np.array([0.8]),
            bloc=np.array([bloc]),
            threshold_yes=np.zeros(1),
        )
        wanted = 0.25 + math.asin(0.64 / (1 + 0.64 + bloc**2)) / (2 * math.pi)
        assert chance(vote, [vote])[0] == pytest.approx(wanted, abs=1e-7)


def test_the_likeliest_of_two_callers_calls_at_each_value_of_the_factor():
    # one caller is moved by the factor, the other is as likely as not: the chance has a kink between
    rule = Ratification(kind="ratification", required=("AAA",))
    slopes = np.array([0.3, 0.9, 1.5])
    moved = of_one(
        Member("AAA"), rule=rule, futures=3, common=slopes, threshold_yes=np.array([0.0, 0.13, -0.4])
    )
    steady = caller(3, (0.5, 0.0, 0.5))
    result = authorise(caller(3, ALWAYS), called_by=[moved, steady], with_blockers=False)
    z = np.linspace(-9.0, 9.0, 2_000_001)
    weight = np.exp(-0.5 * z * z)
    for future, found in enumerate(result.chance):
        likely = np.maximum(ndtr(slopes[future] * z - moved.threshold_yes[future]), 0.5)
        assert found == pytest.approx(float(likely @ weight / weight.sum()), abs=3e-8)
    assert result.computing_error < 1e-6


def test_who_stops_the_only_caller_is_named():
    proposal = large_proposal("assembly", 2)
    vetoed = with_fixed(large_proposal("council", 2), AAB=NEVER)
    named = authorise(proposal, called_by=[vetoed], with_blockers=False)
    assert named.no_chance_reason == NoChance("refused", ("AAB",))
    assert (named.chance == 0.0).all()
    two = authorise(proposal, called_by=[vetoed, vetoed], with_blockers=False)
    assert two.no_chance_reason == NoChance("together", ())


def test_callers_have_the_same_futures():
    with pytest.raises(ValueError, match="same 2 futures"):
        authorise(large_proposal("council", 2), called_by=[large_proposal("council", 3)])


# --- What a proposal must be --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"latent": np.zeros((3, 14))}, "latent"),
        ({"latent": np.zeros((0, 15))}, "one future"),
        ({"latent": np.full((3, 15), np.nan)}, "finite"),
        ({"spread": np.full((3, 15), -0.1)}, "negative"),
        ({"spread": np.zeros(3)}, "spread"),
        ({"common": np.zeros(2)}, "common"),
        ({"bloc": np.full(3, np.inf)}, "bloc"),
        ({"threshold_no": np.ones(3)}, "threshold_no"),
        ({"threshold_no": np.ones((3, 15))}, "must not lie above"),
        ({"fixed": np.full((3, 15, 2), np.nan)}, "shape"),
        ({"fixed": np.full((3, 15, 3), 0.5)}, "add up to 1"),
        ({"fixed": np.full((3, 15, 3), [np.nan, 0.5, 0.5])}, "all three"),
    ],
)
def test_a_proposal_that_makes_no_sense_is_refused(changed, word):
    with pytest.raises(ValueError, match=word):
        replaced(large_proposal("council", 3), **changed)


def test_a_proposal_keeps_arrays_of_its_own():
    latent = np.zeros((1, 15))
    proposal = replaced(large_proposal("council", 1), latent=latent)
    latent[0, 0] = 5.0
    assert proposal.latent[0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        proposal.latent[0, 0] = 5.0


def test_carried_is_what_the_engine_averages():
    members = (Member("AAA"), Member("AAB"))
    assert carried(CONSENSUS, {"AAA": "yes"}, members)
    sure = with_fixed(of_one(*members, rule=CONSENSUS), AAA=ALWAYS, AAB=IDLE)
    assert chance(sure) == 1.0
