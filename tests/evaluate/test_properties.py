"""What the structure leaves open: examples in which a design helps and examples in which it harms.

A model in which more support could only help, or a force only deter, would have put its verdict in by
hand. Each example here names the values of the estimates that bring it about, by their share of the
distribution (0.05 and 0.95 are the ends of the ranges in the ledger), and both sides of a comparison
meet the same futures and the same noise. What is tested beside an example is that its opposite exists.

Bounds are about half of what was found, so that a new figure in the ledger does not break them; a sign
that the rules force is asserted in every future.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.evaluate import runs

from holdfast.evaluate import Memory, evaluate
from holdfast.futures import Futures

HOLDS = "hold_if_deployed_5"
NOUGHT = 1e-300
"""Share below the draw at which a hazard, lognormal, is as good as nought."""
STEADY = {"endure.incidents.recommitment": NOUGHT, "endure.incidents.deliberate": 1e-9}
"""No recommitments, and no incidents by order: what is not under test moves no path of incidents."""
BOLD = {"party.opponent.offensive-cost": 0.05, "party.opponent.belief-bias": 0.95}
"""To the opponent an attack looks cheap and promising, so that waiting is worth something to it."""


@pytest.fixture(scope="module")
def truce(case):
    """Return the settlement that adds nothing, so that a design stands alone."""
    return case.settlements["bare-truce"]


@pytest.fixture(scope="module")
def none(case):
    return case.arrangements["none"]


def _futures(case, *pins):
    together: dict[str, float] = {}
    for some in pins:
        together |= some
    return Futures(case.ledger, 0, 64, together)


def _neutral(case, *names):
    """Return pins at which ratios are one and shifts are nought: no effect."""
    return {
        name: runs.quantile_of(case, name, 1.0 if case.ledger[name].unit == "ratio" else 0.0)
        for name in names
    }


def _gain(case, settlement, design, other, futures, outcome=HOLDS):
    """Return what a design adds to an outcome of another, per future."""
    memory = Memory()
    one, two = (
        evaluate(case, settlement, arrangement, futures, memory=memory).outcomes[outcome]
        for arrangement in (design, other)
    )
    return one - two


def _hazard(case, settlement, design, futures, column, weeks):
    """Return the hazard of each week that a column counts, array (futures, weeks)."""
    return runs.hazard(runs.by_week(runs.asked(case, settlement, design, futures), weeks), column)


# --- Support: provocation, and a closing window ------------------------------------------------------


def _support(none, futures, factor):
    """Return support at a multiple of that at the halt, and nothing else."""
    money = factor * float(futures["support.now"][0])
    support = none.phases[0].support.model_copy(update={"military_eur_per_year": money})
    return runs.free(none, support=support)


PAID = {"support.now": 0.5}


@pytest.mark.parametrize(("provocation", "sign"), [(0.05, 1), (0.95, -1)])
def test_twice_the_support_lowers_or_raises_holding_by_what_it_provokes(case, truce, none, provocation, sign):
    """ST6: provocation is a figure of either sign, and outweighs what the arms add to the defence."""
    futures = _futures(case, STEADY, PAID, {"stakes.support.provocation": provocation})
    gain = sign * _gain(case, truce, _support(none, futures, 2.0), none, futures)
    assert gain.mean() > 0.006
    assert (gain > 0.0).mean() > 0.9


EARLY = {"endure.base.first-year": 0.95, "endure.base.years-2-5": 0.05}
"""The record's danger lies in the first year."""
WINDOW = {
    **STEADY,
    **PAID,
    **BOLD,
    **EARLY,
    "stakes.support.provocation": 0.5,  # nought
    "stakes.lookahead": 0.95,
    "party.host.materiel.turnover": 0.95,  # arms arrive slowly
}


@pytest.mark.parametrize(("patience", "sign"), [(0.95, -1), (0.05, 1)])
def test_twice_the_support_lowers_or_raises_holding_by_the_window_it_closes(
    case, truce, none, patience, sign
):
    """DE4: nobody is provoked. Arms that come slowly make a patient opponent strike while it can.

    To one that cares little for the future they are a stronger host, and no more.
    """
    futures = _futures(case, WINDOW, {"party.opponent.future-weight": patience})
    assert abs(futures["stakes.support.provocation"][0]) < 1e-9
    gain = sign * _gain(case, truce, _support(none, futures, 2.0), none, futures)
    assert gain.mean() > 0.0008
    assert (gain > 0.0).mean() > 0.85


