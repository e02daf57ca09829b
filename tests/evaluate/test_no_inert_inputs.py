"""No inert inputs: every estimate, held at its 5th and at its 95th percentile, moves some outcome.

What does not is listed below with the reason. An entry that moves something fails as well, so the
list says what is true of the packaged arrangements and settlements, no more and no less.
"""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.evaluate import Memory, evaluate
from holdfast.evaluate.question import Question
from holdfast.evaluate.votes import proposal_of
from holdfast.futures import Futures
from holdfast.vocabulary.arrangement import SensorPlan, Trigger

FEW, MORE = 16, 64
"""Futures tried first, and for what did not move in those: some act in rare futures alone."""
CHUNKS = 16
SEAT = "authorise.seat."
"""Rows that pick who holds a seat: looked at by themselves."""

_PLAN = "it shapes the plan of contributions, which is told beside the outcomes and is none of them"
_STAFF = "it shapes how the plan of contributions is told: formations, headquarters and hubs"
_PLANNED = "the packaged missions set their own size, and how adequate this task is has no effect yet"
_NO_SUCH_TASK = "no packaged arrangement has this task"
_NO_SUCH_SENSOR = "no packaged mission has this sensor"
_NOT_NAMED = "the one packaged mission that has this sensor does not name the side"
_TOLD = "obstruction is told by those whom it meets, wherever and however long it is"
_LADDER = "it shapes the ladder of other breaches than a grab, which is told beside the outcomes"
_OWN = "the host's own forces stand in the odds already, and its promise is told beside the outcomes"
_SHOWN = "it shapes what is told of visits and false reports, which are no outcomes"
_SIGHTED = "all packaged arrangements go on sharing intelligence"
_ELSEWHERE = "no packaged arrangement is put to this body"
_LOGISTICS = "no packaged mission plans for logistics"
_NOT_ASKED = "no packaged mission asks this state for troops"
_NOT_INSIDE = "this offer holds outside the host only, and all packaged missions are inside"
_NO_WAITING = "a final settlement acts on a phase that waits for it, and no packaged arrangement has one"
_NO_SUCH_TERM = "no packaged settlement has this term"
_WAR = "the war that goes on is told beside the outcomes, and is none of them"
_UN_ONLY = "this offer waits for a mandate of the United Nations, and none of the missions that ask has one"

