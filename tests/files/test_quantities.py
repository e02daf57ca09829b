"""Numbers with units, as the vocabulary's base reads them."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import Days, EurPerYear, Km, Months, Persons, Share, converted, units_for


@pytest.mark.parametrize(
    ("kind", "given_", "meant"),
    [
        (Km, 5, 5.0),
        (Km, "7.5 mi", 12.07008),
        (Km, "500m", 0.5),
        (Km, " 1_000 km ", 1000.0),
        (Km, "1.5e1 nmi", 27.78),
        (Share, "20%", 0.2),
        (Share, "20 percent", 0.2),
        (Days, "2 weeks", 14.0),
        (Days, "12 h", 0.5),
        (Months, "1 year", 12.0),
        (Persons, "3000 troops", 3000.0),
        (EurPerYear, "1.5 EUR bn/year", 1.5e9),
    ],
)
def test_a_number_may_have_a_unit_of_its_dimension(kind, given_, meant):
    assert TypeAdapter(kind).validate_python(given_) == pytest.approx(meant, rel=1e-15)


@pytest.mark.parametrize(
    "given_", ["3 kg", "km", "5", "", "5 km km", True, None, [], {}, math.nan, math.inf, "1e999 km", 10**400]
)
def test_anything_else_is_refused(given_):
    with pytest.raises(ValidationError):
        TypeAdapter(Km).validate_python(given_)


@given(st.text(max_size=80) | st.from_regex(r"[0-9]{1,9} ?[a-z0-9%/* ]{1,20}"))
def test_no_text_breaks_the_reader(text):
    with contextlib.suppress(ValidationError):
        assert math.isfinite(TypeAdapter(Km).validate_python(text))


def test_own_unit_comes_first():
    assert units_for("km") == ("km", "m", "mi", "nmi", "ft", "yd")
    assert units_for("stake") == ("stake",)


def test_converting_to_the_same_unit_changes_nothing():
    assert converted(0.1, "ratio", "ratio") == 0.1
    with pytest.raises(PydanticCustomError, match="the unit 'kg' cannot be read as km"):
        converted(1.0, "kg", "km")