def test_a_closing_window_is_open_at_first(case, truce, none):
    """DE4: within the first year twice the support lowers holding in every one of those futures."""
    futures = _futures(case, WINDOW, {"party.opponent.future-weight": 0.95})
    gain = _gain(case, truce, _support(none, futures, 2.0), none, futures, "hold_if_deployed_1")
    assert (gain < 0.0).all()
    assert gain.mean() < -0.003


@pytest.mark.parametrize(("patience", "sign"), [(0.95, 1), (0.05, -1)])
def test_half_the_support_can_raise_holding_as_well_as_lower_it(case, truce, none, patience, sign):
    """DE4 the other way: to a patient opponent a host that will weaken is a reason to wait."""
    futures = _futures(case, WINDOW, {"party.opponent.future-weight": patience})
    gain = sign * _gain(case, truce, _support(none, futures, 0.5), none, futures)
    assert gain.mean() > 0.0004
    assert (gain > 0.0).mean() > 0.85


@pytest.mark.parametrize(("foresight", "sign"), [(0.95, 1), (0.05, -1)])
def test_a_cap_on_the_host_lowers_or_raises_holding(case, truce, none, foresight, sign):
    """ST2, DE4: a weaker host is easier to attack, and will be easier still to whoever waits.

    It raises holding where the host shrinks slowly and the opponent looks far ahead and cares for what
    it sees; it lowers it where the host shrinks at once and nobody waits.
    """
    terms = truce.terms.model_copy(update={"army_cap_persons": 400_000.0})
    capped = truce.model_copy(update={"terms": terms})
    others = dict.fromkeys(
        ("party.opponent.future-weight", "party.host.reconstitution", "stakes.lookahead"), foresight
    )
    # what the cap gives the opponent as a term neither sates nor whets
    neither = _neutral(case, "stakes.satisfaction")
    futures = _futures(case, STEADY, BOLD, EARLY, neither, others)
    one, two = (evaluate(case, settlement, none, futures).outcomes[HOLDS] for settlement in (capped, truce))
    gain = sign * (one - two)
    assert gain.mean() > 0.01
    assert (gain > 0.0).mean() > 0.9


# --- Monitors ----------------------------------------------------------------------------------------


def _idle(case):
    """Return pins at which watching does nothing of itself, surprise is worth nothing, no belief mends."""
    return {
        **STEADY,
        **_neutral(case, "endure.observers.incidents", "endure.publicity"),
        "stakes.contest.surprise": 1e-12,
        "observe.warning.believed": 1e-12,
        "stakes.belief.noise-seen": 1e-9,
    }


def _naming(case):
    """Return monitors who say who broke the ceasefire; the packaged ones do not."""
    monitors = case.arrangements["osce-monitors"]
    mission = monitors.phases[0].mission.model_copy(update={"names_the_side": True})
    phase = monitors.phases[0].model_copy(update={"mission": mission})
    return monitors.model_copy(update={"phases": (phase,)})


def test_monitors_without_consequence_can_do_nothing(case, truce, none):
    """EF2, EF4: they see, locate and attribute, nobody responds, and holding does not change."""
    monitors = runs.free(_naming(case))
    futures = _futures(case, _idle(case))
    found, bare = (evaluate(case, truce, design, futures) for design in (monitors, none))
    np.testing.assert_allclose(found.outcomes[HOLDS], bare.outcomes[HOLDS], rtol=0, atol=1e-5)
    np.testing.assert_array_equal(
        found.survival.count("incidents")[:, -1], bare.survival.count("incidents")[:, -1]
    )
    # they were there, and saw more
    assert (found.outcomes["recorded_incidents_per_week"] > 0.0).all()
    assert (found.outcomes["attributed"] > bare.outcomes["attributed"]).all()


