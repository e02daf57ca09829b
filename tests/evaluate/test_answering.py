"""What feeds the breach ladder: how a breach becomes known, who answers it, and what the parties weigh."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.evaluate import Memory
from holdfast.evaluate.answering import (
    GRAB,
    HOURS_PER_DAY,
    ON_THE_SPOT,
    answering,
    ladder_query,
    of_partners,
    on_the_spot,
    promises_of,
)
from holdfast.evaluate.climbing import ladder_of
from holdfast.evaluate.field import field_of
from holdfast.evaluate.question import Question
from holdfast.observe import Coverage
from holdfast.respond import RUNGS
from holdfast.vocabulary.arrangement import ANSWERED
from holdfast.vocabulary.incident import CLASSES

FUTURES = 64


@pytest.fixture(scope="module")
def design(case):
    """Return the packaged ladder."""
    return case.arrangements["breach-ladder"]


@pytest.fixture(scope="module")
def question(case, settlement, design, few):
    return Question(case, settlement, design, few)


@pytest.fixture(scope="module")
def rungs(case, settlement, design, few):
    [found] = ladder_of(case, settlement, design, few)
    return found


def changed(arrangement, change):
    """Return a design with its guarantees changed; those for which nothing is returned are left out."""
    phases = []
    for phase in arrangement.phases:
        guarantees = tuple(one for one in map(change, phase.guarantees) if one is not None)
        phases.append(phase.model_copy(update={"guarantees": guarantees}))
    return arrangement.model_copy(update={"phases": tuple(phases)})


def without_host(arrangement):
    return changed(arrangement, lambda one: None if one.of_host else one)


# --- How a breach becomes known (RE1) ----------------------------------------------------------------


def coverage(seen, ascribed, hours):
    """Return a coverage of one future, two stretches and all classes, of the classes named.

    ``seen`` is by class and stretch; the first stretch has three quarters of the incidents.
    """
    shape = (FUTURES, 2, len(CLASSES), 2, 2)
    weights = np.empty(shape)
    weights[:, 0], weights[:, 1] = 0.75, 0.25
    weights /= weights[0].sum()
    by_mission, attributed = np.zeros(shape), np.zeros(shape)
    delay = np.full(shape[:3], np.nan)
    for name, shares in seen.items():
        place = CLASSES.index(name)
        for stretch in (0, 1):
            by_mission[:, stretch, place] = shares[stretch]
            attributed[:, stretch, place] = shares[stretch] * ascribed[name]
            if shares[stretch] > 0.0:
                delay[:, stretch, place] = hours[name][stretch]
    none = np.zeros((FUTURES, len(CLASSES)))
    return Coverage(weights, by_mission, attributed, attributed, none, none, delay, np.zeros(FUTURES), ())


SEEN = {"artillery": (0.4, 0.8), "mortar": (0.2, 0.2), "small_arms": (0.9, 0.9), "rocket": (1.0, 1.0)}
ASCRIBED = {"artillery": 0.5, "mortar": 1.0, "small_arms": 0.0, "rocket": 1.0}
HOURS = {"artillery": (6.0, 12.0), "mortar": (1.0, 1.0), "small_arms": (24.0, 24.0), "rocket": (0.0, 0.0)}


def test_a_breach_of_one_class_is_known_as_that_class_is(question):
    found = ladder_query(question, coverage(SEEN, ASCRIBED, HOURS), (), "artillery")
    np.testing.assert_allclose(found.seen, 0.75 * 0.4 + 0.25 * 0.8)
    np.testing.assert_allclose(found.attributed, 0.5 * found.seen)
    # of what is seen, 0.3 lies in the first stretch and 0.2 in the second
    np.testing.assert_allclose(found.notice_watched, (0.3 * 6.0 + 0.2 * 12.0) / 0.5 / HOURS_PER_DAY)


def test_a_breach_of_several_classes_is_known_by_the_one_that_is_seen_most(case, question):
    """Though another is seen less and ascribed more, or is seen more and is no sign of it."""
    assert {"artillery", "mortar", "small_arms"} < set(case.breaches[GRAB].seen_as)
    assert "rocket" not in case.breaches[GRAB].seen_as
    found = ladder_query(question, coverage(SEEN, ASCRIBED, HOURS), (), GRAB)
    np.testing.assert_allclose(found.seen, 0.9)
    np.testing.assert_array_equal(found.attributed, 0.0)
    np.testing.assert_allclose(found.notice_watched, 1.0)
    less = SEEN | {"small_arms": (0.1, 0.1)}
    found = ladder_query(question, coverage(less, ASCRIBED, HOURS), (), GRAB)
    np.testing.assert_allclose(found.seen, 0.5)
    np.testing.assert_allclose(found.attributed, 0.25)


def test_what_nobody_sees_is_known_late(question):
    found = ladder_query(question, coverage({}, {}, {}), (), GRAB)
    np.testing.assert_array_equal(found.seen, 0.0)
    np.testing.assert_array_equal(found.notice_watched, question.draw("respond.notice.unwatched"))
    assert np.isfinite(found.notice_watched).all()


def test_clock_and_dispute_are_those_of_the_breach(case, question):
    watched = coverage(SEEN, ASCRIBED, HOURS)
    for key, about in case.breaches.items():
        found = ladder_query(question, watched, (), key)
        np.testing.assert_array_equal(found.breaker_days, question.draw(about.clock))
        np.testing.assert_array_equal(found.attribute_unwatched, question.draw(about.disputed))


def test_the_breaches_that_the_code_names_are_in_the_table(case):
    assert {GRAB, *ON_THE_SPOT, *ANSWERED} <= set(case.breaches)


def test_each_class_of_incident_is_a_breach_that_shows_as_it(case):
    for name in CLASSES:
        assert case.breaches[name].seen_as == (name,)


# --- Who answers -------------------------------------------------------------------------------------


def test_promises_that_name_no_breach_answer_a_grab_and_an_offensive(case):
    unnamed = [
        guarantee
        for arrangement in case.arrangements.values()
        for phase in arrangement.phases
        for guarantee in phase.guarantees
        if "answers" not in guarantee.model_fields_set
    ]
    assert unnamed
    assert {one.answers for one in unnamed} == {("grab", "offensive")}


def test_a_breach_is_answered_by_those_that_name_it(rungs):
    said = {one.breach.key: [climb.answer.promise.key for climb in one.climbs] for one in rungs.breaches}
    assert said["grab"] == ["host-first", "coalition-next", "settlement", "mandate"]
    assert said["offensive"] == ["host-first", "coalition-next", "west-together", "settlement"]
    assert said["banned_weapons"] == ["host-first", "mandate"]
    assert said["obstruction"] == ["mandate"]
    assert said["sabotage"] == said["mortar"] == []
    for one in rungs.breaches:
        keys = [promise.key for promise in one.query.promises]
        assert keys == said[one.breach.key]
        assert tuple(one.gains) == RUNGS


def test_only_the_hosts_own_promise_knows_at_once(rungs):
    assert {one.promise.key for one in rungs.answers if one.promise.attacked} == {"host-first"}


def test_a_promise_alone_is_never_in_time_more_often_than_with_the_others(rungs):
    for one in rungs.breaches:
        for climb in one.climbs:
            assert (climb.in_time <= one.ladder.in_time + 1e-12).all()
            assert one.ladder.days is not None
            assert (climb.days >= one.ladder.days - 1e-12).all()


# --- What the parties weigh (RE7) --------------------------------------------------------------------


def test_the_hosts_own_promise_feeds_nothing_that_the_parties_weigh(case, settlement, design, few):
    """Neither price, nor who is drawn in, nor persons in time, nor days."""
    bare = without_host(design)
    assert len(bare.phases[0].guarantees) == len(design.phases[0].guarantees) - 1
    memory = Memory()
    with_host, alone = (
        field_of(Question(case, settlement, one, few), one.phases[0], memory) for one in (design, bare)
    )
    for ladder in ("ladder", "bare_ladder"):
        for name in ("price", "fighting", "in_time_persons", "chance", "days", "in_time"):
            one, other = (getattr(getattr(field, ladder), name) for field in (with_host, alone))
            np.testing.assert_array_equal(one, other, err_msg=f"{ladder}.{name}")


def test_the_same_promise_of_others_feeds_all_of_it(case, settlement, design, few):
    """So the test above can fail."""
    others = changed(
        design, lambda one: one.model_copy(update={"decider": "capitals"}) if one.of_host else one
    )
    memory = Memory()
    own, foreign = (
        field_of(Question(case, settlement, one, few), one.phases[0], memory).ladder
        for one in (design, others)
    )
    assert (foreign.price > own.price).all()
    assert (foreign.fighting > own.fighting).all()


def test_the_hosts_own_promise_asks_nobody(case, settlement, design, few):
    """Where a design has no mission, its guarantors are asked; the host is none of them."""
    phase = design.phases[0].model_copy(update={"mission": None})
    alone = design.model_copy(update={"phases": (phase,)})
    asked = Question(case, settlement, alone, few)
    bare = Question(case, settlement, without_host(alone), few)
    assert asked.contributors() == bare.contributors() == ("FRA", "GBR", "USA")
    assert asked.alignment() == bare.alignment()


def test_of_partners_leaves_the_host_out_alone(question, design):
    answers = promises_of(question, design.phases[0], question.constant(0.0))
    kept = [one.promise.key for one in of_partners(answers)]
    assert kept == ["coalition-next", "west-together", "settlement"]


def test_the_parties_weigh_what_answers_a_grab(case, settlement, design, few):
    def ladder(answers):
        words = changed(
            design,
            lambda one: one.model_copy(update={"answers": answers}) if one.key == "coalition-next" else one,
        )
        return field_of(Question(case, settlement, words, few), words.phases[0], Memory()).ladder

    grabs, offensives = ladder(("grab",)), ladder(("offensive",))
    assert (grabs.price > offensives.price).all()
    np.testing.assert_array_equal(grabs.price, ladder(("grab", "offensive")).price)


def test_the_missions_own_troops_stand_in_the_report_alone(rungs, question, design):
    assert [one.decider for one in rungs.answers].count("mission") == 1
    keys = {one.promise.key for one in promises_of(question, design.phases[0], rungs.field.presence)}
    assert "mandate" not in keys
    weighed = ladder_query(
        question,
        rungs.field.coverage,
        answering(of_partners([one for one in rungs.answers if one.decider != "mission"]), GRAB),
        GRAB,
    )
    [grab] = [one for one in rungs.breaches if one.breach.key == GRAB]
    assert len(grab.query.promises) == len(weighed.promises) + 2  # the host and the mission
    np.testing.assert_array_equal(
        rungs.field.ladder.price, 1.0 - np.prod([1.0 - p.credibility * p.weight for p in weighed.promises], 0)
    )


@pytest.mark.parametrize(
    ("force", "answers"),
    [("self_defence", ("grab",)), ("defend_mandate", ON_THE_SPOT), ("fight_with_host", ON_THE_SPOT)],
)
def test_what_a_mission_may_answer_is_by_its_mandate(force, answers, question, design):
    mission = design.phases[0].mission
    mandate = mission.mandate.model_copy(update={"use_of_force": force})
    fights = question.constant(0.5)
    found = on_the_spot(question, mission.model_copy(update={"mandate": mandate}), fights)
    assert found is not None
    assert found.answers == answers
    np.testing.assert_array_equal(found.promise.credibility, 0.5 * question.draw("respond.caveats"))
    assert found.promise.fights


def test_troops_that_may_not_fight_promise_nothing(question, design):
    assert on_the_spot(question, None, question.constant(0.5)) is None
    assert on_the_spot(question, design.phases[0].mission, question.constant(0.0)) is None


def test_unarmed_monitors_answer_nothing(case, settlement, few):
    [found] = ladder_of(case, settlement, case.arrangements["osce-monitors"], few)
    assert "mission" not in {one.decider for one in found.answers}
