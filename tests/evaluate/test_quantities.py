"""What planning ratios multiply (RQ1)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from holdfast.evaluate.question import Question
from holdfast.futures import Futures


def _question(case):
    settlement = case.settlements[case.about.settlement]
    return Question(case, settlement, case.arrangements["none"], Futures(case.ledger, 0, 16))


def test_only_what_the_host_holds_and_what_is_bombarded_counts_as_a_site(case):
    places = [site.name for site in _question(case).defended_sites]
    np.testing.assert_array_equal(_question(case).quantity("site"), len(places))
    assert len(places) == 22
    assert "Odesa" in " ".join(places)
    for site in case.theatre.sites:
        if site.held_by != case.host.state or site.kind in {"crossing", "island"}:
            assert site.name not in places
    nowhere = replace(case, theatre=case.theatre.model_copy(update={"sites": ()}))
    np.testing.assert_array_equal(_question(nowhere).quantity("site"), 0)


def test_people_near_the_line_are_counted_by_thousands(case):
    question = _question(case)
    people = question.draw(case.theatre.near_line_population)
    np.testing.assert_allclose(question.quantity("thousand_people") * 1_000.0, people)
    np.testing.assert_array_equal(question.quantity("line_km"), question.draw(case.theatre.line_km))
    np.testing.assert_array_equal(question.quantity("mission"), 1.0)