@pytest.mark.parametrize(
    ("estimate", "share", "sign", "least"),
    [
        ("endure.observers.incidents", 0.05, 1, 0.01),
        ("endure.observers.incidents", 0.95, -1, 0.003),
        ("endure.publicity", 0.05, 1, 0.001),
        ("endure.publicity", 0.95, -1, 0.0009),
    ],
)
def test_monitors_without_consequence_can_help_or_harm(case, truce, none, estimate, share, sign, least):
    """EF2, EF4: being watched, and being named in public, have either sign."""
    monitors = runs.free(_naming(case))
    futures = _futures(case, _idle(case), {estimate: share})
    gain = sign * _gain(case, truce, monitors, none, futures)
    assert gain.mean() > least
    assert (gain > 0.0).all()


def test_monitors_whom_somebody_answers_restrain_where_the_same_monitors_alone_do_not(case, truce, none):
    """EF4: attribution is worth what follows it."""
    monitors, promised = _naming(case), case.arrangements["coalition-support"]
    promise = promised.phases[0].guarantees
    futures = _futures(case, _idle(case), {"endure.restraint": 0.05, "respond.credibility.political": 0.95})
    alone = _gain(case, truce, runs.free(monitors), none, futures)
    answered = _gain(
        case, truce, runs.free(monitors, guarantees=promise), runs.free(none, guarantees=promise), futures
    )
    np.testing.assert_allclose(alone, 0.0, atol=1e-5)
    assert answered.mean() > 0.003
    assert (answered > 0.0).all()


# --- Observation and misjudgement --------------------------------------------------------------------


def test_observation_lowers_misjudgement_and_so_attack(case, truce, none):
    """DE7: forced by the rules. Who sees more misjudges less, and fewer attacks begin by mistake."""
    monitors = runs.free(case.arrangements["osce-monitors"])
    futures = _futures(case, _idle(case), {"stakes.belief.noise-seen": 0.95})
    query = runs.asked(case, truce, monitors, futures)
    assert (query.phases[0].present.noise < query.bare.gone.noise).all()
    np.testing.assert_array_equal(query.phases[0].gone.noise, query.bare.gone.noise)
    for party in ("host", "opponent"):
        column = f"attack_by_{party}"
        before, after = (_hazard(case, truce, design, futures, column, 260) for design in (none, monitors))
        assert (after <= before * (1.0 + 1e-9)).all()
        assert (after[:, 104:] < before[:, 104:]).mean() > 0.9  # but where the mission was lost
    gain = _gain(case, truce, monitors, none, futures)
    assert gain.mean() > 0.001
    assert (gain > 0.0).all()


def test_observation_of_those_who_learn_nothing_from_it_changes_no_attack(case, truce, none):
    monitors = runs.free(case.arrangements["osce-monitors"])
    futures = _futures(case, _idle(case))
    before, after = (
        _hazard(case, truce, design, futures, "attack_by_opponent", 260) for design in (none, monitors)
    )
    np.testing.assert_allclose(after, before, rtol=1e-4)


# --- A small force -----------------------------------------------------------------------------------


PRESENCE = (
    "endure.partner-troops.incidents",
    "stakes.presence.provocation",
    "respond.credibility.presence",
)


def _force(case, persons, use_of_force="defend_mandate", guarantees=()):
    """Return land forces in the rear, and nothing else."""
    force = case.arrangements["reassurance-force"]
    mission = force.phases[0].mission
    land = tuple(
        part.model_copy(update={"planned_persons": persons})
        for part in mission.components
        if part.task == "reassure"
    )
    mandate = mission.mandate.model_copy(update={"use_of_force": use_of_force})
    changes = {"components": land, "sensors": (), "mandate": mandate}
    return runs.free(force, mission=mission.model_copy(update=changes), guarantees=guarantees)


def test_three_thousand_troops_can_do_next_to_nothing(case, truce, none):
    """DE2: beside eight hundred thousand they move no odds; what else they do is set to nothing here."""
    futures = _futures(case, STEADY, _neutral(case, *PRESENCE))
    gain = _gain(case, truce, _force(case, 3_000.0), none, futures)
    assert np.abs(gain).max() < 0.001


@pytest.mark.parametrize(
    ("estimate", "share", "sign", "least"),
    [
        ("stakes.presence.provocation", 0.05, 1, 0.0007),  # a tripwire
        ("stakes.presence.provocation", 0.95, -1, 0.0007),
        ("endure.partner-troops.incidents", 0.05, 1, 0.001),
        ("endure.partner-troops.incidents", 0.95, -1, 0.002),
    ],
)
def test_three_thousand_troops_can_help_or_harm(case, truce, none, estimate, share, sign, least):
    """ST6, EF3: by what their presence does to the opponent's mind, and to incidents."""
    futures = _futures(case, STEADY, _neutral(case, *PRESENCE), {estimate: share})
    gain = sign * _gain(case, truce, _force(case, 3_000.0), none, futures)
    assert gain.mean() > least
    assert (gain > 0.0).mean() > 0.9


