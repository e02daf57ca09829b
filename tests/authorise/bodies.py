"""Bodies and proposals to try the engine on, and votes counted one by one."""

import itertools
from typing import Any

import numpy as np
from scipy.special import ndtr

from holdfast.authorise import Member, Proposal, carried
from holdfast.vocabulary.ballot import Vote
from holdfast.vocabulary.body import (
    Consensus,
    Fraction,
    HostInvitation,
    QuotaWithVeto,
    Ratification,
    Rule,
    ShareOfVoting,
    UnanimityWithConstructiveAbstention,
)

VOTES: tuple[Vote, ...] = ("no", "abstain", "yes")
KINDS = (
    "quota",
    "quota_chapter_six",
    "share",
    "unanimity",
    "consensus",
    "consensus_minus",
    "invitation",
    "ratification",
)
THIRD = Fraction(numerator=1, denominator=3)
TWO_THIRDS = ShareOfVoting(kind="share_of_voting", share_yes=Fraction(numerator=2, denominator=3))
COUNCIL_RULE = QuotaWithVeto(kind="quota_with_veto", required_yes=9, party_abstains="never")
UNANIMITY = UnanimityWithConstructiveAbstention(
    kind="unanimity_with_constructive_abstention", limit_states=THIRD, limit_population=THIRD
)
CONSENSUS = Consensus(kind="consensus")
# Population on 1 January 2024 in units of 10,000 persons (Eurostat, demo_gind), rounded.
PEOPLE = (
    8346, 6847, 5897, 4861, 3662, 1907, 1794, 1183, 1090, 1064, 1055, 1040, 958, 916, 645, 596, 560, 542, 534,
    386, 289, 212, 187, 137, 97, 67, 56,
)  # fmt: skip
REGIONS = (54, 33, 27, 22, 14, 12, 6, 5, 5, 4, 3, 3, 2, 2)
"""Members of an assembly's blocs; one of its 193 stands by itself."""


