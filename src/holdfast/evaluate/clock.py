"""The course that is put to the clock: what every stage found, phase by phase."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.endure import (
    AT_WEEK,
    NO_SIGNAL,
    RENEWALS,
    SIGNALS,
    WEEKS_PER_YEAR,
    CourseQuery,
    DecisionQuery,
    Deployment,
    ForcesQuery,
    IncidentsQuery,
    MissionQuery,
    PhaseQuery,
    Setting,
    Starts,
    TruceQuery,
    WarQuery,
)
from holdfast.evaluate.effects import Effects, effects_of, no_effects
from holdfast.evaluate.field import Field, field_of
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.parties import (
    Surroundings,
    forces_of,
    options_of,
    with_nothing,
    with_the_mission,
    without_the_mission,
)
from holdfast.evaluate.presence import DAYS_PER_WEEK, arrival_of, continues
from holdfast.evaluate.question import Question
from holdfast.evaluate.watching import access_of
from holdfast.vocabulary.arrangement import Mission, Phase, Trigger

Array = NDArray[np.float64]
Asked = tuple[Question, tuple[Field, ...]]
"""A question with what the stages say of each phase of its arrangement."""

SECTORS: Final = 24
"""The line is cut into so many sectors of equal length, about a division's each."""
RECORD_EVERY_WEEKS: Final = 26
"""Results are kept every half year."""
MONTHS_PER_YEAR: Final = 12


def weeks_of(months: float) -> int:
    """Return the nearest whole number of weeks of a time in months."""
    return round(months * WEEKS_PER_YEAR / MONTHS_PER_YEAR)


def course_query(
    question: Question,
    fields: tuple[Field, ...],
    renewals: Array,
    fallback: Asked | None,
    years: int,
    memory: Memory,
) -> CourseQuery:
    """Return what the clock is asked of an arrangement, with the phases of its fallback after its own.

    ``fallback`` holds the fallback's question and fields; it must need no authority.
    """
    weeks = years * WEEKS_PER_YEAR
    phases = _all_phases(question, fields, renewals, fallback, memory)
    lapse = _lapse_week(question, weeks)
    lapsed: tuple[PhaseQuery, ...] = ()
    if lapse is not None:
        after = tuple(_without_guarantee(one, memory) for one in ((question, fields), fallback) if one)
        lapsed = _all_phases(*after[0], renewals, after[1] if len(after) > 1 else None, memory)
    return CourseQuery(
        seed=question.futures.seed,
        futures=np.arange(question.size, dtype=np.int64),
        sectors=SECTORS,
        weeks=weeks,
        record_weeks=tuple(range(RECORD_EVERY_WEEKS, weeks + 1, RECORD_EVERY_WEEKS)),
        truce=_truce(question),
        incidents=_incidents(question),
        decision=_decision(question),
        forces=_forces(question),
        mission=_mission(question),
        war=_war(question),
        bare=_bare(question, fields[0], memory),
        phases=phases,
        fallback=None if fallback is None else len(fields),
        lapsed=lapsed,
        lapse_week=lapse,
    )


def _all_phases(
    question: Question,
    fields: tuple[Field, ...],
    renewals: Array,
    fallback: Asked | None,
    memory: Memory,
) -> tuple[PhaseQuery, ...]:
    """Return the phases of an arrangement and, after them, those of its fallback."""
    own = _phases(question, fields, renewals, memory)
    return (
        own if fallback is None else (*own, *_phases(*fallback, np.ones((question.size, RENEWALS)), memory))
    )


def _lapse_week(question: Question, weeks: int) -> int | None:
    """Return the week in which the settlement's guarantee runs out; None if never in the time computed."""
    terms = question.settlement.terms
    if terms.guarantee in {None, "none"} or terms.guarantee_years is None:
        return None
    lapse = round(terms.guarantee_years * WEEKS_PER_YEAR)
    return lapse if lapse < weeks else None


def _without_guarantee(asked: Asked, memory: Memory) -> Asked:
    """Return the same question under the settlement without its guarantee (TR5)."""
    question = asked[0]
    terms = question.settlement.terms.model_copy(update={"guarantee": "none"})
    without = replace(question, settlement=question.settlement.model_copy(update={"terms": terms}))
    return without, tuple(field_of(without, phase, memory) for phase in question.arrangement.phases)


