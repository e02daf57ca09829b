"""What every word of the vocabulary is made of: strict models, quantities with units, references.

Quantities carry their unit in the field's name (``buffer_km``) and in its metadata
(:class:`Unit`). A file may give the plain number, meaning that unit, or a number with a unit of
the same dimension (``"7.5 mi"``), which is converted. References carry what they refer to
(:class:`Reference`), so that dangling ones are found when a case is put together.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StrictBool,
    StringConstraints,
)
from pydantic_core import CoreSchema, PydanticCustomError

Confidence = Literal["A", "B", "C", "K", "k", "J"]
"""Mark of how a fact is known.

A seen in a primary source; B seen, second-hand or weak; C computed from rows named in the source;
K general knowledge, well established; k general knowledge, verify before quoting; J judgement.
"""

UnitName = Literal[
    "share",
    "ratio",
    "persons",
    "persons_per_km",
    "persons_per_site",
    "persons_per_month",
    "km",
    "km2",
    "hours",
    "days",
    "weeks",
    "months",
    "years",
    "per_year",
    "per_km_week",
    "eur",
    "eur_per_year",
    "eur_per_person_year",
    "persons_per_eur_bn_year",
    "sensors_per_km",
    "loads_per_month",
    "stake",
    "probit",
]
"""The units a ledger knows. ``share`` is 0 to 1; ``ratio`` a positive multiple; ``stake`` is the
value of the aims that a party went to war for, taken as 1; ``probit`` is the standard normal scale
on which positions of voters are compared. The last two may be negative."""


QUANTITY = r"^\s*[-+]?\d[\d_]*(\.\d+)?([eE][-+]?\d+)?\s*[A-Za-z%][A-Za-z0-9_%/ ]*$"
"""The form of a number with a unit, for schemas."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a number field; read by the checker, the schema and the tests."""

    name: UnitName

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the schema of the plain number, or of a text with number and unit."""
        number = dict(handler(core))
        return {"anyOf": [number, {"type": "string", "pattern": QUANTITY}], "x-unit": self.name}


@dataclass(frozen=True, slots=True)
class Reference:
    """What a text field refers to: ``source``, ``estimate``, ``state``, ``body`` and so on.

    ``unit`` is the unit that an estimate referred to must have.
    """

    to: str
    unit: UnitName | None = None

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the schema of the text, with what it refers to."""
        return {**handler(core), "x-refers-to": self.to}


@dataclass(frozen=True, slots=True)
class Form:
    """The words for a text field's pattern, as they follow "is needed": ``three capital letters``."""

    words: str
    example: str


