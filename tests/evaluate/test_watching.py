"""What a mission and states watch with (OB5, OB12): draws from ranges, access by side, night patrols."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evaluate.question import Question
from holdfast.evaluate.watching import GRAB, OFFENSIVE, drawn, observation_of
from holdfast.observe import observe
from holdfast.vocabulary.capability import Range

RANGES = st.tuples(st.floats(0.01, 1e3), st.floats(1.0, 50.0), st.floats(1.0, 50.0)).map(
    lambda parts: Range(low=parts[0], mode=parts[0] * parts[1], high=parts[0] * parts[1] * parts[2])
)


@given(RANGES)
def test_a_range_is_drawn_through_its_ends_and_its_mode(given_):
    found = drawn(given_, np.array([-1.6448536269514722, 0.0, 1.6448536269514722]))
    np.testing.assert_allclose(found, [given_.low, given_.mode, given_.high], rtol=1e-12)


@given(RANGES, st.floats(-3.0, 3.0), st.floats(0.0, 2.0))
def test_further_up_is_never_less(given_, place, more):
    low, high = drawn(given_, np.array([place, place + more]))
    assert 0.0 < low <= high * (1.0 + 1e-12)


@pytest.fixture(scope="module")
def question(case, few):
    return Question(case, case.settlements["bare-truce"], case.arrangements["un-peacekeepers"], few)


def _mission(question, **changes):
    return question.arrangement.phases[0].mission.model_copy(update=changes)


def _asked(question, **changes):
    return observation_of(question, _mission(question, **changes), {"interpose": question.constant(5_000.0)})


@pytest.mark.parametrize("access", ["both_sides", "host_side"])
def test_what_is_denied_is_shared_out_between_the_sides(question, access):
    place = _asked(question, access=access).setting
    closed = ((1.0 - place.access) * place.side).sum(axis=1)
    name = f"observe.access.{access.replace('_', '-')}"
    np.testing.assert_allclose(closed, 1.0 - question.draw(name), rtol=0, atol=1e-12)
    assert ((place.access >= 0.0) & (place.access <= 1.0)).all()


def test_most_of_what_is_denied_lies_with_the_opponent(question):
    place = _asked(question).setting
    closed = (1.0 - place.access) * place.side
    wanted = question.draw("observe.denied.opponent") * closed.sum(axis=1)
    free = place.side[:, 1] >= wanted
    assert free.any()
    np.testing.assert_allclose(closed[free, 1], wanted[free], rtol=1e-9)


def test_a_mission_that_does_not_name_the_side_attributes_nothing(question):
    named, silent = (observe(_asked(question, names_the_side=names)) for names in (True, False))
    assert (silent.attributed_by_mission == 0.0).all()
    assert named.attributed_by_mission.any()
    np.testing.assert_array_equal(named.located_by_mission, silent.located_by_mission)
    own = silent.by("attributed", "incident_class")
    np.testing.assert_allclose(own, silent.own_attributed, rtol=1e-9, atol=1e-15)


def test_patrols_by_night_see_more_at_night_and_less_by_day(question):
    alone = {"sensors": ()}
    day, both = (
        observe(_asked(question, patrols=patrols, **alone)).by("by_mission", "light")
        for patrols in ("day", "day_and_night")
    )
    assert (both[:, 1] > day[:, 1]).all()
    assert (both[:, 0] < day[:, 0]).all()


def test_each_attack_has_its_own_warning(question):
    found = observe(_asked(question))
    assert {one.attack for one in found.warnings} == {OFFENSIVE, GRAB}
    without = observe(observation_of(question, None, {}))
    for attack in (OFFENSIVE, GRAB):
        assert (found.warning(attack).lead_days >= without.warning(attack).lead_days - 1e-12).all()