def _truce(question: Question) -> TruceQuery:
    """Return base rates (EN1 to EN3)."""
    return TruceQuery(
        first_year=question.draw("endure.base.first-year"),
        years_2_5=question.draw("endure.base.years-2-5"),
        later=question.draw("endure.base.later"),
        attack_share=question.draw("endure.base.attack-share"),
        spiral_share_of_rest=question.draw("endure.base.spiral-share-of-rest"),
        factor=question.draw("endure.case-factor") * _imposed_factor(question),
        settlement=question.draw("endure.settlement"),
    )


def _imposed_factor(question: Question) -> Array:
    """Return the factor on every hazard of a halt that outsiders forced (EN3); drawn where that is open."""
    imposed = question.settlement.terms.imposed
    if imposed is False:
        return question.constant(1.0)
    factor = question.draw("endure.imposed")
    return factor if imposed else np.asarray(factor ** question.draw("endure.imposed.open"), dtype=np.float64)


def _incidents(question: Question) -> IncidentsQuery:
    """Return the parameters of incidents (IN1 to IN8)."""
    return IncidentsQuery(
        line_km=question.draw(question.case.theatre.line_km),
        background=question.draw("endure.incidents.background"),
        branching=question.draw("endure.incidents.branching"),
        memory_days=question.draw("endure.incidents.memory"),
        spread=question.draw("endure.incidents.spread"),
        concentration=question.draw("endure.incidents.concentration"),
        discipline=question.draw("endure.incidents.discipline"),
        wear_off_days=question.draw("endure.incidents.wear-off"),
        recommitments=question.draw("endure.incidents.recommitment"),
        deliberate=question.draw("endure.incidents.deliberate"),
        through_reaction=question.draw("endure.incidents.through-reaction"),
    )


def _decision(question: Question) -> DecisionQuery:
    """Return how both parties decide (DE1 to DE8)."""

    def by_party(names: list[str]) -> Array:
        return np.stack([question.draw(name) for name in names], axis=1)

    parties = question.case.parties
    return DecisionQuery(
        sensitivity=question.draw("endure.attack.sensitivity"),
        decisiveness=question.draw("stakes.contest.decisiveness"),
        bias_by_party=by_party([party.stakes.belief_bias for party in parties]),
        future_weight_by_party=by_party([party.stakes.future_weight for party in parties]),
        attack_share_by_party=by_party([party.attack_share for party in parties]),
        mass=question.draw("stakes.grab.attack-share"),
        guard=question.draw("stakes.grab.defend-share"),
        lookahead_years=question.draw("stakes.lookahead"),
        preemption=question.draw("stakes.preemption"),
        fed=question.draw("endure.attack.fed-by-incidents"),
        grab_share=question.draw("endure.attack.grab-share"),
    )


def _forces(question: Question) -> ForcesQuery:
    """Return stocks at the halt and their clocks (ST1)."""
    own = [party.forces for party in question.case.parties]
    still = question.constant(1.0)
    return ForcesQuery(
        persons=np.stack([question.draw(one.now) for one in own], axis=1),
        persons_years=np.stack([question.draw(one.reconstitution) for one in own], axis=1),
        materiel_years=np.stack(
            [still if one.materiel_turnover is None else question.draw(one.materiel_turnover) for one in own],
            axis=1,
        ),
        elasticity=question.draw("stakes.materiel.elasticity"),
    )


def _mission(question: Question) -> MissionQuery:
    """Return what happens to missions (MI1, MI2)."""
    return MissionQuery(
        per_ten_dead=question.draw("endure.loss.per-ten-dead"),
        degrade=question.draw("endure.loss.degrade"),
        restore=question.draw("endure.loss.restore"),
        degraded_share=question.draw("endure.loss.degraded-share"),
    )


def _war(question: Question) -> WarQuery:
    """Return what follows if fighting resumes (WA1 to WA4)."""
    return WarQuery(
        ground_grab=question.draw("war.ground.grab"),
        ground_major=question.draw("war.ground.major"),
        losses_grab=question.draw("war.losses.grab"),
        losses_major=question.draw("war.losses.major"),
        escalation=question.draw("endure.war.escalation"),
        spiral_major=question.draw("endure.war.spiral-major"),
    )


def _bare(question: Question, field: Field, memory: Memory) -> PhaseQuery:
    """Return the truce with nothing added, against which every ratio is taken (EN9)."""
    around = with_nothing(question, field)
    setting = _setting(question, around, no_effects(question, field), memory)
    return _phase(question, Starts(NO_SIGNAL, 0.0), around, setting, setting, None, memory)


