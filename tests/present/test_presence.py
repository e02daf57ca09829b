"""Who is there week by week, in the document of a composition and in its text."""

from __future__ import annotations

import json

import numpy as np
import pytest

from holdfast import composition
from holdfast.evaluate.presence import WEEKS
from holdfast.present.composition import composition as words
from holdfast.present.numbers import count


@pytest.fixture(scope="module")
def composed():
    return composition("ukraine", "un-peacekeepers", futures=32)


def test_the_document_tells_who_is_there(composed):
    told, found = composed.document["generate"]["presence"], composed.composition.presence
    assert [one["week"] for one in told] == list(WEEKS)
    for place, one in enumerate(told):
        persons = found.persons[place]
        assert set(one) == {"week", "persons", "median", "by_role"}
        assert one["persons"]["mean"] == pytest.approx(persons.mean())
        low, high = np.quantile(persons, [0.05, 0.95])
        assert (one["persons"]["low"], one["persons"]["high"]) == pytest.approx((low, high))
        assert one["median"] == pytest.approx(np.median(persons))
        assert sum(one["by_role"].values()) == pytest.approx(persons.mean())
    json.dumps(told)


def test_the_text_has_one_line_for_each_week(composed):
    text = words(composed.document)
    part = text[text.index("Who is there, week by week") : text.index("Why it is short")]
    lines = part.splitlines()
    assert lines[1].split("  ")[0].strip() == "week"
    rows = {int(line.split()[0]): line.split()[1:] for line in lines[3 : 3 + len(WEEKS)]}
    assert list(rows) == list(WEEKS)
    for one in composed.document["generate"]["presence"]:
        quantity, roles = one["persons"], one["by_role"]
        serve = roles["support"] + roles["command"]
        numbers = (quantity["mean"], quantity["low"], one["median"], quantity["high"])
        task = sum(roles.values()) - serve
        assert rows[one["week"]] == [count(number) for number in (*numbers, task, serve)]
    assert "neither cut nor lost" in " ".join(part.split())


def test_without_a_mission_there_is_no_table():
    found = composition("ukraine", "none", futures=16).document
    assert found["generate"]["presence"] is None
    assert "week by week" not in words(found)
