"""Party: a belligerent, its forces, its stakes, its clock."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from holdfast.vocabulary.base import Key, Persons, Reference, StateCode, Text, Word

PersonsRef = Annotated[Key, Reference("estimate", "persons")]
StakeRef = Annotated[Key, Reference("estimate", "stake")]
ShareRef = Annotated[Key, Reference("estimate", "share")]
RatioRef = Annotated[Key, Reference("estimate", "ratio")]
YearsRef = Annotated[Key, Reference("estimate", "years")]
PersonsPerMonthRef = Annotated[Key, Reference("estimate", "persons_per_month")]
AreaRef = Annotated[Key, Reference("estimate", "km2")]

Term = Literal[
    "recognition_de_facto",
    "recognition_de_jure",
    "land_to_opponent",
    "land_to_host",
    "sanctions_staged_relief",
    "sanctions_lifted",
    "snap_back",
    "army_cap",
    "alliance_renounced",
    "alliance_troops_barred",
    "political_guarantee",
    "treaty_guarantee",
    "belts",
    "monitors_on_site",
    "assets_to_host",
    "assets_shared",
    "assets_returned",
    "elections",
    "minorities",
    "prisoners",
    "plant_shared",
    "plant_to_host",
    "plant_to_opponent",
    "plant_international",
    "union_promised",
    "union_dated",
]
"""Terms of a settlement that a party values. What is not listed has the value nought."""


class Forces(Word):
    """Forces that a party can bring to the theatre."""

    now: PersonsRef
    """Persons in or against the theatre at the halt."""
    rebuilt: RatioRef
    """Strength when reconstitution is complete, as a multiple of the strength at the halt."""
    reconstitution: YearsRef
    """Time until about two thirds of that growth is done (e-folding time)."""
    materiel_peace: RatioRef | None = None
    """Stock of materiel when it has settled in peace, with production and support as at the halt, as a
    multiple of that at the halt. Without it the stock stays as it is."""
    materiel_turnover: YearsRef | None = None
    """Time constant of the stock of materiel; needed where ``materiel_peace`` is given."""
    support_share: ShareRef | None = None
    """Share of the inflow of materiel that is partners' support; without it none."""
    intake: PersonsPerMonthRef | None = None
    """Persons that join in a month if the war goes on; without it none."""
    losses: PersonsPerMonthRef | None = None
    """Persons lost for good in a month if the war goes on; without it none."""
    casualties: PersonsPerMonthRef | None = None
    """Persons killed and wounded in a month if the war goes on; without it none are counted."""
    ground: AreaRef | None = None
    """Ground in dispute that this party holds at the halt: the most that it can lose; without it no bound."""
    ground_rate: AreaRef | None = None
    """Ground that this party gains in a year, net, at the pace of the halt; without it none."""
    ground_slope: AreaRef | None = None
    """Ground that it gains in a year beyond that for each unit by which the log of its strength over the
    other's lies above that at the halt; without it none."""
    cap_reference_persons: Persons | None = None
    """Cap on this party's forces for which the estimates of ``army_cap`` hold, where the forces would else
    stay as at the halt; without it a cap of any size is worth the same."""


class Stakes(Word):
    """What war and peace are worth; 1 stake is the value of the aims that the war is fought for."""

    offensive_cost: StakeRef
    """Cost of one new major offensive."""
    war_cost: StakeRef
    """Cost of going on with the war until it is decided."""
    response_cost: StakeRef
    """Cost of the outside response (arms, sanctions, strikes) if it comes after a breach by this party."""
    belief_bias: StakeRef
    """How far the party's believed chance of success lies above the true one; negative if below."""
    future_weight: ShareRef
    """Weight that the party gives to what happens after the settlement against what it gets at once."""
    foreign_troops: StakeRef
    """Cost to this party of a full force, of the reference size, of the host's partners in the theatre."""
    terms: dict[Term, StakeRef]
    """Value to this party of each term; a cost is negative."""
    indivisible: ShareRef | None = None
    """Share of the aims that no terms can give in part; without it none."""


class Party(Word):
    """A belligerent."""

    state: Annotated[StateCode, Reference("country")]
    role: Literal["host", "opponent"]
    name: Text
    forces: Forces
    stakes: Stakes
    attack_share: ShareRef
    """Share of planned attacks after a truce that this side would start, other things equal.

    The shares of both parties are brought to a sum of one in each future.
    """
    note: Text | None = None


class PartiesFile(Word):
    """The file ``parties.yaml`` of a case: one host and one opponent."""

    title: Text
    parties: Annotated[tuple[Party, ...], Field(min_length=2, max_length=2)]