@pytest.mark.parametrize(("share", "sign", "least"), [(0.05, -1, 0.0002), (0.95, 1, 0.0006)])
def test_three_thousand_troops_can_make_a_promise_more_credible_or_less(
    case, truce, none, share, sign, least
):
    """EV12: a stake that binds, or a token that stands for more."""
    promises = case.arrangements["reassurance-force"].phases[0].guarantees
    futures = _futures(case, STEADY, _neutral(case, *PRESENCE), {"respond.credibility.presence": share})
    force = _force(case, 3_000.0, guarantees=promises)
    gain = sign * _gain(case, truce, force, runs.free(none, guarantees=promises), futures)
    assert gain.mean() > least
    assert (gain > 0.0).mean() > 0.9


# --- A force that is still arriving ------------------------------------------------------------------


IMPATIENT = 1e-30
"""Share below the draw at which a party cares nothing for the future."""
ARRIVING = {
    **STEADY,
    **BOLD,
    # as many as could come, slowly; they would fight, and well
    "generate.reliability": 0.95,
    "generate.stance.open": 0.95,
    "generate.stance.unstated": 0.95,
    "generate.condition.parliament": 0.95,
    "generate.condition.backstop-absent": 0.95,
    "generate.half-time.coalition": 0.95,
    "stakes.mission.fights.with-host": 0.95,
    "stakes.mission.quality": 0.95,
    "endure.attack.sensitivity": 0.95,
    "stakes.lookahead": 0.5,
}


@pytest.fixture(scope="module")
def arriving(case, truce, none):
    """Return how the log of the opponent's hazard differs by week with a force on its way, by patience.

    Only futures count in which somebody comes.
    """
    others = _neutral(case, "endure.partner-troops.incidents", "stakes.presence.provocation")
    force = _force(case, 100_000.0, "fight_with_host")
    found = {}
    for patience in (IMPATIENT, 0.25, 0.95):
        futures = _futures(case, ARRIVING, others, {"party.opponent.future-weight": patience})
        comes = evaluate(case, truce, force, futures).outcomes["filled"] > 0.001
        assert comes.mean() > 0.9
        with_it, without = (
            _hazard(case, truce, design, futures, "attack_by_opponent", 260) for design in (force, none)
        )
        gain = _gain(case, truce, force, none, futures)
        found[patience] = np.log(with_it / without)[comes], gain[comes]
    return found


def test_a_force_on_its_way_is_a_reason_to_strike_before_it_is_there(arriving):
    """DE4: in the first weeks the opponent attacks more than with no force coming, later less."""
    for patience in (0.25, 0.95):
        change, _ = arriving[patience]
        assert (change[:, :4].mean(axis=1) > 0.0).all()
        assert change[:, :4].mean() > 0.005
        assert (change[:, 104:].mean(axis=1) < 0.0).mean() > 0.9
        assert change[:, 104:].mean() < -0.008


def test_the_more_patient_the_opponent_the_longer_the_danger(arriving):
    """DE4: one that cares for the future strikes more, and for longer, and holding gains less."""
    (hasty, gain), (patient, gain_of_patience) = arriving[0.25], arriving[0.95]
    assert (patient[:, :13].mean(axis=1) > hasty[:, :13].mean(axis=1)).all()
    assert (patient[:, 13:52].mean(axis=1) > hasty[:, 13:52].mean(axis=1)).all()
    assert (gain_of_patience < gain).mean() > 0.9


def test_an_opponent_that_does_not_look_ahead_never_strikes_for_what_is_coming(arriving):
    """DE4 the other way: without a future to fear a force deters as it arrives, and never the reverse."""
    change, gain = arriving[IMPATIENT]
    assert (change <= 1e-6).all()
    assert change[:, 104:].mean() < -0.008
    assert (gain > 0.0).all()


# --- A side that falls -------------------------------------------------------------------------------


