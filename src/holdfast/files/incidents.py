"""Reading tables of incidents: which rows can be used, which cannot and why, none lost."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from holdfast.errors import UsageProblem
from holdfast.files.incident_layouts import LAYOUTS, OWN, PLAIN, ROLES, Layout
from holdfast.files.problems import FileProblems, listed, nearest, quoted, refuse
from holdfast.files.reading import read_bytes
from holdfast.files.writing import csv_safe, write_whole
from holdfast.vocabulary.incident import CLASSES

if TYPE_CHECKING:
    import polars as pl

LARGEST: Final = 2_000_000_000
"""Bytes of a table, unpacked."""
UNKNOWN: Final = -1
FORMATS: Final = ("%Y-%m-%d", "%d %B %Y", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%Y/%m/%d")
"""Ways to write a day; day and month of the fourth and fifth may be taken for each other."""
MOST_SHOWN: Final = 5
REASONS: Final = {
    "date": "no day that can be read",
    "latitude": "latitude is no number from -90 to 90",
    "longitude": "longitude is no number from -180 to 180",
    "nowhere": "latitude and longitude are both 0",
    "twice": "the same key as an earlier row",
}
"""Why a row is set aside, in the order in which rows are asked."""
_DELIMITERS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used: its number in the file (the header is row 1), and why."""

    row: int
    reason: str


