"""The question and the answer: what the engine is asked, and what it returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from holdfast.vocabulary.body import (
    Body,
    HostInvitation,
    QuotaWithVeto,
    Ratification,
    Rule,
    UnanimityWithConstructiveAbstention,
    sitting,
)

Floats = npt.NDArray[np.float64]

PERSONS_PER_UNIT = 10_000
"""Populations are counted in whole units of so many persons, so that limits on them are exact."""


@dataclass(frozen=True, slots=True)
class Member:
    """One that votes.

    Attributes
    ----------
    state : str
        Code of the state.
    veto : bool
        Whether its vote against blocks under a quota.
    population : int
        Population in units of 10,000 persons; 0 where the rule asks for none.
    party : bool
        Whether it is a party to the dispute, bound to abstain where the rule says so.
    bloc : str or None
        Name of the bloc that it votes with; None if it stands by itself.
    """

    state: str
    veto: bool = False
    population: int = 0
    party: bool = False
    bloc: str | None = None


def members_of(body: Body, day: dt.date, parties: Collection[str] = ()) -> tuple[Member, ...]:
    """Return those who vote in a body on a day.

    Parameters
    ----------
    body : Body
    day : datetime.date
        Decides who sits.
    parties : collection of str
        Codes of the parties to the dispute.

    Returns
    -------
    tuple of Member
        In the order of the body's file; populations rounded to units of 10,000 persons, at least one.
    """
    return tuple(
        Member(
            state=seat.state,
            veto=seat.veto,
            population=(
                0
                if seat.population_millions is None
                else max(1, round(seat.population_millions * 1e6 / PERSONS_PER_UNIT))
            ),
            party=seat.state in parties,
        )
        for seat in sitting(body, day)
    )


def check_members(rule: Rule, members: Sequence[Member]) -> None:
    """Check that the rule can be applied to these members.

    Raises
    ------
    ValueError
        If there are no members, a state sits twice, the rule names a state that does not sit, fewer sit than
        it asks for, or a population is missing.
    """
    states = {member.state for member in members}
    if not members or len(states) < len(members):
        raise ValueError("members are needed, each state once")
    if isinstance(rule, QuotaWithVeto) and len(members) < rule.required_yes:
        raise ValueError(f"{rule.required_yes} votes are needed, but only {len(members)} members sit")
    if isinstance(rule, Ratification) and not set(rule.required) <= states:
        raise ValueError(f"the rule names {sorted(set(rule.required) - states)}, who do not sit")
    if isinstance(rule, HostInvitation):
        if rule.host not in states:
            raise ValueError(f"the host {rule.host} is not among the members")
        if len(members) - 1 < rule.minimum_contributors:
            raise ValueError(f"{rule.minimum_contributors} contributors are needed, fewer are asked")
    if isinstance(rule, UnanimityWithConstructiveAbstention) and min(m.population for m in members) < 1:
        raise ValueError("each member needs a population of at least one unit of 10,000 persons")


BY_MEMBER: Final = ("latent", "spread", "threshold_no")
BY_FUTURE: Final = ("common", "bloc", "threshold_yes")


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What is put to the vote: a rule, the members, and where each stands in each future (AU1).

    A member's position is an ordered probit (McKelvey and Zavoina, Journal of Mathematical Sociology 4,
    1975) with a standard normal factor common to all, and one for each bloc. It votes no if

        latent + common * factor + bloc * factor of its bloc + sqrt(1 + spread ** 2) * noise

    lies below ``threshold_no``, yes if it lies above ``threshold_yes``, and abstains otherwise. Noise is
    standard normal and each member's own; factors of blocs are independent of each other and of the common
    one. A member without a bloc is moved by the common factor alone. Given all factors, members vote
    independently.

    Attributes
    ----------
    rule : Rule
    members : tuple of Member
    latent : ndarray of float64, shape (futures, members)
        Mean leaning, in standard deviations of a member's own noise; higher is more in favour.
    spread : ndarray of float64, shape (futures, members)
        Standard deviation of the doubt about the leaning, in the same unit; added to the member's own noise.
    common : ndarray of float64, shape (futures,)
        Weight of the common factor, in the same unit.
    bloc : ndarray of float64, shape (futures,)
        Weight of each bloc's factor, in the same unit.
    threshold_no : ndarray of float64, shape (futures, members)
        Leaning below which a member votes no.
    threshold_yes : ndarray of float64, shape (futures,)
        Leaning above which a member votes yes.
    fixed : ndarray of float64, shape (futures, members, 3), or None
        Chances of no, abstain and yes of members whose position comes from elsewhere (a belligerent's from
        its stakes); NaN where the probit holds. No factor moves a fixed position.

    Raises
    ------
    ValueError
        If shapes differ, a number is not finite, a spread is negative, the thresholds are in the wrong order,
        a fixed position is no distribution, or the rule does not fit the members.
    """

    rule: Rule
    members: tuple[Member, ...]
    latent: Floats
    spread: Floats
    common: Floats
    bloc: Floats
    threshold_no: Floats
    threshold_yes: Floats
    fixed: Floats | None = None

    def __post_init__(self) -> None:
        """Check the proposal and keep arrays of its own that cannot be written to."""
        check_members(self.rule, self.members)
        for name in (*BY_MEMBER, *BY_FUTURE, "fixed"):
            given = getattr(self, name)
            if given is not None:
                own = np.array(given, dtype=np.float64, order="C")
                own.setflags(write=False)
                object.__setattr__(self, name, own)
        futures = self.latent.shape[0] if self.latent.ndim else 0
        if futures == 0:
            raise ValueError("latent: one future is needed at least")
        for names, shape in ((BY_MEMBER, (futures, len(self.members))), (BY_FUTURE, (futures,))):
            for name in names:
                if getattr(self, name).shape != shape:
                    raise ValueError(f"{name} needs the shape {shape}, not {getattr(self, name).shape}")
                if not np.isfinite(getattr(self, name)).all():
                    raise ValueError(f"{name} must be finite")
        if (self.spread < 0.0).any():
            raise ValueError("spread must not be negative")
        if (self.threshold_no > self.threshold_yes[:, None]).any():
            raise ValueError("threshold_no must not lie above threshold_yes")
        if self.fixed is not None:
            self._check_fixed(self.fixed)

    def _check_fixed(self, fixed: Floats) -> None:
        if fixed.shape != (*self.latent.shape, 3):
            raise ValueError(f"fixed needs the shape {(*self.latent.shape, 3)}, not {fixed.shape}")
        missing = np.isnan(fixed)
        if (missing.any(axis=2) != missing.all(axis=2)).any():
            raise ValueError("a fixed position needs all three chances, or NaN for all three")
        held = fixed[~missing.any(axis=2)]
        if ((held < 0.0) | (held > 1.0)).any() or (np.abs(held.sum(axis=1) - 1.0) > 1e-9).any():
            raise ValueError("the chances of a fixed position must lie in 0 to 1 and add up to 1")