def code(i):
    return "".join(chr(65 + digit) for digit in (i // 676, i // 26 % 26, i % 26))


def random_body(kind, rng, size=None):
    """A body with a rule of this kind: members in no order, some veto holders, some parties, some blocs."""
    n = size or int(rng.integers(3, 8))
    names = [None, *(f"bloc {name}" for name in rng.permutation(int(rng.integers(1, 4))))]
    members = [
        Member(
            state=code(int(i)),
            veto=kind.startswith("quota") and bool(rng.random() < 0.4),
            population=int(rng.integers(1, 60)),
            party=bool(rng.random() < 0.3),
            bloc=names[int(rng.integers(len(names)))],
        )
        for i in rng.permutation(n)
    ]
    d = int(rng.integers(2, 7))
    fraction = lambda low: Fraction(numerator=int(rng.integers(low, d + 1)), denominator=d)  # noqa: E731
    states = [member.state for member in members]
    rules: dict[str, Any] = {
        "quota": lambda: QuotaWithVeto(
            kind="quota_with_veto", required_yes=int(rng.integers(1, n + 1)), party_abstains="never"
        ),
        "quota_chapter_six": lambda: QuotaWithVeto(
            kind="quota_with_veto",
            required_yes=int(rng.integers(1, n + 1)),
            party_abstains="peaceful_settlement",
        ),
        "share": lambda: ShareOfVoting(kind="share_of_voting", share_yes=fraction(d // 2 + 1)),
        "unanimity": lambda: UnanimityWithConstructiveAbstention(
            kind="unanimity_with_constructive_abstention",
            limit_states=fraction(1),
            limit_population=fraction(1),
        ),
        "consensus": lambda: Consensus(kind="consensus"),
        "consensus_minus": lambda: Consensus(
            kind="consensus", excepted=tuple(states[: int(rng.integers(1, 3))])
        ),
        "invitation": lambda: HostInvitation(
            kind="host_invitation", host=states[0], minimum_contributors=int(rng.integers(1, n))
        ),
        "ratification": lambda: Ratification(
            kind="ratification", required=tuple(states[: int(rng.integers(1, n + 1))])
        ),
    }
    return rules[kind](), tuple(members)


def random_proposal(rule, members, rng, futures=5, weight=1.0, with_fixed=True):
    n = len(members)
    threshold_yes = rng.normal(0.2, 0.3, futures)
    fixed = None
    if with_fixed:
        fixed = np.full((futures, n, 3), np.nan)
        fixed[:, n // 2] = rng.dirichlet([1, 1, 1], futures)
    return Proposal(
        rule=rule,
        members=members,
        latent=rng.normal(0.5, 1.0, (futures, n)),
        spread=np.abs(rng.normal(0.0, 0.5, (futures, n))),
        common=np.abs(rng.normal(0.0, weight, futures)),
        bloc=np.abs(rng.normal(0.0, weight, futures)),
        threshold_no=threshold_yes[:, None] - rng.uniform(0, 1.5, (futures, n)),
        threshold_yes=threshold_yes,
        fixed=fixed,
    )


def replaced(proposal, **changed):
    names = (
        "rule", "members", "latent", "spread", "common", "bloc", "threshold_no", "threshold_yes", "fixed",
    )  # fmt: skip
    return Proposal(**{name: getattr(proposal, name) for name in names} | changed)


def only(proposal, part):
    """Some futures of a proposal."""
    names = ("latent", "spread", "common", "bloc", "threshold_no", "threshold_yes")
    return replaced(
        proposal,
        **{name: getattr(proposal, name)[part] for name in names},
        fixed=None if proposal.fixed is None else proposal.fixed[part],
    )


def seated(proposal, order):
    """A proposal that lists its members in another order."""
    return replaced(
        proposal,
        members=tuple(proposal.members[i] for i in order),
        latent=proposal.latent[:, order],
        spread=proposal.spread[:, order],
        threshold_no=proposal.threshold_no[:, order],
        fixed=None if proposal.fixed is None else proposal.fixed[:, order],
    )


def with_fixed(proposal, **positions):
    fixed = np.full((*proposal.latent.shape, 3), np.nan) if proposal.fixed is None else proposal.fixed.copy()
    for i, member in enumerate(proposal.members):
        if member.state in positions:
            fixed[:, i] = positions[member.state]
    return replaced(proposal, fixed=fixed)


def like(body, futures, rng, mean, weight=1.0, with_fixed=False):
    """A proposal as they are in earnest: weights of 0.15 to 0.9 and of 0.3 to 0.8."""
    rule, members = body
    n = len(members)
    fixed = None
    if with_fixed:
        fixed = np.full((futures, n, 3), np.nan)
        fixed[:, 0] = rng.dirichlet([1, 1, 2], futures)
    return Proposal(
        rule=rule,
        members=members,
        latent=rng.normal(mean, 0.8, n) + rng.normal(0, 0.4, (futures, 1)) + rng.normal(0, 0.2, (futures, n)),
        spread=np.abs(rng.normal(0.3, 0.2, (futures, n))),
        common=rng.uniform(0.15, 0.9, futures) * weight,
        bloc=rng.uniform(0.3, 0.8, futures) * weight,
        threshold_no=-0.6 - rng.uniform(0.0, 0.8, (futures, n)),
        threshold_yes=np.full(futures, 0.3),
        fixed=fixed,
    )


COUNCIL_BLOCS = (None, "w", "w", "e", None, "w", "e", "l", "l", "a", "a", "a", "p", "p", "e")
"""Five blocs; the first member is a party to the dispute and stands by itself."""


def large_body(name, blocs=True):
    by_name: dict[str, tuple[Rule, int, Any]] = {
        "council": (COUNCIL_RULE, 15, lambda i: {"veto": i < 5, "bloc": COUNCIL_BLOCS[i]}),
        "consensus": (CONSENSUS, 57, lambda i: {"bloc": f"b{i % 4}" if i > 5 else None}),
        "assembly": (TWO_THIRDS, 193, lambda i: {"bloc": region(i)}),
        "union": (UNANIMITY, 27, lambda i: {"population": PEOPLE[i], "bloc": "union"}),
        "all but one": (
            UNANIMITY,
            27,
            lambda i: {"population": PEOPLE[i], "bloc": None if i == 12 else "union"},
        ),
        "union in three": (
            UNANIMITY,
            27,
            lambda i: {"population": PEOPLE[i], "bloc": "abc"[i % 3] if i > 2 else None},
        ),
    }
    rule, n, more = by_name[name]
    return rule, tuple(Member(code(i), **(more(i) if blocs else more(i) | {"bloc": None})) for i in range(n))


def region(i):
    ends = np.cumsum(REGIONS)
    return None if i >= ends[-1] else f"region {int(np.searchsorted(ends, i, side='right'))}"


MEANS = {
    "council": 1.0,
    "consensus": 2.0,
    "assembly": 0.2,
    "union": 1.6,
    "all but one": 1.6,
    "union in three": 1.6,
}
LARGE = tuple(MEANS)


def large_proposal(name, futures, blocs=True, **more):
    return like(large_body(name, blocs), futures, np.random.default_rng([futures, 7]), MEANS[name], **more)


# --- Votes counted one by one ---------------------------------------------------------------------------


def every_vote(rule, members):
    """All votes, shape (votes, members), and whether each is carried; the first member changes slowest."""
    votes = np.array(list(itertools.product(range(3), repeat=len(members))))
    if len(members) <= 6:
        states = [member.state for member in members]
        kept = [
            carried(rule, dict(zip(states, (VOTES[v] for v in row), strict=True)), members) for row in votes
        ]
        return votes, np.array(kept)
    return votes, counted(rule, members, votes)


def counted(rule: Rule, members, votes):
    """Whether each of many votes is carried, written from the treaties a second time."""
    votes = votes.copy()
    if isinstance(rule, QuotaWithVeto) and rule.party_abstains == "peaceful_settlement":
        votes[:, [one.party for one in members]] = 1
    no, abstain, yes = (votes == way for way in range(3))
    states = [one.state for one in members]
    match rule:
        case QuotaWithVeto():
            vetoed = (no & np.array([one.veto for one in members])).any(axis=1)
            return (yes.sum(axis=1) >= rule.required_yes) & ~vetoed
        case ShareOfVoting():
            for_, voting = yes.sum(axis=1), (yes | no).sum(axis=1)
            share = rule.share_yes
            return (for_ > 0) & (for_ * share.denominator >= voting * share.numerator)
        case Consensus():
            return ~no[:, [state not in rule.excepted for state in states]].any(axis=1)
        case Ratification():
            return yes[:, [state in rule.required for state in states]].all(axis=1)
        case HostInvitation():
            host = states.index(rule.host)
            return yes[:, host] & (np.delete(yes, host, axis=1).sum(axis=1) >= rule.minimum_contributors)
        case UnanimityWithConstructiveAbstention():
            people = np.array([one.population for one in members])
            many = abstain.sum(axis=1) * rule.limit_states.denominator >= (
                len(members) * rule.limit_states.numerator
            )
            populous = (abstain @ people) * rule.limit_population.denominator >= (
                people.sum() * rule.limit_population.numerator
            )
            return ~no.any(axis=1) & ~(many & populous)


def by_enumeration(proposal, future, kept, z_step=1 / 6, v_nodes=120):
    """The chance in one future, summed over every vote; factors by rules of their own.

    Given z the vote of each bloc is independent of the others', so the chances of all votes are the outer
    product of those of the blocs, each averaged over its factor by Gauss and Hermite.
    """
    z = np.arange(-8.0, 8.0 + z_step / 2, z_step)
    weight = np.exp(-0.5 * z * z)
    v, v_weight = np.polynomial.hermite_e.hermegauss(v_nodes)
    v_weight = v_weight / v_weight.sum()
    blocs: dict[str, list[int]] = {}
    for i, member in enumerate(proposal.members):
        blocs.setdefault(member.bloc or f"alone {i}", []).append(i)
    order = [i for group in blocs.values() for i in group]
    n = len(order)
    kept = np.transpose(kept.reshape((3,) * n), order).ravel()
    total = 0.0
    for node, w in zip(z, weight / weight.sum(), strict=True):
        every = np.ones(1)
        for name, group in blocs.items():
            pull = proposal.common[future] * node + (
                np.zeros(1) if name.startswith("alone") else proposal.bloc[future] * v
            )
            together = np.ones((1, len(pull)))
            for i in group:
                together = (together[:, None] * one_vote(proposal, future, i, pull)).reshape(-1, len(pull))
            averaged = together[:, 0] if len(pull) == 1 else together @ v_weight
            every = np.multiply.outer(every, averaged).ravel()
        total += w * float(every @ kept)
    return total


def one_vote(proposal, future, i, pull):
    """Chances of one member's votes, shape (3, pulls)."""
    if proposal.fixed is not None and not np.isnan(proposal.fixed[future, i, 0]):
        return np.repeat(proposal.fixed[future, i][:, None], len(pull), axis=1)
    noise = np.sqrt(1 + proposal.spread[future, i] ** 2)
    mean = proposal.latent[future, i] + pull
    no = ndtr((proposal.threshold_no[future, i] - mean) / noise)
    not_yes = ndtr((proposal.threshold_yes[future] - mean) / noise)
    return np.stack([no, not_yes - no, 1.0 - not_yes])