@dataclass(frozen=True, eq=False)
class Incidents:
    """The usable rows of a table of incidents, and what became of the others.

    Attributes
    ----------
    name : str
        The file's last name.
    sha256 : str
    layout : str
    rows : int
        In the table, without the header.
    day : array of datetime64[D]
    latitude, longitude : arrays, degrees
    kind : array of int8
        Place of the class in ``CLASSES``; -1 is not known.
    light : array of int8
        0 day, 1 night; -1 is not known.
    coarse : array of bool
        Whether the table says that place or day is known only roughly.
    row : array of int64
        Number of the row in the file; the header is row 1.
    bad : mapping of reason to number of rows
    shown : tuple of BadRow
        The first few.
    """

    name: str
    sha256: str
    layout: str
    rows: int
    day: NDArray[np.datetime64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    kind: NDArray[np.int8]
    light: NDArray[np.int8]
    coarse: NDArray[np.bool_]
    row: NDArray[np.int64]
    bad: Mapping[str, int]
    bad_rows: NDArray[np.int64]
    bad_reasons: NDArray[np.int8]
    path: Path

    @property
    def shown(self) -> tuple[BadRow, ...]:
        """The first few rows that cannot be used."""
        texts = tuple(REASONS.values())
        pairs = zip(self.bad_rows[:MOST_SHOWN].tolist(), self.bad_reasons[:MOST_SHOWN].tolist(), strict=True)
        return tuple(BadRow(row, texts[reason]) for row, reason in pairs)


def read_incidents(path: str | Path, columns: Mapping[str, str] | None = None) -> Incidents:
    """Read a table of incidents.

    Parameters
    ----------
    path : str or Path
        CSV with commas, semicolons or tabs (also packed, ``.csv.gz``), or Parquet.
    columns : mapping of role to column, optional
        Which column is the ``date``, ``latitude``, ``longitude``, and if there are such the ``class`` and
        ``light``, for a table that is not recognised.

    Raises
    ------
    FileProblems
        If the file is no table, lacks what is needed, or a whole column is wrong.
    UsageProblem
        If a role or a column that is named is not there.
    """
    file = Path(path)
    data = read_bytes(file, LARGEST)
    sha256 = hashlib.sha256(data).hexdigest()
    table = _Table(file, data)
    layout, found = _layout(str(file), table.header, dict(columns or {}))
    frame = table.read(sorted(set(found.values())))
    return _checked(file, sha256, layout, found, frame)


def columns_of(texts: Sequence[str]) -> dict[str, str]:
    """Return columns as users name them: ``date=when``.

    Raises
    ------
    UsageProblem
        If a text names no role, or a role twice.
    """
    found: dict[str, str] = {}
    for text in texts:
        role, equals, column = text.partition("=")
        role = role.strip()
        if not equals or role not in ROLES or not column.strip():
            guess = nearest(role, ROLES)
            mend = f"write {guess or 'date'}=NAME; the roles are {listed(list(ROLES))}"
            raise UsageProblem("--column", f"{quoted(text)} names no column", mend)
        if role in found:
            raise UsageProblem("--column", f"{role} is named twice", "name one column for it")
        found[role] = column.strip()
    return found


def write_set_aside(incidents: Incidents, target: Path, extra: Mapping[int, str] | None = None) -> int:
    """Write the rows that cannot be used, as they are, with their number and the reason.

    Parameters
    ----------
    incidents : Incidents
    target : Path
    extra : mapping of row to reason, optional
        Rows that cannot be used for another reason.

    Returns
    -------
    int
        How many.

    Raises
    ------
    FileProblems
    """
    texts = tuple(REASONS.values())
    wanted = {
        row: texts[reason]
        for row, reason in zip(incidents.bad_rows.tolist(), incidents.bad_reasons.tolist(), strict=True)
    }
    wanted.update(extra or {})
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    table = _Table(incidents.path, read_bytes(incidents.path, LARGEST))
    writer.writerow(["row", "reason", *map(csv_safe, table.header)])
    for row, cells in table.rows():
        if row in wanted:
            writer.writerow([row, wanted[row], *map(csv_safe, cells)])
    write_whole(target, out.getvalue())
    return len(wanted)


# --- The table ---------------------------------------------------------------------------------------------


class _Table:
    """A table as it lies in a file: its header, its columns as text, its rows one by one."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path, self.file = path, str(path)
        self.is_parquet = data[:4] == b"PAR1"
        self.data = data if self.is_parquet else _text_bytes(self.file, data)
        self.separator = ","
        if self.is_parquet:
            self.header = tuple(self._parquet().columns)
            return
        first = self.data.split(b"\n", 1)[0].decode("utf-8-sig").rstrip("\r")
        self.separator = max(_DELIMITERS, key=first.count)
        self.header = tuple(next(csv.reader([first], delimiter=self.separator), []))
        if not any(name.strip() for name in self.header):
            raise refuse(self.file, "has no header", "begin it with a row of column names", line=1)
        twice = [name for name in self.header if self.header.count(name) > 1]
        if twice:
            raise refuse(self.file, f"the column {quoted(twice[0])} stands twice", "rename one", line=1)

    def _parquet(self) -> pl.DataFrame:
        import polars as pl

        try:
            return pl.read_parquet(io.BytesIO(self.data))
        except Exception as broken:  # polars has no one root of its errors
            raise refuse(self.file, "is damaged Parquet", "write it again") from broken

    def read(self, columns: Sequence[str]) -> pl.DataFrame:
        """Return some columns as text."""
        import polars as pl

        if self.is_parquet:
            return self._parquet().select(pl.col(name).cast(pl.String, strict=False) for name in columns)
        try:
            return pl.read_csv(self.data, columns=list(columns), separator=self.separator, infer_schema=False)
        except Exception as broken:  # as above
            raise self._broken() from broken

    def _broken(self) -> FileProblems:
        """Return what is wrong with rows that cannot be told apart."""
        try:
            for row, cells in self.rows():
                if len(cells) != len(self.header):
                    wrong = f"has {len(cells)} cells where the header has {len(self.header)}"
                    return refuse(self.file, wrong, "give every row as many cells", line=row)
        except csv.Error:
            pass
        return refuse(self.file, "cannot be read as a table", "close every quotation mark; save it as CSV")

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the number and the cells of each row; the header is row 1."""
        if self.is_parquet:
            for number, values in enumerate(self._parquet().iter_rows(), start=2):
                yield number, ["" if value is None else str(value) for value in values]
            return
        reader = csv.reader(io.StringIO(self.data.decode("utf-8-sig"), newline=""), delimiter=self.separator)
        next(reader, None)
        number = 1
        for cells in reader:
            number += 1
            if cells:
                yield number, cells


def _text_bytes(file: str, data: bytes) -> bytes:
    """Return the bytes of a text, unpacked, or refuse what is none."""
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                data = packed.read(LARGEST + 1)
        except (OSError, EOFError):
            raise refuse(file, "is packed and damaged", "pack it again") from None
        if len(data) > LARGEST:
            raise refuse(file, f"unpacks to more than {LARGEST // 10**9} GB", "split it")
    if not data.strip():
        raise refuse(file, "is empty", "name a table of incidents")
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise refuse(file, "is UTF-16", "save it as UTF-8")
    if b"\0" in data:
        raise refuse(file, "is no text: it holds NUL bytes", "name a CSV or Parquet file")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as broken:
        line = data.count(b"\n", 0, broken.start) + 1
        raise refuse(file, "is not UTF-8, perhaps Latin-1", "save it as UTF-8", line=line) from None
    return data


# --- What its columns are -----------------------------------------------------------------------------------


def _layout(file: str, header: Sequence[str], named: dict[str, str]) -> tuple[Layout, dict[str, str]]:
    """Return the layout of a table, and the columns to be read by role."""
    if named:
        return _own_layout(file, header, named)
    by_lower = {name.strip().lower(): name for name in header}
    fitting = [one for one in LAYOUTS if one.marks <= by_lower.keys()]
    if fitting:
        best = max(fitting, key=lambda one: len(one.marks))
        wanted = [best.date, best.latitude, best.longitude, *best.flags, *best.coarse]
        wanted += [one for one in (best.kind, best.light, best.key) if one is not None]
        return best, {name: by_lower[name] for name in wanted if name in by_lower}
    plain = {
        role: next((by_lower[one] for one in names if one in by_lower), None) for role, names in PLAIN.items()
    }
    if all(plain[role] is not None for role in ("date", "latitude", "longitude")):
        return _own_layout(file, header, {role: name for role, name in plain.items() if name is not None})
    lacking = [role for role in ("date", "latitude", "longitude") if plain[role] is None]
    columns = listed([quoted(name) for name in header[:12]]) + (" and more" if len(header) > 12 else "")
    raise refuse(
        file,
        f"has no column for {listed(lacking)}; its columns are {columns}",
        f"name them: --column {lacking[0]}=NAME",
        line=1,
    )


def _own_layout(file: str, header: Sequence[str], named: Mapping[str, str]) -> tuple[Layout, dict[str, str]]:
    """Return the layout of a table whose columns are named."""
    for role, column in named.items():
        if column not in header:
            guess = nearest(column, header)
            mend = (
                f"did you mean {quoted(guess)}?" if guess else f"the columns are {listed(list(header)[:12])}"
            )
            raise UsageProblem("--column", f"{file} has no column {quoted(column)} for {role}", mend)
    lacking = [role for role in ("date", "latitude", "longitude") if role not in named]
    if lacking:
        raise UsageProblem("--column", f"no column is named for {listed(lacking)}", f"add {lacking[0]}=NAME")
    layout = Layout(
        name="columns named by the user",
        marks=frozenset(),
        date="date",
        latitude="latitude",
        longitude="longitude",
        kind="class" if "class" in named else None,
        classes=OWN,
        light="light" if "light" in named else None,
    )
    return layout, dict(named)


# --- Rows ---------------------------------------------------------------------------------------------------


def _checked(
    file: Path, sha256: str, layout: Layout, found: Mapping[str, str], frame: pl.DataFrame
) -> Incidents:
    """Return the rows that can be used, and count the others by reason."""
    name = str(file)
    if not frame.height:
        raise refuse(name, "has a header and no rows", "name a table with incidents")
    day = _days(name, frame.get_column(found[layout.date]))
    latitude = _degrees(name, frame, found[layout.latitude])
    longitude = _degrees(name, frame, found[layout.longitude])
    _check_axes(name, latitude, longitude)
    reason = np.full(frame.height, UNKNOWN, dtype=np.int8)
    with np.errstate(invalid="ignore"):
        wrong = (
            np.isnat(day),
            ~(np.abs(latitude) <= 90.0),
            ~(np.abs(longitude) <= 180.0),
            (latitude == 0.0) & (longitude == 0.0),
            _repeated(frame, found.get(layout.key or "")),
        )
    for place in reversed(range(len(wrong))):
        reason[wrong[place]] = place
    good = reason == UNKNOWN
    if not good.any():
        first = tuple(REASONS.values())[reason[0]]
        raise refuse(
            name, f"has no row that can be used: {first}", "name the right columns: --column", line=2
        )
    numbers = np.arange(2, frame.height + 2)
    return Incidents(
        name=file.name,
        sha256=sha256,
        layout=layout.name,
        rows=frame.height,
        day=day[good],
        latitude=latitude[good],
        longitude=longitude[good],
        kind=_kinds(frame, layout, found)[good],
        light=_lights(frame, found.get(layout.light or ""))[good],
        coarse=_coarse(frame, layout, found)[good],
        row=numbers[good],
        bad={
            text: int(count)
            for text, count in zip(
                REASONS.values(), np.bincount(reason[~good], minlength=len(REASONS)), strict=True
            )
            if count
        },
        bad_rows=numbers[~good],
        bad_reasons=reason[~good],
        path=file,
    )


def _days(file: str, column: pl.Series) -> NDArray[np.datetime64]:
    """Return days; not a time where a text is none.

    The way of writing that reads most rows is taken for all. Where two read equally many and tell different
    days, the column is refused.
    """
    import polars as pl

    text = column.str.strip_chars()
    best: pl.Series | None = None
    read = [
        text.str.slice(0, 10 if form == "%Y-%m-%d" else None).str.to_date(form, strict=False)
        for form in FORMATS
    ]
    counts = [len(one) - one.null_count() for one in read]
    best = read[int(np.argmax(counts))]
    for other, count in zip(read, counts, strict=True):
        if count == max(counts) > 0:
            apart = (best != other).fill_null(value=False)
            if apart.any():
                row = int(apart.arg_true()[0])
                wrong = f"the day {quoted(str(text[row]))} may be read with day first or month first"
                raise refuse(file, wrong, "write days as 2026-08-22", line=row + 2)
    return best.cast(pl.Date).to_numpy().astype("datetime64[D]")


def _degrees(file: str, frame: pl.DataFrame, column: str) -> NDArray[np.float64]:
    """Return numbers; not a number where a text is none."""
    import polars as pl

    text = frame.get_column(column).str.strip_chars()
    values = text.cast(pl.Float64, strict=False)
    if values.null_count() > len(values) // 2:
        commas = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        if commas.null_count() < values.null_count():
            row = int(text.str.contains(",", literal=True).arg_true()[0])
            wrong = f"{quoted(str(text[row]))} in {quoted(column)} has a decimal comma"
            raise refuse(file, wrong, "write decimal points", line=row + 2)
    return values.fill_null(float("nan")).to_numpy().astype(np.float64)


def _check_axes(file: str, latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> None:
    """Refuse a table whose latitudes are longitudes, as far as numbers alone tell."""
    with np.errstate(invalid="ignore"):
        beyond = np.abs(latitude) > 90.0
    known = np.isfinite(latitude) & np.isfinite(longitude)
    if known.any() and (beyond & known).mean() > 0.5 and (np.abs(longitude[known]) <= 90.0).mean() > 0.5:
        row = int(np.flatnonzero(beyond)[0]) + 2
        raise refuse(
            file, "latitudes lie beyond 90 degrees: they are longitudes", "exchange the two", line=row
        )


def _repeated(frame: pl.DataFrame, column: str | None) -> NDArray[np.bool_]:
    """Return which rows have the key of an earlier one."""
    if not column:
        return np.zeros(frame.height, dtype=np.bool_)
    key = frame.get_column(column)
    return ((~key.is_first_distinct()) & key.is_not_null()).to_numpy()


def _kinds(frame: pl.DataFrame, layout: Layout, found: Mapping[str, str]) -> NDArray[np.int8]:
    """Return the class of each row, -1 where it is not known."""
    import polars as pl

    kinds = np.full(frame.height, UNKNOWN, dtype=np.int8)
    if layout.kind is not None and layout.kind in found:
        words = frame.get_column(found[layout.kind]).str.strip_chars().str.to_lowercase()
        places = {word: CLASSES.index(name) for word, name in layout.classes.items()}
        kinds = words.replace_strict(places, default=UNKNOWN, return_dtype=pl.Int8).to_numpy().copy()
    marked = np.zeros(frame.height, dtype=np.int64)
    for column, name in layout.flags.items():
        if column in found:
            flag = (
                frame.get_column(found[column]).cast(pl.Float64, strict=False).fill_null(0.0).to_numpy() > 0.5
            )
            kinds[flag] = CLASSES.index(name)
            marked += flag
    kinds[marked > 1] = UNKNOWN
    return kinds


def _lights(frame: pl.DataFrame, column: str | None) -> NDArray[np.int8]:
    """Return 0 for day, 1 for night, -1 where it is not known."""
    import polars as pl

    if not column:
        return np.full(frame.height, UNKNOWN, dtype=np.int8)
    words = frame.get_column(column).str.strip_chars().str.to_lowercase()
    places = {"d": 0, "day": 0, "n": 1, "night": 1}
    return words.replace_strict(places, default=UNKNOWN, return_dtype=pl.Int8).to_numpy()


def _coarse(frame: pl.DataFrame, layout: Layout, found: Mapping[str, str]) -> NDArray[np.bool_]:
    """Return which rows say that their place or day is known only roughly."""
    import polars as pl

    coarse = np.zeros(frame.height, dtype=np.bool_)
    for column, least in layout.coarse.items():
        if column in found:
            value = frame.get_column(found[column]).cast(pl.Float64, strict=False).fill_null(0.0).to_numpy()
            coarse |= value >= least
    return coarse


__all__ = ["BadRow", "Incidents", "columns_of", "read_incidents", "write_set_aside"]
