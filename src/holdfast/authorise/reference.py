"""The definition of the chance of adoption: slow, without a short cut, kept for tests.

Every bloc's factor and the common one are averaged over on grids far finer than is needed; given all
factors, members are independent and their votes are read through the rule's decision diagram.
:mod:`holdfast.authorise.kernel` computes the same fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import numpy as np
from scipy.special import ndtr

from holdfast.authorise.diagram import ABSTAIN, ALONE, CONSTANTS, NO, YES, Diagram, Layer, diagram
from holdfast.authorise.proposal import Floats, Proposal

_REACH: Final = 7.0


def factor(step: float) -> tuple[Floats, Floats]:
    """Return nodes of a standard normal factor at even steps, and their weights."""
    each = int(_REACH / step)
    nodes = np.arange(-each, each + 1, dtype=np.float64) * step
    weights: Floats = np.exp(-0.5 * nodes * nodes)
    weights /= weights.sum()
    return nodes, weights


def chance(
    proposal: Proposal, called_by: Sequence[Proposal] = (), *, step: float = 1 / 16, bloc_step: float = 1 / 8
) -> Floats:
    """Return the chance of adoption in each future (AU4, AU5, AU8).

    Parameters
    ----------
    proposal : Proposal
    called_by : sequence of Proposal
        Votes of which one must be carried first.
    step, bloc_step : float
        Steps of the common factor and of the blocs' factors.

    Returns
    -------
    ndarray of float64, shape (futures,)
    """
    z, weights = factor(step)
    result = np.empty(len(proposal.latent))
    for future in range(len(result)):
        given = chance_given(proposal, future, z, bloc_step)
        if called_by:
            given = given * np.max([chance_given(one, future, z, bloc_step) for one in called_by], axis=0)
        result[future] = given @ weights
    return result


def chance_given(proposal: Proposal, future: int, z: Floats, bloc_step: float = 1 / 8) -> Floats:
    """Return the chance of adoption in one future at values of the common factor.

    From the last member read to the first: the chance before a bloc is the average over its factor of
    the pass through its members, because given z blocs are independent of each other.

    Parameters
    ----------
    proposal : Proposal
    future : int
    z : ndarray of float64, shape (nodes,)
    bloc_step : float

    Returns
    -------
    ndarray of float64, shape (nodes,)
    """
    graph = diagram(proposal.rule, proposal.members)
    value = np.zeros((CONSTANTS, len(z)))
    value[1] = 1.0
    for bloc, layers in groupby(reversed(graph.layers), key=lambda layer: layer.bloc):
        v, weights = (np.zeros(1), np.ones(1)) if bloc == ALONE else factor(bloc_step)
        pull = proposal.common[future] * z[:, None] + proposal.bloc[future] * v
        passed = np.repeat(value[:, :, None], len(v), axis=2)
        for layer in layers:
            passed = before(layer, passed, votes(proposal, future, layer.member, pull))
        value = passed @ weights
    answer: Floats = value[graph.root]
    return answer


def before(layer: Layer, after: Floats, chances: Floats) -> Floats:
    """Return the chance of adoption at each row of a layer from that at the rows of the next.

    Parameters
    ----------
    layer : Layer
    after : ndarray of float64, shape (rows of the next layer, ...)
    chances : ndarray of float64, shape (3, ...)
        Of no, abstain and yes.

    Returns
    -------
    ndarray of float64, shape (rows of this layer, ...)
    """
    here = np.zeros((layer.rows, *after.shape[1:]))
    here[1] = 1.0
    for vote in (NO, ABSTAIN, YES):
        here[CONSTANTS:] += chances[vote] * after[layer.to[:, vote]]
    return here


def votes(proposal: Proposal, future: int, member: int, pull: Floats) -> Floats:
    """Return a member's chances of no, abstain and yes in one future, given what the factors add (AU1).

    Parameters
    ----------
    proposal : Proposal
    future, member : int
    pull : ndarray of float64

    Returns
    -------
    ndarray of float64, shape (3, *shape of pull)
    """
    if proposal.fixed is not None and not np.isnan(proposal.fixed[future, member, 0]):
        given = proposal.fixed[future, member].reshape(3, *(1 for _ in pull.shape))
        return np.broadcast_to(given, (3, *pull.shape))
    noise = np.sqrt(1.0 + proposal.spread[future, member] ** 2)
    position = proposal.latent[future, member] + pull
    no = ndtr((proposal.threshold_no[future, member] - position) / noise)
    yes = ndtr((position - proposal.threshold_yes[future]) / noise)
    return np.stack([no, np.maximum(1.0 - no - yes, 0.0), yes])


def adoption(graph: Diagram, chances: Floats) -> Floats:
    """Return the chance of adoption when members vote independently with given chances (AU4).

    Parameters
    ----------
    graph : Diagram
    chances : ndarray of float64, shape (members, 3, lanes)
        Chance of no, abstain and yes of each member, in the order of the proposal.

    Returns
    -------
    ndarray of float64, shape (lanes,)
        Exact but for rounding.
    """
    value = np.zeros((CONSTANTS, chances.shape[2]))
    value[1] = 1.0
    for layer in reversed(graph.layers):
        value = before(layer, value, chances[layer.member])
    answer: Floats = value[graph.root]
    return answer