def _phases(
    question: Question, fields: tuple[Field, ...], renewals: Array, memory: Memory
) -> tuple[PhaseQuery, ...]:
    """Return the phases of an arrangement."""
    found = []
    for phase, field in zip(question.arrangement.phases, fields, strict=True):
        around = without_the_mission(question, phase, field)
        gone = _setting(question, around, effects_of(question, phase, field, there=False), memory)
        present, deployment = gone, None
        if phase.mission is not None:
            present = _setting(
                question,
                with_the_mission(question, phase, field),
                effects_of(question, phase, field, there=True),
                memory,
            )
            deployment = _deployment(question, phase, phase.mission, field, renewals)
        found.append(_phase(question, _starts(phase.starts), around, gone, present, deployment, memory))
    return tuple(found)


def _phase(
    question: Question,
    starts: Starts,
    around: Surroundings,
    gone: Setting,
    present: Setting,
    deployment: Deployment | None,
    memory: Memory,
) -> PhaseQuery:
    """Return a phase with where it takes both sides' stocks."""
    stocks = [forces_of(question, party, around, memory) for party in question.case.parties]
    return PhaseQuery(
        starts=starts,
        gone=gone,
        present=present,
        persons_target=np.stack([one.persons_target for one in stocks], axis=1),
        materiel_target=np.stack([one.materiel_target for one in stocks], axis=1),
        deployment=deployment,
    )


def _setting(question: Question, around: Surroundings, effects: Effects, memory: Memory) -> Setting:
    """Return what surrounds decisions and incidents, as the clock takes it."""
    weighed = [options_of(question, party, around, memory) for party in question.case.parties]
    noise = question.draw("stakes.belief.noise") * (
        1.0 - question.draw("stakes.belief.noise-seen") * effects.seen
    )
    return Setting(
        prize=np.stack([one.prize for one in weighed], axis=1),
        burden=np.stack([one.burden for one in weighed], axis=1),
        edge=np.stack([one.edge for one in weighed], axis=1),
        partners=np.stack([one.partners for one in weighed], axis=1),
        worth=forces_of(question, question.case.host, around, memory).worth,
        noise=noise,
        calm=effects.calm,
        attack_log=effects.attack_log,
        answered=effects.answered,
        drawn_in=effects.drawn_in,
    )


def _starts(trigger: Trigger) -> Starts:
    """Return when a phase begins, in weeks or as a signal (TR1, TR2)."""
    if trigger.signal is None:
        return Starts(AT_WEEK, float(weeks_of(trigger.after_months or 0.0)))
    return Starts(SIGNALS[trigger.signal], trigger.threshold or 0.0, trigger.when == "at_most")


def _deployment(
    question: Question, phase: Phase, mission: Mission, field: Field, renewals: Array
) -> Deployment:
    """Return how the mission of a phase arrives, is renewed, and may be lost (MI1 to MI5)."""
    months = mission.mandate.renewal_months
    # Only a mission that stands by the consent of both sides can be sent away by the other side.
    by_consent = mission.mandate.area == "line" and mission.access == "both_sides"
    contributions = field.contributions
    arrival = arrival_of(question)
    none = question.constant(0.0)
    persons = none if contributions is None else np.sum(list(contributions.delivered.values()), axis=0)
    return Deployment(
        continues=continues(question, phase),
        delay_weeks=arrival.delay / DAYS_PER_WEEK,
        half_time_weeks=arrival.half_time / DAYS_PER_WEEK,
        arrival_shape=arrival.shape,
        filled=none if contributions is None else contributions.filled,
        erosion=arrival.erosion,
        seen=field.coverage.by_mission,
        consent_loss=question.draw("endure.loss.host"),
        intent=question.draw("endure.loss.intent") * float(by_consent),
        contributor_loss=question.draw("endure.loss.contributors"),
        renewal_weeks=0 if months is None else max(1, weeks_of(months)),
        renewal_fails=1.0 - renewals,
        expelled_first=question.draw("endure.loss.expel-first") * float(by_consent),
        deaths=persons * question.draw("endure.loss.mission-deaths") / WEEKS_PER_YEAR,
        visits=field.patrols * DAYS_PER_WEEK,
        denied=1.0 - access_of(question, mission),
    )