class Word(BaseModel):
    """Base of every data model: unknown keys are errors, instances do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


# What a number with a unit may be given in: the unit's name and how many of ours it is. Exact by
# definition of the mile, foot and hectare; a month is a twelfth of a year of 365.25 days.
_HOUR, _DAY, _WEEK, _YEAR = 1 / 24, 1.0, 7.0, 365.25
_MONTH = _YEAR / 12
_LENGTHS = {"km": 1.0, "m": 1e-3, "mi": 1.609344, "nmi": 1.852, "ft": 3.048e-4, "yd": 9.144e-4}
_TIMES = {
    "min": _HOUR / 60,
    "minutes": _HOUR / 60,
    "h": _HOUR,
    "hour": _HOUR,
    "hours": _HOUR,
    "d": _DAY,
    "day": _DAY,
    "days": _DAY,
    "week": _WEEK,
    "weeks": _WEEK,
    "month": _MONTH,
    "months": _MONTH,
    "year": _YEAR,
    "years": _YEAR,
}
_AREAS = {"km2": 1.0, "m2": 1e-6, "ha": 0.01, "mi2": 1.609344**2}
_PERSONS = dict.fromkeys(("persons", "person", "people", "troops", "soldiers", "monitors"), 1.0)
_MONEY = {"eur": 1.0, "EUR": 1.0, "euro": 1.0, "EUR m": 1e6, "EUR bn": 1e9}


def _times_in(unit: float) -> dict[str, float]:
    return {name: days / unit for name, days in _TIMES.items()}


_ALLOWED: dict[str, dict[str, float]] = {
    "share": {"%": 0.01, "percent": 0.01},
    "km": _LENGTHS,
    "km2": _AREAS,
    "hours": _times_in(_HOUR),
    "days": _times_in(_DAY),
    "weeks": _times_in(_WEEK),
    "months": _times_in(_MONTH),
    "years": _times_in(_YEAR),
    "persons": _PERSONS,
    "eur": _MONEY,
    "eur_per_year": {f"{name}/year": factor for name, factor in _MONEY.items()},
}
_WITH_UNIT = re.compile(
    r"\s*([-+]?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*([A-Za-z%][A-Za-z0-9_%/ ]*?)\s*", re.ASCII
)
_LONGEST_QUANTITY = 60


def units_for(unit: UnitName) -> tuple[str, ...]:
    """Return the units that a number of the unit ``unit`` may be given in, its own first."""
    return (unit, *(name for name in _ALLOWED.get(unit, {}) if name != unit))


def converted(number: float, given: str, wanted: UnitName) -> float:
    """Return ``number`` of the unit ``given`` in the unit ``wanted``.

    Raises
    ------
    PydanticCustomError
        If ``given`` is not one of :func:`units_for` ``wanted``.
    """
    if given == wanted:
        return number
    factor = _ALLOWED.get(wanted, {}).get(given)
    if factor is None:
        raise PydanticCustomError(
            "wrong_unit",
            "the unit '{given}' cannot be read as {wanted}",
            {"given": given, "wanted": wanted},
        )
    return number * factor


def _quantity(wanted: UnitName) -> BeforeValidator:
    """Return the reader of a number with the unit ``wanted``."""

    def not_a_number() -> PydanticCustomError:
        return PydanticCustomError("not_a_number", "a number is needed ({wanted})", {"wanted": wanted})

    def read(value: Any) -> Any:  # noqa: ANN401 - a file may hold anything here
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise not_a_number()
        if isinstance(value, str):
            match = _WITH_UNIT.fullmatch(value) if len(value) <= _LONGEST_QUANTITY else None
            if match is None:
                raise not_a_number()
            value = converted(float(match[1].replace("_", "")), match[2], wanted)
        try:
            number = float(value)
        except OverflowError:
            raise not_a_number() from None
        if not math.isfinite(number):
            raise not_a_number()
        return number

    return BeforeValidator(read)


# The range stands first, so that it is part of the number's own schema; then how it is read.
Share = Annotated[float, Field(ge=0.0, le=1.0), _quantity("share"), Unit("share")]
Persons = Annotated[float, Field(ge=0.0, le=3_000_000.0), _quantity("persons"), Unit("persons")]
Km = Annotated[float, Field(ge=0.0, le=20_000.0), _quantity("km"), Unit("km")]
Days = Annotated[float, Field(ge=0.0, le=3_650.0), _quantity("days"), Unit("days")]
Months = Annotated[float, Field(ge=0.0, le=1_200.0), _quantity("months"), Unit("months")]
Years = Annotated[float, Field(ge=0.0, le=100.0), _quantity("years"), Unit("years")]
EurPerYear = Annotated[float, Field(ge=0.0, le=1e12), _quantity("eur_per_year"), Unit("eur_per_year")]
Latitude = Annotated[float, Field(ge=-90.0, le=90.0, strict=False)]
Longitude = Annotated[float, Field(ge=-180.0, le=180.0, strict=False)]


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _iso_day(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("not_a_day", "a day is needed, written YYYY-MM-DD")


FIRST_DAY = dt.date(1900, 1, 1)
LAST_DAY = dt.date(2100, 1, 1)
"""Days of files and options lie between these two."""

Day = Annotated[
    dt.date,
    Field(ge=FIRST_DAY, le=LAST_DAY),
    BeforeValidator(_iso_day, json_schema_input_type=str),
]
Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=4_000)]
Key = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[a-z0-9]+(?:[-_.][a-z0-9]+)*$", max_length=80),
    Form("a name of small letters and digits, parted by single - _ or .", "first-phase"),
]
"""A name within a case: small letters, digits, and single - _ . between them."""
StateCode = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[A-Z]{3}$"), Form("a code of three capital letters", "FRA")
]
"""ISO 3166-1 alpha-3."""
SourceRef = Annotated[str, StringConstraints(strict=True, min_length=1), Reference("source")]
StateRef = Annotated[StateCode, Reference("state")]
CountryRef = Annotated[StateCode, Reference("country")]
Flag = StrictBool