@dataclass(frozen=True, slots=True)
class Blocker:
    """A member whose change of mind would raise the chance of adoption.

    Attributes
    ----------
    state : str
    rise : float
        Rise of the mean chance if this member alone voted yes for certain. No other vote raises it more,
        because every rule here is monotone from no over abstain to yes.
    rise_if_abstains : float
        Rise of the mean chance if it abstained wherever it would have voted no, and else stayed as it is.
    change : {"abstain", "yes"}
        The least change that has the effect: ``abstain`` if abstaining instead of no brings at
        least 99 per cent of the rise, else ``yes``.
    """

    state: str
    rise: float
    rise_if_abstains: float
    change: Literal["abstain", "yes"]


@dataclass(frozen=True, slots=True)
class NoChance:
    """Why there is no chance in any future.

    Attributes
    ----------
    kind : {"refused", "withheld", "together"}
        ``refused``: the members named vote no for certain and each blocks alone. ``withheld``: the members
        named must say yes and never do. ``together``: no member alone explains it.
    members : tuple of str
    """

    kind: Literal["refused", "withheld", "together"]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Authorisation:
    """What the vote would give.

    Attributes
    ----------
    chance : ndarray of float64, shape (futures,)
        Chance of adoption in each future.
    computing_error : float
        The chance of no future is further than this from the true one for having been computed: a proved
        bound, well above the error itself; where several callers change places, also how far the average has
        settled. It says nothing about the range that assumptions leave.
    blockers : tuple of Blocker
        Largest rise first; members without effect are left out.
    blocker_futures : int
        In how many futures, evenly spread, the blockers were computed (exactly, in each); 0 if not asked for.
    no_chance_reason : NoChance or None
        None unless the chance is below one in a thousand million in every future.
    """

    chance: Floats
    computing_error: float
    blockers: tuple[Blocker, ...]
    blocker_futures: int
    no_chance_reason: NoChance | None
