"""The engine: chance of adoption in each future, who stands in the way, and why there may be no chance.

Left out in this first cut: positions do not yet depend on who contributes or pays; one common
factor stands for all blocs.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from holdfast.authorise.diagram import (
    ABSTAIN,
    NO,
    YES,
    Diagram,
    adoption,
    changes,
    diagram,
    lanes_at_once,
)
from holdfast.authorise.positions import marginal_positions
from holdfast.authorise.proposal import Authorisation, Blocker, Floats, Member, NoChance, Proposal
from holdfast.authorise.quadrature import average, mean_over_factor, nodes
from holdfast.vocabulary.body import (
    Consensus,
    HostInvitation,
    QuotaWithVeto,
    Ratification,
    Rule,
    UnanimityWithConstructiveAbstention,
)

NO_CHANCE = 1e-9
"""A chance below this in every future is called none."""
_BLOCKER_NODES = 30_000_000  # nodes of the diagram times lanes that blockers may cost: tenths of a second
_BLOCKER_CHANCES = 400_000  # members times lanes that they may cost: hundredths of a second
_BLOCKER_LEAST = 32  # futures used at least, if there are so many
_SMALL = 64  # bodies up to this size get factor steps of a half for blockers, larger ones of a quarter


def authorise(proposal: Proposal, *, with_blockers: bool = True) -> Authorisation:
    """Return the chance that the proposal is adopted, and who stands in the way.

    Given the common factor, members vote independently and the chance is exact
    (:mod:`holdfast.authorise.diagram`); the average over the factor is a trapezoidal rule refined until it
    settles (:mod:`holdfast.authorise.quadrature`), within 1e-6 of the true value. A future's chance
    depends on that future alone: splitting the futures over several proposals changes no byte.

    Parameters
    ----------
    proposal : Proposal
    with_blockers : bool
        Whether to rank blockers too. Given the factor they are exact in each future used; the factor is
        averaged on a plain grid, enough for a ranking. They cost more than the chance itself, so all of
        some hundred futures are used for councils, and an evenly spread part for larger bodies; the result
        states how many.

    Returns
    -------
    Authorisation

    Notes
    -----
    Raising a member's leaning never lowers the chance, under any rule: it moves chance from no to abstain
    and from abstain to yes, and every rule is monotone in that order. A quota counts yes and excludes a veto
    holder's no. Under a share, yes for abstain adds to the balance, abstain for no adds too. Under unanimity,
    abstain for no lifts a block at the price of another that is at most as sure, yes for abstain lowers
    both counts. In the other three, only the no, or only the yes, counts. So the chance is monotone in
    the common factor too, on which the quadrature relies.
    """
    graph = diagram(proposal.rule, proposal.members)
    futures = proposal.latent.shape[0]
    chance, moved = mean_over_factor(lambda which, z: _adopted(proposal, graph, which, z), futures)
    blockers, used = _blockers(proposal, graph) if with_blockers else ((), 0)
    reason = _reason(proposal) if float(chance.max()) < NO_CHANCE else None
    return Authorisation(
        chance=chance,
        computing_error=float(moved.max()),
        blockers=blockers,
        blocker_futures=used,
        no_chance_reason=reason,
    )


def _chances(proposal: Proposal, graph: Diagram, which: npt.NDArray[np.intp], z: Floats) -> Floats:
    """Return each member's chances of no, abstain and yes in lanes: pairs of a future and a factor.

    Parameters
    ----------
    proposal : Proposal
    graph : Diagram
        Where it does not tell two votes apart, their chances are returned as one.
    which : ndarray of int, shape (lanes,)
        Futures.
    z : ndarray of float64, shape (lanes,)
        Values of the factor.

    Returns
    -------
    ndarray of float64, shape (members, 3, lanes)
    """
    chances = np.zeros((len(proposal.members), 3, len(which)))
    shift = proposal.factor_loading[which] * z
    to_no = proposal.threshold_no[which] - shift
    to_yes = proposal.threshold_yes[which] - shift
    for i in range(len(proposal.members)):
        latent = proposal.latent[which, i]
        if graph.tells_no_from_abstain:
            chances[i, NO] = ndtr(to_no - latent)
        if graph.tells_abstain_from_yes:
            # not 1 - Phi(t - m): that would lose the digits of a small chance of yes
            chances[i, YES] = ndtr(latent - to_yes)
        chances[i, ABSTAIN] = np.maximum(1.0 - chances[i, NO] - chances[i, YES], 0.0)
        if proposal.fixed is not None:
            fixed = proposal.fixed[which, i]
            held = ~np.isnan(fixed[:, 0])
            chances[i][:, held] = fixed[held].T
    return chances


def _adopted(proposal: Proposal, graph: Diagram, which: npt.NDArray[np.intp], z: Floats) -> Floats:
    """Return the chance of adoption in lanes: pairs of a future and a factor, shape (lanes,)."""
    result = np.empty(len(which))
    lanes = lanes_at_once(max(layer.rows for layer in graph.layers), len(proposal.members))
    for start in range(0, len(which), lanes):
        part = slice(start, start + lanes)
        result[part] = adoption(graph, _chances(proposal, graph, which[part], z[part]))
    return result


def _blockers(proposal: Proposal, graph: Diagram) -> tuple[tuple[Blocker, ...], int]:
    """Return blockers (AU6), largest rise first, and in how many futures they were computed."""
    count = len(proposal.members)
    level = 1 if count <= _SMALL else 2
    z = nodes(level)
    futures = proposal.latent.shape[0]
    allowed = min(_BLOCKER_NODES // (graph.nodes + 1), _BLOCKER_CHANCES // count) // len(z)
    used = min(futures, max(_BLOCKER_LEAST, allowed))
    which = np.arange(used) * futures // used
    to_yes, to_abstain = np.empty((2, count, used))
    rows = max(1, lanes_at_once(graph.nodes // 8, count) // len(z))
    for start in range(0, used, rows):
        part = which[start : start + rows]
        chances = _chances(proposal, graph, np.repeat(part, len(z)), np.tile(z, len(part)))
        for total, lanes in zip((to_yes, to_abstain), changes(graph, chances), strict=True):
            by_row = average(lanes.reshape(count * len(part), len(z)), level)
            total[:, start : start + rows] = by_row.reshape(count, len(part))
    found = [
        _blocker(member.state, float(to_yes[i].mean()), float(to_abstain[i].mean()))
        for i, member in enumerate(proposal.members)
    ]
    found = [blocker for blocker in found if blocker.rise > NO_CHANCE]
    return tuple(sorted(found, key=lambda blocker: (-blocker.rise, blocker.state))), used


def _blocker(state: str, rise: float, rise_if_abstains: float) -> Blocker:
    enough = rise_if_abstains >= 0.99 * rise
    return Blocker(state, rise, rise_if_abstains, "abstain" if enough else "yes")


def _blocks_alone(rule: Rule, member: Member) -> bool:
    """Return whether this member's no is enough to stop adoption."""
    if isinstance(rule, QuotaWithVeto):
        return member.veto and not (member.party and rule.party_abstains == "peaceful_settlement")
    return isinstance(rule, UnanimityWithConstructiveAbstention | Consensus)


def _must_agree(rule: Rule, member: Member) -> bool:
    """Return whether nothing is adopted without this member's yes."""
    if isinstance(rule, HostInvitation):
        return member.state == rule.host
    return isinstance(rule, Ratification) and member.state in rule.required


def _reason(proposal: Proposal) -> NoChance:
    """Return why no future has a chance, naming members where single ones explain it."""
    seen = marginal_positions(proposal)
    refusing = tuple(
        member.state
        for i, member in enumerate(proposal.members)
        if _blocks_alone(proposal.rule, member) and (seen[:, i, NO] >= 1.0 - NO_CHANCE).all()
    )
    if refusing:
        return NoChance("refused", refusing)
    withholding = tuple(
        member.state
        for i, member in enumerate(proposal.members)
        if _must_agree(proposal.rule, member) and (seen[:, i, YES] <= NO_CHANCE).all()
    )
    return NoChance("withheld", withholding) if withholding else NoChance("together", ())
