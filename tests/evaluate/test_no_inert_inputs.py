"""No inert inputs: every estimate, held at its 5th and at its 95th percentile, moves some outcome.

What does not is listed below with the reason. An entry that moves something fails as well, so the
list says what is true of the packaged arrangements and settlements, no more and no less.
"""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.evaluate import Memory, evaluate
from holdfast.futures import Futures

FUTURES = 32
CHUNKS = 16

_PLANNED = "the packaged missions set their own size, and how adequate this task is has no effect yet"
_LOCATED = "what is located is shown in the coverage of a phase, and is no outcome"
_SIGHTED = "all packaged arrangements go on sharing intelligence"
_ELSEWHERE = "no packaged arrangement is put to this body"
_LOGISTICS = "no packaged mission plans for logistics"
_NOT_ASKED = "no packaged mission asks this state for troops"
_NOT_INSIDE = "this offer holds outside the host only, and all packaged missions are inside"
_NO_SUCH_TERM = "no packaged settlement has this term"
_UN_ONLY = "this offer waits for a mandate of the United Nations, and none of the missions that ask has one"

INERT = {
    "require.reassure.persons": _PLANNED,
    "require.police-air.persons": _PLANNED,
    "require.patrol-sea.persons": _PLANNED,
    "require.train.persons": _PLANNED,
    "require.liaise.persons": _PLANNED,
    "observe.patrol.locates": _LOCATED,
    "observe.camera.locates": _LOCATED,
    "observe.drone.locates": _LOCATED,
    "observe.acoustic.locates": _LOCATED,
    "stakes.support.intelligence": _SIGHTED,
    "stakes.mission.fights.with-host": "no packaged mission may fight with the host",
    "generate.condition.backstop-holds": "no packaged arrangement has a guarantee of the backstop",
    "authorise.days.un-general-assembly": _ELSEWHERE,
    "authorise.days.eu-council": _ELSEWHERE,
    "authorise.days.nato-council": _ELSEWHERE,
    "authorise.days.treaty-force": _ELSEWHERE,
    "respond.weight.strikes": "no packaged guarantee promises strikes",
    "party.host.terms.recognition-de-jure": _NO_SUCH_TERM,
    "party.opponent.terms.recognition-de-jure": _NO_SUCH_TERM,
    "party.host.terms.land-to-host": _NO_SUCH_TERM,
    "party.opponent.terms.land-to-host": _NO_SUCH_TERM,
    "party.host.terms.sanctions-lifted": _NO_SUCH_TERM,
    "party.opponent.terms.sanctions-lifted": _NO_SUCH_TERM,
    "theatre.near_line_population": "nothing in this version is measured against the people near the line",
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
    """Return settlements with arrangements, the usual settlement first, and the names that each reads."""
    futures, memory = Futures(case.ledger, 0, FUTURES), Memory()
    names = [case.about.settlement, *(name for name in case.settlements if name != case.about.settlement)]
    return [
        (settlement, arrangement, evaluate(case, settlement, arrangement, futures, memory=memory).used)
        for settlement in (case.settlements[name] for name in names)
        for arrangement in case.arrangements.values()
    ]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_estimate_moves_some_outcome(case, questions, chunk):
    futures, memory = Futures(case.ledger, 0, FUTURES), Memory()
    wrong = []
    for name in list(case.ledger)[chunk::CHUNKS]:
        moves = any(
            _moves(case, futures, memory, settlement, arrangement, name)
            for settlement, arrangement, used in questions
            if name in used
        )
        if moves and name in INERT:
            wrong.append(f"{name} is listed as inert, but moves an outcome")
        if not moves and name not in INERT:
            wrong.append(f"{name} moves nothing, and is not listed as inert")
    assert not wrong, "\n".join(wrong)


def test_the_list_names_estimates_and_reasons(case):
    assert set(INERT) <= set(case.ledger)
    assert all(INERT.values())
    assert len(INERT) < len(case.ledger) / 5