UNUSED_SENSORS = (
    "night-patrol",
    "observation-post",
    "tower",
    "acoustic-net",
    "seismic",
    "counter-battery-radar",
    "ground-radar",
    "air-radar",
    "quadcopter",
    "male-drone",
    "aerostat-small",
    "aerostat-large",
    "helicopter",
    "surveillance-aircraft",
    "radar-satellite",
    "optical-satellite",
    "free-satellite",
    "thermal-satellite",
    "direction-finding",
    "drone-detector",
    "open-source",
    "complaint-office",
)
OF_A_SENSOR = ("reach", "availability", "locates", "attributes", "cost")
AS_BY_DAY = {("night-patrol", "reach"), ("night-patrol", "availability")}
"""Patrols by night have the rows of those by day: they are the same persons in the same cars."""
INERT = {
    "generate.rotation": _PLAN,
    "generate.minimum-contingent": _PLAN,
    "generate.fixed-effort": _PLAN,
    "generate.airlift": _PLAN,
    "generate.span.companies": _STAFF,
    "generate.span.battalions": _STAFF,
    "generate.span.brigades": _STAFF,
    "generate.staff.brigade": _STAFF,
    "generate.staff.division": _STAFF,
    "generate.staff.corps": _STAFF,
    "generate.frontage": _STAFF,
    "generate.hub.persons": _STAFF,
    "generate.hub.frontage": _STAFF,
    "require.reassure.persons": _PLANNED,
    "require.police-air.persons": _PLANNED,
    "require.patrol-sea.persons": _PLANNED,
    "require.train.persons": _PLANNED,
    "require.liaise.persons": _PLANNED,
    "require.separate.per-km": _NO_SUCH_TASK,
    "require.defend.per-km": _NO_SUCH_TASK,
    "require.deter.per-km": _NO_SUCH_TASK,
    "require.defend.per-site": _NO_SUCH_TASK,
    "require.clear-mines.per-km": _NO_SUCH_TASK,
    "require.verify.per-km": _NO_SUCH_TASK,
    "require.govern.per-thousand": _NO_SUCH_TASK,
    **{
        f"observe.{sensor}.{what}": _NO_SUCH_SENSOR
        for sensor in UNUSED_SENSORS
        for what in OF_A_SENSOR
        if (sensor, what) not in AS_BY_DAY
    },
    "observe.long-range-drone.attributes": _NOT_NAMED,
    "observe.hotline.attributes": _NOT_NAMED,
    "observe.obstruction.depth": _TOLD,
    "observe.obstruction.lasts": _TOLD,
    **dict.fromkeys(
        (
            "respond.decide.mission",
            "respond.arrive.mission",
            "respond.caveats",
            "respond.breaker.raid",
            "respond.breaker.creep",
            "respond.breaker.sabotage",
            "respond.breaker.offensive",
            "respond.attribute.unwatched",
            "respond.attribute.open",
            "respond.attribute.covert",
            "respond.decide.ladder-west",
            "respond.credibility.backstop",
            "respond.arrive.strikes",
        ),
        _LADDER,
    ),
    "respond.decide.host": _OWN,
    "respond.arrive.host": _OWN,
    "respond.credibility.host": _OWN,
    "observe.false-reports": _SHOWN,
    "observe.visit.hours": _SHOWN,
    "observe.visit.asked": _SHOWN,
    "stakes.support.intelligence": _SIGHTED,
    "stakes.mission.fights.with-host": "no packaged mission may fight with the host",
    "authorise.days.un-general-assembly": _ELSEWHERE,
    "authorise.days.eu-council": _ELSEWHERE,
    "authorise.days.nato-council": _ELSEWHERE,
    "authorise.days.treaty-force": _ELSEWHERE,
    "authorise.days.un-council-procedure": _ELSEWHERE,
    "authorise.days.un-assembly-request": _ELSEWHERE,
    "authorise.days.eu-council-group": _ELSEWHERE,
    "authorise.days.osce-minus-one": _ELSEWHERE,
    "authorise.days.treaty-guarantee": _ELSEWHERE,
    "authorise.days.cis-heads-of-state": _ELSEWHERE,
    "authorise.days.csto-council": _ELSEWHERE,
    "authorise.days.trilateral": _ELSEWHERE,
    "authorise.position.alliance": "the one packaged force of the alliance is invited, and no body votes",
    "party.host.casualties": _WAR,
    "party.opponent.casualties": _WAR,
    "party.host.ground": _WAR,
    "party.opponent.ground": _WAR,
    "party.opponent.ground-rate": _WAR,
    "party.opponent.ground-slope": _WAR,
    "endure.settlement": _NO_WAITING,
    "respond.weight.strikes": _LADDER,
    "party.host.terms.recognition-de-jure": _NO_SUCH_TERM,
    "party.opponent.terms.recognition-de-jure": _NO_SUCH_TERM,
    "party.host.terms.land-to-host": _NO_SUCH_TERM,
    "party.opponent.terms.land-to-host": _NO_SUCH_TERM,
    "party.host.terms.sanctions-lifted": _NO_SUCH_TERM,
    "party.opponent.terms.sanctions-lifted": _NO_SUCH_TERM,
    "party.host.terms.assets-to-host": _NO_SUCH_TERM,
    "party.opponent.terms.assets-to-host": _NO_SUCH_TERM,
    "party.host.terms.assets-returned": _NO_SUCH_TERM,
    "party.opponent.terms.assets-returned": _NO_SUCH_TERM,
    "party.host.terms.plant-to-host": _NO_SUCH_TERM,
    "party.opponent.terms.plant-to-host": _NO_SUCH_TERM,
    "party.host.terms.plant-to-opponent": _NO_SUCH_TERM,
    "party.opponent.terms.plant-to-opponent": _NO_SUCH_TERM,
    "theatre.near_line_population": "no packaged arrangement keeps order among the people near the line",
    "offer.bgr.logistics": _LOGISTICS,
    "offer.lux.logistics": _LOGISTICS,
    "offer.pol.logistics": _LOGISTICS,
    "offer.rou.logistics": _LOGISTICS,
    "offer.usa.logistics": _LOGISTICS,
    "offer.kor.land": _NOT_ASKED,
    "offer.deu.land": _NOT_INSIDE,
    "offer.deu.training": _NOT_INSIDE,
    "offer.ita.training": _NOT_INSIDE,
    "offer.rou.training": _NOT_INSIDE,
    "offer.svn.land": _UN_ONLY,
    "offer.rwa.land": "its army keeps more in the field elsewhere than the model takes any army to sustain",
}


