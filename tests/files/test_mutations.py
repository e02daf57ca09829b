from collections import Counter

import pytest
from tests.files.mutations import Mutation, answered, check, known_names, misspelt, mutations
from tests.files.toy import GOOD, Toy

from holdfast.files.nodes import at
from holdfast.files.reading import parse

ROOT = parse(GOOD.encode(), "toy.yaml")
KNOWN = known_names(ROOT, Toy)
ALL = list(mutations(ROOT, Toy))


@pytest.mark.parametrize("mutation", ALL, ids=lambda mutation: f"{mutation.kind}-{mutation.path}")
def test_every_mutation_is_answered(mutation):
    check(mutation, Toy, KNOWN)


def test_every_kind_occurs():
    counts = Counter(mutation.kind for mutation in ALL)
    assert set(counts) == {"removed", "misspelt", "wrong_type", "wrong_unit", "out_of_range", "dangling"}
    assert min(counts.values()) >= 4


def test_removing_an_optional_key_is_legal():
    legal = {mutation.path for mutation in ALL if mutation.kind == "removed" and mutation.expectation.legal}
    assert {("share",), ("offers", 0, "day")} <= legal
    assert ("name",) not in legal
    share = next(one for one in ALL if one.kind == "removed" and one.path == ("share",))
    assert answered(share, Toy, KNOWN) == []


def test_mutations_leave_the_rest_alone():
    mutation = next(one for one in ALL if one.kind == "out_of_range" and one.path == ("steps",))
    assert at(mutation.node, ("parts",)) is at(ROOT, ("parts",))


def test_a_wrong_expectation_is_noticed():
    good = ALL[0]
    with pytest.raises(AssertionError):
        check(Mutation(good.kind, good.path, ROOT, good.expectation), Toy, KNOWN)


def test_misspelt():
    assert misspelt("buffer_km") == "bufer_km"
    assert misspelt("to") == "too"