FALLING = {
    **STEADY,
    "stakes.lookahead": 0.95,
    "party.host.reconstitution": 0.95,  # it shrinks slowly
    "party.host.offensive-cost": 0.05,
    "party.host.belief-bias": 0.95,
    "party.host.response-cost": 0.05,
    "respond.credibility.against-host": 0.05,
    "stakes.contest.defender-advantage": 0.05,
    "stakes.contest.decisiveness": 0.05,
}


@pytest.fixture(scope="module")
def falling(case, truce, none):
    """Return how the log of each side's hazard differs where the host must disarm, by its patience."""
    terms = truce.terms.model_copy(update={"army_cap_persons": 400_000.0})
    capped = truce.model_copy(update={"terms": terms})
    found = {}
    for patience in (0.05, 0.95):
        futures = _futures(case, FALLING, {"party.host.future-weight": patience})
        for party in ("host", "opponent"):
            with_it, without = (
                _hazard(case, settlement, none, futures, f"attack_by_{party}", 520)
                for settlement in (capped, truce)
            )
            found[party, patience] = np.log(with_it / without)
    return found


def test_a_side_that_falls_strikes_earlier(falling):
    """DE4: a host that must disarm attacks more while it still can, the more so the more it looks ahead."""
    patient, hasty = falling["host", 0.95], falling["host", 0.05]
    for change in (patient, hasty):
        assert (change[:, :13].mean(axis=1) > 0.0).all()
        # and less and less so as it falls
        assert (change[:, :13].mean(axis=1) > change[:, 104:260].mean(axis=1)).mean() > 0.85
    assert patient[:, :13].mean() > 0.09
    assert (patient[:, :13].mean(axis=1) > hasty[:, :13].mean(axis=1)).all()
    assert (hasty[:, 260:].mean(axis=1) < 0.0).mean() > 0.7


def test_a_side_that_rises_waits(falling):
    """DE4: to the opponent the same cap promises more later, and it attacks less at first."""
    for patience in (0.05, 0.95):
        change = falling["opponent", patience]
        assert (change[:, :13].mean(axis=1) < 0.0).mean() > 0.9
        assert (change[:, :13].mean(axis=1) < change[:, 260:].mean(axis=1)).mean() > 0.9


# --- Snap-back ---------------------------------------------------------------------------------------


def _with_snap_back(settlement, snap_back, **terms):
    changed = settlement.terms.model_copy(update={"snap_back": snap_back, **terms})
    return settlement.model_copy(update={"terms": changed})


NO_GAIN = {"party.host.terms.snap-back": 0.01, "party.opponent.terms.snap-back": 0.5}
"""The clause itself is no gain to either side."""


def test_snap_back_restrains_nobody_who_gains_nothing(case, truce, none):
    """EV10: there is nothing to take back, and not a byte changes."""
    futures = _futures(case, NO_GAIN)
    assert all((futures[name] < 0.0).all() for name in NO_GAIN)
    one, two = (
        evaluate(case, _with_snap_back(truce, snap_back), none, futures).survival
        for snap_back in (True, False)
    )
    assert one.expected.tobytes() == two.expected.tobytes()
    assert one.counted.tobytes() == two.counted.tobytes()


def test_snap_back_restrains_a_party_that_gains_and_leaves_the_other_alone(case, truce, none):
    """EV10, ST6: relief for the opponent is its to lose. The host loses by relief, and forfeits nothing."""
    relief = {
        "party.opponent.terms.sanctions-staged-relief": 0.5,
        "party.host.terms.sanctions-staged-relief": 0.5,
    }
    futures = _futures(case, STEADY, NO_GAIN, relief, {"stakes.preemption": 1e-9})
    loose, bound = (
        _with_snap_back(truce, snap_back, sanctions="staged_relief") for snap_back in (False, True)
    )
    before, after = (
        _hazard(case, settlement, none, futures, "attack_by_opponent", 260) for settlement in (loose, bound)
    )
    assert (after <= before * (1.0 + 1e-9)).all()
    assert np.log(after / before).mean() < -0.1
    before, after = (
        _hazard(case, settlement, none, futures, "attack_by_host", 260) for settlement in (loose, bound)
    )
    np.testing.assert_allclose(after, before, rtol=1e-3)
    one, two = (evaluate(case, settlement, none, futures).outcomes[HOLDS] for settlement in (bound, loose))
    assert (one > two).all()