def _moves(case, futures, memory, settlement, arrangement, name):
    low, high = (
        evaluate(case, settlement, arrangement, futures.pinned(name, quantile), memory=memory).outcomes
        for quantile in (0.05, 0.95)
    )
    # the last digits do not count: a term that cancels leaves rounding behind
    return any(not np.allclose(low[key], high[key], rtol=1e-9, atol=1e-12, equal_nan=True) for key in low)


@pytest.fixture(scope="module")
def questions(case):
    """Return settlements with arrangements, usual and quick ones first, and the names that each reads."""
    futures, memory = Futures(case.ledger, 0, FEW), Memory()
    names = [case.about.settlement, *(name for name in case.settlements if name != case.about.settlement)]
    return [
        (settlement, arrangement, evaluate(case, settlement, arrangement, futures, memory=memory).used)
        for settlement in (case.settlements[name] for name in names)
        for arrangement in sorted(case.arrangements.values(), key=lambda one: one.fallback is not None)
    ]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_estimate_moves_some_outcome(case, questions, chunk):
    few, more = (Futures(case.ledger, 0, number) for number in (FEW, MORE))
    memory, wrong = Memory(), []

    def moves(name, futures):
        return any(
            _moves(case, futures, memory, settlement, arrangement, name)
            for settlement, arrangement, used in questions
            if name in used
        )

    for name in [name for name in case.ledger if not name.startswith(SEAT)][chunk::CHUNKS]:
        moved = moves(name, few)
        if moved and name in INERT:
            wrong.append(f"{name} is listed as inert, but moves an outcome")
        if not moved and name not in INERT and not moves(name, more):
            wrong.append(f"{name} moves nothing, and is not listed as inert")
    assert not wrong, "\n".join(wrong)


def test_who_holds_an_open_seat_moves_the_vote(case, settlement):
    # Apart from the outcomes: one seat moves a late renewal by too little to show in every few futures.
    futures, agreed = Futures(case.ledger, 0, FEW), tuple(party.state for party in case.parties)
    design, body = case.arrangements["un-peacekeepers"], case.bodies["un-security-council"]

    def positions(seat, quantile):
        question = Question(case, settlement, design, futures.pinned(seat.pick, quantile))
        return proposal_of(question, body, seat.since, agreed, {}, Memory()).latent

    for seat in body.open_seats:
        assert not np.allclose(positions(seat, 0.05), positions(seat, 0.95)), seat.key
    assert {seat.pick for seat in body.open_seats} == {name for name in case.ledger if name.startswith(SEAT)}


def test_the_list_names_estimates_and_reasons(case):
    assert set(INERT) <= set(case.ledger)
    assert all(INERT.values())
    others = {name for name, reason in INERT.items() if reason != _NO_SUCH_SENSOR}
    assert len(others) < len(case.ledger) / 5


# --- The reasons are the reasons ---------------------------------------------------------------------------


def _phase(arrangement, **changes):
    phase = arrangement.phases[0].model_copy(update=changes)
    return arrangement.model_copy(update={"phases": (phase, *arrangement.phases[1:])})


def _blind(case):
    """Return a design in which partners stop sharing intelligence."""
    none = case.arrangements["none"]
    support = none.phases[0].support.model_copy(update={"intelligence": False})
    return _phase(none, support=support)


def _fighting(case):
    """Return a force that may fight with the host."""
    force = case.arrangements["reassurance-force"]
    mission = force.phases[0].mission
    mandate = mission.mandate.model_copy(update={"use_of_force": "fight_with_host"})
    return _phase(force, mission=mission.model_copy(update={"mandate": mandate}))


def _striking(case):
    """Return a design whose promise is one of strikes."""
    support = case.arrangements["coalition-support"]
    promise = support.phases[0].guarantees[0].model_copy(update={"response": ("strikes",)})
    return _phase(support, guarantees=(promise,))


def _waiting(case):
    """Return a design that ends its mission when there is a final settlement."""
    force = case.arrangements["un-peacekeepers"]
    end = force.phases[0].model_copy(
        update={
            "name": "settled",
            "starts": Trigger(after_months=None, signal="settlement_reached"),
            "mission": None,
        }
    )
    return force.model_copy(update={"phases": (*force.phases, end)})


def _with_task(task):
    """Return a design whose peacekeepers do another task, as many as it needs."""

    def design(case):
        force = case.arrangements["un-peacekeepers"]
        mission = force.phases[0].mission
        first = mission.components[0].model_copy(update={"task": task, "planned_persons": None})
        return _phase(
            force, mission=mission.model_copy(update={"components": (first, *mission.components[1:])})
        )

    return design


def _with_sensor(sensor):
    """Return a design whose peacekeepers watch with many of one sensor more; patrols by night as well."""

    def design(case):
        force = case.arrangements["un-peacekeepers"]
        mission = force.phases[0].mission
        if sensor == "night-patrol":
            return _phase(force, mission=mission.model_copy(update={"patrols": "day_and_night"}))
        more = SensorPlan(sensor=sensor, count=50)
        return _phase(force, mission=mission.model_copy(update={"sensors": (*mission.sensors, more)}))

    return design


def _put_to(body):
    """Return a mission that another body decides on."""
    return lambda case: case.arrangements["un-peacekeepers"].model_copy(update={"authority": body})


@pytest.mark.parametrize(
    ("name", "design"),
    [
        ("stakes.support.intelligence", _blind),
        ("stakes.mission.fights.with-host", _fighting),
        ("respond.weight.strikes", _striking),
        ("endure.settlement", _waiting),
        ("require.separate.per-km", _with_task("separate-robustly")),
        ("require.defend.per-km", _with_task("defend-with-host")),
        ("require.deter.per-km", _with_task("deter")),
        ("require.defend.per-site", _with_task("defend-sites")),
        ("require.clear-mines.per-km", _with_task("clear-mines")),
        ("require.verify.per-km", _with_task("verify-withdrawal")),
        ("require.govern.per-thousand", _with_task("govern")),
        ("theatre.near_line_population", _with_task("govern")),
        ("authorise.days.un-general-assembly", _put_to("un-general-assembly")),
        ("authorise.days.eu-council", _put_to("eu-council")),
        ("authorise.days.nato-council", _put_to("nato-council")),
        ("authorise.days.treaty-force", _put_to("treaty-force")),
    ],
)
def test_what_no_packaged_design_moves_moves_with_one_that_does(case, settlement, name, design):
    assert name in INERT
    futures = Futures(case.ledger, 0, 32)
    assert _moves(case, futures, Memory(), settlement, design(case), name)


@pytest.mark.parametrize("sensor", UNUSED_SENSORS)
def test_a_sensor_that_no_packaged_mission_has_moves_with_one_that_has_it(case, settlement, sensor):
    futures, memory, design = Futures(case.ledger, 0, 16), Memory(), _with_sensor(sensor)(case)
    for what in (what for what in OF_A_SENSOR if (sensor, what) not in AS_BY_DAY):
        assert _moves(case, futures, memory, settlement, design, f"observe.{sensor}.{what}"), what


@pytest.mark.parametrize(
    ("term", "terms"),
    [
        ("recognition_de_jure", {"recognition": "de_jure"}),
        ("land_to_host", {"land": "to_host"}),
        ("sanctions_lifted", {"sanctions": "lifted"}),
        ("assets_to_host", {"assets": "to_host"}),
        ("assets_returned", {"assets": "returned"}),
        ("plant_to_host", {"plant": "to_host"}),
        ("plant_to_opponent", {"plant": "to_opponent"}),
    ],
)
def test_what_no_packaged_settlement_has_moves_in_one_that_has_it(case, with_terms, term, terms):
    futures, memory = Futures(case.ledger, 0, 16), Memory()
    for party in case.parties:
        name = party.stakes.terms[term]
        assert name in INERT
        assert _moves(case, futures, memory, with_terms(**terms), case.arrangements["none"], name)
